"""Slide on pictures: padding, one colour a sign, and what a weight that is pointed at serves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convgui.core.spec import PaddingMode
from convgui.draw.picture import Cells, Hit, Label, Rects
from convgui.draw.theme import DARK, LIGHT, Theme
from convgui.files.samples import load_sample
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus, laid_out
from tests.documents import random_document
from tests.scenes.reading import line
from tests.scenes.test_slide_photo import SLIDE, picture, sobel


def padded(by: int, mode: PaddingMode = "zeros", **view: Any) -> Document:
    given = sobel()
    spec = replace(given.layer.spec, padding=((by, by), (by, by)), padding_mode=mode)
    return replace(given.with_layer(replace(given.layer, spec=spec)), view=View(**view))


@pytest.mark.parametrize("size", [(880, 640), (1440, 900), (514, 430)])
@pytest.mark.parametrize("by", [0, 1, 5, 40])
def test_no_mark_and_no_beam_runs_over_a_title(by: int, size: tuple[int, int]) -> None:
    given = padded(by)
    layout = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(*size, LIGHT))
    titles = max(item.y for item in layout.base if isinstance(item, Label) and item.y < layout.padded_port.clip[1])
    for step in (0, 1, layout.photo.shape[1] - 1, layout.photo.view.positions - 1):
        shown = SLIDE.picture(layout, float(step), Focus())
        marks = [box for item in shown.overlay if isinstance(item, Rects) and item.width == 2.2 for box in item.boxes]
        assert marks
        assert min(box[1] for box in marks) >= titles


@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate"])
def test_padding_is_drawn_with_its_values(mode: PaddingMode) -> None:
    given = padded(3, mode, zoom=40.0, centre=(0.0, 0.0))
    layout = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(1440, 900, LIGHT))
    camera = load_sample("camera").data[0].astype(int)
    modes: dict[str, Any] = {"zeros": "constant", "reflect": "reflect", "replicate": "edge"}
    whole = np.pad(camera, 3, mode=modes[mode])
    dashed = [b for i in layout.base if isinstance(i, Rects) and i.dash == "dashed" for b in i.boxes.tolist()]
    port = layout.padded_port
    assert (port.rows, port.columns) == (518, 518)
    words = {(round(i.x, 2), i.text) for i in layout.base if isinstance(i, Label) and i.anchor == "middle"}
    for cell in ((0, 0), (0, 5), (2, 2), (5, 1)):
        box = port.cell(*cell)
        assert any(np.allclose(box, other) for other in dashed), cell
        assert (round(box[0] + box[2] / 2, 2), str(whole[cell])) in words, cell
    inside = port.cell(3, 3)
    assert np.allclose(inside, layout.input_port.cell(0, 0))
    assert not any(np.allclose(inside, other) for other in dashed)
    from_far = padded(3)
    layout = laid_out(SLIDE, SLIDE.prepare(from_far), from_far.view, Canvas(880, 640, LIGHT))
    (frame,) = [i.boxes for i in layout.base if isinstance(i, Rects) and i.dash == "dashed"]
    assert np.allclose(frame[0], layout.padded_port.clip)
    assert not [
        i
        for i in laid_out(SLIDE, SLIDE.prepare(sobel()), sobel().view, Canvas(880, 640, LIGHT)).base
        if isinstance(i, Rects) and i.dash == "dashed"
    ]


def test_the_loupe_marks_padding() -> None:
    given = padded(1)
    shown = picture(given, 3)
    cells = next(i for i in shown.items if isinstance(i, Cells) and i.name == "window")
    fills = cells.content.fill[..., :3].reshape(3, 3, 3)
    assert (fills[0] == LIGHT.background[:3]).all()
    assert not (fills[1:] == LIGHT.background[:3]).all(axis=-1).any()
    assert list(cells.content.texts[0]) == ["0", "0", "0"]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_map_and_loupe_have_one_colour_for_each_sign(theme: Theme) -> None:
    layout = laid_out(SLIDE, SLIDE.prepare(sobel()), sobel().view, Canvas(912, 740, theme))
    table = layout.photo.levels.table(theme)
    result = theme.role("result")
    assert table[255].tolist() == list(result.positive[:3])
    assert table[0].tolist() == list(result.negative[:3])
    for step, sign in ((116071, 1), (116073, -1)):
        shown = SLIDE.picture(layout, float(step), Focus())
        total = next(i for i in shown.items if isinstance(i, Cells) and i.name == "sum").content.fill[0, 0, :3]
        near, far = (result.positive, result.negative)[::sign]
        paper = np.array(theme.cell[:3], float)
        way = total.astype(float) - paper
        assert way @ (np.array(near[:3]) - paper) / np.linalg.norm(np.array(near[:3]) - paper) > way @ (
            np.array(far[:3]) - paper
        ) / np.linalg.norm(np.array(far[:3]) - paper)


@pytest.mark.parametrize(("stride", "by", "dilation"), [(1, 0, 1), (2, 1, 1), (3, 2, 2)])
def test_a_weight_shows_the_pixels_that_it_serves(stride: int, by: int, dilation: int) -> None:
    given = random_document(2, 2, (60, 70), (3, 3), stride=stride, padding=by, dilation=dilation)
    layout = laid_out(SLIDE, SLIDE.prepare(given), given.view, Canvas(1440, 900, LIGHT))
    step, (row, column) = layout.photo.shape[1] + 2, (1, 2)
    # A weight touches the pixels whose change changes an output, were it alone.
    alone = np.zeros_like(given.layer.weight)
    alone[0, 0, row, column] = 1.0
    served = np.argwhere(_touches(given, alone))
    (top, left), (bottom, right) = served.min(axis=0), served.max(axis=0)
    picture = SLIDE.picture(layout, float(step), Focus(hover=Hit("kernel", (0, 0, row, column))))
    area = next(i.boxes[0] for i in picture.overlay if isinstance(i, Rects) and i.dash == "dashed" and i.width == 2.0)
    assert np.allclose(area, layout.input_port.cell(top, left, bottom - top + 1, right - left + 1))
    said = line(picture, "w[")
    cell = (1 * stride + row * dilation - by, 2 * stride + column * dilation - by)
    value, weight = given.sample.data[(0, *cell)], given.layer.weight[0, 0, row, column]
    assert said.startswith(
        f"w[0, 0, {row}, {column}] = {_text(weight)} meets in[0, {cell[0]}, {cell[1]}] = {_text(value)}"
    )
    assert f"rows {top} … {bottom}, columns {left} … {right}" in said
    marked = [b for i in picture.overlay if isinstance(i, Rects) and i.stroke == LIGHT.text for b in i.boxes.tolist()]
    assert len(marked) == 4, "value, weight, product, and the pixel itself"
    for kind in ("kernel", "product"):
        grids = [grid for grid in picture.hits if grid.kind == kind]
        assert len(grids) == (1 if kind == "kernel" else 2)
        assert all(grid.prefix == (0, 0) for grid in grids)


def _touches(given: Document, weight: NDArray[Any]) -> NDArray[Any]:
    spec = given.layer.spec
    (above, below), (left, right) = spec.pads(given.sample.spatial)
    rows, columns = given.sample.spatial
    met = np.zeros((rows + above + below, columns + left + right), bool)
    taps = np.argwhere(weight[0, 0])
    for i, j in np.ndindex(*given.filter_view.output_shape):
        for row, column in taps:
            met[i * spec.stride[0] + row * spec.dilation[0], j * spec.stride[1] + column * spec.dilation[1]] = True
    return met[above : above + rows, left : left + columns]


def _text(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def test_a_channel_without_a_name_is_called_channel() -> None:
    given = random_document(5, 1, (50, 60), (3, 3))
    said = line(picture(given, focus=Focus(Hit("input", (0, 7, 5)))), "in[")
    values = given.sample.data[:, 7, 5]
    assert said.startswith(f"in[7, 5] = channel 0 {_text(values[0])}, channel 1 {_text(values[1])}, ")
    assert "1 more channel · feeds" in said
    assert line(picture(given, 0, size=(1800, 900)), "out[").startswith("out[0, 0, 0] = channel 0: ")


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
@pytest.mark.parametrize("pads", [((3, 1), (0, 2)), ((0, 4), (5, 0)), ((2, 2), (4, 1)), ((0, 2), (0, 3))])
def test_uneven_padding_is_drawn_with_its_values(mode: PaddingMode, pads: tuple[tuple[int, int], ...]) -> None:
    given = random_document(1, 1, (40, 30), (3, 3), padding=pads, padding_mode=mode)
    names: dict[str, Any] = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    whole = np.pad(given.sample.data[0], pads, mode=names[mode])
    outside = np.pad(np.zeros(given.sample.spatial, bool), pads, constant_values=True)
    drawn = set[tuple[int, int]]()
    for centre in ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)):
        seen = replace(given, view=View(zoom=12.0, centre=centre))
        layout = laid_out(SLIDE, SLIDE.prepare(seen), seen.view, Canvas(1440, 900, LIGHT))
        dashed = [b for i in layout.base if isinstance(i, Rects) and i.dash == "dashed" for b in i.boxes.tolist()]
        words = {(round(i.x, 2), round(i.y, 0)): i.text for i in layout.base if isinstance(i, Label)}
        port = layout.padded_port
        for x, y, wide, high in dashed:
            row, column = round((y - port.y) / port.down), round((x - port.x) / port.across)
            assert outside[row, column]
            (said,) = [t for (a, b), t in words.items() if a == round(x + wide / 2, 2) and y < b < y + high]
            assert said == str(whole[row, column]), (row, column)
            drawn.add((row, column))
    corners = [(r, c) for r in (0, whole.shape[0] - 1) for c in (0, whole.shape[1] - 1)]
    assert {corner for corner in corners if outside[corner]} <= drawn
