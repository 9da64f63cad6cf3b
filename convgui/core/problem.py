"""The one form into which every convolution is brought before an algorithm sees it.

Rank 1 and 2 gain leading axes of one cell, padding becomes an origin, a region with a step becomes an offset with a
larger stride, and each phase of a transposed convolution becomes an ordinary convolution. So an algorithm handles
exactly one case: three axes, an origin, a stride and a dilation an axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd, prod
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.core.spec import ConvSpec, PaddingMode
from convgui.core.spectra import Spectra

AnyArray = NDArray[Any]
Triple: TypeAlias = tuple[int, int, int]
Ranges: TypeAlias = tuple[range, ...]


@dataclass(frozen=True, eq=False)
class Problem:
    """A cross-correlation of three spatial axes.

    Output cell ``n`` reads, through tap ``t``, the input cell ``origin + n * stride + t * dilation`` on each axis;
    outside the input `mode` says what stands there.

    Attributes
    ----------
    x : ndarray, shape (C, D, H, W)
        The input in its own type.
    weight : ndarray, shape (C_out, C / groups, kD, kH, kW)
        In the type that is computed in, float32 or float64.
    bias : ndarray of shape (C_out,), or None
    groups : int
    origin, stride, dilation, shape : tuple of three int
        `shape` is the output's.
    mode : str
        Padding mode.
    reach : float or None
        For whole numbers whose sums the type holds exactly, a bound of those sums: the result is exact then.
    spectra : Spectra or None
        The caller's cache of the input's spectra.
    """

    x: AnyArray
    weight: AnyArray
    bias: AnyArray | None
    groups: int
    origin: Triple
    stride: Triple
    dilation: Triple
    shape: Triple
    mode: PaddingMode
    reach: float | None = None
    spectra: Spectra | None = None

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type that is computed in."""
        return self.weight.dtype

    @cached_property
    def kernel(self) -> Triple:
        """Taps on each axis."""
        return _triple(self.weight.shape[2:])

    @property
    def channels(self) -> int:
        """Input channels of one group."""
        return int(self.weight.shape[1])

    @property
    def filters(self) -> int:
        """Output channels."""
        return int(self.weight.shape[0])

    @property
    def cells(self) -> int:
        """Output cells of one channel."""
        return prod(self.shape)


@dataclass(frozen=True, eq=False)
class Piece:
    """A problem and the cells of the result that it fills."""

    problem: Problem
    target: tuple[slice, ...]


def _triple(values: Sequence[int], fill: int = 1) -> Triple:
    """Give an axis of `fill` to what has fewer than three."""
    padded = (fill,) * (3 - len(values)) + tuple(int(v) for v in values)
    return padded[0], padded[1], padded[2]


def _lift(array: AnyArray, lead: int) -> AnyArray:
    """View (lead axes, *spatial) with three spatial axes."""
    spatial = array.shape[lead:]
    return array.reshape((*array.shape[:lead], *_triple(spatial)))


def forward_piece(
    spec: ConvSpec,
    x: AnyArray,
    weight: AnyArray,
    bias: AnyArray | None,
    region: Ranges,
    reach: float | None,
    spectra: Spectra | None = None,
) -> Piece:
    """Bring a convolution into the one form, for the output cells of `region` (one range an axis)."""
    pads = spec.pads(x.shape[1:])
    origin = [r.start * s - before for r, s, (before, _) in zip(region, spec.stride, pads, strict=True)]
    problem = Problem(
        x=_lift(x, 1),
        weight=_lift(weight, 2),
        bias=bias,
        groups=spec.groups,
        origin=_triple(origin, 0),
        stride=_triple([r.step * s for r, s in zip(region, spec.stride, strict=True)]),
        dilation=_triple(spec.dilation),
        shape=_triple([len(r) for r in region]),
        mode=spec.padding_mode,
        reach=reach,
        spectra=spectra,
    )
    return Piece(problem, (slice(None),) * 3)


