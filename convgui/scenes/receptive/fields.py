"""What a cell after each layer sees of the input: where, in how many ways, and how strongly.

The field's size, stride and padding follow Araujo, Norris and Sim (Distill 2019); the effective field is the gradient
of one cell with respect to the input (Luo et al., arXiv 1701.04128).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, FilterView, receptive_field
from convgui.core.filter_axis import FilterAxis, Index
from convgui.core.filter_view import on_two_axes
from convgui.core.memory import check_budget
from convgui.core.receptive import Number, ReceptiveField
from convgui.core.seen import cells_seen, sizes, ways_along
from convgui.layers.convolution import Convolution
from convgui.layers.layer import AnyArray, Cancel, Layer, Shape
from convgui.model.document import Document
from convgui.model.limits import too_long
from convgui.model.paths import widest_path
from convgui.model.sample import Sample
from convgui.scenes.receptive.gradients import Needed, needed
from convgui.scenes.receptive.spot import spot
from convgui.scenes.scene import SceneError

Floats = NDArray[np.float64]
DRAWS = 6
"""Random networks whose effective fields are averaged."""


@dataclass(frozen=True, eq=False)
class Strength:
    """The effective field of one cell: ``values`` ``(rows, columns)`` of the input from `corner` on."""

    values: Floats
    corner: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Fields:
    """The fields after every layer of a stack.

    Attributes
    ----------
    size : tuple of int
        Rows and columns of the input.
    document : Document
        What they are the fields of.
    path : tuple of int
        Which of its layers lead from the input to the last one: where branches meet, on which the field is widest.
    layers, shapes
        Those layers, and ``(C, *spatial)`` of what comes into each.
    fields : tuple of ReceptiveField
        After each layer.
    views : tuple of FilterView
        The window of each layer, on rows and columns.
    sizes : tuple of (tuple of int, tuple of int)
        How many rows and how many columns the cells after each layer see, one period of them in turn.
    strengths : tuple of Strength
        The effective field of the middle cell after each layer.
    random : bool
        Whether the weights were drawn; otherwise they are the document's own.
    plane : tuple of int
        Of three axes the two that are drawn as rows and columns; empty where there are fewer.
    aside : tuple of FilterAxis
        The window of each layer on the axis that is not drawn.
    spot : tuple of float or None
        Row and column of the input around which fields are shown, where that is not the middle.
    """

    document: Document
    path: tuple[int, ...]
    size: tuple[int, int]
    layers: tuple[Layer, ...]
    shapes: tuple[Shape, ...]
    fields: tuple[ReceptiveField, ...]
    views: tuple[FilterView, ...]
    sizes: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    strengths: tuple[Strength, ...]
    random: bool
    plane: tuple[int, ...] = ()
    aside: tuple[FilterAxis, ...] = ()
    spot: tuple[float, float] | None = None

    @property
    def sample(self) -> Sample:
        """The input."""
        return self.document.sample

    @property
    def columns(self) -> int:
        """The axis that is drawn as columns."""
        return self.plane[1] if self.plane else len(self.sample.spatial) - 1

    @property
    def left_out(self) -> int:
        """The axis that is not drawn, where there are three."""
        return 3 - sum(self.plane)

    def on_rows(self, values: tuple[Number, ...], missing: Number) -> tuple[Number, Number]:
        """Return those of rows and columns; a single axis is the columns."""
        if self.plane:
            return values[self.plane[0]], values[self.plane[1]]
        return (missing, values[0]) if len(values) == 1 else (values[0], values[1])

    def sheet(self, data: AnyArray) -> AnyArray:
        """Return ``(C, rows, columns)`` of the input: of a volume the sheet in the middle of the axis left out."""
        if not self.plane:
            return data.reshape(data.shape[0], *self.size)
        return np.asarray(data.take(data.shape[1 + self.left_out] // 2, axis=1 + self.left_out))

    def extents(self, index: int) -> tuple[tuple[int, ...], ...]:
        """Return how much cells in turn see on every axis of the input."""
        if not self.plane:
            return self.sizes[index][2 - len(self.sample.spatial) :]
        found = list(self.sizes[index])
        found.insert(self.left_out, sizes(self.aside[: index + 1], self.aside[index].positions))
        return tuple(found)

    def whole(self, index: int, cell: tuple[int, int]) -> tuple[int, ...]:
        """Return a cell after a layer on all axes, in the middle of the one that is not drawn."""
        if not self.plane:
            return cell[2 - len(self.sample.spatial) :]
        count, turns = self.aside[index].positions, self.extents(index)[self.left_out]
        found = list(cell)
        found.insert(self.left_out, _widest(count // 2, count, turns))
        return tuple(found)

    def seen_aside(self, index: int, cell: tuple[int, int]) -> Index:
        """Return what a cell sees on the axis that is not drawn; of fewer axes the one row that there is."""
        if not self.plane:
            return np.zeros(1, dtype=np.int64)
        return cells_seen(self.aside[: index + 1], self.whole(index, cell)[self.left_out])

    def middle(self, index: int) -> tuple[int, int]:
        """Return the cell after layer `index` in the middle or at the spot; of those in turn the one that sees most."""
        if self.spot is not None:
            return self.cell_at(index, *self.spot)
        rows, columns = (
            _widest(count // 2, count, sizes)
            for count, sizes in zip(self.views[index].output_shape, self.sizes[index], strict=True)
        )
        return (rows, columns)

    def seen(self, index: int, axis: int, cell: int) -> Index:
        """Return the input cells that a cell sees on one axis (0 rows, 1 columns), also those in the padding."""
        return cells_seen(tuple(view.axes[axis] for view in self.views[: index + 1]), cell)

    def span(self, index: int, axis: int, cell: int) -> tuple[float, float]:
        """Return first input cell and number of cells of the field of a cell on one axis; 0 where it sees nothing."""
        seen = self.seen(index, axis, cell)
        return (float(seen[0]), float(seen[-1] - seen[0] + 1)) if seen.size else (0.0, 0.0)

    def box(self, index: int, cell: tuple[int, int]) -> tuple[float, float, float, float]:
        """Return row, column, height and width of the field of a cell, which may reach out of the input."""
        (top, high), (left, wide) = (self.span(index, axis, cell[axis]) for axis in (0, 1))
        return (top, left, high, wide)

    def cell_at(self, index: int, row: float, column: float) -> tuple[int, int]:
        """Return the cell after layer `index` whose field lies around an input cell."""
        offset, apart = self.on_rows(self.fields[index].offset, 0), self.on_rows(self.fields[index].stride, 1)
        counts = self.views[index].output_shape
        found = [
            _widest(min(max(round((at - float(o)) / float(s)), 0), n - 1), n, turns)
            for at, o, s, n, turns in zip((row, column), offset, apart, counts, self.sizes[index], strict=True)
        ]
        return (found[0], found[1])

    def largest(self, index: int) -> tuple[int, int]:
        """Return how many rows and columns the cells that see most see after a layer; 1 and 1 before the first."""
        rows, columns = self.sizes[index] if index >= 0 else ((1,), (1,))
        return max(rows), max(columns)

    def regular(self, index: int) -> bool:
        """Whether all cells after a layer see equally much, as the usual recurrence says; so it is before the first."""
        if index < 0:
            return True
        field = self.on_rows(self.fields[index].size, 1)
        return all(set(turns) == {n} for turns, n in zip(self.sizes[index], field, strict=True))

    def ways(self, index: int, cell: tuple[int, int]) -> tuple[Floats, Floats]:
        """Return in how many ways each row and each column of the input reaches a cell; a pixel has the product."""
        views = self.views[: index + 1]
        rows, columns = (ways_along(tuple(view.axes[a] for view in views), cell[a]) for a in (0, 1))
        return rows, columns


def fields(document: Document, random: bool, cancel: Cancel | None = None, plane: tuple[int, int] = (1, 2)) -> Fields:
    """Follow the fields through the whole stack; of three axes, `plane` says which two are drawn.

    Raises
    ------
    SpecError
        If a layer does not take what comes before it, or needs too much memory for what a cell sees.
    SceneError
        If the fields are so large that it would take too long to compute them.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    path = widest_path(document, len(document.layers))
    layers, shapes = tuple(document.layers[n] for n in path), tuple(document.incoming[n] for n in path)
    own = [layer.filter_view(shape) for layer, shape in zip(layers, shapes, strict=True)]
    spatial = document.sample.spatial
    volume = len(spatial) > 2
    views = tuple(view.on_axes(*plane) if volume else view.on_two_axes for view in own)
    found = Fields(
        document=document,
        path=path,
        size=(spatial[plane[0]], spatial[plane[1]]) if volume else on_two_axes(spatial),
        layers=layers,
        shapes=shapes,
        fields=receptive_field([view.spec for view in own]).layers,
        views=views,
        sizes=tuple(_sizes(views[:n]) for n in range(1, len(path) + 1)),
        strengths=(),
        random=random,
        plane=plane if volume else (),
        aside=tuple(view.axes[3 - sum(plane)] for view in own) if volume else (),
    )
    if len(spatial) == 2:
        found = replace(found, spot=spot(found.sheet(found.sample.data)[0]))
    return replace(found, strengths=_strengths(found, cancel))


