"""Documents that many tests need."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from convgui.core.spec import ConvSpec
from convgui.layers.convolution import Convolution
from convgui.model.document import Document, View
from convgui.model.sample import Sample

# The numbers of facts.md: an input, a kernel and their results, as drawn by Dumoulin and Visin (arXiv 1603.07285).
INPUT = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
KERNEL = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]
OUTPUT = [[12, 12, 17], [10, 17, 19], [9, 6, 14]]
OUTPUT_PADDED_STRIDED = [[6, 17, 3], [8, 17, 13], [6, 4, 4]]


def document(
    data: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None, view: View | None = None, **spec: Any
) -> Document:
    """Build a document of one layer from ``(C, *spatial)`` data and ``(C_out, C_in/groups, *kernel)`` weights."""
    values, weights = np.asarray(data), np.asarray(weight, dtype=np.float64)
    groups = spec.get("groups", 1)
    layer_spec = ConvSpec.of(weights.shape[1] * groups, weights.shape[0], weights.shape[2:], **spec)
    biases = np.zeros(weights.shape[0]) if bias is None else np.asarray(bias, dtype=np.float64)
    return Document(Sample(values, "test"), (Convolution(layer_spec, weights, biases),), view or View())


def textbook(**spec: Any) -> Document:
    """Return the single-channel example of facts.md."""
    return document([INPUT], [[KERNEL]], **spec)


def random_document(
    channels: int, filters: int, size: tuple[int, ...], kernel: tuple[int, ...], **spec: Any
) -> Document:
    """Return whole random numbers, always the same."""
    rng = np.random.default_rng(7)
    groups = spec.get("groups", 1)
    data = rng.integers(0, 9, (channels, *size))
    weight = rng.integers(-2, 3, (filters, channels // groups, *kernel))
    return document(data, weight, rng.integers(-2, 3, filters), **spec)
