"""Scale and shift: values are multiplied by a number and another one is added, the same for all or one a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from convgui.core.spec import SpecError
from convgui.layers.channels import bracketed, check_channels, per_channel
from convgui.layers.code import CodeArray, OnnxGraph, Program, TorchModules
from convgui.layers.form import FINITE, Field, Real, typed_number
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.normalising import weighed
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr

MOST = 1e6
"""Up to what the arrows of a number box go."""
TORCH = '''
class Scale(nn.Module):
    """x * weight + bias, with one number for all channels or one a channel."""

    def __init__(self, count):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(count))
        self.bias = nn.Parameter(torch.zeros(count))

    def forward(self, x):
        shape = (-1,) + (1,) * (x.ndim - 2)
        return x * self.weight.reshape(shape) + self.bias.reshape(shape)

'''


@dataclass(frozen=True, eq=False)
class Scale(Layer):
    """Each value times a weight plus a bias: what a network does with numbers of its own, such as x / 6 or 1 - x.

    Attributes
    ----------
    weight, bias : ndarray
        float64, both of shape ``(1,)`` for all channels alike, or ``(C,)`` for one a channel.
    """

    weight: Array
    bias: Array

    json_names = ("scale",)
    local = True
    onnx_names = ("Sub", "Div", "Neg")
    order = 75
    group = mark("Normalising")
    # Channels have numbers of their own.
    keeps_channels = False

    @classmethod
    def by(cls, weight: float, bias: float = 0.0) -> Scale:
        """Return one number each for all channels."""
        return cls(np.array([weight]), np.array([bias]))

    def __post_init__(self) -> None:
        weight, bias = (np.asarray(array, np.float64).reshape(-1) for array in (self.weight, self.bias))
        count = max(weight.size, bias.size)
        if not count or {weight.size, bias.size} - {1, count}:
            words = tr(
                "has {n} numbers, and the weight {m}; one is needed, or one a channel.", n=bias.size, m=weight.size
            )
            raise SpecError("bias", words)
        object.__setattr__(self, "weight", np.array(np.broadcast_to(weight, count)))
        object.__setattr__(self, "bias", np.array(np.broadcast_to(bias, count)))
        super().__post_init__()

    @property
    def title(self) -> str:
        return tr("Scale and shift")

    @property
    def about(self) -> str:
        return tr("Each value is multiplied by a number, and another one is added.")

    def rule(self, reads: int) -> str:
        return tr("The value times the weight, plus the bias.")

    @property
    def sign(self) -> str:
        return "·"

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("scale", mark("Scale and shift"), lambda _: cls.by(1)),)

    @property
    def parameters(self) -> Mapping[str, Array]:
        return {"weight": self.weight, "bias": self.bias}

    @property
    def learned(self) -> Mapping[str, int]:
        """None: these numbers belong to the network's formula."""
        return {}

    @property
    def largest_sums(self) -> tuple[float, float]:
        return float(np.abs(self.weight).max()), float(np.abs(self.bias).max())

    def scaled(self, scale: Array, shift: Array) -> Layer | None:
        return Scale(self.weight * scale, self.bias * scale + shift)

    def output_shape(self, shape: Shape) -> Shape:
        if self.weight.size > 1:
            check_channels("weight", self.weight.size, shape)
        return shape

    def adapted(self, shape: Shape) -> Scale:
        if self.weight.size in (1, shape[0]):
            return self
        return Scale(np.resize(self.weight, shape[0]), np.resize(self.bias, shape[0]))

    def narrowing(self, channels: tuple[int, ...], shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return channels, channels

    def narrowed(self, reads: tuple[int, ...], makes: tuple[int, ...]) -> Scale:
        return self if self.weight.size == 1 else Scale(self.weight[list(makes)], self.bias[list(makes)])

    def multiply_adds(self, shape: Shape) -> int:
        """Count a product a value."""
        return prod(shape)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        self.output_shape(x.shape)
        return np.asarray(x * per_channel(self.weight, x) + per_channel(self.bias, x))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.asarray(grad * per_channel(self.weight, grad))

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        index = channel if self.weight.size > 1 else 0
        value = bracketed(float(values.flat[0]), write)
        return weighed(value, float(self.weight[index]), float(self.bias[index]), write)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        if self.weight.size > 1:
            return ()
        pairs = (("weight", tr("Weight"), self.weight), ("bias", tr("Bias"), self.bias))
        return tuple(Real(name, title, float(array[0]), -MOST, MOST) for name, title, array in pairs)

    def with_field(self, name: str, value: Any) -> Layer:
        number = typed_number(name, value, FINITE)
        if not np.isfinite(number):
            raise SpecError(name, tr(FINITE, value=value))
        return super().with_field(name, np.array([number]))

    def to_json(self) -> dict[str, Any]:
        return {"kind": "scale"}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Scale:
        return cls(stored.array("weight", (1,), 1.0), stored.array("bias", (1,), 0.0))

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Scale:
        one = np.ones(1)
        if node.op_type == "Neg":
            return cls.by(-1)
        first = node.first is not None
        numbers = node.per_channel()
        match node.op_type:
            case "Mul":
                return cls(numbers, 0 * one)
            case "Add":
                return cls(one, numbers)
            case "Sub":
                return cls(-one, numbers) if first else cls(one, -numbers)
            case "Div" if not first:
                if not numbers.all():
                    raise SpecError("weight", tr("would divide by 0."))
                with np.errstate(over="ignore"):
                    return cls(1 / numbers, 0 * one)
        raise SpecError("weight", tr("divides numbers by what is computed, which convgui does not do."))

    def pytorch(self, shape: Shape) -> TorchModules:
        arrays = [CodeArray("weight", self.weight), CodeArray("bias", self.bias)]
        return TorchModules([f"Scale({self.weight.size})"], arrays, classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        return self._program([f"x = x * weight{mark} + bias{mark}"], mark)

    def jax(self, shape: Shape, mark: str) -> Program:
        return self._reshaped(shape, mark)

    def numpy(self, shape: Shape, mark: str) -> Program:
        return self._reshaped(shape, mark)

    def _reshaped(self, shape: Shape, mark: str) -> Program:
        ones = ", ".join(["-1", *["1"] * (len(shape) - 1)])
        return self._program([f"x = x * weight{mark}.reshape({ones}) + bias{mark}.reshape({ones})"], mark)

    def _program(self, lines: list[str], mark: str) -> Program:
        return Program(lines, arrays=[CodeArray(f"weight{mark}", self.weight), CodeArray(f"bias{mark}", self.bias)])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        ones = (1,) * (len(shape) - 1)
        graph.node("Mul", graph.constant(self.weight.reshape(-1, *ones)))
        graph.node("Add", graph.constant(self.bias.reshape(-1, *ones)))


LAYER = Scale
