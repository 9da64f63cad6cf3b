"""Receptive fields: one layer of the stack, with the fields of the layers before it."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from convgui.draw.arithmetic import SIZE, SMALL
from convgui.draw.colour import faded
from convgui.draw.grids import hatch, value_cells
from convgui.draw.metrics import elide
from convgui.draw.number import MINUS, grouped, number, times
from convgui.draw.panels import paragraph
from convgui.draw.picture import Box, Item, Lines, Picture, Raster, Rects
from convgui.draw.words import label
from convgui.model.layer import Layer
from convgui.scenes.receptive.fields import Fields, Floats, Strength, two
from convgui.scenes.receptive.places import FOOTER, MARGIN, StackLayout, row_hits, row_items
from convgui.scenes.scene import Canvas, Focus
from convgui.words import tr, trn

MOST_CELLS = 24
"""Cells a side up to which a map is drawn cell by cell."""


def draw_moment(layout: StackLayout, at: float, focus: Focus) -> Picture:
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
    rows, columns = f.ways(landed, cell)
    items += _maps(layout, landed, cell, rows, columns)
    first, second = _sentences(f, landed, rows, columns)
    if canvas.captions:
        items += row_items(layout, landed)
        items += _footer(canvas, first, second)
    hits = (*layout.hits, row_hits(layout, landed)) if canvas.captions else layout.hits
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), hits, f"{first} {second}"
    )


def _boxes(layout: StackLayout, landed: int, share: float, cell: tuple[int, int]) -> list[Item]:
    """Draw the fields of the cell's ancestors on the input, nested."""
    f, theme = layout.fields, layout.canvas.theme
    centre = [at + n / 2 for at, n in (f.span(landed, axis, cell[axis]) for axis in (0, 1))]
    nested = [_around(layout, place, centre) for place in range(landed)]
    top, left, high, wide = f.box(landed, cell)
    if share:
        _, _, more_high, more_wide = f.box(landed + 1, f.middle(landed + 1))
        grow = (share * (more_high - high), share * (more_wide - wide))
        top, left, high, wide = top - grow[0] / 2, left - grow[1] / 2, high + grow[0], wide + grow[1]
    box = layout.view.cell(top, left, high, wide)
    ink = theme.role("kernel")
    return [
        Rects(np.array([box]), fill=faded(ink.line, 0.15)),
        Rects(np.array(nested, dtype=float).reshape(-1, 4), stroke=faded(ink.line, 0.75), width=1.0),
        Rects(np.array([box]), stroke=ink.line, width=2.5),
    ]


def _around(layout: StackLayout, place: int, centre: list[float]) -> Box:
    """Return the box on the input of a smaller field around the same middle."""
    high, wide = (float(n) for n in two(layout.fields.fields[place].size, 1))
    return layout.view.cell(centre[0] - high / 2, centre[1] - wide / 2, high, wide)


def _maps(layout: StackLayout, landed: int, cell: tuple[int, int], rows: Floats, columns: Floats) -> list[Item]:
    f = layout.fields
    region = _region(f, landed, cell)
    ways = rows[region[0]][:, None] * columns[region[1]]
    strength = _cut(f.strengths[landed], _region(f, landed, f.middle(landed)))
    field = f.box(landed, cell)
    items = _map(layout.canvas, layout.maps[0], ways, "ways")
    if layout.maps[0][2] / max(ways.shape) >= 6:
        items += _holes(layout.maps[0], ways, region, field, layout.canvas)
    items += _map(layout.canvas, layout.maps[1], strength, "strength")
    if layout.canvas.captions:
        for box, values in zip(layout.maps, (ways, strength), strict=True):
            items += _legend(layout.canvas, box, values)
    return items


def _region(f: Fields, place: int, cell: tuple[int, int]) -> tuple[slice, slice]:
    """Return the rows and columns of the input that the field covers."""
    slices = []
    for axis, n in enumerate(f.size):
        start, size = f.span(place, axis, cell[axis])
        first = min(max(floor(start), 0), n - 1)
        slices.append(slice(first, max(min(n, ceil(start + size)), first + 1)))
    return slices[0], slices[1]


def _cut(strength: Strength, region: tuple[slice, slice]) -> Floats:
    (top, left), (rows, columns) = strength.corner, region
    return strength.values[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]


