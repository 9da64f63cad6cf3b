"""All filters of a small layer at once: one window on all channels, a row for each filter, and a sheet of the output.

The window goes over height and width; at each position every filter makes one number of its own sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import text_of
from convgui.draw.colour import faded
from convgui.draw.fan import FLAT, prism, quad, quads, sheet, sheet_hits, sheet_size
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.gaps import arrow, operator
from convgui.draw.grids import largest
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import text_width
from convgui.draw.number import times
from convgui.draw.padded import pale_padding
from convgui.draw.picture import Cells, Hit, HitGrid, Item, Lines, Picture, Rects, Run
from convgui.draw.titled_grid import title_items
from convgui.draw.window import RING, TOUCHED
from convgui.draw.words import label
from convgui.draw.writing import writing
from convgui.model.document import Document
from convgui.scenes.blocks.axes import axes
from convgui.scenes.blocks.layer import Blocks
from convgui.scenes.blocks.sentences import input_shape, rule, sizes_sentence, sum_of
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.words import tr

MOST_FILTERS, MOST_CHANNELS, MOST_CELLS, MOST_KERNEL = 6, 4, 9, 5
"""What is drawn as sheets with numbers."""
INPUT, OUTPUT = 1.15, 1.0
"""Sides of cells of input and output, by those of a filter."""
SHEETS, KERNELS, BUS, SUM, STEP = 10.0, 8.0, 32.0, 52.0, 0.4
"""Gaps between sheets and between kernels, room for the ways to the filters and for Σ, and what each sheet is further
to the right, in cells."""
WIDER = 56.0
"""What these ways may be longer, where there is room."""
NARROW = 0.25
"""What is left of these ways in a picture without words."""
NAMED, LARGEST, FADED = 18.0, 46.0, 0.65
AXES = 42.0
"""Room beside the output for the arrows along its axes with their letters."""
LEAST = 13.0
"""Size of the sums from which they stand below the input."""


@dataclass(frozen=True, eq=False)
class Fanned(Blocks):
    """A layer all of whose filters are shown at once."""


@dataclass(frozen=True, eq=False)
class FanLayout:
    """Where the sheets stand: those of the input, the kernels of each filter, and those of the output."""

    blocks: Fanned
    canvas: Canvas
    measure: Measure
    inputs: tuple[Cells, ...]
    kernels: tuple[tuple[Cells, ...], ...]
    outputs: tuple[Cells, ...]
    rows: tuple[float, ...]
    alone: int | None
    footer: Footer
    base: tuple[Item, ...]
    signs: tuple[Item, ...]
    hits: tuple[HitGrid, ...]
    axes: tuple[Item, ...]


def fits(document: Document) -> bool:
    """Whether a layer is small enough to be drawn as sheets."""
    spec = document.layer.spec
    small = max(document.filter_view.padded_shape) <= MOST_CELLS and max(spec.kernel_size) <= MOST_KERNEL
    return small and spec.out_channels <= MOST_FILTERS and spec.in_channels <= MOST_CHANNELS


def steps(b: Fanned) -> int:
    """Positions of the window."""
    return int(b.output[0].size)


def lay_out(b: Fanned, canvas: Canvas, alone: int | None = None) -> FanLayout:
    """Place the sheets: the input at the left, a row for each filter, the output fanned out to the right.

    Of one filter that is spoken of `alone` the others step back.
    """
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    top, wide = min(sizes.margin, 16.0) + sizes.above, canvas.width - 2 * sizes.margin
    below, tall = _below(b, canvas, sizes, top)
    bottom = canvas.height - 12 if tall else below.top - 8 if canvas.captions else canvas.height - sizes.margin
    high = bottom - top
    cell = _cell(b, wide, high, words=sizes.words)
    named = NAMED if sizes.words else 4.0
    pitch = high / len(b.weight)
    rows = tuple(top + (n + 0.5) * pitch + named / 2 for n in range(len(b.weight)))
    spare = max(0.0, wide - _width(b, cell, words=sizes.words))
    more, share = min(spare / 4, WIDER), 1.0 if sizes.words else NARROW
    x = sizes.margin + (spare - 2 * more) / 2
    middle = top + ((below.top - 8 if tall else bottom) - top + named) / 2
    inputs, bus = _inputs(b, canvas, sizes, cell, x, middle)
    below = replace(below, x=x, room=bus - x) if tall else below
    kernels, x = _kernels(b, canvas, sizes, cell, bus + BUS * share + more, rows)
    outputs = _outputs(b, canvas, sizes, cell, x + SUM * share + more, rows)
    base: list[Item] = [*inputs, *(k for row in kernels for k in row)]
    signs, lengths = _ways(canvas, (bus, middle), kernels, outputs, rows), list[Item]()
    if sizes.words:
        base += _titles(b, canvas, sizes, (inputs, kernels, outputs), top)
        lengths = axes(inputs, outputs, sizes.small, canvas, below.top - 8 if tall else bottom)
    hits = [sheet_hits(cells, "input", (c,), (b.origin[0], b.origin[1])) for c, cells in enumerate(inputs)]
    hits += [sheet_hits(k, "kernel", (f, c)) for f, row in enumerate(kernels) for c, k in enumerate(row)]
    hits += [sheet_hits(cells, "output", (f,)) for f, cells in enumerate(outputs)]
    return FanLayout(
        b, canvas, sizes, inputs, kernels, outputs, rows, alone, below, tuple(base), tuple(signs), tuple(hits),
        tuple(lengths),
    )  # fmt: skip


def _below(b: Fanned, canvas: Canvas, sizes: Measure, top: float) -> tuple[Footer, bool]:
    """Return where the sums stand: below everything, or where they have room below the input, which leaves more."""
    whole = footer(canvas.width, canvas.height, sizes.margin, min(len(b.weight), 4), told=canvas.told)
    aside = footer(canvas.width, canvas.height, sizes.margin, min(len(b.weight), 4) + 1, told=canvas.told)
    if not canvas.captions:
        return whole, False
    wide, high = canvas.width - 2 * sizes.margin, canvas.height - 12 - top
    cell = _cell(b, wide, high, words=True)
    room, tall = _sheets(b, cell), sheet_size(b.x.shape[1], b.x.shape[2], INPUT * cell)[1]
    if top + NAMED + tall + 16 > aside.top:
        return whole, False
    # The first and the last place stand for all: a sum that is a little longer has its terms counted.
    ends = [b.view.position(step) for step in (0, steps(b) - 1)]
    lines = [sum_of(b, f, end, canvas.theme, inf, aside.size) for f in range(len(b.weight)) for end in ends]
    longest = max(len(text_of(line)) for line in lines) + 2
    size = min(aside.size, float(int(room / (longest * text_width("0", 1.0, mono=True)))))
    return (replace(aside, size=size), True) if size >= LEAST else (whole, False)


def _sheets(b: Blocks, cell: float) -> float:
    """Return how wide the input is."""
    count, _, columns = b.x.shape
    return float(count * columns * FLAT * INPUT * cell + (count - 1) * SHEETS)


def _width(b: Blocks, cell: float, *, words: bool) -> float:
    (f, d, _, k), wo = b.weight.shape, b.output.shape[2]
    kernels = d * k * FLAT * cell + (d - 1) * KERNELS
    outputs = wo * FLAT * OUTPUT * cell + (f - 1) * STEP * cell
    return float(_sheets(b, cell) + kernels + outputs + (BUS + SUM) * (1.0 if words else NARROW) + AXES * words)


def _cell(b: Blocks, wide: float, high: float, *, words: bool) -> float:
    """Return the largest side of a filter's cells for which everything has room."""
    named = NAMED + 8 if words else 4.0
    cell = LARGEST
    while cell > 3:
        (kh, kw), (ho, wo), (h, w) = b.weight.shape[2:], b.output.shape[1:], b.x.shape[1:]
        rows = max(sheet_size(kh, kw, cell)[1], sheet_size(ho, wo, OUTPUT * cell)[1])
        tall = sheet_size(h, w, INPUT * cell)[1]
        if _width(b, cell, words=words) <= wide and len(b.weight) * (rows + named) <= high and tall + named <= high:
            break
        cell -= 1.0
    return cell


