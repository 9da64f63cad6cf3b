"""Slide on pictures: one moment. The window on the input, and the loupe that opens it into products and their sum."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import called, products_line, sum_line
from convgui.draw.colour import faded
from convgui.draw.gaps import operator
from convgui.draw.grids import LARGEST_FONT, largest, value_cells
from convgui.draw.metrics import elide
from convgui.draw.number import number, range_ends
from convgui.draw.padded import with_padding
from convgui.draw.photos import SMALLEST_MARK, as_pixel, at_least, centred_in, cut_to, marks
from convgui.draw.picture import Box, Cells, Hit, HitGrid, Item, Lines, Picture, Polygons, Raster, Rects
from convgui.draw.prediction import about
from convgui.draw.theme import Role
from convgui.draw.window import RING
from convgui.draw.words import label
from convgui.scenes.scene import Focus
from convgui.scenes.slide.border import window_padding
from convgui.scenes.slide.numbers import Floats
from convgui.scenes.slide.opened import Opened, input_words, open_pixel, served, weight_words
from convgui.scenes.slide.pair import MARGIN, PhotoLayout
from convgui.scenes.slide.photo import Photo
from convgui.words import tr

LEGEND = 190.0
SIGN, NARROW_SIGN, NARROW = 46.0, 30.0, 800.0
"""Width of an operator's gap, and that in a loupe that is narrow."""


def step_of(photo: Photo, hit: Hit) -> int | None:
    """Return the step of a clicked pixel: an output's own, or that of the output around an input pixel."""
    position = _pointed(photo, hit)
    return None if position is None else photo.view.step(position)


def draw_frame(layout: PhotoLayout, at: float, focus: Focus) -> Picture:
    """Draw the pixel of a step, or the one the reader points at."""
    photo, canvas, hit = layout.photo, layout.canvas, focus.hit
    step = min(int(at), photo.view.positions - 1)
    landed = position = photo.view.position(step)
    gliding: tuple[float, ...] = position
    pointed = _pointed(photo, hit)
    if pointed is not None:
        position = gliding = pointed
    elif at > step and position[1] + 1 < photo.shape[1]:
        gliding = (position[0], position[1] + at - step)
    opened = open_pixel(photo, position)
    items, window = _marks(layout, gliding, hit)
    summary = ""
    answer = number((opened if position == landed else open_pixel(photo, landed)).total)
    if canvas.captions:
        if layout.loupe[3]:
            items += _loupe(layout, opened, window, making=position == landed)
            items += _tap_marks(layout, hit, position)
        lines, summary = _arithmetic(layout, opened, hit)
        items += about(lines, position == landed)
    paper = canvas.theme.background
    return Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), layout.hits, summary, answer)


def _pointed(photo: Photo, hit: Hit | None) -> Position | None:
    """Return the output pixel that is pointed at, or the one in the middle of those that read an input pixel."""
    if hit is None or hit.kind not in ("output", "input"):
        return None
    index = hit.index[-2:]
    if hit.kind == "output":
        return index if photo.view.makes(index) else None
    return photo.view.central(index)


def _marks(layout: PhotoLayout, position: tuple[float, ...], hit: Hit | None) -> tuple[list[Item], Box]:
    """Frame the window on the input and the pixel on the output; an input pixel's outputs are framed in its blue."""
    photo, theme = layout.photo, layout.canvas.theme
    window = layout.input_port.cell(*photo.view.box(position))
    items: list[Item] = []
    reach = photo.view.reach(hit.index[-2:]) if hit is not None and hit.kind == "input" else []
    if reach and hit is not None:
        source, read = layout.input_port.cell(hit.index[-2], hit.index[-1]), layout.output_port
        boxes = [(source, layout.input_port.frame), *((read.cell(*box), read.frame) for box in reach)]
        items += marks(boxes, theme.role("input").line, theme)
    items += _frames(layout, window, layout.output_port.cell(*position), theme.role("kernel").line)
    return items, window


def _frames(layout: PhotoLayout, left: Box, right: Box, stroke: tuple[int, int, int, int]) -> list[Item]:
    return marks([(left, layout.input_port.frame), (right, layout.output_port.frame)], stroke, layout.canvas.theme)


@dataclass(frozen=True)
class Grids:
    """Where the grids of the loupe stand: size of a cell, top, left ends of the four, and width of the signs' gaps."""

    cell: float
    top: float
    lefts: tuple[float, float, float, float]
    sign: float
    legend: bool


