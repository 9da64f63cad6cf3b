"""Network: blocks, values, sums and fields, against plain definitions and what is known of P-Net."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from convgui.core import ConvSpec
from convgui.draw.colour import Colour
from convgui.draw.number import number
from convgui.draw.picture import Hit, Label, Picture, Raster, Rects
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.files.resources import resource
from convgui.files.translations import speak_language
from convgui.files.weights.read import read_weights
from convgui.layers.add import Add
from convgui.layers.concatenate import Concatenate
from convgui.layers.convolution import Convolution
from convgui.layers.dense import Dense
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.model.document import Document, View
from convgui.model.flow import value_of
from convgui.model.memo import Work
from convgui.model.sample import Alpha, Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.feature_maps import stages
from convgui.scenes.network.field import seen_by
from convgui.scenes.network.filters import sheet
from convgui.scenes.network.graph import Graph, Slot, graph
from convgui.scenes.network.making import Making, Term, making, shortened
from convgui.scenes.network.sentences import of_block
from convgui.scenes.network.values import NetworkValues, largest_first, network_values
from convgui.scenes.network.waterfall import Bar, bars, common_decimals, told, waterfall
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document
from tests.model.graphs import by_definition, graphs
from tests.scenes.checks import assert_hits_return, assert_legible, picture_of, words
from tests.scenes.test_maps import conv, document

NETWORK = scene("network")


def values(made: Document) -> NetworkValues:
    return network_values(made, Work(), coarse=False)


def branched() -> Document:
    """A residual block: conv, ReLU, conv, added to what the ReLU made, ReLU; the last convolution narrows it."""
    layers = (
        conv(3, 5, padding=1),
        ReLU(),
        conv(5, 5, seed=2, padding=1),
        Add(2),
        ReLU(),
        conv(5, 4, seed=3, stride=2),
    )
    made = document(*layers, size=(9, 11))
    return replace(made, sources=((0,), (1,), (2,), (3, 2), (4,), (5,)), view=replace(made.view, scene="network"))


def test_what_alters_each_value_alone_stands_in_the_block_before_it() -> None:
    found = graph(branched())
    assert [block.layers for block in found.blocks] == [(), (0, 1), (2,), (3, 4), (5,)]
    assert [block.value for block in found.blocks] == [0, 2, 3, 5, 6]
    assert [block.reads for block in found.blocks] == [(), (0,), (1,), (2, 1), (3,)]
    # The value that is added is carried past the second convolution.
    assert found.columns == (
        (Slot(0, 0),), (Slot(1, 1),), (Slot(2, 2), Slot(1, 3)), (Slot(3, 3),), (Slot(4, 4),)
    )  # fmt: skip


def test_a_value_that_two_layers_read_ends_its_block() -> None:
    made = document(conv(3, 4), ReLU(), ReLU(), Add(2), size=(6, 8))
    assert graph(replace(made, sources=((0,), (1,), (1,), (2, 3)))).blocks[1].layers == (0,)
    assert graph(document(conv(3, 4), ReLU(), ReLU())).blocks[1].layers == (0, 1, 2)


@settings(max_examples=60)
@given(graphs())
def test_every_layer_stands_in_one_block_right_of_what_it_reads(made: Document) -> None:
    found: Graph = graph(made)
    layers = [layer for block in found.blocks for layer in block.layers]
    assert sorted(layers) == list(range(len(made.layers)))
    blocks = [slot.end for column in found.columns for slot in column if slot.is_block]
    assert sorted(blocks) == list(range(len(found.blocks)))
    for end, block in enumerate(found.blocks):
        for start in block.reads:
            between = range(found.column(start) + 1, found.column(end))
            assert all(Slot(start, end) in found.columns[column] for column in between)
            assert found.column(start) < found.column(end)


@settings(max_examples=40)
@given(graphs())
def test_sums_and_values_are_what_the_layers_make(made: Document) -> None:
    if len(made.sample.spatial) != 2:
        return
    flow, found = by_definition(made), values(made)
    for n, block in enumerate(found.graph.blocks):
        channel = found.maps(n).numbers[-1]
        cell = found.cell(n, channel)
        assert found.value(block.value, channel, cell) == pytest.approx(flow[block.value][(channel, *cell)])
        taken = found.making(n, channel, cell)
        if not block.layers:
            assert taken is None
            continue
        assert taken is not None
        assert taken.value == pytest.approx(flow[block.layers[0] + 1][(channel, *cell)])
        if taken.adds:
            assert sum(term.value for term in taken.terms) == pytest.approx(taken.value)


@settings(max_examples=40)
@given(graphs())
def test_nothing_outside_a_field_moves_the_value(made: Document) -> None:
    if len(made.sample.spatial) != 2 or made.sources:
        return
    last = len(made.layers)
    before = by_definition(made)[last]
    cell = (before.shape[1] // 2, before.shape[2] - 1)
    field = seen_by(made, last, cell)
    changed = np.array(made.sample.data, dtype=np.float64)
    outside = np.ones(changed.shape, bool)
    if field is not None:
        outside[(slice(None), *field)] = False
    changed[outside] += 100.0
    after = by_definition(replace(made, sample=replace(made.sample, data=changed)))[last]
    np.testing.assert_array_equal(after[(slice(None), *cell)], before[(slice(None), *cell)])


def test_a_term_is_one_channel_under_its_kernel() -> None:
    made = document(conv(3, 4, padding=1, stride=2), size=(7, 9))
    x, layer = made.sample.data.astype(float), made.layers[0]
    assert isinstance(layer, Convolution)
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    taken = making(layer, x, ("R", "G", "B"), 3, (2, 4), 0.0)
    window = padded[:, 4:7, 8:11]
    parts = [float((window[c] * layer.weight[3, c]).sum()) for c in range(3)]
    bias = float(layer.bias[3])
    assert [(t.name, t.channel) for t in taken.terms[:3]] == [("R", 0), ("G", 1), ("B", 2)]
    assert [t.value for t in taken.terms] == [*parts, *([bias] if bias else [])]
    assert taken.adds
    assert taken.value == sum(parts) + bias


def test_dense_adds_up_channel_by_channel() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3, 2, 4))
    layer = Dense(rng.normal(size=(5, 24)), rng.normal(size=5))
    taken = making(layer, x, ("0", "1", "2"), 2, (0, 0), 0.0)
    parts = [float(layer.weight[2, 8 * c : 8 * c + 8] @ x[c].ravel()) for c in range(3)]
    np.testing.assert_allclose([t.value for t in taken.terms], [*parts, layer.bias[2]])
    np.testing.assert_allclose(taken.value, layer.forward(x)[2, 0, 0])


def test_a_pooling_lists_its_window() -> None:
    x = np.random.default_rng(3).normal(size=(4, 6, 9))
    taken = making(Pool("max", (2, 3), (2, 3), (0, 0)), x, tuple("abcd"), 2, (1, 2), 1.5)
    assert not taken.adds
    assert taken.value == 1.5
    assert [t.value for t in taken.terms] == x[2, 2:4, 6:9].ravel().tolist()
    assert [t.name for t in taken.terms] == ["2, 6", "2, 7", "2, 8", "3, 6", "3, 7", "3, 8"]


def test_an_addition_names_whose_values_it_adds() -> None:
    made = branched()
    found, flow = values(made), by_definition(made)
    taken = found.making(3, 2, (4, 5))
    assert taken is not None
    assert [t.name for t in taken.terms] == ["layer 3", "layer 2"]
    np.testing.assert_allclose([t.value for t in taken.terms], [flow[3][2, 4, 5], flow[2][2, 4, 5]])


def test_the_largest_terms_stay_in_their_order() -> None:
    terms = tuple(Term(str(n), value, n) for n, value in enumerate([1.0, -9.0, 2.0, 8.0, -3.0]))
    short = shortened(Making(terms, True, -1.0), 3)
    assert [(t.name, t.value) for t in short.terms] == [("1", -9.0), ("3", 8.0), ("3 others", 0.0)]
    assert shortened(Making(terms, True, -1.0), 5).terms == terms
    assert [t.name for t in shortened(Making(terms, False, 8.0), 3).terms] == ["1", "3"]


def test_maps_in_the_order_of_their_largest_answer() -> None:
    made = branched()
    found = values(made)
    maps = found.maps(1)
    most = np.abs(by_definition(made)[2]).max(axis=(1, 2))
    assert [maps.numbers[n] for n in largest_first(maps)] == list(np.argsort(-most, kind="stable"))


@pytest.mark.parametrize("kept", [64_000_000, 2000])
def test_of_many_maps_the_largest_answers_are_found_among_all(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where not every value of the network is kept."""
    monkeypatch.setattr(stages, "KEPT", kept)
    made = document(conv(3, 100, padding=1), ReLU(), conv(100, 5, seed=2), size=(6, 7))
    made = made.with_view(replace(made.view, scene="network", options={"map-order": "largest", "map-1": "3"}))
    most = by_definition(made)[2].max(axis=(1, 2))
    wanted = np.argsort(-most, kind="stable")[:64].tolist()
    assert max(wanted) > 64
    prepared = NETWORK.prepare(made)
    maps = prepared.maps(1)
    assert set(wanted) - set(maps.numbers) == ({wanted[-1]} if 3 not in wanted else set())
    assert 3 in maps.numbers
    shown = [maps.numbers[n] for n in largest_first(maps)]
    assert shown[:63] == wanted[:63]
    assert NETWORK.remembers(made, Work().pieces) is False
    plain = made.with_view(replace(made.view, options={}))
    assert NETWORK.prepare(plain).maps(1).numbers == tuple(range(64))
    assert NETWORK.reads(plain) != NETWORK.reads(made)


