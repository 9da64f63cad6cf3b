"""Feature maps: one position in the stack, with what the pointer is over enlarged."""

from __future__ import annotations

import numpy as np

from convgui.draw import overview
from convgui.draw.footer import footer_items
from convgui.draw.gaps import arrow
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number, times
from convgui.draw.panels import outlines
from convgui.draw.picture import Box, HitGrid, Item, Picture, Rects
from convgui.draw.words import label
from convgui.layers.convolution import Convolution
from convgui.model.document import reads_words
from convgui.scenes.feature_maps.stages import Stage
from convgui.scenes.maps.layout import (
    ARROW,
    SMALL,
    STRIP,
    SheetLayout,
    chips,
    enlargement,
)
from convgui.scenes.maps.photo import photo_hits, photo_items, photo_marks
from convgui.scenes.maps.slopes import product_text, slope_of
from convgui.scenes.maps.titles import cells_of, large_words, map_title, sheet_words
from convgui.scenes.scene import Focus
from convgui.words import mark, tr, trn

SEEN = 11.0
"""Pixels a side that the outline of a cell has at least."""


def draw_frame(layout: SheetLayout, at: float, focus: Focus) -> Picture:
    """Show the stage that has landed; the mark on the strip glides on the way to the next."""
    canvas, theme = layout.canvas, layout.canvas.theme
    last = len(layout.sheets.stages) - 1
    landed = min(int(at), last)
    share = at - landed if landed < last else 0.0
    index, cell = _pointed(layout, landed, focus)
    sheet = layout.sheet(landed)
    marks = [outlines([sheet.box(layout.chosen(landed))], theme.role("kernel").line, 2.5)]
    if index != layout.chosen(landed):
        marks.append(outlines([sheet.box(index)], theme.text, 2.0))
    if not canvas.captions:
        return Picture(
            canvas.width, canvas.height, theme.background, sheet.items, (), sheet.hits, _what(layout, landed)
        )
    items: list[Item] = [*marks, *layout.large(landed, index)]
    if layout.photo is not None:
        size = layout.maps(landed).size
        items += photo_items(layout.sheets.stages[0], layout.photo, layout.measure, theme)
        items += photo_marks(layout.photo, layout.port, size, cell, theme)
    items += sheet_words(layout, landed) + large_words(layout, landed, index) + layout.kernels(landed, index)
    port = layout.seen(landed)
    if overview.overview_box(port) is not None:
        items += overview.mark_on(sheet.box(index), port, theme)
    if cell is not None:
        box = _shown(port.cell(*cell), port.clip)
        # On whatever colour the map has there.
        items += [outlines([box], theme.text, 5.0), outlines([box], theme.role("kernel").line, 2.0)]
    sentence = _what(layout, landed) if cell is None else _value(layout, landed, index, cell)
    head, detail = tr("This step"), tr("step {n} of 0 … {last}", n=landed, last=last)
    if cell is not None and cell == layout.marked(landed):
        head, detail = tr("The marked cell"), ""
    elif cell is not None:
        head, detail = tr("Pointed at"), ""
    items += footer_items(layout.footer, head, detail, [sentence], theme)
    items += _strip(layout, landed, share)
    number_now = layout.maps(landed).numbers[index]
    shape = (port.rows, port.columns)
    cells = HitGrid("cell", (landed, number_now), port.x, port.y, port.across, port.down, shape, clip=port.clip)
    shown = () if layout.photo is None else (photo_hits(layout.photo),)
    hits = (*sheet.hits, cells, *shown, _strip_hits(layout, landed))
    return Picture(canvas.width, canvas.height, theme.background, sheet.items, tuple(items), hits, sentence)


def _pointed(layout: SheetLayout, stage: int, focus: Focus) -> tuple[int, tuple[int, int] | None]:
    """Return the index of the map to enlarge, and the cell of it that is pointed at."""
    maps, chosen = layout.maps(stage), layout.chosen(stage)
    pinned, hit = focus.pinned, focus.hit
    if pinned is not None and pinned.kind == "map" and pinned.index[0] == stage:
        chosen = min(pinned.index[-1], len(maps.numbers) - 1)
    if hit is None or hit.index[0] != stage:
        return chosen, layout.marked(stage)
    if hit.kind == "map" and hit.index[-1] < len(maps.numbers):
        return hit.index[-1], None
    if hit.kind == "cell" and hit.index[-2] < maps.size[0] and hit.index[-1] < maps.size[1]:
        return chosen if hit is focus.hover else maps.index(hit.index[1]), (hit.index[-2], hit.index[-1])
    return chosen, None


def _shown(box: Box, clip: Box) -> Box:
    """Keep the outline of a cell inside the frame, and large enough to be seen."""
    x, y, wide, high = box
    grow = max(0.0, SEEN - wide) / 2
    left, top = max(clip[0], x - grow), max(clip[1], y - grow)
    right, bottom = min(clip[0] + clip[2], x + wide + grow), min(clip[1] + clip[3], y + high + grow)
    return (left, top, max(1.0, right - left), max(1.0, bottom - top))


