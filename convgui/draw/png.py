"""PNG (ISO/IEC 15948): the one place that writes it, for pictures in a file, in an SVG, and frame by frame."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from convgui.draw.colour import Bytes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}
"""The format's number for grey and RGB, each without opacity or with it, by how many channels they have."""
_LEVEL = 6


def png_bytes(image: Bytes) -> bytes:
    """Encode uint8 ``(rows, columns, 3)``, or 4 with opacity."""
    rows, columns, channels = image.shape
    return png_file(columns, rows, 8, channels, image.reshape(rows, -1))


def png_file(columns: int, rows: int, bits: int, channels: int, lines: Bytes, *extra: bytes) -> bytes:
    """Return a whole file of `lines`, the bytes of each row, with further chunks before them."""
    return b"".join(
        (SIGNATURE, header(columns, rows, bits, channels), *extra, chunk(b"IDAT", scanlines(lines)), END),
    )


def header(columns: int, rows: int, bits: int, channels: int) -> bytes:
    """Return the chunk that says what is in the file."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, bits, COLOURS[channels], 0, 0, 0))


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk: length, kind, data, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def scanlines(lines: Bytes) -> bytes:
    """Compress rows of bytes ``(rows, bytes)`` as they are, or as differences from the row above if that is shorter.

    Drawings repeat their rows, and frames are mostly clear: those are short as they are. Photos are not.
    """
    plain = np.zeros((len(lines), lines.shape[1] + 1), dtype=np.uint8)
    plain[:, 1:] = lines
    above = plain.copy()
    above[:, 0] = 2
    above[1:, 1:] -= lines[:-1]
    return min((zlib.compress(each.tobytes(), _LEVEL) for each in (plain, above)), key=len)
