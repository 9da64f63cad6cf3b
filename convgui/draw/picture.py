"""The picture: a display list of arrays, drawn alike on screen, in a PNG, in an SVG and in a test.

A drawing primitive is a whole array of cells, lines or polygons, because painting cell by cell from Python is slow.
Coordinates are pixels at scale 1, x to the right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes, Colour
from convgui.draw.theme import Role

Floats = NDArray[np.float64]
Box: TypeAlias = tuple[float, float, float, float]
"""x, y, width, height."""
Affine: TypeAlias = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f: x = a column + c row + e, y = b column + d row + f."""
Dash: TypeAlias = Literal["solid", "dashed", "dotted"]
DASHES: dict[Dash, tuple[float, ...]] = {"solid": (), "dashed": (4, 3), "dotted": (1, 3)}
"""Pixels that are drawn and left out in turn."""
Anchor: TypeAlias = Literal["start", "middle", "end"]
Texts: TypeAlias = tuple[tuple[str, ...], ...]
"""Words of a grid, row by row."""


@dataclass(frozen=True, eq=False)
class CellContent:
    """What a grid of cells holds; compared by identity, so that painters can cache it.

    Attributes
    ----------
    fill, ink : ndarray
        uint8 RGBA ``(rows, columns, 4)``: the fill and the text colour of each cell.
    texts : tuple of tuple of str
        The text of each cell; empty where nothing is written.
    """

    fill: Bytes
    ink: Bytes
    texts: Texts = ()

    def __post_init__(self) -> None:
        # A painter reads four bytes a cell, whatever the array holds: others would give wrong colours, or worse.
        if self.fill.dtype != np.uint8 or self.fill.shape[2:] != (4,) or self.ink.shape != self.fill.shape:
            raise ValueError(f"cells are uint8 RGBA, not {self.fill.dtype} {self.fill.shape} and {self.ink.shape}")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.fill.shape[0], self.fill.shape[1]


@dataclass(frozen=True, eq=False)
class Cells:
    """A grid of equal cells.

    Attributes
    ----------
    reveal : int or None
        How many cells, row by row, are shown; the others are empty. None shows all.
    making : bool
        Whether the last number shown is the one that is being made: the answer, where it is to be predicted.
    empty : tuple
        The fill of cells that are not shown.
    name : str
        What those who look for a grid know it by, such as ``"input R"``; no words of any language.
    title : str
        What the grid is called, in the language spoken; it is read out and written into SVG.
    axes : tuple of str
        What its rows and its columns are, in the language spoken.
    role : str
        As which of the theme's roles it is coloured.
    bold : frozenset of int
        Which of its numbers are bold, counted row by row.
    rise : float
        How far the numbers stand above the middle, in heights of a cell.
    slope : float
        How far the rows fall for each pixel to the right: a sheet that is seen from the side.
    aside : bool
        Whether it stands beside what a picture is about: nothing is drawn smaller so that it keeps its numbers.
    """

    content: CellContent
    x: float
    y: float
    width: float
    height: float
    empty: Colour
    grid: Colour
    outline: Colour
    font: float = 0.0
    outline_width: float = 1.5
    reveal: int | None = None
    name: str = ""
    title: str = ""
    axes: tuple[str, str] = ("", "")
    role: Role = "plain"
    making: bool = False
    bold: frozenset[int] = frozenset()
    rise: float = 0.0
    slope: float = 0.0
    aside: bool = False

    @property
    def box(self) -> Box:
        """The outline; of a sheet that is seen from the side, as if it were not."""
        rows, columns = self.content.shape
        return (self.x, self.y, columns * self.width, rows * self.height)

    def corner(self, row: float, column: float) -> tuple[float, float]:
        """Return the upper left corner of a cell."""
        right = column * self.width
        return (self.x + right, self.y + row * self.height + self.slope * right)

    def shown_texts(self) -> Texts:
        """The texts a reader can see, row by row."""
        if self.reveal is None:
            return self.content.texts
        columns = self.content.shape[1]
        return tuple(
            tuple(t if i * columns + j < self.reveal else "" for j, t in enumerate(row))
            for i, row in enumerate(self.content.texts)
        )


