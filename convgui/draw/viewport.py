"""A large array seen through a window: pan, zoom, and only the visible part turned into colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.draw.picture import Box

AnyArray: TypeAlias = NDArray[Any]
MOST_ZOOM = 64.0
"""Screen pixels a cell at the most."""


@dataclass(frozen=True)
class Viewport:
    """Where an array of ``rows x columns`` cells lies on screen.

    Attributes
    ----------
    frame : tuple
        The box it is seen through.
    x, y : float
        Screen position of the array's first cell.
    across, down : float
        Width and height of a cell on screen; equal unless the array is a single row.
    """

    rows: int
    columns: int
    frame: Box
    x: float
    y: float
    across: float
    down: float

    @property
    def box(self) -> Box:
        """The whole array on screen, which may reach beyond the frame."""
        return (self.x, self.y, self.columns * self.across, self.rows * self.down)

    @property
    def clip(self) -> Box:
        """The part of the frame that the array covers."""
        x, y, width, height = self.box
        left, top = max(x, self.frame[0]), max(y, self.frame[1])
        right = min(x + width, self.frame[0] + self.frame[2])
        bottom = min(y + height, self.frame[1] + self.frame[3])
        return (left, top, max(0.0, right - left), max(0.0, bottom - top))

    def cell(self, row: float, column: float, high: float = 1, wide: float = 1) -> Box:
        """Return the box of a cell, or of `high` x `wide` cells that begin there."""
        return (self.x + column * self.across, self.y + row * self.down, wide * self.across, high * self.down)

    def visible(self) -> tuple[slice, slice]:
        """Rows and columns that the frame shows, whole cells."""
        left, top, width, height = self.clip
        if not (self.down > 0 and self.across > 0):
            # A frame without room shows nothing; what asks for a part of the array gets a cell of it.
            return slice(0, 1), slice(0, 1)
        first = (int((top - self.y) // self.down), int((left - self.x) // self.across))
        last = (-int(-(top + height - self.y) // self.down), -int(-(left + width - self.x) // self.across))
        rows = slice(max(0, first[0]), min(self.rows, max(last[0], first[0] + 1)))
        return rows, slice(max(0, first[1]), min(self.columns, max(last[1], first[1] + 1)))

    def frames(self, at: tuple[float, float]) -> bool:
        """Whether a point on screen lies in the frame."""
        left, top, width, height = self.frame
        return left <= at[0] <= left + width and top <= at[1] <= top + height

    @property
    def centre(self) -> tuple[float, float]:
        """The point of the array in the middle of the frame, as fractions of height and width."""
        left, top, width, height = self.frame
        x, y, wide, high = self.box
        if not (wide > 0 and high > 0):
            return 0.5, 0.5
        return ((top + height / 2 - y) / high, (left + width / 2 - x) / wide)

    def zoomed(self, zoom: float, at: tuple[float, float], factor: float) -> tuple[float, tuple[float, float]]:
        """Return zoom and centre after magnifying by `factor` around a point on screen; 1 fits the whole array."""
        if not (self.down > 0 and self.across > 0):
            return zoom, self.centre
        largest = max(1.0, zoom * MOST_ZOOM / self.across)
        wanted = min(max(zoom * factor, 1.0), largest)
        left, top, width, height = self.frame
        _, _, wide, high = self.box
        share = 1 - zoom / wanted
        centre = self.centre
        down = (at[1] - top - height / 2) / high * share
        across = (at[0] - left - width / 2) / wide * share
        return wanted, _inside((centre[0] + down, centre[1] + across))

    def moved(self, way: tuple[float, float]) -> tuple[float, float]:
        """Return the centre after dragging the array by pixels (x, y)."""
        _, _, wide, high = self.box
        if not (wide > 0 and high > 0):
            return self.centre
        return _inside((self.centre[0] - way[1] / high, self.centre[1] - way[0] / wide))


def _inside(centre: tuple[float, float]) -> tuple[float, float]:
    return (min(max(centre[0], 0.0), 1.0), min(max(centre[1], 0.0), 1.0))


def view_through(frame: Box, shape: tuple[int, int], centre: tuple[float, float], zoom: float) -> Viewport:
    """Fit an array into a frame, magnified by `zoom` around `centre` (fractions of height and width).

    The array is centred where it is smaller than the frame and fills the frame where it is larger.
    """
    rows, columns = shape
    left, top, width, height = frame
    fit = min(width / columns, height / rows) if rows > 1 else width / columns
    across = min(fit * zoom, max(MOST_ZOOM, fit))
    down = across if rows > 1 else min(height, 64.0)
    x = _placed(left, width, columns * across, centre[1])
    y = _placed(top, height, rows * down, centre[0])
    return Viewport(rows, columns, frame, x, y, across, down)


def _placed(start: float, room: float, size: float, centre: float) -> float:
    if size <= room:
        return start + (room - size) / 2
    return min(start, max(start + room - size, start + room / 2 - centre * size))


def mean_dtype(array: AnyArray) -> np.dtype[Any]:
    """Return the type that holds means of an array: float64 for what float32 would round."""
    wide = array.dtype.itemsize > (4 if array.dtype.kind == "f" else 2)
    return np.dtype(np.float64 if wide else np.float32)


def block_means(array: AnyArray, factor: int) -> AnyArray:
    """Average ``factor x factor`` blocks of the last two axes; cells left over at the far ends form smaller blocks.

    Returns `mean_dtype` of ``(..., ceil(rows / factor), ceil(columns / factor))``, or the array itself for factor 1.
    """
    if factor <= 1:
        return array
    rows, columns = array.shape[-2:]
    down, across = np.arange(0, rows, factor), np.arange(0, columns, factor)
    kind, complete = mean_dtype(array), rows // factor * factor
    # Rows that lie together are added ten times as fast as np.add.reduceat does; what it is left with is small.
    blocks = array[..., :complete, :].reshape(*array.shape[:-2], -1, factor, columns)
    bands = [blocks.sum(axis=-2, dtype=kind), array[..., complete:, :].sum(axis=-2, dtype=kind, keepdims=True)]
    sums = np.add.reduceat(np.concatenate(bands, axis=-2)[..., : len(down), :], across, axis=-1)
    counts = np.outer(np.diff(np.append(down, rows)), np.diff(np.append(across, columns)))
    return np.asarray(sums / counts, dtype=kind)


@dataclass(frozen=True, eq=False)
class Pyramid:
    """An array and its means over 2 x 2, 4 x 4 ... blocks, so that a small view of it costs little.

    Attributes
    ----------
    levels : tuple of ndarray
        ``(..., rows, columns)``, each half the size of the one before, rounded up.
    """

    levels: tuple[AnyArray, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the array itself."""
        rows, columns = self.levels[0].shape[-2:]
        return int(rows), int(columns)


