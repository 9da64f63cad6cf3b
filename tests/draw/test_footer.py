"""The sum that is told beside a picture: one line that says how the number is made, as far as there is room."""

from __future__ import annotations

import pytest

from convgui.draw.arithmetic import text_of
from convgui.draw.footer import footer, footer_items, told_line, told_runs
from convgui.draw.picture import Item, Label, Picture, Run
from convgui.draw.theme import LIGHT

INK = LIGHT.text
FACTORS = (Run("out[0] = ", INK), Run("2·1 + 3·2", INK))
PRODUCTS = (Run("       = ", INK), Run("2 + 6", INK))
WHOLE = (Run("       = ", INK), Run("8", INK, answer=True))


@pytest.mark.parametrize(("room", "text"), [(400, "out[0] = 2·1 + 3·2 = 2 + 6 = 8"), (300, "out[0] = 2·1 + 3·2 = 8")])
def test_lines_that_go_on_become_one(room: float, text: str) -> None:
    assert text_of(told_runs([FACTORS, PRODUCTS, WHOLE, "A rule."], room, LIGHT)) == text


def test_what_makes_the_number_comes_before_what_else_is_said() -> None:
    other = (Run("in[1] adds 4 · kernel", INK),)
    assert text_of(told_runs([other, (Run("y = ", INK), Run("36", INK, answer=True))], 400, LIGHT)) == "y = 36"
    assert text_of(told_runs([other, (Run("more", INK),)], 400, LIGHT)) == "in[1] adds 4 · kernel"
    assert text_of(told_runs(["A sentence."], 400, LIGHT)) == "A sentence."
    assert told_runs([], 400, LIGHT) == ()


def test_what_is_told_takes_no_room_and_is_found_again() -> None:
    told, drawn = (footer(1080, 700, 48, 4, legend=True, told=told) for told in (True, False))
    assert told.top > 680 > drawn.top
    items: list[Item] = footer_items(told, "This step", "", [FACTORS, WHOLE], LIGHT)
    assert [type(item) for item in items] == [Label]
    line = told_line(Picture(1080, 700, LIGHT.background, (), tuple(items)))
    assert line is not None
    assert line.text == "out[0] = 2·1 + 3·2 = 8"
    written = footer_items(drawn, "This step", "", [FACTORS, WHOLE], LIGHT)
    assert told_line(Picture(1080, 700, LIGHT.background, (), tuple(written))) is None
