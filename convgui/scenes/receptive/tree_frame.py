"""The tree on one axis: one output at a step, lit down to the samples that it sees; what it never sees is hatched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convgui.draw.arithmetic import Equation, said_runs
from convgui.draw.colour import Colour, faded
from convgui.draw.footer import footer_items
from convgui.draw.gaps import falling
from convgui.draw.grids import hatch
from convgui.draw.metrics import text_width
from convgui.draw.number import grouped
from convgui.draw.picture import Floats, Hit, HitGrid, Item, Lines, Picture, Rects, Run
from convgui.draw.stems import envelope_lines, stems
from convgui.draw.titled_grid import index_text
from convgui.draw.words import label
from convgui.scenes.receptive.strips import shades
from convgui.scenes.receptive.tree import Index, Row, Tree
from convgui.scenes.receptive.tree_layout import LATTICE, SMALL, STEM, TreeLayout, sample_heights
from convgui.scenes.scene import Focus
from convgui.words import tr, trn

MOST_EDGES = 6000
"""Edges up to which each is drawn."""
TERMS = 12
"""Layers up to which the sum of the field is written out."""


def draw_frame(layout: TreeLayout, at: float, focus: Focus) -> Picture:
    """Show the tree of an output, or of the node that is pointed at."""
    data, canvas, hit = layout.tree, layout.canvas, focus.hit
    step = min(int(at), data.length(data.top) - 1)
    level, position = data.top, step
    if hit is not None and hit.kind == "node":
        level, position = hit.index[0], hit.index[-1]
    rows = data.lit(level, position)
    begin = layout.begin(_view_of(data, step))
    seen = (int(rows[0].cells[0]), int(rows[0].cells[-1])) if len(rows[0].cells) else (0, -1)
    pointed = hit.index[-1] if hit is not None and hit.kind == "input" else None
    items = _lattice(layout, begin)
    if pointed is None:
        items = [*_future(layout, rows, level, position, begin), *items]
        items += _edges(layout, rows, begin)
        items += _nodes(layout, rows, begin)
        items += _output(layout, level, position, begin)
        items += _bracket(layout, seen, begin)
    else:
        items += _reached(layout, pointed, begin)
    items += _samples(layout, rows[0], begin, pointed)
    said: Equation | str
    said, second = _sentences(data, rows, level, position, pointed)
    if canvas.captions:
        items += _used(layout, rows) if pointed is None else []
        detail = (
            ""
            if hit is not None and hit.kind in ("node", "input")
            else tr("step {n} of 0 … {last}", n=step, last=data.length(data.top) - 1)
        )
        head = tr("Pointed at") if not detail else tr("This step")
        below, theme = layout.footer, canvas.theme
        runs: tuple[Run, ...] | str = str(said)
        if isinstance(said, Equation):
            runs = said_runs(said, theme.text, theme, below.size, below.room, result=theme.role("kernel").ink)
        items += footer_items(below, head, detail, [runs, second], theme)
    summary = f"{said} {second}"
    paper = canvas.theme.background
    return Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), _hits(layout, begin), summary)


def _view_of(data: Tree, step: int) -> tuple[int, int]:
    """Return the samples at both ends of what a step has to show: its field, and the output's own place."""
    rows = data.lit(data.top, step)
    place = round(step * data.scales[-1])
    cells = rows[0].cells if len(rows[0].cells) else np.array([place])
    return min(int(cells[0]), place), max(int(cells[-1]), place)


def _inside(layout: TreeLayout, xs: Floats) -> NDArray[np.bool_]:
    return np.asarray((xs >= layout.left - 0.5) & (xs <= layout.left + layout.room + 0.5))


def _level(layout: TreeLayout, level: int, cells: Index, begin: int) -> Floats:
    """Return where values of a level stand."""
    return layout.x(np.asarray(cells * layout.tree.scales[level], np.float64), begin)


def _shown(layout: TreeLayout, level: int, begin: int) -> Index:
    """Return the values of a level that are in view; of the input with its padding in view."""
    scale = layout.tree.scales[level]
    first, last = int(np.ceil(begin / scale)), int(np.floor((begin + layout.count - 1) / scale))
    return np.arange(max(first, 0), min(last, layout.tree.length(level) - 1) + 1)