def test_of_a_large_network_the_chosen_sum_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "KEPT", 60)
    made = branched()
    made = made.with_view(replace(made.view, layer=5))
    found = values(made)
    assert found.making(2, 0, (0, 0)) is None
    taken = found.making(4, 1, (1, 2))
    assert taken is not None
    assert taken.value == pytest.approx(by_definition(made)[6][1, 1, 2])
    # Of a layer that alters each value, the sums are those of the layer before it.
    behind = values(made.with_view(replace(made.view, layer=4))).making(3, 2, (4, 5))
    assert behind is not None
    assert behind.value == pytest.approx(by_definition(made)[4][2, 4, 5])
    texts = words(picture_of(made, 2))
    assert any(text.startswith("Click this block to see its sums") for text in texts)


def test_p_net_sees_a_face() -> None:
    """The window of 12 x 12 whose probability is largest is that of the face, at stride 2."""
    made = load_lesson("look-inside")
    found = values(made)
    softmax = next(n for n, block in enumerate(found.graph.blocks) if block.layers == (10,))
    cell = found.cell(softmax, 1)
    assert cell == (5, 11)
    assert found.value(11, 1, cell) == pytest.approx(1.0, abs=1e-5)
    assert seen_by(made, 11, cell) == (slice(10, 22), slice(22, 34))
    held = {name: tensor.values() for name, tensor in read_weights(resource("networks", "pnet.pt")).tensors.items()}
    for name, index in (("conv1", 1), ("conv2", 4), ("conv3", 6), ("conv4_1", 9), ("conv4_2", 8)):
        layer = made.layers[index]
        assert isinstance(layer, Convolution)
        np.testing.assert_array_equal(layer.weight.astype(np.float32), held[f"{name}.weight"])
        np.testing.assert_array_equal(layer.bias.astype(np.float32), held[f"{name}.bias"])


