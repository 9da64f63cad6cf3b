"""The application: made once, shows one window, ends with its last."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.resources import resource
from convgui.qt.fonts import load_fonts
from convgui.qt.mishap import report_mishaps
from convgui.qt.settings import Remembered
from convgui.qt.window import MainWindow


def make_application(argv: list[str]) -> QApplication:
    """Return the running application, or make it with fonts, names and icon."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    # Views of OpenGL use each other's shaders; this can be said only before there is an application.
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(argv)
    app.setApplicationName("convgui")
    app.setOrganizationName("convgui")
    app.setDesktopFileName("convgui")
    app.setWindowIcon(QIcon(str(resource("icons", "convgui.svg"))))
    load_fonts()
    return app


def make_window(file: Path | None = None) -> MainWindow:
    """Make a window with the first lesson, and open a file in it."""
    window = MainWindow(load_lesson(lesson_index()[0].id), Remembered())
    if file is not None:
        window.open_file(file)
    return window


def run(file: Path | None = None) -> int:
    """Open the window and return the exit status once it is closed."""
    app = make_application(sys.argv[:1])
    window = make_window(file)
    report_mishaps(window.banner.say)
    window.show()
    window.presenter.start()
    return app.exec()
