"""Pointing at blocks: the cells of solids and numbers tie input, weight, product and output together."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from convgui.draw.number import number
from convgui.draw.picture import Hit, Item, Label, Lines, Picture, Rects
from convgui.draw.solid import Stand, outline
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.scenes.volume import SCENE
from convgui.session.walking import caption_document
from tests.documents import random_document
from tests.scenes.checks import assert_legible, words

CASES: dict[str, dict[str, Any]] = {
    "plain": {"channels": 1, "filters": 1, "size": (4, 5, 6), "kernel": (2, 3, 2)},
    "padded and strided": {
        "channels": 2, "filters": 2, "size": (4, 4, 5), "kernel": (3, 3, 3), "padding": 1, "stride": 2,
    },
    "one channel, padded": {"channels": 1, "filters": 2, "size": (3, 4, 4), "kernel": (3, 3, 3), "padding": 1},
    "dilated": {"channels": 1, "filters": 1, "size": (6, 5, 7), "kernel": (2, 2, 3), "dilation": 2},
    "grouped": {"channels": 4, "filters": 2, "size": (3, 4, 4), "kernel": (2, 2, 2), "groups": 2},
    "transposed": {
        "channels": 2, "filters": 2, "size": (2, 3, 3), "kernel": (3, 2, 3), "transposed": True, "stride": 2,
    },
}  # fmt: skip


def shown(name: str, filter: int = 0) -> tuple[Document, Any]:
    document = random_document(**CASES[name]).with_view(View(scene="volume", filter=filter))
    return document, SCENE.lay_out(SCENE.prepare(document), document.view, Canvas(1440, 900, LIGHT))


def middles(block: Stand, cell: tuple[int, ...]) -> list[tuple[float, float]]:
    """The middles of a cell's top, front and right side."""
    d, h, w = cell
    return [
        block.point(d + 0.5, h, w + 0.5),
        block.point(d + 1, h + 0.5, w + 0.5),
        block.point(d + 0.5, h + 0.5, w + 1),
    ]


def cubes(items: tuple[Item, ...], width: float) -> set[tuple[float, ...]]:
    """Where cells of blocks are outlined in lines of a width."""
    found = [i.segments for i in items if isinstance(i, Lines) and i.width == width and len(i.segments) % 9 == 0]
    return {tuple(np.round(lines[n], 3).tolist()) for lines in found for n in range(0, len(lines), 9)}


def cube(block: Stand, cell: tuple[int, ...]) -> tuple[float, ...]:
    """Where one cell's outline begins."""
    d, h, w = cell
    return tuple(np.round(outline(block, ((d, d + 1), (h, h + 1), (w, w + 1)))[0], 3).tolist())


@pytest.mark.parametrize("name", CASES)
def test_every_cell_that_is_seen_can_be_pointed_at(name: str) -> None:
    """The corner cells of the filter, and those of the input that the last step leaves, by their faces."""
    _, layout = shown(name)
    v, stands = layout.volume, layout.blocks
    last = SCENE.picture(layout, float(v.output.size - 1), Focus())
    for channel, block in zip(stands.channels, stands.filters, strict=True):
        kd, kh, kw = block.shape
        weight = v.view.channels.kernel(v.filter, v.first + channel)
        for cell, face in (((0, 0, 0), 0), ((kd - 1, kh - 1, 0), 1), ((0, kh - 1, kw - 1), 2)):
            assert last.hit(*middles(block, cell)[face]) == Hit("kernel", (*weight, *cell))
    for channel, block in zip(stands.channels, stands.inputs, strict=True):
        for cell, face in (((0, 0, 0), 0), ((block.shape[0] - 1, block.shape[1] - 1, 0), 1)):
            hit = last.hit(*middles(block, cell)[face])
            own = tuple(c + first for c, first in zip(cell, v.view.origin, strict=True))
            assert hit is None or hit == Hit("input", (v.first + channel, *own)) or "transposed" in name
    d, h, w = v.output_size
    for cell, face in (((0, 0, 0), 0), ((d - 1, h - 1, w - 1), 1), ((d - 1, h - 1, w - 1), 2)):
        assert last.hit(*middles(stands.output, cell)[face]) == Hit("output", (v.filter, *cell))


