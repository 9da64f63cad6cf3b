"""The display list: what lies under a point, what a grid shows, what is hatched, what an SVG holds."""

from __future__ import annotations

import base64
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from convgui.draw.grids import hatch, value_cells
from convgui.draw.metrics import elide, text_width, wrap
from convgui.draw.picture import Curves, Hit, HitGrid, Item, Lines, Picture, Polygons, Raster, Rects, Warped
from convgui.draw.png import png_bytes
from convgui.draw.svg import svg
from convgui.draw.theme import DARK, LIGHT
from convgui.draw.words import label

SVG = "{http://www.w3.org/2000/svg}"


@given(st.integers(0, 5), st.integers(0, 7), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_point_in_a_cell_hits_that_cell(row: int, column: int, down: float, across: float) -> None:
    grid = HitGrid("input", (2,), 10, 20, 8, 6, (6, 8), origin=(-1, -2))
    hit = grid.hit(10 + (column + across) * 8, 20 + (row + down) * 6)
    assert hit == Hit("input", (2, row - 1, column - 2))
    x, y, width, height = grid.box(hit.index)
    assert (x, y, width, height) == (10 + column * 8, 20 + row * 6, 8, 6)


def test_outside_and_clipped_points_hit_nothing() -> None:
    grid = HitGrid("output", (), 0, 0, 10, 10, (3, 3), clip=(0, 0, 15, 30))
    assert grid.hit(-1, 5) is None
    assert grid.hit(5, 31) is None
    assert grid.hit(20, 5) is None
    assert grid.hit(14, 5) == Hit("output", (0, 1))


def test_the_topmost_grid_is_hit() -> None:
    under, over = (HitGrid(kind, (), 0, 0, 10, 10, (1, 1)) for kind in ("input", "output"))
    picture = Picture(10, 10, LIGHT.background, hits=(under, over))
    assert picture.hit(5, 5) == Hit("output", (0, 0))
    assert picture.hit(50, 5) is None


def test_numbers_are_legible_or_not_drawn() -> None:
    values = np.array([[0.00390625, 0.0625], [1234567.0, -3.0]])
    for cell in (6, 12, 20, 30, 60):
        cells = value_cells(values, LIGHT, "kernel", (0, 0), cell)
        assert cells.font == 0 or cells.font >= 8
        assert bool(cells.content.texts) == bool(cells.font)
        for row in cells.content.texts:
            for text in row:
                assert text_width(text, cells.font, mono=True) <= cell


def test_what_is_not_zero_never_reads_zero() -> None:
    cells = value_cells(np.array([[1 / 256, 1.0]]), LIGHT, "kernel", (0, 0), 30)
    assert "0" not in [text for row in cells.content.texts for text in row]


def test_only_revealed_cells_show_their_text() -> None:
    cells = value_cells(np.arange(6, dtype=np.float64).reshape(2, 3), LIGHT, "result", (0, 0), 40)
    from dataclasses import replace

    assert replace(cells, reveal=4).shown_texts() == (("0", "1", "2"), ("3", "", ""))
    assert replace(cells, reveal=0).shown_texts() == (("", "", ""), ("", "", ""))


@given(st.floats(3, 80), st.floats(3, 80))
def test_hatching_stays_inside_its_box(width: float, height: float) -> None:
    lines = hatch([(5, 7, width, height)], LIGHT.muted)
    x, y = lines.segments[:, ::2], lines.segments[:, 1::2]
    assert ((x >= 5 - 1e-9) & (x <= 5 + width + 1e-9)).all()
    assert ((y >= 7 - 1e-9) & (y <= 7 + height + 1e-9)).all()


def test_an_svg_holds_real_text_and_only_what_is_shown() -> None:
    from dataclasses import replace

    cells = replace(value_cells(np.array([[12.0, 34.0]]), DARK, "result", (5, 5), 40), reveal=1)
    image = np.zeros((4, 4, 3), dtype=np.uint8)
    items: tuple[Item, ...] = (
        cells,
        label(5, 80, "a < b & c", DARK.text),
        Rects(np.array([(1.0, 2, 3, 4)]), stroke=DARK.text, dash="dashed", radius=2),
        Polygons(np.array([[(0.0, 0), (1, 0), (1, 1)]]), fill=(1, 2, 3, 40)),
        Lines(np.array([(0.0, 0, 9, 9)]), DARK.text),
        Curves(np.array([(0.0, 0, 1, 1, 2, 2, 3, 3)]), DARK.text),
        Raster(image, (0, 0, 40, 40), (0, 0, 20, 40)),
    )
    text = svg(Picture(200, 100, DARK.background, items, summary="a & b"), scale=2)
    root = ElementTree.fromstring(text)
    words = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    assert words == ["12", "a < b & c"]
    assert root.get("width") == "400"
    assert root.find(f"{SVG}title") is not None
    assert len(list(root.iter(f"{SVG}image"))) == 1


def test_png_bytes_are_read_back_exactly() -> None:
    rng = np.random.default_rng(0)
    for channels in (3, 4):
        image = rng.integers(0, 256, (5, 7, channels), dtype=np.uint8)
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(png_bytes(image)))), image)


