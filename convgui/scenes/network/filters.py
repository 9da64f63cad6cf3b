"""Network: all filters of a layer on one sheet, a row each, their channels side by side."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes
from convgui.draw.grids import largest
from convgui.draw.levels import Levels
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.trace import trace_items
from convgui.draw.words import label, middle
from convgui.layers.convolution import Convolution
from convgui.scenes.feature_maps.gathered import as_rows
from convgui.scenes.feature_maps.signals import row_numbers

MOST = 64
"""Filters, and channels of one, that are shown at the most."""
LABEL, BLOCK_GAP, SMALL = 26.0, 14.0, 12.0
LEAST_CELL, LARGEST_CELL = 2.5, 26.0
"""Side of a weight's cell at the least, where leaving channels out makes it so, and at the most."""
LONG, AS_HIGH, CURVED = 16, 6.0, 12.0
"""Weights in a row from which a kernel is long, how many times longer than high it is drawn, and the height from which
it is a curve and not a strip."""
FULL = 0.985
"""Which part of the weights is paler than the fullest colour."""


@dataclass(frozen=True, eq=False)
class FilterSheet:
    """The kernels of a layer, in several blocks of rows beside each other where that makes them larger.

    Attributes
    ----------
    filters, channels : tuple of int
        The output channels, and the first channels of each, that are shown.
    rows : int
        Filters in a block.
    cell, tall : float
        Width and height of a weight's cell, the same but for kernels of one weight; between two kernels is half of one.
    """

    layer: Convolution
    box: Box
    filters: tuple[int, ...]
    channels: tuple[int, ...]
    rows: int
    cell: float
    tall: float
    label: float

    @property
    def pitch(self) -> tuple[float, float]:
        """From kernel to kernel, across and down."""
        rows, columns = sides(self.layer)
        return (columns + 0.5) * self.cell, (rows + 0.5) * self.tall

    @property
    def curved(self) -> bool:
        """Whether kernels are drawn as curves: long ones that are high enough."""
        return _long(self.layer) and self.tall >= CURVED

    def corner(self, index: int) -> tuple[float, float]:
        """Return the upper left corner of the row of the filter that stands at `index`."""
        block, row = divmod(index, self.rows)
        across, down = self.pitch
        x = self.box[0] + self.label + block * (self.label + len(self.channels) * across + BLOCK_GAP)
        return x, self.box[1] + row * down

    def row_box(self, filter: int) -> Box | None:
        """Return the box around a filter's kernels; None where it is not on the sheet."""
        if filter not in self.filters:
            return None
        x, y = self.corner(self.filters.index(filter))
        across, down = self.pitch
        return (x - 2, y - 2, len(self.channels) * across - 0.5 * self.cell + 4, down - 0.5 * self.tall + 4)

    def kernel_box(self, filter: int, channel: int) -> Box | None:
        """Return the box of one kernel; None where it is not on the sheet."""
        row = self.row_box(filter)
        reads = self.layer.channels_read(filter)
        at = channel - reads.start if reads.step == 1 else -1
        if row is None or at not in self.channels:
            return None
        rows, columns = sides(self.layer)
        x = row[0] + 2 + self.channels.index(at) * self.pitch[0]
        return (x, row[1] + 2, columns * self.cell, rows * self.tall)


def sheet(layer: Convolution, chosen: int, room: Box) -> FilterSheet:
    """Make the kernels of a layer as large as a room has place for."""
    count, deep = layer.spec.out_channels, layer.spec.channels.depth
    filters, channels = _around(count, chosen), tuple(range(min(deep, MOST)))
    rows, columns = sides(layer)
    cell, blocks = _largest(layer, len(filters), len(channels), room)
    lower = min(room[3] / (len(filters) * (rows + 0.5)), LEAST_CELL, (room[2] - LABEL) / (columns + 0.5))
    if layer.spec.taps > 1 and cell < lower:
        # Of channels without end the first ones are seen, instead of a line of dust.
        cell, blocks = lower, 1
        channels = channels[: max(int((room[2] - LABEL) / (cell * (columns + 0.5))), 1)]
    each, cell = ceil(len(filters) / blocks), max(cell, 0.5)
    alone = layer.spec.taps == 1 or _long(layer)
    tall = max(cell, min(LARGEST_CELL, room[3] / (each * 1.5))) if alone else cell
    return FilterSheet(layer, room, filters, channels, each, cell, tall, LABEL)


