"""Factor: what it says about separable kernels, read from the picture's own content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core import convolve, preset
from convgui.draw.number import MINUS, number
from convgui.draw.picture import Cells, Hit, Label, Lines, Picture, Polygons, Raster, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.model.document import Document, View
from convgui.scenes import scene
from convgui.scenes.factor import solid
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document
from tests.documents import INPUT, document, random_document, textbook
from tests.scenes.checks import assert_hits_return, assert_legible, grid, moments, picture_of, words
from tests.scenes.reading import chips

LESSONS = ("spatially-separable", "depthwise-separable")


def factored(given: Document, options: Mapping[str, str] | None = None) -> Document:
    return replace(given, view=replace(given.view, scene="factor", options=options or {}))


def read(rows: list[list[str]]) -> list[list[float]]:
    return [[float(text.replace(MINUS, "-")) for text in row] for row in rows]


def said(picture: Picture, part: str) -> bool:
    return any(part in text for text in words(picture))


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_are_legible_at_other_sizes(lesson: str) -> None:
    for picture in moments(load_lesson(lesson)):
        assert_legible(picture)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_caption_has_its_step(lesson: str) -> None:
    given = load_lesson(lesson)
    assert given.lesson is not None
    for caption in given.lesson.captions:
        picture_of(given, caption.step, options=caption.options)


def test_sobel_is_a_column_times_a_row() -> None:
    picture = picture_of(load_lesson("spatially-separable"), -1)
    assert read(grid(picture, "column 0")) == [[1], [2], [1]]
    assert read(grid(picture, "row 0")) == [[-1, 0, 1]]
    assert said(picture, "rank 1 · separable")
    assert said(picture, "45 + 27 = 72")
    assert said(picture, "(W−K+1)²·K² = 81")
    assert said(picture, "Equal to the direct result: largest difference 0.")
    direct = convolve(np.array([INPUT], dtype=float), preset("sobel-x").weights()[None, None])[0]
    assert read(grid(picture, "output")) == direct.tolist()


def test_the_first_pass_fills_what_is_between() -> None:
    picture = picture_of(load_lesson("spatially-separable"), 14)
    between = convolve(np.array([INPUT], dtype=float), np.array([[[[-1.0, 0, 1]]]]))[0]
    assert read(grid(picture, "stack 1 0")) == between.tolist()
    assert not any(text for row in grid(picture, "output") for text in row)
    assert [text for row in grid(picture_of(load_lesson("spatially-separable"), 15), "output") for text in row if text]


def test_the_strongest_term_alone_says_how_far_it_is_off() -> None:
    given = factored(textbook())
    kernel = given.layer.weight[0, 0]
    strengths = np.linalg.svd(kernel, compute_uv=False)
    error = 100 * np.sqrt((strengths[1:] ** 2).sum() / (strengths**2).sum())
    picture = picture_of(given, -1, options={"terms": "1"})
    assert said(picture, f"off by {error:.1f} %")
    assert said(picture, "1 of 2 terms")
    nearest = np.array(read(grid(picture, "term 0")))
    assert np.linalg.matrix_rank(nearest, tol=0.05) == 1
    whole = picture_of(given, -1)
    assert said(whole, "Equal to the direct result")
    assert read(grid(whole, "output")) == [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
    assert said(whole, "2 · (45 + 27) = 144")


def test_depthwise_separable_costs() -> None:
    given = load_lesson("depthwise-separable")
    picture = picture_of(given, -1, (1440, 900))
    assert said(picture, "675 + 9600 = 10\u2009275 multiplications, 86\u2009400 at once (× 0.119)")
    assert said(picture, "Equal to the filter at once: largest difference 0.")
    layer = given.layer
    direct = convolve(given.sample.data.astype(float), layer.weight)[0]
    assert read(grid(picture, "output")) == direct.tolist()
    assert scene("factor").steps(scene("factor").prepare(given)) == 50
    assert round(1 / 128 + 1 / 9, 3) == 0.119


def test_the_depthwise_pass_keeps_channels_apart() -> None:
    given = load_lesson("depthwise-separable")
    picture = picture_of(given, 24, (1440, 900))
    kernels = np.array([read(grid(picture, f"kernels 0 {c}")) for c in range(3)])
    apart = convolve(given.sample.data.astype(float), kernels[:, None], groups=3)
    for c in range(3):
        assert read(grid(picture, f"stack 1 {c}")) == apart[c].tolist()


def test_a_layer_that_is_no_product_says_so() -> None:
    given = factored(random_document(3, 4, (6, 6), (3, 3), padding=1))
    for kind in ("depthwise", "flattened"):
        picture = picture_of(given, -1, options={"kind": kind})
        assert "differ" in picture.summary
        assert_legible(picture)


CASES = {
    "five terms": random_document(1, 1, (9, 9), (5, 5)),
    "six terms": random_document(1, 1, (9, 9), (6, 6)),
    "wide kernel": random_document(1, 1, (6, 9), (2, 5)),
    "strided": random_document(1, 1, (8, 8), (3, 3), stride=2, padding=1),
    "dilated": random_document(2, 2, (8, 8), (3, 3), dilation=2),
    "grouped": random_document(4, 4, (5, 5), (3, 3), groups=2, padding_mode="reflect", padding=1),
    "gaussian": document([np.arange(49).reshape(7, 7)], [[preset("gaussian-5").weights()]]),
    "many channels": random_document(7, 3, (5, 5), (3, 3)),
    "zeros": document([INPUT], [[np.zeros((3, 3))]]),
    "large": random_document(3, 2, (60, 80), (4, 4)),
}


@pytest.mark.parametrize("name", CASES)
def test_any_layer(name: str) -> None:
    given = factored(CASES[name])
    for option in scene("factor").options(given):
        for choice, _ in option.choices:
            for size in ((880, 640), (510, 430)):
                for step in (0, -1) if name == "large" else (0, 11.5, -1):
                    assert_legible(picture_of(given, step, size, options={option.name: choice}))
    assert "Equal to the direct result" in picture_of(given, -1).summary


def test_the_gaussian_has_the_factors_of_facts() -> None:
    picture = picture_of(factored(CASES["gaussian"]), -1)
    assert read(grid(picture, "row 0")) == [[1, 4, 6, 4, 1]]
    assert said(picture, "rank 1 · separable")


def test_pointing() -> None:
    assert_hits_return(load_lesson("spatially-separable"))
    assert_hits_return(load_lesson("depthwise-separable"))
    picture = picture_of(load_lesson("spatially-separable"), -1, focus=Focus(Hit("input", (0, 2, 2))))
    assert "feeds 3 numbers of the first pass" in picture.summary
    picture = picture_of(load_lesson("spatially-separable"), focus=Focus(Hit("output", (0, 1, 2))))
    assert picture.summary.startswith("out[1, 2] = 4")
    picture = picture_of(load_lesson("spatially-separable"), focus=Focus(Hit("factor", (0, 0, 0, 2))))
    assert "serves all 15 positions" in picture.summary


def test_what_a_pass_makes_is_called_by_its_grid_and_its_filter() -> None:
    """Of a depthwise pass every channel's number is told, and the output has the filter of several that makes it."""
    given = load_lesson("depthwise-separable")
    x, kernels = given.sample.data.astype(float), given.layer.weight[0].astype(float)
    first = picture_of(given, 6).summary.partition("   ")[0]
    # The kernels that all filters share are those of filter 0, but for the factors with which it takes them.
    shared = (x[:, 1:4, 1:4] * kernels).sum(axis=(1, 2)) / [-1, 1, -2]
    told = ", ".join(f"{name} {number(value)}" for name, value in zip("RGB", shared.tolist(), strict=True))
    assert first == f"depthwise[1, 1] = {told}"
    for f in (0, 5):
        chosen = given.with_view(replace(given.view, filter=f))
        assert picture_of(chosen, 49).summary.startswith(f"out[{f}, 4, 4] = ")
    assert picture_of(load_lesson("spatially-separable"), -1).summary.startswith("out[")
    pointed = picture_of(given, 6, focus=Focus(Hit("between", (1, 2, 1, 1)))).summary
    assert pointed.startswith("B: depthwise[1, 1] = ")


