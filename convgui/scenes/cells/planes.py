"""Layers without weights: the channels they read beside the one they make, as numbers or as pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, sqrt

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import Said
from convgui.draw.colour import faded
from convgui.draw.grids import value_cells
from convgui.draw.ground import grid_on_ground, on_ground
from convgui.draw.hues import hues
from convgui.draw.levels import Levels, input_levels
from convgui.draw.metrics import elide
from convgui.draw.number import number, times
from convgui.draw.panels import HEADING, heading, two_sentences
from convgui.draw.picture import Box, Cells, HitGrid, Item, Lines, Picture, Raster, Rects
from convgui.draw.prediction import about
from convgui.draw.theme import Role
from convgui.draw.words import label
from convgui.layers.layer import AnyArray
from convgui.scenes.canvas import Canvas
from convgui.scenes.cells.sources import CellData
from convgui.scenes.scene import Focus
from convgui.words import tr, trn

MARGIN, GAP, FOOTER = 26.0, 46.0, 84.0
NAMED = 20.0
"""Height of a channel's name above its cells, where there are several."""
MOST_CELLS = 24
"""Cells a side up to which numbers are drawn."""
SMALLEST_MARK = 7.0
"""Side of the frame around a cell that is too small to see."""


@dataclass(frozen=True, eq=False)
class Plane:
    """Where an array of cells stands."""

    x: float
    y: float
    unit: float
    shape: tuple[int, int]

    @property
    def box(self) -> Box:
        """The outline."""
        return (self.x, self.y, self.shape[1] * self.unit, self.shape[0] * self.unit)

    def cell(self, row: float, column: float, high: float = 1, wide: float = 1) -> Box:
        """Return the box of cells, never too small to be seen."""
        x, y = self.x + column * self.unit, self.y + row * self.unit
        width, height = max(wide * self.unit, SMALLEST_MARK), max(high * self.unit, SMALLEST_MARK)
        middle = (x + wide * self.unit / 2, y + high * self.unit / 2)
        return (middle[0] - width / 2, middle[1] - height / 2, width, height)


@dataclass(frozen=True, eq=False)
class CellLayout:
    """The planes, and what does not move."""

    data: CellData
    canvas: Canvas
    inputs: tuple[Plane, ...]
    output: Plane
    made: Cells | None
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(data: CellData, canvas: Canvas) -> CellLayout:
    """Place the inputs at the left and the output at the right."""
    words = canvas.captions
    margin, foot, head = (MARGIN, FOOTER, HEADING) if words else (8.0, 8.0, 0.0)
    gap = GAP if words else 10.0
    several = words and len(data.inputs) > 1
    head += NAMED if several else 0.0
    half = (canvas.width - 2 * margin - gap) / 2
    high = canvas.height - margin - foot - head
    across = ceil(sqrt(len(data.inputs)))
    down = ceil(len(data.inputs) / across)
    between = (NAMED if words else 10.0) if len(data.inputs) > 1 else 0.0
    rows, columns = data.size
    made_rows, made_columns = (int(n) for n in data.output.shape)
    unit_in = min((half - between * (across - 1)) / across / columns, (high - between * (down - 1)) / down / rows)
    unit_out = min(half / made_columns, high / made_rows)
    small = max(rows, columns, made_rows, made_columns) <= MOST_CELLS
    if small:
        unit_in = unit_out = min(unit_in, unit_out, 64.0)
    top = margin + head - 8
    planes = tuple(
        Plane(
            margin + index % across * (columns * unit_in + between),
            top + index // across * (rows * unit_in + between),
            unit_in,
            (rows, columns),
        )
        for index in range(len(data.inputs))
    )
    output = Plane(margin + half + gap, top, unit_out, (made_rows, made_columns))
    made = _grid(data.output, output, "result", "output", tr("output"), canvas) if small else None
    base = _still(data, canvas, planes, output, small)
    hits = (
        *(_hit("input", channel, plane) for channel, plane in zip(data.channels, planes, strict=True)),
        _hit("output", data.channel, output),
    )
    return CellLayout(data, canvas, planes, output, made, tuple(base), hits)


def _hit(kind: str, channel: int, plane: Plane) -> HitGrid:
    return HitGrid(kind, (channel,), plane.x, plane.y, plane.unit, plane.unit, plane.shape)


def _grid(values: AnyArray, plane: Plane, role: Role, name: str, title: str, canvas: Canvas) -> Cells:
    numbers = values.astype(np.float64)
    at = (plane.x, plane.y)
    return value_cells(numbers, canvas.theme, role, at, plane.unit, name=name, title=title, numbers=canvas.captions)


