"""Blocks: filters that slide in 2D, many filters, 1 x 1; read from the picture's own content."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core import convolve
from convgui.draw.colour import faded
from convgui.draw.fan import quad
from convgui.draw.gaps import FILL
from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS
from convgui.draw.picture import Cells, Hit, Label, Lines, Picture, Polygons, Raster, Rects
from convgui.draw.prediction import hide_answer
from convgui.draw.theme import LIGHT, THEMES
from convgui.files.lessons import load_lesson
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.flow import chosen_layer_input
from convgui.scenes import scene
from convgui.scenes.blocks.frame import draw_frame
from convgui.scenes.blocks.layer import blocks
from convgui.scenes.blocks.layout import lay_out
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, reason_against
from convgui.session.walking import caption_document, with_lesson_start
from tests.documents import document, random_document, textbook
from tests.scenes.checks import assert_hits_return, assert_legible, grid, moments, picture_of, words

LESSONS = ("filter-slides-2d", "many-filters", "one-by-one")


def blocked(given: Document, options: Mapping[str, str] | None = None) -> Document:
    return replace(given, view=replace(given.view, scene="blocks", options=options or {}))


def read(rows: list[list[str]]) -> list[list[float]]:
    return [[float(text.replace(MINUS, "-")) for text in row] for row in rows]


def said(picture: Picture, part: str) -> bool:
    return any(part in text for text in words(picture))


def made(given: Document) -> NDArray[Any]:
    return convolve(given.sample.data.astype(float), given.layer.weight, given.layer.bias)


@pytest.mark.parametrize("lesson", LESSONS)
def test_steps_are_legible_at_other_sizes(lesson: str) -> None:
    for picture in moments(load_lesson(lesson)):
        assert_legible(picture)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_caption_has_its_step(lesson: str) -> None:
    given = load_lesson(lesson)
    assert given.lesson is not None
    assert given.lesson.chapter == "Convolution"
    for caption in given.lesson.captions:
        picture_of(given, caption.step, options=caption.options)


def test_a_filter_as_deep_as_its_input_makes_one_channel() -> None:
    given = load_lesson("filter-slides-2d")
    picture = picture_of(given, -1)
    for size in ("3 × 5 × 5", "3 × 3 × 3", "1 × 3 × 3"):
        assert f"{size}  C × H × W" in words(picture)
    assert read(grid(picture, "output")) == made(given)[0].tolist()
    assert said(picture, "as deep as its input (3 = 3): it slides in height and width only")
    assert picture_of(given, 4).summary.startswith(f"out[0, 1, 1] = R {MINUS}1 + G ({MINUS}3) + B 4 + bias 0 = 0")
    assert "27 products" in picture.summary


def test_the_window_is_bored_through_and_glides() -> None:
    def window(at: float) -> list[float]:
        picture = picture_of(load_lesson("filter-slides-2d"), at)
        (hidden,) = [i.segments for i in picture.overlay if isinstance(i, Lines) and i.dash == "dashed"]
        # They are hidden edges, which no number stands on.
        front = next(i for i in picture.items if isinstance(i, Cells) and i.name == "input").box
        middles = (hidden[:, :2] + hidden[:, 2:]) / 2
        inside = (middles > np.array(front[:2]) + 1) & (middles < np.array(front[:2]) + np.array(front[2:]) - 1)
        assert not inside.all(axis=1).any()
        assert len(hidden) >= 4
        return next(i.boxes[0].tolist() for i in picture.overlay if isinstance(i, Rects) and i.fill is not None)

    assert window(0)[0] < window(0.5)[0] < window(1)[0]
    assert window(0)[1:] == window(1)[1:]


def test_every_filter_makes_a_sheet_of_its_own() -> None:
    given = load_lesson("many-filters")
    assert scene("blocks").steps(scene("blocks").prepare(given)) == 9
    last = picture_of(given, -1, (1440, 900))
    for text in ("4 filters", "each 3 × 3 × 3", "4 × 3 × 3  C × H × W", "filter 3", "channel 3"):
        assert text in words(last)
    assert "4 · 3 = 12 kernels of 3 × 3: 108 weights and 4 biases" in last.summary
    for f in range(4):
        assert read(grid(last, f"output {f}")) == made(given)[f].tolist()
        for c in range(3):
            assert read(grid(last, f"kernel {f} {c}")) == given.layer.weight[f, c].tolist()
    first = [text for row in grid(picture_of(given, 4), "output 2") for text in row]
    assert [text != "" for text in first] == [True] * 5 + [False] * 4


def test_four_sums_are_written_at_each_position() -> None:
    given = load_lesson("many-filters")
    x, weight = given.sample.data.astype(float), given.layer.weight
    for step, (i, j) in {0: (0, 0), 4: (1, 1), 8: (2, 2)}.items():
        window = x[:, i : i + 3, j : j + 3]
        said_sums = [text for text in words(picture_of(given, step)) if text.startswith("out[")]
        for f, text in enumerate(said_sums):
            parts = [int(v) for v in (window * weight[f]).sum(axis=(1, 2))]
            numbers = [int(n.replace(MINUS, "-")) for n in re.findall(f"{MINUS}?\\d+", text.split(" = ", 1)[1])]
            assert numbers == [*parts, int(given.layer.bias[f]), sum(parts) + int(given.layer.bias[f])]
        assert len(said_sums) == 4


def test_the_window_on_sheets_is_flat_with_its_values_in_ink() -> None:
    shown = picture_of(load_lesson("many-filters"), 4, (924, 640))
    (tint,) = [i for i in shown.overlay if isinstance(i, Polygons) and i.fill == LIGHT.window]
    assert len(tint.corners) == 3 * 9, "no translucent orange on blue"
    above = [i for i in shown.overlay if isinstance(i, Cells) and i.name == "window"]
    x = load_lesson("many-filters").sample.data
    for channel, cells in zip(x, above, strict=True):
        assert [[float(text) for text in row] for row in cells.content.texts] == channel[1:4, 1:4].tolist()
        assert np.unique(cells.content.ink.reshape(-1, 4), axis=0).tolist() == [list(LIGHT.text)]
    lefts = [tint.corners[9 * n, 0].tolist() for n in range(3)]
    assert [list(cells.corner(0, 0)) for cells in above] == [pytest.approx(at) for at in lefts]


@pytest.mark.parametrize(("size", "least"), [((924, 640), 25), ((900, 610), 24)])
def test_the_sums_stand_below_the_input_so_that_the_sheets_are_large(size: tuple[int, int], least: float) -> None:
    shown = picture_of(load_lesson("many-filters"), 4, size)
    sheets = {i.name: i for i in shown.items if isinstance(i, Cells)}
    assert min(one.height for name, one in sheets.items() if name) >= least
    sums = [i for i in shown.items if isinstance(i, Label) and i.text.startswith("out[")]
    assert len(sums) == 4
    last = sheets["input 2"]
    for one in sums:
        assert one.y > max(y for _, y in quad(last, 0, 0, 5, 5))
        assert one.x + text_width(one.text, one.size, mono=True) <= last.x + last.box[2] + 1
    assert_legible(shown)


def test_a_caption_about_one_filter_lets_the_others_step_back() -> None:
    lesson = with_lesson_start(load_lesson("many-filters"), listed=True)
    for n, veiled in enumerate((True, False, False, False)):
        about = caption_document(lesson, n)
        shown = picture_of(about, about.view.step)
        paper = (*LIGHT.background[:3], round(0.65 * 255))
        assert any(isinstance(i, Rects) and i.fill == paper and len(i.boxes) == 3 for i in shown.overlay) == veiled


def test_no_sheet_of_the_fan_covers_another() -> None:
    for size in ((1440, 900), (880, 640), (510, 430)):
        shown = picture_of(load_lesson("many-filters"), 4, size)
        sheets = [i for i in shown.items if isinstance(i, Cells) and i.name not in ("", "window")]
        boxes = []
        for one in sheets:
            rows, columns = one.content.shape
            corners = np.array([one.corner(i, j) for i in (0, rows) for j in (0, columns)])
            boxes.append((*corners.min(axis=0), *corners.max(axis=0)))
        for n, a in enumerate(boxes):
            for b in boxes[n + 1 :]:
                # Boxes around the sheets are apart, or the sheets themselves lie above each other.
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (size, n)


def test_a_filter_that_is_pointed_at_stays_and_the_others_step_back() -> None:
    given = load_lesson("many-filters")
    pointed = picture_of(given, 4, focus=Focus(Hit("kernel", (2, 1, 0, 1))))
    assert pointed.summary.startswith("out[2, 1, 1] = ")
    paper = LIGHT.background[:3]
    # Behind the lengths of the axes, which are not veiled, the paper is opaque.
    thin = [i for i in pointed.overlay if isinstance(i, Rects) and i.fill and i.fill[3] < 255]
    (veil,) = [i for i in thin if i.fill is not None and i.fill[:3] == paper and not i.radius]
    assert veil.fill is not None
    assert veil.fill[3] == round(0.65 * 255)
    for f in range(4):
        sheets = [i for i in pointed.items if isinstance(i, Cells) and i.name in (f"kernel {f} 0", f"output {f}")]
        names = [i for i in pointed.items if isinstance(i, Label) and i.text in (f"filter {f}", f"channel {f}")]
        middles = [np.mean(quad(one, 0, 0, *one.content.shape), axis=0) for one in sheets]
        spots = [(float(x), float(y)) for x, y in middles] + [(i.x + 4, i.y - 4) for i in names]
        for x, y in spots:
            under = [a < x < a + c and b < y < b + d for a, b, c, d in veil.boxes.tolist()]
            assert sum(under) == (f != 2), "a filter's row steps back with its names"
    fed = picture_of(given, 4, focus=Focus(Hit("input", (1, 0, 0))))
    blue = LIGHT.role("input").line
    (lit,) = [i for i in fed.overlay if isinstance(i, Polygons) and i.stroke == blue]
    assert len(lit.corners) == 4


def test_a_layer_of_more_channels_is_stacked() -> None:
    given = blocked(random_document(5, 4, (5, 5), (3, 3)), {"show": "many"})
    picture = picture_of(given, 0)
    for text in ("4 filters", "4 × 5 kernels"):
        assert text in words(picture)
    assert read(grid(picture, "output")) == made(given)[0].tolist()
    assert scene("blocks").steps(scene("blocks").prepare(given)) == 4
    assert any(isinstance(i, Lines) and i.dash == "dashed" for i in picture.overlay)
    assert not any(isinstance(i, Lines) and i.dash == "dashed" for i in picture_of(given, -1).overlay)


def test_one_by_one_is_a_matrix_product_at_every_pixel() -> None:
    given = load_lesson("one-by-one")
    matrix, column = given.layer.weight[:, :, 0, 0], given.sample.data[:, 1, 3].astype(float)
    picture = picture_of(given, 8, options={"show": "pixel"})
    assert read(grid(picture, "weights")) == matrix.tolist()
    assert read(grid(picture, "pixel")) == [[v] for v in column.tolist()]
    assert read(grid(picture, "result")) == [[v] for v in (matrix @ column).tolist()]
    assert said(picture, "The same 3 × 6 matrix at each of 25 pixels: 6 channels become 3.")
    last = picture_of(given, -1, options={"show": "pixel", "relu": "on"})
    assert read(grid(last, "output")) == np.maximum(made(given)[0], 0).tolist()
    assert said(last, f"ReLU sets {int((made(given) < 0).sum())} of 75 numbers to 0")
    assert (np.array(read(grid(last, "result"))) < 0).any()
    assert (np.array(read(grid(last, "rectified"))) >= 0).all()


CASES = {
    "one channel": textbook(),
    "padded and strided": random_document(3, 5, (7, 7), (3, 3), padding=1, stride=2),
    "dilated": random_document(2, 2, (7, 9), (2, 3), dilation=2),
    "grouped": random_document(4, 4, (5, 5), (3, 3), groups=2),
    "deep": random_document(64, 128, (8, 8), (3, 3)),
    "large": random_document(3, 8, (60, 80), (3, 3)),
    "pointwise": random_document(3, 9, (40, 50), (1, 1)),
    "pointwise, grouped": random_document(4, 4, (5, 5), (1, 1), groups=2),
}


@pytest.mark.parametrize("name", CASES)
def test_any_layer(name: str) -> None:
    given = blocked(CASES[name])
    for option in scene("blocks").options(given):
        for choice, _ in option.choices:
            for size in ((880, 640), (510, 430), (1500, 900)):
                for step in (0, -1):
                    assert_legible(picture_of(given, step, size, options={option.name: choice}))
                # Weights glide with their window, over the numbers between two cells.
                assert picture_of(given, 0.5, size, options={option.name: choice}).items


def test_pointing() -> None:
    for lesson in LESSONS:
        assert_hits_return(load_lesson(lesson))
    given = blocked(random_document(5, 4, (5, 5), (3, 3)), {"show": "many"})
    assert picture_of(given, focus=Focus(Hit("wiring", (2, 1)))).summary.startswith("Filter 2:")
    grouped = random_document(6, 6, (5, 5), (3, 3), groups=2)
    shown = picture_of(blocked(grouped, {"show": "many"}), focus=Focus(Hit("wiring", (0, 3))))
    assert "different groups" in shown.summary
    picture = picture_of(load_lesson("filter-slides-2d"), focus=Focus(Hit("output", (0, 2, 1))))
    assert picture.summary.startswith("out[0, 2, 1]")
    picture = picture_of(load_lesson("filter-slides-2d"), focus=Focus(Hit("input", (0, 2, 2))))
    assert "in[0, 2, 2] = 2 feeds 9 outputs" in picture.summary
    picture = picture_of(load_lesson("one-by-one"), focus=Focus(Hit("weight", (1, 3))))
    assert "takes input channel 3 into output channel 1, at all 25 pixels" in picture.summary


def test_thumbnails_have_no_words() -> None:
    for lesson in LESSONS:
        assert words(picture_of(load_lesson(lesson), size=(240, 160), captions=False)) == []


def test_refusals() -> None:
    chosen = scene("blocks")
    assert "three" in reason_against(chosen, random_document(1, 1, (4, 4, 4), (2, 2, 2)))
    assert "one" in reason_against(chosen, random_document(1, 1, (9,), (3,)))
    assert "transposed" in reason_against(chosen, random_document(1, 1, (4, 4), (3, 3), transposed=True))


def test_a_photo_is_taken_whole_and_its_channels_are_the_definition() -> None:
    given = load_lesson("one-by-one-photo")
    layer = given.layers[0]
    assert isinstance(layer, Convolution)
    x, matrix = given.sample.data.astype(float), layer.weight[:, :, 0, 0]
    place = divmod(46285, 512)
    for relu in ("off", "on"):
        picture = picture_of(given, 46285, (1100, 760), options={"relu": relu})
        pictures = {item.name: item for item in picture.items if isinstance(item, Raster)}
        assert set(pictures) == {"input", "legend", *(f"output {n}" for n in range(6))}
        small = np.moveaxis(given.sample.data, 0, -1)
        assert pictures["input"].image.shape in ((512, 512, 3), (256, 256, 3))
        assert abs(pictures["input"].image.mean() - float(small.mean())) < 1
        made = matrix @ x[:, place[0], place[1]] + layer.bias
        read = [float(row[0].replace("−", "-")) for row in grid(picture, "result")]
        np.testing.assert_allclose(read, made, rtol=0.02, atol=0.06)
        if relu == "on":
            rectified = [float(row[0].replace("−", "-")) for row in grid(picture, "rectified")]
            np.testing.assert_allclose(rectified, np.maximum(read, 0))
        grey, shown = np.tensordot(matrix[0], x, 1), pictures["output 0"].image[..., 0]
        step = 512 // len(shown)
        means = grey.reshape(len(shown), step, len(shown), step).mean(axis=(1, 3))
        assert abs(shown - means).max() <= 1
    assert "at each of 262 144 pixels" in picture.summary.replace("\u2009", " ").replace("\u202f", " ")


@pytest.mark.parametrize("groups", [1, 3])
def test_a_larger_kernel_on_a_picture(groups: int) -> None:
    given = random_document(3, 6, (40, 30), (3, 3), groups=groups, padding=1, padding_mode="reflect")
    given = given.with_view(View(scene="blocks", filter=4))
    picture = picture_of(given, 31 * 30 + 17, (1100, 760))
    assert_legible(picture)
    truth = convolve(
        given.sample.data.astype(float), given.layer.weight, given.layer.bias, padding=1, padding_mode="reflect",
        groups=groups,
    )  # fmt: skip
    assert grid(picture, "sum")[0][0].replace("−", "-") == f"{truth[4, 31, 17]:g}"
    assert_hits_return(given)
    assert_legible(picture_of(given, 5, (510, 430)))


def test_zooming_a_photo_keeps_the_point_under_the_pointer() -> None:
    given = load_lesson("one-by-one-photo")
    found = scene("blocks")
    prepared = found.prepare(chosen_layer_input(given))
    assert found.zoomable(prepared)
    layout = found.lay_out(prepared, given.view, Canvas(900, 700, THEMES["light"]))
    before = found.picture(layout, 0, Focus())
    at = (150.0, 200.0)
    view = found.zoomed(layout, given.view, at, 4.0)
    after = found.picture(found.lay_out(prepared, view, Canvas(900, 700, THEMES["light"])), 0, Focus())
    assert before.hit(*at) == after.hit(*at)
    assert found.moved(layout, view, (10, 10)).centre != view.centre


def test_a_photos_loupe_multiplies_and_adds_in_the_colours_of_the_map() -> None:
    """A sum of −1 on a map of hundreds is nearly white; × = Σ stand in circles between the grids."""
    edges = load_lesson("three-edges")
    given = document(edges.sample.data, edges.layer.weight[:1], view=edges.view)
    view = given.filter_view.on_two_axes
    x, w = given.sample.data[0].astype(float), given.layer.weight[0, 0]
    row, column = 98, 20
    products = x[row : row + 3, column : column + 3] * w
    picture = picture_of(given, view.step((row, column)), (925, 645))
    found = {item.name: item for item in picture.items if isinstance(item, Cells) and item.name}
    assert read(grid(picture, "products")) == products.tolist()
    assert read(grid(picture, "sum")) == [[products.sum()]] == [[-1.0]]
    fill = found["sum"].content.fill[0, 0]
    assert np.abs(fill[:3].astype(int) - np.array(LIGHT.cell[:3])).max() < 6
    order = [found[name] for name in ("window 0", "tap 0", "products", "sum")]
    circles = [box for i in picture.items if isinstance(i, Rects) and i.radius >= 6 for box in i.boxes.tolist()]
    for one, other in pairwise(order):
        assert any(one.box[0] + one.box[2] <= x and x + wide <= other.x for x, _, wide, _ in circles)


def test_the_window_of_a_block_is_tinted_with_a_weight_in_each_cell() -> None:
    given = load_lesson("filter-slides-2d")
    picture = picture_of(given, 4, (1100, 760))
    front, lies = (next(i for i in picture.items if isinstance(i, Cells) and i.name == n) for n in ("input", "window"))
    assert (lies.x, lies.y) == (front.x + front.width, front.y + front.width)
    assert read([list(row) for row in lies.content.texts]) == given.sample.data[0, 1:4, 1:4].tolist()
    (tint,) = [item for item in picture.overlay if isinstance(item, Rects) and item.fill == LIGHT.window]
    assert len(tint.boxes) == 9
    weights = [text[1:] for text in words(picture) if text.startswith("×") and len(text) > 1]
    assert [float(text.replace(MINUS, "-")) for text in weights] == given.layer.weight[0, 0].ravel().tolist()


def test_who_predicts_a_sum_of_channels_sees_what_is_to_be_added() -> None:
    given = load_lesson("filter-slides-2d")
    window = given.sample.data[:, 0:3, 2:5].astype(float)
    parts = [int(v) for v in (window * given.layer.weight[0]).sum(axis=(1, 2))]
    assert parts == [1, -2, 3]
    asked = hide_answer(picture_of(given, 2, (1100, 760)), LIGHT)
    assert f"out[0, 0, 2] = R 1 + G ({MINUS}2) + B 3 + bias 0 = ?" in words(asked)
    lines = [text for text in words(asked) if text[:3] in ("R: ", "G: ", "B: ")]
    assert [text.count("·") for text in lines] == [9, 9, 9]


def test_one_filter_of_one_by_one_is_a_row_times_the_column_of_a_pixel() -> None:
    given = load_lesson("one-by-one")
    column = [[0], [0], [4], [1], [0], [4]]
    picture = picture_of(given, 1, (1100, 760))
    assert read(grid(picture, "weights")) == [[-1, -1, 2, -1, 0, 2]]
    assert read(grid(picture, "pixel")) == column
    asked = hide_answer(picture, LIGHT)
    assert not said(asked, "15")
    assert said(asked, f"0·({MINUS}1) + 0·({MINUS}1) + 4·2 + 1·({MINUS}1) + 0·0 + 4·2")
    pointed = picture_of(given, 1, options={"show": "pixel"}, focus=Focus(Hit("input", (0, 1, 3))))
    assert read(grid(pointed, "pixel")) == [[v] for v in given.sample.data[:, 1, 3].tolist()]


def test_the_ways_of_a_block_touch_it_and_its_neighbour() -> None:
    layout = lay_out(blocks(blocked(load_lesson("filter-slides-2d")), "one", False), Canvas(1100, 760, LIGHT))
    picture = draw_frame(layout, 4.0, Focus())
    tint = faded(LIGHT.role("kernel").line, FILL)
    (ways,) = [i for i in picture.overlay if isinstance(i, Polygons) and i.fill == tint]
    (first, second), out = ways.corners.tolist(), layout.output
    assert first[0] == list(layout.input.point(3, 1, 5))
    assert first[3] == list(layout.input.point(3, 4, 5))
    assert second[0] == list(layout.filters[0].point(3, 0, 3))
    assert second[1] == [out.x, out.box(1, 1)[1]]


def test_a_few_filters_are_compared_at_one_place() -> None:
    """Each caption of the lesson speaks of filters 1 and 2: their sums stand beside filter 0's."""
    given = load_lesson("three-edges")
    x, w = given.sample.data[0].astype(float), given.layer.weight[:, 0]
    row, column = divmod(111991, 510)
    sums = [float((x[row : row + 3, column : column + 3] * kernel).sum()) for kernel in w]
    assert sums[:2] == [0, 746]
    for size in ((1100, 640), (700, 500)):
        picture = picture_of(given, 111991, size)
        for f, value in enumerate(sums):
            assert read(grid(picture, f"tap {f}")) == w[f].tolist()
            assert read(grid(picture, f"sum {f}")) == [[value]]
            assert said(picture, f"out[{f}, {row}, {column}] = ")
        assert words(picture).count("filter 1") == 2, "above its map and above its weights"
        assert_legible(picture)