@dataclass(frozen=True, eq=False)
class Rects:
    """Rectangles of one style: ``(N, 4)`` boxes x, y, width, height."""

    boxes: Floats
    fill: Colour | None = None
    stroke: Colour | None = None
    width: float = 1.0
    dash: Dash = "solid"
    radius: float = 0.0


@dataclass(frozen=True, eq=False)
class Polygons:
    """Polygons of one style: ``(N, corners, 2)``.

    `making` says that they are the colour of the number that is being made, which may be hidden until it is predicted.
    """

    corners: Floats
    fill: Colour | None = None
    stroke: Colour | None = None
    width: float = 1.0
    making: bool = False


@dataclass(frozen=True, eq=False)
class Lines:
    """Straight segments of one style: ``(N, 4)`` x1, y1, x2, y2."""

    segments: Floats
    stroke: Colour
    width: float = 1.0
    dash: Dash = "solid"


@dataclass(frozen=True, eq=False)
class Curves:
    """Cubic Bezier curves of one style: ``(N, 8)`` start, two controls, end."""

    points: Floats
    stroke: Colour
    width: float = 1.0


@dataclass(frozen=True)
class Run:
    """A stretch of text in one colour.

    Attributes
    ----------
    answer : bool
        Whether it tells the number that is being made; what leads to that number, such as partial sums, tells it too.
    """

    text: str
    colour: Colour
    bold: bool = False
    answer: bool = False


