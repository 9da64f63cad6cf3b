"""How large what a stack makes may be. Asked before anything is allocated; see `convgui.layers.limits` too."""

from __future__ import annotations

from math import prod

from convgui.core.memory import default_budget, readable
from convgui.core.spec import SpecError
from convgui.layers.layer import Layer, Shape, by
from convgui.model.document import Document
from convgui.words import tr

MOST_CELLS, MOST_GROWTH = 1 << 24, 64
"""Cells of one output channel; of a large input, so many times its own."""
VALUE = 4
"""Bytes of a value between two layers."""


def _most_cells(spatial: Shape) -> int:
    return max(MOST_CELLS, MOST_GROWTH * prod(spatial))


def largest_growth(spatial: Shape) -> float:
    """Return how many cells a side may be made of one, where all axes of an input grow alike."""
    return float((_most_cells(spatial) / prod(spatial)) ** (1 / len(spatial)))


def check_growth(spatial: Shape, output: Shape) -> None:
    """Refuse an output of more cells than can be shown, or than the memory allowed for one result holds.

    Parameters
    ----------
    spatial, output : tuple of int
        Spatial shapes of a layer's input and output.

    Raises
    ------
    SpecError
        Saying how large it would be, and what to do.
    """
    cells, needed = prod(output), VALUE * prod(output)
    most, allowed = _most_cells(spatial), default_budget()
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


def check_layer(layer: Layer, shape: Shape, first: Shape) -> Shape:
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
        As for `Layer.check` and `check_growth`, and if the layer does not take that input.
    """
    layer.check()
    output_shape = layer.output_shape(shape)
    check_growth(first[1:], output_shape[1:])
    return output_shape


def check_document(document: Document) -> None:
    """Refuse a document with a layer that is too large, or does not take what comes to it; SpecError says why."""
    shape: Shape = document.sample.data.shape
    for layer in document.layers:
        shape = check_layer(layer, shape, document.sample.data.shape)
