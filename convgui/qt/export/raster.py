"""Pictures to pixels and pages without a window, in any thread."""

from __future__ import annotations

import os
import sys

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPdfWriter

from convgui.draw.colour import Bytes, Colour
from convgui.draw.picture import Item, Picture
from convgui.qt.widgets.fonts import load_fonts
from convgui.qt.widgets.paint import PicturePainter, qcolor
from convgui.qt.widgets.painting import painting

POINTS = 72
"""Points of a PDF in an inch."""
DOTS = 1200
"""Units of the PDF's coordinates in an inch: fine enough that rounding is never seen."""


def offscreen() -> QGuiApplication:
    """Return the application, made without a screen if there is none yet."""
    running = QGuiApplication.instance()
    if isinstance(running, QGuiApplication):
        return running
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = QGuiApplication(sys.argv[:1])
    load_fonts()
    return app


class Rasteriser:
    """Paints one picture after the other; what does not move between them is painted once."""

    def __init__(self) -> None:
        self._painter = PicturePainter()
        self._still: tuple[tuple[Item, ...], Colour, float, QImage] | None = None

    def __call__(self, picture: Picture, scale: float = 1.0) -> Bytes:
        """Paint a picture into uint8 RGB, or RGBA where its background is not opaque; needs a QGuiApplication."""
        image = self._ground(picture, scale).copy()
        with painting(image) as painter:
            painter.scale(scale, scale)
            self._painter.paint_items(painter, picture.overlay)
        return _pixels(image, 3 if picture.background[3] == 255 else 4)

    def _ground(self, picture: Picture, scale: float) -> QImage:
        """Return background and base; kept for as long as both stay what they are."""
        kept = self._still
        if kept is not None and kept[0] is picture.base and kept[1:3] == (picture.background, scale):
            return kept[3]
        width, height = round(picture.width * scale), round(picture.height * scale)
        # Text comes out alike on both kinds; the painter blends premultiplied pixels exactly.
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(qcolor(picture.background if picture.background[3] else (0, 0, 0, 0)))
        with painting(image) as painter:
            painter.scale(scale, scale)
            self._painter.paint_items(painter, picture.base)
        self._still = (picture.base, picture.background, scale, image)
        return image


def rasterise(picture: Picture, scale: float = 1.0) -> Bytes:
    """Paint a picture once, as `Rasteriser` does."""
    return Rasteriser()(picture, scale)


def _pixels(image: QImage, channels: int) -> Bytes:
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    wanted = image.convertToFormat(kind)
    if wanted.isNull():
        # So Qt says that it could not allocate it.
        raise MemoryError
    rows, columns = wanted.height(), wanted.width()
    flat = np.frombuffer(wanted.constBits(), dtype=np.uint8).reshape(rows, wanted.bytesPerLine())
    return flat[:, : channels * columns].reshape(rows, columns, channels).copy()


def to_pdf(picture: Picture, scale: float = 1.0) -> bytes:
    """Write a picture as a PDF of one page, with vectors, real text and its fonts; needs a QGuiApplication.

    One pixel of the picture is `scale` points.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(picture.summary or "convgui")
    writer.setCreator("convgui")
    writer.setResolution(DOTS)
    size = QPageSize(QSizeF(picture.width * scale, picture.height * scale), QPageSize.Unit.Point, "picture")
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    with painting(writer) as painter:
        painter.scale(scale * DOTS / POINTS, scale * DOTS / POINTS)
        PicturePainter(vector=True).paint(painter, picture)
    return bytes(buffer.data().data())
