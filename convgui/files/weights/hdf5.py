"""The arrays in an HDF5 file, or in one that lies in an archive, and the texts beside them.

HDF5 can lead out of a file: links and arrays name other files, and a filter is a library that is looked for and run.
Only arrays that lie in the file itself are read, packed by what every such file may be packed by.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.core.memory import headroom
from convgui.files.source import REFUSE_BYTES, Source
from convgui.files.weights.hdf5_format import Hdf5Error, Header, Reader, header_of, is_group, links, root
from convgui.files.weights.hdf5_values import Stored, dataset, texts, values
from convgui.files.weights.stored import stored
from convgui.files.weights.tensors import AGAIN, BFLOAT16, MOST_TENSORS, Tensor, as_numbers, check_shape
from convgui.words import tr

DEEPEST = 32
LOCAL, NAMES, ENCRYPTED = 30, 26, 1
"""Bytes in front of the names of a ZIP's member, those before the two names' lengths, and the flag of a password."""


@dataclass(frozen=True)
class Hdf5:
    """What lies in a file.

    Attributes
    ----------
    tensors : mapping of str to Tensor
        Its arrays of numbers, by their paths.
    unread : mapping of str to str
        What else is in it, by path, and why it is not read.
    texts : mapping of str to str
        The texts at its root.
    names : mapping of str to str
        The text ``name`` of groups that have one, by the groups' paths.
    """

    tensors: dict[str, Tensor]
    unread: dict[str, str]
    texts: dict[str, str]
    names: dict[str, str]

    @cached_property
    def groups(self) -> dict[str, list[str]]:
        """What each group leads to on the way to an array, in order; "" is the root."""
        found = dict[str, dict[str, None]]()
        for path in self.tensors:
            while path:
                path, _, name = path.rpartition("/")
                found.setdefault(path, {})[name] = None
        return {path: list(names) for path, names in found.items()}

    @cached_property
    def below(self) -> dict[str, list[str]]:
        """The paths of arrays by the group that they lie in, that of a model's weights left out."""
        found = dict[str, list[str]]()
        for path in self.tensors:
            found.setdefault(path.removeprefix("model_weights/").partition("/")[0], []).append(path)
        return found


def read_hdf5(source: Source, member: str = "") -> Hdf5:
    """Look through an HDF5 file, or one in an archive; no array is read yet.

    Parameters
    ----------
    member : str, optional
        Its name in the archive that `source` is.

    Raises
    ------
    LoadError
        Whose text is one sentence for the user.
    """
    found = Hdf5({}, {}, {}, {})
    with _opened(source, source.stream, member) as reader:
        first = root(reader)
        waiting: list[tuple[int, str, tuple[int, ...]]] = [(first, "", (first,))]
        while waiting:
            at, path, above = waiting.pop()
            source.check_cancelled()
            header = header_of(reader, at)
            told = texts(reader, header)
            if not path:
                found.texts.update(told)
            if "name" in told:
                found.names[path] = told["name"]
            for link in links(reader, header):
                inner = f"{path}/{link.name}".lstrip("/")
                if link.header is None:
                    found.unread[inner] = tr("it is a link to another place, which is not followed")
                elif link.header in above or len(above) > DEEPEST:
                    found.unread[inner] = tr("it lies too deep")
                else:
                    waiting.append((link.header, inner, (*above, link.header)))
            if path and not is_group(header):
                _take(source, member, reader, header, path, found)
            if len(found.tensors) + len(found.unread) + len(waiting) > MOST_TENSORS:
                raise Hdf5Error(tr("it has more than {most:,} parts", most=MOST_TENSORS))
    return found


def _take(source: Source, member: str, reader: Reader, header: Header, path: str, found: Hdf5) -> None:
    own = dataset(reader, header)
    if isinstance(own, str):
        found.unread[path] = own
        return
    dtype = own.kind.dtype if own.kind.dtype == BFLOAT16 else np.dtype(own.kind.dtype).name
    check_shape(source, path, own.shape, dtype)
    found.tensors[path] = Tensor(path, own.shape, dtype, partial(_values, source, member, own))


def _values(source: Source, member: str, own: Stored) -> NDArray[Any]:
    with stored(source) as stream, _opened(source, stream, member) as reader:
        root(reader)
        blocks = []
        for chunk in own.chunks:
            source.check_cancelled()
            if chunk.size:
                reader.stream.seek(reader.base + chunk.at)
            blocks.append(reader.stream.read(chunk.size))
        found = values(own, blocks)
    return as_numbers(found.tobytes(), BFLOAT16, own.shape) if own.kind.dtype == BFLOAT16 else found


@contextmanager
def _opened(source: Source, stream: BinaryIO, member: str) -> Iterator[Reader]:
    """Open a file, or one in an archive; whatever is wrong in it is a LoadError."""
    try:
        if member:
            stream = _member(source, stream, member)
        size = stream.seek(0, io.SEEK_END)
        yield Reader(stream, size)
    except (struct.error, ValueError, EOFError, zlib.error, NotImplementedError, zipfile.BadZipFile) as error:
        raise source.error(tr("it is damaged ({error})", error=told(error)), AGAIN) from error
    except Hdf5Error as error:
        raise source.error(str(error), AGAIN) from error


def _member(source: Source, stream: BinaryIO, member: str) -> BinaryIO:
    """Return what an archive holds under a name: where it stands as it is, it is read there."""
    with zipfile.ZipFile(stream) as archive:
        found = archive.getinfo(member)
        size, left = found.file_size, headroom()
        if found.compress_type == zipfile.ZIP_STORED and not found.flag_bits & ENCRYPTED:
            stream.seek(found.header_offset + NAMES)
            begin = found.header_offset + LOCAL + sum(struct.unpack("<HH", stream.read(4)))
            if begin + size <= source.size:
                return cast("BinaryIO", io.BufferedReader(Part(stream, begin, size)))
        if size > REFUSE_BYTES or (left is not None and 3 * size > left):
            words = tr("its {name} takes {size:,} MiB", name=member, size=size >> 20)
            raise source.error(words, tr("open a smaller network"))
        return io.BytesIO(archive.read(member))


def check_member(archive: zipfile.ZipFile, member: str) -> None:
    """Read what an archive holds under a name to its end, where its checksum is told; errors are zipfile's."""
    with archive.open(member) as inner:
        while inner.read(1 << 20):
            pass


class Part(io.RawIOBase):
    """A part of a file as a file of its own."""

    def __init__(self, stream: BinaryIO, begin: int, size: int) -> None:
        super().__init__()
        self._stream, self._begin, self._size, self._at = stream, begin, size, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """Reading can go on at any byte."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another byte."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def tell(self) -> int:
        """Return at which byte reading goes on."""
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, or as much of it as there is."""
        view = memoryview(buffer).cast("B")
        count = max(min(len(view), self._size - self._at), 0)
        self._stream.seek(self._begin + self._at)
        data = self._stream.read(count)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)