@pytest.mark.parametrize("relu", [False, True])
@pytest.mark.parametrize("zoom", [1.0, 8.0])
def test_a_relu_takes_the_negative_numbers_out_of_a_pictures_maps(relu: bool, zoom: float) -> None:
    given = random_document(2, 5, (40, 30), (1, 1))
    options = {"relu": "on" if relu else "off"}
    given = given.with_view(View(scene="blocks", filter=2, options=options, zoom=zoom))
    chosen = scene("blocks")
    data = chosen.prepare(given)
    matrix, x = given.layer.weight[:, :, 0, 0], given.sample.data.astype(float)
    truth = np.tensordot(matrix, x, 1) + given.layer.bias[:, None, None]
    assert truth.min() < 0
    for n, values in enumerate(data.shown[1:]):
        np.testing.assert_allclose(values.levels[0], np.maximum(truth[n], 0) if relu else truth[n], atol=1e-4)


def test_beside_the_matrix_of_a_photo_stands_what_each_row_adds() -> None:
    given = load_lesson("one-by-one-photo")
    shown = picture_of(given, 46285, (924, 650))
    assert "filter 3: 167·1 + 130·(−1) + 95·0" in words(shown)
    assert sum(text.startswith("filter ") and "·" in text for text in words(shown)) == 6
    assert {"R − G", "G − B", "−R − G − B + 255", ".3R+.59G+.11B"} <= set(words(shown))
    grids = {i.name: i for i in shown.items if isinstance(i, Cells)}
    assert grids["result"].height >= 26
    # A matrix stands before the column that it multiplies, its columns named by channels, its rows by filters.
    assert grids["weights"].x < grids["pixel"].x < grids["result"].x
    matrix = grids["weights"]
    for n, name in enumerate("RGB"):
        (over,) = [i for i in shown.items if isinstance(i, Label) and i.text == name]
        assert over.x == matrix.x + (n + 0.5) * matrix.width
        assert matrix.y - 12 < over.y < matrix.y
    before = [i for i in shown.items if isinstance(i, Label) and i.text in "012345" and i.x < matrix.x]
    assert [i.text for i in sorted(before, key=lambda i: i.y)] == list("012345")
    rectified = picture_of(given, 46285, (924, 650), options={"relu": "on"})
    assert all(i.size >= 12 for i in rectified.items if isinstance(i, Label) and i.text == "ReLU")


