"""Sheets seen from the side, one a channel: a fan of parallelograms of which none covers another's numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import floor

import numpy as np

from convgui.draw.colour import Colour, faded
from convgui.draw.grids import value_cells
from convgui.draw.picture import Cells, Floats, HitGrid, Item, Lines, Polygons
from convgui.draw.theme import Role, Theme
from convgui.draw.window import text_cells
from convgui.draw.writing import Writing
from convgui.words import tr

FLAT, RISE = 0.84, 0.26
"""Width of a cell, and how far it rises to the right, by its height."""
PRISM = 0.16
"""Opacity of the filter that goes through all sheets, between these."""


def sheet_size(rows: int, columns: int, cell: float) -> tuple[float, float]:
    """Return width and height of a sheet with what it rises."""
    return columns * FLAT * cell, rows * cell + columns * RISE * cell


def sheet(
    values: Floats, theme: Theme, role: Role, at: tuple[float, float], cell: float, limit: float, numbers: Writing,
    name: str, title: str,
) -> Cells:  # fmt: skip
    """Draw a 2D array as a sheet; `at` is the upper left corner of the box around it."""
    x, y = at
    lowered = (x, y + values.shape[1] * RISE * cell)
    grid = value_cells(values, theme, role, lowered, cell, limit=limit, numbers=numbers, name=name, title=title)
    return replace(grid, width=FLAT * cell, slope=-RISE / FLAT)


def sheet_hits(cells: Cells, kind: str, prefix: tuple[int, ...], origin: tuple[int, int] = (0, 0)) -> HitGrid:
    """Make the cells of a sheet answer to the pointer."""
    c = cells
    return HitGrid(kind, prefix, c.x, c.y, c.width, c.height, c.content.shape, origin, None, c.slope)


def quad(cells: Cells, row: float, column: float, high: float = 1, wide: float = 1) -> list[tuple[float, float]]:
    """Return the corners of some cells of a sheet."""
    ends = ((row, column), (row, column + wide), (row + high, column + wide), (row + high, column))
    return [cells.corner(*end) for end in ends]


def quads(found: Sequence[Sequence[tuple[float, float]]], stroke: Colour, width: float) -> Item:
    """Outline parallelograms."""
    return Polygons(np.array(found, dtype=float).reshape(-1, 4, 2), None, stroke, width)


def _along(start: tuple[float, float], end: tuple[float, float], x: float) -> tuple[float, float]:
    """Return the point of a line at a place from left to right."""
    share = (x - start[0]) / ((end[0] - start[0]) or 1.0)
    return x, start[1] + share * (end[1] - start[1])


def prism(sheets: Sequence[Cells], window: tuple[float, float, float, float], theme: Theme, width: float) -> list[Item]:
    """Draw a window on sheets side by side as one block that goes through all of them, translucent in the gaps.

    On a sheet it is the window of any grid: flat, with the values in the ink that they have elsewhere.

    Parameters
    ----------
    window : tuple
        Row, column, rows and columns.
    width : float
        Of its frame on each sheet.
    """
    line, fronts = theme.role("kernel").line, [quad(cells, *window) for cells in sheets]
    between = list[list[tuple[float, float]]]()
    edges = list[tuple[float, ...]]()
    for (sheet_here, one), (following, other) in pairwise(zip(sheets, fronts, strict=True)):
        # In the gap alone: over blue cells, a pale orange would be a colour that means nothing.
        ends = sheet_here.x + sheet_here.box[2], following.x
        upper, lower = ([_along(a, b, x) for x in ends] for a, b in ((one[1], other[0]), (one[2], other[3])))
        between.append([*upper, *reversed(lower)])
        edges += [(*one[1], *other[0]), (*one[2], *other[3])]
    items = list[Item]()
    if between:
        items.append(Polygons(np.array(between), faded(line, PRISM)))
        items.append(Lines(np.array(edges), faded(line, 0.75), 1.2, "dashed"))
    row, column, high, wide = window
    steps = [(row + i, column + j) for i in range(int(high)) for j in range(int(wide))]
    cells = np.array([quad(one, *cell) for one in sheets for cell in steps], dtype=float).reshape(-1, 4, 2)
    items.append(Polygons(cells, theme.window, theme.cell_line, 0.8))
    nearest = {(floor(i + 0.5), floor(j + 0.5)) for i, j in steps}
    written = [text_cells(one, nearest, theme.text) for one in sheets if one.content.texts]
    items += [replace(one, name="window", title=tr("window"), role="kernel") for one in written]
    return [*items, quads(fronts, line, width)]
