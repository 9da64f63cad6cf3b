"""What is being typed into a field is taken before a command or a button does something with the document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from convgui.files.documents import read_document
from convgui.model.document import Document
from convgui.session import stack
from convgui.session.notes import notes_of
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CONTROL = Qt.KeyboardModifier.ControlModifier


def stride(opened: Opened) -> None:
    box = opened.window.inspector.layer.stride.boxes[0]
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "2")


def kernel(opened: Opened) -> None:
    grid = opened.window.inspector.kernel.grid
    grid.setFocus()
    QTest.keyClicks(grid, "9")


def cell(opened: Opened) -> None:
    window = opened.window
    window.stage.setFocus()
    QTest.keyClick(window.stage, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    window.stage_input.edit()
    entry = QApplication.focusWidget()
    assert isinstance(entry, QLineEdit)
    entry.selectAll()
    QTest.keyClicks(entry, "8")


def bias(opened: Opened) -> None:
    box = opened.window.inspector.kernel.bias
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "4")


FIELDS: dict[str, tuple[Callable[[Opened], None], Callable[[Document], object]]] = {
    "stride": (stride, lambda document: document.layer.spec.stride == (2, 2)),
    "kernel": (kernel, lambda document: 9 in document.layer.weight),
    "input": (cell, lambda document: 8 in document.sample.data),
    "bias": (bias, lambda document: document.layer.bias[0] == 4),
}


def typing(opened: Opened, field: str) -> Callable[[Document], object]:
    """Type into a field and leave it so; returns whether a document has what was typed."""
    opened.window.begin(textbook())
    opened.settle()
    type_, has = FIELDS[field]
    opened.bot.waitUntil(opened.window.isActiveWindow)
    type_(opened)
    assert not has(opened.window.session.document)
    return has


def press(key: Qt.Key) -> None:
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClick(field, key, CONTROL)


@pytest.mark.parametrize("field", FIELDS)
def test_saving_by_key_takes_what_is_typed(opened: Opened, answers: Answers, folder: Path, field: str) -> None:
    has, window = typing(opened, field), opened.window
    answers.file = str(folder / "a.convgui")
    press(Qt.Key.Key_S)
    opened.bot.waitUntil(lambda: not window.filing.writing and (folder / "a.convgui").exists())
    assert has(read_document(folder / "a.convgui"))
    assert not window.isWindowModified()


@pytest.mark.parametrize("field", FIELDS)
def test_a_note_is_about_what_is_typed(opened: Opened, field: str) -> None:
    has, window = typing(opened, field), opened.window
    press(Qt.Key.Key_M)
    (note,) = notes_of(window.session.document)
    assert note.state is not None
    assert has(note.state)
    assert window.notes.panel is not None
    window.notes.panel.close()


def test_every_command_takes_it_first(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bool] = []
    monkeypatch.setattr("convgui.qt.widgets.actions.take_typed", lambda: taken.append(True))
    for name in ("copy-picture", "copy-kernel", "next-note", "last"):
        taken.clear()
        opened.window.commands.actions[name].trigger()
        assert taken, name


def test_a_button_that_takes_no_focus_takes_it_too(opened: Opened) -> None:
    window = opened.window
    window.begin(stack.add_layer(textbook(), "relu"))
    window.session.look(layer=0)
    opened.settle()
    opened.bot.waitUntil(window.isActiveWindow)
    stride(opened)
    QTest.mouseClick(window.inspector.stack.down, Qt.MouseButton.LeftButton)
    assert next(layer for layer in window.session.document.layers if hasattr(layer, "spec")).spec.stride == (2, 2)
