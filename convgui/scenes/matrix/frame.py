"""One moment: a row of the matrix meets the vector, and one number of the result is made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.arithmetic import SIZE, SMALL, products_line
from convgui.draw.metrics import elide
from convgui.draw.number import grouped, number, signed
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Box, Hit, Item, Label, Lines, Picture, Rects, Run
from convgui.draw.prediction import about
from convgui.draw.words import label
from convgui.scenes.matrix.panels import NAMES, MatrixLayout, grid_name
from convgui.scenes.matrix.product import Product
from convgui.scenes.matrix.sizes import FOOTER, MARGIN
from convgui.scenes.scene import Focus
from convgui.words import tr, trn


def draw_frame(layout: MatrixLayout, at: float, focus: Focus) -> Picture:
    """Draw the product at a moment between two rows, or at what the reader points at."""
    p, canvas, hit = layout.product, layout.canvas, focus.hit
    landed = min(int(at), p.shape[0] - 1)
    pointed = _row_of(p, hit)
    row, share = (landed, at - int(at)) if pointed is None else (pointed, 0.0)
    items = _results(layout, landed, row)
    column = _column_of(p, hit)
    if column is not None:
        items += _light_column(layout, column)
    if hit is not None and hit.kind == "kernel":
        items += _light_weight(layout, _weight_of(p, hit))
    elif column is None or pointed is not None:
        items += _light_row(layout, row, share)
    first, second = _words(p, hit, row, column)
    summary = f"{first}; {second}"
    if canvas.captions:
        lines, spoken = _lines(layout, first, second, row)
        items += about(lines, row == landed)
        summary = summary if first else spoken
    elif not first:
        summary = _lines(layout, first, second, row)[1]
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


def _results(layout: MatrixLayout, landed: int, row: int) -> list[Item]:
    """The result as far as it has been made, in its column and reshaped."""
    p, theme = layout.product, layout.canvas.theme
    cells = p.result_shape[1] * p.result_shape[2]
    counts = [landed + 1 - channel * cells for channel in range(len(layout.outputs))]
    items: list[Item] = [
        replace(grid, reveal=max(0, min(count, cells)), making=0 < count <= cells)
        for count, grid in zip(counts, layout.outputs, strict=True)
    ]
    boxes: list[Box] = []
    if layout.column is not None:
        items.append(replace(layout.column, reveal=landed + 1, making=True))
        boxes.append(cell_box(layout.column, row, 0))
    place = _place(layout, "out", row)
    if place is not None:
        boxes.append(place)
    items.append(outlines(boxes, theme.role("kernel").line, 2.5))
    return items


def _place(layout: MatrixLayout, end: str, flat: int) -> Box | None:
    """Box of one number of v (``"in"``) or of the result (``"out"``) in its grid; None if that is not drawn."""
    channel, row, column = layout.product.cell(flat, of_vector=end == "in")
    found = layout.places[end].get(channel)
    if found is None:
        return None
    x, y, size = found
    return (x + column * size, y + row * size, size, size)


def _light_row(layout: MatrixLayout, row: int, share: float) -> list[Item]:
    """The row as a band on its way to the next, and each of its weights on the cell that it meets."""
    p, theme = layout.product, layout.canvas.theme
    x, y, wide, _ = layout.matrix
    down = layout.cell[1]
    following = min(row + 1, p.shape[0] - 1)
    at = row + (following - row) * share
    band = (x - 3, y + at * down - 1, wide + 6, max(down + 2, 3.0))
    items: list[Item] = [Rects(np.array([band]), stroke=theme.role("kernel").line, width=2.5, radius=3)]
    ahead = {int(p.weights[e]): int(p.columns[e]) for e in p.row(following)} if share else {}
    by_colour: dict[tuple[int, int, int, int], list[Box]] = {}
    for entry in p.row(row)[:400]:
        weight, column = int(p.weights[entry]), int(p.columns[entry])
        box = _place(layout, "in", column)
        if box is None:
            continue
        target = _place(layout, "in", ahead[weight]) if weight in ahead else None
        if target is not None:
            box = (box[0] + (target[0] - box[0]) * share, box[1] + (target[1] - box[1]) * share, box[2], box[3])
        colour = layout.hues[weight] if weight >= 0 else theme.role("kernel").line
        by_colour.setdefault(colour, []).append(box)
    if p.mode == "ctc":
        by_colour = {}
    for colour, boxes in by_colour.items():
        inset = 2.5 if boxes[0][2] >= 18 else 0.0
        items.append(outlines(boxes, colour, 4.0 if boxes[0][2] >= 18 else 2.0, inset=inset))
    if layout.strip is not None and p.mode != "ctc":
        met = [cell_box(layout.strip, 0, int(p.columns[e])) for e in p.row(row)]
        items.append(outlines(met, theme.role("kernel").line, 2.0, inset=1))
    return items


def _light_column(layout: MatrixLayout, column: int) -> list[Item]:
    """One input's column, and every output that it feeds."""
    p, theme = layout.product, layout.canvas.theme
    x, y, _, high = layout.matrix
    across = layout.cell[0]
    band = (x + column * across - 1, y - 3, max(across + 2, 3.0), high + 6)
    items: list[Item] = [Rects(np.array([band]), stroke=theme.role("input").line, width=2.5, radius=3)]
    boxes = [box for box in (_place(layout, "in", column),) if box is not None]
    if layout.strip is not None:
        boxes.append(cell_box(layout.strip, 0, column))
    items.append(outlines(boxes, theme.text, 2.5))
    fed = [_place(layout, "out", int(r)) for r in np.unique(p.rows[p.columns == column])[:400]]
    items.append(outlines([box for box in fed if box is not None], theme.role("input").line, 2.0, inset=1))
    return items


