"""Where everything stands: the padded input, the inflated kernel, the output, and the formula below."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_axis import FilterAxis
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, Side, measure
from convgui.draw.number import times
from convgui.draw.padded import unread, with_padding
from convgui.draw.picture import Cells, HitGrid, Item, Run
from convgui.draw.row import Row, Slot, row
from convgui.draw.titled_grid import TitledGrid, heading
from convgui.draw.writing import Writing, writing
from convgui.layers.limits import MOST_STEP
from convgui.scenes.arithmetic.arcs import aside, lane, source_arcs
from convgui.scenes.arithmetic.geometry import Geometry
from convgui.scenes.arithmetic.lines import lines_of
from convgui.scenes.canvas import Canvas
from convgui.words import tr

LARGEST = 72.0


@dataclass(frozen=True, eq=False)
class Plan:
    """The three grids, placed; `lines` are the formula and what is said of it, which no step changes."""

    geometry: Geometry
    canvas: Canvas
    measure: Measure
    row: Row
    padded: TitledGrid
    kernel: TitledGrid
    output: TitledGrid
    weights: Writing
    footer: Footer
    lines: tuple[tuple[Run, ...] | str, ...]
    base: tuple[Item, ...]
    signs: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(g: Geometry, canvas: Canvas) -> Plan:
    """Place everything on a canvas."""
    theme = canvas.theme
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    below = footer(canvas.width, canvas.height, sizes.margin, 1)
    lines = lines_of(g.layer, theme, below) if g.told else ()
    below = footer(canvas.width, canvas.height, sizes.margin, 1 + len(lines))
    bottom = below.top - 10 if canvas.captions else canvas.height - sizes.margin
    top = min(sizes.margin, 20.0)
    box = (sizes.margin, top, canvas.width - 2 * sizes.margin, bottom - top)
    found = row(_slots(g, sizes), box, sizes, largest=LARGEST)
    padded, kernel, output = (
        _padded(g, canvas, sizes, found),
        _kernel(g, canvas, sizes, found),
        _output(g, canvas, sizes, found),
    )
    given = (*g.view.padded_index((0, 0)), *g.view.spatial)
    cells, border = with_padding(padded.cells, given, theme)
    items: list[Item] = [cells, *border, *_unread(g, padded.cells, canvas), kernel.cells]
    items += source_arcs(g.view, padded, sizes, theme)
    for n, grid in enumerate((padded, kernel, output)):
        items += heading(grid, found.room(n, canvas.width - 6), sizes, theme)
    signs = [item for n, sign in enumerate("∗=") for item in operator(found.gap(n), found.middle, sign, theme)]
    weights = writing(g.kernel, found.cell, sizes.least)
    return Plan(
        g, canvas, sizes, found, padded, kernel, output, weights, below, lines, tuple(items),
        tuple(signs), (padded.hits("input", *g.index[2:]), _taps(g, kernel.cells), output.hits("output", g.index[0])),
    )  # fmt: skip


def shown_lack(axis: FilterAxis) -> int:
    """Return how many cells beyond the grid are shown for the next window to lack; of a window far away, none."""
    return axis.short if axis.short <= MOST_STEP else 0


def _slots(g: Geometry, sizes: Measure) -> list[Slot]:
    index, two = sizes.index, sizes.header(columns_above=bool(sizes.index))
    (kh, kw), (ho, wo) = g.inflated.shape, g.output.shape
    # The step that does not fit reaches beyond the grid.
    hp, wp = (axis.padded + shown_lack(axis) for axis in g.view.axes)
    # A title is never narrower than its words need.
    least = 70.0 if sizes.words else 0.0
    arcs = lane(g.view, sizes)
    return [
        Slot(hp, wp, left=index + aside(g.view, sizes), above=two + arcs),
        Slot(kh, kw, right=least if kw < 3 else 0.0, above=sizes.above),
        Slot(ho, wo, right=max(index, least if wo < 3 else 0.0), above=two),
    ]


def _padded(g: Geometry, canvas: Canvas, sizes: Measure, found: Row) -> TitledGrid:
    written = writing(g.padded, found.cell, sizes.least)
    cells = value_cells(
        g.padded, canvas.theme, "input", found.box(0)[:2], found.cell, limit=largest(g.x), name="input",
        title=tr("input"), numbers=written,
    )  # fmt: skip
    shown, (top, left) = sizes.index > 0, g.view.origin
    side: Side = "left" if shown else ""
    return TitledGrid(
        cells, g.given, _padding_words(g), side, shown, (top, left), "input", lane(g.view, sizes)
    )  # fmt: skip


def _kernel(g: Geometry, canvas: Canvas, sizes: Measure, found: Row) -> TitledGrid:
    """The kernel as wide as it lies on the input; between its taps there is nothing."""
    theme, spread = canvas.theme, g.inflated
    holes, written = np.isnan(spread), writing(g.kernel, found.cell, sizes.least)
    values = np.where(holes, 0, spread)
    grid = value_cells(
        values, theme, "kernel", found.box(1)[:2], found.cell, limit=largest(g.kernel), name="kernel",
        title=tr("kernel"), numbers=written,
    )  # fmt: skip
    fill, texts = grid.content.fill.copy(), grid.content.texts
    fill[holes] = theme.background
    texts = tuple(tuple("" if holes[i, j] else t for j, t in enumerate(line)) for i, line in enumerate(texts))
    size, cover = times(*g.kernel.shape), times(*g.inflated.shape)
    detail = tr("{size} covers {cover}", size=size, cover=cover) if g.view.dilated else size
    cells = replace(grid, content=replace(grid.content, fill=fill, texts=texts))
    return TitledGrid(cells, tr("Kernel"), detail, role="kernel")


def _output(g: Geometry, canvas: Canvas, sizes: Measure, found: Row) -> TitledGrid:
    written = writing(g.output, found.cell, sizes.least)
    at, title = found.box(2)[:2], tr("output")
    cells = value_cells(g.output, canvas.theme, "result", at, found.cell, name="output", title=title, numbers=written)
    shown = sizes.index > 0
    return TitledGrid(cells, g.made, times(*g.output.shape), "right" if shown else "", shown, role="result")


def _unread(g: Geometry, grid: Cells, canvas: Canvas) -> list[Item]:
    """Hatching over the rows and columns that no window reads."""
    rows, columns = (axis.unread for axis in g.view.axes)
    high, wide = g.padded.shape
    bands = [(int(i), 0, 1, wide) for i in rows]
    bands += [(0, int(j), high, 1) for j in columns]
    return unread(grid, bands, canvas.theme.role("warning").line)


def _taps(g: Geometry, kernel: Cells) -> HitGrid:
    """A tap stands in the middle of its share of the inflated kernel."""
    (down, across), u = g.view.offset((1, 1)), kernel.width
    corner = (kernel.x - (across - 1) / 2 * u, kernel.y - (down - 1) / 2 * u)
    shape = (int(g.kernel.shape[0]), int(g.kernel.shape[1]))
    return HitGrid("kernel", g.index[:2], *corner, u * across, u * down, shape, clip=kernel.box)


def _padding_words(g: Geometry) -> str:
    """Size of the input and how it is padded."""
    size, padded = times(*g.x.shape), times(*g.padded.shape)
    if size == padded:
        return size
    if g.view.spec.padding_mode == "zeros":
        return tr("{size}, padded to {padded}", size=size, padded=padded)
    return tr("{size}, padded {mode} to {padded}", size=size, mode=g.view.spec.padding_mode, padded=padded)
