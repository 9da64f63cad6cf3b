"""From values to colours on pictures: greys for what still is a picture, a signed map for what has become a signal."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.infinities import overflowing
from convgui.core.precision import FLAT, USUAL
from convgui.draw.colour import Bytes, diverging_table, grey_table, looked_up
from convgui.draw.hues import uniform_table
from convgui.draw.theme import Theme

SAMPLE = 200_000
"""Values that decide the automatic levels; larger outputs are sampled evenly."""
CUT = 99.7
"""Percentile of the absolute values at which signed colours are full."""

DARKEST = 0.25
"""A photo has something at least this bright, as a part of its whole range; 8-bit values below are labels."""
FAINTEST = 1 / 16
"""Values of a photo differ by at least this part of its whole range."""
NARROWEST = 1e-12
"""Part of its values' size that a bin of a histogram is at least wide."""
ROOM = 500
"""Powers of 2 that values may be large or small so that their differences and quotients stay in float64."""
WIDER = 2.0
"""How many times the range that a kernel's sum promises may be exceeded by what occurs."""


@dataclass(frozen=True)
class Levels:
    """A scale: `low` and `high` get the colours at the two ends, and where it is signed 0 the one in the middle.

    Attributes
    ----------
    coloured : bool
        Whether a scale without signs runs through colours and not through greys.
    """

    low: float
    high: float
    signed: bool
    coloured: bool = False

    def table(self, theme: Theme) -> Bytes:
        """Return 256 RGB colours from `low` to `high`."""
        if not self.signed:
            return uniform_table() if self.coloured else grey_table()[:: -1 if theme.inverted else 1]
        result = theme.role("result")
        return diverging_table(theme.background, result.positive, result.negative)

    @overflowing
    def entries(self, values: NDArray[Any]) -> Bytes:
        """Return the index of each value in the table of colours, 0 to 255; of missing ones that of `low`."""
        kind, low, high = self.dtype(values), self.low, self.high
        if values.dtype.kind == "f" and values.dtype.itemsize > kind.itemsize:
            # What lies far outside could be more than the narrower type holds.
            values = np.clip(values, low, high)
        share = values.astype(kind)
        np.clip(share, low, high, out=share)
        if kind == np.float64:
            share, low, high = _middling(share, low, high)
        if self.signed and low < 0 < high and -low != high:
            # Each side of 0 has its own half of the colours.
            share *= np.where(share < 0, kind.type(-127.5 / low), kind.type(127.5 / high))
            share += kind.type(127.5)
        else:
            width = high - low
            share -= kind.type(low)
            share *= kind.type(255 / width if width > 0 else 0)
        if values.dtype.kind == "f":
            np.nan_to_num(share, copy=False, nan=0.0)
        return np.asarray(np.rint(share, out=share).astype(np.uint8))

    def colours(self, values: NDArray[Any], theme: Theme) -> Bytes:
        """Map ``(rows, columns)`` to opaque RGBA, or ``(3, rows, columns)`` to RGB by greys of each channel.

        What is missing (NaN) has `Theme.missing`.
        """
        entries = self.entries(values)
        lost = np.isnan(values) if values.dtype.kind == "f" else np.zeros(1, dtype=np.bool_)
        if values.ndim == 3:
            colours = np.ascontiguousarray(np.moveaxis(entries, 0, -1))
            lost = lost.any(axis=0)
        else:
            colours = looked_up(self.table(theme), entries)
        if lost.any():
            colours[lost] = theme.missing[: colours.shape[-1]]
        return colours

    def dtype(self, values: NDArray[Any]) -> np.dtype[Any]:
        """Return the type in which the scale's ends and the step between two colours are told apart."""
        width, size = self.high - self.low, max(abs(self.low), abs(self.high))
        wide = values.dtype.itemsize > (4 if values.dtype.kind == "f" else 2)
        safe = not width or (USUAL[0] < width and size < USUAL[1] and (not wide or size < FLAT * width))
        return np.dtype(np.float32 if safe else np.float64)


