"""How large a layer may be: what can be edited, drawn and computed in a window. Asked before anything is allocated."""

from __future__ import annotations

from math import prod

from convgui.core.sizes import by
from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.layer import Shape
from convgui.words import tr

MOST_STEP = 64
"""Stride and dilation of a transposed layer, and factor of an upsampling: of more, a picture shows gaps alone."""
MOST_TAPS = 31**3
"""Weights of one kernel, or cells of a pooling's window."""
MOST_CHANNELS = 1 << 15
"""As many as a network that reads Chinese has characters to tell apart, and more."""
MOST_WEIGHTS = 1 << 24
"""Weights of one layer, which are kept as float64 in every undo step that changes them."""
MOST_PADDING = 256
"""Numbers of padding on one side, unless the kernel reaches further."""


def check_spec(spec: ConvSpec) -> None:
    """Refuse a convolution that is too large to be edited.

    Raises
    ------
    SpecError
        Naming the field, how much there may be, and the nearest value.
    """
    for field, channels in (("in_channels", spec.in_channels), ("out_channels", spec.out_channels)):
        if channels > MOST_CHANNELS:
            raise SpecError(field, tr("is {n}; a layer has at most {most}.", n=channels, most=MOST_CHANNELS))
    check_window(spec.kernel_size)
    weights = prod(spec.weight_shape)
    if weights > MOST_WEIGHTS:
        raise SpecError(
            "weight",
            tr(
                "would have {n:,} numbers, and a layer has at most {most:,}; take fewer channels or a smaller kernel.",
                n=weights,
                most=MOST_WEIGHTS,
            ),
        )
    if not isinstance(spec.padding, str):
        for sides, extent in zip(spec.padding, spec.extent, strict=True):
            most = max(MOST_PADDING, extent)
            if max(sides) > most:
                words = tr("is {n}; up to {most} can be shown.", n=max(sides), most=most)
                raise SpecError("padding", words, most)
    if spec.transposed:
        check_steps("stride", spec.stride)
        check_steps("dilation", spec.dilation)


def check_window(size: Shape) -> None:
    """Refuse a kernel or a pooling's window of too many cells; SpecError as for `check_spec`."""
    if prod(size) > MOST_TAPS:
        words = tr("is {size}; at most {most} cells can be shown.", size=by(size), most=MOST_TAPS)
        raise SpecError("kernel_size", words)


def check_steps(field: str, steps: Shape) -> None:
    """Refuse a stride, dilation or factor that spreads cells too far apart; SpecError as for `check_spec`."""
    if max(steps) > MOST_STEP:
        nearest = MOST_STEP if len(set(steps)) == 1 else None
        raise SpecError(field, tr("is {n}; up to {most} can be shown.", n=max(steps), most=MOST_STEP), nearest)
