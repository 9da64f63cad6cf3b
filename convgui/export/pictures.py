"""One picture as a file, by its ending; a finished file appears at once or not at all."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from PIL import Image

from convgui.draw.colour import Bytes
from convgui.draw.picture import Picture
from convgui.draw.svg import svg

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
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        reason = error.strerror or "the disk refused"
        raise ExportError(f"{path} cannot be written: {reason}; choose another folder or free some space.") from error
