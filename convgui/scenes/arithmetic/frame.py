"""One moment: the window at one position, or what the reader points at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.arithmetic import SMALL, Equation, Said, products_text, said_runs
from convgui.draw.colour import faded
from convgui.draw.metrics import text_width
from convgui.draw.number import number, signed, times
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Box, Hit, Item, Label, Picture, Polygons, Rects
from convgui.draw.prediction import about
from convgui.scenes.arithmetic.geometry import Geometry, Place
from convgui.scenes.arithmetic.plan import MARGIN, Plan
from convgui.scenes.scene import Focus
from convgui.words import tr, trn


def draw_frame(plan: Plan, at: float, focus: Focus) -> Picture:
    """Draw the window on its way between two positions, or at the output that is pointed at."""
    g, canvas, hit = plan.geometry, plan.canvas, focus.hit
    last = g.output.size - 1
    landed = min(int(at), last)
    place, share = landed, at - int(at)
    if hit is not None and hit.kind == "output":
        place, share = hit.index[-2] * int(g.output.shape[1]) + hit.index[-1], 0.0
    items: list[Item] = [replace(plan.output, reveal=landed + 1, making=True)]
    items += _window(plan, place, min(place + 1, last), share)
    items += _pointed(plan, hit)
    room, ink = canvas.width - 2 * MARGIN, canvas.theme.text
    words = _sentence(g, hit, place, room)
    if canvas.captions:
        line = Label(MARGIN, plan.line, said_runs(words, ink, ink, SMALL, room, bold=False), SMALL, mono=True)
        items += about([line], place == landed)
    shapes = tr("{entered} becomes {made}", entered=times(*g.x.shape), made=times(*g.output.shape))
    summary = f"{shapes}; {tr('{sentence}.', sentence=str(words))}"
    answer = number(float(g.output.flat[landed]))
    paper = canvas.theme.background
    return Picture(canvas.width, canvas.height, paper, plan.base, tuple(items), plan.hits, summary, answer)


def _around(boxes: list[Box]) -> Box:
    array = np.array(boxes)
    left, top = array[:, 0].min(), array[:, 1].min()
    right, bottom = (array[:, 0] + array[:, 2]).max(), (array[:, 1] + array[:, 3]).max()
    return (float(left), float(top), float(right - left), float(bottom - top))


def _window(plan: Plan, place: int, following: int, share: float) -> list[Item]:
    """The window, its taps where it is inflated, and the light from it to kernel and output."""
    g, kernel = plan.geometry, plan.canvas.theme.role("kernel")
    here = [cell_box(plan.entered, *cell) for cell in g.window(place)]
    there = [cell_box(plan.entered, *cell) for cell in g.window(following)]
    taps = np.array(here) + (np.array(there) - np.array(here)) * share
    window = _around([(float(x), float(y), float(w), float(h)) for x, y, w, h in taps])
    target = cell_box(plan.output, *divmod(place, g.output.shape[1]))
    x, y, wide, high = window
    kx, ky, kw, kh = plan.kernel.box
    beams = [
        [(kx + kw, ky), (x, y), (x, y + high), (kx + kw, ky + kh)],
        [(x + wide, y), (target[0], target[1]), (target[0], target[1] + target[3]), (x + wide, y + high)],
    ]
    items: list[Item] = [Polygons(np.array(beams), faded(kernel.line, 0.12))]
    if g.spec.dilation != (1, 1):
        items.append(Rects(taps + np.array([1.5, 1.5, -3, -3]), stroke=kernel.line, width=2.0))
    items.append(outlines([window, target], kernel.line, 2.5))
    return items


def _cell(g: Geometry, hit: Hit) -> Place:
    """Return the padded row and column under an input hit."""
    return (hit.index[-2] + g.pads[0][0], hit.index[-1] + g.pads[1][0])


def _pointed(plan: Plan, hit: Hit | None) -> list[Item]:
    """The outputs that read a pointed cell, where its value comes from, or the cells that a weight meets."""
    if hit is None or hit.kind not in ("input", "kernel"):
        return []
    g, theme = plan.geometry, plan.canvas.theme
    blue = theme.role("input").line
    if hit.kind == "kernel":
        tap = hit.index[-2] * g.kernel.shape[1] + hit.index[-1]
        met = sorted({divmod(int(cell), g.padded.shape[1]) for cell in g.table.source[:, tap]})
        spread = (hit.index[-2] * g.spec.dilation[0], hit.index[-1] * g.spec.dilation[1])
        return [
            outlines([cell_box(plan.entered, *cell) for cell in met], theme.role("kernel").line, 1.8, inset=2),
            outlines([cell_box(plan.kernel, *spread)], theme.text, 2.5),
        ]
    cell = _cell(g, hit)
    items: list[Item] = [outlines([cell_box(plan.entered, *cell)], theme.text, 2.5)]
    items.append(outlines([cell_box(plan.output, *out) for out, _ in g.touched(cell)], blue, 2.0, inset=1))
    source = int(g.origin[cell])
    given = (source // g.x.shape[1] + g.pads[0][0], source % g.x.shape[1] + g.pads[1][0])
    if source >= 0 and given != cell:
        items.append(outlines([cell_box(plan.entered, *given)], blue, 3.0, inset=1))
    return items


def _sentence(g: Geometry, hit: Hit | None, place: int, room: float) -> Said:
    """What happens at the moment, in one line."""
    if hit is not None and hit.kind == "kernel":
        value = float(g.kernel[hit.index[-2:]])
        name = f"w[{hit.index[-2]}, {hit.index[-1]}]"
        return tr("{name} = {value} meets {n} cells on its way", name=name, value=number(value), n=g.output.size)
    if hit is not None and hit.kind == "input":
        return _cell_sentence(g, _cell(g, hit), hit)
    row, column = divmod(place, int(g.output.shape[1]))
    head, made = f"out[{row}, {column}] = ", number(float(g.output[row, column]))
    bias = f" + {tr('bias')} {signed(g.bias)}" if g.bias else ""
    window = np.array([g.padded[cell] for cell in g.window(place)])
    spare = room - text_width(f"{head}{made} = {bias}", SMALL, mono=True)
    return Equation(head, made, tail=f" = {products_text(window, g.kernel.ravel(), spare, SMALL)}{bias}")


def _cell_sentence(g: Geometry, cell: Place, hit: Hit) -> str:
    row, column = hit.index[-2:]
    count = len(g.touched(cell))
    read = trn("{n} output reads it", "{n} outputs read it", count) if count else tr("no window reads it")
    value = number(float(g.padded[cell]))
    if 0 <= row < g.x.shape[0] and 0 <= column < g.x.shape[1]:
        return f"in[{row}, {column}] = {value}: {read}"
    source = int(g.origin[cell])
    if source < 0:
        return tr("padding brings {value}: {read}", value=value, read=read)
    i, j = divmod(source, g.x.shape[1])
    return tr(
        "padding ({padding_mode}) brings {value} from in[{i}, {j}]: {read}",
        padding_mode=g.spec.padding_mode,
        value=value,
        i=i,
        j=j,
        read=read,
    )
