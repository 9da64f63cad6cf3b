"""Learn a kernel: where everything stands.

Forward runs to the right: input ∗ kernel = prediction, prediction − target = error. The error runs back in its own lane
to the two gradients below, beside which the loss is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from convgui.core import FilterView
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import arrow, lane, operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, measure, roomy
from convgui.draw.metrics import text_width, wrap
from convgui.draw.number import times
from convgui.draw.picture import Box, Cells, Curves, Item, Rects
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role
from convgui.draw.titled_grid import TITLE as DETAIL
from convgui.draw.titled_grid import TitledGrid, heading
from convgui.draw.words import label, middle, starred
from convgui.draw.writing import NOTHING, Writing, writing, written_with
from convgui.scenes.canvas import Canvas
from convgui.scenes.learn.descent import Descent, Floats
from convgui.scenes.learn.loss import LossCurve, loss_curve
from convgui.scenes.learn.sentences import as_rows, said
from convgui.words import mark, tr

KERNEL, RESULT, HIDDEN, SHOWN = 1.37, 1.16, 0.6, 1.0
"""Sides of the cells of kernels, of results, and of the hidden kernel before and after it is shown, by the input's."""
CROPPED_KERNEL = 36.0
"""Largest side of a kernel's cells beside a photo."""
NARROW_KERNEL, NARROW_RESULT, NARROW_HIDDEN, NARROW_GAP = 1.95, 1.6, 0.95, 40.0
"""Of kernels, of results, of the hidden kernel, and between grids, where their numbers would not fit otherwise."""
GAP = 1.0
"""Least width of a gap in cells."""
EVEN, EVEN_HIDDEN, LEAST_EVEN = (41.0, 34.0), 0.72, 26
"""Least sides of the cells of kernels and of results for their numbers, the hidden kernel's by the input's beside them,
and the input's that they must leave."""
NUMBERED, WIDEST = 32.0, 0.28
"""Side of the input's cells below which its gradient is larger, and the most of the width that it takes then."""
LEAST_HIGH = 16.0
"""Height of its cells that holds numbers."""
ONE_LINE = 26.0
"""Height of a title that has no shape below it."""
WIDE = 1200.0
LARGEST_CELL, LANE = 44.0, 20.0
LEFT, BELOW, CURVE = 52.0, 44.0, 20.0
"""Room for the numbers of the loss, for those of the updates, and between the lane and the title of the loss."""
ROOMY = 2.0
"""Pixels that numbers with decimals leave free of a cell besides, so that two of them do not touch."""
ENTRY, AROUND, BRIDGE = 0.7, 30.0, 8.0
"""Where the error enters the kernel's gradient, by its width; room beside for the way from there to the kernel; and
what that leaves free of the lane that it crosses."""
FORWARD = ("input", "learned", "prediction", "target", "error")
SIGNS = "∗=−="
BACKWARD = ("kernel gradient", "input gradient")
SMALLER = ("learned", *BACKWARD)
"""What is written in smaller letters rather than with fewer decimals."""
PAIRED = ("learned", "kernel gradient")
TITLES: dict[str, tuple[str, Role]] = {
    "input": (mark("Input"), "input"),
    "learned": (mark("Kernel"), "kernel"),
    "prediction": (mark("Prediction"), "result"),
    "target": (mark("Target"), "result"),
    "error": (mark("Error"), "warning"),
    "kernel gradient": ("∂L/∂w", "kernel"),
    "input gradient": ("∂L/∂x", "input"),
}
FILLS: dict[str, Role] = {"error": "result", "hidden": "kernel"}
"""Roles of fills that have another than their title."""


@dataclass(frozen=True, eq=False)
class LearnLayout:
    """Learn on a canvas.

    Attributes
    ----------
    boxes : dict
        The outline of each grid by its name.
    limits : dict
        The scale of each grid, the same for all steps.
    writings : dict
        How each grid writes its numbers.
    served : tuple of tuple
        For each weight the cells of the input that it meets; empty for photos.
    lit : str
        The gradient that a caption speaks of alone, by what it is with respect to: ``"w"``, ``"x"``, or nothing.
    """

    run: Descent
    canvas: Canvas
    measure: Measure
    channel: int
    reveal: bool
    boxes: dict[str, Box]
    limits: dict[str, float]
    writings: dict[str, Writing]
    served: tuple[tuple[tuple[int, int], ...], ...]
    curve: LossCurve
    footer: Footer
    base: tuple[Item, ...]
    signs: tuple[Item, ...]
    lit: str = ""


