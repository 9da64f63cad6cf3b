"""What linearity saves: one tap's change in one pass, and any kernel's picture from block means.

A convolution is linear in its weights. So when one weight changes by ``delta``, the output changes by ``delta`` times
the shifted input. And the mean of the output over a block of cells (a screen pixel, zoomed out) is a weighted sum of
block means of shifted inputs, which do not depend on the weights: built once, they answer any kernel exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from convgui.core.arrays import check_bias, check_x
from convgui.core.blocks import fill_block
from convgui.core.control import CancelCheck, Control, Progress
from convgui.core.convolution import Region, resolve_region
from convgui.core.spec import ConvSpec, PerAxis, SpecError, per_axis

AnyArray = NDArray[Any]
CELLS = 1 << 16
"""Cells of a tile: they and their product stay in the second-level cache."""


def _forward_only(spec: ConvSpec, x: AnyArray) -> None:
    if spec.transposed:
        raise SpecError("transposed", "is set; only an ordinary convolution can be updated.", False)
    if x.shape[0] != spec.in_channels:
        raise SpecError("x", f"has {x.shape[0]} channels, the layer needs {spec.in_channels}.")


def update_tap(
    out: AnyArray,
    x: ArrayLike,
    spec: ConvSpec,
    index: Sequence[int],
    delta: float,
    *,
    region: Region | None = None,
    cancel: CancelCheck | None = None,
) -> None:
    """Bring a result up to date after one weight has changed by `delta`, in place.

    Rounding adds up, so recompute in full after some 64 updates or when idle (10,000 in a row measured 60 units of
    2^-24).

    Parameters
    ----------
    out : ndarray, shape (C_out, *region)
        The result for the weight before the change, float32 or float64; written to.
    x : array_like, shape (C_in, *spatial)
    spec : ConvSpec
    index : sequence of int
        The weight, ``(filter, channel of the group, *tap)``.
    delta : float
        New value minus old.
    region : sequence of slice or range, optional
        The output cells that `out` holds, as for `convolve`.
    cancel : callable, optional
        Asked between tiles; `out` is then partly updated and of no use.

    Raises
    ------
    SpecError
        If an argument does not fit.
    Cancelled
    """
    source = check_x(x)
    _forward_only(spec, source)
    place = tuple(int(i) for i in index)
    shape = spec.weight_shape
    if len(place) != len(shape) or not all(0 <= i < n for i, n in zip(place, shape, strict=True)):
        raise SpecError("index", f"is {place}; the weight has shape {shape}.")
    ranges = resolve_region(region, spec.output_shape(source.shape[1:]))
    if out.shape != (spec.out_channels, *(len(r) for r in ranges)) or out.dtype not in (np.float32, np.float64):
        raise SpecError("out", f"is {out.dtype} of shape {out.shape}; it does not hold this region of the result.")
    f, c, *tap = place
    channel = f // (spec.out_channels // spec.groups) * (spec.in_channels // spec.groups) + c
    pads = spec.pads(source.shape[1:])
    axes = zip(ranges, tap, spec.stride, spec.dilation, pads, strict=True)
    start = [r.start * s + t * d - before for r, t, s, d, (before, _) in axes]
    steps = [r.step * s for r, s in zip(ranges, spec.stride, strict=True)]
    control = Control(cancel, None, 1)
    target = out[f]
    rows = max(1, CELLS // max(prod(target.shape[1:]), 1))
    for first in range(0, target.shape[0], rows):
        control.check(0)
        part = target[first : first + rows]
        begin = [start[0] + first * steps[0], *start[1:]]
        part += _shifted(source[channel : channel + 1], part.shape, begin, steps, spec, out.dtype.type(delta))


def _shifted(
    source: AnyArray, shape: tuple[int, ...], start: Sequence[int], steps: Sequence[int], spec: ConvSpec, factor: Any
) -> AnyArray:
    """Return `factor` times a block of the padded input, read where it lies if it touches no padding."""
    last = [a + (n - 1) * s for a, n, s in zip(start, shape, steps, strict=True)]
    if min(start) >= 0 and all(b < n for b, n in zip(last, source.shape[1:], strict=True)):
        cut = tuple(slice(a, b + 1, s) for a, b, s in zip(start, last, steps, strict=True))
        return np.asarray(np.multiply(source[0][cut], factor, dtype=factor.dtype))
    block = np.empty((1, *shape), factor.dtype)
    fill_block(source, block, start, spec.padding_mode, steps)
    block *= factor
    return np.asarray(block[0])


@dataclass(frozen=True, eq=False)
class BlockMeans:
    """Means of the shifted input over blocks of output cells, for every channel and tap.

    Attributes
    ----------
    spec : ConvSpec
    planes : ndarray, shape (C_in, taps, *blocks)
    """

    spec: ConvSpec
    planes: AnyArray

    @property
    def nbytes(self) -> int:
        """Memory that the planes take."""
        return self.planes.nbytes

    def apply(self, weight: ArrayLike, bias: ArrayLike | None = None) -> AnyArray:
        """Return the mean of the layer's output over each block.

        Parameters
        ----------
        weight : array_like
            Of shape ``spec.weight_shape``.
        bias : array_like, shape (C_out,), optional

        Returns
        -------
        ndarray, shape (C_out, *blocks), of the planes' type
            The exact area average, before any non-linear step.
        """
        spec, kind = self.spec, self.planes.dtype
        kernel = np.asarray(weight, dtype=kind)
        if kernel.shape != spec.weight_shape:
            raise SpecError("weight", f"has shape {kernel.shape}, the layer needs {spec.weight_shape}.")
        blocks = self.planes.shape[2:]
        columns = self.planes.reshape(spec.groups, -1, prod(blocks))
        filters = kernel.reshape(spec.groups, spec.out_channels // spec.groups, -1)
        result = (filters @ columns).reshape(spec.out_channels, *blocks)
        offset = check_bias(bias, spec.out_channels)
        if offset is not None:
            result += offset.astype(kind).reshape(-1, *(1,) * spec.rank)
        return np.asarray(result)


def block_means(
    x: ArrayLike,
    spec: ConvSpec,
    factor: PerAxis,
    *,
    region: Region | None = None,
    dtype: DTypeLike = np.float32,
    cancel: CancelCheck | None = None,
    progress: Progress | None = None,
) -> BlockMeans:
    """Build the planes from which any kernel of this size is shown zoomed out.

    Parameters
    ----------
    x : array_like, shape (C_in, *spatial)
    spec : ConvSpec
    factor : int or sequence of int
        Output cells of a block on each axis; an incomplete block at the far end is dropped.
    region : sequence of slice or range, optional
        The blocks that are wanted; all by default.
    dtype : float32 or float64
        Type of the planes; sums are made in it, a block at most.
    cancel, progress
        As for `convolve`.

    Raises
    ------
    SpecError
        If an argument does not fit or no block is complete.
    Cancelled
    """
    source = check_x(x)
    _forward_only(spec, source)
    sides = per_axis("factor", factor, spec.rank, 1)
    shape = spec.output_shape(source.shape[1:])
    blocks = tuple(n // z for n, z in zip(shape, sides, strict=True))
    if 0 in blocks:
        raise SpecError("factor", f"is {sides}; the output of shape {shape} has no complete block.")
    ranges = resolve_region(region, blocks)
    planes = np.empty((spec.in_channels, spec.taps, *(len(r) for r in ranges)), dtype)
    control = Control(cancel, progress, spec.in_channels * len(ranges[0]))
    done = 0
    for c in range(spec.in_channels):
        for first in range(len(ranges[0])):
            control.check(done)
            _mean_row(source[c : c + 1], spec, sides, ranges, first, planes[c, :, first])
            done += 1
    control.check(done)
    return BlockMeans(spec, planes)


def _mean_row(
    source: AnyArray, spec: ConvSpec, sides: tuple[int, ...], ranges: tuple[range, ...], first: int, out: AnyArray
) -> None:
    """Fill one slice of blocks, (taps, *blocks of the other axes), of one channel."""
    pads = spec.pads(source.shape[1:])
    cells = [range(ranges[0][first], ranges[0][first] + 1), *ranges[1:]]
    start = [r.start * z * s - before for r, z, s, (before, _) in zip(cells, sides, spec.stride, pads, strict=True)]
    span = [
        ((len(r) - 1) * r.step * z + z - 1) * s + e
        for r, z, s, e in zip(cells, sides, spec.stride, spec.extent, strict=True)
    ]
    block = np.empty((1, *span), out.dtype)
    fill_block(source, block, start, spec.padding_mode)
    sums: dict[tuple[int, ...], AnyArray] = {(): block[0]}
    for axis, (r, z) in enumerate(zip(cells, sides, strict=True)):
        s, d = spec.stride[axis], spec.dilation[axis]
        sums = {
            (*taps, t): _block_sums(array, axis, t * d, s, z, r.step * z * s, len(r))
            for taps, array in sums.items()
            for t in range(spec.kernel_size[axis])
        }
    for i, taps in enumerate(np.ndindex(*spec.kernel_size)):
        out[i] = sums[taps][0] / out.dtype.type(prod(sides))


def _block_sums(array: AnyArray, axis: int, offset: int, stride: int, side: int, apart: int, count: int) -> AnyArray:
    """Add `side` cells, `stride` apart, in each of `count` blocks that lie `apart`, from `offset` on, on one axis."""
    moved = np.moveaxis(array, axis, 0)
    last = (count - 1) * apart
    total = moved[offset : offset + last + 1 : apart].copy()
    for i in range(1, side):
        first = offset + i * stride
        total += moved[first : first + last + 1 : apart]
    return np.moveaxis(total, 0, axis)