def _inputs(
    b: Blocks, canvas: Canvas, sizes: Measure, cell: float, x: float, middle: float
) -> tuple[tuple[Cells, ...], float]:
    side, found = INPUT * cell, list[Cells]()
    wide, high = sheet_size(b.x.shape[1], b.x.shape[2], side)
    written = writing(b.x.astype(np.float64), FLAT * side, sizes.least)
    for c, values in enumerate(b.x.astype(np.float64)):
        at, name = (round(x), round(middle - high / 2)), f"input {c}"
        title = f"{tr('input')} {b.names[c]}"
        drawn = sheet(values, canvas.theme, "input", at, side, largest(b.x), written, name, title)
        found.append(pale_padding(drawn, b.given, canvas.theme))
        x += wide + SHEETS
    return tuple(found), x - SHEETS


def _kernels(
    b: Blocks, canvas: Canvas, sizes: Measure, cell: float, x: float, rows: tuple[float, ...]
) -> tuple[tuple[tuple[Cells, ...], ...], float]:
    wide, high = sheet_size(b.weight.shape[2], b.weight.shape[3], cell)
    written, found = writing(b.weight, FLAT * cell, sizes.least), []
    for f, group in enumerate(b.weight):
        row = list[Cells]()
        for c, kernel in enumerate(group):
            at = (round(x + c * (wide + KERNELS)), round(rows[f] - high / 2))
            title = tr("kernel of filter {o} for channel {c}", o=f, c=b.first(f) + c)
            name = f"kernel {f} {c}"
            row.append(sheet(kernel, canvas.theme, "kernel", at, cell, largest(b.weight), written, name, title))
        found.append(tuple(row))
    return tuple(found), x + len(b.weight[0]) * (wide + KERNELS) - KERNELS


