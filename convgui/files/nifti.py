"""NIfTI, versions 1 and 2, plain or in gzip: the header by NumPy alone, so that the brain that ships needs no library.

The format: R. W. Cox and others, "A (sort of) new image data format standard: NIfTI-1" (2004), and nifti1.h, nifti2.h.
"""

from __future__ import annotations

import gzip
from math import prod
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.files.layout import settle
from convgui.files.oriented import UNKNOWN, Placed, as_sample, place, without_thin_axis
from convgui.files.raw import Block, check_end, read_block, unpacked
from convgui.files.source import Source
from convgui.model.sample import Sample
from convgui.words import mark, tr

MOST_CHANNELS = 16
"""Volumes in one file up to which they become channels; of more, such as a film of a working brain, the first opens."""
LONGEST_EXTENSION = 64 << 20
_NEW = mark("save it again with the program that made it")


def _layout(size: int, fields: dict[str, tuple[str, int]]) -> np.dtype[Any]:
    """Lay fields of given types at given bytes of a header."""
    formats, offsets = zip(*fields.values(), strict=True)
    return np.dtype({"names": list(fields), "formats": list(formats), "offsets": list(offsets), "itemsize": size})


V1 = _layout(
    348,
    {
        "size": ("i4", 0),
        "dim": ("8i2", 40),
        "datatype": ("i2", 70),
        "pixdim": ("8f4", 76),
        "vox_offset": ("f4", 108),
        "slope": ("f4", 112),
        "inter": ("f4", 116),
        "units": ("u1", 123),
        "qform": ("i2", 252),
        "sform": ("i2", 254),
        "quatern": ("3f4", 256),
        "qoffset": ("3f4", 268),
        "srow": ("(3,4)f4", 280),
        "magic": ("S4", 344),
    },
)
V2 = _layout(
    540,
    {
        "size": ("i4", 0),
        "magic": ("S8", 4),
        "datatype": ("i2", 12),
        "dim": ("8i8", 16),
        "pixdim": ("8f8", 104),
        "vox_offset": ("i8", 168),
        "slope": ("f8", 176),
        "inter": ("f8", 184),
        "qform": ("i4", 344),
        "sform": ("i4", 348),
        "quatern": ("3f8", 352),
        "qoffset": ("3f8", 376),
        "srow": ("(3,4)f8", 400),
        "units": ("i4", 500),
    },
)
TYPES = MappingProxyType(
    {2: "u1", 4: "i2", 8: "i4", 16: "f4", 64: "f8", 256: "i1", 512: "u2", 768: "u4", 1024: "i8", 1280: "u8"}
    # RGB and RGBA, a byte a channel.
    | {128: "3u1", 2304: "4u1"}
)
OTHER_TYPES = MappingProxyType(
    {
        1: mark("it holds single bits"),
        32: mark("it holds complex numbers"),
        1536: mark("it holds 128-bit floats"),
        1792: mark("it holds complex numbers"),
        2048: mark("it holds complex numbers"),
    }
)
MILLIMETRES = MappingProxyType({1: 1000.0, 2: 1.0, 3: 0.001})
"""What a unit of length of the header is in millimetres; unknown counts as millimetres, as everywhere."""


class Header(NamedTuple):
    """What has to be known to read and place the numbers."""

    dtype: np.dtype[Any]
    channels: int
    """1, or 3 and 4 for colours."""
    dim: tuple[int, ...]
    """Length of the axes x, y, z and further ones."""
    offset: int
    slope: float
    inter: float
    affine: NDArray[np.float64]
    """``(3, 3)``: the steps along x, y and z in millimetres to the right, front and head."""
    known: bool
    """Whether the file says how it lies."""


def load_nifti(source: Source) -> Sample:
    """Open a NIfTI file, mapped where it is big and plain; see `convgui.files.oriented` for its axes.

    Values keep the stored type where the header scales them by one and shifts them by nothing; otherwise they become
    floats. Up to `MOST_CHANNELS` volumes in one file become channels.
    """
    with unpacked(source) as packed:
        header = read_header(source, (packed or source.stream).read(V2.itemsize))
        volumes, sides = prod(header.dim[3:]), header.dim[2::-1]
        shown = volumes if volumes <= MOST_CHANNELS else 1
        source.check_size(sides, header.channels * shown, header.dtype.itemsize)
        colours = (header.channels,) if header.channels > 1 else ()
        block = Block(header.dtype, (shown, *sides, *colours), header.offset, header.slope, header.inter)
        if packed is not None:
            _go_to(source, packed, header.offset)
        array = read_block(source, block, packed)
        if packed is not None and shown == volumes:
            check_end(source, packed)
    array, nonfinite = settle(array, source)
    if colours:
        array = np.moveaxis(array, -1, 1).reshape(-1, *sides)
    names = ("R", "G", "B", "A")[: header.channels] if colours and shown == 1 else ()
    notes = [tr("The first of its {volumes:,} volumes was opened.", volumes=volumes)] if shown < volumes else []
    placed = without_thin_axis(_placed(array, header))
    return as_sample(source, placed, channels=names, nonfinite=nonfinite, notes=notes)


