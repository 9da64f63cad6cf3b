"""Waveform: what stays while one steps: lanes with signals, the axis they share, and the whole input below."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.axes import SIZE, TICK
from convgui.draw.colour import Colour, faded
from convgui.draw.envelope import NEAR, whole_columns
from convgui.draw.footer import Footer, footer
from convgui.draw.gaps import falling
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import BETWEEN, text_width
from convgui.draw.number import grouped
from convgui.draw.picture import Box, Floats, HitGrid, Item, Lines, Rects
from convgui.draw.stems import NUMBERS, STEMS, envelope_lines, numbers, polyline, stems
from convgui.draw.viewport import Viewport, view_through
from convgui.draw.words import label
from convgui.model.document import View
from convgui.model.nearby import value_under
from convgui.scenes.canvas import Canvas
from convgui.scenes.waveform.lanes import DOTS, TITLE, Kind, Lane, bounds, lane_items, title_items
from convgui.scenes.waveform.lanes import NUMBERS as FREE
from convgui.scenes.waveform.visible import Shown, Trace, columns_in, in_view
from convgui.scenes.waveform.wave import Wave
from convgui.words import tr, trn

LEFT, TOP, BELOW = 62.0, 16.0, 30.0
"""Room for the numbers beside lanes, above the first one's title, and below the last one for the axis."""
WHOLE, APART = 44.0, 26.0
"""Height of the whole input, and its distance from the axis, which a wedge crosses."""
LOW, LOWEST = 44.0, 26.0
"""Height that each lane should have, and from which it is drawn."""
TAPS_APART = 8.0
"""Pixels from tap to tap below which the kernel is drawn larger than it is."""
PANEL, PANEL_SHARE, TAP = 170.0, 0.6, 30.0
"""Width of that drawing at least, the part of the lane that it takes at most, and the room for a tap."""
MOST_MADE = 200
"""Outputs up to which those that are not made yet stay empty."""
DAY = 90.0
"""Pixels from tick to tick at least."""


@dataclass(frozen=True, eq=False)
class WaveLayout:
    """Where everything stands.

    Attributes
    ----------
    port : Viewport
        The shared axis: one cell a sample of the input, from the first of the padding on.
    whole : tuple or None
        The box of the whole input; None where all of it is seen anyway.
    panel : float
        Width in which the kernel is drawn larger than it is; 0 where it is drawn in place.
    making : bool
        Whether outputs that are not made yet stay empty.
    """

    wave: Wave
    shown: Shown
    canvas: Canvas
    measure: Measure
    port: Viewport
    channel: int
    lanes: tuple[Lane, ...]
    whole: Box | None
    panel: float
    making: bool
    footer: Footer
    base: tuple[Item, ...] = ()
    hits: tuple[HitGrid, ...] = field(default=())

    @property
    def blurred(self) -> bool:
        """Whether the output in view is that of some positions, and few enough to compute all of them at once."""
        first, last = self.outputs
        near = last - first < NEAR * columns_in(self.port, self.canvas.pixels)
        return near and not self.shown.output.exact

    @property
    def outputs(self) -> tuple[int, int]:
        """The first output in view and the one beyond the last."""
        return in_view(self.port, self.wave.ends[0], self.wave.axis.step, self.wave.making.positions)

    def of(self, kind: str) -> list[Lane]:
        """Return the lanes of a kind."""
        return [lane for lane in self.lanes if lane.kind == kind]

    def across(self, places: NDArray[Any]) -> Floats:
        """Return where places of the shared axis stand: in the middle of their cells."""
        return np.asarray(self.port.x + (places - self.wave.ends[0] + 0.5) * self.port.across)

    def x(self, place: float) -> float:
        """Return where a place of the shared axis stands."""
        return float(self.across(np.array([place]))[0])


