"""A picture whose 0 is white, as X-rays are stored, is drawn so, and its numbers stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core import ConvSpec, preset
from convgui.draw.picture import Cells, Item, Label, Raster, Rects, Warped
from convgui.draw.theme import DARK, LIGHT, Theme
from convgui.export.frames import still
from convgui.files.lessons import load_lesson
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.session.edits import change_kernel, with_sample

VALUES = np.random.default_rng(5).integers(-1000, 3000, (1, 90, 120)).astype(np.int16)


def rasters(inverted: bool) -> list[NDArray[np.uint8]]:
    sample = Sample(VALUES, "x-ray", inverted=inverted)
    document = change_kernel(
        with_sample(load_lesson("sobel-photo"), sample), lambda _: preset("box").weights(), every_channel=True
    )
    slide = scene("slide")
    picture = still(replace(document, lesson=None), slide, Canvas(900, 600, LIGHT), None, transparent=False)
    return [item.image for item in picture.items if isinstance(item, Raster) and item.image.shape[0] > 40]


@pytest.mark.parametrize("at", [0, 1])
def test_input_and_output_are_drawn_from_white_to_black(at: int) -> None:
    plain, inverted = rasters(False)[at], rasters(True)[at]
    assert np.ptp(plain[..., 0]) > 100
    np.testing.assert_array_equal(plain[..., :3].astype(int) + inverted[..., :3], np.full((*plain.shape[:2], 3), 255))


def xray(size: tuple[int, ...], layers: tuple[Layer, ...] = (), inverted: bool = True) -> Document:
    """Values that grow to the right, under a box or other layers."""
    values = np.broadcast_to(np.linspace(0, 3000, size[-1]).astype(np.int16), (1, *size))
    box = Convolution(ConvSpec.of(1, 1, (3,) * len(size)), np.full((1, 1, *(3,) * len(size)), 1 / 9), np.zeros(1))
    return Document(Sample(values, "x-ray", inverted=inverted), layers or (box,), View())


def drawn(given: Document, name: str, theme: Theme = LIGHT, step: int | None = None, **options: str) -> list[Item]:
    view = replace(given.view, scene=name, options=options)
    picture = still(given.with_view(view), scene(name), Canvas(900, 640, theme), step, transparent=False)
    return list(picture.items)


def shades(item: Raster | Cells) -> NDArray[np.int_]:
    return (item.image if isinstance(item, Raster) else item.content.fill)[..., :3].astype(int)


BOX, POOL = (
    Convolution(ConvSpec.of(1, 1, (3, 3)), np.full((1, 1, 3, 3), 1 / 9), np.zeros(1)),
    Pool("average", (2, 2), (2, 2), (0, 0)),
)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("size", [(80, 96), (9, 11)])
@pytest.mark.parametrize("step", [0, 1, 2])
def test_every_feature_map_in_greys_runs_the_same_way(step: int, size: tuple[int, int], theme: Theme) -> None:
    for item in drawn(xray(size, (BOX, POOL)), "maps", theme, step):
        if isinstance(item, Raster | Cells) and item.name.startswith(("large", "thumb", "legend")):
            assert shades(item)[0, 0].min() > shades(item)[0, -1].max() + 50


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("size", [(80, 96), (9, 11)])
def test_the_input_of_a_later_layer_is_drawn_like_the_output_of_the_one_before(
    size: tuple[int, int], layer: int
) -> None:
    given = xray(size, (BOX, BOX))
    found = drawn(given.with_view(replace(given.view, layer=layer)), "slide")
    names = ("input",) if size[0] < 20 else ("input", "output")
    shown = [item for item in found if isinstance(item, Raster | Cells) and item.name.startswith(names)]
    assert len(shown) == len(names)
    for item in shown:
        assert shades(item)[5, 0].min() > shades(item)[5, -1].max() + 50


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("size", [(80, 96), (9, 11)])
@pytest.mark.parametrize(
    "layer", [POOL, ReLU(), Upsample((2, 2), "nearest"), ChannelShuffle(1)], ids=lambda layer: str(layer.title)
)
def test_layers_without_weights_draw_the_input_from_white_to_black(
    layer: Layer, size: tuple[int, int], theme: Theme
) -> None:
    shown = [i for i in drawn(xray(size, (layer,)), "cells", theme) if getattr(i, "name", "").startswith("input")]
    assert shown
    for item in shown:
        assert isinstance(item, Raster | Cells)
        assert shades(item)[0, 0].min() == 255
        assert shades(item)[0, -1].max() < 115


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize("name", ["slide", "blocks", "matrix", "arithmetic"])
def test_cells_with_numbers_of_the_input_have_greys_from_white_to_black(name: str, theme: Theme) -> None:
    size = (5, 6) if name == "matrix" else (9, 11)
    greys = [i for i in drawn(xray(size), name, theme) if isinstance(i, Cells) and "input" in i.name.lower()]
    assert greys
    for item in greys:
        seen = shades(item).reshape(-1, 3)
        assert (np.ptp(seen, axis=1) == 0).all()
        assert seen.max() == 255
        assert seen.min() < 115


def test_of_learning_the_input_alone_is_grey() -> None:
    found = {item.name: shades(item) for item in drawn(xray((9, 11)), "learn") if isinstance(item, Cells)}
    assert (np.ptp(found["input"], axis=-1) == 0).all()
    assert np.ptp(found["input gradient"], axis=-1).max() > 0


def test_slices_of_a_volume_are_looked_at_like_x_rays() -> None:
    found = drawn(xray((12, 14, 30)), "volume", view="slices")
    images = [i for i in found if isinstance(i, Raster) and i.name.startswith(("input", "output"))]
    grown = [i for i in images if np.ptp(shades(i)) > 100]
    assert len(grown) >= 4
    assert all(shades(i)[0, 0].min() > shades(i)[0, -1].max() + 100 for i in grown)


@pytest.mark.parametrize("rays", ["maximum", "alpha"])
def test_projections_of_a_volume_are_black_on_white(rays: str) -> None:
    found = drawn(xray((12, 14, 30)), "volume", view="projection", rays=rays)
    images = [i for i in found if isinstance(i, Warped)]
    assert len(images) == 2
    assert all(i.image[0, 0, :3].min() > 200 and i.image[..., :3].min() < 100 for i in images)
    assert not any(isinstance(i, Rects) and i.fill == (0, 0, 0, 255) for i in found)


def test_a_line_below_the_picture_says_so_where_values_are_shown() -> None:
    for name, says in (("slide", True), ("maps", True), ("receptive", True), ("cost", False)):
        texts = [item.text for item in drawn(xray((80, 96)), name) if isinstance(item, Label)]
        assert any("Greys run from white (low) to black (high)" in text for text in texts) == says
    plain = [item.text for item in drawn(xray((80, 96), inverted=False), "slide") if isinstance(item, Label)]
    assert not any("white" in text for text in plain)


@pytest.mark.parametrize("size", [(80, 96), (9, 11)])
@pytest.mark.parametrize("name", ["slide", "maps", "blocks", "factor", "receptive"])
def test_every_scene_draws_the_input_from_white_to_black(name: str, size: tuple[int, int]) -> None:
    values = np.broadcast_to(np.linspace(0, 3000, size[1]).astype(np.int16), (1, *size))
    base = replace(with_sample(load_lesson("sobel-photo"), Sample(values, "x-ray", inverted=True)), lesson=None)
    picture = still(base, scene(name), Canvas(900, 600, LIGHT), None, transparent=False)
    drawn = [
        item.image for item in picture.items if isinstance(item, Raster) and item.name.startswith(("input", "thumb"))
    ]
    assert drawn or size[0] < 20
    for image in drawn:
        assert int(image[0, 0, 0]) > int(image[0, -1, 0]) + 50
