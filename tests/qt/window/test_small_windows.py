"""In a small window, and with large text, panels give way and pictures are drawn smaller before they lose numbers."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from convgui.draw.picture import Cells, Label
from convgui.files.lessons import lesson_index
from convgui.qt.lessons.tour import Tour
from convgui.session.preferences import Preferences
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LESSONS = [lesson.id for lesson in lesson_index()]
READ, LEAST = 10.0, 0.85
"""Pixels of the smallest numbers in a small window, and how much smaller a picture is drawn there at most."""


def numbers(given: Opened, *, aside: bool = False) -> dict[str, float]:
    """The size of the numbers in each grid that a picture is about, as it is painted, in pixels of the window."""
    stage = given.window.stage
    assert stage.picture is not None
    grids = [i for i in stage.picture.items if isinstance(i, Cells) and i.name and (aside or not i.aside)]
    seen = [grid for grid in grids if any(text for row in grid.content.texts for text in row)]
    return {grid.name: stage._painter._large(grid).font * stage.scale for grid in seen}


def size(given: Opened, width: int, height: int) -> None:
    given.window.resize(width, height)
    QApplication.processEvents()
    given.settle()


def numbers_at(given: Opened, caption: int) -> dict[str, float]:
    """Go to a sentence of a lesson, and measure the numbers of its picture, also those that stand aside."""
    given.window.caption.go(caption)
    given.settle()
    # The table of cases is left out where there is no room for it; the picture is about one of them.
    return {name: size for name, size in numbers(given, aside=True).items() if not name.startswith("case ")}


@pytest.mark.parametrize("part", range(4))
def test_every_caption_keeps_its_numbers_in_a_small_window(opened: Opened, part: int) -> None:
    """At 1024 × 700 the picture of every sentence of every lesson has the numbers that it has at 1440 × 900."""
    window = opened.window
    # What is laid out is looked at; painting it would take half as long again.
    window.setUpdatesEnabled(False)
    for lesson in LESSONS[part::4]:
        window.open_lesson(lesson)
        opened.settle()
        shown = window.session.document.lesson
        assert shown is not None
        captions = range(len(shown.captions))
        size(opened, 1440, 900)
        wide = [numbers_at(opened, caption) for caption in captions]
        assert window.stage.scale == 1
        assert window.lessons.isVisible()
        size(opened, 1024, 700)
        for caption in captions:
            seen, told = numbers_at(opened, caption), f"{lesson}, caption {caption + 1}"
            assert set(wide[caption]) <= set(seen), told
            assert min(seen.values(), default=READ) >= READ, told
            assert window.stage.scale >= LEAST, told
        assert not window.lessons.isVisible()
        assert not window.inspector.isVisible()
        row = window.options
        assert row.sizeHint().width() <= max(row.width(), 515), f"{lesson}: many options are lists"


ENLARGED = {
    "single-channel": (0,),
    "multi-channel-sum": (4,),
    "sobel-photo": (0,),
    "three-edges": (1,),
    "many-filters": (0,),
    "frequency-box": (0, 3, 4),
    "padding-modes": (4,),
    "dilation": (0, 3),
    "spatially-separable": (6,),
    "depthwise-separable": (0, 1, 4),
    "max-pooling": (0, 4),
    "volume-flat": (3,),
    "volume-3d": (4,),
    "brain-sobel": (1,),
    "vessels": (1, 2),
    "transposed-2-4": (0, 3),
    "convolution-matrix": (0, 4),
    "learn-kernel": (0, 1),
    "trained-layer": (3,),
}
"""Lessons and captions of which some numbers were smaller with larger text, or gone; and some that were not."""


@pytest.mark.parametrize("lesson", ENLARGED)
def test_larger_text_makes_no_number_smaller(opened: Opened, lesson: str) -> None:
    """All numbers stay, those in grids that stand aside too, and the smallest of the picture are larger."""
    window = opened.window
    window.setUpdatesEnabled(False)
    size(opened, 1440, 900)
    window.open_lesson(lesson)
    opened.settle()
    before = {caption: numbers_at(opened, caption) for caption in ENLARGED[lesson]}
    assert window.lessons.isVisible()
    window.prefer(Preferences(size=150))
    QApplication.processEvents()
    assert not window.lessons.isVisible(), "panels give way to larger text, too"
    for caption, sizes in before.items():
        after, told = numbers_at(opened, caption), f"{lesson}, caption {caption + 1}: {sizes}"
        assert set(sizes) <= set(after), told
        assert all(after[name] >= size for name, size in sizes.items()), (told, after)
        assert min(after.values()) > min(sizes.values()), (told, after)


@pytest.mark.parametrize(("lesson", "caption"), [("frequency-box", 1), ("multi-channel-sum", 0), ("sobel-photo", 0)])
def test_beside_panels_that_are_asked_for_large_text_leaves_numbers(opened: Opened, lesson: str, caption: int) -> None:
    window = opened.window
    size(opened, 1440, 900)
    window.open_lesson(lesson)
    before = numbers_at(opened, caption)
    window.prefer(Preferences(size=150))
    for name in ("lessons", "inspector"):
        window.show_panel(name, True)
    size(opened, 1440, 900)
    assert window.lessons.isVisible()
    assert window.inspector.isVisible()
    after = numbers_at(opened, caption)
    assert all(after.get(name, 0.0) >= size for name, size in before.items()), (before, after)


def test_a_panel_that_gave_way_comes_when_it_is_asked_for(opened: Opened) -> None:
    window, actions = opened.window, opened.window.commands.actions
    size(opened, 1024, 700)
    assert not actions["lessons"].isChecked()
    assert window.remembered.shown("lessons"), "it only gave way"
    actions["lessons"].trigger()
    assert window.lessons.isVisible()
    size(opened, 820, 600)
    assert window.lessons.isVisible(), "who asks for it has it"
    actions["lessons"].trigger()
    assert not window.lessons.isVisible()
    assert not window.remembered.shown("lessons")
    size(opened, 1440, 900)
    assert not window.lessons.isVisible(), "who hides it has it hidden"
    actions["lessons"].trigger()
    assert window.lessons.isVisible()


@pytest.mark.parametrize("window", [(1280, 720), (1366, 768)])
def test_on_a_low_screen_the_list_gives_way_to_numbers(opened: Opened, window: tuple[int, int]) -> None:
    """With both panels beside it, the picture was drawn at three quarters of its size."""
    size(opened, *window)
    assert (opened.window.inspector.isVisible(), opened.window.lessons.isVisible()) == (True, False)
    assert opened.window.header.lessons.isVisible()
    for lesson in ("depthwise-separable", "max-pooling", "dilation", "many-filters", "learn-kernel"):
        opened.window.open_lesson(lesson)
        opened.settle()
        assert opened.window.stage.scale >= LEAST, lesson
    size(opened, window[0], 900)
    assert opened.window.lessons.isVisible(), "height alone brings it back"


def test_what_gave_way_comes_back_with_the_room(opened: Opened) -> None:
    window = opened.window
    size(opened, 1000, 700)
    assert not window.lessons.isVisible()
    size(opened, 1400, 900)
    assert window.lessons.isVisible()
    assert window.inspector.isVisible()
    assert window.stage.scale == 1


@pytest.mark.parametrize("lesson", ["single-channel", "sobel-photo", "many-filters"])
def test_a_window_narrows_down_to_500_pixels(opened: Opened, lesson: str) -> None:
    known = {info.id for info in lesson_index()}
    window = opened.window
    window.open_lesson(lesson if lesson in known else LESSONS[1])
    opened.settle()
    size(opened, 500, 700)
    assert window.width() == 500
    assert not window.inspector.isVisible()
    assert window.header.export.geometry().right() <= 500
    assert window.transport.loop.geometry().right() <= 500
    assert window.header.tabs.stops()
    size(opened, 1440, 900)
    assert window.inspector.isVisible()
    assert window.lessons.isVisible()


def inside(given: Opened) -> bool:
    """Whether all parts of the window have the width that they need."""
    window = given.window
    parts = [part for part in (window.lessons, window.centre, window.inspector) if part.isVisible()]
    buttons = [button for button in window.centre.findChildren(QToolButton) if button.isVisible()]
    return (
        all(part.mapTo(window, part.rect().topRight()).x() < window.width() for part in parts)
        and sum(part.minimumWidth() for part in parts) <= window.width()
        and all(button.width() >= button.minimumSizeHint().width() for button in buttons)
        and not any(a.geometry().intersects(b.geometry()) for a, b in combinations(parts, 2))
    )


def test_panels_that_were_asked_for_fold_where_the_window_is_narrowed(opened: Opened) -> None:
    window, actions = opened.window, opened.window.commands.actions
    size(opened, 1440, 900)
    for _ in range(2):
        actions["lessons"].trigger()
        actions["inspector"].trigger()
    assert window.lessons.isVisible()
    assert window.inspector.isVisible()
    for width in (1000, 800, 700, 600, 500):
        size(opened, width, 640)
        assert window.centre.isVisible()
        assert window.centre.width() >= 400
        assert inside(opened), width
    assert not window.lessons.isVisible()
    assert not window.inspector.isVisible()


def test_after_the_tour_panels_give_way_as_before(opened: Opened) -> None:
    window = opened.window
    size(opened, 1440, 900)
    window.tour()
    tour = window.findChild(Tour)
    assert tour is not None
    assert window.inspector.isVisible()
    tour.end()
    size(opened, 500, 640)
    assert not window.inspector.isVisible()
    assert not window.lessons.isVisible()


def test_in_the_narrowest_window_a_panel_stands_in_the_pictures_place(opened: Opened) -> None:
    window, header = opened.window, opened.window.header
    size(opened, 500, 640)
    for name, other in (("inspector", "lessons"), ("lessons", "inspector")):
        panel, button = getattr(window, name), getattr(header, name)
        window.commands.actions[name].trigger()
        opened.settle()
        assert (panel.isVisible(), getattr(window, other).isVisible(), window.centre.isVisible()) == (
            True,
            False,
            False,
        )
        assert panel.width() == 500
        assert button.isVisible()
        assert button.isChecked()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert window.centre.isVisible()
        assert not panel.isVisible()
        assert header.tabs.isVisible()
    for name in ("inspector", "lessons", "lessons"):
        window.commands.actions[name].trigger()
    assert window.centre.isVisible(), "the picture is what is seen after either of them"
    window.commands.actions["lessons"].trigger()
    window.open_lesson(LESSONS[1])
    opened.settle()
    assert window.centre.isVisible(), "the lesson that was chosen there is seen"
    window.commands.actions["inspector"].trigger()
    size(opened, 1440, 900)
    assert window.centre.isVisible()
    assert window.inspector.isVisible()
    assert window.inspector.width() < 400


@pytest.mark.parametrize("width", [1000, 1024, 1060])
def test_both_panels_give_way_and_come_by_their_buttons(opened: Opened, width: int) -> None:
    window, header = opened.window, opened.window.header
    size(opened, width, 700)
    assert (window.inspector.isVisible(), window.lessons.isVisible()) == (False, False)
    QTest.mouseClick(header.inspector, Qt.MouseButton.LeftButton)
    assert window.inspector.isVisible()
    assert header.inspector.isChecked()
    assert not window.lessons.isVisible()
    QTest.mouseClick(header.inspector, Qt.MouseButton.LeftButton)
    assert (window.inspector.isVisible(), window.lessons.isVisible()) == (False, False)
    QTest.mouseClick(header.lessons, Qt.MouseButton.LeftButton)
    assert window.lessons.isVisible()
    size(opened, 1440, 900)
    assert not header.lessons.isVisible(), "a large window has both beside the picture"


def test_a_panel_that_is_hidden_leaves_its_room_to_the_other(opened: Opened) -> None:
    window, actions = opened.window, opened.window.commands.actions
    size(opened, 1180, 800)
    assert (window.inspector.isVisible(), window.lessons.isVisible()) == (True, False)
    actions["inspector"].trigger()
    assert (window.inspector.isVisible(), window.lessons.isVisible()) == (False, True)
    actions["inspector"].trigger()
    assert (window.inspector.isVisible(), window.lessons.isVisible()) == (True, False)


@pytest.mark.parametrize(
    ("lesson", "caption", "indices"),
    [("size-floor", 1, "-1 7"), ("transposed-2-5", 1, "2 4"), ("kernel-stride-padding", 1, "0 4")],
)
def test_a_small_window_has_the_indices_that_its_words_name(
    opened: Opened, lesson: str, caption: int, indices: str
) -> None:
    opened.window.open_lesson(lesson)
    opened.settle()
    size(opened, 1024, 700)
    opened.window.caption.go(caption)
    opened.settle()
    picture = opened.window.stage.picture
    assert picture is not None
    seen = {item.text.replace("−", "-") for item in picture.items if isinstance(item, Label)}
    assert set(indices.split()) <= seen


def test_the_bars_of_a_low_window_take_what_their_letters_need(opened: Opened) -> None:
    window = opened.window
    size(opened, 1440, 900)
    words, line = window.caption.height(), window.status.height()
    size(opened, 1440, 700)
    opened.bot.waitUntil(lambda: window.status.height() <= line - 8)
    assert window.caption.height() <= words - 8, "whatever its width was before"
    size(opened, 1440, 900)
    opened.bot.waitUntil(lambda: (window.caption.height(), window.status.height()) == (words, line))


def test_in_a_low_window_the_choices_of_a_scene_stand_beside_the_transport(opened: Opened) -> None:
    window = opened.window
    window.open_lesson("transposed-odd")
    opened.settle()
    size(opened, 1024, 700)

    def middles() -> tuple[int, int]:
        options, transport = (p.mapTo(window, p.rect().center()).y() for p in (window.options, window.transport))
        return options, transport

    # What a bar stands beside is known in the next turn.
    opened.bot.waitUntil(lambda: abs(middles()[0] - middles()[1]) <= 2)
    beside = window.stage.height()
    size(opened, 1024, 800)
    opened.bot.waitUntil(lambda: window.options.geometry().bottom() < window.transport.geometry().top())
    assert beside > window.stage.height() - 100 + window.options.height() / 2


@pytest.mark.parametrize(
    ("lesson", "even"), [("overlap-stride-1", ["4 of 6", "3 of 7", "2 of 8"]), ("overlap-stride-2", [])]
)
def test_a_small_window_has_the_six_cases_from_above(opened: Opened, lesson: str, even: list[str]) -> None:
    """Their 450 counts in digits of 10 pixels at least; rows have names, and an even part is bracketed."""
    window = opened.window
    window.open_lesson(lesson)
    size(opened, 1024, 700)
    shown, told = window.session.document.lesson, list[str]()
    assert shown is not None
    for caption in range(len(shown.captions)):
        window.caption.go(caption)
        opened.settle()
        found = numbers(opened, aside=True)
        maps = [name for name in found if name.startswith("case ") and not name.endswith("row")]
        # Of kernel 4 the counts have two digits: they stand in the large grid above, which is about the same case.
        assert len(maps) == (5 if even[caption:] == ["2 of 8"] else 6), caption
        assert min(found.values()) >= READ, found
        picture = window.stage.picture
        assert picture is not None
        words = [item.text for item in picture.items if isinstance(item, Label)]
        assert {"input", "pile", "count"} <= set(words)
        told += [word.removeprefix("even: ") for word in words if word.startswith("even: ")]
    assert told[: len(even)] == even


def test_what_is_dragged_is_not_sized_anew_until_it_is_let_go(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened.window
    size(opened, 1024, 700)
    # The bars' heights go from layout to layout, one a turn.
    opened.bot.waitUntil(lambda: window.bars[0].height() == window.caption.height())
    asked = []
    own = window.presenter.legible

    def legible(*given: Any) -> float:
        asked.append(given)
        return own(*given)

    monkeypatch.setattr(window.presenter, "legible", legible)
    picture = window.stage.picture
    assert picture is not None
    box = next(grid for grid in picture.hits if grid.kind == "kernel").box((0, 0))
    x, y, wide, high = window.stage.on_widget(box)
    at = QPoint(round(x + wide / 2), round(y + high / 2))
    before = window.session.document.layer.weight.copy()
    QTest.mousePress(window.stage, Qt.MouseButton.LeftButton, pos=at)
    for step in (12, 24, 36, 48):
        QTest.mouseMove(window.stage, at - QPoint(0, step))
        opened.settle()
        if step == 12:
            # With the first edit the words above the picture change, and may leave it another room.
            opened.bot.wait(50)
            asked.clear()
    assert not np.array_equal(window.session.document.layer.weight, before)
    assert not asked
    QTest.mouseRelease(window.stage, Qt.MouseButton.LeftButton, pos=at - QPoint(0, 48))
    assert asked
