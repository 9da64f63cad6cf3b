"""Global and adaptive pooling: as many windows as are wanted, however large the input is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar, Literal

import numpy as np

from convgui.core.filter_view import FilterView
from convgui.core.sizes import by
from convgui.core.spec import AXES, ConvSpec, SpecError, per_axis
from convgui.layers.arguments import Arguments
from convgui.layers.channels import bracketed
from convgui.layers.code import NoCounterpartError, OnnxGraph, Program, TorchModules, plain
from convgui.layers.form import Chosen, Field, Sizes
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
from convgui.layers.pooling import MOST_TERMS
from convgui.layers.pooling.code import NUMPY_LARGEST_PRESENT, NUMPY_MEAN_PRESENT
from convgui.layers.reads import AxisReads
from convgui.layers.tabled import Tabled, TabledAxis, TabledView, nearest_spec
from convgui.words import mark, tr

_GLOBAL = {"max": mark("Global max pooling"), "average": mark("Global average pooling")}
_ADAPTIVE = {"max": mark("Adaptive max pooling {size}"), "average": mark("Adaptive average pooling {size}")}
REDUCES = ("ReduceMean", "ReduceMax")
"""ONNX's operators that are the same where they go over all spatial axes."""
MOST_SIDE = 64
"""Windows a side that the inspector's arrows reach."""
WINDOWS = '''
def windows(spatial, size):
    """Return for each output cell the slices of its window: as alike as they can be, without padding."""
    from itertools import product

    ends = [[(o * n // m, -(-(o + 1) * n // m)) for o in range(m)] for n, m in zip(spatial, size)]
    return [tuple(slice(*end) for end in cell) for cell in product(*ends)]
'''
NUMPY_ADAPTIVE = '''
def adaptive_pool(x, size, over):
    """Apply `over`, such as np.max, to each window of x (C, *spatial)."""
    axes = tuple(range(1, x.ndim))
    made = [over(x[(slice(None), *cut)], axis=axes) for cut in windows(x.shape[1:], size)]
    return np.stack(made, axis=-1).reshape(len(x), *size)
'''
JAX_ADAPTIVE = '''
def adaptive_pool(x, size, over):
    """Apply `over`, such as jnp.max, to each window of x (1, C, *spatial)."""
    axes = tuple(range(2, x.ndim))
    made = [over(x[(slice(None), slice(None), *cut)], axis=axes) for cut in windows(x.shape[2:], size)]
    return jnp.stack(made, axis=-1).reshape(*x.shape[:2], *size)
'''
KERAS_ADAPTIVE = '''
def adaptive_pool(x, size, over):
    """Apply `over` to each window of x (1, *spatial, C)."""
    axes = tuple(range(1, len(x.shape) - 1))
    made = [over(x[(slice(None), *cut)], axis=axes) for cut in windows(x.shape[1:-1], size)]
    return tf.reshape(tf.stack(made, axis=1), (1, *size, x.shape[-1]))
'''


