"""What holds for every lesson, whatever its scene."""

from __future__ import annotations

import pytest

from convgui.files.lessons import lesson_index, load_lesson
from convgui.scenes import scene
from tests.scenes.checks import SIZES, picture_of

LESSONS = [lesson.id for lesson in lesson_index()]
CHAPTERS = ("Convolution", "Geometry", "Volumes", "Up-sampling", "Cheaper filters", "Learning")


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


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_caption_can_be_shown_as_the_window_walks_through_them(lesson: str) -> None:
    document = load_lesson(lesson)
    assert document.lesson is not None
    found = scene(document.view.scene)
    options = dict(document.view.options)
    for caption in document.lesson.captions:
        options |= caption.options
        for theme in ("light", "dark"):
            picture = picture_of(document, caption.step, SIZES[0], theme, options=options)
            assert picture.summary
        for option in found.options(document):
            wanted = options.get(option.name)
            assert wanted is None or wanted in [identity for identity, _ in option.choices], (option.name, wanted)
