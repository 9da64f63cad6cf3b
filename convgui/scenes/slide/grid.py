"""Slide on small grids: where everything stands. What moves is in `frame`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from convgui.draw.footer import Footer, footer, legend_items
from convgui.draw.gaps import gathered, operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.ground import grid_on_ground
from convgui.draw.measure import Measure, Side, measure, roomy
from convgui.draw.metrics import text_width
from convgui.draw.number import number, times
from convgui.draw.padded import unread, with_padding
from convgui.draw.picture import HitGrid, Item
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role
from convgui.draw.titled_grid import TitledGrid, heading
from convgui.draw.window import SUBSCRIPTS
from convgui.draw.words import label
from convgui.draw.writing import Writing, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.slide.numbers import Floats, Numbers
from convgui.words import tr

SMALLEST_CELL, LEGIBLE, SMALL_CELL = 6.0, 17.0, 26.0
"""Sides of cells: the least, those with numbers of two digits, and from which a kernel needs no larger ones."""
TIGHT = (48.0, 20.0)
"""Width of a gap and of the margins where that is what weights in the window's cells need."""
MOST_LINES = 3
"""Channels up to which each has a line of its own."""
BIAS = 20.0
"""Height of the bias below the output."""
Column: TypeAlias = tuple[TitledGrid, ...]


@dataclass(frozen=True, eq=False)
class GridLayout:
    """Slide on a canvas: static items, and where the moving ones go.

    Attributes
    ----------
    channels : tuple of int
        The channels that are drawn, one a row.
    inputs, kernels, partials : tuple of TitledGrid
        One grid a drawn channel; `partials` is empty for a single channel.
    products : TitledGrid or None
        For a single channel only, as they are at the first position.
    output : TitledGrid or None
        None where the channels are shown apart.
    signs : tuple
        The operators in the gaps, which lie on the wedges.
    """

    numbers: Numbers
    canvas: Canvas
    measure: Measure
    row: Row
    channels: tuple[int, ...]
    inputs: Column
    kernels: Column
    partials: Column
    products: TitledGrid | None
    output: TitledGrid | None
    weights: Writing
    footer: Footer
    base: tuple[Item, ...]
    signs: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(numbers: Numbers, canvas: Canvas, channel: int) -> GridLayout:
    """Place titles, grids and operators on a canvas."""
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    single = numbers.channels == 1
    # Each channel's products are worth more than what the fills mean, and less than the numbers of a grid.
    several = not (single or numbers.apart) and numbers.channels <= MOST_LINES and roomy(canvas.width, canvas.height)
    below, channels, found = _room(numbers, canvas, sizes, channel, several=several)
    if several and not writing(numbers.partial, found.side(2), sizes.least).font:
        below, channels, found = _room(numbers, canvas, sizes, channel, several=False)
    inputs, kernels = (_column(numbers, canvas, sizes, found, channels, n) for n in (0, 1))
    partials = () if single else _column(numbers, canvas, sizes, found, channels, 2)
    products = _column(numbers, canvas, sizes, found, channels, 2)[0] if single else None
    output = None if numbers.apart else _output(numbers, canvas, sizes, found)
    columns: tuple[Column, ...] = (inputs, kernels, partials or ((products,) if products else ()))
    columns += ((output,),) if output else ()
    items: list[Item] = []
    given = (*numbers.view.padded_index((0, 0)), *numbers.view.spatial)
    for grid in inputs:
        cells, border = with_padding(grid.cells, given, canvas.theme)
        items += [cells, *border, *unread(grid.cells, numbers.view.beyond, canvas.theme.muted)]
    items += [grid.cells for grid in kernels]
    for n, column in enumerate(columns):
        items += heading(column[0], found.room(n, canvas.width - 8), sizes, canvas.theme)
    if canvas.captions:
        items += _names(numbers, canvas, inputs, channels, below) + _bias(numbers, canvas, output)
        items += _legend(canvas, below)
    hits = _hits(numbers, channels, inputs, kernels, partials, products, output)
    signs = _signs(canvas, found, len(channels), single=single, summed=output is not None)
    weights = writing(numbers.kernels, found.cell, sizes.least)
    return GridLayout(
        numbers, canvas, sizes, found, channels, inputs, kernels, partials, products, output, weights, below,
        tuple(items), tuple(signs), hits,
    )  # fmt: skip


