"""NRRD, attached (.nrrd) or with its values in one file beside it (.nhdr).

The format: G. Kindlmann, "Definition of NRRD File Format", the Teem project.
"""

from __future__ import annotations

import bz2
import gzip
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from math import prod
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.files.layout import channels_first, settle
from convgui.files.oriented import Placed, as_sample, place
from convgui.files.raw import Block, check_end, read_block
from convgui.files.source import Source
from convgui.model.sample import Sample
from convgui.words import mark, tr

LONGEST_HEADER = 1 << 20
MOST_CHANNELS = 16
_AGAIN = mark("save it again with the program that made it")

TYPES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("signed char", "int8", "int8_t"), "i1")
    | dict.fromkeys(("uchar", "unsigned char", "uint8", "uint8_t"), "u1")
    | dict.fromkeys(("short", "short int", "signed short", "signed short int", "int16", "int16_t"), "i2")
    | dict.fromkeys(("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"), "u2")
    | dict.fromkeys(("int", "signed int", "int32", "int32_t"), "i4")
    | dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t"), "u4")
    | dict.fromkeys(("longlong", "long long", "long long int", "signed long long", "int64", "int64_t"), "i8")
    | dict.fromkeys(("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"), "u8")
    | {"float": "f4", "double": "f8"}
)
SIGNS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "left-posterior-superior": (1.0, 1.0, 1.0),
        "lps": (1.0, 1.0, 1.0),
        "right-anterior-superior": (-1.0, -1.0, 1.0),
        "ras": (-1.0, -1.0, 1.0),
        "left-anterior-superior": (1.0, -1.0, 1.0),
        "las": (1.0, -1.0, 1.0),
    }
)
"""What takes a space's axes to DICOM's: left, back, head."""
SPATIAL = frozenset({"domain", "space", "time"})
UNITS: Mapping[str, str] = MappingProxyType(
    {"mm": "mm", "millimeter": "mm", "um": "µm", "µm": "µm", "microns": "µm", "micron": "µm", "nm": "nm", "s": "s"}
)


class Header(NamedTuple):
    """The fields of a header, and where the values begin."""

    fields: Mapping[str, str]
    end: int
    dtype: np.dtype[Any]
    sizes: tuple[int, ...]
    """Fastest axis first, as in the file."""


def load_nrrd(source: Source) -> Sample:
    """Open a NRRD file, mapped where it is big and raw; see `convgui.files.oriented` for its axes.

    An axis that is no place in space, such as a colour or a vector's component, becomes the channel.
    """
    header = read_header(source)
    spatial = _spatial_axes(header)
    channels = prod(n for axis, n in enumerate(header.sizes) if spatial and axis not in spatial)
    sides = tuple(n for axis, n in enumerate(header.sizes) if not spatial or axis in spatial)
    source.check_size(sides[::-1], channels, header.dtype.itemsize)
    with ExitStack() as stack:
        array = _values(source, header, stack)
    array, nonfinite = settle(array, source)
    if not spatial:
        data, note = channels_first(array, source)
        rank = data.ndim - 1
        return as_sample(source, Placed(data, (1.0,) * rank, (), note), nonfinite=nonfinite, units=("px",) * rank)
    # The array's axes run the other way, slowest first.
    last = array.ndim - 1
    order = [last - axis for axis in range(array.ndim) if axis not in spatial]
    data = array.transpose(*order, *(last - axis for axis in reversed(spatial))).reshape(channels, *sides[::-1])
    notes = []
    if channels > MOST_CHANNELS:
        data = data[:1]
        notes.append(tr("The first of its {channels:,} channels was opened.", channels=channels))
    return as_sample(source, _placed(header, data, spatial), nonfinite=nonfinite, notes=notes, units=_units(header))


