"""Pictures whose header promises more rows than their data hold are refused, with the number of those that lack."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from convgui.files import LoadError, load_bytes
from tests.files import pngs

RNG = np.random.default_rng(31)
RGB = RNG.integers(0, 256, (64, 64, 3), dtype=np.uint8)


def png(width: int, height: int, rows: int, depth: int, colour: int) -> bytes:
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = b"\0" + bytes([200 if depth > 4 else 0]) * ((width * channels * depth + 7) // 8)
    palette = pngs.chunk(b"PLTE", bytes(range(3)) * 256) if colour == 3 else b""
    start = pngs.SIGNATURE + pngs.header(width, height, depth, colour) + palette
    return start + pngs.chunk(b"IDAT", zlib.compress(row * rows)) + pngs.chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("depth", "colour"), [(1, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 6), (8, 3), (1, 3), (8, 4)]
)
@pytest.mark.parametrize(("height", "rows"), [(100, 24), (25, 24), (3_000_000, 24), (8, 0)])
def test_png(height: int, rows: int, depth: int, colour: int) -> None:
    data = png(32, height, rows, depth, colour)
    with pytest.raises(LoadError, match=f"end after {rows}, so {height - rows:,} are missing"):
        load_bytes(data)
    whole = png(32, max(rows, 1), max(rows, 1), depth, colour)
    assert load_bytes(whole).data.shape[1:] == (max(rows, 1), 32)


@pytest.mark.parametrize(("kept", "held"), [(0, 0), (300, 0), (700, 13), (950, 29)])
def test_interlaced_png(kept: int, held: int) -> None:
    values = RNG.integers(0, 256, (32, 32, 1), dtype=np.uint8)
    whole = pngs.encode(values, interlaced=True)
    at = whole.index(b"IDAT")
    packed = whole[at + 4 : at + 4 + int.from_bytes(whole[at - 4 : at], "big")]
    raw = zlib.decompress(packed)
    part = raw[: len(raw) * kept // 1000]
    data = whole[: at - 4] + pngs.chunk(b"IDAT", zlib.compress(part)) + pngs.chunk(b"IEND", b"")
    with pytest.raises(LoadError, match=f"end after {held}, so {32 - held} are missing"):
        load_bytes(data)


def test_a_short_frame_of_an_animated_png() -> None:
    frames = [Image.fromarray(part) for part in (RGB, RGB[::-1].copy(), RGB[:, ::-1].copy())]
    stream = io.BytesIO()
    frames[0].save(stream, "PNG", save_all=True, append_images=frames[1:], duration=40)
    data = bytearray(stream.getvalue())
    at = data.index(b"fdAT")
    length = int.from_bytes(data[at - 4 : at], "big")
    packed = zlib.decompress(bytes(data[at + 8 : at + 4 + length]))
    short = bytes(data[at + 4 : at + 8]) + zlib.compress(packed[: len(packed) // 2])
    data[at - 4 : at + 8 + length] = pngs.chunk(b"fdAT", short)
    with pytest.raises(LoadError, match="end after 32, so 32 are missing"):
        load_bytes(bytes(data))


def taller_jpeg(data: bytes, height: int) -> bytes:
    """Return a JPEG whose header promises another height."""
    at = 2
    while data[at + 1] not in (0xC0, 0xC2):
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return data[: at + 5] + struct.pack(">H", height) + data[at + 7 :]


JPEGS: list[dict[str, Any]] = [
    {"quality": 90},
    {"progressive": True},
    {"restart_marker_rows": 1},
    {"restart_marker_blocks": 3},
    {"restart_marker_blocks": 5, "progressive": True},
    {"subsampling": 0},
]


@pytest.mark.parametrize("options", JPEGS, ids=str)
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("flat", [False, True])
def test_jpeg(flat: bool, mode: str, options: dict[str, Any]) -> None:
    stream = io.BytesIO()
    values = np.full_like(RGB, 90) if flat else RGB
    Image.fromarray(values).convert(mode).save(stream, "JPEG", **options)
    data = stream.getvalue()
    assert load_bytes(data).data.shape[1:] == (64, 64)
    assert load_bytes(data + b"something behind \xff\xd9").data.shape[1:] == (64, 64)
    for height in (81, 200, 3000):
        with pytest.raises(LoadError, match=rf"promises {height:,} rows .* after 6\d, so "):
            load_bytes(taller_jpeg(data, height))


@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr"])
def test_jpeg_in_tiff(mode: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(RGB).convert(mode).save(stream, "TIFF", compression="jpeg")
    data = stream.getvalue()
    assert load_bytes(data).data.shape[1:] == (64, 64)
    at = data.index(b"\xff\xc0")
    with pytest.raises(LoadError, match=r"after 6\d, so"):
        load_bytes(
            _longer(data[: at + 5] + struct.pack(">H", 200) + data[at + 7 :], 200),
        )
    with pytest.raises(LoadError, match="after 64, so 136 are missing"):
        load_bytes(_longer(data, 200))


def _longer(tiff: bytes, height: int) -> bytes:
    """Return a TIFF of one strip whose tags promise another height."""
    for tag in (257, 278):
        for kind, code in ((3, "HH"), (4, "I")):
            start = struct.pack("<HHI", tag, kind, 1)
            at = tiff.find(start)
            if at >= 0:
                value = struct.pack("<" + code, *(height, 0)[: len(code)])
                tiff = tiff[: at + 8] + value + tiff[at + 12 :]
    return tiff


@pytest.mark.parametrize("kind", ["GIF", "BMP"])
def test_others_are_cut_off(kind: str) -> None:
    stream = io.BytesIO()
    Image.fromarray(RGB).save(stream, kind)
    data = bytearray(stream.getvalue())
    if kind == "BMP":
        data[22:26] = struct.pack("<i", 200)
    else:
        at = data.index(b"\x2c\0\0\0\0")
        data[8:10] = data[at + 7 : at + 9] = struct.pack("<H", 200)
    with pytest.raises(LoadError, match="cut off"):
        load_bytes(bytes(data))
