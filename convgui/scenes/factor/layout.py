"""Where the chain stands: stacks and kernels in turn from left to right, the kernel's factors above them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from convgui.draw.arithmetic import called
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import times
from convgui.draw.padded import with_padding
from convgui.draw.panels import hit_grid
from convgui.draw.picture import Box, Cells, HitGrid, Item
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role, Theme
from convgui.draw.titled_grid import TitledGrid, heading
from convgui.draw.words import label, middle
from convgui.draw.writing import Writing, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.factor import sheets, strip
from convgui.scenes.factor.chain import Chain, Floats
from convgui.scenes.factor.wrapped import Wrapped, onward, wrapped
from convgui.words import tr

LARGEST, MORE = 64.0, 20.0
"""Largest side of a cell, and room for how many there are where not all are drawn."""
LEGIBLE = 26.0
"""Side of a cell that holds numbers of two digits."""
READ, MOST_LOST = 30.0, 0.8
"""Side of a factor's cell that is read with ease, and what it may leave of the others' side."""
WORDS = 24.0
"""Room beside a kernel one cell wide."""
MANY, NARROW = 3, 44.0
"""Columns from which gaps are narrower."""
MOST_GRIDS, BESIDE = 4, 28.0
"""Grids of a stack that are drawn at most, and from the output to what both ways cost."""
NAME, LONGEST_NAME, BESIDE_NAME = 13.0, 70.0, 8.0
"""Size of a channel's name, its width at most, and what is free beside it."""


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
    limits, writings : tuple
        Scale of each column from left to right, and how it writes its numbers, in all rounds.
    """

    chain: Chain
    canvas: Canvas
    measure: Measure
    row: Row
    stacks: tuple[tuple[Cells, ...], ...]
    kernels: tuple[tuple[Cells, ...], ...]
    limits: tuple[float, ...]
    writings: tuple[Writing, ...]
    factors: strip.Strip | None
    footer: Footer
    base: tuple[Item, ...]
    signs: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def columns(c: Chain) -> list[Column]:
    """Stacks and kernels in turn, as those of the first round."""
    found: list[Column] = []
    passes = c.rounds[0]
    for turn, stack in enumerate(c.stacks[0]):
        last = turn == len(passes)
        title = tr("Input") if turn == 0 else tr("Output") if last else tr("Intermediate")
        if c.kind == "depthwise" and turn == 1:
            title = tr("Depthwise")
        shape = times(*(stack.shape if len(stack) > 1 else stack.shape[1:]))
        if turn == 0 and not c.cut and stack.shape[1:] != c.size:
            size = times(*((len(stack), *c.size) if len(stack) > 1 else c.size))
            shape = tr("{size}, padded to {padded}", size=size, padded=times(*stack.shape[1:]))
        if last and c.kind == "depthwise":
            shape += ", " + tr("filter {n}", n=c.filter)
        found.append(Column(title, shape, "result" if turn else "input", stack[:MOST_GRIDS], len(stack)))
        if not last:
            step = passes[turn]
            size = times(*step.kernels.shape[1:])
            many = len(step.kernels) > 1 and step.across is False
            depth = f"{len(step.kernels)} × " if step.across and len(step.kernels) > 1 else ""
            title = step.title
            if c.kind == "depthwise":
                title = tr("Pointwise") if step.across else tr("Kernels")
            detail = tr("{n}, each {size}", n=len(step.kernels), size=size) if many else depth + size
            found.append(Column(title, detail, "kernel", step.kernels[:MOST_GRIDS], len(step.kernels)))
    return found


def lay_out(c: Chain, canvas: Canvas, mark: str = "") -> ChainLayout:
    """Place everything that stays while the passes are stepped.

    What a caption speaks of is ringed: the `mark` ``"weights"`` means all weights of a filter, ``"cost"`` the bars.
    """
    found, sizes = columns(c), measure(canvas.width, canvas.height, words=canvas.captions)
    if sizes.words and len(found) > MANY:
        sizes = replace(sizes, gap=min(sizes.gap, NARROW))
    below = footer(canvas.width, canvas.height, sizes.margin, 4, told=canvas.told)
    factors, top, wide = None, min(sizes.margin, 14.0), canvas.width - 2 * sizes.margin
    if sizes.words and c.kind == "spatial":
        factors = strip.lay_out(c, canvas, sizes, top, wide)
        top = factors.bottom + 14
    bands = max(len(column.arrays) for column in found)
    more = MORE if sizes.words and any(column.whole > len(column.arrays) for column in found) else 0.0
    bottom = below.top - 10 - more if canvas.captions else canvas.height - sizes.margin
    slots = [_slot(column, sizes, bands, ends=n in (0, len(found) - 1)) for n, column in enumerate(found)]
    slots[0] = replace(slots[0], left=slots[0].left + _names_room(c, bands, sizes))
    placed = _placed(slots, (sizes.margin, top, wide, bottom - top), sizes, bands)
    if sizes.words:
        placed = _written(c, slots, placed, (sizes.margin, top, wide, bottom - top), sizes)
    if sizes.index and c.kind == "flattened" and bands > 1:
        placed = wrapped(slots, placed, (sizes.margin, top, wide, bottom - top), sizes, bands)
    grids, limits, writings, base = list[tuple[Cells, ...]](), list[float](), list[Writing](), list[Item]()
    for n, column in enumerate(found):
        values = _every(c, n)
        limits.append(largest(values))
        written = writing(values, placed.side(n), sizes.least)
        # Rows of small cells must not touch.
        writings.append(replace(written, font=min(written.font, max(placed.side(n) - 2, sizes.least))))
        grids.append(_grids(column, n, placed, limits[-1], writings[-1], canvas))
        first = TitledGrid(
            grids[-1][0], column.title, column.detail, role=column.role, columns_above=n in (0, len(found) - 1)
        )
        base += heading(first, placed.room(n, canvas.width - 6), sizes, canvas.theme)
        if sizes.words and column.whole > len(column.arrays):
            x, y, _, high = grids[-1][-1].box
            said = tr("{n} of {all}", n=len(column.arrays), all=column.whole)
            base.append(label(x, middle(y + high, MORE, 12), said, canvas.theme.muted, 12))
    stacks, kernels = tuple(grids[::2]), tuple(grids[1::2])
    for grid in stacks[0]:
        drawn, border = with_padding(grid, _given(c), canvas.theme)
        base += [drawn, *border]
    base += _names(c, stacks[0], sizes, canvas.theme)
    behind, end = sheets.deck(c, stacks[-1][0], (canvas.width - 8, bottom), sizes, canvas.theme)
    costs = _costs(c, stacks[-1][0], end, (canvas.width - sizes.margin, bottom), sizes, canvas.theme)
    base += [*behind, *costs]
    base += factors.items if factors is not None else ()
    signs = list[Item]()
    for n in range(len(found) - 1):
        adds = slots[n + 1].shared and not slots[n].shared
        for band in range(1 if slots[n].shared or adds else bands):
            level = placed.level(n) if slots[n].shared or adds else placed.bands[band]
            gap, theme = placed.gap(n), canvas.theme
            # Where channels are added, one Σ stands for all of them.
            signs += operator(gap, level, "Σ", theme, "result") if adds else operator(gap, level, "∗="[n % 2], theme)
    signs += onward(placed, canvas.theme) if isinstance(placed, Wrapped) else []
    weights = [grid.box for column in kernels for grid in column]
    signs += sheets.spoken_of(mark, weights, behind, costs, canvas.theme)
    hits = _hits(c, stacks, kernels) + (factors.hits if factors is not None else ())
    return ChainLayout(
        c, canvas, sizes, placed, stacks, kernels, tuple(limits), tuple(writings), factors, below, tuple(base),
        tuple(signs), hits,
    )  # fmt: skip


def _costs(
    c: Chain, output: Cells, end: float, corner: tuple[float, float], sizes: Measure, theme: Theme
) -> list[Item]:
    """Draw what both ways cost below the output, or beside it where there is no room."""
    (x, y, wide, high), (right, bottom) = output.box, corner
    below = sheets.bars(c, (x, end + 8), (right - x, bottom), theme)
    beside = x + wide + sizes.index + BESIDE
    return below or sheets.bars(c, (beside, y + high / 2 - sheets.PITCH), (right - beside, bottom), theme)


def _names_room(c: Chain, bands: int, sizes: Measure) -> float:
    """Return the width that the names of channels take left of their grids; one alone is named by its title."""
    if bands < 2 or not sizes.words:
        return 0.0
    widths = (text_width(called(name), NAME, bold=True) for name in c.names[:bands])
    return min(ceil(max(widths)), LONGEST_NAME) + BESIDE_NAME


def _names(c: Chain, grids: tuple[Cells, ...], sizes: Measure, theme: Theme) -> list[Item]:
    """Write which channel each grid of the input is, left of it."""
    room, ink = _names_room(c, len(grids), sizes), theme.role("input").ink
    if not room:
        return []
    items = list[Item]()
    for name, grid in zip(c.names, grids, strict=False):
        text = elide(called(name), NAME, room - BESIDE_NAME, bold=True)
        y = middle(grid.y, grid.box[3], NAME)
        items.append(label(grid.x - sizes.index - BESIDE_NAME, y, text, ink, NAME, bold=True, anchor="end"))
    return items


def _given(c: Chain) -> tuple[int, ...]:
    """Return where on a stack what is no padding begins, and how large it is; of a part that is cut out, all of it."""
    return (0, 0, *c.stacks[0][0].shape[1:]) if c.cut else (*c.index((0, 0)), *c.size)


def _placed(slots: list[Slot], box: Box, sizes: Measure, bands: int) -> Row:
    """Solve the row; where the input's cells are small, the others are larger as far as there is room."""
    found = row(slots, box, sizes, bands, LARGEST)
    tallest, larger = max(slot.rows for slot in slots), LEGIBLE / found.cell
    if larger <= 1:
        return found
    room = [tallest * (bands if slot.shared else 1) / slot.rows for slot in slots]
    other = [replace(slot, scale=max(1.0, min(larger, most))) for slot, most in zip(slots, room, strict=True)]
    again = row(other, box, sizes, bands, LARGEST)
    return again if again.cell == found.cell else found


