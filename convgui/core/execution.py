"""From pieces to tiles: an algorithm for each piece, and the tiles of all to a crew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.algorithms.base import BUDGET, Box, Prepared, Worker
from convgui.core.algorithms.shift_add import SHIFT_ADD
from convgui.core.control import Control
from convgui.core.crew import Crew
from convgui.core.planner import plan
from convgui.core.problem import Piece, Problem, Ranges, forward_piece, transposed_pieces
from convgui.core.processors import processors
from convgui.core.spec import ConvSpec

AnyArray = NDArray[Any]
THREADED = 2e6
"""Estimated nanoseconds of work from which a second thread pays; starting and joining one takes some 0.2 ms."""


@dataclass(frozen=True, eq=False)
class Job:
    """A prepared problem and where its result goes."""

    problem: Problem
    prepared: Prepared
    target: AnyArray


class _Tiles:
    """The worker of one thread: it keeps its scratch from tile to tile of a job."""

    def __init__(self) -> None:
        self._job: Job | None = None
        self._worker: Worker | None = None

    def __call__(self, tile: tuple[Job, Box]) -> int:
        job, box = tile
        if self._worker is None or job is not self._job:
            # The old scratch goes before the new one comes.
            self._worker = None
            self._job, self._worker = job, job.prepared.worker()
        _do(job, box, self._worker)
        return int(np.prod(box.shape))


def _tiles(jobs: Sequence[Job]) -> Iterator[tuple[Job, Box]]:
    for job in jobs:
        for box in job.prepared.boxes():
            yield job, box


def _do(job: Job, box: Box, worker: Worker) -> None:
    """Do one tile. Where infinity or NaN came out, do it again by the definition.

    Bands, spectra and separable factors multiply cells by zero that the definition never reads; an infinite or missing
    value would spread to neighbours that it has no part in.
    """
    if not worker(box, job.target):
        part = SHIFT_ADD.prepare(job.problem, BUDGET // 4).worker()
        part(box, job.target)


def run(
    pieces: Sequence[Piece],
    out: AnyArray,
    bias: AnyArray | None,
    threads: int | None,
    algorithm: str | None,
    control: Control,
) -> None:
    """Fill ``out`` (C_out, D, H, W) piece by piece.

    Parameters
    ----------
    pieces : sequence of Piece
    out : ndarray
    bias : ndarray of shape (C_out,), or None
        What stands where no piece is.
    threads : int or None
        None chooses: one below some milliseconds of work, else the processor's cores, four at most.
    algorithm : str or None
        Forces an algorithm for every piece.
    control : Control

    Raises
    ------
    Cancelled
    SpecError
        If the algorithm that is asked for does not exist or cannot do it.
    """
    if sum(piece.problem.cells for piece in pieces) < prod(out.shape[1:]):
        for channel, cells in enumerate(out):
            control.check(0)
            cells[...] = 0 if bias is None else bias[channel]
    most = threads or processors()
    budget = BUDGET // most
    jobs, cost = [], 0.0
    for piece in pieces:
        target = out[(slice(None), *piece.target)]
        chosen = plan(piece.problem, algorithm, budget)
        cost += chosen.cost(piece.problem)
        jobs.append(Job(piece.problem, chosen.prepare(piece.problem, budget), target))
    Crew(_tiles(jobs), _Tiles, control).run(most if threads or cost > THREADED else 1)


def expected_nanoseconds(spec: ConvSpec, x: AnyArray, weight: AnyArray, region: Ranges) -> float:
    """Estimate how long a region of an ordinary convolution takes in float32, with as many threads as are used.

    Parameters
    ----------
    spec : ConvSpec
    x : ndarray, shape (C_in, *spatial)
    weight : ndarray, shape (C_out, C_in / groups, *kernel)
    region : tuple of range
        The output cells, a range an axis.
    """
    problem = forward_piece(spec, x, np.ascontiguousarray(weight, np.float32), None, region, None).problem
    alone = plan(problem).cost(problem)
    # Threads wait for memory and for each other: two are measured to be 1.6 to 1.9 times as fast as one.
    return alone / max(1.0, 0.8 * processors()) if alone > THREADED else alone


def chosen(spec: ConvSpec, x: AnyArray, weight: AnyArray, dtype: np.dtype[Any]) -> str:
    """Name the algorithm that the planner takes for a layer (for the first phase of a transposed one, if any)."""
    region = tuple(range(n) for n in spec.output_shape(x.shape[1:]))
    cast = np.ascontiguousarray(weight, dtype)
    pieces = (
        transposed_pieces(spec, x, cast, None, region, None)
        if spec.transposed
        else [forward_piece(spec, x, cast, None, region, None)]
    )
    return plan(pieces[0].problem).name if pieces else ""
