"""Pixel unshuffle: space becomes channels, the inverse of pixel shuffle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd
from typing import Any, ClassVar

import numpy as np

from convgui.core.pooling import pixel_shuffle, pixel_unshuffle
from convgui.core.sizes import by
from convgui.core.spec import ConvSpec, SpecError, per_axis
from convgui.layers.arguments import Arguments
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import Field, Integer
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.limits import check_window
from convgui.layers.reads import AxisReads
from convgui.words import mark, tr, trn

MOST_FACTOR = 8
"""Factor that the inspector's arrows reach."""
TORCH_UNSHUFFLE = '''
class PixelUnshuffle(nn.Module):
    """nn.PixelUnshuffle for any number of axes."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        n, channels, spatial, rank = x.shape[0], x.shape[1], x.shape[2:], x.ndim - 2
        split = x.reshape(n, channels, *[side for s in spatial for side in (s // self.factor, self.factor)])
        order = [0, 1, *[3 + 2 * a for a in range(rank)], *[2 + 2 * a for a in range(rank)]]
        return split.permute(order).reshape(n, -1, *[s // self.factor for s in spatial])

'''


@dataclass(frozen=True)
class PixelUnshuffle(Layer):
    """Space becomes channels: every block of ``downscale_factor ** rank`` cells is dealt out to as many channels."""

    downscale_factor: int

    json_names = ("pixel_unshuffle",)
    pytorch_names: ClassVar = {"PixelUnshuffle": ("downscale_factor",)}
    order = 52
    group = mark("Resizing and shuffling")
    keeps_channels = False
    keeps_names = False

    def __post_init__(self) -> None:
        per_axis("downscale_factor", self.downscale_factor, 1, 1)

    @property
    def title(self) -> str:
        return tr("Pixel unshuffle ÷ {factor}", factor=self.downscale_factor)

    @property
    def about(self) -> str:
        return tr("Space becomes channels: the cells of each block are dealt out, each to a channel of its own.")

    def rule(self, reads: int) -> str:
        return tr("One cell of each block, always the same one: nothing is computed, every value only moves.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} deals the one channel out to {after}, and changes no value.",
            "Layer {stage} deals {n} channels out to {after}, and changes no value.",
            before[0], stage=number, after=after[0],
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        def smallest(shape: Shape) -> PixelUnshuffle:
            common = gcd(*shape[1:])
            return cls(next((f for f in range(2, common + 1) if common % f == 0), 1))

        return (Choice("pixel-unshuffle", mark("Pixel unshuffle"), smallest),)

    def check(self) -> None:
        check_window((self.downscale_factor,))

    def output_shape(self, shape: Shape) -> Shape:
        factor, common = self.downscale_factor, gcd(*shape[1:])
        if common % factor:
            words = tr("is {factor}; it has to divide each axis of {shape}.", factor=factor, shape=by(shape[1:]))
            nearest = min((f for f in range(1, common + 1) if common % f == 0), key=lambda f: abs(f - factor))
            raise SpecError("downscale_factor", words, nearest)
        return (shape[0] * factor ** (len(shape) - 1), *(n // factor for n in shape[1:]))

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one block, of which each output channel reads one cell."""
        size = (self.downscale_factor,) * (len(shape) - 1)
        return ConvSpec.of(shape[0], self.output_shape(shape)[0], size, stride=size, groups=shape[0])

    def channels_read(self, channel: int, shape: Shape) -> range:
        source = channel // self.downscale_factor ** (len(shape) - 1)
        return range(source, source + 1)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        tables = [axis.table for axis in self.filter_view(shape).axes]
        return tuple(AxisReads(table, np.ones(table.shape)) for table in tables)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        self.output_shape(x.shape)
        return pixel_unshuffle(x, self.downscale_factor)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return pixel_shuffle(grad, self.downscale_factor)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write which cell of its block it is."""
        block = values.shape[1:]
        at = np.unravel_index(channel % int(np.prod(block)), block)
        return tr("cell {cell} of the block", cell=[int(n) for n in at])

    def form(self, shape: Shape) -> tuple[Field, ...]:
        return (Integer("downscale_factor", tr("Downscale factor"), self.downscale_factor, 1, MOST_FACTOR),)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "pixel_unshuffle", "downscale_factor": self.downscale_factor}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> PixelUnshuffle:
        return cls(stored.integer("downscale_factor"))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> PixelUnshuffle:
        if rank != 2:
            words = tr("has {rank} spatial axes, and the layer is made for {wanted}.", rank=rank, wanted=2)
            raise SpecError("input", words)
        return cls(arguments.integer("downscale_factor"))

    def pytorch(self, shape: Shape) -> TorchModules:
        if len(shape) == 3:
            return TorchModules([f"nn.PixelUnshuffle({self.downscale_factor})"])
        return TorchModules([f"PixelUnshuffle({self.downscale_factor})"], classes=[TORCH_UNSHUFFLE])

    def _split(self, shape: Shape) -> Shape:
        """Return the spatial axes parted: blocks and cells of a block in turn."""
        return tuple(side for n in shape[1:] for side in (n // self.downscale_factor, self.downscale_factor))

    def keras(self, shape: Shape, mark: str) -> Program:
        rank, out = len(shape) - 1, self.output_shape(shape)
        blocks, cells = (range(1, 2 * rank + 1, 2), range(2, 2 * rank + 2, 2))
        order = (0, *blocks, 2 * rank + 1, *cells)
        split = f"tf.reshape(x, {(1, *self._split(shape), shape[0])})"
        return Program([f"x = tf.reshape(tf.transpose({split}, {order}), {(1, *out[1:], out[0])})"])

    def jax(self, shape: Shape, mark: str) -> Program:
        rank, out = len(shape) - 1, self.output_shape(shape)
        order = (0, 1, *range(3, 2 * rank + 2, 2), *range(2, 2 * rank + 2, 2))
        split = (1, shape[0], *self._split(shape))
        return Program([f"x = x.reshape({split}).transpose({order}).reshape((1, *{out}))"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        rank, out = len(shape) - 1, self.output_shape(shape)
        order = (0, *range(2, 2 * rank + 1, 2), *range(1, 2 * rank + 1, 2))
        return Program([f"x = x.reshape({(shape[0], *self._split(shape))}).transpose({order}).reshape({out})"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        rank = len(shape) - 1
        graph.node("Reshape", graph.constant((1, shape[0], *self._split(shape))))
        graph.node("Transpose", perm=(0, 1, *range(3, 2 * rank + 2, 2), *range(2, 2 * rank + 2, 2)))
        graph.node("Reshape", graph.constant((1, *self.output_shape(shape))))


LAYER = PixelUnshuffle
