"""A picture for which there is no room is a sentence that says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

import numpy as np

from convgui.draw.colour import Colour, luminance
from convgui.draw.metrics import text_width, wrap
from convgui.draw.picture import Cells, Item, Label, Picture, Raster, Rects, Warped
from convgui.draw.words import label
from convgui.words import mark, tr

SMALL = (480.0, 360.0)
"""Width and height from which on every picture has room; only smaller ones are looked at."""
NARROW, LOW = 230.0, 160.0
"""Below one of these, words that reach out of the picture make it none."""
NO_ROOM = (
    mark("There is no room for this picture: make the window larger, or hide a panel."),
    mark("There is no room for this picture."),
    mark("No room."),
)
"""The longest that there is room for."""
SIZE, LINE, MARGIN = 12.0, 16.0, 6.0
DARK, LIGHT = (40, 40, 40, 255), (230, 230, 230, 255)


def roomy(draw: Callable[..., Picture]) -> Callable[..., Picture]:
    """Return a method that draws with each picture as `with_room` makes it."""
    return wraps(draw)(lambda *args: with_room(draw(*args)))


def with_room(picture: Picture) -> Picture:
    """Return the picture, or a sentence in its place where parts have negative sizes or words are cut off."""
    if picture.width >= SMALL[0] and picture.height >= SMALL[1]:
        return picture
    tiny = picture.width < NARROW or picture.height < LOW
    if any(map(_negative, picture.items)) or (tiny and any(_outside(item, picture) for item in picture.items)):
        return _said(picture)
    hits = tuple(grid for grid in picture.hits if grid.width >= 0 and grid.height >= 0)
    return picture if len(hits) == len(picture.hits) else replace(picture, hits=hits)


def _negative(item: Item) -> bool:
    if isinstance(item, Cells):
        return item.width < 0 or item.height < 0
    if isinstance(item, Rects):
        return bool(item.boxes.size) and float(item.boxes[:, 2:].min()) < 0
    if isinstance(item, Raster):
        return min(*item.box[2:], *item.clip[2:]) < 0
    return isinstance(item, Warped) and min(item.clip[2:]) < 0


def _outside(item: Item, picture: Picture) -> bool:
    if not isinstance(item, Label) or not item.text.strip():
        return False
    width = sum(text_width(run.text, item.size, mono=item.mono, bold=run.bold) for run in item.runs)
    left = item.x - {"start": 0.0, "middle": width / 2, "end": width}[item.anchor]
    top, bottom = item.y - 0.74 * item.size, item.y + 0.2 * item.size
    return left < -0.5 or top < -0.5 or left + width > picture.width + 0.5 or bottom > picture.height + 0.5


def _said(picture: Picture) -> Picture:
    width, ink = picture.width - 2 * MARGIN, _ink(picture.background)
    for sentence in map(tr, NO_ROOM):
        lines = wrap(sentence, SIZE, width)
        if len(lines) * LINE <= picture.height and all(text_width(line, SIZE) <= width for line in lines):
            break
    else:
        lines = []
    top = (picture.height - len(lines) * LINE) / 2 + SIZE
    words = tuple(label(MARGIN, top + n * LINE, line, ink, SIZE) for n, line in enumerate(lines))
    return Picture(picture.width, picture.height, picture.background, words, summary=tr(NO_ROOM[0]))


def _ink(background: Colour) -> Colour:
    shade = float(luminance(np.array(background[:3], dtype=np.float64)))
    return DARK if not background[3] or shade > 0.18 else LIGHT
