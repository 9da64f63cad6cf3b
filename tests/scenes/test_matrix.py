from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from convgui.core import ConvSpec, convolve, convolve_transposed
from convgui.draw.number import number
from convgui.draw.picture import Cells, Hit, Picture, Raster, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample
from convgui.scenes import scene
from convgui.scenes.scene import Focus, reason_against
from tests.scenes.checks import SIZES, assert_hits_return, assert_legible, grid, moments, picture_of, words
from tests.scenes.reading import chips

LESSONS = ("convolution-matrix", "transposed-matrix")


def made(shape: tuple[int, ...], *args: Any, **keywords: Any) -> Document:
    rng = np.random.default_rng(1)
    spec = ConvSpec.of(*args, **keywords)
    weight = rng.integers(-3, 4, spec.weight_shape).astype(float)
    bias = rng.integers(0, 2, spec.out_channels).astype(float)
    return Document(Sample(rng.integers(0, 5, shape), "grid"), (Convolution(spec, weight, bias),), View(scene="matrix"))


CASES = {
    "dilated": made((1, 5, 5), 1, 1, (2, 2), dilation=2),
    "strided and padded": made((1, 4, 5), 1, 1, (3, 3), stride=2, padding=1),
    "reflected": made((1, 4, 4), 1, 1, (3, 3), padding=1, padding_mode="reflect"),
    "grouped": made((2, 3, 3), 2, 4, (2, 2), groups=2),
    "transposed": made((2, 2, 2), 2, 1, (3, 3), stride=2, transposed=True),
    "volume": made((1, 3, 3, 3), 1, 2, (2, 2, 2)),
    "one axis": made((1, 9), 1, 1, (3,)),
}


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_are_legible_at_other_sizes(lesson: str) -> None:
    for picture in moments(load_lesson(lesson)):
        assert_legible(picture)


def test_the_textbook_matrix_is_drawn() -> None:
    picture = picture_of(load_lesson("convolution-matrix"), -1)
    row = ["1", "2", "3", "0", "4", "5", "6", "0", "7", "8", "9", "0", "0", "0", "0", "0"]
    assert grid(picture, "matrix") == [row[-shift:] + row[:-shift] if shift else row for shift in (0, 1, 4, 5)]
    assert grid(picture, "vector") == [[str(n) for n in range(1, 17)]]
    assert grid(picture, "result") == [["348"], ["393"], ["528"], ["573"]]
    assert grid(picture, "output (0,)") == [["348", "393"], ["528", "573"]]
    assert any("4 × 16 · 36 non-zeros of 64" in text for text in words(picture))


def test_numbers_appear_one_after_the_other() -> None:
    assert grid(picture_of(load_lesson("convolution-matrix"), 1), "result") == [["348"], ["393"], [""], [""]]


def test_each_weight_has_one_hue_of_its_own() -> None:
    for theme in ("light", "dark"):
        picture = picture_of(load_lesson("convolution-matrix"), theme=theme)
        matrix = next(item for item in picture.items if isinstance(item, Cells) and item.name == "matrix")
        fills: dict[str, set[tuple[int, ...]]] = {}
        for texts, row in zip(matrix.content.texts, matrix.content.fill.tolist(), strict=True):
            for text, fill in zip(texts, row, strict=True):
                fills.setdefault(text, set()).add(tuple(fill))
        assert all(len(found) == 1 for found in fills.values())
        assert len(set.union(*fills.values())) == 10


def test_the_transpose_brings_the_shape_back_and_not_the_values() -> None:
    document = load_lesson("transposed-matrix")
    picture = picture_of(document, -1)
    back, was = grid(picture, "output (0,)"), grid(picture, "original (0,)")
    assert np.shape(back) == np.shape(was) == (4, 4)
    layer = document.layer
    y = convolve(document.sample.data, layer.weight)
    expected = convolve_transposed(y, layer.weight)[0]
    assert back == [[str(int(v)) for v in row] for row in expected]
    assert any("values are not: 0 of 16 agree" in text for text in words(picture))


