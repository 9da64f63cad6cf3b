"""The fonts that ship as part of a picture that leaves the program, so that it looks alike where they are missing.

They are packed as WOFF 1.0 (https://www.w3.org/TR/WOFF/): the tables of an OpenType font, each compressed.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable
from functools import cache

from convgui.draw.svg import CHINESE, Face
from convgui.files.resources import resource

_FILES: dict[Face, str] = {
    ("Inter", False): "Inter-Regular.otf",
    ("Inter", True): "Inter-SemiBold.otf",
    ("JetBrains Mono", False): "JetBrainsMono-Regular.ttf",
    ("JetBrains Mono", True): "JetBrainsMono-Bold.ttf",
    (CHINESE, False): "NotoSansCJKsc-Regular.otf",
    (CHINESE, True): "NotoSansCJKsc-Bold.otf",
}
_HEADER, _ENTRY, _WOFF_ENTRY = struct.Struct(">4sHHHH"), struct.Struct(">4sLLL"), struct.Struct(">4sLLLL")


def font_faces(faces: Iterable[Face]) -> str:
    """Return the rules of a style sheet that hold some fonts, for `convgui.draw.svg.svg`."""
    return "\n".join(_rule(face) for face in sorted(faces))


@cache
def _rule(face: Face) -> str:
    family, bold = face
    data = base64.b64encode(woff(resource("fonts", _FILES[face]).read_bytes())).decode("ascii")
    return (
        f"@font-face{{font-family:'{family}';font-weight:{600 if bold else 400};"
        f"src:url(data:font/woff;base64,{data}) format('woff')}}"
    )


def woff(font: bytes) -> bytes:
    """Pack an OpenType font as WOFF 1.0.

    Parameters
    ----------
    font : bytes
        A file that ships: one font, its tables in the order of their tags.
    """
    flavour, count, *_ = _HEADER.unpack_from(font)
    entries = [_ENTRY.unpack_from(font, _HEADER.size + _ENTRY.size * n) for n in range(count)]
    at = 44 + _WOFF_ENTRY.size * count
    directory, tables = list[bytes](), list[bytes]()
    for tag, checksum, offset, length in entries:
        table = font[offset : offset + length]
        packed = zlib.compress(table, 9)
        packed = packed if len(packed) < length else table
        directory.append(_WOFF_ENTRY.pack(tag, at, len(packed), length, checksum))
        tables.append(packed + bytes(-len(packed) % 4))
        at += len(tables[-1])
    whole = _HEADER.size + _ENTRY.size * count + sum(length + -length % 4 for *_, length in entries)
    header = struct.pack(">4s4sLHHLHHLLLLL", b"wOFF", flavour, at, count, 0, whole, 1, 0, 0, 0, 0, 0, 0)
    return header + b"".join((*directory, *tables))
