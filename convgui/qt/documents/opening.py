"""Opening files without blocking the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Event
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from convgui.files.documents import NOTHING_FOUND, StoredDocument, is_document
from convgui.files.errors import LoadCancelledError, LoadError, MovedError
from convgui.files.folder import FolderPosition, NextPicture, is_folder_picture, next_picture, position_in_folder
from convgui.files.load import load
from convgui.files.source import Axes
from convgui.files.weights.read import holds_weights, read_weights
from convgui.files.weights.tensors import WeightFile
from convgui.model.axis_selection import AxisSelection
from convgui.model.refusals import in_words
from convgui.model.sample import Sample
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.session.opening import open_document

Given = TypeVar("Given")


class _Pending(Generic[Given]):
    """What a loader has asked and waits for."""

    def __init__(self, otherwise: Given) -> None:
        self._event = Event()
        self._given = otherwise

    def answer(self, given: Given) -> None:
        """Let the loader go on."""
        self._given = given
        self._event.set()

    def wait(self, stop: Callable[[], bool]) -> Given:
        """Wait for the answer; no, if the loading is given up meanwhile."""
        while not self._event.wait(0.05):
            if stop():
                break
        return self._given


class Question(_Pending[bool]):
    """A question from a loader to the user, answered in the window while the loader waits."""

    def __init__(self, text: str) -> None:
        super().__init__(False)
        self.text = text


class AxesQuestion(_Pending[AxisSelection | None]):
    """How axes are to be read; None gives the loading up."""

    def __init__(self, axes: Axes) -> None:
        super().__init__(None)
        self.axes = axes


class Opener(QObject):
    """Loads files in the background.

    Emits ``opened(Sample)``, ``kept(path, StoredDocument)`` for a document, ``weights(WeightFile)`` for trained
    weights, or ``failed(sentence)``; ``asked(Question)`` or ``asked(AxesQuestion)`` where a loader has to know
    something, and ``moved(path, MovedError)`` where a document's linked input is not to be found.
    Leafing through a folder ends with ``leafed(NextPicture)``.

    Attributes
    ----------
    position : Place or None
        Where the picture that was loaded last stands in its folder.
    opening : (Path, mapping) or None
        What `open` was asked for and has not been answered yet.
    """

    opened = Signal(object)
    leafed = Signal(object)
    kept = Signal(object, object)
    weights = Signal(object)
    moved = Signal(object, object)
    failed = Signal(str)
    asked = Signal(object)
    busy = Signal(bool)
    progressed = Signal(float)
    """How far the decoding of a picture has come, 0 to 1."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = Path()
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_answer)
        self.position: FolderPosition | None = None
        self.opening: tuple[Path, Mapping[Path, Path]] | None = None
        self._leafing = False

    def open(self, path: Path, found: Mapping[Path, Path] = NOTHING_FOUND, *, weights: bool = False) -> None:
        """Load a file; a file that is still loading is given up. `found` as in `read_document`.

        With `weights`, arrays are a network's weights, and no input.
        """

        def work(stop: Callable[[], bool]) -> tuple[Sample | StoredDocument | WeightFile, FolderPosition | None]:
            def ask(text: str) -> bool:
                return self._ask(text, stop)

            if is_document(path):
                kept = open_document(path, found=found, ask=ask, cancel=stop)
                return kept, _position(kept.document.sample)
            if weights or holds_weights(path):
                return read_weights(path, cancel=stop), None
            choose = partial(self._choose, path, stop)
            sample = load(path, ask=ask, cancel=stop, progress=self.progressed.emit, choose=choose)
            return sample, _position(sample)

        self._path, self.opening = path, (path, found)
        self._leafing = False
        self.busy.emit(True)
        self._latest.submit(work, abandon=True)

    def leaf(self, path: Path, way: int) -> None:
        """Load the next picture of a folder (`way` 1) or the previous one (-1); see `next_picture`.

        While one is on its way, nothing happens, so that a key held down shows every picture.
        """
        if self._leafing:
            return

        def work(stop: Callable[[], bool]) -> NextPicture:
            return next_picture(
                path, way, ask=lambda text: self._ask(text, stop), cancel=stop, progress=self.progressed.emit
            )

        self._leafing, self.opening = True, None
        self.busy.emit(True)
        self._latest.submit(work, abandon=True)

    def cancel(self) -> None:
        """Give up what is being opened; the document stays as it is."""
        self._leafing, self.opening = False, None
        self._latest.abandon()
        self.busy.emit(False)

    def close(self) -> None:
        """Give up what is loading and wait for the thread to end."""
        self._latest.close()

    def _ask(self, text: str, stop: Callable[[], bool]) -> bool:
        question = Question(text)
        self.asked.emit(question)
        return question.wait(stop)

    def _choose(self, path: Path, stop: Callable[[], bool], axes: Axes) -> AxisSelection:
        question = AxesQuestion(axes)
        self.asked.emit(question)
        selection = question.wait(stop)
        if selection is None:
            raise LoadCancelledError(path.name)
        return selection

    def _on_answer(self, answer: Answer) -> None:
        if answer.generation != self._latest.generation:
            return
        self.busy.emit(False)
        self._leafing, self.opening = False, None
        if isinstance(answer.error, LoadCancelledError):
            return
        if isinstance(answer.error, MovedError):
            self.moved.emit(self._path, answer.error)
        elif isinstance(answer.error, (LoadError, MemoryError)):
            self.failed.emit(in_words(answer.error, "open"))
        elif answer.error is not None:
            raise answer.error
        elif isinstance(answer.result, NextPicture):
            self.position = answer.result.position
            self.leafed.emit(answer.result)
        else:
            opened, self.position = answer.result
            if isinstance(opened, StoredDocument):
                self.kept.emit(self._path, opened)
            elif isinstance(opened, WeightFile):
                self.weights.emit(opened)
            else:
                self.opened.emit(opened)


def _position(sample: Sample) -> FolderPosition | None:
    """Return where a sample stands in its folder; None where it is no picture of one."""
    return position_in_folder(Path(sample.source)) if is_folder_picture(sample.source) else None
