"""Timing in turns, accuracy, and peak memory."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.bench.peers import PEERS, Call
from convgui.bench.rows import Row
from convgui.core import ConvSpec, convolve, convolve_transposed
from convgui.core.arrays import choose_types
from convgui.core.execution import chosen
from convgui.core.spectra import Spectra

AnyArray = NDArray[Any]
OURS = "convgui"
REST = 0.05
"""Seconds between two contestants: the threads of PyTorch and ONNX Runtime go on turning for a while after a call."""
PATIENCE = 6.0
"""Seconds that one contestant may take for a row in all."""


@dataclass
class Result:
    """One row with one number of threads.

    Attributes
    ----------
    milliseconds : median by contestant.
    algorithm : what the planner chose.
    error : largest error over the largest sum |w||x|, in units of 2^-24.
    scratch : peak of traced memory beyond input and output, in MB, or None where it was not measured.
    """

    row: Row
    threads: int
    milliseconds: dict[str, float] = field(default_factory=dict)
    algorithm: str = ""
    error: float = 0.0
    scratch: float | None = None

    def ratio(self, peer: str) -> float | None:
        """Our time over a peer's, or over the best peer's."""
        others = {name: ms for name, ms in self.milliseconds.items() if name != OURS}
        if not others or (peer != "best" and peer not in others):
            return None
        return self.milliseconds[OURS] / (min(others.values()) if peer == "best" else others[peer])

    def verdicts(self) -> dict[str, bool]:
        """Whether each goal is met, for the peers that ran."""
        ratios = {peer: self.ratio(peer) for peer in self.row.goals}
        return {peer: ratio <= self.row.goals[peer] for peer, ratio in ratios.items() if ratio is not None}


def measure(row: Row, threads: int, peers: Mapping[str, bool], repeats: int) -> Result:
    """Time one row: every contestant once in each turn, so that what disturbs the machine disturbs all.

    Parameters
    ----------
    row : Row
    threads : int
    peers : mapping
        The peers to run.
    repeats : int
        Turns after a first one that only warms up.
    """
    x, weight = row.data()
    calls: dict[str, Call] = {OURS: ours(row, x, weight, threads)}
    factors = {OURS: 1}
    for name in peers:
        part = row.shrunk(4) if name in row.slow and row.x[-1] > 512 else row
        call = PEERS[name](part, *(part.data() if part is not row else (x, weight)), threads)
        if call is not None:
            calls[name], factors[name] = call, 1 if part is row else 4**row.rank
    times = turns(calls, repeats)
    result = Result(row, threads)
    result.milliseconds = {name: statistics.median(t) * 1e3 * factors[name] for name, t in times.items()}
    spec = spec_of(row)
    result.algorithm = chosen(spec, x, weight, choose_types(x, weight, None, None, row.transposed).compute)
    result.error = accuracy(row, x, weight)
    result.scratch = scratch(row, x, weight, threads)
    return result


def turns(calls: Mapping[str, Call], repeats: int) -> dict[str, list[float]]:
    """Return the seconds that each contestant took, in turns of all of them."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    spent = dict.fromkeys(calls, 0.0)
    for turn in range(repeats + 1):
        for name, call in calls.items():
            if turn and spent[name] > PATIENCE / (repeats + 1) * turn and times[name]:
                continue
            time.sleep(REST)
            start = time.perf_counter()
            call()
            took = time.perf_counter() - start
            spent[name] += took
            # A first call also loads and allocates; it counts only where there is no time for another.
            if turn or took > PATIENCE / (repeats + 1):
                times[name].append(took)
    return times


def spec_of(row: Row) -> ConvSpec:
    """Return the row as a spec."""
    c_out = row.weight[1] * row.groups if row.transposed else row.weight[0]
    return ConvSpec.of(row.x[0], c_out, row.weight[2:], transposed=row.transposed, **row.keywords)


def ours(row: Row, x: AnyArray, weight: AnyArray, threads: int) -> Call:
    """Return our call, into an output that is there already (as OpenCV's `dst`)."""
    shape = spec_of(row).output_shape(row.x[1:])
    out = np.empty((spec_of(row).out_channels, *shape), np.float32)
    if row.transposed:
        return lambda: convolve_transposed(x, weight, out=out, threads=threads, **row.keywords)
    spectra = Spectra(1 << 30) if row.kept else None
    return lambda: convolve(x, weight, out=out, threads=threads, spectra=spectra, **row.keywords)


def accuracy(row: Row, x: AnyArray, weight: AnyArray) -> float:
    """Compare up to 96 cells an axis from the middle with shift and add in float64."""
    shape = spec_of(row).output_shape(row.x[1:])
    side = 96 if row.rank < 3 else 32
    region = tuple(slice(max(0, n // 2 - side), n // 2 + side) for n in shape)
    call = convolve_transposed if row.transposed else convolve
    found = call(x, weight, **row.keywords)[(slice(None), *region)]
    exact: dict[str, Any] = {"region": region, "dtype": np.float64, "algorithm": "direct", **row.keywords}
    expected = call(x, weight, **exact)
    reach = call(np.abs(x), np.abs(weight), **exact).max()
    return float(np.abs(found - expected).max() / reach * 2**24)


def scratch(row: Row, x: AnyArray, weight: AnyArray, threads: int) -> float:
    """Measure the peak of what NumPy allocates during a call with a given output, in MB."""
    call = ours(row, x, weight, threads)
    if row.kept:
        call()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        call()
        return (tracemalloc.get_traced_memory()[1] - before) / 2**20
    finally:
        tracemalloc.stop()
