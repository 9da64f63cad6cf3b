"""Network: the strip of blocks with the lines between them, the shape of every value below its block."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from convgui.draw.gaps import arrow
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import times
from convgui.draw.picture import Box, Curves, HitGrid, Item, Lines, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label, middle
from convgui.layers.layer import Layer
from convgui.model.document import Document
from convgui.scenes.network.folding import Fold, folded
from convgui.scenes.network.graph import Block, Graph, Slot
from convgui.words import tr, trn

WIDE, NARROW = 112.0, 68.0
"""Width of a block, and the least where there are many."""
WIDER, TINY = 16.0, (10.0, 8.0)
"""How much wider than the least blocks are where not all are seen; both least widths of a picture without words."""
CHIP, CHIPS = 50.0, 2
"""Width of what stands behind a block, and how many of them have one of their own."""
APART, LEAST_BETWEEN, MOST_BETWEEN = 8.0, 18.0, 44.0
"""Between the blocks of a column, also beside what says how many columns are left out, and between columns."""
TALL, LOW, PASSING = 58.0, 20.0, 9.0
"""Most and least height of a block, and height of a line that passes."""
TWO_LINES = 38.0
AIR, BELOW, CARD = 7.0, 10.0, 18.0
"""Beside and below blocks that come several times, whose shapes stay free, and the height of what says how often."""
SHAPE, SMALL, MARK = 17.0, 12.0, 7.0


@dataclass(frozen=True, eq=False)
class Strip:
    """Where the blocks of a network stand, as far as there is room around one of them.

    Attributes
    ----------
    boxes : mapping
        The box of each block that is shown, its chips left out.
    chips : mapping
        The boxes behind each block, one a layer; one for all where there are more than `CHIPS`.
    passes : mapping
        Left and right end and height of each line that passes a column.
    before, beyond : int
        How many columns are left out at the two ends.
    folds : tuple
        Columns that come several times, with the frame around them, as far as they are seen.
    """

    room: Box
    graph: Graph
    boxes: Mapping[int, Box]
    chips: Mapping[int, tuple[Box, ...]]
    passes: Mapping[tuple[int, int, int], tuple[float, float, float]]
    before: int
    beyond: int
    folds: tuple[tuple[Fold, Box], ...] = ()

    def right(self, block: int) -> float:
        """Return where the lines out of a block begin."""
        x, _, wide, _ = self.chips[block][-1] if self.chips[block] else self.boxes[block]
        return x + wide


def place(
    graph: Graph, current: int, room: Box, *, words: bool, document: Document | None = None, opened: Container[int] = ()
) -> Strip:
    """Place the columns around the current block, from left to right.

    Where not all have room, those of a `document` that come several times alike stand there once, if not `opened`.
    """
    x, y, wide, high = room
    least, folds = (NARROW, LEAST_BETWEEN) if words else TINY, tuple[Fold, ...]()
    if document is not None and words and _too_wide(graph, wide):
        graph, folds = folded(graph, document, current, opened)
    chips = _chips_behind(graph, words=words)
    edge = max(text_width(text, SMALL) for text in _beyond(len(graph.columns))) + APART if words else 0.0
    first, last, block = _shown(graph, graph.column(current), chips, wide, edge, least)
    behind, count = last < len(graph.columns), last - first
    left = x + (edge if first else 0.0)
    taken = sum(block + n * CHIP for n in chips[first:last])
    free = x + wide - (edge if behind else 0.0) - left - taken
    apart = min(free / max(count - 1, 1), MOST_BETWEEN)
    boxes, behinds, passes = (
        dict[int, Box](),
        dict[int, tuple[Box, ...]](),
        dict[tuple[int, int, int], tuple[float, float, float]](),
    )
    for number in range(first, last):
        across = block + chips[number] * CHIP
        heights = _heights(graph.columns[number], y, high, SHAPE if words else 0.0)
        for slot, (top, height) in zip(graph.columns[number], heights, strict=True):
            if slot.is_block:
                boxes[slot.end] = (left, top, block, height)
                n = min(_chip_count(graph.blocks[slot.end]), chips[number])
                chip = min(height, 40.0)
                behinds[slot.end] = tuple(
                    (left + block + 4 + k * CHIP, top + (height - chip) / 2, CHIP - 4, chip) for k in range(n)
                )
            else:
                passes[slot.start, slot.end, number] = (left, left + across, top + height / 2)
        left += across + apart
    strip = Strip(room, graph, boxes, behinds, passes, first, len(graph.columns) - last)
    seen = ((fold, _around(strip, fold)) for fold in folds)
    return replace(strip, folds=tuple((fold, box) for fold, box in seen if box is not None))


def folds_in(graph: Graph, document: Document, wide: float) -> bool:
    """Whether some columns of a strip so wide are framed as those that come several times."""
    return _too_wide(graph, wide) and bool(folded(graph, document, 0, ())[1])


def _too_wide(graph: Graph, wide: float) -> bool:
    chips = _chips_behind(graph, words=True)
    return sum(NARROW + n * CHIP for n in chips) + (len(chips) - 1) * LEAST_BETWEEN > wide


def _chips_behind(graph: Graph, *, words: bool) -> list[int]:
    """Return how many chips stand behind the blocks of each column; in a thumbnail blocks alone are seen."""
    return [max((_chip_count(graph.blocks[s.end]) for s in column if s.is_block and words), default=0)
            for column in graph.columns]  # fmt: skip


def _around(strip: Strip, fold: Fold) -> Box | None:
    """Return the frame around columns that come several times; None where none of them is seen."""
    slots = [slot for column in strip.graph.columns[fold.first : fold.first + fold.columns] for slot in column]
    blocks = [slot.end for slot in slots if slot.is_block and slot.end in strip.boxes]
    if not blocks:
        return None
    _, y, _, high = strip.room
    left = min(strip.boxes[n][0] for n in blocks) - AIR
    return (left, y - 4, max(strip.right(n) for n in blocks) + AIR - left, high + 4 + BELOW)


def _chip_count(block: Block) -> int:
    behind = len(block.layers) - 1
    return min(max(behind, 0), CHIPS)


def _shown(
    graph: Graph, current: int, chips: list[int], wide: float, edge: float, least: tuple[float, float]
) -> tuple[int, int, float]:
    """Return the first column that is shown, the one beyond the last, and the width of a block.

    An end beyond which there are others takes `edge` for how many they are; `least` are the least width of a block and
    of what lies between two columns.
    """
    count, (narrow, between) = len(graph.columns), least

    def taken(first: int, last: int, block: float) -> float:
        ends = edge * ((first > 0) + (last < count))
        return ends + sum(block + n * CHIP for n in chips[first:last]) + (last - first - 1) * between

    for block in np.linspace(WIDE, narrow, 12).tolist():
        if taken(0, count, block) <= wide:
            return 0, count, block
    first, last, seen = current, current + 1, min(narrow + WIDER, wide)
    while True:
        wider = [(f, n) for f, n in ((first, last + 1), (first - 1, last)) if f >= 0 and n <= count]
        wider.sort(key=lambda ends: abs((current - ends[0]) - (ends[1] - 1 - current)))
        fitting = [ends for ends in wider if taken(*ends, seen) <= wide]
        if not fitting:
            return first, last, seen
        first, last = fitting[0]


def _heights(slots: tuple[Slot, ...], top: float, high: float, below: float) -> list[tuple[float, float]]:
    """Return top and height of each slot of a column; the shape of a block stands `below` it."""
    blocks, gaps = sum(slot.is_block for slot in slots), max(len(slots) - 1, 0)
    lines = len(slots) - blocks
    passing = min(PASSING, high / 3 / max(lines, 1))
    free = high - lines * passing
    # Where there is no room for shapes, blocks keep theirs.
    under = below if free - gaps * APART - blocks * below >= blocks * LOW else 0.0
    between = min(APART, max(free - blocks * (LOW + under), 0.0) / max(gaps, 1))
    each = min(TALL, max((free - gaps * between) / max(blocks, 1) - under, 1.0))
    sizes = [each + under if slot.is_block else passing for slot in slots]
    at = top + max(high - sum(sizes) - gaps * between, 0.0) / 2
    found = []
    for slot, size in zip(slots, sizes, strict=True):
        found.append((at, each if slot.is_block else size))
        at += size + between
    return found


def strip_items(
    strip: Strip,
    document: Document,
    current: int,
    lit: int,
    theme: Theme,
    *,
    words: bool,
    beyond: Callable[[int], bool] = lambda _: False,
) -> list[Item]:
    """Draw blocks, lines and shapes; `current` is framed, and `lit` is pointed at.

    A shape has a mark in front of it where a value of the block sees more than the input has, as `beyond` tells.
    """
    items = _lines(strip, theme)
    for number, box in strip.boxes.items():
        block = strip.graph.blocks[number]
        last = not any(number in other.reads for other in strip.graph.blocks)
        role: Role = "input" if not block.layers else "kernel" if number == current else "result" if last else "plain"
        here, stroke = number == current, theme.role(role).line
        fill = theme.selection if here else theme.panel
        items.append(Rects(np.array([box]), fill=fill, stroke=stroke, width=2.5 if here else 1.2, radius=6))
        if number == lit and not here:
            items.append(Rects(np.array([box]), stroke=theme.text, width=1.5, radius=6))
        items += _chips(strip, number, document, theme, words=words)
        if words:
            items += _block_words(block, document, box, theme, bold=here)
            items += _shape(strip, number, document, theme, marked=beyond(number))
    return [*items, *_folds(strip, theme), *_ends(strip, theme)] if words else items


def _folds(strip: Strip, theme: Theme) -> list[Item]:
    """Frame what comes several times, and say how often."""
    items = list[Item]()
    for fold, box in strip.folds:
        card, text = _card(fold, box), _often(fold)
        items.append(Rects(np.array([box]), stroke=theme.muted, width=1.0, dash="dashed", radius=6))
        items.append(Rects(np.array([card]), fill=theme.background, stroke=theme.muted, width=1.0, radius=5))
        base = middle(card[1], card[3], SMALL)
        items.append(label(card[0] + card[2] / 2, base, text, theme.text, SMALL, bold=True, anchor="middle"))
    return items


def _often(fold: Fold) -> str:
    """Write how often columns come, and which time is seen."""
    if fold.shown > 0:
        return tr("{n} of {count}", n=fold.shown + 1, count=fold.count)
    return f"× {fold.count}" if fold.shown == 0 else tr("fold × {count}", count=fold.count)


def _card(fold: Fold, box: Box) -> Box:
    wide = text_width(_often(fold), SMALL, bold=True) + 14
    return (box[0] + box[2] - wide - 6, box[1] + box[3] - CARD / 2, wide, CARD)


def _lines(strip: Strip, theme: Theme) -> list[Item]:
    """Draw what flows: an arrow where two blocks stand beside each other, a curve from height to height otherwise."""
    items, ink = list[Item](), theme.role("plain").line
    for number, block in enumerate(strip.graph.blocks):
        for start in block.reads:
            way = [(x, x2, y) for (a, b, _), (x, x2, y) in sorted(strip.passes.items(), key=lambda p: p[0][2])
                   if (a, b) == (start, number)]  # fmt: skip
            points = list[tuple[float, float]]()
            if start in strip.boxes:
                points.append((strip.right(start) + 2, _middle_of(strip.boxes[start])))
            for x, x2, y in way:
                points += [(x, y), (x2, y)]
            if number in strip.boxes:
                points.append((strip.boxes[number][0] - 2, _middle_of(strip.boxes[number])))
            straight = [(*a, *b) for a, b in pairwise(points) if a[1] == b[1]]
            bent = [_bend(a, b) for a, b in pairwise(points) if a[1] != b[1]]
            if number in strip.boxes and len(points) > 1:
                (x, y), (end, at) = points[-2], points[-1]
                items += arrow((x if y == at else end - 9, at), (end, at), theme)
            if straight:
                items.append(Lines(np.array(straight), ink, 1.4))
            if bent:
                items.append(Curves(np.array(bent), ink, 1.4))
    return items


def _bend(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, ...]:
    half = (start[0] + end[0]) / 2
    return (*start, half, start[1], half, end[1], *end)


def _middle_of(box: Box) -> float:
    return box[1] + box[3] / 2


def _block_words(block: Block, document: Document, box: Box, theme: Theme, *, bold: bool) -> list[Item]:
    x, y, wide, high = box
    if high < SMALL:
        return []
    centre, room = x + wide / 2, wide - 7
    title, detail = _two_lines(block, document, room) if high >= TWO_LINES else (_one_line(block, document, room), "")
    size = 13.0 if bold and text_width(title, 13.0, bold=True) <= room else SMALL
    title = elide(title, size, room, bold=True)
    if not detail:
        return [label(centre, middle(y, high, size), title, theme.text, size, bold=True, anchor="middle")]
    detail = elide(detail, SMALL, room, mono=True)
    return [
        label(centre, y + high / 2 - 5, title, theme.text, size, bold=True, anchor="middle"),
        label(centre, y + high / 2 + 14, detail, theme.muted, SMALL, mono=True, anchor="middle"),
    ]


def _two_lines(block: Block, document: Document, room: float) -> tuple[str, str]:
    """Return what stands in a block: its number and title, and below it what tells more, or the rest of the title."""
    if not block.layers:
        names = ", ".join(document.sample.channels)
        return tr("Input"), names if text_width(names, SMALL, mono=True) <= room else ""
    layer = document.layers[block.layers[0]]
    title, details = _title_within(block, layer, room), layer.sizes
    detail = next((text for text in details if text_width(text, SMALL, mono=True) <= room), "")
    if detail or text_width(title, SMALL, bold=True) <= room:
        fits = text_width(title, SMALL, bold=True) <= room
        return title if fits else layer.short_title, detail
    # Its own words in two lines, with the number where there is room for it.
    for text, least in ((title, 3), (layer.short_title, 1)):
        words = text.split(" ")
        for kept in range(len(words), least - 1, -1):
            first = " ".join(words[:kept])
            if text_width(first, SMALL, bold=True) <= room:
                return first, " ".join(words[kept:])
    return title, ""


def _one_line(block: Block, document: Document, room: float) -> str:
    """Return what stands in a low block: its number and title, or the title alone, whole or not."""
    if not block.layers:
        return tr("Input")
    layer = document.layers[block.layers[0]]
    title = _title_within(block, layer, room)
    return title if text_width(title, SMALL, bold=True) <= room else layer.short_title


def block_title(block: Block, layer: Layer) -> str:
    """Name a block by the number and the title of its first layer."""
    return f"{block.layers[0] + 1} · {layer.short_title}"


def _title_within(block: Block, layer: Layer, room: float) -> str:
    """Return the number and title of a block, closer together where that gives them room."""
    title = block_title(block, layer)
    return next((t for t in (title, title.replace(" · ", "·", 1)) if text_width(t, SMALL, bold=True) <= room), title)


def _chips(strip: Strip, number: int, document: Document, theme: Theme, *, words: bool) -> list[Item]:
    block, boxes = strip.graph.blocks[number], strip.chips[number]
    behind, items = block.layers[1:], list[Item]()
    for n, box in enumerate(boxes):
        more = n == len(boxes) - 1 and len(behind) > len(boxes)
        text = f"+ {len(behind) - n}" if more else _short(document.layers[behind[n]], box[2] - 4)
        items.append(Rects(np.array([box]), fill=theme.faint, stroke=theme.line, width=1.0, radius=5))
        at = middle(box[1], box[3], SMALL)
        if not words:
            continue
        items.append(label(box[0] + box[2] / 2, at, text, theme.muted, SMALL, anchor="middle"))
    return items


def _short(layer: Layer, room: float) -> str:
    """Return a layer's title, or its sign where that is a word and the title has no room."""
    named = layer.title if text_width(layer.title, SMALL) <= room or not layer.sign.isalpha() else layer.sign
    return elide(named, SMALL, room)