def test_no_cell_of_the_output_is_pointed_at_before_it_is_made() -> None:
    _, layout = shown("plain")
    first = SCENE.picture(layout, 0.0, Focus())
    found = [
        first.hit(*m) for c in product(*map(range, layout.volume.output_size)) for m in middles(layout.blocks.output, c)
    ]
    assert {hit.index for hit in found if hit is not None and hit.kind == "output"} == {(0, 0, 0, 0)}


def met(document: Document, layout: Any, tap: tuple[int, ...], step: int) -> tuple[int, ...]:
    """The padded cell that a weight of a forward layer meets, from the definition."""
    spec = document.layer.spec
    position = layout.volume.position(step)
    return tuple(p * s + t * d for p, s, t, d in zip(position, spec.stride, tap, spec.dilation, strict=True))


@pytest.mark.parametrize("filter_number", [0, 1])
@pytest.mark.parametrize("name", [n for n in CASES if n != "transposed"])
def test_a_weight_is_tied_to_the_value_it_meets_in_its_own_channel(name: str, filter_number: int) -> None:
    document, layout = shown(name, min(filter_number, CASES[name]["filters"] - 1))
    v, stands, spec = layout.volume, layout.blocks, document.layer.spec
    padded = np.pad(document.sample.data.astype(float), [(0, 0), *spec.pads(document.sample.spatial)])
    kernel_shape = v.kernels.shape[1:]
    for step, tap in product((0, v.output.size - 1), ((0, 0, 0), tuple(n - 1 for n in kernel_shape), (1, 0, 1))):
        for n, channel in enumerate(stands.channels):
            weight = (v.filter, channel)
            picture = SCENE.picture(layout, float(step), Focus(hover=Hit("kernel", (*weight, *tap))))
            cell = met(document, layout, tap, step)
            assert cubes(picture.overlay, 3.0) == {cube(stands.inputs[n], cell), cube(stands.filters[n], tap)}
            value, w = float(padded[(v.first + channel, *cell)]), float(document.layer.weight[(*weight, *tap)])
            said = next(t for t in words(picture) if t.startswith("w["))
            assert said.startswith(f"w[{', '.join(map(str, (*weight, *tap)))}] = {number(w)} meets ")
            own = tuple(c - a for c, (a, _) in zip(cell, spec.pads(document.sample.spatial), strict=True))
            inside = all(0 <= c < size for c, size in zip(own, document.sample.spatial, strict=True))
            place = f"in[{', '.join(map(str, (v.first + channel, *own)))}] = {number(value)}: {number(value * w)};"
            assert (place in said) == inside
            assert ("padding" in said) == (not inside)


