"""The surface where a volume passes a threshold, lit from the reader's upper left; no OpenGL."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes
from convgui.draw.pose import Pose
from convgui.draw.shear_warp import OTHERS, Brick, Ints, Shear

Singles = NDArray[np.float32]
LIGHT = np.array([-0.42, -0.58, -0.70], dtype=np.float32) / np.float32(np.sqrt(0.42**2 + 0.58**2 + 0.70**2))
AMBIENT, DIFFUSE, SHINE, GLOSS = 0.30, 0.66, 0.16, 24.0
FAR = 0.28
"""How much darker the farthest part of a surface is than the nearest."""


def otsu(counts: NDArray[Any]) -> int:
    """Return the level, 1 to 255, that parts a histogram of 256 levels into two groups as unlike as they can be.

    Otsu, "A threshold selection method from gray-level histograms" (IEEE Trans. SMC 9, 1979): the between-class
    variance is largest. Levels from the returned one up belong to the upper group.
    """
    share = counts / max(1, counts.sum())
    below = np.cumsum(share)[:-1]
    mean = np.cumsum(share * np.arange(256))
    total, mean = float(mean[-1]), mean[:-1]
    weight = below * (1 - below)
    between = np.divide((total * below - mean) ** 2, weight, out=np.zeros(255), where=weight > 1e-12)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return int(best[len(best) // 2]) + 1


def hit_positions(hits: Ints, way: Shear) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Return pixel rows and columns of rays that hit, and the slice, row and column of the cells they hit."""
    y, x = np.nonzero(hits >= 0)
    k = hits[y, x]
    return y, x, k, y - way.offsets[k, 0], x - way.offsets[k, 1]


def lit(field: Brick, way: Shear, pose: Pose, hits: Ints, reach: int = 1) -> tuple[Singles, Singles]:
    """Light the cells that rays hit, by the gradient of the field there.

    Parameters
    ----------
    field : Brick
        uint8; what is solid is larger than what is not.
    hits : ndarray
        From `first_hits`.
    reach : int
        Cells from which the gradient is taken to both sides.

    Returns
    -------
    brightness, gloss : ndarray
        float32 ``way.shape``: 0 to about 1; 0 where nothing is hit.
    """
    y, x, k, i, j = hit_positions(hits, way)
    values = field.across[way.axis]
    axes = (way.axis, *OTHERS[way.axis])
    # Lengths in pixels turn into directions on the picture by the inverse transpose.
    to_picture = np.linalg.inv(pose.axes).T[:, axes].astype(np.float32)
    slopes = [_slope(values, (k, i, j), axis, reach) for axis in range(3)]
    raw = np.zeros((*way.shape, 4), dtype=np.float32)
    raw[y, x, :3] = -np.stack(slopes, axis=1) @ to_picture.T
    raw[y, x, 3] = 1
    smooth = _softened(raw)[y, x]
    normal = smooth[:, :3]
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
    # A gradient may point away where a wall is thin; its other side is what is seen.
    normal = np.where(normal[:, 2:] > 0, -normal, normal)
    towards = np.clip(normal @ LIGHT, 0, 1)
    half = LIGHT + np.array([0, 0, -1], dtype=np.float32)
    half /= np.linalg.norm(half)
    distance = np.stack([k, i, j], axis=1).astype(np.float32) @ pose.axes[2, axes].astype(np.float32)
    span = float(np.ptp(distance)) if distance.size else 0.0
    near = 1 - FAR * (distance - distance.min()) / span if span else np.ones_like(towards)
    brightness, gloss = np.zeros((2, *way.shape), dtype=np.float32)
    brightness[y, x] = (AMBIENT + DIFFUSE * towards) * near
    gloss[y, x] = SHINE * np.clip(normal @ half, 0, 1) ** GLOSS * near
    return brightness, gloss


def _slope(values: NDArray[Any], cell: tuple[Ints, Ints, Ints], axis: int, reach: int) -> Singles:
    """Return differences along one axis to both sides, by `reach` cells and by twice as many, added."""
    flat, last = values.reshape(-1), values.shape[axis] - 1
    apart = int(np.prod(values.shape[axis + 1 :]))
    base = (cell[0] * values.shape[1] + cell[1]) * values.shape[2] + cell[2] - cell[axis] * apart
    total = np.zeros(len(base), dtype=np.int16)
    for way in (reach, 2 * reach):
        total += flat[base + np.minimum(cell[axis] + way, last) * apart]
        total -= flat[base + np.maximum(cell[axis] - way, 0) * apart]
    return total.astype(np.float32)


def _softened(image: Singles) -> Singles:
    """Add each pixel's eight neighbours to it."""
    rows = image.copy()
    rows[1:] += image[:-1]
    rows[:-1] += image[1:]
    found = rows.copy()
    found[:, 1:] += rows[:, :-1]
    found[:, :-1] += rows[:, 1:]
    return found


def painted(brightness: Singles, gloss: Singles, hue: NDArray[Any]) -> Bytes:
    """Colour a lit surface: RGBA, transparent where nothing is hit.

    Parameters
    ----------
    hue : ndarray
        RGB 0 to 255, ``(3,)`` or ``(rows, columns, 3)``.
    """
    image = np.empty((*brightness.shape, 4), dtype=np.uint8)
    shade = np.asarray(hue, dtype=np.float32) * brightness[..., None] + 255 * gloss[..., None]
    image[..., :3] = np.clip(shade, 0, 255)
    image[..., 3] = np.where(brightness > 0, 255, 0)
    return image
