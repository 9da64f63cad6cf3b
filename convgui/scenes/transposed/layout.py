"""Where everything stands, for each of the four ways."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_axis import BORDER, GIVEN, INSERTED
from convgui.draw.colour import Bytes, faded
from convgui.draw.grids import largest, value_cells
from convgui.draw.hues import hues
from convgui.draw.number import number, times
from convgui.draw.panels import HEADING, cell_box, heading, hit_grid, outlines
from convgui.draw.picture import CellContent, Cells, Dash, HitGrid, Item
from convgui.draw.theme import Role
from convgui.scenes.canvas import Canvas
from convgui.scenes.transposed.ways import Floats, Ways
from convgui.words import tr

MARGIN, GAP, BETWEEN = 24.0, 40.0, 16.0
FOOTER = 104.0
LARGEST = 64.0


@dataclass(frozen=True, eq=False)
class Panel:
    """A titled grid.

    Attributes
    ----------
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
    marks : tuple of Item
        What is drawn over the output.
    """

    ways: Ways
    canvas: Canvas
    grids: dict[str, Cells]
    footer: float
    base: tuple[Item, ...]
    marks: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def columns(f: Ways) -> list[list[Panel]]:
    """Return the panels of the chosen way, column by column."""
    shape = times(*f.x.shape)
    source, target = f.names
    given = Panel("input", f"{tr('Input')} {source}".rstrip(), shape, "input", f.x, "input", f.index[:1])
    kernel = Panel("kernel", tr("Kernel"), times(*f.kernel.shape), "kernel", f.kernel, "kernel", f.index)
    size = times(*f.output.shape)
    note = f"{size} · {tr('before bias {value}', value=number(f.bias))}" if f.bias else size
    if f.plain_shape != f.output.shape:
        note = f"{size} · {tr('{size} without output_padding', size=times(*f.plain_shape))}"
    made = f"{tr('Output') if f.alone else tr('Part of output')} {target}".rstrip()
    output = Panel("output", made, note, "result", f.output, "output", (f.output_channel,), moving=True)
    if f.view == "stuffed":
        turned = Panel("kernel", tr("Turned kernel"), tr("by 180°"), "kernel", f.kernel[::-1, ::-1], "turned")
        zeros = Panel(
            "stretched",
            f"{tr('Stretched input')} {source}".rstrip(),
            stretched_detail(f),
            "input",
            f.stretched,
            "stretched",
        )
        return [[zeros], [turned], [output]]
    if f.view == "matrix":
        values = f.matrix.dense()
        table = Panel("matrix", "Cᵀ", tr("{size}, x above it", size=times(*values.shape)), "plain", values, "matrix")
        return [[given, kernel], [table], [output]]
    if f.view == "overlap":
        ones = Panel(
            "kernel",
            tr("Footprint"),
            tr("{size}, all 1", size=times(*f.kernel.shape)),
            "kernel",
            np.ones_like(f.kernel),
        )
        ones_in = replace(given, detail=tr("{size}, all 1", size=shape), values=np.ones_like(f.x), kind="source")
        counts = replace(
            output, title=tr("Overlap"), detail=tr("{size}: kernels on each cell", size=size), values=f.touched[-1]
        )
        return [[ones_in], [ones], [counts]]
    painted = Panel("painted", tr("Painted"), tr("x · kernel"), "result", f.kernel, moving=True)
    return [[given], [kernel, painted], [output]]


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
    found = columns(f)
    words = canvas.captions
    margin, head, foot = (MARGIN, HEADING, FOOTER) if words else (8.0, 0.0, 8.0)
    wide, high = canvas.width - 2 * margin, canvas.height - margin - foot - (8 if words else 0)
    matrix = _matrix_size(found, wide, high - head)
    least = 104.0 if words else 0.0
    cell = _cell(found, matrix, (wide, high), head, least)
    widths = [max(least, *(p.values.shape[1] * (matrix if p.name == "matrix" else cell) for p in c)) for c in found]
    gap = min(130.0, max(10.0, (wide - sum(widths)) / max(len(found) - 1, 1)))
    x = margin + max(0.0, (wide - sum(widths) - gap * (len(found) - 1)) / 2)
    base: list[Item] = []
    marks: list[Item] = []
    hits: list[HitGrid] = []
    grids: dict[str, Cells] = {}
    for place, (panels, width) in enumerate(zip(found, widths, strict=True)):
        heights = [_high(p, matrix if p.name == "matrix" else cell, head) for p in panels]
        y = margin + max(0.0, (high - sum(heights) - BETWEEN * (len(panels) - 1)) / 2)
        room = width + gap - 10 if place + 1 < len(found) else canvas.width - x - 8
        for panel, height in zip(panels, heights, strict=True):
            size = matrix if panel.name == "matrix" else cell
            top = round(y + head + (size + 6 if panel.name == "matrix" else 0))
            grid = _panel(f, panel, (round(x), top), size, canvas)
            grids[panel.name] = grid
            if words:
                ink = canvas.theme.role(panel.role).ink
                base += heading(round(x), round(y), panel.title, panel.detail, ink, canvas.theme, room)
            if not panel.moving:
                base.append(grid)
            if panel.kind:
                hits.append(hit_grid(panel.kind, panel.prefix, grid))
            y += height + BETWEEN
        x += width + gap
    if "matrix" in grids:
        table = grids["matrix"]
        at = (table.x, table.y - table.height - 6)
        grids["vector"] = value_cells(
            f.x.reshape(1, -1), canvas.theme, "input", at, table.width, name="vector", title=tr("vector")
        )
        base.append(grids["vector"])
    if f.plain_shape != f.output.shape:
        frame = cell_box(grids["output"], 0, 0, *f.plain_shape)
        marks.append(outlines([frame], canvas.theme.muted, 1.5, "dashed"))
    if "stretched" in grids:
        base += _zeros(f, grids["stretched"], canvas)
    return WaysLayout(f, canvas, grids, canvas.height - FOOTER, tuple(base), tuple(marks), tuple(hits))


def _high(panel: Panel, cell: float, head: float) -> float:
    return head + float(panel.values.shape[0]) * cell + (cell + 6 if panel.name == "matrix" else 0)


def _matrix_size(found: list[list[Panel]], wide: float, high: float) -> float:
    for panels in found:
        for panel in panels:
            if panel.name == "matrix":
                rows, across = (int(n) for n in panel.values.shape)
                fit = min((high - 6) / (rows + 1), 0.42 * wide / across, 40.0)
                return float(max(2, int(fit)))
    return 0.0


def _cell(found: list[list[Panel]], matrix: float, room: tuple[float, float], head: float, least: float) -> float:
    """Return the largest cell that all panels but the matrix can share."""
    for cell in range(int(LARGEST), 2, -1):
        widths, heights = [], []
        for panels in found:
            sizes = [matrix if p.name == "matrix" else float(cell) for p in panels]
            widths.append(max([least, *(p.values.shape[1] * s for p, s in zip(panels, sizes, strict=True))]))
            heights.append(sum(_high(p, s, head) for p, s in zip(panels, sizes, strict=True)) + BETWEEN * len(panels))
        gaps = min(GAP, room[0] * 0.045) * (len(found) - 1)
        if sum(widths) + gaps <= room[0] and max(heights) - BETWEEN <= room[1]:
            return float(cell)
    return 2.0


def _panel(f: Ways, panel: Panel, at: tuple[float, float], size: float, canvas: Canvas) -> Cells:
    theme = canvas.theme
    limit = largest(f.x) * largest(f.kernel) if panel.name == "painted" else None
    numbers = panel.name != "painted"
    grid = value_cells(panel.values, theme, panel.role, at, size, limit=limit, name=panel.name, numbers=numbers)
    grid = replace(grid, title=panel.title)
    if panel.name != "matrix" and not (panel.name == "kernel" and f.view == "matrix"):
        return grid
    colours = hues(f.kernel.size, theme)
    if panel.name == "kernel":
        fill = colours.reshape(*f.kernel.shape, 4)
        return replace(grid, content=CellContent(fill, theme.ink(fill), grid.content.texts))
    return replace(grid, content=_coloured(f, grid, colours, canvas))


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
        if boxes:
            items.append(replace(outlines(boxes, theme.muted, 0.9), dash=dash, fill=faded(theme.background, 0.55)))
    given = [cell_box(grid, int(i), int(j)) for i, j in np.argwhere(f.kinds == GIVEN)]
    items.append(outlines(given, theme.role("input").line, 1.6))
    return items
