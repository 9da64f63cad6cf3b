"""Every step in several formats and both themes, in one folder: the pictures of a lesson or a book in one go."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QFormLayout, QGridLayout, QVBoxLayout, QWidget

from convgui.draw.theme import Theme, themed
from convgui.export.animation import ANIMATIONS
from convgui.export.atomic_write import ExportError
from convgui.export.frames import Timing
from convgui.export.job import Settings
from convgui.export.pictures import ENDINGS, Painters
from convgui.export.several import Piece, export_several, pieces
from convgui.model.document import Document
from convgui.qt.export.raster import Rasteriser, to_pdf
from convgui.qt.export.task_dialog import TaskDialog, side_by_side, spin
from convgui.qt.widgets.file_dialogs import ask_for_folder
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.scenes.scene import AnyScene
from convgui.words import tr, trn

COLUMNS = 4
"""Formats side by side."""


class SeveralDialog(TaskDialog):
    """Asks which steps, formats and themes, says how many files that makes, and writes them as one task.

    Parameters
    ----------
    size : tuple of int
        The stage's width and height, offered as the pictures' size.
    steps : int
        How many there are.
    hidden : int or None
        The step whose number is hidden in the window.
    """

    def __init__(
        self,
        document: Document,
        scene: AnyScene,
        theme: Theme,
        size: tuple[int, int],
        steps: int,
        parent: QWidget | None = None,
        hidden: int | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export several"))
        self.document, self._scene, self._steps, self._hidden = document, scene, steps, hidden
        self._made: tuple[Piece, ...] = ()
        self.formats = {ending: QCheckBox(ending[1:].upper()) for ending in (*ENDINGS, *ANIMATIONS)}
        self.themes = {
            themed(shade, theme.colours).name: QCheckBox(title)
            for shade, title in (("light", tr("Light")), ("dark", tr("Dark")))
        }
        self.first, self.last = spin(0, steps - 1, 0), spin(0, steps - 1, steps - 1)
        self.width_box, self.height_box = spin(64, 16_000, size[0]), spin(64, 16_000, size[1])
        self.scale = QDoubleSpinBox()
        self.scale.setRange(0.5, 8.0)
        self.scale.setSingleStep(0.5)
        self.scale.setDecimals(1)
        self.scale.setValue(2.0)
        self.scale.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.captions, self.crop = QCheckBox(tr("Titles and arithmetic")), QCheckBox(tr("Crop to the drawing"))
        self.captions.setChecked(True)
        self.formats[".png"].setChecked(True)
        for box in self.themes.values():
            box.setChecked(True)
        self.count = PlainLabel()
        self.count.setObjectName("small")
        for widget, name in (
            (self.first, tr("First step")),
            (self.last, tr("Last step")),
            (self.width_box, tr("Width")),
            (self.height_box, tr("Height")),
            (self.scale, tr("Scale of the picture")),
        ):
            widget.setAccessibleName(name)
        self._arrange()
        self._connect()
        self._on_setting()

    def _arrange(self) -> None:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        for at, box in enumerate(self.formats.values()):
            grid.addWidget(box, at // COLUMNS, at % COLUMNS)
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setHorizontalSpacing(16)
        steps = (self.first, PlainLabel(tr("to")), self.last, PlainLabel(tr("of 0 … {last}", last=self._steps - 1)))
        size = (self.width_box, PlainLabel("×"), self.height_box, PlainLabel(tr("PNG scale")), self.scale)
        for title, field in (
            (tr("Formats"), holder),
            (tr("Themes"), side_by_side(*self.themes.values())),
            (tr("Steps"), side_by_side(*steps)),
            (tr("Size"), side_by_side(*size)),
            ("", self.captions),
            ("", self.crop),
            ("", self.count),
        ):
            label = PlainLabel(title)
            label.setObjectName("muted")
            form.addRow(label, field)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(form)
        self._put_below(column)

    def _connect(self) -> None:
        for box in (*self.formats.values(), *self.themes.values()):
            box.toggled.connect(self._on_setting)
        for number in (self.first, self.last, self.width_box, self.height_box):
            number.valueChanged.connect(self._on_setting)
        self.scale.valueChanged.connect(self._on_setting)
        self.export_button.clicked.connect(self._on_export)
        self.task.progressed.connect(self._on_progress)

    def pieces(self) -> tuple[Piece, ...]:
        """Return the files that the fields ask for; as `convgui.export.several.pieces`."""
        base = Settings(
            width=self.width_box.value(),
            height=self.height_box.value(),
            scale=self.scale.value(),
            captions=self.captions.isChecked(),
            crop=self.crop.isChecked(),
            timing=Timing(self.first.value(), self.last.value(), reading=True),
            hidden=self._hidden,
        )
        formats = [ending for ending, box in self.formats.items() if box.isChecked()]
        return pieces(base, formats, [name for name, box in self.themes.items() if box.isChecked()])

    def _on_setting(self) -> None:
        """Say how many files will come of it, and what cannot be."""
        self.first.setMaximum(self.last.value())
        self.last.setMinimum(self.first.value())
        try:
            pieces = self.pieces()
        except ExportError as error:
            self.count.setText("")
            self.export_button.setEnabled(False)
            self._say(str(error), problem=True)
            return
        self.count.setText(trn("{n} file", "{n} files", len(pieces)))
        self.export_button.setEnabled(bool(pieces) and not self.task.running)
        telling = any(piece.settings.tells(self._steps) for piece in pieces)
        self._say(tr("Some of these files tell the number that is hidden in the window.") if telling else "")

    def _on_progress(self, part: float) -> None:
        if self.busy:
            count = len(self._made)
            self._say(tr("{done} of {count} files", done=int(part * count + 1e-9), count=count))

    def _on_export(self) -> None:
        path = ask_for_folder(self, self.folder / tr("pictures"))
        if path is not None:
            self.start(path)

    def start(self, path: Path) -> None:
        """Write into a new folder."""
        self._made = self.pieces()
        self._begun(path)
        work = partial(export_several, self.document, self._scene, self._made, path, Painters(Rasteriser(), to_pdf))
        self.task.run(work)
