"""What is computed after the first picture: how far it has come, whatever becomes of it."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from convgui.core import Cancelled
from convgui.model.memo import Work, no_pieces
from convgui.qt.stage import refining
from convgui.qt.stage.refining import Refining


class Slow:
    """A scene whose rest says that a part is there, once it may, and is given up then."""

    def __init__(self) -> None:
        self.go, self.said = Event(), Event()

    def blurred(self, layout: Any) -> bool:
        return False

    def rest(self, data: Any) -> bool:
        return True

    def complete(self, data: Any, work: Work) -> Any:
        assert work.progress is not None
        self.go.wait(10)
        work.progress(0.25)
        self.said.set()
        raise Cancelled


def test_what_is_given_up_is_over_though_its_last_word_comes_later(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refining, "REST", 1)
    parent, scene, parts = QObject(), Slow(), list[float]()
    made = Refining(parent)
    made.progressed.connect(parts.append)
    made.refine(scene, None, no_pieces(), "data", no_pieces())  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: parts[-1:] == [0.0])
    scene.go.set()
    assert scene.said.wait(10)
    # The thread's word is waiting to be heard.
    made.abandon_rest()
    qtbot.wait(20)
    made.close()
    assert parts[-1] == 1.0


def test_how_far_the_rest_has_come_is_told_while_it_is_computed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refining, "REST", 1)
    parent, scene, parts = QObject(), Slow(), list[float]()
    made = Refining(parent)
    made.progressed.connect(parts.append)
    scene.go.set()
    made.refine(scene, None, no_pieces(), "data", no_pieces())  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: parts[-1:] == [1.0])
    made.close()
    assert parts == [0.0, 0.25, 1.0]