def _outputs(
    b: Blocks, canvas: Canvas, sizes: Measure, cell: float, x: float, rows: tuple[float, ...]
) -> tuple[Cells, ...]:
    side, found = OUTPUT * cell, list[Cells]()
    _, high = sheet_size(b.output.shape[1], b.output.shape[2], side)
    written = writing(b.output.astype(np.float64), FLAT * side, sizes.least)
    for f, values in enumerate(b.output.astype(np.float64)):
        at = (round(x + f * STEP * cell), round(rows[f] - high / 2))
        title = tr("output {n}", n=f)
        found.append(sheet(values, canvas.theme, "result", at, side, largest(b.output), written, f"output {f}", title))
    return tuple(found)


def _ways(
    canvas: Canvas, start: tuple[float, float], kernels: tuple[tuple[Cells, ...], ...], outputs: tuple[Cells, ...],
    rows: tuple[float, ...],
) -> list[Item]:  # fmt: skip
    """From the window to every filter, and through a Σ from each filter to its sheet."""
    theme = canvas.theme
    bus, middle = start
    line, room = theme.role("kernel").line, kernels[0][0].x - bus
    x = bus + min(0.5 * room, 18.0)
    ends = np.array([(bus + min(6.0, 0.2 * room), middle, x, middle), (x, rows[0], x, rows[-1])])
    items: list[Item] = [Lines(ends, line, 2.0)]
    for f, row in enumerate(kernels):
        items += arrow((x, rows[f]), (row[0].x - 4, rows[f]), theme, "kernel")
        end = row[-1].x + row[-1].box[2]
        items += arrow((end + 4, rows[f]), (outputs[f].x - 4, rows[f]), theme, "result")
        if canvas.captions:
            items += operator((end, min(end + SUM, outputs[f].x)), rows[f], "Σ", theme, "result")
    return items


