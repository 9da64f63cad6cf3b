"""Parts that pictures of several grids share: headings, paragraphs, boxes of cells, grids that can be pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from convgui.draw.arithmetic import Equation, Said, fitted_runs, split_runs
from convgui.draw.colour import Colour
from convgui.draw.metrics import BETWEEN, elide, joined, text_width, wrap
from convgui.draw.picture import Box, Cells, Dash, HitGrid, Item, Label, Rects, Run
from convgui.draw.theme import Theme
from convgui.draw.words import label

TITLE, SMALL = 15.0, 12.0
"""Size of a title, and of the smallest words."""
HEADING = 36.0
"""Height of a title with its detail below, down to what they stand above."""
LINE = 18.0
"""From one line of a paragraph to the next."""


def heading(x: float, y: float, title: str, detail: str, ink: Colour, theme: Theme, room: float) -> list[Item]:
    """Write a bold title and a small detail below it from `y` down, neither wider than `room`."""
    head = label(x, y + 11, elide(title, TITLE, room, bold=True), ink, TITLE, bold=True)
    if not detail:
        return [head]
    return [head, label(x, y + 28, elide(detail, SMALL, room, mono=True), theme.muted, SMALL, mono=True)]


def facts(x: float, y: float, title: str, text: str, ink: Colour, theme: Theme, room: float) -> list[Item]:
    """Write a bold title and facts below it as `heading` does; the last facts go beside the title if they must.

    Facts are parted by ``·`` in `text`, of which none is left out as long as both lines have room.
    """
    items: list[Item] = [label(x, y + 11, title, ink, TITLE, bold=True)]
    beside = text_width(title, TITLE, bold=True) + 10
    below, above = text.split(BETWEEN), list[str]()
    while len(below) > 1 and text_width(BETWEEN.join(below), SMALL, mono=True) > room:
        if text_width(BETWEEN.join([below[-1], *above]), SMALL, mono=True) > room - beside:
            break
        above.insert(0, below.pop())
    if above:
        items.append(label(x + beside, y + 11, BETWEEN.join(above), theme.muted, SMALL, mono=True))
    items.append(label(x, y + 29, elide(BETWEEN.join(below), SMALL, room, mono=True), theme.muted, SMALL, mono=True))
    return items


def paragraph(
    x: float, y: float, text: str, ink: Colour, room: float, size: float = 13.0, most: int = 9
) -> list[Label]:
    """Break `text` to `room` and write at most `most` lines; `y` is the first baseline."""
    lines = wrap(text, size, room)
    if len(lines) > most:
        lines = [*lines[: most - 1], elide(joined(lines[most - 1 :]), size, room)]
    return [label(x, y + index * LINE, line, ink, size) for index, line in enumerate(lines)]


def two_sentences(
    x: float, top: float, first: Said, second: str, theme: Theme, room: float, *, mono: bool = False, bold: bool = False
) -> list[Label]:
    """Write what a picture says below it from `top` down, in at most three lines: `first` large, `second` muted."""
    lines = wrap(str(first), 13, room, mono=mono, bold=bold)
    ink = theme.text
    runs = first.runs(ink, theme, result=ink, bold=bold) if isinstance(first, Equation) else (Run(first, ink, bold),)
    if len(lines) == 1:
        head = [Label(x, top + 25, runs, 13, mono)]
        return [*head, *paragraph(x, top + 47, second, theme.muted, room, 12, most=2)]
    upper, lower = split_runs(runs, len(lines[0]))
    lower = fitted_runs(lower, 13, room, mono=mono)
    head = [Label(x, top + 21 + n * LINE, line, 13, mono) for n, line in enumerate((upper, lower))]
    return [*head, *paragraph(x, top + 59, second, theme.muted, room, 12, most=1)]


def cell_box(grid: Cells, row: float, column: float, high: float = 1, wide: float = 1) -> Box:
    """Return the box of a cell, or of `high` x `wide` cells that begin there."""
    return (grid.x + column * grid.width, grid.y + row * grid.height, wide * grid.width, high * grid.height)


def box_centre(box: Box) -> tuple[float, float]:
    """Return the point in the middle of a box."""
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def outlines(boxes: Iterable[Box], stroke: Colour, width: float = 2.0, dash: Dash = "solid", inset: float = 0) -> Rects:
    """Outline boxes, drawn inside them by `inset`."""
    array = np.array(list(boxes), dtype=float).reshape(-1, 4)
    return Rects(array + np.array([inset, inset, -2 * inset, -2 * inset]), stroke=stroke, width=width, dash=dash)


def hit_grid(kind: str, prefix: tuple[int, ...], grid: Cells, origin: Sequence[int] = (0, 0)) -> HitGrid:
    """Make the cells of a grid answer to the pointer."""
    top, left = origin
    return HitGrid(kind, prefix, grid.x, grid.y, grid.width, grid.height, grid.content.shape, (top, left))
