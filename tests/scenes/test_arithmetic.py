from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec, SpecError, convolve
from convgui.draw.picture import Cells, Curves, Hit, Label, Lines, Picture, Polygons, Rects
from convgui.draw.theme import LIGHT, THEMES
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Caption, Document, Lesson, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document, with_lesson_start
from tests.scenes.checks import assert_hits_return, assert_legible, grid, label_box, moments, overlap, picture_of, words

correlate2d: Any = import_module("scipy.signal").correlate2d
LESSONS = (
    "kernel-stride-padding",
    "size-floor",
    "same-one-sided",
    "arbitrary-padding",
    "padding-modes",
    "dilation",
)
BOOK = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]


def made(shape: tuple[int, ...], *args: Any, **keywords: Any) -> Document:
    rng = np.random.default_rng(3)
    spec = ConvSpec.of(*args, **keywords)
    weight = rng.integers(-3, 4, spec.weight_shape).astype(float)
    layer = Convolution(spec, weight, np.zeros(spec.out_channels))
    every = Caption("", options={"padding": "", "stride": "", "dilation": "", "mode": ""})
    lesson = Lesson("made", "Made", "Tests", (every,))
    return Document(Sample(rng.integers(0, 5, shape), "grid"), (layer,), View(scene="arithmetic"), lesson)


def numbers(rows: list[list[str]]) -> list[list[float]]:
    return [[float(text.replace("−", "-")) for text in row] for row in rows]


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_are_legible_at_other_sizes(lesson: str) -> None:
    for picture in moments(load_lesson(lesson)):
        assert_legible(picture)


TABLE = [
    ((4, 3, 1, 0, 1), 2),
    ((5, 4, 1, 2, 1), 6),
    ((5, 3, 1, 1, 1), 5),
    ((5, 3, 1, 2, 1), 7),
    ((5, 3, 2, 0, 1), 2),
    ((5, 3, 2, 1, 1), 3),
    ((6, 3, 2, 1, 1), 3),
    ((7, 3, 1, 0, 2), 3),
]


@pytest.mark.parametrize(("case", "out"), TABLE)
def test_the_table_of_convolution_arithmetic(case: tuple[int, int, int, int, int], out: int) -> None:
    size, kernel, stride, padding, dilation = case
    keywords = {"stride": stride, "padding": padding, "dilation": dilation}
    picture = picture_of(made((1, size, size), 1, 1, (kernel, kernel), **keywords), -1)
    drawn = grid(picture, "output")
    assert (len(drawn), len(drawn[0])) == (out, out)
    formula = next(text for text in words(picture) if text.startswith("out = ⌊("))
    assert formula == "out = ⌊(W + 2P − D·(K − 1) − 1) / S⌋ + 1"
    inner = f"{size} + 2·{padding} − {dilation}·({kernel} − 1) − 1"
    line = next(text for text in words(picture) if inner in text)
    assert line.endswith(f" = {out}")
    assert f"⌊({inner}) / {stride}⌋ + 1" in line
    assert_legible(picture)


def test_the_numbers_of_the_book() -> None:
    document = load_lesson("kernel-stride-padding")
    assert document.sample.data[0].tolist() == BOOK
    strided = picture_of(document, -1, options={"stride": "2"})
    assert numbers(grid(strided, "output")) == [[6, 17, 3], [8, 17, 13], [6, 4, 4]]
    valid = picture_of(document, -1, options={"padding": "valid"})
    assert numbers(grid(valid, "output")) == [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
    assert np.shape(grid(picture_of(document, -1, options={"padding": "full"}), "output")) == (7, 7)
    assert any(text.endswith(" · with stride 2") for text in words(strided))


def test_the_floor_and_what_it_leaves_out() -> None:
    picture = picture_of(load_lesson("size-floor"))
    assert "5 / 2 = 2.5, rounded down: the hatched last row and column are in no window." in words(picture)
    assert "Input sizes 5 and 6 both give 3." in words(picture)
    grids = [hits for hits in picture.hits if hits.kind == "input"]
    last = grids[0].box((0, 6, 6))
    hatching = [item for item in picture.base if isinstance(item, Lines) and len(item.segments) > 10]
    assert len(hatching) == 1
    top = hatching[0].segments[:, [1, 3]].min(axis=1)
    left = hatching[0].segments[:, [0, 2]].min(axis=1)
    assert ((top >= last[1] - 0.5) | (left >= last[0] - 0.5)).all()


def test_padding_that_is_not_symmetric() -> None:
    document = load_lesson("same-one-sided")
    asking = Lesson("made", "Made", "Tests", (Caption("", options={"padding": ""}),))
    document = replace(document, lesson=asking)
    upper, lower = (picture_of(document, options={"padding": name}) for name in ("same_upper", "same_lower"))
    assert grid(upper, "input")[-1] == grid(lower, "input")[0] == ["0"] * 7
    assert any("6 + 0 + 1 − 1·(3 − 1) − 1" in text for text in words(upper))
    assert any("6 + 1 + 0 − 1·(3 − 1) − 1" in text for text in words(lower))


@pytest.mark.parametrize(
    ("mode", "numpy_mode"), [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap"), ("zeros", "constant")]
)
def test_padding_modes_bring_their_values(mode: str, numpy_mode: Any) -> None:
    picture = picture_of(load_lesson("padding-modes"), -1, options={"mode": mode})
    padded = np.pad(np.array(BOOK), 2, mode=numpy_mode)
    assert numbers(grid(picture, "input")) == padded.tolist()
    dashed = [item for item in picture.base if isinstance(item, Rects) and item.dash == "dashed"]
    assert len(dashed[0].boxes) == 81 - 25
    kernel = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])
    expected = convolve(padded[None], kernel[None, None])[0]
    assert numbers(grid(picture, "output")) == expected.tolist()


