"""What of the painting falls outside the output, and the rows that output_padding adds to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Tap
from convgui.draw.measure import Measure
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Cells, Item, Lines
from convgui.draw.theme import Theme
from convgui.draw.words import label, middle

INSET, REACH, WIDTH = 0.16, 5.0, 1.6
"""Part of a cell that its stroke leaves free, length of a bracket's ends, and width of the lines."""


def struck(paint: Cells, lost: Iterable[Tap], theme: Theme) -> list[Item]:
    """Draw what an input paints, the cells that fall outside the output grey and struck out."""
    cells = list(lost)
    if not cells:
        return [paint]
    fill, ink = paint.content.fill.copy(), paint.content.ink.copy()
    strokes = []
    for i, j in cells:
        fill[i, j], ink[i, j] = theme.faint, theme.muted
        x, y, wide, high = cell_box(paint, i, j)
        strokes.append((x + INSET * wide, y + (1 - INSET) * high, x + (1 - INSET) * wide, y + INSET * high))
    grey = replace(paint, content=replace(paint.content, fill=fill, ink=ink))
    return [grey, Lines(np.array(strokes), theme.role("warning").line, WIDTH)]


def extra(output: Cells, plain: tuple[int, ...], measure: Measure, theme: Theme) -> list[Item]:
    """Frame the output as it would be without output_padding, and bracket the rows and columns that it adds."""
    (rows, columns), side = output.content.shape, output.width
    (down, across), ink = (rows - plain[0], columns - plain[1]), theme.role("kernel")
    items: list[Item] = [outlines([cell_box(output, 0, 0, *plain)], theme.muted, 1.5, "dashed")]
    if not measure.index:
        return items
    x, y, wide, high = output.box
    lines, words = list[tuple[float, float, float, float]](), list[Item]()
    if down > 0:
        left, top, end = x + wide + measure.index + 6, y + plain[0] * side + 2, y + high - 2
        lines += _bracket((left, top), (left, end), (-REACH, 0.0))
        at = middle(top, end - top, measure.small)
        words.append(label(left + 4, at, f"+{down}", ink.ink, measure.small, bold=True, mono=True))
    if across > 0:
        first, end, below = x + plain[1] * side + 2, x + wide - 2, y + high + 8
        lines += _bracket((first, below), (end, below), (0.0, -REACH))
        text, centre = f"+{across}", (first + end) / 2
        base = below + measure.small + 4
        words.append(label(centre, base, text, ink.ink, measure.small, bold=True, mono=True, anchor="middle"))
    return [*items, *([Lines(np.array(lines), ink.line, WIDTH)] if lines else []), *words]


def _bracket(
    start: tuple[float, float], end: tuple[float, float], ends: tuple[float, float]
) -> list[tuple[float, float, float, float]]:
    return [(*start, *end), *((*at, at[0] + ends[0], at[1] + ends[1]) for at in (start, end))]
