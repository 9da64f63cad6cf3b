"""Safetensors: a length, a JSON header, and the bytes of all tensors one after the other.

The format: github.com/huggingface/safetensors, "Format". As there, holes, overlaps and names that stand twice are
refused, because a file that two programs read differently is a trap.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from math import prod
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.files.source import Source
from convgui.files.weights.stored import read_stored
from convgui.files.weights.tensors import (
    AGAIN,
    BFLOAT16,
    MOST_AXES,
    MOST_TENSORS,
    Tensor,
    WeightFile,
    as_numbers,
    check_shape,
)
from convgui.words import mark, tr

LONGEST_HEADER = 100_000_000
KINDS = MappingProxyType(
    {
        "BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16", "U32": "uint32", "I32": "int32",
        "U64": "uint64", "I64": "int64", "F16": "float16", "BF16": BFLOAT16, "F32": "float32", "F64": "float64",
    }
)  # fmt: skip
OTHER_KINDS = MappingProxyType(
    {
        "F8_E5M2": mark("it holds 8-bit floats, which NumPy does not have"),
        "F8_E4M3": mark("it holds 8-bit floats, which NumPy does not have"),
        "F8_E8M0": mark("it holds 8-bit floats, which NumPy does not have"),
        "F4": mark("it holds 4-bit floats, which NumPy does not have"),
        "F6_E2M3": mark("it holds 6-bit floats, which NumPy does not have"),
        "F6_E3M2": mark("it holds 6-bit floats, which NumPy does not have"),
        "C64": mark("it holds complex numbers"),
    }
)
BITS = MappingProxyType({"F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "C64": 64})
"""Bits of a number of the kinds that are not read."""


def is_safetensors(head: bytes, size: int) -> bool:
    """Tell from its first bytes and its length whether a file is of this form."""
    return len(head) > 8 and head[8:9] == b"{" and 2 <= int.from_bytes(head[:8], "little") <= size - 8


def read_safetensors(source: Source) -> WeightFile:
    """Return the tensors of a file; LoadError says what is wrong with it."""
    length = int.from_bytes(source.stream.read(8), "little")
    if not 2 <= length <= min(LONGEST_HEADER, source.size - 8):
        raise source.error(
            tr("its header claims {length:,} bytes and the file holds {size:,}", length=length, size=source.size), AGAIN
        )
    start = 8 + length
    entries = _header(source, source.stream.read(length))
    metadata = entries.pop("__metadata__", {})
    if not (isinstance(metadata, dict) and all(isinstance(value, str) for value in metadata.values())):
        raise source.error(tr("its metadata are no texts"), AGAIN)
    tensors, unread, spans = dict[str, Tensor](), dict[str, str](), list[tuple[int, int]]()
    for name, entry in entries.items():
        kind, shape, (begin, end) = _entry(source, name, entry)
        spans.append((begin, end))
        if kind in OTHER_KINDS:
            unread[name] = tr(OTHER_KINDS[kind])
        else:
            read = partial(_values, source, start + begin, end - begin, KINDS[kind], shape)
            tensors[name] = Tensor(name, shape, KINDS[kind], read)
    _check_spans(source, spans, source.size - start)
    return WeightFile(source.name, "safetensors", tensors, unread, metadata)


def _values(source: Source, begin: int, length: int, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    return as_numbers(read_stored(source, begin, length), dtype, shape)


def _header(source: Source, text: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError(tr("a name stands twice in it"))
        return found

    try:
        entries = json.loads(text.decode("utf-8"), object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise source.error(tr("its header is damaged ({error})", error=told(error)), AGAIN) from error
    if not isinstance(entries, dict) or len(entries) > MOST_TENSORS:
        raise source.error(tr("its header is no table of tensors"), AGAIN)
    return entries


def _entry(source: Source, name: str, entry: Any) -> tuple[str, tuple[int, ...], tuple[int, int]]:
    """Return kind, shape and place of a tensor, once they agree."""
    if not isinstance(entry, Mapping) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise source.error(tr("its tensor {name!r} is not described", name=name), AGAIN)
    kind, shape, span = entry["dtype"], entry["shape"], entry["data_offsets"]
    whole = all(isinstance(part, list) and all(type(n) is int and n >= 0 for n in part) for part in (shape, span))
    if not (isinstance(kind, str) and whole and len(shape) <= MOST_AXES and len(span) == 2 and span[0] <= span[1]):
        raise source.error(tr("its tensor {name!r} is not described", name=name), AGAIN)
    if kind in OTHER_KINDS:
        size = -(-BITS[kind] * prod(shape) // 8)
    elif kind in KINDS:
        size = check_shape(source, name, tuple(shape), KINDS[kind])
    else:
        raise source.error(tr("its tensor {name!r} is of the unknown type {kind!r}", name=name, kind=kind), AGAIN)
    if size != span[1] - span[0]:
        raise source.error(
            tr(
                "its tensor {name!r} needs {size:,} bytes and {held:,} are there",
                name=name, size=size, held=span[1] - span[0],
            ),
            AGAIN,
        )  # fmt: skip
    return kind, tuple(shape), (span[0], span[1])


def _check_spans(source: Source, spans: list[tuple[int, int]], held: int) -> None:
    """Refuse tensors that overlap, leave holes or do not fill the file."""
    end = 0
    for begin, after in sorted(spans):
        if begin != end:
            raise source.error(tr("its tensors overlap or leave a hole at byte {at:,}", at=min(begin, end)), AGAIN)
        end = after
    if end != held:
        raise source.error(
            tr("its tensors take {size:,} bytes and the file holds {held:,}", size=end, held=held), AGAIN
        )
