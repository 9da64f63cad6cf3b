"""A grid with padding around what is given: dashed white cells with grey values, and hatching where nothing is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Colour, faded
from convgui.draw.grids import OUTLINE, hatch
from convgui.draw.panels import cell_box
from convgui.draw.picture import Cells, Item, Rects
from convgui.draw.theme import Theme
from convgui.draw.window import CLEAR

DASHED = 28.0
"""Side of a cell from which each one of the padding has a dashed line around it."""


def with_padding(grid: Cells, given: Sequence[float], theme: Theme) -> tuple[Cells, list[Item]]:
    """Return a grid whose padding is white with grey values, and its dashed lines with the frame of what is given.

    Parameters
    ----------
    given : tuple
        First row, first column, rows and columns of what is no padding.
    """
    top, left, high, wide = (int(n) for n in given)
    outside = _outside(grid, given)
    if not outside.any():
        return grid, []
    pale = pale_padding(grid, given, theme)
    # In small cells dashes would be all that is seen: there one dashed line around is enough.
    boxes = np.array([cell_box(grid, i, j) for i, j in np.argwhere(outside).tolist()], dtype=float)
    boxes = boxes if grid.width >= DASHED else np.array([grid.box])
    frame = np.array([cell_box(grid, top, left, high, wide)])
    return replace(pale, outline=CLEAR), [
        Rects(boxes, stroke=theme.muted, width=0.8, dash="dashed"),
        Rects(frame, stroke=grid.outline, width=OUTLINE),
    ]


def pale_padding(grid: Cells, given: Sequence[float], theme: Theme) -> Cells:
    """Return a grid whose padding is white with grey values, be it seen from the front or from the side."""
    outside = _outside(grid, given)
    fill, ink = grid.content.fill.copy(), grid.content.ink.copy()
    fill[outside], ink[outside] = theme.background, theme.muted
    return replace(grid, content=replace(grid.content, fill=fill, ink=ink))


def _outside(grid: Cells, given: Sequence[float]) -> NDArray[np.bool_]:
    top, left, high, wide = (int(n) for n in given)
    outside = np.ones(grid.content.shape, bool)
    outside[top : top + high, left : left + wide] = False
    return outside


def unread(grid: Cells, bands: Sequence[Sequence[float]], stroke: Colour) -> list[Item]:
    """Hatch cells that no window reads: ``(row, column, rows, columns)`` each."""
    boxes = [cell_box(grid, *band) for band in bands]
    return [hatch(boxes, faded(stroke, 0.6))] if boxes else []