def test_the_captions_of_p_net_are_true() -> None:
    made = load_lesson("look-inside")
    found = values(made)
    first, fifth = made.layers[1], made.layers[4]
    assert isinstance(first, Convolution)
    assert isinstance(fifth, Convolution)
    assert first.weight.shape == (10, 3, 3, 3)
    assert fifth.weight.shape[:2] == (16, 10)
    scaled = found.sheets.flows[1].values
    assert -1 <= scaled.min() < -0.9
    assert 0.9 < scaled.max() <= 1
    taken = found.making(4, 9, (5, 12))
    assert taken is not None
    assert max(taken.terms, key=lambda term: abs(term.value)).channel == 6
    field = seen_by(made, 6, (5, 12))
    assert field == (slice(10, 18), slice(24, 32))
    # Softmax: what stands in both maps adds up to 1 everywhere; the boxes are in the other branch.
    np.testing.assert_allclose(found.sheets.flows[11].values.sum(axis=0), 1)
    assert [made.shapes[n][0] for n in (8, 9)] == [32, 4]
    assert made.reads(8) == made.reads(9) == (8,)
    assert made.lesson is not None
    assert made.layers[made.view.layer].title == "Scale and shift", "the layer that the first caption speaks of"
    alarm = made.lesson.captions[4]
    assert alarm.options["mark-11"] == "5, 11; 17, 11"
    assert "The 0.94 at [17, 11], the dashed frame" in alarm.text
    assert round(float(found.sheets.flows[11].values[1, 17, 11]), 2) == 0.94
    # facenet-pytorch moves the left, upper, right and lower edge of a window by these parts of its sides.
    left = float(found.sheets.flows[9].values[0, 5, 11])
    assert f"{left:.2f} · 12 = {left * 12:.1f} pixels to the right" in made.lesson.captions[3].text


def texts_of(picture: Picture) -> str:
    return " | ".join(words(picture))


def test_the_picture_says_where_the_value_is_and_what_adds_up() -> None:
    made = load_lesson("look-inside")
    shown = made.with_view(replace(made.view, options={"map-5": "9", "mark-6": "5, 12"}))
    picture = picture_of(shown, 4)
    found = texts_of(picture)
    for text in ("out[9, 5, 12]", "7.47", "16 filters", "16 feature maps", "field 3 → 4 → 8 of 64", "rows 10…17",
                 "columns 24…31", "10 channels, 9 products each, and the bias"):  # fmt: skip
        assert text in found, (text, found)
    assert picture.summary == "out[9, 5, 12] = 7.474; map 9 goes from 0 to 7.49."


def test_a_click_chooses_the_layer_the_filter_and_the_cell() -> None:
    made = load_lesson("look-inside")
    assert NETWORK.viewed(made, Hit("block", (0, 5))).layer == 6
    view = NETWORK.viewed(made, Hit("filter", (4, 11, 3)))
    assert (view.layer, view.filter) == (4, 11)
    view = NETWORK.viewed(made, Hit("unit", (4, 7, 20, 3)))
    assert (view.layer, view.filter, view.options["mark-6"]) == (4, 7, "20, 3")
    chosen = made.with_view(view)
    found = values(chosen)
    assert found.channel(4) == 7
    assert found.cell(4, 7) == (20, 3)
    prepared = NETWORK.prepare(chosen)
    assert NETWORK.reads(chosen) != NETWORK.reads(made)
    assert prepared.cell(4, 7) == (20, 3)


