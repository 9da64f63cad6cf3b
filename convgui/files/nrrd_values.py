"""The values of a NRRD: in the file itself or in others beside it, skipped to, unpacked and joined."""

from __future__ import annotations

import bz2
import gzip
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.files.nrrd_header import AGAIN, LONGEST_HEADER, TEXT, Header, integers
from convgui.files.raw import CHUNK, Block, check_end, read_block, read_exactly
from convgui.files.regular import is_regular
from convgui.files.source import Source
from convgui.words import tr

MOST_FILES = 10_000
LONGEST_SKIP = 256 << 20
"""Bytes that are unpacked at most to be skipped."""


def read_values(source: Source, header: Header) -> NDArray[Any]:
    """Return the array, slowest axis first, in native byte order; mapped where it is big, raw and in one file.

    Raises
    ------
    LoadError
        If values are missing, or in files that are not there.
    """
    names = data_files(source, header)
    total, count = prod(header.sizes), max(len(names), 1)
    if total % count:
        raise source.error(tr("its {total:,} values do not fit into {count:,} files", total=total, count=count), AGAIN)
    shape = header.sizes[::-1] if count == 1 else (total // count,)
    arrays = []
    for held, start in _held(source, header, names):
        source.check_cancelled()
        arrays.append(_read(held, header, Block(header.dtype, shape, start)))
    return arrays[0] if count == 1 else np.concatenate(arrays).reshape(header.sizes[::-1])


def data_files(source: Source, header: Header) -> list[str]:
    """Return the names of the files that hold the values; none where they follow the header."""
    field = header.fields.get("datafile")
    if field is None:
        return []
    first, *listed = field.split("\n")
    if re.fullmatch(r"LIST(\s+\d+)?", first, re.IGNORECASE):
        names = [name for name in listed if not name.startswith("#")]
    # printf's pattern with first, last and step, such as slice%03d.raw 1 20 1.
    elif row := re.fullmatch(r"(.*%0?\d{0,2}d.*?)\s+(-?\d{1,18})\s+(-?\d{1,18})\s+(-?\d{1,18})(\s+\d+)?", first):
        low, high, step = (int(row[group]) for group in (2, 3, 4))
        numbers = range(low, high + (1 if step > 0 else -1), step) if step else range(0)
        before, pattern, after = re.split(r"(%0?\d{0,2}d)", row[1], maxsplit=1)
        names = [f"{before}{pattern % number}{after}" for number in numbers[: MOST_FILES + 1]]
    else:
        names = [first]
    if not 1 <= len(names) <= MOST_FILES:
        raise source.error(tr("its header names {count:,} files of values", count=len(names)), AGAIN)
    return names


def _held(source: Source, header: Header, names: list[str]) -> Iterator[tuple[Source, int]]:
    """Yield what holds values, and the byte where lines may be skipped."""
    if not names:
        yield source, header.end
    for name in names:
        with ExitStack() as stack:
            path = _beside(source, name)
            stream = stack.enter_context(path.open("rb"))
            yield replace(source, stream=stream, size=path.stat().st_size, path=path), 0


def _beside(source: Source, name: str) -> Path:
    # A header may not lead to any file of the computer: only to one at or below its own place.
    inside = os.path.normpath(name.replace("\\", "/"))
    if source.path is None or Path(inside).is_absolute() or inside.startswith("..") or ":" in inside:
        raise source.error(
            tr("its values are in other files ({name})", name=name),
            tr("put them in one file beside it, or save it as one .nrrd"),
        )
    path = source.path.parent / inside
    if not is_regular(path):
        raise source.error(tr("its values are in {name}, which is not there", name=name), tr("put that file beside it"))
    return path


def _read(held: Source, header: Header, block: Block) -> NDArray[Any]:
    lines, skip = (integers(held, header.fields, field, "0")[0] for field in ("lineskip", "byteskip"))
    start = block.offset
    if lines > 0:
        held.stream.seek(start)
        for _ in range(min(lines, LONGEST_HEADER)):
            held.stream.readline(LONGEST_HEADER)
        start = held.stream.tell()
    if header.encoding == "raw":
        # Below 0 it counts from the end, where -1 means that the values are the last in the file.
        offset = start + skip if skip >= 0 else held.size - block.nbytes + skip + 1
        return read_block(held, replace(block, offset=max(offset, 0)))
    if header.encoding in TEXT or header.encoding == "hex":
        held.stream.seek(start + max(skip, 0))
        return _hexadecimal(held, block) if header.encoding == "hex" else _typed(held, block)
    unpack = _unpacker(held, header.encoding)
    if skip < 0:
        held.stream.seek(start)
        with unpack(held.stream) as stream:
            skip = max(_length(held, stream, block) - block.nbytes + skip + 1, 0)
    held.stream.seek(start)
    with unpack(held.stream) as stream:
        _skip(held, stream, skip)
        array = read_block(held, block, stream)
        check_end(held, stream)
    return array


def _unpacker(held: Source, encoding: str) -> Callable[[BinaryIO], Any]:
    if encoding in ("gzip", "gz"):
        return lambda stream: gzip.GzipFile(fileobj=stream)
    if encoding in ("bzip2", "bz2"):
        return bz2.BZ2File
    raise held.error(
        tr("its encoding '{encoding}' is unknown", encoding=encoding), tr("save it with the encoding raw or gzip")
    )


def _length(held: Source, stream: Any, block: Block) -> int:
    """Return how many bytes come out of a decompressor."""
    length = 0
    while part := read_exactly(held, stream, CHUNK):
        held.check_cancelled()
        length += len(part)
        if length > block.nbytes + LONGEST_SKIP:
            raise held.error(tr("more than {size:,} bytes stand before its values", size=LONGEST_SKIP), AGAIN)
    return length


def _skip(held: Source, stream: Any, count: int) -> None:
    if count > LONGEST_SKIP:
        raise held.error(tr("more than {size:,} bytes stand before its values", size=LONGEST_SKIP), AGAIN)
    while count > 0:
        held.check_cancelled()
        count -= len(read_exactly(held, stream, min(count, CHUNK))) or count


def _hexadecimal(held: Source, block: Block) -> NDArray[Any]:
    """Read two digits a byte."""
    text = b"".join(held.stream.read(4 * block.nbytes + CHUNK).split())[: 2 * block.nbytes]
    try:
        return read_block(held, block, BytesIO(bytes.fromhex(text.decode("ascii"))))
    except ValueError as error:
        raise held.error(
            tr("among its values is something that is no number ({error})", error=told(error)), AGAIN
        ) from error


def _typed(held: Source, block: Block) -> NDArray[Any]:
    """Read numbers written as text."""
    count = prod(block.shape)
    words = held.stream.read(32 * count + CHUNK).replace(b",", b" ").split()
    if len(words) < count:
        raise held.error(
            tr("it is cut off: its header promises {prod:,} values and {count:,} follow", prod=count, count=len(words)),
            tr("save or download it again"),
        )
    try:
        values = np.array(words[:count]).astype(np.float64)
    except ValueError as error:
        raise held.error(
            tr("among its values is something that is no number ({error})", error=told(error)), AGAIN
        ) from error
    if block.dtype.kind in "iu":
        info = np.iinfo(block.dtype)
        if not (values == np.rint(values)).all() or values.min() < info.min or values.max() > info.max:
            raise held.error(tr("among its values is one that {kind} does not hold", kind=block.dtype.name), AGAIN)
    return values.astype(block.loaded).reshape(block.shape)