def _lattice(layout: TreeLayout, begin: int) -> list[Item]:
    """Draw every node and edge in view, pale; where they have no room, a line for each row."""
    data, theme = layout.tree, layout.canvas.theme
    pale = faded(theme.muted, 0.45)
    ends = (layout.left, layout.left + layout.room)
    if layout.unit < LATTICE:
        lines = [(ends[0], y, ends[1], y) for y in layout.rows]
        return [Lines(np.array(lines), theme.line, 1.0)]
    items, edges, radius = list[Item](), list[Floats](), layout.radius
    for level in range(data.top + 1):
        cells = _shown(layout, level, begin)
        if level and len(cells):
            at, there = data.axes[level - 1].tapped(cells)
            there = there & (at >= 0) & (at < data.length(level - 1))
            above = np.broadcast_to(cells[:, None], at.shape)[there]
            x1, x2 = _level(layout, level - 1, at[there], begin), _level(layout, level, above, begin)
            near = _inside(layout, x1)
            tops = np.full_like(x1, layout.rows[level - 1] - radius), np.full_like(x1, layout.rows[level] + radius)
            edges.append(np.stack([x1, tops[0], x2, tops[1]], axis=1)[near])
    if edges:
        items.append(Lines(np.concatenate(edges), faded(theme.muted, 0.22), 1.0))
    for level in range(data.top + 1):
        xs = _level(layout, level, _shown(layout, level, begin), begin)
        items += _circles(xs, layout.rows[level], radius, theme.background, pale)
    return items


def _circles(xs: Floats, y: float, radius: float, fill: Colour, stroke: Colour, width: float = 1.2) -> list[Item]:
    if not len(xs):
        return []
    boxes = np.stack([xs - radius, np.full_like(xs, y - radius), *np.full((2, len(xs)), 2 * radius)], axis=1)
    return [Rects(boxes, fill=fill, stroke=stroke, width=width, radius=radius)]


def _edges(layout: TreeLayout, rows: list[Row], begin: int) -> list[Item]:
    """Draw the lit paths, each layer's in its shade."""
    items, colours, radius = list[Item](), shades(layout.tree.top, layout.canvas.theme), layout.radius
    for level, row in enumerate(rows[:-1]):
        pairs = row.edges
        x1, x2 = _level(layout, level, pairs[:, 0], begin), _level(layout, level + 1, pairs[:, 1], begin)
        near = _inside(layout, x1) & _inside(layout, x2)
        if not near.any():
            continue
        y1, y2 = layout.rows[level] - radius, layout.rows[level + 1] + radius
        segments = np.stack([x1, np.full_like(x1, y1), x2, np.full_like(x2, y2)], axis=1)[near]
        segments = segments[:: max(len(segments) // MOST_EDGES, 1)]
        items.append(Lines(segments, colours[level], 1.8 if layout.unit >= LATTICE else 0.8))
    return items


def _nodes(layout: TreeLayout, rows: list[Row], begin: int) -> list[Item]:
    """Draw the lit nodes; padding is dashed, and where nodes touch, a row of them is a bar."""
    theme, colours, items = layout.canvas.theme, shades(layout.tree.top, layout.canvas.theme), list[Item]()
    for level, row in enumerate(rows):
        y = layout.rows[level]
        colour = colours[level - 1] if level else theme.role("input").line
        xs = _level(layout, level, row.cells, begin)
        seen = _inside(layout, xs)
        xs, given = xs[seen], row.given[seen]
        if not len(xs):
            continue
        apart = float(np.diff(xs).min()) if len(xs) > 1 else layout.unit
        radius = max(min(layout.radius, apart * 0.42), 1.2) if layout.unit < LATTICE else layout.radius
        if layout.unit < LATTICE and apart >= 4:
            radius = min(max(apart * 0.4, 2.0), 5.0)
        items += _circles(xs[given], y, radius, faded_on(colour, theme.background), colour, 1.2 if radius > 3 else 0.6)
        outside = xs[~given]
        if len(outside):
            side = np.full_like(outside, 2 * radius)
            boxes = np.stack([outside - radius, np.full_like(outside, y - radius), side, side], axis=1)
            items.append(
                Rects(boxes, fill=theme.background, stroke=theme.muted, width=1.0, dash="dashed", radius=radius)
            )
            if layout.canvas.captions and radius >= 7:
                items += [label(x, y + 4, "0", theme.muted, 11, mono=True, anchor="middle") for x in outside.tolist()]
    return items


def faded_on(colour: Colour, paper: Colour) -> Colour:
    """Return a hue, paler, and opaque."""
    share = 0.3
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour[:3], paper[:3], strict=True))
    return (red, green, blue, 255)


