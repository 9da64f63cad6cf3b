"""From a document to the picture on the stage: prepare, lay out, draw, and the time that steps through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from convgui.core import Cancelled
from convgui.core.memory import in_words
from convgui.core.spec import ConvSpec, SpecError
from convgui.draw.picture import Hit, Picture
from convgui.draw.theme import LIGHT, Theme
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.flow import fed
from convgui.model.geometry import step_again
from convgui.qt.stage.feature_cache import Incoming
from convgui.qt.stage.pointing import Ground, ground, still_there
from convgui.qt.stage.refining import Refining
from convgui.qt.worker import Answer, Latest
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.note import Note
from convgui.scenes.scene import AnyScene, Cancel, Focus, asked, note, reason_against
from convgui.session.player import Player
from convgui.session.session import Session
from convgui.words import tr

INLINE = 400_000
"""Multiply-adds up to which preparing is done at once: it takes less than a frame."""
FRAME = 16
"""Milliseconds between frames while something moves."""
SETTLED = 160
"""Milliseconds after the last turn until the picture is drawn as finely as it can be."""


class Presenter(QObject):
    """Keeps one picture up to date with a session, a canvas size, a theme, a step and a pointer.

    Views tell it what the user points at; it tells them the picture, the player and what went wrong.
    """

    pictured = Signal(object)
    played = Signal(object)
    prepared = Signal()
    failed = Signal(str)
    busy = Signal(bool)
    computed = Signal(float)
    """How far what will be shown has come, 0 to 1, where a scene tells; between ``busy(True)`` and ``busy(False)``."""
    progressed = Signal(float)
    """How far the arrays that are not on screen have come, 0 to 1; 1 when they are there, or given up."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.player = Player()
        self.focus = Focus()
        self.scene: AnyScene = scene(session.document.view.scene)
        self._canvas = Canvas(640, 480, LIGHT)
        self._data: Any = None
        self._drawn_by: AnyScene | None = None
        self._layout: Any = None
        self._prepared: Document | None = None
        self._ground: tuple[Ground, Canvas] | None = None
        self._note = Note(self._canvas)
        self._shown = 0
        self._previewed = 0
        self._jump: int | None = None
        self._incoming = Incoming()
        self._latest = Latest(self)
        self._latest.answered.connect(self._on_answer)
        self.refining = Refining(self)
        self.refining.sharpened.connect(self._on_sharpened)
        self.refining.completed.connect(self._on_completed)
        self.refining.progressed.connect(self.progressed)
        self.refining.failed.connect(self.failed)
        self._working = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self._on_frame)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLED)
        self._settle.timeout.connect(self._lay_out)
        session.listen(self._on_changed)

    def start(self) -> None:
        """Show the session's document for the first time."""
        self._jump = self.session.document.view.step
        self._prepare(self.session.document, abandon=True)

    def renew(self) -> None:
        """Make the picture anew at the same step: its numbers or words are written in another way."""
        self._jump = self.player.target
        self._data = self._layout = None
        self._prepare(self.session.document, abandon=True)

    def close(self) -> None:
        """Stop the clock and the background work."""
        self._timer.stop()
        self._settle.stop()
        self._latest.close()
        self.refining.close()

    def give_up(self) -> None:
        """Stop what is being computed; what is shown stays, and says that it is from before."""
        if self._working:
            self._latest.abandon()
            self.refining.abandon_sharp()
            self._say_busy(False)
            self.failed.emit(tr("Computing was stopped: the picture is from before the last change."))
        self.refining.give_up_rest(self._data)

    def _say_busy(self, busy: bool) -> None:
        self._working = busy
        self.busy.emit(busy)

    @property
    def theme(self) -> Theme:
        """The theme of the canvas."""
        return self._canvas.theme

    @property
    def data(self) -> object:
        """What the scene prepared last, or None."""
        return self._data

    @property
    def heading(self) -> int:
        """The step that is shown, or gone to once what comes next is prepared; -1 is the last."""
        return self.player.target if self._jump is None else self._jump

    @property
    def layout_now(self) -> Any:
        """The scene's present layout, or None."""
        return self._layout

    def set_canvas(self, width: float, height: float, theme: Theme, pixels: float = 1.0) -> None:
        """Draw for another size, theme or screen from now on."""
        canvas = Canvas(max(width, 200.0), max(height, 160.0), theme, pixels=pixels, live=True)
        if canvas != self._canvas:
            self._canvas = canvas
            self._lay_out()

    def still(self) -> Picture | None:
        """Return the picture of this moment as it is kept: without what only serves to move about in it."""
        if self._data is None or self._layout is None:
            return None
        document = self.session.document
        quiet = note(self.scene, document, replace(self._canvas, live=False))
        layout = self.scene.lay_out_again(self._layout, self._data, document.view, quiet.room)
        return quiet.below(self.scene.picture(layout, self.player.at, self.focus))

    def point(self, hit: Hit | None) -> None:
        """The pointer is over `hit`; playing waits while it is over something."""
        if hit != self.focus.hover:
            self.focus = replace(self.focus, hover=hit)
            self._draw()

    def pin(self, hit: Hit | None) -> None:
        """Keep `hit` lit when the pointer leaves; a pinned output cell is also the step."""
        self.focus = replace(self.focus, pinned=None if hit == self.focus.pinned else hit)
        step = self.scene.step_of(self._layout, hit) if hit is not None and self._layout is not None else None
        if step is not None:
            self.focus = replace(self.focus, pinned=None)
            self.set_player(self.player.jump(step))
        else:
            self._draw()

    @property
    def pointable(self) -> bool:
        """Whether the cells of the picture are those of the document; while one is computed they are those before."""
        return self._ground is not None and self._ground[0] == ground(self.session.document)

    def zoomable(self) -> bool:
        """Whether the picture can be magnified and moved."""
        return self._data is not None and self.scene.zoomable(self._data)

    def steerable(self) -> bool:
        """Whether dragging over the picture goes from step to step."""
        return self._data is not None and self.scene.steerable(self._data)

    def scroll(self, hit: Hit, turns: float) -> bool:
        """Turn the wheel over `hit`; returns whether that led to another step."""
        if self._layout is None:
            return False
        step = self.scene.scrolled(self._layout, self.player.target, hit, turns)
        if step is None:
            return False
        self.jump(step)
        return True

    def set_player(self, player: Player) -> None:
        """Show another moment, or play."""
        if player.moving and not self._timer.isActive():
            self._clock.start()
            self._timer.start()
        self.player = player
        self.played.emit(player)
        self._draw()

    def jump(self, step: int) -> None:
        """Show a step at once; -1 is the last."""
        self.set_player(self.player.jump(step if step >= 0 else self.player.steps + step))

    def expect(self, step: int) -> None:
        """Go to a step once what comes next is prepared."""
        self._jump = step

    def _on_frame(self) -> None:
        seconds = self._clock.restart() / 1000
        if self.focus.hover is not None and self.player.playing:
            return
        player = self.player.advance(min(seconds, 0.25))
        if player != self.player:
            moved = player.at != self.player.at or player.playing != self.player.playing
            self.player = player
            if moved:
                self.played.emit(player)
                self._draw()
        if not player.moving:
            self._timer.stop()

    def _on_changed(self, old: Document, new: Document) -> None:
        before, after = old.view, new.view
        # A note that was edited makes another lesson too, and the reader stays where he is.
        other = old.lesson is not new.lesson and old.sample is not new.sample
        if other or before.step != after.step or before.scene != after.scene:
            self._jump = after.step
        if other or before.scene != after.scene:
            self.focus = Focus()
        same_shape = old.sample is new.sample and before.scene == after.scene
        same_place = _same_question(old, new)
        if not (same_shape and same_place and old.makes_the_same(new)):
            self._prepare(new, abandon=not (same_shape and same_place and _same_shapes(old, new)))
        elif before != after:
            if self._jump is not None:
                self._move()
            if before.turn != after.turn or before.zoom != after.zoom:
                self._lay_out_moving()
            else:
                self._lay_out()

    def _prepare(self, document: Document, *, abandon: bool) -> None:
        self.scene = scene(document.view.scene)
        reason = reason_against(self.scene, document)
        if reason:
            self._fail(reason)
            return
        incoming = self._incoming
        try:
            question = asked(self.scene, document)
            again = self._data is not None and self.scene is self._drawn_by
            cost = self.scene.cost_again(self._data, question) if again else self.scene.cost(question)
            cost += 0 if self.scene.reads_stack else incoming.cost(document)
        except SpecError as error:
            self._fail(str(error))
            return
        if self.scene is not self._drawn_by:
            # What another scene prepared is nothing to this one; its last picture stays until there is a new one.
            self._data = self._layout = None
        chosen, before = self.scene, self._data
        if cost <= INLINE:
            self._latest.abandon()
            with self._failing():
                data = _prepared(chosen, before, incoming.to(chosen, document))
                self._take(self._latest.generation, chosen, data, document)
        else:
            self._say_busy(True)

            def work(stop: Cancel) -> tuple[AnyScene, Any, Document]:
                entered = incoming.to(chosen, document, stop)
                return chosen, chosen.prepare_telling(before, entered, stop, self.computed.emit), document

            self._latest.submit(work, abandon=abandon)
            if before is not None and not abandon and document.view.layer == 0:
                self._preview(chosen, before, fed(document))

    def _preview(self, chosen: AnyScene, before: Any, document: Document) -> None:
        """Show at once what can be computed at once."""
        seen = chosen.preview(before, document, self.player.target)
        if seen is not None:
            self._previewed = self._latest.generation
            self._place(chosen.lay_out(seen, document.view, self._note.room))

    def _on_answer(self, answer: Answer) -> None:
        """Show an answer if it is newer than what is shown; while a weight is dragged each one counts."""
        newest = answer.generation == self._latest.generation
        if newest:
            self._say_busy(False)
        if answer.error is None:
            chosen, data, document = answer.result
            if answer.generation > self._shown and chosen is self.scene:
                self._take(answer.generation, chosen, data, document)
        elif newest and not isinstance(answer.error, Cancelled):
            self._fail(in_words(answer.error))

    def _take(self, generation: int, chosen: AnyScene, data: object, document: Document) -> None:
        self._shown = generation
        before = self._prepared if chosen is self._drawn_by else None
        self._data, self._drawn_by, self._prepared = data, chosen, document
        self.refining.abandon_rest()
        if generation == self._latest.generation:
            self._say_busy(False)
        with self._failing():
            steps, target = chosen.steps(data), self.player.target
            if before is not None:
                target = step_again(before, document, target, (self.player.steps, steps))
            self.player = self.player.with_steps(steps, target)
        if self._data is None:
            return
        self._move()
        self.prepared.emit()
        if self._data is None:
            # Words beside the picture left it another room on the way, and laying it out there failed.
            return
        self.failed.emit("")
        # An answer to an older question must not push a newer preview off the stage.
        if generation >= self._previewed:
            self._lay_out()

    def _move(self) -> None:
        """Go to the step the document asks for, if it asks."""
        wanted, self._jump = self._jump, None
        if wanted is not None:
            self.player = replace(self.player.with_steps(self.player.steps, wanted), playing=False)
        self.played.emit(self.player)

    def _fail(self, reason: str) -> None:
        self._latest.abandon()
        self.refining.abandon_sharp()
        self.refining.give_up_rest(self._data)
        self._say_busy(False)
        self._data = self._layout = self._ground = None
        self.focus = Focus()
        self.player = replace(self.player, playing=False)
        self.played.emit(self.player)
        self.failed.emit(reason)
        canvas = self._canvas
        self.pictured.emit(Picture(canvas.width, canvas.height, canvas.theme.background))

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Show why there is no picture, if there comes none."""
        try:
            yield
        except (SpecError, MemoryError) as error:
            self._fail(in_words(error))

    def _lay_out_moving(self) -> None:
        """Lay out as fast as the hand moves, and finely once it rests."""
        if self._data is not None:
            self._settle.start()
            with self._failing():
                self._place(self.scene.lay_out_moving(self._data, self.session.document.view, self._note.room))

    def _lay_out(self) -> None:
        self._settle.stop()
        if self._data is None:
            return
        document = self.session.document
        self._note = note(self.scene, document, self._canvas)
        with self._failing():
            if self._layout is None:
                self._place(self.scene.lay_out(self._data, document.view, self._note.room))
            else:
                self._place(self.scene.lay_out_again(self._layout, self._data, document.view, self._note.room))
        if self._layout is not None:
            self.refining.refine(self.scene, self._layout, self._data)

    def _place(self, layout: Any) -> None:
        """Draw by another layout, with what is pointed at as far as that has it."""
        self._layout = layout
        document = self.session.document
        # The view is the present one; what was prepared may be older.
        shown = (self._prepared or document).looked_at(document.view)
        now = (ground(shown), self._canvas)
        if now != self._ground:
            self.focus = still_there(self.scene, layout, self.player.at, self.focus)
        self._ground = now
        self._draw()

    def _on_sharpened(self, layout: Any, sharp: Any) -> None:
        """Show finer values; they may be those of some weights before, which the scene brings up to date."""
        if type(layout) is type(self._layout) and self.scene.blurred(self._layout):
            self._layout = self.scene.sharpened(self._layout, sharp)
            self._draw()

    def _on_completed(self, before: Any, data: Any) -> None:
        if before is self._data:
            self._data = data
            self._lay_out()

    def _draw(self) -> None:
        if self._layout is None:
            return
        with self._failing():
            picture = self.scene.picture(self._layout, self.player.at, self.focus)
            self.pictured.emit(self._note.below(picture))


def _same_question(old: Document, new: Document) -> bool:
    """Tell whether two documents of one scene choose the same kernel and options, as far as `prepare` reads them."""
    before, after = old.view, new.view
    same = (before.layer, before.filter, before.options) == (after.layer, after.filter, after.options)
    if scene(after.scene).reads_channel:
        same = same and before.channel == after.channel
    # Which options there are to choose can depend on the lesson.
    return same and (old.lesson is new.lesson or _chosen_options(old) == _chosen_options(new))


def _chosen_options(document: Document) -> dict[str, str]:
    """Return what is chosen of each option that the document's scene offers; nothing where it cannot show it."""
    chosen = scene(document.view.scene)
    if reason_against(chosen, document):
        return {}
    return {option.name: option.chosen(document.view) for option in chosen.options(asked(chosen, document))}


def _same_shapes(old: Document, new: Document) -> bool:
    """Tell whether two documents differ in weights at the most, so that the old picture may stay a while."""
    kinds = [type(layer) for layer in old.layers] == [type(layer) for layer in new.layers]
    try:
        return kinds and old.shapes == new.shapes and _specs(old) == _specs(new)
    except SpecError:
        return False


def _specs(document: Document) -> list[ConvSpec]:
    return [layer.spec for layer in document.layers if isinstance(layer, Convolution)]


def _prepared(chosen: AnyScene, before: Any, document: Document) -> Any:
    """Prepare a document at once, with what was prepared before where there is something."""
    return chosen.prepare(document) if before is None else chosen.prepare_again(before, document)
