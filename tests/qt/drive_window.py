"""Drives the real program on a real X display; run by test_real_window.py in a process of its own.

Everything goes through the display: pointer and keys by QTest on mapped widgets, pictures read back from the screen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from convgui.qt.app import make_application
from convgui.qt.app.windows import Windows
from convgui.qt.kernel.preset_menu import PresetMenu
from convgui.qt.window import MainWindow


def wait(condition: Callable[[], bool], words: str) -> None:
    """Run the event loop until a condition holds."""
    deadline = QDeadlineTimer(8000)
    while not condition():
        if deadline.hasExpired():
            raise AssertionError(f"waited in vain for: {words}")
        QTest.qWait(5)


def cell(window: MainWindow, kind: str) -> QPoint:
    """Return the middle of the first cell of a kind on the stage."""
    picture = window.stage.picture
    assert picture is not None
    grid = next(g for g in picture.hits if g.kind == kind)
    return QPoint(round(grid.x + grid.width / 2), round(grid.y + grid.height / 2))


def screenshot(path: Path) -> None:
    """Save what the X server shows."""
    screen = QGuiApplication.primaryScreen()
    assert screen.grabWindow(0).save(str(path)), path


def choose_from_menu(window: MainWindow, title: str) -> None:
    """Open the preset menu with the mouse and choose an entry with the mouse."""

    def pick() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, PresetMenu)
        group = next(g for g in menu.groups.values() if any(a.text() == title for a in g.actions()))
        menu.setActiveAction(group.menuAction())
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(group.menuAction()).center())
        wait(group.isVisible, "the kernels of a group")
        action = next(a for a in group.actions() if a.text() == title)
        QTest.mouseClick(group, Qt.MouseButton.LeftButton, pos=group.actionGeometry(action).center())

    QTimer.singleShot(200, pick)
    QTest.mouseClick(window.inspector.kernel.presets, Qt.MouseButton.LeftButton)


def discard() -> None:
    """Answer the question about unsaved changes, once it is asked."""
    box = QApplication.activeModalWidget()
    if not isinstance(box, QMessageBox):
        QTimer.singleShot(20, discard)
        return
    QTest.mouseClick(box.button(QMessageBox.StandardButton.Discard), Qt.MouseButton.LeftButton)


def drive(photo: Path, shots: Path) -> None:
    """Open the photo, choose Sobel x, edit a tap, play, undo, quit."""
    app = make_application(["convgui"])
    assert QGuiApplication.platformName() == "xcb", QGuiApplication.platformName()
    windows = Windows()
    window = windows.show(photo)
    assert QTest.qWaitForWindowExposed(window, 8000)
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window, 8000)
    session, presenter = window.session, window.presenter
    wait(lambda: session.document.sample.name == photo.name, "the photo")
    choose_from_menu(window, "Sobel x")
    wait(lambda: session.undo_name == "Sobel x", "Sobel x")
    wait(lambda: presenter.player.steps == 510 * 510, "the output of Sobel x")
    QTest.mouseClick(window.stage, Qt.MouseButton.LeftButton, pos=cell(window, "output") + QPoint(190, 120))
    assert presenter.player.target > 510
    screenshot(shots / "sobel.png")
    before = session.document
    start = cell(window, "kernel")
    QTest.mousePress(window.stage, Qt.MouseButton.LeftButton, pos=start)
    for way in (5, 12, 18):
        QTest.mouseMove(window.stage, start - QPoint(0, way))
    QTest.mouseRelease(window.stage, Qt.MouseButton.LeftButton, pos=start - QPoint(0, 18))
    assert session.document.layer.weight[0, 0, 0, 0] == 2
    QTest.mouseMove(window.stage, QPoint(3, 3))
    step = presenter.player.target
    QTest.keyClick(window.stage, Qt.Key.Key_Space)
    wait(lambda: presenter.player.target >= step + 2, "two steps of playing")
    QTest.keyClick(window.stage, Qt.Key.Key_Space)
    screenshot(shots / "edited.png")
    QTest.keyClick(window.stage, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: session.document is before, "undo")
    QTimer.singleShot(0, discard)
    QTest.keyClick(window.stage, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: not windows.open, "the window to close")
    app.processEvents()


if __name__ == "__main__":
    drive(Path(sys.argv[1]), Path(sys.argv[2]))
    print("driven")
