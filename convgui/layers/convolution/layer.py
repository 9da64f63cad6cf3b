"""The convolution, plain and transposed: a spec with its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from convgui.core.convolution import convolve, convolve_transposed
from convgui.core.gradients import input_gradient
from convgui.core.missing import convolve_present
from convgui.core.presets import preset
from convgui.core.sizes import by
from convgui.core.spec import CAUSAL, ConvSpec, SpecError
from convgui.layers.arguments import Arguments
from convgui.layers.channels import check_channels
from convgui.layers.code import OnnxGraph, Program, TorchModules
from convgui.layers.convolution import jax_code, keras_code, numpy_code, onnx_nodes, pytorch_code
from convgui.layers.convolution.filters import Filters
from convgui.layers.convolution.fitting import fit_bias, fit_weight
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
from convgui.layers.limits import check_spec
from convgui.layers.onnx_node import OnnxNode
from convgui.words import mark, tr

PADS = "pads"
"""What `F.pad` adds before a layer, as one of its arguments; PyTorch has none of that name."""
_SIZES = ("in_channels", "out_channels", "kernel_size", "stride")


@dataclass(frozen=True, eq=False)
class Convolution(Layer):
    """A convolution with weights; the arrays are shared between documents and never written to.

    Attributes
    ----------
    spec : ConvSpec
        Parameters and shapes.
    weight : ndarray
        float64, of shape ``spec.weight_shape``.
    bias : ndarray
        float64, of shape ``(out_channels,)``.
    flip : bool
        True for the textbook's convolution, which turns the kernel by 180 degrees before it multiplies. Deep
        learning's "convolution" is cross-correlation, which does not.
    biased : bool
        Whether it has a bias, be all of it 0; one that is not 0 counts in any case.
    """

    spec: ConvSpec
    weight: Array
    bias: Array
    flip: bool = False
    biased: bool = True

    json_names = ("convolution",)
    local = True
    pytorch_names: ClassVar = {
        "Conv{n}d": (*_SIZES, "padding", "dilation", "groups", "bias", "padding_mode", "device", "dtype"),
        "ConvTranspose{n}d": (
            *_SIZES, "padding", "output_padding", "groups", "bias", "dilation", "padding_mode", "device", "dtype",
        ),
        "CausalConv1d": (*_SIZES, "padding", "dilation", "groups", "bias", "padding_mode", "device", "dtype"),
    }  # fmt: skip
    onnx_names = ("Conv", "ConvTranspose")
    order = 10
    group = mark("Convolution")
    slides = True
    keeps_channels = False
    keeps_names = False
    crops_itself = False

    def __post_init__(self) -> None:
        for name in ("weight", "bias"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), np.float64))
        if self.weight.shape != self.spec.weight_shape:
            raise SpecError(
                "weight",
                tr(
                    "has shape {shape}, the layer needs {weight_shape}.",
                    shape=self.weight.shape,
                    weight_shape=self.spec.weight_shape,
                ),
            )
        if self.bias.shape != (self.spec.out_channels,):
            raise SpecError(
                "bias",
                tr(
                    "has shape {shape}, the layer needs ({out_channels},).",
                    shape=self.bias.shape,
                    out_channels=self.spec.out_channels,
                ),
            )
        super().__post_init__()

    @property
    def effective_weight(self) -> Array:
        """The weights as they meet the input: turned by 180 degrees when `flip` is set."""
        if not self.flip:
            return self.weight
        return self.weight[(slice(None), slice(None), *[slice(None, None, -1)] * self.spec.rank)]

    @cached_property
    def largest_sums(self) -> tuple[float, float]:
        """The largest sum of a filter's weights without their signs, and the largest bias: how large outputs may be."""
        sums = np.abs(self.weight).reshape(len(self.weight), -1).sum(axis=1)
        return float(sums.max(initial=0.0)), float(np.abs(self.bias).max(initial=0.0))

    def scaled(self, scale: Array, shift: Array) -> Convolution:
        of = self.spec.channels
        # A transposed layer's weights begin with its input channels.
        factors = scale.reshape(of.groups, of.width).repeat(of.depth, axis=0) if of.transposed else scale[:, None]
        weight = self.weight * factors.reshape(*factors.shape, *(1,) * self.spec.rank)
        return replace(self, weight=weight, bias=self.bias * scale + shift)

    @property
    def has_bias(self) -> bool:
        """Whether there is a bias to be said: one that was not switched off, or that is not 0."""
        return self.biased or bool(self.bias.any())

    @property
    def title(self) -> str:
        kind = tr("Transposed") if self.spec.transposed else tr("Convolution")
        return f"{kind} {by(self.spec.kernel_size)}"

    @property
    def short_title(self) -> str:
        return tr("Transp. conv.") if self.spec.transposed else tr("Conv.")

    @property
    def sizes(self) -> tuple[str, ...]:
        size, channels = "×".join(map(str, self.spec.kernel_size)), f"{self.spec.in_channels}→{self.spec.out_channels}"
        return f"{size}, {channels}", channels, size

    @property
    def about(self) -> str:
        if self.spec.transposed:
            return tr("Every input cell lays the kernel, multiplied by its value, over the output.")
        return tr("Every output cell is the sum of the products of a kernel and the window under it.")

    @classmethod
    def choices(cls) -> tuple[Choice, ...]:
        return (
            Choice("convolution", mark("Convolution"), _blurring),
            Choice("dilated", mark("Dilated convolution"), lambda shape: _blurring(shape, 2)),
            Choice("transposed", mark("Transposed convolution"), _painting),
        )

    @property
    def parameters(self) -> Mapping[str, Array]:
        return {"weight": self.weight, "bias": self.bias}

    @property
    def learned(self) -> Mapping[str, int]:
        return super().learned if self._filters.has_bias else {"weight": self.weight.size}

    def output_shape(self, shape: Shape) -> Shape:
        check_channels("in_channels", self.spec.in_channels, shape)
        return (self.spec.out_channels, *self.spec.output_shape(shape[1:]))

    def check(self) -> None:
        check_spec(self.spec)

    def adapted(self, shape: Shape) -> Convolution:
        channels, spec = shape[0], self.spec
        if spec.in_channels == channels:
            return self
        if spec.groups == spec.in_channels > 1:
            out = channels * spec.out_channels // spec.groups
            return self.fitted(replace(spec, in_channels=channels, groups=channels, out_channels=out))
        groups = spec.groups if channels % spec.groups == 0 else 1
        return self.fitted(replace(spec, in_channels=channels, groups=groups))

    def fitted(self, spec: ConvSpec) -> Convolution:
        """Carry the weights over to another spec: kernels are cut or padded around their middle, channels repeat.

        Raises
        ------
        SpecError
            If there would be too many weights; nothing is allocated then.
        """
        check_spec(spec)
        weight, bias = fit_weight(self.weight, self.spec, spec), fit_bias(self.bias, spec)
        return replace(self, spec=spec, weight=weight, bias=bias)

    def window(self, shape: Shape) -> ConvSpec:
        return self.spec

    def channels_read(self, channel: int, shape: Shape = ()) -> range:
        return self.spec.channels.reads(channel)

    def narrowing(self, channels: tuple[int, ...], shape: Shape) -> tuple[tuple[int, ...], tuple[int, ...]]:
        of = self.spec.channels
        if of.groups == 1:
            return tuple(range(of.inputs)), channels
        firsts = sorted({of.siblings(channel).start for channel in channels})
        return tuple(c for o in firsts for c in of.reads(o)), tuple(c for o in firsts for c in of.siblings(o))

    def narrowed(self, reads: tuple[int, ...], makes: tuple[int, ...]) -> Convolution:
        spec = self.spec
        if len(makes) == spec.out_channels:
            return self
        groups = len(reads) // spec.channels.depth
        fewer = replace(spec, in_channels=len(reads), out_channels=len(makes), groups=groups)
        first, second = (reads, makes) if spec.transposed else (makes, reads)
        weight = self.weight[list(first)]
        if spec.groups == 1:
            weight = weight[:, list(second)]
        return replace(self, spec=fewer, weight=weight, bias=self.bias[list(makes)])

    def output_channel(self, first: int, second: int) -> int:
        """Return the output channel that a kernel writes to, given the first two indices of the weights."""
        return self.spec.channels.ends(first, second)[0]

    def filter_of(self, output: int) -> Array:
        """Return the kernels ``(C_read, *kernel)`` that make an output channel, as they meet the input."""
        channels = self.spec.channels
        if not self.spec.transposed:
            return np.asarray(self.effective_weight[output])
        reads = channels.slice(output)
        return np.asarray(self.effective_weight[reads, channels.kernel(output, reads.start)[1]])

    def added(self, x: AnyArray, channel: int, cell: Shape) -> tuple[Array, float]:
        reads = self.channels_read(channel)
        products = self.filter_of(channel) * self.filter_view(x.shape).values(x[reads.start : reads.stop], cell)
        return products.reshape(len(reads), -1).sum(axis=1), float(self.bias[channel])

    def without_padding(self) -> Convolution:
        none = (0,) * self.spec.rank
        spec = replace(self.spec, padding=((0, 0),) * self.spec.rank, padding_mode="zeros", output_padding=none)
        return replace(self, spec=spec)

    def multiply_adds(self, shape: Shape) -> int:
        return self.spec.multiply_adds(shape[1:])

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        spec, kind = self.spec, x.dtype
        weight, bias = self.effective_weight.astype(kind), self.bias.astype(kind)
        common = convolution_arguments(spec, x.shape[1:]) | {"cancel": cancel, "progress": progress}
        return (convolve_transposed if spec.transposed else convolve)(x, weight, bias, **common)

    @property
    def rescales(self) -> bool:
        return not self.spec.transposed

    def forward_present(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        if self.spec.transposed:
            return self.forward(x, cancel, progress)
        common = convolution_arguments(self.spec, x.shape[1:])
        return convolve_present(x, self.effective_weight, self.bias, cancel=cancel, progress=progress, **common)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        return input_gradient(self.spec, self.effective_weight, grad, x.shape[1:])

    def with_weight(self, index: tuple[int, ...], value: float) -> Convolution:
        """Return a layer with one weight changed."""
        weight = self.weight.copy()
        weight[index] = value
        return replace(self, weight=weight)

    def to_json(self) -> dict[str, Any]:
        spec = self.spec
        padding = spec.padding if isinstance(spec.padding, str) else [list(pair) for pair in spec.padding]
        return {
            "kind": "convolution",
            "in_channels": spec.in_channels,
            "out_channels": spec.out_channels,
            "kernel_size": list(spec.kernel_size),
            "stride": list(spec.stride),
            "padding": padding,
            "dilation": list(spec.dilation),
            "groups": spec.groups,
            "padding_mode": spec.padding_mode,
            "transposed": spec.transposed,
            "output_padding": list(spec.output_padding),
            "flip": self.flip,
            **({} if self.biased else {"biased": False}),
        }

    @classmethod
    def from_json(cls, kind: str, stored: StoredFields) -> Convolution:
        spec = ConvSpec.of(
            stored.integer("in_channels"),
            stored.integer("out_channels"),
            stored.any("kernel_size"),
            stride=stored.any("stride", 1),
            padding=stored.any("padding", 0),
            dilation=stored.any("dilation", 1),
            groups=stored.integer("groups", 1),
            padding_mode=stored.text("padding_mode", "zeros"),
            transposed=stored.boolean("transposed", False),
            output_padding=stored.any("output_padding", 0),
        )
        check_spec(spec)
        weight = stored.array("weight", spec.weight_shape)
        bias = stored.array("bias", (spec.out_channels,), 0.0)
        return cls(spec, weight, bias, stored.boolean("flip", False), bool(stored.newer("biased", True)))

    @classmethod
    def from_pytorch(cls, name: str, arguments: Arguments, rank: int, old: Layer | None) -> Convolution:
        padding: Any = arguments.any("padding", 0)
        if name.startswith("Causal"):
            # As this program writes it.
            arguments.refuse("padding", 0, tr("of a CausalConv1d follows from its kernel; leave it out."))
            padding = "valid"
        elif PADS in arguments.given:
            padding = cls._padded_before(arguments, rank)
        elif not isinstance(padding, str):
            padding = arguments.sides("padding", rank, 0, 0)
        elif padding not in ("same", "valid"):
            raise SpecError("padding", tr("is {padding!r}; PyTorch knows 'same' and 'valid'.", padding=padding))
        spec = ConvSpec.of(
            arguments.integer("in_channels"),
            arguments.integer("out_channels"),
            arguments.sides("kernel_size", rank, 1),
            stride=arguments.sides("stride", rank, 1, 1),
            padding="causal" if name.startswith("Causal") else padding,
            dilation=arguments.sides("dilation", rank, 1, 1),
            groups=arguments.integer("groups", 1),
            padding_mode=str(arguments.any("padding_mode", "zeros")),
            transposed=name.startswith("ConvTranspose"),
            output_padding=arguments.sides("output_padding", rank, 0, 0),
        )
        check_spec(spec)
        if isinstance(old, Convolution) and old.spec.rank == rank:
            layer = old.fitted(spec)
        else:
            # One number for all: a network of a hundred layers takes no memory before it is changed.
            layer = cls(spec, np.broadcast_to(1 / spec.taps, spec.weight_shape), np.zeros(spec.out_channels))
        biased = bool(arguments.any("bias", True))
        return replace(layer, bias=layer.bias if biased else np.zeros(spec.out_channels), biased=biased)

    def on_rows(self) -> Convolution:
        """Return a layer of one axis as one of two axes, whose kernel has one row."""
        spec = self.spec
        one, named = (1,), isinstance(spec.padding, str) and spec.padding not in CAUSAL
        both = ConvSpec.of(
            spec.in_channels,
            spec.out_channels,
            one + spec.kernel_size,
            stride=one + spec.stride,
            padding=spec.padding if named else ((0, 0), *spec.pads((1,))),
            dilation=one + spec.dilation,
            groups=spec.groups,
            padding_mode=spec.padding_mode,
            transposed=spec.transposed,
            output_padding=(0, *spec.output_padding),
        )
        return replace(self, spec=both, weight=self.weight[:, :, None])

    @property
    def _filters(self) -> Filters:
        return Filters(self.spec, self.effective_weight, self.bias, self.flip, self.biased)

    @staticmethod
    def _padded_before(arguments: Arguments, rank: int) -> Any:
        """Return the padding that ``F.pad`` gives, which begins with the last axis; causal by name where it is."""
        values = arguments.any(PADS, ())
        sides = [v for v in values if isinstance(v, int)] if isinstance(values, tuple) else []
        pairs = [(0, 0)] * (rank - len(sides) // 2) + list(zip(sides[::2], sides[1::2], strict=True))[::-1]
        size, apart = arguments.sides("kernel_size", rank, 1), arguments.sides("dilation", rank, 1, 1)
        return "causal" if rank == 1 and pairs == [(apart[0] * (size[0] - 1), 0)] != [(0, 0)] else pairs

    @classmethod
    def from_onnx(cls, node: OnnxNode) -> Convolution:
        weight, transposed = node.array(0, "weight"), node.op_type == "ConvTranspose"
        groups, size = node.integer("group", 1), weight.shape[2:]
        if not size:
            raise SpecError("weight", tr("has shape {shape}, and a kernel needs axes.", shape=weight.shape))
        if transposed and "output_shape" in node.attributes:
            raise SpecError("output_shape", tr("is given instead of the padding, which is not read."))
        node = replace(node, rank=len(size))
        one, other = weight.shape[0], weight.shape[1] * groups
        spec = ConvSpec.of(
            *((one, other) if transposed else (other, one)),
            size,
            stride=node.sides("strides", 1),
            padding=node.padding(),
            dilation=node.sides("dilations", 1),
            groups=groups,
            transposed=transposed,
            output_padding=node.sides("output_padding", 0),
        )
        return cls(spec, weight, node.array_or(1, 0.0, spec.out_channels))

    def pytorch(self, shape: Shape) -> TorchModules:
        return pytorch_code.modules(self._filters, shape)

    def keras(self, shape: Shape, mark: str) -> Program:
        return keras_code.program(self._filters, shape, mark)

    def jax(self, shape: Shape, mark: str) -> Program:
        return jax_code.program(self._filters, shape, mark)

    def numpy(self, shape: Shape, mark: str) -> Program:
        return numpy_code.program(self._filters, shape, mark)

    def numpy_present(self, shape: Shape, mark: str) -> Program:
        return numpy_code.program(self._filters, shape, mark, leaves_out=self.rescales)

    def onnx(self, graph: OnnxGraph, shape: Shape) -> None:
        onnx_nodes.add(graph, self._filters, shape)


def convolution_arguments(spec: ConvSpec, spatial: Shape) -> dict[str, Any]:
    """Return a spec as arguments of `convolve`, or of `convolve_transposed`, for an input of a spatial shape."""
    own = {"output_padding": spec.output_padding} if spec.transposed else {"padding_mode": spec.padding_mode}
    pads = spec.pads(spatial)
    return {"stride": spec.stride, "padding": pads, "dilation": spec.dilation, "groups": spec.groups, **own}


def _blurring(shape: Shape, dilation: int = 1) -> Convolution:
    """Blur every channel for itself, in a layer that could mix them: 3 cells a side, as large as the input."""
    channels, rank = shape[0], len(shape) - 1
    spec = ConvSpec.of(channels, channels, (3,) * rank, padding=dilation, dilation=dilation)
    kernel = np.array([1.0, 2.0, 1.0]) / 4 if rank == 1 else preset(f"gaussian-{'3' if rank == 2 else '3d'}").weights()
    return _on_own_channel(spec, kernel)


def _painting(shape: Shape) -> Convolution:
    """Paint every cell as a block of 2 cells a side."""
    channels, rank = shape[0], len(shape) - 1
    spec = ConvSpec.of(channels, channels, (2,) * rank, stride=2, transposed=True)
    return _on_own_channel(spec, np.ones(spec.kernel_size))


def _on_own_channel(spec: ConvSpec, kernel: Array) -> Convolution:
    check_spec(spec)
    weight = np.zeros(spec.weight_shape)
    for channel in range(spec.in_channels):
        weight[channel, channel] = kernel
    return Convolution(spec, weight, np.zeros(spec.out_channels))
