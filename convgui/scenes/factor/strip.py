"""The kernel beside its terms: each a column times a row, their outer product drawn out, and what both ways cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure
from convgui.draw.metrics import BETWEEN, text_width
from convgui.draw.number import grouped, number, times
from convgui.draw.panels import hit_grid
from convgui.draw.picture import Cells, HitGrid, Item, Label, Run
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label, middle
from convgui.draw.writing import writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.factor.chain import Chain
from convgui.words import tr

SIGN, GAP, EDGE = 22.0, 26.0, 5.0
"""Room of a sign, between the parts, and between an outer product and its factors."""
MOST_TERMS = 3


@dataclass(frozen=True, eq=False)
class Strip:
    """The strip's items, and the factors of each term that is drawn."""

    items: tuple[Item, ...]
    hits: tuple[HitGrid, ...]
    terms: tuple[tuple[Cells, Cells], ...]
    bottom: float


def lay_out(c: Chain, canvas: Canvas, sizes: Measure, top: float, wide: float) -> Strip:
    """Draw the strip from `top` down."""
    theme, (rows, across), left = canvas.theme, c.kernel.shape[1:], sizes.margin
    near = len(c.rounds) < c.rank
    terms = min(len(c.rounds), MOST_TERMS)
    while terms > 1 and _width(terms, across, near, 13.0) > wide:
        terms -= 1
    wide -= 34 if terms < len(c.rounds) else 0
    cell = float(int(min(44.0, 0.2 * canvas.height / (rows + 1))))
    while cell > 9 and _width(terms, across, near, cell) > wide:
        cell -= 1
    y = top + sizes.above + cell + EDGE
    text = tr("rank {n}", n=c.rank) + (f" · {tr('separable')}" if c.rank == 1 else "")
    x = max(left + across * cell, left + text_width(text, sizes.small, mono=True) - SIGN + 12)
    items = title_items((left, y), x + SIGN, (tr("Kernel"), text), "kernel", sizes, theme)
    written = writing(c.kernel, cell, sizes.least)
    kernel = value_cells(
        c.kernel[0], theme, "kernel", (left, y), cell, name="kernel", title=tr("kernel"), numbers=written
    )
    items.append(kernel)
    hits = (hit_grid("kernel", (c.filter, c.channel), kernel),)
    pairs, said = [], x
    for term in range(terms):
        sign = ("≈" if near else "=") if term == 0 else "+"
        items.append(label(x + SIGN / 2, middle(y, rows * cell, 15), sign, theme.muted, 15, anchor="middle"))
        x += SIGN
        column, row, outer = _term(c, term, canvas, sizes, (x, y), cell)
        pairs.append((column, row))
        items += [column, row, outer]
        if term == 0:
            title = tr("Column × row") if len(c.rounds) == 1 else tr("{n} terms, column × row", n=len(c.rounds))
            off = tr("off by {error} %", error=number(100 * c.error, 1))
            detail = _strengths(c) + (f" · {off}" if near else "")
            items += title_items((x, row.y), left + wide, (title, detail), "plain", sizes, theme)
            said = x + max(text_width(detail, sizes.small, mono=True), text_width(title, sizes.title, bold=True))
        x += (across + 1) * cell + EDGE
    if terms < len(c.rounds):
        wide += 34
        items.append(label(x + 6, middle(y, rows * cell, 12), f"+ {len(c.rounds) - terms}", theme.muted, 12))
        x += 30
    beside = max(x, said) + GAP
    if near and len(c.rounds) > 1 and beside + across * cell <= left + wide:
        x = beside
        near_written = writing(c.near[0], cell, sizes.least)
        grid = value_cells(
            c.near[0], theme, "kernel", (x, y), cell, name="nearest", title=tr("nearest separable kernel"),
            numbers=near_written,
        )  # fmt: skip
        items += [*title_items((x, y), left + wide, (tr("Nearest"), times(rows, across)), "plain", sizes, theme), grid]
        x += max(across * cell, 90.0)
    x = max(x, said)
    items += _formula(c, theme, (x + GAP + 8, top), left + wide - x - GAP - 8)
    return Strip(tuple(items), hits, tuple(pairs), y + rows * cell)