def read_header(source: Source) -> Header:
    """Read and judge a header before anything is allocated.

    Raises
    ------
    LoadError
        Saying which field is missing or makes no sense.
    """
    source.stream.seek(0)
    text = source.stream.read(LONGEST_HEADER)
    end = re.search(rb"\r?\n\r?\n", text)
    detached = re.search(rb"(?im)^data ?file:", text) is not None
    if end is None and not detached:
        raise source.error(tr("its header has no end"), tr("save or download it again"))
    lines = text[: end.start() if end else len(text)].decode("utf-8", "replace").splitlines()
    fields = {}
    for line in lines[1:]:
        key, colon, value = line.partition(":")
        if colon and not line.startswith("#") and not value.startswith("="):
            fields[key.strip().lower()] = value.strip()
    for name in ("type", "dimension", "sizes", "encoding"):
        if name not in fields:
            raise source.error(tr("its header lacks the field '{name}'", name=name), _AGAIN)
    sizes = _whole(source, fields, "sizes")
    if len(sizes) != _whole(source, fields, "dimension")[0] or not 1 <= len(sizes) <= 5 or min(sizes) < 1:
        raise source.error(
            tr(
                "its header gives {axes} axes of the sizes {sizes}",
                axes=fields["dimension"],
                sizes=fields["sizes"],
            ),
            _AGAIN,
        )
    kind = TYPES.get(fields["type"].lower())
    if kind is None:
        raise source.error(
            tr("it holds values of the type '{fields}'", fields=fields["type"]), tr("save it with numbers")
        )
    big = fields.get("endian", "little").lower() == "big"
    if "complex" in fields.get("kinds", "").lower():
        raise source.error(tr("it holds complex numbers"), tr("save its real part or its magnitude"))
    return Header(fields, end.end() if end else source.size, np.dtype(f"{'>' if big else '<'}{kind}"), tuple(sizes))


def _whole(source: Source, fields: Mapping[str, str], name: str, default: str = "") -> list[int]:
    try:
        return [int(word) for word in fields.get(name, default).split()] or [0]
    except ValueError:
        raise source.error(
            tr("its field '{name}' is {fields!r}, which is not a whole number", name=name, fields=fields[name]), _AGAIN
        ) from None


def _spatial_axes(header: Header) -> list[int]:
    """Return which axes are places, in the file's order; none if the header does not tell and there are many."""
    count = len(header.sizes)
    kinds = [kind.lower() for kind in header.fields.get("kinds", "").split()]
    vectors = _vectors(header)
    if len(vectors) == count:
        spatial = [axis for axis in range(count) if vectors[axis] is not None]
    elif len(kinds) == count and "???" not in kinds and "none" not in kinds:
        spatial = [axis for axis in range(count) if kinds[axis] in SPATIAL]
    else:
        spatial = list(range(count)) if count < 4 and "spacings" in header.fields else []
    return spatial if 1 <= len(spatial) <= 3 else []


def _vectors(header: Header) -> list[NDArray[np.float64] | None]:
    """Return the step along each axis of the file; None for an axis that is no place in space."""
    words = re.findall(r"\([^)]*\)|none", header.fields.get("space directions", "").lower())
    return [None if word == "none" else _vector(word) for word in words]


def _vector(word: str) -> NDArray[np.float64]:
    try:
        return np.array([float(n) for n in word[1:-1].split(",")])
    except ValueError:
        return np.full(3, np.nan)


def _placed(header: Header, data: NDArray[Any], spatial: list[int]) -> Placed:
    vectors = _vectors(header)
    if len(vectors) != len(header.sizes):
        return Placed(data, _spacings(header, spatial), (), "")
    steps = [vector for vector in reversed(vectors) if vector is not None]
    signs = SIGNS.get(header.fields.get("space", "").lower())
    if signs is not None and len(steps) == 3 and all(step.shape == (3,) for step in steps):
        return place(data, np.diag(signs) @ np.stack(steps, axis=1))
    lengths = [float(np.linalg.norm(step)) for step in steps]
    usable = all(0 < length < np.inf for length in lengths)
    return Placed(data, tuple(lengths) if usable else (1.0,) * len(steps), (), "")


