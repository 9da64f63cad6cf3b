"""Animated PNG (the third edition of the PNG specification): exact colours, and of each frame only what changed."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO

import numpy as np

from convgui.draw.colour import Bytes
from convgui.export.changes import Clock, changed_box

_LEVEL = 6
_LONGEST = 65_535


def chunk(kind: bytes, data: bytes) -> bytes:
    """Write one PNG chunk: length, kind, data, checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def scanlines(rows: Bytes) -> bytes:
    """Compress rows of bytes ``(rows, bytes)``; the filter is the difference from the row above."""
    lines = np.empty((len(rows), rows.shape[1] + 1), dtype=np.uint8)
    lines[:, 0] = 2
    lines[0, 1:] = rows[0]
    lines[1:, 1:] = rows[1:] - rows[:-1]
    return zlib.compress(lines.tobytes(), _LEVEL)


class ApngWriter:
    """Writes frames as they come; their number has to be known.

    Parameters
    ----------
    channels : int
        3, or 4 with opacity.
    """

    def __init__(self, stream: BinaryIO, width: int, height: int, channels: int, frames: int) -> None:
        self._stream, self._serial = stream, 0
        self._before: Bytes | None = None
        self._clock = Clock(1000, 1, _LONGEST)
        header = struct.pack(">IIBBBBB", width, height, 8, {3: 2, 4: 6}[channels], 0, 0, 0)
        stream.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"acTL", struct.pack(">II", frames, 0)))

    def add(self, pixels: Bytes, seconds: float) -> None:
        """Write one frame, uint8 ``(rows, columns, channels)``."""
        first = self._before is None
        top, bottom, left, right = 0, pixels.shape[0], 0, pixels.shape[1]
        if self._before is not None:
            top, bottom, left, right = changed_box((pixels != self._before).any(axis=2))
        box = struct.pack(">IIIII", self._next(), right - left, bottom - top, left, top)
        # Leave the frame standing, replace (not blend) what is drawn over.
        self._stream.write(chunk(b"fcTL", box + struct.pack(">HHBB", self._clock.units(seconds), 1000, 0, 0)))
        data = scanlines(np.ascontiguousarray(pixels[top:bottom, left:right]).reshape(bottom - top, -1))
        self._stream.write(chunk(b"IDAT", data) if first else chunk(b"fdAT", struct.pack(">I", self._next()) + data))
        self._before = pixels

    def close(self) -> None:
        """Write the end."""
        self._stream.write(chunk(b"IEND", b""))

    def _next(self) -> int:
        self._serial += 1
        return self._serial - 1
