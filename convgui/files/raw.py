"""Plain numbers in a file, as NIfTI, NRRD, MRC and .npy hold them: mapped where possible, otherwise streamed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from convgui.core.errors import told
from convgui.files.layout import check_kind
from convgui.files.mapped import mapped
from convgui.files.source import MEBIBYTE, Source
from convgui.words import tr

MAP_ABOVE = 256 * MEBIBYTE
"""Blocks larger than this are memory-mapped, from a copy of our own; smaller ones are read. So changing the file on
the disk does no harm."""
CHUNK = 4 * MEBIBYTE


class Readable(Protocol):
    """What a file, a decompressor and a member of an archive have in common."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most `size` bytes, none at the end."""


@contextmanager
def unpacked(source: Source) -> Iterator[gzip.GzipFile | None]:
    """Give the decompressor of a file in gzip, at its start; None for a plain file, which also stands at its start."""
    source.stream.seek(0)
    packed = source.stream.read(2) == b"\x1f\x8b"
    source.stream.seek(0)
    if not packed:
        yield None
        return
    with gzip.GzipFile(fileobj=source.stream) as stream:
        yield stream


@dataclass(frozen=True)
class Block:
    """Numbers in a row, as a header describes them.

    Attributes
    ----------
    dtype : dtype
        How they are stored, byte order included.
    shape : tuple of int
        Slowest axis first.
    offset : int
        Bytes before them.
    slope, inter : float
        What a stored number stands for: ``slope * stored + inter``.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    offset: int = 0
    slope: float = 1.0
    inter: float = 0.0

    @property
    def nbytes(self) -> int:
        """Bytes that the header promises."""
        return prod(self.shape) * self.dtype.itemsize

    @property
    def scaled(self) -> bool:
        """Whether stored numbers stand for others."""
        return (self.slope, self.inter) != (1.0, 0.0)

    @property
    def loaded(self) -> np.dtype[Any]:
        """The type after loading: as stored, or, scaled, the smallest float that holds the stored numbers exactly."""
        native = self.dtype.newbyteorder("=")
        return np.result_type(native, np.float32) if self.scaled else native


def read_block(source: Source, block: Block, stream: Readable | None = None) -> NDArray[Any]:
    """Return the numbers of a block, in native byte order, as an array that may be written to.

    Parameters
    ----------
    source : Source
        The file.
    block : Block
        What to read; its size has to be checked before.
    stream : file, optional
        Where to read on from, in place of the file's byte `offset`: a decompressor, or a member of an archive. Without
        it the file itself is read, or mapped: pages that are written to then stay in memory and never reach the file.

    Raises
    ------
    LoadError
        If fewer bytes are there than promised, or the compressed data are damaged.
    LoadCancelledError
        If the user wants to stop.
    """
    check_kind(block.dtype, source)
    if stream is not None:
        return _streamed(source, block, stream)
    held = max(source.size - block.offset, 0)
    if held < block.nbytes:
        raise _cut_off(source, block, held)
    if block.nbytes > MAP_ABOVE and source.path is not None and block.dtype.isnative and not block.scaled:
        array = mapped(source, block.dtype, block.shape, block.offset, block.nbytes)
        if array is not None:
            return array
    source.stream.seek(block.offset)
    return _streamed(source, block, source.stream)


def _streamed(source: Source, block: Block, stream: Readable) -> NDArray[Any]:
    """Fill the array chunk by chunk, so that nothing is in memory twice and a lying header costs only what is there."""
    out = np.empty(prod(block.shape), block.loaded)
    step = max(CHUNK // block.dtype.itemsize, 1)
    for start in range(0, out.size, step):
        source.check_cancelled()
        wanted = min(step, out.size - start) * block.dtype.itemsize
        data = read_exactly(source, stream, wanted)
        if len(data) < wanted:
            raise _cut_off(source, block, start * block.dtype.itemsize + len(data))
        stored = np.frombuffer(data, block.dtype)
        part = out[start : start + stored.size]
        # Scaled in float64 and rounded once.
        part[:] = stored * np.float64(block.slope) + block.inter if block.scaled else stored
    return out.reshape(block.shape)


def read_exactly(source: Source, stream: Readable, size: int) -> bytes:
    """Read exactly `size` bytes, or what is there."""
    chunks, left = [], size
    while left:
        try:
            part = stream.read(left)
        except EOFError:
            break
        except (zlib.error, OSError) as error:
            raise source.error(
                tr("its compressed data are damaged ({error})", error=told(error)), tr("save or download it again")
            ) from error
        if not part:
            break
        chunks.append(part)
        left -= len(part)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def check_end(source: Source, stream: Readable) -> None:
    """Let a decompressor verify its checksum, which it does at its end; more than a chunk is not waited for.

    Raises
    ------
    LoadError
        If the checksum is wrong or missing.
    """
    try:
        stream.read(CHUNK)
    except EOFError:
        raise source.error(tr("its compressed data are cut off at the end"), tr("save or download it again")) from None
    except (zlib.error, OSError) as error:
        raise source.error(
            tr("its compressed data are damaged ({error})", error=told(error)), tr("save or download it again")
        ) from error


def _cut_off(source: Source, block: Block, held: int) -> Exception:
    sides = " × ".join(f"{n:,}" for n in block.shape)
    return source.error(
        tr(
            "it is cut off: its header promises {sides} values of {name}, {nbytes:,} bytes, and {held:,} bytes follow",
            sides=sides,
            name=block.dtype.name,
            nbytes=block.nbytes,
            held=held,
        ),
        tr("save or download it again"),
    )
