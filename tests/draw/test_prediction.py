"""A covered picture tells its number nowhere; everything else is as it was."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from convgui.draw.grids import value_cells
from convgui.draw.number import number
from convgui.draw.picture import Cells, Hit, Label, Picture, Polygons, Run
from convgui.draw.prediction import HIDDEN, about, hide_answer, is_right
from convgui.draw.svg import svg
from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.model.document import Document
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, draw
from tests.documents import document
from tests.model.chains import run

# Powers of two with gaps: no sum of products of these is among them, so that a result is seen nowhere else.
GRID = [[[1, 2, 4, 8], [16, 32, 64, 128], [3, 5, 9, 17], [33, 65, 129, 257]]]
WEIGHT = [[[[10, -1], [7, 1]]]]


def drawn(given: Document, identity: str, step: int) -> Picture:
    return draw(scene(identity), given, Canvas(1000, 700, LIGHT), step)


def texts(picture: Picture) -> list[str]:
    """Everything that can be read on a picture."""
    found = [item.text for item in picture.items if isinstance(item, Label)]
    for item in picture.items:
        if isinstance(item, Cells):
            found += [text for row in item.shown_texts() for text in row]
    return [*found, picture.summary]


def tells(picture: Picture, wanted: str) -> bool:
    pattern = re.compile(rf"(?<![\d.−]){re.escape(wanted)}(?![\d.])")
    return any(pattern.search(text) for text in texts(picture))


@pytest.mark.parametrize("identity", ["slide", "arithmetic", "matrix"])
@pytest.mark.parametrize("step", [0, 4, 8])
def test_the_number_is_nowhere(identity: str, step: int) -> None:
    given = document([GRID[0]], WEIGHT)
    value = number(float(run(given.layers, given.sample).ravel()[step]))
    picture = drawn(given, identity, step)
    assert tells(picture, value)
    assert picture.answer == value
    hidden = hide_answer(picture, LIGHT)
    assert not tells(hidden, value)
    assert f">{value}<" not in svg(hidden)
    assert "?" in texts(hidden)
    assert hidden.summary == HIDDEN
    assert hidden.base is picture.base, "what does not move need not be painted again"


def test_what_was_known_stays() -> None:
    given = document([GRID[0]], WEIGHT)
    before, after = drawn(given, "slide", 3), hide_answer(drawn(given, "slide", 4), LIGHT)
    for earlier in run(given.layers, given.sample).ravel()[:4]:
        assert tells(after, number(float(earlier)))
    shown = [
        next(i for i in p.items if isinstance(i, Cells) and i.name == "output").shown_texts() for p in (before, after)
    ]
    assert shown[0] == shown[1]


def test_channels_apart_hide_only_the_newest() -> None:
    given = document([GRID[0], GRID[0]], [[WEIGHT[0][0], WEIGHT[0][0]]])
    given = given.with_view(replace(given.view, options={"channels": "apart"}))
    picture = drawn(given, "slide", 12)
    names = {item.name: item.reveal for item in hide_answer(picture, LIGHT).overlay if isinstance(item, Cells)}
    partial = [reveal for name, reveal in names.items() if name.startswith("partial")]
    assert partial == [9, 3], "the first channel is whole, the second has lost its fourth number"


def test_every_lesson_can_be_asked() -> None:
    answered = 0
    for item in lesson_index():
        given = load_lesson(item.id)
        if given.view.scene in ("learn", "receptive", "cost", "overlap") or given.sample.data.size > 5000:
            continue
        picture = drawn(given, given.view.scene, given.view.step)
        made = hide_answer(picture, LIGHT)
        if picture.answer:
            answered += 1
            telling = [i for i in picture.overlay if isinstance(i, Label) and any(run.answer for run in i.runs)]
            told = (f"= {picture.answer}", f" {picture.answer},")
            first = next(i.text for i in telling if any(words in i.text for words in told))
            assert first not in texts(made)
        else:
            assert made is picture
    assert answered > 8


@pytest.mark.parametrize(
    ("typed", "answer", "right"),
    [
        ("17", "17", True), (" 17.0 ", "17", True), ("16.9", "17", False), ("-3", "−3", True), ("−3", "−3", True),
        ("3", "−3", False), ("0.3333", "0.333", True), ("0,333", "0.333", True), ("0.334", "0.333", False),
        ("1.23e-5", "1.2e−5", True), ("", "1", False), ("x", "1", False), ("nan", "1", False), ("inf", "1", False),
        ("−1.26", "−1.255", True), ("−1.24", "−1.255", False), ("−1.263", "−1.255", False),
        ("-1.256", "−1.255", True), ("-1.2", "−1.255", False),
        ("12", "12.4", False), ("0.25", "0.254", False),
    ],
)  # fmt: skip
def test_what_is_typed_counts_to_the_digits_that_are_shown(typed: str, answer: str, right: bool) -> None:
    assert is_right(typed, answer) == right


@pytest.mark.parametrize("identity", ["slide", "arithmetic", "matrix", "blocks", "cells"])
def test_the_pointer_changes_neither_question_nor_answer(identity: str) -> None:
    given = document([GRID[0]], WEIGHT) if identity != "cells" else load_lesson("max-pooling")
    looking, canvas, step = scene(identity), Canvas(1000, 700, LIGHT), 3
    layout = looking.lay_out(looking.prepare(given), given.view, canvas)
    still = looking.picture(layout, float(step), Focus())
    kinds = {grid.kind for grid in still.hits}
    assert "output" in kinds
    (where,) = {next(grid.prefix for grid in still.hits if grid.kind == "output")}
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        pointed = looking.picture(layout, float(step), Focus(hover=Hit("output", (*where, row, column))))
        assert pointed.answer == still.answer != ""
        asked = hide_answer(pointed, LIGHT)
        # The mean beside a maximum is not what is asked for.
        grids = [grid for grid in asked.overlay if isinstance(grid, Cells) and grid.name != "mean"]
        shown = [grid.reveal for grid in grids if grid.reveal is not None]
        assert set(shown) == {step}, (row, column)
        if row * 3 + column != step and identity != "cells":
            # The line is about another cell, whose number stands there for all to see.
            assert [i.text for i in asked.overlay if isinstance(i, Label) and i.mono and len(i.text) > 1] == [
                i.text for i in pointed.overlay if isinstance(i, Label) and i.mono and len(i.text) > 1
            ]


def test_what_is_about_another_number_is_no_answer() -> None:
    ink = (0, 0, 0, 255)
    total = Label(0, 0, (Run("7", ink, answer=True),), 12)
    side = Polygons(np.zeros((1, 4, 2)), ink, making=True)
    for predicted in (True, False):
        items = tuple(about([total, side], predicted))
        hidden = hide_answer(Picture(40, 30, ink, overlay=items, answer="7"), LIGHT).overlay
        assert ["?" if isinstance(i, Label) and i.text == "?" else type(i) for i in hidden] == (
            ["?"] if predicted else [Label, Polygons]
        )


def test_a_weight_that_is_pointed_at_lies_above_the_question() -> None:
    given = document([GRID[0]], WEIGHT)
    looking = scene("slide")
    layout = looking.lay_out(looking.prepare(given), given.view, Canvas(1000, 700, LIGHT))
    pointed = looking.picture(layout, 0.0, Focus(hover=Hit("input", (0, 0, 0))))
    drawn = hide_answer(pointed, LIGHT).overlay
    question = next(n for n, item in enumerate(drawn) if isinstance(item, Label) and item.text == "?")
    weights = [n for n, item in enumerate(drawn) if isinstance(item, Label) and item.text.startswith("×")]
    # The sign between two grids is one of them too.
    weights = [n for n in weights if len(drawn[n].text) > 1]  # type: ignore[union-attr]
    assert weights
    assert question < min(weights)


@pytest.mark.parametrize(("cell", "least"), [(40.0, 12.0), (23.0, 12.0), (16.0, 12.0), (10.0, 8.0)])
def test_a_question_mark_is_large_enough_to_read(cell: float, least: float) -> None:
    """Half as high as its cell, and no smaller than the smallest words where the cell has room for that."""
    grid = value_cells(np.ones((1, 1)), LIGHT, "result", (0.0, 0.0), cell)
    shown = Picture(100, 100, LIGHT.background, (), (replace(grid, making=True, reveal=1),), (), "1", "1")
    (mark,) = [item for item in hide_answer(shown, LIGHT).items if isinstance(item, Label)]
    assert mark.size >= least
    assert mark.size <= cell
