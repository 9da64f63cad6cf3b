"""Waveform: one moment. The window on the input, the kernel below it, the products, and the output that they make."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from convgui.draw.arithmetic import product_sum_runs, result_ink, sum_of_products, sum_runs, text_of
from convgui.draw.colour import Colour, faded
from convgui.draw.footer import footer_items
from convgui.draw.gaps import falling
from convgui.draw.grids import hatch
from convgui.draw.metrics import text_width
from convgui.draw.number import number, short
from convgui.draw.picture import Box, Floats, Hit, HitGrid, Item, Lines, Picture, Rects, Run
from convgui.draw.stems import NUMBERS, SIZE, STEMS, characters, envelope_lines, numbers, polyline, stems
from convgui.draw.words import label
from convgui.model.nearby import goes_into
from convgui.scenes.scene import Focus
from convgui.scenes.waveform.lanes import Lane, frame_items
from convgui.scenes.waveform.layout import WaveLayout, numbered, titles
from convgui.scenes.waveform.sentences import pointed_sentences, title_of
from convgui.words import tr

BAND, NARROW = 0.2, 3.0
"""How opaque the window is, and how wide it is at least."""
LONG, SPARSE = 32, 0.1
"""Weights from which those that are 0 are not told, where no larger part is anything else."""
MANY = 400
"""Taps from which a kernel is drawn as a line."""
Moment = tuple[list[Item], list[Item]]
"""What is drawn, and of it what tells the number that is being made."""


@dataclass(frozen=True)
class Placed:
    """Where taps are drawn: in place on the shared axis, or larger in a box of their own.

    Attributes
    ----------
    xs : ndarray
        The middle of each tap.
    spacing : float
        From tap to tap.
    left, right : float
        Ends of the window on the shared axis; `first` and `last` those of the drawing.
    """

    xs: Floats
    spacing: float
    left: float
    right: float
    first: float
    last: float
    larger: bool


def draw_frame(layout: WaveLayout, at: float, focus: Focus) -> Picture:
    """Show the window at a step, gliding on to the next; what is pointed at takes its place."""
    data, canvas, hit = layout.wave, layout.canvas, focus.hit
    last = data.making.positions - 1
    landed = min(int(at), last)
    gliding = at if at < last else float(last)
    position = landed
    if hit is not None and hit.kind == "output":
        position = hit.index[-1]
        gliding = float(position)
    pointed = hit is not None and hit.kind == "input"
    placed = _placed(layout, gliding)
    items = _band(layout, placed, position)
    items += _kernel(layout, placed, position)
    output, telling = _output(layout, position, landed)
    if pointed and hit is not None:
        items += _touched(layout, hit)
    said = _said(layout, position, hit, landed)
    items += titles(layout)
    drawn = (*items, *output, *telling, *said)
    asking = (*items, *output, *said) if hit is None or hit.kind == "kernel" else ()
    total = number(data.made(position))
    hits = (*layout.hits, *_taps(layout, placed))
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, drawn, hits,
        _summary(layout, position, hit), total if asking else "", asking,
    )  # fmt: skip


def _placed(layout: WaveLayout, position: float) -> Placed:
    """Return where the kernel lies at a position, which may be between two."""
    data, port = layout.wave, layout.port
    begin, count = data.axis.span(position)
    left, right = layout.x(begin - 0.5), layout.x(begin + count - 0.5)
    taps = np.array(data.axis.taps, dtype=float)
    x, _, wide, _ = port.frame
    if not layout.panel:
        xs = layout.across(begin + taps)
        spacing = (float(taps[1]) if len(taps) > 1 else 1.0) * port.across
        return Placed(xs, spacing, left, right, left, right, larger=False)
    middle = (left + right) / 2
    first = min(max(middle - layout.panel / 2, x), x + wide - layout.panel)
    unit = layout.panel / count
    xs = first + (taps + 0.5) * unit
    spacing = (float(taps[1]) if len(taps) > 1 else 1.0) * unit
    return Placed(xs, spacing, left, right, first, first + layout.panel, larger=True)


def _inside(layout: WaveLayout, left: float, right: float) -> tuple[float, float] | None:
    """Return the part of a stretch that is in view, at least so wide that it is seen; None where nothing is."""
    x, _, wide, _ = layout.port.frame
    if right - left < NARROW:
        left, right = (left + right - NARROW) / 2, (left + right + NARROW) / 2
    left, right = max(left, x), min(right, x + wide)
    return (left, right) if right > left else None


def _band(layout: WaveLayout, placed: Placed, position: int) -> list[Item]:
    """Draw the window on the inputs, and the wedges from there to the kernel and on to the output."""
    theme = layout.canvas.theme
    seen = _inside(layout, placed.left, placed.right)
    lanes = layout.of("input")
    if seen is None:
        return _beside(layout, placed)
    left, right = seen
    boxes = np.array([(left, lane.box[1], right - left, lane.box[3]) for lane in lanes])
    line = theme.role("kernel").line
    thick = 2.5 if right - left > 12 else 1.5
    items: list[Item] = [Rects(boxes, fill=faded(line, BAND), stroke=line, width=thick, radius=2)]
    items += [item for lane in lanes for item in (*_under(layout, lane, position), *_future(layout, lane, right))]
    bottom, kernel = lanes[-1].box[1] + lanes[-1].box[3], layout.of("kernel")[0]
    shown = _inside(layout, placed.first, placed.last) or seen
    items += falling((bottom, kernel.box[1]), seen, shown, theme)
    if layout.whole is not None:
        items += _on_whole(layout, placed)
    return items


def _under(layout: WaveLayout, lane: Lane, position: int) -> list[Item]:
    """Draw the samples that the taps lie on once more above the window's tint, with bold numbers."""
    data, spacing = layout.wave, layout.port.across
    if spacing < STEMS:
        return []
    cells, values = data.window(position)
    xs, (x, _, wide, _) = layout.across(cells.astype(float)), lane.box
    own = (xs >= x) & (xs <= x + wide) & (cells >= 0) & (cells < data.input.length)
    role, ys = layout.canvas.theme.role("input"), lane.heights(values[lane.channel])
    return stems(xs[own], ys[own], lane.zero, spacing, role.line, bold=True)


