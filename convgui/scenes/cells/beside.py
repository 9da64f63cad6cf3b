"""Beside a maximum: the mean of the same windows, and the way of a gradient back through both."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.core.filter_view import Cell
from convgui.draw.arithmetic import said_runs
from convgui.draw.gaps import arrow, operator, wedge
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure
from convgui.draw.metrics import elide, text_width, wrap
from convgui.draw.number import number
from convgui.draw.panels import cell_box
from convgui.draw.picture import Box, Cells, Item, Label, Lines, Rects
from convgui.draw.prediction import about
from convgui.draw.theme import Theme
from convgui.draw.window import framed
from convgui.draw.words import label
from convgui.draw.writing import COMPACT, writing, written_with
from convgui.scenes.cells.sources import CellData, Floats
from convgui.words import mark, tr

WIDE, APART = 326.0, 36.0
"""Width of all of it, and its distance from what stands at its left."""
LEAST, LOW = (860.0, 350.0), 450.0
"""Room from which it is drawn, and height below which words stand beside what they are about."""
SMALLEST, LARGEST = (18.0, 28.0), (34.0, 52.0)
"""Sides of the cells of the input and of the mean."""
GAP, UNIT, FALL, LOW_UNIT, LOW_FALL = 62.0, 38.0, 32.0, 30.0, 24.0
"""Between both grids; the largest side of a gradient's cells, and the height of the arrows to them; both where height
is short."""
HEADS, LOW_HEADS = (30.0, 60.0, 40.0), (14.0, 44.0, 36.0)
"""Height of what stands below the first title, below its grids and below the second title; where height is short."""
SIZE, LINE, SMALL = 14.0, 16.0, 12.0
RING, MOST_ARROWS = 0.76, 6
HALVES = (mark("maximum"), mark("mean"))


@dataclass(frozen=True, eq=False)
class Beside:
    """Where it stands.

    Attributes
    ----------
    box : tuple
        The room for all of it.
    window, mean : Cells
        The input once more, and the mean of its windows.
    back : float
        Upper edge of the part about the gradient.
    low : bool
        Whether height is short.
    """

    box: Box
    window: Cells
    mean: Cells
    back: float
    low: bool
    base: tuple[Item, ...]


def divided(box: Box) -> tuple[Box, Box] | None:
    """Divide the room for a figure into that of the figure and of what stands beside it; None if it is too small."""
    x, y, wide, high = box
    if wide < LEAST[0] or high < LEAST[1]:
        return None
    own = min(WIDE * max(1.0, wide / 1100), 380.0)
    return (x, y, wide - own - APART, high), (x + wide - own, y, own, high)


def beside(data: CellData, box: Box, sizes: Measure, theme: Theme) -> Beside | None:
    """Place the mean above and the gradients below; None where there is no mean, or no room for its numbers."""
    if data.mean is None:
        return None
    x, y, wide, high = box
    (rows, columns), (ro, co) = data.size, data.mean.shape
    low = high < LOW
    over, under, _ = LOW_HEADS if low else HEADS
    top = y + sizes.title + over
    back = y + high - _back_height(data, sizes, low=low)
    tall = back - under - top
    b = float(int(min(LARGEST[1], tall / ro, (wide - GAP) * 0.46 / co)))
    a = float(int(min(LARGEST[0], tall / rows, (wide - GAP - co * b) / columns)))
    values, mean = data.inputs[0].astype(np.float64), data.mean
    written = [writing(v, side, sizes.least) for v, side in ((values, a), (mean, b))]
    if a < SMALLEST[0] or b < SMALLEST[1] or not all(w.font for w in written):
        return None
    window = value_cells(
        values, theme, "input", (float(round(x)), float(round(top))), a, limit=largest(values), numbers=written[0],
        name="again", title=tr("input"),
    )  # fmt: skip
    lower = round(top + (max(rows * a, ro * b) - ro * b) / 2)
    means = value_cells(
        mean, theme, "result", (float(round(x + wide - co * b)) - 1, float(lower)), b, limit=largest(mean),
        numbers=written[1], name="mean", title=tr("mean"),
    )  # fmt: skip
    # Numbers that touch read as one; and a window in which the mean has no room is drawn smaller.
    means, grid = replace(means, font=min(means.font, SMALL)), replace(window, aside=True)
    window = replace(grid, y=float(round(top + (max(rows * a, ro * b) - rows * a) / 2)))
    words = _words(data, (x, y, wide, high), back, sizes, theme, low=low)
    return Beside(box, window, means, back, low, (*words, window))


def _back_height(data: CellData, sizes: Measure, *, low: bool) -> float:
    (high, _), (unit, fall) = data.window, _unit(data, low=low)
    head, words = (LOW_HEADS[2], 2.0) if low else (HEADS[2], 2 * LINE + 12)
    return sizes.title + head + _one(low=low) + fall + high * unit + words


def _one(*, low: bool) -> float:
    """Return the side of the cell that what comes back stands in."""
    return LOW_UNIT if low else UNIT


def _unit(data: CellData, *, low: bool) -> tuple[float, float]:
    """Return the side of a gradient's cells, and the height of the arrows to them."""
    return float(int(min(_one(low=low), 3 * UNIT / max(data.window)))), LOW_FALL if low else FALL


