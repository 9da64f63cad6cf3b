"""Receptive fields: where the input, the two maps and the table of layers stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.ground import over_checks
from convgui.draw.levels import input_levels
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import grouped, number, times
from convgui.draw.panels import HEADING, heading
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.viewport import Viewport, pyramid, seen, view_through
from convgui.draw.words import label
from convgui.layers.convolution import Convolution
from convgui.scenes.canvas import Canvas
from convgui.scenes.receptive.fields import DRAWS, Fields, on_rows
from convgui.words import mark, tr

MARGIN, GAP, FOOTER = 26.0, 26.0, 96.0
ROW, MOST_ROW = 16.0, 22.0
COLUMNS = (mark("layer"), mark("field"), mark("stride"), mark("weights"), mark("mult.-adds"))
NARROW = 360.0
"""Width of the table below which weights and multiply-adds are left out."""


@dataclass(frozen=True, eq=False)
class StackLayout:
    """The frames of everything.

    Attributes
    ----------
    view : Viewport
        The input.
    maps : tuple of Box
        Frames of the ways and of the strengths.
    table : Box
        The rows of layers; `first` is the first layer that is listed when layer 0 is shown.
    row : float
        Height of a row.
    """

    fields: Fields
    canvas: Canvas
    view: Viewport
    maps: tuple[Box, Box]
    table: Box
    row: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]

    @property
    def listed(self) -> int:
        """How many layers the table has room for."""
        return max(1, min(len(self.fields.layers), int(self.table[3] // self.row)))

    def first(self, place: int) -> int:
        """Return the first layer listed while layer `place` is shown: all if they fit, otherwise those around it."""
        return min(max(0, place - self.listed // 2), len(self.fields.layers) - self.listed)


def lay_out(f: Fields, canvas: Canvas) -> StackLayout:
    """Place the input at the left, the maps at the right and the table below them."""
    words = canvas.captions
    margin, foot, head = (MARGIN, FOOTER, HEADING) if words else (8.0, 8.0, 0.0)
    inside = canvas.width - 2 * margin - GAP
    high = canvas.height - margin - foot - head
    left = min(inside * 0.46, high) if words else inside * 0.5
    frame = (margin, margin + max(0.0, head - 8), left, high)
    rows, columns = f.size
    cell = min(left / columns, high / rows)
    top = frame[1] if words else max(margin, (canvas.height - rows * cell) / 2)
    view = view_through((frame[0], top, columns * cell, rows * cell), f.size, (0.5, 0.5), 1.0)
    right = margin + left + GAP
    wide = canvas.width - margin - right
    side = min((wide - GAP) / 2, (high - head - 60) * 0.62) if words else min(wide, (high - GAP) / 2)
    first = (right, frame[1], side, side)
    second = (right + side + GAP, frame[1], side, side) if words else (right, frame[1] + side + GAP, side, side)
    top = frame[1] + side + 62
    table = (right, top, wide, max(ROW, frame[1] + high - top))
    row = min(MOST_ROW, max(ROW, table[3] / len(f.layers)))
    base = [_input(f, view, canvas)]
    if words:
        base += _words(f, canvas, view, (first, second), table)
    layout = StackLayout(f, canvas, view, (first, second), table, row, tuple(base), ())
    hits = (HitGrid("input", (0,), view.x, view.y, view.across, view.down, f.size, clip=view.clip),)
    return StackLayout(f, canvas, view, layout.maps, table, row, tuple(base), hits)


def _input(f: Fields, view: Viewport, canvas: Canvas) -> Item:
    """Draw the input as a picture, a little faded, so that the fields stand out on it."""
    data = f.sample.data.reshape(f.sample.data.shape[0], *f.size)
    part, box = seen(pyramid(data), view, canvas.pixels)
    levels = input_levels(data)
    colour = f.sample.channels[:3] == ("R", "G", "B")
    image = levels.colours(part[:3] if colour else part[0], canvas.theme)[..., :3]
    if (alpha := f.sample.alpha) is not None:
        cover, _ = seen(pyramid(alpha.values.reshape(f.size)), view, canvas.pixels)
        image = over_checks(image, cover / alpha.opaque, alpha.associated, box[2] / cover.shape[1], canvas.theme)
    ground = np.array(canvas.theme.background[:3], dtype=np.float64)
    faded = np.round(0.72 * image + 0.28 * ground).astype(np.uint8)
    return Raster(faded, box, view.clip, smooth=view.across < 2, name="input")


def _words(f: Fields, canvas: Canvas, view: Viewport, maps: tuple[Box, Box], table: Box) -> list[Item]:
    theme = canvas.theme
    x, y, wide, _ = view.clip
    shape = f"{f.sample.name} · {times(*f.sample.data.shape)}"
    items: list[Item] = [Rects(np.array([view.clip]), stroke=theme.line, width=1.0)]
    items += heading(x, y - HEADING, tr("Input"), shape, theme.role("input").ink, theme, max(wide, 120.0))
    kind = tr("random weights, mean of {n}", n=DRAWS) if f.random else tr("these weights")
    for box, title, detail in zip(
        maps,
        (tr("Theoretical"), tr("Effective")),
        (tr("ways to one cell"), tr("|gradient|, {kind}", kind=kind)),
        strict=True,
    ):
        items += heading(box[0], box[1] - HEADING, title, detail, theme.text, theme, box[2] + GAP - 6)
    baseline = table[1] - 8
    ends = shares(table[2])
    for place, (title, share) in enumerate(zip(COLUMNS, ends, strict=False)):
        anchor_x = table[0] + share * table[2]
        # The first column begins where the second one's numbers are far off yet; the others end at their numbers.
        room = (share - ends[place - 1]) * table[2] - 6 if place > 1 else ends[1] * table[2] / 2
        text = elide(tr(title), 11, room, mono=True)
        items.append(label(anchor_x, baseline, text, theme.muted, 11, mono=True, anchor="end" if share else "start"))
    return items


def row_texts(f: Fields, place: int) -> tuple[str, ...]:
    """Write one layer of the table."""
    layer, shape = f.layers[place], f.shapes[place]
    lines = f.sizes[place] if len(f.sample.spatial) > 1 else f.sizes[place][1:]
    ends = [f"{min(turns)}–{max(turns)}" if len(set(turns)) > 1 else str(turns[0]) for turns in lines]
    size = ends[0] if len(set(ends)) == 1 else " × ".join(ends)
    stride = number(float(on_rows(f.fields[place].stride, 1)[1]), 2)
    weights = layer.weight.size if isinstance(layer, Convolution) else 0
    return (f"{place + 1}  {layer.title}", size, stride, count(weights), count(layer.multiply_adds(shape)))


def shares(wide: float) -> tuple[float, ...]:
    """Return the right ends of the columns that there is room for, as shares of the table's width."""
    return (0.0, 0.48, 0.64, 0.8, 1.0) if wide >= NARROW else (0.0, 0.8, 1.0)


