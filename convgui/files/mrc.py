"""MRC and CCP4 maps from electron microscopy, plain or in gzip.

===========  ==========================================================================================================
entry        here
===========  ==========================================================================================================
mode         0, 1, 2, 6, 12 and 101 are read, 16 (three bytes of colour) as channels; complex ones are refused
imodStamp,   with IMOD's stamp, bytes are unsigned unless bit 0 of the flags is set, and bit 4 says that each holds two
imodFlags    numbers of 4 bits; without it they are signed (MRC2014), save where the header's maximum is above 127
machst       read: the byte order
nsymbt       read: where the values begin
mapc, mapr,  read: which of x, y, z the axes of the file are
maps
mx, my, mz,  read: the size of a cell, and the volumes of a stack
cella, ispg
dmin, dmax,  do not change the numbers
dmean, rms
===========  ==========================================================================================================

The format: A. Cheng and others, "MRC2014: Extensions to the MRC format header for electron cryo-microscopy and
tomography", Journal of Structural Biology 192 (2015); for the stamp: "The MRC2014 file format used by IMOD".
"""

from __future__ import annotations

from functools import partial
from math import isfinite, prod
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.sizes import by
from convgui.files.axes import MOST_CHANNELS, ask_selection, axis_note, read_chosen
from convgui.files.layout import native_values
from convgui.files.oriented import Oriented, as_sample
from convgui.files.raw import Block, unpacked
from convgui.files.source import Source
from convgui.model.axis_selection import AxisSelection
from convgui.model.sample import Sample
from convgui.words import mark, tr

HEADER = np.dtype(
    {
        "names": ["sides", "mode", "sampling", "cell", "axes", "most", "ispg", "extension", "imod", "flags"],
        "formats": ["3i4", "i4", "3i4", "3f4", "3i4", "f4", "i4", "i4", "i4", "i4"],
        "offsets": [0, 12, 28, 40, 64, 80, 88, 92, 152, 156],
        "itemsize": 1024,
    }
)
MODES = MappingProxyType({0: "i1", 1: "i2", 2: "f4", 6: "u2", 12: "f2", 16: "u1", 101: "u1"})
OTHER_MODES = MappingProxyType({3: mark("it holds complex numbers"), 4: mark("it holds complex numbers")})
COLOURS, HALF_BYTES = 16, 101
IMOD = 1146047817
SIGNED, TWO_IN_A_BYTE = 1, 16
"""Bits of IMOD's flags."""
STACK_OF_VOLUMES = 401
LONGEST_SIDE = 2**24


