"""What a layer costs: multiplications and weights, and what cheaper filters would cost in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from convgui.core.spec import ConvSpec, SpecError
from convgui.words import tr


@dataclass(frozen=True)
class Cost:
    """One way to do the work of a layer.

    Attributes
    ----------
    name : str
        ``"standard"``, ``"depthwise"``, ``"pointwise"``, ``"depthwise separable"``, ``"spatially separable"`` or
        ``"flattened"``.
    multiplications, weights : int
        By the definition, padding counted as if it were data; biases are not counted.
    """

    name: str
    multiplications: int
    weights: int

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.name, self.multiplications + other.multiplications, self.weights + other.weights)


def standard(spec: ConvSpec, spatial: Sequence[int]) -> Cost:
    """Cost of the layer as it is, with its groups."""
    return Cost("standard", spec.multiply_adds(spatial), prod(spec.weight_shape))


def depthwise_separable(spec: ConvSpec, spatial: Sequence[int]) -> tuple[Cost, Cost]:
    """Costs of one kernel a channel, then a 1 x 1 convolution across channels (arXiv 1704.04861).

    7 x 7 x 3 to 5 x 5 x 128 with 3 x 3: 675 and 9,600 multiplications, against 86,400.
    """
    _ordinary(spec)
    cells = prod(spec.output_shape(spatial))
    depth = Cost("depthwise", cells * spec.taps * spec.in_channels, spec.taps * spec.in_channels)
    weights = spec.in_channels * spec.out_channels // spec.groups
    return depth, Cost("pointwise", cells * weights, weights)


def spatially_separable(spec: ConvSpec, spatial: Sequence[int]) -> Cost:
    """Cost of one pass an axis, the last axis first, each on the cells that the passes before it left.

    With an N x N input and an m x m kernel, valid: (N - m + 1) m N + (N - m + 1)^2 m multiplications.
    """
    _ordinary(spec)
    pads = spec.pads(spatial)
    cells = [n + sum(pad) for n, pad in zip(spatial, pads, strict=True)]
    out = spec.output_shape(spatial)
    kernels = spec.in_channels * spec.out_channels // spec.groups
    multiplications = 0
    for axis in reversed(range(spec.rank)):
        cells[axis] = out[axis]
        multiplications += prod(cells) * spec.kernel_size[axis]
    return Cost("spatially separable", multiplications * kernels, sum(spec.kernel_size) * kernels)


def flattened(spec: ConvSpec, spatial: Sequence[int]) -> Cost:
    """Cost of a 1D filter across channels, then one along each axis (arXiv 1412.5474), for every output channel."""
    _ordinary(spec)
    pads = spec.pads(spatial)
    cells = [n + sum(pad) for n, pad in zip(spatial, pads, strict=True)]
    out = spec.output_shape(spatial)
    across = spec.in_channels // spec.groups * spec.out_channels
    multiplications = prod(cells) * across
    for axis in range(spec.rank):
        cells[axis] = out[axis]
        multiplications += prod(cells) * spec.kernel_size[axis] * spec.out_channels
    return Cost("flattened", multiplications, across + sum(spec.kernel_size) * spec.out_channels)


def _ordinary(spec: ConvSpec) -> None:
    if spec.transposed:
        raise SpecError("transposed", tr("is set; cheaper forms are compared for ordinary convolutions only."), False)
