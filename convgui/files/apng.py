"""The frames of an animated PNG, each as it looks on top of those before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.png import Png
from convgui.files.png_pixels import Pixels, decode
from convgui.files.source import Source

BACKGROUND, PREVIOUS = 1, 2
"""What becomes of a frame once it was shown: its place is cleared, or shows again what was there."""
OVER = 1
"""A frame that is laid over what is there; 0 takes its place."""


def frames_of(source: Source, png: Png) -> Iterator[NDArray[Any]]:
    """Give ``(H, W, 4)`` of each frame, uint8 or uint16."""
    kind = np.uint16 if png.header.depth == 16 else np.uint8
    canvas = np.zeros((png.header.height, png.header.width, 4), kind)
    for number, frame in enumerate(png.frames):
        region = canvas[frame.top : frame.top + frame.header.height, frame.left : frame.left + frame.header.width]
        before = region.copy()
        shown = _rgba(decode(source, png, frame), kind)
        region[...] = _over(shown, before) if frame.blend == OVER else shown
        yield canvas.copy()
        if frame.dispose == BACKGROUND or (frame.dispose == PREVIOUS and number == 0):
            region[...] = 0
        elif frame.dispose == PREVIOUS:
            region[...] = before


def _rgba(pixels: Pixels, kind: type[np.unsignedinteger[Any]]) -> NDArray[Any]:
    full, colours = np.iinfo(kind).max, pixels.colours
    if colours.dtype == np.bool_:
        colours = colours * kind(full)
    out = np.full((*colours.shape[:2], 4), full, kind)
    out[..., :3] = colours
    if pixels.alpha is not None:
        out[..., 3] = pixels.alpha
    return out


def _over(above: NDArray[Any], below: NDArray[Any]) -> NDArray[Any]:
    """Lay a frame over another, both with colours that are not multiplied by alpha."""
    full = np.iinfo(above.dtype).max
    front, back = (part[..., 3:] / full for part in (above, below))
    behind = back * (1 - front)
    alpha = front + behind
    colours = above[..., :3] * front + below[..., :3] * behind
    colours = np.divide(colours, alpha, out=np.zeros_like(colours), where=alpha > 0)
    blended: NDArray[Any] = np.rint(np.concatenate([colours, alpha * full], axis=-1)).astype(above.dtype)
    return blended