def test_pointing_at_a_cell_shows_its_sum_and_its_field() -> None:
    made = load_lesson("look-inside")
    picture = picture_of(made, 4, focus=Focus(hover=Hit("unit", (4, 3, 0, 28))))
    found = texts_of(picture)
    assert "out[3, 0, 28]" in found
    assert "rows 0…7" in found
    assert "columns 56…63" in found
    value = by_definition(made)[6][3, 0, 28]
    assert picture.summary.startswith(f"out[3, 0, 28] = {number(float(value))};")


def test_pointing_at_a_bar_lights_its_kernel() -> None:
    made = load_lesson("look-inside")
    shown = made.with_view(replace(made.view, options={"map-5": "9", "mark-6": "5, 12"}))
    picture = picture_of(shown, 4, focus=Focus(hover=Hit("term", (0, 6))))
    assert picture.summary.startswith("Channel 6 adds 2.8")


def test_every_hit_leads_back() -> None:
    assert_hits_return(branched())


@pytest.mark.parametrize("step", range(9))
@pytest.mark.parametrize("size", [(880, 640), (510, 430), (380, 300), (1500, 900)])
def test_every_block_is_legible(step: int, size: tuple[int, int]) -> None:
    assert_legible(picture_of(load_lesson("look-inside"), step, size=size))


def dense_block(count: int) -> Document:
    """As in DenseNet: every convolution reads what all before it have made, side by side."""
    layers: list[Layer] = [conv(3, 4, padding=1)]
    sources, made = list[tuple[int, ...]]([(0,)]), [1]
    for n in range(count):
        if len(made) > 1:
            layers.append(Concatenate(len(made)))
            sources.append(tuple(made))
        before = len(layers)
        layers += [conv(4 * len(made), 4, padding=1, seed=n), ReLU()]
        sources += [(before,), (before + 1,)]
        made.append(len(layers))
    return replace(document(*layers, size=(9, 10)), sources=tuple(sources))


def side_by_side(count: int) -> Document:
    """Branches that read the input, put one behind the other."""
    layers = [*(conv(3, 2, padding=1, seed=n) for n in range(count)), Concatenate(count)]
    sources = (*((0,) for _ in range(count)), tuple(range(1, count + 1)))
    return replace(document(*layers, size=(9, 10)), sources=sources)


def on(data: NDArray[Any], *layers: Layer, **fields: Any) -> Document:
    made = document(*layers)
    return replace(made, sample=Sample(data, "made", **fields))


