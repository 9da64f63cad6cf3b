"""The little of protocol buffers that it takes to read an ONNX file (protobuf.dev, "Encoding")."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from convgui.words import tr

Value: TypeAlias = int | memoryview
VARINT, WIDE, BYTES, NARROW = 0, 1, 2, 5


class ProtobufError(Exception):
    """What is wrong with a message, as the middle of a sentence."""


def fields(message: memoryview) -> Iterator[tuple[int, Value]]:
    """Yield number and value of each field: whole numbers as int, and bytes, texts, messages and floats as bytes.

    Raises
    ------
    ProtobufError
        If the message is damaged or cut off.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if kind == BYTES:
            length, at = _varint(message, at)
        elif kind in (WIDE, NARROW):
            length = 8 if kind == WIDE else 4
        else:
            raise ProtobufError(tr("it has a field of the unknown kind {kind}", kind=kind))
        if length > len(message) - at:
            raise ProtobufError(tr("it is cut off"))
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
    raise ProtobufError(tr("it is cut off"))


def signed(value: Value) -> int:
    """Return a whole number of 64 bits in two's complement."""
    if not isinstance(value, int):
        raise ProtobufError(tr("a number is needed where there is none"))
    return value - (1 << 64) if value >> 63 else value


def part(value: Value) -> memoryview:
    """Return a field's bytes."""
    if isinstance(value, int):
        raise ProtobufError(tr("a message is needed where there is none"))
    return value


def text(value: Value) -> str:
    """Return a field's text."""
    return bytes(part(value)).decode("utf-8", errors="replace")


def real(value: Value) -> float:
    """Return a float32."""
    raw = part(value)
    if len(raw) != 4:
        raise ProtobufError(tr("a number is needed where there is none"))
    return float(struct.unpack("<f", raw)[0])


def wholes(values: list[Value]) -> NDArray[np.int64]:
    """Return a repeated field of whole numbers, in one piece or many."""
    found: list[NDArray[np.int64]] = []
    for value in values:
        if isinstance(value, int):
            found.append(np.array([signed(value)], np.int64))
        else:
            found.append(_packed(value))
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _packed(raw: memoryview) -> NDArray[np.int64]:
    """Return all whole numbers of a piece at once: each ends with a byte below 128."""
    data = np.frombuffer(raw, np.uint8)
    last = np.flatnonzero(data < 0x80)
    if not len(data):
        return np.zeros(0, np.int64)
    if not len(last) or last[-1] != len(data) - 1 or np.diff(last, prepend=-1).max() > 10:
        raise ProtobufError(tr("it is cut off"))
    starts = np.concatenate(([0], last[:-1] + 1))
    shifts = (np.arange(len(data)) - np.repeat(starts, np.diff(last, prepend=-1))).astype(np.uint64) * np.uint64(7)
    bits = (data & 0x7F).astype(np.uint64) << shifts
    return np.asarray(np.add.reduceat(bits, starts)).view(np.int64)


def floats(values: list[Value], kind: str) -> NDArray[np.float64]:
    """Return a repeated field of float32 (``<f4``) or float64 (``<f8``), in one piece or many."""
    size = np.dtype(kind).itemsize
    pieces = [part(value) for value in values]
    if any(len(piece) % size for piece in pieces):
        raise ProtobufError(tr("it is cut off"))
    return np.concatenate([np.frombuffer(piece, kind) for piece in pieces]) if pieces else np.zeros(0, kind)
