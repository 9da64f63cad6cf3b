"""Network: one block, with the value that is looked at or pointed at: its field, its filter, its map and its sum."""

from __future__ import annotations

import numpy as np

from convgui.draw.metrics import elide, text_width
from convgui.draw.number import grouped, times
from convgui.draw.panels import outlines
from convgui.draw.photos import at_least, marks
from convgui.draw.picture import Box, Item, Picture, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label, middle
from convgui.scenes.feature_maps.signals import row_numbers
from convgui.scenes.network.edges import edge_items, predicted
from convgui.scenes.network.field import Region, grown, seen_by, sides, touching
from convgui.scenes.network.filters import sheet_items
from convgui.scenes.network.layout import MOST_CHANNELS, NetworkLayout, Panels
from convgui.scenes.network.legend import legend
from convgui.scenes.network.looked import Looked, looked_at, term_at
from convgui.scenes.network.sentences import of_block, sentence
from convgui.scenes.network.strip import strip_hits, strip_items
from convgui.scenes.network.sums import sum_items
from convgui.scenes.network.values import NetworkValues
from convgui.scenes.network.waterfall import told
from convgui.scenes.scene import Focus
from convgui.words import tr, trn

SMALL = 12.0
LEAST_MARK, CARD = 7.0, 34.0
"""Side of the mark on a map at least, and width of a map from which its number stands on it."""


def draw_frame(layout: NetworkLayout, at: float, focus: Focus) -> Picture:
    """Show the block that has landed."""
    canvas, theme, graph = layout.canvas, layout.canvas.theme, layout.values.graph
    block = min(int(at), len(graph.blocks) - 1)
    panels = layout.panels(block)
    lit = _lit_block(focus)
    strip = list(
        strip_items(
            panels.strip,
            layout.values.document,
            block,
            lit,
            theme,
            words=canvas.captions,
            beyond=layout.values.sees_beyond,
        )
    )
    if not canvas.captions:
        still = (*strip, *panels.base)
        return Picture(canvas.width, canvas.height, theme.background, still, (), panels.hits, of_block(layout, block))
    looked = looked_at(layout, block, focus)
    items = [*strip, *_titles(layout, panels, looked), *_filters(layout, panels, looked, focus)]
    items += _marks(layout, panels, looked)
    lower, term_hits = sum_items(layout, looked, focus)
    said = sentence(layout, looked, focus)
    if layout.below is None:
        x, y, wide, high = layout.middle
        items.append(label(x, y + high + 20, elide(said, 13, wide), theme.muted, 13))
    hits = (*panels.hits, *strip_hits(panels.strip), *term_hits)
    return Picture(canvas.width, canvas.height, theme.background, panels.base, (*items, *lower), hits, said)


def _titles(layout: NetworkLayout, panels: Panels, looked: Looked) -> list[Item]:
    values, theme, sizes = layout.values, layout.canvas.theme, layout.measure
    block, maps = values.graph.blocks[looked.block], values.maps(looked.block)
    right, items = layout.middle[0] + layout.middle[2], list[Item]()
    if panels.photo is not None:
        x, y, wide, _ = panels.photo
        signal, seen = values.is_signal(0), times(*_size(looked.field))
        size = _length(layout, 0)
        until = panels.sheet.box[0] if panels.sheet is not None else panels.corner[0]
        end = x + wide if signal else max(x + wide, until - 8)
        if signal:
            seen = grouped(_size(looked.field)[1])
        whole = (tr("field {field} of {size}", size=size, field=seen), tr("field {field}", field=seen))
        fields = (*_growth(values, looked), *whole)
        detail = _fitting(layout, end - x, *fields) if looked.field and looked.block else size
        items += title_items((x, y), end, (_input_title(layout), detail), "input", sizes, theme)
    if panels.sheet is not None:
        found, layer = panels.sheet, panels.sheet.layer
        count, shown = layer.spec.out_channels, len(found.filters)
        title = trn("{n} filter", "{n} filters", count) if shown == count else tr(
            "{n} of {all} filters", n=shown, all=count)  # fmt: skip
        deep = layer.spec.channels.depth
        words = f"× {trn('{n} channel', '{n} channels', deep)}"
        if len(found.channels) < deep:
            words = f"× {tr('{n} of {all} channels', n=len(found.channels), all=deep)}"
        at = (found.box[0] + found.label, found.box[1])
        items += title_items(at, panels.corner[0] - 8, (title, words), "kernel", sizes, theme)
    count, shown = maps.count, len(maps.numbers)
    title = (
        trn("{n} feature map", "{n} feature maps", count) if block.layers else trn("{n} channel", "{n} channels", count)
    )
    if shown < count:
        title = tr("{n} of {all} feature maps", n=shown, all=count)
    behind = [values.document.layers[n].short_title for n in block.layers[1:]]
    size = _length(layout, looked.block)
    after = tr("{size}, after {layer}", size=size, layer=behind[-1]) if behind else size
    scale = tr("each its own scale") if layout.own_scales(looked.block) else tr("one scale")
    if maps.sampled:
        so_far = tr("one value in {size} so far", size=times(maps.factor, maps.factor))
        after, scale = (so_far, size) if not behind else (f"{after} · {so_far}", scale)
        size = so_far
    detail = _fitting(layout, right - panels.corner[0], f"{after} · {scale}", after, size)
    role: Role = "result" if block.layers else "input"
    return items + title_items(panels.corner, right, (title, detail), role, sizes, theme)


