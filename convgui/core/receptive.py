"""Receptive fields: which part of the input one output cell of a stack of layers sees.

The recurrences are those of Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks"
(Distill 2019): a layer of extent ``e`` widens the field by ``(e - 1)`` times the product of the earlier strides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from convgui.core.gradients import input_gradient
from convgui.core.spec import ConvSpec, Pairs, SpecError
from convgui.words import tr

AnyArray = NDArray[Any]
Number: TypeAlias = int | Fraction


@runtime_checkable
class HasSpec(Protocol):
    """Anything that carries a spec, such as a layer of a document."""

    @property
    def spec(self) -> ConvSpec:
        """The layer's parameters."""


@dataclass(frozen=True)
class Branches:
    """Paths between the same two points whose results are added or stacked. An empty path is a skip connection."""

    paths: tuple[tuple[LayerLike, ...], ...]


LayerLike: TypeAlias = "ConvSpec | HasSpec | Branches"


@dataclass(frozen=True)
class ReceptiveField:
    """The field of one output cell, for each axis. Numbers are in input cells; fractions occur after upsampling.

    Attributes
    ----------
    size : tuple of int or Fraction
        Cells from the first to the last that can matter.
    stride : tuple of int or Fraction
        By how many input cells the field moves from one output cell to the next.
    padding : tuple of int or Fraction
        How far the field of the first output cell reaches out of the input.
    layers : tuple of ReceptiveField
        The fields after one layer, two layers and so on; their own `layers` are empty.
    """

    size: tuple[Number, ...]
    stride: tuple[Number, ...]
    padding: tuple[Number, ...]
    layers: tuple[ReceptiveField, ...] = ()

    @property
    def offset(self) -> tuple[Number, ...]:
        """Where the middle of the first output cell's field lies; 0 is the middle of the first input cell."""
        return tuple(_plain(Fraction(n - 1) / 2 - p) for n, p in zip(self.size, self.padding, strict=True))


def receptive_field(layers: Sequence[LayerLike]) -> ReceptiveField:
    """Compute size, stride and padding of the field of a stack.

    Parameters
    ----------
    layers : sequence of ConvSpec, of objects with a `spec`, or of Branches
        From the input on. Pooling counts as the spec of its window.

    Returns
    -------
    ReceptiveField
        With the fields layer by layer. Branches are joined by the widest path: from the leftmost to the rightmost cell
        that any path sees.

    Raises
    ------
    SpecError
        If there is no layer, ranks differ, or the strides of branches differ.
    """
    rank = _rank(layers)
    if rank is None:
        raise SpecError("layers", tr("is empty; at least one layer is needed."))
    steps = _walk(layers, one_cell(rank))
    return replace(steps[-1], layers=tuple(steps))


def one_cell(rank: int) -> ReceptiveField:
    """Return the field before the first layer."""
    return ReceptiveField((1,) * rank, (1,) * rank, (0,) * rank)


def _rank(layers: Sequence[LayerLike]) -> int | None:
    for layer in layers:
        if not isinstance(layer, Branches):
            return spec_of(layer).rank
        for path in layer.paths:
            found = _rank(path)
            if found is not None:
                return found
    return None


def spec_of(layer: ConvSpec | HasSpec) -> ConvSpec:
    """Return the spec that a layer is or carries."""
    return layer if isinstance(layer, ConvSpec) else layer.spec


def _walk(layers: Sequence[LayerLike], field: ReceptiveField) -> list[ReceptiveField]:
    steps = []
    for layer in layers:
        field = _join(layer, field) if isinstance(layer, Branches) else after(spec_of(layer), field)
        steps.append(field)
    return steps


