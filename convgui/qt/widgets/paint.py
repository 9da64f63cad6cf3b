"""Pictures onto a QPainter: the one place that turns the display list into pixels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import ceil, floor, inf
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from convgui.draw.colour import Bytes, Colour
from convgui.draw.metrics import text_width
from convgui.draw.picture import (
    DASHES,
    CellContent,
    Cells,
    Curves,
    Dash,
    Item,
    Label,
    Lines,
    Picture,
    Polygons,
    Raster,
    Rects,
    Warped,
)
from convgui.qt.widgets.fonts import font
from convgui.qt.widgets.painting import painting, saved

MANY_TEXTS = 40
"""From this many numbers on a grid is painted once into an image and copied from there."""
MANY_CELLS = 16_384
"""Up to this many cells a page gets rectangles, which stay sharp in every viewer; more are one image."""


def qcolor(value: Colour) -> QColor:
    """Turn a picture's colour into Qt's."""
    return QColor(*value)


def qimage(array: Bytes) -> QImage:
    """Wrap uint8 ``(rows, columns, 3 or 4)`` without copying; the array has to outlive the image."""
    rows, columns, channels = array.shape
    if channels not in (3, 4) or array.dtype != np.uint8:
        # Qt would read past the end of anything else.
        raise ValueError(f"an image is uint8 RGB or RGBA, not {array.dtype} {array.shape}")
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    return QImage(array.data, columns, rows, columns * channels, kind)


def _pen(stroke: Colour | None, width: float, dash: Dash = "solid") -> QPen:
    if stroke is None:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(qcolor(stroke), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dash != "solid":
        # Qt counts in widths of the pen.
        pen.setDashPattern([length / width for length in DASHES[dash]])
    return pen


def _brush(fill: Colour | None) -> QBrush:
    return QBrush(Qt.BrushStyle.NoBrush) if fill is None else QBrush(qcolor(fill))


TALLEST, WIDEST, ADVANCE = 0.6, 0.9, 0.6
"""Of a cell's height and width, what an enlarged number may take; and the width of a digit in sizes of its font."""


def longest_text(item: Cells) -> int:
    """Return how many characters the longest number of a grid has."""
    return max((len(text) for row in item.content.texts for text in row), default=0)


def enlarged_font(item: Cells, enlarged: float, longest: int, largest: float = inf) -> float:
    """Return the size of a grid's numbers that are `enlarged` as far as its cells have room, to the `largest` size."""
    if enlarged <= 1 or not item.font or item.rise:
        return item.font
    most = min(TALLEST * item.height, WIDEST * item.width / (ADVANCE * max(longest, 1)))
    return max(item.font, min(item.font * enlarged, most, largest))


