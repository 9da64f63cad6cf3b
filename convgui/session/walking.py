"""Walking a lesson: which document each of its captions is about, and which of them belongs to what is shown.

A caption, the document and its step belong together. A caption that keeps a state is about that; the others are about
what the lesson began with, at their own steps and with the options that those up to them set.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from convgui.files.errors import LoadError
from convgui.files.own_lessons import open_lesson
from convgui.model.document import Document, Lesson
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.choice import choose_map, named_map
from convgui.scenes.scene import for_scene, reason_against

FEW = 12
"""Steps between two captions that are walked one by one; of a photo or a volume they would be thousands."""


def with_lesson_start(document: Document, *, listed: bool = False) -> Document:
    """Return a document whose lesson knows what it began with.

    Parameters
    ----------
    listed : bool
        Whether it comes from the list of lessons. Otherwise it may have been changed before it was kept, and a lesson
        that is listed begins as it does there.
    """
    lesson = document.lesson
    if lesson is None or lesson.start is not None:
        return document
    start = document
    if lesson.id and not listed:
        # One that is not listed any more began, as far as can be known, with what was kept.
        with suppress(LoadError):
            known = open_lesson(lesson.id)
            # The very arrays, so that coming back to the start is no change.
            start = document.with_view(known.view) if alike(known, document) else known
    return replace(document, lesson=replace(lesson, start=replace(start, lesson=None)))


def caption_document(document: Document, index: int) -> Document:
    """Return the document that a caption of its lesson is about, at the caption's step."""
    lesson = document.lesson
    assert lesson is not None
    caption = lesson.captions[index]
    if caption.state is not None:
        return replace(caption.state, view=replace(caption.state.view, step=caption.step), lesson=lesson)
    start = lesson.start or document
    options = dict(start.view.options)
    for earlier in lesson.captions[: index + 1]:
        options |= earlier.options if earlier.state is None else {}
    return _named_chosen(replace(start, view=replace(start.view, step=caption.step, options=options), lesson=lesson))


def _named_chosen(document: Document) -> Document:
    """Return a document with the filter chosen whose map its options name, so that all that shows filters shows it."""
    stage = document.view.layer + 1
    if stage >= len(document.shapes) or document.view.filter or document.view.channel:
        return document
    named = named_map(document.view, stage)
    if named is None or named >= document.shapes[stage][0]:
        return document
    # The name stays: what is about one filter alone is drawn so.
    return document.with_view(replace(choose_map(document, stage, named), options=document.view.options))


def caption_fits(document: Document, index: int) -> bool:
    """Whether a caption is about a document, whatever the step: the same input, layers, kernel, scene and options."""
    about, document = caption_document(document, index), _named_chosen(document)
    return (
        about.view.scene == document.view.scene
        and alike(about, document)
        and _chosen(about) == _chosen(document)
        and chosen_options(about) == chosen_options(document)
    )


def asks(document: Document, index: int) -> bool:
    """Whether a caption asks for a number of a document; another scene would tell it, too."""
    lesson = document.lesson
    if lesson is None or not lesson.captions[index].predict or lesson.captions[index].words == "stale":
        return False
    about = caption_document(document, index)
    same = (about.view.layer, about.view.filter) == (document.view.layer, document.view.filter)
    elsewhere = about.view.scene != document.view.scene and same and alike(about, document)
    return elsewhere or caption_fits(document, index)


def changed_at(document: Document, index: int) -> bool:
    """Whether a document holds something else than what a caption of its lesson is about, however it is looked at."""
    return not alike(caption_document(document, index), document)


def alike(one: Document, other: Document) -> bool:
    """Whether two documents hold the same input and the same layers, value by value."""
    same = len(one.layers) == len(other.layers) and one.sources == other.sources and one.missing == other.missing
    return (
        same
        and _same_sample(one.sample, other.sample)
        and all(a.alike(b) for a, b in zip(one.layers, other.layers, strict=True))
    )


