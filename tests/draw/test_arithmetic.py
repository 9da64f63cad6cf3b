"""The line under the picture: what fits is written, the rest is counted, and a thousand channels take no longer."""

from __future__ import annotations

import numpy as np
import pytest

from convgui.draw import arithmetic
from convgui.draw.arithmetic import SIZE, Equation, factor_runs, said_runs, sum_line, sum_of_products, text_of
from convgui.draw.metrics import text_width
from convgui.draw.number import number
from convgui.draw.picture import Run
from convgui.draw.theme import DARK, LIGHT, Role, Theme


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


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("total", [-860.0, -0.5, 0.0, 3.0])
def test_a_result_is_written_in_the_colour_of_its_sign(theme: Theme, total: float) -> None:
    role: Role = "warning" if total < 0 else "result"
    line = sum_line(theme, 0, 0, "out[0, 0]", [("R", total)], None, total, 900)
    said = said_runs(Equation("out[0, 0] = ", number(total), tail=" = 2·3"), theme.text, theme, 14, 900)
    for runs in (line.runs, said):
        assert [run.colour for run in runs if run.answer][-1] == theme.role(role).ink
    several = said_runs(Equation("out = ", "(2, −7, 9)"), theme.text, theme, 14, 900)
    assert {run.text for run in several if run.colour == theme.role("warning").ink} == {"−7"}


@pytest.mark.parametrize(
    ("line", "values", "weights"),
    [
        ("out[0, 0] = 6 = 0·1 + 3·(−2) + 6 more", ["0", "3"], ["1", "(−2)"]),
        ("R: (−1.5)·2e−5 + 4·0; 3 · 4", ["(−1.5)", "4"], ["2e−5", "0"]),
    ],
)
def test_values_and_weights_have_the_colours_of_their_roles(line: str, values: list[str], weights: list[str]) -> None:
    runs = factor_runs(Run(line, LIGHT.muted), LIGHT)
    assert "".join(run.text for run in runs) == line
    assert [run.text for run in runs if run.colour == LIGHT.role("input").ink] == values
    assert [run.text for run in runs if run.colour == LIGHT.role("kernel").ink] == weights


def test_a_negative_bias_stands_in_brackets() -> None:
    window, kernel = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    last = sum_of_products(LIGHT, "out[0]", window, kernel, -5.0, 6.0, 900, SIZE)[-1]
    assert text_of(last).replace("\N{MINUS SIGN}", "-").strip() == "= 11 + bias (-5) = 6"
