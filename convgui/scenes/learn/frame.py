"""Learn a kernel: one step of the descent."""

from __future__ import annotations

import numpy as np

from convgui.draw.arithmetic import Equation, said_runs
from convgui.draw.footer import footer_items
from convgui.draw.metrics import text_width
from convgui.draw.picture import Box, Cells, Hit, HitGrid, Item, Picture, Rects
from convgui.draw.prediction import about
from convgui.draw.theme import Role
from convgui.draw.window import FRAME, RING, greyed
from convgui.draw.words import label
from convgui.scenes.learn.descent import STEPS, Floats
from convgui.scenes.learn.layout import LANE, ONE_LINE, PAIRED, LearnLayout, drawn
from convgui.scenes.learn.loss import axes, progress
from convgui.scenes.learn.sentences import as_rows, sentences, weight_of, weight_told
from convgui.scenes.scene import Focus
from convgui.words import tr

PAIRS = {"learned": "kernel gradient", "kernel gradient": "learned", "prediction": "error", "error": "prediction"}
"""What is pointed at together."""
LIT, SMALL, UNDER = 4.5, 12.0, 22.0
"""Width of the frame around what a caption speaks of, size of words below the input, and their height with air."""


def draw_frame(layout: LearnLayout, at: float, focus: Focus) -> Picture:
    """Draw the kernel, its prediction, the error and the gradients at one step."""
    run, canvas, hit = layout.run, layout.canvas, focus.hit
    step = min(max(int(at), 0), STEPS)
    slope = run.kernel_gradient(step)[layout.channel]
    grids = [
        drawn(layout, "learned", run.weights[step, 0, layout.channel]),
        drawn(layout, "prediction", run.prediction(step)),
        drawn(layout, "error", run.error(step)),
        drawn(layout, "kernel gradient", slope),
        drawn(layout, "input gradient", run.input_gradient(step)[layout.channel]),
    ]
    grids = [greyed(grid, canvas.theme) if hit is None and _aside(layout, grid.name) else grid for grid in grids]
    items: list[Item] = [*grids, *layout.signs]
    items += axes(layout.curve, canvas.theme) if layout.measure.words else []
    items += progress(layout.curve, step, canvas.theme, words=layout.measure.index > 0)
    hits = tuple(HitGrid(g.name, (), g.x, g.y, g.width, g.height, g.content.shape) for g in grids)
    # Words about the gradient with respect to the input have one of its cells worked out.
    spoken = _steepest(layout, step) if hit is None and layout.lit == "x" else hit
    items += _pointed(layout, hits, spoken, slope)
    items += _lit(layout, grids) if hit is None else []
    words = sentences(run, layout.channel, step, spoken, slope, reveal=layout.reveal)
    if canvas.captions:
        detail, shown = (words[0], words[1:]) if layout.footer.headed else ("", words)
        below, theme = layout.footer, canvas.theme
        inks = [theme.muted if n else theme.text for n, _ in enumerate(shown)]
        result = theme.role("kernel").ink
        lines = [
            said_runs(said, ink, theme, below.size, below.room, result=result)
            for said, ink in zip(shown, inks, strict=True)
        ]
        title = tr("This step") if hit is None else tr("Pointed at")
        # Pointed at, a weight may be the very one that is asked for.
        asked = weight_of(None, as_rows(slope))
        items += about(footer_items(below, title, str(detail), lines, theme), weight_told(hit, slope) == asked)
    summary = "; ".join(map(str, words))
    sentence = sentences(run, layout.channel, step, None, slope, reveal=layout.reveal)[-1]
    answer = sentence.result if isinstance(sentence, Equation) else ""
    paper = canvas.theme.background
    return Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), hits, summary, answer)


def _aside(layout: LearnLayout, name: str) -> bool:
    """Whether a grid is the gradient that a caption does not speak of."""
    return name == {"w": "input gradient", "x": "kernel gradient"}.get(layout.lit)


