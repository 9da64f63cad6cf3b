"""Numbers as people read them: a true minus sign, integers plain, up to three significant decimals.

How many decimals is the reader's choice, like the language, and like that it is kept once for the process.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from convgui.core.sizes import by
from convgui.layers.channels import in_brackets

MINUS = "−"
FAR = 100.0
"""Times its own width that a range may lie from 0, so that usual numbers tell its values apart."""
LARGE = 1e6
WHOLE = 1e15
"""From here on numbers have no decimals to round."""
HALF = 1e-12
"""Part of itself that a decimal number may lose where it is kept in binary."""


@dataclass
class _Style:
    """How numbers are written."""

    decimals: int = 3


_style = _Style()


def write_decimals(most: int = 3) -> None:
    """Write numbers with so many decimals at the most from now on."""
    _style.decimals = most
    short.cache_clear()


def most_decimals() -> int:
    """Return how many decimals a number has at the most."""
    return _style.decimals


def number(value: float, decimals: int | None = None) -> str:
    """Write `value`: integers plain, otherwise at most `decimals` decimals that carry information.

    Without `decimals` there are as many as the reader has chosen, three at first.

    Below 1 the decimals counted are the significant ones (``0.00123``); below 1e-4 and from 1e9 the form is
    scientific (``1.2e−5``).
    """
    return _number(float(value), _style.decimals if decimals is None else decimals)


def fixed(value: float, decimals: int) -> str:
    """Write a value with so many decimals, halves away from 0: ``192.865`` is ``192.87``, however a computer keeps it.

    What rounds to 0 has no sign.
    """
    near = value + value * HALF if abs(value) < WHOLE else value
    text = f"{near:.{decimals}f}"
    return text.replace("-", MINUS) if float(text) else text.removeprefix("-")


@lru_cache(maxsize=32_768)
def _number(value: float, decimals: int) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    size = abs(value)
    if value == 0:
        return "0"
    if size < 1e-4 or size >= 1e9:
        mantissa, exponent = f"{value:.{max(decimals - 1, 0)}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
    if value == round(value):
        return str(int(value)).replace("-", MINUS)
    digits = decimals if size >= 1 else decimals - 1 - math.floor(math.log10(size))
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def within(value: float, low: float, high: float) -> str:
    """Write a value of a range to three digits of the range's width, however far from 0 that lies."""
    span = high - low
    if not (math.isfinite(span) and span > 0 and math.isfinite(value)):
        return number(value)
    digits = 2 - math.floor(math.log10(span))
    near = round(value, digits)
    if abs(near) <= FAR * span:
        return number(near)
    text = f"{near:.{max(digits, 0)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def ends(low: float, high: float) -> tuple[str, str]:
    """Write the two ends of a range; large ones so that they can be told apart: ``2000000000`` and ``2000000100``.

    Of smaller ones that look alike the further digits may be rounding alone.
    """
    first, last = number(low), number(high)
    alike = first == last or high - low < 10.0**-_style.decimals
    if alike and low < high and abs(low) >= LARGE:
        return within(low, low, high), within(high, low, high)
    return first, last


def range_ends(low: float, high: float) -> tuple[str, str]:
    """Write the two ends of a range for a title or a legend: to three digits of it, integers whole.

    ``-811.098 … 695.233`` reads ``-811 … 695``, and ``1.07e-5 … 1151.234`` reads ``0 … 1151``.
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high) or (low == round(low) and high == round(high)):
        return ends(low, high)
    digits = 2 - math.floor(math.log10(max(abs(low), abs(high), high - low)))
    first, last = (round(end, max(digits, 0)) if digits < 12 else end for end in (low, high))
    return ends(first, last) if first < last else ends(low, high)


@lru_cache(maxsize=32_768)
def short(value: float, characters: int) -> str:
    """Write `value` in at most `characters` characters, giving up decimals first; ``""`` if it cannot be.

    What is not zero never reads as zero, and a fraction below 1 keeps at least one digit that counts.
    """
    for decimals in range(_style.decimals, -1 if abs(value) >= 1 else 0, -1):
        text = number(value, decimals)
        if len(text) <= characters:
            return text
    return ""


def signed(value: float) -> str:
    """Write a factor of a product: negative numbers in parentheses."""
    return in_brackets(number(value))


def product(*factors: float) -> str:
    """Write a product, ``(−2)·3``: each of its factors as `signed` does."""
    return "·".join(map(signed, factors))


def grouped(count: int) -> str:
    """Write a count with a thin space between groups of three digits (``86 400``); four digits stay together."""
    text = f"{count:,}".replace(",", "\u2009")
    return text if abs(count) >= 10_000 else str(count)


def times(*sizes: int) -> str:
    """Write a shape: ``3 × 5 × 5``."""
    return by(sizes)
