"""One axis of a filter on an input: which cells a window lies on, which positions a cell goes into, and the padding.

All indices of the product come from here. A *position* is an index of the output, a *cell* one of the input: below 0
and from `cells` on it lies in the padding. A *tap* is an index of the kernel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from convgui.core.blocks import axis_sources
from convgui.core.spec import ConvSpec, PaddingMode

Index = NDArray[np.int64]
Flags = NDArray[np.bool_]
GIVEN, INSERTED, BORDER = 0, 1, 2
"""What a cell of a stretched input is: a cell of the input, a zero between two of them, a zero around them."""


@dataclass(frozen=True)
class FilterAxis:
    """One axis of a filter on an input.

    Attributes
    ----------
    cells, positions : int
        Lengths of the input and of the output.
    kernel_size, stride, dilation, mode, transposed
        As in `ConvSpec`.
    before, after : int
        Cells of padding; of a transposed layer, cells of the output that are cut off.
    extra : int
        The output padding of a transposed layer.
    """

    cells: int
    positions: int
    kernel_size: int
    stride: int
    dilation: int
    before: int
    after: int
    extra: int
    mode: PaddingMode
    transposed: bool

    @property
    def extent(self) -> int:
        """Cells from the first to the last tap."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def taps(self) -> tuple[int, ...]:
        """How far each tap lies from the first."""
        return tuple(self.dilation * tap for tap in range(self.kernel_size))

    @property
    def padded(self) -> int:
        """Cells with the padding; that of a transposed layer adds none."""
        return self.cells if self.transposed else self.cells + self.before + self.after

    @property
    def room(self) -> int:
        """How far a window can move over the padded cells."""
        return self.padded - self.extent

    @property
    def leftover(self) -> int:
        """Padded cells at the far end that no window reaches, because the floor drops a remainder."""
        return 0 if self.transposed else self.room % self.stride

    @property
    def short(self) -> int:
        """Cells that one more step would need beyond the padded ones; 0 where the windows end with them."""
        return self.stride - self.leftover if self.leftover else 0

    @property
    def moves(self) -> float:
        """How often the window could move, before the floor rounds it down."""
        return self.room / self.stride

    @property
    def undilated(self) -> float:
        """Positions by the formula that knows neither dilation nor the floor, ``(W - K + 2P) / S + 1``."""
        return (self.padded - self.kernel_size) / self.stride + 1

    @property
    def step(self) -> float:
        """By how many cells the window moves from one position to the next."""
        return 1 / self.stride if self.transposed else float(self.stride)

    @property
    def offset(self) -> float:
        """On which cell the middle of position 0 lies; that of position n lies ``n * step`` further on."""
        middle = (self.extent - 1) / 2 - self.before
        return -middle / self.stride if self.transposed else middle

    @cached_property
    def table(self) -> Index:
        """``(positions, taps)``: the cell that each tap reads, -1 where it reads none."""
        at, there = self.tapped(np.arange(self.positions))
        low, high = int(at.min()), int(at.max())
        return np.where(there, axis_sources(low, high - low + 1, self.cells, self.mode)[at - low], -1)

    @cached_property
    def outside(self) -> Flags:
        """``(positions, taps)``: whether a tap lies in the padding, whatever stands there."""
        at, there = self.tapped(np.arange(self.positions))
        # Beyond the last input of a transposed layer there is no other that it could lie between.
        return np.asarray((at < 0) | (at + ~there >= self.cells))

    def tapped(self, positions: Index) -> tuple[Index, Flags]:
        """Return the cell under each tap at some positions, as if the input had no end, and whether there is one.

        A transposed layer's position ``o`` meets the cell ``(o + before - tap * dilation) / stride`` where that is
        whole; elsewhere it lies between two cells, and what is returned is the one before.
        """
        taps = self.dilation * np.arange(self.kernel_size, dtype=np.int64)
        if not self.transposed:
            at = positions[:, None] * self.stride - self.before + taps
            return at, np.ones(at.shape, dtype=np.bool_)
        stretched = positions[:, None] + self.before - taps
        return stretched // self.stride, stretched % self.stride == 0

    def reads(self, position: int) -> Index:
        """Return the cells that a position reads, in order, each once."""
        met = self.table[position]
        return np.asarray(np.unique(met[met >= 0]))

    def reached(self, cell: int) -> Index:
        """Return the positions that read a cell of the input, in order; none reads one of the padding's."""
        return np.unique(self.pairs(cell)[:, 0])

    def runs(self, cell: int) -> list[tuple[int, int]]:
        """Return the same as runs of neighbours: the first of each, and how many they are."""
        reached = self.reached(cell)
        parts = np.split(reached, np.flatnonzero(np.diff(reached) > 1) + 1) if reached.size else []
        return [(int(part[0]), len(part)) for part in parts]

    def pairs(self, cell: int) -> Index:
        """Return ``(pairs, 2)``: each position that reads a cell of the input, with the tap that meets it."""
        return np.argwhere(self.table == cell) if cell >= 0 else np.empty((0, 2), dtype=np.int64)

    def span(self, position: float) -> tuple[float, int]:
        """Return where a window begins, in the padding too, and how many cells it covers.

        A forward window may lie between two positions. Where a transposed layer's position reads no cell, 0 are
        covered, and it begins at the nearest one.
        """
        if not self.transposed:
            return position * self.stride - self.before, self.extent
        read = self.reads(int(position))
        if read.size:
            return int(read[0]), int(read[-1] - read[0]) + 1
        return min(max(round(self.offset + self.step * position), 0), self.cells - 1), 0

    def covered(self, positions: slice) -> tuple[int, int]:
        """Return where the windows of neighbouring positions of a forward layer begin, and how many cells they cover.

        They may begin in the padding.
        """
        count = positions.stop - positions.start
        return positions.start * self.stride - self.before, (count - 1) * self.stride + self.extent

    def block(self, positions: slice) -> Index:
        """Return the cell whose value stands on each of the cells that are `covered`, -1 for a zero."""
        return axis_sources(*self.covered(positions), self.cells, self.mode)

    def hull(self, positions: slice) -> slice:
        """Return the input's cells from the first to the last that neighbouring positions read; one at least."""
        table = self.table[positions] if self.transposed else self.block(positions)
        met = table[table >= 0]
        return slice(int(met.min()), int(met.max()) + 1) if met.size else slice(0, 1)

    def landing(self, cell: int) -> int:
        """Return the position where a transposed layer's cell begins to write, if nothing were cut off."""
        return cell * self.stride - self.before

    def middle(self, cell: int) -> float:
        """Return the position under the middle of the kernel that a transposed layer's cell lays over the output."""
        return self.landing(cell) + (self.extent - 1) / 2

    def summed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return at each position the sum of the values of all cells that it reads, one a tap."""
        return np.asarray(np.where(self.table >= 0, values[np.maximum(self.table, 0)], 0.0).sum(axis=1))

    def returned(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each cell the sum of the values at all positions that read it, one a tap."""
        met = self.table >= 0
        spread = np.broadcast_to(values[:, None], met.shape)
        return np.bincount(self.table[met], spread[met], minlength=self.cells).astype(np.float64)

    @cached_property
    def sources(self) -> Index:
        """The cell whose value stands on each padded cell, -1 for a zero."""
        first = 0 if self.transposed else -self.before
        return axis_sources(first, self.padded, self.cells, self.mode)

    @property
    def given(self) -> Flags:
        """Which of the padded cells are the input's own."""
        given = np.zeros(self.padded, dtype=np.bool_)
        first = 0 if self.transposed else self.before
        given[first : first + self.cells] = True
        return given

    @property
    def unread(self) -> Index:
        """Padded cells that no tap meets, counted from the first one of the padding."""
        if self.transposed:
            return np.setdiff1d(np.arange(self.cells), self.table)
        return np.setdiff1d(np.arange(self.padded), self.tapped(np.arange(self.positions))[0] + self.before)

    def nearest(self, cell: float) -> int:
        """Return the position whose window has its middle nearest to a cell."""
        middles = self.offset + self.step * np.arange(self.positions)
        if self.transposed:
            there = self.table >= 0
            middles = np.where(there, self.table, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
            middles[~there.any(axis=1)] = np.inf
        return int(np.abs(middles - cell).argmin())

    @property
    def inner(self) -> tuple[int, ...]:
        """How many taps of a transposed layer meet a cell at `stride` neighbouring positions away from the border."""
        phases = self.dilation * np.arange(self.kernel_size) % self.stride
        return tuple(int(n) for n in np.bincount(phases, minlength=self.stride))

    @property
    def overlap(self) -> Index:
        """How many taps meet a cell at each position."""
        return np.asarray((self.table >= 0).sum(axis=1), dtype=np.int64)

    @property
    def at_border(self) -> Flags:
        """At which positions of a transposed layer fewer taps meet a cell than away from the border."""
        phases = (np.arange(self.positions) + self.before) % self.stride
        return np.asarray(self.overlap < np.array(self.inner)[phases])

    @property
    def has_inside(self) -> bool:
        """Whether as many neighbouring positions as the stride are away from the border, so that all counts occur."""
        return bool(np.convolve(~self.at_border, np.ones(self.stride, dtype=np.int64)).max() >= self.stride)

    @property
    def border(self) -> tuple[int, int]:
        """Zeros before and after a transposed layer's stretched input; negative where cells of it are cut off."""
        return self.extent - 1 - self.before, self.extent - 1 - self.after + self.extra

    @property
    def stretched(self) -> tuple[Index, Index]:
        """The stretched input, over which a direct convolution of stride 1 makes what the transposed layer makes.

        Returns
        -------
        sources, kinds : ndarray of int64
            The cell that stands there, -1 where none does, and whether it is `GIVEN`, `INSERTED` or in the `BORDER`.
        """
        at = np.arange(self.positions + self.extent - 1) - self.border[0]
        inside = (at >= 0) & (at <= (self.cells - 1) * self.stride)
        given = inside & (at % self.stride == 0)
        return np.where(given, at // self.stride, -1), np.where(given, GIVEN, np.where(inside, INSERTED, BORDER))


def filter_axes(spec: ConvSpec, spatial: Sequence[int]) -> tuple[FilterAxis, ...]:
    """Return a layer on a spatial input size, axis by axis; SpecError if it does not fit."""
    shape = tuple(int(n) for n in spatial)
    out, pads = spec.output_shape(shape), spec.pads(shape)
    return tuple(
        FilterAxis(
            shape[a], out[a], spec.kernel_size[a], spec.stride[a], spec.dilation[a], *pads[a], spec.output_padding[a],
            spec.padding_mode, spec.transposed,
        )
        for a in range(spec.rank)
    )  # fmt: skip
