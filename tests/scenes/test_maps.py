"""Feature maps: what is shown against plain loops over the layers, and what a click chooses."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core import Cancelled, ConvSpec
from convgui.draw.levels import Levels
from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS, number, range_ends
from convgui.draw.picture import Cells, Hit, Raster, Rects
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, Missing, View
from convgui.model.memo import Memo, Work
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.choice import choose_map, chosen_map
from convgui.scenes.feature_maps import gathered, stages
from convgui.scenes.feature_maps.gathered import Maps
from convgui.scenes.feature_maps.stages import part, sheets
from convgui.scenes.maps.layout import averaged_again
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document, with_lesson_start
from tests.documents import random_document
from tests.scenes.checks import assert_hits_return, assert_legible, grid, labels, moments, overlap, picture_of, words

signal: Any = import_module("scipy.signal")
MAPS = scene("maps")


def conv(inputs: int, outputs: int, size: int = 3, seed: int = 1, **spec: Any) -> Convolution:
    rng = np.random.default_rng(seed)
    made = ConvSpec.of(inputs, outputs, (size, size), **spec)
    return Convolution(
        made, rng.integers(-3, 4, made.weight_shape).astype(float), rng.integers(-2, 3, outputs).astype(float)
    )


def document(*layers: Layer, size: tuple[int, ...] = (7, 9), channels: int = 3, seed: int = 5, **view: Any) -> Document:
    data = np.random.default_rng(seed).integers(0, 256, (channels, *size)).astype(np.uint8)
    shown = View(scene="maps", **view)
    return Document(Sample(data, "test"), layers, shown)


def correlated(x: NDArray[np.float64], layer: Layer) -> NDArray[np.float64]:
    """The plain definition, without padding or stride, by SciPy."""
    assert isinstance(layer, Convolution)
    maps = [sum(signal.correlate2d(x[c], w[c], "valid") for c in range(len(x))) for w in layer.weight]
    return np.stack(maps) + layer.bias[:, None, None]


def means(values: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    rows, columns = values.shape
    return np.array(
        [
            [values[i : i + side, j : j + side].mean() for j in range(0, columns, side)]
            for i in range(0, rows, side)
        ]
    )  # fmt: skip


def test_every_stage_is_what_the_layers_make() -> None:
    made = document(conv(3, 4), ReLU(), conv(4, 2, seed=2), layer=2)
    x = made.sample.data.astype(float)
    first = correlated(x, made.layers[0])
    flow = [x, first, np.maximum(first, 0), correlated(np.maximum(first, 0), made.layers[2])]
    prepared = sheets(made, False, Work())
    assert MAPS.steps(prepared) == 4
    for stage, values in zip(prepared.stages, flow, strict=True):
        assert stage.shape == values.shape
        np.testing.assert_allclose(stage.maps.thumbs, values, rtol=1e-6)
        np.testing.assert_allclose(stage.maps.ranges, [(v.min(), v.max()) for v in values])
        for place, whole in enumerate(values):
            np.testing.assert_allclose(stage.maps.large[place].values.levels[0], whole)
    picture = picture_of(made, 3)
    assert grid(picture, "large") == [[number(float(v)) for v in row] for row in flow[3][0]]
    assert f"3 × 5 · {number(flow[3][0].min())} … {number(flow[3][0].max())}" in words(picture)


def test_the_parts_of_a_filter_add_up_to_its_map() -> None:
    made = document(conv(3, 4), layer=0, filter=2, options={"sheet": "filter"})
    layer = made.layer
    x = made.sample.data.astype(float)
    stage = sheets(made, True, Work()).stages[1]
    assert stage.parts is not None
    *parts, total = stage.parts.thumbs
    for channel, values in enumerate(parts):
        np.testing.assert_allclose(values, signal.correlate2d(x[channel], layer.weight[2, channel], "valid"))
    np.testing.assert_allclose(sum(parts) + layer.bias[2], total)
    assert words(picture_of(made, 1)).count("sum") == 1
    assert "Filter 2 of layer 1" in picture_of(made, 1).summary


@pytest.mark.parametrize("spec", [{"groups": 2}, {"transposed": True, "groups": 2, "stride": 2}, {"padding": "same"}])
@pytest.mark.parametrize("flip", [False, True])
def test_parts_of_any_convolution_add_up(spec: dict[str, Any], flip: bool) -> None:
    layer = replace(conv(4, 6, **spec), flip=flip)
    x = np.random.default_rng(3).normal(size=(4, 6, 7))
    out = layer.forward(x)
    for channel in range(6):
        reads = layer.channels_read(channel)
        assert len(reads) == (4 if layer.spec.groups == 1 else 2)
        total = sum(part(layer, x[c : c + 1], c, channel) for c in reads) + layer.bias[channel]
        np.testing.assert_allclose(total, out[channel], atol=1e-12)


def test_thumbnails_are_means_over_cells_and_say_so() -> None:
    made = document(conv(3, 2), size=(411, 530))
    maps = sheets(made, False, Work()).stages[0].maps
    values = made.sample.data[1].astype(float)
    np.testing.assert_allclose(maps.thumbs[1], means(values, maps.factor), rtol=1e-6)
    assert max(maps.thumbs.shape[1:]) <= gathered.SIDE
    np.testing.assert_allclose(averaged_again(maps, maps.thumbs, 4)[1], means(values, 4 * maps.factor), rtol=1e-5)
    picture = picture_of(made, 0)
    thumb = next(item for item in picture.items if isinstance(item, Raster) and item.name == "thumb 1")
    stated = next(label.text for label in labels(picture) if label.text.startswith("means over"))
    side = int(stated.split()[2])
    wanted = Levels(0, float(values.max()), False).colours(means(values, side), LIGHT)
    assert np.abs(thumb.image.astype(int) - wanted).max() <= 1


def test_of_many_channels_64_are_shown_and_the_rest_counted() -> None:
    made = document(conv(1, 70), channels=1, filter=68)
    prepared = sheets(made, False, Work())
    maps = prepared.stages[1].maps
    assert maps.numbers == (*range(63), 68)
    assert maps.count == 70
    picture = picture_of(made, 1)
    assert "64 of 70 channels" in words(picture)
    assert "Channel 68" in words(picture)
    assert sum(isinstance(item, Raster) and item.name.startswith("thumb") for item in picture.items) == 64
    assert_legible(picture)


def test_scales_are_about_zero_or_grey_and_own_or_common() -> None:
    made = document(conv(3, 4), ReLU())
    prepared = sheets(made, False, Work())
    own = MAPS.lay_out(prepared, made.view, Canvas(880, 640, LIGHT))
    common = MAPS.lay_out(prepared, replace(made.view, options={"map-scale": "common"}), Canvas(880, 640, LIGHT))
    for place in range(4):
        least, most = prepared.stages[1].maps.ranges[place]
        levels = own.levels(1, place)
        assert levels.signed == (least < 0)
        if least < 0:
            assert levels.low == -levels.high
            assert levels.high <= max(-least, most)
        assert own.levels(2, place) == Levels(0, max(most, 0.0) or 1.0, False)
    assert len({common.levels(1, place) for place in range(4)}) == 1
    assert common.levels(0, 1) == Levels(0, 255, False)


@pytest.mark.parametrize(
    ("foot", "width", "scale"),
    [
        (1e6, 1, "1000000 … 1000001"), (2e9, 100, "2000000000 … 2000000100"), (-1e6, 1, "−1000000 … −999999"),
        (0.5, 1e-3, "0.5 … 0.501"), (0, 0.003, "0 … 0.003"), (3, 9, "0 … 12"), (7, 0, "0 … 7"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lost", [False, True])
def test_maps_of_any_range_fill_their_scale(foot: float, width: float, scale: str, lost: bool) -> None:
    x = foot + np.linspace(0, width, 80 * 96).reshape(1, 80, 96)
    x[0, 3, 4] = np.nan if lost else x[0, 3, 4]
    given = replace(document(conv(1, 1), channels=1), sample=Sample(x, "x", nonfinite=int(lost)))
    shown = sheets(given, False, Work()).stages[0].maps.levels(0).colours(x[0], LIGHT)[..., 0].astype(int)
    assert abs(shown[0, 0] - shown[-1, -1]) > 150 or not width
    assert scale in words(picture_of(given))


def test_maps_of_which_all_is_missing_have_a_scale() -> None:
    nothing = Sample(np.full((1, 5, 6), np.nan), "x", nonfinite=30)
    given = replace(document(conv(1, 1), channels=1), sample=nothing)
    assert sheets(given, False, Work()).stages[0].maps.levels(0) == Levels(0, 1, False)


def test_a_click_enlarges_a_map_and_chooses_its_filter() -> None:
    made = document(conv(3, 4), ReLU(), conv(4, 4, seed=3, transposed=True, groups=2), layer=2)
    view = MAPS.viewed(made, Hit("map", (1, 0, 2)))
    assert (view.layer, view.filter) == (0, 2)
    view = MAPS.viewed(made.with_view(view), Hit("map", (2, 0, 1)))
    assert (view.layer, view.filter) == (0, 2)
    view = MAPS.viewed(made.with_view(view), Hit("map", (3, 0, 3)))
    assert (view.layer, view.filter, view.channel) == (2, 2, 1)
    chosen = made.with_view(view)
    assert [words(picture_of(chosen, step)).count(f"Channel {n}") for step, n in ((1, 2), (2, 1), (3, 3))] == [1, 1, 1]
    assert MAPS.viewed(made, Hit("cell", (1, 0, 2, 2))) == made.view
    layout = MAPS.lay_out(sheets(made, False, Work()), made.view, Canvas(880, 640, LIGHT))
    assert MAPS.step_of(layout, Hit("stage", (0, 2))) == 2


def test_hover_enlarges_at_once_and_reads_a_cell() -> None:
    made = document(conv(3, 4), size=(40, 50))
    out = correlated(made.sample.data.astype(float), made.layer)
    assert "Channel 3" in words(picture_of(made, 1, focus=Focus(hover=Hit("map", (1, 0, 3)))))
    picture = picture_of(made, 1, focus=Focus(hover=Hit("cell", (1, 0, 12, 31))))
    assert picture.summary.endswith(f"row 12, column 31: {number(float(out[0, 12, 31]))}")


def test_large_stacks_keep_finely_what_is_enlarged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "KEPT", 20_000)
    made = document(conv(3, 4), ReLU(), size=(150, 200), filter=1)
    prepared = sheets(made, False, Work())
    out = correlated(made.sample.data.astype(float), made.layers[0])
    assert [kept.factor for _, kept in sorted(prepared.stages[1].maps.large.items())] == [2, 2, 2, 2]
    kept = prepared.stages[1].maps.large[1]
    np.testing.assert_allclose(kept.values.levels[0], means(out[1], 2), rtol=1e-5)
    assert sorted(prepared.stages[0].maps.large) == [0, 1, 2]
    assert np.shares_memory(prepared.stages[0].maps.large[0].values.levels[0], made.sample.data)
    assert any("means over 2 × 2" in text for text in words(picture_of(made, 1)))
    hovered = picture_of(made, 1, focus=Focus(hover=Hit("cell", (1, 1, 7, 9))))
    assert f"mean {number(float(means(out[1], 2)[3, 4]))} over 2 × 2" in hovered.summary


def test_another_map_is_enlarged_at_once_and_made_finer_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "KEPT", 40_000)
    monkeypatch.setattr(gathered, "SIDE", 20)
    made = document(conv(3, 4), size=(150, 200), filter=1)
    out = correlated(made.sample.data.astype(float), made.layers[0])
    pieces = Memo().latest
    before = MAPS.prepare(made, Work(pieces))
    assert [before.stages[1].maps.large[place].factor for place in range(4)] == [4, 1, 4, 4]
    assert not MAPS.rest(before)
    clicked = made.with_view(MAPS.viewed(made, Hit("map", (1, 0, 3))))
    assert MAPS.remembers(clicked, pieces)
    after = MAPS.prepare(clicked, Work(pieces))
    assert after.stages == before.stages
    layout = MAPS.lay_out(after, clicked.view, Canvas(880, 640, LIGHT))
    assert {"Channel 3", "means over 4 × 4"} <= set(" · ".join(words(MAPS.picture(layout, 1, Focus()))).split(" · "))
    assert MAPS.rest(after)
    told: list[float] = []
    done = MAPS.complete(after, Work(pieces, progress=told.append))
    np.testing.assert_array_equal(done.stages[1].maps.large[3].values.levels[0], out[3].astype(np.float32))
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert not MAPS.rest(done)


def test_parts_of_a_large_picture_are_enlarged_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "KEPT", 40_000)
    monkeypatch.setattr(gathered, "SIDE", 20)
    made = document(conv(3, 4), size=(150, 200), options={"sheet": "filter"})
    made = replace(made, sample=replace(made.sample, channels=("R", "G", "B")))
    parts = MAPS.prepare(made).stages[1].parts
    assert parts is not None
    assert parts.names == ("channel R", "channel G", "channel B", "sum")
    assert [parts.large[place].factor for place in range(4)] == [4, 4, 4, 1]
    hovered = picture_of(made, 1, focus=Focus(hover=Hit("map", (1, 0, 1))))
    assert "From channel G" in words(hovered)
    assert any("means over 4 × 4" in text for text in words(hovered))
    assert [option.name for option in MAPS.options(made)] == ["sheet"]


def test_an_edit_keeps_what_is_before_it() -> None:
    made = document(conv(3, 4), ReLU(), conv(4, 2, seed=2), size=(20, 20), layer=2)
    pieces = Memo().latest
    before = MAPS.prepare(made, Work(pieces))
    last = made.layers[2]
    assert isinstance(last, Convolution)
    edited = replace(made, layers=(*made.layers[:2], last.with_weight((0, 0, 1, 1), 9.0)))
    after = MAPS.prepare(edited, Work(pieces))
    assert [a is b for a, b in zip(after.stages, before.stages, strict=True)] == [True, True, True, False]
    fresh = MAPS.prepare(edited)
    for one, other in zip(after.stages, fresh.stages, strict=True):
        assert np.array_equal(one.maps.thumbs, other.maps.thumbs)
    with pytest.raises(Cancelled):
        MAPS.prepare(made, Work(cancel=lambda: True))


@pytest.mark.parametrize("options", [{}, {"sheet": "filter"}, {"map-scale": "common"}])
@pytest.mark.parametrize("size", [(7, 9), (90, 40)])
def test_every_picture_is_legible(options: dict[str, str], size: tuple[int, int]) -> None:
    layers: tuple[Layer, ...] = (
        conv(4, 6, padding=1),
        ReLU(),
        ChannelShuffle(2),
        Pool("max", (2, 2), (2, 2), (0, 0)),
        *[ReLU()] * 5,
    )
    made = document(*layers, size=size, channels=4, options=options)
    for picture in moments(made):
        assert_legible(picture)
    assert_hits_return(made)


def test_it_says_why_it_does_not_apply() -> None:
    assert "this input has three" in reason_against(MAPS, document(ReLU(), size=(4, 4, 4)))
    assert "In layer 2" in reason_against(MAPS, document(conv(3, 4), conv(5, 2)))


def test_zoom_and_moves_keep_the_same_place_in_every_stage() -> None:
    made = document(conv(3, 2, padding=1), size=(60, 60))
    layout = MAPS.lay_out(sheets(made, False, Work()), made.view, Canvas(880, 640, LIGHT))
    x, y, wide, high = layout.right
    view = MAPS.zoomed(layout, made.view, (x + wide / 4, y + high / 4), 4.0)
    assert view.zoom == 4
    nearer = MAPS.lay_out(sheets(made, False, Work()), view, Canvas(880, 640, LIGHT))
    assert nearer.seen(0) == nearer.seen(1)
    assert nearer.seen(1).cell(15, 15)[:2] == pytest.approx(layout.seen(1).cell(15, 15)[:2])
    assert MAPS.moved(nearer, view, (-10, 0)).centre[1] > view.centre[1]


def test_zoomed_in_the_thumbnail_shows_where_one_is() -> None:
    made = document(conv(3, 2, padding=1), size=(60, 90))
    whole = {item.stroke for item in picture_of(made, 1).items if isinstance(item, Rects) and item.width == 4.0}
    assert not whole
    near = made.with_view(replace(made.view, zoom=3.0, centre=(0.5, 2 / 3), filter=1))
    layout = MAPS.lay_out(MAPS.prepare(near), near.view, Canvas(880, 640, LIGHT))
    shown = MAPS.picture(layout, 1, Focus())
    marks = [item.boxes[0] for item in shown.items if isinstance(item, Rects) and item.width == 4.0]
    port = layout.seen(1)
    assert layout.photo is not None, "and the picture that comes in"
    for (left, top, across, down), (x, y, wide, high) in zip(
        marks, (layout.photo, layout.sheet(1).box(1)), strict=True
    ):
        assert (left + across / 2 - x) / wide == pytest.approx(2 / 3, abs=0.02)
        assert (top + down / 2 - y) / high == pytest.approx(0.5, abs=0.02)
        assert across / wide == pytest.approx(port.clip[2] / port.box[2])


def test_an_empty_range_is_no_fault() -> None:
    data = np.zeros((2, 5, 5))
    blank = Maps((5, 5), (0,), ("0",), 1, 1, data[:1].astype(np.float32), np.zeros((1, 2)), (0,), np.ones(1), {})
    assert blank.levels(0) == Levels(0.0, 1.0, False)


def test_preparing_tells_how_far_it_is() -> None:
    shown = document(conv(3, 4), ReLU(), conv(4, 2, seed=2), size=(40, 50))
    told: list[float] = []
    work = Work(progress=told.append)
    made = MAPS.prepare(shown, work)
    assert len(made.stages) == 4
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len([part for part in told if part < 0.5]) >= 4, "within the stages, too"
    told.clear()
    other = replace(shown, layers=(*shown.layers[:2], conv(4, 2, seed=3)))
    again = MAPS.prepare(other, work)
    assert again.stages[1] is made.stages[1]
    assert told
    with pytest.raises(Cancelled):
        MAPS.prepare(shown, Work(cancel=lambda: True))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("signed", [False, True])
def test_the_cells_of_a_small_map_have_the_colours_of_its_scale(theme: str, signed: bool) -> None:
    document = random_document(1, 1, (4, 5), (3, 3))
    data = document.sample.data - (4 if signed else 0)
    document = replace(document, sample=Sample(data, "small"), view=View(scene="maps"))
    drawn = [item for item in picture_of(document, 0, theme=theme).items if isinstance(item, Cells)]
    assert [item.name for item in drawn] == ["large"]
    fill = drawn[0].content.fill
    assert fill.shape == (4, 5, 4)
    assert (fill[..., 3] == 255).all()
    # Where there are signs the two hues tell them apart, and 0 has the page's colour; otherwise all is grey.
    grey = (fill[..., 0] == fill[..., 1]) & (fill[..., 1] == fill[..., 2])
    assert grey.all() == (not signed)
    for value in np.unique(data):
        assert len(np.unique(fill[data[0] == value], axis=0)) == 1
    order = np.argsort(data[0].ravel())
    if not signed:
        assert (np.diff(fill[..., 0].ravel()[order].astype(int)) >= 0).all()


@pytest.mark.parametrize("missing", ["zero", "rescale"])
def test_another_choice_about_missing_values_is_another_sheet(missing: Missing) -> None:
    given = document(conv(1, 2), ReLU(), conv(2, 2, seed=2), channels=1)
    data = given.sample.data.astype(np.float64)
    data[0, 3, 4] = np.nan
    given = replace(given, sample=Sample(data, "test", nonfinite=1))
    changed = replace(given, missing=missing)
    pieces = Memo().latest
    MAPS.prepare(given, Work(pieces))
    again, fresh = MAPS.prepare(changed, Work(pieces)), MAPS.prepare(changed)
    for shown, wanted in zip(again.stages, fresh.stages, strict=True):
        np.testing.assert_array_equal(shown.maps.thumbs, wanted.maps.thumbs)
    assert np.isfinite(again.stages[1].maps.thumbs).all()


STACKS: dict[str, tuple[Layer, ...]] = {
    "mixed": (conv(3, 90), conv(90, 80, 2, seed=2, transposed=True, stride=2)),
    "depthwise": (conv(3, 90), conv(90, 90, seed=2, groups=90), ReLU(), Pool("average", (2, 2), (2, 2))),
    "groups": (conv(3, 80), conv(80, 80, seed=2, groups=8, transposed=True), conv(80, 140, 1, seed=4, groups=20)),
}


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("filters", [2, 69])
@pytest.mark.parametrize("name", STACKS)
def test_of_a_large_stack_only_the_channels_that_are_shown_are_made(
    name: str, filters: int, apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = STACKS[name]
    last = max(n for n, layer in enumerate(layers) if isinstance(layer, Convolution))
    made = document(*layers, size=(12, 13), layer=last, filter=filters, channel=0)
    whole, counts = sheets(made, apart, Work()), list[int]()

    def counted(*given: Any) -> Any:
        counts.append(len(applied(*given)))
        return applied(*given)

    applied: Any = vars(stages)["applied"]
    monkeypatch.setattr(stages, "applied", counted)
    monkeypatch.setattr(stages, "KEPT", 20_000)
    some = sheets(made, apart, Work())
    assert counts[-1] < len(layers[-1].forward(np.zeros(made.shapes[-2])))
    for one, other in zip(whole.stages, some.stages, strict=True):
        assert one.shape == other.shape
        pairs = [(one.maps, other.maps)]
        if one.parts is not None and other.parts is not None:
            pairs.append((one.parts, other.parts))
        for maps, fewer in pairs:
            assert (maps.numbers, maps.names, maps.count) == (fewer.numbers, fewer.names, fewer.count)
            np.testing.assert_allclose(maps.thumbs, fewer.thumbs, rtol=1e-5, atol=1e-3)
            np.testing.assert_allclose(maps.ranges, fewer.ranges, rtol=1e-5, atol=1e-3)
    assert (whole.stages[last + 1].parts is None) == (some.stages[last + 1].parts is None)


@pytest.mark.parametrize(
    ("layer", "size", "shown"),
    [
        (conv(3, 64, 31), (2000, 3000), True),
        (conv(3, 900, 1), (2000, 3000), True),
        (conv(3, 900, 2, transposed=True, stride=2), (900, 1200), True),
        (conv(3, 64, 31, transposed=True), (2000, 3000), True),
        (conv(3, 64, 31, transposed=True, stride=30), (2000, 3000), False),
        (conv(3, 64, 31, stride=2), (20_000, 30_000), False),
    ],
)
def test_a_stack_that_takes_too_long_is_refused_before_it_is_begun(
    layer: Convolution, size: tuple[int, int], shown: bool
) -> None:
    """6 megapixels under 64 filters of 31 x 31 take some seconds by Fourier's way, and so they are shown."""
    sample = Sample(np.broadcast_to(np.uint8(1), (3, *size)), "zeros that take no memory")
    one = Document(sample, (layer,), View(scene="maps"))
    assert (reason_against(MAPS, one) == "") == shown
    assert shown or "billion multiplications on the whole input" in reason_against(MAPS, one)
    # What slides shows what is seen alone, but a layer behind another needs all that the other makes.
    assert layer.spec.transposed or reason_against(scene("slide"), one) == ""
    behind = replace(one, layers=(layer, conv(layer.spec.out_channels, 1)), view=View(layer=1))
    assert (reason_against(scene("slide"), behind) == "") == shown


