"""The strips and tiles of a TIFF's pages, put together; tifffile says where they lie and what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tifffile import PHOTOMETRIC, TiffFrame, TiffPage

from convgui.core.errors import told
from convgui.files.source import Source
from convgui.files.tiff_codecs import FAILURES, REVERSED, UNPACK, Unpack
from convgui.files.tiff_numbers import Numbers, read_subsampled, subsampled_bytes
from convgui.files.tiff_pictures import EXTRA, PictureDecoder, picture_decoder
from convgui.words import mark, tr

AGAIN = mark("save or download it again")
KINDS = {1: "u", 2: "i", 3: "f", 4: "u"}
"""NumPy's kind of number by TIFF's SampleFormat; 4, which means undefined, is read as unsigned."""


@dataclass(frozen=True)
class Cut:
    """How the pages of a series are cut into strips or tiles.

    Attributes
    ----------
    shape : tuple of int
        Of a page: ``(planes, depth, height, width, samples)``; either planes or samples is 1.
    segment : tuple of int
        Of a strip or a tile: ``(depth, rows, columns)``.
    tiled : bool
        Whether the last ones are as large as all others.
    """

    shape: tuple[int, ...]
    segment: tuple[int, int, int]
    tiled: bool

    @classmethod
    def of(cls, page: TiffPage) -> Cut:
        """Read how a page is cut."""
        width = int(page.shaped[3])
        if page.is_tiled:
            return cls(page.shaped, (page.tiledepth, page.tilelength, page.tilewidth), True)
        return cls(page.shaped, (1, max(page.rowsperstrip, 1), width), False)

    @property
    def counts(self) -> tuple[int, ...]:
        """Segments by plane, depth, height and width."""
        return (self.shape[0], *(ceil(n / size) for n, size in zip(self.shape[1:4], self.segment, strict=True)))

    def corner(self, index: int) -> tuple[int, int, int, int]:
        """Return plane, depth, row and column of the first sample of a segment."""
        plane, z, y, x = (int(n) for n in np.unravel_index(index, self.counts))
        return plane, z * self.segment[0], y * self.segment[1], x * self.segment[2]

    def stored(self, corner: tuple[int, int, int, int]) -> tuple[int, int, int]:
        """Return depth, rows and columns that a segment holds: a last strip only the rows that are left."""
        depth, rows, columns = self.segment
        return depth, rows if self.tiled else min(rows, self.shape[2] - corner[2]), columns


def numbers_of(source: Source, page: TiffPage) -> Numbers:
    """Return how the samples of a page are stored.

    Raises
    ------
    LoadError
        If they are of a kind that cannot be read.
    """
    formats: Any = page.tags.valueof(339, 1)
    # More than one where they differ from channel to channel.
    bits: Any = page.bitspersample
    formats = set(formats) if isinstance(formats, tuple) else {formats}
    if isinstance(bits, tuple) or len(formats) > 1:
        held = ", ".join(str(n) for n in bits) if isinstance(bits, tuple) else str(bits)
        raise source.error(
            tr("its samples are of different kinds ({held} bits)", held=held), tr("save it with samples of one kind")
        )
    code = formats.pop()
    if code in (5, 6):
        raise source.error(tr("it holds complex numbers"), tr("save its real part or its magnitude"))
    kind = KINDS.get(code, "?")
    numbers = Numbers(kind, bits, page.parent.byteorder, _predictor(page))
    if kind == "?" or not numbers.readable:
        name = {"u": tr("whole numbers"), "i": tr("whole numbers"), "f": tr("floating-point numbers")}.get(kind, "?")
        said = tr("it holds {name} of {bits} bits", name=name, bits=bits)
        if numbers.predictor != 1:
            said = tr("it holds {name} of {bits} bits with predictor {p}", name=name, bits=bits, p=numbers.predictor)
        raise source.error(said, tr("save it with 8, 16 or 32 bits and without a predictor"))
    return numbers


def subsampling(page: TiffPage) -> tuple[int, int]:
    """Return how many columns and rows share their chroma in what is unpacked; JPEG has that inside."""
    if page.photometric != PHOTOMETRIC.YCBCR or page.planarconfig != 1 or page.compression not in UNPACK:
        return 1, 1
    columns, rows = page.subsampling or (2, 2)
    return max(int(columns), 1), max(int(rows), 1)


def _predictor(page: TiffPage) -> int:
    # A predictor belongs to these compressions alone; libtiff passes it by in all others.
    return int(page.predictor) if page.compression in UNPACK and page.compression != 1 else 1


class Pages:
    """Reads the pages of a series, which are all stored alike.

    Attributes
    ----------
    missing : int
        Strips and tiles met so far that are not in the file, as GDAL leaves out empty ones.
    """

    def __init__(self, source: Source, page: TiffPage, numbers: Numbers) -> None:
        self._source, self._page, self._numbers, self._cut = source, page, numbers, Cut.of(page)
        self.missing = 0
        self._chroma = subsampling(page)
        self._unpack: Unpack | None = UNPACK.get(page.compression)
        self._picture: PictureDecoder | None = None if self._unpack else picture_decoder(page)

    def read(self, page: TiffPage | TiffFrame, out: NDArray[Any]) -> None:
        """Fill `out`, which has the shape of a page.

        Raises
        ------
        LoadError
            If something is missing or damaged, or the compression is not known.
        """
        if self._unpack is None and self._picture is None:
            out[...] = self._by_tifffile(page)
            return
        expected, held = prod(self._cut.counts), min(len(page.dataoffsets), len(page.databytecounts))
        if held < expected:
            raise self._source.rows_missing(self._cut.shape[2], self._cut.corner(held)[2])
        for index in range(expected):
            self._source.check_cancelled()
            self._read_segment(page, index, out)

    def _read_segment(self, page: TiffPage | TiffFrame, index: int, out: NDArray[Any]) -> None:
        plane, z, y, x = corner = self._cut.corner(index)
        stored = self._cut.stored(corner)
        target = out[plane, z : z + stored[0], y : y + stored[1], x : x + stored[2]]
        data = self._bytes(page, index, y)
        if not data:
            self.missing += 1
            target[...] = self._page.nodata
            return
        samples = self._cut.shape[4]
        if self._picture is not None:
            values = self._picture(self._source, data, (stored[1], stored[2], samples))[np.newaxis]
            if any(held < needed for held, needed in zip(values.shape, target.shape, strict=True)):
                raise self._source.rows_missing(self._cut.shape[2], y + values.shape[1])
        else:
            values = self._unpacked(data, (stored[0] * stored[1], stored[2], samples), y, index)
            values = values.reshape(*stored, samples)
        target[...] = values[tuple(slice(n) for n in target.shape)]

    def _bytes(self, page: TiffPage | TiffFrame, index: int, row: int) -> bytes:
        at, count = int(page.dataoffsets[index]), int(page.databytecounts[index])
        if at == 0 or count == 0:
            return b""
        handle = page.parent.filehandle
        closed = handle.closed
        if closed:
            handle.open()
        try:
            size, data = int(handle.size), b""
            if at + count <= size:
                handle.seek(at)
                data = bytes(handle.read(count))
        finally:
            if closed:
                handle.close()
        if len(data) < count:
            raise self._source.error(
                tr(
                    "it is cut off: its picture data reach to byte {ends:,} and the file ends at {size:,}, so of its "
                    "{rows:,} rows those after {row:,} are missing",
                    ends=at + count,
                    size=size,
                    rows=self._cut.shape[2],
                    row=row,
                ),
                tr(AGAIN),
            )
        return data

    def _unpacked(self, data: bytes, shape: tuple[int, int, int], row: int, index: int) -> NDArray[Any]:
        """Return the samples ``(rows, columns, samples)`` of a strip or tile."""
        assert self._unpack is not None
        rows, columns, samples = shape
        if self._page.fillorder == 2:
            data = data.translate(REVERSED)
        width = self._numbers.row_bytes(columns * samples)
        size = rows * width
        if self._chroma != (1, 1):
            size = subsampled_bytes(rows, columns, self._chroma)
            width = max(size // rows, 1)
        try:
            plain = self._unpack(data, size)[:size]
        except FAILURES as error:
            raise self._source.error(
                tr(
                    "strip or tile {n:,} of its picture data is damaged ({compression}: {error})",
                    n=index + 1,
                    compression=getattr(self._page.compression, "name", ""),
                    error=told(error),
                ),
                tr(AGAIN),
            ) from error
        if len(plain) < size:
            raise self._source.rows_missing(self._cut.shape[2], row + len(plain) // width)
        if self._chroma != (1, 1):
            return read_subsampled(plain, rows, columns, self._chroma)
        return self._numbers.read(plain, rows, columns, samples)

    def _by_tifffile(self, page: TiffPage | TiffFrame) -> NDArray[Any]:
        """Decode by imagecodecs, where it is installed."""
        try:
            values = np.asarray(page.asarray(squeeze=False))
        except ImportError as error:
            raise _refused(self._source, self._page, True) from error
        except (ValueError, NotImplementedError, KeyError, AttributeError) as error:
            raise _refused(self._source, self._page, "imagecodecs" in str(error)) from error
        return values.reshape(self._cut.shape)


def _refused(source: Source, page: TiffPage, would_help: bool) -> Exception:
    """Return the sentence that names a compression, and whether imagecodecs would read it."""
    name, colours = (getattr(tag, "name", str(tag)) for tag in (page.compression, page.photometric))
    kind = tr(
        "{samplesperpixel} × {bitspersample} bits, {colours}",
        samplesperpixel=page.samplesperpixel,
        bitspersample=page.bitspersample,
        colours=colours,
    )
    if not would_help:
        return source.error(
            tr("its {name} compression ({kind}) cannot be read here", name=name, kind=kind),
            tr("save it without compression, or with LZW or Deflate"),
        )
    return source.lacks(
        tr("its {name} compression ({kind}) needs imagecodecs, which is not installed", name=name, kind=kind), EXTRA
    )
