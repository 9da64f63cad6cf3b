"""What a kernel of one's own is to be called."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from convgui.files.own_kernels import kernel_path
from convgui.files.regular import is_there
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import tr


class NameDialog(Dialog):
    """Asks for a name, and whether a kernel of that name may be replaced. Emits ``named(name, replace)``."""

    named = Signal(str, bool)

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
        self._ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._plain = self._ok.text()
        self._asked: Path | None = None
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.name.textChanged.connect(self._on_name)
        form = QFormLayout()
        form.addRow(PlainLabel(tr("Name")), self.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.addLayout(form)
        column.addWidget(self.state)
        column.addWidget(self.buttons)
        self._on_name("")

    def _on_name(self, name: str) -> None:
        self._asked = None
        path = kernel_path(name)
        self.state.setText(
            tr("There is a kernel “{name}”; you are asked before it is replaced.", name=path.stem)
            if name.strip() and is_there(path)
            else tr("It is listed among the presets, and kept as a text file that can be handed on.")
        )
        self._ok.setText(self._plain)
        self._ok.setEnabled(bool(name.strip()))

    def accept(self) -> None:
        """Hand the name over; where there is a kernel of that name by now, ask first, and take the next OK for yes."""
        path = kernel_path(self.name.text())
        replace = is_there(path)
        if replace and self._asked != path:
            self._asked = path
            self.state.setText(tr("There is a kernel “{name}” already. Do you want to replace it?", name=path.stem))
            self._ok.setText(tr("Replace"))
            return
        super().accept()
        self.named.emit(self.name.text(), replace)
