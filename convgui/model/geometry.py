"""Where the cells of a layer's output lie: how big they are, in which unit, and where in a body."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from convgui.core.filter_view import FilterView
from convgui.layers.layer import Shape
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.model.sources import first_path

Floats = NDArray[np.float64]
Affine = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Geometry:
    """Where a grid of cells lies; the fields are those of `Sample`."""

    spacing: tuple[float, ...] = ()
    units: tuple[str, ...] = ()
    affine: Affine = ()

    @classmethod
    def of(cls, sample: Sample) -> Geometry:
        """Return what is known of an input."""
        return cls(sample.spacing, sample.units, sample.affine)

    def seen_through(self, view: FilterView) -> Geometry:
        """Return the geometry of what a layer's windows make of its input.

        An output cell lies at the middle of what it reads, or, transposed, where an input cell writes the middle of its
        footprint.
        """
        steps, starts = _seen_through(view)
        spacing = tuple(float(size * step) for size, step in zip(self.spacing, steps, strict=True))
        return Geometry(spacing, self.units, _moved(self.affine, steps, starts))


def output_geometry(document: Document, number: int) -> Geometry:
    """Return where the cells of a value lie: of the input (0), or of what layer `number` makes."""
    geometry = Geometry.of(document.sample)
    for index in first_path(document.sources, number):
        geometry = geometry.seen_through(document.layers[index].filter_view(document.incoming[index]))
    return geometry


def step_again(before: Document, after: Document, step: int, counts: tuple[int, int]) -> int:
    """Return at which step another document is shown that has been made of one.

    Where steps go from output cell to output cell, in the order of rows, it is the cell that lies nearest to the old
    one; else the same step.

    Parameters
    ----------
    counts : tuple of int
        How many steps there are before and after.
    """
    if before.sample is not after.sample or counts[0] == counts[1]:
        return step
    (sizes, steps, starts), (others, apart, first) = _output_grid(before), _output_grid(after)
    if counts != (prod(sizes), prod(others)):
        return step
    centre = np.array(np.unravel_index(step, sizes)) * steps + starts
    cell = np.clip(np.rint((centre - first) / apart).astype(int), 0, np.array(others) - 1)
    return int(np.ravel_multi_index(tuple(cell), others))


def _output_grid(document: Document) -> tuple[Shape, Floats, Floats]:
    """Return how many cells the chosen layer's output has an axis, and where they lie in cells of the input."""
    number, axes = document.view.layer + 1, len(document.sample.spatial)
    steps: Floats = np.ones(axes)
    starts: Floats = np.zeros(axes)
    for index in first_path(document.sources, number):
        apart, first = _seen_through(document.layers[index].filter_view(document.incoming[index]))
        starts, steps = starts + steps * first, steps * apart
    return document.shapes[number][1:], steps, starts


def _seen_through(view: FilterView) -> tuple[Floats, Floats]:
    """Return how far apart cells of a layer's output are on each axis of its input, and where the first one lies."""
    return np.array([axis.step for axis in view.axes]), np.array([axis.offset for axis in view.axes])


def _moved(affine: Affine, steps: NDArray[np.float64], starts: NDArray[np.float64]) -> Affine:
    if not affine:
        return ()
    matrix = np.array(affine)
    moved = np.column_stack([matrix[:, :-1] * steps, matrix[:, :-1] @ starts + matrix[:, -1]])
    return tuple(tuple(float(n) for n in row) for row in moved)
