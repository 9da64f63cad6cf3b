"""Pictures: PNG, and by Pillow JPEG, WebP, BMP and GIF; those that move become a volume of time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.Image import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.WebPImagePlugin import WebPImageFile

from convgui.core.errors import told
from convgui.files.alpha import split_alpha
from convgui.files.apng import frames_of
from convgui.files.cancellable_stream import cancellable
from convgui.files.frames import Frames, cut_short, film, frames_that_fit
from convgui.files.jpeg import check_rows
from convgui.files.png import read_png
from convgui.files.png_pixels import decode
from convgui.files.raw import MAP_ABOVE
from convgui.files.source import Source
from convgui.files.unwarned import unwarned
from convgui.model.sample import Alpha, AnyArray, Sample
from convgui.words import mark, tr

# The classes themselves, not PIL.Image.open: that would try every format Pillow knows, among them some that run
# other programs, and its guard against huge pictures is a global that can only be changed for the whole process.
READERS: Mapping[str, type[ImageFile]] = MappingProxyType(
    {"JPEG": JpegImageFile, "WebP": WebPImageFile, "BMP": BmpImageFile, "GIF": GifImageFile}
)
ORIENTATION = 0x0112
UNSUPPORTED = re.compile("unsupported|not supported|cannot handle", re.IGNORECASE)
"""What Pillow says of a form it does not read."""


def load_picture(source: Source, kind: str) -> Sample:
    """Open a picture of a known kind, upright, with its values as they are stored.

    Palettes and CMYK become RGB. Alpha is kept apart, and not at all where it is opaque everywhere. One bit a pixel
    stays bool; 2 and 4 bits become 8.
    """
    if kind == "PNG":
        return _png(source)
    if kind == "WebP":
        width, height = _webp_size(source)
        source.check_size((height, width), 4, 1)
    with _opened(source, kind) as image:
        if kind != "WebP":
            source.check_size((image.height, image.width), len(image.getbands()), 1)
        if kind in ("GIF", "WebP") and _moves(image):
            return _animation(source, image)
        try:
            image.load()
        except OSError as error:
            raise source.error(_damage(source, image, error), tr("save or download it again")) from error
        if isinstance(image, JpegImageFile):
            source.stream.seek(0)
            check_rows(source, source.stream.read(), np.asarray(image))
        values, notes = plain_values(image)
        turned = upright(np.moveaxis(values, -1, 0), orientation_of(image))
    data, alpha, note = turned, None, ""
    if len(data) in (2, 4):
        data, alpha, note = split_alpha(data, len(data) - 1)
    return as_sample(source, data, [*notes, note], alpha=alpha)


def _opened(source: Source, kind: str) -> ImageFile:
    """Read the header of a picture; a form that Pillow lacks is no damage."""
    try:
        with unwarned():
            return READERS[kind](cancellable(source))
    except (OSError, SyntaxError, NotImplementedError) as error:
        if not UNSUPPORTED.search(str(error)):
            raise
        raise source.error(
            tr("it is a {kind} picture of a form that cannot be read here ({error})", kind=kind, error=told(error)),
            tr("save it as PNG"),
        ) from error


def _png(source: Source) -> Sample:
    png = read_png(source)
    notes = [tr("Its {name} chunk is damaged and was passed by.", name=name) for name in dict.fromkeys(png.passed_by)]
    if png.unapplied:
        text = mark("Its values are as stored: what it says of its colours ({named}) was not applied.")
        notes.append(tr(text, named=", ".join(png.unapplied)))
    if png.header.colour == 3:
        notes.append(tr("Its palette was replaced by the colours it stands for."))
    if len(png.frames) > 1:
        if png.still is not png.frames[0]:
            notes.append(tr("Its still picture, which is no part of the animation, was left out."))
        if png.promised != len(png.frames):
            notes.append(tr("It promises {n:,} frames and holds {count:,}.", n=png.promised, count=len(png.frames)))
        seconds = [frame.seconds for frame in png.frames]
        return _film(source, frames_of(source, png), seconds, notes)
    colours, alpha = decode(source, png, png.still)
    if colours.dtype == np.bool_:
        notes.append(tr("It has one bit a pixel: 1 is white, 0 is black."))
    kept, note = None, ""
    if alpha is not None:
        _, kept, note = split_alpha(upright(alpha[np.newaxis], png.orientation), 0)
    data = upright(np.moveaxis(colours, -1, 0), png.orientation)
    return as_sample(source, data, [*notes, note], alpha=kept)


def as_sample(
    source: Source,
    data: AnyArray,
    notes: list[str],
    nonfinite: int = 0,
    spacing: tuple[float, ...] = (),
    units: tuple[str, ...] = (),
    alpha: Alpha | None = None,
) -> Sample:
    """Name the channels of a picture and gather what there is to say about it."""
    where = str(source.path) if source.path is not None else ""
    channels = ("R", "G", "B") if len(data) == 3 else ()
    note = " ".join(part for part in notes if part)
    # A big volume stays as it is mapped.
    data = data if data.ndim == 4 and data.nbytes > MAP_ABOVE else np.ascontiguousarray(data)
    return Sample(data, source.name, where, channels, spacing, nonfinite, note, units, alpha=alpha)


def plain_values(image: Image) -> tuple[NDArray[Any], list[str]]:
    """Return a picture's values as ``(H, W, C)`` and what was done to them."""
    notes = []
    keyed = "transparency" in image.info
    if image.mode in ("P", "PA"):
        alpha = keyed or image.mode == "PA" or (image.palette is not None and image.palette.mode == "RGBA")
        image = image.convert("RGBA" if alpha else "RGB")
        notes.append(tr("Its palette was replaced by the colours it stands for."))
    elif image.mode in ("CMYK", "YCbCr", "LAB"):
        notes.append(tr("Its {mode} colours were converted to RGB.", mode=image.mode))
        image = image.convert("RGB")
    elif keyed and image.mode in ("1", "L", "RGB"):
        image = image.convert("LA" if image.mode != "RGB" else "RGBA")
    elif image.mode == "1":
        notes.append(tr("It has one bit a pixel: 1 is white, 0 is black."))
    values = np.asarray(image)
    return (values[..., np.newaxis] if values.ndim == 2 else values), notes


