"""Animated PNG (the third edition of the PNG specification): exact colours, and of each frame only what changed."""

from __future__ import annotations

import struct
from typing import BinaryIO

from convgui.draw.colour import Bytes
from convgui.draw.png import END, SIGNATURE, chunk, header, scanlines
from convgui.export.changes import Changes, Clock

_LONGEST = 65_535


class ApngWriter:
    """Writes frames as they come; their number has to be known."""

    def __init__(self, stream: BinaryIO, width: int, height: int, frames: int) -> None:
        self._stream, self._serial = stream, 0
        self._changes = Changes()
        self._clock = Clock(1000, 1, _LONGEST)
        stream.write(SIGNATURE + header(width, height, 8, 4) + chunk(b"acTL", struct.pack(">II", frames, 0)))

    def add(self, pixels: Bytes, seconds: float) -> None:
        """Write one frame, uint8 ``(rows, columns, 3 or 4)``."""
        first = self._serial == 0
        patch = self._changes.next(pixels)
        rows, columns, _ = patch.pixels.shape
        box = struct.pack(">IIIII", self._next(), columns, rows, patch.left, patch.top)
        # Each frame is left standing (0); the next is blended over it (1) or replaces it (0).
        control = struct.pack(">HHBB", self._clock.units(seconds), 1000, 0, int(patch.over))
        self._stream.write(chunk(b"fcTL", box + control))
        data = scanlines(patch.pixels.reshape(rows, -1))
        self._stream.write(chunk(b"IDAT", data) if first else chunk(b"fdAT", struct.pack(">I", self._next()) + data))

    def close(self) -> None:
        """Write the end."""
        self._stream.write(END)

    def _next(self) -> int:
        self._serial += 1
        return self._serial - 1
