"""A 1 x 1 kernel: one matrix product on the input where it lies, in chunks of pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convgui.core.algorithms.base import Algorithm, Box, Prepared, Tiled, Worker, add_bias, group_input, group_weight
from convgui.core.problem import Problem

AnyArray = NDArray[Any]
CHUNK = 1 << 14


class _Prepared(Tiled):
    def worker(self) -> Worker:
        p = self.problem

        def run(box: Box, out: AnyArray) -> bool:
            weight = group_weight(p, box.group)[:, :, 0, 0, 0]
            cuts = tuple(slice(o + a, o + b) for o, a, b in zip(p.origin, box.start, box.stop, strict=True))
            source = group_input(p, box.group)[(slice(None), *cuts)]
            target = box.of(out, weight.shape[0])
            if p.channels == 1:
                np.multiply(weight.reshape(-1, 1, 1, 1), source, out=target, casting="same_kind")
            else:
                flat, into = _flat(source), _flat(target)
                if into is None:
                    target[...] = np.tensordot(weight, source, 1)
                else:
                    np.matmul(weight, source.reshape(p.channels, -1) if flat is None else flat, out=into)
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


def _fits(problem: Problem, budget: int) -> bool:
    x = problem.x
    inside = all(
        o >= 0 and o + n <= size for o, n, size in zip(problem.origin, problem.shape, x.shape[1:], strict=True)
    )
    plain = problem.kernel == (1, 1, 1) and problem.stride == (1, 1, 1)
    scratch = CHUNK * (problem.channels + problem.filters) * problem.dtype.itemsize
    return plain and inside and x.dtype == problem.dtype and scratch <= budget


def _prepare(problem: Problem, budget: int) -> Prepared:  # noqa: ARG001 - the chunk is far below any budget
    rows = max(1, CHUNK // problem.shape[2])
    return _Prepared(problem, (1, rows, CHUNK))


LEAST = 10_000.0
"""Nanoseconds that it takes at the least."""


def _cost(problem: Problem) -> float:
    per_cell = problem.channels * (0.1 + problem.filters / problem.groups * 0.035) + problem.filters * 0.3
    return LEAST + problem.cells * per_cell * (problem.groups if problem.channels > 1 else 1)


POINTWISE = Algorithm("pointwise", _fits, _cost, _prepare, _cost)
