"""First maps of a large picture: exact values at places spread over it, before all others are computed.

Small tiles of the picture, each as large as what one value sees, are put side by side and go through the layers as one
smaller picture. A value whose field lies inside its tile is what it is on the picture itself; no other is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, lcm, prod, sqrt

import numpy as np

from convgui.core import Cancelled
from convgui.core.receptive import ReceptiveField
from convgui.layers.convolution import Convolution
from convgui.layers.layer import AnyArray, Layer, Shape
from convgui.model.document import Document
from convgui.model.flow import all_values
from convgui.model.memo import Work
from convgui.model.paths import widest_fields
from convgui.model.sample import Sample
from convgui.scenes.scene import work_of

PRODUCTS = 1_200_000_000
"""Multiply-adds that the first maps may take."""
FEWEST, MOST = 24, 192
"""Tiles on the longer side of a picture, at the least and at the most."""
WORTH = 4
"""How many times fewer pixels the tiles have together than the picture, at the least."""


@dataclass(frozen=True)
class Tiling:
    """Where the tiles are cut: `count` of a side on each axis, one every `apart` pixels, the last inside the picture.

    Attributes
    ----------
    fields : tuple of ReceptiveField
        Of each value.
    """

    spatial: tuple[int, ...]
    side: int
    apart: int
    count: tuple[int, ...]
    step: int
    fields: tuple[ReceptiveField, ...]

    def starts(self, axis: int) -> list[int]:
        """Return where the tiles begin on the picture."""
        last = (self.spatial[axis] - self.side) // self.step * self.step
        return [min(n * self.apart, last) for n in range(self.count[axis])]

    def factor(self, number: int) -> int:
        """Return for how many cells a side of a value's map one is shown."""
        return self.apart // int(self.fields[number].stride[0])

    def first(self, number: int, axis: int) -> int:
        """Return the cell of a value in the first tile that is shown: one in the middle, whose field is inside."""
        field = self.fields[number]
        stride, padding, size = (int(part[axis]) for part in (field.stride, field.padding, field.size))
        first = ceil(padding / stride)
        return first + (self.side - (first * stride - padding + size)) // stride // 2

    def places(self, number: int, axis: int, length: int) -> tuple[list[int], list[int]]:
        """Return which cells of a value's map are shown, and which they are in the value of the tiles."""
        stride, first = int(self.fields[number].stride[axis]), self.first(number, axis)
        shown = [min(n, self.count[axis] - 1) for n in range(ceil(length / self.factor(number)))]
        starts = self.starts(axis)
        return [first + starts[n] // stride for n in shown], [first + n * self.side // stride for n in shown]


@dataclass(frozen=True, eq=False)
class Sampled:
    """Values of all layers at some places.

    Attributes
    ----------
    values : tuple of ndarray
        What each layer makes of the tiles side by side, the input first.
    """

    tiling: Tiling
    shapes: tuple[Shape, ...]
    values: tuple[AnyArray, ...]

    def at(self, number: int) -> AnyArray:
        """Return the values that are shown of layer number `number`, ``(C, *count)``."""
        rows, columns = (self.tiling.places(number, a, n)[1] for a, n in enumerate(self.shapes[number][1:]))
        return self.values[number][:, rows][:, :, columns]

    def nearest(self, number: int, cell: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the cell that is shown for another one, and which it is in the value of the tiles."""
        found = list[tuple[int, int]]()
        for axis, (at, length) in enumerate(zip(cell, self.shapes[number][1:], strict=True)):
            there, here = self.tiling.places(number, axis, length)
            n = min(at // self.tiling.factor(number), len(there) - 1)
            found.append((there[n], here[n]))
        (row, own_row), (column, own_column) = found
        return (row, column), (own_row, own_column)


def tiling(document: Document) -> Tiling | None:
    """Return how a picture is cut into tiles; None where values see too much of it, or something besides."""
    spatial = document.sample.spatial
    pairs = list(zip(document.layers, document.incoming, strict=True))
    if len(spatial) != 2 or document.missing == "rescale" or not all(_local(*pair) for pair in pairs):
        return None
    fields = [field for field in widest_fields(document) if field is not None]
    if len(fields) != len(document.shapes) or not all(_whole(field) for field in fields):
        return None
    step = lcm(*(int(n) for field in fields for n in field.stride))
    ends = [ceil(p / s) * s - p + n for f in fields for s, p, n in _axes(f)]
    side = ceil(max(ends) / step) * step
    work = sum(work_of(*pair) for pair in pairs) / prod(spatial)
    # So many tiles a pixel of the picture's longer side as the products allow.
    most = sqrt(PRODUCTS / max(work, 1.0) / (min(spatial) / max(spatial))) / side
    apart = max(ceil(max(spatial) / min(most, MOST) / step) * step, ceil(side * sqrt(WORTH) / step) * step)
    count = tuple(ceil(n / apart) for n in spatial)
    if max(count) < FEWEST or min(spatial) < side + step:
        return None
    return Tiling(spatial, side, apart, count, step, tuple(fields))


def _local(layer: Layer, shape: Shape) -> bool:
    if isinstance(layer, Convolution) and layer.spec.transposed:
        return False
    return layer.local and layer.tabled(shape) is None


def _whole(field: ReceptiveField) -> bool:
    """Whether a field moves by whole cells, the same on both axes."""
    numbers = (*field.size, *field.stride, *field.padding)
    return all(n == int(n) for n in numbers) and len(set(field.stride)) == 1


def _axes(field: ReceptiveField) -> list[tuple[int, int, int]]:
    """Return stride, padding and size on each axis."""
    return [(int(s), int(p), int(n)) for s, p, n in zip(field.stride, field.padding, field.size, strict=True)]


def sampled(document: Document, cut: Tiling, work: Work) -> Sampled:
    """Compute the values of all layers on tiles.

    Raises
    ------
    Cancelled
        Soon after `work` is to stop.
    """
    if work():
        raise Cancelled
    rows, columns = (
        (np.array(cut.starts(axis))[:, None] + np.arange(cut.side)).reshape(-1) for axis in range(len(cut.spatial))
    )
    given = document.sample
    data = np.ascontiguousarray(given.data[:, rows[:, None], columns])
    tiles = Sample(data, given.name, channels=given.channels, nonfinite=given.nonfinite)
    made = Document(tiles, document.layers, missing=document.missing, sources=document.sources)
    return Sampled(cut, tuple(document.shapes), tuple(all_values(made, work)))
