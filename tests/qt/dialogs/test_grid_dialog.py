"""Typing a grid begins with the numbers that are there, where they are numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.model.sample import Sample
from convgui.qt.dialogs.grid_dialog import GridDialog
from tests.documents import textbook
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize(("value", "kept"), [(7.5, True), (np.nan, False), (np.inf, False), (-np.inf, False)])
def test_what_is_missing_or_infinite_is_not_offered_for_typing(opened: Opened, value: float, kept: bool) -> None:
    data = np.array([[[1.0, 2.0], [value, 4.0]]])
    dialog = GridDialog(replace(textbook(), sample=Sample(data, "holes")), opened.window, "")
    assert dialog.sample is not None
    assert np.array_equal(dialog.sample.data, data) == kept
    dialog.close()
    dialog.deleteLater()


def test_a_dialog_that_goes_with_its_window_is_given_up(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    before = opened.window.session.document

    def ends(dialog: GridDialog) -> int:
        shiboken6.delete(dialog)
        return 0

    monkeypatch.setattr(GridDialog, "exec", ends)
    opened.window.commands.actions["type"].trigger()
    assert opened.window.session.document is before


def test_tab_leads_on_and_ctrl_enter_opens(opened: Opened) -> None:
    dialog = GridDialog(textbook(), opened.window, "1 2\n3 4")
    dialog.show()
    dialog.text.setFocus()
    QTest.keyClick(dialog.text, Qt.Key.Key_Tab)
    assert dialog.text.toPlainText() == "1 2\n3 4"
    assert dialog.focusWidget() is not dialog.text
    dialog.text.setFocus()
    dialog.text.setPlainText("1 2\n3 x")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isVisible(), "what is no grid is not opened"
    dialog.text.setPlainText("1 2\n3 5")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.result() == GridDialog.DialogCode.Accepted
    assert dialog.sample is not None
    assert dialog.sample.data.tolist() == [[[1, 2], [3, 5]]]
    dialog.deleteLater()


def test_what_is_typed_first_takes_the_place_of_what_stands_there(opened: Opened) -> None:
    dialog = GridDialog(textbook(), opened.window, "")
    dialog.show()
    QTest.keyClicks(dialog.text, "1 2 3 4")
    assert dialog.text.toPlainText() == "1 2 3 4"
    assert dialog.sample is not None
    assert dialog.sample.data.tolist() == [[[1, 2, 3, 4]]]
    dialog.close()
    dialog.deleteLater()


@pytest.mark.parametrize("first", ["1 2 3 4", "1, 2, 3, 4", "1;2;3;4"])
def test_a_line_that_is_apart_by_something_else_is_told_so(opened: Opened, first: str) -> None:
    dialog = GridDialog(textbook(), opened.window, "")
    dialog.text.setPlainText(f"{first}\n0\t0\t0\t0\n0\t1\t1\t0")
    said = (
        f"Line 1: {first} is several numbers, and on other lines tabs stand between them; put tabs between these, too."
    )
    assert dialog.state.text() == said
    dialog.close()
    dialog.deleteLater()
