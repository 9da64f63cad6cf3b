"""Where the rows of a row stack come from."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convgui.core.algorithms.base import Box, group_input
from convgui.core.algorithms.row_layout import Sizes
from convgui.core.blocks import fill_block
from convgui.core.problem import Problem

AnyArray = NDArray[Any]
StripBlock: TypeAlias = tuple[slice, slice, AnyArray]
"""Rows and columns of a strip, and what stands there."""


class Source:
    """The input rows of a box, shifted by each tap, wherever they come from.

    What lies inside the input is read where it is. Columns at the edge are read, padding and all, once for the box.
    Rows in the padding, and inputs of another type, go through a buffer strip by strip; rows of zeros are `blank`.

    Parameters
    ----------
    problem : Problem
    box : Box
    first : int
        The rows of the box that are meant: every `sizes.apart`-th from here on, one residue class.
    sizes : Sizes
        Of the stack.
    """

    def __init__(self, problem: Problem, box: Box, first: int, sizes: Sizes) -> None:
        self.problem = problem
        self.source = group_input(problem, box.group)
        planes, tall, columns = box.shape
        self.taps, self.columns = sizes.taps, columns + sizes.beyond
        rows = len(range(first, tall, sizes.apart))
        self.step = problem.dilation[1]
        self.plane = problem.origin[0] + box.start[0] * problem.stride[0]
        self.top = problem.origin[1] + (box.start[1] + first) * problem.stride[1]
        self.left = problem.origin[2] + box.start[2] * problem.stride[2]
        height = (rows - 1) * sizes.stride + problem.kernel[1]
        depth = (planes - 1) * problem.stride[0] + (problem.kernel[0] - 1) * problem.dilation[0] + 1
        _, deep, high, _ = self.source.shape
        self.planes = (max(self.plane, 0), min(self.plane + depth, deep))
        # Rows are counted in steps of the dilation from `top`; these lie inside the input.
        self.rows = _inside(self.top, self.step, height, high)
        native = self.source.dtype == problem.dtype and self.planes[0] < self.planes[1] and self.rows[0] < self.rows[1]
        self.inner: list[tuple[slice, AnyArray]] = []
        if native:
            self._read_once()
        self.zeros = bool(self.inner) and problem.mode == "zeros"

    def _read_once(self) -> None:
        """Find what lies inside the input for every tap, and read the edges."""
        p, wide = self.problem, self.source.shape[3]
        low, high = _inside(self.left, p.stride[2], self.columns, wide - (self.taps - 1) * p.dilation[2])
        if low == high:
            return
        inside = self.source[:, self.planes[0] : self.planes[1], self._row(self.rows[0]) :: self.step]
        inside = inside[:, :, : self.rows[1] - self.rows[0], self._column(low) :]
        self.inner.append((slice(low, high), self._shift(inside, high - low)))
        for first, last in ((0, low), (high, self.columns)):
            if first < last:
                block = self._read(*self.planes, *self.rows, first, last)
                self.inner.append((slice(first, last), self._shift(block, last - first)))

    def blank(self, row: int, height: int) -> list[slice]:
        """List the rows of a strip that are zero in every plane: `strip_blocks` leaves them out."""
        if not self.zeros:
            return []
        low, high = (min(max(edge - row, 0), height) for edge in self.rows)
        return [cut for cut in (slice(0, low), slice(high, height)) if cut.start < cut.stop]

    def strip_blocks(self, plane: int, row: int, height: int) -> list[StripBlock]:
        """List what fills a strip in one plane: rows, columns, and (rows, C, taps, columns) shifted by each tap."""
        inside = self.planes[0] <= plane < self.planes[1]
        if self.zeros and not inside:
            return [(slice(0, height), slice(0, self.columns), np.zeros((), self.problem.dtype))]
        low, high = max(row, self.rows[0]), min(row + height, self.rows[1])
        if not (inside and low < high and self.inner):
            low = high = row + height
        found = []
        if low < high:
            at, rows = plane - self.planes[0], slice(low - row, high - row)
            cut = slice(low - self.rows[0], high - self.rows[0])
            found = [(rows, columns, cells[at, cut]) for columns, cells in self.inner]
        if self.zeros:
            return found
        # Only the rows that lie in the padding, and what cannot be read where it lies, take the detour of a buffer.
        for first, last in ((row, low), (high, row + height)):
            if first < last:
                block = self._read(plane, plane + 1, first, last, 0, self.columns)
                cells = self._shift(block, self.columns)[0]
                found.append((slice(first - row, last - row), slice(0, self.columns), cells))
        return found

    def _row(self, unit: int) -> int:
        return self.top + unit * self.step

    def _column(self, cell: int) -> int:
        return self.left + cell * self.problem.stride[2]

    def _shift(self, block: AnyArray, columns: int) -> AnyArray:
        """View ``block`` (C, planes, rows, cells) as (planes, rows, C, taps, columns)."""
        p = self.problem
        channels, planes, rows, _ = block.shape
        channel, plane, row, cell = block.strides
        return as_strided(
            block,
            (planes, rows, channels, self.taps, columns),
            (plane, row, channel, cell * p.dilation[2], cell * p.stride[2]),
        )

    def _read(self, plane: int, last_plane: int, row: int, last_row: int, first: int, last: int) -> AnyArray:
        """Read a part of the padded input: planes, rows in steps of the dilation, and what its columns span."""
        p = self.problem
        span = (last - first - 1) * p.stride[2] + (self.taps - 1) * p.dilation[2] + 1
        block = np.empty((p.channels, last_plane - plane, last_row - row, span), p.dtype)
        fill_block(self.source, block, (plane, self._row(row), self._column(first)), p.mode, (1, self.step, 1))
        return block


def _inside(start: int, step: int, count: int, size: int) -> tuple[int, int]:
    """Find the part of ``start + step * range(count)`` that lies in ``range(size)``."""
    first = min(max(-(start // step), 0), count)
    return first, max(first, min(count, -((start - size) // step)))
