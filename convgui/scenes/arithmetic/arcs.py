"""Where what stands in the padding comes from: arcs from each row and column that is repeated, beside the grid."""

from __future__ import annotations

import numpy as np

from convgui.core import FilterView
from convgui.draw.measure import Measure
from convgui.draw.picture import Curves, Item, Lines, Polygons
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import TitledGrid

LANE = 26.0
"""Width of the room for arcs above a grid and to its left."""
ASIDE = 6.0
"""How much further from the grid the arcs of rows stand, whose indices have a sign."""
LOWER, BRIDGE = 0.6, 4.0
"""Height of the lower of two arcs that cross, by that of the other, and width of what it leaves free of that."""
LOWEST, HEAD = 0.35, 6.0
"""Height of the lowest arc in heights of the lane, and size of an arrow's head."""


def lane(view: FilterView, sizes: Measure) -> float:
    """Return the room that arcs need: none where the padding repeats nothing, or no words are drawn."""
    return LANE if sizes.words and any(_pairs(view, axis) for axis in range(2)) else 0.0


def aside(view: FilterView, sizes: Measure) -> float:
    """Return the room at the left that arcs need: their heads end beside the indices of rows, signs included."""
    return lane(view, sizes) + ASIDE if lane(view, sizes) else 0.0


def source_arcs(view: FilterView, grid: TitledGrid, sizes: Measure, theme: Theme) -> list[Item]:
    """Draw an arrow from each row and column to where it is repeated; from several at once that keep their order."""
    if not lane(view, sizes):
        return []
    items, line = list[Item](), theme.role("input").line
    for axis in range(2):
        blocks = _blocks(_pairs(view, axis))
        longest = max((abs(to - start) for start, to, _ in blocks), default=1)
        side, first = (grid.cells.height, grid.cells.y) if axis == 0 else (grid.cells.width, grid.cells.x)
        foot = (grid.cells.x - ASIDE if axis == 0 else grid.cells.y) - sizes.index - 2
        for start, to, count in blocks:
            ends = [first + (n - view.origin[axis] + count / 2) * side for n in (start, to)]
            # One of two that cross is lower.
            lower = LOWER if count > 1 and to > start else 1.0
            rise = LANE * max(LOWEST, lower * abs(to - start) / longest)
            # A Bezier curve rises to three quarters of the height of its controls.
            along = [(ends[0], foot), (ends[0], foot - rise), (ends[1], foot - rise), (ends[1], foot - HEAD)]
            tip = [(ends[1], foot), (ends[1] - HEAD / 2, foot - HEAD), (ends[1] + HEAD / 2, foot - HEAD)]
            arc = np.array([[n for point in along for n in (point if axis else point[::-1])]])
            # Where two cross, the later one passes over.
            items += [Curves(arc, theme.background, BRIDGE)] if items else []
            items += [Curves(arc, line, 1.4), Polygons(np.array([[p if axis else p[::-1] for p in tip]]), line)]
            if count > 1:
                reach = count * side / 2 - 6
                bars = [(middle - reach, foot + 1, middle + reach, foot + 1) for middle in ends]
                items.append(Lines(np.array([bar if axis else _turned(bar) for bar in bars]), line, 2.0))
    return items


def _turned(bar: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    return (bar[1], bar[0], bar[3], bar[2])


def _blocks(pairs: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Join neighbours that stay neighbours, in their order: where the first begins, where it leads, and how many."""
    blocks = list[tuple[int, int, int]]()
    for start, to in pairs:
        if blocks and (start, to) == (blocks[-1][0] + blocks[-1][2], blocks[-1][1] + blocks[-1][2]):
            blocks[-1] = (*blocks[-1][:2], blocks[-1][2] + 1)
        else:
            blocks.append((start, to, 1))
    return blocks


def _pairs(view: FilterView, axis: int) -> list[tuple[int, int]]:
    """Return which row or column stands on which of the padding."""
    first, count, own = view.origin[axis], view.padded_shape[axis], view.spatial[axis]
    outside = [n for n in range(first, first + count) if not 0 <= n < own]
    found = [(view.source((n, 0) if axis == 0 else (0, n)), n) for n in outside]
    return [(source[axis], n) for source, n in found if source is not None]