@pytest.mark.parametrize(("dilation", "cover", "out"), [("1", 3, 8), ("2", 5, 6), ("4", 9, 2)])
def test_dilation_covers_more_with_the_same_weights(dilation: str, cover: int, out: int) -> None:
    options = {"dilation": dilation, "beside": "none"}
    picture = picture_of(load_lesson("dilation"), size=(1500, 900), options=options)
    kernel = grid(picture, "kernel")
    assert np.shape(kernel) == (cover, cover)
    assert sum(text != "" for row in kernel for text in row) == 9
    assert np.shape(grid(picture, "output")) == (out, out)


def test_hovering_a_padded_cell_says_where_its_value_comes_from() -> None:
    focus = Focus(Hit("input", (0, -2, -1)))
    picture = picture_of(load_lesson("padding-modes"), options={"mode": "reflect"}, focus=focus)
    assert "padding (reflect) brings 1 from in[2, 1]" in picture.summary
    zeros = picture_of(load_lesson("padding-modes"), focus=focus)
    assert "padding brings 0: 2 outputs read it" in zeros.summary


CASES = {
    "not square": made((1, 5, 8), 1, 1, (2, 3), stride=(1, 3), dilation=(2, 1)),
    "each side": made((1, 4, 5), 1, 1, (3, 3), padding=((0, 1), (2, 0))),
    "channels": made((4, 4, 4), 4, 2, (3, 3), groups=2, padding="same"),
    "one axis": made((1, 9), 1, 1, (3,), stride=2, padding=1),
    "large": made((1, 40, 44), 1, 1, (5, 5), stride=3, padding="same_upper"),
    "gaps": made((1, 7, 7), 1, 1, (1, 1), stride=3),
}


@pytest.mark.parametrize("name", CASES)
def test_any_small_forward_layer(name: str) -> None:
    document = CASES[name]
    for size in ((880, 640), (510, 430)):
        for option in scene("arithmetic").options(document):
            for choice, _ in option.choices:
                assert_legible(picture_of(document, -1, size, "dark", options={option.name: choice}))
    assert_hits_return(document)


def test_cells_between_windows_are_hatched_too() -> None:
    texts = words(picture_of(CASES["gaps"]))
    assert "6 / 3 leaves no remainder: the windows end with the input. No tap meets the hatched cells." in texts


def test_choices_that_do_not_go_together_are_left_out() -> None:
    document = made((1, 5, 5), 1, 1, (3, 3))
    picture = picture_of(document, options={"padding": "same", "stride": "2", "dilation": "2"})
    assert any(text.endswith(" · with padding same, dilation 2") for text in words(picture))


def test_refusals() -> None:
    assert "transposed" in reason_against(scene("arithmetic"), load_lesson("transposed-2-4"))
    assert reason_against(scene("arithmetic"), made((1, 4, 4, 4), 1, 1, (2, 2, 2))) == ""
    assert "up to 48 × 48 × 48" in reason_against(scene("arithmetic"), made((1, 4, 4, 50), 1, 1, (2, 2, 2)))
    assert "48 × 48" in reason_against(scene("arithmetic"), made((1, 90, 20), 1, 1, (3, 3)))
    assert "does not fit" in reason_against(scene("arithmetic"), made((1, 2, 2), 1, 1, (3, 3)))
    assert "takes 2 channels" in reason_against(scene("arithmetic"), made((1, 5, 5), 2, 1, (3, 3)))


