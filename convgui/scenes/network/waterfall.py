"""Network: what one value is made of, drawn: bars that add up from channel to channel, or stand beside each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import MINUS, fixed, number
from convgui.draw.picture import Box, HitGrid, Item, Lines, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label, middle
from convgui.scenes.network.making import Making
from convgui.words import tr

SMALL, LARGE, STEP = 12.0, 20.0, 15.0
"""Size of the words, of a number that stands alone, and the least width of a bar with the room beside it."""
WIDEST = 74.0
PALE = 0.5
FAR, LARGEST = 1e4, 1e9
"""From where on a value is written with a power of ten where all its digits have no room, and always."""
NUMBER = 30.0
"""Width from which a bar has room for a number; on narrower ones only the largest have one, as wide as it is."""
LITTLE = 0.05
"""Part of the largest value from which a narrow bar has its number."""
NUMBERED = 12.0
"""Half of the width of a channel's number, with the space beside it."""
FLAT = 20.0
"""So many times smaller than what is drawn beside it, a value behind a layer would be a line without height."""

ABOUT = "≈ "


@dataclass(frozen=True)
class Bar:
    """A bar from one level to another; `term` is the number of its term, -1 where it is a result.

    A bias and what stands for several terms is no `channel`, and does not go without its name.
    What is neither a sum nor one of its terms has another scale than they have: it is a number without a bar (`alone`).
    """

    name: str
    value: float
    start: float
    end: float
    role: Role
    term: int = -1
    channel: bool = True
    signed: bool = False
    alone: bool = False

    def text(self, room: float, decimals: int = 2) -> str:
        """Write the value with so many decimals, fewer where there is no room; what is not 0 never reads as 0."""
        sign = MINUS if self.value < 0 else "+" if self.signed and self.value > 0 else ""
        size = abs(self.value)
        least = 0 if size >= 1 else 1
        texts = [_signed(sign, _told(size, n)) for n in range(max(decimals, least), least - 1, -1)]
        if FAR <= size < np.inf:
            powers = [f"{size:.{digits}e}".split("e") for digits in (1, 0)]
            texts += [f"{sign}{first}e{int(power)}" for first, power in powers]
        return next((t for t in texts if text_width(t, SMALL, mono=True, bold=True) <= room), texts[-1])


def told(value: float) -> str:
    """Write a value as a bar of it would be, where there is room."""
    return Bar("", value, 0.0, value, "result").text(np.inf)


def _signed(sign: str, size: str) -> str:
    """Put a sign in front of a number, behind what says that it is about that."""
    about = size.startswith(ABOUT)
    return f"{ABOUT}{sign}{size.removeprefix(ABOUT)}" if about else f"{sign}{size}"


def _told(size: float, decimals: int) -> str:
    if not np.isfinite(size) or size == 0 or size >= LARGEST:
        return number(size, decimals)
    text = fixed(size, decimals)
    if size < 1 <= float(text):
        # A share that is nearly all is not all.
        text = fixed(size, 2)
        return text if float(text) < 1 else f"{ABOUT}1"
    return text if float(text) else number(size, 1)


def common_decimals(found: list[Bar], room: float) -> int:
    """Return with how many decimals all bars are written: none for integers, otherwise two where these have room."""
    finite = [bar for bar in found if np.isfinite(bar.value)]
    if all(bar.value == round(bar.value) for bar in finite):
        return 0
    wide = {n: [text_width(bar.text(np.inf, n), SMALL, mono=True, bold=True) for bar in finite] for n in (2, 1)}
    return next((n for n in (2, 1) if max(wide[n], default=0.0) <= room), 2 if room < NUMBER else 0)


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
        found.append(Bar(term.name, term.value, start, level, role, n, term.channel >= 0, made.adds))
    ends = ("Σ" if made.adds else "=", made.value), *after
    alone = not made.adds and made.value not in [term.value for term in made.terms]
    largest = max((abs(end) for bar in found for end in (bar.start, bar.end) if np.isfinite(end)), default=0.0)
    for n, (name, value) in enumerate(ends):
        role = "result" if value >= 0 else "warning"
        # What a layer behind the sum makes may have another scale than the sum.
        size = abs(value)
        other = alone or (n > 0 and 0 < size < np.inf and not largest / FLAT <= size <= largest * FLAT)
        found.append(Bar(name, value, 0.0, 0.0 if other else value, role, alone=other))
    return found


