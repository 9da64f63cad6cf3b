"""A line for PyTorch: typed or pasted, it sets the layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from convgui.model.document import Document
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.scenes import fitting
from convgui.session.drawn_weights import drawn_words
from convgui.session.pasted import PasteError, fitting_shape, of_printed_model, parse, put
from convgui.session.session import Session
from convgui.session.trained import looked_at_first
from convgui.words import tr, trn


class PasteLine(QWidget):
    """Applies what is written when Return is pressed; what is not understood is said under it.

    Where the layer would fit another input, offers to make one: ``wanted(shape, then)``, and ``then()`` sets the layer.
    Emits ``told()`` when it says something else.
    """

    wanted = Signal(object, object)
    told = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shape: tuple[int, ...] | None = None
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("nn.Conv2d(3, 16, 3, …) ⏎"))
        self.line.setAccessibleName(tr("Paste PyTorch"))
        self.line.setToolTip(tr("A line of PyTorch, or a Sequential; Return sets the layer"))
        self.problem = PlainLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.make = QPushButton()
        self.make.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.problem)
        column.addWidget(self.make, 0, Qt.AlignmentFlag.AlignLeft)
        self.make.clicked.connect(self._on_make)
        self.line.returnPressed.connect(self._on_return)
        self.line.textEdited.connect(lambda: self._say(""))
        session.listen(self._on_changed)

    def use(self, text: str) -> None:
        """Set the layer, or the stack, from PyTorch's own words, as one undo step; errors as for `put`.

        What the words do not tell is said.
        """
        settings = parse(text)
        changed, said = put(self._session.document, settings)
        if of_printed_model(settings):
            said = f"{said} {drawn_words()}".strip()
        # A scene that cannot show what is pasted leaves it to one that can.
        seen = changed.with_view(replace(changed.view, scene=fitting(changed).id))
        self._session.replace(looked_at_first(changed) if changed.sources else seen, tr("Paste PyTorch"))
        self._say(said)

    def offer(self, text: str) -> tuple[str, Callable[[], object]] | None:
        """Return what would make pasted layers fit that do not, and does it: an input; None where none would."""
        shape = fitting_shape(self._session.document, text)
        return None if shape is None else (self._title(shape), lambda: self.wanted.emit(shape, lambda: self.use(text)))

    def _on_changed(self, old: Document, new: Document) -> None:
        """What was said about another input or other layers need not be true of these."""
        elsewhere = self._shape is not None and old.view.layer != new.view.layer
        if old.sample is not new.sample and self.problem.text():
            # What was refused was meant for the other input.
            self.line.clear()
        if old.sample is not new.sample or old.network != new.network or elsewhere:
            self._say("")

    def _on_return(self) -> None:
        self._apply(self.line.text())

    def _apply(self, text: str) -> None:
        try:
            self.use(text)
        except PasteError as error:
            self._say(str(error), fitting_shape(self._session.document, text))
        else:
            self.line.clear()

    def _on_make(self) -> None:
        if self._shape is not None:
            self.wanted.emit(self._shape, partial(self._apply, self.line.text()))

    def _say(self, sentence: str, shape: tuple[int, ...] | None = None) -> None:
        """Say what is wrong, and offer an input of a shape that the layer fits."""
        self._shape = shape
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.make.setVisible(shape is not None)
        if shape is not None:
            self.make.setText(self._title(shape))
        self.told.emit()

    def _title(self, shape: tuple[int, ...]) -> str:
        axes = len(shape) - 1
        if len(self._session.document.sample.spatial) != axes:
            return tr("Make a {axes}D input…", axes=axes)
        return trn("Make an input with {n} channel…", "Make an input with {n} channels…", shape[0])
