"""In which type a picture is computed: one that holds what it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LOOKED_AT = 400**2
"""Cells of a channel at the most that are looked at: of a picture 400 an axis, of a volume 54."""
LARGEST_INTEGER = 2**24
"""Up to here float32 holds every whole number."""
FLAT = 1000.0
"""How many times their own spread values may be, so that float32's rounding stays under a ten thousandth of it."""
USUAL = (1e-30, 1e30)
"""Sizes whose products and sums float32 holds, with room for large kernels."""


def thinned(x: NDArray[Any]) -> NDArray[Any]:
    """Take some cells of ``(C, *spatial)``, evenly spread."""
    side = round(LOOKED_AT ** (1 / max(x.ndim - 1, 1)))
    return x[(slice(None), *(slice(None, None, -(-n // side)) for n in x.shape[1:]))]


def display_dtype(x: NDArray[Any]) -> np.dtype[Any]:
    """Return the type in which the output of a picture is computed and shown.

    float32 takes half the time and memory and shows four digits of most data. Values that differ little beside their
    size (1e6 + 0..1), whole numbers from 2^24 on and very large or small ones lose what they show in it.

    Parameters
    ----------
    x : ndarray, shape (C, *spatial)
        Booleans, integers or floats; some cells are looked at, evenly spread.

    Returns
    -------
    dtype
        float32 or float64.
    """
    single, double = np.dtype(np.float32), np.dtype(np.float64)
    if x.dtype.kind == "b" or x.dtype.itemsize <= 2:
        return single
    some = thinned(x).astype(double)
    some = some[np.isfinite(some)]
    if not some.size:
        return single
    largest = float(np.abs(some).max())
    if largest == 0:
        return single
    if (x.dtype.kind in "iu" and largest > LARGEST_INTEGER) or not USUAL[0] < largest < USUAL[1]:
        return double
    spread = float((some / largest).std())
    return double if 0 < spread < 1 / FLAT else single