RNG = np.random.default_rng(4)
BYTES = RNG.integers(0, 256, (3, 16, 15)).astype(np.uint8)
ODD = {
    "a layer": document(conv(3, 4)),
    "a ReLU alone": document(ReLU()),
    "300 layers": document(*(layer for n in range(150) for layer in (conv(3, 3, padding=1, seed=n % 3), ReLU()))),
    "a dense block": dense_block(6),
    "a long dense block": dense_block(14),
    "six branches": side_by_side(6),
    "branches that are lines alone": side_by_side(20),
    "512 channels": document(conv(3, 512), conv(512, 512, 1), ReLU()),
    "512 channels come in": on(RNG.normal(size=(512, 6, 6)), conv(512, 4)),
    "one cell": on(RNG.normal(size=(3, 1, 1)), conv(3, 4, 1), ReLU()),
    "one column": on(RNG.normal(size=(1, 200, 1)), conv(1, 2, 1)),
    "one row": on(RNG.normal(size=(1, 1, 200)), conv(1, 2, 1)),
    "missing values": on(np.where(RNG.random((3, 9, 9)) < 0.2, np.nan, 1.0), conv(3, 4), ReLU(), nonfinite=40),
    "nothing but missing values": on(np.full((3, 9, 9), np.nan), conv(3, 4), nonfinite=243),
    "infinite values": on(np.where(RNG.random((3, 9, 9)) < 0.1, np.inf, 1.0), conv(3, 4), ReLU()),
    "huge values": on(1e300 * RNG.normal(size=(3, 9, 9)), conv(3, 4)),
    "zeros": on(np.zeros((3, 9, 9)), conv(3, 4), ReLU()),
    "transposed": document(conv(3, 4, stride=2, transposed=True), ReLU(), conv(4, 2)),
    "transposed in groups": on(RNG.normal(size=(4, 5, 6)), conv(4, 4, stride=2, groups=2, transposed=True)),
    "depthwise": on(RNG.normal(size=(64, 9, 9)), conv(64, 64, groups=64, padding=1)),
    "padding alone is seen": document(conv(3, 2, 1, padding=2), options={"mark-1": "0, 0"}),
    "a large kernel": document(conv(3, 3, 65, padding=32)),
    "transparent": on(BYTES, conv(3, 4), channels=("R", "G", "B"), alpha=Alpha(BYTES[0])),
    "grey": on(BYTES[:1], conv(1, 4)),
    "16 bit": on(RNG.integers(0, 65536, (3, 9, 9)).astype(np.uint16), conv(3, 4), channels=("R", "G", "B")),
}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("name", ODD)
def test_odd_networks_are_legible_whatever_is_pointed_at(name: str, language: str) -> None:
    made = ODD[name]
    speak_language(language)
    try:
        prepared = NETWORK.prepare(made)
        steps = NETWORK.steps(prepared)
        for size in ((880, 640), (510, 430), (700, 330)):
            layout = NETWORK.lay_out(prepared, made.view, Canvas(*size, LIGHT))
            for step in sorted({0, 1, steps // 2, steps - 1}):
                picture = NETWORK.picture(layout, float(step), Focus())
                assert_legible(picture)
                ends = {grid.kind: grid for grid in picture.hits}
                for grid in ends.values() if size[0] == 880 else ():
                    last = (grid.shape[0] - 1 + grid.origin[0], grid.shape[1] - 1 + grid.origin[1])
                    hit = Hit(grid.kind, (*grid.prefix, *last))
                    assert_legible(NETWORK.picture(layout, float(step), Focus(hover=hit)))
                    NETWORK.viewed(made, hit)
    finally:
        speak_language("en")


def test_an_input_with_three_axes_is_refused() -> None:
    shape = (1, 6, 6, 6)
    spec = ConvSpec.of(shape[0], 2, (3,) * (len(shape) - 1))
    layer = Convolution(spec, np.ones(spec.weight_shape), np.zeros(2))
    reason = reason_against(NETWORK, on(np.zeros(shape), layer))
    assert reason == "Network shows one and two spatial axes; this input has three."


def test_channels_without_end_are_left_out_rather_than_shown_as_dust() -> None:
    found = sheet(conv(512, 4), 0, (0.0, 0.0, 200.0, 200.0))
    assert found.cell >= 2.5
    assert found.channels == tuple(range(len(found.channels)))
    assert 1 < len(found.channels) < 64
    row = found.row_box(0)
    assert row is not None
    assert row[0] + row[2] <= 200
    # Of a layer that has room for all of them none is left out.
    assert len(sheet(conv(10, 16), 0, (0.0, 0.0, 200.0, 200.0)).channels) == 10


@pytest.mark.parametrize(
    ("value", "room", "text"),
    [(148_896_691.0, 40.0, "1.5e8"), (148_896_691.0, 20.0, "1e8"), (12.34, 60.0, "12.34"), (12.34, 15.0, "12"),
     (-186_574.0, 50.0, "\N{MINUS SIGN}1.9e5"), (np.inf, 1.0, "∞"), (np.nan, 1.0, "NaN")],
)  # fmt: skip
def test_a_bar_without_room_for_its_digits_has_a_power_of_ten(value: float, room: float, text: str) -> None:
    assert Bar("a", value, 0.0, value, "result").text(room) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.6, "+0.60"),
        (2.8512, "+2.85"),
        (-0.0014, "\N{MINUS SIGN}0.001"),
        (0.9999995, "≈ +1"),
        (0.0, "0"),
        (7, "+7.00"),
    ],
)
def test_a_bar_has_two_decimals_and_is_neither_0_nor_1_where_it_is_nearly_that(value: float, text: str) -> None:
    assert Bar("a", value, 0.0, value, "result", signed=True).text(np.inf) == text


def test_bars_of_a_sum_have_the_same_decimals_and_those_of_integers_none() -> None:
    fractions, whole = ([Bar("a", v, 0.0, v, "result") for v in own] for own in ((0.6, 7, -0.0014), (1707, 0, 560)))
    assert [common_decimals(found, 72.0) for found in (fractions, whole)] == [2, 0]
    assert common_decimals(fractions, 20.0) == 2, "narrow bars have numbers wider than they are"


def test_of_narrow_bars_the_largest_have_numbers_and_the_bias_has_its_name() -> None:
    made = load_lesson("look-inside")
    shown = made.with_view(replace(made.view, options={"map-9": "0", "mark-9": "5, 11"}))
    found = words(picture_of(shown, 6))
    # Its whole name would take the room of the last channel's number.
    assert {"b", "31", "0.05", "+0.16", "\N{MINUS SIGN}0.21"} <= set(found)


def test_what_a_layer_behind_makes_is_written_out_and_has_no_bar_without_height() -> None:
    made = load_lesson("batch-norm")
    picture = picture_of(made, 1)
    found = words(picture)
    assert "1.5 · (560 \N{MINUS SIGN} 460) / √(22500 + 1e\N{MINUS SIGN}9) + 0.5 = 1.5" in " ".join(found)
    assert "max(0, 1.5) = 1.5" in found
    assert {"560", "1.50"} <= set(found)
    (norm,) = [bar for bar in bars(Making((Term("a", 560.0, 0),), True, 560.0), (("BN", 1.5),)) if bar.name == "BN"]
    assert norm.alone


