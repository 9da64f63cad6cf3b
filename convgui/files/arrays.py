"""NumPy's own files. Nothing in them is ever unpickled."""

from __future__ import annotations

import re
import struct
import zipfile
from ast import literal_eval
from dataclasses import replace
from math import prod
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.files.alpha import split_alpha
from convgui.files.axes import ask_selection, axis_note, take_axes
from convgui.files.errors import LoadError
from convgui.files.layout import channels_first, check_kind, native_values
from convgui.files.raw import Block, Readable, read_block
from convgui.files.source import REFUSE_BYTES, Source
from convgui.model.axis_selection import AxisSelection
from convgui.model.sample import Sample
from convgui.words import mark, tr

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000
FEW = 16
"""Positions on an axis up to which it may be the channel."""
MOST_AXES = 8
MOST_MEMBERS = 1_000


class Header(NamedTuple):
    """What the start of a .npy file says."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    offset: int

    @property
    def nbytes(self) -> int:
        """Bytes of data that the header promises."""
        return prod(self.shape) * self.dtype.itemsize


def load_npy(source: Source) -> Sample:
    """Open a .npy file; see `convgui.files.layout.channels_first` for its axes."""
    header = read_header(source.stream, source)
    if header.nbytes != source.size - header.offset:
        held = source.size - header.offset
        text = (
            mark("it is cut off: the header promises {shape} of {dtype}, {nbytes:,} bytes, and {held:,} follow")
            if held < header.nbytes
            else mark(
                "it does not fit its header: that promises {shape} of {dtype}, {nbytes:,} bytes, and {held:,} follow"
            )
        )
        raise source.error(
            tr(
                text,
                shape=header.shape,
                dtype=header.dtype,
                nbytes=header.nbytes,
                held=held,
            ),
            tr("save it again with numpy.save"),
        )
    return _sample(_values(header, source), source)


def read_array(stream: BinaryIO | Any, source: Source) -> NDArray[Any]:
    """Read one array as it was written, from a stream that stands at its start; `source` knows its size.

    Raises
    ------
    LoadError
        If it is not an array of numbers, or its header does not fit its size.
    """
    header = read_header(stream, source)
    if header.nbytes != source.size - header.offset:
        raise source.error(
            tr(
                "its header promises {nbytes:,} bytes and {size:,} follow",
                nbytes=header.nbytes,
                size=source.size - header.offset,
            )
        )
    return _values(header, source, stream)


def load_npz(source: Source) -> Sample:
    """Open the first array of a .npz archive that holds 1 to 5 axes of real numbers."""
    try:
        archive = zipfile.ZipFile(source.stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise source.error(
            tr("its archive is damaged ({error})", error=told(error)), tr("save or download it again")
        ) from error
    with archive:
        members = [info for info in archive.infolist() if info.filename.endswith(".npy")][:MOST_MEMBERS]
        if not members:
            raise source.error(tr("it is a zip archive without arrays"), tr("save arrays with numpy.savez"))
        refusals = []
        for info in members:
            source.check_cancelled()
            # The name is shown, never used as a path: "../" in it leads nowhere.
            inner = replace(
                source, name=f"{source.name}[{info.filename[:-4]}]", size=info.file_size, path=None, cancel=None
            )
            reason = _why_not(archive, info, inner)
            if reason is None:
                return _member(archive, info, inner, source, len(members))
            refusals.append(reason)
        raise refusals[0]


def _why_not(archive: zipfile.ZipFile, info: zipfile.ZipInfo, inner: Source) -> LoadError | None:
    try:
        header = member_header(archive, info, inner)
        if not 1 <= len(header.shape) <= (5 if inner.choose is None else MOST_AXES):
            return inner.error(tr("it has {count} axes", count=len(header.shape)), tr("save an array with 1 to 4 axes"))
    except LoadError as error:
        return error
    return None


def member_header(archive: zipfile.ZipFile, info: zipfile.ZipInfo, inner: Source) -> Header:
    """Return what a member of a .npz says that it holds; `inner` is named after it. LoadError if it cannot."""
    try:
        if info.file_size > REFUSE_BYTES:
            inner.check_size((info.file_size,), 1, 1)
        if info.flag_bits & 1:
            raise inner.error(tr("it is locked by a password"), tr("unlock it with the program that made it"))
        with archive.open(info) as stream:
            header = read_header(stream, inner)
        if header.nbytes > info.file_size - header.offset:
            raise inner.error(
                tr(
                    "it promises {nbytes:,} bytes and its directory says {file_size:,}",
                    nbytes=header.nbytes,
                    file_size=info.file_size,
                )
            )
    except (LoadError, MemoryError):
        raise
    # zipfile raises NotImplementedError for an unknown compression, zlib an error of its own.
    except Exception as error:
        raise inner.error(
            tr("its archive is damaged ({error})", error=told(error)), tr("save or download it again")
        ) from error
    return header


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, inner: Source, source: Source, count: int) -> Sample:
    with archive.open(info) as stream:
        header = read_header(stream, inner)
        array = _values(header, replace(inner, cancel=source.cancel), stream)
    which = (
        tr("The array {filename!r} of {count} was opened.", filename=info.filename[:-4], count=count)
        if count > 1
        else ""
    )
    return _sample(array, source, which)


def _values(header: Header, source: Source, stream: Readable | None = None) -> NDArray[Any]:
    """Read or map what a header describes; Fortran's order is that of the axes turned round."""
    shape = header.shape[::-1] if header.fortran else header.shape
    array = read_block(source, Block(header.dtype, shape, header.offset), stream)
    return array.transpose() if header.fortran else array


