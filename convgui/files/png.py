"""The chunks of a PNG: checked, counted and gathered; what stands beside the picture never keeps it from opening."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from convgui.files.png_rows import RowCount
from convgui.files.png_text import png_orientation
from convgui.files.source import Source
from convgui.words import tr

BLOCK = 1 << 20
KEPT = 1 << 20
"""Bytes of a chunk beside the picture up to which it is kept; longer ones are only read."""
COLOURS = frozenset({b"gAMA", b"cHRM", b"iCCP", b"sRGB", b"sBIT", b"cICP", b"mDCV", b"cLLI"})
SRGB_GAMMA = 45_455
LONGEST_SIDE = 2**31 - 1
NEEDED = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT"})
"""Chunks without which there is no picture, or no animation."""
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Bits of a sample by colour type."""


class PngHeader(NamedTuple):
    """The IHDR chunk."""

    width: int
    height: int
    depth: int
    colour: int
    """0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA."""
    interlaced: bool = False

    @property
    def samples(self) -> int:
        """Samples of a pixel as they are stored."""
        return {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[self.colour]

    @property
    def channels(self) -> int:
        """Channels after loading, without a transparent colour."""
        return 3 if self.colour == 3 else self.samples


class Extent(NamedTuple):
    """Some bytes of the file."""

    start: int
    length: int


@dataclass(frozen=True)
class PngFrame:
    """A picture: the still one, or one of an animation.

    Attributes
    ----------
    header : PngHeader
        Of the picture by itself: its own width and height.
    top, left : int
        Where it stands on the canvas.
    seconds : float
        How long it is shown.
    dispose, blend : int
        What APNG says becomes of it afterwards, and how it is laid on the canvas.
    data : list of Extent
        Its compressed rows.
    """

    header: PngHeader
    top: int = 0
    left: int = 0
    seconds: float = 0.0
    dispose: int = 0
    blend: int = 0
    data: list[Extent] = field(default_factory=list)


@dataclass
class Png:
    """What the chunks of a file hold.

    Attributes
    ----------
    header : PngHeader
        Of the whole picture.
    still : PngFrame
        The picture that programs without animations show.
    frames : list of PngFrame
        The animation, which may begin with the still picture; fewer than two are none.
    promised : int
        Frames that the file says it has.
    palette, key : bytes
        The colours of a palette; what its tRNS chunk says of transparency.
    orientation : int
        As in EXIF, 1 to 8.
    passed_by : list of str
        Chunks that were damaged, and not needed.
    unapplied : list of str
        Chunks that say something of the colours, which stay as they are stored.
    """

    header: PngHeader
    still: PngFrame
    frames: list[PngFrame] = field(default_factory=list)
    promised: int = 0
    palette: bytes = b""
    key: bytes = b""
    orientation: int = 1
    passed_by: list[str] = field(default_factory=list)
    unapplied: list[str] = field(default_factory=list)


class Chunk(NamedTuple):
    """A chunk whose checksum is right; of a long one `data` is empty."""

    kind: bytes
    at: int
    length: int
    data: bytes


def read_png(source: Source) -> Png:
    """Walk the chunks, verify every length and checksum, and count the rows of every picture.

    Pillow skips the checksums of picture data, so a flipped bit could load as a wrong picture without a word; and rows
    that are not there it shows as black.

    Raises
    ------
    LoadError
        Saying which chunk is damaged, where the file is cut off, or how many rows are missing.
    """
    walk = _Walk(source)
    beside = list[Chunk]()
    for chunk in walk.chunks():
        if walk.png is None:
            walk.begin(chunk)
        elif chunk.kind in (b"PLTE", b"tRNS", b"acTL", b"fcTL"):
            walk.note(walk.png, chunk)
        elif chunk.kind in COLOURS:
            walk.colours[chunk.kind.decode()] = chunk.data
        elif chunk.kind in (b"eXIf", b"iTXt", b"zTXt", b"tEXt"):
            beside.append(chunk)
        elif chunk.kind[:1].isupper() and chunk.kind not in NEEDED:
            name = chunk.kind.decode("ascii", "replace")
            raise source.error(
                tr("it needs the chunk {name}, which is none of PNG's own", name=name), tr("save it as a plain PNG")
            )
    walk.rows.check(source)
    png = walk.png
    if png is None or not png.still.data:
        raise source.error(tr("it has no picture data (no IDAT chunk)"))
    if png.header.colour == 3 and not png.palette:
        raise source.error(tr("it needs a palette and has none (no PLTE chunk)"))
    png.unapplied = _unapplied(png.header, walk.colours)
    png.orientation = png_orientation([(chunk.kind, chunk.data) for chunk in beside]) or 1
    return png


def _unapplied(header: PngHeader, found: dict[str, bytes]) -> list[str]:
    """Name the chunks that say something of the colours which is not what is shown in any case."""
    plain = {"sRGB"}
    if "sRGB" in found or found.get("gAMA") == SRGB_GAMMA.to_bytes(4, "big"):
        # These go with sRGB, as screens have it.
        plain |= {"gAMA", "cHRM"}
    depth = 8 if header.colour == 3 else header.depth
    if all(bits == depth for bits in found.get("sBIT", b"")):
        plain.add("sBIT")
    return sorted(found.keys() - plain)


class _Walk:
    """Where a walk over the chunks stands."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.png: Png | None = None
        self.rows = RowCount()
        self.colours: dict[str, bytes] = {}
        self._target: PngFrame | None = None

    def chunks(self) -> Iterator[Chunk]:
        """Give the chunks up to the last; picture data are counted on the way."""
        source, stream = self.source, self.source.stream
        stream.seek(8)
        kind = b""
        while kind != b"IEND":
            at = stream.tell()
            start = stream.read(8)
            if len(start) < 8:
                raise source.error(
                    tr("it is cut off after {size:,} bytes, before its end chunk", size=source.size),
                    tr("download it again"),
                )
            length, kind = int.from_bytes(start[:4], "big"), start[4:8]
            name = kind.decode("ascii", "replace")
            if length > source.size - at - 12:
                raise source.error(
                    tr(
                        "it is cut off inside its {name} chunk: {length:,} bytes are promised at byte {at:,} and "
                        "{size:,} follow",
                        name=name,
                        length=length,
                        at=at,
                        size=max(source.size - at - 12, 0),
                    ),
                    tr("save or download it again"),
                )
            data, right = self._read(kind, length, at)
            if right:
                yield Chunk(kind, at, length, data)
            elif self.png is None or kind in NEEDED:
                raise source.error(
                    tr("the checksum of its {name} chunk at byte {at:,} is wrong", name=name, at=at),
                    tr("save or download it again"),
                )
            else:
                self.png.passed_by.append(name)

    def _read(self, kind: bytes, length: int, at: int) -> tuple[bytes, bool]:
        """Read one chunk's data and checksum; only short ones beside the picture are kept."""
        picture = self._picture(kind, at, length)
        checksum, left, blocks = zlib.crc32(kind), length, list[bytes]()
        skipped = 4 if kind == b"fdAT" else 0
        while left:
            self.source.check_cancelled()
            block = self.source.stream.read(min(left, BLOCK))
            if not block:
                raise self.source.error(tr("it became shorter while it was read"), tr("open it again"))
            if picture:
                self.rows.feed(block[skipped:], at)
                skipped = 0
            elif length <= KEPT:
                blocks.append(block)
            checksum = zlib.crc32(block, checksum)
            left -= len(block)
        right = int.from_bytes(self.source.stream.read(4), "big") == checksum
        return b"".join(blocks), right

    def _picture(self, kind: bytes, at: int, length: int) -> bool:
        """Add a chunk of picture data to the frame it belongs to."""
        if self.png is None or kind not in (b"IDAT", b"fdAT"):
            return False
        moved = 4 if kind == b"fdAT" else 0
        frame = self.png.still if kind == b"IDAT" else self._target
        if frame is None or (kind == b"fdAT" and frame is self.png.still):
            raise self.source.error(tr("its chunks stand in an impossible order (fdAT without fcTL)"))
        if not frame.data:
            self.rows.begin(self.source, frame.header)
        frame.data.append(Extent(at + 8 + moved, max(length - moved, 0)))
        return True

    def begin(self, chunk: Chunk) -> None:
        """Read the first chunk."""
        header = _parse_header(self.source, chunk)
        self.png = Png(header, PngFrame(header))

    def note(self, png: Png, chunk: Chunk) -> None:
        """Keep what a chunk says about the picture."""
        data = chunk.data
        if chunk.kind == b"PLTE" and not png.palette:
            png.palette = data[: 3 * min(len(data) // 3, 256)]
        elif chunk.kind == b"tRNS" and not png.still.data:
            png.key = data[:256]
        elif chunk.kind == b"acTL" and len(data) >= 8:
            png.promised = int.from_bytes(data[:4], "big")
        elif chunk.kind == b"fcTL":
            self._target = self._frame(png, data)
            if not png.frames and not png.still.data:
                # The still picture is the first of the animation.
                png.still = self._target
            png.frames.append(self._target)

    def _frame(self, png: Png, data: bytes) -> PngFrame:
        if len(data) != 26:
            raise self.source.error(tr("the description of a frame (fcTL chunk) is damaged"))
        width, height, left, top = (int.from_bytes(data[at : at + 4], "big") for at in (4, 8, 12, 16))
        inside = left + width <= png.header.width and top + height <= png.header.height
        if min(width, height) < 1 or not inside:
            raise self.source.error(tr("a frame of its animation lies outside the picture"))
        delay, unit = int.from_bytes(data[20:22], "big"), int.from_bytes(data[22:24], "big")
        header = png.header._replace(width=width, height=height)
        return PngFrame(header, top, left, delay / (unit or 100), data[24], data[25])


def _parse_header(source: Source, chunk: Chunk) -> PngHeader:
    data = chunk.data
    if chunk.kind != b"IHDR" or len(data) != 13:
        raise source.error(tr("it does not start with a PNG header chunk"))
    sides = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")
    header = PngHeader(*sides, data[8], data[9], data[12] == 1)
    if header.depth not in DEPTHS.get(header.colour, ()):
        raise source.error(
            tr(
                "its header names colour type {colour} with {depth} bits, which PNG lacks",
                colour=header.colour,
                depth=header.depth,
            )
        )
    if max(sides) > LONGEST_SIDE:
        raise source.error(
            tr("its header promises {width:,} × {height:,} pixels", width=header.width, height=header.height)
        )
    source.check_size(sides[::-1], header.channels, 1 + header.depth // 16)
    return header