def _grids(layout: PhotoLayout) -> Grids:
    x, y, width, height = layout.loupe
    rows, columns = layout.photo.kernels.shape[1:]
    legend = width > 560
    sign = SIGN if width >= NARROW else NARROW_SIGN
    room = (width - (LEGEND if legend else 0.0) - 5 * sign - 70) / 3
    cell = float(max(2, int(min(room / columns, height / rows, 48))))
    pitch = columns * cell + sign
    top = round(y + (height - rows * cell) / 2)
    return Grids(cell, top, (round(x), round(x + pitch), round(x + 2 * pitch), round(x + 3 * pitch)), sign, legend)


def furnished(layout: PhotoLayout) -> PhotoLayout:
    """Add what does not move while stepping: the kernel, the signs between the grids, the scale of the output."""
    if not layout.canvas.captions or not layout.loupe[3]:
        return layout
    grids, theme = _grids(layout), layout.canvas.theme
    kernel = layout.photo.kernels[layout.channel]
    _, y, _, height = layout.loupe
    at = (grids.lefts[1], grids.top)
    grid = value_cells(
        kernel, theme, "kernel", at, grids.cell, limit=largest(kernel), name="kernel", title=tr("kernel")
    )
    items: list[Item] = [grid]
    roles: tuple[Role, ...] = ("plain", "plain", "result")
    for left, sign, role in zip(grids.lefts[1:], "×=Σ", roles, strict=True):
        items += operator((left - grids.sign, left), y + height / 2, sign, theme, role)
    if grids.legend:
        items += _legend(layout)
    if len(layout.photo.names) > 1:
        name = called(layout.photo.names[layout.channel])
        items.append(label(grids.lefts[3] + 32, y + height / 2 + 36, name, theme.muted, 12, anchor="middle"))
    prefix, u = (layout.photo.filter, layout.channel), grid.width
    hits = [
        HitGrid(kind, prefix, left, grid.y, u, u, grid.content.shape)
        for kind, left in zip(("product", "kernel", "product"), grids.lefts[:3], strict=True)
    ]
    return replace(layout, base=(*layout.base, *items), hits=(*layout.hits, *hits))


def _loupe(layout: PhotoLayout, opened: Opened, window: Box, *, making: bool) -> list[Item]:
    """The opened window, its products with the kernel and their sum; one channel at a time."""
    photo, theme, channel, stands = layout.photo, layout.canvas.theme, layout.channel, _grids(layout)
    values = opened.windows[channel]
    products = values * photo.kernels[channel]
    scale = max(abs(photo.input_scale.low), abs(photo.input_scale.high)) or 1.0
    grids: list[tuple[Floats, Role, float, str, str, float]] = [
        (values, "input", scale, "window", tr("window"), stands.lefts[0]),
        (products, "result", largest(products), "products", tr("products"), stands.lefts[2]),
    ]
    seen, multiplied = (
        value_cells(array, theme, role, (left, stands.top), stands.cell, limit=limit, name=name, title=title)
        for array, role, limit, name, title, left in grids
    )
    seen, border = with_padding(seen, window_padding(photo, opened.position), theme)
    total = replace(_total(layout, opened, stands.lefts[3]), making=making)
    multiplied = replace(multiplied, making=making and products.size == 1)
    items: list[Item] = [_beam(layout, window, seen), seen, *border, multiplied, total]
    if stands.legend:
        left, top = _legend_corner(layout)
        name = tr("Pixel {place}", place=f"({opened.position[0]}, {opened.position[1]})")
        items.append(label(left, top, name, theme.text, 14, bold=True))
    return items


def _tap_marks(layout: PhotoLayout, hit: Hit | None, position: Position) -> list[Item]:
    """Mark the value, the weight and the product of what is pointed at, the pixel it meets, and all that it serves."""
    if hit is None or hit.kind not in ("kernel", "product"):
        return []
    grids, (row, column), theme, port = _grids(layout), hit.index[-2:], layout.canvas.theme, layout.input_port
    u, view = grids.cell, layout.photo.view
    boxes = [(left + column * u, grids.top + row * u, u, u) for left in grids.lefts[:3]]
    items: list[Item] = [Rects(np.array(boxes), stroke=theme.text, width=RING)]
    area = served(layout.photo, (row, column))
    if hit.kind == "kernel" and area is not None:
        (top, high), (left, wide) = area
        frame = cut_to(port.cell(top, left, high, wide), port.frame)
        items.append(Rects(np.array([frame]), stroke=theme.role("kernel").line, width=2.0, dash="dashed"))
    down, right = view.offset((row, column))
    first, start, _, _ = view.box(position)
    return [*items, *marks([(port.cell(first + down, start + right), port.frame)], theme.text, theme)]


