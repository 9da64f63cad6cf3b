"""Learn a kernel: where everything stands, and one step of the descent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.grids import largest, value_cells
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import MINUS, number, signed, times
from convgui.draw.picture import Box, Cells, Hit, HitGrid, Item, Label, Lines, Picture, Rects, Run
from convgui.draw.theme import Role
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.learn.descent import STEPS, Descent, Floats
from convgui.scenes.scene import Focus
from convgui.words import mark, tr

MARGIN, GAP, HEAD, FOOTER = 26.0, 26.0, 44.0, 94.0
LARGEST_CELL = 44.0


@dataclass(frozen=True, eq=False)
class LearnLayout:
    """Places of the grids by name, of the loss curve, and what does not move.

    Attributes
    ----------
    cell, weight : float
        Sides of a cell of inputs and outputs, and of kernels.
    """

    run: Descent
    canvas: Canvas
    channel: int
    reveal: bool
    cell: float
    weight: float
    places: dict[str, tuple[float, float]]
    curve: Box
    base: tuple[Item, ...]


def _sizes(run: Descent) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Return height and width of input, kernel and output; one axis is drawn as a row."""
    shapes = (run.x.shape[1:], run.target.shape[2:], run.wanted.shape)
    rows = [(1, *shape) if len(shape) == 1 else shape for shape in shapes]
    return (rows[0][0], rows[0][1]), (rows[1][0], rows[1][1]), (rows[2][0], rows[2][1])


def lay_out(run: Descent, canvas: Canvas, channel: int, reveal: bool) -> LearnLayout:
    """Place input, kernels, prediction, target and error above, the loss and both gradients below."""
    (h, w), (kh, kw), (ho, wo) = _sizes(run)
    head, foot, margin, gap = (HEAD, FOOTER, MARGIN, GAP) if canvas.captions else (0.0, 0.0, 6.0, 8.0)
    wide, high = canvas.width - 2 * margin, canvas.height - foot - 2 * head - 3 * (gap / 2) - 8
    weight = min(36.0, 108 / kw, high / (3 * kh + 1)) if run.cropped else 0.0
    cell = min((wide - 4 * gap - kw * weight) / (w + 3 * wo + (0 if weight else kw)), LARGEST_CELL)
    cell = min(cell, high / (max(h, ho, 0 if weight else 2 * kh + 1) + max(h, 0 if weight else kh)))
    cell = max(0.25, float(int(cell)) if cell >= 8 else int(cell * 4) / 4)
    weight = float(int(weight)) or cell
    first, second = max(max(h, ho) * cell, (2 * kh + 1) * weight), max(h * cell, kh * weight)
    spare = min(70.0, (wide - (w + 3 * wo) * cell - kw * weight) / 4)
    top, below = gap / 2 + head, gap + 2 * head + first
    xs = np.cumsum([margin, *(n + spare for n in (w * cell, kw * weight, wo * cell, wo * cell))]).tolist()
    places = {name: (float(round(x)), float(round(top))) for name, x in zip(NAMES, xs, strict=True)}
    places["hidden"] = (places["learned"][0], round(top + (kh + 1) * weight))
    right = places["error"][0] + wo * cell
    places["input gradient"] = (round(right - w * cell), round(below))
    places["kernel gradient"] = (round(right - w * cell - spare - kw * weight), round(below))
    curve = (margin, below, max(60.0, places["kernel gradient"][0] - spare - margin - 10), max(30.0, second))
    layout = LearnLayout(run, canvas, min(channel, len(run.names) - 1), reveal, cell, weight, places, curve, ())
    return replace(layout, base=tuple(_base(layout)))


NAMES = ("input", "learned", "prediction", "target", "error")
TITLES: dict[str, tuple[str, Role]] = {
    "input": (mark("Input"), "input"),
    "learned": (mark("Kernel"), "kernel"),
    "prediction": (mark("Prediction"), "result"),
    "target": (mark("Target"), "result"),
    "error": (mark("Error"), "plain"),
    "kernel gradient": ("∂L/∂w", "kernel"),
    "input gradient": ("∂L/∂x", "input"),
}


def _flat(values: Floats) -> Floats:
    return values.reshape(-1, values.shape[-1])


def _grid(layout: LearnLayout, name: str, values: Floats, role: Role, limit: float) -> Cells:
    at, theme = layout.places[name], layout.canvas.theme
    # A gradient is no X-ray, also where it is the input's.
    theme = replace(theme, inverted=theme.inverted and name == "input")
    side = layout.weight if role == "kernel" else layout.cell
    # A descent never quite arrives: what differs from a round number by less than is drawn is drawn round.
    title = tr(TITLES[name][0]) if name in TITLES else tr("hidden kernel")
    return value_cells(np.round(_flat(values), 3) + 0.0, theme, role, at, side, limit=limit, name=name, title=title)


