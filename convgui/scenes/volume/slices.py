"""Slices: three orthogonal slices of input and output, linked by a crosshair. Where they stand, and one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.draw.colour import Bytes, faded
from convgui.draw.grids import largest, value_cells
from convgui.draw.ground import over_checks
from convgui.draw.levels import sampled
from convgui.draw.number import number, within
from convgui.draw.panels import cell_box
from convgui.draw.picture import Cells, Hit, HitGrid, Item, Lines, Picture, Raster, Rects
from convgui.draw.theme import Role
from convgui.draw.window import text_cells
from convgui.draw.words import label
from convgui.layers.layer import AnyArray
from convgui.scenes.canvas import Canvas
from convgui.scenes.scene import Focus
from convgui.scenes.volume import opened
from convgui.scenes.volume.layer import Span, Triple, Volume
from convgui.scenes.volume.opened import Opened
from convgui.scenes.volume.panel import INDICES, Panel, indices, letters, names
from convgui.scenes.volume.words import (
    AXES,
    MARGIN,
    below,
    cell_words,
    head,
    headline,
    index,
    input_detail,
    lines,
    output_detail,
    weight_words,
)
from convgui.words import tr

GAP = 26.0
"""Between slices, for their titles and the letters of directions."""
SIDE = 14.0
"""Left of the slices, for a letter."""
PANELS = ((1, 0, 2), (2, 0, 1), (0, 1, 2))
"""Axis that a slice lies across, then the axes of its rows and columns: upper left, upper right, lower left."""
TURNED = frozenset("SAR")
"""An axis that ends there runs up or to the left on the picture: superior and anterior are up, right is left."""
ROOMY = 500.0
"""Height of a canvas from which slices have indices."""
READABLE = 20.0
"""Pixels of a cell from which numbers are written."""
FEW = 12
"""Cells an axis up to which slices have indices."""
MARK = 9.0
"""Pixels that a window's frame has at least."""


@dataclass(frozen=True, eq=False)
class SlicesLayout:
    """Six slices on a canvas.

    Attributes
    ----------
    numbered, indexed : bool
        Whether cells are large enough to be drawn with their numbers, and have indices beside them.
    scale, result : float
        The largest absolute value of input and output, for the colours of such cells.
    opened : Opened or None
        Where the window and the filter stand, as large as they can be read.
    """

    volume: Volume
    canvas: Canvas
    input: tuple[Panel, ...]
    output: tuple[Panel, ...]
    numbered: bool
    indexed: bool
    scale: float
    result: float
    opened: Opened | None
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def lay_out(v: Volume, canvas: Canvas) -> SlicesLayout:
    """Triple three slices a side, all on one scale."""
    words = canvas.captions
    margin, top, footer = (MARGIN, head(canvas), below(canvas)) if words else (4.0, 3.0, 3.0)
    few = words and not v.directions and max(*v.size, *v.output_size) <= FEW
    indexed = few and canvas.height >= ROOMY
    side = SIDE if words and v.directions else INDICES if indexed else 0.0
    gap = (GAP + (INDICES if indexed else 0.0)) if words else 3.0
    upper = top + (gap - 8 if words else 0)
    half = (canvas.width - 2 * margin - (24 if words else 6)) / 2
    room = (half - side - gap, canvas.height - footer - upper - gap - (10 if words else 0))
    sizes = ((v.size, v.spacing), (v.output_size, v.spacing_out))
    scale = min(_scale(n, s, room) for n, s in sizes)
    # A flat output is no reason to move its slices: both sides stand as the larger of them needs.
    corner = tuple(max(n[a] * s[a] for n, s in sizes) * scale for a in range(3))
    right = margin + half + (24 if words else 6)
    given = _panels(v, v.size, v.spacing, scale, (margin + side, upper), gap, corner)
    output = _panels(v, v.output_size, v.spacing_out, scale, (right + side, upper), gap, corner)
    numbered = words and min(min(p.across, p.down) for p in (*given, *output)) >= READABLE
    indexed = indexed and numbered
    scale, result = (
        (largest(sampled(a).astype(np.float64)) for a in (v.data[v.channel], v.output)) if numbered else (1.0, 1.0)
    )
    base, hits, panel = list[Item](), list[HitGrid](), None
    if words:
        base += headline(canvas, margin, half, tr("Input"), input_detail(v), "input")
        base += headline(canvas, right, half, tr("Output"), output_detail(v), "result")
        base += letters(v, canvas, given)
        base += indices(canvas, (*given, *output)) if indexed else []
        base += [] if numbered else _legend(v, canvas, output, corner)
        left, top = given[1].x, given[2].y
        panel = opened.opened(v, (left, top, margin + half - left, canvas.height - below(canvas) - 12 - top))
    if panel is not None:
        shown, hits = opened.still(v, panel, canvas.theme)
        base += shown
    return SlicesLayout(v, canvas, given, output, numbered, indexed, scale, result, panel, tuple(base), tuple(hits))


def _scale(shape: Triple, spacing: tuple[float, float, float], room: tuple[float, float]) -> float:
    d, h, w = (n * s for n, s in zip(shape, spacing, strict=True))
    return min(room[0] / (w + h), room[1] / (d + h))


