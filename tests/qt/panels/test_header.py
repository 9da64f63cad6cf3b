"""Tabs: what is shown already stays as it is, and one that does not apply looks it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from convgui.layers.relu import ReLU
from tests.documents import textbook
from tests.qt.conftest import Opened


def tab(given: Opened, title: str) -> QToolButton:
    buttons = given.window.header.tabs.findChildren(QToolButton)
    return next(button for button in buttons if button.text() == title)


def darkest(button: QToolButton) -> float:
    """The lightness of the ink of a tab's title."""
    window = button.window()
    image = window.grab(QRect(button.mapTo(window, QPoint()), button.size())).toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return min(QColor(image.pixel(x, y)).lightnessF() for x, y in points)


def test_a_click_on_the_tab_that_is_shown_keeps_the_step(opened: Opened) -> None:
    opened.window.presenter.jump(3)
    opened.settle()
    QTest.mouseClick(tab(opened, "Slide"), Qt.MouseButton.LeftButton)
    opened.settle()
    assert opened.window.presenter.player.target == 3
    QTest.mouseClick(tab(opened, "Matrix"), Qt.MouseButton.LeftButton)
    opened.settle()
    assert opened.window.session.document.view.scene == "matrix"
    assert opened.window.presenter.player.target == 0


def test_a_tab_that_does_not_apply_is_fainter(opened: Opened) -> None:
    book = textbook()
    opened.show(replace(book, layers=(book.layer, ReLU()), view=replace(book.view, scene="maps", layer=1)))
    off, on = tab(opened, "Slide"), tab(opened, "Cells")
    assert (off.isEnabled(), on.isEnabled()) == (False, True)
    assert darkest(off) > darkest(on) + 0.1
