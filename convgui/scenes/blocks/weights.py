"""Blocks on a photo: the weights that are pointed at, and what each of them multiplies at a step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.number import number, signed
from convgui.draw.photos import marks
from convgui.draw.picture import Box, Cells, Hit, HitGrid, Item, Rects
from convgui.draw.theme import Theme
from convgui.draw.viewport import Viewport
from convgui.draw.window import RING
from convgui.scenes.blocks.layer import PictureBlocks
from convgui.words import tr

TAP, WINDOW, WEIGHTS, PIXEL = "tap ", "window ", "weights", "pixel"
"""Names of the grids of a loupe: a kernel, its window, and the matrix of a 1 x 1 layer with the pixel's channels."""


def hits(b: PictureBlocks, items: Sequence[Item], chosen: int) -> tuple[HitGrid, ...]:
    """Return what can be pointed at of the kernels that a loupe draws."""
    found = list[HitGrid]()
    for grid in (item for item in items if isinstance(item, Cells)):
        if grid.name.startswith(TAP):
            kernel = _kernel(b, int(grid.name.removeprefix(TAP)), chosen)
            found.append(HitGrid("kernel", kernel, grid.x, grid.y, grid.width, grid.height, grid.content.shape))
        elif grid.name == WEIGHTS:
            rows = [(n, f, c) for n, f in enumerate(b.filters) for c in range(b.depth)]
            for n, f, c in rows:
                x, y = grid.corner(n, b.first(f) + c)
                found.append(HitGrid("kernel", (f, c), x, y, grid.width, grid.height, (1, 1)))
    return tuple(found)


def _kernel(b: PictureBlocks, number_of: int, chosen: int) -> tuple[int, int]:
    """Return filter and channel of a kernel by its grid's number: the filter's where several are compared."""
    return (number_of, 0) if b.depth == 1 and number_of in b.filters and len(b.filters) > 1 else (chosen, number_of)


def rings(
    b: PictureBlocks, items: Sequence[Item], hit: Hit, position: Position, port: Viewport, theme: Theme
) -> list[Item]:
    """Mark a weight, the value that it meets at a step, and the pixel on the photo."""
    f, c, row, column = hit.index
    boxes = list[Box]()
    for grid in (item for item in items if isinstance(item, Cells)):
        several = any(isinstance(item, Cells) and item.name == f"{TAP}{f}" for item in items) and len(b.filters) > 1
        if grid.name in (f"{TAP}{f if b.depth == 1 and several else c}", f"{WINDOW}{c}"):
            boxes.append((*grid.corner(row, column), grid.width, grid.height))
        elif grid.name == WEIGHTS:
            boxes.append((*grid.corner(b.filters.index(f), b.first(f) + c), grid.width, grid.height))
        elif grid.name == PIXEL:
            boxes.append((*grid.corner(b.first(f) + c, 0), grid.width, grid.height))
    found: list[Item] = [Rects(np.array(boxes), stroke=theme.text, width=RING)] if boxes else []
    return [*found, *marks([(port.cell(*_cell(b, hit, position)), port.frame)], theme.text, theme)]


def words(b: PictureBlocks, hit: Hit, position: Position) -> str:
    """Say what a weight meets at a step, and what comes of it."""
    f, c, row, column = hit.index
    weight, value = float(b.weight[f, c, row, column]), float(b.window(f, position)[c, row, column])
    cell = f"in{[b.first(f) + c, *_cell(b, hit, position)]}"
    product = f"{cell} = {number(value)}: {number(value)}·{signed(weight)} = {number(value * weight)}"
    return tr("{weight} meets {cell}", weight=f"w{list(hit.index)} = {number(weight)}", cell=product)


def _cell(b: PictureBlocks, hit: Hit, position: Position) -> tuple[int, int]:
    """Return the pixel of the input, or of its padding, that a weight meets."""
    (top, left), (down, right) = b.view.box(position)[:2], b.view.offset(hit.index[-2:])
    return int(top + down), int(left + right)
