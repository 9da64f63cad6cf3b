"""The costs as bars: a row for each alternative, a column for each thing that is counted."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import grouped, number
from convgui.draw.panels import HEADING, heading, two_sentences
from convgui.draw.picture import Box, HitGrid, Item, Label, Lines, Picture, Rects, Run
from convgui.draw.theme import Role
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.cost.costs import Costs
from convgui.scenes.scene import Focus
from convgui.words import mark, tr

MARGIN, FOOTER = 24.0, 76.0
COLUMNS: tuple[tuple[str, str, Role], ...] = (
    (mark("Mult.-adds"), mark("one input"), "plain"),
    (mark("Weights"), mark("no biases"), "kernel"),
    (mark("Activations"), mark("cells made"), "result"),
    (mark("Memory"), mark("float32, all"), "input"),
)


@dataclass(frozen=True, eq=False)
class BarLayout:
    """The rows' boxes, and what stays."""

    costs: Costs
    canvas: Canvas
    rows: tuple[Box, ...]
    footer: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(b: Costs, canvas: Canvas, log: bool) -> BarLayout:
    """Place rows and bars."""
    words = canvas.captions
    margin, head, foot = (MARGIN, HEADING + 16, FOOTER + 8) if words else (8.0, 8.0, 8.0)
    wide, high = canvas.width - 2 * margin, canvas.height - head - foot
    pitch = min(84.0 if words else high, high / len(b.entries))
    rows = tuple((margin - 8, head + n * pitch, wide + 16, pitch - 2) for n in range(len(b.entries)))
    names = min(190.0, max(132.0, 0.27 * wide)) if words else 0.0
    gap = 16.0 if words else 6.0
    across = (wide - names - gap * 3) / 4
    base: list[Item] = []
    if words:
        base += _titles(b, canvas, rows, names)
        base.append(Lines(np.array([(x, y + h + 1, x + w, y + h + 1) for x, y, w, h in rows]), canvas.theme.line))
    for column in range(4):
        x = margin + names + column * (across + gap)
        if words:
            title, detail, role = tr(COLUMNS[column][0]), tr(COLUMNS[column][1]), COLUMNS[column][2]
            base += heading(x, 14, title, detail, canvas.theme.role(role).ink, canvas.theme, across + gap - 4)
        base += _column(b, canvas, rows, (x, across), column, log)
    x, y, w, _ = rows[0]
    hits = (HitGrid("alternative", (), x, y, w, pitch, (len(rows), 1)),)
    return BarLayout(b, canvas, rows, canvas.height - FOOTER, tuple(base), hits)


def _titles(b: Costs, canvas: Canvas, rows: tuple[Box, ...], room: float) -> list[Item]:
    theme = canvas.theme
    items: list[Item] = heading(MARGIN, 14, tr("Layer"), b.shape, theme.text, theme, room - 8)
    for place, (entry, (_, y, _, high)) in enumerate(zip(b.entries, rows, strict=True)):
        size = 13.0 if room > 150 else 12.0
        text = elide(entry.title, size, room - 8, bold=place == 0)
        items.append(label(MARGIN, y + high / 2 + 5, text, theme.text, size, bold=place == 0))
    return items


def _column(
    b: Costs, canvas: Canvas, rows: tuple[Box, ...], span: tuple[float, float], column: int, log: bool
) -> list[Item]:
    """Draw the numbers of one column with their bars on one scale."""
    theme, (x, wide) = canvas.theme, span
    values = [b.values(entry)[column] for entry in b.entries]
    most = max(values)
    role = COLUMNS[column][2]
    items: list[Item] = []
    for value, (_, y, _, high) in zip(values, rows, strict=True):
        share = log10(max(value, 1)) / max(log10(most), 1e-9) if log else value / most
        middle, thick = y + high / 2, min(12.0, high * 0.3) if canvas.captions else 0.7 * high
        top = middle + 3 if canvas.captions else middle - thick / 2
        items.append(Rects(np.array([(x, top, wide, thick)]), fill=faded(theme.line, 0.6), radius=2))
        items.append(Rects(np.array([(x, top, max(share * wide, 1.5), thick)]), fill=theme.role(role).line, radius=2))
        if canvas.captions:
            text = written(value, column == 3)
            runs = [Run(text, theme.text)]
            ratio = f"  × {number(value / values[0], 2)}"
            if value != values[0] and text_width(text + ratio, 11, mono=True) <= wide:
                runs.append(Run(ratio, theme.muted))
            items.append(Label(x, middle - 3, tuple(runs), 11, mono=True))
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
    place = float(min(at, last))
    if hit is not None and hit.kind == "alternative":
        landed, place = hit.index[0], float(hit.index[0])
    x, y, wide, high = layout.rows[0]
    lit = (x, y + place * (high + 2), wide, high)
    items: list[Item] = [Rects(np.array([lit]), fill=None, stroke=theme.role("kernel").line, width=2.0, radius=4)]
    entry, first = b.entries[landed], b.entries[0]
    share = number(round(entry.multiplications / first.multiplications, 3))
    n = grouped(entry.multiplications)
    head = tr("{title}: {n} multiply-adds", title=entry.title, n=n)
    if landed:
        head = tr("{title}: {n} multiply-adds, × {share} of this layer", title=entry.title, n=n, share=share)
    if canvas.captions:
        room, top = canvas.width - 2 * MARGIN, layout.footer
        items += two_sentences(MARGIN, top, head, entry.note, theme, room, bold=True)
    return Picture(
        canvas.width, canvas.height, theme.background, layout.base, tuple(items), layout.hits, f"{head}; {entry.note}."
    )  # fmt: skip