def test_text_is_wrapped_and_elided_to_its_room() -> None:
    words = "the window slides over the input one position at a time"
    lines = wrap(words, 13, 120)
    assert " ".join(lines) == words
    assert all(text_width(line, 13) <= 120 for line in lines)
    assert text_width(elide(words, 13, 90), 13) <= 90
    assert elide("short", 13, 90) == "short"


def test_a_warped_image_is_an_svg_image_under_the_same_matrix() -> None:
    image = np.arange(18, dtype=np.uint8).reshape(2, 3, 3)
    item = Warped(image, (8.0, 4.0, -2.0, 10.0, 30.5, 12.0), (0, 0, 40, 80))
    root = ElementTree.fromstring(svg(Picture(120, 80, LIGHT.background, (item,), summary="x")))
    found = next(root.iter(f"{SVG}image"))
    assert found.get("transform") == "matrix(8 4 -2 10 30.5 12)"
    assert (found.get("width"), found.get("height")) == ("3", "2")


@given(st.integers(0, 4), st.integers(0, 5), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_a_point_in_a_cell_of_a_falling_grid_hits_that_cell(row: int, column: int, down: float, across: float) -> None:
    grid = HitGrid("kernel", (1, 0, 2), 10, 20, 8, 6, (5, 6), slope=0.25)
    x = 10 + (column + across) * 8
    hit = grid.hit(x, 20 + (row + down) * 6 + 0.25 * (x - 10))
    assert hit == Hit("kernel", (1, 0, 2, row, column))
    left, top, width, height = grid.box(hit.index)
    assert left <= x <= left + width
    assert top <= 20 + (row + down) * 6 + 0.25 * (x - 10) <= top + height


@pytest.mark.parametrize(
    "clip", [(10, 20, 80, 60), (30, 20, 80, 60), (10, 40, 40, 20), (33, 37, 24, 18), (0, 0, 35, 45)]
)
def test_a_clipped_image_keeps_its_pixels_where_they_are(clip: tuple[float, float, float, float]) -> None:
    image = np.random.default_rng(1).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    item = Raster(image, (10, 20, 80, 60), clip)
    root = ElementTree.fromstring(svg(Picture(120, 100, LIGHT.background, (item,), summary="x")))
    (found,) = root.iter(f"{SVG}image")
    x, y, width, height = (float(found.get(name, "")) for name in ("x", "y", "width", "height"))
    data = found.get("{http://www.w3.org/1999/xlink}href", "").partition(",")[2]
    part = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    # A pixel is 10 wide and 10 high.
    assert (width, height) == (10 * part.shape[1], 10 * part.shape[0])
    top, left = round((y - 20) / 10), round((x - 10) / 10)
    assert np.array_equal(part, image[top : top + part.shape[0], left : left + part.shape[1]])
    assert x <= max(clip[0], 10)
    assert x + width >= min(clip[0] + clip[2], 90)
