"""A grid with its title and shape above it and the indices of its rows and columns beside it, which begin at 0."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from convgui.draw.measure import Measure, Side
from convgui.draw.metrics import BETWEEN, elide, text_width
from convgui.draw.number import MINUS
from convgui.draw.picture import Anchor, Cells, HitGrid, Item
from convgui.draw.theme import Role, Theme
from convgui.draw.words import label, middle

NARROWEST = 16.0
"""Width of a cell from which two digits stand above it."""
TITLE, DETAIL, INDEX = 10.0, 30.0, 7.0
"""From the grid, or from its column indices, up to the baselines of shape and title; of the indices from the grid."""

APART = 4.0
"""Least distance of two column indices."""
START: Anchor = "start"
END: Anchor = "end"


@dataclass(frozen=True, eq=False)
class TitledGrid:
    """A grid in a row of grids.

    Attributes
    ----------
    cells : Cells
        The grid itself; its role gives the title its colour.
    title, detail : str
        What stands above it; nothing where both are empty.
    rows_at : str
        At which side its row indices stand; none where empty.
    columns_above : bool
        Whether column indices stand above it.
    origin : tuple of int
        Row and column of its first cell, negative in padding.
    lift : float
        How much higher its title stands, above something else.
    """

    cells: Cells
    title: str = ""
    detail: str = ""
    rows_at: Side = ""
    columns_above: bool = False
    origin: tuple[int, int] = (0, 0)
    role: Role = field(default="plain")
    lift: float = 0.0

    def hits(self, kind: str, *prefix: int) -> HitGrid:
        """Make its cells answer to the pointer."""
        c = self.cells
        return HitGrid(kind, prefix, c.x, c.y, c.width, c.height, c.content.shape, self.origin)


def heading(grid: TitledGrid, right: float, measure: Measure, theme: Theme) -> list[Item]:
    """Write title and shape above a grid, no further to the right than `right`."""
    y = grid.cells.y - grid.lift - (measure.index if grid.columns_above else 0.0)
    return title_items((grid.cells.x, y), right, (grid.title, grid.detail), grid.role, measure, theme)


def title_items(
    at: tuple[float, float], right: float, words: tuple[str, str], role: Role, measure: Measure, theme: Theme
) -> list[Item]:
    """Write a title and the detail below it so that they end above a point, no further to the right than `right`."""
    (title, detail), (x, y) = words, at
    if not (measure.words and title):
        return []
    room, size, ink = max(right - x, 0.0), measure.title, theme.role(role).ink
    above = y - DETAIL if detail else y - TITLE
    items: list[Item] = [label(x, above, elide(title, size, room, bold=True), ink, size, bold=True)]
    if detail:
        shown = elide(_whole(detail, measure.small, room), measure.small, room, mono=True)
        items.append(label(x, y - TITLE, shown, theme.muted, measure.small, mono=True))
    return items


def _whole(detail: str, size: float, room: float) -> str:
    """Return a detail without what stands last in it, rather than with a part of that."""
    parts = detail.split(BETWEEN)
    while len(parts) > 1 and text_width(BETWEEN.join(parts), size, mono=True) > room:
        parts.pop()
    return BETWEEN.join(parts)


def indices(
    grid: TitledGrid, measure: Measure, theme: Theme, rows: Container[int] = (), columns: Container[int] = ()
) -> list[Item]:
    """Write the indices of rows and columns; those of the window, in `rows` and `columns`, in its colour."""
    c, size = grid.cells, measure.small
    if not measure.index or min(c.width, c.height) < NARROWEST:
        return []
    strong, plain = theme.role("kernel").ink, theme.muted
    items = list[Item]()
    for i in range(c.content.shape[0] if grid.rows_at else 0):
        index = i + grid.origin[0]
        now, at = index in rows, middle(c.y + i * c.height, c.height, size)
        x, anchor = (c.x - 8, END) if grid.rows_at == "left" else (c.x + c.box[2] + 8, START)
        ink = strong if now else plain
        items.append(label(x, at, index_text(index), ink, size, bold=now, mono=True, anchor=anchor))
    apart = text_width(max(map(index_text, _ends(grid)), key=len), size, mono=True) + APART
    for j in range(c.content.shape[1] if grid.columns_above else 0):
        index = j + grid.origin[1]
        # Where all would run into each other, every second one stands there.
        if apart > c.width and index % 2:
            continue
        x, now = c.x + (j + 0.5) * c.width, index in columns
        ink = strong if now else plain
        items.append(label(x, c.y - INDEX, index_text(index), ink, size, bold=now, mono=True, anchor="middle"))
    return items


def _ends(grid: TitledGrid) -> tuple[int, int]:
    """Return the first and the last column's index."""
    return grid.origin[1], grid.origin[1] + grid.cells.content.shape[1] - 1


def index_text(index: int) -> str:
    """Write an index with a true minus sign."""
    return str(index).replace("-", MINUS)
