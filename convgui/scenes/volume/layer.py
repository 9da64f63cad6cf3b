"""The arrays of a layer with three spatial axes: what one output channel reads, and what it becomes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.core import FilterView, convolve, convolve_transposed, update_tap
from convgui.core.control import Cancelled
from convgui.core.missing import convolve_present
from convgui.core.precision import display_dtype
from convgui.draw.levels import Levels, extremes, input_levels, missing_in, output_levels
from convgui.layers.convolution import convolution_arguments
from convgui.model.document import Document
from convgui.model.memo import Key, Work, same_key
from convgui.model.sample import Sample
from convgui.scenes.scene import Cancel

Floats = NDArray[np.float64]
Triple = tuple[int, int, int]
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
    view : FilterView
        Which input cell meets which weight where.
    input_scale, levels : Levels
        The scales of input and output as pictures.
    first, channel : int
        The input channel where `data` begins, and the one of `data` that is shown.
    filter, filters : int
        The output channel, and how many there are.
    weight : tuple of int
        The first two indices, in the layer's weights, of the kernel that is shown.
    cuts : tuple of (int, int, ndarray)
        Slices (axis, index, values) that are newer than `output`, which is still being computed.
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
    view: FilterView
    data: NDArray[Any]
    kernels: Floats
    bias: float
    output: NDArray[Any]
    input_scale: Levels
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
    def size(self) -> Triple:
        """Depth, height and width of the input."""
        return _three(self.view.spatial)

    @property
    def padded_size(self) -> Triple:
        """The same with the padding."""
        return _three(self.view.padded_shape)

    @property
    def output_size(self) -> Triple:
        """Depth, height and width of the output."""
        return _three(self.view.output_shape)

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
        d, h, w = (size * axis.step for size, axis in zip(self.spacing, self.view.axes, strict=True))
        return d, h, w

    @property
    def directions(self) -> tuple[tuple[str, str], ...]:
        """Where each axis begins and ends in the body, or nothing."""
        return self.sample.directions

    def position(self, step: int) -> Triple:
        """Return the output cell of a step: width runs first, then height, then depth."""
        return _three(self.view.position(step))

    def slice_out(self, axis: int, at: int) -> NDArray[Any]:
        """Return a slice of the output across an axis."""
        for a, index, values in self.cuts:
            if (a, index) == (axis, at):
                return values
        return np.asarray(np.take(self.output, at, axis=axis))

    def windows(self, position: Triple) -> Floats:
        """Return the values ``(C, *kernel)`` that an output cell meets, zeros where it reads none."""
        return self.view.values(self.data, position)

    def span(self, position: Triple) -> Span | None:
        """Return the cells that an output cell's window covers, in the padding too; None if it reads nothing."""
        d, h, w = self.view.spans(position)
        return (d, h, w) if min(b - a for a, b in (d, h, w)) > 0 else None


def _three(values: tuple[int, ...]) -> Triple:
    d, h, w = values
    return int(d), int(h), int(w)


def _spacing(sample: Sample) -> tuple[float, float, float]:
    # A second is not as long as any number of millimetres: a film's frames are drawn as far apart as its pixels.
    d, h, w = sample.spacing if len(set(sample.units)) == 1 else (1.0, 1.0, 1.0)
    return float(d), float(h), float(w)


def _chosen(document: Document) -> tuple[int, int]:
    """Return the output and the input channel of the chosen kernel."""
    return document.layer.spec.channels.ends(document.view.filter, document.view.channel)


