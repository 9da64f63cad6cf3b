"""Where the rows of a row stack come from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convgui.core.algorithms.base import Box, group_input
from convgui.core.blocks import fill_block
from convgui.core.problem import Problem

AnyArray = NDArray[Any]


class Source:
    """The input rows of a box, shifted by each tap, wherever they come from.

    What lies inside the input is read where it is. Columns at the edge are read, padding and all, once for the box.
    Rows in the padding, and inputs of another type, go through a buffer strip by strip.

    Parameters
    ----------
    problem : Problem
    box : Box
    first, apart : int
        The rows of the box that are meant: every `apart`-th from `first` on, one residue class.
    stride : int
        Rows from one output row of the class to the next, counted in steps of the dilation.
    """

    def __init__(self, problem: Problem, box: Box, first: int, apart: int, stride: int) -> None:
        self.problem = p = problem
        self.source = group_input(p, box.group)
        planes, tall, self.columns = box.shape
        rows = len(range(first, tall, apart))
        self.step = p.dilation[1]
        self.plane = p.origin[0] + box.start[0] * p.stride[0]
        self.top = p.origin[1] + (box.start[1] + first) * p.stride[1]
        self.left = p.origin[2] + box.start[2] * p.stride[2]
        height = (rows - 1) * stride + p.kernel[1]
        depth = (planes - 1) * p.stride[0] + (p.kernel[0] - 1) * p.dilation[0] + 1
        _, deep, high, wide = self.source.shape
        self.planes = (max(self.plane, 0), min(self.plane + depth, deep))
        # Rows are counted in steps of the dilation from `top`; these lie inside the input.
        self.rows = _inside(self.top, self.step, height, high)
        across = _inside(self.left, p.stride[2], self.columns, wide - (p.kernel[2] - 1) * p.dilation[2])
        native = self.source.dtype == p.dtype and self.planes[0] < self.planes[1] and self.rows[0] < self.rows[1]
        self.inner: list[tuple[int, int, AnyArray]] = []
        if native and across[0] < across[1]:
            cut = self.source[:, self.planes[0] : self.planes[1], self._row(self.rows[0]) :: self.step]
            cut = cut[:, :, : self.rows[1] - self.rows[0], self.left + across[0] * p.stride[2] :]
            self.inner.append((*across, self._shift(cut, across[1] - across[0])))
            for low, up in ((0, across[0]), (across[1], self.columns)):
                if low < up:
                    block = self._read(self.planes[0], self.planes[1], *self.rows, low, up)
                    self.inner.append((low, up, self._shift(block, up - low)))

    def _row(self, unit: int) -> int:
        return self.top + unit * self.step

    def parts(self, plane: int, row: int, height: int) -> list[tuple[slice, slice, AnyArray]]:
        """List what fills a strip: its rows, its columns, and (rows, C, kW, columns) shifted by each tap."""
        low, high = max(row, self.rows[0]), min(row + height, self.rows[1])
        if not (self.planes[0] <= plane < self.planes[1] and low < high and self.inner):
            low = high = row + height
        found = []
        if low < high:
            at, rows = plane - self.planes[0], slice(low - row, high - row)
            cut = slice(low - self.rows[0], high - self.rows[0])
            found = [(rows, slice(first, last), view[at, cut]) for first, last, view in self.inner]
        # Only the rows that lie in the padding, and what cannot be read where it lies, take the detour of a buffer.
        for first, last in ((row, low), (high, row + height)):
            if first < last:
                block = self._read(plane, plane + 1, first, last, 0, self.columns)
                cells = self._shift(block, self.columns)[0]
                found.append((slice(first - row, last - row), slice(0, self.columns), cells))
        return found

    def _shift(self, block: AnyArray, columns: int) -> AnyArray:
        """View ``block`` (C, planes, rows, cells) as (planes, rows, C, kW, columns)."""
        p = self.problem
        channels, planes, rows, _ = block.shape
        channel, plane, row, cell = block.strides
        return as_strided(
            block,
            (planes, rows, channels, p.kernel[2], columns),
            (plane, row, channel, cell * p.dilation[2], cell * p.stride[2]),
        )

    def _read(self, plane: int, last_plane: int, row: int, last_row: int, first: int, last: int) -> AnyArray:
        """Read a part of the padded input: planes, rows in steps of the dilation, and what its columns span."""
        p = self.problem
        span = (last - first - 1) * p.stride[2] + (p.kernel[2] - 1) * p.dilation[2] + 1
        block = np.empty((p.channels, last_plane - plane, last_row - row, span), p.dtype)
        start = (plane, self._row(row), self.left + first * p.stride[2])
        fill_block(self.source, block, start, p.mode, (1, self.step, 1))
        return block


def _inside(start: int, step: int, count: int, size: int) -> tuple[int, int]:
    """Find the part of ``start + step * range(count)`` that lies in ``range(size)``."""
    first = min(max(-(start // step), 0), count)
    return first, max(first, min(count, -((start - size) // step)))
