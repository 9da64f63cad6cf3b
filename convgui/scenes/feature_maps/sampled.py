"""First maps of a large picture: exact values at places spread over it, before all others are computed.

Small tiles of the picture, each as large as what one value sees, are put side by side and go through the layers as one
smaller picture. A value whose field lies inside its tile is what it is on the picture itself; no other is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from convgui.core import Cancelled
from convgui.core.tiles import Tiling, tiles
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
    if len(fields) != len(document.shapes):
        return None
    work = sum(work_of(*pair) for pair in pairs) / prod(spatial)
    return tiles(spatial, tuple(fields), PRODUCTS / max(work, 1.0))


def _local(layer: Layer, shape: Shape) -> bool:
    if isinstance(layer, Convolution) and layer.spec.transposed:
        return False
    return layer.local and layer.tabled(shape) is None


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
