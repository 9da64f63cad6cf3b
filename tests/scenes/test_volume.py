"""Volume as blocks and as slices: numbers against the definition, pixels against the convolution."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core import convolve, convolve_transposed, index_table
from convgui.core.presets import preset
from convgui.draw.number import MINUS, number
from convgui.draw.picture import Cells, Label, Lines, Picture, Raster
from convgui.draw.theme import LIGHT, THEMES
from convgui.files.lessons import load_lesson
from convgui.model.document import Document, View
from convgui.model.memo import Memo, Work
from convgui.model.sample import Sample
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, draw, reason_against
from convgui.scenes.volume import SCENE, SlicedVolume, SolidVolume
from convgui.scenes.volume.growth import FRAME
from convgui.scenes.volume.slices import SlicesLayout
from convgui.session.walking import caption_document
from tests.documents import document, random_document
from tests.scenes import checks
from tests.scenes.checks import SIZES, assert_legible, picture_of, words

LARGE = (1000, 800)
CASES: dict[str, dict[str, Any]] = {
    "plain": {"channels": 1, "filters": 1, "size": (4, 5, 6), "kernel": (2, 3, 2)},
    "flat": {"channels": 1, "filters": 1, "size": (3, 5, 6), "kernel": (3, 3, 3)},
    "padded": {"channels": 2, "filters": 2, "size": (4, 4, 5), "kernel": (3, 3, 3), "padding": 1, "stride": 2},
    "dilated": {"channels": 1, "filters": 1, "size": (6, 5, 7), "kernel": (2, 2, 3), "dilation": 2},
    "reflected": {
        "channels": 1, "filters": 1, "size": (4, 4, 4), "kernel": (3, 3, 3), "padding": 1, "padding_mode": "reflect",
    },
    "grouped": {"channels": 4, "filters": 2, "size": (3, 4, 4), "kernel": (2, 2, 2), "groups": 2},
    "transposed": {
        "channels": 2, "filters": 2, "size": (2, 3, 3), "kernel": (3, 2, 3), "transposed": True, "stride": 2,
    },
    "holes": {"channels": 1, "filters": 1, "size": (2, 2, 2), "kernel": (1, 1, 1), "transposed": True, "stride": 2},
}  # fmt: skip


def case(name: str, **view: Any) -> Document:
    fields = dict(CASES[name])
    return random_document(**fields).with_view(View(scene="volume", **view))


def prepared(shown: Document) -> Any:
    assert reason_against(SCENE, shown) == ""
    return SCENE.prepare(shown)


def whole(shown: Document) -> NDArray[Any]:
    layer, spec = shown.layer, shown.layer.spec
    data = shown.sample.data.astype(float)
    if spec.transposed:
        return convolve_transposed(data, layer.weight, layer.bias, stride=spec.stride)
    return convolve(
        data, layer.weight, layer.bias, stride=spec.stride, padding=spec.padding, dilation=spec.dilation,
        groups=spec.groups, padding_mode=spec.padding_mode,
    )  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("chosen", [0, 1])
def test_the_shown_output_is_the_layers(name: str, chosen: int) -> None:
    shown = case(name, filter=chosen, channel=0)
    v = prepared(shown).volume
    assert np.allclose(v.output, whole(shown)[v.filter])


@pytest.mark.parametrize("name", CASES)
def test_every_window_makes_its_output_cell(name: str) -> None:
    """The products that are written are the definition: window times kernels, summed, and the bias."""
    shown = case(name)
    v = prepared(shown).volume
    for step in range(v.output.size):
        position = v.position(step)
        assert v.view.step(position) == step
        total = sum(float((v.windows(position)[c] * v.kernels[c]).sum()) for c in range(len(v.names)))
        assert total + v.bias == pytest.approx(float(v.output[position]))


@pytest.mark.parametrize("name", [n for n in CASES if n != "reflected"])
def test_the_marked_span_holds_exactly_the_cells_that_are_read(name: str) -> None:
    shown = case(name)
    v = prepared(shown).volume
    table = index_table(shown.layer.spec, v.size)
    for step in range(v.output.size):
        cells = np.array(np.unravel_index(np.array([i for i, _ in table.inputs_of(step)], dtype=int), v.size)).T
        span = v.span(v.position(step))
        if span is None:
            assert not len(cells)
            continue
        low, high = np.array(span).T
        assert ((cells >= low) & (cells < high)).all()
        if shown.layer.spec.transposed:
            assert np.array_equal(cells.min(axis=0), low)
            assert np.array_equal(cells.max(axis=0), high - 1)


@pytest.mark.parametrize("view", ["blocks", "slices", "projection", "surface"])
@pytest.mark.parametrize("name", CASES)
def test_every_layer_is_drawn_legibly_in_every_way(name: str, view: str) -> None:
    shown = case(name, options={"view": view})
    data = SCENE.prepare(shown)
    last = SCENE.steps(data) - 1
    for size, theme in ((SIZES[0], "light"), (SIZES[1], "dark")):
        layout = SCENE.lay_out(data, shown.view, Canvas(*size, THEMES[theme]))
        for step in (0.0, last / 2, float(last)):
            assert_legible(SCENE.picture(layout, step, Focus()))


def numbers_of(picture: Picture, name: str) -> list[str]:
    """The numbers of the grids of that name, slice by slice."""
    found = [i for i in picture.items if isinstance(i, Cells) and i.name.split(" ")[0] == name]
    return [text for grid in found for row in grid.shown_texts() for text in row]


@pytest.mark.parametrize("size", [LARGE, (1440, 900)])
@pytest.mark.parametrize("name", ["plain", "flat", "dilated", "holes"])
def test_blocks_write_the_window_the_filter_and_their_products(name: str, size: tuple[int, int]) -> None:
    shown = case(name)
    data = prepared(shown)
    v = data.volume
    layout = SCENE.lay_out(data, shown.view, Canvas(*size, LIGHT))
    for step in (0, v.output.size // 2, v.output.size - 1):
        picture = SCENE.picture(layout, float(step), Focus())
        window = v.windows(v.position(step))[v.channel]
        kernel = v.kernels[v.channel]
        subscripts = [t.removeprefix("×") for t in words(picture) if t.startswith("×") and len(t) > 1]
        weights = numbers_of(picture, "kernel") or subscripts
        assert weights == [number(x) for x in kernel.reshape(-1)]
        for title, values in (("window", window), ("products", window * kernel)):
            assert numbers_of(picture, title) == [number(x) for x in values.reshape(-1)], title
        total = number(float(v.output[v.position(step)]))
        line = next(t for t in words(picture) if t.startswith(f"out[{v.filter}, "))
        assert line.endswith(f"= {total}")
        assert words(picture).count(total) >= 1, "the result stands at its cell, too"
        assert picture.answer == total


def test_the_sentence_follows_the_depths() -> None:
    for name, starts in (("plain", "The filter is shallower"), ("flat", "The filter is as deep")):
        assert any(t.startswith(starts) for t in words(draw(SCENE, case(name), Canvas(*SIZES[0], LIGHT)))), name


def test_blocks_have_the_proportions_of_the_spacing() -> None:
    data = np.ones((1, 4, 8, 8))
    shown = document(data, np.ones((1, 1, 3, 3, 3)), view=View(scene="volume"))
    shown = replace(shown, sample=Sample(data, "thick", spacing=(2.0, 1.0, 1.0)))
    layout: Any = SCENE.lay_out(SCENE.prepare(shown), shown.view, Canvas(*SIZES[0], LIGHT))
    depth, height, width = (np.hypot(*axis) for axis in layout.blocks.inputs[0].axes)
    assert depth == pytest.approx(2 * height)
    assert width == pytest.approx(height)


def laid_out(shown: Document, size: tuple[int, int] = LARGE) -> Any:
    return SCENE.lay_out(SCENE.prepare(shown), shown.view, Canvas(*size, LIGHT))


def test_the_window_stands_where_nothing_hides_it() -> None:
    """Around the window of the last step all of the padded input but its far corner is gone."""
    layout = laid_out(case("plain"))
    block = layout.blocks.inputs[0]
    first, last = (SCENE.picture(layout, s, Focus()) for s in (0.0, float(layout.volume.output.size - 1)))
    frames = [[i for i in p.overlay if isinstance(i, Lines) and i.width == FRAME] for p in (first, last)]
    d, h, w = layout.volume.size
    kd, kh, kw = layout.volume.kernels.shape[1:]
    assert np.allclose(frames[0][0].segments[0], [*block.point(0, 0, 0), *block.point(0, 0, kw)])
    corner = block.point(d - kd, h - kh, w - kw)
    assert np.allclose(frames[1][0].segments[0][:2], corner)


def test_windows_and_filters_of_all_channels_have_one_scale() -> None:
    for size in ((880, 640), (1440, 900)):
        layout = laid_out(load_lesson("volume-channels"), size)
        stands = layout.blocks
        assert stands.channels == (0, 1)
        assert len({block.axes for block in (*stands.inputs, *stands.filters)}) == 1
        assert len(stands.cards) == 2


def test_both_windows_move_together_and_a_sum_adds_what_each_makes() -> None:
    lesson = load_lesson("volume-channels")
    layout = laid_out(lesson, (1440, 900))
    v, (kd, kh, kw) = layout.volume, layout.volume.kernels.shape[1:]
    before: tuple[int, ...] = ()
    for step in range(18):
        picture = SCENE.picture(layout, float(step), Focus())
        frames = [i for i in picture.overlay if isinstance(i, Lines) and i.width == FRAME][:2]
        d, h, w = v.position(step)
        assert (d, h, w) > before, "width first, then height, then depth"
        before = (d, h, w)
        for frame, block in zip(frames, layout.blocks.inputs, strict=True):
            assert np.allclose(frame.segments[0], [*block.point(d, h, w), *block.point(d, h, w + kw)])
            assert np.allclose(frame.segments[-1][2:], block.point(d + kd, h + kh, w + kw))
        data = lesson.sample.data[:, d : d + kd, h : h + kh, w : w + kw]
        alone = [float((x * k).sum()) for x, k in zip(data, lesson.layer.weight[0], strict=True)]
        assert all(number(value) in words(picture) for value in alone)
        line = next(t for t in words(picture) if t.startswith("out[0, "))
        assert line == (
            f"out[0, {d}, {h}, {w}] = T1: {number(alone[0])} + T2: {number(alone[1])} + bias 0 = {number(sum(alone))}"
        )


def test_arrows_say_how_many_places_there_are_and_that_channels_have_one() -> None:
    said = words(SCENE.picture(laid_out(load_lesson("volume-channels"), (1440, 900)), 0.0, Focus()))
    assert {"width: 3 places", "depth: 2 places", "height:", "3 places", "channel: no sliding"} <= set(said)
    line = next(t for t in said if t.startswith("places: "))
    parts = (
        "depth 4 − 3 + 1 = 2",
        "height 5 − 3 + 1 = 3",
        "width 5 − 3 + 1 = 3",
        "channel 2 − 2 + 1 = 1, so no sliding",
    )
    assert all(part in line for part in parts)
    single = words(SCENE.picture(laid_out(load_lesson("volume-3d"), (1440, 900)), 0.0, Focus()))
    assert "channel: no sliding" not in single
    assert single.count("0") >= 3, "each axis begins at its zero"
    assert {"width 6", "depth 6", "height", "5"} <= set(single)


@pytest.mark.parametrize("name", ["several", "padded", "plain"])
def test_of_many_channels_the_chosen_one_is_drawn_and_the_others_are_counted(name: str) -> None:
    shown = random_document(8, 2, (4, 5, 5), (2, 3, 3)) if name == "several" else case(name)
    shown = shown.with_view(View(scene="volume", channel=1 if name != "plain" else 0))
    layout = laid_out(shown, (1440, 900))
    v, picture = layout.volume, SCENE.picture(layout, 5.0, Focus())
    if name != "several":
        assert layout.blocks.channels == tuple(range(len(v.names)))
        return
    assert layout.blocks.channels == (1,)
    sums = [float((w * k).sum()) for w, k in zip(v.windows(v.position(5)), v.kernels, strict=True)]
    assert "7 more channels" in words(picture)
    assert {number(sums[1]), number(sum(sums) - sums[1])} <= set(words(picture))


# Slices


def slices_of(shown: Document, step: int, size: tuple[int, int] = (880, 640)) -> tuple[SlicesLayout, Picture]:
    shown = shown.with_view(replace(shown.view, options={"view": "slices"}))
    layout = SCENE.lay_out(SCENE.prepare(shown), shown.view, Canvas(*size, LIGHT))
    assert isinstance(layout, SlicesLayout)
    return layout, SCENE.picture(layout, float(step), Focus())


def phantom() -> Document:
    rng = np.random.default_rng(5)
    data = rng.integers(0, 256, (1, 10, 12, 14), dtype=np.uint8)
    weight = preset("sobel-3d-x").weights()[None, None]
    return document(data, weight, padding=1, view=View(scene="volume"))


def raster(picture: Picture, name: str) -> NDArray[np.uint8]:
    return next(i.image for i in picture.items if isinstance(i, Raster) and i.name == name)


def test_slices_show_the_pixels_of_the_convolution() -> None:
    shown = phantom()
    place = (4, 7, 9)
    layout, picture = slices_of(shown, int(np.ravel_multi_index(place, (10, 12, 14))))
    output = whole(shown)[0]
    table = layout.volume.levels
    assert table.signed
    for axis, name in enumerate(("depth", "height", "width")):
        grey = raster(picture, f"input {name}")
        assert np.array_equal(grey[..., 0], np.take(shown.sample.data[0], place[axis], axis=axis))
        expected = table.colours(np.take(output, place[axis], axis=axis), LIGHT)
        assert np.array_equal(raster(picture, f"output {name}"), expected)


def test_slices_are_drawn_in_the_levels_that_were_set() -> None:
    shown = phantom()
    output, place = whole(shown)[0], (4, 7, 9)
    for low, high in ((-40.0, 90.0), (10.0, 60.0)):
        chosen = shown.with_view(replace(shown.view, levels=(low, high)))
        layout, picture = slices_of(chosen, int(np.ravel_multi_index(place, (10, 12, 14))))
        # Values on one side of 0 are greys from the lower end to the upper one.
        if low > 0:
            share = np.clip((np.take(output, 4, axis=0) - low) / (high - low), 0, 1)
            seen = raster(picture, "output depth")[..., 0].astype(float) / 255
            assert np.abs(seen - share).max() <= 1.5 / 255
        assert (layout.volume.levels.low, layout.volume.levels.high) == (low, high)
        # The input keeps its own.
        assert np.array_equal(raster(picture, "input depth")[..., 0], shown.sample.data[0, 4])


def test_levels_are_offered_where_a_volume_is_seen_through_them() -> None:
    shown = phantom()
    automatic = prepared(shown.with_view(replace(shown.view, options={"view": "slices"}))).volume.levels
    for view, offered in (("slices", True), ("projection", True), ("surface", False), ("blocks", False)):
        for levels in (None, (5.0, 80.0)):
            data = prepared(shown.with_view(replace(shown.view, options={"view": view}, levels=levels)))
            found = SCENE.levelled(data)
            assert (found is not None) == offered
            if found is not None:
                np.testing.assert_array_equal(np.sort(found[0], axis=None), np.sort(whole(shown)[0], axis=None))
                assert found[1] == automatic
                # The same values again, so that the histogram is not counted anew.
                again = SCENE.levelled(data)
                assert again is not None
                assert again[0] is found[0]


def test_a_projection_is_made_of_what_the_levels_let_through() -> None:
    shown = phantom()
    given, made = [], []
    for levels in ((0.0, 40.0), (0.0, 400.0)):
        view = replace(shown.view, options={"view": "projection"}, levels=levels)
        looks = prepared(shown.with_view(view)).looks
        given.append(looks[0].fine.across[0])
        made.append(looks[1].fine.across[0].astype(int))
    assert np.array_equal(*given)
    # A scale that ends lower has more of the volume at its end.
    assert np.abs(made[0]).mean() > np.abs(made[1]).mean()


def test_clicking_a_slice_moves_the_crosshair_there() -> None:
    layout, picture = slices_of(phantom(), 700)
    for grid in [g for g in picture.hits if g.kind in ("slice", "made")]:
        for row, column in ((0, 0), (grid.shape[0] - 1, grid.shape[1] - 1), (2, 3)):
            hit = grid.hit(grid.x + (column + 0.5) * grid.width, grid.y + (row + 0.5) * grid.height)
            assert hit is not None
            step = SCENE.step_of(layout, hit)
            assert step is not None
            place = layout.volume.position(step)
            axis = hit.index[0]
            others = [a for a in range(3) if a != axis]
            # Upper left and upper right slices have depth and width, depth and height, the lower one height and width.
            assert [place[a] for a in others] == [row, column]
            assert place[axis] == hit.index[1]


def test_the_wheel_goes_through_the_slices() -> None:
    layout, picture = slices_of(phantom(), 0)
    for grid in [g for g in picture.hits if g.kind == "made"]:
        hit = grid.hit(grid.x + 1, grid.y + 1)
        assert hit is not None
        step = SCENE.scrolled(layout, 0, hit, 2.0)
        assert step is not None
        assert layout.volume.position(step)[hit.index[0]] == 2
        assert SCENE.scrolled(layout, 0, hit, -5.0) == 0


def test_slices_have_the_proportions_of_the_spacing() -> None:
    shown = phantom()
    shown = replace(shown, sample=replace(shown.sample, spacing=(3.0, 1.0, 1.0)))
    layout, _ = slices_of(shown, 0)
    for panel in (*layout.input, *layout.output):
        sides = {0: panel.down, 1: panel.down} if panel.rows == 0 else {1: panel.down}
        assert panel.down == pytest.approx(3 * panel.across if 0 in sides else panel.across)


def test_flat_and_strided_outputs_keep_their_size_in_millimetres() -> None:
    data = np.zeros((1, 8, 16, 16), dtype=np.uint8)
    shown = document(data, np.ones((1, 1, 8, 2, 2)), stride=(1, 2, 2), view=View(scene="volume"))
    layout, picture = slices_of(shown, 0)
    assert layout.volume.output_size == (1, 8, 8)
    entered, made = layout.input[2].box, layout.output[2].box
    assert made[2:] == pytest.approx(entered[2:])
    assert_legible(picture)


# Following an edited weight


def large(weight: NDArray[Any]) -> Document:
    data = np.random.default_rng(9).integers(0, 200, (1, 40, 42, 44), dtype=np.uint8)
    return document(data, weight, padding=2, view=View(scene="volume"))


def prepared_in(memo: Memo, shown: Document) -> Any:
    with memo.preparation() as pieces:
        return SCENE.prepare(shown, Work(pieces))


def test_a_dragged_weight_is_followed_and_recomputed_in_full_at_last() -> None:
    weight = np.random.default_rng(1).normal(size=(1, 1, 5, 5, 5))
    shown = large(weight)
    memo = Memo()
    before = prepared_in(memo, shown)
    assert before.volume.updates == 0
    for turn in range(3):
        shown = shown.with_layer(shown.layer.with_weight((0, 0, 1, turn, 4), 2.0 + turn))
        before = prepared_in(memo, shown)
        assert before.volume.updates == turn + 1
        assert len([key for key in memo._kept if key[0] == "output"]) == 1, "the outputs before are dropped"
    exact = convolve(shown.sample.data.astype(np.float64), shown.layer.weight, padding=2)[0]
    assert np.allclose(before.volume.output, exact, rtol=1e-4, atol=0.02)
    for turn in range(4, 65 + 2):
        shown = shown.with_layer(shown.layer.with_weight((0, 0, 0, 0, 0), float(turn)))
        before = prepared_in(memo, shown)
    assert before.volume.updates == 1


@pytest.mark.fault
def test_nothing_is_seen_at_once_of_another_input() -> None:
    """Of one with another number of cells, and of one with as many and other values."""
    shown = large(np.ones((1, 1, 3, 3, 3)))
    before = SCENE.prepare(shown)
    for size in ((30, 40, 44), (40, 42, 44)):
        sample = replace(shown.sample, data=np.ones((1, *size), dtype=np.uint8))
        assert SCENE.preview(before, replace(shown, sample=sample), 0) is None


def test_the_output_is_taken_over_when_only_the_view_changes() -> None:
    shown = large(np.ones((1, 1, 3, 3, 3)))
    memo = Memo()
    before = prepared_in(memo, shown)
    after = prepared_in(memo, shown.with_view(View(scene="volume", options={"view": "surface"})))
    assert after.volume.output is before.volume.output
    assert len(after.looks) == 2
    third = prepared_in(memo, shown.with_view(View(scene="volume", options={"view": "surface"})))
    assert third.looks[0] is after.looks[0]


@pytest.mark.fault
def test_layers_of_other_ranks_are_refused_in_one_sentence() -> None:
    flat = random_document(1, 1, (5, 5), (3, 3))
    assert reason_against(SCENE, flat) == "Volume needs three spatial axes; this input has two."


def test_small_volumes_open_as_blocks_and_large_ones_as_slices() -> None:
    assert isinstance(SCENE.prepare(case("plain")), SolidVolume)
    assert isinstance(SCENE.prepare(large(np.ones((1, 1, 3, 3, 3)))), SlicedVolume)


@pytest.mark.parametrize(("size", "written"), [((1440, 900), True), ((880, 640), False)])
def test_the_window_and_the_filter_are_opened_beside_the_slices(size: tuple[int, int], written: bool) -> None:
    brain = load_lesson("brain-sobel")
    layout, picture = slices_of(brain, brain.view.step, size)
    weights = preset("sobel-3d-y").weights()
    assert numbers_of(picture, "kernel") == [number(x) for x in weights.ravel()]
    d, h, w = layout.volume.position(brain.view.step)
    seen = brain.sample.data[0, d - 1 : d + 2, h - 1 : h + 2, w - 1 : w + 2]
    assert numbers_of(picture, "window") == ([number(float(x)) for x in seen.ravel()] if written else [])
    grids = [g for g in picture.hits if g.kind == "kernel"]
    hit = grids[1].hit(grids[1].x + 2.5 * grids[1].width, grids[1].y + 0.5 * grids[1].height)
    assert hit is not None
    assert hit.index == (0, 0, 1, 0, 2)
    said = words(SCENE.picture(layout, float(brain.view.step), Focus(hover=hit)))
    value = float(brain.sample.data[0, d, h - 1, w + 1])
    met = f"w[0, 0, 1, 0, 2] = −2 meets in[0, {d}, {h - 1}, {w + 1}] = {number(value)}: {number(-2 * value)}"
    assert any(text.startswith(met) for text in said)
    assert any("it meets 1\u2009048\u2009570 cells in all" in text for text in said), "94 · 115 · 97"


def test_thumbnails_have_no_words() -> None:
    for view in ("blocks", "slices", "projection", "surface"):
        shown = case("plain", options={"view": view})
        layout = SCENE.lay_out(SCENE.prepare(shown), shown.view, Canvas(96, 64, LIGHT, captions=False))
        assert not [i for i in SCENE.picture(layout, 0.0, Focus()).items if isinstance(i, Label)]


def test_slices_of_a_small_volume_are_written_out() -> None:
    shown = case("plain")
    layout, picture = slices_of(shown, 13)
    place = layout.volume.position(13)
    output = whole(shown)[0]
    for axis, name in enumerate(("depth", "height", "width")):
        expected = [[number(x) for x in row] for row in np.take(output, place[axis], axis=axis)]
        assert checks.grid(picture, f"output {name}") == expected
    assert_legible(picture)


def test_what_the_lessons_say_is_true() -> None:
    brain = load_lesson("brain-sobel")
    v = SCENE.prepare(brain).volume
    assert v.size == v.output_size == (94, 116, 98)
    assert v.spacing == (2.0, 2.0, 2.0)
    assert v.directions[1] == ("A", "P")
    assert float(v.output.reshape(-1)[570114]) == 1700
    # It opens in the middle, at a cell that has something to show.
    assert np.abs(np.array(v.position(brain.view.step)) - np.array(v.size) / 2).max() < 8
    assert abs(float(v.output.reshape(-1)[brain.view.step])) > 2000
    # Brighter towards the back where the brain begins, on its forward half, and darker where it ends.
    profile = v.output[50, :, 48]
    assert profile[:58].argmax() == 17
    assert profile.argmin() > 58 or profile[:30].min() > profile[80:].min()
    for lesson, made in (("volume-flat", (1, 4, 4)), ("volume-3d", (4, 4, 4)), ("volume-channels", (2, 3, 3))):
        assert SCENE.prepare(load_lesson(lesson)).volume.output_size == made


@pytest.mark.parametrize("many", [False, True])
def test_the_slices_on_screen_are_computed_at_once(many: bool) -> None:
    """For one changed weight and for a whole new kernel, the three slices are those of the full result."""
    weight = np.random.default_rng(1).normal(size=(1, 1, 5, 5, 5))
    shown = large(weight)
    before = SCENE.prepare(shown)
    changed = weight[:, :, ::-1].copy() if many else weight.copy()
    changed[0, 0, 1, 2, 3] += 2.5
    after = shown.with_layer(replace(shown.layer, weight=changed))
    step = before.volume.view.step((7, 20, 31))
    seen = SCENE.preview(before, after, step)
    assert seen is not None
    exact = convolve(shown.sample.data.astype(np.float64), changed, padding=2)[0]
    for axis, at in enumerate((7, 20, 31)):
        assert np.allclose(seen.volume.slice_out(axis, at), np.take(exact, at, axis=axis), rtol=1e-4, atol=0.02)
    assert np.array_equal(seen.volume.kernels, changed[0])
    solid = after.with_view(replace(after.view, options={"view": "blocks"}))
    assert SCENE.preview(before, solid, step) is None
    assert SCENE.preview(SCENE.prepare(solid), solid, step) is None


@pytest.mark.parametrize("size", [(1100, 760), (925, 645)])
def test_a_deep_filters_slices_are_broken_into_lines_where_they_would_be_specks(size: tuple[int, int]) -> None:
    vessels = load_lesson("vessels")
    kernel = vessels.layer.weight.copy()
    kernel[0, 0, 0] = 0  # Equal slices would stand as one.
    view = replace(vessels.view, options={"view": "slices"})
    given = document(vessels.sample.data, kernel, view=view, padding=((3, 3), (2, 2), (2, 2)))
    picture = draw(SCENE, given, Canvas(*size, LIGHT))
    found = [item for item in picture.items if isinstance(item, Cells) and re.fullmatch(r"kernel \d", item.name)]
    assert len(found) == 7
    assert all(item.width >= 7 for item in found)
    for one, other in combinations(found, 2):
        assert not checks.overlap(one.box, other.box)
    pictures = [item.box for item in picture.items if isinstance(item, Raster)]
    assert not any(checks.overlap(item.box, box) for item in found for box in pictures)


def test_slices_that_are_read_as_channels_are_called_slices() -> None:
    given = load_lesson("volume-flat")
    given = given.with_view(replace(given.view, options={"view": "slices"}))
    assert "Per slice" in words(draw(SCENE, given, Canvas(925, 645, LIGHT)))


def test_equal_slices_of_a_filter_stand_as_one_that_is_read() -> None:
    given = load_lesson("vessels")
    kernel = given.layer.weight[0, 0]
    assert (kernel == kernel[0]).all()
    given = replace(given, view=replace(given.view, options={"view": "slices"}))
    picture = draw(SCENE, given, Canvas(925, 645, LIGHT), 185505)
    assert "Filter: 7 equal slices" in words(picture)
    (one_grid,) = [i for i in picture.items if isinstance(i, Cells) and i.name.startswith("kernel ")]
    assert [[float(t.replace(MINUS, "-")) for t in row] for row in one_grid.content.texts] == kernel[0].tolist()
    x = np.pad(given.sample.data[0].astype(float), ((3, 3), (2, 2), (2, 2)))
    d, h, w = np.unravel_index(185505, given.sample.data[0].shape)
    products = (x[d : d + 7, h : h + 5, w : w + 5] * kernel).ravel()
    largest = products[np.abs(products).argmax()]
    (line,) = [text for text in words(picture) if text.startswith("largest first: ")]
    one, other = line.removeprefix("largest first: ").split(" + ")[0].split("·")
    assert float(one) * float(other) == largest


@pytest.mark.parametrize("ends", ["SPL", "IAR", "SAR", "IPL", "SAL", "IPR"])
def test_slices_of_a_body_show_head_front_and_right_where_radiologists_expect_them(ends: str) -> None:
    """The head is up, the front is up where it is seen from the feet, and the body's right side is at the left."""
    other = dict(zip("SIAPRL", "ISPALR", strict=True))
    data = np.zeros((1, 30, 32, 36), dtype=np.uint8)
    # Near the head, the front and the right side of the body.
    near = tuple(n - 4 if end in "SAR" else 3 for n, end in zip((30, 32, 36), ends, strict=True))
    data[(0, *near)] = 255
    given = document(data, np.ones((1, 1, 1, 1, 1)), view=View(scene="volume"))
    body = replace(given.sample, directions=tuple((other[end], end) for end in ends))
    _, picture = slices_of(replace(given, sample=body), int(np.ravel_multi_index(near, (30, 32, 36))))
    found = [item for item in picture.items if isinstance(item, Raster) and item.name.startswith(("input", "output"))]
    assert len(found) == 6
    for item in found:
        grey = item.image[..., :3].astype(int).sum(axis=-1)
        ((row, column),) = np.argwhere(grey == grey.max()).tolist()
        assert (row, column) == (3, 3)


