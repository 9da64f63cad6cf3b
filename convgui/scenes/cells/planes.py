"""Layers without weights: where the channels they read and the one they make stand, as numbers or as pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, sqrt

import numpy as np

from convgui.draw.arithmetic import called
from convgui.draw.footer import SWATCH, Footer, footer, legend_items
from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.ground import grid_on_ground, on_ground
from convgui.draw.hues import hues
from convgui.draw.levels import Levels, input_levels
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import times
from convgui.draw.picture import Box, Cells, HitGrid, Item, Raster, Rects
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role
from convgui.draw.titled_grid import TitledGrid, heading
from convgui.draw.window import CLEAR
from convgui.draw.words import label
from convgui.draw.writing import NOTHING, writing
from convgui.layers.layer import AnyArray, Shape
from convgui.scenes.canvas import Canvas
from convgui.scenes.cells.beside import Beside, beside, divided
from convgui.scenes.cells.sources import CellData
from convgui.words import tr

NAMED, BETWEEN = 20.0, 10.0
"""Height of a channel's name above its cells, and the distance of two channels where they have none."""
MOST_CELLS = 24
"""Cells a side up to which numbers are drawn."""
SMALLEST_MARK = 7.0
"""Side of the frame around a cell that is too small to see."""
LARGEST_CELL = 72.0
LETTERS = "C × H × W"


@dataclass(frozen=True, eq=False)
class CellLayout:
    """Where the grids stand, and what does not move.

    Attributes
    ----------
    inputs : tuple of TitledGrid
        A grid a channel that is read; without numbers where pictures are drawn on them.
    output : TitledGrid
        The channel that is made.
    small : bool
        Whether cells are drawn with their numbers, not as pictures.
    beside : Beside or None
        The mean of the same windows and the gradients, beside a maximum, where there is room.
    """

    data: CellData
    canvas: Canvas
    measure: Measure
    inputs: tuple[TitledGrid, ...]
    output: TitledGrid
    small: bool
    footer: Footer
    base: tuple[Item, ...]
    row: Row
    hits: tuple[HitGrid, ...]
    beside: Beside | None = None


def lay_out(data: CellData, canvas: Canvas) -> CellLayout:
    """Place the inputs at the left and the output at the right."""
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    below = footer(canvas.width, canvas.height, sizes.margin, 2, legend=data.layer.picks, told=canvas.told)
    bottom = below.top - 10 if canvas.captions else canvas.height - sizes.margin
    top, count = min(sizes.margin, 26.0), len(data.inputs)
    small = max(*data.size, *data.output.shape) <= MOST_CELLS
    across = ceil(sqrt(count))
    down, between = ceil(count / across), (NAMED if sizes.words else BETWEEN) if count > 1 else 0.0
    box = (sizes.margin, top, canvas.width - 2 * sizes.margin, bottom - top - between * (down - 1))
    parts = divided(box) if small and sizes.words else None
    other = beside(data, parts[1], sizes, canvas.theme) if parts else None
    right = canvas.width - 8
    if parts and other:
        box, right = parts[0], parts[0][0] + parts[0][2]
    found = row(_slots(data, sizes, (down, across), between, small=small, box=box), box, sizes, largest=LARGEST_CELL)
    inputs = _inputs(data, canvas, sizes, found, right, (down, across), between, small=small)
    output = _output(data, canvas, sizes, found, right, small=small)
    items = _pictures(data, canvas, inputs, output, small=small)
    for n, grid in enumerate((inputs[0], output)):
        items += heading(grid, found.room(n, right), sizes, canvas.theme)
    items += _names(data, canvas, inputs)
    if data.layer.picks and small and canvas.captions and below.legend:
        items += _legend(canvas, below)
    hits = (
        *(grid.hits("input", channel) for channel, grid in zip(data.channels, inputs, strict=True)),
        output.hits("output", data.channel),
    )
    items += other.base if other else ()
    return CellLayout(data, canvas, sizes, inputs, output, small, below, tuple(items), found, hits, other)


