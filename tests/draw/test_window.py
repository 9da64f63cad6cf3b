"""The window on a grid: its frame lies around the cells that the kernel covers, whatever its sides are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from convgui.draw.grids import value_cells
from convgui.draw.picture import Box, Cells, Rects
from convgui.draw.theme import LIGHT
from convgui.draw.window import Window, touched, window


@pytest.mark.parametrize(
    ("corner", "taps", "box"),
    [
        ((2.0, 1.0), (range(2), range(4)), (130, 110, 120, 60)),
        ((0.0, 3.0), (range(1), range(3)), (190, 50, 90, 30)),
        ((1.0, 0.5), (range(4), range(1)), (115, 80, 30, 120)),
        # Dilated: the cells between its weights are framed, too.
        ((0.0, 1.0), ((0, 3), (0, 2, 4)), (130, 50, 150, 120)),
    ],
)
def test_the_frame_is_as_high_and_as_wide_as_the_kernel(
    corner: tuple[float, float], taps: tuple[Sequence[int], Sequence[int]], box: Box
) -> None:
    grid = value_cells(np.arange(42).reshape(6, 7).astype(np.float64), LIGHT, "input", (100, 50), 30)
    tinted, *_, frame = window(grid, Window(corner, taps), LIGHT)
    assert isinstance(tinted, Rects)
    assert isinstance(frame, Rects)
    assert frame.boxes.tolist() == [list(box)]
    x, y, wide, high = tinted.boxes.T
    assert (x.min(), y.min(), (x + wide).max() - x.min(), (y + high).max() - y.min()) == box


def test_a_wide_grid_whose_newest_number_is_touched_asks_for_it_once() -> None:
    """Cells are counted row by row: the eighth of 2 × 5 is in row 1, column 2."""
    values = np.arange(10, dtype=np.float64).reshape(2, 5)
    made = replace(value_cells(values, LIGHT, "result", (0.0, 0.0), 60.0, name="output"), reveal=8, making=True)
    there, elsewhere = (touched(made, {cell: "×1"}, LIGHT) for cell in ((1, 2), (0, 1)))
    grids = [
        next(item for item in items if isinstance(item, Cells) and item.name == "output")
        for items in (there, elsewhere)
    ]
    assert [grid.making for grid in grids] == [False, True]
