"""Which way a picture stands: the orientation in EXIF and in XMP, read from bytes that may hold anything."""

from __future__ import annotations

import re
import struct

ORIENTATION = 0x0112
XMP = re.compile(rb"tiff:Orientation(?:=[\"']|>)([1-8])")


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
