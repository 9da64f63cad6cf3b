"""The arrays of a scene, prepared at once or in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from convgui.core import Cancelled
from convgui.core.memory import in_words
from convgui.model.document import Document
from convgui.qt.stage.feature_cache import FeatureCache
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes.scene import AnyScene, Cancel, asked


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
        self._features = FeatureCache()
        self._worker = LatestOnlyWorker(self)
        self._worker.answered.connect(self._on_answer)
        self.working = False

    @property
    def generation(self) -> int:
        """The number of what was asked for last."""
        return self._worker.generation

    def cost(self, scene: AnyScene, before: Any, document: Document) -> int:
        """Return the multiply-adds of preparing, with what was prepared before or None.

        Raises
        ------
        SpecError
            If the layers do not fit.
        """
        question = asked(scene, document)
        cost = scene.cost(question) if before is None else scene.cost_again(before, question)
        return cost + (0 if scene.reads_stack else self._features.cost(document))

    def at_once(self, scene: AnyScene, before: Any, document: Document) -> Prepared:
        """Prepare a document now, with what was prepared before where that is not None.

        Raises
        ------
        SpecError, MemoryError
            If it cannot be.
        """
        self._worker.abandon()
        entered = self._features.to(scene, document)
        data = scene.prepare(entered) if before is None else scene.prepare_again(before, entered)
        self._say_busy(False)
        return Prepared(self.generation, scene, data, document)

    def begin(self, scene: AnyScene, before: Any, document: Document, *, abandon: bool) -> None:
        """Prepare a document in the background; `abandon` gives up what is being prepared."""
        self._say_busy(True)

        def work(stop: Cancel) -> tuple[AnyScene, Any, Document]:
            entered = self._features.to(scene, document, stop)
            return scene, scene.prepare_telling(before, entered, stop, self.computed.emit), document

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
