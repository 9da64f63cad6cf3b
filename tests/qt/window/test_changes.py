"""What each part of the window hears of another document."""

from __future__ import annotations

import pytest

from convgui.core.presets import PRESETS
from convgui.files.lessons import load_lesson
from convgui.qt.window import changes
from convgui.session import edits
from tests.qt.conftest import Opened


def test_an_edit_is_seen_before_the_panels_hear_of_it(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    met = list[str]()
    monkeypatch.setattr(opened.window.stage, "repaint", lambda: met.append("stage"))
    monkeypatch.setattr(opened.window.inspector, "show_document", lambda _: met.append("inspector"))
    opened.window.inspector.kernel.use_preset(PRESETS["box"])
    assert met[:2] == ["stage", "inspector"]
    met.clear()
    opened.window.session.replace(load_lesson("dilation"), "Show")
    assert "stage" not in met, "another input is no edit: its picture has to be prepared"


def test_what_a_window_begins_with_is_said_until_it_is_let_go(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a cell is dragged the banner stays: without it the picture would move under the hand."""
    window = opened.window
    window.welcome()
    assert window.hint.isVisible()
    monkeypatch.setattr(changes, "dragging", lambda: True)
    document = window.session.document
    window.session.replace(edits.set_input(document, (0, 0, 0), 5.0), "Edit")
    assert window.hint.isVisible()
    window.stage.released.emit()
    assert not window.hint.isVisible()
