"""One moment: the window at one position, or what the reader points at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.arithmetic import Equation, Said, products_text, said_runs
from convgui.draw.footer import footer_items
from convgui.draw.gaps import wedges
from convgui.draw.metrics import text_width
from convgui.draw.number import number, signed, times
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Cells, Hit, Item, Picture
from convgui.draw.prediction import about
from convgui.draw.titled_grid import indices
from convgui.draw.window import Window, framed, ringed, touched, window
from convgui.scenes.arithmetic.geometry import Geometry, Place
from convgui.scenes.arithmetic.plan import Plan
from convgui.scenes.scene import Focus
from convgui.words import tr, trn


def draw_frame(plan: Plan, at: float, focus: Focus) -> Picture:
    """Draw the window on its way between two positions, or at the output that is pointed at."""
    g, canvas, hit = plan.geometry, plan.canvas, focus.hit
    last = g.output.size - 1
    landed = min(int(at), last)
    step, share = landed, at - int(at)
    if hit is not None and hit.kind == "output":
        step, share = hit.index[-2] * int(g.output.shape[1]) + hit.index[-1], 0.0
    stale = hit is not None and hit.kind == "input"
    output = replace(plan.output.cells, reveal=landed + 1, making=True)
    items = [] if stale else _window(plan, step, min(step + 1, last), share)
    items += _touched(plan, output, hit) if hit is not None and stale else [output]
    items += [] if stale else [framed([cell_box(output, *_position(g, step))], output.width, canvas.theme)]
    items += [*plan.signs, *_indices(plan, step, stale=stale), *_pointed(plan, step, hit)]
    words = _sentence(g, hit, step, plan.footer.room, plan.footer.size)
    if canvas.captions:
        theme, place = canvas.theme, plan.footer
        said = said_runs(words, theme.text, theme.role("result").ink, place.size, place.room)
        title = tr("This step") if hit is None else tr("Pointed at")
        detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if hit is None else ""
        items += about(footer_items(place, title, detail, [said, *plan.lines], theme), step == landed)
    shapes = tr("{entered} becomes {made}", entered=times(*g.x.shape), made=times(*g.output.shape))
    summary = f"{shapes}; {tr('{sentence}.', sentence=str(words))}"
    answer = number(float(g.output.flat[landed]))
    paper = canvas.theme.background
    return Picture(canvas.width, canvas.height, paper, plan.base, tuple(items), plan.hits, summary, answer)


def _position(g: Geometry, step: int) -> Place:
    return divmod(step, int(g.output.shape[1]))


def _window(plan: Plan, step: int, following: int, share: float) -> list[Item]:
    """The window with its weights, and the wedges from there to kernel and output."""
    g, theme, grid = plan.geometry, plan.canvas.theme, plan.padded.cells
    (top, left), there = g.window(step)[0], g.window(following)[0]
    corner = (top + (there[0] - top) * share, left + (there[1] - left) * share)
    shape = (int(g.kernel.shape[0]), int(g.kernel.shape[1]))
    lies = Window(corner, shape, plan.weights.texts(g.kernel), (g.spec.dilation[0], g.spec.dilation[1]))
    first = grid.y + corner[0] * grid.height
    _, y, _, high = plan.kernel.cells.box
    _, below, _, tall = cell_box(plan.output.cells, *_position(g, step))
    ends = [
        (plan.row.gap(0), (first, first + lies.extent[0] * grid.height), (y, y + high)),
        (plan.row.gap(1), (y, y + high), (below, below + tall)),
    ]
    return [*wedges(ends, theme), *window(grid, lies, theme, tr("window"))]


def _indices(plan: Plan, step: int, *, stale: bool) -> list[Item]:
    g, theme, sizes = plan.geometry, plan.canvas.theme, plan.measure
    now = [] if stale else g.window(step)
    (top, _), (left, _) = g.pads
    rows, columns = {i - top for i, _ in now}, {j - left for _, j in now}
    row, column = _position(g, step)
    made = ((), ()) if stale else ((row,), (column,))
    return indices(plan.padded, sizes, theme, rows, columns) + indices(plan.output, sizes, theme, *made)


def _cell(g: Geometry, hit: Hit) -> Place:
    """Return the padded row and column under an input hit."""
    return (hit.index[-2] + g.pads[0][0], hit.index[-1] + g.pads[1][0])


def _touched(plan: Plan, output: Cells, hit: Hit) -> list[Item]:
    """The outputs that read a pointed cell, each with the weight that it is read with."""
    found = plan.geometry.touched(_cell(plan.geometry, hit))
    weights = {out: plan.weights.text(float(plan.geometry.kernel[tap])) for out, tap in found}
    return touched(output, weights, plan.canvas.theme)


def _pointed(plan: Plan, step: int, hit: Hit | None) -> list[Item]:
    """Where the value of a pointed cell comes from, or the cells that a weight meets."""
    if hit is None or hit.kind not in ("input", "kernel"):
        return []
    g, theme, grid = plan.geometry, plan.canvas.theme, plan.padded.cells
    if hit.kind == "kernel":
        tap = hit.index[-2] * g.kernel.shape[1] + hit.index[-1]
        met = sorted({divmod(int(cell), g.padded.shape[1]) for cell in g.table.source[:, tap]})
        spread = (hit.index[-2] * g.spec.dilation[0], hit.index[-1] * g.spec.dilation[1])
        return [
            outlines([cell_box(grid, *cell) for cell in met], theme.role("kernel").line, 1.8, inset=2),
            ringed([(grid, g.window(step)[tap]), (plan.kernel.cells, spread)], theme),
        ]
    cell = _cell(g, hit)
    source = int(g.origin[cell])
    given = (source // g.x.shape[1] + g.pads[0][0], source % g.x.shape[1] + g.pads[1][0])
    items: list[Item] = [ringed([(grid, cell)], theme)]
    if source >= 0 and given != cell:
        items.append(outlines([cell_box(grid, *given)], theme.role("input").line, 3.0, inset=1))
    return items


def _sentence(g: Geometry, hit: Hit | None, step: int, room: float, size: float) -> Said:
    """What happens at the moment, in one line."""
    if hit is not None and hit.kind == "kernel":
        weight = number(float(g.kernel[hit.index[-2:]]))
        name = f"w[{hit.index[-2]}, {hit.index[-1]}]"
        return tr("{name} = {value} meets {n} cells on its way", name=name, value=weight, n=g.output.size)
    if hit is not None and hit.kind == "input":
        return _cell_sentence(g, _cell(g, hit), hit)
    row, column = _position(g, step)
    head, value = f"out[{row}, {column}] = ", number(float(g.output[row, column]))
    bias = f" + {tr('bias')} {signed(g.bias)}" if g.bias else ""
    window = np.array([g.padded[cell] for cell in g.window(step)])
    spare = room - text_width(f"{head}{value} = {bias}", size, mono=True)
    return Equation(head, value, tail=f" = {products_text(window, g.kernel.ravel(), spare, size)}{bias}")


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
