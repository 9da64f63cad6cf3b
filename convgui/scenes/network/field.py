"""Network: which rows and columns of the input one value sees, on whichever ways lead there."""

from __future__ import annotations

from typing import TypeAlias

from convgui.model.document import Document
from convgui.model.paths import whole
from convgui.model.sources import needed_for

Region: TypeAlias = tuple[slice, slice]
MOST = 12
"""Layers of which each has its own field told: of more it would be long to find and to read."""


def seen_by(document: Document, number: int, cell: tuple[int, int]) -> Region | None:
    """Return the rows and columns of the input that a cell of value `number` sees; None where it sees padding alone.

    Padding is left out: it holds nothing of the picture. A signal is one row.
    """
    seen = _seen(document, number, own_cell(document, number, cell))
    return _region(seen[0]) if 0 in seen else None


def own_cell(document: Document, number: int, cell: tuple[int, int]) -> tuple[int, ...]:
    """Return the position of a cell in a value: of a signal without the row."""
    return cell[-(len(document.shapes[number]) - 1) :]


def _region(seen: list[tuple[int, int]]) -> Region:
    (top, bottom), (left, right) = ((0, 0), *seen)[-2:]
    return slice(top, bottom + 1), slice(left, right + 1)


def _seen(document: Document, number: int, cell: tuple[int, ...]) -> dict[int, list[tuple[int, int]]]:
    """Return the first and last row and column that a cell sees of each value on its way."""
    seen = {number: [(n, n) for n in cell]}
    for index in reversed(needed_for(document.sources, number)):
        if index + 1 not in seen:
            continue
        view, spans = document.layers[index].filter_view(document.incoming[index]), list[tuple[int, int]]()
        for a, (first, last) in enumerate(seen[index + 1]):
            cells = view.axes[a].table[first : last + 1]
            inside = cells[cells >= 0]
            spans += [(int(inside.min()), int(inside.max()))] if inside.size else []
        if len(spans) == len(cell):
            for n in whole(document, index):
                others = seen.get(n, spans)
                seen[n] = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(others, spans, strict=True)]
    return seen


def grown(document: Document, number: int, cell: tuple[int, int]) -> tuple[Region, ...]:
    """Return how a field grows, layer by layer, the smallest first: fields in the middle of what the cell sees.

    The last one is its own; layers that leave the size as it was are left out. None are of many layers.
    """
    if len(needed_for(document.sources, number)) > MOST:
        return ()
    seen, found = _seen(document, number, own_cell(document, number, cell)), list[Region]()
    for value in sorted(n for n in seen if n):
        (top, bottom), (left, right) = ((0, 0), *seen[value])[-2:]
        field = seen_by(document, value, ((top + bottom) // 2, (left + right) // 2))
        if field is not None and max(sides(field)) > 1 and sides(field) not in map(sides, found):
            found.append(field)
    return tuple(found)


def sides(field: Region) -> tuple[int, int]:
    """Return how many rows and columns a field has."""
    rows, columns = field
    return rows.stop - rows.start, columns.stop - columns.start


def touching(one: Region, other: Region) -> bool:
    """Whether two parts of the input overlap or lie side by side."""
    return all(a.start <= b.stop and b.start <= a.stop for a, b in zip(one, other, strict=True))


def around(one: Region, other: Region) -> Region:
    """Return the smallest part of the input that holds two."""
    rows, columns = (slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(one, other, strict=True))
    return rows, columns
