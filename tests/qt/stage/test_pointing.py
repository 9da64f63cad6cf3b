"""A pointer that rests, a pin, a value that is being typed: none outlives the cell that it is about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from convgui.core.spec import SpecError
from convgui.draw.picture import Hit
from convgui.files.lessons import lesson_index, load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.scenes import scenes
from convgui.scenes.scene import Focus, draw, reason_against
from convgui.session import edits
from convgui.session.stack import add_layer
from tests.qt.conftest import Opened

FIRST = {load_lesson(lesson.id).view.scene: lesson.id for lesson in reversed(lesson_index())}
"""The first lesson of each scene."""


def last(opened: Opened, kind: str) -> QPoint:
    """Return where the last cell of a kind lies on the stage."""
    picture = opened.window.stage.picture
    assert picture is not None
    grid = next(grid for grid in picture.hits if grid.kind == kind)
    rows, columns = grid.shape
    return QPoint(round(grid.x + (columns - 0.5) * grid.width), round(grid.y + (rows - 0.5) * grid.height))


def sized(document: Document, side: int) -> Document:
    """Give the chosen layer another kernel size."""
    if not isinstance(document.chosen, Convolution):
        return document
    try:
        return edits.change_spec(document, kernel_size=(side,) * document.layer.spec.rank)
    except SpecError:
        return document


def test_a_pointer_resting_on_a_weight_survives_that_the_weight_is_undone(opened: Opened) -> None:
    window = opened.window
    opened.show(sized(window.session.document, 5))
    QTest.mouseMove(window.stage, last(opened, "kernel"))
    assert window.presenter.focus.hover == Hit("kernel", (0, 0, 4, 4))
    before = window.stage.picture
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    opened.settle()
    assert window.stage.picture is not before
    assert window.presenter.focus.hover is None


def test_a_pinned_weight_goes_with_the_kernel_that_had_it(opened: Opened) -> None:
    window = opened.window
    QTest.mouseClick(window.stage, Qt.MouseButton.LeftButton, pos=last(opened, "kernel"))
    window.presenter.point(None)
    assert window.presenter.focus.pinned == Hit("kernel", (0, 0, 2, 2))
    box = window.inspector.layer.kernel.boxes[0]
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "1")
    QTest.keyClick(box, Qt.Key.Key_Return)
    opened.settle()
    assert window.session.document.layer.spec.kernel_size == (1, 1)
    assert window.presenter.focus == Focus()


def test_a_pin_stays_where_the_cell_stays(opened: Opened) -> None:
    window = opened.window
    window.presenter.pin(Hit("kernel", (0, 0, 0, 0)))
    window.session.replace(edits.set_bias(window.session.document, 3.0), "Change bias")
    opened.settle()
    assert window.presenter.focus.pinned == Hit("kernel", (0, 0, 0, 0))


def others(document: Document) -> dict[str, Callable[[], Document]]:
    """Return what a document may be followed by, by name."""
    spatial = document.sample.spatial
    few = np.arange(float(2 * 3 ** len(spatial))).reshape(2, *(3,) * len(spatial))
    return {
        "a smaller kernel": lambda: sized(document, 1),
        "a larger kernel": lambda: sized(document, 4),
        "another layer": lambda: add_layer(document, "convolution"),
        "another picture": lambda: edits.with_sample(document, Sample(few, "few")),
        "one axis": lambda: edits.with_sample(document, Sample(np.arange(9.0)[None], "line")),
    }


@pytest.mark.parametrize("identity", sorted(FIRST))
def test_no_scene_minds_what_was_pointed_at_before(opened: Opened, identity: str) -> None:
    window, document = opened.window, load_lesson(FIRST[identity])
    presenter = window.presenter
    for name in others(document):
        opened.show(document)
        assert window.stage.picture is not None
        for grid in {grid.kind: grid for grid in window.stage.picture.hits}.values():
            cell = tuple(start + n - 1 for start, n in zip(grid.origin, grid.shape, strict=True))
            presenter.pin(Hit(grid.kind, (*grid.prefix, *cell)))
            presenter.point(Hit(grid.kind, (*grid.prefix, *cell)))
            opened.show(others(window.session.document)[name]())
            shown, now = window.stage.picture, window.session.document
            assert shown.holds(presenter.focus.hover), name
            assert shown.holds(presenter.focus.pinned), name
            presenter.point(None)
            presenter.pin(presenter.focus.pinned)
            if not reason_against(presenter.scene, now) and presenter.scene.id != "learn":
                fresh = draw(presenter.scene, now, presenter._canvas, presenter.player.target)
                # A lesson that asks at this step hides it in either picture.
                fresh = window.prediction.covering(fresh)
                assert window.stage.picture.summary == fresh.summary, name
            opened.show(document)


@pytest.mark.parametrize("identity", [scene.id for scene in scenes() if scene.id in FIRST])
def test_no_scene_minds_another_size_under_the_pointer(opened: Opened, identity: str) -> None:
    window = opened.window
    opened.show(load_lesson(FIRST[identity]))
    for width, height in ((1280, 800), (820, 560), (1500, 1000)):
        picture = window.stage.picture
        assert picture is not None
        for grid in picture.hits:
            cell = tuple(start + n - 1 for start, n in zip(grid.origin, grid.shape, strict=True))
            window.presenter.point(Hit(grid.kind, (*grid.prefix, *cell)))
        window.resize(width, height)
        opened.settle()
        window.refit()
        assert window.stage.picture is not None
        assert window.stage.picture.holds(window.presenter.focus.hover)


def test_a_value_being_typed_belongs_to_the_document_it_was_begun_in(opened: Opened) -> None:
    window = opened.window
    opened.show(sized(window.session.document, 5))
    QTest.mouseDClick(window.stage, Qt.MouseButton.LeftButton, pos=last(opened, "kernel"))
    entry = window.stage_input._entry
    assert entry.isVisible()
    assert (entry.selectedText(), entry.cursorPosition()) == (entry.text(), 0), "a long number shows its beginning"
    entry.setText("7")
    window.session.undo()
    opened.settle()
    assert not entry.isVisible()
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert window.session.document.layer.spec.kernel_size == (3, 3)
    assert not (window.session.document.layer.weight == 7).any()


def test_a_weight_in_the_hand_is_let_go_when_it_goes(opened: Opened) -> None:
    window = opened.window
    for shown in (window.stage, window.inspector.kernel.grid):
        opened.show(sized(load_lesson("single-channel"), 5))
        assert shown.picture is not None
        grid = next(grid for grid in shown.picture.hits if grid.kind == "kernel")
        at = QPoint(round(grid.x + 4.5 * grid.width), round(grid.y + 4.5 * grid.height))
        QTest.mousePress(shown, Qt.MouseButton.LeftButton, pos=at)
        opened.show(sized(window.session.document, 3))
        before = window.session.document
        QTest.mouseMove(shown, at - QPoint(0, 30))
        QTest.mouseRelease(shown, Qt.MouseButton.LeftButton, pos=at - QPoint(0, 30))
        assert window.session.document.layers == before.layers


def test_hands_leave_cells_alone_that_the_document_has_no_more(opened: Opened) -> None:
    """While a large picture is computed, the one before stands on the stage, with its cells."""
    window = opened.window
    photo = Sample(np.zeros((1, 600, 600), np.uint8), "photo")
    opened.show(sized(edits.with_sample(window.session.document, photo), 5))
    weight = Hit("kernel", (0, 0, 4, 4))
    window.session.replace(sized(window.session.document, 3), "Smaller")
    assert window.status.working.isVisible(), "it is computed in the background"
    before = window.session.document
    window.stage_input._on_wheeled(weight, 1.0, window.stage.mapFromGlobal(QPoint()).toPointF())
    window.stage_input._on_double_clicked(weight)
    window.stage_input._on_clicked(weight)
    assert window.session.document.layers == before.layers
    assert not window.stage_input._entry.isVisible()
    opened.settle()


def test_a_value_that_is_looked_at_in_its_field_stays_as_it_is(opened: Opened) -> None:
    window = opened.window
    third = edits.set_tap(window.session.document, (2, 2), 1 / 3, every_channel=False)
    opened.show(third)
    for shown, entry in (
        (window.stage, window.stage_input._entry),
        (window.inspector.kernel.grid, window.inspector.kernel.grid._entry),
    ):
        assert shown.picture is not None
        grid = next(grid for grid in shown.picture.hits if grid.kind == "kernel")
        at = QPoint(round(grid.x + 2.5 * grid.width), round(grid.y + 2.5 * grid.height))
        QTest.mouseDClick(shown, Qt.MouseButton.LeftButton, pos=at)
        assert entry.text() == "0.333333"
        QTest.keyClick(entry, Qt.Key.Key_Return)
        assert window.session.document is third


def test_a_window_that_closes_while_a_value_is_typed_keeps_it(opened: Opened) -> None:
    window = opened.window
    QTest.mouseDClick(window.stage, Qt.MouseButton.LeftButton, pos=last(opened, "kernel"))
    window.stage_input._entry.setText("42")
    window.retire()
    assert window.session.document.layer.weight[0, 0, 2, 2] == 42


def test_the_ring_of_the_keyboard_leaves_the_picture_as_it_is(opened: Opened) -> None:
    stage = opened.window.stage
    opened.window.header.open.setFocus(Qt.FocusReason.TabFocusReason)
    opened.settle()
    without = stage.grab().toImage()
    stage.setFocus(Qt.FocusReason.TabFocusReason)
    opened.settle()
    ringed = stage.grab().toImage()
    assert ringed != without
    edge = 8
    inner = stage.rect().adjusted(edge, edge, -edge, -edge)
    assert ringed.copy(inner) == without.copy(inner)
