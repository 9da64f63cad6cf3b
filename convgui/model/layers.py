"""Layers without weights: pooling, ReLU, upsampling and shuffles; and what every layer of a stack can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from convgui.core.pooling import (
    average_pool,
    channel_shuffle,
    max_pool,
    pixel_shuffle,
    pixel_unshuffle,
    upsample_linear,
    upsample_nearest,
)
from convgui.core.pooling_gradients import (
    average_pool_gradient,
    max_pool_gradient,
    upsample_linear_gradient,
    upsample_nearest_gradient,
)
from convgui.core.spec import AXES, ConvSpec, SpecError, per_axis
from convgui.model.layer import AnyArray, Cancel, Layer, Shape, by
from convgui.words import mark, tr

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}
_NEAREST = mark("Upsample × {factor} nearest")
_LINEAR = {
    1: mark("Upsample × {factor} linear"),
    2: mark("Upsample × {factor} bilinear"),
    3: mark("Upsample × {factor} trilinear"),
}


@dataclass(frozen=True)
class Pool:
    """The largest value of each window, or its mean.

    Attributes
    ----------
    kind : str
        ``"max"`` or ``"average"``.
    kernel_size, stride, padding : tuple of int
        One value a spatial axis. Padding never wins a maximum, and counts as zeros in a mean (PyTorch's default).
    """

    kind: Literal["max", "average"]
    kernel_size: Shape
    stride: Shape
    padding: Shape

    def __post_init__(self) -> None:
        rank = len(self.kernel_size)
        if rank not in AXES:
            raise SpecError("kernel_size", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        per_axis("kernel_size", self.kernel_size, rank, 1)
        per_axis("stride", self.stride, rank, 1)
        for p, k in zip(per_axis("padding", self.padding, rank, 0), self.kernel_size, strict=True):
            if 2 * p > k:
                raise SpecError(
                    "padding", tr("is {p}; pooling takes at most half the window of {k}.", p=p, k=k), k // 2
                )

    @property
    def title(self) -> str:
        """What the layer is called in a list."""
        size = by(self.kernel_size)
        return tr("Max pooling {size}", size=size) if self.kind == "max" else tr("Average pooling {size}", size=size)

    def output_shape(self, shape: Shape) -> Shape:
        """Return the output's ``(C, *spatial)``; SpecError if the window does not fit."""
        return (shape[0], *self.window(shape).output_shape(shape[1:]))

    def window(self, shape: Shape) -> ConvSpec:
        """Return the spec through which an output cell sees the input."""
        padding = tuple((p, p) for p in self.padding)
        return ConvSpec.of(shape[0], shape[0], self.kernel_size, stride=self.stride, padding=padding, groups=shape[0])

    def multiply_adds(self, shape: Shape) -> int:
        """Additions of a mean for an input of ``(C, *spatial)``; a maximum multiplies nothing."""
        return 0 if self.kind == "max" else self.window(shape).multiply_adds(shape[1:])

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        """Pool floats ``(C, *spatial)``."""
        pool = max_pool if self.kind == "max" else average_pool
        return pool(x, self.kernel_size, stride=self.stride, padding=self.padding, cancel=cancel)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Return the gradient with respect to the input `x` from the one with respect to the output."""
        if self.kind == "max":
            return max_pool_gradient(grad, x, self.kernel_size, stride=self.stride, padding=self.padding)
        return average_pool_gradient(grad, x.shape[1:], self.kernel_size, stride=self.stride, padding=self.padding)


@dataclass(frozen=True)
class ReLU:
    """Negative values become 0."""

    title = "ReLU"

    def output_shape(self, shape: Shape) -> Shape:
        """Return the same shape."""
        return shape

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell."""
        return _pointwise(shape, shape[0])

    def multiply_adds(self, shape: Shape) -> int:
        """Nothing is multiplied."""
        return 0

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        """Return ``max(x, 0)``."""
        return np.asarray(np.maximum(x, x.dtype.type(0)))

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Let the gradient through where the input `x` was above 0."""
        return np.where(x > 0, grad, 0.0)


@dataclass(frozen=True)
class Upsample:
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

    def __post_init__(self) -> None:
        rank = len(self.scale_factor)
        if rank not in AXES:
            raise SpecError("scale_factor", tr("has {rank} axes; 1, 2 or 3 spatial axes are supported.", rank=rank))
        per_axis("scale_factor", self.scale_factor, rank, 1)

    @property
    def title(self) -> str:
        """What the layer is called in a list."""
        name = _NEAREST if self.mode == "nearest" else _LINEAR[len(self.scale_factor)]
        return tr(name, factor=max(self.scale_factor))

    def output_shape(self, shape: Shape) -> Shape:
        """Return the output's ``(C, *spatial)``; SpecError if the rank differs."""
        if len(shape) - 1 != len(self.scale_factor):
            raise SpecError(
                "scale_factor",
                tr("has {given} axes, the input has {axes}.", given=len(self.scale_factor), axes=len(shape) - 1),
            )
        return (shape[0], *(n * s for n, s in zip(shape[1:], self.scale_factor, strict=True)))

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
        if self.mode == "nearest":
            return 0
        return 2 * len(self.scale_factor) * int(np.prod(self.output_shape(shape)))

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        """Enlarge floats ``(C, *spatial)``."""
        enlarge = upsample_nearest if self.mode == "nearest" else upsample_linear
        return enlarge(x, self.scale_factor, cancel=cancel)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Return the gradient with respect to the input `x` from the one with respect to the output."""
        if self.mode == "nearest":
            return upsample_nearest_gradient(grad, self.scale_factor)
        return upsample_linear_gradient(grad, x.shape[1:], self.scale_factor)


@dataclass(frozen=True)
class PixelShuffle:
    """Channels become space: each group of ``upscale_factor ** rank`` channels is woven into one larger channel."""

    upscale_factor: int

    def __post_init__(self) -> None:
        per_axis("upscale_factor", self.upscale_factor, 1, 1)

    @property
    def title(self) -> str:
        """What the layer is called in a list."""
        return tr("Pixel shuffle × {factor}", factor=self.upscale_factor)

    def output_shape(self, shape: Shape) -> Shape:
        """Return the output's ``(C, *spatial)``; SpecError if the channels do not divide."""
        block = self.upscale_factor ** (len(shape) - 1)
        if shape[0] % block:
            raise SpecError(
                "upscale_factor",
                tr(
                    "is {upscale_factor}, which weaves {block} channels into one; the input has {channels}.",
                    upscale_factor=self.upscale_factor,
                    block=block,
                    channels=shape[0],
                ),
                1,
            )
        return (shape[0] // block, *(n * self.upscale_factor for n in shape[1:]))

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell, moving by a fraction of a cell; a cell sees one of its channels."""
        factor = (self.upscale_factor,) * (len(shape) - 1)
        return ConvSpec.of(shape[0], self.output_shape(shape)[0], factor, stride=factor, transposed=True)

    def multiply_adds(self, shape: Shape) -> int:
        """Nothing is multiplied."""
        return 0

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        """Weave ``(C * factor**rank, *spatial)`` into ``(C, *(spatial * factor))``."""
        return pixel_shuffle(x, self.upscale_factor)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Take the weave apart again."""
        return pixel_unshuffle(grad, self.upscale_factor)


@dataclass(frozen=True)
class ChannelShuffle:
    """The channels of each group are dealt out to all groups (ShuffleNet, arXiv 1707.01083)."""

    groups: int

    def __post_init__(self) -> None:
        per_axis("groups", self.groups, 1, 1)

    @property
    def title(self) -> str:
        """What the layer is called in a list."""
        return tr("Channel shuffle, {groups} groups", groups=self.groups)

    def output_shape(self, shape: Shape) -> Shape:
        """Return the same shape; SpecError if the groups do not divide the channels."""
        if shape[0] % self.groups:
            legal = [g for g in range(1, shape[0] + 1) if shape[0] % g == 0]
            nearest = min(legal, key=lambda g: abs(g - self.groups))
            raise SpecError(
                "groups",
                tr("is {groups}, which does not divide {channels} channels.", groups=self.groups, channels=shape[0]),
                nearest,
            )
        return shape

    def window(self, shape: Shape) -> ConvSpec:
        """Return a window of one cell; a cell sees one of its channels."""
        return _pointwise(shape, 1)

    def multiply_adds(self, shape: Shape) -> int:
        """Nothing is multiplied."""
        return 0

    def forward(self, x: AnyArray, cancel: Cancel | None = None) -> AnyArray:
        """Move the channels."""
        return channel_shuffle(x, self.groups)

    def backward(self, grad: AnyArray, x: AnyArray) -> AnyArray:
        """Move the channels back: the inverse deals to as many hands as each group has cards."""
        return channel_shuffle(grad, grad.shape[0] // self.groups)


AnyLayer: TypeAlias = Layer | Pool | ReLU | Upsample | PixelShuffle | ChannelShuffle


def _pointwise(shape: Shape, groups: int) -> ConvSpec:
    return ConvSpec.of(shape[0], shape[0], (1,) * (len(shape) - 1), groups=groups)
