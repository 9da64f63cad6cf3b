"""What a cell after each layer sees of the input: where, in how many ways, and how strongly.

The field's size, stride and padding follow Araujo, Norris and Sim (Distill 2019); the effective field is the gradient
of one cell with respect to the input (Luo et al., arXiv 1701.04128).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, prod

import numpy as np
from numpy.typing import NDArray

from convgui.core import Cancelled, ConvSpec, receptive_field, theoretical_map
from convgui.core.receptive import Number, ReceptiveField
from convgui.model.document import Document
from convgui.model.layer import Cancel, Layer, Shape
from convgui.model.layers import AnyLayer
from convgui.model.sample import Sample

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
    layers, shapes
        The document's layers, and ``(C, *spatial)`` before each and after the last.
    fields : tuple of ReceptiveField
        After each layer.
    lines : tuple of (ConvSpec, ConvSpec)
        The windows of each layer along rows and along columns, for one channel.
    strengths : tuple of Strength
        The effective field of the middle cell after each layer.
    random : bool
        Whether the weights were drawn; otherwise they are the document's own.
    """

    sample: Sample
    size: tuple[int, int]
    layers: tuple[AnyLayer, ...]
    shapes: tuple[Shape, ...]
    fields: tuple[ReceptiveField, ...]
    lines: tuple[tuple[ConvSpec, ConvSpec], ...]
    strengths: tuple[Strength, ...]
    random: bool

    def middle(self, place: int) -> tuple[int, int]:
        """Return the middle cell after layer `place`."""
        rows, columns = plane(self.shapes[place + 1][1:])
        return (rows // 2, columns // 2)

    def span(self, place: int, axis: int, cell: int) -> tuple[float, float]:
        """Return first input cell and number of cells of the field of a cell on one axis (0 rows, 1 columns).

        Walked back layer by layer, because after upsampling fields are not all equally wide.
        """
        first = last = cell
        sizes = [plane(shape[1:])[axis] for shape in self.shapes]
        for line, size in zip(
            reversed([pair[axis] for pair in self.lines[: place + 1]]), sizes[place::-1], strict=True
        ):
            (before, _), s, reach = line.pads((size,))[0], line.stride[0], line.extent[0] - 1
            if line.transposed:
                first, last = -((reach - first - before) // s), (last + before) // s
            else:
                first, last = first * s - before, last * s - before + reach
        return (float(first), float(max(last - first + 1, 0)))

    def box(self, place: int, cell: tuple[int, int]) -> tuple[float, float, float, float]:
        """Return row, column, height and width of the field of a cell, which may reach out of the input."""
        (top, high), (left, wide) = (self.span(place, axis, cell[axis]) for axis in (0, 1))
        return (top, left, high, wide)

    def cell_at(self, place: int, row: float, column: float) -> tuple[int, int]:
        """Return the cell after layer `place` whose field lies around an input cell."""
        offset, stride = two(self.fields[place].offset, 0), two(self.fields[place].stride, 1)
        sizes = plane(self.shapes[place + 1][1:])
        found = [
            min(max(round((at - float(o)) / float(s)), 0), n - 1)
            for at, o, s, n in zip((row, column), offset, stride, sizes, strict=True)
        ]
        return (found[0], found[1])

    def ways(self, place: int, cell: tuple[int, int]) -> tuple[Floats, Floats]:
        """Return in how many ways each row and each column of the input reaches a cell; a pixel has the product."""
        specs = self.lines[: place + 1]
        rows = theoretical_map([line for line, _ in specs], (self.size[0],), (cell[0],))
        columns = theoretical_map([line for _, line in specs], (self.size[1],), (cell[1],))
        return rows, columns


def two(values: tuple[Number, ...], missing: Number) -> tuple[Number, Number]:
    """Return a pair for rows and columns; a single axis is the columns."""
    return (missing, values[0]) if len(values) == 1 else (values[0], values[1])


def plane(spatial: Shape) -> tuple[int, int]:
    """Return rows and columns of one or two spatial axes."""
    return (1, spatial[0]) if len(spatial) == 1 else (spatial[0], spatial[1])


def fields(document: Document, random: bool, cancel: Cancel | None = None) -> Fields:
    """Follow the fields through the whole stack.

    Raises
    ------
    SpecError
        If a layer does not take what comes before it.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    shapes = document.shapes
    windows = [layer.window(shape) for layer, shape in zip(document.layers, shapes, strict=False)]
    found = Fields(
        sample=document.sample,
        size=plane(document.sample.spatial),
        layers=document.layers,
        shapes=shapes,
        fields=receptive_field(windows).layers,
        lines=tuple(_lines(spec, shape[1:]) for spec, shape in zip(windows, shapes, strict=False)),
        strengths=(),
        random=random,
    )
    return replace(found, strengths=_strengths(found, windows, cancel))


def _lines(spec: ConvSpec, spatial: Shape) -> tuple[ConvSpec, ConvSpec]:
    """Split a window into its rows and its columns, because ways multiply."""
    pads = spec.pads(spatial)
    lines = [
        ConvSpec.of(
            1,
            1,
            spec.kernel_size[a : a + 1],
            stride=spec.stride[a],
            padding=pads[a : a + 1],
            dilation=spec.dilation[a],
            padding_mode=spec.padding_mode,
            transposed=spec.transposed,
            output_padding=spec.output_padding[a],
        )
        for a in range(spec.rank)
    ]
    return (lines[0], lines[1]) if len(lines) == 2 else (ConvSpec.of(1, 1, (1,)), lines[0])


def _strengths(f: Fields, windows: list[ConvSpec], cancel: Cancel | None) -> tuple[Strength, ...]:
    """Compute the effective fields of all middle cells, each on the part of the input that it sees."""
    nets = [_drawn(f.layers, draw) for draw in range(DRAWS)] if f.random else [f.layers]
    return tuple(_strength(f, nets, windows, place, cancel) for place in range(len(f.layers)))


def _strength(
    f: Fields, nets: list[tuple[AnyLayer, ...]], windows: list[ConvSpec], place: int, cancel: Cancel | None
) -> Strength:
    """Average over networks how strongly the input moves the middle cell after one layer."""
    corner, part = _part(f, windows[: place + 1], place)
    x = f.sample.data[(slice(None), *part)].astype(np.float64)
    cell, total = _moved(f, place, corner), np.zeros(x.shape[1:])
    for net in nets:
        values = [x]
        for layer in net[: place + 1]:
            if cancel is not None and cancel():
                raise Cancelled
            values.append(layer.forward(values[-1], cancel))
        total += _gradient(net[: place + 1], values, cell) / len(nets)
    return Strength(total.reshape(plane(total.shape)), _pair(corner))


def _pair(corner: tuple[int, ...]) -> tuple[int, int]:
    return (0, corner[0]) if len(corner) == 1 else (corner[0], corner[1])


def _gradient(layers: tuple[AnyLayer, ...], values: list[Floats], cell: tuple[int, ...]) -> Floats:
    """Return how strongly each input cell moves one cell of the first channel, added over input channels."""
    grad = np.zeros(values[len(layers)].shape)
    grad[(0, *cell)] = 1
    for layer, entered in zip(reversed(layers), reversed(values[: len(layers)]), strict=True):
        grad = layer.backward(grad, entered)
    return np.asarray(np.abs(grad).sum(axis=0))


def _drawn(layers: tuple[AnyLayer, ...], seed: int) -> tuple[AnyLayer, ...]:
    """Replace all weights by normal ones of variance 2 / fan-in (He et al., arXiv 1502.01852)."""
    rng = np.random.default_rng(seed)
    return tuple(
        replace(layer, weight=rng.normal(0, _deviation(layer.spec), layer.weight.shape), bias=np.zeros_like(layer.bias))
        if isinstance(layer, Layer)
        else layer
        for layer in layers
    )


def _deviation(spec: ConvSpec) -> float:
    return float(np.sqrt(2 / (spec.taps * spec.in_channels / spec.groups)))


def _part(f: Fields, windows: list[ConvSpec], place: int) -> tuple[tuple[int, ...], tuple[slice, ...]]:
    """Return corner and slices of the part of the input that the middle cell after a layer sees.

    It begins at a multiple of all strides, so that windows lie in it as they lie in the whole input. Padding that
    depends on the input's size, or that goes round it, takes the whole input.
    """
    spatial = f.sample.spatial
    whole = tuple(slice(0, n) for n in spatial)
    if any(spec.padding in ("same_upper", "same_lower") or spec.padding_mode == "circular" for spec in windows):
        return (0,) * len(spatial), whole
    align = prod(s for spec in windows if not spec.transposed for s in spec.stride)
    firsts, parts = [], []
    for axis, n in enumerate(spatial, start=2 - len(spatial)):
        start, size = f.span(place, axis, f.middle(place)[axis])
        first = min(max(0, floor(start) // align * align), n - 1)
        last = min(n, ceil(start + size))
        firsts.append(first)
        parts.append(slice(first, max(last, first + 1)))
    return tuple(firsts), tuple(parts)


def _moved(f: Fields, place: int, corner: tuple[int, ...]) -> tuple[int, ...]:
    """Return the middle cell after layer `place` as it is counted from the corner of the part."""
    strides = f.fields[place].stride
    cell = f.middle(place)[2 - len(strides) :]
    return tuple(int(c - Fraction(first) / Fraction(s)) for c, first, s in zip(cell, corner, strides, strict=True))
