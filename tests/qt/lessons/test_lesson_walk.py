"""In the real window a lesson's words, its document and the step never belong to different moments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from convgui.draw.picture import Cells, Raster
from convgui.files.documents import write_document
from convgui.files.lessons import lesson_index, load_lesson
from convgui.model.document import Caption, Document, Lesson
from convgui.session import edits
from convgui.session.walking import alike, caption_document, chosen_options
from tests.documents import OUTPUT, textbook
from tests.qt.conftest import Answers, Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CHANGED = "The lesson was changed: what it says here is not about this."


def lesson(*captions: Caption) -> Document:
    return replace(textbook(), lesson=Lesson("", "Told", "Tests", captions))


def plain(text: str) -> str:
    """Return words without what keeps them on one line."""
    return text.replace("\u00a0", " ")


def told(given: Opened) -> str:
    """What the bar claims about what is shown; empty if nothing."""
    bar = given.window.caption
    return plain(bar.words.text()) if bar.isVisible() and not bar.about.isVisible() else ""


def change(given: Opened, value: float = 9) -> None:
    session = given.window.session
    session.replace(edits.set_tap(session.document, (0, 0), value, every_channel=False), "Edit weight")
    given.settle()


def test_a_changed_lesson_claims_nothing_until_it_is_changed_back(opened: Opened) -> None:
    window = opened.window
    first = window.session.document.lesson
    assert first is not None
    assert told(opened) == plain(first.captions[0].text)
    assert window.caption.again.isHidden()
    change(opened)
    assert told(opened) == CHANGED
    window.commands.actions["undo"].trigger()
    assert told(opened) == plain(first.captions[0].text)
    window.commands.actions["redo"].trigger()
    assert told(opened) == CHANGED
    QTest.mouseClick(window.caption.again, Qt.MouseButton.LeftButton)
    assert told(opened) == plain(first.captions[0].text)
    assert np.array_equal(window.session.document.layer.weight, load_lesson("single-channel").layer.weight)
    window.commands.actions["undo"].trigger()
    assert told(opened) == CHANGED
    assert window.session.document.layer.weight[0, 0, 0, 0] == 9


def test_going_on_in_a_changed_lesson_shows_what_its_next_words_are_about(opened: Opened) -> None:
    window = opened.window
    change(opened)
    QTest.mouseClick(window.caption.after, Qt.MouseButton.LeftButton)
    found = window.session.document.lesson
    assert found is not None
    assert told(opened) == plain(found.captions[1].text)
    assert np.array_equal(window.session.document.layer.weight, load_lesson("single-channel").layer.weight)
    assert not window.filing.modified


def test_words_about_another_kernel_bring_it_to_the_inspector_and_back(opened: Opened) -> None:
    window = opened.window
    window.open_lesson("kernel-stride-padding")
    opened.settle()
    captions = load_lesson("kernel-stride-padding").lesson
    assert captions is not None
    sizes = []
    for caption in captions.captions:
        if told(opened) != plain(caption.text):
            QTest.mouseClick(window.caption.after, Qt.MouseButton.LeftButton)
            opened.settle()
        assert told(opened) == plain(caption.text)
        kernel = [box.value() for box in window.inspector.layer.kernel.boxes]
        assert kernel == list(window.session.document.layer.spec.kernel_size)
        sizes.append(kernel[0])
    assert sizes == [3, 3, 3, 5, 3, 3, 3, 3]


def test_the_words_follow_the_steps(opened: Opened) -> None:
    window = opened.window
    window.begin(lesson(Caption("first", 0), Caption("fifth", 4), Caption("last", -1)))
    opened.settle()
    assert told(opened) == "first"
    for _ in range(3):
        QTest.keyClick(window.stage, Qt.Key.Key_Right)
        assert told(opened) == ""
        assert window.caption.about.text() == "About step 0."
    QTest.keyClick(window.stage, Qt.Key.Key_Right)
    assert told(opened) == "fifth"
    QTest.keyClick(window.stage, Qt.Key.Key_End)
    assert told(opened) == "last"
    QTest.keyClick(window.stage, Qt.Key.Key_Home)
    assert told(opened) == "first"
    # By its buttons the words lead, and the step follows.
    QTest.mouseClick(window.caption.after, Qt.MouseButton.LeftButton)
    assert (told(opened), window.presenter.player.target) == ("fifth", 4)


def test_another_scene_has_a_way_back_to_the_words_and_an_option_is_a_change(opened: Opened) -> None:
    window = opened.window
    document = load_lesson("multi-channel-apart")
    window.begin(document)
    opened.settle()
    text = told(opened)
    assert text
    step = window.presenter.player.target
    window.session.look(scene="arithmetic", step=0)
    opened.settle()
    assert told(opened) == "What the lesson says here is about another view."
    assert window.caption.again.isHidden()
    QTest.mouseClick(window.caption.back, Qt.MouseButton.LeftButton)
    opened.settle()
    assert window.session.document.view.scene == "slide"
    assert window.presenter.player.target == step
    assert told(opened) == text
    options = window.session.document.view.options
    window.session.look(options={**options, "channels": "sum"})
    opened.settle()
    assert told(opened) in (CHANGED, "") or told(opened) != text
    window.session.look(options=options)
    window.presenter.jump(step)
    opened.settle()
    assert told(opened) == text


def test_a_reopened_lesson_stands_at_its_own_note_and_keeps_its_answer(opened: Opened, folder: Path) -> None:
    window = opened.window
    given = lesson(Caption("first", 0), Caption("what comes here?", 5, predict=True), Caption("last", -1))
    write_document(given.with_view(replace(given.view, step=5)), folder / "kept.convgui")
    with opened.bot.waitSignal(window.opener.kept):
        window.open_file(folder / "kept.convgui")
    opened.settle()
    assert told(opened) == "what comes here?"
    assert window.presenter.player.target == 5
    assert window.prediction.isVisible()
    picture = window.stage.picture
    assert picture is not None
    drawn = {t for item in picture.items if isinstance(item, Cells) for row in item.shown_texts() for t in row}
    assert str(OUTPUT[1][2]) not in drawn
    assert not window.filing.modified


def test_words_about_another_document_ask_for_no_number(opened: Opened) -> None:
    window = opened.window
    given = Lesson("", "Told", "Tests", (Caption("what comes here?", 0, predict=True),), start=textbook())
    window.begin(replace(textbook(), lesson=given))
    opened.settle()
    assert window.prediction.isVisible()
    window.begin(replace(edits.set_tap(textbook(), (0, 0), 9, every_channel=False), lesson=given))
    opened.settle()
    assert told(opened).startswith("You changed what this note is about")
    assert not window.prediction.isVisible()
    assert not window.prediction.hiding


def test_a_step_that_is_walked_onto_asks_before_it_answers(opened: Opened) -> None:
    window = opened.window
    window.begin(lesson(Caption("first", 0), Caption("what comes here?", 1, predict=True)))
    opened.settle()
    QTest.keyClick(window.stage, Qt.Key.Key_Right)
    opened.bot.waitUntil(lambda: not window.presenter.player.moving)
    assert told(opened) == "what comes here?"
    assert window.prediction.isVisible()


def test_undo_of_a_walk_brings_words_step_and_document_back(opened: Opened) -> None:
    window = opened.window
    base = textbook()
    changed = edits.set_tap(base, (0, 0), 9, every_channel=False)
    captions = (Caption("one", 2, state=base), Caption("two", 7, state=changed))
    window.begin(replace(base, lesson=Lesson("", "Told", "Tests", captions)))
    opened.settle()
    window.caption.go(0)
    opened.settle()
    assert (told(opened), window.presenter.player.target) == ("one", 2)
    window.session.finish_gesture()
    window.caption.go(1)
    opened.settle()
    assert (told(opened), window.presenter.player.target) == ("two", 7)
    assert window.session.document.layer.weight[0, 0, 0, 0] == 9
    window.commands.actions["undo"].trigger()
    opened.settle()
    assert (told(opened), window.presenter.player.target) == ("one", 2)
    assert window.session.document.layer.weight[0, 0, 0, 0] == 0
    window.commands.actions["redo"].trigger()
    opened.settle()
    assert (told(opened), window.presenter.player.target) == ("two", 7)


def test_undo_of_a_walk_comes_back_to_where_the_reader_had_gone(opened: Opened) -> None:
    """Between the steps that have words of their own, the words are still those about the document."""
    window, base = opened.window, textbook()
    changed = edits.set_tap(base, (0, 0), 9, every_channel=False)
    captions = (Caption("one", 2, state=base), Caption("two", 7, state=changed))
    window.begin(replace(base, lesson=Lesson("", "Told", "Tests", captions)))
    opened.settle()
    window.caption.go(0)
    window.session.finish_gesture()
    window.presenter.jump(5)
    assert (window.caption.words.text(), window.caption.about.text()) == ("one", "About step 2.")
    window.caption.go(1)
    opened.settle()
    assert (told(opened), window.presenter.player.target) == ("two", 7)
    window.commands.actions["undo"].trigger()
    opened.settle()
    assert window.presenter.player.target == 5
    assert window.session.document.layer.weight[0, 0, 0, 0] == 0
    assert (window.caption.words.text(), window.caption.about.text()) == ("one", "About step 2.")


def test_undo_of_an_edit_stays_at_the_step(opened: Opened) -> None:
    window = opened.window
    window.begin(textbook())
    opened.settle()
    window.presenter.jump(3)
    change(opened)
    window.session.look(step=6)
    window.presenter.jump(6)
    window.commands.actions["undo"].trigger()
    opened.settle()
    assert window.presenter.player.target == 6


def test_undo_of_another_lesson_comes_back_to_the_step_that_was_left(opened: Opened) -> None:
    window = opened.window
    found = window.session.document.lesson
    assert found is not None
    window.caption.go(2)
    step, text = window.presenter.player.target, told(opened)
    window.open_lesson("learn-kernel")
    opened.settle()
    window.commands.actions["undo"].trigger()
    opened.settle()
    assert window.presenter.player.target == step
    assert told(opened) == text


def test_a_lesson_that_was_changed_before_the_end_says_so_at_the_next_start(opened: Opened) -> None:
    window = opened.window
    changed = edits.set_tap(load_lesson("single-channel"), (0, 0), 9, every_channel=False)
    window.begin(changed)
    opened.settle()
    assert told(opened) == CHANGED
    QTest.mouseClick(window.caption.again, Qt.MouseButton.LeftButton)
    assert changed.lesson is not None
    assert told(opened) == plain(changed.lesson.captions[0].text)


@pytest.mark.parametrize("pressed", [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard])
def test_the_list_marks_the_lesson_that_is_open_whatever_the_answer(
    opened: Opened, answers: Answers, folder: Path, pressed: QMessageBox.StandardButton
) -> None:
    window = opened.window
    window.open_lesson("max-pooling")
    opened.settle()
    answers.file = str(folder / "mine.convgui")
    window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: window.filing.path is not None)
    session = window.session
    session.replace(edits.set_input(session.document, (0, 0, 0), 77), "Edit")
    opened.settle()
    answers.answer = pressed
    rows = {window.lessons.item(n).text(): n for n in range(window.lessons.count())}
    window.lessons.setCurrentRow(rows["Learn a kernel"])
    window.lessons.itemClicked.emit(window.lessons.currentItem())
    opened.settle()
    assert len(answers.asked) == 1
    current = window.lessons.currentItem()
    assert current is not None
    lesson = window.session.document.lesson
    assert lesson is not None
    assert current.text() == lesson.title


@pytest.mark.parametrize("identity", ["grouped", "batch-norm", "overlap-stride-2", "padding-modes", "single-channel"])
def test_a_lesson_opens_at_its_first_words_whatever_its_layers_are_there(opened: Opened, identity: str) -> None:
    window = opened.window
    window.open_lesson(identity)
    opened.settle()
    lesson = window.session.document.lesson
    assert lesson is not None
    assert window.caption.index == 0
    assert window.caption.stands == lesson.captions[0].text, "and it claims nothing to be changed"


@pytest.mark.parametrize("identity", ["look-inside", "unit-sees", "many-filters"])
def test_words_that_are_come_to_by_a_step_have_all_that_they_light(opened: Opened, identity: str) -> None:
    """By the arrow keys of the ordinary window: a sentence never stands over another map than the one it is about."""
    window = opened.window
    window.open_lesson(identity)
    opened.settle()
    seen = set()
    for _ in range(window.presenter.player.steps + 2):
        QTest.keyClick(window.stage, Qt.Key.Key_Right)
        opened.settle()
        if told(opened):
            index = window.caption.index
            seen.add(index)
            about = caption_document(window.session.document, index).view
            assert window.session.document.view.options == about.options, (identity, index)
    assert len(seen) > 1, "other words than the first are come to"


@pytest.mark.parametrize(
    "identity", ["learn-kernel", "look-inside", "multi-channel-sum", "transposed-2-5", "unit-sees"]
)
def test_a_lecture_is_walked_back_as_it_was_walked_on(opened: Opened, identity: str) -> None:
    """Right to the last words, then Left to the first ones: the same words over the same steps."""
    window = opened.window
    window.open_lesson(identity)
    opened.settle()
    window.commands.actions["alone"].trigger()
    opened.settle()
    last = len(window.caption.lesson.captions) - 1 if window.caption.lesson is not None else 0
    met = [(window.caption.index, window.presenter.player.target)]
    for key, end in ((Qt.Key.Key_Right, (last, -1)), (Qt.Key.Key_Left, (0, -1))):
        for _ in range(60):
            if window.caption.index == end[0] and (key == Qt.Key.Key_Right or met[-1] == met[0]):
                break
            QTest.keyClick(window.stage, key)
            opened.settle()
            met.append((window.caption.index, window.presenter.player.target))
    turn = met.index(max(met))
    assert met[turn:] == met[turn::-1], met


def maps_of(given: Opened) -> list[Raster]:
    picture = given.window.stage.picture
    assert picture is not None
    return [item for item in picture.items if isinstance(item, Raster) and item.name.startswith("map ")]


def test_what_the_batch_norms_words_ask_for_leads_to_what_they_promise(opened: Opened) -> None:
    """Pressing the button shows the same maps, and the words that are about it: nothing was changed unasked."""
    window = opened.window
    window.open_lesson("batch-norm")
    opened.settle()
    window.caption.go(4)
    opened.settle()
    (button,) = window.inspector.rewritings.buttons
    assert f"\u201c{button.text()}\u201d" in window.caption.stands
    before = maps_of(opened)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    opened.settle()
    after = maps_of(opened)
    assert len(before) == len(after) == 4
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one.image.astype(int), other.image, atol=1)
    lesson = window.session.document.lesson
    assert lesson is not None
    assert window.caption.index == 5
    assert window.caption.stands == lesson.captions[5].text
    assert "out[2, 7, 15]" in opened.summary()
    window.session.undo()
    opened.settle()
    assert window.caption.index == 4
    assert window.caption.stands == lesson.captions[4].text
    assert len(window.session.document.layers) == 3


@pytest.mark.parametrize("chapter", sorted({entry.chapter for entry in lesson_index()}))
def test_no_words_of_any_lesson_stand_over_another_picture_than_theirs(opened: Opened, chapter: str) -> None:
    """Come to by steps alone, as by the arrow keys, play and the slider of the ordinary window, in their order."""
    window, met = opened.window, 0
    for entry in lesson_index():
        if entry.chapter != chapter:
            continue
        window.open_lesson(entry.id)
        opened.settle()
        lesson = window.session.document.lesson
        assert lesson is not None
        steps, order = window.presenter.player.steps, list[int]()
        for step in sorted({caption.step % steps for caption in lesson.captions}):
            window.presenter.jump(step)
            opened.settle()
            if not told(opened):
                continue
            index, shown = window.caption.index, window.session.document
            about, met = caption_document(shown, index), met + 1
            assert window.caption.stands == lesson.captions[index].text
            assert alike(about, shown), (entry.id, index)
            assert chosen_options(about) == chosen_options(shown), (entry.id, index)
            lit = {name: value for name, value in shown.view.options.items() if value}
            assert {name: value for name, value in about.view.options.items() if value} == lit, (entry.id, index)
            seen = (about.view.scene, about.view.filter, about.view.channel)
            assert seen == (shown.view.scene, shown.view.filter, shown.view.channel), (entry.id, index)
            order.append(index)
        # Of a photo nobody walks all pixels.
        assert order == sorted(order) or steps > 100, (entry.id, order)
    assert met, "words are come to"
