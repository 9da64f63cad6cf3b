"""Receptive fields: one layer of the stack, with the fields of the layers before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.colour import faded
from convgui.draw.footer import footer_items
from convgui.draw.grids import hatch, value_cells
from convgui.draw.metrics import text_width
from convgui.draw.number import MINUS, grouped, number, times
from convgui.draw.picture import Box, Item, Picture, Raster, Rects, Run
from convgui.draw.words import label
from convgui.draw.writing import NOTHING, writing
from convgui.layers.convolution import Convolution
from convgui.scenes.canvas import Canvas
from convgui.scenes.receptive.fields import Fields, Floats, Strength
from convgui.scenes.receptive.layout import StackLayout, row_hits, row_items
from convgui.scenes.receptive.strips import draw_strips, shades
from convgui.scenes.scene import Focus
from convgui.words import mark, tr, trn

MOST_CELLS = 24
"""Cells a side up to which a map is drawn cell by cell."""
LEAST_WRITTEN = 0.1
"""The largest value of a map from which its cells hold numbers."""


def draw_frame(layout: StackLayout, at: float, focus: Focus) -> Picture:
    """Show the fields up to the layer that has landed; the box grows on the way to the next."""
    f, canvas = layout.fields, layout.canvas
    last = len(f.layers) - 1
    landed, share = min(int(at), last), at - int(at) if int(at) < last else 0.0
    hit = focus.hit
    if hit is not None and hit.kind == "layer":
        landed, share = hit.index[-2], 0.0
    pointed = hit is not None and hit.kind == "input"
    cell = f.middle(landed)
    if hit is not None and pointed:
        cell = f.cell_at(landed, hit.index[-2] + 0.0, hit.index[-1] + 0.0)
    items = _boxes(layout, landed, share, cell)
    if layout.strips is not None:
        items += draw_strips(layout.strips, f, landed, cell[1], canvas.theme, words=canvas.captions)
    rows, columns = f.ways(landed, cell)
    items += _maps(layout, landed, cell, rows, columns)
    first, second = _sentences(f, landed, cell)
    if canvas.captions:
        items += row_items(layout, landed)
        items += _footer(layout, first, second, hit is None, landed)
    hits = (*layout.hits, row_hits(layout, landed)) if canvas.captions else layout.hits
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), hits, f"{first} {second}"
    )


def _boxes(layout: StackLayout, landed: int, share: float, cell: tuple[int, int]) -> list[Item]:
    """Draw the fields of the cell's ancestors on the input, nested."""
    f, theme = layout.fields, layout.canvas.theme
    centre = [at + n / 2 for at, n in (f.span(landed, axis, cell[axis]) for axis in (0, 1))]
    nested = [_around(layout, index, centre) for index in range(landed)]
    top, left, high, wide = f.box(landed, cell)
    if share:
        _, _, more_high, more_wide = f.box(landed + 1, f.middle(landed + 1))
        grow = (share * (more_high - high), share * (more_wide - wide))
        top, left, high, wide = top - grow[0] / 2, left - grow[1] / 2, high + grow[0], wide + grow[1]
    box = layout.view.cell(top, left, high, wide)
    colours = shades(len(f.layers), theme)
    inner = [Rects(np.array([n]), stroke=colour, width=2.0) for n, colour in zip(nested, colours, strict=False)]
    fill = Rects(np.array([box]), fill=faded(theme.role("kernel").line, 0.15))
    return [fill, *inner, Rects(np.array([box]), stroke=colours[landed], width=2.5)]


def _around(layout: StackLayout, index: int, centre: list[float]) -> Box:
    """Return the box on the input of a smaller field around the same middle."""
    high, wide = layout.fields.largest(index)
    return layout.view.cell(centre[0] - high / 2, centre[1] - wide / 2, high, wide)


def _maps(layout: StackLayout, landed: int, cell: tuple[int, int], rows: Floats, columns: Floats) -> list[Item]:
    f = layout.fields
    region = _region(f, landed, cell, (rows, columns))
    ways = rows[region[0]][:, None] * columns[region[1]]
    middle = f.middle(landed)
    strength = _placed(f.strengths[landed], _region(f, landed, middle, f.ways(landed, middle)))
    field = f.box(landed, cell)
    items = _map(layout, layout.maps[0], ways, "ways")
    if layout.maps[0][2] / max(ways.shape) >= 6:
        items += _holes(layout.maps[0], ways, region, field, layout.canvas)
    items += _map(layout, layout.maps[1], strength, "strength")
    if layout.canvas.captions:
        for box, values in zip(layout.maps, (ways, strength), strict=True):
            items += _legend(layout.canvas, box, values)
    return items