def _base(layout: LearnLayout) -> list[Item]:
    run, canvas = layout.run, layout.canvas
    shown = run.x[layout.channel]
    items: list[Item] = [
        _grid(layout, "input", shown, "input", largest(run.x)),
        _grid(layout, "target", run.wanted, "result", _scale(run)),
    ]
    if layout.reveal:
        hidden = run.target[0, layout.channel]
        items.append(_grid(layout, "hidden", hidden, "kernel", _kernel_scale(run)))
    items += _curve(layout)
    if canvas.captions:
        items += _titles(layout)
    return items


def _scale(run: Descent) -> float:
    return largest(run.wanted)


def _kernel_scale(run: Descent) -> float:
    return largest(run.target)


def _titles(layout: LearnLayout) -> list[Item]:
    run, theme = layout.run, layout.canvas.theme
    (h, w), (_, kw), (ho, wo) = _sizes(run)
    several = f" · {run.names[layout.channel]}" if len(run.names) > 1 else ""
    below = {
        "input": (tr("mean 0, deviation 1") if run.cropped else times(h, w)) + several,
        "learned": tr("to 0.001") + several,
        "prediction": times(ho, wo),
        "target": times(ho, wo),
        "error": tr("prediction − target"),
        "kernel gradient": tr("convolution"),
        "input gradient": tr("transposed"),
    }
    widths = {"learned": kw, "kernel gradient": kw, "input": w, "input gradient": w}
    items: list[Item] = []
    edges = _edges(layout)
    for name, (marked, role) in TITLES.items():
        title = tr(marked)
        x, y = layout.places[name]
        side = layout.weight if name in ("learned", "kernel gradient") else layout.cell
        room = max(widths.get(name, wo) * side, edges[name] - x - 6)
        items.append(label(x, y - 24, elide(title, 13, room, bold=True), theme.role(role).ink, 13, bold=True))
        if text_width(below[name], 11, mono=True) <= room:
            items.append(label(x, y - 8, below[name], theme.muted, 11, mono=True))
    x, y, width, _ = layout.curve
    items.append(label(x, y - 24, tr("Loss"), theme.text, 13, bold=True))
    items.append(
        label(x, y - 8, elide(tr("mean squared error, log"), 11, width, mono=True), theme.muted, 11, mono=True)
    )
    if layout.reveal:
        x, y = layout.places["hidden"]
        items.append(label(x, y - 5, tr("hidden"), theme.muted, 11, mono=True))
    return items


def _edges(layout: LearnLayout) -> dict[str, float]:
    """Where the next thing to the right of each title begins."""
    order = [*NAMES]
    edges = {a: layout.places[b][0] for a, b in pairwise(order)}
    edges["kernel gradient"] = layout.places["input gradient"][0]
    return {**dict.fromkeys(TITLES, layout.canvas.width - 4), **edges}


def _heights(layout: LearnLayout) -> tuple[Floats, Floats]:
    """Return x and y of the loss curve, logarithmic between its largest and smallest value."""
    x, y, width, height = layout.curve
    losses = np.maximum(layout.run.losses, 1e-12)
    finite = np.where(np.isfinite(losses), losses, np.nan)
    logs = np.log10(np.minimum(np.nan_to_num(finite, nan=1e12), 1e12))
    low, high = float(logs.min()), float(logs.max())
    share = (logs - low) / ((high - low) or 1.0)
    return np.linspace(x, x + width, len(losses), dtype=np.float64), y + height - share * height


def _curve(layout: LearnLayout) -> list[Item]:
    xs, ys = _heights(layout)
    x, y, width, height = layout.curve
    theme = layout.canvas.theme
    segments = np.stack([xs[:-1], ys[:-1], xs[1:], ys[1:]], axis=1)
    frame = Rects(np.array([(x, y, width, height)]), stroke=theme.line)
    return [frame, Lines(segments, faded(theme.role("warning").line, 0.9), 1.6)]


def draw_frame(layout: LearnLayout, at: float, focus: Focus) -> Picture:
    """Draw the kernel, its prediction, the error and the gradients at one step."""
    run, canvas = layout.run, layout.canvas
    step = min(max(int(at), 0), STEPS)
    error, slope = run.error(step), run.kernel_gradient(step)[layout.channel]
    back = run.input_gradient(step)[layout.channel]
    grids = [
        _grid(layout, "learned", run.weights[step, 0, layout.channel], "kernel", _kernel_scale(run)),
        _grid(layout, "prediction", run.prediction(step), "result", _scale(run)),
        _grid(layout, "error", error, "result", _scale(run)),
        _grid(layout, "kernel gradient", slope, "kernel", largest(run.kernel_gradient(0))),
        _grid(layout, "input gradient", back, "input", largest(back)),
    ]
    xs, ys = _heights(layout)
    dot = np.array([(xs[step] - 4, ys[step] - 4, 8, 8)])
    ink = layout.canvas.theme.role("warning").line
    items: list[Item] = [*grids, Rects(dot, fill=ink, stroke=canvas.theme.background, width=1.5, radius=4)]
    hits = tuple(HitGrid(g.name, (), g.x, g.y, g.width, g.height, g.content.shape) for g in grids)
    items += _marks(hits, focus.hit, canvas)
    words = _words(layout, step, focus.hit, slope)
    if canvas.captions:
        items += _lines(layout, words)
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), hits, "; ".join(words)
    )


