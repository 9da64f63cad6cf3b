"""A message stays as long as what it says is true, and no longer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QMessageBox

from convgui.files.documents import write_document
from convgui.files.errors import WriteError
from convgui.files.recovery import RecoverySlot
from convgui.model.document import Document
from convgui.qt.documents import document_file as filing
from convgui.qt.documents.autosave import AFTER, Autosave
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened
from tests.qt.documents.test_keeping import save, tap

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints"), pytest.mark.fault]


class Disk:
    """A disk that is full until there is room, for documents and for copies of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = True
        self.tried = 0
        real = write_document

        def write(document: Document, path: Path, **rest: Any) -> str:
            self.tried += 1
            if self.full:
                raise WriteError(path, "No space left on device")
            return real(document, path, **rest)

        monkeypatch.setattr(filing, "write_document", write)
        monkeypatch.setattr("convgui.files.recovery.write_document", write)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def said(opened: Opened) -> str:
    banner = opened.window.banner
    return banner.words.text() if banner.isVisible() else ""


def save_copy(opened: Opened) -> None:
    opened.window.filing.save_copy(False)
    opened.bot.waitUntil(lambda: not opened.window.filing._saver.waiting)


def test_a_failed_saving_is_forgotten_once_it_works(opened: Opened, answers: Answers, folder: Path, disk: Disk) -> None:
    answers.file = str(folder / "a.convgui")
    tap(opened, 5)
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: "a.convgui cannot be written: No space left" in said(opened))
    assert opened.window.isWindowModified()
    disk.full = False
    save(opened)
    assert not said(opened)


def test_a_copy_that_works_says_nothing_of_the_document_that_does_not(
    opened: Opened, answers: Answers, folder: Path, disk: Disk
) -> None:
    answers.file = str(folder / "a.convgui")
    tap(opened, 5)
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: "No space left" in said(opened))
    disk.full = False
    answers.file = str(folder / "copy.convgui")
    save_copy(opened)
    assert "a.convgui cannot be written" in said(opened), "the document is as unsaved as before"
    disk.full = True
    save_copy(opened)
    assert "copy.convgui cannot be written" in said(opened)
    disk.full = False
    save_copy(opened)
    assert not said(opened)


def test_a_message_about_something_else_stays(opened: Opened, answers: Answers, folder: Path, disk: Disk) -> None:
    answers.file = str(folder / "a.convgui")
    tap(opened, 5)
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: "No space left" in said(opened))
    opened.window.open_file(folder / "nothing.png")
    opened.bot.waitUntil(lambda: "nothing.png cannot be opened" in said(opened))
    disk.full = False
    save(opened)
    assert "nothing.png" in said(opened)


def test_waiting_for_a_saving_is_over_when_that_fails(
    opened: Opened, answers: Answers, folder: Path, disk: Disk
) -> None:
    window = opened.window
    answers.file, answers.answer = str(folder / "a.convgui"), QMessageBox.StandardButton.Save
    tap(opened, 5)
    window.commands.actions["save"].trigger()
    window.close()
    assert "waits for what is being saved" in said(opened)
    opened.bot.waitUntil(lambda: "No space left" in said(opened))
    assert window.isVisible()
    assert window.isWindowModified()


@pytest.mark.usefixtures("quick")
def test_what_is_still_true_stays_through_edits_and_other_documents(opened: Opened, folder: Path, disk: Disk) -> None:
    window = opened.window
    tap(opened, 5)
    opened.bot.waitUntil(lambda: "Work in progress is not being kept" in said(opened))
    tap(opened, 6)
    opened.settle()
    assert "Work in progress" in said(opened)
    window.begin(textbook(stride=2))
    opened.settle()
    assert "Work in progress" in said(opened)
    window.banner.dismiss.click()
    assert not said(opened), "the user has read it"


@pytest.mark.usefixtures("quick")
def test_a_copy_that_failed_is_tried_again_without_another_edit(opened: Opened, data: Path, disk: Disk) -> None:
    tap(opened, 5)
    opened.bot.waitUntil(lambda: "Work in progress is not being kept" in said(opened))
    disk.full = False
    opened.bot.waitUntil(lambda: not said(opened))
    assert len(list((data / "recovery").glob("*.convgui"))) == 1


@pytest.mark.usefixtures("quick")
def test_a_folder_of_copies_that_cannot_be_made_is_tried_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    real = RecoverySlot.create
    full = [True]

    def create(folder: Path) -> RecoverySlot:
        if full:
            raise WriteError(folder, "No space left on device")
        return real(folder)

    monkeypatch.setattr(RecoverySlot, "create", create)
    tap(opened, 5)
    opened.bot.waitUntil(lambda: "Work in progress is not being kept" in said(opened))
    full.clear()
    opened.bot.waitUntil(lambda: not said(opened))
    opened.bot.waitUntil(lambda: len(list((data / "recovery").glob("*.convgui"))) == 1)


@pytest.mark.usefixtures("quick")
def test_undone_there_is_nothing_to_be_kept(opened: Opened, disk: Disk) -> None:
    tap(opened, 5)
    opened.bot.waitUntil(lambda: "Work in progress is not being kept" in said(opened))
    opened.window.session.undo()
    opened.bot.waitUntil(lambda: not said(opened))
    assert disk.full


def test_each_try_waits_longer_than_the_one_before(qtbot: Any, data: Path, disk: Disk) -> None:
    copies = Autosave(data / "recovery", lambda: (textbook(), None, ""))
    failed = QSignalSpy(copies.failed)
    waits = []
    for tries in range(1, 9):
        copies._on_due()
        qtbot.waitUntil(lambda tries=tries: disk.tried == tries and copies._timer.isActive())
        waits.append(copies._timer.interval())
        copies._timer.stop()
    copies._timer.start(waits[-1])
    copies.note()
    after_an_edit = copies._timer.interval()
    copies.close()
    assert waits == [AFTER * factor for factor in (2, 4, 8, 16, 32, 60, 60, 60)]
    assert failed.count() == 1, "once a trouble"
    assert after_an_edit == AFTER
