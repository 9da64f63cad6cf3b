"""Small arrays as grids of cells with legible numbers, or none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from convgui.draw.number import short
from convgui.draw.picture import Box, CellContent, Cells, Lines, Texts
from convgui.draw.theme import Role, Theme
from convgui.draw.writing import Writing
from convgui.words import tr

Floats = NDArray[np.float64]
SMALLEST_FONT = 8.0
LARGEST_FONT = 24.0
OUTLINE = 2.0
"""Width of a grid's outline."""
_MONO = 0.6


def largest(*arrays: Floats) -> float:
    """The largest absolute value, those left out that are missing; 1 where there is none."""
    sizes = [np.abs(a).max(initial=0.0, where=np.isfinite(a)) for a in arrays]
    return float(max(sizes, default=0.0)) or 1.0


def cell_text(values: Floats, cell: float) -> tuple[Texts, float]:
    """Texts of a 2D array and the font size (pixels) at which the longest fits a cell; size 0 if none is legible.

    All numbers of one grid share one size. Decimals are given up before legibility.
    """
    room = cell - 4
    if room < 2 * _MONO * SMALLEST_FONT:
        return (), 0.0
    rows = values.tolist()
    # Comfortable first, then what can just be read; fewer decimals before smaller print.
    for least, widths in ((SMALLEST_FONT + 2, (8, 6, 5, 4)), (SMALLEST_FONT, (8, 6, 5, 4, 3))):
        for characters in widths:
            texts = tuple(tuple(short(v, characters) for v in row) for row in rows)
            if all(t for row in texts for t in row):
                longest = max((len(t) for row in texts for t in row), default=1)
                size = _font(cell, room, longest)
                if size >= least:
                    return texts, size
    return (), 0.0


def _font(cell: float, room: float, longest: int) -> float:
    """Return a whole font size: comfortable in large cells, as large as fits in small ones."""
    high = max(cell * 0.42, min(cell * 0.55, 9.0))
    return float(int(min(high, room / (_MONO * max(longest, 2)), LARGEST_FONT)))


def value_cells(
    values: Floats,
    theme: Theme,
    role: Role,
    at: tuple[float, float],
    cell: float,
    *,
    limit: float | None = None,
    name: str = "",
    title: str = "",
    axes: tuple[str, str] | None = None,
    numbers: bool | Writing = True,
) -> Cells:
    """A 2D array as a grid at `at` (x, y), fills on a scale of ``-limit`` to ``limit`` (default: the largest).

    Its `axes` are rows and columns unless they are named; `numbers` says whether, or how, they are written.
    """
    scale = largest(values) if limit is None else limit
    fill = theme.fills(values, role, scale)
    if isinstance(numbers, Writing):
        texts, font = numbers.texts(values), numbers.font
    else:
        texts, font = cell_text(values, cell) if numbers else ((), 0.0)
    content = CellContent(fill, theme.ink(fill), texts)
    line = theme.role(role).line
    named = axes or (tr("row"), tr("column"))
    return Cells(
        content, *at, cell, cell, theme.background, theme.cell_line, line, font,
        OUTLINE, name=name, title=title, axes=named, role=role,
    )  # fmt: skip


def hatch(boxes: Sequence[Box], stroke: tuple[int, int, int, int], gap: float = 6.0) -> Lines:
    """Diagonal hatching of boxes, as segments cut to each box."""
    segments = []
    for x, y, width, height in boxes:
        offset = gap
        while offset < width + height:
            x1, y1 = (x + offset, y) if offset <= width else (x + width, y + offset - width)
            x2, y2 = (x, y + offset) if offset <= height else (x + offset - height, y + height)
            segments.append((x1, y1, x2, y2))
            offset += gap
    return Lines(np.array(segments, dtype=float).reshape(-1, 4), stroke)