def load_mrc(source: Source) -> Sample:
    """Open a map, a tomogram or a stack of images as ``(C, z, y, x)``, with the cell's size in ångström.

    A stack of several volumes becomes channels, up to `MOST_CHANNELS`, unless the user chooses one.
    """
    with unpacked(source) as packed:
        head = (packed or source.stream).read(HEADER.itemsize)
        if len(head) < HEADER.itemsize:
            raise source.error(tr("it is cut off inside its header"), tr("save or download it again"))
        raw = _header(head)
        mode = _mode(raw)
        dtype, stored = _judged(source, raw, mode)
        volumes, sides = _volumes(raw, stored)
        # Column, row and section each say which of x, y, z they are; the array's axes are section, row, column.
        order = [int(axis) for axis in raw["axes"][::-1]] if raw["axes"].any() else [3, 2, 1]
        axes = [("volume", volumes), *zip([" xyz"[axis] for axis in order], sides, strict=True)]
        shape = (*sides[:2], (sides[2] + 1) // 2) if mode == HALF_BYTES else sides
        if mode == COLOURS:
            axes, shape = [*axes, ("colour", 3)], (*shape, 3)
        selection = _axis_selection(source, axes)
        block = Block(dtype, (volumes, *shape), HEADER.itemsize + int(raw["extension"]))
        halves = partial(_halves, count=sides[2]) if mode == HALF_BYTES else _as_stored
        array = read_chosen(source, block, axes, selection, packed, halves)
    data, nonfinite = native_values(array, source)
    shown = [name for name, _ in axes if name not in (selection.channel, *dict(selection.index))]
    names = sorted(shown, key=["volume", "z", "y", "x"].index) if "colour" not in shown else shown
    data = data.transpose(0, *(1 + shown.index(name) for name in names))
    spacing = dict(zip("zyx", _spacing(raw), strict=False))
    sizes = [spacing.get(name, 1.0) for name in names]
    units = ["Å" if name in spacing else "px" for name in names]
    if len(names) == 3 and data.shape[1] == 1:
        data, sizes, units = data[:, 0], sizes[1:], units[1:]
    notes = [axis_note(axes, selection)] if volumes > 1 else []
    oriented = Oriented(data, tuple(sizes), (), "")
    colours = ("R", "G", "B") if selection.channel == "colour" else ()
    return as_sample(
        source,
        oriented,
        channels=colours,
        nonfinite=nonfinite,
        notes=notes,
        units=tuple(units),
        axis_selection=selection if volumes > 1 else None,
    )


def _axis_selection(source: Source, axes: list[tuple[str, int]]) -> AxisSelection:
    volumes, coloured = axes[0][1], axes[-1][0] == "colour"
    if not coloured and 1 < volumes <= MOST_CHANNELS:
        default = AxisSelection("volume")
    else:
        default = AxisSelection("colour" if coloured else "", (("volume", 0),))
    return ask_selection(source, axes, default) if volumes > 1 else default


def _as_stored(stored: NDArray[Any]) -> NDArray[Any]:
    return stored


def _halves(stored: NDArray[Any], count: int) -> NDArray[Any]:
    """Take the two numbers of every byte apart, the low one first; a row of odd length ends in an empty half."""
    both = np.stack([stored & 15, stored >> 4], axis=-1)
    return both.reshape(*stored.shape[:-1], -1)[..., :count]


def _mode(raw: Any) -> int:
    mode = int(raw["mode"])
    two = int(raw["imod"]) == IMOD and int(raw["flags"]) & TWO_IN_A_BYTE
    return HALF_BYTES if mode == 0 and two else mode


def _is_unsigned(raw: Any) -> bool:
    """Tell whether bytes are without a sign: no signed one is above 127."""
    if int(raw["imod"]) == IMOD:
        return not int(raw["flags"]) & SIGNED
    return 127 < float(raw["most"]) <= 255


def _header(head: bytes) -> Any:
    """Read in the order the machine stamp names; a stamp that names none is settled by an axis from 1 to 3."""
    stamp = head[212]
    if stamp not in (0x44, 0x11):
        stamp = 0x44 if int.from_bytes(head[64:68], "little") <= 3 else 0x11
    little, big = (np.frombuffer(head, kind)[0] for kind in (HEADER.newbyteorder("<"), HEADER.newbyteorder(">")))
    named, other = (little, big) if stamp == 0x44 else (big, little)
    # Some programs leave the stamp of the machine that they were written for.
    return other if _is_likely(other) and not _is_likely(named) else named


def _is_likely(raw: Any) -> bool:
    """Tell whether a mode is known and no side so long as one with its bytes turned round."""
    return int(raw["mode"]) in (*MODES, *OTHER_MODES) and bool((raw["sides"] < LONGEST_SIDE).all())


def _judged(source: Source, raw: Any, mode: int) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Return the type and the lengths of section, row and column.

    Raises
    ------
    LoadError
        Saying which entry of the header makes no sense.
    """
    if mode not in MODES:
        held = (
            tr(OTHER_MODES[mode])
            if mode in OTHER_MODES
            else tr("it holds values of the unknown mode {mode}", mode=mode)
        )
        raise source.error(held, tr("save it with real numbers"))
    # Before 2000 some wrote nothing there.
    if raw["axes"].any() and sorted(int(axis) for axis in raw["axes"]) != [1, 2, 3]:
        raise source.error(
            tr("its header names the axes {axes}, which have to be 1, 2 and 3", axes=raw["axes"].tolist())
        )
    if int(raw["extension"]) < 0:
        raise source.error(tr("its header claims an extension of {size:,} bytes", size=int(raw["extension"])))
    stored = tuple(int(n) for n in raw["sides"][::-1])
    if min(stored) < 1:
        raise source.error(tr("its header gives it the size {stored}", stored=by(stored)))
    kind = "u1" if mode == 0 and _is_unsigned(raw) else MODES[mode]
    return np.dtype(kind).newbyteorder(raw["sides"].dtype.byteorder), stored


def _volumes(raw: Any, stored: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    depth = int(raw["sampling"][2])
    if int(raw["ispg"]) == STACK_OF_VOLUMES and 0 < depth < stored[0] and stored[0] % depth == 0:
        return stored[0] // depth, (depth, *stored[1:])
    return 1, stored


def _spacing(raw: Any) -> tuple[float, ...]:
    """Return the size of a cell along z, y, x in ångström, or () where the header has none."""
    cell, sampling = [float(n) for n in raw["cell"]], [int(n) for n in raw["sampling"]]
    if not all(isfinite(n) for n in cell) or min(cell) <= 0 or min(sampling) <= 0 or prod(sampling) == 0:
        return ()
    return tuple(length / n for length, n in zip(cell, sampling, strict=True))[::-1]
