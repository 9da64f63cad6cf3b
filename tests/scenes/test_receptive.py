"""Receptive fields: sizes against the literature, maps against brute force, the picture's own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.memory import allow
from convgui.core.spec import ConvSpec, SpecError
from convgui.draw.metrics import text_width
from convgui.draw.picture import Cells, Hit, Label, Lines, Picture, Polygons, Raster, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.files.samples import load_sample
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.layers.pooling import Pool
from convgui.layers.relu import ReLU
from convgui.layers.upsample import Upsample
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.receptive.fields import Fields, fields
from convgui.scenes.receptive.spot import spot
from convgui.scenes.receptive.strips import shades
from convgui.scenes.scene import Focus, SceneError, reason_against
from tests.documents import document, random_document
from tests.model.chains import run
from tests.scenes.checks import assert_hits_return, assert_legible, grid, moments, picture_of, words

LESSONS = ("receptive-field", "gridding", "receptive-alexnet", "receptive-vgg")


def reached(picture: Picture) -> NDArray[np.bool_]:
    """Return which cells of the theoretical field's map have the colour of a path."""
    fill = next(i for i in picture.items if isinstance(i, Cells) and i.name == "ways").content.fill
    return np.asarray((fill != LIGHT.fills(np.zeros((1, 1)), "input", 1.0)[0, 0]).any(axis=2))


def input_grid(picture: Picture, side: int) -> tuple[float, float, float]:
    """Return where the empty grid of ``side x side`` input cells begins, and the side of a cell."""
    grids = [i for i in picture.items if isinstance(i, Rects) and len(i.boxes) == side**2]
    x, y, unit, _ = grids[0].boxes[0].tolist()
    return x, y, unit


def conv(channels: int, filters: int, dilation: int = 1, stride: int = 1, padding: int = 1) -> Convolution:
    spec = ConvSpec.of(channels, filters, (3, 3), dilation=dilation, stride=stride, padding=padding)
    weight = np.random.default_rng(dilation + stride).normal(size=spec.weight_shape)
    return Convolution(spec, weight, np.full(filters, 0.1))


def mixed(size: int = 30) -> Document:
    """Return a stack of nearly every kind."""
    layers: tuple[Layer, ...] = (
        conv(2, 3),
        ReLU(),
        Pool("max", (2, 2), (2, 2), (0, 0)),
        conv(3, 2, dilation=2, padding=2),
        Upsample((2, 2), "linear"),
        conv(2, 1, stride=2),
    )
    data = np.random.default_rng(8).normal(size=(2, size, size))
    return Document(Sample(data, "test"), layers, View(scene="receptive"))


def brute(document: Document, place: int, cell: tuple[int, ...]) -> NDArray[np.float64]:
    """Move every input cell a little and see how much the output cell moves."""
    data = document.sample.data.astype(np.float64)
    layers = document.layers[: place + 1]
    start = run(layers, document.sample)[(0, *cell)]
    found = np.zeros(data.shape)
    for index in np.ndindex(data.shape):
        moved = data.copy()
        moved[index] += 1e-6
        found[index] = (run(layers, Sample(moved, "moved"))[(0, *cell)] - start) / 1e-6
    return np.asarray(np.abs(found).sum(axis=0))


@pytest.mark.parametrize("place", [1, 3, 5])
def test_the_effective_field_is_what_moving_the_input_does(place: int) -> None:
    document = mixed(14)
    found = fields(document, random=False)
    strength = found.strengths[place]
    whole = np.zeros((14, 14))
    rows, columns = strength.values.shape
    top, left = strength.corner
    whole[top : top + rows, left : left + columns] = strength.values
    np.testing.assert_allclose(whole, brute(document, place, found.middle(place)), atol=1e-5)


def test_the_part_of_a_large_input_gives_what_the_whole_gives() -> None:
    document = mixed(90)
    found = fields(document, random=False)
    place = len(document.layers) - 1
    assert found.strengths[place].values.size < 90 * 90 / 4
    ways = np.outer(*found.ways(place, found.middle(place)))
    top, left = found.strengths[place].corner
    seen = found.strengths[place].values > 0
    rows, columns = np.nonzero(seen)
    assert (ways[rows + top, columns + left] > 0).all()
    full = document.sample.data.copy()
    rng = np.random.default_rng(1)
    for index in zip(rng.choice(rows, 6) + top, rng.choice(columns, 6) + left, strict=True):
        moved = full.copy()
        moved[0][index] += 1e-5
        cell = (0, *found.middle(place))
        one = run(document.layers, Sample(moved, "moved"))[cell] - run(document.layers, document.sample)[cell]
        channels = found.strengths[place].values[index[0] - top, index[1] - left]
        assert abs(one) / 1e-5 <= channels + 1e-4