def _steepest(layout: LearnLayout, step: int) -> Hit:
    """Return the cell of the input on which the loss depends most."""
    slopes = as_rows(layout.run.input_gradient(step)[layout.channel])
    row, column = np.unravel_index(int(np.abs(slopes).argmax()), slopes.shape)
    return Hit("input gradient", (int(row), int(column)))


def _lit(layout: LearnLayout, grids: list[Cells]) -> list[Item]:
    """Frame the gradient that a caption speaks of."""
    wanted = {"w": "kernel gradient", "x": "input gradient"}.get(layout.lit)
    role: Role = "kernel" if layout.lit == "w" else "input"
    boxes = [np.array([grid.box]) for grid in grids if grid.name == wanted]
    return [Rects(box, stroke=layout.canvas.theme.role(role).line, width=LIT) for box in boxes]


def _moved(layout: LearnLayout, hits: tuple[HitGrid, ...], slope: Floats) -> list[Item]:
    """Ring the weight whose update is written out, and its slope, and outline the inputs that it meets."""
    if not layout.canvas.captions:
        return []
    weight = weight_of(None, as_rows(slope))
    boxes = [grid.box(weight) for grid in hits if grid.kind in PAIRED]
    found = _inputs(layout, Hit("learned", weight))
    said = tr("w[{i}, {j}] meets these {n} cells", i=weight[0], j=weight[1], n=_met(layout, weight))
    x, y, _, high = layout.boxes["input"]
    room = layout.boxes["learned"][0] - x - 6
    if layout.measure.words and found and text_width(said, SMALL) <= room and y + high + UNDER <= _next(layout):
        found = [*found, label(x, y + high + 16, said, layout.canvas.theme.role("kernel").ink, SMALL)]
    return [*found, Rects(np.array(boxes), stroke=layout.canvas.theme.role("kernel").ink, width=RING)]


def _met(layout: LearnLayout, weight: tuple[int, int]) -> int:
    """Return how many cells of the input a weight meets."""
    shape = as_rows(layout.run.target[0, 0]).shape
    return len(layout.served[int(np.ravel_multi_index(weight, shape))]) if layout.served else 0


def _next(layout: LearnLayout) -> float:
    """Return where the lane of the error, and the titles below it, begin."""
    return layout.boxes["input gradient"][1] - ONE_LINE - LANE + 20


def _pointed(layout: LearnLayout, hits: tuple[HitGrid, ...], hit: Hit | None, slope: Floats) -> list[Item]:
    """Ring what is pointed at with what belongs to it: a weight and its slope, an output and its error."""
    if hit is None:
        return _moved(layout, hits, slope)
    kinds = {hit.kind, PAIRS.get(hit.kind, hit.kind)}
    boxes = [grid.box(hit.index) for grid in hits if grid.kind in kinds and grid.holds(Hit(grid.kind, hit.index))]
    rings: list[Item] = [Rects(np.array(boxes), stroke=layout.canvas.theme.text, width=RING)] if boxes else []
    return [*_inputs(layout, hit), *rings]


def _inputs(layout: LearnLayout, hit: Hit) -> list[Item]:
    """Outline the inputs that a weight meets: as one box where they lie side by side."""
    if hit.kind not in ("learned", "kernel gradient") or not layout.served:
        return []
    weight, (x, y, wide, _) = weight_of(hit, np.zeros((1, 1))), layout.boxes["input"]
    side, shape = wide / layout.run.x.shape[-1], as_rows(layout.run.target[0, 0]).shape
    met = layout.served[int(np.ravel_multi_index(weight, shape))]
    boxes: list[Box] = [(x + column * side, y + row * side, side, side) for row, column in met]
    if not boxes:
        return []
    found = np.array(boxes)
    (left, top), (right, below) = found[:, :2].min(axis=0), found[:, :2].max(axis=0) + side
    full = round((right - left) * (below - top) / side**2) == len(boxes)
    around = np.array([(left, top, right - left, below - top)]) if full else found
    return [Rects(around, stroke=layout.canvas.theme.role("kernel").line, width=FRAME if full else 1.8)]
