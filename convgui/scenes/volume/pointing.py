"""Blocks: what is pointed at, and what it meets: input, weight, product and output are tied together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from convgui.draw import solid
from convgui.draw.arithmetic import called
from convgui.draw.colour import Colour
from convgui.draw.number import number
from convgui.draw.picture import Box, Hit, Item, Lines, Rects
from convgui.draw.solid import Stand
from convgui.draw.window import RING
from convgui.scenes.volume.blocks import BlocksLayout
from convgui.scenes.volume.layer import Triple, Volume
from convgui.scenes.volume.words import cell_words, index, partial_sums, weight_words
from convgui.words import tr

MOST, TOUCHED = 400, 1.6
"""Cells that are outlined at most, and the width of their lines."""


def pointed_position(v: Volume, hit: Hit | None) -> Triple | None:
    """Return the output cell that is pointed at."""
    if hit is None or hit.kind != "output":
        return None
    d, h, w = hit.index[-3:]
    return (d, h, w) if v.view.makes((d, h, w)) else None


def _tap(v: Volume, hit: Hit) -> tuple[int, Triple] | None:
    """Return the channel that is read, and the tap, of a weight or a product that is pointed at."""
    first, second, k, i, j = hit.index
    output, given = v.view.channels.ends(first, second)
    channel = given - v.first
    inside = all(0 <= t < n for t, n in zip((k, i, j), v.kernels.shape[1:], strict=True))
    return (channel, (k, i, j)) if inside and output == v.filter and 0 <= channel < len(v.names) else None


def pointed(layout: BlocksLayout, hit: Hit | None, position: Triple) -> list[Item]:
    """Outline what is pointed at and what it meets."""
    if hit is None:
        return []
    v, ink = layout.volume, layout.canvas.theme.text
    if hit.kind == "input":
        return _input(layout, hit, position)
    if hit.kind in ("kernel", "product"):
        found = _tap(v, hit)
        return [] if found is None else _met(layout, *found, position)
    if hit.kind == "sum":
        return [_ringed(layout.blocks.cards, ink, 8)]
    if hit.kind == "partial":
        channel = hit.index[0] - v.first
        boxes = [box for c, box in zip(layout.blocks.channels, layout.blocks.cards, strict=False) if c == channel]
        return [_ringed(boxes, ink, 8)]
    return []


def _input(layout: BlocksLayout, hit: Hit, position: Triple) -> list[Item]:
    """An input cell, the weight that it meets in this window, and the output cells that read it."""
    v, theme = layout.volume, layout.canvas.theme
    channel, cell = hit.index[0] - v.first, _three(hit.index[-3:])
    if channel not in layout.blocks.channels:
        return []
    items = _cubes(layout.blocks.inputs[layout.blocks.channels.index(channel)], [_padded(v, cell)], theme.text, RING)
    if not v.view.holds(cell):
        return items
    reached = [_three(found) for found in v.view.reached(cell)[:MOST]]
    items += _cubes(layout.blocks.output, reached, theme.role("input").line, TOUCHED)
    taps = [_three(tap) for found, tap in v.view.reads(position) if found == cell]
    for tap in taps:
        items += _weight(layout, channel, tap)
    return items


def _met(layout: BlocksLayout, channel: int, tap: Triple, position: Triple) -> list[Item]:
    """A weight, the input cell that it meets, and their product."""
    v, theme = layout.volume, layout.canvas.theme
    items = _weight(layout, channel, tap)
    if channel in layout.blocks.channels:
        block = layout.blocks.inputs[layout.blocks.channels.index(channel)]
        cells = [_three(cell) for cell, other in v.view.over_padding.reads(position) if other == tap]
        items += _cubes(block, cells, theme.text, RING)
    return items


def _weight(layout: BlocksLayout, channel: int, tap: Triple) -> list[Item]:
    """Outline a weight in its filter, and with its value and their product where the numbers stand."""
    ink, items = layout.canvas.theme.text, list[Item]()
    if channel in layout.blocks.channels:
        items += _cubes(layout.blocks.filters[layout.blocks.channels.index(channel)], [tap], ink, RING)
    if layout.numbers is not None and channel == layout.volume.channel:
        items.append(_ringed(layout.numbers.boxes(tap), ink))
    return items


def _three(cell: Sequence[int]) -> Triple:
    d, h, w = cell
    return d, h, w


def _padded(v: Volume, cell: Triple) -> Triple:
    return _three(v.view.padded_index(cell))


def _cubes(block: Stand, cells: Sequence[Triple], ink: Colour, width: float) -> list[Item]:
    """Outline cells of a block, those inside of it too."""
    if not cells:
        return []
    edges = [solid.outline(block, ((d, d + 1), (h, h + 1), (w, w + 1))) for d, h, w in cells]
    return [Lines(np.concatenate(edges), ink, width)]


def _ringed(boxes: Sequence[Box], ink: Colour, radius: float = 0.0) -> Item:
    return Rects(np.array(boxes, dtype=float).reshape(-1, 4), stroke=ink, width=RING, radius=radius)


def said(v: Volume, hit: Hit | None, position: Triple) -> str:
    """Say what is pointed at; "" where nothing is, or where the arithmetic says it."""
    if hit is None:
        return ""
    if hit.kind == "input":
        return cell_words(v, _three(hit.index[-3:]), hit.index[0] - v.first)
    if hit.kind in ("kernel", "product"):
        found = _tap(v, hit)
        return "" if found is None else weight_words(v, *found, position)
    sums, total = partial_sums(v, position)
    taps = v.kernels[0].size
    if hit.kind == "partial":
        channel = hit.index[0] - v.first
        value = number(sums[channel][1])
        return tr(
            "{channel}: its {n} products add up to {value}", channel=called(v.names[channel]), n=taps, value=value
        )
    if hit.kind == "sum":
        parts = {"n": len(sums), "bias": number(v.bias), "name": index("out", v.filter, *position)}
        return tr("{n} channels and the bias, {bias}, add up to {name} = {total}", total=number(total), **parts)
    return ""
