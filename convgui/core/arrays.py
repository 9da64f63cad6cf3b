"""Checking the arrays of a call, and choosing the type in which it is computed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from convgui.core.spec import AXES, SpecError
from convgui.words import tr

AnyArray = NDArray[Any]
EXACT = {np.dtype(np.float32): 2**24, np.dtype(np.float64): 2**53}
"""Below this, every whole number has a place in the type."""


@dataclass(frozen=True)
class Types:
    """The types of one call.

    Attributes
    ----------
    compute : dtype
        float32 or float64: what is computed in.
    result : dtype
        What the caller gets: `compute`, or int64 for whole numbers.
    reach : float or None
        A bound of all partial sums where all operands are whole numbers and `compute` holds such sums exactly.
    """

    compute: np.dtype[Any]
    result: np.dtype[Any]
    reach: float | None


def refuse_masked(name: str, value: object) -> None:
    """Make sure that no cell is masked, in the array itself or in one of a list: its number would count as any other.

    Raises
    ------
    SpecError
        If a cell is; a masked array without a masked cell is an array.
    """
    # Where the module of masked arrays was never loaded, or another thread is loading it, there is none.
    is_masked = getattr(sys.modules.get("numpy.ma"), "is_masked", None)
    if is_masked is None:
        return
    if isinstance(value, list | tuple):
        for part in value:
            refuse_masked(name, part)
    elif is_masked(value):
        raise SpecError(
            name,
            tr(
                "is a masked array with masked cells, which no convolution leaves out; fill them first: "
                "filled(0) counts them as 0, filled(nan) makes all they touch missing."
            ),
        )


def as_real(name: str, value: ArrayLike) -> AnyArray:
    """Return `value` as an array of booleans, integers or floats, without a copy if it is one.

    Raises
    ------
    SpecError
        If it holds complex numbers, text, objects or dates, has masked cells, or has no cell.
    """
    refuse_masked(name, value)
    array = np.asarray(value)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise SpecError(
            name, tr("holds {dtype}; booleans, integers, float16, float32 and float64 are allowed.", dtype=array.dtype)
        )
    if array.size == 0:
        raise SpecError(name, tr("has shape {shape}, that is no cell at all.", shape=array.shape))
    return array


def check_x(x: ArrayLike) -> AnyArray:
    """Check that `x` is ``(C, *spatial)`` with one to three spatial axes."""
    array = as_real("x", x)
    if array.ndim - 1 not in AXES:
        raise SpecError(
            "x", tr("has shape {shape}; give (C, *spatial) with 1, 2 or 3 spatial axes.", shape=array.shape)
        )
    return array


def check_weight(weight: ArrayLike, rank: int, layout: str) -> AnyArray:
    """Check that `weight` has two channel axes and `rank` spatial ones."""
    array = as_real("weight", weight)
    if array.ndim != rank + 2:
        raise SpecError(
            "weight",
            tr(
                "has shape {shape}; for {rank} spatial axes give {layout}.", shape=array.shape, rank=rank, layout=layout
            ),
        )
    return array


def check_bias(bias: ArrayLike | None, out_channels: int) -> AnyArray | None:
    """Check that `bias` holds one number a filter."""
    if bias is None:
        return None
    array = as_real("bias", bias)
    if array.shape != (out_channels,):
        raise SpecError(
            "bias",
            tr(
                "has shape {shape}; one number a filter is needed, ({out_channels},).",
                shape=array.shape,
                out_channels=out_channels,
            ),
        )
    return array


def _magnitude(array: AnyArray, tight: bool) -> int:
    """Largest absolute value of an integer array; a bound from its type will do unless it has to be `tight`."""
    if array.dtype.kind == "b":
        return 1
    info = np.iinfo(array.dtype)
    if not tight:
        return max(-int(info.min), int(info.max))
    return max(-int(array.min()), int(array.max()))


def _reach(
    x: AnyArray, weight: AnyArray, bias: AnyArray | None, limit: int, per_filter: tuple[int, ...]
) -> float | None:
    """Bound the sums of whole numbers, or None past `limit`. `per_filter` are the weight's axes to sum over."""
    heaviest = float(np.abs(weight.astype(np.float64)).sum(axis=per_filter).max())
    offset = 0.0 if bias is None else float(np.abs(bias.astype(np.float64)).max())
    for tight in (False, True):
        bound = heaviest * _magnitude(x, tight) + offset
        if bound <= limit:
            return bound
    return None


def _is_integral(array: AnyArray | None) -> bool:
    return array is None or array.dtype.kind in "biu" or bool(np.all(np.rint(array) == array))


def choose_types(
    x: AnyArray, weight: AnyArray, bias: AnyArray | None, dtype: DTypeLike | None, transposed: bool = False
) -> Types:
    """Choose what a call is computed in.

    A floating input decides (float16 counts as float32). An integer input with floating weights takes the smallest
    floating type that holds both. Integers alone are computed in float64 and returned as int64, which is exact.
    `dtype` (float32 or float64) overrides the choice.

    Raises
    ------
    SpecError
        If `dtype` is another type, or integers could pass 2**53.
    """
    operands = [a for a in (x, weight, bias) if a is not None]
    integers = all(a.dtype.kind in "biu" for a in operands)
    per_filter = (0, *range(2, weight.ndim)) if transposed else tuple(range(1, weight.ndim))
    if dtype is not None:
        compute = np.dtype(dtype).newbyteorder("=")
        if compute not in EXACT:
            raise SpecError("dtype", tr("is {compute}; float32 and float64 are allowed.", compute=compute), "float32")
    elif integers:
        compute = np.dtype(np.float64)
        reach = _reach(x, weight, bias, EXACT[compute], per_filter)
        if reach is None:
            raise SpecError("x", tr("holds integers whose sums could pass 2**53; convert to float64 to round them."))
        return Types(compute, np.dtype(np.int64), reach)
    else:
        kind = np.result_type(x.dtype if x.dtype.kind == "f" else np.result_type(x, weight), np.float32)
        compute = np.dtype(kind).newbyteorder("=")
    integral = x.dtype.kind in "biu" and _is_integral(weight) and _is_integral(bias)
    return Types(compute, compute, _reach(x, weight, bias, EXACT[compute], per_filter) if integral else None)
