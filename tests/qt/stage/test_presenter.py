"""What a presenter shows of answers that come late."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from convgui.files.lessons import load_lesson
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.flow import INCOMING
from convgui.qt.stage import presenter as presenting
from convgui.qt.worker import Answer
from convgui.scenes.scene import AnyScene
from tests.qt.stage.test_every_field import DOCUMENTS, Shown, layer
from tests.scenes.same import difference


@pytest.mark.usefixtures("qapp")
def test_an_answer_that_comes_behind_a_newer_picture_is_not_shown() -> None:
    """It was on its way from its thread when an edit was computed at once."""
    before = DOCUMENTS["several channels"]
    after = replace(before, layers=(layer(3, 2, (3, 2), stride=2),))
    running = Shown(before)
    late = Answer(
        running.presenter._preparing.generation, result=(running.presenter.scene, running.presenter.data, before)
    )
    running.session.replace(after, "Change")
    right = running.picture
    running.presenter._preparing._worker.answered.emit(late)
    fresh = Shown(after)
    for picture in (right, running.picture):
        assert not difference(picture, fresh.picture)
    assert running.presenter.data is not late.result[1]
    fresh.close()
    running.close()


def test_an_answer_to_an_older_question_pushes_no_newer_preview_off(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a weight is dragged, what can be shown at once is of the last weight; what was computed may be older."""
    monkeypatch.setattr(presenting, "INLINE", -1)
    before = DOCUMENTS["volume"].with_view(View(scene="volume", options={"view": "slices"}))
    running = Shown(before)
    presenter = running.presenter
    qtbot.waitUntil(lambda: presenter.data is not None)
    data, weight = presenter.data, before.layer.weight
    for change in (1, 2):
        running.session.replace(before.with_layer(replace(before.layer, weight=weight + change)), "Drag", key="drag")
    preview = running.picture
    assert presenter._previewed == presenter._preparing.generation
    presenter._preparing._on_answer(Answer(presenter._preparing.generation - 1, result=(presenter.scene, data, before)))
    assert running.picture is preview
    running.close()


@pytest.mark.fault
@pytest.mark.parametrize("stopped", [False, True])
def test_an_answer_that_comes_after_a_refusal_or_a_stop_is_not_shown(
    stopped: bool, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had been computed, and was on its way, when the next layer was chosen that the scene does not show."""
    before = DOCUMENTS["several channels"].with_view(View(scene="cost"))
    running, other = Shown(before), Shown(before)
    presenter = running.presenter
    late = Answer(presenter._preparing.generation + 1, result=(presenter.scene, other.presenter.data, before))
    monkeypatch.setattr(presenting, "INLINE", -1)
    if stopped:
        running.session.replace(replace(before, layers=(layer(3, 2, (3, 2), stride=2),)), "Change")
        assert presenter.working
        presenter.give_up()
        kept = presenter.data
        presenter._preparing._worker.answered.emit(late)
        assert presenter.data is kept
    else:
        running.session.replace(replace(before, layers=(ReLU(),)), "Change")
        assert presenter.data is None
        presenter._preparing._worker.answered.emit(late)
        assert presenter.data is None
    other.close()
    running.close()


@pytest.mark.fault
def test_an_older_question_that_fails_late_takes_no_newer_picture_away() -> None:
    before = DOCUMENTS["several channels"]
    running = Shown(before)
    presenter, said = running.presenter, list[str]()
    presenter.failed.connect(said.append)
    running.session.replace(replace(before, layers=(layer(3, 2, (3, 2), stride=2),)), "Change")
    right = running.picture
    presenter._preparing._worker.answered.emit(Answer(presenter._preparing.generation - 1, error=MemoryError()))
    assert running.picture is right
    assert not any(said)
    running.close()


def test_what_another_scene_left_is_gone_before_the_cost_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise what is about to be dropped counts as there, and the window's thread computes it all again."""
    running = Shown(DOCUMENTS["picture"])
    preparing, held = running.presenter._preparing, list[set[str]]()
    real = preparing.cost

    def kept() -> set[str]:
        return {key[0] for key in preparing._memo._kept} - {INCOMING}

    def cost(shown: AnyScene, document: Document) -> int:
        held.append(kept())
        return real(shown, document)

    monkeypatch.setattr(preparing, "cost", cost)
    assert kept()
    running.session.look(scene="maps")
    assert held == [set()]
    running.close()


@pytest.mark.parametrize("lesson", ["overlap-stride-2", "receptive-field"])
def test_nothing_is_drawn_smaller_for_numbers_beside_the_point(lesson: str) -> None:
    """On larger canvases other cases and maps have numbers as well: that is no reason for smaller letters."""
    running = Shown(load_lesson(lesson))
    assert running.presenter.legible(724, 455, (1.0, 0.75, 0.55)) == 1.0
    running.close()


@pytest.mark.parametrize("then", ["maps", "blocks", "cost"])
def test_what_the_scene_before_has_prepared_is_not_shown_by_the_next_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """It may be on its way from its thread when another tab is chosen, whose own picture takes a while."""
    monkeypatch.setattr(presenting, "INLINE", -1)
    before = DOCUMENTS["several channels"]
    running = Shown(before)
    presenter = running.presenter
    qtbot.waitUntil(lambda: presenter.data is not None)
    late = (presenter.scene, presenter.data, before)
    after = before.with_layer(replace(before.layer, weight=before.layer.weight + 1))
    shown = list[object]()
    # Asked for by the scene that is left at once.
    running.session.replace(after, "Change")
    running.session.look(scene=then)
    presenter.pictured.connect(lambda _: shown.append(presenter.data))
    presenter._preparing._on_answer(Answer(presenter._preparing.generation - 1, result=late))
    assert presenter.data is None
    qtbot.waitUntil(lambda: presenter.data is not None)
    assert late[1] not in shown
    fresh = Shown(after.with_view(replace(after.view, scene=then)))
    qtbot.waitUntil(lambda: fresh.presenter.data is not None)
    assert not difference(running.picture, fresh.picture)
    fresh.close()
    running.close()
