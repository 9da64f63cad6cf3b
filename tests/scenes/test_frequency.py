"""Frequency response: the DFT against its definition and SciPy, what a wave becomes, and the picture."""

from __future__ import annotations

from cmath import exp, pi
from dataclasses import replace
from importlib import import_module
from itertools import product
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.core.convolution import convolve
from convgui.core.presets import preset
from convgui.draw.picture import Cells, Hit, Label, Lines, Polygons, Raster, Rects
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.layers.pooling import Pool
from convgui.model.document import Document, View
from convgui.model.flow import chosen_layer_input
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.frequency import SCENE
from convgui.scenes.frequency.response import response, sentences
from convgui.scenes.scene import Focus, draw, reason_against
from convgui.session.walking import caption_document
from tests.documents import document
from tests.scenes.checks import SIZES, assert_legible, grid, label_box, labels, picture_of, words

SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def made(kernel: Any, options: dict[str, str] | None = None, step: int = 0, **spec: Any) -> Document:
    weights = np.asarray(kernel, dtype=float)
    data = np.zeros((1, *(12,) * weights.ndim))
    return document(data, weights[None, None], view=View(scene="frequency", options=options or {}, step=step), **spec)


def test_every_bin_is_the_sum_of_the_definition() -> None:
    kernel = np.random.default_rng(0).normal(size=(3, 5))
    data = response(kernel, (1, 1), (1, 1), middle=False)
    for place in [(0, 0), (32, 32), (10, 50), (63, 1)]:
        down, across = data.frequency(place)
        total = sum(kernel[i, j] * exp(-2j * pi * (down * i + across * j)) for i in range(3) for j in range(5))
        assert data.values[place] == pytest.approx(total, abs=1e-12)


def test_one_axis_is_scipys() -> None:
    kernel = np.array([0.2, -1.0, 0.7, 0.1])
    data = response(kernel, (1,), (1,), middle=False)
    frequencies = [data.frequency((0, n))[1] for n in range(data.values.shape[1])]
    signal: Any = import_module("scipy.signal")
    _, expected = signal.freqz(kernel, worN=np.array(frequencies) * 2 * np.pi)
    assert np.allclose(data.values[0], expected, atol=1e-12)


@pytest.mark.parametrize("middle", [False, True])
@pytest.mark.parametrize("dilation", [1, 2, 3])
def test_a_wave_comes_out_as_it_says(dilation: int, middle: bool) -> None:
    """The oracle is the layer: a wave goes through it, and what comes out is that high and that late."""
    kernel = np.array([1.0, 4.0, -2.0])
    data = response(kernel, (dilation,), (1,), middle)
    place = data.place(5)
    across = data.frequency(place)[1]
    x = np.arange(200)
    out = convolve(np.cos(2 * np.pi * across * x)[None], kernel[None, None], None, dilation=dilation)[0]
    begin = dilation if middle else 0  # the cell that the window's middle, or its first weight, lies on
    at = np.arange(len(out)) + begin
    expected = data.magnitude[place] * np.cos(2 * np.pi * across * at - data.phase[place])
    assert np.allclose(out, expected, atol=1e-9)


def test_symmetric_kernels_have_no_phase_from_their_middle() -> None:
    data = response(np.array([[1.0, 2, 1], [2, 4, 2], [1, 2, 1]]), (1, 1), (1, 1), middle=True)
    known = data.phase[~np.isnan(data.phase)]
    assert np.abs(known).max() < 1e-9
    assert np.isnan(data.phase[0]).all(), "what lets nothing through has no phase"


@pytest.mark.parametrize(("size", "bins"), [(3, 64), (31, 64), (33, 128)])
def test_there_are_two_bins_a_cell_at_least(size: int, bins: int) -> None:
    assert response(np.ones((size, size)), (1, 1), (1, 1), middle=False).values.shape == (bins, bins)


def test_decibels() -> None:
    data = response(np.array([1.0, 1.0]), (1,), (1,), middle=False)
    assert data.decibels.max() == pytest.approx(20 * np.log10(2))
    assert data.decibels.min() == pytest.approx(20 * np.log10(2) - 60), "the floor; the magnitude there is 0"
    flat = response(np.zeros(3), (1,), (1,), middle=False)
    assert np.isfinite(flat.decibels).all()


