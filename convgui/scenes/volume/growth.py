"""Blocks: one moment. The windows stand free in their holes, and the output has grown as far as the step."""

from __future__ import annotations

from functools import partial

import numpy as np

from convgui.draw import solid
from convgui.draw.colour import Colour, faded, mix
from convgui.draw.gaps import gathered, operator, wedges
from convgui.draw.metrics import wrap
from convgui.draw.number import number
from convgui.draw.picture import Box, HitGrid, Item, Label, Lines, Picture, Rects, Run
from convgui.draw.prediction import about
from convgui.draw.solid import Ranges, Stand
from convgui.draw.words import label, middle
from convgui.scenes.scene import Focus
from convgui.scenes.volume.arrangement import GATHERED, NODE
from convgui.scenes.volume.blocks import SMALL, BlocksLayout
from convgui.scenes.volume.layer import Span, Triple, Volume
from convgui.scenes.volume.numbers import step_items
from convgui.scenes.volume.pointing import pointed, pointed_position, said
from convgui.scenes.volume.words import lines, partial_sums
from convgui.words import tr

FRAME = 2.6
"""Width of the lines around the window and around the newest cell."""
LEAST_NUMBER = 12.0


def draw_frame(layout: BlocksLayout, at: float, focus: Focus) -> Picture:
    """Draw a moment between two steps, or the output cell that is pointed at."""
    v, canvas, hit = layout.volume, layout.canvas, focus.hit
    step = min(int(at), v.output.size - 1)
    landed = position = v.position(step)
    share = at - step if step < v.output.size - 1 else 0.0
    if (found := pointed_position(v, hit)) is not None:
        position, share = found, 0.0
    # What goes from one solid to the next lies behind both.
    items, hits = _wedges(layout, position) if layout.measure.words else [], list[HitGrid]()
    for channel, block in zip(layout.blocks.channels, layout.blocks.inputs, strict=True):
        shown, pointable = _input(layout, channel, block, position, share)
        items, hits = [*items, *shown], [*hits, *pointable]
    items += _output(layout, landed, position)
    if layout.measure.words:
        items += _signs(layout, position)
    if max(v.output_size) <= SMALL:
        hits += solid.hits(layout.blocks.output, _planes(v, landed), "output", (v.filter,))
    if layout.numbers is not None:
        items += step_items(v, layout.numbers, position, canvas.theme, layout.scale)
    sums, total = partial_sums(v, position)
    if layout.blocks.cards:
        items += _added(layout, sums)
        hits += _card_hits(layout)
    items += pointed(layout, hit, position)
    words, summary = lines(
        v, canvas, position, said(v, hit, position), margin=layout.measure.margin, places=layout.blocks.several
    )
    if canvas.captions:
        items += _number(layout, position, total) + words
    now = about(items, position == landed)
    answer = number(partial_sums(v, landed)[1])
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(now), (*layout.hits, *hits), summary,
        answer,
    )  # fmt: skip


def _spans(layout: BlocksLayout, position: tuple[float, float, float]) -> Span:
    """Return the cells under a window, which may lie between two positions, counted from the corner of the padding."""
    d, h, w = layout.volume.view.over_padding.spans(position)
    return d, h, w


def _window(layout: BlocksLayout, position: Triple) -> Ranges:
    """Return the same at a position."""
    (d0, d1), (h0, h1), (w0, w1) = _spans(layout, position)
    return (int(d0), int(d1)), (int(h0), int(h1)), (int(w0), int(w1))


def _input(
    layout: BlocksLayout, channel: int, block: Stand, position: Triple, share: float
) -> tuple[list[Item], list[HitGrid]]:
    """An input without what hides the window, and the window; and what of both can be pointed at."""
    theme, v = layout.canvas.theme, layout.volume
    blue, orange = theme.role("input").line, theme.role("kernel").line
    fills, tint = partial(layout.colour_input, channel), partial(layout.window, channel)
    if v.span(position) is None:
        planes = solid.box_planes(block.cells)
        return solid.faces(block, planes, fills, blue), _hits(v, channel, block, planes)
    window = _window(layout, position)
    planes, inner = solid.cut_planes(block, window), solid.box_planes(window)
    items: list[Item] = [solid.frame(block, faded(blue, 0.7)), *solid.faces(block, planes, fills, blue)]
    if v.view.spec.transposed or not v.view.dilated:
        items += solid.faces(block, inner, tint, orange)
    else:
        for d, h, w in _taps(layout, position):
            items += solid.box(block, ((d, d + 1), (h, h + 1), (w, w + 1)), tint, orange)
    d, h, w = position
    if 0 < share < 1 and w + 1 < v.output_size[2] and not v.view.spec.transposed:
        # Between two steps only the outline travels; the values change when it lands.
        items.append(Lines(solid.outline(block, _spans(layout, (d, h, w + share))), orange, FRAME))
    else:
        items.append(Lines(solid.outline(block, window), orange, FRAME))
    return items, _hits(v, channel, block, [*planes, *inner])


