"""The user's folders: copies of work in progress, what was open last, own lessons, and what went wrong.

Every path of the program's that lies in the user's home comes from here; only the settings are where Qt keeps those of
all programs (`convgui.qt.settings`). There is no cache.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
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


def settings_folder() -> Path | None:
    """Return where Qt keeps the settings of all programs as files; None where the system keeps them itself."""
    if sys.platform in ("win32", "darwin"):
        return None
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def settings_folders() -> tuple[Path, ...]:
    """Return where programs look for settings, one folder after the other: the user's own, then those of the system."""
    own = settings_folder()
    shared = (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    return () if own is None else (own, *(Path(folder) for folder in shared if folder))


def home_folder() -> Path:
    """Return the folder of the user's own files."""
    return Path.home()


def with_home(text: str) -> Path:
    """Return a path as it was typed, in which ``~`` stands for the user's folder."""
    return Path(text).expanduser()


def recovery_folder() -> Path:
    """Return the folder of copies that are kept while working."""
    return data_folder() / "recovery"


def last_folder() -> Path:
    """Return the folder of what was open when the program ended."""
    return data_folder() / "last"


def lessons_folder() -> Path:
    """Return the folder of the user's own lessons."""
    return data_folder() / "lessons"


def kernels_folder() -> Path:
    """Return the folder of the user's own kernels."""
    return data_folder() / "kernels"


def author_path() -> Path:
    """Return the file of the word that stands for the user in his lessons."""
    return data_folder() / "author"


def unfinished_folder() -> Path:
    """Return the folder of notes about files that are being written just now."""
    return data_folder() / "unfinished"


def private_folders() -> tuple[Path, ...]:
    """Return the folders that nobody else has to look into; one that the user named himself stays as he made it."""
    own = (recovery_folder(), last_folder(), unfinished_folder(), private_copies_folder())
    return own if os.environ.get(OVERRIDE) else (data_folder(), *own)


def private_copies_folder() -> Path:
    """Return the folder in which copies of large inputs have their room; none of them has a name."""
    return data_folder() / "copies"


def log_path() -> Path:
    """Return the file that keeps the details of what went wrong."""
    return data_folder() / "errors.log"


def make_private(folder: Path) -> None:
    """Make one of the folders here, or take from others what they may do in it.

    Raises
    ------
    OSError
        If it cannot be made. A disk that knows no permissions is no error.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder, *(own for own in private_folders() if own in folder.parents)):
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(0o700)


def keep_private() -> None:
    """Take from others what they may do with what was kept here before."""
    for folder in private_folders():
        with suppress(OSError):
            if folder.is_dir():
                make_private(folder)
                for path in folder.glob("*"):
                    _close_to_others(path)
    _close_to_others(log_path())


def _close_to_others(path: Path) -> None:
    with suppress(OSError):
        if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o077:
            path.chmod(0o600)