def _sizes(views: tuple[FilterView, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rows, columns = (sizes(tuple(view.axes[a] for view in views), views[-1].output_shape[a]) for a in (0, 1))
    return rows, columns


def _widest(middle: int, count: int, sizes: tuple[int, ...]) -> int:
    """Return the cell nearest to the middle whose field is the widest; they repeat with the length of `sizes`."""
    near = range(max(0, middle - len(sizes) + 1), min(count, middle + len(sizes)))
    return min(near, key=lambda cell: (-sizes[cell % len(sizes)], abs(cell - middle)))


def _strengths(f: Fields, cancel: Cancel | None) -> tuple[Strength, ...]:
    """Compute the effective fields of all middle cells, over all branches, on the part of the input that each sees."""
    own = f.document.layers
    nets = [_drawn(own, draw) for draw in range(DRAWS)] if f.random else [own]
    _check_effort(f, len(nets))
    return tuple(_strength(f, [_needed(f, net, n) for net in nets], cancel) for n in range(len(f.layers)))


def _needed(f: Fields, net: tuple[Layer, ...], index: int) -> Needed:
    """Return what the middle cell after layer `index` of the path follows from."""
    return needed(f.document, net, f.path[index] + 1, f.whole(index, f.middle(index)))


def _check_effort(f: Fields, nets: int) -> None:
    """Refuse fields that would take too many multiplications, forwards and back, or too much memory for a layer."""
    total = 0
    for index in range(len(f.layers)):
        for one, shape in _needed(f, f.document.layers, index).blocks():
            check_budget(shape, np.dtype(np.float64).itemsize, None)
            total += 2 * one.multiply_adds(shape[0])
    if reason := too_long(total * nets):
        raise SceneError(reason)


def _strength(f: Fields, nets: list[Needed], cancel: Cancel | None) -> Strength:
    """Average over networks how strongly the input moves a cell."""
    total = np.asarray(sum(net.gradient(cancel) for net in nets) / len(nets))
    starts = [cut.start for cut in nets[0].read]
    if f.plane:
        # Of a volume, all sheets together.
        return Strength(np.asarray(total.sum(axis=f.left_out)), (starts[f.plane[0]], starts[f.plane[1]]))
    return Strength(total.reshape(on_two_axes(total.shape)), on_two_axes(starts, 0))


def _drawn(layers: tuple[Layer, ...], seed: int) -> tuple[Layer, ...]:
    """Replace all weights by normal ones of variance 2 / fan-in (He et al., arXiv 1502.01852)."""
    rng = np.random.default_rng(seed)
    return tuple(
        replace(layer, weight=rng.normal(0, _deviation(layer.spec), layer.weight.shape), bias=np.zeros_like(layer.bias))
        if isinstance(layer, Convolution)
        else layer
        for layer in layers
    )


def _deviation(spec: ConvSpec) -> float:
    return float(np.sqrt(2 / (spec.taps * spec.channels.depth)))