def _panels(
    v: Volume, shape: Triple, spacing: tuple[float, float, float], scale: float, at: tuple[float, float], gap: float,
    corner: tuple[float, ...],
) -> tuple[Panel, ...]:  # fmt: skip
    back = [bool(v.directions) and v.directions[a][1] in TURNED for a in range(3)]
    x, y = at
    corners = ((x, y), (x + corner[2] + gap, y), (x, y + corner[0] + gap))
    return tuple(
        Panel(
            axis, rows, columns, left, top, spacing[columns] * scale, spacing[rows] * scale,
            (shape[rows], shape[columns]), (back[rows], back[columns]),
        )
        for (axis, rows, columns), (left, top) in zip(PANELS, corners, strict=True)
    )  # fmt: skip


def _legend(v: Volume, canvas: Canvas, panels: tuple[Panel, ...], corner: tuple[float, ...]) -> list[Item]:
    """The scale of the output, in the free quarter."""
    theme, levels = canvas.theme, v.levels
    left, top = panels[1].x, panels[2].y
    wide = min(corner[1], 190.0)
    if wide < 110 or corner[1] < 60:
        return []
    box = (left, top + 18, wide, 9.0)
    image = np.ascontiguousarray(np.repeat(levels.table(theme)[None], 2, axis=0))
    low, high = (within(end, levels.low, levels.high) for end in (levels.low, levels.high))
    low, high = "≤ " + low if v.least < levels.low else low, "≥ " + high if v.most > levels.high else high
    return [
        label(left, top + 10, tr("Output"), theme.muted, 12),
        Raster(image, box, box, smooth=True, name="legend"),
        Rects(np.array([box]), stroke=theme.line),
        label(left, top + 42, low, theme.muted, 12, mono=True),
        label(left + wide, top + 42, high, theme.muted, 12, mono=True, anchor="end"),
    ]


def draw_frame(layout: SlicesLayout, at: float, focus: Focus) -> Picture:
    """Draw the slices through the output cell of a step, and through the middle of its window."""
    v, canvas = layout.volume, layout.canvas
    step = min(int(at), v.output.size - 1)
    position = v.position(step)
    span, seen = v.span(position), _middle(v, position)
    items: list[Item] = []
    d, h, w = position
    own: Span = ((d, d + 1), (h, h + 1), (w, w + 1))
    hits = []
    for panels, shown, window, kind in ((layout.input, seen, span, "slice"), (layout.output, position, own, "made")):
        for panel in panels:
            drawn = _image(layout, panel, shown[panel.axis], kind)
            items.append(drawn)
            items += _tinted(layout, panel, drawn, position, shown[panel.axis]) if kind == "slice" else []
            items += _cross(layout, panel, window)
            hits.append(panel.hits(kind, shown[panel.axis]))
        if canvas.captions:
            rooms = [max(a.box[2], b.box[2]) + INDICES for a, b in zip(layout.input, layout.output, strict=True)]
            items += names(v, canvas, panels, shown, rooms if layout.indexed else ())
    tap = _tap(layout, focus.hit)
    if layout.opened is not None:
        items += opened.step_items(v, layout.opened, position, canvas.theme)
        items += [opened.ringed(layout.opened, tap, canvas.theme)] if tap is not None else []
    said = _said(layout, focus.hit) if tap is None else weight_words(v, v.channel, tap, position)
    lit, summary = lines(v, canvas, position, said)
    items += lit if canvas.captions else []
    paper, found = canvas.theme.background, (*hits, *layout.hits)
    return Picture(canvas.width, canvas.height, paper, layout.base, tuple(items), found, summary)


