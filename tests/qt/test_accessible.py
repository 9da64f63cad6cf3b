"""The window for those who hear it and those who have no mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QSlider,
    QWidget,
)

from convgui.qt.accessible import Reader
from tests.qt.conftest import Opened

CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QListWidget, QSlider)
NAME, VALUE = QAccessible.Text.Name, QAccessible.Text.Value


def interface(widget: QWidget) -> QAccessibleInterface:
    found: QAccessibleInterface = QAccessible.queryAccessibleInterface(widget)
    return found


def test_every_control_has_a_name(opened: Opened) -> None:
    seen = 0
    for widget in opened.window.findChildren(QWidget):
        within = isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox))
        if isinstance(widget, CONTROLS) and widget.isVisible() and not within:
            seen += 1
            assert interface(widget).text(NAME), (type(widget), widget.objectName(), widget.parentWidget())
    assert seen > 40


def test_the_cells_of_the_picture_have_names_and_values(opened: Opened) -> None:
    Reader()
    stage = opened.window.stage
    found = interface(stage)
    assert found.text(NAME) == "Stage"
    tables = {found.child(n).text(NAME).split(",")[0]: found.child(n) for n in range(found.childCount())}
    kernel = tables["kernel 0"]
    assert (kernel.role(), kernel.childCount()) == (QAccessible.Role.Table, 9)
    assert [kernel.child(n).text(VALUE) for n in range(9)] == ["0", "1", "2", "2", "2", "0", "0", "1", "2"]
    cell = kernel.child(5)
    assert cell.text(NAME) == "kernel 0, row 1, column 2"
    assert kernel.rect().contains(cell.rect())
    middle = cell.rect().center()
    assert kernel.childAt(middle.x(), middle.y()).text(NAME) == cell.text(NAME)
    assert found.childAt(-9999, -9999) is None
    opened.window.open_lesson("dilation")
    opened.settle()
    assert kernel.child(0).parent() is kernel
    opened.window.session.look(scene="cost", step=0)
    opened.settle()
    assert [found.child(n).isValid() for n in range(found.childCount())] == [True] * found.childCount()


def test_each_new_sentence_is_said_once(opened: Opened) -> None:
    said: list[str] = []
    opened.window.stage.said.connect(said.append)
    QTest.keyClick(opened.window.stage, Qt.Key.Key_End)
    opened.window.stage.update()
    opened.settle()
    assert said == [opened.summary()]
    assert interface(opened.window.stage).text(QAccessible.Text.Description) == opened.summary()


def test_cells_are_walked_pinned_and_typed_into_by_the_keyboard(opened: Opened) -> None:
    window, stage = opened.window, opened.window.stage
    stage.setFocus()
    alt = Qt.KeyboardModifier.AltModifier
    for _ in range(6):
        QTest.keyClick(stage, Qt.Key.Key_Right, alt)
    hover = window.presenter.focus.hover
    assert hover is not None
    assert hover.kind == "kernel", "beyond the input's right edge comes the kernel"
    QTest.keyClick(stage, Qt.Key.Key_F2)
    entry = QApplication.focusWidget()
    assert isinstance(entry, QLineEdit)
    entry.setText("7")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert window.session.document.layer.weight[(0, 0, *hover.index[-2:])] == 7
    while (hover := window.presenter.focus.hover) is not None and hover.kind != "output":
        QTest.keyClick(stage, Qt.Key.Key_Right, alt)
    QTest.keyClick(stage, Qt.Key.Key_Return)
    assert window.presenter.focus.pinned == hover


def test_tab_reaches_every_control_and_shows_where_it_is(opened: Opened) -> None:
    window = opened.window
    window.activateWindow()
    window.header.open.setFocus()
    reached: list[QWidget] = []
    for _ in range(300):
        here = QApplication.focusWidget()
        if here is None or here in reached:
            break
        reached.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    for control in (window.lessons, window.stage, window.transport.play, window.transport.scrub, window.header.export):
        assert control in reached, control
    plain, lit = picture(window.transport.play, focused=False), picture(window.transport.play, focused=True)
    assert plain != lit


def picture(widget: QWidget, *, focused: bool) -> bytes:
    if focused:
        widget.setFocus()
    else:
        widget.clearFocus()
    QApplication.processEvents()
    return bytes(widget.grab().toImage().constBits())
