"""The costs as bars: a row for each alternative, a column for each thing that is counted."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import grouped, number
from convgui.draw.picture import Box, HitGrid, Item, Label, Lines, Picture, Rects, Run
from convgui.draw.theme import Role
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.cost.costs import Costs
from convgui.scenes.scene import Focus
from convgui.words import mark, tr

COLUMNS: tuple[tuple[str, str, Role], ...] = (
    (mark("Mult.-adds"), mark("one input"), "plain"),
    (mark("Weights"), mark("no biases"), "kernel"),
    (mark("Activations"), mark("cells made"), "result"),
    (mark("Memory"), mark("float32, all"), "input"),
)
PITCH, THICK, LINES = 84.0, 16.0, 3
"""Largest height of a row and of its bars, and lines below them."""


@dataclass(frozen=True, eq=False)
class BarLayout:
    """The rows' boxes, and what stays."""

    costs: Costs
    canvas: Canvas
    rows: tuple[Box, ...]
    footer: Footer
    scale: str
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(b: Costs, canvas: Canvas, log: bool) -> BarLayout:
    """Place rows and bars."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below = footer(canvas.width, canvas.height, sizes.margin, LINES)
    margin, head = (sizes.margin, sizes.above + 14) if words else (8.0, 8.0)
    wide, high = canvas.width - 2 * margin, (below.top - 12 if words else canvas.height - 8) - head
    pitch = min(PITCH if words else high, high / len(b.entries))
    rows = tuple((margin - 8, head + n * pitch, wide + 16, pitch - 2) for n in range(len(b.entries)))
    names = min(220.0, max(132.0, 0.25 * wide)) if words else 0.0
    gap = 24.0 if words else 6.0
    across = (wide - names - gap * 3) / 4
    base: list[Item] = []
    if words:
        base += _titles(b, canvas, sizes, rows, names)
        base.append(Lines(np.array([(x, y + h + 1, x + w, y + h + 1) for x, y, w, h in rows]), canvas.theme.line))
    for column, (title, detail, role) in enumerate(COLUMNS):
        x = margin + names + column * (across + gap)
        at, right = (x, head - 4), min(x + across + gap - 6, canvas.width - 4)
        base += title_items(at, right, (tr(title), tr(detail)), role, sizes, canvas.theme)
        base += _column(b, canvas, sizes, rows, (x, across), column, log)
    x, y, w, _ = rows[0]
    hits = (HitGrid("alternative", (), x, y, w, pitch, (len(rows), 1)),)
    scale = tr("Each column on its own scale, from 0 to its largest number.")
    scale = tr("Each column on its own logarithmic scale, from 1 to its largest number.") if log else scale
    return BarLayout(b, canvas, rows, below, scale, tuple(base), hits)


def _titles(b: Costs, canvas: Canvas, sizes: Measure, rows: tuple[Box, ...], room: float) -> list[Item]:
    theme, x = canvas.theme, sizes.margin
    items = title_items((x, rows[0][1] - 4), x + room - 8, (tr("Layer"), b.shape), "plain", sizes, theme)
    size = 14.0 if room > 150 else 12.0
    for index, (entry, (_, y, _, high)) in enumerate(zip(b.entries, rows, strict=True)):
        text = elide(entry.title, size, room - 8, bold=index == 0)
        items.append(label(x, y + high / 2 + 5, text, theme.text, size, bold=index == 0))
    return items


def _column(
    b: Costs, canvas: Canvas, sizes: Measure, rows: tuple[Box, ...], span: tuple[float, float], column: int, log: bool
) -> list[Item]:
    """Draw the numbers of one column with their bars on one scale."""
    theme, (x, wide) = canvas.theme, span
    values = [b.values(entry)[column] for entry in b.entries]
    most, font = max(values), max(min(sizes.title - 3, rows[0][3] * 0.3), sizes.small)
    role = COLUMNS[column][2]
    items: list[Item] = []
    for value, (_, y, _, high) in zip(values, rows, strict=True):
        share = log10(max(value, 1)) / max(log10(most), 1e-9) if log else value / most
        middle, thick = y + high / 2, min(THICK, high * 0.3) if canvas.captions else 0.7 * high
        top = middle + 3 if canvas.captions else middle - thick / 2
        items.append(Rects(np.array([(x, top, wide, thick)]), fill=faded(theme.line, 0.6), radius=2))
        items.append(Rects(np.array([(x, top, max(share * wide, 1.5), thick)]), fill=theme.role(role).line, radius=2))
        if canvas.captions:
            text = written(value, column == 3)
            runs = [Run(text, theme.text)]
            ratio = f"  × {number(value / values[0], 2)}"
            if value != values[0] and text_width(text + ratio, font, mono=True) <= wide:
                runs.append(Run(ratio, theme.muted))
            items.append(Label(x, middle - 3, tuple(runs), font, mono=True))
    return items


def written(value: int, memory: bool = False) -> str:
    """Write a count, or bytes: exactly while it is short, with a unit beyond."""
    units = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)) if memory else (("T", 10**12), ("G", 10**9), ("M", 10**6))
    for unit, size in units:
        if value >= (size if memory else 10 * size):
            return f"{number(round(value / size, 1))} {unit}"
    return f"{value} B" if memory else grouped(value)


def draw_frame(layout: BarLayout, at: float, focus: Focus) -> Picture:
    """Draw the costs with one row lit."""
    b, canvas, hit = layout.costs, layout.canvas, focus.hit
    theme, last = canvas.theme, len(b.entries) - 1
    landed = min(int(at), last)
    now = float(min(at, last))
    if hit is not None and hit.kind == "alternative":
        landed, now = hit.index[0], float(hit.index[0])
    x, y, wide, high = layout.rows[0]
    lit = (x, y + now * (high + 2), wide, high)
    items: list[Item] = [Rects(np.array([lit]), fill=None, stroke=theme.role("kernel").line, width=2.0, radius=4)]
    entry, first = b.entries[landed], b.entries[0]
    share = number(round(entry.cost.multiplications / first.cost.multiplications, 3))
    n = grouped(entry.cost.multiplications)
    said = tr("{title}: {n} multiply-adds", title=entry.title, n=n)
    if landed:
        said = tr("{title}: {n} multiply-adds, × {share} of this layer", title=entry.title, n=n, share=share)
    if canvas.captions:
        head, detail = tr("This step"), tr("step {n} of 0 … {last}", n=landed, last=last)
        head, detail = (head, detail) if hit is None else (tr("Pointed at"), "")
        runs = (Run(said, theme.text, bold=True),)
        items += footer_items(layout.footer, head, detail, [runs, f"{entry.note}.", layout.scale], theme)
    return Picture(
        canvas.width, canvas.height, theme.background, layout.base, tuple(items), layout.hits, f"{said}; {entry.note}."
    )  # fmt: skip
