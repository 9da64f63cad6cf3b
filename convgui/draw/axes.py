"""Axes of a plot or an image: ticks with numbers, a title, and the bar that says what a colour means."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convgui.draw.metrics import text_width
from convgui.draw.picture import Box, Item, Lines, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label, middle

TICK, SIZE = 5.0, 12.0
BELOW, LEFT, BAR = 40.0, 46.0, 14.0
"""Room below a box for its axis, at its left for the other one, and the width of a bar."""


def axis_below(box: Box, marks: Sequence[tuple[float, str]], title: str, theme: Theme) -> list[Item]:
    """Draw the axis below a box: `marks` are shares of its width with their texts; a crowded one is left out."""
    x, y, width, height = box
    bottom, items, end = y + height, list[Item](), -np.inf
    ticks = [(x + share * width, bottom, x + share * width, bottom + TICK) for share, _ in marks]
    items.append(Lines(np.array(ticks), theme.muted))
    for share, text in marks:
        at, half = x + share * width, text_width(text, SIZE, mono=True) / 2
        if at - half > end + 4:
            items.append(label(at, bottom + TICK + SIZE, text, theme.muted, SIZE, mono=True, anchor="middle"))
            end = at + half
    items.append(label(x + width / 2, bottom + TICK + 2.3 * SIZE, title, theme.muted, SIZE, anchor="middle"))
    return items


def axis_left(box: Box, marks: Sequence[tuple[float, str]], theme: Theme) -> list[Item]:
    """Draw the axis at the left of a box: `marks` are shares of its height from above; a crowded one is left out."""
    x, y, _, height = box
    ticks = [(x - TICK, y + share * height, x, y + share * height) for share, _ in marks]
    items: list[Item] = [Lines(np.array(ticks), theme.muted)]
    end = -np.inf
    for share, text in marks:
        at = y + share * height
        if at - SIZE / 2 > end + 2:
            items.append(label(x - TICK - 3, middle(at, 0, SIZE), text, theme.muted, SIZE, mono=True, anchor="end"))
            end = at + SIZE / 2
    return items


def scale_bar(box: Box, colours: NDArray[np.uint8], low: str, high: str, theme: Theme) -> list[Item]:
    """Draw the colours of a scale from `low` at the bottom to `high` at the top, beside what they colour.

    Parameters
    ----------
    colours : ndarray
        uint8 ``(steps, 3 or 4)``, the lowest first.
    """
    x, y, width, height = box
    right = x + width + 4
    return [
        Raster(np.ascontiguousarray(colours[::-1, None]), box, box),
        Rects(np.array([box]), stroke=theme.line),
        label(right, y + SIZE, high, theme.muted, SIZE, mono=True),
        label(right, y + height, low, theme.muted, SIZE, mono=True),
    ]


def scale_bar_below(box: Box, colours: NDArray[np.uint8], low: str, high: str, theme: Theme) -> list[Item]:
    """Draw the colours of a scale from `low` at the left to `high` at the right; `low` is left out where both collide.

    Parameters
    ----------
    colours : ndarray
        uint8 ``(steps, 3 or 4)``, the lowest first.
    """
    x, y, width, height = box
    under = y + height + SIZE + 2
    items: list[Item] = [
        Raster(np.ascontiguousarray(colours[None]), box, box),
        Rects(np.array([box]), stroke=theme.line),
        label(x + width, under, high, theme.muted, SIZE, mono=True, anchor="end"),
    ]
    if text_width(low, SIZE, mono=True) + text_width(high, SIZE, mono=True) + 6 < width:
        items.append(label(x, under, low, theme.muted, SIZE, mono=True))
    return items
