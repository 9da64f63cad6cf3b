"""Which input cells a cell after some layers sees on one axis, as if the input had no end.

A stack is walked back from the cell, tap by tap: after upsampling, fields are not all equally wide, and where a stride
is longer than its kernel some cells see nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_PHASES = 4096
"""Cells of a period that are looked at; only strides of more than that together have longer ones."""


@dataclass(frozen=True)
class Line:
    """One axis of a layer's window, and how many cells there are before it."""

    spec: ConvSpec
    size: int

    @property
    def before(self) -> int:
        """Padding before the first cell."""
        return self.spec.pads((self.size,))[0][0]

    def sources(self, cells: Ints) -> tuple[Ints, Flags]:
        """Return the input cell of each output cell and tap, which may lie in the padding, and whether there is one."""
        k, s, d = self.spec.kernel_size[0], self.spec.stride[0], self.spec.dilation[0]
        taps = d * np.arange(k, dtype=np.int64)
        if not self.spec.transposed:
            at = cells[:, None] * s - self.before + taps
            return at, np.ones(at.shape, dtype=np.bool_)
        stretched = cells[:, None] + self.before - taps
        return stretched // s, stretched % s == 0


def cells_seen(lines: tuple[Line, ...], cell: int) -> Ints:
    """Return the input cells that one cell sees, in order; below 0 and beyond the end they stand for padding."""
    seen = np.array([cell], dtype=np.int64)
    for line in reversed(lines):
        at, there = line.sources(seen)
        seen = np.unique(at[there])
    return seen


def hulls(lines: tuple[Line, ...], cells: Ints) -> tuple[Ints, Ints]:
    """Return the first and the last input cell that each cell sees; the first is beyond the last where it sees none."""
    if not lines:
        return cells, cells
    at, there = lines[-1].sources(cells)
    known, place = np.unique(at[there], return_inverse=True)
    first, last = np.full(at.shape, _FAR), np.full(at.shape, -_FAR)
    if known.size:
        earlier, later = hulls(lines[:-1], known)
        first[there], last[there] = earlier[place], later[place]
    return first.min(axis=1), last.max(axis=1)


_FAR = np.int64(1 << 60)


def period(lines: tuple[Line, ...]) -> int:
    """Return after how many cells of the last layer the fields look alike again, only further on."""
    cells = 1
    for line in lines:
        s = line.spec.stride[0]
        cells = cells * s if line.spec.transposed else cells // gcd(cells, s)
    return cells


def sizes(lines: tuple[Line, ...], count: int) -> tuple[int, ...]:
    """Return how wide the fields of the `count` cells after the last layer are, one period of them in turn.

    From the first to the last cell that is seen, 0 where nothing is.
    """
    cells = np.arange(min(period(lines), count, MOST_PHASES), dtype=np.int64)
    first, last = hulls(lines, cells)
    return tuple(int(n) for n in np.maximum(last - first + 1, 0))
