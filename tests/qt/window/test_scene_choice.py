"""Tabs in the real window: at which step a scene is come back to."""

from __future__ import annotations

import pytest

from convgui.files.lessons import load_lesson
from convgui.model.sample import Sample
from convgui.session import edits
from tests.documents import textbook
from tests.qt.conftest import Opened

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("changed", ["nothing", "weight", "input", "lesson"])
def test_a_scene_stands_where_it_was_left_as_long_as_the_input_and_the_lesson_stay(
    opened: Opened, changed: str
) -> None:
    window, session = opened.window, opened.window.session
    window.begin(textbook())
    opened.settle()
    assert session.document.view.scene == "slide"
    window.presenter.jump(5)
    window.header.tabs.chosen.emit("matrix")
    opened.settle()
    if changed == "weight":
        session.replace(edits.set_tap(session.document, (0, 0), 7.0, every_channel=False), "Edit weight")
    elif changed == "input":
        other = Sample(session.document.sample.data + 1, "other")
        session.replace(edits.with_sample(session.document, other), "Open other")
    elif changed == "lesson":
        window.begin(load_lesson("many-filters"))
        opened.settle()
        window.header.tabs.chosen.emit("matrix")
    opened.settle()
    window.header.tabs.chosen.emit("slide")
    opened.settle()
    assert session.document.view.scene == "slide"
    assert window.presenter.player.target == (5 if changed in ("nothing", "weight") else 0)