def count(value: int) -> str:
    """Write a count in few characters."""
    for size, unit in ((10**9, "G"), (10**6, "M")):
        if value >= 10 * size:
            return f"{number(round(value / size, 1))} {unit}"
    return grouped(value)


def row_items(layout: StackLayout, place: int) -> list[Item]:
    """Draw the table with layer `place` lit."""
    f, canvas = layout.fields, layout.canvas
    theme, (x, y, wide, _) = canvas.theme, layout.table
    first = layout.first(place)
    items: list[Item] = [
        Rects(
            np.array([(x - 6, y + (place - first) * layout.row, wide + 12, layout.row)]),
            fill=theme.selection,
            radius=4,
        )
    ]
    for line in range(layout.listed):
        n = first + line
        base = y + line * layout.row + layout.row / 2 + 4
        ink = theme.text if n <= place else theme.muted
        name, *numbers = row_texts(f, n)
        ends = shares(wide)[1:]
        room = wide * ends[0] - (text_width(numbers[0], 11, mono=True) + 10)
        items.append(label(x, base, elide(name, 12, room, bold=n == place), ink, 12, bold=n == place))
        for text, share in zip(numbers, ends, strict=False):
            items.append(label(x + share * wide, base, text, ink, 11, mono=True, anchor="end"))
    return items


def row_hits(layout: StackLayout, place: int) -> HitGrid:
    """Make the table's rows answer to the pointer."""
    x, y, wide, _ = layout.table
    first = layout.first(place)
    return HitGrid("layer", (), x, y, wide, layout.row, (layout.listed, 1), (first, 0))
