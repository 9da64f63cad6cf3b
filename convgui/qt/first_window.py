"""convgui --first-window: how long it takes from the start of the process until a window shows its first picture."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from convgui.files.lessons import lesson_index, load_lesson
from convgui.qt.app import make_application
from convgui.qt.settings import Remembered
from convgui.qt.stage import PictureWidget
from convgui.qt.window import MainWindow

PATIENCE = 60_000
"""Milliseconds after which a window that shows nothing has failed."""
_IMPORTED = time.perf_counter()


class FirstPicture(QObject):
    """Notes when a stage has painted its first picture; what the window puts off until later is not waited for."""

    def __init__(self, stage: PictureWidget) -> None:
        super().__init__(stage)
        self._stage = stage
        self.age: tuple[float, str] | None = None
        stage.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Have oneself told after a painting that has a picture to paint."""
        if watched is self._stage and event.type() == QEvent.Type.Paint and self._stage.picture is not None:
            self._stage.removeEventFilter(self)
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.User), Qt.EventPriority.HighEventPriority.value)
        return False

    def event(self, event: QEvent) -> bool:
        """Take the time once the painting is done."""
        if event.type() == QEvent.Type.User:
            self.age = process_age()
            return True
        return super().event(event)


def first_window() -> tuple[float, str] | None:
    """Open a window as a start does, and close it; returns how old the process was when its picture stood."""
    app = make_application(sys.argv[:1])
    window = MainWindow(load_lesson(lesson_index()[0].id), Remembered())
    age = wait_for_picture(app, window)
    # Closing would write where the window stood into the user's settings.
    window.hide()
    return age


def wait(seconds: float) -> None:
    """Let the program's event loop run for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop, loop.quit)
    loop.exec()


def work_off(app: QApplication) -> None:
    """Do what is due, and delete what was to be deleted."""
    app.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def grabbed(window: MainWindow) -> tuple[int, int, bytes]:
    """Return width, height and pixels of 32 bits of what a window shows."""
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return image.width(), image.height(), bytes(image.constBits())


def wait_for_picture(app: QApplication, window: MainWindow) -> tuple[float, str] | None:
    """Show a window and let it work until its first picture is painted; returns how old the process was then."""
    first = FirstPicture(window.stage)
    window.show()
    window.presenter.start()
    deadline = QDeadlineTimer(PATIENCE)
    while first.age is None and not deadline.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    return first.age


def process_age() -> tuple[float, str]:
    """Return the seconds since the process was started, or since Python ran where the system does not say, and which.

    Linux counts in hundredths of a second.
    """
    stat = Path("/proc/self/stat")
    if not (sys.platform == "linux" and stat.is_file()):
        return time.perf_counter() - _IMPORTED, "the program's first imports"
    # The name of the program, in brackets, may hold anything; the fields after it do not.
    fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started, "the start of the process"
