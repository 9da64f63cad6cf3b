"""FFT by tiles (overlap-save): the cost hardly depends on the kernel's size.

`numpy.fft` runs a float32 transform in float64 with its default norm; with ``norm="ortho"`` and ``out=`` it stays in
float32 and allocates nothing. Columns are inverted first, and only the rows that are valid get their last transform.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import prod
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.algorithms.base import (
    Algorithm,
    Box,
    Prepared,
    Worker,
    add_bias,
    block_start,
    group_input,
    group_weight,
    rounds_exactly,
    split,
)
from convgui.core.blocks import fill_block
from convgui.core.problem import Problem, Triple

AnyArray = NDArray[Any]
SIDES = {
    1: (1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072),
    2: (64, 96, 128, 192, 256, 320, 384, 512),
    3: (32, 48, 64, 96, 128),
}
"""Lengths that transform fast, by the number of axes that are transformed."""
NEAR = 8192
"""Cells of one axis beyond which a transform leaves the cache: only for kernels that reach far, by their dilation."""
CACHED = 12 << 20
"""Bytes of kernels' spectra that processors keep at hand."""
KERNELS = 96 << 20
"""Bytes that the spectra of a layer's kernels may take."""


def _extent(problem: Problem) -> Triple:
    d, h, w = ((k - 1) * e + 1 for k, e in zip(problem.kernel, problem.dilation, strict=True))
    return d, h, w


def _axes(problem: Problem) -> tuple[int, ...]:
    """Axes of the block, (D, H, W), that are transformed: those on which the kernel has more than one tap."""
    return tuple(a for a in range(3) if problem.kernel[a] > 1)


