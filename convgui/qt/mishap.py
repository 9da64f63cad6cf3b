"""Faults of the program itself: one sentence in the window, the details in a file, the document untouched."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QStandardPaths

from convgui.core.memory import out_of_memory
from convgui.words import tr


def log_path() -> Path:
    """Return the file that keeps the details."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
    return Path(place) / "errors.log"


def report_mishaps(say: Callable[[str], None]) -> None:
    """From now on write every uncaught error to `log_path` and say one sentence."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        path = log_path()
        details = "".join(traceback.format_exception(kind, error, trace))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as log:
                log.write(f"{datetime.now(timezone.utc).isoformat()}\n{details}\n")
        except OSError:
            sys.stderr.write(details)
        if issubclass(kind, MemoryError):
            say(out_of_memory())
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
