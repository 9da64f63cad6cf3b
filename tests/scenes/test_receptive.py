"""Receptive fields: sizes against the literature, maps against brute force, the picture's own words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from convgui.core.spec import ConvSpec
from convgui.draw.picture import Cells, Hit, Rects
from convgui.files.lessons import load_lesson
from convgui.model.document import Document, View
from convgui.model.flow import run
from convgui.model.layer import Layer
from convgui.model.layers import AnyLayer, Pool, ReLU, Upsample
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.receptive.fields import Fields, fields
from convgui.scenes.scene import Focus, reason_against
from tests.documents import random_document
from tests.scenes.checks import assert_hits_return, assert_legible, moments, picture_of, words

LESSONS = ("receptive-field", "gridding", "receptive-alexnet", "receptive-vgg")


def conv(channels: int, filters: int, dilation: int = 1, stride: int = 1, padding: int = 1) -> Layer:
    spec = ConvSpec.of(channels, filters, (3, 3), dilation=dilation, stride=stride, padding=padding)
    weight = np.random.default_rng(dilation + stride).normal(size=spec.weight_shape)
    return Layer(spec, weight, np.full(filters, 0.1))


def mixed(size: int = 30) -> Document:
    """Return a stack of nearly every kind."""
    layers: tuple[AnyLayer, ...] = (
        conv(2, 3),
        ReLU(),
        Pool("max", (2, 2), (2, 2), (0, 0)),
        conv(3, 2, dilation=2, padding=2),
        Upsample((2, 2), "linear"),
        conv(2, 1, stride=2),
    )
    data = np.random.default_rng(8).normal(size=(2, size, size))
    return Document(Sample(data, "test"), layers, View(scene="receptive"))


def brute(document: Document, place: int, cell: tuple[int, int]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Move every input cell a little and see how much the output cell moves."""
    data = document.sample.data.astype(np.float64)
    layers = document.layers[: place + 1]
    start = run(layers, document.sample)[(0, *cell)]
    found = np.zeros(data.shape)
    for index in np.ndindex(data.shape):
        moved = data.copy()
        moved[index] += 1e-6
        found[index] = (run(layers, Sample(moved, "moved"))[(0, *cell)] - start) / 1e-6
    return np.asarray(np.abs(found).sum(axis=0))


@pytest.mark.parametrize("place", [1, 3, 5])
def test_the_effective_field_is_what_moving_the_input_does(place: int) -> None:
    document = mixed(14)
    found = fields(document, random=False)
    strength = found.strengths[place]
    whole = np.zeros((14, 14))
    rows, columns = strength.values.shape
    top, left = strength.corner
    whole[top : top + rows, left : left + columns] = strength.values
    np.testing.assert_allclose(whole, brute(document, place, found.middle(place)), atol=1e-5)


def test_the_part_of_a_large_input_gives_what_the_whole_gives() -> None:
    document = mixed(90)
    found = fields(document, random=False)
    place = len(document.layers) - 1
    assert found.strengths[place].values.size < 90 * 90 / 4
    ways = np.outer(*found.ways(place, found.middle(place)))
    top, left = found.strengths[place].corner
    seen = found.strengths[place].values > 0
    rows, columns = np.nonzero(seen)
    assert (ways[rows + top, columns + left] > 0).all()
    full = document.sample.data.copy()
    rng = np.random.default_rng(1)
    for index in zip(rng.choice(rows, 6) + top, rng.choice(columns, 6) + left, strict=True):
        moved = full.copy()
        moved[0][index] += 1e-5
        cell = (0, *found.middle(place))
        one = run(document.layers, Sample(moved, "moved"))[cell] - run(document.layers, document.sample)[cell]
        channels = found.strengths[place].values[index[0] - top, index[1] - left]
        assert abs(one) / 1e-5 <= channels + 1e-4


