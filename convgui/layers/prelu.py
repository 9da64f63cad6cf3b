"""PReLU: negative values are multiplied by a slope that is learnt, one for all channels or one a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np

from convgui.core.spec import SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.channels import bracketed, check_channels, per_channel
from convgui.layers.code import CodeArray, OnnxGraph, Program, TorchModules
from convgui.layers.form import Chosen, Field
from convgui.layers.layer import (
    AnyArray,
    Array,
    Cancel,
    Choice,
    Layer,
    Progress,
    Shape,
    StoredFields,
)
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr

SLOPE = 0.25
"""The slope with which training begins where nothing is said."""


@dataclass(frozen=True, eq=False)
class PReLU(Layer):
    """Negative values are multiplied by a slope that is learnt (He, Zhang, Ren, Sun, arXiv 1502.01852).

    Attributes
    ----------
    weight : ndarray
        float64, of shape ``(1,)`` for one slope, or ``(C,)`` for one a channel.
    """

    weight: Array

    json_names = ("prelu",)
    local = True
    pytorch_names: ClassVar = {"PReLU": ("num_parameters", "init", "device", "dtype")}
    onnx_names = ("PRelu",)
    order = 32
    group = mark("Activation")
    title = "PReLU"
    # Channels have slopes of their own.
    keeps_channels = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", np.asarray(self.weight, np.float64))
        if self.weight.ndim != 1 or not self.weight.size:
            words = tr("has shape {shape}; one slope is needed, or one a channel.", shape=self.weight.shape)
            raise SpecError("weight", words)
        super().__post_init__()

    @property
    def about(self) -> str:
        return tr("Negative values are multiplied by a slope that is learnt, like the weights of a convolution.")

    def rule(self, reads: int) -> str:
        if self.weight.size == 1:
            slope = f"{float(self.weight[0]):g}"
            return tr("Negative values are multiplied by {slope}, positive ones stay.", slope=slope)
        return tr("Negative values are multiplied by the channel's own slope, positive ones stay.")

    @property
    def sign(self) -> str:
        return "PReLU"

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("prelu", "PReLU", lambda shape: cls(np.full(shape[0], SLOPE))),)

    @property
    def parameters(self) -> Mapping[str, Array]:
        return {"weight": self.weight}

    @property
    def largest_sums(self) -> tuple[float, float]:
        return max(1.0, float(np.abs(self.weight).max())), 0.0

    def output_shape(self, shape: Shape) -> Shape:
        if self.weight.size > 1:
            check_channels("num_parameters", self.weight.size, shape)
        return shape

    def adapted(self, shape: Shape) -> PReLU:
        return self if self.weight.size in (1, shape[0]) else PReLU(np.resize(self.weight, shape[0]))

    def narrowing(self, channels: tuple[int, ...], shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return channels, channels

    def narrowed(self, reads: tuple[int, ...], makes: tuple[int, ...]) -> PReLU:
        return self if self.weight.size == 1 else PReLU(self.weight[list(makes)])

    def multiply_adds(self, shape: Shape) -> int:
        """Count a product a value, as if all were negative."""
        return prod(shape)

    @property
    def slopes(self) -> Array:
        return self.weight

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        self.output_shape(x.shape)
        return np.where(x > 0, x, x * per_channel(self.weight, x))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.where(x > 0, grad, grad * per_channel(self.weight, grad))

    def _slope(self, channel: int) -> float:
        return float(self.weight[channel if self.weight.size > 1 else 0])

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write ``slope · (x)`` for a negative value; a positive one is a copy."""
        value = float(values.flat[0])
        return f"{bracketed(self._slope(channel), write)} · {bracketed(value, write)}" if value < 0 else ""

    def form(self, shape: Shape) -> tuple[Field, ...]:
        counts = ((1, tr("one for all channels")), (shape[0], tr("one a channel")))
        return (Chosen("num_parameters", tr("Slopes"), self.weight.size, counts[: 1 + (shape[0] > 1)]),)

    def with_field(self, name: str, value: Any) -> Layer:
        """Change how many slopes there are; of several, one becomes their mean."""
        if name != "num_parameters":
            return super().with_field(name, value)
        count = int(value)
        if count == self.weight.size:
            return self
        return PReLU(np.full(count, float(self.weight.mean())))

    def to_json(self) -> dict[str, Any]:
        return {"kind": "prelu"}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> PReLU:
        return cls(stored.array("weight", (1,), SLOPE))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> PReLU:
        count = arguments.integer("num_parameters", 1)
        if count < 1:
            words = tr("is {value!r}; a whole number above 0 is needed.", value=count)
            raise SpecError("num_parameters", words)
        if isinstance(old, PReLU) and old.weight.size == count and arguments.any("init", None) is None:
            return old
        return cls(np.full(count, arguments.real("init", SLOPE)))

    @classmethod
    def has_state(cls, shapes: Mapping[str, Shape]) -> bool:
        return set(shapes) == {"weight"} and len(shapes["weight"]) == 1

    @classmethod
    def from_state(cls, arrays: Mapping[str, Array]) -> PReLU:
        return cls(arrays["weight"])

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> PReLU:
        slopes = node.array(0, "weight")
        if slopes.ndim > 1 and slopes.size > max(slopes.shape):
            raise SpecError(
                "weight", tr("has shape {shape}; one slope is needed, or one a channel.", shape=slopes.shape)
            )
        return cls(slopes.reshape(-1))

    def pytorch(self, shape: Shape) -> TorchModules:
        count = self.weight.size
        return TorchModules([f"nn.PReLU({count if count > 1 else ''})"], [CodeArray("weight", self.weight)])

    def keras(self, shape: Shape, mark: str) -> Program:
        shared = tuple(range(1, len(shape)))
        lines = [
            f"layer{mark} = keras.layers.PReLU(shared_axes={list(shared)})",
            f"layer{mark}.build(x.shape)",
            f"layer{mark}.set_weights([weight{mark} + np.zeros({(1,) * len(shared) + (shape[0],)})])",
            f"x = layer{mark}(x)",
        ]
        return Program(lines, arrays=[CodeArray(f"weight{mark}", self.weight)])

    def jax(self, shape: Shape, mark: str) -> Program:
        return self._program("jnp", shape, mark)

    def numpy(self, shape: Shape, mark: str) -> Program:
        return self._program("np", shape, mark)

    def _program(self, library: str, shape: Shape, mark: str) -> Program:
        ones = ", ".join(["-1", *["1"] * (len(shape) - 1)])
        line = f"x = {library}.where(x > 0, x, weight{mark}.reshape({ones}) * x)"
        return Program([line], arrays=[CodeArray(f"weight{mark}", self.weight)])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("PRelu", graph.constant(self.weight.reshape(-1, *(1,) * (len(shape) - 1))))


LAYER = PReLU
