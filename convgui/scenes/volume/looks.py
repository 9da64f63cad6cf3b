"""Volumes as 8 bits, laid out to be seen from every side: what the projections and the surface are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core import Cancelled
from convgui.draw.levels import Levels, sampled
from convgui.draw.shear_warp import Brick, brick
from convgui.draw.surface import otsu
from convgui.scenes.scene import Cancel

LONGEST = 256
"""Cells a side at most; of a longer volume, cells are joined."""
HEAVY = 2_000_000
"""From so many cells on, a coarser copy is drawn while the volume is being turned."""
TINY, COARSE, PARTS = 40, 120, 96
"""Up to TINY cells a side each is drawn as a cube of its own, PARTS of them a side at least; up to COARSE a surface is
interpolated between cells."""
FULL = 127
"""The largest value of a signed scale."""


@dataclass(frozen=True, eq=False)
class Look:
    """One side's volume, ready to be drawn.

    Attributes
    ----------
    fine, coarse : Brick
        At rest, and while it is turned; the same where that is fast enough.
    solid, solid_coarse : Brick or None
        255 where a surface's inside is.
    joined : int
        Cells a side of the volume that are one in `fine`.
    parts : int
        Cells a side of `fine` that are one in the volume.
    signed : bool
        Whether values have a sign; then ``maximum`` and ``surface`` hold ``2 |v| + (v > 0)`` and ``alpha`` holds v.
    threshold : float
        Where the surface lies, on the scale of the volume.
    """

    fine: Brick
    coarse: Brick
    solid: Brick | None
    solid_coarse: Brick | None
    joined: int
    parts: int
    signed: bool
    threshold: float = 0.0

    @property
    def ratio(self) -> int:
        """Cells a side of `fine` that are one in `coarse`."""
        return 1 if self.coarse is self.fine else 2


def look(values: NDArray[Any], levels: Levels, kind: str, threshold: str, cancel: Cancel | None) -> Look:
    """Prepare a volume ``(D, H, W)``.

    Parameters
    ----------
    kind : str
        ``"maximum"``, ``"alpha"`` or ``"surface"``.
    threshold : str
        ``"auto"`` (Otsu's), or a percentage of the scale.
    """
    longest = max(values.shape)
    joined, parts = ceil(longest / LONGEST), 1
    if kind == "surface" and TINY < longest <= COARSE:
        values, parts = _interpolated(values), 2
    codes = _codes(values, levels, kind, joined, cancel)
    if longest <= TINY:
        parts = ceil(PARTS / longest)
        codes = codes.repeat(parts, axis=0).repeat(parts, axis=1).repeat(parts, axis=2)
    heavy = kind != "maximum" and codes.size > HEAVY
    fine = brick(codes)
    small = _halved(codes, kind) if heavy else codes
    coarse = brick(small) if heavy else fine
    if kind != "surface":
        return Look(fine, coarse, None, None, joined, parts, levels.signed)
    level = _level(codes, levels.signed, threshold)
    _check(cancel)
    solid = brick(_inside(codes, level))
    solid_coarse = brick(_inside(small, level)) if heavy else solid
    return Look(fine, coarse, solid, solid_coarse, joined, parts, levels.signed, _value(level, levels))


def threshold_value(values: NDArray[Any], levels: Levels, threshold: str) -> float:
    """Return where a surface through `values` lies, on the scale of the volume: as in `look`, which joins cells."""
    return _value(_level(_scaled(sampled(values), levels, "surface"), levels.signed, threshold), levels)


def _value(level: int, levels: Levels) -> float:
    span = levels.high if levels.signed else levels.high - levels.low
    return level / 255 * span + (0.0 if levels.signed else levels.low)


def _interpolated(values: NDArray[Any]) -> NDArray[Any]:
    """Return two values for each cell and axis, linear between the middles of cells."""
    found = values.astype(np.float32)
    for axis in range(3):
        cells = np.moveaxis(found, axis, 0)
        doubled = np.empty((2 * len(cells), *cells.shape[1:]), dtype=np.float32)
        np.multiply(cells, np.float32(0.75), out=doubled[::2])
        doubled[1::2] = doubled[::2]
        quarter = cells * np.float32(0.25)
        doubled[2::2] += quarter[:-1]
        doubled[1:-1:2] += quarter[1:]
        # Beyond the ends the last cell goes on.
        doubled[0] += quarter[0]
        doubled[-1] += quarter[-1]
        found = np.moveaxis(doubled, 0, axis)
    return found


def _check(cancel: Cancel | None) -> None:
    if cancel is not None and cancel():
        raise Cancelled


def _inside(codes: NDArray[Any], level: int) -> NDArray[Any]:
    return np.multiply(codes >= level, np.uint8(255), dtype=np.uint8)


def _level(codes: NDArray[Any], signed: bool, threshold: str) -> int:
    """Return the code, 1 to 255, from which on a cell is inside."""
    if threshold != "auto":
        return min(max(round(255 * float(threshold) / 100), 1), 255)
    counts = np.bincount(sampled(codes), minlength=256)
    if signed:
        counts = np.repeat(counts.reshape(128, 2).sum(axis=1), 2) * np.tile([1, 0], 128)
    return otsu(counts)


def _codes(values: NDArray[Any], levels: Levels, kind: str, joined: int, cancel: Cancel | None) -> NDArray[Any]:
    """Bring values to 8 bits, a few slices at a time; of joined cells the strongest is kept, or their mean."""
    shape = tuple(ceil(n / joined) for n in values.shape)
    kept = np.int8 if levels.signed and kind == "alpha" else np.uint8
    codes = np.empty(shape, dtype=kept)
    for k in range(shape[0]):
        _check(cancel)
        coded = _scaled(values[k * joined : (k + 1) * joined], levels, kind)
        codes[k] = coded[0] if joined == 1 else _joined(coded, joined, kind)
    return codes


def _scaled(slab: NDArray[Any], levels: Levels, kind: str) -> NDArray[Any]:
    """Bring values to 8 bits; what is missing is as empty as the lowest value, or as 0 where there are signs."""
    if not levels.signed:
        return levels.entries(slab)
    step = FULL / levels.high if levels.high > 0 else 0.0
    scaled = np.nan_to_num(slab.astype(levels.dtype(slab)) * step, copy=False, nan=0.0)
    whole: NDArray[Any] = np.asarray(np.clip(np.rint(scaled), -FULL, FULL), dtype=np.int8)
    if kind == "alpha":
        return whole
    # The sign in the lowest bit: the largest code is the strongest value, whatever its sign.
    folded: NDArray[Any] = np.asarray(np.abs(whole), dtype=np.uint8)
    folded <<= 1
    folded += whole > 0
    return folded


def _joined(slab: NDArray[Any], joined: int, kind: str) -> NDArray[Any]:
    rows, columns = (np.arange(0, n, joined) for n in slab.shape[1:])
    if kind != "alpha":
        tallest = np.maximum.reduceat(np.maximum.reduceat(slab.max(axis=0), rows, axis=0), columns, axis=1)
        return np.asarray(tallest)
    sums = np.add.reduceat(np.add.reduceat(slab.sum(axis=0, dtype=np.float32), rows, axis=0), columns, axis=1)
    high, wide = (np.diff([*r, n]) for r, n in zip((rows, columns), slab.shape[1:], strict=True))
    return np.asarray(np.rint(sums / (len(slab) * np.outer(high, wide)))).astype(slab.dtype)


def _halved(codes: NDArray[Any], kind: str) -> NDArray[Any]:
    """Return a copy of half as many cells a side: means for looking through, every second cell for a surface."""
    if kind == "surface":
        return np.asarray(codes[::2, ::2, ::2])
    d, h, w = (n // 2 * 2 for n in codes.shape)
    total = np.zeros((d // 2, h // 2, w // 2), dtype=np.int16)
    for corner in np.ndindex(2, 2, 2):
        i, j, k = corner
        total += codes[i:d:2, j:h:2, k:w:2]
    return np.asarray(total >> 3).astype(codes.dtype)
