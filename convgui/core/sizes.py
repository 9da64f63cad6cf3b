"""Sizes as people write them."""

from __future__ import annotations

from collections.abc import Iterable


def by(sizes: Iterable[float]) -> str:
    """Write sizes as "3 × 3"."""
    return " × ".join(str(n) for n in sizes)
