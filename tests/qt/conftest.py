"""Every Qt test leaves nothing behind: no window, no thread, no running timer, no setting of the user's."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from convgui.files.lessons import load_lesson
from convgui.model.document import Document
from convgui.qt.app import Windows
from convgui.qt.documents import autosave
from convgui.qt.lessons import LessonList
from convgui.qt.settings import Remembered, keep_settings_in
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.window import MainWindow

PATIENCE = 60_000
"""Milliseconds: a machine that is busy with something else is no failure."""


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer than pytest-qt does by default before a wait counts as failed."""
    for name in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive", "waitCallback"):
        monkeypatch.setattr(QtBot, name, partialmethod(getattr(QtBot, name), timeout=PATIENCE))


@pytest.fixture(autouse=True)
def _thumbnails(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the thumbnails of the lessons only where a test is about them: they cost each window seconds of work."""
    if request.node.get_closest_marker("thumbnails") is None:
        monkeypatch.setattr(LessonList, "_draw_next", lambda self: None)


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    keep_settings_in(str(tmp_path_factory.mktemp("settings")))


@pytest.fixture(autouse=True)
def data(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a data folder of its own."""
    folder = tmp_path_factory.mktemp("data")
    monkeypatch.setenv("CONVGUI_DATA", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _nothing_left(qapp: QApplication) -> Iterator[None]:
    before = set(qapp.topLevelWidgets())
    yield
    # A window that goes before what it still has to do is done is never freed: two gigabytes in the end.
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in qapp.topLevelWidgets() if w not in before and w.isVisible()]
    assert not left, f"windows left open: {left}"
    running = [t.name for t in threading.enumerate() if t.name.startswith("convgui")]
    assert not running, f"threads left running: {running}"
    ticking = [t for w in qapp.topLevelWidgets() if w not in before for t in w.findChildren(QTimer) if t.isActive()]
    assert not ticking, "timers left running"


class Opened:
    """A shown window and the means to replace its document."""

    def __init__(self, window: MainWindow, bot: QtBot) -> None:
        self.window, self.bot = window, bot

    def settle(self) -> None:
        """Wait until the picture belongs to the document."""
        window = self.window
        # In a lecture the status line, which says so, is not seen.
        self.bot.waitUntil(lambda: not (window.status.working.isVisible() or window.presenter.working))
        self.bot.waitUntil(lambda: window.stage.picture is not None)

    def show(self, document: Document) -> None:
        """Show another document."""
        self.window.session.replace(document, "Show")
        self.settle()

    def summary(self) -> str:
        """Return what the picture says."""
        self.settle()
        assert self.window.stage.picture is not None
        return self.window.stage.picture.summary


@pytest.fixture
def opened(qtbot: QtBot, _own_settings: None) -> Iterator[Opened]:
    """Return the program's window with the single-channel lesson."""
    window = MainWindow(load_lesson("single-channel"), Remembered())
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    window.presenter.start()
    given = Opened(window, qtbot)
    given.settle()
    qtbot.waitUntil(lambda: bool(window.header.tabs._buttons))
    yield given
    # Where a test has failed halfway, the window would ask about what goes on, and nobody would answer.
    for dialog in window.findChildren(Dialog):
        if dialog.busy:
            dialog.done(0)
    window.filing.clean(window.session.document)
    window.close()
    window.deleteLater()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder."""
    return tmp_path


@pytest.fixture
def display() -> Iterator[str]:
    """Start an X server of our own on a free display."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as stream:
        number = stream.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(10)


class Answers:
    """Answers dialogs as a user would, and remembers what was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.answer = QMessageBox.StandardButton.Cancel
        self.file = ""
        monkeypatch.setattr(QMessageBox, "question", self._question)
        for name in ("getSaveFileName", "getOpenFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *_: (self.file, ""))

    def _question(self, _parent: object, _title: str, text: str, *_: Any) -> QMessageBox.StandardButton:
        self.asked.append(text)
        return self.answer


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep copies at once."""
    monkeypatch.setattr(autosave, "AFTER", 1)


@pytest.fixture
def windows(qtbot: QtBot) -> Iterator[Windows]:
    made = Windows()
    yield made
    for window in tuple(made.open):
        window.filing.clean(window.session.document)
        window.close()
