"""The surface where a volume passes a level, as triangles: what a graphics card draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.control import stop_if
from convgui.draw.viewport import mean_dtype

Singles = NDArray[np.float32]
Indices = NDArray[np.uint32]
_CORNERS = np.array(list(np.ndindex(2, 2, 2)))
_EDGES = tuple(
    (a, b) for a in range(8) for b in range(a + 1, 8) if int(np.abs(_CORNERS[a] - _CORNERS[b]).sum()) == 1
)  # fmt: skip
"""The twelve edges of a cube as pairs of corners."""


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles.

    Attributes
    ----------
    points : ndarray
        float32 ``(N, 3)``: along depth, height and width, in units of the spacing, from the volume's first corner; the
        middle of a cell lies half a cell behind where it begins.
    faces : ndarray
        uint32 ``(M, 3)``: points of a triangle, counter-clockwise seen from outside where depth, height and width are a
        right-handed system.
    normals : ndarray
        float32 ``(N, 3)``: away from the inside, of length 1.
    """

    points: Singles
    faces: Indices
    normals: Singles


def joined_for(shape: Sequence[int], most: int) -> int:
    """Return how many cells a side must become one, so that at most `most` are left."""
    joined = 1
    while prod(ceil(n / joined) for n in shape) > most:
        joined += 1
    return joined


def means(values: NDArray[Any], joined: int, cancel: Callable[[], bool] | None = None) -> NDArray[Any]:
    """Return means of ``joined`` cells a side ``(D, H, W)``, in `mean_dtype`; at the far ends of what is left there.

    Raises
    ------
    Cancelled
        Soon after `cancel` begins to return True.
    """
    stop_if(cancel)
    kind = mean_dtype(values)
    if joined == 1:
        return np.asarray(values, dtype=kind)
    rows, columns = (np.arange(0, n, joined) for n in values.shape[1:])
    high, wide = (np.diff([*r, n]) for r, n in zip((rows, columns), values.shape[1:], strict=True))
    found = np.empty(tuple(ceil(n / joined) for n in values.shape), dtype=kind)
    for k in range(len(found)):
        stop_if(cancel)
        slab = values[k * joined : (k + 1) * joined]
        sums = slab.sum(axis=0, dtype=kind)
        sums = np.add.reduceat(np.add.reduceat(sums, rows, axis=0), columns, axis=1)
        found[k] = sums / (len(slab) * np.outer(high, wide))
    return found


def surface_nets(
    field: NDArray[Any], level: float, spacing: Sequence[float], cancel: Callable[[], bool] | None = None
) -> Mesh:
    """Return the surface that parts cells of at least `level` from those below.

    One point for each cube of eight neighbouring cells that the surface passes, in the middle of where it cuts the
    cube's edges; one pair of triangles for each pair of neighbouring cells that it parts. At the ends of the volume the
    surface is closed by the faces of the outermost cells. After Gibson, "Constrained elastic surface nets" (MICCAI
    1998), without the relaxation.

    Parameters
    ----------
    field : ndarray
        ``(D, H, W)``; what is missing (NaN) is outside, and the surface passes half way to it.
    spacing : sequence of float
        Size of a cell on each axis.

    Raises
    ------
    Cancelled
        Soon after `cancel` begins to return True.
    """
    # Heights above the surface are small where values are large, so that only now float32 holds them.
    above = np.subtract(field, level, dtype=mean_dtype(field))
    values = _framed(above.astype(np.float32, copy=False))
    inside = np.zeros(values.shape, dtype=np.bool_)
    inside[1:-1, 1:-1, 1:-1] = above >= 0
    stop_if(cancel)
    some = every = inside
    for axis in range(3):
        low, high = _pair(axis)
        some, every = some[low] | some[high], every[low] & every[high]
    passed = np.flatnonzero(some & ~every)
    stop_if(cancel)
    cubes = np.stack(np.unravel_index(passed, some.shape), axis=1)
    points = _crossings(values, inside, cubes, cancel)
    number = np.zeros(some.shape, dtype=np.uint32)
    number.reshape(-1)[passed] = np.arange(len(passed), dtype=np.uint32)
    faces = np.concatenate([_faces(inside, number, axis) for axis in range(3)])
    stop_if(cancel)
    # Cube (0, 0, 0) reaches from the middle of the frame's first cell to that of the volume's first.
    points = (points + cubes - np.float32(0.5)) * np.asarray(spacing, dtype=np.float32)
    return Mesh(np.ascontiguousarray(points, dtype=np.float32), faces, _normals(points, faces))


