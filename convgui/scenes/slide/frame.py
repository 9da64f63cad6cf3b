"""Slide on small grids: one moment. The window, what becomes of it, what is pointed at, the arithmetic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import product_sum_runs, result_ink, sum_of_products, sum_runs, text_of
from convgui.draw.footer import footer_items
from convgui.draw.gaps import wedges
from convgui.draw.grids import largest, value_cells
from convgui.draw.metrics import fact_lines
from convgui.draw.number import number
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Cells, Hit, Item, Picture, Run
from convgui.draw.prediction import about
from convgui.draw.titled_grid import indices
from convgui.draw.window import SUBSCRIPTS, Window, framed, greyed, ringed, touched, window
from convgui.draw.writing import writing
from convgui.scenes.scene import Focus
from convgui.scenes.slide.grid import GridLayout
from convgui.scenes.slide.numbers import Numbers
from convgui.scenes.slide.sentences import pointed_sentences
from convgui.words import tr

MOST_LINES = 2
"""Lines that the second sentence about what is pointed at may take where there is room."""


def steps(numbers: Numbers) -> int:
    """Output cells of the filter; each channel's own while they are shown apart."""
    return numbers.output.size * (numbers.channels if numbers.apart else 1)


def draw_frame(layout: GridLayout, at: float, focus: Focus) -> Picture:
    """Draw the slide at a moment between two steps, or at the cell the reader points at."""
    numbers, hit, canvas = layout.numbers, focus.hit, layout.canvas
    last = steps(numbers) - 1
    landed = min(int(at), last)
    now, channel = _of_step(numbers, landed)
    position, gliding = now, _gliding(numbers, at)
    pointed = _pointed_position(numbers, hit)
    shown = channel
    if pointed is not None and hit is not None:
        position = gliding = pointed
        if numbers.apart and hit.kind == "partial":
            shown = hit.index[0] - numbers.first
    active = tuple(range(numbers.channels)) if shown is None else (shown,)
    stale = hit is not None and hit.kind == "input"
    items = list[Item]()
    if not stale:
        items += [*_wedges(layout, gliding, position, active), *_windows(layout, gliding, active)]
    items += _results(layout, landed, position, hit)
    items += [] if stale else [_result_frames(layout, position, active)]
    items += [*layout.signs, *_indices(layout, position, () if stale else active), *_pointed(layout, position, hit)]
    lines, summary = _arithmetic(layout, hit, position, active, landed)
    if canvas.captions:
        items += about(lines, (position, shown) == (now, channel))
    value = numbers.output[now] if channel is None else numbers.partial[channel][now]
    paper = canvas.theme.background
    return Picture(
        canvas.width, canvas.height, paper, layout.base, tuple(items), layout.hits, summary, number(float(value))
    )


def _of_step(numbers: Numbers, step: int) -> tuple[Position, int | None]:
    """Return the output position that a step makes, and of which channel while they are apart."""
    channel, cell = divmod(step, numbers.view.positions)
    return numbers.view.position(cell), channel if numbers.apart else None


def _gliding(numbers: Numbers, at: float) -> tuple[float, ...]:
    """Return where the window is between two positions; from the last one it does not glide to another channel."""
    last = steps(numbers) - 1
    (here, channel), (there, following) = (_of_step(numbers, min(step, last)) for step in (int(at), int(at) + 1))
    share = at - int(at) if channel == following else 0.0
    return tuple(p + (q - p) * share for p, q in zip(here, there, strict=True))


def _pointed_position(numbers: Numbers, hit: Hit | None) -> Position | None:
    if hit is None or hit.kind not in ("output", "partial"):
        return None
    position = hit.index[-2:]
    return position if numbers.view.makes(position) else None


def _results(layout: GridLayout, landed: int, position: Position, hit: Hit | None) -> list[Item]:
    """Partial results, products and output as far as they have landed."""
    numbers, theme = layout.numbers, layout.canvas.theme
    count, stale = numbers.output.size, hit is not None and hit.kind == "input"
    answer = "" if numbers.apart else number(float(numbers.output.flat[landed]))
    items: list[Item] = []
    for channel, grid in zip(layout.channels, layout.partials, strict=False):
        shown = landed + 1 - channel * count if numbers.apart else landed + 1
        # Of a sum the terms are no answer, unless one of them is the number itself.
        hidden = numbers.apart or number(float(numbers.partial[channel].flat[landed])) == answer
        cells = replace(grid.cells, reveal=max(0, min(shown, count)), making=0 < shown <= count and hidden)
        items += _touched(layout, cells, hit, channel) if stale else [cells]
    if layout.products is not None:
        products = _products(layout, position)
        items.append(greyed(products, theme) if stale else products)
    if layout.output is not None:
        # Their own channel's weights stand on partial results; the output then shows where they go.
        cells = replace(layout.output.cells, reveal=landed + 1, making=landed < count)
        items += _touched(layout, cells, hit, None) if stale else [_bold(cells, position)]
    return items


