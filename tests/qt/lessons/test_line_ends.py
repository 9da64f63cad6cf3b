"""No line of a caption ends within a shape, a product or a few numbers."""

from __future__ import annotations

import pytest

from convgui.files.lessons import lesson_index, load_lesson
from convgui.qt.lessons.caption_bar import kept_together


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one slice of the output, 4 × 4.", ["one", "slice", "of", "the", "output,", "4\u00a0×\u00a04."]),
        ("25 · 9 · 3 = 675", ["25\u00a0·\u00a09\u00a0·\u00a03", "=", "675"]),
        ("H × W × 6", ["H\u00a0×\u00a0W\u00a0×\u00a06"]),
        ("filters × channels", ["filters", "×", "channels"]),
        ("smoothed 1 2 1 along", ["smoothed", "1\u00a02\u00a01", "along"]),
        ("[−1 0 1] and 10 275", ["[−1\u00a00\u00a01]", "and", "10\u00a0275"]),
        ("1 2 3 4 5 6 7", ["1", "2", "3", "4", "5", "6", "7"]),
    ],
)
def test_where_lines_may_end(text: str, parts: list[str]) -> None:
    assert kept_together(text).split(" ") == parts


def test_the_words_stay_those_of_the_lesson() -> None:
    for info in lesson_index():
        lesson = load_lesson(info.id).lesson
        assert lesson is not None
        for caption in lesson.captions:
            assert kept_together(caption.text).replace("\u00a0", " ") == caption.text.replace("\u00a0", " ")
