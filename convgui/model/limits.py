"""How large what a stack makes may be. Asked before anything is allocated; see `convgui.layers.limits` too."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, prod
from typing import TypeAlias

from convgui.core.filter_view import FilterView
from convgui.core.memory import default_budget, readable
from convgui.core.sizes import by
from convgui.core.spec import ConvSpec, SpecError
from convgui.layers.convolution import Convolution
from convgui.layers.layer import Layer, Shape
from convgui.model.document import Document
from convgui.words import mark, tr

MOST_CELLS, MOST_GROWTH = 1 << 24, 64
"""Cells of one output channel; of a large input, so many times its own."""
VALUE = 4
"""Bytes of a value between two layers."""
MOST_PRODUCTS = 10**12
"""Multiplications that are done for one picture: half a minute of two cores."""
MOVED = 100
"""Multiplications in the time in which a value is read, changed and written that no convolution makes."""
MOST_APART = 10**9
"""Cells of the input from one cell of an output to the next, or of an output on one of the input. Beyond there is
nothing to be seen, and products of many strides would leave the numbers there are."""
_FAR = mark("puts cells {n:,} cells of the input apart, with all layers before it; up to {most:,} can be told.")
_NEAR = mark("puts {n:,} cells on one of the input, with all layers before it; up to {most:,} can be told.")
Apart: TypeAlias = tuple[Fraction, ...]
SPECTRUM, SPECTRAL = 100, 4
"""By Fourier's way, multiplications a cell and channel for its spectra, and for each pair of channels."""


def most_cells(spatial: Shape) -> int:
    """Return how many cells of one channel can be shown of what a stack makes of an input."""
    return max(MOST_CELLS, MOST_GROWTH * prod(spatial))


def largest_growth(spatial: Shape) -> float:
    """Return how many cells a side may be made of one, where all axes of an input grow alike."""
    return float((most_cells(spatial) / prod(spatial)) ** (1 / len(spatial)))


def check_growth(spatial: Shape, output: Shape, *, here: bool = True) -> None:
    """Refuse an output of more cells than can be shown, or than the memory allowed for one result holds.

    Parameters
    ----------
    spatial, output : tuple of int
        Spatial shapes of a layer's input and output.
    here : bool
        Whether it is to be computed here and now, so that the memory counts that there is.

    Raises
    ------
    SpecError
        Saying how large it would be, and what to do.
    """
    cells, needed = prod(output), VALUE * prod(output)
    most, allowed = most_cells(spatial), default_budget() if here else needed
    if cells > most:
        raise SpecError(
            "output",
            tr(
                "would have {size} cells, and of an input of {input} at most {most:,} can be shown; make it smaller.",
                size=by(output),
                input=by(spatial),
                most=most,
            ),
        )
    if needed > allowed:
        raise SpecError(
            "output",
            tr(
                "of {size} cells needs {needed}, and {allowed} are allowed; make it smaller.",
                size=by(output),
                needed=readable(needed),
                allowed=readable(allowed),
            ),
        )


def products(layer: Layer, shape: Shape) -> float:
    """Return about how many multiplications it takes to apply a layer to ``(C, *spatial)``, in the better way."""
    output = layer.output_shape(shape)
    plain = max(layer.multiply_adds(shape), prod(output))
    if not isinstance(layer, Convolution):
        return max(plain, MOVED * prod(output))
    cells, pairs = max(prod(shape[1:]), prod(output[1:])), output[0] * shape[0] / layer.spec.groups
    return min(plain, cells * (SPECTRUM * (output[0] + shape[0]) + SPECTRAL * pairs))


def too_long(multiplications: float) -> str:
    """Say that something takes too many multiplications to be computed; empty where it does not."""
    if multiplications <= MOST_PRODUCTS:
        return ""
    return tr(
        "The layers would take {n:,} billion multiplications on the whole input, and up to {most:,} billion are done; "
        "take fewer channels, a smaller kernel or a smaller input.",
        n=ceil(multiplications / 1e9),
        most=MOST_PRODUCTS // 10**9,
    )


def check_layer(layer: Layer, shape: Shape, first: Shape, *, here: bool = True) -> Shape:
    """Refuse a layer that is too large; return the shape of its output.

    Parameters
    ----------
    shape : tuple of int
        What comes to the layer, ``(C, *spatial)``.
    first : tuple of int
        What comes to the first layer of its stack, by which growth is measured.
    here : bool
        As for `check_growth`.

    Raises
    ------
    SpecError
        As for `Layer.check`, `check_padded` and `check_growth`, and if the layer does not take that input.
    """
    layer.check()
    output = layer.output_shape(shape)
    if isinstance(layer, Convolution) and not layer.spec.transposed:
        check_padded(layer.spec, shape[1:], first[1:])
    check_growth(first[1:], output[1:], here=here)
    return output


def check_padded(spec: ConvSpec, spatial: Shape, first: Shape) -> None:
    """Refuse padding that makes more cells of an input than can be shown; SpecError names the field.

    Parameters
    ----------
    spatial, first : tuple of int
        Spatial shapes of the layer's input, and of the first layer's.
    """
    around = FilterView(spec, spatial).padded_shape
    if prod(around) > most_cells(first):
        # A padding that is named goes with the kernel.
        raise SpecError(
            "dilation" if isinstance(spec.padding, str) else "padding",
            tr(
                "makes {size} cells of the input and its padding, and at most {most:,} can be shown; make it smaller.",
                size=by(around),
                most=most_cells(first),
            ),
        )


def apart(layer: Layer, shape: Shape, before: Apart) -> Apart:
    """Return how many cells of the first input lie from one cell of a layer's output to the next, on each axis.

    Parameters
    ----------
    shape : tuple of int
        What comes to the layer, ``(C, *spatial)``.
    before : tuple of Fraction
        The same of what comes to it.

    Raises
    ------
    SpecError
        If they are further apart than can be told, or closer.
    """
    of = layer.window(shape)
    steps = tuple(step / n if of.transposed else step * n for step, n in zip(before, of.stride, strict=True))
    for step in steps:
        if not Fraction(1, MOST_APART) <= step <= MOST_APART:
            raise SpecError("stride", tr(_FAR if step > 1 else _NEAR, n=int(max(step, 1 / step)), most=MOST_APART))
    return steps


def check_apart(document: Document) -> None:
    """Refuse layers whose strides multiply to more than can be told apart; SpecError says which, and how far."""
    known: dict[int, Apart] = {0: (Fraction(1),) * len(document.sample.spatial)}
    for index, layer in enumerate(document.layers):
        known[index + 1] = apart(layer, document.incoming[index], known[document.reads(index)[0]])


def check_document(document: Document, *, here: bool = True) -> None:
    """Refuse a document with a layer that is too large, or does not take what comes to it; SpecError says why.

    `here` is as for `check_growth`.
    """
    first = document.sample.data.shape
    for layer, shape in zip(document.layers, document.incoming, strict=True):
        check_layer(layer, shape, first, here=here)
    check_apart(document)


def too_long_before(document: Document) -> str:
    """Return why what comes into the chosen layer is not computed, where that would take too long; else nothing."""
    return too_long(sum(products(document.layers[n], document.incoming[n]) for n in document.before_chosen))
