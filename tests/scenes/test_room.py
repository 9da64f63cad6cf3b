"""Stages of any size: a picture, or a sentence where there is no room for one; nothing has a negative size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convgui.draw.picture import Cells, Label, Picture, Raster, Rects, Warped
from convgui.draw.room import LOW, NARROW, NO_ROOM
from convgui.draw.theme import DARK, LIGHT, Theme
from convgui.files.lessons import lesson_index, load_lesson
from convgui.scenes import scene, scenes
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, for_scene, note, prepared_whole, reason_against
from tests.scenes.checks import label_box, words

WIDTHS, HEIGHTS = (64, 120, 229, 245, 400), (64, 100, 116, 200)
LONG = 10_000
"""Samples from which a signal is looked at in few sizes."""
QUICK = 100_000
"""Multiply-adds up to which a lesson is looked at in other scenes than its own."""


def sizes(picture: Picture) -> list[float]:
    found: list[float] = []
    for item in picture.items:
        if isinstance(item, Cells):
            found += [item.width, item.height]
        elif isinstance(item, Rects):
            found += item.boxes[:, 2:].ravel().tolist()
        elif isinstance(item, Raster):
            found += [*item.box[2:], *item.clip[2:]]
        elif isinstance(item, Warped):
            found += item.clip[2:]
    return [*found, *(size for grid in picture.hits for size in (grid.width, grid.height))]


def inside(picture: Picture) -> bool:
    boxes = [label_box(item) for item in picture.items if isinstance(item, Label) and item.text.strip()]
    return all(
        x >= -0.6 and y >= -0.6 and x + w <= picture.width + 0.6 and y + h <= picture.height + 0.6
        for x, y, w, h in boxes
    )


@pytest.mark.parametrize("identity", [lesson.id for lesson in lesson_index()])
def test_nothing_is_of_negative_size(identity: str) -> None:
    lesson = load_lesson(identity)
    for shown in scenes():
        own = shown.id == lesson.view.scene
        options = lesson.view.options if own else {}
        given = lesson.with_view(replace(lesson.view, scene=shown.id, step=0, options=options))
        if reason_against(shown, given) or (not own and shown.cost(for_scene(shown, given)) > QUICK):
            continue
        data = prepared_whole(shown, given)
        # Of a sound each size is looked at anew, which takes a second.
        few = 2 if lesson.sample.data.shape[-1] > LONG else None
        for width in WIDTHS[:few]:
            for height in HEIGHTS[:few]:
                below = note(shown, given, Canvas(float(width), float(height), LIGHT, live=True))
                layout = shown.lay_out(data, given.view, below.room)
                picture = shown.picture(layout, 0.0, Focus())
                assert min(sizes(picture), default=0) >= 0, (shown.id, width, height)
                assert (width >= NARROW and height >= LOW) or inside(picture), (shown.id, width, height)
                assert below.below(picture).height == height


@pytest.mark.parametrize(
    ("width", "height", "wanted"), [(160, 100, NO_ROOM[0]), (64, 90, NO_ROOM[1]), (56, 44, NO_ROOM[2])]
)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_sentence_takes_its_place(width: int, height: int, wanted: str, theme: Theme) -> None:
    shown, lesson = scene("slide"), load_lesson("single-channel")
    layout = shown.lay_out(shown.prepare(lesson), lesson.view, Canvas(width, height, theme))
    picture = shown.picture(layout, 0.0, Focus())
    assert " ".join(words(picture)) == wanted
    assert picture.summary == NO_ROOM[0]
    assert inside(picture)