def port_of(data: Wave, view: View, canvas: Canvas) -> tuple[Viewport, Measure, Footer]:
    """Return the shared axis of a view, with what its place follows from."""
    sizes, words = measure(canvas.width, canvas.height, words=canvas.captions), canvas.captions
    below = footer(canvas.width, canvas.height, sizes.margin, 3, told=canvas.told)
    left = sizes.margin + (LEFT if words else 0.0)
    bottom = below.top - 10 if words else canvas.height - sizes.margin
    top = min(sizes.margin, TOP)
    frame = (left, top, canvas.width - sizes.margin - left, bottom - top)
    begin, end = data.ends
    return view_through(frame, (1, end - begin), (0.5, view.centre[1]), view.zoom), sizes, below


def lay_out(data: Wave, shown: Shown, view: View, canvas: Canvas) -> WaveLayout:
    """Place lanes below each other."""
    port, sizes, below = port_of(data, view, canvas)
    channel = min(view.channel, len(data.names) - 1)
    begin, end = data.ends
    whole_fits = port.frame[2] / (end - begin) >= STEMS
    lanes, whole = _lanes(data, port, channel, canvas, whole=not whole_fits)
    apart = (data.axis.taps[1] if len(data.axis.taps) > 1 else 1) * port.across
    taps = len(data.axis.taps)
    panel = 0.0
    if apart < TAPS_APART:
        panel = min(max(PANEL, taps * TAP), PANEL_SHARE * port.frame[2])
        if canvas.captions and panel / taps >= NUMBERS:
            lanes = tuple(replace(lane, free=FREE) if lane.kind in ("kernel", "products") else lane for lane in lanes)
    made = data.making.positions <= MOST_MADE and data.axis.step * port.across >= STEMS
    layout = WaveLayout(data, shown, canvas, sizes, port, channel, lanes, whole, panel, made, below)
    return replace(layout, base=_still(layout), hits=_hits(layout))


def _lanes(
    data: Wave, port: Viewport, channel: int, canvas: Canvas, *, whole: bool
) -> tuple[tuple[Lane, ...], Box | None]:
    """Return the lanes for which there is room, and the box of the whole input."""
    x, top, wide, high = port.frame
    words = canvas.captions
    numbered = words and port.across * max(data.axis.step, 1.0) >= NUMBERS
    title, axis = (TITLE, BELOW) if words else (8.0, 4.0)
    every = list(range(len(data.names)))
    choices = [(every, True, whole), (every, False, whole), ([channel], True, whole), ([channel], False, whole),
               ([channel], False, False)]  # fmt: skip
    for channels, products, overall in choices:
        more = WHOLE + APART if overall else 0.0
        weights = [1.0] * len(channels) + [0.8] + [0.7] * products + [1.15]
        free = high - axis - more - title * len(weights)
        least = free * min(weights) / sum(weights)
        if least >= LOW or (channels, products, overall) == choices[-1]:
            break
    kinds: list[tuple[Kind, int]] = [("input", n) for n in channels]
    kinds.append(("kernel", channel))
    kinds += [("products", channel)] if products else []
    kinds.append(("output", 0))
    found, y = list[Lane](), top
    for (kind, index), weight in zip(kinds, weights, strict=True):
        tall = max(free * weight / sum(weights), LOWEST)
        box = (x, round(y + title), wide, round(tall))
        found.append(replace(_lane(data, kind, index, box), free=FREE if numbered else DOTS))
        y += title + tall
    return tuple(found), (x, y + axis + APART, wide, WHOLE) if overall else None


def _lane(data: Wave, kind: Kind, index: int, box: Box) -> Lane:
    making = data.making
    if kind == "input":
        low, high = bounds(*data.input.range)
        return Lane("input", box, low, high, index, _channel_title(data, index), _input_detail(data, index))
    if kind == "output":
        low, high = bounds(*data.output_range)
        title = tr("Output") if data.filters == 1 else tr("Output, filter {n}", n=data.filter)
        count = trn("{n} sample", "{n} samples", making.positions, n=grouped(making.positions))
        return Lane("output", box, low, high, 0, title, BETWEEN.join((count, *_slower(data))))
    kernel = making.kernels[index]
    if kind == "kernel":
        low, high = bounds(float(kernel.min()), float(kernel.max()))
        return Lane("kernel", box, low, high, index, tr("Kernel"), _kernel_detail(data, index))
    reach = max(abs(end) for end in data.input.range)
    products = kernel * reach
    most = float(np.abs(products).max())
    return Lane("products", box, -most or -1.0, most or 1.0, index, tr("Products"), tr("input × weight"))


