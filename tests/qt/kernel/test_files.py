"""The menu beside the kernel, as a person uses it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from convgui.files.samples import load_sample
from convgui.layers.pooling import Pool
from convgui.qt.kernel.initialise_dialog import InitialiseDialog
from convgui.qt.kernel.name_dialog import NameDialog
from convgui.session.edits import kernel_of
from tests.qt.conftest import Answers, Opened

# Said by the platform without a screen when a second window opens.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def trigger(opened: Opened, title: str) -> None:
    menu = opened.window.inspector.kernel.files.menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if title in action.text().replace("&", "")).trigger()


def test_a_kernel_is_loaded_and_saved(opened: Opened, answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "k.txt").write_text("1 2 1\n2 4 2\n1 2 1\n")
    answers.file = str(tmp_path / "k.txt")
    trigger(opened, "Load kernel")
    session = opened.window.session
    assert kernel_of(session.document).tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert session.undo_name == "Load k.txt"
    answers.file = str(tmp_path / "out.yml")
    trigger(opened, "Save kernel")
    assert "data: [ 1.0, 2.0, 1.0, 2.0, 4.0" in (tmp_path / "out.yml").read_text()
    (tmp_path / "bad.txt").write_text("nothing")
    answers.file = str(tmp_path / "bad.txt")
    trigger(opened, "Load kernel")
    assert "bad.txt" in opened.window.inspector.kernel.problem.text()
    assert kernel_of(session.document)[1, 1] == 4


def test_random_weights_are_drawn_and_given_back(opened: Opened) -> None:
    session = opened.window.session
    before = session.document
    trigger(opened, "Random weights")
    dialog = opened.window.findChild(InitialiseDialog)
    assert isinstance(dialog, InitialiseDialog)
    first = session.document.layer.weight
    assert np.abs(first).max() <= (6 / 9) ** 0.5
    dialog.seed.setValue(3)
    assert not np.array_equal(session.document.layer.weight, first)
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert session.document.layers == before.layers
    trigger(opened, "Random weights")
    box = opened.window.findChildren(InitialiseDialog)[-1].findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    assert session.undo_name == "Random weights"
    session.undo()
    assert session.document.layers == before.layers


def test_random_weights_are_drawn_for_the_layer_that_was_asked_about_alone(opened: Opened) -> None:
    session = opened.window.session
    trigger(opened, "Random weights")
    dialog = opened.window.findChild(InitialiseDialog)
    assert isinstance(dialog, InitialiseDialog)
    pooled = replace(session.document, layers=(Pool("max", (2, 2), (2, 2), (0, 0)),), sources=())
    session.replace(pooled, "Pool")
    # Nothing is drawn for another layer, nor is its edit taken back.
    dialog.seed.setValue(3)
    opened.bot.waitUntil(lambda: not dialog.isVisible())
    assert session.document.layers == pooled.layers
    assert session.undo_name == "Pool"


def test_each_channel_by_itself_is_edited_together(opened: Opened) -> None:
    window, session = opened.window, opened.window.session
    window.use_sample(load_sample("chelsea"))
    opened.settle()
    trigger(opened, "by itself")
    spec = session.document.layer.spec
    assert (spec.in_channels, spec.out_channels, spec.groups) == (3, 3, 3)
    editor = window.inspector.kernel
    assert editor.every.isVisible()
    editor.every.setChecked(True)
    editor.change("Zero", np.zeros_like)
    assert not session.document.layer.weight.any()


def test_what_is_pasted_is_guessed(opened: Opened) -> None:
    window, clipboard = opened.window, QGuiApplication.clipboard()
    paste = window.commands.actions["paste"]
    window.stage.setFocus()
    clipboard.setText("self.conv = nn.Conv2d(1, 4, kernel_size=3, padding=1)")
    paste.trigger()
    assert window.session.document.layer.spec.out_channels == 4
    window.inspector.kernel.grid.setFocus()
    clipboard.setText("Conv2d(1, 2, 3)")
    paste.trigger()
    assert window.session.document.layer.spec.out_channels == 2
    clipboard.setText("np.array([[1, 2], [3, 4]])")
    paste.trigger()
    assert kernel_of(window.session.document).tolist() == [[1, 2], [3, 4]]
    window.stage.setFocus()
    clipboard.setText("nn.Convolution2d(1, 2, 3)")
    paste.trigger()
    assert "Convolution2d" in window.banner.words.text()


def test_what_is_wrong_with_a_kernel_is_scrolled_to_and_goes_with_the_next_that_is_kept(
    opened: Opened, answers: Answers, tmp_path: Path
) -> None:
    window = opened.window
    window.resize(1280, 560)
    kernel = window.inspector.kernel
    Image.fromarray(np.zeros((400, 600), np.uint8)).save(tmp_path / "large.png")
    answers.file = str(tmp_path / "large.png")
    trigger(opened, "Load kernel")
    assert kernel.problem.text()
    inside = window.inspector.viewport()
    opened.bot.waitUntil(
        lambda: inside.rect().contains(kernel.problem.mapTo(inside, kernel.problem.rect().bottomRight()))
    )
    kernel.menu.keep.trigger()
    dialog = window.findChild(NameDialog)
    assert isinstance(dialog, NameDialog)
    dialog.named.emit("mine", False)
    dialog.close()
    assert kernel.problem.text() == ""
    assert "mine" in window.status.keys.text()
