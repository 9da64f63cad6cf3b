"""A 1 x 1 kernel: one matrix product on the input where it lies, in chunks of pixels.

It is also what a transposed layer is made of wherever no two taps meet in one cell: a product for each tap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convgui.core.algorithms.base import (
    Algorithm,
    Box,
    Prepared,
    Tiled,
    Worker,
    add_bias,
    block_shape,
    block_start,
    group_input,
    group_weight,
)
from convgui.core.problem import Problem

AnyArray = NDArray[Any]
CHUNK = 1 << 14
LEAST_CHUNK = 1 << 8
"""Pixels of a chunk at the least, below which a product is not worth its call."""


class _Prepared(Tiled):
    def worker(self) -> Worker:
        p = self.problem

        def run(box: Box, out: AnyArray) -> bool:
            weight = group_weight(p, box.group)[:, :, 0, 0, 0]
            spans = zip(block_start(p, box.start), block_shape(p, box.shape), p.stride, strict=True)
            cuts = tuple(slice(first, first + span, step) for first, span, step in spans)
            source = group_input(p, box.group)[(slice(None), *cuts)].astype(p.dtype, copy=False)
            target = box.of(out, weight.shape[0])
            if p.channels == 1:
                np.multiply(weight.reshape(-1, 1, 1, 1), source, out=target, casting="same_kind")
            else:
                flat, into = _flat(source), _flat(target)
                flat = source.reshape(p.channels, -1) if flat is None else flat
                product = np.matmul(weight, flat, out=into)
                if into is None:
                    target[...] = product.reshape(target.shape)
            add_bias(p, box.group, target)
            return True

        return run


def _flat(array: AnyArray) -> AnyArray | None:
    """View (channels, 1, rows, columns) as a matrix of one row a channel, where the rows lie side by side."""
    channels, planes, rows, columns = array.shape
    channel, _, row, column = array.strides
    if planes != 1 or column != array.itemsize or (rows > 1 and row != columns * column):
        return None
    return as_strided(array, (channels, rows * columns), (channel, column))


def _chunk(problem: Problem, budget: int) -> int:
    """Return how many pixels are multiplied at a time: what is read and made of them may have to be copied."""
    column = (problem.channels + problem.filters // problem.groups) * problem.dtype.itemsize
    return min(CHUNK, budget // column)


def _fits(problem: Problem, budget: int) -> bool:
    if problem.kernel != (1, 1, 1) or _chunk(problem, budget) < LEAST_CHUNK:
        return False
    spans = zip(problem.origin, block_shape(problem, problem.shape), problem.x.shape[1:], strict=True)
    return all(first >= 0 and first + span <= size for first, span, size in spans)


def _prepare(problem: Problem, budget: int) -> Prepared:
    cells, (deep, high, wide) = _chunk(problem, budget), problem.shape
    planes = min(cells // (high * wide), deep) or 1
    rows = min(cells // wide, high) or 1
    return _Prepared(problem, (planes, rows, min(cells, wide)))


LEAST = 10_000.0
"""Nanoseconds that it takes at the least."""


def _cost(problem: Problem) -> float:
    # Cells that lie apart are copied before they are multiplied.
    read_cost = 0.1 if problem.stride == (1, 1, 1) and problem.x.dtype == problem.dtype else 1.0
    per_cell = problem.channels * (read_cost + problem.filters / problem.groups * 0.035) + problem.filters * 0.3
    return LEAST + problem.cells * per_cell * (problem.groups if problem.channels > 1 else 1)


POINTWISE = Algorithm("pointwise", _fits, _cost, _prepare, _cost)
