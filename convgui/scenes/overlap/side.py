"""Counts on small outputs: a row from the side, the whole output from above, the verdict and the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_view import Cell
from convgui.draw.colour import mix
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.grids import value_cells
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import text_width
from convgui.draw.number import grouped, times
from convgui.draw.panels import LINE, cell_box, hit_grid, outlines, paragraph
from convgui.draw.picture import Box, Cells, Hit, HitGrid, Item, Lines, Picture, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label, middle
from convgui.draw.writing import NOTHING, Writing, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.overlap import cases, table
from convgui.scenes.overlap.bricks import Bricks, draw_bricks, falling, piled
from convgui.scenes.overlap.counts import Counts
from convgui.scenes.overlap.verdict import reasons, verdict
from convgui.scenes.scene import Focus
from convgui.words import mark, tr, trn

BESIDE, APART = 26.0, 22.0
"""Distance of what stands side by side, and of the six cases from what is above them."""
WIDE, ABOVE, CASES = 806.0, 292.0, 0.5
"""Width and height above from which the six cases are drawn, and the most of the height that they take."""

FOURTHS, LEAST = 900.0, 190.0
"""Width from which what is above the cases stands in four columns, and its height then at least."""
ROWS = (mark("input"), mark("pile"), mark("count"))
SMALL, EVEN = 12.0, 26.0
"""Size of the names beside the rows, and height of the bracket below them."""


@dataclass(frozen=True, eq=False)
class SideLayout:
    """Where the row, the output and the map stand.

    Attributes
    ----------
    squares : dict
        Box of each input cell of the row.
    row, output : Cells
        The overlap of one row, and of the whole output (the row again for a 1D layer).
    written : Writing
        How the numbers of the row are written.
    map : HitGrid
        The choices of stride and kernel.
    mark : str
        Which counts are spoken of, and ringed: those of a ``"row"`` or of the ``"plane"``; those of neither if empty.
    """

    counts: Counts
    canvas: Canvas
    squares: dict[int, Box]
    row: Cells
    written: Writing
    bricks: Bricks
    output: Cells
    map: HitGrid
    footer: Footer
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]
    mark: str


def role_of(c: Counts) -> Role:
    """Even is drawn as a result, uneven as a warning."""
    return "result" if c.even else "warning"


def lay_out(c: Counts, canvas: Canvas, mark: str = "") -> SideLayout:
    """Place row, output and map above the six cases; where there is no room for those, four parts in quarters."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below, margin = footer(canvas.width, canvas.height, sizes.margin, 1), sizes.margin
    first = min(margin, 14.0) if words else margin
    half = (canvas.width - 2 * margin - 26) / 2
    high = (below.top - 10 if words else canvas.height - margin) - first
    lower = high * (0.55 if canvas.height > 500 else 0.52)
    right = margin + half + 26
    top = first + high - lower
    places = (
        (margin, first, half, high - lower - 14), (margin, top, half, lower), (right, top, half, lower),
        (right, first, half, high - lower - 14),
    )  # fmt: skip
    wide = canvas.width - 2 * margin
    spare = min(high * CASES, high - APART - ABOVE) if wide >= WIDE else 0.0
    tall = cases.height(wide, spare) if words and sizes.index else 0.0
    if tall:
        places = _thirds((margin, first, wide, high - tall - APART), sizes)
    whole = cases.whole_height(wide)
    if words and sizes.index and wide >= FOURTHS and whole and tall < whole <= high - APART - LEAST:
        tall = whole
        places = _fourths((margin, first, wide, high - tall - APART))
    row, written, squares, bricks, items = _row(c, places[0], canvas, sizes)
    output, more = _output(c, places[1], canvas, sizes)
    shown, choices = table.draw(c, places[2], canvas.theme, sizes)
    base = [*items, *more, *shown]
    if words:
        base += _verdict(c, places[3], canvas)
    else:
        base.append(Rects(np.array([(right, margin, half, 5.0)]), fill=canvas.theme.role(role_of(c)).line, radius=2))
    hits = [hit_grid("row", (), row), hit_grid("output", (0,), output), choices]
    for index in bricks.cells:
        hits += [HitGrid("side", (), *box, (1, 1), (0, index)) for box in bricks.boxes(index)]
    if tall:
        here = (c.interiors[-1].kernel, c.interiors[-1].stride) if c.square else (0, 0)
        drawn, own = cases.draw((margin, first + high - tall, wide, tall), here, canvas.theme)
        base += drawn
        hits += own
    if len(squares) > 1:
        boxes = list(squares.values())
        step, square = boxes[1][0] - boxes[0][0], boxes[0]
        left = square[0] + square[2] / 2 - step / 2
        hits.append(HitGrid("side", (), left, square[1], step, square[3], (1, len(boxes)), (0, min(squares))))
    return SideLayout(c, canvas, squares, row, written, bricks, output, choices, below, tuple(base), tuple(hits), mark)


