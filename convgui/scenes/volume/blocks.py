"""Blocks: volumes as solids, cut away around the window; the output grows cell by cell. Where everything stands.

Each channel has a solid and a filter of its own, in a row; what they add up to is one volume.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.draw import solid
from convgui.draw.colour import Bytes, looked_up, mix, ramp
from convgui.draw.grids import largest
from convgui.draw.levels import sampled
from convgui.draw.measure import Measure, measure
from convgui.draw.picture import HitGrid, Item
from convgui.draw.solid import Range, Stand
from convgui.draw.theme import Role, Theme
from convgui.scenes.canvas import Canvas
from convgui.scenes.volume.arrangement import Arrangement, Titles, arrangement
from convgui.scenes.volume.layer import Floats, Volume
from convgui.scenes.volume.numbers import NumberGrids, number_grids, still
from convgui.scenes.volume.titles import above, around, widths
from convgui.scenes.volume.words import footing

Flags: TypeAlias = NDArray[np.bool_]
TOP = 20.0
SMALL = 16
"""Up to this many cells a side each can be pointed at."""
MANY = 2048
"""Cells of a plane from which its colours are looked up in a table."""


@dataclass(frozen=True, eq=False)
class BlocksLayout:
    """Solids, what each channel adds, and the window's numbers on a canvas.

    Attributes
    ----------
    scale, result : float
        The largest absolute value of the inputs and of the output, for the colours.
    kernel : float
        The same of the weights.
    numbers : NumberGrids or None
        The window, the filter and their products; None where there is no room for legible numbers.
    """

    volume: Volume
    canvas: Canvas
    measure: Measure
    blocks: Arrangement
    scale: float
    kernel: float
    result: float
    numbers: NumberGrids | None
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]

    def colour_input(self, channel: int, axis: int, at: int, rows: Range, columns: Range) -> Bytes:
        """Colour a part of a plane of a padded input."""
        values, padded = self.values(channel, axis, at, rows, columns)
        fills = _fills(self.canvas.theme, values, "input", self.scale)
        if padded.any():
            fills[padded] = mix(self.canvas.theme.background, self.canvas.theme.cell_line, 0.55)
        return fills

    def window(self, channel: int, axis: int, at: int, rows: Range, columns: Range) -> Bytes:
        """Colour a part of a plane of the window in the kernel's hue."""
        theme = self.canvas.theme
        values, _ = self.values(channel, axis, at, rows, columns)
        hue = theme.role("kernel")
        pale = mix(theme.cell, hue.positive, 0.22)
        return ramp(values, pale, hue.positive, hue.negative, self.scale, 0.95)

    def colour_output(self, axis: int, at: int, rows: Range, columns: Range) -> Bytes:
        """Colour a part of a plane of the output."""
        values = _plane(self.volume.output, axis, at, rows, columns).astype(np.float64)
        return _fills(self.canvas.theme, values, "result", self.result)

    def values(self, channel: int, axis: int, at: int, rows: Range, columns: Range) -> tuple[Floats, Flags]:
        """Return a part of a plane of a padded input, zeros where it is padded, and where that is."""
        v = self.volume
        spans: list[Range] = [rows, columns]
        spans.insert(axis, (at, at + 1))
        parts = [(axis, slice(*span)) for axis, span in zip(v.view.axes, spans, strict=True)]
        cells = [axis.sources[part] for axis, part in parts]
        values = v.data[channel][np.ix_(*(np.maximum(c, 0) for c in cells))].astype(np.float64)
        values[~_everywhere(*(c >= 0 for c in cells))] = 0
        padded = ~_everywhere(*(axis.given[part] for axis, part in parts))
        return values.squeeze(axis), padded.squeeze(axis)


def _fills(theme: Theme, values: Floats, role: Role, limit: float) -> Bytes:
    """Colour a plane; a large one in 255 steps, which is faster."""
    if values.size <= MANY:
        return theme.fills(values, role, limit)
    table = theme.fills(np.linspace(-limit, limit, 255, dtype=np.float64), role, limit)[:, :3]
    return looked_up(table, np.clip(np.rint(values * (127 / limit)) + 127, 0, 254).astype(np.uint8))


def _everywhere(d: Flags, h: Flags, w: Flags) -> Flags:
    """Return where the flags of all three axes are set."""
    return np.asarray(d[:, None, None] & h[:, None] & w)


def _plane(array: NDArray[Any], axis: int, at: int, rows: Range, columns: Range) -> NDArray[Any]:
    spans = [slice(*rows), slice(*columns)]
    spans.insert(axis, slice(at, at + 1))
    return array[tuple(spans)].squeeze(axis)


def lay_out(v: Volume, canvas: Canvas) -> BlocksLayout:
    """Place the solids, their titles and the window's numbers."""
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    margin = sizes.margin if canvas.captions else 4.0
    top = TOP if canvas.captions else 4.0
    end = footing(canvas, margin).top if canvas.captions else canvas.height - 4.0
    grids = number_grids(v, canvas, sizes, (margin, top, canvas.width - 2 * margin, end - top))
    low = grids.top - 10 if grids is not None else end - (8 if canvas.captions else 0)
    room = (margin, top, canvas.width - 2 * margin, low - top)
    full, short = (widths(v, sizes, short=s) if canvas.captions else Titles() for s in (False, True))
    stands = arrangement(v, room, sizes, full, short)
    scale = max(largest(sampled(v.data[c]).astype(np.float64)) for c in stands.channels)
    kernel, result = largest(v.kernels), largest(sampled(v.output).astype(np.float64))
    theme, base, hits = canvas.theme, list[Item](), list[HitGrid]()
    for channel, block in zip(stands.channels, stands.filters, strict=True):
        base += _filter(block, v.kernels[channel], theme, kernel)
        if max(block.shape) <= SMALL:
            hits += solid.hits(block, solid.box_planes(block.cells), "kernel", weight_of(v, channel))
    if canvas.captions:
        base += [*above(v, stands, sizes, canvas), *around(v, stands, theme)]
    if grids is not None:
        shown, pointable = still(v, grids, theme, kernel, weight_of(v, v.channel))
        base, hits = [*base, *shown], [*hits, *pointable]
    return BlocksLayout(v, canvas, sizes, stands, scale, kernel, result, grids, tuple(base), tuple(hits))


def weight_of(v: Volume, channel: int) -> tuple[int, int]:
    """Return the first two indices, in the layer's weights, of the kernel of a channel that is read."""
    return v.view.channels.kernel(v.filter, v.first + channel)


def _filter(block: Stand, kernel: Floats, theme: Theme, limit: float) -> list[Item]:
    def fills(axis: int, at: int, rows: Range, columns: Range) -> Bytes:
        return theme.fills(_plane(kernel, axis, at, rows, columns), "kernel", limit)

    return solid.box(block, block.cells, fills, theme.role("kernel").line)
