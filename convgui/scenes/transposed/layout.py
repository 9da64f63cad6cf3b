"""Where everything stands, for each of the four ways.

Painting: one input value · kernel = its paint, which is added to the output. Zeros inserted: the stretched input ∗ the
turned kernel = the output. The matrix times the flat input = the output.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_axis import BORDER, GIVEN, INSERTED
from convgui.draw.colour import Bytes, faded
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.hues import hues
from convgui.draw.measure import Measure, measure
from convgui.draw.number import number, times
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Box, CellContent, Cells, Dash, HitGrid, Item
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role
from convgui.draw.titled_grid import TitledGrid, heading
from convgui.draw.window import SUBSCRIPTS
from convgui.draw.writing import Writing, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.transposed.cropped import extra
from convgui.scenes.transposed.ways import Floats, Ways
from convgui.words import tr

LARGEST = 72.0
SIGNS = {"scatter": "·=+", "stuffed": "∗=", "matrix": " =", "overlap": "·+"}
"""Operators in the gaps of each way; the matrix stands beside what it is made of without one."""
TIGHT = (48.0, 20.0)
"""Width of a gap and of the margins where that is what shares in the cells of the output need."""


@dataclass(frozen=True, eq=False)
class Panel:
    """What a titled grid shows.

    Attributes
    ----------
    every : ndarray
        All numbers that it holds at any step: its scale and how they are written follow from them.
    kind : str
        What its cells are when they are pointed at; empty if they do not answer.
    moving : bool
        Whether it is drawn anew at each moment and not in the base.
    """

    name: str
    title: str
    detail: str
    role: Role
    values: Floats
    every: Floats
    kind: str = ""
    prefix: tuple[int, ...] = ()
    moving: bool = False


@dataclass(frozen=True, eq=False)
class WaysLayout:
    """The grids by name, placed, and what stays.

    Attributes
    ----------
    grids : dict
        ``"input"``, ``"kernel"`` and ``"output"`` always; ``"painted"``, ``"stretched"``, ``"matrix"`` and
        ``"vector"`` where the way has them.
    limits, writings : dict
        Scale of each grid, and how it writes its numbers.
    marks : tuple of Item
        What is drawn over the output.
    """

    ways: Ways
    canvas: Canvas
    measure: Measure
    row: Row
    grids: dict[str, TitledGrid]
    limits: dict[str, float]
    writings: dict[str, Writing]
    footer: Footer
    base: tuple[Item, ...]
    marks: tuple[Item, ...]
    signs: tuple[Item, ...]
    hits: tuple[HitGrid, ...]

    def drawn(self, name: str, values: Floats) -> Cells:
        """Draw other numbers in the place of a grid."""
        at = self.grids[name].cells
        return value_cells(
            values, self.canvas.theme, "result", (at.x, at.y), at.width, limit=self.limits[name], name=name,
            title=at.title, numbers=self.writings[name],
        )  # fmt: skip


def panels(f: Ways) -> list[list[Panel]]:
    """Return the panels of the chosen way from left to right; only the matrix has two below each other."""
    shape = times(*f.x.shape)
    source, target = f.names
    given = Panel("input", f"{tr('Input')} {source}".rstrip(), shape, "input", f.x, f.x, "input", f.index[:1])
    kernel = Panel("kernel", tr("Kernel"), times(*f.kernel.shape), "kernel", f.kernel, f.kernel, "kernel", f.index)
    size = times(*f.output.shape)
    note = f"{size} · {tr('before bias {value}', value=number(f.bias))}" if f.bias else size
    if any(f.seen.spec.output_padding):
        more = times(*f.seen.spec.output_padding)
        one = len(set(f.seen.spec.output_padding)) == 1
        added = f"{f.seen.spec.output_padding[0] if one else more}"
        note = tr("{size}: {plain}, and {n} more", size=size, plain=times(*f.plain_shape), n=added)
    title = f"{tr('Output') if f.alone else tr('Part of output')} {target}".rstrip()
    sums = f.painted if f.view == "scatter" else f.output
    output = Panel("output", title, note, "result", f.output, sums, "output", (f.output_channel,), moving=True)
    if f.view == "stuffed":
        turned = replace(
            kernel, title=tr("Flipped kernel"), detail=tr("by 180°"), values=f.kernel[::-1, ::-1], kind="turned",
            prefix=(),
        )  # fmt: skip
        stretched_title = f"{tr('Stretched input')} {source}".rstrip()
        detail = stretched_detail(f)
        zeros = Panel("stretched", stretched_title, detail, "input", f.stretched, f.stretched, "stretched")
        return [[zeros], [turned], [output]]
    if f.view == "matrix":
        values = f.matrix.dense()
        detail = tr("{size}, x above it", size=times(*values.shape))
        return [[given, kernel], [Panel("matrix", "Cᵀ", detail, "plain", values, values, "matrix")], [output]]
    if f.view == "overlap":
        ones, counts = np.ones_like(f.kernel), f.touched
        footprint = tr("{size}, all 1", size=times(*f.kernel.shape))
        stamp = replace(kernel, title=tr("Footprint"), detail=footprint, values=ones, every=ones, kind="", prefix=())
        ones_in = np.ones_like(f.x)
        lit = replace(given, detail=tr("{size}, all 1", size=shape), values=ones_in, every=ones_in, kind="source")
        detail = tr("{size}: kernels on each cell", size=size)
        return [[lit], [stamp], [replace(output, title=tr("Overlap"), detail=detail, values=counts[-1], every=counts)]]
    paint = np.multiply.outer(f.x, f.kernel)
    painted = Panel("painted", tr("Contribution"), tr("x · kernel"), "result", f.kernel, paint, moving=True)
    return [[given], [kernel], [painted], [output]]


def stretched_detail(f: Ways) -> str:
    """Size, inserted zeros and border of the stretched input in a few words."""
    rows, across = (axis.border for axis in f.seen.axes)
    uniform = len({*rows, *across}) == 1
    far = rows[1] - rows[0] == across[1] - across[0] > 0 and rows[0] == across[0]
    border = tr("uneven border")
    if uniform:
        border = tr("border {n}", n=rows[0])
    elif far:
        border = tr("border {n}, end {end}", n=rows[0], end=rows[1])
    return f"{times(*f.stretched.shape)} · {border}"


def lay_out(f: Ways, canvas: Canvas) -> WaysLayout:
    """Place the panels of the chosen way on a canvas."""
    found, sizes = panels(f), measure(canvas.width, canvas.height, words=canvas.captions)
    below = footer(canvas.width, canvas.height, sizes.margin, 3, told=canvas.told)
    bottom, top = below.top - 10 if canvas.captions else canvas.height - sizes.margin, min(sizes.margin, 20.0)
    box = (sizes.margin, top, canvas.width - 2 * sizes.margin, bottom - top)
    placed = row([_slot(column, sizes) for column in found], box, sizes, largest=LARGEST)
    # Beside what output_padding adds, a bracket stands in the margin.
    tightens = f.view == "scatter" and not any(f.seen.spec.output_padding)
    if tightens and sizes.index and placed.cell < SUBSCRIPTS:
        # In narrower gaps, where the cells are then large enough for the shares that are added in them.
        close = (TIGHT[1], top, canvas.width - 2 * TIGHT[1], bottom - top)
        tight = replace(sizes, gap=min(sizes.gap, TIGHT[0]))
        closer = row([_slot(column, tight) for column in found], close, tight, largest=LARGEST, wider=0.0)
        placed = closer if closer.cell >= SUBSCRIPTS else placed
    grids, limits, writings = dict[str, TitledGrid](), dict[str, float](), dict[str, Writing]()
    base, hits = list[Item](), list[HitGrid]()
    for n, column in enumerate(found):
        for panel, at in zip(column, _corners(column, placed.box(n), placed.side(n)), strict=True):
            limit, written = largest(panel.every), writing(panel.every, placed.side(n), sizes.least)
            grid = _grid(f, panel, at, placed.side(n), limit, written, canvas, sizes)
            grids[panel.name], limits[panel.name], writings[panel.name] = grid, limit, written
            base += heading(grid, placed.room(n, canvas.width - 8), sizes, canvas.theme)
            base += [] if panel.moving else [grid.cells]
            hits += [grid.hits(panel.kind, *panel.prefix)] if panel.kind else []
    if "matrix" in grids:
        grids["vector"] = _vector(f, grids["matrix"].cells, canvas, sizes)
        base.append(grids["vector"].cells)
    marks: list[Item] = []
    if any(f.seen.spec.output_padding):
        marks += extra(grids["output"].cells, f.plain_shape, sizes, canvas.theme)
    if "stretched" in grids:
        base += _zeros(f, grids["stretched"].cells, canvas)
    signs = list[Item]()
    for n, sign in enumerate(SIGNS[f.view]):
        signs += operator(placed.gap(n), placed.middle, sign, canvas.theme) if sign.strip() else []
    return WaysLayout(
        f, canvas, sizes, placed, grids, limits, writings, below, tuple(base), tuple(marks), tuple(signs), tuple(hits)
    )


def _slot(column: list[Panel], sizes: Measure) -> Slot:
    """Return the room of one column: of a grid, of the matrix with a row above it, or of two grids in a column."""
    index, name = sizes.index, column[0].name
    (rows, columns) = column[0].values.shape
    if len(column) > 1:
        below = column[1].values.shape
        return Slot(rows + below[0] + STACKED, max(columns, below[1]), above=sizes.above)
    if name == "matrix":
        # As high as input and kernel, which stand beside it.
        return Slot(rows, columns, above=sizes.above + 24, scale=min(1.0, 7.0 / rows))
    side = {"input": "left", "stretched": "left", "output": "right"}.get(name, "")
    return Slot(
        rows, columns, left=index if side == "left" else 0.0, right=index if side == "right" else 0.0,
        above=sizes.header(columns_above=bool(side and index)),
    )  # fmt: skip


STACKED = 2
"""Rows between input and kernel where they stand below each other, for the title."""


def _corners(column: list[Panel], box: Box, side: float) -> list[tuple[float, float]]:
    x, y, _, high = box
    if len(column) == 1:
        return [(x, y)]
    return [(x, y), (x, y + high - column[1].values.shape[0] * side)]


def _grid(
    f: Ways, panel: Panel, at: tuple[float, float], side: float, limit: float, written: Writing, canvas: Canvas,
    sizes: Measure,
) -> TitledGrid:  # fmt: skip
    theme, name = canvas.theme, panel.name
    cells = value_cells(
        panel.values, theme, panel.role, at, side, limit=limit, name=name, title=panel.title, numbers=written
    )
    if f.view == "matrix" and name in ("matrix", "kernel"):
        colours = hues(f.kernel.size, theme)
        fill = colours.reshape(*f.kernel.shape, 4)
        own = CellContent(fill, theme.ink(fill), cells.content.texts)
        cells = replace(cells, content=own if name == "kernel" else _coloured(f, cells, colours, canvas))
    if name == "stretched":
        # Zeros that were never given step back, as those of padding do everywhere.
        ink = cells.content.ink.copy()
        ink[f.kinds != GIVEN] = theme.muted
        cells = replace(cells, content=replace(cells.content, ink=ink))
    lift = side + 6 if name == "matrix" else 0.0
    shown = sizes.index > 0 and f.view != "matrix" and name in ("input", "stretched", "output")
    return TitledGrid(
        cells, panel.title, panel.detail, ("right" if name == "output" else "left") if shown else "", shown,
        role=panel.role, lift=lift,
    )  # fmt: skip


def _vector(f: Ways, table: Cells, canvas: Canvas, sizes: Measure) -> TitledGrid:
    at = (table.x, table.y - table.height - 6)
    flat = f.x.reshape(1, -1)
    written = writing(f.x, table.width, sizes.least)
    cells = value_cells(
        flat, canvas.theme, "input", at, table.width, name="vector", title=tr("vector"), numbers=written
    )
    return TitledGrid(cells)


def _coloured(f: Ways, grid: Cells, colours: Bytes, canvas: Canvas) -> CellContent:
    """Each weight of the matrix in its hue; zeros without a weight step back."""
    fill = np.empty((*f.matrix.shape, 4), dtype=np.uint8)
    fill[:] = canvas.theme.cell
    fill[f.matrix.rows, f.matrix.columns] = colours[f.matrix.weights]
    inks = canvas.theme.ink(fill)
    empty = np.ones(f.matrix.shape, dtype=bool)
    empty[f.matrix.rows, f.matrix.columns] = False
    inks[empty] = faded(canvas.theme.muted, 0.55)
    return CellContent(fill, inks, grid.content.texts)


def _zeros(f: Ways, grid: Cells, canvas: Canvas) -> list[Item]:
    """Dotted cells where zeros are inserted, dashed ones in the border, a frame around what was given."""
    theme = canvas.theme
    items: list[Item] = []
    styles: tuple[tuple[int, Dash], ...] = ((INSERTED, "dotted"), (BORDER, "dashed"))
    for kind, dash in styles:
        boxes = [cell_box(grid, int(i), int(j)) for i, j in np.argwhere(f.kinds == kind)]
        items += [outlines(boxes, theme.muted, 0.9, dash)] if boxes else []
    given = [cell_box(grid, int(i), int(j)) for i, j in np.argwhere(f.kinds == GIVEN)]
    items.append(outlines(given, theme.role("input").line, 1.6))
    return items
