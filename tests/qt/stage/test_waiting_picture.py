"""A picture that stands while another one is computed does not pass for it."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from convgui.model.document import View
from convgui.qt.stage import preparing, waiting_picture
from convgui.qt.stage import presenter as presenting
from convgui.scenes.scene import prepared
from convgui.session import edits
from tests.qt.stage.test_every_field import DOCUMENTS, Shown, layer
from tests.scenes.same import difference

BEFORE = DOCUMENTS["several channels"]
SAMPLE = replace(BEFORE.sample, data=BEFORE.sample.data + 1)
CHANGES = {
    "another scene": BEFORE.with_view(View(scene="maps")),
    "another input of the same size": replace(BEFORE, sample=SAMPLE),
    "another size of kernel": replace(BEFORE, layers=(layer(3, 2, (2, 2)),)),
}
SAID = "Computing…"


class Slow:
    """Documents are prepared once they may be."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = Event()
        monkeypatch.setattr(presenting, "INLINE", -1)
        monkeypatch.setattr(waiting_picture, "LATE", 1)
        monkeypatch.setattr(preparing, "prepared", self._prepared)

    def _prepared(self, *given: Any) -> Any:
        self.go.wait(10)
        return prepared(*given)


def said(running: Shown) -> str:
    return running.picture.summary if running.picture is not None else ""


@pytest.mark.parametrize("name", CHANGES)
def test_a_picture_of_something_else_is_faint_until_the_new_one_is_there(
    name: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = Shown(BEFORE)
    slow = Slow(monkeypatch)
    running.session.replace(CHANGES[name], "Change")
    qtbot.waitUntil(lambda: said(running) == SAID)
    assert running.picture is not None
    assert not running.picture.hits
    slow.go.set()
    qtbot.waitUntil(lambda: not running.presenter.working)
    slow.go.clear()
    monkeypatch.undo()
    fresh = Shown(CHANGES[name])
    assert not difference(running.picture, fresh.picture)
    fresh.close()
    running.close()


@pytest.mark.usefixtures("qapp")
def test_it_stands_for_itself_again_once_it_was_stopped(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    running = Shown(BEFORE)
    before = running.picture
    slow = Slow(monkeypatch)
    running.session.replace(CHANGES["another input of the same size"], "Change")
    qtbot.waitUntil(lambda: said(running) == SAID)
    running.presenter.give_up()
    assert running.picture is before
    assert "Computing was stopped" in running.reason
    slow.go.set()
    running.close()


def test_a_weight_that_is_dragged_keeps_its_picture(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    running = Shown(BEFORE)
    slow = Slow(monkeypatch)
    running.session.replace(edits.set_bias(BEFORE, 9.0), "Change")
    assert running.presenter.working
    with qtbot.waitSignal(running.presenter._stands._late.timeout):
        pass
    assert said(running) != SAID
    slow.go.set()
    running.close()
