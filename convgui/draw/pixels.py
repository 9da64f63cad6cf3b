"""Pictures far zoomed in: the lines between pixels, and in each pixel its value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes, faded
from convgui.draw.grids import cell_text
from convgui.draw.overview import overview_box
from convgui.draw.picture import Box, CellContent, Cells, Item, Lines, Texts
from convgui.draw.theme import Theme
from convgui.draw.viewport import Viewport
from convgui.words import tr

LINED, NUMBERED = 12.0, 26.0
"""Width on screen from which pixels are parted by lines, and from which their values are written."""
LEADING, BETWEEN = 1.15, 0.6
"""From line to line, and between the lines of two pixels, in heights of a number."""
SMALLEST = 8.0
"""Size of the smallest numbers that can be read."""
NOTHING = (0, 0, 0, 0)


def pixel_grid(view: Viewport, theme: Theme) -> list[Item]:
    """Draw the lines between the pixels that are seen, where they are large enough."""
    cell = min(view.across, view.down)
    if cell < LINED:
        return []
    # Between small pixels, strong lines would be more of the picture than the pixels are.
    alpha = 0.2 + 0.25 * min(1.0, (cell - LINED) / LINED)
    left, top, wide, high = view.clip
    rows, columns = view.visible()
    at_x = [view.x + n * view.across for n in range(columns.start, columns.stop)]
    at_y = [view.y + n * view.down for n in range(rows.start, rows.stop)]
    lines = [(x, top, x, top + high) for x in at_x if x > left]
    lines += [(left, y, left + wide, y) for y in at_y if y > top]
    ends = np.array(lines, dtype=float).reshape(-1, 4)
    # Side by side, one of the two is seen on whatever is dark and the other on whatever is light.
    return [Lines(ends, faded(theme.background, alpha)), Lines(ends + 1, faded(theme.text, alpha))]


def pixel_numbers(
    view: Viewport,
    planes: Sequence[NDArray[Any]],
    image: Bytes,
    theme: Theme,
    name: str,
    title: str,
    hidden_box: Box | None = None,
) -> list[Item]:
    """Write the values of the pixels that are wholly in the frame, one line for each plane.

    Parameters
    ----------
    planes : sequence of ndarray
        The values of all pixels that the frame shows, ``(rows, columns)`` each.
    image : ndarray
        Their colours, from which the colour of the numbers follows.
    hidden_box : tuple, optional
        A box on screen that something else is drawn in: no number is cut by its edge.
    """
    cell, count = min(view.across, view.down), len(planes)
    if cell < NUMBERED:
        return []
    down, across = _complete_cells(view)
    values = np.stack([np.asarray(plane[down, across], dtype=np.float64) for plane in planes])
    if not values.size:
        return []
    _, rows, columns = values.shape
    texts, size = cell_text(values.reshape(-1, columns), cell)
    size = float(int(min(size, cell / (count * LEADING + BETWEEN))))
    if size < SMALLEST:
        return []
    ink = theme.ink(image[down, across])
    first = view.visible()
    x, y, wide, high = view.cell(first[0].start + down.start, first[1].start + across.start)
    items: list[Item] = []
    for n in range(count):
        lines = _uncovered(texts[n * rows : (n + 1) * rows], (x, y, wide, high), hidden_box)
        content = CellContent(np.zeros_like(ink), ink, lines)
        # The lines of one pixel stand closer to each other than to the next pixel's.
        at = y + (n - (count - 1) / 2) * size * LEADING
        grid = Cells(content, x, at, wide, high, NOTHING, NOTHING, NOTHING, size, name=name, title=title)
        items.append(replace(grid, axes=(tr("row"), tr("column"))))
    return items


def pixel_values(
    view: Viewport, values: NDArray[Any], image: Bytes, theme: Theme, name: str, title: str, *, live: bool
) -> list[Item]:
    """Draw the lines between large pixels, and write into them what they hold.

    Parameters
    ----------
    values : ndarray
        ``(C, rows, columns)`` of the whole picture.
    image : ndarray
        The colours of what is seen of it.
    live : bool
        Whether an overview stands in the corner, below which nothing is written.
    """
    rows, columns = view.visible()
    planes = [plane[rows, columns] for plane in values]
    return pixel_grid(view, theme) + pixel_numbers(
        view, planes, image, theme, name, title, overview_box(view) if live else None
    )


def _uncovered(texts: Texts, first: Box, hidden_box: Box | None) -> Texts:
    """Leave out the numbers of the pixels that a box touches."""
    if hidden_box is None:
        return texts
    (x, y, wide, high), (left, top, across, down) = first, hidden_box

    def free(row: int, column: int) -> bool:
        beside = x + column * wide >= left + across or x + (column + 1) * wide <= left
        return beside or y + row * high >= top + down or y + (row + 1) * high <= top

    return tuple(tuple(text if free(i, j) else "" for j, text in enumerate(row)) for i, row in enumerate(texts))


def _complete_cells(view: Viewport) -> tuple[slice, slice]:
    """Return which of the pixels that the frame shows are wholly in it."""
    left, top, wide, high = view.clip
    found = []
    for cut, start, size, low, room in (
        (view.visible()[0], view.y, view.down, top, high),
        (view.visible()[1], view.x, view.across, left, wide),
    ):
        complete = [n - cut.start for n in range(cut.start, cut.stop) if low - 0.5 <= start + n * size]
        complete = [n for n in complete if start + (n + cut.start + 1) * size <= low + room + 0.5]
        found.append(slice(complete[0], complete[-1] + 1) if complete else slice(0, 0))
    return found[0], found[1]
