"""What the program remembers between two starts."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from convgui.files.json_text import json_text
from convgui.files.regular import is_folder, read_regular
from convgui.files.user_folders import settings_folder, settings_folders
from convgui.session.preferences import Preferences
from convgui.words import tr

MOST_RECENT = 10
FILES = ("convgui/convgui.conf", "convgui.conf", "QtProject.conf")
"""What Qt reads of such a folder: the program's own, and what its file dialogs remember for all programs."""
LARGEST = 4_000_000
"""Bytes of a file of settings that is read."""


class _Elsewhere:
    """In which other folder than the user's settings are kept, and why, where nobody chose that."""

    folder: Path | None = None
    problem = ""


def keep_settings_in(folder: str) -> None:
    """Keep settings in another folder from now on, so that measuring and testing leave the user's as they are."""
    _Elsewhere.folder, _Elsewhere.problem = Path(folder), ""
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.NativeFormat, scope, folder)


def settings_problem(folder: Path | None = None) -> str:
    """Say what is wrong where settings are read from; empty where nothing is, or where the system keeps them itself.

    Qt waits for a pipe for ever and reads whatever there is into memory. With such a thing in its place, settings are
    kept for this session alone, in a folder that goes with it. Whoever reads settings asks this first.

    Parameters
    ----------
    folder : Path, optional
        Where programs keep their settings; the user's own folder for them, and those of the system behind it.
    """
    if settings_folder() is None:
        return ""
    folders = settings_folders() if _Elsewhere.folder is None else (_Elsewhere.folder,)
    for path in (place / name for place in ((folder,) if folder else folders) for name in FILES):
        reason = _unreadable(path)
        if reason:
            spare = tempfile.mkdtemp(prefix="convgui-settings-")
            atexit.register(shutil.rmtree, spare, ignore_errors=True)
            keep_settings_in(spare)
            _Elsewhere.problem = tr(
                "The settings in {path} cannot be read: {reason}; until it is moved away, none are kept.",
                path=path, reason=reason,
            )  # fmt: skip
            return _Elsewhere.problem
    return "" if folder else _Elsewhere.problem


def _unreadable(path: Path) -> str:
    try:
        read_regular(path, LARGEST)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _settings() -> QSettings:
    settings_problem()
    return QSettings("convgui", "convgui")


def write_settings() -> None:
    """Write at once what has been set; Qt would do it when it finds the time, and at the end."""
    _settings().sync()


class Remembered:
    """Typed access to the user's settings; what is missing or corrupt counts as not set."""

    def __init__(self) -> None:
        self._settings = _settings()

    def preferences(self) -> Preferences:
        """Return what the user would rather have."""
        try:
            kept = json.loads(str(self._settings.value("preferences", "{}")))
        # The last is what brackets within brackets within brackets lead to.
        except (ValueError, RecursionError):
            kept = {}
        return Preferences().with_changes(kept if isinstance(kept, dict) else {})

    def set_preferences(self, preferences: Preferences) -> None:
        """Remember what the user would rather have."""
        self._settings.setValue("preferences", json_text(preferences.differing(), indent=None))

    def toured(self) -> bool:
        """Return whether the tour has been taken, or skipped."""
        return self._settings.value("toured") is not None

    def set_toured(self) -> None:
        """Remember that the tour need not be offered again."""
        self._settings.setValue("toured", "yes")

    def forget(self) -> None:
        """Forget everything, but that the tour has been taken: who resets knows the program."""
        toured = self.toured()
        self._settings.clear()
        if toured:
            self.set_toured()

    def geometry(self) -> QByteArray | None:
        """Return where the window stood, or None."""
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else None

    def set_geometry(self, geometry: QByteArray) -> None:
        """Remember where the window stands."""
        self._settings.setValue("geometry", geometry)

    def shown(self, panel: str) -> bool:
        """Return whether a panel is shown; so it is at first."""
        return str(self._settings.value(f"shown/{panel}", "true")) != "false"

    def set_shown(self, panel: str, shown: bool) -> None:
        """Remember whether a panel is shown."""
        self._settings.setValue(f"shown/{panel}", "true" if shown else "false")

    def walked(self) -> frozenset[str]:
        """Return the ids of the lessons that were read to their end."""
        value = self._settings.value("walked")
        ids = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return frozenset(identity for identity in ids if isinstance(identity, str))

    def set_walked(self, identity: str) -> None:
        """Remember that a lesson was read to its end."""
        self._settings.setValue("walked", sorted(self.walked() | {identity}))

    def recent(self) -> list[str]:
        """Return paths of recent files, newest first."""
        value = self._settings.value("recent")
        paths = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [p for p in paths if isinstance(p, str) and p][:MOST_RECENT]

    def folder(self, kind: str = "") -> Path:
        """Return where a kind of dialog was left last, else where the newest recent file is; ``.`` if there is none."""
        left = self._settings.value(f"folder/{kind}") if kind else None
        if isinstance(left, str) and left and is_folder(Path(left)):
            return Path(left)
        return next((folder for path in self.recent() if is_folder(folder := Path(path).parent)), Path())

    def set_folder(self, kind: str, folder: Path | None) -> None:
        """Remember where a kind of dialog was left; None is one that was given up."""
        if folder is not None:
            self._settings.setValue(f"folder/{kind}", str(folder.absolute()))

    def add_recent(self, path: str) -> None:
        """Put a path in front of the recent files."""
        self._settings.setValue("recent", [path, *(p for p in self.recent() if p != path)][:MOST_RECENT])

    def clear_recent(self) -> None:
        """Forget the recent files."""
        self._settings.remove("recent")
