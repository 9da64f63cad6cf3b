"""How large a picture is drawn, so that its numbers are seen: in a small window, and beside larger text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from convgui.draw.picture import Cells, Picture
from convgui.qt.widgets.paint import enlarged_font, longest_text

Drawn: TypeAlias = "Callable[[float], Picture]"
"""The picture of now at a scale."""
BETWEEN = (0.75, 0.5, 0.25)
"""Where a scale is sought between one at which numbers are seen and the next larger one, at which they are not."""
OFFERED = "case "
"""How the names of grids begin that are only another way to choose."""


def legible(drawn: Drawn, scales: Sequence[float]) -> float:
    """Return the largest scale at which as many numbers are seen as at the smaller ones of some, the largest first."""

    def count(scale: float) -> int:
        return numbers_shown(drawn(scale))

    if count(scales[0]) >= count(scales[-1]):
        return scales[0]
    counts = [count(scale) for scale in scales]
    best = counts.index(max(counts))
    if best == 0:
        return scales[0]
    larger, found = scales[best - 1], scales[best]
    between = (found + part * (larger - found) for part in BETWEEN)
    return next((s for s in between if count(s) >= counts[best]), found)


def enlarged(usual: Picture, drawn: Drawn, scales: Sequence[float], grown: float) -> float:
    """Return the largest of some scales at which no number is smaller than in a picture beside usual text.

    Titles and other words are smaller before numbers are. Where no scale will do, numbers stay before they are large.

    Parameters
    ----------
    grown : float
        How much larger than in the usual text numbers are drawn where their cells have room.
    """
    before = number_sizes(usual, 1.0, 1.0)
    best, found = (-1, 0.0), scales[0]
    for scale in scales:
        sizes = number_sizes(drawn(scale), scale, grown / scale)
        # A number that is gone is as good as one of no size.
        shares = [sizes.get(name, 0.0) / size for name, size in before.items()]
        least = min(shares, default=1.0)
        if least >= 1 and min(sizes.values(), default=1.0) > min(before.values(), default=0.0):
            return scale
        kept = (sum(name in sizes for name in before), min(least, 1.0))
        if kept > best:
            best, found = kept, scale
    return found


def number_sizes(picture: Picture, scale: float, grown: float) -> dict[str, float]:
    """Return how large the numbers of each grid are in the window; of cases that are only offered nothing is asked."""
    grids = (item for item in picture.items if isinstance(item, Cells) and item.name and item.font)
    seen = ((grid, longest_text(grid)) for grid in grids if not grid.name.startswith(OFFERED))
    return {grid.name: enlarged_font(grid, grown, longest) * scale for grid, longest in seen if longest}


def numbers_shown(picture: Picture) -> int:
    """Return how many numbers stand in the grids that a picture is about."""
    grids = (item for item in picture.items if isinstance(item, Cells) and item.name and not item.aside)
    return sum(bool(text) for grid in grids for row in grid.content.texts for text in row)
