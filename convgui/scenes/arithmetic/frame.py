"""One moment: the window at one position, or what the reader points at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Cell, Position
from convgui.draw.arithmetic import SMALL, Equation, Said, products_text, said_runs
from convgui.draw.colour import faded
from convgui.draw.metrics import text_width
from convgui.draw.number import number, signed, times
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Hit, Item, Label, Picture, Polygons
from convgui.draw.prediction import about
from convgui.scenes.arithmetic.geometry import Geometry
from convgui.scenes.arithmetic.plan import MARGIN, Plan
from convgui.scenes.scene import Focus
from convgui.words import tr, trn


def draw_frame(plan: Plan, at: float, focus: Focus) -> Picture:
    """Draw the window on its way between two positions, or at the output that is pointed at."""
    g, canvas, hit = plan.geometry, plan.canvas, focus.hit
    last = g.output.size - 1
    landed = min(int(at), last)
    step, share = landed, at - int(at)
    if hit is not None and hit.kind == "output":
        step, share = g.view.step(hit.index[-2:]), 0.0
    position = g.view.position(step)
    items: list[Item] = [replace(plan.output, reveal=landed + 1, making=True)]
    items += _window(plan, position, g.view.position(min(step + 1, last)), share)
    items += _pointed(plan, hit)
    room, ink = canvas.width - 2 * MARGIN, canvas.theme.text
    words = _sentence(g, hit, position, room)
    if canvas.captions:
        line = Label(MARGIN, plan.line, said_runs(words, ink, ink, SMALL, room, bold=False), SMALL, mono=True)
        items += about([line], step == landed)
    shapes = tr("{entered} becomes {made}", entered=times(*g.x.shape), made=times(*g.output.shape))
    summary = f"{shapes}; {tr('{sentence}.', sentence=str(words))}"
    answer = number(float(g.output.flat[landed]))
    paper = canvas.theme.background
    return Picture(canvas.width, canvas.height, paper, plan.base, tuple(items), plan.hits, summary, answer)


def _window(plan: Plan, position: Position, following: Position, share: float) -> list[Item]:
    """The window, its taps where it is inflated, and the light from it to kernel and output."""
    windows, kernel = plan.geometry.windows, plan.canvas.theme.role("kernel")
    row, column, *size = windows.box([p + (q - p) * share for p, q in zip(position, following, strict=True)])
    window = cell_box(plan.input, row, column, *size)
    target = cell_box(plan.output, *position)
    x, y, wide, high = window
    kx, ky, kw, kh = plan.kernel.box
    beams = [
        [(kx + kw, ky), (x, y), (x, y + high), (kx + kw, ky + kh)],
        [(x + wide, y), (target[0], target[1]), (target[0], target[1] + target[3]), (x + wide, y + high)],
    ]
    items: list[Item] = [Polygons(np.array(beams), faded(kernel.line, 0.12))]
    if windows.dilated:
        taps = [cell_box(plan.input, row + i, column + j) for i, j in windows.offsets]
        items.append(outlines(taps, kernel.line, 2.0, inset=1.5))
    items.append(outlines([window, target], kernel.line, 2.5))
    return items


def _pointed(plan: Plan, hit: Hit | None) -> list[Item]:
    """The outputs that read a pointed cell, where its value comes from, or the cells that a weight meets."""
    if hit is None or hit.kind not in ("input", "kernel"):
        return []
    g, theme = plan.geometry, plan.canvas.theme
    blue = theme.role("input").line
    if hit.kind == "kernel":
        tap = hit.index[-2:]
        met = [cell_box(plan.input, *cell) for cell in sorted(set(g.windows.served(tap)))]
        return [
            outlines(met, theme.role("kernel").line, 1.8, inset=2),
            outlines([cell_box(plan.kernel, *g.view.offset(tap))], theme.text, 2.5),
        ]
    cell = hit.index[-2:]
    index, source = g.view.padded_index(cell), g.view.source(cell)
    items: list[Item] = [outlines([cell_box(plan.input, *index)], theme.text, 2.5)]
    items.append(outlines([cell_box(plan.output, *out) for out, _ in g.windows.hits(index)], blue, 2.0, inset=1))
    if source is not None and source != cell:
        items.append(outlines([cell_box(plan.input, *g.view.padded_index(source))], blue, 3.0, inset=1))
    return items


def _sentence(g: Geometry, hit: Hit | None, position: Position, room: float) -> Said:
    """What happens at the moment, in one line."""
    if hit is not None and hit.kind == "kernel":
        value = float(g.kernel[hit.index[-2:]])
        name = f"w[{hit.index[-2]}, {hit.index[-1]}]"
        return tr("{name} = {value} meets {n} cells on its way", name=name, value=number(value), n=g.output.size)
    if hit is not None and hit.kind == "input":
        return _cell_sentence(g, hit.index[-2:])
    head, made = f"out{list(position)} = ", number(float(g.output[position]))
    bias = f" + {tr('bias')} {signed(g.bias)}" if g.bias else ""
    window = g.windows.values(g.padded[None], position).ravel()
    spare = room - text_width(f"{head}{made} = {bias}", SMALL, mono=True)
    return Equation(head, made, tail=f" = {products_text(window, g.kernel.ravel(), spare, SMALL)}{bias}")


def _cell_sentence(g: Geometry, cell: Cell) -> str:
    index, source = g.view.padded_index(cell), g.view.source(cell)
    count = len(g.windows.hits(index))
    read = trn("{n} output reads it", "{n} outputs read it", count) if count else tr("no window reads it")
    value = number(float(g.padded[index]))
    if g.view.holds(cell):
        return f"in{list(cell)} = {value}: {read}"
    if source is None:
        return tr("padding brings {value}: {read}", value=value, read=read)
    i, j = source
    return tr(
        "padding ({padding_mode}) brings {value} from in[{i}, {j}]: {read}",
        padding_mode=g.view.spec.padding_mode,
        value=value,
        i=i,
        j=j,
        read=read,
    )