def _still(data: CellData, canvas: Canvas, planes: tuple[Plane, ...], output: Plane, small: bool) -> list[Item]:
    theme, items = canvas.theme, list[Item]()
    levels, alpha = input_levels(data.sample.data), data.sample.alpha
    for index, (values, plane) in enumerate(zip(data.inputs, planes, strict=True)):
        name = f"input {data.channels[index]}"
        title = f"{tr('input')} {data.channels[index]}" if len(data.inputs) > 1 else tr("input")
        items.append(
            grid_on_ground(_grid(values, plane, "input", name, title, canvas), alpha, theme)
            if small
            else on_ground(_image(values, plane, levels, name, canvas), alpha, theme)
        )
    if not small:
        items.append(_image(data.output, output, levels, "output", canvas))
    if len(planes) > 1:
        for plane, hue in zip(planes, hues(len(planes), theme), strict=True):
            ink = (int(hue[0]), int(hue[1]), int(hue[2]), 255)
            items.append(Rects(np.array([plane.box]), stroke=ink, width=3.0))
    else:
        items.append(Rects(np.array([planes[0].box]), stroke=theme.line, width=1.0))
    if canvas.captions:
        which = tr("channels, {n} of them", n=len(planes))
        if len(planes) == 1:
            which = tr("channel {name}", name=data.sample.channels[data.channels[0]])
        detail = f"{times(*data.shapes[0])} · {which}"
        several = len(planes) > 1
        x, y = planes[0].x, planes[0].y - HEADING - (NAMED if several else 0.0)
        if several:
            names = [data.sample.channels[number] for number in data.channels]
            items += [
                label(at.x, at.y - 5, elide(name, 12, at.box[2], mono=True), theme.role("input").ink, 12, mono=True)
                for name, at in zip(names, planes, strict=True)
            ]
        items += heading(x, y, tr("Input"), detail, theme.role("input").ink, theme, output.x - x - 12)
        detail = f"{times(*data.shapes[1])} · {tr('channel {name}', name=data.channel)}"
        room = canvas.width - output.x - MARGIN
        items += heading(output.x, y, data.layer.title, detail, theme.role("result").ink, theme, room)
    return items


def _image(values: AnyArray, plane: Plane, levels: Levels, name: str, canvas: Canvas) -> Raster:
    image = levels.colours(values, canvas.theme)
    return Raster(image, plane.box, plane.box, smooth=plane.unit < 2, name=name)


def draw_frame(layout: CellLayout, at: float, focus: Focus) -> Picture:
    """Show one output cell with the cells that it is made of, or where a pointed input cell goes."""
    data, canvas, hit = layout.data, layout.canvas, focus.hit
    landed = min(int(at), data.output.size - 1)
    made = position = data.position(landed)
    if hit is not None and hit.kind == "output":
        position = hit.index[-2:]
    items: list[Item] = []
    if layout.made is not None:
        items.append(replace(layout.made, reveal=landed + 1, making=True))
    items += _woven(layout, landed)
    first: Said = data.sentence(position)
    second = data.layer.rule(len(data.inputs))
    if hit is not None and hit.kind == "input":
        source = data.channels.index(hit.index[0])
        cell = hit.index[-2:]
        reached = data.reached(source, cell)
        items += _frames(layout, [layout.inputs[source].cell(*cell)], reached)
        first = trn(
            "{name} goes into {n} output cell.",
            "{name} goes into {n} output cells.",
            len(reached),
            name=f"in{list(hit.index)}",
        )
    else:
        window = data.box(position)
        items += _frames(layout, [layout.inputs[source].cell(*window) for source in data.read(position)], [position])
    if canvas.captions:
        theme, top, room = canvas.theme, canvas.height - FOOTER + 10, canvas.width - 2 * MARGIN
        items.append(Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line))
        items += about(two_sentences(MARGIN, top, first, second, theme, room, mono=True), position == made)
    paper, answer = canvas.theme.background, number(float(data.output.flat[landed]))
    return Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), layout.hits, str(first), answer)


def _frames(layout: CellLayout, reads: list[Box], positions: list[Position]) -> list[Item]:
    theme = layout.canvas.theme
    made = np.array([layout.output.cell(*position) for position in positions], dtype=float).reshape(-1, 4)
    ink = theme.role("kernel").line
    return [
        Rects(np.array(reads), fill=faded(ink, 0.18), stroke=ink, width=2.5),
        Rects(made, stroke=ink, width=2.5),
    ]


def _woven(layout: CellLayout, landed: int) -> list[Item]:
    """Outline each cell that pixel shuffle has woven in the colour of its channel."""
    data = layout.data
    if layout.made is None or len(data.read(data.position(0))) == len(data.inputs):
        return []
    colours = hues(len(layout.inputs), layout.canvas.theme)
    items: list[Item] = []
    for source, hue in enumerate(colours):
        positions = (data.position(step) for step in range(landed + 1))
        boxes = [layout.output.cell(*position) for position in positions if source in data.read(position)]
        inset = np.array([1.5, 1.5, -3.0, -3.0])
        ink = (int(hue[0]), int(hue[1]), int(hue[2]), 255)
        items.append(Rects(np.array(boxes, dtype=float).reshape(-1, 4) + inset, stroke=ink, width=2.0))
    return items
