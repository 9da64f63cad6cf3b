"""The few dialogs: numbers typed as input, all shortcuts, about."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from convgui import __version__
from convgui.draw.number import times
from convgui.files.numbers import GridError, format_grid, parse_grid
from convgui.model.document import Document
from convgui.model.sample import Sample

MOST_CELLS = 4096
"""Largest input whose numbers are offered for editing as text."""

SHORTCUTS = (
    ("Space", "Play or pause"),
    ("← →", "One step back or forward"),
    ("Home, End", "First or last step"),
    ("Esc", "Let go of a pinned cell; leave the lecture view"),
    ("Hover", "Light what belongs together; playing waits meanwhile"),
    ("Click", "Pin a cell; on a picture, look inside a pixel"),
    ("Double click", "Type a weight or an input value"),
    ("Drag a weight, or wheel", "Change it up or down"),
    ("Drag a volume, Shift+arrows", "Turn it"),
    ("Wheel on a slice", "Leaf through the slices; Page Up, Page Down in a kernel"),
    ("Wheel on a picture", "Zoom; move by the overview, the right button or Shift+arrows"),
    ("Ctrl+0, Ctrl++, Ctrl+−", "Whole picture, larger, smaller"),
    ("Arrows, Tab, digits", "Walk the kernel and type weights"),
    ("Ctrl+C, Ctrl+V", "Copy and paste: the kernel in its editor, otherwise the picture or an input"),
    ("Ctrl+Shift+C, Ctrl+E", "Copy the picture; export pictures, animations, numbers"),
    ("Ctrl+Alt+V", "Paste a layer in PyTorch's words"),
    ("Ctrl+Z, Ctrl+Shift+Z", "Undo, redo"),
    ("Ctrl+O, Ctrl+T", "Open a file, type numbers"),
    ("Ctrl+N, Ctrl+Shift+N", "New document, new window"),
    ("Ctrl+S, Ctrl+Shift+S", "Save the document, save it as another"),
    ("F8, Ctrl+M", "Write notes for a lesson, add one here"),
    ("R", "Reveal a number that a note hides"),
    ("Ctrl+Shift+O", "Open a folder of DICOM slices"),
    ("Page Down, Page Up", "Next, previous picture in the folder, under the same layers"),
    ("Ctrl+L", "Line profile: drag over the input or the output to draw the line"),
    ("F9, F10", "Show or hide lessons, inspector"),
    ("F5", "The stage alone, for a lecture"),
    ("F11", "Full screen"),
    ("?", "These shortcuts"),
)


class GridDialog(QDialog):
    """Numbers typed or pasted, checked while they are typed."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Type an input"))
        self.resize(460, 380)
        self.sample: Sample | None = None
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Numbers"))
        self.state = QLabel()
        self.state.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        words = QLabel(
            self.tr("One row a line, numbers apart by spaces, tabs or commas. An empty line begins the next channel.")
        )
        words.setWordWrap(True)
        column = QVBoxLayout(self)
        for widget in (words, self.text, self.state, self.buttons):
            column.addWidget(widget)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.text.textChanged.connect(self._check)
        data = document.sample.data
        if data.size <= MOST_CELLS and data.ndim == 3:
            self.text.setPlainText(format_grid(data.astype(float), "spreadsheet"))
        else:
            self.text.setPlainText("0\t0\t0\t0\t0\n0\t1\t1\t1\t0\n0\t1\t1\t1\t0\n0\t1\t1\t1\t0\n0\t0\t0\t0\t0")

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
    return Sample(grid if grid.ndim == 3 else grid[None], "typed numbers")


def show_shortcuts(parent: QWidget) -> None:
    """Show all shortcuts until they are dismissed."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(dialog.tr("Shortcuts"))
    grid = QGridLayout(dialog)
    grid.setContentsMargins(22, 18, 22, 18)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(7)
    for row, (keys, words) in enumerate(SHORTCUTS):
        left, right = QLabel(keys), QLabel(words)
        left.setObjectName("section")
        grid.addWidget(left, row, 0)
        grid.addWidget(right, row, 1)
    dialog.open()


def show_about(parent: QWidget) -> None:
    """Say what this is and what it is made of."""
    QMessageBox.about(
        parent,
        "convgui",
        f"<b>convgui {__version__}</b><p>See what convolution does.</p>"
        "<p>MIT licence. Built with Qt and PySide6 (LGPL 3), NumPy, pyqtgraph, Pillow and tifffile; "
        "fonts Inter and JetBrains Mono (SIL OFL).</p>",
    )
