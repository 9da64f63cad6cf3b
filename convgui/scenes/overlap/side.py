"""Counts on small outputs: a row from the side, the whole output from above, the verdict and the map."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_view import Cell
from convgui.draw.arithmetic import SIZE
from convgui.draw.colour import faded
from convgui.draw.grids import value_cells
from convgui.draw.metrics import elide
from convgui.draw.number import grouped, times
from convgui.draw.panels import HEADING, LINE, cell_box, heading, hit_grid, outlines, paragraph
from convgui.draw.picture import Box, Cells, Hit, HitGrid, Item, Lines, Picture, Polygons, Rects
from convgui.draw.theme import Role
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.overlap import table
from convgui.scenes.overlap.counts import Counts, Ints
from convgui.scenes.overlap.verdict import reasons, verdict
from convgui.scenes.scene import Focus
from convgui.words import mark, tr, trn

MARGIN, FOOTER = 24.0, 52.0


@dataclass(frozen=True, eq=False)
class SideLayout:
    """Where the row, the output and the map stand.

    Attributes
    ----------
    squares : dict
        Box of each input cell of the row.
    row, output : Cells
        The overlap of one row, and of the whole output (the row again for a 1D layer).
    map : HitGrid
        The choices of stride and kernel.
    """

    counts: Counts
    canvas: Canvas
    squares: dict[int, Box]
    row: Cells
    output: Cells
    map: HitGrid
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def role_of(c: Counts) -> Role:
    """Even is drawn as a result, uneven as a warning."""
    return "result" if c.even else "warning"


def lay_out(c: Counts, canvas: Canvas) -> SideLayout:
    """Place the four parts in quarters of the canvas."""
    words = canvas.captions
    margin, foot = (MARGIN, FOOTER) if words else (8.0, 8.0)
    half = (canvas.width - 2 * margin - 26) / 2
    high = canvas.height - margin - foot - 12
    lower = high * (0.55 if canvas.height > 500 else 0.52)
    right = margin + half + 26
    row, squares, items = _row(c, (margin, margin, half, high - lower - 14), canvas)
    top = margin + high - lower
    output, more = _output(c, (margin, top, half, lower), canvas)
    shown, choices = table.draw(c, (right, top, half, lower), canvas.theme, words)
    base = [*items, *more, *shown]
    if words:
        base += _verdict(c, (right, margin, half, high - lower - 14), canvas)
    else:
        base.append(Rects(np.array([(right, margin, half, 5.0)]), fill=canvas.theme.role(role_of(c)).line, radius=2))
    hits = [hit_grid("row", (), row), hit_grid("output", (0,), output), choices]
    if len(squares) > 1:
        boxes = list(squares.values())
        step, first = boxes[1][0] - boxes[0][0], boxes[0]
        left = first[0] + first[2] / 2 - step / 2
        hits.append(HitGrid("side", (), left, first[1], step, first[3], (1, len(boxes)), (0, min(squares))))
    return SideLayout(c, canvas, squares, row, output, choices, tuple(base), tuple(hits))


def _row(c: Counts, box: Box, canvas: Canvas) -> tuple[Cells, dict[int, Box], list[Item]]:
    """Input squares above, the light of their kernels, the overlap of one row, and bars below it."""
    theme = canvas.theme
    x, y, wide, high = box
    head = HEADING if canvas.captions else 0.0
    columns = c.shown[1]
    unit = float(max(3, int(min(wide / columns, (high - head) / 4.1, 54))))
    top, fall = y + head, float(int(min(unit * 1.6, high - head - 2.9 * unit - 8)))
    counts = c.across[None, :columns].astype(float)
    limit = max(float(counts.max()), 1.0)
    row = value_cells(counts, theme, role_of(c), (round(x), round(top + unit + fall)), unit, limit=limit, name="row")
    row = replace(row, title=tr("one row"))
    squares = {}
    for cell, centre in enumerate(c.centres):
        side = unit * 0.94
        left = row.x + centre * unit - side / 2
        if row.x - 1 <= left and left + side <= row.x + columns * unit + 1:
            squares[cell] = (float(left), top, side, unit)
    across = c.view.axes[1]
    beams = [_beam(row, squares[i], across.reached(i)) for i in squares]
    bars = [
        (row.x + j * unit + 2, row.y + unit + 6 + unit * 0.85 * (1 - n / limit), unit - 4, unit * 0.85 * n / limit)
        for j, n in enumerate(counts[0])
        if n
    ]
    blue = theme.role("input")
    line = row.y + unit + 6 + unit * 0.85
    items: list[Item] = [
        Polygons(np.array([b for b in beams if b]).reshape(-1, 4, 2), faded(blue.line, 0.13)),
        Rects(
            np.array(list(squares.values())).reshape(-1, 4), fill=faded(blue.line, 0.25), stroke=blue.line, width=1.4
        ),
        row,
        Rects(np.array(bars).reshape(-1, 4), fill=faded(theme.role(role_of(c)).line, 0.6)),
        Lines(np.array([(row.x, line, row.x + columns * unit, line)]), theme.muted),
    ]
    if canvas.captions:
        part = (
            "" if columns == len(c.across) else ", " + tr("first {n} of {all}", n=columns, all=grouped(len(c.across)))
        )
        items += heading(x, y, tr("One row, seen from the side"), _geometry(c) + part, theme.text, theme, wide)
    return row, squares, items


def _geometry(c: Counts) -> str:
    i = c.interiors[-1]
    kernel = tr("kernel {n} (tried)", n=i.kernel) if c.tried else tr("kernel {n}", n=i.kernel)
    dilated = f", {tr('dilation {n}', n=i.dilation)}" if i.dilation > 1 else ""
    return f"{kernel}, {tr('stride {n}', n=i.stride)}{dilated}"


def _beam(row: Cells, square: Box, cells: Ints) -> list[tuple[float, float]]:
    """The light from an input square down to the cells that it reaches."""
    inside = cells[cells < row.content.shape[1]]
    if not inside.size:
        return []
    x, y, wide, high = square
    left, right = row.x + float(inside[0]) * row.width, row.x + float(inside[-1] + 1) * row.width
    return [(x, y + high), (x + wide, y + high), (right, row.y), (left, row.y)]


def _output(c: Counts, box: Box, canvas: Canvas) -> tuple[Cells, list[Item]]:
    theme = canvas.theme
    x, y, wide, high = box
    head = HEADING if canvas.captions else 0.0
    rows, columns = c.shown
    cell = float(max(2, int(min(wide / columns, (high - head) / rows, 54))))
    values = c.both[:rows, :columns].astype(float)
    grid = value_cells(
        values, theme, role_of(c), (round(x), round(y + head)), cell, name="overlap", title=tr("overlap")
    )
    items: list[Item] = [grid]
    if canvas.captions:
        size = times(*c.view.output_shape)
        detail = tr("{size}: kernels on each cell", size=size)
        if c.both.shape != (rows, columns):
            detail = tr("{size}, first {part}: kernels on each cell", size=size, part=times(rows, columns))
        items += heading(x, y, tr("Overlap of the whole output"), detail, theme.text, theme, wide)
    return grid, items


def _verdict(c: Counts, box: Box, canvas: Canvas) -> list[Item]:
    theme = canvas.theme
    x, y, wide, high = box
    word, sentences = verdict(c)
    items: list[Item] = [label(x, y + 13, word, theme.role(role_of(c)).ink, 17, bold=True)]
    size = 13.0 if wide > 300 else 11.0
    base = y + 40
    for sentence in sentences:
        capital = sentence[0].upper() + sentence[1:]
        ink = theme.text if sentence is sentences[0] else theme.muted
        room = int((y + high - base) // LINE) + 1
        if room <= 0:
            break
        lines = paragraph(x, base, capital, ink, wide, size, most=room)
        items += lines
        base += LINE * len(lines) + 4
    return items


def draw_frame(layout: SideLayout, at: float, focus: Focus) -> Picture:
    """Light one input cell's kernel on its way to the next, or what the reader points at."""
    c, canvas, hit = layout.counts, layout.canvas, focus.hit
    theme = canvas.theme
    rows, columns = c.inputs
    landed = min(int(at), rows * columns - 1)
    cell: Cell = divmod(landed, columns)
    following: Cell = divmod(min(landed + 1, rows * columns - 1), columns)
    share = at - int(at)
    items: list[Item] = []
    position = _pointed(hit)
    if hit is not None and hit.kind == "side":
        cell, share = (cell[0], hit.index[1]), 0.0
    if position is not None:
        items += _sources(layout, position)
    else:
        items += _kernel(layout, cell, following, share)
    if hit is not None and hit.kind == "choice":
        items.append(outlines([layout.map.box(hit.index)], theme.text, 2.5))
    words = _sentence(layout, hit, cell, position)
    if canvas.captions:
        top = canvas.height - FOOTER + 8
        room = canvas.width - 2 * MARGIN
        items.append(Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line))
        items.append(label(MARGIN, top + 26, elide(words, SIZE, room), theme.text, SIZE))
    summary = f"{verdict(c)[0]}: {' '.join(reasons(c))} {words}"
    return Picture(canvas.width, canvas.height, theme.background, layout.base, tuple(items), layout.hits, summary)


