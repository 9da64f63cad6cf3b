"""The input of a convolution with its padding around it, as one array."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from convgui.core.filter_view import Cell, FilterView
from convgui.core.memory import check_budget
from convgui.layers.layer import AnyArray
from convgui.model.document import Document

MOST_CELLS = 12
"""Cells a side up to which a padded input is drawn as numbers; a larger one is drawn as a picture."""
MOST_SIDE = 4096
"""Of a larger picture a part of this side is taken, so that all that is kept of it fits into memory."""


@dataclass(frozen=True, eq=False)
class Padded:
    """An input ``(C, H, W)`` in its own type.

    Attributes
    ----------
    view : FilterView
        Windows of the layer over `values`, which need no padding more.
    whole : FilterView
        The layer on the input itself; where only a part of it is taken, `view`.
    origin : tuple of int
        Row and column of the input where `values` begins; negative in the padding.
    cut : bool
        Whether it is a part of the input, without padding.
    """

    values: AnyArray
    view: FilterView
    whole: FilterView
    origin: Cell
    cut: bool


def pictured(document: Document) -> bool:
    """Whether the input is drawn as a picture, because it is too large for a grid of numbers."""
    return max(document.filter_view.padded_shape) > MOST_CELLS


def padded_values(document: Document) -> int:
    """Return how many values `padded` takes at the most; SpecError if the layer does not fit the input."""
    return len(document.sample.data) * prod(document.filter_view.padded_shape)


def padded(document: Document) -> Padded:
    """Pad the input of a 2D layer, or take the part around the point that the view looks at where it is very large.

    Raises
    ------
    SpecError
        If the layer does not fit the input, or the padding needs more memory than is allowed.
    """
    view, data = document.filter_view, document.sample.data
    axes, bare = view.axes, view.over_padding
    if max(view.spatial) <= MOST_SIDE:
        if bare.spatial == view.spatial:
            return Padded(data, bare, view, view.origin, False)
        check_budget((len(data), *bare.spatial), data.itemsize, None)
        return Padded(view.pad(data), bare, view, view.origin, False)
    origin, sizes = list[int](), list[int]()
    for axis, centre in zip(axes, document.view.centre, strict=True):
        sizes.append(min(axis.cells, max(axis.extent, MOST_SIDE)))
        origin.append(int(min(max(round(centre * axis.cells - sizes[-1] / 2), 0), axis.cells - sizes[-1])))
    (top, left), (high, wide) = origin, sizes
    part = data[:, top : top + high, left : left + wide]
    bare = replace(bare, spatial=(high, wide))
    return Padded(part, bare, bare, (top, left), True)
