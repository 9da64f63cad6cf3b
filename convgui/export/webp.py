"""Animated WebP, lossless: each frame by Pillow as a picture of its own, put together here.

The container is RIFF as Google's "WebP Container Specification" describes it: VP8X, ANIM, then one ANMF a frame.
"""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from PIL import Image, features

from convgui.draw.colour import Bytes
from convgui.export.atomic_write import ExportError
from convgui.export.changes import Changes, Clock
from convgui.words import tr

_ANIMATION, _ALPHA = 0x02, 0x10
_REPLACE = 0x02
"""Of a frame: do not blend it over what stands there. Each frame is left standing."""
_LONGEST = (1 << 24) - 1
_LARGEST = 16_383


class WebpWriter:
    """Writes frames as they come, and of each only what changed; only the frame before is kept.

    Raises
    ------
    ExportError
        If this Pillow cannot write WebP, or a side is longer than the format allows.
    """

    def __init__(self, stream: BinaryIO, width: int, height: int) -> None:
        if not features.check("webp"):
            raise ExportError(tr("this Pillow was built without WebP; choose GIF or APNG."))
        if max(width, height) > _LARGEST:
            raise ExportError(
                tr("a WebP is at most {largest} pixels a side; choose a smaller size or scale.", largest=_LARGEST)
            )
        self._stream = stream
        # Offsets are counted in twos.
        self._changes = Changes(grid=2)
        self._clock = Clock(1000, 1, _LONGEST)
        flags = _ANIMATION | _ALPHA
        stream.write(b"RIFF\0\0\0\0WEBP")
        stream.write(_chunk(b"VP8X", struct.pack("<I", flags) + _three(width - 1) + _three(height - 1)))
        # The background is transparent black, repeated without end.
        stream.write(_chunk(b"ANIM", struct.pack("<IH", 0, 0)))

    def add(self, pixels: Bytes, seconds: float) -> None:
        """Write one frame, uint8 ``(rows, columns, 3 or 4)``."""
        patch = self._changes.next(pixels)
        buffer = io.BytesIO()
        # With more effort files are a hundredth smaller, with less an eighth larger.
        Image.fromarray(patch.pixels).save(buffer, "WEBP", lossless=True, quality=30, method=2, exact=True)
        rows, columns, _ = patch.pixels.shape
        header = _three(patch.left // 2) + _three(patch.top // 2) + _three(columns - 1) + _three(rows - 1)
        blend = bytes([0 if patch.over else _REPLACE])
        frame = header + _three(self._clock.units(seconds)) + blend + _bitstream(buffer.getvalue())
        self._stream.write(_chunk(b"ANMF", frame))

    def close(self) -> None:
        """Write the length, which is known only now."""
        length = self._stream.tell() - 8
        self._stream.seek(4)
        self._stream.write(struct.pack("<I", length))
        self._stream.seek(0, io.SEEK_END)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _three(value: int) -> bytes:
    return value.to_bytes(3, "little")


def _bitstream(file: bytes) -> bytes:
    """Cut the picture data (VP8L and what belongs to it) out of a still WebP."""
    at, kept = 12, b""
    while at < len(file):
        kind, length = file[at : at + 4], int.from_bytes(file[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if kind in (b"ALPH", b"VP8 ", b"VP8L"):
            kept += file[at:end]
        at = end
    return kept
