"""The tensors of a file of weights, judged when it is opened and read when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.memory import headroom
from convgui.files.source import REFUSE_BYTES, Source
from convgui.words import mark, tr

MOST_TENSORS = 100_000
MOST_AXES = 16
LARGEST = 1 << 48
"""Numbers on an axis: more are in no file."""
AGAIN = mark("save or download it again")
BFLOAT16 = "bfloat16"


@dataclass(frozen=True)
class Tensor:
    """One tensor of a file.

    Attributes
    ----------
    name : str
        Its name in the file, with dots between the modules that it is in.
    shape : tuple of int
        PyTorch's.
    dtype : str
        NumPy's name of its type, or ``bfloat16``.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    _read: Callable[[], NDArray[Any]] = field(repr=False, compare=False)

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    def values(self) -> NDArray[Any]:
        """Return its values in its type; ``bfloat16`` as float32.

        Raises
        ------
        LoadError
            If the file is not what it was when it was opened.
        """
        return self._read()


@dataclass(frozen=True)
class WeightFile:
    """What a file of weights holds.

    Attributes
    ----------
    name : str
        The file's.
    form : str
        What kind of file it is, such as "safetensors".
    tensors : mapping of str to Tensor
        By name, in the file's order.
    unread : mapping of str to str
        What else is in it, by name, and why it is not read.
    metadata : mapping of str to str
        What its maker wrote about it.
    """

    name: str
    form: str
    tensors: Mapping[str, Tensor]
    unread: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """How many numbers all its tensors hold together."""
        return sum(tensor.size for tensor in self.tensors.values())


def as_numbers(raw: bytes, dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return little-endian bytes as numbers; ``bfloat16`` is widened to float32, of which it is the upper half."""
    if dtype == BFLOAT16:
        return (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(shape)
    kind = np.dtype(dtype)
    return np.frombuffer(raw, kind.newbyteorder("<")).astype(kind, copy=True).reshape(shape)


def item_size(dtype: str) -> int:
    """Return the bytes of one number."""
    return 2 if dtype == BFLOAT16 else np.dtype(dtype).itemsize


def check_shape(source: Source, name: str, shape: tuple[int, ...], dtype: str) -> int:
    """Return the bytes of a tensor; LoadError if no file can hold it, or memory cannot."""
    if len(shape) > MOST_AXES or not all(0 <= n <= LARGEST for n in shape):
        raise source.error(tr("the shape of its tensor {name!r} makes no sense", name=name), AGAIN)
    size = prod(shape) * item_size(dtype)
    left = headroom()
    if size > REFUSE_BYTES or (left is not None and 3 * size > left):
        raise source.error(
            tr("its tensor {name!r} takes {size:,} MiB", name=name, size=size >> 20),
            tr("open a smaller network, or give the program more memory"),
        )
    return size
