"""The Edit menu: whatever is copied says so, and what was said goes again."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from convgui.qt.dialogs.input_dialog import InputDialog
from convgui.qt.panels import status
from convgui.session import edits
from convgui.session.stack import add_layer
from tests.documents import document, textbook
from tests.qt.conftest import Opened


def test_copying_says_what_was_copied(opened: Opened) -> None:
    window = opened.window
    said = window.status.keys
    keys = said.text()
    assert "Space" in keys
    window.commands.actions["copy-kernel"].trigger()
    assert said.text() == "Copied: the kernel, 3 × 3 weights."
    window.commands.actions["copy-picture"].trigger()
    image = QGuiApplication.clipboard().image()
    assert said.text() == f"Copied: the picture, {image.width()} × {image.height()} pixels."
    window.commands.edit.codes.actions()[0].trigger()
    lines = len(QGuiApplication.clipboard().text().splitlines())
    assert said.text() == f"Copied: PyTorch, {lines} lines."
    window.commands.edit.kernel_copies.actions()[1].trigger()
    assert said.text() == "Copied: the kernel, 3 × 3 weights."


def test_what_was_said_goes_and_the_last_word_stays_its_time(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    bar = opened.window.status
    keys = bar.keys.text()
    monkeypatch.setattr(status, "SAID", 1)
    bar.say("one")
    monkeypatch.setattr(status, "SAID", 60)
    bar.say("two")
    opened.bot.waitUntil(lambda: bar.keys.text() != "two")
    assert bar.keys.text() == keys


@pytest.mark.parametrize("then", ["edit", "undo", "input", "paste"])
def test_what_went_wrong_is_not_said_any_more_after_the_next_thing_done(opened: Opened, then: str) -> None:
    window, clipboard = opened.window, QGuiApplication.clipboard()
    session = window.session
    session.replace(edits.set_tap(session.document, (0, 0), 9, every_channel=False), "Edit weight")
    clipboard.setText("1 2\n3 four")
    for _ in range(2):
        window.commands.actions["paste"].trigger()
    assert "four" in window.banner.words.text()
    assert window.banner.words.text().count("four") == 1
    session.look(step=1)
    assert window.banner.isVisible(), "looking is no answer"
    if then == "edit":
        session.replace(edits.set_tap(session.document, (0, 0), 8, every_channel=False), "Edit weight")
    elif then == "undo":
        session.undo()
    elif then == "input":
        window.use_sample(textbook().sample)
    else:
        clipboard.setText("1 2\n3 4")
        window.commands.actions["paste"].trigger()
    assert not window.banner.isVisible()


def test_layers_that_a_scene_cannot_show_are_shown_by_one_that_can(opened: Opened) -> None:
    window = opened.window
    opened.show(add_layer(window.session.document, "max-pool"))
    window.session.look(scene="cells", step=0)
    opened.settle()
    line = window.inspector.paste.line
    line.setText("nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())")
    QTest.keyClick(line, Qt.Key.Key_Return)
    opened.settle()
    assert len(window.session.document.layers) == 2
    assert window.session.document.view.scene == "slide"
    assert not window.banner.isVisible()
    window.session.undo()
    assert window.session.document.view.scene == "cells"


def test_a_printed_model_becomes_a_network_and_what_is_guessed_is_said(opened: Opened) -> None:
    window = opened.window
    text = """
    Net(
      (block): BasicBlock(
        (conv1): Conv2d(1, 1, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
        (relu): ReLU(inplace=True)
        (conv2): Conv2d(1, 1, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
      )
      (head): Conv2d(1, 2, kernel_size=(1, 1), stride=(1, 1))
    )
    """
    QGuiApplication.clipboard().setText(text)
    window.commands.actions["paste-code"].trigger()
    opened.settle()
    made = window.session.document
    assert [made.reads(n) for n in range(len(made.layers))] == [(0,), (1,), (2,), (3, 0), (4,), (5,)]
    assert made.view.scene == "network"
    assert not window.banner.isVisible()
    assert "How values flow in Net is guessed" in window.inspector.paste.problem.text()
    window.session.undo()
    assert window.inspector.paste.problem.text() == ""
    # In the line, whose breaks Qt takes away.
    window.inspector.paste.line.setText(" ".join(text.split()))
    QTest.keyClick(window.inspector.paste.line, Qt.Key.Key_Return)
    assert window.session.document.sources == made.sources
    assert window.inspector.paste.line.text() == ""


def test_a_pasted_layer_of_other_channels_offers_an_input_as_the_field_does(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened.window
    asked: list[int] = []

    def accepts(dialog: InputDialog) -> QDialog.DialogCode:
        asked.append(dialog.channels.value())
        dialog.buttons.accepted.emit()
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(InputDialog, "exec", accepts)
    QGuiApplication.clipboard().setText("nn.Conv2d(6, 4, 3)")
    window.stage.setFocus()
    window.commands.actions["paste"].trigger()
    assert "takes 6 channels and gets 1" in window.banner.words.text()
    (button,) = [b for b in window.banner.findChildren(QPushButton) if b.text() == "Make an input with 6 channels…"]
    button.click()
    opened.settle()
    assert asked == [6]
    assert window.session.document.layer.spec.in_channels == 6
    assert window.session.document.layer.spec.out_channels == 4
    assert not window.banner.isVisible()


@pytest.mark.parametrize("scene", ["slide", "blocks"])
@pytest.mark.parametrize("side", [5, 200])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_bias_is_added_where_there_is_one(opened: Opened, scene: str, side: int, channels: int) -> None:
    window = opened.window
    data = np.arange(channels * side * side).reshape(channels, side, side) % 7
    opened.show(document(data, np.ones((2, channels, 3, 3))))
    for given, said in (("", True), (", bias=False", False)):
        window.inspector.paste.use(f"nn.Conv2d({channels}, 2, 3{given})")
        window.session.look(scene=scene, step=4)
        # Blocks sides by side leave out one of 0 anyway.
        assert "bias" not in opened.summary() if not said else scene == "blocks" or "bias 0" in opened.summary()
    window.inspector.kernel.bias.setValue(2.0)
    assert "bias" in opened.summary()


def test_a_kernel_that_is_to_be_found_is_not_copied(opened: Opened) -> None:
    window, actions = opened.window, opened.window.commands.actions
    window.open_lesson("learn-kernel")
    opened.settle()
    told = ("copy-kernel", "save-kernel")
    assert [actions[name].isEnabled() for name in told] == [False, False]
    assert not window.commands.edit.kernel_copies.isEnabled()
    window.open_lesson("single-channel")
    opened.settle()
    assert [actions[name].isEnabled() for name in told] == [True, True]
