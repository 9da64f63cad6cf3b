"""Branches made in the window: what a layer reads is typed, shown in the list, undone, and refused in a sentence."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.model.flow import value_of
from tests.qt.conftest import Opened


def typed(opened: Opened, text: str) -> None:
    line = opened.window.inspector.reads.line
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_a_residual_block_is_built_by_hand(opened: Opened) -> None:
    window = opened.window
    window.resize(1280, 800)
    assert window.inspector.reads.isHidden()
    window.inspector.stack.add_kind("relu")
    window.inspector.stack.add_kind("add")
    document = window.session.document
    assert len(document.layers) == 3
    # It reads what is of the same shape: what went into the layer before it, and what that makes.
    assert [*document.sources[2]] == [1, 2]
    assert "Addition ← 1, 2" in window.inspector.stack.list.item(2).text()
    assert not window.inspector.reads.isHidden()
    assert window.inspector.reads.line.text() == "1, 2"
    typed(opened, "2, 2, 1")
    assert [*window.session.document.sources[2]] == [2, 2, 1]
    values = [value_of(window.session.document, n) for n in range(4)]
    np.testing.assert_allclose(values[3], 2 * values[2] + values[1])
    opened.settle()
    window.session.undo()
    assert [*window.session.document.sources[2]] == [1, 2]
    assert window.inspector.reads.line.text() == "1, 2"


def test_what_cannot_be_read_is_said(opened: Opened) -> None:
    window = opened.window
    window.inspector.stack.add_kind("relu")
    before = window.session.document
    for text, words in (
        ("7", "only the input, 0, and the layers before this one, up to 1, can be read."),
        ("", "only the input, 0"),
        ("0, 1", "ReLU reads one value; addition, multiplication and concatenation read several."),
    ):
        typed(opened, text)
        assert words in window.inspector.reads.problem.text()
        assert window.session.document is before
    typed(opened, "0")
    assert window.session.document.sources == ((0,), (0,))
    assert window.inspector.reads.problem.isHidden()
    assert "ReLU ← 0" in window.inspector.stack.list.item(1).text()


def test_layers_of_branches_stay_where_they_are(opened: Opened) -> None:
    window = opened.window
    for kind in ("relu", "add", "relu"):
        window.inspector.stack.add_kind(kind)
    before = window.session.document
    window.inspector.stack.up.click()
    assert window.session.document is before
    assert "none of its layers is moved; change what each of them reads" in window.inspector.stack.problem.text()
    window.session.look(layer=2)
    window.inspector.stack.remove.click()
    assert window.session.document.sources == ((0,), (1,), (1,))


def test_undo_in_the_line_is_that_of_the_document(opened: Opened) -> None:
    window = opened.window
    line = window.inspector.reads.line
    for kind in ("relu", "relu", "add"):
        window.inspector.stack.add_kind(kind)
    opened.bot.waitUntil(window.isActiveWindow)
    line.setFocus()
    typed(opened, "3, 6")
    assert window.inspector.reads.problem.text()
    typed(opened, "3, 1")
    assert [*window.session.document.sources[3]] == [3, 1]
    for key, shown in ((Qt.Key.Key_Z, "2, 3"), (Qt.Key.Key_Y, "3, 1"), (Qt.Key.Key_Z, "2, 3")):
        QTest.keyClick(line, key, Qt.KeyboardModifier.ControlModifier)
        assert line.text() == shown
        assert ", ".join(map(str, window.session.document.sources[3])) == shown
    # What has not been taken yet is the line's own.
    line.selectAll()
    QTest.keyClicks(line, "7")
    QTest.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [*window.session.document.sources[3]] == [2, 3]
    assert line.text() == "2, 3"


def test_a_layer_that_is_chosen_is_seen_with_what_it_made(opened: Opened) -> None:
    window = opened.window
    for kind in ("relu", "concatenate"):
        window.inspector.stack.add_kind(kind)
    window.header.tabs.chosen.emit("maps")
    opened.settle()
    assert window.presenter.player.target == 3
    window.inspector.stack.list.setCurrentRow(0)
    opened.settle()
    assert (window.session.document.view.layer, window.presenter.player.target) == (0, 1)


def test_a_join_is_added_where_it_has_nothing_but_the_layer_before_it(opened: Opened) -> None:
    window = opened.window
    for kind in ("relu", "concatenate", "multiply"):
        window.inspector.stack.add_kind(kind)
    # No value before has two channels: it is multiplied by itself until another is typed.
    assert window.session.document.sources[3] == (3, 3)
    assert window.session.document.shapes[4] == window.session.document.shapes[3]
    typed(opened, "3, 1")
    assert "are not 2 values of equally many" in window.inspector.reads.problem.text()
