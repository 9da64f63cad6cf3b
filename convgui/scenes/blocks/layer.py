"""The arrays of a layer that is drawn as blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, convolve
from convgui.core.precision import display_dtype
from convgui.draw.viewport import Pyramid, pyramid
from convgui.layers.layer import AnyArray, Cancel
from convgui.model.document import Document
from convgui.model.padded import padded, pictured
from convgui.model.sample import Alpha

Floats = NDArray[np.float64]
Place = tuple[int, int]
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
    x : ndarray
        ``(C, H, W)``: the input with its padding, or a part of it; on a picture in its own type.
    weight : ndarray
        ``(C_out, C_in / groups, kh, kw)`` as it meets the input.
    output : ndarray
        ``(len(made), Ho, Wo)``.
    made : tuple of int
        The filters whose outputs are there: all, or some on a picture.
    origin : tuple of int
        Row and column of the input where `x` begins (negative in the padding).
    alpha : Alpha or None
        The transparency of the whole input.
    """

    show: str
    relu: bool
    spec: ConvSpec
    x: AnyArray
    weight: Floats
    bias: Floats
    output: AnyArray
    made: tuple[int, ...]
    filter: int
    origin: Place
    size: Place
    cut: bool
    names: tuple[str, ...]
    alpha: Alpha | None

    @property
    def depth(self) -> int:
        """Channels that one filter reads."""
        return int(self.weight.shape[1])

    @property
    def extent(self) -> Place:
        """Height and width of the window."""
        return self.spec.extent[0], self.spec.extent[1]

    def first(self, chosen: int) -> int:
        """Return the first channel that a filter reads."""
        return chosen // (self.spec.out_channels // self.spec.groups) * self.depth

    def window(self, chosen: int, place: Place) -> Floats:
        """Return the input values ``(C_in / groups, kh, kw)`` that make one output cell."""
        first = self.first(chosen)
        rows, columns = (
            slice(p * s, p * s + e, d)
            for p, s, e, d in zip(place, self.spec.stride, self.spec.extent, self.spec.dilation, strict=True)
        )
        return np.asarray(self.x[first : first + self.depth, rows, columns], dtype=np.float64)

    def fed(self, cell: Place) -> list[Place]:
        """Return the output cells whose window holds a cell of the input (negative in the padding)."""
        spec, found = self.spec, list[list[int]]()
        axes = zip(cell, self.origin, spec.stride, spec.dilation, spec.kernel_size, self.output.shape[1:], strict=True)
        for at, begin, s, d, n, size in axes:
            starts = [at - begin - k * d for k in range(n)]
            found.append(sorted(start // s for start in starts if start % s == 0 and 0 <= start // s < size))
        return [(i, j) for i in found[0] for j in found[1]]


@dataclass(frozen=True, eq=False)
class PictureBlocks(Blocks):
    """A layer on a picture.

    Attributes
    ----------
    shown : tuple of Pyramid
        The input and each output, after the ReLU if there is one, for small views.
    """

    shown: tuple[Pyramid, ...]


def blocks(document: Document, show: str, relu: bool, cancel: Cancel | None = None) -> Blocks:
    """Compute the layer, on small grids in float64, on pictures in the type that shows them.

    Raises
    ------
    SpecError
        If the layer does not fit the input.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    layer, spec, whole = document.layer, document.layer.spec, padded(document)
    chosen, weight = document.view.filter, layer.effective_weight
    if pictured(document):
        show, x = "photo", whole.values
        made = _made(spec.out_channels, chosen, int(np.prod(x.shape[1:])))
    else:
        x, made = whole.values.astype(np.float64), tuple(range(spec.out_channels))
    kind = display_dtype(x) if show == "photo" else np.dtype(np.float64)
    share, depth = spec.out_channels // spec.groups, spec.in_channels // spec.groups
    parts = [(made, x)]
    if spec.groups > 1:
        parts = [((o,), x[o // share * depth : (o // share + 1) * depth]) for o in made]
    output = np.concatenate(
        [
            convolve(
                part, weight[list(numbers)], layer.bias[list(numbers)], dtype=kind, stride=spec.stride,
                dilation=spec.dilation, cancel=cancel,
            )
            for numbers, part in parts
        ]
    )  # fmt: skip
    size = (int(document.sample.spatial[0]), int(document.sample.spatial[1]))
    return Blocks(
        show, relu, spec, x, weight, layer.bias, output, made, chosen, whole.origin, size, whole.cut,
        document.sample.channels, document.sample.alpha,
    )  # fmt: skip


def as_pictures(blocks: Blocks, cancel: Cancel | None = None) -> PictureBlocks:
    """Keep input and outputs for small views as well; Cancelled as for `blocks`."""
    seen = np.maximum(blocks.output, 0) if blocks.relu else blocks.output
    shown = (pyramid(blocks.x, cancel), *(pyramid(channel, cancel) for channel in seen))
    return PictureBlocks(**vars(blocks), shown=shown)


def _made(filters: int, chosen: int, cells: int) -> tuple[int, ...]:
    """Return the filters that are shown: as many as there is memory and room for, the chosen one among them."""
    count = max(1, min(filters, MOST_PICTURES, MOST_VALUES // cells))
    first = min(chosen // count * count, filters - count)
    return tuple(range(first, first + count))
