"""One picture as a file, by its ending; a finished file appears at once or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PIL import Image

from convgui.draw.colour import Bytes
from convgui.draw.picture import Picture
from convgui.draw.svg import svg
from convgui.files.errors import WriteError
from convgui.files.writing import write_whole as files_write_whole

Rasterise: TypeAlias = Callable[[Picture, float], Bytes]
ENDINGS = (".png", ".svg")


class ExportError(Exception):
    """A file that could not be written; the text is one sentence for the user."""


def check_ending(path: Path) -> str:
    """Return the path's ending, lower case.

    Raises
    ------
    ExportError
        If no picture can be written in that format.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        given = f"ends in {ending}" if ending else "has no ending"
        raise ExportError(f"{path.name} {given}; choose a name that ends in {' or '.join(ENDINGS)}.")
    return ending


def write_picture(picture: Picture, path: Path, rasterise: Rasterise, scale: float = 1.0) -> None:
    """Write a picture as PNG or SVG.

    Parameters
    ----------
    rasterise : callable
        Turns a picture into RGB pixels at a scale; used for PNG only, so that SVG needs no painter.
    scale : float
        Pixels of the file for one of the picture.

    Raises
    ------
    ExportError
        If the ending is unknown or the file cannot be written; the old file, if any, is then whole.
    """
    if check_ending(path) == ".svg":
        data = svg(picture, scale).encode("utf-8")
    else:
        buffer = io.BytesIO()
        Image.fromarray(rasterise(picture, scale)).save(buffer, "PNG", optimize=False)
        data = buffer.getvalue()
    write_whole(path, data)


def write_whole(path: Path, data: bytes) -> None:
    """Write bytes to a file beside `path` and rename it into place.

    Raises
    ------
    ExportError
        If that fails; nothing is left behind then.
    """
    try:
        files_write_whole(path, data)
    except WriteError as error:
        raise ExportError(str(error)) from error
