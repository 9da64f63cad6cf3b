"""The little of protocol buffers that an ONNX file needs (protobuf.dev, "Encoding")."""

from __future__ import annotations

import struct
from collections.abc import Iterable


def varint(value: int) -> bytes:
    """Write a whole number, seven bits a byte; negative ones as 64 bits in two's complement."""
    rest = value & 0xFFFF_FFFF_FFFF_FFFF
    out = bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def integer(field: int, value: int) -> bytes:
    """Write a field that holds a whole number."""
    return varint(field << 3) + varint(value)


def real(field: int, value: float) -> bytes:
    """Write a field that holds a float32."""
    return varint(field << 3 | 5) + struct.pack("<f", value)


def blob(field: int, value: bytes | str) -> bytes:
    """Write a field that holds bytes, a text, or another message."""
    data = value.encode("utf-8") if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def packed(field: int, values: Iterable[int]) -> bytes:
    """Write a repeated field of whole numbers in one piece."""
    return blob(field, b"".join(varint(value) for value in values))
