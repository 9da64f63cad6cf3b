"""Blocks: one moment. The window stands free in its hole, and the output has grown as far as the step."""

from __future__ import annotations

import numpy as np

from convgui.draw import solid
from convgui.draw.colour import faded
from convgui.draw.grids import largest
from convgui.draw.picture import Hit, Item, Lines, Picture, Polygons
from convgui.draw.sheared import sheared
from convgui.draw.solid import Ranges
from convgui.scenes.scene import Focus
from convgui.scenes.volume.blocks import BlocksLayout
from convgui.scenes.volume.layer import Span, Triple, Volume
from convgui.scenes.volume.words import cell_words, lines


def draw_frame(layout: BlocksLayout, at: float, focus: Focus) -> Picture:
    """Draw a moment between two steps."""
    v, canvas = layout.volume, layout.canvas
    step = min(int(at), v.output.size - 1)
    position = v.position(step)
    items = _input(layout, position, at - step if step < v.output.size - 1 else 0.0)
    items += _output(layout, position)
    span = v.span(position)
    if span is not None:
        items.append(_beam(layout, position))
    hits = layout.hits
    if layout.slices:
        items += _numbers(layout, position)
        if not v.view.spec.transposed and not v.view.dilated and span is not None:
            d, h, w = (int(a) for a, _ in span)
            hits = (*hits, *layout.slices[0].hits("input", (v.first + v.channel,), (d, h, w)))
        items += _pointed(layout, focus.hit)
    words, summary = lines(v, canvas, position, _said(v, focus.hit))
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base,
        tuple(items + words if canvas.captions else items), hits, summary,
    )  # fmt: skip


def _spans(layout: BlocksLayout, position: tuple[float, float, float]) -> Span:
    """Return the cells under a window, which may lie between two positions, counted from the corner of the padding."""
    d, h, w = layout.volume.view.over_padding.spans(position)
    return d, h, w


def _window(layout: BlocksLayout, position: Triple) -> Ranges:
    """Return the same at a position."""
    (d0, d1), (h0, h1), (w0, w1) = _spans(layout, position)
    return (int(d0), int(d1)), (int(h0), int(h1)), (int(w0), int(w1))


def _input(layout: BlocksLayout, position: Triple, share: float) -> list[Item]:
    """The input without what hides the window, and the window."""
    theme, block, v = layout.canvas.theme, layout.input, layout.volume
    blue, orange = theme.role("input").line, theme.role("kernel").line
    if v.span(position) is None:
        return solid.box(block, block.cells, layout.colour_input, blue)
    window = _window(layout, position)
    items: list[Item] = [solid.frame(block, faded(theme.muted, 0.7))]
    items += solid.cut_away(block, window, layout.colour_input, blue)
    if v.view.spec.transposed or not v.view.dilated:
        items += solid.box(block, window, layout.window, orange)
    else:
        items += _taps(layout, position)
    d, h, w = position
    if 0 < share < 1 and w + 1 < v.output_size[2] and not v.view.spec.transposed:
        # Between two steps only the outline travels; the values change when it lands.
        items.append(Lines(solid.outline(block, _spans(layout, (d, h, w + share))), orange, 2.0))
    else:
        items.append(Lines(solid.outline(block, window), orange, 2.0))
    return items


def _taps(layout: BlocksLayout, position: Triple) -> list[Item]:
    """A dilated window: each tap a cube of its own, the far ones first."""
    orange = layout.canvas.theme.role("kernel").line
    items: list[Item] = []
    cells = [cell for cell, _ in layout.volume.view.over_padding.reads(position)]
    for d, h, w in sorted(cells, key=lambda cell: (cell[0], -cell[1], cell[2])):
        items += solid.box(layout.input, ((d, d + 1), (h, h + 1), (w, w + 1)), layout.window, orange)
    return items


def _output(layout: BlocksLayout, position: Triple) -> list[Item]:
    """The output as far as it has grown, the farthest part first, and its newest cell outlined."""
    theme, block = layout.canvas.theme, layout.output
    green, orange = theme.role("result").line, theme.role("kernel").line
    d, h, w = position
    _, high, wide = block.shape
    items: list[Item] = [solid.frame(block, faded(theme.muted, 0.7))]
    parts: tuple[Ranges, ...] = (
        ((0, d), (0, high), (0, wide)),
        ((d, d + 1), (h, h + 1), (0, w + 1)),
        ((d, d + 1), (0, h), (0, wide)),
    )
    for part in parts:
        items += solid.box(block, part, layout.colour_output, green)
    cell = ((d, d + 1), (h, h + 1), (w, w + 1))
    return [*items, Lines(solid.outline(block, cell), orange, 2.4)]


def _beam(layout: BlocksLayout, position: Triple) -> Item:
    """Light from the right edge of the window to the left edge of the cell that it makes."""
    (d0, _), (h0, h1), (_, w1) = _spans(layout, position)
    d, h, w = position
    start, end = layout.input, layout.output
    corners = [start.point(d0, h0, w1), end.point(d + 1, h, w), end.point(d + 1, h + 1, w), start.point(d0, h1, w1)]
    return Polygons(np.array([corners]), faded(layout.canvas.theme.role("kernel").line, 0.16))


def _numbers(layout: BlocksLayout, position: Triple) -> list[Item]:
    v, theme = layout.volume, layout.canvas.theme
    window = v.windows(position)[v.channel]
    products = window * v.kernels[v.channel]
    first, _, last = layout.slices
    return [
        *sheared(first, window, theme, "input", layout.scale),
        *sheared(last, products, theme, "result", largest(products)),
    ]


def _pointed(layout: BlocksLayout, hit: Hit | None) -> list[Item]:
    """Outline a weight, the value it meets and their product."""
    v = layout.volume
    if hit is None or hit.kind != "kernel":
        return []
    k, i, j = hit.index[-3:]
    quads = [[s.corner(k, i + a, j + b) for a, b in ((0, 0), (0, 1), (1, 1), (1, 0))] for s in layout.slices]
    inside = all(0 <= p < n for p, n in zip((k, i, j), v.kernels.shape[1:], strict=True))
    return [Polygons(np.array(quads), None, layout.canvas.theme.text, 2.4)] if inside else []


def _said(v: Volume, hit: Hit | None) -> str:
    if hit is None or hit.kind != "input":
        return ""
    d, h, w = hit.index[-3:]
    return cell_words(v, (d, h, w))
