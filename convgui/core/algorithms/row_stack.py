"""The row stack: each input row stored once for each column of the kernel, shifted, in a strip that fits the cache.

Any ``kH`` consecutive rows of the strip then are a matrix of ``kH * kD * C * kW`` evenly spaced rows, so a row of the
output is a matrix product on a strided view: im2col with ``kW`` copies instead of ``kD * kH * kW``. With few filters,
the weights are banded so that one product makes several rows of the output: BLAS prefers a matrix to a vector, and its
matrix-vector product takes a global lock. A wide kernel is cut into pieces of a few columns, each multiplied as if it
were a filter of its own: their products, moved along, add up to the output, and only a piece's columns are stacked.
Volumes keep a ring of planes: moving on by one plane stacks one plane anew, and the weights are rotated instead.
Dilated rows are done one residue class at a time; strides are taken in stacking.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convgui.core.algorithms.base import Algorithm, Box, Prepared, Worker, add_bias, group_weight, split
from convgui.core.algorithms.row_layout import GAP, WIDEST, Layout, fits, lay_out, sizes
from convgui.core.algorithms.row_source import Source
from convgui.core.problem import Problem

AnyArray = NDArray[Any]


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
    layout: Layout

    def boxes(self) -> list[Box]:
        return split(self.problem, self.layout.tile)

    def worker(self) -> Worker:
        return _Strip(self.problem, self.layout).run


class _Strip:
    """The strip of one thread.

    A box is done in short strips that stay in the cache. Python itself runs cold between them, so that each of its
    steps costs ten times the usual: all views are made once for the box, and a strip only takes slices of them.
    """

    def __init__(self, problem: Problem, layout: Layout) -> None:
        self.problem, self.rows, self.sizes = problem, layout.rows, layout.sizes
        self.kernel, self.filters = problem.kernel, problem.filters // problem.groups
        s = layout.sizes
        rows = min(layout.rows, -(-layout.tile[1] // s.apart))
        width = min(layout.tile[2], problem.shape[2]) + s.beyond + GAP
        shape = (s.strip_rows(rows), self.kernel[0], problem.channels, s.taps, width)
        self.strip: AnyArray = np.zeros(shape, problem.dtype)
        self.product: AnyArray = np.zeros((-(-rows // s.band), s.height, width), problem.dtype)
        self.loaded: list[int | None] = [None] * self.kernel[0]
        self.weights: dict[tuple[int, int], AnyArray] = {}
        self.views: dict[tuple[int, int], tuple[AnyArray, AnyArray]] = {}

    def run(self, box: Box, out: AnyArray) -> bool:
        """Fill ``out[box]``: one residue class of rows after the other, strip by strip, plane by plane."""
        s, (planes, tall, _) = self.sizes, box.shape
        target = box.of(out, self.filters)
        for first in range(min(s.apart, tall)):
            cells = target[:, :, first :: s.apart]
            source = Source(self.problem, box, first, s)
            rows = cells.shape[2]
            for top in range(0, rows, self.rows):
                bottom = min(top + self.rows, rows)
                height = (bottom - top - 1) * s.stride + self.kernel[1]
                self.loaded = [None] * self.kernel[0]
                for lines in source.blank(top * s.stride, height):
                    self.strip[lines] = 0
                for d in range(planes):
                    rotation = self._load(source, box.start[0] + d, top * s.stride, height)
                    self._multiply(box.group, rotation, cells[:, d, top:bottom])
        # Zeros beside the kernel's own turn what is not finite into what is missing, where it has no part.
        local = s.clean or isfinite(np.vecdot(target, target).sum())
        add_bias(self.problem, box.group, target)
        return local

    def _load(self, source: Source, d: int, row: int, height: int) -> int:
        """Bring the planes that output plane `d` needs into the ring; return by how many slots it is rotated."""
        p = self.problem
        kd, step = self.kernel[0], p.dilation[0]
        ring = p.stride[0] % step == 0
        turn = d * (p.stride[0] // step) % kd if ring else 0
        base = p.origin[0] + d * p.stride[0]
        for t in range(kd):
            slot, plane = (turn + t) % kd, base + t * step
            if self.loaded[slot] != plane:
                for lines, columns, shifted in source.strip_blocks(plane, row, height):
                    self.strip[lines, slot, :, :, columns] = shifted
                self.loaded[slot] = plane
        return turn

    def _multiply(self, group: int, rotation: int, out: AnyArray) -> None:
        """Multiply the strip by the banded weights into ``out`` (filters, rows, columns)."""
        s = self.sizes
        _, rows, columns = out.shape
        weight = self._weight(group, rotation)
        stacked, product = self._views(-(-rows // s.band), columns)
        into = self._into(out)
        if into is not None:
            # The product needs no second pass.
            np.matmul(weight, stacked, out=into)
        else:
            np.matmul(weight, stacked, out=product)
            self._settle(product, out)

    def _into(self, out: AnyArray) -> AnyArray | None:
        """View ``out`` as (bands, filters * band, columns) where BLAS can write the product there; else None."""
        s, (filters, rows, columns) = self.sizes, out.shape
        if s.pieces > 1 or rows % s.band or out.strides[2] != out.itemsize:
            return None
        if s.band == 1:
            return out.transpose(1, 0, 2)
        return out.reshape(rows // s.band, s.band, columns, copy=False) if filters == 1 else None

    def _settle(self, product: AnyArray, out: AnyArray) -> None:
        """Add up the pieces of ``product`` (bands, pieces * filters * band, columns and beyond) into ``out``."""
        s, (filters, rows, columns) = self.sizes, out.shape
        pieces = product.reshape(product.shape[0], s.pieces, filters, s.band, -1)
        total = pieces[:, 0, :, :, :columns]
        full = rows // s.band
        head = out[:, : full * s.band].reshape(filters, full, s.band, columns, copy=False).transpose(1, 0, 2, 3)
        for i in range(1, s.pieces):
            moved = pieces[:, i, :, :, i * s.shift : i * s.shift + columns]
            last = i == s.pieces - 1 and full == product.shape[0]
            np.add(total, moved, out=head if last else total)
        if s.pieces == 1 or full < product.shape[0]:
            head[...] = total[:full]
        for r in range(full * s.band, rows):
            out[:, r] = total[r // s.band, :, r % s.band]

    def _views(self, bands: int, columns: int) -> tuple[AnyArray, AnyArray]:
        """View the strip as one matrix a band, and the product that belongs to it."""
        key = (bands, columns)
        if key not in self.views:
            s, step = self.sizes, self.strip.strides[3]
            wide = columns + s.beyond
            stacked = as_strided(
                self.strip,
                (bands, s.least * s.line, wide),
                (step * s.line * s.band * s.stride, step, self.strip.itemsize),
            )
            self.views[key] = (stacked, self.product[:bands, :, :wide])
        return self.views[key]

    def _weight(self, group: int, rotation: int) -> AnyArray:
        """Return the banded weights, piece by piece, with the planes in the order of the ring."""
        key = (group, rotation)
        if key not in self.weights:
            if any(known[0] != group for known in self.weights):
                self.weights.clear()
            s = self.sizes
            taps = np.roll(group_weight(self.problem, group), rotation, axis=2)
            filters, channels, deep, high, wide = taps.shape
            padded = np.zeros((filters, channels, deep, high, s.pieces * s.taps), taps.dtype)
            padded[..., :wide] = taps
            cut = padded.reshape(filters, channels, deep, high, s.pieces, s.taps).transpose(4, 0, 3, 2, 1, 5)
            self.weights[key] = banded(cut.reshape(s.pieces * filters, high, s.line), s.band, s.stride)
        return self.weights[key]


def _prepare(problem: Problem, budget: int) -> Prepared:
    return _Prepared(problem, lay_out(problem, budget))


LEAST = 120_000.0
"""Nanoseconds that it takes at the least."""
LINE = 14_000.0
"""Nanoseconds that a strip of one row takes besides its cells."""


def _cost(problem: Problem) -> float:
    """Estimate from measurements on one thread: stacking, products at 22 (one filter) or 38 a nanosecond, adding."""
    s, filters = sizes(problem), problem.filters // problem.groups
    # Every input row of the box is stacked, also those that a large stride passes over.
    stacking = problem.channels * s.taps * 0.2 * problem.stride[1] * min(problem.stride[2], 4)
    products = filters * s.pieces * s.line * s.least / s.band
    rate = 0.045 if filters == 1 else 0.026
    adding = filters * (0.5 + 0.2 * (s.pieces - 1))
    fixed = 0.2 if problem.kernel[0] == 1 else 1.5
    # Of one row, a strip is as wide as one can be, and most of its time is Python's.
    strips = LINE * problem.cells / WIDEST if problem.shape[:2] == (1, 1) else 0.0
    return LEAST + problem.groups * (strips + problem.cells * (fixed + stacking + products * rate + adding))


ROW_STACK = Algorithm("row_stack", fits, _cost, _prepare, _cost)
