"""Where the blocks stand: input, filters, the wiring or the matrix product, output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.footer import Footer, footer
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import text_width
from convgui.draw.number import times
from convgui.draw.padded import with_padding
from convgui.draw.panels import hit_grid
from convgui.draw.picture import Box, Cells, HitGrid, Item
from convgui.draw.theme import Role
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label, middle
from convgui.scenes.blocks import solid
from convgui.scenes.blocks.columns import grids, has_columns, row_filters, side_of, signs, size_of
from convgui.scenes.blocks.layer import Blocks, Floats
from convgui.scenes.blocks.sentences import input_shape
from convgui.scenes.blocks.solid import Solid
from convgui.scenes.canvas import Canvas
from convgui.words import tr

BETWEEN = 12.0
"""Between blocks."""
CLOSEST = 36.0
"""Least distance of two parts."""
LARGEST = 72
HIGH, MOST_LINES = 540.0, 3
"""Height from which each channel has a line of its own, and of how many channels."""
AXES = "C × H × W"
MOST_FILTERS = 4
MOST_KERNELS = 144


@dataclass(frozen=True, eq=False)
class BlockLayout:
    """Where everything stands.

    Attributes
    ----------
    filters : tuple of Solid
        The filters that are drawn, `shown` their numbers.
    wiring : Box or None
        The area of all kernels, a row for each filter and a column for each channel.
    front : Cells
        The input's first channel, which is seen from the front.
    vectors : dict
        Of a 1 x 1 layer: the weights, the pixel's column and the results, by name; `columns` is where they begin.
    """

    blocks: Blocks
    canvas: Canvas
    input: Solid
    filters: tuple[Solid, ...]
    shown: tuple[int, ...]
    output: Solid
    wiring: Box | None
    front: Cells
    vectors: dict[str, Cells]
    columns: tuple[float, float]
    footer: Footer
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


@dataclass(frozen=True)
class _Part:
    """A column of the picture: its title, and its size for a cell."""

    title: str
    detail: str
    role: Role
    wide: float
    high: float


def lay_out(b: Blocks, canvas: Canvas) -> BlockLayout:
    """Place the blocks of the chosen way of showing."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below, margin, head = (
        footer(canvas.width, canvas.height, sizes.margin, lines(b, canvas), told=canvas.told),
        sizes.margin,
        sizes.above,
    )
    top = min(margin, 16.0)
    wide, high = canvas.width - 2 * margin, (below.top - 8 if words else canvas.height - margin) - top - head
    shown = _shown(b)
    cell = next(
        (float(c) for c in range(LARGEST, 5, -1) if _fits(_parts(b, float(c), len(shown)), wide, high, sizes)), 5.0
    )
    parts = _parts(b, cell, len(shown))
    widths = [max(p.wide, 78.0 if words else 0.0) for p in parts]
    gap = min(max(90.0, 0.1 * wide), (wide - sum(widths)) / (len(parts) - 1))
    x = margin + max(0.0, (wide - sum(widths) - gap * (len(parts) - 1)) / 2)
    tallest = max(p.high for p in parts)
    y = top + head + max(0.0, (high - tallest) / 2) * (0.9 if words else 1)
    base: list[Item] = []
    starts = []
    for index, (part, width) in enumerate(zip(parts, widths, strict=True)):
        room = width + gap - 8 if index + 1 < len(parts) else canvas.width - x - 6
        at = (float(round(x)), float(round(y)))
        detail = _lettered(part, room, sizes.small)
        base += title_items(at, x + room, (part.title, detail), part.role, sizes, canvas.theme)
        starts.append((float(round(x)), y + (tallest - part.high) / 2))
        x += width + gap
    return _placed(b, canvas, cell, starts, parts, shown, base, below)


def _lettered(part: _Part, room: float, size: float) -> str:
    """Return what stands below a block's title: its shape, with the letters of its axes where there is room."""
    shape = part.detail.split(" × ")
    letters = f"{part.detail}  {AXES}"
    fits = len(shape) == 3 and all(n.isdecimal() for n in shape) and text_width(letters, size, mono=True) <= room
    return letters if fits else part.detail