def test_the_window_glides() -> None:
    def window(at: float) -> list[float]:
        picture = picture_of(load_lesson("spatially-separable"), at)
        return next(i.boxes[0].tolist() for i in picture.overlay if isinstance(i, Rects) and i.width == 3.5)

    assert window(0)[0] < window(0.5)[0] < window(1)[0]


def test_refusals() -> None:
    factor = scene("factor")
    assert "up to 11 cells a side" in reason_against(factor, random_document(1, 1, (12, 4, 4), (12, 2, 2)))
    assert "one" in reason_against(factor, random_document(1, 1, (9,), (3,)))
    assert "transposed" in reason_against(factor, random_document(1, 1, (4, 4), (3, 3), transposed=True))
    assert "single weight" in reason_against(factor, random_document(1, 1, (4, 4), (1, 1)))


def test_two_passes_on_a_whole_photo_make_what_the_kernel_makes() -> None:
    given = factored(load_lesson("sobel-photo"))
    x = given.sample.data[0].astype(float)
    row = x[:, 2:] - x[:, :-2]
    output = row[:-2] + 2 * row[1:-1] + row[2:]
    first, second = 227 * 510 + 301, 512 * 510 + 227 * 510 + 301
    for step, made in ((first, row), (second, output)):
        picture = picture_of(given, step)
        assert_legible(picture)
        assert number(float(made[227, 301])) == grid(picture, "sum")[0][0]
        assert {item.name for item in picture.items if isinstance(item, Raster)} == {"input 0", "stack 1 0", "output 0"}
    assert "Equal to the direct result" in picture.summary
    assert scene("factor").zoomable(scene("factor").prepare(given))


