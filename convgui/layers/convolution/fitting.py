"""Weights carried over to another spec: kernels are cut or padded around their middle, channels repeat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec

Floats = NDArray[np.float64]


def fit_weight(weight: Floats, old: ConvSpec, new: ConvSpec) -> Floats:
    """Return weights of ``new.weight_shape``, made of those of `old`."""
    weight = weight if new.transposed == old.transposed else np.swapaxes(weight, 0, 1)
    for axis, size in enumerate(new.weight_shape):
        weight = _repeat(weight, axis, size) if axis < 2 else _centre(weight, axis, size)
    return np.ascontiguousarray(weight)


def fit_bias(bias: Floats, new: ConvSpec) -> Floats:
    """Return a bias for each output channel of `new`, repeating those that are there."""
    return bias if new.out_channels == bias.size else np.resize(bias, new.out_channels)


def _repeat(weight: Floats, axis: int, size: int) -> Floats:
    """Repeat what is there along a channel axis; a repeated square kernel is turned, so that filters differ."""
    have = weight.shape[axis]
    if size <= have:
        return weight.take(range(size), axis=axis)
    blocks = [weight.take([i % have], axis=axis) for i in range(size)]
    if axis == 0 and weight.ndim == 4 and weight.shape[2] == weight.shape[3]:
        blocks = [np.rot90(block, i // have, axes=(2, 3)) for i, block in enumerate(blocks)]
    return np.concatenate(blocks, axis=axis)


def _centre(weight: Floats, axis: int, size: int) -> Floats:
    """Cut or pad with zeros, the middle staying in the middle."""
    have = weight.shape[axis]
    if size <= have:
        start = (have - size) // 2
        return weight.take(range(start, start + size), axis=axis)
    before = (size - have) // 2
    widths = [(before, size - have - before) if a == axis else (0, 0) for a in range(weight.ndim)]
    return np.pad(weight, widths)
