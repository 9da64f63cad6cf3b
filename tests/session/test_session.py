"""History: one step a gesture, everything comes back, looking is not an edit."""

from dataclasses import replace

import numpy as np

from convgui.model.document import Document
from convgui.session import edits
from convgui.session.session import LIMIT, Session
from tests.documents import textbook


def tap(session: Session, value: float, key: str | None = "tap") -> None:
    session.replace(edits.set_tap(session.document, (0, 0), value, every_channel=False), "Edit weight", key=key)


def test_undo_and_redo_restore_the_very_documents() -> None:
    session = Session(textbook())
    first = session.document
    tap(session, 5, None)
    second = session.document
    session.undo()
    assert session.document is first
    session.redo()
    assert session.document is second
    assert session.redo_name == ""
    session.redo()
    assert session.document is second


def test_undo_stays_at_the_place_that_is_looked_at() -> None:
    session = Session(textbook())
    tap(session, 5, None)
    session.look(zoom=8.0, centre=(0.25, 0.75), levels=(-1.0, 2.0), options={"colours": "coloured"})
    session.undo()
    assert session.document.layer.weight[0, 0, 0, 0] != 5
    view = session.document.view
    assert (view.zoom, view.centre, view.levels, view.options) == (
        8.0,
        (0.25, 0.75),
        (-1.0, 2.0),
        {"colours": "coloured"},
    )
    session.look(zoom=3.0)
    session.redo()
    assert session.document.layer.weight[0, 0, 0, 0] == 5
    assert session.document.view.zoom == 3.0
    other = replace(textbook().sample, name="another")
    session.replace(replace(session.document, sample=other, view=replace(session.document.view, zoom=1.0)), "Open")
    session.undo()
    assert session.document.view.zoom == 3.0


def test_edits_of_one_gesture_are_one_step() -> None:
    session = Session(textbook())
    first = session.document
    for value in (1, 2, 3):
        tap(session, value)
    session.finish_gesture()
    tap(session, 4)
    session.undo()
    assert session.document.layer.weight[0, 0, 0, 0] == 3
    session.undo()
    assert session.document is first
    assert session.undo_name == ""


def test_an_edit_after_undo_forgets_the_redo() -> None:
    session = Session(textbook())
    tap(session, 5, None)
    session.undo()
    tap(session, 6, None)
    assert session.redo_name == ""
    assert session.undo_name == "Edit weight"


def test_looking_is_heard_but_not_undone() -> None:
    session = Session(textbook())
    heard: list[tuple[Document, Document]] = []
    session.listen(lambda old, new: heard.append((old, new)))
    session.look(step=3)
    session.look(step=3)
    assert len(heard) == 1
    assert heard[0][1].view.step == 3
    assert session.undo_name == ""
    session.replace(replace(session.document, missing="zero"), "Missing values")
    assert session.undo_name == "Missing values"


def test_history_is_bounded_and_shares_arrays() -> None:
    session = Session(textbook())
    data = session.document.sample.data
    for value in range(LIMIT + 30):
        tap(session, value, None)
    steps = 0
    while session.undo_name:
        session.undo()
        steps += 1
        assert session.document.sample.data is data
    assert steps == LIMIT
    assert np.isclose(session.document.layer.weight[0, 0, 0, 0], 29)


def test_that_the_oldest_steps_are_given_up_is_said_once() -> None:
    session, told = Session(textbook()), list[str]()
    session.on_forgotten = told.append
    for value in range(LIMIT):
        tap(session, value, None)
    assert told == []
    for value in range(3):
        tap(session, -value, None)
    assert told == ["The oldest undo steps are given up from now on: 500 are kept."]
    copied = session.copy_with(lambda document: document)
    copied.on_forgotten = told.append
    tap(copied, 9, None)
    assert len(told) == 1
    session.open(textbook())
    for value in range(LIMIT + 1):
        tap(session, value, None)
    assert len(told) == 2


def test_a_gesture_ends_where_history_is_walked() -> None:
    session = Session(textbook())
    first = session.document
    tap(session, 1)
    second = session.document
    session.undo()
    # The hand still holds the weight: what it does now is another step, which undo takes back by itself.
    tap(session, 2)
    assert session.undo_name == "Edit weight"
    session.undo()
    assert session.document is first
    tap(session, 1)
    session.undo()
    session.redo()
    third = session.document
    tap(session, 3)
    session.undo()
    assert session.document is third
    assert third is not second
    session.open(first)
    tap(session, 4)
    session.undo()
    assert session.document is first


def test_what_a_walk_left_comes_back_with_the_step_it_was_left_at() -> None:
    session = Session(textbook())
    session.look(step=4)
    left = session.document
    session.replace(replace(textbook(), view=replace(left.view, step=7)), "Walk the lesson", looked=True)
    session.look(step=1, scene="matrix")
    session.undo()
    assert session.document is left
    tap(session, 5, None)
    session.look(step=2)
    session.undo()
    assert session.document.view.step == 2, "looking is no edit"


def test_a_copied_session_gives_the_next_document_an_origin_of_its_own() -> None:
    session = Session(textbook())
    origins = [session.origin]
    for _ in range(2):
        session.open(textbook())
        origins.append(session.origin)
    copied = session.copy_with(lambda document: document)
    assert copied.origin == session.origin
    copied.open(textbook())
    assert copied.origin not in origins
