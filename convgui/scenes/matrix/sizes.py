"""How large everything is and where it begins, for a canvas."""

from __future__ import annotations

from dataclasses import dataclass

from convgui.draw.panels import HEADING
from convgui.draw.picture import Box
from convgui.scenes.canvas import Canvas
from convgui.scenes.matrix.groups import Group
from convgui.scenes.matrix.product import Product

MARGIN, GAP, APART = 22.0, 26.0, 8.0
FOOTER = 96.0
LARGEST, SMALLEST = 56.0, 9.0
"""Cells of the matrix, in pixels; below the smallest it is drawn as a picture."""
LEAST = 40.0
"""Pixels a side that the picture of a matrix has at least, be the canvas as small as it may."""


@dataclass(frozen=True)
class Frame:
    """Where the groups begin, their cell size, and where the matrix begins, with its cell size."""

    across: bool
    small: tuple[float, ...]
    starts: tuple[tuple[float, float], ...]
    at: tuple[float, float]
    cell: float
    room: tuple[float, float]


def frame_of(p: Product, found: tuple[Group, ...], canvas: Canvas) -> Frame:
    """Choose between the groups above the matrix and beside it, whichever leaves larger cells."""
    margin, head = (MARGIN, HEADING) if canvas.captions else (8.0, 0.0)
    wide = canvas.width - 2 * margin
    high = canvas.height - 2 * margin - (FOOTER - 8 if canvas.captions else 0)
    area = (margin, margin, wide, high)
    ways = [_above(p, found, area, head), _beside(p, found, area, head, 1), _beside(p, found, area, head, 2)]
    return max(ways, key=lambda f: f.cell + 0.5 * min(f.small))


def _sizes(found: tuple[Group, ...], size: float) -> tuple[float, ...]:
    """Cell size of each group: kernels stay legible beside large inputs."""
    return tuple(max(size, 12.0) if g.kind == "kernel" else size for g in found)


def _widths(found: tuple[Group, ...], size: float, least: float) -> list[float]:
    sizes = _sizes(found, size)
    return [max(least, g.cells[1] * s + (len(g.arrays) - 1) * APART) for g, s in zip(found, sizes, strict=True)]


def _high(found: tuple[Group, ...], stack: tuple[Group, ...], size: float, head: float) -> float:
    """Height of groups on top of each other."""
    sizes = _sizes(found, size)
    return sum(g.cells[0] * sizes[found.index(g)] + head + 14 for g in stack) - 14


def _above(p: Product, found: tuple[Group, ...], area: Box, head: float) -> Frame:
    """Groups in a row above the matrix."""
    left, top, wide, high = area
    least = 92.0 if head else 0.0
    tallest = max(g.cells[0] for g in found)
    spare = wide - GAP * (len(found) - 1)
    size = _size(min(spare / sum(g.cells[1] for g in found), 0.34 * high / tallest))
    while size > 0.1 and sum(_widths(found, size, least)) > spare:
        size = size - 1 if size > 3 else size * 0.9
    widths = _widths(found, size, least)
    band = head + max(g.cells[0] * s for g, s in zip(found, _sizes(found, size), strict=True)) + GAP * 0.7
    cell = _matrix_cell(p, wide, high - band - head)
    block = band + head + (p.shape[0] + 1) * cell + 6 if cell >= SMALLEST else high
    y = top + max(0.0, (high - block) / 2)
    x = left + max(0.0, (wide - sum(widths) - GAP * (len(found) - 1)) / 2)
    starts = []
    for width in widths:
        starts.append((round(x), round(y + head)))
        x += width + GAP
    inset = max(0.0, (wide - _wide(p, cell)) / 2) if cell >= SMALLEST else 0.0
    at = (round(left + inset), round(y + band + head))
    return Frame(True, _sizes(found, size), tuple(starts), at, cell, _room(wide, high - band - head))


def _beside(p: Product, found: tuple[Group, ...], area: Box, head: float, columns: int) -> Frame:
    """Groups in one or two columns to the left of the matrix."""
    left, top, wide, high = area
    stacks = [found[c::columns] for c in range(columns)]
    deepest = max(len(stack) for stack in stacks)
    rows = max(sum(g.cells[0] for g in stack) for stack in stacks)
    broadest = max(g.cells[1] + len(g.arrays) * 0.4 for g in found)
    spare = high - (head + 14) * deepest + 14
    size = _size(min(spare / rows, (0.36 if columns == 1 else 0.24) * wide / broadest))
    heights = [_high(found, stack, size, head) for stack in stacks]
    while size > 0.05 and max(heights) > high:
        size = size - 1 if size > 3 else size * 0.95
        heights = [_high(found, stack, size, head) for stack in stacks]
    sizes = _sizes(found, size)
    side = max([*_widths(found, size, 0.0), 128.0 if head else 0.0])
    beside = columns * (side + GAP)
    room = _room(wide - beside, high - head)
    cell = _matrix_cell(p, *room)
    block = max(*heights, head + (p.shape[0] + 1) * cell + 6) if cell >= SMALLEST else high
    y = top + max(0.0, (high - block) / 2)
    x = left + max(0.0, (wide - beside - _wide(p, cell)) / 2) if cell >= SMALLEST else left
    starts = {}
    for c, stack in enumerate(stacks):
        down = y
        for g in stack:
            starts[found.index(g)] = (round(x + c * (side + GAP)), round(down + head))
            down += g.cells[0] * sizes[found.index(g)] + head + 14
    places = tuple(starts[i] for i in range(len(found)))
    return Frame(False, sizes, places, (round(x + beside), round(y + head)), cell, room)


def _room(wide: float, high: float) -> tuple[float, float]:
    return (max(wide, LEAST), max(high, LEAST))


def _size(fit: float) -> float:
    """Return whole pixels for cells, fractions for pictures; where there is no room, next to nothing."""
    return float(int(min(fit, 48.0))) if fit >= 3 else max(fit, 0.1)


def side_of(cell: float) -> float:
    """Width of the result's cells: its numbers are longer than the weights."""
    return max(cell, min(60.0, 1.6 * cell))


def _wide(p: Product, cell: float) -> float:
    return p.shape[1] * cell + 34 + side_of(cell)


def _matrix_cell(p: Product, wide: float, high: float) -> float:
    if not p.small:
        return 0.0
    by_width = (wide - 34 - 24) / (p.shape[1] + 0.6)
    return float(int(max(0.0, min(by_width, (high - 6) / (p.shape[0] + 1), LARGEST))))
