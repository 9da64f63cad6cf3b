"""Making the numbers of a kernel: what the presets are built with."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]


def outer(*vectors: list[float]) -> Array:
    """Multiply vectors, one an axis, into a kernel."""
    arrays = [np.asarray(v, dtype=np.float64) for v in vectors]
    return np.asarray(reduce(np.multiply.outer, arrays), dtype=np.float64)


def fixed(rows: Any, divisor: float = 1.0) -> Callable[[], Array]:
    """Wrap constant weights, so that each caller gets an array of its own."""

    def build() -> Array:
        return np.array(rows, dtype=np.float64) / divisor

    return build


def _grid(side: int) -> tuple[Array, Array]:
    """Row and column coordinates with 0 in the middle."""
    along = np.arange(side, dtype=np.float64) - (side - 1) / 2
    y, x = np.meshgrid(along, along, indexing="ij")
    return y, x


def odd(size: float) -> int:
    """Return the odd whole number at or below `size`, so that the kernel has a middle."""
    side = int(size)
    return side if side % 2 else side - 1


def gabor(size: float, wavelength: float, angle: float, sigma: float) -> Array:
    """Make a wave under a Gaussian, of mean 0, so that flat areas answer 0."""
    y, x = _grid(odd(size))
    turn = np.deg2rad(angle)
    along = x * np.cos(turn) + y * np.sin(turn)
    bell = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    wave = bell * np.cos(2 * np.pi * along / wavelength)
    return np.asarray(wave - bell * (wave.sum() / bell.sum()), dtype=np.float64)


def laplacian_of_gaussian(size: float, sigma: float) -> Array:
    """Make the second derivative of a Gaussian, negative in the middle, of sum 0."""
    y, x = _grid(odd(size))
    r2 = (x**2 + y**2) / (2 * sigma**2)
    hat = (r2 - 1) * np.exp(-r2) / (np.pi * sigma**4)
    return np.asarray(hat - hat.mean(), dtype=np.float64)


def motion_blur(size: float, angle: float) -> Array:
    """Make a line of the given length and direction through the middle, of sum 1, with soft (bilinear) edges."""
    side = odd(size)
    half = (side - 1) / 2
    kernel = np.zeros((side, side))
    turn = np.deg2rad(angle)
    for t in (np.arange(8 * side) + 0.5) / 8 - side / 2:
        row = np.clip(half - t * np.sin(turn), 0, side - 1)
        col = np.clip(half + t * np.cos(turn), 0, side - 1)
        i, j = int(np.floor(row)), int(np.floor(col))
        for di, wi in ((0, 1 - (row - i)), (1, row - i)):
            for dj, wj in ((0, 1 - (col - j)), (1, col - j)):
                if i + di < side and j + dj < side:
                    kernel[i + di, j + dj] += wi * wj
    return np.asarray(kernel / kernel.sum(), dtype=np.float64)


def unsharp() -> Array:
    """Make twice the input less its blur."""
    bell = outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
    twice = np.zeros((5, 5))
    twice[2, 2] = 2
    return twice - bell
