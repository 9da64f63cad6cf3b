"""Edit to picture: how long the core takes for what is on screen, at any size of picture.

The view is 1,200 x 800 cells of 3 channels in uint8, as a photo is kept. At 1:1 it shows a part of the picture; zoomed
out, one output cell in so many (exact samples), or the exact area means. What the window adds (toning, painting) is
not measured here.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, block_means, convolve, update_tap
from convgui.files.json_text import json_text

VIEW = (800, 1200)
FRAME = 16.0
SIDES = (256, 1024, 4096, 10_000)
KERNELS = (3, 7, 31)


@dataclass(frozen=True)
class Latency:
    """One edit: its median time and the goal, both in milliseconds; a goal of 0 means that none was set."""

    side: int
    kernel: int
    edit: str
    milliseconds: float
    goal: float


def report(*, quick: bool, as_json: bool, repeats: int) -> str:
    """Measure and write the table."""
    found = [one for side in SIDES[: 2 if quick else None] for one in latencies(side, repeats)]
    if as_json:
        return json_text([asdict(one) for one in found])
    lines = [f"Core part of edit to picture, view {VIEW[1]} x {VIEW[0]} x 3, medians in ms"]
    for one in found:
        goal = f"{'met' if one.milliseconds <= one.goal else 'MISSED'} ({one.goal:g})" if one.goal else ""
        lines.append(f"{one.side:6} {one.kernel:3}x{one.kernel:<3} {one.edit:44} {one.milliseconds:8.1f}  {goal}")
    return "\n".join(lines)


def latencies(side: int, repeats: int) -> Iterator[Latency]:
    """Measure every edit on a picture of `side` x `side` x 3."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (3, side, side), dtype=np.uint8)
    for k in KERNELS:
        weight = rng.standard_normal((1, 3, k, k)).astype(np.float32)
        spec = ConvSpec.of(3, 1, (k, k), padding=k // 2)
        for edit, goal, call in edits(x, weight, spec):
            yield Latency(side, k, edit, median(call, repeats), goal)
        if k == KERNELS[0]:
            yield from _means(x, weight, spec, repeats)


def edits(
    x: NDArray[np.uint8], weight: NDArray[np.float32], spec: ConvSpec
) -> Iterator[tuple[str, float, Callable[[], object]]]:
    """List the edits with their goals: name, goal, call."""
    side, k = x.shape[1], spec.kernel_size[0]
    full = 50.0 if k <= 7 else 0.0
    near = tuple(slice((side - min(n, side)) // 2, (side + min(n, side)) // 2) for n in VIEW)
    yield from _pair("1:1", x, weight, spec, near, full)
    step = max(-(-side // VIEW[0]), 1)
    if step > 1:
        yield from _pair(f"zoomed out {step}:1, every sample", x, weight, spec, (slice(0, side, step),) * 2, full)
    for coarse in (2, 3, 4, 8):
        far = tuple(slice(r.start, r.stop, step * coarse) for r in (near if step == 1 else (slice(0, side),) * 2))
        goal = FRAME if k <= 7 and coarse == 3 else 0.0
        yield f"new kernel, {step}:1, every {coarse}. sample an axis", goal, _new(x, weight, far, k)


def _new(x: NDArray[np.uint8], weight: NDArray[np.float32], region: tuple[slice, ...], k: int) -> Callable[[], object]:
    return lambda: convolve(x, weight, padding=k // 2, region=region)


def _pair(
    name: str,
    x: NDArray[np.uint8],
    weight: NDArray[np.float32],
    spec: ConvSpec,
    region: tuple[slice, ...],
    goal: float,
) -> Iterator[tuple[str, float, Callable[[], object]]]:
    k = spec.kernel_size[0]
    new = _new(x, weight, region, k)
    shown = convolve(x, weight, padding=k // 2, region=region)
    yield f"one tap, {name}", FRAME, lambda: update_tap(shown, x, spec, (0, 1, k // 2, 0), 0.25, region=region)
    yield f"new kernel, {name}", goal, new


def _means(x: NDArray[np.uint8], weight: NDArray[np.float32], spec: ConvSpec, repeats: int) -> Iterator[Latency]:
    step = max(-(-x.shape[1] // VIEW[0]), 1)
    if step == 1:
        return
    start = time.perf_counter()
    means = block_means(x, spec, step)
    took = (time.perf_counter() - start) * 1e3
    k = spec.kernel_size[0]
    yield Latency(x.shape[1], k, f"block means {step}:1 built ({means.nbytes / 2**20:.0f} MB)", took, 0.0)
    yield Latency(x.shape[1], k, "new kernel by block means", median(lambda: means.apply(weight), repeats), FRAME)


def median(call: Callable[[], object], repeats: int) -> float:
    """Time a call, after one that warms up; milliseconds."""
    call()
    times = []
    for _ in range(max(repeats, 3)):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e3
