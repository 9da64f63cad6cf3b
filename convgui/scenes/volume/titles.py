"""Blocks: titles and shapes, the names of axes with their zero and direction, and how many places each has."""

from __future__ import annotations

import numpy as np

from convgui.draw.arithmetic import called
from convgui.draw.colour import Colour
from convgui.draw.gaps import arrow
from convgui.draw.measure import Measure
from convgui.draw.metrics import text_width
from convgui.draw.number import times
from convgui.draw.picture import Anchor, Box, Item, Lines
from convgui.draw.solid import COS, SIN, Stand
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label
from convgui.scenes.canvas import Canvas
from convgui.scenes.volume.arrangement import MOST, Arrangement, Titles
from convgui.scenes.volume.layer import Volume
from convgui.scenes.volume.words import AXES, SPATIAL, input_detail
from convgui.words import tr, trn

WHOLE = "C × D × H × W"
AWAY, BEYOND = 13.0, 13.0
"""From an edge to its arrow, and from there to what is written."""
CROSS = 12.0
MANY = 16
"""Cells a side from which a filter is likely to be drawn on a scale of its own."""


def input_title(v: Volume, channel: int, *, short: bool = False) -> tuple[str, str]:
    """Return title and shape of an input."""
    if len(v.names) == 1:
        shape = times(1, *v.size) + ("" if short else f"  {WHOLE}")
        return tr("Input volume"), shape + _more(v)
    number, name = v.first + channel, v.names[channel]
    title = tr("Channel {n}", n=number)
    shape = times(*v.size) + ("" if short else f"  {SPATIAL}")
    return (title if name.isdigit() else f"{title} · {name}"), shape + _more(v)


def _more(v: Volume) -> str:
    """What is to be said of an input besides its shape."""
    found = input_detail(v, channel=False).split(" · ")[1:]
    return "".join(f" · {part}" for part in found)


def filter_title(v: Volume, channel: int, *, enlarged: bool = False, short: bool = False) -> tuple[str, str]:
    """Return title and shape of a channel's filter."""
    title = tr("Filter") if len(v.names) == 1 or short else tr("Filter, part {name}", name=v.names[channel])
    shape = times(*v.kernels.shape[1:]) + ("" if short or len(v.names) > 1 else f"  {SPATIAL}")
    return title, shape + f" · {tr('flipped')}" * v.flipped + f" · {tr('enlarged')}" * (enlarged and not short)


def output_title(v: Volume, *, short: bool = False) -> tuple[str, str]:
    """Return title and shape of the output."""
    title = tr("Output: one volume") if len(v.names) > 1 else tr("Output volume")
    title = title if v.output_size[0] > 1 else tr("Output, one slice deep")
    title = tr("Output of filter {n}", n=v.filter) if v.filters > 1 else title
    return (tr("Output") if short else title), times(1, *v.output_size) + ("" if short else f"  {WHOLE}")


def widths(v: Volume, sizes: Measure, *, short: bool = False) -> Titles:
    """Return how wide the titles are."""
    several = range(1 if short else min(len(v.names), MOST))
    given = max(_wide(input_title(v, channel, short=short), sizes) for channel in several)
    part = filter_title(v, v.channel, short=short, enlarged=max(v.padded_size) > MANY)
    return Titles(given, _wide(part, sizes), _wide(output_title(v, short=short), sizes))


def _wide(words: tuple[str, str], sizes: Measure) -> float:
    return max(text_width(words[0], sizes.title, bold=True), text_width(words[1], sizes.small, mono=True))


def above(v: Volume, stands: Arrangement, sizes: Measure, canvas: Canvas) -> list[Item]:
    """Write the titles of inputs, filters, output and of what each channel adds."""
    theme, items, short = canvas.theme, list[Item](), stands.compact
    for channel, given, block, top in zip(stands.channels, stands.inputs, stands.filters, stands.bands, strict=True):
        words = input_title(v, channel, short=short)
        right = max(given.box[0] + given.box[2], stands.gap[1] - 8)
        if text_width(words[1], sizes.small, mono=True) > right - stands.left:
            words = (words[0], words[1].split(" · ")[0])
        items += title_items((stands.left, top + sizes.above), right, words, "input", sizes, theme)
        part = filter_title(v, channel, enlarged=stands.enlarged, short=short)
        right = (stands.cards[0][0] if stands.cards else stands.output.box[0]) - 8
        items += title_items(*_over(block.box, right, part, sizes), part, "kernel", sizes, theme)
    output = output_title(v, short=short)
    items += title_items(*_over(stands.output.box, canvas.width - 8, output, sizes), output, "result", sizes, theme)
    return [*items, *_cards(v, stands, theme)]


def _over(box: Box, right: float, words: tuple[str, str], sizes: Measure) -> tuple[tuple[float, float], float]:
    """Return where a title begins that stands above the middle of a solid, and how far it may reach."""
    wide = _wide(words, sizes)
    return (min(box[0] + box[2] / 2 - wide / 2, right - wide), box[1]), right


