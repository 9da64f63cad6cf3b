"""Short hands for labels."""

from __future__ import annotations

import re

from convgui.draw.colour import Colour
from convgui.draw.metrics import text_width
from convgui.draw.picture import Anchor, Item, Label, Run
from convgui.draw.theme import Theme

STAR = "⋆"
"""The sign of a correlation: beside letters of its own size it looks like a point."""
LARGER = 8.0


def label(
    x: float,
    y: float,
    text: str,
    ink: Colour,
    size: float = 13.0,
    *,
    bold: bool = False,
    mono: bool = False,
    anchor: Anchor = "start",
) -> Label:
    """One line in one colour; `y` is the baseline."""
    return Label(x, y, (Run(text, ink, bold),), size, mono, anchor)


def middle(y: float, height: float, size: float) -> float:
    """Baseline that centres capitals and digits of a font of `size` in a band of `height` from `y`."""
    return y + height / 2 + 0.36 * size


def starred(x: float, y: float, text: str, size: float, theme: Theme) -> list[Item]:
    """Write small muted words in the fixed-width font, in which the sign of a correlation is larger."""
    items = list[Item]()
    for part in re.split(f"( ?{STAR} ?)", text):
        wide = text_width(part, size, mono=True)
        if part.strip() == STAR:
            middle_x, larger = x + wide / 2, size + LARGER
            items.append(label(middle_x, y + 3, STAR, theme.text, larger, bold=True, mono=True, anchor="middle"))
        elif part:
            items.append(label(x, y, part, theme.muted, size, mono=True))
        x += wide
    return items
