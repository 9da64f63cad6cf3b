"""Preferences are seen at once, remembered, and reset."""

from __future__ import annotations

import pytest

from convgui.draw.number import number
from convgui.qt.dialogs.preferences import PreferencesDialog
from convgui.qt.settings import Remembered
from convgui.session.preferences import Preferences
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_preferences_are_seen_at_once_remembered_and_reset(opened: Opened) -> None:
    window = opened.window
    window.commands.actions["preferences"].trigger()
    dialog = window.findChild(PreferencesDialog)
    assert isinstance(dialog, PreferencesDialog)
    for name, value in (("size", 150), ("colours", "solarized"), ("motion", "none"), ("decimals", 5), ("speed", 4.0)):
        field = dialog.fields[name]
        field.setCurrentIndex(field.findData(value))
        field.activated.emit(field.currentIndex())
    opened.settle()
    assert (window.stage.scale, window.theme.name) == (1.5, "light-solarized")
    assert window.presenter.player.still
    assert window.presenter.player.speed == 4
    assert number(1 / 3) == "0.33333"
    assert Remembered().preferences() == window.preferences
    dialog.reset.click()
    assert Remembered().preferences() == Preferences() == window.preferences
    assert number(1 / 3) == "0.333"
    dialog.close()
