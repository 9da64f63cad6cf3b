"""How large a layer may be: what can be edited, drawn and computed in a window. Asked before anything is allocated."""

from __future__ import annotations

from math import prod

from convgui.core.memory import default_budget, readable
from convgui.core.spec import ConvSpec, SpecError
from convgui.model.document import Document
from convgui.model.layer import Layer, Shape, by
from convgui.model.layers import AnyLayer, Pool, Upsample
from convgui.words import tr

MOST_STEP = 64
"""Stride and dilation of a transposed layer, and factor of an upsampling: of more, a picture shows gaps alone."""
MOST_TAPS = 31**3
"""Weights of one kernel, or cells of a pooling's window."""
MOST_CHANNELS = 4096
MOST_WEIGHTS = 1 << 24
"""Weights of one layer, which are kept as float64 in every undo step that changes them."""
MOST_PADDING = 256
"""Numbers of padding on one side, unless the kernel reaches further."""
MOST_CELLS, MOST_GROWTH = 1 << 24, 64
"""Cells of one output channel; of a large input, so many times its own."""
VALUE = 4
"""Bytes of a value between two layers."""


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
    weights = spec.taps * spec.out_channels * (spec.in_channels // spec.groups)
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


def _most_cells(spatial: Shape) -> int:
    return max(MOST_CELLS, MOST_GROWTH * prod(spatial))


def largest_growth(spatial: Shape) -> float:
    """Return how many cells a side may be made of one, where all axes of an input grow alike."""
    return float((_most_cells(spatial) / prod(spatial)) ** (1 / len(spatial)))


def check_grown(spatial: Shape, made: Shape) -> None:
    """Refuse an output of more cells than can be shown, or than the memory allowed for one result holds.

    Parameters
    ----------
    spatial, made : tuple of int
        Spatial shapes of a layer's input and output.

    Raises
    ------
    SpecError
        Saying how large it would be, and what to do.
    """
    cells, needed = prod(made), VALUE * prod(made)
    most, allowed = _most_cells(spatial), default_budget()
    if cells > most:
        raise SpecError(
            "output",
            tr(
                "would have {size} cells, and of an input of {input} at most {most:,} can be shown; make it smaller.",
                size=by(made),
                input=by(spatial),
                most=most,
            ),
        )
    if needed > allowed:
        raise SpecError(
            "output",
            tr(
                "of {size} cells needs {needed}, and {allowed} are allowed; make it smaller.",
                size=by(made),
                needed=readable(needed),
                allowed=readable(allowed),
            ),
        )


def check_layer(layer: AnyLayer, shape: Shape, first: Shape) -> Shape:
    """Refuse a layer that is too large; return the shape of its output.

    Parameters
    ----------
    shape : tuple of int
        What comes to the layer, ``(C, *spatial)``.
    first : tuple of int
        What comes to the first layer of its stack, by which growth is measured.

    Raises
    ------
    SpecError
        As for `check_spec` and `check_grown`, and if the layer does not take that input.
    """
    if isinstance(layer, Layer):
        check_spec(layer.spec)
    elif isinstance(layer, Pool):
        check_window(layer.kernel_size)
    elif isinstance(layer, Upsample):
        check_steps("scale_factor", layer.scale_factor)
    made = layer.output_shape(shape)
    check_grown(first[1:], made[1:])
    return made


def check_document(document: Document) -> None:
    """Refuse a document with a layer that is too large, or does not take what comes to it; SpecError says why."""
    shape: Shape = document.sample.data.shape
    for layer in document.layers:
        shape = check_layer(layer, shape, document.sample.data.shape)
