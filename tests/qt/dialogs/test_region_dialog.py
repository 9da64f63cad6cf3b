"""A part of the picture: measured, cut out, and had back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

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
