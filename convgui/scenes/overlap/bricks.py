"""One row of the output seen from the side: every input lays its kernel as a brick, and the piles are the counts.

A brick's cells sink to the lowest free places below them, so that the height of a pile is the number of kernels on its
cell, exactly.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from convgui.draw.colour import Colour, faded, mix
from convgui.draw.gaps import EDGE, EDGE_WIDTH, FILL
from convgui.draw.metrics import text_width
from convgui.draw.picture import Box, Item, Lines, Polygons, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label, middle

SMALLEST = 12.0
"""Size of the smallest index in a brick."""


@dataclass(frozen=True)
class Bricks:
    """Where bricks lie.

    Attributes
    ----------
    left, unit : float
        Left edge of the first column, and side of a cell.
    top, floor : float
        Upper edge of the highest pile, and what the piles stand on.
    cells : dict
        For each input the ``(column, level)`` of its brick's cells.
    """

    left: float
    unit: float
    top: float
    floor: float
    cells: dict[int, tuple[tuple[int, int], ...]]

    def boxes(self, index: int) -> list[Box]:
        """Return the cells of an input's brick."""
        u = self.unit
        return [(self.left + c * u, self.floor - (level + 1) * u, u, u) for c, level in self.cells.get(index, ())]

    def span(self, index: int) -> tuple[float, float] | None:
        """Return from where to where a brick reaches; None where it lies outside."""
        columns = [column for column, _ in self.cells.get(index, ())]
        return (self.left + min(columns) * self.unit, self.left + (max(columns) + 1) * self.unit) if columns else None


def piled(reached: dict[int, tuple[int, ...]]) -> dict[int, tuple[tuple[int, int], ...]]:
    """Lay the bricks one after the other: each cell on those that lie in its column already."""
    heights = dict[int, int]()
    found = {}
    for index, columns in sorted(reached.items()):
        found[index] = tuple((column, heights.get(column, 0)) for column in columns)
        for column in columns:
            heights[column] = heights.get(column, 0) + 1
    return found


def tones(theme: Theme) -> tuple[Colour, Colour]:
    """Return the two tones of neighbouring bricks."""
    line = theme.role("kernel").line
    return mix(theme.background, line, 0.85), mix(theme.background, line, 0.45)


def draw_bricks(
    bricks: Bricks, laid: Collection[int], theme: Theme, *, words: bool, alone: int | None = None
) -> list[Item]:
    """Draw the bricks of some inputs, each with its input's index; with `alone` all but that one step back."""
    items, edge = list[Item](), mix(theme.role("kernel").line, theme.text, 0.35)
    for parity, fill in enumerate(tones(theme)):
        kept = [index for index in laid if index % 2 == parity and alone in (None, index)]
        boxes = [box for index in kept for box in bricks.boxes(index)]
        items.append(Rects(np.array(boxes, dtype=float).reshape(-1, 4), fill=fill, stroke=edge, width=1.0))
    back = [box for index in laid if alone not in (None, index) for box in bricks.boxes(index)]
    if back:
        items.append(Rects(np.array(back, dtype=float), fill=theme.faint, stroke=theme.line, width=1.0))
    size = float(int(min(max(0.5 * bricks.unit, SMALLEST), 18.0)))
    inks = [tuple(ink) for ink in theme.ink(np.array(tones(theme), np.uint8)).tolist()]
    for index in laid:
        for x, y, wide, high in bricks.boxes(index):
            if words and text_width(str(index), size, mono=True) <= wide - 3 and high >= size:
                at = middle(y, high, size)
                items.append(
                    label(
                        x + wide / 2,
                        at,
                        str(index),
                        inks[index % 2] if alone in (None, index) else theme.muted,
                        size,
                        mono=True,
                        anchor="middle",
                    )
                )
    return items


def falling(bricks: Bricks, index: int, square: Box, theme: Theme) -> list[Item]:
    """Draw the wedge from an input square down to the piles, and the outline of its brick."""
    span = bricks.span(index)
    if span is None:
        return []
    (x, y, wide, high), line = square, theme.role("kernel").line
    corners = np.array([[(x, y + high), (x + wide, y + high), (span[1], bricks.top), (span[0], bricks.top)]])
    edges = np.array([(x, y + high, span[0], bricks.top), (x + wide, y + high, span[1], bricks.top)])
    return [
        Polygons(corners, faded(line, FILL)),
        Lines(edges, faded(line, EDGE), EDGE_WIDTH),
        Rects(np.array(bricks.boxes(index)), stroke=theme.text, width=2.5),
    ]