def _hits(v: Volume, channel: int, block: Stand, planes: list[solid.Plane]) -> list[HitGrid]:
    if max(block.shape) > SMALL:
        return []
    return solid.hits(block, planes, "input", (v.first + channel,), v.view.origin)


def _taps(layout: BlocksLayout, position: Triple) -> list[Triple]:
    """Return the cells that a dilated kernel reads, the farthest first."""
    taps = layout.volume.view.over_padding.reads(position)
    cells = [(d, h, w) for (d, h, w), _ in taps]
    return sorted(cells, key=lambda cell: (cell[0], -cell[1], cell[2]))


def _parts(v: Volume, position: Triple) -> tuple[Ranges, ...]:
    """Return the output as far as it has grown in boxes, the farthest first."""
    d, h, w = position
    _, high, wide = v.output_size
    return (
        ((0, d), (0, high), (0, wide)),
        ((d, d + 1), (h, h + 1), (0, w + 1)),
        ((d, d + 1), (0, h), (0, wide)),
    )


def _planes(v: Volume, position: Triple) -> list[solid.Plane]:
    return [plane for part in _parts(v, position) for plane in solid.box_planes(part)]


def _output(layout: BlocksLayout, landed: Triple, position: Triple) -> list[Item]:
    """The output as far as it has grown, and the cell that is made outlined."""
    theme, block = layout.canvas.theme, layout.blocks.output
    green, orange = theme.role("result").line, theme.role("kernel").line
    items: list[Item] = [solid.frame(block, faded(green, 0.7))]
    for part in _parts(layout.volume, landed):
        items += solid.box(block, part, layout.colour_output, green)
    return [*items, Lines(solid.outline(block, _cell(position)), orange, FRAME)]


def _cell(cell: Triple) -> Ranges:
    d, h, w = cell
    return ((d, d + 1), (h, h + 1), (w, w + 1))


def _number(layout: BlocksLayout, position: Triple, total: float) -> list[Item]:
    """The result on its cell's front, or where that is too small, on a label beside it."""
    theme, block, text = layout.canvas.theme, layout.blocks.output, number(total)
    d, h, w = position
    (left, _), (right, _) = block.point(d + 1, h, w), block.point(d + 1, h, w + 1)
    high = block.axes[1][1]
    size = float(int(min((right - left - 4) / (0.6 * len(text)), high * 0.5, 22.0)))
    if size >= LEAST_NUMBER:
        x, y = block.point(d + 1, h + 0.5, w + 0.5)
        fill = solid.shaded(layout.colour_output(0, d, (h, h + 1), (w, w + 1)), 0)
        ink: Colour = tuple(theme.ink(fill)[0, 0].tolist())
        run = Run(text, ink, bold=True, answer=True)
        return [Label(x, middle(y, 0, size), (run,), size, mono=True, anchor="middle")]
    x, y = block.point(d, h, w + 1)
    wide = 0.62 * 14 * len(text) + 14
    chip = (min(x + 10, layout.canvas.width - wide - 4), max(y - 30, block.box[1] + 2), wide, 22.0)
    ink = theme.role("warning" if total < 0 else "result").ink
    leader = Lines(np.array([(x, y, chip[0] + 6, chip[1] + 22)]), theme.role("kernel").line, 1.4)
    return [
        leader, Rects(np.array([chip]), fill=theme.background, stroke=theme.role("kernel").line, width=1.5, radius=5),
        Label(chip[0] + wide / 2, middle(chip[1], 22, 14), (Run(text, ink, True, True),), 14, True, "middle"),
    ]  # fmt: skip


