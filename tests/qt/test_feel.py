"""Finding, helping, touring, preferring, and coming back: what makes a program one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from convgui.draw.number import number
from convgui.files.lessons import lesson_index
from convgui.files.places import last_folder
from convgui.qt.dialogs.command_palette import Palette
from convgui.qt.dialogs.preferences import PreferencesDialog
from convgui.qt.documents.last_session import COPY_UP_TO, bring_back, first_size, keep, seen
from convgui.qt.lessons.help import FIELDS, PARTS, explain
from convgui.qt.lessons.tour import STOPS, Tour
from convgui.qt.settings import Remembered
from convgui.qt.widgets.appearance import look_of
from convgui.qt.widgets.plain_text import read_menu
from convgui.scenes import scene, scenes
from convgui.session import edits
from convgui.session.preferences import Preferences
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def palette(opened: Opened) -> Palette:
    opened.window.commands.actions["palette"].trigger()
    found = opened.window.findChild(Palette)
    assert isinstance(found, Palette)
    return found


def choose(opened: Opened, typed: str) -> None:
    dialog = palette(opened)
    QTest.keyClicks(dialog.line, typed)
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    opened.bot.waitUntil(lambda: opened.window.findChild(Palette) is None)
    opened.settle()


def test_the_palette_finds_lessons_kernels_samples_scenes_and_actions(opened: Opened) -> None:
    window = opened.window
    choose(opened, "sobel y")
    assert window.session.document.layer.weight[0, 0].tolist() == [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    choose(opened, "matrix scene")
    assert window.session.document.view.scene == "matrix"
    choose(opened, "dark theme")
    assert window.theme.shade == "dark"
    choose(opened, "dilation")
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == "dilation"
    choose(opened, "chelsea")
    assert window.session.document.sample.source == "sample:chelsea"


def test_the_palette_says_why_not_and_what_is_not_there(opened: Opened) -> None:
    dialog = palette(opened)
    dialog.line.setText("transposed scene")
    QTest.keyClick(dialog.line, Qt.Key.Key_Return)
    assert opened.window.session.document.view.scene == "slide", "what cannot be done is not done"
    dialog.line.setText("zzzz")
    assert "zzzz" in dialog.none.text()
    dialog.line.setText("")
    QTest.keyClick(dialog.line, Qt.Key.Key_Down)
    assert dialog.list.currentRow() == 1
    QTest.keyClick(dialog.line, Qt.Key.Key_Escape)


def test_help_opens_the_lesson_about_what_is_pointed_at(opened: Opened) -> None:
    window = opened.window
    stride = window.inspector.layer.stride
    explain(window, stride.mapToGlobal(QPoint(2, stride.height() // 2)))
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == FIELDS["stride"]
    window.stage.setFocus()
    explain(window, QPoint(-5000, -5000))
    assert window.session.document.lesson.id == scene(window.session.document.view.scene).lesson


def test_all_that_helps_is_there() -> None:
    ids = {lesson.id for lesson in lesson_index()}
    assert {*FIELDS.values(), *PARTS.values(), *(found.lesson for found in scenes())} <= ids
    assert len({found.lesson for found in scenes()}) == len(scenes()), "each its own"


def test_every_shortcut_is_shown(opened: Opened) -> None:
    QTest.keyClicks(opened.window.stage, "?")
    dialog = next(d for d in opened.window.findChildren(QDialog) if d.windowTitle() == "Shortcuts")
    said = {label.text() for label in dialog.findChildren(QLabel)}
    actions = [action for action in opened.window.commands.actions.values() if action.shortcuts()]
    assert len(actions) > 30
    assert all(read_menu(action.text()) in said for action in actions)
    assert "Space" in said
    dialog.close()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700)])
def test_the_tour_lights_every_part_and_can_be_left(opened: Opened, size: tuple[int, int]) -> None:
    window = opened.window
    window.resize(*size)
    QApplication.processEvents()
    window.tour()
    tour = window.findChild(Tour)
    assert isinstance(tour, Tour)
    for place in range(len(STOPS)):
        assert tour.place == place
        lit = tour.lit()
        assert not lit.isEmpty()
        if STOPS[place].part == "kernel":
            grid = window.inspector.kernel.grid
            assert lit.contains(QRect(grid.mapTo(window, QPoint()), grid.size())), "what the sentence is about is lit"
        assert tour.rect().contains(tour.card.geometry())
        if STOPS[place].part != "stage":
            assert not tour.card.geometry().intersects(lit)
        QTest.keyClick(tour, Qt.Key.Key_Right)
    opened.bot.waitUntil(lambda: window.findChild(Tour) is None)
    assert window.remembered.toured()
    assert QApplication.focusWidget() is window.stage, "the keys work where the tour was left"
    window.commands.actions["tour"].trigger()
    again = window.findChild(Tour)
    assert isinstance(again, Tour)
    QTest.keyClick(again, Qt.Key.Key_Escape)
    opened.bot.waitUntil(lambda: window.findChild(Tour) is None)


def test_preferences_are_seen_at_once_remembered_and_reset(opened: Opened) -> None:
    window = opened.window
    window.commands.actions["preferences"].trigger()
    dialog = window.findChild(PreferencesDialog)
    assert isinstance(dialog, PreferencesDialog)
    for name, value in (("size", 150), ("colours", "solarized"), ("motion", "none"), ("decimals", 5), ("speed", 4.0)):
        field = dialog.fields[name]
        field.setCurrentIndex(field.findData(value))
        field.activated.emit(field.currentIndex())
    opened.settle()
    assert (window.stage.scale, window.theme.name) == (1.5, "light-solarized")
    assert window.presenter.player.still
    assert window.presenter.player.speed == 4
    assert number(1 / 3) == "0.33333"
    assert Remembered().preferences() == window.preferences
    dialog.reset.click()
    assert Remembered().preferences() == Preferences() == window.preferences
    assert number(1 / 3) == "0.333"
    dialog.close()


def shown_width(opened: Opened) -> float:
    picture = opened.window.stage.picture
    return 0.0 if picture is None else picture.width


def test_larger_text_leaves_the_pointer_on_what_is_under_it(opened: Opened) -> None:
    window = opened.window
    window.prefer(Preferences(size=150))
    opened.bot.waitUntil(lambda: shown_width(opened) == window.stage.room[0] != window.stage.width())
    picture = window.stage.picture
    assert picture is not None
    grid = next(grid for grid in picture.hits if grid.kind == "output")
    x, y, width, height = grid.box((*grid.prefix, 1, 1))
    QTest.mouseClick(
        window.stage, Qt.MouseButton.LeftButton, pos=QPoint(round(1.5 * (x + width / 2)), round(1.5 * (y + height / 2)))
    )
    pinned = window.presenter.focus.pinned
    assert pinned is not None
    assert (pinned.kind, pinned.index[-2:]) == ("output", (1, 1))
    window.prefer(Preferences())


def test_the_system_decides_where_it_is_asked(qapp: QApplication) -> None:
    assert look_of(Preferences(shade="system")).theme.shade in ("light", "dark")
    assert look_of(Preferences(motion="none")).still
    assert not look_of(Preferences(motion="full")).still


def test_what_was_open_comes_back(opened: Opened) -> None:
    window = opened.window
    mine = edits.change_spec(window.session.document, stride=2)
    window.session.replace(mine, "Stride")
    window.presenter.jump(2)
    keep(window)
    window.open_lesson("dilation")
    bring_back(window)
    opened.settle()
    assert window.session.document.layer.spec == mine.layer.spec
    assert window.session.document is not mine
    assert window.presenter.player.target == 2
    window.prefer(Preferences(restore=False))
    keep(window)
    assert not list(last_folder().iterdir())


def test_a_large_input_comes_back_from_its_file_with_kernel_and_levels(opened: Opened, folder: Path) -> None:
    window, file = opened.window, folder / "large.npy"
    np.save(file, np.zeros((1, 2048, COPY_UP_TO // 2048 + 1), np.uint8))
    window.open_file(file)
    opened.bot.waitUntil(lambda: window.session.document.sample.source == str(file))
    window.session.replace(edits.set_tap(window.session.document, (0, 0), 7.5, every_channel=True), "Tap")
    window.session.look(levels=(-3.0, 5.0), options={"colours": "grey"}, zoom=2.0)
    mine = window.session.document
    keep(window)
    assert sum(kept.stat().st_size for kept in last_folder().iterdir()) < 100_000
    window.filing.clean(mine)
    window.open_lesson("dilation")
    bring_back(window)
    opened.bot.waitUntil(lambda: window.session.document.sample.source == str(file))
    back = window.session.document
    assert np.array_equal(back.layer.weight, mine.layer.weight)
    assert (back.view.levels, back.view.options["colours"], back.view.zoom) == ((-3.0, 5.0), "grey", 2.0)
    assert window.status.place.text() == "large.npy · 1 of 1"
    assert window.filing.path is None
    assert not window.filing.modified


@pytest.mark.fault
def test_a_large_input_that_is_gone_is_no_fault_at_the_start(opened: Opened, folder: Path) -> None:
    window, file = opened.window, folder / "large.npy"
    np.save(file, np.zeros((1, 2048, COPY_UP_TO // 2048 + 1), np.uint8))
    window.open_file(file)
    opened.bot.waitUntil(lambda: window.session.document.sample.source == str(file))
    keep(window)
    window.open_lesson("dilation")
    file.unlink()
    bring_back(window)
    opened.settle()
    assert window.session.document.lesson is not None


@pytest.mark.fault
def test_a_damaged_memory_of_the_last_time_is_no_memory(opened: Opened, data: Path) -> None:
    last_folder().mkdir(parents=True)
    (last_folder() / "last.convgui").write_bytes(b"PK\x03\x04 torn")
    bring_back(opened.window)
    assert opened.window.session.document.lesson is not None


def test_a_window_off_all_screens_is_brought_back() -> None:
    screen, right = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024)
    kept = QRect(2000, 100, 900, 700)
    assert seen(kept, [screen, right]) == kept
    assert screen.contains(seen(kept, [screen]))
    assert screen.contains(seen(QRect(100, -900, 3000, 2000), [screen]))
    assert seen(kept, []) == kept


def test_the_first_window_is_no_larger_than_its_screen() -> None:
    assert first_size(QSize(1920, 1080)) == QSize(1440, 900)
    assert first_size(QSize(1366, 728)) == QSize(1366, 728)
    assert first_size(QSize(800, 800)) == QSize(800, 800)


def test_a_new_document_says_what_to_begin_with(opened: Opened) -> None:
    window = opened.window
    window.filing.clean(window.session.document)
    window.commands.actions["new"].trigger()
    assert window.hint.isVisible()
    window.open_lesson("dilation")
    assert not window.hint.isVisible()
