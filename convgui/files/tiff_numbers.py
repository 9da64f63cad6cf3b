"""Numbers in the rows of a TIFF: every depth from 1 to 64 bits, both byte orders, and what predictors did to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FULL_BYTES = (8, 16, 32, 64)
BLOCK = 1 << 24
HORIZONTAL, FLOATING = 2, 3
"""Predictors that are undone here; 1 is none."""


@dataclass(frozen=True)
class Numbers:
    """How the samples of a row are stored.

    Attributes
    ----------
    kind : str
        As in NumPy: "u", "i" or "f".
    bits : int
        Bits of a sample.
    order : str
        Byte order of the file, "<" or ">".
    predictor : int
        1, 2 or 3.
    """

    kind: str
    bits: int
    order: str = "<"
    predictor: int = 1

    @property
    def dtype(self) -> np.dtype[Any]:
        """The smallest native type that holds a sample; one bit is a bool."""
        if self.bits == 1 and self.kind == "u":
            return np.dtype(np.bool_)
        return np.dtype(f"{self.kind}{next(size for size in (1, 2, 4, 8) if 8 * size >= self.bits)}")

    @property
    def readable(self) -> bool:
        """Whether such samples can be read."""
        if self.predictor == FLOATING:
            return self.kind == "f" and self.bits in (16, 32, 64)
        if self.predictor == HORIZONTAL and self.bits not in FULL_BYTES:
            return False
        known = (16, 32, 64) if self.kind == "f" else (*range(1, 33), 64)
        return self.predictor in (1, HORIZONTAL) and self.bits in known

    def row_bytes(self, samples: int) -> int:
        """Bytes of a row, which ends with a whole byte."""
        return (samples * self.bits + 7) // 8

    def read(self, data: bytes, rows: int, columns: int, samples: int) -> NDArray[Any]:
        """Return ``(rows, columns, samples)`` in native order from exactly as many bytes as that takes."""
        if self.predictor == FLOATING:
            return _undo_floating(data, rows, columns, samples, self.bits // 8)
        if self.bits in FULL_BYTES:
            unsigned = np.frombuffer(data, f"{self.order}u{self.bits // 8}").reshape(rows, columns, samples)
            values = unsigned.astype(unsigned.dtype.newbyteorder("="))
            if self.predictor == HORIZONTAL:
                # Differences wrap round, of floats too, whose bits count as integers.
                np.cumsum(values, axis=1, dtype=values.dtype, out=values)
            return values.view(self.dtype)
        stored = np.frombuffer(data, np.uint8).reshape(rows, -1)
        if self.bits == 24 and self.order == "<":
            stored = stored.reshape(rows, -1, 3)[..., ::-1].reshape(rows, -1)
        return self._packed(stored, columns * samples).reshape(rows, columns, samples)

    def _packed(self, stored: NDArray[np.uint8], count: int) -> NDArray[Any]:
        """Cut samples that are no whole bytes out of ``(rows, bytes)``, highest bit first."""
        values = np.zeros((len(stored), count), f"u{self.dtype.itemsize}")
        # Some rows at a time, since each bit becomes a byte on the way.
        step = max(BLOCK // (count * self.bits), 1)
        for start in range(0, len(stored), step):
            part = values[start : start + step]
            bits = np.unpackbits(stored[start : start + step], axis=1, count=count * self.bits)
            for bit in range(self.bits):
                part <<= 1
                part |= bits[:, bit :: self.bits]
        if self.dtype == np.bool_:
            return values.view(np.bool_)
        if self.kind == "i":
            spare = 8 * self.dtype.itemsize - self.bits
            return (values << spare).view(self.dtype) >> spare
        return values


def _undo_floating(data: bytes, rows: int, columns: int, samples: int, size: int) -> NDArray[Any]:
    """Undo predictor 3: bytes of a row stand by significance, the highest first, as differences `samples` apart."""
    stored = np.frombuffer(data, np.uint8).reshape(rows, -1, samples)
    planes = np.cumsum(stored, axis=1, dtype=np.uint8).reshape(rows, size, columns * samples)
    big = np.ascontiguousarray(planes.transpose(0, 2, 1)).view(f">f{size}")
    return big.astype(f"=f{size}").reshape(rows, columns, samples)


def subsampled_bytes(rows: int, columns: int, shared: tuple[int, int]) -> int:
    """Return the bytes of luma and chroma where blocks of ``(columns, rows)`` share their chroma."""
    return -(-rows // shared[1]) * -(-columns // shared[0]) * (shared[0] * shared[1] + 2)


def read_subsampled(data: bytes, rows: int, columns: int, shared: tuple[int, int]) -> NDArray[np.uint8]:
    """Return ``(rows, columns, 3)`` of luma and chroma, each chroma repeated over its block."""
    wide, high = shared
    blocks = np.frombuffer(data, np.uint8).reshape(-(-rows // high), -(-columns // wide), wide * high + 2)
    luma_blocks = blocks[..., :-2].reshape(*blocks.shape[:2], high, wide).transpose(0, 2, 1, 3)
    luma = luma_blocks.reshape(blocks.shape[0] * high, blocks.shape[1] * wide, 1)
    chroma = blocks[..., -2:].repeat(high, axis=0).repeat(wide, axis=1)
    return np.concatenate([luma, chroma], axis=-1)[:rows, :columns]
