"""The arrays of a .npz archive, and the one of a .npy file, by name."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.files.arrays import member_header, read_array, read_header
from convgui.files.source import Source
from convgui.files.weights.stored import stored
from convgui.files.weights.tensors import AGAIN, Tensor, WeightFile, check_shape
from convgui.words import tr

KINDS = "fiub"


def read_npy(source: Source) -> WeightFile:
    """Return the array of a .npy file, called ``weight``; LoadError says what is wrong with it."""
    header = read_header(source.stream, source)
    if header.dtype.kind not in KINDS:
        raise source.error(tr("it holds {dtype}, and numbers are needed", dtype=header.dtype))
    dtype = header.dtype.newbyteorder("=").name
    tensor = Tensor("weight", header.shape, dtype, partial(_array, source))
    check_shape(source, "weight", header.shape, dtype)
    return WeightFile(source.name, "NumPy", {"weight": tensor})


def read_npz(source: Source, archive: zipfile.ZipFile) -> WeightFile:
    """Return the arrays of a .npz archive; LoadError says what is wrong with it."""
    tensors, unread = dict[str, Tensor](), dict[str, str]()
    for info in archive.infolist():
        name = info.filename.removesuffix(".npy")
        if name == info.filename:
            unread[name] = tr("it is no array")
            continue
        inner = replace(source, name=f"{source.name}[{name}]", size=info.file_size, path=None, cancel=None)
        header = member_header(archive, info, inner)
        if header.dtype.kind not in KINDS:
            unread[name] = tr("it holds {dtype}, and numbers are needed", dtype=header.dtype)
            continue
        dtype = header.dtype.newbyteorder("=").name
        check_shape(source, name, header.shape, dtype)
        tensors[name] = Tensor(name, header.shape, dtype, partial(_member, source, info.filename, inner))
    return WeightFile(source.name, "NumPy", tensors, unread)


def _array(source: Source) -> NDArray[Any]:
    with stored(source) as stream:
        return np.array(read_array(stream, replace(source, stream=stream, path=None)))


def _member(source: Source, name: str, inner: Source) -> NDArray[Any]:
    try:
        with stored(source) as held, zipfile.ZipFile(held) as archive, archive.open(name) as stream:
            return read_array(stream, inner)
    except (OSError, KeyError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise source.error(tr("its archive is damaged ({error})", error=told(error)), AGAIN) from error