def test_a_relu_behind_one_by_one_is_named_and_its_numbers_are_in_the_sum() -> None:
    given = load_lesson("one-by-one")
    shown = picture_of(blocked(given, {"show": "pixel", "relu": "on"}), -1, (924, 640))
    truth = made(given)[:, 4, 4]
    assert truth.tolist() == [2, -7, 9]
    (line,) = [text for text in words(shown) if text.startswith("out[:, 4, 4] = ")]
    assert line == f"out[:, 4, 4] = (2, {MINUS}7, 9) → ReLU (2, 0, 9)"
    (sign,) = [i for i in shown.items if isinstance(i, Label) and i.text == "ReLU"]
    result, after = (
        next(i for i in shown.items if isinstance(i, Cells) and i.name == n) for n in ("result", "rectified")
    )
    assert result.x + result.box[2] < sign.x < after.x, "in the gap between the two columns"
    assert "→" not in words(shown)


@pytest.mark.parametrize("size", [(924, 640), (724, 490), (1440, 900)])
def test_the_matrix_on_a_photo_has_the_same_decimals_everywhere_and_room_around_them(size: tuple[int, int]) -> None:
    given = load_lesson("one-by-one-photo")
    shown = picture_of(given.with_view(replace(given.view, options={"relu": "on", "map-1": "1"})), 46285, size)
    grids = {i.name: i for i in shown.items if isinstance(i, Cells)}
    for name, decimals in (("weights", 3), ("result", 2), ("rectified", 2)):
        texts = [text for row in grids[name].content.texts for text in row]
        assert {len(text.partition(".")[2]) for text in texts} == {decimals}, name
        widest = max(text_width(text, grids[name].font, mono=True) for text in texts)
        assert widest <= grids[name].width - 6
    assert grids["pixel"].y == grids["weights"].y, "the light from the photo does not cross the matrix"
    matrix = grids["weights"].box
    (beam,) = [i for i in shown.overlay if isinstance(i, Polygons) and len(i.corners) and i.stroke is None]
    assert beam.corners[..., 1].max() <= matrix[1]
    assert np.ptp(beam.corners[..., 1]) >= 36, "it is seen"
    assert said(shown, f"= {MINUS}23.753 → ReLU 0")


