"""convgui --first-window: how long it takes from the start of the process until a window shows its first picture."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

_IMPORTED = time.perf_counter()


def first_window() -> tuple[float, str] | None:
    """Open a window as a start does, and close it; returns how old the process was when its picture stood."""
    from convgui.qt.app import make_application, make_window
    from convgui.qt.app.unattended import wait_for_picture

    app = make_application(sys.argv[:1])
    window = make_window()
    painted = wait_for_picture(app, window)
    age, since = process_age()
    age -= time.perf_counter() - (painted or 0.0)
    # Closing would write where the window stood into the user's settings.
    window.hide()
    return (age, since) if painted is not None else None


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
