"""Network: what stands below, the field of one value and the bars of what it is made of."""

from __future__ import annotations

import re
from functools import reduce
from math import ceil, floor

import numpy as np

from convgui.draw.colour import Colour, faded
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number
from convgui.draw.picture import Box, Dash, HitGrid, Item, Lines, Raster, Rects
from convgui.draw.words import label
from convgui.layers.convolution import Convolution
from convgui.scenes.network.edges import predicted
from convgui.scenes.network.field import Region, around, grown, seen_by, touching
from convgui.scenes.network.layout import NetworkLayout, input_curves, input_image
from convgui.scenes.network.looked import HEAD, Looked, crop_side, sum_room, written
from convgui.scenes.network.sentences import of_block
from convgui.scenes.network.waterfall import bars, bars_width, waterfall
from convgui.scenes.scene import Focus
from convgui.words import mark, tr, trn

THIN, INNER = 1.4, 0.75
"""Width and opacity of the frames of smaller fields inside a field."""
SMALL, NAMED = 12.0, 38.0
"""Size of the small words, and how much wider than the field its rows and columns may be written."""


def sum_items(layout: NetworkLayout, looked: Looked, focus: Focus) -> tuple[list[Item], list[HitGrid]]:
    """Draw the field of the value, and the bars of what it is made of."""
    if layout.below is None:
        return [], []
    theme, (x, y, wide, _), values = layout.canvas.theme, layout.below, layout.values
    if not values.graph.blocks[looked.block].layers:
        end = y + layout.below[3] - 4
        return [label(x, end, elide(of_block(layout, looked.block), 13, wide), theme.muted, 13)], []
    items: list[Item] = [Lines(np.array([(x, y, x + wide, y)]), theme.line)]
    title, index = _sum_title(looked), written(looked)
    items.append(label(x, y + 24, title, theme.text, HEAD, bold=True))
    left = x + text_width(title, HEAD, bold=True) + 14
    items.append(label(left, y + 24, index, theme.role("kernel").ink, 13, bold=True, mono=True))
    left += text_width(index, 13, mono=True, bold=True) + 14
    items.append(label(left, y + 24, elide(_explained(layout, looked), 13, x + wide - left), theme.muted, 13))
    items += _crop(layout, looked)
    if looked.made is None:
        return items, []
    hit = focus.hit
    lit = hit.index[-1] if hit is not None and hit.kind == "term" else -1
    found, room = bars(looked.made, _after(layout, looked)), sum_room(layout)
    drawn, hits = waterfall(found, room, lit, theme)
    left = room[0] + bars_width(found, room[2]) + 24
    return [*items, *drawn, *_behind(layout, looked, (left, room[1], x + wide - left, room[3]))], hits


def _sum_title(looked: Looked) -> str:
    if looked.made is not None and looked.made.adds:
        return tr("The sum for one value of map {n}", n=looked.channel)
    return tr("One value of map {n}", n=looked.channel)


def _explained(layout: NetworkLayout, looked: Looked) -> str:
    """Say what the bars are."""
    layers = layout.values.graph.blocks[looked.block].layers
    layer, made = layout.values.document.layers[layers[0]], looked.made
    if made is None and layout.values.sheets.sampled is not None:
        return tr("What it is taken from is shown once all values are computed.")
    if made is None:
        return tr("Click this block to see its sums: of a large network only those of the chosen layer are kept.")
    if isinstance(layer, Convolution):
        taps, bias = layer.spec.taps, made.terms[-1].channel < 0 and bool(layer.bias[looked.channel])
        said = trn("{n} channel", "{n} channels", looked.count - bias)
        each = trn("{n} product each", "{n} products each", taps)
        return tr("{channels}, {products}, and the bias", channels=said, products=each) if bias else f"{said}, {each}"
    return layer.rule(max(looked.count, 1))


def _after(layout: NetworkLayout, looked: Looked) -> tuple[tuple[str, float], ...]:
    """Return what each layer behind the first one makes of the value."""
    values, found = layout.values, list[tuple[str, float]]()
    for index in values.graph.blocks[looked.block].layers[1:]:
        value = values.value(index + 1, looked.channel, looked.cell)
        if value is not None:
            found.append((values.document.layers[index].short_title, value))
    return tuple(found)


def _behind(layout: NetworkLayout, looked: Looked, room: Box) -> list[Item]:
    """Write out how each layer behind the first one makes its value, beside the bars where there is room for it."""
    theme, (x, y, wide, high), values = layout.canvas.theme, room, layout.values
    lines = list[tuple[str, bool]]()
    for index in values.graph.blocks[looked.block].layers[1:]:
        layer, shape = values.document.layers[index], values.document.incoming[index]
        given, value = (values.value(n, looked.channel, looked.cell) for n in (index, index + 1))
        if given is None or value is None or len(layer.channels_read(looked.channel, shape)) != 1:
            continue
        ones = np.ones((1,) * len(looked.at))
        text = layer.written_sum(given * ones[None], ones, looked.channel, number)
        if text:
            lines += [
                (layer.short_title, True),
                *((part, False) for part in _wrapped(f"{text} = {number(value)}", wide)),
            ]
    if not lines or len(lines) * 17.0 > high or any(text_width(t, SMALL, mono=True) > wide for t, _ in lines):
        return []
    return [label(x, y + 12 + 17.0 * n, text, theme.text if bold else theme.muted, SMALL, bold=bold, mono=not bold)
            for n, (text, bold) in enumerate(lines)]  # fmt: skip


