"""Lecture mode: words, picture and dots, as large as the screen allows, walked by what a presenter's remote sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from convgui.draw.picture import Cells, Label
from convgui.files.lessons import load_lesson
from convgui.model.document import Caption, Lesson
from convgui.qt.lessons.lecture import POINTER_GOES
from convgui.session import edits
from tests.documents import textbook
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

KEYS = Qt.Key


@pytest.fixture
def lecture(opened: Opened) -> Iterator[Opened]:
    opened.window.commands.actions["alone"].trigger()
    opened.settle()
    yield opened
    opened.window.stage_alone(False)


def told(given: Opened) -> str:
    return given.window.lecture.words.text()


def press(given: Opened, key: Qt.Key) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key)
    given.settle()
    given.bot.waitUntil(lambda: not given.window.presenter.player.moving)


def moment(given: Opened) -> tuple[int, int, str]:
    return given.window.caption.index, given.window.presenter.player.target, told(given)


def test_there_is_nothing_but_words_picture_and_dots(lecture: Opened) -> None:
    window = lecture.window
    seen = {window.lecture.words, window.stage, window.lecture.dots}
    around = {window.centralWidget(), window.centre}
    for part in window.findChildren(QWidget):
        if part.isVisible() and not part.isWindow() and part not in around:
            assert part in seen, part
    assert window.isFullScreen()
    window.banner.say("A file could not be opened.")
    window.caption.tell(changed="It was changed.", about="")
    assert not window.banner.isVisible()
    assert not window.caption.isVisible()
    press(lecture, KEYS.Key_Escape)
    assert not window.isFullScreen()
    assert window.caption.isVisible()
    assert window.transport.isVisible()
    assert not window.lecture.words.isVisible()
    assert not window.lecture.dots.isVisible()


@pytest.mark.parametrize("height", [600, 768, 1080, 2160])
def test_everything_scales_with_the_height_of_the_screen(lecture: Opened, height: int) -> None:
    window = lecture.window
    window.showNormal()
    window.resize(height * 16 // 9, height)
    window.refit()
    unit = height / 1080
    assert window.lecture.words.fontInfo().pixelSize() == round(24 * unit)
    assert window.stage.scale == pytest.approx(4 / 3 * unit), "titles of 18 pixels become 24, sums of 15 become 20"


def test_a_remote_walks_every_note_and_its_step_there_and_back(lecture: Opened) -> None:
    document = load_lesson("single-channel")
    assert document.lesson is not None
    captions = document.lesson.captions
    steps = [caption.step % 9 for caption in captions]
    wanted = [(n, step, caption.text) for n, (step, caption) in enumerate(zip(steps, captions, strict=True))]
    for row in [*wanted[1:], wanted[-1]]:
        press(lecture, KEYS.Key_PageDown)
        assert moment(lecture) == row
    for row in [*wanted[-2::-1], wanted[0]]:
        press(lecture, KEYS.Key_PageUp)
        assert moment(lecture) == row


FORWARD, BACK = (KEYS.Key_Right, KEYS.Key_Down, KEYS.Key_Space), (KEYS.Key_Left, KEYS.Key_Up, KEYS.Key_Left)


@pytest.mark.parametrize(("on", "back"), list(zip(FORWARD, BACK, strict=True)))
def test_steps_and_notes_are_walked_together_there_and_back(lecture: Opened, on: Qt.Key, back: Qt.Key) -> None:
    """Steps between two notes about one document are walked; what no note is about has no words."""
    window, base = lecture.window, textbook()
    other = edits.set_tap(base, (0, 0), 9, every_channel=False)
    notes = (
        Caption("first", 0),
        Caption("third", 2),
        Caption("other", 5, state=other),
        Caption("end", -1, state=other),
    )
    window.begin(replace(base, lesson=Lesson("", "Told", "Tests", notes)))
    lecture.settle()
    wanted = [(0, 0, "first"), (0, 1, ""), (1, 2, "third"), (2, 5, "other"), (2, 6, ""), (2, 7, ""), (3, 8, "end")]
    assert moment(lecture) == wanted[0]
    for row in [*wanted[1:], wanted[-1]]:
        press(lecture, on)
        assert moment(lecture) == row
        assert window.session.document.layer.weight[0, 0, 0, 0] == (9 if row[0] > 1 else 0)
    for row in [*wanted[-2::-1], wanted[0]]:
        press(lecture, back)
        assert moment(lecture) == row
        assert window.session.document.layer.weight[0, 0, 0, 0] == (9 if row[0] > 1 else 0)


def test_from_between_two_notes_a_remote_goes_to_either(lecture: Opened) -> None:
    window = lecture.window
    window.begin(replace(textbook(), lesson=Lesson("", "Told", "Tests", (Caption("a", 0), Caption("b", 5)))))
    lecture.settle()
    window.presenter.jump(2)
    assert told(lecture) == ""
    press(lecture, KEYS.Key_PageUp)
    assert moment(lecture) == (0, 0, "a")
    window.presenter.jump(2)
    press(lecture, KEYS.Key_PageDown)
    assert moment(lecture) == (1, 5, "b")


def test_without_words_the_keys_step(lecture: Opened) -> None:
    window = lecture.window
    window.begin(textbook())
    lecture.settle()
    for step, key in enumerate((KEYS.Key_PageDown, KEYS.Key_Space, KEYS.Key_Down, KEYS.Key_Right), 1):
        press(lecture, key)
        assert window.presenter.player.target == step
    for step, key in zip((3, 2, 1, 0, 0), (KEYS.Key_PageUp, KEYS.Key_Up, *[KEYS.Key_Left] * 3), strict=True):
        press(lecture, key)
        assert window.presenter.player.target == step


def test_what_is_changed_in_a_lecture_takes_the_words_away(lecture: Opened) -> None:
    window = lecture.window
    first = told(lecture)
    assert first
    window.session.replace(edits.set_tap(window.session.document, (0, 0), 9, every_channel=False), "Edit weight")
    lecture.settle()
    assert told(lecture) == ""
    window.session.undo()
    lecture.settle()
    assert told(lecture) == first


def test_the_present_dot_is_orange(lecture: Opened) -> None:
    window = lecture.window
    press(lecture, KEYS.Key_PageDown)
    image = window.lecture.dots.grab().toImage()
    row, orange = image.height() // 2, window.theme.role("kernel").line
    colours = [image.pixelColor(x, row).getRgb() for x in range(image.width())]
    background = tuple(window.theme.background)
    filled = [colour != background for colour in colours]
    starts = [x for x in range(1, len(filled)) if filled[x] and not filled[x - 1]]
    assert window.caption.lesson is not None
    assert len(starts) == len(window.caption.lesson.captions)
    middles = [colours[x + 4] for x in starts]
    assert [colour == tuple(orange) for colour in middles] == [n == 1 for n in range(len(starts))]


@pytest.mark.parametrize("key", [KEYS.Key_B, KEYS.Key_Period])
@pytest.mark.parametrize("back", [KEYS.Key_B, KEYS.Key_PageDown, KEYS.Key_Escape, KEYS.Key_F5, KEYS.Key_Space])
def test_the_screen_goes_black_until_any_key(lecture: Opened, key: Qt.Key, back: Qt.Key) -> None:
    window = lecture.window
    before = moment(lecture)
    press(lecture, key)
    assert window.lecture.blank.isVisible()
    assert window.lecture.blank.geometry() == window.rect()
    image = window.grab().toImage()
    assert {image.pixelColor(x, x).name() for x in range(0, min(image.width(), image.height()), 9)} == {"#000000"}
    press(lecture, back)
    assert not window.lecture.blank.isVisible()
    assert window.lecture.on
    assert moment(lecture) == before, "that key does nothing else"
    press(lecture, KEYS.Key_PageDown)
    assert window.caption.index == before[0] + 1


def move(given: Opened, x: float) -> None:
    stage, button = given.window.stage, Qt.MouseButton.NoButton
    at = QPointF(x, 5)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, QPointF(stage.mapToGlobal(at)), button, button, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(stage, event)


def test_a_resting_pointer_goes_and_comes_back_when_it_is_moved(lecture: Opened) -> None:
    window, rests = lecture.window, lecture.window.lecture._rests
    assert POINTER_GOES == 2000
    assert rests.interval() == POINTER_GOES
    assert rests.isActive()
    rests.timeout.emit()
    assert window.stage.cursor().shape() == Qt.CursorShape.BlankCursor
    move(lecture, 5)
    assert window.stage.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert rests.isActive()
    rests.timeout.emit()
    move(lecture, 5)
    assert window.stage.cursor().shape() == Qt.CursorShape.BlankCursor, "what moves below it does not bring it back"
    window.stage_alone(False)
    assert window.stage.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert not rests.isActive()


def test_no_ring_shows_where_the_keyboard_is(lecture: Opened) -> None:
    window = lecture.window
    window.lecture.words.setFocus()
    window.stage.setFocus(Qt.FocusReason.TabFocusReason)
    corner = window.stage.grab().toImage().pixelColor(1, 60).getRgb()
    assert corner == tuple(window.theme.background)
    window.stage_alone(False)
    corner = window.stage.grab().toImage().pixelColor(1, 60).getRgb()
    assert corner != tuple(window.theme.background)


def test_a_lecture_says_why_there_is_no_picture(lecture: Opened) -> None:
    lecture.window.presenter.failed.emit("There is no room.")
    assert told(lecture) == "There is no room."


def test_walking_by_steps_lights_what_the_next_words_speak_of(lecture: Opened) -> None:
    """Two captions of one document at one step differ in what is ringed."""
    window = lecture.window
    window.begin(load_lesson("overlap-stride-2"))
    lecture.settle()
    assert window.session.document.view.options["mark"] == "row"
    press(lecture, KEYS.Key_Right)
    assert moment(lecture)[0] == 1
    assert window.session.document.view.options["mark"] == "plane"
    press(lecture, KEYS.Key_Left)
    assert moment(lecture)[0] == 0
    assert window.session.document.view.options["mark"] == "row"


def test_arrows_end_in_a_lesson_whose_captions_are_not_in_the_order_of_steps(lecture: Opened) -> None:
    lecture.window.begin(load_lesson("look-inside"))
    lecture.bot.waitUntil(lambda: lecture.window.presenter.player.steps == 9)
    lecture.settle()
    seen = [moment(lecture)[0]]
    for _ in range(12):
        press(lecture, KEYS.Key_Right)
        seen.append(moment(lecture)[0])
    assert seen == sorted(seen)
    assert seen[-1] == 4
    for _ in range(12):
        press(lecture, KEYS.Key_Left)
    assert moment(lecture)[:2] == (0, 0)


GRIDS = {
    "multi-channel-sum": (44, 26),
    "multi-channel-apart": (44, 26),
    "many-filters": (40, 25),
    "max-pooling": (60, 22),
    "volume-flat": (36, 21),
    "convolution-matrix": (60, 26),
    "transposed-2-4": (42, 25),
    "spatially-separable": (42, 25),
    "one-by-one": (54, 28),
    "grouped": (60, 32),
}
"""Lessons of grids, with how large their smallest cells and numbers are at least on a screen of 1920 × 1080."""


@pytest.mark.parametrize("lesson", GRIDS)
def test_in_a_lecture_the_sum_stands_with_the_words_and_the_grids_have_its_room(lecture: Opened, lesson: str) -> None:
    window = lecture.window
    window.showNormal()
    window.resize(1920, 1080)
    window.open_lesson(lesson)
    lecture.settle()
    lecture.bot.wait(30)
    shown, stage = window.session.document.lesson, window.stage
    assert shown is not None
    heights = set()
    for caption in (0, len(shown.captions) - 1):
        window.caption.go(caption)
        lecture.settle()
        QApplication.processEvents()
        assert stage.picture is not None
        grids = [item for item in stage.picture.items if isinstance(item, Cells) and item.name and not item.aside]
        written = [grid for grid in grids if any(text for row in grid.content.texts for text in row)]
        cell, number = GRIDS[lesson]
        assert min(grid.height for grid in written) * stage.scale >= cell, caption
        assert min(stage._painter._large(grid).font for grid in written) * stage.scale >= number, caption
        assert window.lecture.words.sum, caption
        words = [item for item in stage.picture.items if isinstance(item, Label) and item.y > 0]
        assert not any("This step" in item.text for item in words), "it is told above the picture"
        heights.add(stage.height())
    assert len(heights) == 1


def test_what_is_asked_is_not_told_above_the_picture(lecture: Opened) -> None:
    window = lecture.window
    window.open_lesson("multi-channel-sum")
    lecture.settle()
    window.caption.go(1)
    lecture.settle()
    assert window.lecture.words.sum.endswith("= ?")
    window.stage_alone(False)
    window.showNormal()
    window.resize(1440, 900)
    lecture.settle()
    assert window.lecture.words.sum == ""
    picture = window.stage.picture
    assert picture is not None
    assert any("This step" in item.text for item in picture.items if isinstance(item, Label))
