"""Activations: a function of one value, applied to every value by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any, ClassVar

import numpy as np

from convgui.core.control import stop_if
from convgui.core.spec import SpecError
from convgui.layers.activation.functions import FUNCTIONS, Function
from convgui.layers.arguments import Arguments
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import FINITE, Chosen, Field, Real, typed_number
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.relu import ReLU
from convgui.layers.scale import Scale
from convgui.words import mark, tr

PYTORCH = {
    "ReLU6": "relu6",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "SiLU": "silu",
    "GELU": "gelu",
    "Hardsigmoid": "hard_sigmoid",
    "Hardswish": "hard_swish",
    "ELU": "elu",
}
"""PyTorch's classes and the functions they are; GELU is two."""
ONNX = {
    "Clip": "relu6",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Gelu": "gelu",
    "Erf": "erf",
    "HardSigmoid": "hard_sigmoid",
    "HardSwish": "hard_swish",
    "Elu": "elu",
    "Sqrt": "sqrt",
    "Reciprocal": "reciprocal",
    "Exp": "exp",
    "Log": "log",
    "Abs": "abs",
}
"""ONNX's operators and the functions they are, for some of their attributes."""
SAME = 1e-6
"""ONNX's attributes are float32."""
SHORT = {
    "gelu_tanh": "GELU", "hard_sigmoid": "h-sigmoid", "hard_swish": "h-swish", "sqrt": "√", "reciprocal": "1/x",
    "exp": "exp", "log": "ln", "abs": "|x|",
}  # fmt: skip
"""What has room between two grids."""
BLOCK = 1 << 15
"""Values that are computed at once: what lies in between stays in the processor's memory."""