def _pair(axis: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return the cells that have a next one on an axis, and those next ones."""
    low, high = [slice(None)] * 3, [slice(None)] * 3
    low[axis], high[axis] = slice(None, -1), slice(1, None)
    return tuple(low), tuple(high)


def _framed(above: Singles) -> Singles:
    """Add a cell on every side, as far below the surface as its neighbour is above it: the faces lie half way."""
    framed = above[np.ix_(*((0, *range(n), n - 1) for n in above.shape))]
    for axis in range(3):
        ends = np.moveaxis(framed, axis, 0)
        for end in (0, -1):
            ends[end] = np.minimum(ends[end], -ends[end])
    return framed


def _crossings(
    values: Singles,
    inside: NDArray[np.bool_],
    cubes: NDArray[np.int64],
    cancel: Callable[[], bool] | None,
) -> Singles:
    """Return the mean position ``(N, 3)``, in a cube of side 1, of where the surface cuts the edges of each cube."""
    first = np.ravel_multi_index(tuple(cubes.T), values.shape)
    steps = _CORNERS @ np.array([values.shape[1] * values.shape[2], values.shape[2], 1])
    height = [values.reshape(-1)[first + step] for step in steps]
    within = [inside.reshape(-1)[first + step] for step in steps]
    total, count = np.zeros((len(cubes), 3), dtype=np.float32), np.zeros(len(cubes), dtype=np.float32)
    for a, b in _EDGES:
        stop_if(cancel)
        cut = within[a] != within[b]
        rise = height[b] - height[a]
        sloped = cut & np.isfinite(rise) & (rise != 0)
        share = np.divide(-height[a], rise, out=np.full(len(cubes), 0.5, dtype=np.float32), where=sloped)
        share = np.clip(share, 0, 1)
        for axis in range(3):
            start, end = int(_CORNERS[a][axis]), int(_CORNERS[b][axis])
            total[:, axis] += cut * (share if start != end else np.float32(start))
        count += cut
    return np.asarray(total / np.maximum(count, 1)[:, None], dtype=np.float32)


def _faces(inside: NDArray[np.bool_], number: Indices, axis: int) -> Indices:
    """Return two triangles for each pair of neighbours on an axis that the surface parts."""
    low, high = _pair(axis)
    begins = np.argwhere(inside[low] != inside[high])
    second, third = (axis + 1) % 3, (axis + 2) % 3
    corners = []
    for back, aside in ((1, 1), (0, 1), (0, 0), (1, 0)):
        cube = begins.copy()
        cube[:, second] -= back
        cube[:, third] -= aside
        corners.append(number[tuple(cube.T)])
    a, b, c, d = corners
    quads = np.stack([a, b, c, a, c, d], axis=1)
    # Solid before the gap: outside is where the axis goes, and the corners run counter-clockwise seen from there.
    away = inside[low][tuple(begins.T)]
    return np.where(away[:, None], quads, quads[:, ::-1]).reshape(-1, 3).astype(np.uint32)


def _normals(points: Singles, faces: Indices) -> Singles:
    """Return the directions of the triangles around each point, weighted by their areas."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    total = np.empty_like(points)
    for axis in range(3):
        weights = np.repeat(across[:, axis], 3)
        total[:, axis] = np.bincount(faces.reshape(-1), weights=weights, minlength=len(points))
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.ascontiguousarray(total / np.maximum(length, np.float32(1e-12)), dtype=np.float32)
