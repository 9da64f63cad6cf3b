"""The tree on one axis: where rows of nodes, samples, the bracket and the whole sound stand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.envelope import Envelope, whole_columns
from convgui.draw.footer import Footer, footer
from convgui.draw.measure import Measure, measure
from convgui.draw.metrics import elide
from convgui.draw.number import number
from convgui.draw.picture import Box, Floats, HitGrid, Item, Lines
from convgui.draw.stems import envelope_lines
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.receptive.tree import Tree
from convgui.words import tr, trn

NAMES, NARROW_NAMES, WIDE = 136.0, 84.0, 700.0
"""Room for the names of rows at the left, also of a canvas narrower than that."""
LARGEST, LATTICE, STEM = 50.0, 14.0, 5.0
"""Pixels a sample at the most, from which every node is drawn, and from which samples have stems."""
BEFORE, AFTER = 5, 3
"""Samples shown at either side of the field."""
HEAD, SAMPLES, BRACKET, WHOLE = 26.0, 0.2, 40.0, 58.0
"""Height above the rows, the part of the height that samples take, and the heights of bracket and whole sound."""
PITCH = 22.0
"""From row to row at least, where there is anything below them that can give way."""
SMALL = 12.0


@dataclass(frozen=True, eq=False)
class TreeLayout:
    """Where everything stands.

    Attributes
    ----------
    left, room, unit : float
        Where the rows begin, how wide they are, and the width of a sample.
    count : int
        Samples that are shown.
    first : int or None
        The first of them; None where they move with the step.
    samples, whole : tuple or None
        The boxes of the samples' stems and of the whole sound, where there is room.
    """

    tree: Tree
    canvas: Canvas
    measure: Measure
    footer: Footer
    left: float
    room: float
    unit: float
    count: int
    first: int | None
    rows: tuple[float, ...]
    samples: Box | None
    bracket: float | None
    whole: Box | None
    base: tuple[Item, ...] = ()
    hits: tuple[HitGrid, ...] = field(default=())

    @property
    def radius(self) -> float:
        """Of a node."""
        apart = self.rows[0] - self.rows[1] if len(self.rows) > 1 else 40.0
        return max(min(10.0, self.unit * 0.36, apart * 0.3), 1.5)

    def begin(self, seen: tuple[int, int]) -> int:
        """Return the first sample that is shown while the field lies between two samples."""
        if self.first is not None:
            return self.first
        return seen[1] + AFTER + 1 - self.count

    def x(self, places: Floats, begin: int) -> Floats:
        """Return where places on the axis of the samples stand."""
        return np.asarray(self.left + (places - begin + 0.5) * self.unit)


def lay_out(data: Tree, canvas: Canvas) -> TreeLayout:
    """Choose how many samples are shown, and place rows above each other, the input lowest."""
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below = footer(canvas.width, canvas.height, sizes.margin, 2, told=canvas.told)
    margin = sizes.margin
    names = (NAMES if canvas.width >= WIDE else NARROW_NAMES) if words else 0.0
    left, room = margin + names, canvas.width - 2 * margin - names
    most = data.length(0) + AFTER
    # Of layers that add no zeros, and of sounds, some of the axis is seen.
    reach = min(data.field, most)
    wanted = min(reach + BEFORE + AFTER, most + reach)
    every = most + min(data.field - 1, BEFORE)
    static = every * LATTICE * 1.6 <= room
    count = every if static else max(wanted, min(every, int(room / LARGEST)))
    unit = min(room / max(count, 1), LARGEST)
    first = -min(data.field - 1, BEFORE) if static else None
    top, bottom = min(margin, 14.0), below.top - 8 if words else canvas.height - margin
    rows, samples, bracket, whole = _heights(data, top, bottom, (left, room), words=words, long=not static)
    start = left + (room - unit * count) / 2 if static else left
    layout = TreeLayout(
        data, canvas, sizes, below, start, unit * count, unit, count, first, rows, samples, bracket, whole
    )
    return replace(layout, base=(*_names(layout), *_whole(layout)))


def _heights(
    data: Tree, top: float, bottom: float, across: tuple[float, float], *, words: bool, long: bool
) -> tuple[tuple[float, ...], Box | None, float | None, Box | None]:
    """Return the heights of the rows, the input first, and what there is room for below them."""
    high, levels = bottom - top, data.top + 1
    head = HEAD if words else 10.0
    choices = [(True, True, long), (True, True, False), (False, True, False), (False, False, False)]
    if not words:
        choices = [(True, False, False), (False, False, False)]
    for stems, bracketed, overall in choices:
        tall = max(SAMPLES * high, 50.0) if stems else 0.0
        under = tall + BRACKET * bracketed + (WHOLE + 14) * overall
        pitch = (high - head - under - 14) / max(levels - 0.6, 1)
        if pitch >= PITCH or (stems, bracketed, overall) == choices[-1]:
            break
    pitch = min(pitch, 96.0)
    lowest = top + head + pitch * (levels - 0.6)
    rows = tuple(lowest - pitch * level for level in range(levels))
    y = lowest + 16
    samples = (across[0], y, across[1], tall) if stems else None
    y += tall
    bracket = y + 8 if bracketed else None
    y += BRACKET * bracketed
    return rows, samples, bracket, (across[0], y + 10, across[1], WHOLE - 22) if overall else None


def _names(layout: TreeLayout) -> list[Item]:
    """Name the rows, and what stands below them."""
    data, canvas = layout.tree, layout.canvas
    if not canvas.captions:
        return []
    theme, x = canvas.theme, layout.measure.margin
    wide = (NAMES if canvas.width >= WIDE else NARROW_NAMES) - 10
    items = list[Item]()
    for level, y in enumerate(layout.rows):
        title = row_name(data, level, short=canvas.width < WIDE) if level else tr("input")
        ink = theme.role("input").ink if not level else theme.text
        # The second line, how many values are used, changes with the step.
        items.append(label(x, y, elide(title, SMALL, wide, bold=True), ink, SMALL, bold=True))
    if layout.samples is not None:
        _, y, _, high = layout.samples
        low, most = data.envelope.range
        detail = elide(f"{short_of(low)} … {short_of(most)}", 11, wide, mono=True)
        items.append(
            label(x, y + high / 2 - 6, elide(tr("amplitude"), SMALL, wide, bold=True), theme.text, SMALL, bold=True)
        )
        items.append(label(x, y + high / 2 + 9, detail, theme.muted, 11, mono=True))
        if data.timeline.rate:
            items.append(label(x, y + high / 2 + 23, data.timeline.rate, theme.muted, 11, mono=True))
    if layout.whole is not None:
        _, y, _, high = layout.whole
        words = tr("the whole sound") if data.timeline.timed else tr("the whole input")
        items.append(label(x, y + high / 2 - 2, elide(words, SMALL, wide, bold=True), theme.text, SMALL, bold=True))
        long = data.timeline.lasting(data.length(0)) or trn(
            "{n} sample", "{n} samples", data.length(0), n=data.length(0)
        )
        items.append(label(x, y + high / 2 + 13, elide(long, 11, wide), theme.muted, 11))
    return items


def row_name(data: Tree, level: int, *, short: bool = False) -> str:
    """Return what a row is called: by its layer, and how far its taps lie apart, or in `short` without that."""
    axis, which = data.axes[level - 1], data.numbers[level - 1] + 1
    apart = axis.taps[1] if len(axis.taps) > 1 else 1
    if short:
        return tr("layer {n}", n=which)
    if axis.step != 1:
        return tr("layer {n} · stride {s}", n=which, s=short_of(axis.step))
    return tr("layer {n} · dilation {d}", n=which, d=apart) if apart > 1 or data.top > 1 else tr("layer {n}", n=which)


def short_of(value: float) -> str:
    """Write a value in few characters."""
    return number(round(value) if abs(value) >= 100 else value, 2)


def sample_heights(box: Box, known: Envelope, values: Floats) -> Floats:
    """Return where values of the input stand in a box."""
    low, high = min(known.range[0], 0.0), max(known.range[1], 0.0)
    _, y, _, tall = box
    return np.asarray(y + 6 + (high - values) / ((high - low) or 1.0) * (tall - 12))


def _whole(layout: TreeLayout) -> list[Item]:
    """Draw the whole input small."""
    if layout.whole is None:
        return []
    data, theme, box = layout.tree, layout.canvas.theme, layout.whole
    x, y, wide, high = box
    edges, low, most = whole_columns(data.data[:1], data.envelope, int(wide))
    at = x + edges / data.length(0) * wide
    tops, bottoms = (sample_heights(box, data.envelope, np.asarray(one[0], np.float64)) for one in (most, low))
    zero = float(sample_heights(box, data.envelope, np.zeros(1))[0])
    line = theme.role("input").line
    items: list[Item] = [Lines(np.array([(x, zero, x + wide, zero)]), theme.line)]
    items += envelope_lines((at[:-1] + at[1:]) / 2, tops, bottoms, faded(line, 0.75), 1.0)
    if layout.canvas.captions:
        end = data.timeline.lasting(data.length(0))
        items.append(label(x, y + high + 12, "0", theme.muted, 11, mono=True))
        items.append(
            label(x + wide, y + high + 12, end or str(data.length(0)), theme.muted, 11, mono=True, anchor="end")
        )
    return items
