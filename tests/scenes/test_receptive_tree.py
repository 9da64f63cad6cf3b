"""The tree of a stack on one axis: what it lights is what a change of each sample changes, and how it looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from convgui.core import ConvSpec, SpecError
from convgui.draw.picture import Hit, Lines
from convgui.draw.theme import LIGHT
from convgui.layers.convolution import Convolution
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.receptive.tree import Tree
from convgui.scenes.scene import Focus
from tests.scenes.checks import SIZES, assert_legible, picture_of, words


def layer(taps: int, dilation: int = 1, stride: int = 1, padding: tuple[int, int] | None = None) -> Convolution:
    pads = ((taps - 1) * dilation, 0) if padding is None else padding
    spec = ConvSpec.of(1, 1, (taps,), dilation=dilation, stride=stride, padding=(pads,))
    return Convolution(spec, np.ones((1, 1, taps)), np.zeros(1))


def stack(layers: Sequence[Convolution | ReLU], length: int = 40, rate: int | None = None) -> Document:
    rng = np.random.default_rng(2)
    timed = {"spacing": (1 / rate,), "units": ("s",)} if rate else {}
    sample = Sample(rng.normal(size=(1, length)), "line", **timed)  # type: ignore[arg-type]
    return Document(sample, tuple(layers), View(scene="receptive"))


def wavenet(count: int, length: int, rate: int | None = None) -> Document:
    return stack([layer(2, 2**n) for n in range(count)], length, rate)


def tree_of(made: Document) -> Tree:
    prepared = scene("receptive").prepare(made)
    assert isinstance(prepared, Tree)
    return prepared


KINDS = st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(0, 2), st.integers(0, 2))


@given(st.lists(KINDS, min_size=1, max_size=4), st.integers(8, 24))
def test_what_is_lit_is_what_moves_the_output(kinds: list[tuple[int, int, int, int, int]], length: int) -> None:
    made = stack([layer(k, d, s, (a, b)) for k, d, s, a, b in kinds], length)
    try:
        data = tree_of(made)
    except SpecError:
        return
    eye = np.eye(length)[:, None]
    moved = np.array([_forward(made, one) for one in eye])
    for position in range(data.length(data.top)):
        row = data.lit(data.top, position)[0]
        assert row.cells[row.given].tolist() == np.flatnonzero(moved[:, position]).tolist()
    for cell in range(length):
        assert data.reaching(cell)[-1].tolist() == np.flatnonzero(moved[cell]).tolist()


def _forward(made: Document, x: NDArray[np.float64]) -> NDArray[np.float64]:
    for one in made.layers:
        x = one.forward(x)
    return np.asarray(x[0], np.float64)


@pytest.mark.parametrize(("count", "field"), [(4, 16), (10, 1024)])
def test_wavenets_fields_are_those_of_the_facts(count: int, field: int) -> None:
    made = wavenet(count, 3000, 16_000)
    data = tree_of(made)
    assert data.field == field
    rows = data.lit(data.top, 2000)
    assert [len(row.cells) for row in rows] == [2**n for n in range(count, -1, -1)]
    assert (rows[0].cells[0], rows[0].cells[-1]) == (2000 - field + 1, 2000)
    picture = picture_of(made, 2000)
    assert f"= {field}" in picture.summary
    assert f"field {field} samples = {field // 16} ms" in words(picture)
    assert "1 + (2 − 1) · (1 + 2 + 4 + 8" in picture.summary


def test_the_future_is_hatched_where_nothing_of_it_is_seen() -> None:
    causal = picture_of(wavenet(3, 400), 200)
    assert {"the future:", "not seen"} <= set(words(causal))
    same = picture_of(stack([layer(3, 1, 1, (1, 1)), layer(3, 2, 1, (2, 2))], 400), 200)
    assert not {"the future:", "not seen", "the future: not seen"} & set(words(same))


def test_layers_that_see_one_value_have_no_row() -> None:
    made = stack([layer(2), ReLU(), layer(1), layer(2, 2)])
    assert tree_of(made).numbers == (0, 3)


def test_a_node_and_a_sample_that_are_pointed_at_show_their_own_tree() -> None:
    made = wavenet(4, 400)
    picture = picture_of(made, 200, focus=Focus(hover=Hit("node", (2, 0, 198))))
    assert "a field of 4 samples" in picture.summary
    assert "in[195] … in[198]" in picture.summary
    picture = picture_of(made, 200, focus=Focus(hover=Hit("input", (0, 0, 198))))
    assert "in[198] reaches 16 outputs" in picture.summary
    assert "out[213]" in picture.summary


def test_every_node_in_view_answers_and_a_click_on_an_output_goes_there() -> None:
    shown = scene("receptive")
    made = wavenet(4, 400)
    layout = shown.lay_out(shown.prepare(made), made.view, Canvas(*SIZES[0], LIGHT))
    picture = shown.picture(layout, 200, Focus())
    for grid in picture.hits:
        for column in range(grid.shape[1]):
            index = (*grid.prefix, 0, column + grid.origin[1])
            x, y, wide, high = grid.box(index)
            hit = picture.hit(x + wide / 2, y + high / 2)
            assert hit == Hit(grid.kind, index)
    assert shown.step_of(layout, Hit("node", (4, 0, 77))) == 77
    assert shown.step_of(layout, Hit("node", (3, 0, 77))) is None


def test_one_first_looks_at_an_output_that_sees_no_padding() -> None:
    made = wavenet(10, 3000)
    assert scene("receptive").first_step(made) == 1023
    assert scene("receptive").steps(tree_of(made)) == 3000


def test_the_other_ways_of_looking_are_still_there() -> None:
    made = wavenet(3, 60)
    numbers = made.with_view(replace(made.view, options={"shown": "stack"}))
    assert scene("receptive").steps(scene("receptive").prepare(numbers)) == 3


def test_a_thousand_samples_are_drawn_with_few_items() -> None:
    picture = picture_of(wavenet(10, 3000), 2000)
    assert sum(len(item.segments) for item in picture.items if isinstance(item, Lines)) < 8000


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["four", "ten", "same", "strided", "one"])
def test_pictures_are_legible(kind: str, size: tuple[float, float], theme: str) -> None:
    made = {
        "four": lambda: wavenet(4, 2880, 16_000),
        "ten": lambda: wavenet(10, 3000, 16_000),
        "same": lambda: stack([layer(3, 1, 1, (1, 1)), layer(3, 2, 1, (2, 2))], 12),
        "strided": lambda: stack([layer(3, 1, 2, (1, 1))] * 3, 2000),
        "one": lambda: stack([layer(5)], 30),
    }[kind]()
    steps = tree_of(made).length(tree_of(made).top)
    for step in (0, steps // 3, steps - 1):
        assert_legible(picture_of(made, step, size, theme))
    assert_legible(picture_of(made, steps // 2, size, theme, Focus(hover=Hit("input", (0, 0, 5)))))


def test_a_layer_behind_a_stride_widens_the_field_by_whole_strides() -> None:
    """Araujo et al. (Distill 2019): r = 1 + sum of (k - 1) d times the strides before; 3, then 2 * 2, 2 * 6."""
    data = tree_of(stack([layer(4, stride=2, padding=(0, 0)), layer(3, padding=(0, 0), stride=3), layer(3)], 60))
    assert [data.grown(level) for level in (1, 2, 3)] == [3, 4, 12]
    assert data.field == 1 + 3 + 4 + 12


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_that_repeats_the_input_lights_what_it_repeats(mode: str) -> None:
    spec = ConvSpec.of(1, 1, (3,), padding=((2, 0),), padding_mode=mode)
    made = stack([Convolution(spec, np.ones((1, 1, 3)), np.zeros(1)), layer(2, padding=(0, 0))], 7)
    data = tree_of(made)
    moved = np.array([_forward(made, one) for one in np.eye(7)[:, None]])
    for position in range(data.length(data.top)):
        row = data.lit(data.top, position)[0]
        assert row.given.all()
        assert row.cells.tolist() == np.flatnonzero(moved[:, position]).tolist()
