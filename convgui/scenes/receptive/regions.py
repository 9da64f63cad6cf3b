"""Layers on a part of their input: what a few output cells are made of, whatever the padding, and the way back.

A part is as large as what those cells read. It stands for the same cells as in the whole input, so that padding,
strides and trimmed borders are those of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from convgui.core import ConvSpec
from convgui.core.blocks import axis_sources
from convgui.layers.convolution import Convolution
from convgui.layers.layer import AnyArray, Cancel, Layer, Shape

Region: TypeAlias = tuple[slice, ...]


@dataclass(frozen=True, eq=False)
class Part:
    """One layer between the part `read` of its input and the part `made` of its output.

    Attributes
    ----------
    bare : layer
        The layer without padding, which is applied to a block that has it already, or whose result is trimmed.
    spatial : tuple of int
        Of the whole input.
    """

    bare: Layer
    window: ConvSpec
    spatial: Shape
    read: Region
    made: Region

    @property
    def block(self) -> Shape:
        """Cells an axis of what the bare layer is applied to."""
        if self.window.transposed:
            return tuple(cut.stop - cut.start for cut in self.read)
        return tuple(count for _, count in blocks(self.window, self.spatial, self.made))

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        """Compute the part of the output from that of the input, ``(C, *read)`` to ``(C, *made)``."""
        if not self.window.transposed:
            return self.bare.forward(self._block(x), cancel)
        whole = self.bare.forward(x, cancel)
        made = np.zeros((len(whole), *(cut.stop - cut.start for cut in self.made)), whole.dtype)
        if isinstance(self.bare, Convolution):
            made += self.bare.bias.reshape(-1, *(1,) * len(self.made))
        inner, outer = self._trim(whole.shape[1:])
        made[(slice(None), *inner)] = whole[(slice(None), *outer)]
        return made

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Return the gradient with respect to the part of the input from the one with respect to that of the output."""
        if not self.window.transposed:
            return self._unblock(self.bare.backward(grad, self._block(x)))
        shape = self.bare.output_shape(tuple(x.shape))
        whole = np.zeros((len(grad), *shape[1:]))
        inner, outer = self._trim(shape[1:])
        whole[(slice(None), *outer)] = grad[(slice(None), *inner)]
        return self.bare.backward(whole, x)

    def _sources(self) -> list[AnyArray]:
        """Return which cell of the part stands at each cell of the block on each axis; -1 where a zero does."""
        found: list[AnyArray] = []
        for at, (first, count) in zip(self.read, blocks(self.window, self.spatial, self.made), strict=True):
            n = self.spatial[len(found)]
            source = axis_sources(first, count, n, self.window.padding_mode)
            found.append(np.where(source < 0, -1, source - at.start))
        return found

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

    def _trim(self, whole: Shape) -> tuple[Region, Region]:
        """Return where `made` and what the bare layer makes of the part have cells in common, in either of them."""
        inner, outer = [], []
        pads = ((0, 0),) * len(whole) if self.bare.crops_itself else self.window.pads(self.spatial)
        for cut, at, s, (before, _), n in zip(self.made, self.read, self.window.stride, pads, whole, strict=True):
            begin = at.start * s - before
            first, last = max(cut.start, begin), min(cut.stop, begin + n)
            last = max(first, last)
            inner.append(slice(first - cut.start, last - cut.start))
            outer.append(slice(first - begin, last - begin))
        return tuple(inner), tuple(outer)


def blocks(window: ConvSpec, spatial: Shape, made: Region) -> list[tuple[int, int]]:
    """Return on each axis where the windows of some output cells begin on the input, and how many cells they cover."""
    pads = window.pads(spatial)
    return [
        (cut.start * s - before, (cut.stop - 1 - cut.start) * s + extent)
        for cut, s, (before, _), extent in zip(made, window.stride, pads, window.extent, strict=True)
    ]


def part(layer: Layer, shape: Shape, made: Region) -> Part:
    """Return the layer on that part of its input which some of its output cells read."""
    window, spatial = layer.window(shape), shape[1:]
    if window.transposed:
        read = [_under(window, spatial, a, cut) for a, cut in enumerate(made)]
    else:
        read = []
        for n, (first, count) in zip(spatial, blocks(window, spatial, made), strict=True):
            source = axis_sources(first, count, n, window.padding_mode)
            met = source[source >= 0]
            read.append(slice(int(met.min()), int(met.max()) + 1) if met.size else slice(0, 1))
    return Part(layer.without_padding(), window, spatial, tuple(read), made)


def _under(window: ConvSpec, spatial: Shape, axis: int, cut: slice) -> slice:
    """Return the input cells whose kernels lie on some output cells; one of them at least."""
    (before, _), s, reach = window.pads(spatial)[axis], window.stride[axis], window.extent[axis] - 1
    n = spatial[axis]
    first = min(max(-((reach - cut.start - before) // s), 0), n - 1)
    return slice(first, max(min((cut.stop - 1 + before) // s + 1, n), first + 1))
