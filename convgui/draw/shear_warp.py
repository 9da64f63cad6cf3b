"""Volumes seen from any side without OpenGL: each slice is shifted to its place, and one image is warped at the end.

The slices lie across the axis that points most towards the reader; seen along a ray, each is the one before it moved
by less than a cell. So one `numpy.maximum` a slice, at whole offsets, projects a volume, and the painter's affine map
does the rest. After Lacroute and Levoy, "Fast volume rendering using a shear-warp factorization of the viewing
transformation" (SIGGRAPH 1994).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes
from convgui.draw.picture import Affine
from convgui.draw.pose import Pose

Ints = NDArray[np.int64]
Singles = NDArray[np.float32]
OTHERS = ((1, 2), (0, 2), (0, 1))
"""For each axis the two others: rows and columns of a slice across it."""
CHUNK = 255
"""Slices that 8 bits can tell apart."""


@dataclass(frozen=True, eq=False)
class Brick:
    """A volume of 8 bits, laid out in memory for slices across each axis.

    Attributes
    ----------
    across : tuple of ndarray
        uint8 or int8, for each axis ``(slices, rows, columns)``, contiguous.
    bounds : tuple of ndarray
        For each axis ``(slices, 4)``: first and last row (exclusive), first and last column of what is not 0.
    """

    across: tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
    bounds: tuple[Ints, Ints, Ints]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Depth, height, width."""
        d, h, w = self.across[0].shape
        return int(d), int(h), int(w)

    @property
    def work(self) -> int:
        """Cells that a projection visits at most."""
        areas = [((b[:, 1] - b[:, 0]) * (b[:, 3] - b[:, 2])).sum() for b in self.bounds]
        return int(max(areas))


def brick(values: NDArray[Any]) -> Brick:
    """Lay out uint8 or int8 ``(depth, height, width)`` for every direction of sight; takes three times its memory."""
    first, second, third = (np.ascontiguousarray(np.moveaxis(values, axis, 0)) for axis in range(3))
    return Brick((first, second, third), (_bounds(first), _bounds(second), _bounds(third)))


def _bounds(slices: NDArray[Any]) -> Ints:
    found = np.zeros((len(slices), 4), dtype=np.int64)
    for axis, column in ((2, 0), (1, 2)):
        some = np.any(slices != 0, axis=axis)
        any_at_all = np.any(some, axis=1)
        found[:, column] = np.where(any_at_all, some.argmax(axis=1), 0)
        found[:, column + 1] = np.where(any_at_all, some.shape[1] - some[:, ::-1].argmax(axis=1), 0)
    return found


@dataclass(frozen=True, eq=False)
class Shear:
    """The way from slices to a picture.

    Attributes
    ----------
    axis : int
        The slices lie across this axis.
    forward : bool
        Whether the first slice is the nearest.
    offsets : ndarray
        ``(slices, 2)``: row and column of the sheared image where each slice begins.
    shape : tuple of int
        Rows and columns of the sheared image.
    matrix : tuple of float
        Where the sheared image lies on the picture, as in `Warped`.
    """

    axis: int
    forward: bool
    offsets: Ints
    shape: tuple[int, int]
    matrix: Affine


def shear(pose: Pose) -> Shear:
    """Choose the axis that the ray follows most, and place its slices."""
    ray = pose.ray
    axis = int(np.argmax(np.abs(ray)))
    rows, columns = OTHERS[axis]
    slices = pose.shape[axis]
    slope = np.array([ray[rows], ray[columns]]) / ray[axis]
    exact = -(np.arange(slices) + 0.5 - slices / 2)[:, None] * slope[None, :]
    offsets = np.rint(exact - exact.min(axis=0)).astype(np.int64)
    sides = (pose.shape[rows], pose.shape[columns])
    begin = exact.min(axis=0) - np.array(sides) / 2
    down, right = pose.axes[:2, rows], pose.axes[:2, columns]
    corner = np.array(pose.centre) + down * begin[0] + right * begin[1]
    matrix = (*right.tolist(), *down.tolist(), *corner.tolist())
    height, width = (side + int(most) for side, most in zip(sides, offsets.max(axis=0), strict=True))
    return Shear(axis, bool(ray[axis] > 0), offsets, (height, width), matrix)