def test_options_are_what_the_lesson_compares() -> None:
    def names(document: Document) -> list[str]:
        return [option.name for option in scene("arithmetic").options(document)]

    lesson = load_lesson("kernel-stride-padding")
    assert names(lesson) == ["beside", "padding", "stride"]
    assert names(replace(lesson, lesson=None)) == ["beside", "mode"]
    # What is compared in columns is not chosen besides.
    assert names(load_lesson("dilation")) == ["beside"]
    alone = load_lesson("dilation").with_view(View(scene="arithmetic", options={"beside": "none"}))
    assert names(alone) == ["beside", "dilation"]
    assert names(replace(alone, lesson=None)) == ["beside"]


def test_the_step_that_does_not_fit_is_drawn_beyond_the_grid() -> None:
    """A window of 3 at stride 2 over 8 cells: the next would begin at 6 and needs row 8, which would be row 7."""
    given = load_lesson("size-floor")
    for step, (row, column) in ((0, (0, 0)), (2, (0, 2)), (8, (2, 2))):
        picture = picture_of(given, step)
        (hits,) = [hits for hits in picture.hits if hits.kind == "input"]
        line = THEMES["light"].role("warning").line
        dashed = [r for r in picture.items if isinstance(r, Rects) and r.dash == "dashed" and r.stroke == line]
        u = hits.width
        frames = {tuple(np.round((box - [hits.x, hits.y, 0, 0]) / u).astype(int)) for r in dashed for box in r.boxes}
        assert (6, 2 * row, 3, 3) in frames
        assert (2 * column, 6, 3, 3) in frames
        assert {(8, 2 * row + n, 1, 1) for n in range(3)} <= frames
        assert sum(text == "7" for text in words(picture)) == 2
    whole = picture_of(made((1, 5, 5), 1, 1, (3, 3), stride=2))
    assert not [item for item in whole.items if isinstance(item, Rects) and item.dash == "dashed"]


@pytest.mark.parametrize(
    ("mode", "from_"), [("reflect", [2, 1, 3, 2]), ("replicate", [0, 0, 4, 4]), ("circular", [3, 4, 0, 1])]
)
def test_arrows_lead_from_each_row_and_column_to_where_it_is_repeated(mode: str, from_: list[int]) -> None:
    picture = picture_of(load_lesson("padding-modes"), size=(1500, 900), options={"mode": mode})
    (hits,) = [hits for hits in picture.hits if hits.kind == "input"]
    line = THEMES["light"].role("input").line
    arcs = np.concatenate([item.points for item in picture.base if isinstance(item, Curves) and item.stroke == line])
    count = len(arcs) // 2
    rows = (arcs[:count, [1, 7]] - hits.y) / hits.height - 0.5 - 2
    columns = (arcs[count:, [0, 6]] - hits.x) / hits.width - 0.5 - 2
    expected: list[tuple[float, float]] = list(zip(from_, [-2, -1, 5, 6], strict=True))
    if mode == "circular":
        # Two neighbours that stay neighbours share an arrow, from their middle.
        expected = [(3.5, -1.5), (0.5, 5.5)]
    np.testing.assert_allclose(rows, expected, atol=0.01)
    np.testing.assert_allclose(columns, expected, atol=0.01)
    # No head lies on the index of a row.
    told = [label_box(i) for i in picture.items if isinstance(i, Label) and i.mono and re.fullmatch("−?[0-6]", i.text)]
    heads = [item.corners.reshape(-1, 2) for item in picture.base if isinstance(item, Polygons) and item.fill == line]
    assert len(heads) == 2 * count
    for head in heads:
        (left, top), (right, bottom) = head.min(0), head.max(0)
        assert not any(overlap((left, top, right - left, bottom - top), box) for box in told)
    assert not [i for i in picture_of(load_lesson("padding-modes")).base if isinstance(i, Curves)]


def columns_of(picture: Picture, name: str) -> list[list[list[float]]]:
    found = [item for item in picture.items if isinstance(item, Cells) and item.name == name]
    return [numbers([list(row) for row in item.content.texts]) for item in found]


@pytest.mark.parametrize("step", [0, 9, 63])
def test_dilations_stand_side_by_side(step: int) -> None:
    given = load_lesson("dilation")
    x, w = given.sample.data[0].astype(float), given.layer.weight[0, 0]
    picture = picture_of(given, step, (1500, 900))
    expected = []
    for dilation in (1, 2, 4):
        kernel = np.zeros((2 * dilation + 1,) * 2)
        kernel[::dilation, ::dilation] = w
        expected.append(correlate2d(x, kernel, "valid").tolist())
    assert columns_of(picture, "output") == expected
    assert columns_of(picture, "input") == [x.tolist()] * 3
    made_ = [item for item in picture.items if isinstance(item, Cells) and item.name == "output"]
    assert [item.reveal for item in made_] == [min(step + 1, np.size(out)) for out in expected]
    assert all(text in words(picture) for text in ("Dilation 1", "Dilation 2", "Dilation 4", "3", "5", "9"))
    assert {"covers 3 × 3 → 8 × 8", "covers 5 × 5 → 6 × 6", "covers 9 × 9 → 2 × 2"} <= set(words(picture))


