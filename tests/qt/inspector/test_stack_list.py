"""After a layer is added, Space and the arrows go on playing and stepping, whatever was clicked before."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.qt.conftest import Opened


def add(opened: Opened) -> None:
    """Choose the second entry of Add, as its menu does when it is clicked."""
    stack = opened.window.inspector.stack
    stack.add.menu().aboutToShow.emit()
    next(action for action in stack.add.menu().actions() if action.text() == "ReLU").trigger()
    opened.settle()


@pytest.mark.parametrize("before", ["stage", "layers", "bias", "kind"])
def test_keys_play_after_a_layer_is_added(opened: Opened, before: str) -> None:
    window = opened.window
    stack = window.inspector.stack
    opened.bot.waitUntil(window.isActiveWindow)
    {"stage": window.stage, "layers": stack.list, "bias": window.inspector.kernel.bias, "kind": stack.add}[
        before
    ].setFocus()
    add(opened)
    assert len(window.session.document.layers) == 2
    focused = QApplication.focusWidget()
    assert focused is not None
    step = window.presenter.player.target
    QTest.keyClick(focused, Qt.Key.Key_Right)
    assert window.presenter.player.target == step + 1
    QTest.keyClick(focused, Qt.Key.Key_Space)
    assert window.presenter.player.playing
    QTest.keyClick(focused, Qt.Key.Key_Space)


def test_keys_play_while_the_layers_have_the_keyboard(opened: Opened) -> None:
    window = opened.window
    rows = window.inspector.stack.list
    add(opened)
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Right)
    assert window.presenter.player.target == 1
    QTest.keyClick(rows, Qt.Key.Key_Up)
    assert window.session.document.view.layer == 0
