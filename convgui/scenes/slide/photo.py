"""Slide on pictures: the arrays of one filter. Where they stand on screen is in `pair`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, axis_tables
from convgui.core.precision import display_dtype
from convgui.draw.levels import Levels, input_levels, output_levels
from convgui.draw.photos import SIGNED_SHARE
from convgui.draw.picture import Raster
from convgui.draw.viewport import Pyramid, pyramid
from convgui.model.document import Document
from convgui.model.memo import Key, Pieces, Work
from convgui.model.sample import Alpha, Sample
from convgui.scenes.scene import Cancel
from convgui.scenes.slide.numbers import Floats, Ints, two
from convgui.scenes.slide.visible_output import Filtering, VisibleOutput, Whole, sample_of

LARGE = 4_000_000
"""Products from which an output is computed in the background, after what is on screen."""


@dataclass(frozen=True, eq=False)
class Visible:
    """What a view shows: the input in its colours, and where the whole output is not there, some of its values."""

    input: Raster
    output: VisibleOutput | None


@dataclass(frozen=True, eq=False)
class Photo:
    """One filter of one layer on a picture.

    Attributes
    ----------
    data : ndarray
        ``(C, H, W)`` in the picture's own type: the channels this filter reads.
    kernels : ndarray
        ``(C, kh, kw)``: the weights as they meet the input.
    filtering : Filtering
        What the output is made of.
    shape : tuple of int
        Rows and columns of the output.
    whole : Whole or None
        The whole output; None while a large one is still to be computed.
    shown : Pyramid
        The input for small views.
    cover : Pyramid or None
        Its transparency, where it has any.
    rows, columns : ndarray
        The index table of each axis ``(output cells, taps)``; -1 where zeros are padded.
    levels : Levels
        The output's scale, from a sample of it until the whole is there.
    some : VisibleOutput or None
        That sample.
    visible : Visible or None
        What a view shows of it, where that was looked at.
    beginnings : tuple of (float, float)
        For each axis, input position of the first window and the stride.
    extent : tuple of int
        Height and width that the dilated kernel covers.
    missing : str
        How many values are missing and what becomes of them, or "".
    """

    sample: Sample
    spec: ConvSpec
    data: NDArray[Any]
    kernels: Floats
    bias: float
    filtering: Filtering
    shape: tuple[int, int]
    whole: Whole | None
    signed: bool
    shown: Pyramid
    cover: Pyramid | None
    rows: Ints
    columns: Ints
    names: tuple[str, ...]
    first: int
    filter: int
    filters: int
    input_scale: Levels
    levels: Levels
    some: VisibleOutput | None
    beginnings: tuple[tuple[float, float], tuple[float, float]]
    extent: tuple[int, int]
    missing: str
    visible: Visible | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the input."""
        return self.data.shape[1], self.data.shape[2]

    @property
    def levelled(self) -> tuple[NDArray[Any], Levels]:
        """Values of the output, all or a sample of them, and the scale that follows from them."""
        if self.whole is not None:
            return self.whole.levelled.levels[0], self.levels
        return (self.some.values if self.some is not None else np.zeros(1, self.filtering.dtype)), self.levels

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


