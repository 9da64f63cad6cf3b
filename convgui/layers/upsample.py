"""Upsampling: each cell repeated, or interpolated linearly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite, prod
from typing import Any, ClassVar, Literal

import numpy as np

from convgui.core.filter_view import FilterView
from convgui.core.pooling import upsample_linear, upsample_nearest
from convgui.core.pooling_gradients import upsample_linear_gradient, upsample_nearest_gradient
from convgui.core.sizes import by
from convgui.core.spec import AXES, ConvSpec, SpecError, per_axis
from convgui.layers.arguments import Arguments
from convgui.layers.channels import bracketed
from convgui.layers.code import NoCounterpartError, OnnxGraph, Program, TorchModules
from convgui.layers.form import ABOVE_0, Chosen, Field, Real, Sizes, typed_number
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.limits import check_steps
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.reads import AxisReads
from convgui.layers.resampling import JAX_BETWEEN, KERAS_BETWEEN, NUMPY_BETWEEN, Resampling, Resize
from convgui.layers.tabled import Tabled, TabledView, nearest_spec
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
_RESIZED: dict[str | int, str] = {
    "nearest": mark("Resize to {size} nearest"),
    1: mark("Resize to {size} linear"),
    2: mark("Resize to {size} bilinear"),
    3: mark("Resize to {size} trilinear"),
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
    """More cells, or fewer: each one repeated, or interpolated linearly.

    Attributes
    ----------
    scale_factor : tuple of float
        One factor a spatial axis; the output's lengths are rounded down. Empty where a size is given.
    mode : str
        ``"nearest"`` or ``"linear"`` (bilinear in 2D, trilinear in 3D).
    size : tuple of int
        The output's lengths, in place of factors.
    align_corners : bool
        Whether the first and last cells of input and output lie on each other; in linear mode alone.
    """

    scale_factor: tuple[float, ...] = ()
    mode: Literal["nearest", "linear"] = "nearest"
    size: Shape = ()
    align_corners: bool = False

    json_names = ("upsample",)
    pytorch_names: ClassVar = {
        "Upsample": ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"),
        # Their mode is printed, and always the same.
        "UpsamplingNearest2d": ("size", "scale_factor", "mode"),
        "UpsamplingBilinear2d": ("size", "scale_factor", "mode"),
    }
    onnx_names = ("Resize", "Upsample")
    order = 40
    group = mark("Resizing and shuffling")

    def __post_init__(self) -> None:
        rank = self._rank
        name = "size" if self.size else "scale_factor"
        if rank not in AXES:
            raise SpecError(name, tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        if self.size:
            object.__setattr__(self, "size", per_axis("size", self.size, rank, 1))
            object.__setattr__(self, "scale_factor", ())
        else:
            object.__setattr__(self, "scale_factor", _factors(self.scale_factor))
        if not isinstance(self.align_corners, bool):
            raise SpecError("align_corners", tr("is {value!r}; True or False is needed.", value=self.align_corners))
        if self.align_corners and self.mode == "nearest":
            raise SpecError("align_corners", tr("is for linear interpolation; leave it out where cells are repeated."))

    @property
    def _rank(self) -> int:
        return len(self.size or self.scale_factor)

    @property
    def _repeats(self) -> Shape | None:
        """Whole factors that are no more than that: every period of the output is made alike."""
        whole = not self.size and not self.align_corners and all(isinstance(s, int) for s in self.scale_factor)
        return tuple(int(s) for s in self.scale_factor) if whole else None

    def _axes(self, shape: Shape) -> tuple[Resampling, ...]:
        """Return each axis on its own."""
        linear, aligned = self.mode == "linear", self.align_corners
        scales = self.scale_factor or (None,) * self._rank
        pairs = zip(shape[1:], self.output_shape(shape)[1:], scales, strict=True)
        return tuple(Resampling(n, m, scale, linear, aligned) for n, m, scale in pairs)

    @property
    def title(self) -> str:
        if self.size:
            return tr(_RESIZED["nearest" if self.mode == "nearest" else self._rank], size=by(self.size))
        name = _NEAREST if self.mode == "nearest" else _LINEAR[self._rank]
        return tr(name, factor=f"{max(self.scale_factor):g}")

    @property
    def about(self) -> str:
        if self.mode == "nearest":
            return tr("Every cell is repeated.") if self._repeats else tr("Every cell is a copy of the one it lies on.")
        if self.align_corners:
            return tr("New cells are mixed from their neighbours, by their distance; the corners lie on each other.")
        return tr("New cells are mixed from their neighbours, by their distance.")

    def rule(self, reads: int) -> str:
        if self.mode == "nearest":
            if not self._repeats:
                return tr("Every cell is a copy of the one it lies on.")
            return tr("Every cell is repeated; no new value appears.")
        return tr("Each cell is mixed from its nearest neighbours, by their distance.")

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (
            Choice("nearest", mark("Upsample, nearest"), lambda shape: cls((2,) * (len(shape) - 1), "nearest")),
            Choice("linear", mark("Upsample, linear"), lambda shape: cls((2,) * (len(shape) - 1), "linear")),
            Choice("resize", mark("Resize to a size"), lambda shape: cls((), "linear", _half_more(shape[1:]))),
        )

    def output_shape(self, shape: Shape) -> Shape:
        if len(shape) - 1 != self._rank:
            name, axes = ("size" if self.size else "scale_factor"), len(shape) - 1
            raise SpecError(name, tr("has {given} axes, the input has {axes}.", given=self._rank, axes=axes))
        if self.size:
            return (shape[0], *self.size)
        out = tuple(floor(n * s) for n, s in zip(shape[1:], self.scale_factor, strict=True))
        if min(out) < 1:
            raise SpecError("scale_factor", tr("leaves no cell of {size}; take a larger one.", size=by(shape[1:])))
        return (shape[0], *out)

    def size_lines(self, shape: Shape) -> tuple[str, ...]:
        if self._repeats:
            return ()
        lines = []
        scales = self.scale_factor or (None,) * self._rank
        pairs = zip(AXES[self._rank], shape[1:], self.output_shape(shape)[1:], scales, strict=True)
        for axis, n, m, scale in pairs:
            lines.append(f"{axis[0].upper()}: {n} → {m}" if scale is None else
                         f"{axis[0].upper()}: ⌊{n} · {scale:g}⌋ = {m}")  # fmt: skip
        return tuple(lines)

    def check(self) -> None:
        if self.scale_factor:
            check_steps("scale_factor", tuple(ceil(s) for s in self.scale_factor))

    def filter_view(self, shape: Shape) -> FilterView:
        if self._repeats:
            return super().filter_view(shape)
        return TabledView(self.window(shape), shape[1:], tuple(axis.axis for axis in self._axes(shape)))

    def tabled(self, shape: Shape) -> Tabled | None:
        return None if self._repeats else Tabled(self.axis_reads(shape))

    def window(self, shape: Shape) -> ConvSpec:
        """Return the transposed convolution that does the same away from the border, or what comes nearest to it."""
        factors = self._repeats
        if factors is None:
            return nearest_spec(shape[0], shape[1:], self.output_shape(shape)[1:])
        if self.mode == "nearest":
            size, padding = factors, tuple(0 for _ in factors)
        else:
            # A triangle of twice the scale (odd scales: one cell less), trimmed to the output's size.
            size = tuple(2 * s - s % 2 for s in factors)
            padding = tuple((k - s) // 2 for k, s in zip(size, factors, strict=True))
        return ConvSpec.of(shape[0], shape[0], size, stride=factors, padding=padding, groups=shape[0], transposed=True)

    def multiply_adds(self, shape: Shape) -> int:
        """Return 0 for copies; about two products a cell and axis for interpolation."""
        return 0 if self.mode == "nearest" else 2 * self._rank * prod(self.output_shape(shape))

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        factors = self._repeats
        if factors is None:
            return Tabled(self.axis_reads(x.shape)).forward(x, cancel)
        enlarge = upsample_nearest if self.mode == "nearest" else upsample_linear
        return enlarge(x, factors, cancel=cancel)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        factors = self._repeats
        if factors is None:
            return Tabled(self.axis_reads(x.shape)).backward(grad, x)
        if self.mode == "nearest":
            return upsample_nearest_gradient(grad, factors)
        return upsample_linear_gradient(grad, x.shape[1:], factors)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        return tuple(axis.reads for axis in self._axes(shape))

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        if self.mode == "nearest":
            return ""
        pairs = zip(weights.ravel(), values.ravel(), strict=True)
        return " + ".join(f"{bracketed(float(w), write)}·{bracketed(float(v), write)}" for w, v in pairs)

    def form(self, shape: Shape) -> tuple[Field, ...]:
        modes = (("nearest", tr("nearest")), ("linear", tr("linear")))
        corners = ((False, tr("the cells' edges")), (True, tr("the cells' middles")))
        mode = Chosen("mode", tr("Mode"), self.mode, modes)
        aligned = Chosen("align_corners", tr("Corners by"), self.align_corners, corners)
        behind = (mode, aligned) if self.mode == "linear" else (mode,)
        if self.size:
            most = tuple(MOST_FACTOR * n for n in shape[1:])
            return (Sizes("size", tr("Size"), self.size, 1, most), *behind)
        if all(isinstance(s, int) for s in self.scale_factor):
            factors, most = tuple(int(s) for s in self.scale_factor), (MOST_FACTOR,) * self._rank
            return (Sizes("scale_factor", tr("Scale factor"), factors, 1, most), *behind)
        if len(set(self.scale_factor)) == 1:
            return (Real("scale_factor", tr("Scale factor"), self.scale_factor[0], 0.0, float(MOST_FACTOR)), *behind)
        return behind

    def with_field(self, name: str, value: Any) -> Layer:
        """Change a field; corners are aligned in linear mode alone, and one factor stands for all axes."""
        if name == "mode":
            return replace(self, mode=value, align_corners=self.align_corners and value == "linear")
        if name == "scale_factor" and not isinstance(value, tuple):
            value = (typed_number(name, value, ABOVE_0),) * self._rank
        return super().with_field(name, value)

    def to_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {"size": list(self.size)} if self.size else {"scale_factor": list(self.scale_factor)}
        corners = {"align_corners": True} if self.align_corners else {}
        return {"kind": "upsample", **stored, "mode": self.mode, **corners}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Upsample:
        mode = stored.text("mode", "nearest")
        if mode not in ("nearest", "linear"):
            raise ValueError(tr("mode is {mode!r}; it is 'nearest' or 'linear'", mode=mode))
        size = tuple(stored.newer("size", ()))
        factors = () if size else tuple(stored.any("scale_factor"))
        corners = stored.newer("align_corners", False)
        return cls(factors, "linear" if mode == "linear" else "nearest", size, corners)

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Upsample:
        words = tr("is True, which convgui does not do; give the size, or leave it out.")
        arguments.refuse("recompute_scale_factor", False, words)
        if name != "Upsample" and rank != 2:
            words = tr("has {rank} spatial axes, and the layer is made for {wanted}.", rank=rank, wanted=2)
            raise SpecError("input", words)
        mode, linear = arguments.any("mode", "nearest"), PYTORCH_LINEAR[rank]
        if name != "Upsample":
            mode = linear if name == "UpsamplingBilinear2d" else "nearest"
        if mode not in ("nearest", linear):
            words = tr(
                "is {mode!r}; with {rank} spatial axes it is 'nearest' or {linear!r}.",
                mode=mode, rank=rank, linear=linear,
            )  # fmt: skip
            raise SpecError("mode", words)
        corners = name == "UpsamplingBilinear2d"
        if arguments.any("align_corners", None) is not None:
            corners = arguments.boolean("align_corners", False)
        kind: Literal["nearest", "linear"] = "nearest" if mode == "nearest" else "linear"
        if arguments.any("size", None) is not None:
            if arguments.any("scale_factor", None) is not None:
                raise SpecError("size", tr("and scale_factor are both given; give one of them."))
            return cls((), kind, arguments.sides("size", rank, 1), corners)
        return cls(arguments.factors("scale_factor", rank), kind, (), corners)

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Upsample:
        read = Resize.of(node)
        return cls(read.scale_factor, read.mode, read.size, read.align_corners)

    def pytorch(self, shape: Shape) -> TorchModules:
        mode = "nearest" if self.mode == "nearest" else PYTORCH_LINEAR[self._rank]
        sizes = f"size={self.size}" if self.size else f"scale_factor={self.scale_factor}"
        corners = ", align_corners=True" if self.align_corners else ""
        return TorchModules([f'nn.Upsample({sizes}, mode="{mode}"{corners})'])

    def _between(self, shape: Shape, library: str, first: int, helper: str) -> Program:
        """Write a line an axis, of which the first is `first`."""
        axes = enumerate(self._axes(shape), start=first)
        return Program([f"x = between(x, {axis.written(library)}, {a})" for a, axis in axes], [helper])

    def keras(self, shape: Shape, mark: str) -> Program:
        if not self._repeats:
            return self._between(shape, "np", 1, KERAS_BETWEEN)
        if self.mode == "linear":
            return Program([f"x = linear(x, {self.scale_factor})"], [KERAS_LINEAR])
        rank = len(shape) - 1
        size = self.scale_factor[0] if rank == 1 else self.scale_factor
        return Program([f"x = keras.layers.UpSampling{rank}D({size})(x)"])

    def jax(self, shape: Shape, mark: str) -> Program:
        if not self._repeats:
            return self._between(shape, "jnp", 2, JAX_BETWEEN)
        if self.mode == "linear":
            return Program([f'x = jax.image.resize(x, (1, *{self.output_shape(shape)}), "linear")'])
        repeats = enumerate(self.scale_factor, start=2)
        return Program([f"x = jnp.repeat(x, {s}, axis={a})" for a, s in repeats if s > 1])

    def numpy(self, shape: Shape, mark: str) -> Program:
        if not self._repeats:
            return self._between(shape, "np", 1, NUMPY_BETWEEN)
        if self.mode == "linear":
            return Program([f"x = linear(x, {self.scale_factor})"], [NUMPY_LINEAR])
        repeats = enumerate(self.scale_factor, start=1)
        return Program([f"x = x.repeat({s}, axis={a})" for a, s in repeats if s > 1])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        if self.mode == "nearest" and not self._repeats:
            # Whole indices: where scales are float32, a cell may lie on another one.
            for a, axis in enumerate(self._axes(shape), start=2):
                graph.node("Gather", graph.constant([int(n) for n in axis.at]), axis=a)
            return
        if self.mode == "nearest":
            options = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        else:
            way = "align_corners" if self.align_corners else "half_pixel"
            options = {"mode": "linear", "coordinate_transformation_mode": way}
        out = self.output_shape(shape)
        if self.size or self.align_corners:
            graph.node("Resize", "", "", graph.constant((1, *out)), **options)
            return
        # Scales are float32 in every model, and sizes are rounded down.
        factors = np.array(self.scale_factor, np.float32)
        if tuple(int(np.floor(n * s)) for n, s in zip(shape[1:], factors, strict=True)) != out[1:]:
            raise NoCounterpartError(self.title, "ONNX")
        graph.node("Resize", "", graph.constant(np.array([1.0, 1.0, *factors]), single=True), **options)


def _half_more(spatial: Shape) -> Shape:
    """Return lengths that are half as much again."""
    return tuple(n + n // 2 for n in spatial)


def _factors(given: tuple[float, ...]) -> tuple[float, ...]:
    """Return factors, whole ones as whole numbers; SpecError if one is not legal."""
    if all(isinstance(value, int) and not isinstance(value, bool) for value in given):
        return per_axis("scale_factor", [int(value) for value in given], len(given), 1)
    for value in given:
        if isinstance(value, bool) or not isinstance(value, int | float) or not (isfinite(value) and value > 0):
            raise SpecError("scale_factor", tr(ABOVE_0, value=value))
    return tuple(int(value) if float(value).is_integer() else float(value) for value in given)


LAYER = Upsample
