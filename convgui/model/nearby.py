"""What one position of a long axis reads, and where one of its cells goes, without the table of all positions.

`FilterAxis.table` answers the same for all positions at once: of an hour of sound it would be larger than the memory.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.blocks import axis_sources
from convgui.core.filter_axis import FilterAxis

Index: TypeAlias = NDArray[np.int64]


def read_at(axis: FilterAxis, position: int) -> Index:
    """Return the cell that each tap reads at a position, -1 where it reads none: a row of `FilterAxis.table`."""
    at, there = axis.tapped(np.array([position], dtype=np.int64))
    low, high = int(at.min()), int(at.max())
    found = np.where(there, axis_sources(low, high - low + 1, axis.cells, axis.mode)[at - low], -1)
    return np.asarray(found[0])


def lying_at(axis: FilterAxis, position: int) -> Index:
    """Return the cell on which each tap of a forward layer lies at a position: in the padding below 0, or too high."""
    return np.asarray(axis.tapped(np.array([position], dtype=np.int64))[0][0])


def goes_into(axis: FilterAxis, cell: int) -> list[tuple[int, int]]:
    """Return every position that reads a cell with the tap that meets it, in order; a cell of the padding as it lies.

    The padding may repeat a cell of the input, which then is read there, too.
    """
    lying = [cell, *_copies(axis, cell)]
    found = {pair for at in lying for pair in _meeting(axis, at)}
    return sorted(found)


def _copies(axis: FilterAxis, cell: int) -> list[int]:
    """Return where in the padding a cell of the input stands once more."""
    if axis.transposed or not 0 <= cell < axis.cells or axis.mode == "zeros":
        return []
    found = list[int]()
    for first, count in ((-axis.before, axis.before), (axis.cells, axis.after)):
        repeated = axis_sources(first, max(count, 0), axis.cells, axis.mode)
        found += (first + np.flatnonzero(repeated == cell)).tolist()
    return found


def _meeting(axis: FilterAxis, at: int) -> list[tuple[int, int]]:
    """Return the positions at which a tap lies on a cell, with the tap."""
    taps = np.array(axis.taps, dtype=np.int64)
    if axis.transposed:
        positions = axis.landing(at) + taps
        there = np.full(taps.shape, 0 <= at < axis.cells)
    else:
        shifted = at + axis.before - taps
        positions, there = shifted // axis.stride, shifted % axis.stride == 0
    there &= (positions >= 0) & (positions < axis.positions)
    return [(int(positions[tap]), int(tap)) for tap in np.flatnonzero(there)]


def sources_of(axis: FilterAxis, cells: Index) -> Index:
    """Return the cells of the input whose values stand on some cells, be they padding; -1 for a zero."""
    if not cells.size:
        return cells
    low, high = int(cells.min()), int(cells.max())
    return np.asarray(axis_sources(low, high - low + 1, axis.cells, axis.mode)[cells - low])


def value_under(axis: FilterAxis, x: NDArray[np.generic], cells: Index) -> NDArray[np.float64]:
    """Return what stands on some cells of ``(C, cells)``, be they padding: ``(C, len(cells))``, 0 where it is zeros."""
    if not len(cells):
        return np.zeros((len(x), 0))
    sources = sources_of(axis, cells)
    values = x[:, np.maximum(sources, 0)].astype(np.float64)
    return np.where(sources >= 0, values, 0.0)