@pytest.mark.parametrize("kernel", [SOBEL, [1.0, 2.0, 1.0], np.zeros((3, 3)), [[7.0]], np.ones((31, 31))])
@pytest.mark.parametrize("options", [{}, {"scale": "log"}, {"origin": "middle"}])
@pytest.mark.parametrize("size", SIZES)
def test_every_picture_is_legible(kernel: Any, options: dict[str, str], size: tuple[int, int]) -> None:
    shown = made(kernel, options)
    steps = SCENE.steps(SCENE.prepare(shown))
    assert steps >= 33
    for step in (0, steps // 2, steps - 1):
        assert_legible(draw(SCENE, shown, Canvas(*size, LIGHT), step))


def test_it_is_pointed_at() -> None:
    shown = made(SOBEL, dilation=(2, 1), stride=2)
    prepared = SCENE.prepare(chosen_layer_input(shown))
    layout = SCENE.lay_out(prepared, shown.view, Canvas(900, 640, LIGHT))
    grid = next(grid for grid in layout.hits if grid.kind == "phase")
    hit = grid.hit(grid.x + grid.width * 50.5, grid.y + grid.height * 20.5)
    assert hit == Hit("phase", (20, 50))
    said = SCENE.picture(layout, 0, Focus(hit))
    assert said.summary == sentences(prepared, (20, 50))[0]
    assert said.summary.startswith("H(−0.1875, 0.2812)") or said.summary.startswith("H(−0.188, 0.281)")
    assert SCENE.step_of(layout, Hit("magnitude", (32, 40))) == 8
    assert SCENE.step_of(layout, Hit("magnitude", (31, 40))) is None, "not on the way of the steps"
    assert any("before the stride of 2 × 2" in text for text in words(said))
    assert any("dilated to 5 × 3" in text for text in words(said))


@pytest.mark.parametrize("stride", [(2, 1), (1, 3)])
def test_a_stride_on_one_axis_is_said_too(stride: tuple[int, int]) -> None:
    shown = words(picture_of(made(SOBEL, stride=stride)))
    assert any(f"before the stride of {stride[0]} × {stride[1]}" in text for text in shown)
    assert not any("stride" in text for text in words(picture_of(made(SOBEL))))


def test_a_tick_stands_at_the_bin_of_its_frequency() -> None:
    picture = picture_of(made([1.0, 2.0, -1.0]))
    grid = next(grid for grid in picture.hits if grid.kind == "magnitude")
    for text, bin_ in (("−0.5", 0), ("−0.25", 16), ("0", 32), ("0.25", 48), ("0.5", 64)):
        found = [label.x for label in labels(picture) if label.text == text and label.y > grid.y + grid.height]
        x, _, width, _ = grid.box((0, bin_))
        assert any(at == pytest.approx(x + width / 2) for at in found), text


def test_half_a_cycle_a_cell_has_the_same_colour_at_both_ends() -> None:
    """At −1/2 a Gaussian lets nothing through, nor at +1/2: both ends of both plots are blank, down and across."""
    across = np.array([1.0, 2.0, 1.0]) / 16
    for kernel in (across * np.array([[1.0], [2.0], [1.0]]), SOBEL):
        picture = picture_of(made(kernel, {"origin": "middle"}))
        for name in ("magnitude", "phase"):
            (image,) = [i.image for i in picture.items if isinstance(i, Raster) and i.name == name]
            assert image.shape[:2] == (65, 65)
            assert (image[0] == image[-1]).all()
            assert (image[:, 0] == image[:, -1]).all()
    said = picture_of(made(SOBEL), focus=Focus(Hit("magnitude", (64, 32)))).summary
    assert said.startswith("H(0.5, 0) = ")


def test_weights_that_have_an_end_are_written_to_it() -> None:
    kernel = np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16
    assert grid(picture_of(made(kernel), 0, (924, 650)), "kernel")[0] == ["0.0625", "0.1250", "0.0625"]
    assert grid(picture_of(made(np.full((3, 3), 1 / 9))), "kernel")[0] == ["1/9"] * 3


def test_what_comes_out_is_drawn_as_late_as_it_comes() -> None:
    """A layer whose only weight is the second reads one cell further: its wave is one cell earlier."""
    waves = []
    for kernel in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]):
        rasters = [
            item for item in picture_of(made(kernel), 7).items if isinstance(item, Raster) and item.name == "wave"
        ]
        waves.append(rasters[1].image)
    assert np.array_equal(waves[1][:, :-1], waves[0][:, 1:])
    assert not np.array_equal(waves[1], waves[0])