def lay_out(run: Descent, canvas: Canvas, channel: int, reveal: bool, lit: str = "") -> LearnLayout:
    """Place the forward row above, the lane of the error, and the loss and both gradients below."""
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    if sizes.words and canvas.width < WIDE:
        sizes = replace(sizes, gap=min(sizes.gap, NARROW_GAP))
    lines = said(run) - (roomy(canvas.width, canvas.height))
    below = footer(canvas.width, canvas.height, sizes.margin, lines, told=canvas.told)
    bottom = below.top - 8 if canvas.captions else canvas.height - sizes.margin
    found, boxes = _forward(run, canvas, sizes, bottom, reveal=reveal)
    boxes |= _backward(run, canvas, sizes, found, boxes, bottom)
    x, y, width, height = boxes.pop("curve")
    curve = loss_curve(run.losses, (x, y, width, height))
    channel = min(channel, len(run.names) - 1)
    layout = LearnLayout(
        run, canvas, sizes, channel, reveal, boxes, _limits(run, channel), {}, _served(run), curve, below, (), (), lit
    )
    writings = {name: _writing(layout, name) for name in boxes}
    # A weight and its slope are written alike.
    coarse = min((writings[name] for name in PAIRED), key=lambda w: (w.font > 0, w.decimals or 0, w.font))
    writings |= dict.fromkeys(PAIRED, coarse)
    layout = replace(layout, writings=writings)
    return replace(layout, base=tuple(_base(layout)), signs=tuple(_signs(layout, found)))


def _shapes(run: Descent) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Return height and width of input, kernel and output; one axis is drawn as a row."""
    shapes = (run.x.shape[1:], run.target.shape[2:], run.wanted.shape)
    rows = [(1, *shape) if len(shape) == 1 else shape for shape in shapes]
    return (rows[0][0], rows[0][1]), (rows[1][0], rows[1][1]), (rows[2][0], rows[2][1])


def _forward(
    run: Descent, canvas: Canvas, sizes: Measure, bottom: float, *, reveal: bool
) -> tuple[Row, dict[str, Box]]:
    """Solve the size of a cell for the whole figure, and place the forward row."""
    (h, w), (kh, kw), (ho, wo) = _shapes(run)
    top = min(sizes.margin, 8.0)
    lane_height = LANE if sizes.words else 10.0
    high = bottom - top - sizes.above - _above(sizes) - lane_height - (10 if sizes.words else 0)
    # The hidden kernel hangs below the target.
    shows = reveal or (not run.cropped and sizes.index > 0)

    def largest_cell(kernel: float, result: float, hidden: float) -> float:
        first = max(h, kh * kernel, ho * result)
        hangs = max(0.0, (ho * result - first) / 2 + kh * hidden) if shows else 0.0
        return float(high / (first + hangs + max(h, kh * kernel)))

    scales = (KERNEL, RESULT, SHOWN if reveal else HIDDEN)
    if canvas.width < WIDE:
        scales = _narrow(run, canvas.width - 2 * sizes.margin - 4 * sizes.gap, largest_cell)
    kernel, result, hidden = scales
    cell = largest_cell(*scales)
    if run.cropped:
        kernel = min(CROPPED_KERNEL, high / (3 * kh + 1)) / max(cell, 0.25)
    slots = [
        Slot(h, w, above=sizes.above),
        Slot(kh, kw, above=sizes.above, scale=kernel),
        *(Slot(ho, wo, above=sizes.above, scale=result) for _ in range(3)),
    ]
    wide = canvas.width - 2 * sizes.margin
    tall = sizes.above + max(h, kh * kernel, ho * result) * cell + 1
    found = row(slots, (sizes.margin, top, wide, tall), sizes, largest=min(cell, LARGEST_CELL), wider=GAP)
    boxes = {name: found.box(n) for n, name in enumerate(FORWARD)}
    if shows:
        x, y, width, height = boxes["target"]
        side = found.side(1) if run.cropped else max(round(found.cell * hidden), 1)
        boxes["hidden"] = (x + width - kw * side, y + height + 8, kw * side, kh * side)
    return found, boxes


def _narrow(
    run: Descent, room: float, largest_cell: Callable[[float, float, float], float]
) -> tuple[float, float, float]:
    """Return the sides of kernels, results and hidden kernel by the input's, which are as large as they can be."""
    (_, w), (_, kw), (_, wo) = _shapes(run)
    kernel, result = EVEN
    for cell in range(int((room - kw * kernel - 3 * wo * result) / w), LEAST_EVEN - 1, -1):
        scales = (kernel / cell, result / cell, EVEN_HIDDEN)
        if largest_cell(*scales) >= cell:
            return scales
    return NARROW_KERNEL, NARROW_RESULT, NARROW_HIDDEN


