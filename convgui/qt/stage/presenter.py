"""From a document to the picture on the stage: prepare, lay out, draw, and the time that steps through it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from convgui.core.spec import SpecError
from convgui.draw.picture import Hit, Picture
from convgui.draw.theme import LIGHT, Theme
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input
from convgui.model.geometry import step_again
from convgui.model.memo import Key, Memo, Pieces
from convgui.model.refusals import in_words, refusal
from convgui.qt.stage.playback import Playback
from convgui.qt.stage.pointing import Ground, ground, still_there
from convgui.qt.stage.preparing import Prepared, Preparing
from convgui.qt.stage.refining import Refining
from convgui.qt.stage.scales import enlarged, legible
from convgui.qt.stage.waiting_picture import WaitingPicture
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.note import Note
from convgui.scenes.questions import question
from convgui.scenes.scene import AnyScene, Focus, laid_out, note
from convgui.session.player import PERIOD
from convgui.session.session import Session
from convgui.words import tr

INLINE = 400_000
"""Multiply-adds up to which preparing is done at once: it takes less than a frame."""
FEW_VALUES = 5_000
"""Of an input that is laid out several times to find the scale at which its numbers are seen."""
SETTLED = 160
"""Milliseconds after the last turn until the picture is drawn as finely as it can be."""


class Presenter(Playback):
    """Keeps one picture up to date with a session, a canvas size, a theme, a step and a pointer.

    Views tell it what the user points at; it tells them the picture, the player and what went wrong.
    """

    pictured = Signal(object)
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
        self.focus = Focus()
        self.scene: AnyScene = scene(session.document.view.scene)
        self._canvas = Canvas(640, 480, LIGHT)
        self._data: Any = None
        self._drawn_by: AnyScene | None = None
        self._layout: Any = None
        self._prepared: Document | None = None
        self._ground: tuple[Ground, Canvas] | None = None
        self._note = Note(self._canvas)
        self._shown = self._previewed = 0
        self._question: Key = ()
        self._looks = Memo()
        self._enlarged: tuple[object, tuple[Any, ...], float] | None = None
        self._preparing = Preparing(self)
        self._preparing.prepared.connect(self._on_prepared)
        self._preparing.failed.connect(self._fail)
        self._preparing.busy.connect(self.busy)
        self._preparing.computed.connect(self.computed)
        self.refining = Refining(self)
        self.refining.sharpened.connect(self._on_sharpened)
        self.refining.completed.connect(self._on_completed)
        self.refining.progressed.connect(self.progressed)
        self.refining.failed.connect(self.failed)
        self._settle = QTimer(self, singleShot=True, interval=SETTLED)
        self._settle.timeout.connect(self._lay_out)
        self._stands = WaitingPicture(self, lambda: self.working and self._elsewhere)
        self._stands.pictured.connect(self.pictured)
        session.listen(self._on_changed)

    def start(self) -> None:
        """Show the session's document for the first time."""
        self._jump = self.session.document.view.step
        self._prepare(self.session.document, abandon=True)

    def renew(self) -> None:
        """Make the picture anew at the same step: its numbers or words are written in another way."""
        self._jump = self.player.target
        self._looks = Memo()
        self._forget(all_of_it=True)
        self._prepare(self.session.document, abandon=True)

    def close(self) -> None:
        """Stop the clock and the background work."""
        self._timer.stop()
        self._settle.stop()
        self._stands.close()
        self._preparing.close()
        self.refining.close()

    def give_up(self) -> None:
        """Stop what is being computed; what is shown stays, and says that it is from before."""
        if self.working:
            self._stop_preparing()
            self._stands.close()
            self.failed.emit(tr("Computing was stopped: the picture is from before the last change."))
        self.refining.give_up_rest(self._data)

    @property
    def working(self) -> bool:
        """Whether another picture is being computed."""
        return self._preparing.working

    @property
    def data(self) -> object:
        """What the scene prepared last, or None."""
        return self._data

    @property
    def pieces(self) -> Pieces:
        """What was computed for it."""
        return self._preparing.pieces

    @property
    def layout_now(self) -> Any:
        """The scene's present layout, or None."""
        return self._layout

    def set_canvas(self, width: float, height: float, theme: Theme, pixels: float = 1.0, *, told: bool = False) -> None:
        """Draw for another size, theme or screen from now on; with `told` the sum is shown beside the picture."""
        canvas = Canvas(max(width, 200.0), max(height, 160.0), theme, pixels=pixels, live=True, told=told)
        if canvas != self._canvas:
            self._canvas = canvas
            self._lay_out()

    def legible(self, width: float, height: float, scales: Sequence[float]) -> float:
        """Return the scale of some at which numbers are seen, as `scales.legible`; the first if that takes long."""
        if self._data is None or self._long or len(scales) < 2:
            return scales[0]
        return legible(lambda scale: self._picture_at(width / scale, height / scale), scales)

    def enlarged(
        self, room: tuple[float, float], usual: tuple[float, float], scales: Sequence[float], grown: float
    ) -> float:
        """Return the largest of some scales at which no number is smaller than in usual text, as `scales.enlarged`.

        Parameters
        ----------
        room, usual : tuple of float
            Width and height that the picture has, and would have beside text of the usual size.
        grown : float
            How much larger than in the usual text numbers are drawn where their cells have room.
        """
        if self._data is None:
            return scales[0]
        document = self.session.document
        # A picture that takes long to lay out keeps its scale while its values change.
        made = document.sample if self._long else self._data
        looked = [(d.view.options, d.view.layer) for d in (document, self._prepared or document)]
        key = (self.scene, looked, room, usual, grown)
        if self._enlarged is None or self._enlarged[0] is not made or self._enlarged[1] != key:
            found = enlarged(
                self._picture_at(*usual),
                lambda scale: self._picture_at(room[0] / scale, room[1] / scale),
                scales,
                grown,
            )
            self._enlarged = made, key, found
        return self._enlarged[2]

    @property
    def _long(self) -> bool:
        return self.session.document.sample.data.size > FEW_VALUES and not self.scene.reads_stack

    def _picture_at(self, width: float, height: float) -> Picture:
        """Return the picture on a canvas of that size, without items where it cannot be drawn there."""
        canvas = replace(self._canvas, width=max(width, 200.0), height=max(height, 160.0))
        room = note(self.scene, self.session.document, canvas, self._data).room
        with suppress(SpecError, MemoryError):
            layout = laid_out(self.scene, self._data, self.session.document.view, room, self._looks.latest)
            return self.scene.picture(layout, self.player.at, Focus())
        return Picture(canvas.width, canvas.height, canvas.theme.background)

    def still(self, theme: Theme | None = None) -> Picture | None:
        """Return the picture of this moment as it is kept: without what only serves to move about in it.

        In another `theme`, if one is given.
        """
        if self._data is None or self._layout is None:
            return None
        document = self.session.document
        canvas = replace(self._canvas, live=False, told=False, theme=theme or self._canvas.theme)
        quiet = note(self.scene, document, canvas, self._data)
        layout = laid_out(self.scene, self._data, document.view, quiet.room, self._looks.latest)
        return quiet.below(self.scene.picture(layout, self.player.at, self.focus))

    def point(self, hit: Hit | None) -> None:
        """The pointer is over `hit`, or over nothing."""
        if hit != self.focus.hover:
            self.focus = replace(self.focus, hover=hit)
            self._draw()

    def pin(self, hit: Hit | None) -> None:
        """Keep `hit` lit when the pointer leaves; a pinned output cell is also the step."""
        if not self.follow(hit):
            self.focus = replace(self.focus, pinned=None if hit == self.focus.pinned else hit)
            self._draw()

    def follow(self, hit: Hit | None) -> bool:
        """Go to the step that `hit` stands for; returns whether it stands for one."""
        step = self.scene.step_of(self._layout, hit) if hit is not None and self._layout is not None else None
        if step is None:
            return False
        self.focus = replace(self.focus, pinned=None)
        self.set_player(self.player.jump(step))
        return True

    @property
    def waiting(self) -> bool:
        """Whether playing waits: while the pointer is over something."""
        return self.focus.hover is not None

    @property
    def pointable(self) -> bool:
        """Whether the cells of the picture are those of the document; while one is computed they are those before."""
        return self._ground is not None and self._ground[0] == ground(self.session.document)

    @property
    def _elsewhere(self) -> bool:
        """Whether the last picture is of another input, scene or form of layer than what is asked for."""
        prepared = self._prepared
        return prepared is None or prepared.sample is not self.session.document.sample or not self.pointable

    def _on_changed(self, old: Document, new: Document) -> None:
        before, after = old.view, new.view
        # A note that was edited makes another lesson too, and the reader stays where he is.
        other = old.lesson is not new.lesson and old.sample is not new.sample
        if other or before.step != after.step or before.scene != after.scene:
            self._jump = after.step
        if other or before.scene != after.scene:
            self.focus = Focus()
        now = question(scene(after.scene), new)
        if now != self._question:
            self._prepare(new, now, abandon=now[:-1] != self._question[:-1] or _forms(old) != _forms(new))
        elif before != after:
            if self._jump is not None:
                self._move()
            if before.turn != after.turn or before.zoom != after.zoom:
                self._lay_out_moving()
            else:
                self._lay_out()

    def _prepare(self, document: Document, asked: Key | None = None, *, abandon: bool) -> None:
        """Prepare a document; `asked` is its `question`, where that is known."""
        self.scene = scene(document.view.scene)
        self._question = question(self.scene, document) if asked is None else asked
        if self.scene is not self._drawn_by:
            # What another scene prepared is nothing to this one; its last picture stays until there is a new one.
            self._forget()
        reads = self._question[-2]
        if isinstance(reads, str):
            self._fail(reads)
            return
        try:
            cost = self._preparing.cost(self.scene, document)
        except SpecError as error:
            self._fail(refusal(error))
            return
        if cost <= INLINE:
            with self._failing():
                self._take(self._preparing.at_once(self.scene, document))
            return
        before = self._data
        self._preparing.begin(self.scene, document, abandon=abandon)
        self._stands.wait()
        if before is not None and not abandon and document.view.layer == 0:
            # Shown at once is what can be computed at once.
            seen = self.scene.preview(before, chosen_layer_input(document), self.player.target)
            if seen is not None:
                self._previewed = self._preparing.generation
                self._show(seen)

    def _forget(self, *, all_of_it: bool = False) -> None:
        """Drop what was computed for the last picture."""
        self._data = self._layout = None
        self._preparing.forget(all_of_it=all_of_it)
        self._looks.drop()

    def _on_prepared(self, prepared: Prepared) -> None:
        """Show it if it is newer than what is shown; while a weight is dragged each one counts."""
        if prepared.generation > self._shown and prepared.scene is self.scene:
            self._take(prepared)

    def _take(self, prepared: Prepared) -> None:
        before = self._prepared if prepared.scene is self._drawn_by else None
        self._shown, self._data = prepared.generation, prepared.data
        self._drawn_by, self._prepared = prepared.scene, prepared.document
        self.refining.abandon_rest()
        with self._failing():
            steps, target = prepared.scene.steps(prepared.data), self.player.target
            if before is not None:
                target = step_again(before, prepared.document, target, (self.player.steps, steps))
            stride, period = prepared.scene.film(prepared.data) or (1, PERIOD)
            self.player = replace(self.player.with_steps(steps, target), stride=stride, period=period)
        if self._data is None:
            return
        self._move()
        self.prepared.emit()
        if self._data is None:
            # Words beside the picture left it another room on the way, and laying it out there failed.
            return
        self.failed.emit("")
        # An answer to an older question must not push a newer preview off the stage.
        if prepared.generation >= self._previewed:
            self._lay_out()

    def _stop_preparing(self) -> None:
        """Stop what is being computed; an answer that is on its way already is not shown any more."""
        self._preparing.give_up()
        self._shown = self._preparing.generation
        self.refining.abandon_sharp()

    def _fail(self, reason: str) -> None:
        self._stop_preparing()
        self.refining.give_up_rest(self._data)
        self._forget()
        self._ground = None
        self.focus = Focus()
        self.player = replace(self.player, playing=False)
        self.played.emit(self.player)
        self.failed.emit(reason)
        canvas = self._canvas
        self._stands.show(Picture(canvas.width, canvas.height, canvas.theme.background), canvas.theme)

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
                self._show(self._data, moving=True)

    def _lay_out(self) -> None:
        self._settle.stop()
        if self._data is None:
            return
        document = self.session.document
        self._note = note(self.scene, document, self._canvas, self._data)
        with self._failing():
            self._show(self._data)
        if self._layout is not None:
            self.refining.refine(self.scene, self._layout, self._looks.latest, self._data, self.pieces)

    def _show(self, data: Any, *, moving: bool = False) -> None:
        """Look at what was prepared, and draw it."""
        with self._looks.preparation() as pieces:
            view, room = self.session.document.view, self._note.room
            layout = laid_out(self.scene, data, view, room, pieces, moving=moving)
        self._show_layout(layout)

    def _show_layout(self, layout: Any) -> None:
        """Draw by another layout, with what is pointed at as far as that has it."""
        self._layout = layout
        document = self.session.document
        # The view is the present one; what was prepared may be older.
        shown = (self._prepared or document).with_view(document.view)
        now = (ground(shown), self._canvas)
        if now != self._ground:
            self.focus = still_there(self.scene, layout, self.player.at, self.focus)
        self._ground = now
        self._draw()

    def _on_sharpened(self) -> None:
        """Show finer values; they may be those of some weights before, which the scene brings up to date."""
        if self._data is not None and self._layout is not None and self.scene.blurred(self._layout):
            with self._failing():
                self._show(self._data)

    def _on_completed(self, before: Any, data: Any) -> None:
        if before is self._data:
            self._data = data
            self._lay_out()

    def _draw(self) -> None:
        if self._layout is not None:
            with self._failing():
                picture = self.scene.picture(self._layout, self.player.at, self.focus)
                focus = self.focus
                if self.scene.steps_through_layers and not (picture.holds(focus.hover) and picture.holds(focus.pinned)):
                    # Another step has other cells there.
                    self.focus = still_there(self.scene, self._layout, self.player.at, focus)
                    picture = self.scene.picture(self._layout, self.player.at, self.focus)
                self._stands.show(self._note.below(picture), self._canvas.theme)


def _forms(document: Document) -> Key | None:
    """Return the key of what the old picture may stay for a while with: everything of the layers but their weights."""
    forms = (layer.spec if isinstance(layer, Convolution) else type(layer) for layer in document.layers)
    try:
        return (*document.shapes, document.sources, *forms)
    except SpecError:
        return None
