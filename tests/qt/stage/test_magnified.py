"""Small grids are looked at closely and moved, as photos are; what is pointed at stays under the pointer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from tests.qt.conftest import Opened


def middle_of(opened: Opened, kind: str, index: tuple[int, ...]) -> QPointF:
    """Return where a cell's middle is in the widget."""
    picture = opened.window.stage.picture
    assert picture is not None
    grid = next(grid for grid in picture.hits if grid.kind == kind)
    x, y, width, height = opened.window.stage.on_widget(grid.box((*grid.prefix, *index)))
    return QPointF(x + width / 2, y + height / 2)


def wheel(opened: Opened, at: QPointF, turns: int) -> None:
    stage = opened.window.stage
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    around = stage.mapToGlobal(at)
    phase = Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(
        stage, QWheelEvent(at, around, QPoint(), QPoint(0, 120 * turns), buttons, keys, phase, False)
    )


def test_the_wheel_magnifies_around_the_pointer(opened: Opened) -> None:
    stage = opened.window.stage
    before = middle_of(opened, "input", (2, 2))
    wheel(opened, before, 3)
    assert stage.magnified == pytest.approx(1.25**3)
    assert (middle_of(opened, "input", (2, 2)) - before).manhattanLength() < 1
    QTest.mouseMove(stage, before.toPoint())
    hover = opened.window.presenter.focus.hover
    assert hover is not None
    assert hover.index[-2:] == (2, 2)
    wheel(opened, before, -9)
    assert stage.magnified == 1


def test_keys_zoom_pan_and_come_back_to_the_whole(opened: Opened) -> None:
    window, stage = opened.window, opened.window.stage
    before = middle_of(opened, "output", (0, 0))
    for _ in range(2):
        window.commands.actions["larger"].trigger()
    assert stage.magnified == pytest.approx(2.25)
    zoomed = middle_of(opened, "output", (0, 0))
    QTest.keyClick(stage, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert middle_of(opened, "output", (0, 0)).x() < zoomed.x()
    for _ in range(40):
        QTest.keyClick(stage, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    corner = stage.on_widget((*stage.room, 0, 0))
    assert corner[0] == pytest.approx(stage.width(), abs=1), "it stops at the picture's edge"
    window.commands.actions["fit"].trigger()
    assert stage.magnified == 1
    assert middle_of(opened, "output", (0, 0)) == before


def test_a_hand_moves_what_is_magnified(opened: Opened) -> None:
    stage = opened.window.stage
    opened.window.commands.actions["larger"].trigger()
    before = middle_of(opened, "input", (2, 2))
    for kind, at, button in (
        (QEvent.Type.MouseButtonPress, QPointF(400, 300), Qt.MouseButton.RightButton),
        (QEvent.Type.MouseMove, QPointF(390, 296), Qt.MouseButton.NoButton),
        (QEvent.Type.MouseMove, QPointF(380, 290), Qt.MouseButton.NoButton),
        (QEvent.Type.MouseButtonRelease, QPointF(380, 290), Qt.MouseButton.RightButton),
    ):
        held = Qt.MouseButton.RightButton
        QApplication.sendEvent(
            stage, QMouseEvent(kind, at, stage.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        )
    moved = middle_of(opened, "input", (2, 2)) - before
    assert (moved.x(), moved.y()) == pytest.approx((-20, -10), abs=1)


def test_a_value_is_typed_where_its_cell_is_seen(opened: Opened) -> None:
    stage = opened.window.stage
    wheel(opened, middle_of(opened, "input", (1, 1)), 2)
    at = middle_of(opened, "input", (1, 1)).toPoint()
    QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=at)
    entry = stage.findChild(QLineEdit)
    assert entry is not None
    assert entry.isVisible()
    assert entry.geometry().contains(at)
    QTest.keyClicks(entry, "8")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert opened.window.session.document.sample.data[0, 1, 1] == 8
    assert stage.magnified > 1, "an edit is looked at just as closely"
    opened.window.session.look(scene="matrix")
    assert stage.magnified == 1
