"""convgui --first-window: how long it takes from the start of the process until a window shows its first picture."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from convgui.files.lessons import lesson_index, load_lesson
from convgui.qt.app import make_application
from convgui.qt.settings import Remembered
from convgui.qt.window import MainWindow

PATIENCE = 60_000
"""Milliseconds after which a window that shows nothing has failed."""
_IMPORTED = time.perf_counter()


def first_window() -> int:
    """Open a window as a start does, say when its picture stood, and close it; returns the exit status."""
    app = make_application(sys.argv[:1])
    window = MainWindow(load_lesson(lesson_index()[0].id), Remembered())
    shown = wait_for_picture(app, window)
    seconds, since = process_age()
    # Closing would write where the window stood into the user's settings.
    window.hide()
    if not shown:
        print("convgui: the window showed no picture.", file=sys.stderr)
        return 1
    print(f"first window after {1000 * seconds:.0f} ms, counted from {since}")
    return 0


def wait_for_picture(app: QApplication, window: MainWindow) -> bool:
    """Show a window and let it work until its first picture is painted; tells whether that came about."""
    window.show()
    window.presenter.start()
    deadline = QDeadlineTimer(PATIENCE)
    while window.stage.picture is None or not window.windowHandle().isExposed():
        if deadline.hasExpired():
            return False
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    window.repaint()
    return True


def process_age() -> tuple[float, str]:
    """Return the seconds since the process was started, or since Python ran where the system does not say, and which.

    Linux counts in hundredths of a second.
    """
    stat = Path("/proc/self/stat")
    if not (sys.platform == "linux" and stat.is_file()):
        return time.perf_counter() - _IMPORTED, "the program's first imports"
    # The name of the program, in brackets, may hold anything; the fields after it do not.
    fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started, "the start of the process"