def lines(b: Blocks, canvas: Canvas) -> int:
    """How many lines tell what happens: as many as there is room for."""
    if b.show != "one" or canvas.height < HIGH:
        return 3
    return 4 if has_columns(b) else b.depth + 2 if 1 < b.depth <= MOST_LINES else 3


def _shown(b: Blocks) -> tuple[int, ...]:
    """Filters that are drawn: the chosen one, or the first few of many."""
    return tuple(range(min(MOST_FILTERS, len(b.weight)))) if b.show == "many" else (b.filter,)


def deep_of(channels: int, cell: float) -> float:
    """How far one channel reaches: half a cell, less where there are many."""
    return min(0.5 * cell, 2.2 * cell / channels)


def _shape(array: Floats) -> tuple[int, int, int]:
    channels, rows, columns = (int(n) for n in array.shape)
    return channels, rows, columns


def output_shape(b: Blocks) -> tuple[int, int, int]:
    """Shape of the output block: one channel for one filter, otherwise all."""
    channels, rows, columns = _shape(b.output)
    return (1 if b.show == "one" else channels), rows, columns


def _parts(b: Blocks, cell: float, filters: int) -> list[_Part]:
    x, out = _shape(b.x), output_shape(b)
    wide, high = solid.extent(x, cell, deep_of(x[0], cell))
    found = [_Part(tr("Input"), input_shape(b), "input", wide, high)]
    kernel = _shape(b.weight[0])
    if has_columns(b):
        rows, columns = len(row_filters(b)), len(b.x)
        title = tr("Matrix × pixel") if b.show == "pixel" else tr("Filter × pixel")
        found.append(_Part(title, f"({times(rows, columns)}) · ({times(columns, 1)})", "kernel", *size_of(b, cell)))
    else:
        small = filter_cell(b, cell)
        wide, high = solid.extent(kernel, small, deep_of(x[0], small))
        count = len(b.weight)
        title = tr("Filter") if b.show == "one" else tr("{n} filters", n=count)
        detail = times(*kernel) if b.show == "one" else tr("each {size}", size=times(*kernel))
        more = 18.0 if b.show == "many" and filters < count else 0.0
        found.append(_Part(title, detail, "kernel", wide, filters * high + (filters - 1) * BETWEEN + more))
        if b.show == "many":
            side = wiring_cell(b, cell)
            detail = tr("{size} kernels", size=times(len(b.weight), len(b.x)))
            found.append(_Part(tr("Wiring"), detail, "kernel", len(b.x) * side, len(b.weight) * side))
    wide, high = solid.extent(out, cell, deep_of(max(out[0], 2), cell))
    found.append(_Part(tr("Output"), times(*out), "result", wide, high))
    return found


def filter_cell(b: Blocks, cell: float) -> float:
    """Side of a filter's cells: several stand one below the other."""
    return cell if b.show == "one" or len(b.weight) == 1 else 0.72 * cell


def wiring_cell(b: Blocks, cell: float) -> float:
    """Side of the square that a kernel has in the wiring."""
    return min(float(max(b.weight.shape[2:])) * cell * 0.62 + 4, 11.0 * cell / len(b.weight), 5.0 * cell / len(b.x))


def _fits(parts: list[_Part], wide: float, high: float, sizes: Measure) -> bool:
    words, least = sizes.words, min(sizes.gap, CLOSEST) if sizes.words else 6.0
    across = sum(max(p.wide, 78.0 if words else 0.0) for p in parts) + least * (len(parts) - 1)
    return across <= wide and max(p.high for p in parts) <= high


def _stand(at: tuple[float, float], shape: tuple[int, int, int], cell: float, deep: float) -> Solid:
    """Put a block so that its drawing begins at `at`."""
    return Solid(at[0], float(round(at[1] + solid.RISE * shape[0] * deep)), cell, deep, shape)