def _words(data: CellData, box: Box, back: float, sizes: Measure, theme: Theme, *, low: bool) -> list[Item]:
    x, y, wide, high = box
    left, count = x - APART / 2, int(np.prod(data.window))
    share = tr("same windows, every cell counts 1/{n}", n=count)
    if low and text_width(tr("Average pooling"), sizes.title, bold=True) + 12 + text_width(share, 12) > wide:
        share = tr("every cell counts 1/{n}", n=count)
    parts = ((y, tr("Average pooling"), share), (back, tr("The gradient’s way back"), tr("a 1 arrives")))
    items: list[Item] = [
        Lines(np.array([(left, y, left, y + high), (x, back - 22, x + wide, back - 22)]), theme.line),
    ]
    for top, title, detail in parts:
        base, size = top + sizes.title, sizes.title
        items.append(label(x, base, title, theme.text, size, bold=True))
        room = wide - text_width(title, size, bold=True) - 12
        # What has no room beside the title stands below it.
        fits = text_width(detail, 12) <= room
        corner = (x + wide - room, base) if fits else (x, base + 18)
        items.append(label(*corner, elide(detail, 12, wide), theme.muted, 12))
    return items


def step_items(b: Beside, data: CellData, landed: int, position: Cell, theme: Theme, *, hidden: bool) -> list[Item]:
    """Draw the mean up to a step, and what comes back from one output; with `hidden` nothing that tells the winner."""
    first, (high, wide) = data.corner(position), data.window_at(position)
    top, bottom = (b.window.y + (first[0] + n) * b.window.height for n in (0, high))
    out = b.mean.y + position[0] * b.mean.height
    across = (b.window.x + b.window.box[2], b.mean.x)
    items = wedge(across, (top, bottom), (out, out + b.mean.height), theme)
    middle = b.mean.y + b.mean.box[3] / 2
    items += operator(across, middle, tr("mean"), theme, "kernel")
    items += [
        framed([cell_box(b.window, first[0], first[1], high, wide)], b.window.width, theme),
        replace(b.mean, reveal=landed + 1),
        framed([cell_box(b.mean, position[0], position[1])], b.mean.width, theme),
    ]
    said = data.mean_sentence(position)
    below = max(b.window.y + b.window.box[3], b.mean.y + b.mean.box[3]) + (18 if b.low else 24)
    if text_width(str(said), SIZE, mono=True) > b.box[2]:
        said = replace(said, head="")
    # The mean is not what is asked for.
    items += about(
        [Label(b.box[0], below, said_runs(said, theme.text, theme, SIZE, b.box[2]), SIZE, mono=True)], predicted=False
    )
    for n, gradient in enumerate(data.handed_back(position)):
        items += _half(b, data, n, position, gradient, theme, hidden=hidden and not n)
    return items


