"""EXIF, read from bytes that may hold anything: which way a picture stands, and all of it to be handed on.

What is handed on stays byte for byte: a name is in whatever letters its camera or program wrote it.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

ORIENTATION = 0x0112
XMP = re.compile(rb"tiff:Orientation(?:=[\"']|>)([1-8])")
SIZES = MappingProxyType({1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4})
"""Bytes of a value, by the kind that stands in its entry (TIFF 6.0, section 2)."""
INNER = frozenset((0x8769, 0x8825, 0xA005))
"""Tags whose value is where another block begins: the camera's, the place's, and that of interoperability."""
ASCII = 2
MOST_ENTRIES, MOST_BYTES = 1000, 1 << 20
"""Values of a block, and bytes of all of them, that are handed on; cameras write a tenth of that."""


@dataclass(frozen=True)
class Entry:
    """A value as it stands in the file: its kind, how many there are, and their bytes."""

    kind: int
    count: int
    data: bytes


@dataclass(frozen=True)
class Exif:
    """A block of EXIF: its byte order, ``"<"`` or ``">"``, its values and its inner blocks, by tag."""

    order: str = "<"
    values: Mapping[int, Entry] = field(default_factory=dict)
    inner: Mapping[int, Exif] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or any(self.inner.values()))

    def text(self, tag: int) -> bytes:
        """Return a text as it stands in the file; b"" if there is none."""
        entry = self.values.get(tag)
        return entry.data.rstrip(b"\0") if entry is not None and entry.kind == ASCII else b""

    def to_bytes(self) -> bytes:
        """Return the block as it stands behind a header of TIFF."""
        mark = b"II*\0" if self.order == "<" else b"MM\0*"
        return mark + struct.pack(f"{self.order}I", 8) + self._at(8)

    def _at(self, at: int) -> bytes:
        """Return the entries and what they refer to, to stand at a byte of the whole."""
        found: list[tuple[int, Entry | Exif]] = sorted((*self.values.items(), *self.inner.items()), key=lambda e: e[0])
        head, rest = struct.pack(f"{self.order}H", len(found)), b""
        behind = at + 2 + 12 * len(found) + 4
        for tag, entry in found:
            data = entry._at(behind + len(rest)) if isinstance(entry, Exif) else entry.data
            if isinstance(entry, Exif) or len(data) > 4:
                value = struct.pack(f"{self.order}I", behind + len(rest))
                rest += data + b"\0" * (len(data) % 2)
            else:
                value = data.ljust(4, b"\0")
            kind, count = (4, 1) if isinstance(entry, Exif) else (entry.kind, entry.count)
            head += struct.pack(f"{self.order}HHI", tag, kind, count) + value
        return head + bytes(4) + rest

    def within(self, most: int) -> Exif:
        """Return as much of it as takes so many bytes, without the largest values."""
        kept = self
        while kept and len(kept.to_bytes()) > most:
            kept = kept._without_largest()
        return kept

    def _largest(self) -> int:
        return max(
            (*(len(entry.data) for entry in self.values.values()), *(one._largest() for one in self.inner.values())),
            default=0,
        )

    def _without_largest(self) -> Exif:
        tag, size = max(((t, len(e.data)) for t, e in self.values.items()), key=lambda pair: pair[1], default=(0, -1))
        within = max(self.inner, key=lambda t: self.inner[t]._largest(), default=None)
        if within is not None and self.inner[within]._largest() >= size:
            smaller = self.inner[within]._without_largest()
            others = {t: one for t, one in self.inner.items() if t != within}
            return replace(self, inner={**others, within: smaller} if smaller else others)
        return replace(self, values={t: entry for t, entry in self.values.items() if t != tag})


def read_exif(read: Callable[[int, int], bytes], left_out: Collection[int] = ()) -> Exif:
    """Read a block of EXIF, or the first of a TIFF; what makes no sense in it is left out.

    Parameters
    ----------
    read : callable
        Returns so many bytes from a position; fewer where it ends.
    left_out : collection of int
        Tags that are not wanted from the outermost block.
    """
    head = read(0, 8)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(head[:4])
    if order is None or len(head) < 8:
        return Exif()
    return _Reader(read, order).block(struct.unpack(f"{order}I", head[4:])[0], left_out)


class _Reader:
    """Reads blocks; of those that lead to each other in a circle each once, and no more than is handed on in all."""

    def __init__(self, read: Callable[[int, int], bytes], order: str) -> None:
        self._read, self._order = read, order
        self._seen = set[int]()
        self._left = MOST_BYTES

    def block(self, at: int, left_out: Collection[int]) -> Exif:
        count = self._read(at, 2)
        if at in self._seen or len(count) < 2:
            return Exif(self._order)
        self._seen.add(at)
        table = self._read(at + 2, 12 * min(struct.unpack(f"{self._order}H", count)[0], MOST_ENTRIES))
        values, inner = dict[int, Entry](), dict[int, Exif]()
        for tag, kind, number, value in struct.iter_unpack(f"{self._order}HHI4s", table[: len(table) // 12 * 12]):
            if tag in left_out:
                continue
            (place,) = struct.unpack(f"{self._order}I", value)
            if tag in INNER:
                block = self.block(place, ())
                if block:
                    inner[tag] = block
                continue
            size = number * SIZES.get(kind, 0)
            if 0 < size <= self._left:
                data = value[:size] if size <= 4 else self._read(place, size)
                self._left -= size
                if len(data) == size:
                    values[tag] = Entry(kind, number, data)
        return Exif(self._order, values, inner)


def exif_orientation(data: bytes) -> int:
    """Return the orientation in an EXIF block, 1 to 8; 0 where there is none or it makes no sense."""
    data = data.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return 0
    try:
        (at,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, at)
        for entry in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", data, at + 2 + 12 * entry)
            if tag == ORIENTATION and kind == 3 and 1 <= value <= 8:
                return int(value)
    except struct.error:
        pass
    return 0


def xmp_orientation(data: bytes) -> int:
    """Return the orientation in an XMP text; 0 where there is none."""
    found = XMP.search(data)
    return int(found[1]) if found else 0
