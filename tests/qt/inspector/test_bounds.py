"""Whatever is typed, pasted or undone, the window answers, and says what is too large."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDoubleSpinBox

from convgui.draw.picture import Lines, Rects
from convgui.files.lessons import load_lesson
from convgui.layers.upsample import Upsample
from convgui.model.sample import Sample
from convgui.qt.stage.presenter import INLINE
from convgui.qt.widgets.bounded_inputs import AxisSpins, BoundedSpin
from convgui.scenes import scenes
from convgui.scenes.scene import reason_against
from convgui.session import edits
from convgui.session.pasted import apply, parse
from convgui.session.stack import add_layer
from tests.qt.conftest import Opened


def typed(box: BoundedSpin, value: int) -> None:
    """Type a value and press Return."""
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, str(value))
    QTest.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize("scene", ["transposed", "maps", "overlap"])
def test_a_large_stride_of_a_transposed_layer_is_refused_in_words(opened: Opened, scene: str) -> None:
    window = opened.window
    opened.show(load_lesson("transposed-2-4"))
    window.session.look(scene=scene, step=0)
    before = window.session.document.layers
    for value in (65, 1000, 999_999):
        typed(window.inspector.layer.stride.boxes[0], value)
        assert window.inspector.layer.problem.text() == f"Stride is {value}; up to 64 can be shown."
        assert window.session.document.layers == before
    window.inspector.layer.use_nearest.click()
    opened.settle()
    assert window.session.document.layer.spec.stride == (64, 64)


def test_stepping_stops_where_typing_is_refused(opened: Opened) -> None:
    window = opened.window
    opened.show(load_lesson("transposed-2-4"))
    form = window.inspector.layer
    for field in (form.stride, form.dilation, form.padding, form.output_padding, form.kernel):
        box = field.boxes[-1]
        box.stepBy(10**6)
        opened.settle()
        assert not form.problem.isVisible(), box.accessibleName()


def test_what_writes_many_cells_is_computed_in_the_background(opened: Opened) -> None:
    """Nothing is multiplied by repeating cells, and a transposed layer over 5 x 5 cells multiplies 225 times."""
    window = opened.window
    four = edits.change_spec(load_lesson("transposed-2-4"), stride=64)
    grown = reduce(add_layer, ["nearest"] * 4, four)
    window.session.replace(grown, "Grow")
    assert grown.shapes[-1][1] * grown.shapes[-1][2] > INLINE
    for scene in scenes():
        if not reason_against(scene, grown) and scene.id in ("maps", "cells"):
            window.session.look(scene=scene.id, step=0)
            assert window.status.working.isVisible(), scene.id
            opened.settle()


def test_a_factor_that_cannot_be_shown_is_refused_under_its_box(opened: Opened) -> None:
    window = opened.window
    opened.show(add_layer(window.session.document, "nearest"))
    scale = window.inspector.plain.field("scale_factor")
    assert isinstance(scale, AxisSpins)
    typed(scale.boxes[0], 1000)
    assert window.inspector.plain.problem.text().endswith("Scale factor is 1000; up to 64 can be shown.")
    layer = window.session.document.chosen
    assert isinstance(layer, Upsample)
    assert layer == Upsample((2, 2))
    assert [box.value() for box in scale.boxes] == [2, 2], "the form shows what the layer is"


def test_a_pasted_layer_that_cannot_be_shown_leaves_the_document(opened: Opened) -> None:
    window = opened.window
    before = window.session.document
    line = window.inspector.paste.line
    line.setText("nn.ConvTranspose2d(1, 1, 3, stride=1000)")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert window.inspector.paste.problem.text() == "ConvTranspose2d: Stride is 1000; up to 64 can be shown."
    assert window.session.document is before


@pytest.mark.parametrize("size", [(820, 560), (820, 600), (1000, 600), (1600, 560)])
@pytest.mark.parametrize("text", [100, 150, 200])
def test_matrix_lessons_are_drawn_in_small_windows(opened: Opened, size: tuple[int, int], text: int) -> None:
    window = opened.window
    window.use(window.preferences.with_changes({"size": text}))
    window.resize(*size)
    for mode in ("c", "ct", "ctc"):
        document = load_lesson("convolution-matrix")
        opened.show(document)
        window.session.look(options={**document.view.options, "matrix": mode})
        opened.settle()
        assert window.stage.picture is not None
        assert window.stage.picture.summary
    window.use(window.preferences.with_changes({"size": 100}))


def test_a_matrix_of_a_large_kernel_is_looked_up_in_the_background(opened: Opened) -> None:
    window = opened.window
    four = edits.with_sample(window.session.document, Sample(np.arange(16.0).reshape(1, 4, 4), "four"))
    window.session.replace(apply(four, parse("nn.ConvTranspose2d(1, 1, 24, stride=12)")), "Paste")
    opened.settle()
    window.session.look(scene="matrix", step=0)
    assert window.status.working.isVisible()
    opened.settle()
    assert window.stage.picture is not None
    assert "matrix" in {grid.kind for grid in window.stage.picture.hits}


@pytest.mark.fault
@pytest.mark.parametrize("stride", [(10**6, 1), (1, 10**6), (10**6, 10**6), (999, 69), (1000, 999)])
def test_a_step_far_beyond_the_input_draws_no_cells_that_are_not_there(opened: Opened, stride: tuple[int, int]) -> None:
    window = opened.window
    window.session.look(scene="arithmetic", step=0)
    opened.show(edits.change_spec(window.session.document, stride=stride))
    assert window.session.document.layer.spec.stride == stride
    assert window.session.document.view.scene == "arithmetic"
    assert drawn(opened) < 1000


def drawn(opened: Opened) -> int:
    """Return how many boxes and lines the picture has."""
    assert opened.window.stage.picture is not None
    items = opened.window.stage.picture.items
    return sum(len(item.boxes) for item in items if isinstance(item, Rects)) + sum(
        len(item.segments) for item in items if isinstance(item, Lines)
    )


def test_a_refusal_blames_what_was_typed_and_is_read_to_its_end(opened: Opened) -> None:
    window, form = opened.window, opened.window.inspector.layer
    opened.show(load_lesson("single-channel"))
    typed(form.dilation.boxes[0], 99)
    assert form.problem.text() == (
        "Dilation spreads the kernel over 199 cells on the height axis, and the padded input has 5; choose a smaller "
        "dilation or kernel, or more padding."
    )
    opened.bot.waitUntil(lambda: form.problem.geometry().bottom() < form.use_nearest.geometry().top())
    assert form.problem.height() >= form.problem.heightForWidth(form.problem.width())
    assert form.use_nearest.geometry().bottom() < form._trouble.height()
    form.use_nearest.click()
    assert window.session.document.layer.spec.dilation == (2, 2)
    opened.show(edits.change_spec(load_lesson("single-channel"), padding=2, kernel_size=(7, 7)))
    typed(form.padding.boxes[0], 0)
    assert form.problem.text() == (
        "Padding leaves the input 5 cells on the height axis, and the kernel covers 7; choose more padding, or a "
        "smaller kernel or dilation."
    )
    form.use_nearest.click()
    assert window.session.document.layer.spec.pads((5, 5)) == ((1, 1), (1, 1))
    typed(form.kernel.boxes[0], 9)
    assert form.problem.text().startswith("Kernel size on the height axis covers 9 cells, the padded input has 7")


def click(box: BoundedSpin | QDoubleSpinBox) -> None:
    QTest.mouseClick(box.lineEdit(), Qt.MouseButton.LeftButton)


def test_the_first_click_into_a_number_box_selects_its_number(opened: Opened) -> None:
    window, form = opened.window, opened.window.inspector.layer
    opened.show(load_lesson("single-channel"))
    opened.bot.waitUntil(window.isActiveWindow)
    window.stage.setFocus()
    box = form.kernel.boxes[0]
    click(box)
    assert box.lineEdit().selectedText() == "3"
    QTest.keyClicks(box, "1")
    assert box.text() == "1"
    # A second click puts the caret where it points.
    click(box)
    assert not box.lineEdit().hasSelectedText()
    window.stage.setFocus()
    click(window.inspector.kernel.bias)
    assert window.inspector.kernel.bias.lineEdit().selectedText() == window.inspector.kernel.bias.text()


def test_a_remainder_moves_no_field_of_the_layer(opened: Opened) -> None:
    form = opened.window.inspector.layer
    opened.show(load_lesson("single-channel"))

    def places() -> list[int]:
        QApplication.processEvents()
        return [field.mapTo(opened.window, QPoint()).y() for _, _, field in form.fields() if field.isVisible()]

    before = places()
    assert not opened.window.inspector.remainder.isVisible()
    typed(form.kernel.boxes[0], 2)
    typed(form.stride.boxes[0], 2)
    assert opened.window.inspector.remainder.isVisible()
    assert places() == before