def _pointed(hit: Hit | None) -> tuple[int | None, int] | None:
    """Output row (None in the side view) and column under the pointer."""
    if hit is None or hit.kind not in ("row", "output"):
        return None
    return (None if hit.kind == "row" else hit.index[-2], hit.index[-1])


def _kernel(layout: SideLayout, cell: Cell, following: Cell, share: float) -> list[Item]:
    """The kernel of one input cell, from the side and from above."""
    c, kernel = layout.counts, layout.canvas.theme.role("kernel")
    items: list[Item] = []
    square = layout.squares.get(cell[1])
    if square is not None:
        beam = _beam(layout.row, square, c.view.axes[1].reached(cell[1]))
        if beam:
            items.append(Polygons(np.array([beam]), faded(kernel.line, 0.35)))
        items.append(outlines([square], kernel.line, 2.5))
    here, there = _block(layout, cell), _block(layout, following)
    if here is not None and there is not None:
        box = tuple(a + (b - a) * share for a, b in zip(here, there, strict=True))
        items.append(Rects(np.array([box]), stroke=kernel.line, width=2.5))
    return items


def _block(layout: SideLayout, cell: Cell) -> Box | None:
    """What an input cell's kernel covers of the drawn output."""
    c, found = layout.counts, []
    for axis, index, shown in zip(c.view.axes, cell, c.shown, strict=True):
        reached = axis.reached(index)
        reached = reached[reached < shown]
        if not reached.size:
            return None
        found.append((int(reached[0]), int(reached[-1])))
    (top, bottom), (left, right) = found
    return cell_box(layout.output, top, left, bottom - top + 1, right - left + 1)


