"""How far each parameter of a layer can be turned."""

from __future__ import annotations

from convgui.core.spec import ConvSpec
from convgui.layers.limits import MOST_PADDING, MOST_STEP
from convgui.model.limits import largest_growth
from convgui.session.edits import LARGEST_KERNEL


def parameter_limits(spec: ConvSpec, spatial: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the largest value an axis that each parameter can take while the others stay as they are."""
    if spec.transposed:
        spread = tuple((n - 1) * s for n, s in zip(spatial, spec.stride, strict=True))
        # Cells an axis that may be made, and how many of them are left for the kernel.
        room = tuple(int(n * largest_growth(spatial)) for n in spatial)
        left = tuple(max(r - s - 1, 0) for r, s in zip(room, spread, strict=True))
        return {
            "kernel_size": tuple(
                min(LARGEST_KERNEL, 1 + most // d) for most, d in zip(left, spec.dilation, strict=True)
            ),
            "stride": tuple(
                min(MOST_STEP, max((r - e) // max(n - 1, 1), 1))
                for r, e, n in zip(room, spec.extent, spatial, strict=True)
            ),
            "dilation": tuple(
                min(MOST_STEP, max(most // max(k - 1, 1), 1)) for most, k in zip(left, spec.kernel_size, strict=True)
            ),
            "padding": tuple((s + e - 1) // 2 for s, e in zip(spread, spec.extent, strict=True)),
            "output_padding": tuple(max(s, d) - 1 for s, d in zip(spec.stride, spec.dilation, strict=True)),
        }
    reach = tuple(n + before + after for n, (before, after) in zip(spatial, spec.pads(spatial), strict=True))
    padding = {"reflect": tuple(n - 1 for n in spatial), "circular": spatial}
    return {
        "kernel_size": tuple(min(LARGEST_KERNEL, (r - 1) // d + 1) for r, d in zip(reach, spec.dilation, strict=True)),
        "stride": reach,
        "dilation": tuple(max(1, (r - 1) // max(1, k - 1)) for r, k in zip(reach, spec.kernel_size, strict=True)),
        "padding": padding.get(spec.padding_mode, tuple(max(MOST_PADDING, extent) for extent in spec.extent)),
        "output_padding": (0,) * spec.rank,
    }