def _channel_title(data: Wave, index: int) -> str:
    name = data.names[index]
    if data.channels == 1:
        return tr("Input")
    return tr("Input, channel {name}", name=name) if name.isdigit() else tr("Input, {name}", name=name)


def _input_detail(data: Wave, index: int) -> str:
    length = data.input.length
    if index and data.timeline.rate:
        return ""
    count = trn("{n} sample", "{n} samples", length, n=grouped(length))
    return BETWEEN.join(
        part for part in (count, data.timeline.lasting(length), data.timeline.rate, data.missing) if part
    )


def _kernel_detail(data: Wave, index: int) -> str:
    taps, long = len(data.axis.taps), data.axis.extent
    parts = [trn("{n} weight", "{n} weights", taps, n=grouped(taps))]
    if long != taps:
        parts.append(tr("over {n} samples", n=grouped(long)))
    lasting = data.timeline.lasting(long)
    parts += [lasting] if lasting else []
    if len(data.names) > 1:
        parts.append(_channel_title(data, index))
    return BETWEEN.join(parts)


def _slower(data: Wave) -> list[str]:
    """Say the sample rate of the output, which a stride changes."""
    if not data.timeline.timed:
        return []
    return [replace(data.timeline, spacing=data.timeline.spacing * data.axis.step).rate]


def signal_items(
    layout: WaveLayout, lane: Lane, places: Floats, values: Floats, spacing: float, colour: Colour, ink: Colour
) -> list[Item]:
    """Draw samples of a lane as stems with numbers, or as a line."""
    xs, ys = layout.across(places), lane.heights(values)
    if spacing < STEMS:
        return polyline(xs, ys, colour)
    written = numbered(layout, xs, ys, values, spacing, ink)
    return [*stems(xs, ys, lane.zero, spacing, colour), *written]


def numbered(
    layout: WaveLayout, xs: Floats, ys: Floats, values: Floats, spacing: float, ink: Colour,
    *, bold: bool = False,
) -> list[Item]:  # fmt: skip
    """Write the numbers of those stems that lie in view with their numbers."""
    x, _, wide, _ = layout.port.frame
    half = spacing / 2 - 4
    inside = (xs - half >= x - 4) & (xs + half <= x + wide + 4)
    if not layout.canvas.captions or not inside.any():
        return []
    return numbers(xs[inside], ys[inside], values[inside], spacing, ink, bold=bold)


def trace_items(layout: WaveLayout, lane: Lane, trace: Trace, step: float) -> list[Item]:
    """Draw what a view shows of a signal, in one of its lanes."""
    colours, channel = layout.canvas.theme.role(lane.role), lane.channel
    low, high = (np.asarray(one[channel], np.float64) for one in (trace.low, trace.high))
    if trace.single:
        inside = np.arange(trace.edges[0], trace.edges[-1])
        places, spacing = inside * step, step * layout.port.across
        xs = layout.across(places)
        seen = (xs >= lane.box[0] - 0.5) & (xs <= lane.box[0] + lane.box[2] + 0.5) if spacing >= STEMS else xs == xs
        return signal_items(layout, lane, places[seen], low[seen], spacing, colours.line, colours.ink)
    # A column stands for the samples from its first edge to the next.
    edges = layout.across((trace.edges - 0.5) * step)
    x, _, wide, _ = lane.box
    starts, stops = np.maximum(edges[:-1], x), np.minimum(edges[1:], x + wide)
    seen = stops > starts
    middle = (starts + stops)[seen] / 2
    colour = colours.line if trace.exact else faded(colours.line, 0.6)
    thick = max(float((stops - starts)[seen].max()) if seen.any() else 1.0, 1.0)
    return envelope_lines(middle, lane.heights(high[seen]), lane.heights(low[seen]), colour, min(thick, 2.0))