def _width(terms: int, across: int, near: bool, cell: float) -> float:
    kernels = 2 if near else 1
    return kernels * across * cell + terms * (SIGN + EDGE + (across + 1) * cell) + (GAP + 60 if near else 30)


def _term(
    c: Chain, term: int, canvas: Canvas, sizes: Measure, at: tuple[float, float], cell: float
) -> tuple[Cells, Cells, Cells]:
    """Column and row of one term, and their product with its rows beside the column and its columns below the row."""
    row, column = (p.kernels[0] for p in c.rounds[term])
    (x, y), inner = at, at[0] + cell + EDGE
    # All products stand on the scale of the kernel that they add up to.
    found = (
        ("column", tr("column of term {n}", n=term + 1), column, (x, y), largest(column)),
        ("row", tr("row of term {n}", n=term + 1), row, (inner, y - cell - EDGE), largest(row)),
        ("term", tr("term {n}, column times row", n=term + 1), column * row, (inner, y), largest(c.kernel)),
    )
    one, other, outer = (
        value_cells(
            values, canvas.theme, "kernel", corner, cell, name=f"{name} {term}", title=title, limit=limit,
            numbers=writing(values, cell, sizes.least),
        )
        for name, title, values, corner, limit in found
    )  # fmt: skip
    return one, other, outer


def _strengths(c: Chain) -> str:
    shown = ", ".join(number(round(float(s), 2), 2) for s in np.where(c.strengths < 1e-12, 0, c.strengths)[:4])
    return f"{tr('strengths')} {shown}" + (" …" if len(c.strengths) > 4 else "")


def _formula(c: Chain, theme: Theme, at: tuple[float, float], room: float) -> list[Item]:
    """Multiplications of both ways, symbols on one line and numbers on the next, where there is room."""
    rounds = len(c.rounds)
    first, second = c.costs[0].multiplications, c.costs[1].multiplications
    total = sum(cost.multiplications for cost in c.costs)
    start, end = (f"{rounds} · (", ")") if rounds > 1 else ("", "")
    numbers = f"{start}{grouped(first)} + {grouped(second)}{end} = "
    symbols = (f"{start}(W−K+1)·K·W + (W−K+1)²·K{end}", "(W−K+1)²·K²") if c.plain else ("", "")
    cheaper = theme.role("result").ink if total <= c.layer_cost.multiplications else theme.role("warning").ink
    lines = [
        (tr("Two passes"), theme.text, True),
        (symbols[0], theme.muted, False),
        (numbers, theme.muted, False),
        (tr("At once"), theme.text, True),
        (symbols[1], theme.muted, False),
    ]
    items: list[Item] = []
    x, y = at
    y += 11
    for text, ink, bold in lines:
        if not text:
            continue
        runs = [Run(text, ink, bold)]
        if text == tr("Two passes") and symbols[0]:
            meant = f"   {tr('W input size')}{BETWEEN}{tr('K kernel size')}"
            fits = text_width(text + meant, 12.0, bold=True) <= room
            runs += [Run(meant, theme.muted)] if fits else []
        if text == numbers:
            runs.append(Run(grouped(total), cheaper, True))
        if text == tr("At once") and not symbols[1]:
            runs.append(Run(f"  {grouped(c.layer_cost.multiplications)}", theme.text))
        if text == symbols[1]:
            runs.append(Run(f" = {grouped(c.layer_cost.multiplications)}", theme.text))
        line = Label(x, y, tuple(runs), 12.0, mono=not bold)
        if text_width(line.text, line.size, mono=line.mono, bold=bold) > room:
            return []
        items.append(line)
        y += 17
    return items
