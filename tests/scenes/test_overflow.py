"""Numbers up to the largest there is, in every scene: what overflows is infinite, that is said, and NumPy is silent."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.core.pooling import upsample_linear
from convgui.draw.levels import Levels, histogram, input_levels, output_levels
from convgui.draw.remarks import BEYOND
from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.layers import choices
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Choice
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene, scenes
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, draw, for_scene, prepared_whole, reason_against
from tests.documents import document
from tests.model.chains import run
from tests.scenes.checks import words

HUGE = 1e308
QUICK = 300_000
"""Multiply-adds up to which every option is tried."""
MOST = 30_000_000
"""Multiply-adds of what is drawn at all."""
EVERYWHERE = ("single-channel", "multi-channel-sum", "transposed-2-4", "volume-3d", "receptive-field")
"""Lessons that are looked at in every scene; the others only in their own."""
SMALL = [lesson.id for lesson in lesson_index() if load_lesson(lesson.id).sample.data.size < 3000]


TURNS = {
    "huge": (HUGE,), "span": (-HUGE, HUGE), "large": (1e300, -1e300, 2e300), "least": (5e-324,), "subnormal": (1e-309,),
    "small": (1e-300, -1e-309), "ends": (5e-324, 1e300, 0.0, -1e-309),
}  # fmt: skip
"""Numbers near the ends of what there is, taken in turn."""
EXTREMES = [("", "huge"), ("", "span"), ("huge", ""), ("span", "span"), *((how, "") for how in list(TURNS)[2:])]
EXTREMES += [("", how) for how in list(TURNS)[2:]] + [("least", "least"), ("ends", "ends")]


def fill(shape: tuple[int, ...], how: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.resize(TURNS[how], shape)


def alternating(shape: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return fill(shape, "span")


def enlarged(given: Document, weights: str, values: str) -> Document:

    layers = tuple(
        replace(layer, weight=fill(layer.weight.shape, weights))
        if isinstance(layer, Convolution) and weights
        else layer
        for layer in given.layers
    )
    data = fill(given.sample.data.shape, values) if values else given.sample.data
    return replace(given, layers=layers, sample=replace(given.sample, data=data))


def ways_to_look(given: Document, name: str) -> Iterator[Document]:
    """Yield the document in a scene that can show it, with each choice of each option where it is quick."""
    shown = scene(name)
    own = name == given.view.scene
    looked = given.with_view(replace(given.view, scene=name, step=0, options=given.view.options if own else {}))
    if reason_against(shown, looked) or shown.cost(for_scene(shown, looked)) > MOST:
        return
    yield looked
    if own and shown.cost(for_scene(shown, looked)) < QUICK:
        for option in shown.options(for_scene(shown, looked)):
            for choice, _ in option.choices:
                changed = looked.with_view(replace(looked.view, options={**looked.view.options, option.name: choice}))
                if not reason_against(shown, changed):
                    yield changed


@pytest.mark.parametrize(("weights", "values"), EXTREMES)
@pytest.mark.parametrize("name", [s.id for s in scenes()])
def test_no_scene_warns(name: str, weights: str, values: str) -> None:
    shown, drawn = scene(name), 0
    for identity in SMALL:
        if identity not in EVERYWHERE and load_lesson(identity).view.scene != name:
            continue
        for given in ways_to_look(enlarged(load_lesson(identity), weights, values), name):
            data = prepared_whole(shown, given)
            layout = shown.lay_out(data, given.view, Canvas(700, 500, LIGHT, live=True))
            for step in {0, shown.steps(data) - 1}:
                assert shown.picture(layout, float(step), Focus()).summary
                drawn += 1
    refusal = reason_against(shown, enlarged(load_lesson("single-channel"), weights, values))
    assert drawn or refusal.endswith("."), "a sentence takes the picture's place"


@pytest.mark.parametrize("name", ["slide", "blocks", "maps", "overlap", "volume"])
@pytest.mark.parametrize("values", TURNS)
def test_no_scene_of_pictures_warns(name: str, values: str) -> None:
    base = load_lesson("brain-sobel" if name == "volume" else "sobel-photo")
    shape = (1, 12, 14, 16) if name == "volume" else (base.sample.data.shape[0], 90, 100)
    data = fill(shape, values)
    given = replace(base, sample=Sample(data, "x"), lesson=None)
    shown = scene(name)
    looked = given.with_view(replace(given.view, scene=name, step=0, options={}))
    if not reason_against(shown, looked):
        assert draw(shown, looked, Canvas(900, 700, LIGHT)).items


def test_overflow_is_shown_as_infinity_and_said() -> None:
    given = document([[[HUGE, HUGE]]], [[[[1.0, 1.0]]]])
    assert run(given.layers, given.sample).tolist() == [[[math.inf]]]
    for width, text in ((1400, BEYOND[0]), (640, BEYOND[0]), (330, BEYOND[1])):
        picture = draw(scene("slide"), given, Canvas(width, 640, LIGHT))
        assert BEYOND[0] in picture.summary
        texts = [getattr(item, "text", "") for item in picture.items]
        assert text in texts
        assert width < 600 or any(words.endswith("= ∞") for words in texts)
    quiet = draw(scene("slide"), document([[[1.0, 2.0]]], [[[[1.0, 1.0]]]]), Canvas(1400, 640, LIGHT))
    assert BEYOND[0] not in quiet.summary


@pytest.mark.parametrize("signed", [False, True])
def test_a_scale_between_the_ends_of_all_numbers_tells_them_apart(signed: bool) -> None:
    values = np.linspace(-1, 1, 9) * HUGE
    want = [0, 32, 64, 96, 128, 159, 191, 223, 255]
    assert Levels(-HUGE, HUGE, signed).entries(values).tolist() == want
    scaled = Levels(-1.0, 1.0, signed).entries(values / HUGE).tolist()
    assert scaled == want, "as with numbers that are a hundred powers of a thousand smaller"


def test_levels_of_what_spans_all_numbers() -> None:
    values = np.linspace(-1, 1, 9) * HUGE
    counts, edges = histogram(values, 4)
    assert counts.tolist() == [2, 2, 2, 3]
    np.testing.assert_allclose(edges, [-HUGE, -HUGE / 2, 0, HUGE / 2, HUGE])
    entered = input_levels(values)
    assert (entered.low, entered.high) == (-HUGE, HUGE)
    for gain in (0.0, 1.0, HUGE):
        for way in (False, True):
            found = output_levels(values, gain, way, entered)
            assert math.isfinite(found.low)
            assert math.isfinite(found.high)
            assert found.low < found.high


def test_colours_beside_an_infinite_value() -> None:
    fills = LIGHT.fills(np.array([math.inf, -math.inf, 5.0, 0.0]), "result", math.inf)
    alone = LIGHT.fills(np.array([1.0, -1.0, 0.0, 0.0]), "result", 1.0)
    np.testing.assert_array_equal(fills, alone)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_what_lies_between_two_large_numbers_is_none_larger(kind: type[np.floating]) -> None:
    most = float(np.finfo(kind).max)
    x = np.array([[-most, most]], kind)
    assert upsample_linear(x, 2, align_corners=True)[0] == pytest.approx([-most, -most / 3, most / 3, most], rel=1e-5)


@pytest.mark.parametrize("identity", ["maps", "network"])
@pytest.mark.parametrize("step", [0.0, 1.0])
def test_scenes_of_whole_networks_say_that_numbers_overflow_where_some_do(identity: str, step: float) -> None:
    """Bounds of many layers lie beyond all numbers though no value does: constant rows cancel, others do not."""
    layers = []
    for kernel in ([1e200, -1e200], [1e150, 1e150]):
        spec = ConvSpec.of(1, 1, (1, 2))
        layers.append(Convolution(spec, np.array(kernel).reshape(1, 1, 1, 2), np.zeros(1)))
    rows = np.ones((1, 6, 7)) * (1 + step * np.arange(7.0) ** 2)
    made = Document(Sample(rows, "rows"), tuple(layers), View(scene=identity))
    shown = draw(scene(identity), made, Canvas(880, 640, LIGHT), 2)
    said = any(text in BEYOND for text in words(shown))
    assert said == (step > 0)


@pytest.mark.parametrize("entry", choices(), ids=lambda entry: entry.id)
@pytest.mark.parametrize("how", TURNS)
def test_no_kind_of_layer_is_too_much_for_a_scene(entry: Choice, how: str) -> None:
    """Every kind, with such numbers in its input and in all that it holds."""
    shape = (4, 6, 7)
    layer = entry.build(shape)
    arrays: dict[str, Any] = {name: fill(array.shape, how) for name, array in layer.parameters.items()}
    if "running_var" in arrays:
        arrays["running_var"] = np.abs(arrays["running_var"])
    given = Document(Sample(fill(shape, how), "x"), (replace(layer, **arrays),), View())
    for shown in scenes():
        looked = given.with_view(View(scene=shown.id))
        if not reason_against(shown, looked) and shown.cost(for_scene(shown, looked)) < MOST:
            assert draw(shown, looked, Canvas(700, 500, LIGHT)).items
