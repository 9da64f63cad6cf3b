"""Network: where the strip, the input, the filters, the maps and the sum of one value stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from convgui.draw.ground import over_checks
from convgui.draw.levels import Levels, adjusted, input_levels
from convgui.draw.measure import Measure, measure
from convgui.draw.photos import fitted
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.trace import trace_items
from convgui.draw.viewport import block_means
from convgui.layers.convolution import Convolution
from convgui.model.document import View
from convgui.scenes.canvas import Canvas
from convgui.scenes.feature_maps.signals import NUMBER, curve_levels, framed, signal_boxes, signal_of, signals_curved
from convgui.scenes.feature_maps.tiling import BETWEEN, tiled
from convgui.scenes.network import filters
from convgui.scenes.network.field import Region
from convgui.scenes.network.filters import FilterSheet
from convgui.scenes.network.strip import APART, LOW, SHAPE, TALL, Strip, folds_in, place
from convgui.scenes.network.values import NetworkValues, largest_first

GAP, SUM, LOWEST = 28.0, 0.27, 420.0
"""Between panels; the part of the height that a sum takes, and the height of a canvas from which there is one."""
LEAST_SUM, MOST_SUM = 128.0, 210.0
NARROW, NARROWEST = 560.0, 400.0
"""Widths of a canvas from which the filters, and the input, stand beside the maps."""
FEW = 16
"""Maps that have air between them in a thumbnail, too."""
FINE = 384
"""Cells of the drawn input on its longer side at the most."""
LEGEND, LEAST_OVER_LEGEND = 56.0, 150.0
"""Height that is kept below the input for what colours mean, and that of the input from which it is."""
SIGNAL, LEAST_SIGNAL, MOST_SIGNAL = 0.2, 36.0, 96.0
"""Part of the height that a signal takes that comes in, and its least and its largest height."""
MOST_CHANNELS = 2
"""Channels of such a signal that are drawn at the most."""
ALL = slice(None)
OPENED = "opened-repeats"
"""The option that holds which repeats of the strip are shown one by one."""
FOLDED = 12.0
"""Height of what stands below a strip whose blocks are framed where they come several times."""
ROWS_HIGH = 0.24
"""Part of the height that the strip takes at the most."""


@dataclass(frozen=True, eq=False)
class NetworkLayout:
    """Where everything stands; the strip moves with the step, so that it is placed for each block.

    Attributes
    ----------
    middle : tuple
        The box between strip and sum, titles included.
    below : tuple or None
        The box of the sum; None where there is no room.
    drawn : dict
        What stands still while a block is looked at, by block.
    """

    values: NetworkValues
    view: View
    canvas: Canvas
    measure: Measure
    ordered: bool
    above: Box
    middle: Box
    below: Box | None
    drawn: dict[int, Panels] = field(default_factory=dict)

    def panels(self, block: int) -> Panels:
        """Return the panels of a block."""
        if block not in self.drawn:
            self.drawn[block] = _panels(self, block)
        return self.drawn[block]

    @cached_property
    def input_scale(self) -> Levels:
        """The scale of the input."""
        return input_levels(self.values.document.sample.data)

    def own_scales(self, block: int) -> bool:
        """Whether each map of a block is drawn on a scale of its own."""
        return self.values.maps(block).size != (1, 1)

    def curve_levels(self, block: int, index: int) -> Levels:
        """Return the ends of a curve: its extremes with 0, or those that the user set."""
        if self.view.levels is not None and self.view.layer in self.values.graph.blocks[block].layers:
            return self.levels(block, index)
        return curve_levels(self.values.maps(block), index if self.own_scales(block) else None)

    def levels(self, block: int, index: int) -> Levels:
        """Return the scale of one map: its own, about 0 in all maps of a block where it is in one of them.

        A map of one cell has no scale of its own: it would always be the largest.
        """
        maps = self.values.maps(block)
        automatic = maps.levels(index if self.own_scales(block) else None)
        if maps.levels(None).signed and not automatic.signed:
            most = float(maps.limits[index])
            automatic = Levels(-most, most, signed=True)
        layers = self.values.graph.blocks[block].layers
        return adjusted(automatic, self.view.levels) if self.view.layer in layers else automatic


@dataclass(frozen=True, eq=False)
class Panels:
    """What is seen of one block.

    Attributes
    ----------
    photo : tuple or None
        The frame of the input; None where there is no room.
    sheet : FilterSheet or None
        The filters; None where the block has none, or there is no room.
    maps : tuple of Box
        A frame a map, in the order of the sheet of maps.
    order : ndarray
        Which of the kept maps each of them is.
    corner : tuple
        Where the title of the maps stands.
    """

    strip: Strip
    photo: Box | None
    sheet: FilterSheet | None
    maps: tuple[Box, ...]
    order: NDArray[np.intp]
    corner: tuple[float, float]
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(values: NetworkValues, view: View, canvas: Canvas, *, ordered: bool) -> NetworkLayout:
    """Place the strip above, input, filters and maps in the middle, and the sum below."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    margin = min(sizes.margin, 20.0) if words else 6.0
    most = max(len(slots) for slots in values.graph.columns)
    rows = most * (2 * LOW + APART) if most > 1 else TALL
    shape = SHAPE if words else 0.0
    high = min(rows + shape, max(ROWS_HIGH * canvas.height, LOW + shape))
    wide = canvas.width - 2 * margin
    top = 10.0 if words else 6.0
    above = (margin, top, wide, high)
    framed_below = FOLDED if words and folds_in(values.graph, values.document, wide) else 0.0
    start, end = top + high + (14.0 if words else 8.0) + framed_below, canvas.height - (8.0 if words else 6.0)
    below = None
    if words and canvas.height >= LOWEST:
        tall = min(max(SUM * canvas.height, LEAST_SUM), MOST_SUM)
        below = (margin, end - tall, wide, tall)
        end -= tall + 12
    elif words:
        end -= 28.0
    return NetworkLayout(values, view, canvas, sizes, ordered, above, (margin, start, wide, end - start), below)


