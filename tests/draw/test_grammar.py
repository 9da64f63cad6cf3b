"""The grammar of figures, in every lesson whose scene is drawn of blocks: read from the pictures' own items."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from convgui.draw.gaps import operator
from convgui.draw.grids import value_cells
from convgui.draw.picture import Box, Cells, Label, Lines, Picture, Polygons, Rects
from convgui.draw.theme import LIGHT, THEMES
from convgui.draw.window import touched
from convgui.files.lessons import lesson_index, load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from tests.documents import textbook
from tests.scenes.reading import label_box

FORWARD = {
    "slide": ("input", "kernel", "products|partial", "output"),
    "learn": ("input$", "learned", "prediction", "target", "error"),
    "cells": ("input", "output"),
    "arithmetic": ("input", "kernel", "output"),
    "factor": ("stack 0", "kernels 0", "stack 1", "kernels 1", "output"),
    "transposed": ("input", "kernel", "painted", "output"),
}
"""Scenes that are drawn of blocks, with the grids that stand in one row."""
LETTERED = ("groups", "blocks", "receptive", "overlap", "volume", "matrix")
"""Scenes with titles and sums by the grammar whose figures are no rows of grids."""
INDEXED = ("slide", "cells", "arithmetic", "transposed")
"""Scenes whose input and output have indices beside them."""
WITHOUT_WEDGE = ("learn-kernel", "pixel-shuffle")
"""Lessons without one window: a whole array goes through the layer, or several channels become one."""
ROWS = ("one-axis", "causal")
"""Lessons of one axis."""
STAGES = ((1440, 900), (880, 640))
WEDGE = round(0.16 * 255)
"""Opacity of what is a wedge."""
EDGE = round(0.55 * 255)
"""Opacity of its edges."""


def drawn_of_blocks(document: Document) -> bool:
    return document.view.scene in (*FORWARD, *LETTERED) and document.sample.data.size < 2000


WRITTEN = [lesson.id for lesson in lesson_index() if drawn_of_blocks(load_lesson(lesson.id))]
COLUMNS = ("dilation", "same-one-sided")
"""Lessons whose figures stand side by side: each input above the kernel, and that above its output."""
LESSONS = [identity for identity in WRITTEN if load_lesson(identity).view.scene in FORWARD and identity not in COLUMNS]
PADDED = "padded, strided and dilated"
CASES = [*LESSONS, PADDED]


VOLUMES = ("volume-flat", "volume-3d", "volume-channels")


def scene_of(identity: str) -> str:
    return "slide" if identity == PADDED else load_lesson(identity).view.scene


def padding(identity: str) -> int:
    """Rows above an input and columns to its left that are padding; the lessons pad both alike."""
    given = load_lesson(identity) if identity != PADDED else textbook(padding=2)
    if not isinstance(given.chosen, Convolution) or given.layer.spec.transposed:
        return 0
    before = {first for first, _ in given.layer.spec.pads(given.sample.spatial)}
    assert len(before) == 1
    return before.pop()


@cache
def pictures(identity: str, size: tuple[int, int] = STAGES[0], theme: str = "light") -> list[Picture]:
    """Draw the first steps of a lesson, some in its middle and the last."""
    given = load_lesson(identity) if identity != PADDED else textbook(padding=2, stride=2, dilation=2)
    given = given.with_view(replace(given.view, scene="slide")) if identity == PADDED else given
    looking = scene(given.view.scene)
    prepared: Any = looking.prepare(given if looking.reads_stack else chosen_layer_input(given))
    layout = looking.lay_out(prepared, given.view, Canvas(*size, THEMES[theme]))
    steps = looking.steps(prepared)
    chosen = sorted({0, 1, steps // 3, steps // 2, steps - 1})
    return [looking.picture(layout, float(step), Focus()) for step in chosen]


def grids(picture: Picture, names: str = "") -> list[Cells]:
    found = [item for item in picture.items if isinstance(item, Cells) and item.name]
    return [item for item in found if re.match(names, item.name)]


def apart(corners: np.ndarray[Any, Any], box: Box) -> bool:
    """Whether a convex polygon and a box share no area: some edge of one of them has them on different sides."""
    x, y, wide, high = box
    return disjoint(corners, np.array([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]))


def disjoint(corners: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Whether two convex polygons share no area."""
    for shape in (corners, other):
        for start, end in zip(shape, np.roll(shape, -1, axis=0), strict=True):
            across = np.array([end[1] - start[1], start[0] - end[0]])
            ours, theirs = corners @ across, other @ across
            if ours.max() <= theirs.min() + 1e-6 or theirs.max() <= ours.min() + 1e-6:
                return True
    return False


