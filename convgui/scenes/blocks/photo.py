"""PictureBlocks on a photo: the picture, every channel that is made of it, and a loupe on one pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_view import Cell, Position
from convgui.draw.arithmetic import SIZE, SMALL, products_line, said_runs, sum_line
from convgui.draw.colour import Bytes, faded
from convgui.draw.ground import opacity_around, over_checks
from convgui.draw.legend import GAP as BESIDE
from convgui.draw.legend import legend, legend_width
from convgui.draw.levels import Levels, extremes, input_levels, sampled
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number, times
from convgui.draw.overview import overviews
from convgui.draw.panels import HEADING, heading, outlines
from convgui.draw.photos import Loupe, at_least, centred_in, cut_to, fitted, loupe, marks, tiles
from convgui.draw.picture import Box, Hit, HitGrid, Item, Label, Lines, Picture, Polygons, Raster, Rects, Run
from convgui.draw.pixels import pixel_values
from convgui.draw.prediction import about
from convgui.draw.viewport import Viewport, pyramid, seen, view_through
from convgui.draw.words import label
from convgui.model.document import View
from convgui.scenes.blocks import weights
from convgui.scenes.blocks.compared import APART, HEAD, SCALE, Stand, compared, compares, stand, sum_label, value_at
from convgui.scenes.blocks.layer import PictureBlocks
from convgui.scenes.blocks.pointwise import NAMED, ROW, names, product, written_out
from convgui.scenes.blocks.sentences import input_shape, rule
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.words import tr

MARGIN, FOOTER, LOUPE, GAP, NAME = 24.0, 100.0, 168.0, 10.0, 18.0
RAISED = 9.0
"""How far above a map its name and formula stand: a mark at its edge reaches out of it."""
LIGHT = 24.0
"""What is left for the light between the input and the names above the matrix of a 1 x 1 layer."""
APART_MOST = 56.0
"""How far columns of outputs move apart at most, beyond their gap."""
LARGER = 0.92
"""Part of their largest size that the outputs keep where the input can be larger then."""
TITLED = 190.0
"""Width of the title of the outputs, beside which their scale has room."""
MOST_CHANNELS = 4
"""Channels whose windows the loupe shows."""


@dataclass(frozen=True, eq=False)
class PhotoLayout:
    """The input picture, a picture for each channel that is made, and the room of the loupe.

    `scales` are those of the channels, of which the one that is looked at is shown.
    """

    blocks: PictureBlocks
    canvas: Canvas
    input: Viewport
    outputs: tuple[Viewport, ...]
    loupe: Box
    standing: Stand | None
    levels: Levels
    footer: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]
    scales: tuple[tuple[Item, ...], ...] = ()


def lay_out(b: PictureBlocks, view: View, canvas: Canvas) -> PhotoLayout:
    """Place the pictures, linked in position and magnification."""
    b = replace(b, ends=view.levels)
    words = canvas.captions
    foot = FOOTER - 23.0 if written_out(b) else FOOTER
    lens_high = max(LOUPE, len(b.filters) * ROW + NAMED + LIGHT + 8) if written_out(b) else LOUPE
    margin, head, low = (MARGIN, HEADING + 32, foot + lens_high) if words else (8.0, 8.0, 8.0)
    high, wide = max(60.0, canvas.height - head - low), canvas.width - 2 * margin
    shape, out = (int(b.x.shape[1]), int(b.x.shape[2])), (int(b.output.shape[1]), int(b.output.shape[2]))
    name = NAME if words and len(b.filters) > 1 else 0.0
    aside = 44.0 if words else 16.0
    standing = stand(b, shape, (wide, canvas.height - foot - head)) if words and compares(b) else None
    if standing is not None:
        # What the pictures leave free in height stands around them.
        size, free = standing.picture, standing.spare / 3
        head += round(min(free, 40.0))
        lens = (margin, head + size[1] + SCALE + APART + free, wide, canvas.height)
        lefts = [float(round(margin + (n + 1) * standing.pitch)) for n in range(len(b.filters))]
        boxes = [(left, head, *fitted(out, standing.picture)) for left in lefts]
    else:
        size = fitted(shape, (_share(len(b.filters), out, (wide, high), aside, name) * wide, high))
        above, under = (LIGHT, 4.0) if written_out(b) else (8.0, 10.0)
        top = max(canvas.height - low + above, head + size[1] + 4)
        lens = (margin, top, wide, max(canvas.height - foot - under - top, 8.0))
        start = margin + size[0] + aside
        room = (start, head - name, canvas.width - margin - start, high + name)
        boxes = _spread(tiles(len(b.filters), out, room, GAP, name), room[0] + room[2])
    given = view_through((margin, head, *size), shape, view.centre, view.zoom)
    outputs = tuple(view_through(box, out, view.centre, view.zoom) for box in boxes)
    levels = input_levels(b.x)
    ports = (given, *outputs)
    base: list[Item] = []
    for n, port in enumerate(ports):
        base += _picture(b, canvas, levels, n, port)
    base.append(Rects(np.array([port.clip for port in ports]), stroke=canvas.theme.line, width=1.0))
    if b.given[2:] != b.x.shape[1:]:
        own = cut_to(given.cell(*b.given), given.frame)
        base.append(Rects(np.array([own]), stroke=canvas.theme.muted, width=1.0, dash="dashed"))
    small = (
        overviews(ports, lambda n, port: _coloured(b, canvas, levels, n, port)[0], canvas.theme) if canvas.live else []
    )
    base += [item for one in small for item in one.items]
    if words:
        base += _titles(b, canvas, given, outputs)
    scales = _scales(b, canvas, levels, outputs, standing) if words else ()
    if standing is not None:
        base += [item for one in scales for item in one]
    hits = [_hit("input", (0,), given, b.origin)]
    hits += [_hit("output", (number,), port) for number, port in zip(b.filters, outputs, strict=True)]
    hits += [one.hits for one in small]
    return PhotoLayout(
        b, canvas, given, outputs, lens, standing, levels, canvas.height - foot, tuple(base), tuple(hits),
        () if standing is not None else scales,
    )  # fmt: skip


def _share(count: int, shape: tuple[int, int], room: tuple[float, float], aside: float, name: float) -> float:
    """Return the part of the width that the input has: the outputs, no larger than it, are as large as can be."""
    wide, high = room

    def side(share: float) -> float:
        box = (0.0, 0.0, (1 - share) * wide - aside, high + name)
        return min(tiles(count, shape, box, GAP, name)[0][2], share * wide)

    shares = (0.4, 0.36, 0.32, 0.28, 0.25, 0.22, 0.2)
    best = max(map(side, shares))
    return next(share for share in shares if side(share) >= LARGER * best)


def _spread(boxes: list[Box], right: float) -> list[Box]:
    """Move the columns of the outputs apart as far as there is room, so that what a filter mixes has it above them."""
    columns = sum(box[1] == boxes[0][1] for box in boxes)
    if columns < 2:
        return boxes
    more = min((right - boxes[columns - 1][0] - boxes[0][2]) / (columns - 1), APART_MOST)
    return [(x + (n % columns) * max(more, 0.0), y, w, h) for n, (x, y, w, h) in enumerate(boxes)]


def _hit(kind: str, prefix: tuple[int, ...], port: Viewport, origin: Cell = (0, 0)) -> HitGrid:
    shape, (top, left) = (port.rows, port.columns), origin
    return HitGrid(kind, prefix, port.x, port.y, port.across, port.down, shape, (top, left), port.clip)


def _coloured(b: PictureBlocks, canvas: Canvas, levels: Levels, n: int, port: Viewport) -> tuple[Bytes, Box]:
    """Give what a port shows its colours: the input in its own where it has some, a channel on its filter's scale."""
    part, box = seen(b.shown[n], port, canvas.pixels)
    if n:
        return b.levels(n - 1, levels).colours(part, canvas.theme), box
    image = levels.colours(part[:3] if _in_colour(b) else part[0], canvas.theme)
    if (alpha := b.alpha) is not None:
        opacity = opacity_around(alpha.values, alpha.opaque, (b.origin[0], b.origin[1]), (b.x.shape[1], b.x.shape[2]))
        hidden, _ = seen(pyramid(opacity), port, canvas.pixels)
        image = over_checks(image, hidden, alpha.associated, box[2] / hidden.shape[1], canvas.theme)
    return image, box


