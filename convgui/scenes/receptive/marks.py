"""Receptive fields: what is marked on the input, the nested fields, the holes of gridding, and an inset."""

from __future__ import annotations

from itertools import product

import numpy as np

from convgui.core.filter_axis import Index
from convgui.draw.colour import Colour, faded
from convgui.draw.footer import legend_items
from convgui.draw.metrics import text_width
from convgui.draw.number import number, times
from convgui.draw.picture import Box, Item, Lines, Raster, Rects
from convgui.draw.viewport import Viewport
from convgui.draw.words import label, middle
from convgui.scenes.receptive.layout import MARKED, StackLayout, coloured, paler, plain
from convgui.scenes.receptive.strips import shades
from convgui.words import tr

TINY, INSET, LEAST = 46.0, 0.46, 150.0
"""Side of a field on screen below which it is magnified; the inset's side by the picture's, and that at the least."""
HOLED = 6.0
"""Side of a cell on screen from which the cells that are read are marked one by one."""
CHIP = 17.0
NEAR, LOOKED_AT = 8.0, 64
"""How far an inset stands off its field at least, and cells a side that say how much of a photo it would hide."""


def fields_on_input(layout: StackLayout, landed: int, share: float, cell: tuple[int, int]) -> list[Item]:
    """Draw the fields of the cell's ancestors on the input, nested, and magnified where they are tiny."""
    f, view = layout.fields, layout.view
    centre = [at + n / 2 for at, n in (f.span(landed, axis, cell[axis]) for axis in (0, 1))]
    items = [] if share else _grids(layout, landed, cell)
    holed = bool(items)
    items += _nested(layout, view, landed, share, cell, centre, filled=not holed)
    if not layout.canvas.captions:
        return items
    if holed:
        # Between cells that are marked one by one there is no room for words.
        return items + _size_below(layout, landed)
    field = view.cell(*f.box(landed, cell))
    tiny = max(field[2:]) < TINY and min(view.clip[2:]) >= LEAST
    inner = _inset(layout, landed, cell, field) if tiny and not share else None
    if inner is not None:
        image, near = inner
        items += _leaders(field, near.frame, layout.canvas.theme.muted)
        items += [image, *_nested(layout, near, landed, 0.0, cell, centre, filled=True)]
        items.append(Rects(np.array([near.frame]), stroke=layout.canvas.theme.text, width=1.5))
        return [*items, *_sizes(layout, near, landed, centre), *_magnified(layout, near)]
    return [*items, *([] if share else _sizes(layout, view, landed, centre))]


def _magnified(layout: StackLayout, near: Viewport) -> list[Item]:
    """Say at the lower edge of an inset how many times it is magnified."""
    theme, (x, y, wide, high) = layout.canvas.theme, near.frame
    text = tr("magnified {n} ×", n=number(float(f"{near.across / layout.view.across:.2g}")))
    across = text_width(text, 12) + 12
    if across > wide:
        return []
    box = np.array([(x + (wide - across) / 2, y + high - 22, across, 18)])
    chip = Rects(box, fill=theme.background, stroke=theme.line, width=1.0, radius=5)
    return [chip, label(x + wide / 2, y + high - 9, text, theme.text, 12, anchor="middle")]


def _nested(
    layout: StackLayout,
    view: Viewport,
    landed: int,
    share: float,
    cell: tuple[int, int],
    centre: list[float],
    *,
    filled: bool,
) -> list[Item]:
    f, theme = layout.fields, layout.canvas.theme
    # Between cells that are marked one by one the outlines of smaller fields would be lost.
    nested = [_around(layout, view, index, centre) for index in range(landed if filled or share else 0)]
    top, left, high, wide = f.box(landed, cell)
    if share:
        _, _, more_high, more_wide = f.box(landed + 1, f.middle(landed + 1))
        grow = (share * (more_high - high), share * (more_wide - wide))
        top, left, high, wide = top - grow[0] / 2, left - grow[1] / 2, high + grow[0], wide + grow[1]
    box = view.cell(top, left, high, wide)
    colours = shades(len(f.layers), theme)
    inner = [_framed(n, view.clip, colour, 2.0) for n, colour in zip(nested, colours, strict=False)]
    fill = [Rects(np.array([_cut(box, view.clip)]), fill=faded(theme.role("kernel").line, 0.15))] if filled else []
    if filled and plain(f, layout.view):
        # On nothing but a grid each field has its own shade.
        pairs = zip((box, *reversed(nested)), colours[landed::-1], strict=True)
        fill = [Rects(np.array([_cut(one, view.clip)]), fill=faded(colour, 0.18)) for one, colour in pairs]
    return [*fill, *inner, _framed(box, view.clip, colours[landed], 2.5)]


