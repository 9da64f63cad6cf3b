"""Comparing in the window: what was kept with what is edited, layers with each other, on the same ground."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from convgui.core.presets import PRESETS
from convgui.files.samples import load_sample
from convgui.qt.compare.window import CompareWindow
from convgui.session import edits
from tests.qt.conftest import Opened

# Said by the platform without a screen when a second window opens.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def compared(opened: Opened) -> Iterator[CompareWindow]:
    opened.window.use_sample(load_sample("camera"))
    opened.settle()
    opened.window.inspector.kernel.use_preset(PRESETS["box"])
    opened.settle()
    opened.window.commands.actions["compare"].trigger()
    found = opened.window.findChild(CompareWindow)
    assert isinstance(found, CompareWindow)
    opened.bot.waitUntil(lambda: found.state.text() == "There is no difference.")
    yield found
    if isValid(found):
        found.close()


def pixel(window: CompareWindow, x: float, y: float) -> tuple[int, int, int]:
    image = window.pane.grab().toImage()
    colour = image.pixelColor(round(x * image.width()), round(y * image.height()))
    return colour.red(), colour.green(), colour.blue()


def test_an_edit_is_compared_with_what_was_kept(opened: Opened, compared: CompareWindow) -> None:
    before = opened.window.session.document
    opened.window.inspector.kernel.use_preset(PRESETS["gaussian-3"])
    opened.bot.waitUntil(lambda: compared.state.text().startswith("Largest difference"))
    data = before.sample.data[0].astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(data, (3, 3))
    gauss = np.outer([1, 2, 1], [1, 2, 1]) / 16
    change = (windows * (gauss - 1 / 9)).sum(axis=(-1, -2))
    assert f"RMS {np.sqrt((change**2).mean()):.3f}" in compared.state.text()
    assert f"Largest difference {np.abs(change).max():.3f}" in compared.state.text()
    # Kept again, there is none.
    QTest.mouseClick(compared.keep_button, Qt.MouseButton.LeftButton)
    opened.bot.waitUntil(lambda: compared.state.text() == "There is no difference.")
    assert compared.first.currentText() == f"Kept 2: {before.chosen.title}, Camera"


def test_a_swipe_shows_one_on_each_side(opened: Opened, compared: CompareWindow) -> None:
    compared.first.setCurrentIndex(compared.first.findText("Input"))
    opened.window.inspector.kernel.change("Zero", np.zeros_like)
    opened.bot.waitUntil(lambda: "cannot be subtracted" in compared.state.text())
    pane = compared.pane
    QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(pane.width() // 2, 40))
    assert abs(pane.share - 0.5) < 0.01
    sides = {pixel(compared, 0.4, 0.1), pixel(compared, 0.6, 0.1)}
    assert len(sides) == 2
    pane.setFocus()
    at = pane.share
    QTest.keyClick(pane, Qt.Key.Key_Left)
    assert pane.share < at


def test_side_by_side_zooms_both(compared: CompareWindow) -> None:
    pane = compared.pane
    QTest.mouseClick(compared.modes.button(0), Qt.MouseButton.LeftButton)
    assert pane.mode == "side"
    at = QPointF(pane.width() / 4, pane.height() / 4)
    wheel = QWheelEvent(
        at, pane.mapToGlobal(at), QPoint(), QPoint(0, 120 * 8), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(pane, wheel)
    assert pane.zoom > 5
    image = pane.grab().toImage()
    half = round(image.width() / 2)
    gap = round(6 * image.width() / pane.width())
    left, right = (image.pixelColor(x, image.height() // 2).red() for x in (100, half + gap + 100))
    assert abs(left - right) <= 2
    QTest.keyClick(pane, Qt.Key.Key_0)
    assert pane.zoom == 1


def test_layers_are_compared(opened: Opened, compared: CompareWindow) -> None:
    from convgui.session import stack

    session = opened.window.session
    session.replace(stack.add_layer(session.document, "relu"), "Add")
    opened.settle()
    opened.bot.waitUntil(lambda: compared.first.findText("Layer 2: ReLU") >= 0)
    compared.first.setCurrentIndex(compared.first.findText("Layer 1: Convolution 3 × 3"))
    assert compared.first.count() >= 4
    compared.second.setCurrentIndex(compared.second.findText("Layer 2: ReLU"))
    # What a box blur makes of a photo is nowhere below 0.
    opened.bot.waitUntil(lambda: compared.state.text() == "There is no difference.")


def test_a_picture_that_comes_when_the_window_has_just_closed(opened: Opened, compared: CompareWindow) -> None:
    """The document is replaced and the comparison closed in one turn: the new picture is on its way to both."""
    session = opened.window.session
    compared.close()
    session.replace(edits.set_bias(session.document, 7.0), "Bias")
    opened.window.presenter.pictured.emit(opened.window.stage.picture)
    opened.settle()
    assert session.document.layer.bias[0] == 7


def again(opened: Opened) -> CompareWindow:
    """Close the window, and open it again."""
    for old in opened.window.findChildren(CompareWindow):
        old.close()
    opened.bot.waitUntil(lambda: not opened.window.findChildren(CompareWindow))
    opened.window.commands.actions["compare"].trigger()
    found = opened.window.findChild(CompareWindow)
    assert isinstance(found, CompareWindow)
    return found


def listed(window: CompareWindow) -> list[str]:
    return [text.split(":")[0] for n in range(window.first.count()) if (text := window.first.itemText(n))[:4] == "Kept"]


def test_what_was_kept_is_there_when_the_window_opens_again(opened: Opened, compared: CompareWindow) -> None:
    before = opened.window.session.document
    opened.window.inspector.kernel.use_preset(PRESETS["gaussian-3"])
    opened.settle()
    found = again(opened)
    assert listed(found) == ["Kept 1", "Kept 2"]
    assert found.kept[0][1] is before
    found.first.setCurrentIndex(found.first.findText("Kept 1", Qt.MatchFlag.MatchStartsWith))
    opened.bot.waitUntil(lambda: found.state.text().startswith("Largest difference"))
    assert listed(again(opened)) == ["Kept 1", "Kept 2"], "what is kept already is not kept twice"
    again(opened).close()


def test_what_is_kept_no_more_is_said(opened: Opened, compared: CompareWindow) -> None:
    for value in range(8):
        session = opened.window.session
        session.replace(edits.set_tap(session.document, (0, 0), value, every_channel=False), "Edit weight")
        compared.keep()
    assert listed(compared) == [f"Kept {n}" for n in range(2, 10)]
    opened.bot.waitUntil(lambda: "is not kept any more: 8 are at the most." in compared.state.text())
    assert "Kept 1: " in compared.state.text()


def test_keys_of_the_windows_commands_work_in_it(opened: Opened, compared: CompareWindow) -> None:
    """What undoes an edit is pressed where its result is looked at."""
    before = opened.window.session.document
    opened.window.inspector.kernel.use_preset(PRESETS["gaussian-3"])
    opened.settle()
    compared.activateWindow()
    opened.bot.waitUntil(lambda: QApplication.activeWindow() is compared)
    QTest.keyClick(compared.pane, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert opened.window.session.document.layers == before.layers
    QTest.keyClick(compared.pane, Qt.Key.Key_F8)
    assert opened.window.notes.panel is not None
    assert opened.window.notes.panel.isVisible()
    opened.window.notes.panel.close()
    compared.activateWindow()
    opened.bot.waitUntil(lambda: QApplication.activeWindow() is compared)
    QTest.keyClick(compared.pane, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert not compared.isVisible()
    assert opened.window.isVisible()
