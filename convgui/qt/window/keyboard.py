"""Keys that no focused control wanted: playing, stepping, turning, revealing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget
from shiboken6 import isValid

from convgui.qt.documents.folder_pictures import FolderPictures
from convgui.qt.lessons.lecture import Blank
from convgui.qt.stage.presenter import Presenter
from convgui.qt.stage.stage_input import StageInput

TURN = 30.0
"""Pixels of dragging that one press of Shift and an arrow stands for."""
PAN = 60.0
"""The same where there is nothing to turn, but a picture to move under the frame."""
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}

STEPS = {
    Qt.Key.Key_Space: "play",
    Qt.Key.Key_Right: "forward",
    Qt.Key.Key_Left: "back",
    Qt.Key.Key_Home: "first",
    Qt.Key.Key_End: "last",
}
"""Keys of the stage, and what of the Play menu they do."""

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

    A number box keeps only those of the clipboard: what is typed into it is an edit already, and the window undoes it,
    as where a line has nothing of its own to undo.
    """

    def __init__(self, window: QWidget, actions: Mapping[str, QAction]) -> None:
        super().__init__(window)
        self._window, self._actions = window, actions
        self._field: QWidget | None = None
        window.destroyed.connect(self._forget)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def _forget(self) -> None:
        self._field = None

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        inside = now is not None and self._window.isAncestorOf(now) and not isinstance(now, Blank)
        self._field = now if inside else None
        if self._field is not None:
            self._field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a field from claiming the keys of a command."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        kept = CLIPBOARD if isinstance(watched, QAbstractSpinBox) else EDITING
        if any(event.matches(key) for key in kept) and not _leaves(watched, event):
            return False
        pressed = QKeySequence(event.keyCombination())
        for action in self._actions.values():
            if pressed in action.shortcuts() and action.isEnabled():
                event.ignore()
                return True
        return False


def _leaves(field: QObject, event: QKeyEvent) -> bool:
    """Tell whether a line leaves undo or redo to its window: it has none of its own."""
    if not isinstance(field, QLineEdit):
        return False
    undoes, redoes = event.matches(_STANDARD.Undo), event.matches(_STANDARD.Redo)
    return (undoes and not field.isUndoAvailable()) or (redoes and not field.isRedoAvailable())


class StageKeys:
    """Does what the keys stand for that no focused control wanted."""

    def __init__(
        self,
        presenter: Presenter,
        actions: Mapping[str, QAction],
        stage_input: StageInput,
        pictures: FolderPictures,
    ) -> None:
        self._presenter, self._actions, self._input, self._pictures = presenter, actions, stage_input, pictures

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; returns whether it stands for something."""
        keys, key, stage_input = Qt.Key, Qt.Key(event.key()), self._input
        if key in ARROWS and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            stage_input.walk(ARROWS[key])
        elif key in (keys.Key_Return, keys.Key_Enter):
            stage_input.click()
        elif key == keys.Key_F2:
            stage_input.edit()
        elif key in ARROWS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if not stage_input.turn(QPointF(*ARROWS[key]) * TURN):
                stage_input.pan(QPointF(*ARROWS[key]) * -PAN)
        elif key in (keys.Key_PageDown, keys.Key_PageUp):
            down = key == keys.Key_PageDown
            if self._actions["next-note"].isEnabled():
                self._actions["next-note" if down else "previous-note"].trigger()
            else:
                self._pictures.turn(1 if down else -1)
        elif key == keys.Key_R:
            self._actions["reveal"].trigger()
        elif key == keys.Key_Question:
            self._actions["shortcuts"].trigger()
        elif key == keys.Key_Escape and self._actions["alone"].isChecked():
            self._actions["alone"].trigger()
        elif key == keys.Key_Escape:
            self._presenter.pin(None)
        else:
            return self._step(key)
        return True

    def _step(self, key: Qt.Key) -> bool:
        name = STEPS.get(key)
        if name is not None:
            self._actions[name].trigger()
        return name is not None
