"""Where the wires, the matrix and the table of legal group counts stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from convgui.draw.colour import Bytes, Colour, faded
from convgui.draw.footer import Footer, footer
from convgui.draw.grids import OUTLINE
from convgui.draw.hues import hues
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import text_width
from convgui.draw.number import grouped, times
from convgui.draw.picture import Box, CellContent, Cells, Curves, HitGrid, Item, Polygons, Raster, Rects
from convgui.draw.theme import Role
from convgui.draw.titled_grid import NARROWEST, TitledGrid, indices, title_items
from convgui.draw.words import label, middle
from convgui.draw.writing import NOTHING, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.groups.table import ROW, TABLE, table
from convgui.scenes.groups.wiring import Wiring, kind
from convgui.words import tr, trn

MOST_BOXES = 28
"""Up to this many channels each has a box of its own, with its number."""


@dataclass(frozen=True, eq=False)
class WiringLayout:
    """Where everything stands.

    Attributes
    ----------
    columns : tuple of Box
        The area of each stage; its channels share the height.
    matrix : Box
        The wiring as a matrix, outputs down and inputs across.
    """

    wiring: Wiring
    canvas: Canvas
    columns: tuple[Box, ...]
    matrix: Box
    measure: Measure
    footer: Footer
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]

    def channel(self, stage: int, index: float) -> Box:
        """Return the box of a channel; `index` may lie between two."""
        x, y, wide, high = self.columns[stage]
        pitch = high / self.wiring.sizes[stage]
        gap = min(4.0, 0.16 * pitch)
        return (x, y + index * pitch + gap / 2, wide, pitch - gap)

    def row(self, index: float) -> Box:
        """Return the band of an output in the matrix."""
        x, y, wide, high = self.matrix
        pitch = high / self.wiring.sizes[-1]
        return (x, y + index * pitch, wide, pitch)


def lay_out(w: Wiring, canvas: Canvas) -> WiringLayout:
    """Place wires on the left, the matrix and the table on the right."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below, margin = footer(canvas.width, canvas.height, sizes.margin, 2, told=canvas.told), sizes.margin
    top = min(margin, 16.0) + sizes.header(columns_above=sizes.index > 0)
    bottom = below.top - 10 if words else canvas.height - margin
    split = round(canvas.width * (0.44 if len(w.links) == 1 else 0.54))
    columns = _columns(w, (margin, top, split - margin - (18 if words else 4), bottom - top), words)
    left = split + (10 + sizes.index if words else 4)
    room = canvas.width - margin - left
    rows = min(len(w.costs), 8)
    lower = rows * ROW + TABLE if words else 0
    matrix = _matrix(w, (left, top, room, bottom - top - lower))
    hues_of = hues(w.groups, canvas.theme)
    layout = WiringLayout(w, canvas, columns, matrix, sizes, below, (), ())
    base = _wires(layout, hues_of) + _boxes(layout, hues_of) + _table_of_wires(layout, hues_of)
    hits = [
        HitGrid("channel", (stage,), x, y, wide, high / w.sizes[stage], (w.sizes[stage], 1))
        for stage, (x, y, wide, high) in enumerate(columns)
    ]
    x, y, wide, high = matrix
    hits.append(HitGrid("matrix", (), x, y, wide / w.sizes[0], high / w.sizes[-1], (w.sizes[-1], w.sizes[0])))
    if words:
        base += _headings(layout)
        at = (left, max(y + high + 20, top + (bottom - top - lower) * 0.5 + 20), room)
        shown, choices = table(w, at, sizes, canvas.theme, rows)
        base += shown
        hits += choices
    return WiringLayout(w, canvas, columns, matrix, sizes, below, tuple(base), tuple(hits))


def _columns(w: Wiring, area: Box, words: bool) -> tuple[Box, ...]:
    x, y, wide, high = area
    across = min(58.0, 0.13 * wide + 8)
    first = 8.0 if words else 0.0
    step = (wide - across - first) / (len(w.sizes) - 1)
    pitch = min(64.0 if words else high, high / max(w.sizes))
    found = []
    for stage in range(len(w.sizes)):
        tall = pitch * max(w.sizes)
        found.append((x + stage * step, y, across, tall))
    return tuple(found)


def _matrix(w: Wiring, area: Box) -> Box:
    x, y, wide, high = area
    cell = max(min(wide / w.sizes[0], high / w.sizes[-1], 52.0), 0.0)
    cell = float(int(cell)) if cell >= 4 else cell
    return (x, y, cell * w.sizes[0], cell * w.sizes[-1])


def tint(colour: Bytes) -> Colour:
    """Return a hue as a colour."""
    red, green, blue = (int(v) for v in colour[:3])
    return (red, green, blue, 255)


def _wires(layout: WiringLayout, colours: Bytes) -> list[Item]:
    """All links, one hue a group; as bands where single wires would be a blur."""
    w, items = layout.wiring, list[Item]()
    for index, link in enumerate(w.links):
        segments: dict[int, list[tuple[float, ...]]] = {}
        many = max(link.shape) > MOST_BOXES and not w.shuffles[index]
        for to, start in () if many else np.argwhere(link):
            owner = w.group(index, int(w.order[to]) if w.shuffles[index] else int(start))
            segments.setdefault(owner, []).append(wire(layout, index, int(start), int(to)))
        for owner, curves in segments.items():
            items.append(Curves(np.array(curves), faded(tint(colours[owner]), 0.85), 1.3))
        if many:
            items += [_band(layout, index, owner, colours) for owner in range(len(colours))]
    return items