def _sources(layout: SideLayout, position: tuple[int | None, int]) -> list[Item]:
    """The inputs whose kernels lie on one output cell."""
    across, theme = layout.counts.view.axes[1], layout.canvas.theme
    met = [int(i) for i in across.reads(position[1]) if int(i) in layout.squares]
    beams = [_beam(layout.row, layout.squares[i], across.reached(i)) for i in met]
    kernel = theme.role("kernel").line
    boxes = [cell_box(layout.row, 0, position[1])]
    if position[0] is not None:
        boxes.append(cell_box(layout.output, position[0], position[1]))
    return [
        Polygons(np.array([b for b in beams if b]).reshape(-1, 4, 2), faded(kernel, 0.3)),
        outlines([layout.squares[i] for i in met], kernel, 2.5),
        outlines(boxes, theme.text, 2.5),
    ]


def _sentence(layout: SideLayout, hit: Hit | None, cell: Cell, position: tuple[int | None, int] | None) -> str:
    c = layout.counts
    rows, columns = c.view.axes
    if hit is not None and hit.kind == "choice":
        return table.sentence(c, *hit.index)
    if position is not None:
        across = columns.reads(position[1])
        if position[0] is None:
            return trn(
                "{n} kernel lies on cell {cell} of the row, from the inputs {inputs}.",
                "{n} kernels lie on cell {cell} of the row, from the inputs {inputs}.",
                len(across),
                cell=position[1],
                inputs=", ".join(map(str, across)),
            )
        down = len(rows.reads(position[0]))
        return trn(
            "{n} kernel lies on {cell}: {rows} from the rows × {columns} from the columns.",
            "{n} kernels lie on {cell}: {rows} from the rows × {columns} from the columns.",
            down * len(across),
            cell=f"out[{position[0]}, {position[1]}]",
            rows=down,
            columns=len(across),
        )
    wide = len(columns.reached(cell[1]))
    if c.rank == 1:
        return tr("{cell} lays its kernel over {n} cells.", cell=f"in[{cell[1]}]", n=wide)
    words = (
        mark("{cell} lays its kernel over {size} cells; the overlap is even inside.")
        if c.even
        else mark("{cell} lays its kernel over {size} cells; the overlap is uneven inside.")
    )
    return tr(words, cell=f"in[{cell[0]}, {cell[1]}]", size=times(len(rows.reached(cell[0])), wide))
