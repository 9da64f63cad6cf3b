"""A chain of more passes than have room side by side: the last ones stand in a second line below the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convgui.draw.gaps import arrow, sign_radius
from convgui.draw.measure import Measure
from convgui.draw.picture import Box, Item, Lines
from convgui.draw.row import Row, Slot, cell_of, row
from convgui.draw.theme import Theme

INPUTS = 2
"""Slots that stand in all bands: the input and its kernels."""
LARGEST, SMALLEST = 40, 20
"""Sides of the other cells."""
BETWEEN, READ, ASIDE = 16.0, 26.0, 22.0
"""From one line to the next, the side of a channel's weight, and how far the way from line to line goes aside."""


@dataclass(frozen=True)
class Wrapped(Row):
    """A row whose shared grids stand in two lines.

    Attributes
    ----------
    centres : tuple of float
        Middle of each slot that all bands share.
    second : int
        The first slot of the second line.
    space : float
        Width of a gap in these lines.
    """

    centres: tuple[float, ...] = ()
    second: int = 0
    space: float = 0.0

    def level(self, slot: int) -> float:
        """Return the height of what stands in the gap behind a grid."""
        return self.centres[slot + 1]

    def turns(self, slot: int) -> bool:
        """Whether the next grid stands in the line below."""
        return slot + 1 == self.second

    def box(self, slot: int, band: int = 0) -> Box:
        """Return the outline of a grid."""
        x, y, wide, high = super().box(slot, band)
        if self.slots[slot].shared:
            y = float(round(self.centres[slot] - high / 2))
        return x, y, wide, high

    def gap(self, slot: int) -> tuple[float, float]:
        """Return where the gap behind a grid begins and ends; where a line ends, the one before the next line."""
        if self.turns(slot):
            return self.lefts[slot + 1] - self.space, self.lefts[slot + 1]
        return super().gap(slot)

    def room(self, slot: int, right: float) -> float:
        """Return how far a grid's title may reach."""
        return right if self.turns(slot) else super().room(slot, right)


def onward(found: Wrapped, theme: Theme) -> list[Item]:
    """Draw the way from the end of the first line to the operator that the second one begins with."""
    last = found.second - 1
    x, y, wide, high = found.box(last)
    y += high / 2
    # The way runs close below the tallest grid of the first line.
    low = max(top + tall for _, top, _, tall in (found.box(n) for n in range(INPUTS, found.second))) + BETWEEN / 2
    (start, end), level = found.gap(last), found.level(last)
    sign, right = (start + end) / 2, x + wide + ASIDE
    ways = [(x + wide + 4, y, right, y), (right, y, right, low), (right, low, sign, low)]
    return [
        Lines(np.array(ways, dtype=float), theme.role("plain").line, 1.8),
        *arrow((sign, low), (sign, level - sign_radius((start, end)) - 2), theme),
    ]


def wrapped(slots: Sequence[Slot], found: Row, box: Box, sizes: Measure, bands: int) -> Row:
    """Return a row in two lines, cells as large as the box allows; `found` where they would be no larger than there."""
    x, y, width, height = box
    second, least = INPUTS + 2, max(found.side(n) for n in range(INPUTS, len(slots), 2))
    alone = row([*slots[:INPUTS], *(replace(slot, scale=0.0) for slot in slots[INPUTS:])], box, sizes, bands)
    own = (slots[0], replace(slots[1], scale=max(1.0, READ / alone.cell)))
    left = [cell_of(slot, alone.cell) * slot.columns + slot.left + slot.right for slot in own]
    start = x + sum(left) + 2 * sizes.gap
    lines = (slots[INPUTS:second], slots[second:])
    above = [max(slot.above for slot in line) for line in lines]
    # The second line is moved by a gap, in which its operator stands.
    moved = (0.0, sizes.gap)
    for side in range(LARGEST, SMALLEST - 1, -1):
        high = sum(max(slot.rows for slot in line) * side for line in lines) + sum(above) + BETWEEN
        wide = max(
            more + sum(slot.columns * side + slot.left + slot.right for slot in line) + sizes.gap * (len(line) - 1)
            for more, line in zip(moved, lines, strict=True)
        )
        if high <= height and start + wide <= x + width:
            break
    else:
        return found
    if side <= least:
        return found
    centres = [alone.middle] * INPUTS
    spare_x, spare_y = max(x + width - start - wide, 0.0) / 2, max(height - high, 0.0) / 2
    first = float(round(x + spare_x + slots[0].left))
    lefts = [first, float(round(first + left[0] - slots[0].left + sizes.gap))]
    top = y + spare_y
    for line, head, more in zip(lines, above, moved, strict=True):
        rows = max(slot.rows for slot in line) * side
        at = start + spare_x + more
        for slot in line:
            lefts.append(float(round(at + slot.left)))
            centres.append(float(round(top + head + rows / 2)))
            at += slot.left + slot.columns * side + slot.right + sizes.gap
        top += head + rows + BETWEEN
    placed = (*own, *(replace(slot, scale=side / alone.cell) for slot in slots[INPUTS:]))
    return Wrapped(placed, alone.cell, tuple(lefts), alone.bands, tuple(centres), second, sizes.gap)