def photo(document: Document, signed: str, work: Work) -> Photo:
    """Compute one filter on a picture, in the type that shows it.

    Parameters
    ----------
    signed : str
        ``"auto"``, ``"signed"`` or ``"grey"``: how the output becomes colours.
    """
    layer, sample, view, pieces = document.layer, document.sample, document.view, work.pieces
    spec, alpha = layer.spec, sample.alpha
    first, channels = channels_read(document)
    kernels, bias = layer.effective_weight[view.filter], float(layer.bias[view.filter])
    data = pieces.piece(_read(document), lambda: sample.data[first : first + channels])
    flat = data.reshape(channels, *two(sample.spatial, 1))
    rows, columns = pieces.piece(("tables", spec, sample.spatial), lambda: _tables(spec, sample))
    pads, stride, extent = spec.pads(sample.spatial), spec.stride, spec.extent
    leaves_out = document.missing == "rescale" and sample.nonfinite > 0
    one = replace(spec, in_channels=channels, out_channels=1, groups=1)
    filtering = Filtering(data, one, kernels, bias, display_dtype(data), leaves_out)
    input_scale = pieces.piece(("input levels", data), lambda: input_levels(data))
    gain, weight = float(kernels.sum()), float(np.abs(kernels).sum())
    is_signed = abs(gain) <= SIGNED_SHARE * weight if signed == "auto" else signed == "signed"
    whole = _whole(filtering, work, is_large(spec, sample.spatial))
    some: VisibleOutput | None = None
    if whole is not None:
        values = whole.levelled.levels[0]
    else:
        some = sample_of(filtering, pieces)
        values = some.values
    return Photo(
        sample=sample,
        spec=spec,
        data=flat,
        shown=pieces.piece(("pyramid", data), lambda: pyramid(flat, work)),
        cover=None if alpha is None else pieces.piece(("pyramid", alpha.values), lambda: _cover(alpha, sample, work)),
        kernels=kernels.reshape(channels, *two(spec.kernel_size, 1)),
        bias=bias,
        filtering=filtering,
        shape=filtering.shape,
        whole=whole,
        signed=is_signed,
        rows=rows,
        columns=columns,
        names=sample.channels[first : first + channels],
        first=first,
        filter=view.filter,
        filters=spec.out_channels,
        input_scale=input_scale,
        levels=output_levels(values, gain, is_signed, input_scale),
        some=some,
        beginnings=(
            (float(-pads[-2][0]), float(stride[-2])) if len(pads) > 1 else (0.0, 1.0),
            (float(-pads[-1][0]), float(stride[-1])),
        ),
        extent=two(extent, 1),
        missing=document.missing_words,
    )


def _cover(alpha: Alpha, sample: Sample, cancel: Cancel) -> Pyramid:
    return pyramid(alpha.values.reshape(two(sample.spatial, 1)), cancel)


def is_large(spec: ConvSpec, spatial: tuple[int, ...]) -> bool:
    """Whether the output of one filter is left to be computed after what is on screen."""
    if spec.rank != 2:
        return False
    rows, columns = spec.output_shape(spatial)
    return spec.in_channels // spec.groups * spec.taps * rows * columns > LARGE


def channels_read(document: Document) -> tuple[int, int]:
    """Return the first input channel that the chosen filter reads, and how many it reads."""
    spec = document.layer.spec
    channels = spec.in_channels // spec.groups
    return document.view.filter // (spec.out_channels // spec.groups) * channels, channels


def _read(document: Document) -> Key:
    """Return the key of the channels that the chosen filter reads."""
    return ("channels", document.sample.data, *channels_read(document))


def remembers(document: Document, pieces: Pieces) -> bool:
    """Whether the input is ready to be shown, and the output is large: what is on screen of it comes with a look."""
    data = pieces.get(_read(document))
    ready = data is not None and pieces.get(("pyramid", data)) is not None
    return ready and is_large(document.layer.spec, document.sample.spatial)


def _whole(filtering: Filtering, work: Work, large: bool) -> Whole | None:
    """Return the whole output; where it is large, only if it is there."""
    key = ("whole", *filtering.like, *filtering.weights)
    known: Whole | None = work.pieces.get(key)
    return known if large else work.pieces.piece(key, lambda: filtering.whole(work, work.progress))


def _tables(spec: ConvSpec, sample: Sample) -> tuple[Ints, Ints]:
    """Return the index table of each axis."""
    tables = [table for table, _ in axis_tables(spec, sample.spatial)]
    return tables[-2] if len(tables) > 1 else np.zeros((1, 1), dtype=np.int64), tables[-1]


def completed(data: Photo, work: Work) -> Photo:
    """Compute what was left out of a large output; the levels then follow from all of it."""
    whole = _whole(data.filtering, work, large=False)
    assert whole is not None
    levels = output_levels(whole.levelled.levels[0], float(data.kernels.sum()), data.signed, data.input_scale)
    return replace(data, whole=whole, levels=levels)