def _region(f: Fields, index: int, cell: tuple[int, int], ways: tuple[Floats, Floats]) -> tuple[slice, slice]:
    """Return the rows and columns of the input that the field covers, and those that its padding repeats."""
    slices = []
    for axis, n in enumerate(f.size):
        seen = f.seen(index, axis, cell[axis])
        met = np.flatnonzero(ways[axis])
        inside = [*seen[(seen >= 0) & (seen < n)][[0, -1]]] if ((seen >= 0) & (seen < n)).any() else []
        ends = [int(end) for end in (*inside, *met[[0, -1]])] if met.size else [int(end) for end in inside]
        slices.append(slice(min(ends, default=0), max(ends, default=0) + 1))
    return slices[0], slices[1]


def _placed(strength: Strength, region: tuple[slice, slice]) -> Floats:
    """Put the effective field into a region of the input that covers what of it is not zero."""
    (top, left), (rows, columns) = strength.corner, region
    high, wide = strength.values.shape
    placed = np.zeros((rows.stop - rows.start, columns.stop - columns.start))
    first, last = max(top, rows.start), min(top + high, rows.stop)
    begin, end = max(left, columns.start), min(left + wide, columns.stop)
    if last > first and end > begin:
        part = strength.values[first - top : last - top, begin - left : end - left]
        placed[first - rows.start : last - rows.start, begin - columns.start : end - columns.start] = part
    return placed


def _map(layout: StackLayout, frame: Box, values: Floats, name: str) -> list[Item]:
    """Draw a map in its frame: cells with numbers while they are few, otherwise a picture."""
    # These are no values of the input: their scale is a hue, whichever way that is looked at.
    theme, (rows, columns) = replace(layout.canvas.theme, inverted=False), values.shape
    unit = min(frame[2] / columns, frame[3] / rows)
    box = (frame[0], frame[1], columns * unit, rows * unit)
    if max(rows, columns) <= MOST_CELLS:
        title = tr("strength") if name == "strength" else tr("number of ways")
        # With one digit after some zeros a cell says less than its shade does.
        written = layout.canvas.captions and float(values.max()) >= LEAST_WRITTEN
        numbers = writing(values, unit, layout.measure.least) if written else NOTHING
        return [value_cells(values, theme, "input", box[:2], unit, name=name, title=title, numbers=numbers)]
    colours = theme.fills(values, "input", float(values.max()) or 1.0)[..., :3]
    image = np.ascontiguousarray(colours)
    return [Raster(image, box, box, name=name), Rects(np.array([box]), stroke=theme.line, width=1.0)]


def _holes(
    frame: Box, ways: Floats, region: tuple[slice, slice], field: tuple[float, float, float, float], canvas: Canvas
) -> list[Item]:
    """Hatch the cells of the field that no path reaches."""
    unit = min(frame[2] / ways.shape[1], frame[3] / ways.shape[0])
    inside = [
        (frame[0] + j * unit, frame[1] + i * unit, unit, unit)
        for i, j in np.argwhere(ways == 0)
        if field[0] <= i + region[0].start < field[0] + field[2]
        and field[1] <= j + region[1].start < field[1] + field[3]
    ]
    return [hatch(inside, faded(canvas.theme.role("warning").line, 0.8), gap=max(5.0, unit / 3))] if inside else []


def _legend(canvas: Canvas, frame: Box, values: Floats) -> list[Item]:
    """Say what the two ends of a map's scale stand for, in one row below it."""
    theme = replace(canvas.theme, inverted=False)
    most = float(values.max())
    colours = np.ascontiguousarray(theme.fills(np.linspace(0, 1, 64, dtype=np.float64)[None], "input", 1.0)[..., :3])
    words = f"0 … {_brief(most)}"
    wide = min(frame[2] * 0.4, max(frame[2] - text_width(words, 12, mono=True), 8.0))
    bar = (frame[0], frame[1] + frame[3] + 8, wide, 7.0)
    return [
        Raster(colours, bar, bar),
        Rects(np.array([bar]), stroke=theme.line, width=1.0),
        label(bar[0] + bar[2] + 6, bar[1] + 8, words, theme.muted, 12, mono=True),
    ]