def _titles(
    b: Blocks, canvas: Canvas, sizes: Measure, sheets: tuple[tuple[Cells, ...], tuple[tuple[Cells, ...], ...],
    tuple[Cells, ...]], top: float,
) -> list[Item]:  # fmt: skip
    theme, (inputs, kernels, outputs) = canvas.theme, sheets
    count, small, axes = len(b.weight), sizes.small, "C × H × W"
    each = tr("each {size}", size=times(*b.weight[0].shape))
    heads = (
        (inputs[0].x, kernels[0][0].x - 12, tr("Input"), input_shape(b, axes), "input"),
        (kernels[0][0].x, outputs[0].x - 12, tr("{n} filters", n=count), each, "kernel"),
        (outputs[0].x, canvas.width - 8, tr("Output"), f"{times(*b.output.shape)}  {axes}", "result"),
    )  # fmt: skip
    items = list[Item]()
    for x, right, title, detail, role in heads:
        items += title_items((x, top), right, (title, detail), role, sizes, theme)  # type: ignore[arg-type]
    for c, one in enumerate(inputs):
        at = one.corner(0, one.content.shape[1] / 2)
        name = f"{c} · {b.names[c]}" if b.names[c] != str(c) else str(c)
        items.append(label(at[0], at[1] - 14, name, theme.role("input").ink, small, bold=True, anchor="middle"))
    for f, row in enumerate(kernels):
        x, y = row[0].x, row[0].corner(0, row[0].content.shape[1])[1]
        items.append(label(x, y - 2, tr("filter {n}", n=f), theme.role("kernel").ink, small, bold=True))
        below = max(one.corner(one.content.shape[0], 0)[1] for one in row) + small
        following = kernels[f + 1][0].corner(0, row[0].content.shape[1])[1] - small if f + 1 < count else inf
        if below + 2 < min(following, canvas.height - 4):
            named = [(one.x + one.box[2] / 2, b.names[b.first(f) + c]) for c, one in enumerate(row)]
            items += [label(centre, below, channel, theme.role("input").ink, small, bold=True, anchor="middle")
                      for centre, channel in named]  # fmt: skip
        one = outputs[f]
        name, y = tr("channel {name}", name=f), one.corner(0, one.content.shape[1])[1]
        x = min(one.x, canvas.width - 4 - text_width(name, small, bold=True))
        items.append(label(x, y - 2, name, theme.role("result").ink, small, bold=True))
    return items


def draw_frame(layout: FanLayout, at: float, focus: Focus) -> Picture:
    """Draw the window at a position or between two, and what every filter has made so far."""
    b, canvas, hit = layout.blocks, layout.canvas, focus.hit
    landed = min(int(at), steps(b) - 1)
    share = at - int(at) if landed < steps(b) - 1 else 0.0
    pointed = step_of(b, hit) if hit is not None else None
    step, share = (landed, share) if pointed is None else (pointed, 0.0)
    position = b.view.position(step)
    items: list[Item] = [replace(cells, reveal=landed + 1) for cells in layout.outputs]
    items += _touched(layout, hit) if hit is not None and hit.kind == "input" else _step_items(layout, step, share)
    items += [*layout.signs, *_ring(layout, position, hit)]
    chosen = layout.alone if hit is None else hit.index[0] if hit.kind in ("kernel", "output") else None
    # The axes are of all channels, whichever filter is spoken of.
    items += [*([] if chosen is None else _veiled(layout, chosen)), *layout.axes]
    room, size = layout.footer.room, layout.footer.size
    sums = [sum_of(b, f, position, canvas.theme, room, size) for f in range(len(b.weight))]
    said = b.filter if chosen is None else chosen
    if canvas.captions:
        title = tr("The same window, {n} sums", n=len(b.weight)) if hit is None else tr("Pointed at")
        shown, last = _lines(layout, sums, chosen), steps(b) - 1
        if layout.footer.room < canvas.width / 2:
            detail, shown = tr("step {n} of 0 … {last}", n=landed, last=last), [*shown, sizes_sentence(b)]
        else:
            detail = tr("step {n} of 0 … {last}; {sizes}", n=landed, last=last, sizes=sizes_sentence(b))
        items += footer_items(layout.footer, title, detail, shown, canvas.theme)
    summary = f"{text_of(sums[said])}; {sizes_sentence(b)}; {rule(b)}"
    if hit is not None and hit.kind == "input":
        summary = f"in{list(hit.index)}; {rule(b)}"
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, summary
    )