def _length(layout: NetworkLayout, block: int) -> str:
    """Write rows and columns of a block's maps, or how long its signals are."""
    rows, columns = layout.values.maps(block).size
    return grouped(columns) if layout.values.is_signal(block) else times(rows, columns)


def _input_title(layout: NetworkLayout) -> str:
    """Name the panel of what comes in; of a signal with further channels say which are drawn."""
    count = layout.values.maps(0).count
    if not layout.values.is_signal(0) or count <= MOST_CHANNELS:
        return tr("Input")
    return tr("Input, {n} of {all} channels", n=MOST_CHANNELS, all=count)


def _growth(values: NetworkValues, looked: Looked) -> tuple[str, ...]:
    """Write how the field came to its size, side by side, where it is square; nothing where it did not grow."""
    rows, columns = values.maps(0).size
    found = grown(values.document, values.graph.blocks[looked.block].value, looked.cell) if looked.block else ()
    every = [sides(field) for field in found]
    if values.is_signal(0) and len(every) > 1:
        steps = " → ".join(grouped(wide) for _, wide in every)
        return tr("field {field} of {size}", size=grouped(columns), field=steps), tr("field {field}", field=steps)
    if len(every) < 2 or rows != columns or any(high != wide for high, wide in every):
        return ()
    steps = " → ".join(str(side) for side, _ in every)
    return tr("field {field} of {size}", size=rows, field=steps), tr("field {field}", field=steps)


def _fitting(layout: NetworkLayout, room: float, *texts: str) -> str:
    """Return the first of some details that has room, or the last."""
    return next((t for t in texts if text_width(t, layout.measure.small, mono=True) <= room), texts[-1])


def _filters(layout: NetworkLayout, panels: Panels, looked: Looked, focus: Focus) -> list[Item]:
    if panels.sheet is None:
        return []
    hit, term = focus.hit, term_at(looked.made, focus.hit)
    channel = term.channel if term is not None else -1
    if hit is not None and hit.kind == "filter":
        reads = panels.sheet.layer.channels_read(looked.channel)
        channel = reads[hit.index[2]] if hit.index[2] < len(reads) else -1
    return sheet_items(panels.sheet, looked.channel, channel, layout.canvas.theme)


