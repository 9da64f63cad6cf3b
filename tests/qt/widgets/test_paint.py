"""Pixels: what is painted is what the picture says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from convgui.draw.colour import Bytes
from convgui.draw.grids import value_cells
from convgui.draw.metrics import text_width
from convgui.draw.picture import Box, Item, Lines, Picture, Polygons, Raster, Rects, Warped
from convgui.draw.svg import svg
from convgui.draw.theme import LIGHT
from convgui.draw.words import label
from convgui.qt.export.raster import rasterise
from convgui.qt.widgets.fonts import MONO, SANS, font


def painted(*items: Item, scale: float = 1.0) -> Bytes:
    return rasterise(Picture(120, 80, LIGHT.background, items), scale)


@pytest.mark.usefixtures("qapp")
def test_cells_have_their_fill_and_only_the_revealed_ones() -> None:
    values = np.array([[1.0, -1.0], [0.5, 0.25]])
    cells = replace(value_cells(values, LIGHT, "result", (10, 10), 30, numbers=False), reveal=3)
    pixels = painted(cells)
    for place, (i, j) in enumerate(np.ndindex(2, 2)):
        middle = pixels[10 + i * 30 + 15, 10 + j * 30 + 15].tolist()
        wanted = cells.content.fill[i, j, :3].tolist() if place < 3 else list(LIGHT.background[:3])
        assert middle == wanted


@pytest.mark.usefixtures("qapp")
def test_large_grids_come_from_a_pixmap_and_look_the_same() -> None:
    values = np.arange(48, dtype=np.float64).reshape(6, 8)
    large = value_cells(values, LIGHT, "input", (0, 0), 40)
    picture = Picture(320, 240, LIGHT.background, (large,))
    pixels = rasterise(picture, 2.0)
    for i, j in ((0, 0), (5, 7), (3, 2)):
        corner = pixels[i * 80 + 8, j * 80 + 8].tolist()
        assert corner == large.content.fill[i, j, :3].tolist()
    assert (pixels != rasterise(replace(picture, base=(replace(large, reveal=47),)), 2.0)).any()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("box", [(10, 5, 0, 20), (10, 5, 30, 0), (10, 5, 0, 0)])
@pytest.mark.parametrize("smooth", [False, True])
def test_an_image_without_extent_is_not_painted(box: Box, smooth: bool) -> None:
    """A frame that a window leaves no room for; a random drive met it."""
    image = np.zeros((20, 30, 3), np.uint8)
    for item in (Raster(image, box, (0, 0, 60, 60), smooth), Raster(image, (0, 0, 9, 9), box, smooth)):
        assert (painted(item) == 255).all()
        assert "<image" not in svg(Picture(120, 80, LIGHT.background, (item,)))


@pytest.mark.usefixtures("qapp")
def test_rasters_are_exact_at_one_to_one_and_cut_to_their_clip() -> None:
    image = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    pixels = painted(Raster(image, (10, 5, 30, 20), (10, 5, 20, 20)))
    assert np.array_equal(pixels[5:25, 10:30], image[:, :20])
    assert (pixels[5:25, 30:60] == 255).all()
    magnified = painted(Raster(image[:2, :2], (0, 0, 40, 40), (0, 0, 40, 40)))
    assert magnified[10, 10].tolist() == image[0, 0].tolist()
    assert magnified[30, 30].tolist() == image[1, 1].tolist()


@pytest.mark.usefixtures("qapp")
def test_rects_polygons_lines_and_words_leave_ink() -> None:
    box = np.array([(20.0, 20.0, 40.0, 20.0)])
    for item in (
        Rects(box, fill=LIGHT.text),
        Rects(box, stroke=LIGHT.text, dash="dashed", radius=3),
        Polygons(np.array([[(20.0, 20.0), (60, 20), (60, 40)]]), LIGHT.text),
        Lines(np.array([(20.0, 30.0, 60.0, 30.0)]), LIGHT.text, 2),
        label(20, 38, "Kernel", LIGHT.text, 16, bold=True),
    ):
        pixels = painted(item)
        assert (pixels[20:41, 20:61] < 128).any(), item
        assert (pixels[50:] == 255).all(), item


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("mono", [False, True])
def test_layout_knows_how_wide_the_fonts_are(mono: bool, bold: bool) -> None:
    assert font(13, mono).family() == (MONO if mono else SANS)
    for text in ("Input 3 × 5 × 5", "out[0, 1, 1] = Σ 17", "⌊−0.5⌋" if mono else "Receptive field"):
        measured = QFontMetricsF(font(40, mono, bold)).horizontalAdvance(text)
        assert text_width(text, 40, mono=mono, bold=bold) == pytest.approx(measured, rel=0.03)


def test_fifty_thousand_void_calls(qapp: QApplication) -> None:
    """PySide6 6.12.0 on Python 3.10 and 3.11 dies of such calls; a version that slips in must be seen here."""
    assert qapp is not None
    pixmap = QPixmap(4, 4)
    painter = QPainter(pixmap)
    for _ in range(25_000):
        painter.setOpacity(1.0)
        painter.translate(0.0, 0.0)
    painter.end()


@pytest.mark.usefixtures("qapp")
def test_a_warped_image_lies_where_its_matrix_says() -> None:
    image = np.zeros((2, 3, 3), dtype=np.uint8)
    image[...] = np.arange(6).reshape(2, 3, 1) * 40
    matrix = (8.0, 4.0, -2.0, 10.0, 30.0, 12.0)
    pixels = painted(Warped(image, matrix, (0, 0, 120, 80)))
    a, b, c, d, e, f = matrix
    for row, column in np.ndindex(2, 3):
        x, y = a * (column + 0.5) + c * (row + 0.5) + e, b * (column + 0.5) + d * (row + 0.5) + f
        assert pixels[int(y), int(x)].tolist() == image[row, column].tolist()
    cut = painted(Warped(image, matrix, (0, 0, 40, 80)))
    assert (cut[:, 41:] == 255).all()
    assert np.array_equal(cut[:, :40], pixels[:, :40])