def test_where_values_are_cut_off_the_legend_says_so_and_each_thumbnail_says_its_scale() -> None:
    values = np.full((2, 40, 50), 1.0)
    values[0, 0, 0], values[0, 0, 1] = 900, -4
    values[1] = np.linspace(-2, 2, 2000).reshape(40, 50)
    identity = Convolution(ConvSpec.of(2, 2, (1, 1)), np.eye(2).reshape(2, 2, 1, 1), np.zeros(2))
    made = Document(Sample(values, "test"), (identity,), View(scene="maps"))
    # Of 2000 values 2 % at the most are beyond the scale.
    limit = np.percentile(np.abs(values[0]), 98)
    assert limit == 1
    first = words(picture_of(made, 1))
    assert "≤ −1 … 0 … ≥ 1" in first
    assert [text for text in first if text.startswith("±")] == ["±1", "±2"]
    assert "each cell · each its own scale, ± about 0" in first
    second = words(picture_of(made, 1, focus=Focus(Hit("map", (1, 0, 1)))))
    limit = np.percentile(np.abs(values[1]), 98)
    assert f"≤ −{limit:.2f} … 0 … ≥ {limit:.2f}" in second
    assert "step 1 of 0 … 1" in second


def test_levels_that_are_set_hold_for_what_the_chosen_layer_makes() -> None:
    """The input keeps its scale, and so do other layers."""
    given, canvas = random_document(3, 4, (40, 50), (3, 3)), Canvas(1200, 800, LIGHT)
    made = MAPS.prepare(given)
    values, automatic = MAPS.levelled(made) or (None, None)
    assert values is not None
    assert automatic is not None
    assert np.allclose(values, given.layers[0].forward(given.sample.data.astype(float), None)[0])
    before = MAPS.lay_out(made, given.view, canvas)
    after = MAPS.lay_out(made, replace(given.view, levels=(1.0, 2.0)), canvas)
    assert before.levels(1, 0) == automatic
    assert (after.levels(1, 0).low, after.levels(1, 0).high) == (1.0, 2.0)
    assert after.levels(0, 0) == before.levels(0, 0)


