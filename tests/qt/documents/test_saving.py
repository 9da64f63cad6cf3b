"""Saving: no file is replaced that somebody else has written, and the modified mark is right at every moment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from convgui.files.documents import read_document, write_document
from convgui.files.errors import WriteError
from convgui.files.recovery import RecoverySlot
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.app import Windows
from convgui.qt.documents import document_file as filing
from convgui.qt.documents.saving import Job, Saver, Written
from convgui.qt.export.dialog import ExportDialog
from convgui.session import edits
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened
from tests.qt.documents.test_keeping import file_of, opened_file, save, tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BUTTONS = QMessageBox.StandardButton


@pytest.mark.parametrize("name", ["mine", "mine.v2", "MINE.CONVGUI", "mine.convgui"])
@pytest.mark.parametrize("agreed", [True, False])
@pytest.mark.parametrize("act", ["save-as", "copy"])
def test_save_as_asks_about_the_name_that_it_makes(
    opened: Opened, answers: Answers, folder: Path, name: str, agreed: bool, act: str
) -> None:
    made = folder / (name if name.lower().endswith(".convgui") else f"{name}.convgui")
    made.write_bytes(b"somebody's")
    answers.file, answers.answer = str(folder / name), BUTTONS.Yes if agreed else BUTTONS.No
    if act == "copy":
        opened.window.filing.save_copy(False)
    else:
        opened.window.commands.actions["save-as"].trigger()
    opened.bot.waitUntil(lambda: not opened.window.filing._saver.waiting)
    added = made.name != name
    assert len(answers.asked) == added
    assert (made.read_bytes() == b"somebody's") == (added and not agreed)


@pytest.mark.parametrize(
    ("what", "ending"), [("picture", ".png"), ("array", ".npy"), ("array", ".tif"), ("model", ".onnx")]
)
def test_export_asks_about_the_name_that_it_makes(
    opened: Opened, answers: Answers, folder: Path, what: str, ending: str
) -> None:
    opened.window.commands.actions["export"].trigger()
    dialog = opened.window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    dialog.what.setCurrentIndex(dialog.what.findData(what))
    dialog.format.setCurrentIndex(dialog.format.findData(ending))
    (folder / f"a{ending}").write_bytes(b"somebody's")
    answers.file, answers.answer = str(folder / "a"), BUTTONS.No
    dialog.export_button.click()
    assert len(answers.asked) == 1
    assert not dialog.task.running
    answers.answer = BUTTONS.Yes
    with opened.bot.waitSignal(dialog.said, timeout=20_000):
        dialog.export_button.click()
    assert (folder / f"a{ending}").read_bytes() != b"somebody's"
    dialog.close()


def by_another_window(path: Path) -> None:
    document = read_document(path)
    write_document(edits.set_bias(document, 3.0), path)


PROCESS = """
import sys
from pathlib import Path
from dataclasses import replace
from convgui.files.documents import read_document, write_document
document = read_document(Path(sys.argv[1]))
write_document(replace(document, layers=(document.layers[0], document.layers[0])), Path(sys.argv[1]))
"""


def by_a_process(path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    subprocess.run([sys.executable, "-c", PROCESS, str(path)], cwd=root, check=True)


def in_place_with_the_old_date(path: Path) -> None:
    about = path.stat()
    old = path.read_bytes()
    by_another_window(path)
    new = path.read_bytes()
    path.write_bytes(old)
    path.write_bytes(new)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def by_junk(path: Path) -> None:
    path.write_bytes(b"junk")


def removed(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("change", [by_another_window, by_a_process, in_place_with_the_old_date, by_junk, removed])
@pytest.mark.parametrize("when", ["read", "saved"])
def test_what_somebody_else_wrote_is_not_replaced_unasked(
    opened: Opened, answers: Answers, folder: Path, change: Callable[[Path], None], when: str
) -> None:
    path = folder / "a.convgui"
    write_document(textbook(), path)
    opened_file(opened, path)
    if when == "saved":
        tap(opened, 8)
        save(opened)
    change(path)
    theirs = path.read_bytes() if path.exists() else None
    tap(opened, 9)
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: bool(answers.asked))
    assert "a.convgui has been" in answers.asked[0]
    assert (path.read_bytes() if path.exists() else None) == theirs
    assert opened.window.isWindowModified()
    answers.answer = BUTTONS.Save
    save(opened)
    assert read_document(path).layer.weight[0, 0, 0, 0] == 9
    tap(opened, 10)
    save(opened)
    assert len(answers.asked) == 2, "now it is ours again"


@pytest.mark.skipif(os.name != "posix", reason="needs symbolic links")
def test_a_file_that_was_saved_by_another_name_is_not_replaced_unasked(
    opened: Opened, answers: Answers, folder: Path
) -> None:
    (folder / "real").mkdir()
    (folder / "alias").symlink_to(folder / "real")
    path = folder / "real" / "a.convgui"
    answers.file = str(folder / "alias" / "a.convgui")
    tap(opened, 8)
    save(opened)
    assert opened.window.filing.path == path.resolve()
    by_another_window(path)
    theirs = path.read_bytes()
    tap(opened, 9)
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: not opened.window.filing.writing)
    assert len(answers.asked) == 1
    assert path.read_bytes() == theirs


def test_a_file_of_the_same_content_is_the_same(opened: Opened, answers: Answers, folder: Path) -> None:
    path = folder / "a.convgui"
    write_document(textbook(), path)
    opened_file(opened, path)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    tap(opened, 9)
    save(opened)
    assert not answers.asked


def test_the_file_of_a_document_that_was_found_again(
    windows: Windows, qtbot: QtBot, answers: Answers, data: Path
) -> None:
    path = data / "a.convgui"
    read = write_document(textbook(), path)
    slot = RecoverySlot.create(data / "recovery")
    slot.save(edits.set_bias(textbook(), 7.0), path, read)
    slot._lock.release()
    by_another_window(path)
    window = windows.show()
    windows.recover()
    assert windows.recovering is not None
    windows.recovering.restore()
    qtbot.waitUntil(lambda: window.filing.path == path)
    window.commands.actions["save"].trigger()
    qtbot.waitUntil(lambda: bool(answers.asked))
    assert read_document(path).layer.bias[0] == 3.0


class Slow:
    """Writes as a slow disk does: each writing waits until it is let go, and may fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gates: list[threading.Event] = []
        self.fails: set[int] = set()
        real = write_document

        def write(document: Document, path: Path, **rest: Any) -> str:
            number, gate = len(self.gates), threading.Event()
            self.gates.append(gate)
            assert gate.wait(30)
            if number in self.fails:
                raise WriteError(path, "No space left on device")
            return real(document, path, **rest)

        monkeypatch.setattr(filing, "write_document", write)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    return Slow(monkeypatch)