def test_an_even_kernel_is_padded_more_on_either_side() -> None:
    picture = picture_of(load_lesson("arbitrary-padding"), 0, (1500, 900), options={"beside": "sides"})
    x, w = np.array(BOOK, float), load_lesson("arbitrary-padding").layer.weight[0, 0]
    pads = ((1, 2), (2, 1))
    assert columns_of(picture, "input") == [np.pad(x, pad).tolist() for pad in pads]
    assert columns_of(picture, "output") == [correlate2d(np.pad(x, pad), w, "valid").tolist() for pad in pads]
    assert {"padding 1 + 2 → 5 × 5", "padding 2 + 1 → 5 × 5"} <= set(words(picture))


BESIDE = {
    "padded": made((1, 6, 6), 1, 1, (3, 3), padding=1, stride=2),
    "channels": made((4, 8, 8), 4, 2, (3, 3), groups=2, padding="same"),
    "not square": made((1, 5, 8), 1, 1, (2, 3), stride=(1, 3)),
    "one axis": made((1, 12), 1, 1, (3,), padding=2),
}


@pytest.mark.parametrize("what", ["dilation", "stride", "padding", "sides", "mode"])
@pytest.mark.parametrize("name", BESIDE)
def test_all_is_legible_side_by_side_and_what_is_pointed_at_is_found_in_each_column(name: str, what: str) -> None:
    given = replace(BESIDE[name], lesson=None)
    given = given.with_view(
        View(scene="arithmetic", filter=given.layer.spec.out_channels - 1, options={"beside": what})
    )
    chosen = scene("arithmetic")
    option = chosen.options(given)[0]
    if what not in dict(option.choices):
        return
    for size in ((880, 640), (1500, 900), (510, 430)):
        for step in (0, 3, -1):
            assert_legible(picture_of(given, step, size))
    picture = picture_of(given, 1, (1500, 900))
    assert_hits_return(given)
    outputs = [hits for hits in picture.hits if hits.kind == "output"]
    inputs = [hits for hits in picture.hits if hits.kind == "input"]
    assert len(outputs) == len(inputs) >= 2
    for kind in (outputs[0], inputs[-1], picture.hits[0]):
        hovered = picture_of(given, 1, (1500, 900), focus=Focus(Hit(kind.kind, (*kind.prefix, *kind.origin))))
        assert_legible(hovered)
        rings = [r for r in hovered.overlay if isinstance(r, Rects) and r.stroke == THEMES["light"].text]
        assert len(rings) >= (0 if kind.kind == "output" else 1)


def size_of(n: int, k: int, s: int, d: int, padding: str) -> int:
    """Output size by the definitions of ONNX (same_upper, same_lower), SciPy (full, valid) and PyTorch (same)."""
    extent = d * (k - 1) + 1
    if padding in ("same_upper", "same_lower"):
        return -(-n // s)
    padded = n + {"valid": 0, "full": 2 * (extent - 1), "same": extent - 1}[padding]
    return (padded - extent) // s + 1 if padded >= extent else 0


@pytest.mark.parametrize("padding", ["valid", "same", "same_upper", "same_lower", "full"])
@pytest.mark.parametrize(("k", "s", "d"), [(3, 1, 1), (3, 2, 1), (4, 3, 1), (2, 2, 2), (1, 3, 1)])
@pytest.mark.parametrize("rank", [1, 2])
def test_the_sizes_that_give_the_same_output(padding: str, k: int, s: int, d: int, rank: int) -> None:
    if padding == "same" and s > 1:
        return
    n = 8
    document = made((1, *(n,) * rank), 1, 1, (k,) * rank, stride=s, dilation=d, padding=padding)
    out = size_of(n, k, s, d, padding)
    sizes = [m for m in range(1, 40) if size_of(m, k, s, d, padding) == out]
    name = "width" if rank == 1 else "size"
    said = next((text for text in words(picture_of(document)) if f"put {name}" in text and "give" in text), "")
    assert bool(said) == (len(sizes) > 1)
    listed = [int(text) for text in re.findall(r"\d+", said)]
    assert not said or listed == [*sizes, out], said


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
@pytest.mark.parametrize("padding", [0, 2, "same", "same_lower", "full"])
@pytest.mark.parametrize(("kernel", "stride", "dilation"), [(3, 1, 1), (3, 2, 1), (2, 5, 3), (4, 13, 1), (3, 40, 2)])
def test_the_sizes_that_are_named_are_those_that_give_the_same(
    mode: str, padding: int | str, kernel: int, stride: int, dilation: int
) -> None:
    """Against trying every size."""
    fields: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation, "padding_mode": mode}
    for size in (7, 9, 12):
        try:
            document = made((1, size), 1, 1, (kernel,), **fields)
            out = document.layer.spec.output_shape((size,))[0]
        except SpecError:
            continue
        right = []
        for cells in range(1, 400):
            with suppress(SpecError):
                if document.layer.spec.output_shape((cells,))[0] == out:
                    right.append(cells)
        said = next((text for text in words(picture_of(document)) if text.startswith("Input widths")), "")
        if len(right) == 1:
            assert not said
            continue
        numbers = [int(n) for n in re.findall(r"\d+", said)]
        assert numbers.pop() == out
        if " to " in said:
            first, last = numbers
            assert first <= size <= last
            assert set(range(first, last + 1)) <= set(right)
            assert mode != "zeros" or [first, last] == [right[0], right[-1]]
            assert last - first >= 12
        else:
            assert numbers == right