def _future(layout: WaveLayout, lane: Lane, first: float) -> list[Item]:
    """Hatch what comes after the window of a causal layer, which is never seen; where there is room it is said."""
    theme, axis = layout.canvas.theme, layout.wave.axis
    x, y, wide, high = lane.box
    stop = min(x + wide, layout.x(layout.wave.input.length - 0.5))
    causal = axis.after == 0 and axis.before == axis.taps[-1] > 0
    if not causal or layout.port.across < STEMS or stop - first < 8:
        return []
    items: list[Item] = [hatch([(first, y, stop - first, high)], faded(theme.muted, 0.35))]
    words = tr("the future: not seen")
    half = text_width(words, SIZE, bold=True) / 2 + 5
    if layout.canvas.captions and stop - first > 2 * half + 8 and lane is layout.of("input")[0]:
        # At the end of the lane that the signal leaves free.
        at = (first + stop) / 2
        card = np.array([(at - half, y - 17, 2 * half, 16.0)])
        items += [Rects(card, fill=theme.background, radius=3),
                  label(at, y - 5, words, theme.muted, SIZE, bold=True, anchor="middle")]  # fmt: skip
    return items


def _on_whole(layout: WaveLayout, placed: Placed) -> list[Item]:
    """Mark the window on the whole input."""
    assert layout.whole is not None
    x, y, wide, high = layout.whole
    share = ((placed.left + placed.right) / 2 - layout.port.x) / layout.port.box[2]
    at = x + min(max(share, 0.0), 1.0) * wide
    return [Lines(np.array([(at, y - 6, at, y + high + 6)]), layout.canvas.theme.role("kernel").line, 1.5)]


def _beside(layout: WaveLayout, placed: Placed) -> list[Item]:
    """Say where the window is while it is not in view."""
    theme = layout.canvas.theme
    items = _on_whole(layout, placed) if layout.whole is not None else []
    if not layout.canvas.captions:
        return items
    x, _, wide, _ = layout.port.frame
    lane = layout.of("kernel")[0]
    before = placed.right < x + 1
    words = tr("← the window is to the left") if before else tr("the window is to the right →")
    at = (x + 8, "start") if before else (x + wide - 8, "end")
    if placed.larger:
        at = (placed.last + 8, "start") if before else (placed.first - 8, "end")
    y = lane.box[1] + 14
    ink = theme.role("kernel").ink
    return [*items, label(at[0], y, words, ink, SIZE, anchor="start" if at[1] == "start" else "end")]


