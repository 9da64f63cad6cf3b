"""A block of channels as a solid: the first channel in front, the others behind it, up and to the right."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes, Colour, faded, mix
from convgui.draw.grids import value_cells
from convgui.draw.picture import Box, Cells, Item, Lines, Polygons
from convgui.draw.theme import Role, Theme
from convgui.draw.writing import COMPACT, writing
from convgui.scenes.blocks.layer import Floats

LIT, SHADED = 0.22, 0.1
"""How much lighter the top is than its cells, and darker the side: a zero in more shade reads as no value."""
RISE = 0.62
"""How far a channel rises for each pixel that it moves to the right."""


@dataclass(frozen=True)
class Solid:
    """Where a block stands.

    Attributes
    ----------
    x, y : float
        Upper left corner of its front.
    cell : float
        Side of a cell.
    deep : float
        How far to the right one channel reaches.
    """

    x: float
    y: float
    cell: float
    deep: float
    shape: tuple[int, int, int]

    @property
    def front(self) -> Box:
        """The front face."""
        return (self.x, self.y, self.shape[2] * self.cell, self.shape[1] * self.cell)

    @property
    def back(self) -> float:
        """Where it ends at the right, its depth included."""
        return self.point(self.shape[0], 0, self.shape[2])[0]

    def lifted(self, box: Box) -> tuple[float, float]:
        """Return from where to where rows of the front reach at the block's edge behind."""
        rise = RISE * self.shape[0] * self.deep
        return (box[1] - rise, box[1] + box[3] - rise)

    def point(self, channel: float, row: float, column: float) -> tuple[float, float]:
        """Return the corner at a channel's front, a row and a column on the picture."""
        back = channel * self.deep
        return (self.x + column * self.cell + back, self.y + row * self.cell - RISE * back)

    def box(self, row: float, column: float, high: float = 1, wide: float = 1) -> Box:
        """Return cells of the front face."""
        return (self.x + column * self.cell, self.y + row * self.cell, wide * self.cell, high * self.cell)


def extent(shape: tuple[int, int, int], cell: float, deep: float) -> tuple[float, float]:
    """Width and height of a block on the picture."""
    back = shape[0] * deep
    return shape[2] * cell + back, shape[1] * cell + RISE * back


def draw(
    solid: Solid, values: Floats, theme: Theme, role: Role, limit: float, name: str, title: str, made: int | None = None
) -> list[Item]:  # fmt: skip
    """Draw front, top and right side; each cell in the colour of its value, or white where it is not `made` yet."""
    at = (solid.x, solid.y)
    written = writing(values, solid.cell, COMPACT)
    front = value_cells(
        values[0], theme, role, at, solid.cell, limit=limit, name=name, title=title, numbers=written
    )  # fmt: skip
    line = theme.role(role).line
    light: Colour = (255, 255, 255, 255)
    dark: Colour = (0, 0, 0, 255)
    (rows, columns), count = values.shape[1:], values[0].size if made is None else made
    there = (np.arange(rows * columns) < count).reshape(rows, columns)
    tones = (mix(theme.cell, light, 0.5), dark)
    top = _side(solid, theme.fills(values[:, 0, :], role, limit), True, tones[0], line, there[0], theme.cell)
    right = _side(solid, theme.fills(values[:, :, -1], role, limit), False, tones[1], line, there[:, -1], theme.cell)
    return [*top, *right, _edges(solid, line), front]


def _side(
    solid: Solid, fills: Bytes, top: bool, tone: Colour, line: Colour, there: NDArray[np.bool_], paper: Colour
) -> list[Item]:  # fmt: skip
    """Cells of the top or of the right side, gathered by colour."""
    channels, rows, columns = solid.shape
    found: dict[Colour, list[list[tuple[float, float]]]] = {}
    for c in range(channels):
        for k in range(columns if top else rows):
            red, green, blue = (int(v) for v in fills[c, k, :3])
            fill = mix((red, green, blue, 255), tone, LIT if top else SHADED) if there[k] else paper
            near, far = ((0, k), (0, k + 1)) if top else ((k, columns), (k + 1, columns))
            corners = [solid.point(c, *near), solid.point(c, *far), solid.point(c + 1, *far), solid.point(c + 1, *near)]
            found.setdefault(fill, []).append(corners)
    thin = mix(tone, line, 0.5) if solid.deep >= 4 else None
    return [Polygons(np.array(quads), fill, thin, 0.7) for fill, quads in found.items()]


def _edges(solid: Solid, line: Colour) -> Lines:
    """The outline of the two sides."""
    channels, rows, columns = solid.shape
    ways = [
        ((0, 0, 0), (channels, 0, 0)), ((channels, 0, 0), (channels, 0, columns)),
        ((0, 0, columns), (channels, 0, columns)), ((channels, 0, columns), (channels, rows, columns)),
        ((0, rows, columns), (channels, rows, columns)),
    ]  # fmt: skip
    return Lines(np.array([(*solid.point(*a), *solid.point(*b)) for a, b in ways]), line, 1.5)


def frame(solid: Solid, line: Colour) -> list[Item]:
    """Draw a block that is not there yet: its visible edges, dashed."""
    x, y, wide, high = solid.front
    face = [
        (x, y, x + wide, y),
        (x, y, x, y + high),
        (x + wide, y, x + wide, y + high),
        (x, y + high, x + wide, y + high),
    ]
    edges = _edges(solid, line)
    return [replace(edges, segments=np.vstack([edges.segments, np.array(face)]), dash="dashed", width=1.0)]


def bored(solid: Solid, row: float, column: float, size: tuple[float, float], line: Colour) -> list[Item]:
    """Draw the window through the whole depth: its hidden edges, dashed, where no number stands in front of them."""
    high, wide = size
    corners = [(row, column), (row, column + wide), (row + high, column + wide), (row + high, column)]
    back = solid.shape[0]
    inward = [(*solid.point(0, *a), *solid.point(back, *a)) for a in corners]
    behind = [
        (*solid.point(back, *a), *solid.point(back, *b))
        for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
    ]
    seen = [part for edge in inward + behind for part in _outside(edge, solid.front)]
    return [Lines(np.array(seen).reshape(-1, 4), faded(line, 0.75), 1.2, "dashed")] if seen else []


def _outside(edge: tuple[float, float, float, float], face: Box) -> list[tuple[float, float, float, float]]:
    """Return the parts of a line that do not lie on a face."""
    x, y, wide, high = face
    (a, b, c, d), first, last = edge, 0.0, 1.0
    for start, end, low, top in ((a, c, x, x + wide), (b, d, y, y + high)):
        way = end - start
        if way:
            one, other = sorted(((low - start) / way, (top - start) / way))
            first, last = max(first, one), min(last, other)
        elif not low <= start <= top:
            return [edge]
    if first >= last:
        return [edge]

    def at(share: float) -> tuple[float, float]:
        return (a + share * (c - a), b + share * (d - b))

    parts = [(*at(0.0), *at(first))] if first > 0 else []
    return [*parts, (*at(last), *at(1.0))] if last < 1 else parts


def front_cells(items: list[Item]) -> Cells:
    """Return the front face among a block's items."""
    return next(item for item in items if isinstance(item, Cells))
