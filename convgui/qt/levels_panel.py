"""The histogram of an output with the two ends of its scale, which can be dragged."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from convgui.draw.levels import Levels, sampled
from convgui.draw.number import grouped, number
from convgui.draw.theme import Theme
from convgui.qt.kernel_grid import parse_number
from convgui.qt.plots import bare_plot, paint_plot
from convgui.words import tr

BINS = 200


class LevelsPanel(QWidget):
    """Shows how often each value occurs.

    Emits ``chosen((low, high))`` while an end is dragged or typed, and ``chosen(None)`` for automatic levels.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Half a second of importing waits for the first panel that is shown.
        import pyqtgraph

        self.plot = bare_plot(tr("Histogram of the output"))
        self.bars = pyqtgraph.PlotCurveItem()
        self.region = pyqtgraph.LinearRegionItem(swapMode="block")
        self.plot.addItem(self.bars)
        self.plot.addItem(self.region)
        self.region.sigRegionChanged.connect(self._on_region)
        self.low, self.high = _entry(tr("Lowest level")), _entry(tr("Highest level"))
        self.low.editingFinished.connect(self._on_typed)
        self.high.editingFinished.connect(self._on_typed)
        self.automatic = QPushButton(tr("Automatic"))
        self.automatic.clicked.connect(lambda: self.chosen.emit(None))
        self.words = QLabel()
        self.words.setObjectName("muted")
        self.words.setWordWrap(True)
        row = QHBoxLayout()
        row.setContentsMargins(26, 4, 26, 0)
        title, between = QLabel(tr("Levels")), QLabel("…")
        for widget in (title, self.low, between, self.high, self.automatic):
            row.addWidget(widget)
        row.addWidget(self.words, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(row)
        rows.addWidget(self.plot)
        self._controls: tuple[QWidget, ...] = (self.low, between, self.high, self.automatic, self.plot)
        self._shown: NDArray[Any] | None = None
        self.set_theme(theme)

    def stops(self) -> tuple[QWidget, ...]:
        """Return what has the keyboard's focus in turn."""
        return (self.low, self.high, self.automatic)

    def set_theme(self, theme: Theme) -> None:
        """Use another theme's colours."""
        paint_plot(self.plot, theme)
        ink = QColor(*theme.role("result").line)
        self.bars.setPen(ink)
        self.bars.setBrush(QColor(ink.red(), ink.green(), ink.blue(), 70))
        self.region.setBrush(QColor(*theme.role("kernel").line[:3], 36))
        for line in self.region.lines:
            line.setPen(QColor(*theme.role("kernel").line), width=2)

    def show_output(self, output: NDArray[Any], levels: Levels, chosen: tuple[float, float] | None) -> None:
        """Show an output and the scale it is drawn in; nothing is emitted.

        Parameters
        ----------
        chosen : tuple of float or None
            The ends the user set; None while they are automatic.
        """
        if output is not self._shown:
            self._shown = output
            self._count(output)
        for control in self._controls:
            control.show()
        self.automatic.setEnabled(chosen is not None)
        self.region.blockSignals(True)
        self.region.setRegion((levels.low, levels.high))
        self.region.blockSignals(False)
        for entry, value in ((self.low, levels.low), (self.high, levels.high)):
            if not entry.hasFocus():
                entry.setText(number(value))

    def show_nothing(self) -> None:
        """Say that there is nothing to set; nothing is emitted."""
        self._shown = None
        for control in self._controls:
            control.hide()
        self.words.setText(tr("Only a picture's output has levels: open one, or choose a lesson on a photo."))

    def _count(self, output: NDArray[Any]) -> None:
        values = sampled(output)
        counts, edges = np.histogram(values, BINS)
        # Counts span many powers of ten: an edge is rare beside a flat sky.
        self.bars.setData(edges, np.log10(counts + 1.0), stepMode="center", fillLevel=0)
        seen = tr("all {n} values", n=grouped(values.size))
        if values.size < output.size:
            seen = tr("{n} of {all} values", n=grouped(values.size), all=grouped(int(output.size)))
        self.words.setText(tr("{seen}, on a logarithmic scale", seen=seen))

    def _on_region(self) -> None:
        low, high = self.region.getRegion()
        if low < high:
            self.chosen.emit((float(low), float(high)))

    def _on_typed(self) -> None:
        try:
            low, high = parse_number(self.low.text()), parse_number(self.high.text())
        except (ValueError, ZeroDivisionError):
            low, high = self.region.getRegion()
        before = self.region.getRegion()
        if low >= high:
            low, high = before
        if (number(low), number(high)) != tuple(number(float(value)) for value in before):
            self.chosen.emit((float(low), float(high)))
        else:
            self.low.setText(number(float(before[0])))
            self.high.setText(number(float(before[1])))


def _entry(name: str) -> QLineEdit:
    entry = QLineEdit()
    entry.setAccessibleName(name)
    entry.setFixedWidth(92)
    entry.setAlignment(Qt.AlignmentFlag.AlignRight)
    return entry