def test_sizes_under_a_huge_stride_are_found_without_trying_them() -> None:
    """A random drive met a million sizes that were tried one by one while the window stood still."""
    document = made((1, 7, 9), 1, 1, (3, 3), stride=(999_999, 2), padding=1)
    began = ConvSpec.output_shape
    asked = []

    def counted(self: ConvSpec, spatial: Sequence[int]) -> tuple[int, ...]:
        asked.append(spatial)
        return began(self, spatial)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ConvSpec, "output_shape", counted)
        said = words(picture_of(document))
    assert len(asked) < 400
    assert "Input heights 1 to 999999 all give 1; input widths 9 and 10 both give 5." in said


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ((5, 3, 1, 1, 1), "(5 − 3 + 2·1) / 1 + 1 = 5, the same"),
        ((5, 3, 2, 0, 1), "(5 − 3 + 2·0) / 2 + 1 = 2, the same"),
        ((6, 3, 2, 1, 1), "(6 − 3 + 2·1) / 2 + 1 = 3.5, it lacks the floor"),
        ((7, 3, 1, 0, 2), "(7 − 3 + 2·0) / 1 + 1 = 5, it lacks D"),
    ],
)
def test_the_simple_formula_stands_beside_the_general_one(case: tuple[int, int, int, int, int], said: str) -> None:
    size, kernel, stride, padding, dilation = case
    keywords = {"stride": stride, "padding": padding, "dilation": dilation}
    for width, apart in ((1500, 0), (560, 1)):
        lines = words(picture_of(made((1, size, size), 1, 1, (kernel, kernel), **keywords), 0, (width, 900)))
        first = next(n for n, text in enumerate(lines) if text.startswith("out = ⌊(W"))
        if not apart:
            assert lines[first].endswith("   (W − K + 2P) / S + 1")
        assert any(text.endswith(said) for text in lines), lines
        for letter in ("W input size", "K kernel size", "P padding on each side", "S stride"):
            assert any(letter in text for text in lines), letter


VOLUMES = {
    "plain": made((1, 5, 5, 5), 1, 1, (3, 3, 3)),
    "each axis otherwise": made((2, 6, 7, 9), 2, 3, (3, 3, 2), stride=(2, 1, 2), padding=1, dilation=(1, 2, 1)),
    "one sided": made((1, 4, 6, 8), 1, 1, (2, 2, 2), padding=((0, 1), (1, 0), (2, 2))),
}


@pytest.mark.parametrize("name", VOLUMES)
def test_three_axes_are_a_row_each(name: str) -> None:
    document = VOLUMES[name]
    spec, spatial = document.layer.spec, document.sample.spatial
    out = spec.output_shape(spatial)
    for size in ((1500, 900), (924, 655), (560, 480)):
        for step in (0, 5.5, -1):
            assert_legible(picture_of(document, step, size))
    step = int(np.prod(out)) // 2 + 1
    position = np.unravel_index(step, out)
    picture = picture_of(document, step, (1500, 900))
    pads = [spec.pads(spatial)[axis][0] for axis in range(3)]
    read = [
        [int(p) * s - before + d * tap for tap in range(k)]
        for p, s, before, d, k in zip(position, spec.stride, pads, spec.dilation, spec.kernel_size, strict=True)
    ]
    said = next(text for text in words(picture) if text.startswith(f"out[{', '.join(str(int(p)) for p in position)}]"))
    assert [
        [int(n.replace("−", "-")) for n in re.findall(r"−?\d+", part)]
        for part in said.split(": ", 1)[1].split("; ")[:3]
    ] == read
    for axis in range(3):
        strip = next(item for item in picture.items if isinstance(item, Cells) and item.name == f"input {axis}")
        tinted = [
            b for i in picture.overlay if isinstance(i, Rects) and i.fill == LIGHT.window for b in i.boxes.tolist()
        ]
        inside = [b for b in tinted if b[1] == strip.y]
        assert [round((b[0] - strip.x) / strip.width) - pads[axis] for b in inside] == read[axis]
        output = next(item for item in picture.items if isinstance(item, Cells) and item.name == f"output {axis}")
        assert output.content.shape == (1, out[axis])
    assert any(f"⌋ + 1 = {out[0]}" in text for text in words(picture))


