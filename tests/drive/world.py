"""The program as a random user meets it: windows, files, answers to what it asks, and all that it complains of."""

from __future__ import annotations

import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QSettings,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QColor
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QColorDialog, QDialog, QFileDialog, QMenu, QMessageBox

from convgui.qt.app import Windows
from convgui.qt.documents import autosave
from convgui.qt.lessons import LessonList
from convgui.qt.window import MainWindow
from convgui.session.preferences import Preferences
from tests.drive.material import write_material

PATIENCE, WORK = 60.0, 120.0
"""Seconds of the clock, and of the processors, until what goes on is stopped, as who waits no longer would."""
STOPPED = 20.0
"""Seconds of the processors after which what was stopped and goes on is a finding."""
DEADLOCK = 300.0
"""Seconds of the clock until it is a finding though nothing has worked: a machine with much else to do is none."""
STILL = 5.0
"""Seconds that the window's thread may work without looking up; more is a finding, whoever waits for it."""
HARMLESS = "This plugin does not support"
"""What Qt's offscreen platform says of itself."""


class FindingError(Exception):
    """Something that must not be."""


class World:
    """A program that has just been started in an empty folder."""

    def __init__(self, folder: Path, theme: str, size: tuple[int, int]) -> None:
        self.folder, self.size = folder, size
        self.rng = Random(0)
        self.complaints: list[str] = []
        for name in ("settings", "files", "data", "written"):
            (folder / name).mkdir()
        for scope in (QSettings.Scope.UserScope, QSettings.Scope.SystemScope):
            QSettings.setPath(QSettings.Format.NativeFormat, scope, str(folder / "settings"))
        self.material = write_material(folder / "files")
        self.preferences = Preferences(shade=theme, motion="none")
        self.windows = Windows()
        self.waited = 0.0
        self.opened: Callable[[MainWindow], object] = lambda _: None

    @property
    def window(self) -> MainWindow:
        """The newest window; one is opened where none is left."""
        if not self.windows.open:
            self.start()
        return self.windows.open[-1]

    def start(self) -> None:
        """Open the first window as at the start of the program, which brings back what was open."""
        window = self.windows.show()
        window.use(self.preferences)
        window.resize(*self.size)
        window.remembered.set_toured()
        self.windows.begin(None)
        window.inspector.kernel._rng = np.random.default_rng(1)
        self.turn()

    def turn(self) -> None:
        """Let the program do what is due."""
        with self.moving("what was due"):
            QApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @contextmanager
    def moving(self, words: str) -> Iterator[None]:
        """See to it that the window does not stand still while something is done, waiting left out."""
        begun = time.thread_time() - self.waited
        yield
        spent = time.thread_time() - self.waited - begun
        if spent > STILL:
            raise FindingError(f"{self.doings()}\nthe window stood still for {spent:.0f} s with {words}")

    def until(self, condition: Callable[[], bool], words: str, stop: Callable[[], object] | None = None) -> bool:
        """Let the program work until a condition holds; what takes minutes is stopped, and has to end then.

        Returns whether it was stopped.
        """
        begun, worked, looked = time.monotonic(), time.process_time(), time.thread_time()
        patience, most, stopped = PATIENCE, WORK, False
        while not condition():
            passed, spent = time.monotonic() - begun, time.process_time() - worked
            if passed > patience and (spent > most or passed > DEADLOCK):
                if stop is None or stopped:
                    raise FindingError(f"{self.doings()}\nwaited in vain for {words}")
                stop()
                begun, worked = time.monotonic(), time.process_time()
                patience, most, stopped = STOPPED, STOPPED, True
            with self.moving(words):
                QTest.qWait(2)
        self.waited += time.thread_time() - looked
        return stopped

    def doings(self) -> str:
        """Say what each window is about, and where each thread is."""
        documents = [window.session.document for window in self.windows.open]
        told = [f"{d.view.scene} of {d.sample.data.shape}, {d.layers}" for d in documents]
        frames = sys._current_frames().items()
        return "\n".join(told + [f"thread {name}:\n{''.join(traceback.format_stack(at)[-9:])}" for name, at in frames])

    def settle(self) -> None:
        """Wait until nothing is computed, opened or saved any more."""
        windows = self.windows.open

        def stop() -> None:
            for window in windows:
                if not window.status.stop.isHidden():
                    window.status.stop.click()

        self.until(lambda: all(_at_rest(window) for window in windows), "the end of the work", stop)

    def check_complaints(self) -> None:
        """Fail if the program has said anything that only its authors should hear."""
        if self.complaints:
            raise FindingError("\n".join(self.complaints))

    def close(self) -> None:
        """Close all windows without a question."""
        for window in tuple(self.windows.open):
            window.retire()
        self.turn()

    # What the program asks

    def answer(self, *_: Any) -> QMessageBox.StandardButton:
        """Answer a question at random, by one of the buttons that it has."""
        buttons = QMessageBox.StandardButton
        given = [value for value in _ if isinstance(value, buttons)]
        offered = given[0] if given else buttons.Yes | buttons.No
        return self.rng.choice([button for button in buttons if button & offered and button.name in _NAMED])

    def colour(self, *_: Any) -> QColor:
        """Choose a colour, or none."""
        return QColor(self.rng.choice(("", "#000000", "#ffffff", "#0072b2", "#e69f00")))

    def name_to_open(self, *_: Any) -> tuple[str, str]:
        """Choose a file, or none."""
        written = [path for path in (self.folder / "written").rglob("*") if path.is_file()]
        return str(self.rng.choice([*self.material, *written, ""])), ""

    def name_to_write(self, *_: Any) -> tuple[str, str]:
        """Choose where to write, mostly a file that is there already."""
        name = self.rng.choice(("one.convgui", "two.convgui", "three", "picture.png", "no folder/four", ""))
        return (str(self.folder / "written" / name) if name else ""), ""

    def folder_to_open(self, *_: Any) -> str:
        """Choose a folder, or none."""
        return self.rng.choice((str(self.folder / "files" / "pictures"), str(self.folder / "data"), ""))

    def dialog(self, dialog: QDialog) -> int:
        """Let a dialog that is waited for end by itself."""
        accepts = self.rng.random() < 0.6
        QTimer.singleShot(0, dialog, dialog.accept if accepts else dialog.reject)
        return _EXEC(dialog)

    def print_dialog(self, dialog: QPrintDialog) -> int:
        """Answer the system's dialog, which nobody sees here: print into a file, or do not."""
        dialog.printer().setOutputFileName(str(self.folder / "written" / "page.pdf"))
        return int(self.rng.choice((QDialog.DialogCode.Accepted, QDialog.DialogCode.Rejected)))

    def popup(self) -> None:
        """Choose something from a menu that has opened."""
        menu = QApplication.activePopupWidget()
        if menu is None:
            return
        if isinstance(menu, QMenu) and self.rng.random() < 0.7:
            for _ in range(self.rng.randrange(1, 6)):
                QTest.keyClick(menu, Qt.Key.Key_Down)
            QTest.keyClick(menu, Qt.Key.Key_Return)
        if (left := QApplication.activePopupWidget()) is not None:
            left.close()


