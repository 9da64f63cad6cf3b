"""Where the program keeps what is the user's own: copies of work in progress, and lessons."""

from __future__ import annotations

import os
import sys
from pathlib import Path

OVERRIDE = "CONVGUI_DATA"
"""An environment variable that names another folder, for tests and for programs on a stick."""


def data_folder() -> Path:
    """Return the user's folder for convgui's data, as the system has it; it need not exist yet."""
    override = os.environ.get(OVERRIDE)
    if override:
        return Path(override)
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "convgui" / "convgui"


def recovery_folder() -> Path:
    """Return the folder of copies that are kept while working."""
    return data_folder() / "recovery"


def last_folder() -> Path:
    """Return the folder of what was open when the program ended."""
    return data_folder() / "last"


def lessons_folder() -> Path:
    """Return the folder of the user's own lessons."""
    return data_folder() / "lessons"
