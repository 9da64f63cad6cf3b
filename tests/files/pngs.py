"""Makes PNG bytes by the book, for tests that need control over every chunk."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR = {1: 0, 2: 4, 3: 2, 4: 6}
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int, height: int, depth: int, colour: int, interlaced: bool = False) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))


def encode(values: NDArray[Any], *, interlaced: bool = False, extra: bytes = b"", filters: bool = True) -> bytes:
    """Encode ``(H, W, C)`` of uint8 or uint16, cycling through all five row filters."""
    height, width, channels = values.shape
    parts = [values]
    if interlaced:
        parts = [values[y::dy, x::dx] for x, y, dx, dy in PASSES]
    raw = b"".join(_filtered(part, filters) for part in parts if part.size)
    start = SIGNATURE + header(width, height, values.dtype.itemsize * 8, COLOUR[channels], interlaced)
    return start + extra + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def _filtered(values: NDArray[Any], filters: bool) -> bytes:
    step = values.shape[2] * values.dtype.itemsize
    rows = [np.frombuffer(row.astype(values.dtype.newbyteorder(">")).tobytes(), np.uint8) for row in values]
    above, out = np.zeros_like(rows[0]), b""
    for y, row in enumerate(rows):
        kind = y % 5 if filters else 0
        out += bytes([kind]) + (row - _prediction(kind, row, above, step)).astype(np.uint8).tobytes()
        above = row
    return out


def _prediction(kind: int, row: NDArray[np.uint8], above: NDArray[np.uint8], step: int) -> NDArray[np.int64]:
    zeros = np.zeros(step, np.int64)
    left = np.concatenate([zeros, row[:-step]]).astype(np.int64)
    corner = np.concatenate([zeros, above[:-step]]).astype(np.int64)
    up = above.astype(np.int64)
    estimate = left + up - corner
    nearest = np.argmin([abs(estimate - left), abs(estimate - up), abs(estimate - corner)], axis=0)
    paeth = np.choose(nearest, [left, up, corner])
    predictions: list[NDArray[np.int64]] = [np.zeros_like(up), left, up, (left + up) // 2, paeth]
    return predictions[kind]
