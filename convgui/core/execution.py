"""The tile loop: threads that live for one call, cancelling, progress."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.algorithms.base import BUDGET, Box, Prepared, Worker
from convgui.core.algorithms.shift_add import SHIFT_ADD
from convgui.core.control import Control
from convgui.core.planner import plan
from convgui.core.problem import Piece, Problem, forward_piece, transposed_pieces
from convgui.core.spec import ConvSpec

AnyArray = NDArray[Any]
THREADED = 5e6
"""Estimated nanoseconds of work from which a second thread pays; starting and joining one takes some 0.2 ms."""


@dataclass(frozen=True, eq=False)
class Job:
    """A prepared problem and where its result goes."""

    problem: Problem
    prepared: Prepared
    target: AnyArray


class _Failures:
    """What went wrong in a thread, to be raised where the call was made."""

    def __init__(self) -> None:
        self.first: BaseException | None = None
        self.stop = threading.Event()

    def add(self, error: BaseException) -> None:
        if self.first is None:
            self.first = error
        self.stop.set()


class _Crew:
    """Threads that share a list of tiles; the calling thread is one of them, and alone polls and reports."""

    def __init__(self, jobs: Sequence[Job], control: Control) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._tiles = _tiles(jobs)
        self._done = 0
        self._failures = _Failures()

    def _next(self, finished: int) -> tuple[Job, Box] | None:
        with self._lock:
            self._done += finished
            return None if self._failures.stop.is_set() else next(self._tiles, None)

    def work(self, leader: bool) -> None:
        """Do tiles until none is left."""
        current: Job | None = None
        worker: Worker | None = None
        finished = 0
        with np.errstate(all="ignore"):
            while True:
                if leader:
                    self._control.check(self._done)
                tile = self._next(finished)
                if tile is None:
                    return
                job, box = tile
                if worker is None or job is not current:
                    # The old scratch goes before the new one comes.
                    worker = None
                    current, worker = job, job.prepared.worker()
                _do(job, box, worker)
                finished = int(np.prod(box.shape))

    def follow(self) -> None:
        """Work in a thread of its own; errors are kept for the caller."""
        try:
            self.work(leader=False)
        except BaseException as error:
            self._failures.add(error)

    def run(self, threads: int) -> None:
        """Do all tiles with so many threads."""
        others = [threading.Thread(target=self.follow, name=f"convolve-{i}") for i in range(1, threads)]
        for thread in others:
            thread.start()
        try:
            self.work(leader=True)
        except BaseException as error:
            self._failures.add(error)
            raise
        finally:
            for thread in others:
                thread.join()
        if self._failures.first is not None:
            raise self._failures.first
        self._control.check(self._done)


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


def run(pieces: Sequence[Piece], out: AnyArray, threads: int | None, algorithm: str | None, control: Control) -> None:
    """Fill ``out`` (C_out, D, H, W) piece by piece.

    Parameters
    ----------
    pieces : sequence of Piece
    out : ndarray
    threads : int or None
        None chooses: one below some milliseconds of work, else the processor's cores, four at most.
    algorithm : str or None
        Forces an algorithm for every piece that multiplies at all.
    control : Control

    Raises
    ------
    Cancelled
    SpecError
        If the algorithm that is asked for does not exist or cannot do it.
    """
    most = threads or min(os.cpu_count() or 1, 4)
    budget = BUDGET // most
    jobs, cost = [], 0.0
    for piece in pieces:
        target = out[(slice(None), *piece.target)]
        if 0 in piece.problem.kernel:
            bias = piece.problem.bias
            target[...] = 0 if bias is None else bias[:, None, None, None]
            continue
        chosen = plan(piece.problem, algorithm, budget)
        cost += chosen.cost(piece.problem)
        jobs.append(Job(piece.problem, chosen.prepare(piece.problem, budget), target))
    _Crew(jobs, control).run(most if threads or cost > THREADED else 1)


def chosen(spec: ConvSpec, x: AnyArray, weight: AnyArray, dtype: np.dtype[Any]) -> str:
    """Name the algorithm that the planner takes for a layer (for the first phase of a transposed one)."""
    region = tuple(range(n) for n in spec.output_shape(x.shape[1:]))
    cast = np.ascontiguousarray(weight, dtype)
    pieces = (
        transposed_pieces(spec, x, cast, None, region, None)
        if spec.transposed
        else [forward_piece(spec, x, cast, None, region, None)]
    )
    return plan(pieces[0].problem).name
