"""Network: what the colours of maps and weights mean, where there is room for it."""

from __future__ import annotations

from functools import partial
from typing import TypeAlias

import numpy as np

from convgui.draw.footer import legend_items
from convgui.draw.levels import Levels
from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS, number
from convgui.draw.picture import Item, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.scenes.feature_maps.signals import signals_curved
from convgui.scenes.network.layout import NetworkLayout, Panels
from convgui.words import tr

Place: TypeAlias = tuple[float, float, float]
"""Left end, top and width."""
Drawn: TypeAlias = tuple[list[Item], float]
"""What is drawn there, and how high it is; nothing where there is no room."""
SMALL = 12.0
LONGEST, SHORTEST, RAMP, LINE = 90.0, 36.0, 24.0, 18.0
"""How wide the colours of the maps are drawn, how much height they take, and a line of swatches."""
NOTHING: Drawn = ([], 0.0)


def legend(layout: NetworkLayout, panels: Panels, block: int) -> list[Item]:
    """Say what the colours of a block mean: below the input, or else below the maps."""
    if not block or not layout.canvas.captions:
        return []
    places, items = _places(layout, panels), list[Item]()
    for draws in (partial(_of_maps, layout, block), partial(_of_weights, layout.canvas.theme, panels)):
        for n, (x, y, wide) in enumerate(places):
            found, high = draws((x, y, wide))
            if found and y + high - 6 <= layout.middle[1] + layout.middle[3]:
                items += found
                places[n] = (x, y + high, wide)
                break
    return items


def _places(layout: NetworkLayout, panels: Panels) -> list[Place]:
    places, right = list[Place](), layout.middle[0] + layout.middle[2]
    if panels.photo is not None and not layout.values.is_signal(0):
        x, y, wide, high = panels.photo
        places.append((x, y + high + 14, wide))
    if panels.maps:
        lowest = max(y + high for _, y, _, high in panels.maps)
        places.append((panels.corner[0], lowest + 14, right - panels.corner[0]))
    return places


def _of_maps(layout: NetworkLayout, block: int, place: Place) -> Drawn:
    """Draw the colours from one end of a map's scale to the other."""
    theme, (x, y, wide), maps = layout.canvas.theme, place, layout.values.maps(block)
    if layout.values.is_signal(block) and signals_curved(layout.panels(block).maps):
        return NOTHING
    scales = [layout.levels(block, n) for n in range(len(maps.numbers))]
    if any(one.coloured for one in scales) or len({one.signed for one in scales}) != 1:
        return NOTHING
    own, signed = len({(one.low, one.high) for one in scales}) > 1, scales[0].signed
    least, most = (f"{MINUS}max", "+max") if signed else ("min", "max")
    if not own:
        least, most = number(scales[0].low), number(scales[0].high)
    elif not any(one.low for one in scales):
        least = "0"
    ramp = np.linspace(-1, 1, 64)[None]
    for told in (tr("{end} of each map", end=most), most) if own else (most,):
        left = x + text_width(f"{least} ", SMALL, mono=True)
        room = x + wide - left - 7 - text_width(told, SMALL, mono=True)
        if room < SHORTEST:
            continue
        box = (left, y, min(LONGEST, room), 10.0)
        ends = ((x, least), (left + box[2] + 7, told))
        items: list[Item] = [
            Raster(Levels(-1, 1, signed=signed).colours(ramp, theme), box, box, name="legend"),
            Rects(np.array([box]), stroke=theme.line, width=1.0),
        ]
        return [*items, *(label(at, y + 10, text, theme.muted, SMALL, mono=True) for at, text in ends)], RAMP
    return NOTHING


def _of_weights(theme: Theme, panels: Panels, place: Place) -> Drawn:
    """Draw a swatch for each sign, side by side or below each other: one of two signs says nothing."""
    if panels.sheet is None:
        return NOTHING
    (x, y, wide), kinds = place, _kinds(theme)
    for lines in (1, 2):
        rows = [kinds] if lines == 1 else [kinds[:1], kinds[1:]]
        items = [item for n, row in enumerate(rows) for item in legend_items(x, y + 13 + LINE * n, wide, row, theme)]
        if len(items) == 2 * len(kinds):
            return items, LINE * lines + 6
    return NOTHING


def _kinds(theme: Theme) -> list[tuple[tuple[int, int, int, int], tuple[int, int, int, int], str]]:
    hues = theme.role("kernel")
    return [(hues.positive, hues.line, tr("positive")), (hues.negative, hues.negative, tr("negative weight"))]
