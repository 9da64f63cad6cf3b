"""What a stack of layers takes in all: weights, multiply-adds, cells made, and the field of what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from convgui.core.receptive import ReceptiveField
from convgui.model.document import Document
from convgui.model.paths import widest_field


@dataclass(frozen=True)
class Totals:
    """Sums over all layers of a document.

    Attributes
    ----------
    weights, biases : int
        Numbers that training changes; biases are those of that name.
    multiply_adds : int
        For one input; of layers that only add, additions.
    activations : int
        Cells that all layers make, those of the output among them.
    field : ReceptiveField
        Of one cell of the last layer's output; where ways meet, the widest counts.
    """

    weights: int
    biases: int
    multiply_adds: int
    activations: int
    field: ReceptiveField


def totals(document: Document) -> Totals:
    """Add up what the layers take.

    Raises
    ------
    SpecError
        If a layer does not fit what comes to it.
    """
    pairs = list(zip(document.layers, document.incoming, strict=True))
    sizes = [found for layer in document.layers for found in layer.learned.items()]
    return Totals(
        sum(size for name, size in sizes if name != "bias"),
        sum(size for name, size in sizes if name == "bias"),
        sum(layer.multiply_adds(shape) for layer, shape in pairs),
        sum(prod(shape) for shape in document.shapes[1:]),
        widest_field(document, len(pairs)),
    )
