"""One moment of the chosen way, and the line that says whether all ways agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.core.filter_axis import GIVEN
from convgui.draw.arithmetic import SIZE, SMALL, Equation, Said, said_runs
from convgui.draw.colour import faded
from convgui.draw.grids import value_cells
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import number
from convgui.draw.panels import cell_box, outlines
from convgui.draw.picture import Box, CellContent, Cells, Hit, Item, Label, Lines, Picture, Polygons, Rects, Run
from convgui.draw.prediction import about
from convgui.draw.words import label
from convgui.scenes.scene import Focus
from convgui.scenes.transposed.layout import MARGIN, WaysLayout
from convgui.scenes.transposed.sentences import by_input, words
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
    cell, position = _input_of(f, hit), _output_of(f, hit)
    if by_input(f):
        items = _painting(layout, landed if cell is None else cell, landed, share if cell is None else 0.0)
    else:
        items = _gathering(layout, landed if position is None else position, landed, share if position is None else 0.0)
    if position is not None and by_input(f):
        items += _sources(layout, position)
    if cell is not None and not by_input(f):
        items += _reached(layout, cell)
    items += [*layout.marks, *_tap(layout, hit)]
    first, second = words(f, hit, landed, cell, position)
    if canvas.captions:
        below = _lines(layout, first, second)
        items += about(below, not by_input(f) and position in (None, landed))
    summary = f"{first}; {second}" if second else first
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, f"{summary}.",
        "" if by_input(f) else number(float(f.output.flat[landed])),
    )  # fmt: skip


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


def _around(boxes: list[Box]) -> Box:
    array = np.array(boxes)
    left, top = array[:, 0].min(), array[:, 1].min()
    right, bottom = (array[:, 0] + array[:, 2]).max(), (array[:, 1] + array[:, 3]).max()
    return (float(left), float(top), float(right - left), float(bottom - top))


def _between(a: Box, b: Box, share: float) -> Box:
    x, y, wide, high = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return (x, y, wide, high)


def _light(start: Box, end: Box) -> list[list[tuple[float, float]]]:
    """A beam from the right side of one box to the left side of another."""
    x, y, wide, high = start
    return [[(x + wide, y), (end[0], end[1]), (end[0], end[1] + end[3]), (x + wide, y + high)]]


def _painting(layout: WaysLayout, step: int, landed: int, share: float) -> list[Item]:
    """The input cell of a step paints its kernel; the output holds what has been painted up to step `landed`."""
    f, theme = layout.ways, layout.canvas.theme
    kernel = theme.role("kernel")
    given = layout.grids["input"]
    source = cell_box(given, *f.cell(step))
    items: list[Item] = [_painted_output(layout, max(landed, step) + 1)]
    stamp = layout.grids.get("painted", layout.grids["kernel"])
    if "painted" in layout.grids:
        value = float(f.x[f.cell(step)])
        limit = max(float(np.abs(f.x).max()), 1e-12) * max(float(np.abs(f.kernel).max()), 1e-12)
        at = (stamp.x, stamp.y)
        items.append(
            value_cells(
                value * f.kernel, theme, "result", at, stamp.width, limit=limit, name="painted", title=stamp.title
            )
        )
    boxes = _painted(layout, step)
    beams = _light(source, stamp.box)
    if boxes:
        window = _around(boxes)
        following = _painted(layout, step + 1) if share else []
        window = _between(window, _around(following), share) if following else window
        beams += _light(stamp.box, window)
        if f.seen.dilated and not share:
            items.append(outlines(boxes, kernel.line, 1.6, inset=2))
        items.append(Rects(np.array([window]), stroke=kernel.line, width=2.5))
    items.append(Polygons(np.array(beams), faded(kernel.line, 0.13)))
    items.append(outlines([source], kernel.line, 2.5))
    return items


def _painted(layout: WaysLayout, step: int) -> list[Box]:
    """Every output cell that the input cell of a step paints."""
    f = layout.ways
    return [cell_box(layout.grids["output"], *position) for position in f.seen.reached(f.cell(step))]


def _painted_output(layout: WaysLayout, count: int) -> Cells:
    """The output after `count` input cells; cells that no kernel has reached stay empty."""
    f, theme, output = layout.ways, layout.canvas.theme, layout.grids["output"]
    touched = f.touched[count]
    values, final = (touched, f.touched[-1]) if f.view == "overlap" else (f.painted[count], f.painted[-1])
    limit = float(np.abs(final).max()) or 1.0
    grid = value_cells(
        values, theme, "result", (output.x, output.y), output.width, limit=limit, name="output", title=output.title
    )
    fill, ink = grid.content.fill.copy(), grid.content.ink
    fill[touched == 0] = theme.background
    texts = tuple(
        tuple(text if some else "" for text, some in zip(row, seen, strict=True))
        for row, seen in zip(grid.content.texts, (touched > 0).tolist(), strict=False)
    )
    return replace(grid, content=CellContent(fill, ink, texts))


def _gathering(layout: WaysLayout, step: int, landed: int, share: float) -> list[Item]:
    """The output cell of a step gathers what it is made of."""
    f, theme = layout.ways, layout.canvas.theme
    kernel, position = theme.role("kernel"), f.seen.position(step)
    output = layout.grids["output"]
    target = cell_box(output, *position)
    items: list[Item] = [replace(output, reveal=landed + 1, making=True)]
    following = min(step + 1, f.output.size - 1)
    if f.view == "stuffed":
        grid, direct = layout.grids["stretched"], f.seen.direct
        ahead = zip(position, f.seen.position(following), strict=True)
        window = cell_box(grid, *direct.box([p + (q - p) * share for p, q in ahead]))
        if direct.dilated and not share:
            taps = [cell_box(grid, *cell) for cell, _ in direct.reads(position)]
            items.append(outlines(taps, kernel.line, 1.6, inset=1.5))
        turned = layout.grids["kernel"].box
        beams = _light(window, turned) + _light(turned, target)
        items.append(Polygons(np.array(beams), faded(kernel.line, 0.13)))
        items.append(Rects(np.array([window]), stroke=kernel.line, width=2.5))
    else:
        table = layout.grids["matrix"]
        x, y, wide, high = cell_box(table, step + (following - step) * share, 0, 1, f.matrix.shape[1])
        items.append(Rects(np.array([(x - 3, y - 1, wide + 6, high + 2)]), stroke=kernel.line, width=2.5, radius=3))
        met = [cell for cell, _ in f.seen.reads(position)]
        boxes = [cell_box(layout.grids["input"], *cell) for cell in met]
        boxes += [cell_box(layout.grids["vector"], 0, int(np.ravel_multi_index(cell, f.x.shape))) for cell in met]
        items.append(outlines(boxes, kernel.line, 2.5, inset=1))
    items.append(outlines([target], kernel.line, 2.5))
    return items


def _sources(layout: WaysLayout, step: int) -> list[Item]:
    """Every input that reaches a pointed output cell."""
    f, theme = layout.ways, layout.canvas.theme
    position = f.seen.position(step)
    boxes = [cell_box(layout.grids["input"], *cell) for cell, _ in f.seen.reads(position)]
    target = cell_box(layout.grids["output"], *position)
    return [outlines(boxes, theme.role("input").line, 3.0, inset=1), outlines([target], theme.text, 2.5)]


def _reached(layout: WaysLayout, step: int) -> list[Item]:
    """Every output that a pointed input cell reaches."""
    f, theme = layout.ways, layout.canvas.theme
    items: list[Item] = [outlines(_painted(layout, step), theme.role("input").line, 2.5, inset=1)]
    cell, grid = f.cell(step), layout.grids.get("input")
    if grid is None:
        grid = layout.grids["stretched"]
        row, column = np.argwhere(f.kinds == GIVEN)[step]
        cell = (int(row), int(column))
    return [*items, outlines([cell_box(grid, *cell)], theme.text, 2.5)]


def _tap(layout: WaysLayout, hit: Hit | None) -> list[Item]:
    if hit is None or hit.kind not in ("kernel", "turned"):
        return []
    grid = layout.grids["kernel"]
    items: list[Item] = [outlines([cell_box(grid, hit.index[-2], hit.index[-1])], layout.canvas.theme.text, 2.5)]
    f = layout.ways
    if f.view == "matrix":
        tap = int(np.ravel_multi_index(hit.index[-2:], f.kernel.shape))
        held = np.flatnonzero(f.matrix.weights == tap)
        table = layout.grids["matrix"]
        boxes = [cell_box(table, int(f.matrix.rows[e]), int(f.matrix.columns[e])) for e in held]
        items.append(outlines(boxes, layout.canvas.theme.text, 2.0))
    return items


def _lines(layout: WaysLayout, first: Said, second: str) -> list[Item]:
    """The rule, what happens now, and whether all ways agree."""
    canvas = layout.canvas
    theme, room, top = canvas.theme, canvas.width - 2 * MARGIN, layout.footer + 8
    items: list[Item] = [Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line)]
    ink = theme.muted if isinstance(first, Equation) else theme.text
    items.append(Label(MARGIN, top + 24, said_runs(first, ink, theme.role("result").ink, SIZE, room), SIZE, mono=True))
    items.append(label(MARGIN, top + 46, elide(second, SMALL, room, mono=True), theme.muted, SMALL, mono=True))
    items += _agreement(layout, top + 72, room)
    return items


def _agreement(layout: WaysLayout, y: float, room: float) -> list[Item]:
    """Whether the four ways give one answer, computed now."""
    f, theme = layout.ways, layout.canvas.theme
    scale = max(float(np.abs(f.output).max()), 1.0)
    agree = f.difference <= 1e-9 * scale and f.counted
    ink = theme.role("result").ink if agree else theme.role("warning").ink
    badge = Rects(np.array([(MARGIN, y - 10, 11.0, 11.0)]), fill=ink, radius=5.5)
    head = tr("All four agree") if agree else tr("The four ways differ")
    by = number(f.difference)
    text = ": " + tr(
        "scatter, zeros inserted, Cᵀ x and the layer differ by {by}; the overlap is the layer on ones.", by=by
    )
    if 20 + text_width(head, SMALL, bold=True) + text_width(text, SMALL) > room:
        text = f": {tr('largest difference {by}.', by=by)}"
    return [badge, Label(MARGIN + 18, y, (Run(head, ink, bold=True), Run(text, theme.muted)), SMALL)]
