"""What the hands do on the stage, turned into edits and looks. No painting and no layout here."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from convgui.core.spec import SpecError
from convgui.draw.number import number
from convgui.draw.picture import Hit
from convgui.draw.spoken import neighbour
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.refusals import refusal
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.stage.pointing import ground
from convgui.qt.stage.presenter import Presenter
from convgui.session import edits
from convgui.session.number_entry import DIGITS, PIXELS_A_STEP, parse_number, stepped
from convgui.session.pointed import cell_of, set_weight, value_at, weight_at
from convgui.session.session import Session
from convgui.words import tr

WHEEL_ZOOM = 1.25


class StageInput(QObject):
    """Connects a stage to a session: hovering, pinning, editing weights and inputs, zooming and moving pictures.

    Emits ``lined(first, last)``, the cells at both ends of a line, while one is drawn, and ``framed(start, way)``, a
    cell and how far from there the pointer is, while a part of the input is.

    Attributes
    ----------
    draws_lines : bool
        Whether dragging over an input or an output draws a line.
    draws_regions : bool
        Whether dragging over the input draws a part of it, also without Ctrl.
    """

    lined = Signal(object, object)
    framed = Signal(object, QPointF)

    def __init__(self, session: Session, presenter: Presenter, stage: PictureWidget) -> None:
        super().__init__(stage)
        self._session, self._presenter, self._stage = session, presenter, stage
        self.draws_lines = self.draws_regions = self._framing = False
        self._before: float | None = None
        self._gone_to: tuple[Document, int] | None = None
        self._held: View | None = None
        self._editing: Hit | None = None
        self._offered = ""
        self._entry = QLineEdit(stage)
        self._entry.setObjectName("value")
        self._entry.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._entry.hide()
        self._entry.editingFinished.connect(self._on_entry)
        stage.hovered.connect(presenter.point)
        stage.clicked.connect(self._on_clicked)
        stage.double_clicked.connect(self._on_double_clicked)
        stage.dragged.connect(self._on_dragged)
        stage.released.connect(self._on_released)
        stage.wheeled.connect(self._on_wheeled)
        stage.panned.connect(self.pan)
        stage.resized.connect(self._drop_entry)
        session.listen(self._on_changed)
        # Not while the presenter takes what was prepared: to choose a layer may have it prepare more.
        presenter.played.connect(self._on_played, Qt.ConnectionType.QueuedConnection)

    def _on_played(self) -> None:
        """Where steps are layers, the panel is about the one that is gone to; playing, it stays until the end."""
        shown, document, player = self._presenter.scene, self._session.document, self._presenter.player
        if player.playing or not shown.steps_through_layers or document.view.scene != shown.id:
            return
        # While it glides there, every frame tells of the player.
        known, self._gone_to = self._gone_to, (document, player.target)
        if known is not None and known[0] is document and known[1] == player.target:
            return
        with suppress(SpecError):
            view = shown.stepped(document, player.target)
            self._session.look(layer=view.layer, filter=view.filter, channel=view.channel, options=view.options)

    def _on_changed(self, old: Document, new: Document) -> None:
        """A value that is being typed belongs to the document that it was begun in."""
        if ground(old) != ground(new) or old.sample is not new.sample or old.network != new.network:
            self._drop_entry()
        if old.view.scene != new.view.scene or old.sample.data.shape != new.sample.data.shape:
            # Nobody has asked to look at a part of this one; an edit of a value is looked at as closely as before.
            self._stage.magnify(0.0)

    def _drop_entry(self) -> None:
        if self._editing is not None:
            self._editing = None
            self._entry.hide()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Magnify the pictures around a point, or around the middle of the input; or the stage, where it has none."""
        layout = self._presenter.layout_now
        if layout is None:
            return
        if not self._zoomable():
            self._drop_entry()
            self._stage.magnify(factor, at)
            return
        width, height = self._stage.room
        held = self._presenter.scene.held(layout, self._presenter.player.target)
        middle = QPointF(*held) if held is not None else QPointF(width / 4, height / 3)
        point = at or middle
        view = self._presenter.scene.zoomed(layout, self._session.document.view, (point.x(), point.y()), factor)
        self._session.look(zoom=view.zoom, centre=view.centre)

    def fit(self) -> None:
        """Show whole pictures."""
        self._stage.magnify(0.0)
        self._session.look(zoom=1.0, centre=(0.5, 0.5))

    def seek(self, *, every: bool) -> None:
        """Look at the largest answer of the map that is looked at, or of every map of the layer."""
        shown, data, document = self._presenter.scene, self._presenter.data, self._session.document
        if data is None or document.view.scene != shown.id:
            return
        view = shown.sought(document, data, every=every)
        if view is not None:
            self._session.look(filter=view.filter, channel=view.channel, options=view.options, centre=view.centre)

    def walk(self, way: tuple[int, int]) -> None:
        """Point at the cell beside the one that is pointed at, by the keyboard: ``(right, down)``."""
        picture = self._stage.picture
        if picture is not None:
            self._presenter.point(neighbour(picture, self._presenter.focus.hover, way))

    def click(self) -> None:
        """Do what a click on the cell that is pointed at does."""
        if self._presenter.focus.hover is not None:
            self._on_clicked(self._presenter.focus.hover)

    def edit(self) -> None:
        """Type a value into the cell that is pointed at."""
        self._on_double_clicked(self._presenter.focus.hover)

    def _on_clicked(self, hit: Hit | None) -> None:
        if hit is not None and not self._presenter.pointable:
            return
        if hit is not None and hit.kind == "overview":
            self._aim(hit)
            return
        fields = self._presenter.scene.choice(self._session.document, hit) if hit is not None else {}
        if fields:
            self._choose_fields(fields)
            return
        document = self._session.document
        view = self._presenter.scene.viewed(document, hit) if hit is not None else document.view
        if view != document.view:
            self._session.look(layer=view.layer, filter=view.filter, channel=view.channel, options=view.options)
            self._presenter.follow(hit)
            return
        self._choose_channel(hit)
        self._presenter.pin(hit)

    def _choose_fields(self, fields: Mapping[str, Any]) -> None:
        """A click on a cell that stands for parameters, such as a kernel and stride, sets them."""
        try:
            changed = edits.change_spec(self._session.document, **fields)
        except SpecError as error:
            self._presenter.failed.emit(refusal(error))
        else:
            # An option that tries another kernel or group count would hide what was just chosen.
            kept = {k: v for k, v in changed.view.options.items() if not any(f.startswith(k) for f in fields)}
            changed = changed.with_view(replace(changed.view, options=kept))
            self._session.replace(changed, tr("Choose parameters"))

    def _choose_channel(self, hit: Hit | None) -> None:
        """A click on a channel's kernel, input or result makes it the chosen channel."""
        if hit is None or hit.kind not in ("kernel", "input", "partial"):
            return
        document = self._session.document
        if not isinstance(document.chosen, Convolution):
            return
        if hit.kind == "kernel":
            view = edits.choose_kernel(document, hit.index)
        else:
            view = edits.choose_input(document, hit.index[0])
        self._session.look(filter=view.filter, channel=view.channel)

    def _on_dragged(self, start: Hit | None, over: Hit | None, way: QPointF) -> None:
        if start is not None and not self._presenter.pointable:
            return
        if start is None:
            self._turn(way)
            return
        if start.kind == "overview":
            if over is not None and over.kind == "overview":
                self._aim(over)
            return
        if self._frames(start):
            self.framed.emit(start, way)
            return
        if self.draws_lines and start.kind in ("input", "output"):
            if over is not None and over.kind == start.kind:
                self.lined.emit(start, over)
            return
        if start.kind == "kernel":
            if self._before is None:
                self._before = weight_at(self._session.document, start)
            notches = int(-way.y() / PIXELS_A_STEP)
            self._set(start, stepped(self._before, notches))
        elif over is not None and over.kind == start.kind and self._steerable():
            layout = self._presenter.layout_now
            step = self._presenter.scene.step_of(layout, over) if layout is not None else None
            if step is not None:
                self._presenter.jump(step)

    def _frames(self, start: Hit) -> bool:
        """Whether dragging from a cell draws a part of the picture; how it began decides until it ends."""
        document = self._session.document
        if start.kind != "input" or document.view.layer or len(document.sample.spatial) != 2:
            return False
        held = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier
        self._framing = self._framing or self.draws_regions or bool(held)
        return self._framing

    def turn(self, way: QPointF, held: View | None = None) -> bool:
        """Turn what is shown as dragging by `way` does, from a view that was held; returns whether it can be turned."""
        layout, view = self._presenter.layout_now, self._session.document.view
        if layout is None:
            return False
        turned = self._presenter.scene.turned(layout, held or view, (way.x(), way.y()))
        self._session.look(turn=turned.turn)
        return turned != (held or view)

    def _turn(self, way: QPointF) -> None:
        """Turn by as much as the pointer has travelled since it was pressed."""
        if self._held is None:
            self._held = self._session.document.view
        self.turn(way, self._held)

    def _on_released(self) -> None:
        self._before = None
        self._held = None
        self._framing = False
        self._session.finish_gesture()

    def _on_wheeled(self, hit: Hit | None, turns: float, at: QPointF) -> None:
        if not self._presenter.pointable:
            hit = None
        if hit is not None and hit.kind == "kernel":
            value = weight_at(self._session.document, hit)
            self._set(hit, stepped(value, round(turns)))
        elif hit is not None and self._scroll(hit, turns):
            return
        else:
            self.zoom(WHEEL_ZOOM**turns, at)

    def _zoomable(self) -> bool:
        """Whether the picture can be magnified and moved."""
        data = self._presenter.data
        return data is not None and self._presenter.scene.zoomable(data)

    def _steerable(self) -> bool:
        """Whether dragging over the picture goes from step to step."""
        data = self._presenter.data
        return data is not None and self._presenter.scene.steerable(data)

    def _scroll(self, hit: Hit, turns: float) -> bool:
        """Turn the wheel over `hit`; returns whether that led to another step."""
        layout = self._presenter.layout_now
        if layout is None:
            return False
        step = self._presenter.scene.scrolled(layout, self._presenter.player.target, hit, turns)
        if step is not None:
            self._presenter.jump(step)
        return step is not None

    def _aim(self, hit: Hit) -> None:
        """Bring the point that an overview is hit at into the middle."""
        layout = self._presenter.layout_now
        if layout is not None:
            self._session.look(centre=self._presenter.scene.aimed(layout, self._session.document.view, hit).centre)

    def pan(self, way: QPointF) -> None:
        """Move the pictures by pixels."""
        layout = self._presenter.layout_now
        if layout is not None and self._zoomable():
            view = self._presenter.scene.moved(layout, self._session.document.view, (way.x(), way.y()))
            self._session.look(centre=view.centre)
        elif layout is not None:
            self._drop_entry()
            self._stage.move_by(way)

    def _on_double_clicked(self, hit: Hit | None) -> None:
        """Type a new value into a weight, or into an input cell of a grid."""
        picture = self._stage.picture
        if hit is None or picture is None or not self._presenter.pointable:
            return
        if hit.kind not in ("kernel", "input") or self._is_picture(hit):
            return
        value = value_at(self._session.document, hit)
        if value is None:
            return
        boxes = [g.box(hit.index) for g in picture.hits if g.kind == hit.kind and g.prefix == hit.index[:-2]]
        x, y, width, height = self._stage.on_widget(boxes[-1])
        wide = max(width, 58.0)
        self._entry.setGeometry(QRect(round(x - (wide - width) / 2), round(y), round(wide), round(max(height, 26))))
        self._offered = number(value, DIGITS)
        self._entry.setText(self._offered)
        self._editing = hit
        self._entry.show()
        self._entry.setFocus()
        # Selected from its end, so that a long number is seen from its beginning.
        self._entry.setSelection(len(self._entry.text()), -len(self._entry.text()))

    def _is_picture(self, hit: Hit) -> bool:
        return hit.kind == "input" and self._zoomable()

    def _on_entry(self) -> None:
        hit, self._editing = self._editing, None
        if hit is None:
            return
        text = self._entry.text()
        self._entry.hide()
        self._stage.setFocus()
        if text == self._offered:
            # The field shows six digits of a value that may have more.
            return
        try:
            value = parse_number(text)
        except (ValueError, ZeroDivisionError):
            self._presenter.failed.emit(tr("“{text}” is not a number; type one such as −0.5 or 1/9.", text=text))
            return
        self._set(hit, value)
        self._session.finish_gesture()

    def _set(self, hit: Hit, value: float) -> None:
        document = self._session.document
        try:
            if hit.kind == "kernel":
                changed = set_weight(document, hit, value)
                self._session.replace(changed, tr("Edit weight"), key="tap")
            else:
                changed = edits.set_input(document, cell_of(document, hit), value)
                self._session.replace(changed, tr("Edit input"), key="cell")
        except SpecError as error:
            self._presenter.failed.emit(refusal(error))
