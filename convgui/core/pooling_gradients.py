"""Gradients of pooling and upsampling with respect to their input."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.arrays import as_real, check_x
from convgui.core.gradients import input_gradient
from convgui.core.memory import check_budget
from convgui.core.pooling import max_pool_winners, pool_counts, pool_divisor, pool_spec, upsample_linear
from convgui.core.spec import PerAxis, SpecError, per_axis
from convgui.words import tr

AnyArray = NDArray[Any]


def max_pool_gradient(
    grad: ArrayLike,
    x: ArrayLike,
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
) -> AnyArray:
    """Send the gradient of each window to the cell that won it (the first one of equals).

    See `convgui.core.pooling.pool_spec` for what the parameters mean.

    Parameters
    ----------
    grad : array_like, shape (C, *spatial_out)
        Gradient with respect to the output of `max_pool`.
    x : array_like, shape (C, *spatial)
        The input, which says who won.

    Returns
    -------
    ndarray of float64, shape (C, *spatial)

    Raises
    ------
    SpecError
        As for `max_pool`, and if `grad` has another shape than its output.
    """
    source, given = check_x(x), as_real("grad", grad).astype(np.float64, copy=False)
    rank = source.ndim - 1
    sizes = per_axis("kernel_size", size, rank, 1)
    steps = sizes if stride is None else per_axis("stride", stride, rank, 1)
    pads = per_axis("padding", padding, rank, 0)
    apart = per_axis("dilation", dilation, rank, 1)
    winners = max_pool_winners(source, size, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode)
    if given.shape != winners.shape:
        raise SpecError(
            "grad",
            tr(
                "has shape {shape}, the pooled output has {winners_shape}.",
                shape=given.shape,
                winners_shape=winners.shape,
            ),
        )
    # Where each winner lies takes an index an axis, twice.
    check_budget((2 * rank + 2, winners.size), 8, None)
    taps = np.unravel_index(winners, sizes)
    cells = np.indices(winners.shape)
    index = (cells[0], *(cells[a + 1] * steps[a] + taps[a] * apart[a] - pads[a] for a in range(rank)))
    # Where nothing is larger than the padding, nobody gets it.
    inside = np.all([(at >= 0) & (at < n) for at, n in zip(index, source.shape, strict=True)], axis=0)
    result = np.zeros(source.shape)
    np.add.at(result, tuple(at[inside] for at in index), given[inside])
    return result


def average_pool_gradient(
    grad: ArrayLike,
    spatial: tuple[int, ...],
    size: PerAxis,
    *,
    stride: PerAxis | None = None,
    padding: PerAxis = 0,
    dilation: PerAxis = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> AnyArray:
    """Spread the gradient of each window evenly over its cells, padding counted as in `average_pool`."""
    given = as_real("grad", grad).astype(np.float64, copy=False)
    rank, channels = given.ndim - 1, given.shape[0]
    spec = pool_spec((channels, *spatial), size, stride, padding, dilation, ceil_mode=ceil_mode)
    counted = per_axis("padding", padding if count_include_pad else 0, rank, 0)
    shares = given / pool_divisor(pool_counts(spec, spatial, counted))
    return input_gradient(spec, np.ones(spec.weight_shape), shares, spatial)


def upsample_nearest_gradient(grad: ArrayLike, scale: PerAxis) -> AnyArray:
    """Add up the gradients of the copies of each cell."""
    out = as_real("grad", grad).astype(np.float64, copy=False)
    for axis, times in enumerate(per_axis("scale", scale, out.ndim - 1, 1), start=1):
        out = np.add.reduceat(out, np.arange(0, out.shape[axis], times), axis=axis)
    return out


def upsample_linear_gradient(grad: ArrayLike, spatial: tuple[int, ...], scale: PerAxis) -> AnyArray:
    """Apply the transpose of `upsample_linear`, one axis after the other."""
    out: AnyArray = as_real("grad", grad).astype(np.float64, copy=False)
    for axis, times in enumerate(per_axis("scale", scale, out.ndim - 1, 1), start=1):
        check_budget((spatial[axis - 1], spatial[axis - 1], times), 8, None)
        # What upsampling does to each cell alone is a column of its matrix on this axis.
        columns = upsample_linear(np.eye(spatial[axis - 1]), times)
        out = np.moveaxis(np.tensordot(columns, out, axes=(1, axis)), 0, axis)
    return out
