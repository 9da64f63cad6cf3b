"""Feature maps: signals as curves or strips of colour below each other, and one of them enlarged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convgui.draw.colour import Colour
from convgui.draw.levels import Levels
from convgui.draw.metrics import elide
from convgui.draw.picture import Box, Item, Raster, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.trace import trace_items
from convgui.draw.viewport import Viewport
from convgui.draw.words import label, middle
from convgui.layers.layer import AnyArray
from convgui.scenes.feature_maps.gathered import Maps
from convgui.scenes.feature_maps.signals import NUMBER, framed, row_numbers, signal_of, signals_curved

SMALL = 12.0


def signal_items(
    maps: Maps, boxes: tuple[Box, ...], scales: Sequence[Levels], role: Role, theme: Theme, *, words: bool
) -> list[Item]:
    """Draw each signal as a curve or, where it is low, as a strip of colours, with its name at its left."""
    items, curved = list[Item](), signals_curved(boxes)
    every = 1 if len(boxes) < 2 else row_numbers(boxes[1][1] - boxes[0][1])
    for index, box in enumerate(boxes):
        if curved:
            items += trace_items(signal_of(maps, index), box, scales[index], theme.role(role).line, theme)
        else:
            image = scales[index].colours(maps.thumbs[index], theme)
            whole = (*box[:2], image.shape[1] * maps.factor / maps.size[1] * box[2], box[3])
            items.append(Raster(image, whole, box, smooth=image.shape[1] > box[2] / 2, name=f"thumb {index}"))
        if words and index % every == 0:
            name = elide(maps.names[index], SMALL, NUMBER - 6, mono=True)
            base = middle(box[1], box[3], SMALL)
            items.append(label(box[0] - 6, base, name, theme.muted, SMALL, mono=True, anchor="end"))
    return [*items, Rects(np.array(boxes), stroke=theme.line, width=1.0)] if framed(boxes) else items


def large_signal(
    values: AnyArray, factor: int, port: Viewport, levels: Levels, ink: Colour, theme: Theme
) -> tuple[Item, ...]:
    """Draw the part of a signal, of means over `factor` values, that is seen."""
    seen = port.visible()[1]
    first, last = seen.start // factor, max(-(-seen.stop // factor), seen.start // factor + 1)
    part = values[first:last]
    x, y, wide, high = port.cell(0, first * factor, 1, len(part) * factor)
    left, right = max(x, port.clip[0]), min(x + wide, port.clip[0] + port.clip[2])
    box = (x, y + 4, wide, high - 8)
    frame = Rects(np.array([port.clip]), stroke=theme.line, width=1.0)
    return (*trace_items(part, box, levels, ink, theme, (left, right)), frame)