class PicturePainter:
    """Paints items; keeps what is costly to make for as long as the arrays it was made from live.

    Parameters
    ----------
    vector : bool
        For a page: cells are rectangles and text stays text.

    Attributes
    ----------
    enlarged : float
        How much larger the numbers of grids are written than the picture says, as far as their cells have room.
    """

    def __init__(self, *, vector: bool = False) -> None:
        self._vector = vector
        self.enlarged, self.largest = 1.0, inf
        self._longest: WeakKeyDictionary[CellContent, int] = WeakKeyDictionary()
        # Images, not pixmaps: these may be painted in any thread.
        self._kept: WeakKeyDictionary[CellContent, tuple[tuple[object, ...], QImage]] = WeakKeyDictionary()
        self._scaled: WeakKeyDictionary[Raster, tuple[float, QImage | None]] = WeakKeyDictionary()
        self._images: dict[int, tuple[Bytes, Bytes, QImage]] = {}

    def paint(self, painter: QPainter, picture: Picture) -> None:
        """Paint background and all items."""
        painter.fillRect(QRectF(0, 0, picture.width, picture.height), qcolor(picture.background))
        self.paint_items(painter, picture.items)

    def paint_items(self, painter: QPainter, items: Iterable[Item]) -> None:
        """Paint items in order."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        for item in items:
            match item:
                case Cells():
                    self._cells(painter, item)
                case Rects():
                    _rects(painter, item)
                case Polygons():
                    _polygons(painter, item)
                case Lines():
                    painter.setPen(_pen(item.stroke, item.width, item.dash))
                    painter.drawLines([QLineF(*segment) for segment in item.segments.tolist()])
                case Curves():
                    _curves(painter, item)
                case Label():
                    _label(painter, item)
                case Raster():
                    self._raster(painter, item)
                case Warped():
                    self._warped(painter, item)

    def _cells(self, painter: QPainter, item: Cells) -> None:
        if item.slope:
            with saved(painter):
                painter.setTransform(QTransform(1, item.slope, 0, 1, 0, -item.slope * item.x), True)
                self._upright_cells(painter, item)
        else:
            self._upright_cells(painter, item)

    def _large(self, item: Cells) -> Cells:
        """Return a grid with numbers as large as is wanted; those that leave room for a weight below stay."""
        if self.enlarged <= 1 or not item.font or item.rise:
            return item
        longest = self._longest.get(item.content)
        if longest is None:
            longest = longest_text(item)
            self._longest[item.content] = longest
        return replace(item, font=enlarged_font(item, self.enlarged, longest, self.largest))

    def _upright_cells(self, painter: QPainter, item: Cells) -> None:
        item = self._large(item)
        rows, columns = item.content.shape
        shown = rows * columns if item.reveal is None else item.reveal
        box = QRectF(*item.box)
        painter.fillRect(box, qcolor(item.empty))
        if self._vector:
            _vector_fills(painter, item, shown)
            _texts(painter, item)
        elif shown and item.font and rows * columns >= MANY_TEXTS:
            self._cached_content(painter, item, shown)
        elif shown:
            _fills(painter, item, shown)
            _texts(painter, item)
        _grid(painter, item)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(item.outline, item.outline_width))
        painter.drawRect(box)

    def _cached_content(self, painter: QPainter, item: Cells, shown: int) -> None:
        """Copy the shown rows, and the shown part of the last one, from an image of the whole grid."""
        ratio = painter.device().devicePixelRatioF() * painter.worldTransform().m11()
        key = (item.width, item.height, item.font, item.bold, item.rise, ratio)
        kept = self._kept.get(item.content)
        if kept is None or kept[0] != key:
            kept = (key, _content_image(item, ratio))
            self._kept[item.content] = kept
        full, rest = divmod(shown, item.content.shape[1])
        width = item.box[2]
        parts = [(0.0, 0.0, width, full * item.height), (0.0, full * item.height, rest * item.width, item.height)]
        for x, y, w, h in parts:
            if w and h:
                source = QRectF(x * ratio, y * ratio, w * ratio, h * ratio)
                painter.drawImage(QRectF(item.x + x, item.y + y, w, h), kept[1], source)

    def _image(self, array: Bytes) -> QImage:
        """Wrap an image, or take the wrapping of before; both keep the array alive."""
        kept = self._images.get(id(array))
        if kept is None or kept[0] is not array:
            if len(self._images) >= 8:
                self._images.pop(next(iter(self._images)))
            flat = np.ascontiguousarray(array)
            kept = (array, flat, qimage(flat))
            self._images[id(array)] = kept
        return kept[2]

    def _warped(self, painter: QPainter, item: Warped) -> None:
        with saved(painter):
            painter.setClipRect(QRectF(*item.clip))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, item.smooth)
            a, b, c, d, e, f = item.matrix
            painter.setTransform(QTransform(a, b, c, d, e, f), True)
            painter.drawImage(QPointF(0, 0), self._image(item.image))

    def _raster(self, painter: QPainter, item: Raster) -> None:
        """Paint an image; one that is painted again in the same place, scaled smoothly, is scaled once."""
        if item.is_empty:
            return
        transform = painter.deviceTransform()
        ratio = transform.m11()
        if not item.smooth or transform != QTransform.fromScale(ratio, ratio):
            self._scale(painter, item)
            return
        known = self._scaled.get(item)
        left, top = floor(item.clip[0] * ratio), floor(item.clip[1] * ratio)
        if known is None:
            self._scaled[item] = (ratio, None)
            self._scale(painter, item)
            return
        if known[0] != ratio or known[1] is None:
            wide = ceil((item.clip[0] + item.clip[2]) * ratio) - left
            high = ceil((item.clip[1] + item.clip[3]) * ratio) - top
            image = QImage(max(wide, 1), max(high, 1), QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(Qt.GlobalColor.transparent)
            with painting(image) as within:
                within.translate(-left / ratio, -top / ratio)
                self._scale(within, item)
            known = self._scaled[item] = (ratio, image)
        if known[1] is not None:
            painter.drawImage(QPointF(left / ratio, top / ratio), known[1])

    def _scale(self, painter: QPainter, item: Raster) -> None:
        image = self._image(item.image)
        rows, columns, box = item.visible()
        source = QRectF(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        with saved(painter):
            painter.setClipRect(QRectF(*item.clip))
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, item.smooth)
            painter.drawImage(QRectF(*box), image, source)


def _content_image(item: Cells, ratio: float) -> QImage:
    _, _, width, height = item.box
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    with painting(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-item.x, -item.y)
        whole = item.content.shape[0] * item.content.shape[1]
        _fills(painter, item, whole)
        _texts(painter, item, whole)
    return image


def _vector_fills(painter: QPainter, item: Cells, shown: int) -> None:
    """Fill the shown cells one by one; of very many, as one image."""
    if shown > MANY_CELLS:
        _fills(painter, item, shown)
        return
    columns = item.content.shape[1]
    fill = item.content.fill.reshape(-1, 4).tolist()
    for cell in range(shown):
        if fill[cell][3]:
            row, column = divmod(cell, columns)
            box = QRectF(item.x + column * item.width, item.y + row * item.height, item.width, item.height)
            painter.fillRect(box, QColor(*fill[cell]))


def _fills(painter: QPainter, item: Cells, shown: int) -> None:
    rows, columns = item.content.shape
    fill = np.ascontiguousarray(item.content.fill)
    if shown < rows * columns:
        fill = fill.copy()
        fill.reshape(-1, 4)[shown:, 3] = 0
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(QRectF(*item.box), qimage(fill), QRectF(0, 0, columns, rows))


def _texts(painter: QPainter, item: Cells, shown: int | None = None) -> None:
    if not item.font:
        return
    texts = item.shown_texts() if shown is None else item.content.texts
    inks, columns = item.content.ink.tolist(), item.content.shape[1]
    present, bold = list[int](), None
    for i, row in enumerate(texts):
        y = item.y + (i + 0.5 - item.rise) * item.height + 0.36 * item.font
        for j, text in enumerate(row):
            if text:
                if (i * columns + j in item.bold) is not bold:
                    bold = i * columns + j in item.bold
                    painter.setFont(font(int(item.font), mono=True, bold=bold))
                if inks[i][j] != present:
                    present = inks[i][j]
                    painter.setPen(QColor(*present))
                half = 0.3 * len(text) * int(item.font)
                painter.drawText(QPointF(item.x + (j + 0.5) * item.width - half, y), text)


def _grid(painter: QPainter, item: Cells) -> None:
    rows, columns = item.content.shape
    if min(item.width, item.height) < 4:
        return
    x, y, width, height = item.box
    lines = [QLineF(x + j * item.width, y, x + j * item.width, y + height) for j in range(1, columns)]
    lines += [QLineF(x, y + i * item.height, x + width, y + i * item.height) for i in range(1, rows)]
    painter.setPen(_pen(item.grid, 1))
    painter.drawLines(lines)


def _rects(painter: QPainter, item: Rects) -> None:
    painter.setPen(_pen(item.stroke, item.width, item.dash))
    painter.setBrush(_brush(item.fill))
    boxes = [QRectF(*box) for box in item.boxes.tolist()]
    if item.radius:
        for box in boxes:
            painter.drawRoundedRect(box, item.radius, item.radius)
    else:
        painter.drawRects(boxes)


def _polygons(painter: QPainter, item: Polygons) -> None:
    painter.setPen(_pen(item.stroke, item.width))
    painter.setBrush(_brush(item.fill))
    # One path is filled in half the time of as many polygons.
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for corners in item.corners.tolist():
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
        path.closeSubpath()
    painter.drawPath(path)


def _curves(painter: QPainter, item: Curves) -> None:
    painter.setPen(_pen(item.stroke, item.width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for points in item.points.tolist():
        path = QPainterPath(QPointF(*points[:2]))
        path.cubicTo(*points[2:])
        painter.drawPath(path)


def _label(painter: QPainter, item: Label) -> None:
    widths = [text_width(run.text, item.size, mono=item.mono, bold=run.bold) for run in item.runs]
    x = item.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor] * sum(widths)
    for run, width in zip(item.runs, widths, strict=True):
        painter.setFont(font(int(item.size), item.mono, run.bold))
        painter.setPen(qcolor(run.colour))
        painter.drawText(QPointF(x, item.y), run.text)
        x += width
