"""One moment of the chosen way, and the line that says whether all ways agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_axis import GIVEN
from convgui.core.filter_view import Position
from convgui.draw.arithmetic import Equation, Said, said_runs
from convgui.draw.footer import footer_items
from convgui.draw.gaps import Span, wedges
from convgui.draw.metrics import text_width
from convgui.draw.number import number
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Cells, Hit, Item, Label, Picture, Rects, Run
from convgui.draw.prediction import about
from convgui.draw.titled_grid import indices
from convgui.draw.window import Window, framed, ringed, touched, window
from convgui.draw.words import label, middle
from convgui.scenes.scene import Focus
from convgui.scenes.transposed.cropped import struck
from convgui.scenes.transposed.layout import WaysLayout
from convgui.scenes.transposed.sentences import by_input, meeting, unsaid, words
from convgui.scenes.transposed.ways import Ways
from convgui.words import tr


def steps(f: Ways) -> int:
    """Input cells for the ways that paint, output cells for the ways that gather."""
    return f.x.size if by_input(f) else f.output.size


def draw_frame(layout: WaysLayout, at: float, focus: Focus) -> Picture:
    """Draw a moment between two steps, or what the reader points at."""
    f, canvas, hit = layout.ways, layout.canvas, focus.hit
    landed = min(int(at), steps(f) - 1)
    share = at - int(at) if landed < steps(f) - 1 else 0.0
    source, target = _input_of(f, hit), _output_of(f, hit)
    now, glide = (source, target)[not by_input(f)], share
    step, glide = (landed, share) if now is None else (now, 0.0)
    other = target if by_input(f) else source
    met = meeting(f, landed) if f.view == "scatter" else None

    def grids(painted: int) -> list[Item]:
        if other is not None:
            shown = _met(layout, other, landed, painted)
        elif by_input(f):
            shown = _painting(layout, step, painted, glide)
        else:
            shown = _gathering(layout, step, landed, glide)
        around = [*layout.signs, *layout.marks, *_indices(layout, None if other is not None else step)]
        return [*shown, *around, *_tap(layout, hit, step)]

    first, second = words(f, hit, landed, source, target)
    items, asking = grids(max(landed, step) + 1), list[Item]()
    if canvas.captions:
        place = f.seen.step(met[0]) if met else landed
        predicted = target in (None, place) and (source in (None, landed) if met else not by_input(f))
        items += about(_lines(layout, first, second, hit, landed), predicted)
        # Before it is told, the output is that before this step.
        if met:
            left = unsaid(f, landed, met[0], second) if predicted else second
            lines = about(_lines(layout, first, left, hit, landed), predicted)
            asking = [*grids(landed), *_question(layout, met[0]), *lines]
    summary = f"{first}; {second}" if str(second) else first
    answer = "" if by_input(f) else number(float(f.output.flat[landed]))
    if met:
        answer = number(float(f.painted[landed + 1][met[0]]))
    drawn = Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, f"{summary}.",
        answer,
    )  # fmt: skip
    return replace(drawn, asking=tuple(asking))


def _question(layout: WaysLayout, position: Position) -> list[Item]:
    """Cover the number that is asked for."""
    theme, box = layout.canvas.theme, cell_box(layout.grids["output"].cells, position[0], position[1])
    size = max(min(box[3] * 0.5, 18.0), 12.0)
    at = middle(box[1], box[3], size)
    return [
        Rects(np.array([box]), fill=theme.window, stroke=theme.role("result").line, width=2.5),
        label(box[0] + box[2] / 2, at, "?", theme.role("result").ink, size, bold=True, mono=True, anchor="middle"),
    ]


def step_of(layout: WaysLayout, hit: Hit) -> int | None:
    """Return the step of a clicked input or output cell, where the way steps through those."""
    f = layout.ways
    return _input_of(f, hit) if by_input(f) else _output_of(f, hit)


def _input_of(f: Ways, hit: Hit | None) -> int | None:
    """Input cell under the pointer, in any grid that shows the input."""
    if hit is None:
        return None
    if hit.kind in ("input", "source"):
        return int(np.ravel_multi_index(hit.index[-2:], f.x.shape))
    if hit.kind == "matrix":
        return hit.index[1]
    if hit.kind == "stretched" and f.kinds[hit.index] == GIVEN:
        # Counting the given cells before it, row by row, gives its number among the inputs that were not cut off.
        before = int(np.count_nonzero(f.kinds.ravel()[: np.ravel_multi_index(hit.index, f.kinds.shape)] == GIVEN))
        return before if np.count_nonzero(f.kinds == GIVEN) == f.x.size else None
    return None


def _output_of(f: Ways, hit: Hit | None) -> int | None:
    if hit is None:
        return None
    if hit.kind == "output":
        return f.seen.step(hit.index[-2:])
    return hit.index[0] if hit.kind == "matrix" else None


def _rows(grid: Cells) -> Span:
    """Return where a grid begins and ends from above."""
    return (grid.y, grid.y + grid.box[3])


def _span(grid: Cells, row: float, high: float = 1) -> Span:
    return (grid.y + row * grid.height, grid.y + (row + high) * grid.height)


def _painting(layout: WaysLayout, step: int, painted: int, share: float) -> list[Item]:
    """One input cell paints its kernel; the output holds what `painted` input cells have painted."""
    f, theme, row = layout.ways, layout.canvas.theme, layout.row
    given, kernel = layout.grids["input"].cells, layout.grids["kernel"].cells
    row_of, column_of = f.cell(step)
    output = _painted_output(layout, painted)
    ends, items = [(row.gap(0), _span(given, row_of), _rows(kernel))], list[Item]()
    stamp, last = kernel, 1
    if "painted" in layout.grids:
        stamp, last = layout.drawn("painted", f.x[row_of, column_of] * f.kernel), 2
        ends.append((row.gap(1), _rows(kernel), _rows(stamp)))
        reached = {tap for _, tap in f.seen.hits((row_of, column_of))}
        items += struck(stamp, (tap for tap in np.ndindex(f.kernel.shape) if tap not in reached), theme)
    lies = _paint_window(layout, step, share)
    if lies is not None:
        ends.append((row.gap(last), _rows(stamp), _span(output, lies.corner[0], lies.covers[0])))
    items = [
        *wedges(ends, theme),
        *window(given, Window((row_of, column_of), ((0,), (0,))), theme, tr("window")),
        *items,
        output,
    ]
    items += window(output, lies, theme, tr("window")) if lies is not None else []
    # Where most kernels meet is where the sum below is made.
    met = meeting(f, step) if f.view == "scatter" and not share else None
    return items + ([outlines([cell_box(output, *met[0])], theme.role("result").line, 2.5, inset=2)] if met else [])


def _paint_window(layout: WaysLayout, step: int, share: float) -> Window | None:
    """Return where an input cell paints, and how much; None where all of it is cut off."""
    f = layout.ways
    hits = f.seen.hits(f.cell(step))
    if not hits:
        return None
    (row, column), (first, last) = hits[0][0], (hits[0][1], hits[-1][1])
    part = f.kernel[first[0] : last[0] + 1, first[1] : last[1] + 1]
    shares = np.ones_like(part) if f.view == "overlap" else f.x.ravel()[step] * part
    texts = layout.writings["painted" if f.view == "scatter" else "output"].texts(shares)
    following = f.seen.hits(f.cell(step + 1)) if share else []
    down, right = following[0][0] if len(following) == len(hits) else (row, column)
    corner = (row + (down - row) * share, column + (right - column) * share)
    rows, columns = (axis.taps[: len(line)] for axis, line in zip(f.seen.axes, (part, part[0]), strict=True))
    return Window(corner, (rows, columns), texts, "+")


def _painted_output(layout: WaysLayout, count: int) -> Cells:
    """The output after `count` input cells; cells that no kernel has reached hold a grey 0."""
    f, theme, seen = layout.ways, layout.canvas.theme, layout.ways.touched[count]
    grid = layout.drawn("output", seen if f.view == "overlap" else f.painted[count])
    fill, ink = grid.content.fill.copy(), grid.content.ink.copy()
    fill[seen == 0], ink[seen == 0] = theme.background, theme.muted
    return replace(grid, content=replace(grid.content, fill=fill, ink=ink))


def _gathering(layout: WaysLayout, step: int, landed: int, share: float) -> list[Item]:
    """One output cell gathers what it is made of."""
    f, theme, row = layout.ways, layout.canvas.theme, layout.row
    output = layout.grids["output"].cells
    position, following = f.seen.position(step), min(step + 1, f.output.size - 1)
    grids: list[Item] = [replace(output, reveal=landed + 1, making=True)]
    grids.append(framed([cell_box(output, *position)], output.width, theme))
    if f.view == "stuffed":
        grid, kernel = layout.grids["stretched"].cells, layout.grids["kernel"].cells
        there = f.seen.position(following)
        gliding = [p + (q - p) * share for p, q in zip(position, there, strict=True)]
        at, left, _, _ = f.seen.direct.box(gliding)
        rows, columns = (axis.taps for axis in f.seen.axes)
        lies = Window((at, left), (rows, columns), layout.writings["kernel"].texts(f.kernel[::-1, ::-1]))
        ends = [
            (row.gap(0), _span(grid, at, lies.covers[0]), _rows(kernel)),
            (row.gap(1), _rows(kernel), _span(output, position[0])),
        ]
        return [*wedges(ends, theme), *window(grid, lies, theme, tr("window")), *grids]
    table, stroke = layout.grids["matrix"].cells, theme.role("kernel").line
    at = step + (following - step) * share
    x, y, wide, high = cell_box(table, at, 0, 1, f.matrix.shape[1])
    met = [cell for cell, _ in f.seen.reads(position)]
    boxes = [cell_box(layout.grids["input"].cells, *cell) for cell in met]
    boxes += [cell_box(layout.grids["vector"].cells, 0, int(np.ravel_multi_index(cell, f.x.shape))) for cell in met]
    return [
        *wedges([(row.gap(1), (y, y + high), _span(output, position[0]))], theme),
        Rects(np.array([(x - 3, y - 1, wide + 6, high + 2)]), stroke=stroke, width=2.5, radius=3),
        outlines(boxes, stroke, 2.5, inset=1),
        *grids,
    ]


def _met(layout: WaysLayout, cell: int, landed: int, painted: int) -> list[Item]:
    """What a pointed cell meets, each with its weight: an output its inputs, or an input its outputs."""
    f, theme = layout.ways, layout.canvas.theme
    texts = layout.writings["kernel"].text
    if by_input(f):
        output, (i, j) = _painted_output(layout, painted), f.seen.position(cell)
        reads, counted = f.seen.reads((i, j)), f.view == "overlap"
        weights = {(r, c): "" if counted else texts(float(f.kernel[tap])) for (r, c), tap in reads}
        stamp = [layout.drawn("painted", f.x.ravel()[landed] * f.kernel)] if "painted" in layout.grids else []
        given = touched(layout.grids["input"].cells, weights, theme)
        return [*given, *stamp, output, ringed([(output, (i, j))], theme)]
    output = replace(layout.grids["output"].cells, reveal=landed + 1, making=True)
    weights = {(i, j): texts(float(f.kernel[tap])) for (i, j), tap in f.seen.hits(f.cell(cell))}
    grid, (row, column) = layout.grids.get("input"), f.cell(cell)
    if grid is None:
        grid = layout.grids["stretched"]
        row, column = np.argwhere(f.kinds == GIVEN)[cell].tolist()
    return [*touched(output, weights, theme), ringed([(grid.cells, (row, column))], theme)]


def _indices(layout: WaysLayout, step: int | None) -> list[Item]:
    """Indices of input and output, those of the present step in colour."""
    f, theme, sizes, items = layout.ways, layout.canvas.theme, layout.measure, list[Item]()
    here: dict[str, tuple[set[int], set[int]]] = {}
    if step is not None:
        painting, position = by_input(f), f.cell(step) if by_input(f) else f.seen.position(step)
        outputs = [out for out, _ in f.seen.hits(position)] if painting else [position]
        under = [cell for cell, _ in f.seen.direct.reads(position)] if f.view == "stuffed" else []
        read = [position] if painting else under
        for names, cells in ((("input", "stretched"), read), (("output",), outputs)):
            here |= dict.fromkeys(names, ({i for i, _ in cells}, {j for _, j in cells}))
    for name in ("input", "stretched", "output"):
        if name in layout.grids:
            items += indices(layout.grids[name], sizes, theme, *here.get(name, ((), ())))
    return items


def _tap(layout: WaysLayout, hit: Hit | None, step: int) -> list[Item]:
    """Ring a weight that is pointed at with what it meets, and what comes of it, at a step."""
    if hit is None or hit.kind not in ("kernel", "turned"):
        return []
    f, theme, (row, column) = layout.ways, layout.canvas.theme, hit.index[-2:]
    rings: list[tuple[Cells, tuple[float, float]]] = [(layout.grids["kernel"].cells, (row, column))]
    items = list[Item]()
    if f.view == "matrix":
        tap, table = row * f.kernel.shape[1] + column, layout.grids["matrix"].cells
        held = np.flatnonzero(f.matrix.weights == tap)
        boxes = [cell_box(table, int(f.matrix.rows[e]), int(f.matrix.columns[e])) for e in held]
        items.append(outlines(boxes, theme.text, 2.0))
    elif f.view == "stuffed":
        position = f.seen.position(step)
        top, left, _, _ = f.seen.direct.box(position)
        down, across = (axis.taps for axis in f.seen.axes)
        rings.append((layout.grids["stretched"].cells, (top + down[row], left + across[column])))
        rings.append((layout.grids["output"].cells, (position[0], position[1])))
    else:
        rings += [(layout.grids["painted"].cells, (row, column))] if "painted" in layout.grids else []
        reached = [cell for cell, tap in f.seen.hits(f.cell(step)) if tap == (row, column)]
        rings += [(layout.grids["output"].cells, (i, j)) for i, j in reached]
    return [ringed(rings, theme), *items]


def _lines(layout: WaysLayout, first: Said, second: Said, hit: Hit | None, landed: int) -> list[Item]:
    """The rule, what happens now, and whether all ways agree."""
    theme, below = layout.canvas.theme, layout.footer
    ink = theme.muted if isinstance(first, Equation) else theme.text
    lines = [
        said_runs(first, ink, theme, below.size, below.room),
        said_runs(second, theme.muted, theme, below.size, below.room),
    ]
    title = tr("This step") if hit is None else tr("Pointed at")
    last = steps(layout.ways) - 1
    detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if hit is None else ""
    return [*footer_items(below, title, detail, lines, theme), *_agreement(layout, below.first + 2 * below.pitch)]


def _agreement(layout: WaysLayout, y: float) -> list[Item]:
    """Whether the four ways give one answer, computed now."""
    f, theme, below = layout.ways, layout.canvas.theme, layout.footer
    scale = max(float(np.abs(f.output).max()), 1.0)
    agree = f.difference <= 1e-9 * scale and f.counted
    ink = theme.role("result").ink if agree else theme.role("warning").ink
    badge = Rects(np.array([(below.x, y - 10, 11.0, 11.0)]), fill=ink, radius=5.5)
    head = tr("All four agree") if agree else tr("The four forms differ")
    by = number(f.difference)
    text = ": " + tr(
        "scatter, zeros inserted, Cᵀ x and the layer differ by {by}; the overlap is the layer on ones.", by=by
    )
    if 20 + text_width(head, below.words, bold=True) + text_width(text, below.words) > below.room:
        text = f": {tr('largest difference {by}.', by=by)}"
    return [badge, Label(below.x + 18, y, (Run(head, ink, bold=True), Run(text, theme.muted)), below.words)]
