"""Preferences are seen at once, remembered, and reset."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QColorDialog, QDialogButtonBox

from convgui.core.presets import PRESETS
from convgui.draw.number import number
from convgui.draw.picture import Label
from convgui.draw.spoken import tables
from convgui.qt.dialogs.preferences import PreferencesDialog
from convgui.qt.export.dialog import ExportDialog
from convgui.qt.settings import Remembered
from convgui.qt.widgets.appearance import look_of
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


def test_the_picture_is_written_with_the_decimals_that_are_chosen(opened: Opened) -> None:
    window = opened.window
    window.inspector.kernel.use_preset(PRESETS["box"])
    assert "0.111" in opened.summary()
    assert "0.11111" not in opened.summary()
    window.prefer(Preferences(decimals=5))
    assert "0.11111" in opened.summary()
    picture = window.stage.picture
    assert picture is not None
    lines = [item.text for item in picture.items if isinstance(item, Label)]
    assert any("0.11111" in line for line in lines), "its sum, too, and not only what is read out"
    window.prefer(Preferences())
    assert "0.11111" not in opened.summary()


def test_colours_of_ones_own_are_kept_as_a_theme(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened.window
    window.commands.actions["preferences"].trigger()
    dialog = window.findChild(PreferencesDialog)
    assert isinstance(dialog, PreferencesDialog)
    field = dialog.fields["colours"]
    assert dialog.own.isHidden()
    field.setCurrentIndex(2)
    field.activated.emit(2)
    # They begin with those that were there.
    assert window.preferences.colours == "own-0072b2-e69f00-009e73-d55e00-8e5ba6"
    assert not dialog.own.isHidden()
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor("#123456"))
    dialog.own.buttons[1].click()
    kept = "own-0072b2-123456-009e73-d55e00-8e5ba6"
    assert window.theme.name == f"light-{kept}"
    assert Remembered().preferences().colours == kept
    opened.settle()
    assert window.stage.picture is not None
    (kernel,) = [grid for grid in tables(window.stage.picture) if grid.title == "kernel"]
    assert kernel.outline[:3] == (0x12, 0x34, 0x56)
    window.commands.actions["export"].trigger()
    export = window.findChild(ExportDialog)
    assert isinstance(export, ExportDialog)
    assert export.settings().theme == f"light-{kept}"
    # A cancelled question changes nothing.
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor())
    dialog.own.buttons[0].click()
    assert Remembered().preferences().colours == kept
    field.setCurrentIndex(0)
    field.activated.emit(0)
    assert window.theme.name == "light"
    assert dialog.own.isHidden()
    dialog.reset.click()
    dialog.close()


def test_the_icon_of_a_button_is_seen_in_the_theme_that_is_chosen(opened: Opened) -> None:
    window = opened.window
    window.commands.actions["preferences"].trigger()
    dialog = window.findChild(PreferencesDialog)
    assert dialog is not None
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    button = box.button(QDialogButtonBox.StandardButton.Close)

    def ink() -> float:
        image = button.icon().pixmap(32).toImage()
        dots = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        solid = [dot.lightnessF() for dot in dots if dot.alpha() > 200]
        assert solid
        return sum(solid) / len(solid)

    for shade in ("dark", "light", "dark"):
        field = dialog.fields["shade"]
        field.setCurrentIndex(field.findData(shade))
        field.activated.emit(field.currentIndex())
        assert ink() > 0.8 if shade == "dark" else ink() < 0.3
    dialog.close()
    window.prefer(Preferences())


def test_the_system_draws_title_bars_as_the_window_is(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Qt.ColorScheme] = []
    dark = Qt.ColorScheme.Dark
    hints = SimpleNamespace(
        colorScheme=lambda: asked[-1] if asked else dark, setColorScheme=asked.append, unsetColorScheme=asked.clear
    )
    monkeypatch.setattr(QGuiApplication, "styleHints", lambda: hints)
    assert look_of(Preferences(shade="light")).theme.shade == "light"
    assert asked == [Qt.ColorScheme.Light]
    # What the desktop has, and not what it was asked for last.
    assert look_of(Preferences(shade="system")).theme.shade == "dark"
    assert asked == []
    hints.colorScheme = lambda: Qt.ColorScheme.Light
    assert look_of(Preferences(shade="dark")).theme.shade == "dark"
    assert asked == [dark]
