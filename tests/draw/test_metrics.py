"""Text is measured and broken as its language is written."""

from __future__ import annotations

import pytest

from convgui.draw import metrics
from convgui.draw.metrics import CLOSING, OPENING, elide, joined, text_width, wrap

SENTENCE = "卷积核位于输入的左上角。它的九个权重（从不为零），各乘以下面的格；第一个输出是 12，见 out[0, 0]。"


@pytest.mark.parametrize("width", range(40, 400, 13))
def test_chinese_breaks_between_characters_and_never_before_what_closes(width: int) -> None:
    lines = wrap(SENTENCE, 13, width)
    assert joined(lines) == SENTENCE
    assert not any(line[0] in CLOSING for line in lines)
    assert not any(line[-1] in OPENING for line in lines)
    # A character with what closes behind it stays together, and so does a word.
    assert all(text_width(line, 13) <= max(width, text_width("out[0,", 13)) for line in lines)


def test_a_chinese_character_is_as_wide_as_high_in_both_fonts() -> None:
    assert text_width("卷积", 13) == text_width("卷积", 13, mono=True) == text_width("卷积", 13, bold=True) == 26
    assert text_width("卷积 3", 10, mono=True) == 20 + 12


def test_english_is_wrapped_and_joined_with_its_spaces() -> None:
    lines = wrap("The output is one channel deep: 1 × 3 × 3.", 13, 90)
    assert len(lines) > 2
    assert joined(lines) == "The output is one channel deep: 1 × 3 × 3."


def test_chinese_is_elided_to_the_width() -> None:
    short = elide(SENTENCE, 13, 100)
    assert short.endswith("…")
    assert 100 - 2 * 13 <= text_width(short, 13) <= 100


def test_what_is_far_too_long_is_shortened_without_measuring_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []
    width = metrics.text_width

    def measure(text: str, *given: float, **more: bool) -> float:
        measured.append(text)
        return width(text, *given, **more)

    monkeypatch.setattr(metrics, "text_width", measure)
    facts = " · ".join(str(number) for number in range(100_000))
    assert elide(facts, 13, 100) == "0 · 1 · 2 · 3 · 4 …"
    assert elide("x" * 500_000, 10, 60, mono=True) == "xxxxxxxxx…"
    assert sum(map(len, measured)) < 2_000_000
