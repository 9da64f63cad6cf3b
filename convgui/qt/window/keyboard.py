"""Keys that no focused control wanted: playing, stepping, turning, revealing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

TURN = 30.0
"""Pixels of dragging that one press of Shift and an arrow stands for."""
PAN = 60.0
"""The same where there is nothing to turn, but a picture to move under the frame."""
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}

_STANDARD = QKeySequence.StandardKey
CLIPBOARD = (_STANDARD.Copy, _STANDARD.Cut, _STANDARD.Paste, _STANDARD.SelectAll)
EDITING = (
    *CLIPBOARD,
    *(_STANDARD.Undo, _STANDARD.Redo, _STANDARD.MoveToNextWord, _STANDARD.MoveToPreviousWord),
    *(_STANDARD.MoveToStartOfDocument, _STANDARD.MoveToEndOfDocument, _STANDARD.DeleteStartOfWord),
)
"""What a text keeps for itself, on every system; on some, texts would take Ctrl+E and Ctrl+K too."""


class CommandKeys(QObject):
    """Lets the keys of a window's commands through, whichever of its fields has the focus.

    A number box keeps only those of the clipboard: what is typed into it is an edit already, and the window undoes it.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._watched: QWidget | None = None
        window.destroyed.connect(self._forget)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def _forget(self) -> None:
        self._watched = None

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = now if now is not None and self._window.isAncestorOf(now) else None
        if self._watched is not None:
            self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a field from claiming the keys of a command."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        kept = CLIPBOARD if isinstance(watched, QAbstractSpinBox) else EDITING
        if any(event.matches(key) for key in kept):
            return False
        pressed = QKeySequence(event.keyCombination())
        for action in self._window.commands.actions.values():
            if pressed in action.shortcuts() and action.isEnabled():
                event.ignore()
                return True
        return False


def press(window: MainWindow, event: QKeyEvent) -> bool:
    """Do what a key stands for; returns whether it stands for something."""
    keys, key = Qt.Key, Qt.Key(event.key())
    if key in ARROWS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
        window.hands.walk(ARROWS[key])
    elif key in (keys.Key_Return, keys.Key_Enter):
        window.hands.click()
    elif key == keys.Key_F2:
        window.hands.edit()
    elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
        if not window.hands.turn(QPointF(*ARROWS[key]) * TURN):
            window.hands.pan(QPointF(*ARROWS[key]) * -PAN)
    elif key in (keys.Key_PageDown, keys.Key_PageUp):
        way = 1 if key == keys.Key_PageDown else -1
        # In a lecture it is what a presenter's remote control sends to go on.
        if window.leafing.quiet and window.caption.caption is not None:
            window.caption.walk(way)
        else:
            window.leafing.turn(way)
    elif key == keys.Key_R and window.prediction.hiding:
        window.prediction.reveal()
    elif key == keys.Key_Question:
        window.commands.actions["shortcuts"].trigger()
    elif key == keys.Key_Escape:
        if window.commands.actions["alone"].isChecked():
            window.stage_alone(False)
        else:
            window.presenter.pin(None)
    else:
        return _step(window, key)
    return True


def _step(window: MainWindow, key: Qt.Key) -> bool:
    ask, keys = window.presenter, Qt.Key
    if key == keys.Key_Space:
        ask.set_player(ask.player.toggle())
    elif key == keys.Key_Right:
        ask.set_player(ask.player.forward())
    elif key == keys.Key_Left:
        ask.set_player(ask.player.back())
    elif key == keys.Key_Home:
        ask.jump(0)
    elif key == keys.Key_End:
        ask.jump(-1)
    else:
        return False
    return True
