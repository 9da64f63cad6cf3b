"""Plots in the program's own look. pyqtgraph is imported when the first one is made."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from convgui.draw.theme import Theme

HEIGHT, AIR = 150, 8


def bare_plot(name: str) -> Any:
    """Make a plot that is neither zoomed nor moved by hand."""
    import pyqtgraph

    plot = pyqtgraph.PlotWidget()
    plot.setAccessibleName(name)
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setFixedHeight(HEIGHT)
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # The number at the end of an axis reaches half its size beyond it.
    plot.getPlotItem().layout.setContentsMargins(2, AIR, AIR, 2)
    return plot


def paint_plot(plot: Any, theme: Theme) -> None:
    """Give a plot the colours of a theme."""
    plot.setBackground(QColor(*theme.background))
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(QColor(*theme.line))
        axis.setTextPen(QColor(*theme.muted))