def bars_width(found: list[Bar], wide: float) -> float:
    """Return how much of a width bars take."""
    return len(found) * min(wide / len(found), WIDEST)


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
    hits, boxes = list[HitGrid](), list[Box]()
    for n, bar in enumerate(found):
        left, span = x + n * step, step * 0.78
        upper, lower = sorted((level(bar.start), level(bar.end))) if np.isfinite(bar.end) else (zero, zero)
        boxes.append((left + 0.11 * step, upper, span, max(lower - upper, 1.5)))
        if np.isfinite(bar.end) and not bar.alone:
            hues = theme.role(bar.role)
            strong = bar.term < 0
            # What comes in and is negative is purple, as in the grids.
            line = hues.negative if bar.role == "input" and bar.value < 0 else hues.line
            fill = line if strong else faded(line, PALE)
            items.append(Rects(np.array([boxes[n]]), fill=fill, stroke=line, width=1.2))
            if n == lit and not strong:
                items.append(Rects(np.array([boxes[n]]), stroke=theme.role("kernel").line, width=2.5))
        hits.append(HitGrid("term", (), left, y, step, high, (1, 1), (0, n)))
    items += _numbers(found, boxes, room, lit, theme)
    return [*items, *_names(found, room, step, theme)], hits


def _numbers(found: list[Bar], boxes: list[Box], room: Box, lit: int, theme: Theme) -> list[Item]:
    """Write the values above their bars: all where bars are wide, otherwise the largest where they cover nothing."""
    x, y, wide, high = room
    step, taken, items = min(wide / len(found), WIDEST), list[Box](), list[Item]()
    decimals = {alone: common_decimals([b for b in found if b.alone == alone], step - 2) for alone in (False, True)}

    def free(box: Box, own: int) -> bool:
        narrow = found[own].term >= 0 and box[2] > step - 2
        others = [*taken, *(b for n, b in enumerate(boxes) if n != own)] if narrow else taken
        return not any(box[0] < b[0] + b[2] + 2 and b[0] < box[0] + box[2] + 2
                       and box[1] < b[1] + b[3] and b[1] < box[1] + box[3] for b in others)  # fmt: skip

    least = LITTLE * max((abs(bar.value) for bar in found if np.isfinite(bar.value)), default=0.0)
    order = sorted(range(len(found)), key=lambda n: (n != lit, found[n].term >= 0, -abs(found[n].value)))
    for n in order:
        bar, box = found[n], boxes[n]
        text = bar.text(step - 2 if step > NUMBER else np.inf, decimals[bar.alone])
        long = text_width(text, SMALL, mono=True, bold=True)
        if bar.term >= 0 and n != lit and long > step - 2 and abs(bar.value) < least:
            continue
        foot = min(middle(box[1], 0, LARGE), y + high - SMALL - 8) if bar.alone else box[1] - 5
        places = list[Box]()
        for size in (LARGE, SMALL) if bar.alone else (SMALL,):
            long = text_width(text, size, mono=True, bold=True)
            # On a narrow bar the number stands over its middle, or over what is beside it at the left or the right.
            starts = (box[0] + (box[2] - long) / 2, box[0] + box[2] - long, box[0])
            places += [(min(max(left, x - 14), x + wide - long), foot - size + 2, long, size) for left in starts]
        place = next((place for place in places if free(place, n)), None)
        if place is None:
            continue
        taken.append(place)
        ink = theme.text if bar.term < 0 and not bar.alone else theme.role(bar.role).ink
        items.append(label(place[0] + place[2] / 2, foot, text, ink, place[3], bold=True, mono=True, anchor="middle"))
    return items


def _names(found: list[Bar], room: Box, step: float, theme: Theme) -> list[Item]:
    """Write the names of the bars on one line, as many as do not touch; results have theirs always."""
    x, y, _, high = room
    items, taken = list[Item](), list[tuple[float, float]]()
    order = sorted(range(len(found)), key=lambda n: (found[n].term >= 0, found[n].channel, n))
    for n in order:
        bar, centre = found[n], x + (n + 0.5) * step
        text = elide(bar.name, SMALL, min(max(step - 4, 40.0), 2 * (centre - x) + 16), mono=True)
        if bar.name == tr("bias") and step < text_width(text, SMALL, mono=True, bold=True) / 2 + NUMBERED:
            # The whole word would take the room of the last channel's number.
            text = "b"
        half = text_width(text, SMALL, mono=True, bold=True) / 2
        # The name of a bias is wider than a narrow bar, and stands a little before the one of the sum.
        starts = [centre - half - shift for shift in ((0.0, 4.0, 8.0) if not bar.channel else (0.0,))]
        free = [at for at in starts if not any(at < right + 4 and left - 4 < at + 2 * half for left, right in taken)]
        if not free:
            continue
        centre = free[0] + half
        taken.append((centre - half, centre + half))
        ink = theme.text if bar.term < 0 else theme.muted
        items.append(label(centre, y + high - 4, text, ink, SMALL, bold=bar.term < 0, mono=True, anchor="middle"))
    return items
