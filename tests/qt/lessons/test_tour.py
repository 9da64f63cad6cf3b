"""The tour lights every part, and can be left."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convgui.qt.lessons.tour import STOPS, Tour
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_the_tour_lights_every_part_and_can_be_left(opened: Opened, size: tuple[int, int]) -> None:
    window = opened.window
    window.resize(*size)
    QApplication.processEvents()
    window.tour()
    tour = window.findChild(Tour)
    assert isinstance(tour, Tour)
    for index in range(len(STOPS)):
        assert tour.index == index
        lit = tour.lit()
        assert not lit.isEmpty()
        if STOPS[index].part == "kernel":
            grid = window.inspector.kernel.grid
            assert lit.contains(QRect(grid.mapTo(window, QPoint()), grid.size())), "what the sentence is about is lit"
        assert tour.rect().contains(tour.card.geometry())
        if STOPS[index].part != "stage":
            assert not tour.card.geometry().intersects(lit)
        QTest.keyClick(tour, Qt.Key.Key_Right)
    opened.bot.waitUntil(lambda: window.findChild(Tour) is None)
    assert window.remembered.toured()
    assert QApplication.focusWidget() is window.stage, "the keys work where the tour was left"
    window.commands.actions["tour"].trigger()
    again = window.findChild(Tour)
    assert isinstance(again, Tour)
    QTest.keyClick(again, Qt.Key.Key_Escape)
    opened.bot.waitUntil(lambda: window.findChild(Tour) is None)
