"""An animation as one file, by its ending, or as a folder of numbered pictures.

Everything here is a generator that yields the finished part, 0 to 1: closing it cancels, and then nothing is left.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

import numpy as np

from convgui.draw.colour import Bytes, Colour
from convgui.draw.picture import Picture
from convgui.draw.png import png_bytes
from convgui.export.apng import ApngWriter
from convgui.export.atomic_write import ExportError, atomic_file, atomic_folder
from convgui.export.frames import Film
from convgui.export.gif import COLOURS, GifWriter
from convgui.export.palette import global_palette, on_ground
from convgui.export.pictures import Rasterise
from convgui.export.video import CODECS, VideoWriter, check_video
from convgui.export.webp import WebpWriter
from convgui.words import tr

ANIMATIONS = (".gif", ".webp", ".apng", ".mp4", ".webm")
"""Endings of files that hold an animation."""
SAMPLED = 12
"""Frames that are looked at for a GIF's palette."""
Progress: TypeAlias = Generator[float, None, None]


class Writer(Protocol):
    """What takes frames, one after the other."""

    def add(self, pixels: Bytes, seconds: float) -> None:
        """Write one frame, which stays for `seconds`."""

    def close(self) -> None:
        """Write the end."""


def check_animation(path: Path, *, transparent: bool) -> str:
    """Return the path's ending, lower case, if an animation can be written to it here.

    Raises
    ------
    ExportError
        If the ending is unknown, its encoder is not installed, or it has no transparency and that is asked for.
    """
    ending = path.suffix.lower()
    if ending not in ANIMATIONS:
        given = tr("{name} ends in {ending}", name=path.name, ending=ending)
        given = given if ending else tr("{name} has no ending", name=path.name)
        raise ExportError(
            tr(
                "{given}; an animation's name ends in {animations}.",
                given=given,
                animations=", ".join(ANIMATIONS),
            )
        )
    if ending in CODECS:
        if transparent:
            raise ExportError(
                tr("a {ending} video has no transparent background; choose GIF, WebP or APNG.", ending=ending)
            )
        check_video(ending)
    return ending


def write_animation(
    film: Film, path: Path, rasterise: Rasterise, scale: float = 1.0, matte: Colour | None = None
) -> Progress:
    """Write an animation; yields the finished part.

    Parameters
    ----------
    rasterise : callable
        Turns a picture into pixels at a scale: RGB, or RGBA where the picture's background is transparent.
    scale : float
        Pixels of the file for one of the picture.
    matte : tuple, optional
        On which colour a GIF without background will lie, by default the theme's: its pixels are opaque or clear, so
        that edges have to be blended with something.

    Raises
    ------
    ExportError
        As for `check_animation`, and if the file cannot be written; the old file, if any, is then whole.
    """
    first = film.picture(film.shots[0].at)
    ending = check_animation(path, transparent=first.background[3] < 255)
    ground = np.array((matte or first.background)[:3], dtype=np.uint8)

    def paint(picture: Picture) -> Bytes:
        pixels = rasterise(picture, scale)
        return on_ground(pixels, ground) if ending == ".gif" and pixels.shape[2] == 4 else pixels

    shape = paint(first).shape
    palette = global_palette(map(paint, film.sampled(SAMPLED)), COLOURS) if ending == ".gif" else None
    yield 0.0
    with atomic_file(path) as stream, _writer(stream, ending, shape, film, palette) as writer:
        for done, (picture, seconds) in enumerate(film.frames(), start=1):
            writer.add(paint(picture), seconds)
            yield done / len(film.shots)


@contextmanager
def _writer(
    stream: BinaryIO, ending: str, shape: tuple[int, ...], film: Film, palette: Bytes | None
) -> Iterator[Writer]:
    """Open the writer of an ending; it is closed after the last frame, and let go of after an error."""
    height, width, channels = shape
    if palette is not None:
        writer: Writer = GifWriter(stream, width, height, palette, transparent=channels == 4)
    elif ending == ".apng":
        writer = ApngWriter(stream, width, height, len(film.shots))
    elif ending == ".webp":
        writer = WebpWriter(stream, width, height)
    else:
        with _video(VideoWriter(stream, width, height, ending, film.timing.rate)) as video:
            yield video
        return
    yield writer
    writer.close()


@contextmanager
def _video(video: VideoWriter) -> Iterator[VideoWriter]:
    try:
        yield video
        video.close()
    except BaseException:
        video.abandon()
        raise


def write_frames(film: Film, folder: Path, rasterise: Rasterise, scale: float = 1.0) -> Progress:
    """Write each picture of an animation once, numbered, with ``frames.txt`` that says how long each stays.

    The list is what ffmpeg's ``-f concat`` reads. Yields the finished part.

    Raises
    ------
    ExportError
        If the folder is there and not empty, or cannot be written; nothing is left behind then.
    """
    yield 0.0
    count = len(film.shots)
    digits = len(str(count))
    with atomic_folder(folder) as inside:
        lines = ["ffconcat version 1.0"]
        for number, (picture, seconds) in enumerate(film.frames(), start=1):
            name = f"frame-{number:0{digits}}.png"
            (inside / name).write_bytes(png_bytes(rasterise(picture, scale)))
            lines += [f"file '{name}'", f"duration {seconds:.4f}"]
            yield number / count
        (inside / "frames.txt").write_text("\n".join([*lines, ""]), encoding="utf-8")
