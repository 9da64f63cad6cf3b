"""Waveform: where its lanes stand, one below the other on one shared axis."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeAlias

import numpy as np

from convgui.draw.axes import SIZE, TICK
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number, short
from convgui.draw.picture import Box, Floats, Item, Lines, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label, middle

Kind: TypeAlias = Literal["input", "kernel", "products", "output"]
ROLES: dict[Kind, Role] = {"input": "input", "kernel": "kernel", "products": "result", "output": "result"}
TITLE = 22.0
"""Height of the line above a lane on which it is named."""
DOTS, NUMBERS = 6.0, 19.0
"""What stays free above and below what a lane shows: for dots, and for numbers beyond them."""
MOST_FREE = 0.3
"""The part of a lane that this takes at the most, at either end."""
CHARACTERS, WHOLE = 7, 1000
"""Of the numbers beside a lane, and from which on they have no decimals."""

FARTHEST = float(np.finfo(np.float64).max) / 4
"""From 0, that a scale reaches: the span of two such ends is a number."""


@dataclass(frozen=True)
class Lane:
    """A band in which a signal is drawn.

    Attributes
    ----------
    box : tuple
        Without its title.
    free : float
        What stays free above and below what it shows.
    low, high : float
        The values at its lower and its upper end, of which 0 is one or lies between.
    channel : int
        Which of the channels that are read; of inputs, kernels and products.
    """

    kind: Kind
    box: Box
    low: float
    high: float
    channel: int
    title: str
    detail: str
    free: float = DOTS

    @property
    def role(self) -> Role:
        """As which role it is coloured."""
        return ROLES[self.kind]

    def heights(self, values: Floats) -> Floats:
        """Return where values stand."""
        _, y, _, high = self.box
        # An output may overflow: what is infinite stands at the end of the scale.
        least, most = (min(max(end, -FARTHEST), FARTHEST) for end in (self.low, self.high))
        free = min(self.free, MOST_FREE * high)
        share = (most - np.clip(values, least, most)) / ((most - least) or 1.0)
        return np.asarray(y + free + (high - 2 * free) * share)

    @property
    def zero(self) -> float:
        """Where 0 stands."""
        return float(self.heights(np.zeros(1))[0])


def bounds(low: float, high: float) -> tuple[float, float]:
    """Return the ends of a scale that shows these values and 0: the same on both sides where both signs occur."""
    low, high = min(low, 0.0), max(high, 0.0)
    if low < 0 < high and min(-low, high) > 0.2 * max(-low, high):
        low, high = -max(-low, high), max(-low, high)
    return (low, high) if low < high else (0.0, 1.0)


def lane_items(lane: Lane, theme: Theme, *, words: bool) -> list[Item]:
    """Draw a lane without its signal: its scale and its line of 0."""
    x, _, wide, _ = lane.box
    items = _scale(lane, theme) if words else []
    return [*items, Lines(np.array([(x, lane.zero, x + wide, lane.zero)]), theme.line, 1.2)]


def title_items(lane: Lane, right: float, theme: Theme, size: float) -> list[Item]:
    """Write the name of a lane above it, on paper of its own: the wedges of long kernels cross that line."""
    x, y, _, _ = lane.box
    items: list[Item] = []
    if size:
        ink, room = theme.role(lane.role).ink, right - x
        title = elide(lane.title, size, room, bold=True)
        after = text_width(title, size, bold=True) + 12
        written = [label(x, y - 6, title, ink, size, bold=True)]
        wide = after - 12
        if room - after > 40:
            detail = elide(lane.detail, SIZE, room - after, mono=True)
            written.append(label(x + after, y - 6, detail, theme.muted, SIZE, mono=True))
            wide = after + text_width(detail, SIZE, mono=True)
        paper = np.array([(x - 3, y - 5 - size, wide + 6, size + 3)])
        items += [Rects(paper, fill=theme.background), *written]
    return items


def _scale(lane: Lane, theme: Theme) -> list[Item]:
    """Draw the axis of values at a lane's left; a number that has no room is left out."""
    x = lane.box[0]
    items, taken = list[Item](), list[float]()
    for value in (0.0, lane.high, lane.low):
        at = float(lane.heights(np.array([value]))[0])
        if not isfinite(at) or any(abs(at - other) < SIZE + 2 for other in taken):
            continue
        taken.append(at)
        whole = isfinite(value) and abs(value) >= WHOLE
        text = short(round(value) if whole else value, CHARACTERS) or number(value, 0)
        items.append(label(x - TICK - 3, middle(at, 0, SIZE), text, theme.muted, SIZE, mono=True, anchor="end"))
    ticks = np.array([(x - TICK, at, x, at) for at in taken])
    return [Lines(ticks, theme.muted), *items]


def frame_items(lane: Lane, theme: Theme) -> list[Item]:
    """Draw the frame of a lane of its own, in which something is drawn larger."""
    return [Rects(np.array([lane.box]), fill=theme.background, stroke=theme.role(lane.role).line, width=1.5, radius=4)]
