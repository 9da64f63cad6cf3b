"""How large titles, margins and gaps are on a canvas: those of the grammar, or smaller ones where it is small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from convgui.draw.writing import COMPACT

Side: TypeAlias = Literal["left", "right", ""]


@dataclass(frozen=True)
class Measure:
    """Sizes in pixels that a figure keeps to.

    Attributes
    ----------
    margin : float
        Around the figure.
    gap : float
        Least gap between two grids; an operator in its circle stands in it.
    title, small : float
        Sizes of titles and of the smallest words, such as shapes and indices.
    above : float
        From a title's upper edge to its grid; 0 where no words are drawn.
    index : float
        Height of the column indices and width of the row indices; 0 where none are drawn.
    least : float
        Smallest size of numbers.
    """

    margin: float
    gap: float
    title: float
    small: float
    above: float
    index: float
    least: float

    @property
    def words(self) -> bool:
        """Whether titles, indices and sums are drawn."""
        return self.above > 0

    def header(self, *, columns_above: bool) -> float:
        """Height of what stands above a grid."""
        return self.above + (self.index if columns_above else 0.0)


LARGE = Measure(margin=48, gap=60, title=18, small=12, above=46, index=20, least=12)
MEDIUM = Measure(margin=32, gap=52, title=16, small=12, above=42, index=18, least=12)
LOW = Measure(margin=32, gap=44, title=15, small=12, above=38, index=16, least=COMPACT)
"""As wide as a small window whose panels gave way, but no higher."""
SMALL = Measure(margin=16, gap=34, title=14, small=12, above=36, index=0, least=COMPACT)
BARE = Measure(margin=6, gap=12, title=0, small=0, above=0, index=0, least=COMPACT)
"""A thumbnail."""
PICTURE = Measure(margin=26, gap=40, title=0, small=0, above=0, index=0, least=COMPACT)
"""An exported picture without words."""
WIDE_PICTURE = 400.0
HIGH, FLAT, HIGH_FLAT = 540.0, 1.8, 620.0
"""Height from which a canvas is not low; width by height from which it is short of height alone, as where panels gave
way, and the height from which it is not low then."""


def roomy(width: float, height: float) -> bool:
    """Whether a canvas is so high that titles and sums do not take what its numbers need."""
    return height >= (HIGH_FLAT if width >= FLAT * height else HIGH)


def measure(width: float, height: float, *, words: bool) -> Measure:
    """Return the measures of a canvas, with titles and sums or without."""
    if not words:
        return PICTURE if width >= WIDE_PICTURE else BARE
    if width >= 1040 and height >= 700:
        return LARGE
    if width >= 700 and roomy(width, height):
        return MEDIUM
    return LOW if width >= 900 and height >= 400 else SMALL