@dataclass(frozen=True)
class _Grid:
    """Sizes of the transforms.

    Attributes
    ----------
    block : cells of the input block; spectrum : of its transform; tile : output cells of one box.
    """

    block: Triple
    spectrum: Triple
    tile: Triple

    def bytes(self, problem: Problem) -> int:
        """Scratch of one thread: blocks, and the spectra of its channels or those of its filters."""
        kept = min(problem.filters // problem.groups, problem.channels)
        # A kernel is transformed in float64, with two copies on the way.
        making = prod(self.block) * 8 + prod(self.spectrum) * 32
        return making + (prod(self.block) * 2 + prod(self.spectrum) * 2 * (kept + 3)) * problem.dtype.itemsize

    def kernel_bytes(self, problem: Problem) -> int:
        """Bytes of the spectra of a group's kernels, which all threads share."""
        filters = problem.filters // problem.groups
        return filters * problem.channels * prod(self.spectrum) * 2 * problem.dtype.itemsize

    def cost(self, problem: Problem) -> float:
        """Nanoseconds for one box: some 3 a cell each way, and a complex product for each kernel."""
        products = prod(self.spectrum) * problem.channels * (problem.filters // problem.groups)
        # Spectra that no cache holds have to come from memory for every box.
        each = 1.5 if self.kernel_bytes(problem) <= CACHED else 3.0
        return 15e3 + prod(self.block) * _transform(problem) + products * each


def _transform(problem: Problem) -> float:
    """Nanoseconds to transform a cell of all channels, and all filters back."""
    return 1.6 * (problem.channels + problem.filters // problem.groups) * (0.4 + 0.8 * len(_axes(problem)))


def _grid(problem: Problem, side: int) -> _Grid | None:
    """Lay out transforms of `side` cells an axis, or None where the kernel leaves nothing valid of them."""
    axes, extent = _axes(problem), _extent(problem)
    block, tile = [], []
    for a in range(3):
        if a not in axes:
            cells = min(problem.shape[a], 1 if a < 2 else max(1, 4096 // side))
            block.append((cells - 1) * problem.stride[a] + 1)
            tile.append(cells)
            continue
        needed = (problem.shape[a] - 1) * problem.stride[a] + extent[a]
        n = min(side, _fast(needed))
        if n < extent[a]:
            return None
        block.append(n)
        tile.append(min((n - extent[a]) // problem.stride[a] + 1, problem.shape[a]))
    spectrum = [n // 2 + 1 if a == axes[-1] else n for a, n in enumerate(block)]
    return _Grid((block[0], block[1], block[2]), (spectrum[0], spectrum[1], spectrum[2]), (tile[0], tile[1], tile[2]))


@cache
def _fast(n: int) -> int:
    """Return the next even length of factors 2, 3 and 5 only."""
    candidate = n + n % 2
    while True:
        rest = candidate
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return candidate
        candidate += 2


def _best(problem: Problem, budget: int) -> tuple[float, _Grid] | None:
    """Find the cheapest layout within the budget, with its cost for the whole output."""
    axes = _axes(problem)
    if not axes:
        return None
    found: tuple[float, _Grid] | None = None
    for side in SIDES[len(axes)]:
        if side > NEAR and 2 * max(_extent(problem)) <= NEAR:
            continue
        grid = _grid(problem, side)
        if grid is None or grid.bytes(problem) > budget or grid.kernel_bytes(problem) > KERNELS:
            continue
        boxes = prod(-(-n // t) for n, t in zip(problem.shape, grid.tile, strict=True)) * problem.groups
        cost = boxes * grid.cost(problem)
        if found is None or cost < found[0]:
            found = (cost, grid)
    return found


class _Prepared:
    """The layout, and the spectra of one group's kernels at a time."""

    def __init__(self, problem: Problem, grid: _Grid) -> None:
        self.problem, self.grid = problem, grid
        self._lock = Lock()
        self._known: tuple[int, AnyArray] | None = None

    def boxes(self) -> list[Box]:
        return split(self.problem, self.grid.tile)

    def worker(self) -> Worker:
        return _Transforms(self).run

    def kernels(self, group: int) -> AnyArray:
        """Return the conjugate spectra of a group's kernels, transformed in float64."""
        with self._lock:
            if self._known is None or self._known[0] != group:
                # The old ones go before the new ones come.
                self._known = None
                self._known = (group, self._transformed(group))
            return self._known[1]

    def _transformed(self, group: int) -> AnyArray:
        p, axes = self.problem, _axes(self.problem)
        weight = group_weight(p, group)
        spectra = np.empty((*weight.shape[:2], *self.grid.spectrum), np.result_type(p.dtype, np.complex64))
        placed = np.zeros([n if a in axes else 1 for a, n in enumerate(self.grid.block)])
        cut = tuple(slice(0, e, d) for e, d in zip(_extent(p), p.dilation, strict=True))
        for f, c in np.ndindex(*weight.shape[:2]):
            placed[cut] = weight[f, c]
            spectra[f, c] = np.conj(np.fft.rfftn(placed, axes=axes))
        return spectra


class _Transforms:
    """The buffers of one thread."""

    def __init__(self, prepared: _Prepared) -> None:
        self.prepared = prepared
        self.problem, self.grid = problem, grid = prepared.problem, prepared.grid
        self.axes = _axes(problem)
        complex_type = np.result_type(problem.dtype, np.complex64)
        filters = problem.filters // problem.groups
        self.block: AnyArray = np.zeros((1, *grid.block), problem.dtype)
        self.spectrum: AnyArray = np.empty(grid.spectrum, complex_type)
        self.product: AnyArray = np.empty(grid.spectrum, complex_type)
        self.by_filter = problem.channels < filters
        kept = problem.channels + 1 if self.by_filter else filters
        self.kept: AnyArray = np.empty((kept, *grid.spectrum), complex_type)
        self.kernels: tuple[int, AnyArray] | None = None

    def run(self, box: Box, out: AnyArray) -> bool:
        """Transform every channel, add up the products, transform every filter back."""
        p = self.problem
        target = box.of(out, p.filters // p.groups)
        kernels = self._kernels(box.group)
        if self.by_filter:
            self._by_filter(box, kernels, target)
        else:
            self._by_channel(box, kernels, target)
        add_bias(p, box.group, target)
        if p.reach is not None:
            np.rint(target, out=target)
        # One cell that is not finite makes every cell of its tile so: one sum of spectra tells.
        return bool(np.isfinite(target[:, 0, 0, 0]).all())

    def _by_channel(self, box: Box, kernels: AnyArray, target: AnyArray) -> None:
        """Add each channel's products to the sums of all filters: fewer spectra are kept where filters are few."""
        for c in range(self.problem.channels):
            self._add(self._forward(box, c), kernels[:, c], self.kept, first=c == 0)
        for f in range(target.shape[0]):
            target[f] = self._backward(self.kept[f], box.shape)

    def _by_filter(self, box: Box, kernels: AnyArray, target: AnyArray) -> None:
        """Keep each channel's spectrum and finish one filter after the other: its sum stays in the cache."""
        *spectra, total = self.kept
        for c, spectrum in enumerate(spectra):
            spectrum[...] = self._forward(box, c)
        for f in range(target.shape[0]):
            for c, spectrum in enumerate(spectra):
                self._add(spectrum, kernels[f, c : c + 1], total[None], first=c == 0)
            target[f] = self._backward(total, box.shape)

    def _add(self, spectrum: AnyArray, kernels: AnyArray, sums: AnyArray, *, first: bool) -> None:
        """Add the products of a spectrum with some kernels to as many sums, or begin them."""
        for kernel, total in zip(kernels, sums, strict=True):
            if first:
                np.multiply(spectrum, kernel, out=total)
            else:
                np.multiply(spectrum, kernel, out=self.product)
                total += self.product

    def _forward(self, box: Box, c: int) -> AnyArray:
        """Return the spectrum of one channel's block, from the caller's cache where it is known."""
        p = self.problem
        key = (self.grid.block, block_start(p, box.start), box.group * p.channels + c)
        known = None if p.spectra is None else p.spectra.get(key)
        if known is not None:
            return known
        fill_block(group_input(p, box.group)[c : c + 1], self.block, block_start(p, box.start), p.mode)
        np.fft.rfft(self.block[0], axis=self.axes[-1], norm="ortho", out=self.spectrum)
        for axis in self.axes[:-1]:
            np.fft.fft(self.spectrum, axis=axis, norm="ortho", out=self.spectrum)
        if p.spectra is not None:
            p.spectra.put(key, self.spectrum)
        return self.spectrum

    def _backward(self, spectrum: AnyArray, shape: Triple) -> AnyArray:
        """Transform back, axis by axis, dropping what is not valid before the next axis."""
        now = spectrum
        p = self.problem
        cuts = [slice(0, (n - 1) * s + 1, s) for n, s in zip(shape, p.stride, strict=True)]
        for axis in self.axes[:-1]:
            np.fft.ifft(now, axis=axis, norm="ortho", out=now)
            now = now[tuple(cuts[a] if a == axis else slice(None) for a in range(3))]
        last = self.axes[-1]
        real = np.fft.irfft(now, n=self.grid.block[last], axis=last, norm="ortho")
        rest = tuple(slice(None) if a in self.axes[:-1] else cuts[a] for a in range(3))
        return np.asarray(real[rest])

    def _kernels(self, group: int) -> AnyArray:
        """Return the spectra of a group's kernels; the lock is only asked for those of another group."""
        if self.kernels is None or self.kernels[0] != group:
            self.kernels = None
            self.kernels = (group, self.prepared.kernels(group))
        return self.kernels[1]


def _fits(problem: Problem, budget: int) -> bool:
    return rounds_exactly(problem) and _best(problem, budget) is not None


def _prepare(problem: Problem, budget: int) -> Prepared:
    found = _best(problem, budget)
    if found is None:
        raise ValueError("The transforms do not fit the budget.")
    return _Prepared(problem, found[1])


LEAST = 250_000.0
"""Nanoseconds that it takes at the least."""


def _cost(problem: Problem) -> float:
    found = _best(problem, 12 << 20)
    return LEAST + found[0] if found else float("inf")


def _floor(problem: Problem) -> float:
    """Transforms of the output's cells alone, were there no margins."""
    return LEAST + problem.cells * problem.groups * _transform(problem)


FFT = Algorithm("fft", _fits, _cost, _prepare, _floor)