def at_first_caption(document: Document) -> Document:
    """Return a lesson that somebody wrote as its first note is about it: where he stopped writing may tell an answer.

    What no note is about stays: it would be lost with the next saving.
    """
    lesson = document.lesson
    if lesson is None or lesson.id or not lesson.captions or lesson.captions[0].state is None:
        return document
    held = not all(changed_at(document, index) for index in range(len(lesson.captions)))
    return caption_document(document, 0) if held else document


def fitting_caption(document: Document, step: int, steps: int, near: int) -> int | None:
    """Return which caption is about a document at a step: that at `near`, otherwise a later one, otherwise an earlier.

    Parameters
    ----------
    step : int
        -1 is the last one.
    steps : int
        How many steps the scene has.
    """
    lesson = document.lesson or Lesson("", "", "")
    count = len(lesson.captions)
    order = (*range(near, count), *range(min(near, count) - 1, -1, -1))
    at = [index for index in order if (lesson.captions[index].step - step) % max(steps, 1) == 0]
    return next((index for index in at if caption_fits(document, index)), None)


def opening_caption(document: Document, step: int, steps: int) -> int | None:
    """Return at which caption a kept document goes on: its own, or the last one before its step; None if none fits."""
    exact = fitting_caption(document, step, steps, 0)
    if exact is not None or document.lesson is None:
        return exact
    fits = [n for n in range(len(document.lesson.captions)) if caption_fits(document, n)]
    before = [n for n in fits if document.lesson.captions[n].step % max(steps, 1) <= step]
    return before[-1] if before else next(iter(fits), None)


def beside(document: Document, index: int, step: int, steps: int, way: int) -> tuple[int, int] | None:
    """Return where one comes to from a caption and a step by walking captions and steps together.

    Between two captions about the same document a few steps apart, each step is one of its own; all others are passed.

    Parameters
    ----------
    index : int
        The caption at which one stands: the last one before the step, where that has none of its own.
    way : int
        1 leads on, -1 back.

    Returns
    -------
    tuple of int, or None
        The caption and its scene's step, -1 for the last; None at both ends.
    """
    captions = document.lesson.captions if document.lesson is not None else ()
    if not captions:
        return (0, step + way) if 0 <= step + way < steps else None

    def own(at: int) -> int | None:
        """The step of a caption, if there is one and it is about the document as it is."""
        there = 0 <= at < len(captions) and caption_fits(document, at)
        return captions[at].step % max(steps, 1) if there else None

    here, ahead, behind = own(index), own(index + 1), own(index - 1)
    # A step that another caption is about has that one's words: it is not passed on the way between two others.
    owned = {found for at in range(len(captions)) if (found := own(at)) is not None}
    if way > 0:
        if index + 1 == len(captions):
            return (index, step + 1) if step + 1 < steps and not any(n > step for n in owned) else None
        between = here is not None and ahead is not None and step + 1 < ahead <= step + FEW
        free = ahead is not None and owned.isdisjoint(range(step + 1, ahead))
        return (index, step + 1) if between and free else (index + 1, captions[index + 1].step)
    if here is not None and here < step <= here + FEW and owned.isdisjoint(range(here + 1, step)):
        return index, step - 1
    if here != step:
        return index, captions[index].step
    if behind is not None and behind < step <= behind + FEW and owned.isdisjoint(range(behind + 1, step)):
        return index - 1, step - 1
    return (index - 1, captions[index - 1].step) if index > 0 else None


def _chosen(document: Document) -> tuple[int, ...]:
    """Return which layer and kernel is chosen, as far as the scene shows another one then."""
    view = document.view
    shown = scene(view.scene)
    if shown.steps_through_layers:
        # Which one is chosen goes with the step.
        return ()
    return (view.layer, view.filter, *((view.channel,) if shown.reads_channel else ()))


def chosen_options(document: Document) -> dict[str, str]:
    """Return what is chosen of each option that the document's scene offers; nothing where it cannot show it."""
    shown = scene(document.view.scene)
    if reason_against(shown, document):
        return {}
    return {option.name: option.chosen(document.view) for option in shown.options(for_scene(shown, document))}


def _same_sample(one: Sample, other: Sample) -> bool:
    a, b = one.data, other.data
    return a is b or (a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=True)))
