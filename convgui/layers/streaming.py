"""A stack of causal layers fed block by block: what is kept between two blocks makes them one signal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer
from convgui.words import mark, tr

Floats = NDArray[np.float64]
EXACT = 2.0**52
"""Sums of whole numbers below which float64 holds each."""


@dataclass
class _Forward:
    """A causal convolution: what its next window reads of the past is kept, and how many cells it passes over."""

    layer: Convolution
    kept: Floats | None = None
    skipped: int = 0

    def push(self, block: Floats) -> Floats:
        spec = self.layer.spec
        before = spec.pads((1,))[0][0]
        if self.kept is None:
            if not block.shape[1]:
                return np.zeros((spec.out_channels, 0))
            edge = block[:, :1] if spec.padding_mode == "replicate" else np.zeros((len(block), 1))
            self.kept = edge.repeat(before, axis=1)
        skipped = min(self.skipped, block.shape[1])
        self.skipped -= skipped
        x = np.concatenate([self.kept, block[:, skipped:]], axis=1)
        extent, stride = spec.extent[0], spec.stride[0]
        made = max((x.shape[1] - extent) // stride + 1, 0)
        # A stride of more cells than are there yet passes over some that are to come.
        self.skipped += max(made * stride - x.shape[1], 0)
        self.kept = x[:, made * stride :].copy()
        if not made:
            return np.zeros((spec.out_channels, 0))
        return _applied(self.layer, x[:, : (made - 1) * stride + extent])


@dataclass
class _Transposed:
    """A transposed layer that is trimmed on the right: the input cells that reach into what comes next are kept."""

    layer: Convolution
    kept: Floats | None = None

    def push(self, block: Floats) -> Floats:
        spec = self.layer.spec
        stride, count = spec.stride[0], block.shape[1]
        reach = (spec.extent[0] - 1) // stride
        if not count:
            return np.zeros((spec.out_channels, 0))
        past = np.zeros((len(block), reach)) if self.kept is None else self.kept
        x = np.concatenate([past, block], axis=1)
        self.kept = x[:, count:].copy()
        made = _applied(self.layer, x)
        return made[:, reach * stride : (reach + count) * stride]


def _applied(layer: Convolution, x: Floats) -> Floats:
    """Apply a layer without its padding; of whole numbers exactly, also where transforms would round."""
    most, bias = layer.largest_sums
    exact = most * float(np.abs(x).max(initial=0)) + bias < EXACT
    whole = exact and all((values == np.rint(values)).all() for values in (x, layer.weight, layer.bias))
    return np.asarray(layer.without_padding().forward(x.astype(np.int64) if whole else x), np.float64)


@dataclass
class _Alone:
    """A layer that makes each cell of that cell alone: nothing is kept."""

    layer: Layer

    def push(self, block: Floats) -> Floats:
        if not block.shape[1]:
            return np.zeros((self.layer.output_shape((len(block), 1))[0], 0))
        return np.asarray(self.layer.forward(block), np.float64)


@dataclass
class Stream:
    """A chain of layers of one axis to which a signal is given in blocks, as long or short as they come.

    What all blocks together give is what the layers give of the whole signal: to the bit where all numbers are whole.

    Parameters
    ----------
    layers : sequence of Layer
        Convolutions with padding before their input alone (``"causal"``, ``"causal_stride"`` or pairs), transposed ones
        that are trimmed on the right to stride times the input, and layers that make each cell of that cell alone.
    channels : int
        Of the input.

    Raises
    ------
    SpecError
        If a layer looks ahead, or does not take what comes to it.

    Examples
    --------
    >>> stream = Stream((convgui.convolution("moving-average", padding="causal"),), 1)
    >>> out = np.concatenate([stream.push(block) for block in np.split(x, 10, axis=1)], axis=1)
    """

    layers: Sequence[Layer]
    channels: int = 1
    _parts: list[_Forward | _Transposed | _Alone] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._parts, channels = [], self.channels
        for number, layer in enumerate(self.layers, 1):
            self._parts.append(_part(layer, channels, number))
            # So many cells that every kernel fits.
            channels = layer.output_shape((channels, 1 << 20 if isinstance(layer, Convolution) else 1))[0]

    def push(self, block: NDArray[np.generic]) -> Floats:
        """Take the next cells ``(C, n)`` and return what can be made now, ``(C', m)``; m may be 0.

        Raises
        ------
        SpecError
            If there are other channels than those of the first block.
        """
        if block.ndim != 2 or len(block) != self.channels:
            words = mark("is a block of shape {shape}; {n} channels of one axis are needed.")
            raise SpecError("input", tr(words, shape=block.shape, n=self.channels))
        made = block.astype(np.float64)
        for part in self._parts:
            made = part.push(made)
        return made


def _part(layer: Layer, channels: int, number: int) -> _Forward | _Transposed | _Alone:
    if not isinstance(layer, Convolution):
        if not _by_cell(layer, channels):
            words = tr("{title} does not make each cell of that cell alone, so blocks would differ.", title=layer.title)
            raise SpecError("layers", f"{tr('Layer {n}:', n=number)} {words}")
        return _Alone(layer)
    spec = layer.spec
    if spec.rank != 1:
        words = tr("has {rank} axes; blocks follow one another on one axis.", rank=spec.rank)
        raise SpecError("layers", f"{tr('Layer {n}:', n=number)} {words}")
    before, after = spec.pads((1,))[0]
    if spec.transposed:
        if before or spec.extent[0] - after != spec.stride[0] or any(spec.output_padding):
            words = tr("is not trimmed on the right to stride times its input, so it looks ahead.")
            raise SpecError("layers", f"{tr('Layer {n}:', n=number)} {words}")
        return _Transposed(layer)
    named = isinstance(spec.padding, str) and spec.padding not in ("causal", "causal_stride", "valid")
    if after or named or (before and spec.padding_mode not in ("zeros", "replicate")):
        words = tr("is not causal: its padding is not before the input alone.")
        raise SpecError("layers", f"{tr('Layer {n}:', n=number)} {words}")
    return _Forward(layer)


def _by_cell(layer: Layer, channels: int) -> bool:
    """Whether a layer gives of two blocks what it gives of both together."""
    x = np.random.default_rng(0).normal(size=(channels, 7))
    try:
        parts = [layer.forward(x[:, :3]), layer.forward(x[:, 3:])]
        whole = layer.forward(x)
    except (SpecError, ValueError):
        return False
    axes = {part.ndim for part in (*parts, whole)}
    if axes != {2} or whole.shape[1] != x.shape[1] or [part.shape[1] for part in parts] != [3, 4]:
        return False
    return bool(np.allclose(np.concatenate(parts, axis=1), whole, rtol=1e-9, atol=1e-12))
