"""Columns of numbers under their names as a signal: a channel a column, and the rate from a column of times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from convgui.model.sample import is_length
from convgui.words import tr

Grid = NDArray[np.float64]
LONG, TALL = 64, 8
"""Rows from which a table without times is a signal, and how many times as many they are as its columns."""
UNEVEN = 1e-3
"""Of a step: how far times may be from even ones, as they are rounded where they are written."""
LONGEST_NAME = 40
SECONDS = MappingProxyType(
    {"s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9,
     "min": 60.0, "minutes": 60.0, "h": 3600.0, "hours": 3600.0}
)  # fmt: skip
_TIME = re.compile(r"(?:time|times|t|timestamp|zeit|temps|tiempo|tempo|时间)?[\s_]*[\[(/]?\s*([a-zµμ]*)\s*[\])]?", re.I)
_STARTS = re.compile(r"(?:time|times|t|timestamp|zeit|temps|tiempo|tempo|seconds|sec|ms|时间)(?![a-z])", re.I)


@dataclass(frozen=True)
class Columns:
    """A signal that a table holds.

    Attributes
    ----------
    data : ndarray
        ``(C, n)``.
    channels : tuple of str
        What the columns are called.
    step : float
        Seconds from one row to the next; 0 where nothing tells.
    note : str
        What the user should know.
    """

    data: Grid
    channels: tuple[str, ...]
    step: float
    note: str


def columns(grid: Grid, names: Sequence[str]) -> Columns | None:
    """Return a table ``(C, rows, columns)`` with names above its columns as a signal; None where it is a grid.

    It is one where a column holds times, or where it has many more rows than columns.
    """
    rows, wide = grid.shape[1:]
    if len(grid) != 1 or len(names) != wide or not any(names):
        return None
    found = next((n for n, name in enumerate(names) if wide > 1 and _is_time(name) and _rises(grid[0, :, n])), None)
    if found is None:
        if rows < max(LONG, TALL * wide):
            return None
        said = tr("Its columns are the channels of a signal, as there are many more rows than columns.")
        return Columns(grid[0].T, _titles(names), 0.0, said)
    times, others = grid[0, :, found], [n for n in range(wide) if n != found]
    unit = _unit(names[found])
    step = float(times[-1] - times[0]) / (rows - 1) * SECONDS.get(unit, 1.0)
    even = bool(np.abs(np.diff(times) * SECONDS.get(unit, 1.0) - step).max() <= UNEVEN * step + _rounding(times))
    if not is_length(step):
        return None
    said = tr("Its column “{name}” tells the time from one row to the next.", name=names[found].strip())
    if unit not in SECONDS:
        said = tr("Its column “{name}” tells the time, which is read as seconds.", name=names[found].strip())
    if not even:
        said += " " + tr("Its rows are not evenly apart; they are shown as if they were.")
    return Columns(grid[0, :, others], _titles([names[n] for n in others]), step, said)


def _is_time(name: str) -> bool:
    return bool(_STARTS.match(name.strip()))


def _unit(name: str) -> str:
    """Return the unit of times, as in ``time [ms]``, ``t (s)`` or ``seconds``; "" where none is named."""
    text = name.strip().lower()
    match = _TIME.fullmatch(text)
    return match[1] if match else ""


def _rises(times: Grid) -> bool:
    """Whether a column holds times: each one after the one before."""
    return times.size > 2 and bool(np.isfinite(times).all()) and bool((np.diff(times) > 0).all())


def _rounding(times: Grid) -> float:
    """Return how far a step may be off where times are written with six digits."""
    return float(np.abs(times).max()) * 2e-6


def _titles(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name.strip()[:LONGEST_NAME] or str(n) for n, name in enumerate(names))
