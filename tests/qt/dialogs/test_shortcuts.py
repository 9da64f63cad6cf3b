"""Every shortcut is listed."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel

from convgui.qt.widgets.plain_text import read_menu
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_every_shortcut_is_shown(opened: Opened) -> None:
    QTest.keyClicks(opened.window.stage, "?")
    dialog = next(d for d in opened.window.findChildren(QDialog) if d.windowTitle() == "Shortcuts")
    said = {label.text() for label in dialog.findChildren(QLabel)}
    actions = [action for action in opened.window.commands.actions.values() if action.shortcuts()]
    assert len(actions) > 30
    assert all(read_menu(action.text()) in said for action in actions)
    assert "Space" in said
    dialog.close()
