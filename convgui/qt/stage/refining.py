"""What follows the first picture in the background: what is on screen made finer, then all that is not on screen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from convgui.core import Cancelled
from convgui.model.memo import Pieces, Work
from convgui.model.refusals import in_words
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes.scene import AnyScene, Cancel

REST = 250
"""Milliseconds without an edit or a move until what is not on screen is computed."""


class Refining(QObject):
    """Works on what a presenter shows.

    Emits ``sharpened()`` when finer values are there for a layout, ``completed(before, data)``, ``progressed(part)``
    while the rest is computed, 1 at its end, and ``failed(sentence)``.
    """

    sharpened = Signal()
    completed = Signal(object, object)
    progressed = Signal(float)
    failed = Signal(str)
    _came = Signal(int, float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sharp, self._whole = LatestOnlyWorker(self), LatestOnlyWorker(self)
        self._sharp.answered.connect(self._on_sharp)
        self._whole.answered.connect(self._on_whole)
        self._came.connect(self._on_came)
        self._asked: tuple[AnyScene, Any, Pieces] | None = None
        self._begun: Any = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._complete)

    @property
    def resting(self) -> bool:
        """Whether the rest is waiting for its turn."""
        return self._rest.isActive()

    def refine(self, scene: AnyScene, layout: Any, seen: Pieces, data: Any, pieces: Pieces) -> None:
        """Make what is on screen finer, and then compute the rest, unless that has begun or was given up.

        What is computed is added to the pieces of the last look, and of the last preparation.
        """
        if scene.blurred(layout):
            self._sharp.submit(lambda stop: scene.sharpen(layout, Work(seen, stop)))
        if scene.rest(data) and self._begun is not data:
            self._asked = (scene, data, pieces)
            self._rest.start()

    def abandon_sharp(self) -> None:
        """Leave what is on screen as it is."""
        self._sharp.abandon()

    def abandon_rest(self) -> None:
        """Drop the rest of something that has changed."""
        self._rest.stop()
        self._asked = None
        self._whole.abandon()
        self.progressed.emit(1.0)

    def give_up_rest(self, data: Any) -> None:
        """Leave the rest uncomputed until something else is shown."""
        self._begun = data
        self.abandon_rest()

    def close(self) -> None:
        """Stop everything and wait for the threads to end."""
        self._rest.stop()
        self._sharp.close()
        self._whole.close()

    def _on_sharp(self, answer: Answer) -> None:
        if answer.error is None:
            self.sharpened.emit()

    def _complete(self) -> None:
        if self._asked is None:
            return
        scene, data, pieces = self._asked
        self._asked, self._begun = None, data
        self.progressed.emit(0.0)

        generation = self._whole.generation + 1

        def work(stop: Cancel) -> tuple[Any, Any]:
            return data, scene.complete(data, Work(pieces, stop, lambda part: self._came.emit(generation, part)))

        self._whole.submit(work, abandon=True)

    def _on_came(self, generation: int, part: float) -> None:
        # What was abandoned while its last word was on the way has ended already.
        if generation == self._whole.generation:
            self.progressed.emit(part)

    def _on_whole(self, answer: Answer) -> None:
        if answer.generation != self._whole.generation:
            return
        self.progressed.emit(1.0)
        if answer.error is None:
            self._begun = None
            self.completed.emit(*answer.result)
        elif not isinstance(answer.error, Cancelled):
            self.failed.emit(in_words(answer.error))
