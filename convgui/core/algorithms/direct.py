"""The plain definition as one product: every window is a row, every filter a column. For what is small."""

from __future__ import annotations

from math import prod
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
from convgui.core.blocks import fill_block
from convgui.core.problem import Problem, Triple

AnyArray = NDArray[Any]
CACHE = 1 << 25
"""Bytes that a last-level cache may hold."""
WIDE = 7
"""Taps in a row from which copying a window row by row takes half the time of gathering it tap by tap."""


class _Prepared(Tiled):
    def worker(self) -> Worker:
        p = self.problem

        def run(box: Box, out: AnyArray) -> bool:
            read = columns(p, box)
            weight = group_weight(p, box.group).reshape(-1, read.shape[0])
            target = box.of(out, weight.shape[0])
            target[...] = (weight @ read).reshape(target.shape)
            add_bias(p, box.group, target)
            return True

        return run


def columns(p: Problem, box: Box) -> AnyArray:
    """Write out every window of the box, (C * taps, cells), in the way that reads least."""
    if not _sparse(p):
        return _windows(p, box)
    return _patches(p, box) if p.kernel[2] >= WIDE and _inside(p, box) else _gathered(p, box)


def _windows(p: Problem, box: Box) -> AnyArray:
    """Write them out from one block of the input."""
    block = np.empty((p.channels, *block_shape(p, box.shape)), p.dtype)
    fill_block(group_input(p, box.group), block, block_start(p, box.start), p.mode)
    taps = [step * e for step, e in zip(block.strides[1:], p.dilation, strict=True)]
    cells = [step * s for step, s in zip(block.strides[1:], p.stride, strict=True)]
    windows = as_strided(block, (p.channels, *p.kernel, *box.shape), (block.strides[0], *taps, *cells))
    return windows.reshape(p.channels * prod(p.kernel), prod(box.shape))


def _gathered(p: Problem, box: Box) -> AnyArray:
    """Gather them tap by tap, reading only the cells that a tap meets: for samples that lie far apart."""
    columns = np.empty((p.channels, prod(p.kernel), *box.shape), p.dtype)
    source, start = group_input(p, box.group), block_start(p, box.start)
    for i, tap in enumerate(np.ndindex(*p.kernel)):
        at = [a + t * e for a, t, e in zip(start, tap, p.dilation, strict=True)]
        fill_block(source, columns[:, i], at, p.mode, p.stride)
    return columns.reshape(-1, prod(box.shape))


def _patches(p: Problem, box: Box) -> AnyArray:
    """Copy them window by window, straight from the input: a row of a wide window lies in one place."""
    source, start = group_input(p, box.group), block_start(p, box.start)
    corner = source[(slice(None), *(slice(at, None) for at in start))]
    taps = [step * e for step, e in zip(corner.strides[1:], p.dilation, strict=True)]
    cells = [step * s for step, s in zip(corner.strides[1:], p.stride, strict=True)]
    columns = np.empty((*box.shape, p.channels, *p.kernel), p.dtype)
    # Channel by channel, so that few pages of the input are read at a time.
    for channel in range(p.channels):
        windows = as_strided(corner[channel], (*box.shape, *p.kernel), (*cells, *taps), writeable=False)
        columns[:, :, :, channel] = windows
    return columns.reshape(prod(box.shape), -1).T


def _inside(p: Problem, box: Box) -> bool:
    """Whether no window of the box reaches into the padding."""
    spans = zip(block_start(p, box.start), block_shape(p, box.shape), p.x.shape[1:], strict=True)
    return all(first >= 0 and first + count <= size for first, count, size in spans)


def _sparse(problem: Problem) -> bool:
    """Whether windows leave most of the input between them unread."""
    return prod(problem.stride) > 3 * prod(problem.kernel) or (
        problem.stride[1] > problem.kernel[1] and problem.stride[2] > problem.kernel[2]
    )


def _column(problem: Problem) -> int:
    return problem.channels * prod(problem.kernel)


def _bytes(problem: Problem, tile: Triple) -> int:
    block = 0 if _sparse(problem) else problem.channels * prod(block_shape(problem, tile))
    numbers = block + ((_column(problem) + problem.filters // problem.groups) * prod(tile))
    return numbers * problem.dtype.itemsize


def _prepare(problem: Problem, budget: int) -> Prepared:
    tile = problem.shape
    while (_bytes(problem, tile) > budget or prod(tile) * _column(problem) > 1 << 20) and max(tile) > 1:
        longest = tile.index(max(tile))
        d, h, w = (-(-n // 2) if a == longest else n for a, n in enumerate(tile))
        tile = (d, h, w)
    return _Prepared(problem, tile)


def _fits(problem: Problem, budget: int) -> bool:
    return _bytes(problem, (1, 1, 1)) <= budget


LEAST = 30_000.0
"""Nanoseconds that it takes at the least."""


def _cost(problem: Problem) -> float:
    filters = problem.filters // problem.groups
    gathering = 0.22 if problem.stride[2] == 1 else 0.8
    if _sparse(problem):
        gathering = 0.65 if problem.kernel[2] >= WIDE else 1.2
    # In a picture beyond the cache each row of a window waits for memory.
    far = 3.0 * problem.channels * problem.kernel[1] if _sparse(problem) and problem.x.nbytes > CACHE else 0.0
    each = far + _column(problem) * (gathering + 0.035 * filters) + filters + 0.8
    return problem.groups * (LEAST + problem.cells * each)


DIRECT = Algorithm("direct", _fits, _cost, _prepare, _cost)