def _panels(layout: NetworkLayout, block: int) -> Panels:
    values, canvas, sizes = layout.values, layout.canvas, layout.measure
    document, opened = values.document, opened_folds(layout.view)
    strip = place(values.graph, block, layout.above, words=canvas.captions, document=document, opened=opened)
    x, y, wide, high = layout.middle
    if block == 0 and layout.below is not None:
        # The input is not made of anything.
        high = layout.below[1] + layout.below[3] - y - 28
    top, tall = y + sizes.above, max(high - sizes.above, 8.0)
    layer = _first_layer(values, block)
    photo, left, right = None, x, x + wide
    if values.is_signal(0):
        if block:
            photo = (x, top, wide, min(max(SIGNAL * high, LEAST_SIGNAL), MOST_SIGNAL))
            below = photo[3] + (sizes.above + 14.0 if canvas.captions else 6.0)
            top, tall = top + below, max(tall - below, 8.0)
    elif canvas.width >= NARROWEST or not canvas.captions:
        share = 0.42 if block == 0 else 0.29
        told = LEGEND if block and canvas.captions and tall >= LEAST_OVER_LEGEND + LEGEND else 0.0
        size = fitted((values.maps(0).size[0], values.maps(0).size[1]), (share * wide, tall - told))
        photo = (x, top, *size)
        left = x + size[0] + (GAP if canvas.captions else 8.0)
    sheet = None
    if isinstance(layer, Convolution) and canvas.width >= NARROW and canvas.captions:
        room = (left, top, 0.4 * (right - left), tall)
        sheet = filters.sheet(layer, values.channel(block), room)
        left += max(_sheet_width(sheet), min(room[2], 170.0)) + GAP
    maps = values.maps(block)
    room = (left, top, max(right - left, 8.0), tall)
    gap = BETWEEN if canvas.captions or len(maps.numbers) <= FEW else 2.0
    if values.is_signal(block):
        boxes = signal_boxes(len(maps.numbers), room, NUMBER if canvas.captions else 0.0)
    else:
        columns, across, down = tiled(len(maps.numbers), maps.size, room, False, gap)
        boxes = tuple(
            (left + (n % columns) * (across + gap), top + (n // columns) * (down + gap), across, down)
            for n in range(len(maps.numbers))
        )
    order = largest_first(maps) if layout.ordered else np.arange(len(maps.numbers))
    kernels = filters.kernel_rasters(sheet, canvas.theme) if sheet is not None else []
    base = (*_photo(layout, photo), *_maps(layout, block, boxes, order), *kernels)
    hits = tuple(_hits(layout, block, boxes, order, photo, sheet))
    return Panels(strip, photo, sheet, boxes, order, (left, top), base, hits)


def opened_folds(view: View) -> frozenset[int]:
    """Return the keys of the repeats that are shown one by one."""
    found = view.options.get(OPENED, "").split(",")
    return frozenset(int(key) for key in found if key.strip().isdecimal())


def _first_layer(values: NetworkValues, block: int) -> object:
    layers = values.graph.blocks[block].layers
    return values.document.layers[layers[0]] if layers else None


def _sheet_width(sheet: FilterSheet) -> float:
    last = sheet.corner((len(sheet.filters) - 1) // sheet.rows * sheet.rows)[0]
    return last + len(sheet.channels) * sheet.pitch[0] - sheet.box[0]


def _photo(layout: NetworkLayout, box: Box | None) -> list[Item]:
    if box is None:
        return []
    frame = Rects(np.array([box]), stroke=layout.canvas.theme.line, width=1.0)
    if layout.values.is_signal(0):
        return [*input_curves(layout, box), frame]
    image = input_image(layout)
    return [Raster(image, box, box, smooth=image.shape[1] > box[2] / 2, name="input"), frame]


def input_image(layout: NetworkLayout, part: Region | None = None) -> NDArray[np.uint8]:
    """Return the colours of the input, or of a part: those of a photo, otherwise the greys of its first channel.

    Large ones are means over so many cells that `FINE` are left on a side.
    """
    sample, theme = layout.values.document.sample, layout.canvas.theme
    where = part or tuple(slice(0, n) for n in sample.spatial)
    data = sample.data[:3] if sample.channels[:3] == ("R", "G", "B") else sample.data[:1]
    shown = data[(slice(None), *where)]
    factor = ceil(max(shown.shape[1:]) / FINE)
    means = block_means(shown, factor)
    image = layout.input_scale.colours(means if len(means) == 3 else means[0], theme)[..., :3]
    if (alpha := sample.alpha) is not None:
        opacity = block_means(alpha.values[where], factor) / np.float32(alpha.opaque)
        image = over_checks(image, opacity, alpha.associated, 1.0, theme)
    return np.ascontiguousarray(image[..., :3])


def input_curves(layout: NetworkLayout, box: Box, part: slice = ALL) -> list[Item]:
    """Draw the first channels of a signal that comes in below each other, or a part of it."""
    data, theme = layout.values.document.sample.data, layout.canvas.theme
    maps, (x, y, wide, high) = layout.values.maps(0), box
    shown = min(len(maps.numbers), MOST_CHANNELS)
    items, each = list[Item](), high / shown
    for n in range(shown):
        values = data[maps.numbers[n]].reshape(-1)[part]
        room = (x, y + n * each + 2, wide, each - 4)
        items += trace_items(values, room, curve_levels(maps, n), theme.role("input").line, theme)
    return items


def _fine(thumbs: NDArray[np.float32], box: Box) -> bool:
    return bool(thumbs.shape[-1] > box[2] / 2)


def _maps(layout: NetworkLayout, block: int, boxes: tuple[Box, ...], order: NDArray[np.intp]) -> list[Item]:
    maps, theme = layout.values.maps(block), layout.canvas.theme
    items = list[Item]()
    if layout.values.is_signal(block) and signals_curved(boxes):
        line = theme.role("result" if block else "input").line
        for box, index in zip(boxes, order.tolist(), strict=True):
            items += trace_items(signal_of(maps, index), box, layout.curve_levels(block, index), line, theme)
        return [*items, Rects(np.array(boxes), stroke=theme.line, width=1.0)]
    for box, index in zip(boxes, order.tolist(), strict=True):
        image = layout.levels(block, index).colours(maps.thumbs[index], theme)
        # The last cells of a thumbnail may stand for fewer.
        rows, columns = maps.size
        across, down = (min(maps.factor, columns) * box[2] / columns, min(maps.factor, rows) * box[3] / rows)
        whole = (*box[:2], image.shape[1] * across, image.shape[0] * down)
        items.append(Raster(image, whole, box, smooth=_fine(maps.thumbs, box), name=f"map {maps.numbers[index]}"))
    if not layout.values.is_signal(block) or framed(boxes):
        items.append(Rects(np.array(boxes), stroke=theme.line, width=1.0))
    return items


def _hits(
    layout: NetworkLayout,
    block: int,
    boxes: tuple[Box, ...],
    order: NDArray[np.intp],
    photo: Box | None,
    sheet: FilterSheet | None,
) -> list[HitGrid]:
    maps, found = layout.values.maps(block), list[HitGrid]()
    for (x, y, wide, high), index in zip(boxes, order.tolist(), strict=True):
        rows, columns = maps.size
        prefix = (block, maps.numbers[index])
        found.append(HitGrid("unit", prefix, x, y, wide / columns, high / rows, (rows, columns)))
    if photo is not None:
        rows, columns = layout.values.maps(0).size
        found.append(HitGrid("pixel", (), *photo[:2], photo[2] / columns, photo[3] / rows, (rows, columns)))
    if sheet is not None:
        found += filters.sheet_hits(sheet, layout.values.graph.blocks[block].layers[0])
    return found
