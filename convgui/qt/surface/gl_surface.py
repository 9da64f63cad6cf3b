"""The window in which OpenGL draws input and output as surfaces, side by side and turned together.

Import this only after `gl_context` found a driver: it imports pyqtgraph and PyOpenGL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import hypot

from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QSlider, QVBoxLayout, QWidget

from convgui.core import Cancelled
from convgui.draw.theme import Theme
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input
from convgui.model.memo import Key, Memo, Work
from convgui.model.refusals import in_words
from convgui.qt.stage.presenter import Presenter
from convgui.qt.surface.gl_context import Driver
from convgui.qt.surface.gl_pane import Camera, Pane, lit
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.qt.widgets.style import css
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes import scene
from convgui.scenes.scene import Cancel, reason_against
from convgui.scenes.volume import THRESHOLD
from convgui.scenes.volume.layer import volume
from convgui.scenes.volume.meshes import Solid, Surfaces, surfaces
from convgui.session.session import Session
from convgui.words import tr

DEGREES_A_PIXEL = 0.5
NOTCH, ZOOM = 120, 1.15
SAMPLES = 4
"""Samples a pixel, which make edges smooth; without a graphics card they take twice the time."""
BY_KEY = 10.0
"""Degrees that an arrow key turns."""
_BY_KEY: dict[Qt.Key, Callable[[Camera], Camera]] = {
    Qt.Key.Key_Left: lambda camera: camera.turned(-BY_KEY, 0),
    Qt.Key.Key_Right: lambda camera: camera.turned(BY_KEY, 0),
    Qt.Key.Key_Up: lambda camera: camera.turned(0, -BY_KEY),
    Qt.Key.Key_Down: lambda camera: camera.turned(0, BY_KEY),
    Qt.Key.Key_Plus: lambda camera: camera.zoomed(ZOOM),
    Qt.Key.Key_Minus: lambda camera: camera.zoomed(1 / ZOOM),
}


class GlSurfaceWindow(Dialog):
    """Follows a session; closing it ends its work."""

    def __init__(
        self, session: Session, presenter: Presenter, theme: Callable[[], Theme], driver: Driver, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("surface-gl")
        self.setWindowTitle(tr("Surface in OpenGL"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._presenter, self._theme = session, presenter, theme
        view = session.document.view
        self.camera = Camera(turn=view.turn)
        self.shown: Surfaces | None = None
        self._asked: Document | None = None
        self._held: QPointF | None = None
        self._newest = 0
        self._memo = Memo()
        self._latest = LatestOnlyWorker(self)
        self._latest.answered.connect(self._on_answer)
        shader = lit()
        samples = 0 if driver.software else SAMPLES
        self.panes = (Pane(shader, samples), Pane(shader, samples))
        self.titles, self.details = (PlainLabel(), PlainLabel()), (PlainLabel(), PlainLabel())
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.automatic = QCheckBox(tr("Automatic"))
        self.share, self.problem = PlainLabel(), PlainLabel()
        self.working = QProgressBar()
        self._arrange(driver)
        self.take_commands(parent)
        chosen = THRESHOLD.chosen(view)
        self.automatic.setChecked(chosen == "auto")
        if chosen != "auto":
            self.slider.setValue(int(chosen))
        self._show_theme()
        self.slider.valueChanged.connect(self._on_slider)
        self.automatic.toggled.connect(lambda _: self._ask(abandon=False))
        presenter.prepared.connect(self.follow)
        presenter.failed.connect(self.follow)
        self.follow()

    def _arrange(self, driver: Driver) -> None:
        self.slider.setRange(1, 99)
        self.slider.setFixedWidth(260)
        self.slider.setAccessibleName(tr("Threshold, per cent of the scale"))
        self.share.setObjectName("counter")
        self.share.setMinimumWidth(46)
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.working.setRange(0, 0)
        self.working.setTextVisible(False)
        self.working.setFixedWidth(90)
        self.working.setAccessibleName(tr("Computing"))
        sides = QHBoxLayout()
        sides.setSpacing(14)
        for pane, title, detail in zip(self.panes, self.titles, self.details, strict=True):
            column, words = QVBoxLayout(), QHBoxLayout()
            detail.setObjectName("small")
            words.addWidget(title)
            words.addWidget(detail, 1)
            column.addLayout(words)
            column.addWidget(pane.widget, 1)
            pane.widget.setMinimumSize(260, 240)
            pane.widget.installEventFilter(self)
            sides.addLayout(column, 1)
        for pane, name in zip(self.panes, (tr("Input surface"), tr("Output surface")), strict=True):
            pane.widget.setAccessibleName(name)
            pane.widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        hint = PlainLabel(tr("Drag or arrows turn · Shift and drag moves · wheel zooms"))
        about = PlainLabel(driver.words)
        about.setToolTip(f"{driver.renderer}\nOpenGL {driver.version}")
        row = QHBoxLayout()
        row.setSpacing(10)
        for widget in (PlainLabel(tr("Threshold")), self.slider, self.share, self.automatic, self.working):
            row.addWidget(widget)
        row.addStretch(1)
        for label in (hint, about):
            label.setObjectName("small")
            row.addWidget(label)
            row.addSpacing(10)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.addWidget(self.problem)
        rows.addLayout(sides, 1)
        rows.addLayout(row)

    def sizeHint(self) -> QSize:
        return QSize(1180, 680)

    @property
    def threshold(self) -> str:
        """The chosen threshold, in the scene's words: ``"auto"`` or a percentage."""
        return "auto" if self.automatic.isChecked() else str(self.slider.value())

    def follow(self) -> None:
        """Draw the session's document anew if what is drawn has changed."""
        document = self._session.document
        reason = reason_against(scene("volume"), document)
        self._say(reason)
        if reason:
            self._latest.abandon()
            self.working.hide()
            self.shown = self._asked = None
            for pane, label in zip(self.panes, self.details, strict=True):
                pane.clear()
                label.clear()
        elif self._asked is None or _content(document) != _content(self._asked):
            self._asked = document
            self._ask(abandon=True)

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _ask(self, abandon: bool) -> None:
        """Make the surfaces in the background; while the slider is dragged each answer counts, the newest waits."""
        document, threshold = self._asked, self.threshold
        if document is None:
            return
        # What the stage has computed is not computed again.
        known, memo = self._presenter.pieces, self._memo

        def work(stop: Cancel) -> Surfaces:
            given = Work(known, stop)
            prepared = volume(chosen_layer_input(document, given), given)
            with memo.preparation() as pieces:
                return surfaces(prepared, threshold, Work(pieces, stop))

        self.working.show()
        self.share.setText("" if threshold == "auto" else f"{threshold} %")
        self._latest.submit(work, abandon=abandon)

    def _on_slider(self, _: int) -> None:
        if self.automatic.isChecked():
            self.automatic.setChecked(False)  # which asks
        else:
            self._ask(abandon=False)

    def _on_answer(self, answer: Answer) -> None:
        newest = answer.generation == self._latest.generation
        if newest:
            self.working.hide()
        if answer.error is None and answer.generation > self._newest and self._asked is not None:
            self._newest = answer.generation
            self._show(answer.result)
        elif newest and answer.error is not None and not isinstance(answer.error, Cancelled):
            self._say(in_words(answer.error))

    def _show(self, surfaces: Surfaces) -> None:
        self.shown = surfaces
        longest = max(hypot(*side.extent) for side in surfaces.sides)
        for role, (pane, side, detail, label) in enumerate(
            zip(self.panes, surfaces.sides, surfaces.details, self.details, strict=True)
        ):
            pane.show(side, self._theme(), role, surfaces.volume.directions, longest)
            label.setText(f"{side.words} · {detail}")
        if self.automatic.isChecked():
            self.slider.blockSignals(True)
            self.slider.setValue(round(100 * _share(surfaces.sides[0])))
            self.slider.blockSignals(False)
        self.look(self.camera)

    def look(self, camera: Camera) -> None:
        """See both sides from a camera."""
        self.camera = camera
        for pane in self.panes:
            pane.look(camera)

    def _show_theme(self) -> None:
        theme = self._theme()
        for label, text, ink in zip(
            self.titles, (tr("Input"), tr("Output")), (theme.role("input").ink, theme.role("result").ink),
            strict=True,
        ):  # fmt: skip
            label.setText(text)
            label.setStyleSheet(f"color: {css(ink)}; font-weight: 600;")
        for pane in self.panes:
            pane.clear()
            pane.view.setBackgroundColor(css(theme.background))
        if self.shown is not None:
            self._show(self.shown)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_theme()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """StageInput on one side turn both; its own camera would turn that side alone."""
        pane = next((p for p in self.panes if p.view is watched), None)
        if pane is None:
            return super().eventFilter(watched, event)
        kind = event.type()
        if isinstance(event, QMouseEvent):
            self._drag(pane, event)
            return True
        if isinstance(event, QWheelEvent):
            self.look(self.camera.zoomed(ZOOM ** (event.angleDelta().y() / NOTCH)))
            return True
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
            self.reject()
            return True
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress and Qt.Key(event.key()) in _BY_KEY:
            self.look(_BY_KEY[Qt.Key(event.key())](self.camera))
            return True
        if kind == QEvent.Type.Resize:
            pane.look(self.camera)
        return super().eventFilter(watched, event)

    def _drag(self, pane: Pane, event: QMouseEvent) -> None:
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            self._held = event.position() if kind == QEvent.Type.MouseButtonPress else None
            pane.widget.setFocus()
        elif kind == QEvent.Type.MouseButtonDblClick:
            self.look(replace(Camera(), turn=self.camera.turn))
        elif kind == QEvent.Type.MouseMove and self._held is not None:
            way = event.position() - self._held
            self._held = event.position()
            aside = event.buttons() != Qt.MouseButton.LeftButton
            if aside or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.look(pane.moved(self.camera, way.x(), way.y()))
            else:
                self.look(self.camera.turned(way.x() * DEGREES_A_PIXEL, way.y() * DEGREES_A_PIXEL))

    def done(self, result: int) -> None:
        """End the background work, however the window is closed."""
        self._latest.close()
        super().done(result)


def _share(side: Solid) -> float:
    """Return where a side's surface lies on its scale, 0 to 1."""
    low = 0.0 if side.levels.signed else side.levels.low
    span = side.levels.high - low
    return (side.threshold - low) / span if span > 0 else 0.0


def _content(document: Document) -> Key:
    """Return what the surfaces are made from: everything but how it is looked at."""
    view = document.view
    return document.sample, document.missing, *document.network, view.layer, view.filter, view.channel
