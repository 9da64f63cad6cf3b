"""Animated GIF (GIF89a): one palette for all frames, no dither, and of each frame only what changed."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

import numpy as np
from PIL import Image

from convgui.draw.colour import Bytes
from convgui.export.changes import Clock, changed_box
from convgui.export.palette import Nearest

_CLEAR = 255
"""Index of the transparent entry, which also stands for "as in the frame before"."""
COLOURS = 255
_TABLE = 256
_FOREVER = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
_LONGEST = 65_535


class GifWriter:
    """Writes frames as they come; only the frame before is kept.

    Parameters
    ----------
    palette : ndarray
        uint8 ``(N, 3)``, N at most `COLOURS`.
    transparent : bool
        Whether frames are RGBA, each pixel opaque or clear.
    """

    def __init__(self, stream: BinaryIO, width: int, height: int, palette: Bytes, *, transparent: bool) -> None:
        self._stream, self._transparent = stream, transparent
        self._nearest = Nearest(palette)
        self._before: Bytes | None = None
        self._clock = Clock(100, 2, _LONGEST)
        table = np.zeros((_TABLE, 3), dtype=np.uint8)
        table[: len(palette)] = palette
        # 0xF7: a global table of 256 entries of 8 bits.
        stream.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0xF7, 0, 0) + table.tobytes() + _FOREVER)

    def add(self, pixels: Bytes, seconds: float) -> None:
        """Write one frame, uint8 ``(rows, columns, 3 or 4)``."""
        index = self._nearest(pixels)
        if self._transparent:
            index[pixels[..., 3] == 0] = _CLEAR
        top, bottom, left, right = self._changed(index)
        part = index[top:bottom, left:right]
        if self._before is not None and not self._transparent:
            part = np.where(part == self._before[top:bottom, left:right], np.uint8(_CLEAR), part)
        # Disposal 1 leaves a frame standing, 2 clears it: what was opaque can become transparent only then.
        disposal = 2 if self._transparent else 1
        delay = self._clock.units(seconds)
        self._stream.write(
            struct.pack("<BBBBHBB", 0x21, 0xF9, 4, disposal << 2 | 1, delay, _CLEAR, 0)
            + struct.pack("<BHHHHB", 0x2C, left, top, right - left, bottom - top, 0)
            + _lzw(part)
        )
        self._before = index

    def close(self) -> None:
        """Write the end."""
        self._stream.write(b"\x3b")

    def _changed(self, index: Bytes) -> tuple[int, int, int, int]:
        rows, columns = index.shape
        if self._before is None or self._transparent:
            return 0, rows, 0, columns
        return changed_box(index != self._before)


def _lzw(part: Bytes) -> bytes:
    """Compress indices as a GIF's picture data; Pillow's encoder does it, in a file of its own that is cut open."""
    buffer = io.BytesIO()
    # A grey picture's palette is 0 to 255 in order, so that its indices come out as they are.
    Image.fromarray(np.ascontiguousarray(part)).save(buffer, "GIF", optimize=False, interlace=False)
    data = buffer.getvalue()
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while data[at] == 0x21:
        at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
    at += 10 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0)
    return data[at : data.rindex(b"\x3b")]