def read_header(stream: BinaryIO | Any, source: Source) -> Header:
    """Read and judge a .npy header before anything is allocated for its data."""
    start = stream.read(8)
    if len(start) < 8 or not start.startswith(MAGIC):
        raise source.error(tr("it does not start like a .npy file"), tr("save it again with numpy.save"))
    version = (start[6], start[7])
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise source.error(
            tr("its format version {version} is unknown", version=f"{version[0]}.{version[1]}"),
            tr("save it with numpy.save"),
        )
    wide = version != (1, 0)
    length = stream.read(4 if wide else 2)
    if len(length) < (4 if wide else 2):
        raise source.error(tr("it is cut off inside its header"), tr("save it again with numpy.save"))
    size = int(struct.unpack("<I" if wide else "<H", length)[0])
    if size > LONGEST_HEADER:
        raise source.error(
            tr("its header claims to be {size:,} bytes long", size=size), tr("save it again with numpy.save")
        )
    text = stream.read(size)
    if len(text) < size:
        raise source.error(tr("it is cut off inside its header"), tr("save it again with numpy.save"))
    return _parse_header(text, len(length) + size + 8, source)


def _parse_header(text: bytes, offset: int, source: Source) -> Header:
    try:
        # Python 2 wrote some whole numbers with an L behind them.
        entries = literal_eval(re.sub(r"(?<=\d)L\b", "", text.decode("utf-8")))
        shape, fortran, kind = entries["shape"], entries["fortran_order"], entries["descr"]
        # NumPy makes a type of None and of a dictionary too; numpy.save writes neither.
        if not isinstance(kind, (str, tuple, list)):
            raise ValueError("descr")
        dtype = np.dtype(kind)
        if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape):
            raise ValueError("shape")
    except MemoryError:
        raise
    except Exception as error:
        raise source.error(tr("its header is damaged"), tr("save it again with numpy.save")) from error
    check_kind(dtype, source)
    source.check_size(shape or (1,), 1, dtype.itemsize)
    return Header(shape, bool(fortran), dtype, offset)


def _sample(array: NDArray[Any], source: Source, which: str = "") -> Sample:
    selection = _ask_axes(array.shape, source)
    if selection is None:
        ordered, note = channels_first(array, source)
    else:
        axes = _axes(array.shape)
        ordered, note = take_axes(array, axes, selection), axis_note(axes, selection)
    data, nonfinite = native_values(ordered, source)
    alpha, said_of_it = None, ""
    if selection is None and array.ndim == 3 and array.shape[-1] == 4 and _could_be_colours(data):
        data, alpha, said_of_it = split_alpha(data, 3)
        said_of_it = said_of_it or tr("Its fourth channel, read as transparency, is opaque everywhere and left out.")
    where = str(source.path) if source.path is not None else ""
    notes = " ".join(part for part in (which, note, said_of_it) if part)
    return Sample(data, source.name, where, nonfinite=nonfinite, note=notes, alpha=alpha, axis_selection=selection)


def _could_be_colours(data: NDArray[Any]) -> bool:
    """Tell whether four channels can be red, green, blue and alpha: 8 or 16 bits, or from 0 to 1."""
    if data.dtype.kind != "f":
        return data.dtype in (np.uint8, np.uint16)
    return bool(data.size and data.min() >= 0 and data.max() <= 1)


def _axes(shape: tuple[int, ...]) -> list[tuple[str, int]]:
    """Call axes by their numbers, from 0, as NumPy does."""
    return [(str(axis), size) for axis, size in enumerate(shape)]


def _ask_axes(shape: tuple[int, ...], source: Source) -> AxisSelection | None:
    """Ask how the axes are to be read where their lengths do not make it plain."""
    if source.choose is None or _is_plain(shape):
        return None
    # What would be taken without an answer; of more axes than fit, the first position.
    count = len(shape)
    index = tuple((str(axis), 0) for axis in range(count - 4))
    left = shape[len(index) :]
    last = left[-1] in (2, 3, 4) and left[0] > 4
    first = len(left) == 4 or left[0] <= 4 or 4 * left[0] < min(left[1:])
    channel = str(count - 1) if last else str(len(index)) if first else ""
    return ask_selection(source, _axes(shape), AxisSelection(channel, index))


def _is_plain(shape: tuple[int, ...]) -> bool:
    """Tell whether lengths leave no doubt: short axes at one end alone, of a length that colours have."""
    sides = [size for size in shape if size != 1]
    if len(sides) < 3:
        return True
    first, last = sides[0], sides[-1]
    if len(sides) > 4 or (len(sides) == 4 and min(first, last) > FEW):
        return False
    if last > FEW and first > FEW:
        return len(sides) == 3 and 4 * first >= min(sides[1:])
    return (last in (3, 4) and first > FEW) or (first in (3, 4) and last > FEW)