ENOUGH = 0.7
"""Width in device pixels from which cells are drawn one by one; the painter blends what is left."""
STRIP = 1 << 17
"""Cells that are averaged at a time: they stay in the cache."""
SMALLEST_LEVEL = 400
"""Longest side at which halving stops: smaller than any view."""


def pyramid(array: AnyArray, cancel: Callable[[], bool] | None = None) -> Pyramid:
    """Build the pyramid of an array ``(..., rows, columns)``; 8-bit levels are rounded to 8 bits, for display.

    Stops early, with the levels there are, once `cancel` returns True.
    """
    levels = [array]
    while max(levels[-1].shape[-2:]) > SMALLEST_LEVEL:
        smaller = halved(levels[-1], cancel)
        if smaller is None:
            break
        levels.append(smaller)
    return Pyramid(tuple(levels))


def halved(array: AnyArray, cancel: Callable[[], bool] | None = None) -> AnyArray | None:
    """Average 2 x 2 blocks of the last two axes; a last odd row or column is averaged with itself.

    Some rows at a time, so that little more than the result is in memory at once; None once `cancel` returns True.
    """
    rows, columns = array.shape[-2:]
    kind = np.dtype(np.uint8) if array.dtype == np.uint8 else mean_dtype(array)
    half = np.empty((*array.shape[:-2], -(-rows // 2), -(-columns // 2)), kind)
    step = max(STRIP // max(columns, 1), 1) * 2
    for lead in np.ndindex(array.shape[:-2]):
        for first in range(0, rows, step):
            if cancel is not None and cancel():
                return None
            part = array[lead][first : first + step]
            half[lead][first // 2 : (first + len(part) + 1) // 2] = _halved(part)
    return half


def _halved(array: AnyArray) -> AnyArray:
    """Average blocks of some rows; four slices are added, which is twice as fast as a mean over reshaped blocks."""
    even = array
    for axis, n in enumerate(array.shape):
        # The last row and column of an odd number stand for those that are not there.
        even = np.concatenate([even, even.take([-1], axis)], axis) if n % 2 else even
    quarters = [even[rows::2, columns::2] for rows in (0, 1) for columns in (0, 1)]
    if array.dtype == np.uint8:
        total = np.full(quarters[0].shape, 2, dtype=np.uint16)
        for quarter in quarters:
            total += quarter
        return (total >> 2).astype(np.uint8)
    total = quarters[0].astype(mean_dtype(array))
    for quarter in quarters[1:]:
        total += quarter
    total *= total.dtype.type(0.25)
    return total


def seen(source: Pyramid, view: Viewport, pixels: float = 1.0) -> tuple[AnyArray, Box]:
    """Cut an array to what the frame shows, averaged where cells are clearly smaller than pixels.

    Parameters
    ----------
    pixels : float
        Device pixels in a pixel of the picture.

    Returns
    -------
    array, box
        What is left, and its place on screen, which may reach beyond the frame.
    """
    small = min(view.across, view.down) * pixels
    level = 0
    while level + 1 < len(source.levels) and small * 2**level < ENOUGH:
        level += 1
    factor = 2**level
    rows, columns = view.visible()
    part = source.levels[level][
        ..., rows.start // factor : -(-rows.stop // factor), columns.start // factor : -(-columns.stop // factor)
    ]
    corner = (rows.start // factor * factor, columns.start // factor * factor)
    return part, view.cell(*corner, part.shape[-2] * factor, part.shape[-1] * factor)