@dataclass(frozen=True)
class _Phase:
    """One axis of one phase: `count` outputs of the region, from `first` on, and the taps that meet inputs there."""

    first: int
    every: int
    count: int
    taps: slice
    origin: int
    stride: int
    dilation: int

    @property
    def target(self) -> slice:
        """The outputs."""
        return slice(self.first, self.first + (self.count - 1) * self.every + 1, self.every)


def transposed_pieces(
    spec: ConvSpec, x: AnyArray, weight: AnyArray, bias: AnyArray | None, region: Ranges, reach: float | None
) -> list[Piece]:
    """Split a transposed convolution into phases: ordinary convolutions that multiply no inserted zero.

    Output cell ``o`` gets ``x[i] * w[t]`` for all ``i * stride + t * dilation = o + before``. Outputs that agree modulo
    the stride use the same taps, so each residue is an ordinary convolution with some of the taps, turned round.
    Where the stride is larger than the kernel no tap meets most outputs: what no piece fills is the bias alone.
    """
    pads = spec.pads(x.shape[1:])
    axes = [
        _phases(spec.kernel_size[a], spec.stride[a], spec.dilation[a], pads[a][0], region[a], x.shape[a + 1])
        for a in range(spec.rank)
    ]
    while len(axes) < 3:
        axes.insert(0, [_Phase(0, 1, 1, slice(0, 1), 0, 1, 1)])
    lifted = _lift(x, 1)
    kernels = _forward_weight(_lift(weight, 2), spec.groups)
    pieces = []
    for d in axes[0]:
        for h in axes[1]:
            for w in axes[2]:
                phase = (d, h, w)
                taps = kernels[(slice(None), slice(None), *(p.taps for p in phase))]
                flipped = np.ascontiguousarray(taps[:, :, ::-1, ::-1, ::-1])
                problem = Problem(
                    x=lifted,
                    weight=flipped,
                    bias=bias,
                    groups=spec.groups,
                    origin=(d.origin, h.origin, w.origin),
                    stride=(d.stride, h.stride, w.stride),
                    dilation=(d.dilation, h.dilation, w.dilation),
                    shape=(d.count, h.count, w.count),
                    mode="zeros",
                    reach=reach,
                )
                pieces.append(Piece(problem, tuple(p.target for p in phase)))
    return pieces


def _forward_weight(weight: AnyArray, groups: int) -> AnyArray:
    """Turn ``(C_in, C_out/groups, ...)`` into the ``(C_out, C_in/groups, ...)`` of an ordinary convolution."""
    c_in, per_group = weight.shape[:2]
    split = weight.reshape((groups, c_in // groups, per_group, *weight.shape[2:]))
    return split.swapaxes(1, 2).reshape((groups * per_group, c_in // groups, *weight.shape[2:]))


def _phases(k: int, s: int, d: int, before: int, region: range, size: int) -> list[_Phase]:
    """Split one axis of the outputs in `region` into phases, as far as a tap meets them.

    What a single tap meets beyond the input is left out too, so that the input can be read where it lies.
    """
    every = s // gcd(s, region.step)
    apart = s // gcd(s, d)
    phases = []
    for first in range(min(every, len(region))):
        at = region[first] + before
        count = len(range(first, len(region), every))
        stride = region.step * every // s
        start = next((t for t in range(min(apart, k)) if (at - t * d) % s == 0), None)
        if start is None:
            continue
        met = len(range(start, k, apart))
        dilation = d * apart // s
        origin = (at - start * d) // s - (met - 1) * dilation
        begin, end = 0, count
        if met == 1:
            begin, end = max(-(origin // stride), 0), min((size - 1 - origin) // stride + 1, count)
        if begin < end:
            cells = first + begin * every, every, end - begin
            phases.append(_Phase(*cells, slice(start, None, apart), origin + begin * stride, stride, dilation))
    return phases
