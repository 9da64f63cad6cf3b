"""Stacked layers: on how many ways an input reaches each output cell, layer after layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isinf, prod
from typing import TypeAlias

import numpy as np

from convgui.core import ConvSpec, FilterView
from convgui.draw.colour import Bytes, faded
from convgui.draw.footer import Footer, footer, footer_items
from convgui.draw.levels import Levels
from convgui.draw.measure import measure
from convgui.draw.metrics import text_width
from convgui.draw.number import number, times
from convgui.draw.picture import Box, HitGrid, Item, Lines, Picture, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.scenes.canvas import Canvas
from convgui.scenes.overlap.counts import Floats, single
from convgui.scenes.overlap.smooth import side
from convgui.scenes.scene import Focus
from convgui.words import mark, tr, trn

Ends: TypeAlias = tuple[float, float]
GAP = 22.0
REPEATS = 3
SMALL, NUMBERS = 12.0, 14.0
"""Size of the numbers on the bars, and room for them above the highest."""
CELLS, MIDDLE = 5, 15
"""Input cells that are drawn, and input cells of the longer axis whose middle is free of the border."""


@dataclass(frozen=True, eq=False)
class Stack:
    """What stacked layers make of an input of ones with kernels of ones.

    Attributes
    ----------
    profiles : tuple of (ndarray, ndarray)
        Ways along one column and along one row after each layer; a pixel has the product. One axis has one row.
    inner : tuple of ((float, float), (float, float))
        Fewest and most ways in the middle of a longer column and of a longer row.
    own : bool
        Whether the layers are the document's own, or the chosen layer repeated.
    """

    specs: tuple[ConvSpec, ...]
    profiles: tuple[tuple[Floats, Floats], ...]
    inner: tuple[tuple[Ends, Ends], ...]
    rank: int
    own: bool

    def ratio(self, layer: int) -> float:
        """Most divided by fewest in the middle, over all axes."""
        return prod(high / low if low else inf for low, high in self.inner[layer])


@dataclass(frozen=True, eq=False)
class StackLayout:
    """One panel a layer."""

    stack: Stack
    canvas: Canvas
    footer: Footer
    boxes: tuple[Box, ...]
    panels: tuple[tuple[Item, ...], ...]
    hits: tuple[HitGrid, ...]


def stack(document: Document, kernel: str) -> Stack:
    """Follow the counts through the document's transposed layers, or through the chosen one three times."""
    layers = [layer.spec for layer in document.layers if isinstance(layer, Convolution) and layer.spec.transposed]
    rank = document.layer.spec.rank
    own = len(layers) == len(document.layers) > 1 and not document.sources
    chain = layers[:4] if own else [single(document.layer.spec, kernel)] * REPEATS
    still = (np.ones(1),) * len(chain)

    def along(cells: int) -> zip[tuple[Floats, Floats]]:
        down = _follow(chain, 0, cells) if rank > 1 else still
        return zip(down, _follow(chain, rank - 1, cells), strict=True)

    profiles, inner = along(CELLS), along(MIDDLE)
    return Stack(tuple(chain), tuple(profiles), tuple((_middle(a), _middle(b)) for a, b in inner), rank, own)


def _follow(specs: list[ConvSpec], axis: int, cells: int) -> tuple[Floats, ...]:
    """Follow the ways along one axis, without the padding that would cut it shorter and shorter."""
    ways: Floats = np.ones(cells)
    found = list[Floats]()
    for spec in specs:
        bare = replace(spec, padding=((0, 0),) * spec.rank, output_padding=(0,) * spec.rank)
        ways = FilterView(bare, (ways.size,) * spec.rank).axes[axis].summed(ways)
        found.append(ways)
    return tuple(found)


def _middle(profile: Floats) -> Ends:
    third = profile.size // 3
    inner = profile[third : profile.size - third]
    return float(inner.min()), float(inner.max())


def lay_out(s: Stack, canvas: Canvas) -> StackLayout:
    """Place one panel a layer side by side: the output from above, and one row of it as bars."""
    sizes = measure(canvas.width, canvas.height, words=canvas.captions)
    below, margin, head = footer(canvas.width, canvas.height, sizes.margin, 2), sizes.margin, sizes.above
    words, foot = canvas.captions, canvas.height - below.top if canvas.captions else margin
    count = len(s.profiles)
    wide = (canvas.width - 2 * margin - GAP * (count - 1)) / count
    high = canvas.height - margin - foot - 10
    bars = min(90.0, 0.26 * (high - head))
    rest = head + bars + 16 + (NUMBERS if words else 0.0)
    side = min(wide, high - rest)
    top = margin + max(0.0, (high - rest - side) / 2)
    panels, boxes, hits = [], [], []
    for index in range(count):
        x = margin + index * (wide + GAP)
        box = (round(x), round(top + head), side, side)
        panel = _panel(s, index, box, bars, canvas)
        if words:
            titles = title_items((x, top + head), x + wide, _title(s, index), "plain", sizes, canvas.theme)
            panel = [*titles, *panel]
        panels.append(tuple(panel))
        boxes.append((x - 6, top - 6, wide + 12, side + rest + 12))
        hits.append(HitGrid("layer", (index,), *box, (1, 1)))
    return StackLayout(s, canvas, below, tuple(boxes), tuple(panels), tuple(hits))