def begun(opened: Opened, slow: Slow, count: int) -> None:
    opened.bot.waitUntil(lambda: len(slow.gates) == count)


@pytest.mark.fault
def test_a_save_that_fails_behind_one_that_does_not(opened: Opened, answers: Answers, folder: Path, slow: Slow) -> None:
    window, path = opened.window, folder / "a.convgui"
    answers.file = str(path)
    tap(opened, 1)
    window.commands.actions["save"].trigger()
    begun(opened, slow, 1)
    tap(opened, 42)
    answers.answer = BUTTONS.Save
    slow.fails = {1}
    window.close()
    assert len(answers.asked) == 1
    slow.gates[0].set()
    begun(opened, slow, 2)
    opened.bot.waitUntil(lambda: file_of(opened) == path)
    assert window.isWindowModified()
    slow.gates[1].set()
    opened.bot.waitUntil(lambda: "No space left" in window.banner.words.text())
    assert window.isVisible()
    assert window.isWindowModified()
    assert read_document(path).layer.weight[0, 0, 0, 0] == 1


@pytest.mark.fault
def test_closing_that_a_failed_save_stopped_does_not_come_later(
    opened: Opened, answers: Answers, folder: Path, slow: Slow
) -> None:
    window = opened.window
    answers.file = str(folder / "a.convgui")
    slow.fails = {0}
    tap(opened, 1)
    window.commands.actions["save"].trigger()
    begun(opened, slow, 1)
    window.close()
    slow.gates[0].set()
    opened.bot.waitUntil(lambda: "No space left" in window.banner.words.text())
    assert not answers.asked
    assert window.isVisible()
    window.commands.actions["save"].trigger()
    begun(opened, slow, 2)
    slow.gates[1].set()
    opened.bot.waitUntil(lambda: not window.isWindowModified())
    assert window.isVisible(), "there is work to go on with, and nobody asked again for the window to close"


def test_what_is_being_written_is_written_and_what_waits_is_given_up(
    opened: Opened, answers: Answers, folder: Path, slow: Slow
) -> None:
    window, path = opened.window, folder / "a.convgui"
    answers.file = str(path)
    tap(opened, 1)
    window.commands.actions["save"].trigger()
    begun(opened, slow, 1)
    tap(opened, 2)
    window.commands.actions["save"].trigger()
    window.filing.stop()
    slow.gates[0].set()
    opened.bot.waitUntil(lambda: file_of(opened) == path)
    assert read_document(path).layer.weight[0, 0, 0, 0] == 1
    assert window.isWindowModified(), "the second value is nowhere but here"
    assert len(slow.gates) == 1


