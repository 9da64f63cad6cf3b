"""Opening files without blocking the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from convgui.files.documents import NOTHING_FOUND, Kept, is_document
from convgui.files.errors import LoadCancelledError, LoadError, MovedError
from convgui.files.load import load
from convgui.model.sample import Sample
from convgui.qt.tasks import Answer, Latest
from convgui.session.opening import open_document


class Question:
    """A question from a loader to the user, answered in the window while the loader waits."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._event = Event()
        self._yes = False

    def answer(self, yes: bool) -> None:
        """Let the loader go on."""
        self._yes = yes
        self._event.set()

    def wait(self, stop: Callable[[], bool]) -> bool:
        """Wait for the answer; no, if the loading is given up meanwhile."""
        while not self._event.wait(0.05):
            if stop():
                return False
        return self._yes


class Opener(QObject):
    """Loads files in the background.

    Emits ``opened(Sample)``, ``kept(path, Kept)`` for a document, or ``failed(sentence)``; ``asked(Question)`` where a
    loader has to know something, and ``moved(path, MovedError)`` where a document's linked input is not to be found.
    """

    opened = Signal(object)
    kept = Signal(object, object)
    moved = Signal(object, object)
    failed = Signal(str)
    asked = Signal(object)
    busy = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = Path()
        self._latest = Latest(self)
        self._latest.answered.connect(self._on_answer)

    def open(self, path: Path, found: Mapping[Path, Path] = NOTHING_FOUND) -> None:
        """Load a file; a file that is still loading is given up. `found` as in `read_document`."""

        def work(stop: Callable[[], bool]) -> Sample | Kept:
            def ask(text: str) -> bool:
                return self._ask(text, stop)

            if is_document(path):
                return open_document(path, found=found, ask=ask, cancel=stop)
            return load(path, ask=ask, cancel=stop)

        self._path = path
        self.busy.emit(True)
        self._latest.submit(work, abandon=True)

    def close(self) -> None:
        """Give up what is loading and wait for the thread to end."""
        self._latest.close()

    def _ask(self, text: str, stop: Callable[[], bool]) -> bool:
        question = Question(text)
        self.asked.emit(question)
        return question.wait(stop)

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._latest.generation:
            return
        self.busy.emit(False)
        if isinstance(answer.error, LoadCancelledError):
            return
        if isinstance(answer.error, MovedError):
            self.moved.emit(self._path, answer.error)
        elif isinstance(answer.error, LoadError):
            self.failed.emit(str(answer.error))
        elif answer.error is not None:
            raise answer.error
        elif isinstance(answer.result, Kept):
            self.kept.emit(self._path, answer.result)
        else:
            self.opened.emit(answer.result)
