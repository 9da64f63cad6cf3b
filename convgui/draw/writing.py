"""How the numbers of a grid are written: all of them with the same decimals and in the same size, or none at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.draw.number import fixed, most_decimals, number, short
from convgui.draw.picture import Texts

Floats = NDArray[np.float64]
SHARE = 0.38
"""Height of the numbers in heights of a cell."""
SMALLEST, COMPACT = 14.0, 11.0
"""Smallest size of the numbers in pixels, and where the picture itself is small."""
EDGE, AIR = 3.0, 0.84
"""Pixels of a cell's width that stay free, and the part of it that numbers larger than the usual size take at most."""
INTEGERS = 3.0
"""From this largest number on, those of a grid may lose all decimals."""
_MONO = 0.6
_PLAIN = (1e-4, 1e6)
"""Between these the largest number of a grid is written without an exponent."""


@dataclass(frozen=True)
class Writing:
    """How a grid writes its numbers, the same at every step.

    Attributes
    ----------
    font : float
        Size in pixels; 0 where there is no room, so that colour has to do.
    decimals : int or None
        Of every number; None where each is written as it needs.
    characters : int
        How many fit a cell; 0 where they need not be counted.
    """

    font: float
    decimals: int | None = 0
    characters: int = 0

    def text(self, value: float) -> str:
        """Write one number; one that is longer than any that was expected in fewer characters, or not at all."""
        if not self.font:
            return ""
        if self.decimals is None:
            return short(value, self.characters)
        if not math.isfinite(value):
            return number(value)
        text = fixed(value, self.decimals)
        return text if len(text) <= self.characters or not self.characters else short(value, self.characters)

    def texts(self, values: Floats) -> Texts:
        """Write a 2D array; empty where nothing is written."""
        return tuple(tuple(map(self.text, row)) for row in values.tolist()) if self.font else ()


NEAR = 0.02
"""Part of the largest number of a grid by which its numbers may be rounded to integers."""
NOTHING = Writing(0.0)
"""Colour alone."""


def writing(values: Floats, cell: float, least: float = SMALLEST, decimals: int | None = None) -> Writing:
    """Choose how the numbers of a grid are written.

    Parameters
    ----------
    values : ndarray
        Every number that the grid may hold at any step, in any shape.
    cell : float
        Side of a cell in pixels.
    least : float
        The smallest size. Decimals are given up before the usual one, that before the numbers.
    decimals : int, optional
        How many of them there are where there is room, whatever the numbers need.
    """
    different = np.unique(values)
    if not different.size or cell < least:
        return NOTHING
    ways = _candidates(different, decimals)
    # Without any decimals, what is small reads as 0: that comes last.
    rough = [way for way in ways[1:] if way.decimals == 0 and _near(different)]
    ways = [way for way in ways if way in rough or way.decimals != 0 or way is ways[0]]
    for some in ([way for way in ways if way not in rough], rough):
        for smallest in sorted({least, SMALLEST}, reverse=True):
            for way in some:
                texts = [way.text(value) for value in different.tolist()]
                font = _size(cell, max(map(len, texts)), smallest)
                if font and all(texts):
                    return Writing(font, way.decimals, way.characters or int((cell - EDGE) / (_MONO * font)))
    return NOTHING


def _near(values: Floats) -> bool:
    """Whether integers stand for values without telling something else: by a small part of the largest of them."""
    finite = values[np.isfinite(values)]
    error = float(np.abs(finite - np.round(finite)).max(initial=0.0))
    return error <= NEAR * float(np.abs(finite).max(initial=0.0))


def written_with(values: Floats, cell: float, least: float, decimals: int) -> Writing | None:
    """Write the numbers of a grid with so many decimals, in letters as small as that takes; None where that fails."""
    way = Writing(1.0, decimals)
    longest = max((len(way.text(value)) for value in np.unique(values).tolist()), default=0)
    font = _size(cell, longest, least)
    return Writing(font, decimals, int((cell - EDGE) / (_MONO * font))) if font else None


def _size(cell: float, longest: int, least: float) -> float:
    """Return the whole size in which so many characters fit a cell, 0 where that is too small."""
    wide = _MONO * max(longest, 1)
    most = max(min(SHARE * cell, AIR * cell / wide), SMALLEST)
    font = math.floor(min(most, (cell - EDGE) / wide))
    return float(font) if font >= least else 0.0


def _candidates(values: Floats, wanted: int | None) -> list[Writing]:
    """Ways to write sorted numbers, the fullest first."""
    finite = values[np.isfinite(values)]
    limit = float(np.abs(finite).max(initial=0.0))
    if limit and not _PLAIN[0] <= limit < _PLAIN[1]:
        return [Writing(1.0, None, characters) for characters in (8, 6, 5, 4, 3)]
    exact = _exact(finite, limit) if wanted is None else wanted
    if not (exact and limit):
        return [Writing(1.0, exact)]
    digits = 1 - math.floor(math.log10(limit))
    full = min(exact, max(most_decimals() - 1, digits, 1))
    # The largest number keeps a digit that counts.
    fewest = 0 if limit >= INTEGERS else max(1, digits - 1)
    return [Writing(1.0, decimals) for decimals in range(full, min(fewest, full) - 1, -1)]


def _exact(values: Floats, limit: float) -> int:
    """Return how many decimals write these numbers as they are, at most 9."""
    for decimals in range(9):
        if bool((np.abs(values - np.round(values, decimals)) <= 1e-9 * limit).all()):
            return decimals
    return 9
