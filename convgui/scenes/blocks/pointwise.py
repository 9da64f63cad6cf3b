"""A 1 x 1 layer on a photo: its matrix times one pixel, and what its filters mix."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import SMALL, products_runs
from convgui.draw.gaps import operator
from convgui.draw.grids import SMALLEST_FONT, Floats, largest, value_cells
from convgui.draw.levels import Levels
from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS, number, signed
from convgui.draw.panels import outlines
from convgui.draw.picture import Box, Cells, Item, Label, Run
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label, middle
from convgui.draw.writing import COMPACT, writing, written_with
from convgui.scenes.blocks.compared import value_at
from convgui.scenes.blocks.layer import PictureBlocks
from convgui.scenes.canvas import Canvas
from convgui.words import tr

ROW, NAMED, NUMBERED = 26.0, 18.0, 20.0
"""Height of a row of the matrix, where there is room, of the channels' names above it; width of its rows' numbers."""
BETWEEN, WORD, MARGIN = 42.0, 56.0, 24.0
"""Gap with a sign in it, with a word, and what stays free at the right."""
WIDEST, AIR = 62.0, 6.0
"""Of a cell, and what its number leaves free of that."""
NAMES = ("weights", "pixel", "result", "rectified")
"""Of the grids."""
FULL, SHORT = 3, 2
"""Decimals of what a filter mixes, where they have room and where not."""


def written_out(b: PictureBlocks) -> bool:
    """Whether the products of each filter are written out beside its number."""
    return b.view.spec.taps == 1 and len(b.filters) > 1


def product(
    box: Box, b: PictureBlocks, position: Position, chosen: int, levels: Levels, canvas: Canvas
) -> tuple[list[Item], Cells]:
    """Draw the matrix times the pixel's column, for the filters that are shown; the column is returned as well.

    All begin at one height, so that the light that falls on the pixel's column does not cross the matrix.
    """
    theme, (x, y, wide, high), numbers = canvas.theme, box, b.filters
    parts = _parts(b, position)
    spare = wide - NUMBERED - 2 * BETWEEN - WORD
    across = float(max(2, int(min(spare / sum(v.shape[1] for _, _, v in parts), WIDEST))))
    side = float(max(2, int(min((high - 4 - NAMED) / max(len(numbers), len(b.x)), 40))))
    top, items, grids = float(round(y + 2 + NAMED)), list[Item](), list[Cells]()
    x += NUMBERED
    sums = np.concatenate([values for role, _, values in parts if role == "result"])
    limits = {"kernel": largest(b.weight)}
    for column, (role, title, values) in enumerate(parts):
        every = sums if role == "result" else b.weight if role == "kernel" else values
        # What comes of one matrix has the same decimals at every pixel.
        decimals = 2 if role == "result" and (b.weight % 1).any() else _decimals(every)
        written = written_with(every, across - AIR, COMPACT, decimals) or writing(every, across - AIR, COMPACT)
        limit = limits.get(role, max(abs(levels.low), abs(levels.high)) or 1.0)
        grid = value_cells(values, theme, role, (float(round(x)), top), across, limit=limit, name="", numbers=written)
        grids.append(_flattened(replace(grid, name=NAMES[column], title=title), side))
        x += values.shape[1] * across
        if column + 1 < len(parts):
            sign = ("×", "=", "ReLU")[column]
            gap = BETWEEN if len(sign) == 1 else WORD
            items += operator((x, x + gap), top + len(b.x) * side / 2, sign, theme)
            x += gap
    items += _written_rows(b, canvas, position, (x + 16, top, side))
    items += _labels(b, grids[0], side, theme)
    if chosen in numbers:
        row = numbers.index(chosen)
        boxes = [(g.x, g.y + row * side, g.box[2], side) for g in grids if g.name != "pixel"]
        items.append(outlines(boxes, theme.role("kernel").line, 2.2))
    return [*grids, *items], grids[1]


def _labels(b: PictureBlocks, matrix: Cells, side: float, theme: Theme) -> list[Item]:
    """Name the matrix: a channel above each column, a filter's number before each row, where they have room."""
    items, across = list[Item](), matrix.width
    if max(text_width(name, SMALL, bold=True) for name in b.names) <= across - 2:
        ink = theme.role("input").ink
        columns = zip(b.names, (matrix.x + (n + 0.5) * across for n in range(len(b.names))), strict=True)
        items += [label(x, matrix.y - 5, name, ink, SMALL, bold=True, anchor="middle") for name, x in columns]
    if side >= SMALL + 2:
        ink = theme.role("kernel").ink
        rows = ((f, middle(matrix.y + n * side, side, SMALL)) for n, f in enumerate(b.filters))
        items += [label(matrix.x - 6, y, str(f), ink, SMALL, bold=True, anchor="end") for f, y in rows]
    return items


