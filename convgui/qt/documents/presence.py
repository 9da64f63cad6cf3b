"""Whether a document's file is still where it was: a folder may be deleted, or a stick pulled, at any moment."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QFileSystemWatcher, QObject, Signal

from convgui.files.regular import is_there


class Presence(QObject):
    """Watches the file of a window's document. Emits ``changed()`` when it has gone, or come back.

    The system tells of most of that; what it does not tell of is seen when the window is turned to.
    """

    changed = Signal()

    def __init__(self, window: QObject, parent: QObject) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._gone = False
        self._watcher: QFileSystemWatcher | None = None
        window.installEventFilter(self)

    def gone(self, path: Path | None) -> bool:
        """Tell whether a file is known to be there no more; it is the one that is watched from now on."""
        if path != self._path:
            self._path = path
            self._gone = self._look()
        return self._gone

    def look(self) -> None:
        """Look now."""
        before, self._gone = self._gone, self._look()
        if self._gone != before:
            self.changed.emit()

    def _look(self) -> bool:
        if self._path is None:
            return False
        if self._watcher is None:
            self._watcher = QFileSystemWatcher(self)
            for told in (self._watcher.fileChanged, self._watcher.directoryChanged):
                told.connect(self.look)
        watched = {*self._watcher.files(), *self._watcher.directories()}
        # A file that was replaced is another one to the system, and is no longer watched.
        wanted = {str(path) for path in (self._path, self._path.parent) if is_there(path)}
        if watched - wanted:
            self._watcher.removePaths(list(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(list(wanted - watched))
        return str(self._path) not in wanted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.look()
        return False
