"""The container of a document: a zip with one JSON text and arrays, judged by its directory before anything is read."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.files.arrays import read_array
from convgui.files.json_text import json_text
from convgui.files.layout import check_kind
from convgui.files.regular import open_regular
from convgui.files.source import REFUSE_BYTES, Source
from convgui.words import mark, tr

TEXT = "document.json"
ARRAY = re.compile(r"arrays/\d{1,6}\.npy")
LARGEST_TEXT = 32 << 20
MOST_MEMBERS = 20_000
MARGIN = 16 << 20
"""Bytes that the headers of so many arrays take at most."""
STORED_ABOVE = 8 << 20
"""Arrays of more bytes are not packed: packing a photo takes long and saves little."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every member, so that equal documents are equal files."""
REMEDY = mark("open a copy of it, or save it again")


class Arrays:
    """Arrays on their way into an archive; one that is shared is written once."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self.members: dict[str, NDArray[Any]] = {}

    def add(self, array: NDArray[Any]) -> str:
        """Return the member that holds an array."""
        # The array itself is kept in `members`, so that its id stays its own.
        if id(array) not in self._names:
            name = f"arrays/{len(self.members)}.npy"
            self._names[id(array)], self.members[name] = name, array
        return self._names[id(array)]


class Stored(Protocol):
    """Arrays by the names that a document's text gives them: of a file, or on their way into one."""

    def array(self, name: str, *, missing: bool = False) -> NDArray[Any]:
        """Return an array; LoadError if there is none, or it is not what a document holds."""


@dataclass(frozen=True)
class Held:
    """Arrays on their way into an archive, refused where they could not be read from it again."""

    arrays: Arrays
    source: Source

    def array(self, name: str, *, missing: bool = False) -> NDArray[Any]:
        """Return an array, as `Archive.array` will."""
        array = self.arrays.members[name]
        check_kind(array.dtype, self.source)
        if not array.size:
            raise self.source.error(tr("its size is {sides}, so it holds no values", sides=array.shape), REMEDY)
        _check_finite(array, name, self.source, missing)
        return array


def write_archive(stream: BinaryIO, content: Mapping[str, Any], arrays: Arrays) -> str:
    """Write the text first, by which the file is known, then the arrays as NumPy writes them; returns `content_id`."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        text = json_text(content).encode("utf-8")
        _check_size(text, arrays)
        archive.writestr(_member(TEXT, 0), text)
        for name, array in arrays.members.items():
            with archive.open(_member(name, array.nbytes), "w", force_zip64=True) as member:
                np.save(member, np.asarray(array), allow_pickle=False)
        return content_id(archive)


def _check_size(text: bytes, arrays: Arrays) -> None:
    """Refuse what could not be opened again; an OSError says why."""
    total = len(text) + sum(array.nbytes for array in arrays.members.values())
    if len(text) > LARGEST_TEXT:
        reason = tr("its notes are longer than {most} MiB of text", most=LARGEST_TEXT >> 20)
    elif total > REFUSE_BYTES - MARGIN:
        reason = tr("it would hold more than {most} GiB", most=REFUSE_BYTES >> 30)
    elif len(arrays.members) >= MOST_MEMBERS:
        reason = tr("it would hold more than {most:,} arrays", most=MOST_MEMBERS)
    else:
        return
    raise OSError(errno.EFBIG, reason)


def content_id(archive: zipfile.ZipFile) -> str:
    """Return what tells an archive's content from any other: a checksum of those in its directory."""
    members = [f"{info.filename}\0{info.CRC}\0{info.file_size}\0" for info in archive.infolist()]
    return hashlib.sha256("".join(members).encode(errors="replace")).hexdigest()


def content_at(path: Path) -> str | None:
    """Return the `content_id` of a file; None where there is none, and "" where it is no archive."""
    try:
        with open_regular(path) as stream, zipfile.ZipFile(stream) as archive:
            return content_id(archive)
    except FileNotFoundError:
        return None
    # Whatever stands there now, damaged or not to be read, it is not what was written.
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError):
        return ""


def _member(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, LONG_AGO)
    info.compress_type = zipfile.ZIP_STORED if size > STORED_ABOVE else zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    return info