def test_depthwise_on_a_photo_keeps_the_channels_apart() -> None:
    wide = random_document(3, 4, (64, 48), (3, 3)).with_view(View(scene="factor", options={"kind": "depthwise"}))
    picture = picture_of(wide, 5)
    assert_legible(picture)
    stacks = [item.name for item in picture.items if isinstance(item, Raster)]
    assert [name for name in stacks if name.startswith("stack 1")] == [f"stack 1 {n}" for n in range(3)]
    assert_hits_return(wide)


def test_a_pass_glides_tinted_with_its_weights() -> None:
    shown = picture_of(load_lesson("spatially-separable"), 4, (1440, 900))
    # Step 4 is row 1, column 1 of the first pass, whose row −1 0 1 lies on three cells.
    assert read(grid(shown, "window")) == [[0, 1, 3]]
    assert chips(shown, "window") == {(0, 0): f"{MINUS}1", (0, 1): "0", (0, 2): "1"}


def test_the_terms_of_a_kernel_of_rank_2_are_drawn_as_outer_products_that_add_up() -> None:
    document = caption_document(load_lesson("spatially-separable"), 5)
    picture = picture_of(document, -1)
    kernel = np.array([[2, 2, 0], [2, 4, 2], [0, 2, 2]])
    cells = {item.name: item for item in picture.items if isinstance(item, Cells)}
    assert read([list(row) for row in cells["kernel"].content.texts]) == kernel.tolist()
    terms = [np.array(read(grid(picture, f"term {n}"))) for n in (0, 1)]
    np.testing.assert_array_equal(sum(terms), kernel)
    for n, term in enumerate(terms):
        np.testing.assert_array_equal(
            term, np.outer(read(grid(picture, f"column {n}")), read(grid(picture, f"row {n}")))
        )
    for n in (0, 1):
        left, above, outer = (cells[f"{name} {n}"] for name in ("column", "row", "term"))
        assert (left.y, above.x) == (outer.y, outer.x)
    # The strongest alone is what is nearest, so that no other grid says so again.
    names = {item.name for item in picture_of(document.with_view(alone(document)), -1).items if isinstance(item, Cells)}
    assert "term 0" in names
    assert not names & {"term 1", "nearest"}


