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

from convgui.core.algorithms.base import Algorithm, Box, Prepared, Worker, add_bias, group_input, group_weight, split
from convgui.core.blocks import fill_block
from convgui.core.problem import Problem, Triple

AnyArray = NDArray[Any]
STRIP = 3 << 19
"""Bytes that a strip should have: about the second-level cache, which measured best between 0.8 and 2 MB."""
GAP = 16
"""Numbers between two rows of the strip, so that rows do not lie a multiple of 4 KB apart."""


@dataclass(frozen=True)
class _Layout:
    """Sizes that follow from a problem: rows a product, the strip's rows, the tile."""

    band: int
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
    fit = STRIP // (line * item * max(least, 12 * stride + problem.kernel[1]))
    columns = min(width, max(fit, 256 if line < 256 else 128), 2048)
    while columns > 16 and _scratch(problem, columns, least, band) > budget:
        columns //= 2
    target = min(budget // 2, max(STRIP, 2 * least * line * item * columns))
    rows = max(band, (target // (line * item * (columns + GAP)) - problem.kernel[1]) // stride + 1)
    filters = problem.filters // problem.groups
    # A tile is held to some milliseconds, for the sake of cancelling.
    work = columns * line * problem.kernel[1] * filters
    rows = max(band, min(rows, 128, (1 << 28) // max(work, 1)))
    while rows > band and _scratch(problem, columns, (rows - 1) * stride + problem.kernel[1], rows) > budget:
        rows = max(band, rows // 2)
    rows = rows // band * band
    planes = min(problem.shape[0], 16 if problem.kernel[0] > 1 else 1)
    return _Layout(band, stride, apart, (planes, rows * apart, columns))


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
    """The strip of one thread."""

    def __init__(self, problem: Problem, layout: _Layout) -> None:
        self.problem, self.layout = problem, layout
        kd, kh, kw = problem.kernel
        filters = problem.filters // problem.groups
        rows = -(-layout.tile[1] // layout.apart)
        self.height = layout.strip_rows(kh, rows)
        width = min(layout.tile[2], problem.shape[2]) + GAP
        self.strip = np.zeros((self.height, kd, problem.channels, kw, width), problem.dtype)
        bands = -(-rows // layout.band)
        self.product = np.zeros((bands, filters * layout.band, width), problem.dtype)
        self.loaded: list[int | None] = [None] * kd
        self.weights: dict[tuple[int, int], AnyArray] = {}
        self.buffer: AnyArray = np.empty(0, problem.dtype)

    def run(self, box: Box, out: AnyArray) -> None:
        """Fill ``out[box]``, plane by plane and one residue class of rows after the other."""
        p, apart = self.problem, self.layout.apart
        target = box.of(out, p.filters // p.groups)
        for first in range(min(apart, box.shape[1])):
            self.loaded = [None] * p.kernel[0]
            for d in range(box.shape[0]):
                rotation = self._load(box, d, first)
                self._multiply(box, rotation, target[:, d, first::apart])
        add_bias(p, box.group, target)

    def _load(self, box: Box, d: int, first: int) -> int:
        """Bring the planes that output plane `d` needs into the ring; return by how many slots it is rotated."""
        p = self.problem
        kd, step = p.kernel[0], p.dilation[0]
        ring = p.stride[0] % step == 0
        turn = (box.start[0] + d) * (p.stride[0] // step) % kd if ring else 0
        base = p.origin[0] + (box.start[0] + d) * p.stride[0]
        for t in range(kd):
            slot, plane = (turn + t) % kd, base + t * step
            if self.loaded[slot] != plane:
                self._stack(box, slot, plane, first)
                self.loaded[slot] = plane
        return turn

    def _stack(self, box: Box, slot: int, plane: int, first: int) -> None:
        """Store the rows of one plane ``kW`` times, each shifted by one tap."""
        p, layout = self.problem, self.layout
        rows = len(range(first, box.shape[1], layout.apart))
        height, columns = (rows - 1) * layout.stride + p.kernel[1], box.shape[2]
        span = (columns - 1) * p.stride[2] + (p.kernel[2] - 1) * p.dilation[2] + 1
        top = p.origin[1] + (box.start[1] + first) * p.stride[1]
        left = p.origin[2] + box.start[2] * p.stride[2]
        source = group_input(p, box.group)
        bottom = top + (height - 1) * p.dilation[1]
        inside = 0 <= plane < source.shape[1] and top >= 0 and bottom < source.shape[2]
        if inside and left >= 0 and left + span <= source.shape[3] and source.dtype == p.dtype:
            rows_read = source[:, plane, top : bottom + 1 : p.dilation[1], left : left + span]
        else:
            rows_read = self._read(source, (plane, top, left), height, span)
        channel, row, column = rows_read.strides
        shifted = as_strided(
            rows_read,
            (height, p.channels, p.kernel[2], columns),
            (row, channel, column * p.dilation[2], column * p.stride[2]),
        )
        np.copyto(self.strip[:height, slot, :, :, :columns], shifted)

    def _read(self, source: AnyArray, start: Triple, height: int, span: int) -> AnyArray:
        """Read rows that touch the padding, or have another type, through a buffer."""
        p = self.problem
        size = p.channels * height * span
        if self.buffer.size < size:
            self.buffer = np.empty(size, p.dtype)
        block = self.buffer[:size].reshape(p.channels, 1, height, span)
        fill_block(source, block, start, p.mode, (1, p.dilation[1], 1))
        return block[:, 0]

    def _multiply(self, box: Box, rotation: int, out: AnyArray) -> None:
        """Multiply the strip by the banded weights into ``out`` (filters, rows, columns)."""
        layout, columns, rows = self.layout, box.shape[2], out.shape[1]
        line = _line(self.problem)
        weight = self._weight(box.group, rotation)
        bands = -(-rows // layout.band)
        step = self.strip.strides[3]
        stacked = as_strided(
            self.strip,
            (bands, weight.shape[1], columns),
            (step * line * layout.band * layout.stride, step, self.strip.itemsize),
        )
        product = self.product[:bands, :, :columns]
        np.matmul(weight, stacked, out=product)
        by_filter = product.reshape(bands, out.shape[0], layout.band, columns).transpose(1, 0, 2, 3)
        full = rows // layout.band
        if full and out.strides[1] % out.itemsize == 0:
            head = as_strided(
                out,
                (out.shape[0], full, layout.band, columns),
                (out.strides[0], out.strides[1] * layout.band, out.strides[1], out.strides[2]),
            )
            head[...] = by_filter[:, :full]
        for r in range(full * layout.band, rows):
            out[:, r] = by_filter[:, r // layout.band, r % layout.band]

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


def _cost(problem: Problem) -> float:
    filters, band = problem.filters // problem.groups, _band(problem)
    stacking = problem.channels * problem.kernel[2] * 0.3 * min(problem.stride[1], problem.kernel[1])
    taps = problem.channels * prod(problem.kernel) * (problem.kernel[1] + band - 1) / problem.kernel[1]
    return 60e3 + problem.groups * problem.cells * (stacking + filters * (taps / 22 + 1.2))


ROW_STACK = Algorithm("row_stack", _fits, _cost, _prepare)