def sampled(values: NDArray[Any]) -> NDArray[Any]:
    """Take at most `SAMPLE` values, evenly spread, those left out that are missing; a single 0 where all are."""
    flat = values.reshape(-1)
    some = flat[:: max(1, flat.size // SAMPLE)]
    if values.dtype.kind != "f":
        return some
    there = np.isfinite(some)
    if there.all():
        return some
    some = some[there]
    return some if some.size else np.zeros(1, values.dtype)


def extremes(values: NDArray[Any]) -> tuple[float, float]:
    """Return the smallest and the largest value there is, those left out that are missing; NaN where all are."""
    least, most = float(values.min()), float(values.max())
    if math.isfinite(least) and math.isfinite(most):
        return least, most
    there = values[np.isfinite(values)]
    return (float(there.min()), float(there.max())) if there.size else (math.nan, math.nan)


def missing_in(values: NDArray[Any]) -> int:
    """Count values that are missing (NaN)."""
    if values.dtype.kind != "f" or not values.size or math.isfinite(float(values.min())):
        return 0
    return int(np.count_nonzero(np.isnan(values)))


def histogram(values: NDArray[Any], bins: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Count values in bins of one width between their ends, those left out that are missing.

    Values that are alike, but for rounding, have bins that are wide enough to be told apart.

    Returns
    -------
    counts : ndarray
        ``(bins,)``.
    edges : ndarray
        ``(bins + 1,)``.
    """
    given = sampled(values).astype(np.float64)
    # Of numbers that are very small the edges would be, too: they are told apart by `least` alone.
    power = min(_power(float(given.min()), float(given.max())), 0)
    there = np.ldexp(given, power)
    low, high = float(there.min()), float(there.max())
    tiny = float(np.finfo(np.float64).tiny) / NARROWEST
    least = bins * NARROWEST * max(abs(low), abs(high), tiny)
    if high - low < least:
        low, high = (low + high - least) / 2, (low + high + least) / 2
    counts, edges = np.histogram(there, bins, (low, high))
    largest = np.finfo(np.float64).max
    with np.errstate(over="ignore"):
        return counts, np.clip(np.ldexp(edges, -power), -largest, largest)


def _power(low: float, high: float) -> int:
    """Return the power of 2 that brings ends beside which float64 has no room to a size around 1; 0 for others."""
    power = -math.frexp(max(abs(low), abs(high)))[1]
    return power if abs(power) > ROOM else 0


def _middling(values: NDArray[np.float64], low: float, high: float) -> tuple[NDArray[np.float64], float, float]:
    """Bring values and the ends that they lie between to sizes whose differences float64 holds."""
    power = _power(low, high)
    return (np.ldexp(values, power) if power else values), math.ldexp(low, power), math.ldexp(high, power)


def percentiles(values: NDArray[Any], ranks: tuple[float, ...]) -> list[float]:
    """Return percentiles of values, however far they lie apart: as `numpy.percentile`, without what it looks at first.

    A network has thousands of small maps, and NumPy's own takes longer to begin than to find one's percentiles.
    """
    given = sampled(values).astype(np.float64)
    power = _power(float(given.min()), float(given.max()))
    middling = np.ldexp(given, power) if power else given
    positions = [rank / 100 * (given.size - 1) for rank in ranks]
    lows = [int(position) for position in positions]
    ends = [(low, min(low + 1, given.size - 1)) for low in lows]
    parted = np.partition(middling, sorted({index for pair in ends for index in pair}))
    return [
        math.ldexp(_between(float(parted[low]), float(parted[high]), position - low), -power)
        for (low, high), position in zip(ends, positions, strict=True)
    ]


def _between(one: float, other: float, part: float) -> float:
    """Return what lies between two numbers; from the nearer one, so that either end is met."""
    width = other - one
    return one + width * part if part < 1 / 2 else other - width * (1 - part)


def input_levels(values: NDArray[Any]) -> Levels:
    """Scale of an input: the whole range of photos in 8 bits or from 0 to 1, otherwise what occurs.

    Labels in 8 bits (0, 1, 2 ...), fractions that stay far below 1 and values that differ by a small part of the whole
    range are no photos: they would be black, or one grey.
    """
    if values.dtype == np.bool_:
        return Levels(0.0, 1.0, False)
    some = sampled(values)
    low, high = float(some.min()), float(some.max())
    full = 255.0 if values.dtype == np.uint8 else 1.0
    if (values.dtype == np.uint8 or values.dtype.kind == "f") and 0 <= low <= high <= full:
        flat, photo = high == low, high >= DARKEST * full and high - low >= FAINTEST * full
        if photo or (flat and (full > 1 or high >= DARKEST)):
            low, high = 0.0, full
    return Levels(low, high, False)


@overflowing
def output_levels(
    output: NDArray[Any], gain: float, signed: bool, input_scale: Levels, chosen: tuple[float, float] | None = None
) -> Levels:
    """Scale of an output: signed values around 0, or the input's scale times what the kernel sums to.

    Where that is far too narrow for what occurs, as for a kernel that sums to 0, what occurs decides.

    Parameters
    ----------
    gain : float
        Sum of the weights over all channels: what a flat input is multiplied by.
    input_scale : Levels
        Scale of the input.
    chosen : tuple of float, optional
        The two ends that the user set; see `adjusted`.
    """
    if chosen is not None:
        return adjusted(Levels(0.0, 1.0, signed), chosen)
    if signed:
        limit = percentiles(np.abs(sampled(output)), (CUT,))[0] or max(map(abs, extremes(output)))
        limit = float(np.nan_to_num(limit)) or 1.0
        return Levels(-limit, limit, True)
    largest = float(np.finfo(np.float64).max)
    low, high = sorted(min(max(end * gain, -largest), largest) for end in (input_scale.low, input_scale.high))
    least, most = percentiles(output, (100 - CUT, CUT))
    if most / 2 - least / 2 > WIDER * (high / 2 - low / 2):
        # Of a signal that is shown as a picture, the sum of the weights says nothing.
        low, high = least, most
    return Levels(low, high, False)


def adjusted(automatic: Levels, chosen: tuple[float, float] | None) -> Levels:
    """Replace the ends of a scale by those the user set, if any.

    On a signed scale 0 keeps its colour while it lies between them; a range on one side of 0 has no sign to show and
    gets greys.
    """
    if chosen is None:
        return automatic
    low, high = chosen
    return replace(automatic, low=low, high=high, signed=automatic.signed and low < 0 < high)