@pytest.mark.parametrize("name", CASES)
def test_an_input_lights_the_outputs_that_read_it_and_no_others(name: str) -> None:
    document, layout = shown(name)
    v, stands = layout.volume, layout.blocks
    channel, cell = stands.channels[-1], tuple(n // 2 for n in v.size)
    picture = SCENE.picture(layout, float(v.output.size - 1), Focus(hover=Hit("input", (v.first + channel, *cell))))
    # An input cell reaches the outputs that change when it does.
    changed = document.sample.data.astype(float).copy()
    changed[(v.first + channel, *cell)] += 1000.0
    layer = document.layer
    ones = type(layer)(layer.spec, np.ones_like(layer.weight), layer.bias)
    made = ones.forward(changed)[v.filter] != ones.forward(document.sample.data.astype(float))[v.filter]
    assert cubes(picture.overlay, 1.6) == {cube(stands.output, tuple(place)) for place in np.argwhere(made).tolist()}
    said = next(t for t in words(picture) if t.startswith("in["))
    assert said.startswith(f"in[{v.first + channel}, {', '.join(map(str, cell))}] = ")
    assert f"feeds {int(made.sum())} output" in said


def test_padding_says_that_it_is_padding() -> None:
    _, layout = shown("padded and strided")
    block = layout.blocks.inputs[1]
    picture = SCENE.picture(layout, 0.0, Focus())
    hit = picture.hit(*middles(block, (block.shape[0] - 1, block.shape[1] - 1, 0))[1])
    assert hit == Hit("input", (1, 4, 4, -1))
    said = words(SCENE.picture(layout, 0.0, Focus(hover=hit)))
    assert "in[1, 4, 4, −1] lies outside the input: it is padding" in said


@pytest.mark.parametrize("name", CASES)
def test_an_output_shows_its_own_window_and_a_click_goes_there(name: str) -> None:
    _, layout = shown(name)
    v = layout.volume
    for step in (0, v.output.size // 2):
        hit = Hit("output", (v.filter, *v.position(step)))
        last = float(v.output.size - 1)
        there, pointed = SCENE.picture(layout, float(step), Focus()), SCENE.picture(layout, last, Focus(hover=hit))
        assert SCENE.step_of(layout, hit) == step
        line = next(t for t in words(there) if t.startswith("out["))
        assert line in words(pointed)
        assert pointed.answer == number(float(v.output.ravel()[-1])), "what is to be predicted stays the step's own"


def rings(picture: Picture) -> list[list[float]]:
    return [b for i in picture.overlay if isinstance(i, Rects) and i.width == 3.0 for b in i.boxes.tolist()]


def test_the_sum_lights_all_cards_and_a_card_itself() -> None:
    lesson = load_lesson("volume-channels")
    layout: Any = SCENE.lay_out(SCENE.prepare(lesson), lesson.view, Canvas(1440, 900, LIGHT))
    cards = [list(map(float, card)) for card in layout.blocks.cards]
    picture = SCENE.picture(layout, 4.0, Focus())
    sums = next(grid for grid in picture.hits if grid.kind == "sum")
    hit = picture.hit(sums.x + 20, sums.y + 20)
    assert hit is not None
    pointed = SCENE.picture(layout, 4.0, Focus(hover=hit))
    assert rings(pointed) == cards
    assert "2 channels and the bias, 0, add up to out[0, 0, 1, 1] = 6" in words(pointed)
    x, y, wide, high = cards[1]
    hit = picture.hit(x + wide / 2, y + high / 2)
    assert hit == Hit("partial", (1, 0, 0))
    pointed = SCENE.picture(layout, 4.0, Focus(hover=hit))
    assert rings(pointed) == [cards[1]]
    assert "T2: its 27 products add up to 10" in words(pointed)


def test_a_product_and_its_numbers_are_tied_to_the_solids() -> None:
    document, layout = shown("plain")
    picture = SCENE.picture(layout, 3.0, Focus())
    grids = [grid for grid in picture.hits if grid.kind == "product"]
    for grid in (grids[1], grids[-1]):
        hit = grid.hit(grid.x + 1.5 * grid.width, grid.y + 2.5 * grid.height)
        assert hit == Hit("product", (0, 0, 1, 2, 1))
        pointed = SCENE.picture(layout, 3.0, Focus(hover=hit))
        wanted = (
            (layout.blocks.filters[0], (1, 2, 1)),
            (layout.blocks.inputs[0], met(document, layout, (1, 2, 1), 3)),
        )
        assert cubes(pointed.overlay, 3.0) == {cube(block, cell) for block, cell in wanted}
        boxes = layout.numbers.boxes((1, 2, 1))
        assert [list(map(float, box)) for box in boxes] == rings(pointed)


def test_slices_that_are_read_as_channels_keep_the_indices_of_the_volume() -> None:
    lesson = load_lesson("volume-flat")
    lesson = lesson.with_view(View(scene="volume", options={"view": "slices"}))
    layout = SCENE.lay_out(SCENE.prepare(lesson), lesson.view, Canvas(1440, 900, LIGHT))
    picture = SCENE.picture(layout, 0.0, Focus())
    prefixes = {(grid.kind, grid.prefix) for grid in picture.hits}
    assert {("input", (0, n)) for n in range(3)} | {("kernel", (0, 0, n)) for n in range(3)} <= prefixes
    assert ("output", (0, 0)) in prefixes
    for kind in ("input", "kernel", "partial", "output"):
        grid = next(grid for grid in picture.hits if grid.kind == kind)
        hit = grid.hit(grid.x + 1.5 * grid.width, grid.y + 1.5 * grid.height)
        assert hit is not None
        assert picture.holds(hit)
        assert SCENE.picture(layout, 0.0, Focus(hover=hit)).summary != picture.summary


@pytest.mark.parametrize("size", [(924.0, 688.0), (1440.0, 900.0)])
def test_each_slice_says_which_axes_run_down_and_along(size: tuple[float, float]) -> None:
    """A volume of no known directions: without these words nobody can tell that a vessel runs along the depth."""
    document = caption_document(load_lesson("vessels"), 1)
    layout = SCENE.lay_out(SCENE.prepare(document), document.view, Canvas(*size, LIGHT))
    said = words(SCENE.picture(layout, float(document.view.step), Focus()))
    for name, ways in (
        ("height 18", "depth ↓ width →"),
        ("width 33", "depth ↓ height →"),
        ("depth 45", "height ↓ width →"),
    ):
        assert [text for text in said if name in text and ways in text] == [f"{name} · {ways}"] * 2


def test_what_is_pointed_at_is_said_first() -> None:
    document = caption_document(load_lesson("vessels"), 1)
    layout = SCENE.lay_out(SCENE.prepare(document), document.view, Canvas(924, 688, LIGHT))
    picture = SCENE.picture(layout, float(document.view.step), Focus(hover=Hit("slice", (0, 45, 17, 30))))
    lines = [i for i in picture.items if isinstance(i, Label)]
    pointed, own = (
        next(i for i in lines if i.text.startswith(start)) for start in ("in[0, 45, 17, 30]", "out[0, 45, 18, 33]")
    )
    assert pointed.y < own.y


def sliced(lesson: str, caption: int, size: tuple[float, float] = (924.0, 688.0)) -> Picture:
    document = caption_document(load_lesson(lesson), caption)
    document = document.with_view(replace(document.view, options={"view": "slices"}))
    layout = SCENE.lay_out(SCENE.prepare(document), document.view, Canvas(*size, LIGHT))
    return SCENE.picture(layout, float(document.view.step % SCENE.steps(SCENE.prepare(document))), Focus())


def test_the_window_is_tinted_on_slices_with_numbers() -> None:
    """A window of 3 x 3 x 3 lies on nine cells of each of the three slices."""
    tints = [i for i in sliced("volume-3d", 4).items if isinstance(i, Rects) and i.fill == LIGHT.window]
    assert [len(i.boxes) for i in tints] == 2 * [9, 9, 9], "and where it is opened, slice by slice"
    # A photograph of a body keeps its greys.
    assert not [i for i in sliced("brain-sobel", 2).items if isinstance(i, Rects) and i.fill == LIGHT.window]


@pytest.mark.parametrize(("lesson", "caption"), [("volume-3d", 4), ("brain-sobel", 2)])
@pytest.mark.parametrize("size", [(924.0, 688.0), (1440.0, 900.0)])
def test_the_slices_of_a_filter_are_named(lesson: str, caption: int, size: tuple[float, float]) -> None:
    shown = sliced(lesson, caption, size)
    names = [text for text in words(shown) if text.startswith("slice ") and len(text) == 7]
    # Where there is room, the window's own slices stand above those of the filter.
    assert names in (["slice 0", "slice 1", "slice 2"], 2 * ["slice 0", "slice 1", "slice 2"])
    assert_legible(shown)


def test_a_volume_of_channels_is_as_large_as_its_titles_allow() -> None:
    """It reaches up beside its title; below that, its cells had 18 pixels."""
    document = caption_document(load_lesson("volume-channels"), 2)
    layout = SCENE.lay_out(SCENE.prepare(document), document.view, Canvas(924, 688, LIGHT))
    assert all(np.hypot(*block.axes[2]) >= 20 for block in layout.blocks.inputs)
    assert_legible(SCENE.picture(layout, 13.0, Focus()))
