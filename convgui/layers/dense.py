"""Dense: every output is a weighted sum of all values of the input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import prod, sqrt
from typing import Any, ClassVar

import numpy as np

from convgui.core.sizes import by
from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.channels import bracketed
from convgui.layers.code import CodeArray, OnnxGraph, Program, TorchModules
from convgui.layers.convolution import Convolution
from convgui.layers.flatten import flattened_keras
from convgui.layers.form import Field, Integer
from convgui.layers.layer import (
    AnyArray,
    Array,
    Cancel,
    Choice,
    Layer,
    Progress,
    Rewriting,
    Shape,
    StoredFields,
)
from convgui.layers.limits import MOST_CHANNELS, MOST_WEIGHTS
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.reads import AxisReads
from convgui.words import mark, tr, trn

OUTPUTS = 10
"""How many values a new layer makes."""
MOST_TERMS = 4
"""Products of a sum that are written out."""
TORCH = '''
class Linear(nn.Linear):
    """nn.Linear on all values of (N, C, *spatial); its results are channels: (N, out_features, 1, ...)."""

    def forward(self, x):
        return super().forward(x.flatten(1)).reshape(x.shape[0], -1, *[1] * (x.ndim - 2))

'''


@dataclass(frozen=True, eq=False)
class Dense(Layer):
    """Every output is a weighted sum of all values: the input is flattened, channel by channel and row by row.

    Its outputs are channels of one cell, ``(out_features, 1, ...)``, so that the number of axes stays.

    Attributes
    ----------
    weight : ndarray
        float64, of shape ``(out_features, in_features)``.
    bias : ndarray
        float64, of shape ``(out_features,)``.
    """

    weight: Array
    bias: Array

    json_names = ("dense",)
    pytorch_names: ClassVar = {"Linear": ("in_features", "out_features", "bias", "device", "dtype")}
    onnx_names = ("Gemm", "MatMul")
    order = 82
    group = mark("Dense")
    keeps_channels = False
    keeps_names = False

    def __post_init__(self) -> None:
        for name in ("weight", "bias"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), np.float64))
        if self.weight.ndim != 2 or not self.weight.size:
            words = tr("has shape {shape}; a row of weights for each output is needed.", shape=self.weight.shape)
            raise SpecError("weight", words)
        if self.bias.shape != self.weight.shape[:1]:
            words = tr("has shape {shape}, the layer needs ({out_channels},).", shape=self.bias.shape,
                       out_channels=len(self.weight))  # fmt: skip
            raise SpecError("bias", words)
        super().__post_init__()

    @property
    def title(self) -> str:
        return tr("Dense, {outputs} outputs", outputs=len(self.weight))

    @property
    def short_title(self) -> str:
        return tr("Dense")

    @property
    def sizes(self) -> tuple[str, ...]:
        outputs, inputs = self.weight.shape
        return f"{inputs}→{outputs}", f"→{outputs}"

    @property
    def about(self) -> str:
        return tr("The input is flattened, and every output is a weighted sum of all of its values, and a bias.")

    def rule(self, reads: int) -> str:
        return tr("Every value of the input times a weight of its own, added up, and the bias.")

    @property
    def sign(self) -> str:
        return "Σ"

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} flattens {before} and makes one weighted sum of all of its values.",
            "Layer {stage} flattens {before} and makes {n} weighted sums of all of its values.",
            after[0], stage=number, before=by(before),
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("dense", mark("Dense"), lambda shape: cls.drawn(prod(shape), OUTPUTS)),)

    @classmethod
    def drawn(cls, inputs: int, outputs: int) -> Dense:
        """Return a layer as training begins: small random weights, always the same, and no bias.

        Raises
        ------
        SpecError
            If there would be too many weights; nothing is allocated then.
        """
        _check_size(inputs, outputs)
        weight = np.random.default_rng(0).normal(0, 1 / sqrt(inputs), (outputs, inputs))
        return cls(weight, np.zeros(outputs))

    @property
    def parameters(self) -> Mapping[str, Array]:
        return {"weight": self.weight, "bias": self.bias}

    @property
    def largest_sums(self) -> tuple[float, float]:
        sums = np.abs(self.weight).sum(axis=1)
        return float(sums.max()), float(np.abs(self.bias).max())

    def scaled(self, scale: Array, shift: Array) -> Dense:
        return Dense(self.weight * scale[:, None], self.bias * scale + shift)

    def rewritings(self, before: Layer | None, shape: Shape) -> tuple[Rewriting, ...]:
        if prod(shape) != self.weight.shape[1]:
            return ()
        spec = ConvSpec.of(shape[0], len(self.weight), shape[1:])
        about = tr(
            "A convolution with kernels as large as the input and no padding makes the same sums, but for rounding; of "
            "a larger input it makes more of them."
        )
        convolution = Convolution(spec, self.weight.reshape(spec.weight_shape), self.bias)
        return (Rewriting(tr("Write as a convolution"), about, (convolution,)),)

    def output_shape(self, shape: Shape) -> Shape:
        count, wanted = prod(shape), self.weight.shape[1]
        if count != wanted:
            words = tr(
                "the layer takes {wanted} values, and {size} = {count} come in.",
                wanted=wanted, size=by(shape), count=count,
            )  # fmt: skip
            raise SpecError("in_features", words, count)
        return (len(self.weight), *(1,) * (len(shape) - 1))

    def size_lines(self, shape: Shape) -> tuple[str, ...]:
        return (f"{by(shape)} = {prod(shape)}", f"{prod(shape)} → {len(self.weight)}")

    def check(self) -> None:
        _check_size(self.weight.shape[1], len(self.weight))

    def adapted(self, shape: Shape) -> Dense:
        count = prod(shape)
        if count == self.weight.shape[1]:
            return self
        _check_size(count, len(self.weight))
        weight = np.stack([np.resize(row, count) for row in self.weight])
        return Dense(weight, self.bias)

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window as large as the input, over all channels."""
        return ConvSpec.of(shape[0], len(self.weight), shape[1:])

    def channels_read(self, channel: int, shape: Shape) -> range:
        return range(shape[0])

    def narrowing(self, channels: tuple[int, ...], shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return tuple(range(shape[0])), channels

    def narrowed(self, reads: tuple[int, ...], makes: tuple[int, ...]) -> Dense:
        return Dense(self.weight[list(makes)], self.bias[list(makes)])

    def added(self, x: AnyArray, channel: int, cell: Shape) -> tuple[Array, float]:
        products = self.weight[channel] * np.asarray(x, np.float64).reshape(-1)
        return products.reshape(x.shape[0], -1).sum(axis=1), float(self.bias[channel])

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        return tuple(AxisReads.all_of(n) for n in shape[1:])

    def multiply_adds(self, shape: Shape) -> int:
        return self.weight.size

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        out = self.output_shape(x.shape)
        sums = self.weight.astype(x.dtype) @ x.reshape(-1) + self.bias.astype(x.dtype)
        return np.asarray(sums.reshape(out))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.asarray((grad.reshape(-1) @ self.weight).reshape(x.shape))

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write ``w·x + w·x + n more + bias``."""
        row = self.weight[channel]
        pairs = list(zip(row[:MOST_TERMS].tolist(), values.ravel()[:MOST_TERMS].tolist(), strict=True))
        terms = [f"{bracketed(w, write)}·{bracketed(v, write)}" for w, v in pairs]
        terms += [tr("{n} more", n=row.size - MOST_TERMS)] if row.size > MOST_TERMS else []
        bias = float(self.bias[channel])
        return " + ".join([*terms, bracketed(bias, write)] if bias else terms)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        most = max(1, min(MOST_CHANNELS, MOST_WEIGHTS // self.weight.shape[1]))
        return (Integer("out_features", tr("Outputs"), len(self.weight), 1, most),)

    def with_field(self, name: str, value: Any) -> Layer:
        """Change how many outputs there are: the first ones stay, and further ones begin as training does."""
        if name != "out_features":
            return super().with_field(name, value)
        count, have = int(value), len(self.weight)
        if count <= have:
            return Dense(self.weight[:count], self.bias[:count])
        fresh = Dense.drawn(self.weight.shape[1], count)
        weight = np.concatenate([self.weight, fresh.weight[have:]])
        return Dense(weight, np.concatenate([self.bias, fresh.bias[have:]]))

    def to_json(self) -> dict[str, Any]:
        return {"kind": "dense", "in_features": self.weight.shape[1], "out_features": len(self.weight)}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Dense:
        inputs, outputs = stored.integer("in_features"), stored.integer("out_features")
        _check_size(inputs, outputs)
        return cls(stored.array("weight", (outputs, inputs)), stored.array("bias", (outputs,), 0.0))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Dense:
        inputs, outputs = arguments.integer("in_features"), arguments.integer("out_features")
        kept = isinstance(old, Dense) and old.weight.shape == (outputs, inputs)
        layer = old if isinstance(old, Dense) and kept else cls.drawn(inputs, outputs)
        return layer if arguments.any("bias", True) else replace(layer, bias=np.zeros(outputs))

    @classmethod
    def has_state(cls, shapes: Mapping[str, Shape]) -> bool:
        return len(shapes.get("weight", ())) == 2 and set(shapes) <= {"weight", "bias"}

    @classmethod
    def from_state(cls, arrays: Mapping[str, Array]) -> Dense:
        weight = arrays["weight"]
        return cls(weight, arrays.get("bias", np.zeros(len(weight))))

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Dense:
        weight = node.array(0, "weight")
        if weight.ndim != 2 or {node.real("alpha", 1.0), node.real("beta", 1.0)} != {1.0} or node.integer("transA", 0):
            raise SpecError("weight", tr("is not that of a plain dense layer."))
        weight = weight if node.integer("transB", 0) else weight.T
        return cls(np.ascontiguousarray(weight), node.array_or(1, 0.0, len(weight)).reshape(-1))

    def pytorch(self, shape: Shape) -> TorchModules:
        outputs, inputs = self.weight.shape
        arrays = (CodeArray("weight", self.weight), CodeArray("bias", self.bias))
        return TorchModules([f"Linear({inputs}, {outputs})"], arrays, classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        lines = [
            flattened_keras(shape, self.weight.shape[1]),
            f"layer{mark} = keras.layers.Dense({len(self.weight)})",
            f"layer{mark}.build(x.shape)",
            f"layer{mark}.set_weights([np.transpose(weight{mark}), bias{mark}])",
            f"x = layer{mark}(x)",
        ]
        return Program(lines, arrays=self._named(mark))

    def jax(self, shape: Shape, mark: str) -> Program:
        line = f"x = (x.reshape(-1) @ weight{mark}.T + bias{mark}).reshape((1, *{self.output_shape(shape)}))"
        return Program([line], arrays=self._named(mark))

    def numpy(self, shape: Shape, mark: str) -> Program:
        line = f"x = (weight{mark} @ x.reshape(-1) + bias{mark}).reshape({self.output_shape(shape)})"
        return Program([line], arrays=self._named(mark))

    def _named(self, mark: str) -> tuple[CodeArray, CodeArray]:
        return CodeArray(f"weight{mark}", self.weight), CodeArray(f"bias{mark}", self.bias)

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Flatten", axis=1)
        graph.node("Gemm", graph.constant(self.weight), graph.constant(self.bias), transB=1)
        graph.node("Reshape", graph.constant((1, *self.output_shape(shape))))


def _check_size(inputs: int, outputs: int) -> None:
    """Refuse a layer of too many weights; SpecError says how many there may be."""
    for field, count in (("in_features", inputs), ("out_features", outputs)):
        if count < 1:
            raise SpecError(field, tr("is {value!r}; a whole number above 0 is needed.", value=count))
    if outputs > MOST_CHANNELS:
        words = tr("is {n}; a layer has at most {most}.", n=outputs, most=MOST_CHANNELS)
        raise SpecError("out_features", words, MOST_CHANNELS)
    if inputs * outputs > MOST_WEIGHTS:
        words = tr(
            "would have {n:,} numbers, and a layer has at most {most:,}; take fewer outputs or a smaller input.",
            n=inputs * outputs,
            most=MOST_WEIGHTS,
        )
        raise SpecError("weight", words)


LAYER = Dense