@pytest.mark.parametrize("ends", ["SPL", "IAR", "SAR", "IPL", "LSA"])
def test_clicking_what_is_seen_on_slices_of_a_body_goes_there(ends: str) -> None:
    """Axes that run up, or to the left, stand turned round: a cell is clicked where its pixel is."""
    other = dict(zip("SIAPRL", "ISPALR", strict=True))
    data = np.zeros((1, 30, 32, 36), dtype=np.uint8)
    data[0, 1, 24, 9] = 255
    given = document(data, np.ones((1, 1, 1, 1, 1)), view=View(scene="volume"))
    body = replace(given.sample, directions=tuple((other[end], end) for end in ends))
    layout, picture = slices_of(replace(given, sample=body), int(np.ravel_multi_index((1, 24, 9), (30, 32, 36))))
    slices = [i for i in picture.items if isinstance(i, Raster) and i.name.startswith(("input", "output"))]
    assert len(slices) == 6
    for item in slices:
        grey = item.image[..., :3].astype(int).sum(axis=-1)
        ((row, column),) = np.argwhere(grey == grey.max()).tolist()
        x, y, wide, high = item.box
        at = (x + (column + 0.5) * wide / grey.shape[1], y + (row + 0.5) * high / grey.shape[0])
        hit = picture.hit(*at)
        assert hit is not None
        step = SCENE.step_of(layout, hit)
        assert step is not None
        assert layout.volume.position(step) == (1, 24, 9)


