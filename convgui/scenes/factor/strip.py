"""The kernel above its factors: column times row, the nearest kernel of that rank, and what both ways cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.grids import value_cells
from convgui.draw.measure import Measure
from convgui.draw.metrics import text_width
from convgui.draw.number import grouped, number
from convgui.draw.panels import hit_grid
from convgui.draw.picture import Cells, HitGrid, Item, Label, Run
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label, middle
from convgui.draw.writing import writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.factor.chain import Chain
from convgui.words import tr

SIGN, GAP = 22.0, 26.0
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
    cell = float(int(min(44.0, 0.17 * canvas.height / rows)))
    while cell > 9 and _width(terms, across, near, cell) > wide:
        cell -= 1
    y = top + sizes.above
    text = tr("rank {n}", n=c.rank) + (f" · {tr('separable')}" if c.rank == 1 else "")
    items = title_items((left, y), left + across * cell + 60, (tr("Kernel"), text), "kernel", sizes, theme)
    written = writing(c.kernel, cell, sizes.least)
    kernel = value_cells(
        c.kernel[0], theme, "kernel", (left, y), cell, name="kernel", title=tr("kernel"), numbers=written
    )
    items.append(kernel)
    hits = (hit_grid("kernel", (c.filter, c.channel), kernel),)
    x = max(left + across * cell, left + text_width(text, sizes.small, mono=True) - SIGN + 12)
    pairs = []
    for term in range(terms):
        sign = ("≈" if near else "=") if term == 0 else "+"
        items.append(label(x + SIGN / 2, middle(y, rows * cell, 15), sign, theme.muted, 15, anchor="middle"))
        x += SIGN
        pairs.append(_term(c, term, canvas, sizes, (x, y), cell))
        items += pairs[-1]
        items.append(label(x + cell + SIGN / 2, middle(y, rows * cell, 13), "×", theme.muted, 13, anchor="middle"))
        if term == 0:
            title = tr("Column × row") if len(c.rounds) == 1 else tr("{n} terms, column × row", n=len(c.rounds))
            items += title_items((x, y), left + wide, (title, _strengths(c)), "plain", sizes, theme)
        x += cell + SIGN + across * cell
    if terms < len(c.rounds):
        wide += 34
        items.append(label(x + 6, middle(y, rows * cell, 12), f"+ {len(c.rounds) - terms}", theme.muted, 12))
        x += 30
    if near:
        x = max(x + GAP, left + text_width(_strengths(c), sizes.small, mono=True) + across * cell + 60)
        near_written = writing(c.near[0], cell, sizes.least)
        grid = value_cells(
            c.near[0], theme, "kernel", (x, y), cell, name="nearest", title=tr("nearest separable kernel"),
            numbers=near_written,
        )  # fmt: skip
        off = tr("off by {error} %", error=number(100 * c.error, 1))
        items += [*title_items((x, y), left + wide, (tr("Nearest"), off), "plain", sizes, theme), grid]
        x = max(x + across * cell, x + 90)
    items += _formula(c, theme, (x + GAP + 8, top), left + wide - x - GAP - 8)
    return Strip(tuple(items), hits, tuple(pairs), y + rows * cell)


def _width(terms: int, across: int, near: bool, cell: float) -> float:
    kernels = 2 if near else 1
    return kernels * across * cell + terms * (2 * SIGN + (across + 1) * cell) + (GAP + 60 if near else 30)


def _term(
    c: Chain, term: int, canvas: Canvas, sizes: Measure, at: tuple[float, float], cell: float
) -> tuple[Cells, Cells]:
    """Column and row of one term, the row at half height."""
    row, column = (p.kernels[0] for p in c.rounds[term])
    down = at[1] + (column.shape[0] - 1) * cell / 2
    theme = canvas.theme
    titles = tr("column of term {n}", n=term + 1), tr("row of term {n}", n=term + 1)
    columns, rows = (writing(values, cell, sizes.least) for values in (column, row))
    return (
        value_cells(
            column, theme, "kernel", at, cell,
            name=f"column {term}", title=titles[0], numbers=columns,
        ),
        value_cells(
            row, theme, "kernel", (at[0] + cell + SIGN, down), cell,
            name=f"row {term}", title=titles[1], numbers=rows,
        ),
    )  # fmt: skip


def _strengths(c: Chain) -> str:
    shown = ", ".join(number(round(float(s), 2), 2) for s in np.where(c.strengths < 1e-12, 0, c.strengths)[:4])
    return f"σ {shown}" + (" …" if len(c.strengths) > 4 else "")


def _formula(c: Chain, theme: Theme, at: tuple[float, float], room: float) -> list[Item]:
    """Multiplications of both ways, symbols on one line and numbers on the next, where there is room."""
    rounds = len(c.rounds)
    first, second = c.costs[0].multiplications, c.costs[1].multiplications
    total = sum(cost.multiplications for cost in c.costs)
    times = f"{rounds} · (" if rounds > 1 else ""
    numbers = f"{times}{grouped(first)} + {grouped(second)}{')' if times else ''} = "
    symbols = (f"{times}(N−m+1)·m·N + (N−m+1)²·m{')' if times else ''}", "(N−m+1)²·m²") if c.plain else ("", "")
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
