"""The values of an ONNX graph, as far as they are there: numbers of the file, sizes, and what layers make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.sizes import by
from convgui.core.spec import SpecError
from convgui.files.weights.onnx_constants import of_array
from convgui.files.weights.onnx_model import Graph, Node
from convgui.files.weights.tensors import Tensor
from convgui.layers.layer import Layer, Shape
from convgui.layers.onnx_node import OnnxNode
from convgui.session.building import Building
from convgui.session.onnx_graph.arranged import Arranged
from convgui.words import tr

Results: TypeAlias = Arranged | tuple[Arranged, ...]
"""What a node makes: a value, several, or none where it is known from sizes alone."""


class Tracing:
    """A graph that is followed node by node, with an input of a known size in front of it.

    Attributes
    ----------
    building : Building
        The layers that are made on the way.
    constants : dict
        Numbers by their names in the graph: the file's, and sizes.
    flowing : dict
        The values that layers make, likewise.
    compared : dict
        Comparisons of such a value with a number, which no layer makes.
    """

    def __init__(self, graph: Graph, constants: dict[str, Tensor], building: Building, number: int) -> None:
        self.graph, self.building = graph, building
        self.constants = dict(constants)
        self.flowing: dict[str, Arranged] = {}
        self.compared: dict[str, tuple[Arranged, float]] = {}
        if graph.inputs:
            name, declared = next(iter(graph.inputs.items()))
            self.flowing[name] = as_input(number, building.values[number], declared)

    @property
    def rank(self) -> int:
        """How many spatial axes the document has."""
        return len(self.building.values[0]) - 1

    def array(self, name: str) -> NDArray[Any] | None:
        """Return numbers that are no layer's; None where nothing is named, or a layer makes them."""
        return self.constants[name].values() if name in self.constants else None

    def keep(self, name: str, array: NDArray[Any]) -> None:
        """Remember numbers that follow from sizes alone."""
        self.constants[name] = of_array(name, array)

    def node(self, node: Node, *arrays: NDArray[Any] | None, **attributes: Any) -> OnnxNode:
        """Return a node as kinds of layers read it, for the document's axes."""
        return OnnxNode(node.op_type, {**node.attributes, **attributes}, arrays, self.rank)

    def behind(self, value: Arranged, layers: Layer | tuple[Layer, ...]) -> Arranged:
        """Put layers that leave axes where they are behind a value, and return what they make."""
        made = layers if isinstance(layers, tuple) else (layers,)
        number = self.building.add(made, (value.number,))
        return replace(value, number=number)

    def placed_behind(
        self, value: Arranged, layers: Layer | tuple[Layer, ...], places: Sequence[int | None]
    ) -> Arranged:
        """Put layers behind a value whose ONNX axes stand at places, and return what they make of these."""
        number = self.behind(value, layers).number
        return Arranged.plain(number, self.building.values[number], places)

    def joined(self, values: Sequence[Arranged], layer: Layer, places: Sequence[int | None]) -> Arranged:
        """Put a layer behind several values; return what it makes."""
        number = self.building.add((layer,), tuple(value.number for value in values))
        return Arranged.plain(number, self.building.values[number], places)

    def spread(self, value: Arranged, first: int | None, rest: Sequence[int | None]) -> Arranged:
        """Move a value so that one of ONNX's axes is its channels and others are its spatial axes, one each.

        Parameters
        ----------
        first : int or None
            Which axis becomes the channels; None for a single one.
        rest : sequence of int or None
            Which become the spatial axes, in their order; all that have more than one cell, at least. None leaves an
            axis of one cell.

        Raises
        ------
        SpecError
            If the document has fewer axes.
        """
        if len(rest) > self.rank:
            raise SpecError(
                "shape",
                tr("has the axes {size}; open an input with {n} spatial axes.", size=by(value.sizes), n=len(rest)),
            )
        places: list[int | None] = [None] * len(value.dims)
        for axis, d in enumerate(rest, start=1):
            if d is not None:
                places[d] = axis
        if first is not None:
            places[first] = 0
        if self._lies(value, places):
            return value
        order = [d for d in (first, *rest) if d is not None]
        sizes = value.sizes
        spatial = [1 if d is None else sizes[d] for d in rest]
        made = (1 if first is None else sizes[first], *spatial, *(1,) * (self.rank - len(spatial)))
        layer = value.moved_to(order, made)
        number = self.building.add((layer,), (value.number,))
        return Arranged.plain(number, made, places)

    def apart(self, value: Arranged) -> Arranged:
        """Move a value so that each of ONNX's axes is one of the document's, channels first; errors as for `spread`."""
        first = 0 if len(value.dims) < 2 or value.dims[0] else 1
        rest = list(range(first + 1, len(value.dims)))
        return self.spread(value, first, rest if len(rest) <= self.rank else [d for d in rest if value.dims[d]])

    @staticmethod
    def _lies(value: Arranged, places: Sequence[int | None]) -> bool:
        """Whether every axis of more than one cell is where it should be."""
        return all(value.place(d) == places[d] for d in value.wide)

    def channels_first(self, value: Arranged) -> tuple[Arranged, tuple[int, ...]]:
        """Return a value ``(1, C, *spatial)`` as a layer reads it, and at which axes its spatial ones stand.

        Raises
        ------
        SpecError
            If it is none, or the document has fewer axes.
        """
        if len(value.dims) < 2 or value.dims[0]:
            raise SpecError("shape", tr("is {size}, which has no batch of one and channels.", size=by(value.sizes)))
        spatial = range(2, len(value.dims))
        if len(spatial) > self.rank:
            words = tr("slides along {rank} axes, and the input has {axes}; open an input with {rank}.",
                       rank=len(spatial), axes=self.rank)  # fmt: skip
            raise SpecError("shape", words)
        if value.place(1) == 0 or (not value.dims[1] and value.shape[0] == 1):
            places = _increasing([value.place(d) if value.dims[d] else None for d in spatial], value.shape)
            if places is not None:
                return value, places
        moved = self.spread(value, 1, spatial)
        return moved, tuple(range(1, 1 + len(spatial)))

    def finished(self, value: Arranged) -> Arranged:
        """Return a value whose axes stand in ONNX's order, as the network's own result is read."""
        line = [f for factors in value.dims for f in factors]
        if line == sorted(line):
            return value
        return self.apart(value)


