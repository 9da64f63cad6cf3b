"""Slide on pictures: the padding around the input, dashed, far zoomed in with its values."""

from __future__ import annotations

import numpy as np

from convgui.draw.number import short
from convgui.draw.picture import Box, Item, Rects
from convgui.draw.pixels import LINED, NUMBERED
from convgui.draw.viewport import Viewport
from convgui.draw.words import label, middle
from convgui.scenes.canvas import Canvas
from convgui.scenes.slide.photo import Photo

MOST = 4000
"""Cells of padding that are drawn one by one."""
LEAST = 12.0
"""Size of the numbers at least."""
THIN = 1.5
"""Pixels of padding from which it is seen beside the picture."""


def padding_items(data: Photo, view: Viewport, channel: int, canvas: Canvas) -> list[Item]:
    """Draw the padding that a view shows: cells with grey values where they are large, else a dashed frame around."""
    theme, (rows, columns) = canvas.theme, view.visible()
    # Padding may stand on one side alone, also behind the picture.
    sides = zip(data.view.padded_index((0, 0)), data.padded_size, data.size, strict=True)
    if max(view.across, view.down) * max(max(before, whole - before - own) for before, whole, own in sides) < THIN:
        return []
    down, across = (axis.given[part] for axis, part in zip(data.view.axes, (rows, columns), strict=True))
    cells = [(i + rows.start, j + columns.start) for i, j in np.argwhere(~(down[:, None] & across)).tolist()]
    if not cells:
        return []
    small = min(view.across, view.down)
    if small < LINED or len(cells) > MOST:
        return [Rects(np.array([view.clip]), stroke=theme.muted, width=1.0, dash="dashed")]
    whole = [(i, j) for i, j in cells if _inside(view.cell(i, j), view.clip)]
    boxes = np.array([view.cell(i, j) for i, j in whole], dtype=float).reshape(-1, 4)
    items: list[Item] = [Rects(boxes, fill=theme.background, stroke=theme.muted, width=0.8, dash="dashed")]
    if small < NUMBERED or not canvas.captions:
        return items
    size = max(LEAST, min(0.38 * small, 24.0))
    for i, j in whole:
        x, y, wide, high = view.cell(i, j)
        text = short(_value(data, channel, i, j), max(int((wide - 4) / (0.6 * size)), 1))
        items.append(label(x + wide / 2, middle(y, high, size), text, theme.muted, size, mono=True, anchor="middle"))
    return items


def _inside(box: Box, frame: Box) -> bool:
    x, y, wide, high = box
    left, top, across, down = frame
    return left - 0.5 <= x and top - 0.5 <= y and x + wide <= left + across + 0.5 and y + high <= top + down + 0.5


def _value(data: Photo, channel: int, row: int, column: int) -> float:
    """Return what stands on a cell of the input with its padding."""
    above, left = data.view.padded_index((0, 0))
    source = data.view.source((row - above, column - left))
    return 0.0 if source is None else float(data.data[(channel, *source)])


def window_padding(data: Photo, position: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return first row, first column, rows and columns of those taps of a window that lie on no padding."""
    found = []
    for axis, p in zip(data.view.axes, position, strict=True):
        there = np.flatnonzero(~axis.outside[p])
        found.append((int(there[0]), len(there)) if there.size else (0, 0))
    (top, rows), (left, columns) = found
    return top, left, rows, columns
