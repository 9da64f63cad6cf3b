"""A picture whose 0 is white, as X-rays are stored, is drawn so, and its numbers stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core import preset
from convgui.draw.picture import Raster
from convgui.draw.theme import LIGHT
from convgui.export.frames import still
from convgui.files.lessons import load_lesson
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