def _in_colour(b: PictureBlocks) -> bool:
    return b.names[:3] == ("R", "G", "B") and len(b.x) <= 4


def _picture(b: PictureBlocks, canvas: Canvas, levels: Levels, n: int, port: Viewport) -> list[Item]:
    """The input or a channel that is made of it; far zoomed in with its values."""
    image, box = _coloured(b, canvas, levels, n, port)
    name = f"output {b.filters[n - 1]}" if n else "input"
    items: list[Item] = [Raster(image, box, port.clip, smooth=port.across < 2, name=name)]
    if canvas.captions:
        shown = b.shown[n].levels[0]
        values = shown[None] if n else shown[:3] if _in_colour(b) else shown[:1]
        title = tr("output channel {n}", n=b.filters[n - 1]) if n else tr("input")
        items += pixel_values(port, values, image, canvas.theme, f"pixels of {name}", title, live=canvas.live)
    return items


def _titles(b: PictureBlocks, canvas: Canvas, given: Viewport, outputs: tuple[Viewport, ...]) -> list[Item]:
    theme, top = canvas.theme, given.frame[1] - HEADING - 18.0
    size = input_shape(b)
    size = tr("{part} of {whole}", part=size, whole=times(*b.size)) if b.cut else size
    room = outputs[0].clip[0] - given.clip[0] - 8
    items = heading(given.clip[0], top, tr("Input"), size, theme.role("input").ink, theme, room)
    detail = times(len(b.weight), *b.output.shape[1:])
    detail = tr("{size}, after ReLU", size=detail) if b.relu else detail
    if len(b.filters) < len(b.weight):
        detail = tr("{size}; {first} to {last} are shown", size=detail, first=b.filters[0], last=b.filters[-1])
    x = outputs[0].clip[0]
    title = tr("Output") if len(b.weight) == 1 else tr("Output: {n} channels", n=len(b.weight))
    items += heading(x, top, title, detail, theme.role("result").ink, theme, canvas.width - x - 6)
    if len(b.filters) > 1:
        named = names(b, outputs[0].frame[2])
        for number, port, (name, mixed) in zip(b.filters, outputs, named, strict=True):
            ink = theme.role("result").ink if number == b.filter else theme.muted
            x, y, wide, _ = port.frame
            items.append(label(x, y - RAISED, name, ink, 12, bold=True))
            if mixed:
                items.append(label(x + wide, y - RAISED, mixed, theme.muted, 12, mono=True, anchor="end"))
    return items


