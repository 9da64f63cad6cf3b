"""Receptive fields: the stack as strips, one row of cells a layer, and the fan from a cell down to all that it sees.

Each layer has its height and its shade of orange; a step adds the fan of its layer above those before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.core.filter_axis import Index
from convgui.draw.colour import Colour, faded, mix
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number
from convgui.draw.picture import Box, Item, Lines, Polygons, Rects
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import index_text
from convgui.draw.words import label, middle
from convgui.layers.convolution import Convolution
from convgui.scenes.receptive.fields import Fields, Floats
from convgui.words import tr, trn

MOST_CELLS = 41
"""Input cells up to which each cell is drawn; of larger fields the outline of each fan."""
LABELS, BRACKET = 88.0, 26.0
"""Room for the names of the layers at the left, and height of a bracket below the input."""
LARGEST, THINNEST, NAMED, TWO, THREE = 33.0, 7.0, 14.5, 34.0, 48.0
"""Sides of a cell, and from one row to the next from which rows are named, in one, two or three lines."""
MOST_BRACKETS = 4
LATER = 0.4
"""Share of the room that layers which come later take at the most."""
SMALL = 12.0


@dataclass(frozen=True)
class Strips:
    """Where the strips stand.

    Attributes
    ----------
    box : tuple
        The room for strips and brackets, names at the left included.
    left : float
        Where the input's first cell that is shown begins.
    unit : float
        Width of an input cell.
    first, count : int
        The first input cell that is shown for the middle cell of the last layer, and how many are.
    levels, opened : int
        Layers there are, and those of them, from the first, whose rows stand far apart; the others come later.
    pitch, close, high : float
        From one row to the next, between those that come later, and height of a cell.
    """

    box: Box
    left: float
    unit: float
    first: int
    count: int
    levels: int
    opened: int
    pitch: float
    close: float
    high: float
    named: bool
    brackets: bool

    @property
    def cells(self) -> bool:
        """Whether each cell is drawn."""
        return self.count <= MOST_CELLS

    def top(self, level: int) -> float:
        """Return the upper edge of a row; level 0 is the input, the last is on top."""
        later = self.levels - max(level, self.opened)
        apart = SMALL if level <= self.opened < self.levels else 0.0
        return self.box[1] + later * self.close + apart + (self.opened - min(level, self.opened)) * self.pitch


def strips(f: Fields, box: Box, *, words: bool, landed: int | None = None) -> Strips:
    """Choose the part of the input that the last layer's middle cell sees, and sizes that fit a box.

    With `landed`, a stack whose field is too large for its cells is drawn as far as that layer, as large as it is then.
    """
    last, (x, _, wide, high) = len(f.layers) - 1, box
    if landed is not None and f.span(last, 1, f.middle(last)[1])[1] + 2 > MOST_CELLS:
        last = min(landed, last)
    start, count = f.span(last, 1, f.middle(last)[1])
    # A cell more at either side shows where the field ends.
    first, count = int(start) - 1, max(int(count), 1) + 2
    levels, opened = len(f.layers), last + 1
    brackets = words and opened <= MOST_BRACKETS
    rows = high - (BRACKET * opened + 8 if brackets else 0.0)
    # Layers that come later stand close together, as far apart as their names need, or in less than half of the room.
    close = min(NAMED, rows / (levels + 0.55), LATER * rows / max(levels - opened, 1))
    pitch = (rows - close * (levels - opened)) / (opened + 0.55)
    if levels > opened:
        pitch = min(pitch, (rows - close * (levels - opened) - SMALL) / (opened + 0.3))
    named = words and pitch >= NAMED
    room = wide - (LABELS if named else 0.0)
    unit = min(room / count, LARGEST)
    unit = float(int(unit)) if unit >= THINNEST else unit
    tall = min(LARGEST, max(pitch * 0.5, 3.0)) if count > MOST_CELLS else min(unit, pitch * 0.55)
    left = x + wide - room + (room - unit * count) / 2
    tall = float(max(int(tall), 2))
    return Strips(box, left, unit, first, count, levels, opened, pitch, close, tall, named, brackets)


def shades(count: int, theme: Theme) -> list[Colour]:
    """Return a shade of the kernel's hue for each layer, from near the paper to near the ink."""
    line = theme.role("kernel").line
    ends = (mix(line, theme.background, 0.35), line, mix(line, theme.text, 0.42))
    found = list[Colour]()
    for n in range(count):
        share = n / max(count - 1, 1)
        found.append(mix(ends[0], ends[1], 2 * share) if share <= 0.5 else mix(ends[1], ends[2], 2 * share - 1))
    return found


