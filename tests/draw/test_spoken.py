from __future__ import annotations

import re
from dataclasses import replace

import pytest

from convgui.draw.picture import Hit, HitGrid, Picture
from convgui.draw.spoken import neighbour, tables, title
from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.files.translations import speak_language
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import draw
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


def test_what_is_written_is_what_is_spoken() -> None:
    spoken = {grid.name: grid.shown_texts() for grid in tables(picture_of(textbook(), 0, (900, 640), "light"))}
    assert spoken["kernel 0"][0] == ("0", "1", "2")
    assert any(name.startswith("input") for name in spoken)


@pytest.mark.parametrize("identity", [lesson.id for lesson in lesson_index()])
def test_grids_have_names_in_the_language_spoken(identity: str) -> None:
    speak_language("zh_CN")
    try:
        document = load_lesson(identity)
        for grid in tables(draw(scene(document.view.scene), document, Canvas(1000, 700, LIGHT))):
            assert not re.search("[a-z]{3}", title(grid)), title(grid)
    finally:
        speak_language("en")


def test_what_stands_beside_a_grids_name_stays() -> None:
    (grid, *_) = tables(picture_of(textbook(), 0, (900, 640), "light"))
    assert title(replace(grid, name="kernel gradient 3")) == "kernel gradient 3"
    assert title(replace(grid, name="partial R")) == "products summed R"
    assert title(replace(grid, name="T2 weighted")) == "T2 weighted"
