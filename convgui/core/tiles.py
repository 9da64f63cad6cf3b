"""Small tiles spread over a large picture, each as large as what one value of any of some layers sees.

Side by side they are a smaller picture. A value whose field lies inside its tile is there what it is on the large one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, lcm, sqrt

from convgui.core.receptive import ReceptiveField

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


def tiles(spatial: tuple[int, ...], fields: Sequence[ReceptiveField], most: float) -> Tiling | None:
    """Return how a picture of two axes is cut into tiles; None where values see too much of it.

    Parameters
    ----------
    fields : sequence of ReceptiveField
        Of the input and of what each layer makes.
    most : float
        Pixels that the tiles have together at the most.
    """
    if not all(_whole(field) for field in fields):
        return None
    step = lcm(*(int(n) for field in fields for n in field.stride))
    ends = [ceil(p / s) * s - p + n for f in fields for s, p, n in _axes(f)]
    side = ceil(max(ends) / step) * step
    # So many tiles on the picture's longer side as these pixels allow.
    count_most = sqrt(most / (min(spatial) / max(spatial))) / side
    apart = max(ceil(max(spatial) / min(count_most, MOST) / step) * step, ceil(side * sqrt(WORTH) / step) * step)
    count = tuple(ceil(n / apart) for n in spatial)
    if max(count) < FEWEST or min(spatial) < side + step:
        return None
    return Tiling(spatial, side, apart, count, step, tuple(fields))


def _whole(field: ReceptiveField) -> bool:
    """Whether a field moves by whole cells, the same on both axes."""
    numbers = (*field.size, *field.stride, *field.padding)
    return all(n == int(n) for n in numbers) and len(set(field.stride)) == 1


def _axes(field: ReceptiveField) -> list[tuple[int, int, int]]:
    """Return stride, padding and size on each axis."""
    return [(int(s), int(p), int(n)) for s, p, n in zip(field.stride, field.padding, field.size, strict=True)]
