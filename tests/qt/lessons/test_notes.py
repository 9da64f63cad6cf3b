"""A teacher writes a lesson, a pupil walks it and predicts, in the real window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from convgui.draw.picture import Cells, Label
from convgui.qt.lessons.notes_panel import NotesPanel
from convgui.session import edits
from convgui.session.notes import notes_of
from convgui.session.preferences import Preferences
from tests.documents import OUTPUT, textbook
from tests.qt.conftest import Opened

# The offscreen platform says so of every dialog.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def teaching(given: Opened) -> NotesPanel:
    """Write two notes about two states of the small document."""
    window = given.window
    window.begin(textbook())
    window.filing.clean(window.session.document)
    given.settle()
    window.presenter.jump(5)
    window.commands.actions["add-note"].trigger()
    panel = window.notes.panel
    assert panel is not None
    panel.text.setPlainText("What comes here?")
    QTest.mouseClick(panel.predict, Qt.MouseButton.LeftButton)
    session = window.session
    session.replace(edits.set_tap(session.document, (0, 0), 9, every_channel=False), "Edit weight")
    window.presenter.jump(1)
    QTest.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    panel.text.setPlainText("Nine now")
    return panel


def shown(given: Opened) -> list[str]:
    picture = given.window.stage.picture
    assert picture is not None
    texts = [item.text for item in picture.items if isinstance(item, Label)]
    texts += [t for i in picture.items if isinstance(i, Cells) for row in i.shown_texts() for t in row]
    return [*texts, given.window.stage.accessibleDescription()]


def test_notes_are_written_and_walked(opened: Opened) -> None:
    panel = teaching(opened)
    window = opened.window
    assert [panel.list.item(i).text() for i in range(2)] == ["1  What comes here?", "2  Nine now"]
    assert window.caption.words.text() == "Nine now"
    assert window.caption.counter.text() == "2 / 2"
    QTest.mouseClick(window.caption.before, Qt.MouseButton.LeftButton)
    assert window.session.document.layer.weight[0, 0, 0, 0] == 0, "the first note's own state"
    assert window.presenter.player.target == 5
    assert panel.list.currentRow() == 0
    panel.list.setCurrentRow(1)
    assert window.session.document.layer.weight[0, 0, 0, 0] == 9
    assert window.presenter.player.target == 1
    QTest.mouseClick(panel.up, Qt.MouseButton.LeftButton)
    assert [note.text for note in notes_of(window.session.document)] == ["Nine now", "What comes here?"]
    assert panel.list.currentRow() == 0
    QTest.mouseClick(panel.delete, Qt.MouseButton.LeftButton)
    assert [note.text for note in notes_of(window.session.document)] == ["What comes here?"]
    window.session.undo()
    assert len(notes_of(window.session.document)) == 2


def test_typing_a_note_is_one_undo_step(opened: Opened) -> None:
    panel = teaching(opened)
    session = opened.window.session
    session.finish_gesture()
    for text in ("N", "Ne", "New"):
        panel.text.setPlainText(text)
    assert session.undo_name == "Edit note"
    session.undo()
    assert notes_of(session.document)[1].text == "Nine now"
    assert panel.text.toPlainText() == "Nine now"
    QTest.keyClicks(panel.title, "!")
    assert session.undo_name == "Name the lesson"


def test_a_state_can_be_taken_again(opened: Opened) -> None:
    panel = teaching(opened)
    session = opened.window.session
    session.replace(edits.set_tap(session.document, (0, 0), 5, every_channel=False), "Edit weight")
    opened.window.presenter.jump(2)
    QTest.mouseClick(panel.take, Qt.MouseButton.LeftButton)
    note = notes_of(session.document)[1]
    assert note.step == 2
    assert note.state is not None
    assert note.state.layer.weight[0, 0, 0, 0] == 5


def test_a_number_is_predicted(opened: Opened) -> None:
    teaching(opened)
    window, bar = opened.window, opened.window.prediction
    assert bar.isHidden()
    window.caption.walk(-1)
    assert bar.isVisible()
    value = str(OUTPUT[1][2])
    assert not any(value in text for text in shown(opened))
    assert window.stage.picture is not None
    bar.field.setText("3")
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.words.text() == "Not yet. Try again:"
    assert not any(value in text for text in shown(opened))
    bar.field.setText(value)
    QTest.mouseClick(bar.check, Qt.MouseButton.LeftButton)
    assert bar.words.text() == f"Right: it is {value}."
    assert value in shown(opened)


def test_a_number_is_asked_for_by_a_key(opened: Opened) -> None:
    teaching(opened)
    window = opened.window
    window.caption.walk(-1)
    value = str(OUTPUT[1][2])
    window.stage.setFocus()
    window.prefer(Preferences(shade="dark"))
    assert not any(value in text for text in shown(opened)), "another theme tells nothing either"
    QTest.keyClick(window.stage, Qt.Key.Key_R)
    assert value in shown(opened)
    assert window.prediction.words.text() == f"It is {value}."
    QTest.keyClick(window.stage, Qt.Key.Key_Right)
    assert window.prediction.isHidden()


def test_going_on_is_asking(opened: Opened) -> None:
    teaching(opened)
    window = opened.window
    window.caption.walk(-1)
    QTest.keyClick(window.stage, Qt.Key.Key_Left)
    assert window.prediction.isHidden()
    window.presenter.jump(5)
    assert window.prediction.isVisible(), "back at the step, it is hidden again"
    assert str(OUTPUT[1][2]) not in shown(opened)
    window.presenter.jump(6)
    window.presenter.jump(5)
    assert str(OUTPUT[1][2]) in shown(opened)


def test_the_note_that_a_teacher_writes_stays_whatever_he_looks_at(opened: Opened) -> None:
    panel, window = teaching(opened), opened.window
    window.session.replace(edits.set_tap(window.session.document, (0, 0), 0, every_channel=False), "Edit weight")
    window.presenter.jump(5)
    opened.settle()
    # All of this is what the first note is about, and he is at the second.
    assert window.caption.index == 1
    assert panel.list.currentRow() == 1


def test_the_lesson_is_listed_and_opens_as_one(opened: Opened) -> None:
    panel = teaching(opened)
    window = opened.window
    panel.title.selectAll()
    QTest.keyClicks(panel.title, "Predict")
    QTest.mouseClick(panel.publish, Qt.MouseButton.LeftButton)
    assert "is among your lessons" in panel.where.text()
    rows = [window.lessons.item(row) for row in range(window.lessons.count())]
    assert [row.text() for row in rows[-2:]] == ["My lessons", "Predict"]
    window.filing.clean(window.session.document)
    window.open_lesson(rows[-1].data(Qt.ItemDataRole.UserRole))
    opened.settle()
    assert window.caption.words.text() == "What comes here?"
    assert window.presenter.player.target == 5
    assert window.prediction.isVisible()
    assert window.lessons.currentItem().text() == "Predict"
    assert not window.isWindowModified()
    window.caption.walk(1)
    assert not window.isWindowModified(), "walking a lesson is no change of it"


@pytest.mark.parametrize(("first", "second"), [(0, 1), (2, 0), (1, 1)])
def test_what_is_typed_into_two_notes_is_taken_back_note_by_note(opened: Opened, first: int, second: int) -> None:
    """All three are about one state, so that going from one to the other changes nothing."""
    window = opened.window
    window.begin(textbook())
    opened.settle()
    for _ in range(3):
        window.commands.actions["add-note"].trigger()
    panel, session = window.notes.panel, window.session
    assert panel is not None
    session.finish_gesture()
    before = [note.text for note in notes_of(session.document)]
    for row, text in ((first, "One"), (second, "Other")):
        panel.list.setCurrentRow(row)
        opened.settle()
        panel.text.setPlainText(text[:2])
        panel.text.setPlainText(text)
    assert [note.text for note in notes_of(session.document)][second] == "Other"
    session.undo()
    left = list(before)
    if first != second:
        left[first] = "One"
    assert [note.text for note in notes_of(session.document)] == left