@pytest.mark.parametrize("size", STAGES)
@pytest.mark.parametrize("identity", [*CASES, *COLUMNS])
def test_no_wedge_covers_a_cell(identity: str, size: tuple[int, int]) -> None:
    for picture in pictures(identity, size):
        wedges = [
            c for i in picture.items if isinstance(i, Polygons) and i.fill and i.fill[3] == WEDGE for c in i.corners
        ]
        assert bool(wedges) == (identity not in WITHOUT_WEDGE)
        for corners in wedges:
            assert all(apart(corners, cells.box) for cells in grids(picture))


@pytest.mark.parametrize("size", STAGES)
@pytest.mark.parametrize("identity", [*WRITTEN, PADDED])
def test_no_text_is_smaller_than_12_pixels(identity: str, size: tuple[int, int]) -> None:
    for picture in pictures(identity, size):
        sizes = [item.size for item in picture.items if isinstance(item, Label) and item.text.strip()]
        sizes += [item.font for item in picture.items if isinstance(item, Cells) and item.font]
        assert min(sizes) >= 12


@pytest.mark.parametrize("size", STAGES)
@pytest.mark.parametrize("identity", [case for case in CASES if scene_of(case) in ("slide", "arithmetic")])
def test_weights_stand_in_cells_of_50_pixels_and_more_alone(identity: str, size: tuple[int, int]) -> None:
    for picture in pictures(identity, size):
        for cells in grids(picture, "window"):
            x, y, wide, high = cells.box
            boxes = [
                label_box(i) for i in picture.items if isinstance(i, Label) and i.text.startswith("×") and i.text[1:]
            ]
            inside = [b for b in boxes if x <= b[0] and b[2] <= x + wide and y <= b[1] and b[3] <= y + high]
            written = sum(bool(text) for row in cells.shown_texts() for text in row)
            assert len(inside) == (written if cells.width >= 50 else 0)
            assert bool(cells.bold) == (cells.width >= 50)
            assert cells.rise == (pytest.approx(0.04) if cells.width >= 50 else 0)


@pytest.mark.parametrize("size", STAGES)
@pytest.mark.parametrize("identity", CASES)
def test_an_operator_stands_in_each_gap(identity: str, size: tuple[int, int]) -> None:
    names = FORWARD[scene_of(identity)]
    for picture in pictures(identity, size):
        circles = [box for i in picture.items if isinstance(i, Rects) and i.radius >= 8 for box in i.boxes.tolist()]
        for left, right in pairwise(names):
            if not grids(picture, right):
                assert identity == "multi-channel-apart"
                continue
            start = max(g.box[0] + g.box[2] for g in grids(picture, left))
            end = min(g.x for g in grids(picture, right))
            inside = [x for x, _, wide, _ in circles if start <= x and x + wide <= end]
            assert inside, (left, right)
            assert end - start >= 40


@pytest.mark.parametrize("identity", [case for case in CASES if scene_of(case) in INDEXED])
def test_indices_begin_at_0(identity: str) -> None:
    for picture in pictures(identity):
        labels = [(item.text, label_box(item)) for item in picture.items if isinstance(item, Label) and item.mono]
        for cells in [found for name in ("input", "output") for found in grids(picture, name)[:1]]:
            if identity == "pixel-shuffle" and cells.name.startswith("input"):
                continue
            pads = padding(identity) if cells.name.startswith("input") else 0
            x, y, wide, high = cells.box
            above = [t for t, b in labels if y - 20 < b[1] and b[3] < y and x <= b[0] < x + wide]
            level = [(t, b[0]) for t, b in labels if y <= b[1] < y + high]
            beside = [t for t, left in level if x - 30 < left < x or 0 < left - x - wide < 20]
            rows, columns = cells.content.shape
            assert above == [str(n - pads).replace("-", "−") for n in range(columns)]
            # Of one axis there is no row to count.
            counted = () if identity in ROWS else range(rows)
            assert beside == [str(n - pads).replace("-", "−") for n in counted]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("identity", [*CASES, *COLUMNS])
