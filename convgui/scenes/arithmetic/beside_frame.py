"""Several values of one parameter side by side: one moment, the same for all columns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from convgui.core.filter_view import Position
from convgui.draw.arithmetic import Equation, Said, products_text, said_runs
from convgui.draw.footer import footer_items
from convgui.draw.gaps import falling, operator, wedge
from convgui.draw.measure import Measure
from convgui.draw.metrics import text_width
from convgui.draw.number import number, signed
from convgui.draw.panels import cell_box
from convgui.draw.picture import Cells, Hit, Item, Lines, Picture, Run
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import INDEX, TitledGrid, index_text, indices
from convgui.draw.window import Window, framed, ringed, touched, window
from convgui.draw.words import label, middle
from convgui.scenes.arithmetic.beside import BRACKET, Columns, Compared, bracket, crowded
from convgui.scenes.arithmetic.frame import cell_sentence
from convgui.scenes.arithmetic.geometry import Geometry
from convgui.scenes.scene import Focus
from convgui.words import tr


def steps(compared: Compared) -> int:
    """As many as the largest output has cells; a smaller one is finished before."""
    return max(int(g.output.size) for g in compared.each)


def step_of(columns: Columns, hit: Hit) -> int | None:
    """Return the step that a clicked output stands for, in the first column that has it."""
    if hit.kind != "output":
        return None
    cell = hit.index[-2:]
    return next((g.view.step(cell) for g in columns.compared.each if g.view.makes(cell)), None)


def draw_frame(columns: Columns, at: float, focus: Focus) -> Picture:
    """Draw each column at a step, or at the output that is pointed at where it has that one."""
    canvas, hit = columns.canvas, focus.hit
    landed = min(int(at), steps(columns.compared) - 1)
    items, lines, said = list[Item](), list[tuple[Run, ...] | str](), list[str]()
    longest = max(map(len, columns.compared.names))
    for n in range(len(columns.compared.each)):
        items += _column(columns, n, landed, at - landed, hit)
        words = _said(columns, n, landed, hit)
        said.append(f"{columns.compared.names[n]}: {words}")
        ink, below = canvas.theme.text, columns.footer
        name = Run(f"{columns.compared.names[n].ljust(longest)}  ", canvas.theme.muted)
        room = below.room - text_width(name.text, below.size, mono=True)
        lines.append((name, *said_runs(words, ink, canvas.theme, below.size, room)))
    items += _kernel_rings(columns, hit)
    if canvas.captions:
        last = steps(columns.compared) - 1
        title = tr("This step") if hit is None else tr("Pointed at")
        detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if hit is None else ""
        title = tr("The marked cell") if hit is None and _marks(columns, landed) else title
        items += footer_items(columns.footer, title, detail, lines, canvas.theme)
    paper, summary = canvas.theme.background, "; ".join(said)
    return Picture(canvas.width, canvas.height, paper, columns.base, tuple(items), columns.hits, summary)


def _position(columns: Columns, n: int, landed: int, hit: Hit | None) -> Position:
    """Return the output cell that a column is about: pointed at, spoken of once all are made, or that of the step."""
    g, marked = columns.compared.each[n], columns.marks[n]
    if hit is not None and hit.kind == "output" and g.view.makes(hit.index[-2:]):
        return hit.index[-2:]
    if hit is None and marked is not None and _marks(columns, landed):
        return marked
    return g.view.position(min(landed, g.view.positions - 1))


def _marks(columns: Columns, landed: int) -> bool:
    """Whether everything is made, and a caption speaks of a cell of it."""
    return any(columns.marks) and landed == steps(columns.compared) - 1


def _column(columns: Columns, n: int, landed: int, share: float, hit: Hit | None) -> list[Item]:
    """One column: the window on the input, how wide it is, and the output as far as it is made."""
    g, theme = columns.compared.each[n], columns.canvas.theme
    below, above, last = columns.outputs[n], columns.inputs[n], g.view.positions - 1
    position = _position(columns, n, landed, hit)
    output = replace(below.cells, reveal=min(landed, last) + 1)
    if hit is not None and hit.kind == "input":
        cell = g.view.padded_index(hit.index[-2:])
        read = g.view.weighed(hit.index[-2:], g.kernel)
        met = {(i, j): columns.weights.text(weight) for (i, j), weight in read.items()}
        inside = all(0 <= c < high for c, high in zip(cell, g.padded.shape, strict=True))
        ring = [ringed([(above.cells, (cell[0], cell[1]))], theme)] if inside else []
        output = _told(g, output, set(met) if inside else set(), columns.measure)
        still = [*indices(above, columns.measure, theme), *_output_indices(columns, below, (-1, -1))]
        return [*touched(output, met if inside else {}, theme), *ring, *still]
    output = _told(g, output, {position}, columns.measure)
    following = g.view.position(min(landed + 1, last)) if landed < last and hit is None else position
    row, column, high, wide = g.windows.box([p + (q - p) * share for p, q in zip(position, following, strict=True)])
    left, _, across, _ = cell_box(above.cells, row, column, high, wide)
    x, _, side, _ = cell_box(output, *position)
    kernel = columns.kernels[n].cells
    between = (kernel.x, kernel.x + kernel.box[2])
    down, right = (axis.taps for axis in g.view.axes)
    lies = Window((row, column), (down, right), columns.weights.texts(g.kernel))
    items = falling((above.cells.y + above.cells.box[3], kernel.y), (left, left + across), between, theme)
    if columns.level:
        gap, y = (between[1], output.x), cell_box(output, *position)[1]
        items += wedge(gap, (kernel.y, kernel.y + kernel.box[3]), (y, y + output.height), theme)
        items += operator(gap, kernel.y + kernel.box[3] / 2, "=", theme) if columns.measure.words else []
    else:
        items += falling((kernel.y + kernel.box[3], output.y), between, (x, x + side), theme)
    items += [*window(above.cells, lies, theme, tr("window")), output]
    items += [
        framed([cell_box(output, *position)], output.width, theme),
        *_bracket(columns, above, (left, across), wide),
    ]
    items += _tap(g, above.cells, position, hit, theme)
    now, (top, first) = [cell for cell, _ in g.windows.reads(position)], g.view.origin
    under = ({i + top for i, _ in now}, {j + first for _, j in now})
    return [*items, *indices(above, columns.measure, theme, *under), *_output_indices(columns, below, position)]


def _told(g: Geometry, output: Cells, spoken: Collection[tuple[int, ...]], sizes: Measure) -> Cells:
    """Return an output whose numbers would run into each other with those alone that are spoken of."""
    if not crowded(g, output.width, sizes):
        return output
    rows = enumerate(output.content.texts)
    texts = tuple(tuple(text if (i, j) in spoken else "" for j, text in enumerate(row)) for i, row in rows)
    return replace(output, content=replace(output.content, texts=texts))


def _bracket(columns: Columns, grid: TitledGrid, span: tuple[float, float], cells: float) -> list[Item]:
    """Measure the window above the column indices, in cells."""
    sizes, theme = columns.measure, columns.canvas.theme
    if not bracket(columns.compared, sizes):
        return []
    left, wide = span
    line, y = theme.role("kernel").line, grid.cells.y - sizes.index - BRACKET / 2 + 1
    text = str(round(cells))
    half = text_width(text, sizes.small, mono=True, bold=True) / 2 + 3
    middle_x = left + wide / 2
    ends = [(left, y - 4, left, y + 4), (left + wide, y - 4, left + wide, y + 4)]
    ends += [(left, y, middle_x - half, y), (middle_x + half, y, left + wide, y)] if 2 * half < wide else []
    return [
        Lines(np.array(ends), line, 1.6),
        label(
            middle_x, middle(y, 0, sizes.small), text, theme.role("kernel").ink, sizes.small,
            bold=True, mono=True, anchor="middle",
        ),
    ]  # fmt: skip


def _tap(g: Geometry, grid: Cells, position: Position, hit: Hit | None, theme: Theme) -> list[Item]:
    """Ring the cell that a pointed weight meets."""
    if hit is None or hit.kind != "kernel":
        return []
    (row, column, _, _), (down, right) = g.windows.box(position), g.view.offset(hit.index[-2:])
    return [ringed([(grid, (row + down, column + right))], theme)]


def _kernel_rings(columns: Columns, hit: Hit | None) -> list[Item]:
    if hit is None or hit.kind != "kernel":
        return []
    return [ringed([(grid.cells, (hit.index[-2], hit.index[-1])) for grid in columns.kernels], columns.canvas.theme)]


def _output_indices(columns: Columns, grid: TitledGrid, position: Position) -> list[Item]:
    """Indices of an output, those of its columns below it, since the gap is above."""
    sizes, theme, c = columns.measure, columns.canvas.theme, grid.cells
    if not sizes.words:
        return []
    items = indices(grid, sizes, theme, position[:1], position[1:])
    y = c.y + c.box[3]
    if sizes.index and c.width >= 16 and not columns.level:
        for j in range(c.content.shape[1]):
            now = j == position[1]
            items.append(
                label(
                    c.x + (j + 0.5) * c.width, y + INDEX + 9, index_text(j), theme.role("kernel").ink if now else
                    theme.muted, sizes.small, bold=now, mono=True, anchor="middle",
                )
            )  # fmt: skip
    return items


def _said(columns: Columns, n: int, landed: int, hit: Hit | None) -> Said:
    """What is said of one column: its sum, or what reads the cell that is pointed at."""
    g = columns.compared.each[n]
    if hit is None or hit.kind != "input":
        return _equation(columns, n, _position(columns, n, landed, hit))
    cell = g.view.padded_index(hit.index[-2:])
    there = all(0 <= c < high for c, high in zip(cell, g.padded.shape, strict=True))
    if not there:
        return tr("there is no such cell")
    return cell_sentence(g, hit.index[-2:], _room(columns), columns.footer.size)


def _room(columns: Columns) -> float:
    """Return the width of a line behind the name of its column."""
    below = columns.footer
    return below.room - text_width(max(columns.compared.names, key=len) + "  ", below.size, mono=True)


def _equation(columns: Columns, n: int, position: Position) -> Equation:
    """The sum of one column's output."""
    g, below = columns.compared.each[n], columns.footer
    head, value = f"out{list(position)} = ", number(float(g.output[position]))
    bias = f" + {tr('bias')} {signed(g.bias)}" if g.bias else ""
    spare = _room(columns) - text_width(f"{head}{value} = {bias}", below.size, mono=True)
    values = g.windows.values(g.padded[None], position).ravel()
    return Equation(head, value, tail=f" = {products_text(values, g.kernel.ravel(), spare, below.size)}{bias}")
