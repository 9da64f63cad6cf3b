"""Help is a lesson: which one explains the thing under the pointer, or what has the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

from convgui.draw.picture import Hit
from convgui.scenes import scene

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

EXPLAINS = "explains"
"""The property of a widget that names the lesson that explains it."""

FIELDS = {
    "kernel_size": "kernel-stride-padding",
    "stride": "size-floor",
    "padding": "kernel-stride-padding",
    "padding_mode": "padding-modes",
    "dilation": "dilation",
    "groups": "grouped",
    "in_channels": "multi-channel-sum",
    "out_channels": "many-filters",
    "output_padding": "transposed-odd",
    "transposed": "transposed-2-5",
    "flip": "filter-slides-2d",
}
"""Parameters of a layer and the lessons about them."""

PARTS = {
    ("slide", "kernel"): "filter-slides-2d",
    ("slide", "partial"): "multi-channel-sum",
    ("volume", "kernel"): "volume-channels",
}
"""Parts of a scene's picture that have a lesson of their own."""


def lesson_for(identity: str, hit: Hit | None) -> str:
    """Return the lesson about what is pointed at in a scene's picture, or about the scene."""
    own = PARTS.get((identity, hit.kind)) if hit is not None else None
    return own or scene(identity).lesson


def explain(window: MainWindow, at: QPoint | None = None) -> None:
    """Open the lesson about the thing under the pointer, otherwise about what has the keyboard, or the scene."""
    under = window.childAt(window.mapFromGlobal(QCursor.pos() if at is None else at))
    shown = window.session.document.view.scene
    widget = under or QApplication.focusWidget()
    if widget is window.stage:
        window.open_lesson(lesson_for(shown, window.presenter.focus.hover))
        return
    window.open_lesson(_said(widget) or lesson_for(shown, None))


def _said(widget: QWidget | None) -> str:
    """Return what a widget, or the nearest around it that says so, is explained by."""
    while widget is not None:
        lesson = widget.property(EXPLAINS)
        if isinstance(lesson, str):
            return lesson
        widget = widget.parentWidget()
    return ""