def test_a_number_behind_the_sum_is_smaller_rather_than_left_out() -> None:
    """What a PReLU makes of a sum of 16 terms stood in no picture: its large letters had no room."""
    made = load_lesson("unit-sees")
    shown = made.with_view(replace(made.view, options={"map-7": "0", "mark-8": "5, 11"}))
    for size in [(924, 650), (1024, 505)]:
        found = words(picture_of(shown, 5, size))
        assert {"PReLU", "\N{MINUS SIGN}2.81", "\N{MINUS SIGN}0.15"} <= set(found)


def test_the_box_that_four_maps_predict_is_drawn_where_they_say() -> None:
    """By the definition of MTCNN (arXiv 1604.02878): each edge of the field, moved by a part of its size."""
    made = load_lesson("look-inside")
    assert made.lesson is not None
    words_of = made.lesson.captions[3]
    view = replace(made.view, options=dict(words_of.options))
    picture = picture_of(made.with_view(view), 6)
    maps = [float(value_of(made, 9)[n, 5, 11]) for n in range(4)]
    assert f"{maps[0]:.2f} · 12 = {round(maps[0], 2) * 12:.1f} pixels" in words_of.text
    left, top = 22 + 12 * maps[0], 10 + 12 * maps[1]
    right, bottom = 34 + 12 * maps[2], 22 + 12 * maps[3]
    (photo,) = [item for item in picture.items if isinstance(item, Raster) and item.name == "input"]
    x, y, wide, _ = photo.box
    unit, line = wide / 64, LIGHT.role("result").line
    expected = (x + left * unit, y + top * unit, (right - left) * unit, (bottom - top) * unit)
    boxes = [box for i in picture.items if isinstance(i, Rects) and i.stroke == line for box in i.boxes.tolist()]
    assert any(box == pytest.approx(expected) for box in boxes)
    plain = replace(view, options={k: v for k, v in view.options.items() if not k.startswith("edges")})
    none = [i for i in picture_of(made.with_view(plain), 6).items if isinstance(i, Rects) and i.stroke == line]
    assert not [box for i in none for box in i.boxes.tolist() if box == pytest.approx(expected)]


def test_a_second_cell_is_framed_with_what_it_sees_and_its_value() -> None:
    made = load_lesson("look-inside")

    def shown(mark: str) -> Picture:
        return picture_of(made.with_view(replace(made.view, options={"map-11": "1", "mark-11": mark})), 8)

    def dashed(picture: Picture) -> list[list[float]]:
        return [box for item in picture.items if isinstance(item, Rects) and item.dash == "dashed"
                for box in item.boxes.tolist()]  # fmt: skip

    one, two = shown("5, 11"), shown("5, 11; 17, 11")
    assert "0.94" not in words(one)
    assert not dashed(one)
    assert {"0.94", "out[1, 5, 11]"} <= set(words(two))
    (photo,) = [item.box for item in two.base if isinstance(item, Raster) and item.name == "input"]
    (frame,) = dashed(two)
    cell = photo[2] / 64
    expected = (photo[0] + 22 * cell, photo[1] + 34 * cell, 12 * cell, 12 * cell)
    assert frame == pytest.approx(expected), "rows 34…45, columns 22…33"


@pytest.mark.parametrize("step", [2, 4, 6])
def test_what_colours_mean_is_told_below_the_photo(step: int) -> None:
    found = words(picture_of(load_lesson("look-inside"), step, size=(884, 660)))
    assert "negative weight" in found
    assert "\N{MINUS SIGN}max" in found


def test_the_filter_that_a_caption_names_is_chosen_beside_the_picture() -> None:
    made = load_lesson("batch-norm")
    assert made.lesson is not None
    alone = made.lesson.captions[0].state
    assert alone is not None
    assert (alone.view.layer, alone.view.filter) == (0, 0)
    assert NETWORK.stepped(alone, 1).filter == 2
    other = alone.with_view(replace(alone.view, filter=3))
    assert NETWORK.stepped(other, 1).filter == 3, "what the reader has chosen stays"


def test_every_block_has_its_number_in_the_window() -> None:
    found = words(picture_of(load_lesson("look-inside"), 2, size=(924, 690)))
    assert {"4·Max pool", "11·Softmax", "2 · Conv."} <= set(found)


@pytest.mark.parametrize("size", [(184, 120), (400, 300)])
@pytest.mark.parametrize("name", ["look-inside", "batch-norm", *ODD])
def test_a_thumbnail_holds_what_it_shows(name: str, size: tuple[int, int]) -> None:
    made = ODD[name] if name in ODD else load_lesson(name)
    made = made.with_view(replace(made.view, scene="network"))
    picture = picture_of(made, 1, size=size, captions=False)
    boxes = [box for item in picture.items if isinstance(item, Rects) for box in item.boxes.tolist()]
    assert len(boxes) > 2
    for x, y, wide, high in boxes:
        assert -1 <= x <= x + wide <= size[0] + 1, name
        assert -1 <= y <= y + high <= size[1] + 1, name
    assert not words(picture)


