"""Where one slice of a volume stands, and what is written around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convgui.draw.metrics import text_width
from convgui.draw.picture import Box, HitGrid, Item
from convgui.draw.words import label, middle
from convgui.scenes.canvas import Canvas
from convgui.scenes.volume.layer import Triple, Volume
from convgui.scenes.volume.words import AXES
from convgui.words import tr

SMALL, INDICES = 12.0, 16.0
"""Size of the words, and room for indices."""
LEAST, DIRECTED = 64.0, 110.0
"""Widths from which a slice is named, and its directions are."""


@dataclass(frozen=True)
class Panel:
    """Where one slice stands.

    Attributes
    ----------
    axis, rows, columns : int
        The axis it lies across, and those of its rows and columns.
    turned : tuple of bool
        Whether rows run up and columns to the left.
    """

    axis: int
    rows: int
    columns: int
    x: float
    y: float
    across: float
    down: float
    shape: tuple[int, int]
    turned: tuple[bool, bool]

    @property
    def box(self) -> Box:
        """The slice on the picture."""
        return (self.x, self.y, self.shape[1] * self.across, self.shape[0] * self.down)

    def span(self, rows: tuple[float, float], columns: tuple[float, float]) -> Box:
        """Return the box of rows and columns given by first and last cell (exclusive)."""
        top, left = rows[0], columns[0]
        if self.turned[0]:
            top = self.shape[0] - rows[1]
        if self.turned[1]:
            left = self.shape[1] - columns[1]
        high, wide = rows[1] - rows[0], columns[1] - columns[0]
        return (self.x + left * self.across, self.y + top * self.down, wide * self.across, high * self.down)

    def cell(self, row: int, column: int) -> tuple[int, int]:
        """Return row and column of the array that stand at a row and column of the picture."""
        return (
            self.shape[0] - 1 - row if self.turned[0] else row,
            self.shape[1] - 1 - column if self.turned[1] else column,
        )

    def hits(self, kind: str, at: int) -> HitGrid:
        """Make the slice answer to the pointer; the index is axis, slice, row and column of the picture."""
        return HitGrid(kind, (self.axis, at), self.x, self.y, self.across, self.down, self.shape, clip=self.box)


def letters(v: Volume, canvas: Canvas, panels: Sequence[Panel]) -> list[Item]:
    """Write the directions of the body left of the slices and below them."""
    if not v.directions:
        return []
    ink, items = canvas.theme.muted, list[Item]()
    for panel in panels:
        x, y, _, high = panel.box
        start, end = v.directions[panel.rows][:: -1 if panel.turned[0] else 1]
        items.append(label(x - 4, y + 10, start, ink, SMALL, anchor="end"))
        if high > 30:
            items.append(label(x - 4, y + high - 2, end, ink, SMALL, anchor="end"))
    return items


def indices(canvas: Canvas, panels: Sequence[Panel]) -> list[Item]:
    """Write the indices of rows at the left of slices and those of columns above them."""
    ink, items = canvas.theme.muted, list[Item]()
    for panel in panels:
        x, y, _, _ = panel.box
        for row in range(panel.shape[0]):
            at = middle(y + row * panel.down, panel.down, SMALL)
            items.append(label(x - 6, at, str(panel.cell(row, 0)[0]), ink, SMALL, mono=True, anchor="end"))
        for column in range(panel.shape[1]):
            text, at = str(panel.cell(0, column)[1]), x + (column + 0.5) * panel.across
            items.append(label(at, y - 5, text, ink, SMALL, mono=True, anchor="middle"))
    return items


def names(v: Volume, canvas: Canvas, panels: Sequence[Panel], shown: Triple, rooms: Sequence[float]) -> list[Item]:
    """Say above each slice which it is, which axes run down and along, and where its columns end in the body.

    Where there are `rooms`, widths with indices, the words stand above these; a body's directions take the place of
    the axes.
    """
    ink, items = canvas.theme.muted, list[Item]()
    for n, panel in enumerate(panels):
        x, y, wide, _ = panel.box
        text = f"{tr(AXES[panel.axis])} {shown[panel.axis]}"
        if wide < LEAST:
            continue
        if not v.directions:
            ways = f"{tr(AXES[panel.rows])} ↓ {tr(AXES[panel.columns])} →"
            found = (f"{text} · {ways}", f"{text}  {ways}")
            text = next((t for t in found if text_width(t, SMALL) <= (rooms[n] if rooms else wide)), text)
        items.append(label(x, y - 5 - (INDICES if rooms else 0.0), text, ink, SMALL))
        if v.directions and wide > DIRECTED:
            start, end = v.directions[panel.columns][:: -1 if panel.turned[1] else 1]
            items.append(label(x + wide, y - 5, f"{start} → {end}", ink, SMALL, anchor="end"))
    return items
