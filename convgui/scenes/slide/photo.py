"""Slide on pictures: the arrays, and where everything stands. What moves is in `loupe`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core import axis_tables, convolve
from convgui.draw.levels import Levels, input_levels, output_levels
from convgui.draw.metrics import elide
from convgui.draw.number import number, times
from convgui.draw.photos import SIGNED_SHARE, fitted
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.viewport import Pyramid, Viewport, pyramid, seen, view_through
from convgui.draw.words import label
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes.scene import Cancel, Canvas
from convgui.scenes.slide.numbers import Floats, Ints, two

MARGIN, GAP, HEADER = 26.0, 30.0, 58.0
LOUPE, MOST_LOUPE, FOOTER = 148.0, 240.0, 66.0
"""Heights of the loupe with its gaps, of the loupe at most, and of the arithmetic."""


@dataclass(frozen=True, eq=False)
class Photo:
    """One filter of one layer on a picture.

    Attributes
    ----------
    data : ndarray
        ``(C, H, W)`` in the picture's own type: the channels this filter reads.
    kernels : ndarray
        ``(C, kh, kw)``: the weights as they meet the input.
    output : ndarray
        float32 ``(Ho, Wo)``.
    shown, levelled : Pyramid
        Input and output for small views.
    rows, columns : ndarray
        The index table of each axis ``(output cells, taps)``; -1 where zeros are padded.
    least, most : float
        The smallest and the largest output.
    beginnings : tuple of (float, float)
        For each axis, input position of the first window and the stride.
    extent : tuple of int
        Height and width that the dilated kernel covers.
    """

    sample: Sample
    data: NDArray[Any]
    kernels: Floats
    bias: float
    output: NDArray[np.float32]
    shown: Pyramid
    levelled: Pyramid
    rows: Ints
    columns: Ints
    names: tuple[str, ...]
    first: int
    filter: int
    filters: int
    entered: Levels
    levels: Levels
    least: float
    most: float
    beginnings: tuple[tuple[float, float], tuple[float, float]]
    extent: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the input."""
        return self.data.shape[1], self.data.shape[2]

    @property
    def colour(self) -> bool:
        """Whether the input is shown in colour."""
        return self.names[:3] == ("R", "G", "B") and len(self.names) <= 4

    def window(self, channel: int, place: tuple[int, int]) -> Floats:
        """Return the values ``(kh, kw)`` that output pixel `place` reads in one channel, zeros where padded."""
        rows, columns = self.rows[place[0]], self.columns[place[1]]
        values = self.data[channel][np.ix_(np.maximum(rows, 0), np.maximum(columns, 0))].astype(np.float64)
        values[rows < 0] = 0
        values[:, columns < 0] = 0
        return np.asarray(values)

    def corner(self, place: tuple[float, float]) -> tuple[float, float]:
        """Return input row and column where the window of an output pixel (possibly between two) begins."""
        (top, down), (left, across) = self.beginnings
        return (top + down * place[0], left + across * place[1])

    def touched(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """Return first and last output row and column that read an input pixel, or None if none does."""
        down = np.flatnonzero((self.rows == row).any(axis=1))
        across = np.flatnonzero((self.columns == column).any(axis=1))
        if not down.size or not across.size:
            return None
        return int(down[0]), int(down[-1]), int(across[0]), int(across[-1])


def photo(document: Document, signed: str, cancel: Cancel | None, before: Photo | None = None) -> Photo:
    """Compute one filter on a picture in float32.

    Parameters
    ----------
    signed : str
        ``"auto"``, ``"signed"`` or ``"grey"``: how the output becomes colours.
    before : Photo, optional
        An earlier result; the input's pyramid is taken over where the input is the same.
    """
    layer, sample, view = document.layer, document.sample, document.view
    spec = layer.spec
    channels = spec.in_channels // spec.groups
    first = view.filter // (spec.out_channels // spec.groups) * channels
    data = sample.data[first : first + channels]
    kernels = layer.effective_weight[view.filter]
    result = convolve(
        data,
        kernels[None],
        layer.bias[view.filter : view.filter + 1],
        dtype=np.float32,
        stride=spec.stride,
        padding=spec.pads(sample.spatial),
        dilation=spec.dilation,
        padding_mode=spec.padding_mode,
        cancel=cancel,
    )
    output: NDArray[np.float32] = np.asarray(result, dtype=np.float32).reshape(two(result.shape[1:], 1))
    tables = [table for table, _ in axis_tables(spec, sample.spatial)]
    rows = tables[-2] if len(tables) > 1 else np.zeros((1, 1), dtype=np.int64)
    pads, stride, extent = spec.pads(sample.spatial), spec.stride, spec.extent
    gain, weight = float(kernels.sum()), float(np.abs(kernels).sum())
    entered = input_levels(data)
    is_signed = abs(gain) <= SIGNED_SHARE * weight if signed == "auto" else signed == "signed"
    return Photo(
        sample=sample,
        data=data.reshape(channels, *two(sample.spatial, 1)),
        shown=_shown(sample, data, first, before, cancel),
        kernels=kernels.reshape(channels, *two(spec.kernel_size, 1)),
        bias=float(layer.bias[view.filter]),
        output=output,
        levelled=pyramid(output, cancel),
        rows=rows,
        columns=tables[-1],
        names=sample.channels[first : first + channels],
        first=first,
        filter=view.filter,
        filters=spec.out_channels,
        entered=entered,
        levels=output_levels(output, gain, is_signed, entered),
        least=float(output.min()),
        most=float(output.max()),
        beginnings=(
            (float(-pads[-2][0]), float(stride[-2])) if len(pads) > 1 else (0.0, 1.0),
            (float(-pads[-1][0]), float(stride[-1])),
        ),
        extent=two(extent, 1),
    )


@dataclass(frozen=True, eq=False)
class PhotoLayout:
    """Two pictures side by side, and the place of the loupe."""

    photo: Photo
    canvas: Canvas
    channel: int
    entered: Viewport
    left: Viewport
    loupe: Box
    footer: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(data: Photo, view: View, canvas: Canvas) -> PhotoLayout:
    """Place both pictures, linked in position and magnification, with their titles."""
    words = canvas.captions
    header, below = (HEADER, LOUPE + FOOTER) if words else (8.0, 8.0)
    margin = MARGIN if words else 8.0
    half = (canvas.width - 2 * margin + GAP) / 2
    room = (half - GAP, max(60.0, canvas.height - header - below - 8))
    entered = view_through((margin, header, *fitted(data.size, room)), data.size, view.centre, view.zoom)
    shape = two(data.output.shape, 1)
    left = view_through((margin + half, header, *fitted(shape, room)), shape, view.centre, view.zoom)
    channel = min(view.channel, len(data.names) - 1)
    base: list[Item] = [_input(data, entered, canvas, channel), _output(data, left, canvas)]
    line = canvas.theme.line
    base.append(Rects(np.array([entered.clip, left.clip]), stroke=line, width=1.0))
    if words:
        base += _titles(data, canvas, (entered, left))
    bottom = max(entered.clip[1] + entered.clip[3], left.clip[1] + left.clip[3])
    footer = canvas.height - FOOTER
    high = min(MOST_LOUPE, max(LOUPE - 40, footer - bottom - 44))
    loupe = (margin, bottom + 26, canvas.width - 2 * margin, high)
    hits = (
        _hit("input", (data.first + channel,), entered),
        _hit("output", (data.filter,), left),
    )
    return PhotoLayout(data, canvas, channel, entered, left, loupe, footer, tuple(base), hits)


def _hit(kind: str, prefix: tuple[int, ...], view: Viewport) -> HitGrid:
    shape = (view.rows, view.columns)
    return HitGrid(kind, prefix, view.x, view.y, view.across, view.down, shape, clip=view.clip)


def _shown(sample: Sample, data: NDArray[Any], first: int, before: Photo | None, cancel: Cancel | None) -> Pyramid:
    """Return the pyramid of the channels that are read, the one of before where it is the same input."""
    same = before is not None and before.sample is sample and before.first == first
    if before is not None and same and len(before.names) == data.shape[0]:
        return before.shown
    return pyramid(data.reshape(data.shape[0], *two(sample.spatial, 1)), cancel)


def _input(data: Photo, view: Viewport, canvas: Canvas, channel: int) -> Raster:
    part, box = seen(data.shown, view, canvas.pixels)
    image = data.entered.colours(part[:3] if data.colour else part[channel], canvas.theme)
    return Raster(image, box, view.clip, smooth=view.across < 2, name="input")


def _output(data: Photo, view: Viewport, canvas: Canvas) -> Raster:
    values, box = seen(data.levelled, view, canvas.pixels)
    return Raster(data.levels.colours(values, canvas.theme), box, view.clip, smooth=view.across < 2, name="output")


def _titles(data: Photo, canvas: Canvas, views: tuple[Viewport, Viewport]) -> list[Item]:
    theme, sample = canvas.theme, data.sample
    which = f" · filter {data.filter + 1} of {data.filters}" if data.filters > 1 else ""
    shape = times(sample.data.shape[0], *data.size)
    entered = f"{sample.name} · {shape} · {sample.data.dtype.name}"
    if sample.nonfinite:
        entered += f" · {sample.nonfinite} not finite, shown as 0"
    output = f"{times(1, *data.output.shape)} · {number(data.least)} … {number(data.most)}{which}"
    items: list[Item] = []
    for view, title, text, ink in (
        (views[0], "Input", entered, theme.role("input").ink),
        (views[1], "Output", output, theme.role("result").ink),
    ):
        x, room = view.clip[0], view.frame[0] + view.frame[2] - view.clip[0]
        y = view.clip[1] - 8
        items.append(label(x, y - 18, title, ink, 13, bold=True))
        items.append(label(x, y, elide(text, 11, room, mono=True), theme.muted, 11, mono=True))
    return items