def _thirds(box: Box, sizes: Measure) -> tuple[Box, Box, Box, Box]:
    """Return the places of row, output, map and verdict beside each other, the verdict below the map."""
    x, y, wide, high = box
    row, plane = wide * 0.36, wide * 0.23
    right = x + row + plane + 2 * BESIDE
    rest = x + wide - right
    head = sizes.above + table.HEAD
    upper = max(min(head + rest * 0.52, high * 0.62), head + 5 * table.ROW)
    below = y + upper + 12
    return (
        (x, y, row, high),
        (x + row + BESIDE, y, plane, high),
        (right, y, rest, upper),
        (right, below, rest, y + high - below),
    )


def _fourths(box: Box) -> tuple[Box, Box, Box, Box]:
    """Return the places of row, output, map and verdict, all beside each other: in a low window."""
    x, y, wide, high = box
    places, left = list[Box](), x
    for share in (0.285, 0.2, 0.335, 0.18):
        room = share * (wide - 3 * BESIDE)
        places.append((left, y, room, high))
        left += room + BESIDE
    return places[0], places[1], places[2], places[3]


def _names(words: Sequence[tuple[str, float]], x: float, theme: Theme) -> list[Item]:
    """Name the rows of the side view at their left; each with its middle."""
    return [label(x, middle(at, 0, SMALL), text, theme.muted, SMALL, anchor="end") for text, at in words]


def _even_part(c: Counts, row: Cells, theme: Theme) -> list[Item]:
    """Bracket the cells of an even row that the border does not reach, and say how many of all they are."""
    inside = np.flatnonzero(~c.view.axes[1].at_border)
    if not inside.size or inside.size == len(c.across) or row.content.shape[1] < len(c.across):
        return []
    left, right = row.x + inside[0] * row.width + 2, row.x + (inside[-1] + 1) * row.width - 2
    top, ink = row.y + row.height + 5, theme.role("result").ink
    ends = [(left, top, left, top + 5), (right, top, right, top + 5), (left, top + 5, right, top + 5)]
    text = tr("even: {n} of {all}", n=inside.size, all=len(c.across))
    return [Lines(np.array(ends), ink, 1.6), label((left + right) / 2, top + 19, text, ink, SMALL, anchor="middle")]