def test_large_steps_are_grouped_and_several_channels_have_the_shape_of_their_weights() -> None:
    brain = words(checks.picture_of(load_lesson("brain-sobel"), 483776, (960, 690)))
    assert any("step 483\u2009776 of 0 … 1\u2009068\u2009591" in text for text in brain)
    channels = words(checks.picture_of(load_lesson("volume-channels"), 0, (960, 690)))
    assert any("F × C × D × H × W: 1 × 2 × 3 × 3 × 3" in text for text in channels)


def test_slices_of_a_small_volume_have_indices_and_say_their_axes() -> None:
    """Of an input of 6 × 6 × 6 and an output of 4 × 4 × 4, three slices each, in the window at 1440 × 900."""
    given = load_lesson("volume-3d")
    sliced = replace(given, view=replace(given.view, options={**given.view.options, "view": "slices"}))
    shown = checks.picture_of(sliced, 37, (924, 690))
    said = words(shown)
    assert {
        "height 2 · depth ↓ width →", "width 2 · depth ↓ height →", "depth 3 · height ↓ width →",
        "height 1 · depth ↓ width →", "width 1 · depth ↓ height →", "depth 2 · height ↓ width →",
    } <= set(said)  # fmt: skip
    indices = [i.text for i in shown.items if isinstance(i, Label) and i.text.isdigit() and i.size == 12]
    assert [indices.count(str(n)) for n in range(6)] == [12, 12, 12, 12, 6, 6]
    assert_legible(shown)


