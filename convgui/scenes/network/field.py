"""Network: which rows and columns of the input one value sees, on whichever ways lead there."""

from __future__ import annotations

from typing import TypeAlias

from convgui.model.document import Document
from convgui.model.paths import whole
from convgui.model.sources import needed_for

Region: TypeAlias = tuple[slice, slice]


def seen_by(document: Document, number: int, cell: tuple[int, int]) -> Region | None:
    """Return the rows and columns of the input that a cell of value `number` sees; None where it sees padding alone.

    Padding is left out: it holds nothing of the picture.
    """
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
    if 0 not in seen:
        return None
    (top, bottom), (left, right) = seen[0]
    return slice(top, bottom + 1), slice(left, right + 1)


def touching(one: Region, other: Region) -> bool:
    """Whether two parts of the input overlap or lie side by side."""
    return all(a.start <= b.stop and b.start <= a.stop for a, b in zip(one, other, strict=True))


def around(one: Region, other: Region) -> Region:
    """Return the smallest part of the input that holds two."""
    rows, columns = (slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(one, other, strict=True))
    return rows, columns
