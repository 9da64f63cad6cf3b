"""Edit to painted: the program's own window and event loop, from an edit to the picture that shows it.

Each kind of picture is measured in a process of its own, so that its peak of memory is its own. An edit goes the way
it takes from the kernel editor; it counts as painted when the stage has been painted with values of the new kernel,
exact at the positions shown, and as full when there is one for each device pixel.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from convgui.bench.bigs import MEGABYTE, document_of, own_memory, peak_memory, scene_of, with_kernel
from convgui.files.json_text import json_text
from convgui.scenes.slide.numbers import Floats
from convgui.scenes.slide.photo import Photo

if TYPE_CHECKING:
    from convgui.bench.timed_window import TimedWindow

FRAME, FULL = 16.0, 50.0
"""Milliseconds: the goals for a picture, and for a full one after a whole new kernel of up to 7 x 7."""
SIDES = ((1000, False), (4000, False), (10_000, False), (10_000, True))
"""Sides of the pictures, three channels each, and whether they are mapped from a file."""
KERNELS = (3, 7, 11, 31)
TICK = 16
"""Milliseconds between two movements of the mouse."""


@dataclass(frozen=True)
class Painted:
    """One kind of edit on one picture; times in milliseconds.

    Attributes
    ----------
    edit : ``"tap"`` or ``"kernel"``
    view : ``"whole"`` or ``"1:1"``
    median, p95 : from the edit to the first picture of it.
    full : median until there is a value for each device pixel.
    cpu : median of the processor time of the window's own thread.
    sampling, finest : how far apart the values lie in the first picture, and in the full one, in output pixels.
    goal : what `median` should not pass; 0 where none was set.
    """

    side: int
    mapped: bool
    kernel: int
    view: str
    edit: str
    median: float
    p95: float
    full: float
    cpu: float
    sampling: int
    finest: int
    goal: float

    @property
    def line(self) -> str:
        """One row of the table."""
        name = f"{self.side}{' mapped' if self.mapped else ''}"
        small = self.kernel <= 7 and self.edit == "kernel"
        met = self.median <= self.goal and (not small or self.full <= FULL)
        verdict = ("met" if met else "MISSED") if self.goal else ""
        every = "every value" if self.sampling == 1 else f"every {self.sampling}. value"
        every += f", then {self.finest}." if self.finest != self.sampling else ""
        times = f"{self.median:8.1f} {self.p95:8.1f} {self.full:8.1f} {self.cpu:8.1f}"
        return f"{name:13} {self.kernel:2}x{self.kernel:<2} {self.view:6} {self.edit:7} {times}  {every:28} {verdict}"


@dataclass(frozen=True)
class Memory:
    """Megabytes: the picture itself, the most the process had (mapped file included), and the most of its own."""

    side: int
    mapped: bool
    data: float
    peak: float
    own: float

    @property
    def line(self) -> str:
        """One row."""
        how = "mapped from a .npy file" if self.mapped else "in memory"
        return f"{self.side} x {self.side} x 3 {how}: data {self.data:.0f} MB, peak {self.peak:.0f}, own {self.own:.0f}"


@dataclass(frozen=True)
class Trace:
    """Dragging a tap on a picture: milliseconds between paints, and how long the event loop did not answer."""

    side: int
    kernel: int
    what: str
    edits: int
    frames: tuple[float, ...]
    longest_silence: float

    @property
    def line(self) -> str:
        """One row."""
        between = np.array(self.frames)
        p50, p95 = np.percentile(between, (50, 95))
        return (
            f"{self.side} {self.kernel}x{self.kernel} {self.what}: {self.edits} movements {TICK} ms apart, "
            f"{len(between) + 1} frames, "
            f"median {p50:.1f} ms apart, p95 {p95:.1f}, longest {between.max():.1f}; "
            f"the event loop was silent for {self.longest_silence:.1f} ms at the longest"
        )


def report(*, quick: bool, as_json: bool, repeats: int) -> str:
    """Measure everything and write the tables, or JSON."""
    sides = SIDES[:1] if quick else SIDES
    found: list[tuple[list[Painted], Memory, list[Trace]]] = []
    for side, mapped in sides:
        kernels = KERNELS[::3] if quick else KERNELS
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            found.append(alone.submit(measure, side, mapped, kernels, max(repeats, 3)).result())
    if as_json:
        groups = [
            {
                "painted": [asdict(one) for one in painted],
                "memory": asdict(memory),
                "traces": [asdict(one) for one in traces],
            }
            for painted, memory, traces in found
        ]
        return json_text(groups)
    lines = ["Edit to painted, in the program's own window of 1440 x 900; milliseconds, medians but for p95"]
    lines += [f"{'side':13} {'kernel':5} {'view':6} {'edit':7} {'painted':>8} {'p95':>8} {'full':>8} {'cpu':>8}  shown"]
    lines += [one.line for painted, _, _ in found for one in painted]
    lines += ["", *(memory.line for _, memory, _ in found), ""]
    lines += [trace.line for _, _, traces in found for trace in traces]
    return "\n".join(lines)


def measure(
    side: int, mapped: bool, kernels: Sequence[int], repeats: int, movements: int = 120
) -> tuple[list[Painted], Memory, list[Trace]]:
    """Measure one picture under every kernel, and drag a tap on it; in a process of its own."""
    from convgui.bench.timed_window import TimedWindow

    with tempfile.TemporaryDirectory() as folder:
        picture = scene_of(side)
        if mapped:
            path = Path(folder) / "picture.npy"
            np.save(path, picture)
            picture = np.load(path, mmap_mode="r")
        timed = TimedWindow(document_of(picture, kernels[0]))
        painted, traces, own = [], [], own_memory()
        for kernel in kernels:
            timed.window.session.replace(with_kernel(timed.window.session.document, kernel), "Kernel")
            for one_to_one in (False, True):
                timed.look(one_to_one)
                painted += [_edits(timed, side, mapped, what, repeats) for what in ("tap", "kernel")]
                own = max(own, own_memory())
            if kernel in (kernels[0], kernels[-1]):
                timed.look(False)
                traces += [_drag(timed, side, pan, movements) for pan in (False, True)]
        timed.until(lambda: not timed.window.presenter.scene.rest(timed.window.presenter.data))
        own, peak = max(own, own_memory()), peak_memory()
        timed.close()
        return painted, Memory(side, mapped, picture.nbytes / MEGABYTE, peak, own), traces


def _edits(timed: TimedWindow, side: int, mapped: bool, what: str, repeats: int) -> Painted:
    """Edit again and again, each time from rest, the way the kernel editor does."""
    editor, rng = timed.window.inspector.kernel, np.random.default_rng(1)
    kernel = timed.window.session.document.layer.spec.kernel_size[0]
    view = "whole" if timed.window.session.document.view.zoom == 1.0 else "1:1"
    editor.every.setChecked(what == "kernel")
    first, full, cpu, sampling = [], [], [], 1
    for turn in range(repeats + 1):
        before = timed.layout.photo
        start, spent = time.perf_counter(), time.thread_time()
        if what == "tap":
            editor.grid.changed.emit((turn % kernel, kernel // 2), round(float(rng.normal()), 3))
        else:
            fresh = rng.standard_normal((kernel, kernel)).round(3)
            editor.change("Kernel", partial(_instead, fresh))
        timed.until(partial(_shows_another, timed, before))
        first.append((timed.frames[-1] - start) * 1e3)
        cpu.append((time.thread_time() - spent) * 1e3)
        sampling = max(sampling, timed.sampling)
        timed.until(lambda: timed.fine)
        full.append((timed.frames[-1] - start) * 1e3)
        editor.grid.finished.emit()
    goal = FRAME if what == "tap" or kernel <= 7 else 0.0
    # The first turn warms up.
    middle, p95 = statistics.median(first[1:]), float(np.percentile(first[1:], 95))
    rest = (statistics.median(full[1:]), statistics.median(cpu[1:]), sampling, timed.sampling, goal)
    return Painted(side, mapped, kernel, view, what, middle, p95, *rest)


def _instead(fresh: Floats, _: Floats) -> Floats:
    return fresh


def _shows_another(timed: TimedWindow, before: Photo) -> bool:
    return timed.layout.photo is not before and timed.current


def _drag(timed: TimedWindow, side: int, pan: bool, edits: int) -> Trace:
    """Move a weight up and down at the pace of a mouse, without waiting for the pictures; or pan as fast at 1:1."""
    window = timed.window
    kernel = window.session.document.layer.spec.kernel_size[0]
    if pan:
        timed.look(True)
    done = 0

    def move() -> None:
        nonlocal done
        done += 1
        if pan:
            timed.pan(-9.0, 4.0 if done % 40 < 20 else -4.0)
        else:
            window.inspector.kernel.grid.changed.emit((kernel // 2, kernel // 2), round(np.sin(done / 9) * 3, 3))

    timed.frames.clear()
    timed.listen()
    timed.every(TICK, move, lambda: done >= edits)
    timed.until(lambda: timed.current)
    silence = timed.stop_listening()
    window.inspector.kernel.grid.finished.emit()
    between = tuple(float(gap) for gap in np.diff(timed.frames) * 1e3)
    return Trace(side, kernel, "panning at 1:1" if pan else "dragging a tap", edits, between, silence)
