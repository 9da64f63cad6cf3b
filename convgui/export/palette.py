"""One palette for a whole animation: the colours that are met most stay exact, the others by median cut.

A grey becomes a grey: the nearest colour of all may have a tinge, which in a grey picture shows as bands.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convgui.draw.colour import Bytes

EXACT = 96
"""How many of the most frequent colours keep their exact value when there are too many for one palette."""
GREYS = 64
"""How many of the other colours are greys, where there are so many."""
WEIGHT = 64
"""A colour counts at most this often for the median cut, so that large areas do not take all boxes."""
FAINT = 16
"""Opacity, of 255, below which a pixel is left out where a format knows opaque and clear only."""
_UNSEEN = 65_535


def packed(pixels: Bytes) -> NDArray[np.uint32]:
    """Write each pixel's red, green and blue as one number."""
    channels = pixels[..., :3].astype(np.uint32)
    return np.asarray(channels[..., 0] << 16 | channels[..., 1] << 8 | channels[..., 2], dtype=np.uint32)


def unpacked(numbers: NDArray[np.uint32]) -> Bytes:
    """Undo `packed`: ``(N,) -> (N, 3)``."""
    return np.stack([numbers >> 16, numbers >> 8 & 255, numbers & 255], axis=-1).astype(np.uint8)


def on_ground(pixels: Bytes, ground: Bytes) -> Bytes:
    """Make every pixel of RGBA opaque or clear: what is seen at all is blended with `ground`, uint8 ``(3,)``."""
    alpha = pixels[..., 3:].astype(np.uint16)
    blended = (pixels[..., :3] * alpha + ground.astype(np.uint16) * (255 - alpha) + 127) // 255
    seen = np.where(alpha >= FAINT, 255, 0)
    return np.asarray(np.concatenate([np.where(seen, blended, 0), seen], axis=-1), dtype=np.uint8)


def global_palette(frames: Iterable[Bytes], size: int) -> Bytes:
    """Choose at most `size` colours for uint8 frames ``(rows, columns, 3 or 4)``; returns ``(N, 3)``.

    Pixels that are less than half opaque are left out.
    """
    counts: dict[int, int] = {}
    for frame in frames:
        numbers = packed(frame)
        if frame.shape[2] == 4:
            numbers = numbers[frame[..., 3] >= 128]
        for number, count in zip(*np.unique(numbers, return_counts=True), strict=True):
            counts[int(number)] = counts.get(int(number), 0) + int(count)
    ranked = np.array(sorted(counts, key=lambda number: (-counts[number], number)), dtype=np.uint32)
    if len(ranked) <= size:
        return unpacked(ranked) if len(ranked) else np.zeros((1, 3), dtype=np.uint8)
    exact, rest = ranked[:EXACT], ranked[EXACT:]
    grey = is_grey(unpacked(rest))
    greys, hues = np.sort(rest[grey]), rest[~grey]
    room = size - len(exact)
    count = min(len(greys), max(GREYS, room - len(hues)))
    chosen = greys[np.linspace(0, len(greys) - 1, count).round().astype(int)] if count else greys
    return np.concatenate([unpacked(exact), unpacked(chosen), _cut(hues, counts, room - count)])


def is_grey(colours: Bytes) -> NDArray[np.bool_]:
    """Return which of ``(N, 3)`` colours have no tinge."""
    return np.asarray((colours[:, 0] == colours[:, 1]) & (colours[:, 1] == colours[:, 2]))


def _cut(numbers: NDArray[np.uint32], counts: dict[int, int], size: int) -> Bytes:
    """Choose `size` colours for others by median cut."""
    if len(numbers) <= size:
        return unpacked(numbers)
    crowd = unpacked(np.repeat(numbers, [min(counts[int(number)], WEIGHT) for number in numbers]))
    image = Image.fromarray(crowd[np.newaxis])
    cut = image.quantize(size, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return np.array(cut.getpalette(), dtype=np.uint8).reshape(-1, 3)[:size]


class Nearest:
    """From pixels to the nearest colours of a palette, from greys to its greys; every colour is looked for once.

    Parameters
    ----------
    palette : ndarray
        uint8 ``(N, 3)``, N at most 256.
    """

    def __init__(self, palette: Bytes) -> None:
        self._palette = palette.astype(np.float32)
        self._tinged = ~is_grey(palette)
        self._table = np.full(1 << 24, _UNSEEN, dtype=np.uint16)

    def __call__(self, pixels: Bytes) -> Bytes:
        """Return the index of the nearest palette colour of each pixel, uint8 ``(rows, columns)``."""
        numbers = packed(pixels)
        found = self._table[numbers]
        unseen = np.unique(numbers[found == _UNSEEN])
        if unseen.size:
            self._learn(unseen)
            found = self._table[numbers]
        return found.astype(np.uint8)

    def _learn(self, numbers: NDArray[np.uint32]) -> None:
        # |c - p|^2 is least where p^2 - 2 c p is: one matrix product for a block of colours.
        squares = (self._palette**2).sum(axis=1)
        for start in range(0, numbers.size, 8192):
            block = numbers[start : start + 8192]
            colours = unpacked(block)
            distance = squares - 2 * (colours.astype(np.float32) @ self._palette.T)
            if not self._tinged.all():
                distance[np.ix_(is_grey(colours), self._tinged)] = np.inf
            self._table[block] = distance.argmin(axis=1)
