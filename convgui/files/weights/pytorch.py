"""PyTorch's files: a zip of one pickle and storages (since 1.6), the older row of pickles, and TorchScript's archive.

The formats: ``torch/serialization.py`` and ``torch/csrc/jit/serialization`` of PyTorch 2. What is pickled is read by
`PickleMachine`; a storage has to be as long as the pickle says, and a tensor has to lie inside its storage.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod
from types import MappingProxyType
from typing import IO, Any, cast

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.files.source import Source
from convgui.files.weights.flatten import flattened
from convgui.files.weights.pickle_machine import Allowed, Name, PickleError, PickleMachine
from convgui.files.weights.stored import read_stored, stored
from convgui.files.weights.tensors import (
    AGAIN,
    BFLOAT16,
    MOST_AXES,
    Tensor,
    WeightFile,
    as_numbers,
    check_shape,
    item_size,
)
from convgui.words import mark, tr

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
START = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
"""The first pickle of the older form: its magic number."""
LARGEST_PICKLE = 64 << 20
MOST_MEMBERS = 200_000
SAVE_STATE = mark("save its state_dict with torch.save and open that")
STORAGES = MappingProxyType(
    {
        "DoubleStorage": "float64", "FloatStorage": "float32", "HalfStorage": "float16", "BFloat16Storage": BFLOAT16,
        "LongStorage": "int64", "IntStorage": "int32", "ShortStorage": "int16", "CharStorage": "int8",
        "ByteStorage": "uint8", "BoolStorage": "bool",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Storage:
    """A row of numbers of a file, of which tensors are views."""

    key: str
    dtype: str
    length: int
    part: str = "data"


@dataclass(frozen=True)
class View:
    """A tensor: which numbers of a storage it is made of."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def check(self) -> None:
        """Refuse what lies outside its storage, or is larger than that; PickleError says so."""
        numbers = (self.offset, *self.shape, *self.strides)
        whole = all(type(n) is int and n >= 0 for n in numbers)
        if not whole or len(self.shape) != len(self.strides) or len(self.shape) > MOST_AXES:
            raise PickleError(tr("a tensor's shape makes no sense"))
        reach = self.offset + sum((n - 1) * step for n, step in zip(self.shape, self.strides, strict=True))
        if prod(self.shape) and (reach >= self.storage.length or prod(self.shape) > self.storage.length):
            raise PickleError(
                tr(
                    "a tensor of {shape} lies outside its storage of {length:,} numbers",
                    shape=self.shape, length=self.storage.length,
                )
            )  # fmt: skip


def is_older(head: bytes) -> bool:
    """Tell from its first bytes whether a file is of the form before the zip."""
    return head.startswith(START)


def is_zip(archive: zipfile.ZipFile) -> bool:
    """Tell whether an archive is PyTorch's."""
    return any(name.endswith(("/data.pkl", "/constants.pkl")) for name in archive.namelist()[:MOST_MEMBERS])


def read_older(source: Source) -> WeightFile:
    """Return the tensors of a file of the form before the zip; LoadError says what is wrong with it."""
    stream = remaining(source.stream, source.size)
    found: dict[str, Storage] = {}
    try:
        machine = PickleMachine(stream, ALLOWED, partial(_storage, found, "data"))
        magic, protocol, system = machine.load(), machine.load(), machine.load()
        if magic != MAGIC or protocol != PROTOCOL or not isinstance(system, dict):
            raise PickleError(tr("it is of an unknown version"))
        if system.get("little_endian") is not True:
            raise PickleError(tr("it was written by a machine of another byte order"))
        content, keys = machine.load(), machine.load()
        places = _places(source, stream, keys, found)
    except PickleError as error:
        raise source.error(str(error), tr(SAVE_STATE)) from error

    def numbers(storage: Storage) -> NDArray[Any]:
        begin = places[storage.key]
        raw = read_stored(source, begin, storage.length * item_size(storage.dtype))
        return as_numbers(raw, storage.dtype, (storage.length,))

    return _file(source, "PyTorch", [("", content)], numbers)


