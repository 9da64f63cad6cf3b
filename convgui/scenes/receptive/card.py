"""Receptive fields: the formula of the field with the numbers of the layers, as far as they have come."""

from __future__ import annotations

import numpy as np

from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number
from convgui.draw.picture import Item, Label, Rects, Run
from convgui.draw.words import label
from convgui.scenes.receptive.fields import Fields
from convgui.scenes.receptive.layout import CARD, CARD_LEAST, CARD_ROW, StackLayout
from convgui.scenes.receptive.strips import shades
from convgui.words import mark, tr

PAD, SIZE = 12.0, 13.0
NAMED = 270.0
"""Width from which a layer is named, not only numbered."""
FORMULA = "r = 1 + Σ (k − 1) · d · Π s"
MEANING = (
    mark("Σ over the layers; Π s: the strides of all layers before, multiplied"),
    mark("Π s: the strides of all layers before"),
)


def growth(f: Fields, index: int) -> tuple[int, int, float, int] | None:
    """Return kernel size, dilation, the strides before, and how much a layer adds to the field's columns.

    None where the cells of a layer do not all see as much as the usual formula says.
    """
    window = f.layers[index].window(f.shapes[index])
    if window.transposed or not (f.regular(index) and f.regular(index - 1)):
        return None
    step = float(f.fields[index - 1].stride[f.columns]) if index else 1.0
    return (
        window.kernel_size[f.columns],
        window.dilation[f.columns],
        step,
        f.largest(index)[1] - f.largest(index - 1)[1],
    )


def card(layout: StackLayout, landed: int, *, hidden: bool) -> list[Item]:
    """Draw the formula, a line a layer up to `landed`, and the field; with `hidden` the last numbers are hidden."""
    f, theme = layout.fields, layout.canvas.theme
    every = [growth(f, n) for n in range(len(f.layers))]
    parts = every[: landed + 1]
    if layout.card is None or any(part is None for part in parts):
        return []
    x, y, wide, high = layout.card
    frame = Rects(np.array([layout.card]), fill=theme.faint, stroke=theme.line, width=1.0, radius=10)
    room = wide - 2 * PAD
    left, meaning = x + PAD, next((t for t in map(tr, MEANING) if text_width(t, 12) <= room), tr(MEANING[-1]))
    size = next((n for n in (14.0, SIZE) if text_width(FORMULA, n, mono=True) <= room), 12.0)
    items: list[Item] = [
        frame,
        label(left, y + 24, elide(FORMULA, size, room, mono=True), theme.text, size, mono=True),
        label(left, y + 42, elide(meaning, 12, room), theme.muted, 12),
    ]
    lines, pitch = int((high - CARD + 1) // CARD_LEAST), CARD_ROW
    lines = min(lines, len(f.layers))
    pitch = min(CARD_ROW, (high - CARD) / lines)
    first, colours, at = max(0, landed + 1 - lines), shades(len(f.layers), theme), y + 42
    strong, ink = theme.text, theme.role("kernel").ink
    if first:
        # The layers that there is no room for are one line, so that the sum below it begins with what they made.
        first += 1
        at += pitch
        whole = (Run("r", theme.muted), Run(" = ", theme.muted), Run(str(f.largest(first - 1)[1]), strong, bold=True))
        items.append(Label(left + 14, at, whole, SIZE, mono=True))
        name = tr("layers {first} to {last}", first=f.path[0] + 1, last=f.path[first - 1] + 1)
        items.append(label(x + wide - PAD, at, name, theme.muted, 12, anchor="end"))
        lines -= 1
    for n in range(first, min(first + lines, len(f.layers))):
        at += pitch
        k, d, step, more = every[n] or (0, 0, 0.0, 0)
        added = "?" if hidden and n == landed else str(more)
        # What a later layer adds is not said before its step.
        sums = (Run(" = ", theme.muted), Run(added, strong, bold=True)) if n <= landed else ()
        runs = (Run(f"({k} − 1) · {d} · {number(step)}", theme.muted), *sums) if every[n] else ()
        fill = colours[n] if n <= landed else theme.line
        items.append(Rects(np.array([(left, at - 11, 5.0, 14.0)]), fill=fill, radius=2))
        items.append(Label(left + 14, at, runs, SIZE, mono=True))
        name, end = (
            tr("layer {n}", n=f.path[n] + 1),
            left + 14 + text_width("".join(r.text for r in runs), SIZE, mono=True),
        )
        name = name if wide >= NAMED else str(f.path[n] + 1)
        if text_width(name, 12) + 12 <= x + wide - PAD - end:
            items.append(label(x + wide - PAD, at, name, theme.muted, 12, anchor="end"))
    adds = [str(part[3]) for part in parts if part is not None]
    adds = [*adds[:-1], "?"] if hidden else adds
    total = "?" if hidden else str(f.largest(landed)[1])
    head = f"r = 1 + {' + '.join(adds)} = "
    if first:
        head = f"r = {f.largest(first - 1)[1]} + {' + '.join(adds[first:])} = "
    if text_width(head + total, 14, mono=True) > room:
        before = f.largest(landed - 1)[1]
        head = f"r = {before} + {adds[-1]} = "
    items.append(Label(left, at + 26, (Run(head, strong), Run(total, ink, bold=True)), 14, mono=True))
    return items