def test_a_saving_that_another_window_takes_over_forgets_what_was_to_follow(
    qtbot: QtBot, qapp: QApplication, folder: Path
) -> None:
    """Its window is gone: nothing may be done to that; the document goes on as the new window has it."""
    gate, after = threading.Event(), list[str]()

    def write(*_: Any) -> str:
        assert gate.wait(30)
        return "written"

    saver, second = Saver(write, qapp), edits.set_bias(textbook(), 2.0)
    for signal in (saver.saved, saver.failed, saver.busy):
        signal.connect(lambda *_: after.append("told the old window"))
    saver.submit(Job(textbook(), textbook(), folder / "a.convgui", False, 1, False, lambda: after.append("closed")))
    after.clear()
    saver.pass_on(qapp, lambda _: second)
    told = list[tuple[Job, Written]]()
    saver.saved.connect(lambda job, written: told.append((job, written)))
    gate.set()
    qtbot.waitUntil(lambda: bool(told))
    saver.close()
    job, written = told[0]
    assert (job.document, job.then, written.path) == (second, None, (folder / "a.convgui").resolve())
    assert saver.content(folder / "a.convgui") == "written"
    assert after == []


def test_a_second_save_before_the_first_is_written_asks_for_no_file(
    opened: Opened, answers: Answers, folder: Path, slow: Slow
) -> None:
    window = opened.window
    answers.file = str(folder / "a.convgui")
    tap(opened, 1)
    window.commands.actions["save"].trigger()
    begun(opened, slow, 1)
    answers.file = str(folder / "another.convgui")
    tap(opened, 2)
    window.commands.actions["save"].trigger()
    slow.gates[0].set()
    begun(opened, slow, 2)
    slow.gates[1].set()
    opened.bot.waitUntil(lambda: not window.isWindowModified())
    assert read_document(folder / "a.convgui").layer.weight[0, 0, 0, 0] == 2
    assert not (folder / "another.convgui").exists()


def test_every_save_is_made_and_none_is_asked_about(opened: Opened, answers: Answers, folder: Path, slow: Slow) -> None:
    window = opened.window
    answers.file = str(folder / "a.convgui")
    tap(opened, 1)
    window.commands.actions["save"].trigger()
    begun(opened, slow, 1)
    answers.file = str(folder / "copy.convgui")
    window.filing.save_copy(False)
    slow.gates[0].set()
    begun(opened, slow, 2)
    for value in (2, 3):
        tap(opened, value)
        window.commands.actions["save"].trigger()
    for place in (1, 2, 3):
        begun(opened, slow, place + 1)
        slow.gates[place].set()
    opened.bot.waitUntil(lambda: not window.isWindowModified())
    assert not answers.asked
    assert read_document(folder / "a.convgui").layer.weight[0, 0, 0, 0] == 3
    assert read_document(folder / "copy.convgui").layer.weight[0, 0, 0, 0] == 1


def test_closing_waits_for_a_save_and_asks_about_what_came_after(
    opened: Opened, answers: Answers, folder: Path, slow: Slow
) -> None:
    window = opened.window
    answers.file = str(folder / "a.convgui")
    tap(opened, 1)
    window.commands.actions["save"].trigger()
    begun(opened, slow, 1)
    window.close()
    assert window.isVisible()
    assert not answers.asked, "what is being written is what there is to save"
    tap(opened, 2)
    slow.gates[0].set()
    opened.bot.waitUntil(lambda: len(answers.asked) == 1)
    assert window.isVisible(), "cancelled"
    window.session.undo()
    window.close()
    opened.bot.waitUntil(lambda: not window.isVisible())


@pytest.mark.parametrize("copies", [1, 2])
@pytest.mark.parametrize("later", [False, True])
def test_what_is_being_saved_is_saved_though_later_changes_are_given_up(
    opened: Opened, answers: Answers, folder: Path, slow: Slow, copies: int, later: bool
) -> None:
    """A random drive closed a window behind whose copy another one waited: it was never written, and nobody said so."""
    window = opened.window
    for number in range(copies):
        answers.file = str(folder / f"copy {number}.convgui")
        tap(opened, number + 1)
        window.filing.save_copy(False)
    tap(opened, 9)
    answers.answer = BUTTONS.Discard
    window.close()
    assert len(answers.asked) == 1
    assert window.isVisible()
    if later:
        tap(opened, 10)
    for number in range(copies):
        begun(opened, slow, number + 1)
        assert window.isVisible()
        slow.gates[number].set()
    opened.bot.waitUntil(lambda: not window.isVisible())
    assert len(answers.asked) == 1 + later, "what was not there yet when it was asked is asked about"
    for number in range(copies):
        assert read_document(folder / f"copy {number}.convgui").layer.weight[0, 0, 0, 0] == number + 1
    assert not window.filing._saver.waiting