def _kernel(layout: WaveLayout, placed: Placed, position: int) -> list[Item]:
    """Draw the kernel and its products where they are placed."""
    data, theme = layout.wave, layout.canvas.theme
    (lane,), channel = layout.of("kernel"), layout.channel
    kernel = data.making.kernels[channel]
    _, window = data.window(position)
    items: list[Item] = []
    for one, values in ((lane, kernel), *((other, kernel * window[channel]) for other in layout.of("products"))):
        _, y, _, high = one.box
        box = (placed.first, y, placed.last - placed.first, high)
        shown = replace(one, box=box)
        if placed.larger:
            items += frame_items(shown, theme)
            items.append(Lines(np.array([(box[0], one.zero, box[0] + box[2], one.zero)]), theme.line))
        items += _tap_items(layout, shown, placed, values)
    products = layout.of("products")
    if products:
        upper, lower = lane.box[1] + lane.box[3], products[0].box[1]
        seen = _inside(layout, placed.first, placed.last)
        if seen is not None:
            items += falling((upper, lower), seen, seen, theme)
    return [*items, *_to_output(layout, placed, position)]


def _tap_items(layout: WaveLayout, lane: Lane, placed: Placed, values: Floats) -> list[Item]:
    """Draw a value for each tap; below zero in the other colour of its role."""
    role = layout.canvas.theme.role(lane.role)
    x, _, wide, _ = layout.port.frame
    seen = (placed.xs >= x - 0.5) & (placed.xs <= x + wide + 0.5)
    xs, values = placed.xs[seen], values[seen]
    ys = lane.heights(values)
    if placed.spacing < STEMS and len(xs) > 1:
        return _many(xs, ys, role.line)
    items = list[Item]()
    for below, line in ((values >= 0, role.line), (values < 0, role.negative)):
        items += stems(xs[below], ys[below], lane.zero, placed.spacing, line, bold=True)
    written = numbered(layout, xs, ys, values, placed.spacing, role.ink, bold=True)
    return [*items, *written]


def _many(xs: Floats, ys: Floats, colour: Colour) -> list[Item]:
    """Draw more taps than there is room for stems."""
    columns = max(int(xs[-1] - xs[0]), 1)
    if len(xs) <= max(2 * columns, MANY):
        return polyline(xs, ys, colour)
    edges = np.unique(np.linspace(0, len(xs), columns + 1).astype(int))[:-1]
    tops, bottoms = np.fmin.reduceat(ys, edges), np.fmax.reduceat(ys, edges)
    return envelope_lines(xs[edges], tops, bottoms, colour, 1.0)


def _to_output(layout: WaveLayout, placed: Placed, position: int) -> list[Item]:
    """Draw the wedge from the lowest drawing of taps to the output that they make."""
    above = [*layout.of("kernel"), *layout.of("products")][-1]
    (lane,), data, theme = layout.of("output"), layout.wave, layout.canvas.theme
    upper = _inside(layout, placed.first, placed.last)
    at = layout.x(data.stands(position))
    half = max(layout.port.across * data.axis.step / 2, NARROW / 2)
    lower = _inside(layout, at - min(half, 24.0), at + min(half, 24.0))
    if upper is None or lower is None:
        return []
    return falling((above.box[1] + above.box[3], lane.box[1]), upper, lower, theme)


def _output(layout: WaveLayout, position: int, landed: int) -> Moment:
    """Draw the outputs that are made, and apart from them what is being made."""
    (lane,), data, theme = layout.of("output"), layout.wave, layout.canvas.theme
    step, role = data.axis.step, theme.role("result")
    spacing = step * layout.port.across
    items: list[Item] = []
    if layout.making:
        trace = layout.shown.output
        inside = np.arange(trace.edges[0], trace.edges[-1])
        values = np.asarray(trace.low[0], np.float64)
        xs, ys = layout.across(inside * step), lane.heights(values)
        seen = (xs >= lane.box[0] - 0.5) & (xs <= lane.box[0] + lane.box[2] + 0.5)
        made, waiting = seen & (inside <= landed) & (inside != position), seen & (inside > landed)
        items += stems(xs[made], ys[made], lane.zero, spacing, role.line)
        if layout.canvas.captions:
            items += _written(layout, xs[seen], ys[seen], values[seen], made[seen], spacing)
        if waiting.any():
            open_at = xs[waiting]
            dots = np.stack(
                [open_at - 3, np.full_like(open_at, lane.zero - 3), *np.full((2, len(open_at)), 6.0)], axis=1
            )
            items.append(Rects(dots, fill=theme.background, stroke=theme.muted, radius=3))
    return items, _being_made(layout, lane, position, spacing)