def _above(sizes: Measure) -> float:
    """Return the height of the titles of the gradients, whose details stand beside or below them."""
    return min(sizes.above, ONE_LINE)


def _backward(
    run: Descent, canvas: Canvas, sizes: Measure, found: Row, boxes: dict[str, Box], bottom: float
) -> dict[str, Box]:
    """Place both gradients below what they are the gradients of, or larger, and the loss beside them."""
    lowest = max(y + height for _, y, _, height in boxes.values())
    top = round(lowest + (LANE if sizes.words else 10.0) + _above(sizes))
    (x, _, wide, high), (kx, _, kw, kh), (_, left) = boxes["input"], boxes["learned"], found.gap(1)
    (h, w), _, _ = _shapes(run)
    cell = float(int(min((bottom + 4 - top) / h, WIDEST * canvas.width / w, NUMBERED + 2)))
    if sizes.words and not run.cropped and wide / w < NUMBERED:
        # Where height is short, its cells are wider than high before they lose their numbers.
        fits = cell < NUMBERED and NUMBERED * w <= WIDEST * canvas.width and cell >= LEAST_HIGH
        wide, high = (NUMBERED if fits else max(cell, wide / w)) * w, max(cell, high / h) * h
        kx = max(kx, round(x + wide + sizes.gap))
        left = max(left, kx + kw + sizes.gap)
    left = round(left + (LEFT - 20 if sizes.words else 0))
    right = canvas.width - sizes.margin - 8
    begin = top + (CURVE if sizes.words else 0)
    height = max(bottom - begin - (BELOW if sizes.words else 0), 10.0)
    return {
        "input gradient": (x, float(top), wide, high),
        "kernel gradient": (kx, float(top), kw, kh),
        "curve": (float(left), float(begin), max(right - left, 10.0), min(height, max(high, kh, 120.0))),
    }


def _limits(run: Descent, channel: int) -> dict[str, float]:
    """Choose the scale of each grid for the whole run: as far as a descent that converges takes it."""
    early = [run.input_gradient(step)[channel] for step in (1, 2, 3, 5, 8) if step < len(run.losses)]
    result, kernel = largest(run.wanted), largest(run.target)
    return {
        "input": largest(run.x), "learned": kernel, "hidden": kernel, "prediction": result, "target": result,
        "error": result, "kernel gradient": largest(run.kernel_gradient(0)), "input gradient": largest(*early),
    }  # fmt: skip


def _writing(layout: LearnLayout, name: str) -> Writing:
    """Choose how a grid writes its numbers: given ones as they are, those of the descent always with decimals."""
    given = {"input": layout.run.x, "target": layout.run.wanted, "hidden": layout.run.target}
    side, least = _side(layout, name), layout.measure.least
    if layout.run.cropped and name not in ("learned", "hidden", "kernel gradient"):
        return NOTHING
    if name in given:
        return writing(given[name], side, least)
    side -= ROOMY
    limit = layout.limits[name]
    values = np.array([-limit, -limit / 3, limit / 3])
    if name in SMALLER and (small := written_with(values, side, least, 2 if name in PAIRED else 1)):
        return small
    found = writing(values, side, least, 2 if name in PAIRED else 1)
    # Without a decimal, −6 would stand beside the −6.48 of the sum below.
    return NOTHING if name in PAIRED and found.decimals == 0 else found