def draw_strips(s: Strips, f: Fields, landed: int, cell: int, theme: Theme, *, words: bool) -> list[Item]:
    """Draw the fan of one cell after layer `landed` down to the input; `cell` is its column.

    Parameters
    ----------
    landed : int
        The layer, from 0; the rows of those above stay empty.
    """
    colours = shades(len(f.layers), theme)
    s = strips(f, s.box, words=words, landed=landed)
    moved = int(f.span(landed, 1, cell)[0] - f.span(landed, 1, f.middle(landed)[1])[0])
    origin = s.left - (s.first + moved) * s.unit
    rows = _rows(f, landed, cell)
    items = _later(s, landed, theme)
    for level in range(landed + 1, 0, -1):
        items += _fan(s, f, level, rows, origin, colours[level - 1])
    for level in range(landed + 1, -1, -1):
        colour = colours[level - 1] if level else theme.role("input").line
        items += _row(s, f, level, rows[level], origin, colour, theme)
    if words:
        items += _names(s, f, landed, rows, colours, theme)
        items += _brackets(s, f, landed, cell, origin, colours, theme) if s.brackets else []
    return items


def _later(s: Strips, landed: int, theme: Theme) -> list[Item]:
    """The layers that come later: each an empty row as wide as what is shown of the input."""
    wide, levels = s.unit * s.count, range(landed + 2, s.levels + 1)
    highs = [s.high if level <= s.opened else min(s.high, max(s.close * 0.5, 2.0)) for level in levels]
    boxes = [(s.left, s.top(level), wide, high) for level, high in zip(levels, highs, strict=True)]
    return [Rects(np.array(boxes), fill=theme.faint, stroke=theme.line, width=1.0)] if boxes else []


def _rows(f: Fields, landed: int, cell: int) -> dict[int, Index]:
    """Return for each level the cells that are seen, as if no layer had an end; level 0 is the input."""
    rows = {landed + 1: np.array([cell], dtype=np.int64)}
    for level in range(landed + 1, 0, -1):
        at, there = f.views[level - 1].axes[1].tapped(rows[level])
        rows[level - 1] = np.unique(at[there])
    return rows


def _middles(f: Fields, level: int, cells: Index) -> Floats:
    """Return where the middles of cells lie on the input, in its cells."""
    offset, step = 0.0, 1.0
    if level:
        field = f.fields[level - 1]
        offset, step = float(f.on_rows(field.offset, 0)[1]), float(f.on_rows(field.stride, 1)[1])
    return np.asarray(offset + 0.5 + step * cells, dtype=np.float64)


def _fan(s: Strips, f: Fields, level: int, rows: dict[int, Index], origin: float, colour: Colour) -> list[Item]:
    """From each cell of a row to all that it reads in the row below."""
    upper, lower = s.top(level) + s.high, s.top(level - 1)
    if not s.cells:
        (a, b), (c, d) = (_ends(s, f, n, rows[n], origin) for n in (level, level - 1))
        outline = np.array([[(a, upper), (b, upper), (d, lower), (c, lower)]])
        return [Polygons(outline, faded(colour, 0.2), faded(colour, 0.7), 1.0)]
    at, there = f.views[level - 1].axes[1].tapped(rows[level])
    corners, lines = [], []
    for middle_of, cells, flags in zip(_middles(f, level, rows[level]), at, there, strict=True):
        x, below = origin + middle_of * s.unit, origin + _middles(f, level - 1, cells[flags]) * s.unit
        if below.size:
            corners.append([(x, upper), (below.max(), lower), (below.min(), lower)])
            lines += [(x, upper, end, lower) for end in below.tolist()]
    items: list[Item] = [Polygons(np.array(corners), faded(colour, 0.1))] if corners else []
    return [*items, Lines(np.array(lines), colour, 1.4)] if lines else items


def _ends(s: Strips, f: Fields, level: int, cells: Index, origin: float) -> tuple[float, float]:
    """Return from where to where cells reach."""
    found, half = _middles(f, level, cells), 0.5 * max(s.unit, 2.0)
    if not found.size:
        return origin, origin
    return origin + float(found.min()) * s.unit - half, origin + float(found.max()) * s.unit + half


def _row(s: Strips, f: Fields, level: int, cells: Index, origin: float, colour: Colour, theme: Theme) -> list[Item]:
    """The cells of a layer that are seen, and those between them."""
    if not cells.size:
        return []
    y = s.top(level)
    if not s.cells:
        start, end = _ends(s, f, level, cells, origin)
        return [Rects(np.array([(start, y, end - start, s.high)]), fill=colour)]
    every = np.arange(cells[0], cells[-1] + 1) if level else np.arange(s.first, s.first + s.count) + _shift(s, origin)
    lefts = origin + _middles(f, level, every) * s.unit - s.unit / 2
    boxes = np.array([(x, y, s.unit, s.high) for x in lefts.tolist()])
    seen = np.isin(every, cells)
    inside = (every >= 0) & (every < f.size[1]) if not level else np.ones(len(every), bool)
    fill = mix(theme.background, colour, 0.45) if not level else colour
    items: list[Item] = [
        Rects(boxes[~seen], fill=theme.background, stroke=theme.cell_line),
        Rects(boxes[seen & inside], fill=fill, stroke=colour if not level else theme.muted, width=1.0),
        Rects(boxes[seen & ~inside], fill=theme.background, stroke=theme.muted, width=1.0, dash="dashed"),
    ]
    size = min(14.0, max(SMALL, 0.42 * s.unit))
    indices = [index_text(index) for index in every.tolist()]
    # All of them or none: some alone would read as another numbering.
    if not level and s.high >= size and max(text_width(index, size, mono=True) for index in indices) <= s.unit - 3.0:
        at = middle(y, s.high, size)
        for x, index in zip(lefts.tolist(), indices, strict=True):
            items.append(label(x + s.unit / 2, at, index, theme.text, size, mono=True, anchor="middle"))
    return items


