"""What the colours of a map stand for: a bar from one end of its scale to the other, and the ends beside it."""

from __future__ import annotations

import numpy as np

from convgui.draw.levels import Levels
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import range_ends, within
from convgui.draw.picture import Item, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label

SIZE, BAR, HIGH, GAP = 12.0, 120.0, 8.0, 10.0
"""Size of the words, largest length of the bar, its height, and from the bar to the words."""
SHARES = (0.35, 0.2)
"""Part of the room that the bar takes at most, and where the 0 had no room otherwise."""
SLACK = 1e-5
"""Part of a scale by which values may lie beyond its ends from rounding alone."""
ZERO = " … 0 … "


def legend(levels: Levels, span: tuple[float, float], at: tuple[float, float], room: float, theme: Theme) -> list[Item]:
    """Draw the scale of a map from its upper left corner on; values beyond its ends, by their `span`, are told."""
    x, y = at
    for share in SHARES:
        bar = (x, y, min(BAR, room * share), HIGH)
        words = legend_words(levels, span, room - bar[2] - GAP)
        if ZERO in words or not levels.signed:
            break
    ramp = np.linspace(levels.low, levels.high, 64)[None]
    return [
        Raster(levels.colours(ramp, theme), bar, bar, name="legend"),
        Rects(np.array([bar]), stroke=theme.line, width=1.0),
        label(bar[0] + bar[2] + GAP, bar[1] + HIGH, words, theme.muted, SIZE, mono=True),
    ]


def legend_words(levels: Levels, span: tuple[float, float], room: float) -> str:
    """Write the ends of a scale, with the 0 between them where its colours part there and it has room."""
    slack = SLACK * (levels.high - levels.low)
    signs = ("≤ " if span[0] < levels.low - slack else "", "≥ " if span[1] > levels.high + slack else "")

    def told(*values: str) -> str:
        first, *middle, last = values
        return " … ".join((signs[0] + first, *middle, signs[1] + last))

    first, last = range_ends(levels.low, levels.high)
    text, wider = told(first, last), told(first, "0", last)
    if levels.signed and text_width(wider, SIZE, mono=True) <= room:
        text = wider
    if text_width(text, SIZE, mono=True) > room:
        text = told(*(within(end, levels.low, levels.high) for end in (levels.low, levels.high)))
    return elide(text, SIZE, room, mono=True)


def legend_width(levels: Levels, span: tuple[float, float]) -> float:
    """Return the room in which a bar and all words beside it stand."""
    words = GAP + text_width(legend_words(levels, span, np.inf), SIZE, mono=True) + 1
    return min(words + BAR, words / (1 - SHARES[0]))