def _placed(
    b: Blocks, canvas: Canvas, cell: float, starts: list[tuple[float, float]], parts: list[_Part],
    shown: tuple[int, ...], base: list[Item], below: Footer,
) -> BlockLayout:  # fmt: skip
    theme, deep = canvas.theme, deep_of(len(b.x), cell)
    stand = _stand(starts[0], _shape(b.x), cell, deep)
    drawn = solid.draw(stand, b.x, theme, "input", largest(b.x), "input", tr("input"))
    front, border = with_padding(solid.front_cells(drawn), b.given, theme)
    base += [*(item for item in drawn if not isinstance(item, Cells)), front, *border]
    hits = [hit_grid("input", (0,), solid.front_cells(drawn), b.origin)]
    blocks, wiring, vectors = [], None, dict[str, Cells]()
    if has_columns(b):
        vectors = grids(b, b.view.position(0), theme, starts[1], side_of(b, cell))
        base += [vectors["weights"], *(signs(vectors, theme) if canvas.captions else [])]
        hits.append(hit_grid("weight", (), vectors["weights"], (row_filters(b)[0], 0)))
    else:
        shape = _shape(b.weight[0])
        small = filter_cell(b, cell)
        thin = deep_of(len(b.x), small)
        step = solid.extent(shape, small, thin)[1] + BETWEEN
        for index, number in enumerate(shown):
            at = (starts[1][0], starts[1][1] + index * step)
            blocks.append(_stand(at, shape, small, thin))
            name, title = f"filter {number}", tr("filter {n}", n=number)
            block = solid.draw(blocks[-1], b.weight[number], theme, "kernel", largest(b.weight), name, title)
            base += block
            hits.append(hit_grid("kernel", (number, 0), solid.front_cells(block)))
        if canvas.captions and b.show == "many" and len(shown) < len(b.weight):
            x, y, _, tall = blocks[-1].front
            base.append(
                label(x, middle(y + tall, 20, 12), tr("{n} of {all}", n=len(shown), all=len(b.weight)), theme.muted, 12)
            )
    if b.show == "many":
        side = wiring_cell(b, cell)
        wiring = (*starts[2], parts[2].wide, parts[2].high)
        base += _kernels(b, canvas, wiring, side)
        hits.append(HitGrid("wiring", (), wiring[0], wiring[1], side, side, (len(b.weight), len(b.x))))
    out = output_shape(b)
    left = _stand(starts[-1], out, cell, deep_of(max(out[0], 2), cell))
    hits.append(HitGrid("output", (b.filter if b.show == "one" else 0,), left.x, left.y, cell, cell, out[1:]))
    return BlockLayout(
        b, canvas, stand, tuple(blocks), shown, left, wiring, front, vectors, starts[1], below,
        tuple(base), tuple(hits),
    )  # fmt: skip


def _kernels(b: Blocks, canvas: Canvas, area: Box, side: float) -> list[Item]:
    """Every kernel of the layer, small: a row for each filter, a column for each input channel."""
    rows, columns = b.weight.shape[2:]
    gap = min(4.0, 0.15 * side)
    cell = (side - gap) / max(rows, columns)
    limit, items = largest(b.weight), list[Item]()
    if len(b.weight) * len(b.x) > MOST_KERNELS:
        sums = b.view.channels.spread(np.abs(b.weight).sum(axis=(2, 3)))
        return [
            value_cells(sums, canvas.theme, "kernel", area[:2], side, name="wiring", title=tr("kernels"), numbers=False)
        ]
    for o, kernels in enumerate(b.weight):
        for c, kernel in enumerate(kernels):
            at = (area[0] + (b.first(o) + c) * side, area[1] + o * side)
            items.append(
                value_cells(
                    kernel,
                    canvas.theme,
                    "kernel",
                    at,
                    cell,
                    limit=limit,
                    numbers=False,
                    name=f"wire {o} {c}",
                    title=tr("kernel of filter {o} for channel {c}", o=o, c=c),
                )
            )  # fmt: skip
    return items
