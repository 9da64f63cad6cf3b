"""HDF5's arrays: their shapes and types, where their numbers lie, and how they are packed.

Only numbers that lie in the file itself are read, packed by deflate, shuffle or not at all.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, prod

import numpy as np
from numpy.typing import NDArray

from convgui.files.weights.hdf5_format import (
    ATTRIBUTE,
    DATASPACE,
    DATATYPE,
    EXTERNAL,
    LAYOUT,
    NOWHERE,
    PIPELINE,
    Hdf5Error,
    Header,
    Reader,
    entries,
)
from convgui.files.weights.tensors import BFLOAT16
from convgui.words import tr

MOST_AXES = 16
DEFLATE, SHUFFLE, FLETCHER = 1, 2, 3
FLOATS = {(2, 10, 5, 10): "f2", (2, 7, 8, 7): BFLOAT16, (4, 23, 8, 23): "f4", (8, 52, 11, 52): "f8"}
"""Kinds of floats by their bytes, where the exponent begins, and how many bits it and the mantissa have."""


@dataclass(frozen=True)
class Kind:
    """A type of numbers: NumPy's name of it, little-endian or not, and how many bytes one has."""

    dtype: str
    size: int
    big: bool = False


@dataclass(frozen=True)
class Chunk:
    """A block of an array: its first cell, where its bytes lie and how many they are, and the filters behind it."""

    offset: tuple[int, ...]
    at: int
    size: int
    filters: tuple[int, ...]


@dataclass(frozen=True)
class Stored:
    """An array in a file.

    Attributes
    ----------
    kind : Kind
    shape : tuple of int
    side : tuple of int
        The shape of a block.
    chunks : tuple of Chunk
        Its blocks; a single one where it lies in one piece.
    """

    kind: Kind
    shape: tuple[int, ...]
    side: tuple[int, ...]
    chunks: tuple[Chunk, ...]


def dataset(reader: Reader, header: Header) -> Stored | str:
    """Return where the numbers of an array lie, or why they are not read."""
    space, told, layout = (header.first(kind) for kind in (DATASPACE, DATATYPE, LAYOUT))
    if space is None or told is None or layout is None:
        return tr("it is no array")
    kind, shape = number_kind(told), shape_of(space)
    if kind is None or shape is None:
        return tr("it holds no numbers")
    if header.first(EXTERNAL) is not None:
        return tr("its numbers lie in another file, which is not opened")
    filters = _pipeline(header.first(PIPELINE))
    if not set(filters) <= {DEFLATE, SHUFFLE, FLETCHER}:
        return tr("it is packed in a way that is not read")
    return _laid(reader, kind, shape, layout, filters)


def shape_of(message: bytes) -> tuple[int, ...] | None:
    """Return the shape that a message tells; None for no values at all."""
    if len(message) < 4 or message[0] not in (1, 2) or (message[0] == 2 and message[3] == 2):
        return None
    rank, start = message[1], 8 if message[0] == 1 else 4
    if rank > MOST_AXES or len(message) < start + 8 * rank:
        return None
    return struct.unpack_from(f"<{rank}Q", message, start)


def number_kind(message: bytes) -> Kind | None:
    """Return the type of numbers that a message tells; None for others."""
    if len(message) < 12:
        return None
    kind, bits, size = message[0] & 15, message[1], struct.unpack_from("<I", message, 4)[0]
    offset, precision = struct.unpack_from("<HH", message, 8)
    if offset or precision != 8 * size:
        return None
    if kind == 0 and size in (1, 2, 4, 8):
        return Kind(f"{'i' if bits & 8 else 'u'}{size}", size, bool(bits & 1))
    if kind == 1 and len(message) >= 20 and not bits & 0x40:
        place, exponent, _, mantissa = message[12:16]
        name = FLOATS.get((size, place, exponent, mantissa))
        return None if name is None else Kind(name, size, bool(bits & 1))
    return None