def _marks(hits: tuple[HitGrid, ...], hit: Hit | None, canvas: Canvas) -> list[Item]:
    """Outline what is pointed at: a weight with its slope, an output with its error."""
    pairs = {"learned": "kernel gradient", "kernel gradient": "learned", "prediction": "error", "error": "prediction"}
    if hit is None:
        return []
    kinds = {hit.kind, pairs.get(hit.kind, hit.kind)}
    boxes = [grid.box(hit.index) for grid in hits if grid.kind in kinds]
    return [Rects(np.array(boxes), stroke=canvas.theme.text, width=2.2)] if boxes else []


def _words(layout: LearnLayout, step: int, hit: Hit | None, slope: Floats) -> list[str]:
    run = layout.run
    share = run.losses[step] / run.losses[0] * 100 if run.losses[0] else 0.0
    first = tr(
        "step {step}: loss {loss}, {share} % of the beginning",
        step=step,
        loss=number(run.losses[step]),
        share=number(share),
    )
    weights = _flat(run.weights[step, 0, layout.channel])
    slopes = _flat(slope)
    if hit is not None and hit.kind in ("prediction", "error"):
        i, j = hit.index
        made, wanted = _flat(run.prediction(step))[i, j], _flat(run.wanted)[i, j]
        second = tr(
            "{name} = {value}, wanted {wanted}, error {error}",
            name=f"out[{i}, {j}]",
            value=number(made),
            wanted=number(wanted),
            error=number(made - wanted),
        )
        return [first, second]
    place = hit.index if hit is not None and hit.kind in ("learned", "kernel gradient") else _steepest(slopes)
    i, j = place[-2:]
    value, grad = float(weights[i, j]), float(slopes[i, j])
    wanted = float(_flat(run.target[0, layout.channel])[i, j])
    goal = f", {tr('hidden {value}', value=number(wanted))}" if layout.reveal else ""
    return [first, f"w[{i}, {j}] = {number(value)}, ∂L/∂w = {signed(grad)}{goal}", *_update(layout, step, (i, j))]


RULES = {
    "sgd": ("w ← w − η · ∂L/∂w",),
    "momentum": ("v ← 0.9 v + ∂L/∂w", "w ← w − η v"),
    "adam": ("m ← 0.9 m + 0.1 ∂L/∂w", "s ← 0.999 s + 0.001 (∂L/∂w)²", "w ← w − η m̂ / (√ŝ + ε)"),
}
"""The update of each method; Adam's m̂ and ŝ are m and s without their bias (Kingma and Ba, arXiv 1412.6980)."""


def _update(layout: LearnLayout, step: int, place: tuple[int, int]) -> list[str]:
    """Write the method's rule with its rate, and the update of one weight with its numbers."""
    run, rate = layout.run, number(layout.run.rate)
    before, after, *memory = (
        number(float(_flat(kept[step, 0, layout.channel])[place])) for kept in (run.weights, run.moved, *run.memory)
    )
    rule = tr("{rule} with {rate}", rule=", ".join(RULES[run.method]), rate=f"η = {rate}")
    if run.method == "momentum":
        return [rule, f"v = {memory[0]}, w = {before} − {rate} · {bracketed(memory[0])} = {after}"]
    if run.method == "adam":
        mean, square = memory
        return [rule, f"m̂ = {mean}, ŝ = {square}, w = {before} − {rate} · {bracketed(mean)} / √{square} = {after}"]
    slope = signed(float(_flat(run.kernel_gradient(step)[layout.channel])[place]))
    return [rule, f"w = {before} − {rate} · {slope} = {after}"]


def bracketed(text: str) -> str:
    """Put a negative factor into parentheses."""
    return f"({text})" if text.startswith(MINUS) else text


def _steepest(slopes: Floats) -> tuple[int, ...]:
    return tuple(int(n) for n in np.unravel_index(int(np.abs(slopes).argmax()), slopes.shape))


def _lines(layout: LearnLayout, words: list[str]) -> list[Item]:
    canvas, theme = layout.canvas, layout.canvas.theme
    top, room = canvas.height - FOOTER, canvas.width - 2 * MARGIN
    rule = Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line)
    items: list[Item] = [rule]
    for place, text in enumerate(words):
        ink, size = (theme.text, 13) if place == 0 else (theme.muted, 12)
        shown = elide(text, size, room, mono=True)
        items.append(Label(MARGIN, top + 24 + 20 * place, (Run(shown, ink),), float(size), mono=True))
    return items
