"""Three spatial axes: a row an axis, with the window on its cells, the kernel's taps and the positions it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from convgui.core import FilterView
from convgui.core.filter_axis import FilterAxis
from convgui.core.filter_view import Position
from convgui.core.spec import AXES
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.gaps import operator, wedges
from convgui.draw.grids import value_cells
from convgui.draw.measure import Measure, measure
from convgui.draw.number import grouped, times
from convgui.draw.padded import unread, with_padding
from convgui.draw.panels import cell_box
from convgui.draw.picture import Cells, Hit, HitGrid, Item, Picture, Run
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role
from convgui.draw.titled_grid import START, TitledGrid, index_text, indices, title_items
from convgui.draw.window import Window, framed, ringed, touched, window
from convgui.draw.words import label, middle
from convgui.model.document import Document
from convgui.scenes.arithmetic.geometry import attempts
from convgui.scenes.arithmetic.lines import lines_of, step_words
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.words import tr, trn

LARGEST, NAME = 44.0, 68.0
"""Largest side of a cell, and room for an axis's name."""
PARTS: tuple[tuple[Role, str], ...] = (("input", "input"), ("kernel", "kernel"), ("result", "output"))
"""Role and name of the strips of an axis, from left to right."""


@dataclass(frozen=True, eq=False)
class AxisRows:
    """A layer on a volume, with what is tried in place of its own parameters in words."""

    layer: FilterView
    tried: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class RowsPlan:
    """The strips of each axis, placed: its padded cells, the kernel as it lies on them, and the positions."""

    of: AxisRows
    canvas: Canvas
    measure: Measure
    row: Row
    strips: tuple[tuple[TitledGrid, TitledGrid, TitledGrid], ...]
    footer: Footer
    lines: tuple[tuple[Run, ...] | str, ...]
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def axis_rows(document: Document, options: Mapping[str, str]) -> AxisRows:
    """Return the layer with what is tried."""
    spec, tried = attempts(document.layer.spec, document.sample.spatial, options)
    return AxisRows(FilterView(spec.one_filter(), document.sample.spatial), tried)


def lay_out(rows: AxisRows, canvas: Canvas) -> RowsPlan:
    """Place a row an axis on a canvas."""
    layer, theme = rows.layer, canvas.theme
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    below = footer(canvas.width, canvas.height, sizes.margin, 1)
    lines = lines_of(layer, theme, below)
    below = footer(canvas.width, canvas.height, sizes.margin, 1 + len(lines))
    bottom, top = below.top - 10 if canvas.captions else canvas.height - sizes.margin, min(sizes.margin, 20.0)
    # The upper of two rows of cells is for the indices above a strip.
    slots = [
        Slot(2, max(axis.padded for axis in layer.axes), left=NAME if sizes.words else 0.0, above=sizes.above),
        Slot(2, max(axis.extent for axis in layer.axes), above=sizes.above),
        Slot(2, max(axis.positions for axis in layer.axes), above=sizes.above),
    ]
    box = (sizes.margin, top, canvas.width - 2 * sizes.margin, bottom - top)
    found = row(slots, box, sizes, len(layer.axes), LARGEST)
    strips = tuple(_strips(axis, n, found, canvas) for n, axis in enumerate(layer.axes))
    items = list[Item]()
    for n, (axis, (padded, kernel, _)) in enumerate(zip(layer.axes, strips, strict=True)):
        cells, border = with_padding(padded.cells, (0, axis.before, 1, axis.cells), theme)
        hatched = [(0, int(j), 1, 1) for j in axis.unread]
        items += [cells, *border, *unread(padded.cells, hatched, theme.role("warning").line), kernel.cells]
        if sizes.words:
            x, y, _, high = padded.cells.box
            name = tr(AXES[layer.spec.rank][n]).capitalize()
            items.append(label(x - NAME, middle(y, high, 14), name, theme.text, 14, bold=True, anchor=START))
    items += _titles(rows, strips[0], found, canvas, sizes)
    kinds = ("cell", "tap", "position")
    pairs = [(n, grid, kind) for n, strip in enumerate(strips) for grid, kind in zip(strip, kinds, strict=True)]
    hits = tuple(grid.hits(kind, n) for n, grid, kind in pairs)
    return RowsPlan(
        rows, canvas, sizes, found, strips, below, lines, tuple(items), hits
    )  # fmt: skip


def _strips(axis: FilterAxis, band: int, found: Row, canvas: Canvas) -> tuple[TitledGrid, TitledGrid, TitledGrid]:
    theme, cell = canvas.theme, found.cell
    lengths = (axis.padded, axis.extent, axis.positions)
    grids = list[Cells]()
    for n, (length, (role, title)) in enumerate(zip(lengths, PARTS, strict=True)):
        values = np.zeros((1, length))
        if role == "kernel":
            values[0, list(axis.taps)] = 1
        at, said = (found.box(n, band)[0], found.bands[band]), f"{tr(title)} {band}"
        grid = value_cells(values, theme, role, at, cell, limit=1.0, name=f"{title} {band}", title=said, numbers=False)
        grids.append(grid)
    one, two, three = grids
    return (
        TitledGrid(one, columns_above=True, origin=(0, -axis.before)),
        TitledGrid(two),
        TitledGrid(three, columns_above=True),
    )