def _wrapped(text: str, wide: float) -> list[str]:
    """Break a formula before its operators, so that each line has room."""
    lines = [""]
    for part in re.split(r" (?=[·/+=−] )", text):
        longer = f"{lines[-1]} {part}".strip()
        if text_width(longer, SMALL, mono=True) <= wide or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _crop(layout: NetworkLayout, looked: Looked) -> list[Item]:
    """Draw the part of the input that the value sees, with its rows and columns."""
    side = crop_side(layout)
    if not side or looked.field is None or layout.below is None:
        return []
    theme, (x, y, _, high) = layout.canvas.theme, layout.below
    rows, columns = looked.field
    near = [field for cell in looked.others if (field := seen_by(layout.values.document, _value(layout, looked), cell))
            is not None and touching(field, looked.field)]  # fmt: skip
    inner = grown(layout.values.document, _value(layout, looked), looked.cell)[:-1] if not near else ()
    moved = predicted(layout.values, _value(layout, looked), looked.cell, looked.field)
    held = [] if moved is None else [_holding(moved, layout.values.maps(0).size)]
    shown = reduce(around, [*near, *held], looked.field)
    box, drawn = _opened(layout, shown, (x, y + HEAD + 22), side)
    line = theme.role("kernel").line
    spans: tuple[tuple[int, int], ...] = ((rows.start, rows.stop - 1), (columns.start, columns.stop - 1))
    said: tuple[str, ...] = (mark("rows {first}…{last}"), mark("columns {first}…{last}"))
    if layout.values.is_signal(0):
        said, spans = (mark("samples {first}…{last}"),), spans[1:]
    words = [tr(text, first=first, last=last) for text, (first, last) in zip(said, spans, strict=True)]
    # The narrower letters before the numbers alone, which do not say what they number.
    mono = max(text_width(text, SMALL, mono=True) for text in words) <= side + NAMED
    if not mono and max(text_width(text, SMALL) for text in words) > side + NAMED:
        words = [f"{first}…{last}" for first, last in spans]
    base = y + high - 24
    return [
        *drawn,
        *(_frame_in(box, shown, field, line, "dashed") for field in near),
        *(_frame_in(box, shown, field, faded(line, INNER), width=THIN) for field in inner),
        _frame_in(box, shown, looked.field, line),
        *([] if moved is None else [_moved_in(box, shown, moved, theme.role("result").line)]),
        *(label(x, base + n * 16, elide(text, SMALL, side + NAMED, mono=mono), theme.muted, SMALL, mono=mono)
          for n, text in enumerate(words)),
    ]  # fmt: skip


def _opened(layout: NetworkLayout, shown: Region, corner: tuple[float, float], side: float) -> tuple[Box, list[Item]]:
    """Draw a part of the input, and return where; a signal as curves."""
    if layout.values.is_signal(0):
        box = (*corner, side, min(side, layout.below[3] - HEAD - 60) if layout.below is not None else side)
        frame = Rects(np.array([box]), stroke=layout.canvas.theme.line, width=1.0)
        return box, [*input_curves(layout, box, shown[1]), frame]
    part = input_image(layout, shown)
    unit = side / max(part.shape[:2])
    box = (*corner, part.shape[1] * unit, part.shape[0] * unit)
    return box, [Raster(np.ascontiguousarray(part), box, box, smooth=unit < 2, name="field")]


def _holding(box: Box, size: tuple[int, int]) -> Region:
    """Return the pixels of the input that a box lies on."""
    x, y, wide, high = box
    (top, bottom), (left, right) = (
        (max(floor(start), 0), min(ceil(start + length), most))
        for start, length, most in zip((y, x), (high, wide), size, strict=True)
    )
    return slice(top, bottom), slice(left, right)


def _moved_in(box: Box, shown: Region, moved: Box, line: Colour) -> Rects:
    """Frame a box in pixels of the input on the part of it that is drawn."""
    across, down = (side / (part.stop - part.start) for side, part in zip(box[2:], shown[::-1], strict=True))
    x, y, wide, high = moved
    drawn = (box[0] + (x - shown[1].start) * across, box[1] + (y - shown[0].start) * down, wide * across, high * down)
    return Rects(np.array([drawn]), stroke=line, width=2.0)


def _value(layout: NetworkLayout, looked: Looked) -> int:
    return layout.values.graph.blocks[looked.block].value


def _frame_in(box: Box, shown: Region, field: Region, line: Colour, dash: Dash = "solid", width: float = 2.0) -> Rects:
    """Frame a field on a part of the input that is drawn in a box."""
    rows, columns = shown
    across, down = box[2] / (columns.stop - columns.start), box[3] / (rows.stop - rows.start)
    left, top = box[0] + (field[1].start - columns.start) * across, box[1] + (field[0].start - rows.start) * down
    wide, high = (field[1].stop - field[1].start) * across, (field[0].stop - field[0].start) * down
    return Rects(np.array([(left, top, wide, high)]), stroke=line, width=width, dash=dash)
