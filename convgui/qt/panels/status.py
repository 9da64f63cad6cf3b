"""The line at the bottom: cost, exactness, what is going on, and the keys to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from convgui.core.infinities import overflowing
from convgui.core.precision import display_dtype
from convgui.core.spec import SpecError
from convgui.draw.number import grouped
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.flow import EXACT
from convgui.model.sample import Sample
from convgui.qt.documents.document_file import DocumentFile
from convgui.qt.documents.folder_pictures import FolderPictures
from convgui.qt.documents.opening import Opener
from convgui.qt.stage.presenter import Presenter
from convgui.qt.widgets.elided import ElidedLabel
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import tr, trn

SAID = 5000
"""Milliseconds for which what has been done is said."""
HINTED = 760
"""Pixels of width from which there is room for keys."""
ASIDE, FREE = 14, 4
"""Pixels beside the line, and above and below it where the window is not low."""
BAR = 12
"""Height of the progress bar, less than that of a line of text."""


class StatusLine(QFrame):
    """Shows what a layer costs and how exact the numbers on screen are; emits ``stopped`` to end background work."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.cost, self.weights, self.exactness, self.note, self.position = (ElidedLabel() for _ in range(5))
        self.position.hide()
        self.working = QProgressBar()
        self.working.setRange(0, 0)
        self.working.setTextVisible(False)
        self.working.setFixedWidth(90)
        self.working.setAccessibleName(tr("Computing"))
        self.working.hide()
        self.stop = QToolButton()
        self.stop.setObjectName("icon")
        self.stop.setText("×")
        self.stop.setToolTip(tr("Stop computing"))
        self.stop.setAccessibleName(self.stop.toolTip())
        self.stop.clicked.connect(self.stopped)
        # The line keeps its height: the stage above would be laid out anew each time work begins or ends.
        kept = self.stop.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.stop.setSizePolicy(kept)
        self.working.setFixedHeight(BAR)
        self.stop.hide()
        self._busy, self._computed, self._part = False, 0.0, 1.0
        self._opening, self._opened, self._saving = False, 0.0, False
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(ASIDE, FREE, ASIDE, FREE)
        row.setSpacing(22)
        for label in (self.position, self.cost, self.weights, self.exactness, self.note):
            row.addWidget(label)
        row.addWidget(self.working)
        row.addWidget(self.stop)
        row.addStretch(1)
        self.keys, self._times = PlainLabel(), 0
        row.addWidget(self.keys)
        self._show_keys(self._times)

    def stand(self, *, low: bool) -> None:
        """Take no more height than the letters need in a low window: it is the picture's."""
        free = 0 if low else FREE
        self._row.setContentsMargins(ASIDE, free, ASIDE, free)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is known of the layer comes before what is in the help."""
        super().resizeEvent(event)
        self.keys.setVisible(self.width() >= HINTED)

    def follow(self, presenter: Presenter, opener: Opener, file: DocumentFile, pictures: FolderPictures) -> None:
        """Show what others are doing, and have them stop it."""
        presenter.busy.connect(self.show_busy)
        presenter.computed.connect(self.show_computed)
        presenter.progressed.connect(self.show_progress)
        opener.busy.connect(self.show_opening)
        opener.progressed.connect(self.show_opened)
        file.saving.connect(self.show_saving)
        pictures.placed.connect(self.show_position)
        self.stopped.connect(presenter.give_up)
        self.stopped.connect(opener.cancel)
        self.stopped.connect(file.stop)

    def say(self, sentence: str) -> None:
        """Say what has just been done, in the place of the keys, for as long as it takes to read; "" ends that."""
        self._times += 1
        if not sentence:
            self._show_keys(self._times)
            return
        self.keys.setText(sentence)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, sentence))
        QTimer.singleShot(SAID, self, lambda said=self._times: self._show_keys(said))

    def _show_keys(self, said: int) -> None:
        """Name the keys to know, unless something else has been said meanwhile."""
        if said == self._times:
            self.keys.setText(tr("Space play · ← → step · Ctrl+Z undo · ? all shortcuts"))

    def show_document(self, document: Document) -> None:
        """Show a document's cost."""
        try:
            cost = document.chosen.multiply_adds(document.input_shape)
        except SpecError:
            self.cost.setText("")
        else:
            self.cost.setText(tr("{n} multiply-adds", n=count_name(cost)))
        chosen = document.chosen
        self.weights.setText(parameter_count(chosen.learned))
        self.exactness.setText(exactness(document))
        self.note.setText(document.sample.note)
        self.note.setToolTip(document.sample.note)
        self.note.setVisible(bool(document.sample.note))

    def show_position(self, position: str) -> None:
        """Show which picture of a folder is open; nothing where it is none of a folder's."""
        self.position.setText(position)
        self.position.setVisible(bool(position))

    def show_busy(self, busy: bool) -> None:
        """Say that something is being computed."""
        self._busy, self._computed = busy, 0.0
        self._show_work()

    def show_saving(self, saving: bool) -> None:
        """Say that a file is being written, which computing begins and ends beside."""
        self._saving = saving
        self._show_work()

    def show_computed(self, part: float) -> None:
        """Say how far what is being computed has come, 0 to 1."""
        if self._busy:
            self._computed = part
            self._show_work()

    def show_opening(self, opening: bool) -> None:
        """Say that a file is being opened, which computing begins and ends beside."""
        self._opening, self._opened = opening, 0.0
        self._show_work()

    def show_opened(self, part: float) -> None:
        """Say how far the file that is being opened has been decoded, 0 to 1."""
        if self._opening:
            self._opened = part
            self._show_work()

    def show_progress(self, part: float) -> None:
        """Say how far what is not on screen has come, 0 to 1; 1 ends it."""
        self._part = part
        self._show_work()

    def _show_work(self) -> None:
        rest = self._part < 1
        part = self._opened if self._opening else self._computed if self._busy else self._part
        working = self._opening or self._busy or self._saving
        told = part > 0 if self._opening or self._busy else rest
        self.working.setRange(0, 100 if told else 0)
        self.working.setValue(round(100 * part) if told else 0)
        self.working.setVisible(working or rest)
        self.stop.setVisible(working or rest)


