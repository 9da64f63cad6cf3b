"""Pictures put together: one picture moved to its place on a larger one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from convgui.draw.metrics import text_width
from convgui.draw.picture import (
    Box,
    Cells,
    Curves,
    Floats,
    Item,
    Label,
    Lines,
    Picture,
    Polygons,
    Raster,
    Rects,
    Warped,
)


def moved(item: Item, right: float, down: float) -> Item:
    """Return an item moved by pixels; what it holds is shared."""
    if isinstance(item, Cells | Label):
        return replace(item, x=item.x + right, y=item.y + down)
    if isinstance(item, Rects):
        return replace(item, boxes=item.boxes + np.array([right, down, 0, 0]))
    if isinstance(item, Polygons):
        return replace(item, corners=item.corners + np.array([right, down]))
    if isinstance(item, Lines):
        return replace(item, segments=item.segments + np.tile([right, down], 2))
    if isinstance(item, Curves):
        return replace(item, points=item.points + np.tile([right, down], 4))
    clip = _shifted(item.clip, right, down)
    if isinstance(item, Raster):
        return replace(item, box=_shifted(item.box, right, down), clip=clip)
    a, b, c, d, e, f = item.matrix
    return replace(item, matrix=(a, b, c, d, e + right, f + down), clip=clip)


def _shifted(box: Box, right: float, down: float) -> Box:
    return (box[0] + right, box[1] + down, box[2], box[3])


def placed(picture: Picture, right: float, down: float) -> tuple[Item, ...]:
    """Return the items of a picture, its upper left corner at ``(right, down)``."""
    return tuple(moved(item, right, down) for item in picture.items)


def bounds(picture: Picture) -> Box:
    """Return the box around everything drawn but words; the whole picture where nothing else is."""
    corners = [c for item in picture.items for c in _corners(item) if c.size]
    if not corners:
        return (0.0, 0.0, picture.width, picture.height)
    points = np.concatenate(corners)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    return (float(left), float(top), float(right - left), float(bottom - top))


def centred(picture: Picture) -> Picture:
    """Return a picture without words moved so that what it shows is in the middle."""
    x, y, wide, high = bounds(picture)
    way = (round((picture.width - wide) / 2 - x), round((picture.height - high) / 2 - y))
    if way == (0, 0):
        return picture
    base, overlay = (tuple(moved(item, *way) for item in items) for items in (picture.base, picture.overlay))
    return replace(picture, base=base, overlay=overlay, hits=())


def extent(picture: Picture) -> Box:
    """Return the box around everything drawn, words too, on the picture; all of it where nothing is drawn."""
    points = [c for item in picture.items for c in (_words(item) if isinstance(item, Label) else _corners(item))]
    if not any(len(p) for p in points):
        return (0.0, 0.0, picture.width, picture.height)
    most = np.array([picture.width, picture.height])
    corners = np.clip(np.concatenate([p for p in points if len(p)]), 0, most)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return (float(left), float(top), float(right - left), float(bottom - top))


def around(boxes: Iterable[Box]) -> Box:
    """Return the box around several."""
    lines = np.array([(x, y, x + wide, y + high) for x, y, wide, high in boxes])
    left, top = lines[:, :2].min(axis=0)
    right, bottom = lines[:, 2:].max(axis=0)
    return (float(left), float(top), float(right - left), float(bottom - top))


def cropped(picture: Picture, box: Box) -> Picture:
    """Return the part of a picture in a box as a picture of its own, which can be looked at and not pointed at."""
    x, y, wide, high = box
    base, overlay = (tuple(moved(item, -x, -y) for item in items) for items in (picture.base, picture.overlay))
    return replace(picture, width=wide, height=high, base=base, overlay=overlay, hits=())


def _words(item: Label) -> list[Floats]:
    wide = sum(text_width(run.text, item.size, mono=item.mono, bold=run.bold) for run in item.runs)
    left = item.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[item.anchor] * wide
    return [np.array([(left, item.y - item.size), (left + wide, item.y + 0.3 * item.size)])] if wide else []


def _corners(item: Item) -> list[Floats]:
    """Points between which an item lies."""
    if isinstance(item, Label):
        return []
    if isinstance(item, Polygons):
        return [item.corners.reshape(-1, 2)]
    if isinstance(item, Lines):
        return [item.segments.reshape(-1, 2)]
    if isinstance(item, Curves):
        return [item.points.reshape(-1, 2)]
    if isinstance(item, Rects):
        return [item.boxes[:, :2], item.boxes[:, :2] + item.boxes[:, 2:]]
    if isinstance(item, Warped):
        return [_inside(item)]
    if isinstance(item, Cells):
        rows, columns = item.content.shape
        return [np.array([item.corner(i, j) for i in (0, rows) for j in (0, columns)])]
    x, y, wide, high = item.clip
    return [np.array([(x, y), (x + wide, y + high)])]


def _inside(item: Warped) -> Floats:
    """Corners of a warped image, pulled into its clip."""
    rows, columns = item.image.shape[:2]
    a, b, c, d, e, f = item.matrix
    ends = [(i, j) for i in (0, rows) for j in (0, columns)]
    x, y, wide, high = item.clip
    points = np.array([(a * j + c * i + e, b * j + d * i + f) for i, j in ends])
    return np.asarray(np.clip(points, (x, y), (x + wide, y + high)))