def test_a_grid_has_one_scale_over_all_steps(identity: str, theme: str) -> None:
    fills: dict[tuple[str, str], set[tuple[int, ...]]] = {}
    for picture in pictures(identity, STAGES[0], theme):
        for cells in grids(picture):
            inside = cells.content.ink.tolist()
            for i, row in enumerate(cells.shown_texts()):
                for j, text in enumerate(row):
                    fill = tuple(cells.content.fill[i, j].tolist())
                    aside = inside[i][j] == list(THEMES[theme].muted) or fill == THEMES[theme].window
                    if text and "." not in text and not aside:
                        fills.setdefault((cells.name, text), set()).add(fill)
    assert fills
    assert {key: len(found) for key, found in fills.items()} == dict.fromkeys(fills, 1)


@pytest.mark.parametrize("size", STAGES)
@pytest.mark.parametrize("identity", CASES)
def test_numbers_of_a_grid_share_their_decimals(identity: str, size: tuple[int, int]) -> None:
    decimals: dict[str, set[int]] = {}
    for picture in pictures(identity, size):
        for cells in grids(picture):
            texts = [text for row in cells.shown_texts() for text in row if text]
            decimals.setdefault(cells.name, set()).update(len(text.partition(".")[2]) for text in texts)
            assert not any("-" in text for text in texts)
    assert all(len(found) <= 1 for found in decimals.values()), decimals


@pytest.mark.parametrize("identity", CASES)
def test_grids_stand_on_whole_pixels(identity: str) -> None:
    for picture in pictures(identity):
        for cells in grids(picture):
            assert (*map(float.is_integer, map(float, (cells.x, cells.y, cells.width, cells.height))),) == (True,) * 4


@pytest.mark.parametrize("identity", LESSONS)
def test_titles_say_the_role_in_its_colour(identity: str) -> None:
    inks = {role: LIGHT.role(role).ink for role in ("input", "kernel", "result")}
    titles = {"Input": "input", "Kernel": "kernel", "Filter": "kernel", "Output": "result", "Prediction": "result"}
    for picture in pictures(identity):
        found = {item.text: item for item in picture.items if isinstance(item, Label) and item.text in titles}
        assert "Input" in found
        for text, item in found.items():
            assert item.runs[0].bold
            assert item.runs[0].colour == inks[titles[text]]
            assert item.size == 18


@pytest.mark.parametrize("size", STAGES)
@pytest.mark.parametrize("identity", VOLUMES)
def test_no_wedge_of_a_volume_crosses_a_title_or_a_solid(identity: str, size: tuple[int, int]) -> None:
    for picture in pictures(identity, size):
        items = list(picture.items)
        found = [(n, i) for n, i in enumerate(items) if isinstance(i, Polygons) and i.fill and i.fill[3] == WEDGE]
        wedges = [c for _, i in found for c in i.corners]
        assert wedges
        # What is drawn later lies in front of a wedge.
        below = items[: max(n for n, _ in found)]
        solids = [i.corners for i in below if isinstance(i, Polygons) and i.fill and i.fill[3] == 255]
        words = [label_box(i) for i in picture.items if isinstance(i, Label) and i.text.strip()]
        for corners in wedges:
            for cells in solids:
                assert all(disjoint(corners, shape) for shape in cells)
            for left, top, right, bottom in words:
                inside = any(circle_holds(picture, (left, top, right, bottom)))
                assert inside or apart(corners, (left, top, right - left, bottom - top))


@pytest.mark.parametrize("identity", VOLUMES)
def test_a_wedge_of_a_volume_begins_and_ends_at_an_edge_of_a_solid(identity: str) -> None:
    """Both its upright sides lie on lines that are drawn: those of the window, of the filter, of the cell."""
    for picture in pictures(identity, STAGES[0]):
        wedges = [
            c for i in picture.items if isinstance(i, Polygons) and i.fill and i.fill[3] == WEDGE for c in i.corners
        ]
        solids = [i for i in picture.items if isinstance(i, Polygons) and not (i.fill and i.fill[3] == WEDGE)]
        lines = [i.segments for i in picture.items if isinstance(i, Lines) and i.stroke[3] != EDGE]
        points = np.concatenate([*(i.corners.reshape(-1, 2) for i in solids), *(s.reshape(-1, 2) for s in lines)])
        for corners in wedges:
            for corner in corners:
                assert np.isclose(points, corner).all(axis=1).any()


