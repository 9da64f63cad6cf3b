"""Slide in colour: each channel filtered by itself is seen in colour, exactly as it is written to a file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convgui.core import ConvSpec, preset
from convgui.draw.picture import Raster
from convgui.draw.theme import LIGHT
from convgui.export.seen import seen_pixels
from convgui.files.samples import load_sample
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.memo import Work
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw, laid_out, prepared
from convgui.scenes.slide.photo import Photo


def document(sample: Sample, kernel: str) -> Document:
    weights = preset(kernel).weights()
    spec = ConvSpec.of(3, 3, weights.shape, groups=3, padding="same", padding_mode="replicate")
    return Document(sample, (Convolution(spec, np.broadcast_to(weights, spec.weight_shape).copy(), np.zeros(3)),))


def output_raster(given: Document, canvas: Canvas) -> Raster:
    picture = draw(scene("slide"), given, canvas)
    items = [*picture.base, *picture.overlay]
    return next(item for item in items if isinstance(item, Raster) and item.name == "output")


@pytest.mark.parametrize("kernel", ["gaussian-3", "sobel-x", "identity"])
@pytest.mark.parametrize("levels", [None, (40.0, 90.0)])
def test_it_is_seen_as_it_is_written(kernel: str, levels: tuple[float, float] | None) -> None:
    given = document(load_sample("chelsea"), kernel)
    given = given.with_view(View(levels=levels))
    raster = output_raster(given, Canvas(1400, 900, LIGHT, pixels=4.0))
    written, _ = seen_pixels(given)
    assert raster.image.shape[-1] == 3
    assert raster.image.shape == written.shape
    assert np.abs(raster.image.astype(int) - written).max() <= 1
    assert len(np.unique(raster.image.reshape(-1, 3).std(axis=1) > 4)) == 2


def test_other_choices_show_one_filter() -> None:
    given = document(load_sample("chelsea"), "gaussian-3")
    for colours in ("signed", "grey", "coloured"):
        made = prepared(scene("slide"), given.with_view(replace(given.view, options={"colours": colours})))
        assert isinstance(made, Photo)
        assert made.colours is None
    assert prepared(scene("slide"), given).colours is not None


def test_a_large_one_is_in_colour_before_it_is_all_there() -> None:
    rng = np.random.default_rng(0)
    sample = Sample(rng.integers(0, 256, (3, 900, 1200)).astype(np.uint8), "large")
    given, work = document(sample, "gaussian-5"), Work()
    shown = scene("slide")
    made = prepared(shown, given, work)
    assert shown.rest(made)
    canvas = Canvas(1200, 800, LIGHT)
    before = laid_out(shown, made, View(zoom=8.0), canvas, work.pieces)
    whole = laid_out(shown, shown.complete(made, work), View(zoom=8.0), canvas, work.pieces)
    first, last = (
        next(item for item in layout.base if isinstance(item, Raster) and item.name == "output")
        for layout in (before, whole)
    )
    assert first.image.shape[-1] == last.image.shape[-1] == 3
    # The scale follows from a sample at first.
    assert np.abs(first.image.astype(int).mean() - last.image.astype(int).mean()) < 4


def test_an_edited_weight_is_seen_in_all_channels() -> None:
    given, work = document(load_sample("chelsea"), "identity"), Work()
    first = prepared(scene("slide"), given, work)
    layer = given.layer
    doubled = given.with_layer(replace(layer, weight=layer.weight * 2))
    second = prepared(scene("slide"), doubled, work)
    assert np.allclose(second.colours.full_output.levels[0], 2 * first.colours.full_output.levels[0])
