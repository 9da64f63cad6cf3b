"""A part of the picture: measured, cut out, and had back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from convgui.core import ConvSpec
from convgui.core.spec import SpecError
from convgui.files.lessons import load_lesson
from convgui.files.samples import load_sample
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.sample import Alpha, Sample
from convgui.qt.dialogs.region_dialog import RegionDialog
from convgui.session.region import Region, cropped, measured
from tests.qt.conftest import Opened

# Said by the platform without a screen when a second window opens.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

NONE = Qt.KeyboardModifier.NoModifier


def test_what_is_on_screen_is_measured_and_cut_out(opened: Opened) -> None:
    window, session = opened.window, opened.window.session
    window.use_sample(load_sample("camera"))
    opened.settle()
    before = session.document
    session.look(zoom=8.0, centre=(0.25, 0.75))
    opened.settle()
    window.commands.actions["region"].trigger()
    dialog = window.findChild(RegionDialog)
    assert isinstance(dialog, RegionDialog)
    region = dialog.region
    rows, columns = before.sample.spatial
    assert abs((region.top + region.bottom) / 2 - rows / 4) < 4
    assert abs((region.left + region.right) / 2 - columns * 3 / 4) < 4
    assert rows // 10 < region.bottom - region.top < rows // 6
    dialog.top.setValue(region.top + 1)
    part = before.sample.data[0, region.top + 1 : region.bottom, region.left : region.right]
    assert f"mean {part.mean():.3f}".rstrip("0") in dialog.facts.text()
    assert f"{part.min()} … {part.max()}" in dialog.facts.text()
    QTest.mouseClick(dialog.crop, Qt.MouseButton.LeftButton)
    opened.settle()
    sample = session.document.sample
    assert np.array_equal(sample.data[0], part)
    assert sample.name.endswith(str(Region(region.top + 1, region.left, region.bottom, region.right)))
    assert session.document.layers == before.layers
    assert session.undo_name.startswith("Crop to")
    session.undo()
    assert session.document.sample is before.sample


def document(sample: Sample) -> Document:
    spec = ConvSpec.of(sample.data.shape[0], 1, (3, 3))
    return Document(sample, (Convolution(spec, np.ones(spec.weight_shape), np.zeros(1)),))


def test_a_part_keeps_its_place_and_what_belongs_to_it() -> None:
    data = np.arange(2 * 6 * 8, dtype=float).reshape(2, 6, 8)
    data[0, 2, 3] = np.nan
    affine = ((0.0, 2.0, 10.0), (3.0, 0.0, 20.0), (0.0, 0.0, 5.0))
    cover = Alpha(np.arange(48, dtype=np.uint8).reshape(6, 8))
    sample = Sample(data, "scan", "/x/scan.png", ("a", "b"), (3.0, 2.0), 1, alpha=cover, affine=affine)
    part = cropped(document(sample), Region(2, 3, 6, 8)).sample
    assert part.data.shape == (2, 4, 5)
    assert part.nonfinite == 1
    assert part.affine == ((0.0, 2.0, 16.0), (3.0, 0.0, 26.0), (0.0, 0.0, 5.0))
    assert part.alpha is not None
    assert part.alpha.values[0, 0] == 2 * 8 + 3
    assert part.source == ""
    assert "12 × 10 mm" in measured(sample, Region(2, 3, 6, 8))
    tiny = cropped(document(sample), Region(0, 0, 2, 2))
    assert tiny.sample.data.shape == (2, 2, 2)
    assert tiny.shapes
    with pytest.raises(SpecError, match="no picture"):
        cropped(Document(Sample(np.zeros((1, 4)), "line"), document(sample).layers), Region(0, 0, 1, 1))


@pytest.mark.parametrize(("pixel", "kept"), [((227, 301), (27, 51)), ((100, 301), (0, 0))])
def test_the_pixel_that_is_chosen_stays_so_where_it_is_inside(
    opened: Opened, pixel: tuple[int, int], kept: tuple[int, int]
) -> None:
    window = opened.window
    opened.show(load_lesson("sobel-photo"))
    shape = window.session.document.layer.spec.output_shape(window.session.document.sample.spatial)
    window.presenter.jump(pixel[0] * shape[1] + pixel[1])
    before = window.session.document
    window.commands.actions["region"].trigger()
    dialog = window.findChild(RegionDialog)
    assert isinstance(dialog, RegionDialog)
    for box, value in zip((dialog.bottom, dialog.right, dialog.top, dialog.left), (280, 349, 200, 250), strict=True):
        box.setValue(value)
    QTest.mouseClick(dialog.crop, Qt.MouseButton.LeftButton)
    opened.settle()
    after = window.session.document
    columns = after.layer.spec.output_shape(after.sample.spatial)[1]
    assert divmod(window.presenter.player.target, columns) == kept
    assert after.layers == before.layers
    window.session.undo()
    opened.settle()
    assert divmod(window.presenter.player.target, shape[1]) == pixel


def drag(opened: Opened, first: tuple[int, int], last: tuple[int, int], keys: Qt.KeyboardModifier = NONE) -> None:
    """Drag over the input from one cell to another, or beyond, with the mouse."""
    stage = opened.window.stage
    assert stage.picture is not None
    grid = next(grid for grid in stage.picture.hits if grid.kind == "input")

    def at(cell: tuple[int, int]) -> QPoint:
        x, y, wide, high = stage.on_widget(grid.box((*grid.prefix, *cell)))
        return QPoint(round(x + wide / 2), round(y + high / 2))

    start, end = at(first), at(last)
    QTest.mousePress(stage, Qt.MouseButton.LeftButton, keys, start)
    for place in (start + (end - start) / 2, end):
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, QPointF(place), stage.mapToGlobal(QPointF(place)), Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, keys,
        )  # fmt: skip
        QApplication.sendEvent(stage, event)
    QTest.mouseRelease(stage, Qt.MouseButton.LeftButton, keys, end)


def dialog_of(opened: Opened) -> RegionDialog:
    dialog = opened.window.findChild(RegionDialog)
    assert isinstance(dialog, RegionDialog)
    return dialog


def test_a_part_is_drawn_on_the_picture_moved_typed_and_had_back(opened: Opened) -> None:
    window, session = opened.window, opened.window.session
    window.use_sample(load_sample("camera"))
    opened.settle()
    before, step = session.document, window.presenter.player.target
    window.commands.actions["region"].trigger()
    dialog = dialog_of(opened)
    assert not dialog.isModal()
    drag(opened, (300, 350), (100, 150))
    drawn = dialog.region
    for value, wanted in zip((drawn.top, drawn.left, drawn.bottom, drawn.right), (100, 150, 301, 351), strict=True):
        assert abs(value - wanted) <= 2
    assert str(drawn.bottom - drawn.top) in dialog.facts.text()
    outline = window.stage._notes
    assert outline, "it is seen on the picture"
    drag(opened, (200, 200), (250, 180))
    assert (dialog.region.bottom - dialog.region.top) == drawn.bottom - drawn.top
    assert abs(dialog.region.top - drawn.top - 50) <= 3
    assert abs(dialog.region.left - drawn.left + 20) <= 3
    drag(opened, (200, 200), (900, 200))
    assert dialog.region.bottom == before.sample.spatial[0], "whole inside the picture"
    assert dialog.region.top == before.sample.spatial[0] - (drawn.bottom - drawn.top)
    dialog.top.setValue(dialog.top.value() + 1)
    assert window.stage._notes != outline, "what is typed is seen too"
    assert (window.presenter.player.target, session.document) == (step, before), "nothing else was done by the hand"
    region = dialog.region
    QTest.mouseClick(dialog.crop, Qt.MouseButton.LeftButton)
    opened.settle()
    assert np.array_equal(session.document.sample.data, before.sample.data[region.cut])
    assert not window.stage._notes
    session.undo()
    assert session.document.sample is before.sample


def test_with_ctrl_a_part_is_drawn_at_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened.window
    window.use_sample(load_sample("camera"))
    opened.settle()
    control = Qt.KeyboardModifier.ControlModifier
    monkeypatch.setattr(QGuiApplication, "keyboardModifiers", lambda: control)
    drag(opened, (100, 150), (200, 350), control)
    monkeypatch.undo()
    region = dialog_of(opened).region
    assert abs(region.top - 100) <= 2
    assert abs(region.right - 351) <= 2
    window.use_sample(load_sample("astronaut"))
    opened.bot.waitUntil(lambda: window.findChild(RegionDialog) is None)
    assert not window.stage._notes, "it was a part of another picture"


def test_in_a_small_grid_padding_is_no_part_of_what_is_drawn(opened: Opened) -> None:
    opened.show(load_lesson("arbitrary-padding"))
    opened.window.commands.actions["region"].trigger()
    drag(opened, (2, 2), (-1, -1))
    assert dialog_of(opened).region == Region(0, 0, 3, 3)
    dialog_of(opened).reject()
    assert not opened.window.stage._notes