@pytest.mark.parametrize("act", ["save", "tap"])
def test_what_is_done_in_the_moment_before_a_window_closes_is_not_lost(
    opened: Opened, answers: Answers, folder: Path, slow: Slow, act: str
) -> None:
    window = opened.window
    answers.file = str(folder / "a.convgui")
    tap(opened, 1)
    answers.answer = BUTTONS.Save
    window.close()
    begun(opened, slow, 1)
    answers.answer = BUTTONS.Cancel

    def meddle() -> None:
        if act == "tap":
            tap(opened, 2)
        else:
            answers.file = str(folder / "copy.convgui")
            window.filing.save_copy(False)

    # It is called when the saving has ended, and before the window closes.
    window.filing.changed.connect(lambda: QTimer.singleShot(0, window, meddle) if window.filing.path else None)
    slow.gates[0].set()
    if act == "tap":
        opened.bot.waitUntil(lambda: len(answers.asked) == 2)
        assert window.isVisible(), "cancelled"
        return
    begun(opened, slow, 2)
    assert window.isVisible()
    slow.gates[1].set()
    opened.bot.waitUntil(lambda: not window.isVisible())
    assert read_document(folder / "copy.convgui").layer.weight[0, 0, 0, 0] == 1


def test_another_document_does_not_take_over_the_file_of_a_save(
    opened: Opened, answers: Answers, folder: Path, slow: Slow
) -> None:
    window = opened.window
    answers.file = str(folder / "a.convgui")
    tap(opened, 1)
    window.commands.actions["save"].trigger()
    begun(opened, slow, 1)
    window.use_sample(Sample(np.ones((1, 5, 5)), "typed numbers"))
    slow.gates[0].set()
    opened.bot.waitUntil(lambda: not window.filing._saver.waiting)
    assert file_of(opened) is None
    window.session.undo()
    assert file_of(opened) == folder / "a.convgui"
    assert not window.isWindowModified()


@pytest.mark.parametrize("act", ["open", "open-folder", "save-as", "export"])
@pytest.mark.parametrize("gone", [True, False])
def test_dialogs_begin_where_the_files_are(
    opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch, act: str, gone: bool
) -> None:
    """Not where the program was started; if the folder of the newest file is gone, with the file before it."""
    begun: list[str] = []

    def refuse(_parent: object, _title: str, begins: str, *filters: str) -> Any:
        begun.append(begins)
        return ("", "") if filters else ""

    for name in ("getSaveFileName", "getOpenFileName", "getExistingDirectory"):
        monkeypatch.setattr(QFileDialog, name, refuse)
    window = opened.window
    for inner in ("old", "new"):
        (folder / inner).mkdir()
        window.remembered.add_recent(str(folder / inner / "a.npy"))
    if gone:
        (folder / "new").rmdir()
    window.commands.actions[act].trigger()
    if act == "export":
        dialog = window.findChild(ExportDialog)
        assert isinstance(dialog, ExportDialog)
        dialog.export_button.click()
        dialog.close()
    begins = Path(begun[0])
    expected = folder / ("old" if gone else "new")
    assert expected == (begins if act.startswith("open") else begins.parent)


def test_the_keyboard_comes_back_from_the_dialog_for_a_file(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the window manager has left it: Escape and Enter then work in the dialog that stays."""
    elsewhere = QWidget()
    opened.bot.addWidget(elsewhere)

    def wander(*_: object) -> tuple[str, str]:
        elsewhere.show()
        elsewhere.activateWindow()
        opened.bot.waitUntil(elsewhere.isActiveWindow)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", wander)
    opened.window.commands.actions["export"].trigger()
    dialog = opened.window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    dialog.export_button.click()
    opened.bot.waitUntil(dialog.isActiveWindow)
    dialog.close()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_file_that_is_reached_by_a_link_is_known_by_either_name(
    qtbot: QtBot, qapp: QApplication, folder: Path
) -> None:
    """What the first saving wrote by one name, the second expects, whichever it is given."""
    (folder / "real").mkdir()
    (folder / "link").symlink_to(folder / "real")
    by_link, by_name = (folder / name / "a.convgui" for name in ("link", "real"))
    expected = list[str | None]()

    def write(_document: Document, _path: Path, _links: Any, known: str | None) -> str:
        expected.append(known)
        return f"written {len(expected)}"

    saver, told = Saver(write, qapp), list[Written]()
    saver.saved.connect(lambda _, written: told.append(written))
    for number, (path, known) in enumerate([(by_link, False), (by_link, True), (by_name, True)], start=1):
        saver.submit(Job(textbook(), textbook(), path, False, 1, known, None))
        qtbot.waitUntil(lambda number=number: len(told) == number)  # type: ignore[misc]
    saver.close()
    assert expected == [None, "written 1", "written 2"]