def test_a_pointed_cell_of_an_axis_says_which_positions_read_it() -> None:
    document = VOLUMES["each axis otherwise"]
    assert_hits_return(document)
    # Height: 7 cells, padding 1, dilation 2: taps at -1, 1, 3 from position 0 on; cell 3 is read at 0, 2 and 4.
    picture = picture_of(document, focus=Focus(Hit("cell", (1, 0, 3))))
    assert "height 3: 3 positions read it, 0, 2, 4" in picture.summary
    assert "depth −1: no window reads it" in picture_of(document, focus=Focus(Hit("cell", (0, 0, -1)))).summary


def test_padding_modes_beside_each_other_print_what_they_make() -> None:
    """In numbers, at a size where four columns of nine cells are narrow."""
    picture = picture_of(load_lesson("padding-modes"), 0, (925, 645), options={"beside": "mode"})
    first = [i.shown_texts()[0][0] for i in picture.items if isinstance(i, Cells) and i.name == "output"]
    assert first == ["6", "18", "30", "14"]
    column = [i for i in picture.items if isinstance(i, Label) and i.text in ("Input", "Kernel", "Output")]
    assert [i.text for i in sorted(column, key=lambda i: i.y)] == ["Input", "Kernel", "Output"]
    above = [i for i in picture.items if isinstance(i, Label) and i.mono and i.text in ("−2", "−1", "0", "1", "2")]
    lowest = min(item.y for item in picture.items if isinstance(item, Cells) and item.name == "input")
    boxes = [label_box(i) for i in above if i.y < lowest]
    assert len(boxes) >= 12
    assert all(b[0] - a[0] - a[2] >= 4 for a, b in pairwise(sorted(boxes)))


@pytest.mark.parametrize(
    ("lesson", "what", "size"),
    [
        ("dilation", "dilation", (924, 626)), ("same-one-sided", "sides", (924, 650)),
        ("arbitrary-padding", "sides", (924, 650)), ("padding-modes", "mode", (924, 655)),
    ],
)  # fmt: skip
def test_the_kernel_lies_in_the_gap_of_each_column_between_its_two_operators(
    lesson: str, what: str, size: tuple[int, int]
) -> None:
    picture = picture_of(load_lesson(lesson), 0, size, options={"beside": what})
    inputs, kernels, outputs = (
        [i.box for i in picture.items if isinstance(i, Cells) and i.name == name]
        for name in ("input", "kernel", "output")
    )
    assert len(inputs) == len(kernels) == len(outputs) >= 2
    circles = [box for i in picture.items if isinstance(i, Rects) and i.radius >= 8 for box in i.boxes.tolist()]
    assert len(circles) == 2 * len(kernels)
    for given, kernel, out in zip(inputs, kernels, outputs, strict=True):
        assert given[1] + given[3] + 10 <= kernel[1]
        below, beside = kernel[1] + kernel[3] + 10 <= out[1], kernel[0] + kernel[2] + 40 <= out[0]
        assert below or (beside and out[1] == kernel[1])
        level = [c for c in circles if c[1] >= kernel[1] and c[1] + c[3] <= kernel[1] + kernel[3]]
        assert [c for c in level if kernel[0] - 40 < c[0] and c[0] + c[2] < kernel[0]]
        assert [c for c in level if kernel[0] + kernel[2] < c[0] < kernel[0] + kernel[2] + 40]


@pytest.mark.parametrize(("size", "every"), [((924, 540), False), ((924, 650), True), ((1400, 900), True)])
def test_dilations_print_what_they_make_and_read(size: tuple[int, int], every: bool) -> None:
    """In numbers, where three columns of 18 rows are low; of the input only what is read where cells are very small."""
    picture = picture_of(load_lesson("dilation"), 0, size)
    outputs = [i.shown_texts() for i in picture.items if isinstance(i, Cells) and i.name == "output"]
    first = [texts[0][0] if texts else "" for texts in outputs]
    assert first == (["33", "22", "28"] if every else [""] * 3)
    read = [i for i in picture.items if isinstance(i, Cells) and i.name == "window"]
    assert [sum(bool(t) for row in i.shown_texts() for t in row) for i in read] == [9, 9, 9]
    inputs = [i for i in picture.items if isinstance(i, Cells) and i.name == "input"]
    assert [bool(i.content.texts) for i in inputs] == [every] * 3
    assert_legible(picture)


