"""Playing what a document sounds like: computed in the background, stopped by the same key, followed by a cursor."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from convgui.core import Cancelled
from convgui.draw.number import number
from convgui.export.atomic_write import ExportError
from convgui.export.sound import LEAST, MOST, Heard, Side, heard, refuse_silent
from convgui.model.refusals import in_words
from convgui.qt.context import Context
from convgui.qt.sound.device import Device, NoSoundError, SystemDevice
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes.scene import Cancel
from convgui.words import tr

LONGEST = 300.0
"""Seconds that are played at once, from the step on."""
TICK = 33
"""Milliseconds from one place of the cursor to the next."""


class Hearing(QObject):
    """Plays the input or the output of a window's document, from the step that is shown on; one at a time.

    Emits ``cursor(side, place)`` with the index that is heard, and ``cursor("", 0.0)`` when it is over.
    """

    cursor = Signal(str, float)

    def __init__(self, context: Context, device: Device | None = None) -> None:
        super().__init__(context.window)
        self._context = context
        self._device: Device = device or SystemDevice()
        self._worker: LatestOnlyWorker | None = None
        self._clock, self._timer = QElapsedTimer(), QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._tick)
        self.side: Side | None = None
        self._heard: Heard | None = None
        self._rate = 1
        context.session.listen(self._on_changed)

    @property
    def playing(self) -> bool:
        """Whether something is heard now."""
        return self._heard is not None

    def toggle(self, side: Side) -> None:
        """Play a side, or stop where it is played already."""
        same = self.side == side
        self.stop()
        if same:
            return
        document = self._context.session.document
        if reason := refuse_silent(document):
            self._context.banner.say(reason)
            return
        self.side = side
        first = self._first(side)
        spacing = document.sample.spacing[0] if document.sample.units[0] == "s" else 1 / 16_000
        most = max(int(LONGEST / spacing), 1)

        def work(stop: Cancel) -> Heard:
            return heard(document, side, first, most, stop)

        if self._worker is None:
            # Most windows are never heard: they need no thread for it.
            self._worker = LatestOnlyWorker(self)
            self._worker.answered.connect(self._on_answer)
        self._worker.submit(work, abandon=True)

    def _first(self, side: Side) -> int:
        """Return the sample of the step that is shown, where steps are samples; from the last step on, the first."""
        presenter = self._context.presenter
        player, layout = presenter.player, presenter.layout_now
        if layout is None or player.target >= player.steps - 1:
            return 0
        return presenter.scene.sounds_from(player.target, side, layout)

    def follow(self, stage: PictureWidget) -> None:
        """Draw on a stage where that is which is heard."""

        def show(side: str, place: float) -> None:
            layout = self._context.presenter.layout_now
            shown = self._context.presenter.scene.cursor(layout, side, place) if side and layout is not None else ()
            stage.show_cursor(shown)

        self.cursor.connect(show)

    def stop(self) -> None:
        """Stop what is heard or being computed."""
        if self._worker is not None:
            self._worker.abandon()
        self._timer.stop()
        if self._heard is not None:
            self._device.stop()
        self._heard, self.side = None, None
        self.cursor.emit("", 0.0)

    def close(self) -> None:
        """Stop, and wait for the thread to end."""
        self.stop()
        if self._worker is not None:
            self._worker.close()

    def _on_answer(self, answer: Answer) -> None:
        if self._worker is None or answer.generation != self._worker.generation or self.side is None:
            return
        if answer.error is not None:
            self.side = None
            if not isinstance(answer.error, Cancelled):
                known = isinstance(answer.error, ExportError)
                self._context.banner.say(str(answer.error) if known else in_words(answer.error))
            return
        self._begin(answer.result)

    def _begin(self, found: Heard) -> None:
        rate, faster = playable(found.rate)
        try:
            self._device.play(found.sound, rate)
        except NoSoundError as error:
            self.side = None
            self._context.banner.say(str(error))
            return
        self._heard = found
        self._rate = rate
        note = " ".join(part for part in (found.note, faster) if part)
        self._context.banner.say(note)
        self._clock.start()
        self._timer.start()

    def _tick(self) -> None:
        found = self._heard
        if found is None or self.side is None:
            return
        frames = self._clock.elapsed() / 1000 * self._rate
        if frames >= len(found.sound):
            self.stop()
        else:
            self.cursor.emit(self.side, found.first + frames)

    def _on_changed(self, old: Any, new: Any) -> None:
        """What is heard belongs to a document: with other numbers it stops."""
        other = old.sample is not new.sample or (self.side == "output" and old.layers != new.layers)
        if other and self.side is not None:
            self.stop()


def playable(rate: int) -> tuple[int, str]:
    """Return the rate at which a device plays, and what is to be said where that is another."""
    wanted = min(max(rate, LEAST), MOST)
    if wanted == rate:
        return rate, ""
    return wanted, tr(
        "{rate} Hz cannot be heard: it is played {n} times as fast.", rate=rate, n=number(wanted / rate, 1)
    )