def after(spec: ConvSpec, field: ReceptiveField) -> ReceptiveField:
    """Extend a field by one layer; SpecError if they have different axes."""
    if spec.rank != len(field.size):
        raise SpecError(
            "layers", tr("has kernels of {rank} and of {count} axes.", rank=spec.rank, count=len(field.size))
        )
    size, stride, padding = [], [], []
    for a, (before, _) in enumerate(_typical_pads(spec)):
        n, step, pad = Fraction(field.size[a]), Fraction(field.stride[a]), Fraction(field.padding[a])
        k, s, d = spec.kernel_size[a], spec.stride[a], spec.dilation[a]
        if spec.transposed:
            # Output o sees the inputs (o + before - t d) / s, for those taps t where that is whole.
            apart = s // gcd(s, d)
            reach = (d * apart // s) * (-(-k // apart) - 1)
            size.append(_plain(n + reach * step))
            padding.append(_plain(pad + (spec.extent[a] - 1 - before) // s * step))
            stride.append(_plain(step / s))
        else:
            size.append(_plain(n + d * (k - 1) * step))
            padding.append(_plain(pad + before * step))
            stride.append(_plain(step * s))
    return ReceptiveField(tuple(size), tuple(stride), tuple(padding))


def _typical_pads(spec: ConvSpec) -> Pairs:
    """Resolve padding names for an input that the stride divides, where they depend on the input's size at all."""
    return spec.pads([s * e for s, e in zip(spec.stride, spec.extent, strict=True)])


def _plain(value: Fraction) -> Number:
    return int(value) if value.denominator == 1 else value


def _join(branches: Branches, field: ReceptiveField) -> ReceptiveField:
    if not branches.paths:
        raise SpecError("layers", tr("has branches without a path."))
    return together([(_walk(path, field) or [field])[-1] for path in branches.paths])


def together(ends: Sequence[ReceptiveField]) -> ReceptiveField:
    """Return the field of what is made of several: from the first to the last cell that any of them sees.

    Raises
    ------
    SpecError
        If they move by different strides.
    """
    if any(end.stride != ends[0].stride for end in ends):
        raise SpecError(
            "layers", tr("has branches of different stride: {strides}.", strides=[end.stride for end in ends])
        )
    size, padding = [], []
    for a in range(len(ends[0].size)):
        first = max(Fraction(end.padding[a]) for end in ends)
        last = max(Fraction(end.size[a]) - Fraction(end.padding[a]) for end in ends)
        size.append(_plain(first + last))
        padding.append(_plain(first))
    return ReceptiveField(tuple(size), ends[0].stride, tuple(padding))


def theoretical_map(layers: Sequence[ConvSpec | HasSpec], spatial: Sequence[int], cell: Sequence[int]) -> AnyArray:
    """Count, for each input cell, the paths through which it reaches one output cell.

    Parameters
    ----------
    layers : sequence of ConvSpec or of objects with a `spec`
    spatial : sequence of int
        Spatial shape of the input.
    cell : sequence of int
        The output cell.

    Returns
    -------
    ndarray of float64, shape `spatial`
        0 where the cell sees nothing; holes inside the field are the gridding of dilated stacks.
    """
    specs = [replace(spec_of(layer), in_channels=1, out_channels=1, groups=1) for layer in layers]
    if not specs:
        raise SpecError("layers", tr("is empty; at least one layer is needed."))
    shapes = [tuple(spatial)]
    for spec in specs:
        shapes.append(spec.output_shape(shapes[-1]))
    if len(cell) != len(shapes[-1]) or not all(0 <= c < n for c, n in zip(cell, shapes[-1], strict=True)):
        raise SpecError("cell", tr("is {cell}; the output has shape {shapes}.", cell=tuple(cell), shapes=shapes[-1]))
    # A 1 at the output cell is sent back through layers whose weights are all 1.
    grad = np.zeros((1, *shapes[-1]))
    grad[(0, *cell)] = 1
    for spec, shape in zip(reversed(specs), reversed(shapes[:-1]), strict=True):
        grad = input_gradient(spec, np.ones(spec.weight_shape), grad, shape)
    return np.asarray(grad[0])
