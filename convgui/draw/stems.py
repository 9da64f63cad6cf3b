"""A signal as stems with their numbers, as a line, or as an envelope, whichever there is room for."""

from __future__ import annotations

import numpy as np

from convgui.draw.colour import Colour
from convgui.draw.metrics import text_width
from convgui.draw.number import short
from convgui.draw.picture import Floats, Item, Lines, Rects
from convgui.draw.words import label

STEMS, NUMBERS = 6.0, 30.0
"""Pixels a sample from which it has a stem, and from which its number is written."""
SIZE, LARGE = 12.0, 13.0
THIN, THICK = 1.0, 2.2
LEAST = 1.0
"""Height that a column of an envelope has at least."""


def envelope_lines(xs: Floats, tops: Floats, bottoms: Floats, colour: Colour, wide: float) -> list[Item]:
    """Draw columns from the greatest to the least; neighbours that do not overlap are joined.

    Parameters
    ----------
    xs : ndarray
        The middle of each column.
    """
    there = ~(np.isnan(tops) | np.isnan(bottoms))
    if not there.any():
        return []
    top, bottom = tops.copy(), bottoms.copy()
    # Between two columns a signal has no gap.
    both = there[1:] & there[:-1]
    above, below = both & (top[1:] > bottom[:-1]), both & (bottom[1:] < top[:-1])
    middle_of = (bottom[:-1] + top[1:]) / 2, (top[:-1] + bottom[1:]) / 2
    bottom[:-1] = np.where(above, np.maximum(bottom[:-1], middle_of[0]), bottom[:-1])
    top[1:] = np.where(above, np.minimum(top[1:], middle_of[0]), top[1:])
    top[:-1] = np.where(below, np.minimum(top[:-1], middle_of[1]), top[:-1])
    bottom[1:] = np.where(below, np.maximum(bottom[1:], middle_of[1]), bottom[1:])
    short_of = np.maximum(LEAST - (bottom - top), 0.0) / 2
    segments = np.stack([xs, top - short_of, xs, bottom + short_of], axis=1)[there]
    return [Lines(segments, colour, wide)]


def polyline(xs: Floats, ys: Floats, colour: Colour, wide: float = 1.4) -> list[Item]:
    """Draw a line through points, with gaps where there is none."""
    segments = np.stack([xs[:-1], ys[:-1], xs[1:], ys[1:]], axis=1)
    segments = segments[~np.isnan(segments).any(axis=1)]
    return [Lines(segments, colour, wide)] if len(segments) else []


def stems(xs: Floats, ys: Floats, zero: float, across: float, colour: Colour, *, bold: bool = False) -> list[Item]:
    """Draw a stem with a dot for each sample."""
    there = ~np.isnan(ys)
    xs, ys = xs[there], ys[there]
    if not len(xs):
        return []
    radius = min(max(across * 0.18, 2.0), 5.0 if bold else 4.0)
    dots = np.stack([xs - radius, ys - radius, np.full_like(xs, 2 * radius), np.full_like(xs, 2 * radius)], axis=1)
    lines = np.stack([xs, np.full_like(xs, zero), xs, ys], axis=1)
    wide = min(max(across * 0.1, THIN), THICK) * (1.3 if bold else 1.0)
    return [Lines(lines, colour, wide), Rects(dots, fill=colour, radius=radius)]


def characters(across: float, size: float = SIZE) -> int:
    """Return how many characters have room at a stem."""
    return int((across - 4) / text_width("0", size, mono=True))


def numbers(xs: Floats, ys: Floats, values: Floats, across: float, ink: Colour, *, bold: bool = False) -> list[Item]:
    """Write the number of each stem beyond its dot, all or none of them, with the same room for each."""
    room = characters(across)
    texts = [short(value, room) if not np.isnan(value) else "NaN" for value in values.tolist()]
    if across < NUMBERS or not all(texts):
        return []
    return [
        label(x, y - 8 if value >= 0 else y + 8 + 0.74 * SIZE, text, ink, SIZE, bold=bold, mono=True, anchor="middle")
        for x, y, value, text in zip(xs.tolist(), ys.tolist(), values.tolist(), texts, strict=True)
        if not np.isnan(y)
    ]
