"""What a convolution writes of itself for other libraries: its spec, and its weights as they meet the input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec
from convgui.layers.code import CodeArray


@dataclass(frozen=True, eq=False)
class Filters:
    """A convolution's spec and float64 arrays.

    Attributes
    ----------
    turned : bool
        Whether the weights were turned by 180 degrees.
    biased : bool
        Whether it has a bias even where all of it is 0.
    """

    spec: ConvSpec
    weight: NDArray[np.float64]
    bias: NDArray[np.float64]
    turned: bool
    biased: bool = True

    @property
    def has_bias(self) -> bool:
        """Whether a bias is written: one that was asked for, or that is not 0."""
        return self.biased or bool(self.bias.any())

    def pads(self, shape: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
        """Return (before, after) for each axis of an input of ``(C, *spatial)``."""
        return self.spec.pads(shape[1:])

    def arrays(self, mark: str = "") -> tuple[CodeArray, CodeArray]:
        """Return weight and bias under names that end in `mark`."""
        note = "turned by 180 degrees" if self.turned else ""
        return CodeArray(f"weight{mark}", self.weight, note), CodeArray(f"bias{mark}", self.bias)