def _title(s: Stack, index: int) -> tuple[str, str]:
    spec = s.specs[index]
    shape = times(*(line.size for line in s.profiles[index])) if s.rank > 1 else str(s.profiles[index][1].size)
    title = trn("After {n} layer", "After {n} layers", index + 1)
    return title, f"{shape} · k {side(spec.kernel_size)}, s {side(spec.stride)}"


def _panel(s: Stack, index: int, box: Box, bars: float, canvas: Canvas) -> list[Item]:
    (down, profile), theme = s.profiles[index], canvas.theme
    x, y, wide, _ = box
    whole = down[:, None] * profile
    image = _shades(whole / max(float(whole.max()), 1.0), theme)
    unit = wide / profile.size
    top = y + wide + 12 + (NUMBERS if canvas.captions else 0.0)
    heights = profile / max(float(profile.max()), 1.0) * bars
    gap = 1.0 if unit > 4 else 0.0
    columns = [(x + i * unit, top + bars - h, max(unit - gap, 0.6), h) for i, h in enumerate(heights) if h]
    ink = theme.role("result" if s.ratio(index) == 1 else "warning").line
    # A bar as wide as its number says how many paths there are; of narrower ones the first and a highest.
    least = text_width(number(float(profile.max())), SMALL, mono=True) + 3
    written = [
        label(
            x + (i + 0.5) * unit, top + bars - h - 4, number(float(n)), theme.muted, SMALL, mono=True, anchor="middle"
        )
        for i, (h, n) in enumerate(zip(heights, profile, strict=True))
        if n and (unit >= least or i in (0, int(profile.argmax())))
    ]
    return [
        *(written if canvas.captions else ()),
        Raster(image, box, box, name=f"ways {index + 1}"),
        Rects(np.array([box]), stroke=theme.role("plain").line, width=1.0),
        Rects(np.array(columns), fill=faded(ink, 0.75)),
        Lines(np.array([(x, top + bars, x + wide, top + bars)]), theme.muted),
    ]


def _shades(share: Floats, theme: Theme) -> Bytes:
    return Levels(0.0, 1.0, False).colours(share, theme)


def draw_frame(layout: StackLayout, at: float, focus: Focus) -> Picture:
    """Show the layers one after the other; the present one is framed."""
    s, canvas = layout.stack, layout.canvas
    landed = min(int(at), len(layout.panels) - 1)
    index = landed
    if focus.hit is not None and focus.hit.kind == "layer":
        index = min(focus.hit.index[0], landed)
    items: list[Item] = [item for panel in layout.panels[: landed + 1] for item in panel]
    theme = canvas.theme
    items.append(Rects(np.array([layout.boxes[index]]), stroke=theme.role("kernel").line, width=2.0, radius=6))
    first = _sentence(s, index)
    second = tr("The layer, stacked; weights and inputs are 1. Black is 0 paths, white the most.")
    if s.own:
        second = tr("The document's layers; weights and inputs are 1. Black is 0 paths, white the most.")
    if canvas.captions:
        title = tr("This step") if focus.hit is None else tr("Pointed at")
        items += footer_items(layout.footer, title, "", [first, second], theme)
    return Picture(canvas.width, canvas.height, theme.background, (), tuple(items), layout.hits, first)


def _sentence(s: Stack, index: int) -> str:
    (_, (low, high)), ratio = s.inner[index], s.ratio(index)
    after = trn("After {n} layer", "After {n} layers", index + 1)
    if isinf(ratio):
        return tr("{after}: some cells in the middle are reached by no path.", after=after)
    if ratio == 1:
        return tr("{after}: {n} paths to every cell in the middle of a row, even.", after=after, n=number(low))
    words = (
        mark("{after}: {low} to {high} paths in the middle of a row, {ratio} : 1 in 2D.")
        if s.rank > 1
        else mark("{after}: {low} to {high} paths in the middle of a row, {ratio} : 1.")
    )
    return tr(words, after=after, low=number(low), high=number(high), ratio=number(ratio, 2))