def _brief(value: float) -> str:
    """Write the end of a scale in few characters."""
    text = number(value)
    if len(text) <= 7:
        return text
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def _sentences(f: Fields, index: int, cell: tuple[int, int]) -> tuple[str, str]:
    """Return how the field came about, and what it costs."""
    layer = f.layers[index]
    window = layer.window(f.shapes[index])
    now, before = f.largest(index)[1], f.largest(index - 1)[1]
    step = float(f.fields[index - 1].stride[-1]) if index else 1.0
    k, d = window.kernel_size[-1], window.dilation[-1]
    first = tr("After layer {n} a cell sees {size}", n=index + 1, size=_size(f, index))
    if min(map(min, f.sizes[index])) == 0:
        first = f"{first}: {tr('the stride leaves gaps, and what lies in one sees nothing.')}"
    elif not f.regular(index) or not f.regular(index - 1) or window.transposed or (k == 1 and before == now):
        first = f"{first}: {tr('{title} adds {n}.', title=layer.title, n=number(now - before))}"
    else:
        dilated = f" · {tr('dilation {n}', n=d)}" if d > 1 else ""
        stride = tr("stride {n}", n=number(step))
        sums = f"{number(before)} + ({k} − 1){dilated} · {stride} = {number(now)}"
        first = tr("{sentence}.", sentence=f"{first}: {sums}")
    return first, f"{_holes_sentence(f, index, cell)}{_price(f, index)}"


def _size(f: Fields, index: int) -> str:
    """Write how much a cell sees after a layer; where cells differ, what they see in turn, or least and most."""
    lines = f.sizes[index] if len(f.sample.spatial) > 1 else f.sizes[index][1:]
    if all(len(set(turns)) == 1 for turns in lines):
        return times(*(turns[0] for turns in lines))
    if len(set(lines)) == 1 and len(set(lines[0])) == 2:
        words = mark("{least} or {most} in turn") if len(lines) == 1 else mark("{least} or {most} a side in turn")
        return tr(words, least=min(lines[0]), most=max(lines[0]))
    least, most = (times(*(end(turns) for turns in lines)) for end in (min, max))
    return tr("{least} to {most}, by where it lies", least=least, most=most)


def _holes_sentence(f: Fields, index: int, cell: tuple[int, int]) -> str:
    seen = [f.seen(index, axis, cell[axis]) for axis in (0, 1)]
    if not all(line.size and line[0] >= 0 and line[-1] < n for line, n in zip(seen, f.size, strict=True)):
        # At the border padding takes the place of some cells.
        return ""
    total = int(np.prod([line[-1] - line[0] + 1 for line in seen]))
    reached = int(np.prod([line.size for line in seen]))
    if reached == total:
        return ""
    missed = grouped(total - reached)
    return tr("Gridding: {n} of its {all} cells are never read.", n=missed, all=grouped(total)) + " "


def _price(f: Fields, index: int) -> str:
    layers = [layer for layer in f.layers[: index + 1] if isinstance(layer, Convolution)]
    weights = sum(layer.weight.size for layer in layers)
    if not layers:
        return tr("Layers without weights.")
    if any(len(set(turns)) > 1 for turns in f.sizes[index]):
        return trn(
            "{n} layer holds {weights} weights.",
            "{n} layers hold {weights} weights.",
            len(layers),
            weights=grouped(weights),
        )
    first, last = layers[0].spec, layers[-1].spec
    one = int(np.prod(f.largest(index))) * first.in_channels * last.out_channels
    return trn(
        "{n} layer holds {weights} weights; one kernel of that size would hold {one}.",
        "{n} layers hold {weights} weights; one kernel of that size would hold {one}.",
        len(layers),
        weights=grouped(weights),
        one=grouped(one),
    )


def _footer(layout: StackLayout, first: str, second: str, present: bool, landed: int) -> list[Item]:
    theme, last = layout.canvas.theme, len(layout.fields.layers) - 1
    detail = tr("step {n} of 0 … {last}; indices begin at 0", n=landed, last=last) if present else ""
    title = tr("This step") if present else tr("Pointed at")
    said: tuple[Run, ...] | str = (Run(first, theme.text),) if layout.footer.headed else first
    return footer_items(layout.footer, title, detail, [said, second], theme)