def _beam(layout: PhotoLayout, window: Box, grid: Cells) -> Item:
    """Draw the way from the window to the loupe, in the gap below the picture alone."""
    mark, frame = at_least(window, SMALLEST_MARK), layout.padded_port.clip
    gx, gy, gw, _ = grid.box
    bottom = frame[1] + frame[3]
    corners = np.array([[(mark[0], bottom), (mark[0] + mark[2], bottom), (gx + gw, gy), (gx, gy)]])
    shown = centred_in(window, layout.input_port.frame)
    return Polygons(corners if shown else corners[:0], faded(layout.canvas.theme.role("kernel").line, 0.2))


def _total(layout: PhotoLayout, opened: Opened, x: float) -> Cells:
    """The sum of this channel's products in a cell of its own."""
    theme, (_, y, _, height) = layout.canvas.theme, layout.loupe
    value = np.array([[opened.sums[layout.channel]]])
    limit = max(abs(layout.photo.levels.low), abs(layout.photo.levels.high)) or 1.0
    at = (x, round(y + height / 2 - 17))
    grid = value_cells(value, theme, "result", at, 64, limit=limit, name="sum", title=tr("sum"), numbers=False)
    if len(layout.photo.names) == 1 and not layout.photo.bias:
        # It is the pixel itself.
        grid = as_pixel(grid, float(value[0, 0]), layout.photo.levels, theme)
    text = number(float(value[0, 0]))
    size = int(min(LARGEST_FONT - 1, 60 / (0.6 * max(len(text), 3))))
    outline = theme.role("result" if value[0, 0] >= 0 else "warning").line
    content = replace(grid.content, texts=((text,),))
    return replace(grid, content=content, height=34.0, font=float(size), outline=outline)


def _legend_corner(layout: PhotoLayout) -> tuple[float, float]:
    x, y, width, height = layout.loupe
    return x + width - LEGEND + 20, y + height / 2 - 42


def _legend(layout: PhotoLayout) -> list[Item]:
    """The output's scale."""
    photo, theme, levels = layout.photo, layout.canvas.theme, layout.photo.levels
    (left, top), bar = _legend_corner(layout), LEGEND - 20
    image = np.repeat(levels.table(theme)[None], 2, axis=0)
    box = (left, top + 40, bar, 10.0)
    low, high = range_ends(levels.low, levels.high)
    words = [low, "0" if levels.signed else "", high]
    if photo.full_output is not None and photo.full_output.least < levels.low:
        words[0] = "≤ " + words[0]
    if photo.full_output is not None and photo.full_output.most > levels.high:
        words[2] = "≥ " + words[2]
    ink = theme.muted
    return [
        label(left, top + 19, tr("click or drag to look inside"), ink, 12),
        Raster(np.ascontiguousarray(image), box, box, smooth=True, name="legend"),
        Rects(np.array([box]), stroke=theme.line, width=1.0),
        label(left, top + 66, words[0], ink, 12, mono=True),
        label(left + bar / 2, top + 66, words[1], ink, 12, mono=True, anchor="middle"),
        label(left + bar, top + 66, words[2], ink, 12, mono=True, anchor="end"),
    ]


def _arithmetic(layout: PhotoLayout, opened: Opened, hit: Hit | None) -> tuple[list[Item], str]:
    photo, canvas = layout.photo, layout.canvas
    theme, top, room = canvas.theme, layout.footer, canvas.width - 2 * MARGIN
    rule = Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line)
    several = len(photo.names) > 1
    parts = [(photo.names[c] if several else "Σ", opened.sums[c]) for c in range(len(photo.names))]
    name = f"out{[photo.filter, *opened.position]}"
    first = sum_line(theme, MARGIN, top + 26, name, parts, photo.said_bias, opened.total, room, opened.factor)
    if hit is not None and hit.kind == "input":
        words = input_words(photo, hit)
        shown = elide(words, 12, room, mono=True)
        return [rule, first, label(MARGIN, top + 50, shown, theme.muted, 12, mono=True)], f"{first.text}; {words}"
    if hit is not None and hit.kind in ("kernel", "product"):
        words = weight_words(photo, hit, opened)
        shown = elide(words, 12, room, mono=True)
        return [rule, first, label(MARGIN, top + 50, shown, theme.muted, 12, mono=True)], f"{first.text}; {words}"
    title = photo.names[layout.channel] if several else ""
    window, kernel = opened.windows[layout.channel], photo.kernels[layout.channel]
    out = photo.filtering.leaves_out
    second = products_line(theme, MARGIN, top + 50, title, window, kernel, room, leaves_out=out)
    return [rule, first, second], f"{first.text}; {second.text}"
