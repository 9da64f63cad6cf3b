"""One moment: the window at one position, or what the reader points at."""

from __future__ import annotations

from dataclasses import replace

from convgui.core.filter_view import Cell, Position
from convgui.draw.arithmetic import Equation, Said, products_text, said_runs
from convgui.draw.footer import footer_items
from convgui.draw.gaps import wedges
from convgui.draw.metrics import BETWEEN, fact_lines, text_width
from convgui.draw.number import number, signed, times
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Cells, Hit, Item, Picture, Run
from convgui.draw.prediction import about
from convgui.draw.titled_grid import indices
from convgui.draw.window import Window, framed, ringed, touched, window
from convgui.scenes.arithmetic import marks
from convgui.scenes.arithmetic.geometry import Geometry
from convgui.scenes.arithmetic.lines import step_words
from convgui.scenes.arithmetic.plan import Plan
from convgui.scenes.readers import of_filter, weighed_outputs
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
    stale = hit is not None and hit.kind == "input"
    output = replace(plan.output.cells, reveal=landed + 1, making=True)
    items = [] if stale else _window(plan, position, g.view.position(min(step + 1, last)), share)
    items += _touched(plan, output, hit) if hit is not None and stale else [output]
    items += [] if stale else [framed([cell_box(output, *position)], output.width, canvas.theme)]
    items += [] if stale else marks.misfits(plan, position)
    items += [*plan.signs, *_indices(plan, position, stale=stale), *_pointed(plan, position, hit)]
    words = _sentence(g, hit, position, plan.footer.room, plan.footer.size)
    if canvas.captions:
        theme, below = canvas.theme, plan.footer
        said = said_runs(words, theme.text, theme, below.size, below.room)
        title = tr("This step") if hit is None else tr("Pointed at")
        detail = step_words(landed, last, g.tried) if hit is None else ""
        lines = [said, *plan.lines]
        read = g.view.weighed(hit.index[-2:], g.kernel) if hit is not None and stale else {}
        if read and plan.lines:
            # Whoever points at a value asks for its outputs, and not for their size.
            facts = fact_lines(weighed_outputs(read), below.size, below.room, 1)
            lines = [said, *plan.lines[:-1], (Run(facts[0], theme.muted),)]
        items += about(footer_items(below, title, detail, lines, theme), step == landed)
    shapes = tr("{entered} becomes {made}", entered=times(*g.x.shape), made=times(*g.output.shape))
    summary = f"{shapes}; {tr('{sentence}.', sentence=str(words))}"
    answer = number(float(g.output.flat[landed]))
    paper = canvas.theme.background
    return Picture(canvas.width, canvas.height, paper, plan.base, tuple(items), plan.hits, summary, answer)


def _window(plan: Plan, position: Position, following: Position, share: float) -> list[Item]:
    """The window with its weights, and the wedges from there to kernel and output."""
    g, theme, grid = plan.geometry, plan.canvas.theme, plan.padded.cells
    row, column, *size = g.windows.box([p + (q - p) * share for p, q in zip(position, following, strict=True)])
    down, across = (axis.taps for axis in g.view.axes)
    lies = Window((row, column), (down, across), plan.weights.texts(g.kernel))
    spans = [
        (y, y + high)
        for _, y, _, high in (
            cell_box(grid, row, column, *size),
            plan.kernel.cells.box,
            cell_box(plan.output.cells, *position),
        )
    ]
    # What is struck out beside the grid lies above the light, which comes from the window.
    gaps = [(min(plan.row.gap(0)[0], grid.x + grid.box[2]), plan.row.gap(0)[1]), plan.row.gap(1)]
    ends = [(gaps[n], spans[n], spans[n + 1]) for n in (0, 1)]
    return [*wedges(ends, theme), *window(grid, lies, theme, tr("window"))]


