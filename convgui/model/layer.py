"""A convolution: a spec with its weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.convolution import convolve, convolve_transposed
from convgui.core.gradients import input_gradient
from convgui.core.spec import ConvSpec, SpecError
from convgui.words import tr

Array = NDArray[np.float64]
AnyArray: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]
Cancel: TypeAlias = Callable[[], bool]
Progress: TypeAlias = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Layer:
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
    """

    spec: ConvSpec
    weight: Array
    bias: Array
    flip: bool = False

    def __post_init__(self) -> None:
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

    @property
    def effective_weight(self) -> Array:
        """The weights as they meet the input: turned by 180 degrees when `flip` is set."""
        if not self.flip:
            return self.weight
        return self.weight[(slice(None), slice(None), *[slice(None, None, -1)] * self.spec.rank)]

    @property
    def title(self) -> str:
        """What the layer is called in a list."""
        kind = tr("Transposed") if self.spec.transposed else tr("Convolution")
        return f"{kind} {by(self.spec.kernel_size)}"

    def output_shape(self, shape: Shape) -> Shape:
        """Return the output's ``(C, *spatial)`` for an input of ``(C, *spatial)``.

        Raises
        ------
        SpecError
            If the layer does not take that input.
        """
        if shape[0] != self.spec.in_channels:
            raise SpecError(
                "in_channels",
                tr(
                    "the layer takes {in_channels} channels and gets {channels}.",
                    in_channels=self.spec.in_channels,
                    channels=shape[0],
                ),
                shape[0],
            )
        return (self.spec.out_channels, *self.spec.output_shape(shape[1:]))

    def window(self, shape: Shape) -> ConvSpec:
        """Return the spec through which an output cell sees the input."""
        return self.spec

    def multiply_adds(self, shape: Shape) -> int:
        """Multiplications for an input of ``(C, *spatial)``."""
        return self.spec.multiply_adds(shape[1:])

    def forward(self, x: AnyArray, cancel: Cancel | None = None, progress: Progress | None = None) -> AnyArray:
        """Apply the layer to floats ``(C, *spatial)``; the result has their type. `progress` is told the finished part.

        Raises
        ------
        SpecError
            If the layer does not take that input.
        Cancelled
            Soon after `cancel` begins to return True.
        """
        spec, kind = self.spec, x.dtype
        weight, bias = self.effective_weight.astype(kind), self.bias.astype(kind)
        if spec.transposed:
            return convolve_transposed(
                x,
                weight,
                bias,
                stride=spec.stride,
                padding=spec.pads(x.shape[1:]),
                output_padding=spec.output_padding,
                dilation=spec.dilation,
                groups=spec.groups,
                cancel=cancel,
                progress=progress,
            )
        return convolve(
            x,
            weight,
            bias,
            stride=spec.stride,
            padding=spec.pads(x.shape[1:]),
            dilation=spec.dilation,
            groups=spec.groups,
            padding_mode=spec.padding_mode,
            cancel=cancel,
            progress=progress,
        )

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Return the gradient with respect to the input `x` from the one with respect to the output."""
        return input_gradient(self.spec, self.effective_weight, grad, x.shape[1:])

    def with_weight(self, index: tuple[int, ...], value: float) -> Layer:
        """Return a layer with one weight changed."""
        weight = self.weight.copy()
        weight[index] = value
        return replace(self, weight=weight)


def output_channel(layer: Layer, first: int, second: int) -> int:
    """Return the output channel that a kernel writes to, given the first two indices of the weights."""
    spec = layer.spec
    if not spec.transposed:
        return first
    group = first // (spec.in_channels // spec.groups)
    return group * (spec.out_channels // spec.groups) + second


def channels_read(layer: Layer, output: int) -> range:
    """Return the input channels that make an output channel: those of its group."""
    spec = layer.spec
    deep = spec.in_channels // spec.groups
    first = output // (spec.out_channels // spec.groups) * deep
    return range(first, first + deep)


def by(sizes: Shape) -> str:
    """Write sizes as "3 × 3"."""
    return " × ".join(str(n) for n in sizes)
