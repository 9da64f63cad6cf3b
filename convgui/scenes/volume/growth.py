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
from convgui.scenes.volume.layer import Place, Span, Volume
from convgui.scenes.volume.words import cell_words, lines


def draw_frame(layout: BlocksLayout, at: float, focus: Focus) -> Picture:
    """Draw a moment between two steps."""
    v, canvas = layout.volume, layout.canvas
    step = min(int(at), v.output.size - 1)
    place = v.place(step)
    span = _padded(layout, v.span(place))
    items = _input(layout, place, span, at - step if step < v.output.size - 1 else 0.0)
    items += _output(layout, place)
    if span is not None:
        items.append(_beam(layout, place, span))
    hits = layout.hits
    if layout.slices:
        items += _numbers(layout, place)
        origin = v.span(place)
        if not v.spec.transposed and set(v.spec.dilation) == {1} and origin is not None:
            d, h, w = (int(a) for a, _ in origin)
            hits = (*hits, *layout.slices[0].hits("input", (v.first + v.channel,), (d, h, w)))
        items += _pointed(layout, focus.hit)
    words, summary = lines(v, canvas, place, _said(v, focus.hit))
    return Picture(
        canvas.width, canvas.height, canvas.theme.background, layout.base,
        tuple(items + words if canvas.captions else items), hits, summary,
    )  # fmt: skip


def _padded(layout: BlocksLayout, span: Span | None) -> Span | None:
    """Count a window's cells from the corner of the padding."""
    if span is None:
        return None
    d, h, w = ((a + n, b + n) for (a, b), n in zip(span, layout.before, strict=True))
    return d, h, w


def _input(layout: BlocksLayout, place: Place, span: Span | None, share: float) -> list[Item]:
    """The input without what hides the window, and the window."""
    theme, block = layout.canvas.theme, layout.input
    blue, orange = theme.role("input").line, theme.role("kernel").line
    if span is None:
        return solid.box(block, block.cells, layout.entered, blue)
    (d0, d1), (h0, h1), (w0, w1) = ((int(a), int(b)) for a, b in span)
    window: Ranges = (d0, d1), (h0, h1), (w0, w1)
    items: list[Item] = [solid.frame(block, faded(theme.muted, 0.7))]
    items += solid.cut_away(block, window, layout.entered, blue)
    if set(layout.volume.spec.dilation) == {1} or layout.volume.spec.transposed:
        items += solid.box(block, window, layout.window, orange)
    else:
        items += _taps(layout, window)
    if 0 < share < 1 and place[2] + 1 < layout.volume.made[2] and not layout.volume.spec.transposed:
        # Between two steps only the outline travels; the values change when it lands.
        way = layout.volume.spec.stride[2] * share
        moved = solid.outline(block, ((d0, d1), (h0, h1), (w0 + way, w1 + way)))
        items.append(Lines(moved, orange, 2.0))
    else:
        items.append(Lines(solid.outline(block, window), orange, 2.0))
    return items


def _taps(layout: BlocksLayout, window: Ranges) -> list[Item]:
    """A dilated window: each tap a cube of its own, the far ones first."""
    orange = layout.canvas.theme.role("kernel").line
    starts = [range(a, b, d) for (a, b), d in zip(window, layout.volume.spec.dilation, strict=True)]
    items: list[Item] = []
    for d in starts[0]:
        for h in reversed(starts[1]):
            for w in starts[2]:
                items += solid.box(layout.input, ((d, d + 1), (h, h + 1), (w, w + 1)), layout.window, orange)
    return items


def _output(layout: BlocksLayout, place: Place) -> list[Item]:
    """The output as far as it has grown, the farthest part first, and its newest cell outlined."""
    theme, block = layout.canvas.theme, layout.output
    green, orange = theme.role("result").line, theme.role("kernel").line
    d, h, w = place
    _, high, wide = block.shape
    items: list[Item] = [solid.frame(block, faded(theme.muted, 0.7))]
    parts: tuple[Ranges, ...] = (
        ((0, d), (0, high), (0, wide)),
        ((d, d + 1), (h, h + 1), (0, w + 1)),
        ((d, d + 1), (0, h), (0, wide)),
    )
    for part in parts:
        items += solid.box(block, part, layout.made, green)
    cell = ((d, d + 1), (h, h + 1), (w, w + 1))
    return [*items, Lines(solid.outline(block, cell), orange, 2.4)]


def _beam(layout: BlocksLayout, place: Place, span: Span) -> Item:
    """Light from the right edge of the window to the left edge of the cell that it makes."""
    (d0, _), (h0, h1), (_, w1) = span
    d, h, w = place
    start, end = layout.input, layout.output
    corners = [start.point(d0, h0, w1), end.point(d + 1, h, w), end.point(d + 1, h + 1, w), start.point(d0, h1, w1)]
    return Polygons(np.array([corners]), faded(layout.canvas.theme.role("kernel").line, 0.16))


def _numbers(layout: BlocksLayout, place: Place) -> list[Item]:
    v, theme = layout.volume, layout.canvas.theme
    window = v.window(v.channel, place)
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
