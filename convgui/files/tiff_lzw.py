"""TIFF's LZW, a run of codes at a time in NumPy: a loop over codes would take seconds for a photo.

Between two clear codes the width of each code follows from its number alone, so all codes of a run are cut out at once.
The string of code ``258 + k`` is what the k-th code of the run wrote and the byte after it, and thus stands in the
output already: each byte of the output is a copy of an earlier one, and the chains of copies are followed by doubling.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CLEAR, END, FIRST = 256, 257, 258
LONGEST_RUN = 8192
"""Codes between two clear codes; the table is full after 3,838, and a few writers go on with it for a while."""


class Template(NamedTuple):
    """Where the codes of a run stand."""

    offsets: NDArray[np.int64]
    """Bits from the start of the run to each code, and to the end of the last."""
    widths: NDArray[np.int64]


def unpack_lzw(data: bytes, size: int) -> bytes:
    """Unpack at least `size` bytes, or what is there.

    Raises
    ------
    ValueError
        If a code stands for a string that is not known yet.
    """
    # TIFF before version 6 filled bytes from their low end, as GIF does, and changed the width a code later.
    old = data[:1] == b"\0" and data[1:2] != b"" and bool(data[1] & 1)
    template = _template(early=not old)
    held = np.frombuffer(data + bytes(3), np.uint8)
    chunks, have, at = list[bytes](), 0, 0
    while have < size:
        offsets = at + template.offsets
        count = int(np.searchsorted(offsets[1:], 8 * len(data), "right"))
        if count == 0:
            break
        offsets, widths = offsets[:count], template.widths[:count]
        skipped = offsets & 7 if old else 24 - (offsets & 7) - widths
        low, middle, high = (held[(offsets >> 3) + n].astype(np.int64) for n in ((0, 1, 2) if old else (2, 1, 0)))
        codes = (high << 16 | middle << 8 | low) >> skipped & (1 << widths) - 1
        stops = np.flatnonzero((codes == CLEAR) | (codes == END))
        stop = int(stops[0]) if stops.size else count
        if stop:
            chunks.append(_strings(codes[:stop]))
            have += len(chunks[-1])
        if stop == count or codes[stop] == END:
            break
        at += int(template.offsets[stop + 1])
    return b"".join(chunks)


@cache
def _template(early: bool) -> Template:
    entries = FIRST + np.maximum(np.arange(LONGEST_RUN) - 1, 0) + int(early)
    widths = np.clip(np.floor(np.log2(entries)).astype(np.int64) + 1, 9, 12)
    return Template(np.concatenate([[0], np.cumsum(widths)]), widths)


def _strings(codes: NDArray[np.int64]) -> bytes:
    """Return what the codes of a run stand for."""
    number = np.arange(len(codes))
    literal = codes < CLEAR
    earlier = np.where(literal, number, codes - FIRST)
    if (earlier > number).any() or (earlier == number).sum() > literal.sum():
        raise ValueError("an LZW code stands for a string that is not known yet")
    lengths, root = 1 - literal.astype(np.int64), earlier
    while (more := lengths[root]).any():
        lengths += more
        root = root[root]
    lengths += 1
    ends = np.cumsum(lengths)
    starts = ends - lengths
    copied = np.arange(ends[-1])
    copied -= np.repeat(starts - starts[earlier], lengths)
    # The longest string says how many copies of copies there can be.
    for _ in range(1 + int(lengths.max()).bit_length()):
        copied = copied[copied]
    letters = np.zeros(len(copied), np.uint8)
    letters[starts] = codes
    return letters[copied].tobytes()
