"""Blocks: the volume as a solid, cut away around the window; the output grows cell by cell. Where everything stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.draw import solid
from convgui.draw.colour import Bytes, looked_up, mix, ramp
from convgui.draw.grids import largest
from convgui.draw.levels import sampled
from convgui.draw.metrics import text_width
from convgui.draw.number import times
from convgui.draw.panels import HEADING, heading
from convgui.draw.picture import HitGrid, Item
from convgui.draw.sheared import FLAT, SLOPE, Slices, sheared
from convgui.draw.solid import Range, Stand
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.volume.layer import Floats, Volume
from convgui.scenes.volume.words import AXES, FOOTER, MARGIN, input_detail
from convgui.words import tr

Flags: TypeAlias = NDArray[np.bool_]

LEFT = 0.56
"""Share of the width that the input has."""
BAND, ROOMY = 116.0, 560.0
"""Height of the numbers' slices with their titles, and of the picture from which they are drawn."""
SMALLEST, LARGEST = 19.0, 34.0
"""Pixels of a cell in those slices."""
SIGN, SLIT = 34.0, 12.0
MANY = 2048
"""Cells of a plane from which its colours are looked up in a table."""


@dataclass(frozen=True, eq=False)
class BlocksLayout:
    """Three solids and the numbers' slices on a canvas.

    Attributes
    ----------
    scale, result : float
        The largest absolute value of input and output, for the colours.
    slices : tuple of Slices
        The window, the filter and their products; empty where there is no room for legible numbers.
    """

    volume: Volume
    canvas: Canvas
    input: Stand
    output: Stand
    scale: float
    result: float
    slices: tuple[Slices, ...]
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]

    def colour_input(self, axis: int, at: int, rows: Range, columns: Range) -> Bytes:
        """Colour a part of a plane of the padded input."""
        values, padded = self.values(axis, at, rows, columns)
        fills = _fills(self.canvas.theme, values, "input", self.scale)
        if padded.any():
            fills[padded] = mix(self.canvas.theme.background, self.canvas.theme.cell_line, 0.55)
        return fills

    def window(self, axis: int, at: int, rows: Range, columns: Range) -> Bytes:
        """Colour a part of a plane of the window in the kernel's hue."""
        theme = self.canvas.theme
        values, _ = self.values(axis, at, rows, columns)
        hue = theme.role("kernel")
        pale = mix(theme.cell, hue.positive, 0.22)
        return ramp(values, pale, hue.positive, hue.negative, self.scale, 0.95)

    def colour_output(self, axis: int, at: int, rows: Range, columns: Range) -> Bytes:
        """Colour a part of a plane of the output."""
        values = _plane(self.volume.output, axis, at, rows, columns).astype(np.float64)
        return _fills(self.canvas.theme, values, "result", self.result)

    def values(self, axis: int, at: int, rows: Range, columns: Range) -> tuple[Floats, Flags]:
        """Return a part of a plane of the padded input, zeros where it is padded, and where that is."""
        v = self.volume
        spans: list[Range] = [rows, columns]
        spans.insert(axis, (at, at + 1))
        parts = [(axis, slice(*span)) for axis, span in zip(v.view.axes, spans, strict=True)]
        cells = [axis.sources[part] for axis, part in parts]
        values = v.data[v.channel][np.ix_(*(np.maximum(c, 0) for c in cells))].astype(np.float64)
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
    """Place the solids, their titles and the numbers' slices."""
    words = canvas.captions
    margin, footer = (MARGIN, FOOTER) if words else (4.0, 4.0)
    slices = _slices(v, canvas) if words and canvas.height >= ROOMY else ()
    top = 18.0 + HEADING if words else 4.0
    bottom = canvas.height - footer - (BAND if slices else 6.0)
    d, h, w = v.view.padded_shape
    split = margin + (canvas.width - 2 * margin) * LEFT
    tags = 16.0 if words else 0.0
    beside = text_width(_tag_words(v, (d, h, w))[1], 11) if words else 0.0
    frame = (margin + beside, top, split - margin - beside - 2 * tags, bottom - top - tags)
    given = solid.stand((d, h, w), v.spacing, frame)
    x, room = split + (10 if words else 2), canvas.width - margin - split - 10
    kernel_high = (bottom - top - (HEADING if words else 0)) * 0.36
    filter_stand = solid.stand(_kernel_shape(v), (1, 1, 1), (x, top, room, kernel_high), 30.0)
    below = top + kernel_high + (HEADING + 22 if words else 4)
    output = solid.stand(v.output_size, v.spacing_out, (x, below, room, bottom - below), 64.0)
    scale = largest(sampled(v.data[v.channel]).astype(np.float64))
    result = largest(sampled(v.output).astype(np.float64))
    kernel = v.kernels[v.channel]
    base = _filter(filter_stand, kernel, canvas) if words or canvas.width > 150 else []
    if words:
        base += _titles(v, canvas, (margin, 18.0), (x, 18.0), (x, below - HEADING), room)
        base += _tags(v, given, canvas)
    hits: list[HitGrid] = []
    if slices:
        theme = canvas.theme
        base += sheared(slices[1], kernel, theme, "kernel", largest(kernel))
        hits += slices[1].hits("kernel", v.weight)
        base += _signs(slices, canvas)
    return BlocksLayout(
        v, canvas, given, output, scale, result, slices, tuple(base), tuple(hits)
    )  # fmt: skip