def _damage(source: Source, image: ImageFile, error: OSError) -> str:
    if "truncated" in str(error):
        unmarked = isinstance(image, JpegImageFile) and not _ends_as_jpeg(source)
        text = (
            mark(
                "its picture data are cut off: the file ends after {size:,} bytes without a JPEG end marker, before "
                "all {rows:,} rows are there"
            )
            if unmarked
            else mark(
                "its picture data are cut off: the file ends after {size:,} bytes, before all {rows:,} rows are there"
            )
        )
        return tr(text, size=source.size, rows=image.height)
    return tr("its picture data are damaged ({error})", error=told(error))


def _ends_as_jpeg(source: Source) -> bool:
    source.stream.seek(max(source.size - 2, 0))
    return source.stream.read(2) == b"\xff\xd9"


def _moves(image: ImageFile) -> bool:
    """Tell whether there is a second frame. A long GIF is not walked to its end for the answer."""
    try:
        image.seek(1)
    except (EOFError, OSError, SyntaxError, ValueError):
        return False
    finally:
        image.seek(0)
    return True


def _animation(source: Source, image: ImageFile) -> Sample:
    """Open the frames of an animation as ``(C, time, H, W)``, each as it looks on top of those before it."""
    seconds = list[float]()
    return _film(source, _seen(source, image, seconds), seconds, [])


def _seen(source: Source, image: ImageFile, seconds: list[float]) -> Iterator[Frames]:
    """Give the frames that Pillow puts together, and note how long each is shown."""
    for number in count():
        try:
            image.seek(number)
            frame = np.asarray(image.convert("RGBA"))
        except EOFError:
            return
        except (OSError, SyntaxError, ValueError) as error:
            reason = tr("its frame {n} is cut off", n=number + 1) if "truncated" in str(error) else ""
            reason = reason or tr("its frame {n} is damaged ({error})", n=number + 1, error=told(error))
            raise source.error(reason, tr("save or download it again")) from error
        seconds.append(float(image.info.get("duration", 0)) / 1000)
        yield frame


def _film(source: Source, pictures: Iterator[Frames], seconds: list[float], notes: list[str]) -> Sample:
    """Make a volume of time of as many frames as fit."""
    frames = list[Frames]()
    for picture in pictures:
        source.check_cancelled()
        rows, columns = picture.shape[:2]
        if len(frames) == frames_that_fit((rows, columns)):
            notes.append(cut_short(len(frames), None))
            break
        frames.append(picture)
    seconds = seconds[: len(frames)]
    if min(seconds) != max(seconds):
        notes.append(
            tr(
                "Its frames last {least:.3g} to {most:.3g} s; the mean was taken.",
                least=min(seconds),
                most=max(seconds),
            )
        )
    return film(source, frames, sum(seconds) / len(seconds), notes)


def orientation_of(image: Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 where there is none or it makes no sense."""
    try:
        with unwarned():
            value = image.getexif().get(ORIENTATION, 1)
    # Broken EXIF data is no reason not to show the picture.
    except Exception:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright(data: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn and mirror ``(C, H, W)`` so that it stands as EXIF says."""
    if orientation >= 5:
        data = data.swapaxes(-1, -2)
    if orientation in (3, 4, 7, 8):
        data = data[..., ::-1, :]
    if orientation in (2, 3, 6, 7):
        data = data[..., ::-1]
    return data


def _webp_size(source: Source) -> tuple[int, int]:
    """Read width and height from a WebP header; Pillow allocates the whole canvas on opening."""
    head = source.stream.read(30)
    source.stream.seek(0)
    promised = int.from_bytes(head[4:8], "little") + 8
    if promised > source.size:
        raise source.error(
            tr(
                "it is cut off: {promised:,} bytes are promised and {size:,} are there",
                promised=promised,
                size=source.size,
            ),
            tr("save or download it again"),
        )
    kind, body = head[12:16], head[20:]
    if len(head) == 30 and kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if len(head) >= 25 and kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if len(head) == 30 and kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise source.error(tr("its WebP header is damaged or cut off"), tr("save or download it again"))
