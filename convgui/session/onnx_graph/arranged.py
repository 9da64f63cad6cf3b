"""How an ONNX value lies in a document's ``(C, *spatial)``: axes that are split, swapped and merged, and not yet moved.

ONNX's values have a batch and any number of axes; networks take them apart and put them together again by Reshape and
Transpose. Both are kept as words until a layer needs the numbers in their places: then one `Rearrange` moves them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import prod
from typing import TypeAlias

from convgui.layers.layer import Shape
from convgui.layers.rearrange import Rearrange

Factors: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class Arranged:
    """A value that flows through an ONNX graph.

    Attributes
    ----------
    number : int
        The document's number of it.
    shape : tuple of int
        The document's ``(C, *spatial)``.
    split : tuple of int
        The sizes that its axes are taken apart into, row by row; those of one cell are left out.
    dims : tuple of tuple of int
        Which of them make each of ONNX's axes, the batch's first; none make an axis of one cell.
    """

    number: int
    shape: Shape
    split: Shape
    dims: tuple[Factors, ...]

    @classmethod
    def plain(cls, number: int, shape: Shape, places: Sequence[int | None]) -> Arranged:
        """Return a value whose ONNX axes are axes of the document's shape; None is an axis of one cell."""
        kept = [axis for axis, n in enumerate(shape) if n > 1]
        index = {axis: (n,) for n, axis in enumerate(kept)}
        dims = tuple(() if place is None else index.get(place, ()) for place in places)
        return cls(number, shape, tuple(shape[axis] for axis in kept), dims)

    @property
    def sizes(self) -> Shape:
        """ONNX's shape."""
        return tuple(prod(self.split[f] for f in factors) for factors in self.dims)

    @property
    def wide(self) -> tuple[int, ...]:
        """Which of ONNX's axes have more than one cell."""
        return tuple(d for d, factors in enumerate(self.dims) if factors)

    def place(self, dim: int) -> int | None:
        """Return the document's axis that is one of ONNX's, as a whole; None if none is."""
        at = 0
        for axis, n in enumerate(self.shape):
            first, made = at, 1
            while made < n:
                made *= self.split[at]
                at += 1
            if n > 1 and self.dims[dim] == tuple(range(first, at)):
                return axis
        return None

    def leading(self, dim: int) -> tuple[int, int] | None:
        """Return which of the document's axes one of ONNX's axes leads, and how many cells each of its own stands for.

        None if it does not begin an axis, as one factor or several in their order.
        """
        factors, at = self.dims[dim], 0
        for axis, n in enumerate(self.shape):
            first, made = at, 1
            while made < n:
                made *= self.split[at]
                at += 1
            if factors and factors == tuple(range(first, first + len(factors))) and factors[-1] < at:
                return axis, prod(self.split[factors[-1] + 1 : at])
        return None

    def cut(self, dim: int, number: int, shape: Shape, length: int) -> Arranged:
        """Return what is there once a layer has left `length` cells of an axis that leads one of the document's."""
        factors = self.dims[dim]
        kept = [(f, n) for f, n in enumerate(self.split) if f not in factors]
        if length > 1:
            kept = sorted([*kept, (factors[0], length)])
        places = {f: n for n, (f, _) in enumerate(kept)}
        own = tuple(tuple(places[f] for f in fs if f in places) for fs in self.dims)
        dims = (*own[:dim], (places[factors[0]],) if length > 1 else (), *own[dim + 1 :])
        return Arranged(number, shape, tuple(n for _, n in kept), dims)

    def transposed(self, order: Sequence[int]) -> Arranged:
        """Return the value with ONNX's axes in another order."""
        return replace(self, dims=tuple(self.dims[d] for d in order))

    def reshaped(self, target: Shape) -> Arranged | None:
        """Return the value as ONNX's Reshape reads it; None where that would cut across axes that were swapped."""
        line = [f for factors in self.dims for f in factors]
        pieces: dict[int, list[int]] = {f: [] for f in line}
        groups, at, rest = list[list[tuple[int, int]]](), -1, 1
        for n in target:
            left = n
            groups.append([])
            while left > 1:
                if rest == 1:
                    at += 1
                    if at == len(line):
                        return None
                    rest = self.split[line[at]]
                piece = rest if left % rest == 0 else left
                if rest % piece:
                    return None
                own = pieces[line[at]]
                groups[-1].append((line[at], len(own)))
                own.append(piece)
                left, rest = left // piece, rest // piece
        if rest != 1 or at != len(line) - 1:
            return None
        first = [0, *accumulate(len(pieces[f]) for f in range(len(self.split)))]
        dims = tuple(tuple(first[f] + n for f, n in group) for group in groups)
        return replace(self, split=tuple(n for f in range(len(self.split)) for n in pieces[f]), dims=dims)

    def moved_to(self, order: Sequence[int], made: Shape) -> Rearrange:
        """Return the layer that reads ONNX's axes in this order and makes ``(C, *spatial)`` of them."""
        return Rearrange(self.shape, self.split, tuple(f for d in order for f in self.dims[d]), made)