@pytest.mark.parametrize("size", [(892, 560), (924, 650), (1024, 600)])
def test_the_numbers_of_a_window_stand_apart_rather_than_beside_products_without_numbers(size: tuple[int, int]) -> None:
    picture = checks.picture_of(load_lesson("brain-sobel"), 417520, size, options={"view": "blocks"})
    cells = [item for item in picture.items if isinstance(item, Cells) and item.name.startswith(("window", "products"))]
    assert cells
    for drawn in cells:
        longest = max(len(text) for row in drawn.shown_texts() for text in row)
        assert longest, drawn.name
        assert drawn.width - 0.6 * drawn.font * longest >= 5, drawn.name


def test_without_room_for_products_the_sum_stands_behind_the_filter() -> None:
    given = caption_document(load_lesson("brain-sobel"), 1)
    for size, step in (((924, 650), 417520), ((924, 650), 570114), ((760, 560), 570114)):
        picture = picture_of(given, step, size)
        assert_legible(picture)
        d, r, c = np.unravel_index(step, (94, 116, 98))
        window = given.sample.data[0, d - 1 : d + 2, r - 1 : r + 2, c - 1 : c + 2].astype(float)
        smooth = np.array([1, 2, 1])
        total = np.einsum("dhw,d,h,w", window, smooth, [-1, 0, 1], smooth)
        if size[0] > 900:
            assert f"= {total:g}" in words(picture)


def test_an_edited_bias_is_in_the_output() -> None:
    shown, memo = large(np.random.default_rng(1).normal(size=(1, 1, 3, 3, 3))), Memo()
    before = prepared_in(memo, shown).volume.output.copy()
    after = prepared_in(memo, shown.with_layer(replace(shown.layer, bias=shown.layer.bias + 50))).volume.output
    np.testing.assert_allclose(after, before + 50, rtol=1e-5, atol=1e-3)
