"""How far each parameter of a layer can be turned."""

from __future__ import annotations

from convgui.core.spec import ConvSpec
from convgui.session.edits import LARGEST_KERNEL


def legal_limits(spec: ConvSpec, spatial: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the largest value an axis that each parameter can take while the others stay as they are."""
    if spec.transposed:
        grown = tuple((n - 1) * s + e for n, s, e in zip(spatial, spec.stride, spec.extent, strict=True))
        return {
            "kernel_size": (LARGEST_KERNEL,) * spec.rank,
            "stride": (16,) * spec.rank,
            "dilation": (16,) * spec.rank,
            "padding": tuple((size - 1) // 2 for size in grown),
            "output_padding": tuple(max(s, d) - 1 for s, d in zip(spec.stride, spec.dilation, strict=True)),
        }
    reach = tuple(n + before + after for n, (before, after) in zip(spatial, spec.pads(spatial), strict=True))
    padding = {"reflect": tuple(n - 1 for n in spatial), "circular": spatial}
    return {
        "kernel_size": tuple(min(LARGEST_KERNEL, (r - 1) // d + 1) for r, d in zip(reach, spec.dilation, strict=True)),
        "stride": reach,
        "dilation": tuple((r - 1) // max(1, k - 1) for r, k in zip(reach, spec.kernel_size, strict=True)),
        "padding": padding.get(spec.padding_mode, (2 * max(spec.extent),) * spec.rank),
        "output_padding": (0,) * spec.rank,
    }
