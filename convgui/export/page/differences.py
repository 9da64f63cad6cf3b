"""Drawings that share most of their lines: each line once, and a drawing as what differs from the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Lines: TypeAlias = Sequence[str]
Splice: TypeAlias = list[int]
"""From the end of the last splice on, so many lines stay, so many go, and these (numbers of lines) come."""


class Shared:
    """Takes drawings one after the other.

    Attributes
    ----------
    lines : list of tuple of str
        Every line that occurs, in each of the variants of a drawing (its themes), in the order of coming.
    """

    def __init__(self) -> None:
        self.lines: list[tuple[str, ...]] = []
        self._numbers: dict[tuple[str, ...], int] = {}
        self._last: list[int] = []

    def add(self, variants: Sequence[Lines]) -> list[Splice]:
        """Return what changes from the drawing before to this one, whose variants have as many lines each.

        Raises
        ------
        ValueError
            If one variant has more lines than another.
        """
        now = [self._number(line) for line in zip(*variants, strict=True)]
        before, self._last = self._last, now
        return splices(before, now)

    def _number(self, line: tuple[str, ...]) -> int:
        line = line[:1] if len(set(line)) == 1 else line
        if line not in self._numbers:
            self._numbers[line] = len(self.lines)
            self.lines.append(line)
        return self._numbers[line]


def splices(before: Sequence[int], now: Sequence[int]) -> list[Splice]:
    """Return what turns one sequence into another, in order."""
    # Drawings of one lesson have their lines in the same places, mostly: places are compared, and ends kept.
    found, kept, at = list[Splice](), 0, 0
    tail = 0
    while tail < min(len(before), len(now)) and before[-1 - tail] == now[-1 - tail]:
        tail += 1
    both = min(len(before), len(now)) - tail
    while at < both:
        if before[at] == now[at]:
            kept, at = kept + 1, at + 1
            continue
        end = at
        while end < both and before[end] != now[end]:
            end += 1
        found.append([kept, end - at, *now[at:end]])
        kept, at = 0, end
    gone, come = len(before) - tail - both, now[both : len(now) - tail]
    if gone or come:
        found.append([kept, gone, *come])
    return found


def applied(before: Sequence[int], changes: Sequence[Splice]) -> list[int]:
    """Return what a page makes of a sequence and its splices."""
    now, at = list[int](), 0
    for stays, gone, *come in changes:
        now += [*before[at : at + stays], *come]
        at += stays + gone
    return [*now, *before[at:]]
