"""A document that could not be written last, or whose file has gone, is unsaved: title, copies, closing, next start."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from convgui.files.documents import read_document, read_stored_document, write_document
from convgui.qt.app import Windows
from convgui.qt.documents.presence import Presence
from convgui.qt.window import MainWindow
from convgui.session import edits
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened
from tests.qt.documents.test_keeping import opened_file, save, tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BUTTONS = QMessageBox.StandardButton


@pytest.fixture
def path(opened: Opened, folder: Path) -> Path:
    """Return the file of the document that the window shows: nothing of it is changed."""
    path = folder / "stick" / "v.convgui"
    path.parent.mkdir()
    write_document(textbook(), path)
    opened_file(opened, path)
    assert not opened.window.isWindowModified()
    return path


def unsaved(window: MainWindow, bot: Opened) -> None:
    bot.bot.waitUntil(window.isWindowModified)


def close(window: MainWindow) -> None:
    window.close()
    QApplication.processEvents()


@pytest.mark.parametrize("whole", [True, False])
def test_the_title_says_at_once_that_a_file_has_gone_and_that_it_is_back(
    opened: Opened, path: Path, whole: bool
) -> None:
    data = path.read_bytes()
    if whole:
        shutil.rmtree(path.parent)
    else:
        path.unlink()
    unsaved(opened.window, opened)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    QApplication.sendEvent(opened.window, QEvent(QEvent.Type.WindowActivate))
    assert not opened.window.isWindowModified()


def test_a_file_that_another_program_replaces_is_there(opened: Opened, path: Path) -> None:
    for _ in range(2):
        new = path.with_name("new")
        new.write_bytes(path.read_bytes())
        new.replace(path)
        QApplication.processEvents()
        assert not opened.window.isWindowModified()
    path.unlink()
    unsaved(opened.window, opened)


def test_a_folder_above_that_is_renamed_is_seen_when_the_window_is_turned_to(opened: Opened, path: Path) -> None:
    path.parent.rename(path.parent.with_name("other"))
    QApplication.sendEvent(opened.window, QEvent(QEvent.Type.WindowActivate))
    assert opened.window.isWindowModified()


def test_closing_asks_about_a_file_that_has_gone_even_where_nobody_told(
    opened: Opened, answers: Answers, path: Path
) -> None:
    shutil.rmtree(path.parent)
    answers.answer = BUTTONS.Cancel
    close(opened.window)
    assert answers.asked == ["v.convgui is no longer there. Do you want to save this document again?"]
    assert opened.window.isVisible()
    elsewhere = path.parents[1] / "saved.convgui"
    answers.answer, answers.file = BUTTONS.Save, str(elsewhere)
    close(opened.window)
    opened.bot.waitUntil(lambda: not opened.window.isVisible())
    assert read_document(elsewhere).layer.weight.tolist() == textbook().layer.weight.tolist()
    assert len(answers.asked) == 2


def test_a_removed_file_is_written_again_where_it_was_with_one_question(
    opened: Opened, answers: Answers, path: Path
) -> None:
    path.unlink()
    answers.answer = BUTTONS.Save
    close(opened.window)
    opened.bot.waitUntil(lambda: not opened.window.isVisible())
    assert read_document(path).layer.weight.tolist() == textbook().layer.weight.tolist()
    assert len(answers.asked) == 1


def test_quitting_asks_in_each_window_whose_file_has_gone(windows: Windows, answers: Answers, folder: Path) -> None:
    path = folder / "v.convgui"
    write_document(textbook(), path)
    first, second = windows.show(), windows.show()
    second.filing._take(path, read_stored_document(path))
    path.unlink()
    answers.answer = BUTTONS.Cancel
    windows.leave(tuple(windows.open))
    assert len(answers.asked) == 1
    assert first.isVisible()
    assert second.isVisible()


def refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no file written any more."""

    def replace(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.fault
def test_who_was_told_that_nothing_was_written_is_asked(
    opened: Opened, answers: Answers, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        refuse(broken)
        opened.window.commands.actions["save"].trigger()
        opened.bot.waitUntil(lambda: "cannot be written" in opened.window.banner.words.text())
        assert opened.window.isWindowModified()
        close(opened.window)
    assert answers.asked == ["Do you want to save the changes to v.convgui?"]
    assert opened.window.isVisible()
    save(opened)
    assert not opened.window.isWindowModified()


@pytest.mark.fault
def test_a_first_save_that_failed_leaves_something_to_lose(opened: Opened, answers: Answers, folder: Path) -> None:
    assert not opened.window.isWindowModified()
    answers.file = str(folder / "nowhere" / "a.convgui")
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: "cannot be written" in opened.window.banner.words.text())
    assert opened.window.isWindowModified()
    close(opened.window)
    assert len(answers.asked) == 1


def test_a_file_that_somebody_else_changed_and_that_stays_does_not_hold_the_document(
    opened: Opened, answers: Answers, path: Path
) -> None:
    write_document(edits.set_bias(textbook(), 3.0), path)
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: bool(answers.asked))
    assert opened.window.isWindowModified()


@pytest.mark.usefixtures("quick")
def test_work_whose_file_has_gone_is_kept_while_working(opened: Opened, path: Path) -> None:
    path.unlink()
    unsaved(opened.window, opened)
    copies = opened.window.autosave
    opened.bot.waitUntil(lambda: copies.slot is not None and copies.slot.path.exists())


def test_what_was_open_comes_back_unsaved_where_its_file_has_gone(opened: Opened, answers: Answers, path: Path) -> None:
    tap(opened, 8)
    shutil.rmtree(path.parent)
    answers.answer = BUTTONS.Discard
    mine = opened.window.session.document
    opened.window.filing.keep()
    opened.window.filing.clean(mine)
    opened.window.open_lesson("dilation")
    opened.window.filing.bring_back()
    opened.settle()
    assert opened.window.session.document.layer.weight.tolist() == mine.layer.weight.tolist()
    assert opened.window.filing.path == path
    assert opened.window.isWindowModified()


def test_looking_for_a_file_watches_what_is_there(opened: Opened, path: Path) -> None:
    presence = Presence(opened.window, opened.window)
    assert not presence.gone(path)
    assert presence.gone(path.with_name("none.convgui"))
    assert not presence.gone(None)
