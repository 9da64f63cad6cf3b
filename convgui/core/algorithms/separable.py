"""Separable kernels: one banded matrix product an axis.

A 1D convolution of 32 neighbouring outputs is a product with a banded matrix of 32 x (31 s + (k - 1) d + 1); BLAS does
such products at a rate that makes the zeros of the band unimportant. Kernels of rank 1 and 2 are found by SVD.
"""

from __future__ import annotations

from functools import reduce
from math import prod
from typing import Any, TypeAlias

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
    block_start,
    group_input,
    rounds_exactly,
)
from convgui.core.blocks import fill_block
from convgui.core.problem import Problem, Triple
from convgui.core.separable import separable_factors

AnyArray = NDArray[Any]
Term: TypeAlias = tuple[AnyArray, AnyArray, AnyArray]
BAND = 32
MOST_KERNELS = 16
MOST_TERMS = 2


def kernel_terms(kernel: AnyArray) -> tuple[Term, ...] | None:
    """Split one kernel (kD, kH, kW) into at most `MOST_TERMS` products, or tell that it takes more.

    What is left out is at most 2**-23 of each tap (float32) or 2**-49 (float64), far inside the accuracy promise.
    The lines through the largest tap are tried first: where the kernel is a product, they give it to the last digit,
    while the SVD spreads the rounding of large taps over small ones. The SVD evens out the rounding of float32 taps.
    """
    exact = kernel.astype(np.float64)
    sides = [n for n in kernel.shape if n > 1]
    slack = (2.0**-23 if kernel.dtype == np.float32 else 2.0**-49) * np.abs(exact) + 1e-300
    crossed = _cross(exact)
    if bool(np.all(np.abs(reduce(np.multiply.outer, crossed) - exact) <= slack)):
        return (crossed,)
    factors = separable_factors(exact.reshape(sides))
    total = np.zeros(sides)
    terms: list[Term] = []
    for vectors in factors.terms[:MOST_TERMS]:
        remaining = iter(vectors)
        d, h, w = (next(remaining) if n > 1 else np.ones(1) for n in kernel.shape)
        terms.append((d, h, w))
        total = total + np.asarray(reduce(np.multiply.outer, vectors))
        if bool(np.all(np.abs(total.reshape(kernel.shape) - exact) <= slack)):
            return tuple(terms)
    return None


def _cross(kernel: AnyArray) -> Term:
    """Return the three lines through the largest tap, which multiply to the kernel if it is a product."""
    i, j, k = np.unravel_index(int(np.argmax(np.abs(kernel))), kernel.shape)
    pivot = float(kernel[i, j, k]) or 1.0
    lines = [kernel[:, j, k], kernel[i, :, k], kernel[i, j, :]]
    # The pivot is in all three lines and counts once: in an axis that has a pass.
    keeps = max((a for a in range(3) if kernel.shape[a] > 1), default=2)
    d, h, w = (line if a == keeps else line / pivot for a, line in enumerate(lines))
    return d, h, w


def band_matrix(taps: AnyArray, outputs: int, stride: int, dilation: int, dtype: np.dtype[Any]) -> AnyArray:
    """Write a 1D convolution of `outputs` cells as a matrix, (outputs, (outputs - 1) * stride + extent)."""
    extent = (taps.size - 1) * dilation + 1
    matrix = np.zeros((outputs, (outputs - 1) * stride + extent), dtype)
    for r in range(outputs):
        matrix[r, r * stride : r * stride + extent : dilation] = taps
    return matrix


class _Prepared(Tiled):
    def worker(self) -> Worker:
        return _Passes(self.problem, self.tile).run


