"""Network: which rows and columns of the input one value sees, along the way on which it sees most."""

from __future__ import annotations

from typing import TypeAlias

from convgui.model.document import Document
from convgui.model.paths import widest_path

Region: TypeAlias = tuple[slice, slice]


def seen_by(document: Document, number: int, cell: tuple[int, int]) -> Region | None:
    """Return the rows and columns of the input that a cell of value `number` sees; None where it sees padding alone.

    Padding is left out: it holds nothing of the picture.
    """
    spans = [(n, n) for n in cell]
    for index in reversed(widest_path(document, number)):
        view = document.layers[index].filter_view(document.incoming[index])
        for a, (first, last) in enumerate(spans):
            cells = view.axes[a].table[first : last + 1]
            inside = cells[cells >= 0]
            if not inside.size:
                return None
            spans[a] = (int(inside.min()), int(inside.max()))
    (top, bottom), (left, right) = spans
    return slice(top, bottom + 1), slice(left, right + 1)
