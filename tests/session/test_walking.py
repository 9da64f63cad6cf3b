"""Which words belong to what is shown: those about the same input, layers, kernel, scene, options and step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from convgui.files.lessons import lesson_index, load_lesson
from convgui.layers.add import Add
from convgui.layers.relu import ReLU
from convgui.model.document import Caption, Document, Lesson
from convgui.scenes import scene
from convgui.scenes.choice import chosen_map
from convgui.scenes.scene import prepared
from convgui.session import edits, notes
from convgui.session.opening import modified
from convgui.session.stack import add_layer
from convgui.session.walking import (
    FEW,
    beside,
    caption_document,
    caption_fits,
    changed_at,
    fitting_caption,
    opening_caption,
    with_lesson_start,
)
from tests.documents import random_document, textbook


def told(document: Document) -> Document:
    """Return a lesson of three captions: two steps, and an option at the second."""
    captions = (Caption("first", 0), Caption("fourth", 3, {"channels": "apart"}), Caption("last", -1))
    return with_lesson_start(replace(document, lesson=Lesson("", "Told", "Tests", captions)), listed=True)


def small() -> Document:
    return told(random_document(2, 2, (5, 5), (3, 3), padding=1))


def view(document: Document, **changes: object) -> Document:
    return document.with_view(replace(document.view, **changes))  # type: ignore[arg-type]


CHANGES: dict[str, Callable[[Document], Document]] = {
    "weight": lambda d: edits.set_tap(d, (0, 0), 9, every_channel=False),
    "bias": lambda d: edits.set_bias(d, 9),
    "flip": lambda d: d.with_layer(edits.flipped(d.layer, True)),
    "input": lambda d: edits.set_input(d, (0, 0, 0), 99),
    "stride": lambda d: edits.change_spec(d, stride=2),
    "padding": lambda d: edits.change_spec(d, padding=0),
    "filters": lambda d: edits.change_spec(d, out_channels=3),
    "a layer more": lambda d: add_layer(d, "relu"),
    "missing values": lambda d: replace(d, missing="zero"),
    "another filter": lambda d: view(d, filter=1),
    "another option": lambda d: view(d, options={"channels": "apart"}),
    "another scene": lambda d: view(d, scene="arithmetic"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_of_what_is_shown_is_seen(name: str) -> None:
    document = small()
    assert caption_fits(document, 0)
    assert not caption_fits(CHANGES[name](document), 0)


@pytest.mark.parametrize("change", [{"zoom": 3.0}, {"centre": (0.1, 0.2)}, {"turn": (1.0, 2.0)}, {"step": 2}])
def test_moving_about_in_a_picture_changes_nothing(change: dict[str, object]) -> None:
    assert caption_fits(view(small(), **change), 0)


def test_each_caption_has_its_moment() -> None:
    document = small()
    assert [caption_document(document, n).view.step for n in range(3)] == [0, 3, -1]
    assert [dict(caption_document(document, n).view.options) for n in range(3)] == [
        {},
        {"channels": "apart"},
        {"channels": "apart"},
    ]
    assert fitting_caption(document, 0, 25, 2) == 0
    assert fitting_caption(document, 24, 25, 0) is None, "its option is not chosen"
    apart = view(document, options={"channels": "apart"})
    assert [fitting_caption(apart, step, 25, 0) for step in (0, 3, 24, -1)] == [None, 1, 2, 2]
    # What was changed belongs to none, until it is changed back.
    changed = CHANGES["weight"](document)
    assert fitting_caption(changed, 0, 25, 0) is None
    assert caption_document(changed, 0).layers == document.layers
    same = replace(document, layers=(replace(document.layer, weight=document.layer.weight.copy()),))
    assert caption_fits(same, 0)


def test_where_a_kept_document_goes_on() -> None:
    document = small()
    apart = view(document, options={"channels": "apart"})
    assert opening_caption(document, 0, 25) == 0
    assert opening_caption(apart, 3, 25) == 1
    assert opening_caption(apart, 7, 25) == 1, "the last words before"
    assert opening_caption(apart, 24, 25) == 2
    assert opening_caption(apart, 1, 25) == 1, "there are none before"
    assert opening_caption(CHANGES["weight"](document), 0, 25) is None
    assert opening_caption(textbook(), 0, 9) is None


def test_a_lesson_that_was_changed_before_it_was_kept_is_known_by_the_list() -> None:
    shipped = load_lesson("single-channel")
    kept = edits.set_tap(shipped, (0, 0), 9, every_channel=False)
    reopened = with_lesson_start(kept)
    assert not caption_fits(reopened, 0)
    assert np.array_equal(caption_document(reopened, 0).layer.weight, shipped.layer.weight)
    assert caption_fits(with_lesson_start(shipped), 0)
    assert with_lesson_start(reopened) is reopened
    # What a lesson began with is no change of it, and nothing that is kept.
    assert not modified(with_lesson_start(kept), kept)
    unlisted = replace(kept, lesson=Lesson("own:gone", "Gone", "Tests", (Caption("x"),)))
    assert caption_fits(with_lesson_start(unlisted), 0)


def test_a_note_is_about_its_own_state() -> None:
    first = textbook()
    taught = notes.add_note(first, notes.note_here(first, "One", 2))
    changed = edits.set_tap(taught, (0, 0), 9, every_channel=False)
    taught = with_lesson_start(notes.add_note(changed, notes.note_here(changed, "Two", 5)), listed=True)
    assert not caption_fits(taught, 0)
    assert caption_fits(taught, 1)
    assert opening_caption(taught, 5, 9) == 1
    assert caption_fits(caption_document(taught, 0), 0)


@pytest.mark.parametrize("identity", [lesson.id for lesson in lesson_index()])
def test_every_caption_of_every_lesson_is_about_its_moment(identity: str) -> None:
    document = with_lesson_start(load_lesson(identity), listed=True)
    assert document.lesson is not None
    for place in range(len(document.lesson.captions)):
        assert caption_fits(caption_document(document, place), place)


def test_layers_without_weights_are_compared_by_what_they_are() -> None:
    document = told(replace(textbook(), layers=(textbook().layer, ReLU())))
    assert caption_fits(replace(document, layers=(document.layers[0], ReLU())), 0)


def walked(document: Document, way: int, start: tuple[int, int], steps: int = 9) -> list[tuple[int, int]]:
    """Return where one comes to from a caption and a step, until there is no further."""
    found, at = [start], beside(document, *start, steps, way)
    while at is not None and len(found) < 40:
        at = at[0], at[1] % steps
        found.append(at)
        at = beside(document, *at, steps, way)
    return found


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        # Every step between two captions, but not thousands; a step with two captions is passed twice.
        ((0, 2, 2, 5), [(0, 0), (0, 1), (1, 2), (2, 2), (2, 3), (2, 4), (3, 5)]),
        ((0, 1, -1), [(0, 0), (1, 1), *((1, n) for n in range(2, 8)), (2, 8)]),
        ((5, 0, 1), [(0, 5), (1, 0), (2, 1)]),
        # No step is passed that a caption elsewhere is about.
        ((0, 2, 8, 6), [(0, 0), (0, 1), (1, 2), (2, 8), (3, 6)]),
    ],
)
def test_captions_and_steps_are_walked_there_and_back(steps: tuple[int, ...], wanted: list[tuple[int, int]]) -> None:
    document = with_lesson_start(
        replace(textbook(), lesson=Lesson("", "Told", "Tests", tuple(Caption(str(step), step) for step in steps)))
    )
    rest = [(len(steps) - 1, n) for n in range(wanted[-1][1] + 1, 9)] if max(steps) <= wanted[-1][1] else []
    assert walked(document, 1, wanted[0]) == [*wanted, *rest], "behind the last caption the steps go on to no other"
    assert walked(document, -1, wanted[-1]) == wanted[::-1]


@pytest.mark.parametrize("identity", [entry.id for entry in lesson_index()])
def test_every_lesson_ends_in_both_directions(identity: str) -> None:
    """As in a lecture: the bar stands at the caption that is about a step, and captions come in their order."""
    opened = with_lesson_start(load_lesson(identity), listed=True)
    assert opened.lesson is not None
    count, counts = len(opened.lesson.captions), dict[int, int]()

    def about(index: int) -> tuple[Document, int]:
        document = caption_document(opened, index)
        if index not in counts:
            found = scene(document.view.scene)
            counts[index] = found.steps(prepared(found, document))
        return document, counts[index]

    for way, first in ((1, 0), (-1, count - 1)):
        document, steps = about(first)
        at, met = (first, opened.lesson.captions[first].step % steps), list[tuple[int, int]]()
        while at not in met and len(met) < 500:
            met.append(at)
            found = beside(document, *at, steps, way)
            if found is None or (at[0] == count - 1 and way > 0):
                break
            if not caption_fits(document, found[0]):
                document, steps = about(found[0])
            index, step = found[0], found[1] % steps
            fits = fitting_caption(document, step, steps, index)
            at = (index if fits is None else fits), step
        assert len(met) == len(set(met)) < 500, "nothing is seen twice"
        told = [index for index, _ in met]
        assert sorted(set(told)) == list(range(count)), "every caption is seen"
        assert told == sorted(told, reverse=way < 0), "in their order"


def test_of_many_steps_between_captions_none_is_walked() -> None:
    document = with_lesson_start(
        replace(textbook(), lesson=Lesson("", "Told", "Tests", (Caption("a", 10), Caption("b", 5000))))
    )
    assert beside(document, 0, 10, 9000, 1) == (1, 5000)
    assert beside(document, 1, 5000, 9000, -1) == (0, 10)


@pytest.mark.parametrize(("far", "back"), [(FEW, (0, FEW - 1)), (FEW + 1, (0, 0))])
def test_behind_the_last_caption_a_few_steps_are_walked_back(far: int, back: tuple[int, int]) -> None:
    document = with_lesson_start(replace(textbook(), lesson=Lesson("", "Told", "Tests", (Caption("a", 0),))))
    assert beside(document, 0, far, 40, -1) == back


def test_a_branch_that_is_read_in_another_way_is_a_change() -> None:
    """Neither the layers nor their weights tell which values they read."""
    layers = (ReLU(), ReLU(), Add())
    document = told(replace(textbook(), layers=layers, sources=((0,), (1,), (0, 2))))
    assert caption_fits(document, 0)
    assert not changed_at(document, 0)
    for sources in (((0,), (1,), (1, 2)), ((0,), (0,), (0, 2)), ((0,), (1,), (2, 0))):
        assert changed_at(replace(document, sources=sources), 0)


def test_a_caption_that_names_a_map_chooses_the_filter_that_makes_it() -> None:
    """The inspector shows the chosen filter: it is the one whose map is ringed, and words are not about another."""
    given = with_lesson_start(load_lesson("three-edges"), listed=True)
    for index, wanted in enumerate((0, 1, 2, 2)):
        about = caption_document(given, index)
        assert (about.view.filter, chosen_map(about, 1)) == (wanted, wanted)
        assert caption_fits(about, index)
        other = about.with_view(replace(about.view, filter=(wanted + 1) % 3))
        assert caption_fits(other, index) == (index > 0 and not other.view.filter)