def test_maps_of_one_cell_share_a_scale() -> None:
    """On scales of their own, each of them would be the largest there is."""
    made = document(conv(3, 4), Dense.drawn(4 * 5 * 7, 6), size=(7, 9))
    made = made.with_view(replace(made.view, scene="network", layer=1))
    shown = picture_of(made, 2)
    maps = [item for item in shown.items if isinstance(item, Raster) and item.name.startswith("map ")]
    values_of = by_definition(made)[2].ravel()
    assert len({item.image[0, 0].tobytes() for item in maps}) > 2
    strongest, weakest = (int(f(np.abs(values_of))) for f in (np.argmax, np.argmin))
    paper = np.array(shown.background[:3], int)

    def ink(n: int) -> int:
        return int(np.abs(maps[n].image[0, 0, :3].astype(int) - paper).sum())

    assert ink(strongest) > ink(weakest)
    assert any("one scale" in text for text in words(shown))


def test_what_is_no_sum_and_none_of_its_terms_has_no_bar_on_their_scale() -> None:
    """A share of 1 beside values of 8 would be a low bar, as if it were little."""
    terms = (Term("0", -6.23, 0), Term("1", 8.36, 1))
    share, largest = bars(Making(terms, False, 0.99), ()), bars(Making(terms, False, 8.36), ())
    assert [bar.alone for bar in share] == [False, False, True]
    assert [bar.alone for bar in largest] == [False, False, False]
    drawn, _ = waterfall(share, (0, 0, 400, 120), -1, LIGHT)
    assert sum(isinstance(item, Rects) for item in drawn) == 2
    (told,) = [item for item in drawn if isinstance(item, Label) and item.text == "0.99"]
    assert told.size > 14


def test_what_a_block_sees_is_said_and_marked_where_it_is_more_than_the_input() -> None:
    """Three layers of 5 cells see 5, 9 and 13 of 11."""
    rng = np.random.default_rng(2)
    spec = ConvSpec.of(1, 1, (5, 5), padding=2)
    layers = tuple(Convolution(spec, rng.normal(size=spec.weight_shape), np.zeros(1)) for _ in range(3))
    given_to = Document(Sample(rng.normal(size=(1, 11, 11)), "noise"), layers, View(scene="network"))
    values = network_values(given_to, Work(), coarse=True)
    assert [values.field(n) for n in range(4)] == [(), (5, 5), (9, 9), (13, 13)]
    assert [values.sees_beyond(n) for n in range(4)] == [False, False, False, True]
    layout = scene("network").lay_out(values, given_to.view, Canvas(1100, 640, LIGHT))
    assert of_block(layout, 3).endswith("A value sees 13 × 13 cells of the input, more than it has.")
    assert of_block(layout, 2).endswith("A value sees 9 × 9 cells of the input.")


