"""ReLU: negative values become 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from convgui.layers.arguments import Arguments
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr


@dataclass(frozen=True)
class ReLU(Layer):
    """Negative values become 0."""

    json_names = ("relu",)
    local = True
    pytorch_names: ClassVar = {"ReLU": ("inplace",)}
    onnx_names = ("Relu",)
    order = 30
    group = mark("Activation")
    title = "ReLU"

    @property
    def about(self) -> str:
        return tr("Negative values become 0; without such a step between them, two layers would be no more than one.")

    def rule(self, reads: int) -> str:
        return tr("Negative values become 0, positive ones stay.")

    @property
    def sign(self) -> str:
        return "ReLU"

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("relu", "ReLU", lambda _: ReLU()),)

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return np.asarray(np.maximum(x, x.dtype.type(0)))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.where(x > 0, grad, 0.0)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        return f"max(0, {write(float(values.flat[0]))})"

    def to_json(self) -> dict[str, Any]:
        return {"kind": "relu"}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> ReLU:
        return ReLU()

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> ReLU:
        return ReLU()

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> ReLU:
        return ReLU()

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules(["nn.ReLU()"])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program(["x = keras.layers.ReLU()(x)"])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program(["x = jnp.maximum(x, 0)"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program(["x = np.maximum(x, 0)"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Relu")


LAYER = ReLU