def _half(
    b: Beside, data: CellData, n: int, position: Cell, gradient: Floats, theme: Theme, *, hidden: bool
) -> list[Item]:
    """The gradient of one output, through the maximum at the left or through the mean at the right.

    With `hidden` it is not said which cell gets it.
    """
    half, (unit, fall), first = b.box[2] / 2, _unit(data, low=b.low), _one(low=b.low)
    x, columns = float(round(b.box[0] + n * (half + 6))), gradient.shape[1]
    top = b.back + (LOW_HEADS if b.low else HEADS)[2] - 4 + LINE
    wide = columns * unit
    one = (float(round(x + max(wide - first, 0.0) / 2)), float(round(top)))
    below = top + first + fall
    gradient, asked = np.zeros_like(gradient) if hidden else gradient, gradient
    whole = gradient.max() in (0, 1)
    numbers = writing(gradient, unit, COMPACT, None if whole else 2)
    if not whole:
        # Smaller letters come before another number: 0.3 is no quarter.
        numbers = written_with(gradient, unit, COMPACT, 2) or numbers
    grid = value_cells(
        gradient, theme, "input", (x, float(round(below))), unit, limit=1.6, numbers=numbers,
        name=f"gradient {n}", title="∂L/∂x",
    )  # fmt: skip
    if hidden:
        texts = tuple(("?",) * columns for _ in grid.content.texts)
        grid = replace(grid, content=replace(grid.content, texts=texts))
    came = value_cells(np.ones((1, 1)), theme, "result", one, first, limit=1.6, name=f"arrives {n}", title="∂L/∂y")
    centre = one[0] + first / 2
    # The arrows end above what gets something: of a mean all cells do.
    count = 0 if hidden else min(gradient.size, MOST_ARROWS)
    spread = (np.arange(count) + 0.5) * columns / max(count, 1) if n else np.flatnonzero(gradient.any(axis=0)) + 0.5
    grid = replace(grid, font=min(grid.font, SMALL))
    items: list[Item] = [replace(cells, aside=True) for cells in (came, grid)]
    for end in (x + unit * spread).tolist():
        items += arrow((centre, top + first + 2), (end, grid.y - 2), theme, "warning")
    name = f"∂L/∂y{list(position)}"
    beside_it = one[0] + first + 8
    room = x + half - beside_it
    items += [
        label(x, top - 8, tr(HALVES[n]), theme.text, 12, bold=True),
        label(beside_it, top + 22, elide(name, 12, room, mono=True), theme.role("result").ink, 12, mono=True),
        label(x + wide + 8, grid.y + 14, "∂L/∂x", theme.role("input").ink, 12, mono=True),
    ]
    words = tr("all of it to the winner") if n == 0 else tr("{share} to each", share=number(float(asked.max())))
    lines = wrap(words, 12, half - wide - 16 if b.low else half - 12)[: 3 if b.low else 2]
    corner = (x + wide + 8, grid.y + 16) if b.low else (x, grid.y + grid.box[3])
    items += [label(corner[0], corner[1] + LINE * (k + 1), line, theme.text, 12) for k, line in enumerate(lines)]
    if n == 0:
        side, inset = RING * unit, (1 - RING) / 2 * unit
        won = np.argwhere(gradient)
        boxes = [(x + j * unit + inset, grid.y + i * unit + inset, side, side) for i, j in won.tolist()]
        rings = np.array(boxes, dtype=float).reshape(-1, 4)
        items.append(Rects(rings, stroke=theme.role("result").line, width=2.0, radius=side / 2))
    return items
