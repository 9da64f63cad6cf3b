"""Receptive fields: the two maps, which input cells any path reaches, and how strongly each moves the result.

Both show some cells around the field, so that what is not seen is visible.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Colour, faded
from convgui.draw.footer import legend_items
from convgui.draw.grids import hatch, value_cells
from convgui.draw.metrics import elide, text_width
from convgui.draw.number import MINUS, number
from convgui.draw.picture import Box, Item, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.draw.writing import NOTHING, writing
from convgui.scenes.canvas import Canvas
from convgui.scenes.receptive.fields import Fields, Floats, Strength
from convgui.scenes.receptive.layout import StackLayout
from convgui.scenes.receptive.strips import shades
from convgui.words import tr

MOST_CELLS = 24
"""Cells a side up to which a map is drawn cell by cell."""
LEAST_WRITTEN = 0.1
"""The largest value of a map from which its cells hold numbers."""
ROOMY = 18.0
"""Side of a cell from which it holds a number."""
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
AROUND, SHARE = 2, 10
"""Cells around a field that are drawn too, and a part of the field where that is more."""


def maps(layout: StackLayout, landed: int, cell: tuple[int, int]) -> list[Item]:
    """Draw both maps of a cell after layer `landed`; the effective field is that of the middle cell."""
    f = layout.fields
    rows, columns = f.ways(landed, cell)
    region = _around(f, _region(f, landed, cell, (rows, columns)))
    ways = rows[region[0]][:, None] * columns[region[1]]
    middle = f.middle(landed)
    own = f.ways(landed, middle)
    near = _around(f, _region(f, landed, middle, own))
    strength = _placed(f.strengths[landed], near)
    reached = (ways > 0).astype(np.float64)
    items = _map(layout, layout.maps[0], reached, "ways", ways > 0)
    holes = list[Item]()
    if layout.maps[0][2] / max(ways.shape) >= 6:
        holes = _holes(layout.maps[0], ways, region, f.box(landed, cell), layout.canvas)
    items += holes
    items += _map(layout, layout.maps[1], strength, "strength", np.outer(own[0][near[0]], own[1][near[1]]) > 0)
    shade = shades(len(f.layers), layout.canvas.theme)[landed]
    shown = ((layout.maps[0], region, cell), (layout.maps[1], near, middle))
    items += [_outline(frame, part, f.box(landed, at), shade) for frame, part, at in shown]
    if layout.canvas.captions:
        items += _reached_legend(layout.canvas, layout.maps[0], holes=bool(holes))
        total = tr("sum {n}", n=number(round(float(strength.sum()), 2)))
        items += _legend(layout.canvas, layout.maps[1], float(strength.max()), total)
    return items


def scale_theme(theme: Theme) -> Theme:
    """Return the theme of the maps: on dark paper their scale goes up to the brightest blue, so that little is seen."""
    theme = replace(theme, inverted=False)
    if theme.shade == "light":
        return theme
    hues = theme.roles["input"]
    return replace(theme, roles={**theme.roles, "input": replace(hues, positive=hues.ink)}, strength=1.0)


def _around(f: Fields, region: tuple[slice, slice]) -> tuple[slice, slice]:
    """Return a region of the input with the cells around it, as far as there are any."""
    more = max(AROUND, max(cut.stop - cut.start for cut in region) // SHARE)
    rows, columns = (
        slice(max(0, cut.start - more), min(n, cut.stop + more)) for cut, n in zip(region, f.size, strict=True)
    )
    return rows, columns


def _outline(frame: Box, region: tuple[slice, slice], field: tuple[float, float, float, float], shade: Colour) -> Item:
    """Outline the field on a map, as far as the map goes."""
    rows, columns = region
    unit = min(frame[2] / (columns.stop - columns.start), frame[3] / (rows.stop - rows.start))
    top, left = max(field[0], rows.start), max(field[1], columns.start)
    below, right = min(field[0] + field[2], rows.stop), min(field[1] + field[3], columns.stop)
    x, y = frame[0] + (left - columns.start) * unit, frame[1] + (top - rows.start) * unit
    box = (x, y, max(right - left, 0.0) * unit, max(below - top, 0.0) * unit)
    return Rects(np.array([box]), stroke=shade, width=2.0, dash="dashed")


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


def _map(layout: StackLayout, frame: Box, values: Floats, name: str, seen: NDArray[np.bool_]) -> list[Item]:
    """Draw a map in its frame: cells while they are few, with numbers in those that are seen, otherwise a picture."""
    # These are no values of the input: their scale is a hue, whichever way that is looked at.
    theme, (rows, columns) = scale_theme(layout.canvas.theme), values.shape
    unit = min(frame[2] / columns, frame[3] / rows)
    box = (frame[0], frame[1], columns * unit, rows * unit)
    if max(rows, columns) <= MOST_CELLS:
        strength = name == "strength"
        title = tr("strength") if strength else tr("any path")
        # With one digit after some zeros a cell says less than its shade does.
        written = strength and layout.canvas.captions and float(values.max()) >= LEAST_WRITTEN and unit >= ROOMY
        numbers = writing(values, unit, layout.measure.least) if written else NOTHING
        cells = value_cells(values, theme, "input", box[:2], unit, name=name, title=title, numbers=numbers)
        texts = tuple(
            tuple(text if there else "" for text, there in zip(*row, strict=True))
            for row in zip(cells.content.texts, seen.tolist(), strict=False)
        )
        return [replace(cells, content=replace(cells.content, texts=texts), aside=True)]
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


def _reached_legend(canvas: Canvas, frame: Box, *, holes: bool) -> list[Item]:
    """Say below the map of what is reached what its two colours stand for, or with `holes` the hatching."""
    theme = scale_theme(canvas.theme)
    full, none = theme.fills(np.array([[1.0, 0.0]]), "input", 1.0)[0, :, :3].tolist()
    entries = [
        ((full[0], full[1], full[2], 255), theme.line, tr("a path")),
        ((none[0], none[1], none[2], 255), theme.line, tr("not read") if holes else tr("none")),
    ]
    items = legend_items(frame[0], frame[1] + frame[3] + 18, frame[2], entries, theme)
    swatches = [item for item in items if isinstance(item, Rects)]
    if holes and len(swatches) == len(entries):
        box = tuple(swatches[-1].boxes[0].tolist())
        items.append(hatch([(box[0], box[1], box[2], box[3])], faded(canvas.theme.role("warning").line, 0.8), gap=5.0))
    return items


def _legend(canvas: Canvas, frame: Box, most: float, unit: str) -> list[Item]:
    """Say what the two ends of a map's scale stand for, in one row below it."""
    theme = scale_theme(canvas.theme)
    colours = np.ascontiguousarray(theme.fills(np.linspace(0, 1, 64, dtype=np.float64)[None], "input", 1.0)[..., :3])
    ends = f"0 … {_brief(most)}"
    words = f"{ends} {unit}" if text_width(f"{ends} {unit}", 12, mono=True) <= frame[2] - 18 else ends
    wide = min(frame[2] * 0.4, max(frame[2] - text_width(words, 12, mono=True) - 6, 12.0))
    bar = (frame[0], frame[1] + frame[3] + 8, wide, 7.0)
    return [
        Raster(colours, bar, bar),
        Rects(np.array([bar]), stroke=theme.line, width=1.0),
        label(
            bar[0] + bar[2] + 6, bar[1] + 8, elide(words, 12, frame[2] - wide, mono=True), theme.muted, 12, mono=True
        ),
    ]


def _brief(value: float) -> str:
    """Write the end of a scale in few characters."""
    text = number(value)
    if len(text) <= 7 and "e" not in text:
        return text
    mantissa, _, exponent = f"{value:.1e}".partition("e")
    return f"{mantissa}·10{str(int(exponent)).translate(RAISED)}".replace("-", MINUS)
