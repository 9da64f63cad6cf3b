"""One moment: an output cell, an output channel, or a pixel is made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.arithmetic import SIZE, SMALL, Said, said_runs
from convgui.draw.colour import faded
from convgui.draw.grids import largest, value_cells
from convgui.draw.metrics import elide
from convgui.draw.number import number
from convgui.draw.panels import outlines
from convgui.draw.picture import Box, Cells, Hit, Item, Label, Lines, Picture, Polygons, Rects
from convgui.draw.prediction import about
from convgui.draw.theme import Role
from convgui.draw.words import label
from convgui.scenes.blocks import solid
from convgui.scenes.blocks.layer import Blocks, Floats
from convgui.scenes.blocks.layout import MARGIN, BlockLayout
from convgui.scenes.blocks.sentences import rule, sentences
from convgui.scenes.blocks.solid import Solid
from convgui.scenes.scene import Focus
from convgui.words import tr


def steps(b: Blocks) -> int:
    """Output cells, or output channels while all filters are shown."""
    return len(b.output) if b.show == "many" else int(b.output[0].size)


def draw_frame(layout: BlockLayout, at: float, focus: Focus) -> Picture:
    """Draw a moment between two steps, or what the reader points at."""
    b, canvas, hit = layout.blocks, layout.canvas, focus.hit
    landed = min(int(at), steps(b) - 1)
    share = at - int(at) if landed < steps(b) - 1 else 0.0
    now = landed
    pointed = step_of(b, hit) if hit is not None else None
    if pointed is not None:
        now, share = pointed, 0.0
    items = (_channel if b.show == "many" else _cell)(layout, landed, now, share)
    items += _pointed(layout, hit)
    first, second = sentences(b, hit, now)
    if canvas.captions:
        below = _lines(layout, first, second)
        items += about(below, now == landed)
    answer = "" if b.show == "many" else number(float(values_of(b)[0].flat[landed]))
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits,
        f"{first}; {second}; {rule(b)}", answer,
    )  # fmt: skip


def step_of(b: Blocks, hit: Hit) -> int | None:
    """Return the step that a pointed cell stands for."""
    if b.show == "many":
        number = hit.index[0]
        return number if hit.kind in ("wiring", "kernel") and 0 <= number < len(b.output) else None
    position = hit.index[-2:]
    return b.view.step(position) if hit.kind == "output" and b.view.makes(position) else None


def values_of(b: Blocks) -> Floats:
    """Return the block of results that is drawn: of one filter or of all, after a ReLU where there is one."""
    values = b.output[b.filter : b.filter + 1] if b.show == "one" else b.output
    return np.maximum(values, 0) if b.relu else values


def _cell(layout: BlockLayout, landed: int, now: int, share: float) -> list[Item]:
    """The window bored through the input, its light, and the output as far as it has come."""
    b, theme = layout.blocks, layout.canvas.theme
    kernel = theme.role("kernel").line
    items = _output(layout, values_of(b), landed + 1)
    here, there = (b.view.position(min(step, steps(b) - 1)) for step in (now, now + 1))
    row, column, high, wide = b.view.box([p + (q - p) * share for p, q in zip(here, there, strict=True)])
    window = layout.input.box(row, column, high, wide)
    target = layout.output.box(*here)
    items += solid.bored(layout.input, row, column, (high, wide), kernel)
    if b.show == "pixel":
        items += _columns(layout, now, window, target, landed)
    else:
        block = layout.filters[0].front
        beams = [*_beam(window, block), *_beam(block, target)]
        items.append(Polygons(np.array(beams), faded(kernel, 0.14)))
    items.append(Rects(np.array([window]), fill=faded(kernel, 0.1), stroke=kernel, width=2.5))
    items.append(outlines([target], kernel, 2.5))
    return items


def _output(layout: BlockLayout, values: Floats, count: int) -> list[Item]:
    """The output block with its first cells; the others are empty."""
    theme, block = layout.canvas.theme, layout.output

    def sides(number: int) -> list[Item]:
        """Draw the sides with as many cells."""
        seen = values.copy().reshape(len(values), -1)
        seen[:, number:] = 0
        drawn = solid.draw(block, seen.reshape(values.shape), theme, "result", largest(values), "output", tr("output"))
        return [item for item in drawn if not isinstance(item, Cells)]

    # The newest cell lies above the others, so that it can be left out where it is to be predicted.
    newest = [replace(item, making=True) for item in sides(count) if isinstance(item, Polygons)]
    front = value_cells(
        values[0], theme, "result", (block.x, block.y), block.cell, limit=largest(values),
        name="output", title=tr("output"),
    )  # fmt: skip
    return [*sides(count - 1), *newest, replace(front, reveal=count, making=True)]


def _beam(start: Box, end: Box) -> list[list[tuple[float, float]]]:
    """Light from the right side of one box to the left side of another."""
    x, y, wide, high = start
    return [[(x + wide, y), (end[0], end[1]), (end[0], end[1] + end[3]), (x + wide, y + high)]]


def _columns(layout: BlockLayout, now: int, window: Box, target: Box, landed: int) -> list[Item]:
    """The pixel's column, and what the matrix makes of it: the answer, as long as it is about the cell being made."""
    b, theme = layout.blocks, layout.canvas.theme
    position = b.view.position(now)
    made = b.pixel(position)[:, None]
    pixel = b.view.values(b.x, position)[:, 0]
    values = {"pixel": pixel, "result": made, "rectified": np.maximum(made, 0)}
    limits = {"pixel": largest(b.x), "result": largest(b.output), "rectified": largest(b.output)}
    items: list[Item] = []
    for name, grid in layout.vectors.items():
        if name == "weights":
            continue
        role: Role = "input" if name == "pixel" else "result"
        at = (grid.x, grid.y)
        cells = value_cells(values[name], theme, role, at, grid.width, limit=limits[name], name=name, title=grid.title)
        items.append(replace(cells, making=name != "pixel" and now == landed))
    last = layout.vectors["rectified" if b.relu else "result"].box
    beams = [*_beam(window, layout.vectors["weights"].box), *_beam(last, target)]
    items.append(Polygons(np.array(beams), faded(theme.role("kernel").line, 0.12)))
    items += solid.bored(layout.output, position[0], position[1], (1, 1), theme.role("kernel").line)
    return items


