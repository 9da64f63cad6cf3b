"""Volumes of a body: which way the axes of a file lie, and how they are turned to the one order that convgui shows.

Loaded volumes run from feet to head, from front to back and from the patient's right to the left: an axial slice then
stands as a radiologist reads it, face up and the patient's left at the right. These are DICOM's axes x (to the left), y
(to the back) and z (to the head) in the order ``[z, y, x]``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import permutations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.files.raw import MAP_ABOVE
from convgui.files.source import Source
from convgui.model.axis_selection import AxisSelection
from convgui.model.sample import LARGEST_CELL, Sample, is_length
from convgui.words import mark, tr

LETTERS = (("R", "L"), ("A", "P"), ("I", "S"))
"""The ends of DICOM's axes x, y and z."""
STRAIGHT = 1.0
"""Degrees up to which a volume counts as lying straight."""
SINGULAR = 1e-4
"""Volume of the cell of unit steps below which they lie in one plane."""
UNKNOWN = mark("It does not say which way it lies, so its axes stand as they are stored.")


class Oriented(NamedTuple):
    """A volume in the order that is shown."""

    data: NDArray[Any]
    """A view, ``(C, D, H, W)``."""
    spacing: tuple[float, ...]
    directions: tuple[tuple[str, str], ...]
    note: str
    affine: NDArray[np.float64] | None = None
    """``(3, spatial axes + 1)``: from a cell's position to millimetres along DICOM's x, y and z."""


def orient(data: NDArray[Any], steps: NDArray[np.float64], origin: NDArray[np.float64] | None = None) -> Oriented:
    """Turn ``(C, *spatial)`` to the order that is shown, by views alone.

    Parameters
    ----------
    data : ndarray
        Channels and three spatial axes in any order.
    steps : ndarray
        ``(3, 3)``; column ``a`` is the step in millimetres along DICOM's x, y and z from a cell to the next on spatial
        axis ``a`` of `data`.

    Returns
    -------
    Oriented
        The axes are the nearest ones where the volume lies oblique, and as stored where the steps span no volume; the
        note says so.
    """
    if not all(map(is_length, np.abs(steps).max(axis=0))):
        return Oriented(data, _usable(steps), (), tr("Its orientation is damaged. {unknown}", unknown=tr(UNKNOWN)))
    lengths = np.linalg.norm(steps, axis=0)
    unit = steps / lengths
    if abs(np.linalg.det(unit)) < SINGULAR:
        return Oriented(
            data,
            _usable(steps),
            (),
            tr("Its orientation is singular (two axes coincide). {unknown}", unknown=tr(UNKNOWN)),
        )
    # The assignment of body axes to array axes whose steps agree best; greedy choices can take one axis twice.
    order = max(permutations(range(3)), key=lambda p: sum(abs(unit[world, axis]) for world, axis in enumerate(p)))
    along = [unit[world, axis] for world, axis in enumerate(order)]
    oriented = data.transpose(0, *(1 + axis for axis in reversed(order)))
    flips = tuple(slice(None, None, -1 if cosine < 0 else 1) for cosine in reversed(along))
    spacing = tuple(float(lengths[axis]) for axis in reversed(order))
    angle = float(np.degrees(np.arccos(min(1.0, min(abs(cosine) for cosine in along)))))
    note = ""
    if angle > STRAIGHT:
        note = tr("It lies oblique, up to {angle:.0f}° from the body's axes; the nearest axes were taken.", angle=angle)
    affine = None
    if origin is not None and np.isfinite(origin).all():
        turned = list(reversed(order))
        signs = [-1.0 if cosine < 0 else 1.0 for cosine in reversed(along)]
        last = [oriented.shape[1 + at] - 1 if sign < 0 else 0 for at, sign in enumerate(signs)]
        first = origin + steps[:, turned] @ np.array(last, np.float64)
        affine = np.column_stack([steps[:, turned] * signs, first])
    return Oriented(oriented[(slice(None), *flips)], spacing, tuple(reversed(LETTERS)), note, affine)


def letters(step: NDArray[np.float64]) -> tuple[str, str]:
    """Return the letters at the two ends of an axis that runs along `step` in DICOM's x, y, z."""
    world = int(np.argmax(np.abs(step)))
    first, last = LETTERS[world]
    return (first, last) if step[world] > 0 else (last, first)


def without_thin_axis(oriented: Oriented) -> Oriented:
    """Make a picture of a volume that is one slice thin; the head is then up."""
    sides = oriented.data.shape[1:]
    if 1 not in sides:
        return oriented
    thin = sides.index(1)
    kept = [axis for axis in range(3) if axis != thin]
    data = oriented.data[(slice(None),) * (1 + thin) + (0,)]
    directions = tuple(oriented.directions[axis] for axis in kept) if oriented.directions else ()
    affine = None if oriented.affine is None else oriented.affine[:, [*kept, 3]]
    if directions and directions[0] == ("I", "S"):
        if affine is not None:
            affine = np.column_stack([-affine[:, 0], affine[:, 1], affine[:, 2] + (data.shape[1] - 1) * affine[:, 0]])
        data, directions = data[:, ::-1], (("S", "I"), directions[1])
    return Oriented(data, tuple(oriented.spacing[axis] for axis in kept), directions, oriented.note, affine)


def _usable(steps: NDArray[np.float64]) -> tuple[float, ...]:
    """Return the lengths of the steps, or 1 where one has none."""
    lengths = tuple(math.hypot(*step) for step in steps.T)
    return lengths if all(map(is_length, lengths)) else (1.0, 1.0, 1.0)


def as_sample(
    source: Source,
    oriented: Oriented,
    *,
    channels: tuple[str, ...] = (),
    nonfinite: int = 0,
    notes: Iterable[str] = (),
    units: tuple[str, ...] = (),
    axis_selection: AxisSelection | None = None,
    inverted: bool = False,
) -> Sample:
    """Gather what is known of a volume; its channels are numbered where they have no names."""
    # Strides against the grain make every pass over the data slow; what is mapped stays mapped all the same.
    data = np.ascontiguousarray(oriented.data) if oriented.data.nbytes <= MAP_ABOVE else oriented.data
    if not all(map(is_length, oriented.spacing)):
        said = tr("Its header gives cells a size that is no length, so that they count as 1.")
        notes, units = (*notes, said), ("px",) * len(oriented.spacing)
        oriented = oriented._replace(spacing=(1.0,) * len(oriented.spacing), affine=None)
    elif oriented.affine is not None and not (np.abs(oriented.affine) <= LARGEST_CELL).all():
        oriented = oriented._replace(affine=None)
    return Sample(
        data,
        source.name,
        str(source.path) if source.path is not None else "",
        channels or tuple(str(c) for c in range(len(data))),
        oriented.spacing,
        nonfinite,
        " ".join(part for part in (*notes, oriented.note) if part),
        units,
        oriented.directions,
        affine=() if oriented.affine is None else tuple(tuple(float(n) for n in row) for row in oriented.affine),
        axis_selection=axis_selection,
        inverted=inverted,
    )
