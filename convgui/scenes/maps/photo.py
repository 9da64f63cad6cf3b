"""Feature maps: the picture that comes in, whole and in its own colours, beside the maps that are made of it."""

from __future__ import annotations

import numpy as np

from convgui.draw import overview
from convgui.draw.ground import over_checks
from convgui.draw.measure import Measure
from convgui.draw.number import times
from convgui.draw.panels import outlines
from convgui.draw.photos import at_least, cut_to
from convgui.draw.picture import Box, HitGrid, Item, Raster, Rects
from convgui.draw.theme import Theme
from convgui.draw.titled_grid import title_items
from convgui.draw.viewport import Viewport
from convgui.scenes.feature_maps.stages import Sheets, Stage
from convgui.words import tr

SHARE, WIDER, LEAST = 0.36, 0.57, 140.0
"""Part of the left that the photo has, part of all that the left has then, and how wide a photo is at least."""
GAP = 20.0
"""Between the photo and the thumbnails."""
THUMB = 40.0
"""Side of a thumbnail that is left beside it at least."""
SEEN = 11.0
"""Pixels a side that a marked cell has at least."""


def has_photo(data: Sheets) -> bool:
    """Whether what comes in is a picture, grey or in colour, and something is made of it."""
    names = data.stages[0].maps.names
    if data.stages[0].maps.size[0] == 1:
        return False
    return len(data.stages) > 1 and (len(names) == 1 or (names[:3] == ("R", "G", "B") and len(names) <= 4))


def beside(room: Box, shape: tuple[int, int]) -> tuple[Box, Box] | None:
    """Part a room into one for a photo of so many rows and columns and the rest; None where it has no room."""
    x, y, wide, high = room
    across = min(SHARE * wide, high * shape[1] / shape[0])
    if across < LEAST:
        return None
    across = float(round(across))
    return (x, y, across, across * shape[0] / shape[1]), (x + across + GAP, y, wide - across - GAP, high)


def photo_items(own: Stage, box: Box, measure: Measure, theme: Theme) -> list[Item]:
    """Draw the picture with its title."""
    maps = own.maps
    colour = maps.names[:3] == ("R", "G", "B")
    image = own.levels.colours(maps.thumbs[:3] if colour else maps.thumbs[0], theme)
    cell = maps.factor / maps.size[1] * box[2]
    if (opacity := maps.opacity) is not None:
        image = over_checks(image, opacity.thumbs[0], opacity.associated, cell, theme)
    whole = (*box[:2], image.shape[1] * cell, image.shape[0] * cell)
    title = title_items(box[:2], box[0] + box[2], (tr("Input"), times(*own.shape)), "input", measure, theme)
    frame = Rects(np.array([box]), stroke=theme.role("input").line, width=1.5)
    return [Raster(image, whole, box, smooth=True, name="photo"), frame, *title]


def photo_hits(box: Box) -> HitGrid:
    """Make the picture lead to the stage that it is."""
    return HitGrid("stage", (), box[0], box[1], box[2], box[3], (1, 1), (0, 0))


def photo_marks(
    box: Box, port: Viewport, size: tuple[int, int], cell: tuple[int, int] | None, theme: Theme
) -> list[Item]:
    """Mark on the picture where a cell of a map of a size is, and what is seen where it is magnified."""
    items: list[Item] = []
    if overview.overview_box(port) is not None:
        items += overview.mark_on(box, port, theme)
    if cell is not None:
        down, across = box[3] / size[0], box[2] / size[1]
        at = cut_to(at_least((box[0] + cell[1] * across, box[1] + cell[0] * down, across, down), SEEN), box)
        items += [outlines([at], theme.text, 5.0), outlines([at], theme.role("kernel").line, 2.0)]
    return items