def _still(layout: WaveLayout) -> tuple[Item, ...]:
    theme, data = layout.canvas.theme, layout.wave
    items: list[Item] = [*_grid_lines(layout)]
    for lane in layout.lanes:
        items += lane_items(lane, theme, words=layout.canvas.captions)
    for lane in layout.of("input"):
        items += _padding(layout, lane)
        items += trace_items(layout, lane, layout.shown.input, 1.0)
    if not layout.making:
        for lane in layout.of("output"):
            items += trace_items(layout, lane, layout.shown.output, data.axis.step)
    if layout.canvas.captions:
        items += _axis(layout)
    return (*items, *_whole(layout))


def titles(layout: WaveLayout) -> list[Item]:
    """Write the names of all lanes; above the wedges, which cross their lines."""
    right, size = layout.port.frame[0] + layout.port.frame[2], min(layout.measure.title, 15.0)
    return [item for lane in layout.lanes for item in title_items(lane, right, layout.canvas.theme, size)]


def _ticks(layout: WaveLayout) -> list[tuple[float, str]]:
    """Return where ticks of the shared axis stand on screen, with their texts."""
    wide, (first, last) = layout.port.clip[2], _in_view(layout)
    ticks = layout.wave.timeline.ticks(first, last, max(int(wide / DAY), 1))
    return [(layout.x(place), text) for place, text in ticks]


def _in_view(layout: WaveLayout) -> tuple[float, float]:
    """Return the places at both ends of what is in view."""
    x, _, wide, _ = layout.port.clip
    begin, across = layout.wave.ends[0], layout.port.across
    return (x - layout.port.x) / across + begin - 0.5, (x + wide - layout.port.x) / across + begin - 0.5


def _grid_lines(layout: WaveLayout) -> list[Item]:
    lines = [(x, lane.box[1], x, lane.box[1] + lane.box[3]) for x, _ in _ticks(layout) for lane in layout.lanes]
    return [Lines(np.array(lines), faded(layout.canvas.theme.line, 0.7), 1.0)] if lines else []


def _axis(layout: WaveLayout) -> list[Item]:
    """Draw the axis that all lanes share, below the last one."""
    theme, lane, data = layout.canvas.theme, layout.lanes[-1], layout.wave
    x, y, wide, high = lane.box
    bottom, marks = y + high, _ticks(layout)
    items: list[Item] = [Lines(np.array([(x, bottom, x + wide, bottom)]), theme.muted)]
    if marks:
        items.append(Lines(np.array([(at, bottom, at, bottom + TICK) for at, _ in marks]), theme.muted))
    _, unit = data.timeline.scale(*_in_view(layout))
    title = data.timeline.title if not data.timeline.timed else f"{data.timeline.title} {unit}"
    end, stop = -np.inf, x + wide - text_width(title, SIZE) - 12
    for at, text in marks:
        half = text_width(text, SIZE, mono=True) / 2
        if at - half > end + 8 and at + half < stop:
            items.append(label(at, bottom + TICK + SIZE + 1, text, theme.muted, SIZE, mono=True, anchor="middle"))
            end = at + half
    items.append(label(x + wide, bottom + TICK + SIZE + 1, title, theme.muted, SIZE, anchor="end"))
    return items