def step_of(b: Blocks, hit: Hit) -> int | None:
    """Return the step that an output cell stands for."""
    position = hit.index[-2:]
    return b.view.step(position) if hit.kind == "output" and b.view.makes(position) else None


def _step_items(layout: FanLayout, step: int, share: float) -> list[Item]:
    """The filter that goes through all channels, and the cells that it makes."""
    b, theme = layout.blocks, layout.canvas.theme
    here, there = (b.view.position(min(n, steps(b) - 1)) for n in (step, step + 1))
    row, column, high, wide = b.view.box([p + (q - p) * share for p, q in zip(here, there, strict=True)])
    width = min(3.0, max(0.1 * layout.inputs[0].height, 1.5))
    drawn = [quad(cells, *here) for cells in layout.outputs]
    return [
        *prism(layout.inputs, (row, column, high, wide), theme, width),
        quads(drawn, theme.role("kernel").line, width),
    ]


def _touched(layout: FanLayout, hit: Hit) -> list[Item]:
    """The outputs of every filter whose window holds a pointed input."""
    b, theme = layout.blocks, layout.canvas.theme
    cells = b.reached(hit.index[-2:])
    found = [quad(one, *cell) for one in layout.outputs for cell in cells]
    return [quads(found, theme.role("input").line, TOUCHED)]


def _ring(layout: FanLayout, position: Position, hit: Hit | None) -> list[Item]:
    """Ring what is pointed at; a weight with the input that it meets now."""
    b, theme = layout.blocks, layout.canvas.theme
    if hit is None:
        return []
    i, j = hit.index[-2:]
    if hit.kind == "input":
        found = [quad(layout.inputs[hit.index[0]], *b.index((i, j)))]
    elif hit.kind == "output":
        found = [quad(layout.outputs[hit.index[0]], i, j)]
    else:
        f, c = hit.index[:2]
        (row, column, _, _), (down, right) = b.view.box(position), b.view.offset((i, j))
        found = [quad(layout.kernels[f][c], i, j), quad(layout.inputs[b.first(f) + c], row + down, column + right)]
    return [quads(found, theme.text, RING)]


def _veiled(layout: FanLayout, chosen: int) -> list[Item]:
    """Let the rows of the other filters step back, with their names and ways."""
    paper, x = faded(layout.canvas.theme.background, FADED), layout.kernels[0][0].x - 3
    named = layout.measure.small if layout.measure.words else 4.0
    # A row begins with its names, below the names of the channels of the row before it.
    tops = [
        min(one.corner(0, one.content.shape[1])[1] for one in (row[0], made)) - named
        for row, made in zip(layout.kernels, layout.outputs, strict=True)
    ]
    ends = [*tops[1:], layout.canvas.height]
    wide, rows = layout.canvas.width - x, zip(tops, ends, strict=True)
    boxes = [(x, top, wide, end - top) for f, (top, end) in enumerate(rows) if f != chosen]
    return [Rects(np.array(boxes, dtype=float).reshape(-1, 4), fill=paper)]


def _lines(layout: FanLayout, sums: list[tuple[Run, ...]], chosen: int | None) -> list[tuple[Run, ...] | str]:
    first = 0 if chosen is None else max(0, min(chosen - 1, len(sums) - 4))
    muted = layout.canvas.theme.muted
    return [
        line if chosen in (None, f) else (Run(text_of(line), muted),)
        for f, line in list(enumerate(sums))[first : first + 4]
    ]