def _room(
    numbers: Numbers, canvas: Canvas, sizes: Measure, channel: int, *, several: bool
) -> tuple[Footer, tuple[int, ...], Row]:
    """Return where the sum stands, which channels are drawn and where; of `several` each has a line of products."""
    single = numbers.channels == 1
    lines = 1 + numbers.channels if several else 3 if single and roomy(canvas.width, canvas.height) else 2
    below = footer(canvas.width, canvas.height, sizes.margin, lines, legend=not several, told=canvas.told)
    bottom = below.top - (0 if canvas.told else 14) if canvas.captions else canvas.height - sizes.margin
    top = min(sizes.margin, 8.0 if canvas.told else 26.0) if canvas.captions else sizes.margin
    box = (sizes.margin, top, canvas.width - 2 * sizes.margin, bottom - top)
    header = sizes.header(columns_above=bool(sizes.index))
    channels = _shown(numbers, channel, box[3] - header, words=canvas.captions)
    if len(channels) < numbers.channels and canvas.captions:
        box = (*box[:3], box[3] - 18)
    found = row(_slots(numbers, sizes), box, sizes, bands=len(channels))
    if single and sizes.index and found.cell < SUBSCRIPTS:
        # In narrower gaps, where the cells are then large enough for the weights that lie on them.
        tight = replace(sizes, gap=min(sizes.gap, TIGHT[0]))
        wide = canvas.width - 2 * TIGHT[1]
        closer = row(_slots(numbers, sizes), (TIGHT[1], top, wide, bottom - top), tight, wider=0.0)
        found = closer if closer.cell >= SUBSCRIPTS else found
    if single and found.cell < SMALL_CELL:
        # Beside a large input, the few numbers of kernel and products are still read.
        found = row(_slots(numbers, sizes, min(SMALL_CELL / found.cell, 3.0)), box, sizes)
    return below, channels, found


