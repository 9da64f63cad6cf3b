"""Flatten: every value becomes a channel of one cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np

from convgui.core.sizes import by
from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.reads import AxisReads
from convgui.words import mark, tr

MOST_CHANNELS = 1 << 16
"""Channels that are made at the most: each is a map of its own."""
TORCH = '''
class Flatten(nn.Flatten):
    """nn.Flatten that keeps the number of axes: (N, C, *spatial) -> (N, C * cells, 1, ...)."""

    def forward(self, x):
        return super().forward(x).reshape(x.shape[0], -1, *[1] * (x.ndim - 2))

'''


@dataclass(frozen=True)
class Flatten(Layer):
    """Every value becomes a channel of one cell: ``(C, H, W)`` becomes ``(C * H * W, 1, 1)``.

    The number of axes stays, so that every layer and every way of looking goes on behind it. The order is PyTorch's:
    channel by channel, and row by row.
    """

    json_names = ("flatten",)
    pytorch_names: ClassVar = {"Flatten": ("start_dim", "end_dim")}
    onnx_names = ("Flatten", "Reshape")
    order = 80
    group = mark("Dense")
    keeps_channels = False
    keeps_names = False

    @property
    def title(self) -> str:
        return tr("Flatten")

    @property
    def about(self) -> str:
        return tr("Every value becomes a channel of one cell, channel by channel and row by row; none is changed.")

    def rule(self, reads: int) -> str:
        return tr("One value of the input, moved: a channel is made of each.")

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        words = mark("Layer {stage} makes a channel of each of the {before} values, and changes none.")
        return tr(words, stage=number, before=by(before))

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("flatten", mark("Flatten"), lambda _: cls()),)

    def output_shape(self, shape: Shape) -> Shape:
        count = prod(shape)
        if count > MOST_CHANNELS:
            words = tr(
                "of {size} values to flatten is too large: they would become {n:,} channels, and at most {most:,} can "
                "be shown; pool it first.",
                size=by(shape),
                n=count,
                most=MOST_CHANNELS,
            )
            raise SpecError("input", words)
        return (count, *(1,) * (len(shape) - 1))

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window as large as the input, of which each output channel reads one cell of one channel."""
        return ConvSpec.of(shape[0], prod(shape), shape[1:], groups=shape[0])

    def channels_read(self, channel: int, shape: Shape) -> range:
        source = channel // prod(shape[1:])
        return range(source, source + 1)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        return tuple(AxisReads.all_of(n) for n in shape[1:])

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return x.reshape(self.output_shape(x.shape))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return grad.reshape(x.shape)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write which cell of its channel it is."""
        index = np.unravel_index(channel % values.size, values.shape[1:])
        return f"in{[channel // values.size, *(int(n) for n in index)]}"

    def to_json(self) -> dict[str, Any]:
        return {"kind": "flatten"}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Flatten:
        return cls()

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Flatten:
        words = tr("leaves axes apart, which convgui does not do; it flattens all but the batch.")
        arguments.refuse("start_dim", 1, words)
        if arguments.any("end_dim", -1) not in (-1, rank + 1):
            raise SpecError("end_dim", words)
        return cls()

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Flatten:
        if node.op_type == "Reshape":
            target = tuple(int(n) for n in node.array(0, "shape"))
            if len(target) != 2 or target[0] not in (-1, 0, 1):
                raise SpecError("shape", tr("is {shape}; convgui reshapes to one axis of values only.", shape=target))
            return cls()
        if node.integer("axis", 1) != 1:
            raise SpecError("start_dim", tr("is not 1; convgui flattens channels and all axes behind them."))
        return cls()

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules(["Flatten()"], classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program([flattened_keras(shape, self.output_shape(shape)[0])])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape((1, *{self.output_shape(shape)}))"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape({self.output_shape(shape)})"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Reshape", graph.constant((1, *self.output_shape(shape))))


def flattened_keras(shape: Shape, count: int) -> str:
    """Write the flattening of ``x`` (1, *spatial, C) to ``(1, 1, ..., count)``, in the order of channels first."""
    rank = len(shape) - 1
    order = (0, rank + 1, *range(1, rank + 1))
    return f"x = tf.reshape(tf.transpose(x, {order}), {(1, *(1,) * rank, count)})"


LAYER = Flatten
