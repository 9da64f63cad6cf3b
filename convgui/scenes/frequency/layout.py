"""Where a wave, the kernel and what comes out stand, with magnitude and phase of all waves below them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import pi

import numpy as np
from numpy.typing import NDArray

from convgui.draw.axes import BAR, BELOW, LEFT, SIZE, axis_below, axis_left, scale_bar, scale_bar_below
from convgui.draw.colour import Bytes
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import operator
from convgui.draw.grids import largest, value_cells
from convgui.draw.hues import cyclic_table
from convgui.draw.measure import Measure, measure, roomy
from convgui.draw.metrics import BETWEEN, elide, text_width
from convgui.draw.number import MINUS, number, times
from convgui.draw.panels import hit_grid
from convgui.draw.picture import Box, Cells, HitGrid, Item, Lines, Raster, Rects, Texts
from convgui.draw.row import Row, Slot, row
from convgui.draw.theme import Role
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label
from convgui.draw.writing import Writing, writing, written_with
from convgui.scenes.canvas import Canvas
from convgui.scenes.frequency.along import LEAST, Along, along, two_valued
from convgui.scenes.frequency.along import still as curve_items
from convgui.scenes.frequency.response import FLOOR, Response
from convgui.words import tr

"""Decibels below the largest magnitude that the logarithmic scale reaches."""
MOST_PARTS = 100_000
"""Of which a weight is said to be one: a title has no room for more."""
MOST_PART = 999
"""The most parts that a weight is written as a fraction of."""
WAVE = 24
"""Cells a side of the drawn waves."""
GAP, ROW, LOW, SMALL = 36.0, 0.42, 0.36, 0.26
"""Between the plots, and the part of the height that the waves and the kernel take, also of a low and a small one."""
CROWDED = 4
"""Frequencies a pixel from which a line is drawn by its extremes: no more of it can be seen."""
NARROW = 640.0
"""Width below which the scales lie under the plots: beside them they would take more room than the plots."""
UNDER = 30.0
"""Room for such a scale, under the axis."""


@dataclass(frozen=True, eq=False)
class ResponseLayout:
    """Where kernel, waves, magnitude and phase stand; `row` places wave, kernel and wave.

    Beside the pictures of all waves stands the response `along` the steps, where there is room.
    """

    response: Response
    canvas: Canvas
    measure: Measure
    logarithmic: bool
    row: Row
    kernel: Cells
    plots: tuple[Box, Box]
    along: Along | None
    footer: Footer
    base: tuple[Item, ...] = ()
    hits: tuple[HitGrid, ...] = field(default=())

    @property
    def waves(self) -> tuple[Box, Box]:
        """The boxes of the wave that goes in and of what comes out."""
        return self.row.box(0), self.row.box(2)


def lay_out(data: Response, canvas: Canvas, logarithmic: bool) -> ResponseLayout:
    """Place a wave, the kernel and what comes out in a row, and magnitude and phase of all waves below it."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below, margin, top = footer(canvas.width, canvas.height, sizes.margin, 2), sizes.margin, min(sizes.margin, 16.0)
    high = (below.top - 10 if words else canvas.height - margin) - top
    rows, columns = data.kernel.shape
    slots = (
        Slot(WAVE, WAVE, above=sizes.above),
        Slot(rows, columns, above=sizes.above, scale=WAVE / max(rows, columns)),
        Slot(WAVE, WAVE, above=sizes.above),
    )
    share = 0.5 if not words else ROW if roomy(canvas.width, canvas.height) else LOW if sizes.index else SMALL
    found = row(slots, (margin, top, canvas.width - 2 * margin, share * high), sizes)
    exact = _decimals(data.kernel)
    # What has an end is written to it: 0.0625 is a sixteenth, 0.06 is none.
    numbers = written_with(data.kernel, found.side(1) - 6, sizes.least, exact) if exact and exact > 2 else None
    numbers, title = numbers or writing(data.kernel, found.side(1), sizes.least), tr("kernel")
    at = found.box(1)[:2]
    kernel = value_cells(data.kernel, canvas.theme, "kernel", at, found.side(1), name="kernel", title=title,
                         numbers=numbers if words else False)  # fmt: skip
    parts = _parts(data.kernel, numbers, exact) if words else ()
    kernel = replace(kernel, content=replace(kernel.content, texts=parts)) if parts else kernel
    # They stand in the panel, too: the plots are what the picture is about.
    kernel = replace(kernel, aside=True)
    y = max(found.box(n)[1] + found.box(n)[3] for n in range(3)) + 14
    *plots, curve = _plots(
        (margin, y + sizes.above, canvas.width - 2 * margin, top + high - y - sizes.above), data, canvas
    )
    told = along(data, curve, logarithmic=logarithmic) if words and len(data.values) > 1 else None
    layout = ResponseLayout(data, canvas, sizes, logarithmic, found, kernel, (plots[0], plots[1]), told, below)
    rows, columns = data.closed(data.magnitude).shape
    hits = tuple(
        HitGrid(name, (), box[0], box[1], box[2] / columns, box[3] / rows, (rows, columns))
        for name, box in zip(("magnitude", "phase"), plots, strict=True)
    )
    base = (*_still(layout), *(_headings(layout) if words else ()))
    more = () if told is None else (told.hits(data),)
    return replace(layout, base=base, hits=(*hits, *more, hit_grid("kernel", data.index, kernel)))


