"""What a layer costs: multiplications and weights, and what cheaper filters would cost in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from convgui.core.spec import ConvSpec


@dataclass(frozen=True)
class Cost:
    """One way to do the work of a layer.

    Attributes
    ----------
    name : str
        ``"standard"``, ``"depthwise"``, ``"pointwise"``, ``"spatially separable"``, ``"flattened"`` or ``"pass"``.
    multiplications, weights : int
        By the definition, padding counted as if it were data; biases are not counted.
    cells : int
        All numbers that are made on the way, those of the output among them.
    """

    name: str
    multiplications: int
    weights: int
    cells: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.name, self.multiplications + other.multiplications, self.weights + other.weights,
            self.cells + other.cells,
        )  # fmt: skip


def standard(spec: ConvSpec, spatial: Sequence[int]) -> Cost:
    """Cost of the layer as it is, with its groups."""
    cells = prod(spec.output_shape(spatial)) * spec.out_channels
    return Cost("standard", spec.multiply_adds(spatial), prod(spec.weight_shape), cells)


def passes(spec: ConvSpec, spatial: Sequence[int], axes: Sequence[int]) -> list[Cost]:
    """Cost of one pass along each of some axes in turn, of one kernel; `cells` are those that it leaves.

    A pass of a transposed layer writes each cell that comes to it as often as it has weights along its axis.
    """
    out = spec.output_shape(spatial)
    pads = ((0, 0),) * spec.rank if spec.transposed else spec.pads(spatial)
    cells, found = [n + sum(pad) for n, pad in zip(spatial, pads, strict=True)], list[Cost]()
    for axis in axes:
        before = prod(cells)
        cells[axis] = out[axis]
        outputs, weights = prod(cells), spec.kernel_size[axis]
        found.append(Cost("pass", (before if spec.transposed else outputs) * weights, weights, outputs))
    return found


def depthwise_separable(spec: ConvSpec, spatial: Sequence[int]) -> tuple[Cost, Cost]:
    """Costs of one kernel a channel, then a 1 x 1 convolution across channels (arXiv 1704.04861).

    7 x 7 x 3 to 5 x 5 x 128 with 3 x 3: 675 and 9,600 multiplications, against 86,400.
    """
    cells = prod(spec.output_shape(spatial))
    depth = standard(replace(spec, out_channels=spec.in_channels, groups=spec.in_channels), spatial)
    weights = spec.in_channels * spec.out_channels // spec.groups
    return replace(depth, name="depthwise"), Cost("pointwise", cells * weights, weights, cells * spec.out_channels)


def spatially_separable(spec: ConvSpec, spatial: Sequence[int]) -> Cost:
    """Cost of one pass an axis, the last axis first, each on the cells that the passes before it left.

    With an N x N input and an m x m kernel, valid: (N - m + 1) m N + (N - m + 1)^2 m multiplications.
    """
    each = passes(spec, spatial, range(spec.rank)[::-1])
    kernels = spec.in_channels * spec.out_channels // spec.groups
    return Cost(
        "spatially separable",
        sum(one.multiplications for one in each) * kernels,
        sum(one.weights for one in each) * kernels,
        sum(one.cells for one in each[:-1]) * kernels + each[-1].cells * spec.out_channels,
    )


def flattened(spec: ConvSpec, spatial: Sequence[int]) -> Cost:
    """Cost of a 1D filter across channels, then one along each axis (arXiv 1412.5474), for every output channel."""
    pads = ((0, 0),) * spec.rank if spec.transposed else spec.pads(spatial)
    given = prod(n + sum(pad) for n, pad in zip(spatial, pads, strict=True))
    each, depth = passes(spec, spatial, range(spec.rank)), spec.in_channels // spec.groups
    one = Cost(
        "flattened",
        given * depth + sum(one.multiplications for one in each),
        depth + sum(one.weights for one in each),
        given + sum(one.cells for one in each),
    )
    return replace(
        one, multiplications=one.multiplications * spec.out_channels, weights=one.weights * spec.out_channels,
        cells=one.cells * spec.out_channels,
    )  # fmt: skip


def sub_pixel(spec: ConvSpec, spatial: Sequence[int]) -> tuple[Cost, tuple[int, ...]]:
    """Cost and kernel of a convolution before a pixel shuffle in place of a transposed layer (arXiv 1609.05158).

    Each phase of the stride has filters of its own, as large as the part of the kernel that it meets at the most.
    """
    phases = prod(spec.stride)
    sides = tuple(-(-k // s) for k, s in zip(spec.kernel_size, spec.stride, strict=True))
    weights = prod(spec.weight_shape[:2]) * phases * prod(sides)
    outputs = 2 * prod(spatial) * phases * spec.out_channels
    return Cost("sub-pixel", prod(spatial) * weights, weights, outputs), sides
