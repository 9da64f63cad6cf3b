"""Blocks: the window's numbers, slice by slice, with the weights that they meet and what comes of both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.levels import sampled
from convgui.draw.measure import Measure
from convgui.draw.number import number
from convgui.draw.picture import Box, Cells, Floats, HitGrid, Item, Label, Run
from convgui.draw.theme import Role, Theme
from convgui.draw.window import SUBSCRIPTS, Window, window
from convgui.draw.words import label, middle
from convgui.draw.writing import Writing, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.volume.arrangement import kernel_shape
from convgui.scenes.volume.layer import Triple, Volume
from convgui.words import mark, tr

SMALLEST, LARGEST, ROOMIEST, ALONE = 20.0, 38.0, 60.0, 32.0
"""Pixels of a cell: at least, at most with the filter beside, and at most with the weights in the window's cells, or
with the filter but without the products."""
SLIT, SIGN, SUM = 12.0, 46.0, 92.0
"""Between slices, and between window, filter and products; room of the number that they add up to without these."""
TOTAL = 18.0
"""Size of that number."""
ABOVE, BELOW = 40.0, 16.0
"""Height of a title and of the slices' names, and what stays free below the numbers."""
DIFFERENT = 400
"""Values from which it is found how all are written."""
GROUPS = ("window", "filter", "products")
NAMES = {"window": mark("Window"), "filter": mark("Filter"), "products": mark("Products")}
TALL, SHARE = 440.0, 0.37
"""Height of a canvas from which numbers are drawn, and the part of the room that they may take."""


@dataclass(frozen=True)
class NumberGrids:
    """Where the numbers stand.

    Attributes
    ----------
    cell : float
        Side of a cell.
    groups : tuple of str
        The window, the filter unless its weights stand in the window, and the products if they have room.
    lefts : tuple of float
        Left ends of these.
    top : float
        Upper edge of the titles.
    shape : tuple of int
        Slices, rows and columns.
    writings : tuple of Writing
        How values, weights and products are written, at every step.
    limit : float
        No product is larger.
    """

    cell: float
    groups: tuple[str, ...]
    lefts: tuple[float, ...]
    top: float
    shape: Triple
    writings: tuple[Writing, Writing, Writing]
    limit: float

    @property
    def subscripts(self) -> bool:
        """Whether the weights stand in the window's cells."""
        return "filter" not in self.groups

    def corner(self, group: int, k: int) -> tuple[float, float]:
        """Return the upper left corner of a slice."""
        return self.lefts[group] + k * (self.shape[2] * self.cell + SLIT), self.top + ABOVE

    def boxes(self, tap: Triple) -> list[Box]:
        """Return the boxes of a tap in the window, the filter and the products."""
        k, i, j = tap
        found = []
        for group in range(len(self.lefts)):
            x, y = self.corner(group, k)
            found.append((x + j * self.cell, y + i * self.cell, self.cell, self.cell))
        return found


def number_grids(v: Volume, canvas: Canvas, sizes: Measure, room: Box) -> NumberGrids | None:
    """Place the numbers at the lower end of a room; None where they would not be legible or several channels are read.

    Several channels have a row of solids each, which leaves no room.
    """
    if not canvas.captions or canvas.height < TALL or len(v.names) > 1:
        return None
    shape = kernel_shape(v)
    slices, rows, columns = shape
    x, y, width, height = room
    high = (height * SHARE - ABOVE - BELOW) / rows

    def side(blocks: int, most: float, total: float = 0.0) -> float:
        free = width - total - (blocks - 1) * SIGN - blocks * (slices - 1) * SLIT
        return float(int(min(free / (blocks * slices * columns), high, most)))

    values, weights = _some(v.data[v.channel]), _some(v.kernels[v.channel])
    products = _some(np.multiply.outer(values, weights))
    groups: tuple[str, ...] = GROUPS[::2]
    cell = side(2, ROOMIEST)
    if cell < SUBSCRIPTS:
        groups, cell = GROUPS, side(3, LARGEST)
        if not writing(products, cell, sizes.least).font:
            # Products without numbers say less than numbers that stand apart.
            groups, cell = GROUPS[:2], side(2, ALONE, SIGN + SUM)
    if cell < SMALLEST:
        return None
    blocks = len(groups)
    wide = slices * columns * cell + (slices - 1) * SLIT
    left = round(x + max(width - blocks * wide - (blocks - 1) * SIGN, 0) / 2)
    top = round(y + height - rows * cell - ABOVE - BELOW)
    lefts = tuple(float(left + n * (wide + SIGN)) for n in range(blocks))
    found = [writing(numbers, cell, sizes.least) for numbers in (values, weights, products)]
    if groups == GROUPS[:2]:
        left -= round(min(SIGN + SUM, left - x) / 2)
        lefts = tuple(float(left + n * (wide + SIGN)) for n in range(blocks))
    return NumberGrids(cell, groups, lefts, float(top), shape, (found[0], found[1], found[2]), largest(products))


