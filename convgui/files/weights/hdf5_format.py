"""HDF5 as it lies in a file: objects, the messages in their headers, and what groups lead to.

Offsets and numbers of messages are those of the HDF5 File Format Specification, version 3.0. The library of that format
is not used: a file in which one byte is changed can have it work without end, while nothing else goes on. Here every
read is checked against the file's size, and all of them together have an end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from convgui.words import tr

SIGNATURE = b"\x89HDF\r\n\x1a\n"
MOST_READ = 1 << 26
"""Bytes of headers, names and tables that are read of a file at the most."""
MOST_MESSAGES = 4096
LONGEST = 1 << 22
"""Bytes of a block or a text at the most."""
DATASPACE, LINK_INFO, DATATYPE, LINK, EXTERNAL, LAYOUT = 0x01, 0x02, 0x03, 0x06, 0x07, 0x08
PIPELINE, ATTRIBUTE, CONTINUATION, SYMBOLS = 0x0B, 0x0C, 0x10, 0x11
NOWHERE = (1 << 64) - 1


class Hdf5Error(Exception):
    """The file makes no sense, or is of a kind that is not read; the message says so."""


@dataclass
class Reader:
    """The bytes of a file, as many of them as are looked at."""

    stream: BinaryIO
    size: int
    left: int = MOST_READ
    base: int = 0

    def bytes(self, at: int, count: int) -> bytes:
        """Return bytes of the file; Hdf5Error where they are not there, or too many were read."""
        at += self.base
        self.left -= count
        if count > LONGEST or self.left < 0:
            raise Hdf5Error(tr("its tables are too large"))
        if count < 0 or at < 0 or at + count > self.size:
            raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
        self.stream.seek(at)
        found = self.stream.read(count)
        if len(found) < count:
            raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
        return found

    def numbers(self, form: str, at: int) -> tuple[int, ...]:
        """Return little-endian numbers, in the letters of `struct`."""
        return struct.unpack(f"<{form}", self.bytes(at, struct.calcsize(f"<{form}")))


@dataclass(frozen=True)
class Link:
    """What a group has under a name: where its header is, or None where it leads to another place."""

    name: str
    header: int | None


@dataclass
class Header:
    """An object's messages, by their kinds, in their order."""

    at: int
    messages: dict[int, list[bytes]] = field(default_factory=dict)

    def first(self, kind: int) -> bytes | None:
        """Return the first message of a kind, if there is one."""
        found = self.messages.get(kind)
        return found[0] if found else None


def root(reader: Reader) -> int:
    """Return where the header of the root group is."""
    if reader.bytes(0, 8) != SIGNATURE:
        raise Hdf5Error(tr("it does not begin as an HDF5 file does"))
    (version,) = reader.numbers("B", 8)
    if version in (0, 1):
        sizes, start = reader.numbers("2B", 13), 24 if version == 0 else 28
        base, header = reader.numbers("Q", start)[0], reader.numbers("Q", start + 40)[0]
    elif version in (2, 3):
        sizes, (base,), (header,) = reader.numbers("2B", 9), reader.numbers("Q", 12), reader.numbers("Q", 36)
    else:
        raise Hdf5Error(tr("it is of version {version} of the format, which is not read", version=version))
    if sizes != (8, 8):
        raise Hdf5Error(tr("its addresses have {n} bytes; 8 are read", n=sizes[0]))
    reader.base = base
    return header


def header_of(reader: Reader, at: int) -> Header:
    """Return the messages of the object whose header is there."""
    found = Header(at)
    if reader.bytes(at, 4) == b"OHDR":
        _second(reader, found)
    else:
        version, _, _, _, size = reader.numbers("BBHII", at)
        if version != 1:
            raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
        _blocks(reader, found, [(at + 16, size)], first=False)
    return found


def _second(reader: Reader, found: Header) -> None:
    """Read a header of version 2, whose blocks have signatures and checksums."""
    version, flags = reader.numbers("BB", found.at + 4)
    if version != 2:
        raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
    start = found.at + 6 + 16 * bool(flags & 0x20) + 4 * bool(flags & 0x10)
    wide = 1 << (flags & 3)
    (size,) = reader.numbers("BHIQ"[flags & 3], start)
    _blocks(reader, found, [(start + wide, size)], first=True, ordered=bool(flags & 0x04))


