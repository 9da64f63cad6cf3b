"""Pooling: the largest value of each window, or its mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar, Literal

import numpy as np

from convgui.core.missing import convolve_present
from convgui.core.pooling import average_pool, max_pool
from convgui.core.pooling_gradients import average_pool_gradient, max_pool_gradient
from convgui.core.spec import AXES, ConvSpec, SpecError, per_axis
from convgui.layers.arguments import Arguments, Value
from convgui.layers.code import OnnxGraph, Program, TorchModules, plain, torch_sides
from convgui.layers.form import Chosen, Field, Sizes
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields, by
from convgui.layers.limits import check_window
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.reads import AxisReads
from convgui.words import mark, tr

MOST_TERMS = 9
"""Terms of a mean or a maximum that are written out."""
NUMPY_POOL = '''
def pool(x, kernel, stride, over):
    """Apply `over`, such as np.max, to each window of x (C, *spatial), without padding."""
    axes = tuple(range(1, x.ndim))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel, axes)
    windows = windows[(slice(None), *[slice(None, None, s) for s in stride])]
    return over(windows, axis=tuple(a + len(axes) for a in axes))
'''
NUMPY_LARGEST_PRESENT = '''
def max_present(windows, axis):
    """Return the largest value that is there; NaN where none is."""
    most = np.where(np.isnan(windows), -np.inf, windows).max(axis=axis)
    return np.where(most == -np.inf, np.nan, most)
'''
NUMPY_MEAN_PRESENT = '''
def mean_present(windows, axis):
    """Return the mean of the values that are there; NaN where none is."""
    count = np.isfinite(windows).sum(axis=axis)
    return np.where(count, np.nansum(windows, axis=axis) / np.maximum(count, 1), np.nan)
'''
KERAS_POOL = '''
def pool(x, kernel, stride, over):
    """Apply `over` to each window of x (1, *spatial, C): TensorFlow pools volumes in float32 only."""
    size = [(n - k) // s + 1 for n, k, s in zip(x.shape[1:], kernel, stride)]
    cuts = [[slice(t, t + (n - 1) * s + 1, s) for t, n, s in zip(tap, size, stride)] for tap in np.ndindex(*kernel)]
    return over(tf.stack([x[(slice(None), *cut)] for cut in cuts]), axis=0)
'''


@dataclass(frozen=True)
class Pool(Layer):
    """The largest value of each window, or its mean.

    Attributes
    ----------
    kind : str
        ``"max"`` or ``"average"``.
    kernel_size, stride, padding : tuple of int
        One value a spatial axis; without them, the stride is the window's size and the padding 0. Padding never wins
        a maximum, and counts as zeros in a mean (PyTorch's default).
    """

    kind: Literal["max", "average"]
    kernel_size: Shape
    stride: Shape = ()
    padding: Shape = ()

    json_names = ("max_pool", "average_pool")
    pytorch_names: ClassVar = {
        "MaxPool{n}d": ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"),
        "AvgPool{n}d": ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"),
    }
    onnx_names = ("MaxPool", "AveragePool")
    order = 20
    slides = True

    def __post_init__(self) -> None:
        rank = len(self.kernel_size)
        if rank not in AXES:
            raise SpecError("kernel_size", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        object.__setattr__(self, "kernel_size", per_axis("kernel_size", self.kernel_size, rank, 1))
        object.__setattr__(self, "stride", per_axis("stride", self.stride or self.kernel_size, rank, 1))
        object.__setattr__(self, "padding", per_axis("padding", self.padding or 0, rank, 0))
        for p, k in zip(self.padding, self.kernel_size, strict=True):
            if 2 * p > k:
                raise SpecError(
                    "padding", tr("is {p}; pooling takes at most half the window of {k}.", p=p, k=k), k // 2
                )

    @property
    def title(self) -> str:
        size = by(self.kernel_size)
        return tr("Max pooling {size}", size=size) if self.kind == "max" else tr("Average pooling {size}", size=size)

    @property
    def about(self) -> str:
        if self.kind == "max":
            return tr("The largest value of each window, channel by channel. There is nothing to learn in it.")
        return tr("The mean of each window, channel by channel: a convolution whose weights are all the same.")

    @property
    def sign(self) -> str:
        return "max" if self.picks else tr("mean")

    @property
    def picks(self) -> bool:
        return self.kind == "max"

    def rule(self, reads: int) -> str:
        if self.kind == "max":
            return tr("Each cell is the largest value of its window; padding never wins, and channels stay apart.")
        return tr(
            "Each cell is the mean of its window, padding counted as 0: a depthwise convolution with equal weights."
        )

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (
            Choice("max-pool", mark("Max pooling"), lambda shape: cls._halving("max", len(shape) - 1)),
            Choice("average-pool", mark("Average pooling"), lambda shape: cls._halving("average", len(shape) - 1)),
        )

    @classmethod
    def _halving(cls, kind: Literal["max", "average"], rank: int) -> Pool:
        return cls(kind, (2,) * rank, (2,) * rank, (0,) * rank)

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0], *self.window(shape).output_shape(shape[1:]))

    def check(self) -> None:
        check_window(self.kernel_size)

    def window(self, shape: Shape) -> ConvSpec:
        padding = tuple((p, p) for p in self.padding)
        return ConvSpec.of(shape[0], shape[0], self.kernel_size, stride=self.stride, padding=padding, groups=shape[0])

    def multiply_adds(self, shape: Shape) -> int:
        return 0 if self.kind == "max" else self.window(shape).multiply_adds(shape[1:])

    @property
    def padding_value(self) -> float:
        return -np.inf if self.kind == "max" else 0.0

    def without_padding(self) -> Pool:
        return replace(self, padding=(0,) * len(self.padding))

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        pool = max_pool if self.kind == "max" else average_pool
        return pool(x, self.kernel_size, stride=self.stride, padding=self.padding, cancel=cancel)

    @property
    def rescales(self) -> bool:
        return True

    def forward_present(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        """Return the largest value that is there in each window, or the mean of those that are; NaN where none is."""
        if self.kind == "average":
            window = self.window(x.shape)
            weight = np.full(window.weight_shape, 1 / window.taps)
            return convolve_present(
                x, weight, stride=window.stride, padding=window.pads(x.shape[1:]), dilation=window.dilation,
                groups=window.groups, padding_mode=window.padding_mode, cancel=cancel, progress=progress,
            )  # fmt: skip
        output = self.forward(np.where(np.isnan(x), x.dtype.type(-np.inf), x), cancel)
        output[np.isneginf(output)] = np.nan
        return output

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        if self.kind == "max":
            return max_pool_gradient(grad, x, self.kernel_size, stride=self.stride, padding=self.padding)
        return average_pool_gradient(grad, x.shape[1:], self.kernel_size, stride=self.stride, padding=self.padding)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        tables = (axis.table for axis in self.filter_view(shape).axes)
        return tuple(AxisReads(table, np.full(table.shape, 1 / table.shape[1])) for table in tables)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        flat = [float(v) for v in values.ravel()]
        more = [tr("{n} more", n=len(flat) - MOST_TERMS)] if len(flat) > MOST_TERMS else []
        terms = [write(v) for v in flat[:MOST_TERMS]]
        if self.kind == "max":
            return f"max({', '.join([*terms, *more])})"
        terms = [f"({term})" if v < 0 else term for v, term in zip(flat, terms, strict=False)]
        return f"({' + '.join([*terms, *more])}) / {prod(self.kernel_size)}"

    def form(self, shape: Shape) -> tuple[Field, ...]:
        reach = tuple(n + 2 * p for n, p in zip(shape[1:], self.padding, strict=True))
        kinds = (("max", tr("maximum")), ("average", tr("average")))
        return (
            Chosen("kind", tr("Pooling"), self.kind, kinds),
            Sizes("kernel_size", tr("Kernel size"), self.kernel_size, 1, reach),
            Sizes("stride", tr("Stride"), self.stride, 1, reach),
            Sizes("padding", tr("Padding"), self.padding, 0, tuple(k // 2 for k in self.kernel_size)),
        )

    def with_field(self, name: str, value: Any) -> Layer:
        """Change a field; windows that stand side by side stay so: a stride equal to the size follows it."""
        if name != "kernel_size":
            return super().with_field(name, value)
        stride = value if self.stride == self.kernel_size else self.stride
        padding = tuple(min(p, k // 2) for p, k in zip(self.padding, value, strict=True))
        return replace(self, kernel_size=value, stride=stride, padding=padding)

    def to_json(self) -> dict[str, Any]:
        sizes = {"kernel_size": self.kernel_size, "stride": self.stride, "padding": self.padding}
        return {"kind": f"{self.kind}_pool", **{name: list(values) for name, values in sizes.items()}}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Pool:
        size = tuple(stored.any("kernel_size"))
        stride, padding = stored.any("stride", list(size)), stored.any("padding", 0)
        return cls(
            "max" if kind == "max_pool" else "average",
            size,
            per_axis("stride", stride, len(size), 1),
            per_axis("padding", padding, len(size), 0),
        )

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Pool:
        arguments.refuse("ceil_mode", False, tr("is True, which convgui does not do; leave it out."))
        arguments.refuse("dilation", 1, tr("of a pooling is not done by convgui; leave it out."))
        arguments.refuse("return_indices", False, tr("is True, which convgui does not do; leave it out."))
        arguments.refuse("count_include_pad", True, tr("is False, which convgui does not do; leave it out."))
        arguments.refuse("divisor_override", None, tr("is not done by convgui; leave it out."))
        size = arguments.sides("kernel_size", rank, 1)
        stride = arguments.sides("stride", rank, 1, size)
        kind: Literal["max", "average"] = "max" if name.startswith("Max") else "average"
        return cls(kind, size, stride, arguments.sides("padding", rank, 0, 0))

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Pool:
        """Read ONNX's attributes as PyTorch's arguments; ONNX leaves padding out of a mean where nothing is said."""
        size, mean = node.sides("kernel_shape", 0), node.op_type == "AveragePool"
        node = replace(node, rank=len(size))
        pads = node.padding()
        if pads == "valid":
            pads = ((0, 0),) * node.rank
        if isinstance(pads, str) or any(before != after for before, after in pads):
            raise SpecError("padding", tr("differs between the sides, which pooling does not do here."))
        padding = tuple(before for before, _ in pads)
        given: dict[str, Value] = {
            "kernel_size": size,
            "stride": node.sides("strides", 1),
            "padding": padding,
            "ceil_mode": bool(node.integer("ceil_mode", 0)),
        }
        if mean:
            given["count_include_pad"] = bool(node.integer("count_include_pad", 0)) or not any(padding)
        else:
            dilation = node.sides("dilations", 1)
            given["dilation"] = 1 if set(dilation) == {1} else dilation
        return cls.from_pytorch("AvgPool" if mean else "MaxPool", Arguments(given), node.rank, None)

    def pytorch(self, shape: Shape) -> TorchModules:
        rank, name = len(shape) - 1, "Max" if self.kind == "max" else "Avg"
        size, stride = plain(self.kernel_size), plain(self.stride)
        if (
            rank == 3
            and self.kind == "average"
            and any(n < k for n, k in zip(shape[1:], self.kernel_size, strict=True))
        ):
            # AvgPool3d refuses an input that is smaller than its window before it is padded.
            pads = tuple((p, p) for p in self.padding)
            return TorchModules([f"nn.ZeroPad3d({torch_sides(pads)})", f"nn.AvgPool3d({size}, stride={stride})"])
        padding = f", padding={plain(self.padding)}" if any(self.padding) else ""
        return TorchModules([f"nn.{name}Pool{rank}d({size}, stride={stride}{padding})"])

    def keras(self, shape: Shape, mark: str) -> Program:
        rank = len(shape) - 1
        name, fill = ("Max", "-np.inf") if self.kind == "max" else ("Average", "0.0")
        pads = [(0, 0), *((p, p) for p in self.padding), (0, 0)]
        pad = [f"x = tf.pad(x, {pads}, constant_values={fill})"] if any(self.padding) else []
        if rank == 3:
            over = "tf.reduce_max" if self.kind == "max" else "tf.reduce_mean"
            return Program([*pad, f"x = pool(x, {self.kernel_size}, {self.stride}, {over})"], [KERAS_POOL])
        line = f"x = keras.layers.{name}Pooling{rank}D({self.kernel_size}, strides={self.stride})(x)"
        return Program([*pad, line])

    def jax(self, shape: Shape, mark: str) -> Program:
        window, stride = (1, 1, *self.kernel_size), (1, 1, *self.stride)
        pads = ((0, 0), (0, 0), *((p, p) for p in self.padding))
        start, over = ("-jnp.inf", "lax.max") if self.kind == "max" else ("0.0", "lax.add")
        line = f"x = lax.reduce_window(x, {start}, {over}, {window}, {stride}, {pads})"
        return Program([line if self.kind == "max" else f"{line} / {prod(self.kernel_size)}"])

    def numpy(self, shape: Shape, mark: str) -> Program:
        return self._numpy("np.max" if self.kind == "max" else "np.mean")

    def numpy_present(self, shape: Shape, mark: str) -> Program:
        if self.kind == "max":
            return self._numpy("max_present", NUMPY_LARGEST_PRESENT)
        return self._numpy("mean_present", NUMPY_MEAN_PRESENT)

    def _numpy(self, over: str, *helpers: str) -> Program:
        fill = ", constant_values=-np.inf" if self.kind == "max" else ""
        pads = [(0, 0), *((p, p) for p in self.padding)]
        pad = [f"x = np.pad(x, {pads}{fill})"] if any(self.padding) else []
        return Program([*pad, f"x = pool(x, {self.kernel_size}, {self.stride}, {over})"], [NUMPY_POOL, *helpers])

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        common = {"kernel_shape": self.kernel_size, "strides": self.stride, "pads": [*self.padding, *self.padding]}
        if self.kind == "max":
            graph.node("MaxPool", **common)
        else:
            graph.node("AveragePool", **common, count_include_pad=1)


LAYER = Pool