@pytest.mark.parametrize(("groups", "chosen", "names"), [(1, 1, "RGBA"), (2, 0, "RG"), (2, 3, "BA"), (4, 2, "B")])
def test_parts_are_called_as_the_channels_that_the_filter_reads(groups: int, chosen: int, names: str) -> None:
    given = random_document(4, 4, (6, 7), (3, 3), groups=groups)
    given = replace(given, sample=Sample(given.sample.data, "x", channels=tuple("RGBA")))
    given = given.with_view(replace(given.view, scene="maps", filter=chosen))
    parts = sheets(given, True, Work()).stages[1].parts
    assert parts is not None
    assert parts.names == (*(f"channel {name}" for name in names), "sum")
    for name, shown in zip(names, parts.thumbs, strict=False):
        source = "RGBA".index(name)
        kernel = given.layer.weight[chosen, source % (4 // groups)]
        np.testing.assert_allclose(shown, signal.correlate2d(given.sample.data[source], kernel, "valid"), atol=1e-4)


def captioned(index: int) -> Document:
    return caption_document(with_lesson_start(load_lesson("trained-layer"), listed=True), index)


@pytest.mark.parametrize(
    ("index", "filter_", "cell"), [(0, 1, (300, 100)), (1, 1, (300, 100)), (2, 4, (387, 167)), (3, 4, (387, 167))]
)
def test_a_caption_that_speaks_of_a_filter_has_its_map_enlarged_and_its_cell_marked(
    index: int, filter_: int, cell: tuple[int, int]
) -> None:
    about = captioned(index)
    picture, said = picture_of(about, about.view.step, (924, 640)), about.lesson.captions[index].text  # type: ignore[union-attr]
    title = next(text for text in words(picture) if text.startswith("Channel "))
    assert title == f"Channel {filter_}"
    large = next(item for item in picture.items if isinstance(item, Raster) and item.name == "large")
    x, y = (large.clip[n] + (cell[1 - n] + 0.5) * large.clip[2 + n] / 510 for n in (0, 1))
    rings = [box for item in picture.items if isinstance(item, Rects) for box in item.boxes.tolist()]
    assert any(abs(a + c / 2 - x) < 2 and abs(b + d / 2 - y) < 2 and c < 20 for a, b, c, d in rings)
    if index < 3:
        assert re.search(rf"\bFilter {filter_}\b", said)
    if 0 < index < 3:
        sums = [text.removeprefix("Σ = ") for text in words(picture) if text.startswith("Σ")]
        assert len(sums) == 3
        assert all(text in said for text in sums)


def test_whoever_chooses_a_filter_has_its_map_enlarged() -> None:
    about = captioned(2)
    assert chosen_map(about, 1) == 4
    assert chosen_map(about.with_view(replace(about.view, filter=7)), 1) == 7
    assert chosen_map(about.with_view(choose_map(about, 1, 0)), 1) == 0
    clicked = about.with_view(choose_map(about, 1, 5))
    assert (clicked.view.filter, chosen_map(clicked, 1)) == (5, 5)
    assert chosen_map(clicked.with_view(replace(clicked.view, filter=0)), 1) == 0


def test_a_few_values_far_beyond_the_others_leave_no_black_map() -> None:
    values = np.random.default_rng(2).uniform(0, 10, (1, 60, 60))
    values[0, 0, 0] = 1000
    identity = Convolution(ConvSpec.of(1, 1, (1, 1)), np.ones((1, 1, 1, 1)), np.zeros(1))
    made = Document(Sample(values, "test"), (identity,), View(scene="maps"))
    legend = next(text for text in words(picture_of(made, 1)) if "≥" in text)
    assert legend == f"0 … ≥ {np.percentile(values, 98):.2f}"


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (-811.098, 695.233, ("−811", "695")), (1.07e-5, 1151.234, ("0", "1151")), (0, 255, ("0", "255")),
        (-549.703, 549.703, ("−550", "550")), (-0.0123, 0.5, ("−0.012", "0.5")), (2e9, 2e9 + 100, ("2e9", "2e9")),
    ],
)  # fmt: skip
def test_the_ends_of_a_scale_have_three_digits(low: float, high: float, told: tuple[str, str]) -> None:
    if high < 1e9:
        assert range_ends(low, high) == told
    else:
        assert len(set(range_ends(low, high))) == 2


