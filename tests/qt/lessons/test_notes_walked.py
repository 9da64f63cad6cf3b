"""Notes walked by keys, begun from a template, opened at the first one, listed where they go, and kept as written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.files.author import author
from convgui.files.documents import read_document, write_document
from convgui.model.document import Document
from convgui.session import edits, notes
from convgui.session.notes import notes_of
from tests.documents import textbook
from tests.qt.conftest import Answers, Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def taught(last: int = 8) -> Document:
    """Return a lesson of two notes about two states, left at another step."""
    first = textbook()
    given = notes.add_note(first, notes.note_here(first, "Which number?", 3, predict=True))
    given = edits.set_tap(given, (0, 0), 9, every_channel=False)
    given = notes.with_title(notes.add_note(given, notes.note_here(given, "Now nine", 1)), "Taps")
    return given.with_view(replace(given.view, step=last))


def open_file(opened: Opened, path: Path) -> None:
    opened.window.open_file(path)
    opened.bot.waitUntil(lambda: opened.window.filing.path == path)
    opened.settle()


@pytest.fixture
def lesson(opened: Opened, folder: Path) -> Opened:
    write_document(taught(), folder / "taps.convgui")
    open_file(opened, folder / "taps.convgui")
    return opened


def test_a_lesson_opens_at_its_first_note_whatever_step_it_was_left_at(lesson: Opened) -> None:
    window = lesson.window
    assert window.caption.words.text() == "Which number?"
    assert window.presenter.player.target == 3
    assert window.session.document.layer.weight[0, 0, 0, 0] == 0
    assert window.prediction.hiding
    assert not window.filing.modified


def test_page_keys_walk_the_notes_on_the_stage_and_with_ctrl_from_any_field(lesson: Opened) -> None:
    window = lesson.window
    window.stage.setFocus()
    QTest.keyClick(window.stage, Qt.Key.Key_PageDown)
    assert window.caption.words.text() == "Now nine"
    assert window.session.document.layer.weight[0, 0, 0, 0] == 9
    assert window.presenter.player.target == 1
    QTest.keyClick(window.stage, Qt.Key.Key_PageUp)
    assert window.caption.words.text() == "Which number?"
    window.inspector.kernel.bias.setFocus()
    lesson.bot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window.inspector.kernel.bias, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert window.caption.words.text() == "Now nine"
    window.filing.new()
    assert not window.commands.actions["next-note"].isEnabled()


@pytest.mark.parametrize("template", notes.TEMPLATES, ids=lambda template: template.title)
def test_a_template_writes_notes_about_real_steps(opened: Opened, template: notes.Template) -> None:
    window = opened.window
    window.begin(textbook())
    opened.settle()
    window.presenter.jump(4)
    at = notes.TEMPLATES.index(template)
    window.notes.templates.actions()[at].trigger()
    written = notes_of(window.session.document)
    assert [note.text for note in written] == [prompt.text for prompt in template.prompts]
    assert all(0 <= note.step < window.presenter.player.steps for note in written)
    panel = window.notes.panel
    assert panel is not None
    # The first one is chosen, to be written over.
    assert panel.list.currentRow() == 0
    assert panel.text.textCursor().selectedText() == template.prompts[0].text
    window.session.undo()
    assert not notes_of(window.session.document)


def test_an_own_lesson_says_where_it_went_and_is_shown_there(opened: Opened) -> None:
    window = opened.window
    window.begin(taught())
    window.commands.actions["add-lesson"].trigger()
    assert "My lessons" in window.status.keys.text()
    item = window.lessons.currentItem()
    assert item is not None
    assert item.text() == "Taps"
    assert window.lessons.viewport().rect().intersects(window.lessons.visualItemRect(item))


def foreign(path: Path) -> None:
    """Write a lesson as somebody else would have."""
    made = taught()
    assert made.lesson is not None
    write_document(replace(made, lesson=replace(made.lesson, author="f" * 32)), path)


def test_a_lesson_names_its_author_by_a_word_that_says_nothing(folder: Path) -> None:
    write_document(taught(), folder / "own.convgui")
    with ZipFile(folder / "own.convgui") as archive:
        (text,) = [archive.read(name) for name in archive.namelist() if name.endswith(".json")]
    assert json.loads(text)["lesson"]["author"] == author()
    lesson = read_document(folder / "own.convgui").lesson
    assert lesson is not None
    assert lesson.author == author()


def test_a_lesson_of_another_is_as_it_was_written_until_it_is_made_ones_own(
    opened: Opened, folder: Path, answers: Answers
) -> None:
    path = folder / "theirs.convgui"
    foreign(path)
    before = path.read_bytes()
    open_file(opened, path)
    window = opened.window
    panel = window.notes.open()
    assert panel.text.isReadOnly()
    assert panel.title.isReadOnly()
    assert not any(button.isEnabled() for button in (panel.add, panel.take, panel.delete, panel.up, panel.down))
    window.commands.actions["add-note"].trigger()
    assert len(notes_of(window.session.document)) == 2
    assert "Make it mine" in window.banner.words.text()
    # What a pupil tries in it goes elsewhere, too.
    session = window.session
    session.replace(edits.set_tap(session.document, (1, 1), 7, every_channel=False), "Edit weight")
    answers.file = str(folder / "copy.convgui")
    window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: not window.filing.writing and (folder / "copy.convgui").exists())
    assert path.read_bytes() == before
    QTest.mouseClick(panel.mine, Qt.MouseButton.LeftButton)
    assert not panel.text.isReadOnly()
    assert not panel.mine.isVisible()
    assert not window.banner.isVisible()
    assert window.filing.path is None
    window.commands.actions["add-note"].trigger()
    assert len(notes_of(window.session.document)) == 3
    lesson = window.session.document.lesson
    assert lesson is not None
    assert lesson.author == author()
    panel.close()