def _decimals(values: NDArray[np.float64]) -> int | None:
    """Return how many decimals, up to four, tell all weights of a kernel; None where those do not."""
    return next((n for n in range(5) if np.allclose(values, np.round(values, n), rtol=0, atol=1e-9)), None)


def _parts(kernel: NDArray[np.float64], numbers: Writing, exact: int | None) -> Texts:
    """Write weights as parts of 1 where decimals would round them and these take no more room; nothing otherwise."""
    told = exact is not None and (numbers.decimals is None or numbers.decimals >= exact)
    if not numbers.font or told:
        return ()
    found = [[Fraction(value).limit_denominator(MOST_PART) for value in row] for row in kernel.tolist()]
    texts = tuple(tuple(str(part).replace("-", MINUS) for part in row) for row in found)
    same = np.array_equal(np.array(found, dtype=float), kernel)
    return texts if same and max(len(text) for row in texts for text in row) <= numbers.characters else ()


def _plots(room: Box, data: Response, canvas: Canvas) -> tuple[Box, Box, Box]:
    """Return the boxes of magnitude and phase beside each other: squares for pictures, wide for sequences.

    The third one is that of the curve beside pictures, without width where there is none.
    """
    x, y, width, height = room
    flat, gap = len(data.values) == 1, GAP if canvas.captions else 8.0
    left, bar, below = (LEFT, BAR + 44.0, BELOW) if canvas.captions else (0.0, 0.0, 0.0)
    if flat:
        bar = 0.0
    elif canvas.captions and _narrow(canvas):
        bar, below = 0.0, below + UNDER
    # A curve has numbers of its own at its left; two pictures share theirs.
    second = left if flat else 0.0
    free = width - left - second - gap - 2 * bar
    wide, high = max(free / 2, 8.0), max(height - below, 8.0)
    third = 0.0
    if not flat:
        wide = high = min(wide, high)
        third = min((free - LEFT - gap) / 3, high)
        wide, third = (min(wide, third), third) if canvas.captions and third >= LEAST else (wide, 0.0)
    more = LEFT + gap + third if third else 0.0
    high = high if flat else wide
    start = x + left + max((free - more - 2 * wide) / 2, 0.0)
    other = start + wide + bar + gap + second
    return (start, y, wide, high), (other, y, wide, high), (other + wide + bar + gap + LEFT, y, third, high)


def _narrow(canvas: Canvas) -> bool:
    return canvas.width < NARROW


def _still(layout: ResponseLayout) -> list[Item]:
    data, theme = layout.response, layout.canvas.theme
    shown, phase = data.closed(data.decibels if layout.logarithmic else data.magnitude), data.closed(data.phase)
    low, high = (float(shown.max()) - FLOOR, float(shown.max())) if layout.logarithmic else (0.0, largest(shown))
    items: list[Item] = [layout.kernel]
    if len(data.values) == 1:
        fine = data.fine()
        fine = np.concatenate([-fine[:0:-1], fine])
        values = data.across(fine)
        size = data.in_decibels(np.abs(values)) if layout.logarithmic else np.abs(values)
        items += _curve(layout.plots[0], fine, (size - low) / ((high - low) or 1.0), layout)
        items += _curve(layout.plots[1], fine, (data.angles(values) + pi) / (2 * pi), layout)
    else:
        share = (shown - low) / ((high - low) or 1.0)
        items += _image(layout.plots[0], theme.fills(share, "result", 1.0), "magnitude", layout)
        items += _image(layout.plots[1], phase_colours(phase, layout), "phase", layout)
    if layout.canvas.captions:
        items += _axes(layout, low, high)
    return [*items, *([] if layout.along is None else curve_items(layout.along, theme))]