def _bold(grid: Cells, position: Position) -> Cells:
    number_of = int(np.ravel_multi_index(position, grid.content.shape))
    return replace(grid, bold=frozenset({number_of})) if grid.width >= SUBSCRIPTS else grid


def _products(layout: GridLayout, position: Position) -> Cells:
    """The products at a position, on the scale of all of them."""
    numbers, at = layout.numbers, layout.products
    if at is None:
        raise ValueError("products are drawn for a single channel")
    every = numbers.windows[0] * numbers.kernels[0]
    products = numbers.window(0, position) * numbers.kernels[0]
    grid = value_cells(
        products, layout.canvas.theme, "result", (at.cells.x, at.cells.y), at.cells.width, limit=largest(every),
        numbers=writing(every, at.cells.width, layout.measure.least), name="products", title=tr("products"),
    )  # fmt: skip
    return replace(grid, outline=at.cells.outline, making=products.size == 1)


def _touched(layout: GridLayout, grid: Cells, hit: Hit | None, channel: int | None) -> list[Item]:
    """A result whose cells that read the hovered input are lit, each with the weight it is read with."""
    numbers, theme = layout.numbers, layout.canvas.theme
    if hit is None:
        return [grid]
    own = hit.index[0] - numbers.first
    cell, view = hit.index[-2:], numbers.view
    found = view.weighed(cell, numbers.kernels[own]) if view.holds(cell) and channel in (own, None) else {}
    weights = {(i, j): layout.weights.text(weight) for (i, j), weight in found.items()}
    return touched(grid, weights, theme)


def _windows(layout: GridLayout, gliding: tuple[float, ...], active: tuple[int, ...]) -> list[Item]:
    """The window on each active input."""
    numbers, theme, items = layout.numbers, layout.canvas.theme, list[Item]()
    padded = numbers.view.over_padding
    row, column, _, _ = padded.box(gliding)
    down, across = (axis.taps for axis in padded.axes)
    for channel, grid in zip(layout.channels, layout.inputs, strict=True):
        if channel in active:
            kernel = numbers.kernels[channel]
            lies = Window((row, column), (down, across), layout.weights.texts(kernel))
            name = f" {numbers.names[channel]}" if numbers.channels > 1 else ""
            items += window(grid.cells, lies, theme, f"{tr('window')}{name}")
    return items


def _result_frames(layout: GridLayout, position: Position, active: tuple[int, ...]) -> Item:
    """Frames around what is made of the window."""
    shown = [g.cells for c, g in zip(layout.channels, layout.partials, strict=False) if c in active]
    shown += [layout.output.cells] if layout.output else []
    return framed([cell_box(grid, *position) for grid in shown], layout.row.cell, layout.canvas.theme)


def _wedges(layout: GridLayout, gliding: tuple[float, ...], position: Position, active: tuple[int, ...]) -> list[Item]:
    """From the window's rows to the kernel, and on to what is made of it."""
    numbers, theme, row = layout.numbers, layout.canvas.theme, layout.row
    (first, _, rows, _), ends, last = numbers.view.over_padding.box(gliding), [], []
    for n, channel in enumerate(layout.channels):
        if channel not in active:
            continue
        _, top, _, tall = cell_box(layout.inputs[n].cells, first, 0, rows)
        kernel, result = row.box(1, n), row.box(2, n)
        through = (kernel[1], kernel[1] + kernel[3])
        ends.append((row.gap(0), (top, top + tall), through))
        _, y, _, high = cell_box(layout.partials[n].cells, *position) if layout.partials else result
        ends.append((row.gap(1), through, (y, y + high)))
    if layout.products is not None and layout.output is not None:
        _, y, _, high = cell_box(layout.output.cells, *position)
        result = row.box(2)
        last.append((row.gap(2), (result[1], result[1] + result[3]), (y, y + high)))
    return wedges(ends, theme) + wedges(last, theme, "result")


def _indices(layout: GridLayout, position: Position, active: tuple[int, ...]) -> list[Item]:
    """Indices of input and output, those of the window and of the cell that is made in its colour."""
    numbers, theme, sizes = layout.numbers, layout.canvas.theme, layout.measure
    (top, left), cells = numbers.view.origin, [cell for cell, _ in numbers.view.over_padding.reads(position)]
    spans = ({i + top for i, _ in cells}, {j + left for _, j in cells})
    items = list[Item]()
    for channel, grid in zip(layout.channels, layout.inputs, strict=True):
        items += indices(grid, sizes, theme, spans[0] if channel in active else (), spans[1] if active else ())
    if layout.output is not None:
        items += indices(layout.output, sizes, theme, *((position[:1], position[1:]) if active else ((), ())))
    return items


