"""Channel shuffle: every channel as a strip of its own, and the lines along which the channels are dealt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.core.channels import group_of
from convgui.draw.ground import on_ground
from convgui.draw.hues import hues
from convgui.draw.levels import input_levels
from convgui.draw.metrics import elide
from convgui.draw.number import times
from convgui.draw.panels import HEADING, heading, two_sentences
from convgui.draw.picture import Box, Curves, HitGrid, Item, Lines, Picture, Raster, Rects
from convgui.draw.words import label
from convgui.layers.channel_shuffle import ChannelShuffle
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.words import tr

MARGIN, FOOTER = 26.0, 84.0
MOST_CHANNELS = 32


@dataclass(frozen=True, eq=False)
class Deal:
    """Which input channel comes out at each place, and the channels to show."""

    sample: Sample
    groups: int
    order: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class DealLayout:
    """A box a channel, before and after."""

    deal: Deal
    canvas: Canvas
    before: tuple[Box, ...]
    after: tuple[Box, ...]
    images: tuple[Raster, ...]
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def deal(document: Document, layer: ChannelShuffle) -> Deal:
    """Deal the channels; SpecError if the groups do not divide them."""
    layer.output_shape(tuple(document.sample.data.shape))
    channels = document.sample.data.shape[0]
    return Deal(document.sample, layer.groups, layer.channel_order(channels))


def lay_out(d: Deal, canvas: Canvas) -> DealLayout:
    """Stand the channels one below the other at both sides."""
    words = canvas.captions
    margin, foot, head = (MARGIN, FOOTER, HEADING) if words else (8.0, 8.0, 0.0)
    count = len(d.order)
    pitch = min(64.0, (canvas.height - margin - foot - head) / count)
    side = pitch - 4
    wide = min(canvas.width * 0.2, side * 2.2) if words else side
    top = margin + head - 8
    apart = min(canvas.width - 2 * margin - 2 * wide, 560.0)
    left = (canvas.width - apart - 2 * wide) / 2
    before = tuple((left + wide - side, top + n * pitch, side, side) for n in range(count))
    after = tuple((left + wide + apart, top + n * pitch, side, side) for n in range(count))
    levels = input_levels(d.sample.data)
    planes = [np.atleast_2d(plane) for plane in d.sample.data]
    images = tuple(
        on_ground(
            Raster(levels.colours(plane, canvas.theme), box, box, smooth=max(plane.shape) > side, name=f"input {n}"),
            d.sample.alpha,
            canvas.theme,
        )
        for n, (plane, box) in enumerate(zip(planes, before, strict=True))
    )
    theme = canvas.theme
    items: list[Item] = [*images, _rims(before, canvas)]
    if words:
        items += heading(
            before[0][0] - 24,
            top - HEADING,
            tr("Input"),
            times(*d.sample.data.shape),
            theme.role("input").ink,
            theme,
            apart,
        )
        title = tr("Dealt from {groups} groups", groups=d.groups)
        x = min(after[0][0], canvas.width - MARGIN - 130)
        items += heading(x, top - HEADING, title, "", theme.role("result").ink, theme, canvas.width - x)
        if pitch >= 14:
            for n, box in enumerate(before):
                name = elide(d.sample.channels[n], 12, box[0] - 12)
                items.append(label(box[0] - 8, box[1] + side / 2 + 4, name, theme.text, 12, mono=True, anchor="end"))
    hits = (
        *(HitGrid("input", (n,), *box, (1, 1)) for n, box in enumerate(before)),
        *(HitGrid("output", (n,), *box, (1, 1)) for n, box in enumerate(after)),
    )
    return DealLayout(d, canvas, before, after, images, tuple(items), hits)


def _rims(boxes: tuple[Box, ...], canvas: Canvas) -> Rects:
    return Rects(np.array(boxes), stroke=canvas.theme.line, width=1.0)


def draw_frame(layout: DealLayout, at: float, focus: Focus) -> Picture:
    """Show the channels that have been dealt, one more a step."""
    d, canvas, hit = layout.deal, layout.canvas, focus.hit
    landed = min(int(at), len(d.order) - 1)
    position = landed
    if hit is not None and hit.kind == "output":
        position = hit.index[0]
    if hit is not None and hit.kind == "input":
        position = d.order.index(hit.index[0])
    items: list[Item] = []
    for n in range(max(landed, position) + 1):
        items += _one(layout, n, lit=n == position)
    source = d.order[position]
    group, within = group_of(source, len(d.order), d.groups)
    first = tr(
        "{name}: channel {channel} of group {group} of the input.",
        name=f"out[{position}] = in[{source}]",
        channel=within,
        group=group,
    )
    second = tr(
        "Nothing is computed: the channels of each group are dealt out to all groups, so that the next ones mix them."
    )
    if canvas.captions:
        theme, top, room = canvas.theme, canvas.height - FOOTER + 10, canvas.width - 2 * MARGIN
        items.append(Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line))
        items += two_sentences(MARGIN, top, first, second, theme, room)
    return Picture(canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, first)


def _one(layout: DealLayout, position: int, *, lit: bool) -> list[Item]:
    """Draw one dealt channel with its line, in the colour of its group."""
    d, theme = layout.deal, layout.canvas.theme
    source = d.order[position]
    hue = hues(d.groups, theme)[group_of(source, len(d.order), d.groups)[0]]
    ink = (int(hue[0]), int(hue[1]), int(hue[2]), 255)
    x, y, wide, high = layout.before[source]
    x2, y2, _, _ = layout.after[position]
    start, end = (x + wide + 3, y + high / 2), (x2 - 3, y2 + high / 2)
    middle = (start[0] + end[0]) / 2
    curve = np.array([[*start, middle, start[1], middle, end[1], *end]])
    box = layout.after[position]
    items: list[Item] = [
        Curves(curve, ink, 3.5 if lit else 1.6),
        Raster(layout.images[source].image, box, box, smooth=layout.images[source].smooth, name=f"output {position}"),
        Rects(np.array([box]), stroke=theme.role("kernel").line if lit else ink, width=2.5 if lit else 1.5),
    ]
    if layout.canvas.captions and high >= 10:
        text = elide(tr("in {channels}", channels=d.sample.channels[source]), 12, 110)
        items.append(label(box[0] + wide + 8, box[1] + high / 2 + 4, text, theme.text, 12, mono=True))
    return items
