"""Pooling: the largest value of each window, or its mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np

from convgui.core.missing import convolve_present
from convgui.core.pooling import average_pool, max_pool, pool_counts, pool_spec
from convgui.core.pooling_gradients import average_pool_gradient, max_pool_gradient
from convgui.core.sizes import by
from convgui.core.spec import AXES, ConvSpec, SpecError, per_axis
from convgui.layers.arguments import Arguments, Value
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.form import Chosen, Field, Sizes
from convgui.layers.layer import AnyArray, Array, Cancel, Choice, Layer, Progress, Shape, StoredFields
from convgui.layers.limits import check_window
from convgui.layers.onnx_node import OnnxNode
from convgui.layers.pad import Pad
from convgui.layers.pooling.code import PoolCode
from convgui.layers.reads import AxisReads
from convgui.layers.tabled import Tabled
from convgui.words import mark, tr

MOST_TERMS = 9
"""Terms of a mean or a maximum that are written out."""


@dataclass(frozen=True)
class Pool(Layer):
    """The largest value of each window, or its mean.

    Attributes
    ----------
    kind : str
        ``"max"`` or ``"average"``.
    kernel_size, stride, padding, dilation : tuple of int
        One value a spatial axis; without them, the stride is the window's size, the padding 0 and the dilation 1.
        Padding never wins a maximum.
    ceil_mode : bool
        Whether the output's size is rounded up, so that a last window may reach beyond the padding; what it reads
        there counts for nothing. A window that would begin beyond the input and the padding before it is left out.
    count_include_pad : bool
        Whether padding counts as zeros in a mean (PyTorch's default), or for nothing.
    """

    kind: Literal["max", "average"]
    kernel_size: Shape
    stride: Shape = ()
    padding: Shape = ()
    dilation: Shape = ()
    ceil_mode: bool = False
    count_include_pad: bool = True

    json_names = ("max_pool", "average_pool")
    local = True
    pytorch_names: ClassVar = {
        "MaxPool{n}d": ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"),
        "AvgPool{n}d": ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"),
    }
    onnx_names = ("MaxPool", "AveragePool")
    order = 20
    group = mark("Pooling and padding")
    slides = True

    def __post_init__(self) -> None:
        rank = len(self.kernel_size)
        if rank not in AXES:
            raise SpecError("kernel_size", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        object.__setattr__(self, "kernel_size", per_axis("kernel_size", self.kernel_size, rank, 1))
        object.__setattr__(self, "stride", per_axis("stride", self.stride or self.kernel_size, rank, 1))
        object.__setattr__(self, "padding", per_axis("padding", self.padding or 0, rank, 0))
        object.__setattr__(self, "dilation", per_axis("dilation", self.dilation or 1, rank, 1))
        for name in ("ceil_mode", "count_include_pad"):
            if not isinstance(getattr(self, name), bool):
                raise SpecError(name, tr("is {value!r}; True or False is needed.", value=getattr(self, name)))
        for p, k in zip(self.padding, self._extent, strict=True):
            if 2 * p > k:
                raise SpecError(
                    "padding", tr("is {p}; pooling takes at most half the window of {k}.", p=p, k=k), k // 2
                )

    @property
    def _extent(self) -> Shape:
        """Cells from the first to the last that a window reads on each axis."""
        return tuple(d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel_size, strict=True))

    @property
    def title(self) -> str:
        size = by(self.kernel_size)
        return tr("Max pooling {size}", size=size) if self.kind == "max" else tr("Average pooling {size}", size=size)

    @property
    def short_title(self) -> str:
        return tr("Max pool") if self.picks else tr("Mean pool")

    @property
    def sizes(self) -> tuple[str, ...]:
        return ("×".join(map(str, self.kernel_size)),)

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

    @property
    def with_means(self) -> Pool:
        # A mean has no dilation.
        return replace(self, kind="average") if self.picks and max(self.dilation) == 1 else self

    def rule(self, reads: int) -> str:
        if self.kind == "max":
            return tr("Each cell is the largest value of its window; padding never wins, and channels stay apart.")
        if not self.count_include_pad:
            return tr("Each cell is the mean of what its window holds of the input; padding does not count.")
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

    def size_lines(self, shape: Shape) -> tuple[str, ...]:
        """Write the formula that rounds up, where it does, and whether a window was left out."""
        if not self.ceil_mode:
            return ()
        out, rows = self.output_shape(shape)[1:], dict[str, list[str]]()
        for a, axis in enumerate(AXES[len(out)]):
            n, p, s, reach = shape[1 + a], self.padding[a], self.stride[a], self._extent[a] - 1
            up = -(-(n + 2 * p - reach - 1) // s) + 1
            less = f" − {up - out[a]}" if up > out[a] else ""
            rows.setdefault(f"⌈({n} + {2 * p} − {reach} − 1) / {s}⌉ + 1{less} = {out[a]}", []).append(axis)
        named = (row if len(rows) == 1 else f"{axes[0][0].upper()}: {row}" for row, axes in rows.items())
        return ("⌈(W + 2P − D·(K − 1) − 1) / S⌉ + 1", *named)

    def window(self, shape: Shape) -> ConvSpec:
        if len(shape) - 1 != len(self.kernel_size):
            given, axes = len(self.kernel_size), len(shape) - 1
            raise SpecError("kernel_size", tr("has {given} axes, the input has {axes}.", given=given, axes=axes))
        sizes = (self.kernel_size, self.stride, self.padding, self.dilation)
        return pool_spec(shape, *sizes, ceil_mode=self.ceil_mode)

    @property
    def _arguments(self) -> dict[str, Any]:
        return {
            "stride": self.stride, "padding": self.padding, "dilation": self.dilation, "ceil_mode": self.ceil_mode,
        }  # fmt: skip

    def _counts(self, shape: Shape) -> tuple[AnyArray, ...]:
        """Return for each axis how many cells of each window count in a mean."""
        counted = self.padding if self.count_include_pad else (0,) * len(self.padding)
        return pool_counts(self.window(shape), shape[1:], counted)

    def _uneven(self, shape: Shape) -> bool:
        """Whether a mean divides by less at the border."""
        pairs = zip(self._counts(shape), self.kernel_size, strict=True)
        return self.kind == "average" and any(count.min() < k for count, k in pairs)

    def tabled(self, shape: Shape) -> Tabled | None:
        return Tabled(self.axis_reads(shape)) if self._uneven(shape) else None

    def multiply_adds(self, shape: Shape) -> int:
        return 0 if self.kind == "max" else self.window(shape).multiply_adds(shape[1:])

    @property
    def padding_value(self) -> float:
        return -np.inf if self.kind == "max" else 0.0

    def without_padding(self) -> Pool:
        return replace(self, padding=(0,) * len(self.padding), ceil_mode=False)

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        if self.kind == "max":
            return max_pool(x, self.kernel_size, cancel=cancel, **self._arguments)
        common = {"count_include_pad": self.count_include_pad, "cancel": cancel, **self._arguments}
        return average_pool(x, self.kernel_size, **common)

    @property
    def rescales(self) -> bool:
        return True

    def forward_present(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        """Return the largest value that is there in each window, or the mean of those that are; NaN where none is."""
        if self.kind == "average":
            if self._uneven(x.shape):
                return self._mean_present(x, cancel)
            window = self.window(x.shape)
            weight = np.full(window.weight_shape, 1 / window.taps)
            return convolve_present(
                x, weight, stride=window.stride, padding=window.pads(x.shape[1:]), dilation=window.dilation,
                groups=window.groups, padding_mode=window.padding_mode, cancel=cancel, progress=progress,
            )  # fmt: skip
        output = self.forward(np.where(np.isnan(x), x.dtype.type(-np.inf), x), cancel)
        output[np.isneginf(output)] = np.nan
        return output

    def _mean_present(self, x: AnyArray, cancel: Cancel | None) -> AnyArray:
        """Return the mean of what is there and counts in each window; NaN where nothing does."""
        lost = np.isnan(x)
        common = {"count_include_pad": self.count_include_pad, "cancel": cancel, **self._arguments}
        mean = average_pool(np.where(lost, x.dtype.type(0), x), self.kernel_size, **common)
        share = 1 - average_pool(lost.astype(x.dtype), self.kernel_size, **common)
        # A share of one cell of the largest window is far more than what rounding leaves.
        return np.asarray(np.where(share > 1e-6, mean / np.maximum(share, x.dtype.type(1e-6)), x.dtype.type(np.nan)))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        if self.kind == "max":
            return max_pool_gradient(grad, x, self.kernel_size, **self._arguments)
        counted = self.count_include_pad
        return average_pool_gradient(grad, x.shape[1:], self.kernel_size, count_include_pad=counted, **self._arguments)

    def axis_reads(self, shape: Shape) -> tuple[AxisReads, ...]:
        tables = (axis.table for axis in self.filter_view(shape).axes)
        pairs = zip(tables, self._counts(shape), strict=True)
        return tuple(AxisReads(t, np.where(t < 0, 0, 1 / np.maximum(count, 1)[:, None])) for t, count in pairs)

    def written_sum(self, values: Array, weights: Array, channel: int, write: Callable[[float], str]) -> str:
        flat = [float(v) for v in values.ravel()]
        more = [tr("{n} more", n=len(flat) - MOST_TERMS)] if len(flat) > MOST_TERMS else []
        terms = [write(v) for v in flat[:MOST_TERMS]]
        if self.kind == "max":
            return f"max({', '.join([*terms, *more])})"
        terms = [f"({term})" if v < 0 else term for v, term in zip(flat, terms, strict=False)]
        return f"({' + '.join([*terms, *more])}) / {round(1 / float(weights.flat[0]))}"

    def form(self, shape: Shape) -> tuple[Field, ...]:
        reach = tuple(n + 2 * p for n, p in zip(shape[1:], self.padding, strict=True))
        kinds = (("max", tr("maximum")), ("average", tr("average")))
        rounded = ((False, tr("rounded down")), (True, tr("rounded up")))
        counted = ((True, tr("counts as 0")), (False, tr("does not count")))
        in_mean = Chosen("count_include_pad", tr("In a mean, padding"), self.count_include_pad, counted)
        return (
            Chosen("kind", tr("Pooling"), self.kind, kinds),
            Sizes("kernel_size", tr("Kernel size"), self.kernel_size, 1, reach),
            Sizes("stride", tr("Stride"), self.stride, 1, reach),
            Sizes("padding", tr("Padding"), self.padding, 0, tuple(e // 2 for e in self._extent)),
            Sizes("dilation", tr("Dilation"), self.dilation, 1, reach),
            Chosen("ceil_mode", tr("Size"), self.ceil_mode, rounded),
            *((in_mean,) if self.kind == "average" and any(self.padding) else ()),
        )

    def with_field(self, name: str, value: Any) -> Layer:
        """Change a field; windows that stand side by side stay so: a stride equal to the size follows it."""
        if name not in ("kernel_size", "dilation"):
            return super().with_field(name, value)
        beside = name == "kernel_size" and self.stride == self.kernel_size
        bare = replace(self, padding=(), **{name: value})
        padding = tuple(min(p, e // 2) for p, e in zip(self.padding, bare._extent, strict=True))
        return replace(bare, stride=value if beside else self.stride, padding=padding)

    def to_json(self) -> dict[str, Any]:
        sizes = {"kernel_size": self.kernel_size, "stride": self.stride, "padding": self.padding}
        stored: dict[str, Any] = {name: list(values) for name, values in sizes.items()}
        # What is as it was before there was a choice is not written.
        stored |= {"dilation": list(self.dilation)} if max(self.dilation) > 1 else {}
        stored |= {"ceil_mode": True} if self.ceil_mode else {}
        stored |= {} if self.count_include_pad else {"count_include_pad": False}
        return {"kind": f"{self.kind}_pool", **stored}

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Pool:
        size = tuple(stored.any("kernel_size"))
        stride, padding = stored.any("stride", list(size)), stored.any("padding", 0)
        return cls(
            "max" if kind == "max_pool" else "average",
            size,
            per_axis("stride", stride, len(size), 1),
            per_axis("padding", padding, len(size), 0),
            per_axis("dilation", stored.newer("dilation", 1), len(size), 1),
            stored.newer("ceil_mode", False),
            stored.newer("count_include_pad", True),
        )

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Pool:
        arguments.refuse("return_indices", False, tr("is True, which convgui does not do; leave it out."))
        arguments.refuse("divisor_override", None, tr("is not done by convgui; leave it out."))
        size = arguments.sides("kernel_size", rank, 1)
        stride = arguments.sides("stride", rank, 1, size)
        return cls(
            "max" if name.startswith("Max") else "average",
            size,
            stride,
            arguments.sides("padding", rank, 0, 0),
            arguments.sides("dilation", rank, 1, 1),
            arguments.boolean("ceil_mode", False),
            arguments.boolean("count_include_pad", True),
        )

    def _written(self, shape: Shape) -> PoolCode:
        pads = self.window(shape).pads(shape[1:])
        beyond = tuple(after - before for before, after in pads)
        return PoolCode(
            self.title, self.kind == "max", shape[1:], self.kernel_size, self.stride, self.padding, beyond,
            self.dilation, self.ceil_mode, self.count_include_pad, self._uneven(shape),
        )  # fmt: skip

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Layer | tuple[Layer, ...]:
        """Read ONNX's attributes as PyTorch's arguments; ONNX leaves padding out of a mean where nothing is said."""
        size, mean = node.sides("kernel_shape", 0), node.op_type == "AveragePool"
        node = replace(node, rank=len(size))
        pads = node.padding()
        if pads == "valid":
            pads = ((0, 0),) * node.rank
        elif isinstance(pads, str) and set(node.sides("strides", 1)) == {1}:
            # Where a window moves by one cell, what is the same size does not depend on it.
            spare = [d * (k - 1) for k, d in zip(size, node.sides("dilations", 1), strict=True)]
            halves = tuple((n // 2, n - n // 2) for n in spare)
            pads = halves if pads == "same_upper" else tuple(pair[::-1] for pair in halves)
        uneven = isinstance(pads, str) or any(before != after for before, after in pads)
        if isinstance(pads, str) or (uneven and (mean or set(node.sides("dilations", 1)) != {1})):
            raise SpecError("padding", tr("differs between the sides, which pooling does not do here."))
        padding = tuple(0 if uneven else before for before, _ in pads)
        given: dict[str, Value] = {
            "kernel_size": size,
            "stride": node.sides("strides", 1),
            "padding": padding,
            "ceil_mode": bool(node.integer("ceil_mode", 0)),
        }
        given["dilation"] = node.sides("dilations", 1)
        if mean:
            given["count_include_pad"] = bool(node.integer("count_include_pad", 0)) or not any(padding)
        pool = cls.from_pytorch("AvgPool" if mean else "MaxPool", Arguments(given), node.rank, None)
        # A window that reaches beyond the border has its outermost cell, so that a copy of that is never larger.
        return (Pad(tuple(pads), "replicate"), pool) if uneven else pool

    def pytorch(self, shape: Shape) -> TorchModules:
        return self._written(shape).pytorch()

    def keras(self, shape: Shape, mark: str) -> Program:
        return self._written(shape).keras()

    def jax(self, shape: Shape, mark: str) -> Program:
        return self._written(shape).jax()

    def numpy(self, shape: Shape, mark: str) -> Program:
        return self._written(shape).numpy()

    def numpy_present(self, shape: Shape, mark: str) -> Program:
        return self._written(shape).numpy_present()

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        self._written(shape).onnx(graph)
