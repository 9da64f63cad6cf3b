"""How large everything is and where it begins, for a canvas."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from convgui.draw.measure import Measure
from convgui.draw.metrics import text_width
from convgui.draw.picture import Box
from convgui.scenes.matrix.groups import Group
from convgui.scenes.matrix.product import Product

Way: TypeAlias = Literal["above", "row", "column"]
WAYS: tuple[Way, ...] = ("above", "row", "column")
"""Where the groups stand: above the matrix, in a row at its left, or below each other at its left."""
APART, BELOW, STRIP = 8.0, 18.0, 8.0
"""Between grids of a group, from one group down to the next, and from the vector down to the matrix."""
LARGEST, LARGEST_SMALL, SMALLEST = 56.0, 54.0, 14.0
"""Cells of the matrix and of the small grids, in pixels; below the smallest the matrix is drawn as a picture."""
LEAST = 40.0
"""Pixels a side that the picture of a matrix has at least, be the canvas as small as it may."""
KERNEL = 12.0
"""Smallest cells of kernels, which stay legible beside large inputs."""
TITLE = 96.0
"""Least room for a title."""
SHARE = 0.4
"""Part of the canvas that small grids may take from the picture of a large matrix."""


@dataclass(frozen=True)
class Frame:
    """Where the groups begin, their cell size, and where the matrix begins, with its cell size."""

    way: Way
    small: tuple[float, ...]
    starts: tuple[tuple[float, float], ...]
    at: tuple[float, float]
    cell: float
    room: tuple[float, float]


@dataclass(frozen=True)
class _Block:
    """The groups by themselves: their corners, from the block's own, and how large it is."""

    starts: tuple[tuple[float, float], ...]
    wide: float
    high: float


def frame_of(p: Product, found: tuple[Group, ...], area: Box, sizes: Measure) -> Frame:
    """Choose where the groups stand and how large they are, so that matrix and groups are largest together."""
    frames = (_frame(p, found, area, sizes, way, size) for way in WAYS for size in _candidates(p))
    fitting = [frame for frame in frames if frame is not None]
    if not fitting:
        # Nothing fits; what is drawn is the least there is.
        block = _block(found, _cells(found, 0.1), "above", sizes)
        room = (max(area[2], LEAST), max(area[3] - block.high, LEAST))
        starts = tuple((round(area[0] + x), round(area[1] + y)) for x, y in block.starts)
        return Frame("above", _cells(found, 0.1), starts, (area[0], area[1] + block.high), 0.0, room)
    return max(fitting, key=lambda f: min(f.cell, *f.small) + 0.25 * (f.cell + min(f.small)))


def _candidates(p: Product) -> Iterator[float]:
    yield from (float(size) for size in range(int(LARGEST_SMALL), 2, -1 if p.small else -3))
    yield from (2.0, 1.5, 1.0, 0.75, 0.5, 0.35, 0.25, 0.15, 0.1)


def _cells(found: tuple[Group, ...], size: float) -> tuple[float, ...]:
    return tuple(max(size, KERNEL) if group.kind == "kernel" else size for group in found)


def _frame(p: Product, found: tuple[Group, ...], area: Box, sizes: Measure, way: Way, size: float) -> Frame | None:
    left, top, wide, high = area
    cells, between = _cells(found, size), sizes.gap if way != "above" else BELOW
    block = _block(found, cells, way, sizes)
    room = (wide - block.wide - between, high) if way != "above" else (wide, high - block.high - between)
    share = block.high / high if way == "above" else block.wide / wide
    cell = _matrix_cell(p, room, sizes)
    if min(room) < LEAST or block.wide > wide or block.high > high or (cell < SMALLEST and share > SHARE):
        return None
    if cell < SMALLEST:
        cell, matrix = 0.0, (room[0], room[1])
    else:
        matrix = (matrix_width(p, cell, sizes), matrix_height(p, cell, sizes))
    if way == "above":
        across, down = left + (wide - block.wide) / 2, top + max(0.0, high - block.high - between - matrix[1]) / 2
        at = (left + (wide - matrix[0]) / 2, down + block.high + between)
    else:
        across, down = left + (wide - block.wide - between - matrix[0]) / 2, top
        down += max(0.0, high - max(block.high, matrix[1])) / 2
        at = (across + block.wide + between, down)
    starts = tuple((float(round(across + x)), float(round(down + y))) for x, y in block.starts)
    head = sizes.header(columns_above=True)
    room = (room[0], max(room[1] - head, LEAST))
    return Frame(way, cells, starts, (float(round(at[0] + sizes.index)), float(round(at[1] + head))), cell, room)


def _block(found: tuple[Group, ...], cells: tuple[float, ...], way: Way, sizes: Measure) -> _Block:
    """Place the groups from left to right, a last one for comparison below the one before it; or all in a column."""
    head = sizes.header(columns_above=True)
    boxes = [
        (max(title_width(g, sizes), _beside(g, sizes) + g.cells[1] * s + (len(g.arrays) - 1) * APART), g.cells[0] * s)
        for g, s in zip(found, cells, strict=True)
    ]
    starts = list[tuple[float, float]]()
    if way == "column":
        y = 0.0
        for _, high in boxes:
            starts.append((sizes.index, y + head))
            y += head + high + BELOW
        return _Block(tuple(starts), max(wide for wide, _ in boxes), y - BELOW)
    row = boxes if way == "above" or found[-1].kind != "original" else boxes[:-1]
    tallest, x, bottom = max(high for _, high in row), 0.0, 0.0
    for group, (wide, high) in zip(found, row, strict=False):
        starts.append((x + (sizes.index if group.kind in ("input", "source") else 0.0), head + (tallest - high) / 2))
        x += wide + sizes.gap
    bottom = head + tallest
    if len(row) < len(boxes):
        left, above = starts[-1]
        starts.append((left, above + row[-1][1] + BELOW + head))
        bottom = max(bottom, starts[-1][1] + boxes[-1][1])
    return _Block(tuple(starts), x - sizes.gap, bottom)


def title_width(group: Group, sizes: Measure) -> float:
    """Width that a group's title needs."""
    return max(TITLE, text_width(group.title, sizes.title, bold=True)) if sizes.words else 0.0


def _beside(group: Group, sizes: Measure) -> float:
    """Width of the indices of rows beside a group."""
    return sizes.index if group.kind in ("input", "source", "output") else 0.0


def side_of(cell: float) -> float:
    """Width of the result's cells: its numbers are longer than the weights."""
    return max(cell, min(60.0, float(round(1.6 * cell))))


def between(sizes: Measure) -> float:
    """Width of the gap between matrix and result."""
    return max(sizes.gap * 0.8, 34.0)


def matrix_width(p: Product, cell: float, sizes: Measure) -> float:
    """Width of the matrix with the result beside it, and the indices of its rows at both sides."""
    return p.shape[1] * cell + between(sizes) + side_of(cell) + 2 * sizes.index


def matrix_height(p: Product, cell: float, sizes: Measure) -> float:
    """Height of the matrix with the vector, the indices and the title above it."""
    return sizes.header(columns_above=True) + (p.shape[0] + 1) * cell + STRIP


def _matrix_cell(p: Product, room: tuple[float, float], sizes: Measure) -> float:
    if not p.small:
        return 0.0
    cell = LARGEST
    while cell >= 1 and (matrix_width(p, cell, sizes) > room[0] or matrix_height(p, cell, sizes) > room[1]):
        cell -= 1
    return cell
