"""Layers that go axis by axis, told by tables: windows that are not all alike, and where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.control import CancelCheck, stop_if
from convgui.core.filter_axis import FilterAxis, Flags, Index
from convgui.core.filter_view import FilterView
from convgui.core.memory import check_budget
from convgui.core.spec import ConvSpec
from convgui.layers.reads import AxisReads

AnyArray = NDArray[Any]
BLOCK = 1 << 22
"""Bytes of a result that are made at a time."""


@dataclass(frozen=True, eq=False)
class Tabled:
    """What goes axis by axis: every output cell is a weighted sum of input cells, or the largest of them.

    Attributes
    ----------
    axes : tuple of AxisReads
        For each spatial axis which cells are read, and with which weights; 0 where a cell is not read.
    picks : bool
        Whether the largest is taken.
    """

    axes: tuple[AxisReads, ...]
    picks: bool = False

    def forward(self, x: AnyArray, cancel: CancelCheck | None = None) -> AnyArray:
        """Apply it to floats ``(C, *spatial)``."""
        return self._steps(x, cancel)[-1]

    def forward_present(self, x: AnyArray, cancel: CancelCheck | None = None) -> AnyArray:
        """Leave missing values (NaN) out: the largest of those that are there, or their weighted mean."""
        there = ~np.isnan(x)
        if self.picks:
            result = self.forward(np.where(there, x, x.dtype.type(-np.inf)), cancel)
            return np.where(np.isneginf(result), x.dtype.type(np.nan), result)
        total = self.forward(np.where(there, x, x.dtype.type(0)), cancel)
        share = self.forward(there.astype(x.dtype), cancel)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(share > 0, total / share, np.nan).astype(x.dtype))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Return the gradient with respect to the input; of a maximum, the first of equals in order gets it."""
        steps = self._steps(np.asarray(x, np.float64), None) if self.picks else []
        grad = np.asarray(grad, np.float64)
        for axis, reads in enumerate(self.axes, start=1):
            # The last axis was reduced first.
            before = steps[len(self.axes) - axis] if self.picks else None
            grad = _back(grad, reads, axis, x.shape[axis], before)
        return grad

    def on(self, read: Sequence[slice], written: Sequence[slice]) -> Tabled:
        """Return what makes the part `made` of the output from the part `read` of the input."""
        parts = zip(self.axes, read, written, strict=True)
        return Tabled(tuple(AxisReads(a.table[m] - r.start, a.weight[m]) for a, r, m in parts), self.picks)

    def _steps(self, x: AnyArray, cancel: CancelCheck | None) -> list[AnyArray]:
        """Return the input, and what it is after each axis; the last axis is taken first, so that rows stay rows."""
        sizes = tuple(len(reads.table) for reads in self.axes)
        check_budget((x.shape[0], *sizes), 2 * x.dtype.itemsize, None)
        steps = [x]
        for axis in reversed(range(1, x.ndim)):
            steps.append(_along(steps[-1], self.axes[axis - 1], axis, self.picks, cancel))
        return steps