def _cut(box: Box, clip: Box) -> Box:
    """Return the part of a box that lies within another one."""
    left, top = max(box[0], clip[0]), max(box[1], clip[1])
    right, below = min(box[0] + box[2], clip[0] + clip[2]), min(box[1] + box[3], clip[1] + clip[3])
    return left, top, max(right - left, 0.0), max(below - top, 0.0)


def _framed(box: Box, clip: Box, stroke: Colour, width: float) -> Item:
    """Outline a field; of one that reaches out of the input, as over padding, only its ends that lie within."""
    (x, y, wide, high), (left, top, across, down) = _cut(box, clip), clip
    if max(abs(a - b) for a, b in zip(box, (x, y, wide, high), strict=True)) < 1:
        return Rects(np.array([box]), stroke=stroke, width=width)
    sides = [(end, y, end, y + high) for end in (box[0], box[0] + box[2]) if left <= end <= left + across and high]
    sides += [(x, end, x + wide, end) for end in (box[1], box[1] + box[3]) if top <= end <= top + down and wide]
    return Lines(np.array(sides, dtype=float).reshape(-1, 4), stroke, width)


def _around(layout: StackLayout, view: Viewport, index: int, centre: list[float]) -> Box:
    """Return the box on the input of a smaller field around the same middle."""
    high, wide = layout.fields.largest(index)
    return view.cell(centre[0] - high / 2, centre[1] - wide / 2, high, wide)


def _sizes(layout: StackLayout, view: Viewport, landed: int, centre: list[float]) -> list[Item]:
    """Write how large each field is on its upper edge, where that has room and no other one does."""
    f, theme, items, last = layout.fields, layout.canvas.theme, list[Item](), -np.inf
    colours = shades(len(f.layers), theme)
    for index in range(landed, -1, -1):
        x, y, wide, high = _around(layout, view, index, centre)
        high_wide = f.largest(index)
        text = times(*high_wide) if len(f.sample.spatial) > 1 else str(high_wide[1])
        across = text_width(text, 12, bold=True, mono=True) + 10
        top = y - CHIP / 2
        (left, least, room, tall), middle_of = view.frame, x + wide / 2
        inside = least <= y and y + high <= least + tall + 1
        inside &= left - 4 <= middle_of - across / 2 and middle_of + across / 2 <= left + room + 4
        if across > wide + 16 or top < last + 2 or not inside or min(f.sizes[index][1]) != max(f.sizes[index][1]):
            continue
        last, left = top + CHIP, x + wide / 2 - across / 2
        box = np.array([(left, top, across, CHIP)])
        items.append(Rects(box, fill=theme.background, stroke=colours[index], width=1.5, radius=5))
        at = middle(top, CHIP, 12)
        items.append(label(x + wide / 2, at, text, theme.role("kernel").ink, 12, bold=True, mono=True, anchor="middle"))
    return items


def _size_below(layout: StackLayout, landed: int) -> list[Item]:
    """Write how large the field is below the input, beside a line of its colour."""
    f, theme = layout.fields, layout.canvas.theme
    x, y, _, high = layout.view.clip
    if not layout.measure.index:
        return []
    text = times(*f.largest(landed)) if len(f.sample.spatial) > 1 else str(f.largest(landed)[1])
    box = np.array([(x + 1, y + high + 10, 10.0, 10.0)])
    ink = theme.role("kernel").ink
    return [
        Rects(box, stroke=shades(len(f.layers), theme)[landed], width=2.0),
        label(x + 16, y + high + 19, text, ink, 12, bold=True, mono=True),
    ]


