"""The row stack: each input row stored once for each column of the kernel, shifted, in a strip that fits the cache.

Any ``kH`` consecutive rows of the strip then are a matrix of ``kH * kD * C * kW`` evenly spaced rows, so a row of the
output is a matrix product on a strided view: im2col with ``kW`` copies instead of ``kD * kH * kW``. With few filters,
the weights are banded so that one product makes several rows of the output: BLAS prefers a matrix to a vector, and its
matrix-vector product takes a global lock. Volumes keep a ring of planes: moving on by one plane stacks one plane anew,
and the weights are rotated instead. Dilated rows are done one residue class at a time; strides are taken in stacking.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd, prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convgui.core.algorithms.base import Algorithm, Box, Prepared, Worker, add_bias, group_weight, split
from convgui.core.algorithms.row_source import Source
from convgui.core.problem import Problem, Triple

AnyArray = NDArray[Any]
STRIP = 3 << 19
"""Bytes that a strip should have: a second-level cache and a half measured best for 3 x 3 and for many channels; twice
as much where one channel is stacked five times or more, since fewer strips are fewer steps of Python."""
CELLS = 1 << 20
"""Output cells of a tile at most: a million take some milliseconds, and Python's part of a tile is small then."""
PRODUCTS = 1 << 26
"""Multiplications of a tile at most, for the sake of cancelling: some ten milliseconds."""
GAP = 16
"""Numbers between two rows of the strip, so that rows do not lie a multiple of 4 KB apart."""