def circle_holds(picture: Picture, label: tuple[float, float, float, float]) -> list[bool]:
    """Whether a label is the operator in each of the circles."""
    left, top, right, bottom = label
    circles = [b for i in picture.items if isinstance(i, Rects) and i.radius >= 8 for b in i.boxes.tolist()]
    return [x <= left and right <= x + w and y <= top and bottom <= y + h for x, y, w, h in circles]


@pytest.mark.parametrize("identity", VOLUMES)
def test_titles_of_volumes_say_the_role_in_its_colour_with_the_letters_of_the_shape(identity: str) -> None:
    inks = {role: LIGHT.role(role).ink for role in ("input", "kernel", "result")}
    starts = {"Input": "input", "Channel": "input", "Filter": "kernel", "Output": "result"}
    for picture in pictures(identity):
        found = [i for i in picture.items if isinstance(i, Label) and i.size == 18 and i.runs[0].bold and not i.mono]
        assert {starts[i.text.split(" ")[0].rstrip(":,")] for i in found} == set(starts.values())
        assert all(i.runs[0].colour == inks[starts[i.text.split(" ")[0].rstrip(":,")]] for i in found)
        shapes = [i.text for i in picture.items if isinstance(i, Label) and i.mono and "D × H × W" in i.text]
        assert any(text.endswith("C × D × H × W") for text in shapes)


@pytest.mark.parametrize("size", STAGES)
@pytest.mark.parametrize("identity", VOLUMES)
def test_operators_stand_in_the_gaps_of_volumes(identity: str, size: tuple[int, int]) -> None:
    several = identity == "volume-channels"
    for picture in pictures(identity, size):
        texts = [i.text for i in picture.items if isinstance(i, Label)]
        assert texts.count("×") >= (2 if several else 1)
        assert "Σ" in texts


def test_the_matrix_lesson_is_a_row_with_its_window_above_the_matrix() -> None:
    for size in STAGES:
        for picture in pictures("convolution-matrix", size):
            row = [next(g for g in grids(picture, name)) for name in ("input", "kernel", "output")]
            circles = [box for i in picture.items if isinstance(i, Rects) and i.radius >= 8 for box in i.boxes.tolist()]
            for left, right in pairwise(row):
                start, end = left.box[0] + left.box[2], right.x
                assert end - start >= 40
                assert [x for x, _, wide, _ in circles if start <= x and x + wide <= end]
            wedges = [
                c for i in picture.items if isinstance(i, Polygons) and i.fill and i.fill[3] == WEDGE for c in i.corners
            ]
            assert len(wedges) == 2
            assert all(apart(corners, cells.box) for corners in wedges for cells in grids(picture))
            assert any(item.text == "This step" for item in picture.items if isinstance(item, Label))


@pytest.mark.parametrize("sign", ["=", "Σ", "max", "mean"])
def test_a_sign_is_read_in_any_gap_that_has_one(sign: str) -> None:
    for wide in range(20, 120, 3):
        found = [item for item in operator((0.0, float(wide)), 50.0, sign, LIGHT) if isinstance(item, Label)]
        assert all(item.size >= 12 for item in found), wide


@pytest.mark.parametrize("side", range(36, 90))
def test_a_chip_lies_below_its_value_never_on_it(side: int) -> None:
    grid = value_cells(
        np.full((1, 1), 28.0), LIGHT, "result", (10, 20), float(side), limit=28.0, name="output", title="output"
    )
    items = touched(grid, {(0, 0): "3"}, LIGHT)
    value = next(item for item in items if isinstance(item, Cells) and item.rise)
    chip = next(item for item in items if isinstance(item, Rects) and item.radius == 4).boxes[0]
    ends = 20 + (0.5 - value.rise) * side + 0.36 * value.font
    assert value.font >= 12
    assert ends + 1 <= chip[1], "they are apart"
    assert ends - 0.73 * value.font >= 20 + 3, "and the value is clear of the cell's frame"
    assert chip[1] + chip[3] <= 20 + side - 3
