"""Waveform: its numbers against SciPy, its envelope against brute force, hovering, zooming, and what it looks like."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convgui.core import Cancelled, ConvSpec, SpecError
from convgui.core.filter_view import FilterView
from convgui.draw.metrics import text_width
from convgui.draw.picture import Hit, Label, Picture, Polygons, Rects
from convgui.draw.svg import markup
from convgui.draw.theme import THEMES
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.memo import Memo, Work
from convgui.model.sample import Sample
from convgui.scenes import fitting, scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, laid_out, reason_against
from convgui.scenes.waveform import SCENE
from convgui.scenes.waveform.layout import WaveLayout
from convgui.scenes.waveform.wave import PART
from tests.documents import document, random_document
from tests.scenes.checks import SIZES, assert_legible, picture_of, words

VIEW = View(scene="waveform")
CANVAS = Canvas(1000, 640, THEMES["light"], live=True)


def causal(length: int = 5, dilation: int = 1) -> Document:
    return document([range(1, length + 1)], [[[1, 2, 3]]], view=VIEW, padding=((2 * dilation, 0),), dilation=dilation)


def sound(length: int, taps: int = 5, channels: int = 1, rate: int = 48_000, **spec: Any) -> Document:
    rng = np.random.default_rng(5)
    values = rng.integers(-30_000, 30_000, (channels, length)).astype(np.int16)
    made = document(values, rng.normal(size=(1, channels, taps)), view=VIEW, **spec)
    sample = Sample(values, "sound.wav", spacing=(1 / rate,), units=("s",))
    return replace(made, sample=sample)


def layout_of(made: Document, zoom: float = 1.0, centre: float = 0.5, canvas: Canvas = CANVAS) -> WaveLayout:
    data = SCENE.prepare(made)
    layout: WaveLayout = laid_out(SCENE, data, replace(made.view, zoom=zoom, centre=(0.5, centre)), canvas)
    return layout


def shown_output(layout: WaveLayout) -> list[float]:
    trace = layout.shown.output
    assert trace.single
    return [float(value) for value in trace.low[0]]


@pytest.mark.parametrize(("dilation", "made"), [(1, [3, 8, 14, 20, 26]), (2, [3, 6, 11, 16, 22])])
def test_causal_numbers_are_those_of_the_facts(dilation: int, made: list[float]) -> None:
    assert shown_output(layout_of(causal(dilation=dilation))) == made
    picture = picture_of(causal(dilation=dilation), 4)
    assert f"= {made[-1]}" in picture.summary
    assert picture.answer == str(made[-1])


@given(
    st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 4), st.integers(0, 4),
    st.sampled_from(["zeros", "reflect", "replicate", "circular"]), st.integers(4, 30),
)  # fmt: skip
def test_the_output_in_view_is_scipys(
    channels: int, taps: int, stride: int, dilation: int, before: int, after: int, mode: str, length: int
) -> None:
    spec: dict[str, Any] = {"stride": stride, "dilation": dilation, "padding": ((before, after),), "padding_mode": mode}
    try:
        made = random_document(channels, 2, (length,), (taps,), **spec)
        assert made.shapes
    except SpecError:
        return
    made = made.with_view(replace(VIEW, filter=1))
    correlate: Any = import_module("scipy.signal").correlate
    padding: Any = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}[mode]
    padded = np.pad(made.sample.data, ((0, 0), (before, after)), mode=padding).astype(float)
    wide = np.zeros((channels, dilation * (taps - 1) + 1))
    wide[:, ::dilation] = made.layer.weight[1]
    expected = sum(correlate(x, w, "valid") for x, w in zip(padded, wide, strict=True))[::stride] + made.layer.bias[1]
    layout = layout_of(made)
    assert shown_output(layout) == pytest.approx(expected.tolist())
    for position in range(len(expected)):
        assert layout.wave.made(position) == pytest.approx(float(expected[position]))


def test_an_envelope_of_input_and_output_equals_brute_force() -> None:
    made = sound(300_000, 7, 2, padding=((6, 0),))
    layout = layout_of(made)
    output = made.layer.forward(made.sample.data.astype(float))[0]
    for trace, signal in ((layout.shown.input, made.sample.data), (layout.shown.output, output[None])):
        assert trace.exact
        cut = [signal[:, a:b] for a, b in zip(trace.edges, trace.edges[1:], strict=False)]
        assert np.allclose(trace.low, np.array([part.min(axis=1) for part in cut]).T, rtol=1e-5, atol=0.5)
        assert np.allclose(trace.high, np.array([part.max(axis=1) for part in cut]).T, rtol=1e-5, atol=0.5)
    assert trace.edges[0] == 0
    assert trace.edges[-1] == 300_000


def test_a_large_output_is_shown_at_once_and_completed_behind() -> None:
    made = sound(3 * PART, 64, padding=((63, 0),))
    memo = Memo()
    with memo.preparation() as pieces:
        data = SCENE.prepare(made, Work(pieces))
        assert SCENE.rest(data)
        first: WaveLayout = laid_out(SCENE, data, made.view, CANVAS)
        assert not first.shown.output.exact
        whole = SCENE.complete(data, Work(pieces))
    some = first.shown.output.edges
    assert (some[0], some[-1]) == (0, made.shapes[-1][1]), "columns of some positions stand over all of them"
    assert not SCENE.rest(whole)
    last: WaveLayout = laid_out(SCENE, whole, made.view, CANVAS)
    assert last.shown.output.exact
    # What stood for a column lies within it.
    assert first.wave.output_range[0] >= last.wave.output_range[0]
    assert first.wave.output_range[1] <= last.wave.output_range[1]
    edited = replace(made, layers=(made.layer.with_weight((0, 0, 0), 9.0),))
    assert SCENE.remembers(edited, memo.latest)


def test_another_bias_is_another_output_though_all_else_is_known() -> None:
    made = sound(400, 5)
    memo, shown = Memo(), []
    for bias in (0.0, 5000.0):
        layer = made.layer
        assert isinstance(layer, Convolution)
        edited = replace(made, layers=(replace(layer, bias=np.array([bias])),))
        with memo.preparation() as pieces:
            data = SCENE.prepare(edited, Work(pieces))
            layout: WaveLayout = laid_out(SCENE, data, edited.view, CANVAS, pieces)
            shown.append(layout.shown.output.high)
    assert np.allclose(shown[1] - shown[0], 5000, atol=0.5)


def test_completing_stops_when_it_is_told_to() -> None:
    made = sound(3 * PART, 64, padding=((63, 0),))
    asked = iter([False] * 3)
    data = SCENE.prepare(made)
    with pytest.raises(Cancelled):
        SCENE.complete(data, Work(cancel=lambda: next(asked, True)))


def test_closer_what_is_in_view_is_computed_sample_by_sample() -> None:
    made = sound(3 * PART, 64, padding=((63, 0),))
    layout = layout_of(made, zoom=3 * PART / 40, centre=0.5)
    output = layout.shown.output
    assert output.single
    assert output.exact
    first, last = int(output.edges[0]), int(output.edges[-1])
    assert last - first < 60
    x = made.sample.data[0].astype(float)
    for position in (first, last - 1):
        window = x[position - 63 : position + 1]
        assert layout.wave.made(position) == pytest.approx(float(window @ made.layer.weight[0, 0]))


@pytest.mark.parametrize("spec", [
    {"padding": ((4, 0),), "dilation": 2}, {"padding": 2, "stride": 2},
    {"padding": ((1, 3),), "padding_mode": "reflect"}, {"padding": 2, "padding_mode": "circular", "stride": 3},
])  # fmt: skip
def test_an_input_that_is_pointed_at_names_the_outputs_that_read_it(spec: dict[str, Any]) -> None:
    made = random_document(2, 3, (14,), (3,), **spec).with_view(replace(VIEW, filter=2))
    view = FilterView(made.layer.spec, (14,))
    for cell in range(14):
        hit = Hit("input", (1, 0, cell))
        picture = picture_of(made, 1, focus=Focus(hover=hit))
        weighed = view.weighed((cell,), made.layer.weight[2, 1])
        named = ", ".join(f"out[2, {p}] ×{str(int(w)).replace('-', '−')}" for (p,), w in weighed.items())
        assert (named or "No window reaches this cell.") in picture.summary


def test_an_output_that_is_pointed_at_shows_its_window() -> None:
    made = causal(12)
    layout = layout_of(made)
    picture = SCENE.picture(layout, 2, Focus(hover=Hit("output", (0, 0, 9))))
    assert "= 56" in picture.summary
    bands = [item for item in picture.overlay if isinstance(item, Rects) and item.width == 2.5]
    x, _, wide, _ = bands[0].boxes[0]
    assert (x, wide) == (pytest.approx(layout.x(6.5)), pytest.approx(3 * layout.port.across))


@pytest.mark.parametrize("kind", ["input", "output", "kernel"])
def test_every_cell_answers_where_it_is_drawn(kind: str) -> None:
    made = random_document(2, 2, (9,), (3,), stride=2, padding=1).with_view(replace(VIEW, filter=1, channel=1))
    layout = layout_of(made)
    picture = SCENE.picture(layout, 2, Focus())
    grids = [grid for grid in picture.hits if grid.kind == kind]
    for grid in grids:
        for column in range(grid.shape[1]):
            index = (*grid.prefix, 0, column + grid.origin[1])
            x, y, wide, high = grid.box(index)
            assert picture.hit(x + wide / 2, y + high / 2) == Hit(kind, index)
    last = {"input": 9, "output": 4, "kernel": 2}[kind]
    assert grids[-1].shape[1] + grids[-1].origin[1] - 1 == last


def test_padding_is_drawn_before_and_for_causal_layers_not_after() -> None:
    dashed = [item for item in picture_of(causal(8), 3).base if isinstance(item, Rects) and item.dash == "dashed"]
    assert len(dashed) == 1
    assert "the future: not seen" in words(picture_of(causal(8), 3))
    both = document([range(8)], [[[1, 2, 3]]], view=VIEW, padding=1)
    dashed = [item for item in picture_of(both, 3).base if isinstance(item, Rects) and item.dash == "dashed"]
    assert len(dashed) == 2
    assert "the future: not seen" not in words(picture_of(both, 3))


def test_outputs_that_are_not_made_yet_have_no_numbers_and_the_answer_is_not_told_early() -> None:
    picture = picture_of(causal(), 2)
    assert "14" in words(picture)
    assert "20" not in words(picture)
    asked = Picture(picture.width, picture.height, picture.background, picture.base, picture.asking)
    told = [run.text for item in asked.items if hasattr(item, "runs") for run in item.runs if not run.answer]
    assert "14" not in told


def test_zooming_keeps_the_point_under_the_pointer_and_ends_at_samples() -> None:
    made = sound(1_000_000)
    layout = layout_of(made)
    at = (layout.x(123_456), 100.0)
    view = made.view
    for _ in range(60):
        view = SCENE.zoomed(layout, view, at, 1.25)
        layout = laid_out(SCENE, SCENE.prepare(made), view, CANVAS)
    assert layout.x(123_456) == pytest.approx(at[0], abs=1.0)
    assert layout.port.across == pytest.approx(64)
    assert SCENE.step_of(layout, Hit("output", (0, 0, 7))) == 7


@pytest.mark.parametrize("step", [654_321, 990_000, 40])
def test_zooming_by_keys_goes_to_the_window(step: int) -> None:
    made = sound(1_000_000)
    view = made.view
    for _ in range(40):
        layout: WaveLayout = laid_out(SCENE, SCENE.prepare(made), view, CANVAS)
        at = SCENE.held(layout, step)
        assert at is not None
        view = SCENE.zoomed(layout, view, at, 1.5)
    x, _, wide, _ = layout.port.frame
    assert layout.port.across == pytest.approx(64)
    assert layout.x(step) == pytest.approx(x + wide / 2, abs=wide / 4)


@pytest.mark.parametrize("identity", ["matrix", "learn"])
def test_scenes_that_follow_every_weight_say_where_long_signals_are_shown(identity: str) -> None:
    values = np.broadcast_to(np.int16(3), (1, 100_000_000))
    made = document(np.zeros((1, 9)), [[[1, 2, 3]]], view=VIEW)
    made = replace(made, sample=Sample(values, "long.wav"))
    assert "Waveform shows longer signals" in reason_against(scene(identity), made)
    assert reason_against(scene("cost"), made) == ""


def test_long_signals_are_looked_at_here_first_and_other_ranks_are_refused() -> None:
    long = sound(5000).with_view(View(scene="slide"))
    assert fitting(long).id == "waveform"
    assert fitting(causal(12).with_view(View(scene="slide"))).id == "slide"
    flat = random_document(1, 1, (5, 5), (3, 3)).with_view(VIEW)
    assert "one spatial axis" in reason_against(scene("waveform"), flat)
    turned = random_document(1, 1, (9,), (3,), transposed=True).with_view(VIEW)
    assert "transposed" in reason_against(scene("waveform"), turned)


def test_the_end_of_an_hour_is_stepped_to() -> None:
    values = np.broadcast_to(np.int16(3), (1, 172_800_000))
    made = document(np.zeros((1, 9)), [[[1, 2, 3]]], view=VIEW, padding=((2, 0),))
    made = replace(made, sample=Sample(values, "hour.wav", spacing=(1 / 48_000,), units=("s",)))
    data = SCENE.prepare(made)
    assert SCENE.steps(data) == 172_800_000
    layout: WaveLayout = laid_out(SCENE, data, made.view, CANVAS)
    picture = SCENE.picture(layout, 172_799_999, Focus())
    assert picture.answer == "18"
    assert "50:00" in words(picture)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["numbers", "causal", "stereo", "many channels", "closer", "wide kernel"])
def test_pictures_are_legible(kind: str, size: tuple[float, float], theme: str) -> None:
    view, made = VIEW, causal(12)
    if kind == "numbers":
        made = document([[5, -2, 0, 3, 12, -7]], [[[-1, 2]]], view=VIEW, stride=2)
    elif kind == "stereo":
        made = sound(100_000, 16, 2)
    elif kind == "many channels":
        made = random_document(9, 4, (40,), (3,), padding=1)
    elif kind == "closer":
        made, view = sound(100_000, 5, 2, padding=((4, 0),)), replace(VIEW, zoom=5000.0, centre=(0.5, 0.3))
    elif kind == "wide kernel":
        made = sound(50_000, 4096, padding=2048)
    made = made.with_view(view)
    steps = SCENE.steps(SCENE.prepare(made))
    for step in (0, steps // 3, steps - 1):
        assert_legible(picture_of(made, step, size, theme))
    assert_legible(picture_of(made, 0, size, theme, Focus(hover=Hit("input", (0, 0, 3)))))
    assert_legible(picture_of(made, 0, size, theme, Focus(hover=Hit("kernel", (0, 0, 0, 1)))))


def test_of_an_echo_the_weights_are_told_that_are_not_zero() -> None:
    """4,001 weights, three of which are anything: what adds nothing would fill the line."""
    kernel = np.zeros(4001)
    kernel[[0, 2000, 4000]] = 0.25, 0.5, 1
    x = np.arange(1.0, 6001.0)
    spec = ConvSpec.of(1, 1, (4001,), padding="causal")
    document = Document(
        Sample(x[None], "ramp"), (Convolution(spec, kernel[None, None], np.zeros(1)),), View("waveform")
    )
    said = words(picture_of(document, 5000, (1100, 700)))
    assert "out[5000] = 1001·0.25 + 3001·0.5 + 5001·1" in said


@pytest.mark.parametrize(("place", "output"), [(0.0, 0), (1.4, 0), (1.6, 1), (4.6, 2), (99.0, 3)])
def test_the_output_that_stands_nearest_is_taken(place: float, output: int) -> None:
    made = document(np.arange(12.0)[None], np.ones((1, 1, 3)), np.zeros(1), stride=3)
    assert layout_of(made).wave.nearest(place) == output


@pytest.mark.parametrize(
    "values", [[1e308, -1e308, 1e308, 0.0], [np.nan] * 4, [np.nan, 1.0, 2.0, np.nan], [5e-324, 0, 0, 1e-310]]
)
def test_what_overflows_or_is_missing_is_drawn_where_there_is_a_place(values: list[float]) -> None:
    data = np.array([values])
    made = Document(
        Sample(data, "odd", nonfinite=int((~np.isfinite(data)).sum())),
        (Convolution(ConvSpec.of(1, 1, (3,), padding="causal"), np.array([[[1.0, 2, 3]]]), np.zeros(1)),),
        View("waveform"),
    )
    for step in range(4):
        for line in markup(picture_of(made, step, (1100, 700))):
            drawn = re.sub(r">[^<]*<|font-family=\"[^\"]*\"", "", line)
            assert not re.search(r"nan|inf", drawn), line[:120]


@pytest.mark.parametrize("size", SIZES)
def test_no_wedge_runs_through_the_name_of_a_lane(size: tuple[int, int]) -> None:
    """A wedge of a long kernel crosses the lines that names stand on: they have paper of their own, above it."""
    picture = picture_of(sound(50_000, 32, padding=((31, 0),)), 17_000, size)
    items = list(picture.items)
    wedges = max(n for n, item in enumerate(items) if isinstance(item, Polygons))
    for name in ("Kernel", "Output"):
        (at,) = (n for n, item in enumerate(items) if isinstance(item, Label) and item.text == name)
        assert at > wedges
        paper = next(item for item in reversed(items[:at]) if isinstance(item, Rects))
        assert paper.fill == THEMES["light"].background
        x, y, wide, high = paper.boxes[0]
        title, detail = items[at : at + 2]
        assert isinstance(title, Label)
        assert isinstance(detail, Label)
        assert x < title.x
        assert detail.x + text_width(detail.text, detail.size, mono=True) <= x + wide
        assert y < detail.y - 6 < y + high
