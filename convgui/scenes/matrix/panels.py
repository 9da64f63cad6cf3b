"""Where everything stands: the small grids, the matrix, the vector above its columns, the result beside its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from convgui.draw.colour import Colour, faded
from convgui.draw.grids import SMALLEST_FONT, cell_text, value_cells
from convgui.draw.hues import hues
from convgui.draw.levels import Levels
from convgui.draw.number import grouped, number
from convgui.draw.panels import HEADING, cell_box, heading, hit_grid, outlines
from convgui.draw.picture import Box, CellContent, Cells, HitGrid, Item, Raster, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.matrix.groups import Group, count, groups
from convgui.scenes.matrix.product import Floats, Product
from convgui.scenes.matrix.sizes import APART, FOOTER, LARGEST, SMALLEST, Frame, frame_of, side_of
from convgui.words import tr

NAMES = {"c": "C", "ct": "Cᵀ", "ctc": "CᵀC"}


@dataclass(frozen=True, eq=False)
class MatrixLayout:
    """Static items and the places that the moving ones need.

    Attributes
    ----------
    matrix : tuple
        The box of the matrix; `cell` is the size of one of its places across and down.
    strip, column : Cells or None
        v above the matrix, and the result beside it; None where the matrix is drawn as a picture.
    places : dict
        For ``"in"`` and ``"out"``, by channel: x, y and cell size of each grid.
    outputs : tuple of Cells
        The result's grids, revealed as it is made.
    """

    product: Product
    canvas: Canvas
    hues: tuple[Colour, ...]
    matrix: Box
    cell: tuple[float, float]
    strip: Cells | None
    column: Cells | None
    places: dict[str, dict[int, tuple[float, float, float]]]
    kernels: tuple[Cells, ...]
    outputs: tuple[Cells, ...]
    footer: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(p: Product, canvas: Canvas) -> MatrixLayout:
    """Place everything on a canvas."""
    found = groups(p)
    frame = frame_of(p, found, canvas)
    colours = tuple((int(r), int(g), int(b), 255) for r, g, b, _ in hues(p.kernels.size, canvas.theme).tolist())
    box, cell = _matrix_box(p, frame)
    base: list[Item] = []
    hits: list[HitGrid] = []
    places: dict[str, dict[int, tuple[float, float, float]]] = {"in": {}, "out": {}}
    kernels: list[Cells] = []
    outputs: list[Cells] = []
    for place, group in enumerate(found):
        x, y = frame.starts[place]
        size = frame.small[place]
        for index, array in group.arrays:
            item = _grid(p, group, index, array, (x, y), size, colours, canvas.theme)
            if isinstance(item, Cells) and group.kind == "output":
                outputs.append(item)
            else:
                base.append(item)
            if isinstance(item, Cells) and group.kind == "kernel":
                kernels.append(item)
            if group.kind in ("input", "source", "output"):
                places["out" if group.kind == "output" else "in"][index[0]] = (x, y, size)
            rows, columns = array.shape
            hits.append(HitGrid(group.kind, index, x, y, size, size, (rows, columns)))
            x += columns * size + APART
    if canvas.captions:
        base += _titles(p, found, frame, canvas, box)
    strip = column = None
    if frame.cell >= SMALLEST:
        grid, strip, column = _numbers(p, frame, colours, canvas.theme)
        base += [grid, strip]
        if p.mode == "ctc":
            diagonal = [cell_box(grid, i, i) for i in range(p.shape[0])]
            base.append(outlines(diagonal, canvas.theme.muted, 1.2, "dashed", inset=1.5))
        hits += [hit_grid("matrix", (), grid), hit_grid("vector", (), strip), hit_grid("row", (), column)]
    else:
        base += _sparsity(p, box, colours, canvas.theme)
        hits.append(HitGrid("matrix", (), box[0], box[1], cell[0], cell[1], p.shape))
    footer = canvas.height - FOOTER
    return MatrixLayout(
        p, canvas, colours, box, cell, strip, column, places, tuple(kernels), tuple(outputs), footer, tuple(base),
        tuple(hits),
    )  # fmt: skip


def _matrix_box(p: Product, frame: Frame) -> tuple[Box, tuple[float, float]]:
    (x, y), (wide, high) = frame.at, frame.room
    if frame.cell >= SMALLEST:
        size = frame.cell
        return (x, y + size + 6, p.shape[1] * size, p.shape[0] * size), (size, size)
    # A place may be less than a pixel; very flat matrices are stretched, so that their rows can be told apart.
    across = min(wide / p.shape[1], LARGEST)
    down = min(high / p.shape[0], max(across, 60 / p.shape[0]))
    across = min(across, max(down, 60 / p.shape[1]))
    box = (x + (wide - across * p.shape[1]) / 2, y, across * p.shape[1], down * p.shape[0])
    return box, (across, down)


def _grid(
    p: Product,
    group: Group,
    index: tuple[int, ...],
    array: Floats,
    at: tuple[float, float],
    size: float,
    colours: tuple[Colour, ...],
    theme: Theme,
) -> Cells | Raster:
    """One array as cells, or as a picture where cells would be too small."""
    if size < 4:
        every = np.concatenate([a.reshape(-1) for _, a in group.arrays])
        image = Levels(float(every.min()), float(every.max()), False).colours(array, theme)
        box = (*at, array.shape[1] * size, array.shape[0] * size)
        return Raster(image, box, box, smooth=size < 2, name=group.kind)
    limit = max(float(np.abs(a).max()) for _, a in group.arrays) or 1.0
    cells = value_cells(array, theme, group.role, at, size, limit=limit, name=grid_name(group.kind, index))
    numbered = f"{group.title} {', '.join(map(str, index))}" if len(group.arrays) > 1 else group.title
    cells = replace(cells, title=numbered)
    if group.kind != "kernel":
        return cells
    start = int(np.ravel_multi_index((*index, 0, 0), p.kernels.shape))
    fill = np.array(colours[start : start + array.size], dtype=np.uint8).reshape(*array.shape, 4)
    return replace(cells, content=CellContent(fill, theme.ink(fill), cells.content.texts))


def grid_name(kind: str, index: tuple[int, ...]) -> str:
    """Return the name of the grid of one channel, or of one kernel."""
    return f"{kind} {index}"


def _numbers(p: Product, frame: Frame, colours: tuple[Colour, ...], theme: Theme) -> tuple[Cells, Cells, Cells]:
    """The matrix, the vector above it and the result beside it, cell by cell."""
    values, weights = p.dense()
    size, (x, y) = frame.cell, frame.at
    limit = float(np.abs(p.values).max()) if p.values.size else 1.0
    grid = value_cells(values, theme, "kernel", (x, y + size + 6), size, limit=limit, name="matrix", title=tr("matrix"))
    fill = grid.content.fill.copy()
    held = weights >= 0
    if held.any():
        fill[held] = np.array(colours, dtype=np.uint8)[weights[held]]
    ink = theme.ink(fill)
    empty = values == 0
    if held.any():
        empty &= ~held
    ink[empty] = faded(theme.muted, 0.55)
    grid = replace(grid, content=CellContent(fill, ink, grid.content.texts), outline=theme.role("plain").line)
    role: Role = "result" if p.mode == "ct" else "input"
    strip = value_cells(p.vector[None], theme, role, (x, y), size, name="vector", title=tr("vector"))
    side = side_of(size)
    column = value_cells(p.result[:, None], theme, "result", (x + p.shape[1] * size + 34, y + size + 6), size)
    texts, font = cell_text(p.result[:, None], side)
    font = min(font, max(size * 0.55, SMALLEST_FONT))
    content = CellContent(column.content.fill, column.content.ink, texts)
    return grid, strip, replace(column, content=content, font=font, width=side, name="result", title=tr("result"))


def _sparsity(p: Product, box: Box, colours: tuple[Colour, ...], theme: Theme) -> list[Item]:
    """Every weight of the matrix as a dot in its hue; places share a pixel where the matrix is larger than the room."""
    _, _, wide, high = box
    shape = (min(p.shape[0], int(high) or 1), min(p.shape[1], int(wide) or 1))
    image = np.empty((*shape, 3), dtype=np.uint8)
    image[:] = theme.cell[:3]
    rows = p.rows * shape[0] // p.shape[0]
    columns = p.columns * shape[1] // p.shape[1]
    # Single pixels need more contrast than cells.
    shade = 1.0 if wide > 4 * p.shape[1] else 0.72 if theme.shade == "light" else 1.3
    table = np.clip(np.array(colours)[:, :3] * shade, 0, 255).astype(np.uint8)
    image[rows, columns] = table[p.weights]
    frame = Rects(np.array([box]), stroke=theme.role("plain").line, width=1.0)
    return [Raster(image, box, box, smooth=False, name="matrix"), frame]


def _titles(p: Product, found: tuple[Group, ...], frame: Frame, canvas: Canvas, box: Box) -> list[Item]:
    theme = canvas.theme
    items: list[Item] = []
    for place, group in enumerate(found):
        x, y = frame.starts[place]
        if frame.across:
            edge = frame.starts[place + 1][0] if place + 1 < len(found) else canvas.width
        else:
            beside = [sx for sx, _ in frame.starts if sx > x]
            edge = min([*beside, frame.at[0] - 14])
        hidden = "" if len(group.arrays) >= count(p, group) else f", {tr('first {n} shown', n=len(group.arrays))}"
        items += heading(
            x, y - HEADING, group.title, group.detail + hidden, theme.role(group.role).ink, theme, edge - x - 8
        )
    x, y = frame.at
    places = prod(p.shape)
    zeros = 100 * (1 - p.filled / places)
    share = number(zeros, 1 if zeros < 99.9 else 4)
    size = " × ".join(grouped(n) for n in p.shape)
    detail = tr(
        "{size} · {filled} non-zeros of {places} · {share} % zeros",
        size=size,
        filled=grouped(p.filled),
        places=grouped(places),
        share=share,
    )
    left = box[0] if frame.cell < SMALLEST else x
    items += heading(left, y - HEADING, NAMES[p.mode], detail, theme.text, theme, canvas.width - left - 8)
    if frame.cell >= SMALLEST:
        middle = box[0] + box[2] + 17
        items.append(label(middle, box[1] + box[3] / 2 + 5, "=", theme.muted, 14, anchor="middle"))
        right = box[0] + box[2] + 34
        name = {"c": "y", "ct": "Cᵀy", "ctc": "CᵀCx"}[p.mode]
        items.append(label(right, box[1] - 8, name, theme.role("result").ink, 12, bold=True))
        into, ink = ("y", theme.role("result").ink) if p.mode == "ct" else ("x", theme.role("input").ink)
        items.append(label(x - 6, y + frame.cell / 2 + 4, into, ink, 12, bold=True, anchor="end"))
    return items
