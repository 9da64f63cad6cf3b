from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec
from convgui.draw.number import number
from convgui.draw.picture import Cells, Hit, Label, Lines, Picture
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document
from tests.scenes.checks import assert_hits_return, assert_legible, grid, moments, picture_of, words
from tests.scenes.reading import chips
from tests.scenes.test_slide import read

LESSONS = ("transposed-2-4", "transposed-2-5", "transposed-odd")
WAYS = ("scatter", "stuffed", "matrix", "overlap")
AGREE = "All four agree: scatter, zeros inserted, Cᵀ x and the layer differ by 0; the overlap is the layer on ones."


def made(shape: tuple[int, ...], *args: Any, **keywords: Any) -> Document:
    rng = np.random.default_rng(2)
    spec = ConvSpec.of(*args, transposed=True, **keywords)
    weight = rng.integers(-3, 4, spec.weight_shape).astype(float)
    bias = rng.integers(0, 3, spec.out_channels).astype(float)
    return Document(
        Sample(rng.integers(0, 5, shape), "grid"), (Convolution(spec, weight, bias),), View(scene="transposed")
    )


def painted(document: Document) -> list[list[str]]:
    """The definition, cell by cell: every input lays its kernel down; what falls outside is cut off."""
    spec, x, kernel = document.layer.spec, document.sample.data[0], document.layer.weight[0, 0]
    out = np.zeros(spec.output_shape(x.shape))
    pads = spec.pads(x.shape)
    for i, j in np.ndindex(x.shape):
        for u, v in np.ndindex(kernel.shape):
            row = i * spec.stride[0] + u * spec.dilation[0] - pads[0][0]
            column = j * spec.stride[1] + v * spec.dilation[1] - pads[1][0]
            if 0 <= row < out.shape[0] and 0 <= column < out.shape[1]:
                out[row, column] += x[i, j] * kernel[u, v]
    return [[str(int(v)).replace("-", "−") for v in row] for row in out]


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_are_legible_at_other_sizes(lesson: str) -> None:
    for picture in moments(load_lesson(lesson)):
        assert_legible(picture)


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("way", ["scatter", "stuffed", "matrix"])
def test_every_way_draws_the_definition_and_says_that_all_agree(lesson: str, way: str) -> None:
    document = load_lesson(lesson)
    picture = picture_of(document, -1, options={"way": way})
    assert grid(picture, "output") == painted(document)
    assert AGREE in words(picture)


ARITHMETIC = [
    ((2, 3, 1, 0, 0), "6 × 6 · border 2", 4),
    ((6, 4, 1, 2, 0), "8 × 8 · border 1", 5),
    ((5, 3, 1, 1, 0), "7 × 7 · border 1", 5),
    ((7, 3, 1, 2, 0), "7 × 7 · border 0", 5),
    ((2, 3, 2, 0, 0), "7 × 7 · border 2", 5),
    ((3, 3, 2, 1, 0), "7 × 7 · border 1", 5),
    ((3, 3, 2, 1, 1), "8 × 8 · border 1, end 2", 6),
]


@pytest.mark.parametrize(("case", "stretched", "out"), ARITHMETIC)
def test_the_transposed_cases_of_convolution_arithmetic(
    case: tuple[int, int, int, int, int], stretched: str, out: int
) -> None:
    size, kernel, stride, padding, extra = case
    keywords: dict[str, Any] = {"stride": stride, "padding": padding, "output_padding": extra}
    picture = picture_of(made((1, size, size), 1, 1, (kernel, kernel), **keywords), -1, options={"way": "stuffed"})
    assert stretched in words(picture)
    assert any(
        text == f"{out} × {out}" or text.startswith((f"{out} × {out} ·", f"{out} × {out}: ")) for text in words(picture)
    )
    drawn = grid(picture, "output")
    assert (len(drawn), len(drawn[0])) == (out, out)
    assert grid(picture, "kernel") == [row[::-1] for row in grid(picture_of_kernel(case), "kernel")][::-1]
    assert_legible(picture)


