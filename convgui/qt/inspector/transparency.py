"""Transparency of the input: what a filter makes of it is chosen where a picture has some."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session import edits
from convgui.session.session import Session
from convgui.words import tr


class Transparency(QWidget):
    """Says that a session's input is partly transparent, and brings its transparency to the filter on request."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        about = PlainLabel(tr("Partly transparent; filters meet the colours alone."))
        about.setObjectName("small")
        about.setWordWrap(True)
        self.channel = QPushButton(tr("As a channel"))
        self.channel.setToolTip(tr("Make the transparency one more channel, A, which the filter reads too"))
        self.weight = QPushButton(tr("Weight by it"))
        self.weight.setToolTip(tr("Multiply each value by how opaque it is, so that what is clear weighs nothing"))
        self.channel.clicked.connect(lambda: self._use(session.document.sample.with_alpha_channel))
        self.weight.clicked.connect(lambda: self._use(session.document.sample.weighted_by_alpha))
        row = QHBoxLayout()
        row.addWidget(self.channel)
        row.addWidget(self.weight)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(about)
        column.addLayout(row)

    def show_document(self, document: Document) -> None:
        """Show a document; nothing is emitted."""
        self.setVisible(document.sample.alpha is not None)

    def _use(self, sample: Sample) -> None:
        self._session.replace(edits.with_next_picture(self._session.document, sample), tr("Transparency"))
