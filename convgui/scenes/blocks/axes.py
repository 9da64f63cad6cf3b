"""Beside sheets: arrows along their axes, with how long each is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.gaps import both_ways
from convgui.draw.metrics import text_width
from convgui.draw.picture import Anchor, Cells, Item, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.words import tr

OFF = 9.0
"""How far the arrows stand off the sheets."""


@dataclass(frozen=True)
class _Hand:
    """What writes the letters of one block's axes."""

    theme: Theme
    role: Role
    size: float

    def told(self, text: str, x: float, y: float, anchor: Anchor = "start") -> Item:
        return label(x, y, text, self.theme.role(self.role).ink, self.size, bold=True, mono=True, anchor=anchor)

    def wide(self, text: str) -> float:
        return text_width(text, self.size, mono=True, bold=True)


def axes(
    inputs: tuple[Cells, ...], outputs: tuple[Cells, ...], size: float, canvas: Canvas, bottom: float
) -> list[Item]:  # fmt: skip
    """Say along the sheets which way height, width and channels go, and how long each is."""
    theme = canvas.theme
    return [
        *_of_inputs(inputs, _Hand(theme, "input", size), bottom),
        *_of_outputs(outputs, _Hand(theme, "result", size), canvas.height),
    ]


def _of_inputs(sheets: tuple[Cells, ...], hand: _Hand, bottom: float) -> list[Item]:
    """Height and width of the first sheet, and the channels below all; nothing where there is no room for them."""
    first, last, theme, role = sheets[0], sheets[-1], hand.theme, hand.role
    rows, columns = first.content.shape
    floor = first.corner(rows, 0)[1]
    base, level = floor + OFF + hand.size + 4, floor + OFF + 2 * hand.size + 10
    if level + hand.size >= bottom:
        return []
    # Below narrow sheets there is room for the letters alone.
    narrow = first.box[2] < 2 * hand.wide("H = 9")
    high, wide = ("H", "W") if narrow else (f"H = {rows}", f"W = {columns}")
    ends = [first.corner(row, 0)[1] for row in (0, rows)]
    items = both_ways((first.x - OFF, ends[0]), (first.x - OFF, ends[1]), theme, role)
    (x, y), (a, b) = (first.corner(rows, column) for column in (0, columns))
    items += both_ways((x, y + OFF), (a, b + OFF), theme, role)
    items += [hand.told(high, first.x - OFF - 4, base), hand.told(wide, a, base, "end")]
    if len(sheets) > 1:
        right, text = last.x + last.box[2], f"C = {len(sheets)}"
        centre, half = (first.x + right) / 2, hand.wide(text) / 2 + 6
        items += both_ways((first.x, level), (right, level), theme, role)
        items.append(Rects(np.array([(centre - half, level - hand.size / 2, 2 * half, hand.size)]),
                           fill=theme.background))  # fmt: skip
        items.append(hand.told(text, centre, level + 0.36 * hand.size, "middle"))
    return items


def _of_outputs(sheets: tuple[Cells, ...], hand: _Hand, height: float) -> list[Item]:
    """The channels from the first sheet to the last, and height and width of that."""
    first, last, theme, role = sheets[0], sheets[-1], hand.theme, hand.role
    rows, columns = first.content.shape
    (x, y), (a, b), items = first.corner(0, columns), last.corner(0, columns), list[Item]()
    named = text_width(tr("channel {name}", name=len(sheets) - 1), hand.size, bold=True)
    # The arrow must not go through the names of the sheets.
    if len(sheets) > 1 and named <= first.box[2] + OFF - 3:
        items += both_ways((x + OFF, y), (a + OFF, b - OFF), theme, role)
        items.append(hand.told(f"C = {len(sheets)}", (x + a) / 2 + OFF + 5, (y + b) / 2))
    under = last.corner(rows, columns)[1]
    items += both_ways((a + OFF, b + 2), (a + OFF, under), theme, role)
    items.append(hand.told(f"H = {rows}", a + OFF + 5, (b + under) / 2 + 4))
    (left, low), (right, up) = (last.corner(rows, column) for column in (0, columns))
    if low + OFF + 4 < height:
        items += both_ways((left, low + OFF), (right, up + OFF), theme, role)
        items.append(hand.told(f"W = {columns}", right + OFF - 4, up + OFF + hand.size))
    return items