def parameter_count(learned: Mapping[str, int]) -> str:
    """Write how many parameters a layer has, and how many of them are biases."""
    total, biases = sum(learned.values()), learned.get("bias", 0)
    if not biases:
        return trn("{count} parameter", "{count} parameters", total, count=grouped(total))
    return trn(
        "{count} parameters ({weights} weights + {biases} bias)",
        "{count} parameters ({weights} weights + {biases} biases)",
        biases,
        count=grouped(total), weights=grouped(total - biases), biases=grouped(biases),
    )  # fmt: skip


def count_name(count: int) -> str:
    """Write a count: whole up to 99 999, then in thousands, millions or billions."""
    for size, name in ((1e9, "G"), (1e6, "M"), (1e5, "k")):
        if count >= size:
            return f"{count / (1e3 if name == 'k' else size):.1f} {name}"
    return grouped(count)


@overflowing
def exactness(document: Document) -> str:
    """Say in which numbers the output is computed: exact where whole numbers stay below 2^24 in float32."""
    layer, data = document.chosen, document.sample.data
    if len(document.layers) > 1 or not isinstance(layer, Convolution):
        return "float64" if data.size <= EXACT else display_dtype(data).name
    largest = _largest(document.sample)
    weights = layer.weight
    whole = data.dtype.kind in "bui" or not np.any(np.mod(data[:, ..., :64], 1))
    whole = whole and not np.any(np.mod(weights, 1)) and not np.any(np.mod(layer.bias, 1))
    if whole and largest * float(np.abs(weights).sum()) + float(np.abs(layer.bias).sum()) < 2**24:
        return tr("exact")
    return "float64" if data.size <= 1024 else display_dtype(data).name


def _largest(sample: Sample) -> float:
    """Bound the absolute values: by the type where it is small, otherwise by looking, once."""
    data: NDArray[Any] = sample.data
    if data.dtype.kind == "b" or (data.dtype.kind in "ui" and data.dtype.itemsize <= 2):
        return 1.0 if data.dtype.kind == "b" else float(np.iinfo(data.dtype).max) + 1
    if sample not in _LARGEST:
        _LARGEST[sample] = max(abs(float(data.min())), abs(float(data.max()))) if data.size else 0.0
    return _LARGEST[sample]


_LARGEST: WeakKeyDictionary[Sample, float] = WeakKeyDictionary()