def _channel(layout: BlockLayout, landed: int, now: int, share: float) -> list[Item]:
    """The output's channels as far as they are stacked, and the filter that makes the present one."""
    b, theme = layout.blocks, layout.canvas.theme
    kernel, block = theme.role("kernel").line, layout.output
    count = max(landed, now) + 1
    part = replace(block, shape=(count, *block.shape[1:]))
    items = solid.frame(block, theme.muted) if count < block.shape[0] else []
    items += solid.draw(part, b.output[:count], theme, "result", largest(b.output), "output", tr("output"))
    _, rows, columns = block.shape
    edge = [
        block.point(now, 0, 0), block.point(now + 1, 0, 0), block.point(now + 1, 0, columns),
        block.point(now + 1, rows, columns), block.point(now, rows, columns), block.point(now, 0, columns),
    ]  # fmt: skip
    items.append(Polygons(np.array([edge]), faded(kernel, 0.35), kernel, 2.0))
    if now == 0:
        items.append(outlines([block.front], kernel, 2.5))
    if layout.wiring is not None:
        x, y, wide, high = layout.wiring
        pitch = high / len(b.weight)
        items.append(outlines([(x - 2, y + (now + share) * pitch - 1, wide + 2, pitch)], kernel, 2.5))
    if now in layout.shown:
        filtering = layout.filters[layout.shown.index(now)]
        items.append(outlines([filtering.front], kernel, 2.5))
        items += _edges(filtering, kernel)
    return items


def _edges(block: Solid, line: tuple[int, int, int, int]) -> list[Item]:
    return [replace(i, stroke=line, width=2.2, dash="solid") for i in solid.frame(block, line) if isinstance(i, Lines)]


def _pointed(layout: BlockLayout, hit: Hit | None) -> list[Item]:
    """Outline what the reader points at, and what belongs to it."""
    b, theme = layout.blocks, layout.canvas.theme
    if hit is None:
        return []
    boxes = [grid.box(hit.index) for grid in layout.hits if grid.kind == hit.kind and grid.prefix == hit.index[:-2]]
    items: list[Item] = [outlines(boxes, theme.text, 2.5)]
    if hit.kind == "input" and b.show != "many":
        cells = b.view.reached(b.index(hit.index[-2:]))
        items.append(outlines([layout.output.box(*c) for c in cells], theme.role("input").line, 2.2, inset=1))
    return items


def _lines(layout: BlockLayout, first: Said, second: Said) -> list[Item]:
    canvas = layout.canvas
    theme, room, top = canvas.theme, canvas.width - 2 * MARGIN, layout.footer + 6
    result, muted = theme.role("result").ink, theme.muted
    return [
        Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line),
        Label(MARGIN, top + 24, said_runs(first, muted, result, SIZE, room), SIZE, mono=True),
        Label(MARGIN, top + 47, said_runs(second, muted, muted, SMALL, room, bold=False), SMALL, mono=True),
        label(MARGIN, top + 72, elide(rule(layout.blocks), SMALL, room), theme.text, SMALL),
    ]
