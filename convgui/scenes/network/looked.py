"""Network: the value that is looked at, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass

from convgui.draw.picture import Box, Hit
from convgui.scenes.network.field import Region, own_cell, seen_by
from convgui.scenes.network.layout import NetworkLayout
from convgui.scenes.network.making import Making, Term, shortened
from convgui.scenes.network.waterfall import most_terms
from convgui.scenes.scene import Focus

HEAD, CROP = 16.0, 0.14
"""Size of the sum's title, and the part of the width that the field takes beside the sum."""


@dataclass(frozen=True)
class Looked:
    """The value that is shown: the block's chosen one, or the one that is pointed at.

    Attributes
    ----------
    field : tuple of slice or None
        What it sees of the input.
    made : Making or None
        What it is made of, as many terms as there is room for, of `count`.
    at : tuple of int
        Its cell as the value's own axes have it: of a signal without the row.
    others : tuple
        Further cells of the map that are chosen, to be compared with it; none while another cell is pointed at.
    """

    block: int
    channel: int
    cell: tuple[int, int]
    field: Region | None
    made: Making | None
    count: int
    at: tuple[int, ...]
    others: tuple[tuple[int, int], ...] = ()


def looked_at(layout: NetworkLayout, block: int, focus: Focus) -> Looked:
    """Return the value of a block that is pointed at, or else the chosen one."""
    values, hit = layout.values, focus.hit
    channel = values.channel(block)
    cell = values.cell(block, channel)
    if hit is not None and hit.kind == "unit" and hit.index[0] == block:
        channel, cell = hit.index[1], values.known_cell(block, (hit.index[2], hit.index[3]))
    elif hit is not None and hit.kind == "filter" and hit.index[0] in values.graph.blocks[block].layers:
        channel = hit.index[1]
        cell = values.cell(block, channel)
    field = seen_by(values.document, values.graph.blocks[block].value, cell)
    made = values.making(block, channel, cell)
    count = len(made.terms) if made is not None else 0
    if made is not None:
        made = shortened(made, most_terms(sum_room(layout)[2], 1 + len(values.graph.blocks[block].layers)))
    chosen = values.marked(block)
    others = chosen[1:] if channel == values.channel(block) and cell == values.cell(block, channel) else ()
    at = own_cell(values.document, values.graph.blocks[block].value, cell)
    return Looked(block, channel, cell, field, made, count, at, others)


def term_at(made: Making | None, hit: Hit | None) -> Term | None:
    """Return the term that is pointed at."""
    if made is None or hit is None or hit.kind != "term" or hit.index[-1] >= len(made.terms):
        return None
    return made.terms[hit.index[-1]]


def sum_room(layout: NetworkLayout) -> Box:
    """Return the room of the bars: beside the field where there is much, all of the width otherwise."""
    if layout.below is None:
        return layout.middle
    x, y, wide, high = layout.below
    side = crop_side(layout)
    left = x + side + 32 if side else x
    return (left, y + HEAD + 26, x + wide - left, high - HEAD - 26)


def crop_side(layout: NetworkLayout) -> float:
    """Return the side of the opened field; 0 where there is no room for it."""
    if layout.below is None or layout.below[2] < 560:
        return 0.0
    return min(CROP * layout.below[2], layout.below[3] - HEAD - 26 - 40)


def written(looked: Looked) -> str:
    """Write which value it is."""
    return f"out[{', '.join(map(str, (looked.channel, *looked.at)))}]"
