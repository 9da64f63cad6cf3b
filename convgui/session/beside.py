"""Two networks, or two states of one, on the same input: what a layer makes of it in both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from convgui.core.errors import ConvguiError
from convgui.core.infinities import overflowing
from convgui.files.weights.tensors import WeightFile
from convgui.layers.layer import AnyArray
from convgui.model.document import Document
from convgui.model.flow import value_of
from convgui.session.architectures import recognised
from convgui.session.trained import chain, found_layers
from convgui.words import tr


class BesideError(ConvguiError, ValueError):
    """Two networks have no layer whose maps can be compared."""


@dataclass(frozen=True, eq=False)
class Beside:
    """Two networks on one input.

    Attributes
    ----------
    common : tuple of int
        Numbers of the layers that make values of one shape in both.
    """

    one: Document
    other: Document
    common: tuple[int, ...]

    def title(self, number: int) -> str:
        """Name a layer, in both ways where they differ."""
        first, second = (document.layers[number - 1].title for document in (self.one, self.other))
        title = first if first == second else tr("{one} and {other}", one=first, other=second)
        return tr("Layer {n}: {title}", n=number, title=title)

    def maps(self, number: int, stop: Callable[[], bool]) -> tuple[AnyArray, AnyArray]:
        """Compute what a layer makes in both.

        Raises
        ------
        Cancelled
            Soon after `stop` begins to return True.
        """
        return value_of(self.one, number, stop), value_of(self.other, number, stop)


def beside(document: Document, one: WeightFile, other: WeightFile) -> Beside:
    """Put two files of weights on a document's input.

    Raises
    ------
    BesideError
        If no layer of both makes values of one shape.
    SpecError
        If not even the first layer of one of them can be made.
    """
    made = [_on(document, file) for file in (one, other)]
    counts = range(1, min(len(found.layers) for found in made) + 1)
    common = tuple(n for n in counts if made[0].shapes[n] == made[1].shapes[n])
    if not common:
        raise BesideError(tr("No layer makes maps of one shape in both networks."))
    return Beside(made[0], made[1], common)


def _on(document: Document, file: WeightFile) -> Document:
    found = found_layers(file)
    known = recognised(found)
    return chain(document, known.layers if known is not None else found)[0]


@overflowing
def furthest_apart(one: AnyArray, other: AnyArray) -> tuple[int, float]:
    """Return the channel in which two values differ most, and by how much; 0 where none does."""
    change = np.abs(other.astype(np.float64) - one)
    most = np.nan_to_num(change, nan=0.0).reshape(len(change), -1).max(axis=1)
    return int(most.argmax()), float(most.max())
