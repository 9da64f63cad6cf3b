"""What animated formats share: where a frame differs from the one before, and how long it stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def changed_box(different: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right around everything that is True; one cell where nothing is."""
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    if not rows.size:
        return 0, 1, 0, 1
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


class Clock:
    """From seconds to whole units of a format, rounded so that no error adds up.

    Parameters
    ----------
    unit : int
        Units of a second.
    least, most : int
        What the format (or its players) can do.
    """

    def __init__(self, unit: int, least: int, most: int) -> None:
        self._unit, self._least, self._most = unit, least, most
        self._now, self._told = 0.0, 0

    def units(self, seconds: float) -> int:
        """Return the units of the next frame, which stays for `seconds`."""
        self._now += seconds
        until = max(round(self._now * self._unit), self._told + self._least)
        count, self._told = min(until - self._told, self._most), until
        return count