def _scales(
    b: PictureBlocks, canvas: Canvas, levels: Levels, outputs: tuple[Viewport, ...], standing: Stand | None
) -> tuple[tuple[Item, ...], ...]:
    """Draw the scale of each channel below it, or beside the title of all; without room for that there is none."""
    theme, found = canvas.theme, list[tuple[Item, ...]]()
    for n, (f, port) in enumerate(zip(b.filters, outputs, strict=True)):
        own, span = b.levels(n, levels), extremes(sampled(b.output[n]))
        if standing is not None:
            x, y, _, high = port.frame
            found.append(tuple(legend(own, span, (x, y + high + 9), standing.pitch - APART, theme)))
            continue
        name = tr("filter {n}", n=f) if len(b.filters) > 1 else ""
        told = text_width(name, SMALL, bold=True) + (BESIDE if name else 0.0)
        room = legend_width(own, span)
        x, y = canvas.width - MARGIN - room, outputs[0].frame[1] - NAME - 2 * BESIDE
        free = x - told - outputs[0].clip[0]
        if free < TITLED:
            return ()
        named = [label(x - told, y + 8, name, theme.role("result").ink, SMALL, bold=True)] if name else []
        found.append((*named, *legend(own, span, (x, y), room, theme)))
    return tuple(found)


