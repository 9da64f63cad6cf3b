"""How strongly the input moves one cell of a network: each layer on the part of its input that the cell needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core import Cancelled
from convgui.layers.layer import AnyArray, Cancel, Layer, Shape
from convgui.layers.part import Part, Region, part
from convgui.model.document import Document
from convgui.model.sources import joined, needed_for, offsets

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Needed:
    """What a cell follows from.

    Attributes
    ----------
    number : int
        The value that the cell is of.
    parts : mapping of int to Part
        Each layer that it follows from, by index, in their order.
    regions : mapping of int to tuple of slice
        The part of each value, by its number.
    """

    document: Document
    number: int
    parts: dict[int, Part]
    regions: dict[int, Region]

    @property
    def read(self) -> Region:
        """The part of the input."""
        return self.regions[0]

    def blocks(self) -> Iterator[tuple[Part, Shape]]:
        """Yield each layer with ``(C, *spatial)`` of what it is applied to."""
        for index, one in self.parts.items():
            yield one, (self.document.incoming[index][0], *one.block)

    def _cut(self, index: int, number: int) -> Region:
        """Return which part of what is there of a value a layer reads; an axis of one cell is repeated."""
        spatial, wide = self.document.shapes[number][1:], self.document.incoming[index][1:]
        pairs = zip(self.parts[index].read, self.regions[number], spatial, wide, strict=True)
        return tuple(
            slice(0, 1) if n < m else slice(read.start - there.start, read.stop - there.start)
            for read, there, n, m in pairs
        )

    def gradient(self, cancel: Cancel | None = None) -> Floats:
        """Return how strongly each input cell moves the cell of the first channel, added over input channels.

        Raises
        ------
        Cancelled
            Soon after `cancel` begins to return True.
        """
        values: dict[int, AnyArray] = {0: self.document.sample.data[(slice(None), *self.read)].astype(np.float64)}
        incoming: dict[int, AnyArray] = {}
        for index, one in self.parts.items():
            if cancel is not None and cancel():
                raise Cancelled
            reads = self.document.reads(index)
            size = tuple(cut.stop - cut.start for cut in one.read)
            found = [values[n][(slice(None), *self._cut(index, n))] for n in reads]
            incoming[index] = joined([np.broadcast_to(x, (len(x), *size)) for x in found])
            values[index + 1] = one.forward(incoming[index], cancel)
        grads = {n: np.zeros(value.shape) for n, value in values.items()}
        grads[self.number][0] = 1
        for index, one in reversed(self.parts.items()):
            self._back(index, one.backward(grads[index + 1], incoming[index]), grads)
        return np.asarray(np.abs(grads[0]).sum(axis=0))

    def _back(self, index: int, grad: AnyArray, grads: dict[int, Floats]) -> None:
        """Add the gradient of what comes into a layer to those of the values that it reads."""
        reads = self.document.reads(index)
        shapes = [self.document.shapes[n] for n in reads]
        for n, shape, start in zip(reads, shapes, offsets(shapes), strict=True):
            own = grad[start : start + shape[0]]
            repeated = tuple(a for a in range(1, len(shape)) if shape[a] < self.document.incoming[index][a])
            if repeated:
                own = own.sum(axis=repeated, keepdims=True)
            grads[n][(slice(None), *self._cut(index, n))] += own


def needed(document: Document, layers: Sequence[Layer], number: int, cell: Sequence[int]) -> Needed:
    """Return what a cell of value `number` follows from, with `layers` in place of the document's own."""
    regions: dict[int, Region] = {number: tuple(slice(c, c + 1) for c in cell)}
    parts: dict[int, Part] = {}
    for index in reversed(needed_for(document.sources, number)):
        one = part(layers[index], document.incoming[index], regions[index + 1])
        parts[index] = one
        for n in document.reads(index):
            own = zip(one.read, document.shapes[n][1:], document.incoming[index][1:], strict=True)
            read = tuple(slice(0, 1) if few < many else cut for cut, few, many in own)
            regions[n] = _hull(regions[n], read) if n in regions else read
    regions.setdefault(0, tuple(slice(0, 1) for _ in cell))
    return Needed(document, number, dict(reversed(parts.items())), regions)


def _hull(one: Region, other: Region) -> Region:
    """Return the smallest part that holds both; an empty one holds nothing."""
    return tuple(
        b if a.stop <= a.start else a if b.stop <= b.start else slice(min(a.start, b.start), max(a.stop, b.stop))
        for a, b in zip(one, other, strict=True)
    )
