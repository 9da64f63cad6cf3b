"""A long signal drawn in a few columns: the least and the greatest value in each, from a pyramid of such extremes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

AnyArray: TypeAlias = NDArray[Any]
Index: TypeAlias = NDArray[np.int64]
Cancel: TypeAlias = Callable[[], bool]
BLOCK, FACTOR = 256, 8
"""Samples whose extremes are one entry of the first level, and entries of a level that are one of the next."""
FEW = 1024
"""Entries at which levels stop: fewer than any view has columns."""
STRIP = 1 << 18
"""Numbers that are read at a time: they stay in the cache."""
NEAR = 2 * BLOCK
"""Samples a column below which extremes are taken of the signal itself."""


@dataclass(frozen=True, eq=False)
class Envelope:
    """The least and the greatest values of blocks of a signal ``(C, T)``.

    Attributes
    ----------
    levels : tuple
        Pairs ``(C, entries)`` of the least and the greatest: of `BLOCK` samples, of `FACTOR` times as many ...
    """

    length: int
    levels: tuple[tuple[AnyArray, AnyArray], ...]

    @property
    def range(self) -> tuple[float, float]:
        """The least and the greatest of all; 0 and 0 where every value is missing."""
        return _bounds(*self.levels[-1])

    def columns(self, first: int, last: int, count: int) -> tuple[Index, AnyArray, AnyArray]:
        """Return the extremes in about `count` columns of the samples ``first`` to ``last``, `NEAR` or more in each.

        Returns
        -------
        edges : ndarray of int64, shape (columns + 1,)
            Where columns begin, and the last one ends: whole blocks, within a quarter of a column of where they would.
        least, greatest : ndarray, shape (C, columns)
            Exactly those of the samples between the edges.
        """
        wide = (last - first) / max(count, 1)
        level, size = 0, BLOCK
        while level + 1 < len(self.levels) and 2 * size * FACTOR <= wide:
            level, size = level + 1, size * FACTOR
        low, high = self.levels[level]
        entries = np.unique(np.rint(np.linspace(first, last, count + 1) / size).astype(np.int64))
        entries = np.unique(np.clip(entries, 0, low.shape[1]))
        if last >= self.length:
            entries[-1] = low.shape[1]
        if len(entries) < 2:
            begin = min(first // size, low.shape[1] - 1)
            entries = np.array([begin, begin + 1])
        part = slice(int(entries[0]), int(entries[-1]))
        starts = entries[:-1] - entries[0]
        least = np.fmin.reduceat(low[:, part], starts, axis=1)
        greatest = np.fmax.reduceat(high[:, part], starts, axis=1)
        return np.minimum(entries * size, self.length), least, greatest


def _bounds(low: AnyArray, high: AnyArray) -> tuple[float, float]:
    least, greatest = (np.asarray(one, dtype=np.float64) for one in (low, high))
    there = least[np.isfinite(least)], greatest[np.isfinite(greatest)]
    return (float(there[0].min()) if there[0].size else 0.0), (float(there[1].max()) if there[1].size else 0.0)


def exact_columns(values: AnyArray, first: int, count: int) -> tuple[Index, AnyArray, AnyArray]:
    """Return the extremes in `count` columns of samples ``(C, n)`` that begin at index `first`; as `Envelope.columns`.

    There are as many columns as samples at the most.
    """
    samples = values.shape[1]
    edges = np.unique(np.rint(np.linspace(0, samples, min(count, samples) + 1)).astype(np.int64))
    least = np.fmin.reduceat(values, edges[:-1], axis=1)
    return edges + first, least, np.fmax.reduceat(values, edges[:-1], axis=1)


def whole_columns(data: AnyArray, known: Envelope, count: int) -> tuple[Index, AnyArray, AnyArray]:
    """Return the extremes in `count` columns of all of a signal ``(C, T)`` whose envelope is known."""
    if known.length < NEAR * count:
        return exact_columns(data, 0, count)
    return known.columns(0, known.length, count)


def envelope(
    data: AnyArray, cancel: Cancel | None = None, told: Callable[[float], None] | None = None
) -> Envelope | None:
    """Return the envelope of a signal ``(C, T)``; None once `cancel` returns True."""
    length = data.shape[1]
    step = max(STRIP // max(len(data), 1) // BLOCK, 1) * BLOCK
    return gathered(
        len(data), length, data.dtype, ((at, data[:, at : at + step]) for at in range(0, length, step)), cancel, told
    )


def gathered(
    channels: int,
    length: int,
    dtype: np.dtype[Any],
    parts: Iterable[tuple[int, AnyArray]],
    cancel: Cancel | None = None,
    told: Callable[[float], None] | None = None,
) -> Envelope | None:
    """Return the envelope of a signal that comes in parts, each with where it begins: a multiple of `BLOCK`."""
    entries = -(-length // BLOCK)
    low, high = np.empty((channels, entries), dtype), np.empty((channels, entries), dtype)
    for at, part in parts:
        if cancel is not None and cancel():
            return None
        here = slice(at // BLOCK, -(-(at + part.shape[1]) // BLOCK))
        low[:, here], high[:, here] = _of_blocks(part)
        if told is not None:
            told(min((at + part.shape[1]) / length, 1.0))
    levels = [(low, high)]
    while levels[-1][0].shape[1] > FEW:
        low, high = levels[-1]
        starts = np.arange(0, low.shape[1], FACTOR)
        levels.append((np.fmin.reduceat(low, starts, axis=1), np.fmax.reduceat(high, starts, axis=1)))
    return Envelope(length, tuple(levels))


def _of_blocks(part: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Return the extremes of blocks of a part, the last of which may be shorter."""
    samples = part.shape[1]
    whole = samples // BLOCK * BLOCK
    found = [_of_whole_blocks(part[:, :whole])] if whole else []
    if whole < samples:
        rest = part[:, whole:]
        found.append((np.fmin.reduce(rest, axis=1, keepdims=True), np.fmax.reduce(rest, axis=1, keepdims=True)))
    low, high = ([pair[end] for pair in found] for end in (0, 1))
    return np.concatenate(low, axis=1), np.concatenate(high, axis=1)


def _of_whole_blocks(part: AnyArray) -> tuple[AnyArray, AnyArray]:
    channels, blocks = len(part), part.shape[1] // BLOCK
    # Whole numbers are never missing, and compared several at a time.
    least, greatest = (np.fmin, np.fmax) if part.dtype.kind == "f" else (np.minimum, np.maximum)
    if channels > 1 and part.T.flags.c_contiguous:
        # Channels lie beside each other, as sound is stored: halves of a block are compared, which keeps them apart.
        rows = part.T.reshape(blocks, -1)
        return _halved(rows, channels, least), _halved(rows, channels, greatest)
    apart = np.ascontiguousarray(part).reshape(channels, blocks, BLOCK)
    return least.reduce(apart, axis=2), greatest.reduce(apart, axis=2)


def _halved(rows: AnyArray, channels: int, pick: np.ufunc) -> AnyArray:
    while rows.shape[1] > channels:
        half = rows.shape[1] // 2
        rows = pick(rows[:, :half], rows[:, half:])
    return rows.T
