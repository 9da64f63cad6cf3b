"""Network: the box that four maps predict for what one of their cells sees, where a lesson says that they do.

Each map moves one edge of the field, by parts of its height or width, as detectors of faces and things are trained to.
"""

from __future__ import annotations

import numpy as np

from convgui.draw.picture import Box, Item, Rects
from convgui.draw.theme import Theme
from convgui.scenes.network.field import Region
from convgui.scenes.network.values import NetworkValues

EDGES = 4


def named(values: NetworkValues, value: int) -> tuple[int, ...]:
    """Return the maps of a value that move the left, upper, right and lower edge of a field; empty where none do."""
    numbers = values.document.view.options.get(f"edges-{value}", "").split(",")
    if len(numbers) != EDGES or not all(n.strip().isdecimal() for n in numbers):
        return ()
    return tuple(map(int, numbers))


def predicted(values: NetworkValues, value: int, cell: tuple[int, int], field: Region) -> Box | None:
    """Return the box in pixels of the input: x, y, width and height; None where no maps are named, or none is known."""
    moved = [values.value(value, channel, cell) for channel in named(values, value)]
    found = [move for move in moved if move is not None and np.isfinite(move)]
    if len(found) != EDGES:
        return None
    rows, columns = field
    wide, high = columns.stop - columns.start, rows.stop - rows.start
    left, right = columns.start + found[0] * wide, columns.stop + found[2] * wide
    top, bottom = rows.start + found[1] * high, rows.stop + found[3] * high
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def edge_items(box: Box, photo: Box, size: tuple[int, int], theme: Theme) -> list[Item]:
    """Frame a box on the picture of the input, whose rows and columns are its `size`."""
    (x, y, wide, high), (left, top, across, down) = photo, box
    unit = wide / size[1], high / size[0]
    ends = np.clip([left, left + across], 0, size[1]), np.clip([top, top + down], 0, size[0])
    (a, c), (b, d) = ((start + ends[n] * unit[n]).tolist() for n, start in enumerate((x, y)))
    drawn = np.array([(a, b, c - a, d - b)])
    return [Rects(drawn, stroke=theme.background, width=4.0), Rects(drawn, stroke=theme.role("result").line, width=2.2)]
