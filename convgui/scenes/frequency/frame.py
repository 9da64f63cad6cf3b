"""One frequency: its mark in both plots, a wave of it, and what the kernel makes of that wave."""

from __future__ import annotations

from math import pi

import numpy as np

from convgui.draw.footer import footer_items
from convgui.draw.gaps import wedges
from convgui.draw.picture import Item, Lines, Picture, Raster, Rects, Run
from convgui.draw.theme import Role
from convgui.draw.window import framed
from convgui.scenes.frequency.along import marked
from convgui.scenes.frequency.layout import WAVE, ResponseLayout, limits, operators
from convgui.scenes.frequency.response import sentences
from convgui.scenes.scene import Focus
from convgui.words import tr

_WAVES: tuple[Role, Role] = ("input", "result")


def draw_frame(layout: ResponseLayout, step: int, focus: Focus) -> Picture:
    """Show one frequency: its mark in both plots, a wave of it, and what comes of that wave."""
    data, canvas, hit = layout.response, layout.canvas, focus.hit
    index = data.place(step)
    if hit is not None and hit.kind in ("magnitude", "phase"):
        index = (hit.index[0], hit.index[1])
    pointed = hit is not None and hit.kind in ("magnitude", "phase")
    items: list[Item] = [*_marks(layout, index), *_waves(layout, index), *_window(layout)]
    first, second = sentences(data, index)
    if canvas.captions:
        theme, rows = canvas.theme, data.values.shape[1] // 2
        detail = "" if pointed else tr("step {n} of 0 … {last}", n=step, last=rows)
        head = tr("Pointed at") if pointed else tr("This step")
        items += footer_items(layout.footer, head, detail, [(Run(first, theme.text),), second], theme)
    return Picture(canvas.width, canvas.height, canvas.theme.background, layout.base, tuple(items), layout.hits, first)


def _window(layout: ResponseLayout) -> list[Item]:
    """Draw where the kernel lies on the wave, in the middle of it, and the number that it makes there."""
    data, theme, found = layout.response, layout.canvas.theme, layout.row
    reach, cell = data.spread.shape, found.side(0)
    if max(reach) > WAVE or not layout.measure.words:
        return []
    flat = len(data.values) == 1
    (x, y, _, tall), (far, level, _, _) = layout.waves
    top, left = ((WAVE - n) // 2 for n in reach)
    seen = (x + left * cell, y + top * cell, reach[1] * cell, reach[0] * cell)
    origin = (far + (left + data.origin[1]) * cell, level + (top + data.origin[0]) * cell, cell, cell)
    if flat:
        # A sequence is drawn as high as a picture.
        seen, origin = (seen[0], y, seen[2], tall), (origin[0], level, cell, tall)
    through = (layout.kernel.y, layout.kernel.y + layout.kernel.box[3])
    ends = [
        (found.gap(0), (seen[1], seen[1] + seen[3]), through),
        (found.gap(1), through, (origin[1], origin[1] + origin[3])),
    ]
    return [*wedges(ends, theme), framed([seen, origin], max(cell, 20.0), theme), *operators(layout)]


def _marks(layout: ResponseLayout, index: tuple[int, int]) -> list[Item]:
    """Mark a frequency in both plots."""
    theme = layout.canvas.theme
    boxes = [grid.box(index) for grid in layout.hits[:2]]
    centres = [(x + width / 2, y + height / 2) for x, y, width, height in boxes]
    if len(layout.response.values) == 1:
        lines = [(x, y, x, y + height) for (x, _), (_, y, _, height) in zip(centres, layout.plots, strict=True)]
        return [Lines(np.array(lines), theme.role("kernel").line, 2.0)]
    (row, first), curve = layout.response.place(0), layout.along
    on_it = curve is not None and index[0] == row and index[1] >= first
    told = marked(curve, index[1] - first, theme) if curve is not None and on_it else []
    rings = np.array([(x - 6, y - 6, 12, 12) for x, y in centres])
    inner = Rects(rings, stroke=theme.background, width=1.5, radius=6)
    return [Rects(rings, stroke=theme.text, width=3.5, radius=6), inner, *told]


def _waves(layout: ResponseLayout, index: tuple[int, int]) -> list[Item]:
    """Draw a wave of a frequency, and the same wave as the kernel leaves it."""
    data, theme = layout.response, layout.canvas.theme
    down, across = data.frequency(index)
    rows = WAVE if len(data.values) > 1 else 1
    angle = 2 * pi * (down * np.arange(rows)[:, None] + across * np.arange(WAVE)[None])
    # A layer correlates, which is what a convolution with the turned kernel does: the phase comes with a minus.
    at = data.bin(index)
    size, lag = float(data.magnitude[at]), float(np.nan_to_num(data.phase[at]))
    waves = np.cos(angle), size * np.cos(angle - lag)
    items: list[Item] = []
    for box, wave, limit, role in zip(layout.waves, waves, limits(data), _WAVES, strict=True):
        fills = theme.fills(wave, role, limit)
        items.append(Raster(np.ascontiguousarray(fills), box, box, name="wave"))
        items.append(Rects(np.array([box]), stroke=theme.role(role).line, width=1.5))
    return items
