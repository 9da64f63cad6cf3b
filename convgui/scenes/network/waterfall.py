"""Network: what one value is made of, drawn: bars that add up from channel to channel, or stand beside each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import MINUS, number
from convgui.draw.picture import Box, HitGrid, Item, Lines, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label, middle
from convgui.scenes.network.making import Making

SMALL, LARGE, STEP = 12.0, 20.0, 15.0
"""Size of the words, of a number that stands alone, and the least width of a bar with the room beside it."""
WIDEST = 74.0
PALE = 0.5
FAR = 1e4
"""From where on a value is written with a power of ten where all its digits have no room."""


@dataclass(frozen=True)
class Bar:
    """A bar from one level to another; `term` is the number of its term, -1 where it is a result.

    What is neither a sum nor one of its terms has another scale than they have: it is a number without a bar (`alone`).
    """

    name: str
    value: float
    start: float
    end: float
    role: Role
    term: int = -1
    signed: bool = False
    alone: bool = False

    def text(self, room: float) -> str:
        """Write the value with as many decimals as there is room for, two at the most."""
        sign = MINUS if self.value < 0 else "+" if self.signed and self.value > 0 else ""
        size = abs(self.value)
        texts = [f"{sign}{number(size, decimals)}" for decimals in (2, 1, 0 if size >= 1 else 1)]
        if FAR <= size < np.inf:
            powers = [f"{size:.{digits}e}".split("e") for digits in (1, 0)]
            texts += [f"{sign}{first}e{int(power)}" for first, power in powers]
        return next((t for t in texts if text_width(t, SMALL, mono=True, bold=True) <= room), texts[-1])


def most_terms(wide: float, results: int) -> int:
    """Return how many terms have room beside the results."""
    return max(int(wide // STEP) - results, 2)


def bars(made: Making, after: tuple[tuple[str, float], ...]) -> list[Bar]:
    """Return a bar for every term, one for what the layer makes, and one for each layer behind it."""
    found, level = list[Bar](), 0.0
    for n, term in enumerate(made.terms):
        start = level if made.adds else 0.0
        level = start + term.value
        role: Role = ("result" if term.value >= 0 else "warning") if made.adds else "input"
        found.append(Bar(term.name, term.value, start, level, role, n, signed=made.adds))
    ends = ("Σ" if made.adds else "=", made.value), *after
    alone = not made.adds and made.value not in [term.value for term in made.terms]
    roles: list[Role] = ["result" if value >= 0 else "warning" for _, value in ends]
    return found + [
        Bar(name, value, 0.0, 0.0 if alone else value, role, alone=alone)
        for (name, value), role in zip(ends, roles, strict=True)
    ]


def waterfall(found: list[Bar], room: Box, lit: int, theme: Theme) -> tuple[list[Item], list[HitGrid]]:
    """Draw bars in a room, their names below and their numbers above them; `lit` is the term that is pointed at."""
    x, y, wide, high = room
    ends = [end for bar in found for end in (bar.start, bar.end) if np.isfinite(end)]
    low, top = min(0.0, *ends), max(0.0, *ends)
    unit = (high - 2 * (SMALL + 8)) / ((top - low) or 1.0)
    step = min(wide / len(found), WIDEST)

    def level(value: float) -> float:
        return y + SMALL + 6 + (top - value) * unit

    zero = level(0.0)
    scaled = sum(not bar.alone for bar in found)
    items: list[Item] = [Lines(np.array([(x, zero, x + step * scaled, zero)]), theme.line, 1.0)]
    hits, written = list[HitGrid](), x - 20.0
    for n, bar in enumerate(found):
        left, span = x + n * step, step * 0.78
        if np.isfinite(bar.end) and not bar.alone:
            upper, lower = sorted((level(bar.start), level(bar.end)))
            box = (left + 0.11 * step, upper, span, max(lower - upper, 1.5))
            hues = theme.role(bar.role)
            strong = bar.term < 0
            fill = hues.line if strong else faded(hues.line, PALE)
            items.append(Rects(np.array([box]), fill=fill, stroke=hues.line, width=1.2))
            if n == lit and not strong:
                items.append(Rects(np.array([box]), stroke=theme.role("kernel").line, width=2.5))
        text = bar.text(step - 2)
        room_for = text_width(text, SMALL, mono=True, bold=True)
        centre = min(left + step / 2, x + wide - room_for / 2)
        if (room_for <= step - 2 or bar.term < 0 or n == lit) and centre - room_for / 2 > written:
            above = min(level(bar.start), level(bar.end)) if np.isfinite(bar.end) else zero
            ink = theme.text if bar.term < 0 else theme.role(bar.role).ink
            size, foot = (LARGE, middle(above, 0, LARGE)) if bar.alone else (SMALL, above - 5)
            ink = theme.role(bar.role).ink if bar.alone else ink
            items.append(label(centre, foot, text, ink, size, bold=True, mono=True, anchor="middle"))
            written = centre + room_for / 2 + 3
        hits.append(HitGrid("term", (), left, y, step, high, (1, 1), (0, n)))
    return [*items, *_names(found, room, step, theme)], hits


def _names(found: list[Bar], room: Box, step: float, theme: Theme) -> list[Item]:
    """Write the names of the bars on one line, as many as do not touch; results have theirs always."""
    x, y, _, high = room
    items, taken = list[Item](), list[tuple[float, float]]()
    order = sorted(range(len(found)), key=lambda n: (found[n].term >= 0, n))
    for n in order:
        bar, centre = found[n], x + (n + 0.5) * step
        text = elide(bar.name, SMALL, min(max(step - 4, 40.0), 2 * (centre - x) + 16), mono=True)
        half = text_width(text, SMALL, mono=True, bold=True) / 2
        if any(centre - half < right + 4 and left - 4 < centre + half for left, right in taken):
            continue
        taken.append((centre - half, centre + half))
        ink = theme.text if bar.term < 0 else theme.muted
        items.append(label(centre, y + high - 4, text, ink, SMALL, bold=bar.term < 0, mono=True, anchor="middle"))
    return items
