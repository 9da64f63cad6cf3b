"""Feature maps: the slopes of a PReLU, one a channel, and what the one of the enlarged map does to a number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.grids import Floats, value_cells
from convgui.draw.measure import Measure
from convgui.draw.metrics import elide
from convgui.draw.number import number, signed
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Box, Item, Lines
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import TitledGrid, indices, title_items
from convgui.draw.words import label
from convgui.draw.writing import written_with
from convgui.layers.channels import in_brackets
from convgui.layers.layer import Layer
from convgui.words import tr

WIDEST, NARROWEST, HIGH = 56.0, 38.0, 34.0
"""Width of a slope's cell, and its height."""
BELOW, CURVE = 16.0, (52.0, 110.0)
"""From the slopes to the curve, and the least and the largest side of that."""
SMALL, AIR = 12.0, 6.0
"""Size of the words, and what a slope leaves free of its cell."""
MOST_DECIMALS = 7


def slope_of(slopes: Floats, channel: int) -> float:
    """Return the slope of a channel; a single one is that of all."""
    return float(slopes[channel if slopes.size > 1 else 0])


def slope_items(
    layer: Layer | None, channel: int, room: Box, high: float, measure: Measure, theme: Theme
) -> list[Item]:
    """Draw the slopes of a PReLU in a band of a height at the foot of a room, and the curve of one of them."""
    held = layer.slopes if layer is not None else None
    if held is None or not measure.words:
        return []
    count, (x, y, wide, tall) = held.size, room
    across = float(int(min(WIDEST, wide / count)))
    top = float(round(y + tall - high + measure.above + measure.index))
    if across < NARROWEST or high < measure.above + measure.index + HIGH:
        return []
    slopes = held[None]
    cells = value_cells(
        slopes, theme, "kernel", (x, top), across, name="slopes", title=tr("slopes"),
        numbers=written_with(slopes, across - AIR, measure.least, 2) or True,
    )  # fmt: skip
    grid = TitledGrid(replace(cells, height=HIGH), columns_above=count > 1)
    here = channel if count > 1 else 0
    words = (tr("The slopes, one a channel") if count > 1 else tr("The slope"), tr("of what is negative"))
    at = (x, top - (measure.index if count > 1 else 0.0))
    items = title_items(at, x + wide, words, "kernel", measure, theme)
    items += [grid.cells, *indices(grid, measure, theme, columns=(here,))]
    items.append(outlines([cell_box(grid.cells, 0, here)], theme.text, 2.5))
    side = min(y + tall - top - HIGH - BELOW, CURVE[1])
    if side < CURVE[0]:
        return items
    items += _curve(slope_of(held, channel), (x, top + HIGH + BELOW), side, theme)
    said = tr("out = in above 0, {slope} · in below", slope=in_brackets(number(slope_of(held, channel), 5)))
    left = x + 1.8 * side + 44
    return [
        *items,
        label(left, top + HIGH + BELOW + side / 2 + 4, elide(said, SMALL, x + wide - left), theme.muted, SMALL),
    ]


def _curve(slope: float, at: tuple[float, float], side: float, theme: Theme) -> list[Item]:
    """Draw what comes out against what goes in, as a line with a bend at 0."""
    x, y = at
    wide, middle = 1.8 * side, y + side / 2
    centre, reach = x + wide / 2, side / 2 / max(1.0, abs(slope))
    axes = [(x, middle, x + wide, middle), (centre, y, centre, y + side)]
    ends = [(centre, middle, centre + reach, middle - reach), (centre - reach, middle + slope * reach, centre, middle)]
    return [
        Lines(np.array(axes), theme.line, 1.2),
        Lines(np.array(ends, dtype=float), theme.role("result").line, 2.5),
        label(x + wide + 8, middle + 4, tr("in"), theme.muted, SMALL),
        label(centre + 8, y + 10, tr("out"), theme.muted, SMALL),
    ]


def product_text(slope: float, before: float, after: float) -> str:
    """Write what becomes of a number, with as many decimals of the slope as make the product come out."""
    if not before < 0:
        return number(after)
    told = float(f"{before:.3f}")
    digits = next(
        (n for n in range(3, MOST_DECIMALS) if number(told * float(f"{slope:.{n}f}")) == number(after)), MOST_DECIMALS
    )
    return f"{signed(before)} · {in_brackets(number(slope, digits))} = {number(after)}"
