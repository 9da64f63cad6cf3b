"""Where everything stands: the inflated kernel, the padded input, the output, and the formula below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.grids import cell_text, hatch, largest, value_cells
from convgui.draw.metrics import elide
from convgui.draw.number import number, times
from convgui.draw.panels import HEADING, LINE, cell_box, heading, hit_grid, outlines
from convgui.draw.picture import CellContent, Cells, HitGrid, Item, Label, Lines, Run
from convgui.draw.theme import Role
from convgui.draw.words import label
from convgui.scenes.arithmetic import formula
from convgui.scenes.arithmetic.geometry import Geometry
from convgui.scenes.canvas import Canvas
from convgui.words import tr

MARGIN, LARGEST = 24.0, 64.0
NARROWEST, WIDEST = 22.0, 120.0


@dataclass(frozen=True, eq=False)
class Plan:
    """The three grids, placed; `line` is the baseline of what happens at the moment."""

    geometry: Geometry
    canvas: Canvas
    kernel: Cells
    input: Cells
    output: Cells
    line: float
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def footer(g: Geometry) -> float:
    """Height of the formula and its explanation."""
    return (5 + len(formula.axes(g))) * LINE + 18


def lay_out(g: Geometry, canvas: Canvas) -> Plan:
    """Place everything on a canvas."""
    words = canvas.captions
    margin, head, foot = (MARGIN, HEADING, footer(g)) if words else (8.0, 0.0, 8.0)
    wide, high = canvas.width - 2 * margin, canvas.height - margin * 0.7 - foot - (10 if words else 0)
    shapes = (g.inflated.shape, g.padded.shape, g.output.shape)
    least = (70.0 if canvas.width < 600 else 100.0) if words else 0.0
    cell = _cell(shapes, (wide, high - head), least)
    widths = [max(least, s[1] * cell) for s in shapes]
    gap = min(WIDEST, max(8.0, (wide - sum(widths)) / 2))
    x = margin + max(0.0, (wide - sum(widths) - 2 * gap) / 2)
    tallest = max(s[0] for s in shapes) * cell
    top = margin * 0.7 + max(0.0, (high - head - tallest) / 2) + head
    corners = []
    for shape, width in zip(shapes, widths, strict=True):
        corners.append((round(x), round(top + (tallest - shape[0] * cell) / 2)))
        x += width + gap
    kernel = _kernel(g, corners[0], cell, canvas)
    given = value_cells(g.padded, canvas.theme, "input", corners[1], cell, limit=largest(g.x), name="input")
    given = replace(given, title=tr("input"))
    output = value_cells(g.output, canvas.theme, "result", corners[2], cell, name="output", title=tr("output"))
    base: list[Item] = [kernel, given, *_padding(g, given, canvas), *_unread(g, given, canvas)]
    if words:
        rooms = [corners[1][0] - corners[0][0] - 8, corners[2][0] - corners[1][0] - 8, canvas.width - corners[2][0] - 6]
        base += _titles(g, (kernel, given, output), rooms, canvas)
        base += _formula(g, canvas)
    down, across = g.view.offset((1, 1))
    # A tap stands in the middle of its share of the inflated kernel.
    corner = (kernel.x - (across - 1) / 2 * cell, kernel.y - (down - 1) / 2 * cell)
    shape = (int(g.kernel.shape[0]), int(g.kernel.shape[1]))
    taps = HitGrid("kernel", g.index[:2], *corner, cell * across, cell * down, shape, clip=kernel.box)
    hits = (taps, hit_grid("input", g.index[2:], given, g.view.origin), hit_grid("output", g.index[:1], output))
    line = canvas.height - foot + 24
    return Plan(g, canvas, kernel, given, output, line, tuple(base), hits)


def _cell(shapes: tuple[tuple[int, ...], ...], room: tuple[float, float], least: float) -> float:
    for cell in range(int(LARGEST), 2, -1):
        widths = sum(max(least, s[1] * cell) for s in shapes)
        if widths + 2 * min(NARROWEST, room[0] * 0.04) <= room[0] and max(s[0] for s in shapes) * cell <= room[1]:
            return float(cell)
    return 2.0


def _kernel(g: Geometry, at: tuple[float, float], cell: float, canvas: Canvas) -> Cells:
    """The kernel as wide as it lies on the input; between its taps there is nothing."""
    theme, spread = canvas.theme, g.inflated
    holes = np.isnan(spread)
    grid = value_cells(np.where(holes, 0, spread), theme, "kernel", at, cell, limit=largest(g.kernel), name="kernel")
    grid = replace(grid, title=tr("kernel"))
    texts, font = cell_text(g.kernel, cell)
    shown = [["" for _ in range(spread.shape[1])] for _ in range(spread.shape[0])]
    for text, (row, column) in zip(chain.from_iterable(texts), g.view.offsets, strict=False):
        shown[row][column] = text
    fill = grid.content.fill.copy()
    fill[holes] = theme.background
    content = CellContent(fill, grid.content.ink, tuple(map(tuple, shown)) if texts else ())
    return replace(grid, content=content, font=font)


def _padding(g: Geometry, grid: Cells, canvas: Canvas) -> list[Item]:
    """Dashed cells where the input is padded, and a frame around what was given."""
    theme = canvas.theme
    boxes = [cell_box(grid, *index) for index in np.argwhere(g.view.outside).tolist()]
    if not boxes:
        return []
    cover = faded(theme.background, 0.5)
    frame = cell_box(grid, *g.view.padded_index((0, 0)), *g.view.spatial)
    return [
        replace(outlines(boxes, theme.muted, 0.9, "dashed"), fill=cover),
        outlines([frame], theme.role("input").line, 2.0),
    ]


def _unread(g: Geometry, grid: Cells, canvas: Canvas) -> list[Item]:
    """Hatching over the rows and columns that no window reads."""
    rows, columns = (axis.unread for axis in g.view.axes)
    high, wide = g.padded.shape
    boxes = [cell_box(grid, int(i), 0, 1, wide) for i in rows]
    boxes += [cell_box(grid, 0, int(j), high, 1) for j in columns]
    if not boxes:
        return []
    stroke = canvas.theme.role("warning").line
    return [hatch(boxes, faded(stroke, 0.7)), outlines(boxes, faded(stroke, 0.7), 1.0)]


def _titles(g: Geometry, grids: tuple[Cells, Cells, Cells], rooms: list[float], canvas: Canvas) -> list[Item]:
    theme = canvas.theme
    size, cover = times(*g.kernel.shape), times(*g.inflated.shape)
    inflated = tr("{size} covers {cover}", size=size, cover=cover) if g.view.dilated else size
    details: tuple[tuple[str, str, Role], ...] = (
        (tr("Kernel"), inflated, "kernel"),
        (tr("Input"), _padding_words(g), "input"),
        (tr("Output"), times(*g.output.shape), "result"),
    )
    items: list[Item] = []
    for grid, room, (title, detail, role) in zip(grids, rooms, details, strict=True):
        items += heading(grid.x, grid.y - HEADING, title, detail, theme.role(role).ink, theme, max(room, 40.0))
    return items


def _padding_words(g: Geometry) -> str:
    """Size of the input and how it is padded."""
    size, padded = times(*g.x.shape), times(*g.padded.shape)
    if size == padded:
        return size
    if g.view.spec.padding_mode == "zeros":
        return tr("{size}, padded to {padded}", size=size, padded=padded)
    return tr("{size}, padded {mode} to {padded}", size=size, mode=g.view.spec.padding_mode, padded=padded)


def _formula(g: Geometry, canvas: Canvas) -> list[Item]:
    """The formula in symbols and in numbers, the floor, and the sizes that give the same output."""
    theme, room = canvas.theme, canvas.width - 2 * MARGIN
    top = canvas.height - footer(g)
    items: list[Item] = [Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line)]
    base = top + 24 + LINE * 1.2
    items.append(label(MARGIN, base, formula.symbols(g), theme.muted, 12, mono=True))
    for axis in formula.axes(g):
        base += LINE
        ink = theme.role("result").ink
        text = ("out " if axis.name == "each" else "") + formula.numbers(axis, formula.uneven(g))
        runs = (Run(text, theme.text), Run(" = ", theme.muted), Run(number(axis.of.positions), ink, bold=True))
        items.append(Label(MARGIN, base, runs, 12, mono=True))
    for sentence in (formula.floor(g), formula.siblings(g)):
        base += LINE
        items.append(label(MARGIN, base, elide(sentence, 12, room), theme.muted, 12))
    if g.tried:
        base += LINE
        words = tr("Shown with {tried} in place of the layer's own.", tried=", ".join(g.tried))
        items.append(label(MARGIN, base, elide(words, 12, room), theme.role("kernel").ink, 12))
    return items
