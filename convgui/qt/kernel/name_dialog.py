"""What a kernel of one's own is to be called."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from convgui.files.own_kernels import kernel_path
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.file_dialogs import ask_to_replace
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import tr


class NameDialog(Dialog):
    """Asks for a name, and says so where a kernel of that name would be replaced. Emits ``named(name)``."""

    named = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Save this kernel"))
        self.setMinimumWidth(360)
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("My kernel"))
        self.state = PlainLabel()
        self.state.setObjectName("small")
        self.state.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(self._on_name)
        self.accepted.connect(lambda: self.named.emit(self.name.text()))
        form = QFormLayout()
        form.addRow(PlainLabel(tr("Name")), self.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.addLayout(form)
        column.addWidget(self.state)
        column.addWidget(self.buttons)
        self._on_name("")

    def accept(self) -> None:
        path = kernel_path(self.name.text())
        if not path.exists() or ask_to_replace(self, path):
            super().accept()

    def _on_name(self, name: str) -> None:
        there = bool(name.strip()) and kernel_path(name).exists()
        self.state.setText(
            tr("There is a kernel of this name; it is replaced.")
            if there
            else tr("It is listed among the presets, and kept as a text file that can be handed on.")
        )
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(name.strip()))
