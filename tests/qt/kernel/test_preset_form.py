"""The numbers of a preset are set where it was chosen, and the kernel follows."""

from __future__ import annotations

import numpy as np

from convgui.core import preset
from convgui.model.sample import Sample
from convgui.session.edits import change_spec, kernel_of, with_sample
from tests.qt.conftest import Opened


def signal(opened: Opened, n: int = 6000) -> None:
    document = with_sample(opened.window.session.document, Sample(np.sin(np.arange(float(n)) / 9)[None], "sine"))
    opened.show(change_spec(document, padding="causal"))


def test_a_low_pass_is_shaped_and_undone(opened: Opened) -> None:
    signal(opened)
    editor, session = opened.window.inspector.kernel, opened.window.session
    assert not editor.shaping.isVisible()
    editor.use_preset(preset("low-pass"))
    assert list(editor.shaping.boxes) == ["size", "cutoff"]
    assert editor.presets.text().startswith("Low pass")
    editor.shaping.boxes["cutoff"].setValue(0.25)
    np.testing.assert_array_equal(kernel_of(session.document), preset("low-pass").weights(cutoff=0.25))
    assert editor.presets.text().startswith("Low pass")
    editor.shaping.boxes["size"].setValue(4096)
    assert kernel_of(session.document).size == 4095
    assert editor.slice.count() == 256
    assert editor.slice.itemText(255) == "taps 4080 … 4094"
    session.undo()
    session.undo()
    assert editor.shaping.boxes["cutoff"].value() == 0.1
    session.replace(change_spec(session.document, kernel_size=(2,)), "cut")
    assert not editor.shaping.isVisible()


def test_what_cannot_be_is_said(opened: Opened) -> None:
    signal(opened, 50)
    editor, session = opened.window.inspector.kernel, opened.window.session
    editor.use_preset(preset("echo"))
    editor.shaping.boxes["delay"].setValue(4000)
    assert "reach 8,000 cells back" in editor.problem.text()
    assert editor.shaping.boxes["delay"].value() == 8
    assert kernel_of(session.document).size == 17


def test_the_menu_of_one_axis_has_groups(opened: Opened) -> None:
    signal(opened)
    menu = opened.window.inspector.kernel.menu
    menu.aboutToShow.emit()
    assert list(menu.groups) == ["Averages", "Differences and edges", "Waves and echoes"]