def _some(values: NDArray[Any]) -> Floats:
    """Return the different values there are, 0 with them; of very many, some from the smallest to the largest."""
    found = np.unique(np.append(sampled(values).astype(np.float64), 0.0))
    return np.asarray(found[np.linspace(0, len(found) - 1, min(len(found), DIFFERENT)).astype(int)], dtype=np.float64)


def still(
    v: Volume, grids: NumberGrids, theme: Theme, limit: float, weight: tuple[int, int]
) -> tuple[list[Item], list[HitGrid]]:
    """Draw titles, signs and the filter, and make all cells answer to the pointer."""
    items, hits = list[Item](), list[HitGrid]()
    for group, name in enumerate(grids.groups):
        role: Role = "result" if name == "products" else "kernel"
        items.append(label(grids.lefts[group], grids.top + 14, tr(NAMES[name]), theme.role(role).ink, 14, bold=True))
        for k in range(grids.shape[0]):
            x, y = grids.corner(group, k)
            items.append(label(x, y - 6, tr("slice {n}", n=k), theme.muted, 12))
            kind, prefix = ("kernel", weight) if role == "kernel" and group else ("product", weight)
            hits.append(HitGrid(kind, (*prefix, k), x, y, grids.cell, grids.cell, grids.shape[1:]))
    if not grids.subscripts:
        items += _slices(v.kernels[v.channel], grids, 1, "kernel", theme, limit, grids.writings[1], "kernel")
    wide = grids.shape[0] * grids.shape[2] * grids.cell + (grids.shape[0] - 1) * SLIT
    level = grids.top + ABOVE + grids.shape[1] * grids.cell / 2
    signs = "=" if grids.subscripts else "×="
    if _summed(grids):
        items += operator((grids.lefts[-1] + wide, grids.lefts[-1] + wide + SIGN), level, "Σ", theme)
    for left, sign in zip(grids.lefts[:-1], signs, strict=False):
        items += operator((left + wide, left + wide + SIGN), level, sign, theme)
    return items, hits


def _summed(grids: NumberGrids) -> bool:
    """Whether the sum stands beside the filter, where there is no room for the products."""
    return "products" not in grids.groups


def step_items(v: Volume, grids: NumberGrids, position: Triple, theme: Theme, scale: float) -> list[Item]:
    """Draw the window, tinted, each value with its weight where there is room, and the products."""
    seen, kernel = v.windows(position)[v.channel], v.kernels[v.channel]
    items, (_, rows, columns) = list[Item](), grids.shape
    values, weights, outputs = grids.writings
    for k, cells in enumerate(_slices(seen, grids, 0, "input", theme, scale, values, "window")):
        texts = weights.texts(kernel[k]) if weights.font else tuple(("",) * columns for _ in range(rows))
        lies = Window((0, 0), (range(rows), range(columns)), texts)
        items += [replace(cells, name=""), *window(cells, lies, theme, tr("window, slice {n}", n=k))]
    if _summed(grids):
        x, y = grids.corner(1, grids.shape[0] - 1)
        x, y = x + grids.shape[2] * grids.cell + SIGN, middle(y, grids.shape[1] * grids.cell, TOTAL)
        total = Run(number(float((seen * kernel).sum())), theme.role("result").ink, bold=True, answer=True)
        return [*items, Label(x, y, (Run("= ", theme.muted), total), TOTAL, mono=True)]
    last = len(grids.lefts) - 1
    return [*items, *_slices(seen * kernel, grids, last, "result", theme, grids.limit, outputs, "products")]


def _slices(
    values: Floats, grids: NumberGrids, group: int, role: Role, theme: Theme, limit: float, numbers: Writing, name: str
) -> list[Cells]:
    return [
        value_cells(
            values[k], theme, role, grids.corner(group, k), grids.cell, limit=limit, numbers=numbers,
            name=f"{name} {k}", title=tr("slice {n}", n=k),
        )
        for k in range(grids.shape[0])
    ]  # fmt: skip