def _side(layout: LearnLayout, name: str) -> float:
    (_, w), (_, kw), (_, wo) = _shapes(layout.run)
    columns = {"input": w, "input gradient": w, "learned": kw, "hidden": kw, "kernel gradient": kw}.get(name, wo)
    return layout.boxes[name][2] / columns


def _served(run: Descent) -> tuple[tuple[tuple[int, int], ...], ...]:
    if run.cropped:
        return ()
    view = FilterView(run.spec, run.x.shape[1:]).on_two_axes
    taps = np.ndindex(view.spec.kernel_size)
    return tuple(tuple((cell[0], cell[1]) for cell in view.served(tap)) for tap in taps)


def drawn(layout: LearnLayout, name: str, values: Floats) -> Cells:
    """Draw the grid of that name."""
    x, y, _, _ = layout.boxes[name]
    # A gradient is no X-ray, also where it is the input's.
    theme = layout.canvas.theme
    theme = replace(theme, inverted=theme.inverted and name == "input")
    marked, own = TITLES.get(name, (mark("hidden kernel"), "kernel"))
    role, numbers = FILLS.get(name, own), layout.writings[name]
    if name not in PAIRED and not (numbers.font or layout.run.cropped or values.any()):
        # Zeros have room where the numbers of other steps have none.
        numbers = writing(values, _side(layout, name), layout.measure.least)
    grid = value_cells(
        as_rows(values), theme, role, (x, y), _side(layout, name), limit=layout.limits[name], name=name,
        numbers=numbers, title=tr(marked),
    )  # fmt: skip
    grid = replace(grid, height=layout.boxes[name][3] / grid.content.shape[0])
    # What goes back to the input may lose its numbers where there is little room; the others are what is learnt by.
    grid = replace(grid, aside=name == "input gradient")
    return replace(grid, outline=theme.role("warning").line) if name == "error" else grid


def _base(layout: LearnLayout) -> list[Item]:
    run = layout.run
    items: list[Item] = [drawn(layout, "input", run.x[layout.channel]), drawn(layout, "target", run.wanted)]
    items += _hidden(layout)
    if layout.measure.words:
        items += _headings(layout)
    return items


def _hidden(layout: LearnLayout) -> list[Item]:
    """The kernel that made the target: question marks, until it is asked for."""
    if "hidden" not in layout.boxes:
        return []
    theme, (x, y, wide, _) = layout.canvas.theme, layout.boxes["hidden"]
    items: list[Item] = []
    if layout.reveal:
        items.append(drawn(layout, "hidden", layout.run.target[0, layout.channel]))
    else:
        (_, (kh, kw), _), colours = _shapes(layout.run), theme.role("kernel")
        side = wide / kw
        boxes = [(x + j * side, y + i * side, side, side) for i in range(kh) for j in range(kw)]
        items.append(Rects(np.array(boxes), stroke=colours.line, dash="dashed"))
        size = float(int(max(0.5 * side, 12.0)))
        if side >= size:
            items += [
                label(
                    a + side / 2, middle(b, side, size), "?", colours.ink, size, bold=True, mono=True, anchor="middle"
                )
                for a, b, _, _ in boxes
            ]
    # Below the gap before the target there is room, too.
    left = layout.boxes["prediction"][0] + layout.boxes["prediction"][2]
    lines = wrap(tr("made by input and the hidden kernel"), 12, x - left - 10)
    # Of one axis the way back of the error runs here.
    if (
        layout.measure.words
        and _shapes(layout.run)[0][0] > 1
        and len(lines) <= 3
        and max(text_width(line, 12) for line in lines) < x - left - 6
    ):
        items += [label(x - 10, y + 12 + 16 * n, line, theme.muted, 12, anchor="end") for n, line in enumerate(lines)]
    return items


