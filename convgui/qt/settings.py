"""What the program remembers between two starts."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from convgui.files.json_text import json_text
from convgui.files.regular import is_folder
from convgui.session.preferences import Preferences

MOST_RECENT = 10


def keep_settings_in(folder: str) -> None:
    """Keep settings in another folder from now on, so that measuring and testing leave the user's as they are."""
    for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
        QSettings.setPath(QSettings.Format.NativeFormat, scope, folder)


def write_settings() -> None:
    """Write at once what has been set; Qt would do it when it finds the time, and at the end."""
    QSettings("convgui", "convgui").sync()


class Remembered:
    """Typed access to the user's settings; what is missing or corrupt counts as not set."""

    def __init__(self) -> None:
        self._settings = QSettings("convgui", "convgui")

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
