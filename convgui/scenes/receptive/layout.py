"""Receptive fields: where the input, the two maps and the table of layers stand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from convgui.draw.colour import Bytes
from convgui.draw.footer import Footer, footer
from convgui.draw.ground import over_checks
from convgui.draw.levels import Levels, input_levels
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import grouped, number, times
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.viewport import Viewport, pyramid, seen, view_through
from convgui.draw.words import label
from convgui.layers.convolution import Convolution
from convgui.layers.layer import AnyArray
from convgui.scenes.canvas import Canvas
from convgui.scenes.receptive.fields import DRAWS, Fields
from convgui.scenes.receptive.strips import Strips, shades, strips
from convgui.words import mark, tr

GAP, LEGEND, TABLE_HEAD, APART, LEAST_APART = 28.0, 26.0, 26.0, 12.0, 8.0
"""Between the parts, below a map, above the rows of the table, and more between the maps, with room and without."""
ROW, MOST_ROW, MOST_LISTED, FEW_LISTED = 17.0, 22.0, 8, 3
"""Height of a row and how many there are; of more layers those around the present one are listed."""
COLUMNS = (
    (mark("layer"), 0.0, 0.0), (mark("dilation"), 0.4, None), (mark("stride so far"), 0.595, None),
    (mark("field"), 0.68, 0.8), (mark("weights"), 0.815, 1.0), (mark("mult.-adds"), 1.0, None),
)  # fmt: skip
"""The table's columns with their right ends, as shares of its width: where it is wide, and where it is narrow."""
DILATION, STRIDE, FIELD, VOLUME_STRIDE, SIZE, BEHIND = 1, 2, 3, 0.49, 12.0, 6.0
LEAST_WIDE = 520.0
"""Width of a small canvas from which the stack is drawn."""
NARROW = 405.0
"""Width of the table below which only field and weights are listed."""
CARD, CARD_ROW, CARD_LEAST, MOST_LINES = 82.0, 19.0, 16.0, 4
"""Height of the formula with its result, of the line of a layer and at the least, and for how many room is kept."""
PLAIN, DRAWN, MARKED = 41, 6.0, 20.0
"""Cells a side up to which the input is an empty grid, the side of a cell from which it is, and a legend below it."""


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
    strips : Strips or None
        The stack as strips, where there is room for it.
    levels : Levels
        The scale of the input's greys.
    card : tuple or None
        Room for the formula, where there is any.
    """

    fields: Fields
    canvas: Canvas
    measure: Measure
    view: Viewport
    maps: tuple[Box, Box]
    table: Box
    row: float
    strips: Strips | None
    footer: Footer
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]
    levels: Levels
    card: Box | None

    @property
    def listed(self) -> int:
        """How many layers the table has room for."""
        return max(1, min(len(self.fields.layers), int(self.table[3] // self.row)))

    def first(self, index: int) -> int:
        """Return the first layer listed while layer `index` is shown: all if they fit, otherwise those around it."""
        return min(max(0, index - self.listed // 2), len(self.fields.layers) - self.listed)


def lay_out(f: Fields, canvas: Canvas) -> StackLayout:
    """Place the input at the left, the maps at the right and the table below them."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below, margin = footer(canvas.width, canvas.height, sizes.margin, 2), sizes.margin
    frame_top = min(margin, 16.0) + sizes.above
    high = (below.top - 12 if words else canvas.height - margin) - frame_top
    areas = _areas(f, canvas, sizes, frame_top, high)
    rows, across = f.size
    x, top, left, room = areas.input
    # The formula stands below the input.
    spare = CARD + min(len(f.layers), MOST_LINES) * CARD_ROW + LEGEND + 8 if areas.strips and sizes.index else 0.0
    cell = min(left / across, max(room - spare, room * 0.45) / rows)
    top = top if words else max(margin, (canvas.height - rows * cell) / 2)
    view = view_through((x, top, across * cell, rows * cell), f.size, (0.5, 0.5), 1.0)
    row = min(MOST_ROW, max(ROW, areas.table[3] / len(f.layers)))
    levels = input_levels(f.sample.data)
    base = [_empty_grid(view, canvas) if plain(f, view) else _input(f, view, levels, canvas)]
    if words:
        base += _words(f, canvas, sizes, view, areas)
    shown = strips(f, areas.strips, words=words) if areas.strips else None
    card = _card(f, (x, top, left, room), view) if areas.strips and sizes.index else None
    kind = "sheet" if f.plane else "input"
    hits = (HitGrid(kind, (0,), view.x, view.y, view.across, view.down, f.size, clip=view.clip),)
    return StackLayout(
        f, canvas, sizes, view, areas.maps, areas.table, row, shown, below, tuple(base), hits, levels, card
    )