@pytest.mark.parametrize(("channels", "filters", "groups"), [(1, 4, 1), (2, 4, 2), (3, 3, 3), (2, 4, 1)])
def test_the_bias_is_that_of_the_filter_and_only_where_it_has_one_channel(
    channels: int, filters: int, groups: int
) -> None:
    given = made((channels, 5, 6), channels, filters, (3, 3), groups=groups)
    given = given.with_layer(replace(given.layer, bias=np.arange(filters, dtype=np.float64) * 10 + 10))
    for chosen in range(filters):
        reads = given.layer.spec.in_channels // groups
        source = chosen // (filters // groups) * reads + reads - 1
        shown = given.with_view(replace(given.view, filter=chosen, channel=reads - 1))
        want = correlate2d(given.sample.data[source], given.layer.weight[chosen, reads - 1], "valid")
        want = want + (10.0 * chosen + 10 if reads == 1 else 0.0)
        assert numbers(grid(picture_of(shown, -1), "output")) == want.tolist()


@pytest.mark.parametrize(("lesson", "side"), [("same-one-sided", 36), ("arbitrary-padding", 25)])
@pytest.mark.parametrize("canvas", [(924, 640), (900, 620)])
def test_two_kinds_beside_each_other_have_large_cells_and_their_names(
    lesson: str, side: float, canvas: tuple[int, int]
) -> None:
    """The output stands beside the kernel, not below it, where that makes the cells larger."""
    picture = picture_of(load_lesson(lesson), -1, canvas, options={"beside": "sides"})
    grids = [i for i in picture.items if isinstance(i, Cells) and i.name in ("input", "kernel", "output")]
    assert min(i.width for i in grids) >= side
    assert {"same_upper", "same_lower"} <= set(words(picture)), "as the caption and the inspector call them"
    assert min(label_box(i)[1] for i in picture.items if isinstance(i, Label)) >= 8
    outputs = [i for i in grids if i.name == "output"]
    for out in outputs:
        count = out.content.shape[1]
        above = [i for i in picture.items if isinstance(i, Label) and i.mono and out.y - 14 < i.y < out.y]
        assert {str(n) for n in range(count)} <= {i.text for i in above if out.x < i.x < out.x + out.box[2]}
    left, right = min(i.x for i in grids), max(i.x + i.box[2] for i in grids)
    assert abs((left + right) / 2 - canvas[0] / 2) < 30, "in the middle of the stage"
    assert_legible(picture)


@pytest.mark.parametrize(
    ("lesson", "cells", "told"),
    [
        ("arbitrary-padding", [(0, 0), (1, 1)], ["10", "10"]),
        ("padding-modes", [(0, 0)] * 4, ["6", "18", "30", "14"]),
        ("same-one-sided", [(0, 0), (0, 0)], ["12", "6"]),
    ],
)
def test_a_caption_that_speaks_of_a_cell_of_the_finished_outputs_has_it_ringed(
    lesson: str, cells: list[tuple[int, int]], told: list[str]
) -> None:
    start = with_lesson_start(load_lesson(lesson), listed=True)
    assert start.lesson is not None
    about = caption_document(start, len(start.lesson.captions) - 1)
    picture = picture_of(about, about.view.step, (924, 640))
    outputs = [i for i in picture.items if isinstance(i, Cells) and i.name == "output"]
    rings = [b for i in picture.items if isinstance(i, Rects) and i.fill is None for b in i.boxes.tolist()]
    for out, cell, text in zip(outputs, cells, told, strict=True):
        assert all(t for row in out.shown_texts() for t in row), "everything is made"
        assert out.content.texts[cell[0]][cell[1]] == text
        box = [out.x + cell[1] * out.width, out.y + cell[0] * out.height, out.width, out.height]
        assert any(np.allclose(ring, box) for ring in rings)
    lines = [text for text in words(picture) if f"out[{cells[0][0]}, " in text or f"out[{cells[-1][0]}, " in text]
    assert [re.search(r"\] = (\d+)", line).group(1) for line in lines] == told  # type: ignore[union-attr]
    assert "The marked cell" in words(picture)
    before = picture_of(about, 3, (924, 640))
    assert "The marked cell" not in words(before)


