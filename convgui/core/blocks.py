"""Reading a block of the padded input, whatever the padding mode, without ever building the padded input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import PaddingMode

AnyArray = NDArray[Any]
Index = NDArray[np.int64]
SMALL = 1 << 15
"""Bytes of a block up to which writing zeros everywhere takes less time than finding its margins."""


def axis_sources(start: int, count: int, size: int, mode: PaddingMode, step: int = 1) -> Index:
    """Input index that stands at each of `count` positions of the padded axis.

    Parameters
    ----------
    start, count, step : int
        The positions ``start + step * arange(count)``; position 0 is the first cell of the input, so positions below 0
        and from `size` on are padding.
    size : int
        Cells of the input on this axis.
    mode : str
        One of `PADDING_MODES`. ``"zeros"`` gives -1 in the padding, the others the cell that is repeated there:
        ``"reflect"`` mirrors without doubling the edge, ``"replicate"`` repeats the edge, ``"circular"`` wraps round.

    Returns
    -------
    ndarray of int64, shape (count,)
    """
    at = start + step * np.arange(count, dtype=np.int64)
    if mode == "zeros":
        return np.where((at < 0) | (at >= size), -1, at)
    if mode == "replicate":
        return np.clip(at, 0, size - 1)
    if mode == "circular":
        return at % size
    # Mirroring at both edges has period 2 (size - 1); one cell can only mirror onto itself.
    period = max(2 * (size - 1), 1)
    folded = at % period
    return np.minimum(folded, period - folded) if size > 1 else np.zeros_like(at)


def fill_block(
    x: AnyArray, out: AnyArray, start: Sequence[int], mode: PaddingMode, step: Sequence[int] | None = None
) -> None:
    """Copy a block of the padded input into `out`, converting to its type.

    Parameters
    ----------
    x : ndarray, shape (C, *spatial)
        The unpadded input, of any real type.
    out : ndarray, shape (C, *block)
        Written in full.
    start : sequence of int
        Position of the block's first cell on each axis, in the input's own coordinates (negative in the padding).
    mode : str
        One of `PADDING_MODES`.
    step : sequence of int, optional
        Distance between neighbouring cells of the block on each axis; 1 by default.
    """
    steps = tuple(step) if step is not None else (1,) * len(start)
    inner, source = [], []
    inside = True
    for lo, n, size, s in zip(start, out.shape[1:], x.shape[1:], steps, strict=True):
        first = min(max(-(lo // s), 0), n)
        last = max(min(-(-(size - lo) // s), n), first)
        inside &= first == 0 and last == n
        inner.append(slice(first, last))
        source.append(slice(lo + first * s, max(lo + (last - 1) * s + 1, 0) if last > first else lo + first * s, s))
    blank = not inside and mode == "zeros" and out.nbytes <= SMALL
    if blank:
        out[...] = 0
    if all(cut.stop > cut.start for cut in inner):
        out[(slice(None), *inner)] = x[(slice(None), *source)]
    if not (inside or blank):
        _fill_margins(x, out, start, mode, steps, inner)


def _fill_margins(
    x: AnyArray, out: AnyArray, start: Sequence[int], mode: PaddingMode, steps: tuple[int, ...], inner: list[slice]
) -> None:
    """Fill the slabs of `out` before and after the inner part, one axis after the other."""
    for axis, cut in enumerate(inner):
        for slab in (slice(0, cut.start), slice(cut.stop, out.shape[axis + 1])):
            if slab.stop <= slab.start:
                continue
            # Axes that are done keep to their inner part, so that no corner is filled twice.
            cuts = [*inner[:axis], slab, *(slice(0, n) for n in out.shape[axis + 2 :])]
            target = out[(slice(None), *cuts)]
            if mode == "zeros":
                target[...] = 0
                continue
            indices = [
                axis_sources(lo + c.start * s, c.stop - c.start, size, mode, s)
                for lo, c, size, s in zip(start, cuts, x.shape[1:], steps, strict=True)
            ]
            # One open mesh over channels and axes: np.ix_ needs every axis to be an index array.
            target[...] = x[np.ix_(np.arange(x.shape[0]), *indices)]
