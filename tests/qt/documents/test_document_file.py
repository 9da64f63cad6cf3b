"""Documents in the window: open, save, ask before anything is lost, keep while working, offer back, several windows."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from convgui.files import load
from convgui.files.documents import read_document, read_stored_document, write_document
from convgui.files.links import link_to
from convgui.files.recovery import RecoverySlot, lost_copies
from convgui.qt.app import Windows
from convgui.qt.settings import Remembered
from convgui.qt.window import MainWindow
from convgui.session import edits, stack
from convgui.session.notes import add_note, note_here, with_title
from convgui.session.preferences import Preferences
from tests.documents import KERNEL, textbook
from tests.qt.conftest import Answers, Opened

BUTTONS = QMessageBox.StandardButton


def tap(given: Opened, value: float) -> None:
    session = given.window.session
    session.replace(edits.set_tap(session.document, (0, 0), value, every_channel=False), "Edit weight")


def save(given: Opened) -> None:
    given.window.commands.actions["save"].trigger()
    given.bot.waitUntil(lambda: not given.window.isWindowModified())


def test_save_marks_and_round_trip(opened: Opened, answers: Answers, folder: Path) -> None:
    window = opened.window
    assert not window.isWindowModified()
    tap(opened, 5)
    assert window.isWindowModified()
    window.session.undo()
    assert not window.isWindowModified(), "undone, there is nothing to save"
    window.session.redo()
    window.presenter.jump(4)
    answers.file = str(folder / "mine")
    save(opened)
    path = folder / "mine.convgui"
    assert "mine.convgui" in window.windowTitle()
    kept = read_document(path)
    assert kept.layer.weight[0, 0, 0, 0] == 5
    assert kept.view.step == 4
    tap(opened, 6)
    save(opened)
    assert read_document(path).layer.weight[0, 0, 0, 0] == 6, "saved in the same file, without a question"
    assert window.remembered.recent()[0] == str(path.resolve())
    assert not answers.asked


def test_opening_a_document_begins_with_it(opened: Opened, folder: Path) -> None:
    window = opened.window
    document = stack.add_layer(textbook(), "relu")
    path = folder / "two.convgui"
    write_document(document.with_view(replace(document.view, layer=0, step=7)), path)
    window.open_file(path)
    opened.bot.waitUntil(lambda: len(window.session.document.layers) == 2)
    opened.settle()
    assert window.presenter.player.target == 7
    assert window.session.undo_name == ""
    assert window.filing.path == path.resolve()
    assert not window.isWindowModified()
    assert window.caption.isHidden()


@pytest.mark.parametrize("answer", [BUTTONS.Cancel, BUTTONS.Discard, BUTTONS.Save])
def test_closing_asks(opened: Opened, answers: Answers, folder: Path, answer: QMessageBox.StandardButton) -> None:
    window = opened.window
    tap(opened, 5)
    answers.answer, answers.file = answer, str(folder / "kept.convgui")
    window.close()
    assert len(answers.asked) == 1
    if answer == BUTTONS.Cancel:
        assert window.isVisible()
        assert window.session.document.layer.weight[0, 0, 0, 0] == 5
        return
    opened.bot.waitUntil(lambda: not window.isVisible())
    assert (folder / "kept.convgui").exists() == (answer == BUTTONS.Save)


@pytest.mark.fault
def test_a_save_that_fails_closes_nothing(opened: Opened, answers: Answers, folder: Path) -> None:
    window = opened.window
    tap(opened, 5)
    answers.answer, answers.file = BUTTONS.Save, str(folder / "missing" / "a.convgui")
    window.close()
    opened.bot.waitUntil(lambda: "cannot be written" in window.banner.words.text())
    assert window.isVisible()
    assert window.isWindowModified()


def test_new_asks_and_begins_small(opened: Opened, answers: Answers) -> None:
    tap(opened, 5)
    opened.window.commands.actions["new"].trigger()
    assert opened.window.session.document.layer.weight[0, 0, 0, 0] == 5, "cancelled"
    answers.answer = BUTTONS.Discard
    opened.window.commands.actions["new"].trigger()
    assert opened.window.session.document.layer.weight.tolist() == [[KERNEL]]
    assert opened.window.session.document.lesson is None
    assert not opened.window.isWindowModified()


def photo(folder: Path) -> Path:
    path = folder / "photo.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (20, 30), dtype=np.uint8)).save(path)
    return path


def test_copies_with_the_input_inside_or_linked(opened: Opened, answers: Answers, folder: Path) -> None:
    window = opened.window
    window.use_sample(load(photo(folder)))
    assert not window.isWindowModified(), "a file that was opened is nobody's unsaved work"
    for linked in (False, True):
        answers.file = str(folder / f"{linked}.convgui")
        window.filing.save_copy(linked)
        opened.bot.waitUntil(lambda: Path(answers.file).exists() and window.status.working.isHidden())
        assert read_stored_document(Path(answers.file)).linked == linked
    assert window.filing.path is None, "a copy is not the document's file"


@pytest.mark.parametrize("linked", [False, True])
def test_a_document_saved_under_another_name_keeps_its_input_where_it_was(
    opened: Opened, answers: Answers, folder: Path, linked: bool
) -> None:
    sample = load(photo(folder))
    document = replace(textbook(), sample=sample)
    write_document(document, folder / "a.convgui", links={sample: link_to(sample)} if linked else {})
    opened.window.open_file(folder / "a.convgui")
    opened.bot.waitUntil(lambda: opened.window.filing.path == folder / "a.convgui")
    answers.file = str(folder / "b.convgui")
    opened.window.commands.actions["save-as"].trigger()
    opened.bot.waitUntil(lambda: opened.window.filing.path == folder / "b.convgui")
    assert read_stored_document(folder / "b.convgui").linked == linked


@pytest.mark.fault
@pytest.mark.parametrize("looks", [True, False])
def test_a_linked_input_that_moved_is_asked_for(opened: Opened, answers: Answers, folder: Path, looks: bool) -> None:
    sample = load(photo(folder))
    document = replace(textbook(), sample=sample)
    write_document(document, folder / "a.convgui", links={sample: link_to(sample)})
    (folder / "sub").mkdir()
    (folder / "photo.png").rename(folder / "sub" / "p.png")
    answers.answer = BUTTONS.Yes if looks else BUTTONS.No
    answers.file = str(folder / "sub" / "p.png")
    before = opened.window.session.document
    opened.window.open_file(folder / "a.convgui")
    opened.bot.waitUntil(lambda: bool(answers.asked))
    assert "photo.png is linked and is not there any more" in answers.asked[0]
    if looks:
        opened.bot.waitUntil(lambda: opened.window.session.document.sample.name == "photo.png")
        assert np.array_equal(opened.window.session.document.sample.data, sample.data)
    else:
        assert "photo.png" in opened.window.banner.words.text()
        assert opened.window.session.document is before


@pytest.mark.fault
def test_a_damaged_document_leaves_everything_as_it_was(opened: Opened, folder: Path) -> None:
    (folder / "a.convgui").write_bytes(b"PK\x03\x04 junk")
    before = opened.window.session.document
    opened.window.open_file(folder / "a.convgui")
    opened.bot.waitUntil(lambda: "a.convgui cannot be opened" in opened.window.banner.words.text())
    assert opened.window.session.document is before


@pytest.mark.usefixtures("quick")
def test_a_copy_is_kept_while_there_is_something_to_lose(opened: Opened, answers: Answers, data: Path) -> None:
    tap(opened, 5)
    opened.window.presenter.jump(3)
    tap(opened, 6)
    kept = opened.window.autosave

    def current() -> bool:
        return (
            kept.slot is not None and kept.slot.path.exists() and read_document(kept.slot.path).layer.weight.max() == 6
        )

    opened.bot.waitUntil(current)
    assert kept.slot is not None
    assert read_document(kept.slot.path).view.step == 3
    assert lost_copies(data / "recovery") == [], "a living window's copy is not lost"
    answers.file = str(data / "a.convgui")
    save(opened)
    path = kept.slot.path
    opened.bot.waitUntil(lambda: not path.exists())
    opened.window.close()
    assert not list((data / "recovery").iterdir())


@pytest.mark.fault
@pytest.mark.usefixtures("quick")
def test_a_folder_for_copies_that_cannot_be_made_is_said_once(opened: Opened, data: Path) -> None:
    (data / "recovery").write_text("in the way")
    tap(opened, 5)
    opened.bot.waitUntil(lambda: "is not being kept" in opened.window.banner.words.text())
    assert opened.window.session.document.layer.weight[0, 0, 0, 0] == 5


def leave_behind(data: Path, *numbers: int) -> None:
    """Make copies as processes leave them that were killed."""
    for number in numbers:
        slot = RecoverySlot.create(data / "recovery")
        base = textbook()
        slot.save(replace(base, layers=(base.layer.with_weight((0, 0, 0, 0), number),)), of=data / f"{number}.convgui")
        slot._lock.release()


def test_everything_lost_is_offered_back(windows: Windows, qtbot: QtBot, data: Path) -> None:
    leave_behind(data, 41, 42)
    first = windows.show()
    windows.recover()
    asked = first.question.words.text()
    assert "2 documents were kept" in asked
    assert all(f"{n}.convgui, {textbook().sample.name}" in asked for n in (41, 42))
    restore = next(b for b in first.question.findChildren(QPushButton) if b.text() == "Restore")
    QTest.mouseClick(restore, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(windows.open) == 2 and windows.open[1].autosave.slot is not None)
    assert {w.session.document.layer.weight[0, 0, 0, 0] for w in windows.open} == {41, 42}
    assert all(w.isWindowModified() for w in windows.open)
    assert {w.filing.path for w in windows.open} == {data / "41.convgui", data / "42.convgui"}
    assert first.question.isHidden()
    assert lost_copies(data / "recovery") == []
    assert len(list((data / "recovery").glob("*.convgui"))) == 2, "still on the disk until saved"


def test_what_is_offered_back_is_not_saved_though_its_file_is_there(windows: Windows, qtbot: QtBot, data: Path) -> None:
    write_document(textbook(), data / "41.convgui")
    leave_behind(data, 41)
    first = windows.show()
    windows.recover()
    recovering = windows.recovering
    assert recovering is not None
    recovering.restore()
    qtbot.waitUntil(lambda: not recovering.found and first.session.document.layer.weight[0, 0, 0, 0] == 41)
    assert first.filing.path == data / "41.convgui"
    assert not first.filing.gone
    assert first.isWindowModified()
    assert read_document(data / "41.convgui").layer.weight[0, 0, 0, 0] != 41


def test_work_begun_before_the_answer_stays_in_its_window(windows: Windows, qtbot: QtBot, data: Path) -> None:
    leave_behind(data, 41)
    first = windows.show()
    windows.recover()
    recovering = windows.recovering
    assert recovering is not None
    tap(Opened(first, qtbot), 7.5)
    recovering.restore()
    qtbot.waitUntil(lambda: not recovering.found)
    assert [w.session.document.layer.weight[0, 0, 0, 0] for w in windows.open] == [7.5, 41]


def test_the_question_names_lesson_and_input_where_there_is_no_file(windows: Windows, data: Path) -> None:
    slot = RecoverySlot.create(data / "recovery")
    slot.save(with_title(add_note(textbook(), note_here(textbook(), "a", 0)), "Edges"))
    slot._lock.release()
    damaged = RecoverySlot.create(data / "recovery")
    damaged.path.write_bytes(b"PK torn")
    damaged._lock.release()
    first = windows.show()
    windows.recover()
    asked = first.question.words.text()
    assert f"the lesson “Edges”, {textbook().sample.name}" in asked
    assert "a damaged copy" in asked


@pytest.mark.parametrize("way", ["Discard", "dismiss", "close"])
def test_what_is_not_wanted_back(windows: Windows, answers: Answers, data: Path, way: str) -> None:
    leave_behind(data, 41)
    answers.answer = BUTTONS.Yes
    first = windows.show()
    windows.recover()
    assert "the work of" in first.question.words.text()
    assert f"41.convgui, {textbook().sample.name}." in first.question.words.text()
    if way == "Discard":
        button = next(b for b in first.question.findChildren(QPushButton) if b.text() == way)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    elif way == "dismiss":
        QTest.mouseClick(first.question.dismiss, Qt.MouseButton.LeftButton)
    else:
        first.close()
    again = lost_copies(data / "recovery")
    assert len(again) == (0 if way == "Discard" else 1)
    for one in again:
        one.discard()


@pytest.mark.parametrize("count", [1, 2])
def test_discarding_what_was_kept_names_all_of_it_and_can_be_declined(
    windows: Windows, answers: Answers, data: Path, count: int
) -> None:
    for number in range(41, 41 + count):
        leave_behind(data, number)
    first = windows.show()
    windows.recover()
    asked = first.question.words.text()

    def press() -> None:
        button = next(b for b in first.question.findChildren(QPushButton) if b.text() == "Discard")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    answers.answer = BUTTONS.No
    press()
    assert len(answers.asked) == 1
    assert "for good?" in answers.asked[0]
    assert all(f"{number}.convgui, {textbook().sample.name}" in answers.asked[0] for number in range(41, 41 + count))
    assert len(list((data / "recovery").glob("*.convgui"))) == count
    assert first.question.isVisible()
    assert first.question.words.text() == asked, "it can still be restored"
    answers.answer = BUTTONS.Yes
    press()
    assert not list((data / "recovery").glob("*.convgui"))
    assert not first.question.isVisible()


@pytest.mark.fault
def test_a_damaged_copy_is_said_and_kept(windows: Windows, qtbot: QtBot, data: Path) -> None:
    leave_behind(data, 41)
    next((data / "recovery").glob("*.convgui")).write_bytes(b"junk")
    first = windows.show()
    windows.recover()
    assert windows.recovering is not None
    windows.recovering.restore()
    qtbot.waitUntil(lambda: "cannot be opened" in first.banner.words.text())
    assert len(lost_copies(data / "recovery")) == 1


@pytest.mark.fault
def test_all_that_is_not_brought_back_is_said_beside_what_is(windows: Windows, qtbot: QtBot, data: Path) -> None:
    leave_behind(data, 41, 42, 43)
    copies = lost_copies(data / "recovery")
    for copy, age in zip(copies, (3, 2, 1), strict=True):
        os.utime(copy.path, (age, age))
        copy.leave()
    # The newest and the oldest are damaged; the one between them comes back.
    for copy in (copies[0], copies[2]):
        copy.path.write_bytes(b"junk")
        os.utime(copy.path, (9, 9) if copy is copies[2] else (1, 1))
    first = windows.show()
    windows.recover()
    recovering = windows.recovering
    assert recovering is not None
    recovering.restore()
    qtbot.waitUntil(lambda: first.filing.modified)
    assert first.banner.isVisible()
    assert first.banner.words.text().count("a damaged copy cannot be opened: ") == 2
    assert first.banner.words.text().count("it is kept, and offered again at the next start") == 2
    Opened(first, qtbot).settle()
    assert first.banner.isVisible(), "it stays once the picture stands"
    left = lost_copies(data / "recovery")
    assert {one.path for one in left} == {copies[0].path, copies[2].path}
    for one in left:
        one.leave()


@pytest.mark.fault
@pytest.mark.parametrize("way", ["language", "close"])
def test_the_window_goes_when_the_copies_have_just_been_read(windows: Windows, data: Path, way: str) -> None:
    leave_behind(data, 41)
    first = windows.show()
    windows.recover()
    recovering = windows.recovering
    assert recovering is not None
    recovering.restore()
    reading = recovering._latest._waiting
    assert reading is not None
    reading.result(10)  # the answer is on its way to the window
    if way == "close":
        first.close()
    else:
        windows.speak("zh_CN")
    QApplication.processEvents()
    if way == "language":
        (again,) = windows.open
        assert "41.convgui" in again.question.words.text(), "it is asked again"
        windows.speak("en")
        assert windows.recovering is not None
        windows.recovering.close()
    left = lost_copies(data / "recovery")
    assert [one.what for one in left] == [f"41.convgui, {textbook().sample.name}"]
    for one in left:
        one.leave()


def test_two_windows_each_with_its_own_session(windows: Windows) -> None:
    first = windows.show()
    first.commands.actions["new-window"].trigger()
    assert len(windows.open) == 2
    second = windows.open[1]
    second.session.replace(textbook(stride=2), "Change stride")
    assert first.session.document.layer.spec.stride == (1, 1)
    first.close()
    assert windows.open == [second]
    assert second.isVisible()
    assert QApplication.topLevelWidgets()


def test_a_lesson_does_not_replace_ones_own_work_unasked(opened: Opened, answers: Answers) -> None:
    window = opened.window
    tap(opened, 5)
    window.open_lesson("multi-channel-sum")
    assert not answers.asked, "what was tried in a lesson comes back by undo"
    assert not window.isWindowModified()
    window.session.replace(textbook(stride=2), "Own work")
    window.open_lesson("single-channel")
    assert len(answers.asked) == 1
    assert window.session.document.lesson is None, "cancelled"
    answers.answer = BUTTONS.Discard
    window.open_lesson("single-channel")
    assert window.caption.words.text()


def test_a_lesson_that_is_kept_in_a_file_of_ones_own_is_ones_own_work(
    opened: Opened, answers: Answers, folder: Path
) -> None:
    window = opened.window
    answers.file = str(folder / "mine.convgui")
    tap(opened, 5)
    save(opened)
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id
    tap(opened, 6)
    window.open_lesson("multi-channel-sum")
    assert len(answers.asked) == 1
    assert window.session.document.layer.weight[0, 0, 0, 0] == 6, "cancelled"


@pytest.mark.fault
def test_corrupt_settings_count_as_none(opened: Opened) -> None:
    store = QSettings("convgui", "convgui")
    store.sync()
    Path(store.fileName()).write_bytes(
        b"[General]\npreferences=@Variant(\x00\xff\nrecent=@Invalid()\ngeometry=7\n\xff\xfe="
    )
    remembered = Remembered()
    assert remembered.preferences() == Preferences()
    assert remembered.recent() == []
    assert remembered.geometry() is None
    window = MainWindow(textbook(), remembered)
    window.close()
    window.deleteLater()


@pytest.mark.fault
@pytest.mark.parametrize(
    "kept", ["[" * 100_000, '{"size": [[[1]]], "speed": {"a": 1}}', "7", "null", "{", "\\ud800", '{"memory": 1e400}']
)
def test_preferences_that_are_none(opened: Opened, kept: str) -> None:
    store = QSettings("convgui", "convgui")
    store.setValue("preferences", kept)
    store.setValue("recent", ["x" * 5000, "", kept])
    assert Remembered().preferences() == Preferences()
    window = MainWindow(textbook(), Remembered())
    window.close()
    window.deleteLater()


def test_a_large_window_shows_all_scenes_from_the_start(windows: Windows, qtbot: QtBot) -> None:
    window = windows.show()
    window.resize(1900, 900)
    tabs = window.header.tabs
    qtbot.waitUntil(lambda: bool(tabs._buttons))
    qtbot.waitUntil(lambda: all(button.isVisible() for button in tabs._buttons.values()))
    assert tabs.more.isHidden()


def test_undo_is_named_in_the_menu(opened: Opened) -> None:
    window = opened.window
    window.inspector.layer.show_document(window.session.document)
    session = window.session
    session.replace(edits.change_spec(session.document, stride=2), "Change stride", key="stride")
    assert window.commands.actions["undo"].text() == "&Undo change stride"
    session.replace(stack.add_layer(session.document, "relu"), "Add layer")
    assert window.commands.actions["undo"].text() == "&Undo add layer"
    session.undo()
    assert window.commands.actions["redo"].text() == "&Redo add layer"


@pytest.mark.fault
@pytest.mark.parametrize("action", ["save", "save-as", "close"])
@pytest.mark.parametrize("now", ["other numbers", "garbage", "a folder"])
def test_a_linked_input_that_another_program_changed_is_taken_in(
    opened: Opened, answers: Answers, folder: Path, now: str, action: str
) -> None:
    window, path = opened.window, photo(folder)
    sample = load(path)
    write_document(replace(textbook(), sample=sample), folder / "a.convgui", links={sample: link_to(sample)})
    window.open_file(folder / "a.convgui")
    opened.bot.waitUntil(lambda: window.filing.path == folder / "a.convgui")
    session = window.session
    session.replace(edits.set_bias(session.document, 5.0), "Edit bias")
    if now == "other numbers":
        Image.new("L", (30, 20), 3).save(path)
    elif now == "garbage":
        path.write_bytes(b"x" * 100)
    else:
        path.unlink()
        path.mkdir()
    written = folder / ("b.convgui" if action == "save-as" else "a.convgui")
    answers.file, answers.answer = str(written), QMessageBox.StandardButton.Save
    if action == "close":
        with opened.bot.waitSignal(window.closed):
            window.close()
    else:
        window.commands.actions[action].trigger()
        opened.bot.waitUntil(lambda: not window.isWindowModified())
        assert window.banner.words.text() == (
            f"photo.png has changed since it was opened: {written.name} holds its numbers itself now."
        )
    kept = read_stored_document(written)
    assert not kept.linked
    assert np.array_equal(kept.document.sample.data, sample.data)
    assert kept.document.layer.bias[0] == 5
