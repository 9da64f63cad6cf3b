"""Factors below zero stand in brackets, the first of a product as well, wherever one is written."""

from __future__ import annotations

import re

import numpy as np
import pytest

from convgui.draw.number import MINUS, number, product
from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.layers.layer import Layer
from convgui.layers.leaky_relu import LeakyReLU
from convgui.layers.prelu import PReLU
from convgui.layers.scale import Scale
from convgui.model.document import View
from convgui.model.flow import chosen_layer_input
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.maps.slopes import product_text
from convgui.scenes.scene import Focus, reason_against
from tests.documents import document
from tests.scenes.checks import words

BARE = re.compile(rf"(?<![(\d.e]){MINUS}\d[\d.]*\s?·\s?[(\d]")
"""A factor with a sign and no brackets."""
SCENES = ("slide", "arithmetic", "blocks", "transposed", "factor", "matrix", "overlap", "learn")


def test_what_is_looked_for() -> None:
    assert BARE.search(f"= {MINUS}2·0 + 3")
    assert not BARE.search(f"({MINUS}2)·0 + 3")
    assert not BARE.search(f"{MINUS}1.274 {MINUS} 0.182 · 2.112")
    assert product(-2, 3, -1) == f"({MINUS}2)·3·({MINUS}1)"


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("name", SCENES)
def test_no_factor_below_zero_is_bare_whatever_is_pointed_at(name: str, transposed: bool) -> None:
    """All values and all weights are below zero."""
    data = -np.arange(1.0, 33.0).reshape(2, 4, 4)
    weight = -np.arange(1.0, 37.0).reshape(2, 2, 3, 3)
    for way in ("scatter", "stuffed", "matrix") if name == "transposed" else ("",):
        options = {"way": way} if way else {"show": "one"}
        given = document(data, weight, view=View(scene=name, options=options), transposed=transposed)
        shown = scene(name)
        if reason_against(shown, given):
            continue
        made = shown.prepare(given if shown.reads_stack else chosen_layer_input(given))
        layout = shown.lay_out(made, given.view, Canvas(1100, 800, LIGHT))
        still = shown.picture(layout, 0.0, Focus())
        places = [(grid.x + a * grid.width, grid.y + a * grid.height, grid) for grid in still.hits for a in (0.5, 1.5)]
        hits = dict.fromkeys(hit for x, y, grid in places if (hit := grid.hit(x, y)) is not None)
        for focus in (Focus(), *map(Focus, hits)):
            for step in (0, 1):
                picture = shown.picture(layout, float(step), focus)
                for text in (*words(picture), picture.summary):
                    assert not BARE.search(text), (name, focus.hit, text)


@pytest.mark.parametrize("lesson", [lesson.id for lesson in lesson_index()])
def test_no_caption_has_a_bare_one(lesson: str) -> None:
    told = load_lesson(lesson).lesson
    assert told is not None
    assert not [caption.text for caption in told.captions if BARE.search(caption.text)]


@pytest.mark.parametrize(
    "layer",
    [LeakyReLU(-0.5), PReLU(np.array([-0.5])), Scale.by(-2.0, -1.0)],
)
def test_no_layer_writes_a_bare_one(layer: Layer) -> None:
    values = np.full((1, 1, 1), -3.0)
    told = layer.written_sum(values, np.full((1, 1, 1), -2.0), 0, number)
    assert told
    assert not BARE.search(told), told


def test_slopes_do_not() -> None:
    assert product_text(-0.5, -2.0, 1.0) == f"({MINUS}2) · ({MINUS}0.5) = 1"
    assert product_text(0.5, -2.0, -1.0) == f"({MINUS}2) · 0.5 = {MINUS}1"
