"""LeakyReLU: negative values are made small, not 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any, ClassVar

import numpy as np

from convgui.core.spec import SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.channels import bracketed
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import FINITE, Field, Real, typed_number
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr

SLOPE = 0.01
"""What negative values are multiplied by where nothing is said."""


@dataclass(frozen=True)
class LeakyReLU(Layer):
    """Negative values are multiplied by a small slope (Maas, Hannun, Ng, 2013).

    Attributes
    ----------
    negative_slope : float
        What negative values are multiplied by.
    """

    negative_slope: float = SLOPE

    json_names = ("leaky_relu",)
    local = True
    pytorch_names: ClassVar = {"LeakyReLU": ("negative_slope", "inplace")}
    onnx_names = ("LeakyRelu",)
    order = 31
    group = mark("Activation")
    title = "LeakyReLU"

    def __post_init__(self) -> None:
        if not isfinite(self.negative_slope):
            raise SpecError("negative_slope", tr(FINITE, value=self.negative_slope))

    @property
    def about(self) -> str:
        return tr("Negative values are multiplied by a small slope, so that their gradient does not vanish as in ReLU.")

    def rule(self, reads: int) -> str:
        return tr("Negative values are multiplied by {slope}, positive ones stay.", slope=f"{self.negative_slope:g}")

    @property
    def sign(self) -> str:
        return "LeakyReLU"

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("leaky-relu", "LeakyReLU", lambda _: LeakyReLU()),)

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def multiply_adds(self, shape: Shape) -> int:
        """Count a product a value, as if all were negative."""
        return prod(shape)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return np.where(x > 0, x, x * x.dtype.type(self.negative_slope))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.where(x > 0, grad, grad * grad.dtype.type(self.negative_slope))

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write ``slope · (x)`` for a negative value; a positive one is a copy."""
        value = float(values.flat[0])
        return f"{bracketed(self.negative_slope, write)} · {bracketed(value, write)}" if value < 0 else ""

    def form(self, shape: Shape) -> tuple[Field, ...]:
        return (Real("negative_slope", tr("Negative slope"), self.negative_slope, 0.0, 1.0),)

    def with_field(self, name: str, value: Any) -> Layer:
        return super().with_field(name, typed_number(name, value, FINITE))

    def to_json(self) -> dict[str, Any]:
        return {"kind": "leaky_relu", "negative_slope": self.negative_slope}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> LeakyReLU:
        return cls(stored.real("negative_slope", SLOPE))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> LeakyReLU:
        return cls(arguments.real("negative_slope", SLOPE))

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> LeakyReLU:
        return cls(node.real("alpha", SLOPE))

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules([f"nn.LeakyReLU({self.negative_slope!r})"])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = keras.layers.LeakyReLU(negative_slope={self.negative_slope!r})(x)"])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = jnp.where(x > 0, x, {self.negative_slope!r} * x)"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = np.where(x > 0, x, {self.negative_slope!r} * x)"])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("LeakyRelu", alpha=self.negative_slope)


LAYER = LeakyReLU
