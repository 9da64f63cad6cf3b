"""Sizes of a row stack: how many columns of the kernel are stacked, how wide and high a strip is, what a tile covers.

All were set from measurements on two threads of a processor with 1 MB of second-level cache a core.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from convgui.core.problem import Problem, Triple

STRIP = 4 << 20
"""Bytes that a strip should have at few filters, where copying and multiplying are short: the longer a strip, the fewer
steps of Python, and the less often threads wait for each other to take one."""
PACKED = 32
"""Rows of the weights from which BLAS packs its operands: multiplying is long then, and a strip best in the cache."""
PACKED_STRIP = 2 << 20
"""Bytes of such a strip: two second-level caches measured best."""
UNPACKED = 1_000_000
"""Multiplications of one product that OpenBLAS does on the operands where they lie. Above that it copies them first,
which at a few rows of weights takes three times as long as the product."""
WIDEST = 4096
"""Columns of a strip at most: whole rows are read in one go, as far as the cache can hold them."""
ROWS = 512
"""Output rows of a strip at most."""
CELLS = 1 << 20
"""Output cells of a tile at most: a million take some milliseconds, and Python's part of a tile is small then."""
SHARES, SHARE, SHARE_MANY = 8, 1 << 23, 1 << 25
"""Tiles at least, for the threads to share, and multiplications of a tile up to which fewer tiles are better: for few
filters, where copying takes longer than multiplying, and for many."""
EVEN = 32
"""Tiles up to which it matters that no thread is left with one more than the others."""
PRODUCTS = 1 << 28
"""Multiplications of a tile at most, for the sake of cancelling: some ten milliseconds."""
PLANES = (8, 64)
"""Planes of a tile at least and at most, where the kernel has several: each tile begins with a ring of its own."""
GAP = 16
"""Numbers between two rows of the strip, so that rows do not lie a multiple of 4 KB apart."""
COPY, MULTIPLY, ADD, ADD_SOME, ADD_MANY = 1.0, 0.1, 2.0, 1.1, 0.8
"""What a number costs when it is stacked, read for a product, and added up as the product of a piece of the kernel, for
one filter, for some, and where the product is packed. They lead to the pieces that measured best: 3 and 5 columns
whole, 7 as 4 and 3, 9 to 15 in threes and fours; three channels, and 64 to 64, column by column; volumes in twos."""


