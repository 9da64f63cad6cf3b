"""A sentence has two lines at most, in both languages: in a usual window with both panels, and in a lecture."""

from __future__ import annotations

import gettext
import json

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel

from convgui.files.lessons import lesson_index
from convgui.files.resources import resource
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def sentences() -> list[str]:
    """Every caption that ships, in English and in Chinese."""
    english = []
    for lesson in lesson_index():
        content = json.loads((resource("lessons") / f"{lesson.id}.json").read_text(encoding="utf-8"))
        english += [caption["text"] for caption in content["captions"]]
    with (resource("translations") / "zh_CN.mo").open("rb") as stream:
        chinese = gettext.GNUTranslations(stream)
    return [*english, *(chinese.gettext(text) for text in english)]


def too_long(label: QLabel, width: int) -> list[str]:
    metrics, room = label.fontMetrics(), QRect(0, 0, width, 10_000)
    heights = {text: metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text).height() for text in sentences()}
    return [text for text, height in heights.items() if height > 2.85 * metrics.lineSpacing()]


def test_in_a_window_with_both_panels(opened: Opened) -> None:
    window = opened.window
    window.resize(1440, 900)
    QApplication.processEvents()
    assert window.lessons.isVisible()
    assert window.inspector.isVisible()
    assert too_long(window.caption.words, window.caption.words.width()) == []


def test_in_a_small_window(opened: Opened) -> None:
    """Its panels give way to the words, too."""
    window = opened.window
    window.resize(1024, 700)
    QApplication.processEvents()
    assert not window.inspector.isVisible()
    assert (
        too_long(window.caption.words, window.caption.words.width() - window.caption.next_lesson.sizeHint().width())
        == []
    )


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 768)])
def test_in_a_lecture(opened: Opened, size: tuple[int, int]) -> None:
    lecture = opened.window.lecture
    lecture.fit(size[1], opened.window.theme)
    assert too_long(lecture.words, size[0] - 2 * round(110 * size[1] / 1080)) == []


def test_lines_of_a_lecture_are_about_equally_long(opened: Opened) -> None:
    words = opened.window.lecture.words
    opened.window.lecture.fit(1080, opened.window.theme)
    words.resize(1920, words.height())
    words.setText("word " * 34 + "end.")
    margins, metrics = words.contentsMargins(), words.fontMetrics()
    room = 1920 - margins.left() - margins.right()
    assert margins.left() == pytest.approx(margins.right(), abs=1)
    assert 0.5 <= metrics.horizontalAdvance(words.text()) / 2 / room <= 1
    assert room < 1.15 * metrics.horizontalAdvance(words.text()) / 2
