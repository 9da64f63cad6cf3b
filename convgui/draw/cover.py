"""Predict, then reveal: a picture without the number that is being made, and that number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from convgui.draw.number import MINUS
from convgui.draw.picture import Cells, Item, Label, Picture, Run
from convgui.draw.theme import Theme
from convgui.draw.words import middle
from convgui.words import mark, tr

HIDDEN = mark("The number that is made here is hidden: say what it will be, or reveal it.")
MADE = re.compile(r"(?!in\[|w\[)[^\s\[]+\[[\d, ]+\] = ")
"""How a line begins that says which cell is made of what."""
NUMBER = re.compile(r"\(?([−]?\d+(?:\.\d+)?(?:e[−]?\d+)?)\)?(?=$|   )")
PRODUCTS = re.compile(r"·.* = \(?[−\d.e]+\)?$")
SINGLE = ("sum", "products")
"""Grids of the number itself, where they have one cell."""


@dataclass(frozen=True)
class Covered:
    """A picture that hides a number.

    Attributes
    ----------
    picture : Picture
        Without the number: not in its cell, not in the arithmetic, not in the summary.
    answer : str
        The number as it was computed and would be written; empty where the picture makes none, and hides nothing.
    """

    picture: Picture
    answer: str = ""


def cover(picture: Picture, theme: Theme) -> Covered:
    """Hide the newest number of a picture."""
    grids = [item for item in picture.overlay if isinstance(item, Cells)]
    landed = _landed(grids)
    single = [grid for grid in grids if grid.name in SINGLE and grid.content.shape == (1, 1)]
    answer = _answer(picture)
    if not (landed or single) or not answer:
        return Covered(picture)
    overlay: list[Item] = []
    marks: list[Item] = []
    for item in picture.overlay:
        if isinstance(item, Cells) and (item in landed or item in single):
            shown = 0 if item.reveal is None else item.reveal - 1
            overlay.append(replace(item, reveal=shown))
            marks.append(_mark(item, shown, theme))
        elif isinstance(item, Label):
            overlay.append(_without_number(item, theme))
        else:
            overlay.append(item)
    return Covered(replace(picture, overlay=(*overlay, *marks), summary=tr(HIDDEN)), answer)


def _landed(grids: list[Cells]) -> list[Cells]:
    """Return the grids that have just got a number."""
    some = [grid for grid in grids if grid.reveal]
    # A grid that was filled before, such as the first of several channels, got its last number some time ago.
    filling = [grid for grid in some if grid.reveal is not None and grid.reveal < _size(grid)]
    return filling or some


def _size(grid: Cells) -> int:
    rows, columns = grid.content.shape
    return rows * columns


def _mark(grid: Cells, place: int, theme: Theme) -> Label:
    row, column = divmod(place, grid.content.shape[1])
    size = max(min(grid.height * 0.5, 18.0), 9.0)
    x, y = grid.x + (column + 0.5) * grid.width, middle(grid.y + row * grid.height, grid.height, size)
    return Label(x, y, (Run("?", theme.role("result").ink, bold=True),), size, mono=True, anchor="middle")


def _answer(picture: Picture) -> str:
    """Read the number from the line that makes it."""
    for item in picture.overlay:
        if isinstance(item, Label) and MADE.match(item.text):
            found = [NUMBER.match(part) for part in item.text.split(" = ")[1:]]
            numbers = [match[1] for match in found if match is not None]
            if numbers:
                return numbers[-1]
    return ""


def _without_number(label: Label, theme: Theme) -> Label:
    """Leave of a line of arithmetic what has to be computed."""
    if not (MADE.match(label.text) or PRODUCTS.search(label.text)):
        return label
    first, *rest = label.text.split(" = ")
    kept = [first]
    for part in rest:
        # Products are what the reader computes from; sums, and sums of sums, are the answer.
        shown = part if "·" in part or "max(" in part or "mean(" in part else "?"
        if not (shown == "?" and kept[-1] == "?"):
            kept.append(shown)
    runs: list[Run] = []
    for place, part in enumerate(kept):
        ink, bold = (theme.role("result").ink, True) if part == "?" else (theme.muted, False)
        runs += [Run(" = ", theme.muted)] if place else []
        runs.append(Run(part, ink, bold))
    return replace(label, runs=tuple(runs))


def is_right(typed: str, answer: str) -> bool:
    """Tell whether a typed number is the hidden one, to the digits in which that is written."""
    wanted = answer.replace(MINUS, "-")
    mantissa, _, power = wanted.partition("e")
    digits = len(mantissa.partition(".")[2])
    try:
        value = float(typed.strip().replace(MINUS, "-").replace(",", "."))
    except ValueError:
        return False
    unit: float = 10.0 ** (int(power or 0) - digits)
    exact = digits == 0 and not power
    return abs(value - float(wanted)) <= (1e-9 if exact else 0.5 * unit * (1 + 1e-9))
