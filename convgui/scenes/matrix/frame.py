"""One moment: a row of the matrix meets the vector, and one number of the result is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convgui.draw.arithmetic import products_runs, result_ink, text_of
from convgui.draw.footer import footer_items, legend_items
from convgui.draw.gaps import wedges
from convgui.draw.number import grouped, number, signed
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Box, Cells, Hit, Item, Picture, Rects, Run
from convgui.draw.prediction import about
from convgui.draw.titled_grid import indices
from convgui.draw.window import Window, framed, touched, window
from convgui.scenes.matrix.panels import MADE, NAMES, MatrixLayout
from convgui.scenes.matrix.product import Product
from convgui.scenes.scene import Focus
from convgui.words import tr, trn

MOST = 400
"""Entries of a row that are drawn at once."""


def draw_frame(layout: MatrixLayout, at: float, focus: Focus) -> Picture:
    """Draw the product at a moment between two rows, or at what the reader points at."""
    p, canvas, hit = layout.product, layout.canvas, focus.hit
    landed = min(int(at), p.shape[0] - 1)
    pointed = _row_of(p, hit)
    row, share = (landed, at - int(at)) if pointed is None else (pointed, 0.0)
    column = _column_of(p, hit)
    along = column if pointed is None else None
    items = _results(layout, landed, along)
    if hit is not None and hit.kind == "kernel":
        items += _light_weight(layout, _weight_of(p, hit))
    elif along is None:
        items += _light_row(layout, row, share)
    if column is not None:
        items += _light_column(layout, column)
    items += [*layout.signs, *_indices(layout, row, stale=along is not None)]
    first, second = _words(p, hit, row, column)
    lines, spoken = _lines(layout, first, second, row)
    if canvas.captions:
        items += about(_footer(layout, lines, hit, landed), row == landed)
    summary = f"{first}; {second}" if first else spoken
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, summary,
        number(float(p.result[landed])),
    )  # fmt: skip


def step_of(layout: MatrixLayout, hit: Hit) -> int | None:
    """Return the row that a clicked output stands for."""
    if hit.kind in ("output", "row") or (hit.kind == "matrix" and layout.strip is None):
        return _row_of(layout.product, hit)
    return None


def _row_of(p: Product, hit: Hit | None) -> int | None:
    if hit is None:
        return None
    row = hit.index[0] if hit.kind in ("matrix", "row") else -1
    if hit.kind == "output":
        row = p.flat(hit.index, of_vector=False)
    return row if 0 <= row < p.shape[0] else None


def _column_of(p: Product, hit: Hit | None) -> int | None:
    if hit is None:
        return None
    column = hit.index[1] if hit.kind in ("matrix", "vector") else -1
    if hit.kind in ("input", "source"):
        column = p.flat(hit.index, of_vector=True)
    return column if 0 <= column < p.shape[1] else None


def _weight_of(p: Product, hit: Hit) -> int:
    return int(np.ravel_multi_index(hit.index, p.kernels.shape))


def _name_of(p: Product, weight: int) -> str:
    """Write a weight by its indices in the layer, as PyTorch has them."""
    index = [int(n) for n in np.unravel_index(weight, p.spec.weight_shape)]
    return f"w{index} = {number(float(p.kernels.reshape(-1)[weight]))}"


def _results(layout: MatrixLayout, landed: int, along: int | None) -> list[Item]:
    """The result as far as it has been made, in its column and reshaped; of a pointed input what reads it."""
    p, theme = layout.product, layout.canvas.theme
    marks = {} if along is None else _meeting(layout, along)
    items = list[Item]()
    cells = p.result_shape[1] * p.result_shape[2]
    for channel, grid in layout.outputs.items():
        count = landed + 1 - channel * cells
        shown = replace(grid, reveal=max(0, min(count, cells)), making=0 < count <= cells)
        items += touched(shown, marks.get(channel, {}), theme) if along is not None else [shown]
    if layout.column is not None:
        items.append(replace(layout.column, reveal=landed + 1, making=True))
    return items


def _meeting(layout: MatrixLayout, column: int) -> dict[int, dict[tuple[int, int], str]]:
    """Return by grid the cells of the result that a number of v goes into, each with what it is multiplied by."""
    p, found = layout.product, dict[int, dict[tuple[int, int], str]]()
    for entry in np.flatnonzero(p.columns == column)[:MOST].tolist():
        channel, i, j = p.cell(int(p.rows[entry]), of_vector=False)
        found.setdefault(channel, {})[i, j] = number(float(p.values[entry]), 2)
    return found


def _cell_box(layout: MatrixLayout, end: str, flat: int) -> Box | None:
    """Box of one number of v (``"in"``) or of the result (``"out"``) in its grid; None if that is not drawn."""
    channel, row, column = layout.product.cell(flat, of_vector=end == "in")
    found = layout.cell_boxes[end].get(channel)
    if found is None:
        return None
    x, y, size = found
    return (x + column * size, y + row * size, size, size)


def _light_row(layout: MatrixLayout, row: int, share: float) -> list[Item]:
    """The row as a band on its way to the next, the window that it stands for, and what is made of it."""
    p, theme = layout.product, layout.canvas.theme
    x, y, wide, _ = layout.matrix
    down = layout.cell[1]
    following = min(row + 1, p.shape[0] - 1)
    band = (x - 3, y + (row + (following - row) * share) * down - 1, wide + 6, max(down + 2, 3.0))
    items: list[Item] = [Rects(np.array([band]), stroke=theme.role("kernel").line, width=2.5, radius=3)]
    for channel, grid in layout.inputs.items():
        lies, ahead = (_lies(layout, n, channel) for n in (row, following))
        if lies is None:
            continue
        if ahead is not None and share and ahead.taps == lies.taps:
            corner = [a + (b - a) * share for a, b in zip(lies.corner, ahead.corner, strict=True)]
            lies = replace(lies, corner=(corner[0], corner[1]))
        items += [*window(grid, lies, theme, grid.title), *_hued(layout, grid, row, channel, lies)]
        items += _ways(layout, grid, lies, row) if channel == len(layout.inputs) - 1 else []
    if layout.strip is not None and p.mode != "ctc":
        columns = sorted({int(n) for n in p.columns[p.row(row)]})
        if columns:
            lies = Window((0, columns[0]), ((0,), [n - columns[0] for n in columns]))
            items += window(layout.strip, lies, theme, layout.strip.title)
    boxes = [_cell_box(layout, "out", row), layout.column and cell_box(layout.column, row, 0)]
    return [*items, framed([box for box in boxes if box], 40.0, theme)]


def _lies(layout: MatrixLayout, row: int, channel: int) -> Window | None:
    """Return the window of a row on one grid of v: the cells that it reads there, with the weights on them."""
    p, found = layout.product, dict[tuple[int, int], float]()
    for entry in p.row(row)[:MOST].tolist():
        of, i, j = p.cell(int(p.columns[entry]), of_vector=True)
        if of == channel:
            found[i, j] = found.get((i, j), 0.0) + float(p.values[entry])
    if not found:
        return None
    rows, columns = sorted({i for i, _ in found}), sorted({j for _, j in found})
    texts = tuple(tuple(layout.weights.text(found.get((i, j), 0.0)) for j in columns) for i in rows)
    taps = [i - rows[0] for i in rows], [j - columns[0] for j in columns]
    return Window((rows[0], columns[0]), taps, texts if p.mode != "ctc" else ())


def _hued(layout: MatrixLayout, grid: Cells, row: int, channel: int, lies: Window) -> list[Item]:
    """Mark each cell of the window in the hue of the weight that lies on it, as in the matrix."""
    p, by_colour = layout.product, dict[tuple[int, int, int, int], list[Box]]()
    first = min((p.cell(int(p.columns[e]), of_vector=True) for e in p.row(row)[:MOST]), default=(0, 0, 0))
    _, top, left = first
    for entry in p.row(row)[:MOST].tolist():
        of, i, j = p.cell(int(p.columns[entry]), of_vector=True)
        weight = int(p.weights[entry])
        if of == channel and weight >= 0:
            at = (lies.corner[0] + i - top, lies.corner[1] + j - left)
            by_colour.setdefault(layout.hues[weight], []).append(cell_box(grid, *at))
    bars = [(colour, [(x + 2, y + high - 5, wide - 4, 4.0) for x, y, wide, high in boxes]) for colour, boxes in
            by_colour.items()]  # fmt: skip
    return [Rects(np.array(boxes), fill=colour) for colour, boxes in bars] if grid.width >= 18 else []


def _ways(layout: MatrixLayout, grid: Cells, lies: Window, row: int) -> list[Item]:
    """Draw the wedges from the window through the kernel to the cell that is made, where they stand in a row."""
    if len(layout.gaps) < 2 or not layout.kernels:
        return []
    top, high = grid.y + lies.corner[0] * grid.height, lies.covers[0] * grid.height
    kernel, box = next(iter(layout.kernels.values())), _cell_box(layout, "out", row)
    through = (kernel.y, kernel.y + kernel.box[3])
    ends = [(layout.gaps[0], (top, top + high), through)]
    if box is not None and len(layout.outputs) == 1:
        ends.append((layout.gaps[1], through, (box[1], box[1] + box[3])))
    return wedges(ends, layout.canvas.theme)


def _indices(layout: MatrixLayout, row: int, *, stale: bool) -> list[Item]:
    """Indices of rows and columns, those of the window and of the number that is made in its colour."""
    p, theme, items = layout.product, layout.canvas.theme, list[Item]()
    lies = None if stale or len(layout.inputs) != 1 else _lies(layout, row, next(iter(layout.inputs)))
    _, i, j = p.cell(row, of_vector=False)
    for grid in layout.indexed:
        rows, columns = set[int](), set[int]()
        if grid.cells.name == "result" and not stale:
            rows = {row}
        elif grid.cells.name == "vector" and not stale and p.mode != "ctc":
            columns = {int(n) for n in p.columns[p.row(row)]}
        elif grid.cells.name.startswith("output") and not stale:
            rows, columns = {i}, {j}
        elif lies is not None and not grid.cells.name.startswith("output"):
            rows, columns = (
                {int(first) + tap for tap in taps} for first, taps in zip(lies.corner, lies.taps, strict=True)
            )
        items += indices(grid, layout.measure, theme, rows, columns)
    return items


def _light_column(layout: MatrixLayout, column: int) -> list[Item]:
    """One input's column, and every output that it feeds."""
    theme = layout.canvas.theme
    x, y, _, high = layout.matrix
    across = layout.cell[0]
    band = (x + column * across - 1, y - 3, max(across + 2, 3.0), high + 6)
    items: list[Item] = [Rects(np.array([band]), stroke=theme.role("input").line, width=2.5, radius=3)]
    boxes = [box for box in (_cell_box(layout, "in", column),) if box is not None]
    if layout.strip is not None:
        boxes.append(cell_box(layout.strip, 0, column))
    return [*items, outlines(boxes, theme.text, 3.0)]


