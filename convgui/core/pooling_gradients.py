"""Gradients of pooling and upsampling with respect to their input."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.arrays import as_real, check_x
from convgui.core.gradients import input_gradient
from convgui.core.memory import check_budget
from convgui.core.pooling import max_pool_winners, upsample_linear
from convgui.core.spec import ConvSpec, PerAxis, SpecError, per_axis
from convgui.words import tr

AnyArray = NDArray[Any]


def max_pool_gradient(
    grad: ArrayLike, x: ArrayLike, size: PerAxis, *, stride: PerAxis | None = None, padding: PerAxis = 0
) -> AnyArray:
    """Send the gradient of each window to the cell that won it (the first one of equals).

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
    winners = max_pool_winners(source, size, stride=stride, padding=padding)
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
    index = (cells[0], *(cells[a + 1] * steps[a] + taps[a] - pads[a] for a in range(rank)))
    result = np.zeros(source.shape)
    np.add.at(result, index, given)
    return result


def average_pool_gradient(
    grad: ArrayLike, spatial: tuple[int, ...], size: PerAxis, *, stride: PerAxis | None = None, padding: PerAxis = 0
) -> AnyArray:
    """Spread the gradient of each window evenly over its cells, padding counted as in `average_pool`'s default."""
    given = as_real("grad", grad).astype(np.float64, copy=False)
    rank, channels = given.ndim - 1, given.shape[0]
    sizes = per_axis("kernel_size", size, rank, 1)
    steps = sizes if stride is None else per_axis("stride", stride, rank, 1)
    spec = ConvSpec.of(
        channels, channels, sizes, stride=steps, padding=per_axis("padding", padding, rank, 0), groups=channels
    )
    return input_gradient(spec, np.full(spec.weight_shape, 1 / spec.taps), given, spatial)


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
