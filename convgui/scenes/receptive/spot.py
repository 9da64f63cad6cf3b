"""Receptive fields: around which place of a photo they are shown, so that what they see can be told apart."""

from __future__ import annotations

import numpy as np

from convgui.layers.layer import AnyArray

SMALL, LARGE = 41, 512
"""Cells a side up to which all of an input is seen at once, and as many of a photo as are looked at."""
PARTS, ENOUGH = 32, 0.5
"""Parts of a photo's shorter side that are compared, and how much detail of the richest the middle needs to stay."""


def spot(sheet: AnyArray) -> tuple[float, float] | None:
    """Return row and column of what has the most detail in the middle half of a photo.

    None where the middle is as good, or all of the input is seen at once.

    Parameters
    ----------
    sheet : ndarray
        ``(rows, columns)``.
    """
    if min(sheet.shape) <= SMALL:
        return None
    each = -(-max(sheet.shape) // LARGE)
    seen = np.nan_to_num(sheet[::each, ::each].astype(np.float64), posinf=0.0, neginf=0.0)
    slopes = np.abs(np.diff(seen, axis=0))[:, :-1] + np.abs(np.diff(seen, axis=1))[:-1]
    side = max(min(slopes.shape) // PARTS, 1)
    rows, columns = (n // side for n in slopes.shape)
    parts = slopes[: rows * side, : columns * side].reshape(rows, side, columns, side).mean(axis=(1, 3))
    top, left = rows // 4, columns // 4
    near = parts[top : rows - top, left : columns - left]
    row, column = np.unravel_index(int(near.argmax()), near.shape)
    if parts[rows // 2, columns // 2] >= ENOUGH * near[row, column]:
        return None
    return ((top + int(row)) * side + side / 2) * each, ((left + int(column)) * side + side / 2) * each
