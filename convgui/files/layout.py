"""Which axis is what, and which values are legal: from an array in any order to ``(C, *spatial)``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.sizes import by
from convgui.files.source import Source
from convgui.model.sample import AnyArray
from convgui.words import tr

EXACT = 2**53
"""Integers up to this size are exact in the float64 that results are computed in."""
BLOCK = 1 << 22
FILL = (3.3999e38, 3.4029e38)
"""Between these lies float32's largest number, and what is written for it: many programs fill with its negative."""


def channels_first(array: NDArray[Any], source: Source) -> tuple[AnyArray, str]:
    """Order the axes of an array without labels as ``(C, *spatial)``, and say how they were read.

    Leading axes of length 1 beyond three, and a last axis of length 1, are dropped first. Then:

    ==========  ==========================================================  =====================
    axes        when                                                        read as
    ==========  ==========================================================  =====================
    1           always                                                      width (one channel)
    2           always                                                      height, width
    3           last axis is 3 or 4, or 2 and the first is above 4          height, width, channel
    3           first axis is at most 4, or below a quarter of the others   channel, height, width
    3           otherwise                                                   depth, height, width
    4           last axis is 3 or 4, or 2 and the first is above 4          depth, height, width, channel
    4           first axis is at most 4, or below a quarter of the others   channel, depth, height, width
    ==========  ==========================================================  =====================

    Returns
    -------
    data : ndarray
        A view of the array.
    note : str
        How three and more axes were read, or "".

    Raises
    ------
    LoadError
        If no rule fits.
    """
    shape = by(array.shape)
    while array.ndim > 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim > 2 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim in (1, 2):
        return array[np.newaxis], ""
    if array.ndim in (3, 4):
        names = tr("height × width") if array.ndim == 3 else tr("depth × height × width")
        if array.shape[-1] in (3, 4) or (array.shape[-1] == 2 and array.shape[0] > 4):
            return np.moveaxis(array, -1, 0), tr(
                "The array's {shape} were read as {names} × channel.", shape=shape, names=names
            )
        if array.shape[0] <= 4 or 4 * array.shape[0] < min(array.shape[1:]):
            return array, tr("The array's {shape} were read as channel × {names}.", shape=shape, names=names)
        if array.ndim == 3:
            return array[np.newaxis], tr(
                "The array's {shape} were read as depth × height × width, one channel.", shape=shape
            )
    if array.ndim == 0:
        raise source.error(tr("it holds a single number"), tr("save an array with at least one axis"))
    raise source.error(
        tr("it has {ndim} axes ({shape}), and none of the ways to read them fits", ndim=array.ndim, shape=shape),
        tr("save an array with the axes channel, depth, height, width or fewer, or say how to read them with --index"),
    )


def check_kind(dtype: np.dtype[Any], source: Source) -> None:
    """Refuse every type that is not bool, integer or real.

    Raises
    ------
    LoadError
        Saying what the array holds.
    """
    words = {"O": tr("Python objects, which could run code"), "c": tr("complex numbers"), "U": "text", "S": "text"}
    words |= {"V": tr("records with several fields"), "M": tr("dates"), "m": tr("time spans")}
    if dtype.kind in words:
        remedy = (
            tr("save its real part or its magnitude") if dtype.kind == "c" else tr("save it as an array of numbers")
        )
        raise source.error(tr("it holds {words}", words=words[dtype.kind]), remedy)


def native_values(array: NDArray[Any], source: Source) -> tuple[AnyArray, int]:
    """Bring values to native byte order, with NaN for all that is missing; the type stays as it is.

    Returns
    -------
    data : ndarray
        The input itself where nothing had to change or it may be written to, so that a memory-mapped file stays
        mapped.
    missing : int
        How many values are missing: NaN, infinite, or `FILL`.

    Raises
    ------
    LoadError
        For integers too large for exact results.
    """
    check_kind(array.dtype, source)
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind in "iu" and array.dtype.itemsize == 8:
        largest = max(abs(int(array.min())), abs(int(array.max())))
        if largest > EXACT:
            raise source.error(
                tr(
                    "it holds the integer {largest:,}, and results are exact only up to 2^53 = {exact:,}",
                    largest=largest,
                    exact=EXACT,
                ),
                tr("scale it down or save it as float64"),
            )
    if array.dtype.kind != "f":
        return array, 0
    return _with_missing(array, source)


def _with_missing(array: NDArray[Any], source: Source) -> tuple[NDArray[Any], int]:
    """Replace infinity and `FILL` in place where the array may be written to, otherwise in one copy.

    It works by slabs: a mask of the whole array would be another gigabyte for a mapped file.
    """
    count = 0
    for slab in _slabs(array):
        source.check_cancelled()
        there = _is_there(array[slab])
        lost = int(there.size - np.count_nonzero(there))
        if lost and not np.isnan(array[slab][~there]).all():
            if not array.flags.writeable:
                array = array.copy()
            array[slab][~there] = np.nan
        count += lost
    return array, count


def with_missing(array: NDArray[Any], lost: NDArray[np.bool_]) -> NDArray[Any]:
    """Return numbers ``(C, *spatial)`` with NaN where `lost` says so, of each channel or of all together.

    Integers become float32 where that holds them all, else float64; an array of which nothing is lost stays as it is.
    """
    if not lost.any():
        return array
    kind = array.dtype if array.dtype.kind == "f" else np.float32 if array.dtype.itemsize <= 2 else np.float64
    floats = array.astype(kind)
    floats[np.broadcast_to(lost, floats.shape)] = np.nan
    return floats


def _is_there(values: NDArray[Any]) -> NDArray[np.bool_]:
    size = np.abs(values)
    if values.dtype == np.float16:
        return np.asarray(np.isfinite(size))
    there: NDArray[np.bool_] = size < FILL[0]
    if values.dtype == np.float64:
        there |= (size > FILL[1]) & (size < np.inf)
    return there


def _slabs(array: NDArray[Any]) -> Iterator[tuple[slice, ...]]:
    """Cut along the axis whose neighbours lie furthest apart, so that a mapped file is read from start to end."""
    long = [axis for axis, n in enumerate(array.shape) if n >= min(array.size // BLOCK, max(array.shape))]
    axis = max(long, key=lambda a: abs(array.strides[a]))
    step = max(1, BLOCK * array.shape[axis] // max(array.size, 1))
    for start in range(0, array.shape[axis], step):
        yield (slice(None),) * axis + (slice(start, start + step),)
