"""A contact sheet: pictures with their titles, chapter by chapter, as one picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from convgui.draw.compose import centred, placed
from convgui.draw.metrics import elide
from convgui.draw.picture import Item, Picture, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label

TILE = (384.0, 256.0)
"""Size of a picture on the sheet, in pixels at scale 1."""
MOST_COLUMNS = 12
MARGIN, GAP, TITLE, CHAPTER = 28.0, 20.0, 36.0, 44.0


@dataclass(frozen=True)
class Tile:
    """One picture of `TILE` size, with the words below it."""

    chapter: str
    title: str
    detail: str
    picture: Picture


def sheet(tiles: Iterable[Tile], theme: Theme, heading: str, columns: int = 5) -> Picture:
    """Put pictures side by side, `columns` in a row; each chapter has a heading and begins a row.

    Tiles of one chapter have to follow each other.
    """
    wide, high = TILE
    items: list[Item] = [label(MARGIN, MARGIN + 18, heading, theme.text, 20, bold=True)]
    count, bottom = 0, MARGIN + 18.0
    for chapter, group in groupby(tiles, key=lambda tile: tile.chapter):
        items.append(label(MARGIN, bottom + CHAPTER - 10, chapter, theme.muted, 15, bold=True))
        top, number = bottom + CHAPTER, 0
        for number, tile in enumerate(group):
            row, column = divmod(number, columns)
            x, y = MARGIN + column * (wide + GAP), top + row * (high + TITLE + GAP)
            items += _tile(tile, x, y, theme)
            count += 1
        bottom = top + (number // columns + 1) * (high + TITLE + GAP) - GAP
    width = 2 * MARGIN + columns * (wide + GAP) - GAP
    return Picture(width, bottom + MARGIN, theme.background, tuple(items), summary=f"{heading}: {count} pictures.")


def _tile(tile: Tile, x: float, y: float, theme: Theme) -> list[Item]:
    wide, high = TILE
    return [
        *placed(centred(tile.picture), x, y),
        Rects(np.array([(x, y, wide, high)]), stroke=theme.line, width=1.0),
        label(x, y + high + 17, elide(tile.title, 13, wide, bold=True), theme.text, 13, bold=True),
        label(x, y + high + 32, elide(tile.detail, 11, wide, mono=True), theme.muted, 11, mono=True),
    ]
