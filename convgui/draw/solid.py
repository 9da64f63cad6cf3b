"""Solid blocks of cells seen from a corner: faces in the colours of their cells, whole or cut away around a window.

Width runs to the right and down, depth towards the reader to the left and down, height down. Seen are the top, the
front (the last slice) and the right side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from convgui.draw.colour import Bytes, Colour, Floats, faded, mix
from convgui.draw.picture import Affine, Box, HitGrid, Item, Lines, Polygons, Warped

Vector: TypeAlias = tuple[float, float]
Range: TypeAlias = tuple[int, int]
Ranges: TypeAlias = tuple[Range, Range, Range]
Fills: TypeAlias = Callable[[int, int, Range, Range], Bytes]
"""``fills(axis, index, rows, columns)``: RGBA of the cells of a plane, its two other axes in order."""
Plane: TypeAlias = tuple[int, int, int, Range, Range]
"""Across which axis, where it is drawn, the cells that it shows, its rows and columns."""
OTHERS = ((1, 2), (0, 2), (0, 1))
CELLS = 12
"""From more cells a side on, a face is one image."""
SMALLEST = 4.5
"""Pixels of a cell from which lines are drawn between cells."""
COS, SIN = float(np.cos(np.pi / 6)), 0.5
SHADES = ((0.0, 0.09), (0.22, 0.0), (0.0, 0.24))
"""For front, top and right side: how much lighter and how much darker than its cells it is."""


@dataclass(frozen=True)
class Stand:
    """Where a block stands.

    Attributes
    ----------
    x, y : float
        The corner at depth, height and width 0.
    axes : tuple of (float, float)
        How far one cell reaches in x and y, for each axis.
    """

    x: float
    y: float
    axes: tuple[Vector, Vector, Vector]
    shape: tuple[int, int, int]

    def point(self, *position: float) -> Vector:
        """Return the point of a position (depth, height, width) in cells."""
        x = self.x + sum(p * a[0] for p, a in zip(position, self.axes, strict=True))
        y = self.y + sum(p * a[1] for p, a in zip(position, self.axes, strict=True))
        return x, y

    @property
    def cells(self) -> Ranges:
        """All cells."""
        d, h, w = self.shape
        return (0, d), (0, h), (0, w)

    @property
    def box(self) -> Box:
        """The box around the block."""
        d, h, w = self.shape
        left, right = self.point(d, 0, 0)[0], self.point(0, 0, w)[0]
        top, bottom = self.point(0, 0, 0)[1], self.point(d, h, w)[1]
        return left, top, right - left, bottom - top


def size_of(shape: tuple[int, int, int], spacing: Iterable[float], scale: float) -> Vector:
    """Return width and height of a block whose cells are `spacing` times `scale` pixels long."""
    (d, h, w), (sd, sh, sw) = shape, spacing
    return (d * sd + w * sw) * COS * scale, ((d * sd + w * sw) * SIN + h * sh) * scale


def stand_at(shape: tuple[int, int, int], spacing: Iterable[float], scale: float, at: Vector) -> Stand:
    """Place a block on a scale, the upper left corner of the box around it at a point."""
    sd, sh, sw = (side * scale for side in spacing)
    axes = ((-COS * sd, SIN * sd), (0.0, sh), (COS * sw, SIN * sw))
    return Stand(at[0] + shape[0] * COS * sd, at[1], axes, shape)


def stand(shape: tuple[int, int, int], spacing: Iterable[float], frame: Box, largest: float = 64.0) -> Stand:
    """Fit a block into the middle of a frame; no side of a cell is longer than `largest` pixels."""
    sides = tuple(spacing)
    wide, high = size_of(shape, sides, 1.0)
    x, y, width, height = frame
    scale = min(width / wide, height / high, largest / max(sides))
    return stand_at(shape, sides, scale, (x + (width - wide * scale) / 2, y + (height - high * scale) / 2))


def face(block: Stand, axis: int, at: int, rows: Range, columns: Range, fills: Bytes, line: Colour) -> list[Item]:
    """Draw a part of a plane across an axis; `fills` are RGBA ``(rows, columns, 4)`` of that part."""
    (r0, r1), (c0, c1) = rows, columns
    if r1 <= r0 or c1 <= c0:
        return []
    down, right = (block.axes[a] for a in OTHERS[axis])
    origin = block.point(*_on_axis(axis, at, r0, c0))
    toned = shaded(fills, axis)
    if max(r1 - r0, c1 - c0) > CELLS:
        matrix: Affine = (*right, *down, *origin)
        fine = _shortest(down, right) >= SMALLEST
        between = [Lines(_lines(origin, down, right, r1 - r0, c1 - c0), faded(line, 0.45), 0.6)] if fine else []
        return [
            Warped(toned, matrix, _around(origin, down, right, r1 - r0, c1 - c0)),
            *between,
            _rim(origin, down, right, r1 - r0, c1 - c0, line),
        ]
    found: dict[Colour, list[list[Vector]]] = {}
    for i in range(r1 - r0):
        for j in range(c1 - c0):
            red, green, blue, _ = toned[i, j].tolist()
            corners = [_at(origin, down, right, i + a, j + b) for a, b in ((0, 0), (0, 1), (1, 1), (1, 0))]
            found.setdefault((red, green, blue, 255), []).append(corners)
    inner = mix((*toned[0, 0, :3].tolist(), 255), line, 0.75)
    drawn: list[Item] = [Polygons(np.array(quads), fill, inner, 0.7) for fill, quads in found.items()]
    return [*drawn, _rim(origin, down, right, r1 - r0, c1 - c0, line)]


def shaded(fills: Bytes, axis: int) -> Bytes:
    """Return the colours that cells have on a side across an axis."""
    lighter, darker = SHADES[axis]
    share = np.arange(256) / 255
    # What is dark stays dark: on a dark page the top would turn grey otherwise.
    tones = np.round(255 * (share * (1 - darker) + lighter * (1 - share) * np.sqrt(share))).astype(np.uint8)
    toned: Bytes = tones.take(fills)
    toned[..., 3] = 255
    return toned


def _on_axis(axis: int, at: float, row: float, column: float) -> tuple[float, float, float]:
    d, h, w = ((at, row, column), (row, at, column), (row, column, at))[axis]
    return d, h, w


def _at(origin: Vector, down: Vector, right: Vector, row: float, column: float) -> Vector:
    return (origin[0] + down[0] * row + right[0] * column, origin[1] + down[1] * row + right[1] * column)


def _shortest(down: Vector, right: Vector) -> float:
    return float(min(np.hypot(*down), np.hypot(*right)))


def _around(origin: Vector, down: Vector, right: Vector, rows: int, columns: int) -> Box:
    corners = np.array([_at(origin, down, right, i, j) for i in (0, rows) for j in (0, columns)])
    (left, top), (east, south) = corners.min(axis=0) - 1, corners.max(axis=0) + 1
    return float(left), float(top), float(east - left), float(south - top)


def _lines(origin: Vector, down: Vector, right: Vector, rows: int, columns: int) -> Floats:
    ends = [(*_at(origin, down, right, i, 0), *_at(origin, down, right, i, columns)) for i in range(1, rows)]
    ends += [(*_at(origin, down, right, 0, j), *_at(origin, down, right, rows, j)) for j in range(1, columns)]
    return np.array(ends, dtype=float).reshape(-1, 4)


def _rim(origin: Vector, down: Vector, right: Vector, rows: int, columns: int, line: Colour) -> Polygons:
    corners = [_at(origin, down, right, i, j) for i, j in ((0, 0), (0, columns), (rows, columns), (rows, 0))]
    return Polygons(np.array([corners]), None, line, 1.2)


def box(block: Stand, part: Ranges, fills: Fills, line: Colour) -> list[Item]:
    """Draw a box of cells: its top, front and right side."""
    return faces(block, box_planes(part), fills, line)


def box_planes(part: Ranges) -> list[Plane]:
    """Return the three sides of a box that are seen."""
    (d0, d1), (h0, h1), (w0, w1) = part
    if d1 <= d0 or h1 <= h0 or w1 <= w0:
        return []
    return [
        (1, h0, h0, (d0, d1), (w0, w1)), (0, d1, d1 - 1, (h0, h1), (w0, w1)), (2, w1, w1 - 1, (d0, d1), (h0, h1)),
    ]  # fmt: skip


def cut_planes(block: Stand, window: Ranges) -> list[Plane]:
    """Return what is seen of a block without what hides the window from the reader, and without the window itself."""
    (d0, _), (_, h1), (w0, _) = window
    (_, d), (_, h), (_, w) = block.cells
    planes: list[Plane] = [
        # What is left of the three outer faces ...
        (1, 0, 0, (0, d0), (0, w)), (1, 0, 0, (d0, d), (0, w0)),
        (0, d, d - 1, (0, h1), (0, w0)), (0, d, d - 1, (h1, h), (0, w)),
        (2, w, w - 1, (0, d0), (0, h1)), (2, w, w - 1, (0, d), (h1, h)),
        # ... then the two walls and the floor of the hole.
        (0, d0, d0 - 1, (0, h1), (w0, w)), (2, w0, w0 - 1, (d0, d), (0, h1)), (1, h1, h1, (d0, d), (w0, w)),
    ]  # fmt: skip
    return [
        (axis, at, shown, rows, columns) for axis, at, shown, rows, columns in planes
        if 0 <= shown < block.shape[axis] and rows[1] > rows[0] and columns[1] > columns[0]
    ]  # fmt: skip


def faces(block: Stand, planes: Sequence[Plane], fills: Fills, line: Colour) -> list[Item]:
    """Draw planes of a block, one after the other."""
    items = list[Item]()
    for axis, at, shown, rows, columns in planes:
        items += face(block, axis, at, rows, columns, fills(axis, shown, rows, columns), line)
    return items


def hits(
    block: Stand, planes: Sequence[Plane], kind: str, prefix: tuple[int, ...], origin: Sequence[int] = (0, 0, 0)
) -> list[HitGrid]:
    """Make the cells of planes answer to the pointer, by `prefix`, depth, height and width; the first has `origin`."""
    found = list[HitGrid]()
    (left, fall), (_, high), (right, drop) = block.axes
    for axis, at, shown, rows, columns in planes:
        index = shown + origin[axis]
        if axis == 0:
            x, y = block.point(at, rows[0], columns[0])
            size, first = (rows[1] - rows[0], columns[1] - columns[0]), (rows[0] + origin[1], columns[0] + origin[2])
            found.append(HitGrid(kind, (*prefix, index), x, y, right, high, size, first, None, drop / right))
            continue
        for d in range(*rows):
            front = (*prefix, d + origin[0])
            if axis == 1:
                x, y = block.point(d, at, columns[0])
                size, first = (1, columns[1] - columns[0]), (index, columns[0] + origin[2])
                found.append(HitGrid(kind, front, x, y, right, fall, size, first, None, drop / right, left / fall))
            else:
                x, y = block.point(d + 1, columns[0], at)
                size, first = (columns[1] - columns[0], 1), (columns[0] + origin[1], index)
                found.append(HitGrid(kind, front, x, y, -left, high, size, first, None, fall / left))
    return found


def frame(block: Stand, line: Colour) -> Lines:
    """Draw all twelve edges of a block, dashed: the place of what is not there yet."""
    d, h, w = block.shape
    return Lines(edges(block, ((0, d), (0, h), (0, w))), line, 1.0, "dashed")


def edges(block: Stand, part: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]) -> Floats:
    """Return the twelve edges of a box as segments ``(12, 4)``."""
    found = []
    for axis in range(3):
        rows, columns = (part[a] for a in OTHERS[axis])
        for r in rows:
            for c in columns:
                a, b = (_on_axis(axis, at, r, c) for at in part[axis])
                found.append((*block.point(*a), *block.point(*b)))
    return np.array(found)


def outline(block: Stand, part: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]) -> Floats:
    """Return the nine visible edges of a box as segments ``(9, 4)``."""
    (d0, d1), (h0, h1), (w0, w1) = part
    ways = [
        ((d0, h0, w0), (d0, h0, w1)), ((d0, h0, w0), (d1, h0, w0)), ((d1, h0, w0), (d1, h0, w1)),
        ((d0, h0, w1), (d1, h0, w1)), ((d1, h0, w0), (d1, h1, w0)), ((d1, h0, w1), (d1, h1, w1)),
        ((d0, h0, w1), (d0, h1, w1)), ((d1, h1, w0), (d1, h1, w1)), ((d0, h1, w1), (d1, h1, w1)),
    ]  # fmt: skip
    return np.array([(*block.point(*a), *block.point(*b)) for a, b in ways])
