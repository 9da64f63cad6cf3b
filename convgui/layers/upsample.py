"""Upsampling: each cell repeated, or interpolated linearly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar, Literal

import numpy as np

from convgui.core.pooling import upsample_linear, upsample_nearest
from convgui.core.pooling_gradients import upsample_linear_gradient, upsample_nearest_gradient
from convgui.core.spec import AXES, ConvSpec, SpecError, per_axis
from convgui.layers.arguments import Arguments
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import Chosen, Field, Sizes
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.limits import check_steps
from convgui.layers.reads import AxisReads
from convgui.words import mark, tr

MOST_FACTOR = 8
"""Factor that the inspector's arrows reach."""
PYTORCH_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
_NEAREST = mark("Upsample × {factor} nearest")
_LINEAR = {
    1: mark("Upsample × {factor} linear"),
    2: mark("Upsample × {factor} bilinear"),
    3: mark("Upsample × {factor} trilinear"),
}
NUMPY_LINEAR = '''
def linear(x, factors):
    """Interpolate x (C, *spatial) linearly on each axis; corners are not aligned."""
    for axis, factor in enumerate(factors, start=1):
        n = x.shape[axis]
        at = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
        low = np.floor(at).astype(int)
        part = (at - low).reshape(-1, *[1] * (x.ndim - 1 - axis))
        left, right = x.take(low, axis), x.take(low + (at > low), axis)
        x = left + (right - left) * part
    return x
'''
KERAS_LINEAR = '''
def linear(x, factors):
    """Interpolate x (1, *spatial, C) linearly on each axis; corners are not aligned."""
    for axis, factor in enumerate(factors, start=1):
        n = x.shape[axis]
        at = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
        low = np.floor(at).astype(int)
        part = (at - low).reshape(-1, *[1] * (x.ndim - 1 - axis))
        left, right = tf.gather(x, low, axis=axis), tf.gather(x, low + (at > low), axis=axis)
        x = left + (right - left) * part
    return x
'''