def _padding(layout: WaveLayout, lane: Lane) -> list[Item]:
    """Draw the padding before and after an input: dashed, with grey values."""
    data, theme, across = layout.wave, layout.canvas.theme, layout.port.across
    begin, length = data.view.origin[0], data.input.length
    ends = begin + data.view.padded_shape[0]
    x, y, wide, high = lane.box
    items: list[Item] = []
    for first, last in ((begin, 0), (length, ends)):
        left, right = max(layout.x(first - 0.5), x), min(layout.x(last - 0.5), x + wide)
        if last <= first or right - left < 1.5:
            continue
        box = np.array([(left, y + 2, right - left, high - 4)])
        items.append(Rects(box, fill=faded(theme.faint, 0.55), stroke=theme.muted, width=0.8, dash="dashed"))
        if across < STEMS:
            continue
        every = np.arange(first, last)
        cells = every[(layout.across(every) >= x) & (layout.across(every) <= x + wide)]
        if len(cells):
            values = value_under(data.axis, data.making.x[lane.channel : lane.channel + 1], cells)[0]
            items += signal_items(layout, lane, cells.astype(float), values, across, theme.muted, theme.muted)
    return items


def _whole(layout: WaveLayout) -> list[Item]:
    """Draw the whole input small, with a mark around what is in view and a wedge from the axis to it."""
    if layout.whole is None:
        return []
    theme, data, (x, y, wide, high) = layout.canvas.theme, layout.wave, layout.whole
    lane = Lane("input", layout.whole, *bounds(*data.input.range), layout.channel, "", "")
    port = view_through(layout.whole, (1, layout.port.columns), (0.5, 0.5), 1.0)
    edges, low, high_of = whole_columns(data.making.x, data.input, int(wide))
    at = port.x + (edges - data.ends[0]) * port.across
    values = (np.asarray(one[layout.channel], np.float64) for one in (high_of, low))
    tops, bottoms = (lane.heights(one) for one in values)
    left, right = seen_share(layout)
    marked = max((right - left) * wide, 4.0)
    mark = np.array([(x + left * wide, y - 2, marked, high + 4)])
    items: list[Item] = [
        Lines(np.array([(x, lane.zero, x + wide, lane.zero)]), theme.line),
        *envelope_lines((at[:-1] + at[1:]) / 2, tops, bottoms, faded(theme.role("input").line, 0.75), 1.0),
        Rects(mark, stroke=theme.role("kernel").line, width=2.0, radius=2),
    ]
    if right - left < 1:
        ends = (x + left * wide, x + left * wide + marked)
        items += falling((y - APART + 2, y - 2), (x, x + wide), ends, theme)
    if layout.canvas.captions:
        items.append(label(x - TICK - 3, y + high / 2 + 4, tr("whole"), theme.muted, SIZE, anchor="end"))
    return items


def seen_share(layout: WaveLayout) -> tuple[float, float]:
    """Return the part of the shared axis that is in view, as shares of all of it."""
    x, _, wide, _ = layout.port.clip
    long = layout.port.box[2]
    return (x - layout.port.x) / long, (x + wide - layout.port.x) / long


def _hits(layout: WaveLayout) -> tuple[HitGrid, ...]:
    data, port = layout.wave, layout.port
    begin, found = data.ends[0], list[HitGrid]()
    for lane in layout.of("input"):
        _, y, _, high = lane.box
        shape, clip = (1, data.view.padded_shape[0]), _clip(port, lane.box)
        index = (data.first + lane.channel,)
        found.append(HitGrid("input", index, port.x, y, port.across, high, shape, (0, begin), clip))
    for lane in layout.of("output"):
        _, y, _, high = lane.box
        wide = port.across * data.axis.step
        left, shape = layout.x(0.0) - wide / 2, (1, data.making.positions)
        found.append(HitGrid("output", (data.filter,), left, y, wide, high, shape, (0, 0), _clip(port, lane.box)))
    if layout.whole is not None:
        x, y, wide, high = layout.whole
        found.append(HitGrid("overview", (0,), x, y, 1.0, high, (1, max(int(wide), 1))))
    return tuple(found)


def _clip(port: Viewport, box: Box) -> Box:
    """Return the part of a lane that its signal covers."""
    x, _, wide, _ = port.clip
    return (x, box[1], wide, box[3])
