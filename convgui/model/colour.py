"""Whether an output is a picture in colour."""

from __future__ import annotations

from convgui.model.document import Document
from convgui.model.flow import channel_names

COLOURS = ("R", "G", "B")


def in_colour(document: Document) -> bool:
    """Whether red, green and blue each went their own way through all layers up to the chosen one.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it.
    """
    return channel_names(document, document.view.layer + 1) == COLOURS