def _indices(plan: Plan, position: Position, *, stale: bool) -> list[Item]:
    g, theme, sizes = plan.geometry, plan.canvas.theme, plan.measure
    (top, left), now = g.view.origin, [] if stale else [cell for cell, _ in g.windows.reads(position)]
    under = ({i + top for i, _ in now}, {j + left for _, j in now})
    told = ((), ()) if stale else (position[:1], position[1:])
    return indices(plan.padded, sizes, theme, *under) + indices(plan.output, sizes, theme, *told)


def _touched(plan: Plan, output: Cells, hit: Hit) -> list[Item]:
    """The outputs that read a pointed cell, each with the weight that it is read with."""
    g = plan.geometry
    found = g.view.weighed(hit.index[-2:], g.kernel)
    weights = {(i, j): plan.weights.text(weight) for (i, j), weight in found.items()}
    return touched(output, weights, plan.canvas.theme)


def _pointed(plan: Plan, position: Position, hit: Hit | None) -> list[Item]:
    """Where the value of a pointed cell comes from, or the cells that a weight meets."""
    if hit is None or hit.kind not in ("input", "kernel"):
        return []
    g, theme, grid = plan.geometry, plan.canvas.theme, plan.padded.cells
    if hit.kind == "kernel":
        tap = hit.index[-2:]
        (row, column, _, _), (down, right) = g.windows.box(position), g.view.offset(tap)
        met = sorted(set(g.windows.served(tap)))
        rings = [(grid, (row + down, column + right)), (plan.kernel.cells, (down, right))]
        stroke = theme.role("kernel").line
        return [outlines([cell_box(grid, *cell) for cell in met], stroke, 1.8, inset=2), ringed(rings, theme)]
    cell = hit.index[-2:]
    (row, column), source = g.view.padded_index(cell), g.view.source(cell)
    items: list[Item] = [ringed([(grid, (row, column))], theme)]
    if source is not None and source != cell:
        given = cell_box(grid, *g.view.padded_index(source))
        items.append(outlines([given], theme.role("input").line, 3.0, inset=1))
    return items


def _sentence(g: Geometry, hit: Hit | None, position: Position, room: float, size: float) -> Said:
    """What happens at the moment, in one line."""
    if hit is not None and hit.kind == "kernel":
        weight = number(float(g.kernel[hit.index[-2:]]))
        name = f"w[{hit.index[-2]}, {hit.index[-1]}]"
        return tr("{name} = {value} meets {n} cells on its way", name=name, value=weight, n=g.output.size)
    if hit is not None and hit.kind == "input":
        return on_cell(g, hit.index[-2:]) if g.told else cell_sentence(g, hit.index[-2:], room, size)
    head, value = f"out{list(position)} = ", number(float(g.output[position]))
    bias = f" + {tr('bias')} {signed(g.bias)}" if g.bias else ""
    window = g.windows.values(g.padded[None], position).ravel()
    spare = room - text_width(f"{head}{value} = {bias}", size, mono=True)
    return Equation(head, value, tail=f" = {products_text(window, g.kernel.ravel(), spare, size)}{bias}")


def cell_sentence(g: Geometry, cell: Cell, room: float, size: float) -> str:
    """Say what stands on a cell, where it comes from, and which outputs read it with which weights."""
    said, read = on_cell(g, cell), g.view.weighed(cell, g.kernel)
    if not read:
        return said
    facts = fact_lines(f"{said}{BETWEEN}{weighed_outputs(read)}", size, room, 1)[0]
    return facts if f"{BETWEEN}out[" in facts else said


def on_cell(g: Geometry, cell: Cell) -> str:
    """Say what stands on a cell, where it comes from, and how many outputs read it."""
    index, source = g.view.padded_index(cell), g.view.source(cell)
    count = len(g.view.weighed(cell, g.kernel))
    read = trn("{n} output reads it", "{n} outputs read it", count) if count else tr("no window reads it")
    read = of_filter(read, g.index[0], g.readers, count)
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
