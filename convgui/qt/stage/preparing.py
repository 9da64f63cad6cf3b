"""The arrays of a scene, prepared at once or in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from convgui.core import Cancelled
from convgui.model.document import Document
from convgui.model.flow import INCOMING
from convgui.model.memo import Memo, Pieces, Work
from convgui.model.refusals import in_words
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes.questions import cost_with
from convgui.scenes.scene import AnyScene, Cancel, prepared


@dataclass(frozen=True)
class Prepared:
    """What a scene has prepared of a document; of two, the one of the higher generation was asked for later."""

    generation: int
    scene: AnyScene
    data: Any
    document: Document


class Preparing(QObject):
    """Prepares documents, of those that wait only the newest.

    Emits ``prepared(Prepared)`` or ``failed(sentence)`` for what was begun in the background, ``busy(running)``, and
    ``computed(part)``, 0 to 1, where a scene tells.
    """

    prepared = Signal(object)
    failed = Signal(str)
    busy = Signal(bool)
    computed = Signal(float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._memo = Memo()
        self._worker = LatestOnlyWorker(self)
        self._worker.answered.connect(self._on_answer)
        self.working = False

    @property
    def generation(self) -> int:
        """The number of what was asked for last."""
        return self._worker.generation

    @property
    def pieces(self) -> Pieces:
        """What was computed for what was prepared last."""
        return self._memo.latest

    def forget(self, *, all_of_it: bool = False) -> None:
        """Drop what was computed for a scene; what comes into the chosen layer stays, unless all of it is to go."""
        if all_of_it:
            # What is still running writes into the old one.
            self._memo = Memo()
        self._memo.drop(but=INCOMING)

    def cost(self, scene: AnyScene, document: Document) -> int:
        """Return the multiply-adds of preparing.

        Raises
        ------
        SpecError
            If the layers do not fit.
        """
        return cost_with(scene, document, self.pieces)

    def at_once(self, scene: AnyScene, document: Document) -> Prepared:
        """Prepare a document now.

        Raises
        ------
        SpecError, MemoryError
            If it cannot be.
        """
        self._worker.abandon()
        with self._memo.preparation() as pieces:
            data = prepared(scene, document, Work(pieces))
        self._say_busy(False)
        return Prepared(self.generation, scene, data, document)

    def begin(self, scene: AnyScene, document: Document, *, abandon: bool) -> None:
        """Prepare a document in the background; `abandon` gives up what is being prepared."""
        self._say_busy(True)
        memo = self._memo

        def work(stop: Cancel) -> tuple[AnyScene, Any, Document]:
            with memo.preparation() as pieces:
                return scene, prepared(scene, document, Work(pieces, stop, self.computed.emit)), document

        self._worker.submit(work, abandon=abandon)

    def give_up(self) -> None:
        """Stop what is being prepared; answers that still arrive belong to older generations."""
        self._worker.abandon()
        self._say_busy(False)

    def close(self) -> None:
        """Stop, and wait for the thread to end."""
        self._worker.close()

    def _say_busy(self, busy: bool) -> None:
        self.working = busy
        self.busy.emit(busy)

    def _on_answer(self, answer: Answer) -> None:
        newest = answer.generation == self.generation
        if newest:
            self._say_busy(False)
        if answer.error is None:
            self.prepared.emit(Prepared(answer.generation, *answer.result))
        elif newest and not isinstance(answer.error, Cancelled):
            self.failed.emit(in_words(answer.error))