def _pointed(layout: GridLayout, position: Position, hit: Hit | None) -> list[Item]:
    """Ring what is pointed at and what it meets: a weight or a product, its input and the other of the two."""
    if hit is None:
        return []
    numbers, theme = layout.numbers, layout.canvas.theme
    view = numbers.view
    if hit.kind == "input":
        channel = hit.index[0] - numbers.first
        if channel not in layout.channels:
            return []
        i, j = view.padded_index(hit.index[-2:])
        return [ringed([(layout.inputs[layout.channels.index(channel)].cells, (i, j))], theme)]
    if hit.kind not in ("kernel", "product") or hit.index[1] not in layout.channels:
        return []
    n, tap = layout.channels.index(hit.index[1]), (hit.index[-2], hit.index[-1])
    grid = layout.inputs[n].cells
    # A weight that meets padding alone serves no cell.
    served = [cell_box(grid, *view.padded_index(cell)) for cell in view.served(tap)]
    (row, column, _, _), (down, right) = view.over_padding.box(position), view.offset(tap)
    rings = [(grid, (row + down, column + right)), (layout.kernels[n].cells, tap)]
    rings += [(layout.products.cells, tap)] if layout.products is not None else []
    serves: list[Item] = [outlines(served, theme.role("kernel").line, 1.8, inset=2)]
    return [*(serves if hit.kind == "kernel" else []), ringed(rings, theme)]


def _arithmetic(
    layout: GridLayout, hit: Hit | None, position: Position, active: tuple[int, ...], landed: int
) -> tuple[list[Item], str]:
    """The sum of this step in a few lines, and the same as one sentence for readers who cannot see it."""
    numbers, theme, below = layout.numbers, layout.canvas.theme, layout.footer
    if hit is not None and hit.kind in ("input", "kernel", "product"):
        first, second = pointed_sentences(numbers, hit, position)
        roomy = below.headed and (numbers.channels == 1 or not below.legend)
        written = fact_lines(second, below.size, below.room, MOST_LINES if roomy else 1)
        lines = [(Run(first, theme.text),), *((Run(line, theme.muted),) for line in written)]
        return footer_items(below, tr("Pointed at"), "", lines, theme), f"{first} {second}"
    found, summary = _sum(layout, hit, position, active)
    if hit is None:
        detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=steps(numbers) - 1)
        return footer_items(below, tr("This step"), detail, found, theme), summary
    return footer_items(below, tr("Pointed at"), "", found, theme), summary


def _sum(
    layout: GridLayout, hit: Hit | None, position: Position, active: tuple[int, ...]
) -> tuple[list[tuple[Run, ...]], str]:
    numbers, theme, below = layout.numbers, layout.canvas.theme, layout.footer
    channel = active[0] if len(active) == 1 else layout.channels[0]
    if hit is not None and hit.kind == "partial":
        channel = hit.index[0] - numbers.first
    seen, kernel = numbers.window(channel, position), numbers.kernels[channel]
    total, factor = float(numbers.output[position]), float(numbers.factor[position])
    name, (room, size) = f"out{[*numbers.axes((*numbers.which, *position))]}", (below.room, below.size)
    if numbers.channels == 1:
        lines = sum_of_products(
            theme,
            name,
            seen,
            kernel,
            numbers.said_bias,
            total,
            room,
            size,
            factor=factor,
            leaves_out=numbers.leaves_out,
        )
        whole = sum_runs(
            theme, name, [("Σ", float(numbers.partial[0][position]))], numbers.said_bias, total, np.inf, factor
        )
        added = product_sum_runs(theme, "", seen, kernel, room, size, leaves_out=numbers.leaves_out)
        summary = f"{text_of(whole)}; {text_of(added)}"
        return lines if below.headed else [lines[0], lines[2]], summary
    title, left = numbers.names[channel], numbers.leaves_out
    whole_of = numbers.apart or numbers.channels == 1
    products = product_sum_runs(theme, title, seen, kernel, room, size, leaves_out=left, whole=whole_of)
    if numbers.apart:
        own = (Run(f"{title}{list(position)} = ", theme.muted),)
        value = float(numbers.partial[channel][position])
        result = Run(number(value), result_ink(theme, value), bold=True, answer=True)
        alone = tr("this channel's own result, not yet added")
        first: tuple[Run, ...] = (*own, result, Run(f"   {alone}", theme.muted))
    else:
        terms = [(numbers.names[c], float(numbers.partial[c][position])) for c in range(numbers.channels)]
        first = sum_runs(theme, name, terms, numbers.said_bias, total, room, factor, size)
    summary = f"{text_of(first)}; {text_of(products)}"
    if numbers.apart or below.legend or not below.headed:
        return [first, products], summary
    each = [
        product_sum_runs(
            theme, numbers.names[c], numbers.window(c, position), numbers.kernels[c], room, size, leaves_out=left,
            whole=False,
        )
        for c in range(numbers.channels)
    ]  # fmt: skip
    return [first, *each], summary
