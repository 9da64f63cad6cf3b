"""While a number is hidden it stands nowhere: not in the window, not in what is copied or exported."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from convgui.draw.picture import Cells, Label, Picture
from convgui.files.lessons import lesson_index
from convgui.files.resources import resource
from convgui.qt.app.language import use_language
from convgui.qt.export.dialog import ExportDialog
from convgui.words import language
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def asking() -> list[tuple[str, int]]:
    found = []
    for lesson in lesson_index():
        content = json.loads((resource("lessons") / f"{lesson.id}.json").read_text(encoding="utf-8"))
        found += [(lesson.id, n) for n, caption in enumerate(content["captions"]) if caption.get("predict")]
    return found


def ask(given: Opened, lesson: str, index: int) -> str:
    """Open a lesson at a caption that asks; returns the answer."""
    window = given.window
    window.open_lesson(lesson)
    given.settle()
    window.caption.go(index)
    given.settle()
    assert window.prediction.isVisible()
    assert window.prediction.hiding
    return window.prediction._answer


def readable(picture: Picture) -> list[str]:
    texts = [item.text for item in picture.items if isinstance(item, Label)]
    return [*texts, *(t for i in picture.items if isinstance(i, Cells) for row in i.shown_texts() for t in row)]


@pytest.mark.parametrize(("lesson", "index"), asking())
def test_a_shipped_lesson_asks_and_the_next_words_tell(opened: Opened, lesson: str, index: int) -> None:
    window = opened.window
    answer = ask(opened, lesson, index)
    number = re.compile(rf"= ?{re.escape(answer)}$")
    picture = window.stage.picture
    assert picture is not None
    assert not any(number.search(text) for text in readable(picture))
    for label in window.findChildren(QLabel):
        assert not (label.isVisible() and (number.search(label.text()) or label.text() == answer)), label.text()
    assert answer not in window.stage.accessibleDescription()
    step = window.presenter.player.target
    QTest.mouseClick(window.caption.after, Qt.MouseButton.LeftButton)
    opened.settle()
    assert not window.prediction.hiding
    assert window.presenter.player.target == step
    assert f"It is {answer}" in window.caption.words.text()
    picture = window.stage.picture
    assert picture is not None
    assert any(answer in text for text in readable(picture))


def test_undo_brings_back_what_was_asked(opened: Opened) -> None:
    """An edit, and another input, take question and words away; undo brings both, with the number still hidden."""
    window = opened.window
    answer = ask(opened, "single-channel", 2)
    words = window.caption.words.text()
    session = window.session
    sample = session.document.sample
    window.use_sample(replace(sample, data=sample.data + 1))
    opened.settle()
    assert not window.prediction.isVisible()
    assert window.caption.words.text() != words or not window.caption.isVisible()
    window.commands.actions["undo"].trigger()
    opened.settle()
    assert (window.caption.words.text(), window.presenter.player.target) == (words, 3)
    assert window.prediction.isVisible()
    assert window.prediction.hiding
    assert window.stage.picture is not None
    assert "?" in readable(window.stage.picture)
    assert answer not in readable(window.stage.picture)
    window.inspector.kernel.grid.changed.emit((0, 0), 5.0)
    opened.settle()
    assert not window.prediction.isVisible()
    window.commands.actions["undo"].trigger()
    opened.settle()
    assert window.caption.words.text() == words
    assert window.prediction.isVisible()
    assert window.prediction.hiding


@pytest.fixture
def asked(opened: Opened) -> Iterator[ExportDialog]:
    ask(opened, "single-channel", 2)
    opened.window.commands.actions["export"].trigger()
    dialog = opened.window.findChild(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    yield dialog
    dialog.close()


def test_a_picture_that_is_exported_keeps_the_number_hidden(opened: Opened, asked: ExportDialog, folder: Path) -> None:
    asked.format.setCurrentIndex(asked.format.findData(".svg"))
    assert "hidden" not in asked.state.text()
    with opened.bot.waitSignal(asked.said):
        asked.start(folder / "asked.svg")
    text = (folder / "asked.svg").read_text(encoding="utf-8")
    assert "?<" in text
    assert re.search(r">12<", text), "what is known stays"
    assert not re.search(r">(= )?10<", text)


@pytest.mark.parametrize("what", ["animation", "frames", "array"])
def test_a_file_that_tells_the_number_says_so(asked: ExportDialog, what: str) -> None:
    asked.what.setCurrentIndex(asked.what.findData(what))
    assert asked.state.text() == "This file tells the number that is hidden in the window."
    assert asked.export_button.isEnabled()


def test_a_later_step_says_that_it_tells_the_number(asked: ExportDialog) -> None:
    asked.step.setValue(asked.step.value() + 1)
    assert "tells the number" in asked.state.text()
    asked.step.setValue(asked.step.value() - 1)
    assert asked.state.text() == ""


@pytest.fixture
def spoken(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    before = language()
    use_language(qapp, request.param)
    yield str(request.param)
    use_language(qapp, before)


@pytest.mark.parametrize("spoken", ["en", "zh_CN"], indirect=True)
@pytest.mark.parametrize("size", [(820, 600), (1024, 700), (1280, 800)])
def test_the_question_fits_beside_both_panels(spoken: str, size: tuple[int, int], opened: Opened) -> None:
    window = opened.window
    window.resize(*size)
    # Panels that are asked for before a window narrows fold with it.
    QApplication.processEvents()
    for name in ("lessons", "inspector"):
        window.show_panel(name, True)
    ask(opened, "single-channel", 2)
    bar = window.prediction
    parts = (bar.words, bar.field, bar.check, bar.ask)
    QApplication.processEvents()
    # In the narrowest of these windows the list makes room for the panel that was asked for last.
    assert window.lessons.isVisible() == (size[0] > 820)
    assert window.inspector.isVisible()
    assert window.width() == size[0]
    for part in parts:
        assert bar.rect().contains(part.geometry()), (spoken, part)
        assert part is bar.words or part.width() >= part.minimumSizeHint().width(), (spoken, part)
    boxes = [part.geometry() for part in parts]
    assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert bar.words.height() >= bar.words.heightForWidth(bar.words.width())
    assert bar.words.width() >= bar.words.fontMetrics().horizontalAdvance(bar.words.text())


@pytest.mark.parametrize("elsewhere", ["blocks", "matrix", "arithmetic"])
def test_another_scene_does_not_tell_what_is_asked(opened: Opened, elsewhere: str) -> None:
    window = opened.window
    answer = ask(opened, "single-channel", 2)
    window.session.look(scene=elsewhere)
    opened.settle()
    picture = window.stage.picture
    assert picture is not None
    assert window.session.document.view.scene == elsewhere
    assert answer == "10"
    assert not any(re.search(r"= ?10\b|^10$", text) for text in readable(picture))
    window.prediction.reveal()
    opened.settle()
    assert any(re.search(r"= ?10\b|^10$", text) for text in readable(window.stage.picture or picture))
    window.session.look(scene="slide")
    opened.settle()
    assert not window.prediction.hiding


def test_playing_waits_at_the_number_that_is_asked_for(opened: Opened) -> None:
    window = opened.window
    ask(opened, "single-channel", 2)
    presenter = window.presenter
    asked = presenter.player.target
    assert asked > 0
    presenter.set_player(replace(presenter.player, target=asked - 1, glide=1.0, playing=True))
    opened.bot.waitUntil(lambda: not presenter.player.moving)
    assert presenter.player.target == asked
    assert window.prediction.hiding
    presenter.set_player(replace(presenter.player, playing=True))
    opened.bot.waitUntil(lambda: not window.prediction.isVisible())
    assert presenter.player.target > asked


def test_another_scene_and_back_is_the_same_step_with_the_number_still_hidden(opened: Opened) -> None:
    window = opened.window
    ask(opened, "single-channel", 2)
    before = window.presenter.player.target, window.caption.words.text()
    for other, hidden in (("matrix", False), ("slide", True)):
        window.header.tabs.chosen.emit(other)
        opened.settle()
        assert window.prediction.hiding == hidden
    assert (window.presenter.player.target, window.caption.words.text()) == before
    assert before[0] > 0
    window.open_lesson("multi-channel-sum")
    opened.settle()
    window.header.tabs.chosen.emit("matrix")
    assert window.presenter.player.target == 0


@pytest.mark.parametrize(("lesson", "index"), asking())
def test_the_picture_stays_where_it_is_while_a_number_is_asked_for(opened: Opened, lesson: str, index: int) -> None:
    window = opened.window
    window.open_lesson(lesson)
    opened.settle()
    places = set()

    def note_place() -> None:
        opened.settle()
        opened.bot.waitUntil(lambda: window.caption.height() == window.caption.minimumHeight() and stage_follows())
        places.add(window.stage.y())

    def stage_follows() -> bool:
        below = window.caption.mapTo(window, QPoint(0, window.caption.height()))
        return window.stage.mapTo(window, QPoint(0, 0)).y() == below.y()

    for at in (index - 1, index, index + 1, index):
        window.caption.go(max(at, 0))
        note_place()
    window.prediction.reveal()
    note_place()
    assert not window.prediction.hiding
    assert window.prediction.isVisible()
    assert len(places) == 1


def test_the_kernel_that_is_to_be_found_is_told_nowhere(opened: Opened) -> None:
    window = opened.window
    window.open_lesson("learn-kernel")
    opened.settle()
    for index in range(5):
        window.caption.go(index)
        opened.settle()
        assert not window.inspector.kernel.isVisible()
        assert not any("Sobel" in label.text() for label in window.inspector.findChildren(QLabel) if label.isVisible())
    window.caption.go(5)
    opened.settle()
    assert window.inspector.kernel.isVisible()
    assert not window.inspector.sought.isVisible()


@pytest.mark.parametrize("told", ["asked for", "typed"])
def test_playing_goes_through_a_number_that_is_known(opened: Opened, told: str) -> None:
    window = opened.window
    answer = ask(opened, "single-channel", 2)
    presenter = window.presenter
    asked = presenter.player.target
    if told == "typed":
        window.prediction.field.setText(answer)
        window.prediction.check.click()
    else:
        window.prediction.reveal()
    assert not window.prediction.hiding
    presenter.set_player(replace(presenter.player, target=asked - 1, glide=1.0, speed=8.0, playing=True))
    opened.bot.waitUntil(lambda: not presenter.player.moving)
    assert presenter.player.target == presenter.player.steps - 1
