"""The way through a network on which a cell sees most of the input."""

from __future__ import annotations

from convgui.core.receptive import receptive_field
from convgui.model.document import Document
from convgui.model.sources import needed_for


def widest_path(document: Document, number: int) -> tuple[int, ...]:
    """Return the indices of the layers from the input to value `number` on which its field is the largest.

    Of paths with the same field it is the one through most layers, then the first. In a chain it is all layers.

    Raises
    ------
    SpecError
        If a layer does not take what it reads.
    """
    if not document.sources:
        return tuple(range(number))
    best: dict[int, tuple[int, ...]] = {0: ()}
    for index in needed_for(document.sources, number):
        paths = list(dict.fromkeys(best[n] for n in document.reads(index)))
        widest = paths[0] if len(paths) == 1 else max(paths, key=lambda path: (_field(document, path), len(path)))
        best[index + 1] = (*widest, index)
    return best[number]


def _field(document: Document, path: tuple[int, ...]) -> float:
    if not path:
        return 0.0
    specs = [document.layers[n].window(document.incoming[n]) for n in path]
    return float(sum(receptive_field(specs).size))


def path_count(document: Document, number: int) -> int:
    """Return how many ways lead from the input to a value."""
    counts = {0: 1}
    for index in needed_for(document.sources, number):
        counts[index + 1] = sum(counts[n] for n in document.reads(index))
    return counts[number]
