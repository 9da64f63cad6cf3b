"""How the window is put together: nothing here reacts to anything."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QLayout, QMainWindow, QVBoxLayout, QWidget

from convgui.qt.panels.header import OptionRow
from convgui.qt.widgets.appearance import Look, use_everywhere
from convgui.qt.widgets.style import apply_look
from convgui.qt.window.geometry import expected_frame, first_size, keep_on_screen, seen
from convgui.session.preferences import Preferences

LEAST = QSize(500, 560)
"""Of a window, on a screen that has room for it."""
LOW, TRANSPORT = 760, 480
"""Height of a window below which rows are saved, and width that is kept for the transport beside buttons."""
SPARE = 70
"""Pixels by which choices are wider than they are reckoned from their words."""


def use_look(preferences: Preferences, look: Look) -> None:
    """Give the application the look of a window."""
    use_everywhere(preferences)
    app = QApplication.instance()
    if isinstance(app, QApplication):
        apply_look(app, look)


def column(parts: Sequence[QWidget | QLayout], stage: QWidget) -> QWidget:
    """Return the middle of the window: the stage takes what room the bars above and below it leave."""
    centre = QWidget()
    rows = _packed(QVBoxLayout(centre), parts)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setStretchFactor(stage, 1)
    return centre


def frame(top: QWidget, columns: Sequence[QWidget], bottom: QWidget) -> QWidget:
    """Return the window's inside: columns, of which the middle one takes what room is left, between two rows."""
    across = _packed(QHBoxLayout(), columns)
    across.setStretchFactor(columns[len(columns) // 2], 1)
    inside = QWidget()
    rows = _packed(QVBoxLayout(inside), (top, across, bottom))
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setStretchFactor(across, 1)
    return inside


def stacked(parts: Sequence[QWidget | QLayout]) -> QWidget:
    """Return bars one below the other, which can be hidden as one whatever each of them shows."""
    bars = QWidget()
    _packed(QVBoxLayout(bars), parts).setContentsMargins(0, 0, 0, 0)
    return bars


class Foot(QWidget):
    """The scene's choices above the transport, or in a low window beside it, so that the picture has their room."""

    def __init__(self, options: OptionRow, panels: QLayout, transport: QWidget) -> None:
        super().__init__()
        self._options, self._transport = options, transport
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        _packed(self._row, (options, transport))
        self._row.setStretchFactor(transport, 1)
        _packed(QVBoxLayout(self), (panels, self._row)).setContentsMargins(0, 0, 0, 0)

    def fit(self, height: int) -> None:
        """Stand as a window of that height needs it; choices that would not stand beside the transport are lists."""
        self._options.fold(self.width() - TRANSPORT - SPARE if height < LOW else self.width())
        # Reckoned alike wherever they stand now, so that the same choices always stand in the same place.
        room = self.width() - self._options.width_beside()
        beside = height < LOW and room >= self._transport.minimumSizeHint().width()
        directions = QBoxLayout.Direction
        self._row.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        self._options.stand(beside=beside)


def _packed(box: QBoxLayout, parts: Sequence[QWidget | QLayout]) -> QBoxLayout:
    box.setSpacing(0)
    for part in parts:
        if isinstance(part, QWidget):
            box.addWidget(part)
        else:
            box.addLayout(part)
    return box


def stand(window: QMainWindow, geometry: QByteArray | None) -> None:
    """Let a window stand where it stood before, whole on a screen."""
    inside = window.screen().availableGeometry().marginsRemoved(expected_frame(window)).size()
    window.setMinimumSize(LEAST.boundedTo(inside))
    if geometry is None or not window.restoreGeometry(geometry):
        window.resize(first_size(inside))
    window.setGeometry(seen(window.geometry(), [screen.availableGeometry() for screen in QApplication.screens()]))
    keep_on_screen(window)


def order(*walks: Sequence[QWidget]) -> None:
    """Have Tab walk in the order in which the window is read; what is made later would come last."""
    for walk in walks:
        for first, second in pairwise(walk):
            QWidget.setTabOrder(first, second)
