"""Nothing is lost: every kind of input is kept, another input is another document, and closing ends everything."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from convgui.core.memory import allow
from convgui.export.code import code
from convgui.files import load
from convgui.files.documents import read_document, write_document
from convgui.files.own_lessons import add_to_lessons
from convgui.model.sample import Sample
from convgui.qt.app import Windows
from convgui.qt.dialogs.grid_dialog import GridDialog
from convgui.session import edits
from convgui.session.notes import add_note, note_here, notes_of
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BUTTONS = QMessageBox.StandardButton


def numbers(kind: str, shape: tuple[int, ...]) -> Any:
    values = np.random.default_rng(5).integers(0, 2 if kind == "?" else 90, shape)
    array = values.astype(kind)
    if np.dtype(kind).kind == "f":
        array.flat[1], array.flat[2] = np.nan, np.inf
    return array


def tap(given: Opened, value: float) -> None:
    session = given.window.session
    session.replace(edits.set_tap(session.document, (0, 0), value, every_channel=False), "Edit weight")


def save(given: Opened) -> None:
    given.window.commands.actions["save"].trigger()
    given.bot.waitUntil(lambda: not given.window.isWindowModified())


def alike(one: Sample, other: Sample) -> bool:
    about = [(s.data.dtype, s.data.shape, s.data.tobytes(), s.nonfinite, s.name, s.units) for s in (one, other)]
    return about[0] == about[1]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("kind", ["?", "<i8", "<f2", ">f4", "<f8"])
def test_an_input_of_every_type_is_kept_in_every_way(
    opened: Opened, answers: Answers, folder: Path, data: Path, kind: str
) -> None:
    window = opened.window
    np.save(folder / "a.npy", numbers(kind, (9, 8)))
    sample = load(folder / "a.npy")
    window.use_sample(sample)
    tap(opened, 5)
    opened.bot.waitUntil(lambda: bool(list((data / "recovery").glob("*.convgui"))))
    assert alike(read_document(next((data / "recovery").glob("*.convgui"))).sample, sample)
    answers.file = str(folder / "kept.convgui")
    window.commands.actions["save-as"].trigger()
    opened.bot.waitUntil(lambda: not window.isWindowModified())
    assert alike(read_document(folder / "kept.convgui").sample, sample)
    assert code(window.session.document, "pytorch")
    window.close()
    opened.bot.waitUntil(lambda: not window.isVisible())
    assert alike(read_document(data / "last" / "last.convgui").sample, sample)


@pytest.mark.fault
@pytest.mark.parametrize("step", ["keep", "presenter", "profiler", "opener", "lessons", "filing", "autosave"])
def test_closing_ends_everything_whatever_fails(
    windows: Windows, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    said: list[str] = []
    window = windows.show()
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: said.append(str(error)))

    def fails(*_: object, **__: object) -> None:
        if step != "keep":
            real()
        raise ValueError("planted")

    if step == "keep":
        monkeypatch.setattr("convgui.qt.documents.last_session.keep", fails)
    else:
        owner: Any = getattr(window, step)
        name = "close_drawing" if step == "lessons" else "close"
        real = getattr(owner, name)
        monkeypatch.setattr(owner, name, fails)
    window.close()
    qtbot.waitUntil(lambda: not windows.open)
    assert said == ["planted"]
    assert not [t for t in threading.enumerate() if t.name.startswith("convgui") and t.is_alive()]


def lesson_file(folder: Path) -> Path:
    document = replace(textbook(), lesson=None)
    document = add_note(document, note_here(document, "Look at the corner.", 0))
    path = folder / "lesson.convgui"
    write_document(document, path)
    return path


def file_of(opened: Opened) -> Path | None:
    return opened.window.filing.path


def opened_file(opened: Opened, path: Path) -> None:
    opened.window.open_file(path)
    opened.bot.waitUntil(lambda: file_of(opened) == path)
    opened.settle()


def by_file(opened: Opened, folder: Path) -> None:
    np.save(folder / "other.npy", np.ones((7, 7)))
    opened.window.open_file(folder / "other.npy")
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == "other.npy")


def by_sample(opened: Opened, _: Path) -> None:
    opened.window.commands.file.samples.actions()[0].trigger()


def by_numbers(opened: Opened, _: Path) -> None:
    opened.window.use_sample(Sample(np.ones((1, 5, 5)), "typed numbers"))


def by_leafing(opened: Opened, folder: Path) -> None:
    (folder / "album").mkdir(exist_ok=True)
    np.save(folder / "album" / "1.npy", np.ones((7, 7)))
    opened.window.leafing.open(folder / "album")
    opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == "1.npy")


INPUTS = (by_file, by_sample, by_numbers, by_leafing)


@pytest.mark.parametrize("change", INPUTS)
def test_another_input_makes_a_new_document(
    opened: Opened, answers: Answers, folder: Path, change: Callable[[Opened, Path], None]
) -> None:
    window, path = opened.window, lesson_file(folder)
    before = path.read_bytes()
    opened_file(opened, path)
    change(opened, folder)
    assert file_of(opened) is None
    assert "lesson.convgui" not in window.windowTitle()
    assert window.isWindowModified()
    assert "the notes are still in lesson.convgui" in window.banner.words.text()
    answers.file = str(folder / "new")
    save(opened)
    assert (folder / "new.convgui").exists()
    assert path.read_bytes() == before
    window.session.undo()
    assert file_of(opened) == path
    assert not window.isWindowModified(), "undone, it is the lesson's file again"
    assert notes_of(window.session.document)
    window.session.redo()
    assert file_of(opened) == folder / "new.convgui"


@pytest.mark.parametrize("change", INPUTS)
def test_unsaved_notes_are_asked_about(
    opened: Opened, answers: Answers, folder: Path, change: Callable[[Opened, Path], None]
) -> None:
    window = opened.window
    window.session.replace(add_note(textbook(), note_here(textbook(), "Mine.", 0)), "Add note")
    answers.answer = BUTTONS.Discard
    change(opened, folder)
    assert len(answers.asked) == 1
    assert not notes_of(window.session.document)
    window.session.undo()
    answers.answer = BUTTONS.Cancel
    window.use_sample(Sample(np.ones((1, 5, 5)), "typed numbers"))
    assert notes_of(window.session.document), "cancelled"


def test_old_steps_are_given_up_by_their_bytes_and_it_is_said(opened: Opened) -> None:
    window = opened.window
    try:
        allow(4 << 20)  # of which undo may take one
        for value in range(12):
            window.use_sample(Sample(np.full((1, 400, 800), value, np.uint8), f"{value}"))
    finally:
        allow(None)
    opened.bot.waitUntil(lambda: "The oldest undo steps" in window.banner.words.text())
    steps = 0
    while window.session.undo_name:
        window.session.undo()
        steps += 1
    assert steps == 3, "three inputs of 320 000 bytes fit into a mebibyte"


def test_a_question_in_the_middle_of_closing_is_asked_once(opened: Opened, answers: Answers) -> None:
    tap(opened, 5)
    QTimer.singleShot(0, opened.window, opened.window.close)
    opened.bot.waitUntil(lambda: len(answers.asked) == 1)
    assert opened.window.isVisible()


def test_typed_numbers_survive_escape(opened: Opened) -> None:
    typed = "7 8 9\n4 5 6\n1 2 3\n"
    seen: list[str] = []

    def type_and_escape() -> None:
        dialog = next((d for d in opened.window.findChildren(GridDialog) if d.isVisible()), None)
        if dialog is None:
            QTimer.singleShot(10, opened.window, type_and_escape)
            return
        seen.append(dialog.text.toPlainText())
        dialog.text.setPlainText(typed)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    for _ in range(2):
        QTimer.singleShot(0, opened.window, type_and_escape)
        opened.window.commands.actions["type"].trigger()
    assert seen[0] != typed
    assert seen[1] == typed


def test_another_lesson_of_the_same_title_is_asked_about(opened: Opened, answers: Answers, data: Path) -> None:
    window = opened.window
    other = add_note(textbook(), note_here(textbook(), "Somebody else's.", 0))
    path = add_to_lessons(other)
    theirs = path.read_bytes()
    window.session.replace(add_note(textbook(), note_here(textbook(), "Mine.", 0)), "Add note")
    answers.answer = BUTTONS.No
    window.notes.publish()
    assert len(answers.asked) == 1
    assert path.read_bytes() == theirs
    answers.answer = BUTTONS.Yes
    window.notes.publish()
    assert path.read_bytes() != theirs
    window.notes.publish()
    assert len(answers.asked) == 2, "it is this window's now"
    assert path.parent == data / "lessons"


def test_saving_from_the_panel_of_notes(opened: Opened, answers: Answers, folder: Path) -> None:
    answers.file = str(folder / "a")
    window = opened.window
    window.notes.add()
    panel = window.notes.panel
    assert panel is not None
    panel.activateWindow()
    opened.bot.waitUntil(lambda: QApplication.activeWindow() is panel)
    panel.text.setPlainText("Look here.")
    QTest.keySequence(panel.text, QKeySequence(QKeySequence.StandardKey.Save))
    opened.bot.waitUntil(lambda: (folder / "a.convgui").exists() and not window.isWindowModified())
    assert "Look here." in [note.text for note in notes_of(read_document(folder / "a.convgui"))]
    panel.close()


@pytest.mark.parametrize("change", ["none", "edited", "removed", "discarded"])
def test_the_next_start_tells_the_truth_about_the_file(
    windows: Windows, qtbot: QtBot, answers: Answers, folder: Path, change: str
) -> None:
    path = folder / "a.convgui"
    write_document(textbook(), path)
    window = windows.show(path)
    qtbot.waitUntil(lambda: window.filing.path == path)
    if change == "discarded":
        window.session.replace(edits.set_bias(window.session.document, 5.0), "Edit")
        answers.answer = BUTTONS.Discard
    window.close()
    qtbot.waitUntil(lambda: not windows.open)
    if change == "edited":
        write_document(edits.set_bias(textbook(), 3.0), path)
    elif change == "removed":
        path.unlink()
    again = windows.show()
    again.filing.bring_back()
    qtbot.waitUntil(lambda: again.filing.path == path)
    assert again.session.document.layer.bias[0] == (3.0 if change == "edited" else 0.0)
    assert again.isWindowModified() == (change == "removed"), "of a file that is gone this is all there is"
