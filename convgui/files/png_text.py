"""What the texts of a PNG say about its orientation; nothing in them can keep the picture from opening."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from convgui.files.exif import exif_orientation, xmp_orientation

LONGEST = 1 << 20
"""Bytes of an unpacked text that are looked at."""
PROFILES = (b"Raw profile type exif", b"Raw profile type APP1")


def png_orientation(chunks: Iterable[tuple[bytes, bytes]]) -> int:
    """Return the orientation that eXIf, a raw profile or XMP gives, in this order; 0 where none does."""
    found = {"exif": 0, "profile": 0, "xmp": 0}
    for kind, data in chunks:
        if kind == b"eXIf":
            found["exif"] = found["exif"] or exif_orientation(data)
            continue
        keyword, text = _text(kind, data)
        if keyword in PROFILES:
            found["profile"] = found["profile"] or exif_orientation(_from_hex(text))
        elif keyword == b"XML:com.adobe.xmp":
            found["xmp"] = found["xmp"] or xmp_orientation(text)
    return found["exif"] or found["profile"] or found["xmp"]


def _text(kind: bytes, data: bytes) -> tuple[bytes, bytes]:
    """Return keyword and text, unpacked as far as it is looked at."""
    keyword, _, rest = data.partition(b"\0")
    packed = kind == b"zTXt"
    if kind == b"zTXt":
        rest = rest[1:]
    elif kind == b"iTXt":
        packed, rest = rest[:1] == b"\1", rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    if not packed:
        return keyword, rest
    try:
        return keyword, zlib.decompressobj().decompress(rest, LONGEST)
    except zlib.error:
        return keyword, b""


def _from_hex(text: bytes) -> bytes:
    """Return the bytes of a raw profile: a name, a length, and hexadecimal digits."""
    try:
        return bytes.fromhex("".join(text.decode("latin-1").split("\n")[3:]))
    except ValueError:
        return b""