def _marks(layout: NetworkLayout, panels: Panels, looked: Looked) -> list[Item]:
    """Number the maps, frame the one that is looked at, and mark the cell in it and its field on the input."""
    theme, maps, items = layout.canvas.theme, layout.values.maps(looked.block), list[Item]()
    line = theme.role("kernel").line
    numbers = [maps.numbers[n] for n in panels.order.tolist()]
    if layout.values.is_signal(looked.block):
        items += _signal_numbers(panels, numbers, looked.channel, theme)
    for box, n in zip(panels.maps, () if layout.values.is_signal(looked.block) else numbers, strict=False):
        text = str(n)
        wide = text_width(text, SMALL, mono=True, bold=True) + 5
        if box[2] >= max(CARD, wide + 8) and box[3] >= CARD:
            items.append(Rects(np.array([(box[0] + 1, box[1] + 1, wide, 15.0)]), fill=theme.background))
            ink = theme.role("kernel").ink if n == looked.channel else theme.text
            items.append(label(box[0] + 3, box[1] + 12.5, text, ink, SMALL, bold=True, mono=True))
    if looked.channel in numbers:
        box = panels.maps[numbers.index(looked.channel)]
        items.append(outlines([box], line, 2.5))
        across, down = box[2] / maps.size[1], box[3] / maps.size[0]
        cell = (box[0] + looked.cell[1] * across, box[1] + looked.cell[0] * down, across, down)
        framed = at_least(cell, LEAST_MARK)
        for row, column in looked.others:
            other = at_least((box[0] + column * across, box[1] + row * down, across, down), LEAST_MARK)
            items += [outlines([other], theme.background, 3.0), outlines([other], line, 1.8)]
        if looked.block:
            items += [outlines([framed], theme.background, 4.0), outlines([framed], theme.text, 1.8)]
    if panels.photo is not None and looked.field is not None and looked.block:
        items += _others(layout, panels.photo, looked)
        items += marks([(_on(panels.photo, looked.field, layout), panels.photo)], line, theme)
        value = layout.values.graph.blocks[looked.block].value
        if (found := predicted(layout.values, value, looked.cell, looked.field)) is not None:
            items += edge_items(found, panels.photo, layout.values.maps(0).size, theme)
    return [*items, *legend(layout, panels, looked.block)]


def _signal_numbers(panels: Panels, numbers: list[int], chosen: int, theme: Theme) -> list[Item]:
    """Number signals at their left, as many as have room; the chosen one always."""
    found, items = panels.maps, list[Item]()
    pitch = found[1][1] - found[0][1] if len(found) > 1 and found[1][0] == found[0][0] else found[0][3]
    every, at = row_numbers(pitch), numbers.index(chosen) if chosen in numbers else -1
    for place, (box, n) in enumerate(zip(found, numbers, strict=True)):
        if n != chosen and (place % every or (box[0] == found[at][0] and abs(place - at) < every)):
            continue
        ink, base = theme.role("kernel").ink if n == chosen else theme.muted, middle(box[1], box[3], SMALL)
        items.append(label(box[0] - 6, base, str(n), ink, SMALL, bold=n == chosen, mono=True, anchor="end"))
    return items


def _others(layout: NetworkLayout, photo: Box, looked: Looked) -> list[Item]:
    """Frame what other chosen cells see, each with its value where that covers no other frame."""
    theme, values, items = layout.canvas.theme, layout.values, list[Item]()
    number = values.graph.blocks[looked.block].value
    for cell in looked.others:
        field, value = seen_by(values.document, number, cell), values.value(number, looked.channel, cell)
        if field is None:
            continue
        box = _on(photo, field, layout)
        items += [outlines([box], theme.background, 3.0), outlines([box], theme.role("kernel").line, 1.6, "dashed")]
        if value is None or looked.field is None or touching(field, looked.field):
            continue
        text = told(value)
        wide, top = text_width(text, SMALL, mono=True, bold=True) + 6, box[1] + box[3] + 2
        if top + SMALL + 4 <= photo[1] + photo[3] and box[0] + wide <= photo[0] + photo[2]:
            items.append(Rects(np.array([(box[0], top, wide, SMALL + 4)]), fill=theme.background))
            ink = theme.role("kernel").ink
            items.append(label(box[0] + 3, top + SMALL, text, ink, SMALL, bold=True, mono=True))
    return items


def _on(photo: Box, field: Region, layout: NetworkLayout) -> Box:
    rows, columns = layout.values.maps(0).size
    x, y, wide, high = photo
    across, down = wide / columns, high / rows
    return (x + field[1].start * across, y + field[0].start * down,
            (field[1].stop - field[1].start) * across, (field[0].stop - field[0].start) * down)  # fmt: skip


def _size(field: Region | None) -> tuple[int, int]:
    return (0, 0) if field is None else (field[0].stop - field[0].start, field[1].stop - field[1].start)


def _lit_block(focus: Focus) -> int:
    hit = focus.hit
    return hit.index[-1] if hit is not None and hit.kind == "block" else -1
