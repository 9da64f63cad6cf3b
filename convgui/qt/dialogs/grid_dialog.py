"""Numbers typed as input."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from convgui.draw.number import times
from convgui.files.numbers import GridError, format_grid, parse_grid
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import tr

MOST_CELLS = 4096
"""Largest input whose numbers are offered for editing as text."""

_CONTROL = Qt.KeyboardModifier.ControlModifier
OPENS = (_CONTROL | Qt.Key.Key_Return, _CONTROL | Qt.KeyboardModifier.KeypadModifier | Qt.Key.Key_Enter)


class GridDialog(Dialog):
    """Numbers typed or pasted, checked while they are typed; `draft` is what was typed and not used the last time."""

    def __init__(self, document: Document, parent: QWidget | None = None, draft: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Type an input"))
        self.resize(460, 380)
        self.sample: Sample | None = None
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Numbers"))
        # Tab leads on, as everywhere; what is pasted may hold tabs, and what is typed needs none.
        self.text.setTabChangesFocus(True)
        self.state = PlainLabel()
        self.state.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        words = PlainLabel(
            tr(
                "One row a line, numbers apart by spaces, tabs or commas. An empty line begins the next channel; "
                "Ctrl+Enter opens them."
            )
        )
        words.setWordWrap(True)
        column = QVBoxLayout(self)
        for widget in (words, self.text, self.state, self.buttons):
            column.addWidget(widget)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.text.textChanged.connect(self._check)
        self.text.installEventFilter(self)
        data = document.sample.data
        if draft:
            self.text.setPlainText(draft)
        # Missing and infinite values are no numbers that anybody types.
        elif data.size <= MOST_CELLS and data.ndim == 3 and np.isfinite(data).all():
            self.text.setPlainText(format_grid(data.astype(float), "spreadsheet"))
        else:
            self.text.setPlainText("0\t0\t0\t0\t0\n0\t1\t1\t1\t0\n0\t1\t1\t1\t0\n0\t1\t1\t1\t0\n0\t0\t0\t0\t0")

        # What is typed takes the place of what stands there.
        self.text.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open what is typed by Ctrl+Enter; Enter alone begins a row."""
        key = event.keyCombination() if isinstance(event, QKeyEvent) else None
        if event.type() == QEvent.Type.KeyPress and key in OPENS:
            if self.sample is not None:
                self.accept()
            return True
        return super().eventFilter(watched, event)

    def _check(self) -> None:
        try:
            self.sample = typed_sample(self.text.toPlainText())
        except GridError as error:
            self.sample = None
            self.state.setObjectName("problem")
            self.state.setText(str(error))
        else:
            self.state.setObjectName("muted")
            self.state.setText(times(*self.sample.data.shape))
        self.state.style().polish(self.state)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.sample is not None)


def typed_sample(text: str) -> Sample:
    """Make an input of typed numbers.

    Raises
    ------
    GridError
        If they are not a grid of numbers; it says where.
    """
    grid = parse_grid(text)
    return Sample(grid if grid.ndim == 3 else grid[None], tr("typed numbers"))