def _output(layout: TreeLayout, level: int, position: int, begin: int) -> list[Item]:
    """Mark the value whose tree is lit, and name it where it is the output."""
    theme = layout.canvas.theme
    x = float(_level(layout, level, np.array([position]), begin)[0])
    role, radius = theme.role("result"), max(layout.radius, 4.0)
    if not layout.left - 1 <= x <= layout.left + layout.room + 1:
        return []
    items = _circles(np.array([x]), layout.rows[level], radius, faded_on(role.line, theme.background), role.line, 2.0)
    if not layout.canvas.captions or level != layout.tree.top:
        return items
    text = f"out[{position}]"
    half = text_width(text, SMALL, mono=True, bold=True) / 2
    at = min(max(x, layout.left + half), layout.left + layout.room - half)
    y = layout.rows[level] - radius - 7
    return [*items, label(at, y, text, role.ink, SMALL, bold=True, mono=True, anchor="middle")]


def _future(layout: TreeLayout, rows: list[Row], level: int, position: int, begin: int) -> list[Item]:
    """Hatch what comes after the output where nothing of it is seen."""
    data, theme = layout.tree, layout.canvas.theme
    place = position * data.scales[level]
    last = max((float(row.cells[-1]) * data.scales[n] for n, row in enumerate(rows) if len(row.cells)), default=place)
    end = min(begin + layout.count, data.length(0))
    if last > place or end - place - 1 < 1:
        return []
    left = float(layout.x(np.array([place + 0.5]), begin)[0])
    right = min(float(layout.x(np.array([end - 0.5]), begin)[0]), layout.left + layout.room)
    top = layout.rows[-1] - layout.radius - 6
    high = layout.rows[0] + layout.radius + 6 - top
    if right - left < 6:
        return []
    items: list[Item] = [hatch([(left, top, right - left, high)], faded(theme.muted, 0.3))]
    lines = [tr("the future:"), tr("not seen")]
    wide = max(text_width(line, SMALL, bold=True) for line in lines) + 12
    if layout.canvas.captions and wide <= right - left and len(layout.rows) > 1:
        # Between two rows, so that no node lies below the words.
        level_of = len(layout.rows) // 2
        middle = (layout.rows[level_of] + layout.rows[level_of - 1]) / 2
        apart = layout.rows[0] - layout.rows[1]
        lines = lines if apart >= 58 else [" ".join(lines)]
        wide = max(text_width(line, SMALL, bold=True) for line in lines) + 12
        if wide > right - left or apart < 34:
            return items
        x, tall = (left + right) / 2, 15.0 * len(lines)
        card = np.array([(x - wide / 2, middle - tall / 2 - 1, wide, tall + 2)])
        items.append(Rects(card, fill=theme.background, radius=3))
        items += [
            label(x, middle - tall / 2 + 12 + 15 * n, line, theme.text, SMALL, bold=True, anchor="middle")
            for n, line in enumerate(lines)
        ]
    return items