_NAMED = frozenset(("Yes", "No", "Save", "Discard", "Cancel"))
_EXEC: Callable[[QDialog], int] = QDialog.exec


def _at_rest(window: MainWindow) -> bool:
    working = window.presenter.working or not window.status.working.isHidden() or bool(window.filing._saver.waiting)
    return not working and window.stage.picture is not None


@contextmanager
def new_world(folder: Path, theme: str = "light", size: tuple[int, int] = (1280, 800)) -> Iterator[World]:
    """Give a world whose dialogs answer themselves and whose complaints are kept; afterwards all is as before."""
    world = World(folder, theme, size)
    popups = QTimer()
    popups.setInterval(1)
    popups.timeout.connect(world.popup)

    def on_message(kind: QtMsgType, _context: object, message: str) -> None:
        if kind != QtMsgType.QtDebugMsg and kind != QtMsgType.QtInfoMsg and not message.startswith(HARMLESS):
            world.complaints.append(f"Qt: {message}")

    with ExitStack() as stack:
        stack.enter_context(patch.dict("os.environ", {"CONVGUI_DATA": str(folder / "data")}))
        stack.enter_context(patch.object(QMessageBox, "question", world.answer))
        stack.enter_context(patch.object(QFileDialog, "getOpenFileName", world.name_to_open))
        stack.enter_context(patch.object(QFileDialog, "getSaveFileName", world.name_to_write))
        stack.enter_context(patch.object(QFileDialog, "getExistingDirectory", world.folder_to_open))
        stack.enter_context(patch.object(QColorDialog, "getColor", world.colour))
        stack.enter_context(patch.object(QDialog, "exec", lambda dialog: world.dialog(dialog)))
        stack.enter_context(patch.object(QPrintDialog, "exec", lambda dialog: world.print_dialog(dialog)))
        stack.enter_context(patch.object(LessonList, "_draw_next", lambda _: None))
        stack.enter_context(patch.object(autosave, "AFTER", 30))
        stack.enter_context(patch.object(sys, "excepthook", _keeper(world)))
        stack.enter_context(patch.object(threading, "excepthook", lambda given: _keeper(world)(*given[:3])))
        stack.enter_context(patch.object(sys, "unraisablehook", lambda given: _keeper(world)(*given[:3])))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("always")
        warnings.showwarning = lambda words, kind, file, line, *_: world.complaints.append(f"{file}:{line}: {words}")
        before = qInstallMessageHandler(on_message)
        stack.callback(qInstallMessageHandler, before)
        popups.start()
        stack.callback(popups.stop)
        stack.callback(world.close)
        yield world


def _keeper(world: World) -> Callable[..., None]:
    def keep(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        world.complaints.append("".join(traceback.format_exception(kind, error, trace)).rstrip())

    return keep
