"""The palette finds what there is, and says why not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.qt.dialogs.command_palette import Palette
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def palette(opened: Opened) -> Palette:
    opened.window.commands.actions["palette"].trigger()
    found = opened.window.findChild(Palette)
    assert isinstance(found, Palette)
    return found


def choose(opened: Opened, typed: str) -> None:
    dialog = palette(opened)
    QTest.keyClicks(dialog.line, typed)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    opened.bot.waitUntil(lambda: opened.window.findChild(Palette) is None)
    opened.settle()


def test_the_palette_finds_lessons_kernels_samples_scenes_and_actions(opened: Opened) -> None:
    window = opened.window
    choose(opened, "sobel y")
    assert window.session.document.layer.weight[0, 0].tolist() == [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    choose(opened, "matrix scene")
    assert window.session.document.view.scene == "matrix"
    choose(opened, "dark theme")
    assert window.theme.shade == "dark"
    choose(opened, "dilation")
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == "dilation"
    choose(opened, "chelsea")
    assert window.session.document.sample.source == "sample:chelsea"


def test_the_palette_says_why_not_and_what_is_not_there(opened: Opened) -> None:
    dialog = palette(opened)
    dialog.line.setText("transposed scene")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert opened.window.session.document.view.scene == "slide", "what cannot be done is not done"
    dialog.line.setText("zzzz")
    assert "zzzz" in dialog.none.text()
    dialog.line.setText("")
    QTest.keyClick(dialog.line, Qt.Key.Key_Down)
    assert dialog.list.currentRow() == 1
    QTest.keyClick(dialog.line, Qt.Key.Key_Escape)