def _map(canvas: Canvas, frame: Box, values: Floats, name: str) -> list[Item]:
    """Draw a map in its frame: cells with numbers while they are few, otherwise a picture."""
    theme, (rows, columns) = canvas.theme, values.shape
    unit = min(frame[2] / columns, frame[3] / rows)
    box = (frame[0], frame[1], columns * unit, rows * unit)
    if max(rows, columns) <= MOST_CELLS:
        shown = values / (float(values.max()) or 1.0) if name == "strength" else values
        return [value_cells(shown, theme, "input", box[:2], unit, name=name, numbers=canvas.captions)]
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
    theme = canvas.theme
    most = float(values.max())
    colours = np.ascontiguousarray(theme.fills(np.linspace(0, 1, 64, dtype=np.float64)[None], "input", 1.0)[..., :3])
    bar = (frame[0], frame[1] + frame[3] + 8, frame[2] * 0.4, 7.0)
    return [
        Raster(colours, bar, bar),
        Rects(np.array([bar]), stroke=theme.line, width=1.0),
        label(bar[0] + bar[2] + 8, bar[1] + 8, f"0 … {_brief(most)}", theme.muted, 11, mono=True),
    ]


def _brief(value: float) -> str:
    """Write the end of a scale in few characters."""
    text = number(value)
    if len(text) <= 7:
        return text
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def _sentences(f: Fields, place: int, rows: Floats, columns: Floats) -> tuple[str, str]:
    """Return how the field came about, and what it costs."""
    field, layer = f.fields[place], f.layers[place]
    window = layer.window(f.shapes[place])
    now = float(field.size[-1])
    before = float(f.fields[place - 1].size[-1]) if place else 1.0
    step = float(f.fields[place - 1].stride[-1]) if place else 1.0
    k, d = window.kernel_size[-1], window.dilation[-1]
    sees = times(*(ceil(n) for n in field.size)) if len(field.size) > 1 else f"{ceil(now)}"
    first = tr("After layer {n} a cell sees {size}", n=place + 1, size=sees)
    if window.transposed or (k == 1 and before == now):
        first = f"{first}: {tr('{title} adds {n}.', title=layer.title, n=number(now - before))}"
    else:
        dilated = f" · {tr('dilation {n}', n=d)}" if d > 1 else ""
        stride = tr("stride {n}", n=number(step))
        sums = f"{number(before)} + ({k} − 1){dilated} · {stride} = {number(now)}"
        first = tr("{sentence}.", sentence=f"{first}: {sums}")
    return first, f"{_holes_sentence(f, place, rows, columns)}{_price(f, place)}"


def _holes_sentence(f: Fields, place: int, rows: Floats, columns: Floats) -> str:
    high, wide = (float(n) for n in two(f.fields[place].size, 1))
    reached = int(np.count_nonzero(rows)) * int(np.count_nonzero(columns))
    # Holes can be told from the border only where the whole field lies inside the input.
    used = [np.flatnonzero(line) for line in (rows, columns)]
    spans = [int(u[-1] - u[0] + 1) if u.size else 0 for u in used]
    total = spans[0] * spans[1]
    if not total or reached == total or (spans[0], spans[1]) != (ceil(high), ceil(wide)):
        return ""
    missed = grouped(total - reached)
    return tr("Gridding: {n} of its {all} cells are never read.", n=missed, all=grouped(total)) + " "


def _price(f: Fields, place: int) -> str:
    layers = [layer for layer in f.layers[: place + 1] if isinstance(layer, Layer)]
    weights = sum(layer.weight.size for layer in layers)
    if not layers:
        return tr("Layers without weights.")
    first, last = layers[0].spec, layers[-1].spec
    cells = int(np.prod([ceil(n) for n in f.fields[place].size]))
    one = cells * first.in_channels * last.out_channels
    return trn(
        "{n} layer holds {weights} weights; one kernel of that size would hold {one}.",
        "{n} layers hold {weights} weights; one kernel of that size would hold {one}.",
        len(layers),
        weights=grouped(weights),
        one=grouped(one),
    )


def _footer(canvas: Canvas, first: str, second: str) -> list[Item]:
    top, room, theme = canvas.height - FOOTER + 10, canvas.width - 2 * MARGIN, canvas.theme
    return [
        Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line),
        label(MARGIN, top + 24, elide(first, SIZE, room), theme.text, SIZE),
        *paragraph(MARGIN, top + 47, second, theme.muted, room, SMALL, most=2),
    ]
