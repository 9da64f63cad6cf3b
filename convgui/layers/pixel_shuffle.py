"""Pixel shuffle: channels become space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from convgui.core.pooling import pixel_shuffle, pixel_unshuffle
from convgui.core.spec import ConvSpec, SpecError, per_axis
from convgui.layers.arguments import Arguments
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import Field, Integer
from convgui.layers.layer import AnyArray, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.reads import AxisReads
from convgui.words import mark, tr

MOST_FACTOR = 8
"""Factor that the inspector's arrows reach."""
NUMPY_SHUFFLE = '''
def pixel_shuffle(x, factor):
    """Weave channels into space: (C * factor**rank, *spatial) -> (C, *(spatial * factor))."""
    spatial, rank = x.shape[1:], x.ndim - 1
    split = x.reshape(-1, *[factor] * rank, *spatial)
    order = [0, *[axis for a in range(rank) for axis in (1 + rank + a, 1 + a)]]
    return split.transpose(order).reshape(-1, *[n * factor for n in spatial])
'''
TORCH_SHUFFLE = '''
class PixelShuffle(nn.Module):
    """nn.PixelShuffle for any number of axes."""

    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        n, spatial, rank = x.shape[0], x.shape[2:], x.ndim - 2
        split = x.reshape(n, -1, *[self.factor] * rank, *spatial)
        order = [0, 1, *[axis for a in range(rank) for axis in (2 + rank + a, 2 + a)]]
        return split.permute(order).reshape(n, -1, *[s * self.factor for s in spatial])

'''


@dataclass(frozen=True)
class PixelShuffle(Layer):
    """Channels become space: each group of ``upscale_factor ** rank`` channels is woven into one larger channel."""

    upscale_factor: int

    json_names = ("pixel_shuffle",)
    pytorch_names: ClassVar = {"PixelShuffle": ("upscale_factor",)}
    order = 50
    group = mark("Resizing and shuffling")
    moves_only = True
    keeps_channels = False

    def __post_init__(self) -> None:
        per_axis("upscale_factor", self.upscale_factor, 1, 1)

    @property
    def title(self) -> str:
        return tr("Pixel shuffle × {factor}", factor=self.upscale_factor)

    @property
    def about(self) -> str:
        return tr("Channels become space: each block of the output is woven from that many channels.")

    def rule(self, reads: int) -> str:
        return tr("{count} channels are woven into one: nothing is computed, every value only moves.", count=reads)

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return tr(
            "Layer {stage} weaves {before} channels into {after}, and changes no value.",
            stage=number, before=before[0], after=after[0],
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("pixel-shuffle", mark("Pixel shuffle"), lambda _: cls(2)),)

    def output_shape(self, shape: Shape) -> Shape:
        block = self.upscale_factor ** (len(shape) - 1)
        if shape[0] % block:
            raise SpecError(
                "upscale_factor",
                tr(
                    "is {upscale_factor}, which weaves {block} channels into one; the input has {channels}.",
                    upscale_factor=self.upscale_factor,
                    block=block,
                    channels=shape[0],
                ),
                1,
            )
        return (shape[0] // block, *(n * self.upscale_factor for n in shape[1:]))

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell, moving by a fraction of a cell; a cell sees one of its channels."""
        factor = (self.upscale_factor,) * (len(shape) - 1)
        return ConvSpec.of(shape[0], self.output_shape(shape)[0], factor, stride=factor, transposed=True)

    def channels_read(self, channel: int, shape: Shape) -> range:
        count = self.upscale_factor ** (len(shape) - 1)
        return range(channel * count, (channel + 1) * count)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        return tuple(AxisReads.copies(n, self.upscale_factor) for n in shape[1:])

    def read_at(self, position: Shape, reads: int) -> range:
        factor = (self.upscale_factor,) * len(position)
        woven = int(np.ravel_multi_index([p % self.upscale_factor for p in position], factor))
        return range(woven, woven + 1)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return pixel_shuffle(x, self.upscale_factor)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return pixel_unshuffle(grad, self.upscale_factor)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        return (Integer("upscale_factor", tr("Upscale factor"), self.upscale_factor, 1, MOST_FACTOR),)

    def to_json(self) -> dict[str, Any]:
        return {"kind": "pixel_shuffle", "upscale_factor": self.upscale_factor}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> PixelShuffle:
        return cls(stored.integer("upscale_factor"))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> PixelShuffle:
        if rank != 2:
            words = tr("has {rank} spatial axes, and the layer is made for {wanted}.", rank=rank, wanted=2)
            raise SpecError("input", words)
        return cls(arguments.integer("upscale_factor"))

    def pytorch(self, shape: Shape) -> TorchModules:
        if len(shape) == 3:
            return TorchModules([f"nn.PixelShuffle({self.upscale_factor})"])
        return TorchModules([f"PixelShuffle({self.upscale_factor})"], classes=[TORCH_SHUFFLE])

    def keras(self, shape: Shape, mark: str) -> Program:
        f, out, rank = self.upscale_factor, self.output_shape(shape), len(shape) - 1
        split = (1, *shape[1:], out[0], *(f,) * rank)
        order = (0, *(axis for a in range(rank) for axis in (1 + a, 2 + rank + a)), 1 + rank)
        line = f"x = tf.reshape(tf.transpose(tf.reshape(x, {split}), {order}), {(1, *out[1:], out[0])})"
        return Program([line])

    def jax(self, shape: Shape, mark: str) -> Program:
        f, out, rank = self.upscale_factor, self.output_shape(shape), len(shape) - 1
        order = (0, 1, *(axis for a in range(rank) for axis in (2 + rank + a, 2 + a)))
        split = (1, out[0], *(f,) * rank, *shape[1:])
        return Program([f"x = x.reshape({split}).transpose({order}).reshape((1, *{out}))"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = pixel_shuffle(x, {self.upscale_factor})"], [NUMPY_SHUFFLE])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        out, factor, rank = self.output_shape(shape), self.upscale_factor, len(shape) - 1
        graph.node("Reshape", graph.constant((1, out[0], *(factor,) * rank, *shape[1:])))
        graph.node("Transpose", perm=(0, 1, *(axis for a in range(rank) for axis in (2 + rank + a, 2 + a))))
        graph.node("Reshape", graph.constant((1, *out)))


LAYER = PixelShuffle