def _places(source: Source, stream: IO[bytes], keys: Any, found: Mapping[str, Storage]) -> dict[str, int]:
    """Return where each storage's numbers begin, once all of them are there."""
    texts = isinstance(keys, list) and all(isinstance(key, str) for key in keys)
    if not texts or sorted(keys) != sorted(found):
        raise PickleError(tr("its list of storages does not fit its tensors"))
    places, at = {}, stream.tell()
    for key in keys:
        storage = found[key]
        source.stream.seek(at)
        head = source.stream.read(8)
        if len(head) < 8 or struct.unpack("<q", head)[0] != storage.length:
            raise PickleError(tr("its storage {key} is not as long as its tensors say", key=key))
        places[key] = at + 8
        at += 8 + storage.length * item_size(storage.dtype)
    if at > source.size:
        raise source.error(tr("it is cut off: {missing:,} bytes are missing", missing=at - source.size), AGAIN)
    return places


def read_zip(source: Source, archive: zipfile.ZipFile) -> WeightFile:
    """Return the tensors of a zip that PyTorch wrote; LoadError says what is wrong with it."""
    members = {info.filename: info for info in archive.infolist()[:MOST_MEMBERS]}
    root = next(name for name in members if name.endswith(("/data.pkl", "/constants.pkl"))).rsplit("/", 1)[0]
    script = any(name.startswith(f"{root}/code/") for name in members)
    found: dict[str, Storage] = {}
    order = members.get(f"{root}/byteorder")
    if order is not None and order.file_size < 16 and archive.read(order) != b"little":
        raise source.error(tr("it was written by a machine of another byte order"), tr(SAVE_STATE))
    contents: list[tuple[str, Any]] = []
    try:
        for part in ("data", "constants"):
            info = members.get(f"{root}/{part}.pkl")
            if info is None:
                continue
            if info.file_size > LARGEST_PICKLE:
                raise PickleError(tr("its pickle is larger than {most} MiB", most=LARGEST_PICKLE >> 20))
            with archive.open(info) as stream:
                machine = PickleMachine(
                    remaining(stream, info.file_size), SCRIPT if script else ALLOWED, partial(_storage, found, part)
                )
                contents.append((part if part == "constants" else "", machine.load()))
        for storage in found.values():
            _check_member(members.get(f"{root}/{storage.part}/{storage.key}"), storage)
    except PickleError as error:
        raise source.error(str(error), tr(SAVE_STATE)) from error

    def numbers(storage: Storage) -> NDArray[Any]:
        raw = _member(source, f"{root}/{storage.part}/{storage.key}", storage.length * item_size(storage.dtype))
        return as_numbers(raw, storage.dtype, (storage.length,))

    return _file(source, "TorchScript" if script else "PyTorch", contents, numbers)


def _check_member(info: zipfile.ZipInfo | None, storage: Storage) -> None:
    size = storage.length * item_size(storage.dtype)
    if info is None or info.file_size != size:
        raise PickleError(
            tr(
                "its storage {key} holds {held:,} bytes and its tensors need {size:,}",
                key=storage.key, held=0 if info is None else info.file_size, size=size,
            )
        )  # fmt: skip