def convolution(rng: np.random.Generator, channels: int, rank: int) -> Convolution:
    size, dilation, stride = (tuple(int(n) for n in rng.integers(1, most, rank)) for most in (4, 3, 4))
    mode = str(rng.choice(["zeros", "reflect", "replicate", "circular"]))
    name = str(rng.choice(["", "same_upper", "same_lower", "full"]))
    pads = name or [(int(a), int(b)) for a, b in rng.integers(0, 4, (rank, 2))]
    filters = int(rng.integers(1, 3))
    spec = ConvSpec.of(
        channels, filters, size, stride=stride, dilation=dilation, padding=pads, padding_mode=mode
    )  # fmt: skip
    return Convolution(spec, rng.normal(size=spec.weight_shape), rng.normal(size=filters), bool(rng.integers(2)))


def transposed(rng: np.random.Generator, channels: int, rank: int) -> Convolution:
    size, dilation, stride = (tuple(int(n) for n in rng.integers(1, most, rank)) for most in (4, 3, 4))
    pads = [(int(a), int(b)) for a, b in rng.integers(0, 3, (rank, 2))]
    extra = [int(rng.integers(0, max(s, d))) for s, d in zip(stride, dilation, strict=True)]
    filters = int(rng.integers(1, 3))
    spec = ConvSpec.of(
        channels, filters, size, stride=stride, dilation=dilation, padding=pads, output_padding=extra, transposed=True
    )
    return Convolution(spec, rng.normal(size=spec.weight_shape), rng.normal(size=filters))


