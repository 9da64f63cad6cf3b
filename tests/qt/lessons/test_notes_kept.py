"""Whatever takes the place of what a lesson's notes are about, the notes stay, and what is saved is what opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QMessageBox

from convgui.files.documents import read_document, write_document
from convgui.files.resources import resource
from convgui.model.document import Document
from convgui.model.sample import Alpha
from convgui.qt.dialogs.network_dialog import NetworkDialog
from convgui.qt.dialogs.region_dialog import RegionDialog
from convgui.qt.window import MainWindow
from convgui.session import edits, notes
from convgui.session.notes import notes_of
from tests.documents import document, textbook
from tests.qt.conftest import Answers, Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BUTTONS = QMessageBox.StandardButton


def taught(first: Document) -> Document:
    """Return a lesson of two notes, about a document and about another weight in it, which is chosen last."""
    given = notes.add_note(first, notes.note_here(first, "Which number?", 3))
    given = edits.set_tap(given, (0, 0), 9, every_channel=False)
    return notes.with_title(notes.add_note(given, notes.note_here(given, "Now nine", 1)), "Taps")


def open_file(opened: Opened, path: Path) -> MainWindow:
    opened.window.open_file(path)
    opened.bot.waitUntil(lambda: opened.window.filing.path == path.resolve())
    opened.settle()
    return opened.window


def save(opened: Opened) -> None:
    opened.window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: not opened.window.filing.writing)


def dialog_of(opened: Opened, kind: type[QDialog]) -> QDialog:
    opened.bot.waitUntil(lambda: opened.window.findChild(kind) is not None)
    found = opened.window.findChild(kind)
    assert isinstance(found, kind)
    return found


def put(opened: Opened) -> None:
    opened.window.open_file(resource("networks", "pnet.pt"))
    dialog = dialog_of(opened, NetworkDialog)
    assert isinstance(dialog, NetworkDialog)
    dialog.put_button.click()
    dialog.close()


def chain(opened: Opened) -> None:
    opened.window.open_file(resource("networks", "pnet.pt"))
    dialog = dialog_of(opened, NetworkDialog)
    assert isinstance(dialog, NetworkDialog)
    dialog.build_button.click()
    dialog.close()


def crop(opened: Opened) -> None:
    opened.window.commands.actions["region"].trigger()
    dialog = dialog_of(opened, RegionDialog)
    assert isinstance(dialog, RegionDialog)
    dialog.bottom.setValue(20)
    dialog.crop.click()


def paste(opened: Opened) -> None:
    QGuiApplication.clipboard().setText("nn.Conv2d(3, 4, 5)")
    opened.window.commands.actions["paste-code"].trigger()


def opaque(opened: Opened) -> None:
    transparency = opened.window.inspector.transparency
    transparency.weight.click()


WAYS: dict[str, Callable[[Opened], object]] = {
    "put a network's layer on": put,
    "chain a network": chain,
    "crop": crop,
    "paste PyTorch": paste,
    "weight by the opacity": opaque,
    "a model": lambda opened: opened.window.inspector.stack.use_model("dilated-1-2-4"),
    "each channel": lambda opened: opened.window.commands.actions["each-channel"].trigger(),
}


def photo() -> Document:
    rng = np.random.default_rng(3)
    made = document(rng.integers(0, 9, (3, 40, 40)), np.ones((1, 3, 3, 3)))
    return replace(made, sample=replace(made.sample, alpha=Alpha(np.ones((40, 40)), False)))


@pytest.mark.parametrize("way", WAYS)
def test_what_takes_the_place_of_a_lessons_content_leaves_its_notes(opened: Opened, folder: Path, way: str) -> None:
    path = folder / "taps.convgui"
    write_document(taught(photo()), path)
    window = open_file(opened, path)
    before = window.session.document
    WAYS[way](opened)
    opened.settle()
    assert not window.session.document.makes_the_same(before)
    assert [note.text for note in notes_of(window.session.document)] == ["Which number?", "Now nine"]
    assert window.caption.isVisible()
    save(opened)
    assert [note.text for note in notes_of(read_document(path))] == ["Which number?", "Now nine"]


def test_an_unsaved_note_is_asked_about_after_a_network(opened: Opened, answers: Answers, folder: Path) -> None:
    window = opened.window
    window.begin(textbook())
    window.filing.clean(window.session.document)
    window.commands.actions["add-note"].trigger()
    assert window.notes.panel is not None
    window.notes.panel.close()
    put(opened)
    window.commands.actions["next-note"].trigger()
    window.close()
    assert window.isVisible()
    assert answers.asked
    assert notes_of(window.session.document)


def weight(window: MainWindow) -> float:
    return float(window.session.document.layer.weight[0, 0, 0, 0])


def weights(document: Document) -> list[float]:
    """Return the first weight of what each note is about."""
    states = [note.state for note in notes_of(document)]
    return [float(state.layer.weight[0, 0, 0, 0]) for state in states if state is not None]


def tap(window: MainWindow, value: float) -> None:
    session = window.session
    session.replace(edits.set_tap(session.document, (0, 0), value, every_channel=False), "Edit weight")


@pytest.fixture
def lesson(opened: Opened, folder: Path) -> MainWindow:
    write_document(taught(textbook()), folder / "taps.convgui")
    return open_file(opened, folder / "taps.convgui")


def test_a_lesson_opens_at_its_first_note_with_nothing_to_undo(lesson: MainWindow) -> None:
    assert weight(lesson) == 0
    assert lesson.session.undo_name == ""
    assert lesson.caption.words.text() == "Which number?"
    assert not lesson.isWindowModified()


def test_what_no_note_is_about_opens_as_it_was_saved(opened: Opened, folder: Path) -> None:
    given = edits.set_tap(taught(textbook()), (0, 0), 7, every_channel=False)
    write_document(given, folder / "taps.convgui")
    window = open_file(opened, folder / "taps.convgui")
    assert weight(window) == 7
    assert not window.isWindowModified()
    assert window.caption.words.text().startswith("You changed what this note is about")


def test_an_edit_that_is_walked_away_from_is_the_notes_and_asked_about(
    opened: Opened, lesson: MainWindow, answers: Answers
) -> None:
    window = lesson
    tap(window, 6)
    assert window.caption.words.text() == "You changed what this note is about: it keeps that when you go on or save."
    window.commands.actions["next-note"].trigger()
    assert weight(window) == 9
    assert window.status.keys.text() == "Note 1 keeps what was changed there; undo leads back to it."
    assert window.isWindowModified()
    window.close()
    assert window.isVisible()
    assert len(answers.asked) == 1
    window.commands.actions["previous-note"].trigger()
    assert weight(window) == 6
    assert window.caption.words.text() == "Which number?"


def test_undo_of_that_leads_back_to_the_edit_at_its_note(lesson: MainWindow) -> None:
    session = lesson.session
    tap(lesson, 6)
    lesson.presenter.jump(7)
    lesson.commands.actions["next-note"].trigger()
    lesson.presenter.jump(5)
    session.undo()
    assert (weight(lesson), lesson.caption.index, lesson.presenter.player.target) == (6, 0, 7)
    assert lesson.caption.words.text().startswith("You changed what this note is about")
    assert "keeps what was changed" not in lesson.status.keys.text()
    session.undo()
    assert lesson.caption.words.text() == "Which number?"
    assert not lesson.isWindowModified()
    for _ in range(2):
        session.redo()
    assert (weight(lesson), lesson.caption.index) == (9, 1)


@pytest.mark.parametrize("note", [0, 1])
def test_what_is_saved_at_a_note_is_what_opens_and_stays_in_the_file(
    opened: Opened, lesson: MainWindow, folder: Path, note: int
) -> None:
    window, path = lesson, folder / "taps.convgui"
    window.caption.go(note)
    tap(window, 4)
    save(opened)
    assert not window.isWindowModified()
    window.caption.go(1 - note)
    save(opened)
    assert weights(read_document(path))[note] == 4
    window.begin(textbook())
    window.filing.clean(window.session.document)
    open_file(opened, path)
    window.caption.go(note)
    assert weight(window) == 4
    assert not window.isWindowModified()


def test_a_new_note_about_an_edit_leaves_the_one_before_as_it_was(lesson: MainWindow) -> None:
    tap(lesson, 5)
    lesson.commands.actions["add-note"].trigger()
    assert [note.state and note.state.layer.weight[0, 0, 0, 0] for note in notes_of(lesson.session.document)] == [
        0,
        5,
        9,
    ]
    lesson.session.undo()
    assert lesson.caption.index == 0
    assert lesson.notes.panel is not None
    lesson.notes.panel.close()


def test_a_deleted_note_takes_with_it_what_it_was_about(lesson: MainWindow) -> None:
    panel = lesson.notes.open()
    panel.delete.click()
    assert weight(lesson) == 9
    assert [note.text for note in notes_of(lesson.session.document)] == ["Now nine"]
    lesson.session.undo()
    assert (weight(lesson), lesson.caption.index) == (0, 0)
    panel.close()


def test_a_moved_note_takes_its_edit_along(lesson: MainWindow) -> None:
    panel = lesson.notes.open()
    tap(lesson, 5)
    panel.down.click()
    assert weights(lesson.session.document) == [9, 5]
    assert lesson.caption.index == 1
    panel.close()


def test_a_lesson_that_ships_is_tried_in_and_never_changed(opened: Opened) -> None:
    window = opened.window
    window.open_lesson("single-channel")
    tap(window, 6)
    assert window.caption.words.text() == "The lesson was changed: what it says here is not about this."
    window.caption.walk(1)
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == "single-channel"
    assert not window.isWindowModified()


def test_a_model_or_another_view_never_hides_that_there_are_notes(opened: Opened, lesson: MainWindow) -> None:
    lesson.inspector.stack.use_model("dilated-1-2-4")
    opened.settle()
    assert lesson.caption.isVisible()
    lesson.session.undo()
    lesson.session.look(scene="arithmetic", step=0)
    opened.settle()
    assert lesson.caption.words.text() == "What the lesson says here is about another view."
    lesson.caption.back.click()
    opened.settle()
    assert (lesson.caption.words.text(), lesson.presenter.player.target) == ("Which number?", 3)


def test_undo_of_another_input_comes_back_to_the_note(opened: Opened, folder: Path) -> None:
    first = textbook()
    given = notes.add_note(first, notes.note_here(first, "One", 3))
    given = notes.with_title(notes.add_note(given, notes.note_here(given, "Two", 3)), "Twice")
    write_document(given, folder / "twice.convgui")
    window = open_file(opened, folder / "twice.convgui")
    window.caption.go(1)
    window.use_sample(photo().sample)
    opened.settle()
    window.session.undo()
    assert window.caption.words.text() == "Two"


def taught_thrice() -> Document:
    """Return a lesson of three notes about one document, the last one with a question."""
    given = textbook()
    for text, step in (("One", 0), ("Two", 1), ("Three", 2)):
        note = notes.note_here(given, text, step, predict=text == "Three")
        given = notes.add_note(given, note)
    return notes.with_title(given, "Thrice")


def test_the_notes_dialog_follows_whatever_leads_to_another_note(opened: Opened, folder: Path) -> None:
    write_document(taught_thrice(), folder / "thrice.convgui")
    window = open_file(opened, folder / "thrice.convgui")
    panel, session = window.notes.open(), window.session

    def shown() -> tuple[int, int, str, bool, str]:
        row = panel.list.currentRow()
        return row, window.caption.index, panel.text.toPlainText(), panel.predict.isChecked(), panel.where.text()

    first = (0, 0, "One", False, "About step 0.")
    second = (1, 1, "Two", False, "About step 1.")
    third = (2, 2, "Three", True, "About step 2.")
    window.commands.actions["next-note"].trigger()
    assert shown() == second
    tap(window, 6)
    window.commands.actions["next-note"].trigger()
    assert shown() == third
    session.undo()
    assert shown() == second
    session.redo()
    assert shown() == third
    session.undo()
    session.undo()
    assert shown() == second
    panel.delete.click()
    assert [note.text for note in notes_of(session.document)] == ["One", "Three"]
    session.undo()
    assert shown() == second
    window.commands.actions["previous-note"].trigger()
    assert shown() == first
    panel.close()


STALE = "What was changed here is kept, and the lesson's words are not about it: write others (F8)."


def told(window: MainWindow) -> str:
    return window.caption.words.text().replace("\u00a0", " ")


def changed_lesson(opened: Opened, answers: Answers, path: Path) -> MainWindow:
    """Change a lesson that ships, and save it in a file; then change it again, and save that."""
    window = opened.window
    window.open_lesson("single-channel")
    tap(window, 7)
    answers.file = str(path)
    save(opened)
    assert "You changed" in told(window) or "The lesson was changed" in told(window)
    tap(window, 5)
    save(opened)
    return window


def test_words_that_did_not_fit_stay_marked_once_the_change_is_kept(
    opened: Opened, answers: Answers, folder: Path
) -> None:
    path = folder / "mine.convgui"
    window = changed_lesson(opened, answers, path)
    assert told(window) == STALE
    assert window.caption.again.isHidden()
    assert window.caption.stands == ""
    window.begin(textbook())
    window.filing.clean(window.session.document)
    open_file(opened, path)
    assert weight(window) == 5
    assert told(window) == STALE, "also when it is opened again"
    window.caption.walk(1)
    assert told(window) != STALE, "the others are about the lesson as it was"
    tap(window, 4)
    window.caption.walk(-1)
    window.caption.walk(1)
    assert (weight(window), told(window)) == (4, STALE)


def test_words_that_are_written_anew_are_about_what_is_shown(opened: Opened, answers: Answers, folder: Path) -> None:
    window = changed_lesson(opened, answers, folder / "mine.convgui")
    panel = window.notes.open()
    panel.text.setPlainText("Now it is five.")
    assert told(window) == "Now it is five."
    window.session.undo()
    assert told(window) == STALE
    panel.take.click()
    assert told(window) != STALE, "the user says that they fit"
    panel.close()
    save(opened)
    assert window.caption.stands


def test_ones_own_words_are_ones_own_affair(lesson: MainWindow, opened: Opened) -> None:
    tap(lesson, 6)
    save(opened)
    assert told(lesson) == "Which number?"