def alone(document: Document) -> View:
    return replace(document.view, options={"terms": "1"})


@pytest.mark.parametrize("size", [(925, 645), (1500, 900)])
def test_the_128_outputs_stand_as_sheets_and_the_costs_as_bars(size: tuple[int, int]) -> None:
    picture = picture_of(load_lesson("depthwise-separable"), 0, size)
    (front,) = [item for item in picture.items if isinstance(item, Cells) and item.name == "output"]
    (sheets,) = [item for item in picture.base if isinstance(item, Rects) and len(item.boxes) > 6]
    assert "128 sheets, filters 0 … 127" in words(picture)
    # The furthest is painted first; each stands a little lower than the one in front of it.
    assert (np.diff(sheets.boxes[:, 1]) < 0).all()
    assert front.y < sheets.boxes[-1, 1] < front.y + 10.1
    line = [picture.items.index(item) for item in (sheets, front)]
    assert line == sorted(line)
    bars = [item.boxes[0, 2] for item in picture.base if isinstance(item, Rects) and item.boxes[0, 3] == 12]
    assert bars[0] / bars[1] == pytest.approx(10_275 / 86_400)
    assert {"10\u2009275", "86\u2009400", "Pointwise", "3 × 1 × 1"} <= set(words(picture))


def in_three(kernel: NDArray[np.float64]) -> Document:
    return factored(document([np.zeros((9, 9, 9))], kernel[None, None]))


def test_a_separable_kernel_of_three_axes_is_the_product_of_its_factors() -> None:
    kernel = np.einsum("d,h,w->dhw", [1, 2, 1], [1, 2, 1], [-1.0, 0, 1])
    picture = picture_of(in_three(kernel), 1)
    assert read(grid(picture, "column")) == [[1], [2], [1]]
    assert read(grid(picture, "row")) == [[-1, 0, 1]]
    for n in range(3):
        assert read(grid(picture, f"depth {n}")) == [[[1, 2, 1][n]]]
        assert read(grid(picture, f"kernel {n}")) == read(grid(picture, f"product {n}")) == kernel[n].tolist()
    assert "exact" in words(picture)
    # Three passes of three weights over 9 x 9 x 9: width first.
    cheap = 3 * (9 * 9 * 7 + 9 * 7 * 7 + 7**3)
    assert any(
        f"9 weights and not 27; {cheap} multiplications in three passes, 9261 at once" in t for t in words(picture)
    )


@pytest.mark.parametrize("shape", [(3, 3, 3), (2, 4, 5), (7, 3, 3), (1, 3, 2), (3, 1, 1)])
def test_any_kernel_of_three_axes(shape: tuple[int, int, int]) -> None:
    kernel = np.random.default_rng(4).integers(-3, 4, shape).astype(float)
    given = in_three(kernel)
    for size in ((880, 640), (510, 430), (1500, 900)):
        for step in (0, 0.5, -1):
            for theme in ("light", "dark"):
                assert_legible(picture_of(given, step, size, theme))
    assert_hits_return(given)
    # No product of three vectors is nearer than its own best scale: what is left is at right angles to it.
    found = solid.solid(given)
    assert float(((kernel - found.near) * found.near).sum()) == pytest.approx(0, abs=1e-9)
    assert found.error == pytest.approx(np.linalg.norm(kernel - found.near) / np.linalg.norm(kernel))
    # Nor can it be nearer than the strongest singular term of the kernel unfolded along an axis.
    unfolded = [np.moveaxis(kernel, axis, 0).reshape(shape[axis], -1) for axis in range(3)]
    most = min(np.linalg.svd(matrix, compute_uv=False)[0] for matrix in unfolded)
    assert found.error >= np.sqrt(max(0.0, 1 - most**2 / (kernel**2).sum())) - 1e-9
    n, i, j = (side - 1 for side in shape)
    if n < 5:
        pointed = picture_of(given, focus=Focus(Hit("kernel", (0, 0, n, i, j)))).summary
        assert f"w[{n}, {i}, {j}] = {number(kernel[n, i, j])}" in pointed


