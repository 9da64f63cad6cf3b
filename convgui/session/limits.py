"""How far each parameter of a layer can be turned."""

from __future__ import annotations

from convgui.core.filter_view import FilterView
from convgui.core.spec import LARGEST, ConvSpec
from convgui.layers.limits import MOST_PADDING, MOST_STEP
from convgui.model.limits import largest_growth
from convgui.session.edits import largest_kernel
from convgui.words import tr

MOST_COUNTS = 24
"""Of the numbers of groups that are listed only to say why they are not legal."""


def parameter_limits(spec: ConvSpec, spatial: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the largest value an axis that each parameter can take while the others stay as they are."""
    if spec.transposed:
        spread = tuple((n - 1) * s for n, s in zip(spatial, spec.stride, strict=True))
        # Cells an axis that may be made, and how many of them are left for the kernel.
        room = tuple(int(n * largest_growth(spatial)) for n in spatial)
        left = tuple(max(r - s - 1, 0) for r, s in zip(room, spread, strict=True))
        return {
            "kernel_size": tuple(
                min(largest_kernel(spec.rank), 1 + most // d) for most, d in zip(left, spec.dilation, strict=True)
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
    around = FilterView(spec, spatial).padded_shape
    # Cells an axis that can be shown with the padding, and how many of them may be padding.
    room = tuple(max(int(n * largest_growth(spatial)), m) for n, m in zip(spatial, around, strict=True))
    left = tuple(r - n for r, n in zip(room, spatial, strict=True))
    padding = {"reflect": tuple(n - 1 for n in spatial), "circular": spatial}
    # A padding that is named grows with the kernel: then what can be shown is the end, else what the kernel fits into.
    grows = {"valid": 0, "full": 2}.get(spec.padding, 1) if isinstance(spec.padding, str) else 0
    reach = tuple(1 + n // grows for n in left) if grows else around
    spread = padding.get(spec.padding_mode, tuple(max(MOST_PADDING, extent) for extent in spec.extent))
    return {
        "kernel_size": tuple(
            min(largest_kernel(spec.rank), (r - 1) // d + 1) for r, d in zip(reach, spec.dilation, strict=True)
        ),
        "stride": tuple(min(n, LARGEST) for n in around),
        "dilation": tuple(
            min(max(1, (r - 1) // max(1, k - 1)), LARGEST) for r, k in zip(reach, spec.kernel_size, strict=True)
        ),
        "padding": tuple(min(most, n // 2, LARGEST) for most, n in zip(spread, left, strict=True)),
        "output_padding": (0,) * spec.rank,
    }


def group_counts(inputs: int, outputs: int) -> tuple[tuple[int, str], ...]:
    """Return the numbers of groups that one may think of, each with why it is not legal; "" where it is.

    These are all that divide the input channels or the output channels; of those that divide only one of them, the
    first few.
    """
    found = list[tuple[int, str]]()
    for number in range(1, max(inputs, outputs) + 1):
        if inputs % number == 0 == outputs % number:
            found.append((number, ""))
        elif number <= MOST_COUNTS and inputs % number == 0:
            found.append((number, tr("does not divide {n} output channels", n=outputs)))
        elif number <= MOST_COUNTS and outputs % number == 0:
            found.append((number, tr("does not divide {n} input channels", n=inputs)))
    return tuple(found)
