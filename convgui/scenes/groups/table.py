"""The legal group counts with what each costs; the present one is marked."""

from __future__ import annotations

import numpy as np

from convgui.draw.measure import Measure
from convgui.draw.metrics import text_width
from convgui.draw.number import grouped, times
from convgui.draw.picture import HitGrid, Item, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.scenes.groups.wiring import Wiring
from convgui.words import tr

ROW, TABLE = 20.0, 62.0
"""Height of a row, and of what stands above them all with the space around."""
SIZE = 12.0


def chosen(w: Wiring, most: int) -> list[int]:
    """Positions of the group counts that are listed: all, or the ends and those around the present one."""
    count = len(w.costs)
    if count <= most:
        return list(range(count))
    here = next(index for index, (groups, _) in enumerate(w.costs) if groups == w.groups)
    nearest = sorted(range(count), key=lambda index: (index not in (0, count - 1, here), abs(index - here)))
    return sorted(nearest[:most])


def table(
    w: Wiring, at: tuple[float, float, float], sizes: Measure, theme: Theme, most: int
) -> tuple[list[Item], list[HitGrid]]:
    """Draw the table at x, y with a width, and make its rows answer to the pointer."""
    x, y, wide = at
    listed = [w.costs[index] for index in chosen(w, most)]
    # Digits end below each other only if what parts them is as wide as they are.
    weights = [grouped(cost.weights).replace("\u2009", " ") for _, cost in listed]
    products = [grouped(cost.multiplications).replace("\u2009", " ") for _, cost in listed]
    widths = [max(text_width(t, SIZE, mono=True) for t in (*texts, head)) for texts, head in
             ((weights, tr("weights")), (products, tr("mult.-adds")))]  # fmt: skip
    bar = max(0.0, wide - 56 - sum(widths) - 40)
    right = x + wide
    title, size = tr("Legal groups"), min(sizes.title, 16.0)
    items: list[Item] = [label(x, y + 11, title, theme.text, size, bold=True)]
    notes = [tr("{n} of {all}", n=len(listed), all=len(w.costs))] if len(listed) < len(w.costs) else []
    notes += [tr("both layers together")] if w.layers > 1 else []
    beside = x + text_width(title, size, bold=True) + 10
    kernels = " · ".join([*notes, tr("kernels of {size}", size=times(*w.spec.kernel_size))])
    said = " · ".join(notes)
    if w.layers > 1 and beside + text_width(kernels, SIZE) <= right:
        said = kernels
    items += [label(beside, y + 11, said, theme.muted, SIZE)] if said else []
    items.append(label(right - widths[1] - 16, y + 28, tr("weights"), theme.muted, SIZE, mono=True, anchor="end"))
    items.append(label(right, y + 28, tr("mult.-adds"), theme.muted, SIZE, mono=True, anchor="end"))
    hits = []
    top = y + 35
    for (groups, cost), weight, product in zip(listed, weights, products, strict=True):
        now = groups == w.groups
        ink = theme.text if now else theme.muted
        if now:
            box = np.array([(x - 6, top, wide + 10, ROW)])
            items.append(Rects(box, fill=theme.selection, stroke=theme.role("kernel").line, width=1.6, radius=3))
        items.append(label(x + 24, top + 13.5, str(groups), ink, 12, bold=now, mono=True, anchor="end"))
        length = bar * cost.weights / listed[0][1].weights
        if bar >= 30:
            items.append(
                Rects(np.array([(x + 40, top + 5, max(length, 1.5), ROW - 10)]), fill=theme.role("kernel").line)
            )
        items.append(label(right - widths[1] - 16, top + 13.5, weight, ink, SIZE, mono=True, anchor="end"))
        items.append(label(right, top + 13.5, product, ink, SIZE, mono=True, anchor="end"))
        hits.append(HitGrid("choice", (), x - 6, top, wide + 10, ROW, (1, 1), (0, groups)))
        top += ROW
    return items, hits