def _headings(layout: LearnLayout) -> list[Item]:
    run, theme = layout.run, layout.canvas.theme
    (h, w), (kh, kw), (ho, wo) = _shapes(run)
    several = f" · {run.names[layout.channel]}" if len(run.names) > 1 else ""
    details = {
        "input": (tr("mean 0, deviation 1") if run.cropped else times(h, w)) + several,
        "learned": f"{times(kh, kw)}{several}",
        "prediction": times(ho, wo),
        "target": times(ho, wo),
        "error": tr("prediction − target"),
        # The loss is a mean of squares: its derivative has 2 over their number.
        "kernel gradient": tr("2/{n} · error ⋆ input", n=ho * wo),
        "input gradient": tr("error, transposed"),
    }
    rights = {a: layout.boxes[b][0] - 8 for a, b in pairwise(FORWARD)}
    rights |= {"input gradient": layout.boxes["kernel gradient"][0] - 8, "kernel gradient": layout.curve.box[0] - LEFT}
    items = list[Item]()
    for name, (marked, role) in TITLES.items():
        below = name in BACKWARD
        grid = TitledGrid(_empty(layout, name), tr(marked), "" if below else details[name], role=role)
        right = rights.get(name, layout.canvas.width - 4)
        items += heading(grid, right, layout.measure, theme)
        if below:
            short = tr("2/{n} · error ⋆ x", n=ho * wo) if name == "kernel gradient" else details[name]
            items += _beside(layout, name, details[name], right) or _beside(layout, name, short, right)
    x, y, width, _ = layout.curve.box
    title = tr("Loss L = mean of error², log scale")
    short = tr("Loss") if text_width(title, layout.measure.title, bold=True) > width else title
    return [*items, label(x, y - 16, short, theme.text, layout.measure.title, bold=True)]


def _beside(layout: LearnLayout, name: str, detail: str, right: float) -> list[Item]:
    """Write how a gradient comes about beside its title, or below the grid where that has no room."""
    x, y, wide, high = layout.boxes[name]
    theme, size, title = layout.canvas.theme, layout.measure.small, layout.measure.title
    left, across = x + text_width(tr(TITLES[name][0]), title, bold=True) + 12, text_width(detail, size, mono=True)
    # The error's arrow comes down at the right.
    if left + across <= x + wide - 22:
        return starred(left, y - DETAIL, detail, size, theme)
    if x + across > right or y + high + 18 > layout.footer.top:
        return []
    return starred(x, y + high + 16, detail, size, theme)


def _empty(layout: LearnLayout, name: str) -> Cells:
    """Return an empty grid where that of a name stands."""
    at = layout.boxes[name][:2]
    return value_cells(np.zeros((1, 1)), layout.canvas.theme, "plain", at, _side(layout, name), numbers=NOTHING)


def _signs(layout: LearnLayout, found: Row) -> list[Item]:
    """Put an operator into each gap, and draw the way of the error."""
    theme, items = layout.canvas.theme, list[Item]()
    for n, sign in enumerate(SIGNS):
        items += operator(found.gap(n), found.middle, sign, theme, "warning" if sign == "−" else "plain")
    if not layout.measure.index:
        return items
    x, y, wide, high = layout.boxes["error"]
    (a, top, across, _), (b, _, beside, _) = (layout.boxes[name] for name in ("input gradient", "kernel gradient"))
    # Each head comes down at the right of the title.
    ends = [(a + across - 8, top - 4), (b + ENTRY * beside, top - 4)]
    along, first = top - _above(layout.measure) - 8, b + beside + AROUND
    hidden = layout.boxes.get("hidden")
    free = (first, hidden[0] - 8 if hidden else x + wide / 2)
    items += lane((x + wide / 2, y + high + 3), along, ends, tr("the error flows back"), theme, free)
    return [*items, *_update(layout)]


def _update(layout: LearnLayout) -> list[Item]:
    """Draw the arrow from the gradient of the kernel to the kernel, which it moves."""
    theme = layout.canvas.theme
    (x, y, wide, high), (left, top, across, tall) = layout.boxes["kernel gradient"], layout.boxes["learned"]
    start, end = (x + wide + 4, y + high * 0.4), (left + across + 4, top + tall - 9)
    bulge, tip = max(start[0], end[0]) + AROUND, (end[0] + 8, end[1] + 5)
    way = (*start, bulge, start[1] - 10, bulge, tip[1] + 40, *tip)
    if x > left:
        # Beside its own place it comes up through the gap behind the kernel.
        way = (*start, bulge + AROUND, y - 40, tip[0] + 16, tip[1] + 60, *tip)
    curve, line = np.array([way]), theme.role("kernel").line
    return [Curves(curve, theme.background, BRIDGE), Curves(curve, line, 2.2), *arrow(tip, end, theme, "kernel")]
