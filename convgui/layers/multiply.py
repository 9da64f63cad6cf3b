"""Multiplication: one branch of a network says how much of another goes on."""

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
class Multiply(nn.Module):
    """The product of so many values, whose channels come in one behind the other."""

    def __init__(self, inputs):
        super().__init__()
        self.inputs = inputs

    def forward(self, x):
        return torch.stack(x.chunk(self.inputs, dim=1)).prod(dim=0)

'''


class Multiply(ByCells):
    """The product of values, cell by cell, as in squeeze and excitation (arXiv 1709.01507)."""

    json_names = ("multiply",)
    local = True
    onnx_names = ("Mul",)
    operator = "*"

    @property
    def title(self) -> str:
        return tr("Multiplication")

    @property
    def short_title(self) -> str:
        return tr("Product")

    @property
    def about(self) -> str:
        return tr("Multiplies values cell by cell: one branch says how much of another goes on.")

    @property
    def sign(self) -> str:
        return "×"

    def rule(self, reads: int) -> str:
        return trn(
            "The product of {n} cell: the same one of each value.",
            "The product of {n} cells: the same one of each value.",
            reads,
        )  # fmt: skip

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} multiplies {inputs} values to one channel.",
            "Layer {stage} multiplies {inputs} values, channel by channel, to {n} channels.",
            after[0], stage=number, inputs=self.inputs,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("multiply", mark("Multiplication"), lambda _: cls()),)

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Layer:
        return super().from_onnx(node) if node.joins else Scale.from_onnx(node)

    def largest_of(self, largest: float) -> float:
        return float(np.power(np.float64(largest), self.inputs))

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return np.asarray(self.parts(x).prod(axis=0))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        parts = self.parts(x)
        others = [np.delete(parts, n, axis=0).prod(axis=0) for n in range(self.inputs)]
        return np.concatenate([grad * other for other in others])

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        first, *others = (float(value) for value in values.ravel())
        return " · ".join([write(first), *(bracketed(value, write) for value in others)])

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"Multiply({self.inputs})"], classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = tf.reduce_prod(tf.stack(tf.split(x, {self.inputs}, axis=-1)), axis=0)"])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape(1, {self.inputs}, -1, *x.shape[2:]).prod(axis=1)"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = x.reshape({self.inputs}, -1, *x.shape[1:]).prod(axis=0)"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Reshape", graph.constant((1, self.inputs, *self.output_shape(shape))))
        graph.node("ReduceProd", graph.constant((1,)), keepdims=0)


LAYER = Multiply
