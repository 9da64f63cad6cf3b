"""The input of a convolution with its padding around it, as one array."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from convgui.core.memory import check_budget
from convgui.layers.layer import AnyArray
from convgui.model.document import Document
from convgui.model.limits import padded_shape

MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
MOST_CELLS = 12
"""Cells a side up to which a padded input is drawn as numbers; a larger one is drawn as a picture."""
MOST_SIDE = 4096
"""Of a larger picture a part of this side is taken, so that all that is kept of it fits into memory."""


@dataclass(frozen=True, eq=False)
class Padded:
    """An input ``(C, H, W)`` in its own type.

    Attributes
    ----------
    origin : tuple of int
        Row and column of the input where `values` begins; negative in the padding.
    cut : bool
        Whether it is a part of the input, without padding.
    """

    values: AnyArray
    origin: tuple[int, int]
    cut: bool


def pictured(document: Document) -> bool:
    """Whether the input is drawn as a picture, because it is too large for a grid of numbers."""
    return max(padded_shape(document.layer.spec, document.sample.spatial)) > MOST_CELLS


def padded_values(document: Document) -> int:
    """Return how many values `padded` takes at the most; SpecError if the layer does not fit the input."""
    data = document.sample.data
    return len(data) * prod(padded_shape(document.layer.spec, data.shape[1:]))


def padded(document: Document) -> Padded:
    """Pad the input of a 2D layer, or take the part around the point that the view looks at where it is very large.

    Raises
    ------
    SpecError
        If the layer does not fit the input, or the padding needs more memory than is allowed.
    """
    spec, data, spatial = document.layer.spec, document.sample.data, document.sample.spatial
    spec.output_shape(spatial)
    pads = spec.pads(spatial)
    if max(spatial) <= MOST_SIDE:
        if not any(map(sum, pads)):
            return Padded(data, (0, 0), False)
        check_budget((len(data), *padded_shape(spec, spatial)), data.itemsize, None)
        around = np.pad(data, ((0, 0), *pads), mode=MODES[spec.padding_mode])  # type: ignore[call-overload]
        return Padded(around, (-pads[0][0], -pads[1][0]), False)
    ranges = []
    for n, extent, centre in zip(spatial, spec.extent, document.view.centre, strict=True):
        side = min(n, max(extent, MOST_SIDE))
        start = int(min(max(round(centre * n - side / 2), 0), n - side))
        ranges.append((start, start + side))
    (top, bottom), (left, right) = ranges
    return Padded(data[:, top:bottom, left:right], (top, left), True)
