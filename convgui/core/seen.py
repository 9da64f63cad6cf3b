"""Which input cells a cell after some layers sees on one axis, as if the input had no end.

A stack is walked back from the cell, tap by tap: after upsampling, fields are not all equally wide, and where a stride
is longer than its kernel some cells see nothing.
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from convgui.core.filter_axis import FilterAxis, Index

MOST_PHASES = 4096
"""Cells of a period that are looked at; only strides of more than that together have longer ones."""


def cells_seen(axes: tuple[FilterAxis, ...], cell: int) -> Index:
    """Return the input cells that one cell sees, in order; below 0 and beyond the end they stand for padding."""
    seen = np.array([cell], dtype=np.int64)
    for axis in reversed(axes):
        at, there = axis.tapped(seen)
        seen = np.unique(at[there])
    return seen


def hulls(axes: tuple[FilterAxis, ...], cells: Index) -> tuple[Index, Index]:
    """Return the first and the last input cell that each cell sees; the first is beyond the last where it sees none."""
    if not axes:
        return cells, cells
    at, there = axes[-1].tapped(cells)
    known, back = np.unique(at[there], return_inverse=True)
    first, last = np.full(at.shape, _FAR), np.full(at.shape, -_FAR)
    if known.size:
        earlier, later = hulls(axes[:-1], known)
        first[there], last[there] = earlier[back], later[back]
    return first.min(axis=1), last.max(axis=1)


_FAR = np.int64(1 << 60)


def period(axes: tuple[FilterAxis, ...]) -> int:
    """Return after how many cells of the last layer the fields look alike again, only further on."""
    cells = 1
    for axis in axes:
        cells = cells * axis.stride if axis.transposed else cells // gcd(cells, axis.stride)
    return cells


def sizes(axes: tuple[FilterAxis, ...], count: int) -> tuple[int, ...]:
    """Return how wide the fields of the `count` cells after the last layer are, one period of them in turn.

    From the first to the last cell that is seen, 0 where nothing is.
    """
    cells = np.arange(min(period(axes), count, MOST_PHASES), dtype=np.int64)
    first, last = hulls(axes, cells)
    return tuple(int(n) for n in np.maximum(last - first + 1, 0))


def ways_along(axes: tuple[FilterAxis, ...], cell: int) -> NDArray[np.float64]:
    """Return in how many ways each cell of the input reaches a cell after the last layer, on one axis."""
    ways: NDArray[np.float64] = np.zeros(axes[-1].positions)
    ways[cell] = 1
    for axis in reversed(axes):
        ways = axis.returned(ways)
    return ways