def _light_weight(layout: MatrixLayout, weight: int) -> list[Item]:
    """Every cell of the matrix where one weight stands, and the weight itself."""
    p, theme = layout.product, layout.canvas.theme
    x, y, _, _ = layout.matrix
    across, down = layout.cell
    met = np.flatnonzero(p.weights == weight)[:4000]
    boxes = [(x + int(p.columns[e]) * across, y + int(p.rows[e]) * down, across, down) for e in met]
    if layout.strip is None:
        boxes = [(bx - 0.5, by - 0.5, max(across, 1.0) + 1, max(down, 1.0) + 1) for bx, by, _, _ in boxes]
    items: list[Item] = [outlines(boxes, theme.text, 2.5 if layout.strip is not None else 1.0)]
    index = np.unravel_index(weight, p.kernels.shape)
    shown = layout.kernels.get((int(index[0]), int(index[1])))
    boxes = [cell_box(shown, int(index[2]), int(index[3]))] if shown is not None else []
    return [*items, outlines(boxes, theme.text, 3.0)]


def _words(p: Product, hit: Hit | None, row: int, column: int | None) -> tuple[str, str]:
    """Two sentences on what is pointed at; both empty where a row is being made."""
    name = NAMES[p.mode]
    out, into = MADE[p.mode], "y" if p.mode == "ct" else "x"
    if hit is not None and hit.kind == "kernel":
        weight = _weight_of(p, hit)
        count = int(np.count_nonzero(p.weights == weight))
        if p.mode == "ctc":
            return _name_of(p, weight), tr("CᵀC holds sums of products of weights, no single weight.")
        where = tr("it has one hue, and it is shared, not learnt apart in each place.")
        return tr("{weight} stands in {n} places of {name}", weight=_name_of(p, weight), n=count, name=name), where
    if column is None:
        return "", ""
    if hit is not None and hit.kind == "matrix":
        value = float(p.values[(p.rows == row) & (p.columns == column)].sum())
        first = f"{name}[{row}, {column}] = {number(value)}"
        names = {"entered": f"{into}[{column}] = {number(float(p.vector[column]))}", "made": f"{out}[{row}]"}
        if np.any((p.rows == row) & (p.columns == column)):
            return first, tr("{entered} goes into {made}.", **names)
        return first, tr("{entered} does not go into {made}.", **names)
    # A weight of 0 carries nothing, as the legend has it.
    rows = np.unique(p.rows[(p.columns == column) & (p.values != 0)])
    entry = f"{into}[{column}] = {number(float(p.vector[column]))}"
    first = tr("{entry} stands above column {column}", entry=entry, column=column)
    numbers = ", ".join(str(int(r)) for r in rows[:12]) + (" …" if rows.size > 12 else "")
    if not rows.size:
        return first, tr("No row reads it.")
    return first, trn(
        "The column's weights carry it into {n} number of {out}: {numbers}.",
        "The column's weights carry it into {n} numbers of {out}: {numbers}.",
        int(rows.size),
        out=out,
        numbers=numbers,
    )


