"""Shift and add: one pass over the output for each tap. Slow, simple, and needs next to no scratch."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
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
from convgui.core.blocks import fill_block
from convgui.core.problem import Problem

AnyArray = NDArray[Any]


class _Prepared(Tiled):
    def worker(self) -> Worker:
        p = self.problem

        def run(box: Box, out: AnyArray) -> bool:
            """Read one channel's block at a time and add every tap's shifted view of it."""
            target = box.of(out, p.filters // p.groups)
            target[...] = 0
            source, weight = group_input(p, box.group), group_weight(p, box.group)
            block = np.empty((1, *block_shape(p, box.shape)), p.dtype)
            product = np.empty(box.shape, p.dtype)
            for c in range(p.channels):
                fill_block(source[c : c + 1], block, block_start(p, box.start), p.mode)
                for tap in np.ndindex(*p.kernel):
                    axes = zip(tap, p.dilation, box.shape, p.stride, strict=True)
                    view = block[0][tuple(slice(t * e, t * e + (n - 1) * s + 1, s) for t, e, n, s in axes)]
                    for f in range(target.shape[0]):
                        np.multiply(view, weight[(f, c, *tap)], out=product)
                        target[f] += product
            add_bias(p, box.group, target)
            return True

        return run


def _prepare(problem: Problem, budget: int) -> Prepared:
    """Halve the tile until the block and the product fit the budget; a tile is some 10 ms at most."""
    work = problem.channels * problem.filters // problem.groups * int(np.prod(problem.kernel))
    cells = max(1024, min(1 << 17, (1 << 24) // max(work, 1)))
    d, h, w = problem.shape
    tile = [1, max(1, cells // w), min(w, cells)]
    while (np.prod(block_shape(problem, (tile[0], tile[1], tile[2]))) + np.prod(tile)) * 8 > budget and max(tile) > 1:
        longest = int(np.argmax(tile))
        tile[longest] = -(-tile[longest] // 2)
    return _Prepared(problem, (min(tile[0], d), min(tile[1], h), tile[2]))


LEAST = 30_000.0
"""Nanoseconds that it takes at the least."""


def _cost(problem: Problem) -> float:
    taps, between = prod(problem.kernel), 0.3 * prod(problem.stride)
    # On one axis a tile stays in the cache, and there are no rows to be stepped over.
    line = problem.shape[:2] == (1, 1) and problem.filters == 1
    each = problem.filters * taps * (1.5 if problem.stride[2] > 1 else 0.12 if line else 0.5) + between
    return LEAST + 1500.0 * problem.channels * problem.filters * taps + problem.cells * problem.channels * each


SHIFT_ADD = Algorithm("shift_add", lambda problem, budget: True, _cost, _prepare, _cost)  # noqa: ARG005 - the protocol's names