def _samples(layout: TreeLayout, row: Row, begin: int, pointed: int | None) -> list[Item]:
    """Draw the input around the field: what is seen in its colour, the rest grey."""
    if layout.samples is None:
        return []
    data, theme, box = layout.tree, layout.canvas.theme, layout.samples
    cells = _shown(layout, 0, begin)
    zero = float(sample_heights(box, data.envelope, np.zeros(1))[0])
    items: list[Item] = [Lines(np.array([(layout.left, zero, layout.left + layout.room, zero)]), theme.muted, 1.0)]
    if not len(cells):
        return items
    values = np.asarray(data.data[0, cells[0] : cells[-1] + 1], np.float64)
    xs, ys = layout.x(cells.astype(float), begin), sample_heights(box, data.envelope, values)
    lit = np.isin(cells, row.cells) if pointed is None else cells == pointed
    grey, blue = faded(theme.muted, 0.5), theme.role("input").line
    if layout.unit >= STEM:
        items += stems(xs[~lit], ys[~lit], zero, layout.unit, grey)
        return [*items, *stems(xs[lit], ys[lit], zero, layout.unit, blue, bold=True)]
    for part, colour in ((~lit, grey), (lit, blue)):
        if part.any():
            items += envelope_lines(xs[part], np.minimum(ys[part], zero), np.maximum(ys[part], zero), colour, 1.0)
    return items


def _bracket(layout: TreeLayout, seen: tuple[int, int], begin: int) -> list[Item]:
    """Draw how wide the field is, and where in the whole sound it lies."""
    if layout.bracket is None or seen[1] < seen[0]:
        return []
    data, theme, y = layout.tree, layout.canvas.theme, layout.bracket
    left, right = (float(x) for x in layout.x(np.array([seen[0] - 0.4, seen[1] + 0.4]), begin))
    left, right = max(left, layout.left), min(right, layout.left + layout.room)
    role = theme.role("kernel")
    corners = np.array([(left, y, left, y + 9), (left, y + 9, right, y + 9), (right, y + 9, right, y)])
    text, middle = field_text(data, seen[1] - seen[0] + 1), (left + right) / 2
    half = text_width(text, 13, bold=True) / 2 + 8
    edge = layout.canvas.width - layout.measure.margin
    middle = min(max(middle, layout.left + half - 8), edge - half + 8)
    items: list[Item] = [Lines(corners, role.line, 2.0)]
    fits = half * 2 < right - left
    base = y + 14 if fits else y + 25
    if fits:
        items.append(Rects(np.array([(middle - half, y + 1, 2 * half, 17.0)]), fill=theme.background))
    items.append(label(middle, base, text, role.ink, 13, bold=True, anchor="middle"))
    if layout.whole is not None:
        x, top, wide, high = layout.whole
        ends = [x + min(max(n, 0), data.length(0)) / data.length(0) * wide for n in (seen[0], seen[1] + 1)]
        if ends[1] - ends[0] < 4:
            ends = [min(max(sum(ends) / 2 - 2, x), x + wide - 4)] * 2
            ends[1] += 4
        if fits:
            items = [*falling((y + 19, top - 2), (left, right), (ends[0], ends[1]), theme), *items]
        mark = np.array([(ends[0], top - 2, ends[1] - ends[0], high + 4)])
        items.append(Rects(mark, fill=faded(role.line, 0.25), stroke=role.line, width=1.6))
    return items


def field_text(data: Tree, count: int) -> str:
    """Say how wide a field is, in samples and in time."""
    text = trn("field {n} sample", "field {n} samples", count, n=grouped(count))
    lasting = data.timeline.lasting(count)
    return f"{text} = {lasting}" if lasting else text


def _used(layout: TreeLayout, rows: list[Row]) -> list[Item]:
    """Write below each row's name how many of its values are used."""
    theme, x = layout.canvas.theme, layout.measure.margin
    apart = layout.rows[0] - layout.rows[1] if len(layout.rows) > 1 else 40.0
    if apart < 28:
        return []
    return [
        label(
            x,
            layout.rows[n] + 14,
            trn("{n} used", "{n} used", len(row.cells), n=grouped(len(row.cells))),
            theme.muted,
            11,
        )
        for n, row in enumerate(rows)
    ]