def _blocks(
    reader: Reader, found: Header, blocks: list[tuple[int, int]], *, first: bool, ordered: bool = False
) -> None:
    """Read the messages in blocks, and in those that they name; `first` where headers are of version 2."""
    head, count = (4 + 2 * ordered) if first else 8, 0
    while blocks:
        at, size = blocks.pop(0)
        data, place = reader.bytes(at, size), 0
        while place + head <= len(data):
            kind, length = struct.unpack_from("<BH" if first else "<HH", data, place)
            message = data[place + head : place + head + length]
            place += head + length
            count += 1
            if len(message) < length or count > MOST_MESSAGES:
                raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
            if kind == CONTINUATION and length >= 16:
                begin, long = struct.unpack_from("<QQ", message)
                # Of version 2, a signature stands before the messages, and a checksum behind them.
                blocks.append((begin + 4, long - 8) if first else (begin, long))
            else:
                found.messages.setdefault(kind, []).append(message)


def links(reader: Reader, header: Header) -> Iterator[Link]:
    """Return what a group leads to; nothing for what is no group."""
    table = header.first(SYMBOLS)
    if table is not None:
        tree, heap = struct.unpack_from("<QQ", table) if len(table) >= 16 else (NOWHERE, NOWHERE)
        names = _heap(reader, heap)
        for node in leaves(reader, tree, 8):
            yield from _symbols(reader, node, names)
    for message in header.messages.get(LINK, ()):
        yield _link(message)
    dense = header.first(LINK_INFO)
    if dense is not None and len(dense) >= 10:
        (heap,) = struct.unpack_from("<Q", dense, 2 + 8 * (dense[1] & 1))
        if heap != NOWHERE:
            raise Hdf5Error(tr("its groups are of a kind that is not read"))


def is_group(header: Header) -> bool:
    """Whether an object is a group."""
    return any(kind in header.messages for kind in (SYMBOLS, LINK_INFO, LINK))


def _heap(reader: Reader, at: int) -> bytes:
    if reader.bytes(at, 4) != b"HEAP":
        raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
    size, _, data = reader.numbers("QQQ", at + 8)
    return reader.bytes(data, size)


def leaves(reader: Reader, at: int, key: int) -> Iterator[int]:
    """Return what the leaves of a tree of version 1 lead to, whose keys have so many bytes; see `entries`."""
    for _, child in entries(reader, at, key):
        yield child


def entries(reader: Reader, at: int, key: int) -> Iterator[tuple[bytes, int]]:
    """Return the keys of a tree's leaves, and where what they stand for lies."""
    waiting = [(at, 256)]
    while waiting:
        node, above = waiting.pop()
        if node == NOWHERE:
            continue
        if reader.bytes(node, 4) != b"TREE":
            raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
        _, level, used = reader.numbers("BBH", node + 4)
        if level >= above:
            # A level leads down, so that no tree is without end.
            raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
        data = reader.bytes(node + 24, used * (key + 8))
        for n in range(used):
            own = data[n * (key + 8) : n * (key + 8) + key]
            (child,) = struct.unpack_from("<Q", data, n * (key + 8) + key)
            if level:
                waiting.append((child, level))
            else:
                yield own, child


def _symbols(reader: Reader, at: int, names: bytes) -> Iterator[Link]:
    if reader.bytes(at, 4) != b"SNOD":
        raise Hdf5Error(tr("it is cut off, or refers to what is not in it"))
    (count,) = reader.numbers("H", at + 6)
    data = reader.bytes(at + 8, 40 * count)
    for n in range(count):
        name, header, cache = struct.unpack_from("<QQI", data, 40 * n)
        yield Link(_name(names[name:].partition(b"\0")[0]), None if cache == 2 else header)


def _link(message: bytes) -> Link:
    try:
        flags, place = message[1], 2
        kind = message[place] if flags & 0x08 else 0
        place += bool(flags & 0x08) + 8 * bool(flags & 0x04) + bool(flags & 0x10)
        (length,) = struct.unpack_from("<" + "BHIQ"[flags & 3], message, place)
        place += 1 << (flags & 3)
        name = _name(message[place : place + length])
        return Link(name, struct.unpack_from("<Q", message, place + length)[0] if kind == 0 else None)
    except (struct.error, IndexError) as error:
        raise Hdf5Error(tr("it is cut off, or refers to what is not in it")) from error


def _name(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
