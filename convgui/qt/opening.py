"""Opening files without blocking the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal

from convgui.files.errors import LoadCancelledError, LoadError
from convgui.files.load import load
from convgui.model.sample import Sample
from convgui.qt.tasks import Answer, Latest


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

    Emits ``opened(Sample)`` or ``failed(sentence)``, and ``asked(Question)`` where a loader has to know something.
    """

    opened = Signal(object)
    failed = Signal(str)
    asked = Signal(object)
    busy = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latest = Latest(self)
        self._latest.answered.connect(self._on_answer)

    def open(self, path: Path) -> None:
        """Load a file; a file that is still loading is given up."""

        def work(stop: Callable[[], bool]) -> Sample:
            return load(path, ask=lambda text: self._ask(text, stop), cancel=stop)

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
        if isinstance(answer.error, LoadError):
            self.failed.emit(str(answer.error))
        elif answer.error is not None:
            raise answer.error
        else:
            self.opened.emit(answer.result)
