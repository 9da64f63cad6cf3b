"""What a layer makes of missing values: a choice that is there where values are missing."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from convgui.model.document import MISSING, Document, Missing
from convgui.qt.widgets.bounded_inputs import QuietCombo
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session.session import Session
from convgui.words import mark, tr

ABOUT: dict[Missing, str] = {
    "spread": mark("An output that reads a missing value is missing, too"),
    "rescale": mark("Missing values are left out, and the other weights are scaled up to the same sum of sizes"),
    "zero": mark("Missing values are read as 0"),
}
TITLES: dict[Missing, str] = {
    "spread": mark("spread to the output"),
    "rescale": mark("leave out, rescale weights"),
    "zero": mark("count as 0"),
}


class MissingChoice(QWidget):
    """Says how many values of a session's input are missing, and lets the user choose what becomes of them."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.count = PlainLabel()
        self.count.setObjectName("small")
        self.choice = QuietCombo()
        self.choice.setAccessibleName(tr("Missing values"))
        for missing in MISSING:
            self.choice.addItem(tr(TITLES[missing]), missing)
            self.choice.setItemData(self.choice.count() - 1, tr(ABOUT[missing]), Qt.ItemDataRole.ToolTipRole)
        # The panel gives it its width.
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.activated.connect(self._on_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.count)
        column.addWidget(self.choice)

    def show_document(self, document: Document) -> None:
        """Show a document; nothing is emitted."""
        self.setVisible(document.sample.nonfinite > 0)
        self.count.setText(document.missing_words)
        self.choice.setCurrentIndex(MISSING.index(document.missing))
        self.choice.setToolTip(tr(ABOUT[document.missing]))

    def _on_chosen(self) -> None:
        missing: Missing = self.choice.currentData()
        if missing != self._session.document.missing:
            self._session.replace(replace(self._session.document, missing=missing), tr("missing values"))
