"""The axis of a signal: where its ticks stand, and how its places are written, in time or as indices."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

from convgui.draw.number import MINUS, fixed, grouped, number
from convgui.words import tr

CLOCK = 120.0
"""Seconds on screen from which places are written as minutes and seconds."""
_CLOCK_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 36000, 86400)
DAY = 86_400
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
PIXELS = "px"
"""The unit of cells that are just cells."""


@dataclass(frozen=True)
class Timeline:
    """How the places of a signal are written.

    Attributes
    ----------
    spacing : float
        From sample to sample, in `unit`.
    unit : str
        ``"s"`` for time; ``"px"`` where places are indices.
    """

    spacing: float = 1.0
    unit: str = PIXELS

    @property
    def timed(self) -> bool:
        """Whether places are times."""
        return self.unit == "s"

    @property
    def title(self) -> str:
        """What stands below the axis."""
        if self.timed:
            return tr("time →")
        return tr("index →") if self.unit == PIXELS else f"{self.unit} →"

    @property
    def rate(self) -> str:
        """The sample rate, such as ``48 kHz``; empty where places are no times."""
        if not self.timed:
            return ""
        rate = 1 / self.spacing
        whole = round(rate) if abs(rate - round(rate)) < 1e-6 * rate else rate
        return f"{number(whole / 1000)} kHz" if whole >= 1000 else f"{number(whole)} Hz"

    def lasting(self, samples: float) -> str:
        """Write how long so many samples are, such as ``1.33 ms``; empty where places are indices."""
        if self.unit == PIXELS:
            return ""
        long = samples * self.spacing
        if not self.timed:
            return f"{number(long)} {self.unit}"
        if abs(long) >= CLOCK:
            return clock(long)
        scale, name = next(((s, n) for s, n in _UNITS if abs(long) >= s), _UNITS[-1] if long else _UNITS[0])
        return f"{number(long / scale, 2)} {name}"

    def ticks(self, first: float, last: float, most: int) -> list[tuple[float, str]]:
        """Return at most about `most` ticks between two places: each an index with its text, without the unit."""
        if last <= first or most < 1:
            return []
        if self.unit == PIXELS:
            step = max(round(_round_step((last - first) / most)), 1)
            begin = ceil(first / step)
            return [(n * step, grouped(n * step).replace("-", MINUS)) for n in range(begin, floor(last / step) + 1)]
        wide, (scale, _) = (last - first) * self.spacing, self.scale(first, last)
        if self.timed and wide >= CLOCK:
            step = next((s for s in _CLOCK_STEPS if s * most >= wide), DAY * ceil(wide / most / DAY))
            seconds = [
                n * step for n in range(ceil(first * self.spacing / step), floor(last * self.spacing / step) + 1)
            ]
            return [(s / self.spacing, clock(s)) for s in seconds]
        step_of = _round_step(wide / scale / most)
        decimals = max(0, -floor(log10(step_of) + 1e-9))
        begin, end = ceil(first * self.spacing / scale / step_of), floor(last * self.spacing / scale / step_of)
        return [(n * step_of * scale / self.spacing, fixed(n * step_of, decimals)) for n in range(begin, end + 1)]

    def scale(self, first: float, last: float) -> tuple[float, str]:
        """Return in what ticks between two places are written: how long it is, and its name."""
        if not self.timed:
            return 1.0, "" if self.unit == PIXELS else self.unit
        if (last - first) * self.spacing >= CLOCK:
            return 1.0, tr("min:s")
        far = max(abs(first), abs(last)) * self.spacing
        return next(((s, n) for s, n in _UNITS if far >= s), _UNITS[-1])


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20 ... that is not below a width."""
    power = 10.0 ** floor(log10(least))
    return next(power * n for n in (1, 2, 5, 10) if power * n >= least * (1 - 1e-9))


def clock(seconds: float) -> str:
    """Write a time as ``12:05`` or ``1:02:05``."""
    sign, whole = (MINUS if seconds < 0 else ""), round(abs(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{sign}{hours}:{minutes:02d}:{rest:02d}" if hours else f"{sign}{minutes}:{rest:02d}"
