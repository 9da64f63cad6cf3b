"""Plots in the program's own look. pyqtgraph is imported when the first one is made."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from convgui.draw.theme import Theme

HEIGHT = 150
LEAST_HEIGHT, SHARE = 84, 0.16
"""Height of a plot at least, and its share of the window's up to the usual height."""
AIR = 8
"""Pixels above a plot and at the end of its axis."""


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


def plot_height(panel: QWidget) -> int:
    """Return how high a plot in the window of a panel is."""
    return min(HEIGHT, max(LEAST_HEIGHT, round(panel.window().height() * SHARE)))


def paint_plot(plot: Any, theme: Theme) -> None:
    """Give a plot the colours of a theme."""
    plot.setBackground(QColor(*theme.background))
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(QColor(*theme.line))
        axis.setTextPen(QColor(*theme.muted))
