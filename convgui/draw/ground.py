"""What shows through a picture that is partly transparent: a checked ground, as in programs for photos."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.draw.colour import Bytes
from convgui.draw.picture import Cells, Raster
from convgui.draw.theme import Theme
from convgui.model.sample import Alpha

CHECK = 8.0
"""Side of a check in pixels of the screen; at least one cell of the picture."""
CONTRAST = 0.15
"""Share of the muted colour in every second check."""


def opacity_around(
    values: NDArray[Any], opaque: float, origin: tuple[int, int], shape: tuple[int, int]
) -> NDArray[Any]:
    """Return how much of the ground is hidden, 0 to 1, on a part of a picture that may reach beyond it.

    Parameters
    ----------
    values : ndarray
        ``(rows, columns)`` of the picture; `opaque` hides all.
    origin : tuple of int
        Row and column of the picture where the part begins; negative in padding, which hides all.
    shape : tuple of int
        Rows and columns of the part.
    """
    opacity = np.ones(shape, np.float32)
    here = tuple(
        slice(max(0, -first), max(0, min(n, size - first)))
        for first, n, size in zip(origin, shape, values.shape, strict=True)
    )
    there = tuple(slice(cut.start + first, cut.stop + first) for cut, first in zip(here, origin, strict=True))
    opacity[here] = values[there] / np.float32(opaque)
    return opacity


def on_ground(picture: Raster, alpha: Alpha | None, theme: Theme) -> Raster:
    """Lay a whole picture, a pixel a cell, on a checked ground where it is transparent."""
    if alpha is None:
        return picture
    opacity = opacity_around(np.atleast_2d(alpha.values), alpha.opaque, (0, 0), _size(picture.image))
    image = over_checks(picture.image, opacity, alpha.associated, picture.box[2] / opacity.shape[1], theme)
    return replace(picture, image=image)


def grid_on_ground(grid: Cells, alpha: Alpha | None, theme: Theme, origin: tuple[int, int] = (0, 0)) -> Cells:
    """Lay cells on a ground that is checked cell by cell; `origin` is that of `opacity_around`."""
    if alpha is None:
        return grid
    fill = grid.content.fill.copy()
    opacity = opacity_around(np.atleast_2d(alpha.values), alpha.opaque, origin, _size(fill))
    fill[..., :3] = over_checks(fill, opacity, alpha.associated, grid.width, theme)
    return replace(grid, content=replace(grid.content, fill=fill, ink=theme.ink(fill)))


def over_checks(image: Bytes, opacity: NDArray[Any], associated: bool, cell: float, theme: Theme) -> Bytes:
    """Lay a picture on a checked ground.

    Parameters
    ----------
    image : ndarray
        uint8 ``(rows, columns, 3 or 4)``; a fourth channel is passed by.
    opacity : ndarray
        ``(rows, columns)``, how much of the ground each cell hides, 0 to 1.
    associated : bool
        Whether the picture is multiplied by that already.
    cell : float
        Width of a cell on screen.

    Returns
    -------
    ndarray
        uint8 ``(rows, columns, 3)``.
    """
    side = max(round(CHECK / max(cell, 1e-6)), 1)
    down, across = (np.arange(n) // side for n in opacity.shape)
    paper, muted = (np.array(colour[:3], np.float32) for colour in (theme.background, theme.muted))
    ground = np.stack([paper, (1 - CONTRAST) * paper + CONTRAST * muted])[(down[:, np.newaxis] + across) % 2]
    share = opacity.astype(np.float32)[..., np.newaxis]
    picture = image[..., :3] * (np.float32(1) if associated else share)
    laid: Bytes = np.clip(np.rint(picture + (1 - share) * ground), 0, 255).astype(np.uint8)
    return laid


def _size(image: NDArray[Any]) -> tuple[int, int]:
    return (int(image.shape[0]), int(image.shape[1]))
