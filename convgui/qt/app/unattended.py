"""A window that nobody sits at: shown until its first picture stands, run for a while, grabbed."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from convgui.qt.stage.picture_widget import PictureWidget
from convgui.qt.window.main_window import MainWindow

PATIENCE = 60_000
"""Milliseconds after which a window that shows nothing has failed."""


class FirstPicture(QObject):
    """Notes when a stage has painted its first picture; what the window puts off until later is not waited for.

    Attributes
    ----------
    painted : float or None
        When that was, in seconds of `time.perf_counter`.
    """

    def __init__(self, stage: PictureWidget) -> None:
        super().__init__(stage)
        self._stage = stage
        self.painted: float | None = None
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
            self.painted = time.perf_counter()
            return True
        return super().event(event)


def wait_for_picture(app: QApplication, window: MainWindow) -> float | None:
    """Show a window and let it work until its first picture is painted.

    Returns
    -------
    float or None
        When that was, in seconds of `time.perf_counter`; None if there came none.
    """
    first = FirstPicture(window.stage)
    window.show()
    window.presenter.start()
    deadline = QDeadlineTimer(PATIENCE)
    while first.painted is None and not deadline.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    return first.painted


def wait_until(app: QApplication, reached: Callable[[], bool], patience: float) -> None:
    """Run the event loop until something is so; TimeoutError after as many seconds."""
    end = time.monotonic() + patience
    while not reached():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > end:
            raise TimeoutError("The window did not get there.")


def clock(act: Callable[[], None] | None = None) -> QTimer:
    """Return a timer that keeps to its milliseconds, and does something at each."""
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    if act is not None:
        timer.timeout.connect(act)
    return timer


def pan(window: MainWindow, right: float, down: float) -> None:
    """Move the pictures under their frames, by pixels of the screen."""
    window.stage_input.pan(QPointF(right, down))


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
