"""Maps of one axis: where many of them stand below each other, and the scale of one drawn as a curve."""

from __future__ import annotations

from math import ceil

from convgui.draw.levels import Levels, extremes
from convgui.draw.picture import Box
from convgui.layers.layer import AnyArray
from convgui.scenes.feature_maps.gathered import Maps

NUMBER = 28.0
"""Room for the number at the left of a curve."""
CURVED = 18.0
"""Height from which a signal is drawn as a curve; lower ones are strips of colour."""
FRAMED = 4.0
"""Height from which a strip has a frame."""
HIGHEST, GAP, LEAST_GAP, APART = 220.0, 6.0, 1.0, 14.0
"""Largest height of one, from one to the next below it, at the least, and beside it."""
LINE = 16.0
"""Height of a line of numbers."""
NARROW = 150.0
"""Width that one has at least where several stand beside each other."""
FLAT = 0.25
"""Part of their size below which a curve's values differ so little that 0 is left out of its scale."""


def signal_boxes(count: int, room: Box, number: float) -> tuple[Box, ...]:
    """Place signals in columns, from top to bottom, each with room for its number; as few columns as show curves."""
    x, y, wide, high = room
    most = max(int((wide + APART) // (NARROW + number + APART)), 1)
    heights = {n: _height(ceil(count / n), high) for n in range(1, most + 1)}
    columns = next((n for n, (tall, _) in heights.items() if tall >= CURVED), most)
    rows, (tall, gap) = ceil(count / columns), heights[columns]
    across = (wide - (columns - 1) * APART) / columns
    return tuple(
        (x + n // rows * (across + APART) + number, y + n % rows * (tall + gap), max(across - number, 4.0), tall)
        for n in range(count)
    )


def _height(rows: int, high: float) -> tuple[float, float]:
    """Return how high one of so many is, and how far it is from the next."""
    gaps = ((GAP, CURVED), (LEAST_GAP, FRAMED), (0.0, 0.0))
    gap = next(gap for gap, least in gaps if (high - (rows - 1) * gap) / rows >= least or not gap)
    return min(max((high - (rows - 1) * gap) / rows, 0.1), HIGHEST), gap


def framed(boxes: tuple[Box, ...]) -> bool:
    """Whether signals in these boxes have a frame each: one around a line would be all that is seen of it."""
    return bool(boxes) and boxes[0][3] >= FRAMED


def is_signal(maps: Maps) -> bool:
    """Whether maps are one row of many values."""
    return maps.size[0] == 1 < maps.size[1]


def row_numbers(down: float) -> int:
    """Return of how many rows, each so high, one has its number."""
    return next(n for n in (1, 2, 5, 10, 20, 50, 100) if n * down >= LINE or n == 100)


def signals_curved(boxes: tuple[Box, ...]) -> bool:
    """Whether signals in these boxes are curves."""
    return bool(boxes) and boxes[0][3] >= CURVED


def signal_of(maps: Maps, index: int) -> AnyArray:
    """Return a signal as finely as it is kept."""
    kept = maps.large.get(index)
    values: AnyArray = maps.thumbs[index] if kept is None else kept.values.levels[0]
    return values.reshape(-1)


def curve_levels(maps: Maps, index: int | None) -> Levels:
    """Return the ends of a curve's scale, or of all together: its extremes and 0, unless all lies far from that."""
    least, most = extremes(maps.ranges if index is None else maps.ranges[index : index + 1])
    if not least <= most:
        return Levels(0.0, 1.0, False)
    if most - least < FLAT * max(abs(least), abs(most)) and most > least:
        return Levels(least, most, False)
    low, high = min(least, 0.0), max(most, 0.0)
    return Levels(low, high, False) if low < high else Levels(-1.0, 1.0, True)
