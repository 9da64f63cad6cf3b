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

from convgui.core.arrays import as_real, check_bias, check_x
from convgui.core.blocks import fill_block
from convgui.core.control import CancelCheck, Control, Progress
from convgui.core.convolution import Region, resolve_region
from convgui.core.crew import Crew
from convgui.core.processors import processors
from convgui.core.spec import ConvSpec, PerAxis, SpecError, per_axis
from convgui.words import tr, trn

AnyArray = NDArray[Any]
CELLS = 1 << 16
"""Cells of a tile: they and their product stay in the second-level cache."""
MEANS = 4 << 20
"""Bytes of input, in the type of the planes, that a tile of block means covers: fewer are too many steps of Python."""


def _forward_only(spec: ConvSpec, x: AnyArray) -> None:
    if spec.transposed:
        raise SpecError("transposed", tr("is set; only an ordinary convolution can be updated."), False)
    if x.shape[0] != spec.in_channels:
        raise SpecError(
            "x",
            trn(
                "has {n} channel, the layer needs {in_channels}.",
                "has {n} channels, the layer needs {in_channels}.",
                x.shape[0],
                in_channels=spec.in_channels,
            ),
        )


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
    position = tuple(int(i) for i in index)
    shape = spec.weight_shape
    if len(position) != len(shape) or not all(0 <= i < n for i, n in zip(position, shape, strict=True)):
        raise SpecError("index", tr("is {place}; the weight has shape {shape}.", place=position, shape=shape))
    ranges = resolve_region(region, spec.output_shape(source.shape[1:]))
    if out.shape != (spec.out_channels, *(len(r) for r in ranges)) or out.dtype not in (np.float32, np.float64):
        raise SpecError(
            "out",
            tr(
                "is {dtype} of shape {shape}; it does not hold this region of the result.",
                dtype=out.dtype,
                shape=out.shape,
            ),
        )
    f, c, *tap = position
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
        kernel = as_real("weight", weight).astype(kind, copy=False)
        if kernel.shape != spec.weight_shape:
            raise SpecError(
                "weight",
                tr(
                    "has shape {shape}, the layer needs {weight_shape}.",
                    shape=kernel.shape,
                    weight_shape=spec.weight_shape,
                ),
            )
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
    threads: int | None = None,
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
    threads, cancel, progress
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
        raise SpecError(
            "factor", tr("is {sides}; the output of shape {shape} has no complete block.", sides=sides, shape=shape)
        )
    ranges = resolve_region(region, blocks)
    planes = np.empty((spec.in_channels, spec.taps, *(len(r) for r in ranges)), dtype)
    span = spec.stride[0] * sides[0] * ranges[0].step * prod(source.shape[2:])
    rows = max(1, MEANS // (span * planes.itemsize))
    tiles = [
        (c, range(first, min(first + rows, len(ranges[0]))))
        for c in range(spec.in_channels)
        for first in range(0, len(ranges[0]), rows)
    ]

    def fill(tile: tuple[int, range]) -> int:
        c, part = tile
        cut = ranges[0][part.start : part.stop]
        _mean_rows(source[c : c + 1], spec, sides, (cut, *ranges[1:]), planes[c, :, part.start : part.stop])
        return len(part)

    control = Control(cancel, progress, spec.in_channels * len(ranges[0]))
    crew = Crew(tiles, lambda: fill, control)
    crew.run((threads or processors()) if len(tiles) > 2 else 1)
    return BlockMeans(spec, planes)


def _mean_rows(
    source: AnyArray, spec: ConvSpec, sides: tuple[int, ...], cells: tuple[range, ...], out: AnyArray
) -> None:
    """Fill some slices of blocks, (taps, *blocks), of one channel."""
    pads = spec.pads(source.shape[1:])
    start = [r.start * z * s - before for r, z, s, (before, _) in zip(cells, sides, spec.stride, pads, strict=True)]
    span = [
        ((len(r) - 1) * r.step * z + z - 1) * s + e
        for r, z, s, e in zip(cells, sides, spec.stride, spec.extent, strict=True)
    ]
    block = np.empty((1, *span), out.dtype)
    fill_block(source, block, start, spec.padding_mode)
    sums: dict[tuple[int, ...], AnyArray] = {(): block[0]}
    for axis, (r, z) in enumerate(zip(cells, sides, strict=True)):
        s, d, k = spec.stride[axis], spec.dilation[axis], spec.kernel_size[axis]
        sums = {
            (*taps, t): total
            for taps, array in sums.items()
            for t, total in enumerate(
                _block_sums(np.moveaxis(array, axis, 0), k, d, s, z, r.step * z * s, len(r), axis)
            )
        }
    scale = out.dtype.type(1 / prod(sides)) if prod(sides) & (prod(sides) - 1) == 0 else None
    for i, taps in enumerate(np.ndindex(*spec.kernel_size)):
        if scale is None:
            np.divide(sums[taps], out.dtype.type(prod(sides)), out=out[i])
        else:
            np.multiply(sums[taps], scale, out=out[i])


def _block_sums(
    moved: AnyArray, taps: int, dilation: int, stride: int, side: int, apart: int, count: int, axis: int
) -> list[AnyArray]:
    """Add `side` cells, `stride` apart, in each of `count` blocks that lie `apart`: once for each tap on the axis.

    Neighbouring taps share most of their cells: what all share is added once.
    """
    last = (count - 1) * apart
    tap_cells = [range(t * dilation, t * dilation + side * stride, stride) for t in range(taps)]
    common = [i for i in tap_cells[0] if all(i in cells for cells in tap_cells)]
    if len(common) < 2:
        common = []

    def add(cells: list[int], start: AnyArray | None) -> AnyArray:
        total = None if start is None else start.copy(order="K")
        for i in cells:
            cut = moved[i : i + last + 1 : apart]
            if total is None:
                total = cut.copy(order="K")
            else:
                total += cut
        assert total is not None
        return total

    shared = add(common, None) if common else None
    return [np.moveaxis(add([i for i in cells if i not in common], shared), 0, axis) for cells in tap_cells]
