"""The numbers that the captions of the newer lessons name, against SciPy and against what is on screen."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest

from convgui.draw.picture import Cells, Polygons, Raster, Rects
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.files.samples import load_sample
from convgui.model.document import Caption
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw
from convgui.session.walking import caption_document, with_lesson_start
from tests.scenes.checks import words

signal: Any = import_module("scipy.signal")
EDGES = (
    [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]],
)


def captions(identity: str) -> tuple[Caption, ...]:
    lesson = load_lesson(identity).lesson
    assert lesson is not None
    return lesson.captions


def number(value: float) -> str:
    return f"{value:.0f}".replace("-", "−")


def test_each_of_three_filters_finds_its_kind_of_edge() -> None:
    photo = load_sample("camera").data[0].astype(float)
    maps = [signal.correlate2d(photo, np.array(kernel, float), "valid").ravel() for kernel in EDGES]
    shown = captions("three-edges")
    named = [(0, (0,)), (1, (0, 1)), (2, (2, 0)), (3, (2,))]
    for n, filters in named:
        values = [maps[f][shown[n].step] for f in filters]
        assert all(f" {number(value)}" in shown[n].text for value in values), (n, values)
    across, down, falling = ([abs(made[caption.step]) for made in maps] for caption in shown[:3])
    assert across[0] > 10 * across[1]
    assert down[1] > 10 * down[0]
    assert falling[2] == max(falling)
    # As sharp: both diagonals are crossed by as strong a slope.
    slopes = [np.hypot(maps[0][caption.step], maps[1][caption.step]) for caption in shown[2:]]
    assert slopes[1] >= slopes[0]


@pytest.mark.parametrize("n", range(4))
def test_every_map_says_what_it_holds_at_the_pixel(n: int) -> None:
    lesson, caption = load_lesson("three-edges"), captions("three-edges")[n]
    picture = draw(scene("blocks"), lesson, Canvas(880, 640, LIGHT), caption.step)
    photo = load_sample("camera").data[0].astype(float)
    made = [signal.correlate2d(photo, np.array(kernel, float), "valid").ravel()[caption.step] for kernel in EDGES]
    assert all(number(value) in words(picture) for value in made), made


def test_the_line_detector_answers_to_vessels_along_the_depth() -> None:
    across = np.full((5, 5), -1.0)
    across[1:4, 1:4] = 1
    across[2, 2] = 8
    along, vessels = np.ones(7), load_sample("vessels").data[0].astype(float)
    made = signal.correlate(vessels, along[:, None, None] * across, "same", method="direct").ravel()
    turned = signal.correlate(vessels, along[None, None, :] * across[:, :, None], "same", method="direct").ravel()
    shown = captions("vessels")
    for n in (1, 2):
        assert f" {made[shown[n].step]:.0f}." in shown[n].text
    assert made[shown[1].step] > 5 * turned[shown[1].step]
    assert turned[shown[2].step] > 5 * made[shown[2].step], "a filter along the width finds that vessel"
    places = [np.unravel_index(shown[n].step, vessels.shape) for n in (1, 2)]
    assert abs(vessels[places[0]] - vessels[places[1]]) < 10, "as bright"
    lesson = load_lesson("vessels")
    assert lesson.layer.weight.sum() == 0
    prepared = scene("volume").prepare(lesson)
    assert np.array_equal(prepared.volume.output.ravel(), made)


@pytest.mark.parametrize("n", range(4))
def test_the_map_that_a_caption_is_about_is_framed(n: int) -> None:
    about = caption_document(with_lesson_start(load_lesson("three-edges"), listed=True), n)
    picture = draw(scene("blocks"), about, Canvas(924, 650, LIGHT), about.view.step)
    frames = [i.boxes for i in picture.overlay if isinstance(i, Rects) and i.width == 2.0]
    maps = {i.name: i.clip for i in picture.items if isinstance(i, Raster)}
    (framed,) = [name for name, box in maps.items() if any(np.allclose(box, b) for boxes in frames for b in boxes)]
    assert framed == f"output {(0, 1, 2, 2)[n]}"


@pytest.mark.parametrize(("size", "least"), [((924, 640), 200), ((724, 440), 120)])
def test_the_window_meets_each_filter_that_it_is_compared_with(size: tuple[int, int], least: float) -> None:
    lesson = load_lesson("three-edges")
    picture = draw(scene("blocks"), lesson, Canvas(*size, LIGHT), lesson.view.step)
    photo = next(i for i in picture.items if isinstance(i, Raster) and i.name == "input").clip
    grids = {i.name: i for i in picture.items if isinstance(i, Cells)}
    circles = [b for i in picture.items if isinstance(i, Rects) and i.radius >= 8 for b in i.boxes.tolist()]
    for f in range(3):
        x, y, across, high = grids[f"tap {f}"].box
        below = [b for b in circles if b[1] >= y + high and x < b[0] and b[0] + b[2] < x + across]
        assert len(below) == 1, f"the layer's sign below filter {f}"
        # Behind a number no sign makes a chain of what are three sums.
        total = grids[f"sum {f}"].box
        between = [b for b in circles if y < b[1] < y + high and x < b[0] < total[0]]
        assert len(between) == 1, "="
        assert all(not total[0] < b[0] < total[0] + total[2] + 30 or b[1] > y + high for b in circles)
        own = next(i for i in picture.items if isinstance(i, Raster) and i.name == f"output {f}").clip
        assert own[0] == x, "a map stands above its filter"
        assert abs(own[3] - photo[3]) < 1.5, "maps as high as the photo"
        fill, value = (
            grids[f"sum {f}"].content.fill[0, 0],
            float(grids[f"sum {f}"].content.texts[0][0].replace("−", "-")),
        )
        hue = np.array(LIGHT.role("result").positive if value > 0 else LIGHT.role("result").negative)[:3].astype(float)
        assert np.abs(fill[:3].astype(float) - 255).sum() <= 0.63 * np.abs(hue - 255).sum()
    light = [c for i in picture.items if isinstance(i, Polygons) for c in i.corners]
    assert light
    assert all(corners[:, 1].min() >= photo[1] + photo[3] for corners in light)
    assert photo[2] >= least
