"""Small films for the tests of this room: a square that wanders over a ramp of colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from convgui.draw.colour import Bytes
from convgui.draw.picture import Picture
from convgui.draw.theme import LIGHT
from convgui.export.frames import Film, Shot

WIDTH, HEIGHT = 61, 44
SECONDS = (0.2, 0.04, 0.04, 0.52, 1.2)


def film(count: int = 5, *, transparent: bool = False) -> Film:
    """Return a film whose pictures carry their moment in their summary."""
    red, green, blue, _ = LIGHT.background
    ground = (red, green, blue, 0 if transparent else 255)
    shots = tuple(Shot(float(i), SECONDS[i % 5]) for i in range(count))
    return Film(shots, lambda at: Picture(WIDTH, HEIGHT, ground, summary=str(int(at))))


def paint(picture: Picture, scale: float = 1.0) -> Bytes:
    """Paint a square on a ramp; where the ground is transparent, the ramp is left out."""
    step = int(picture.summary)
    rows, columns = round(picture.height * scale), round(picture.width * scale)
    clear = picture.background[3] < 255
    pixels = np.zeros((rows, columns, 4 if clear else 3), dtype=np.uint8)
    if not clear:
        pixels[..., 0] = np.arange(columns) % 8 * 30
        pixels[..., 1] = (np.arange(rows) % 8 * 30)[:, None]
    left = 3 + 7 * step % (columns - 20)
    pixels[10 : 20 + step % 3, left : left + 12, :3] = (213, 94, 0)
    if clear:
        pixels[10 : 20 + step % 3, left : left + 12, 3] = 255
    return pixels


def frames(made: Film) -> list[Bytes]:
    """Return the pixels of every shot."""
    return [paint(picture) for picture, _ in made.frames()]


def names(folder: Path) -> list[str]:
    """List a folder, hidden files too."""
    return sorted(p.name for p in folder.iterdir())