def _shape(strip: Strip, number: int, document: Document, theme: Theme, *, marked: bool) -> list[Item]:
    """Write the shape of what a block makes below it, where nothing else stands there."""
    block, (x, y, _, high) = strip.graph.blocks[number], strip.boxes[number]
    tops = [box[1] for n, box in strip.boxes.items() if n != number and box[0] == x and box[1] > y]
    tops += [line for left, _, line in strip.passes.values() if left == x and line > y]
    room = min(tops, default=strip.room[1] + strip.room[3] + 2) - (y + high)
    right = strip.right(number)
    text = times(*document.shapes[block.value]).replace(" ", "")
    if room < SHAPE or text_width(text, SMALL, mono=True) > right - x + 12:
        return []
    ink = theme.role("result" if block.layers else "input").ink
    middle_of, at = (x + right) / 2, y + high + 14
    shape = label(middle_of, at, text, ink, SMALL, mono=True, anchor="middle")
    if not marked:
        return [shape]
    left = middle_of - text_width(text, SMALL, mono=True) / 2 - MARK - 4
    frame = np.array([(left, at - MARK - 0.5, MARK, MARK)])
    return [Rects(frame, fill=theme.role("kernel").line, radius=1.5), shape]


def _ends(strip: Strip, theme: Theme) -> list[Item]:
    """Say how many columns are left out at the two ends."""
    x, y, wide, high = strip.room
    items, at = list[Item](), middle(y, high - SHAPE, SMALL)
    if strip.before:
        items.append(label(x, at, _beyond(strip.before)[0], theme.muted, SMALL))
    if strip.beyond:
        text = _beyond(strip.beyond)[1]
        items.append(label(x + wide, at, text, theme.muted, SMALL, anchor="end"))
    return items


def _beyond(count: int) -> tuple[str, str]:
    """Say that so many columns are left out before, and behind."""
    return trn("‹ {n} more", "‹ {n} more", count), trn("{n} more ›", "{n} more ›", count)


def strip_hits(strip: Strip) -> list[HitGrid]:
    """Let every block be pointed at, with what stands behind it."""
    found = []
    for number, (x, y, _, high) in strip.boxes.items():
        found.append(HitGrid("block", (), x, y, strip.right(number) - x, high, (1, 1), (0, number)))
    for fold, box in strip.folds:
        found.append(HitGrid("fold", (fold.key,), *_card(fold, box), (1, 1), (fold.columns, fold.count)))
    return found
