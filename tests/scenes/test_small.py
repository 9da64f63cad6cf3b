"""Every lesson, in its own scene with every option, on canvases down to the smallest: nothing fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.model.document import Document
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, for_scene, prepared_whole, reason_against

QUICK = 2_000_000
"""Multiply-adds up to which every option is tried: those of the lessons with small grids."""
SIZES = (
    (200, 160),
    (284, 196),
    (284, 216),
    (304, 240),
    (304, 207),
    (203, 137),
    (160, 40),
    (640, 120),
    (200, 700),
    (506, 400),
)
"""The stage of the smallest window and of one of 820 x 560 with both panels, at 100 %, 150 % and 200 %; odd ones."""


def every_option(document: Document) -> Iterator[Document]:
    """Yield the document, and with each choice of each option."""
    yield document
    shown = scene(document.view.scene)
    if shown.cost(for_scene(shown, document)) > QUICK:
        return
    for option in shown.options(for_scene(shown, document)):
        for choice, _ in option.choices:
            options = {**document.view.options, option.name: choice}
            changed = document.with_view(replace(document.view, options=options))
            if not reason_against(shown, changed):
                yield changed


@pytest.mark.parametrize("identity", [lesson.id for lesson in lesson_index()])
def test_a_lesson_is_drawn_at_every_size(identity: str) -> None:
    lesson = load_lesson(identity)
    shown = scene(lesson.view.scene)
    for document in every_option(lesson):
        data = prepared_whole(shown, document)
        for width, height in SIZES:
            canvas = Canvas(float(width), float(height), LIGHT, captions=height > 100, live=True)
            layout = shown.lay_out(data, document.view, canvas)
            for step in {0, shown.steps(data) - 1}:
                picture = shown.picture(layout, float(step), Focus())
                assert picture.width == width
                for grid in picture.hits:
                    picture.hit(grid.x, grid.y)
