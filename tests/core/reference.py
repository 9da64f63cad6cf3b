"""The plain definition of both convolutions, by loops, and a Hypothesis strategy over all parameters at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from numpy.typing import NDArray

from convgui.core import ConvSpec, SpecError

AnyArray = NDArray[Any]
NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def plain_convolve(x: AnyArray, weight: AnyArray, bias: AnyArray | None, spec: ConvSpec) -> AnyArray:
    """Pad with numpy.pad, then add up window times kernel, one output cell after the other, in float64."""
    pads = spec.pads(x.shape[1:])
    mode = NUMPY_MODES[spec.padding_mode]
    padded = np.pad(x.astype(np.float64), [(0, 0), *pads], mode=mode)  # type: ignore[call-overload]  # a name by variable
    out = np.zeros((spec.out_channels, *spec.output_shape(x.shape[1:])))
    per_in, per_out = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    for f in range(spec.out_channels):
        base = f // per_out * per_in
        for cell in np.ndindex(*out.shape[1:]):
            cut = tuple(
                slice(o * s, o * s + e, d)
                for o, s, e, d in zip(cell, spec.stride, spec.extent, spec.dilation, strict=True)
            )
            window = padded[(slice(base, base + per_in), *cut)]
            out[(f, *cell)] = (window * weight[f]).sum() + (0 if bias is None else bias[f])
    return out


def plain_transposed(x: AnyArray, weight: AnyArray, bias: AnyArray | None, spec: ConvSpec) -> AnyArray:
    """Lay a kernel over the uncropped output for each input cell, then crop."""
    spatial = x.shape[1:]
    pads = spec.pads(spatial)
    out_shape = spec.output_shape(spatial)
    full = [o + sum(p) for o, p in zip(out_shape, pads, strict=True)]
    out = np.zeros((spec.out_channels, *full))
    per_in, per_out = spec.in_channels // spec.groups, spec.out_channels // spec.groups
    for c in range(spec.in_channels):
        base = c // per_in * per_out
        for cell in np.ndindex(*spatial):
            cut = tuple(
                slice(i * s, i * s + e, d)
                for i, s, e, d in zip(cell, spec.stride, spec.extent, spec.dilation, strict=True)
            )
            out[(slice(base, base + per_out), *cut)] += float(x[(c, *cell)]) * weight[c]
    crop = tuple(slice(before, before + n) for n, (before, _) in zip(out_shape, pads, strict=True))
    kept = out[(slice(None), *crop)]
    return kept if bias is None else kept + bias.reshape((-1, *(1,) * len(spatial)))


@dataclass(frozen=True)
class Case:
    """One drawn call."""

    spec: ConvSpec
    x: AnyArray
    weight: AnyArray
    bias: AnyArray | None
    keywords: dict[str, Any]


@st.composite
def cases(draw: st.DrawFn, transposed: bool = False, dtype: type = np.float64, largest: int = 11) -> Case:
    """Draw a legal layer of any rank and its arrays, all parameters at once."""
    rank = draw(st.integers(1, 3))
    most = max(3, largest // rank)
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    c_in, c_out = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 3))

    def each(lo: int, hi: int) -> Any:
        return tuple(draw(st.lists(st.integers(lo, hi), min_size=rank, max_size=rank)))

    kernel, stride, dilation, spatial = each(1, 5 if rank < 3 else 3), each(1, 3), each(1, 3), each(1, most)
    keywords: dict[str, Any] = {"stride": stride, "dilation": dilation, "groups": groups}
    if transposed:
        keywords["padding"] = each(0, 2)
        tops = [max(s, d) - 1 for s, d in zip(stride, dilation, strict=True)]
        keywords["output_padding"] = tuple(draw(st.integers(0, top)) for top in tops)
    else:
        pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=rank, max_size=rank)
        causal = ["causal", "causal_stride"] if rank == 1 else []
        names = st.sampled_from(["valid", "same", "same_upper", "same_lower", "full", *causal])
        keywords["padding"] = draw(st.one_of(names, st.integers(0, 3), pairs))
        keywords["padding_mode"] = draw(st.sampled_from(list(NUMPY_MODES)))
    try:
        spec = ConvSpec.of(c_in, c_out, kernel, transposed=transposed, **keywords)
        spec.output_shape(spatial)
    except SpecError:
        assume(False)
        raise
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    x: AnyArray = rng.standard_normal((c_in, *spatial)).astype(dtype)
    weight: AnyArray = rng.standard_normal(spec.weight_shape).astype(dtype)
    bias: AnyArray | None = rng.standard_normal(c_out).astype(dtype) if draw(st.booleans()) else None
    return Case(spec, x, weight, bias, keywords)