def _written(c: Chain, slots: list[Slot], found: Row, box: Box, sizes: Measure) -> Row:
    """Return a row in which grids have cells that hold their numbers, if the input's need not be much smaller.

    Where not all of them can, those do that all bands share, and the factors.
    """
    sides = dict[int, float]()
    for n in range(1, len(slots)):
        every, side = _every(c, n), found.side(n)
        if not writing(every, side, sizes.least).font:
            fits = (more for more in range(int(side) + 1, int(READ)) if writing(every, more, sizes.least).font)
            sides[n] = READ if n % 2 else next(fits, READ)
    factors = dict.fromkeys(range(1, len(slots), 2), READ) if any(n % 2 for n in sides) else {}
    shared = {n: side for n, side in sides.items() if slots[n].shared}
    for wanted in (sides, {**shared, **factors}, factors):
        for cell in range(int(found.cell), ceil(MOST_LOST * found.cell) - 1, -1) if wanted else ():
            other = [replace(s, scale=wanted.get(n, found.side(n)) / cell) for n, s in enumerate(found.slots)]
            other[0] = found.slots[0]
            again = row(other, box, sizes, len(found.bands), float(cell))
            if again.cell == cell:
                return again
    return found


def _slot(column: Column, sizes: Measure, bands: int, *, ends: bool) -> Slot:
    count, rows, across = column.arrays.shape
    index = sizes.index if ends else 0.0
    # A title needs more than a kernel of one cell is wide.
    words = WORDS if across == 1 and column.role == "kernel" and sizes.words else 0.0
    return Slot(
        rows, across, left=index if column.role == "input" else 0.0,
        right=index if column.role == "result" else words, above=sizes.header(columns_above=ends),
        shared=count == 1 and bands > 1,
    )  # fmt: skip