def steps(b: PictureBlocks) -> int:
    """Pixels of the output."""
    return int(b.output[0].size)


def step_of(b: PictureBlocks, hit: Hit) -> int | None:
    """Return the step of a pointed output pixel, or of the one in the middle of those that read an input pixel."""
    position = _pointed(b, hit)
    return None if position is None else b.view.step(position)


def _pointed(b: PictureBlocks, hit: Hit | None) -> Position | None:
    if hit is None or hit.kind not in ("input", "output"):
        return None
    if hit.kind == "input":
        return b.view.central(b.index(hit.index[-2:]))
    return hit.index[-2:] if b.view.makes(hit.index[-2:]) else None


def draw_frame(layout: PhotoLayout, at: float, focus: Focus) -> Picture:
    """Draw the pixel of a step, or the one the reader points at."""
    b, canvas, hit = layout.blocks, layout.canvas, focus.hit
    theme = canvas.theme
    now = b.view.position(min(int(at), steps(b) - 1)), b.filter
    position = _pointed(b, hit) or now[0]
    chosen = hit.index[0] if hit is not None and hit.kind in ("output", "kernel") else b.filter
    kernel = theme.role("kernel").line
    window = layout.input.cell(*b.view.box(position))
    frames = [(window, layout.input.frame)]
    frames += [(port.cell(*position), port.frame) for port in layout.outputs]
    items = marks(frames, kernel, theme)
    if len(b.filters) > 1 and chosen in b.filters:
        items.append(outlines([layout.outputs[b.filters.index(chosen)].clip], kernel, 2.0))
    summary, hits = "", layout.hits
    if layout.scales and chosen in b.filters:
        items += layout.scales[b.filters.index(chosen)]
    if canvas.captions:
        predicted = now == (position, chosen)
        opened = _opened(layout, position, chosen, window)
        hits += weights.hits(b, opened, chosen)
        items += about(opened, predicted)
        items += about(_made(layout, position), now[0] == position)
        lines, summary = _lines(layout, position, chosen)
        if hit is not None and hit.kind == "kernel":
            items += weights.rings(b, opened, hit, position, layout.input, theme)
            summary = weights.words(b, hit, position)
            lines = _told(layout, summary)
        items += about(lines, predicted)
    answer = number(value_at(b, b.filter, now[0]))
    paper = theme.background
    return Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), hits, summary, answer)


def _told(layout: PhotoLayout, words: str) -> list[Item]:
    """Write what is said of a weight in place of the sums."""
    theme, width, top = layout.canvas.theme, layout.canvas.width, layout.footer + 6
    room = width - 2 * MARGIN
    runs = said_runs(words, theme.text, theme, SIZE, room)
    items: list[Item] = [Lines(np.array([(MARGIN - 10, top, width - MARGIN + 10, top)]), theme.line)]
    items.append(Label(MARGIN, top + 24, runs, SIZE, mono=True))
    return [*items, label(MARGIN, top + 49, elide(rule(layout.blocks), SMALL, room), theme.text, SMALL)]


def _made(layout: PhotoLayout, position: Position) -> list[Item]:
    """What each filter of several makes at a position, above its channel; the products of 1 x 1 list them anyway."""
    b, theme, items = layout.blocks, layout.canvas.theme, list[Item]()
    if len(b.filters) < 2 or b.relu or b.view.spec.taps == 1:
        return []
    for filter_number, port in zip(b.filters, layout.outputs, strict=True):
        value = value_at(b, filter_number, position)
        x, y, wide, _ = port.frame
        text, ink = number(value), theme.role("warning" if value < 0 else "result").ink
        named = text_width(tr("filter {n}", n=filter_number), 12, bold=True) + 10
        if named + text_width(text, 14, mono=True, bold=True) <= wide:
            run = Run(text, ink, bold=True, answer=filter_number == b.filter)
            items.append(Label(x + wide, y - RAISED, (run,), 14, mono=True, anchor="end"))
    return items