def _written(
    layout: WaveLayout, xs: Floats, ys: Floats, values: Floats, made: NDArray[np.bool_], spacing: float
) -> list[Item]:
    """Write the numbers of what is made, if all have room, made or not: so none comes and goes while one steps."""
    ink = layout.canvas.theme.role("result").ink
    if not numbers(xs, ys, values, spacing, ink):
        return []
    return numbered(layout, xs[made], ys[made], values[made], spacing, ink)


def _being_made(layout: WaveLayout, lane: Lane, position: int, spacing: float) -> list[Item]:
    """Draw the output that is being made, with its number."""
    data, theme = layout.wave, layout.canvas.theme
    at, value = layout.x(data.stands(position)), data.made(position)
    x, y, wide, _ = lane.box
    if not x - 1 <= at <= x + wide + 1 or np.isnan(value):
        return []
    role = theme.role("result")
    xs, ys = np.array([at]), lane.heights(np.array([value]))
    ring = np.array([(at - 6, float(ys[0]) - 6, 12.0, 12.0)])
    items: list[Item] = [
        *stems(xs, ys, lane.zero, max(spacing, 14.0), role.line, bold=True),
        Rects(ring, stroke=theme.role("kernel").line, width=2.0, radius=6),
    ]
    text = short(value, characters(spacing) if spacing >= NUMBERS else 8)
    if not layout.canvas.captions or not text:
        return items
    half = text_width(text, SIZE, mono=True, bold=True) / 2 + 3
    middle = min(max(at, x + half), x + wide - half)
    if spacing >= NUMBERS and abs(middle - at) > 2:
        # At the edge it would stand on its neighbour's; the sum below tells it.
        return items
    if spacing >= NUMBERS:
        # In the very place of the number that stands there already where all outputs are drawn.
        base = float(ys[0]) - 10 if value >= 0 else float(ys[0]) + 10 + 0.74 * SIZE
    else:
        base = float(ys[0]) - 11 if float(ys[0]) - y > SIZE + 14 else float(ys[0]) + SIZE + 10
    card = np.array([(middle - half, base - SIZE, 2 * half, SIZE + 4)])
    ink = result_ink(theme, value)
    return [
        *items,
        Rects(card, fill=theme.background, radius=3),
        label(middle, base, text, ink, SIZE, bold=True, mono=True, anchor="middle"),
    ]


def _touched(layout: WaveLayout, hit: Hit) -> list[Item]:
    """Ring the sample that is pointed at, and light the outputs that it goes into."""
    data, theme, (lane,) = layout.wave, layout.canvas.theme, layout.of("output")
    cell, channel = hit.index[-1], hit.index[0] - data.first
    at = layout.x(cell)
    items: list[Item] = []
    for given in layout.of("input"):
        if given.channel == channel:
            x, y, _, high = given.box
            half = max(layout.port.across / 2, 2.0)
            items.append(Rects(np.array([(at - half, y, 2 * half, high)]), stroke=theme.text, width=2.0, radius=2))
    found = goes_into(data.axis, cell)
    if not found:
        return items
    half = max(layout.port.across * data.axis.step / 2, 1.5)
    x, y, wide, high = lane.box
    boxes = list[Box]()
    for position in sorted({position for position, _ in found}):
        left, right = (max(layout.x(data.stands(position)) - half, x),
                       min(layout.x(data.stands(position)) + half, x + wide))  # fmt: skip
        if right > left:
            boxes.append((left, y, right - left, high))
    if len(boxes) > MANY or layout.port.across * data.axis.step < 2:
        # Neighbours that cannot be told apart are one stretch.
        boxes = [(boxes[0][0], y, boxes[-1][0] + boxes[-1][2] - boxes[0][0], high)] if boxes else []
    if boxes:
        line = theme.role("input").line
        items.append(Rects(np.array(boxes), fill=faded(line, 0.16), stroke=line, width=1.2, radius=2))
        items += _chips(layout, lane, found, channel)
    return items