def test_what_each_filter_mixes_stands_above_its_map() -> None:
    for size in ((924, 640), (1440, 900)):
        shown = picture_of(load_lesson("one-by-one-photo"), 46285, size)
        for terms in (
            [".3R+.59G+.11B", ".299R + .587G + .114B"],
            ["R-G", "R - G"],
            [".5R-.42G-.081B", ".5R - .419G - .081B"],
        ):
            assert any(text.replace(MINUS, "-") in terms for text in words(shown)), (size, terms)
        assert_legible(shown)


@pytest.mark.parametrize("size", [(925, 645), (892, 560), (1100, 700), (1024, 476)])
def test_signed_maps_of_a_photo_have_their_scales(size: tuple[int, int]) -> None:
    edges = picture_of(load_lesson("three-edges"), 111991, size)
    bars = [item for item in edges.items if isinstance(item, Raster) and item.name == "legend"]
    assert len(bars) == 3
    assert sum(" … 0 … " in text for text in words(edges)) == 3
    assert_legible(edges)


def test_of_many_maps_the_one_that_is_looked_at_has_its_scale() -> None:
    given = load_lesson("one-by-one-photo")
    for f, ends in ((0, "0 … 255"), (3, " … 0 … ")):
        focus = Focus(Hit("output", (f, 90, 205)))
        picture = picture_of(given, 46285, (924, 650), focus=focus)
        assert sum(isinstance(item, Raster) and item.name == "legend" for item in picture.items) == 1
        assert any(ends in text for text in words(picture)), words(picture)
        assert_legible(picture)


