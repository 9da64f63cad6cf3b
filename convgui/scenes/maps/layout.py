"""Feature maps: where the strip of layers, the contact sheet and the enlarged map stand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from convgui.draw.footer import Footer, footer
from convgui.draw.grids import cell_text
from convgui.draw.ground import over_checks
from convgui.draw.levels import Levels, adjusted
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number
from convgui.draw.picture import Box, CellContent, Cells, HitGrid, Item, Raster, Rects
from convgui.draw.pixels import pixel_values
from convgui.draw.theme import Theme
from convgui.draw.viewport import Pyramid, Viewport, seen, view_through
from convgui.draw.words import label
from convgui.layers.convolution import Convolution
from convgui.model.document import View
from convgui.model.flow import channel_names
from convgui.scenes.canvas import Canvas
from convgui.scenes.choice import marked_cell
from convgui.scenes.feature_maps.gathered import Maps
from convgui.scenes.feature_maps.signals import (
    NUMBER,
    curve_levels,
    is_signal,
    signal_boxes,
    signal_of,
    signals_curved,
)
from convgui.scenes.feature_maps.stages import Sheets
from convgui.scenes.feature_maps.tiling import BETWEEN, CAPTION, tiled
from convgui.scenes.maps import kernels
from convgui.scenes.maps.curves import large_signal, signal_items
from convgui.scenes.maps.photo import THUMB, WIDER, beside, has_photo
from convgui.scenes.maps.slopes import slope_items
from convgui.words import tr

GAP = 36.0
STRIP, CHIP, ARROW = 48.0, 190.0, 22.0
NARROWEST_CHIP = 84.0
SMALL = 12.0
NARROW_THUMB = 20.0
"""Width below which a thumbnail has no name under it."""
LEGEND, BAND = 34.0, 14.0
"""Height of the legend below the enlarged map, and what stays free above the kernels."""
WHOLE = 100.0
"""Size from which the ends of a thumbnail's scale have no decimals."""
SIGNAL = 0.6
"""Height of an enlarged signal, as a part of its width, at the most."""
NUMBERED = 24.0
"""Pixels a cell from which the enlarged map is drawn with its numbers."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The thumbnails of one stage.

    Attributes
    ----------
    boxes : tuple of Box
        Of each thumbnail.
    curved : bool
        Whether they are curves.
    cells : int
        A cell that is drawn is the mean over so many cells a side.
    """

    maps: Maps
    boxes: tuple[Box, ...]
    cells: int
    items: tuple[Item, ...]
    hits: tuple[HitGrid, ...]
    curved: bool = False

    def box(self, index: int) -> Box:
        """Return the box of a thumbnail."""
        return self.boxes[index]


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """The frames of everything; what a stage looks like is drawn when it is first shown, and kept.

    Attributes
    ----------
    measure : Measure
        How large titles and margins are.
    strip, left, below, right : Box
        The layers, the thumbnails, all that with the kernels at its foot, and the enlarged map.
    photo : Box or None
        The picture that comes in, beside the thumbnails.
    band : float
        Height of the kernels' part of `below`.
    footer : Footer
        Where it is said what made the maps.
    port : Viewport
        The input's position in the frame of the enlarged map, by which all are zoomed and moved.
    """

    sheets: Sheets
    view: View
    canvas: Canvas
    common: bool
    measure: Measure
    strip: Box
    left: Box
    below: Box
    right: Box
    photo: Box | None
    band: float
    footer: Footer
    port: Viewport
    drawn: dict[int, Sheet] = field(default_factory=dict)
    enlarged: dict[tuple[int, int], tuple[Item, ...]] = field(default_factory=dict)

    def maps(self, index: int) -> Maps:
        """Return what the sheet of a stage shows: its channels, or the parts of the chosen filter."""
        stage = self.sheets.stages[index]
        return stage.parts if self.sheets.apart and stage.parts is not None else stage.maps

    def chosen(self, stage: int) -> int:
        """Return the index on the sheet of the map that is enlarged: of parts the sum."""
        maps = self.maps(stage)
        if maps is self.sheets.stages[stage].parts:
            return len(maps.numbers) - 1
        return maps.index(self.sheets.chosen[stage])

    def levels(self, stage: int, index: int) -> Levels:
        """Return the scale of a map; parts always share one with their sum, so that they can be compared."""
        maps, own = self.maps(stage), self.sheets.stages[stage]
        if maps is own.parts:
            return maps.levels(None)
        automatic = own.levels if self.common else maps.levels(index)
        # Those that the user set are of the chosen layer's output.
        return adjusted(automatic, self.view.levels) if stage == self.view.layer + 1 else automatic

    def curve_levels(self, stage: int, index: int) -> Levels:
        """Return the ends of a signal's curve, as `levels`; parts and common scales are those of all."""
        maps = self.maps(stage)
        if stage == self.view.layer + 1 and self.view.levels is not None and maps is self.sheets.stages[stage].maps:
            return self.levels(stage, index)
        together = self.common or maps is self.sheets.stages[stage].parts
        return curve_levels(maps, None if together else index)

    def sheet(self, stage: int) -> Sheet:
        """Return the thumbnails of a stage."""
        if stage not in self.drawn:
            self.drawn[stage] = _sheet(self, stage)
        return self.drawn[stage]

    def large(self, stage: int, index: int) -> tuple[Item, ...]:
        """Return one map of a stage, enlarged."""
        if (stage, index) not in self.enlarged:
            self.enlarged[stage, index] = _large(self, stage, index)
        return self.enlarged[stage, index]

    def kernels(self, stage: int, index: int) -> list[Item]:
        """Return what makes one map of a stage, kernels or a slope, where it is made by such and there is room."""
        layer, maps = self.sheets.stages[stage].layer, self.maps(stage)
        if not self.band:
            return []
        if layer is not None and layer.slopes is not None:
            return slope_items(layer, maps.numbers[index], self.below, self.band, self.measure, self.canvas.theme)
        cell = kernels.cell_of(layer, self.below, self.measure)
        if not (cell and isinstance(layer, Convolution)) or maps is self.sheets.stages[stage].parts:
            return []
        names, channel = channel_names(self.sheets.document, stage - 1), maps.numbers[index]
        return kernels.kernel_items(layer, channel, names, self.below, cell, self.measure, self.canvas.theme)

    def marked(self, stage: int) -> tuple[int, int] | None:
        """Return the cell that a caption speaks of."""
        return marked_cell(self.view, stage, self.maps(stage).size)

    def seen(self, stage: int) -> Viewport:
        """Return a stage's position in the frame of the enlarged map."""
        return port_on(self.right, self.maps(stage).size, self.view)