@pytest.mark.parametrize("swapped", [False, True])
def test_where_ways_meet_a_value_sees_what_any_of_them_leads_to(swapped: bool) -> None:
    """A kernel of one cell beside one of three, in either order."""
    specs = [ConvSpec.of(1, 1, (k, k), padding=k // 2) for k in ((3, 1) if swapped else (1, 3))]
    layers = (*(Convolution(spec, np.ones(spec.weight_shape), np.zeros(1)) for spec in specs), Add(2))
    met = Document(Sample(np.zeros((1, 9, 9)), "zeros"), layers, sources=((0,), (0,), (1, 2)))
    assert seen_by(met, 3, (4, 5)) == (slice(3, 6), slice(4, 7))


@pytest.mark.parametrize("size", [(924, 655), (1024, 476), (1000, 690)])
def test_every_channel_of_a_sum_has_its_number_beside_the_bias(size: tuple[int, int]) -> None:
    made = caption_document(load_lesson("look-inside"), 3)
    told = [i.text for i in picture_of(made, 6, size).items if isinstance(i, Label) and i.mono]
    assert {str(n) for n in range(32)} <= set(told)
    assert {"b", "bias"} & set(told)


def test_channel_6_gives_the_most_and_how_much_that_is() -> None:
    made = caption_document(load_lesson("look-inside"), 2)
    assert made.lesson is not None
    told = words(picture_of(made, 4, (924, 655)))
    assert "+2.85" in told
    assert "7.47" in told
    assert "channel 6 gives the most, 2.85 of 7.47" in made.lesson.captions[2].text


@pytest.mark.parametrize("index", range(5))
def test_rows_and_columns_of_a_field_are_named_in_a_small_window(index: int) -> None:
    made = caption_document(load_lesson("unit-sees"), index)
    found = words(picture_of(made, made.view.step, (1024, 505)))
    assert [text for text in found if text.startswith("rows ") and "…" in text]
    assert [text for text in found if text.startswith("columns ") and "…" in text]


@pytest.mark.parametrize(
    ("value", "text"), [(-0.9961, "≈ \N{MINUS SIGN}1"), (0.9961, "≈ 1"), (-0.98, "\N{MINUS SIGN}0.98")]
)
def test_what_is_nearly_a_whole_one_has_its_sign_before_the_number(value: float, text: str) -> None:
    assert told(value) == text


@pytest.mark.parametrize("size", [(1440, 800), (1000, 560), (924, 505)])
def test_the_legend_of_a_filter_names_both_signs_or_none(size: tuple[int, int]) -> None:
    shown = picture_of(load_lesson("look-inside"), 6, size)
    said = {text for text in words(shown) if text in ("positive", "negative weight")}
    assert len(said) in (0, 2)
    assert said or size[0] < 1440


def legends(picture: Picture) -> list[Raster]:
    return [item for item in picture.items if isinstance(item, Raster) and item.name == "legend"]


@pytest.mark.parametrize("size", [(1440, 800), (1024, 505), (892, 650)])
@pytest.mark.parametrize(("lesson", "index"), [("batch-norm", n) for n in range(6)] + [("look-inside", 3)])
def test_what_colours_mean_is_told_in_every_window(lesson: str, index: int, size: tuple[int, int]) -> None:
    """Also of maps behind ReLU, which are grey, and where there is no room below the input."""
    about = caption_document(load_lesson(lesson), index)
    shown = picture_of(about, about.view.step, size)
    (ramp,) = legends(shown)
    grey = bool((ramp.image[..., :3].max(axis=-1) == ramp.image[..., :3].min(axis=-1)).all())
    rectified = lesson == "batch-norm" and index > 0 and index != 3
    assert grey or not rectified
    said = set(words(shown))
    assert not rectified or {"0"} | ({"max of each map", "max"} & said) <= said
    assert any(text in said for text in ("max of each map", "max", "+max of each map", "+max"))
    for item in shown.items:
        if isinstance(item, Raster) and item.name.startswith(("map ", "input")):
            x, y, wide, high = item.box
            a, b, c, d = ramp.box
            assert not (x < a + c and a < x + wide and y < b + d and b < y + high)


def test_the_box_that_is_moved_by_parts_of_a_pixel_is_seen_in_the_opened_field() -> None:
    about = caption_document(load_lesson("look-inside"), 3)
    shown = picture_of(about, about.view.step, (892, 650))
    (field,) = [item for item in shown.items if isinstance(item, Raster) and item.name == "field"]
    x, y, wide, high = field.box
    rows, columns = field.image.shape[:2]
    green, orange = LIGHT.role("result").line, LIGHT.role("kernel").line

    def framed(colour: Colour) -> list[float]:
        drawn = [item for item in shown.items if isinstance(item, Rects) and item.stroke == colour and not item.fill]
        boxes = [box for item in drawn for box in item.boxes.tolist()]
        (found,) = [box for box in boxes if x - 1 <= box[0] and box[1] >= y - 1 and box[0] + box[2] <= x + wide + 1]
        return list(found)

    moved, seen = framed(green), framed(orange)
    cell = wide / columns
    assert high / rows == pytest.approx(cell)
    assert seen[2] == pytest.approx(12 * cell)
    assert moved[0] - seen[0] == pytest.approx(0.0477 * 12 * cell, rel=0.01), "map 0 moves the left edge"
    assert moved[0] - seen[0] > 3, "as many pixels of the screen as can be seen"


@pytest.mark.parametrize("kind", ["network", "maps"])
@pytest.mark.parametrize("every", [False, True])
def test_the_largest_answer_is_found(kind: str, every: bool) -> None:
    made = branched().with_view(View(scene=kind, layer=2, filter=3))
    shown, output = scene(kind), np.abs(value_of(made, 3))
    view = shown.sought(made, shown.prepare(made), every=every)
    assert view is not None
    channel = int(output.max(axis=(1, 2)).argmax()) if every else 3
    cell = np.unravel_index(int(output[channel].argmax()), output.shape[1:])
    assert (view.layer, view.filter) == (2, channel)
    assert view.options["mark-3"] == f"{cell[0]}, {cell[1]}"
    assert not every or not np.array_equal(output[3].max(), output.max())
    if kind == "maps":
        assert view.centre == ((cell[0] + 0.5) / output.shape[1], (cell[1] + 0.5) / output.shape[2])


def test_a_scene_without_maps_seeks_nothing() -> None:
    made = document(conv(3, 2))
    other = scene("cost")
    assert not other.seeks
    assert other.sought(made, other.prepare(made), every=True) is None


def test_what_a_value_is_taken_from_stands_beside_each_other_and_does_not_add_up() -> None:
    terms = tuple(Term(name, value, n) for n, (name, value) in enumerate((("a", 2.0), ("b", 5.0), ("c", 3.0))))
    beside, added = bars(Making(terms, False, 5.0), ()), bars(Making(terms, True, 10.0), ())
    assert [(bar.start, bar.end) for bar in beside[:3]] == [(0, 2), (0, 5), (0, 3)]
    assert [(bar.start, bar.end) for bar in added[:3]] == [(0, 2), (2, 7), (7, 10)]
