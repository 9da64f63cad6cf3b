"""The window for those who hear it and those who have no mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QSlider,
    QWidget,
)

from convgui.draw.spoken import tables
from convgui.model.document import View
from convgui.qt.app.language import use_language
from convgui.qt.app.windows import Windows
from convgui.qt.kernel.grid import KernelGrid
from convgui.qt.stage.accessible import StageInterface, serve_screen_readers
from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.widgets.fonts import load_fonts
from convgui.words import language
from tests.documents import random_document
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QListWidget, QSlider)
NAME, VALUE = QAccessible.Text.Name, QAccessible.Text.Value


@pytest.fixture(autouse=True)
def _served(qapp: QApplication) -> None:
    """As in the program, before the first window."""
    serve_screen_readers()


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


@pytest.mark.parametrize("action", ["preferences", "export", "palette", "about", "shortcuts", "notes"])
def test_every_control_of_a_dialog_has_a_name(opened: Opened, action: str) -> None:
    window = opened.window
    before = set(window.findChildren(QWidget))
    window.commands.actions[action].trigger()
    added = [w for w in window.findChildren(QWidget) if w not in before and isinstance(w, CONTROLS)]
    for widget in added:
        named = interface(widget).text(NAME) or not widget.isVisible()
        within = isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox, QAbstractScrollArea))
        assert named or within, (type(widget), widget.objectName(), widget.parentWidget())
    for dialog in window.findChildren(QDialog):
        assert dialog.windowTitle()
        dialog.close()


def test_the_cells_of_the_picture_have_names_and_values(opened: Opened) -> None:
    stage = opened.window.stage
    found = interface(stage)
    assert found.text(NAME) == "Stage"
    named = {found.child(n).text(NAME).split(",")[0]: found.child(n) for n in range(found.childCount())}
    kernel = named["kernel"]
    assert (kernel.role(), kernel.childCount()) == (QAccessible.Role.Table, 9)
    assert [kernel.child(n).text(VALUE) for n in range(9)] == ["0", "1", "2", "2", "2", "0", "0", "1", "2"]
    cell = kernel.child(5)
    assert cell.text(NAME) == "kernel, row 1, column 2"
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
    assert opened.window.stage.picture is not None
    shown = [grid.title for grid in tables(opened.window.stage.picture)]
    assert [found.child(n).text(NAME).split(",")[0] for n in range(found.childCount())] == shown


def test_cells_are_named_row_by_row_where_a_grid_is_wider_than_high(opened: Opened) -> None:
    opened.window.session.look(scene="matrix", step=0)
    opened.settle()
    stage = opened.window.stage
    assert stage.picture is not None
    found, square = interface(stage), set[bool]()
    for n, grid in enumerate(tables(stage.picture)):
        (rows, columns), (down, across) = grid.content.shape, grid.axes
        table = found.child(n)
        heard = [(table.child(i).text(NAME), table.child(i).text(VALUE)) for i in range(table.childCount())]
        assert heard == [
            (f"{grid.title}, {down} {r}, {across} {c}", grid.shown_texts()[r][c] or "empty")
            for r in range(rows)
            for c in range(columns)
        ]
        square.add(rows == columns)
    assert False in square


def everything(found: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    """Go through it as a screen reader does."""
    yield found
    for n in range(found.childCount()):
        child = found.child(n)
        if child is not None:
            assert not isinstance(found, StageInterface) or found.indexOfChild(child) == n
            yield from everything(child)


def known(found: QAccessibleInterface) -> list[int]:
    """Return the numbers by which the system asks Qt for it and all that is in it, and hear each of them."""
    heard = list(everything(found))
    assert all(one.text(NAME) is not None and one.rect() is not None and one.state() is not None for one in heard)
    return [QAccessible.uniqueId(one) for one in heard]


class Slotted(PictureWidget):
    """A stage with a slot of Python's, as every class has once something is connected to one of its methods."""

    def later(self) -> None:
        pass


def test_qt_is_given_another_interface_whenever_it_asks(opened: Opened) -> None:
    """It deletes each of them when the stage goes: one that it was given twice would be the end of the process."""
    stage = Slotted()
    assert opened.window.stage.picture is not None
    stage.show_picture(opened.window.stage.picture)
    first = interface(stage)
    stage.shown.connect(stage.later)
    second = interface(stage)
    assert isinstance(first, StageInterface)
    assert isinstance(second, StageInterface)
    assert first is not second, "the slot has given the class another meta-object"
    assert [first.child(n).text(NAME) for n in range(4)] == [second.child(n).text(NAME) for n in range(4)]
    assert first.indexOfChild(second.child(1)) == second.indexOfChild(first.child(1)) == -1
    cells = [found.child(1).child(4) for found in (first, second)]
    shiboken6.delete(stage)
    assert not any(shiboken6.isValid(one) for one in (first, second, *cells))


