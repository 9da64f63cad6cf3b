"""What an algorithm is to the planner and to the tile loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.problem import Problem, Triple

AnyArray = NDArray[Any]
BUDGET = 24 << 20
"""Scratch memory of one call over all its threads, in bytes; what Python and NumPy add stays well below 8 MB more."""


@dataclass(frozen=True)
class Box:
    """A block of the output that is computed at once: a group and a start and stop on each axis."""

    group: int
    start: Triple
    stop: Triple

    @cached_property
    def shape(self) -> Triple:
        """Cells on each axis."""
        d, h, w = (stop - start for start, stop in zip(self.start, self.stop, strict=True))
        return d, h, w

    def of(self, out: AnyArray, filters: int) -> AnyArray:
        """View the cells of the box in ``out`` (C_out, D, H, W), with the `filters` channels of its group."""
        cuts = (slice(a, b) for a, b in zip(self.start, self.stop, strict=True))
        return out[(slice(self.group * filters, (self.group + 1) * filters), *cuts)]


Worker: TypeAlias = Callable[[Box, AnyArray], bool]
"""Fills ``out[box]``; False says that an infinite or missing value may have spread to cells that do not read it."""


class Prepared(Protocol):
    """An algorithm with everything that the tiles share: banded weights, spectra of the kernel."""

    def boxes(self) -> list[Box]:
        """List the tiles, which together cover the output once."""

    def worker(self) -> Worker:
        """Make the function that fills ``out[box]``; it owns its scratch and serves one thread."""


@dataclass(frozen=True, eq=False)
class Tiled:
    """A problem that is computed in tiles of one size."""

    problem: Problem
    tile: Triple

    def boxes(self) -> list[Box]:
        """List the tiles."""
        return split(self.problem, self.tile)


@dataclass(frozen=True)
class Algorithm:
    """One way to convolve.

    Attributes
    ----------
    name : str
    fits : callable
        ``fits(problem, budget)``: whether it can do the problem within `budget` bytes of scratch a thread, keeping the
        accuracy promise.
    cost : callable
        ``cost(problem)``: estimated nanoseconds on one thread.
    prepare : callable
        ``prepare(problem, budget)``.
    floor : callable
        ``floor(problem)``: nanoseconds that `cost` will not go below, found in no time; what cannot win is not asked.
    """

    name: str
    fits: Callable[[Problem, int], bool]
    cost: Callable[[Problem], float]
    prepare: Callable[[Problem, int], Prepared]
    floor: Callable[[Problem], float] = lambda problem: 0.0  # noqa: ARG005 - the protocol's name


def split(problem: Problem, tile: Triple) -> list[Box]:
    """Cut the output into boxes of at most `tile` cells, row by row; each axis in nearly equal parts."""
    axes = [list(_even_ranges(n, size)) for n, size in zip(problem.shape, tile, strict=True)]
    return [
        Box(g, (d[0], h[0], w[0]), (d[1], h[1], w[1]))
        for g in range(problem.groups)
        for w in axes[2]
        for d in axes[0]
        for h in axes[1]
    ]


def _even_ranges(n: int, size: int) -> Iterator[tuple[int, int]]:
    count = -(-n // max(size, 1))
    for i in range(count):
        yield n * i // count, n * (i + 1) // count


def group_weight(problem: Problem, group: int) -> AnyArray:
    """View the weights of one group, ``(C_out / groups, C_in / groups, kD, kH, kW)``."""
    filters = problem.filters // problem.groups
    return problem.weight[group * filters : (group + 1) * filters]


def group_input(problem: Problem, group: int) -> AnyArray:
    """View the input channels of one group."""
    return problem.x[group * problem.channels : (group + 1) * problem.channels]


def add_bias(problem: Problem, group: int, out: AnyArray) -> None:
    """Add the group's bias to ``out`` (filters, ...) in place."""
    if problem.bias is not None:
        filters = problem.filters // problem.groups
        out += problem.bias[group * filters : (group + 1) * filters].reshape((-1, *(1,) * (out.ndim - 1)))


def block_shape(problem: Problem, cells: Triple) -> Triple:
    """Input cells that a block of output cells spans, on each axis."""
    d, h, w = (
        (n - 1) * s + (k - 1) * e + 1
        for n, s, k, e in zip(cells, problem.stride, problem.kernel, problem.dilation, strict=True)
    )
    return d, h, w


def block_start(problem: Problem, start: Triple) -> Triple:
    """Input position of the first tap of the output cell `start`."""
    d, h, w = (o + n * s for o, n, s in zip(problem.origin, start, problem.stride, strict=True))
    return d, h, w


def rounds_exactly(problem: Problem) -> bool:
    """Whether an algorithm that rounds (FFT, separable) still gives exact whole numbers once its result is rounded."""
    if problem.reach is None:
        return True
    error = 2.0**-21 if problem.dtype == np.float32 else 1e-13
    return problem.reach * error < 0.25
