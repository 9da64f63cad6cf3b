"""The menu of kernels: in groups, each with a small picture of its weights, the user's own behind the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from convgui.core.presets import Preset
from convgui.draw.grids import largest
from convgui.draw.theme import Theme
from convgui.files.own_kernels import AT_ONCE, GROUP, own_kernels, unread_kernels
from convgui.files.regular import is_folder
from convgui.files.user_folders import kernels_folder
from convgui.layers.presets import presets
from convgui.qt.widgets.paint import qcolor, qimage
from convgui.qt.widgets.painting import painting
from convgui.qt.widgets.plain_text import menu_words, plain
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.words import tr

SIDE = 18
"""Pixels of a preview's side."""


class PresetMenu(QMenu):
    """Lists the kernels of a layer's rank when it opens.

    Emits ``chosen(preset)``, and ``saving()`` when the present kernel is to be kept.

    Parameters
    ----------
    rank : callable
        Returns the axes of the present kernel; 0 where there is none.
    theme : callable
        Returns the colours that it is drawn in.
    """

    chosen = Signal(object)
    saving = Signal()

    def __init__(self, rank: Callable[[], int], theme: Callable[[], Theme], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rank, self._theme = rank, theme
        self.groups: dict[str, QMenu] = {}
        self._reading: LatestOnlyWorker | None = None
        # Outlives the menu's own actions, which are made anew each time.
        self.keep = QAction(tr("&Save this kernel…"))
        # Not a slot of the menu's own: from those Qt disconnects an action that is taken out of a menu.
        self.keep.triggered.connect(lambda: self._on_keep())
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def close_reading(self) -> None:
        """End what is read in the background."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def _read_others(self) -> None:
        """Read what takes longer in the background, and list it once it is there."""
        if self._reading is None:
            self._reading = LatestOnlyWorker(self)
            self._reading.answered.connect(self._on_read)
            self._reading.submit(lambda _: own_kernels())

    def _on_read(self, answer: Answer) -> None:
        self.close_reading()
        if answer.error is not None:
            raise answer.error
        if self.isVisible():
            self._fill()

    def _on_keep(self) -> None:
        if self._rank():
            self.saving.emit()

    def _fill(self) -> None:
        rank = self._rank()
        self.clear()
        for menu in self.groups.values():
            menu.deleteLater()
        self.groups = {}
        if not rank:
            return
        for preset in presets().values():
            if preset.rank == rank:
                self._add(preset)
        self.addSeparator()
        for preset in own_kernels(AT_ONCE):
            if preset.rank == rank:
                self._add(preset)
        if unread_kernels():
            self.addAction(tr("Other kernels of yours are being read…")).setEnabled(False)
            self._read_others()
        self.addAction(self.keep)
        if is_folder(kernels_folder()):
            self.addAction(tr("Show the &files of my kernels")).triggered.connect(_show_files)

    def _add(self, preset: Preset) -> None:
        menu: QMenu = self._group(preset.group) if preset.group else self
        own = preset.group == GROUP
        action = menu.addAction(kernel_icon(preset.weights(), self._theme(), self.devicePixelRatioF()), "")
        action.setText(menu_words(preset.title) if own else tr(preset.title))
        action.setToolTip(plain("" if own else preset.explained()))
        action.triggered.connect(lambda _=False: self.chosen.emit(preset))

    def _group(self, name: str) -> QMenu:
        if name not in self.groups:
            menu = QMenu(tr(name), self)
            menu.setToolTipsVisible(True)
            self.addMenu(menu)
            self.groups[name] = menu
        return self.groups[name]


def _show_files() -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(kernels_folder())))


def kernel_icon(kernel: NDArray[np.float64], theme: Theme, ratio: float = 1.0) -> QIcon:
    """Return a small picture of a kernel in a theme's colours; of a volume, its middle slice."""
    while kernel.ndim > 2:
        kernel = kernel[len(kernel) // 2]
    kernel = np.atleast_2d(kernel)
    fills = np.ascontiguousarray(theme.fills(kernel, "kernel", largest(kernel)))
    pixmap = QPixmap(QSize(SIDE, SIDE) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    rows, columns = kernel.shape
    cell = SIDE / max(rows, columns)
    # Of many taps on one axis, a line of cells could not be seen.
    high = max(rows * cell, SIDE / 3 if rows == 1 else 0)
    box = QRectF((SIDE - columns * cell) / 2, (SIDE - high) / 2, columns * cell, high)
    with painting(pixmap) as painter:
        painter.scale(ratio, ratio)
        painter.drawImage(box, qimage(fills))
        painter.setPen(qcolor(theme.line))
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
    pixmap.setDevicePixelRatio(ratio)
    return QIcon(pixmap)