def _member(source: Source, name: str, size: int) -> bytes:
    """Return a member of the archive, which may be closed by now."""
    try:
        with stored(source) as held, zipfile.ZipFile(held) as archive, archive.open(name) as stream:
            data = stream.read(size)
    except (OSError, KeyError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise source.error(tr("its archive is damaged ({error})", error=told(error)), AGAIN) from error
    if len(data) < size:
        raise source.error(tr("it has been cut off since it was opened"), tr("put the file back"))
    return data


def _file(
    source: Source, form: str, contents: list[tuple[str, Any]], numbers: Callable[[Storage], NDArray[Any]]
) -> WeightFile:
    tensors, unread = dict[str, Tensor](), dict[str, str]()
    try:
        values = [pair for prefix, content in contents for pair in flattened(content, prefix, unread)]
    except PickleError as error:
        raise source.error(str(error), tr(SAVE_STATE)) from error
    for name, value in values:
        if isinstance(value, View):
            storage = value.storage
            check_shape(source, name, value.shape, storage.dtype)
            check_shape(source, name, (storage.length,), storage.dtype)
            tensors[name] = Tensor(name, value.shape, storage.dtype, partial(_values, value, numbers))
    return WeightFile(source.name, form, tensors, unread)


def _values(view: View, numbers: Callable[[Storage], NDArray[Any]]) -> NDArray[Any]:
    if not prod(view.shape):
        return numbers(view.storage)[:0].reshape(view.shape)
    row = numbers(view.storage)[view.offset :]
    return np.array(as_strided(row, view.shape, [step * row.itemsize for step in view.strides], writeable=False))


def _storage(found: dict[str, Storage], part: str, identity: Any) -> Storage:
    """Return the storage that a persistent id stands for: its type, its key, where it was, and its length."""
    whole = isinstance(identity, tuple) and len(identity) in (5, 6) and identity[0] == "storage"
    if not whole or not isinstance(identity[1], Name) or type(identity[4]) is not int or identity[4] < 0:
        raise PickleError(tr("one of its storages is not described"))
    kind, key = STORAGES.get(identity[1].name), str(identity[2])
    if kind is None:
        raise PickleError(tr("it holds numbers of the type {name}, which are not read", name=identity[1].name))
    if len(identity) == 6 and identity[5] is not None:
        raise PickleError(tr("one of its storages is a part of another one, as before PyTorch 0.4"))
    storage = Storage(key, kind, identity[4], part)
    if found.setdefault(f"{part}/{key}" if part == "constants" else key, storage) != storage:
        raise PickleError(tr("its storage {key} is not as long as its tensors say", key=key))
    return storage


def _tensor(storage: Any, offset: Any, shape: Any, strides: Any, *_more: Any) -> View:
    if not isinstance(storage, Storage) or not isinstance(shape, tuple) or not isinstance(strides, tuple):
        raise PickleError(tr("a tensor's shape makes no sense"))
    view = View(storage, offset, shape, strides)
    view.check()
    return view


def _parameter(data: Any, *_more: Any) -> Any:
    return data


def _ordered(*pairs: Any) -> dict[Any, Any]:
    return dict(*pairs)


def _torch(names: Mapping[str, Callable[..., Any]]) -> dict[Name, Callable[..., Any]]:
    return {Name(*name.rsplit(".", 1)): made for name, made in names.items()}


FUNCTIONS = MappingProxyType(
    _torch(
        {
            "collections.OrderedDict": _ordered,
            "torch._utils._rebuild_tensor": _tensor,
            "torch._utils._rebuild_tensor_v2": _tensor,
            "torch._utils._rebuild_parameter": _parameter,
            "torch._utils._rebuild_parameter_with_state": _parameter,
            "torch.device": lambda *parts: ":".join(map(str, parts)),
            "torch.Size": lambda *parts: tuple(*parts),
        }
    )
)
LISTS = MappingProxyType(
    _torch({f"torch.jit._pickle.build_{kind}list": list for kind in ("int", "double", "bool", "tensor")})
)


def _is_value(name: Name) -> bool:
    """Whether a name is a type of numbers, which is named and never called."""
    return name.module == "torch" and (name.name.endswith("Storage") or name.name in _DTYPES)


_DTYPES = frozenset(("float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"))
ALLOWED = Allowed(FUNCTIONS, _is_value, lambda _: False)
SCRIPT = Allowed({**FUNCTIONS, **LISTS}, _is_value, lambda name: name.module.split(".")[0] == "__torch__")
"""In TorchScript objects are of classes that the archive brings itself; their code is not run."""


def remaining(stream: Any, size: int) -> IO[bytes]:
    """Return a stream of `size` bytes that never asks for more than there is, whatever length a pickle claims."""
    return cast("IO[bytes]", _Remaining(stream, size))


class _Remaining:
    def __init__(self, stream: Any, size: int) -> None:
        self._stream, self._left, self._at = stream, size, stream.tell()

    def _took(self, data: bytes) -> bytes:
        self._left -= len(data)
        self._at += len(data)
        return data

    def read(self, n: int) -> bytes:
        return self._took(self._stream.read(min(n, self._left)))

    def readline(self) -> bytes:
        return self._took(self._stream.readline(min(self._left, 1 << 16)))

    def tell(self) -> int:
        return int(self._at)
