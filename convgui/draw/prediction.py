"""Predict, then reveal: a picture without the number that is being made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from math import floor, log10

from convgui.draw.number import MINUS
from convgui.draw.picture import Cells, Item, Label, Picture, Polygons, Run
from convgui.draw.theme import Theme
from convgui.draw.words import middle
from convgui.words import mark, tr

ROUNDED, NEAR = 3, 1e-3
"""Digits that a typed number has at least, and how far it may be from the hidden one, as a share of that."""
LEAST = 12.0
"""Size of a question mark at least, where its cell is high enough."""
HIDDEN = mark("The number that is made here is hidden: say what it will be, or reveal it.")


def about(items: Sequence[Item], predicted: bool) -> list[Item]:
    """Return items that are about the number that is being made, or else about another one, which is no answer."""
    return list(items) if predicted else [_other(item) for item in items]


def _other(item: Item) -> Item:
    if isinstance(item, Label):
        return replace(item, runs=tuple(replace(run, answer=False) for run in item.runs))
    return replace(item, making=False) if isinstance(item, Cells | Polygons) else item


def hide_answer(picture: Picture, theme: Theme) -> Picture:
    """Return a picture without its answer: not in a cell, not in the arithmetic, not in the summary.

    One that makes no number stays as it is.
    """
    if not picture.answer:
        return picture
    overlay: list[Item] = []
    for item in picture.asking or picture.overlay:
        if isinstance(item, Cells) and item.making:
            shown = (1 if item.reveal is None else item.reveal) - 1
            # What is drawn above the grid, such as a weight that is pointed at, stays above the question too.
            overlay += [replace(item, reveal=shown, making=False), _mark(item, shown, theme)]
        elif isinstance(item, Polygons) and item.making:
            # What it covers shows the moment before.
            continue
        elif isinstance(item, Label):
            overlay.append(replace(item, runs=_question(item.runs, theme)))
        else:
            overlay.append(item)
    return replace(picture, overlay=tuple(overlay), asking=(), summary=tr(HIDDEN))


def _mark(grid: Cells, index: int, theme: Theme) -> Label:
    row, column = divmod(index, grid.content.shape[1])
    size = max(min(grid.height * 0.5, 18.0), min(grid.height * 0.8, LEAST), 9.0)
    x, top = grid.corner(row, column + 0.5)
    # Where the number would stand: above a weight's chip, if there is one.
    y = middle(top, grid.height, size) - grid.rise * grid.height
    return Label(x, y, (Run("?", theme.role("result").ink, bold=True),), size, mono=True, anchor="middle")


def _question(runs: tuple[Run, ...], theme: Theme) -> tuple[Run, ...]:
    """Leave of a line what a reader computes from; a question mark stands for all that tells the number."""
    question = Run("?", theme.role("result").ink, bold=True)
    left = list[Run]()
    for tells, some in groupby(runs, lambda run: run.answer):
        left += [question] if tells else some
    return tuple(left)


def is_right(typed: str, answer: str) -> bool:
    """Tell whether a typed number is the hidden one, to the digits in which that is written.

    One that is not whole may also be typed rounded to three digits that count, and may differ by a thousandth: a reader
    computes it from numbers that are written rounded.
    """
    wanted = answer.replace(MINUS, "-")
    mantissa, _, power = wanted.partition("e")
    digits = len(mantissa.partition(".")[2])
    try:
        value = float(typed.strip().replace(MINUS, "-").replace(",", "."))
    except ValueError:
        return False
    unit: float = 10.0 ** (int(power or 0) - digits)
    exact = digits == 0 and not power
    goal = float(wanted)
    if exact:
        return abs(value - goal) <= 1e-9
    near = max(0.5 * unit, NEAR * abs(goal))
    if goal and value == float(f"{value:.{ROUNDED}g}"):
        near = max(near, 0.5 * 10.0 ** (floor(log10(abs(goal))) + 1 - ROUNDED))
    return abs(value - goal) <= near * (1 + 1e-9)
