"""The histogram of an output with the two ends of its scale, which can be dragged."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from convgui.draw.levels import Levels, histogram, sampled
from convgui.draw.number import ends, grouped
from convgui.draw.theme import Theme
from convgui.qt.widgets.elided import ElidedLabel
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.qt.widgets.plots import bare_plot, paint_plot, plot_height
from convgui.session.number_entry import parse_number
from convgui.words import tr

BINS = 200
STOPS = 65
"""Places of the scale whose colours the bars run through."""


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
        self.words = ElidedLabel()
        self.words.setObjectName("muted")
        row = QHBoxLayout()
        row.setContentsMargins(26, 4, 26, 0)
        for widget in (PlainLabel(tr("Levels")), self.low, PlainLabel("…"), self.high, self.automatic):
            row.addWidget(widget)
        row.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(row)
        self.words.setContentsMargins(26, 0, 26, 0)
        rows.addWidget(self.words)
        rows.addWidget(self.plot)
        self._shown: NDArray[Any] | None = None
        self._levels: Levels | None = None
        self.set_theme(theme)

    def stops(self) -> tuple[QWidget, ...]:
        """Return what has the keyboard's focus in turn."""
        return (self.low, self.high, self.automatic)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave a small window to its stage."""
        super().resizeEvent(event)
        self.plot.setFixedHeight(plot_height(self))

    def set_theme(self, theme: Theme) -> None:
        """Use another theme's colours."""
        self.theme = theme
        paint_plot(self.plot, theme)
        self.bars.setPen(QColor(*theme.role("result").line))
        self._colour()
        self.region.setBrush(QColor(*theme.role("kernel").line[:3], 22))
        for line in self.region.lines:
            line.setPen(QColor(*theme.role("kernel").line), width=2)

    def show_output(
        self, output: NDArray[Any], levels: Levels, chosen: tuple[float, float] | None, total: int = 0
    ) -> None:
        """Show an output and the scale it is drawn in; nothing is emitted.

        Parameters
        ----------
        output : ndarray
            Its values, or a sample of them.
        chosen : tuple of float or None
            The ends the user set; None while they are automatic.
        total : int
            How many values the output has, where `output` is a sample.
        """
        if output is not self._shown:
            self._enable(True)
            self._shown = output
            self._count(output, max(total, output.size))
        if levels != self._levels:
            self._levels = levels
            self._colour()
        self.automatic.setEnabled(chosen is not None)
        self.region.blockSignals(True)
        self.region.setRegion((levels.low, levels.high))
        self.region.blockSignals(False)
        for entry, text in zip((self.low, self.high), ends(levels.low, levels.high), strict=True):
            if not entry.hasFocus():
                entry.setText(text)

    def show_nothing(self) -> None:
        """Say that the scene has no output whose levels could be set; nothing is emitted."""
        self._shown = None
        self._enable(False)
        self.words.setText(
            tr(
                "This scene chooses its scales itself; levels are set in Slide, Blocks, Feature maps and Network, and "
                "of volumes where they are shown as slices or projected."
            )
        )

    def _enable(self, on: bool) -> None:
        for part in (self.plot, self.low, self.high, self.automatic):
            part.setEnabled(on)
        self.plot.setVisible(on)

    def _colour(self) -> None:
        """Fill the bars with the colours that their values have in the picture."""
        levels = self._levels
        if levels is None or levels.low >= levels.high:
            return
        positions = np.linspace(0, 1, STOPS)
        colours = levels.colours(levels.low * (1 - positions[None]) + levels.high * positions[None], self.theme)[0]
        gradient = QLinearGradient(levels.low, 0, levels.high, 0)
        for position, shown in zip(positions, colours, strict=True):
            gradient.setColorAt(float(position), QColor(*(int(part) for part in shown)))
        self.bars.setBrush(QBrush(gradient))

    def _count(self, output: NDArray[Any], total: int) -> None:
        values = sampled(output)
        counts, edges = histogram(values, BINS)
        # Counts span many powers of ten: an edge is rare beside a flat sky.
        self.bars.setData(edges, np.log10(counts + 1.0), stepMode="center", fillLevel=0)
        self.plot.getAxis("left").setTicks([_ticks(int(counts.max())), []])
        seen = tr("all {n} values", n=grouped(values.size))
        if values.size < total:
            seen = tr("{n} of {all} values", n=grouped(values.size), all=grouped(total))
        self.words.setText(tr("{seen}, on a logarithmic scale", seen=seen))

    def _on_region(self) -> None:
        low, high = self.region.getRegion()
        if low < high:
            self.chosen.emit((float(low), float(high)))

    def _on_typed(self) -> None:
        before = (float(self.region.getRegion()[0]), float(self.region.getRegion()[1]))
        shown, entries = ends(*before), (self.low, self.high)
        try:
            # An end that nobody typed at is what it is, and not the digits that are shown of it.
            low, high = (
                value if entry.text() == text else parse_number(entry.text())
                for value, text, entry in zip(before, shown, entries, strict=True)
            )
        except (ValueError, ZeroDivisionError):
            low, high = before
        if low < high and (low, high) != before:
            self.chosen.emit((low, high))
        else:
            for entry, text in zip(entries, shown, strict=True):
                entry.setText(text)


def _ticks(most: int) -> list[tuple[float, str]]:
    """Return the positions of 1, 10, 100 ... on the axis of counts; every second one where there are many."""
    powers = range(0, len(str(most)), 1 if most < 10_000 else 2)
    return [(float(np.log10(10**power + 1)), grouped(10**power)) for power in powers]


def _entry(name: str) -> QLineEdit:
    entry = QLineEdit()
    entry.setAccessibleName(name)
    entry.setFixedWidth(92)
    entry.setAlignment(Qt.AlignmentFlag.AlignRight)
    return entry
