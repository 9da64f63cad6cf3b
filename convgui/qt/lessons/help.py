"""Help is a lesson: which one explains the thing under the pointer, or what has the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

from convgui.draw.picture import Hit
from convgui.qt.context import Context
from convgui.scenes import scene

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


def lesson_under(context: Context, stage: QWidget, at: QPoint | None = None) -> str:
    """Return the lesson about the thing under the pointer, otherwise about what has the keyboard, or the scene.

    Parameters
    ----------
    context : Context
        Of the window that is pointed at.
    stage : QWidget
        Where its picture is.
    at : QPoint or None
        A point of the screen in the place of the pointer's.
    """
    window, shown = context.window, context.session.document.view.scene
    widget = window.childAt(window.mapFromGlobal(QCursor.pos() if at is None else at)) or QApplication.focusWidget()
    if widget is stage:
        return lesson_for(shown, context.presenter.focus.hover)
    return _said(widget) or lesson_for(shown, None)


def _said(widget: QWidget | None) -> str:
    """Return what a widget, or the nearest around it that says so, is explained by."""
    while widget is not None:
        lesson = widget.property(EXPLAINS)
        if isinstance(lesson, str):
            return lesson
        widget = widget.parentWidget()
    return ""
