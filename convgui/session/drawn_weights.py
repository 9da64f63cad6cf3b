"""Weights of networks as training begins: drawn, small, and always the same."""

from __future__ import annotations

from dataclasses import fields, replace
from math import prod, sqrt
from typing import Any

import numpy as np

from convgui.layers.convolution import Convolution
from convgui.layers.layer import Array, Layer
from convgui.words import tr

DRAWN = 1_000_003
"""Numbers that are drawn; large layers begin them again, at another weight of a filter each time."""


def drawn_words() -> str:
    """Say of a network that its weights are nobody's training."""
    return tr("The weights are drawn at random, as before training.")


class DrawnWeights:
    """Weights as training begins; layers of the same sizes have the same arrays."""

    def __init__(self) -> None:
        self._normal = np.random.default_rng(0).normal(size=DRAWN)
        self._arrays: dict[tuple[Any, ...], Array] = {}

    def weights(self, layer: Layer) -> Layer:
        """Return the layer with its weights drawn, if it is not dense and has them already; vectors are shared."""
        shared = self._shared(layer)
        if not isinstance(shared, Convolution):
            return shared
        shape = shared.spec.weight_shape
        if ("weight", shape) not in self._arrays:
            self._arrays["weight", shape] = self._filled(shape, sqrt(2 * shared.bias.size / prod(shape)))
        return replace(shared, weight=self._arrays["weight", shape])

    def _filled(self, shape: tuple[int, ...], deviation: float) -> Array:
        """Return the drawn numbers one behind the other, as often as it takes: far faster than `numpy.resize`."""
        weight = np.empty(prod(shape))
        some = self._normal * deviation
        for start in range(0, weight.size, some.size):
            part = weight[start : start + some.size]
            part[:] = some[: part.size]
        return weight.reshape(shape)

    def _shared(self, layer: Layer) -> Layer:
        """Return a layer whose vectors are those of others of the same values."""
        same = dict[str, Any]()
        for field in fields(layer):
            value = getattr(layer, field.name)
            if isinstance(value, np.ndarray) and value.ndim == 1:
                same[field.name] = self._arrays.setdefault(("", value.tobytes()), value)
        return replace(layer, **same) if same else layer
