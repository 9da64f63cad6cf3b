"""Slide on small grids: where everything stands. What moves is in `frame`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.grids import hatch, largest, value_cells
from convgui.draw.ground import grid_on_ground
from convgui.draw.metrics import elide
from convgui.draw.number import number, times
from convgui.draw.panels import cell_box, hit_grid
from convgui.draw.picture import Box, Cells, Curves, HitGrid, Item, Lines, Rects
from convgui.draw.theme import Role
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.slide.numbers import Floats, Numbers
from convgui.words import tr

HEADER = 46.0
"""Height of the titles above the grids."""
FOOTER = 96.0
"""Height of the arithmetic below them."""
MARGIN = 26.0
NARROWEST_GAP, WIDEST_GAP = 30.0, 110.0
ROOMY = 400
SMALLEST_CELL, LARGEST_CELL = 6.0, 88.0


@dataclass(frozen=True, eq=False)
class GridLayout:
    """Slide on a canvas: static items, and where the moving ones go.

    Attributes
    ----------
    rows : tuple of int
        The channels that are drawn, one a row.
    inputs, kernels, partials : tuple of Cells
        One grid a drawn channel; `partials` is empty for a single channel.
    products : Cells or None
        The products' place, for a single channel only.
    output : Cells or None
        None where the channels are shown apart.
    """

    numbers: Numbers
    canvas: Canvas
    cell: float
    rows: tuple[int, ...]
    inputs: tuple[Cells, ...]
    kernels: tuple[Cells, ...]
    partials: tuple[Cells, ...]
    products: Box | None
    output: Cells | None
    footer: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


@dataclass(frozen=True)
class _Frame:
    """Column positions, row positions and the cell size."""

    cell: float
    columns: tuple[float, ...]
    tops: tuple[float, ...]
    band: float
    titles: float


def _upright(canvas: Canvas) -> float:
    """Space above and below the grids; a low window keeps it for the numbers."""
    if not canvas.captions:
        return 6.0
    return MARGIN if canvas.height > 560 else 11.0


def _height(canvas: Canvas) -> float:
    """Height that all grids share."""
    words = HEADER + FOOTER if canvas.captions else 0.0
    return canvas.height - words - 2 * _upright(canvas)


def shown_channels(numbers: Numbers, canvas: Canvas, channel: int) -> tuple[int, ...]:
    """Choose which channels fit, keeping the chosen one among them."""
    tallest = max(numbers.padded.shape[1], numbers.kernels.shape[1], numbers.output.shape[0])
    room = _height(canvas)
    legible = 15.0 if tallest <= 8 and canvas.captions else SMALLEST_CELL
    fit = max(1, int((room + 8) // (tallest * legible + 8)))
    count = min(numbers.channels, fit)
    start = min(max(0, channel - count // 2), numbers.channels - count)
    return tuple(range(start, start + count))


def _widths(numbers: Numbers) -> tuple[int, ...]:
    """Widths of the columns in cells: input, kernel, products or per channel, output."""
    kernel, out = numbers.kernels.shape[2], numbers.output.shape[1]
    if numbers.channels == 1:
        return (numbers.padded.shape[2], kernel, kernel, out)
    parts = (numbers.padded.shape[2], kernel, out)
    return parts if numbers.apart else (*parts, out)


def _frame(numbers: Numbers, canvas: Canvas, rows: int) -> _Frame:
    widths = _widths(numbers)
    tallest = max(numbers.padded.shape[1], numbers.kernels.shape[1], numbers.output.shape[0])
    header = HEADER if canvas.captions else 0.0
    names = 18.0 if numbers.channels > 1 and canvas.captions else 0.0
    # An exported picture without captions is no thumbnail: what joins the grids needs its room.
    roomy = canvas.captions or canvas.width >= ROOMY
    margin, narrowest = (MARGIN, NARROWEST_GAP) if roomy else (6.0, 12.0)
    wide = canvas.width - 2 * margin - names
    high = _height(canvas)
    by_width = (wide - narrowest * (len(widths) - 1)) / sum(widths)
    row_gap = min(36.0, max(8.0, high * 0.045)) if rows > 1 else 0.0
    by_height = (high - row_gap * (rows - 1)) / (tallest * rows)
    cell = float(max(3, min(int(by_width), int(by_height), LARGEST_CELL)))
    gap = min(WIDEST_GAP if roomy else 24.0, (wide - cell * sum(widths)) / max(1, len(widths) - 1))
    content = cell * sum(widths) + gap * (len(widths) - 1)
    x = (canvas.width - content - names) / 2 + names
    columns = []
    for width in widths:
        columns.append(round(x))
        x += width * cell + gap
    block = rows * tallest * cell + (rows - 1) * row_gap
    top = header + _upright(canvas) + max(0.0, (high - block) * 0.42)
    tops = tuple(round(top + r * (tallest * cell + row_gap)) for r in range(rows))
    return _Frame(cell, tuple(columns), tops, tallest * cell, tops[0] - header + 8)


def lay_out(numbers: Numbers, canvas: Canvas, channel: int) -> GridLayout:
    """Place titles, grids and connections on a canvas."""
    rows = shown_channels(numbers, canvas, channel)
    frame = _frame(numbers, canvas, len(rows))
    inputs = _column(numbers, canvas, frame, rows, 0)
    kernels = _column(numbers, canvas, frame, rows, 1)
    single = numbers.channels == 1
    partials = () if single else _column(numbers, canvas, frame, rows, 2)
    last = frame.columns[-1]
    centre = (frame.tops[0] + frame.tops[-1] + frame.band) / 2
    output = None
    if not numbers.apart or single:
        height = numbers.output.shape[0] * frame.cell
        at = (last, round(centre - height / 2))
        output = value_cells(numbers.output, canvas.theme, "result", at, frame.cell, name="output", title=tr("output"))
    kh, kw = numbers.kernels.shape[1] * frame.cell, numbers.kernels.shape[2] * frame.cell
    products = (frame.columns[2], round(centre - kh / 2), kw, kh) if single else None
    base: list[Item] = [*kernels]
    for grid in inputs:
        base.extend(_padding(numbers, grid, canvas))
    if canvas.captions:
        base.extend(_titles(numbers, canvas, frame, rows))
    base.extend(_joins(numbers, canvas, partials, output, products))
    hits = _hits(numbers, rows, inputs, kernels, partials, output)
    return GridLayout(
        numbers,
        canvas,
        frame.cell,
        rows,
        inputs,
        kernels,
        partials,
        products,
        output,
        canvas.height - FOOTER,
        (*inputs, *base),
        hits,
    )


def _column(numbers: Numbers, canvas: Canvas, frame: _Frame, rows: tuple[int, ...], column: int) -> tuple[Cells, ...]:
    columns: tuple[tuple[Floats, Role, str, str], ...] = (
        (numbers.padded, "input", "input", tr("input")),
        (numbers.kernels, "kernel", "kernel", tr("kernel")),
        (numbers.partial, "result", "partial", tr("products summed")),
    )
    arrays, role, kind, word = columns[column]
    limit = largest(arrays)
    cells = []
    for row, channel in enumerate(rows):
        values = arrays[channel]
        y = round(frame.tops[row] + (frame.band - values.shape[0] * frame.cell) / 2)
        name = f"{kind} {numbers.names[channel]}"
        at = (frame.columns[column], y)
        title = f"{word} {numbers.names[channel]}" if numbers.channels > 1 else word
        grid = value_cells(values, canvas.theme, role, at, frame.cell, limit=limit, name=name, title=title)
        top, left = numbers.view.origin
        cells.append(grid_on_ground(grid, numbers.alpha if kind == "input" else None, canvas.theme, (top, left)))
    return tuple(cells)


def _padding(numbers: Numbers, grid: Cells, canvas: Canvas) -> list[Item]:
    """Dashed cells where the input is padding, hatching where no window reaches."""
    theme, view = canvas.theme, numbers.view
    boxes = [cell_box(grid, *index) for index in np.argwhere(view.outside).tolist()]
    items: list[Item] = []
    if boxes:
        zeros = view.spec.padding_mode == "zeros"
        pads = np.array(boxes, dtype=float)
        items.append(Rects(pads, fill=theme.background if zeros else faded(theme.background, 0.45)))
        items.append(Rects(pads, stroke=theme.muted, width=0.8, dash="dashed"))
        given = cell_box(grid, *view.padded_index((0, 0)), *view.spatial)
        items.append(Rects(np.array([given]), stroke=theme.role("input").line, width=1.5))
    if bands := [cell_box(grid, *box) for box in view.beyond]:
        items.append(hatch(bands, faded(theme.muted, 0.6)))
    return items


def _titles(numbers: Numbers, canvas: Canvas, frame: _Frame, rows: tuple[int, ...]) -> list[Item]:
    theme = canvas.theme
    c, (h, w), (kh, kw), (ho, wo) = (
        numbers.channels,
        numbers.view.spatial,
        numbers.kernels.shape[1:],
        numbers.output.shape,
    )
    which = f" · {tr('{n} of {all}', n=numbers.filter + 1, all=numbers.filters)}" if numbers.filters > 1 else ""
    turned = f" · {tr('turned')}" if numbers.flipped else ""
    heads: list[tuple[str, str, Role]] = [
        (tr("Input"), times(c, h, w), "input"),
        (
            tr("Filter") if c > 1 else tr("Kernel"),
            (times(c, kh, kw) if c > 1 else times(kh, kw)) + which + turned,
            "kernel",
        ),
    ]
    if c == 1:
        heads.append((tr("Products"), tr("input × weight"), "plain"))
    else:
        heads.append((tr("Per channel"), times(c, ho, wo), "plain"))
    if not numbers.apart or c == 1:
        heads.append((tr("Output"), times(1, ho, wo), "result"))
    items: list[Item] = []
    edges = (*frame.columns[1:], canvas.width - 8)
    for x, edge, (title, shape, role) in zip(frame.columns, edges, heads, strict=True):
        items.append(
            label(x, frame.titles, elide(title, 13, edge - x - 8, bold=True), theme.role(role).ink, 13, bold=True)
        )
        text = elide(shape, 11, edge - x - 8, mono=True)
        items.append(label(x, frame.titles + 17, text, theme.muted, 11, mono=True))
    if c > 1:
        for row, channel in enumerate(rows):
            y = frame.tops[row] + frame.band / 2 + 4
            items.append(
                label(frame.columns[0] - 10, y, numbers.names[channel], theme.muted, 12, bold=True, anchor="end")
            )
    if len(rows) < c:
        hidden = tr(
            "channels {first} to {last} of {all}; the sum runs over all {all}", first=rows[0], last=rows[-1], all=c
        )
        items.append(label(frame.columns[0], canvas.height - FOOTER - 4, hidden, theme.muted, 11))
    return items


def _joins(
    numbers: Numbers, canvas: Canvas, partials: tuple[Cells, ...], output: Cells | None, products: Box | None
) -> list[Item]:
    """Lines that say what is added to what."""
    theme = canvas.theme
    if output is None:
        return []
    ink = theme.role("result")
    x, y, _, height = output.box
    middle = y + height / 2
    bias: list[Item] = []
    if canvas.captions and numbers.bias:
        bias.append(label(x, y + height + 17, f"+ {tr('bias')} {number(numbers.bias)}", theme.muted, 11, mono=True))
    if products is not None:
        right = products[0] + products[2]
        return _sum_node(canvas, (right + x) / 2, middle, right + 4, x - 4) + bias
    node = x - 28
    curves = [
        (p.box[0] + p.box[2] + 5, cy, node - 30, cy, node - 42, middle, node - 11, middle)
        for p in partials
        for cy in (p.box[1] + p.box[3] / 2,)
    ]
    joined: list[Item] = [Curves(np.array(curves), faded(ink.line, 0.75), 1.4)]
    return joined + _sum_node(canvas, node, middle, None, x - 4) + bias


def _sum_node(canvas: Canvas, x: float, y: float, start: float | None, end: float) -> list[Item]:
    theme = canvas.theme
    ink = theme.role("result")
    segments = [(x + 11, y, end, y)] + ([(start, y, x - 11, y)] if start is not None else [])
    items: list[Item] = [Lines(np.array(segments), faded(ink.line, 0.75), 1.4)]
    items.append(
        Rects(np.array([(x - 11, y - 11, 22, 22)]), fill=theme.background, stroke=ink.line, width=1.4, radius=11)
    )
    items.append(label(x, y + 4.5, "Σ", ink.ink, 13, anchor="middle"))
    return items


def _hits(
    numbers: Numbers,
    rows: tuple[int, ...],
    inputs: tuple[Cells, ...],
    kernels: tuple[Cells, ...],
    partials: tuple[Cells, ...],
    output: Cells | None,
) -> tuple[HitGrid, ...]:
    hits = []
    for row, channel in enumerate(rows):
        hits.append(hit_grid("input", (numbers.first + channel,), inputs[row], numbers.view.origin))
        hits.append(hit_grid("kernel", (numbers.filter, channel), kernels[row]))
        if partials:
            hits.append(hit_grid("partial", (numbers.first + channel,), partials[row]))
    if output is not None:
        hits.append(hit_grid("output", (numbers.filter,), output))
    return tuple(hits)
