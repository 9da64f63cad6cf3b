"""Makes TIFF bytes by the book: every compression, predictor, depth, byte order and cut, for tests of the reader."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Page = NDArray[Any]
"""``(height, width, samples)``, or ``(planes, height, width, 1)`` where planes lie apart."""
FORMATS = {"u": 1, "b": 1, "i": 2, "f": 3}


def lzw(data: bytes) -> bytes:
    """Pack as TIFF 6 has it: highest bit first, the width grows one code early."""
    codes = [(256, 9)]
    table, prefix = {bytes([n]): n for n in range(256)}, b""
    count = 258
    for byte in data:
        longer = prefix + bytes([byte])
        if longer in table:
            prefix = longer
            continue
        codes.append((table[prefix], _width(count)))
        table[longer] = count
        count += 1
        prefix = bytes([byte])
        if count == 4094:
            codes.append((table[prefix], 12))
            codes.append((256, 12))
            table, prefix, count = {bytes([n]): n for n in range(256)}, b"", 258
    if prefix:
        codes.append((table[prefix], _width(count)))
        count += 1
    codes.append((257, _width(count)))
    return _bits(codes)


def _width(count: int) -> int:
    return next(width for width in (9, 10, 11, 12) if count < 2**width)


def _bits(codes: Sequence[tuple[int, int]]) -> bytes:
    text = "".join(f"{code:0{width}b}" for code, width in codes)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def packbits(data: bytes) -> bytes:
    """Pack runs of three and more as runs, the rest as literals."""
    out, at = b"", 0
    while at < len(data):
        run = 1
        while run < 128 and data[at : at + 1] * (run + 1) == data[at : at + run + 1]:
            run += 1
        if run > 2:
            out += bytes([257 - run, data[at]])
            at += run
        else:
            out += bytes([0, data[at]])
            at += 1
    return out


PACKERS: Mapping[int, Callable[[bytes], bytes]] = {
    1: bytes,
    5: lzw,
    8: zlib.compress,
    32946: zlib.compress,
    32773: packbits,
    34925: lzma.compress,
}


@dataclass(frozen=True)
class Form:
    """How pages are written."""

    order: Literal["<", ">"] = "<"
    compression: int = 1
    predictor: int = 1
    bits: int = 0
    planar: bool = False
    rows: int = 0
    tile: int = 0
    fill_order: int = 1
    big: bool = False
    tags: Mapping[int, tuple[int, Sequence[int]]] = field(default_factory=dict)


def encode(pages: Sequence[Page], form: Form, photometric: int = 1) -> bytes:
    """Return a TIFF of some pages."""
    order, wide = form.order, "Q" if form.big else "I"
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if form.big else 42)
    body = head + (struct.pack(order + "HHQ", 8, 0, 0) if form.big else struct.pack(order + "I", 0))
    link = 8 if form.big else 4
    for page in pages:
        places, counts = [], []
        for part in _parts(page, form):
            packed = PACKERS[form.compression](_stored(part, form))
            if form.fill_order == 2:
                packed = bytes(int(f"{byte:08b}"[::-1], 2) for byte in packed)
            places.append(len(body))
            counts.append(len(packed))
            body += packed + bytes(len(packed) % 2)
        tags = _tags(page, form, photometric, places, counts)
        late = len(body)
        entries, size = b"", 8 if form.big else 4
        for tag, (kind, values) in sorted(tags.items()):
            code = {3: "H", 4: "I", 5: "I", 16: "Q"}[kind]
            raw = struct.pack(f"{order}{len(values)}{code}", *values)
            if len(raw) > size:
                at, raw = len(body), raw + bytes(len(raw) % 2)
                body += raw
                raw = struct.pack(order + wide, at)
            count = len(values) // (2 if kind == 5 else 1)
            entries += struct.pack(f"{order}HH{wide}", tag, kind, count) + raw.ljust(size, b"\0")
        directory, late = len(body), late
        body = body[:link] + struct.pack(order + wide, directory) + body[link + size :]
        body += struct.pack(order + ("Q" if form.big else "H"), len(tags)) + entries
        link = len(body)
        body += bytes(size)
    return body


def _bits_of(page: Page, form: Form) -> int:
    return form.bits or (1 if page.dtype == np.bool_ else 8 * page.dtype.itemsize)


def _tags(
    page: Page, form: Form, photometric: int, places: list[int], counts: list[int]
) -> dict[int, tuple[int, Sequence[int]]]:
    height, width, samples = page.shape[-3:]
    samples = len(page) if form.planar else samples
    wide = 16 if form.big else 4
    tags: dict[int, tuple[int, Sequence[int]]] = {
        256: (3, [width]),
        257: (3, [height]),
        258: (3, [_bits_of(page, form)] * samples),
        259: (3, [form.compression]),
        262: (3, [photometric]),
        266: (3, [form.fill_order]),
        277: (3, [samples]),
        284: (3, [2 if form.planar else 1]),
        317: (3, [form.predictor]),
        339: (3, [FORMATS[page.dtype.kind]] * samples),
    }
    if form.tile:
        tags |= {322: (3, [form.tile]), 323: (3, [form.tile]), 324: (wide, places), 325: (wide, counts)}
    else:
        tags |= {273: (wide, places), 278: (3, [form.rows or height]), 279: (wide, counts)}
    return tags | dict(form.tags)


def _parts(page: Page, form: Form) -> list[Page]:
    parts = []
    for plane in page if form.planar else [page]:
        height, width = plane.shape[:2]
        if form.tile:
            size = form.tile
            padded = np.pad(plane, ((0, -height % size), (0, -width % size), (0, 0)), mode="edge")
            for y in range(0, height, size):
                parts += [padded[y : y + size, x : x + size] for x in range(0, width, size)]
        else:
            rows = form.rows or height
            parts += [plane[y : y + rows] for y in range(0, height, rows)]
    return parts


def _stored(part: Page, form: Form) -> bytes:
    rows, _, samples = part.shape
    size = part.dtype.itemsize
    if form.predictor == 3:
        big = part.astype(part.dtype.newbyteorder(">")).reshape(rows, -1).view(np.uint8).reshape(rows, -1, size)
        planes = np.ascontiguousarray(big.transpose(0, 2, 1)).reshape(rows, -1)
        return b"".join(
            bytes((row[i] - (row[i - samples] if i >= samples else 0)) % 256 for i in range(len(row)))
            for row in planes.astype(int)
        )
    bits = _bits_of(part, form)
    if bits in (8, 16, 32, 64):
        unsigned = np.ascontiguousarray(part).view(f"u{size}")
        if form.predictor == 2:
            unsigned = unsigned.copy()
            unsigned[:, 1:] -= np.ascontiguousarray(part).view(f"u{size}")[:, :-1]
        return unsigned.astype(unsigned.dtype.newbyteorder(form.order)).tobytes()
    if bits == 24 and form.order == "<":
        return b"".join((int(v) % 2**24).to_bytes(3, "little") for v in part.ravel())
    out = b""
    for row in part.reshape(rows, -1):
        text = "".join(f"{int(v) % 2**bits:0{bits}b}" for v in row)
        text += "0" * (-len(text) % 8)
        out += int(text, 2).to_bytes(len(text) // 8, "big")
    return out
