"""Numbers like weights, wherever they are edited: what is stored is never rounded, and what is typed is taken whole."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from convgui.draw.picture import Hit
from convgui.layers.scale import Scale
from convgui.model.document import Document
from convgui.qt.widgets.number_box import NumberBox
from convgui.session import edits, stack
from convgui.session.stack import replace_layer
from tests.documents import textbook
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
TRUE = 0.00053027123456789
TYPED = [
    ("0.0004", 0.0004),
    ("-1.23456789012", -1.23456789012),
    ("\u22120,5", -0.5),
    ("1/9", 1 / 9),
    ("1e-15", 1e-15),
    ("2e300", 2e300),
    ("7", 7.0),
]


def shown(opened: Opened, document: Document) -> None:
    opened.window.begin(document)
    opened.settle()
    opened.bot.waitUntil(opened.window.isActiveWindow)


def write(field: QWidget, text: str) -> None:
    """Type a text, of any characters."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(field, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


@pytest.fixture
def box(opened: Opened) -> NumberBox:
    """Return the bias's box; the bias has more digits than it shows."""
    shown(opened, edits.set_bias(textbook(), TRUE))
    box = opened.window.inspector.kernel.bias
    box.setFocus()
    box.selectAll()
    return box


def bias(opened: Opened) -> float:
    return float(opened.window.session.document.layer.bias[0])


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_a_bias_is_what_was_typed(opened: Opened, box: NumberBox, text: str, value: float) -> None:
    write(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert bias(opened) == value
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert bias(opened) == value, "passing through rounds nothing"


def test_a_small_bias_is_shown_and_not_rounded(opened: Opened, box: NumberBox) -> None:
    assert box.text() == "0.000530271"
    write(box, "0.000530271")
    QTest.keyClick(box, Qt.Key.Key_Return)
    opened.window.stage.setFocus()
    assert bias(opened) == TRUE
    assert opened.window.session.undo_name == ""


@pytest.mark.parametrize(("key", "value"), [(Qt.Key.Key_Up, TRUE + 1e-5), (Qt.Key.Key_Down, TRUE - 1e-5)])
def test_arrows_step_from_the_bias_itself(opened: Opened, box: NumberBox, key: Qt.Key, value: float) -> None:
    QTest.keyClick(box, key)
    assert bias(opened) == pytest.approx(value, rel=1e-13)


def test_arrows_step_from_what_is_typed(opened: Opened, box: NumberBox) -> None:
    write(box, "5")
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert bias(opened) == 6


@pytest.mark.parametrize("text", ["1/0", "--3", "1e400", "-", "1.2.3"])
def test_what_is_no_number_is_said_and_changes_nothing(opened: Opened, box: NumberBox, text: str) -> None:
    write(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert bias(opened) == TRUE
    assert f"“{text}” is not a number" in opened.window.inspector.kernel.problem.text()
    assert box.text() == "0.000530271"


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_a_weight_is_what_was_typed(opened: Opened, text: str, value: float) -> None:
    shown(opened, textbook())
    grid = opened.window.inspector.kernel.grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Return)
    write(grid._entry, text)
    QTest.keyClick(grid._entry, Qt.Key.Key_Return)
    assert opened.window.session.document.layer.weight[0, 0, 0, 0] == value


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_a_weight_typed_in_the_picture_is_what_was_typed(opened: Opened, text: str, value: float) -> None:
    shown(opened, textbook())
    given = opened.window.stage_input
    given._on_double_clicked(Hit("kernel", (0, 0, 0, 0)))
    write(given._entry, text)
    QTest.keyClick(given._entry, Qt.Key.Key_Return)
    assert value in opened.window.session.document.layer.weight


def test_a_tiny_weight_is_stepped_from_where_it_is(opened: Opened) -> None:
    shown(opened, edits.set_tap(textbook(), (0, 0), 1e-14, every_channel=False))
    grid = opened.window.inspector.kernel.grid
    grid.wheeled.emit(Hit("kernel", (0, 0)), 1.0, None)
    assert opened.window.session.document.layer.weight[0, 0, 0, 0] == 1.1e-14


@pytest.mark.parametrize(("text", "value"), TYPED)
def test_a_number_of_a_layer_without_a_kernel_is_what_was_typed(opened: Opened, text: str, value: float) -> None:
    line = scaled(opened)
    assert line.text() == "0.000530271"
    line.selectAll()
    write(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert factor(opened) == value


def test_a_number_of_a_layer_without_a_kernel_is_not_rounded_to_what_is_shown(opened: Opened) -> None:
    line = scaled(opened)
    line.selectAll()
    write(line, line.text())
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert factor(opened) == TRUE


def factor(opened: Opened) -> float:
    chosen = opened.window.session.document.chosen
    assert isinstance(chosen, Scale)
    return float(chosen.weight[0])


def scaled(opened: Opened) -> QLineEdit:
    """Show a layer that multiplies by a number with more digits than are shown; return the field of it."""
    document = stack.add_layer(textbook(), "scale")
    document = replace_layer(document, Scale(np.array([TRUE]), np.zeros(1)))
    shown(opened, document)
    line = opened.window.inspector.plain.field("weight")
    assert isinstance(line, QLineEdit)
    line.setFocus()
    return line
