"""Sheets seen from the side: what is drawn, what is hit and what is written into SVG lie on each other."""

from __future__ import annotations

import re

import numpy as np
import pytest

from convgui.draw.compose import bounds
from convgui.draw.fan import quad, sheet, sheet_hits, sheet_size
from convgui.draw.picture import Cells, Hit, Label, Picture
from convgui.draw.prediction import hide_answer
from convgui.draw.svg import svg
from convgui.draw.theme import LIGHT
from convgui.draw.writing import writing

VALUES = np.arange(12, dtype=np.float64).reshape(3, 4)


def cells() -> Cells:
    return sheet(VALUES, LIGHT, "input", (100, 50), 40, 11, writing(VALUES, 33), "sheet", "a sheet")


def test_a_sheet_fills_the_box_that_it_is_given() -> None:
    wide, high = sheet_size(3, 4, 40)
    assert wide == pytest.approx(4 * 0.84 * 40)
    assert high == pytest.approx(3 * 40 + 4 * 0.26 * 40)
    picture = Picture(400, 400, LIGHT.background, (cells(),))
    assert bounds(picture) == pytest.approx((100, 50, wide, high))


def test_the_middle_of_each_cell_is_hit() -> None:
    grid, hits = cells(), sheet_hits(cells(), "input", (2,), (-1, 0))
    for i, j in np.ndindex(3, 4):
        x, y = np.mean(quad(grid, i, j), axis=0)
        assert hits.hit(float(x), float(y)) == Hit("input", (2, i - 1, j))


def test_svg_shears_the_grid_as_the_painter_does() -> None:
    grid = cells()
    text = svg(Picture(400, 400, LIGHT.background, (grid,)))
    (found,) = re.findall(r'transform="matrix\(1 (\S+) 0 1 0 (\S+)\)"', text)
    slope, down = map(float, found)
    for row, column in ((0, 0), (0, 4), (3, 4)):
        x, y = grid.x + column * grid.width, grid.y + row * grid.height
        assert (x, slope * x + y + down) == pytest.approx(grid.corner(row, column), abs=1e-3)
    assert text.count("<g") == text.count("</g>")


def test_the_question_lies_in_the_cell_it_stands_for() -> None:
    made = Cells(**{**vars(cells()), "reveal": 8, "making": True})
    picture = hide_answer(Picture(400, 400, LIGHT.background, overlay=(made,), answer="7"), LIGHT)
    (mark,) = [item for item in picture.overlay if isinstance(item, Label)]
    assert sheet_hits(made, "input", ()).hit(mark.x, mark.y - 5) == Hit("input", (1, 3))


@pytest.mark.parametrize("shape", [(3, 4), (4, 3), (2, 6), (6, 2)])
def test_svg_shows_as_many_cells_as_are_revealed_row_by_row(shape: tuple[int, int]) -> None:
    values = np.arange(12, dtype=np.float64).reshape(shape)
    whole = sheet(values, LIGHT, "input", (100, 50), 40, 11, writing(values, 33), "sheet", "a sheet")
    for shown in range(13):
        text = svg(Picture(400, 400, LIGHT.background, (Cells(**{**vars(whole), "reveal": shown}),)))
        boxes = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)"', text)
        at = {(float(x), float(y)) for x, y in boxes}
        corners = [(whole.x + j * whole.width, whole.y + i * whole.height) for i, j in np.ndindex(shape)]
        near = [any(abs(x - a) + abs(y - b) < 0.01 for a, b in at) for x, y in corners[1:]]
        # The first corner is the grid's own as well.
        assert near == [n < shown for n in range(1, 12)]