@pytest.mark.parametrize("kind", ["spatial", "depthwise"])
def test_the_number_of_a_pass_on_a_photo_can_be_asked_for(kind: str) -> None:
    given = random_document(3, 4, (64, 48), (3, 3)).with_view(
        View(scene="factor", options={"kind": kind, "terms": "1"})
    )
    for step in (5, -1):
        picture = picture_of(given, step, (1000, 800))
        total = grid(picture, "sum")[0][0]
        assert picture.answer == total
        hidden = hide_answer(picture, LIGHT)
        assert not any(
            total == text for i in hidden.items if isinstance(i, Cells) for row in i.shown_texts() for text in row
        )
        assert not any(f"= {total}" in text for text in words(hidden))
    # What is pointed at is another number, and tells nothing of the one that is asked for.
    pointed = picture_of(given, 5, (1000, 800), focus=Focus(Hit("output", (0, 7, 7))))
    assert pointed.answer == picture_of(given, 5, (1000, 800)).answer
    assert grid(hide_answer(pointed, LIGHT), "sum") == grid(pointed, "sum")


def test_padding_is_dashed_and_a_pointed_cell_shows_what_it_is_multiplied_by() -> None:
    kernel = np.outer([1.0, 2, 1], [-1, 0, 1])
    given = factored(document([np.arange(1.0, 17).reshape(4, 4)], kernel[None, None], padding=1))
    picture = picture_of(given, -1, (1500, 1000), focus=Focus(Hit("input", (0, 0, 2))))
    dashed = [item for item in picture.base if isinstance(item, Rects) and item.dash == "dashed"]
    assert sum(len(item.boxes) for item in dashed) == 36 - 16
    assert "4 × 4, padded to 6 × 6" in words(picture)
    # The row slides over the padded input: column 2 meets 1, 0 and −1 at the second, third and fourth place.
    assert chips(picture, "stack 1 0") == {(1, 1): "1", (1, 2): "0", (1, 3): "−1"}
    assert not any(item.name == "window" for item in picture.items if isinstance(item, Cells)), "the stale window hides"


def test_the_sum_over_channels_is_one_sign_and_every_factor_is_written() -> None:
    for kind, step in (("depthwise", 30), ("flattened", 20)):
        picture = picture_of(load_lesson("depthwise-separable"), step, (925, 645), options={"kind": kind})
        assert words(picture).count("Σ") == 1
        for item in picture.items:
            if isinstance(item, Cells) and item.name.startswith("kernels"):
                assert all(text for row in item.shown_texts() for text in row), item.name


def test_a_negative_value_that_is_added_stands_in_brackets() -> None:
    picture = picture_of(load_lesson("depthwise-separable"), 49, options={"kind": "depthwise"})
    assert f"({MINUS}4)·({MINUS}1) + ({MINUS}6)·1 + 0·({MINUS}2)" in words(picture)


@pytest.mark.parametrize("stride", [(1, 1), (1, 2), (3, 1)])
@pytest.mark.parametrize("kernel", [(3, 3), (2, 4), (5, 2)])
def test_each_pass_costs_what_its_numbers_take(kernel: tuple[int, int], stride: tuple[int, int]) -> None:
    rows, columns = 11, 8
    given = factored(random_document(1, 1, (rows, columns), kernel, stride=stride), {"terms": "1"})
    high, wide = (rows - kernel[0]) // stride[0] + 1, (columns - kernel[1]) // stride[1] + 1
    # The row runs over all rows first, and the column over what it has made.
    first, second = rows * wide * kernel[1], high * wide * kernel[0]
    assert said(picture_of(given, -1), f"{first} + {second} = {first + second} multiplications")


