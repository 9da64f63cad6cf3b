"""Files of weights, made here by other means than the program's."""

from __future__ import annotations

import io
import json
import pickle
import struct
import sys
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from tests.files.faulty import zipped

AnyArray = NDArray[Any]
SAFE = {
    "float32": "F32",
    "float64": "F64",
    "float16": "F16",
    "int64": "I64",
    "int32": "I32",
    "uint8": "U8",
    "bool": "BOOL",
}
TORCH = {"float32": "Float", "float64": "Double", "float16": "Half", "int64": "Long", "int32": "Int", "uint8": "Byte"}


def safetensors(arrays: Mapping[str, AnyArray], **metadata: str) -> bytes:
    """Write arrays as the format's page says."""
    entries: dict[str, Any] = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, array in arrays.items():
        raw = array.tobytes()
        span = [len(data), len(data) + len(raw)]
        entries[name] = {"dtype": SAFE[array.dtype.name], "shape": list(array.shape), "data_offsets": span}
        data += raw
    return raw_safetensors(entries, data)


def raw_safetensors(entries: Any, data: bytes) -> bytes:
    text = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text + data


@dataclass(frozen=True)
class Stored:
    """A storage while it is pickled."""

    key: str
    values: AnyArray
    length: int


@dataclass(frozen=True)
class Tensor:
    """A tensor while it is pickled: a view of a storage."""

    storage: Stored
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def tensor(key: str, array: AnyArray) -> Tensor:
    strides = tuple(step // array.itemsize for step in array.copy(order="C").strides)
    return Tensor(Stored(key, array.reshape(-1), array.size), 0, array.shape, strides)


def tensors(arrays: Mapping[str, AnyArray]) -> OrderedDict[str, Tensor]:
    return OrderedDict((name, tensor(str(n), array)) for n, (name, array) in enumerate(arrays.items()))


@contextmanager
def _torch() -> Iterator[types.SimpleNamespace]:
    """Stand-ins of the names that PyTorch's files hold, for as long as something is pickled."""
    before = {name: sys.modules.get(name) for name in ("torch", "torch._utils")}
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for kind in TORCH.values():
        setattr(torch, f"{kind}Storage", type(f"{kind}Storage", (), {"__module__": "torch"}))

    def rebuild(*_: Any) -> None:
        """Never called."""

    rebuild.__module__, rebuild.__qualname__, rebuild.__name__ = (
        "torch._utils",
        "_rebuild_tensor_v2",
        "_rebuild_tensor_v2",
    )
    utils._rebuild_tensor_v2 = rebuild  # type: ignore[attr-defined]
    sys.modules["torch"], sys.modules["torch._utils"] = torch, utils
    try:
        yield types.SimpleNamespace(torch=torch, rebuild=rebuild)
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, fake: Any, old: bool) -> None:
        super().__init__(stream, protocol=2)
        self.fake, self.old, self.storages = fake, old, dict[str, Stored]()

    def persistent_id(self, value: Any) -> Any:
        if not isinstance(value, Stored):
            return None
        self.storages[value.key] = value
        kind = getattr(self.fake.torch, f"{TORCH[value.values.dtype.name]}Storage")
        parts = ("storage", kind, value.key, "cpu", value.length)
        return (*parts, None) if self.old else parts

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, Tensor):
            return self.fake.rebuild, (value.storage, value.offset, value.shape, value.strides, False, OrderedDict())
        return NotImplemented


def pytorch_zip(content: Any, **more: bytes) -> bytes:
    """Write the form of PyTorch 1.6 and later."""
    stream = io.BytesIO()
    with _torch() as fake:
        pickler = _Pickler(stream, fake, old=False)
        pickler.dump(content)
    return raw_zip(stream.getvalue(), {key: s.values.tobytes() for key, s in pickler.storages.items()}, more)


def raw_zip(pickled: bytes, storages: Mapping[str, bytes], more: Mapping[str, bytes] | None = None) -> bytes:
    members = {"data.pkl": pickled, "version": b"3\n", **(more or {})}
    members |= {f"data/{key}": raw for key, raw in storages.items()}
    return zipped({f"archive/{name}": content for name, content in members.items()}, 0)


def pytorch_old(content: Any, change: Callable[[int], int] = lambda n: n) -> bytes:
    """Write the form before the zip; `change` says another length of each storage than it has."""
    stream = io.BytesIO()
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    with _torch() as fake:
        for head in (0x1950A86A20F9469CFC6C, 1001, system):
            pickle.dump(head, stream, protocol=2)
        pickler = _Pickler(stream, fake, old=True)
        pickler.dump(content)
    keys = sorted(pickler.storages)
    pickle.dump(keys, stream, protocol=2)
    for key in keys:
        stream.write(struct.pack("<q", change(pickler.storages[key].values.size)))
        stream.write(pickler.storages[key].values.tobytes())
    return stream.getvalue()
