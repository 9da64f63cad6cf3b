"""A loupe on a photo that compares filters: one window, and beside it each filter with what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import SMALL, products_runs, result_ink
from convgui.draw.gaps import LAYER, operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.levels import Levels
from convgui.draw.metrics import text_width
from convgui.draw.number import number, signed
from convgui.draw.photos import as_pixel, fitted
from convgui.draw.picture import Cells, Item, Label, Lines, Run
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.scenes.blocks.layer import PictureBlocks
from convgui.words import tr

MOST, LEAST, LARGEST = 3, 18.0, 56.0
"""How many filters are compared, and the side of a cell with numbers."""
HEAD, SIGN, SUM, BUS = 20.0, 28.0, 62.0, 40.0
"""Height of a filter's name, width of a sign's gap, of a sum, and room below for the way from the window to filters."""
APART, SCALE = 18.0, 8.0
"""Least distance of two columns, and what the scale below a map needs besides."""


@dataclass(frozen=True)
class Stand:
    """Where the photo and the maps stand, in columns of one width, and below them their loupes.

    Attributes
    ----------
    pitch : float
        From one column to the next.
    picture : tuple of float
        Width and height of photo and maps.
    side : float
        Of a cell of the loupes.
    spare : float
        Height that is left.
    """

    pitch: float
    picture: tuple[float, float]
    side: float
    spare: float


def compares(b: PictureBlocks) -> bool:
    """Whether a few filters look at one channel: what each makes of the same window tells them apart."""
    return b.depth == 1 == len(b.x) and 1 < len(b.weight) <= MOST and b.view.spec.taps > 1


def stand(b: PictureBlocks, shape: tuple[int, int], room: tuple[float, float]) -> Stand | None:
    """Return photo and maps, equally large, above the window and the filters; None where those have no room."""
    count, (rows, columns) = len(b.filters) + 1, b.weight.shape[2:]
    pitch = (room[0] + APART) / count
    side = float(int(min((pitch - APART - SIGN - SUM) / columns, (0.5 * room[1] - HEAD - BUS) / rows, LARGEST)))
    if side < LEAST:
        return None
    high = room[1] - HEAD - BUS - rows * side - APART - SCALE
    picture = fitted(shape, (pitch - APART, high))
    return Stand(pitch, picture, side, max(high - picture[1], 0.0))


def compared(
    at: tuple[float, float], b: PictureBlocks, position: Position, stand: Stand, levels: Levels, theme: Theme
) -> tuple[list[Item], Cells]:
    """Draw the window at a corner, and in each column ``filter = number``; the window's cells are returned as well."""
    rows, columns = b.weight.shape[2:]
    side, (left, y) = stand.side, (float(round(at[0])), float(round(at[1] + HEAD)))
    middle, scale = y + rows * side / 2, max(abs(levels.low), abs(levels.high)) or 1.0
    values = b.window(0, position)[0]
    window = value_cells(
        values, theme, "input", (left, y), side, limit=scale, name="window 0", title=tr("window")
    )  # fmt: skip
    items: list[Item] = [label(left, y - 6, tr("window"), theme.role("input").ink, 12, bold=True)]
    grids = [window]
    for n, f in enumerate(b.filters):
        x, title = float(round(at[0] + (n + 1) * stand.pitch)), tr("filter {n}", n=f)
        grids.append(
            value_cells(
                b.weight[f, 0], theme, "kernel", (x, y), side, limit=largest(b.weight), name=f"tap {f}", title=title
            )
        )
        items.append(label(x, y - 6, title, theme.role("kernel").ink, 12, bold=True))
        x += columns * side
        items += operator((x - 4, x + SIGN + 4), middle, "=", theme)
        own = b.levels(n, levels)
        items.append(_total(value_at(b, f, position), (x + SIGN, round(middle - 17)), own, theme, b, f))
    return [*grids, *items, *_ways(grids, theme)], window


def _ways(grids: list[Cells], theme: Theme) -> list[Item]:
    """Draw below the grids the way of the window to each filter, which meets it under the layer's sign."""
    middles = [grid.x + grid.box[2] / 2 for grid in grids]
    foot = grids[0].y + grids[0].box[3]
    low = foot + BUS / 2 + 4
    ways = [(middles[0], foot, middles[0], low), (middles[0], low, middles[-1], low)]
    ways += [(x, low, x, foot) for x in middles[1:]]
    items: list[Item] = [Lines(np.array(ways), theme.role("input").line, 1.5)]
    for x in middles[1:]:
        items += operator((x - BUS / 2, x + BUS / 2), low, LAYER, theme)
    return items


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
