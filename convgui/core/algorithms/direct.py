"""The plain definition as one product: every window is a row, every filter a column. For what is small."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convgui.core.algorithms.base import (
    Algorithm,
    Box,
    Prepared,
    Worker,
    add_bias,
    block_shape,
    block_start,
    group_input,
    group_weight,
    split,
)
from convgui.core.blocks import fill_block
from convgui.core.problem import Problem, Triple

AnyArray = NDArray[Any]


@dataclass(frozen=True, eq=False)
class _Prepared:
    problem: Problem
    tile: Triple

    def boxes(self) -> list[Box]:
        return split(self.problem, self.tile)

    def worker(self) -> Worker:
        p = self.problem

        def run(box: Box, out: AnyArray) -> bool:
            block = np.empty((p.channels, *block_shape(p, box.shape)), p.dtype)
            fill_block(group_input(p, box.group), block, block_start(p, box.start), p.mode)
            taps = [step * e for step, e in zip(block.strides[1:], p.dilation, strict=True)]
            cells = [step * s for step, s in zip(block.strides[1:], p.stride, strict=True)]
            windows = as_strided(block, (p.channels, *p.kernel, *box.shape), (block.strides[0], *taps, *cells))
            columns = windows.reshape(p.channels * prod(p.kernel), prod(box.shape))
            weight = group_weight(p, box.group).reshape(-1, columns.shape[0])
            target = box.of(out, weight.shape[0])
            target[...] = (weight @ columns).reshape(target.shape)
            add_bias(p, box.group, target)
            return True

        return run


def _column(problem: Problem) -> int:
    return problem.channels * prod(problem.kernel)


def _bytes(problem: Problem, tile: Triple) -> int:
    numbers = problem.channels * prod(block_shape(problem, tile)) + (
        (_column(problem) + problem.filters // problem.groups) * prod(tile)
    )
    return numbers * problem.dtype.itemsize


def _prepare(problem: Problem, budget: int) -> Prepared:
    tile = problem.shape
    while (_bytes(problem, tile) > budget or prod(tile) * _column(problem) > 1 << 22) and max(tile) > 1:
        longest = tile.index(max(tile))
        d, h, w = (-(-n // 2) if a == longest else n for a, n in enumerate(tile))
        tile = (d, h, w)
    return _Prepared(problem, tile)


def _fits(problem: Problem, budget: int) -> bool:
    return _bytes(problem, (1, 1, 1)) <= budget


def _cost(problem: Problem) -> float:
    column = _column(problem)
    filters = problem.filters // problem.groups
    return problem.groups * (3e4 + problem.cells * column * (1.3 + filters / 18))


DIRECT = Algorithm("direct", _fits, _cost, _prepare)