def is_archive(path: Path) -> bool:
    """Tell from its first bytes whether a file is a document's archive."""
    try:
        with open_regular(path) as stream:
            head = stream.read(64)
    except (OSError, ValueError):
        return False
    return head.startswith(b"PK\x03\x04") and head[30:].startswith(TEXT.encode())


class Archive:
    """An archive that is being read."""

    def __init__(self, archive: zipfile.ZipFile, source: Source) -> None:
        self._archive, self._source = archive, source
        self.content = content_id(archive)
        self._read: dict[str, NDArray[Any]] = {}

    def text(self) -> Any:
        """Return what the JSON text says."""
        try:
            return json.loads(self._archive.read(TEXT).decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise self._source.error(
                tr("its {text} is not valid JSON ({error})", text=TEXT, error=told(error)), REMEDY
            ) from error

    def array(self, name: str, *, missing: bool = False) -> NDArray[Any]:
        """Return an array; the same one each time it is asked for. With `missing` it may hold NaN.

        Raises
        ------
        LoadError
            If there is none of that name, or it holds something else than finite numbers.
        """
        if name not in self._read:
            if not ARRAY.fullmatch(name) or name not in self._archive.NameToInfo:
                raise self._source.error(tr("it has no array {name!r}", name=name[:60]), REMEDY)
            self._source.check_cancelled()
            info = self._archive.getinfo(name)
            inner = Source(self._source.name, self._source.stream, info.file_size, None, None, self._source.cancel)
            with self._archive.open(info) as member:
                array = read_array(member, inner)
                # The checksum is compared at the end of the member.
                member.read(1)
            self._read[name] = array
        array = self._read[name]
        _check_finite(array, name, self._source, missing)
        return array


@contextmanager
def opened(source: Source) -> Iterator[Archive]:
    """Open an archive for reading.

    Raises
    ------
    LoadError
        If it is damaged, holds what does not belong into it, or would unpack to more than fits.
    """
    try:
        archive = zipfile.ZipFile(source.stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise source.error(tr("its archive is damaged ({error})", error=told(error)), REMEDY) from error
    with archive:
        _check_directory(archive, source)
        yield Archive(archive, source)


def _check_directory(archive: zipfile.ZipFile, source: Source) -> None:
    members = archive.infolist()
    names = [info.filename for info in members]
    if TEXT not in names:
        raise source.error(
            tr("it is a zip archive without {text}, so it is no convgui document", text=TEXT), tr("choose another file")
        )
    if len(members) > MOST_MEMBERS or len(set(names)) < len(names):
        raise source.error(tr("it holds {count:,} files, too many or some twice", count=len(members)), REMEDY)
    for info in members:
        # No member is ever unpacked to a path; one that wants to be is not from convgui.
        if info.filename != TEXT and not ARRAY.fullmatch(info.filename):
            raise source.error(
                tr("it holds a file {filename!r} that does not belong to a document", filename=info.filename[:60]),
                REMEDY,
            )
        if info.flag_bits & 1:
            raise source.error(tr("it is locked by a password"), tr("unlock it with the program that made it"))
    if archive.getinfo(TEXT).file_size > LARGEST_TEXT:
        raise source.error(
            tr("its {text} would unpack to {file_size:,} bytes", text=TEXT, file_size=archive.getinfo(TEXT).file_size),
            REMEDY,
        )
    total = sum(info.file_size for info in members)
    if total > REFUSE_BYTES:
        raise source.error(
            tr(
                "it would unpack to {total:,} bytes, more than {refuse_bytes} GiB",
                total=total,
                refuse_bytes=REFUSE_BYTES >> 30,
            ),
            REMEDY,
        )


def _check_finite(array: NDArray[Any], name: str, source: Source, missing: bool) -> None:
    """Refuse infinity, and NaN where no value may be missing."""
    lost = np.isinf if missing else lambda part: ~np.isfinite(part)
    if array.dtype.kind == "f" and any(lost(part).any() for part in _slabs(array)):
        raise source.error(tr("its array {name} holds NaN or infinity", name=name), REMEDY)


def _slabs(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    flat = array.reshape(-1, order="A")
    for start in range(0, flat.size, 1 << 22):
        yield flat[start : start + (1 << 22)]
