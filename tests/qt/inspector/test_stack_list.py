"""After a layer is added, Space and the arrows go on playing and stepping, whatever was clicked before."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convgui.layers.relu import ReLU
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


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_layer_is_moved_as_far_as_there_are_others(opened: Opened, count: int) -> None:
    """At either end there is nothing to be done, nor to be undone."""
    window = opened.window
    stack, session = window.inspector.stack, window.session
    first = session.document
    session.replace(replace(first, layers=(first.layer, *[ReLU()] * (count - 1))), "Stack")
    for index in range(count):
        session.look(layer=index)
        opened.settle()
        assert stack.up.isEnabled() == (index > 0)
        assert stack.down.isEnabled() == (index < count - 1)
        assert stack.remove.isEnabled() == (count > 1)
        for button, there in ((stack.up, index > 0), (stack.down, index < count - 1)):
            before = len(session.past)
            button.click()
            assert len(session.past) == before + there
            if there:
                session.undo()
                session.look(layer=index)
