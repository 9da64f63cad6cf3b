from __future__ import annotations

import re
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convgui.core import ConvSpec
from convgui.core.spec import SpecError
from convgui.draw.picture import Cells, Hit, Label, Polygons, Raster, Rects
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.overlap.bricks import piled, tones
from convgui.scenes.overlap.counts import counts as counts_of
from convgui.scenes.overlap.counts import nearest_even
from convgui.scenes.overlap.verdict import verdict
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document, with_lesson_start
from tests.documents import random_document
from tests.scenes.checks import assert_hits_return, assert_legible, grid, label_box, labels, moments, picture_of, words

LESSONS = ("checkerboard-picture", "overlap-stride-1", "overlap-stride-2")


def made(shape: tuple[int, ...], *args: Any, **keywords: Any) -> Document:
    spec = ConvSpec.of(*args, transposed=True, **keywords)
    layer = Convolution(spec, np.ones(spec.weight_shape), np.zeros(spec.out_channels))
    sample = Sample(np.arange(np.prod(shape), dtype=float).reshape(shape), "grid")
    return Document(sample, (layer,), View(scene="overlap"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_are_legible_at_other_sizes(lesson: str) -> None:
    for picture in moments(load_lesson(lesson)):
        assert_legible(picture)


FACTS = {
    (2, 1): [2],
    (3, 1): [3],
    (2, 2): [1],
    (4, 2): [2],
    (6, 3): [2],
    (3, 2): [1, 2],
    (5, 2): [2, 3],
    (4, 3): [1, 1, 2],
    (5, 3): [1, 2, 2],
}


@pytest.mark.parametrize(("lesson", "option"), [("overlap-stride-1", "2x2>3"), ("overlap-stride-2", "layer")])
def test_the_row_counts_the_kernels_that_lie_there_so_far(lesson: str, option: str) -> None:
    given, (kernel, stride) = load_lesson(lesson), ((3, 1) if option == "2x2>3" else (3, 2))
    inputs = given.sample.spatial[1]
    for step in range(inputs + 1):
        # By hand: the kernel of input i lies on the cells from i · stride on.
        wanted = [0] * (stride * (inputs - 1) + kernel)
        for i in range(min(step + 1, inputs)):
            for cell in range(i * stride, i * stride + kernel):
                wanted[cell] += 1
        shown = picture_of(given, step, options={"kernel": option})
        assert [int(text) for text in grid(shown, "row")[0]] == wanted


@pytest.mark.parametrize(
    ("lesson", "least"), [("checkerboard-picture", 3), ("overlap-stride-1", 4), ("overlap-stride-2", 3)]
)
def test_words_about_counts_stand_where_the_row_is_laid(lesson: str, least: int) -> None:
    given = load_lesson(lesson)
    assert given.lesson is not None
    about = [
        caption for caption in given.lesson.captions if lesson != "checkerboard-picture" or "1, 2 or 4" in caption.text
    ]
    assert about
    assert all(caption.step >= least for caption in about)


@pytest.mark.parametrize(("kernel", "stride"), FACTS)
def test_the_row_shows_the_counts_of_the_interior(kernel: int, stride: int) -> None:
    picture = picture_of(made((1, 1, 5), 1, 1, (1, kernel), stride=(1, stride)), -1)
    row = [int(text) for text in grid(picture, "row")[0]]
    period = sorted(row[len(row) // 2 : len(row) // 2 + stride])
    counts = FACTS[kernel, stride]
    assert period == counts * (stride // len(counts))


def test_the_map_says_how_uneven_each_pair_is() -> None:
    drawn = grid(picture_of(load_lesson("overlap-stride-2")), "choices")
    assert len(drawn) == 5
    assert len(drawn[0]) == 8
    for (kernel, stride), counts in FACTS.items():
        assert float(drawn[stride - 1][kernel - 1]) == pytest.approx((max(counts) / min(counts)) ** 2, abs=0.01)
    for stride in range(1, 6):
        for kernel in range(1, 9):
            value = inf if (text := drawn[stride - 1][kernel - 1]) == "gap" else float(text)
            assert (value == 1) == (kernel % stride == 0)
            assert (value == inf) == (kernel < stride)


def test_two_dimensions_square_the_ratio() -> None:
    picture = picture_of(load_lesson("overlap-stride-2"))
    side = np.array([1, 1, 2, 1, 2, 1, 2, 1, 1])
    assert np.array_equal(np.array(grid(picture, "overlap"), dtype=int), np.outer(side, side))
    assert "Uneven" in words(picture)
    assert "Overlap 2, 1 in turn along a row, ratio 2 : 1, squared in 2D to 4 : 1." in words(
        picture_of(load_lesson("overlap-stride-2"), size=(1500, 900))
    )


@pytest.mark.parametrize(
    ("kernel", "even"), [("3x3>2", True), ("3x3>4", True), ("layer", False), ("3x3>3", False), ("3x3>5", False)]
)
def test_even_if_and_only_if_the_stride_divides_the_kernel(kernel: str, even: bool) -> None:
    assert ("Even" if even else "Uneven") in words(
        picture_of(load_lesson("overlap-stride-2"), options={"kernel": kernel})
    )


def test_the_even_part_shrinks_at_stride_1() -> None:
    for kernel, said in (("layer", "4 of 6 cells"), ("2x2>3", "3 of 7 cells")):
        texts = words(picture_of(load_lesson("overlap-stride-1"), size=(1500, 900), options={"kernel": kernel}))
        assert any(said in text for text in texts), kernel


def test_the_map_can_be_clicked() -> None:
    picture = picture_of(load_lesson("overlap-stride-2"))
    choices = next(hits for hits in picture.hits if hits.kind == "choice")
    x, y, width, height = choices.box((2, 4))
    assert picture.hit(x + width / 2, y + height / 2) == Hit("choice", (2, 4))
    pointed = picture_of(load_lesson("overlap-stride-2"), focus=Focus(Hit("choice", (2, 5))))
    assert "Kernel 5 at stride 2: overlap 3, 2 in turn, ratio 2.25 : 1 in 2D, uneven." in words(pointed)
    document = load_lesson("overlap-stride-2")
    fields = scene("overlap").choice(document, Hit("choice", (2, 4)))
    assert fields == {"kernel_size": (4, 4), "stride": (2, 2), "padding": 0, "output_padding": 0}
    assert scene("overlap").choice(document, Hit("output", (0, 1, 1))) == {}
    gap = picture_of(load_lesson("overlap-stride-2"), focus=Focus(Hit("choice", (3, 2))))
    assert "some cells get no kernel" in gap.summary


def test_hovering_an_output_names_its_kernels() -> None:
    pointed = picture_of(load_lesson("overlap-stride-2"), focus=Focus(Hit("output", (0, 2, 2))))
    assert "4 kernels lie on out[2, 2]: 2 from the rows × 2 from the columns." in pointed.summary


def test_six_cases_stand_side_by_side_each_with_its_counts() -> None:
    """Laid down one by one: five inputs at stride 1, four at stride 2."""
    picture = picture_of(load_lesson("overlap-stride-2"), size=(1440, 900))
    said = words(picture)
    for kernel, stride, word in (
        (2, 1, "✓ even"), (3, 1, "✓ even"), (2, 2, "✓ no overlap"), (4, 2, "✓ even"), (3, 2, "✗ uneven"),
        (5, 2, "✗ uneven"),
    ):  # fmt: skip
        row = counted(5 if stride == 1 else 4, kernel, stride, 1, 0, 0, 0)
        assert grid(picture, f"case {kernel} {stride} row") == [[str(n) for n in row]]
        both = next(i for i in picture.items if isinstance(i, Cells) and i.name == f"case {kernel} {stride}")
        assert [list(r) for r in both.shown_texts()] == [[str(a * b) for b in row] for a in row]
        # The last of these words is the case's title, the others are that of the row.
        title = len(said) - 1 - said[::-1].index(f"kernel {kernel}, stride {stride}")
        assert said[title + 1] == word
        single = [h for h in picture.hits if h.kind == "choice" and h.shape == (1, 1)]
        place = next(h for h in single if h.origin == (stride, kernel))
        assert picture.hit(place.x + place.width / 2, place.y + place.height / 2) == Hit("choice", (stride, kernel))


@pytest.mark.parametrize("size", [(892, 600), (1024, 505), (1440, 900)])
def test_a_lesson_about_kernel_4_has_it_among_the_cases(size: tuple[int, int]) -> None:
    """It stands where kernel and stride are the same, as wide; nothing else moves, and its pile meets no words."""
    lesson = load_lesson("overlap-stride-1")
    before, shown = (picture_of(caption_document(lesson, n), 4, size=size) for n in (0, 2))
    assert grid(shown, "case 4 1 row") == [["1", "2", "3", "4", "4", "3", "2", "1"]]
    rows = {name: next(i for i in shown.items if isinstance(i, Cells) and i.name == name) for name in ("case 4 1 row",)}
    for kernel, stride in ((2, 1), (3, 1), (4, 2), (3, 2), (5, 2)):
        name = f"case {kernel} {stride} row"
        first, later = (
            next(i.box for i in p.items if isinstance(i, Cells) and i.name == name) for p in (before, shown)
        )
        assert first == later
    place = rows["case 4 1 row"]
    top = place.y - 6 - 4 * place.height
    piled = (place.x + 3 * place.width, top, place.x + 5 * place.width, top + place.height)
    verdicts = [label_box(i) for i in shown.items if isinstance(i, Label) and i.text.startswith("✓")]
    assert len(verdicts) == 4
    assert not any(b[0] < piled[2] and b[2] > piled[0] and b[1] < piled[3] and b[3] > piled[1] for b in verdicts)


def test_a_pointed_brick_stands_alone() -> None:
    document = load_lesson("overlap-stride-2")
    still = picture_of(document, 5, size=(1440, 900))
    brick = next(h for h in reversed(still.hits) if h.kind == "side" and h.origin == (0, 2) and h.shape == (1, 1))
    pointed = Hit("side", (0, 2))
    assert still.hit(brick.x + brick.width / 2, brick.y + brick.height / 2) == pointed
    shown = picture_of(document, 5, size=(1440, 900), focus=Focus(pointed))
    back = [i for i in shown.overlay if isinstance(i, Rects) and i.fill == LIGHT.faint]
    assert [len(i.boxes) for i in back] == [9], "three bricks of three cells step back"


def test_a_kernel_as_large_as_the_stride_is_said_not_to_overlap() -> None:
    given = made((1, 4, 4), 1, 1, (2, 2), stride=2)
    assert "side by side, no overlap." in picture_of(given).summary
    assert "no overlap" not in picture_of(load_lesson("overlap-stride-1")).summary


@pytest.mark.parametrize(("plane", "axes"), [("hw", (1, 2)), ("dw", (0, 2)), ("dh", (0, 1))])
def test_of_three_axes_two_are_counted_at_a_time(plane: str, axes: tuple[int, int]) -> None:
    """Laid down one by one along each axis: kernels 2, 3 and 4 at strides 1, 2 and 2."""
    given = made((1, 3, 4, 3), 1, 1, (2, 3, 4), stride=(1, 2, 2))
    given = given.with_view(View(scene="overlap", options={"plane": plane}))
    rows, columns = (counted((3, 4, 3)[a], (2, 3, 4)[a], (1, 2, 2)[a], 1, 0, 0, 0) for a in axes)
    for size in ((1440, 900), (880, 640), (510, 430)):
        shown = picture_of(given, 1, size)
        assert_legible(shown)
    assert grid(picture_of(given, 1, (1440, 900)), "overlap") == [[str(a * b) for b in columns] for a in rows]
    # Only the rows are uneven: 1 and 2 in turn.
    assert "2 : 1 in 3D, the product of all axes." in " ".join(verdict(counts_of(given, "layer"))[1])
    assert_hits_return(given, options={"plane": plane})


def test_a_cube_counts_three_times() -> None:
    given = made((1, 4, 4, 4), 1, 1, (3, 3, 3), stride=2)
    said = " ".join(verdict(counts_of(given, "layer"))[1])
    assert "Overlap 2, 1 in turn along a row, ratio 2 : 1, cubed in 3D to 8 : 1." in said
    pointed = picture_of(given.with_view(View(scene="overlap")), focus=Focus(Hit("choice", (2, 5))))
    assert "ratio 3.38 : 1 in 3D, uneven." in pointed.summary


def test_stacked_layers_do_not_average_out() -> None:
    document = load_lesson("checkerboard-picture")
    said = [picture_of(document, step, options={"show": "stack"}).summary for step in range(3)]
    assert said == [
        "After 1 layer: 1 to 2 paths in the middle of a row, 4 : 1 in 2D.",
        "After 2 layers: 1 to 3 paths in the middle of a row, 9 : 1 in 2D.",
        "After 3 layers: 1 to 5 paths in the middle of a row, 25 : 1 in 2D.",
    ]
    assert "even" in picture_of(document, 2, options={"show": "stack", "kernel": "3x3>4"}).summary


def test_the_picture_beside_its_remedies() -> None:
    picture = picture_of(load_lesson("checkerboard-picture"), options={"show": "picture"})
    texts = words(picture)
    assert "constant 1 becomes 0.44 … 1.78" in texts
    assert texts.count("constant 1 stays 1") == 3
    # Along a row 1, 2 or 2, 1 meet in turn; of three neighbours that is 4 or 5, so that 16 to 25 in 2D, by 81 / 4.
    assert "constant 1 becomes 0.79 … 1.23" in texts
    panels = [i.name for i in picture.items if isinstance(i, Raster) and i.name and not i.name.endswith("flat")]
    remedies = ["Even kernel", "Nearest + convolve", "Bilinear + convolve"]
    assert panels == ["Input", "This layer", "+ layer at stride 1", *remedies]
    flat = {i.name: i.image for i in picture.items if isinstance(i, Raster) and i.name.endswith("flat")}
    assert len(flat) == 6
    uneven = {name for name, image in flat.items() if (image != image[0, 0]).any()}
    assert uneven == {"This layer, flat", "+ layer at stride 1, flat"}


CASES = {
    "not square": made((1, 3, 4), 1, 1, (3, 4), stride=(2, 2)),
    "padded": made((1, 4, 4), 1, 1, (5, 5), stride=2, padding=2, output_padding=1),
    "dilated": made((1, 4, 4), 1, 1, (3, 3), stride=2, dilation=2),
    "gaps": made((2, 4, 4), 2, 2, (2, 2), stride=4),
    "one axis": made((1, 7), 1, 1, (3,), stride=2),
    "large": made((3, 90, 120), 3, 1, (4, 4), stride=3),
    "large kernel": made((1, 3, 3), 1, 1, (11, 11), stride=7),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("show", ["counts", "stack", "picture"])
def test_any_transposed_layer(name: str, show: str) -> None:
    for size in ((880, 640), (510, 430)):
        assert_legible(picture_of(CASES[name], -1, size, "dark", options={"show": show}))
    if name in ("padded", "one axis", "large"):
        assert_hits_return(CASES[name], options={"show": show})


def test_refusals() -> None:
    assert reason_against(scene("overlap"), load_lesson("single-channel")) == (
        "Overlap shows transposed layers; choose or make one."
    )


def test_another_kernel_is_tried_only_on_the_layer_it_was_tried_on() -> None:
    document = load_lesson("overlap-stride-2")
    tried = document.with_view(replace(document.view, options={"kernel": "3x3>5"}))
    assert "kernel 5 (tried), stride 2" in words(picture_of(tried))
    spec = replace(document.layer.spec, kernel_size=(4, 4))
    changed = tried.with_layer(Convolution(spec, np.ones((1, 1, 4, 4)), np.zeros(1)))
    assert "kernel 4, stride 2" in words(picture_of(changed))


def test_a_stack_of_the_documents_own_layers() -> None:
    document = made((1, 4, 4), 1, 1, (4, 4), stride=2)
    uneven = made((1, 4, 4), 1, 1, (3, 3), stride=2).layer
    both = replace(document, layers=(document.layer, uneven))
    said = [picture_of(both, step, options={"show": "stack"}).summary for step in range(2)]
    assert said[0] == "After 1 layer: 2 paths to every cell in the middle of a row, even."
    assert said[1] == "After 2 layers: 2 to 4 paths in the middle of a row, 4 : 1 in 2D."
    assert any(text.startswith("The document's layers") for text in words(picture_of(both, options={"show": "stack"})))


@pytest.mark.parametrize("stride", range(2, 6))
def test_what_is_advised_can_be_clicked(stride: int) -> None:
    """Every kernel size that the sentence names stands in the map, and choosing it makes the layer even."""
    chosen = scene("overlap")
    for kernel in range(2, 9):
        given = random_document(1, 1, (5, 5), (kernel, kernel), stride=stride, transposed=True)
        given = given.with_view(View(scene="overlap"))
        picture = picture_of(given)
        advice = next((text for text in words(picture) if text.startswith("Even with kernel")), "")
        assert bool(advice) is (kernel % stride != 0)
        table = next(grid for grid in picture.hits if grid.kind == "choice")
        for size in [int(n) for n in re.findall(r"[0-9]+", advice)]:
            left, top, wide, high = table.box((stride, size))
            hit = picture.hit(left + wide / 2, top + high / 2)
            assert hit is not None
            assert hit.index == (stride, size)
            choice = chosen.choice(given, hit)
            again = random_document(1, 1, (5, 5), choice["kernel_size"], stride=choice["stride"], transposed=True)
            assert "Even" in words(picture_of(again.with_view(View(scene="overlap"))))


def counted(n: int, k: int, s: int, d: int, before: int, after: int, extra: int) -> list[int]:
    """How many kernels lie on each output cell, laid down one by one."""
    row = [0] * ((n - 1) * s - before - after + d * (k - 1) + 1 + extra)
    for i in range(n):
        for tap in range(k):
            cell = i * s + tap * d - before
            if 0 <= cell < len(row):
                row[cell] += 1
    return row


@settings(max_examples=80)
@given(
    n=st.integers(1, 7),
    k=st.integers(1, 5),
    s=st.integers(1, 4),
    d=st.integers(1, 2),
    pads=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    extra=st.integers(0, 3),
)
def test_what_is_said_of_the_border_is_so(n: int, k: int, s: int, d: int, pads: tuple[int, int], extra: int) -> None:
    try:
        document = made((1, n), 1, 1, (k,), stride=s, dilation=d, padding=(pads,), output_padding=extra)
        document.layer.output_shape((1, n))
    except SpecError:
        assume(False)
    found = counts_of(document, "layer")
    word, said = verdict(found)
    row, long = counted(n, k, s, d, *pads, extra), counted(40, k, s, d, 0, 0, 0)
    start = len(long) // 2 // s * s
    inner = long[start : start + s]
    assert word == ("Even" if len(set(inner)) == 1 else "Uneven")
    if word == "Even":
        assert ("Only the border has fewer." in said) == (min(row) < inner[0])
        assert ("No cell has fewer, not even at the border." in said) == (min(row) == inner[0])
    turned = [inner[(i + pads[0]) % s] for i in range(len(row))]
    periods = [row[o : o + s] == turned[o : o + s] for o in range(len(row) - s + 1)]
    assert any("All of this output is border" in text for text in said) == (not any(periods))


@pytest.mark.parametrize("kernel", [(3, 3), (3, 2)])
def test_a_small_even_picture_is_flat_inside_though_much_of_it_is_border(kernel: tuple[int, int]) -> None:
    """Of 6 output rows 4 are away from the border; all others get fewer kernels, which is no unevenness."""
    document = made((1, 4, 5), 1, 1, kernel)
    document = document.with_view(replace(document.view, options={"show": "picture"}))
    texts = words(picture_of(document, 0, size=(1500, 900)))
    assert not any(text.startswith("constant 1 becomes") for text in texts)


def test_an_even_layer_without_a_border_says_so() -> None:
    assert "No cell has fewer, not even at the border." in words(picture_of(made((1, 4, 4), 1, 1, (2, 2), stride=2)))
    assert "Only the border has fewer." in words(picture_of(made((1, 6, 6), 1, 1, (4, 4), stride=2)))


def test_stacked_layers_multiply_the_ratios_of_both_axes() -> None:
    document = made((1, 4, 4), 1, 1, (3, 2), stride=2)
    document = document.with_view(replace(document.view, options={"show": "stack"}))
    # Rows overlap 1, 2 in turn and columns are even: two to one, not squared.
    assert "2 : 1 in 2D" in picture_of(document, 0).summary


def test_a_layer_behind_what_takes_too_long_is_counted_in_the_stack_alone() -> None:
    before, spec = ConvSpec.of(64, 900, (31, 31), stride=2), ConvSpec.of(900, 1, (2, 2), stride=2, transposed=True)
    layers = tuple(
        Convolution(s, np.broadcast_to(1.0, s.weight_shape), np.zeros(s.out_channels)) for s in (before, spec)
    )
    sample = Sample(np.broadcast_to(np.uint8(1), (64, 2000, 3000)), "zeros that take no memory")
    made = Document(sample, layers, View(scene="overlap", layer=1))
    assert "billion multiplications on the whole input" in reason_against(scene("overlap"), made)
    stack = made.with_view(replace(made.view, options={"show": "stack"}))
    assert reason_against(scene("overlap"), stack) == ""


@pytest.mark.parametrize(("kernel", "stride"), [(2, 1), (3, 2), (5, 2), (2, 3), (4, 4)])
def test_every_pile_is_as_high_as_its_count(kernel: int, stride: int) -> None:
    bricks = piled({i: tuple(range(i * stride, i * stride + kernel)) for i in range(5)})
    counts = np.zeros(4 * stride + kernel, int)
    for i in range(5):
        counts[i * stride : i * stride + kernel] += 1
    for column, count in enumerate(counts):
        levels = sorted(level for cells in bricks.values() for c, level in cells if c == column)
        assert levels == list(range(count))


def test_a_step_lays_one_brick_with_the_index_of_its_input() -> None:
    document = load_lesson("overlap-stride-2")
    for step in range(4):
        shown = picture_of(document, step, (1440, 900))
        fills = tones(LIGHT)
        bricks = [i for i in shown.overlay if isinstance(i, Rects) and i.fill in fills]
        # A kernel of 3 an input.
        assert sum(len(i.boxes) for i in bricks) == 3 * (step + 1)
        (wedge,) = [i for i in shown.overlay if isinstance(i, Polygons) and i.fill and i.fill[3] == 41]
        top = min(y for i in bricks for _, y, _, _ in i.boxes.tolist())
        assert wedge.corners[..., 1].max() <= top + 1e-6 or step == 0


@settings(max_examples=60)
@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 3))
def test_the_kernels_that_are_advised_are_the_nearest_even_ones(kernel: int, stride: int, dilation: int) -> None:
    def even(size: int) -> bool:
        row = counted(40, size, stride, dilation, 0, 0, 0)
        reach = dilation * (size - 1) + 1
        return len(set(row[reach:-reach])) == 1

    below = [size for size in range(kernel - 1, 0, -1) if even(size)]
    above = [size for size in range(kernel + 1, kernel + 9) if even(size)]
    assert nearest_even(kernel, stride, dilation) == (*below[:1], *above[:1])


def test_bars_of_stacked_layers_say_how_many_paths_there_are() -> None:
    """After one layer of kernel 3 and stride 2 a row of 11 has 1 1 2 1 2 1 2 1 2 1 1; of three layers the ends."""
    lesson = load_lesson("checkerboard-picture")
    assert lesson.lesson is not None
    last = lesson.lesson.captions[-1]
    stacked = replace(lesson, view=replace(lesson.view, options={**lesson.view.options, **last.options}))
    shown = picture_of(stacked, 0, (960, 690))
    bars = [i.text for i in shown.items if isinstance(i, Label) and i.text.isdigit()]
    assert bars == list("11212121211")
    assert {"1", "5"} <= set(words(picture_of(stacked, 2, (960, 690))))


def test_the_panels_that_a_caption_speaks_of_are_framed() -> None:
    lesson = with_lesson_start(load_lesson("checkerboard-picture"), listed=True)
    for n, spoken in enumerate(([1], [3, 4, 5], [2, 4, 5])):
        picture = picture_of(caption_document(lesson, n), 0, (924, 640))
        panels = [i.clip for i in picture.items if isinstance(i, Raster) and ", " not in i.name and i.name]
        line = LIGHT.role("kernel").line
        frames = [b for i in picture.items if isinstance(i, Rects) and i.stroke == line for b in i.boxes.tolist()]
        within = [
            index
            for index, (x, y, wide, high) in enumerate(panels)
            if any(a < x and b < y and a + c > x + wide and b + d > y + high for a, b, c, d in frames)
        ]
        assert within == spoken
        assert len(frames) == len(spoken)
        told = [label_box(i) for i in picture.items if isinstance(i, Label) and "→" in i.text]
        assert not any(y - 1.5 < b[1] + b[3] and b[1] < y and x < b[0] < x + c for x, y, c, _ in frames for b in told)


@pytest.mark.parametrize("size", [(1024, 490), (1024, 476), (892, 560)])
def test_the_frame_of_a_panel_keeps_clear_of_the_titles_below(size: tuple[int, int]) -> None:
    picture = picture_of(load_lesson("checkerboard-picture"), 0, size, options={"show": "picture", "panels": "1 2"})
    frames = [b for i in picture.items if isinstance(i, Rects) and i.radius == 6 for b in i.boxes.tolist()]
    assert frames
    for x, y, wide, high in frames:
        below = [label_box(item) for item in labels(picture)]
        tops = [top for left, top, _, _ in below if x - 8 <= left <= x + wide and top > y + high - 8 and top > y + 60]
        assert min(tops) >= y + high + 3


@pytest.mark.parametrize(("index", "wanted"), [(0, "12"), (1, "1224"), (2, "22"), (3, "4669")])
def test_the_counts_that_a_caption_speaks_of_are_ringed(index: int, wanted: str) -> None:
    about = caption_document(load_lesson("overlap-stride-2"), index)
    picture = picture_of(about, 5, (924, 655))
    (rings,) = [i for i in picture.overlay if isinstance(i, Rects) and i.stroke == LIGHT.text and i.width == 3.0]
    name = "row" if len(wanted) == 2 else "overlap"
    cells = [i for i in picture.items if isinstance(i, Cells) and i.name == name][-1]
    texts = [
        cells.content.texts[round((y - cells.y) / cells.height)][round((x - cells.x) / cells.width)]
        for x, y, _, _ in rings.boxes
    ]
    assert "".join(sorted(texts)) == wanted
