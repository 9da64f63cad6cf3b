"""The window on a grid: the cells that the kernel lies on, tinted, each with its weight, and what is pointed at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convgui.draw.colour import Colour
from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS
from convgui.draw.picture import Box, CellContent, Cells, Item, Label, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label, middle

SUBSCRIPTS = 50.0
"""Side of a cell from which the weight stands in it."""
RISE = 0.04
"""How far its value stands above the middle then, in heights of the cell."""
FRAME, RING, TOUCHED = 3.5, 3.0, 2.5
"""Widths of the lines around the window, around what is pointed at, and around what that touches."""
CHIPS = 36.0
"""Side of a cell from which a chip has room below its value."""
CHIP_RISE, CHIP_APART, TALL = 0.15, 2.0, 0.74
"""How far a value stands above the middle over its chip at least, how far the two are apart, and height of a digit."""
CLEAR: Colour = (0, 0, 0, 0)


@dataclass(frozen=True)
class Window:
    """Where the kernel lies on a grid.

    Attributes
    ----------
    corner : tuple of float
        Row and column of its first cell; between two cells while it glides.
    taps : tuple of tuple of int
        Rows and columns on which its weights lie, counted from there.
    weights : tuple of tuple of str
        What stands in its cells, row by row; empty where there are no weights.
    sign : str
        What stands before a weight: ``×``, or ``+`` where it is a share that is added.
    """

    corner: tuple[float, float]
    taps: tuple[Sequence[int], Sequence[int]]
    weights: tuple[tuple[str, ...], ...] = ()
    sign: str = "×"

    def subscript(self, i: int, j: int) -> str:
        """Return what stands in a cell below its value; what is added has one sign."""
        weight = self.weights[i][j]
        return weight if self.sign == "+" and weight.startswith(MINUS) else f"{self.sign}{weight}"

    @property
    def covers(self) -> tuple[int, int]:
        """Rows and columns that it covers."""
        rows, columns = self.taps
        return (rows[-1] + 1 if rows else 0, columns[-1] + 1 if columns else 0)

    def cells(self) -> list[tuple[int, int, float, float]]:
        """Return row and column of each weight, and those of the cell that it lies on."""
        (rows, columns), (top, left) = self.taps, self.corner
        return [(i, j, top + y, left + x) for i, y in enumerate(rows) for j, x in enumerate(columns)]


def window(grid: Cells, lies: Window, theme: Theme, title: str = "") -> list[Item]:
    """Draw the window on a grid: tinted cells with their values above, a weight in each, and the frame around."""
    u, cells = grid.width, lies.cells()
    boxes = np.array([(grid.x + j * u, grid.y + i * u, u, u) for _, _, i, j in cells], dtype=float).reshape(-1, 4)
    lost = np.array([_is_missing(grid, i, j, theme) for _, _, i, j in cells], dtype=bool)
    high, wide = lies.covers
    around = (grid.x + lies.corner[1] * u, grid.y + lies.corner[0] * u, wide * u, high * u)
    items: list[Item] = [Rects(boxes[~lost], fill=theme.window, stroke=theme.cell_line)]
    items += [Rects(boxes[lost], fill=theme.missing, stroke=theme.cell_line)] if lost.any() else []
    items += _values(grid, cells, theme, title, subscripts=bool(lies.weights) and u >= SUBSCRIPTS)
    if lies.weights and u >= SUBSCRIPTS:
        items += _weights(grid, lies, theme)
    return [*items, framed([around], u, theme)]


def framed(boxes: Sequence[Box], cell: float, theme: Theme) -> Rects:
    """Frame the window, and the cells that are made of it; small cells have a thinner frame."""
    found = np.array(boxes, dtype=float).reshape(-1, 4)
    return Rects(found, stroke=theme.role("kernel").line, width=min(FRAME, max(0.1 * cell, 1.5)))


def _is_missing(grid: Cells, row: float, column: float, theme: Theme) -> bool:
    i, j = round(row), round(column)
    rows, columns = grid.content.shape
    return 0 <= i < rows and 0 <= j < columns and tuple(grid.content.fill[i, j].tolist()) == theme.missing


def _values(
    grid: Cells, cells: Sequence[tuple[int, int, float, float]], theme: Theme, title: str, *, subscripts: bool
) -> list[Item]:
    """Write the values again on the tint: bold in the cells that are mostly covered, as they are in the others."""
    texts = grid.content.texts
    if not texts:
        return []
    inside, touched = set[tuple[int, int]](), set[tuple[int, int]]()
    for _, _, row, column in cells:
        inside.add((math.floor(row + 0.5), math.floor(column + 0.5)))
        touched |= {(i, j) for i in (math.floor(row), math.ceil(row)) for j in (math.floor(column), math.ceil(column))}
    plain = {cell for cell in touched - inside if cell[0] < len(texts) and cell[1] < len(texts[0])}
    drawn = [replace(text_cells(grid, plain, theme.text), name="", title="")] if plain else []
    strong = text_cells(grid, inside, theme.text)
    rows, columns = strong.content.shape
    bold, rise = (frozenset(range(rows * columns)), RISE) if subscripts else (frozenset[int](), 0.0)
    return [*drawn, replace(strong, name="window", title=title, role="kernel", bold=bold, rise=rise)]


def text_cells(grid: Cells, cells: set[tuple[int, int]], ink: Colour) -> Cells:
    """Return some numbers of a grid without their cells, cut to the box around them."""
    rows, columns = [i for i, _ in cells], [j for _, j in cells]
    top, left = min(rows), min(columns)
    shape = (max(rows) - top + 1, max(columns) - left + 1)
    texts = tuple(
        tuple(grid.content.texts[i][j] if (i, j) in cells else "" for j in range(left, left + shape[1]))
        for i in range(top, top + shape[0])
    )
    inks = np.empty((*shape, 4), np.uint8)
    inks[...] = ink
    return replace(
        grid, content=CellContent(np.zeros_like(inks), inks, texts), x=grid.x + left * grid.width,
        y=grid.corner(top, left)[1], empty=CLEAR, grid=CLEAR, outline=CLEAR, making=False, reveal=None,
    )  # fmt: skip


def subscript_size(cell: float) -> float:
    """Return the size of a weight in a cell."""
    return float(round(max(13.0, min(0.21 * cell, 16.0))))


def _weights(grid: Cells, lies: Window, theme: Theme) -> list[Item]:
    u, size, ink = grid.width, subscript_size(grid.width), theme.role("kernel").ink
    items = list[Item]()
    for i, j, row, column in lies.cells():
        text = lies.subscript(i, j)
        if text_width(text, size, mono=True) <= u - 6:
            x, y = grid.x + (column + 1) * u - 4, grid.y + (row + 1) * u - 6
            items.append(label(x, y, text, ink, size, bold=True, mono=True, anchor="end"))
    return items


def ringed(cells: Sequence[tuple[Cells, tuple[float, float]]], theme: Theme) -> Rects:
    """Outline cells that belong together: what is pointed at, and what it meets."""
    boxes = [(g.x + j * g.width, g.y + i * g.height, g.width, g.height) for g, (i, j) in cells]
    return Rects(np.array(boxes, dtype=float).reshape(-1, 4), stroke=theme.text, width=RING)


def greyed(grid: Cells, theme: Theme) -> Cells:
    """Return a grid out of consideration: grey, and readable."""
    fill, ink = np.empty_like(grid.content.fill), np.empty_like(grid.content.ink)
    fill[...], ink[...] = theme.faint, theme.muted
    return replace(grid, content=replace(grid.content, fill=fill, ink=ink))


def touched(grid: Cells, weights: dict[tuple[int, int], str], theme: Theme) -> list[Item]:
    """Draw a result of which an input touches some cells: these outlined, each with its weight below its value.

    The others are grey. A cell that is not made yet shows the weight alone; an empty weight is none.
    """
    content, count = grid.content, grid.content.shape[1]
    if not weights:
        return [greyed(grid, theme)]
    u, chips = grid.width, grid.width >= CHIPS and any(weights.values())
    grey = greyed(grid, theme)
    fill, texts = grey.content.fill.copy(), content.texts
    for i, j in weights:
        fill[i, j] = content.fill[i, j]
    last = -1 if grid.reveal is None else grid.reveal - 1
    answered = grid.making and divmod(last, count) in weights
    if texts:
        texts = tuple(tuple("" if (i, j) in weights else t for j, t in enumerate(r)) for i, r in enumerate(texts))
    below = replace(grey, content=replace(grey.content, fill=fill, texts=texts), making=grid.making and not answered)
    items: list[Item] = [below]
    if content.texts:
        above = tuple(
            tuple(t if (i, j) in weights else "" for j, t in enumerate(r)) for i, r in enumerate(content.texts)
        )
        clear = CellContent(np.zeros_like(fill), content.ink, above)
        rise = _chip_rise(grid) if chips else 0.0
        numbers = replace(grid, content=clear, empty=CLEAR, grid=CLEAR, outline=CLEAR, making=answered, rise=rise)
        items.append(replace(numbers, name="", title=""))
    boxes = np.array([(grid.x + j * u + 1, grid.y + i * u + 1, u - 2, u - 2) for i, j in weights], dtype=float)
    items.append(Rects(boxes, stroke=theme.role("input").line, width=TOUCHED))
    return [*items, *(_chips(grid, weights, theme) if chips else [])]


def _chip(cell: float) -> tuple[float, float]:
    """Return the size of the text on a chip, and how far down the cell the chip begins."""
    size = float(round(max(12.0, min(0.2 * cell, 15.0))))
    return size, cell - size - (8 if cell >= SUBSCRIPTS else 7)


def _chip_rise(grid: Cells) -> float:
    """Return how far above the middle a value ends clear of the chip below it, in heights of the cell."""
    ends = 0.5 * (grid.height + TALL * grid.font)
    return max(CHIP_RISE, (ends + CHIP_APART - _chip(grid.width)[1]) / grid.height)


def _chips(grid: Cells, weights: dict[tuple[int, int], str], theme: Theme) -> list[Item]:
    u, (size, down) = grid.width, _chip(grid.width)
    boxes, words = list[Box](), list[Label]()
    for (i, j), weight in weights.items():
        text = f"×{weight}"
        wide = text_width(text, size, mono=True) + 6
        if wide > u - 6:
            continue
        x, y = grid.x + (j + 0.5) * u, grid.y + i * u + down
        boxes.append((x - wide / 2, y, wide, size + 3))
        words.append(
            label(x, middle(y, size + 3, size), text, theme.ink_dark, size, bold=True, mono=True, anchor="middle")
        )
    chips = Rects(np.array(boxes, dtype=float).reshape(-1, 4), fill=theme.role("kernel").line, radius=4)
    return [chips, *words]
