"""A picture that is of something else than what is asked for by now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from convgui.draw.picture import Picture, Rects
from convgui.draw.theme import Theme
from convgui.draw.words import label
from convgui.words import tr

COVER = 215
"""How far what is below shows through the veil: 255 hides it."""


def veiled(picture: Picture, theme: Theme) -> Picture:
    """Return a picture that is faint, can not be pointed at, and says that another one is being computed."""
    red, green, blue = theme.background[:3]
    box = np.array([[0.0, 0.0, picture.width, picture.height]])
    said = tr("Computing…")
    words = label(picture.width / 2, picture.height / 2, said, theme.muted, 18, anchor="middle")
    wash = Rects(box, fill=(red, green, blue, COVER))
    return replace(picture, overlay=(*picture.overlay, wash, words), hits=(), summary=said)
