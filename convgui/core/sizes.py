"""Sizes as people write them."""

from __future__ import annotations

from collections.abc import Iterable


def by(sizes: Iterable[float]) -> str:
    """Write sizes as "3 × 3"."""
    return " × ".join(str(n) for n in sizes)


LARGEST = 1 << 20
"""Cells on an axis that are typed; more are a mistake."""


def read_sizes(text: str) -> tuple[int, ...]:
    """Read sizes as `by` writes them, or as "3x3"; none where nothing is written.

    Raises
    ------
    ValueError
        If they are no whole numbers above 0, or more than three.
    """
    parts = [part.strip() for part in text.lower().replace("×", "x").split("x")] if text.strip() else []
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and 1 <= int(part) < LARGEST for part in parts):
        raise ValueError(text)
    return tuple(int(part) for part in parts)