def _row(
    c: Counts, box: Box, canvas: Canvas, sizes: Measure
) -> tuple[Cells, Writing, dict[int, Box], Bricks, list[Item]]:
    """Input squares above, the piles of their bricks, and the count of one row below them."""
    theme, (x, y, wide, high), head = canvas.theme, box, sizes.above
    columns, names = c.shown[1], tuple(map(tr, ROWS))
    named = max(text_width(name, SMALL) for name in names) + 10 if canvas.captions and sizes.index else 0.0
    below = EVEN if canvas.captions and c.even else 0.0
    wide, high = wide - named, high - below
    counts = c.across[None, :columns].astype(float)
    most = int(counts.max())
    unit = float(max(3, int(min(wide / columns, (high - head) / (most + 3.4), 44))))
    fall = float(int(max(min(unit * 1.6, high - head - (most + 2.3) * unit - 4), 0.0)))
    top, left = y + head, float(round(x + named))
    pile = top + unit + fall
    floor = float(round(pile + most * unit))
    written = writing(counts, unit, sizes.least) if canvas.captions else NOTHING
    row = value_cells(
        counts, theme, role_of(c), (left, floor + 6), unit, limit=max(float(most), 1.0), name="row",
        title=tr("one row"), numbers=written,
    )  # fmt: skip
    squares = {}
    for cell, centre in enumerate(c.centres):
        side = unit * 0.94
        at = row.x + centre * unit - side / 2
        if row.x - 1 <= at and at + side <= row.x + columns * unit + 1:
            squares[cell] = (float(at), top, side, unit)
    across = c.view.axes[1]
    reached = {i: tuple(int(n) for n in across.reached(i) if n < columns) for i in range(len(c.centres))}
    bricks = Bricks(left, unit, pile, floor, piled({i: cells for i, cells in reached.items() if cells}))
    blue = theme.role("input")
    found = np.array(list(squares.values())).reshape(-1, 4)
    items: list[Item] = [Rects(found, fill=mix(theme.background, blue.line, 0.3), stroke=blue.line, width=1.4)]
    if canvas.captions:
        size = float(int(min(max(0.42 * unit, 12.0), 18.0)))
        for cell, (a, b, across_square, tall) in squares.items():
            if text_width(str(cell), size, mono=True) <= across_square - 3:
                at = middle(b, tall, size)
                items.append(label(a + across_square / 2, at, str(cell), theme.text, size, mono=True, anchor="middle"))
        part = (
            "" if columns == len(c.across) else ", " + tr("first {n} of {all}", n=columns, all=grouped(len(c.across)))
        )
        words = (tr("One row, seen from the side"), _geometry(c) + part)
        items += title_items((x, top), x + named + wide, words, "plain", sizes, theme)
        if named:
            middles = (top + unit / 2, (pile + floor) / 2, row.y + unit / 2)
            items += _names(tuple(zip(names, middles, strict=True)), left - 8, theme)
        items += _even_part(c, row, theme) if c.even else []
    return row, written, squares, bricks, items


def _geometry(c: Counts) -> str:
    i = c.interiors[-1]
    kernel = tr("kernel {n} (tried)", n=i.kernel) if c.tried else tr("kernel {n}", n=i.kernel)
    dilated = f", {tr('dilation {n}', n=i.dilation)}" if i.dilation > 1 else ""
    return f"{kernel}, {tr('stride {n}', n=i.stride)}{dilated}"


def _output(c: Counts, box: Box, canvas: Canvas, sizes: Measure) -> tuple[Cells, list[Item]]:
    theme = canvas.theme
    x, y, wide, high = box
    head = sizes.above
    rows, columns = c.shown
    cell = float(max(2, int(min(wide / columns, (high - head) / rows, 54))))
    values = c.both[:rows, :columns].astype(float)
    written = writing(values, cell, sizes.least) if canvas.captions else NOTHING
    # In larger letters rows of small cells would touch.
    written = replace(written, font=min(written.font, cell - 2))
    at, title = (round(x), round(y + head)), tr("overlap")
    grid = value_cells(values, theme, role_of(c), at, cell, name="overlap", title=title, numbers=written)
    items: list[Item] = [grid]
    if canvas.captions:
        size = times(*c.view.output_shape)
        whole = c.both.shape == (rows, columns)
        detail = size if whole else tr("{size}, first {part}", size=size, part=times(rows, columns))
        words = (tr("Kernels on each cell"), detail)
        items += title_items((x, y + head), x + wide, words, "plain", sizes, theme)
    return grid, items


def _verdict(c: Counts, box: Box, canvas: Canvas) -> list[Item]:
    theme = canvas.theme
    x, y, wide, high = box
    word, sentences = verdict(c)
    items: list[Item] = [label(x, y + 13, word, theme.role(role_of(c)).ink, 17, bold=True)]
    size = 14.0 if wide > 420 else 12.0
    base = y + 40
    beside, first = text_width(word, 17, bold=True) + 12, sentences[0][0].upper() + sentences[0][1:]
    if high < 130 and beside + text_width(first, size) <= wide:
        # Where little room is left below it, the reason stands beside the word.
        items.append(label(x + beside, y + 13, first, theme.text, size))
        sentences, base = sentences[1:], y + 36
    for sentence in sentences:
        capital = sentence[0].upper() + sentence[1:]
        ink = theme.text if capital == first else theme.muted
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
        items += _kernel(layout, cell, following, share, alone=hit is not None and hit.kind == "side")
    if hit is not None and hit.kind == "choice":
        items.append(outlines([layout.map.box(hit.index)], theme.text, 2.5))
    items += _spoken_of(layout) if hit is None else []
    words = _sentence(layout, hit, cell, position)
    if canvas.captions:
        title = tr("This step") if hit is None else tr("Pointed at")
        last = rows * columns - 1
        detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if hit is None else ""
        items += footer_items(layout.footer, title, detail, [words], theme)
    summary = f"{verdict(c)[0]}: {' '.join(reasons(c))} {words}"
    return Picture(canvas.width, canvas.height, theme.background, layout.base, tuple(items), layout.hits, summary)