def phase_colours(phase: NDArray[np.float64], layout: ResponseLayout) -> Bytes:
    """Return a colour for each angle, once around; the paper's where there is none.

    Where waves come out as they are or turned over and nothing between, these have the colours of the two signs.
    """
    theme = layout.canvas.theme
    lost = np.isnan(phase)
    if two_valued(layout.response.phase):
        signs = theme.fills(np.cos(np.nan_to_num(phase)).round(), "result", 1.0)
        signs[lost] = theme.background
        return signs
    index = (np.where(lost, 0.0, phase) / (2 * pi) * 256 + 128).astype(int) % 256
    colours: Bytes = cyclic_table(theme.shade)[index]
    colours[lost] = theme.background
    return colours


def _image(box: Box, colours: Bytes, name: str, layout: ResponseLayout) -> list[Item]:
    frame = Rects(np.array([box]), stroke=layout.canvas.theme.role("result").line, width=1.5)
    return [Raster(np.ascontiguousarray(colours), box, box, name=name), frame]


def _extremes(xs: NDArray[np.float64], ys: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest in each pixel's width of a line that runs to the right."""
    columns = np.floor(xs - xs[0])
    starts = np.flatnonzero(np.diff(columns, prepend=-1.0))
    ends = np.stack([np.fmin.reduceat(ys, starts), np.fmax.reduceat(ys, starts)], axis=1)
    return np.repeat(xs[starts], 2), ends.ravel()


def _curve(
    box: Box, frequencies: NDArray[np.float64], share: NDArray[np.float64], layout: ResponseLayout
) -> list[Item]:
    """Draw values between 0 and 1 over the frequencies, with a gap where there is none."""
    x, y, width, height = box
    theme, bins = layout.canvas.theme, layout.response.values.shape[1]
    # A frequency stands where its bin does in a row of them that ends with +1/2.
    xs = x + ((frequencies + 0.5) * bins + 0.5) * width / (bins + 1)
    ys = y + height - np.clip(share, 0, 1) * height
    if len(xs) > CROWDED * width:
        xs, ys = _extremes(xs, ys)
    segments = np.stack([xs[:-1], ys[:-1], xs[1:], ys[1:]], axis=1)
    segments = segments[~np.isnan(segments).any(axis=1)]
    frame = Rects(np.array([box]), stroke=theme.line, width=1.0)
    return [frame, Lines(segments, theme.role("result").line, 2.0)] if len(segments) else [frame]


def _axes(layout: ResponseLayout, low: float, high: float) -> list[Item]:
    """Draw the frequencies, and what colours or heights mean."""
    theme, flat = layout.canvas.theme, len(layout.response.values) == 1
    # A tick stands at the middle of its bin; +1/2 is −1/2 again.
    bins = layout.response.values.shape[1]
    ticks = [((n * bins / 4 + 0.5) / (bins + 1), number(n / 4 - 0.5)) for n in range(5)]
    decimals = 1 if layout.logarithmic else None
    ends = (number(low, decimals), number(high, decimals)), ("−180°", "180°")
    ramp = theme.fills(np.linspace(0, 1, 64, dtype=np.float64)[None], "result", 1.0)[0], cyclic_table(theme.shade)
    items: list[Item] = []
    for box, (least, most), colours in zip(layout.plots, ends, ramp, strict=True):
        x, y, width, height = box
        title = elide(tr("cycles a cell, across"), SIZE, width + GAP - 6)
        items += axis_below(box, ticks, title, theme)
        if flat:
            items += axis_left(box, [(0.0, most), (1.0, least)], theme)
        else:
            items += _left_axis(layout, ticks) if box == layout.plots[0] else []
            if colours is ramp[1] and two_valued(layout.response.phase):
                items += _swatches(layout, box)
                continue
            if _narrow(layout.canvas):
                items += scale_bar_below((x, y + height + BELOW, width, BAR - 4), colours, least, most, theme)
            else:
                items += scale_bar((x + width + 8, y, BAR - 4, height), colours, least, most, theme)
    return items


def _left_axis(layout: ResponseLayout, ticks: list[tuple[float, str]]) -> list[Item]:
    """Draw the frequencies down the rows, with their name where there is room at the left."""
    box, theme = layout.plots[0], layout.canvas.theme
    items, lines = axis_left(box, ticks, theme), _down(box)
    x, y = box[0] - LEFT - 8, box[1] + box[3] / 2
    return [*items, *(label(x, y + n * 16 - 4, line, theme.muted, SIZE, anchor="end") for n, line in enumerate(lines))]


def _down(box: Box) -> list[str]:
    """Return the lines of the name of the frequencies down the rows; none where they have no room beside a plot."""
    lines = [line.strip() for line in tr("cycles a cell,\ndown").split("\n")]
    return lines if max(text_width(line, SIZE) for line in lines) <= box[0] - LEFT - 14 else []


def _swatches(layout: ResponseLayout, box: Box) -> list[Item]:
    """Say what the two colours of a phase mean that is 0 or half a turn."""
    theme, (x, y, width, height), items = layout.canvas.theme, box, list[Item]()
    for n, (angle, name) in enumerate(((0.0, "0°"), (pi, "180°"))):
        at = (x + n * width / 2, y + height + BELOW) if _narrow(layout.canvas) else (x + width + 8, y + n * 24)
        colour = tuple(phase_colours(np.array([angle]), layout)[0].tolist())
        items.append(Rects(np.array([(*at, BAR, BAR)]), fill=colour, stroke=theme.line))
        items.append(label(at[0] + BAR + 6, at[1] + BAR - 2, name, theme.muted, SIZE, mono=True))
    return items


def _headings(layout: ResponseLayout) -> list[Item]:
    data, theme, sizes, canvas = layout.response, layout.canvas.theme, layout.measure, layout.canvas
    size, reach = times(*data.kernel.shape), times(*data.spread.shape)
    detail = size if size == reach else tr("{size}, dilated to {reach}", size=size, reach=reach)
    parted = any("/" in text for line in layout.kernel.content.texts for text in line)
    detail = BETWEEN.join((detail, *_weights(data.kernel, parted=parted)))
    moved = tr("before the stride of {stride}", stride=times(*data.stride)) if max(data.stride) > 1 else ""
    ends = [f"±{number(limit)}" for limit in limits(data)]
    titles = (tr("Wave in"), ends[0]), (tr("Kernel"), detail), (tr("Wave out"), ends[1])
    roles: tuple[Role, ...] = ("input", "kernel", "result")
    items = list[Item]()
    for n, (title, role) in enumerate(zip(titles, roles, strict=True)):
        x, y, _, _ = layout.row.box(n)
        items += title_items((x, y), layout.row.room(n, canvas.width - 6), title, role, sizes, theme)
    if len(data.values) > 1 and not (moved or _down(layout.plots[0])):
        # Without room beside the axis, its name stands above it.
        moved = " ".join(tr("cycles a cell,\ndown").split())
    magnitude = tr("Magnitude |H|, dB") if layout.logarithmic else tr("Magnitude |H|")
    (x, y, wide, _), (other, _, _, _) = layout.plots
    items += title_items((x, y), max(other - 12, x + wide), (magnitude, moved), "result", sizes, theme)
    curve = layout.along
    end = canvas.width - 6 if curve is None else curve.box[0] - 12
    items += title_items((other, y), end, (tr("Phase ∠H"), ""), "result", sizes, theme)
    if curve is not None:
        words = (tr("Along the steps"), curve.name)
        items += title_items(curve.box[:2], canvas.width - 6, words, "result", sizes, theme)
    return items if max(data.spread.shape) <= WAVE else [*items, *operators(layout)]


def _weights(kernel: NDArray[np.float64], *, parted: bool) -> list[str]:
    """Say what the weights add up to, and what each is where all are one part of so many and no cell says so."""
    total, first = float(kernel.sum()), float(kernel.flat[0])
    parts = round(1 / first) if first * MOST_PARTS >= 1 else 0
    equal = parts > 1 and not parted and np.allclose(kernel * parts, 1, rtol=1e-9)
    return [*([tr("each {value}", value=f"1/{parts}")] if equal else []), tr("sum {n}", n=number(total))]


def limits(data: Response) -> tuple[float, float]:
    """Return how high waves are before and at most after; each is drawn on a scale of its own that no step changes."""
    return 1.0, float(data.magnitude.max()) or 1.0


def operators(layout: ResponseLayout) -> list[Item]:
    """Draw what stands between the waves and the kernel."""
    signs = ((layout.row.gap(n), sign) for n, sign in enumerate("∗="))
    return [item for gap, sign in signs for item in operator(gap, layout.row.middle, sign, layout.canvas.theme)]