def cost(document: Document) -> int:
    """Return the multiply-adds of one output channel, or its cells where those are more."""
    spec, spatial = document.layer.spec, document.sample.spatial
    return max(spec.multiply_adds(spatial) // spec.out_channels, document.filter_view.positions)


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
    (output, channel), like = _chosen(document), _like(document)
    reads, cut = spec.channels.reads(output), spec.channels.slice(output)
    data = pieces.piece(("channels", sample.data, reads), lambda: sample.data[cut])
    kernels, bias = np.ascontiguousarray(layer.filter_of(output)), float(layer.bias[output])
    made = pieces.piece((*like, kernels.tobytes()), lambda: _output(document, data, kernels, bias, like, work))
    input_scale = pieces.piece(("input levels", data), lambda: input_levels(data))
    least, most = extremes(made.output)
    gain, weight = float(kernels.sum()), float(np.abs(kernels).sum())
    _check(work)
    return Volume(
        sample=sample,
        view=document.filter_view,
        data=data,
        kernels=kernels,
        bias=bias,
        output=made.output,
        input_scale=input_scale,
        levels=output_levels(made.output, gain, abs(gain) <= SIGNED_SHARE * weight, input_scale),
        least=least,
        most=most,
        first=reads.start,
        channel=reads.index(channel),
        filter=output,
        filters=spec.out_channels,
        weight=(document.view.filter, document.view.channel),
        flipped=layer.flip,
        missing=document.missing_words,
        lost=missing_in(made.output),
        leaves_out=document.leaves_out,
        updates=made.updates,
        like=like,
    )


def cut(before: Volume, document: Document, position: Triple) -> Volume | None:
    """Return a volume with the three slices through an output cell computed for changed weights.

    None if something else has changed too, or if that takes too long.
    """
    layer, (output, _) = document.layer, _chosen(document)
    one, bias = layer.spec.one_filter(len(before.data)), float(layer.bias[output])
    if one.transposed or before.leaves_out or not same_key(before.like, _like(document)):
        return None
    kernels = np.ascontiguousarray(layer.filter_of(output))
    changed = np.argwhere(before.kernels != kernels)
    d, h, w = before.output_size
    if len(changed) > FOLLOWED and (d * h + d * w + h * w) * kernels.size > AT_ONCE:
        return None
    cuts = []
    for axis in range(3):
        region = [
            slice(p, p + 1) if a == axis else slice(0, n)
            for a, (p, n) in enumerate(zip(position, before.output_size, strict=True))
        ]
        if len(changed) <= FOLLOWED:
            values = before.output[None][(slice(None), *region)].copy()
            for tap in changed.tolist():
                delta = float(kernels[tuple(tap)] - before.kernels[tuple(tap)])
                update_tap(values, before.data, one, (0, *tap), delta, region=region)
        else:
            arguments = convolution_arguments(one, before.size) | {"dtype": before.output.dtype, "region": region}
            values = convolve(before.data, kernels[None], np.array([bias]), **arguments)
        cuts.append((axis, position[axis], np.asarray(values[0]).squeeze(axis)))
    return replace(before, kernels=kernels, cuts=tuple(cuts))


def _check(cancel: Cancel | None) -> None:
    if cancel is not None and cancel():
        raise Cancelled


def _output(document: Document, data: NDArray[Any], kernels: Floats, bias: float, like: Key, work: Work) -> Made:
    """Compute the output, or have one that is known follow the one weight in which it differs."""
    spec, before = document.layer.spec, work.pieces.near(like)
    many = cost(document) >= FEW and not spec.transposed and not document.leaves_out
    if many and before is not None and before.updates < UPDATES:
        changed = np.argwhere(before.kernels != kernels)
        if len(changed) == 1:
            index = tuple(int(i) for i in changed[0])
            output = before.output[None].copy()
            update_tap(
                output,
                data,
                spec.one_filter(len(data)),
                (0, *index),
                float(kernels[index] - before.kernels[index]),
                cancel=work,
            )
            return Made(kernels, output[0], before.updates + 1)
    return Made(kernels, _computed(document, data, kernels, bias, work), 0)


def _like(document: Document) -> Key:
    """Return the key of what outputs share that differ in weights at the most."""
    (output, _), layer = _chosen(document), document.layer
    channels = (document.sample.data, layer.spec.channels.reads(output))
    return ("output", channels, layer.spec, document.leaves_out, float(layer.bias[output]))


def _computed(
    document: Document, data: NDArray[Any], kernels: Floats, bias: float, cancel: Cancel | None
) -> NDArray[Any]:
    # These channels are one group, whatever the layer has.
    spec, spatial = document.layer.spec.one_filter(len(data)), document.sample.spatial
    dtype = np.dtype(np.float64) if document.filter_view.positions <= EXACT else display_dtype(data)
    arguments, offset = convolution_arguments(spec, spatial) | {"cancel": cancel}, np.array([bias])
    if spec.transposed:
        return np.asarray(convolve_transposed(data, kernels[:, None], offset, dtype=dtype, **arguments)[0])
    if document.leaves_out:
        return np.asarray(convolve_present(data.astype(dtype), kernels[None], offset, **arguments)[0])
    return np.asarray(convolve(data, kernels[None], offset, dtype=dtype, **arguments)[0])
