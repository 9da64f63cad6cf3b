"""An overview: the whole picture small in the corner of its frame, with a mark around what is seen of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from convgui.draw.colour import Bytes, faded
from convgui.draw.picture import Box, Hit, HitGrid, Item, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.viewport import Viewport, view_through

SIDE, SHARE, EDGE = 132.0, 0.34, 7.0
"""Longest side in pixels, its largest share of the frame, and the distance from the frame's edge."""
SMALLEST = 5.0
"""Pixels that the mark has at least."""


@dataclass(frozen=True)
class Overview:
    """Where an overview stands, and what it is drawn with.

    Attributes
    ----------
    items : tuple
        Paper, picture, and the mark.
    hits : HitGrid
        Of the kind ``"overview"``; its cells are pixels.
    """

    items: tuple[Item, ...]
    hits: HitGrid


def overview_box(view: Viewport) -> Box | None:
    """Return the box of the overview; None where all of a picture is seen, or where it has a single row."""
    _, _, wide, high = view.clip
    if view.rows < 2 or (wide >= view.box[2] - 1 and high >= view.box[3] - 1):
        return None
    left, top, width, height = view.frame
    scale = min(min(SIDE, SHARE * width) / view.columns, min(SIDE, SHARE * height) / view.rows)
    across, down = max(round(view.columns * scale), 8), max(round(view.rows * scale), 8)
    return (left + width - EDGE - across, top + height - EDGE - down, float(across), float(down))


def overview(image: Bytes, box: Box, view: Viewport, theme: Theme, which: int) -> Overview:
    """Draw an overview.

    Parameters
    ----------
    image : ndarray
        The whole picture, small.
    box : tuple
        Its `overview_box`.
    which : int
        The first index of what is hit.
    """
    x, y, wide, high = box
    around = (x - 3, y - 3, wide + 6, high + 6)
    items: tuple[Item, ...] = (
        Rects(np.array([around]), fill=theme.background, stroke=theme.muted, width=1.0, radius=2),
        Raster(image, box, box, smooth=True, name="overview"),
        *mark_on(box, view, theme),
    )
    return Overview(items, _hits(box, which))


def _hits(box: Box, which: int) -> HitGrid:
    x, y, wide, high = box
    return HitGrid("overview", (which,), x, y, 1.0, 1.0, (round(high), round(wide)))


def overview_hits(views: Sequence[Viewport]) -> list[HitGrid]:
    """Return what can be pointed at of the `overviews` of some pictures."""
    boxes = [(which, overview_box(view)) for which, view in enumerate(views)]
    return [_hits(box, which) for which, box in boxes if box is not None]


def mark_on(box: Box, view: Viewport, theme: Theme) -> tuple[Rects, Rects]:
    """Mark on a small picture of the whole, which fills `box`, what is seen of it."""
    x, y, wide, high = box
    left, top, across, down = view.clip
    mark_wide, mark_high = max(across / view.box[2] * wide, SMALLEST), max(down / view.box[3] * high, SMALLEST)
    mark = (
        min(x + (left - view.x) / view.box[2] * wide, x + wide - mark_wide),
        min(y + (top - view.y) / view.box[3] * high, y + high - mark_high),
        mark_wide,
        mark_high,
    )
    return (
        Rects(np.array([mark]), stroke=faded(theme.background, 0.9), width=4.0),
        Rects(np.array([mark]), stroke=theme.role("kernel").line, width=2.0),
    )


def aim(view: Viewport, hit: Hit) -> tuple[float, float]:
    """Return the point of the picture, as fractions of height and width, that a hit on its overview stands for."""
    box = overview_box(view)
    if box is None:
        return view.centre
    return ((hit.index[-2] + 0.5) / round(box[3]), (hit.index[-1] + 0.5) / round(box[2]))


def overviews(views: Sequence[Viewport], coloured: Callable[[int, Viewport], Bytes], theme: Theme) -> list[Overview]:
    """Draw pictures small where they are not seen whole.

    Parameters
    ----------
    coloured : callable
        Returns the colours of one of the pictures as a viewport shows it.
    """
    found = list[Overview]()
    for which, view in enumerate(views):
        box = overview_box(view)
        if box is not None:
            small = view_through(box, (view.rows, view.columns), (0.5, 0.5), 1.0)
            found.append(overview(coloured(which, small), box, view, theme, which))
    return found