def _parts(b: PictureBlocks, position: Position) -> list[tuple[Role, str, Floats]]:
    """Return the role, the title and the values of each grid."""
    weights = b.view.channels.spread(b.weight[:, :, 0, 0])[list(b.filters)]
    sums = np.array([[value_at(b, o, position)] for o in b.filters])
    pixel = b.view.values(b.x, position)[:, 0].astype(np.float64)
    found: list[tuple[Role, str, Floats]] = [
        ("kernel", tr("weights"), weights), ("input", tr("pixel"), pixel), ("result", tr("result"), sums),
    ]  # fmt: skip
    return [*found, ("result", tr("after ReLU"), np.maximum(sums, 0))] if b.relu else found


def _decimals(values: Floats) -> int:
    """Return how many decimals, up to three, tell all numbers of a grid."""
    return next((n for n in range(FULL) if np.allclose(values, np.round(values, n), rtol=0, atol=1e-9)), FULL)


def _flattened(grid: Cells, side: float) -> Cells:
    """Return a grid whose rows are lower than its columns are wide; without numbers that would not be legible."""
    font = min(grid.font, float(int(0.6 * side)))
    content = grid.content if font >= SMALLEST_FONT else replace(grid.content, texts=())
    return replace(grid, content=content, height=side, font=font if content.texts else 0.0)


def _written_rows(b: PictureBlocks, canvas: Canvas, position: Position, at: tuple[float, float, float]) -> list[Item]:
    """Write beside each row of a matrix what its number is the sum of; where one has no room, none is written."""
    theme, (x, y, side) = canvas.theme, at
    room, items = canvas.width - MARGIN - x, list[Item]()
    for row, f in enumerate(b.filters):
        runs = _row(b, f, position, theme)
        line = Label(x, middle(y + row * side, side, SMALL), runs, SMALL, mono=True)
        if text_width(line.text, SMALL, mono=True) > room or side < SMALL + 4 or not written_out(b):
            return []
        items.append(line)
    return items


def _row(b: PictureBlocks, f: int, position: Position, theme: Theme) -> tuple[Run, ...]:
    values, weights = b.window(f, position)[:, 0, 0], b.weight[f][:, 0, 0]
    runs = products_runs(theme, f"{tr('filter {n}', n=f)}: ", values, weights, 1e4, SMALL)
    return (*runs, Run(f" + {signed(float(b.bias[f]))}", theme.muted)) if b.bias[f] else runs


def mixture(b: PictureBlocks, chosen: int, decimals: int = FULL) -> str:
    """Write what a 1 x 1 filter mixes, such as ``R − G`` or ``−R + 255``; empty for others, and where it is long."""
    if b.view.spec.taps > 1 or b.depth > 3:
        return ""
    first, terms = b.first(chosen), ""
    for name, weight in zip(b.names[first : first + b.depth], b.weight[chosen][:, 0, 0].tolist(), strict=True):
        if not weight:
            continue
        sign = MINUS if weight < 0 else "+" if terms else ""
        size = "" if abs(weight) == 1 else number(abs(weight), decimals).removeprefix("0")
        terms += f" {sign} {size}{name}" if terms else f"{sign}{size}{name}"
    bias = float(b.bias[chosen])
    if bias and terms:
        terms += f" {MINUS if bias < 0 else '+'} {number(abs(bias), decimals)}"
    return terms


def names(b: PictureBlocks, room: float) -> list[tuple[str, str]]:
    """Return what each map is called, and what its filter mixes: each as short as that all have room, if any.

    Where they have none, those that have are told.
    """
    long, short = [tr("filter {n}", n=f) for f in b.filters], [str(f) for f in b.filters]
    mixed = [mixture(b, f) for f in b.filters]
    rough = [mixture(b, f, SHORT).replace(" ", "") for f in b.filters]

    def fits(name: str, terms: str) -> bool:
        return text_width(name, SMALL, bold=True) + 8 + text_width(terms, SMALL, mono=True) <= room

    for heads in (long, short):
        terms = [full if fits(head, full) else less for head, full, less in zip(heads, mixed, rough, strict=True)]
        if all(map(fits, heads, terms)):
            return list(zip(heads, terms, strict=True))
    return [(name, terms if fits(name, terms) else "") for name, terms in zip(long, mixed, strict=True)]
