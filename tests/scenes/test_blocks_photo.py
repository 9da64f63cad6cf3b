"""Blocks on a photo: what stands above a map is no wider than it, and each weight says what it multiplies."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from convgui.draw.metrics import text_width
from convgui.draw.picture import Box, Cells, Hit, Label, Picture, Raster, Rects
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.model.document import Document
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, prepared
from tests.scenes.checks import picture_of

SIZES = [(924, 637), (1024, 506), (1440, 810)]


def shown(lesson: str, step: int, size: tuple[int, int], hit: Hit | None = None) -> tuple[Document, Picture]:
    document = load_lesson(lesson)
    drawn = scene(document.view.scene)
    layout = drawn.lay_out(drawn.prepare(document), document.view, Canvas(*size, LIGHT))
    return document, drawn.picture(layout, step, Focus(hover=hit))


def box_of(item: Label) -> Box:
    wide = text_width(item.text, item.size, mono=item.mono)
    left = item.x - {"start": 0.0, "middle": wide / 2, "end": wide}[item.anchor]
    return (left, item.y - 0.75 * item.size, wide, 0.95 * item.size)


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [0, 511, 511 * 512, 512 * 512 - 1])
def test_formulas_are_as_wide_as_their_maps_and_no_mark_lies_on_them(step: int, size: tuple[int, int]) -> None:
    _, picture = shown("one-by-one-photo", step, size)
    maps = [item.box for item in picture.items if isinstance(item, Raster) and item.name.startswith("output")]
    formulas = [item for item in picture.items if isinstance(item, Label) and item.mono and item.text.endswith("B")]
    assert len(maps) == 6
    for left, top, wide, _ in maps:
        above = [box for box in map(box_of, formulas) if left - 1 <= box[0] <= left + wide and 0 < top - box[1] < 30]
        assert all(box[0] + box[2] <= left + wide + 0.5 for box in above)
    words = [box_of(item) for item in picture.items if isinstance(item, Label)]
    marked = [item.boxes for item in picture.overlay if isinstance(item, Rects) and item.width == 2.2]
    boxes: list[Box] = [(float(x), float(y), float(a), float(b)) for one in marked for x, y, a, b in one if a < 12]
    assert len(boxes) == 7
    assert not [(mark, word) for mark, word in product(boxes, words) if overlap(mark, word)]


@pytest.mark.parametrize("lesson", ["three-edges", "one-by-one-photo"])
@pytest.mark.parametrize("size", SIZES)
def test_each_weight_says_what_it_multiplies(lesson: str, size: tuple[int, int]) -> None:
    """Pointed at, it is ringed with the value that it meets, and the line says both and their product."""
    document, picture = shown(lesson, 300, size)
    weight, x = document.layer.weight, document.sample.data
    top, left = document.filter_view.position(300)
    targets = {index for grid in picture.hits if grid.kind == "kernel" for index in indices(grid.prefix, grid.shape)}
    assert targets == set(product(*map(range, weight.shape)))
    for index in sorted(targets)[:: max(len(targets) // 6, 1)]:
        f, c, row, column = index
        _, pointed = shown(lesson, 300, size, Hit("kernel", index))
        value, factor = float(x[c, top + row, left + column]), float(weight[index])
        said = pointed.summary.replace("−", "-")
        assert said.startswith(f"w[{f}, {c}, {row}, {column}] = {factor:g} meets in[{c}, {top + row}, {left + column}]")
        assert float(said.rpartition("= ")[2]) == pytest.approx(value * factor, abs=0.01)
        rings = [item.boxes for item in pointed.overlay if isinstance(item, Rects) and item.stroke == LIGHT.text]
        cells = [item for item in pointed.items if isinstance(item, Cells)]
        ringed = {
            text.replace("−", "-")
            for boxes in rings
            for box in boxes
            for cell in cells
            for n, row_texts in enumerate(cell.content.texts)
            for m, text in enumerate(row_texts)
            if abs(cell.x + m * cell.width - box[0]) < 1 and abs(cell.y + n * cell.height - box[1]) < 1
        }
        assert {float(text) for text in ringed} == {factor, value}


def indices(prefix: tuple[int, ...], shape: tuple[int, int]) -> list[tuple[int, ...]]:
    return [(*prefix, row, column) for row, column in product(*map(range, shape))]


def test_levels_are_those_of_the_chosen_filters_picture_alone() -> None:
    """In the picture, in its scale, in the loupe's sum; the other filters keep theirs."""
    document = load_lesson("one-by-one-photo")
    document = document.with_view(replace(document.view, filter=1))
    shown = scene("blocks")
    values, automatic = shown.levelled(prepared(shown, document)) or (None, None)
    assert values is not None
    assert automatic is not None
    wanted = document.layer.forward(document.sample.data.astype(np.float32))[1]
    assert np.abs(values - wanted).max() < 1e-3

    def images(levels: tuple[float, float] | None) -> dict[str, Any]:
        drawn = picture_of(document.with_view(replace(document.view, levels=levels)), 0, (1000, 700))
        return {item.name: item.image for item in drawn.items if isinstance(item, Raster)}

    usual, narrow = images(None), images((-20.0, 20.0))
    assert not np.array_equal(usual["output 1"], narrow["output 1"])
    assert np.array_equal(usual["output 0"], narrow["output 0"])
    same = images((automatic.low, automatic.high))
    assert np.array_equal(usual["output 1"], same["output 1"])
