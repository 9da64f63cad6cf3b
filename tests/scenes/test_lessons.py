"""What holds for every lesson, whatever its scene."""

from __future__ import annotations

import pytest

from convgui.draw.theme import DARK, LIGHT
from convgui.files.lessons import lesson_index, load_lesson
from convgui.model.document import Document
from convgui.model.flow import chosen_layer_input
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, note, reason_against
from convgui.session.walking import caption_document
from tests.scenes.checks import SIZES, assert_legible

LESSONS = [lesson.id for lesson in lesson_index()]
EVERY, SPREAD = 60, 12
CHAPTERS = ("Convolution", "Geometry", "Volumes", "Up-sampling", "Cheaper filters", "Learning", "Real networks",
            "One axis")  # fmt: skip


def test_the_chapters_come_in_the_order_of_the_book() -> None:
    seen = list(dict.fromkeys(lesson.chapter for lesson in lesson_index()))
    assert seen == [chapter for chapter in CHAPTERS if chapter in seen]


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_opens_where_its_first_sentence_is_true(lesson: str) -> None:
    document = load_lesson(lesson)
    assert document.lesson is not None
    first = document.lesson.captions[0]
    assert document.view.step == first.step
    assert {**document.view.options, **first.options} == dict(document.view.options)


def moments_of(document: Document) -> list[tuple[Document, set[int]]]:
    """Return what the captions are about, one after the other, with the steps that they name."""
    assert document.lesson is not None
    found = [(document, {document.view.step})]
    for index, caption in enumerate(document.lesson.captions):
        about = caption_document(document, index)
        alike = (steps for known, steps in found if (known.layers, _options(known)) == (about.layers, _options(about)))
        known = next(alike, None)
        if known is None:
            found.append((about, known := set()))
        known.add(caption.step)
    return found


def _options(document: Document) -> dict[str, str]:
    return dict(document.view.options)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_step_of_every_lesson_is_legible_in_both_themes(lesson: str) -> None:
    """Every step where there are at most `EVERY`; of more (a photo has a step a pixel) those of the captions and some
    spread over the rest: what stands where is placed once for all steps, only the pixel's own numbers differ."""
    document = load_lesson(lesson)
    found = scene(document.view.scene)
    for shown, named in moments_of(document):
        options = _options(shown)
        assert reason_against(found, shown) == ""
        for option in found.options(shown):
            wanted = options.get(option.name)
            assert wanted is None or wanted in [identity for identity, _ in option.choices], (option.name, wanted)
        prepared = found.prepare(shown if found.reads_stack else chosen_layer_input(shown))
        count = found.steps(prepared)
        steps = {step % count for step in named}
        steps |= set(range(count)) if count <= EVERY else {*range(0, count, count // SPREAD), count - 1}
        for theme in (LIGHT, DARK):
            below = note(found, shown, Canvas(*SIZES[0], theme))
            layout = found.lay_out(prepared, shown.view, below.room)
            # Where things stand is the same in the dark, and colours are those of the steps that are spoken of.
            for step in sorted(steps if theme is LIGHT else {step % count for step in named}):
                assert_legible(below.below(found.picture(layout, float(step), Focus())))
