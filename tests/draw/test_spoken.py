from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from convgui.draw.picture import Hit, HitGrid, Picture
from convgui.draw.spoken import neighbour, tables
from convgui.draw.svg import svg
from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.translations import speak_language
from convgui.scenes import scene, scenes
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw, reason_against
from tests.documents import textbook
from tests.scenes.checks import picture_of

LEFT = HitGrid("input", (0,), 10, 10, 20, 20, (3, 3), origin=(-1, -1))
RIGHT = HitGrid("output", (0,), 120, 30, 20, 20, (2, 2))
PICTURE = Picture(300, 200, (0, 0, 0, 255), hits=(LEFT, RIGHT))


@pytest.mark.parametrize(
    ("start", "way", "end"),
    [
        (None, (1, 0), Hit("input", (0, -1, -1))),
        (Hit("input", (0, -1, -1)), (1, 0), Hit("input", (0, -1, 0))),
        (Hit("input", (0, 0, 1)), (1, 0), Hit("output", (0, 0, 0))),
        (Hit("input", (0, 1, 1)), (1, 0), Hit("output", (0, 1, 0))),
        (Hit("output", (0, 1, 0)), (-1, 0), Hit("input", (0, 1, 1))),
        (Hit("output", (0, 1, 1)), (0, 1), Hit("output", (0, 1, 1))),
        (Hit("gone", (9, 9)), (0, 1), Hit("input", (0, -1, -1))),
    ],
)
def test_walking_from_cell_to_cell(start: Hit | None, way: tuple[int, int], end: Hit) -> None:
    assert neighbour(PICTURE, start, way) == end


@pytest.mark.parametrize(
    ("start", "way", "end"),
    [((0, 3), (1, 0), (0, 4)), ((0, 3), (0, 1), (1, 3)), ((1, 2), (-1, 0), (1, 2)), ((-1, 5), (0, -1), (-1, 5))],
)
def test_walking_where_rows_and_columns_begin_elsewhere(
    start: tuple[int, int], way: tuple[int, int], end: tuple[int, int]
) -> None:
    picture = Picture(300, 200, (0, 0, 0, 255), hits=(HitGrid("input", (), 10, 10, 20, 20, (3, 4), origin=(-1, 2)),))
    assert neighbour(picture, Hit("input", start), way) == Hit("input", end)


def test_what_is_written_is_what_is_spoken() -> None:
    spoken = {grid.name: grid.shown_texts() for grid in tables(picture_of(textbook(), 0, (900, 640), "light"))}
    assert spoken["kernel 0"][0] == ("0", "1", "2")
    assert any(name.startswith("input") for name in spoken)


SMALL = (
    "multi-channel-sum",
    "transposed-2-4",
    "volume-channels",
    "max-pooling",
    "pixel-shuffle",
    "spatially-separable",
)


@pytest.mark.parametrize("identity", SMALL)
def test_every_grid_of_every_scene_is_called_something(identity: str) -> None:
    document = load_lesson(identity)
    for looking in scenes():
        if not reason_against(looking, document):
            for grid in tables(draw(looking, document, Canvas(1000, 700, LIGHT), 0)):
                assert grid.title, (looking.id, grid.name)
                assert all(grid.axes), (looking.id, grid.name)


@pytest.mark.parametrize("identity", [lesson.id for lesson in lesson_index()])
def test_grids_are_called_in_the_language_spoken(identity: str) -> None:
    speak_language("zh_CN")
    try:
        document = load_lesson(identity)
        for grid in tables(draw(scene(document.view.scene), document, Canvas(1000, 700, LIGHT))):
            words = " ".join((grid.title, *grid.axes))
            assert grid.title
            assert all(grid.axes)
            assert not re.search("[a-z]{3}", words), words
    finally:
        speak_language("en")


def test_channels_are_told_apart() -> None:
    titles = [grid.title for grid in tables(picture_of(load_lesson("multi-channel-sum"), 0, (900, 640), "light"))]
    assert titles[:6] == ["input R", "input G", "input B", "kernel R", "kernel G", "kernel B"]
    assert titles[-1] == "output"


def test_a_table_of_something_else_names_what_runs_down_and_across() -> None:
    lesson = load_lesson("volume-3d")
    sliced = lesson.with_view(replace(lesson.view, options={"view": "slices"}))
    grids = {grid.name: grid for grid in tables(picture_of(sliced, 0, (1100, 760), "light"))}
    assert {name: grid.axes for name, grid in grids.items() if name.startswith("input")} == {
        "input depth": ("height", "width"),
        "input height": ("depth", "width"),
        "input width": ("depth", "height"),
    }


def test_svg_says_what_each_grid_is() -> None:
    picture = picture_of(load_lesson("multi-channel-sum"), 0, (900, 640), "light")
    found = re.findall(r'<g data-role="(\w+)"><title>([^<]+)</title>', svg(picture))
    assert sorted(found)[:6] == [*(("input", f"input {c}") for c in "BGR"), *(("kernel", f"kernel {c}") for c in "BGR")]
    assert found[-1] == ("result", "output")
    ElementTree.fromstring(svg(picture))