def _largest(layer: Convolution, filters: int, channels: int, room: Box) -> tuple[float, int]:
    """Return the largest width of a weight's cell, and in how many blocks beside each other the filters stand then."""
    (rows, columns), best = sides(layer), (0.0, 0.0, 1)
    for blocks in range(1, filters + 1):
        wide = (room[2] - blocks * LABEL - (blocks - 1) * BLOCK_GAP) / (blocks * channels * (columns + 0.5))
        tall = min(room[3] / (ceil(filters / blocks) * (rows + 0.5)), LARGEST_CELL)
        # Long kernels are as high as there is room, and a few times longer.
        cell = min(wide, LARGEST_CELL) if _long(layer) else min(wide, tall)
        good = min(wide * columns / AS_HIGH, tall) if _long(layer) else cell
        best = max(best, (good, cell, blocks), key=lambda found: found[0] + 1e-9 * found[2])
    return best[1:]


def sides(layer: Convolution) -> tuple[int, int]:
    """Return rows and columns of a layer's kernels; those of one axis are one row."""
    rows, columns = as_rows(layer.filter_of(0).shape[1:])
    return rows, columns


def _long(layer: Convolution) -> bool:
    rows, columns = sides(layer)
    return rows == 1 and columns >= LONG


def _around(count: int, chosen: int) -> tuple[int, ...]:
    first = min(max(chosen - MOST // 2, 0), max(count - MOST, 0))
    return tuple(range(first, min(first + MOST, count)))


def kernel_rasters(found: FilterSheet, theme: Theme) -> list[Item]:
    """Draw all kernels, a picture or a curve a filter; they stay as they are while others are pointed at."""
    items, full = list[Item](), full_colour(found.layer)
    across, down = found.pitch
    if found.curved:
        return _curves(found, theme)
    for index, number in enumerate(found.filters):
        box = (*found.corner(index), len(found.channels) * across, down)
        items.append(Raster(_row_image(found, number, full, theme), box, box, name=f"filter {number}"))
    return items


def _curves(found: FilterSheet, theme: Theme) -> list[Item]:
    """Draw long kernels as curves, all on one scale."""
    items, most = list[Item](), largest(found.layer.effective_weight) or 1.0
    ink, (across, _) = theme.role("kernel").line, found.pitch
    for index, number in enumerate(found.filters):
        x, y = found.corner(index)
        for n, kernel in enumerate(found.layer.filter_of(number)[: len(found.channels)]):
            box = (x + n * across, y, across - 0.5 * found.cell, found.tall)
            items += trace_items(kernel.reshape(-1), box, Levels(-most, most, True), ink, theme)
    return items


def sheet_items(found: FilterSheet, filter: int, channel: int, theme: Theme) -> list[Item]:
    """Number the filters and frame the row of `filter`, and in it the kernel on `channel`, if one is pointed at."""
    items = list[Item]()
    for index, number in enumerate(found.filters):
        x, y = found.corner(index)
        down = found.pitch[1]
        if number == filter or (index % row_numbers(down) == 0 and abs(number - filter) >= row_numbers(down)):
            ink = theme.role("kernel").ink if number == filter else theme.muted
            at = middle(y, down - 0.5 * found.tall, SMALL)
            text = str(number)
            items.append(label(x - 7, at, text, ink, SMALL, bold=number == filter, mono=True, anchor="end"))
    line = theme.role("kernel").line
    if (row := found.row_box(filter)) is not None:
        items.append(Rects(np.array([row]), stroke=line, width=2.2, radius=2))
    if channel >= 0 and (one := found.kernel_box(filter, channel)) is not None:
        items.append(Rects(np.array([one]), stroke=theme.text, width=1.6))
    return items


def full_colour(layer: Convolution) -> float:
    """Return the weight from which colours are full: a few far larger ones would leave all others pale."""
    return float(np.quantile(np.abs(layer.effective_weight), FULL)) or largest(layer.effective_weight)


def _row_image(found: FilterSheet, filter: int, full: float, theme: Theme) -> Bytes:
    """Return the kernels of one filter side by side, two pixels a cell, with the paper between them."""
    kernels: NDArray[np.float64] = found.layer.filter_of(filter)[: len(found.channels)]
    kernels = kernels.reshape(len(kernels), *sides(found.layer))
    colours = theme.fills(kernels, "kernel", full)
    count, rows, columns = kernels.shape
    image = np.full((2 * rows + 1, count, 2 * columns + 1, 4), theme.background, np.uint8)
    image[:-1, :, :-1] = colours.repeat(2, axis=1).repeat(2, axis=2).swapaxes(0, 1)
    return image.reshape(2 * rows + 1, -1, 4)


def sheet_hits(found: FilterSheet, layer: int) -> list[HitGrid]:
    """Let every kernel be pointed at: its layer, filter and place in the filter."""
    across, down = found.pitch
    hits = []
    for index, number in enumerate(found.filters):
        x, y = found.corner(index)
        hits.append(HitGrid("filter", (layer,), x, y, across, down, (1, len(found.channels)), (number, 0)))
    return hits
