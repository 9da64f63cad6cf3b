"""Kernels in groups with small pictures; those of one's own are saved by name, as files that are handed on."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox

from convgui.draw.theme import LIGHT
from convgui.files.own_kernels import own_kernels, save_kernel
from convgui.files.user_folders import kernels_folder
from convgui.qt.kernel import name_dialog
from convgui.qt.kernel.name_dialog import NameDialog
from convgui.qt.kernel.preset_menu import PresetMenu, kernel_icon
from tests.qt.conftest import Answers, Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def shown(opened: Opened) -> PresetMenu:
    menu = opened.window.inspector.kernel.menu
    menu.aboutToShow.emit()
    return menu


def entry(opened: Opened, group: str, title: str) -> QAction:
    return next(action for action in shown(opened).groups[group].actions() if action.text() == title)


def save(opened: Opened, name: str) -> str:
    """Save the kernel as a user does; returns what the dialog says about the name."""
    next(action for action in shown(opened).actions() if action.text() == "&Save this kernel…").trigger()
    dialog = opened.window.findChild(NameDialog)
    assert dialog is not None
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled(), "it has no name yet"
    QTest.keyClicks(dialog.name, name)
    said = dialog.state.text()
    QTest.mouseClick(ok, Qt.MouseButton.LeftButton)
    opened.bot.waitUntil(lambda: opened.window.findChild(NameDialog) is None)
    return said


def test_kernels_stand_in_groups_each_with_a_picture(opened: Opened) -> None:
    menu = shown(opened)
    assert list(menu.groups) == ["Smoothing", "Sharpening and relief", "Edges", "Lines and corners"]
    listed = [action for group in menu.groups.values() for action in group.actions()]
    assert len(listed) == 30
    assert not any(action.icon().isNull() for action in listed)
    entry(opened, "Edges", "Sobel x").trigger()
    assert opened.window.session.document.layer.weight[0, 0].tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def test_a_picture_shows_which_weights_are_large_and_of_which_sign() -> None:
    image = kernel_icon(np.array([[-1.0, 0.0, 1.0]] * 3), LIGHT).pixmap(18).toImage()
    colours = [image.pixelColor(x, 9).name() for x in (3, 9, 15)]
    assert len(set(colours)) == 3
    volume = np.zeros((3, 3, 3))
    volume[1] = [[-1.0, 0.0, 1.0]] * 3
    assert kernel_icon(volume, LIGHT).pixmap(18).toImage() == image


def test_an_own_kernel_is_saved_by_name_listed_and_used_again(opened: Opened, answers: Answers) -> None:
    window = opened.window
    editor, session = window.inspector.kernel, window.session
    editor.change("Edit", lambda kernel: np.arange(9.0).reshape(3, 3) / 7)
    kept = session.document.layer.weight[0, 0]
    assert "handed on" in save(opened, "Ramp: a/7")
    assert "My kernels" in window.status.keys.text()
    assert [path.name for path in kernels_folder().iterdir()] == ["Ramp a 7.txt"]
    editor.change("Edit", np.zeros_like)
    entry(opened, "My kernels", "Ramp a 7").trigger()
    assert np.array_equal(session.document.layer.weight[0, 0], kept), "exact to the bit"


def test_a_kernel_is_saved_however_often_the_menu_was_open_before(opened: Opened) -> None:
    for name in ("first", "second"):
        for _ in range(2):
            shown(opened)
        save(opened, name)
    assert {kernel.title for kernel in own_kernels()} == {"first", "second"}


def test_a_kernel_that_is_there_is_replaced_only_where_the_user_says_so(opened: Opened) -> None:
    save_kernel(np.eye(3), "3 5")
    editor = opened.window.inspector.kernel
    editor.change("Edit", lambda kernel: np.full((3, 3), 2.0))
    next(action for action in shown(opened).actions() if action.text() == "&Save this kernel…").trigger()
    dialog = opened.window.findChild(NameDialog)
    assert dialog is not None
    ok = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    dialog.name.setText("3/5")
    assert "“3 5”" in dialog.state.text()
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible(), "another name can be typed"
    assert "Do you want to replace it?" in dialog.state.text()
    assert "Replace" in ok.text()
    assert own_kernels()[0].weights().tolist() == np.eye(3).tolist()
    # Another program takes a name that was free when it was typed.
    dialog.name.setText("mine")
    assert "“mine”" not in dialog.state.text()
    assert "Replace" not in ok.text()
    save_kernel(np.eye(3) * 7, "mine")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert "“mine”" in dialog.state.text()
    assert dialog.isVisible()
    QTest.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert {kernel.title: kernel.weights()[0, 0] for kernel in own_kernels()} == {"3 5": 1, "mine": 2}


def test_a_name_that_is_taken_at_the_last_moment_is_said(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_dialog, "is_there", lambda _: False)
    save_kernel(np.eye(3) * 7, "mine")
    save(opened, "mine")
    assert "“mine”" in opened.window.inspector.kernel.problem.text()
    assert own_kernels()[0].weights()[0, 0] == 7


@pytest.mark.parametrize("kernel", [np.array([[1.0, 2.0, 3.0]]), np.array([[4.0]]), np.array([[1.0], [2.0]])])
def test_a_kernel_with_an_axis_of_one_is_listed_again(opened: Opened, kernel: NDArray[np.float64]) -> None:
    editor = opened.window.inspector.kernel
    editor.change("Edit", lambda _: kernel)
    save(opened, "row")
    editor.change("Edit", np.zeros_like)
    entry(opened, "My kernels", "row").trigger()
    assert opened.window.session.document.layer.weight[0, 0].tolist() == kernel.tolist()


@pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not support")
def test_many_kernels_are_read_while_the_menu_stands(opened: Opened) -> None:
    kernels_folder().mkdir()
    for number in range(3):
        text = "\n".join([",".join([f"{number}"] * 150)] * 150)
        (kernels_folder() / f"{number}.txt").write_text(text, encoding="utf-8")
    (kernels_folder() / "small.txt").write_text("1 2\n3 4", encoding="utf-8")
    menu = opened.window.inspector.kernel.menu
    menu.popup(opened.window.pos())
    listed = [action.text() for action in menu.groups["My kernels"].actions()]
    assert "small" in listed
    assert len(listed) < 4
    assert any("being read" in action.text() and not action.isEnabled() for action in menu.actions())
    opened.bot.waitUntil(lambda: len(menu.groups["My kernels"].actions()) == 4)
    assert not any("being read" in action.text() for action in menu.actions())
    menu.close()


def test_a_window_closes_while_kernels_are_read(opened: Opened) -> None:
    kernels_folder().mkdir()
    for number in range(3):
        (kernels_folder() / f"{number}.txt").write_text(",".join(["1"] * 29_000), encoding="utf-8")
    shown(opened)
    assert opened.window.inspector.kernel.menu._reading is not None


def test_a_kernel_of_somebody_elses_is_there_once_its_file_is(opened: Opened, folder: Path) -> None:
    save(opened, "mine")
    shared = folder / "theirs.txt"
    shutil.copy(kernels_folder() / "mine.txt", shared)
    shared.write_text("1,2\n3,4\n", encoding="utf-8")
    shutil.copy(shared, kernels_folder())
    (kernels_folder() / "torn.txt").write_text("no numbers", encoding="utf-8")
    (kernels_folder() / "deep.txt").write_text("1 2\n3 4\n\n5 6\n7 8\n", encoding="utf-8")
    assert [action.text() for action in shown(opened).groups["My kernels"].actions()] == ["mine", "theirs"]
    entry(opened, "My kernels", "theirs").trigger()
    assert opened.window.session.document.layer.weight[0, 0].tolist() == [[1, 2], [3, 4]]
    assert {kernel.title: kernel.rank for kernel in own_kernels()} == {"mine": 2, "theirs": 2, "deep": 3}


def test_a_folder_that_cannot_be_written_is_said(opened: Opened, data: Path) -> None:
    (data / "kernels").write_text("in the way", encoding="utf-8")
    save(opened, "mine")
    assert "kernels" in opened.window.inspector.kernel.problem.text()