def _along(x: AnyArray, reads: AxisReads, axis: int, picks: bool, cancel: CancelCheck | None) -> AnyArray:
    out = np.empty((*x.shape[:axis], len(reads.table), *x.shape[axis + 1 :]), x.dtype)
    # What has no weight is not read: it could be missing, and 0 times that is missing, too.
    finite = picks or bool(np.isfinite(x).all())
    taps = [
        (
            cells,
            None if picks or (weights == 1).all() else _facing(weights.astype(x.dtype), axis, x.ndim),
            () if finite else np.flatnonzero(weights == 0),
        )
        for cells, weights in _taps(reads)
    ]
    # As many channels at a time as are soon done with: whoever wants to stop does not wait for the others.
    each = max(BLOCK * len(x) // max(out.nbytes, 1), 1)
    for first in range(0, len(x), each):
        stop_if(cancel)
        part = slice(first, first + each)
        for n, (cells, weights, unread) in enumerate(taps):
            values = x[part].take(cells, axis=axis)
            if weights is not None:
                values *= weights
                if len(unread):
                    values[(*(slice(None),) * axis, unread)] = 0
            if not n:
                out[part] = values
            elif picks:
                np.maximum(out[part], values, out=out[part])
            else:
                out[part] += values
    return out


def _back(grad: AnyArray, reads: AxisReads, axis: int, cells: int, before: AnyArray | None) -> AnyArray:
    """Send a gradient back over one axis; `before` is what came into it, where the largest was taken."""
    moved = np.moveaxis(grad, axis, 0)
    back = np.zeros((cells, *moved.shape[1:]))
    if before is None:
        for sources, weights in _taps(reads):
            np.add.at(back, sources, moved * _facing(weights, 0, moved.ndim))
        return np.moveaxis(back, 0, axis)
    values = np.moveaxis(before, axis, 0)
    table = _filled(reads)
    winners = np.argmax(values[table], axis=1)
    index = np.take_along_axis(table.reshape(*table.shape, *(1,) * (winners.ndim - 1)), winners[:, None], axis=1)[:, 0]
    rest = np.indices(moved.shape)[1:]
    np.add.at(back, (index, *rest), moved)
    return np.moveaxis(back, 0, axis)


def _filled(reads: AxisReads) -> Index:
    """Return the table with a cell that is read in the place of those that are not."""
    read = (reads.table >= 0) & (reads.weight != 0)
    first = np.take_along_axis(reads.table, read.argmax(axis=1)[:, None], axis=1)
    return np.where(read, reads.table, first)


def _taps(reads: AxisReads) -> list[tuple[Index, AnyArray]]:
    return list(zip(_filled(reads).T, reads.weight.T, strict=True))


def _facing(values: AnyArray, axis: int, rank: int) -> AnyArray:
    return values.reshape(-1, *(1,) * (rank - 1 - axis))


@dataclass(frozen=True, eq=False)
class TabledAxis(FilterAxis):
    """One axis whose windows are told by a table.

    Attributes
    ----------
    reads_of : AxisReads
        Which cells each position reads.
    first, apart : float
        On which cell the middle of position 0 lies, and how far it is to that of the next.
    """

    reads_of: AxisReads = field(default_factory=lambda: AxisReads.copies(1, 1))
    first: float = 0.0
    apart: float = 1.0

    @classmethod
    def of(cls, reads: AxisReads, cells: int, first: float, apart: float, period: int) -> TabledAxis:
        """Return the axis of a table over so many cells; after `period` positions windows look alike again."""
        positions, taps = reads.table.shape
        return cls(cells, positions, taps, period, 1, 0, 0, 0, "zeros", True, reads, first, apart)

    @cached_property
    def table(self) -> Index:
        return np.where(self.reads_of.weight != 0, self.reads_of.table, -1)

    @cached_property
    def outside(self) -> Flags:
        return np.zeros(self.table.shape, dtype=np.bool_)

    def tapped(self, positions: Index) -> tuple[Index, Flags]:
        """Return the cell under each tap; beyond the ends as if the last window were moved on."""
        known = np.clip(positions, 0, self.positions - 1)
        moved = np.rint((positions - known) * self.apart).astype(np.int64)
        return self.table[known] + moved[:, None], self.table[known] >= 0

    @property
    def step(self) -> float:
        return self.apart

    @property
    def offset(self) -> float:
        return self.first


@dataclass(frozen=True, eq=False)
class TabledView(FilterView):
    """A layer whose windows are told by tables; its spec is the one that comes nearest."""

    tabled: tuple[TabledAxis, ...] = ()

    @cached_property
    def axes(self) -> tuple[FilterAxis, ...]:
        return self.tabled

    @cached_property
    def output_shape(self) -> tuple[int, ...]:
        return tuple(axis.positions for axis in self.tabled)

    @property
    def on_two_axes(self) -> FilterView:
        if len(self.tabled) != 1:
            return self
        only = TabledAxis.of(AxisReads.copies(1, 1), 1, 0.0, 1.0, 1)
        spec = nearest_spec(self.spec.in_channels, (1, *self.spatial), (1, *self.output_shape))
        return TabledView(spec, (1, *self.spatial), (only, *self.tabled))

    def on_axes(self, first: int, second: int) -> FilterView:
        tabled = (self.tabled[first], self.tabled[second])
        spatial = (self.spatial[first], self.spatial[second])
        spec = nearest_spec(self.spec.in_channels, spatial, (tabled[0].positions, tabled[1].positions))
        return TabledView(spec, spatial, tabled)


def nearest_spec(channels: int, spatial: tuple[int, ...], output: tuple[int, ...]) -> ConvSpec:
    """Return the pooling, or the enlarging, that comes nearest to what makes of one size another."""
    if all(n >= m for n, m in zip(spatial, output, strict=True)):
        size = tuple(-(-n // m) for n, m in zip(spatial, output, strict=True))
        stride = tuple(max(1, n // m) for n, m in zip(spatial, output, strict=True))
        return ConvSpec.of(channels, channels, size, stride=stride, groups=channels)
    factor = tuple(max(1, round(m / n)) for n, m in zip(spatial, output, strict=True))
    return ConvSpec.of(channels, channels, factor, stride=factor, groups=channels, transposed=True)
