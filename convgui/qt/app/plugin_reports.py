"""Plug-ins that are left out are named in the window."""

from __future__ import annotations

from collections.abc import Callable
from weakref import ref

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from convgui import plugins
from convgui.files.user_folders import log_path
from convgui.qt.faults import write_down
from convgui.words import trn

ABOUT = "plug-ins"
MOST = 3
"""Sentences that are shown at a time; all are written down."""


class PluginReports(QObject):
    """Says which plug-ins are left out, those of one moment together; they may be looked for in any thread.

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
        said, more = self._sentences[:MOST], len(self._sentences) - MOST
        write_down("\n".join(self._sentences))
        self._sentences = []
        if more > 0:
            said.append(
                trn(
                    "{n} more plug-in is left out; the details are in {path}.",
                    "{n} more plug-ins are left out; the details are in {path}.",
                    more,
                    path=log_path(),
                )
            )
        self._say("\n".join(said), ABOUT)
