"""How a volume stands on a picture: its axes as vectors in pixels, turned by two angles.

Picture space has x to the right, y down and z away from the reader. A volume's axes are depth, height and width; a cell
is as long on each as its spacing says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.draw.picture import Box

Matrix = NDArray[np.float64]
Directions: TypeAlias = Sequence[tuple[str, str]]
_BODY = {
    "L": (1.0, 0.0, 0.0), "R": (-1.0, 0.0, 0.0), "S": (0.0, -1.0, 0.0),
    "I": (0.0, 1.0, 0.0), "A": (0.0, 0.0, -1.0), "P": (0.0, 0.0, 1.0),
}  # fmt: skip
_PLAIN = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
STEEPEST = 90.0
"""Degrees that a volume can be turned towards the reader."""


def upright(directions: Directions = ()) -> Matrix:
    """Return the directions ``(3 of the picture, 3 axes)`` in which the axes run before any turning.

    A patient stands upright and faces the reader, so that the right hand is on the left of the picture, as
    radiologists draw it. Without known directions width runs to the right, height down and depth away.
    """
    rows = [_BODY[end] for _, end in directions if end in _BODY]
    complete = len(rows) == 3 and np.linalg.matrix_rank(np.array(rows)) == 3
    return np.array(rows if complete else _PLAIN).T


def turned(turn: tuple[float, float]) -> Matrix:
    """Return the rotation that turns a volume about its upright axis, and then its top towards the reader (degrees)."""
    a, e = np.radians(turn)
    about = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    over = np.array([[1, 0, 0], [0, np.cos(e), -np.sin(e)], [0, np.sin(e), np.cos(e)]])
    return np.asarray(over @ about, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Pose:
    """A volume's position on a picture.

    Attributes
    ----------
    axes : ndarray
        ``(3, 3)``: in column a, how far one cell on axis a reaches in x, y and z, in pixels.
    centre : tuple of float
        Where the middle of the volume lies.
    """

    shape: tuple[int, int, int]
    axes: Matrix
    centre: tuple[float, float]

    def points(self, positions: Matrix) -> Matrix:
        """Return x, y and z ``(N, 3)`` of positions ``(N, 3)`` in cells; a cell's middle is at index + 0.5."""
        away = np.asarray(positions, dtype=float) - np.array(self.shape) / 2
        found = away @ self.axes.T
        found[:, :2] += np.array(self.centre)
        return np.asarray(found, dtype=np.float64)

    @property
    def ray(self) -> Matrix:
        """The direction of sight in cells, away from the reader."""
        return np.asarray(np.linalg.solve(self.axes, np.array([0.0, 0.0, 1.0])), dtype=np.float64)


def longest_way(shape: Sequence[int], spacing: Sequence[float]) -> float:
    """Return the diagonal of a volume, in units of its spacing."""
    return float(np.linalg.norm(np.array(shape) * np.array(spacing)))


def pose(
    shape: tuple[int, int, int],
    spacing: Sequence[float],
    frame: Box,
    turn: tuple[float, float],
    scale: float,
    directions: Directions = (),
) -> Pose:
    """Stand a volume in the middle of a frame.

    Parameters
    ----------
    spacing : sequence of float
        Size of a cell on each axis.
    scale : float
        Pixels for one unit of spacing.
    """
    axes = turned(turn) @ upright(directions) * (np.array(spacing, dtype=float) * scale)
    x, y, width, height = frame
    return Pose(shape, axes, (x + width / 2, y + height / 2))