@pytest.mark.parametrize(("weight", "told"), [(7.0, "0°"), (-7.0, "180°")])
def test_the_colour_of_a_phase_of_two_values_is_the_one_beside_its_number(weight: float, told: str) -> None:
    """A positive weight turns nothing, a negative one turns by 180: no bar of all colours, but a field for each."""
    items = picture_of(made([[weight]])).items
    image = next(item.image for item in items if isinstance(item, Raster) and item.name == "phase")
    assert not [item for item in items if isinstance(item, Raster) and item.image.shape[:2] == (256, 1)]
    named = next(item for item in items if isinstance(item, Label) and item.text == told)
    fields = [(i, b) for i in items if isinstance(i, Rects) and i.fill for b in i.boxes.tolist()]
    fill = next(i.fill for i, (x, y, _, high) in fields if named.x - 24 < x < named.x and y < named.y <= y + high)
    assert tuple(image[5, 9].tolist()) == fill


def test_the_colour_of_any_other_phase_is_the_one_beside_its_number_on_the_bar() -> None:
    """A kernel whose only weight is beside its middle: waves across come a part of themselves late."""
    items = picture_of(made([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])).items
    image = next(item.image for item in items if isinstance(item, Raster) and item.name == "phase")
    bars = [item.image for item in items if isinstance(item, Raster) and item.image.shape[:2] == (256, 1)]
    assert len(bars) == 1
    # What does not change is not turned: 0 degrees stands in the middle of the bar.
    wanted = bars[0][127, 0].astype(int)
    assert np.abs(image[image.shape[0] // 2, image.shape[1] // 2].astype(int) - wanted).max() <= 4


def test_both_axes_are_named_to_their_ends() -> None:
    said = [item for item in picture_of(load_lesson("frequency-box"), size=(924, 650)).items if isinstance(item, Label)]
    texts = {item.text for item in said}
    assert {"cycles a cell, across", "cycles a cell, down"} <= texts, "above the axis, beside the curve"
    wide = words(picture_of(load_lesson("frequency-box"), size=(1200, 650)))
    assert {"cycles a cell, across", "cycles a cell,", "down"} <= set(wide)
    assert sum(item.text == "0.5" for item in said) == 4, "the curve has one more"


def test_what_is_said() -> None:
    prepared = SCENE.prepare(made(SOBEL))
    assert sentences(prepared, (32, 32))[0] == "H(0, 0) = 0 + 0i · |H| = 0 · no phase"
    assert "sum of the weights" in sentences(prepared, (32, 32))[1]
    first, second = sentences(prepared, (32, 48))
    assert first == "H(0, 0.25) = −8 + 0i · |H| = 8 · phase 180°"
    assert second == "A wave that repeats every 4 cells comes out 8 times as high; 18.1 dB."


@pytest.mark.parametrize("size", [3, 5, 15])
@pytest.mark.parametrize("turned", [1.0, -1.0])
def test_rounding_is_not_shown_as_an_angle(size: int, turned: float) -> None:
    """A symmetric kernel seen from its middle has the phases 0 and 180° alone, and no sign of a rounding error."""
    prepared = response(np.full((size, size), turned / size**2), (1, 1), (1, 1), middle=True)
    rows, columns = prepared.values.shape
    said = {sentences(prepared, (i, j))[0].rsplit(" · ", 1)[1] for i in range(rows) for j in range(columns)}
    assert {"phase 0°", "phase 180°"} <= said <= {"phase 0°", "phase 180°", "no phase"}


@pytest.mark.parametrize("size", [(480, 390), (510, 430)])
def test_plots_have_a_fair_share_of_a_narrow_picture(size: tuple[int, int]) -> None:
    shown = chosen_layer_input(made(SOBEL))
    layout = SCENE.lay_out(SCENE.prepare(shown), shown.view, Canvas(*size, LIGHT))
    assert all(width >= 0.2 * size[0] for _, _, width, _ in layout.plots)
    assert_legible(draw(SCENE, shown, Canvas(*size, LIGHT), 3))
    drawn = words(draw(SCENE, shown, Canvas(*size, LIGHT), 3))
    assert {"Magnitude |H|", "Phase ∠H", "−180°", "180°"} <= set(drawn)


def test_each_field_of_the_document_counts() -> None:
    """The picture of a document is that of a fresh one after the kernel, its turn, filter, channel and dilation."""
    two = document(np.zeros((2, 9, 9)), np.arange(36.0).reshape(2, 2, 3, 3), view=View(scene="frequency"))
    shown = [
        two,
        two.with_view(replace(two.view, filter=1)),
        two.with_view(replace(two.view, channel=1)),
        two.with_layer(replace(two.layer, flip=True)),
        two.with_layer(two.layer.with_weight((0, 0, 0, 0), 5.0)),
        two.with_layer(replace(two.layer, spec=replace(two.layer.spec, dilation=(2, 2)))),
    ]
    values = [SCENE.prepare(each).values for each in shown]
    assert all(not np.allclose(a, b) for i, a in enumerate(values) for b in values[:i])


def test_refusals() -> None:
    assert "three" in reason_against(SCENE, made(np.ones((2, 2, 2))))
    assert "transposed" in reason_against(SCENE, made(SOBEL, transposed=True))
    pooled = replace(made(SOBEL), layers=(Pool("max", (2, 2), (2, 2), (0, 0)),))
    assert "shows a convolution" in reason_against(scene("frequency"), pooled)


def test_the_lesson_says_what_is_so() -> None:
    lesson = load_lesson("frequency-box")
    prepared = SCENE.prepare(lesson)
    found = [prepared.values[prepared.bin(prepared.place(step))] for step in (0, 16, 32)]
    assert np.allclose(found, [1, 1 / 3, -1 / 3]), "cos once around: (1 + 2 cos 2πf) / 3"
    gaussian = response(preset("gaussian-3").weights(), (1, 1), (1, 1), middle=True)
    row = gaussian.values[32, 32:].real
    assert (np.diff(row) < 0).all()
    assert (row > 0).all()


@pytest.mark.parametrize(("kernel", "dilation"), [(SOBEL, 1), ([1.0, 4.0, -2.0], 2), (np.ones((4, 2)), 1)])
def test_wave_kernel_and_wave_stand_in_a_row_with_the_window_on_them(kernel: Any, dilation: int) -> None:
    for size in ((1440, 900), (924, 655)):
        picture = picture_of(made(kernel, {"origin": "middle"}, dilation=dilation), 5, size)
        before, after = [item.box for item in picture.items if isinstance(item, Raster) and item.name == "wave"]
        between = next(item.box for item in picture.items if isinstance(item, Cells) and item.name == "kernel")
        assert before[0] + before[2] < between[0]
        assert between[0] + between[2] < after[0]
        assert {"Wave in", "Kernel", "Wave out", "This step", "="} <= set(words(picture))
        orange = LIGHT.role("kernel").line
        frames = [item for item in picture.items if isinstance(item, Rects) and item.stroke == orange]
        window, cell = frames[-1].boxes
        # The window covers as many cells as the kernel reaches, and its middle lies on the cell that is made.
        across = before[2] / 24
        assert window[2] == pytest.approx(((np.shape(kernel)[-1] - 1) * dilation + 1) * across)
        assert window[0] + window[2] / 2 - before[0] == pytest.approx(cell[0] + cell[2] / 2 - after[0])
        polygons = [c for item in picture.items if isinstance(item, Polygons) for c in item.corners]
        assert len(polygons) == 2
        for corners in polygons:
            left, right = corners[:, 0].min(), corners[:, 0].max()
            assert not any(x < right - 1e-6 and left + 1e-6 < x + wide for x, _, wide, _ in (before, between, after))


def test_a_box_says_what_its_weights_are_and_that_they_add_up_to_1() -> None:
    shown = picture_of(load_lesson("frequency-box"), 0, (892, 600))
    assert "3 × 3 · sum 1" in words(shown)
    assert {text for row in grid(shown, "kernel") for text in row} == {"1/9"}


def test_waves_that_come_out_turned_over_have_the_colour_of_negative_numbers() -> None:
    shown = picture_of(load_lesson("frequency-box"), 0, (892, 600))
    swatches = [i.fill for i in shown.items if isinstance(i, Rects) and i.fill is not None and i.boxes[0, 2] == 14]
    expected = [tuple(LIGHT.fills(np.array([sign]), "result", 1.0)[0].tolist()) for sign in (1.0, -1.0)]
    assert all(colour in swatches for colour in expected), swatches


def test_beside_the_pictures_the_steps_are_a_curve_with_the_number_of_this_one() -> None:
    lesson = load_lesson("frequency-box")
    for step, text in [(0, "1"), (16, "0.333"), (32, "\N{MINUS SIGN}0.333")]:
        picture = picture_of(lesson, step, (924, 640), options={"origin": "middle"})
        runs = [run for item in picture.items if isinstance(item, Label) for run in item.runs]
        assert text in [run.text for run in runs if run.bold]
        assert "H(0, f)" in words(picture)
    log = words(picture_of(lesson, 21, (924, 640), options={"origin": "middle", "scale": "log"}))
    assert {"|H(0, f)|, dB", "\N{MINUS SIGN}34.4"} <= set(log)


def test_the_curve_is_the_response_and_answers_to_the_pointer() -> None:
    document = load_lesson("frequency-box")
    shown = replace(document.view, options={"origin": "middle"})
    made = document.with_view(shown)
    data = SCENE.prepare(made)
    layout = SCENE.lay_out(data, made.view, Canvas(924, 640, LIGHT))
    curve = layout.along
    assert curve is not None
    assert np.allclose(curve.values, [(1 + 2 * np.cos(2 * np.pi * n / 64)) / 3 for n in range(33)])
    hits = [grid for grid in layout.hits if grid.kind == "magnitude"]
    x, y = curve.at(16)
    hit = next(found for grid in hits if (found := grid.hit(x, y)) is not None)
    assert SCENE.step_of(layout, hit) == 16
    from_the_first = SCENE.lay_out(SCENE.prepare(document.with_view(replace(shown, options={}))), shown, layout.canvas)
    assert from_the_first.along is not None
    assert from_the_first.along.name == "|H(0, f)|", "a wave that comes late is neither as it was nor turned over"


@pytest.mark.parametrize("size", [(924, 655), (1000, 690), (1440, 900), (1024, 476)])
@pytest.mark.parametrize("step", [0, 8, 16, 21, 24, 32])
def test_the_number_of_a_step_does_not_lie_on_the_curve(step: int, size: tuple[int, int]) -> None:
    for index in (0, 4):
        given = caption_document(load_lesson("frequency-box"), index)
        picture = picture_of(given, step, size)
        numbers = [
            i for i in labels(picture) if i.mono and i.runs[0].bold and i.runs[0].colour == LIGHT.role("result").ink
        ]
        curves = [i for i in picture.items if isinstance(i, Lines) and len(i.segments) > 20 and i.width == 2.0]
        for curve, number in product(curves, numbers[-1:]):
            x, y, wide, high = label_box(number)
            for share in np.linspace(0, 1, 9):
                at = curve.segments[:, :2] * (1 - share) + curve.segments[:, 2:] * share
                on = (at[:, 0] > x) & (at[:, 0] < x + wide) & (at[:, 1] > y) & (at[:, 1] < y + high)
                assert not on.any(), number.text


def curve_of(document: Document, options: dict[str, str]) -> Any:
    """Return the curve along the steps, as it is laid out in a usual window."""
    made = document.with_view(replace(document.view, options=options))
    curve = SCENE.lay_out(SCENE.prepare(made), made.view, Canvas(924, 640, LIGHT)).along
    assert curve is not None
    return curve


def test_the_curve_goes_on_between_the_steps_down_to_the_floor_where_nothing_passes() -> None:
    """Oracle: the sum of the definition, at frequencies that no step has."""
    curve = curve_of(load_lesson("frequency-box"), {"origin": "middle", "scale": "log"})
    assert curve.between.min() == pytest.approx(-60), "a third of a cycle a cell, which lies between two steps"
    assert curve.frequencies[curve.between.argmin()] == pytest.approx(1 / 3, abs=1e-9)
    size = np.abs(1 + 2 * np.cos(2 * np.pi * curve.frequencies)) / 3
    assert np.allclose(curve.between, 20 * np.log10(np.maximum(size, 1e-3)), atol=1e-6)
    assert curve.values.min() == pytest.approx(-34.4, abs=0.05), "the dots are the steps"
    assert curve.points[:, 1].max() == pytest.approx(curve.box[1] + 0.92 * curve.box[3])


@pytest.mark.parametrize("kernel", [np.ones((5, 5)), np.ones((1, 7)), SOBEL, [[1.0, -2.0, 1.0]], [[0.0, 0.0]]])
def test_all_that_is_lost_on_the_way_reaches_the_floor(kernel: Any) -> None:
    curve = curve_of(made(kernel), {"scale": "log"})
    columns = np.asarray(kernel, dtype=float).sum(axis=0)
    fine = np.linspace(0, 0.5, 100_001)
    size = np.abs(np.exp(-2j * np.pi * np.outer(fine, np.arange(len(columns)))) @ columns)
    low = np.flatnonzero((size[1:-1] < size[:-2]) & (size[1:-1] < size[2:]) & (size[1:-1] < 1e-3 * size.max())) + 1
    for at in low:
        near = np.abs(curve.frequencies - fine[at]) < 1e-5
        assert curve.between[near].min() == pytest.approx(curve.low), fine[at]


def test_a_sequence_is_drawn_between_the_bins_too() -> None:
    picture = picture_of(made([1.0, 1.0, 1.0], {"scale": "log"}), size=(924, 640))
    box = next(i.box((0, 0)) for i in picture.hits if i.kind == "magnitude")
    bottom = box[1] + box[3]
    lines = next(i for i in picture.items if isinstance(i, Lines) and i.width == 2.0 and len(i.segments) > 100)
    assert lines.segments[:, [1, 3]].max() == pytest.approx(bottom), "the notch at a third reaches the floor"


def test_steps_are_dots_on_the_curve() -> None:
    picture = picture_of(load_lesson("frequency-box"), 21, (924, 640), options={"origin": "middle"})
    green = LIGHT.role("result").line
    assert [len(i.boxes) for i in picture.items if isinstance(i, Rects) and i.fill == green and i.radius] == [33]


@pytest.mark.parametrize(("size", "told"), [((924, 650), "0.0625"), ((1024, 505), "1/16")])
def test_weights_whose_decimals_have_no_room_are_parts_and_not_rounded(size: tuple[int, int], told: str) -> None:
    lesson = caption_document(load_lesson("frequency-box"), 4)
    assert grid(picture_of(lesson, 32, size), "kernel")[0][0] == told
    assert grid(picture_of(made(SOBEL / -8), 0, (1024, 505)), "kernel")[0][0] in ("0.125", "1/8")


@pytest.mark.parametrize("size", [(924, 650), (1024, 505), (960, 420)])
def test_what_no_decimals_tell_is_written_as_parts(size: tuple[int, int]) -> None:
    """Nine times 0.1 are no box: its cells say 1/9, and the title what they add up to."""
    shown = picture_of(load_lesson("frequency-box"), 0, size)
    assert {text for row in grid(shown, "kernel") for text in row} == {"1/9"}
    assert any("sum 1" in item.text and "each" not in item.text for item in shown.items if isinstance(item, Label))


def test_a_kernel_of_thousands_of_weights_is_drawn_at_once() -> None:
    """Its roots took minutes, on the window's thread; its bins are the curve."""
    kernel = np.zeros(4001)
    kernel[[0, 2000, 4000]] = 0.25, 0.5, 1.0
    found = response(kernel, (1,), (1,), middle=False)
    frequencies = found.fine()
    assert frequencies[0] == 0
    assert len(frequencies) > 4001 / 2
    wanted = np.exp(-2j * np.pi * np.outer(frequencies, np.arange(4001))) @ kernel
    assert np.abs(found.across(frequencies) - wanted).max() < 1e-9
    assert np.abs(found.across(-frequencies) - wanted.conj()).max() < 1e-9


def test_a_dilated_kernel_that_reaches_far_keeps_its_curve() -> None:
    kernel = np.random.default_rng(2).normal(size=(3, 9))
    found = response(kernel, (1, 20), (1, 1), middle=True)
    assert found.spread.shape == (3, 161)
    frequencies = found.fine()
    places = 20 * np.arange(9) - 80
    wanted = np.exp(-2j * np.pi * np.outer(frequencies, places)) @ kernel.sum(axis=0)
    assert np.abs(found.across(frequencies) - wanted).max() < 1e-9


def test_a_line_of_more_frequencies_than_pixels_is_drawn_by_its_extremes() -> None:
    """4,096 weights, 64 apart: half a million bins were as many strokes, painted for 14 seconds."""
    kernel = np.random.default_rng(5).normal(size=4096)
    spec = ConvSpec.of(1, 1, (4096,), dilation=64, padding="causal")
    layer = Convolution(spec, kernel[None, None], np.zeros(1))
    document = Document(Sample(np.zeros((1, 300_000)), "silence"), (layer,), View("frequency"))
    shown = picture_of(document, 0, (1000, 700))
    strokes = [len(item.segments) for item in shown.items if isinstance(item, Lines)]
    assert max(strokes) < 5000
    line = max((item for item in shown.items if isinstance(item, Lines)), key=lambda item: len(item.segments))
    box = next(i.box((0, 0)) for i in shown.hits if i.kind == "magnitude")
    assert line.segments[:, [1, 3]].min() == pytest.approx(box[1], abs=1), "the largest magnitude is reached"
