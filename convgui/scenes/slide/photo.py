"""Slide on pictures: the arrays, and where everything stands. What moves is in `loupe`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, axis_tables
from convgui.draw.levels import Levels, adjusted, input_levels, output_levels
from convgui.draw.metrics import elide
from convgui.draw.number import number, times
from convgui.draw.photos import SIGNED_SHARE, fitted
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.viewport import Pyramid, Viewport, pyramid, seen, view_through
from convgui.draw.words import label
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes.scene import Cancel, Canvas
from convgui.scenes.slide.glimpse import (
    UPDATES,
    Glimpse,
    Ranges,
    Reading,
    Whole,
    first_glimpse,
    followed,
    sample_of,
    wanted,
)
from convgui.scenes.slide.numbers import Floats, Ints, two
from convgui.words import language, tr

MARGIN, GAP, HEADER = 26.0, 30.0, 58.0
LOUPE, MOST_LOUPE, FOOTER = 148.0, 240.0, 66.0
"""Heights of the loupe with its gaps, of the loupe at most, and of the arithmetic."""


LARGE = 150_000_000
"""Products from which an output is computed in the background, after what is on screen."""


@dataclass(frozen=True, eq=False)
class Photo:
    """One filter of one layer on a picture.

    Attributes
    ----------
    data : ndarray
        ``(C, H, W)`` in the picture's own type: the channels this filter reads.
    kernels : ndarray
        ``(C, kh, kw)``: the weights as they meet the input.
    reading : Reading
        What the output is made of.
    shape : tuple of int
        Rows and columns of the output.
    whole : Whole or None
        The whole output; None while a large one is still to be computed.
    shown : Pyramid
        The input for small views.
    rows, columns : ndarray
        The index table of each axis ``(output cells, taps)``; -1 where zeros are padded.
    levels : Levels
        The output's scale, from a sample of it until the whole is there.
    some : Glimpse or None
        That sample.
    beginnings : tuple of (float, float)
        For each axis, input position of the first window and the stride.
    extent : tuple of int
        Height and width that the dilated kernel covers.
    """

    sample: Sample
    spec: ConvSpec
    data: NDArray[Any]
    kernels: Floats
    bias: float
    reading: Reading
    shape: tuple[int, int]
    whole: Whole | None
    signed: bool
    shown: Pyramid
    rows: Ints
    columns: Ints
    names: tuple[str, ...]
    first: int
    filter: int
    filters: int
    entered: Levels
    levels: Levels
    some: Glimpse | None
    beginnings: tuple[tuple[float, float], tuple[float, float]]
    extent: tuple[int, int]

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the input."""
        return self.data.shape[1], self.data.shape[2]

    @property
    def levelled(self) -> tuple[NDArray[np.float32], Levels]:
        """Values of the output, all or a sample of them, and the scale that follows from them."""
        if self.whole is not None:
            return self.whole.levelled.levels[0], self.levels
        return (self.some.values if self.some is not None else np.zeros(1, np.float32)), self.levels

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
    same = before if before is not None and _same_input(before, sample, first, channels) else None
    rows, columns = _tables(spec, sample, same)
    pads, stride, extent = spec.pads(sample.spatial), spec.stride, spec.extent
    reading = _reading(data, spec, kernels, float(layer.bias[view.filter]), same)
    entered = input_levels(data) if same is None else same.entered
    gain, weight = float(kernels.sum()), float(np.abs(kernels).sum())
    is_signed = abs(gain) <= SIGNED_SHARE * weight if signed == "auto" else signed == "signed"
    shape = two(reading.spec.output_shape(sample.spatial), 1)
    large = spec.rank == 2 and reading.kernels.size * shape[0] * shape[1] > LARGE
    whole: Whole | None = None
    some: Glimpse | None = None
    if large:
        some = sample_of(reading, None if same is None else same.some)
        values = some.values
    else:
        whole = reading.whole(cancel)
        values = whole.levelled.levels[0]
    return Photo(
        sample=sample,
        spec=spec,
        data=data.reshape(channels, *two(sample.spatial, 1)),
        shown=pyramid(data.reshape(channels, *two(sample.spatial, 1)), cancel) if same is None else same.shown,
        kernels=kernels.reshape(channels, *two(spec.kernel_size, 1)),
        bias=float(layer.bias[view.filter]),
        reading=reading,
        shape=shape,
        whole=whole,
        signed=is_signed,
        rows=rows,
        columns=columns,
        names=sample.channels[first : first + channels],
        first=first,
        filter=view.filter,
        filters=spec.out_channels,
        entered=entered,
        levels=output_levels(values, gain, is_signed, entered),
        some=some,
        beginnings=(
            (float(-pads[-2][0]), float(stride[-2])) if len(pads) > 1 else (0.0, 1.0),
            (float(-pads[-1][0]), float(stride[-1])),
        ),
        extent=two(extent, 1),
    )


