"""Which input cells an output cell reads on one axis, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class AxisReads:
    """Which input cells each output cell reads on one axis, ``(cells, taps)``; -1 is padding. And their weights."""

    table: Ints
    weight: Floats

    def reads(self, cell: int) -> tuple[Ints, Floats]:
        """Return the cells that an output cell reads, without padding, and their weights."""
        kept = (self.table[cell] >= 0) & (self.weight[cell] != 0)
        return self.table[cell][kept], self.weight[cell][kept]

    def reached(self, cell: int) -> Ints:
        """Return the output cells that read an input cell."""
        return np.flatnonzero(((self.table == cell) & (self.weight != 0)).any(axis=1))

    @classmethod
    def copies(cls, n: int, factor: int) -> AxisReads:
        """Return an axis of `n` cells of which each is repeated `factor` times."""
        table = (np.arange(n * factor) // factor)[:, None]
        return cls(table, np.ones(table.shape))

    @classmethod
    def all_of(cls, n: int) -> AxisReads:
        """Return one output cell that reads all of `n` cells, each as it is."""
        table = np.arange(n)[None]
        return cls(table, np.ones(table.shape))