def _lines(layout: MatrixLayout, first: str, second: str, row: int) -> tuple[list[Sequence[Run] | str], str]:
    """The rule, the arithmetic or the sentences of what is pointed at, and what the mode shows."""
    p, theme, below = layout.product, layout.canvas.theme, layout.footer
    if first:
        return [(Run(first, theme.text),), second, _sentence(p)], ""
    entries, vector = p.row(row), "y" if p.mode == "ct" else "x"
    head = f"{MADE[p.mode]}[{row}] = "
    seen, values = p.vector[p.columns[entries]], p.values[entries]
    products = products_runs(theme, head, seen, values, below.room, below.size)
    bias = f" + {tr('bias')} {signed(float(p.bias[row]))}" if p.bias[row] else ""
    total = Run(number(float(p.result[row])), result_ink(theme, float(p.result[row])), bold=True, answer=True)
    said = (Run(f"{head}{tr('row {n}', n=row)} · {vector}{bias} = ", theme.muted), total)
    return [said, products, _sentence(p)], f"{text_of(said)}: {text_of(products)}."


def _footer(layout: MatrixLayout, lines: Sequence[Sequence[Run] | str], hit: Hit | None, landed: int) -> list[Item]:
    """Write the lines below the picture, and what tints and hues mean."""
    p, theme, below = layout.product, layout.canvas.theme, layout.footer
    head, last = (tr("This step"), p.shape[0] - 1) if hit is None else (tr("Pointed at"), 0)
    detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if hit is None else ""
    items = footer_items(below, head, detail, lines, theme)
    if below.legend:
        entries = [(theme.window, theme.role("kernel").line, tr("what this row reads"))]
        if p.mode != "ctc":
            entries.append((layout.hues[0], theme.cell_line, tr("a weight: one hue wherever it stands")))
        entries.append((theme.cell, theme.cell_line, tr("0: no weight connects them")))
        items += legend_items(below.x, below.legend, below.room, entries, theme)
    return items


def _sentence(p: Product) -> str:
    """What the mode shows, from its numbers."""
    if p.mode == "c":
        return tr(
            "{filled} non-zeros hold {used} different weights, one hue each: they are shared.",
            filled=grouped(p.filled),
            used=p.used,
        )
    if p.mode == "ct":
        same = int(np.count_nonzero(np.isclose(p.result, p.original)))
        count = p.result.size
        return tr("The shape of x is back, its values are not: {same} of {count} agree with x.", same=same, count=count)
    dense, _ = p.dense()
    size = len(dense)
    if np.allclose(dense, np.eye(size)):
        return tr("CᵀC is the identity for these weights: a rare case.")
    diagonal, beside = np.diag(dense), int(np.count_nonzero(dense)) - int(np.count_nonzero(np.diag(dense)))
    low, high = number(float(diagonal.min())), number(float(diagonal.max()))
    return tr(
        "CᵀC is not the identity: diagonal {low} to {high}, {beside} numbers beside it are not 0.",
        low=low,
        high=high,
        beside=beside,
    )
