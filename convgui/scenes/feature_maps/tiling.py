"""How many thumbnails of one size stand beside each other."""

from __future__ import annotations

from math import ceil

from convgui.draw.picture import Box

BETWEEN, CAPTION = 10.0, 18.0
"""Between two thumbnails, and the height of a name below one."""
LARGEST_THUMB = 230.0


def tiled(
    count: int, size: tuple[int, int], room: Box, names: bool, between: float = BETWEEN
) -> tuple[int, float, float]:
    """Return the number of columns, and width and height, that make thumbnails of one size largest."""
    aspect, caption = size[0] / size[1], CAPTION if names else 0.0
    best = (1, 0.0)
    for columns in range(1, count + 1):
        rows = ceil(count / columns)
        wide = (room[2] - (columns - 1) * between) / columns
        high = (room[3] - (rows - 1) * between) / rows - caption
        wide = min(wide, high / aspect, LARGEST_THUMB, LARGEST_THUMB / aspect)
        if wide > best[1]:
            best = (columns, wide)
    rows, wide = ceil(count / best[0]), max(best[1], 4.0)
    # Of a map that is far longer than wide, the least width would make it longer than the room.
    most = (room[3] - (rows - 1) * between) / rows - caption
    return best[0], wide, max(min(wide * aspect, most), 4.0)
