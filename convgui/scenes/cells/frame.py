"""Layers without weights: one moment. The window, the cell that is made of it, and the winners of a maximum."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Cell, Position
from convgui.draw.arithmetic import Said, said_runs
from convgui.draw.footer import footer_items
from convgui.draw.gaps import wedge
from convgui.draw.hues import hues
from convgui.draw.number import number
from convgui.draw.panels import cell_box
from convgui.draw.picture import Box, Cells, Hit, Item, Picture, Rects, Run
from convgui.draw.prediction import about
from convgui.draw.titled_grid import indices
from convgui.draw.window import Window, framed, ringed, touched, window
from convgui.draw.writing import writing
from convgui.scenes.cells.beside import step_items
from convgui.scenes.cells.planes import SMALLEST_MARK, CellLayout, sign
from convgui.scenes.cells.sources import CellData
from convgui.scenes.scene import Focus
from convgui.words import tr, trn

RING = 0.76
"""Diameter of a winner's ring, in cells."""
FEW = 4
"""Output cells that are named one by one."""


def draw_frame(layout: CellLayout, at: float, focus: Focus) -> Picture:
    """Show one output cell with the cells that it is made of, or where a pointed input cell goes."""
    data, canvas, hit = layout.data, layout.canvas, focus.hit
    landed = min(int(at), data.output.size - 1)
    now = data.position(landed)
    position = hit.index[-2:] if hit is not None and hit.kind == "output" else now
    stale = hit is not None and hit.kind == "input"
    items = _grids(layout, landed, position, hit)
    first: Said = data.sentence(position)
    if stale and hit is not None:
        items += _pointed(layout, hit)
        first = _pointed_words(data, hit, asked=None)
    asking: list[Item] = []
    if canvas.captions:
        theme, below = canvas.theme, layout.footer
        lines: list[tuple[Run, ...] | str] = [
            said_runs(first, theme.text, theme, below.size, below.room),
            data.layer.rule(len(data.inputs)),
        ]
        title = tr("This step") if hit is None else tr("Pointed at")
        step = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=data.output.size - 1)
        said = about(footer_items(below, title, "" if hit else step, lines, theme), position == now)
        items += said
        if data.layer.picks:
            # The winner, who loses to it, and where its gradient goes would tell a maximum before it is said.
            if stale and hit is not None:
                lines[0] = (Run(_pointed_words(data, hit, asked=now), theme.text),)
                said = footer_items(below, title, "", lines, theme)
            asking = [*_grids(layout, landed, position, hit, hidden=True), *said]
    paper, answer = canvas.theme.background, number(float(data.output.flat[landed]))
    return Picture(
        canvas.width, canvas.height, paper, layout.base, tuple(items), layout.hits, str(first), answer, tuple(asking)
    )


def _pointed_words(data: CellData, hit: Hit, *, asked: Position | None) -> str:
    """Say where an input cell goes; of a maximum, whether it wins there, unless that tells the number of an output."""
    source, cell = data.channels.index(hit.index[0]), hit.index[-2:]
    reached = data.reached(source, cell)
    count, value = len(reached), float(data.inputs[source][cell])
    name = f"in{list(hit.index)}"
    if not 0 < count <= FEW:
        return trn("{name} goes into {n} output cell.", "{name} goes into {n} output cells.", count, name=name)
    cells, name = ", ".join(f"out{[data.channel, *p]}" for p in reached), f"{name} = {number(value)}"
    if not data.layer.picks:
        return tr("{name} goes into {cells}.", name=name, cells=cells)
    if asked in reached:
        return tr("{name} lies in the window of {cells}.", name=name, cells=cells)
    winners = [data.winner(position)[0] for position in reached]
    won = winners.count((cell[0], cell[1]))
    if count > 1:
        return tr("{name} is the largest of {won} of the {n} windows that read it.", name=name, won=won, n=count)
    if won:
        return tr("{name} is the largest of its window: it becomes {cells}.", name=name, cells=cells)
    largest = float(data.inputs[source][winners[0]])
    if largest == value:
        return tr("{name} loses to an equal value of its window that comes first.", name=name)
    return tr("{name} loses to {value}, the largest of its window.", name=name, value=number(largest))


