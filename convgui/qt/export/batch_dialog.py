"""The layers applied to the pictures of a folder: which, how they are written, one beforehand, and how it goes."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from convgui.draw.colour import Bytes
from convgui.export.atomic_write import ExportError
from convgui.export.batch import FileResult, Prepare, duration, targets, with_kernel, with_layers
from convgui.export.seen import Seen
from convgui.files.errors import LoadError
from convgui.files.folder import pictures_in
from convgui.files.regular import is_folder, is_there
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.qt.export.batch_task import BatchTask, PreviewTask
from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.elided import ElidedLabel
from convgui.qt.widgets.paint import qimage
from convgui.qt.widgets.plain_text import PlainLabel, plain, window_words
from convgui.session.edits import kernel_of
from convgui.words import mark, tr, trn

SIZE = (900, 600)
PREVIEW = 260
FORMS: tuple[tuple[str, str, Seen | None], ...] = (
    (mark("PNG, as seen"), "png", Seen()),
    (mark("PNG, as seen, 16 bits"), "png", Seen(16)),
    (mark("TIFF, as seen"), "tif", Seen()),
    (mark("TIFF, as seen, 16 bits"), "tif", Seen(16)),
    ("JPEG", "jpg", Seen()),
    (mark("Numbers, NumPy (.npy)"), "npy", None),
    (mark("Numbers, TIFF in floating point"), "tif", None),
    (mark("Numbers, a table (.csv)"), "csv", None),
)


class BatchDialog(Dialog):
    """Lists a folder's pictures and works through those that are ticked; the window behind it stays alive."""

    def __init__(self, document: Document, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Apply to a folder"))
        self.detached = True
        self.document = document
        self._began, self._failed, self._finished = 0.0, 0, 0
        self._working: dict[Path, QTreeWidgetItem] = {}
        self.folder, self.target = folder, folder
        self.task, self.preview = BatchTask(self), PreviewTask(self)
        self.source_name, self.target_name = ElidedLabel(), ElidedLabel()
        self.choose_source, self.choose_target = QPushButton(tr("&Pictures in…")), QPushButton(tr("&Results in…"))
        self.what, self.format = QComboBox(), QComboBox()
        self.metadata = QCheckBox(tr("With each picture's &profile and EXIF"))
        self.list = QTreeWidget()
        self.before, self.after = PlainLabel(), PlainLabel()
        self.state, self.progress = PlainLabel(), QProgressBar()
        self.start_button, self.close_button = QPushButton(tr("&Apply")), QPushButton(tr("Close"))
        for button in (self.choose_source, self.choose_target):
            with_icon(button, "folder")
        with_icon(self.start_button, "ok")
        with_icon(self.close_button, "close")
        self._fill()
        self._arrange()
        self._connect()
        self.show_folder(folder)

    def _fill(self) -> None:
        self.what.addItem(tr("All layers, as in the window"), "layers")
        if isinstance(self.document.chosen, Convolution):
            self.what.addItem(tr("The chosen kernel, on each channel by itself"), "kernel")
        for title, form, seen in FORMS:
            self.format.addItem(tr(title), (form, seen))
        for widget, name in (
            (self.what, tr("What")),
            (self.format, tr("Format")),
            (self.list, tr("Files")),
            (self.progress, tr("Progress")),
            (self.before, tr("Before")),
            (self.after, tr("After")),
        ):
            widget.setAccessibleName(name)
        self.list.setHeaderLabels([tr("File"), tr("State")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setColumnWidth(0, 260)

    def _arrange(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for label, field in (
            (self.choose_source, self.source_name),
            (self.choose_target, self.target_name),
            (PlainLabel(tr("What")), self.what),
            (PlainLabel(tr("Format")), self.format),
            (QWidget(), self.metadata),
        ):
            form.addRow(label, field)
        pictures = QVBoxLayout()
        for words, label in ((tr("Before"), self.before), (tr("After"), self.after)):
            title = PlainLabel(words)
            title.setObjectName("small")
            label.setFixedWidth(PREVIEW)
            label.setMinimumHeight(60)
            label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            pictures.addWidget(title)
            pictures.addWidget(label)
        pictures.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addLayout(pictures)
        self.state.setObjectName("muted")
        self.state.setWordWrap(True)
        self.progress.setTextVisible(False)
        self.progress.hide()
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.start_button)
        self.start_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(form)
        column.addLayout(middle, 1)
        column.addWidget(self.state)
        column.addWidget(self.progress)
        column.addLayout(buttons)
        self.resize(*SIZE)

    def _connect(self) -> None:
        self.choose_source.clicked.connect(self._on_source)
        self.choose_target.clicked.connect(self._on_target)
        self.what.currentIndexChanged.connect(self._on_file)
        self.format.currentIndexChanged.connect(self._on_format)
        self.list.currentItemChanged.connect(self._on_file)
        self.list.itemChanged.connect(self._count)
        self.start_button.clicked.connect(self.start)
        self.close_button.clicked.connect(self._on_close_button)
        self.task.done.connect(self._on_done)
        self.task.ended.connect(self._on_ended)
        self.preview.shown.connect(self._on_shown)
        self.preview.failed.connect(self._on_unseen)

    def show_folder(self, folder: Path) -> None:
        """List the pictures of a folder; results then go into a new folder in it."""
        self.folder, self.target = folder, _new_folder(folder / tr("filtered"))
        self.source_name.setText(str(folder))
        self.target_name.setText(str(self.target))
        self.list.clear()
        try:
            files = pictures_in(folder)
        except LoadError as error:
            self._say(str(error), problem=True)
            files = ()
        for file in files:
            row = QTreeWidgetItem([window_words(file.name), ""])
            row.setToolTip(0, plain(file.name))
            row.setCheckState(0, Qt.CheckState.Checked)
            row.setData(0, Qt.ItemDataRole.UserRole, str(file))
            self.list.addTopLevelItem(row)
        if files:
            self.list.setCurrentIndex(self.list.model().index(0, 0))
        self._count()

    def _rows(self) -> list[QTreeWidgetItem]:
        """Return the rows of the files that are ticked."""
        rows = (self.list.topLevelItem(n) for n in range(self.list.topLevelItemCount()))
        return [row for row in rows if row is not None and row.checkState(0) == Qt.CheckState.Checked]

    def _count(self) -> None:
        if self.busy:
            return
        count = len(self._rows())
        self.start_button.setEnabled(count > 0)
        words = trn("{n} picture will be filtered.", "{n} pictures will be filtered.", count)
        self._say(words if count else tr("There is no picture to filter; choose a folder of them."))

    def prepare(self) -> Prepare:
        """Return what puts a picture under the layers, or under the kernel alone."""
        if self.what.currentData() == "kernel":
            layer = self.document.layer
            turned = kernel_of(self.document)
            return with_kernel(np.flip(turned) if layer.flip else turned)
        return with_layers(self.document)

    def start(self) -> None:
        """Work through the files that are ticked."""
        rows = self._rows()
        files = [_file(row) for row in rows]
        form, seen = self.format.currentData()
        seen = Seen(seen.depth, self.metadata.isChecked()) if seen is not None else None
        try:
            there = sum(is_there(path) for path in targets(files, self.target, form))
        except ExportError as error:
            self._say(str(error), problem=True)
            return
        if there and not self._may_replace(there):
            return
        for row in rows:
            row.setText(1, "")
        self._working = dict(zip(files, rows, strict=True))
        self._began, self._failed, self._finished = time.monotonic(), 0, 0
        self.progress.setRange(0, len(files))
        self.progress.setValue(0)
        self.progress.show()
        self.busy = True
        self._enable()
        self.close_button.setText(tr("Cancel"))
        self._say(tr("The first of {n} files…", n=len(files)))
        self.task.start(self.prepare(), files, self.target, form, seen)

    def _may_replace(self, there: int) -> bool:
        words = trn(
            "{n} result is there already. Do you want to replace it?",
            "{n} results are there already. Do you want to replace them?",
            there,
        )
        buttons = QMessageBox.StandardButton
        return QMessageBox.question(self, "convgui", plain(words), buttons.Yes | buttons.No, buttons.No) == buttons.Yes

    def doing(self) -> str:
        return tr("{n} of {count} files are done.", n=self._finished, count=self.progress.maximum())

    def _on_done(self, result: FileResult) -> None:
        self._finished += 1
        self._failed += bool(result.failure)
        row = self._working[result.source]
        done = f"{result.target.name}: {result.lacks}" if result.lacks else result.target.name
        row.setText(1, window_words(result.failure or done))
        row.setToolTip(1, plain(result.failure or result.note))
        self.list.scrollToItem(row)
        self.progress.setValue(self._finished)
        count = self.progress.maximum()
        left = (time.monotonic() - self._began) / self._finished * (count - self._finished)
        words = tr("{n} of {count} done, about {time} left", n=self._finished, count=count, time=duration(left))
        self._say(words + (f" · {self._failures()}" if self._failed else ""))

    def _failures(self) -> str:
        return trn("{n} failed", "{n} failed", self._failed)

    def _on_ended(self, sentence: str) -> None:
        whole = self._finished == self.progress.maximum()
        self.busy = False
        self.progress.hide()
        self._enable()
        self.close_button.setText(tr("Close"))
        self.close_button.setEnabled(True)
        well = self._finished - self._failed
        words = trn("{n} file is written", "{n} files are written", well)
        if self._failed:
            words += f" · {self._failures()}: {tr('see their rows')}"
        if not whole and not sentence:
            words = tr("Cancelled: {words}", words=words)
        self._say(sentence or f"{words}.", problem=bool(sentence or self._failed))
        self.ended.emit(whole and not self._failed)

    def _enable(self) -> None:
        for widget in (self.choose_source, self.choose_target, self.what, self.format, self.metadata):
            widget.setEnabled(not self.busy)
        self._let_tick(not self.busy)
        self.start_button.setEnabled(not self.busy and bool(self._rows()))
        self._on_format()

    def _let_tick(self, may: bool) -> None:
        """Let the user say which files are meant, or only read what becomes of them."""
        ticks = Qt.ItemFlag.ItemIsUserCheckable
        self.list.blockSignals(True)
        for row in (self.list.topLevelItem(n) for n in range(self.list.topLevelItemCount())):
            if row is not None:
                row.setFlags(row.flags() | ticks if may else row.flags() & ~ticks)
        self.list.blockSignals(False)

    def _on_format(self) -> None:
        _, seen = self.format.currentData()
        self.metadata.setEnabled(seen is not None and not self.busy)

    def _on_source(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Pictures in"), str(self.folder))
        if name:
            self.show_folder(Path(name))

    def _on_target(self) -> None:
        near = self.target if is_folder(self.target) else self.folder
        name = QFileDialog.getExistingDirectory(self, tr("Results in"), str(near))
        if name:
            self.target = Path(name)
            self.target_name.setText(name)
            # What was wrong with the other folder is over.
            self._count()

    def _on_file(self) -> None:
        row = self.list.currentItem()
        if row is not None and not self.busy:
            self.preview.start(self.prepare(), _file(row))

    def _on_shown(self, before: Bytes, after: Bytes) -> None:
        for label, pixels in ((self.before, before), (self.after, after)):
            picture = QPixmap.fromImage(qimage(pixels).copy())
            label.setPixmap(
                picture.scaled(
                    PREVIEW, PREVIEW * 3 // 4, Qt.AspectRatioMode.KeepAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )  # fmt: skip

    def _on_unseen(self, sentence: str) -> None:
        self.before.clear()
        self.after.setText(sentence)

    def _say(self, sentence: str, *, problem: bool = False) -> None:
        self.state.setObjectName("problem" if problem else "muted")
        self.state.style().polish(self.state)
        self.state.setText(sentence)

    def _on_close_button(self) -> None:
        """Cancel what is running and stay, or close."""
        if self.task.running:
            self.task.cancel()
            self.close_button.setEnabled(False)
        else:
            self.reject()

    def done(self, result: int) -> None:
        """End what is running; what is written stays. Escape and the title bar come here too."""
        self.task.close()
        self.preview.close()
        if self.busy:
            self.busy = False
            self.ended.emit(False)
        super().done(result)


def _file(row: QTreeWidgetItem) -> Path:
    return Path(row.data(0, Qt.ItemDataRole.UserRole))


def _new_folder(wanted: Path) -> Path:
    """Return a folder's name that is not taken yet."""
    number, path = 2, wanted
    while is_there(path):
        path = wanted.with_name(f"{wanted.name} {number}")
        number += 1
    return path