def _spoken_of(layout: SideLayout) -> list[Item]:
    """Ring one turn of the counts that are spoken of, away from the border: in a row, or in the whole output."""
    axes, shown = layout.counts.view.axes, layout.counts.shown
    # One turn in the middle, where it begins with the most kernels.
    starts = [min(n // 2 // len(axis.inner) * len(axis.inner), n - 1) for axis, n in zip(axes, shown, strict=True)]
    down, across = (
        [at for at in range(start, start + len(axis.inner)) if at < n]
        for axis, start, n in zip(axes, starts, shown, strict=True)
    )
    boxes = {
        "row": [cell_box(layout.row, 0, j) for j in across],
        "plane": [cell_box(layout.output, i, j) for i in down for j in across],
    }.get(layout.mark)
    return [outlines(boxes, layout.canvas.theme.text, 3.0)] if boxes else []


def _pointed(hit: Hit | None) -> tuple[int | None, int] | None:
    """Output row (None in the side view) and column under the pointer."""
    if hit is None or hit.kind not in ("row", "output"):
        return None
    return (None if hit.kind == "row" else hit.index[-2], hit.index[-1])


def _kernel(layout: SideLayout, cell: Cell, following: Cell, share: float, *, alone: bool) -> list[Item]:
    """The kernel of one input cell, from the side and from above; `alone`, all bricks but its own step back."""
    kernel, items = layout.canvas.theme.role("kernel"), list[Item]()
    bricks, theme = layout.bricks, layout.canvas.theme
    # The first row of the input lays the bricks of the side view, one a step; then they are all there.
    laid = [index for index in bricks.cells if cell[0] or index <= cell[1] or alone]
    items.append(_counted(layout, laid))
    items += draw_bricks(bricks, laid, theme, words=layout.canvas.captions, alone=cell[1] if alone else None)
    square = layout.squares.get(cell[1])
    if square is not None:
        items += [*falling(bricks, cell[1], square, theme), outlines([square], kernel.line, 2.5)]
    here, there = _block(layout, cell), _block(layout, following)
    if here is not None and there is not None:
        box = tuple(a + (b - a) * share for a, b in zip(here, there, strict=True))
        items.append(Rects(np.array([box]), stroke=kernel.line, width=2.5))
    return items


def _counted(layout: SideLayout, laid: list[int]) -> Cells:
    """The count below the side view: of the kernels that lie there so far."""
    bricks, row, counts = layout.bricks.cells, layout.row, layout.counts.across[: layout.row.content.shape[1]]
    if len(laid) < len(bricks):
        columns = [column for index in laid for column, _ in bricks[index]]
        counts = np.bincount(columns, minlength=len(counts)) if columns else np.zeros_like(counts)
    most = max(float(layout.counts.across[: len(counts)].max()), 1.0)
    return value_cells(
        counts[None].astype(float), layout.canvas.theme, role_of(layout.counts), (row.x, row.y), row.width,
        limit=most, name="row", title=row.title, numbers=layout.written,
    )  # fmt: skip


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
    kernel = theme.role("kernel").line
    boxes = [cell_box(layout.row, 0, position[1])]
    if position[0] is not None:
        boxes.append(cell_box(layout.output, position[0], position[1]))
    fallen = [item for i in met for item in falling(layout.bricks, i, layout.squares[i], theme)]
    return [
        *draw_bricks(layout.bricks, list(layout.bricks.cells), theme, words=layout.canvas.captions),
        *fallen,
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
