"""HDF5 by h5py: the arrays that lie in a file itself, and the texts beside them.

HDF5 can lead out of a file: links and data sets name other files, and a filter is a library that is looked for and
run. Only arrays that lie in the file itself are read, packed by filters that HDF5 brings along.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from math import ceil, prod
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.core.memory import headroom
from convgui.files.errors import LoadError
from convgui.files.source import REFUSE_BYTES, Source
from convgui.files.weights.stored import stored
from convgui.files.weights.tensors import AGAIN, MOST_TENSORS, Tensor, check_shape
from convgui.words import tr

SIGNATURE = b"\x89HDF\r\n\x1a\n"
FILTERS = {1, 2, 3}
"""Numbers of the filters that HDF5 has of its own: deflate, shuffle, and checksums."""
DEEPEST = 32
KINDS = "fiu"


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

    tensors: Mapping[str, Tensor]
    unread: Mapping[str, str]
    texts: Mapping[str, str]
    names: Mapping[str, str]


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
    _check_installed(source)
    tensors, unread, names = dict[str, Tensor](), dict[str, str](), dict[str, str]()
    with _opened(source, source.stream, member) as file:
        waiting = [(file["/"], "", 0)]
        while waiting:
            group, path, depth = waiting.pop()
            if "name" in group.attrs:
                names[path] = _text(group.attrs["name"])
            for name in group:
                source.check_cancelled()
                inner = f"{path}/{name}".lstrip("/")
                reason = _why_not(group, name, depth)
                if reason:
                    unread[inner] = reason
                elif hasattr(group[name], "keys"):
                    waiting.append((group[name], inner, depth + 1))
                else:
                    tensors[inner] = _tensor(source, member, inner, group[name])
                if len(tensors) + len(unread) + len(waiting) > MOST_TENSORS:
                    raise source.error(tr("it has more than {most:,} parts", most=MOST_TENSORS), AGAIN)
        texts = {key: _text(file.attrs[key]) for key in file.attrs if key in ("model_config", "keras_version")}
    return Hdf5(tensors, unread, texts, names)


def _check_installed(source: Source) -> None:
    try:
        import_module("h5py")
    except ImportError:
        raise source.lacks(tr("h5py, which reads HDF5, is not installed"), "keras") from None


@contextmanager
def _opened(source: Source, stream: BinaryIO, member: str) -> Iterator[Any]:
    """Open a file, or one in an archive; whatever is wrong in it is a LoadError."""
    h5py: Any = import_module("h5py")
    try:
        if member:
            stream = _member(source, stream, member)
        with h5py.File(stream, "r") as file:
            yield file
    except (LoadError, MemoryError):
        raise
    # What h5py raises for damage is of many kinds: OSError, RuntimeError, KeyError, ValueError, TypeError.
    except Exception as error:
        raise source.error(tr("it is damaged ({error})", error=told(error)), AGAIN) from error


def _member(source: Source, stream: BinaryIO, member: str) -> BinaryIO:
    with zipfile.ZipFile(stream) as archive:
        size, left = archive.getinfo(member).file_size, headroom()
        if size > REFUSE_BYTES or (left is not None and 3 * size > left):
            words = tr("its {name} takes {size:,} MiB", name=member, size=size >> 20)
            raise source.error(words, tr("open a smaller network"))
        try:
            with archive.open(member) as inner:
                return io.BytesIO(inner.read(size))
        except (EOFError, zlib.error, NotImplementedError, zipfile.BadZipFile) as error:
            raise source.error(tr("its archive is damaged ({error})", error=told(error)), AGAIN) from error


def _why_not(group: Any, name: str, depth: int) -> str:
    """Return why a part of a group is not read; "" if it is."""
    h5py: Any = import_module("h5py")
    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        return tr("it is a link to another place, which is not followed")
    part = group[name]
    if isinstance(part, h5py.Group):
        return tr("it lies too deep") if depth >= DEEPEST else ""
    if not isinstance(part, h5py.Dataset):
        return tr("it is no array")
    if part.dtype.kind not in KINDS or part.shape is None:
        return tr("it holds {dtype}, and numbers are needed", dtype=part.dtype)
    if part.external or part.is_virtual:
        return tr("its numbers lie in another file, which is not opened")
    made = part.id.get_create_plist()
    if not {made.get_filter(n)[0] for n in range(made.get_nfilters())} <= FILTERS:
        return tr("it is packed in a way that is not read")
    return "" if _whole(part) else tr("its numbers are not in the file")


def _whole(dataset: Any) -> bool:
    """Whether all numbers are there: HDF5 would fill in what was never written."""
    if not dataset.size:
        return True
    if dataset.chunks is None:
        return bool(dataset.id.get_storage_size() >= dataset.size * dataset.dtype.itemsize)
    wanted = prod(ceil(n / chunk) for n, chunk in zip(dataset.shape, dataset.chunks, strict=True))
    return bool(dataset.id.get_num_chunks() >= wanted)


def _tensor(source: Source, member: str, path: str, dataset: Any) -> Tensor:
    shape, dtype = tuple(int(n) for n in dataset.shape), dataset.dtype.newbyteorder("=").name
    check_shape(source, path, shape, dtype)
    return Tensor(path, shape, dtype, partial(_values, source, member, path))


def _values(source: Source, member: str, path: str) -> NDArray[Any]:
    with stored(source) as stream, _opened(source, stream, member) as file:
        found = np.asarray(file[path][()])
    return found.astype(found.dtype.newbyteorder("="), copy=False)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
