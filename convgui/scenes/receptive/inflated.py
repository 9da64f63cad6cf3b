"""One kernel at several dilations: more cells covered, the same weights."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np

from convgui.core import ConvSpec, FilterView
from convgui.core.spec import SpecError
from convgui.draw.grids import Floats, cell_text
from convgui.draw.number import times
from convgui.draw.panels import HEADING, heading, two_sentences
from convgui.draw.picture import CellContent, Cells, Item, Lines, Picture, Rects
from convgui.layers.convolution import Convolution
from convgui.model.document import Document
from convgui.scenes.canvas import Canvas
from convgui.words import tr

MARGIN, GAP, FOOTER = 26.0, 34.0, 84.0
USUAL = (1, 2, 4)


@dataclass(frozen=True, eq=False)
class Inflated:
    """A kernel ``(kh, kw)`` as it meets the input, and the dilations to show it at."""

    kernel: Floats
    dilations: tuple[int, ...]
    rank: int

    def view(self, dilation: int) -> FilterView:
        """Return the kernel at a dilation."""
        return FilterView(ConvSpec.of(1, 1, self.kernel.shape, dilation=dilation), self.kernel.shape)

    def covered(self, dilation: int) -> tuple[int, int]:
        """Return how many rows and columns it covers at a dilation."""
        rows, columns = self.view(dilation).inflated(self.kernel).shape
        return rows, columns


@dataclass(frozen=True, eq=False)
class InflatedLayout:
    """One panel a dilation."""

    data: Inflated
    canvas: Canvas
    panels: tuple[tuple[Item, ...], ...]
    boxes: tuple[tuple[float, float, float, float], ...]


def inflated(document: Document) -> Inflated:
    """Take the chosen kernel and the dilations 1, 2, 4 with the layer's own.

    Raises
    ------
    SpecError
        If the chosen layer has no kernel.
    """
    layer = document.chosen
    if not isinstance(layer, Convolution):
        number = document.view.layer + 1
        raise SpecError(
            "layer",
            tr(
                "{place} has no kernel ({title}); choose a convolution, or show the stack.",
                place=number,
                title=layer.title,
            ),
        )
    kernel = layer.effective_weight[document.view.filter, document.view.channel]
    own = max(layer.spec.dilation)
    return Inflated(np.atleast_2d(kernel), tuple(sorted({*USUAL, own})), layer.spec.rank)


def lay_out(data: Inflated, canvas: Canvas) -> InflatedLayout:
    """Place the kernels side by side, cells of all in one size."""
    words = canvas.captions
    margin, foot, head = (MARGIN, FOOTER, HEADING) if words else (8.0, 8.0, 0.0)
    extents = [data.covered(n) for n in data.dilations]
    gap = GAP if words else 10.0
    across = (canvas.width - 2 * margin - gap * (len(extents) - 1)) / sum(w for _, w in extents)
    cell = max(2.0, min(60.0, across, (canvas.height - margin - foot - head) / max(h for h, _ in extents)))
    least = min(92.0, (canvas.width - 2 * margin - gap * (len(extents) - 1)) / len(extents)) if words else 0.0
    widths = [max(w * cell, least) for _, w in extents]
    if sum(widths) + gap * (len(widths) - 1) > canvas.width - 2 * margin:
        # Words take more than cells do: what they leave is shared by the panels that are wider.
        spare = (
            canvas.width - 2 * margin - gap * (len(extents) - 1) - least * sum(w * cell <= least for _, w in extents)
        )
        cell = max(2.0, min(cell, spare / sum(w for _, w in extents if w * cell > least)))
        widths = [max(w * cell, least) for _, w in extents]
    x = max(margin, (canvas.width - sum(widths) - gap * (len(widths) - 1)) / 2)
    tallest = max(h for h, _ in extents) * cell
    top = margin + head + max(0.0, (canvas.height - margin - foot - head - tallest) / 2)
    panels, boxes = [], []
    for dilation, (high, wide), room in zip(data.dilations, extents, widths, strict=True):
        y = top + (tallest - high * cell) / 2
        items: list[Item] = [_cells(data, dilation, (x, y), cell, canvas)]
        if words:
            detail = tr("covers {size}", size=times(high, wide) if data.rank > 1 else wide)
            theme = canvas.theme
            items += heading(x, y - HEADING, tr("Dilation {n}", n=dilation), detail, theme.text, theme, room + gap)
        panels.append(tuple(items))
        boxes.append((x - 8, y - head - 8, max(room, wide * cell) + 16, high * cell + head + 16))
        x += room + gap
    return InflatedLayout(data, canvas, tuple(panels), tuple(boxes))


def _cells(data: Inflated, dilation: int, at: tuple[float, float], cell: float, canvas: Canvas) -> Cells:
    """Draw the taps with their weights; the cells between them hold nothing."""
    theme = canvas.theme
    shape, view = data.covered(dilation), data.view(dilation)
    fill = np.empty((*shape, 4), dtype=np.uint8)
    fill[:] = theme.background
    limit = float(np.abs(data.kernel).max()) or 1.0
    rows, columns = np.array(view.offsets).T
    fill[rows, columns] = theme.fills(data.kernel, "kernel", limit).reshape(-1, 4)
    written, font = cell_text(data.kernel, cell) if canvas.captions else ((), 0.0)
    texts = [[""] * shape[1] for _ in range(shape[0])]
    for text, (row, column) in zip(chain.from_iterable(written), view.offsets, strict=False):
        texts[row][column] = text
    content = CellContent(fill, theme.ink(fill), tuple(tuple(row) for row in texts) if font else ())
    line = theme.role("kernel").line
    name = f"dilation {dilation}"
    return Cells(
        content, *at, cell, cell, theme.background, theme.cell_line, line, font,
        name=name, title=tr("dilation {n}", n=dilation), axes=(tr("row"), tr("column")), role="kernel",
    )  # fmt: skip


def draw_frame(layout: InflatedLayout, at: float) -> Picture:
    """Show the dilations one after the other; the last that has landed is framed."""
    data, canvas = layout.data, layout.canvas
    landed = min(int(at), len(layout.panels) - 1)
    items: list[Item] = [item for panel in layout.panels[: landed + 1] for item in panel]
    theme = canvas.theme
    if canvas.captions:
        items.append(Rects(np.array([layout.boxes[landed]]), stroke=theme.role("kernel").line, width=2.0, radius=6))
    dilation, k = data.dilations[landed], data.kernel.shape[1]
    covered = data.covered(dilation)
    area = times(*covered) if data.rank > 1 else str(covered[1])
    weights = data.kernel.size
    first = tr(
        "Dilation {n}: {sums}; it covers {area} with {weights} weights.",
        n=dilation,
        sums=f"{dilation} · ({k} − 1) + 1 = {covered[1]}",
        area=area,
        weights=weights,
    )
    second = tr("One dilated layer covers that much; the field of stacked layers grows further: see the stack.")
    if canvas.captions:
        top, room = canvas.height - FOOTER + 10, canvas.width - 2 * MARGIN
        items.append(Lines(np.array([(MARGIN - 10, top, canvas.width - MARGIN + 10, top)]), theme.line))
        items += two_sentences(MARGIN, top, first, second, theme, room)
    return Picture(canvas.width, canvas.height, theme.background, (), tuple(items), (), first)
