"""Keeps a copy of unsaved work on the disk, so that a program that dies loses a second at the most."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from convgui.files.errors import LoadCancelledError, WriteError
from convgui.files.recovery import RecoverySlot
from convgui.model.document import Document
from convgui.model.refusals import in_words
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.words import tr

AFTER = 1000
"""Milliseconds from a change to its copy; changes in between go into the same copy."""
LATEST = 60
"""How many times that a copy that failed is tried again after at the most; each time waits twice as long."""


class Autosave(QObject):
    """Writes copies in the background while there is something to lose.

    Emits ``failed(sentence)`` once a trouble, and ``recovered()`` where a copy is made or needed no more after that.

    Parameters
    ----------
    folder : Path
        Where the copies are.
    unsaved : callable
        Returns the document with the file that it came from and what that held, or None where nothing would be lost.
    """

    failed = Signal(str)
    recovered = Signal()

    def __init__(
        self,
        folder: Path,
        unsaved: Callable[[], tuple[Document, Path | None, str] | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._unsaved = folder, unsaved
        self.slot: RecoverySlot | None = None
        self._failures = 0
        self._latest = LatestOnlyWorker(self, urgent=True)
        self._latest.answered.connect(self._on_answer)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(AFTER)
        self._timer.timeout.connect(self._on_due)

    def note(self) -> None:
        """Something may have changed: a copy is due soon."""
        soon = self._timer.isActive() and self._timer.interval() <= AFTER
        if not soon and (self.slot is not None or self._unsaved() is not None):
            self._timer.start(AFTER)

    def adopt(self, slot: RecoverySlot) -> None:
        """Go on in the place of a copy that was found."""
        if self.slot is not None:
            self.slot.discard()
        self.slot = slot

    def swap(self, other: Autosave) -> None:
        """Go on in the place of another one's copy, and it in this one's: each has what the other kept."""
        self.slot, other.slot = other.slot, self.slot

    def close(self) -> None:
        """Stop, and remove the copy: the user has saved or does not want it."""
        self._timer.stop()
        self._latest.close()
        if self.slot is not None:
            self.slot.discard()
            self.slot = None

    def _on_due(self) -> None:
        work = self._unsaved()
        if work is None and self.slot is None:
            self._well()
            return
        try:
            if self.slot is None:
                self.slot = RecoverySlot.create(self._folder)
        except WriteError as error:
            self._say(error)
            return
        slot = self.slot
        if work is None:
            self._latest.submit(lambda _: slot.clear())
        else:
            document, of, content = work
            self._latest.submit(lambda stop: slot.save(document, of, content, stop))

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._latest.generation:
            return
        if answer.error is None:
            self._well()
        elif not isinstance(answer.error, LoadCancelledError):
            self._say(answer.error)

    def _well(self) -> None:
        if self._failures:
            self.recovered.emit()
        self._failures = 0

    def _say(self, error: Exception) -> None:
        self._failures += 1
        if not self._timer.isActive():
            self._timer.start(AFTER * min(LATEST, 1 << min(self._failures, 16)))
        first = self._failures == 1
        if first:
            if isinstance(error, WriteError):
                # Where it is kept is nobody's choice.
                said = tr("Work in progress is not being kept: {reason}. Save it now.", reason=error.reason)
            else:
                said = tr("Work in progress is not being kept: {error}", error=in_words(error, "save"))
            self.failed.emit(said)
        if first and not isinstance(error, (WriteError, MemoryError)):
            raise error
