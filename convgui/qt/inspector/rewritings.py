"""Other layers that do the same as the chosen one, each with a sentence and a button that puts them in its place."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from convgui.core.spec import SpecError
from convgui.layers.layer import Rewriting
from convgui.model.document import Document
from convgui.model.refusals import refusal
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.scenes import fitting
from convgui.session.session import Session
from convgui.session.stack import rewritings, rewritten


class Rewritings(QWidget):
    """Offers what `convgui.session.stack.rewritings` finds; hidden where that is nothing."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.buttons: list[QPushButton] = []
        self.problem = _small("problem")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(5)
        self._column.addWidget(self.problem)

    def show_document(self, document: Document) -> None:
        """Show what can be done with the chosen layer; nothing is emitted."""
        found = rewritings(document)
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                # It may be the one whose press led here.
                widget.hide()
                widget.deleteLater()
        self.buttons = [self._button(index, entry) for index, entry in enumerate(found)]
        for index, (entry, button) in enumerate(zip(found, self.buttons, strict=True)):
            about = _small("small")
            about.setText(entry.about)
            self._column.insertWidget(2 * index, about)
            self._column.insertWidget(2 * index + 1, button)
        self._say("")
        self.setVisible(bool(found))

    def _button(self, index: int, entry: Rewriting) -> QPushButton:
        button = QPushButton(entry.title)
        button.setToolTip(entry.about)
        button.clicked.connect(lambda: self._take(index))
        return button

    def _take(self, index: int) -> None:
        document = self._session.document
        entry = rewritings(document)[index]
        try:
            changed = rewritten(document, entry)
        except SpecError as error:
            self._say(refusal(error))
        else:
            shown = fitting(changed)
            # Where a scene walks through the layers, it goes on showing the one that was looked at.
            seen = replace(changed.view, scene=shown.id, step=shown.first_step(changed))
            self._session.replace(changed.with_view(seen), entry.title)

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def _small(name: str) -> PlainLabel:
    label = PlainLabel()
    label.setObjectName(name)
    label.setWordWrap(True)
    return label