def test_both_together_are_not_the_identity() -> None:
    picture = picture_of(load_lesson("transposed-matrix"), options={"matrix": "ctc"})
    drawn = np.array(grid(picture, "matrix"), dtype=float)
    assert drawn.shape == (16, 16)
    assert not np.allclose(drawn, np.eye(16))
    assert (drawn == drawn.T).all()
    off = np.count_nonzero(drawn) - np.count_nonzero(np.diag(drawn))
    said = f"CᵀC is not the identity: diagonal {int(drawn[0, 0])} to 23, {off} numbers beside it are not 0."
    assert said in words(picture)
    assert np.diag(drawn).max() == 23


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("mode", ["c", "ct", "ctc"])
def test_any_small_layer(name: str, mode: str) -> None:
    document = CASES[name]
    for size in ((880, 640), (510, 430)):
        assert_legible(picture_of(document, -1, size, options={"matrix": mode}))
    assert_hits_return(document, options={"matrix": mode})


@pytest.mark.parametrize("name", CASES)
def test_the_result_is_the_layers(name: str) -> None:
    document = CASES[name]
    layer, spec = document.layer, document.layer.spec
    keywords: dict[str, Any] = {"stride": spec.stride, "padding": spec.padding, "dilation": spec.dilation}
    if spec.transposed:
        expected = convolve_transposed(document.sample.data, layer.weight, layer.bias, groups=spec.groups, **keywords)
    else:
        keywords["padding_mode"] = spec.padding_mode
        expected = convolve(document.sample.data, layer.weight, layer.bias, groups=spec.groups, **keywords)
    picture = picture_of(document, -1, (1500, 1400))
    drawn = [cell.replace("−", "-") for row in grid(picture, "result") for cell in row]
    assert [float(text) for text in drawn] == expected.ravel().tolist()


def shape_only(picture: Picture) -> set[tuple[float, ...]]:
    return {tuple(box) for item in picture.overlay if isinstance(item, Rects) for box in item.boxes.tolist()}


def test_pointing_at_a_weight_lights_every_place_that_holds_it() -> None:
    document = load_lesson("convolution-matrix")
    picture = picture_of(document, focus=Focus(Hit("kernel", (0, 0, 1, 2))))
    matrix = next(hits for hits in picture.hits if hits.kind == "matrix")
    sixes = [(i, j) for i, row in enumerate(grid(picture, "matrix")) for j, text in enumerate(row) if text == "6"]
    assert len(sixes) == 4
    assert {matrix.box(place) for place in sixes} <= shape_only(picture)
    assert "stands in 4 places" in picture.summary


def test_pointing_at_an_input_names_the_outputs_it_feeds() -> None:
    picture = picture_of(load_lesson("convolution-matrix"), focus=Focus(Hit("input", (0, 1, 1))))
    assert "into 4 numbers of y: 0, 1, 2, 3" in picture.summary


def test_a_large_matrix_is_a_picture() -> None:
    document = made((1, 64, 64), 1, 1, (3, 3), padding=1)
    picture = picture_of(document, 100)
    assert any(isinstance(item, Raster) and item.name == "matrix" for item in picture.items)
    assert_legible(picture)
    for large in (document, made((1, 200, 300), 1, 1, (3, 3), stride=4), made((3, 20, 20), 3, 8, (3, 3))):
        for size in SIZES:
            for mode in ("c", "ct"):
                assert_legible(picture_of(large, -1, size, options={"matrix": mode}))
    assert [choice for choice, _ in scene("matrix").options(document)[0].choices] == ["c", "ct"]


def test_three_axes_are_a_grid_a_slice() -> None:
    document = made((2, 2, 3, 3), 2, 1, (2, 2, 2))
    picture = picture_of(document, -1, (1500, 1100))
    expected = convolve(document.sample.data, document.layer.weight, document.layer.bias)
    drawn = [cell.replace("−", "-") for row in grid(picture, "result") for cell in row]
    assert [float(text) for text in drawn] == expected.ravel().tolist()
    slices = [grid(picture, f"input ({n},)") for n in range(4)]
    assert [[float(t) for row in grid for t in row] for grid in slices] == document.sample.data.reshape(4, 9).tolist()
    weight = picture_of(document, focus=Focus(Hit("kernel", (0, 3, 1, 0)))).summary
    assert weight.startswith(f"w[0, 1, 1, 1, 0] = {number(document.layer.weight[0, 1, 1, 1, 0])} stands in")
    assert any("2 × 2 × 3 × 3 → 36" in text for text in words(picture))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("mode", ["c", "ct"])
