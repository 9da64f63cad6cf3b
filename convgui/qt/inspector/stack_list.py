"""The stack of layers: choose one, add, remove and move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.layers import choice, grouped_choices
from convgui.layers.layer import Choice, Layer, Shape
from convgui.model.document import Document, reads_words
from convgui.model.refusals import refusal
from convgui.qt.widgets.bounded_inputs import take_typed
from convgui.qt.widgets.plain_text import PlainLabel, plain
from convgui.scenes import fitting
from convgui.session import stack
from convgui.session.drawn_weights import drawn_words
from convgui.session.fitting import weights_gone
from convgui.session.ready import READY, ready_network, with_ready_network
from convgui.session.session import Session
from convgui.words import tr

ROW, AIR = 26, 8
"""Pixels of a row at least, and above and below its text."""
THIN = "\u2009"
MOST_ROWS = 7
"""Rows up to which the list grows; longer stacks scroll."""


PLAYING = (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right)
"""Keys that go on playing and stepping while the layers have the keyboard: in a list of rows they do nothing."""


class LayerRows(QListWidget):
    """The rows; up and down choose one of them."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in PLAYING:
            # Not by way of the panel around it, which would scroll.
            QApplication.sendEvent(self.window(), event)
        else:
            super().keyPressEvent(event)