def any_stack(seed: int) -> Document:
    """Return a random stack of up to four layers of any kind on a small random input that it fits."""
    rng = np.random.default_rng(seed)
    while True:
        rank, channels = int(rng.choice([1, 1, 2])), int(rng.integers(1, 4))
        sides = rng.integers(3, 14, 1) if rank == 1 else rng.integers(2, 7, 2)
        layers: list[Layer] = []
        shape = (channels, *(int(n) for n in sides))
        data = rng.normal(size=shape)
        for _ in range(rng.integers(1, 5)):
            window = tuple(int(n) for n in rng.integers(1, 4, rank))
            half = tuple(k // 2 for k in window)
            made: dict[str, Callable[[], Layer]] = {
                "convolution": partial(convolution, rng, shape[0], rank),
                "transposed": partial(transposed, rng, shape[0], rank),
                "max": partial(Pool, "max", window, window, half),
                "average": partial(Pool, "average", window, (2,) * rank, half),
                "relu": ReLU,
                "nearest": partial(Upsample, window, "nearest"),
                "linear": partial(Upsample, window, "linear"),
            }
            try:
                layer = made[str(rng.choice(list(made)))]()
                shape = layer.output_shape(shape)
            except SpecError:
                continue
            layers.append(layer)
        if layers and np.prod(shape) < 2000:
            return Document(Sample(data, "random"), tuple(layers), View(scene="receptive"))


@pytest.mark.parametrize("seed", range(40))
def test_any_legal_stack_is_drawn_with_its_true_effective_field(seed: int) -> None:
    document = any_stack(seed)
    found = fields(document, random=False)
    for place in range(len(document.layers)):
        assert_legible(picture_of(document, place))
        rank = document.sample.data.ndim - 1
        cell = found.middle(place)
        strength = found.strengths[place]
        whole = np.zeros(found.size)
        (rows, columns), (top, left) = strength.values.shape, strength.corner
        whole[top : top + rows, left : left + columns] = strength.values
        moved = brute(document, place, cell[2 - rank :]).reshape(found.size)
        np.testing.assert_allclose(whole, moved, atol=1e-4)
        # What moves the cell is counted among what the cell can see.
        assert (np.outer(*found.ways(place, cell))[moved > 1e-3] > 0).all()


def seen_by(document: Document, cell: int) -> set[int]:
    """Walk back from a cell of the last layer tap by tap, by the definition of each layer."""
    cells = {cell}
    for layer, shape in zip(reversed(document.layers), reversed(document.shapes[:-1]), strict=True):
        spec = layer.window(shape)
        k, s, d, before = spec.kernel_size[0], spec.stride[0], spec.dilation[0], spec.pads(shape[1:])[0][0]
        if spec.transposed:
            stretched = {c + before - t * d for c in cells for t in range(k)}
            cells = {at // s for at in stretched if at % s == 0}
        else:
            cells = {c * s - before + t * d for c in cells for t in range(k)}
    return cells


@pytest.mark.parametrize("seed", range(40, 80))
def test_every_cell_sees_one_of_the_sizes_that_are_said(seed: int) -> None:
    document = any_stack(seed)
    if document.sample.data.ndim > 2:
        return
    found = fields(document, random=False)
    for cell in range(document.shapes[-1][1]):
        seen = seen_by(document, cell)
        turns = found.sizes[-1][1]
        assert turns[cell % len(turns)] == (max(seen) - min(seen) + 1 if seen else 0)
        assert found.seen(len(document.layers) - 1, 1, cell).tolist() == sorted(seen)


def layered(*layers: Layer, size: int = 12) -> Document:
    return Document(
        Sample(np.arange(float(size))[None], "line"), layers, View(scene="receptive", options={"shown": "stack"})
    )


def line(k: int, **keywords: Any) -> Convolution:
    spec = ConvSpec.of(1, 1, (k,), **keywords)
    return Convolution(spec, np.ones(spec.weight_shape), np.zeros(1))


def test_cells_that_see_differently_are_told_apart() -> None:
    # Of a kernel of 3 at stride 2, cells get 2 inputs and 1 in turn; three cells in a row see 3 of them or 2.
    even = layered(line(3, stride=2, transposed=True), line(3))
    assert picture_of(even, 1).summary.startswith("After layer 2 a cell sees 2 or 3 in turn:")
    assert "2–3" in words(picture_of(even, 1))
    gaps = picture_of(layered(line(2, stride=3, transposed=True)), 0).summary
    assert gaps.startswith("After layer 1 a cell sees 0 or 1 in turn: the stride leaves gaps")
    assert grid(picture_of(layered(line(2, stride=3, transposed=True)), 0), "strength") == [["", "", "1", "", ""]]
    filled = picture_of(layered(line(2, stride=3, transposed=True), line(3)), 1).summary
    assert filled.startswith("After layer 2 a cell sees 1 or 2 in turn")


def test_a_field_that_goes_round_is_shown_at_both_ends() -> None:
    around = layered(line(5, padding=2, padding_mode="circular"), size=6)
    pointed = picture_of(around, 0, focus=Focus(hover=Hit("input", (0, 0, 0))))
    assert reached(pointed).tolist() == [[True, True, True, False, True, True]]


def test_ways_are_counted_as_a_kernel_of_ones_counts_them() -> None:
    document = random_document(1, 1, (17, 15), (3, 3), padding=1)
    ones = Convolution(document.layer.spec, np.ones((1, 1, 3, 3)), np.zeros(1))
    document = replace(document, layers=(ones, ones, ones))
    found = fields(document, random=False)
    rows, columns = found.ways(2, (8, 7))
    np.testing.assert_allclose(np.outer(rows, columns), brute(document, 2, (8, 7)), atol=1e-4)


def test_the_table_says_what_the_literature_says() -> None:
    picture = picture_of(load_lesson("receptive-alexnet"), -1)
    said = words(picture)
    for size in (11, 19, 51, 67, 99, 131, 163, 195):
        assert str(size) in said
    assert "After layer 8 a cell sees 195 × 195: 163 + (3 − 1) · stride 16 = 195." in said
    vgg = picture_of(load_lesson("receptive-vgg"), -1)
    assert "212" in words(vgg)
    bai = [picture_of(load_lesson("receptive-field"), step).summary for step in range(3)]
    assert ["3 × 3" in bai[0], "7 × 7" in bai[1], "15 × 15" in bai[2]] == [True] * 3
    assert "3 layers hold 27 weights; one kernel of that size would hold 225." in bai[2]


@pytest.mark.parametrize(("step", "listed"), [(0, "1 to 10"), (9, "5 to 14"), (-1, "9 to 18")])
def test_a_table_that_has_no_room_for_all_layers_says_which_it_lists(step: int, listed: str) -> None:
    assert f"layers {listed} of 18" in words(picture_of(load_lesson("receptive-vgg"), step, size=(1040, 640)))
    assert "layer" in words(picture_of(load_lesson("receptive-field"), step % 3, size=(1040, 640)))


def test_gridding_leaves_holes_and_mixed_dilations_do_not() -> None:
    assert "120 of its 169 cells are never read" in picture_of(load_lesson("gridding"), -1).summary
    assert "never read" not in picture_of(load_lesson("receptive-field"), -1).summary


def test_a_dilated_kernel_covers_3_5_9_with_nine_weights() -> None:
    document = random_document(1, 1, (11, 11), (3, 3))
    document = document.with_view(View(scene="receptive", options={"shown": "kernel"}))
    for step, size in enumerate((3, 5, 9)):
        picture = picture_of(document, step)
        assert f"covers {size} × {size} with 9 weights" in picture.summary
        drawn = [item for item in picture.items if isinstance(item, Cells)][step]
        assert drawn.content.shape == (size, size)
        written = [text for row in drawn.shown_texts() for text in row if text]
        assert len(written) == 9


def test_random_weights_are_the_same_every_time_and_another_field() -> None:
    document = mixed()
    one, two = fields(document, random=True), fields(document, random=True)
    for a, b in zip(one.strengths, two.strengths, strict=True):
        np.testing.assert_array_equal(a.values, b.values)
    given = fields(document, random=False)
    assert not np.allclose(given.strengths[3].values, one.strengths[3].values)


def test_pointing_at_the_input_moves_the_field_there() -> None:
    document = mixed(40)
    chosen = scene("receptive")
    found = fields(document, random=False)
    assert isinstance(found, Fields)
    picture = picture_of(document, 3)
    pointed = picture_of(document, 3, focus=Focus(hover=Hit("input", (0, 4, 30))))
    boxes = [
        [item.boxes[0].tolist() for item in p.items if isinstance(item, Rects) and item.width == 2.5]
        for p in (picture, pointed)
    ]
    assert boxes[0] != boxes[1]
    row, column = found.cell_at(3, 4, 30)
    top, left, high, wide = found.box(3, (row, column))
    assert top <= 4 <= top + high
    assert left <= 30 <= left + wide
    assert chosen.reads_stack


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_are_legible_at_other_sizes(lesson: str) -> None:
    for picture in moments(load_lesson(lesson)):
        assert_legible(picture)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_small_window_keeps_the_stack(lesson: str) -> None:
    given = load_lesson(lesson)
    for step in (0, 1, -1):
        shown = picture_of(given, step, (724, 474))
        assert_legible(shown)
        assert "layer 1" in words(shown)
        assert any(isinstance(item, Polygons) for item in shown.overlay), "the fan"


def test_what_a_later_layer_sees_is_told_at_its_step() -> None:
    for step, told in enumerate((["3"], ["3", "7"], ["3", "7", "15"])):
        shown = picture_of(load_lesson("receptive-field"), step, (1440, 900))
        rows = [i for i in shown.items if isinstance(i, Label) and i.mono and i.size == 12 and i.anchor == "end"]
        column = [i.text for i in rows if i.x == rows[2].x]
        assert column == [*told, *"?" * (3 - len(told))]


def test_a_deep_stack_is_drawn_as_far_as_it_has_come() -> None:
    """One step sees three pixels of 214: drawn for the last step they would be a speck."""
    for step, wide in ((0, 3), (1, 5)):
        shown = picture_of(load_lesson("receptive-vgg"), step, (924, 655))
        blue = LIGHT.role("input").line
        cells = [i for i in shown.items if isinstance(i, Rects) and i.stroke == blue and len(i.boxes) == wide]
        assert cells
        assert cells[0].boxes[0][2] >= 20
    assert {"18 · pool", "layer 17", "layer 1"} <= set(words(picture_of(load_lesson("receptive-vgg"), -1, (924, 655))))


def test_hits_return() -> None:
    assert_hits_return(load_lesson("receptive-field"))
    assert_hits_return(mixed())


def test_it_says_why_it_does_not_apply() -> None:
    shown = View(scene="receptive", options={"shown": "stack"})
    assert picture_of(random_document(1, 1, (30,), (3,)).with_view(shown)).summary.startswith(
        "After layer 1 a cell sees 3"
    )


def test_fields_that_take_too_long_or_too_much_memory_are_refused_before_they_are_begun() -> None:
    """A cell sees 381 x 381 cells of 600 channels, each of which is made of 600 x 8 x 8."""
    sample = Sample(np.broadcast_to(np.uint8(1), (1, 400, 500)), "zeros that take no memory")
    kinds = (ConvSpec.of(1, 600, (1, 1)), ConvSpec.of(600, 600, (8, 8)), ConvSpec.of(600, 600, (3, 3), dilation=190))
    layers = [Convolution(spec, np.broadcast_to(1.0, spec.weight_shape), np.zeros(600)) for spec in kinds]
    with pytest.raises(SceneError, match="billion multiplications"):
        fields(Document(sample, tuple(layers), View(scene="receptive")), False)
    allow(100 << 20)
    try:
        with pytest.raises(SpecError, match=r"budget: the result \(600, 381, 381\) needs"):
            fields(Document(sample, (layers[0], layers[2]), View(scene="receptive")), False)
    finally:
        allow(None)


@pytest.mark.parametrize(("weight", "written"), [(1.0, True), (0.125, True), (0.01, False)])
def test_cells_hold_what_the_scale_says_or_nothing(weight: float, written: bool) -> None:
    given = document(np.ones((1, 9, 9)), np.full((1, 1, 3, 3), weight), view=View(scene="receptive"))
    shown = picture_of(given, 0, (1800, 1100))
    (strength,) = [i for i in shown.items if isinstance(i, Cells) and i.name == "strength"]
    assert bool(strength.content.texts) == written
    if written:
        (text,) = {text for row in strength.content.texts for text in row if text}
        assert abs(float(text) - weight) <= 0.0051


def test_what_lies_between_taps_far_apart_counts_as_work() -> None:
    near, far = (
        document(np.ones((1, 5, 5)), np.ones((1, 1, 3, 3)), padding="same", dilation=(1, far)) for far in (1, 999_999)
    )
    assert scene("receptive").cost(near) < 1000
    assert scene("receptive").cost(far) >= 3 * 1_999_999


def test_the_stack_is_drawn_as_strips_with_a_fan_from_each_cell() -> None:
    """Kernels of 3 with dilation 1, 2 and 4: a cell reads 3 cells of the layer below, those 7, and those 15."""
    given = load_lesson("receptive-field")
    reached = {0: (1, 3), 1: (1, 3, 7), 2: (1, 3, 7, 15)}
    for step, counts in reached.items():
        shown = picture_of(given, step, (1440, 900))
        colours = shades(3, LIGHT)
        for level, count in enumerate(reversed(counts[:-1])):
            rows = [i for i in shown.items if isinstance(i, Rects) and i.fill == colours[level] and i.width == 1.0]
            assert max(len(i.boxes) for i in rows) == count
        fans = [i for i in shown.items if isinstance(i, Lines) and i.width == 1.4]
        assert [len(i.segments) for i in fans] == [3 * n for n in counts[:-1]]
        below = {tuple(end) for end in np.round(fans[-1].segments[:, 2:], 3).tolist()}
        assert len(below) == counts[-1]
        assert f"layer {step + 1}" in " ".join(words(shown))


def test_the_formula_adds_up_what_each_layer_adds_as_far_as_it_has_come() -> None:
    """r = 1 + 2 · 1 + 2 · 2 + 2 · 4 for three kernels of 3 with dilation 1, 2 and 4."""
    given = load_lesson("receptive-field")
    for step, sums in enumerate(("r = 1 + 2 = 3", "r = 1 + 2 + 4 = 7", "r = 1 + 2 + 4 + 8 = 15")):
        said = words(picture_of(given, step, (1440, 900)))
        assert sums in said
        lines = [text for text in said if text.startswith("(3 − 1) · ")]
        assert lines == [f"(3 − 1) · {2**n} · 1" + (f" = {2 * 2**n}" if n <= step else "") for n in range(3)]
    vgg = words(picture_of(load_lesson("receptive-vgg"), 3, (1440, 900)))
    assert "r = 1 + 2 + 2 + 1 + 4 = 10" in vgg


def test_both_maps_reach_beyond_the_field_where_nothing_is_seen() -> None:
    """15 of the 21 cells a side are seen; two more at each side are drawn, and no number or colour is in them."""
    shown = picture_of(load_lesson("receptive-field"), 2, (1440, 900))
    for name in ("ways", "strength"):
        cells = next(i for i in shown.items if isinstance(i, Cells) and i.name == name)
        assert cells.content.shape == (19, 19)
        seen = (cells.content.fill != cells.content.fill[0, 0]).any(axis=2)
        assert seen[2:-2, 2:-2].all()
        assert int(seen.sum()) == 225


def test_gridding_marks_what_is_read_and_what_the_neighbour_reads() -> None:
    shown = picture_of(load_lesson("gridding"), 2, (1440, 900))
    assert {"read by out[9, 9]", "out[9, 10]"} <= set(words(shown))
    x, y, unit = input_grid(shown, 19)
    marks = [i for i in shown.items if isinstance(i, Rects) and len(i.boxes) == 49 and i.fill]
    cells = [{(int((b - y) // unit), int((a - x) // unit)) for a, b, _, _ in i.boxes.tolist()} for i in marks]
    assert cells == [{(r, c + n) for r in range(3, 16, 2) for c in range(3, 16, 2)} for n in (0, 1)]


def test_a_field_too_small_to_see_is_magnified() -> None:
    given = load_lesson("receptive-alexnet")
    for step, magnified in ((0, True), (7, False)):
        shown = picture_of(given, step, (1440, 900))
        insets = [i for i in shown.items if isinstance(i, Raster) and i.name == "inset"]
        assert bool(insets) == magnified
        for inset in insets:
            assert not any(
                card.box == inset.box for card in shown.items if isinstance(card, Raster) and card is not inset
            )
            field = max(
                (i.boxes[0] for i in shown.items if isinstance(i, Rects) and i.width == 2.5), key=lambda b: b[2]
            )
            assert field[2] / inset.box[2] == pytest.approx(11 / inset.image.shape[1])


def test_the_field_is_asked_for_and_nothing_tells_it() -> None:
    given = load_lesson("receptive-field")
    picture = picture_of(given, 2, (1440, 900))
    assert picture.answer == "15"
    hidden = hide_answer(picture, LIGHT)
    said = words(hidden)
    assert "After layer 3 a cell sees ?." in said
    # 15 is an index of the input too.
    strong = [run.text for i in hidden.items if isinstance(i, Label) for run in i.runs if run.bold]
    assert not [text for text in said if "225" in text or "15 × 15" in text]
    assert not [text for text in strong if "15" in text]
    assert picture_of(given, 0).answer == ""


def volume(**keywords: Any) -> Document:
    """Two layers on three axes that differ in size, stride and dilation on each."""
    rng = np.random.default_rng(5)
    first = ConvSpec.of(1, 2, (3, 2, 3), stride=(1, 1, 2), padding=((1, 1), (0, 1), (1, 1)))
    second = ConvSpec.of(2, 1, (1, 3, 2), dilation=(1, 2, 1))
    layers = tuple(
        Convolution(spec, rng.normal(size=spec.weight_shape), np.zeros(spec.out_channels)) for spec in (first, second)
    )
    data = rng.normal(size=(1, 5, 8, 9))
    return Document(Sample(data, "block"), layers, View(scene="receptive", layer=1, **keywords))


@pytest.mark.parametrize("plane", [(1, 2), (0, 2), (0, 1)])
def test_of_three_axes_two_are_drawn_with_their_true_effective_field(plane: tuple[int, int]) -> None:
    document = volume()
    found, left = fields(document, random=False, plane=plane), 3 - sum(plane)
    for place in range(2):
        cell = found.middle(place)
        moved = np.abs(brute(document, place, found.whole(place, cell)))
        strength = found.strengths[place]
        whole = np.zeros(found.size)
        (rows, columns), (top, left_edge) = strength.values.shape, strength.corner
        whole[top : top + rows, left_edge : left_edge + columns] = strength.values
        np.testing.assert_allclose(whole, moved.sum(axis=left), atol=1e-4)
        seen = moved.sum(axis=left) > 1e-3
        assert (np.outer(*found.ways(place, cell))[seen] > 0).all()


@pytest.mark.parametrize("plane", ["hw", "dw", "dh"])
def test_the_table_lists_all_three_axes_whichever_are_drawn(plane: str) -> None:
    """By hand: depth 3 and then 3, height 2 and then 2 + 2 · 2 = 6, width 3 and then 3 + 1 · 2 = 5."""
    document = volume(options={"plane": plane})
    assert reason_against(scene("receptive"), document) == ""
    for step, size in enumerate(("3 × 2 × 3", "3 × 6 × 5")):
        for room in ((1440, 900), (880, 640), (510, 430)):
            shown = picture_of(document, step, room)
            assert_legible(shown)
            assert shown.summary.startswith(f"After layer {step + 1} a cell sees {size}")
    assert f"one kernel of that size would hold {3 * 6 * 5}." in picture_of(document, 1).summary
    assert_hits_return(document, options={"plane": plane})


def test_brackets_say_what_a_cell_of_each_layer_sees() -> None:
    shown = picture_of(load_lesson("receptive-field"), 2, (1440, 900))
    texts = [i for i in shown.items if isinstance(i, Label)]
    for layer, size in ((1, "3"), (2, "7"), (3, "15")):
        said = next(i for i in texts if i.text == f"a cell of layer {layer} sees ")
        value = next(i for i in texts if i.y == said.y and i is not said)
        assert value.text == size
    strokes = shades(3, LIGHT)
    brackets = [i for i in shown.items if isinstance(i, Lines) and i.width == 2.0 and i.stroke in strokes]
    wide = [float(np.ptp(i.segments[:, [0, 2]])) for i in brackets]
    assert wide[1] / wide[0] == pytest.approx(7 / 3)
    assert wide[2] / wide[0] == pytest.approx(5)


def test_the_theoretical_field_is_flat_and_the_effective_one_is_not() -> None:
    """Every cell that any path reaches has one colour; the gradient has more than one."""
    shown = picture_of(load_lesson("receptive-field"), 2, (1440, 900))
    flat, strong = (
        next(i for i in shown.items if isinstance(i, Cells) and i.name == name).content.fill
        for name in ("ways", "strength")
    )
    assert len(np.unique(flat.reshape(-1, 4), axis=0)) == 2
    assert len(np.unique(strong.reshape(-1, 4), axis=0)) > 2
    assert {"a path", "none"} <= set(words(shown))


@pytest.mark.parametrize(("lesson", "side"), [("receptive-field", 21), ("gridding", 19)])
def test_a_small_input_is_an_empty_grid_with_the_size_of_its_fields(lesson: str, side: int) -> None:
    """Of every field; between cells that are marked one by one, of the present one alone."""
    given = load_lesson(lesson)
    shown = picture_of(given, 2, (1440, 900))
    assert not [i for i in shown.items if isinstance(i, Raster) and i.name == "input"]
    _, y, unit = input_grid(shown, side)
    sizes = ("3 × 3", "7 × 7", "15 × 15") if lesson == "receptive-field" else ("13 × 13",)
    told = {i.text: i for i in shown.items if isinstance(i, Label) and i.text in sizes}
    assert set(told) == set(sizes)
    if lesson == "gridding":
        # Beside cells that are marked one by one, no label lies on the grid.
        assert all(said.y > y + side * unit for said in told.values())


@pytest.mark.parametrize("lesson", LESSONS)
def test_layers_that_come_later_are_drawn_empty_above(lesson: str) -> None:
    given = load_lesson(lesson)
    for step in (0, 1):
        shown = picture_of(given, step, (1440, 900))
        later = len(given.layers) - step - 1
        empty = [i for i in shown.items if isinstance(i, Rects) and i.fill == LIGHT.faint and len(i.boxes) == later]
        assert empty
        lit = min(i.corners[..., 1].min() for i in shown.items if isinstance(i, Polygons))
        assert all(y + high <= lit for _, y, _, high in empty[0].boxes.tolist())


def test_the_formula_leaves_no_layer_out() -> None:
    """Eight lines for eight layers; of eighteen, what the first made is one line, and the others add up from it."""
    alexnet = words(picture_of(load_lesson("receptive-alexnet"), 7, (1440, 900)))
    assert len([text for text in alexnet if text.startswith("(") and " = " in text]) == 8
    vgg = words(picture_of(load_lesson("receptive-vgg"), 17, (1440, 900)))
    added = [int(text.partition(" = ")[2]) for text in vgg if text.startswith("(") and " = " in text]
    start = next(int(text[4:]) for text in vgg if text.startswith("r = ") and text[4:].isdigit())
    assert f"layers 1 to {18 - len(added)}" in vgg
    assert start + sum(added) == 212


def test_a_layer_above_is_told_while_the_present_one_is_asked_for() -> None:
    given = load_lesson("receptive-field")
    pointed = hide_answer(picture_of(given, 2, (1440, 900), focus=Focus(hover=Hit("layer", (1, 0)))), LIGHT)
    assert any("7 × 7" in text for text in words(pointed))
    # 15 is an index of the input too.
    strong = [run.text for i in pointed.items if isinstance(i, Label) for run in i.runs if run.bold]
    assert not [text for text in strong if "15" in text]


def test_strides_are_said_to_be_those_so_far() -> None:
    assert "stride so far" in words(picture_of(load_lesson("receptive-alexnet"), 1, (1440, 900)))


def test_a_photo_is_looked_at_where_there_is_something_to_see() -> None:
    """The middle of the photo is a black coat: magnified, it would show nothing."""
    photo = load_sample("camera").data[0].astype(float)
    rows, columns = spot(photo) or (0.0, 0.0)
    assert 128 <= rows < 384
    assert 128 <= columns < 384

    def detail(row: float, column: float) -> float:
        return float(photo[int(row) - 8 : int(row) + 8, int(column) - 8 : int(column) + 8].std())

    assert detail(rows, columns) > 10 * detail(256, 256)
    alike = (np.indices((90, 120)).sum(axis=0) % 2).astype(float)
    assert spot(alike) is None, "the middle is as good as any place"
    assert spot(np.zeros((30, 30))) is None
    assert spot(np.full((64, 64), np.nan)) is None


@pytest.mark.parametrize("lesson", ["receptive-alexnet", "receptive-vgg"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_magnified_can_be_told_apart_and_hides_no_field(lesson: str, theme: str) -> None:
    shown = picture_of(load_lesson(lesson), 0, (924, 688), theme)
    inset = next(i for i in shown.items if isinstance(i, Raster) and i.name == "inset")
    seen = inset.image[..., :3].astype(float).mean(axis=-1)
    assert np.ptp(seen) > 90
    x, y, wide, high = inset.box
    photo = next(i for i in shown.items if isinstance(i, Raster) and i.name == "input")
    boxes = [b for i in shown.items if isinstance(i, Rects) for b in i.boxes.tolist() if inside(photo.clip, b)]
    field = min(boxes, key=lambda b: float(b[2] * b[3]))
    assert field[0] + field[2] < x or x + wide < field[0] or field[1] + field[3] < y or y + high < field[1]


def inside(frame: tuple[float, ...], box: list[float]) -> bool:
    x, y, wide, high = frame
    return x <= box[0] and box[0] + box[2] <= x + wide and y <= box[1] and box[1] + box[3] <= y + high


def test_layers_that_come_later_are_named_all_at_once() -> None:
    assert "layers 2 to 18" in words(picture_of(load_lesson("receptive-vgg"), 0, (924, 688)))
    assert "layers 3 to 18" in words(picture_of(load_lesson("receptive-vgg"), 1, (924, 688)))


def test_numbers_of_layers_end_below_each_other() -> None:
    shown = picture_of(load_lesson("receptive-vgg"), 8, (924, 688))
    table = [i for i in shown.items if isinstance(i, Label) and i.text.isdigit() and i.anchor == "end" and not i.mono]
    assert {"9", "10", "11"} <= {i.text for i in table}
    assert len({i.x for i in table if i.text in ("9", "10", "11") and i.size == 12 and i.x < 100}) == 1


def test_a_legend_stays_below_its_panel() -> None:
    shown = picture_of(load_lesson("gridding"), 2, (924, 688))
    x, _, unit = input_grid(shown, 19)
    for name in ("out[9, 9]", "out[9, 10]"):
        told = next(i for i in shown.items if isinstance(i, Label) and i.text == name)
        assert told.x + text_width(name, told.size) <= x + 19 * unit


def test_the_hatching_of_a_field_stands_in_its_legend() -> None:
    holes, full = (picture_of(load_lesson(lesson), 2, (924, 688)) for lesson in ("gridding", "receptive-field"))
    assert "not read" in words(holes)
    assert "none" not in words(holes)
    assert "none" in words(full)
    told = next(item for item in holes.items if isinstance(item, Label) and item.text == "not read")
    lines = [item for item in holes.items if isinstance(item, Lines) and item.segments.size]
    near = [item for item in lines if (np.abs(item.segments[:, [1, 3]] - told.y) < 16).all()]
    assert any((item.segments[:, [0, 2]] < told.x).all() for item in near)