def _same_input(before: Photo, sample: Sample, first: int, channels: int) -> bool:
    return before.sample is sample and before.first == first and len(before.names) == channels


def _reading(data: NDArray[Any], spec: ConvSpec, kernels: Floats, bias: float, same: Photo | None) -> Reading:
    """Describe one output channel; the input is the very array of before where it is the same."""
    one = replace(spec, in_channels=len(data), out_channels=1, groups=1)
    return Reading(data if same is None else same.reading.x, one, kernels, bias)


def _tables(spec: ConvSpec, sample: Sample, same: Photo | None) -> tuple[Ints, Ints]:
    """Return the index table of each axis, the ones of before where nothing but weights has changed."""
    if same is not None and same.spec == spec:
        return same.rows, same.columns
    tables = [table for table, _ in axis_tables(spec, sample.spatial)]
    return tables[-2] if len(tables) > 1 else np.zeros((1, 1), dtype=np.int64), tables[-1]


def completed(data: Photo, cancel: Cancel | None, progress: Callable[[float], None] | None) -> Photo:
    """Compute what was left out of a large output; the levels then follow from all of it."""
    whole = data.reading.whole(cancel, progress)
    levels = output_levels(whole.levelled.levels[0], float(data.kernels.sum()), data.signed, data.entered)
    return replace(data, whole=whole, levels=levels)


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
    view: View
    glimpse: Glimpse | None = None

    @property
    def full(self) -> Ranges:
        """The rows and columns of the output that are on screen, one a device pixel."""
        return wanted(self.left, self.canvas.pixels)

    @property
    def blurred(self) -> bool:
        """Whether finer values than those shown could be on screen."""
        known = self.glimpse
        return known is not None and ((known.rows, known.columns) != self.full or known.updates > UPDATES)


def lay_out(
    data: Photo, view: View, canvas: Canvas, before: PhotoLayout | None = None, sharp: Glimpse | None = None
) -> PhotoLayout:
    """Place both pictures, linked in position and magnification, with their titles.

    Parameters
    ----------
    before : PhotoLayout, optional
        An earlier layout, whose values are taken over and brought up to date where the same place is on screen.
    sharp : Glimpse, optional
        Values that were computed for this place in the meantime.
    """
    data = replace(data, levels=adjusted(data.levels, view.levels))
    words = canvas.captions
    header, below = (HEADER, LOUPE + FOOTER) if words else (8.0, 8.0)
    margin = MARGIN if words else 8.0
    half = (canvas.width - 2 * margin + GAP) / 2
    room = (half - GAP, max(60.0, canvas.height - header - below - 8))
    entered = view_through((margin, header, *fitted(data.size, room)), data.size, view.centre, view.zoom)
    shape = data.shape
    left = view_through((margin + half, header, *fitted(shape, room)), shape, view.centre, view.zoom)
    channel = min(view.channel, len(data.names) - 1)
    glimpse = None if data.whole else _glimpse(data, left, canvas, before, sharp)
    base: list[Item] = [_given(data, entered, canvas, channel, before), _output(data, left, canvas, glimpse)]
    line = canvas.theme.line
    base.append(Rects(np.array([entered.clip, left.clip]), stroke=line, width=1.0))
    if words:
        base += _titles(data, canvas, (entered, left), glimpse)
    bottom = max(entered.clip[1] + entered.clip[3], left.clip[1] + left.clip[3])
    footer = canvas.height - FOOTER
    high = min(MOST_LOUPE, max(LOUPE - 40, footer - bottom - 44))
    loupe = (margin, bottom + 26, canvas.width - 2 * margin, high)
    hits = (
        _hit("input", (data.first + channel,), entered),
        _hit("output", (data.filter,), left),
    )
    return PhotoLayout(data, canvas, channel, entered, left, loupe, footer, tuple(base), hits, view, glimpse)


