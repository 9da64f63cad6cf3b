"""Keys reach the commands from every field, and every window of the program's own closes by its keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDialog, QLineEdit, QSpinBox, QWidget

from convgui.qt.dialogs.shortcuts import show_shortcuts
from convgui.qt.widgets.dialog import Dialog
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CLIPBOARD = {"copy", "paste"}
TEXT = {"undo", "redo", "forward", "back", "first", "last"}
"""What a text keeps for itself besides: its own undo, and moving by words and to its ends."""


def number_box(opened: Opened) -> QWidget:
    boxes = opened.window.inspector.findChildren(QSpinBox)
    return next(box for box in boxes if box.isVisible() and box.isEnabled())


def line(opened: Opened) -> QWidget:
    made = QLineEdit(opened.window.inspector)
    made.show()
    return made


@pytest.mark.parametrize("field", [number_box, line])
def test_every_command_from_every_field(opened: Opened, field: Callable[[Opened], QWidget]) -> None:
    window, widget = opened.window, field(opened)
    heard: list[str] = []
    expected = []
    own = CLIPBOARD if field is number_box else CLIPBOARD | TEXT
    for name, action in window.commands.actions.items():
        action.setEnabled(True)
        action.triggered.disconnect()
        action.triggered.connect(lambda _=False, name=name: heard.append(name))
        if action.shortcuts() and name not in own:
            expected.append((name, action.shortcuts()))
    assert len(expected) > 25
    widget.setFocus()
    opened.bot.waitUntil(widget.hasFocus)
    for name, keys in expected:
        for key in keys:
            heard.clear()
            QTest.keySequence(widget, key)
            assert heard == [name], key.toString()
    for standard in (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste):
        heard.clear()
        QTest.keySequence(widget, QKeySequence(standard))
        assert not heard, "the clipboard belongs to the field"


def test_undo_in_a_number_box_is_the_windows(opened: Opened) -> None:
    window = opened.window
    box = next(
        box
        for box in window.inspector.findChildren(QSpinBox)
        if box.isVisible() and box.isEnabled() and "tride" in box.accessibleName()
    )
    before = window.session.document.layers
    box.setFocus()
    opened.bot.waitUntil(box.hasFocus)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert window.session.document.layers != before
    QTest.keySequence(box, QKeySequence(QKeySequence.StandardKey.Undo))
    assert window.session.document.layers[0].spec == before[0].spec  # type: ignore[attr-defined]
    assert isinstance(box, QAbstractSpinBox)


WINDOWS = ("export", "preferences", "notes", "palette", "about", "type", "shortcuts")


def own_window(opened: Opened, name: str) -> QDialog:
    before = set(opened.window.findChildren(QDialog))
    if name == "shortcuts":
        show_shortcuts(opened.window, opened.window.commands.actions.values())
    else:
        opened.window.commands.actions[name].trigger()
    return next(dialog for dialog in opened.window.findChildren(QDialog) if dialog not in before)


def press(way: str) -> Callable[[QWidget], object]:
    if way == "escape":
        return lambda widget: QTest.keyClick(widget, Qt.Key.Key_Escape)
    if way == "keys":
        return lambda widget: QTest.keySequence(widget, QKeySequence(QKeySequence.StandardKey.Close))
    return lambda widget: widget.window().close()


@pytest.mark.parametrize("way", ["escape", "keys", "title bar"])
@pytest.mark.parametrize("name", WINDOWS)
def test_every_own_window_closes(opened: Opened, name: str, way: str) -> None:
    seen: list[bool] = []

    def close() -> None:
        dialog = next((d for d in opened.window.findChildren(QDialog) if d.isVisible()), None)
        if dialog is None or QApplication.activeWindow() is not dialog:
            QTimer.singleShot(10, opened.window, close)
            return
        assert isinstance(dialog, Dialog)
        press(way)(dialog.focusWidget() or dialog)
        seen.append(dialog.isVisible())
        dialog.hide()  # a test that fails does not wait for ever

    if name == "type":  # which is waited for
        QTimer.singleShot(0, opened.window, close)
        opened.window.commands.actions[name].trigger()
    else:
        dialog = own_window(opened, name)
        opened.bot.waitUntil(dialog.isVisible)
        dialog.activateWindow()
        close()
        opened.bot.waitUntil(lambda: bool(seen))
    assert seen == [False]
    assert opened.window.isVisible()
