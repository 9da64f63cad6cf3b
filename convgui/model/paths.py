"""The way through a network on which a cell sees most of the input."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from convgui.core.receptive import ReceptiveField, after, one_cell, together
from convgui.core.spec import SpecError
from convgui.model.document import Document
from convgui.model.sources import needed_for


def widest_path(document: Document, number: int) -> tuple[int, ...]:
    """Return the indices of the layers from the input to value `number` on which its field is the largest.

    A value that is repeated over all cells, such as what tells how much of a channel goes on, is a way only where there
    is no other. Of paths with the same field it is the one through most layers, then the first.

    Raises
    ------
    SpecError
        If a layer does not take what it reads.
    """
    if not document.sources:
        return tuple(range(number))
    best: dict[int, tuple[tuple[int, ...], ReceptiveField]] = {0: ((), one_cell(len(document.sample.spatial)))}
    for index in needed_for(document.sources, number):
        shape = document.incoming[index]
        path, field = max((best[n] for n in whole(document, index)), key=lambda way: (sum(way[1].size), len(way[0])))
        best[index + 1] = (*path, index), after(document.layers[index].window(shape), field)
    return best[number][0]


def whole(document: Document, index: int) -> tuple[int, ...]:
    """Return the values that a layer reads without those that are repeated over all cells, if there are others."""
    reads = document.reads(index)
    return tuple(n for n in reads if document.shapes[n][1:] == document.incoming[index][1:]) or reads


def widest_field(document: Document, number: int) -> ReceptiveField:
    """Return the field of value `number`, on each axis from the first to the last cell that any way leads to.

    No single path need be the widest on all axes: in Inception v3 one branch ends in a row and one in a column.

    Raises
    ------
    SpecError
        If a layer does not take what it reads, or ways meet whose strides differ.
    """
    fields = {0: one_cell(len(document.sample.spatial))}
    for index in needed_for(document.sources, number):
        fields[index + 1] = _behind(document, index, fields)
    return fields[number]


def _behind(document: Document, index: int, fields: Mapping[int, ReceptiveField]) -> ReceptiveField:
    met = together([fields[n] for n in whole(document, index)])
    return after(document.layers[index].window(document.incoming[index]), met)


def widest_fields(document: Document) -> tuple[ReceptiveField | None, ...]:
    """Return the fields of all values, the input's first; None behind ways whose strides differ.

    Raises
    ------
    SpecError
        If a layer does not take what it reads.
    """
    known = {0: one_cell(len(document.sample.spatial))}
    for index in range(len(document.layers)):
        if all(n in known for n in whole(document, index)):
            with suppress(SpecError):
                known[index + 1] = _behind(document, index, known)
    return tuple(known.get(n) for n in range(len(document.shapes)))


def path_count(document: Document, number: int) -> int:
    """Return how many ways lead from the input to a value."""
    counts = {0: 1}
    for index in needed_for(document.sources, number):
        counts[index + 1] = sum(counts[n] for n in document.reads(index))
    return counts[number]
