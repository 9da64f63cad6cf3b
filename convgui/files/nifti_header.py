"""The header of NIfTI, versions 1 and 2, by NumPy alone, so that the brain that ships needs no library.

====================  =================================================================================================
entry                 here
====================  =================================================================================================
sizeof_hdr, magic     read: the version and the byte order; a pair (.hdr and .img) is read, Analyze 7.5 is refused
datatype, bitpix      whole and real numbers up to 64 bits, RGB and RGBA are read; bits, complex and long ones refused
dim                   read; a fifth axis, and a few volumes, are channels unless the user chooses
vox_offset            read; 0 in a single file means right behind the header
scl_slope, scl_inter  read; a slope of 0 or no number leaves values as stored, and only then may the shift be none
sform, qform, pixdim  read, in this order: where the volume lies
xyzt_units            read
intent_code           CIFTI is refused; the others do not change the numbers
cal_min, cal_max,     do not change the numbers
slice_*, toffset,
descrip, aux_file
====================  =================================================================================================

The format: R. W. Cox and others, "A (sort of) new image data format standard: NIfTI-1" (2004), and nifti1.h, nifti2.h.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convgui.files.source import Source
from convgui.words import mark, tr

AGAIN = mark("save it again with the program that made it")


def _layout(size: int, fields: dict[str, tuple[str, int]]) -> np.dtype[Any]:
    """Lay fields of given types at given bytes of a header."""
    formats, offsets = zip(*fields.values(), strict=True)
    return np.dtype({"names": list(fields), "formats": list(formats), "offsets": list(offsets), "itemsize": size})


V1 = _layout(
    348,
    {
        "size": ("i4", 0),
        "dim": ("8i2", 40),
        "intent": ("i2", 68),
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
        "intent": ("i4", 504),
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
SECONDS = MappingProxyType({8: 1.0, 16: 1e-3, 24: 1e-6})
CIFTI = range(3000, 3100)
"""Intents of CIFTI, whose axes are places on a surface and not in space."""
NAMES = ("x", "y", "z", "time", "vector", "sixth", "seventh")


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
    """``(3, 4)``: the steps along x, y and z, and the first cell's place, in millimetres to the right, front, head."""
    known: bool
    """Whether the file says how it lies."""
    seconds: float
    """From a volume to the next, or 0."""
    paired: bool
    """Whether the values are in another file."""

    @property
    def axes(self) -> list[tuple[str, int]]:
        """Names and lengths, slowest first; a colour is the last."""
        colours = [("colour", self.channels)] if self.channels > 1 else []
        return [*zip(NAMES, self.dim, strict=False)][::-1] + colours


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
        raise source.error(tr("its header claims to be {raw:,} bytes long", raw=int(raw["size"])), AGAIN)
    if int(raw["intent"]) in CIFTI:
        raise source.error(
            tr("it is a CIFTI file, whose values lie on a surface and not in a volume"),
            tr("open a volume, or export its values as a volume or an array"),
        )
    paired = bytes(raw["magic"])[:2] == b"ni"
    dtype, channels = _dtype(source, int(raw["datatype"]), order)
    dim = tuple(int(n) for n in raw["dim"])
    if not 1 <= dim[0] <= 7 or min(dim[1 : 1 + dim[0]]) < 1:
        raise source.error(
            tr("its header gives {axes} axes of lengths {lengths}, which makes no sense", axes=dim[0], lengths=dim[1:]),
            AGAIN,
        )
    lengths = (*dim[1 : 1 + dim[0]], *(1,) * 7)[: max(dim[0], 4)]
    offset = float(raw["vox_offset"])
    if offset == 0 and not paired:
        offset = layout.itemsize + 4.0
    if not ((0 if paired else layout.itemsize) <= offset < 2**40):
        raise source.error(tr("its header claims that values begin at byte {offset:,.0f}", offset=offset), AGAIN)
    slope, inter = float(raw["slope"]), float(raw["inter"])
    if slope == 0 or not np.isfinite(slope) or channels > 1:
        slope, inter = 1.0, 0.0
    if not np.isfinite(inter):
        raise source.error(tr("its header scales values by {slope:g} and shifts them by no number", slope=slope), AGAIN)
    affine, known = _affine(raw)
    seconds = SECONDS.get(int(raw["units"]) & 0x38, 0.0) * float(np.nan_to_num(raw["pixdim"][4], posinf=0.0))
    return Header(dtype, channels, lengths, int(offset), slope, inter, affine, known, seconds, paired)


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
    """Return the sform, else the qform (a quaternion), else the bare sizes; what is no number is not given."""
    millimetres = MILLIMETRES.get(int(raw["units"]) & 7, 1.0)
    sizes = np.abs(np.nan_to_num(raw["pixdim"][1:4].astype(np.float64), posinf=0.0, neginf=0.0))
    sizes = np.where(sizes == 0, 1.0, sizes)
    if raw["sform"] > 0 and np.isfinite(raw["srow"]).all():
        return raw["srow"].astype(np.float64) * millimetres, True
    if raw["qform"] > 0 and np.isfinite([*raw["quatern"], *raw["qoffset"]]).all():
        handed = -1.0 if raw["pixdim"][0] < 0 else 1.0
        steps = _rotation(*raw["quatern"].astype(np.float64)) * sizes * [1.0, 1.0, handed]
        return np.column_stack([steps, raw["qoffset"].astype(np.float64)]) * millimetres, True
    return np.column_stack([np.diag(sizes), np.zeros(3)]) * millimetres, False


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
