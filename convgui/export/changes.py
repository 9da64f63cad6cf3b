"""What animated formats share: what of a frame differs from the one before, and how long it stays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes

Packed = NDArray[np.uint32]


def changed_box(different: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return top, bottom, left, right around everything that is True; one cell where nothing is."""
    rows, columns = np.flatnonzero(different.any(axis=1)), np.flatnonzero(different.any(axis=0))
    if not rows.size:
        return 0, 1, 0, 1
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


@dataclass(frozen=True, eq=False)
class Patch:
    """What has to be drawn over the frame before to have the next one.

    Attributes
    ----------
    pixels : ndarray
        uint8 ``(rows, columns, 4)``.
    top, left : int
        Where they belong.
    over : bool
        Whether they are blended over what stands there, clear where nothing changes; otherwise they replace it.
    """

    pixels: Bytes
    top: int
    left: int
    over: bool


class Changes:
    """Finds what changes from frame to frame; only the frame before is kept.

    Parameters
    ----------
    grid : int
        Of which a patch's first row and column are multiples.
    """

    def __init__(self, grid: int = 1) -> None:
        self._grid = grid
        self._before: Packed | None = None

    def next(self, pixels: Bytes) -> Patch:
        """Return the patch for the next frame, uint8 ``(rows, columns, 3 or 4)``; decoded, it is exactly that frame.

        Only an opaque pixel takes the place of another when it is blended. A frame in which something becomes clear,
        or half so, replaces what stands there.
        """
        frame = _packed(pixels)
        before, self._before = self._before, frame
        if before is None:
            return Patch(_bytes(frame), 0, 0, over=False)
        different = frame != before
        top, bottom, left, right = changed_box(different)
        top, left = top // self._grid * self._grid, left // self._grid * self._grid
        part, new = frame[top:bottom, left:right], different[top:bottom, left:right]
        over = bool((_bytes(part)[..., 3][new] == 255).all())
        return Patch(_bytes(np.where(new, part, np.uint32(0)) if over else part), top, left, over)


def _packed(pixels: Bytes) -> Packed:
    """Return the pixels as one number each, opaque where nothing is said of opacity."""
    rgba = np.empty((*pixels.shape[:2], 4), dtype=np.uint8)
    rgba[..., : pixels.shape[2]] = pixels
    if pixels.shape[2] == 3:
        rgba[..., 3] = 255
    return rgba.view(np.uint32)[..., 0]


def _bytes(packed: Packed) -> Bytes:
    pixels = np.ascontiguousarray(packed)
    return pixels.view(np.uint8).reshape(*pixels.shape, 4)


class Clock:
    """From seconds to whole units of a format, rounded so that no error adds up.

    Parameters
    ----------
    unit : int
        Units of a second.
    least, most : int
        What the format (or its players) can do.
    """

    def __init__(self, unit: int, least: int, most: int) -> None:
        self._unit, self._least, self._most = unit, least, most
        self._now, self._told = 0.0, 0

    def units(self, seconds: float) -> int:
        """Return the units of the next frame, which stays for `seconds`."""
        self._now += seconds
        until = max(round(self._now * self._unit), self._told + self._least)
        count, self._told = min(until - self._told, self._most), until
        return count