@pytest.mark.parametrize(
    ("groups", "filter", "channel", "name"), [(1, 0, 0, "R"), (1, 1, 2, "B"), (2, 3, 1, "A"), (2, 0, 1, "G")]
)
def test_the_channel_that_a_factored_kernel_reads_is_called_by_its_name(
    groups: int, filter: int, channel: int, name: str
) -> None:
    given = random_document(4, 4, (6, 7), (3, 3), groups=groups)
    given = replace(given, sample=replace(given.sample, channels=tuple("RGBA")))
    given = factored(given.with_view(View(filter=filter, channel=channel)), {"kind": "spatial"})
    data = scene("factor").prepare(given)
    assert data.names == (name,)
    np.testing.assert_array_equal(data.stacks[0][0][0], given.sample.data["RGBA".index(name)])


def test_a_flattened_filter_writes_all_its_numbers_in_two_lines() -> None:
    """Its last passes stand below, in cells that hold three digits, and the operators stand in their gaps."""
    lesson = load_lesson("depthwise-separable")
    shown = picture_of(lesson, -1, (960, 720), options={"kind": "flattened"})
    cells = {i.name: i for i in shown.items if isinstance(i, Cells)}
    for name, count in (("stack 1 0", 49), ("stack 2 0", 35), ("output", 25)):
        assert cells[name].width >= 24
        assert sum(bool(text) for row in cells[name].content.texts for text in row) == count
    assert cells["stack 2 0"].y > cells["stack 1 0"].y + cells["stack 1 0"].box[3]
    assert cells["kernels 2 0"].x > cells["stack 2 0"].x
    assert_legible(shown)


@pytest.mark.parametrize("step", [25, 49])
def test_what_is_added_over_channels_meets_at_the_sign(step: int) -> None:
    """Three wedges end at the left of the Σ, and one goes on at its right."""
    shown = picture_of(load_lesson("depthwise-separable"), step, (960, 720), options={"kind": "depthwise"})
    sign = next(i for i in shown.items if isinstance(i, Label) and i.text == "Σ" and i.anchor == "middle")
    wedges = [c for i in shown.items if isinstance(i, Polygons) and i.fill and i.fill[3] == 41 for c in i.corners]
    last = [c for c in wedges if c[:, 0].max() > sign.x - 40 and c[:, 0].min() > sign.x - 120]
    assert sorted(c[:, 0].max() < sign.x for c in last) == [False, True, True, True]
    assert all(c[:, 0].max() < sign.x or c[:, 0].min() > sign.x for c in last)


def test_the_window_shows_the_numbers_of_the_term_that_it_multiplies() -> None:
    given = factored(document([INPUT], preset("laplacian").weights()[None, None]))
    shown = scene("factor")
    count = shown.steps(shown.prepare(given))
    seen = 0
    for step in range(count):
        every = [item for item in picture_of(given, step).items if isinstance(item, Cells)]
        latest = [cells for cells in every if cells.name.startswith("stack 1 0")][-1]
        for piece in (cells for cells in every if cells.name == "window" and cells.x >= latest.x):
            top, left = round((piece.y - latest.y) / latest.height), round((piece.x - latest.x) / latest.width)
            for i, row in enumerate(piece.content.texts):
                for j, text in enumerate(row):
                    if text:
                        assert text == latest.content.texts[top + i][left + j], step
                        seen += 1
    assert seen > 2 * 9, "both terms have a second pass"


