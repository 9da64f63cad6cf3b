"""Short hands for labels."""

from __future__ import annotations

from convgui.draw.colour import Colour
from convgui.draw.picture import Anchor, Label, Run


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
