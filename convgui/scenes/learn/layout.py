"""Learn a kernel: where everything stands.

Forward runs to the right: input ∗ kernel = prediction, prediction − target = error. The error runs back in its own lane
to the two gradients below, beside which the loss is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from convgui.core import FilterView
from convgui.draw.footer import HEADED, Footer, footer
from convgui.draw.gaps import arrow, lane, operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import text_width, wrap
from convgui.draw.number import times
from convgui.draw.picture import Box, Cells, Curves, Item, Rects
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role
from convgui.draw.titled_grid import TitledGrid, heading
from convgui.draw.words import label, middle
from convgui.draw.writing import NOTHING, Writing, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.learn.descent import Descent, Floats
from convgui.scenes.learn.loss import LossCurve, axes, loss_curve
from convgui.scenes.learn.sentences import as_rows
from convgui.words import mark, tr

KERNEL, RESULT, HIDDEN, SHOWN = 1.37, 1.16, 0.6, 1.0
"""Sides of the cells of kernels, of results, and of the hidden kernel before and after it is shown, by the input's."""
CROPPED_KERNEL = 36.0
"""Largest side of a kernel's cells beside a photo."""
NARROW_KERNEL, NARROW_RESULT, NARROW_GAP = 1.78, 1.78, 40.0
"""Of kernels, of results, and between grids, where their numbers would not fit otherwise."""
WIDE, NARROWER, NARROW_MARGIN = 1200.0, 1000.0, 16.0
LARGEST_CELL, LANE = 44.0, 34.0
LEFT, BELOW = 52.0, 44.0
"""Room for the numbers of the loss, and for those of the updates."""
FORWARD = ("input", "learned", "prediction", "target", "error")
SIGNS = "∗=−="
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