def _value(layout: SheetLayout, stage: int, index: int, cell: tuple[int, int]) -> str:
    """Write one value of the enlarged map, or the mean that stands for it."""
    maps, own = layout.maps(stage), layout.sheets.stages[stage]
    values, factor = enlargement(maps, index)
    value = float(values.levels[0][cell[0] // factor, cell[1] // factor])
    where = tr("{title}, row {row}, column {column}", title=map_title(own, maps, index), row=cell[0], column=cell[1])
    if len(own.shape) == 2:
        where = tr("{title}, index {index}", title=map_title(own, maps, index), index=cell[1])
    if maps.sampled and layout.sheets.sampled is not None:
        row, column = layout.sheets.sampled.nearest(stage, cell)[0]
        where = tr("{title}, row {row}, column {column}", title=map_title(own, maps, index), row=row, column=column)
        return f"{where}: {number(value)}"
    if factor == 1:
        return f"{where}: {_made(layout, stage, maps.numbers[index], cell, value)}"
    if maps is own.parts or index == layout.chosen(stage):
        return tr(
            "{where}: mean {value} over {size} cells.", where=where, value=number(value), size=cells_of(maps, factor)
        )
    return tr(
        "{where}: mean {value} over {size} cells. Click a thumbnail to keep its cells.",
        where=where,
        value=number(value),
        size=cells_of(maps, factor),
    )


def _made(layout: SheetLayout, stage: int, channel: int, cell: tuple[int, int], value: float) -> str:
    """Write a value, behind a PReLU with the number that it was and the slope that this was multiplied by."""
    layer, document = layout.sheets.stages[stage].layer, layout.sheets.document
    slopes = layer.slopes if layer is not None else None
    if slopes is None:
        return number(value)
    before = layout.sheets.stages[document.reads(stage - 1)[0]].maps
    place = before.index(channel)
    values, factor = enlargement(before, place)
    if factor != 1 or before.numbers[place] != channel:
        return number(value)
    return product_text(slope_of(slopes, channel), float(values.levels[0][cell]), value)


def _what(layout: SheetLayout, stage: int) -> str:
    """Say in one sentence what made these maps."""
    own = layout.sheets.stages[stage]
    before = layout.sheets.stages[stage - 1] if stage else own
    if own.layer is None:
        count = own.shape[0]
        if count == 1:
            return tr("The input has one channel.")
        if count > 4 or own.maps.names[0] == "0":
            return tr("The input keeps its {n} channels apart.", n=count)
        return tr("The input keeps its {n} channels apart: {names}.", n=count, names=", ".join(own.maps.names))
    if isinstance(own.layer, Convolution):
        return _convolved(own, own.layer, stage, layout)
    if layout.sheets.apart:
        return tr(
            "Layer {stage} ({title}) has no kernels whose results are added; its maps are shown.",
            stage=stage,
            title=own.layer.title,
        )
    return own.layer.said_of_maps(stage, before.shape, own.shape)


def _convolved(own: Stage, layer: Convolution, stage: int, layout: SheetLayout) -> str:
    if layout.sheets.apart and own.parts is not None:
        reads, bias = layer.channels_read(own.part_of), float(layer.bias[own.part_of])
        words = (
            (
                mark(
                    "Filter {filter} of layer {stage}: the one channel it reads, under its kernel, and the bias {bias}."
                ),
                mark(
                    "Filter {filter} of layer {stage}: the {n} channels it reads, each under its own kernel, and the "
                    "bias {bias} add up."
                ),
            )
            if bias
            else (
                mark("Filter {filter} of layer {stage}: the one channel it reads, under its kernel."),
                mark("Filter {filter} of layer {stage}: the {n} channels it reads, each under its own kernel, add up."),
            )
        )
        said = words[0] if len(reads) == 1 else words[1]
        return tr(said, filter=own.part_of, stage=stage, n=len(reads), bias=number(bias))
    spec, deep = layer.spec, layer.spec.channels.depth
    if deep == 1:
        return trn(
            "In the one filter of layer {stage}, one channel makes one map.",
            "In each of the {n} filters of layer {stage}, one channel makes one map.",
            spec.out_channels,
            stage=stage,
        )
    return trn(
        "In the one filter of layer {stage}, {deep} channels, each under its own kernel, add up to one map.",
        "In each of the {n} filters of layer {stage}, {deep} channels, each under its own kernel, add up to one map.",
        spec.out_channels,
        stage=stage,
        deep=deep,
    )


def _strip(layout: SheetLayout, stage: int, share: float) -> list[Item]:
    """Draw the layers in a row, this one lit."""
    theme, (x, y, _, _) = layout.canvas.theme, layout.strip
    first, fit, width = chips(layout, stage)
    glide = share if chips(layout, stage + 1)[0] == first else 0.0
    boxes = [(x + n * (width + ARROW), y, width, STRIP) for n in range(fit)]
    lit = (x + (stage - first + glide) * (width + ARROW), y, width, STRIP)
    items: list[Item] = [
        Rects(np.array(boxes), fill=theme.panel, stroke=theme.line, radius=6),
        Rects(np.array([lit]), fill=theme.selection, stroke=theme.role("kernel").line, width=2.0, radius=6),
    ]
    document = layout.sheets.document
    for n, (x, _, wide, _) in enumerate(boxes[:-1], first):
        if n in document.reads(n):
            items += arrow((x + wide + 3, y + STRIP / 2), (x + wide + ARROW - 3, y + STRIP / 2), theme)
    for n, box in enumerate(boxes):
        own = layout.sheets.stages[first + n]
        here = first + n == stage
        title = f"{own.title}{reads_words(document, first + n - 1)}" if first + n else own.title
        if text_width(title, SMALL, bold=here) > width - 12:
            title = title.replace(tr("Convolution"), tr("Conv."))
        title = elide(title, SMALL, width - 12, bold=here)
        items.append(label(box[0] + 8, y + 19, title, theme.text if here else theme.muted, SMALL, bold=here))
        shape = elide(times(*own.shape), SMALL, width - 14, mono=True)
        items.append(label(box[0] + 8, y + 37, shape, theme.muted, SMALL, mono=True))
    return items


def _strip_hits(layout: SheetLayout, stage: int) -> HitGrid:
    x, y, _, _ = layout.strip
    first, fit, width = chips(layout, stage)
    return HitGrid("stage", (), x, y, width + ARROW, STRIP, (1, fit), (0, first))
