"""What a picture is drawn on."""

from __future__ import annotations

from dataclasses import dataclass

from convgui.draw.theme import Theme


@dataclass(frozen=True)
class Canvas:
    """What a picture is drawn on.

    Attributes
    ----------
    width, height : float
        Size in pixels at scale 1.
    captions : bool
        Whether titles and the arithmetic are drawn (thumbnails leave them out).
    pixels : float
        Device pixels of one of these; images are sampled that finely.
    live : bool
        Whether hands act on it: what serves only to move about, such as an overview, is drawn.
    told : bool
        Whether the sum of a step is told beside the picture, which has its room then.
    """

    width: float
    height: float
    theme: Theme
    captions: bool = True
    pixels: float = 1.0
    live: bool = False
    told: bool = False