def test_many_filters_say_their_channels_and_axes_and_have_large_sheets() -> None:
    given = caption_document(load_lesson("many-filters"), 2)
    picture = picture_of(given, 4, (924, 655))
    assert_legible(picture)
    found = words(picture)
    assert [found.count(name) for name in "RGB"] == [4, 4, 4], "below each kernel of each filter"
    assert {"H = 5", "W = 5", "C = 3", "H = 3", "W = 3", "C = 4"} <= set(found)
    sheets = [i for i in picture.base if isinstance(i, Cells) and i.slope]
    assert min(cells.height for cells in sheets) >= 27
    small = picture_of(given, 4, (1024, 480))
    assert "C = 4" not in words(small), "its arrow would go through the names of the channels"


@pytest.mark.parametrize("index", [0, 2])
def test_sides_of_what_is_not_made_yet_are_white(index: int) -> None:
    """Only the first cells of the first row are made: nothing of the right side is."""
    picture = picture_of(caption_document(load_lesson("one-by-one"), index), index // 2, (924, 655))
    front = next(i for i in picture.items if isinstance(i, Cells) and i.name == "output")
    right = front.x + front.box[2]
    sides = [i for i in picture.overlay if isinstance(i, Polygons) and i.corners[..., 0].min() >= right - 0.5]
    assert sides
    assert {item.fill for item in sides} == {LIGHT.cell}
    assert front.width >= {0: 38, 2: 35}[index], "and the blocks take the width of the stage"
