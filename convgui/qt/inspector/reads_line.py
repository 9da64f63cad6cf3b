"""Which values the chosen layer reads: a line that branches are made with."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from convgui.core.spec import SpecError
from convgui.model.document import Document
from convgui.model.refusals import refusal
from convgui.qt.widgets.plain_text import PlainLabel, plain
from convgui.session.session import Session
from convgui.session.stack import values_said, with_reads
from convgui.words import tr

NUMBER = re.compile(r"\d{1,6}")


class ReadsLine(QWidget):
    """Shows the numbers of the values that the chosen layer reads, where there are several layers, and edits them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.line = QLineEdit()
        self.line.setAccessibleName(tr("Reads"))
        self.problem = PlainLabel()
        self.problem.setObjectName("problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        title = PlainLabel(tr("Reads"))
        title.setBuddy(self.line)
        row = QHBoxLayout()
        row.addWidget(title)
        row.addWidget(self.line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addLayout(row)
        column.addWidget(self.problem)
        self.line.editingFinished.connect(self._on_finished)

    def show_document(self, document: Document) -> None:
        """Show a document; nothing is emitted."""
        self.setVisible(len(document.layers) > 1)
        text = _written(document)
        if self.line.text() != text or self.line.isUndoAvailable() or self.line.isRedoAvailable():
            # It forgets what was typed: undo leads to what the layer read, not to words that stand against it.
            self.line.setText(text)
        tip = tr("Numbers of the values that this layer reads, apart by commas:")
        self.line.setToolTip(plain("\n".join([tip, *values_said(document)])))
        self._say("")

    def _on_finished(self) -> None:
        document, text = self._session.document, self.line.text()
        if text == _written(document):
            self._say("")
            return
        try:
            changed = with_reads(document, tuple(int(n) for n in NUMBER.findall(text)))
        except SpecError as error:
            self._say(refusal(error))
        else:
            self._session.replace(changed, tr("what a layer reads"))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def _written(document: Document) -> str:
    return ", ".join(map(str, document.reads(document.view.layer)))