@dataclass(frozen=True)
class Sizes:
    """What follows from a problem alone.

    Attributes
    ----------
    band : output rows a product.
    stride, apart : strip rows from one output row to the next, in one residue class of rows; number of classes.
    taps, pieces : columns of the kernel in a piece, and pieces of the kernel.
    shift : columns of the strip from one piece to the next.
    line : stacked rows for one input row.
    least : strip rows that one product reads.
    height : rows of the weights.
    clean : whether the weights hold no zeros beside the kernel's own.
    """

    band: int
    stride: int
    apart: int
    taps: int
    pieces: int
    shift: int
    line: int
    least: int
    height: int
    clean: bool

    @property
    def beyond(self) -> int:
        """Columns of a strip beyond those of the output."""
        return (self.pieces - 1) * self.shift

    def strip_rows(self, rows: int) -> int:
        """Rows of the strip for `rows` output rows of one residue class, rounded up to whole bands."""
        bands = -(-rows // self.band)
        return (bands - 1) * self.band * self.stride + self.least

    def weight_bytes(self, problem: Problem) -> int:
        """Bytes of the banded weights, for every place in the ring of planes."""
        return self.height * self.least * self.line * problem.dtype.itemsize * problem.kernel[0]

    def scratch(self, problem: Problem, columns: int, rows: int) -> int:
        """Bytes of the strip, of the row buffer and of the product."""
        strip_rows, wide = self.strip_rows(rows), columns + self.beyond
        stacked = strip_rows * self.line * (wide + GAP)
        span = (wide - 1) * problem.stride[2] + (self.taps - 1) * problem.dilation[2] + 1
        buffer = problem.channels * strip_rows * span
        product = -(-rows // self.band) * self.height * (wide + GAP)
        return (stacked + buffer + product) * problem.dtype.itemsize


def sizes(problem: Problem) -> Sizes:
    """Choose the band and the pieces of the kernel."""
    common = gcd(problem.stride[1], problem.dilation[1])
    stride, apart = problem.stride[1] // common, problem.dilation[1] // common
    band = _band(problem, stride)
    taps = _taps(problem, band)
    pieces = -(-problem.kernel[2] // taps)
    line = problem.kernel[0] * problem.channels * taps
    least = (band - 1) * stride + problem.kernel[1]
    height = pieces * (problem.filters // problem.groups) * band
    shift = taps * problem.dilation[2] // problem.stride[2] if pieces > 1 else 0
    clean = band == 1 and pieces * taps == problem.kernel[2]
    return Sizes(band, stride, apart, taps, pieces, shift, line, least, height, clean)


def _band(problem: Problem, stride: int) -> int:
    """Output rows a product: two for few filters, so that BLAS has a matrix; more multiply too many zeros."""
    if stride > problem.kernel[1] or problem.filters // problem.groups > 4:
        return 1
    return min(2, problem.shape[1])


def _taps(problem: Problem, band: int) -> int:
    """Columns of the kernel in a piece: the fewer, the less is copied; the more, the less is added up afterwards."""
    wide, filters = problem.kernel[2], problem.filters // problem.groups
    # Of a ring of planes each is read again for every one that is new, from farther than the cache.
    again = MULTIPLY * (problem.kernel[1] + band - 1) * (3 + problem.kernel[0]) / 4
    copied = problem.channels * (COPY + again)
    added = (ADD if filters == 1 else ADD_SOME if filters < PACKED else ADD_MANY) * filters
    best, least = wide, copied * wide
    for taps in range(1, wide):
        pieces = -(-wide // taps)
        # The products of pieces are moved by whole columns.
        if taps * problem.dilation[2] % problem.stride[2] == 0:
            cost = copied * taps + added * pieces
            if cost < least:
                best, least = taps, cost
    return best


@dataclass(frozen=True)
class Layout:
    """The sizes of a problem, output rows of a strip in one residue class, and the tile."""

    sizes: Sizes
    rows: int
    tile: Triple


def lay_out(problem: Problem, budget: int) -> Layout:
    """Choose the tile: columns first, then as many rows as the strip should have, never past the budget."""
    s = sizes(problem)
    budget -= s.weight_bytes(problem)
    columns = _columns(problem, s)
    while columns > 16 and s.scratch(problem, columns, s.band) > budget:
        columns //= 2
    rows = _rows(problem, s, columns, budget)
    # Multiplications for one output cell, and of a strip in one plane.
    each = s.line * s.pieces * s.least // s.band * (problem.filters // problem.groups)
    work = max(each, 1) * columns * rows
    planes = min(problem.shape[0], max(PLANES[0], min(PLANES[1], PRODUCTS // work)) if problem.kernel[0] > 1 else 1)
    share = max(SHARE if s.height < PACKED else SHARE_MANY, each * problem.groups * problem.cells // SHARES)
    strips = min(share, PRODUCTS) // (planes * work)
    tall = max(1, min(CELLS // (planes * columns * rows * s.apart), strips // s.apart)) * rows * s.apart
    return _evened(problem, s, rows, (planes, tall, columns))


def _rows(problem: Problem, s: Sizes, columns: int, budget: int) -> int:
    """Output rows of a strip, in one residue class: as many as it should have, within the budget."""
    wide = problem.dtype.itemsize * (columns + s.beyond + GAP)
    row = s.line * wide
    # The products of pieces wait for each other, and take room beside the strip.
    each = row * s.stride + (s.height // s.band * wide if s.pieces > 1 else 0)
    target = min(budget // 2, max(_strip(s), 2 * s.least * row))
    rows = (target - problem.kernel[1] * row) // each + 1
    rows = max(s.band, min(rows, ROWS, problem.shape[1], CELLS // (s.apart * columns)))
    while rows > s.band and s.scratch(problem, columns, rows) > budget:
        rows = max(s.band, rows // 2)
    return rows // s.band * s.band


def _evened(problem: Problem, s: Sizes, rows: int, tile: Triple) -> Layout:
    """Cut the output's rows into tiles that two or four threads share evenly, and those into strips of one height."""
    count = -(-problem.shape[1] // tile[1])
    if problem.groups == 1 and 2 < count <= EVEN:
        count = -(-count // 4) * 4
    tall = -(-problem.shape[1] // (count * s.apart))
    strips = -(-tall // rows)
    even = -(-tall // (strips * s.band)) * s.band
    return Layout(s, min(rows, even), (tile[0], tall * s.apart, tile[2]))


def _strip(s: Sizes) -> int:
    return PACKED_STRIP if s.height >= PACKED * s.pieces else STRIP


def _columns(problem: Problem, s: Sizes) -> int:
    """Columns of a strip: as many as BLAS multiplies without packing, and as fit the strip with some rows."""
    width, packed = problem.shape[2], s.height >= PACKED * s.pieces
    columns = WIDEST if packed else min(WIDEST, UNPACKED // (s.height * s.least * s.line))
    some = (12 if packed else 32) * s.stride + problem.kernel[1]
    fit = _strip(s) // (s.line * problem.dtype.itemsize * max(s.least, some))
    columns = max(min(columns, fit), min(width, 256 if s.line < 256 else 128))
    return -(-width // -(-width // columns))


def fits(problem: Problem, budget: int) -> bool:
    """Whether the smallest strip and the weights stay within `budget` bytes."""
    s = sizes(problem)
    return s.scratch(problem, min(16, problem.shape[2]), s.band) + s.weight_bytes(problem) <= budget