def _titles(rows: AxisRows, first: tuple[TitledGrid, ...], found: Row, canvas: Canvas, sizes: Measure) -> list[Item]:
    layer, theme = rows.layer, canvas.theme
    size, padded = times(*layer.spatial), times(*layer.padded_shape)
    inputs = size if size == padded else tr("{size}, padded to {padded}", size=size, padded=padded)
    kernel, reach = times(*layer.spec.kernel_size), times(*(axis.extent for axis in layer.axes))
    covers = tr("{size} covers {cover}", size=kernel, cover=reach) if layer.dilated else kernel
    titles = (tr("Input"), inputs), (tr("Kernel"), covers), (tr("Output"), times(*layer.output_shape))
    items = list[Item]()
    for n, (grid, title, (role, _)) in enumerate(zip(first, titles, PARTS, strict=True)):
        y = grid.cells.y - (sizes.index if grid.columns_above else 0.0)
        right = found.room(n, canvas.width - 6)
        items += title_items((grid.cells.x, y), right, title, role, sizes, theme)
    return items


def draw_frame(plan: RowsPlan, at: float, focus: Focus) -> Picture:
    """Draw the window on its way between two positions, or what a pointed cell of an axis meets."""
    layer, canvas, hit = plan.of.layer, plan.canvas, focus.hit
    theme, last = canvas.theme, layer.positions - 1
    landed = min(int(at), last)
    share = at - int(at) if landed < last else 0.0
    position = layer.position(landed)
    if hit is not None and hit.kind == "position":
        position, share = _moved(position, hit), 0.0
    spans = layer.over_padding.spans(
        [p + (q - p) * share for p, q in zip(position, layer.position(min(landed + 1, last)), strict=True)]
    )
    items = list[Item]()
    for n, (axis, span, strip) in enumerate(zip(layer.axes, spans, plan.strips, strict=True)):
        pointed = hit if hit is not None and hit.index[0] == n and hit.kind in ("cell", "tap") else None
        items += _axis(plan, axis, n, span[0], position[n], pointed, strip)
    said, detail = _sentence(layer, position, hit), ""
    if canvas.captions:
        head = tr("This step") if hit is None else tr("Pointed at")
        if hit is None:
            detail = step_words(landed, last, plan.of.tried)
        items += footer_items(plan.footer, head, detail, [(Run(said, theme.text),), *plan.lines], theme)
    shapes = tr("{entered} becomes {made}", entered=times(*layer.spatial), made=times(*layer.output_shape))
    return Picture(
        canvas.width, canvas.height, theme.background, plan.base, tuple(items), plan.hits, f"{shapes}; {said}."
    )  # fmt: skip


def _moved(position: Position, hit: Hit) -> Position:
    """Return the position with that on the axis that is pointed at."""
    moved = list(position)
    moved[hit.index[0]] = hit.index[-1]
    return tuple(moved)


def _axis(
    plan: RowsPlan, axis: FilterAxis, n: int, start: float, position: int, hit: Hit | None,
    strip: tuple[TitledGrid, TitledGrid, TitledGrid],
) -> list[Item]:  # fmt: skip
    """One axis: the window with the wedges to kernel and position, or the positions that a pointed cell goes into."""
    theme, (padded, kernel, output) = plan.canvas.theme, strip
    cells = replace(output.cells, reveal=None)
    if hit is not None and hit.kind == "cell":
        read = {int(o): int(t) for o, t in axis.pairs(hit.index[-1])}
        return [
            *touched(cells, {(0, o): "" for o in read}, theme),
            ringed([(padded.cells, (0, hit.index[-1] + axis.before))], theme),
            *indices(padded, plan.measure, theme),
            *indices(output, plan.measure, theme, (), set(read)),
        ]
    lies = Window((0, start), ((0,), axis.taps))
    (_, y, _, high), band = padded.cells.box, plan.row.bands[n] + plan.row.cell / 2
    u, level = padded.cells.width, (y, y + high)
    right = padded.cells.x + padded.cells.box[2]
    ends = [
        ((right, kernel.cells.x), level, level),
        ((kernel.cells.x + kernel.cells.box[2], output.cells.x), level, level),
    ]
    under = {int(start) - axis.before + tap for tap in axis.taps}
    items = [cells, *(wedges(ends, theme) if plan.measure.words else []), *window(padded.cells, lies, theme)]
    items += [framed([cell_box(output.cells, 0, position)], u, theme)]
    items += [item for k, sign in enumerate("∗=") for item in operator(ends[k][0], band, sign, theme)]
    items += [*indices(padded, plan.measure, theme, (), under), *indices(output, plan.measure, theme, (), {position})]
    if hit is not None:
        cell = (0, start + hit.index[-1])
        items.append(ringed([(padded.cells, cell), (kernel.cells, (0, hit.index[-1]))], theme))
    return items


def _sentence(layer: FilterView, position: Position, hit: Hit | None) -> str:
    """Say which cells an output reads, or into how many positions a cell of an axis goes."""
    names = AXES[layer.spec.rank]
    if hit is not None and hit.kind == "cell":
        axis, cell = layer.axes[hit.index[0]], hit.index[-1]
        name = f"{tr(names[hit.index[0]])} {index_text(cell)}"
        found = axis.reached(cell).tolist()
        if not found:
            return tr("{name}: no window reads it", name=name)
        positions = ", ".join(map(str, found))
        return trn(
            "{name}: {n} position reads it, {positions}",
            "{name}: {n} positions read it, {positions}",
            len(found),
            name=name,
            positions=positions,
        )
    starts = layer.spans(position)
    cells = [[int(start) + tap for tap in axis.taps] for (start, _), axis in zip(starts, layer.axes, strict=True)]
    read = "; ".join(f"{tr(name)} {', '.join(map(index_text, each))}" for name, each in zip(names, cells, strict=True))
    return f"out{list(position)}: {read}; " + tr("{n} products", n=grouped(layer.spec.taps))