def _every(c: Chain, n: int) -> Floats:
    """Return all numbers that a column holds in any round."""
    turn, of_kernel = divmod(n, 2)
    if of_kernel:
        return np.concatenate([passes[turn].kernels.ravel() for passes in c.rounds])
    found = [stacks[turn].ravel() for stacks in c.stacks]
    last = turn == len(c.rounds[0])
    return np.concatenate([*found, *(total.ravel() for total in c.totals)] if last else found)


def _grids(column: Column, n: int, placed: Row, limit: float, written: Writing, canvas: Canvas) -> tuple[Cells, ...]:
    kind, count = "kernels" if n % 2 else "stack", len(column.arrays)
    return tuple(
        value_cells(
            array, canvas.theme, column.role, placed.box(n, band)[:2], placed.side(n), limit=limit, numbers=written,
            name=f"{kind} {n // 2} {band}", title=f"{column.title} {band}" if count > 1 else column.title,
        )
        for band, array in enumerate(column.arrays)
    )  # fmt: skip


def _hits(
    c: Chain, stacks: tuple[tuple[Cells, ...], ...], kernels: tuple[tuple[Cells, ...], ...]
) -> tuple[HitGrid, ...]:
    hits = []
    for turn, stack in enumerate(stacks):
        for n, grid in enumerate(stack):
            channel = c.first + (c.channel if c.kind == "spatial" else n)
            if turn == 0:
                hits.append(hit_grid("input", (channel,), grid, c.origin))
            elif turn == len(stacks) - 1:
                hits.append(hit_grid("output", (c.filter,), grid))
            else:
                hits.append(hit_grid("between", (turn, n), grid))
    for turn, group in enumerate(kernels):
        hits += [hit_grid("factor", (turn, n), grid) for n, grid in enumerate(group)]
    return tuple(hits)
