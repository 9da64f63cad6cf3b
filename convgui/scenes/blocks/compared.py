"""A loupe on a photo that compares filters: one window, and beside it each filter with what it makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import SMALL, products_runs, result_ink
from convgui.draw.gaps import LAYER, operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.levels import Levels
from convgui.draw.metrics import text_width
from convgui.draw.number import number, signed
from convgui.draw.photos import as_pixel, result_levels
from convgui.draw.picture import Box, Cells, Item, Label, Lines, Run
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.scenes.blocks.layer import PictureBlocks
from convgui.words import tr

MOST, LEAST, LARGEST = 3, 18.0, 56.0
"""How many filters are compared, and the side of a cell with numbers."""
HEAD, SIGN, SUM, BUS = 20.0, 40.0, 62.0, 16.0
"""Height of a filter's name, width of a sign's gap, of a sum, and room below for the way from the window to filters."""


def compares(b: PictureBlocks) -> bool:
    """Whether a few filters look at one channel: what each makes of the same window tells them apart."""
    return b.depth == 1 == len(b.x) and 1 < len(b.weight) <= MOST and b.view.spec.taps > 1


def side_of(box: Box, b: PictureBlocks) -> float:
    """Return the side of the cells in a box."""
    count, (rows, columns) = len(b.filters), b.weight.shape[2:]
    room = box[2] - count * (2 * SIGN + SUM)
    return float(int(min(room / ((count + 1) * columns), (box[3] - HEAD - BUS) / rows, LARGEST)))


def compared(
    box: Box, b: PictureBlocks, position: Position, side: float, levels: Levels, theme: Theme
) -> tuple[list[Item], Cells]:
    """Draw ``window ∗ filter 0 = −12  ∗ filter 1 = 746 …``; the window's cells are returned as well."""
    rows, columns = b.weight.shape[2:]
    x, top = float(round(box[0])), round(box[1] + HEAD + (box[3] - HEAD - BUS - rows * side) / 2)
    middle = top + rows * side / 2
    scale = max(abs(levels.low), abs(levels.high)) or 1.0
    values = b.window(0, position)[0]
    window = value_cells(
        values, theme, "input", (x, top), side, limit=scale, name="window 0", title=tr("window")
    )  # fmt: skip
    items: list[Item] = [window, label(x, top - 6, tr("window"), theme.role("input").ink, 12, bold=True)]
    items += _ways(
        window,
        [x + columns * side + n * (columns * side + 2 * SIGN + SUM) for n in range(len(b.filters))],
        middle,
        theme,
    )
    x += columns * side
    for n, f in enumerate(b.filters):
        items += operator((x, x + SIGN), middle, LAYER, theme)
        x += SIGN
        title = tr("filter {n}", n=f)
        items.append(
            value_cells(
                b.weight[f, 0], theme, "kernel", (x, top), side, limit=largest(b.weight), name=f"tap {f}", title=title
            )
        )
        items.append(label(x, top - 6, title, theme.role("kernel").ink, 12, bold=True))
        x += columns * side
        items += operator((x, x + SIGN), middle, "=", theme)
        x += SIGN
        value = value_at(b, f, position)
        items.append(
            _total(value, (x, round(middle - 17)), result_levels(b.output[n], b.weight[f], levels), theme, b, f)
        )
        x += SUM
    return items, window


def _ways(window: Cells, gaps: list[float], middle: float, theme: Theme) -> list[Item]:
    """Draw below the grids the way of the window to the filters that do not stand beside it."""
    x, y, wide, high = window.box
    low, signs = y + high + BUS - 5, [left + SIGN / 2 for left in gaps[1:]]
    if not signs:
        return []
    ways = [(x + wide / 2, y + high, x + wide / 2, low), (x + wide / 2, low, signs[-1], low)]
    ways += [(sign, low, sign, middle) for sign in signs]
    return [Lines(np.array(ways), theme.role("input").line, 1.5)]


def _total(value: float, at: tuple[float, float], levels: Levels, theme: Theme, b: PictureBlocks, f: int) -> Cells:
    grid = value_cells(
        np.array([[value]]), theme, "result", at, SUM, name=f"sum {f}", title=tr("sum"), numbers=False
    )  # fmt: skip
    grid, text = as_pixel(grid, value, levels, theme), number(value)
    size = float(int(min(18.0, (SUM - 6) / (0.6 * max(len(text), 3)))))
    outline = theme.role("result" if value >= 0 else "warning").line
    content = replace(grid.content, texts=((text,),))
    return replace(grid, content=content, height=34.0, font=size, outline=outline, making=f == b.filter)


def value_at(b: PictureBlocks, chosen: int, position: Position) -> float:
    """Return one output pixel in float64, before a ReLU."""
    return float((b.window(chosen, position) * b.weight[chosen]).sum() + b.bias[chosen])


def sum_label(b: PictureBlocks, f: int, position: Position, at: tuple[float, float, float], theme: Theme) -> Label:
    """Write how a filter's number is made, at ``(x, baseline, room)``."""
    x, y, room = at
    own, bias, value = f == b.filter, float(b.bias[f]), value_at(b, f, position)
    total = number(value)
    end = f" + {tr('bias')} {signed(bias)} = " if bias else " = "
    spare = room - text_width(end + total, SMALL, mono=True)
    runs = products_runs(theme, f"out{[f, *position]} = ", b.window(f, position)[0], b.weight[f, 0], spare, SMALL)
    result = Run(total, result_ink(theme, value), bold=True, answer=own)
    return Label(x, y, (*runs, Run(end, theme.muted), result), SMALL, mono=True)