def _light_weight(layout: MatrixLayout, weight: int) -> list[Item]:
    """Every place of the matrix where one weight stands, and the weight itself."""
    p, theme = layout.product, layout.canvas.theme
    x, y, _, _ = layout.matrix
    across, down = layout.cell
    met = np.flatnonzero(p.weights == weight)[:4000]
    boxes = [(x + int(p.columns[e]) * across, y + int(p.rows[e]) * down, across, down) for e in met]
    if layout.strip is None:
        boxes = [(bx - 0.5, by - 0.5, max(across, 1.0) + 1, max(down, 1.0) + 1) for bx, by, _, _ in boxes]
    items: list[Item] = [outlines(boxes, theme.text, 2.5 if layout.strip is not None else 1.0)]
    index = np.unravel_index(weight, p.kernels.shape)
    name = grid_name("kernel", (int(index[0]), int(index[1])))
    shown = [grid for grid in layout.kernels if grid.name == name]
    return [*items, outlines([cell_box(grid, int(index[2]), int(index[3])) for grid in shown], theme.text, 2.5)]


def _words(p: Product, hit: Hit | None, row: int, column: int | None) -> tuple[str, str]:
    """Two sentences on what is pointed at; both empty where a row is being made."""
    name = NAMES[p.mode]
    out, into = {"c": ("y", "x"), "ct": ("Cᵀy", "y"), "ctc": ("CᵀCx", "x")}[p.mode]
    if hit is not None and hit.kind == "kernel":
        weight = _weight_of(p, hit)
        count = int(np.count_nonzero(p.weights == weight))
        text = number(float(p.kernels.reshape(-1)[weight]))
        if p.mode == "ctc":
            return f"w{list(hit.index)} = {text}", tr("CᵀC holds sums of products of weights, no single weight.")
        where = tr("it has one hue, and it is shared, not learnt apart in each place.")
        return tr(
            "{weight} stands in {n} places of {name}", weight=f"w{list(hit.index)} = {text}", n=count, name=name
        ), where
    if column is None:
        return "", ""
    if hit is not None and hit.kind == "matrix":
        value = float(p.values[(p.rows == row) & (p.columns == column)].sum())
        first = f"{name}[{row}, {column}] = {number(value)}"
        names = {"entered": f"{into}[{column}] = {number(float(p.vector[column]))}", "made": f"{out}[{row}]"}
        if np.any((p.rows == row) & (p.columns == column)):
            return first, tr("{entered} goes into {made}.", **names)
        return first, tr("{entered} does not go into {made}.", **names)
    rows = np.unique(p.rows[p.columns == column])
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


def _lines(layout: MatrixLayout, first: str, second: str, row: int) -> tuple[list[Item], str]:
    """The rule, the arithmetic or the sentences of what is pointed at, and what the mode shows."""
    p, canvas = layout.product, layout.canvas
    theme, room, top = canvas.theme, canvas.width - 2 * MARGIN, canvas.height - FOOTER + 12
    items: list[Item] = [Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line)]
    if first:
        items.append(label(MARGIN, top + 24, elide(first, SIZE, room, mono=True), theme.text, SIZE, mono=True))
        items.append(label(MARGIN, top + 46, elide(second, SMALL, room), theme.muted, SMALL))
        spoken = ""
    else:
        entries = p.row(row)
        out = {"c": "y", "ct": "Cᵀy", "ctc": "CᵀCx"}[p.mode]
        runs = [
            Run(f"{out}[{row}] = {tr('row {n}', n=row)} · ", theme.muted),
            Run({"ct": "y"}.get(p.mode, "x"), theme.muted),
        ]
        if p.bias[row]:
            runs.append(Run(f" + {tr('bias')} {signed(float(p.bias[row]))}", theme.muted))
        total = Run(number(float(p.result[row])), theme.role("result").ink, bold=True, answer=True)
        head = Label(MARGIN, top + 24, (*runs, Run(" = ", theme.muted), total), SIZE, mono=True)
        seen = p.vector[p.columns[entries]]
        products = products_line(theme, MARGIN, top + 46, "", seen, p.values[entries], room)
        items += [head, products]
        spoken = f"{head.text}: {products.text}."
    items.append(label(MARGIN, top + 68, elide(_sentence(p), SMALL, room), theme.muted, SMALL))
    return items, spoken


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
