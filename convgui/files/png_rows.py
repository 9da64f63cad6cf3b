"""How many rows the compressed data of a PNG hold, by unpacking them and keeping nothing."""

from __future__ import annotations

import zlib
from typing import Protocol

from convgui.files.source import Source
from convgui.words import tr

BLOCK = 1 << 20
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: the first column and row of each pass, and its steps."""


class Sides(Protocol):
    """What decides how many bytes the rows of a picture take."""

    @property
    def width(self) -> int: ...  # noqa: D102
    @property
    def height(self) -> int: ...  # noqa: D102
    @property
    def depth(self) -> int: ...  # noqa: D102
    @property
    def samples(self) -> int: ...  # noqa: D102
    @property
    def interlaced(self) -> bool: ...  # noqa: D102


class RowCount:
    """Counts the bytes of one picture after the other."""

    def __init__(self) -> None:
        self._sides: Sides | None = None
        self._expected = self._have = 0
        self._unpack = zlib.decompressobj()
        self._damage: tuple[int, str] | None = None

    def begin(self, source: Source, sides: Sides) -> None:
        """Check the picture before, and begin another."""
        self.check(source)
        self._sides, self._have, self._unpack = sides, 0, zlib.decompressobj()
        self._expected = sum(rows * size for rows, size in _passes(sides))

    def feed(self, data: bytes, at: int) -> None:
        """Count what the compressed bytes of a chunk hold; a little more than the picture needs, for their checksum."""
        try:
            while data and self._have <= self._expected + BLOCK and not (self._unpack.eof or self._damage):
                self._have += len(self._unpack.decompress(data, BLOCK))
                data = self._unpack.unconsumed_tail
        except zlib.error as error:
            # Told by `check`, since a wrong checksum of the chunk says more.
            self._damage = at, str(error)

    def check(self, source: Source) -> None:
        """Refuse a picture whose data are damaged, or fewer rows than it promises."""
        if self._damage:
            at, error = self._damage
            raise source.error(
                tr("its picture data are damaged in the chunk at byte {at:,} ({error})", at=at, error=error),
                tr("save or download it again"),
            )
        if self._sides is None or self._have >= self._expected:
            return
        left, held = self._have, 0
        for number, (rows, size) in enumerate(passes := _passes(self._sides)):
            done = min(left // size, rows)
            left -= done * size
            if done < rows:
                # Of an interlaced picture no row below the last pass's first gap is whole.
                held = done if len(passes) == 1 else 2 * done + 1 if number == len(passes) - 1 else 0
                break
        raise source.rows_missing(self._sides.height, held)


def _passes(sides: Sides) -> list[tuple[int, int]]:
    """Return rows and bytes of a row of each pass, a byte for the filter included."""
    bits = sides.depth * sides.samples
    if not sides.interlaced:
        return [(sides.height, 1 + (sides.width * bits + 7) // 8)]
    passes = []
    for x, y, dx, dy in PASSES:
        columns, rows = -(-(sides.width - x) // dx), -(-(sides.height - y) // dy)
        if columns > 0 and rows > 0:
            passes.append((rows, 1 + (columns * bits + 7) // 8))
    return passes
