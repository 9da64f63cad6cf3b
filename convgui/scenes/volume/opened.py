"""Slices: the window opened in the free quarter of the input, above the filter that lies on it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from convgui.draw.grids import largest, value_cells
from convgui.draw.levels import sampled
from convgui.draw.metrics import elide
from convgui.draw.picture import Box, Cells, Floats, HitGrid, Item, Rects
from convgui.draw.theme import Role, Theme
from convgui.draw.window import RING, Window, window
from convgui.draw.words import label
from convgui.draw.writing import writing
from convgui.scenes.volume.arrangement import kernel_shape
from convgui.scenes.volume.layer import Triple, Volume
from convgui.words import tr

SMALLEST, LARGEST, SHORT, WRITTEN = 5.0, 42.0, 16.0, 26.0
"""Pixels of a cell: at least, at most, and from which one digit and three digits are read."""
LETTERS, ONE_LINE = 12.0, 22.0
"""Least size of numbers, and side of a cell from which slices are not broken into lines."""
SLIT, TITLE = 10.0, 22.0
NAME, NAMED = 16.0, 50.0
"""Height of a slice's name, and the width of a slice from which it has one."""


@dataclass(frozen=True)
class Opened:
    """Where the window's slices stand, if they do, and the filter's.

    Attributes
    ----------
    tops : tuple of float
        Upper edges of the titles: of the window, unless there is no room, and of the filter.
    beside : int
        How many slices stand in one line.
    alike : int
        How many slices of the filter are equal and stand as one; 0 where each is drawn.
    name : float
        Height of the name above each slice; 0 where they have none.
    """

    x: float
    tops: tuple[float, ...]
    cell: float
    shape: Triple
    beside: int
    alike: int = 0
    name: float = 0.0

    def corner(self, row: int, k: int) -> tuple[float, float]:
        """Return the upper left corner of a slice."""
        (down, across), (_, rows, columns) = divmod(k, self.beside), self.shape
        first = self.tops[row] + TITLE + self.name
        return self.x + across * (columns * self.cell + SLIT), first + down * (rows * self.cell + SLIT + self.name)

    def box(self, row: int, tap: Triple) -> Box:
        """Return the box of a tap."""
        (x, y), (_, i, j), u = self.corner(row, tap[0]), tap, self.cell
        return (x + j * u, y + i * u, u, u)


def opened(v: Volume, room: Box) -> Opened | None:
    """Place window and filter in a room, or the filter alone; None where even that has none."""
    (x, y, width, height), shape = room, kernel_shape(v)
    slices, rows, columns = shape
    kernel, alike = v.kernels[v.channel], 0
    for count, least in ((2, _written(v)), (1, SMALLEST)):
        if count == 1 and len(kernel) > 1 and (kernel == kernel[:1]).all():
            slices, alike, shape = 1, len(kernel), (1, rows, columns)
        cell, beside = _sizes(shape, width, height / count, 0.0)
        named, many = _sizes(shape, width, height / count, NAME) if slices > 1 else (0.0, 1)
        # Names must not cost the numbers.
        name = NAME if named >= min(cell, ONE_LINE) and columns * named >= NAMED else 0.0
        cell, beside = (named, many) if name else (cell, beside)
        if cell >= least:
            lines = -(-slices // beside)
            high = lines * (rows * cell + name) + (lines - 1) * SLIT + TITLE + 10
            return Opened(x, tuple(y + n * high for n in range(count)), cell, shape, beside, alike, name)
    return None


def _written(v: Volume) -> float:
    """Return the side of a cell from which window and filter are read: less than usual for short numbers."""
    values = (sampled(v.data[v.channel]).astype(np.float64), v.kernels[v.channel])
    sides = range(int(SHORT), int(WRITTEN))
    return next((float(u) for u in sides if all(writing(some, u, LETTERS).font for some in values)), WRITTEN)


def _sizes(shape: Triple, width: float, height: float, name: float) -> tuple[float, int]:
    """Return the side of a cell, and how many slices stand in one line: all, or as many as leave room for numbers."""
    slices, rows, columns = shape
    sizes = dict[int, float]()
    for beside in range(slices, 0, -1):
        lines = -(-slices // beside)
        across = (width - (beside - 1) * SLIT) / (beside * columns)
        down = (height - TITLE - 8 - (lines - 1) * SLIT - lines * name) / (lines * rows)
        sizes[beside] = float(int(min(across, down, LARGEST)))
    # In one line, or else in as few as leave room for numbers, or for colours.
    enough = min(ONE_LINE, max(sizes.values()))
    beside = max(n for n, size in sizes.items() if size >= enough)
    return sizes[beside], beside


def still(v: Volume, panel: Opened, theme: Theme) -> tuple[list[Item], list[HitGrid]]:
    """Draw the titles and the filter, which can be pointed at."""
    filtered = tr("Filter: {n} equal slices", n=panel.alike) if panel.alike else tr("Filter")
    names = (tr("Window"), filtered)[-len(panel.tops) :]
    ink = theme.role("kernel").ink
    items: list[Item] = [
        label(panel.x, top + 14, name, ink, 13, bold=True) for top, name in zip(panel.tops, names, strict=True)
    ]
    for row in range(len(panel.tops)):
        corners = [panel.corner(row, k) for k in range(panel.shape[0])] if panel.name else []
        for k, (left, top) in enumerate(corners):
            text = elide(tr("slice {n}", n=k), 12, panel.shape[2] * panel.cell)
            items.append(label(left, top - 5, text, theme.muted, 12))
    weight = v.view.channels.kernel(v.filter, v.first + v.channel)
    kernel, hits, last = v.kernels[v.channel], list[HitGrid](), len(panel.tops) - 1
    items += _grids(kernel, panel, last, "kernel", theme, largest(kernel), "kernel")
    for row, kind in zip(range(last, -1, -1), ("kernel", "product"), strict=False):
        for k in range(panel.shape[0]):
            hits.append(HitGrid(kind, (*weight, k), *panel.corner(row, k), panel.cell, panel.cell, panel.shape[1:]))
    return items, hits


def step_items(v: Volume, panel: Opened, position: Triple, theme: Theme) -> list[Item]:
    """Draw the window's values, tinted."""
    if len(panel.tops) < 2:
        return []
    seen, (_, rows, columns), items = v.windows(position)[v.channel], panel.shape, list[Item]()
    scale = max(abs(v.input_scale.low), abs(v.input_scale.high)) or 1.0
    for k, cells in enumerate(_grids(seen, panel, 0, "input", theme, scale, "window")):
        lies = Window((0, 0), (range(rows), range(columns)))
        items += [replace(cells, name=""), *window(cells, lies, theme, tr("window, slice {n}", n=k))]
    return items


def ringed(panel: Opened, tap: Triple, theme: Theme) -> Item:
    """Outline a weight and the value that it meets."""
    boxes = np.array([panel.box(row, tap) for row in range(len(panel.tops))])
    return Rects(boxes, stroke=theme.text, width=min(RING, 0.2 * panel.cell))


def _grids(values: Floats, panel: Opened, row: int, role: Role, theme: Theme, limit: float, name: str) -> list[Cells]:
    numbers = writing(values, panel.cell, LETTERS)
    return [
        value_cells(
            values[k], theme, role, panel.corner(row, k), panel.cell, limit=limit, numbers=numbers,
            name=f"{name} {k}", title=tr("slice {n}", n=k),
        )
        for k in range(panel.shape[0])
    ]  # fmt: skip
