"""Six kernels and strides side by side: which of them lie evenly, seen from the side and from above."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from convgui.core import ConvSpec, FilterView
from convgui.draw.grids import value_cells
from convgui.draw.metrics import elide, text_width
from convgui.draw.picture import Box, HitGrid, Item, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label
from convgui.draw.writing import Writing, writing
from convgui.scenes.overlap.bricks import Bricks, draw_bricks, piled
from convgui.scenes.overlap.counts import Counts, Floats
from convgui.words import tr

CASES = ((2, 1), (3, 1), (2, 2), (4, 2), (3, 2), (5, 2))
"""Kernel sizes and strides."""
OTHER = (4, 1)
"""What stands in place of the third, as wide, for a layer that has it."""
INPUTS = {1: 5, 2: 4}
"""Inputs a side, by the stride."""
HEAD, APART, BETWEEN, LARGEST, LEAST = 36.0, 18.0, 6.0, 22.0, 9.0
"""Height of the words above, distance of two cases and of pile and count, and sides of cells."""
SMALL, FULL, EASY = 12.0, 12.0, 13.0
"""Size of numbers, and side of a cell from which the output is drawn from above too: at least, and where other parts
of the picture give up nothing for it."""


@dataclass(frozen=True, eq=False)
class Case:
    """One kernel and stride with its counts."""

    kernel: int
    stride: int
    counts: Counts

    @property
    def verdict(self) -> str:
        """Say whether its overlap is even, or that there is none."""
        if self.kernel == self.stride:
            return tr("no overlap")
        return tr("even") if self.counts.even else tr("uneven")

    @property
    def reason(self) -> str:
        """Write the kernel's size as a multiple of the stride, with what is left."""
        times, rest = divmod(self.kernel, self.stride)
        return f"{self.kernel} = {times} · {self.stride}" + (f" + {rest}" if rest else "")


@cache
def cases(here: tuple[int, int] = CASES[0]) -> tuple[Case, ...]:
    """Count for each case; a layer with `OTHER` is shown it where else kernel and stride are the same."""
    found = []
    shown = CASES if here != OTHER else (*CASES[:2], OTHER, *CASES[3:])
    for kernel, stride in shown:
        spec = ConvSpec.of(1, 1, (kernel, kernel), stride=stride, transposed=True)
        found.append(Case(kernel, stride, Counts(FilterView(spec, (INPUTS[stride],) * 2), False, 2)))
    return tuple(found)


def height(wide: float, most: float) -> float:
    """Return how high all cases are in some width, at most `most`; 0 where there is no room for them."""
    unit = _unit(wide, most, full=True)
    if unit >= EASY:
        return HEAD + BETWEEN * 2 + unit * _rows(full=True)
    unit = _unit(wide, most, full=False)
    return HEAD + BETWEEN + unit * _rows(full=False) if unit >= LEAST else 0.0


def whole_height(wide: float) -> float:
    """Return how high all cases are at least with their outputs seen from above; 0 where they are too wide for it."""
    return HEAD + BETWEEN * 2 + FULL * _rows(full=True) if _unit(wide, np.inf, full=True) >= FULL else 0.0


def _rows(*, full: bool) -> int:
    """How many cells stand above each other: the highest pile, its counts, and with `full` the largest output."""
    return _pile(cases()) + 1 + (max(len(case.counts.across) for case in cases()) if full else 0)


def _pile(found: tuple[Case, ...]) -> int:
    """Return how many bricks lie on each other at most."""
    return max(int(case.counts.across.max()) for case in found)


def _unit(wide: float, most: float, *, full: bool) -> float:
    columns = sum(len(case.counts.across) for case in cases())
    across = (wide - APART * (len(CASES) - 1)) / columns
    down = (most - HEAD - BETWEEN * (2 if full else 1)) / _rows(full=full)
    return float(int(min(across, down, LARGEST)))


def draw(box: Box, here: tuple[int, int], theme: Theme) -> tuple[list[Item], tuple[HitGrid, ...]]:
    """Draw the cases into a box that is as high as `height` says; a click on one chooses it.

    Parameters
    ----------
    here : tuple of int
        Kernel size and stride that are shown above, which are framed.
    """
    x, y, wide, high = box
    unit = _unit(wide, high, full=True)
    full = unit >= FULL
    unit = unit if full else _unit(wide, high, full=False)
    found = cases(here)
    columns = sum(len(case.counts.across) for case in found)
    apart = (wide - columns * unit) / (len(CASES) - 1)
    items, hits, left = list[Item](), list[HitGrid](), x
    for case in found:
        room = len(case.counts.across) * unit
        items += _case(case, (float(round(left)), y), unit, room + apart - 6, theme, full=full)
        words = max(
            text_width(_title(case), 12, bold=True), _aside(case, unit) + text_width(_said(case), 12, bold=True)
        )
        frame = (left - 6, y, max(room, min(words, room + apart - 12)) + 12, high + 3)
        hits.append(HitGrid("choice", (), *frame, (1, 1), (case.stride, case.kernel)))
        if (case.kernel, case.stride) == here:
            items.append(Rects(np.array([frame]), stroke=theme.role("kernel").line, width=2.0, radius=6))
        left += room + apart
    return items, tuple(hits)


def _title(case: Case) -> str:
    return tr("kernel {kernel}, stride {stride}", kernel=case.kernel, stride=case.stride)


def _said(case: Case) -> str:
    return f"{'✓' if case.counts.even else '✗'} {case.verdict}"


def _aside(case: Case, unit: float) -> float:
    """Return how far right the verdict stands: a pile that is higher than the others reaches up to it."""
    row = case.counts.across
    return (len(row) + 2) / 2 * unit + 4 if int(row.max()) > _pile(cases()) else 0.0


def _small(values: Floats, unit: float) -> Writing:
    """Write numbers in the smallest letters: in larger ones rows of small cells would touch."""
    found = writing(values, unit, min(SMALL, unit - 1))
    return replace(found, font=min(found.font, SMALL, unit - 1)) if unit < 24 else found


def _case(case: Case, at: tuple[float, float], unit: float, room: float, theme: Theme, *, full: bool) -> list[Item]:
    (x, y), c = at, case.counts
    role: Role = "result" if c.even else "warning"
    title, said = _title(case), _said(case)
    aside = _aside(case, unit)
    items: list[Item] = [
        label(x, y + 14, elide(title, 12, room, bold=True), theme.text, 12, bold=True),
        label(x + aside, y + 30, elide(said, 12, room - aside, bold=True), theme.role(role).ink, 12, bold=True),
    ]
    floor = float(round(y + HEAD + _pile(cases()) * unit))
    axis = c.view.axes[1]
    reached = {n: tuple(int(cell) for cell in axis.reached(n)) for n in range(axis.cells)}
    bricks = Bricks(x, unit, y + HEAD, floor, piled(reached))
    items += draw_bricks(bricks, list(reached), theme, words=True)
    row, both, name = c.across[None].astype(np.float64), c.both.astype(np.float64), f"case {case.kernel} {case.stride}"
    parts = [(row, f"{name} row", floor + BETWEEN), *([(both, name, floor + unit + 2 * BETWEEN)] if full else [])]
    for values, called, top in parts:
        grid = value_cells(values, theme, role, (x, top), unit, name=called, title=title, numbers=_small(values, unit))
        items.append(replace(grid, aside=True))
    return items
