"""What all windows beside the main one have in common."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDialog, QDialogButtonBox, QPushButton, QStyle, QWidget

from convgui.qt.widgets.bounded_inputs import FirstClick
from convgui.qt.widgets.letters import give_letters
from convgui.qt.widgets.style import icon

_STANDARD, _ICONS = QDialogButtonBox.StandardButton, QStyle.StandardPixmap
ICONS = {
    _STANDARD.Ok: _ICONS.SP_DialogOkButton,
    _STANDARD.Cancel: _ICONS.SP_DialogCancelButton,
    _STANDARD.Close: _ICONS.SP_DialogCloseButton,
}
"""Buttons that have an icon, which the style sheet draws in the theme's ink."""


_DRAWN = "drawn"


def with_icon(button: QPushButton, name: str) -> QPushButton:
    """Give a button that is none of Qt's own an icon of resources/icons, which its dialog draws in the theme's ink."""
    button.setProperty(_DRAWN, name)
    return button


def draw_icons(window: QWidget) -> None:
    """Draw the icons of a window's buttons."""
    for button in window.findChildren(QPushButton):
        name = button.property(_DRAWN)
        if name:
            ink = button.palette().buttonText().color()
            button.setIcon(icon(name, (ink.red(), ink.green(), ink.blue(), ink.alpha())))


class Dialog(QDialog):
    """A window of the program's own: Escape closes it, and so do the keys that close any window.

    Alt and a letter bring the keyboard to whatever in it has a name.

    What is busy says with ``ended(well)`` that it is so no more.

    Attributes
    ----------
    busy : bool
        Whether it does something that would be lost if it were closed unasked.
    detached : bool
        Whether it needs nothing of the window that it belongs to, and can go on beside another one.
    """

    ended = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.busy = self.detached = self._shown = False
        QShortcut(QKeySequence.StandardKey.Close, self).activated.connect(self.close)

    def showEvent(self, event: QShowEvent) -> None:
        give_letters(self)
        draw_icons(self)
        if not self._shown:
            self._shown = True
            for box in self.findChildren(QAbstractSpinBox):
                FirstClick(box)
        super().showEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons of buttons anew in another theme: they are made with the buttons, and stay as they were."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            draw_icons(self)
            for box in self.findChildren(QDialogButtonBox):
                for standard, drawn in ICONS.items():
                    button = box.button(standard)
                    if button is not None:
                        button.setIcon(box.style().standardIcon(drawn, None, box))

    def take_commands(self, window: QWidget) -> None:
        """Have the keys of a window's commands work here too, for a window that stays beside it; not its closing."""
        self.addActions([action for action in window.actions() if action.objectName() != "close"])

    def go_on_for(self, other: Dialog) -> None:
        """Take over what has been done in a dialog of the same kind, whose window another one goes on for."""

    def doing(self) -> str:
        """Return one sentence about what is busy."""
        return ""
