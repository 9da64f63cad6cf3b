"""Strips and tiles of a TIFF that are pictures of their own: JPEG and WebP by Pillow, and fax."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.WebPImagePlugin import WebPImageFile
from tifffile import PHOTOMETRIC, TiffPage

from convgui.core.errors import told
from convgui.files.errors import LoadError
from convgui.files.fax import unpack_fax
from convgui.files.jpeg import check_rows
from convgui.files.source import Source
from convgui.files.tiff_codecs import REVERSED
from convgui.words import tr

PictureDecoder = Callable[[Source, bytes, tuple[int, int, int]], NDArray[Any]]
"""Takes the bytes of a strip or tile and its ``(rows, columns, samples)``, which it returns."""

OLD_JPEG, JPEGS, WEBPS, FAXES = 6, (7, 33007), (50001, 34927), (2, 3, 4)
SOI, EOI = b"\xff\xd8", b"\xff\xd9"
SCAN, NAMES_COLOURS = 0xDA, (b"JFIF\0", b"Adobe")
OTHER_FRAMES = (0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
"""Kinds of JPEG that nobody but imagecodecs reads: lossless, hierarchical and arithmetic."""
EXTRA = "tiff-codecs"


def picture_decoder(page: TiffPage) -> PictureDecoder | None:
    """Return what decodes the strips and tiles of a page; None where Pillow has nothing for them."""
    eight = page.bitspersample == 8 and page.sampleformat in (1, 4)
    if page.compression in (OLD_JPEG, *JPEGS) and eight and _planes(page) in (1, 3, 4):
        return _jpeg(page)
    if page.compression in WEBPS and eight and page.samplesperpixel in (3, 4) and page.planarconfig == 1:
        return lambda source, data, shape: _fitted(source, WebPImageFile(io.BytesIO(data)), shape)
    if page.compression in FAXES and page.bitspersample == 1 and page.samplesperpixel == 1:
        return lambda source, data, shape: _fax(source, data, shape, page)
    return None


def _planes(page: TiffPage) -> int:
    return int(page.samplesperpixel) if page.planarconfig == 1 else 1


def _jpeg(page: TiffPage) -> PictureDecoder:
    tables = (page.jpegtables or b"").removeprefix(SOI).removesuffix(EOI)
    # Of four channels JPEG's own marker tells CMYK, of three whether they are RGB.
    transform = int(page.photometric == PHOTOMETRIC.YCBCR and _planes(page) == 3)
    adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])

    def decode(source: Source, data: bytes, shape: tuple[int, int, int]) -> NDArray[Any]:
        if page.compression == OLD_JPEG and not data.startswith(SOI):
            data = _interchange(source, page) + data
        markers = list(_segments(data))
        if any(kind in OTHER_FRAMES for kind, _ in markers):
            raise source.lacks(tr("it is in lossless JPEG, which needs imagecodecs"), EXTRA)
        # A stream may say itself which colours it holds.
        named = any(kind in (0xE0, 0xEE) and held in NAMES_COLOURS for kind, held in markers)
        marker = b"" if named else adobe
        stream = SOI + marker + tables + data.removeprefix(SOI)
        image = JpegImageFile(io.BytesIO(stream))
        values = _fitted(source, image, shape)
        check_rows(source, stream, values)
        # Pillow takes for granted that the ink of a CMYK picture is stored inverted, which in TIFF it is not.
        return 255 - values if image.mode == "CMYK" else values

    return decode


def _interchange(source: Source, page: TiffPage) -> bytes:
    """Return the beginning of a picture in old JPEG, which stands apart from its strip."""
    at, count = page.tags.valueof(513), page.tags.valueof(514)
    if not isinstance(at, int) or not isinstance(count, int):
        raise source.error(
            tr("it is in the old form of JPEG, whose tables stand apart"), tr("save it with LZW or Deflate")
        )
    source.stream.seek(at)
    head = source.stream.read(count)
    return head.removesuffix(EOI)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Walk the markers of a JPEG stream before its scan: the kind of each and the start of what it holds."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != SCAN:
        yield data[at + 1], data[at + 4 : at + 9]
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def _fitted(source: Source, image: ImageFile, shape: tuple[int, int, int]) -> NDArray[Any]:
    """Decode a picture that fits into a strip or tile; at the edge it may be smaller."""
    rows, columns, samples = shape
    with image:
        if image.width > columns or image.height > rows:
            raise source.error(
                tr(
                    "a strip or tile of {columns:,} × {rows:,} holds a picture of {width:,} × {height:,}",
                    columns=columns,
                    rows=rows,
                    width=image.width,
                    height=image.height,
                )
            )
        try:
            image.load()
        except OSError as error:
            raise _unreadable(source, error) from error
        values = np.asarray(image)
    values = values[..., np.newaxis] if values.ndim == 2 else values
    if values.shape[2] == 3 and samples == 4:
        # WebP leaves out an alpha channel that is opaque.
        values = np.concatenate([values, np.full_like(values[..., :1], 255)], axis=-1)
    if values.shape[2] != samples:
        raise source.error(
            tr("a strip or tile holds {n} channels in place of {samples}", n=values.shape[2], samples=samples)
        )
    return values


def _fax(source: Source, data: bytes, shape: tuple[int, int, int], page: TiffPage) -> NDArray[Any]:
    """Decode as many rows of a strip as there are."""
    rows, columns, _ = shape
    options = page.tags.valueof(292, 0)
    data = data.translate(REVERSED) if page.fillorder == 2 else data
    try:
        return unpack_fax(data, columns, rows, int(page.compression), bool(options & 1))[..., np.newaxis]
    except ValueError as error:
        raise _unreadable(source, error) from error


def _unreadable(source: Source, error: Exception) -> LoadError:
    if "truncated" in str(error):
        return source.error(tr("the picture data of a strip or tile are cut off"), tr("save or download it again"))
    return source.error(
        tr("the picture data of a strip or tile are damaged ({error})", error=told(error)),
        tr("save or download it again"),
    )
