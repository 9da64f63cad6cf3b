"""The line under the picture: what fits is written, the rest is counted, and a thousand channels take no longer."""

from __future__ import annotations

import pytest

from convgui.draw import arithmetic
from convgui.draw.arithmetic import SIZE, sum_line
from convgui.draw.metrics import text_width
from convgui.draw.theme import LIGHT


@pytest.mark.parametrize("room", [20.0, 160.0, 400.0, 1200.0])
@pytest.mark.parametrize("count", [1, 2, 3, 7, 40])
def test_as_many_terms_are_written_as_fit(count: int, room: float) -> None:
    terms = [(f"c{n}", float(n)) for n in range(count)]
    line = sum_line(LIGHT, 0, 0, "out[0]", terms, 2.0, sum(range(count)) + 2.0, room).text
    every = f"out[0] = {' + '.join(f'c{n}: {n}' for n in range(count))} + bias 2 = {sum(range(count)) + 2}"
    if text_width(every, SIZE, mono=True) <= room:
        assert line == every
        return
    written = sum(f"c{n}: {n} " in line for n in range(count))
    if "more" in line:
        assert f"+ {count - written} more: {sum(range(written, count))} " in line
        longer = line.replace(f" + {count - written} more", f" + c{written}: {written} + {count - written - 1} more")
        assert text_width(line, SIZE, mono=True) <= room < text_width(longer, SIZE, mono=True) + 12
    assert line.endswith(f"= {sum(range(count)) + 2}")


def test_a_thousand_channels_are_not_tried_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def counting(text: str, size: float, *, mono: bool = False, bold: bool = False) -> float:
        nonlocal calls
        calls += 1
        return text_width(text, size, mono=mono, bold=bold)

    monkeypatch.setattr(arithmetic, "text_width", counting)
    line = sum_line(LIGHT, 0, 0, "out[0]", [("", 1.0)] * 5000, 0.0, 5000.0, 900.0)
    assert "more" in line.text
    assert calls < 200


def test_a_channel_that_has_a_number_for_a_name_is_called_a_channel() -> None:
    line = sum_line(LIGHT, 0, 0, "out[0, 1]", [("0", 0.0), ("1", -2.0), ("R", -1.0)], 0.0, -3.0, 1200.0).text
    assert line.replace("\N{MINUS SIGN}", "-") == "out[0, 1] = channel 0: 0 + channel 1: -2 + R (-1) + bias 0 = -3"


def test_terms_without_room_are_counted_whatever_they_are_of() -> None:
    terms = [(f"depth slice {n} of them all", float(n)) for n in (1, 2, 4)]
    line = sum_line(LIGHT, 0, 0, "out[0]", terms, 0.0, 7.0, 300.0).text
    assert line == "out[0] = 3 terms 7 + bias 0 = 7"
