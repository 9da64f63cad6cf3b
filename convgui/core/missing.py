"""Convolution where some values are missing (NaN): they are left out, and the weights that are left are rescaled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convgui.core.control import CancelCheck, Progress
from convgui.core.convolution import Region, convolve
from convgui.core.spec import PaddingLike, PerAxis

AnyArray = NDArray[Any]
ROUNDING = 1e-6
"""A share of the weights that is rounding alone."""


def convolve_present(
    x: ArrayLike,
    weight: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: PerAxis = 1,
    padding: PaddingLike = 0,
    dilation: PerAxis = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
    region: Region | None = None,
    threads: int | None = None,
    cancel: CancelCheck | None = None,
    progress: Progress | None = None,
) -> AnyArray:
    """Convolve what is there: ``sum(w x) * sum(|w|) / sum(|w| of the values that are there) + bias``.

    For weights that are not negative this is normalised convolution (Knutsson and Westin, "Normalized and differential
    convolution", CVPR 1993): a mean stays a mean. With signs the absolute weights keep the sizes comparable. Padded
    zeros are values that are there. Windows in which nothing is missing hold exactly what `convolve` makes.

    Parameters
    ----------
    x : array_like, shape (C_in, *spatial)
        float32 or float64; NaN is what is missing.
    weight, bias, stride, padding, dilation, groups, padding_mode, region, threads, cancel, progress
        As for `convolve`; `progress` is told the finished part of both passes.

    Returns
    -------
    ndarray, shape (C_out, *spatial_out)
        Of the type of `x`; NaN where no value with a weight is there.

    Raises
    ------
    SpecError, Cancelled
        As for `convolve`.
    """
    given, kernel = np.asarray(x), np.asarray(weight)
    dtype = given.dtype if given.dtype in (np.float32, np.float64) else np.dtype(np.float64)
    lost = np.isnan(given)
    arguments: dict[str, Any] = {
        "stride": stride, "padding": padding, "dilation": dilation, "groups": groups, "padding_mode": padding_mode,
        "region": region, "threads": threads, "cancel": cancel,
    }  # fmt: skip
    told = None if progress is None else lambda part: progress(part / 2)
    result = convolve(np.where(lost, given.dtype.type(0), given), kernel, dtype=dtype, progress=told, **arguments)
    told = None if progress is None else lambda part: progress(0.5 + part / 2)
    result *= rescaling(lost, kernel, dtype=dtype, progress=told, **arguments).astype(dtype)
    if bias is not None:
        result += np.asarray(bias, dtype=dtype).reshape(-1, *(1,) * (kernel.ndim - 2))
    return result


def rescaling(lost: AnyArray, weight: AnyArray, **arguments: Any) -> NDArray[np.float64]:
    """Return by what each sum of `convolve_present` is multiplied: 1 where nothing is missing, NaN where all is.

    Parameters
    ----------
    lost : ndarray, shape (C_in, *spatial)
        Which values are missing.
    weight : ndarray
        The kernels.
    **arguments
        As for `convolve`.
    """
    sizes = np.abs(weight.astype(np.float64))
    missed = convolve(lost, sizes, **arguments)
    total = sizes.reshape(len(weight), -1).sum(axis=1).reshape(-1, *(1,) * (weight.ndim - 2))
    there = total - missed
    # Rounding leaves a little of a sum whose parts are all missing, and of one of which no part is.
    empty, touched = there <= total * ROUNDING, missed > total * ROUNDING
    empty &= touched
    factor: NDArray[np.float64] = np.ones(there.shape)
    np.divide(total, there, out=factor, where=touched & ~empty)
    factor[empty] = np.nan
    return factor