def _placed(data: NDArray[Any], header: Header) -> Placed:
    # In the file x runs fastest, so the array's axes are z, y, x; its world runs right, front, head, and ours left,
    # back, head.
    steps = (np.diag([-1.0, -1.0, 1.0]) @ header.affine)[:, ::-1]
    if header.known:
        return place(data, steps)
    return Placed(data, tuple(float(n) for n in np.linalg.norm(steps, axis=0)), (), tr(UNKNOWN))


def _go_to(source: Source, packed: gzip.GzipFile, offset: int) -> None:
    """Move a decompressor to the first value."""
    if offset - packed.tell() > LONGEST_EXTENSION:
        raise source.error(tr("its header claims that values begin at byte {offset:,}", offset=offset), _NEW)
    packed.seek(offset)


def read_header(source: Source, head: bytes) -> Header:
    """Read and judge a header before anything is allocated.

    Raises
    ------
    LoadError
        Saying which entry makes no sense.
    """
    layout = V2 if head[4:7] in (b"n+2", b"ni2") else V1
    if len(head) < layout.itemsize:
        raise source.error(tr("it is cut off inside its header"), tr("save or download it again"))
    order: Literal["<", ">"] = "<" if int.from_bytes(head[:4], "little") == layout.itemsize else ">"
    raw = np.frombuffer(head[: layout.itemsize], layout.newbyteorder(order))[0]
    if int(raw["size"]) != layout.itemsize:
        raise source.error(tr("its header claims to be {raw:,} bytes long", raw=int(raw["size"])), _NEW)
    if bytes(raw["magic"])[:2] == b"ni":
        raise source.error(tr("its values are in another file (.img)"), tr("convert the pair to one .nii file"))
    dtype, channels = _dtype(source, int(raw["datatype"]), order)
    dim = tuple(int(n) for n in raw["dim"])
    if not 1 <= dim[0] <= 7 or min(dim[1 : 1 + dim[0]]) < 1:
        raise source.error(
            tr("its header gives {axes} axes of lengths {lengths}, which makes no sense", axes=dim[0], lengths=dim[1:]),
            _NEW,
        )
    lengths = (*dim[1 : 1 + dim[0]], 1, 1)[: max(dim[0], 3)]
    offset = float(raw["vox_offset"])
    if not (layout.itemsize <= offset < 2**40):
        raise source.error(tr("its header claims that values begin at byte {offset:,.0f}", offset=offset), _NEW)
    slope, inter = float(raw["slope"]), float(raw["inter"])
    if slope == 0 or not np.isfinite([slope, inter]).all() or channels > 1:
        slope, inter = 1.0, 0.0
    affine, known = _affine(raw)
    return Header(dtype, channels, lengths, int(offset), slope, inter, affine, known)


def _dtype(source: Source, code: int, order: str) -> tuple[np.dtype[Any], int]:
    if code not in TYPES:
        held = (
            tr(OTHER_TYPES[code])
            if code in OTHER_TYPES
            else tr("it holds values of the unknown type {code}", code=code)
        )
        raise source.error(held, tr("save it with real numbers of at most 64 bits"))
    name = TYPES[code]
    return np.dtype(f"{order}{name[-2:]}"), int(name[:-2] or 1)


def _affine(raw: Any) -> tuple[NDArray[np.float64], bool]:
    """Return the steps of the sform, else of the qform (a quaternion), else the bare sizes of a cell."""
    millimetres = MILLIMETRES.get(int(raw["units"]) & 7, 1.0)
    sizes = np.abs(np.nan_to_num(raw["pixdim"][1:4].astype(np.float64), posinf=0.0, neginf=0.0))
    sizes = np.where(sizes == 0, 1.0, sizes)
    if raw["sform"] > 0:
        return raw["srow"][:, :3].astype(np.float64) * millimetres, True
    if raw["qform"] > 0:
        handed = -1.0 if raw["pixdim"][0] < 0 else 1.0
        return _rotation(*raw["quatern"].astype(np.float64)) * sizes * [1.0, 1.0, handed] * millimetres, True
    return np.diag(sizes) * millimetres, False


def _rotation(b: float, c: float, d: float) -> NDArray[np.float64]:
    """Return the rotation of the unit quaternion ``(a, b, c, d)`` whose ``a`` is not negative."""
    squares = b * b + c * c + d * d
    if squares > 1:
        b, c, d = (value / np.sqrt(squares) for value in (b, c, d))
    a = np.sqrt(max(0.0, 1.0 - (b * b + c * c + d * d)))
    return np.array(
        [
            [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)],
            [2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)],
            [2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c],
        ]
    )
