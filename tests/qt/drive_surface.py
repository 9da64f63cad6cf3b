"""Opens the surface window on a real X display; run by test_gl_surface.py in a process of its own.

Prints a line that begins with “skip” where there is no OpenGL, and “driven” where all went well.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convgui.core.presets import PRESETS
from convgui.model.document import View
from convgui.qt.app import make_application
from convgui.qt.settings import Remembered
from convgui.qt.surface.gl_context import driver, library_problem
from convgui.qt.window import MainWindow
from tests.documents import document
from tests.qt.drive_window import wait


def drive(shots: Path) -> str:
    """Show a ball before and after a Sobel filter; turn it, change the threshold, close and open again."""
    app = make_application(["convgui"])
    problem = driver().problem or library_problem()
    if problem:
        return f"skip: {problem}"
    away = np.linalg.norm(np.moveaxis(np.indices((30, 30, 30)), 0, -1) - 14.5, axis=-1)
    data = (20 + 180 * np.clip((9 - away) / 3 + 0.5, 0, 1)).astype(np.uint8)
    weight = PRESETS["sobel-3d-x"].weights()[None, None]
    ball = document(data[None], weight, padding=1, view=View(scene="volume", turn=(0.0, 0.0)))
    window = MainWindow(ball, Remembered())
    window.show()
    window.presenter.start()
    window.commands.actions["surface-gl"].trigger()
    assert not window.banner.words.text(), window.banner.words.text()
    # Importing it needs PyOpenGL, which may be missing where this file is read.
    from convgui.qt.surface.gl_surface import GlSurfaceWindow

    opened = window.findChild(GlSurfaceWindow)
    assert isinstance(opened, GlSurfaceWindow)
    assert QTest.qWaitForWindowExposed(opened, 8000)
    wait(lambda: opened.shown is not None, "the surfaces")
    first = opened.shown
    for name, pane in zip(("input", "output"), opened.panes, strict=True):
        assert pane.view.grabFramebuffer().save(str(shots / f"{name}.png"))
    opened.slider.setValue(70)
    wait(lambda: opened.shown is not first, "the other threshold")
    assert not opened.automatic.isChecked()
    assert opened.panes[0].view.grabFramebuffer().save(str(shots / "higher.png"))
    view = opened.panes[0].widget
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(view, QPoint(280, 100))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(280, 100))
    assert opened.camera.turn == (90.0, 0.0), opened.camera
    assert all(pane.view.opts["azimuth"] == -180 for pane in opened.panes), "both sides turn"
    assert opened.panes[1].view.grabFramebuffer().save(str(shots / "turned.png"))
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert opened.camera.turn == (90.0, -10.0), opened.camera
    QTest.keyClick(view, Qt.Key.Key_Escape)
    wait(lambda: window.findChild(GlSurfaceWindow) is None, "the window to be gone")
    window.commands.actions["surface-gl"].trigger()
    again = window.findChild(GlSurfaceWindow)
    assert isinstance(again, GlSurfaceWindow)
    wait(lambda: again.shown is not None, "the surfaces, the second time")
    assert again.panes[0].view.grabFramebuffer().save(str(shots / "again.png"))
    window.close()
    app.sendPostedEvents()
    QApplication.processEvents()
    return "driven"


if __name__ == "__main__":
    print(drive(Path(sys.argv[1])))