class StackList(QWidget):
    """Shows every layer with the shape that it makes; the chosen one is the one on the stage.

    Emits ``added()`` when there are other layers, which are to be looked at now.
    """

    added = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.list = LayerRows()
        self.list.setObjectName("stack")
        self.list.setAccessibleName(tr("Layers"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.problem = PlainLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.add = self._menu_button(f"{tr('Add')} ▾", tr("Add a layer behind the chosen one"), self._fill_kinds)
        tip = tr("Replace all layers by a known network")
        self.ready = self._menu_button(f"{tr('Models')} ▾", tip, self._fill_ready)
        self.remove = self._button("−", tr("Remove the chosen layer"), self._on_remove)
        self.up = self._button("↑", tr("Move the chosen layer towards the input"), lambda: self._on_move(-1))
        self.down = self._button("↓", tr("Move the chosen layer towards the output"), lambda: self._on_move(1))
        tools = QHBoxLayout()
        tools.setSpacing(0)
        for button in (self.remove, self.up, self.down):
            button.setObjectName("icon")
        for button in (self.add, self.remove, self.up, self.down):
            tools.addWidget(button)
        tools.addStretch(1)
        tools.addWidget(self.ready)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.list)
        column.addLayout(tools)
        column.addWidget(self.problem)
        self.list.currentRowChanged.connect(self._on_row)
        self._told_of: tuple[Layer, ...] | None = None

    def show_document(self, document: Document) -> None:
        """Show the layers; nothing is emitted."""
        blocker = QSignalBlocker(self.list)
        rows, high = _rows(document), max(ROW, self.list.fontMetrics().height() + AIR)
        while self.list.count() > len(rows):
            self.list.takeItem(self.list.count() - 1)
        while self.list.count() < len(rows):
            self.list.addItem(QListWidgetItem())
        for index, (title, shape) in enumerate(rows):
            self.list.item(index).setSizeHint(QSize(0, high))
            text = f"{index + 1}  {title}\u2003{shape}".replace(" × ", f"{THIN}×{THIN}")
            if self.list.item(index).text() != text:
                self.list.item(index).setText(text)
                self.list.item(index).setToolTip(plain(tr("{title} makes {shape}", title=title, shape=shape)))
        self.list.setCurrentRow(document.view.layer)
        blocker.unblock()
        self.list.setFixedHeight(min(len(rows), MOST_ROWS) * high + 6)
        several = len(rows) > 1
        self.remove.setEnabled(several)
        self.up.setEnabled(several and document.view.layer > 0)
        self.down.setEnabled(several and document.view.layer < len(rows) - 1)
        if document.layers is not self._told_of:
            self.say("")

    def say(self, problem: str, of: tuple[Layer, ...] | None = None) -> None:
        """Say what went wrong, or nothing; what is said `of` layers stays as long as they do."""
        self._told_of = of
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _menu_button(self, title: str, tip: str, fill: Callable[[QMenu], None]) -> QToolButton:
        button = self._button(title, tip, None)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: fill(menu))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _button(self, title: str, tip: str, pressed: Callable[[], None] | None) -> QToolButton:
        button = QToolButton()
        button.setText(title)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.pressed.connect(take_typed)
        if pressed is not None:
            button.clicked.connect(pressed)
        return button

    def _fill_kinds(self, menu: QMenu) -> None:
        menu.clear()
        document = self._session.document
        for group, kinds in grouped_choices().items():
            menu.addSection(tr(group))
            for kind in kinds:
                action = menu.addAction(tr(kind.title))
                reason = _reason(document, kind)
                action.setEnabled(not reason)
                action.setToolTip(plain(reason))
                action.triggered.connect(lambda _=False, kind=kind: self.add_kind(kind.id))

    def add_kind(self, identity: str) -> None:
        """Put a new layer of a kind behind the chosen one."""
        name = tr("Add {title}", title=tr(choice(identity).title).lower())
        self._try(name, lambda document: stack.add_layer(document, identity))

    def use_model(self, identity: str) -> None:
        """Replace all layers by those of a known network."""
        ready = ready_network(identity)
        before = self._session.document
        self._try(tr(ready.title), lambda document: with_ready_network(document, identity))
        if not ready.even and self._session.document is not before:
            self.say(drawn_words(), self._session.document.layers)

    def _fill_ready(self, menu: QMenu) -> None:
        menu.clear()
        for ready in READY:
            action = menu.addAction(tr(ready.title))
            action.setToolTip(plain(f"{ready.source}. {tr(ready.about)}" if ready.about else ready.source))
            action.triggered.connect(lambda _=False, ready=ready: self.use_model(ready.id))

    def _try(self, name: str, change: Callable[[Document], Document]) -> None:
        try:
            changed = change(self._session.document)
        except SpecError as error:
            self.say(refusal(error))
        else:
            before = self._session.document
            self._session.replace(_seen(changed), name)
            self.added.emit()
            self.say(weights_gone(before, changed), changed.layers)

    def _on_remove(self) -> None:
        self._try(tr("Remove layer"), stack.remove_layer)

    def _on_move(self, by: int) -> None:
        self._try(tr("Move layer"), lambda document: stack.move_layer(document, by))

    def _on_row(self, index: int) -> None:
        if index >= 0:
            document = self._session.document
            view = replace(document.view, layer=index, filter=0, channel=0, step=0)
            seen = _seen(document.with_view(view))
            self._session.look(layer=index, filter=0, channel=0, step=seen.view.step, scene=seen.view.scene)


def _seen(document: Document) -> Document:
    """Look at a document through a scene that can show its chosen layer."""
    chosen = fitting(document)
    return document.with_view(replace(document.view, scene=chosen.id, step=chosen.first_step(document)))


def _rows(document: Document) -> list[tuple[str, str]]:
    """Return title and output shape of every layer; a shape that does not come about is a dash."""
    titles = [f"{layer.full_title}{reads_words(document, n)}" for n, layer in enumerate(document.layers)]
    try:
        shapes: tuple[Shape, ...] = document.shapes[1:]
    except SpecError:
        return [(title, "–") for title in titles]
    return [(title, by(shape)) for title, shape in zip(titles, shapes, strict=True)]


def _reason(document: Document, kind: Choice) -> str:
    """Return why a kind of layer cannot be added; empty if it can."""
    try:
        stack.add_layer(document, kind.id)
    except SpecError as error:
        return refusal(error)
    return ""
