"""The header of a NRRD: its fields, and what they say of the values.

==================================  ======================================================================
field                               here
==================================  ======================================================================
type                                read; block and unknown names are refused
dimension, sizes                    read
endian                              read; refused where it is missing and a value has several bytes
encoding                            raw, gzip, bzip2, ascii and hex are read; others are refused
line skip, byte skip                read, also -1 and below, and in what was unpacked; of each file of several
data file                           one file, a numbered row of files, or a LIST; only at or below the header
kinds, space directions, spacings   read: which axis is a channel (see `convgui.files.nrrd`); complex is refused
space, space origin, units          read: where the volume lies
axis mins, axis maxs, centerings    read: the size of a cell where there are no spacings
old min, old max, min, max          say what numbers once were; the definition leaves the values as they are
sample units, measurement frame,    do not change the numbers
thicknesses, labels, content, ...
==================================  ======================================================================

The format: G. Kindlmann, "Definition of NRRD File Format", the Teem project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from convgui.files.source import Source
from convgui.words import mark, tr

LONGEST_HEADER = 1 << 20
MOST_AXES = 7
AGAIN = mark("save it again with the program that made it")

TYPES: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("signed char", "int8", "int8_t"), "i1")
    | dict.fromkeys(("uchar", "unsigned char", "uint8", "uint8_t"), "u1")
    | dict.fromkeys(("short", "short int", "signed short", "signed short int", "int16", "int16_t"), "i2")
    | dict.fromkeys(("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"), "u2")
    | dict.fromkeys(("int", "signed int", "int32", "int32_t"), "i4")
    | dict.fromkeys(("uint", "unsigned int", "uint32", "uint32_t"), "u4")
    | dict.fromkeys(
        ("longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t"), "i8"
    )
    | dict.fromkeys(("ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"), "u8")
    | {"float": "f4", "double": "f8"}
)
TEXT = ("ascii", "text", "txt")


class Header(NamedTuple):
    """The fields of a header, and where the values begin."""

    fields: Mapping[str, str]
    """By name in lower case without spaces: each field has both spellings."""
    end: int
    dtype: np.dtype[Any]
    sizes: tuple[int, ...]
    """Fastest axis first, as in the file."""

    @property
    def encoding(self) -> str:
        """How the values are written."""
        return self.fields["encoding"].lower()


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
    fields = _fields(text[: end.start() if end else len(text)].decode("utf-8", "replace"))
    for name in ("type", "dimension", "sizes", "encoding"):
        if name not in fields:
            raise source.error(tr("its header lacks the field '{name}'", name=name), AGAIN)
    sizes = integers(source, fields, "sizes")
    if len(sizes) != integers(source, fields, "dimension")[0] or not 1 <= len(sizes) <= MOST_AXES or min(sizes) < 1:
        raise source.error(
            tr(
                "its header gives {axes} axes of the sizes {sizes}",
                axes=fields["dimension"],
                sizes=fields["sizes"],
            ),
            AGAIN,
        )
    if "complex" in fields.get("kinds", "").lower():
        raise source.error(tr("it holds complex numbers"), tr("save its real part or its magnitude"))
    return Header(fields, end.end() if end else source.size, _dtype(source, fields), tuple(sizes))


def _fields(text: str) -> dict[str, str]:
    fields = {}
    for line in text.splitlines()[1:]:
        key, colon, value = line.partition(":")
        # What follows ":=" is the user's own.
        if colon and not line.startswith("#") and not value.startswith("="):
            fields[key.lower().replace(" ", "")] = value.strip()
        elif "datafile" in fields and fields["datafile"].upper().startswith("LIST") and line.strip():
            fields["datafile"] += f"\n{line.strip()}"
    return fields


def _dtype(source: Source, fields: Mapping[str, str]) -> np.dtype[Any]:
    kind = TYPES.get(" ".join(fields["type"].lower().split()))
    if kind is None:
        raise source.error(
            tr("it holds values of the type '{fields}'", fields=fields["type"]), tr("save it with numbers")
        )
    dtype, endian = np.dtype(kind), fields.get("endian", "").lower()
    if dtype.itemsize == 1 or fields["encoding"].lower() in TEXT:
        return dtype
    if endian not in ("big", "little"):
        reason = (
            tr("its field 'endian' is {endian!r}, which has to be big or little", endian=endian)
            if endian
            else tr("its header lacks the field '{name}'", name="endian")
        )
        raise source.error(reason, AGAIN)
    return dtype.newbyteorder(">" if endian == "big" else "<")


def integers(source: Source, fields: Mapping[str, str], name: str, default: str = "") -> list[int]:
    """Return the whole numbers of a field."""
    try:
        return [int(word) for word in fields.get(name, default).split()] or [0]
    except ValueError:
        raise source.error(
            tr("its field '{name}' is {fields!r}, which is not a whole number", name=name, fields=fields[name]), AGAIN
        ) from None
