"""Pooling, upsampling, and the two shuffles. Shapes are ``(C, *spatial)``; names and semantics are PyTorch's."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.arrays import as_real, check_x
from convgui.core.blocks import fill_block
from convgui.core.control import CancelCheck, stop_if
from convgui.core.memory import check_budget
from convgui.core.spec import ConvSpec, PerAxis, SpecError, per_axis
from convgui.words import tr

AnyArray = NDArray[Any]
LARGEST = {4: float(np.finfo(np.float32).max), 8: float(np.finfo(np.float64).max)}
"""The largest number, by its bytes."""
BLOCK = 1 << 18
"""Cells between two questions whether to stop."""


def pool_spec(
    shape: tuple[int, ...],
    size: PerAxis,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    *,
    ceil_mode: bool = False,
) -> ConvSpec:
    """Return the windows of a pooling over ``(C, *spatial)`` as those of a convolution.

    With `ceil_mode`, sizes are rounded up: what a last window reads beyond the padding is padding at the far end of
    the spec. A window that would begin beyond the input and the padding before it is left out, as in PyTorch.

    Raises
    ------
    SpecError
        As for a convolution, and if the padding passes half of what a window covers.
    """
    rank, channels = len(shape) - 1, shape[0]
    sides, steps = per_axis("size", size, rank, 1), per_axis("dilation", dilation, rank, 1)
    pads = per_axis("padding", padding, rank, 0)
    strides = sides if stride is None else per_axis("stride", stride, rank, 1)
    extents = tuple(d * (k - 1) + 1 for k, d in zip(sides, steps, strict=True))
    if any(2 * p > e for p, e in zip(pads, extents, strict=True)):
        raise SpecError(
            "padding", tr("is {pads}; at most half the window {sides} is allowed.", pads=pads, sides=extents)
        )
    beyond = [
        _beyond(n, p, e, s) if ceil_mode else 0 for n, p, e, s in zip(shape[1:], pads, extents, strides, strict=True)
    ]
    around = tuple((p, p + more) for p, more in zip(pads, beyond, strict=True))
    return ConvSpec.of(channels, channels, sides, stride=strides, padding=around, dilation=steps, groups=channels)


def _beyond(cells: int, padding: int, extent: int, stride: int) -> int:
    """Return how far the last window of one axis reaches beyond the padding, where sizes are rounded up."""
    room = cells + 2 * padding - extent
    last = -(-room // stride)
    # A window does not begin in the padding at the far end.
    if last * stride >= cells + padding:
        last -= 1
    return max(last * stride - room, 0)


def pool_counts(spec: ConvSpec, spatial: tuple[int, ...], padding: tuple[int, ...]) -> tuple[AnyArray, ...]:
    """Return for each axis how many cells of each window count in a mean.

    Parameters
    ----------
    spec : ConvSpec
        As `pool_spec` makes it.
    padding : tuple of int
        How many cells of padding count on each side; what lies beyond never does.
    """
    counts = []
    out, pads = spec.output_shape(spatial), spec.pads(spatial)
    for a, (n, counted) in enumerate(zip(spatial, padding, strict=True)):
        first = np.arange(out[a])[:, None] * spec.stride[a] - pads[a][0]
        at = first + spec.dilation[a] * np.arange(spec.kernel_size[a])
        counts.append(((at >= -counted) & (at < n + counted)).sum(axis=1))
    return tuple(counts)


def _windows(x: AnyArray, spec: ConvSpec, fill: Any) -> list[AnyArray]:
    """List one view per tap, each of the output's shape, of the input padded with `fill`."""
    out = spec.output_shape(x.shape[1:])
    extent = [(n - 1) * s + e for n, s, e in zip(out, spec.stride, spec.extent, strict=True)]
    start = [-before for before, _ in spec.pads(x.shape[1:])]
    # The padded input is there beside the result; the views take nothing.
    both = prod(extent) + prod(out)
    check_budget((x.shape[0], *out), -(-both * x.dtype.itemsize // prod(out)), None)
    block = np.empty((x.shape[0], *extent), x.dtype)
    fill_block(x, block, start, "zeros")
    if fill != 0 and any(lo < 0 or lo + e > n for lo, e, n in zip(start, extent, x.shape[1:], strict=True)):
        inside = np.zeros((1, *extent), dtype=np.bool_)
        fill_block(np.ones((1, *x.shape[1:]), dtype=np.bool_), inside, start, "zeros")
        block[:, ~inside[0]] = fill
    axes = [(d, (n - 1) * s + 1, s) for d, n, s in zip(spec.dilation, out, spec.stride, strict=True)]
    return [
        block[(slice(None), *(slice(t * d, t * d + e, s) for t, (d, e, s) in zip(tap, axes, strict=True)))]
        for tap in np.ndindex(*spec.kernel_size)
    ]


def max_pool(
    x: ArrayLike,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    cancel: CancelCheck | None = None,
) -> AnyArray:
    """Take the largest value of each window; padding never wins. The result has the type of `x`.

    See `pool_spec` for what the parameters mean.

    Raises
    ------
    SpecError
        As for a convolution, and if the padding passes half the window or the result the allowed memory.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    source = check_x(x)
    views = _max_views(source, pool_spec(source.shape, size, stride, padding, dilation, ceil_mode=ceil_mode))
    best = views[0].copy()
    for view in views[1:]:
        stop_if(cancel)
        np.maximum(best, view, out=best)
    return best


def max_pool_winners(
    x: ArrayLike,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
) -> NDArray[np.int64]:
    """Tell which tap (flat index into the window) won in each window, the first one of equals."""
    source = check_x(x)
    views = _max_views(source, pool_spec(source.shape, size, stride, padding, dilation, ceil_mode=ceil_mode))
    check_budget(views[0].shape, 8, None)
    best, winner = views[0].copy(), np.zeros(views[0].shape, dtype=np.int64)
    for tap, view in enumerate(views[1:], start=1):
        winner[view > best] = tap
        np.maximum(best, view, out=best)
    return winner


def _max_views(source: AnyArray, spec: ConvSpec) -> list[AnyArray]:
    kind = source.dtype.kind
    least = -np.inf if kind == "f" else False if kind == "b" else np.iinfo(source.dtype).min
    return _windows(source, spec, least)


def average_pool(
    x: ArrayLike,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    cancel: CancelCheck | None = None,
) -> AnyArray:
    """Take the mean of each window, the padding's zeros counted or not. float32 stays, the rest is float64.

    See `pool_spec` for what the parameters mean; what `ceil_mode` lets a window read beyond the padding never counts.

    Raises
    ------
    SpecError, Cancelled
        As for `max_pool`.
    """
    source = check_x(x)
    spec = pool_spec(source.shape, size, stride, padding, dilation, ceil_mode=ceil_mode)
    kind = np.float32 if source.dtype == np.float32 else np.float64
    total = _add_up(_windows(source.astype(kind, copy=False), spec, 0), cancel)
    counted = per_axis("padding", padding if count_include_pad else 0, source.ndim - 1, 0)
    return np.asarray(total / pool_divisor(pool_counts(spec, source.shape[1:], counted)).astype(kind))


def pool_divisor(counts: Sequence[AnyArray]) -> AnyArray:
    """Return by what the sum of each window is divided, ``(*output)``, or one number where that is the same for all."""
    # Where no cell counts, the sum is 0.
    if all(count.min() == count.max() for count in counts):
        return np.array(max(prod(int(count[0]) for count in counts), 1))
    return np.maximum(reduce(np.multiply.outer, counts), 1)


def _add_up(views: list[AnyArray], cancel: CancelCheck | None = None) -> AnyArray:
    total = views[0].copy()
    for view in views[1:]:
        stop_if(cancel)
        total += view
    return total


def upsample_nearest(x: ArrayLike, scale: PerAxis, *, cancel: CancelCheck | None = None) -> AnyArray:
    """Repeat each cell `scale` times on each axis.

    Raises
    ------
    SpecError
        If the result would need more memory than is allowed.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    out = check_x(x)
    steps = per_axis("scale", scale, out.ndim - 1, 1)
    check_budget(_enlarged(out.shape, steps), out.dtype.itemsize, None)
    for axis, times in enumerate(steps, start=1):
        stop_if(cancel)
        out = np.repeat(out, times, axis=axis)
    return out


def upsample_linear(
    x: ArrayLike, scale: PerAxis, *, align_corners: bool = False, cancel: CancelCheck | None = None
) -> AnyArray:
    """Interpolate linearly on each axis (bilinear in 2D, trilinear in 3D). float32 stays, the rest is float64.

    Without `align_corners`, output cell ``o`` lies at ``(o + 0.5) / scale - 0.5``, held inside the input; with it, the
    first and last cells of input and output coincide.

    Raises
    ------
    SpecError, Cancelled
        As for `upsample_nearest`.
    """
    source = check_x(x)
    kind = np.dtype(np.float32 if source.dtype == np.float32 else np.float64)
    steps = per_axis("scale", scale, source.ndim - 1, 1)
    # Both neighbours of every cell are there for a moment.
    check_budget(_enlarged(source.shape, steps), 2 * kind.itemsize, None)
    out = source.astype(kind)
    # A difference of two numbers can be larger than the largest one, where what lies between them is not.
    wide = max(float(out.max()), -float(out.min())) > LARGEST[kind.itemsize] / 4
    if wide:
        out /= 4
    for axis, times in enumerate(steps, start=1):
        stop_if(cancel)
        n = out.shape[axis]
        if align_corners:
            at = np.arange(n * times) * ((n - 1) / max(n * times - 1, 1))
        else:
            at = np.clip((np.arange(n * times) + 0.5) / times - 0.5, 0, n - 1)
        low = np.minimum(at.astype(np.int64), n - 1)
        # A neighbour without weight is not read: it could be missing.
        high = np.minimum(low + (at > low), n - 1)
        part = (at - low).astype(out.dtype).reshape((-1, *(1,) * (out.ndim - 1 - axis)))
        enlarged = np.empty((*out.shape[:axis], n * times, *out.shape[axis + 1 :]), kind)
        many = max(1, BLOCK * n * times // enlarged.size)
        for rows in (slice(first, first + many) for first in range(0, n * times, many)):
            stop_if(cancel)
            left, right = out.take(low[rows], axis=axis), out.take(high[rows], axis=axis)
            right -= left
            right *= part[rows]
            right += left
            enlarged[(*(slice(None),) * axis, rows)] = right
        out = enlarged
    if wide:
        out *= 4
    return out


def _enlarged(shape: tuple[int, ...], steps: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[0], *(n * s for n, s in zip(shape[1:], steps, strict=True)))


def insert_zeros(x: ArrayLike, scale: PerAxis) -> AnyArray:
    """Put ``scale - 1`` zeros between neighbouring cells: the stretched input of a transposed convolution."""
    source = check_x(x)
    steps = per_axis("scale", scale, source.ndim - 1, 1)
    shape = [(n - 1) * s + 1 for n, s in zip(source.shape[1:], steps, strict=True)]
    check_budget((source.shape[0], *shape), source.dtype.itemsize, None)
    out = np.zeros((source.shape[0], *shape), source.dtype)
    out[(slice(None), *(slice(None, None, s) for s in steps))] = source
    return out


def pixel_shuffle(x: ArrayLike, factor: int) -> AnyArray:
    """Move channels into space: ``(C * factor**rank, *spatial) -> (C, *(spatial * factor))``."""
    source = check_x(x)
    rank = source.ndim - 1
    block = per_axis("factor", factor, 1, 1)[0] ** rank
    if source.shape[0] % block:
        raise SpecError(
            "factor",
            tr(
                "is {factor}: {channels} channels do not divide by {factor}**{rank} = {block}.",
                factor=factor,
                channels=source.shape[0],
                rank=rank,
                block=block,
            ),
        )
    check_budget(source.shape, source.dtype.itemsize, None)
    channels, spatial = source.shape[0] // block, source.shape[1:]
    split = source.reshape((channels, *(factor,) * rank, *spatial))
    order = [0, *(axis for a in range(rank) for axis in (1 + rank + a, 1 + a))]
    return split.transpose(order).reshape((channels, *(n * factor for n in spatial)))


def pixel_unshuffle(x: ArrayLike, factor: int) -> AnyArray:
    """Move space into channels, the inverse of `pixel_shuffle`."""
    source = check_x(x)
    rank = source.ndim - 1
    per_axis("factor", factor, 1, 1)
    if any(n % factor for n in source.shape[1:]):
        raise SpecError(
            "factor", tr("is {factor}; it has to divide each axis of {shape}.", factor=factor, shape=source.shape[1:])
        )
    check_budget(source.shape, source.dtype.itemsize, None)
    small = tuple(n // factor for n in source.shape[1:])
    split = source.reshape((source.shape[0], *(side for n in small for side in (n, factor))))
    order = [0, *(2 + 2 * a for a in range(rank)), *(1 + 2 * a for a in range(rank))]
    return split.transpose(order).reshape((source.shape[0] * factor**rank, *small))


def channel_shuffle(x: ArrayLike, groups: int) -> AnyArray:
    """Deal the channels of each group out to all groups (ShuffleNet, arXiv 1707.01083).

    Nine channels in three groups come out as 0 3 6 1 4 7 2 5 8.
    """
    source = as_real("x", x)
    per_axis("groups", groups, 1, 1)
    if source.shape[0] % groups:
        raise SpecError(
            "groups",
            tr("is {groups}, which does not divide {channels} channels.", groups=groups, channels=source.shape[0]),
        )
    check_budget(source.shape, source.dtype.itemsize, None)
    split = source.reshape((groups, source.shape[0] // groups, *source.shape[1:]))
    return split.swapaxes(0, 1).reshape(source.shape)