def _padded(problem: Problem, tile: Triple) -> tuple[Triple, Triple]:
    """Output cells rounded up to whole bands, and the input cells that they span."""
    d, h, w = (
        tile[0],
        *(-(-n // BAND) * BAND if k > 1 else n for n, k in zip(tile[1:], problem.kernel[1:], strict=True)),
    )
    span = [
        (n - 1) * s + (k - 1) * e + 1
        for n, s, k, e in zip((d, h, w), problem.stride, problem.kernel, problem.dilation, strict=True)
    ]
    return (d, h, w), (span[0], span[1], span[2])


def _sizes(problem: Problem, tile: Triple) -> tuple[int, int, int, int]:
    """Numbers in the block, after the pass in depth, after that in height, and in the result."""
    (d, h, w), (sd, sh, sw) = _padded(problem, tile)
    return sd * sh * sw, d * sh * sw, d * h * sw, d * h * w


class _Passes:
    """The buffers of one thread."""

    def __init__(self, problem: Problem, tile: Triple) -> None:
        self.problem = problem
        self.cells, self.span = _padded(problem, tile)
        sizes = _sizes(problem, tile)
        self.block: AnyArray = np.zeros(sizes[0], problem.dtype)
        self.deep: AnyArray = np.zeros(sizes[1] if problem.kernel[0] > 1 else 0, problem.dtype)
        self.high: AnyArray = np.zeros(sizes[2] if problem.kernel[1] > 1 else 0, problem.dtype)
        self.wide: AnyArray = np.zeros(sizes[3], problem.dtype)
        self.matrices: dict[tuple[int, int, int, int, int], AnyArray] = {}
        self.terms: dict[tuple[int, int], tuple[Term, ...]] = {}

    def run(self, box: Box, out: AnyArray) -> bool:
        """Add up the terms of every kernel of the group."""
        problem = self.problem
        filters = problem.filters // problem.groups
        target = box.of(out, filters)
        cells, span = _padded(problem, box.shape)
        started, local = [False] * filters, True
        for c in range(problem.channels):
            block = self.block[: prod(span)].reshape(1, *span)
            fill_block(group_input(problem, box.group)[c : c + 1], block, block_start(problem, box.start), problem.mode)
            for f in range(filters):
                index = box.group * filters + f
                for i, term in enumerate(self._terms(index, c)):
                    d, h, w = box.shape
                    result = self._term((index, c, i), term, block[0], cells)
                    flat = result.reshape(-1)
                    local &= bool(np.isfinite(np.dot(flat, flat)))
                    result = result[:d, :h, :w]
                    if started[f]:
                        target[f] += result
                    else:
                        target[f] = result
                    started[f] = True
        add_bias(problem, box.group, target)
        if problem.reach is not None:
            np.rint(target, out=target)
        return local

    def _terms(self, f: int, c: int) -> tuple[Term, ...]:
        if (f, c) not in self.terms:
            found = kernel_terms(self.problem.weight[f, c])
            if found is None:
                raise ValueError("The kernel is not separable.")
            self.terms[f, c] = found
        return self.terms[f, c]

    def _matrix(self, key: tuple[int, int, int], term: Term, axis: int, outputs: int) -> AnyArray:
        problem, matrix_key = self.problem, (*key, axis, outputs)
        if matrix_key not in self.matrices:
            matrix = band_matrix(term[axis], outputs, problem.stride[axis], problem.dilation[axis], problem.dtype)
            self.matrices[matrix_key] = np.ascontiguousarray(matrix.T) if axis == 2 else matrix
        return self.matrices[matrix_key]

    def _term(self, key: tuple[int, int, int], term: Term, block: AnyArray, cells: Triple) -> AnyArray:
        """Pass over depth, height and width; an axis with one tap only steps (its factor is 1)."""
        problem, (d, h, w) = self.problem, cells
        _, high, wide = block.shape
        now = block
        if problem.kernel[0] > 1:
            deep = self.deep[: d * high * wide].reshape(d, high * wide)
            np.matmul(self._matrix(key, term, 0, d), now.reshape(now.shape[0], -1), out=deep)
            now = deep.reshape(d, high, wide)
        else:
            now = now[:: problem.stride[0]]
        if problem.kernel[1] > 1:
            matrix = self._matrix(key, term, 1, BAND)
            plane, row, column = now.strides
            view = as_strided(
                now, (d, h // BAND, matrix.shape[1], wide), (plane, row * BAND * problem.stride[1], row, column)
            )
            rows = self.high[: d * h * wide].reshape(d, h // BAND, BAND, wide)
            np.matmul(matrix, view, out=rows)
            now = rows.reshape(d, h, wide)
        else:
            now = now[:, :: problem.stride[1]]
        result = self.wide[: d * h * w].reshape(d, h, w)
        if problem.kernel[2] > 1:
            matrix = self._matrix(key, term, 2, BAND)
            plane, row, column = now.strides
            blocks = (w // BAND, d, h)
            view = as_strided(now, (*blocks, matrix.shape[0]), (column * BAND * problem.stride[2], plane, row, column))
            item = result.itemsize
            target = as_strided(result, (*blocks, BAND), (BAND * item, h * w * item, w * item, item))
            np.matmul(view, matrix, out=target)
        else:
            result[...] = now[:, :, :: problem.stride[2]]
        return result


def _bytes(problem: Problem, tile: Triple) -> int:
    return sum(_sizes(problem, tile)) * problem.dtype.itemsize


def _fits(problem: Problem, budget: int) -> bool:
    sides = sum(k > 1 for k in problem.kernel)
    kernels = problem.filters // problem.groups * problem.channels
    if sides == 0 or kernels > MOST_KERNELS or problem.filters * problem.channels > 256 or not rounds_exactly(problem):
        return False
    if _bytes(problem, (1, BAND, BAND)) + 6 * kernels * problem.filters * BAND * 96 * 8 > budget:
        return False
    return all(kernel_terms(kernel) is not None for kernel in problem.weight.reshape(-1, *problem.kernel))


def _prepare(problem: Problem, budget: int) -> Prepared:
    """Choose about 128k cells: whole bands of rows by 1024 columns in 2D, with up to 16 planes in 3D."""
    depth = min(problem.shape[0], 16) if problem.kernel[0] > 1 else 1
    tile = (depth, 128 if depth == 1 else 32, 1024 if depth == 1 else 256)
    tile = (depth, min(tile[1], problem.shape[1]), min(tile[2], problem.shape[2]))
    while _bytes(problem, tile) > budget // 2 and max(tile[1:]) > BAND:
        tile = (depth, tile[1], tile[2] // 2) if tile[2] >= tile[1] else (depth, tile[1] // 2, tile[2])
    while _bytes(problem, tile) > budget // 2 and tile[0] > 1:
        tile = (tile[0] // 2, tile[1], tile[2])
    return _Prepared(problem, tile)


LEAST = 80_000.0
"""Nanoseconds that it takes at the least."""


def _cost(problem: Problem) -> float:
    terms = max(len(kernel_terms(kernel) or ()) for kernel in problem.weight.reshape(-1, *problem.kernel)[:1])
    return _estimate(problem, terms)


def _floor(problem: Problem) -> float:
    """Estimate a kernel of rank 1, without looking at it."""
    return _estimate(problem, 1)


def _estimate(problem: Problem, terms: int) -> float:
    taps = sum(
        (BAND * s + k * e) for k, s, e in zip(problem.kernel, problem.stride, problem.dilation, strict=True) if k > 1
    )
    reads = prod(s for s, k in zip(problem.stride, problem.kernel, strict=True) if k > 1)
    # With few rows the last product is one of vectors, for each band of columns.
    few = 1 + 10 / min(problem.shape[0] * problem.shape[1], 128)
    per_cell = 1.0 + 0.3 * reads + terms * (0.8 + taps / 90) * few
    return LEAST + problem.filters * problem.channels * problem.cells * per_cell


SEPARABLE = Algorithm("separable", _fits, _cost, _prepare, _floor)