def _slots(
    data: CellData, sizes: Measure, tiles: tuple[int, int], between: float, *, small: bool, box: Box
) -> list[Slot]:
    """Return the room of the inputs, which stand in a square, and of the output."""
    (rows, columns), (ro, co), (down, across) = data.size, data.output.shape, tiles
    single = len(data.inputs) == 1
    index = sizes.index if small and single else 0.0
    above = sizes.header(columns_above=index > 0) + (0.0 if single or not sizes.words else NAMED)
    # Pictures fill their halves, whatever their sizes.
    half, tall = (box[2] - sizes.gap) / 2, box[3] - above
    fit_in, fit_out = min(half / (across * columns), tall / (down * rows)), min(half / co, tall / ro)
    return [
        Slot(rows * down, columns * across, left=index, right=between * (across - 1), above=above),
        Slot(
            int(ro), int(co), right=sizes.index if small else 0.0,
            above=sizes.header(columns_above=small and sizes.index > 0), scale=1.0 if small else fit_out / fit_in,
        ),
    ]  # fmt: skip


def _inputs(
    data: CellData, canvas: Canvas, sizes: Measure, found: Row, right: float, tiles: tuple[int, int], between: float,
    *, small: bool,
) -> tuple[TitledGrid, ...]:  # fmt: skip
    (x, y, _, _), side, (down, across) = found.box(0), found.side(0), tiles
    (rows, columns), single = data.size, len(data.inputs) == 1
    y -= round(between * (down - 1) / 2)
    scale = largest(*(values.astype(np.float64) for values in data.inputs))
    grids = []
    for n, values in enumerate(data.inputs):
        at = (
            x + n % across * (columns * side + between),
            y + n // across * (rows * side + between),
        )
        title = tr("input") if single else f"{tr('input')} {data.channels[n]}"
        cells = _cells(values, canvas, sizes, "input", at, side, scale, small=small)
        cells = replace(cells, name=f"input {data.channels[n]}", title=title)
        if small:
            cells = grid_on_ground(cells, data.sample.alpha, canvas.theme)
        which = data.sample.channels[data.channels[0]] if single else ""
        detail = _detail(data.shapes[0], which, found.room(0, right) - x, sizes)
        shown = small and single and sizes.index > 0
        grids.append(
            TitledGrid(
                cells, tr("Input") if not n else "", detail,
                rows_at="left" if shown else "", columns_above=shown, role="input",
                lift=0.0 if single else NAMED - 4,
            )
        )  # fmt: skip
    return tuple(grids)


def _detail(shape: Shape, channel: str, room: float, sizes: Measure) -> str:
    """Return a shape, the letters of its axes and which channel is drawn, as far as there is room for them.

    A single channel need not be named.
    """
    whole = times(*shape)
    lettered = f"{whole}  {LETTERS}" if len(shape) == len(LETTERS.split(" × ")) else whole
    which = f" · {tr('channel {name}', name=channel)}" if channel and shape[0] > 1 else ""
    found = (lettered + which, whole + which, lettered, whole)
    return next((text for text in found if text_width(text, sizes.small, mono=True) <= room), whole)


def _output(data: CellData, canvas: Canvas, sizes: Measure, found: Row, right: float, *, small: bool) -> TitledGrid:
    values = data.output.astype(np.float64)
    # A value that only moves keeps its colour.
    role: Role = "input" if moves(data) else "result"
    scale = largest(*(v.astype(np.float64) for v in data.inputs)) if moves(data) else largest(values)
    cells = _cells(data.output, canvas, sizes, role, found.box(1)[:2], found.side(1), scale, small=small)
    cells = replace(cells, outline=canvas.theme.role("result").line, role="result")
    room = found.room(1, right) - found.box(1)[0]
    detail = _detail(data.shapes[1], str(data.channel), room, sizes)
    shown = small and sizes.index > 0
    return TitledGrid(
        replace(cells, name="output", title=tr("output")), data.layer.title, detail,
        rows_at="right" if shown else "", columns_above=shown, role="result",
    )  # fmt: skip


