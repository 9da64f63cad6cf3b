"""What all windows beside the main one have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QWidget


class Dialog(QDialog):
    """A window of the program's own: Escape closes it, and so do the keys that close any window.

    What is busy says with ``ended(well)`` that it is so no more.

    Attributes
    ----------
    busy : bool
        Whether it does something that would be lost if it were closed unasked.
    detached : bool
        Whether it needs nothing of the window that it belongs to, and can go on beside another one.
    """

    ended = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.busy = self.detached = False
        QShortcut(QKeySequence.StandardKey.Close, self).activated.connect(self.close)

    def doing(self) -> str:
        """Return one sentence about what is busy."""
        return ""