@dataclass(frozen=True)
class GlobalPool(Layer):
    """The largest value, or the mean, of as many windows as are wanted: global pooling has one, the whole input.

    Window ``o`` of ``m`` on an axis of ``n`` cells lies from ``floor(o * n / m)`` up to ``ceil((o + 1) * n / m)``.

    Attributes
    ----------
    kind : str
        ``"max"`` or ``"average"``.
    output_size : tuple of int
        How many windows there are on each spatial axis.
    """

    kind: Literal["max", "average"]
    output_size: Shape

    json_names = ("adaptive_max_pool", "adaptive_average_pool")
    pytorch_names: ClassVar = {
        "AdaptiveMaxPool{n}d": ("output_size", "return_indices"),
        "AdaptiveAvgPool{n}d": ("output_size",),
    }
    onnx_names = ("GlobalAveragePool", "GlobalMaxPool", *REDUCES)
    order = 22
    group = mark("Pooling and padding")

    def __post_init__(self) -> None:
        rank = len(self.output_size)
        if rank not in AXES:
            raise SpecError("output_size", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        object.__setattr__(self, "output_size", per_axis("output_size", self.output_size, rank, 1))

    @property
    def _whole(self) -> bool:
        """Whether there is one window alone."""
        return prod(self.output_size) == 1

    @property
    def title(self) -> str:
        return tr((_GLOBAL if self._whole else _ADAPTIVE)[self.kind], size=by(self.output_size))

    @property
    def short_title(self) -> str:
        return tr("Max pool") if self.picks else tr("Mean pool")

    @property
    def sizes(self) -> tuple[str, ...]:
        return (f"→{'×'.join(map(str, self.output_size))}",)

    @property
    def about(self) -> str:
        if not self._whole:
            return tr("The input is parted into as many windows as are wanted, however large it is; they may overlap.")
        if self.kind == "max":
            return tr("The largest value of each channel, wherever it is: one number, however large the input.")
        return tr("The mean of each channel: one number, however large the input.")

    @property
    def sign(self) -> str:
        return "max" if self.picks else tr("mean")

    @property
    def picks(self) -> bool:
        return self.kind == "max"

    @property
    def with_means(self) -> GlobalPool:
        return replace(self, kind="average") if self.picks else self

    def rule(self, reads: int) -> str:
        if self.kind == "max":
            return tr("Each cell is the largest value of its window, and channels stay apart.")
        return tr("Each cell is the mean of its window, and channels stay apart.")

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (
            Choice("global-max-pool", _GLOBAL["max"], lambda shape: cls("max", (1,) * (len(shape) - 1))),
            Choice("global-average-pool", _GLOBAL["average"], lambda shape: cls("average", (1,) * (len(shape) - 1))),
        )

    def output_shape(self, shape: Shape) -> Shape:
        given, rank = len(self.output_size), len(shape) - 1
        if given != rank:
            raise SpecError("output_size", tr("has {given} axes, the input has {axes}.", given=given, axes=rank))
        return (shape[0], *self.output_size)

    def _regular(self, shape: Shape) -> Shape | None:
        """Return the size of the windows where they lie side by side and are all alike."""
        pairs = list(zip(shape[1:], self.output_size, strict=True))
        return None if any(n % m for n, m in pairs) else tuple(n // m for n, m in pairs)

    def window(self, shape: Shape) -> ConvSpec:
        self.output_shape(shape)
        return nearest_spec(shape[0], shape[1:], self.output_size)

    def filter_view(self, shape: Shape) -> FilterView:
        window = self.window(shape)
        if self._regular(shape):
            return FilterView(window, shape[1:])
        axes = tuple(
            TabledAxis.of(reads, n, n / m / 2 - 0.5, n / m, m // int(np.gcd(n, m)))
            for reads, n, m in zip(self.axis_reads(shape), shape[1:], self.output_size, strict=True)
        )
        return TabledView(window, shape[1:], axes)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        return tuple(_parted(n, m, self.picks) for n, m in zip(shape[1:], self.output_size, strict=True))

    def tabled(self, shape: Shape) -> Tabled:
        return Tabled(self.axis_reads(shape), self.picks)

    def multiply_adds(self, shape: Shape) -> int:
        """Count the additions of a mean."""
        return 0 if self.kind == "max" else prod(shape)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        self.output_shape(x.shape)
        if self._whole:
            axes = tuple(range(1, x.ndim))
            result = x.max(axis=axes, keepdims=True) if self.picks else x.mean(axis=axes, keepdims=True)
            return np.asarray(result, dtype=x.dtype)
        return self.tabled(x.shape).forward(x, cancel)

    @property
    def rescales(self) -> bool:
        return True

    def forward_present(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        """Return the largest value that is there in each window, or the mean of those that are; NaN where none is."""
        return self.tabled(x.shape).forward_present(x, cancel)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return self.tabled(x.shape).backward(grad, x)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        flat = [float(v) for v in values.ravel()[:MOST_TERMS]]
        more = [tr("{n} more", n=values.size - MOST_TERMS)] if values.size > MOST_TERMS else []
        if self.picks:
            return f"max({', '.join([*(write(v) for v in flat), *more])})"
        return f"({' + '.join([*(bracketed(v, write) for v in flat), *more])}) / {values.size}"

    def form(self, shape: Shape) -> tuple[Field, ...]:
        kinds = (("max", tr("maximum")), ("average", tr("average")))
        most = tuple(max(n, MOST_SIDE) for n in self.output_size)
        return (
            Chosen("kind", tr("Pooling"), self.kind, kinds),
            Sizes("output_size", tr("Output size"), self.output_size, 1, most),
        )

    def size_lines(self, shape: Shape) -> tuple[str, ...]:
        names = (axis[0].upper() for axis in AXES[len(self.output_size)])
        return tuple(f"{name}: {n} → {m}" for name, n, m in zip(names, shape[1:], self.output_size, strict=True))

    def to_json(self) -> dict[str, Any]:
        return {"kind": f"adaptive_{self.kind}_pool", "output_size": list(self.output_size)}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> GlobalPool:
        return cls("max" if "max" in kind else "average", tuple(stored.any("output_size")))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> GlobalPool:
        arguments.refuse("return_indices", False, tr("is True, which convgui does not do; leave it out."))
        return cls("max" if "Max" in name else "average", arguments.sides("output_size", rank, 1))

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> GlobalPool:
        if node.op_type in REDUCES:
            axes = node.attributes["axes"] if "axes" in node.attributes else node.array(0, "axes").tolist()
            if {int(a) % (node.rank + 2) for a in axes} != set(range(2, node.rank + 2)):
                raise SpecError("axes", tr("are not all spatial axes, and convgui takes means and maxima over all."))
            if not node.integer("keepdims", 1):
                raise SpecError("keepdims", tr("is 0; convgui keeps the axes."))
        return cls("max" if "Max" in node.op_type else "average", (1,) * node.rank)

    def pytorch(self, shape: Shape) -> TorchModules:
        name = "Max" if self.picks else "Avg"
        return TorchModules([f"nn.Adaptive{name}Pool{len(shape) - 1}d({plain(self.output_size)})"])

    def keras(self, shape: Shape, mark: str) -> Program:
        over = "tf.reduce_max" if self.picks else "tf.reduce_mean"
        if self._whole:
            return Program([f"x = {over}(x, axis={tuple(range(1, len(shape)))}, keepdims=True)"])
        return Program([f"x = adaptive_pool(x, {self.output_size}, {over})"], [WINDOWS, KERAS_ADAPTIVE])

    def jax(self, shape: Shape, mark: str) -> Program:
        over = "max" if self.picks else "mean"
        if self._whole:
            return Program([f"x = x.{over}(axis={tuple(range(2, len(shape) + 1))}, keepdims=True)"])
        return Program([f"x = adaptive_pool(x, {self.output_size}, jnp.{over})"], [WINDOWS, JAX_ADAPTIVE])

    def numpy(self, shape: Shape, mark: str) -> Program:
        over = "max" if self.picks else "mean"
        if self._whole:
            return Program([f"x = x.{over}(axis={tuple(range(1, len(shape)))}, keepdims=True)"])
        return self._numpy(f"np.{over}")

    def numpy_present(self, shape: Shape, mark: str) -> Program:
        if self.picks:
            return self._numpy("max_present", NUMPY_LARGEST_PRESENT)
        return self._numpy("mean_present", NUMPY_MEAN_PRESENT)

    def _numpy(self, over: str, *helpers: str) -> Program:
        return Program([f"x = adaptive_pool(x, {self.output_size}, {over})"], [WINDOWS, NUMPY_ADAPTIVE, *helpers])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        name, size = ("Max" if self.picks else "Average"), self._regular(shape)
        if self._whole and not self.picks:
            graph.node("GlobalAveragePool")
        elif size is None:
            raise NoCounterpartError(self.title, "ONNX")
        else:
            graph.node(f"{name}Pool", kernel_shape=size, strides=size)


def _parted(n: int, m: int, picks: bool) -> AxisReads:
    """Return which of `n` cells each of `m` windows reads; a mean's weights are one over their number."""
    cells = np.arange(m, dtype=np.int64)
    first, last = cells * n // m, -(-(cells + 1) * n // m)
    count = last - first
    taps = np.arange(int(count.max()), dtype=np.int64)
    read = taps < count[:, None]
    weight = np.where(read, 1.0 if picks else 1 / count[:, None], 0.0)
    return AxisReads(np.where(read, first[:, None] + taps, -1), weight)


LAYER = GlobalPool