def _spacings(header: Header, spatial: list[int]) -> tuple[float, ...]:
    words = header.fields.get("spacings", "").split()
    try:
        sizes = [abs(float(words[axis])) for axis in reversed(spatial)]
    except (ValueError, IndexError):
        return (1.0,) * len(spatial)
    return tuple(size if 0 < size < np.inf else 1.0 for size in sizes)


def _units(header: Header) -> tuple[str, ...]:
    """Return one unit an axis; millimetres where the space is a patient's and names none."""
    spatial = _spatial_axes(header)
    field = header.fields.get("space units", header.fields.get("units", ""))
    names = {UNITS.get(name.lower(), "px") for name in re.findall(r'"([^"]*)"', field) if name}
    if "space directions" in header.fields and header.fields.get("space", "").lower() in SIGNS and not names:
        names = {"mm"}
    return (names.pop() if len(names) == 1 else "px",) * len(spatial)


def _values(source: Source, header: Header, stack: ExitStack) -> NDArray[Any]:
    encoding = header.fields["encoding"].lower()
    held, offset = _data_file(source, header, stack)
    block = Block(header.dtype, header.sizes[::-1], offset)
    if encoding == "raw":
        if _whole(source, header.fields, "byte skip", "0") == [-1]:
            block = replace(block, offset=max(held.size - block.nbytes, 0))
        return read_block(held, block)
    held.stream.seek(offset)
    if encoding in ("gzip", "gz"):
        stream: Any = stack.enter_context(gzip.GzipFile(fileobj=held.stream))
    elif encoding in ("bzip2", "bz2"):
        stream = stack.enter_context(bz2.BZ2File(held.stream))
    elif encoding in ("ascii", "text", "txt"):
        return _typed(held, block)
    else:
        raise source.error(
            tr("its encoding '{encoding}' is unknown", encoding=encoding), tr("save it with the encoding raw or gzip")
        )
    array = read_block(held, block, stream)
    check_end(held, stream)
    return array


def _data_file(source: Source, header: Header, stack: ExitStack) -> tuple[Source, int]:
    """Return the file that holds the values, and the byte where they begin."""
    name = header.fields.get("data file", header.fields.get("datafile"))
    held, offset = source, header.end
    if name is not None:
        # A header may not lead to any file of the computer: only to one beside it.
        if source.path is None or re.search(r"[\\/%]|^LIST|^\.", name):
            raise source.error(
                tr("its values are in other files ({name})", name=name),
                tr("put them in one file beside it, or save it as one .nrrd"),
            )
        path = source.path.parent / name
        if not path.is_file():
            raise source.error(
                tr("its values are in {name}, which is not there", name=name), tr("put that file beside it")
            )
        held = replace(source, stream=stack.enter_context(path.open("rb")), size=path.stat().st_size, path=path)
        offset = 0
    lines, skipped = (_whole(source, header.fields, field, "0")[0] for field in ("line skip", "byte skip"))
    if lines > 0:
        held.stream.seek(offset)
        for _ in range(min(lines, LONGEST_HEADER)):
            held.stream.readline(LONGEST_HEADER)
        offset = held.stream.tell()
    return held, offset + max(skipped, 0)


def _typed(held: Source, block: Block) -> NDArray[Any]:
    """Read numbers written as text."""
    words = held.stream.read(32 * prod(block.shape)).split()
    if len(words) < prod(block.shape):
        raise held.error(
            tr(
                "it is cut off: its header promises {prod:,} values and {count:,} follow",
                prod=prod(block.shape),
                count=len(words),
            ),
            tr("save or download it again"),
        )
    try:
        values = np.array(words[: prod(block.shape)]).astype(np.float64)
    except ValueError as error:
        raise held.error(
            tr("among its values is something that is no number ({error})", error=error), _AGAIN
        ) from error
    return values.astype(block.loaded).reshape(block.shape)
