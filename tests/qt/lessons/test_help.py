"""Help is a lesson about what is pointed at."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMessageBox

from convgui.files.documents import read_document
from convgui.files.lessons import lesson_index
from convgui.files.samples import load_sample
from convgui.qt.lessons.help import FIELDS, PARTS, lesson_under
from convgui.qt.window import MainWindow
from convgui.scenes import scene, scenes
from convgui.session import edits
from tests.qt.conftest import Answers, Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BUTTONS = QMessageBox.StandardButton


def test_help_opens_the_lesson_about_what_is_pointed_at(opened: Opened) -> None:
    window = opened.window
    stride = window.inspector.layer.stride
    point = stride.mapToGlobal(QPoint(2, stride.height() // 2))
    window.open_lesson(lesson_under(window.context, window.stage, point))
    assert window.session.document.lesson is not None
    assert window.session.document.lesson.id == FIELDS["stride"]
    window.stage.setFocus()
    window.open_lesson(lesson_under(window.context, window.stage, QPoint(-5000, -5000)))
    assert window.session.document.lesson.id == scene(window.session.document.view.scene).lesson


def test_all_that_helps_is_there() -> None:
    ids = {lesson.id for lesson in lesson_index()}
    assert {*FIELDS.values(), *PARTS.values(), *(found.lesson for found in scenes())} <= ids
    assert len({found.lesson for found in scenes()}) == len(scenes()), "each its own"


def tap(window: MainWindow, value: float) -> None:
    session = window.session
    session.replace(edits.set_tap(session.document, (0, 0), value, every_channel=False), "Edit weight")


def working(opened: Opened) -> MainWindow:
    """Return the window with work of the user's that no file holds."""
    window = opened.window
    window.use_sample(load_sample("camera"))
    opened.settle()
    tap(window, 7)
    return window


def first(window: MainWindow) -> float:
    return float(window.session.document.layer.weight[0, 0, 0, 0])


@pytest.mark.parametrize("noted", [False, True])
@pytest.mark.parametrize("answer", [BUTTONS.Cancel, BUTTONS.Discard, BUTTONS.Save])
def test_closing_asks_about_the_work_that_help_took_the_place_of(
    opened: Opened, answers: Answers, folder: Path, answer: QMessageBox.StandardButton, noted: bool
) -> None:
    window = working(opened)
    if noted:
        window.commands.actions["add-note"].trigger()
    window.loader.explain("size-floor")
    assert not window.filing.modified
    answers.answer, answers.file = answer, str(folder / "kept.convgui")
    window.close()
    assert len(answers.asked) == 1
    assert first(window) == 7, "what is asked about is seen"
    if answer == BUTTONS.Cancel:
        assert window.isVisible()
        assert window.isWindowModified()
        assert window.session.redo_name == "Open lesson"
    else:
        opened.bot.waitUntil(lambda: not window.isVisible())
    if answer == BUTTONS.Save:
        kept = read_document(folder / "kept.convgui")
        assert kept.layer.weight[0, 0, 0, 0] == 7
        assert len(kept.lesson.captions if kept.lesson else ()) == noted


def test_what_is_tried_in_help_is_asked_about_and_then_the_work(opened: Opened, answers: Answers) -> None:
    window = working(opened)
    window.loader.explain("size-floor")
    tap(window, 3)
    answers.answer = BUTTONS.Discard
    window.close()
    opened.bot.waitUntil(lambda: not window.isVisible())
    assert len(answers.asked) == 2


def test_saved_work_behind_help_is_not_asked_about(opened: Opened, answers: Answers, folder: Path) -> None:
    window = working(opened)
    window.loader.explain("size-floor")
    window.session.undo()
    answers.file = str(folder / "kept.convgui")
    window.commands.actions["save"].trigger()
    opened.bot.waitUntil(lambda: not window.filing.writing)
    window.session.redo()
    window.close()
    opened.bot.waitUntil(lambda: not window.isVisible())
    assert not answers.asked


def test_another_document_is_opened_only_after_the_question(opened: Opened, answers: Answers) -> None:
    window = working(opened)
    window.loader.explain("size-floor")
    window.commands.actions["new"].trigger()
    assert len(answers.asked) == 1
    assert first(window) == 7


@pytest.mark.usefixtures("quick")
def test_recovery_keeps_the_work_behind_help_and_what_is_tried_in_it(opened: Opened) -> None:
    window = working(opened)
    opened.bot.waitUntil(lambda: window.autosave.slot is not None and window.autosave.slot.path.exists())
    assert window.autosave.slot is not None
    path = window.autosave.slot.path
    window.loader.explain("size-floor")
    assert window.aside.slot is not None
    assert window.aside.slot.path == path
    tap(window, 3)
    opened.bot.waitUntil(lambda: window.autosave.slot is not None and window.autosave.slot.path.exists())
    assert read_document(path).layer.weight[0, 0, 0, 0] == 7
    assert read_document(window.autosave.slot.path).layer.weight[0, 0, 0, 0] == 3
    window.session.undo()
    window.session.undo()
    opened.bot.waitUntil(lambda: not window.aside.slot or not window.aside.slot.path.exists())
    assert read_document(path).layer.weight[0, 0, 0, 0] == 7