def port_on(frame: Box, size: tuple[int, int], view: View) -> Viewport:
    """Return how maps of a size are seen in the frame of the enlarged one; a signal is as high as the frame."""
    port = view_through(frame, size, view.centre, view.zoom)
    return replace(port, y=frame[1], down=frame[3]) if size[0] == 1 < size[1] else port


def lay_out(data: Sheets, view: View, canvas: Canvas, common: bool) -> SheetLayout:
    """Place the strip above, the sheet at the left and the enlarged map at the right."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below = footer(canvas.width, canvas.height, sizes.margin, 1)
    margin = sizes.margin if words else 6.0
    first = min(sizes.margin, 16.0)
    top = first + STRIP + 14.0 + sizes.above if words else 6.0
    high = below.top - 16.0 - top - LEGEND if words else canvas.height - 12.0
    inside = canvas.width - 2 * margin - GAP
    tallest = max(SIGNAL if is_signal(stage.maps) else stage.maps.size[0] / stage.maps.size[1] for stage in data.stages)
    # The enlarged map is as high as there is room, but the thumbnails have half of the width at least.
    left = max(inside / 2, inside - high / tallest) if words else canvas.width - 2 * margin
    whole = (margin, top, left, max(40.0, high + (LEGEND if words else 0.0)))
    strip = (margin, first, canvas.width - 2 * margin, STRIP)
    photo, whole, band, sheet = _parted(data, whole, inside, sizes)
    wide = max(40.0, inside - whole[2])
    frame = (margin + whole[2] + GAP, top, wide, max(40.0, min(high, wide * tallest)))
    port = port_on(frame, data.stages[0].maps.size, view)
    return SheetLayout(data, view, canvas, common, sizes, strip, sheet, whole, frame, photo, band, below, port)


def _parted(data: Sheets, whole: Box, inside: float, sizes: Measure) -> tuple[Box | None, Box, float, Box]:
    """Part the left into photo, thumbnails and the kernels below; with a photo it is wider, where there is room."""

    def parted(room: Box) -> tuple[float, Box]:
        band = max((kernels.band(stage.layer, room, sizes) for stage in data.stages), default=0.0)
        return band, (*room[:3], room[3] - band - (BAND if band else 0.0))

    if any(is_signal(stage.maps) for stage in data.stages):
        return None, whole, 0.0, whole
    if sizes.words and has_photo(data):
        room = (*whole[:2], max(whole[2], WIDER * inside), whole[3])
        band, above = parted(room)
        found = beside(above, data.stages[0].maps.size)
        most = max(data.stages, key=lambda stage: len(stage.maps.numbers)).maps
        if found is not None and tiled(len(most.numbers), most.size, found[1], True)[1] >= THUMB:
            return found[0], room, band, found[1]
    return (None, whole, *parted(whole))


def chips(layout: SheetLayout, stage: int) -> tuple[int, int, float]:
    """Return the first stage on the strip, how many fit, and the width of each; those around `stage` are shown."""
    count = len(layout.sheets.stages)
    fit = max(1, min(count, int((layout.strip[2] + ARROW) // (NARROWEST_CHIP + ARROW))))
    width = min(CHIP, (layout.strip[2] + ARROW) / fit - ARROW)
    return min(max(0, stage - fit // 2), count - fit), fit, width


def _sheet(layout: SheetLayout, stage: int) -> Sheet:
    maps, canvas = layout.maps(stage), layout.canvas
    names = canvas.captions
    if is_signal(maps):
        return _signals(layout, stage)
    columns, wide, high = tiled(len(maps.numbers), maps.size, layout.left, names)
    named = names and wide >= NARROW_THUMB
    pitch = (wide + BETWEEN, high + BETWEEN + (CAPTION if named else 0.0))
    longest = max(maps.thumbs.shape[1:])
    again = max(1, int(longest / (max(wide, high) * canvas.pixels)))
    images, opacity = averaged_again(maps, maps.thumbs, again), maps.opacity
    hidden = averaged_again(maps, opacity.thumbs, again)[0] if opacity is not None else None
    x, y = layout.left[:2]
    boxes = tuple(
        (x + n % columns * pitch[0], y + n // columns * pitch[1], wide, high) for n in range(len(maps.numbers))
    )
    items: list[Item] = []
    for index, box in enumerate(boxes):
        image = layout.levels(stage, index).colours(images[index], canvas.theme)
        cells = (maps.factor * again) / maps.size[1] * wide
        if opacity is not None and hidden is not None:
            image = over_checks(image, hidden, opacity.associated, cells, canvas.theme)
        whole = (*box[:2], image.shape[1] * cells, image.shape[0] * cells)
        items.append(Raster(image, whole, box, smooth=cells < 2, name=f"thumb {index}"))
        if named:
            items += _name(maps.names[index], layout.levels(stage, index), box, canvas.theme)
    items.append(Rects(np.array(boxes), stroke=canvas.theme.line, width=1.0))
    return Sheet(maps, boxes, maps.factor * again, tuple(items), _hits(boxes, columns, pitch, stage))


def _signals(layout: SheetLayout, stage: int) -> Sheet:
    """Place signals below each other."""
    maps, canvas = layout.maps(stage), layout.canvas
    boxes = signal_boxes(len(maps.numbers), layout.left, NUMBER if canvas.captions else 0.0)
    curved, indices = signals_curved(boxes), range(len(boxes))
    scales = [layout.curve_levels(stage, n) if curved else layout.levels(stage, n) for n in indices]
    items = signal_items(maps, boxes, scales, "result" if stage else "input", canvas.theme, words=canvas.captions)
    hits = tuple(HitGrid("map", (stage,), *box, (1, 1), (0, index)) for index, box in enumerate(boxes))
    cells = max(enlargement(maps, index)[1] for index in indices) if curved else maps.factor
    return Sheet(maps, boxes, cells, tuple(items), hits, curved)


def _name(name: str, levels: Levels, box: Box, theme: Theme) -> list[Item]:
    """Write a map's name below its thumbnail, and its scale where there is room."""
    x, y, wide, tall = box
    low, high = (number(end, 1) if abs(end) < WHOLE else number(round(end)) for end in (levels.low, levels.high))
    scale = f"±{high}" if levels.signed else f"{low} … {high}"
    room, base = wide - text_width(name, SMALL, mono=True) - 14, y + tall + 14
    ink = theme.muted
    if text_width(scale, SMALL, mono=True) > room:
        shown = elide(name, SMALL, wide, mono=True)
        return [label(x + wide / 2, base, shown, ink, SMALL, mono=True, anchor="middle")]
    return [
        label(x, base, name, theme.text, SMALL, mono=True),
        label(x + wide, base, scale, ink, SMALL, mono=True, anchor="end"),
    ]