def wire(layout: WiringLayout, index: int, start: int, to: int) -> tuple[float, ...]:
    """Return the curve from a channel to one of the next stage."""
    x, y, wide, high = layout.channel(index, start)
    a, b, _, tall = layout.channel(index + 1, to)
    x, y, b = x + wide, y + high / 2, b + tall / 2
    bend = (a - x) * 0.4
    return (x, y, x + bend, y, a - bend, b, a, b)


def _band(layout: WiringLayout, index: int, owner: int, colours: Bytes) -> Item:
    w = layout.wiring
    edges = []
    for stage in (index, index + 1):
        x, y, wide, high = layout.columns[stage]
        channels, pitch = w.members(stage, owner), high / w.sizes[stage]
        edges.append((x if stage > index else x + wide, y + channels.start * pitch, y + channels.stop * pitch))
    (a, top, bottom), (b, upper, lower) = edges
    corners = np.array([[(a, top), (b, upper), (b, lower), (a, bottom)]])
    return Polygons(corners, faded(tint(colours[owner]), 0.5))


def _boxes(layout: WiringLayout, colours: Bytes) -> list[Item]:
    """One box a channel in the hue of its group; after a shuffle in the hue of where it came from."""
    w, theme = layout.wiring, layout.canvas.theme
    items: list[Item] = []
    for stage, size in enumerate(w.sizes):
        shuffled = stage > 0 and w.shuffles[stage - 1]
        mixed = any(w.shuffles) and stage == len(w.sizes) - 1
        names = w.order.tolist() if shuffled else range(size)
        fills = np.array([colours[w.group(stage, name)] for name in names], dtype=np.uint8)
        if mixed:
            fills = np.full_like(fills, np.array(theme.cell))
        inks = theme.ink(fills)
        _, _, wide, high = layout.channel(stage, 0)
        line = theme.role("input" if stage == 0 else "result").line
        font = float(int(min(16.0, 0.72 * high, 0.8 * wide)))
        for index, name in enumerate(names):
            box = layout.channel(stage, index)
            outline = line if size <= MOST_BOXES else None
            items.append(
                Rects(np.array([box]), fill=tint(fills[index]), stroke=outline, width=1.2, radius=min(3, high / 4))
            )
            if font >= layout.measure.least and layout.canvas.captions:
                at = (box[0] + box[2] / 2, middle(box[1], box[3], font))
                items.append(label(*at, str(name), tint(inks[index]), font, mono=True, anchor="middle"))
    return items


def _table_of_wires(layout: WiringLayout, colours: Bytes) -> list[Item]:
    """The wiring as a matrix: how many ways lead from an input (across) to an output (down)."""
    w, theme = layout.wiring, layout.canvas.theme
    x, y, wide, _ = layout.matrix
    fill = np.empty((*w.paths.shape, 4), dtype=np.uint8)
    fill[:] = theme.cell
    owners = [w.group(0, channel) for channel in range(w.sizes[0])]
    fill = np.where((w.paths > 0)[..., None], colours[owners][None], fill)
    cell = wide / w.sizes[0]
    if cell < 5:
        return [
            Raster(fill[..., :3].copy(), layout.matrix, layout.matrix, name="matrix"),
            Rects(np.array([layout.matrix]), stroke=theme.role("kernel").line, width=1.5),
        ]
    written = writing(w.paths.astype(np.float64), cell, layout.measure.least) if layout.canvas.captions else NOTHING
    texts = tuple(tuple(written.text(n) if n else "" for n in row) for row in w.paths.tolist()) if written.font else ()
    content = CellContent(fill, theme.ink(fill), texts)
    line = theme.role("kernel").line
    cells = Cells(
        content, x, y, cell, cell, theme.background, theme.cell_line, line, written.font, OUTLINE, name="matrix",
        title=tr("paths from input to output"), axes=(tr("output"), tr("input")), role="kernel",
    )  # fmt: skip
    grid = TitledGrid(cells, rows_at="left", columns_above=True)
    return [cells, *indices(grid, layout.measure, theme)]


def _headings(layout: WiringLayout) -> list[Item]:
    w, theme = layout.wiring, layout.canvas.theme
    items: list[Item] = []
    last = len(w.sizes) - 1
    for stage, (title, size) in enumerate(zip(w.titles, w.sizes, strict=True)):
        x, y, wide, _ = layout.columns[stage]
        room = (layout.columns[1][0] - layout.columns[0][0] if stage < last else layout.matrix[0] - x) - 8
        role: Role = "input" if stage == 0 else "result"
        detail = trn("{n} channel", "{n} channels", size)
        if text_width(detail, layout.measure.small, mono=True) > max(room, wide):
            detail = tr("{n} ch.", n=size)
        items += title_items((x, y), x + max(room, wide), (title, detail), role, layout.measure, theme)
    x, y, _, _ = layout.matrix
    shape = tr(
        "{size}: {n} of {all} wired",
        size=times(*w.paths.shape),
        n=grouped(int(np.count_nonzero(w.paths))),
        all=grouped(w.paths.size),
    )
    title = tr("Wiring, {kind}", kind=kind(w)) if last == 1 else tr("Paths from input to output")
    named = cells_have_indices(layout)
    shape = f"{shape} · {tr('outputs down, inputs across')}" if named else shape
    at, right = (x, y - (layout.measure.index if named else 0.0)), layout.canvas.width - 8
    return items + title_items(at, right, (title, shape), "kernel", layout.measure, theme)


def cells_have_indices(layout: WiringLayout) -> bool:
    """Whether rows and columns of the matrix are large enough to be numbered."""
    return layout.measure.index > 0 and layout.matrix[2] / layout.wiring.sizes[0] >= NARROWEST