def _kernel_shape(v: Volume) -> tuple[int, int, int]:
    d, h, w = v.kernels.shape[1:]
    return int(d), int(h), int(w)


def _filter(stand: Stand, kernel: Floats, canvas: Canvas) -> list[Item]:
    theme, limit = canvas.theme, largest(kernel)

    def fills(axis: int, at: int, rows: Range, columns: Range) -> Bytes:
        return theme.fills(_plane(kernel, axis, at, rows, columns), "kernel", limit)

    return solid.box(stand, stand.cells, fills, theme.role("kernel").line)


def _titles(
    v: Volume, canvas: Canvas, left: tuple[float, float], right: tuple[float, float], low: tuple[float, float],
    room: float,
) -> list[Item]:  # fmt: skip
    theme = canvas.theme
    turned = f" · {tr('turned')}" if v.flipped else ""
    channels = len(v.names)
    kernel = times(*v.kernels.shape[1:]) + (
        f" · {tr('channel {name}', name=v.names[v.channel])}" if channels > 1 else ""
    )
    which = f" · {tr('filter {n} of {all}', n=v.filter + 1, all=v.filters)}" if v.filters > 1 else ""
    wide = right[0] - left[0] - 12
    output = tr("Output volume") if v.output_size[0] > 1 else tr("Output, one layer deep")
    return [
        *heading(*left, tr("Input volume"), input_detail(v), theme.role("input").ink, theme, wide),
        *heading(*right, tr("Filter"), kernel + turned, theme.role("kernel").ink, theme, room),
        *heading(*low, output, times(*v.output_size) + which, theme.role("result").ink, theme, room),
    ]  # fmt: skip


def _tag_words(v: Volume, shape: tuple[int, ...]) -> list[str]:
    return [
        f"{tr(name)} {n}{f' + {padded - n}' if padded > n else ''}"
        for name, n, padded in zip(AXES, v.size, shape, strict=True)
    ]


def _tags(v: Volume, block: Stand, canvas: Canvas) -> list[Item]:
    """Name the axes along the edges of the input, with their cells and those of the padding."""
    d, h, w = block.shape
    ink = canvas.theme.muted
    names = _tag_words(v, block.shape)
    low, side, wide = block.point(d / 2, h, w), block.point(d, h / 2, 0), block.point(d, h, w / 2)
    return [
        label(low[0] + 7, low[1] + 13, names[0], ink, 11),
        label(side[0] - 7, side[1] + 4, names[1], ink, 11, anchor="end"),
        label(wide[0] - 7, wide[1] + 13, names[2], ink, 11, anchor="end"),
    ]


def _slices(v: Volume, canvas: Canvas) -> tuple[Slices, ...]:
    """Place window, filter and products as slices; nothing if their numbers would not be legible."""
    shape = _kernel_shape(v)
    k, rows, columns = shape
    room = canvas.width - 2 * MARGIN - 2 * SIGN - 3 * (k - 1) * SLIT
    by_height = (BAND - 34) / (rows * FLAT + columns * SLOPE)
    cell = float(int(min(room / (3 * k * columns), by_height, LARGEST)))
    if cell < SMALLEST:
        return ()
    one = Slices(0, 0, cell, SLIT, shape)
    y = canvas.height - FOOTER - 12 - one.height
    pitch = one.width + SIGN
    return tuple(Slices(MARGIN + i * pitch, y, cell, SLIT, shape) for i in range(3))


def _signs(slices: tuple[Slices, ...], canvas: Canvas) -> list[Item]:
    theme = canvas.theme
    y = slices[0].y - 10
    items: list[Item] = []
    for part, name in zip(slices, (tr("Window"), tr("Filter"), tr("Products")), strict=True):
        text = name if part.shape[0] == 1 or part.width < 130 else tr("{name}, slice by slice", name=name)
        items.append(label(part.x, y, text, theme.muted, 11))
    for part, sign in zip(slices[1:], "×=", strict=True):
        middle = part.y + part.height / 2 + 6
        items.append(label(part.x - SIGN / 2, middle, sign, theme.muted, 17, mono=True, anchor="middle"))
    return items
