"""The arrays of a layer with three spatial axes: what one output channel reads, and what it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from math import prod
from operator import mul
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, axis_tables, convolve, convolve_transposed, update_tap
from convgui.core.control import Cancelled
from convgui.core.missing import convolve_present
from convgui.core.precision import display_dtype
from convgui.draw.levels import Levels, extremes, input_levels, missing_in, output_levels
from convgui.layers.convolution import convolution_arguments
from convgui.model.document import Document
from convgui.model.memo import Key, Work
from convgui.model.sample import Sample
from convgui.scenes.scene import Cancel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Place = tuple[int, int, int]
Span = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
"""First and last cell (exclusive) on each axis."""
SIGNED_SHARE = 0.05
"""A kernel whose weights sum to less than this share of their absolute sum makes a signal, not a picture."""
EXACT = 1 << 18
"""Up to this many output cells the work is done in float64."""
FOLLOWED = 8
"""Up to so many changed taps are added to the slices on screen one by one."""
AT_ONCE = 1 << 25
"""Multiply-adds of three slices that take no longer than a frame or two."""
FEW = 1 << 20
"""Fewer multiply-adds than this are done anew rather than updated."""
UPDATES = 64
"""After so many taps were changed one by one, rounding is worth a computation in full."""


@dataclass(frozen=True, eq=False)
class Volume:
    """One output channel of one layer on a volume.

    Attributes
    ----------
    data : ndarray
        ``(C, D, H, W)`` in the file's own type: the channels that this output reads.
    kernels : ndarray
        ``(C, kd, kh, kw)``: the weights by the taps of the index table.
    output : ndarray
        float ``(Do, Ho, Wo)``.
    tables : tuple of ndarray
        The index table of each axis ``(output cells, taps)``; -1 where nothing is read.
    entered, levels : Levels
        The scales of input and output as pictures.
    first, channel : int
        The input channel where `data` begins, and the one of `data` that is shown.
    filter, filters : int
        The output channel, and how many there are.
    weight : tuple of int
        The first two indices, in the layer's weights, of the kernel that is shown.
    cuts : tuple of (int, int, ndarray)
        Slices (axis, place, values) that are newer than `output`, which is still being computed.
    missing : str
        How many values are missing and what becomes of them, or "".
    lost : int
        How many values of the output are missing.
    leaves_out : bool
        Whether missing values (NaN) are left out and the weights rescaled.
    updates : int
        How many single taps have changed since `output` was computed in full.
    like : tuple
        The key of what outputs share that differ in weights at the most.
    """

    sample: Sample
    spec: ConvSpec
    data: NDArray[Any]
    kernels: Floats
    bias: float
    output: NDArray[Any]
    tables: tuple[Ints, Ints, Ints]
    entered: Levels
    levels: Levels
    least: float
    most: float
    first: int
    channel: int
    filter: int
    filters: int
    weight: tuple[int, int]
    flipped: bool
    missing: str
    lost: int
    leaves_out: bool = False
    updates: int = 0
    like: Key = ()
    cuts: tuple[tuple[int, int, NDArray[Any]], ...] = ()

    @property
    def size(self) -> Place:
        """Depth, height and width of the input."""
        return _three(self.data.shape[1:])

    @property
    def made(self) -> Place:
        """Depth, height and width of the output."""
        return _three(self.output.shape)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the channels that are read."""
        return self.sample.channels[self.first : self.first + len(self.data)]

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Size of an input cell on each axis; 1 where the axes are measured in different units."""
        return _spacing(self.sample)

    @property
    def spacing_out(self) -> tuple[float, float, float]:
        """Size of an output cell: a stride makes it larger, the stride of a transposed layer smaller."""
        d, h, w = (
            size / step if self.spec.transposed else size * step
            for size, step in zip(self.spacing, self.spec.stride, strict=True)
        )
        return d, h, w

    @property
    def directions(self) -> tuple[tuple[str, str], ...]:
        """Where each axis begins and ends in the body, or nothing."""
        return self.sample.directions

    def place(self, step: int) -> Place:
        """Return the output cell of a step: width runs first, then height, then depth."""
        d, h, w = np.unravel_index(step, self.made)
        return int(d), int(h), int(w)

    def step(self, place: Place) -> int:
        """Return the step of an output cell."""
        return int(np.ravel_multi_index(place, self.made))

    def slice_out(self, axis: int, at: int) -> NDArray[Any]:
        """Return a slice of the output across an axis."""
        for a, place, values in self.cuts:
            if (a, place) == (axis, at):
                return values
        return np.asarray(np.take(self.output, at, axis=axis))

    def window(self, channel: int, place: Place) -> Floats:
        """Return the values ``kernel_size`` that an output cell meets in one channel, zeros where it reads none."""
        cells = [table[at] for table, at in zip(self.tables, place, strict=True)]
        values = self.data[channel][np.ix_(*(np.maximum(c, 0) for c in cells))].astype(np.float64)
        for axis, c in enumerate(cells):
            values[(slice(None),) * axis + (c < 0,)] = 0
        return np.asarray(values)

    def span(self, place: Place) -> Span | None:
        """Return the cells that an output cell's window covers, in the padding too; None if it reads nothing."""
        if not self.spec.transposed:
            pads = self.spec.pads(self.size)
            starts = [p * s - before for p, s, (before, _) in zip(place, self.spec.stride, pads, strict=True)]
            d, h, w = ((float(a), float(a + e)) for a, e in zip(starts, self.spec.extent, strict=True))
            return d, h, w
        ranges = []
        for table, at in zip(self.tables, place, strict=True):
            read = table[at][table[at] >= 0]
            if not read.size:
                return None
            ranges.append((float(read.min()), float(read.max() + 1)))
        return ranges[0], ranges[1], ranges[2]

    def nearest(self, cell: Place) -> Place:
        """Return the output cell whose window has its middle nearest to an input cell."""
        found = []
        for axis, (at, table) in enumerate(zip(cell, self.tables, strict=True)):
            if self.spec.transposed:
                reads = np.maximum((table >= 0).sum(axis=1), 1)
                middles = np.where(table >= 0, table, 0).sum(axis=1) / reads
                middles[~(table >= 0).any(axis=1)] = np.inf
            else:
                before = self.spec.pads(self.size)[axis][0]
                starts = np.arange(len(table), dtype=np.float64) * self.spec.stride[axis] - before
                middles = starts + (self.spec.extent[axis] - 1) / 2
            found.append(int(np.abs(middles - at).argmin()))
        return found[0], found[1], found[2]

    def fed(self, cell: Place) -> int:
        """Return how many output cells read an input cell."""
        counts = [int((table == at).any(axis=1).sum()) for at, table in zip(cell, self.tables, strict=True)]
        return reduce(mul, counts)


