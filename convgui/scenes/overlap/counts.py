"""How many kernels lie on each output cell, axis by axis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, FilterView
from convgui.core.filter_axis import FilterAxis
from convgui.model.document import Document

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_KERNEL, MOST_STRIDE = 8, 5
"""Kernel sizes and strides of the map."""
MOST_SHOWN, FIRST = 12, 8
"""Output cells a side that are drawn with their numbers, and how many are of a larger output."""


@dataclass(frozen=True)
class Interior:
    """Overlap away from the border on one axis: it repeats every `stride` cells.

    Attributes
    ----------
    counts : tuple of int
        One period.
    """

    kernel: int
    stride: int
    dilation: int
    counts: tuple[int, ...]

    @classmethod
    def of(cls, axis: FilterAxis) -> Interior:
        """Return that of an axis."""
        return cls(axis.kernel_size, axis.stride, axis.dilation, axis.inner)

    @property
    def even(self) -> bool:
        """Whether every cell gets the same number of kernels."""
        return len(set(self.counts)) == 1

    @property
    def ratio(self) -> float:
        """Most divided by fewest; infinite where some cells get none."""
        return max(self.counts) / min(self.counts) if min(self.counts) else float("inf")


@cache
def interior(kernel: int, stride: int, dilation: int) -> Interior:
    """Return the overlap away from the border for some kernel."""
    spec = ConvSpec.of(1, 1, (kernel,), stride=stride, dilation=dilation, transposed=True)
    return Interior.of(FilterView(spec, (1,)).axes[0])


@dataclass(frozen=True, eq=False)
class Counts:
    """The overlap of one layer.

    Attributes
    ----------
    view : FilterView
        One channel, with the kernel size that is shown, on rows and columns.
    tried : bool
        Whether that is not the layer's own kernel size.
    rank : int
        Axes of the layer; one is drawn as a row.
    every : tuple of FilterAxis
        Of a layer with three axes all of them, of which `view` has two.
    """

    view: FilterView
    tried: bool
    rank: int
    every: tuple[FilterAxis, ...] = ()

    @property
    def axes(self) -> tuple[FilterAxis, ...]:
        """The axes of the layer."""
        return self.every or self.view.axes[-self.rank :]

    @property
    def interiors(self) -> tuple[Interior, ...]:
        """The overlap away from the border, one an axis of the layer."""
        return tuple(Interior.of(axis) for axis in self.axes)

    @cached_property
    def across(self) -> Ints:
        """Overlap along one row."""
        return self.view.axes[1].overlap

    @cached_property
    def both(self) -> Ints:
        """Overlap of the whole output: the product of both axes."""
        return np.outer(self.view.axes[0].overlap, self.across)

    @property
    def shown(self) -> tuple[int, ...]:
        """Output rows and columns that are drawn."""
        return tuple(n if n <= MOST_SHOWN else FIRST for n in self.view.output_shape)

    @property
    def inputs(self) -> tuple[int, ...]:
        """Input rows and columns whose kernels begin in what is drawn."""
        met = ({c for p in range(n) for c in axis.reads(p)} for axis, n in zip(self.view.axes, self.shown, strict=True))
        return tuple(len(cells) or 1 for cells in met)

    @property
    def centres(self) -> list[float]:
        """Output position, on the last axis, of the middle of each drawn input's kernel; padding may cut it off."""
        axis = self.view.axes[-1]
        return [axis.middle(cell) + 0.5 for cell in range(min(axis.cells, MOST_SHOWN))]

    @property
    def even(self) -> bool:
        """Whether the interior is even on every axis."""
        return all(i.even for i in self.interiors)

    @property
    def ratio(self) -> float:
        """Most divided by fewest kernels in the interior, over all axes."""
        return prod(i.ratio for i in self.interiors)

    @property
    def has_border(self) -> bool:
        """Whether some output rows or columns get fewer kernels than there are away from the border."""
        return any(bool(axis.at_border.any()) for axis in self.every or self.view.axes)

    @property
    def all_border(self) -> bool:
        """Whether the output is so small that on some axis the interior does not occur once."""
        return not all(axis.has_inside for axis in self.every or self.view.axes)

    @property
    def square(self) -> bool:
        """Whether the layer has one place in the map of square kernels."""
        return len({(i.kernel, i.stride, i.dilation) for i in self.interiors}) == 1


def single(spec: ConvSpec, kernel: str) -> ConvSpec:
    """Return the layer with one channel, and with another kernel size if one is tried."""
    sizes = spec.kernel_size if kernel == "layer" else (int(kernel),) * spec.rank
    return replace(spec.one_filter(), kernel_size=sizes)


def counts(document: Document, kernel: str, plane: tuple[int, int] = (1, 2)) -> Counts:
    """Count for the chosen layer, with its own kernel size (``"layer"``) or with another.

    Of three axes, `plane` says which two are drawn.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    """
    spec, spatial = document.layer.spec, document.sample.spatial
    shown = single(spec, kernel)
    whole = FilterView(shown, spatial)
    every, volume = whole.axes, spec.rank > 2
    view = whole.on_axes(*plane) if volume else whole.on_two_axes
    _ = view.axes
    return Counts(view, shown.kernel_size != spec.kernel_size, spec.rank, every if volume else ())


def nearest_even(kernel: int, stride: int, dilation: int) -> tuple[int, ...]:
    """Return the next smaller and the next larger kernel size with an even interior, where there are any."""
    below = [k for k in range(kernel - 1, 0, -1) if interior(k, stride, dilation).even]
    period = len(interior(kernel, stride, dilation).counts)
    above = [k for k in range(kernel + 1, kernel + 2 * period + 1) if interior(k, stride, dilation).even]
    return (*below[:1], *above[:1])
