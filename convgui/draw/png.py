"""An RGB array as PNG bytes, for pictures inside an SVG (the image library belongs to other rooms)."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from convgui.draw.colour import Bytes


def png_bytes(image: Bytes) -> bytes:
    """Encode uint8 ``(rows, columns, 3)`` (or 4 with opacity) as PNG (ISO/IEC 15948), without row filters."""
    rows, columns, channels = image.shape
    scanlines = np.zeros((rows, columns * channels + 1), dtype=np.uint8)
    scanlines[:, 1:] = image.reshape(rows, -1)
    header = struct.pack(">IIBBBBB", columns, rows, 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(scanlines.tobytes(), 6)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
