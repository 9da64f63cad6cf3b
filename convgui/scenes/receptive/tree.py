"""Receptive fields on one axis: the tree of values from an output down to all samples that it sees.

The picture is that of van den Oord et al. (WaveNet, arXiv 1609.03499): one row of nodes a layer, over the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core import Cancelled
from convgui.core.filter_axis import FilterAxis
from convgui.draw.envelope import Envelope, envelope
from convgui.draw.timeline import Timeline
from convgui.model.document import Document
from convgui.model.memo import Work
from convgui.model.nearby import goes_into, sources_of
from convgui.model.paths import widest_path

Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Row:
    """The values of one level that matter to a node.

    Attributes
    ----------
    cells : ndarray
        Their indices, in order; in the padding below 0 or too high.
    given : ndarray of bool
        Which of them are no padding.
    edges : ndarray, shape (n, 2)
        From which of them to which value of the level above.
    """

    cells: Index
    given: NDArray[np.bool_]
    edges: Index


@dataclass(frozen=True, eq=False)
class Tree:
    """A stack of layers on one axis, those left out that see one value and move by one.

    Attributes
    ----------
    numbers : tuple of int
        Which layer of the document each level above the input is, from 0.
    axes : tuple of FilterAxis
        The window of each level above the input.
    scales : tuple of float
        How many samples of the input lie from one value of a level to the next; of the input, 1.
    data : ndarray
        ``(C, T)``.
    """

    document: Document
    numbers: tuple[int, ...]
    axes: tuple[FilterAxis, ...]
    scales: tuple[float, ...]
    data: NDArray[Any]
    envelope: Envelope
    timeline: Timeline

    @property
    def top(self) -> int:
        """The highest level; the input is level 0."""
        return len(self.axes)

    def length(self, level: int) -> int:
        """Return how many values a level has."""
        return self.axes[level - 1].positions if level else self.data.shape[1]

    def lit(self, level: int, position: int) -> list[Row]:
        """Return what a value of a level follows from, from the input up to its own level."""
        cells, given = np.array([position], dtype=np.int64), np.array([True])
        rows = [Row(cells, given, np.empty((0, 2), dtype=np.int64))]
        for below in range(level - 1, -1, -1):
            axis = self.axes[below]
            above = cells[given]
            at, there = axis.tapped(above)
            if axis.mode != "zeros":
                # Padding that repeats the input is seen where the input is.
                at = sources_of(axis, at)
            pairs = np.stack([at, np.broadcast_to(above[:, None], at.shape)], axis=2)[there]
            cells = np.unique(pairs[:, 0])
            length = self.length(below)
            given = (cells >= 0) & (cells < length)
            rows.append(Row(cells, given, pairs))
        return rows[::-1]

    def reaching(self, cell: int) -> list[Index]:
        """Return the values of each level that a sample of the input reaches."""
        found = [np.array([cell], dtype=np.int64)]
        for axis in self.axes:
            reached = {position for at in found[-1].tolist() for position, _ in goes_into(axis, at)}
            found.append(np.array(sorted(reached), dtype=np.int64))
        return found

    def grown(self, level: int) -> int:
        """Return by how many samples a level widens the field."""
        return round(self.axes[level - 1].taps[-1] * self.scales[level - 1])

    @property
    def field(self) -> int:
        """How many samples an output sees, from the first to the last."""
        return 1 + sum(self.grown(level) for level in range(1, self.top + 1))


def _sees(axis: FilterAxis) -> bool:
    """Whether a layer does anything else than to make of each value one in its place."""
    return len(axis.taps) > 1 or axis.step != 1 or axis.before != 0 or axis.cells != axis.positions


def _levels(document: Document) -> tuple[tuple[int, ...], tuple[FilterAxis, ...], tuple[float, ...]]:
    """Return the layers that are levels, their windows, and how many samples lie between values of each level."""
    path = widest_path(document, len(document.layers))
    views = {n: document.layers[n].filter_view(document.incoming[n]) for n in path}
    seeing = [n for n in path if _sees(views[n].axes[0])]
    numbers = tuple(seeing or path)
    axes = tuple(views[n].axes[0] for n in numbers)
    scales = [1.0]
    for axis in axes:
        # What stretches a single value has it stand where it stood.
        scales.append(scales[-1] * (axis.step or 1.0))
    return numbers, axes, tuple(scales)


def tree_field(document: Document) -> int:
    """Return the step of the first output that may see nothing but samples, plus 1."""
    _, axes, scales = _levels(document)
    grown = sum(axis.taps[-1] * scale for axis, scale in zip(axes, scales, strict=False))
    return int(grown / scales[-1]) + 1


def tree(document: Document, work: Work) -> Tree:
    """Return the tree of a document whose layers keep their one axis."""
    numbers, axes, scales = _levels(document)
    sample = document.sample
    given = work.pieces.piece(("channel", sample.data, 0), lambda: sample.data[:1])
    known: Envelope | None = work.pieces.get(("envelope", given))
    if known is None:
        known = envelope(given, work, work.progress)
        if known is None:
            raise Cancelled
        work.pieces.put(("envelope", given), known)
    timeline = Timeline(sample.spacing[0], sample.units[0])
    return Tree(document, numbers, axes, scales, sample.data, known, timeline)