def test_the_window_lies_on_what_the_row_reads(name: str, mode: str) -> None:
    """Padding, stride, dilation, several channels: the tinted cells are those that the row has weights for."""
    document = CASES[name]
    for step in (0, 1, -1):
        picture = picture_of(document, step, (1500, 1100), options={"matrix": mode})
        matrix, inputs = grid(picture, "matrix"), grids(picture, "input|source")
        row = matrix[step % len(matrix)]
        read = {n for n, text in enumerate(row) if text not in ("0", "")}
        tinted = set[int]()
        first = 0
        for cells in inputs:
            rows, columns = cells.content.shape
            boxes = {
                tuple(b) for i in picture.overlay if isinstance(i, Rects) and i.fill == LIGHT.window for b in i.boxes
            }
            for i, j in np.ndindex(rows, columns):
                box = (cells.x + j * cells.width, cells.y + i * cells.height, cells.width, cells.height)
                tinted |= {first + i * columns + j} if box in boxes else set()
            first += rows * columns
        # A weight may be 0, and then it reads its cell all the same.
        assert read <= tinted
        assert len(tinted) <= document.layer.spec.taps * len(inputs)


def grids(picture: Picture, names: str) -> list[Cells]:
    return [i for i in picture.base if isinstance(i, Cells) and re.match(names, i.name)]


def test_pointing_at_an_input_keeps_the_values_and_says_the_weights() -> None:
    picture = picture_of(load_lesson("convolution-matrix"), 2, (1500, 1000), focus=Focus(Hit("input", (0, 1, 1))))
    # x[5] meets w[1, 1] = 5 in the first window, w[1, 0] = 4, w[0, 1] = 2 and w[0, 0] = 1.
    assert chips(picture, "output (0,)") == {(0, 0): "5", (0, 1): "4", (1, 0): "2", (1, 1): "1"}
    numbers = [item.shown_texts() for item in picture.overlay if isinstance(item, Cells) and not item.name]
    assert (("348", "393"), ("528", "")) in numbers


def test_refusals() -> None:
    volume = made((1, 4, 4, 4), 1, 1, (2, 2, 2))
    assert reason_against(scene("matrix"), volume) == ""
    volume = made((1, 5, 5, 5), 1, 1, (2, 2, 2))
    assert reason_against(scene("matrix"), volume) == (
        "Of three spatial axes Matrix shows up to 64 cells; this input has 125."
    )
    assert "weights" in reason_against(scene("matrix"), made((3, 900, 900), 3, 4, (3, 3)))


@pytest.mark.parametrize("mode", ["c", "ct"])
def test_who_predicts_a_number_sees_all_that_were_made_before(mode: str) -> None:
    """One grid holds the number that is asked for; those of other filters show what they hold."""
    shape, layer = ((1, 3, 3), (1, 3, (2, 2))) if mode == "c" else ((3, 2, 2), (3, 1, (2, 1)))
    given = made(shape, *layer).with_view(View(scene="matrix", options={"matrix": mode}))
    last = scene("matrix").steps(scene("matrix").prepare(given))
    for step in range(last):
        picture = picture_of(given, step)
        before = [grid for grid in picture.overlay if isinstance(grid, Cells) and grid.name.startswith("output")]
        asked = [grid for grid in hide_answer(picture, LIGHT).overlay if isinstance(grid, Cells)]
        after = [grid for grid in asked if grid.name.startswith("output")]
        assert sum(grid.reveal or 0 for grid in before) == step + 1
        assert sum(grid.reveal or 0 for grid in after) == step
