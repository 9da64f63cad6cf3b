"""Closing a window while it exports: the user is asked once, and each answer does what it says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from convgui.core import Cancelled
from convgui.files.documents import read_document
from convgui.qt.app.windows import Windows
from convgui.qt.export import task as export_task
from convgui.qt.export.dialog import ExportDialog
from convgui.qt.window.main_window import MainWindow
from convgui.session import edits
from tests.qt.conftest import Answers, Opened
from tests.qt.documents.test_keeping import tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Running:
    """An export that is at 40 % until it is let go, and may fail then."""

    def __init__(self, opened: Opened, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate, self.fails, self.cancelled = threading.Event(), False, False
        self.asked: list[str] = []
        self.opened, self.path = opened, path
        monkeypatch.setattr(export_task, "export", self._export)
        opened.window.commands.actions["export"].trigger()
        dialog = opened.window.findChildren(ExportDialog)[-1]
        assert isinstance(dialog, ExportDialog)
        self.dialog = dialog
        dialog.what.setCurrentIndex(dialog.what.findData("animation"))
        dialog.start(path)
        opened.bot.waitUntil(lambda: dialog.progress.value() == 400)

    def _export(self, *given: Any) -> Iterator[float]:
        stop = given[-1]
        yield 0.4
        while not self.gate.wait(0.01):
            if stop():
                self.cancelled = True
                raise Cancelled
        if self.fails:
            raise ValueError("The disk is full.")
        self.path.write_bytes(b"done")

    def close_and_answer(self, answer: str, *, late: bool = False) -> None:
        """Close the window, and press a button of what it asks; with `late`, only once the export has ended."""

        def press() -> None:
            box = QApplication.activeModalWidget()
            if late and isinstance(box, QMessageBox):
                self.gate.set()
            if not isinstance(box, QMessageBox) or (late and self.dialog.busy):
                QTimer.singleShot(5, press)
                return
            self.asked.append(box.text())
            button = next((b for b in box.buttons() if answer in b.text()), None)
            if button is None:
                box.reject()
            else:
                button.click()

        QTimer.singleShot(0, press)
        self.opened.window.close()


@pytest.fixture
def running(opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    made = Running(opened, folder / "film.gif", monkeypatch)
    yield made
    made.gate.set()
    opened.bot.waitUntil(lambda: not opened.window.isVisible() or not isValid(made.dialog) or not made.dialog.busy)


def test_waiting_closes_once_it_is_written(opened: Opened, running: Running) -> None:
    running.close_and_answer("Wait")
    assert running.asked == ["The export of film.gif is at 40 %."]
    assert opened.window.isVisible()
    assert "once the export is written" in opened.window.banner.words.text()
    running.gate.set()
    opened.bot.waitUntil(lambda: not opened.window.isVisible())
    assert running.path.read_bytes() == b"done"
    assert len(running.asked) == 1


def test_waiting_closes_once_all_that_is_exported_is_written(
    opened: Opened, running: Running, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Running(opened, folder / "other.gif", monkeypatch)
    running.close_and_answer("Wait")
    again = list[str]()

    def refuse() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            again.append(box.text())
            box.reject()

    # A question that nobody answers would keep everything waiting.
    watch = QTimer(opened.window, interval=5)
    watch.timeout.connect(refuse)
    watch.start()
    other.gate.set()
    opened.bot.waitUntil(lambda: not isValid(other.dialog) or not other.dialog.busy)
    QApplication.processEvents()
    assert opened.window.isVisible(), "one of them is not written yet"
    assert len(running.asked) == 1
    assert again == []
    running.gate.set()
    opened.bot.waitUntil(lambda: not opened.window.isVisible())
    assert (running.path.read_bytes(), other.path.read_bytes()) == (b"done", b"done")


def test_waiting_for_what_has_ended_while_it_was_asked_closes_at_once(opened: Opened, running: Running) -> None:
    running.close_and_answer("Wait", late=True)
    opened.bot.waitUntil(lambda: not opened.window.isVisible())
    assert running.path.read_bytes() == b"done"


def test_whoever_thinks_better_of_waiting_keeps_the_window(opened: Opened, running: Running) -> None:
    running.close_and_answer("Wait")
    running.close_and_answer("Keep")
    assert len(running.asked) == 2
    assert not opened.window.banner.isVisible(), "it closes no more"
    running.gate.set()
    opened.bot.waitUntil(lambda: not running.dialog.busy)
    QApplication.processEvents()
    assert opened.window.isVisible()


def test_stopping_leaves_nothing(opened: Opened, running: Running) -> None:
    running.close_and_answer("Stop")
    opened.bot.waitUntil(lambda: not opened.window.isVisible())
    assert running.cancelled
    assert not running.path.exists()


@pytest.mark.parametrize("answer", ["Keep", "Escape"])
def test_the_window_can_stay(opened: Opened, running: Running, answer: str) -> None:
    running.close_and_answer(answer)
    QTest.qWait(0)
    assert opened.window.isVisible()
    assert running.dialog.busy
    running.gate.set()
    opened.bot.waitUntil(lambda: not running.dialog.busy)
    assert opened.window.isVisible()
    assert running.path.read_bytes() == b"done"


@pytest.mark.fault
def test_what_fails_while_it_is_waited_for_keeps_the_window(opened: Opened, running: Running) -> None:
    running.close_and_answer("Wait")
    running.fails = True
    running.gate.set()
    opened.bot.waitUntil(lambda: not running.dialog.busy)
    assert opened.window.isVisible()
    assert running.dialog.state.text() == "The disk is full."
    assert not opened.window.banner.isVisible()


def test_who_closes_the_export_meanwhile_stays_in_the_window(opened: Opened, running: Running) -> None:
    running.close_and_answer("Wait")
    running.dialog.close()
    opened.settle()
    assert running.cancelled
    assert opened.window.isVisible()
    assert not opened.window.banner.isVisible()
    opened.window.close()
    opened.bot.waitUntil(lambda: not opened.window.isVisible())


def test_unsaved_work_is_asked_about_too(opened: Opened, running: Running, answers: Answers) -> None:
    tap(opened, 5)
    running.close_and_answer("Wait")
    assert not answers.asked
    running.gate.set()
    opened.bot.waitUntil(lambda: len(answers.asked) == 1)
    assert opened.window.isVisible(), "cancelled"


def two_windows(windows: Windows) -> tuple[MainWindow, MainWindow]:
    """Open an untouched window, and one with a changed weight in front of it."""
    clean, changed = windows.show(), windows.show()
    changed.session.replace(edits.set_tap(changed.session.document, (0, 0), 7.5, every_channel=False), "Edit weight")
    assert changed.filing.modified
    assert not clean.filing.modified
    return clean, changed


def test_while_one_window_stays_quitting_closes_none(windows: Windows, qtbot: QtBot, answers: Answers) -> None:
    clean, changed = two_windows(windows)
    answers.answer = QMessageBox.StandardButton.Cancel
    clean.commands.actions["quit"].trigger()
    QTest.qWait(0)
    assert len(answers.asked) == 1
    assert windows.open == [clean, changed]
    assert clean.isVisible()


def test_quitting_closes_all_once_each_has_been_asked(windows: Windows, qtbot: QtBot, answers: Answers) -> None:
    clean, _ = two_windows(windows)
    answers.answer = QMessageBox.StandardButton.Discard
    clean.commands.actions["quit"].trigger()
    qtbot.waitUntil(lambda: not windows.open)
    assert len(answers.asked) == 1


def test_quitting_saves_before_it_closes(windows: Windows, qtbot: QtBot, answers: Answers, folder: Path) -> None:
    _, changed = two_windows(windows)
    answers.answer, answers.file = QMessageBox.StandardButton.Save, str(folder / "mine.convgui")
    changed.commands.actions["quit"].trigger()
    qtbot.waitUntil(lambda: not windows.open)
    assert read_document(folder / "mine.convgui").layer.weight[0, 0, 0, 0] == 7.5