@dataclass(frozen=True)
class Upsample(Layer):
    """More cells: each one repeated, or interpolated linearly (PyTorch's ``align_corners=False``).

    Attributes
    ----------
    scale_factor : tuple of int
        One factor a spatial axis.
    mode : str
        ``"nearest"`` or ``"linear"`` (bilinear in 2D, trilinear in 3D).
    """

    scale_factor: Shape
    mode: Literal["nearest", "linear"] = "nearest"

    json_names = ("upsample",)
    pytorch_names: ClassVar = {"Upsample": ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor")}
    order = 40

    def __post_init__(self) -> None:
        rank = len(self.scale_factor)
        if rank not in AXES:
            raise SpecError("scale_factor", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        object.__setattr__(self, "scale_factor", per_axis("scale_factor", self.scale_factor, rank, 1))

    @property
    def title(self) -> str:
        name = _NEAREST if self.mode == "nearest" else _LINEAR[len(self.scale_factor)]
        return tr(name, factor=max(self.scale_factor))

    @property
    def about(self) -> str:
        if self.mode == "nearest":
            return tr("Every cell is repeated.")
        return tr("New cells are mixed from their neighbours, by their distance.")

    def rule(self, reads: int) -> str:
        if self.mode == "nearest":
            return tr("Every cell is repeated; no new value appears.")
        return tr("Each cell is mixed from its nearest neighbours, by their distance.")

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (
            Choice("nearest", mark("Upsample, nearest"), lambda shape: cls((2,) * (len(shape) - 1), "nearest")),
            Choice("linear", mark("Upsample, linear"), lambda shape: cls((2,) * (len(shape) - 1), "linear")),
        )

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) - 1 != len(self.scale_factor):
            raise SpecError(
                "scale_factor",
                tr("has {given} axes, the input has {axes}.", given=len(self.scale_factor), axes=len(shape) - 1),
            )
        return (shape[0], *(n * s for n, s in zip(shape[1:], self.scale_factor, strict=True)))

    def check(self) -> None:
        check_steps("scale_factor", self.scale_factor)

    def window(self, shape: Shape) -> ConvSpec:
        """Return the transposed convolution that does the same away from the border."""
        if self.mode == "nearest":
            size, padding = self.scale_factor, tuple(0 for _ in self.scale_factor)
        else:
            # A triangle of twice the scale (odd scales: one cell less), trimmed to the output's size.
            size = tuple(2 * s - s % 2 for s in self.scale_factor)
            padding = tuple((k - s) // 2 for k, s in zip(size, self.scale_factor, strict=True))
        return ConvSpec.of(
            shape[0], shape[0], size, stride=self.scale_factor, padding=padding, groups=shape[0], transposed=True
        )

    def multiply_adds(self, shape: Shape) -> int:
        """Return 0 for copies; about two products a cell and axis for interpolation."""
        return 0 if self.mode == "nearest" else 2 * len(self.scale_factor) * prod(self.output_shape(shape))

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        enlarge = upsample_nearest if self.mode == "nearest" else upsample_linear
        return enlarge(x, self.scale_factor, cancel=cancel)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        if self.mode == "nearest":
            return upsample_nearest_gradient(grad, self.scale_factor)
        return upsample_linear_gradient(grad, x.shape[1:], self.scale_factor)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        make = _interpolated if self.mode == "linear" else AxisReads.copies
        return tuple(make(n, s) for n, s in zip(shape[1:], self.scale_factor, strict=True))

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        if self.mode == "nearest":
            return ""
        pairs = zip(weights.ravel(), values.ravel(), strict=True)
        return " + ".join(f"{write(float(w))}·{f'({write(float(v))})' if v < 0 else write(float(v))}" for w, v in pairs)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        modes = (("nearest", tr("nearest")), ("linear", tr("linear")))
        most = (MOST_FACTOR,) * len(self.scale_factor)
        return (
            Sizes("scale_factor", tr("Scale factor"), self.scale_factor, 1, most),
            Chosen("mode", tr("Mode"), self.mode, modes),
        )

    def to_json(self) -> dict[str, Any]:
        return {"kind": "upsample", "scale_factor": list(self.scale_factor), "mode": self.mode}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Upsample:
        mode = stored.text("mode", "nearest")
        if mode not in ("nearest", "linear"):
            raise ValueError(tr("mode is {mode!r}; it is 'nearest' or 'linear'", mode=mode))
        return cls(tuple(stored.any("scale_factor")), "linear" if mode == "linear" else "nearest")

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Upsample:
        arguments.refuse("size", None, tr("is a fixed size; give scale_factor, a whole number."))
        arguments.refuse("align_corners", False, tr("is True, which convgui does not do; leave it out."))
        scale = arguments.any("scale_factor", None)
        integer = int(scale) if isinstance(scale, float) and scale.is_integer() else None
        factors = (integer,) * rank if integer else arguments.sides("scale_factor", rank, 1)
        mode, linear = arguments.any("mode", "nearest"), PYTORCH_LINEAR[rank]
        if mode not in ("nearest", linear):
            words = tr(
                "is {mode!r}; with {rank} spatial axes it is 'nearest' or {linear!r}.",
                mode=mode, rank=rank, linear=linear,
            )  # fmt: skip
            raise SpecError("mode", words)
        return cls(factors, "nearest" if mode == "nearest" else "linear")

    def pytorch(self, shape: Shape) -> TorchModules:
        mode = "nearest" if self.mode == "nearest" else PYTORCH_LINEAR[len(shape) - 1]
        return TorchModules([f'nn.Upsample(scale_factor={self.scale_factor}, mode="{mode}")'])

    def keras(self, shape: Shape, mark: str) -> Program:
        if self.mode == "linear":
            return Program([f"x = linear(x, {self.scale_factor})"], [KERAS_LINEAR])
        rank = len(shape) - 1
        size = self.scale_factor[0] if rank == 1 else self.scale_factor
        return Program([f"x = keras.layers.UpSampling{rank}D({size})(x)"])

    def jax(self, shape: Shape, mark: str) -> Program:
        if self.mode == "linear":
            return Program([f'x = jax.image.resize(x, (1, *{self.output_shape(shape)}), "linear")'])
        repeats = enumerate(self.scale_factor, start=2)
        return Program([f"x = jnp.repeat(x, {s}, axis={a})" for a, s in repeats if s > 1])

    def numpy(self, shape: Shape, mark: str) -> Program:
        if self.mode == "linear":
            return Program([f"x = linear(x, {self.scale_factor})"], [NUMPY_LINEAR])
        repeats = enumerate(self.scale_factor, start=1)
        return Program([f"x = x.repeat({s}, axis={a})" for a, s in repeats if s > 1])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        # Scales are float32 in every model.
        scales = graph.constant(np.array([1.0, 1.0, *self.scale_factor]), single=True)
        if self.mode == "nearest":
            options = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        else:
            options = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        graph.node("Resize", "", scales, **options)


def _interpolated(n: int, factor: int) -> AxisReads:
    """Read the two neighbours of ``(o + 0.5) / factor - 0.5``, held inside the input (``align_corners=False``)."""
    at = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
    low = np.minimum(at.astype(np.int64), max(n - 2, 0))
    share = at - low
    table = np.stack([low, np.minimum(low + 1, n - 1)], axis=1)
    return AxisReads(table, np.stack([1 - share, share], axis=1))


LAYER = Upsample
