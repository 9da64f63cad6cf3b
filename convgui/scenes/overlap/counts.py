"""How many kernels lie on each output cell, axis by axis, read from the index table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, axis_tables, index_table
from convgui.model.document import Document

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
MOST_KERNEL, MOST_STRIDE = 8, 5
"""Kernel sizes and strides of the map."""
MOST_SHOWN = 16
"""Output cells a side that are drawn with their numbers."""


@dataclass(frozen=True)
class Interior:
    """Overlap away from the border on one axis: it repeats every `stride` cells.

    Attributes
    ----------
    counts : tuple of int
        One period.
    """

    kernel: int
    stride: int
    dilation: int
    counts: tuple[int, ...]

    @property
    def even(self) -> bool:
        """Whether every cell gets the same number of kernels."""
        return len(set(self.counts)) == 1

    @property
    def ratio(self) -> float:
        """Most divided by fewest; infinite where some cells get none."""
        return max(self.counts) / min(self.counts) if min(self.counts) else float("inf")


@cache
def interior(kernel: int, stride: int, dilation: int) -> Interior:
    """Count the overlap in the middle of an axis that is long enough to have a middle."""
    spec = ConvSpec.of(1, 1, (kernel,), stride=stride, dilation=dilation, transposed=True)
    cells = 2 * (spec.extent[0] // stride + 1) + 3
    overlap = index_table(spec, (cells,)).overlap()
    start = overlap.size // 2 // stride * stride
    return Interior(kernel, stride, dilation, tuple(int(n) for n in overlap[start : start + stride]))


@dataclass(frozen=True, eq=False)
class Counts:
    """The overlap of one layer.

    Attributes
    ----------
    spec : ConvSpec
        One channel, with the kernel size that is shown.
    tried : bool
        Whether that is not the layer's own kernel size.
    axes : tuple of ndarray
        Source of ``(output cell, tap)`` on rows and columns; a 1D layer has one row.
    interiors : tuple of Interior
        One an axis of the layer.
    size : (int, int)
        Input rows and columns.
    centres : ndarray
        Output position, on the last axis, of the middle of each input's kernel.
    """

    spec: ConvSpec
    tried: bool
    axes: tuple[Ints, Ints]
    interiors: tuple[Interior, ...]
    size: tuple[int, int]
    centres: Floats

    @property
    def across(self) -> Ints:
        """Overlap along one row."""
        return np.asarray((self.axes[1] >= 0).sum(axis=1), dtype=np.int64)

    @property
    def both(self) -> Ints:
        """Overlap of the whole output: the product of both axes."""
        return np.outer((self.axes[0] >= 0).sum(axis=1), self.across)

    @property
    def shown(self) -> tuple[int, int]:
        """Output rows and columns that are drawn."""
        rows, columns = self.axes[0].shape[0], self.axes[1].shape[0]
        return min(rows, MOST_SHOWN), min(columns, MOST_SHOWN)

    @property
    def inputs(self) -> tuple[int, int]:
        """Input rows and columns whose kernels begin in what is drawn."""
        firsts = [self._first(a) for a in (0, 1)]
        rows, columns = (int(np.count_nonzero(f < n)) or 1 for f, n in zip(firsts, self.shown, strict=True))
        return rows, columns

    def _first(self, axis: int) -> Ints:
        """First output cell of each input on an axis; beyond the end if it reaches none."""
        table = self.axes[axis]
        found = np.full(self.size[axis], table.shape[0], dtype=np.int64)
        cells, taps = np.nonzero(table >= 0)
        np.minimum.at(found, table[cells, taps], cells)
        return found

    @property
    def even(self) -> bool:
        """Whether the interior is even on every axis."""
        return all(i.even for i in self.interiors)

    @property
    def ratio(self) -> float:
        """Most divided by fewest kernels in the interior, over all axes."""
        return prod(i.ratio for i in self.interiors)

    @property
    def border(self) -> tuple[Flags, Flags]:
        """Which output rows and which columns get fewer kernels than there are away from the border."""
        pads = self.spec.pads((1,) * self.spec.rank)
        found = []
        for table, inside, (before, _) in zip(self.axes[::-1], self.interiors[::-1], pads[::-1], strict=False):
            phases = (np.arange(len(table)) + before) % inside.stride
            found.append((table >= 0).sum(axis=1) < np.array(inside.counts)[phases])
        return (found[1] if len(found) > 1 else np.zeros(1, dtype=np.bool_), found[0])

    @property
    def all_border(self) -> bool:
        """Whether the output is so small that on some axis the interior does not occur once."""
        for flags, inside in zip(self.border[::-1], self.interiors[::-1], strict=False):
            free = np.convolve(~flags, np.ones(inside.stride, dtype=np.int64))
            if free.max() < inside.stride:
                return True
        return False

    @property
    def square(self) -> bool:
        """Whether the layer has one place in the map of square kernels."""
        return len({(i.kernel, i.stride, i.dilation) for i in self.interiors}) == 1

    def reached(self, axis: int, place: int) -> Ints:
        """Return the output cells on an axis that one input cell reaches."""
        return np.unique(np.nonzero(self.axes[axis] == place)[0])

    def sources(self, axis: int, place: int) -> Ints:
        """Return the input cells on an axis that reach one output cell."""
        met = self.axes[axis][place]
        cells: Ints = np.unique(met[met >= 0])
        return cells


def single(spec: ConvSpec, kernel: str) -> ConvSpec:
    """Return the layer with one channel, and with another kernel size if one is tried."""
    sizes = spec.kernel_size if kernel == "layer" else (int(kernel),) * spec.rank
    return replace(spec, in_channels=1, out_channels=1, groups=1, kernel_size=sizes)


def counts(document: Document, kernel: str) -> Counts:
    """Count for the chosen layer, with its own kernel size (``"layer"``) or with another.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    """
    spec, spatial = document.layer.spec, document.sample.spatial
    shown = single(spec, kernel)
    tables = [table for table, _ in axis_tables(shown, spatial)]
    rows = tables[-2] if len(tables) > 1 else np.zeros((1, 1), dtype=np.int64)
    found = tuple(interior(k, s, d) for k, s, d in zip(shown.kernel_size, shown.stride, shown.dilation, strict=True))
    size = (spatial[-2] if len(spatial) > 1 else 1, spatial[-1])
    return Counts(
        shown, shown.kernel_size != spec.kernel_size, (rows, tables[-1]), found, size, _centres(shown, size[1])
    )


def _centres(spec: ConvSpec, cells: int) -> Floats:
    """Middle of each input's kernel on the last axis, also where padding cuts a part of it off."""
    line = ConvSpec.of(
        1, 1, spec.kernel_size[-1:], stride=spec.stride[-1:], dilation=spec.dilation[-1:], transposed=True
    )
    whole = index_table(line, (cells,))
    middle = [np.mean([cell for cell, _ in whole.outputs_of(i)]) for i in range(min(cells, MOST_SHOWN))]
    before = spec.pads((1,) * spec.rank)[-1][0]
    return np.array(middle, dtype=float) + 0.5 - before


def nearest_even(kernel: int, stride: int, dilation: int) -> tuple[int, ...]:
    """Return the next smaller and the next larger kernel size with an even interior, where there are any."""
    below = [k for k in range(kernel - 1, 0, -1) if interior(k, stride, dilation).even]
    above = [k for k in range(kernel + 1, kernel + 2 * stride + 1) if interior(k, stride, dilation).even]
    return (*below[:1], *above[:1])
