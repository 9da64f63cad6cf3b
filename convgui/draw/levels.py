"""From values to colours on pictures: greys for what still is a picture, a signed map for what has become a signal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes, diverging_table, grey_table, looked_up
from convgui.draw.hues import uniform_table
from convgui.draw.theme import Theme

SAMPLE = 200_000
"""Values that decide the automatic levels; larger outputs are sampled evenly."""
CUT = 99.7
"""Percentile of the absolute values at which signed colours are full."""

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
            return uniform_table() if self.coloured else grey_table()
        result = theme.role("result")
        return diverging_table(theme.background, theme.role("input").positive, result.negative)

    def colours(self, values: NDArray[Any], theme: Theme) -> Bytes:
        """Map ``(rows, columns)`` to opaque RGBA, or ``(3, rows, columns)`` to RGB by greys of each channel."""
        if self.signed and self.low < 0 < self.high and -self.low != self.high:
            return self._uneven(values, theme)
        width = self.high - self.low
        scaled = (values.astype(np.float32) - self.low) * np.float32(255 / width if width > 0 else 0)
        entries = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
        if values.ndim == 3:
            return np.ascontiguousarray(np.moveaxis(entries, 0, -1))
        return looked_up(self.table(theme), entries)

    def _uneven(self, values: NDArray[Any], theme: Theme) -> Bytes:
        """Map ``(rows, columns)`` to opaque RGBA, each side of 0 on its own half of the colours."""
        share = values.astype(np.float32)
        share *= np.where(share < 0, np.float32(-127.5 / self.low), np.float32(127.5 / self.high))
        entries = np.clip(np.rint(share + np.float32(127.5)), 0, 255).astype(np.uint8)
        return looked_up(self.table(theme), entries)


def sampled(values: NDArray[Any]) -> NDArray[Any]:
    """Take at most `SAMPLE` values, evenly spread."""
    flat = values.reshape(-1)
    return flat[:: max(1, flat.size // SAMPLE)]


def input_levels(values: NDArray[Any]) -> Levels:
    """Scale of an input: the whole range of 8-bit and boolean data, otherwise what occurs."""
    if values.dtype == np.uint8:
        return Levels(0.0, 255.0, False)
    if values.dtype == np.bool_:
        return Levels(0.0, 1.0, False)
    some = sampled(values)
    low, high = float(some.min()), float(some.max())
    if low >= 0 and high <= 1 and values.dtype.kind == "f":
        return Levels(0.0, 1.0, False)
    return Levels(low, high, False)


def output_levels(
    output: NDArray[Any], gain: float, signed: bool, entered: Levels, chosen: tuple[float, float] | None = None
) -> Levels:
    """Scale of an output: signed values around 0, or the input's scale times what the kernel sums to.

    Where that is far too narrow for what occurs, as for a kernel that sums to 0, what occurs decides.

    Parameters
    ----------
    gain : float
        Sum of the weights over all channels: what a flat input is multiplied by.
    entered : Levels
        Scale of the input.
    chosen : tuple of float, optional
        The two ends that the user set; see `adjusted`.
    """
    if chosen is not None:
        return adjusted(Levels(0.0, 1.0, signed), chosen)
    if signed:
        limit = float(np.percentile(np.abs(sampled(output)), CUT)) or float(np.abs(output).max()) or 1.0
        return Levels(-limit, limit, True)
    low, high = sorted((entered.low * gain, entered.high * gain))
    least, most = (float(end) for end in np.percentile(sampled(output), (100 - CUT, CUT)))
    if most - least > WIDER * (high - low):
        # Of a signal that is shown as a picture, the sum of the weights says nothing.
        return Levels(least, most, False)
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
