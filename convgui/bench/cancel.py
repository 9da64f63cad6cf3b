"""How long a call goes on after its `cancel` has begun to return True."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from convgui.bench.measure import spec_of
from convgui.bench.rows import ROWS, Row
from convgui.core import Cancelled, block_means, convolve, convolve_transposed
from convgui.core.control import CancelCheck
from convgui.core.spec import ConvSpec
from convgui.files.json_text import json_text

GOAL = 50.0
"""Milliseconds."""


@dataclass(frozen=True)
class Delays:
    """The delays of one call, in milliseconds: all that were measured, and what the whole call takes."""

    name: str
    threads: int
    whole: float
    delays: tuple[float, ...]

    @property
    def median(self) -> float:
        """Of the delays."""
        return statistics.median(self.delays) if self.delays else 0.0

    @property
    def worst(self) -> float:
        """Of the delays."""
        return max(self.delays, default=0.0)


def delays(name: str, threads: int, call: Callable[[CancelCheck | None], object], times: int) -> Delays:
    """Cancel a call at `times` moments, spread evenly over the time that it takes.

    Parameters
    ----------
    name : str
    threads : int
        Only reported; `call` knows its own.
    call : callable
        Takes the `cancel` to hand on, or None to run to its end.
    times : int
    """
    call(None)
    start = time.perf_counter()
    call(None)
    whole = time.perf_counter() - start
    found = []
    for i in range(times):
        deadline = time.perf_counter() + whole * (i + 0.5) / times
        try:
            call(lambda deadline=deadline: time.perf_counter() >= deadline)  # type: ignore[misc]  # bound now, called later
        except Cancelled:
            found.append((time.perf_counter() - deadline) * 1e3)
    return Delays(name, threads, whole * 1e3, tuple(found))


def _row(row: Row, threads: int) -> Callable[[CancelCheck | None], object]:
    x, weight = row.data()
    spec = spec_of(row)
    out = np.empty((spec.out_channels, *spec.output_shape(row.x[1:])), np.float32)
    run = convolve_transposed if row.transposed else convolve
    keywords: dict[str, Any] = {**row.keywords, "out": out, "threads": threads}
    return lambda cancel: run(x, weight, cancel=cancel, **keywords)


def report(threads: Sequence[int], quick: bool, as_json: bool, repeats: int, only: str = "") -> str:
    """Measure every row, and the block means, and write a table (or JSON)."""
    rows = [row.shrunk(4) if quick else row for row in ROWS if only in row.name and not row.kept]
    found = [delays(row.name, n, _row(row, n), repeats) for n in threads for row in rows]
    if not only:
        side = 1000 if quick else 5000
        x, spec = np.zeros((3, side, side), np.uint8), ConvSpec.of(3, 1, (3, 3))
        name = f"block means, {side}^2 x 3, 3x3"
        found.append(delays(name, 0, lambda cancel: block_means(x, spec, 8, cancel=cancel), repeats))
    if as_json:
        return json_text([{**vars(d), "median": d.median, "worst": d.worst, "goal": GOAL} for d in found])
    lines = [f"{'cancelling, in ms':44} threads    whole   median    worst   goal {GOAL:g}"]
    for d in found:
        verdict = "met" if d.worst <= GOAL else "MISSED"
        lines.append(f"{d.name:44} {d.threads or '':>7} {d.whole:8.1f} {d.median:8.1f} {d.worst:8.1f}   {verdict}")
    return "\n".join(lines)