@pytest.mark.parametrize("size", [(924, 688), (1024, 478), (1500, 900)])
@pytest.mark.parametrize("kind", ["depthwise", "flattened"])
def test_each_channel_of_the_input_has_its_name_beside_it(kind: str, size: tuple[int, int]) -> None:
    shown = picture_of(load_lesson("depthwise-separable"), -1, size, options={"kind": kind})
    cells = {i.name: i for i in shown.items if isinstance(i, Cells)}
    for n, name in enumerate("RGB"):
        grid, mark = cells[f"stack 0 {n}"], next(i for i in shown.items if isinstance(i, Label) and i.text == name)
        assert grid.y < mark.y < grid.y + grid.box[3]
        assert mark.x < grid.x
    assert_legible(shown)


def test_the_way_from_the_first_line_of_a_chain_to_the_second_is_drawn() -> None:
    """From the column on, round the grid above, down to the sign that the second line begins with."""
    shown = picture_of(load_lesson("depthwise-separable"), -1, (924, 688), options={"kind": "flattened"})
    cells = {i.name: i for i in shown.items if isinstance(i, Cells)}
    column, above, below = (cells[name] for name in ("kernels 1 0", "stack 1 0", "stack 2 0"))
    ways = [i.segments for i in shown.items if isinstance(i, Lines) and len(i.segments) == 3]
    way = max(ways, key=lambda w: float(np.abs(w[2, 2] - w[2, 0])))
    assert way[0, 0] > column.x
    assert column.y < way[0, 1] < column.y + column.box[3]
    assert above.y + above.box[3] < way[2, 1] < below.y
    assert way[2, 2] < below.x


@pytest.mark.parametrize("height", range(632, 664, 4))
def test_what_the_depthwise_pass_makes_has_numbers_in_a_slightly_lower_window(height: int) -> None:
    given = load_lesson("depthwise-separable")
    picture = picture_of(given, -1, (892, height), options={"kind": "depthwise"})
    kernels = np.array([read(grid(picture, f"kernels 0 {c}")) for c in range(3)])
    apart = convolve(given.sample.data.astype(float), kernels[:, None], groups=3)
    assert [read(grid(picture, f"stack 1 {c}")) for c in range(3)] == apart.tolist()


@pytest.mark.parametrize("height", range(600, 664, 4))
def test_the_output_has_numbers_where_what_lies_before_it_has_no_room_for_them(height: int) -> None:
    given = load_lesson("depthwise-separable")
    picture = picture_of(given, -1, (892, height), options={"kind": "depthwise"})
    assert read(grid(picture, "output")) == convolve(given.sample.data.astype(float), given.layer.weight)[0].tolist()


@pytest.mark.parametrize(("size", "name"), [(6, "float64"), (90, "float32")])
def test_the_rounding_is_that_of_the_type_that_it_was_computed_in(size: int, name: str) -> None:
    data = np.random.default_rng(0).random((1, size, size)).astype(np.float32)
    kernel = np.array([[5, 1, 2], [2, -3, 0], [0, 1.5, 2]])
    given = document(data, kernel[None, None], view=View(scene="factor"))
    found = picture_of(given, -1)
    assert f", the rounding of {name}." in " ".join(words(found))


def test_what_a_caption_speaks_of_is_ringed() -> None:
    """The weights of a filter with the sheets, or the bars of the cost: two captions, two pictures."""
    given = load_lesson("depthwise-separable")
    ringed = []
    for index in (2, 3):
        picture = picture_of(caption_document(given, index), 49, (924, 655))
        assert_legible(picture)
        rings = [i for i in picture.overlay if isinstance(i, Rects) and i.stroke == LIGHT.text and i.width == 2.5]
        ringed.append([len(item.boxes) for item in rings])
    assert ringed == [[7], [1]]
    plain = picture_of(caption_document(given, 1), 25, (924, 655))
    assert not [i for i in plain.overlay if isinstance(i, Rects) and i.stroke == LIGHT.text and i.width == 2.5]
