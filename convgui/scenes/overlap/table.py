"""The map of kernel size and stride: how uneven each pair is, and which is the present layer."""

from __future__ import annotations

from math import isinf

import numpy as np

from convgui.draw.colour import mix
from convgui.draw.measure import Measure
from convgui.draw.number import number, short
from convgui.draw.panels import outlines
from convgui.draw.picture import Box, CellContent, Cells, HitGrid, Item
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.words import label, middle
from convgui.scenes.overlap.counts import MOST_KERNEL, MOST_STRIDE, Counts, Interior, interior, nearest_even
from convgui.words import mark, tr

GAP_WORD = mark("gap")
SMALLEST = 12.0
AXIS, HEAD, ROW = 24.0, 34.0, 20.0
"""Width of the strides at the left, height of the kernel sizes with the names of both axes above, and of a row."""


def extent(c: Counts) -> tuple[int, int]:
    """Return the largest stride and kernel size of the map.

    It grows to hold the present layer and the kernel sizes that are advised in its place.
    """
    here = c.interiors[-1]
    advised = () if c.even else nearest_even(here.kernel, here.stride, here.dilation)
    return (
        max(MOST_STRIDE, min(here.stride, MOST_STRIDE + 3)),
        max(MOST_KERNEL, min(max(here.kernel, *advised, 0), 2 * MOST_KERNEL)),
    )


def choice(c: Counts, stride: int, kernel: int) -> tuple[Interior, float]:
    """Return the interior of a square kernel, and its ratio over all axes of the layer."""
    found = interior(kernel, stride, c.interiors[-1].dilation)
    return found, float(found.ratio ** len(c.interiors))


def draw(c: Counts, box: Box, theme: Theme, sizes: Measure) -> tuple[list[Item], HitGrid]:
    """Draw the map into a box, and return what can be clicked: index (stride, kernel)."""
    strides, kernels = extent(c)
    x, y, wide, high = box
    words, head, axis = sizes.words, sizes.above, AXIS if sizes.words else 0.0
    above = head + (HEAD if words else 0.0)
    across = max(float(int(min((wide - axis) / kernels, 64))), 1.0)
    down = max(float(int(min((high - above) / strides, across))), 1.0)
    grid = _cells(c, (x + axis, y + above), (across, down), theme)
    items: list[Item] = [grid]
    if words:
        inside = mark("largest ÷ smallest count inside"), mark("largest ÷ smallest count inside, 2D")
        detail = tr((*inside, mark("largest ÷ smallest count inside, 3D"))[len(c.interiors) - 1])
        items += title_items((x, y + head), x + wide, (tr("Kernel × stride"), detail), "plain", sizes, theme)
        top = grid.y - 7
        items += [
            label(grid.x, top - 16, f"{tr('kernel k →')}    {tr('stride s ↓')}", theme.text, 12, bold=True),
        ]
        for s in range(strides):
            base = middle(grid.y + s * down, down, 12)
            items.append(label(x + axis - 6, base, str(s + 1), theme.muted, 12, mono=True, anchor="end"))
        for k in range(kernels):
            at = grid.x + (k + 0.5) * across
            items.append(label(at, top, str(k + 1), theme.muted, 12, mono=True, anchor="middle"))
    here, choices = c.interiors[-1], HitGrid("choice", (), grid.x, grid.y, across, down, (strides, kernels), (1, 1))
    if c.square and here.stride <= strides and here.kernel <= kernels:
        items.append(outlines([choices.box((here.stride, here.kernel))], theme.role("kernel").line, 3.0))
    return items, choices


def _cells(c: Counts, at: tuple[float, float], size: tuple[float, float], theme: Theme) -> Cells:
    strides, kernels = extent(c)
    fill = np.empty((strides, kernels, 4), dtype=np.uint8)
    texts = []
    for s in range(strides):
        row = []
        for k in range(kernels):
            ratio = choice(c, s + 1, k + 1)[1]
            row.append(tr(GAP_WORD) if isinf(ratio) else short(ratio, 4))
            fill[s, k] = _colour(ratio, theme)
        texts.append(tuple(row))
    longest = max(len(text) for row in texts for text in row)
    font = float(int(min(size[1] * 0.6, (size[0] - 3) / (0.6 * longest), 15.0)))
    content = CellContent(fill, theme.ink(fill), tuple(texts) if font >= SMALLEST else ())
    line = theme.role("plain").line
    return Cells(
        content, *at, *size, theme.background, theme.cell_line, line, font if font >= SMALLEST else 0.0,
        name="choices", title=tr("kernel sizes and strides"), axes=(tr("stride"), tr("kernel size")),
    )  # fmt: skip


def _colour(ratio: float, theme: Theme) -> tuple[int, int, int, int]:
    if ratio == 1:
        return mix(theme.cell, theme.role("result").positive, 0.35)
    if isinf(ratio):
        return theme.faint
    share = 0.2 + 0.5 * min(np.log(ratio) / np.log(4), 1)
    return mix(theme.cell, theme.role("warning").positive, float(share))


def sentence(c: Counts, stride: int, kernel: int) -> str:
    """Say what a place of the map stands for."""
    found, ratio = choice(c, stride, kernel)
    head = tr(
        "Kernel {kernel} at stride {stride}: overlap {counts} in turn",
        kernel=kernel,
        stride=stride,
        counts=", ".join(map(str, found.counts)),
    )
    if isinf(ratio):
        return tr("{head}; some cells get no kernel.", head=head)
    words = (
        mark("{head}, ratio {ratio} : 1, {verdict}."),
        mark("{head}, ratio {ratio} : 1 in 2D, {verdict}."),
        mark("{head}, ratio {ratio} : 1 in 3D, {verdict}."),
    )[len(c.interiors) - 1]
    return tr(words, head=head, ratio=number(ratio, 2), verdict=tr("even") if found.even else tr("uneven"))