@dataclass(frozen=True)
class _Layout:
    """Sizes that follow from a problem: output rows a product and a strip, in one residue class; and the tile."""

    band: int
    rows: int
    stride: int
    apart: int
    tile: Triple

    def strip_rows(self, kernel_rows: int, rows: int) -> int:
        """Rows of the strip for `rows` output rows of one residue class, rounded up to whole bands."""
        bands = -(-rows // self.band)
        return (bands * self.band - 1) * self.stride + kernel_rows


def _line(problem: Problem) -> int:
    """Stacked rows for one input row."""
    return problem.kernel[0] * problem.channels * problem.kernel[2]


def _strip(problem: Problem) -> int:
    return STRIP * 2 if problem.channels == 1 and problem.kernel[0] * problem.kernel[2] >= 5 else STRIP


def _band(problem: Problem) -> int:
    """Output rows a product: as measured, 4 for one filter, fewer for more, none above 4 filters."""
    filters = problem.filters // problem.groups
    wanted = 4 if filters == 1 else 2 if filters <= 4 else 1
    stride = problem.stride[1] // gcd(problem.stride[1], problem.dilation[1])
    if stride > problem.kernel[1]:
        return 1
    return max(1, min(wanted, problem.shape[1]))


def _layout(problem: Problem, budget: int) -> _Layout:
    """Choose the tile: columns first, then as many rows as keep the strip in the cache, never past the budget."""
    common = gcd(problem.stride[1], problem.dilation[1])
    stride, apart = problem.stride[1] // common, problem.dilation[1] // common
    band, item, line = _band(problem), problem.dtype.itemsize, _line(problem)
    least = (band - 1) * stride + problem.kernel[1]
    width = problem.shape[2]
    fit = _strip(problem) // (line * item * max(least, 12 * stride + problem.kernel[1]))
    columns = min(width, max(fit, 256 if line < 256 else 128), 2048)
    while columns > 16 and _scratch(problem, columns, least, band) > budget:
        columns //= 2
    target = min(budget // 2, max(_strip(problem), 2 * least * line * item * columns))
    rows = max(band, (target // (line * item * (columns + GAP)) - problem.kernel[1]) // stride + 1)
    filters = problem.filters // problem.groups
    work = columns * line * problem.kernel[1] * filters
    planes = min(problem.shape[0], 32 if problem.kernel[0] > 1 else 1)
    # Stacking a plane into the ring takes about as long as multiplying it, and has to count.
    deep = work * planes * (2 if planes > 1 else 1)
    rows = max(band, min(rows, 256, PRODUCTS // max(deep, 1)))
    while rows > band and _scratch(problem, columns, (rows - 1) * stride + problem.kernel[1], rows) > budget:
        rows = max(band, rows // 2)
    rows = rows // band * band
    strips = max(1, min(CELLS // (rows * columns), PRODUCTS // max(deep * rows, 1)))
    return _Layout(band, rows, stride, apart, (planes, rows * apart * strips, columns))


def _scratch(problem: Problem, columns: int, strip_rows: int, rows: int) -> int:
    """Bytes of the strip, of the row buffer and of the product."""
    stacked = strip_rows * _line(problem) * (columns + GAP)
    span = (columns - 1) * problem.stride[2] + (problem.kernel[2] - 1) * problem.dilation[2] + 1
    buffer = problem.channels * strip_rows * span
    return (stacked + buffer + rows * problem.filters // problem.groups * (columns + GAP)) * problem.dtype.itemsize


def banded(weight: AnyArray, band: int, stride: int) -> AnyArray:
    """Repeat a filter's rows along a band.

    Parameters
    ----------
    weight : ndarray, shape (filters, kH, line)
    band, stride : int
        Output rows of the band, and strip rows from one to the next.

    Returns
    -------
    ndarray, shape (filters * band, ((band - 1) * stride + kH) * line)
    """
    filters, taps, line = weight.shape
    out = np.zeros((filters, band, (band - 1) * stride + taps, line), weight.dtype)
    for r in range(band):
        out[:, r, r * stride : r * stride + taps] = weight
    return out.reshape(filters * band, -1)


@dataclass(frozen=True, eq=False)
class _Prepared:
    problem: Problem
    layout: _Layout

    def boxes(self) -> list[Box]:
        return split(self.problem, self.layout.tile)

    def worker(self) -> Worker:
        return _Strip(self.problem, self.layout).run


class _Strip:
    """The strip of one thread.

    A box is done in short strips that stay in the cache. Python itself runs cold between them, so that each of its
    steps costs ten times the usual: all views are made once for the box, and a strip only takes slices of them.
    """

    def __init__(self, problem: Problem, layout: _Layout) -> None:
        self.problem, self.layout = problem, layout
        self.kernel, self.line = problem.kernel, _line(problem)
        self.filters = problem.filters // problem.groups
        rows = min(layout.rows, -(-layout.tile[1] // layout.apart))
        self.width = min(layout.tile[2], problem.shape[2]) + GAP
        shape = (layout.strip_rows(self.kernel[1], rows), self.kernel[0], problem.channels, self.kernel[2], self.width)
        self.strip: AnyArray = np.zeros(shape, problem.dtype)
        bands = -(-rows // layout.band)
        self.product: AnyArray = np.zeros((bands, self.filters * layout.band, self.width), problem.dtype)
        self.loaded: list[int | None] = [None] * self.kernel[0]
        self.weights: dict[tuple[int, int], AnyArray] = {}
        self.views: dict[tuple[int, int], tuple[AnyArray, AnyArray]] = {}

    def run(self, box: Box, out: AnyArray) -> bool:
        """Fill ``out[box]``: one residue class of rows after the other, strip by strip, plane by plane."""
        layout, (planes, tall, _) = self.layout, box.shape
        target = box.of(out, self.filters)
        local = True
        for first in range(min(layout.apart, tall)):
            cells = target[:, :, first :: layout.apart]
            source = Source(self.problem, box, first, layout.apart, layout.stride)
            rows = cells.shape[2]
            for top in range(0, rows, layout.rows):
                bottom = min(top + layout.rows, rows)
                self.loaded = [None] * self.kernel[0]
                for d in range(planes):
                    rotation = self._load(source, box.start[0] + d, top * layout.stride, bottom - top)
                    local &= self._multiply(box.group, rotation, cells[:, d, top:bottom])
        add_bias(self.problem, box.group, target)
        return local

    def _load(self, source: Source, d: int, row: int, rows: int) -> int:
        """Bring the planes that output plane `d` needs into the ring; return by how many slots it is rotated."""
        p = self.problem
        kd, step = self.kernel[0], p.dilation[0]
        ring = p.stride[0] % step == 0
        turn = d * (p.stride[0] // step) % kd if ring else 0
        base = p.origin[0] + d * p.stride[0]
        height = (rows - 1) * self.layout.stride + self.kernel[1]
        for t in range(kd):
            slot, plane = (turn + t) % kd, base + t * step
            if self.loaded[slot] != plane:
                for lines, columns, shifted in source.parts(plane, row, height):
                    self.strip[lines, slot, :, :, columns] = shifted
                self.loaded[slot] = plane
        return turn

    def _multiply(self, group: int, rotation: int, out: AnyArray) -> bool:
        """Multiply the strip by the banded weights into ``out`` (filters, rows, columns); tell if all is finite."""
        band = self.layout.band
        _, rows, columns = out.shape
        weight = self._weight(group, rotation)
        stacked, product = self._views(-(-rows // band), columns)
        if band == 1 and out.strides[2] == out.itemsize:
            np.matmul(weight, stacked, out=out.transpose(1, 0, 2))
            return True
        if self.filters == 1 and rows % band == 0 and out.strides[2] == out.itemsize:
            # One filter's rows are where BLAS can put them: the product needs no second pass.
            _, row, column = out.strides
            into = as_strided(out, (rows // band, band, columns), (row * band, row, column))
            np.matmul(weight, stacked, out=into)
            return bool(np.isfinite(np.einsum("ijk,ijk->", into, into)))
        np.matmul(weight, stacked, out=product)
        if band == 1:
            out[...] = product.transpose(1, 0, 2)
            return True
        full = rows // band
        filter_step, row, column = out.strides
        head = as_strided(out, (self.filters, full, band, columns), (filter_step, row * band, row, column))
        by_filter = product.reshape(product.shape[0], self.filters, band, columns).transpose(1, 0, 2, 3)
        head[...] = by_filter[:, :full]
        for r in range(full * band, rows):
            out[:, r] = by_filter[:, r // band, r % band]
        # Stale numbers beyond the columns are finite, or were told of before.
        flat = self.product[: product.shape[0]].reshape(-1)
        return bool(np.isfinite(np.dot(flat, flat)))

    def _views(self, bands: int, columns: int) -> tuple[AnyArray, AnyArray]:
        """View the strip as one matrix a band, and the product that belongs to it."""
        key = (bands, columns)
        if key not in self.views:
            layout, step = self.layout, self.strip.strides[3]
            lines = ((layout.band - 1) * layout.stride + self.kernel[1]) * self.line
            stacked = as_strided(
                self.strip,
                (bands, lines, columns),
                (step * self.line * layout.band * layout.stride, step, self.strip.itemsize),
            )
            self.views[key] = (stacked, self.product[:bands, :, :columns])
        return self.views[key]

    def _weight(self, group: int, rotation: int) -> AnyArray:
        """Return the banded weights whose planes stand in the order of the ring."""
        key = (group, rotation)
        if key not in self.weights:
            if any(known[0] != group for known in self.weights):
                self.weights.clear()
            taps = np.roll(group_weight(self.problem, group), rotation, axis=2)
            ordered = taps.transpose(0, 3, 2, 1, 4).reshape(taps.shape[0], taps.shape[3], -1)
            self.weights[key] = banded(ordered, self.layout.band, self.layout.stride)
        return self.weights[key]


def _weight_bytes(problem: Problem) -> int:
    filters, band = problem.filters // problem.groups, _band(problem)
    stride = problem.stride[1] // gcd(problem.stride[1], problem.dilation[1])
    rows = (band - 1) * stride + problem.kernel[1]
    return filters * band * rows * _line(problem) * problem.dtype.itemsize * problem.kernel[0]


def _fits(problem: Problem, budget: int) -> bool:
    stride = problem.stride[1] // gcd(problem.stride[1], problem.dilation[1])
    least = (_band(problem) - 1) * stride + problem.kernel[1]
    columns = min(16, problem.shape[2])
    return _scratch(problem, columns, least, _band(problem)) + _weight_bytes(problem) <= budget


def _prepare(problem: Problem, budget: int) -> Prepared:
    return _Prepared(problem, _layout(problem, budget - _weight_bytes(problem)))


FLOOR = 200_000.0
"""Nanoseconds that it takes at the least."""


def _cost(problem: Problem) -> float:
    """Estimate from measurements on one thread: stacking, then products at 8 (one filter) to 18 taps a nanosecond."""
    filters, band = problem.filters // problem.groups, _band(problem)
    # Every input row of the box is stacked, also those that a large stride passes over.
    stacking = problem.channels * problem.kernel[2] * 0.2 * problem.stride[1] * min(problem.stride[2], 4)
    taps = problem.channels * prod(problem.kernel) * (problem.kernel[1] + band - 1) / problem.kernel[1]
    rate = 0.125 if filters == 1 else 0.08 if filters < 4 else 0.055
    fixed = 2.4 if problem.kernel[0] == 1 else 6.0
    return FLOOR + problem.groups * problem.cells * (fixed + stacking + filters * (taps * rate + 0.6))


ROW_STACK = Algorithm("row_stack", _fits, _cost, _prepare, FLOOR)
