"""What the dialogs that write files have in common: a task with progress, a sentence, and a way to cancel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from convgui.qt.export.task import ExportTask
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.letters import give_letters
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import tr


class TaskDialog(Dialog):
    """Writes in the background; the window behind it stays alive. What was written is ``said(path)``.

    Attributes
    ----------
    folder : Path
        Where the dialog for a file begins.
    """

    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder, self._path = Path(), Path()
        self.setMinimumWidth(430)
        self.detached = True
        self.task = ExportTask(self)
        self.state, self.progress = PlainLabel(), QProgressBar()
        self.progress.setAccessibleName(tr("Progress"))
        self.state.setWordWrap(True)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.close_button = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        self.export_button: QPushButton = self.buttons.addButton(tr("Export…"), QDialogButtonBox.ButtonRole.ActionRole)
        with_icon(self.export_button, "save")
        self.close_button.clicked.connect(self._on_close_button)
        self.task.progressed.connect(lambda part: self.progress.setValue(round(1000 * part)))
        self.task.finished.connect(self._on_finished)
        self.task.failed.connect(lambda sentence: self._ended(sentence, problem=True))
        self.task.cancelled.connect(lambda: self._ended(tr("Cancelled; nothing was written.")))

    def _put_below(self, column: QVBoxLayout) -> None:
        """Put the sentence, the progress and the buttons below the fields."""
        for part in (self.state, self.progress, self.buttons):
            column.addWidget(part)
        # Only within its dialog a button becomes what Return presses.
        self.export_button.setDefault(True)

    def _begun(self, path: Path) -> None:
        """Show that something is being written to a path."""
        self._say("")
        self._path = path
        self.progress.setValue(0)
        self.progress.show()
        self.export_button.setEnabled(False)
        self._name_close(tr("&Cancel"))
        self.busy = True

    def doing(self) -> str:
        percent = round(100 * self.progress.value() / self.progress.maximum())
        return tr("The export of {name} is at {percent} %.", name=self._path.name, percent=percent)

    def _on_finished(self, note: str) -> None:
        self._ended(tr("{name} is written.", name=self._path.name) + (f" {note}" if note else ""), well=True)
        self.said.emit(str(self._path))

    def _ended(self, sentence: str, *, problem: bool = False, well: bool = False) -> None:
        self.busy = False
        self.progress.hide()
        self.export_button.setEnabled(True)
        self._name_close(tr("&Close"))
        self.close_button.setEnabled(True)
        self._say(sentence, problem=problem)
        self.ended.emit(well)

    def _name_close(self, words: str) -> None:
        self.close_button.setText(words)
        give_letters(self)

    def _say(self, sentence: str, *, problem: bool = False) -> None:
        self.state.setObjectName("problem" if problem else "muted")
        self.state.style().polish(self.state)
        self.state.setText(sentence)
        self.state.setVisible(bool(sentence))

    def _on_close_button(self) -> None:
        """Cancel what is running and stay, or close."""
        if self.task.running:
            self.task.cancel()
            self.close_button.setEnabled(False)
        else:
            self.reject()

    def done(self, result: int) -> None:
        """End what is running, of which nothing is left; Escape and the title bar come here too."""
        self.task.close()
        if self.busy:
            self.busy = False
            self.ended.emit(False)
        super().done(result)


def spin(least: int, most: int, value: int) -> QSpinBox:
    """Return a number box."""
    box = QSpinBox()
    box.setRange(least, most)
    box.setValue(value)
    box.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return box


def side_by_side(*widgets: QWidget) -> QWidget:
    """Put widgets side by side, to the left."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder
