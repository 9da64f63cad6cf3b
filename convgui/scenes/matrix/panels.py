"""Where everything stands: the small grids, the matrix, the vector above its columns, the result beside its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod

import numpy as np

from convgui.draw.colour import Colour, faded
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.hues import hues
from convgui.draw.levels import Levels
from convgui.draw.measure import Measure, Side, measure
from convgui.draw.metrics import text_width
from convgui.draw.number import grouped, number
from convgui.draw.panels import cell_box, hit_grid, outlines
from convgui.draw.picture import Box, CellContent, Cells, HitGrid, Item, Raster, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.titled_grid import TitledGrid, title_items
from convgui.draw.words import label, middle
from convgui.draw.writing import Writing, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.matrix.groups import Group, count, groups
from convgui.scenes.matrix.product import Floats, Product
from convgui.scenes.matrix.sizes import APART, LARGEST, STRIP, Frame, between, frame_of, side_of, title_width
from convgui.words import tr

LEFT: Side = "left"
RIGHT: Side = "right"
NAMES = {"c": "C", "ct": "Cᵀ", "ctc": "CᵀC"}
MADE = {"c": "y", "ct": "Cᵀy", "ctc": "CᵀCx"}


@dataclass(frozen=True, eq=False)
class MatrixLayout:
    """Static items and the boxes that the moving ones need.

    Attributes
    ----------
    matrix : tuple
        The box of the matrix; `cell` is the size of one of its cells across and down.
    strip, column : Cells or None
        v above the matrix, and the result beside it; None where the matrix is drawn as a picture.
    cell_boxes : dict
        For ``"in"`` and ``"out"``, by channel: x, y and cell size of each grid.
    inputs, kernels, outputs : mapping
        The small grids by their first index, or for kernels by both; the outputs are revealed as they are made.
    indexed : tuple of TitledGrid
        Grids with indices beside them.
    gaps : tuple
        Left and right end of each gap between groups that stand in a row.
    """

    product: Product
    canvas: Canvas
    measure: Measure
    hues: tuple[Colour, ...]
    weights: Writing
    matrix: Box
    cell: tuple[float, float]
    strip: Cells | None
    column: Cells | None
    cell_boxes: dict[str, dict[int, tuple[float, float, float]]]
    inputs: dict[int, Cells]
    kernels: dict[tuple[int, ...], Cells]
    outputs: dict[int, Cells]
    indexed: tuple[TitledGrid, ...]
    gaps: tuple[tuple[float, float], ...]
    footer: Footer
    base: tuple[Item, ...]
    signs: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(p: Product, canvas: Canvas) -> MatrixLayout:
    """Place everything on a canvas."""
    found, sizes, theme = groups(p), measure(canvas.width, canvas.height, words=canvas.captions), canvas.theme
    below = footer(canvas.width, canvas.height, sizes.margin, 3, legend=True, told=canvas.told)
    top = min(sizes.margin, 16.0)
    bottom = below.top - 10 if canvas.captions else canvas.height - sizes.margin
    frame = frame_of(p, found, (sizes.margin, top, canvas.width - 2 * sizes.margin, bottom - top), sizes)
    colours = tuple((int(r), int(g), int(b), 255) for r, g, b, _ in hues(p.kernels.size, theme).tolist())
    base, hits = list[Item](), list[HitGrid]()
    cell_boxes: dict[str, dict[int, tuple[float, float, float]]] = {"in": {}, "out": {}}
    grids: dict[str, dict[tuple[int, ...], Cells]] = {"input": {}, "source": {}, "kernel": {}, "output": {}}
    for n, group in enumerate(found):
        (x, y), size = frame.starts[n], frame.small[n]
        for index, array in group.arrays:
            item = _grid(p, group, index, array, (x, y), size, colours, sizes, theme)
            if isinstance(item, Cells):
                grids.setdefault(group.kind, {})[index] = item
            if not isinstance(item, Cells) or group.kind != "output":
                base.append(item)
            if group.kind in ("input", "source", "output"):
                cell_boxes["out" if group.kind == "output" else "in"][index[0]] = (x, y, size)
            rows, columns = array.shape
            hits.append(HitGrid(group.kind, index, x, y, size, size, (rows, columns)))
            x += columns * size + APART
    box, cell = _matrix_box(p, frame)
    strip = column = None
    indexed = _indexed(grids, sizes)
    if frame.cell:
        grid, strip, column = _numbers(p, frame, colours, sizes, theme)
        base += [grid, strip]
        if p.mode == "ctc":
            diagonal = [cell_box(grid, i, i) for i in range(p.shape[0])]
            base.append(outlines(diagonal, theme.muted, 1.2, "dashed", inset=1.5))
        hits += [hit_grid("matrix", (), grid), hit_grid("vector", (), strip), hit_grid("row", (), column)]
        indexed += (TitledGrid(strip, columns_above=True), TitledGrid(column, rows_at="right"))
    else:
        base += _sparsity(p, box, colours, theme)
        hits.append(HitGrid("matrix", (), box[0], box[1], cell[0], cell[1], p.shape))
    gaps, signs = _signs(found, frame, box, column, sizes, theme)
    base += _titles(p, found, frame, canvas, sizes, box) if sizes.words else []
    weights = writing(p.kernels, min(frame.small), sizes.least)
    inputs, outputs = ({i[0]: g for i, g in grids[kind].items()} for kind in ("input", "output"))
    inputs |= {i[0]: g for i, g in grids["source"].items()}
    return MatrixLayout(
        p, canvas, sizes, colours, weights, box, cell, strip, column, cell_boxes, inputs, grids["kernel"], outputs,
        indexed, gaps, below, tuple(base), tuple(signs), tuple(hits),
    )  # fmt: skip


def _indexed(grids: dict[str, dict[tuple[int, ...], Cells]], sizes: Measure) -> tuple[TitledGrid, ...]:
    """Give indices to what goes in and what comes out, where each is a single grid."""
    found = list[TitledGrid]()
    for kind, side in (("input", LEFT), ("source", LEFT), ("output", RIGHT)):
        if sizes.index and len(grids[kind]) == 1:
            found.append(TitledGrid(next(iter(grids[kind].values())), rows_at=side, columns_above=True))
    return tuple(found)


def _signs(
    found: tuple[Group, ...], frame: Frame, box: Box, column: Cells | None, sizes: Measure, theme: Theme
) -> tuple[tuple[tuple[float, float], ...], list[Item]]:
    """Return the gaps between groups in a row, and the operators in them and before the result."""
    items, gaps = list[Item](), list[tuple[float, float]]()
    if column is not None and sizes.words:
        items += operator((box[0] + box[2], column.x), box[1] + box[3] / 2, "=", theme)
    main = [n for n, group in enumerate(found) if group.kind != "original"]
    if frame.way == "column" or not sizes.words:
        return (), items
    # The transpose multiplies each number by the kernel and adds up what meets.
    signs = "=" if len(main) < 3 else "∗=" if found[0].kind == "input" else "×="
    for (left, right), sign in zip(pairwise(main), signs, strict=True):
        end = frame.starts[left][0] + found[left].cells[1] * frame.small[left] + (len(found[left].arrays) - 1) * APART
        gaps.append((end, frame.starts[right][0]))
        heights = [frame.starts[n][1] + found[n].cells[0] * frame.small[n] / 2 for n in (left, right)]
        items += operator(gaps[-1], sum(heights) / 2, sign, theme)
    return tuple(gaps), items


def _matrix_box(p: Product, frame: Frame) -> tuple[Box, tuple[float, float]]:
    (x, y), (wide, high) = frame.at, frame.room
    if frame.cell:
        size = frame.cell
        return (x, y + size + STRIP, p.shape[1] * size, p.shape[0] * size), (size, size)
    # A cell may be less than a pixel; very flat matrices are stretched, so that their rows can be told apart.
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
    sizes: Measure,
    theme: Theme,
) -> Cells | Raster:
    """One array as cells, or as a picture where cells would be too small."""
    if size < 4:
        every = np.concatenate([a.reshape(-1) for _, a in group.arrays])
        image = Levels(float(every.min()), float(every.max()), False).colours(array, theme)
        box = (*at, array.shape[1] * size, array.shape[0] * size)
        return Raster(image, box, box, smooth=size < 2, name=group.kind)
    every = np.concatenate([a.reshape(-1) for _, a in group.arrays])
    cells = value_cells(
        array, theme, group.role, at, size, limit=largest(every), name=grid_name(group.kind, index),
        numbers=writing(every, size, sizes.least),
    )  # fmt: skip
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


def _numbers(
    p: Product, frame: Frame, colours: tuple[Colour, ...], sizes: Measure, theme: Theme
) -> tuple[Cells, Cells, Cells]:
    """The matrix, the vector above it and the result beside it, cell by cell."""
    values, weights = p.dense()
    size, (x, y) = frame.cell, frame.at
    least = min(sizes.least, size - 3)
    grid = value_cells(
        values, theme, "kernel", (x, y + size + STRIP), size, limit=largest(p.values), name="matrix",
        title=tr("matrix"), numbers=writing(values, size, least),
    )  # fmt: skip
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
    strip = value_cells(
        p.vector[None], theme, role, (x, y), size, name="vector", title=tr("vector"),
        numbers=writing(p.vector, size, least),
    )  # fmt: skip
    side, at = side_of(size), (x + p.shape[1] * size + between(sizes), y + size + STRIP)
    column = value_cells(
        p.result[:, None], theme, "result", at, side, name="result", title=tr("result"),
        numbers=writing(p.result, side, least),
    )  # fmt: skip
    # Its cells are as high as those of the matrix, and their numbers no larger than they are.
    font = min(column.font, float(int(max(size * 0.55, least))))
    return grid, strip, replace(column, height=size, font=font)


def _sparsity(p: Product, box: Box, colours: tuple[Colour, ...], theme: Theme) -> list[Item]:
    """Every weight of the matrix as a dot in its hue; cells share a pixel where the matrix is larger than the room."""
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


def _titles(p: Product, found: tuple[Group, ...], frame: Frame, canvas: Canvas, sizes: Measure, box: Box) -> list[Item]:
    theme, items = canvas.theme, list[Item]()
    for n, group in enumerate(found):
        x, y = frame.starts[n]
        beside = [sx - sizes.index for sx, _ in frame.starts if sx > x + 1]
        edge = min([*beside, canvas.width if frame.way == "above" else frame.at[0] - sizes.index])
        hidden = "" if len(group.arrays) >= count(p, group) else f", {tr('first {n} shown', n=len(group.arrays))}"
        above = y - (sizes.index if group.kind in ("input", "source", "output") and len(group.arrays) == 1 else 0.0)
        words = (group.title, group.detail + hidden)
        items += title_items((x, above), max(edge - 8, x + title_width(group, sizes)), words, group.role, sizes, theme)
    x, y = frame.at
    cells = prod(p.shape)
    zeros = 100 * (1 - p.filled / cells)
    share = number(zeros, 1 if zeros < 99.9 else 4)
    size = " × ".join(grouped(n) for n in p.shape)
    detail = tr(
        "{size} · {filled} non-zeros of {places} · {share} % zeros",
        size=size,
        filled=grouped(p.filled),
        places=grouped(cells),
        share=share,
    )
    left, above = (x, y - sizes.index) if frame.cell else (box[0], y)
    if text_width(detail, sizes.small, mono=True) > canvas.width - 8 - left:
        detail = tr("{size} · {filled} non-zeros", size=size, filled=grouped(p.filled))
    items += title_items((left, above), canvas.width - 8, (NAMES[p.mode], detail), "plain", sizes, theme)
    if frame.cell:
        right, small = box[0] + box[2] + between(sizes), sizes.small
        items.append(label(right, box[1] - 8, MADE[p.mode], theme.role("result").ink, small, bold=True))
        into, ink = ("y", theme.role("result").ink) if p.mode == "ct" else ("x", theme.role("input").ink)
        items.append(label(x - 8, middle(y, frame.cell, small), into, ink, small, bold=True, anchor="end"))
    return items