def _shown(numbers: Numbers, channel: int, room: float, *, words: bool) -> tuple[int, ...]:
    """Choose which channels fit, keeping the chosen one among them."""
    tallest = max(numbers.padded.shape[1], numbers.kernels.shape[1], numbers.output.shape[0])
    legible = LEGIBLE if tallest <= 8 and words else SMALLEST_CELL
    fit = max(1, int((room + 8) // (tallest * legible + 8)))
    count = min(numbers.channels, fit)
    start = min(max(0, channel - count // 2), numbers.channels - count)
    return tuple(range(start, start + count))


def _slots(numbers: Numbers, sizes: Measure, scale: float = 1.0) -> list[Slot]:
    """Input, kernel, products or each channel's own result, and output."""
    (_, rows, columns), (_, high, wide), (ho, wo) = numbers.padded.shape, numbers.kernels.shape, numbers.output.shape
    index, single = sizes.index, numbers.channels == 1
    two = sizes.header(columns_above=bool(index))
    name = max((len(name) * 9.0 + 10 for name in numbers.names), default=0.0) if sizes.words and not single else 0.0
    slots = [
        Slot(rows, columns, left=index + min(name, 80.0), above=two),
        Slot(high, wide, above=sizes.above, scale=scale),
        Slot(high, wide, above=sizes.above, scale=scale) if single else Slot(ho, wo, above=sizes.above),
    ]
    # The curves that are gathered into the sum need more room than an operator.
    node = 0.0 if single else sizes.gap * 0.7
    return slots if numbers.apart else [*slots, Slot(ho, wo, left=node, right=index, above=two, shared=not single)]


def _column(
    numbers: Numbers, canvas: Canvas, sizes: Measure, found: Row, channels: Sequence[int], column: int
) -> Column:
    """Return the grids of one column, one a channel; the products are those of the first position."""
    single, (c, kh, kw) = numbers.channels == 1, numbers.kernels.shape
    every: Floats = numbers.windows * numbers.kernels[:, None, None]
    kernel = tr("Kernel") if single else tr("Filter")
    # Which of several it is stands in the title: a shape with more behind it would be cut.
    kernel = f"{tr('Filter')} {numbers.filter}" if numbers.filters > 1 else kernel
    turned = f" · {tr('flipped')}" if numbers.flipped else ""
    apart = tr("Per slice") if numbers.sliced else tr("Per channel")
    kinds: tuple[tuple[Floats, Floats, Role, str, str], ...] = (
        (numbers.padded, numbers.padded, "input", "input", tr("input")),
        (numbers.kernels, numbers.kernels, "kernel", "kernel", tr("kernel")),
        (every[:, 0, 0], every, "result", "products", tr("products"))
        if single
        else (numbers.partial, numbers.partial, "result", "partial", tr("products summed")),
    )
    summed = times(*numbers.axes((c, *numbers.output.shape)))
    titles = (
        (tr("Input"), times(*numbers.axes(numbers.view.spatial if single else (c, *numbers.view.spatial)))),
        (kernel, times(*numbers.axes((kh, kw) if single else (c, kh, kw))) + turned),
        (tr("Products"), _products_detail(found)) if single else (apart, summed),
    )
    values, scale, role, name, spoken = kinds[column]
    side, limit, is_input = found.side(column), largest(scale), column == 0
    written, grids, (top, left) = writing(scale, side, sizes.least), [], numbers.view.origin
    origin = (top, left)
    for band, channel in enumerate(channels):
        cells = value_cells(
            values[channel], canvas.theme, role, found.box(column, band)[:2], side, limit=limit, numbers=written,
            name=name if name == "products" else f"{name} {numbers.names[channel]}",
            title=spoken if single else f"{spoken} {numbers.names[channel]}",
        )  # fmt: skip
        if is_input:
            cells = grid_on_ground(cells, numbers.alpha, canvas.theme, origin)
        elif name == "products":
            cells = replace(cells, outline=canvas.theme.role("plain").line)
        title, detail = titles[column] if not band else ("", "")
        grids.append(
            TitledGrid(
                cells,
                title,
                detail,
                rows_at="left" if is_input and not numbers.line else "",
                columns_above=is_input and not band and sizes.index > 0,
                origin=origin if is_input else (0, 0),
                role="plain" if column == 2 else role,
            )
        )
    return tuple(grids)


def _products_detail(found: Row) -> str:
    """What the products are, where that does not run into the gap behind them."""
    said, slot = tr("input × weight"), found.slots[2]
    return said if text_width(said, 12, mono=True) <= found.box(2)[2] else times(slot.rows, slot.columns)


def _output(numbers: Numbers, canvas: Canvas, sizes: Measure, found: Row) -> TitledGrid:
    side, (x, y, _, _) = found.side(3), found.box(3)
    written = writing(numbers.output, side, sizes.least)
    cells = value_cells(
        numbers.output, canvas.theme, "result", (x, y), side, numbers=written, name="output", title=tr("output")
    )
    shape = times(*numbers.axes(numbers.output.shape if numbers.channels == 1 else (1, *numbers.output.shape)))
    at: Side = "" if numbers.line else "right"
    return TitledGrid(cells, tr("Output"), shape, rows_at=at, columns_above=sizes.index > 0, role="result")


def _names(numbers: Numbers, canvas: Canvas, inputs: Column, channels: Sequence[int], below: Footer) -> list[Item]:
    """Name the channel of each row, and say which are not drawn."""
    theme, items = canvas.theme, list[Item]()
    if numbers.channels == 1:
        return items
    size = 15.0 if canvas.width >= 700 else 13.0
    for grid, channel in zip(inputs, channels, strict=True):
        _, y, _, high = grid.cells.box
        x = grid.cells.x - (30 if grid.rows_at and canvas.width >= 700 else 10)
        items.append(
            label(
                x,
                y + high / 2 + 0.36 * size,
                numbers.names[channel],
                theme.role("input").ink,
                size,
                bold=True,
                anchor="end",
            )
        )
    if len(channels) < numbers.channels:
        hidden = tr(
            "channels {first} to {last} of {all}; the sum runs over all {all}",
            first=channels[0], last=channels[-1], all=numbers.channels,
        )  # fmt: skip
        items.append(label(below.x, below.top - 10, hidden, theme.muted, 12))
    return items


def _bias(numbers: Numbers, canvas: Canvas, output: TitledGrid | None) -> list[Item]:
    if output is None or not numbers.bias:
        return []
    x, y, _, high = output.cells.box
    return [label(x, y + high + 19, f"+ {tr('bias')} {number(numbers.bias)}", canvas.theme.muted, 13, mono=True)]


def _legend(canvas: Canvas, below: Footer) -> list[Item]:
    if not below.legend:
        return []
    theme = canvas.theme
    blue, green = (theme.fills(np.array([1.0]), role, 1.0)[0].tolist() for role in ("input", "result"))
    entries = [
        (tuple(blue), theme.role("input").line, tr("input: the farther from 0, the stronger")),
        (theme.window, theme.role("kernel").line, tr("under the window")),
        (tuple(green), theme.role("result").line, tr("output made so far")),
        (theme.background, theme.cell_line, tr("not made yet")),
    ]
    return legend_items(below.x, below.legend, below.room, entries, theme)


def _signs(canvas: Canvas, found: Row, bands: int, *, single: bool, summed: bool) -> list[Item]:
    """Put an operator into each gap."""
    items, theme = list[Item](), canvas.theme
    for band in range(bands):
        for n, sign in enumerate("×="):
            items += operator(found.gap(n), found.bands[band], sign, theme)
    if not summed:
        return items
    start, end = found.gap(2)
    if single:
        return items + operator((start, end), found.middle, "Σ", theme, "result")
    starts = [(start + 5, found.bands[band]) for band in range(bands)]
    return items + gathered(starts, (end - min(46.0, (end - start) / 2), found.middle), end - 5, theme)


def _hits(
    numbers: Numbers,
    channels: Sequence[int],
    inputs: Column,
    kernels: Column,
    partials: Column,
    products: TitledGrid | None,
    output: TitledGrid | None,
) -> tuple[HitGrid, ...]:
    hits = list[HitGrid]()
    for n, channel in enumerate(channels):
        hits.append(inputs[n].hits("input", numbers.first + channel))
        hits.append(kernels[n].hits("kernel", numbers.filter, channel))
        hits += [partials[n].hits("partial", numbers.first + channel)] if partials else []
    hits += [products.hits("product", numbers.filter, 0)] if products else []
    hits += [output.hits("output", numbers.filter)] if output else []
    return tuple(hits)
