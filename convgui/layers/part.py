"""Layers on a part of their input: what a few output cells are made of, whatever the padding, and the way back.

A part is as large as what those cells read. It stands for the same cells as in the whole input, so that padding,
strides and trimmed borders are those of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TypeAlias

import numpy as np

from convgui.core.filter_view import FilterView
from convgui.layers.convolution import Convolution
from convgui.layers.layer import AnyArray, Cancel, Layer, Shape
from convgui.layers.tabled import Tabled, TabledView

Region: TypeAlias = tuple[slice, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """One layer between the part `read` of its input and the part `made` of its output.

    Attributes
    ----------
    bare : layer
        The layer without padding, which is applied to a block that has it already, or whose result is trimmed.
    view : FilterView
        Of the whole input.
    """

    bare: Layer
    view: FilterView
    read: Region
    made: Region

    @property
    def transposed(self) -> bool:
        """Whether the layer spreads its input, so that its result is trimmed."""
        return self.view.spec.transposed

    @property
    def block(self) -> Shape:
        """Cells an axis of what the bare layer is applied to."""
        if self.transposed:
            return tuple(cut.stop - cut.start for cut in self.read)
        return tuple(axis.covered(cut)[1] for axis, cut in zip(self.view.axes, self.made, strict=True))

    def multiply_adds(self, channels: int) -> int:
        """Return how many multiplications it takes, for so many channels of the input."""
        return self.bare.multiply_adds((channels, *self.block))

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        """Compute the part of the output from that of the input, ``(C, *read)`` to ``(C, *made)``."""
        if not self.transposed:
            return self.bare.forward(self._block(x), cancel)
        spread = self.bare.forward(x, cancel)
        output = np.zeros((len(spread), *(cut.stop - cut.start for cut in self.made)), spread.dtype)
        if isinstance(self.bare, Convolution):
            output += self.bare.bias.reshape(-1, *(1,) * len(self.made))
        inner, outer = self._trim(spread.shape[1:])
        output[(slice(None), *inner)] = spread[(slice(None), *outer)]
        return output

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Return the gradient with respect to the part of the input from the one with respect to that of the output."""
        if not self.transposed:
            return self._unblock(self.bare.backward(grad, self._block(x)))
        shape = self.bare.output_shape(tuple(x.shape))
        spread = np.zeros((len(grad), *shape[1:]))
        inner, outer = self._trim(shape[1:])
        spread[(slice(None), *outer)] = grad[(slice(None), *inner)]
        return self.bare.backward(spread, x)

    def _sources(self) -> list[AnyArray]:
        """Return which cell of the part stands at each cell of the block on each axis; -1 where a zero does."""
        blocks = (axis.block(cut) for axis, cut in zip(self.view.axes, self.made, strict=True))
        return [np.where(cells < 0, -1, cells - read.start) for cells, read in zip(blocks, self.read, strict=True)]

    def _block(self, x: AnyArray) -> AnyArray:
        """Read the windows' block of the padded input; where a maximum is taken, padding never is one."""
        fill = self.bare.padding_value
        for axis, source in enumerate(self._sources(), start=1):
            moved = np.moveaxis(x, axis, 0)[np.maximum(source, 0)]
            moved[source < 0] = fill
            x = np.moveaxis(moved, 0, axis)
        return np.ascontiguousarray(x)

    def _unblock(self, grad: AnyArray) -> AnyArray:
        """Add each cell of the block to the cell it was read from."""
        for axis, (source, cut) in enumerate(zip(self._sources(), self.read, strict=True), start=1):
            moved = np.moveaxis(grad, axis, 0)
            added = np.zeros((cut.stop - cut.start, *moved.shape[1:]))
            np.add.at(added, source[source >= 0], moved[source >= 0])
            grad = np.moveaxis(added, 0, axis)
        return grad

    def _trim(self, spread: Shape) -> tuple[Region, Region]:
        """Return where `made` and what the bare layer makes of the part have cells in common, in either of them."""
        inner, outer = [], []
        for axis, region, read, n in zip(self.view.axes, self.made, self.read, spread, strict=True):
            begin = axis.landing(read.start)
            # What a layer cuts off itself is not there to be cut off.
            begin += axis.before if self.bare.crops_itself else 0
            first, last = max(region.start, begin), min(region.stop, begin + n)
            last = max(first, last)
            inner.append(slice(first - region.start, last - region.start))
            outer.append(slice(first - begin, last - begin))
        return tuple(inner), tuple(outer)


@dataclass(frozen=True, eq=False)
class TabledPart(Part):
    """The same of a layer whose windows are told by tables."""

    tabled: Tabled

    @property
    def block(self) -> Shape:
        return tuple(cut.stop - cut.start for cut in self.read)

    def multiply_adds(self, channels: int) -> int:
        # The last axis is taken first.
        cells, total = [cut.stop - cut.start for cut in self.read], 0
        for axis in reversed(range(len(cells))):
            cells[axis], taps = self.tabled.axes[axis].table.shape
            total += channels * prod(cells) * taps
        return total

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        return self.tabled.forward(x, cancel)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return self.tabled.backward(grad, x)


@dataclass(frozen=True, eq=False)
class WholePart(Part):
    """The same of a layer that can be applied to the whole of its input alone, of which a part is taken afterwards."""

    whole: Shape

    @property
    def block(self) -> Shape:
        return self.whole[1:]

    def multiply_adds(self, channels: int) -> int:
        return self.bare.multiply_adds(self.whole)

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        return np.ascontiguousarray(self.bare.forward(x, cancel)[(slice(None), *self.made)])

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        every = np.zeros(self.bare.output_shape(self.whole))
        every[(slice(None), *self.made)] = grad
        return self.bare.backward(every, x)


def part(layer: Layer, shape: Shape, region: Region) -> Part:
    """Return the layer on that part of its input which some of its output cells read."""
    view = layer.filter_view(shape)
    read = tuple(axis.hull(cut) for axis, cut in zip(view.axes, region, strict=True))
    if tabled := layer.tabled(shape):
        return TabledPart(layer, view, read, region, tabled.on(read, region))
    if isinstance(view, TabledView):
        return WholePart(layer, view, tuple(slice(0, n) for n in shape[1:]), region, tuple(shape))
    return Part(layer.without_padding(), view, read, region)