def _shift(s: Strips, origin: float) -> int:
    """Return by how many cells what is shown of the input is moved."""
    return round((s.left - origin) / s.unit) - s.first


def _names(
    s: Strips, f: Fields, landed: int, rows: dict[int, Index], colours: list[Colour], theme: Theme
) -> list[Item]:
    """Name each row at the left: its layer, its dilation, and how many of its cells are seen."""
    items = list[Item]()
    if not s.named:
        return items
    for level in range(s.levels + 1 if s.close >= SMALL else s.opened + 1):
        y, x = s.top(level), s.box[0]
        lit = level <= landed + 1
        colour = colours[level - 1] if level else theme.role("input").line
        high, pitch = (s.high, s.pitch) if level <= s.opened else (min(s.high, s.close * 0.5), s.close)
        items.append(Rects(np.array([(x, y, 5.0, high)]), fill=colour if lit else theme.line, radius=2))
        text, ink = tr("input"), theme.role("input").ink
        if level:
            layer, ink = f.layers[level - 1], theme.text if lit else theme.muted
            text = tr("layer {n}", n=level)
            if not isinstance(layer, Convolution):
                text = tr(
                    "{n} · {kind}", n=level, kind=tr("pool") if layer.slides and not layer.parameters else layer.title
                )
        more = _more(f, level, int(rows[level].size) if lit else 0)
        more = more if pitch >= THREE else more[-1:] if pitch >= TWO and lit else []
        up = y + high / 2 + 4 - 7.5 * len(more)
        items.append(label(x + 12, up, elide(text, SMALL, LABELS - 14, bold=True), ink, SMALL, bold=True))
        items += [label(x + 12, up + 15 * (n + 1), line, theme.muted, SMALL) for n, line in enumerate(more)]
    return items + ([] if s.close >= SMALL else _later_named(s, f, theme))


def _later_named(s: Strips, f: Fields, theme: Theme) -> list[Item]:
    """Name the rows of layers that come later all at once, where each has no room for its name."""
    if s.levels == s.opened:
        return []
    top, below = s.top(s.levels), s.top(s.opened + 1) + s.close
    first, last = f.path[s.opened] + 1, f.path[-1] + 1
    said = tr("layers {first} to {last}", first=first, last=last) if last > first else tr("layer {n}", n=last)
    lines = [(said, True), (tr("later"), False)] if below - top >= TWO else [(said, True)]
    items: list[Item] = [Rects(np.array([(s.box[0], top, 5.0, below - top)]), fill=theme.line, radius=2)]
    up = middle(top, below - top, SMALL) - 7.5 * (len(lines) - 1)
    for n, (text, bold) in enumerate(lines):
        shown = elide(text, SMALL, s.left - s.box[0] - 18, bold=bold)
        items.append(label(s.box[0] + 12, up + 15 * n, shown, theme.muted, SMALL, bold=bold))
    return items


def _more(f: Fields, level: int, seen: int) -> list[str]:
    """Say of a layer below its name its dilation, where it is dilated, and how many of its cells are seen."""
    layer = f.layers[level - 1] if level else None
    dilation = layer.spec.dilation[f.columns] if isinstance(layer, Convolution) else 1
    found = [tr("dilation {n}", n=dilation)] if dilation > 1 else []
    return [*found, trn("{n} cell", "{n} cells", seen)] if seen else found


def _brackets(
    s: Strips, f: Fields, landed: int, cell: int, origin: float, colours: list[Colour], theme: Theme
) -> list[Item]:
    """Below the input, how far the cells of each layer see."""
    items = list[Item]()
    start, count = f.span(landed, 1, cell)
    centre, y = origin + (start + count / 2) * s.unit, s.top(0) + s.high + 8
    for n in range(landed + 1):
        wide = f.largest(n)[1]
        a, b, at = centre - wide * s.unit / 2, centre + wide * s.unit / 2, y + n * BRACKET + 8
        stroke = colours[n]
        items.append(Lines(np.array([(a, at - 7, a, at), (b, at - 7, b, at), (a, at, b, at)]), stroke, 2.0))
        text, value = tr("a cell of layer {n} sees", n=f.path[n] + 1) + " ", number(wide)
        across = text_width(text, SMALL) + text_width(value, 14, bold=True, mono=True)
        x = centre - across / 2
        if across + 12 < b - a:
            items.append(Rects(np.array([(x - 5, at - 8, across + 10, 16)]), fill=theme.background))
        else:
            # Beside a bracket that is too short for them; the number alone where that has no room either.
            x, text = b + 8, text if b + 8 + across <= s.box[0] + s.box[2] else ""
        items += [label(x, at + 4, text, theme.muted, SMALL)] if text else []
        left, ink = x + text_width(text, SMALL), theme.role("kernel").ink
        items.append(label(left, at + 4, value, ink, 14, bold=True, mono=True))
    return items
