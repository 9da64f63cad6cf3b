"""Where the chain stands: stacks and kernels in turn from left to right, the kernel's factors above them."""

from __future__ import annotations

from dataclasses import dataclass

from convgui.draw.grids import largest, value_cells
from convgui.draw.number import times
from convgui.draw.panels import HEADING, heading, hit_grid
from convgui.draw.picture import Cells, HitGrid, Item
from convgui.draw.theme import Role
from convgui.draw.words import label, middle
from convgui.scenes.canvas import Canvas
from convgui.scenes.factor import strip
from convgui.scenes.factor.chain import Chain, Floats
from convgui.words import tr

MARGIN, BETWEEN = 24.0, 12.0
FOOTER = 100.0
LARGEST = 64.0
MOST_GRIDS = 4


@dataclass(frozen=True, eq=False)
class Column:
    """Grids of one kind, one below the other."""

    title: str
    detail: str
    role: Role
    arrays: Floats
    whole: int


@dataclass(frozen=True, eq=False)
class ChainLayout:
    """Where the grids stand.

    Attributes
    ----------
    stacks, kernels : tuple of tuple of Cells
        The stacks of the first round and its kernels; later rounds stand in the same places.
    """

    chain: Chain
    canvas: Canvas
    stacks: tuple[tuple[Cells, ...], ...]
    kernels: tuple[tuple[Cells, ...], ...]
    factors: strip.Strip | None
    footer: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def columns(c: Chain) -> list[Column]:
    """Stacks and kernels in turn, as those of the first round."""
    found: list[Column] = []
    passes = c.rounds[0]
    for place, stack in enumerate(c.stacks[0]):
        last = place == len(passes)
        title = tr("Input") if place == 0 else tr("Output") if last else tr("Between")
        if c.kind == "depthwise" and place == 1:
            title = tr("Depthwise")
        shape = times(*(stack.shape if len(stack) > 1 else stack.shape[1:]))
        if last and c.kind == "depthwise":
            shape += ", " + tr("filter {n}", n=c.filter)
        found.append(Column(title, shape, "result" if place else "input", stack[:MOST_GRIDS], len(stack)))
        if not last:
            step = passes[place]
            size = times(*step.kernels.shape[1:])
            many = len(step.kernels) > 1 and step.across is False
            depth = f"{len(step.kernels)} × " if step.across and len(step.kernels) > 1 else ""
            title = step.title
            if c.kind == "depthwise":
                title = tr("Pointwise") if step.across else tr("Kernels")
            detail = tr("{n}, each {size}", n=len(step.kernels), size=size) if many else depth + size
            found.append(Column(title, detail, "kernel", step.kernels[:MOST_GRIDS], len(step.kernels)))
    return found


def lay_out(c: Chain, canvas: Canvas) -> ChainLayout:
    """Place everything that stays while the passes are stepped."""
    found, words = columns(c), canvas.captions
    margin, head, foot = (MARGIN, HEADING, FOOTER) if words else (8.0, 0.0, 8.0)
    factors = None
    top = margin if not words else 16.0
    if words and c.kind == "spatial":
        factors = strip.place(c, canvas, MARGIN, top, canvas.width - 2 * MARGIN)
        top = factors.bottom + 16
    wide, high = canvas.width - 2 * margin, canvas.height - foot - top - 8 * words
    cell, widths = _fit(found, wide, high - head, 62.0 if words else 0.0)
    gap = min(max(90.0, 0.08 * wide), max(8.0, (wide - sum(widths)) / (len(found) - 1)))
    x = margin + max(0.0, (wide - sum(widths) - gap * (len(found) - 1)) / 2)
    tallest = max(_height(column, cell) for column in found)
    y = top + max(0.0, (high - head - tallest) / 2)
    base: list[Item] = []
    grids: list[tuple[Cells, ...]] = []
    for place, (column, width) in enumerate(zip(found, widths, strict=True)):
        room = width + gap - 8 if place + 1 < len(found) else canvas.width - x - 6
        if words:
            ink = canvas.theme.role(column.role).ink
            base += heading(round(x), round(y), column.title, column.detail, ink, canvas.theme, room)
        grids.append(_grids(column, place, _tops(column, y + head, tallest, cell), round(x), cell, canvas))
        if words and column.whole > len(column.arrays):
            _, gy, _, gh = grids[-1][-1].box
            more = tr("{n} of {all}", n=len(column.arrays), all=column.whole)
            base.append(label(round(x), middle(gy + gh, 18, 11), more, canvas.theme.muted, 11))
        x += width + gap
    stacks, kernels = tuple(grids[::2]), tuple(grids[1::2])
    base += stacks[0]
    if factors is not None:
        base += factors.items
    hits = _hits(c, stacks, kernels) + (factors.hits if factors is not None else ())
    return ChainLayout(c, canvas, stacks, kernels, factors, canvas.height - FOOTER, tuple(base), hits)


def _height(column: Column, cell: float) -> float:
    count, rows = column.arrays.shape[:2]
    more = 18 if column.whole > count else 0
    return float(count * rows * cell + (count - 1) * BETWEEN + more)


def _fit(found: list[Column], wide: float, high: float, least: float) -> tuple[float, list[float]]:
    """Return the largest cell that lets all columns stand side by side, and their widths."""
    gaps = min(26.0, wide * 0.03) * (len(found) - 1)
    least = min(least, (wide - gaps) / len(found))
    for size in range(int(LARGEST) * 2, 4, -1):
        cell = size / 2 if size < 16 else float(size // 2)
        widths = [max(least, column.arrays.shape[2] * cell) for column in found]
        if sum(widths) + gaps <= wide and max(_height(column, cell) for column in found) <= high:
            return cell, widths
    return 2.0, [max(least, column.arrays.shape[2] * 2.0) for column in found]


def _tops(column: Column, top: float, tallest: float, cell: float) -> list[float]:
    """Upper edges of the grids: each in the middle of its share of the height, so that channels stay level."""
    count, rows = column.arrays.shape[:2]
    more = 18 if column.whole > count else 0
    share = (tallest - more + BETWEEN) / count
    return [float(round(top + n * share + (share - BETWEEN - rows * cell) / 2)) for n in range(count)]


def _grids(column: Column, place: int, tops: list[float], x: float, cell: float, canvas: Canvas) -> tuple[Cells, ...]:
    limit = largest(column.arrays)
    kind = "kernels" if place % 2 else "stack"
    count = len(column.arrays)
    return tuple(
        value_cells(
            array,
            canvas.theme,
            column.role,
            (x, top),
            cell,
            limit=limit,
            name=f"{kind} {place // 2} {n}",
            title=f"{column.title} {n}" if count > 1 else column.title,
        )
        for n, (array, top) in enumerate(zip(column.arrays, tops, strict=True))
    )  # fmt: skip


def _hits(
    c: Chain, stacks: tuple[tuple[Cells, ...], ...], kernels: tuple[tuple[Cells, ...], ...]
) -> tuple[HitGrid, ...]:
    hits = []
    for place, stack in enumerate(stacks):
        for n, grid in enumerate(stack):
            channel = c.first + (c.channel if c.kind == "spatial" else n)
            if place == 0:
                hits.append(hit_grid("input", (channel,), grid, c.origin))
            elif place == len(stacks) - 1:
                hits.append(hit_grid("output", (c.filter,), grid))
            else:
                hits.append(hit_grid("between", (place, n), grid))
    for place, group in enumerate(kernels):
        hits += [hit_grid("factor", (place, n), grid) for n, grid in enumerate(group)]
    return tuple(hits)