def _grids(layout: CellLayout, landed: int, position: Cell, hit: Hit | None, *, hidden: bool = False) -> list[Item]:
    """All but the words below; with `hidden` nothing that tells the winner."""
    data, stale = layout.data, hit is not None and hit.kind == "input"
    before, hidden = landed - hidden, hidden and position == data.position(landed)
    items: list[Item] = []
    if data.layer.picks and layout.small:
        items += _winners(layout, before, None if stale or hidden else position)
    if not stale:
        items += _windows(layout, position)
    items += _output(layout, landed, position, hit)
    if layout.beside:
        items += step_items(layout.beside, data, landed, position, layout.canvas.theme, hidden=hidden)
    return [*items, *_woven(layout, landed), *sign(layout), *_indices(layout, position, stale=stale)]


def _reads(data: CellData, position: Cell) -> tuple[tuple[int, int], tuple[int, int], list[list[float]]]:
    """Return where the window of an output begins, how many cells it covers, and the weights of those it reads."""
    (rows, down), (columns, across) = data.rows.reads(position[0]), data.columns.reads(position[1])
    if not (rows.size and columns.size):
        # A cell of padding reads nothing.
        return (0, 0), (0, 0), []
    # From the first to the last cell: between them may lie some that are not read.
    covered = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    return (int(rows[0]), int(columns[0])), covered, np.outer(down, across).tolist()


def _windows(layout: CellLayout, position: Cell) -> list[Item]:
    """The window on each input that is read, and the wedge from there to the output."""
    data, theme = layout.data, layout.canvas.theme
    first, (high, wide), weights = _reads(data, position)
    items: list[Item] = []
    if not weights:
        return items
    for source in data.read(position):
        grid = layout.inputs[source].cells
        if not layout.small:
            items.append(framed([_visible(grid, *first, high, wide)], 50.0, theme))
        elif data.layer.picks:
            items.append(framed([cell_box(grid, *first, high, wide)], grid.width, theme))
        else:
            plain = np.ptp(weights) == 0 and weights[0][0] == 1
            texts = () if plain else writing(np.array(weights), grid.width, 1.0).texts(np.array(weights))
            rows, columns = data.rows.reads(position[0])[0] - first[0], data.columns.reads(position[1])[0] - first[1]
            items += window(grid, Window(first, (rows.tolist(), columns.tolist()), texts), theme, tr("window"))
    if layout.small and len(layout.inputs) == 1:
        y, u = layout.inputs[0].cells.y, layout.inputs[0].cells.height
        out = layout.output.cells.y + position[0] * layout.output.cells.height
        ends = ((y + first[0] * u, y + (first[0] + high) * u), (out, out + layout.output.cells.height))
        items = wedge(layout.row.gap(0), *ends, theme) + items
    return items


def _visible(grid: Cells, row: float, column: float, high: float = 1, wide: float = 1) -> Box:
    """Return the box of cells, never too small to be seen."""
    x, y, width, height = cell_box(grid, row, column, high, wide)
    right, down = max(width, SMALLEST_MARK), max(height, SMALLEST_MARK)
    return (x + (width - right) / 2, y + (height - down) / 2, right, down)


def _output(layout: CellLayout, landed: int, position: Cell, hit: Hit | None) -> list[Item]:
    """The output as far as it has landed; of what a pointed input goes into, these cells."""
    data, theme, grid = layout.data, layout.canvas.theme, layout.output.cells
    if hit is not None and hit.kind == "input":
        source = data.channels.index(hit.index[0])
        cells = data.reached(source, hit.index[-2:])
        if layout.small:
            revealed = replace(grid, reveal=landed + 1, making=True)
            return touched(revealed, dict.fromkeys(((i, j) for i, j in cells), ""), theme)
        return [framed([_visible(grid, *cell) for cell in cells], 50.0, theme)]
    if not layout.small:
        return [framed([_visible(grid, *position)], 50.0, theme)]
    return [replace(grid, reveal=landed + 1, making=True), framed([cell_box(grid, *position)], grid.width, theme)]


