"""Cost: the numbers of facts.md, read from the picture's own content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.draw.picture import Hit, Label, Picture
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.scenes.scene import Focus
from tests.documents import random_document, textbook
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of, words

THIN = "\u2009"


def counted(given: Document, options: Mapping[str, str] | None = None) -> Document:
    return replace(given, view=replace(given.view, scene="cost", step=0, options=options or {}))


def transposed(inputs: int, outputs: int, size: tuple[int, ...], kernel: tuple[int, ...], **spec: Any) -> Document:
    made = ConvSpec.of(inputs, outputs, kernel, transposed=True, **spec)
    layer = Convolution(made, np.ones(made.weight_shape), np.zeros(outputs))
    return Document(Sample(np.ones((inputs, *size)), "ones"), (layer,))


def row(picture: Picture, title: str) -> list[str]:
    """The numbers beside a title, from left to right."""
    head = next(i for i in picture.items if isinstance(i, Label) and i.text == title)
    beside = [i for i in picture.items if isinstance(i, Label) and i.mono and abs(i.y - (head.y - 8)) < 1]
    return [i.runs[0].text for i in sorted(beside, key=lambda i: i.x)]


def test_the_standard_and_the_depthwise_separable_layer_of_facts() -> None:
    picture = picture_of(counted(load_lesson("depthwise-separable")), 2)
    weights, cells = 128 * 3 * 9, 5 * 5 * 128
    memory = 4 * (3 * 49 + cells + weights)
    assert row(picture, "This layer") == [f"86{THIN}400", str(weights), str(cells), f"{memory / 1000:.1f} kB"]
    assert row(picture, "Depthwise separable")[:3] == [f"10{THIN}275", str(27 + 384), str(75 + cells)]
    assert f"675 + 9600 multiply-adds; the ratio is 1/128 + 1/9 = {round(1 / 128 + 1 / 9, 3)}" in picture.summary
    assert f"Depthwise separable: 10{THIN}275 multiply-adds, × 0.119 of this layer" in words(picture)


def test_the_spatially_separable_kernel_of_facts() -> None:
    picture = picture_of(counted(textbook()), 1)
    assert row(picture, "This layer")[:3] == ["81", "9", "9"]
    assert row(picture, "Spatially separable")[:3] == ["72", "6", str(15 + 9)]
    assert "the kernel as one pass an axis, with cells between: 3 + 3 weights and not 9." in words(picture)


def test_groups_divide_the_cost() -> None:
    picture = picture_of(counted(random_document(4, 4, (5, 5), (3, 3))), -1)
    dense, halved, depthwise = (row(picture, t) for t in ("This layer", "2 groups", "Depthwise, 4 groups"))
    assert [2 * int(n) for n in halved[:2]] == [int(n) for n in dense[:2]]
    assert [4 * int(n) for n in depthwise[:2]] == [int(n) for n in dense[:2]]


def test_the_bottleneck() -> None:
    picture = picture_of(counted(random_document(8, 8, (4, 4), (3, 3), padding=1)), -1)
    assert row(picture, "1 × 1 bottleneck")[:2] == [str(16 * (8 * 2 + 2 * 2 * 9 + 2 * 8)), str(16 + 36 + 16)]


CASES = {
    "photo-like": random_document(64, 128, (56, 56), (3, 3), padding=1),
    "grouped": random_document(4, 8, (8, 8), (3, 3), groups=2, stride=2),
    "one axis": random_document(4, 8, (12,), (3,)),
    "transposed": transposed(6, 4, (5, 5), (4, 4), stride=2, padding=1),
    "transposed volume": transposed(2, 4, (4, 4, 4), (3, 3, 3), stride=(2, 1, 2)),
    "volume": random_document(2, 2, (6, 6, 6), (3, 3, 3)),
    "pointwise": random_document(6, 4, (5, 5), (1, 1)),
    "single": textbook(),
}


@pytest.mark.parametrize("name", CASES)
def test_any_layer(name: str) -> None:
    given = counted(CASES[name])
    for options in ({}, {"scale": "log"}):
        for size in ((880, 640), (510, 430), (1500, 900)):
            for theme in ("light", "dark"):
                for step in (0, 0.5, -1):
                    assert_legible(picture_of(given, step, size, theme, options=options))
    assert_hits_return(given)


def test_a_pointed_row_is_the_one_that_is_explained() -> None:
    given = counted(random_document(4, 4, (5, 5), (3, 3)))
    assert picture_of(given, focus=Focus(Hit("alternative", (1, 0)))).summary.startswith("Spatially separable")
    assert words(picture_of(given, size=(240, 160), captions=False)) == []


def test_a_transposed_layer_of_several_channels_and_what_may_stand_in_its_place() -> None:
    given = counted(transposed(6, 4, (5, 5), (4, 4), stride=2, padding=1))
    picture = picture_of(given, 1)
    made = 10 * 10
    assert row(picture, "This layer")[:3] == [str(25 * 16 * 24), str(16 * 24), str(made * 4)]
    # Each input row is written 4 weights wide, then each of 5 x 10 cells 4 weights high.
    assert row(picture, "Spatially separable")[:3] == [
        f"{(25 * 4 + 50 * 4) * 24}", str(8 * 24), str(50 * 24 + made * 4)
    ]  # fmt: skip
    assert row(picture, "Depthwise separable")[:2] == [str(25 * 16 * 6 + made * 24), str(16 * 6 + 24)]
    assert row(picture, "Resize, then convolve")[0] == f"38{THIN}400"
    # Four phases of 2 x 2 weights each: what the layer itself does.
    assert row(picture, "Pixel shuffle")[:2] == [str(25 * 16 * 24), str(16 * 24)]
    assert "25 · 4 · 6 · 16 = 9600: input cells, filters, kernels of each, weights." in words(picture_of(given))


def test_three_axes() -> None:
    given = counted(random_document(2, 3, (6, 7, 8), (3, 3, 3)))
    picture = picture_of(given)
    cells = 4 * 5 * 6
    assert row(picture, "This layer")[:3] == [f"19{THIN}440", str(27 * 6), str(cells * 3)]
    one = 6 * 7 * 6 * 3 + 6 * 5 * 6 * 3 + cells * 3
    assert row(picture, "Spatially separable")[:2] == [str(one * 6), str(9 * 6)]
    assert any("2 × 6 × 7 × 8 → 3 × 4 × 5 × 6" in text for text in words(picture_of(given, size=(1500, 900))))
