"""Rows that a JPEG promises and does not hold: the decoder shows grey for them, without a word."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL.JpegImagePlugin import JpegImageFile

from convgui.files.cancellable_stream import cancellable_bytes
from convgui.files.source import Source

SCAN, END = 0xDA, 0xD9
MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""A marker among compressed data, where 0 is a plain byte and D0 to D7 are restarts."""
RESTART_EVERY = b"\xff\xdd\x00\x04"
RESTARTS = (0xD0, 0xD2, 0xD4)
"""Restart markers of which the decoder takes at least one, whichever of the eight it waits for."""
NOISE = np.random.default_rng(0).integers(0, 255, 4096, dtype=np.uint8).tobytes()


def check_rows(source: Source, data: bytes, values: NDArray[Any]) -> None:
    """Refuse a JPEG whose compressed data end before its last row.

    What is not there decodes as one flat colour up to the last pixel. Only a picture that ends so is decoded again,
    with noise after its data: a whole picture stays the same, since nobody reads on after its last block.

    Parameters
    ----------
    source : Source
        The file.
    data : bytes
        The JPEG stream.
    values : ndarray
        ``(H, W, C)`` or ``(H, W)``, as Pillow decodes it.

    Raises
    ------
    LoadError
        Saying how many rows are missing.
    """
    if not np.array_equal(values[-1, -2:][:1], values[-1, -1:]):
        return
    noises = [NOISE]
    if RESTART_EVERY in data:
        noises += [bytes([0xFF, restart]) + NOISE for restart in RESTARTS]
    held = min(_same_rows(source, _with_noise(data, noise), values) for noise in noises)
    if held < len(values):
        raise source.rows_missing(len(values), held)


def _same_rows(source: Source, data: bytes, values: NDArray[Any]) -> int:
    """Return how many rows from the top decode to the same values."""
    with JpegImageFile(cancellable_bytes(source, data)) as image:
        again = np.asarray(image).reshape(values.shape)
    differ = (again != values).reshape(len(values), -1).any(axis=1)
    return int(np.argmax(differ)) if differ.any() else len(values)


def _with_noise(data: bytes, noise: bytes) -> bytes:
    """Return a stream with noise after the data of each of its scans."""
    segments, at = [data[:2]], 2
    while at + 2 <= len(data) and data[at] == 0xFF and data[at + 1] != END:
        kind, start = data[at + 1], at
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if kind != SCAN:
            segments.append(data[start:at])
            continue
        found = MARKER.search(data, at)
        at = len(data) if found is None else found.end() - 2
        segments += [data[start:at], noise]
    return b"".join([*segments, data[at:]])
