"""A signal as a curve in a box: its values, or what lies between the smallest and the largest of each pixel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Colour
from convgui.draw.levels import Levels
from convgui.draw.picture import Box, Floats, Item, Lines, Rects
from convgui.draw.theme import Theme

CROWDED = 2.0
"""Values a pixel from which extremes are drawn instead of a line from value to value."""
STEMS = 9.0
"""Pixels a value from which each has a stem with a head."""
HEAD, THINNEST = 3.0, 1.2
"""Half of a head, and how high an extreme is at least."""


def spans(values: NDArray[Any], count: int) -> Floats:
    """Return the smallest and the largest value of `count` parts of one length, about; NaN where all are missing.

    What is between two parts belongs to the second.

    Returns
    -------
    ndarray
        ``(count, 2)``.
    """
    starts = np.arange(count) * values.size // count
    # Each part reaches to the last value before it, as a line would.
    before = values[np.maximum(starts - 1, 0)]
    least, most = (ufunc(ufunc.reduceat(values, starts), before).astype(np.float64) for ufunc in (np.fmin, np.fmax))
    return np.stack([least, most], axis=-1)


def trace_items(
    values: NDArray[Any],
    box: Box,
    levels: Levels,
    ink: Colour,
    theme: Theme,
    within: tuple[float, float] | None = None,
) -> list[Item]:
    """Draw a signal ``(n,)`` from the left of a box to its right, `levels` from the bottom to the top.

    A line marks 0 where that is in the box; values beyond the ends stay at the edge, missing ones leave a gap.

    Parameters
    ----------
    within : tuple of float, optional
        Two positions across, beyond which nothing is drawn.
    """
    x, _, wide, _ = box
    left, right = within or (x, x + wide)
    zero = float(_heights(np.zeros(1), box, levels)[0])
    items: list[Item] = [Lines(np.array([(left, zero, right, zero)]), theme.line)] if _holds_zero(levels) else []
    pixel = wide / values.size
    if pixel * CROWDED < 1:
        return [*items, *_envelope(values, box, levels, ink, (left, right))]
    across = np.arange(values.size, dtype=np.float64) * pixel + (x + pixel / 2)
    down = _heights(values, box, levels)
    there = np.isfinite(down)
    if pixel >= STEMS:
        there &= (across >= left) & (across <= right)
        return [*items, *_stems(across[there], down[there], zero, pixel, ink)]
    ends = np.stack([across[:-1], down[:-1], across[1:], down[1:]], axis=-1)[there[:-1] & there[1:]]
    return [*items, Lines(_cut(ends, left, right), ink, 1.3)] if len(ends) else items


def _holds_zero(levels: Levels) -> bool:
    return levels.low <= 0 <= levels.high


def _heights(values: NDArray[Any], box: Box, levels: Levels) -> Floats:
    """Return how far down values stand in a box."""
    share = (values.astype(np.float64) - levels.low) / ((levels.high - levels.low) or 1.0)
    return np.asarray(box[1] + box[3] * (1 - np.clip(share, 0.0, 1.0)))


def _cut(ends: Floats, left: float, right: float) -> Floats:
    """Cut lines that run from left to right where they leave what lies between two positions."""
    x, y, x2, y2 = ends[(ends[:, 2] > left) & (ends[:, 0] < right)].T
    slope = (y2 - y) / (x2 - x)
    start, stop = np.maximum(x, left), np.minimum(x2, right)
    return np.stack([start, y + slope * (start - x), stop, y + slope * (stop - x)], axis=-1)


def _envelope(values: NDArray[Any], box: Box, levels: Levels, ink: Colour, within: tuple[float, float]) -> list[Item]:
    """Draw a bar a pixel from its smallest to its largest value."""
    x, _, wide, _ = box
    found = spans(values, max(int(wide), 1))
    top, bottom = _heights(found[:, 1], box, levels), _heights(found[:, 0], box, levels)
    edges = np.clip(x + np.arange(len(found) + 1) * wide / len(found), *within)
    there = np.isfinite(top) & np.isfinite(bottom) & (edges[1:] > edges[:-1])
    tall = np.maximum(bottom - top, THINNEST)
    bars = np.stack([edges[:-1], (top + bottom - tall) / 2, np.diff(edges), tall], axis=-1)
    return [Rects(bars[there], fill=ink)] if there.any() else []


def _stems(across: Floats, down: Floats, zero: float, pixel: float, ink: Colour) -> list[Item]:
    """Draw a line from 0 to each value, with a head."""
    if not across.size:
        return []
    half = min(HEAD, pixel / 5)
    heads = np.stack([across - half, down - half, np.full_like(across, 2 * half), np.full_like(across, 2 * half)], -1)
    stems = np.stack([across, np.full_like(across, zero), across, down], axis=-1)
    return [Lines(stems, ink, 1.5), Rects(heads, fill=ink, radius=half)]