def _cells(
    values: AnyArray, canvas: Canvas, sizes: Measure, role: Role, at: tuple[float, float], side: float, scale: float,
    *, small: bool,
) -> Cells:  # fmt: skip
    """Return a grid; where pictures are drawn it has the place of one and no values."""
    numbers = values.astype(np.float64) if small else np.zeros(values.shape, np.float64)
    written = writing(numbers, side, sizes.least) if small and canvas.captions else NOTHING
    return value_cells(numbers, canvas.theme, role, at, side, limit=scale, numbers=written)


def _pictures(
    data: CellData, canvas: Canvas, inputs: tuple[TitledGrid, ...], output: TitledGrid, *, small: bool
) -> list[Item]:
    """Draw the inputs, and of pictures the output too."""
    theme, items = canvas.theme, list[Item]()
    levels = input_levels(data.sample.data)
    if small:
        # The winners of a maximum change their cells as they are found.
        items += [] if data.layer.picks else [_edged(grid.cells, several=len(inputs) > 1) for grid in inputs]
    else:
        images = [_image(v, g.cells, levels, canvas) for v, g in zip(data.inputs, inputs, strict=True)]
        items += [on_ground(image, data.sample.alpha, theme) for image in images]
        items.append(_image(data.output, output.cells, levels, canvas))
    if len(inputs) > 1:
        for grid, hue in zip(inputs, hues(len(inputs), theme), strict=True):
            red, green, blue, _ = hue.tolist()
            items.append(Rects(np.array([grid.cells.box]), stroke=(red, green, blue, 255), width=3.0))
    elif not small:
        items.append(Rects(np.array([inputs[0].cells.box]), stroke=theme.line, width=1.0))
    return items


def _edged(cells: Cells, *, several: bool) -> Cells:
    """Return a grid without an outline of its own where its channel's colour is one."""
    return replace(cells, outline=CLEAR) if several else cells


def moves(data: CellData) -> bool:
    """Whether a layer puts each value of several channels somewhere else, and computes nothing."""
    return len(data.inputs) > 1 and len(data.read(data.position(0))) == 1


def _image(values: AnyArray, cells: Cells, levels: Levels, canvas: Canvas) -> Raster:
    image = levels.colours(values, canvas.theme)
    return Raster(image, cells.box, cells.box, smooth=cells.width < 2, name=cells.name)


def _names(data: CellData, canvas: Canvas, inputs: tuple[TitledGrid, ...]) -> list[Item]:
    """Name each channel above its cells, where there are several."""
    if len(inputs) == 1 or not canvas.captions:
        return []
    ink = canvas.theme.role("input").ink
    names = [called(data.sample.channels[channel]) for channel in data.channels]
    return [
        label(g.cells.x, g.cells.y - 5, elide(name, 12, g.cells.box[2]), ink, 12)
        for name, g in zip(names, inputs, strict=True)
    ]


def _legend(canvas: Canvas, below: Footer) -> list[Item]:
    theme = canvas.theme
    red, green, blue, _ = theme.fills(np.array([0.6]), "input", 1.0)[0].tolist()
    entries = [
        (theme.window, theme.role("kernel").line, tr("winner now")),
        (theme.background, theme.role("result").line, tr("winner before")),
        (theme.faint, theme.cell_line, tr("loser")),
        ((red, green, blue, 255), theme.cell_line, tr("not visited yet")),
    ]
    items = legend_items(below.x, below.legend, below.room, entries, theme)
    # An earlier winner is a ring on its cell.
    return [
        replace(i, radius=SWATCH / 2) if isinstance(i, Rects) and i.stroke == theme.role("result").line else i
        for i in items
    ]


def sign(layout: CellLayout) -> list[Item]:
    """Return the operator between input and output."""
    return operator(layout.row.gap(0), layout.row.middle, layout.data.layer.sign, layout.canvas.theme, "kernel")
