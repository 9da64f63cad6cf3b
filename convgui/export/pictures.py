"""One picture as a file, by its ending: PNG, SVG or PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from convgui.draw.colour import Bytes
from convgui.draw.picture import Picture
from convgui.draw.png import png_bytes
from convgui.draw.svg import faces, svg
from convgui.export.atomic_write import ExportError, write_file
from convgui.export.web_fonts import font_faces
from convgui.words import tr

Rasterise: TypeAlias = Callable[[Picture, float], Bytes]
"""Turns a picture into pixels at a scale: RGB, or RGBA where the picture's background is transparent."""
ToPdf: TypeAlias = Callable[[Picture, float], bytes]
"""Turns a picture into a PDF whose page is `scale` times as large."""
ENDINGS = (".png", ".svg", ".pdf")


@dataclass(frozen=True)
class Painters:
    """What only a room that knows a painter can do, handed in so that this one needs none."""

    rasterise: Rasterise
    to_pdf: ToPdf


def check_ending(path: Path) -> str:
    """Return the path's ending, lower case.

    Raises
    ------
    ExportError
        If no picture can be written in that format.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        given = tr("{name} ends in {ending}", name=path.name, ending=ending)
        given = given if ending else tr("{name} has no ending", name=path.name)
        raise ExportError(
            tr(
                "{given}; choose a name that ends in {endings} or {last}.",
                given=given,
                endings=", ".join(ENDINGS[:-1]),
                last=ENDINGS[-1],
            )
        )
    return ending


def write_picture(picture: Picture, path: Path, painters: Painters, scale: float = 1.0) -> None:
    """Write a picture as PNG, SVG or PDF, the last two with real text and its fonts.

    Parameters
    ----------
    painters : Painters
        Used for PNG and PDF only, so that SVG needs no painter.
    scale : float
        Pixels of the file (in a PDF: points, of 1/72 inch) for one of the picture.

    Raises
    ------
    ExportError
        If the ending is unknown or the file cannot be written; the old file, if any, is then whole.
    """
    ending = check_ending(path)
    if ending == ".svg":
        data = svg(picture, scale, font_faces(faces(picture))).encode("utf-8")
    elif ending == ".pdf":
        data = painters.to_pdf(picture, scale)
    else:
        data = png_bytes(painters.rasterise(picture, scale))
    write_file(path, data)
