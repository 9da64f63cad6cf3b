"""The arrays of a layer that is drawn as blocks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from convgui.core import FilterView, convolve
from convgui.core.filter_view import Cell, Position
from convgui.core.precision import display_dtype
from convgui.draw.levels import Levels, adjusted
from convgui.draw.photos import result_levels
from convgui.draw.viewport import Pyramid, pyramid
from convgui.layers.layer import AnyArray, Cancel
from convgui.model.document import Document
from convgui.model.padded import padded, pictured
from convgui.model.sample import Alpha
from convgui.scenes.choice import chosen_map

Floats = NDArray[np.float64]
MOST_PICTURES = 12
MOST_VALUES = 64_000_000
"""Output values that are kept of a picture; of many filters on a large one only some are computed."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """A layer on an input.

    Attributes
    ----------
    show : str
        ``"one"`` filter, ``"many"`` filters or ``"pixel"``: a 1 x 1 layer at one pixel; ``"photo"`` on a picture.
    view, whole : FilterView
        Which cell of `x` meets which weight where, and which cell of the input.
    x : ndarray
        ``(C, H, W)``: the input with its padding, or a part of it; on a picture in its own type.
    weight : ndarray
        ``(C_out, C_in / groups, kh, kw)`` as it meets the input.
    output : ndarray
        ``(len(filters), Ho, Wo)``.
    filters : tuple of int
        The filters whose outputs are there: all, or some on a picture.
    origin : tuple of int
        Row and column of the input where `x` begins (negative in the padding).
    alpha : Alpha or None
        The transparency of the whole input.
    biased : bool
        Whether the layer has a bias.
    """

    show: str
    relu: bool
    view: FilterView
    x: AnyArray
    weight: Floats
    bias: Floats
    output: AnyArray
    filters: tuple[int, ...]
    filter: int
    origin: Cell
    size: tuple[int, ...]
    cut: bool
    names: tuple[str, ...]
    alpha: Alpha | None
    biased: bool = field(default=True, kw_only=True)
    whole: FilterView = field(kw_only=True)

    def said_bias(self, filter: int) -> float | None:
        """Return a filter's bias; None where the layer has none."""
        return float(self.bias[filter]) if self.biased else None

    @property
    def depth(self) -> int:
        """Channels that one filter reads."""
        return self.view.channels.depth

    def first(self, chosen: int) -> int:
        """Return the first channel that a filter reads."""
        return self.view.channels.reads(chosen).start

    def window(self, chosen: int, position: Position) -> Floats:
        """Return the input values ``(C_in / groups, kh, kw)`` that make one output cell."""
        return self.view.values(self.x[self.view.channels.slice(chosen)], position)

    def pixel(self, position: Position) -> AnyArray:
        """Return what all filters make at an output cell."""
        row, column = position
        return self.output[:, row, column]

    @property
    def given(self) -> tuple[int, int, int, int]:
        """Where in `x` the input itself stands: first row, first column, rows and columns."""
        (top, left), (rows, columns), (high, wide) = self.index((0, 0)), self.size[-2:], self.x.shape[1:]
        return max(top, 0), max(left, 0), min(top + rows, high) - max(top, 0), min(left + columns, wide) - max(left, 0)

    def weighed(self, cell: Cell, kernel: Floats) -> dict[Position, float]:
        """Return with which weight each output cell reads a cell of the input, or of its padding."""
        return self.whole.weighed(self.index(cell) if self.cut else cell, kernel)

    def reached(self, cell: Cell) -> list[Position]:
        """Return the output cells that read a cell of the input, or of its padding."""
        return [*self.weighed(cell, self.weight[0, 0])]

    def index(self, cell: Cell) -> Cell:
        """Return where a cell of the input, or of its padding, stands in `x`."""
        return tuple(c - first for c, first in zip(cell, self.origin, strict=True))


@dataclass(frozen=True, eq=False)
class PictureBlocks(Blocks):
    """A layer on a picture.

    Attributes
    ----------
    shown : tuple of Pyramid
        The input and each output, after the ReLU if there is one, for small views.
    ends : tuple of float, optional
        The ends of the chosen filter's scale that the user set.
    """

    shown: tuple[Pyramid, ...]
    ends: tuple[float, float] | None = None

    def levels(self, n: int, given: Levels) -> Levels:
        """Return the scale of the output that stands at place `n`, beside the input's."""
        own = result_levels(self.output[n], self.weight[self.filters[n]], given)
        return adjusted(own, self.ends) if self.filters[n] == self.filter else own


def blocks(document: Document, show: str, relu: bool, cancel: Cancel | None = None) -> Blocks:
    """Compute the layer, on small grids in float64, on pictures in the type that shows them.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    layer, spec, around = document.layer, document.layer.spec, padded(document)
    chosen, weight = chosen_map(document, document.view.layer + 1), layer.effective_weight
    if pictured(document):
        show, x = "photo", around.values
        filters = _filters(spec.out_channels, chosen, int(np.prod(x.shape[1:])))
    else:
        x, filters = around.values.astype(np.float64), tuple(range(spec.out_channels))
    kind = display_dtype(x) if show == "photo" else np.dtype(np.float64)
    parts = [(filters, x)]
    if spec.groups > 1:
        parts = [((o,), x[spec.channels.slice(o)]) for o in filters]
    output = np.concatenate(
        [
            convolve(
                part, weight[list(numbers)], layer.bias[list(numbers)], dtype=kind, stride=spec.stride,
                dilation=spec.dilation, cancel=cancel,
            )
            for numbers, part in parts
        ]
    )  # fmt: skip
    return Blocks(
        show, relu, around.view, x, weight, layer.bias, output, filters, chosen, around.origin,
        document.sample.spatial, around.cut, document.sample.channels, document.sample.alpha,
        biased=layer.has_bias, whole=around.whole,
    )  # fmt: skip


def as_pictures(blocks: Blocks, cancel: Cancel | None = None) -> PictureBlocks:
    """Keep input and outputs for small views as well; Cancelled as for `blocks`."""
    seen = np.maximum(blocks.output, 0) if blocks.relu else blocks.output
    shown = (pyramid(blocks.x, cancel), *(pyramid(channel, cancel) for channel in seen))
    return PictureBlocks(**vars(blocks), shown=shown)


def _filters(filters: int, chosen: int, cells: int) -> tuple[int, ...]:
    """Return the filters that are shown: as many as there is memory and room for, the chosen one among them."""
    count = max(1, min(filters, MOST_PICTURES, MOST_VALUES // cells))
    first = min(chosen // count * count, filters - count)
    return tuple(range(first, first + count))
