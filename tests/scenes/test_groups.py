"""Groups: wiring, shuffle and cost, read from the picture's own content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from convgui.core import convolve
from convgui.draw.picture import Hit, Label, Picture, Raster
from convgui.files.lessons import load_lesson
from convgui.model.document import Document
from convgui.scenes import scene
from convgui.scenes.groups.wiring import wiring
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document
from tests.documents import random_document
from tests.scenes.checks import assert_hits_return, assert_legible, grid, moments, picture_of, words


def wired(given: Document, options: Mapping[str, str] | None = None) -> Document:
    return replace(given, view=replace(given.view, scene="groups", options=options or {}))


def truth(picture: Picture) -> list[list[int]]:
    return [[int(text or 0) for text in row] for row in grid(picture, "matrix")]


def column(picture: Picture, place: int) -> list[str]:
    """The numbers in the boxes of a stage, downwards."""
    boxes = [i for i in picture.items if isinstance(i, Label) and i.anchor == "middle" and i.text.isdigit()]
    across = sorted({round(i.x) for i in boxes})
    return [i.text for i in sorted(boxes, key=lambda i: i.y) if round(i.x) == across[place]]


def test_steps_are_legible_at_other_sizes() -> None:
    for picture in moments(load_lesson("grouped")):
        assert_legible(picture)


def test_the_wiring_is_the_layers() -> None:
    """Channels that a filter really reads: those whose change changes the output."""
    given = wired(random_document(6, 4, (3, 3), (3, 3), groups=2))
    layer, data = given.layer, np.zeros((6, 3, 3))
    seen = np.zeros((4, 6), dtype=int)
    weight = np.ones_like(layer.weight)
    for channel in range(6):
        lit = data.copy()
        lit[channel] = 1
        seen[:, channel] = convolve(lit, weight, groups=2)[:, 0, 0] != 0
    assert truth(picture_of(given)) == seen.tolist()


@pytest.mark.parametrize(
    ("groups", "weights", "products"), [(1, "729", "11 664"), (3, "243", "3888"), (9, "81", "1296")]
)
def test_costs_of_each_legal_count(groups: int, weights: str, products: str) -> None:
    picture = picture_of(load_lesson("grouped"), options={"groups": str(groups)})
    assert truth(picture) == np.kron(np.eye(groups, dtype=int), np.ones((9 // groups,) * 2, dtype=int)).tolist()
    bold = [i for i in picture.items if isinstance(i, Label) and i.runs[0].bold and i.text == str(groups)]
    assert len(bold) == 1
    row = sorted((i.x, i.text) for i in picture.items if isinstance(i, Label) and i.y == bold[0].y)
    assert [text for _, text in row] == [str(groups), weights, products]


def test_two_groups_halve_the_weights() -> None:
    picture = picture_of(wired(random_document(4, 4, (5, 5), (3, 3), groups=2)), focus=Focus(Hit("choice", (0, 2))))
    assert "2 groups: 72 weights" in picture.summary
    assert "× 0.5 of the dense layer" in picture.summary


def test_the_shuffle_of_nine_channels() -> None:
    picture = picture_of(load_lesson("grouped"), options={"groups": "3", "then": "shuffle"})
    assert column(picture, 2) == ["0", "3", "6", "1", "4", "7", "2", "5", "8"]
    assert (np.array(truth(picture)) == 1).all()
    assert any("0 3 6 1 4 7 2 5 8" in text for text in words(picture))
    apart = picture_of(load_lesson("grouped"), options={"groups": "3", "then": "two"})
    assert np.count_nonzero(truth(apart)) == 27
    assert "groups stay apart" in apart.summary


def test_pointwise_grouped() -> None:
    picture = picture_of(load_lesson("grouped"), options={"groups": "3", "kernel": "point"})
    assert "27" in words(picture)
    assert any("3 groups, pointwise" in text for text in words(picture))


def test_a_step_is_an_output_channel() -> None:
    picture = picture_of(load_lesson("grouped"), 4, options={"groups": "3"})
    assert picture.summary.startswith("Output 4 sees 3 of 9 input channels: 3, 4, 5.")


CASES = {
    "dense": random_document(3, 2, (5, 5), (3, 3)),
    "multiplied": random_document(4, 12, (5, 5), (3, 3), groups=4),
    "transposed": random_document(4, 4, (5, 5), (3, 3), transposed=True),
    "one axis": random_document(8, 8, (9,), (3,), groups=4),
    "volume": random_document(8, 8, (4, 4, 4), (3, 3, 3), groups=2),
    "forty": random_document(40, 40, (4, 4), (1, 1), groups=5),
    "many": random_document(64, 128, (8, 8), (3, 3), groups=4),
}


@pytest.mark.parametrize("name", CASES)
def test_any_layer(name: str) -> None:
    given = wired(CASES[name])
    for then in ("one", "two", "shuffle"):
        for size in ((880, 640), (510, 430), (1500, 900)):
            for theme in ("light", "dark"):
                assert_legible(picture_of(given, -1, size, theme, options={"then": then}))
    if name == "many":
        assert any(isinstance(item, Raster) for item in picture_of(given).items)


def test_pointing() -> None:
    three = {"groups": "3"}
    for options in (three, {**three, "then": "shuffle"}):
        assert_hits_return(load_lesson("grouped"), options)
    given = wired(load_lesson("grouped"), three)
    assert "reaches 3 of 9 outputs" in picture_of(given, focus=Focus(Hit("channel", (0, 4, 0)))).summary
    assert "No way leads" in picture_of(given, focus=Focus(Hit("matrix", (0, 8)))).summary
    choices = [hits.origin for hits in picture_of(given).hits if hits.kind == "choice"]
    assert choices == [(0, 1), (0, 3), (0, 9)]


def test_thumbnails_have_no_words() -> None:
    assert words(picture_of(load_lesson("grouped"), size=(240, 160), captions=False)) == []


def test_refusals() -> None:
    assert "only one goes in" in reason_against(scene("groups"), random_document(1, 4, (5, 5), (3, 3)))
    assert "only one comes out" in reason_against(scene("groups"), random_document(4, 1, (5, 5), (3, 3)))


@pytest.mark.parametrize(("channels", "groups"), [(6, 2), (6, 3), (8, 2), (8, 4), (9, 3), (12, 4)])
def test_a_shuffle_deals_the_channels_of_each_group_to_all_groups(channels: int, groups: int) -> None:
    given, per = random_document(channels, channels, (3, 3), (1, 1), groups=groups), channels // groups
    wires = wiring(given, groups, "shuffle", False)
    assert wires.shuffles == (False, True, False)
    for group in range(groups):
        for place in range(per):
            # The channel at a place of its group goes to that round of the dealing, and there to its group's turn.
            to = np.flatnonzero(wires.links[1][:, group * per + place])
            assert to.tolist() == [place * groups + group]
            assert wires.order[to[0]] == group * per + place


@pytest.mark.parametrize(("channels", "filters", "groups"), [(4, 8, 2), (8, 4, 2), (6, 12, 3), (4, 4, 4), (2, 8, 2)])
def test_the_group_that_is_named_is_that_of_the_filter(channels: int, filters: int, groups: int) -> None:
    """As many filters one after the other as each group has make a group, however many channels come in."""
    given = wired(random_document(channels, filters, (5, 5), (3, 3), groups=groups))
    for output in range(filters):
        said = " ".join(words(picture_of(given, output)))
        assert f"Group {output // (filters // groups)}, of {groups} groups" in said


@pytest.mark.parametrize(("then", "kernel"), [("two", "own"), ("shuffle", "own"), ("shuffle", "point")])
def test_of_two_layers_both_are_counted(then: str, kernel: str) -> None:
    given = load_lesson("grouped")
    picture = picture_of(given, 4, (924, 655), options={"groups": "3", "then": then, "kernel": kernel})
    taps = 9 if kernel == "own" else 1
    found = words(picture)
    assert "Legal groups" in found
    assert any(text.startswith("both layers together") for text in found)
    for groups in (1, 3, 9):
        assert f"{2 * 81 * taps // groups}" in [text.replace(" ", "") for text in found]
    rows, columns = given.layer.spec.output_shape(given.sample.spatial) if kernel == "own" else given.sample.spatial
    again = given.layer.spec.output_shape((rows, columns)) if kernel == "own" else (rows, columns)
    made = 27 * taps * (rows * columns + again[0] * again[1])
    assert f"{made}" in [text.replace(" ", "") for text in found]


def test_numbers_of_the_table_end_below_each_other() -> None:
    """A narrow space is narrower than a digit."""
    picture = picture_of(load_lesson("grouped"), 0, (924, 655), options={"groups": "1"})
    numbers = [i for i in picture.items if isinstance(i, Label) and i.mono and i.text.replace(" ", "").isdigit()]
    assert "11 664" in [i.text for i in numbers]
    assert not [i.text for i in picture.items if isinstance(i, Label) and i.mono and "\u2009" in i.text]


def test_the_costs_say_of_which_kernels_they_are() -> None:
    """Between the last two captions nothing else of the picture changes but what they are about."""
    lesson = load_lesson("grouped")
    for index, size in ((4, "3 × 3"), (5, "1 × 1")):
        about = caption_document(lesson, index)
        for canvas in ((892, 650), (1024, 505)):
            assert any(f"kernels of {size}" in text for text in words(picture_of(about, 4, canvas)))