def _middle(v: Volume, position: Triple) -> Triple:
    """Return the input cell in the middle of a window, or where one that reads nothing lies."""
    spans = v.view.spans(position)
    d, h, w = (min(max(int(a + b) // 2, 0), n - 1) for (a, b), n in zip(spans, v.size, strict=True))
    return d, h, w


def _image(layout: SlicesLayout, panel: Panel, at: int, kind: str) -> Raster | Cells:
    v, theme = layout.volume, layout.canvas.theme
    levels = v.input_scale if kind == "slice" else v.levels
    values = np.take(v.data[v.channel], at, axis=panel.axis) if kind == "slice" else v.slice_out(panel.axis, at)
    values = _facing(panel, values)
    name = f"{'input' if kind == 'slice' else 'output'} {AXES[panel.axis]}"
    if layout.numbered:
        role: Role = "input" if kind == "slice" else "result"
        limit = layout.scale if kind == "slice" else layout.result
        cell = min(panel.across, panel.down)
        what = tr("input") if kind == "slice" else tr("output")
        title = tr("{what}, a slice across its {axis}", what=what, axis=tr(AXES[panel.axis]))
        down, across = (tr(word) for axis, word in enumerate(AXES) if axis != panel.axis)
        cells = value_cells(
            values.astype(np.float64), theme, role, (panel.x, panel.y), cell, limit=limit, name=name,
            title=title, axes=(down, across),
        )  # fmt: skip
        return replace(cells, width=panel.across, height=panel.down)
    image: Bytes = levels.colours(values, theme)
    if kind == "slice" and (alpha := v.sample.alpha) is not None:
        hidden = _facing(panel, np.take(alpha.values.reshape(v.size), at, axis=panel.axis)) / alpha.opaque
        image = over_checks(image, hidden, alpha.associated, panel.across, theme)
    smooth = min(panel.across, panel.down) < 1
    return Raster(image, panel.box, panel.box, smooth, name)


def _facing(panel: Panel, values: AnyArray) -> AnyArray:
    """Turn a slice the way that it is shown."""
    down, across = (slice(None, None, -1 if turned else 1) for turned in panel.turned)
    return values[down, across]


def _tinted(layout: SlicesLayout, panel: Panel, drawn: Raster | Cells, position: Triple, at: int) -> list[Item]:
    """Tint the cells of a slice that an output cell reads, as on any grid of numbers."""
    if not isinstance(drawn, Cells):
        return []
    theme, read = layout.canvas.theme, [cell for cell, _ in layout.volume.view.reads(position)]
    cells = [panel.cell(cell[panel.rows], cell[panel.columns]) for cell in read if cell[panel.axis] == at]
    if not cells:
        return []
    boxes = np.array([cell_box(drawn, *cell) for cell in cells], dtype=float)
    texts = [replace(text_cells(drawn, set(cells), theme.text), name="", title="")] if drawn.content.texts else []
    return [Rects(boxes, fill=theme.window, stroke=theme.cell_line), *texts]


def _cross(layout: SlicesLayout, panel: Panel, window: Span | None) -> list[Item]:
    """The window's frame, and lines from it to the edges of the slice."""
    theme = layout.canvas.theme
    orange = theme.role("kernel").line
    x, y, wide, high = panel.box
    rim = Rects(np.array([panel.box]), stroke=theme.line, width=1.0)
    if window is None:
        return [rim]
    left, top, across, down = panel.span(window[panel.rows], window[panel.columns])
    grown = (max(across, MARK), max(down, MARK))
    left, top = left - (grown[0] - across) / 2, top - (grown[1] - down) / 2
    cx, cy = left + grown[0] / 2, top + grown[1] / 2
    ways = np.array([
        (x, cy, max(left, x), cy), (min(left + grown[0], x + wide), cy, x + wide, cy),
        (cx, y, cx, max(top, y)), (cx, min(top + grown[1], y + high), cx, y + high),
    ])  # fmt: skip
    frame = np.array([(left, top, *grown)])
    halo = frame + np.array([-1.5, -1.5, 3.0, 3.0])
    return [
        rim,
        *([] if layout.numbered else [Lines(ways, faded(orange, 0.65), 1.0)]),
        Rects(halo, stroke=faded(theme.background, 0.8), width=1.2),
        Rects(frame, stroke=orange, width=2.0),
    ]


def _cell(layout: SlicesLayout, hit: Hit) -> Triple | None:
    """Return the cell of the array under a hit on a slice."""
    if hit.kind not in ("slice", "made"):
        return None
    panels = layout.input if hit.kind == "slice" else layout.output
    axis, at, row, column = hit.index
    panel = next(p for p in panels if p.axis == axis)
    if not (0 <= row < panel.shape[0] and 0 <= column < panel.shape[1]):
        return None
    found = [at, at, at]
    found[panel.rows], found[panel.columns] = panel.cell(row, column)
    return found[0], found[1], found[2]


def step_of(layout: SlicesLayout, hit: Hit) -> int | None:
    """Return the step that brings the crosshair to a pointed cell."""
    v, cell = layout.volume, _cell(layout, hit)
    if cell is None:
        return None
    return v.view.step(cell if hit.kind == "made" else v.view.nearest(cell))


def scrolled(layout: SlicesLayout, step: int, hit: Hit, turns: float) -> int | None:
    """Return the step that lies some slices away, across the slice that is pointed at."""
    v = layout.volume
    if hit.kind not in ("slice", "made"):
        return None
    position, axis = list(v.position(step)), hit.index[0]
    way = round(turns) or (1 if turns > 0 else -1)
    position[axis] = min(max(position[axis] + way, 0), v.output_size[axis] - 1)
    return v.view.step(position)


def _tap(layout: SlicesLayout, hit: Hit | None) -> Triple | None:
    """Return the tap of a weight, or of a value under the window, that is pointed at."""
    if hit is None or layout.opened is None or hit.kind not in ("kernel", "product"):
        return None
    k, i, j = hit.index[-3:]
    return (k, i, j) if all(0 <= t < n for t, n in zip((k, i, j), layout.opened.shape, strict=True)) else None


def _said(layout: SlicesLayout, hit: Hit | None) -> str:
    v = layout.volume
    cell = _cell(layout, hit) if hit is not None else None
    if cell is None or hit is None:
        return ""
    if hit.kind == "slice":
        return cell_words(v, cell)
    value = f"{index('out', v.filter, *cell)} = {number(float(v.output[cell]))}"
    return tr("{value}; click to see its window", value=value)
