"""Pictures by Pillow: PNG, JPEG, WebP, BMP and GIF; those that move become a volume of time."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.Image import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from convgui.files.alpha import split_alpha
from convgui.files.frames import Frames, cut_short, film, frames_that_fit
from convgui.files.png import PngHeader, check_png, decode_16_bit
from convgui.files.raw import MAP_ABOVE
from convgui.files.source import Source
from convgui.files.watched import watched
from convgui.model.sample import Alpha, AnyArray, Sample
from convgui.words import mark, tr

# The classes themselves, not PIL.Image.open: that would try every format Pillow knows, among them some that run
# other programs, and its guard against huge pictures is a global that can only be changed for the whole process.
READERS: Mapping[str, type[ImageFile]] = MappingProxyType(
    {"PNG": PngImageFile, "JPEG": JpegImageFile, "WebP": WebPImageFile, "BMP": BmpImageFile, "GIF": GifImageFile}
)
ORIENTATION = 0x0112


def load_picture(source: Source, kind: str) -> Sample:
    """Open a picture of a known kind, upright, with its values as they are stored.

    Palettes become RGB or RGBA and CMYK becomes RGB. An alpha channel that is opaque everywhere is dropped. One bit a
    pixel stays bool; 2 and 4 bits become 8.
    """
    header = check_png(source) if kind == "PNG" else None
    if kind == "WebP":
        width, height = _webp_size(source)
        source.check_size((height, width), 4, 1)
    elif header is not None:
        source.check_size((header.height, header.width), header.channels, 1 + header.depth // 16)
    with READERS[kind](watched(source)) as image:
        if kind in ("JPEG", "BMP", "GIF"):
            source.check_size((image.height, image.width), len(image.getbands()), 1)
        # Pillow has only 8 bits of a film; of one with 16 the first frame opens, exactly.
        if kind in ("GIF", "WebP", "PNG") and (header is None or header.depth < 16) and _moves(image):
            return _animation(source, image)
        values, notes = _values(source, image, header)
        # Pillow would decode a PNG once more to look for EXIF data behind the picture.
        orientation = 1 if header is not None and not header.may_be_turned else orientation_of(image)
        turned = upright(np.moveaxis(values, -1, 0), orientation)
    data, alpha, note = turned, None, ""
    if len(data) in (2, 4):
        data, alpha, note = split_alpha(data, len(data) - 1)
    return as_sample(source, data, [*notes, note], alpha=alpha)


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


def _values(source: Source, image: ImageFile, header: PngHeader | None) -> tuple[NDArray[Any], list[str]]:
    if header is not None and header.depth == 16:
        return decode_16_bit(source, header), []
    try:
        image.load()
    except OSError as error:
        raise source.error(_damage(source, image, error), tr("save or download it again")) from error
    return plain_values(image)


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
    return tr("its picture data are damaged ({error})", error=error)


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
    most, frames, seconds, notes = frames_that_fit((image.height, image.width)), list[Frames](), list[float](), []
    try:
        while True:
            source.check_cancelled()
            image.seek(len(frames))
            if len(frames) == most:
                notes.append(cut_short(most, None))
                break
            frames.append(np.asarray(image.convert("RGBA")))
            seconds.append(float(image.info.get("duration", 0)) / 1000)
    except EOFError:
        pass
    except (OSError, SyntaxError, ValueError) as error:
        place = len(frames) + 1
        reason = tr("its frame {n} is cut off", n=place) if "truncated" in str(error) else ""
        reason = reason or tr("its frame {n} is damaged ({error})", n=place, error=error)
        raise source.error(reason, tr("save or download it again")) from error
    if seconds and min(seconds) != max(seconds):
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