def _wedges(layout: BlocksLayout, position: Triple) -> list[Item]:
    """From the windows to their filters; of a single channel, on from there to the cell that is made."""
    v, theme, stands = layout.volume, layout.canvas.theme, layout.blocks
    ends = []
    if v.span(position) is not None:
        for given, block in zip(stands.inputs, stands.filters, strict=True):
            (start, leaves), (end, goes) = _edge(given, _window(layout, position), 1), _edge(block, block.cells, -1)
            ends.append(((start, end), leaves, goes))
    items = wedges(ends, theme)
    if not stands.several:
        block = stands.filters[0]
        (start, leaves), (end, goes) = _edge(block, block.cells, 1), _edge(stands.output, _cell(position), -1)
        items += wedges([((start, end), leaves, goes)], theme, "result")
    return items


def _signs(layout: BlocksLayout, position: Triple) -> list[Item]:
    """The operators in the gaps."""
    theme, stands, items = layout.canvas.theme, layout.blocks, list[Item]()
    for block in stands.filters:
        items += operator(stands.gap, block.box[1] + block.box[3] / 2, "×", theme)
    if not stands.several:
        block, (_, goes) = stands.filters[0], _edge(stands.output, _cell(position), -1)
        items += operator(stands.way, (block.box[1] + block.box[3] / 2 + sum(goes) / 2) / 2, "Σ", theme, "result")
    return items


def _edge(block: Stand, part: Ranges, side: int) -> tuple[float, tuple[float, float]]:
    """Return where the upright edge of a box furthest to the left (-1) or right (1) stands, and its two ends."""
    (d0, d1), (h0, h1), (w0, w1) = part
    depth, width = (d0, w1) if side > 0 else (d1, w0)
    (x, top), (_, bottom) = block.point(depth, h0, width), block.point(depth, h1, width)
    return x, (top, bottom)


def _added(layout: BlocksLayout, sums: list[tuple[str, float]]) -> list[Item]:
    """What each channel adds on a card, and the Σ that adds them up."""
    v, theme, stands = layout.volume, layout.canvas.theme, layout.blocks
    values = [sums[channel][1] for channel in stands.channels]
    if len(stands.cards) > len(values):
        values.append(sum(value for _, value in sums) - sum(values))
    items, taps = list[Item](), v.kernels[0].size
    for n, (box, value) in enumerate(zip(stands.cards, values, strict=True)):
        count = taps * (1 if n < len(stands.channels) else len(sums) - len(stands.channels))
        items += _card(layout, box, value, tr("Σ of {n} products", n=count))
    starts = [(x + wide + 3, y + high / 2) for x, y, wide, high in stands.cards]
    node, end = sigma(layout)
    items += gathered(starts, node, end, theme)
    words = wrap(tr("over channels"), 12, 60)
    return [*items, *(label(node[0] - 4, node[1] + 34 + 14 * n, w, theme.muted, 12) for n, w in enumerate(words))]


def _card(layout: BlocksLayout, box: Box, value: float, words: str) -> list[Item]:
    theme, (x, y, wide, high) = layout.canvas.theme, box
    role = theme.role("result")
    hue = role.negative if value < 0 else role.positive
    fill = mix(theme.background, hue, 0.0 if not value else 0.18)
    text = number(value)
    size = float(int(min(26.0, (wide - 12) / (0.6 * len(text)))))
    run = Run(text, theme.text, bold=True, answer=True)
    return [
        Rects(np.array([box]), fill=fill, stroke=role.line, width=2.0, radius=6),
        Label(x + wide / 2, y + 34, (run,), size, mono=True, anchor="middle"),
        label(x + wide / 2, y + high - 13, words, theme.muted, 12, anchor="middle"),
    ]


def sigma(layout: BlocksLayout) -> tuple[tuple[float, float], float]:
    """Return the middle of the Σ, and where its arrow ends."""
    start, end = layout.blocks.way
    _, y, _, high = layout.blocks.output.box
    return (start + GATHERED * NODE, y + high / 2), end - 6


def _card_hits(layout: BlocksLayout) -> list[HitGrid]:
    v, stands, found = layout.volume, layout.blocks, list[HitGrid]()
    for channel, (x, y, wide, high) in zip(stands.channels, stands.cards, strict=False):
        found.append(HitGrid("partial", (v.first + channel,), x, y, wide, high, (1, 1)))
    (x, y), _ = sigma(layout)
    return [*found, HitGrid("sum", (v.filter,), x - 20, y - 20, 40.0, 40.0, (1, 1))]