@pytest.mark.parametrize("kind", [PictureWidget, KernelGrid])
def test_qt_knows_nothing_any_more_of_a_stage_that_is_gone(opened: Opened, kind: type[PictureWidget]) -> None:
    stage = kind()
    assert opened.window.stage.picture is not None
    stage.show_picture(opened.window.stage.picture)
    unheard, numbers = interface(stage).child(3).child(8), known(interface(stage))
    assert len(numbers) > 1 + 4 + 25 + 9 + 9
    shiboken6.delete(stage)
    assert [number for number in numbers if QAccessible.accessibleInterface(number) is not None] == []
    assert not shiboken6.isValid(unheard)


def test_windows_come_and_go_while_they_are_heard(windows: Windows, qapp: QApplication) -> None:
    load_fonts()
    before, gone = language(), list[int]()
    for code in ("en", "zh_CN", "en"):
        windows.speak(code)
        window = windows.open[-1] if windows.open else windows.show()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert [number for number in gone if QAccessible.accessibleInterface(number) is not None] == []
        gone = known(interface(window.stage))
        window.open_lesson("dilation")
        gone += known(interface(window.inspector))
    use_language(qapp, before)


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


def walked(window: QWidget, start: QWidget) -> list[QWidget]:
    """Return what Tab comes to, once round."""
    window.activateWindow()
    start.setFocus()
    reached: list[QWidget] = []
    for _ in range(300):
        here = QApplication.focusWidget()
        if here is None or (here in reached and here is not reached[-1]):
            break
        if here not in reached:
            reached.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    return reached


@pytest.mark.parametrize("lesson", ["single-channel", "sobel-photo", "volume-3d"])
def test_tab_reaches_every_control_in_the_order_of_reading(opened: Opened, lesson: str) -> None:
    window = opened.window
    window.open_lesson(lesson)
    opened.settle()
    window.commands.actions["levels"].trigger()
    opened.settle()
    reached = walked(window, window.header.open)
    grouped = set(window.header.tabs.stops()[:-1])
    missed = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS) and widget.isVisible() and widget.isEnabled() and widget not in reached
        if widget not in grouped and not isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox))
    ]
    assert missed == []
    assert len(grouped & set(reached)) == 1, "the arrows go from one tab to the next"
    panel = window.leveller.panel
    assert panel is not None
    shown = (*window.options.stops()[:1], panel.low)
    stops = [window.header.open, *window.header.tabs.stops()[-1:], window.header.export, window.lessons, window.stage]
    stops += [*shown, window.transport.start, window.transport.speed, window.inspector.stack.list]
    places = [reached.index(stop) for stop in stops if stop.isVisible() and stop.isEnabled()]
    assert places == sorted(places)
    assert len(reached) > 35


@pytest.mark.parametrize("lesson", ["single-channel", "sobel-photo"])
def test_what_has_the_keyboard_can_be_seen(opened: Opened, lesson: str) -> None:
    window = opened.window
    window.open_lesson(lesson)
    opened.settle()
    reached = walked(window, window.stage)
    for before, control in zip((reached[-1], *reached), reached, strict=False):
        assert picture(control, control) != picture(control, before), (type(control), control.accessibleName())


def test_the_arrows_go_from_tab_to_tab(opened: Opened) -> None:
    window = opened.window
    first = window.header.tabs.stops()[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    opened.settle()
    assert window.session.document.view.scene == "maps", "the next that applies"


def picture(control: QWidget, focused: QWidget) -> bytes:
    focused.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    return bytes(control.grab().toImage().constBits())


@pytest.mark.parametrize("scene", ["slide", "matrix"])
def test_the_cell_under_a_point_is_the_one_whose_place_it_is(opened: Opened, scene: str) -> None:
    session = opened.window.session
    session.replace(random_document(1, 1, (4, 7), (2, 3)).with_view(View(scene=scene)), "Wide")
    opened.settle()
    found, seen = interface(opened.window.stage), set[bool]()
    for n in range(found.childCount()):
        table = found.child(n)
        places = [table.child(i).rect() for i in range(table.childCount())]
        if min(min(place.width(), place.height()) for place in places) < 4:
            continue
        for i, place in enumerate(places):
            middle = place.center()
            assert table.childAt(middle.x(), middle.y()).text(NAME) == table.child(i).text(NAME)
        seen.add(len({place.left() for place in places}) == len({place.top() for place in places}))
    assert False in seen
