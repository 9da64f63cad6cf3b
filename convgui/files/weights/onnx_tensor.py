"""The tensors of an ONNX file: wherever their values stand, in the file or beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from convgui.files.regular import open_regular
from convgui.files.source import Source
from convgui.files.stamps import Stamp
from convgui.files.weights.protobuf import ProtobufError, Value, fields, floats, part, signed, text, wholes
from convgui.files.weights.stored import open_again
from convgui.files.weights.tensors import (
    BFLOAT16,
    MOST_AXES,
    Tensor,
    as_numbers,
    check_shape,
    item_size,
)
from convgui.words import tr

KINDS = MappingProxyType(
    {
        1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 9: "bool", 10: "float16",
        11: "float64", 12: "uint32", 13: "uint64", 16: BFLOAT16,
    }
)  # fmt: skip
"""By ``TensorProto.DataType``."""
LONGEST_NUMBER = 20
FLOAT_DATA, INT32_DATA, INT64_DATA, NAME, RAW, DOUBLE_DATA, UINT64_DATA, EXTERNAL = 4, 5, 7, 8, 9, 10, 11, 13


def read_tensor(message: memoryview, source: Source, name: str = "") -> Tensor:
    """Return a tensor; `name` is used where it has none.

    Raises
    ------
    ProtobufError
        If it is damaged, of an unknown type, or its values are not there.
    """
    parts: dict[int, list[Value]] = {}
    for number, value in fields(message):
        parts.setdefault(number, []).append(value)
    name = text(parts[NAME][-1]) if NAME in parts else name
    shape = tuple(wholes(parts.get(1, [])).tolist())
    code = signed(parts[2][-1]) if 2 in parts else 0
    if code not in KINDS:
        raise ProtobufError(
            tr("its tensor {name!r} is of the type number {code}, which is not read", name=name, code=code)
        )
    if len(shape) > MOST_AXES or any(n < 0 for n in shape):
        raise ProtobufError(tr("the shape of its tensor {name!r} makes no sense", name=name))
    dtype = KINDS[code]
    size = check_shape(source, name, shape, dtype)
    if EXTERNAL in parts:
        place = _beside(parts[EXTERNAL], source, name, size)
        return Tensor(name, shape, dtype, partial(_external, source, place, size, dtype, shape))
    values = _inside(parts, dtype, size, shape, name)
    return Tensor(name, shape, dtype, lambda: values.copy())


def _inside(parts: Mapping[int, list[Value]], dtype: str, size: int, shape: tuple[int, ...], name: str) -> NDArray[Any]:
    count = size // item_size(dtype)
    if RAW in parts:
        raw = part(parts[RAW][-1])
        if len(raw) != size:
            raise _lacking(name, len(raw) // item_size(dtype), count)
        return as_numbers(bytes(raw), dtype, shape)
    if dtype == "float32":
        held: NDArray[Any] = floats(parts.get(FLOAT_DATA, []), "<f4")
    elif dtype == "float64":
        held = floats(parts.get(DOUBLE_DATA, []), "<f8")
    elif dtype in ("int64",):
        held = wholes(parts.get(INT64_DATA, []))
    elif dtype in ("uint32", "uint64"):
        held = wholes(parts.get(UINT64_DATA, []))
    else:
        held = wholes(parts.get(INT32_DATA, []))
    if len(held) != count:
        raise _lacking(name, len(held), count)
    if dtype in ("float16", BFLOAT16):
        # The numbers' bits stand in whole numbers.
        return as_numbers(held.astype("<u2").tobytes(), dtype, shape)
    return held.astype(dtype).reshape(shape)


def _lacking(name: str, held: int, count: int) -> ProtobufError:
    return ProtobufError(
        tr("its tensor {name!r} holds {held:,} numbers and needs {count:,}", name=name, held=held, count=count)
    )


@dataclass(frozen=True)
class _Place:
    """Where a tensor lies in a file beside the model, as that was when it was judged."""

    path: Path
    stamp: Stamp
    begin: int


def _beside(entries: list[Value], source: Source, name: str, size: int) -> _Place:
    """Return where a tensor lies beside the model: in a plain file of that folder, no link."""
    told: dict[str, str] = {}
    for entry in entries:
        pair = {number: text(value) for number, value in fields(part(entry))}
        told[pair.get(1, "")] = pair.get(2, "")
    location, begin, length = told.get("location", ""), told.get("offset", "0"), told.get("length", str(size))
    if source.path is None or not location or Path(location).name != location or location in (".", ".."):
        raise ProtobufError(
            tr("its tensor {name!r} is said to lie in {location!r}, outside its folder", name=name, location=location)
        )
    path = source.path.parent / location
    missing = ProtobufError(
        tr("the file {location!r} with its tensor {name!r} is not there", location=location, name=name)
    )
    try:
        if path.is_symlink():
            raise missing
        with open_regular(path) as stream:
            if os.fstat(stream.fileno()).st_nlink > 1:
                raise missing
            stamp = Stamp.of(stream)
    except OSError as error:
        raise missing from error
    start, told_size = _whole(begin), _whole(length)
    if start is None or told_size != size:
        raise ProtobufError(tr("the place of its tensor {name!r} makes no sense", name=name))
    if start + size > stamp.size:
        raise ProtobufError(
            tr("the file {location!r} is too short for its tensor {name!r}", location=location, name=name)
        )
    stamp.settle()
    return _Place(path, stamp, start)


def _whole(digits: str) -> int | None:
    """Return a number of bytes; None of what is none, or has more digits than any file has bytes."""
    return int(digits) if len(digits) < LONGEST_NUMBER and digits.isascii() and digits.isdigit() else None


def _external(source: Source, place: _Place, size: int, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    with open_again(source, place.path, place.stamp) as stream:
        stream.seek(place.begin)
        raw = stream.read(size)
    return as_numbers(raw, dtype, shape)
