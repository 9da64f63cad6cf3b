"""Batch norm at inference: every channel is scaled and shifted by what was seen in training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar

import numpy as np

from convgui.core.infinities import overflowing
from convgui.core.spec import SpecError
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
    Rewriting,
    Shape,
    StoredFields,
)
from convgui.layers.normalising import EPS, check_eps, eps_field, weighed
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr, trn

VECTORS = ("weight", "bias", "running_mean", "running_var")


@dataclass(frozen=True, eq=False)
class BatchNorm(Layer):
    """Each channel minus its mean in training, over its deviation there (Ioffe, Szegedy, arXiv 1502.03167).

    Attributes
    ----------
    weight, bias : ndarray
        float64, of shape ``(C,)``: what each channel is multiplied by afterwards, and what is added.
    running_mean, running_var : ndarray
        Of the same shape: the mean and the variance of each channel that were seen in training.
    eps : float
        Added to the variances, so that channels that never changed do not divide by 0.
    """

    weight: Array
    bias: Array
    running_mean: Array
    running_var: Array
    eps: float = EPS

    json_names = ("batch_norm",)
    local = True
    pytorch_names: ClassVar = {
        "BatchNorm{n}d": (
            "num_features",
            "eps",
            "momentum",
            "affine",
            "track_running_stats",
            "device",
            "dtype",
            "bias",
        ),
    }
    onnx_names = ("BatchNormalization",)
    order = 72
    group = mark("Normalising")
    title = "BatchNorm"
    keeps_channels = False

    def __post_init__(self) -> None:
        for name in VECTORS:
            object.__setattr__(self, name, np.asarray(getattr(self, name), np.float64))
            shape = getattr(self, name).shape
            if len(shape) != 1 or shape != self.weight.shape:
                count = self.weight.size
                words = tr("has shape {shape}, the layer needs ({out_channels},).", shape=shape, out_channels=count)
                raise SpecError(name, words)
        check_eps(self.eps)
        if (self.running_var < 0).any():
            least = float(self.running_var.min())
            raise SpecError("running_var", tr("holds {value}; a variance is never below 0.", value=least))
        super().__post_init__()

    @property
    def about(self) -> str:
        return tr(
            "Every channel is scaled and shifted by the mean and the variance that were seen in training; both stay as "
            "they are."
        )

    def rule(self, reads: int) -> str:
        return tr("Minus the channel's mean, over its standard deviation in training: the same at every position.")

    @property
    def sign(self) -> str:
        return "BN"

    def said_of_maps(self, number: int, before: Shape, after: Shape) -> str:
        return trn(
            "Layer {stage} scales and shifts the one channel.",
            "Layer {stage} scales and shifts each of the {n} channels by numbers of its own.",
            after[0], stage=number,
        )  # fmt: skip

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (Choice("batch-norm", "BatchNorm", lambda shape: cls.plain(shape[0])),)

    @classmethod
    def plain(cls, channels: int, eps: float = EPS) -> BatchNorm:
        """Return the layer as training begins: weights and variances 1, bias and means 0."""
        return cls(np.ones(channels), np.zeros(channels), np.zeros(channels), np.ones(channels), eps)

    @property
    def parameters(self) -> Mapping[str, Array]:
        return {name: getattr(self, name) for name in VECTORS}

    @property
    def learned(self) -> Mapping[str, int]:
        """Weights and biases: means and variances are counted in training, and not learned."""
        return {name: getattr(self, name).size for name in VECTORS[:2]}

    @property
    @overflowing
    def scale(self) -> Array:
        """What each channel is multiplied by in all."""
        return np.asarray(self.weight / np.sqrt(self.running_var + self.eps))

    @property
    @overflowing
    def shift(self) -> Array:
        """What is added to each channel in all."""
        return np.asarray(self.bias - self.running_mean * self.scale)

    @property
    def largest_sums(self) -> tuple[float, float]:
        return float(np.abs(self.scale).max(initial=0.0)), float(np.abs(self.shift).max(initial=0.0))

    def scaled(self, scale: Array, shift: Array) -> BatchNorm:
        return replace(self, weight=self.weight * scale, bias=self.bias * scale + shift)

    @overflowing
    def rewritings(self, before: Layer | None, shape: Shape) -> tuple[Rewriting, ...]:
        try:
            folded = None if before is None else before.scaled(self.scale, self.shift)
        except SpecError:  # its weights would be beyond the largest number
            return ()
        if folded is None:
            return ()
        about = tr(
            "The layer before takes the scale and the shift into its weights and bias, and this one goes; what comes "
            "out is the same but for rounding."
        )
        return (Rewriting(tr("Fold into the layer before"), about, (folded,), with_before=True),)

    def output_shape(self, shape: Shape) -> Shape:
        check_channels("num_features", self.weight.size, shape)
        return shape

    def adapted(self, shape: Shape) -> BatchNorm:
        channels = shape[0]
        if channels == self.weight.size:
            return self
        return self._mapped(lambda array: np.resize(array, channels))

    def narrowing(self, channels: tuple[int, ...], shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return channels, channels

    def narrowed(self, reads: tuple[int, ...], makes: tuple[int, ...]) -> BatchNorm:
        return self._mapped(lambda array: array[list(makes)])

    def _mapped(self, change: Callable[[Array], Array]) -> BatchNorm:
        weight, bias, mean, variance = (change(array) for array in self.parameters.values())
        return BatchNorm(weight, bias, mean, variance, self.eps)

    def multiply_adds(self, shape: Shape) -> int:
        """Count a product a value."""
        return prod(shape)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        self.output_shape(x.shape)
        mean, scale, bias = (per_channel(array, x) for array in (self.running_mean, self.scale, self.bias))
        out = np.asarray(x - mean)
        out *= scale
        out += bias
        return out

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return np.asarray(grad * per_channel(self.scale, grad))

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        """Write ``(x − mean) / √(variance + eps)``, with weight and bias where they are not 1 and 0."""
        mean, variance = float(self.running_mean[channel]), float(self.running_var[channel])
        own = write(float(values.flat[0]))
        text = f"({own} − {bracketed(mean, write)}) / √({write(variance)} + {write(self.eps)})"
        return weighed(text, float(self.weight[channel]), float(self.bias[channel]), write)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        return (eps_field(self.eps),)

    def with_field(self, name: str, value: Any) -> Layer:
        return super().with_field(name, typed_number(name, value, ABOVE_0))

    def to_json(self) -> dict[str, Any]:
        return {"kind": "batch_norm", "eps": self.eps}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> BatchNorm:
        weight = stored.array("weight", (-1,))
        bias, mean = stored.array("bias", weight.shape, 0.0), stored.array("running_mean", weight.shape, 0.0)
        return cls(weight, bias, mean, stored.array("running_var", weight.shape, 1.0), stored.real("eps", EPS))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> BatchNorm:
        words = tr("is False, so that every input is scaled by itself, which convgui does not do; leave it out.")
        arguments.refuse("track_running_stats", True, words)
        channels, eps = arguments.integer("num_features"), arguments.real("eps", EPS)
        if channels < 1:
            raise SpecError("num_features", tr("is {value!r}; a whole number above 0 is needed.", value=channels))
        kept = isinstance(old, BatchNorm) and old.weight.size == channels
        layer = replace(old, eps=eps) if isinstance(old, BatchNorm) and kept else cls.plain(channels, eps)
        # In newer versions of PyTorch a norm may have a weight alone.
        if not (arguments.any("affine", True) and arguments.any("bias", True)):
            layer = replace(layer, bias=np.zeros(channels))
        return layer if arguments.any("affine", True) else replace(layer, weight=np.ones(channels))

    @classmethod
    def has_state(cls, shapes: Mapping[str, Shape]) -> bool:
        return {"running_mean", "running_var"} <= set(shapes)

    @classmethod
    def from_state(cls, arrays: Mapping[str, Array]) -> BatchNorm:
        mean = arrays["running_mean"]
        # Without `affine` there is neither weight nor bias.
        weight, bias = arrays.get("weight", np.ones(mean.shape)), arrays.get("bias", np.zeros(mean.shape))
        return cls(weight, bias, mean, arrays["running_var"])

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> BatchNorm:
        weight, bias, mean, variance = (node.array(index, name) for index, name in enumerate(VECTORS))
        return cls(weight, bias, mean, variance, node.real("epsilon", EPS))

    def pytorch(self, shape: Shape) -> TorchModules:
        name = f"nn.BatchNorm{len(shape) - 1}d"
        return TorchModules([f"{name}({self.weight.size}, eps={self.eps!r})"], self._named(""), evaluates=True)

    def keras(self, shape: Shape, mark: str) -> Program:
        names = ", ".join(f"{name}{mark}" for name in VECTORS)
        lines = [
            f"layer{mark} = keras.layers.BatchNormalization(axis=-1, epsilon={self.eps!r})",
            f"layer{mark}.build(x.shape)",
            f"layer{mark}.set_weights([{names}])",
            f"x = layer{mark}(x, training=False)",
        ]
        return Program(lines, arrays=self._named(mark))

    def jax(self, shape: Shape, mark: str) -> Program:
        return self._program("jnp", len(shape) - 1, mark)

    def numpy(self, shape: Shape, mark: str) -> Program:
        return self._program("np", len(shape) - 1, mark)

    def _program(self, library: str, rank: int, mark: str) -> Program:
        ones = ", ".join(["-1", *["1"] * rank])
        lines = [
            f"scale = weight{mark} / {library}.sqrt(running_var{mark} + {self.eps!r})",
            f"x = (x - running_mean{mark}.reshape({ones})) * scale.reshape({ones}) + bias{mark}.reshape({ones})",
        ]
        return Program(lines, arrays=self._named(mark))

    def _named(self, mark: str) -> tuple[CodeArray, ...]:
        return tuple(CodeArray(f"{name}{mark}", array) for name, array in self.parameters.items())

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        arrays = [graph.constant(array) for array in self.parameters.values()]
        graph.node("BatchNormalization", *arrays, epsilon=self.eps)


LAYER = BatchNorm