@pytest.mark.parametrize(("channels", "filters", "groups", "chosen"), [(1, 70, 1, 68), (3, 4, 1, 2), (4, 4, 2, 3)])
@pytest.mark.parametrize("sheet", ["maps", "filter"])
def test_a_cell_that_is_pinned_is_of_the_channel_it_was_pinned_in(
    channels: int, filters: int, groups: int, chosen: int, sheet: str
) -> None:
    """Where some channels are not on the sheet, or a filter reads the last ones, a number is no place on it."""
    made = document(conv(channels, filters, groups=groups), channels=channels, filter=chosen, options={"sheet": sheet})
    stage = sheets(made, sheet == "filter", Work()).stages[1]
    shown = stage.parts if sheet == "filter" and stage.parts is not None else stage.maps
    for place in {0, len(shown.numbers) // 2, len(shown.numbers) - 1}:
        pinned = Hit("cell", (1, shown.numbers[place], 2, 3))
        value = number(float(shown.large[place].values.levels[0][2, 3]))
        assert picture_of(made, 1, focus=Focus(pinned=pinned)).summary.endswith(f"row 2, column 3: {value}")


@pytest.mark.parametrize("size", [(924, 640), (900, 600), (1440, 900)])
@pytest.mark.parametrize("index", range(4))
def test_the_photo_stands_beside_the_maps_with_the_place_of_the_marked_cell(index: int, size: tuple[int, int]) -> None:
    about = captioned(index)
    picture = picture_of(about, about.view.step, size)
    photo = next(i for i in picture.items if isinstance(i, Raster) and i.name == "photo")
    assert photo.clip[2] >= 140
    assert np.ptp(photo.image[..., :3].astype(int), axis=-1).max() > 100, "in its own colours"
    row, column = (300, 100) if index < 2 else (387, 167)
    x, y = (photo.clip[n] + (cell + 0.5) / 510 * photo.clip[2] for n, cell in ((0, column), (1, row)))
    rings = [b for i in picture.items if isinstance(i, Rects) and i.width == 2.0 for b in i.boxes.tolist()]
    assert any(abs(a + c / 2 - x) < 1 and abs(b + d / 2 - y) < 1 for a, b, c, d in rings)
    boxes = [i.clip for i in picture.items if isinstance(i, Raster) and i.name != "legend"]
    boxes += [i.box for i in picture.items if isinstance(i, Cells)]
    assert not any(overlap(a, b) for a, b in combinations(boxes, 2))
    assert_legible(picture)


def test_behind_a_prelu_every_map_keeps_two_hues() -> None:
    """Also one that has no negative values any more: grey beside them, it would look like another kind of thing."""
    about = captioned(3)
    prepared = sheets(about, False, Work())
    after = prepared.stages[2].maps
    assert {least < 0 for least, _ in after.ranges.tolist()} == {True, False}
    for place in range(10):
        levels = after.levels(place)
        assert levels.signed
        assert levels.low == -levels.high


def test_behind_a_prelu_the_product_is_written_and_comes_out() -> None:
    about = captioned(3)
    picture = picture_of(about, about.view.step, (924, 640))
    (line,) = [text for text in words(picture) if text.startswith("Channel 4, row 387, column 167: ")]
    before, slope, after = re.findall("\\d+(?:\\.\\d+)?", line.partition(": ")[2])
    assert round(float(before) * float(slope), 3) == float(after) == 916.175
    slopes = next(i for i in picture.items if isinstance(i, Cells) and i.name == "slopes")
    told = [float(text.replace(MINUS, "-")) for row in slopes.content.texts for text in row]
    assert told == about.layers[1].parameters["weight"].round(2).tolist()
    positive = picture_of(about.with_view(replace(about.view, options={"map-2": "4", "mark-2": "300, 100"})), 2)
    (line,) = [text for text in words(positive) if text.startswith("Channel 4, row 300, column 100: ")]
    value = sheets(about, False, Work()).stages[1].maps.large[4].values.levels[0][300, 100]
    assert ("·" in line) == (value < 0)


@pytest.mark.parametrize("size", [(924, 640), (900, 600), (1440, 900)])
def test_weights_and_slopes_have_air_in_their_cells(size: tuple[int, int]) -> None:
    for index in (2, 3):
        about = captioned(index)
        picture = picture_of(about, about.view.step, size)
        grids = [i for i in picture.items if isinstance(i, Cells) and i.name.startswith(("weights", "slopes"))]
        assert len(grids) == (3 if index == 2 else 1)
        for cells in grids:
            widest = max(text_width(text, cells.font, mono=True) for row in cells.content.texts for text in row)
            assert widest <= cells.width - 6
            assert cells.font >= 12


@pytest.mark.parametrize("sparse", [False, True])
def test_a_map_of_edges_is_not_pale_and_a_few_numbers_are_not_all_full(sparse: bool) -> None:
    values = np.zeros((1, 100, 100))
    values[0, :, :50] = np.linspace(-40, 40, 5000).reshape(100, 50)
    values[0, 0, :40] = 4000 if sparse else 400
    maps = sheets(document(conv(1, 1), channels=1), False, Work()).stages[0].maps
    found = gathered.gathered([(0, "0", values[0])], (0,), (1, 100, 100), 0, 0)
    assert type(found) is type(maps)
    far, usual = (float(np.percentile(np.abs(values), rank)) for rank in (99.7, 98))
    assert found.levels(0).high == pytest.approx(max(usual, far / 2))
    assert found.levels(0).high <= far


@pytest.mark.parametrize("scale", ["own", "common"])
def test_a_map_that_is_missing_whole_beside_others_is_drawn(scale: str) -> None:
    # Found by the random drive: one cell a map, one of them NaN, the scale common.
    data = np.array([[[-3.0]], [[np.nan]], [[250.0]]])
    shown = Document(Sample(data, "cells", nonfinite=1), (ReLU(),), View(scene="maps", options={"map-scale": scale}))
    for step in (0, 1):
        assert "NaN" not in " ".join(words(picture_of(shown, step))).replace("NaN … NaN", "")
        for stage in sheets(shown, False, Work()).stages:
            for index in (None, 0, 1, 2):
                levels = stage.maps.levels(index)
                assert np.isfinite([levels.low, levels.high]).all()
                assert levels.low < levels.high
