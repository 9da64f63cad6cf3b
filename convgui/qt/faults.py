"""Faults of the program itself: one sentence in the window, the details in a file, the document untouched."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timezone
from types import TracebackType

from convgui.core.memory import out_of_memory, ran_out
from convgui.files.user_folders import log_path
from convgui.plugins import PluginError
from convgui.words import tr

LONGEST = 1 << 20
"""Bytes of the file of errors after which it begins anew."""


def report_faults(say: Callable[[str], None]) -> None:
    """From now on write every uncaught error to `log_path` and say one sentence."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        path = log_path()
        write_down("".join(traceback.format_exception(kind, error, trace)))
        if ran_out(error):
            say(out_of_memory())
            return
        if isinstance(error, PluginError):
            say(str(error))
            return
        say(
            tr(
                "convgui made a mistake ({name}: {error}); your document is as it was, the details are in {path}.",
                name=kind.__name__,
                error=error,
                path=path,
            )
        )

    sys.excepthook = hook


def each_in_turn(*steps: Callable[[], object]) -> None:
    """Do all of several steps; one that fails is reported like any fault of the program, and the others are done."""
    for step in steps:
        _reported(step)


def _reported(step: Callable[[], object]) -> None:
    try:
        step()
    except Exception as error:  # whatever it was, what has to be ended is ended
        sys.excepthook(type(error), error, error.__traceback__)


def write_down(details: str) -> None:
    """Put details behind the others; the file names the user's own files and folders, so it is for nobody else."""
    path = log_path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A pipe of that name is not waited for.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NONBLOCK", 0), 0o600)
        with os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace") as log:
            if os.fstat(handle).st_size > LONGEST:
                log.truncate(0)
            log.write(f"{datetime.now(timezone.utc).isoformat()}\n{details}\n")
    except OSError:
        sys.stderr.write(f"{details}\n")
