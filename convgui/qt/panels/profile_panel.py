"""The plot of a line profile: the input above, the output below, over one axis along the line."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convgui.draw.colour import Colour, colour
from convgui.draw.number import number
from convgui.draw.theme import Theme
from convgui.model.profile import Profile, Trace
from convgui.qt.widgets.elided import ElidedLabel
from convgui.qt.widgets.plots import bare_plot, paint_plot, plot_height
from convgui.words import tr

CHANNELS = {"R": "#D55E00", "G": "#009E73", "B": "#0072B2"}
OTHERS = ("#0072B2", "#E69F00", "#8E5BA6", "#56B4E9", "#CC79A7", "#009E73", "#D55E00", "#8A8F99")


class ProfilePanel(QWidget):
    """Shows a profile. Emits ``pointed(position)`` along the line, in cells of the input, or ``pointed(None)``."""

    pointed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Half a second of importing waits for the first panel that is shown.
        import pyqtgraph

        self.plots = [bare_plot(tr("Input along the line")), bare_plot(tr("Output along the line"))]
        self.plots[1].setXLink(self.plots[0])
        self.marks = [pyqtgraph.InfiniteLine(angle=90) for _ in self.plots]
        self.curves: list[list[Any]] = [[], []]
        self.words = ElidedLabel()
        self.words.setObjectName("muted")
        self.words.setContentsMargins(26, 2, 26, 0)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        for plot, mark in zip(self.plots, self.marks, strict=True):
            plot.addItem(mark)
            mark.hide()
            plot.scene().sigMouseMoved.connect(lambda at, plot=plot: self._on_moved(plot, at))
            plot.installEventFilter(self)
            pair.addWidget(plot)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 2, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.words)
        rows.addLayout(pair)
        self.profile: Profile | None = None
        self.drawable = True
        self._theme = theme
        self.set_theme(theme)
        self.show_profile(None)

    def set_theme(self, theme: Theme) -> None:
        """Use another theme's colours."""
        self._theme = theme
        for plot, mark in zip(self.plots, self.marks, strict=True):
            paint_plot(plot, theme)
            mark.setPen(QColor(*theme.role("kernel").line), width=1.5)
        self.show_profile(self.profile)

    def show_profile(self, profile: Profile | None) -> None:
        """Show another profile, or how to get one."""
        self.profile = profile
        for plot, curves in zip(self.plots, self.curves, strict=True):
            for side in ("left", "bottom"):
                # Numbers beside nothing would be read as values.
                plot.getAxis(side).setStyle(showValues=profile is not None)
            for curve in curves:
                plot.removeItem(curve)
            curves.clear()
        if profile is not None:
            for at, trace in enumerate((profile.input_trace, profile.output_trace)):
                self._draw(at, trace)
        self.mark(None)

    def show_drawable(self, drawable: bool) -> None:
        """Say whether a line can be drawn in what is on the stage."""
        if drawable != self.drawable:
            self.drawable = drawable
            self.mark(None)
            for plot in self.plots:
                plot.setVisible(drawable)

    def mark(self, position: float | None) -> None:
        """Mark a position on both plots, and write what is there."""
        for mark in self.marks:
            mark.setVisible(position is not None)
            if position is not None:
                mark.setValue(position)
        if not self.drawable:
            self.words.setText(tr("Line profile: this scene has no input and output to draw a line over; Slide has."))
        elif self.profile is None:
            self.words.setText(tr("Line profile: drag over the input or the output to draw a line."))
        elif position is None:
            counts = (len(self.profile.input_trace.at), len(self.profile.output_trace.at))
            text = tr(
                "Line profile: {entered} input cells and {made} output cells, one a row or column, exact values.",
                entered=counts[0],
                made=counts[1],
            )
            self.words.setText(text)
        else:
            texts = (_values(tr("input"), self.profile.input_trace, position),
                     _values(tr("output"), self.profile.output_trace, position))  # fmt: skip
            self.words.setText("   ".join(text for text in texts if text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave a small window to its stage."""
        super().resizeEvent(event)
        for plot in self.plots:
            plot.setFixedHeight(plot_height(self))

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.pointed.emit(None)
        return super().eventFilter(watched, event)

    def _draw(self, which: int, trace: Trace) -> None:
        """Draw each channel as steps, since a cell has one value from end to end."""
        for n, (name, values) in enumerate(zip(trace.names, trace.values, strict=True)):
            # Of a channel that is missing all along the line there is nothing to draw.
            if not np.isfinite(values).any():
                continue
            ink = QColor(*channel_colour(name, n, self._theme, output=which == 1 and len(trace.names) == 1))
            symbol = "o" if len(trace.at) <= 80 else None
            curve = self.plots[which].plot(
                trace.at, values, pen=ink, symbol=symbol, symbolSize=4, symbolBrush=ink, symbolPen=ink, name=name
            )
            self.curves[which].append(curve)

    def _on_moved(self, plot: Any, at: QPointF) -> None:
        position = plot.getPlotItem().vb.mapSceneToView(at).x() if self.profile is not None else None
        self.pointed.emit(position)


def channel_colour(name: str, index: int, theme: Theme, *, output: bool) -> Colour:
    """Return a channel's own colour: R, G and B as they are, others in turn, a single output as results are."""
    if output:
        return theme.role("result").line
    return colour(CHANNELS.get(name, OTHERS[index % len(OTHERS)]))


def nearest(trace: Trace, position: float) -> int | None:
    """Return which cell of a trace is nearest to a position along the line; None where there is none."""
    return int(np.argmin(np.abs(trace.at - position))) if len(trace.at) else None


def _values(title: str, trace: Trace, position: float) -> str:
    at = nearest(trace, position)
    if at is None:
        return ""
    row, column = (int(n) for n in trace.cells[at])
    values = [number(float(v[at])) for v in trace.values]
    if len(values) > 1:
        values = [f"{name} {value}" for name, value in zip(trace.names, values, strict=True)]
    return f"{title} [{row}, {column}]: {', '.join(values)}"