def maximum(volume: Brick, way: Shear) -> Bytes:
    """Project a volume of uint8: the largest value along each ray, as an image ``way.shape`` for ``way.matrix``."""
    image = np.zeros(way.shape, dtype=np.uint8)
    for values, position in _slices(volume, way):
        part = image[position]
        np.maximum(part, values, out=part)
    return image


def _slices(volume: Brick, way: Shear) -> list[tuple[NDArray[Any], tuple[slice, slice]]]:
    """Return what is not empty of each slice, and its place in the sheared image; the farthest first."""
    found = []
    values, bounds = volume.across[way.axis], volume.bounds[way.axis].tolist()
    offsets = way.offsets.tolist()
    order = range(len(values) - 1, -1, -1) if way.forward else range(len(values))
    for k in order:
        top, bottom, left, right = bounds[k]
        if bottom > top:
            down, across = offsets[k]
            position = (slice(down + top, down + bottom), slice(across + left, across + right))
            found.append((values[k, top:bottom, left:right], position))
    return found


def composite(volume: Brick, way: Shear, opacity: float) -> Singles:
    """Look through a volume that shines as brightly as it is opaque (emission and absorption, the farthest first).

    Parameters
    ----------
    volume : Brick
        uint8, or int8 for signed values; a cell of value v is opaque to ``opacity * |v|``, between 0 and 1.

    Returns
    -------
    ndarray
        float32 ``way.shape``: what is seen along each ray, on the scale of the values.
    """
    image = np.zeros(way.shape, dtype=np.float32)
    room = np.empty((2, *volume.across[way.axis].shape[1:]), dtype=np.float32)
    signed = volume.across[0].dtype == np.int8
    share = np.float32(opacity)
    for values, position in _slices(volume, way):
        part = image[position]
        rows, columns = values.shape
        light, change = room[0, :rows, :columns], room[1, :rows, :columns]
        light[...] = values
        np.subtract(light, part, out=change)
        if signed:
            np.abs(light, out=light)
        light *= share
        change *= light
        part += change
    return image


def first_hits(solid: Brick, way: Shear) -> Ints:
    """Find the nearest slice that each ray meets.

    Parameters
    ----------
    solid : Brick
        uint8, 255 where the volume is solid and 0 elsewhere.

    Returns
    -------
    ndarray
        int64 ``way.shape``: the index of the slice across ``way.axis``, -1 where the ray meets none.
    """
    slices = solid.across[way.axis]
    count = len(slices)
    bounds, offsets = solid.bounds[way.axis].tolist(), way.offsets.tolist()
    found: Ints = np.full(way.shape, -1, dtype=np.int64)
    room = np.empty(slices.shape[1:], dtype=np.uint8)
    for start in range(0, count, CHUNK):
        image = np.zeros(way.shape, dtype=np.uint8)
        stop = min(start + CHUNK, count)
        for order in range(start, stop):
            k = order if way.forward else count - 1 - order
            top, bottom, left, right = bounds[k]
            if bottom > top:
                down, across = offsets[k]
                part = image[down + top : down + bottom, across + left : across + right]
                coded = room[: bottom - top, : right - left]
                # The nearer the slice, the larger its number: the largest along a ray is the first.
                np.minimum(slices[k, top:bottom, left:right], np.uint8(stop - order), out=coded)
                np.maximum(part, coded, out=part)
        order_of = stop - image.astype(np.int64)
        fresh = (image > 0) & (found < 0)
        found[fresh] = order_of[fresh] if way.forward else count - 1 - order_of[fresh]
    return found
