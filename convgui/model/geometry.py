"""Where the cells of a layer's output lie: how big they are, in which unit, and where in a body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec
from convgui.model.document import Document
from convgui.model.sample import Sample

Affine = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Geometry:
    """The place of a grid of cells; the fields are those of `Sample`."""

    spacing: tuple[float, ...] = ()
    units: tuple[str, ...] = ()
    affine: Affine = ()

    @classmethod
    def of(cls, sample: Sample) -> Geometry:
        """Return what is known of an input."""
        return cls(sample.spacing, sample.units, sample.affine)

    def seen_through(self, window: ConvSpec, spatial: Sequence[int]) -> Geometry:
        """Return the geometry of what a window makes of an input with the lengths `spatial`.

        An output cell lies at the middle of what it reads, or, transposed, where an input cell writes the middle of its
        footprint.
        """
        steps, starts = np.ones(len(spatial)), np.zeros(len(spatial))
        sizes = zip(window.kernel_size, window.stride, window.dilation, window.pads(spatial), strict=True)
        for axis, (size, stride, dilation, (before, _)) in enumerate(sizes):
            middle = dilation * (size - 1) / 2 - before
            steps[axis] = 1 / stride if window.transposed else stride
            starts[axis] = -middle / stride if window.transposed else middle
        spacing = tuple(float(size * step) for size, step in zip(self.spacing, steps, strict=True))
        return Geometry(spacing, self.units, _moved(self.affine, steps, starts))


def output_geometry(document: Document, count: int) -> Geometry:
    """Return where the cells lie after the first `count` layers of a document."""
    geometry = Geometry.of(document.sample)
    for layer, shape in zip(document.layers[:count], document.shapes, strict=False):
        geometry = geometry.seen_through(layer.window(shape), shape[1:])
    return geometry


def _moved(affine: Affine, steps: NDArray[np.float64], starts: NDArray[np.float64]) -> Affine:
    if not affine:
        return ()
    matrix = np.array(affine)
    moved = np.column_stack([matrix[:, :-1] * steps, matrix[:, :-1] @ starts + matrix[:, -1]])
    return tuple(tuple(float(n) for n in row) for row in moved)
