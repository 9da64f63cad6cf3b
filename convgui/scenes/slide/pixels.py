"""Slide on pictures, far zoomed in: the lines between pixels, and in each pixel its value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes, faded
from convgui.draw.grids import cell_text
from convgui.draw.picture import CellContent, Cells, Item, Lines
from convgui.draw.theme import Theme
from convgui.draw.viewport import Viewport

LINED, NUMBERED = 12.0, 26.0
"""Width on screen from which pixels are parted by lines, and from which their values are written."""
LEADING = 1.15
SMALLEST = 8.0
"""Size of the smallest numbers that can be read."""
NOTHING = (0, 0, 0, 0)


def pixel_grid(view: Viewport, theme: Theme) -> list[Item]:
    """Draw the lines between the pixels that are seen, where they are large enough."""
    if min(view.across, view.down) < LINED:
        return []
    left, top, wide, high = view.clip
    rows, columns = view.visible()
    at_x = [view.x + n * view.across for n in range(columns.start, columns.stop)]
    at_y = [view.y + n * view.down for n in range(rows.start, rows.stop)]
    lines = [(x, top, x, top + high) for x in at_x if x > left]
    lines += [(left, y, left + wide, y) for y in at_y if y > top]
    return [Lines(np.array(lines, dtype=float).reshape(-1, 4), faded(theme.muted, 0.4))]


def pixel_numbers(view: Viewport, planes: Sequence[NDArray[Any]], image: Bytes, theme: Theme, name: str) -> list[Item]:
    """Write the values of the pixels that are wholly in the frame, one line for each plane.

    Parameters
    ----------
    planes : sequence of ndarray
        The values of all pixels that the frame shows, ``(rows, columns)`` each.
    image : ndarray
        Their colours, from which the colour of the numbers follows.
    """
    cell, count = min(view.across, view.down), len(planes)
    if cell < NUMBERED:
        return []
    down, across = _whole_cells(view)
    values = np.stack([np.asarray(plane[down, across], dtype=np.float64) for plane in planes], axis=1)
    if not values.size:
        return []
    rows, _, columns = values.shape
    texts, size = cell_text(values.reshape(-1, columns), cell)
    size = float(int(min(size, cell / (count * LEADING))))
    if size < SMALLEST:
        return []
    fill = np.concatenate([image[down, across], np.full((rows, columns, 1), 255, np.uint8)], axis=-1)
    ink = np.repeat(theme.ink(fill), count, axis=0)
    first = view.visible()
    x, y, _, _ = view.cell(first[0].start + down.start, first[1].start + across.start)
    content = CellContent(np.zeros_like(ink), ink, texts)
    return [Cells(content, x, y, view.across, view.down / count, NOTHING, NOTHING, NOTHING, size, name=name)]


def _whole_cells(view: Viewport) -> tuple[slice, slice]:
    """Return which of the pixels that the frame shows are wholly in it."""
    left, top, wide, high = view.clip
    found = []
    for cut, start, size, low, room in (
        (view.visible()[0], view.y, view.down, top, high),
        (view.visible()[1], view.x, view.across, left, wide),
    ):
        whole = [n - cut.start for n in range(cut.start, cut.stop) if low - 0.5 <= start + n * size]
        whole = [n for n in whole if start + (n + cut.start + 1) * size <= low + room + 0.5]
        found.append(slice(whole[0], whole[-1] + 1) if whole else slice(0, 0))
    return found[0], found[1]
