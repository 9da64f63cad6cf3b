"""Slices of a small volume seen a little from the side, with their numbers upright."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.colour import Colour, Floats
from convgui.draw.grids import cell_text
from convgui.draw.picture import HitGrid, Item, Label, Polygons, Run
from convgui.draw.theme import Role, Theme

SLOPE = 0.22
"""How far a slice falls for each pixel to the right."""
FLAT = 0.82
"""Height of a cell by its width."""


@dataclass(frozen=True)
class Slices:
    """Where the slices of a block of numbers stand, side by side.

    Attributes
    ----------
    cell, gap : float
        Width of a cell, and the way from the end of a slice to the next.
    shape : tuple of int
        Slices, rows and columns.
    """

    x: float
    y: float
    cell: float
    gap: float
    shape: tuple[int, int, int]

    @property
    def width(self) -> float:
        """Width of all slices with their gaps."""
        slices, _, columns = self.shape
        return slices * columns * self.cell + (slices - 1) * self.gap

    @property
    def height(self) -> float:
        """Height of one slice with its fall."""
        _, rows, columns = self.shape
        return rows * self.cell * FLAT + columns * self.cell * SLOPE

    def corner(self, k: int, row: float, column: float) -> tuple[float, float]:
        """Return a corner of a cell of slice `k`."""
        along = column * self.cell
        left = self.x + k * (self.shape[2] * self.cell + self.gap)
        return left + along, self.y + row * self.cell * FLAT + along * SLOPE

    def hits(self, kind: str, prefix: tuple[int, ...], origin: tuple[int, int, int] = (0, 0, 0)) -> list[HitGrid]:
        """Make the cells answer to the pointer."""
        found = []
        for k in range(self.shape[0]):
            x, y = self.corner(k, 0, 0)
            front = (*prefix, k + origin[0])
            shape, start = self.shape[1:], origin[1:]
            found.append(HitGrid(kind, front, x, y, self.cell, self.cell * FLAT, shape, start, None, SLOPE))
        return found


def sheared(slices: Slices, values: Floats, theme: Theme, role: Role, limit: float) -> list[Item]:
    """Draw numbers ``(slices, rows, columns)`` on a scale of ``-limit`` to ``limit``."""
    count, rows, columns = values.shape
    fills = theme.fills(values, role, limit)
    inks = theme.ink(fills)
    texts, font = cell_text(values.reshape(count * rows, columns), slices.cell * FLAT)
    line = theme.role(role).line
    quads: dict[Colour, list[list[tuple[float, float]]]] = {}
    words: list[Item] = []
    for k in range(count):
        for i in range(rows):
            for j in range(columns):
                red, green, blue, _ = fills[k, i, j].tolist()
                corners = [slices.corner(k, i + a, j + b) for a, b in ((0, 0), (0, 1), (1, 1), (1, 0))]
                quads.setdefault((red, green, blue, 255), []).append(corners)
                if texts:
                    x, y = slices.corner(k, i + 0.5, j + 0.5)
                    ink: Colour = tuple(inks[k, i, j].tolist())
                    run = Run(texts[k * rows + i][j], ink)
                    words.append(Label(x, y + 0.36 * font, (run,), font, True, "middle"))
    drawn: list[Item] = [Polygons(np.array(found), fill, theme.cell_line, 0.8) for fill, found in quads.items()]
    rims = [
        [slices.corner(k, i, j) for i, j in ((0, 0), (0, columns), (rows, columns), (rows, 0))] for k in range(count)
    ]
    return [*drawn, Polygons(np.array(rims), None, line, 1.4), *words]
