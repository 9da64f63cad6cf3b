"""A window's life: how soon it stands, what it costs while nothing happens, and whether it grows.

``convgui bench --life`` starts the program several times over and measures to the first picture on screen, lets a
window stand idle, and then steps and changes lessons for as long as a lecture day, reading the memory as it goes.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from convgui.files.json_text import json_text

STEPS, LESSONS, READINGS = 10_000, 1_000, 10
IDLE = 5.0
"""Seconds that the window is left alone."""
STARTS = 5
MOST_WARMING, IDLE_SHARE = 60, 0.05
"""Seconds that the window has to settle at most, and the share of a processor from which it counts as settled."""
FIRST = """
import sys, time
from convgui.qt.app import make_application, make_window
app = make_application(["convgui"])
window = make_window()
window.show()
window.presenter.start()
while window.stage.picture is None:
    app.processEvents()
window.stage.repaint()
print(time.time())
"""


@dataclass(frozen=True)
class Life:
    """What was measured.

    Attributes
    ----------
    starts : list of float
        Seconds from starting Python to the first picture painted, each in a process of its own.
    idle : float
        Processor seconds per second while nothing happens.
    stepping, lessons : list of tuple
        ``(count, megabytes)``: resident memory after so many steps, and lesson changes.
    """

    starts: list[float]
    idle: float
    stepping: list[tuple[int, float]]
    lessons: list[tuple[int, float]]


def resident() -> float:
    """Return the megabytes of this process that are in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def start() -> float:
    """Start the program in a process of its own; return the seconds to its first picture."""
    begun = time.time()
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    return float(done.stdout) - begun


def measure(steps: int = STEPS, lessons: int = LESSONS, idle: float = IDLE, starts: int = STARTS) -> Life:
    """Live through all of it, with settings and data in a folder that is thrown away."""
    from convgui.qt.settings import keep_settings_in

    with tempfile.TemporaryDirectory() as folder:
        os.environ["CONVGUI_DATA"] = folder
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        keep_settings_in(folder)
        return _measured(steps, lessons, idle, starts)


def _measured(steps: int, lessons: int, idle: float, starts: int) -> Life:
    from convgui.files.lessons import lesson_index
    from convgui.qt.app import make_application, make_window
    from convgui.qt.app.unattended import wait, work_off

    began = [start() for _ in range(starts)]
    app = make_application(["convgui"])
    window = make_window()
    window.show()
    window.presenter.start()

    def cost(seconds: float) -> float:
        before = time.process_time()
        wait(seconds)
        return (time.process_time() - before) / seconds

    # The thumbnails of the lessons are drawn first.
    for _ in range(MOST_WARMING):
        if cost(1.0) < IDLE_SHARE:
            break
    idling = cost(idle)
    ask = window.presenter

    def step(_: int) -> None:
        ask.set_player(ask.player.forward() if ask.player.target + 1 < ask.player.steps else ask.player.jump(0))
        window.stage.repaint()
        app.processEvents()

    names = [lesson.id for lesson in lesson_index()]

    def lesson(number: int) -> None:
        window.open_lesson(names[number % len(names)])
        while window.status.working.isVisible():
            wait(0.001)
        window.stage.repaint()
        work_off(app)

    stepping, changing = _curve(step, steps), _curve(lesson, lessons)
    window.filing.clean(window.session.document)
    window.close()
    app.processEvents()
    return Life(began, idling, stepping, changing)


def _curve(work: Callable[[int], None], count: int) -> list[tuple[int, float]]:
    """Work `count` times, reading the memory as it goes; the first reading is before anything was done."""
    found = [(0, resident())]
    for number in range(count):
        work(number)
        if (number + 1) % max(count // READINGS, 1) == 0:
            found.append((number + 1, resident()))
    return found


def report(*, quick: bool, as_json: bool) -> str:
    """Measure and write it down; `quick` takes a hundredth of the steps and lessons."""
    part = 100 if quick else 1
    life = measure(STEPS // part, LESSONS // part, IDLE / (10 if quick else 1), 1 if quick else STARTS)
    if as_json:
        return json_text(asdict(life))
    lines = [
        f"first picture after {statistics.median(life.starts):.2f} s, median of {len(life.starts)} starts",
        f"idle: {100 * life.idle:.2f} % of a processor",
    ]
    for title, curve in (("steps", life.stepping), ("lessons", life.lessons)):
        lines.append(f"memory by {title}: " + ", ".join(f"{count} {size:.0f} MB" for count, size in curve))
    return "\n".join(lines)
