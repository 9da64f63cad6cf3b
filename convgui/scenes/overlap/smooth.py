"""In a picture: the layer beside an even kernel, and beside resizing followed by a convolution."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

import numpy as np

from convgui.core import ConvSpec, FilterView, convolve, convolve_transposed, upsample_linear, upsample_nearest
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.levels import Levels
from convgui.draw.measure import measure
from convgui.draw.metrics import elide
from convgui.draw.number import number, times
from convgui.draw.picture import Box, Hit, HitGrid, Item, Picture, Raster, Rects
from convgui.draw.titled_grid import title_items
from convgui.draw.viewport import block_means
from convgui.draw.words import label
from convgui.model.document import Document, View
from convgui.scenes.canvas import Canvas
from convgui.scenes.overlap.counts import Floats, interior, nearest_even, single
from convgui.scenes.scene import Focus
from convgui.words import tr

GAP = 20.0
FLAT = 12
"""Pixels a side of the flat picture."""
SMALL, BESIDE, LEAST = 0.44, 10.0, 54.0
"""Side of the flat picture by that of the other one, its distance, and the side below which it is left out."""
AROUND, ABOVE = 7.0, 4.0
"""From a panel to the frame around one that is spoken of, and from its upper edge."""
MOST = 64
"""Pixels a side of the input; larger ones are averaged."""


@dataclass(frozen=True, eq=False)
class Way:
    """One way to enlarge the picture.

    Attributes
    ----------
    low, high : float
        What it makes of a flat picture of 1, away from the border.
    flat : ndarray
        The middle of that, at most `FLAT` pixels a side.
    """

    title: str
    detail: str
    image: Floats
    low: float
    high: float
    flat: Floats

    @property
    def even(self) -> bool:
        """Whether a flat picture stays flat."""
        return self.high - self.low < 1e-9


@dataclass(frozen=True, eq=False)
class Smooth:
    """A picture, and ways to show it; `level` is the grey of the flat picture beside each."""

    given: Way
    ways: tuple[Way, ...]
    averaged: int
    level: float


@dataclass(frozen=True, eq=False)
class SmoothLayout:
    """The panels, all on one scale."""

    smooth: Smooth
    canvas: Canvas
    footer: Footer
    boxes: tuple[Box, ...]
    base: tuple[Item, ...]
    hits: tuple[HitGrid, ...]


def smooth(document: Document, kernel: str) -> Smooth:
    """Enlarge the mean of the input's channels in some ways, all with equal weights that keep the brightness."""
    spec = single(document.layer.spec, kernel)
    data = document.sample.data.astype(np.float64).mean(axis=0)
    given = data if data.ndim == 2 else data[None]
    factor = -(-max(given.shape) // MOST)
    given = np.asarray(block_means(given, factor), dtype=np.float64)
    plane = FilterView(spec, data.shape).on_two_axes.spec
    k, s = plane.kernel_size, plane.stride
    even = tuple(_even(*axis) for axis in zip(k, s, plane.dilation, strict=True))
    image, inner = _transposed(given, plane)
    ways = [_way(tr("This layer"), tr("kernel {n}", n=side(k)), image, inner)]
    if even != k:
        result = _transposed(given, replace(plane, kernel_size=even))
        ways.append(_way(tr("Even kernel"), tr("kernel {n}", n=side(even)), *result))
        # A layer of stride 1 behind this one: its windows even the pattern out in part.
        weight = np.full((1, 1, *k), 1 / prod(k))
        if all(n >= m for n, m in zip(inner.shape, k, strict=True)):
            after = convolve_transposed(image[None], weight)[0], convolve(inner[None], weight)[0]
            ways.insert(1, _way(tr("+ layer at stride 1"), tr("kernels {n}", n=side(k)), *after))
    ways.append(_resized(tr("Nearest + convolve"), upsample_nearest(given[None], s), k))
    ways.append(_resized(tr("Bilinear + convolve"), upsample_linear(given[None], s), k))
    shown = _way(tr("Input"), times(*given.shape), given, np.ones_like(given))
    return Smooth(shown, tuple(ways), factor, float(given.mean()))


def _way(title: str, detail: str, image: Floats, inner: Floats) -> Way:
    """Return a way with what it makes of a flat picture away from the border."""
    rows, columns = (slice(max(0, (n - FLAT) // 2), max(0, (n - FLAT) // 2) + FLAT) for n in inner.shape)
    return Way(title, detail, image, float(inner.min()), float(inner.max()), np.asarray(inner[rows, columns]))


def _even(kernel: int, stride: int, dilation: int) -> int:
    """Return the nearest kernel size that is even, the larger one of two."""
    if interior(kernel, stride, dilation).even:
        return kernel
    sizes = nearest_even(kernel, stride, dilation)
    return sizes[-1] if sizes else kernel


def _transposed(given: Floats, spec: ConvSpec) -> tuple[Floats, Floats]:
    """Return what a layer makes of a picture, and what it makes of a flat one away from the border."""
    weight = np.full((1, 1, *spec.kernel_size), prod(spec.stride) / prod(spec.kernel_size))
    # Without a border that is cut off.
    view = FilterView(replace(spec, padding=((0, 0),) * 2, output_padding=(0, 0)), given.shape)
    flat, image = (
        convolve_transposed(x[None], weight, stride=spec.stride, dilation=spec.dilation)[0]
        for x in (np.ones_like(given), given)
    )
    inside = (~axis.at_border if axis.has_inside else np.ones_like(axis.at_border) for axis in view.axes)
    return np.asarray(image), np.asarray(flat[np.ix_(*inside)])


def _resized(title: str, large: Floats, k: tuple[int, ...]) -> Way:
    """Convolve a resized picture with equal weights; at the border the last pixels are repeated."""
    weight = np.full((1, 1, *k), 1 / prod(k))
    flat, image = (
        convolve(x, weight, padding="same", padding_mode="replicate")[0] for x in (np.ones_like(large), large)
    )
    return _way(title, tr("kernel {n}", n=side(k)), image, flat)


def side(values: tuple[int, ...]) -> str:
    """Write a kernel's sides, or strides: one number where all are alike."""
    return str(values[0]) if len(set(values)) == 1 else times(*values)


def lay_out(s: Smooth, view: View, canvas: Canvas) -> SmoothLayout:
    """Place the panels in two rows, on one scale; those that a caption speaks of are marked."""
    spoken = view.options.get("panels", "").split()
    every = (s.given, *s.ways)
    words, sizes = canvas.captions, measure(canvas.width, canvas.height, words=canvas.captions)
    below, margin, head = footer(canvas.width, canvas.height, sizes.margin, 2), min(sizes.margin, 14.0), sizes.above
    foot = canvas.height - below.top + 4 if words else 8.0
    shown = every if words else every[:2]
    columns = 3 if words else 2
    rows = -(-len(shown) // columns)
    high = (canvas.height - margin - foot - GAP * (rows - 1) * words) / rows
    wide = (canvas.width - 2 * sizes.margin - GAP * (columns - 1)) / columns if words else (canvas.width - 24) / 2
    note = 18.0 if words else 0.0
    ratio = s.given.image.shape[1] / s.given.image.shape[0]
    across = min(wide, (high - head - note) * ratio)
    flat = float(int(min(across * SMALL, (wide - BESIDE) * SMALL / (1 + SMALL)))) if words else 0.0
    flat = flat if flat >= LEAST else 0.0
    across = min(across, wide - flat - BESIDE) if flat else across
    size = (across, max(across / ratio, 6.0))
    levels = Levels(min(float(w.image.min()) for w in every), max(float(w.image.max()) for w in every), False)
    left = (canvas.width - columns * wide - GAP * (columns - 1)) / 2
    base: list[Item] = []
    boxes, hits = [], []
    for index, way in enumerate(shown):
        row, column = divmod(index, columns)
        x, y = left + column * (wide + GAP), margin + row * (high + GAP * words)
        box = (round(x), round(y + head), round(size[0]), round(size[1]))
        boxes.append(box)
        image = levels.colours(way.image, canvas.theme)
        base.append(Raster(image, box, box, smooth=box[2] < image.shape[1], name=way.title))
        base.append(Rects(np.array([box]), stroke=_ink(way, index, canvas), width=1.5))
        if words:
            detail = f"{way.detail} → {times(*way.image.shape)}" if index else way.detail
            base += title_items((x, y + head), x + wide, (way.title, detail), "plain", sizes, canvas.theme)
            base.append(_note(way, index, (x, y + head + size[1] + 15), wide, canvas))
        if flat:
            square = (box[0] + box[2] + BESIDE, box[1], flat, flat)
            base += _flat(way, index, square, s.level, levels, canvas)
            base += _scale(levels, square, canvas) if not index and size[1] >= flat + 64 else []
        if str(index) in spoken and words:
            right = box[0] + box[2] + (BESIDE + flat if flat else 0.0)
            # Above it stands the panel's detail.
            around = (box[0] - AROUND, box[1] - ABOVE, right - box[0] + 2 * AROUND, box[3] + note + ABOVE + AROUND)
            base.append(Rects(np.array([around]), stroke=canvas.theme.role("kernel").line, width=3.0, radius=6))
        pixel = (box[2] / image.shape[1], box[3] / image.shape[0])
        hits.append(HitGrid("shown", (index,), box[0], box[1], *pixel, (image.shape[0], image.shape[1])))
    return SmoothLayout(s, canvas, below, tuple(boxes), tuple(base), tuple(hits))


def _ink(way: Way, index: int, canvas: Canvas) -> tuple[int, int, int, int]:
    if index == 0:
        return canvas.theme.role("input").line
    return canvas.theme.role("result" if way.even else "warning").line


def _note(way: Way, index: int, at: tuple[float, float], room: float, canvas: Canvas) -> Item:
    theme = canvas.theme
    if index == 0:
        return label(*at, elide(tr("what the others start from"), 12, room), theme.muted, 12)
    ink = theme.role("result" if way.even else "warning").ink
    text = (
        tr("constant 1 stays 1")
        if way.even
        else tr("constant 1 becomes {low} … {high}", low=number(way.low, 2), high=number(way.high, 2))
    )
    return label(*at, elide(text, 12, room), ink, 12)


def _flat(way: Way, index: int, box: Box, level: float, levels: Levels, canvas: Canvas) -> list[Item]:
    """Draw what becomes of a flat picture, on the scale of all panels."""
    image = levels.colours(way.flat * level, canvas.theme)
    title = tr("flat")
    return [
        Raster(image, box, box, name=f"{way.title}, {title}"),
        Rects(np.array([box]), stroke=_ink(way, index, canvas), width=1.5),
        label(box[0], box[1] + box[3] + 15, title, canvas.theme.muted, 12),
    ]


def _scale(levels: Levels, above: Box, canvas: Canvas) -> list[Item]:
    """The one scale of all panels, below the flat picture of the first."""
    theme, (x, y, long, high) = canvas.theme, above
    ramp = levels.colours(np.linspace(levels.low, levels.high, 128)[None], theme)
    box, base = (x, y + high + 32, long, 10.0), y + high + 58
    return [
        Raster(ramp, box, box),
        label(x, base, number(levels.low, 0), theme.muted, 12, mono=True),
        label(x + long, base, number(levels.high, 0), theme.muted, 12, mono=True, anchor="end"),
    ]


def draw_frame(layout: SmoothLayout, focus: Focus) -> Picture:
    """Show the panels, and the value under the pointer in all of them."""
    s, canvas, hit = layout.smooth, layout.canvas, focus.hit
    theme = canvas.theme
    layer = s.ways[0]
    if layer.even:
        first = tr("The overlap is even: a flat picture stays flat away from the border.")
    else:
        first = tr("The overlap shows in the picture: bright cells are infinitely many times the dark ones.")
        if layer.low:
            most = number(layer.high / layer.low, 2)
            first = tr("The overlap shows in the picture: bright cells are {most} times the dark ones.", most=most)
    second = tr("Equal weights everywhere, scaled to keep the brightness.")
    if s.averaged > 1:
        second = tr(
            "Equal weights everywhere, scaled to keep the brightness, the input averaged over {size} pixels.",
            size=times(s.averaged, s.averaged),
        )
    items: list[Item] = []
    if hit is not None and hit.kind == "shown":
        first = _value(layout, hit)
        pixel = next(h for h in layout.hits if h.prefix == hit.index[:1]).box(hit.index)
        items.append(Rects(np.array([pixel]), stroke=theme.role("kernel").line, width=2.0))
    if canvas.captions:
        title = tr("The picture") if hit is None else tr("Pointed at")
        items += footer_items(
            layout.footer, title, tr("all on one scale of greys") if hit is None else "", [first, second], theme
        )
    return Picture(canvas.width, canvas.height, theme.background, layout.base, tuple(items), layout.hits, first)


def _value(layout: SmoothLayout, hit: Hit) -> str:
    way = (layout.smooth.given, *layout.smooth.ways)[hit.index[0]]
    row, column = hit.index[1:]
    return f"{way.title}[{row}, {column}] = {number(float(way.image[row, column]))}."
