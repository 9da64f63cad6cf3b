"""The pixels of a PNG: Pillow undoes compression, filters and interlacing, all else is done here, exactly."""

from __future__ import annotations

import io
import struct
import zlib
from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import IO, Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from PIL.PngImagePlugin import PngImageFile

from convgui.files.cancellable_stream import cancellable
from convgui.files.png import Extent, Png, PngFrame
from convgui.files.source import Source
from convgui.words import tr

SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Pixels(NamedTuple):
    """A picture and its transparency."""

    colours: NDArray[Any]
    """``(H, W, C)``, bool, uint8 or uint16."""
    alpha: NDArray[Any] | None
    """``(H, W)``, uint8 or uint16, where the file says something about it."""


def decode(source: Source, png: Png, frame: PngFrame) -> Pixels:
    """Return a frame's own pixels: palettes as RGB, 2 and 4 bits of grey as 8, everything else as it is stored."""
    colour, depth = frame.header.colour, frame.header.depth
    if depth == 16:
        stored = _sixteen(source, png, frame)
    else:
        stored = _by_pillow(source, png, frame)
        stored = stored[..., np.newaxis] if stored.ndim == 2 else stored
    if colour in (4, 6):
        return Pixels(stored[..., :-1], stored[..., -1])
    if colour == 3:
        return _from_palette(source, png, stored[..., 0])
    if len(png.key) < 2 * stored.shape[2]:
        return Pixels(stored, None)
    key = np.frombuffer(png.key, ">u2", stored.shape[2]).astype(np.int64) & (1 << depth) - 1
    # Pillow spreads 2 and 4 bits over 8.
    key *= 255 // ((1 << depth) - 1) if 1 < depth < 8 else 1
    shown = (stored != key).any(axis=-1)
    full = np.uint16(65535) if depth == 16 else np.uint8(255)
    return Pixels(stored, np.where(shown, full, full.dtype.type(0)))


def _from_palette(source: Source, png: Png, index: NDArray[Any]) -> Pixels:
    colours = np.frombuffer(png.palette, np.uint8).reshape(-1, 3)
    if int(index.max()) >= len(colours):
        raise source.error(
            tr(
                "its palette has {count:,} colours, and a pixel asks for number {n:,}",
                count=len(colours),
                n=int(index.max()),
            )
        )
    if not png.key:
        return Pixels(colours[index], None)
    alphas = np.full(256, 255, np.uint8)
    alphas[: len(png.key)] = np.frombuffer(png.key, np.uint8)
    return Pixels(colours[index], alphas[index])


def _sixteen(source: Source, png: Png, frame: PngFrame) -> NDArray[np.uint16]:
    """Return 16-bit samples, exactly.

    Pillow keeps 16 bits of grey, but of colour only the high byte. Its decoder can be told to read the samples as
    little-endian, when it keeps the low byte instead; two passes give both. Grey with alpha is four bytes a pixel,
    and is read as if it were RGBA of 8 bits.
    """
    if frame.header.colour == 0:
        return _by_pillow(source, png, frame)[..., np.newaxis].astype(np.uint16)
    if frame.header.colour == 4:
        return np.ascontiguousarray(_by_pillow(source, png, frame, "RGBA")).view(">u2").astype(np.uint16)
    mode = "RGB" if frame.header.colour == 2 else "RGBA"
    high = _by_pillow(source, png, frame, f"{mode};16B").astype(np.uint16)
    source.check_cancelled()
    both: NDArray[np.uint16] = high * np.uint16(256) + _by_pillow(source, png, frame, f"{mode};16L")
    return both


def _by_pillow(source: Source, png: Png, frame: PngFrame, rawmode: str = "") -> NDArray[Any]:
    with PngImageFile(_alone(source, png, frame)) as image:
        if rawmode:
            image.tile = [image.tile[0]._replace(args=rawmode)]
        return np.asarray(image)


def _alone(source: Source, png: Png, frame: PngFrame) -> IO[bytes]:
    """Return a frame as a PNG of its own, with nothing beside the picture."""
    header = frame.header
    interlaced = int(header.interlaced)
    start = struct.pack(">IIBBBBB", header.width, header.height, header.depth, header.colour, 0, 0, interlaced)
    pieces: list[bytes | Extent] = [SIGNATURE + _chunk(b"IHDR", start)]
    if header.colour == 3:
        pieces.append(_chunk(b"PLTE", png.palette))
    for extent in frame.data:
        # Its checksum was verified already, and Pillow looks at none of picture data.
        pieces += [struct.pack(">I", extent.length) + b"IDAT", extent, bytes(4)]
    pieces.append(_chunk(b"IEND", b""))
    joined = Joined(cast("IO[bytes]", source.stream), pieces)
    return cancellable(replace(source, stream=cast("Any", joined), size=joined.size))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


class Joined:
    """Bytes, and parts of a file, as one file that can be read and sought in.

    Attributes
    ----------
    size : int
        Length of all.
    """

    def __init__(self, stream: IO[bytes], pieces: list[bytes | Extent]) -> None:
        self._stream, self._pieces, self._at = stream, pieces, 0
        lengths = [len(part) if isinstance(part, bytes) else part.length for part in pieces]
        self._starts = [0, *accumulate(lengths)]
        self.size = self._starts[-1]

    def read(self, size: int = -1) -> bytes:
        """Read at most `size` bytes."""
        left = self.size - self._at if size < 0 else min(size, self.size - self._at)
        read = list[bytes]()
        while left > 0:
            number = bisect_right(self._starts, self._at) - 1
            part, skipped = self._pieces[number], self._at - self._starts[number]
            wanted = min(left, self._starts[number + 1] - self._at)
            if isinstance(part, bytes):
                block = part[skipped : skipped + wanted]
            else:
                self._stream.seek(part.start + skipped)
                block = self._stream.read(wanted)
            if not block:
                break
            read.append(block)
            self._at += len(block)
            left -= len(block)
        return b"".join(read)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another offset, as in any file."""
        self._at = max(offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence], 0)
        return self._at

    def tell(self) -> int:
        """Return the offset."""
        return self._at