def _three(values: tuple[int, ...]) -> Place:
    d, h, w = values
    return int(d), int(h), int(w)


def _spacing(sample: Sample) -> tuple[float, float, float]:
    # A second is not as long as any number of millimetres: a film's frames are drawn as far apart as its pixels.
    d, h, w = sample.spacing if len(set(sample.units)) == 1 else (1.0, 1.0, 1.0)
    return float(d), float(h), float(w)


@dataclass(frozen=True)
class _Chosen:
    """Which part of the weights makes the chosen output."""

    first: int
    count: int
    channel: int
    output: int


def _chosen(document: Document) -> _Chosen:
    spec, view = document.layer.spec, document.view
    ins, outs = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    if spec.transposed:
        group = view.filter // ins
        return _Chosen(group * ins, ins, view.filter - group * ins, group * outs + view.channel)
    return _Chosen(view.filter // outs * ins, ins, view.channel, view.filter)


def cost(document: Document) -> int:
    """Return the multiply-adds of one output channel, or its cells where those are more."""
    spec, spatial = document.layer.spec, document.sample.spatial
    return max(spec.multiply_adds(spatial) // spec.out_channels, prod(spec.output_shape(spatial)))


class Made(NamedTuple):
    """An output, its weights, and how many taps it has followed since it was computed in full."""

    kernels: Floats
    output: NDArray[Any]
    updates: int


def volume(document: Document, work: Work) -> Volume:
    """Compute the chosen output channel.

    Where a single weight differs from those before, the output follows by linearity: one pass over it instead of one
    a tap.
    """
    layer, sample, spec, pieces = document.layer, document.sample, document.layer.spec, work.pieces
    chosen, like = _chosen(document), _like(document)
    taken = slice(chosen.first, chosen.first + chosen.count)
    data = pieces.piece(("channels", sample.data, chosen.first, chosen.count), lambda: sample.data[taken])
    weights = layer.effective_weight
    kernels = np.ascontiguousarray(weights[taken, document.view.channel] if spec.transposed else weights[chosen.output])
    bias = float(layer.bias[chosen.output])
    d, h, w = (table for table, _ in axis_tables(spec, sample.spatial))
    made = pieces.piece((*like, kernels.tobytes()), lambda: _output(document, data, kernels, bias, like, work))
    entered = pieces.piece(("input levels", data), lambda: input_levels(data))
    least, most = extremes(made.output)
    gain, weight = float(kernels.sum()), float(np.abs(kernels).sum())
    _check(work)
    return Volume(
        sample=sample,
        spec=spec,
        data=data,
        kernels=kernels,
        bias=bias,
        output=made.output,
        tables=(d, h, w),
        entered=entered,
        levels=output_levels(made.output, gain, abs(gain) <= SIGNED_SHARE * weight, entered),
        least=least,
        most=most,
        first=chosen.first,
        channel=min(chosen.channel, chosen.count - 1),
        filter=chosen.output,
        filters=spec.out_channels,
        weight=(document.view.filter, document.view.channel),
        flipped=layer.flip,
        missing=document.missing_words,
        lost=missing_in(made.output),
        leaves_out=_leaves_out(document),
        updates=made.updates,
        like=like,
    )


def cut(before: Volume, document: Document, place: Place) -> Volume | None:
    """Return a volume with the three slices through an output cell computed for changed weights.

    None if something else has changed too, or if that takes too long.
    """
    spec, chosen = document.layer.spec, _chosen(document)
    bias = float(document.layer.bias[chosen.output])
    if spec.transposed or before.leaves_out or before.like != _like(document):
        return None
    kernels = np.ascontiguousarray(document.layer.effective_weight[chosen.output])
    changed = np.argwhere(before.kernels != kernels)
    d, h, w = before.made
    if len(changed) > FOLLOWED and (d * h + d * w + h * w) * kernels.size > AT_ONCE:
        return None
    cuts = []
    for axis in range(3):
        region = [
            slice(p, p + 1) if a == axis else slice(0, n)
            for a, (p, n) in enumerate(zip(place, before.made, strict=True))
        ]
        if len(changed) <= FOLLOWED:
            values = before.output[None][(slice(None), *region)].copy()
            one = replace(spec, in_channels=chosen.count, out_channels=1, groups=1)
            for tap in changed.tolist():
                delta = float(kernels[tuple(tap)] - before.kernels[tuple(tap)])
                update_tap(values, before.data, one, (0, *tap), delta, region=region)
        else:
            values = convolve(
                before.data, kernels[None], np.array([bias]), dtype=before.output.dtype, stride=spec.stride,
                padding=spec.pads(before.size), dilation=spec.dilation, padding_mode=spec.padding_mode, region=region,
            )  # fmt: skip
        cuts.append((axis, place[axis], np.asarray(values[0]).squeeze(axis)))
    return replace(before, kernels=kernels, cuts=tuple(cuts))


def _check(cancel: Cancel | None) -> None:
    if cancel is not None and cancel():
        raise Cancelled


def _output(document: Document, data: NDArray[Any], kernels: Floats, bias: float, like: Key, work: Work) -> Made:
    """Compute the output, or have one that is known follow the one weight in which it differs."""
    spec, before = document.layer.spec, work.pieces.near(like)
    many = cost(document) >= FEW and not spec.transposed and not _leaves_out(document)
    if many and before is not None and before.updates < UPDATES:
        changed = np.argwhere(before.kernels != kernels)
        if len(changed) == 1:
            index = tuple(int(i) for i in changed[0])
            output = before.output[None].copy()
            one = replace(spec, in_channels=len(data), out_channels=1, groups=1)
            update_tap(output, data, one, (0, *index), float(kernels[index] - before.kernels[index]), cancel=work)
            return Made(kernels, output[0], before.updates + 1)
    return Made(kernels, _computed(document, data, kernels, bias, work), 0)


def _like(document: Document) -> Key:
    """Return the key of what outputs share that differ in weights at the most."""
    chosen, layer = _chosen(document), document.layer
    channels = (document.sample.data, chosen.first, chosen.count)
    return ("output", channels, layer.spec, _leaves_out(document), float(layer.bias[chosen.output]))


def _leaves_out(document: Document) -> bool:
    return document.missing == "rescale" and document.sample.nonfinite > 0


def _computed(
    document: Document, data: NDArray[Any], kernels: Floats, bias: float, cancel: Cancel | None
) -> NDArray[Any]:
    spec = document.layer.spec
    cells = reduce(mul, spec.output_shape(document.sample.spatial))
    dtype = np.dtype(np.float64) if cells <= EXACT else display_dtype(data)
    offset = np.array([bias])
    if spec.transposed:
        result = convolve_transposed(
            data,
            kernels[:, None],
            offset,
            stride=spec.stride,
            padding=spec.pads(document.sample.spatial),
            output_padding=spec.output_padding,
            dilation=spec.dilation,
            dtype=dtype,
            cancel=cancel,
        )
        return np.asarray(result[0])
    # These channels are one group, whatever the layer has.
    arguments = convolution_arguments(spec, document.sample.spatial) | {"groups": 1}
    if _leaves_out(document):
        return np.asarray(convolve_present(data.astype(dtype), kernels[None], offset, cancel=cancel, **arguments)[0])
    return np.asarray(convolve(data, kernels[None], offset, dtype=dtype, cancel=cancel, **arguments)[0])