def test_ways_are_counted_as_a_kernel_of_ones_counts_them() -> None:
    document = random_document(1, 1, (17, 15), (3, 3), padding=1)
    ones = Layer(document.layer.spec, np.ones((1, 1, 3, 3)), np.zeros(1))
    document = replace(document, layers=(ones, ones, ones))
    found = fields(document, random=False)
    rows, columns = found.ways(2, (8, 7))
    np.testing.assert_allclose(np.outer(rows, columns), brute(document, 2, (8, 7)), atol=1e-4)


def test_the_table_says_what_the_literature_says() -> None:
    picture = picture_of(load_lesson("receptive-alexnet"), -1)
    said = words(picture)
    for size in (11, 19, 51, 67, 99, 131, 163, 195):
        assert str(size) in said
    assert "After layer 8 a cell sees 195 × 195: 163 + (3 − 1) · stride 16 = 195." in said
    vgg = picture_of(load_lesson("receptive-vgg"), -1)
    assert "212" in words(vgg)
    bai = [picture_of(load_lesson("receptive-field"), step).summary for step in range(3)]
    assert ["3 × 3" in bai[0], "7 × 7" in bai[1], "15 × 15" in bai[2]] == [True] * 3
    assert "3 layers hold 27 weights; one kernel of that size would hold 225." in bai[2]


def test_gridding_leaves_holes_and_mixed_dilations_do_not() -> None:
    assert "120 of its 169 cells are never read" in picture_of(load_lesson("gridding"), -1).summary
    assert "never read" not in picture_of(load_lesson("receptive-field"), -1).summary


def test_a_dilated_kernel_covers_3_5_9_with_nine_weights() -> None:
    document = random_document(1, 1, (11, 11), (3, 3))
    document = document.looked_at(View(scene="receptive", options={"shown": "kernel"}))
    for step, size in enumerate((3, 5, 9)):
        picture = picture_of(document, step)
        assert f"covers {size} × {size} with 9 weights" in picture.summary
        drawn = [item for item in picture.items if isinstance(item, Cells)][step]
        assert drawn.content.shape == (size, size)
        written = [text for row in drawn.shown_texts() for text in row if text]
        assert len(written) == 9


def test_random_weights_are_the_same_every_time_and_another_field() -> None:
    document = mixed()
    one, two = fields(document, random=True), fields(document, random=True)
    for a, b in zip(one.strengths, two.strengths, strict=True):
        np.testing.assert_array_equal(a.values, b.values)
    given = fields(document, random=False)
    assert not np.allclose(given.strengths[3].values, one.strengths[3].values)


def test_pointing_at_the_input_moves_the_field_there() -> None:
    document = mixed(40)
    chosen = scene("receptive")
    found = fields(document, random=False)
    assert isinstance(found, Fields)
    picture = picture_of(document, 3)
    pointed = picture_of(document, 3, focus=Focus(hover=Hit("input", (0, 4, 30))))
    boxes = [
        [item.boxes[0].tolist() for item in p.items if isinstance(item, Rects) and item.width == 2.5]
        for p in (picture, pointed)
    ]
    assert boxes[0] != boxes[1]
    row, column = found.cell_at(3, 4, 30)
    top, left, high, wide = found.box(3, (row, column))
    assert top <= 4 <= top + high
    assert left <= 30 <= left + wide
    assert chosen.reads_stack


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_are_legible_at_other_sizes(lesson: str) -> None:
    for picture in moments(load_lesson(lesson)):
        assert_legible(picture)


def test_hits_return() -> None:
    assert_hits_return(load_lesson("receptive-field"))
    assert_hits_return(mixed())


def test_it_says_why_it_does_not_apply() -> None:
    volume = random_document(1, 1, (5, 5, 5), (3, 3, 3))
    assert "three" in reason_against(scene("receptive"), volume)
    line = random_document(1, 1, (30,), (3,))
    assert picture_of(line.looked_at(View(scene="receptive"))).summary.startswith("After layer 1 a cell sees 3")
