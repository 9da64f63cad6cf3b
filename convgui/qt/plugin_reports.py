"""Plug-ins that are left out are named in the window."""

from __future__ import annotations

from collections.abc import Callable
from weakref import ref

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from convgui import plugins

ABOUT = "plug-ins"


class PluginReports(QObject):
    """Says which plug-ins are left out, all in one; they may be looked for in any thread.

    Parameters
    ----------
    say : callable
        Shows a sentence about something, as a banner's `say`.
    """

    told = Signal(str)

    def __init__(self, say: Callable[[str, str], None]) -> None:
        super().__init__()
        self._say = say
        self._sentences: list[str] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._on_soon)
        self.told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        held = ref(self)

        def hear(sentence: str) -> None:
            reports = held()
            if reports is not None:
                reports.told.emit(sentence)

        plugins.listen(hear)

    def _on_told(self, sentence: str) -> None:
        self._sentences.append(sentence)
        self._soon.start()

    def _on_soon(self) -> None:
        self._say(" ".join(self._sentences), ABOUT)
