"""What all layers take together stands below their list."""

from __future__ import annotations

from dataclasses import replace

from convgui.files.lessons import load_lesson
from convgui.session import edits
from convgui.session.stack import add_layer
from tests.qt.conftest import Opened


def test_totals_follow_the_stack(opened: Opened) -> None:
    window = opened.window
    opened.show(replace(load_lesson("receptive-field"), lesson=None))
    shown = window.inspector.totals
    assert shown.isVisible()
    assert "weights 27, biases 3" in shown.text()
    assert "15, stride 1" in shown.text()
    window.session.replace(edits.change_spec(window.session.document, stride=2), "stride")
    assert "15, stride 2" in shown.text()
    window.session.replace(add_layer(window.session.document, "relu"), "relu")
    assert shown.text().startswith("All 4 layers")


def test_a_single_layer_has_none(opened: Opened) -> None:
    opened.show(load_lesson("single-channel"))
    assert not opened.window.inspector.totals.isVisible()