def picture_of_kernel(case: tuple[int, int, int, int, int]) -> Picture:
    size, kernel, stride, padding, extra = case
    keywords: dict[str, Any] = {"stride": stride, "padding": padding, "output_padding": extra}
    return picture_of(made((1, size, size), 1, 1, (kernel, kernel), **keywords))


def test_the_overlap_of_two_by_two_to_five_by_five() -> None:
    picture = picture_of(load_lesson("transposed-2-5"), -1, options={"way": "overlap"})
    side = np.array([1, 1, 2, 1, 1])
    assert np.array_equal(np.array(grid(picture, "output"), dtype=int), np.outer(side, side))


def test_the_output_is_painted_step_by_step() -> None:
    first = grid(picture_of(load_lesson("transposed-2-4"), 0), "output")
    # Sums begin with 0.
    assert first == [["1", "2", "3", "0"], ["4", "5", "6", "0"], ["7", "8", "9", "0"], ["0", "0", "0", "0"]]


CASES = {
    "dilated": made((1, 3, 2), 1, 1, (2, 2), dilation=2, stride=(1, 2)),
    "uneven padding": made((1, 3, 3), 1, 1, (3, 3), padding=((0, 1), (2, 1))),
    "cut": made((1, 4, 4), 1, 1, (1, 2), padding=((1, 1), (0, 1)), stride=2),
    "grouped": made((4, 2, 3), 4, 2, (3, 3), groups=2, stride=2),
    "one axis": made((1, 4), 1, 1, (3,), stride=2),
    "large output_padding": made((1, 2, 2), 1, 1, (2, 2), dilation=3, output_padding=2),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("way", WAYS)
def test_any_small_layer(name: str, way: str) -> None:
    for size in ((880, 640), (510, 430)):
        picture = picture_of(CASES[name], -1, size, "dark", options={"way": way})
        assert_legible(picture)
        assert any(text.startswith("All four agree") for text in words(picture))
    assert_hits_return(CASES[name], options={"way": way})


PAIRS = [(1, 3, 1), (2, 3, 1), (3, 2, 1), (4, 6, 2), (3, 3, 3)]


@pytest.mark.parametrize(("entering", "leaving", "groups"), PAIRS)
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("rank", [1, 2])
def test_each_kernel_is_shown_between_its_own_channels(
    entering: int, leaving: int, groups: int, flip: bool, rank: int
) -> None:
    base = made((entering, 2, 3)[: rank + 1], entering, leaving, (2, 3)[:rank], stride=2, groups=groups)
    # Every weight of the layer is another number, so that no kernel can stand in for another one.
    weight = np.arange(1, base.layer.weight.size + 1, dtype=np.float64).reshape(base.layer.spec.weight_shape)
    layer = Convolution(base.layer.spec, weight, np.arange(0, 100 * leaving, 100, dtype=np.float64), flip)
    data = np.arange(base.sample.data.size).reshape(base.sample.data.shape) % 7
    for first in range(entering):
        for second in range(leaving // groups):
            # PyTorch: weight[i, j] leads from input i to output j of the group that i belongs to.
            target = first // (entering // groups) * (leaving // groups) + second
            view = View(scene="transposed", filter=first, channel=second)
            document = Document(Sample(data, "grid"), (layer,), view)
            kernel = weight[first, second][::-1] if flip and rank == 1 else weight[first, second]
            kernel = kernel[::-1, ::-1] if flip and rank == 2 else kernel
            other = Document(
                Sample(data[first : first + 1], "grid"),
                (
                    Convolution(
                        ConvSpec.of(1, 1, kernel.shape, stride=2, transposed=True), kernel[None, None], np.zeros(1)
                    ),
                ),
                view,
            )
            for way in ("scatter", "stuffed", "matrix"):
                picture = picture_of(document, -1, options={"way": way})
                wanted = np.array(painted(other) if rank == 2 else scattered(data[first], kernel))
                assert np.array_equal(np.array(grid(picture, "output")), wanted), (first, second, way)
                drawn = np.atleast_2d(kernel)[::-1, ::-1] if way == "stuffed" else np.atleast_2d(kernel)
                assert grid(picture, "kernel") == [[str(int(v)) for v in row] for row in drawn]
                assert any(text.startswith("All four agree") for text in words(picture))
                assert_legible(picture)
                prefixes = {g.kind: g.prefix for g in picture.hits}
                assert prefixes["output"] == (target,)
                assert prefixes.get("kernel", (first, second)) == (first, second)
                assert any(text.endswith(f"utput {target}") for text in words(picture)), words(picture)


def scattered(x: np.ndarray[Any, Any], kernel: np.ndarray[Any, Any]) -> list[list[str]]:
    out = np.zeros(2 * (len(x) - 1) + len(kernel))
    for i, value in enumerate(x):
        out[2 * i : 2 * i + len(kernel)] += value * kernel
    return [[str(int(v)) for v in out]]


def test_the_four_ways_are_compared_with_the_layer_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    document = made((2, 2, 2), 2, 3, (2, 2)).with_view(View(scene="transposed", filter=1, channel=2))
    # The layer takes its kernels for one another.
    plain = Convolution.forward
    monkeypatch.setattr(Convolution, "forward", lambda layer, x: plain(replace(layer, weight=layer.weight[::-1]), x))
    assert any(text.startswith("The four forms differ") for text in words(picture_of(document)))


def test_hovering_goes_both_ways() -> None:
    document = load_lesson("transposed-2-5")
    assert "9 cells of the output" in picture_of(document, focus=Focus(Hit("input", (0, 1, 1)))).summary
    gathered = picture_of(document, focus=Focus(Hit("output", (0, 2, 2)))).summary
    assert gathered == "out[2, 2] = 36; 4·1 + 3·3 + 2·7 + 1·9, once all have been added."
    pointed = picture_of(document, options={"way": "stuffed"}, focus=Focus(Hit("stretched", (2, 4))))
    assert pointed.summary.startswith("in[0, 1] = 2")


def test_a_pinned_cell_is_a_step() -> None:
    document = load_lesson("transposed-2-5")
    chosen = scene("transposed")
    layout = chosen.lay_out(chosen.prepare(document), document.view, Canvas(880, 640, LIGHT))
    assert chosen.step_of(layout, Hit("input", (0, 1, 0))) == 2
    assert chosen.step_of(layout, Hit("kernel", (0, 0, 1, 0))) is None


def test_output_padding_is_shown_beside_the_size_without_it() -> None:
    texts = [item.text for item in picture_of(load_lesson("transposed-odd")).items if isinstance(item, Label)]
    assert "6 × 6: 5 × 5, and 1 more" in texts


def test_the_rows_and_columns_that_output_padding_adds_are_bracketed() -> None:
    shown = picture_of(load_lesson("transposed-odd"), 0, (1440, 900))
    output = next(i for i in shown.items if isinstance(i, Cells) and i.name == "output")
    x, y, wide, high = output.box
    beside, below = sorted((i for i in shown.items if isinstance(i, Label) and i.text == "+1"), key=lambda i: i.y)
    assert beside.x > x + wide
    assert y + 5 * output.height < beside.y < y + high
    assert below.y > y + high
    assert x + 5 * output.width < below.x < x + wide
    without = picture_of(load_lesson("transposed-2-5"), 0, (1440, 900))
    assert "+1" not in [i.text for i in without.items if isinstance(i, Label) and i.anchor != "end"]


def test_paint_that_falls_outside_is_struck_out_and_the_addition_is_written() -> None:
    """With padding 1 the upper row of what the second input paints is cut off; 6 + 8 stand in the cell it shares."""
    shown = picture_of(load_lesson("transposed-odd"), 1, (1440, 900))
    paint = next(i for i in shown.items if isinstance(i, Cells) and i.name == "painted")
    strokes = [i for i in shown.items if isinstance(i, Lines) and i.stroke == LIGHT.role("warning").line]
    middles = [((a + c) / 2, (b + d) / 2) for i in strokes for a, b, c, d in i.segments.tolist()]
    cells = {(int((y - paint.y) // paint.height), int((x - paint.x) // paint.width)) for x, y in middles}
    assert cells == {(0, 0), (0, 1), (0, 2)}
    assert "out[0, 1] = 6 + 8 = 14; 6 cells of the output get a share, 3 fall outside" in words(shown)


def test_a_sum_of_paint_is_asked_for_on_the_output_before_it() -> None:
    given = load_lesson("transposed-2-5")
    picture, before = (picture_of(given, step, (1440, 900)) for step in (3, 2))
    hidden = hide_answer(picture, LIGHT)
    assert picture.answer == grid(picture, "output")[2][2] == "36"
    output = next(i for i in hidden.items if isinstance(i, Cells) and i.name == "output")
    assert [list(row) for row in output.shown_texts()] == grid(before, "output")
    question = next(i for i in hidden.items if isinstance(i, Label) and i.text == "?")
    assert output.x + 2 * output.width < question.x < output.x + 3 * output.width
    # What each of the four adds is left to the reader, and told with their sum.
    assert any(text.startswith("out[2, 2] = ? + ? + ? + ? = ?;") for text in words(hidden))
    assert any(text.startswith("out[2, 2] = 9 + 14 + 9 + 4 = 36;") for text in words(picture))
    # One weight adds 36, to another cell.
    assert [text for text in words(hidden) if "36" in text] == ["+36"]


@pytest.mark.parametrize(("entering", "leaving", "groups"), [(2, 3, 1), (1, 3, 1), (3, 1, 1), (4, 2, 2), (3, 3, 3)])
@pytest.mark.parametrize("rank", [1, 2])
def test_all_channels_are_painted_apart_and_add_up_to_the_layer(
    entering: int, leaving: int, groups: int, rank: int
) -> None:
    given = made((entering, 2, 3)[: rank + 1], entering, leaving, (2, 3)[:rank], stride=2, groups=groups)
    bias = np.arange(leaving, dtype=np.float64) + 10
    given = given.with_layer(Convolution(given.layer.spec, given.layer.weight, bias))
    given = given.with_view(replace(given.view, options={"way": "channels"}))
    whole = given.layer.forward(given.sample.data.astype(float)) - bias.reshape(-1, *(1,) * rank)
    shown = picture_of(given, -1, (1800, 1300))
    assert_legible(shown)
    kernels = 0
    for f in range(leaving):
        total = np.zeros(np.atleast_2d(whole[f]).shape)
        for c in range(entering):
            if c // (entering // groups) == f // (leaving // groups):
                total += np.array([[read(t) for t in row] for row in grid(shown, f"part {c} {f}")])
                kernels += 1
        assert np.array_equal(np.array([[read(t) for t in row] for row in grid(shown, f"output {f}")]), total)
        np.testing.assert_allclose(total, np.atleast_2d(whole[f]))
    assert len([h for h in shown.hits if h.kind == "part"]) == kernels
    pointed = picture_of(given, 0, (1800, 1300), focus=Focus(Hit("output", (leaving - 1, 0, 1))))
    value = np.atleast_2d(whole[-1])[0, 1] + bias[-1]
    assert pointed.summary.startswith(f"out[{leaving - 1}, 0, 1] = {number(float(value))}.")
    for size in ((880, 640), (510, 430)):
        assert_legible(picture_of(given, 1 % kernels, size, "dark"))
    assert_hits_return(given, options={"way": "channels"})


def test_all_channels_are_offered_where_there_are_several_and_few() -> None:
    looking = scene("transposed")
    for channels, offered in ((1, False), (4, True), (5, False)):
        (option,) = looking.options(made((channels, 2, 2), channels, 1, (2, 2)))
        assert ("channels" in [identity for identity, _ in option.choices]) is offered
    single = load_lesson("transposed-2-5")
    assert picture_of(single, 0, options={"way": "channels"}).summary == picture_of(single, 0).summary


def test_refusals() -> None:
    forward = load_lesson("single-channel")
    assert reason_against(scene("transposed"), forward) == "Transposed shows transposed layers; choose or make one."
    assert "three" in reason_against(scene("transposed"), made((1, 2, 2, 2), 1, 1, (2, 2, 2)))
    assert "up to 10 × 10" in reason_against(scene("transposed"), made((1, 40, 40), 1, 1, (2, 2)))


def shares(picture: Picture) -> list[list[str]]:
    """The subscripts in the window on the output, row by row."""
    (cells,) = [i for i in picture.items if isinstance(i, Cells) and i.name == "window" and i.content.shape == (3, 3)]
    x, y, wide, high = cells.box
    labels = [i for i in picture.items if isinstance(i, Label) and i.anchor == "end" and i.mono and i.runs[0].bold]
    inside = sorted((i.y, i.x, i.text) for i in labels if x < i.x <= x + wide and y < i.y <= y + high)
    return [[text for _, _, text in inside[n : n + 3]] for n in (0, 3, 6)]


def test_what_is_added_stands_in_the_cells_it_is_added_to() -> None:
    shown = picture_of(load_lesson("transposed-2-5"), 2, (1440, 900))
    assert shares(shown) == [["+3", "+6", "+9"], ["+12", "+15", "+18"], ["+21", "+24", "+27"]]
    assert grid(shown, "painted") == [["3", "6", "9"], ["12", "15", "18"], ["21", "24", "27"]]


def test_a_pointed_output_lights_its_inputs_with_their_weights() -> None:
    pointed = picture_of(load_lesson("transposed-2-5"), 3, (1440, 900), focus=Focus(Hit("output", (0, 2, 2))))
    assert chips(pointed, "input") == {(0, 0): "9", (0, 1): "7", (1, 0): "3", (1, 1): "1"}
    stuffed = picture_of(
        load_lesson("transposed-2-5"),
        24,
        (1440, 900),
        options={"way": "stuffed"},
        focus=Focus(Hit("stretched", (2, 4))),
    )
    assert chips(stuffed, "output") == {(i, j + 2): str(3 * i + j + 1) for i in range(3) for j in range(3)}


def test_zeros_that_were_not_given_are_grey() -> None:
    """Those between the given values and those around them, wherever the window does not lie."""
    given = load_lesson("transposed-odd")
    shown = picture_of(given.with_view(replace(given.view, options={"way": "stuffed"})), 0)
    cells = next(i for i in shown.items if isinstance(i, Cells) and i.name == "stretched")
    values = np.array([[float(text) for text in row] for row in cells.content.texts])
    inks = {tuple(ink) for ink in cells.content.ink[values == 0].tolist()}
    assert LIGHT.muted in inks
    assert LIGHT.muted not in {tuple(ink) for ink in cells.content.ink[values != 0].tolist()}


@pytest.mark.parametrize("size", [(892, 650), (924, 655), (1024, 505)])
def test_shares_that_are_added_stand_in_the_window_of_every_usual_size(size: tuple[int, int]) -> None:
    """With all panels open, gaps are narrower rather than cells too small for what is added in them."""
    about = caption_document(load_lesson("transposed-2-5"), 2)
    found = words(picture_of(about, 3, size))
    assert {"+4", "+8", "+12", "+16", "+20", "+24", "+28", "+32", "+36"} <= set(found)
