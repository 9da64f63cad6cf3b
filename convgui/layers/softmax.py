"""Softmax over channels: at every position the channels become shares that add up to 1."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr, trn

MOST_TERMS = 6
"""Terms of the sum that are written out."""
NUMPY_SOFTMAX = '''
def softmax(x):
    """Return shares of x (C, *spatial) over the channels; no number is too large for it."""
    powers = np.exp(x - x.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)
'''


@dataclass(frozen=True)
class Softmax(Layer):
    """At every position, e to each channel's value over the sum of these over all channels."""

    json_names = ("softmax",)
    local = True
    pytorch_names: ClassVar = {"Softmax": ("dim",), "Softmax2d": ()}
    onnx_names = ("Softmax",)
    order = 76
    group = mark("Activation")
    title = "Softmax"
    keeps_channels = False

    @property
    def about(self) -> str:
        return tr("At every position the channels become shares between 0 and 1 that add up to 1, as probabilities do.")

    def rule(self, reads: int) -> str:
        if reads == 1:
            return tr("A single channel has the whole share: every value becomes 1.")
        return tr("e to the power of this value, divided by the sum of such powers of all {n} channels here.", n=reads)

    @property
    def sign(self) -> str:
        return "softmax"

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} makes every value 1: the one channel has the whole share.",
            "Layer {stage} makes of the {n} channels of every position shares that add up to 1.",
            after[0], stage=number,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("softmax", mark("Softmax over channels"), lambda _: cls()),)

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell over all channels."""
        return ConvSpec.of(shape[0], shape[0], (1,) * (len(shape) - 1))

    def channels_read(self, channel: int, shape: Shape) -> range:
        return range(shape[0])

    def multiply_adds(self, shape: Shape) -> int:
        """Count a division a value; exponentials are left out."""
        return prod(shape)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        powers = np.exp(x - x.max(axis=0, keepdims=True))
        powers /= powers.sum(axis=0, keepdims=True)
        return np.asarray(powers)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        shares = self.forward(x)
        return np.asarray(shares * (grad - (grad * shares).sum(axis=0, keepdims=True)))

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write ``exp(x) / (exp(a) + exp(b) + …)``."""
        flat = [float(v) for v in values.ravel()]
        terms = [f"exp({write(v)})" for v in flat[:MOST_TERMS]]
        more = [tr("{n} more", n=len(flat) - MOST_TERMS)] if len(flat) > MOST_TERMS else []
        return f"exp({write(flat[channel])}) / ({' + '.join([*terms, *more])})"

    def to_json(self) -> dict[str, Any]:
        return {"kind": "softmax"}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Softmax:
        return cls()

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Softmax:
        # Of (N, C, *spatial), the channels are axis 1, counted from the end -(rank + 1).
        if name == "Softmax" and arguments.any("dim", None) not in (1, -(rank + 1)):
            raise SpecError("dim", tr("has to be 1: convgui's softmax is over the channels."), 1)
        return cls()

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Softmax:
        if node.integer("axis", -1) not in (1, -node.rank - 1):
            raise SpecError("dim", tr("is not the channels, over which convgui's softmax goes."))
        return cls()

    def pytorch(self, shape: Shape) -> TorchModules:
        return TorchModules(["nn.Softmax(dim=1)"])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program(["x = keras.activations.softmax(x, axis=-1)"])

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program(["x = jax.nn.softmax(x, axis=1)"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program(["x = softmax(x)"], [NUMPY_SOFTMAX])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        graph.node("Softmax", axis=1)


LAYER = Softmax