def test_small_cells_of_padding_have_one_dashed_line_around_them_and_every_index() -> None:
    picture = picture_of(load_lesson("padding-modes"), -1, (924, 640), options={"beside": "mode"})
    dashed = [b for i in picture.items if isinstance(i, Rects) and i.dash == "dashed" for b in i.boxes.tolist()]
    assert len(dashed) == 4
    for out in (i for i in picture.items if isinstance(i, Cells) and i.name == "input"):
        above = [i for i in picture.items if isinstance(i, Label) and i.mono and out.y - 14 < i.y < out.y]
        own = [i.text for i in above if out.x < i.x < out.x + out.box[2]]
        assert own == ["−2", "−1", *map(str, range(7))]


def test_the_light_comes_from_the_grid_and_what_is_struck_out_lies_above_it() -> None:
    picture = picture_of(load_lesson("size-floor"), 2, (924, 640))
    padded = next(i for i in picture.items if isinstance(i, Cells) and i.name == "input")
    light = next(i for i in picture.items if isinstance(i, Polygons) and i.fill is not None and len(i.corners) == 2)
    right = padded.x + padded.box[2]
    assert light.corners[0][:, 0].min() == right
    items = list(picture.items)
    paper = [
        i for i in items if isinstance(i, Rects) and i.fill == LIGHT.background and (i.boxes[:, 0] >= right - 1).any()
    ]
    assert any(np.allclose(i.boxes[:, 0], right) and items.index(i) > items.index(light) for i in paper)


def test_at_stride_1_nothing_is_said_of_the_floor_and_of_other_sizes() -> None:
    said = words(picture_of(made((1, 5, 5), 1, 1, (3, 3), padding=1)))
    assert sum("floor" in text or "put size" in text for text in said) == 1, said
    assert "W input size · K kernel size · P padding on each side · D dilation · S stride · ⌊ ⌋ rounded down" in said


def test_what_is_tried_stands_beside_the_step() -> None:
    shown = picture_of(load_lesson("kernel-stride-padding"), 0, options={"padding": "valid"})
    assert "step 0 of 0 … 8; indices begin at 0 · with padding valid" in words(shown)


def test_a_lesson_on_what_stands_in_the_padding_keeps_the_formula_of_the_size_out() -> None:
    for mode in ("zeros", "reflect"):
        shown = picture_of(load_lesson("padding-modes"), 0, options={"mode": mode})
        assert not any(text.startswith("out = ⌊") for text in words(shown))
        (drawn,) = [item for item in shown.items if isinstance(item, Cells) and item.name == "output"]
        assert drawn.width >= 33


def test_the_layer_has_the_padding_that_a_caption_is_about() -> None:
    """The panel said zeros beside a picture of reflected padding."""
    lesson = load_lesson("padding-modes").lesson
    assert lesson is not None
    own = [caption.state.layers[0] if caption.state else None for caption in lesson.captions]
    for caption, layer in zip(lesson.captions[1:4], own[1:4], strict=True):
        assert isinstance(layer, Convolution)
        assert layer.spec.padding_mode == caption.options["mode"]
        assert layer.spec.padding_mode in caption.text.lower()
    assert own[0] is own[4] is None, "the lesson's own layer, with zeros"


@pytest.mark.parametrize(("lesson", "what"), [("dilation", "dilation"), ("padding-modes", "mode")])
@pytest.mark.parametrize("size", [(924, 610), (924, 640), (1000, 700), (1200, 640)])
def test_numbers_beside_each_other_are_large_and_apart_or_colour_has_to_do(
    lesson: str, what: str, size: tuple[int, int]
) -> None:
    shown = picture_of(load_lesson(lesson), -1, size, options={"beside": what})
    outputs = [item for item in shown.items if isinstance(item, Cells) and item.name == "output"]
    assert len(outputs) >= 3
    for drawn in outputs:
        texts = [text for row in drawn.shown_texts() for text in row if text]
        several = len(texts) > 1 and max(map(len, texts)) > 1
        assert texts, "the number that is spoken of"
        assert not several or (drawn.font >= 12 and drawn.width - 0.6 * drawn.font * max(map(len, texts)) >= 3)


def test_a_window_is_measured_only_where_windows_differ() -> None:
    modes = picture_of(load_lesson("padding-modes"), -1, (924, 640), options={"beside": "mode"})
    dilations = picture_of(load_lesson("dilation"), 0, (924, 640), options={"beside": "dilation"})
    told = [
        [i.text for i in shown.items if isinstance(i, Label) and i.mono and i.anchor == "middle" and i.runs[0].bold]
        for shown in (modes, dilations)
    ]
    assert "9" in told[1]
    assert "3" not in told[0]
