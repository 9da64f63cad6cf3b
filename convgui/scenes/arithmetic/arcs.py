"""Where what stands in the padding comes from: arcs from each row and column that is repeated, beside the grid."""

from __future__ import annotations

import numpy as np

from convgui.core import FilterView
from convgui.draw.colour import faded
from convgui.draw.measure import Measure
from convgui.draw.picture import Curves, Item, Polygons
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import TitledGrid

LANE = 26.0
"""Width of the room for arcs above a grid and to its left."""
ASIDE = 6.0
"""How much further from the grid the arcs of rows stand, whose indices have a sign."""
LOWEST, HEAD = 0.35, 6.0
"""Height of the lowest arc in heights of the lane, and size of an arrow's head."""


def lane(view: FilterView, sizes: Measure) -> float:
    """Return the room that arcs need: none where the padding repeats nothing, or no words are drawn."""
    return LANE if sizes.words and any(_pairs(view, axis) for axis in range(2)) else 0.0


def source_arcs(view: FilterView, grid: TitledGrid, sizes: Measure, theme: Theme) -> list[Item]:
    """Draw an arrow from each row and column to where it is repeated."""
    if not lane(view, sizes):
        return []
    cells, arcs, heads = grid.cells, list[tuple[float, ...]](), list[list[tuple[float, float]]]()
    for axis in range(2):
        pairs = _pairs(view, axis)
        longest = max((abs(to - start) for start, to in pairs), default=1)
        side, first = (cells.height, cells.y) if axis == 0 else (cells.width, cells.x)
        foot = (cells.x if axis == 0 else cells.y) - sizes.index - 2
        for start, to in pairs:
            ends = [first + (n - view.origin[axis] + 0.5) * side for n in (start, to)]
            rise = LANE * max(LOWEST, abs(to - start) / longest)
            # A Bezier curve rises to three quarters of the height of its controls.
            along = [(ends[0], foot), (ends[0], foot - rise), (ends[1], foot - rise), (ends[1], foot - HEAD)]
            tip = [(ends[1], foot), (ends[1] - HEAD / 2, foot - HEAD), (ends[1] + HEAD / 2, foot - HEAD)]
            arcs.append(tuple(n for point in along for n in (point if axis else point[::-1])))
            heads.append([point if axis else point[::-1] for point in tip])
    line = theme.role("input").line
    return [Curves(np.array(arcs), faded(line, 0.8), 1.4), Polygons(np.array(heads), line)]


def _pairs(view: FilterView, axis: int) -> list[tuple[int, int]]:
    """Return which row or column stands on which of the padding."""
    first, count, own = view.origin[axis], view.padded_shape[axis], view.spatial[axis]
    outside = [n for n in range(first, first + count) if not 0 <= n < own]
    found = [(view.source((n, 0) if axis == 0 else (0, n)), n) for n in outside]
    return [(source[axis], n) for source, n in found if source is not None]
