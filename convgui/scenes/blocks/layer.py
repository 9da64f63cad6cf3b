"""The arrays of a layer that is drawn as blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.core import ConvSpec, convolve
from convgui.model.document import Document

Floats = NDArray[np.float64]
Place = tuple[int, int]
MOST_CELLS = 12
"""A larger input is cut to a part around the place that the view looks at."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """A layer on an input small enough to be drawn cell by cell.

    Attributes
    ----------
    show : str
        ``"one"`` filter, ``"many"`` filters or ``"pixel"``: a 1 x 1 layer at one pixel.
    x : ndarray
        ``(C, H, W)``: the input with its padding, or a part of it.
    weight : ndarray
        ``(C_out, C_in / groups, kh, kw)`` as it meets the input.
    output : ndarray
        ``(C_out, Ho, Wo)``.
    origin : tuple of int
        Row and column of the input where `x` begins (negative in the padding).
    """

    show: str
    relu: bool
    spec: ConvSpec
    x: Floats
    weight: Floats
    bias: Floats
    output: Floats
    filter: int
    origin: Place
    size: Place
    cut: bool
    names: tuple[str, ...]

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
        return self.x[first : first + self.depth, rows, columns]

    def fed(self, cell: Place) -> list[Place]:
        """Return the output cells whose window holds a cell of the input (negative in the padding)."""
        spec, found = self.spec, list[list[int]]()
        axes = zip(cell, self.origin, spec.stride, spec.dilation, spec.kernel_size, self.output.shape[1:], strict=True)
        for at, begin, s, d, n, size in axes:
            starts = [at - begin - k * d for k in range(n)]
            found.append(sorted(start // s for start in starts if start % s == 0 and 0 <= start // s < size))
        return [(i, j) for i in found[0] for j in found[1]]


def blocks(document: Document, show: str, relu: bool) -> Blocks:
    """Compute the layer, on the whole input or on a part of it."""
    layer, spec = document.layer, document.layer.spec
    x, origin, cut = _part(document)
    weight = layer.effective_weight
    output = convolve(x, weight, layer.bias, stride=spec.stride, dilation=spec.dilation, groups=spec.groups)
    size = (int(document.sample.spatial[0]), int(document.sample.spatial[1]))
    return Blocks(
        show, relu, spec, x, weight, layer.bias, output, document.view.filter, origin, size, cut,
        document.sample.channels,
    )  # fmt: skip


def _part(document: Document) -> tuple[Floats, Place, bool]:
    """Return the padded input, or a part of it that can be read, and where it begins."""
    spec, data, spatial = document.layer.spec, document.sample.data, document.sample.spatial
    spec.output_shape(spatial)
    pads = spec.pads(spatial)
    if max(n + sum(p) for n, p in zip(spatial, pads, strict=True)) <= MOST_CELLS:
        mode = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}[spec.padding_mode]
        padded = np.pad(data.astype(np.float64), ((0, 0), *pads), mode=mode)  # type: ignore[call-overload]
        return padded, (-pads[0][0], -pads[1][0]), False
    ranges = []
    for n, extent, s, centre in zip(spatial, spec.extent, spec.stride, document.view.centre, strict=True):
        side = min(n, max(extent, min(8, extent + 4 * s)))
        start = int(min(max(round(centre * n - side / 2), 0), n - side))
        ranges.append((start, start + side))
    (top, bottom), (left, right) = ranges
    return data[:, top:bottom, left:right].astype(np.float64), (top, left), True