def _increasing(given: Sequence[int | None], shape: Shape, start: int = 1) -> tuple[int, ...] | None:
    """Return an axis for each, one behind the other, where None may be any axis of one cell; None if there are none."""
    if not given:
        return ()
    first, *others = given
    candidates = [first] if first is not None else [a for a in range(start, len(shape)) if shape[a] == 1]
    for axis in candidates:
        if axis < start:
            continue
        behind = _increasing(others, shape, axis + 1)
        if behind is not None:
            return axis, *behind
    return None


def as_input(number: int, shape: Shape, declared: Sequence[int | str | None] | None) -> Arranged:
    """Return the document's input as the graph's: channels first, or last where the graph says so.

    Raises
    ------
    SpecError
        If the graph takes an input of other axes.
    """
    rank = len(shape) - 1
    if declared is None or len(declared) == rank + 2:
        places: list[int | None] = [None, *range(rank + 1)]
        if declared is not None and _is_last(declared, shape[0]):
            places = [None, *range(1, rank + 1), 0]
        return Arranged.plain(number, shape, places)
    places, wide = [None] * len(declared), [axis for axis, n in enumerate(shape) if n > 1]
    for d, n in enumerate(declared[1:], start=1):
        if wide and n != 1 and (not isinstance(n, int) or n < 1 or n == shape[wide[0]]):
            places[d] = wide.pop(0)
    if wide:
        words = tr("of {size} is not what the network takes: {declared}.", size=by(shape),
                   declared=" × ".join(str(n if n is not None else "?") for n in declared))  # fmt: skip
        raise SpecError("input", words)
    return Arranged.plain(number, shape, places)


def _is_last(declared: Sequence[int | str | None], channels: int) -> bool:
    """Whether a graph's input has its channels behind its spatial axes."""
    return declared[-1] == channels and declared[1] != channels and isinstance(declared[-1], int) and channels <= 4


def is_one(array: NDArray[Any]) -> bool:
    """Whether there is one number alone."""
    return int(np.prod(array.shape)) == 1
