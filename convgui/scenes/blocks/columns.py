"""A 1 x 1 layer at one pixel: the weights of one filter or of all, the pixel's column, and what the two make."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.gaps import arrow, operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.picture import Box, Cells, Floats, Item, Lines
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label
from convgui.draw.writing import writing
from convgui.layers.layer import AnyArray
from convgui.scenes.blocks.layer import Blocks
from convgui.words import tr

LEAST = 12.0
"""Smallest size of the numbers."""
SHARE, READ = 0.72, 28.0
"""Side of a cell of the product by that of a block's, and side of either from which numbers are read well."""
SIGN, WORD, LANE, WAY = 40.0, 50.0, 44.0, 16.0
"""Gap between two parts with a sign in it, or a word; height above them for the way to the pixel's column, and how far
above it that runs."""


def has_columns(b: Blocks) -> bool:
    """Whether what is shown is a product of weights and one pixel's column."""
    return b.show == "pixel" or (b.show == "one" and b.view.spec.taps == 1)


def row_filters(b: Blocks) -> tuple[int, ...]:
    """Return the filters whose weights are rows of the product: the chosen one, or all."""
    return tuple(range(len(b.weight))) if b.show == "pixel" else (b.filter,)


def side_of(b: Blocks, cell: float) -> float:
    """Return the side of a cell of the product beside a block of such cells, which are the larger ones."""
    return min(max(SHARE * cell, min(cell, READ)), 44.0, 9 * cell / max(len(row_filters(b)), len(b.x)))


def size_of(b: Blocks, cell: float) -> tuple[float, float]:
    """Return width and height of weights, pixel and results side by side, and of the way above them."""
    columns, side = len(b.x) + 2 + b.relu, side_of(b, cell)
    return columns * side + 2 * SIGN + WORD * b.relu, side * max(len(row_filters(b)), len(b.x)) + LANE


def grids(b: Blocks, position: Position, theme: Theme, at: tuple[float, float], side: float) -> dict[str, Cells]:
    """Draw weights, the pixel's column, and the columns that come of them."""
    x, rows = at[0], list(row_filters(b))
    high, sums = side * max(len(rows), len(b.x)), b.pixel(position)[rows, None]
    pixel = b.view.values(b.x, position)[:, 0]
    found = dict[str, Cells]()
    parts: list[tuple[str, str, Floats, AnyArray, Role]] = [
        ("weights", tr("weights"), b.view.channels.spread(b.weight[:, :, 0, 0])[rows], b.weight, "kernel"),
        ("pixel", tr("pixel"), pixel, b.x, "input"),
        ("result", tr("result"), sums, b.output, "result"),
    ]
    if b.relu:
        parts.append(("rectified", tr("after ReLU"), np.maximum(sums, 0), b.output, "result"))
    for name, title, values, of, role in parts:
        down = at[1] + LANE + (high - len(values) * side) / 2
        found[name] = value_cells(
            values, theme, role, (x, down), side, limit=largest(of), name=name, title=title,
            numbers=writing(of, side, LEAST),
        )  # fmt: skip
        x += values.shape[1] * side + (WORD if b.relu and name == "result" else SIGN)
    return found


def signs(drawn: dict[str, Cells], theme: Theme) -> list[Item]:
    """Draw the signs between weights, pixel and results."""
    tallest = max((g.box for g in drawn.values()), key=lambda box: box[3])
    items = list[Item]()
    for (one, other), sign in zip(pairwise(drawn.values()), ("×", "=", "ReLU"), strict=False):
        items += operator((one.box[0] + one.box[2], other.x), tallest[1] + tallest[3] / 2, sign, theme)
    return items


def way(start: tuple[float, float], gap: float, drawn: dict[str, Cells], theme: Theme) -> list[Item]:
    """Draw the way of a pixel from the block, over the weights, to where its channels stand as a column.

    Parameters
    ----------
    start : tuple
        Where it leaves the block.
    gap : float
        How far to the right of it the way rises.
    """
    line, (x, top, wide, _) = theme.role("kernel").line, drawn["pixel"].box
    lane = min(top, drawn["weights"].y) - WAY
    (left, y), end = start, x + wide / 2
    path = [(left, y, left + gap, y), (left + gap, y, left + gap, lane), (left + gap, lane, end, lane)]
    return [Lines(np.array(path), line, 1.8), *arrow((end, lane), (end, top - 2), theme, "kernel")]


def named(drawn: dict[str, Cells], position: Position, theme: Theme) -> list[Item]:
    """Write beside the way which pixel it brings."""
    box: Box = drawn["pixel"].box
    words = tr("pixel {place}", place=list(position))
    return [label(box[0] + box[2] / 2 - 10, box[1] - WAY - 7, words, theme.role("kernel").ink, 12, anchor="end")]