def _pipeline(message: bytes | None) -> tuple[int, ...]:
    """Return the numbers of the filters that blocks went through, in that order."""
    if message is None:
        return ()
    try:
        version, count, found = message[0], message[1], []
        place = 8 if version == 1 else 2
        for _ in range(count):
            (number,) = struct.unpack_from("<H", message, place)
            place += 2
            named = version == 1 or number >= 256
            length = struct.unpack_from("<H", message, place)[0] if named else 0
            place += 2 * named
            _, values = struct.unpack_from("<HH", message, place)
            place += 4 + (-(-length // 8) * 8 if version == 1 else length) + 4 * values
            place += 4 * (version == 1 and values % 2)
            found.append(number)
    except (struct.error, IndexError) as error:
        raise Hdf5Error(tr("it is cut off, or refers to what is not in it")) from error
    return tuple(found)


def _laid(reader: Reader, kind: Kind, shape: tuple[int, ...], layout: bytes, filters: tuple[int, ...]) -> Stored | str:
    version, missing, nbytes = layout[0], tr("its numbers are not in the file"), prod(shape) * kind.size
    if version not in (3, 4) or len(layout) < 2:
        return tr("it lies in a way that is not read")
    if layout[1] == 1 and len(layout) >= 18:
        at, size = struct.unpack_from("<QQ", layout, 2)
        there = not nbytes or (at != NOWHERE and size >= nbytes and reader.base + at + nbytes <= reader.size)
        return Stored(kind, shape, shape, (Chunk((0,) * len(shape), at, nbytes, ()),)) if there else missing
    if layout[1] == 2 and version == 3 and len(layout) >= 11 and layout[2] == len(shape) + 1:
        (tree,) = struct.unpack_from("<Q", layout, 3)
        side = struct.unpack_from(f"<{len(shape)}I", layout, 11) if len(layout) >= 11 + 4 * len(shape) else ()
        return _chunked(reader, kind, shape, side, tree, filters)
    if layout[1] == 3:
        return tr("its numbers lie in another file, which is not opened")
    return tr("it lies in a way that is not read")


def _chunked(
    reader: Reader, kind: Kind, shape: tuple[int, ...], side: tuple[int, ...], tree: int, filters: tuple[int, ...]
) -> Stored | str:
    if not side or not all(side):
        return tr("it lies in a way that is not read")
    found = {}
    for key, at in entries(reader, tree, 8 + 8 * (len(shape) + 1)):
        size, skipped = struct.unpack_from("<II", key)
        offset = struct.unpack_from(f"<{len(shape)}Q", key, 8)
        kept = tuple(number for n, number in enumerate(filters) if not skipped >> n & 1)
        if reader.base + at + size > reader.size:
            return tr("its numbers are not in the file")
        found[offset] = Chunk(offset, at, size, kept)
    if len(found) < prod(ceil(n / k) for n, k in zip(shape, side, strict=True)):
        # The format has other numbers stand for what was never written.
        return tr("its numbers are not in the file")
    wanted = product(*(range(0, n, k) for n, k in zip(shape, side, strict=True)))
    if not all(offset in found for offset in wanted):
        return tr("its numbers are not in the file")
    return Stored(kind, shape, side, tuple(found.values()))


def values(stored: Stored, blocks: Sequence[bytes]) -> NDArray[np.generic]:
    """Return an array's numbers from its blocks as they lie in the file; of ``bfloat16`` the 16 bits.

    Raises
    ------
    Hdf5Error
        If a block is damaged.
    """
    dtype = np.dtype("u2" if stored.kind.dtype == BFLOAT16 else stored.kind.dtype)
    dtype = dtype.newbyteorder(">" if stored.kind.big else "<")
    found = np.empty(stored.shape, dtype.newbyteorder("="))
    for chunk, raw in zip(stored.chunks, blocks, strict=True):
        data = _unpacked(raw, chunk.filters, prod(stored.side) * dtype.itemsize, dtype.itemsize)
        block = np.frombuffer(data, dtype).reshape(stored.side)
        part = tuple(slice(first, first + n) for first, n in zip(chunk.offset, stored.side, strict=True))
        ends = tuple(min(n, size - own.start) for n, size, own in zip(stored.side, stored.shape, part, strict=True))
        found[part] = block[tuple(slice(n) for n in ends)]
    return found


def _unpacked(raw: bytes, filters: tuple[int, ...], size: int, item: int) -> bytes:
    damaged = tr("a block of its numbers is damaged")
    for number in reversed(filters):
        if number == FLETCHER:
            raw = raw[:-4]
        elif number == DEFLATE:
            try:
                raw = zlib.decompressobj().decompress(raw, size + 4)
            except zlib.error as error:
                raise Hdf5Error(damaged) from error
        else:
            whole = len(raw) // item * item
            raw = np.frombuffer(raw[:whole], np.uint8).reshape(item, -1).T.tobytes() + raw[whole:]
    if len(raw) != size:
        raise Hdf5Error(damaged)
    return raw


def texts(reader: Reader, header: Header) -> dict[str, str]:
    """Return the texts that stand beside an object, by their names; others are left out."""
    found = dict[str, str]()
    for message in header.messages.get(ATTRIBUTE, ()):
        try:
            name, said = _attribute(reader, message)
        except (struct.error, IndexError):
            continue
        if said is not None:
            found[name] = said
    return found


def _attribute(reader: Reader, message: bytes) -> tuple[str, str | None]:
    version, (name, kind, space) = message[0], struct.unpack_from("<HHH", message, 2)
    place, padded = 8 + (version == 3), version == 1
    parts = []
    for length in (name, kind, space):
        parts.append(message[place : place + length])
        place += -(-length // 8) * 8 if padded else length
    title, data = parts[0].rstrip(b"\0").decode("utf-8", "replace"), message[place:]
    told, single = parts[1], prod(shape_of(parts[2]) or (1,)) == 1
    if not single:
        return title, None
    if told[0] & 15 == 3:
        size = struct.unpack_from("<I", told, 4)[0]
        return title, data[:size].rstrip(b"\0").decode("utf-8", "replace")
    if told[0] & 15 == 9 and told[1] & 15 == 1:
        length, collection, index = struct.unpack_from("<IQI", data)
        return title, _global(reader, collection, index)[:length].decode("utf-8", "replace")
    return title, None


def _global(reader: Reader, at: int, index: int) -> bytes:
    """Return one of the objects of a global heap."""
    if reader.bytes(at, 4) != b"GCOL":
        raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
    (size,) = reader.numbers("Q", at + 8)
    data, place = reader.bytes(at, size), 16
    while place + 16 <= len(data):
        number, _, _, length = struct.unpack_from("<HHIQ", data, place)
        if number == index:
            return data[place + 16 : place + 16 + length]
        if not number:
            break
        place += 16 + -(-length // 8) * 8
    raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