def _cards(v: Volume, stands: Arrangement, theme: Theme) -> list[Item]:
    """What stands above each channel's sum, the arrow that leads there, and that there is no sliding along channels."""
    items = list[Item]()
    names = [tr("{name} alone", name=called(v.names[channel])) for channel in stands.channels]
    names.append(trn("{n} more channel", "{n} more channels", len(v.names) - len(stands.channels)))
    for (x, y, *_), name in zip(stands.cards, names, strict=False):
        items.append(label(x, y - 7, name, theme.text, 13, bold=True))
    for (x, y, _, high), block in zip(stands.cards, stands.filters, strict=False):
        middle = y + high / 2
        items += arrow((block.box[0] + block.box[2] + 8, middle), (x - 5, middle), theme)
    if len(stands.inputs) > 1 and not stands.compact:
        items += _crossed(stands, theme)
    return items


def _crossed(stands: Arrangement, theme: Theme) -> list[Item]:
    """The way along the channels, crossed out: the filter spans them all."""
    warning, items = theme.role("warning"), list[Item]()
    for other in stands.bands[1:]:
        low, x = other - 6, stands.left + 14
        high = low - 46
        y = (low + high) / 2
        items += arrow((x, y), (x, high), theme, "warning") + arrow((x, y), (x, low), theme, "warning")
        half = CROSS / 2 + 2
        ways = [(x - half, y - half, x + half, y + half), (x - half, y + half, x + half, y - half)]
        items.append(Lines(np.array(ways), warning.line, 3.2))
        items.append(label(x + 18, y - 3, tr("channel: no sliding"), warning.ink, 12, bold=True))
        items.append(label(x + 18, y + 13, tr("the filter spans all of them"), theme.muted, 12))
    return items


def around(v: Volume, stands: Arrangement, theme: Theme) -> list[Item]:
    """Draw an arrow along each axis of the inputs, from zero on, or for several how many places there are."""
    items = list[Item]()
    for block in () if stands.compact else stands.inputs:
        for axis in range(3):
            items += _places(v, block, axis, theme) if stands.several else _axis(v, block, axis, theme)
    return items


def _edge(block: Stand, axis: int) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Return the ends of the edge that an axis is named at, and which way is away from the block."""
    d, h, w = block.shape
    if axis == 0:
        return block.point(0, h, w), block.point(d, h, w), (SIN, COS)
    if axis == 1:
        return block.point(d, 0, 0), block.point(d, h, 0), (-1.0, 0.0)
    return block.point(d, h, 0), block.point(d, h, w), (-SIN, COS)


def _axis(v: Volume, block: Stand, axis: int, theme: Theme) -> list[Item]:
    """An arrow from the first cell on, its ends with their indices, and how many cells there are."""
    (x0, y0), (x1, y1), (right, down) = _edge(block, axis)
    line = ((x0 + right * AWAY, y0 + down * AWAY), (x1 + right * AWAY, y1 + down * AWAY))
    n, all_cells = v.size[axis], v.padded_size[axis]
    # Beside many cells a border of padding is not seen.
    padding = f" + {all_cells - n}" if n < all_cells <= MANY else ""
    items = arrow(*line, theme, "input")
    ink = theme.role("input").ink
    first = -v.view.origin[axis]
    for index in (0, n - 1) if n > 1 else ():
        share = (index + first + 0.5) / all_cells
        at = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
        items.append(_beside(at, (right, down), AWAY + BEYOND, str(index), ink, "middle", mono=True))
    anchor: Anchor = "start" if axis == 0 else "end"
    at = ((x0 + x1) / 2, (y0 + y1) / 2)
    # Beside a short edge the indices would stand in the way.
    lower = 15.0 if (0.5 - (first + 0.5) / all_cells) * abs(y1 - y0) < 24 else 0.0
    if axis == 1:
        return [*items, *_stacked((at[0] - lower, at[1]), tr(AXES[axis]), f"{n}{padding}", ink)]
    name = f"{tr(AXES[axis])} {n}{padding}"
    return [*items, _beside((at[0], at[1] + lower), (right, down), AWAY + 7, name, ink, anchor, bold=True)]


def _places(v: Volume, block: Stand, axis: int, theme: Theme) -> list[Item]:
    """A double arrow, and how many places the filter has along it."""
    (x0, y0), (x1, y1), (right, down) = _edge(block, axis)
    start, end = (x0 + right * AWAY, y0 + down * AWAY), (x1 + right * AWAY, y1 + down * AWAY)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    items = arrow(middle, start, theme, "result") + arrow(middle, end, theme, "result")
    ink, count = theme.role("result").ink, v.output_size[axis]
    name, many = f"{tr(AXES[axis])}:", _count(count)
    at = ((x0 + x1) / 2, (y0 + y1) / 2)
    if axis == 1:
        return [*items, *_stacked(at, name, many, ink)]
    anchor: Anchor = "start" if axis == 0 else "end"
    return [*items, _beside(at, (right, down), AWAY + 7, f"{name} {many}", ink, anchor, bold=True)]


def _stacked(at: tuple[float, float], upper: str, lower: str, ink: Colour) -> list[Item]:
    """Two lines left of an edge that stands upright."""
    x, y = at
    return [_beside((x, y + d), (-1.0, 0.0), AWAY + 7, t, ink, "end", bold=True) for d, t in ((-8, upper), (8, lower))]


def _count(count: int) -> str:
    return trn("{n} place", "{n} places", count)


def _beside(
    at: tuple[float, float], way: tuple[float, float], far: float, text: str, ink: Colour, anchor: Anchor,
    *, bold: bool = False, mono: bool = False,
) -> Item:  # fmt: skip
    x, y = at[0] + way[0] * far, at[1] + way[1] * far
    return label(x, y + 4, text, ink, 12, bold=bold, mono=mono, anchor=anchor)
