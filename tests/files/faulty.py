"""Files that are wrong on purpose, each with what has to come of it.

The numbers are those of the project's list of faults; letters are further cases of the same kind.
"""

from __future__ import annotations

import gzip
import io
import os
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tests.files import pngs

GRID = np.arange(24, dtype=np.uint8).reshape(4, 6)
RGB = np.random.default_rng(3).integers(0, 256, (48, 64, 3), dtype=np.uint8)
Make = bytes | Callable[[Path], object]


@dataclass(frozen=True)
class Fault:
    """A faulty file: how to make it, and either the words its error must hold or the shape it must load with."""

    id: str
    name: str
    make: Make
    says: str = ""
    shape: tuple[int, ...] = ()

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        if isinstance(self.make, bytes):
            path.write_bytes(self.make)
        else:
            self.make(path)
        return path


class Malicious:
    """Unpickling it makes a folder named "executed" in the current one."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, ("executed",)


def picture(kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(RGB).save(stream, kind, **options)
    return stream.getvalue()


def npy(values: NDArray[Any], pickled: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=pickled)
    return stream.getvalue()


def header_only(text: str, data: bytes = b"", version: int = 1, claim: int | None = None) -> bytes:
    body = text.encode() + b"\n"
    length = struct.pack("<H" if version == 1 else "<I", len(body) if claim is None else claim)
    return b"\x93NUMPY" + bytes([version, 0]) + length + body + data


def dictionary(shape: object, descr: object = "<f4") -> str:
    return f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape!r}, }}"


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def npz_bomb() -> bytes:
    """Return an archive whose directory says that an array of 4 GB comes out."""
    data = bytearray(zipped({"a.npy": header_only(dictionary((32_000, 32_000))) + bytes(1_000_000)}))
    size = struct.pack("<I", 0xFFFFFFF0)
    start = data.rindex(b"PK\x01\x02")
    data[start + 24 : start + 28] = size
    data[22:26] = size
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(zipped({"a.npy": npy(GRID)}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def black_png(side: int) -> bytes:
    """Return a one-bit PNG of a kind that is tiny on disk and huge in memory."""
    press = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    packed = b"".join([*(press.compress(row * 100) for _ in range(side // 100)), press.flush()])
    return pngs.SIGNATURE + pngs.header(side, side, 1, 0) + pngs.chunk(b"IDAT", packed) + pngs.chunk(b"IEND", b"")


def png_with(ihdr: bytes, data: bytes | None) -> bytes:
    idat = b"" if data is None else pngs.chunk(b"IDAT", data)
    return pngs.SIGNATURE + ihdr + idat + pngs.chunk(b"IEND", b"")


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def long_gif() -> bytes:
    stream = io.BytesIO()
    frames = [Image.fromarray(np.full((4, 6), i % 256, np.uint8)) for i in range(3000)]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    return stream.getvalue()


def gif_canvas(width: int, height: int) -> bytes:
    data = bytearray(picture("GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def bmp_size(width: int, height: int) -> bytes:
    data = bytearray(picture("BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


def tiff(values: NDArray[Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    tifffile.imwrite(stream, values, **options)
    return stream.getvalue()


def tiff_tag(code: int, value: int) -> bytes:
    """Return a small TIFF with the value of one LONG tag replaced."""
    data = bytearray(tiff(np.zeros((100, 100), np.uint8), byteorder="<"))
    at = data.index(struct.pack("<HH", code, 4), struct.unpack("<I", data[4:8])[0])
    data[at + 8 : at + 12] = struct.pack("<I", value)
    return bytes(data)


def webp_canvas(width: int, height: int) -> bytes:
    body = b"\x00" * 4 + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk + bytes(64)


def sparse(start: bytes, size: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.write_bytes(start)
        os.truncate(path, size)

    return make


JPEG, PNG, PNG16 = picture("JPEG"), picture("PNG"), pngs.encode(RGB.astype(np.uint16) * 257)
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
OBJECTS = npy(np.array([Malicious()], dtype=object), pickled=True)
ONE = pngs.header(1, 1, 8, 0)

PICTURES = (
    Fault("1", "empty.png", b"", "empty"),
    Fault("2", "junk.png", bytes(range(256)) * 4, "none of the kinds"),
    Fault("2b", "text.png", b"hello, world\n" * 9, "text"),
    Fault("2c", "page.png", b"%PDF-1.7 and so on", "PDF"),
    Fault("2d", "phone.jpg", b"\x00\x00\x00\x18ftypheic" + bytes(64), "HEIC"),
    Fault("3", "photo.bmp", PNG, shape=(3, 48, 64)),
    Fault("3b", "photo", JPEG, shape=(3, 48, 64)),
    Fault("3c", "photo.jpg", npy(GRID), shape=(1, 4, 6)),
    *(Fault(f"4-{n}%", f"cut{n}.jpg", JPEG[: len(JPEG) * n // 100], "cut off") for n in (1, 10, 30)),
    Fault("4-60%", "cut60.jpg", JPEG[: len(JPEG) * 60 // 100], "without a JPEG end marker"),
    Fault("4-99%", "cut99.jpg", JPEG[: len(JPEG) * 99 // 100], "cut off"),
    Fault("5-9", "cut.png", PNG[:9], "cut off after 9 bytes"),
    Fault("5-half", "cut.png", PNG[: len(PNG) // 2], "cut off inside its IDAT chunk"),
    Fault("5-end", "cut.png", PNG[:-13], "cut off"),
    Fault("5-16", "cut16.png", PNG16[: len(PNG16) // 2], "cut off inside its IDAT chunk"),
    Fault("6", "bad.png", flipped(PNG, len(PNG) // 2), "checksum of its IDAT"),
    Fault("6b", "bad.png", flipped(PNG, 17), "checksum of its IHDR"),
    Fault("6c", "bad16.png", flipped(PNG16, len(PNG16) // 2), "checksum of its IDAT"),
    Fault("6d", "short.png", png_with(pngs.header(8, 8, 8, 0), zlib.compress(bytes(20))), ""),
    Fault("6e", "short16.png", png_with(pngs.header(8, 8, 16, 2), zlib.compress(bytes(20))), ""),
    Fault("6f", "nozlib.png", png_with(pngs.header(8, 8, 8, 0), b"not zlib at all"), ""),
    Fault("6g", "nodata.png", png_with(ONE, None), "no IDAT"),
    Fault("6h", "depth.png", png_with(pngs.header(1, 1, 3, 2), zlib.compress(bytes(4))), "PNG lacks"),
    Fault("6i", "zero.png", png_with(pngs.header(0, 5, 8, 0), zlib.compress(b"")), "holds no values"),
    Fault("6j", "noheader.png", pngs.SIGNATURE + pngs.chunk(b"IDAT", b"x") + pngs.chunk(b"IEND", b""), "header"),
    Fault("6k", "length.png", pngs.SIGNATURE + b"\xff\xff\xff\xffIDAT", "cut off inside its IDAT"),
    Fault("7", "bomb.png", lambda path: path.write_bytes(black_png(30_000)), "at most 400 million"),
    Fault("7b", "huge.png", png_with(pngs.header(2**31 - 1, 2**31 - 1, 16, 6), b"x"), "at most 400 million"),
    Fault("7c", "huge.gif", gif_canvas(65_535, 65_535), "at most 400 million"),
    Fault("7d", "huge.bmp", bmp_size(2**31 - 1, 2**31 - 1), "at most 400 million"),
    Fault("7e", "huge.tif", tiff_tag(257, 2**31), ""),
    Fault("7f", "huge.webp", webp_canvas(2**24, 2**24), "at most 400 million"),
    Fault("8", "large.png", lambda path: path.write_bytes(black_png(11_000)), shape=(1, 11_000, 11_000)),
    Fault("14", "flat.png", pngs.encode(np.full((5, 5, 3), 9, np.uint8)), shape=(3, 5, 5)),
    Fault("15", "dot.png", pngs.encode(np.full((1, 1, 1), 9, np.uint8)), shape=(1, 1, 1)),
    Fault("17", "long.gif", lambda path: path.write_bytes(long_gif()), shape=(1, 3000, 4, 6)),
    Fault("17b", "cut.gif", picture("GIF")[:900], "cut off"),
    Fault("18", "drawing.svg", SVG, "SVG"),
    Fault("18b", "drawing.png", SVG, "SVG"),
    Fault("18c", "cut.bmp", picture("BMP")[:900], ""),
    Fault("18d", "negative.bmp", bmp_size(-5, 4), ""),
    Fault("18e", "cut.webp", picture("WEBP")[:200], "cut off"),
    Fault("18f", "start.webp", picture("WEBP")[:18], "cut off"),
    Fault("18g", "cut.tif", tiff(np.zeros((100, 100), np.uint8))[:4000], "cut off"),
    Fault("18h", "start.tif", b"II*\x00\xff\xff\xff\x7f", ""),
    Fault("18i", "strips.tif", tiff_tag(273, 2**31), "cut off"),
    Fault("18j", "complex.tif", tiff(np.ones((4, 4), np.complex64)), "complex"),
    Fault("18k", "rows\nand\ttabs.png", b"", "empty"),
)

ARRAYS = (
    Fault("19", "objects.npy", OBJECTS, "Python objects"),
    Fault("19b", "objects.npz", zipped({"a.npy": OBJECTS}), "Python objects"),
    Fault("20", "lie.npy", header_only(dictionary((1000, 1000)), bytes(400)), "cut off"),
    Fault("20b", "lie.npy", header_only(dictionary((10, 10)), bytes(4000)), "does not fit its header"),
    Fault("20c", "negative.npy", header_only(dictionary((-5, 10)), bytes(400)), "damaged"),
    Fault("20d", "fraction.npy", header_only(dictionary((2.5, 10)), bytes(100)), "damaged"),
    Fault("20e", "long.npy", header_only(dictionary((2**62, 2**62)), bytes(100)), "at most 400 million"),
    Fault("20f", "code.npy", header_only("__import__('os').mkdir('executed')", bytes(100)), "damaged"),
    Fault("20g", "deep.npy", header_only("(" * 9000, bytes(100)), "damaged"),
    Fault("20h", "lie.npz", zipped({"a.npy": header_only(dictionary((1000, 1000)), bytes(400))}), "promises"),
    Fault("21", "header.npy", sparse(header_only("{", version=2, claim=200 << 20), 201 << 20), "header claims"),
    Fault("21b", "cut.npy", npy(GRID)[:9], "cut off"),
    Fault("21c", "version.npy", b"\x93NUMPY\x09\x00" + npy(GRID)[8:], "version"),
    Fault("22", "bomb.npz", npz_bomb(), "at most 400 million"),
    Fault("22b", "cut.npz", zipped({"a.npy": npy(GRID)})[:100], "damaged"),
    Fault("22c", "locked.npz", encrypted(), "password"),
    Fault("22d", "crc.npz", flipped(zipped({"a.npy": npy(GRID)}, zipfile.ZIP_STORED), 170), "damaged"),
    Fault("22e", "empty.npz", zipped({}), "without arrays"),
    Fault("22f", "office.npz", zipped({"word/document.xml": b"<x/>"}), "without arrays"),
    Fault("23", "climb.npz", zipped({"../../executed.npy": npy(GRID)}), shape=(1, 4, 6)),
    Fault("24", "zero.npy", npy(np.zeros((0, 5))), "holds no values"),
    Fault("24b", "scalar.npy", npy(np.array(5.0)), "single number"),
    Fault("25", "five.npy", npy(np.zeros((6, 7, 8, 9, 10), np.uint8)), "5 axes"),
    Fault("25b", "four.npy", npy(np.zeros((6, 7, 8, 9), np.uint8)), "4 axes"),
    Fault("26", "complex.npy", npy(GRID * 1j), "complex"),
    Fault("27", "big.npy", npy(GRID.astype(">f8")), shape=(1, 4, 6)),
    Fault("28", "extreme.npy", npy(np.array([[2**63 - 1, -(2**63)]])), "2^53"),
    Fault("28b", "extreme.npy", npy(np.array([[2**64 - 1]], np.uint64)), "2^53"),
    Fault("28c", "text.npy", npy(np.array(["a", "b"])), "text"),
    Fault("28d", "dates.npy", npy(np.array(["2020-01-01"], "M8[D]")), "dates"),
    Fault("28e", "fields.npy", npy(np.zeros(3, [("x", "f4"), ("y", "f4")])), "records"),
    Fault("35", "bomb.gz", gzip.compress(bytes(50_000_000)), "gzip"),
    Fault("36", "weights.npy", pickle.dumps(Malicious(), protocol=4), "pickle"),
    Fault("36b", "weights.pt", zipped({"archive/data.pkl": pickle.dumps(Malicious())}), "without arrays"),
)
