"""A whole path typed into a dialog for files means that file.

Qt's own dialog, which is shown where the desktop has none, may go to the file's folder instead, and empty the name.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialogButtonBox, QFileDialog, QLineEdit, QWidget

from convgui.files.regular import is_folder, is_regular
from convgui.files.user_folders import with_home

T = TypeVar("T")
KINDS = QEvent.Type


def ask_to_open(parent: QWidget, title: str, folder: Path, words: str) -> str:
    """Ask for a file to open; "" if the user would rather not."""
    (name, _), typed = _with_typed(lambda: QFileDialog.getOpenFileName(parent, title, str(folder), words), is_regular)
    return str(typed) if typed is not None else str(name)


def ask_for_name(parent: QWidget, title: str, proposed: Path, words: str) -> tuple[Path | None, str, bool]:
    """Ask for the name of a file to write, its kind among `words`, and whether nobody has asked about replacing it."""

    def may_be(path: Path) -> bool:
        return is_folder(path.parent) and not is_folder(path)

    (name, kind), typed = _with_typed(lambda: QFileDialog.getSaveFileName(parent, title, str(proposed), words), may_be)
    if typed is not None:
        return typed, kind, True
    return (Path(name) if name else None), kind, False


def _with_typed(ask: Callable[[], T], wanted: Callable[[Path], bool]) -> tuple[T, Path | None]:
    """Return what a dialog returns, and the path that was typed into it, where one was."""
    app, typing = QApplication.instance(), _Typing(wanted)
    assert app is not None
    app.installEventFilter(typing)
    try:
        return ask(), typing.path
    finally:
        app.removeEventFilter(typing)


class _Typing(QObject):
    """Ends a dialog once a path that is wanted was typed into its line and the user says so."""

    def __init__(self, wanted: Callable[[Path], bool]) -> None:
        super().__init__()
        self._wanted = wanted
        self._line: QLineEdit | None = None
        self._typed = ""
        self.path: Path | None = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in (KINDS.KeyPress, KINDS.MouseButtonPress, KINDS.MouseButtonRelease):
            return False
        dialog = QApplication.activeModalWidget()
        line = dialog.findChild(QLineEdit, "fileNameEdit") if isinstance(dialog, QFileDialog) else None
        if not isinstance(dialog, QFileDialog) or line is None:
            return False
        if line is not self._line:
            self._line = line
            line.textEdited.connect(self._type)
        button = _accepting(dialog)
        if event.type() == KINDS.MouseButtonPress:
            if isinstance(watched, QWidget) and watched not in (line, button):
                # Chosen from a list, a name is no part of what was typed.
                self._typed = ""
            return False
        return _says_so(watched, event, line, button) and self._take(dialog, line.text().strip())

    def _type(self, text: str) -> None:
        self._typed = text.strip()

    def _take(self, dialog: QFileDialog, text: str) -> bool:
        """End the dialog, if it has a path that is wanted."""
        # The dialog may have left nothing of a path but its name, or not even that.
        text = self._typed if text in ("", Path(self._typed).name) else text
        path = Path(dialog.directory().absolutePath(), with_home(text))
        if not text or not self._wanted(path):
            return False
        self.path = path
        dialog.reject()
        return True


def _accepting(dialog: QFileDialog) -> QAbstractButton | None:
    """Return the button that opens or saves."""
    box, role = dialog.findChild(QDialogButtonBox), QDialogButtonBox.ButtonRole.AcceptRole
    return next((one for one in box.buttons() if box.buttonRole(one) == role), None) if box is not None else None


def _says_so(watched: QObject, event: QEvent, line: QLineEdit, button: QAbstractButton | None) -> bool:
    """Whether an event is Enter behind the name, with the list of completions open or not, or the dialog's button."""
    if isinstance(event, QKeyEvent):
        completer = line.completer()
        places = (line, completer.popup() if completer is not None else line)
        return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and watched in places
    return watched is button and button is not None and button.isDown()