def _opened(layout: PhotoLayout, position: Position, chosen: int, window: Box) -> list[Item]:
    """The loupe and the light that falls from the window onto it."""
    b, theme = layout.blocks, layout.canvas.theme
    if b.view.spec.taps == 1:
        items, first = product(layout.loupe, b, position, chosen, layout.levels, layout.canvas)
    elif layout.standing is not None:
        items, first = compared(layout.loupe[:2], b, position, layout.standing, layout.levels, theme)
    else:
        found = _lens(layout, position, chosen)
        items, first = list(found.items), found.windows[0]
        if b.depth > MOST_CHANNELS:
            x, y, wide, high = layout.loupe
            text = tr("{n} of {all} channels", n=MOST_CHANNELS, all=b.depth)
            items.append(label(x + wide, y + high, text, theme.muted, 11, anchor="end"))
    mark = at_least(window, 11.0)
    x, y, wide, _ = first.box
    bottom = layout.input.frame[1] + layout.input.frame[3]
    y -= HEAD if layout.standing is not None else 0.0
    beam = np.array([[(mark[0], bottom), (mark[0] + mark[2], bottom), (x + wide, y), (x, y)]])
    # A window that is not in sight casts no light; that of one that is falls from the picture's lower edge.
    lit = beam if centred_in(window, layout.input.frame) else beam[:0]
    return [Polygons(lit, faded(theme.role("kernel").line, 0.16)), *items]


def _lens(layout: PhotoLayout, position: Position, chosen: int) -> Loupe:
    b = layout.blocks
    first, scale = b.first(chosen), max(abs(layout.levels.low), abs(layout.levels.high)) or 1.0
    windows = b.window(chosen, position)[:MOST_CHANNELS]
    kernels = b.weight[chosen][:MOST_CHANNELS]
    # The sum has the colour that its pixel has.
    levels = None
    if chosen in b.filters:
        levels = b.levels(b.filters.index(chosen), layout.levels)
    return loupe(
        layout.loupe, windows, kernels, b.names[first : first + len(windows)],
        value_at(b, chosen, position), layout.canvas.theme, scale, levels,
    )  # fmt: skip


def _lines(layout: PhotoLayout, position: Position, chosen: int) -> tuple[list[Item], str]:
    b, canvas = layout.blocks, layout.canvas
    theme, room, top = canvas.theme, canvas.width - 2 * MARGIN, layout.footer + 6
    window, kernel, first = b.window(chosen, position), b.weight[chosen], b.first(chosen)
    sums = (window * kernel).sum(axis=(1, 2)).tolist()
    names = b.names[first : first + b.depth] if b.depth > 1 else ("Σ",)
    name = f"out{[chosen, *position]}"
    parts = list(zip(names, sums, strict=True))
    total = value_at(b, chosen, position)
    after = f" → ReLU {number(max(total, 0.0))}" if b.relu else ""
    spare = room - text_width(after, SIZE, mono=True)
    said = sum_line(theme, MARGIN, top + 24, name, parts, b.said_bias(chosen), total, spare)
    if after:
        said = replace(said, runs=(*said.runs, Run(after, theme.role("result").ink, bold=True, answer=True)))
    one = b.view.spec.taps == 1
    values, factors = (window[:, 0, 0], kernel[:, 0, 0]) if one else (window[0], kernel[0])
    title = "" if one or b.depth == 1 else names[0]
    products = products_line(theme, MARGIN, top + 47, title, values, factors, room)
    rows = [] if written_out(b) else [products]
    items: list[Item] = [
        Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line),
        said,
        *rows,
        label(MARGIN, top + (72 if rows else 49), elide(rule(b), SMALL, room), theme.text, SMALL),
    ]
    if layout.standing is not None:
        lines = [sum_label(b, f, position, (MARGIN, top + 24 + 23 * n, room), theme) for n, f in enumerate(b.filters)]
        return [items[0], *lines], f"{'; '.join(one.text for one in lines)}; {rule(b)}"
    return items, f"{said.text}; {products.text}; {rule(b)}"
