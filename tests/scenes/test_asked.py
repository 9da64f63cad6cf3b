"""While a lesson asks for a number, nothing that is pointed at tells it."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest

from convgui.draw.picture import Cells, Hit, Label, Lines, Picture, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.receptive.layout import StackLayout
from convgui.scenes.scene import Focus, laid_out, prepared
from convgui.session.walking import caption_document

MADE = ("output", "prediction", "error", "partial", "between")
"""Grids of numbers that are made: another one of them may happen to be as large as the one that is asked for."""


def asking() -> list[tuple[str, int]]:
    found = []
    for entry in lesson_index():
        lesson = load_lesson(entry.id).lesson
        assert lesson is not None
        found += [(entry.id, n) for n, caption in enumerate(lesson.captions) if caption.predict]
    return found


def told(picture: Picture, answer: str) -> list[str]:
    """The texts that hold a number."""
    found = [item.text for item in picture.items if isinstance(item, Label)]
    found += [text for item in picture.items if isinstance(item, Cells) for row in item.shown_texts() for text in row]
    number = re.compile(rf"(?<![\d.,\w]){re.escape(answer)}(?![\d\w]|[.,]\d)")
    return sorted(text for text in [*found, picture.summary] if number.search(text))


@pytest.mark.parametrize(("identity", "index"), asking())
def test_nothing_that_is_pointed_at_tells_what_is_asked_for(identity: str, index: int) -> None:
    document = caption_document(load_lesson(identity), index)
    assert document.lesson is not None
    shown = scene(document.view.scene)
    ready = prepared(shown, document)
    layout = laid_out(shown, ready, document.view, Canvas(1000, 700, LIGHT))
    at = document.lesson.captions[index].step % shown.steps(ready)
    picture = shown.picture(layout, float(at), Focus())
    answer = picture.answer
    assert answer
    still = hide_answer(picture, LIGHT)
    known = told(still, answer)
    # A number of one digit stands in every other sum; 15 is an index of that input, and 36 what one weight adds there.
    assert len(answer) == 1 or not known or identity in ("receptive-field", "transposed-2-5"), known
    for grid in still.hits:
        rows, columns = ({0, 1, n // 3, n // 2, n - 2, n - 1} for n in grid.shape)
        for i, j in product(rows, columns):
            x = grid.x + (j + 0.5) * grid.width
            hit = grid.hit(x, grid.y + (i + 0.5) * grid.height + grid.slope * (x - grid.x))
            if hit is None or (hit.kind in MADE and shown.step_of(layout, hit) != at):
                continue
            seen = hide_answer(shown.picture(layout, float(at), Focus(hit)), LIGHT)
            assert len(answer) == 1 or not set(told(seen, answer)) - set(known), hit


@pytest.mark.parametrize("kind", ["input", "layer"])
def test_no_field_that_is_asked_for_is_drawn_wherever_one_points(kind: str) -> None:
    """The third layer's cells see 15, the second's 7."""
    document = caption_document(load_lesson("receptive-field"), 2)
    shown = scene("receptive")
    layout = laid_out(shown, prepared(shown, document), document.view, Canvas(1000, 700, LIGHT))
    assert isinstance(layout, StackLayout)
    unit = layout.view.across
    indices = [(0, i, j) for i in (0, 10, 20) for j in (0, 10, 20)] if kind == "input" else [(2, 0)]
    for index in indices:
        seen = hide_answer(shown.picture(layout, 2.0, Focus(Hit(kind, index))), LIGHT)
        wide = [box[2:] for item in seen.overlay if isinstance(item, Rects) for box in item.boxes]
        assert not [size for size in wide if abs(size[0] - 15 * unit) < 1 and abs(size[1] - 15 * unit) < 1]
        assert not [text for text in told(seen, "15") if text != "15"], "an index of the input is 15, too"


@pytest.mark.parametrize("size", [(924, 655), (1000, 700), (510, 430)])
def test_fields_stay_on_the_input(size: tuple[float, float]) -> None:
    """At the border a field reaches out over the padding, where title and stack stand."""
    document = caption_document(load_lesson("receptive-field"), 0)
    shown = scene("receptive")
    layout = laid_out(shown, prepared(shown, document), document.view, Canvas(*size, LIGHT))
    assert isinstance(layout, StackLayout)
    left, top, wide, high = layout.view.clip
    inside = {(layout.fields.size[0] // 2, 3), (0, 0), (0, 20), (20, 20)}
    middle = shown.picture(layout, 2.0, Focus())
    for cell in inside:
        drawn = shown.picture(layout, 2.0, Focus(Hit("input", (0, *cell))))
        # What is not drawn so when nothing is pointed at.
        for item in drawn.overlay:
            if item in middle.overlay or not isinstance(item, Rects | Lines):
                continue
            ends = item.boxes.copy() if isinstance(item, Rects) else item.segments.copy()
            if isinstance(item, Rects):
                ends[:, 2:] += ends[:, :2]
            near = ends[
                (ends[:, 0] < left + wide) & (ends[:, 2] > left) & (ends[:, 1] < top + high) & (ends[:, 3] > top)
            ]
            assert not len(near) or (near[:, [0, 1]] >= np.array([left, top]) - 1).all(), cell
            assert not len(near) or (near[:, [2, 3]] <= np.array([left + wide, top + high]) + 1).all(), cell