def _grids(layout: StackLayout, landed: int, cell: tuple[int, int]) -> list[Item]:
    """Mark the cells that are read where some between them are not, and those that the next output reads."""
    f, view, theme = layout.fields, layout.view, layout.canvas.theme
    own = [f.seen(landed, axis, cell[axis]) for axis in (0, 1)]
    spans = [line[-1] - line[0] + 1 if line.size else 0 for line in own]
    if view.across < HOLED or own[0].size * own[1].size == spans[0] * spans[1]:
        return []
    count = f.views[landed].output_shape[1]
    other = (cell[0], cell[1] + 1 if cell[1] + 1 < count else cell[1] - 1)
    beside = [own[0], np.setdiff1d(f.seen(landed, 1, other[1]), own[1])] if count > 1 else [own[0], own[1][:0]]
    orange, blue = theme.role("kernel").line, theme.role("input").line
    items: list[Item] = []
    inset = min(2.0, view.across * 0.15)
    for lines, line, share in ((own, orange, 0.75), (beside, blue, 0.45)):
        boxes = np.array([view.cell(r, c) for r in _inside(lines[0], f.size[0]) for c in _inside(lines[1], f.size[1])])
        found = boxes.reshape(-1, 4) + np.array([inset, inset, -2 * inset, -2 * inset])
        items.append(Rects(found, fill=faded(line, share), stroke=line, width=1.0))
    if layout.measure.index:
        x, y, wide, high = view.clip
        y += MARKED
        names = [f"out{list(cell)}", *([f"out{list(other)}"] if beside[1].size else [])]
        fills = ((orange, orange), (faded(blue, 0.45), blue))
        for said in (tr("read by {name}", name=names[0]), names[0]):
            entries = [(*fill, text) for fill, text in zip(fills, (said, *names[1:]), strict=False)]
            found = legend_items(x, y + high + 19, wide, entries, theme)
            if len(found) == 2 * len(entries):
                break
        items += found
    return items


def _inside(line: Index, count: int) -> list[int]:
    return [int(n) for n in line if 0 <= n < count]


def _inset(layout: StackLayout, landed: int, cell: tuple[int, int], field: Box) -> tuple[Raster, Viewport] | None:
    """Return what lies around a field, magnified in a corner of the input, and its view."""
    f, view = layout.fields, layout.view
    top, left, high, wide = f.box(landed, cell)
    side = float(int(INSET * min(view.clip[2:])))
    count = int(min(max(1.7 * max(high, wide), max(high, wide) + 8), *f.size))
    spans = ((top, high, f.size[0]), (left, wide, f.size[1]))
    first = [int(min(max(a + n / 2 - count / 2, 0), m - count)) for a, n, m in spans]
    unit = side / count
    if not high or unit < 1.5 * view.across:
        return None
    at = _corner(layout, side, field)
    near = Viewport(*f.size, (*at, side, side), at[0] - first[1] * unit, at[1] - first[0] * unit, unit, unit)
    part = f.sheet(f.sample.data)[:, first[0] : first[0] + count, first[1] : first[1] + count]
    image = paler(coloured(f, part, layout.levels, layout.canvas.theme), layout.canvas.theme)
    box = (*at, side, side)
    return Raster(image, box, box, name="inset"), near


def _corner(layout: StackLayout, side: float, field: Box) -> tuple[float, float]:
    """Return where an inset of a side stands: in the corner, off the field, in which the least of the photo is lost."""
    f, (x, y, across, down) = layout.fields, layout.view.clip
    data = f.sheet(f.sample.data)[0]
    lefts, tops = (x + 8, x + across - side - 8), (y + 8, y + down - side - 8)
    found = list[tuple[float, float, tuple[float, float]]]()
    for left, top in product(lefts, tops):
        (rows, columns), (a, b, wide, high) = _cells(layout.view, left, top, side), field
        apart = max(left - a - wide, a - left - side, top - b - high, b - top - side)
        part = np.nan_to_num(data[rows, columns].astype(np.float64), posinf=0.0, neginf=0.0)
        found.append((apart >= NEAR, -float(part.std()), (left, top)))
    return max(found)[2]


def _cells(view: Viewport, left: float, top: float, side: float) -> tuple[slice, slice]:
    """Return the cells of the input under a square, a few of many."""
    ends = [
        ((at - start) / unit, (at + side - start) / unit)
        for at, start, unit in ((top, view.y, view.down), (left, view.x, view.across))
    ]
    rows, columns = (slice(max(int(a), 0), max(int(b), 1), max(int(b - a) // LOOKED_AT, 1)) for a, b in ends)
    return rows, columns


def _leaders(field: Box, inset: Box, colour: Colour) -> list[Item]:
    """Draw lines from a field to its inset."""
    (a, b, wide, high), (x, y, across, down) = field, inset
    below = y > b
    ends = [(a, b + high if below else b, x, y if below else y + down)]
    ends.append((a + wide, b + high if below else b, x + across, y if below else y + down))
    return [Lines(np.array(ends), colour, 1.2, "dashed")]