def _glimpse(data: Photo, left: Viewport, canvas: Canvas, before: PhotoLayout | None, sharp: Glimpse | None) -> Glimpse:
    """Return values for what is on screen: those known for this place, brought up to date, or the first ones anew."""
    full = wanted(left, canvas.pixels)
    known = sharp
    if known is None and before is not None and before.glimpse is not None and before.full == full:
        known = before.glimpse
    now = followed(known, data.reading) if known is not None else None
    return now or first_glimpse(data.reading, left, canvas.pixels)


def _hit(kind: str, prefix: tuple[int, ...], view: Viewport) -> HitGrid:
    shape = (view.rows, view.columns)
    return HitGrid(kind, prefix, view.x, view.y, view.across, view.down, shape, clip=view.clip)


def _given(data: Photo, view: Viewport, canvas: Canvas, channel: int, before: PhotoLayout | None) -> Item:
    """Draw the input, or take it over from before where nothing about it has changed."""
    if before is None or before.photo.shown is not data.shown:
        return _input(data, view, canvas, channel)
    if (before.entered, before.canvas, before.channel) == (view, canvas, channel):
        return before.base[0]
    return _input(data, view, canvas, channel)


def _input(data: Photo, view: Viewport, canvas: Canvas, channel: int) -> Raster:
    part, box = seen(data.shown, view, canvas.pixels)
    image = data.entered.colours(part[:3] if data.colour else part[channel], canvas.theme)
    return Raster(image, box, view.clip, smooth=view.across < 2, name="input")


def _output(data: Photo, view: Viewport, canvas: Canvas, glimpse: Glimpse | None) -> Raster:
    if data.whole is not None:
        values, box = seen(data.whole.levelled, view, canvas.pixels)
    elif glimpse is not None:
        values, box = glimpse.values, glimpse.box(view)
    return Raster(data.levels.colours(values, canvas.theme), box, view.clip, smooth=view.across < 2, name="output")


def _range(data: Photo, glimpse: Glimpse | None) -> str:
    """Say what the output's values range over, or which of them are on screen as yet."""
    if data.whole is not None:
        return f"{number(data.whole.least)} … {number(data.whole.most)}"
    step = glimpse.rows.step if glimpse is not None else 1
    return tr("exact where visible") if step == 1 else tr("exact at every {nth} pixel", nth=ordinal(step))


def ordinal(count: int) -> str:
    """Write ``2nd``, ``3rd``, ``12th``; in other languages than English the number alone."""
    if language() != "en":
        return str(count)
    ending = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{ending}"


def _titles(data: Photo, canvas: Canvas, views: tuple[Viewport, Viewport], glimpse: Glimpse | None) -> list[Item]:
    theme, sample = canvas.theme, data.sample
    which = f" · {tr('filter {n} of {all}', n=data.filter + 1, all=data.filters)}" if data.filters > 1 else ""
    shape = times(sample.data.shape[0], *data.size)
    entered = f"{sample.name} · {shape} · {sample.data.dtype.name}"
    if sample.nonfinite:
        entered += f" · {tr('{n} not finite, shown as 0', n=sample.nonfinite)}"
    output = f"{times(1, *data.shape)} · {_range(data, glimpse)}{which}"
    items: list[Item] = []
    for view, title, text, ink in (
        (views[0], tr("Input"), entered, theme.role("input").ink),
        (views[1], tr("Output"), output, theme.role("result").ink),
    ):
        x, room = view.clip[0], view.frame[0] + view.frame[2] - view.clip[0]
        y = view.clip[1] - 8
        items.append(label(x, y - 18, title, ink, 13, bold=True))
        items.append(label(x, y, elide(text, 11, room, mono=True), theme.muted, 11, mono=True))
    return items
