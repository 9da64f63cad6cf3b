"""LayerNorm over channels: at every position the channels are brought to mean 0 and variance 1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar

import numpy as np

from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.channels import bracketed, check_channels, per_channel
from convgui.layers.code import CodeArray, OnnxGraph, Program, TorchModules
from convgui.layers.form import ABOVE_0, Field, typed_number
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
from convgui.layers.normalising import EPS, check_eps, eps_field, weighed
from convgui.words import mark, tr, trn

TORCH = '''
class ChannelLayerNorm(nn.LayerNorm):
    """nn.LayerNorm over the channels of (N, C, *spatial): PyTorch's own takes the last axes."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)

'''


@dataclass(frozen=True, eq=False)
class LayerNorm(Layer):
    """Each position's channels minus their mean, over their standard deviation (Ba, Kiros, Hinton, arXiv 1607.06450).

    As in ConvNeXt (arXiv 2201.03545): the mean and the biased variance are those of one position, over all channels.

    Attributes
    ----------
    weight, bias : ndarray
        float64, of shape ``(C,)``: what each channel is multiplied by afterwards, and what is added.
    eps : float
        Added to the variance, so that equal channels do not divide by 0.
    """

    weight: Array
    bias: Array
    eps: float = EPS

    json_names = ("layer_norm",)
    pytorch_names: ClassVar = {
        "LayerNorm": ("normalized_shape", "eps", "elementwise_affine", "bias", "device", "dtype"),
    }
    order = 71
    group = mark("Normalising")
    title = "LayerNorm"
    keeps_channels = False

    def __post_init__(self) -> None:
        for name in ("weight", "bias"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), np.float64))
        if self.weight.ndim != 1 or self.weight.shape != self.bias.shape:
            words = tr("has shape {shape}, the layer needs ({out_channels},).", shape=self.bias.shape,
                       out_channels=self.weight.size)  # fmt: skip
            raise SpecError("bias", words)
        check_eps(self.eps)
        super().__post_init__()

    @property
    def about(self) -> str:
        return tr("At every position the channels are brought to mean 0 and variance 1, whatever their neighbours are.")

    def rule(self, reads: int) -> str:
        if reads == 1:
            return tr("A single channel is its own mean: nothing of it is left.")
        return tr("Minus the mean of {n} channels at this position, over their standard deviation.", n=reads)

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} leaves nothing: the one channel is its own mean.",
            "Layer {stage} brings the {n} channels of every position to mean 0 and variance 1.",
            after[0], stage=number,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("layer-norm", mark("LayerNorm over channels"), lambda shape: cls.plain(shape[0])),)

    @classmethod
    def plain(cls, channels: int) -> LayerNorm:
        """Return the layer as training begins: weights 1, bias 0."""
        return cls(np.ones(channels), np.zeros(channels))

    @property
    def parameters(self) -> Mapping[str, Array]:
        return {"weight": self.weight, "bias": self.bias}

    def output_shape(self, shape: Shape) -> Shape:
        check_channels("normalized_shape", self.weight.size, shape)
        return shape

    def adapted(self, shape: Shape) -> LayerNorm:
        channels = shape[0]
        if channels == self.weight.size:
            return self
        return replace(self, weight=np.resize(self.weight, channels), bias=np.resize(self.bias, channels))

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell over all channels."""
        return ConvSpec.of(shape[0], shape[0], (1,) * (len(shape) - 1))

    def channels_read(self, channel: int, shape: Shape) -> range:
        return range(shape[0])

    def multiply_adds(self, shape: Shape) -> int:
        """Count a square and two products a value; roots and divisions, one a position, are left out."""
        return 3 * prod(shape)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        self.output_shape(x.shape)
        _, _, normal = self._normalised(x)
        return np.asarray(per_channel(self.weight, x) * normal + per_channel(self.bias, x))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        _, deviation, normal = self._normalised(x)
        scaled = grad * per_channel(self.weight, x)
        along = (scaled * normal).mean(axis=0, keepdims=True)
        return np.asarray((scaled - scaled.mean(axis=0, keepdims=True) - normal * along) / deviation)

    def _normalised(self, x: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Return the mean, the standard deviation and the normalised values."""
        mean = x.mean(axis=0, keepdims=True)
        deviation = np.sqrt(((x - mean) ** 2).mean(axis=0, keepdims=True) + x.dtype.type(self.eps))
        return mean, deviation, (x - mean) / deviation

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write ``(x − mean) / √(variance + eps)``, with weight and bias where they are not 1 and 0."""
        x = values.reshape(-1)
        own, mean = float(x[channel]), float(x.mean())
        text = f"({write(own)} − {bracketed(mean, write)}) / √({write(float(x.var()))} + {write(self.eps)})"
        return weighed(text, float(self.weight[channel]), float(self.bias[channel]), write)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        return (eps_field(self.eps),)

    def with_field(self, name: str, value: Any) -> Layer:
        return super().with_field(name, typed_number(name, value, ABOVE_0))

    def to_json(self) -> dict[str, Any]:
        return {"kind": "layer_norm", "eps": self.eps}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> LayerNorm:
        weight = stored.array("weight", (-1,))
        return cls(weight, stored.array("bias", weight.shape, 0.0), stored.real("eps", EPS))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> LayerNorm:
        words = tr("takes PyTorch's last axes; convgui's LayerNorm takes the channels, add it from the menu.")
        raise SpecError("normalized_shape", words)

    def pytorch(self, shape: Shape) -> TorchModules:
        arrays = (CodeArray("weight", self.weight), CodeArray("bias", self.bias))
        return TorchModules([f"ChannelLayerNorm({self.weight.size}, eps={self.eps!r})"], arrays, classes=[TORCH])

    def keras(self, shape: Shape, mark: str) -> Program:
        return Program(
            [
                f"layer{mark} = keras.layers.LayerNormalization(axis=-1, epsilon={self.eps!r})",
                f"layer{mark}.build(x.shape)",
                f"layer{mark}.set_weights([weight{mark}, bias{mark}])",
                f"x = layer{mark}(x)",
            ],
            arrays=self._named(mark),
        )

    def jax(self, shape: Shape, mark: str) -> Program:
        return Program(self._lines("jnp", 1, len(shape) - 1, mark), arrays=self._named(mark))

    def numpy(self, shape: Shape, mark: str) -> Program:
        return Program(self._lines("np", 0, len(shape) - 1, mark), arrays=self._named(mark))

    def _lines(self, library: str, axis: int, rank: int, mark: str) -> list[str]:
        ones = ", ".join(["-1", *["1"] * rank])
        return [
            f"x = x - x.mean(axis={axis}, keepdims=True)",
            f"x = x / {library}.sqrt((x**2).mean(axis={axis}, keepdims=True) + {self.eps!r})",
            f"x = x * weight{mark}.reshape({ones}) + bias{mark}.reshape({ones})",
        ]

    def _named(self, mark: str) -> tuple[CodeArray, CodeArray]:
        return CodeArray(f"weight{mark}", self.weight), CodeArray(f"bias{mark}", self.bias)

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        rank = len(shape) - 1
        graph.node("Transpose", perm=(0, *range(2, rank + 2), 1))
        weight, bias = graph.constant(self.weight), graph.constant(self.bias)
        graph.node("LayerNormalization", weight, bias, axis=-1, epsilon=self.eps)
        graph.node("Transpose", perm=(0, rank + 1, *range(1, rank + 1)))


LAYER = LayerNorm
