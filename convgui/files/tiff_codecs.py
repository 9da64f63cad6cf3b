"""What TIFF packs its strips and tiles with: from packed bytes to plain ones, never to more than were asked for."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from convgui.files.tiff_lzw import unpack_lzw

Unpack = Callable[[bytes, int], bytes]

REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
"""Each byte with its bits the other way round, for files whose FillOrder is 2."""
FAILURES = (ValueError, EOFError, zlib.error, lzma.LZMAError)
"""What unpacking may raise for damaged data."""


def _plain(data: bytes, size: int) -> bytes:
    return data[:size]


def _deflate(data: bytes, size: int) -> bytes:
    return zlib.decompressobj().decompress(data, size)


def _lzma(data: bytes, size: int) -> bytes:
    return lzma.LZMADecompressor().decompress(data, size)


def unpack_packbits(data: bytes, size: int) -> bytes:
    """Unpack runs and literals until `size` bytes are there."""
    out, at = bytearray(), 0
    while at < len(data) - 1 and len(out) < size:
        head = data[at]
        if head < 128:
            out += data[at + 1 : at + 2 + head]
            at += 2 + head
        elif head > 128:
            out += data[at + 1 : at + 2] * (257 - head)
            at += 2
        else:
            at += 1
    return bytes(out)


UNPACK: Mapping[int, Unpack] = MappingProxyType(
    {
        1: _plain,
        5: unpack_lzw,
        8: _deflate,
        32946: _deflate,
        32773: unpack_packbits,
        34925: _lzma,
    }
)
"""By the number in the Compression tag."""