@dataclass(frozen=True)
class Activation(Layer):
    """A function of one value, applied to every value by itself.

    Attributes
    ----------
    function : str
        A key of `FUNCTIONS`.
    alpha : float
        Of ELU, how far below 0 its values go; the others do not read it.
    """

    function: str
    alpha: float = 1.0

    json_names = ("activation",)
    local = True
    pytorch_names: ClassVar = {
        **dict.fromkeys(("ReLU6", "SiLU", "Hardsigmoid", "Hardswish"), ("inplace",)),
        "Sigmoid": (), "Tanh": (), "GELU": ("approximate",), "ELU": ("alpha", "inplace"),
    }  # fmt: skip
    onnx_names = tuple(ONNX)
    order = 34
    group = mark("Activation")

    def __post_init__(self) -> None:
        if self.function not in FUNCTIONS:
            words = tr("is {value!r}; the functions are {known}.", value=self.function, known=", ".join(FUNCTIONS))
            raise SpecError("function", words)
        if not isfinite(self.alpha):
            raise SpecError("alpha", tr(FINITE, value=self.alpha))

    @property
    def _own(self) -> Function:
        return FUNCTIONS[self.function]

    @property
    def title(self) -> str:
        return self._own.title

    @property
    def about(self) -> str:
        return tr(self._own.about)

    def rule(self, reads: int) -> str:
        return tr(self._own.rule)

    @property
    def sign(self) -> str:
        return SHORT.get(self.function, self._own.title)

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return tuple(cls._entry(name) for name, own in FUNCTIONS.items() if own.offered)

    @classmethod
    def _entry(cls, name: str) -> Choice:
        return Choice(name.replace("_", "-"), FUNCTIONS[name].title, lambda _: cls(name))

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def multiply_adds(self, shape: Shape) -> int:
        """Count products and divisions; exponentials are left out."""
        return self._own.products * prod(shape)

    @property
    def largest_sums(self) -> tuple[float, float]:
        return (1.0, abs(self.alpha)) if self.function == "elu" else (1.0, 1.0)

    def largest_of(self, largest: float) -> float:
        return float(np.exp(np.float64(largest))) if self.function == "exp" else super().largest_of(largest)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        return self._applied(self._own.value, x, cancel)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.asarray(grad * self._applied(self._own.slope, x, None))

    def _applied(self, function: Callable[[AnyArray, float], AnyArray], x: AnyArray, cancel: Cancel | None) -> AnyArray:
        values = np.ascontiguousarray(x).reshape(-1)
        out = np.empty_like(values)
        for first in range(0, values.size, BLOCK):
            stop_if(cancel)
            out[first : first + BLOCK] = function(values[first : first + BLOCK], self.alpha)
        return out.reshape(x.shape)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        return self._own.written(float(values.flat[0]), self.alpha, write)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        known = FUNCTIONS.items()
        functions = tuple((name, own.title) for name, own in known if own.offered or name == self.function)
        chosen = Chosen("function", tr("Function"), self.function, functions)
        return (chosen, Real("alpha", tr("Alpha"), self.alpha, 0.0, 10.0)) if self.function == "elu" else (chosen,)

    def with_field(self, name: str, value: Any) -> Layer:
        return super().with_field(name, typed_number(name, value, FINITE) if name == "alpha" else value)

    def to_json(self) -> dict[str, Any]:
        alpha = {"alpha": self.alpha} if self.function == "elu" else {}
        return {"kind": "activation", "function": self.function, **alpha}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Activation:
        function = stored.text("function")
        return cls(function, stored.real("alpha", 1.0) if function == "elu" else 1.0)

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Activation:
        if name == "GELU":
            form = arguments.any("approximate", "none")
            if form not in ("none", "tanh"):
                raise SpecError("approximate", tr("is {value!r}; it is 'none' or 'tanh'.", value=form))
            return cls("gelu" if form == "none" else "gelu_tanh")
        return cls(PYTORCH[name], arguments.real("alpha", 1.0))

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Layer | tuple[Layer, ...]:
        name = ONNX[node.op_type]
        if name == "hard_sigmoid":
            slope, at_0 = node.real("alpha", 0.2), node.real("beta", 0.5)
            return cls(name) if np.allclose((slope, at_0), (1 / 6, 0.5), atol=SAME) else _bent_at(slope, at_0)
        if name == "relu6":
            return _held(*_limits(node))
        if name == "gelu" and node.text("approximate", "none") == "tanh":
            name = "gelu_tanh"
        return cls(name, node.real("alpha", 1.0) if name == "elu" else 1.0)

    def pytorch(self, shape: Shape) -> TorchModules:
        classes = [self._own.torch] if self._own.torch else []
        return TorchModules([self._with_alpha(self._own.pytorch)], classes=classes)

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = {self._with_alpha(self._own.keras)}"])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = {self._with_alpha(self._own.jax)}"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program([f"x = {self._with_alpha(self._own.numpy)}"], self._own.helpers)

    def _with_alpha(self, expression: str) -> str:
        return expression.replace("{alpha}", repr(self.alpha))

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        self._own.onnx(graph, self.alpha)


def _bent_at(slope: float, at_0: float) -> tuple[Layer, ...]:
    """Return ``min(max(0, slope * x + at_0), 1)``."""
    return Scale.by(6 * slope, 6 * at_0 - 3), Activation("hard_sigmoid")


def _held(low: float, high: float) -> Layer | tuple[Layer, ...]:
    """Return what holds values between two; SpecError if they are no two numbers in order."""
    if (low, high) == (0.0, 6.0):
        return Activation("relu6")
    if (low, high) == (0.0, np.inf):
        return ReLU()
    if not (np.isfinite((low, high)).all() and (high - low) / 6 > 0):
        raise SpecError("function", tr("cuts off at {low} and {high}, which is not read.", low=low, high=high))
    factor = (high - low) / 6
    return Scale.by(1 / factor, -low / factor), Activation("relu6"), Scale.by(factor, low)


def _limits(node: OnnxNode) -> tuple[float, float]:
    """Return what a Clip cuts off at: attributes up to opset 10, then arrays."""
    if "min" in node.attributes:
        return node.real("min", -np.inf), node.real("max", np.inf)
    low, high = node.array_or(0, -np.inf, 1), node.array_or(1, np.inf, 1)
    return float(low.reshape(-1)[0]), float(high.reshape(-1)[0])


LAYER = Activation