def _card(f: Fields, box: Box, view: Viewport) -> Box | None:
    """Return where the formula stands below the input, for as many layers as there is room for."""
    x, y, wide, high = box
    top = view.clip[1] + view.clip[3] + LEGEND + 8 + (MARKED if plain(f, view) else 0.0)
    lines = min(len(f.layers), int((y + high - top - CARD) // CARD_LEAST))
    room = min(lines * CARD_ROW, y + high - top - CARD)
    return (x, top, min(wide, 330.0), CARD + room) if lines > 0 and wide >= 200 else None


@dataclass(frozen=True)
class _Areas:
    """Boxes of the input, the two maps, the table and the strips; None where there is no room for strips."""

    input: Box
    maps: tuple[Box, Box]
    table: Box
    strips: Box | None


def _areas(f: Fields, canvas: Canvas, sizes: Measure, top: float, high: float) -> _Areas:
    """Divide the canvas: strips over the table, the input, and the maps; a small one has no strips."""
    margin, head = sizes.margin, sizes.above + LEGEND
    wide, x = canvas.width - 2 * margin, margin
    if not sizes.words:
        half, right = wide * 0.5, wide * 0.5 - GAP
        side = min(right, (high - GAP) / 2)
        first = (x + half + GAP, top, side, side)
        return _Areas((x, top, half, high), (first, (first[0], top + side + GAP, side, side)), (x, top, 0.0, ROW), None)
    if not sizes.index:
        if wide < LEAST_WIDE:
            return _without_stack((x, top, wide, high), head)
        left = (wide - GAP) * 0.6
        right, room = x + left + GAP, wide - left - GAP
        side = min((room - GAP) / 2, (high - head) * 0.38)
        lower = top + high - side - LEGEND
        both = ((right, lower, side, side), (right + side + GAP, lower, side, side))
        listed = min(len(f.layers), FEW_LISTED)
        rows = listed * ROW
        table, above = (x, top + high - rows, left, rows), high - rows - TABLE_HEAD - 8
        stack = (x, top - sizes.above + 8, left, above + sizes.above - 8)
        return _Areas((right, top, room, high - side - head - 14), both, table, stack)
    side = min(wide * 0.19, (high - head - LEGEND - LEAST_APART) / 2)
    apart = min(side + head + APART, high - side - LEGEND)
    first, second = ((x + wide - side, top + n * apart, side, side) for n in (0, 1))
    left = wide * 0.48
    middle = (x + left + GAP, top, wide - left - side - 2 * GAP, high)
    listed = min(len(f.layers), MOST_LISTED)
    rows = listed * MOST_ROW + TABLE_HEAD
    above = high - rows - 14
    table = (x, top + high - listed * MOST_ROW, left, listed * MOST_ROW)
    return _Areas(middle, (first, second), table, (x, top - sizes.above + 8, left, above + sizes.above - 8))


def _without_stack(box: Box, head: float) -> _Areas:
    """Divide the room where there is none for the stack: the input, and both maps over the table."""
    x, top, wide, high = box
    left = min((wide - GAP) * 0.46, high)
    right, room = x + left + GAP, wide - left - GAP
    side = min((room - GAP) / 2, (high - head - 40) * 0.62)
    both = ((right, top, side, side), (right + side + GAP, top, side, side))
    below = top + side + LEGEND + 34
    return _Areas((x, top, left, high), both, (right, below, room, max(ROW, top + high - below)), None)


def plain(f: Fields, view: Viewport) -> bool:
    """Whether the input is drawn as a grid without values: where a field lies does not depend on them."""
    return max(f.size) <= PLAIN and view.across >= DRAWN


def _empty_grid(view: Viewport, canvas: Canvas) -> Item:
    rows, columns = (np.arange(n) for n in (view.rows, view.columns))
    lefts, tops = np.meshgrid(view.x + columns * view.across, view.y + rows * view.down)
    sides = np.full(lefts.size, view.across), np.full(lefts.size, view.down)
    boxes = np.column_stack([lefts.ravel(), tops.ravel(), *sides])
    return Rects(boxes, fill=canvas.theme.background, stroke=canvas.theme.cell_line, width=1.0)


def _input(f: Fields, view: Viewport, levels: Levels, canvas: Canvas) -> Item:
    """Draw the input as a picture, a little faded, so that the fields stand out on it."""
    data = f.sheet(f.sample.data)
    part, box = seen(pyramid(data), view, canvas.pixels)
    image = coloured(f, part, levels, canvas.theme)
    if (alpha := f.sample.alpha) is not None:
        opacity, _ = seen(pyramid(f.sheet(alpha.values[None])[0]), view, canvas.pixels)
        image = over_checks(image, opacity / alpha.opaque, alpha.associated, box[2] / opacity.shape[1], canvas.theme)
    return Raster(paler(image, canvas.theme), box, view.clip, smooth=view.across < 2, name="input")


def paler(image: Bytes, theme: Theme) -> Bytes:
    """Fade a picture a little, so that what is drawn on it stands out."""
    ground = np.array(theme.background[:3], dtype=np.float64)
    return np.asarray(np.round(0.72 * image + 0.28 * ground).astype(np.uint8))


def coloured(f: Fields, part: AnyArray, levels: Levels, theme: Theme) -> Bytes:
    """Return the colours of a part of the input: greys, or those of a photo."""
    colour = f.sample.channels[:3] == ("R", "G", "B")
    return levels.colours(part[:3] if colour else part[0], theme)[..., :3]


def _words(f: Fields, canvas: Canvas, sizes: Measure, view: Viewport, areas: _Areas) -> list[Item]:
    theme, small = canvas.theme, sizes.small
    x, y, wide, _ = view.clip
    shape = f"{f.sample.name} · {times(*f.sample.data.shape)}"
    if f.plane:
        letters, middle_of = "DHW", f.sample.spatial[f.left_out] // 2
        sheet = f"{letters[f.plane[0]]} × {letters[f.plane[1]]}, {letters[f.left_out]} = {middle_of}"
        shape = f"{sheet} · {times(*f.sample.data.shape)}"
    items: list[Item] = [Rects(np.array([view.clip]), stroke=theme.line, width=1.0)]
    items += title_items(
        (x, y), x + max(wide, min(240.0, canvas.width - x - 8)), (tr("Input"), shape), "input", sizes, theme
    )
    titles = ((tr("Theoretical field"), tr("any path")), (tr("Effective field"), f"|∂y/∂x|, {_weights(f)}"))
    for box, words in zip(areas.maps, titles, strict=True):
        right = min(box[0] + box[2] + GAP - 6, canvas.width - 8)
        items += title_items(box[:2], right, words, "plain", sizes, theme)
    left, top, across, _ = areas.table
    ends = columns(f, across)
    # Which layers are listed changes with the step; see `row_items`.
    for (_, before), (index, share) in pairwise(ends):
        # The first column begins where the second one's numbers are far off yet; the others end at their numbers.
        room = (share - before) * across - 6 if before else share * across / 2
        text = elide(tr(COLUMNS[index][0]), small, room)
        items.append(label(left + share * across, top - 8, text, theme.muted, small, anchor="end"))
    return items


def _weights(f: Fields) -> str:
    """Say which weights the effective field is of; those of a document may be trained or not."""
    if f.random:
        return tr("{n} random nets", n=DRAWS)
    held = [layer.effective_weight for layer in f.layers if isinstance(layer, Convolution)]
    return tr("equal weights") if held and all(np.ptp(w) == 0 for w in held) else tr("these weights")


def row_texts(f: Fields, index: int) -> tuple[str, ...]:
    """Write one layer of the table."""
    layer, shape = f.layers[index], f.shapes[index]
    lines = f.extents(index)
    ends = [f"{min(turns)}–{max(turns)}" if len(set(turns)) > 1 else str(turns[0]) for turns in lines]
    size = ends[0] if len(set(ends)) == 1 else " × ".join(ends)
    stride = number(float(f.on_rows(f.fields[index].stride, 1)[1]), 2)
    weights = layer.parameters["weight"].size if "weight" in layer.parameters else 0
    dilation = str(layer.window(shape).dilation[f.columns])
    name, work = layer.title, layer.multiply_adds(shape)
    return (name, dilation, stride, size, count(weights), count(work))


def columns(f: Fields, wide: float) -> tuple[tuple[int, float], ...]:
    """Return the columns that there is room for, each with its right end as a share of the table's width.

    The sizes of three axes take the room of the dilation.
    """
    ends = ((n, full if wide >= NARROW else narrow) for n, (_, full, narrow) in enumerate(COLUMNS))
    found = [(n, end) for n, end in ends if end is not None]
    if not f.plane or wide < NARROW:
        return tuple(found)
    return tuple((n, VOLUME_STRIDE if n == STRIDE else end) for n, end in found if n != DILATION)


def count(value: int) -> str:
    """Write a count in few characters."""
    for size, unit in ((10**9, "G"), (10**6, "M")):
        if value >= 10 * size:
            return f"{number(round(value / size, 1))} {unit}"
    # Digits of a fixed width stand below each other only if what parts them is as wide.
    return grouped(value).replace("\u2009", " ")


def row_items(layout: StackLayout, index: int, *, hidden: bool = False) -> list[Item]:
    """Draw the table with layer `index` lit; with `hidden` neither its field nor those of later layers is told."""
    f, canvas = layout.fields, layout.canvas
    theme, (x, y, wide, _) = canvas.theme, layout.table
    first = layout.first(index)
    items: list[Item] = [
        Rects(
            np.array([(x - 6, y + (index - first) * layout.row, wide + 12, layout.row)]),
            fill=theme.selection,
            radius=4,
        )
    ]
    if canvas.captions:
        part = tr("layers {first} to {last} of {n}", first=first + 1, last=first + layout.listed, n=len(f.layers))
        head, small = tr(COLUMNS[0][0]) if layout.listed == len(f.layers) else part, layout.measure.small
        items.append(label(x, y - 8, elide(head, small, columns(f, wide)[1][1] * wide / 1.3), theme.muted, small))
    numbered = max(text_width(str(n + 1), SIZE, bold=True) for n in f.path)
    for line in range(layout.listed):
        n = first + line
        base = y + line * layout.row + layout.row / 2 + 4
        ink = theme.text if n <= index else theme.muted
        name, *_ = texts = row_texts(f, n)
        ends = columns(f, wide)[1:]
        room = wide * ends[0][1] - (text_width(texts[ends[0][0]], SIZE, mono=True) + 10) - 12
        if layout.strips is not None:
            box = np.array([(x, base - 11, 5.0, 14.0)])
            items.append(Rects(box, fill=shades(len(f.layers), theme)[n], radius=2))
        # Numbers end below each other, as wide as the widest of them is in bold.
        after = x + (12 if layout.strips is not None else 0) + numbered
        items.append(label(after, base, str(f.path[n] + 1), ink, SIZE, bold=n == index, anchor="end"))
        title = elide(name, SIZE, room - numbered - BEHIND, bold=n == index)
        items.append(label(after + BEHIND, base, title, ink, SIZE, bold=n == index))
        for column, share in ends:
            # What a later layer sees is told when its step comes.
            text = "?" if column == FIELD and n >= index + (not hidden) else texts[column]
            bold = n == index and column == FIELD
            items.append(label(x + share * wide, base, text, ink, SIZE, bold=bold, mono=True, anchor="end"))
    return items


def row_hits(layout: StackLayout, index: int) -> HitGrid:
    """Make the table's rows answer to the pointer."""
    x, y, wide, _ = layout.table
    first = layout.first(index)
    return HitGrid("layer", (), x, y, wide, layout.row, (layout.listed, 1), (first, 0))