def _chips(layout: WaveLayout, lane: Lane, found: list[tuple[int, int]], channel: int) -> list[Item]:
    """Write the weight with which each of these outputs reads the sample, at the lower end of its cell."""
    data, spacing = layout.wave, layout.port.across * layout.wave.axis.step
    if not layout.canvas.captions or not 0 <= channel < len(data.making.kernels):
        return []
    sums = dict[int, float]()
    for position, tap in found:
        sums[position] = sums.get(position, 0.0) + float(data.making.kernels[channel][tap])
    texts = {position: f"×{number(weight)}" for position, weight in sums.items()}
    if max(text_width(text, SIZE, mono=True) for text in texts.values()) + 4 > spacing:
        return []
    ink, (x, y, wide, high) = layout.canvas.theme.role("kernel").ink, lane.box
    return [
        label(layout.x(data.stands(p)), y + high - 4, text, ink, SIZE, bold=True, mono=True, anchor="middle")
        for p, text in texts.items() if x <= layout.x(data.stands(p)) <= x + wide
    ]  # fmt: skip


def cursor(layout: WaveLayout, place: float) -> tuple[Item, ...]:
    """Draw a line through all lanes, and on the whole input, at what is heard now."""
    theme, port = layout.canvas.theme, layout.port
    x, _, wide, _ = port.frame
    at = layout.x(place)
    lanes = (*layout.of("input"), *layout.of("output"))
    lines = [(at, lane.box[1], at, lane.box[1] + lane.box[3]) for lane in lanes] if x <= at <= x + wide else []
    if layout.whole is not None:
        left, top, long, high = layout.whole
        there = left + min(max((at - port.x) / port.box[2], 0.0), 1.0) * long
        lines.append((there, top, there, top + high))
    return (Lines(np.array(lines), theme.text, 1.5),) if lines else ()


def _taps(layout: WaveLayout, placed: Placed) -> list[HitGrid]:
    """Make the taps answer to the pointer."""
    data, (lane,) = layout.wave, layout.of("kernel")
    _, y, _, high = lane.box
    x, _, wide, _ = layout.port.frame
    first = float(placed.xs[0]) - placed.spacing / 2
    index = (data.filter, layout.channel)
    shape = (1, len(data.axis.taps))
    return [HitGrid("kernel", index, first, y, placed.spacing, high, shape, (0, 0), (x, y, wide, high))]


def _said(layout: WaveLayout, position: int, hit: Hit | None, landed: int) -> list[Item]:
    """Write the sum of the step, or what is pointed at, below the picture."""
    if not layout.canvas.captions:
        return []
    data, theme, below = layout.wave, layout.canvas.theme, layout.footer
    if hit is not None and hit.kind in ("input", "kernel"):
        lines: list[tuple[Run, ...] | str] = [*pointed_sentences(data, hit, position)]
        return footer_items(below, tr("Pointed at"), "", lines, theme)
    lines = [*_sum(layout, position)]
    detail = tr("step {n} of 0 … {last}", n=landed, last=data.making.positions - 1)
    when = data.timeline.lasting(data.stands(position)) if data.timeline.timed else ""
    detail = f"{detail}; {when}" if when else detail
    pointed = hit is not None and hit.kind == "output"
    return footer_items(
        below, tr("Pointed at") if pointed else tr("This step"), "" if pointed else detail, lines, theme
    )


def _sum(layout: WaveLayout, position: int) -> list[tuple[Run, ...]]:
    """Return how an output is made: of one channel its products, of several the sum of each."""
    data, theme, below = layout.wave, layout.canvas.theme, layout.footer
    _, windows = data.window(position)
    kernels, total = data.making.kernels, data.made(position)
    name, room, size = title_of(data, position), below.room, below.size
    if len(kernels) == 1:
        window, kernel = _telling(windows[0], kernels[0])
        return sum_of_products(theme, name, window, kernel, data.said_bias, total, room, size)
    channel = layout.channel
    sums = (windows * kernels).sum(axis=1).tolist()
    terms = list(zip(data.names, sums, strict=True))
    return [
        product_sum_runs(theme, data.names[channel], windows[channel], kernels[channel], room, size, whole=False),
        sum_runs(theme, name, terms, data.said_bias, total, room, size=size),
    ]


def _telling(window: Floats, kernel: Floats) -> tuple[Floats, Floats]:
    """Leave out zero weights of a long kernel that has little else, such as an echo's: they add nothing."""
    met = (kernel != 0) | ~np.isfinite(window)
    sparse = kernel.size >= LONG and 0 < met.sum() <= SPARSE * kernel.size
    return (window[met], kernel[met]) if sparse else (window, kernel)


def _summary(layout: WaveLayout, position: int, hit: Hit | None) -> str:
    data = layout.wave
    if hit is not None and hit.kind in ("input", "kernel"):
        return " ".join(line for line in pointed_sentences(data, hit, position) if line)
    return text_of(_sum(layout, position)[-1]).strip()
