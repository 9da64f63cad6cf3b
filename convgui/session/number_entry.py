"""Numbers that are changed by hand: typed, dragged, or turned by the wheel."""

from __future__ import annotations

from math import floor, isfinite, log10

from convgui.words import tr

PIXELS_A_STEP = 6.0
"""Pixels of dragging that change a weight by one step."""
DIGITS = 6
"""How many digits a field shows of a number that is changed in it; the number may have more."""


def step_for(value: float) -> float:
    """Return how much one notch changes a weight: 1 for whole numbers, otherwise a tenth of its leading digit."""
    if value == round(value):
        return 1.0
    return float(10.0 ** (floor(log10(abs(value))) - 1)) if value else 1.0


def stepped(value: float, notches: int) -> float:
    """Return a weight after so many notches from where it is, without what binary adds: ``0.3`` and not 0.30…04."""
    by = notches * step_for(value)
    largest = max(abs(value), abs(by))
    return round(value + by, 14 - floor(log10(largest))) if largest else value


def parse_number(text: str) -> float:
    """Read a typed weight: ``1``, ``-0.5``, ``1/9``, with any minus sign and a decimal comma.

    Raises
    ------
    ValueError
        If it is not a finite number.
    """
    plain = text.strip().replace("−", "-").replace(",", ".")
    top, slash, bottom = plain.partition("/")
    value = float(top) / float(bottom) if slash and float(bottom) else float(plain)
    if not isfinite(value):
        raise ValueError(tr("{text} is not a finite number.", text=text))
    return value