def _winners(layout: CellLayout, landed: int, position: Cell | None) -> list[Item]:
    """The input of a maximum: losers grey, earlier winners ringed in green, the winner of a window in orange."""
    data, theme, grid = layout.data, layout.canvas.theme, layout.inputs[0].cells
    winners, seen = dict[Cell, None](), set[Cell]()
    for winner, cells in data.winners[: landed + 1]:
        winners[winner] = None
        seen.update(cells)
    now, cells = data.winner(position) if position is not None else (None, frozenset[Cell]())
    fill, ink = grid.content.fill.copy(), grid.content.ink.copy()
    for cell in (seen | cells) - set(winners):
        fill[cell], ink[cell] = theme.faint, theme.muted
    kept = [cell for cell in winners if cell != now]
    if now is not None:
        fill[now], ink[now] = theme.window, theme.text
    strong = [*kept, *([now] if now is not None else [])]
    bold = frozenset(i * data.size[1] + j for i, j in strong)
    shown = replace(grid, content=replace(grid.content, fill=fill, ink=ink), bold=bold)
    rings: list[Item] = [_rings(grid, kept, theme.role("result").line, 2.2)]
    return [shown, *rings, *([_rings(grid, [now], theme.role("kernel").line, 3.0)] if now is not None else [])]


def _rings(grid: Cells, cells: list[Cell], stroke: tuple[int, int, int, int], width: float) -> Rects:
    side, inset = RING * grid.width, (1 - RING) / 2 * grid.width
    boxes = [(grid.x + j * grid.width + inset, grid.y + i * grid.height + inset, side, side) for i, j in cells]
    return Rects(np.array(boxes, dtype=float).reshape(-1, 4), stroke=stroke, width=width, radius=side / 2)


def _pointed(layout: CellLayout, hit: Hit) -> list[Item]:
    grid = layout.inputs[layout.data.channels.index(hit.index[0])].cells
    if layout.small:
        return [ringed([(grid, (hit.index[-2], hit.index[-1]))], layout.canvas.theme)]
    return [framed([_visible(grid, hit.index[-2], hit.index[-1])], 50.0, layout.canvas.theme)]


def _indices(layout: CellLayout, position: Cell, *, stale: bool) -> list[Item]:
    first, (high, wide), _ = _reads(layout.data, position)
    spans = (range(first[0], first[0] + high), range(first[1], first[1] + wide)) if not stale else ((), ())
    now = ((), ()) if stale else (position[:1], position[1:])
    theme, sizes = layout.canvas.theme, layout.measure
    own = [item for grid in layout.inputs for item in indices(grid, sizes, theme, *spans)]
    return own + indices(layout.output, sizes, theme, *now)


def _woven(layout: CellLayout, landed: int) -> list[Item]:
    """Outline each cell that pixel shuffle has woven in the colour of its channel."""
    data = layout.data
    if not layout.small or len(data.read(data.position(0))) == len(data.inputs):
        return []
    colours = hues(len(layout.inputs), layout.canvas.theme)
    items: list[Item] = []
    for source, hue in enumerate(colours.tolist()):
        positions = (data.position(step) for step in range(landed + 1))
        boxes = [cell_box(layout.output.cells, *cell) for cell in positions if source in data.read(cell)]
        inset = np.array([1.5, 1.5, -3.0, -3.0])
        ink = (int(hue[0]), int(hue[1]), int(hue[2]), 255)
        items.append(Rects(np.array(boxes, dtype=float).reshape(-1, 4) + inset, stroke=ink, width=2.0))
    return items
