"""Tabs: what is shown already stays as it is, and one that does not apply looks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

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


def places(given: Opened) -> dict[str, int]:
    """Where each tab that is shown begins."""
    tabs = given.window.header.tabs
    QApplication.processEvents()
    return {name: button.x() for name, button in tabs._buttons.items() if button.isVisible()}


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700)])
def test_tabs_do_not_move(opened: Opened, size: tuple[int, int]) -> None:
    window, book = opened.window, textbook()
    window.resize(*size)
    opened.settle()
    before = places(opened)
    order = [name for name in window.header.tabs._buttons if name in before]
    assert sorted(before, key=lambda name: before[name]) == order
    for scene in ("matrix", "learn", "cost", "arithmetic"):
        window.session.look(scene=scene, step=0)
        opened.settle()
        now = places(opened)
        assert scene in now
        assert {name: now[name] for name in now if name in before} == {n: x for n, x in before.items() if n in now}
    opened.show(replace(book, layers=(book.layer, ReLU()), view=replace(book.view, scene="maps", layer=1)))
    now = places(opened)
    assert {name: now[name] for name in before if name in now} == {n: x for n, x in before.items() if n in now}
