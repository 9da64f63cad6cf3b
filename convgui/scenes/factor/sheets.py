"""A depthwise separable layer: one sheet of the output is drawn, the others behind it; and what both ways cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convgui.draw.colour import Colour
from convgui.draw.measure import Measure
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import grouped
from convgui.draw.picture import Box, Cells, Item, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.scenes.factor.chain import Chain
from convgui.words import tr

FURTHEST, DRAWN, CLOSE = 10.0, 16, 3.0
"""How far a sheet stands below the one in front of it at most, how many of them are drawn at most, and how close."""
AROUND = 4.0
"""How far a ring stands off what a caption speaks of."""
DECK, LABEL = 130.0, 20.0
"""Most height of the fan, and of the words below it."""
BAR, PITCH = 12.0, 40.0
NARROWEST = 120.0


def deck(c: Chain, front: Cells, corner: tuple[float, float], sizes: Measure, theme: Theme) -> tuple[list[Item], float]:
    """Draw the outputs of the other filters behind that of the chosen one; return where they end below as well.

    Parameters
    ----------
    corner : tuple
        How far to the right and down there is room.
    """
    (x, y, wide, high), (right, bottom) = front.box, corner
    room = min(DECK, (bottom - y - high - 2 * PITCH) * 0.5)
    if c.kind != "depthwise" or c.filters < 2 or not sizes.words or room < 8:
        return [], y + high
    count = min(c.filters - 1, DRAWN, int(room / CLOSE))
    apart = min(FURTHEST, room / count)
    depth = np.arange(count, 0, -1)
    # Moved aside, they would run through the indices of rows.
    boxes = np.stack([0 * depth + x, y + apart * depth, 0 * depth + wide, 0 * depth + high], axis=1)
    line = theme.role("result").line
    end = y + high + apart * count
    whole = tr("{n} sheets, filters 0 … {last}", n=c.filters, last=c.filters - 1)
    fits = text_width(whole, sizes.small, mono=True) <= right - x
    said = whole if fits else elide(tr("{n} sheets", n=c.filters), sizes.small, right - x, mono=True)
    return [
        Rects(boxes, fill=theme.background, stroke=line, width=min(1.2, 0.3 * apart)),
        label(x, end + 15, said, theme.muted, sizes.small, mono=True),
    ], end + LABEL


def bars(c: Chain, at: tuple[float, float], room: tuple[float, float], theme: Theme) -> list[Item]:
    """Draw the multiplications of both ways as bars from a point down, in a width and above a bottom."""
    (x, y), (wide, bottom) = at, room
    total = sum(cost.multiplications for cost in c.costs)
    found = [(total, tr("in two passes"), "result"), (c.layer_cost.multiplications, tr("at once"), "plain")]
    if c.kind != "depthwise" or wide < NARROWEST or y + 2 * PITCH > bottom:
        return []
    most = max(count for count, _, _ in found)
    items, boxes = list[Item](), list[tuple[Box, Colour]]()
    for n, (count, said, role) in enumerate(found):
        top = y + n * PITCH
        number = grouped(count)
        ink = theme.role("result").ink if role == "result" else theme.text
        items.append(label(x, top + 14, number, ink, 13, bold=True, mono=True))
        left = text_width(number, 13, mono=True, bold=True) + 8
        items.append(label(x + left, top + 14, said, theme.muted, 12))
        fill = theme.role("result").line if role == "result" else theme.muted
        boxes.append(((x, top + 19, max(2.0, wide * count / most), BAR), fill))
    return [*items, *(Rects(np.array([box]), fill=fill) for box, fill in boxes)]


def spoken_of(
    mark: str, kernels: Sequence[Box], behind: Sequence[Item], costs: Sequence[Item], theme: Theme
) -> list[Item]:  # fmt: skip
    """Ring what a caption speaks of: all weights with the edges of the sheets that they make, or the bars."""
    sheets, bars = (
        np.array([box for item in part if isinstance(item, Rects) for box in item.boxes]).reshape(-1, 4)
        for part in (behind, costs)
    )
    found = list[Box]()
    if mark == "weights":
        found += kernels
        if len(sheets):
            x, y, wide, high = sheets[-1]
            found.append((float(x), float(y + high), float(wide), float(sheets[0, 1] - y)))
    elif mark == "cost" and len(bars):
        # The words of the upper one stand above it.
        top, right = bars[0, 1] - BAR - 8, bars[:, 0] + bars[:, 2]
        found.append((float(bars[0, 0]), float(top), float(right.max() - bars[0, 0]), float(bars[-1, 1] + BAR - top)))
    boxes = [(x - AROUND, y - AROUND, wide + 2 * AROUND, high + 2 * AROUND) for x, y, wide, high in found]
    return [Rects(np.array(boxes), stroke=theme.text, width=2.5, radius=4)] if boxes else []
