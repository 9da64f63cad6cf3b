"""Kernels in groups with small pictures; those of one's own are saved by name, as files that are handed on."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox

from convgui.draw.theme import LIGHT
from convgui.files.own_kernels import own_kernels
from convgui.files.user_folders import kernels_folder
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
    # Another one of that name is a question, which Return answers with No.
    answers.answer = QMessageBox.StandardButton.Yes
    assert "replaced" in save(opened, "Ramp a 7")
    assert answers.asked == ["Ramp a 7.txt is there already. Do you want to replace it?"]


def test_a_kernel_is_not_replaced_without_a_yes(opened: Opened, answers: Answers) -> None:
    editor = opened.window.inspector.kernel
    editor.change("Edit", np.ones_like)
    save(opened, "mine")
    editor.change("Edit", np.zeros_like)
    answers.answer = QMessageBox.StandardButton.No
    next(action for action in shown(opened).actions() if action.text() == "&Save this kernel…").trigger()
    dialog = opened.window.findChild(NameDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.name, "mine")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible(), "another name may be given"
    assert own_kernels()[0].weights().tolist() == [[1] * 3] * 3
    dialog.reject()


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