def _hits(boxes: tuple[Box, ...], columns: int, pitch: tuple[float, float], stage: int) -> tuple[HitGrid, ...]:
    found = []
    for start in range(0, len(boxes), columns):
        x, y, _, _ = boxes[start]
        shape = (1, min(columns, len(boxes) - start))
        found.append(HitGrid("map", (stage,), x, y, *pitch, shape, (0, start)))
    return tuple(found)


def averaged_again(maps: Maps, thumbs: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Average ``factor x factor`` cells of thumbnails, each counting as much as the cells it stands for."""
    if factor == 1:
        return thumbs
    counts = [np.diff(np.append(np.arange(0, n, maps.factor), n)) for n in maps.size]
    weights = np.outer(*counts).astype(np.float32)
    down, across = (np.arange(0, n, factor) for n in thumbs.shape[1:])

    def sums(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(np.add.reduceat(np.add.reduceat(values, down, axis=-2), across, axis=-1))

    return sums(thumbs * weights) / sums(weights)


def _large(layout: SheetLayout, stage: int, index: int) -> tuple[Item, ...]:
    maps, canvas, port = layout.maps(stage), layout.canvas, layout.seen(stage)
    levels = layout.levels(stage, index)
    values, factor = enlargement(maps, index)
    if is_signal(maps):
        ink, scale = canvas.theme.role("result" if stage else "input").line, layout.curve_levels(stage, index)
        return large_signal(signal_of(maps, index), factor, port, scale, ink, canvas.theme)
    if factor == 1 and layout.view.zoom == 1 and port.across >= NUMBERED and canvas.captions:
        return (_numbered(maps, values.levels[0], port, levels, canvas),)
    rows, columns = values.shape
    coarse = Viewport(rows, columns, port.frame, port.x, port.y, port.across * factor, port.down * factor)
    part, box = seen(values, coarse, canvas.pixels)
    image = levels.colours(part, canvas.theme)
    if (opacity := maps.opacity) is not None:
        hidden = seen(opacity.large, coarse, canvas.pixels)[0] / opacity.opaque
        image = over_checks(image, hidden, opacity.associated, box[2] / hidden.shape[1], canvas.theme)
    pixels = list[Item]()
    if factor == 1 and canvas.captions:
        title = tr("chosen channel")
        pixels = pixel_values(port, values.levels[0][None], image, canvas.theme, "pixels of large", title, live=False)
    frame = Rects(np.array([port.clip]), stroke=canvas.theme.line, width=1.0)
    return (Raster(image, box, port.clip, smooth=coarse.across < 2, name="large"), *pixels, frame)


def enlargement(maps: Maps, index: int) -> tuple[Pyramid, int]:
    """Return the finest values there are of a map, and over how many cells a side they are means."""
    kept = maps.large.get(index)
    return (Pyramid((maps.thumbs[index],)), maps.factor) if kept is None else (kept.values, kept.factor)


def _numbered(maps: Maps, values: NDArray[np.float64], port: Viewport, levels: Levels, canvas: Canvas) -> Cells:
    theme = canvas.theme
    fill = levels.colours(values, theme)
    if (opacity := maps.opacity) is not None:
        hidden = opacity.large.levels[0] / opacity.opaque
        fill[..., :3] = over_checks(fill, hidden, opacity.associated, port.across, theme)
    texts, font = cell_text(values, port.across)
    content = CellContent(fill, theme.ink(fill), texts)
    return Cells(
        content, port.x, port.y, port.across, port.down, theme.background, theme.cell_line, theme.line, font,
        name="large", title=tr("chosen channel"), axes=(tr("row"), tr("column")),
    )  # fmt: skip
