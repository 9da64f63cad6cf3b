"""At the start: the work of programs that died is offered back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from convgui.files.documents import StoredDocument
from convgui.files.errors import LoadError
from convgui.files.recovery import LostCopy, lost_copies
from convgui.model.refusals import in_words
from convgui.qt.documents.questions import ask_to_delete
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.words import tr

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

LEFT = "what was not brought back"
"""What its sentence is about, for the banner: it stays while the user goes on with what came back."""
NAMED = 4
"""Documents that are named in the question."""
LISTED = 20
"""Documents that are named before they are deleted."""


class CrashRecovery(QObject):
    """Asks in a window's banner, and opens what was lost: the first document there, the others in new windows.

    Parameters
    ----------
    folder : Path
        Where the copies are.
    window : MainWindow
        Where the question is asked.
    another : callable
        Opens and returns a new window.
    """

    def __init__(self, folder: Path, window: MainWindow, another: Callable[[], MainWindow]) -> None:
        super().__init__(window)
        self._window, self._another = window, another
        self.found: list[LostCopy] = lost_copies(folder)
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_read)

    def ask(self) -> None:
        """Ask, if there is anything."""
        if not self.found:
            return
        when = self.found[0].when.strftime(tr("%d %B, %H:%M"))
        if len(self.found) == 1:
            words = tr(
                "convgui ended without closing; the work of {when} was kept: {what}.",
                when=when,
                what=self.found[0].what,
            )
        else:
            kept = [one.what for one in self.found[:NAMED]] + ["…"] * (len(self.found) > NAMED)
            words = tr(
                "convgui ended without closing; {count} documents were kept, the last one of {when}: {what}.",
                count=len(self.found),
                when=when,
                what=tr("; ").join(kept),
            )
        answers = ((tr("Restore"), self.restore), (tr("Discard"), self.discard))
        self._window.question.ask(words, answers, self.leave)

    def restore(self) -> None:
        """Open everything, in the background."""
        found = list(self.found)

        def work(_: Callable[[], bool]) -> list[StoredDocument | LoadError | MemoryError]:
            return [_read(one) for one in found]

        self._latest.submit(work)

    def discard(self) -> None:
        """Remove all copies, once the user has agreed to each name: there is no way back."""
        names = [one.what for one in self.found]
        if not ask_to_delete(self._window, [*names[:LISTED], *["…"] * (len(names) > LISTED)]):
            self.ask()
            return
        for one in self.found:
            one.discard()
        self.found.clear()

    def leave(self) -> None:
        """Let them be, for the next start."""
        for one in self.found:
            one.leave()
        self.found.clear()

    def close(self) -> None:
        """Stop; what was not answered, or is being read, is asked again at the next start."""
        self._latest.close()
        self.leave()

    def _on_read(self, answer: Answer) -> None:
        # While the copies were read the window may have closed, or gone on in another language.
        if answer.generation != self._latest.generation:
            return
        if answer.error is not None:
            self.leave()
            raise answer.error
        filing = self._window.filing
        window: MainWindow | None = None if filing.unsaved() or filing.aside() else self._window
        left = list[str]()
        for one, kept in zip(self.found, answer.result, strict=True):
            if isinstance(kept, (LoadError, MemoryError)):
                left.append(_left_out(one, kept))
                # It stays on the disk: its input may come back.
                one.leave()
                continue
            target = window or self._another()
            target.filing.restore(kept)
            # The window goes on in the place of the copy, so that it is on the disk at every moment.
            target.autosave.adopt(one)
            window = None
        self.found.clear()
        # A document that comes back takes away what its window said before.
        if left:
            self._window.banner.say(" ".join(left), LEFT)


def _left_out(one: LostCopy, error: LoadError | MemoryError) -> str:
    if isinstance(error, MemoryError):
        return in_words(error, "open")
    return str(LoadError(one.what, error.reason, tr("it is kept, and offered again at the next start")))


def _read(one: LostCopy) -> StoredDocument | LoadError | MemoryError:
    try:
        return one.read()
    except (LoadError, MemoryError) as error:
        return error
