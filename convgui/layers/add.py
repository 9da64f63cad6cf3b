"""Addition: branches of a network meet in their sum."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from convgui.layers.channels import bracketed
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.joining import ByCells
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.scale import Scale
from convgui.words import mark, tr, trn

TORCH = '''
class Add(nn.Module):
    """The sum of so many values, whose channels come in one behind the other."""

    def __init__(self, inputs):
        super().__init__()
        self.inputs = inputs

    def forward(self, x):
        return sum(x.chunk(self.inputs, dim=1))

'''


class Add(ByCells):
    """The sum of values, cell by cell, as behind the branches of a residual network (arXiv 1512.03385)."""

    json_names = ("add",)
    local = True
    onnx_names = ("Add", "Sum")
    operator = "+"

    @property
    def title(self) -> str:
        return tr("Addition")

    @property
    def about(self) -> str:
        return tr("Adds values cell by cell: branches of a network meet in their sum.")

    @property
    def sign(self) -> str:
        return "+"

    def added(self, x: AnyArray, channel: int, cell: Shape) -> tuple[Array, float]:
        reads = self.channels_read(channel, x.shape)
        return np.array([x[(c, *cell)] for c in reads], np.float64), 0.0

    def rule(self, reads: int) -> str:
        return trn(
            "The sum of {n} cell: the same one of each value.",
            "The sum of {n} cells: the same one of each value.",
            reads,
        )  # fmt: skip

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} adds {inputs} values to one channel.",
            "Layer {stage} adds {inputs} values, channel by channel, to {n} channels.",
            after[0], stage=number, inputs=self.inputs,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("add", mark("Addition"), lambda _: cls()),)

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Layer:
        return super().from_onnx(node) if node.joins else Scale.from_onnx(node)

    @property
    def largest_sums(self) -> tuple[float, float]:
        return float(self.inputs), 0.0

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return np.asarray(self.parts(x).sum(axis=0))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.concatenate([grad] * self.inputs)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        first, *others = (float(value) for value in values.ravel())
        return " + ".join([write(first), *(bracketed(value, write) for value in others)])

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"Add({self.inputs})"], classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = tf.add_n(tf.split(x, {self.inputs}, axis=-1))"])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape(1, {self.inputs}, -1, *x.shape[2:]).sum(axis=1)"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape({self.inputs}, -1, *x.shape[1:]).sum(axis=0)"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Reshape", graph.constant((1, self.inputs, *self.output_shape(shape))))
        graph.node("ReduceSum", graph.constant((1,)), keepdims=0)


LAYER = Add
