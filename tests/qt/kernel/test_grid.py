"""Weights by hand: typing, dragging, wheel, arrows."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from convgui.draw.theme import LIGHT
from convgui.qt.kernel.grid import KernelGrid


class Held:
    """A grid that keeps what it is told, as a session would."""

    def __init__(self, bot: QtBot, kernel: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
        self.grid, self.kernel = KernelGrid(), kernel
        self.finished = 0
        self.said: list[str] = []
        bot.addWidget(self.grid)
        self.grid.resize(240, 200)
        self.grid.changed.connect(self.take)
        self.grid.finished.connect(self.count)
        self.grid.rejected.connect(self.said.append)
        self.grid.show_kernel(kernel, LIGHT)
        with bot.waitExposed(self.grid):
            self.grid.show()
        self.grid.setFocus()

    def take(self, index: tuple[int, ...], value: float) -> None:
        self.kernel = self.kernel.copy()
        self.kernel[index] = value
        self.grid.show_kernel(self.kernel, LIGHT)

    def count(self) -> None:
        self.finished += 1

    def at(self, i: int, j: int) -> QPoint:
        return QPoint(round(2 + (j + 0.5) * self.grid.cell), round(2 + (i + 0.5) * self.grid.cell))


@pytest.fixture
def held(qtbot: QtBot) -> Held:
    return Held(qtbot, np.zeros((3, 3)))


def test_click_and_type(held: Held) -> None:
    QTest.mouseClick(held.grid, Qt.MouseButton.LeftButton, pos=held.at(1, 2))
    QTest.keyClicks(held.grid, "-")
    entry = held.grid.findChild(QLineEdit)
    assert entry is not None
    QTest.keyClicks(entry, "0.5")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert held.kernel[1, 2] == -0.5
    QTest.keyClicks(held.grid, "7")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert held.kernel[2, 0] == 7


def test_what_is_not_a_number_is_answered(held: Held) -> None:
    QTest.keyClicks(held.grid, "1")
    entry = held.grid.findChild(QLineEdit)
    assert entry is not None
    QTest.keyClicks(entry, "x")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert held.said == ["“1x” is not a number; type one such as −0.5 or 1/9."]
    assert not held.kernel.any()
    QTest.keyClicks(held.grid, "5")
    QTest.keyClick(entry, Qt.Key.Key_Escape)
    assert not held.kernel.any()


def test_dragging_up_and_down_is_one_gesture(held: Held) -> None:
    start = held.at(0, 1)
    QTest.mousePress(held.grid, Qt.MouseButton.LeftButton, pos=start)
    for way in (6, 12, 18, 24):
        QTest.mouseMove(held.grid, start - QPoint(0, way))
        assert held.kernel[0, 1] == way // 6
    QTest.mouseMove(held.grid, start + QPoint(0, 12))
    assert held.kernel[0, 1] == -2
    before = held.finished
    QTest.mouseRelease(held.grid, Qt.MouseButton.LeftButton, pos=start + QPoint(0, 12))
    assert held.finished == before + 1
    assert np.count_nonzero(held.kernel) == 1
    other = held.at(2, 0)
    QTest.mousePress(held.grid, Qt.MouseButton.LeftButton, pos=other)
    QTest.mouseMove(held.grid, other - QPoint(0, 18))
    QTest.mouseRelease(held.grid, Qt.MouseButton.LeftButton, pos=other - QPoint(0, 18))
    assert (held.kernel[0, 1], held.kernel[2, 0]) == (-2, 3), "the next drag is of the weight that it begins at"


def test_the_wheel_and_the_keys(held: Held) -> None:
    place = QPointF(held.at(2, 2))
    held.grid.clearFocus()
    for delta in (120, 120, -120):
        event = QWheelEvent(
            place, held.grid.mapToGlobal(place), QPoint(), QPoint(0, delta), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(held.grid, event)
        if not held.grid.hasFocus():
            assert not event.isAccepted(), "the panel scrolls"
            assert not held.kernel.any()
            held.grid.setFocus()
            QApplication.sendEvent(held.grid, event)
    assert held.kernel[2, 2] == 1
    QTest.keyClick(held.grid, Qt.Key.Key_Left)
    QTest.keyClick(held.grid, Qt.Key.Key_Up)
    QTest.keyClick(held.grid, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert held.kernel[1, 1] == 1
    QTest.keyClick(held.grid, Qt.Key.Key_Delete)
    assert held.kernel[1, 1] == 0


def test_tab_walks_the_weights_and_leaves_at_the_end(held: Held) -> None:
    for _ in range(8):
        QTest.keyClick(held.grid, Qt.Key.Key_Tab)
    QTest.keyClicks(held.grid, "3")
    entry = held.grid.findChild(QLineEdit)
    assert entry is not None
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert held.kernel[2, 2] == 3


def test_it_says_where_one_is(held: Held) -> None:
    assert held.grid.accessibleName() == "Kernel weights"
    assert held.grid.accessibleDescription() == "row 0, column 0: 0"


@pytest.mark.parametrize("shape", [(1, 1), (31, 31), (1, 5)])
def test_any_size_fits(qtbot: QtBot, shape: tuple[int, int]) -> None:
    held = Held(qtbot, np.ones(shape))
    assert held.grid.picture is not None
    assert held.grid.cell * shape[1] <= held.grid.width()


def test_a_kernel_of_three_axes_is_edited_slice_by_slice(qtbot: QtBot) -> None:
    held = Held(qtbot, np.arange(24, dtype=np.float64).reshape(2, 3, 4))
    shown: list[int] = []
    held.grid.sliced.connect(shown.append)
    ctrl = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(held.grid, Qt.MouseButton.LeftButton, pos=held.at(1, 2))
    QTest.keyClick(held.grid, Qt.Key.Key_Plus, ctrl)
    assert held.kernel[0, 1, 2] == 7
    QTest.keyClick(held.grid, Qt.Key.Key_PageDown)
    assert (held.grid.slice, shown) == (1, [1])
    QTest.keyClick(held.grid, Qt.Key.Key_Minus, ctrl)
    assert held.kernel[1, 1, 2] == 17
    assert np.array_equal(held.kernel[0], [[0, 1, 2, 3], [4, 5, 7, 7], [8, 9, 10, 11]])
    QTest.keyClick(held.grid, Qt.Key.Key_PageDown)
    assert held.grid.slice == 1
    held.grid.show_kernel(np.zeros((1, 3, 4)), LIGHT)
    assert held.grid.slice == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_PageDown, Qt.Key.Key_PageUp])
def test_what_is_being_typed_is_given_up_where_another_slice_comes(qtbot: QtBot, key: Qt.Key) -> None:
    before = np.arange(27, dtype=np.float64).reshape(3, 3, 3)
    held = Held(qtbot, before)
    held.grid.choose_slice(1)
    QTest.keyClicks(held.grid, "8")
    entry = held.grid.findChild(QLineEdit)
    assert entry is not None
    assert entry.isVisible()
    QTest.keyClick(entry, key)
    assert held.grid.slice == (2 if key == Qt.Key.Key_PageDown else 0)
    assert not entry.isVisible()
    entry.editingFinished.emit()
    assert np.array_equal(held.kernel, before)


@pytest.mark.parametrize("typed", ["1", "2", "7"])
def test_a_number_that_was_offered_elsewhere_is_taken_where_it_is_typed(qtbot: QtBot, typed: str) -> None:
    """What stood in the field before, and was left as it was, says nothing about the next weight."""
    held = Held(qtbot, np.array([[float(typed), 0.0], [5.0, 6.0]]))
    entry = held.grid.findChild(QLineEdit)
    assert entry is not None
    for leave in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        held.kernel = np.array([[float(typed), 0.0], [5.0, 6.0]])
        held.grid.show_kernel(held.kernel, LIGHT)
        held.grid._choose((0, 0))
        QTest.keyClick(held.grid, Qt.Key.Key_F2)
        assert entry.text() == typed
        QTest.keyClick(entry, leave)
        held.grid._choose((1, 1))
        QTest.keyClicks(held.grid, typed)
        QTest.keyClick(entry, Qt.Key.Key_Return)
        assert held.kernel[1, 1] == float(typed)


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_long_kernel_is_edited_in_parts(qtbot: QtBot) -> None:
    held = Held(qtbot, np.arange(100, dtype=np.float64))
    grid = held.grid
    seen: list[int] = []
    grid.sliced.connect(seen.append)
    assert grid.picture is not None
    assert grid.picture.summary == "tap 0 of 100: 0"
    for _ in range(16):
        QTest.keyClick(grid, Qt.Key.Key_Right)
    assert (grid.slice, seen) == (1, [1])
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert held.kernel[16] == 0
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.slice == 0
    assert grid.picture.summary == "tap 15 of 100: 15"
    QTest.keyClick(grid, Qt.Key.Key_PageUp)
    assert grid.slice == 0
    grid.choose_slice(99)
    assert grid.slice == 6
    QTest.keyClick(grid, Qt.Key.Key_End)
    for _ in range(20):
        QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.picture.summary == "tap 99 of 100: 99", "there is none behind the last"
    # The curve of all taps leads to each part.
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(2 + int(236 * 0.5), 10))
    assert grid.slice == 3
    grid.show_kernel(np.arange(5, dtype=np.float64), LIGHT)
    assert grid.slice == 0
