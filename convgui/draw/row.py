"""A row of grids with gaps for their operators: one size of cells, and where each grid stands.

One or several such rows stand below each other (a band each, such as one a channel); a grid that belongs to all of
them, such as the output, stands beside their middle. Everything falls on whole pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from convgui.draw.measure import Measure
from convgui.draw.picture import Box

LARGEST_CELL, SMALLEST_CELL, WHOLE = 88.0, 0.25, 8.0
"""Sides of cells: the largest, the smallest, and from which they are whole pixels."""
WIDER = 1.5
"""Width of a gap in cells, where there is room."""
WIDEST = 3.2
BANDS = (8.0, 36.0)
"""Least and largest distance of two bands."""
UPPER = 0.42
"""Part of the spare height that stands above."""


@dataclass(frozen=True)
class Slot:
    """What a row has to know of a grid.

    Attributes
    ----------
    rows, columns : int
        Its cells.
    left, right, above : float
        Pixels beside and above it that its indices and titles need.
    scale : float
        Size of its cells by that of the row's.
    shared : bool
        Whether there is one of it, beside the middle of all bands.
    """

    rows: int
    columns: int
    left: float = 0.0
    right: float = 0.0
    above: float = 0.0
    scale: float = 1.0
    shared: bool = False


@dataclass(frozen=True)
class Row:
    """Where the grids of a row stand.

    Attributes
    ----------
    cell : float
        Side of a cell of scale 1.
    lefts : tuple of float
        Left edge of each grid.
    bands : tuple of float
        Middle of each band.
    """

    slots: tuple[Slot, ...]
    cell: float
    lefts: tuple[float, ...]
    bands: tuple[float, ...]

    @property
    def middle(self) -> float:
        """Middle of all bands."""
        return (self.bands[0] + self.bands[-1]) / 2

    def level(self, slot: int) -> float:
        """Return the height of what stands in the gap behind a grid, where all bands share one of its sides."""
        return self.middle

    def turns(self, slot: int) -> bool:
        """Whether the next grid stands in another line, so that nothing is drawn from one to the other."""
        return False

    def side(self, slot: int) -> float:
        """Return the side of a grid's cells."""
        return cell_of(self.slots[slot], self.cell)

    def box(self, slot: int, band: int = 0) -> Box:
        """Return the outline of a grid."""
        chosen, side = self.slots[slot], self.side(slot)
        high = chosen.rows * side
        centre = self.middle if chosen.shared else self.bands[band]
        return (self.lefts[slot], float(round(centre - high / 2)), chosen.columns * side, high)

    def gap(self, slot: int) -> tuple[float, float]:
        """Return where the gap behind a grid begins and ends."""
        return self.lefts[slot] + self.slots[slot].columns * self.side(slot), self.lefts[slot + 1]

    def room(self, slot: int, right: float) -> float:
        """Return how far a grid's title may reach: to the next grid, or to the `right` edge."""
        after = slot + 1
        return self.lefts[after] - self.slots[after].left - 8 if after < len(self.slots) else right


def cell_of(slot: Slot, cell: float) -> float:
    """Return the side of a slot's cells where those of the row have another."""
    side = cell * slot.scale
    return float(round(side)) if side >= WHOLE else max(side, SMALLEST_CELL)


def row(
    slots: Sequence[Slot],
    box: Box,
    measure: Measure,
    bands: int = 1,
    largest: float = LARGEST_CELL,
    wider: float = WIDER,
) -> Row:
    """Place grids in a box, as large as it allows; grids without room are as small as can be.

    Parameters
    ----------
    box : tuple
        The room there is, titles and indices included.
    bands : int
        How many rows stand below each other.
    wider : float
        Least width of a gap in cells.
    """
    x, y, width, height = box
    between = min(BANDS[1], max(BANDS[0], height * 0.045)) if bands > 1 else 0.0
    cell = max(SMALLEST_CELL, float(int(largest)) if largest >= WHOLE else int(largest * 4) / 4)
    while cell > SMALLEST_CELL and not _fits(slots, cell, width, height, measure, bands, between, wider):
        cell -= 1.0 if cell > WHOLE else 0.25
    content, gaps = _content(slots, cell), max(len(slots) - 1, 1)
    gap = min(max(measure.gap, WIDEST * cell), max((width - content) / gaps, 4.0))
    left = x + max((width - content - gap * (len(slots) - 1)) / 2, 0.0)
    lefts = list[float]()
    for slot in slots:
        lefts.append(float(round(left + slot.left)))
        left += slot.left + slot.columns * cell_of(slot, cell) + slot.right + gap
    high, above = _band(slots, cell), _above(slots, cell, bands, between)
    spare = height - above - bands * high - (bands - 1) * between
    top = round(y + above + max(spare, 0.0) * UPPER)
    middles = tuple(float(round(top + n * (high + between) + high / 2)) for n in range(bands))
    return Row(tuple(slots), cell, tuple(lefts), middles)


def _fits(
    slots: Sequence[Slot],
    cell: float,
    width: float,
    height: float,
    measure: Measure,
    bands: int,
    between: float,
    wider: float,
) -> bool:
    # An index or a channel's name in a gap leaves less of it for the operator.
    gap = min(max(measure.gap, wider * cell), 1.8 * measure.gap)
    wide = _content(slots, cell) + gap * (len(slots) - 1)
    high = _above(slots, cell, bands, between) + bands * _band(slots, cell) + (bands - 1) * between
    return wide <= width and high <= height


def _content(slots: Sequence[Slot], cell: float) -> float:
    return sum(s.left + s.columns * cell_of(s, cell) + s.right for s in slots)


def _band(slots: Sequence[Slot], cell: float) -> float:
    """Height of one band: that of the tallest grid, or a part of one that all bands share."""
    return max(s.rows * cell_of(s, cell) for s in slots if not s.shared)


def _above(slots: Sequence[Slot], cell: float, bands: int, between: float) -> float:
    """Height above the first band that titles need; a lower grid has a part of it inside its band."""
    high = _band(slots, cell)
    block = bands * high + (bands - 1) * between
    return max(0.0, *(s.above - ((block if s.shared else high) - s.rows * cell_of(s, cell)) / 2 for s in slots))


def gaps(found: Row, band: int = 0) -> list[tuple[Box, Box]]:
    """Return the boxes on both sides of each gap of a band."""
    boxes = [found.box(n, band) for n in range(len(found.slots))]
    return list(pairwise(boxes))
