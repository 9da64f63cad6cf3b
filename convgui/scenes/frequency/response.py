"""The response of a kernel: its zero-padded DFT, and what it says about a wave."""

from __future__ import annotations

from dataclasses import dataclass
from math import degrees, pi

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, FilterView
from convgui.draw.number import number
from convgui.words import tr

BINS = 64
"""Frequencies an axis, more for kernels that reach further; half of them are negative."""
FLOOR = 60.0
"""Decibels below the largest magnitude that the logarithmic scale reaches."""

ROOTED = 128
"""Weights of an axis up to which the frequencies are sought at which nothing passes."""
FINE, NEAR = 8, 1e-6
"""Frequencies to a step where the response is drawn as a curve; how far from 1 a root is whose wave is lost."""


@dataclass(frozen=True, eq=False)
class Response:
    """The DFT of a kernel, frequency 0 in the middle.

    Attributes
    ----------
    kernel : ndarray
        ``(rows, columns)``, one row for one spatial axis.
    index : tuple of int
        First two indices of the kernel in the layer's weights.
    spread : ndarray
        The kernel with the zeros that dilation puts between its weights.
    values : ndarray
        complex128, ``(bins, bins)`` or ``(1, bins)``: ``H[f] = Σ w[k] e^(−2πi f·k)``, k from `origin` on.
    origin : tuple of float
        Row and column of `spread` from which phases count.
    """

    kernel: NDArray[np.float64]
    spread: NDArray[np.float64]
    values: NDArray[np.complex128]
    origin: tuple[float, float]
    stride: tuple[int, ...]
    index: tuple[int, int] = (0, 0)

    @property
    def magnitude(self) -> NDArray[np.float64]:
        """The absolute values."""
        return np.abs(self.values)

    @property
    def phase(self) -> NDArray[np.float64]:
        """Angles in radians; NaN where the magnitude is rounding alone, so that there is none."""
        return self.angles(self.values)

    def angles(self, values: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return the angles of any values of this response."""
        certain = np.abs(values) > 1e-12 * max(float(np.abs(self.kernel).sum()), 1e-300)
        return np.where(certain, np.angle(values), np.nan)

    @property
    def decibels(self) -> NDArray[np.float64]:
        """Magnitudes as ``20 log10 |H|``, `FLOOR` below the largest at least."""
        return self.in_decibels(self.magnitude)

    def in_decibels(self, magnitude: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return any magnitudes of this kernel in decibels."""
        top = float(self.magnitude.max()) or 1.0
        decibels: NDArray[np.float64] = 20 * np.log10(np.maximum(magnitude, top * 10 ** (-FLOOR / 20)))
        return decibels

    def across(self, frequencies: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Return the response of waves across, at any frequencies: by definition; of a long kernel, bins."""
        columns = self.spread.sum(axis=0)
        if len(columns) > ROOTED:
            rows, count = self.values.shape
            bins = (np.rint(frequencies * count).astype(int) + count // 2) % count
            return np.asarray(self.values[rows // 2, bins], np.complex128)
        places = np.arange(len(columns)) - self.origin[1]
        values = np.asarray(np.exp(-2j * pi * np.outer(frequencies, places)) @ columns, np.complex128)
        return _without_rounding(values, float(np.abs(self.kernel).sum()))

    def fine(self) -> NDArray[np.float64]:
        """Return the frequencies 0 … 1/2 close together, and among them all at which nothing passes."""
        steps = self.values.shape[1] // 2
        if self.spread.shape[1] > ROOTED:
            # Its bins lie close together already, and its roots would take minutes.
            return np.asarray(np.arange(steps + 1) / self.values.shape[1], np.float64)
        even = np.asarray(np.linspace(0.0, 0.5, steps * FINE + 1), np.float64)
        columns = self.spread.sum(axis=0)
        if not np.isfinite(columns).all():
            return even
        # What is rounding beside the largest moves no root on the circle; to divide by it would overflow.
        most = float(np.abs(columns).max())
        roots = np.roots(np.where(np.abs(columns) > 1e-12 * most, columns / (most or 1.0), 0.0))
        turns = np.abs(np.angle(roots[np.abs(np.abs(roots) - 1) < NEAR])) / (2 * pi)
        return np.asarray(np.union1d(even, turns), np.float64)

    def frequency(self, index: tuple[int, int]) -> tuple[float, float]:
        """Return cycles a cell, down and across, of a bin or of a place in `closed`."""
        rows, columns = self.values.shape
        return (index[0] - rows // 2) / rows, (index[1] - columns // 2) / columns

    def bin(self, index: tuple[int, int]) -> tuple[int, int]:
        """Return the bin of a place in `closed`."""
        return index[0] % self.values.shape[0], index[1] % self.values.shape[1]

    def closed(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values of all bins with those at −1/2 once more at +1/2, which is the same frequency."""
        return np.asarray(values[np.ix_(*(np.arange(n + (n > 1)) % n for n in values.shape))])

    def place(self, step: int) -> tuple[int, int]:
        """Return the place of a step in `closed`: from frequency 0 to the right, to the highest there is."""
        rows, columns = self.values.shape
        return rows // 2, columns // 2 + step


def response(kernel: NDArray[np.float64], dilation: tuple[int, ...], stride: tuple[int, ...], middle: bool) -> Response:
    """Compute the DFT of a kernel of one or two axes, with zeros behind it and between its weights.

    Parameters
    ----------
    middle : bool
        Whether phases count from the kernel's middle; otherwise from its first weight, as in the DFT's definition.
    """
    view = FilterView(ConvSpec.of(1, 1, kernel.shape, dilation=dilation), kernel.shape).on_two_axes
    flat = kernel.reshape(view.spec.kernel_size)
    spread = view.inflated(flat)
    size = spread.shape
    bins = BINS
    while bins < 2 * max(size):
        bins *= 2
    shape = (bins if kernel.ndim == 2 else 1, bins)
    values = np.fft.fftshift(np.fft.fft2(spread, shape))
    origin = ((size[0] - 1) / 2, (size[1] - 1) / 2) if middle else (0.0, 0.0)
    down, across = ((np.arange(n) - n // 2) / n for n in shape)
    values = values * np.exp(2j * pi * (origin[0] * down[:, None] + origin[1] * across[None]))
    return Response(flat, spread, _without_rounding(values, float(np.abs(flat).sum())), origin, stride)


def _without_rounding(values: NDArray[np.complex128], most: float) -> NDArray[np.complex128]:
    """Return the values with 0 for the parts that are rounding alone: an angle of 4e−15° is none, −180° is 180°."""
    real, imaginary = (np.where(np.abs(part) < 1e-12 * most, 0.0, part) for part in (values.real, values.imag))
    return real + 1j * imaginary


def sentences(data: Response, place: tuple[int, int]) -> tuple[str, str]:
    """Say what the response is at a place in `Response.closed`, and what that means."""
    (down, across), index = data.frequency(place), data.bin(place)
    value, size = complex(data.values[index]), float(data.magnitude[index])
    name = f"H({number(across)})" if len(data.values) == 1 else f"H({number(down)}, {number(across)})"
    phase = data.phase[index]
    turned = tr("no phase") if np.isnan(phase) else tr("phase {angle}°", angle=number(degrees(float(phase)), 1))
    written = f"{number(value.real)} {'−' if value.imag < 0 else '+'} {number(abs(value.imag))}i"
    first = f"{name} = {written} · |H| = {number(size)} · {turned}"
    if down == across == 0:
        return first, tr(
            "At frequency 0 it is the sum of the weights: what is the same everywhere is multiplied by it."
        )
    length = number(1 / float(np.hypot(down, across)))
    return first, tr(
        "A wave that repeats every {length} cells comes out {size} times as high; {decibels}.",
        length=length, size=number(size), decibels=_decibels(size),
    )  # fmt: skip


def _decibels(size: float) -> str:
    return tr("{n} dB", n=number(20 * float(np.log10(size)), 1)) if size > 0 else tr("nothing of it is left")