def lay_out(run: Descent, canvas: Canvas, channel: int, reveal: bool) -> LearnLayout:
    """Place the forward row above, the lane of the error, and the loss and both gradients below."""
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    if sizes.words and canvas.width < WIDE:
        margin = min(sizes.margin, NARROW_MARGIN) if canvas.width < NARROWER else sizes.margin
        sizes = replace(sizes, gap=min(sizes.gap, NARROW_GAP), margin=margin)
    below = footer(canvas.width, canvas.height, sizes.margin, 3 if canvas.height >= HEADED else 4)
    bottom = below.top - 10 if canvas.captions else canvas.height - sizes.margin
    found, boxes = _forward(run, canvas, sizes, bottom, reveal=reveal)
    boxes |= _backward(canvas, sizes, found, boxes, bottom)
    x, y, width, height = boxes.pop("curve")
    curve = loss_curve(run.losses, (x, y, width, height))
    channel = min(channel, len(run.names) - 1)
    layout = LearnLayout(
        run, canvas, sizes, channel, reveal, boxes, _limits(run, channel), {}, _served(run), curve, below, (), ()
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
    top = min(sizes.margin, 20.0)
    lane_height = LANE if sizes.words else 10.0
    high = bottom - top - 2 * sizes.above - lane_height - (20 if sizes.words else 0)
    kernel, result = (KERNEL, RESULT) if canvas.width >= WIDE else (NARROW_KERNEL, NARROW_RESULT)
    narrow = canvas.width < WIDE
    first, hidden = max(h, kh * kernel, ho * result), SHOWN if reveal or narrow else HIDDEN
    # The hidden kernel hangs below the target.
    shows = reveal or (not run.cropped and sizes.index > 0)
    hangs = max(0.0, (ho * result - first) / 2 + kh * hidden) if shows else 0.0
    cell = high / (first + hangs + max(h, kh * kernel))
    if run.cropped:
        kernel = min(CROPPED_KERNEL, high / (3 * kh + 1)) / max(cell, 0.25)
    slots = [
        Slot(h, w, above=sizes.above),
        Slot(kh, kw, above=sizes.above, scale=kernel),
        *(Slot(ho, wo, above=sizes.above, scale=result) for _ in range(3)),
    ]
    wide = canvas.width - 2 * sizes.margin
    tall = sizes.above + max(h, kh * kernel, ho * result) * cell + 1
    found = row(slots, (sizes.margin, top, wide, tall), sizes, largest=min(cell, LARGEST_CELL))
    boxes = {name: found.box(n) for n, name in enumerate(FORWARD)}
    if shows:
        x, y, width, height = boxes["target"]
        side = found.side(1) if run.cropped else max(round(found.cell * hidden), 1)
        boxes["hidden"] = (x + width - kw * side, y + height + 12, kw * side, kh * side)
    return found, boxes


def _backward(canvas: Canvas, sizes: Measure, found: Row, boxes: dict[str, Box], bottom: float) -> dict[str, Box]:
    """Place both gradients below what they are the gradients of, and the loss beside them."""
    lowest = max(y + height for _, y, _, height in boxes.values())
    top = round(lowest + (LANE if sizes.words else 10.0) + sizes.above)
    (x, _, wide, high), (kx, _, kw, kh) = boxes["input"], boxes["learned"]
    _, left = found.gap(1)
    left = round(left + (LEFT - 20 if sizes.words else 0))
    right = canvas.width - sizes.margin - 8
    height = max(bottom - top - (BELOW if sizes.words else 0), 10.0)
    return {
        "input gradient": (x, float(top), wide, high),
        "kernel gradient": (kx, float(top), kw, kh),
        "curve": (float(left), float(top), max(right - left, 10.0), min(height, max(high, kh, 120.0))),
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
    limit = layout.limits[name]
    found = writing(np.array([-limit, -limit / 3, limit / 3]), side, least, 2 if name in PAIRED else 1)
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
    role = FILLS.get(name, own)
    grid = value_cells(
        as_rows(values), theme, role, (x, y), _side(layout, name), limit=layout.limits[name], name=name,
        numbers=layout.writings[name], title=tr(marked),
    )  # fmt: skip
    return replace(grid, outline=theme.role("warning").line) if name == "error" else grid


def _base(layout: LearnLayout) -> list[Item]:
    run, theme = layout.run, layout.canvas.theme
    items: list[Item] = [drawn(layout, "input", run.x[layout.channel]), drawn(layout, "target", run.wanted)]
    items += _hidden(layout)
    if layout.measure.words:
        items += _headings(layout) + axes(layout.curve, theme)
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
    left = layout.boxes["target"][0]
    lines = wrap(tr("made by input and the hidden kernel"), 12, x - left - 10)
    if layout.measure.words and len(lines) <= 3 and max(text_width(line, 12) for line in lines) < x - left - 6:
        items += [label(left, y + 12 + 16 * n, line, theme.muted, 12) for n, line in enumerate(lines)]
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
        "kernel gradient": tr("error ⋆ input"),
        "input gradient": tr("error, transposed"),
    }
    rights = {a: layout.boxes[b][0] - 8 for a, b in pairwise(FORWARD)}
    rights |= {"input gradient": layout.boxes["kernel gradient"][0] - 8, "kernel gradient": layout.curve.box[0] - LEFT}
    items = list[Item]()
    for name, (marked, role) in TITLES.items():
        grid = TitledGrid(_empty(layout, name), tr(marked), details[name], role=role)
        items += heading(grid, rights.get(name, layout.canvas.width - 4), layout.measure, theme)
    x, y, width, _ = layout.curve.box
    title = tr("Loss L = mean of error², log scale")
    short = tr("Loss") if text_width(title, layout.measure.title, bold=True) > width else title
    return [*items, label(x, y - 16, short, theme.text, layout.measure.title, bold=True)]


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
    ends = []
    for name in ("input gradient", "kernel gradient"):
        left, top, across, _ = layout.boxes[name]
        ends.append((left + across - 14, top - layout.measure.above + 6))
    along = ends[0][1] - 16
    items += lane((x + wide / 2, y + high + 3), along, ends, tr("the error flows back"), theme)
    return [*items, *_update(layout)]


def _update(layout: LearnLayout) -> list[Item]:
    """Draw the arrow from the gradient of the kernel to the kernel, which it moves."""
    theme = layout.canvas.theme
    (x, y, wide, high), (left, top, across, tall) = layout.boxes["kernel gradient"], layout.boxes["learned"]
    start, end = (x + wide + 4, y + high * 0.4), (left + across + 4, top + tall - 9)
    bulge = max(start[0], end[0]) + 30
    tip = (end[0] + 8, end[1] + 5)
    curve = np.array([(*start, bulge, start[1] - 10, bulge, tip[1] + 40, *tip)])
    return [Curves(curve, theme.role("kernel").line, 2.2), *arrow(tip, end, theme, "kernel")]