def _reached(layout: TreeLayout, cell: int, begin: int) -> list[Item]:
    """Light the values of every level that a sample reaches."""
    data, theme = layout.tree, layout.canvas.theme
    colours, items = shades(data.top, theme), list[Item]()
    for level, cells in enumerate(data.reaching(cell)):
        xs = _level(layout, level, cells, begin)
        xs = xs[_inside(layout, xs)]
        colour = theme.text if not level else theme.role("result").line if level == data.top else colours[level - 1]
        items += _circles(
            xs, layout.rows[level], max(layout.radius, 2.0), faded_on(colour, theme.background), colour, 1.6
        )
    return items


def _hits(layout: TreeLayout, begin: int) -> tuple[HitGrid, ...]:
    data, found = layout.tree, list[HitGrid]()
    apart = layout.rows[0] - layout.rows[1] if len(layout.rows) > 1 else 40.0
    clip_of = (layout.left, layout.room)
    for level, y in enumerate(layout.rows):
        cells = _shown(layout, level, begin)
        if not len(cells):
            continue
        wide, high = layout.unit * data.scales[level], min(apart, 30.0)
        left = float(_level(layout, level, cells[:1], begin)[0]) - wide / 2
        kind, prefix = ("node", (level,)) if level else ("input", (0,))
        clip = (clip_of[0], y - high / 2, clip_of[1], high)
        found.append(HitGrid(kind, prefix, left, y - high / 2, wide, high, (1, len(cells)), (0, int(cells[0])), clip))
    return tuple(found)


def _sentences(
    data: Tree, rows: list[Row], level: int, position: int, pointed: int | None
) -> tuple[Equation | str, str]:
    """Say how wide the field is and why, or what is pointed at."""
    if pointed is not None:
        top = data.reaching(pointed)[-1]
        first = trn(
            "in[{i}] reaches {n} output", "in[{i}] reaches {n} outputs", len(top), i=pointed, n=grouped(len(top))
        )
        if not len(top):
            return tr("in[{i}] reaches no output", i=pointed), ""
        return first, tr("the first is out[{a}], the last out[{b}]", a=int(top[0]), b=int(top[-1]))
    cells = rows[0].cells
    wide = int(cells[-1] - cells[0]) + 1 if len(cells) else 0
    used = len(cells)
    where = ""
    if len(cells):
        where = tr("It sees in[{a}] … in[{b}]", a=index_text(int(cells[0])), b=index_text(int(cells[-1])))
        padding = int((~rows[0].given).sum())
        if used < wide:
            where += " · " + tr("{n} of {all} samples", n=grouped(used), all=grouped(wide))
        if padding:
            where += " · " + trn("{n} of them is padding", "{n} of them are padding", padding, n=grouped(padding))
        lasting = data.timeline.lasting(wide)
        where += f" · {lasting}" if lasting else ""
    if level < data.top:
        name = tr("layer {n}", n=data.numbers[level - 1] + 1)
        return tr("{layer}, value {i}: a field of {n} samples", layer=name, i=position, n=grouped(wide)), where
    return _sum(data, wide), where


def _sum(data: Tree, count: int) -> Equation | str:
    """Write how the field comes about: ``r = 1 + (2 − 1) · (1 + 2 + 4 + 8) = 16``."""
    if data.field != count:
        return tr("The output sees {n} samples.", n=grouped(count))
    taps = {len(axis.taps) for axis in data.axes}
    grown = [data.grown(level) for level in range(1, data.top + 1)]
    if len(taps) == 1 and data.top <= TERMS:
        (k,) = taps
        parts = [str(n // (k - 1)) if k > 1 else str(n) for n in grown]
        way = f"1 + ({k} − 1) · ({' + '.join(parts)}) = " if k > 1 else "1 = "
        return Equation("r = ", grouped(count), way)
    shown = grown if len(grown) <= TERMS else [*grown[: TERMS - 1], sum(grown[TERMS - 1 :])]
    return Equation("r = ", grouped(count), f"1 + {' + '.join(map(str, shown))} = ")


def step_of(layout: TreeLayout, hit: Hit) -> int | None:
    """Return the step of an output that is clicked."""
    return hit.index[-1] if hit.kind == "node" and hit.index[0] == layout.tree.top else None
