"""What Pillow does not do for PNG: checksums, and all 16 bits of colour pictures."""

from __future__ import annotations

import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL.PngImagePlugin import PngImageFile

from convgui.files.source import Source
from convgui.files.watched import watched
from convgui.words import tr

BLOCK = 1 << 20
METADATA = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt"})
LONGEST_SIDE = 2**31 - 1


class PngHeader(NamedTuple):
    """The IHDR chunk."""

    width: int
    height: int
    depth: int
    colour: int
    """0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA."""
    may_be_turned: bool = False
    """Whether a chunk is there that can hold an EXIF orientation."""

    @property
    def channels(self) -> int:
        """Channels after loading, without a transparent colour."""
        return {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}[self.colour]


def check_png(source: Source) -> PngHeader:
    """Walk the chunks, verify every length and checksum, and return the header.

    Pillow skips the checksums of picture data, so a flipped bit could load as a wrong picture without a word.

    Raises
    ------
    LoadError
        Saying which chunk is damaged or where the file is cut off.
    """
    stream, header, kinds = source.stream, None, set[bytes]()
    stream.seek(8)
    while True:
        at = stream.tell()
        start = stream.read(8)
        if len(start) < 8:
            raise source.error(
                tr("it is cut off after {size:,} bytes, before its end chunk", size=source.size),
                tr("download it again"),
            )
        length, kind = int.from_bytes(start[:4], "big"), start[4:8]
        name = kind.decode("ascii", "replace")
        if length > source.size - at - 12:
            raise source.error(
                tr(
                    "it is cut off inside its {name} chunk: {length:,} bytes are promised at byte {at:,} and "
                    "{size:,} follow",
                    name=name,
                    length=length,
                    at=at,
                    size=max(source.size - at - 12, 0),
                ),
                tr("save or download it again"),
            )
        data = _read_checked(source, kind, length, at)
        if header is None:
            header = _parse_header(source, kind, data)
        kinds.add(kind)
        if kind == b"IEND":
            break
    if b"IDAT" not in kinds:
        raise source.error(tr("it has no picture data (no IDAT chunk)"))
    stream.seek(0)
    return header._replace(may_be_turned=bool(kinds & METADATA))


def _read_checked(source: Source, kind: bytes, length: int, at: int) -> bytes:
    """Read one chunk's data and checksum; only the header's data is kept."""
    checksum, left, first = zlib.crc32(kind), length, b""
    while left:
        block = source.stream.read(min(left, BLOCK))
        if not block:
            raise source.error(tr("it became shorter while it was read"), tr("open it again"))
        first = first or block
        checksum = zlib.crc32(block, checksum)
        left -= len(block)
    if int.from_bytes(source.stream.read(4), "big") != checksum:
        name = kind.decode("ascii", "replace")
        raise source.error(
            tr("the checksum of its {name} chunk at byte {at:,} is wrong", name=name, at=at),
            tr("save or download it again"),
        )
    return first


def _parse_header(source: Source, kind: bytes, data: bytes) -> PngHeader:
    if kind != b"IHDR" or len(data) != 13:
        raise source.error(tr("it does not start with a PNG header chunk"))
    header = PngHeader(int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big"), data[8], data[9])
    depths = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    if header.depth not in depths.get(header.colour, ()):
        raise source.error(
            tr(
                "its header names colour type {colour} with {depth} bits, which PNG lacks",
                colour=header.colour,
                depth=header.depth,
            )
        )
    if max(header.width, header.height) > LONGEST_SIDE:
        raise source.error(
            tr("its header promises {width:,} × {height:,} pixels", width=header.width, height=header.height)
        )
    return header


def decode_16_bit(source: Source, header: PngHeader) -> NDArray[Any]:
    """Decode a 16-bit PNG to ``(H, W, C)`` uint16, exactly.

    Pillow keeps 16 bits of grey, but of colour only the high byte. Its decoder can be told to read the samples as
    little-endian, when it keeps the low byte instead; two passes give both. Grey with alpha is four bytes a pixel,
    and is read as if it were RGBA of 8 bits.
    """
    source.stream.seek(0)
    if header.colour == 0:
        with PngImageFile(watched(source)) as image:
            grey: NDArray[np.uint16] = np.asarray(image)[..., np.newaxis].astype(np.uint16)
            return _with_key(grey, image.info.get("transparency"))
    if header.colour == 4:
        return np.ascontiguousarray(_decode_as(source, "RGBA")).view(">u2").astype(np.uint16)
    mode = "RGB" if header.colour == 2 else "RGBA"
    high = _decode_as(source, f"{mode};16B").astype(np.uint16)
    source.check_cancelled()
    colour: NDArray[np.uint16] = high * np.uint16(256) + _decode_as(source, f"{mode};16L")
    source.stream.seek(0)
    with PngImageFile(watched(source)) as image:
        return _with_key(colour, image.info.get("transparency"))


def _decode_as(source: Source, rawmode: str) -> NDArray[np.uint8]:
    source.stream.seek(0)
    with PngImageFile(watched(source)) as image:
        image.tile = [image.tile[0]._replace(args=rawmode)]
        return np.asarray(image)


def _with_key(values: NDArray[np.uint16], key: object) -> NDArray[np.uint16]:
    """Append an alpha channel that is 0 where a pixel has the transparent colour of a tRNS chunk."""
    if key is None:
        return values
    opaque = (values != np.asarray(key, np.uint16)).any(axis=-1, keepdims=True)
    return np.concatenate([values, np.where(opaque, np.uint16(65535), np.uint16(0))], axis=-1)
