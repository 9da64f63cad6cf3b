"""Notes: each keeps its own state of the document, and arrays are shared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from convgui.files.documents import read_document, write_document
from convgui.files.lessons import load_lesson
from convgui.files.own_lessons import CHAPTER
from convgui.model.document import Caption
from convgui.session import edits, notes
from convgui.session.opening import modified
from convgui.session.session import Session
from convgui.session.walking import alike, caption_document, caption_fits, with_lesson_start
from tests.documents import document, textbook


def test_a_note_keeps_the_state_it_is_about() -> None:
    first = textbook()
    taught = notes.add_note(first, notes.note_here(first, "One", 2))
    changed = edits.set_tap(taught, (0, 0), 9, every_channel=False)
    taught = notes.add_note(changed, notes.note_here(changed, "Two", 5, predict=True))
    one, two = notes.notes_of(taught)
    back = caption_document(taught, 0)
    assert back.layers == first.layers
    assert back.view.step == 2
    assert back.lesson is taught.lesson, "walking keeps the lesson"
    assert caption_document(back, 1).layer.weight[0, 0, 0, 0] == 9
    assert two.predict
    assert one.state is not None
    assert one.state.sample is first.sample
    assert one.state.lesson is None


def test_order_change_and_removal() -> None:
    given = textbook()
    for text in "abc":
        given = notes.add_note(given, Caption(text))
    assert [n.text for n in notes.notes_of(notes.move_note(given, 0, 1))] == ["b", "a", "c"]
    assert [n.text for n in notes.notes_of(notes.move_note(given, 0, -1))] == ["a", "b", "c"]
    assert [n.text for n in notes.notes_of(notes.move_note(given, 2, 5))] == ["a", "b", "c"]
    assert [n.text for n in notes.notes_of(notes.remove_note(given, 1))] == ["a", "c"]
    assert [n.text for n in notes.notes_of(notes.change_note(given, 1, Caption("x")))] == ["a", "x", "c"]
    assert [n.text for n in notes.notes_of(notes.add_note(given, Caption("x"), 1))] == ["a", "x", "b", "c"]


def test_a_lesson_that_shipped_becomes_the_teachers_own() -> None:
    shipped = load_lesson("single-channel")
    own = notes.with_title(notes.add_note(shipped, Caption("mine")), "My title")
    assert own.lesson is not None
    assert shipped.lesson is not None
    assert (own.lesson.id, own.lesson.title, own.lesson.chapter) == ("", "My title", CHAPTER)
    assert len(own.lesson.captions) == len(shipped.lesson.captions) + 1
    # Notes without a state of their own only look, as in the lessons that ship.
    looked = caption_document(notes.add_note(own, Caption("x", 3, {"channels": "apart"}), 0), 0)
    assert looked.layers is own.layers
    assert (looked.view.step, looked.view.options["channels"]) == (3, "apart")


def test_what_counts_as_a_change() -> None:
    saved = textbook()
    saved = notes.add_note(saved, notes.note_here(edits.set_tap(saved, (0, 0), 9, every_channel=False), "n", 1))
    assert not modified(saved, saved)
    assert not modified(saved.with_view(replace(saved.view, step=4, scene="matrix")), saved), "looking"
    assert not modified(caption_document(saved, 0), saved), "walking the lesson"
    assert modified(saved, None)
    assert modified(edits.set_tap(saved, (0, 0), 8, every_channel=False), saved)
    assert modified(notes.add_note(saved, Caption("more")), saved)
    assert modified(replace(saved, sample=textbook().sample), saved)


def test_two_hundred_edits_of_a_large_picture_share_it() -> None:
    """Undo costs what an edit changed: the arrays that are alive after 200 edits are one picture and small weights."""
    picture = np.zeros((1, 2000, 2000), dtype=np.float32)
    session = Session(document(picture, [[np.ones((3, 3))]]))
    for value in range(200):
        session.replace(edits.set_tap(session.document, (1, 1), value, every_channel=False), "Edit weight")
    alive = {}
    steps = 0
    while session.undo_name:
        for array in (session.document.sample.data, session.document.layer.weight, session.document.layer.bias):
            alive[id(array)] = array
        session.undo()
        steps += 1
    assert steps == 200
    assert sum(array.nbytes for array in alive.values()) < picture.nbytes + 200 * 2 * 9 * 8
    assert session.document.sample.data is picture


def test_stack_edits_notes_and_inputs_are_undone_but_options_are_not() -> None:
    from convgui.session import stack

    session = Session(textbook())
    first = session.document
    session.replace(stack.add_layer(first, "relu"), "Add layer")
    session.replace(stack.move_layer(session.document, -1), "Move layer")
    session.replace(notes.add_note(session.document, Caption("n")), "Add note")
    session.replace(edits.set_input(session.document, (0, 0, 0), 7), "Edit input")
    session.look(options={"channels": "apart"})
    names = []
    while session.undo_name:
        names.append(session.undo_name)
        session.undo()
    assert names == ["Edit input", "Add note", "Move layer", "Add layer"]
    assert session.document is first
    for _ in names:
        session.redo()
    assert session.document.sample.data[0, 0, 0] == 7
    assert len(session.document.layers) == 2
    session.open(first)
    assert (session.undo_name, session.redo_name) == ("", "")


@pytest.mark.parametrize("edited", [False, True])
def test_a_caption_stays_about_what_its_lesson_began_with(tmp_path: Path, edited: bool) -> None:
    lesson = with_lesson_start(load_lesson("single-channel"), listed=True)
    first = notes.notes_of(lesson)[0]
    own = notes.change_note(lesson, 0, replace(first, predict=not first.predict))
    if edited:
        own = edits.set_tap(own, (0, 0), 9.0, every_channel=False)
    write_document(own, tmp_path / "own.convgui")
    again = with_lesson_start(read_document(tmp_path / "own.convgui"))
    assert [note.text for note in notes.notes_of(again)] == [note.text for note in notes.notes_of(lesson)]
    assert caption_fits(own, 0) == caption_fits(again, 0) == (not edited)
    assert alike(caption_document(again, 0), lesson)