@dataclass(frozen=True)
class Label:
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    runs: tuple[Run, ...]
    size: float
    mono: bool = False
    anchor: Anchor = "start"

    @property
    def text(self) -> str:
        """The words without their colours."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, eq=False)
class Raster:
    """An image stretched over `box` and cut to `clip`.

    Attributes
    ----------
    image : ndarray
        uint8 ``(rows, columns, 3 or 4)``; compared by identity, so that painters can cache it.
    smooth : bool
        Whether pixels are blended where they do not fall on screen pixels (for views smaller than the image).
    """

    image: Bytes
    box: Box
    clip: Box
    smooth: bool = False
    name: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has no extent, so that nothing of it is seen."""
        return min(*self.box[2:], *self.clip[2:]) <= 0 or not self.image.size

    def visible(self) -> tuple[slice, slice, Box]:
        """Return rows and columns of the whole pixels that the clip lets through, and their box."""
        rows, columns = self.image.shape[:2]
        x, y, width, height = self.box
        left, top, wide, high = self.clip
        across, down = width / columns, height / rows
        j0, j1 = max(0, int((left - x) // across)), min(columns, int(-(-(left + wide - x) // across)))
        i0, i1 = max(0, int((top - y) // down)), min(rows, int(-(-(top + high - y) // down)))
        return slice(i0, i1), slice(j0, j1), (x + j0 * across, y + i0 * down, (j1 - j0) * across, (i1 - i0) * down)


@dataclass(frozen=True, eq=False)
class Warped:
    """An image turned, sheared or stretched by an affine map, and cut to `clip`.

    Attributes
    ----------
    image : ndarray
        uint8 ``(rows, columns, 3 or 4)``; compared by identity, so that painters can cache it.
    matrix : tuple of float
        ``(a, b, c, d, e, f)``, in SVG's order: the image's point (column, row), counted from the upper left corner of
        its first pixel, lies at ``x = a * column + c * row + e``, ``y = b * column + d * row + f``.
    smooth : bool
        Whether pixels are blended where they do not fall on screen pixels.
    """

    image: Bytes
    matrix: Affine
    clip: Box
    smooth: bool = False
    name: str = ""


Item: TypeAlias = Cells | Rects | Polygons | Lines | Curves | Label | Raster | Warped


@dataclass(frozen=True)
class Hit:
    """What lies under a point: a kind such as ``"input"`` and the index of the cell in its array."""

    kind: str
    index: tuple[int, ...]


@dataclass(frozen=True)
class HitGrid:
    """A grid of cells that can be pointed at.

    Attributes
    ----------
    kind : str
        What its cells are: ``"input"``, ``"kernel"``, ``"partial"``, ``"output"`` ...
    prefix : tuple of int
        Leading indices; row and column are appended.
    origin : tuple of int
        Row and column of the first cell (negative where the grid begins with padding).
    clip : tuple or None
        Only points inside count.
    slope : float
        How far the rows fall for each pixel to the right: the cells of a slice that is seen from the side.
    lean : float
        How far the columns move to the right for each pixel down: the cells on top of a block.
    """

    kind: str
    prefix: tuple[int, ...]
    x: float
    y: float
    width: float
    height: float
    shape: tuple[int, int]
    origin: tuple[int, int] = (0, 0)
    clip: Box | None = None
    slope: float = 0.0
    lean: float = 0.0

    def index_at(self, x: float, y: float) -> tuple[int, int]:
        """Return row and column under a point, counted from the first cell, be there cells or not."""
        across, down = x - self.x, y - self.y
        skew = 1 - self.lean * self.slope
        row, column = (down - self.slope * across) / skew, (across - self.lean * down) / skew
        return int(row // self.height), int(column // self.width)

    def hit(self, x: float, y: float) -> Hit | None:
        """Return the cell under a point; cells for which there was no room are under none."""
        if self.width <= 0 or self.height <= 0:
            return None
        if self.clip is not None:
            left, top, width, height = self.clip
            if not (left <= x < left + width and top <= y < top + height):
                return None
        row, column = self.index_at(x, y)
        if not (0 <= row < self.shape[0] and 0 <= column < self.shape[1]):
            return None
        return Hit(self.kind, (*self.prefix, row + self.origin[0], column + self.origin[1]))

    def holds(self, hit: Hit) -> bool:
        """Tell whether a hit is one of these cells, be it inside the clip or not."""
        if (hit.kind, hit.index[:-2]) != (self.kind, self.prefix):
            return False
        row, column = hit.index[-2] - self.origin[0], hit.index[-1] - self.origin[1]
        return 0 <= row < self.shape[0] and 0 <= column < self.shape[1]

    def box(self, index: tuple[int, ...]) -> Box:
        """Return the box around the cell with this full index."""
        row, column = index[-2] - self.origin[0], index[-1] - self.origin[1]
        fall, aside = self.slope * self.width, self.lean * self.height
        left = self.x + column * self.width + row * aside + min(aside, 0.0)
        top = self.y + row * self.height + column * fall + min(fall, 0.0)
        return (left, top, self.width + abs(aside), self.height + abs(fall))


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawing.

    Attributes
    ----------
    base : tuple
        Items that do not change while stepping; compared by identity, so that they are painted once.
    overlay : tuple
        Items drawn above them.
    hits : tuple of HitGrid
        What can be pointed at, topmost last.
    summary : str
        One sentence that says what the picture shows now.
    answer : str
        The number that is being made, as it is written; empty where there is none to predict.
    asking : tuple
        The overlay while the answer is hidden, where more than its number tells it; empty where `overlay` will do.
    """

    width: float
    height: float
    background: Colour
    base: tuple[Item, ...] = ()
    overlay: tuple[Item, ...] = ()
    hits: tuple[HitGrid, ...] = field(default=())
    summary: str = ""
    answer: str = ""
    asking: tuple[Item, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything, in painting order."""
        return self.base + self.overlay

    def hit(self, x: float, y: float) -> Hit | None:
        """Return what lies under a point, or None."""
        for grid in reversed(self.hits):
            found = grid.hit(x, y)
            if found is not None:
                return found
        return None

    def holds(self, hit: Hit | None) -> bool:
        """Tell whether a hit is a cell of this picture; None, which is no cell, is in every picture."""
        return hit is None or any(grid.holds(hit) for grid in self.hits)

    def with_overlay(self, *items: Item, summary: str | None = None) -> Picture:
        """Return the picture with more items on top."""
        said = self.summary if summary is None else summary
        asking = self.asking + items if self.asking else ()
        return replace(self, overlay=self.overlay + items, summary=said, asking=asking)
