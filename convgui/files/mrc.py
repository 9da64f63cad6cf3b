"""MRC and CCP4 maps from electron microscopy, plain or in gzip.

The format: A. Cheng and others, "MRC2014: Extensions to the MRC format header for electron cryo-microscopy and
tomography", Journal of Structural Biology 192 (2015).
"""

from __future__ import annotations

from math import isfinite, prod
from types import MappingProxyType
from typing import Any

import numpy as np

from convgui.files.layout import settle
from convgui.files.oriented import Placed, as_sample
from convgui.files.raw import Block, check_end, read_block, unpacked
from convgui.files.source import Source
from convgui.model.sample import Sample
from convgui.words import mark, tr

HEADER = np.dtype(
    {
        "names": ["sides", "mode", "sampling", "cell", "axes", "ispg", "extension", "map", "stamp"],
        "formats": ["3i4", "i4", "3i4", "3f4", "3i4", "i4", "i4", "S4", "2u1"],
        "offsets": [0, 12, 28, 40, 64, 88, 92, 208, 212],
        "itemsize": 1024,
    }
)
MODES = MappingProxyType({0: "i1", 1: "i2", 2: "f4", 6: "u2", 12: "f2"})
OTHER_MODES = MappingProxyType(
    {3: mark("it holds complex numbers"), 4: mark("it holds complex numbers"), 101: mark("it holds 4-bit integers")}
)
STACK_OF_VOLUMES = 401
MOST_CHANNELS = 16


def load_mrc(source: Source) -> Sample:
    """Open a map, a tomogram or a stack of images as ``(C, z, y, x)``, with the cell's size in ångström.

    A stack of several volumes becomes channels, up to `MOST_CHANNELS`; of more the first opens.
    """
    with unpacked(source) as packed:
        head = (packed or source.stream).read(HEADER.itemsize)
        if len(head) < HEADER.itemsize:
            raise source.error(tr("it is cut off inside its header"), tr("save or download it again"))
        raw = _header(head)
        dtype, stored = _judged(source, raw)
        volumes, sides = _volumes(raw, stored)
        shown = volumes if volumes <= MOST_CHANNELS else 1
        source.check_size(sides, shown, dtype.itemsize)
        block = Block(dtype, (shown, *sides), HEADER.itemsize + int(raw["extension"]))
        if packed is not None:
            packed.seek(block.offset)
        array = read_block(source, block, packed)
        if packed is not None and shown == volumes:
            check_end(source, packed)
    array, nonfinite = settle(array, source)
    # Column, row and section each say which of x, y, z they are; the array's axes are section, row, column.
    axes = [int(axis) for axis in raw["axes"][::-1]]
    data = array.transpose(0, *(1 + axes.index(world) for world in (3, 2, 1)))
    spacing = _spacing(raw)
    notes = [tr("The first of its {volumes:,} volumes was opened.", volumes=volumes)] if shown < volumes else []
    placed = Placed(data, spacing or (1.0, 1.0, 1.0), (), "")
    if data.shape[1] == 1:
        placed = Placed(data[:, 0], placed.spacing[1:], (), "")
    units = ("Å" if spacing else "px",) * (placed.data.ndim - 1)
    return as_sample(source, placed, nonfinite=nonfinite, notes=notes, units=units)


def _header(head: bytes) -> Any:
    """Read in the order the machine stamp names; a stamp that names none is settled by an axis from 1 to 3."""
    stamp = head[212]
    if stamp not in (0x44, 0x11):
        stamp = 0x44 if 1 <= int.from_bytes(head[64:68], "little") <= 3 else 0x11
    return np.frombuffer(head, HEADER.newbyteorder("<" if stamp == 0x44 else ">"))[0]


def _judged(source: Source, raw: Any) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Return the type and the lengths of section, row and column.

    Raises
    ------
    LoadError
        Saying which entry of the header makes no sense.
    """
    mode = int(raw["mode"])
    if mode not in MODES:
        held = (
            tr(OTHER_MODES[mode])
            if mode in OTHER_MODES
            else tr("it holds values of the unknown mode {mode}", mode=mode)
        )
        raise source.error(held, tr("save it with real numbers"))
    if sorted(int(axis) for axis in raw["axes"]) != [1, 2, 3]:
        raise source.error(
            tr("its header names the axes {axes}, which have to be 1, 2 and 3", axes=raw["axes"].tolist())
        )
    if int(raw["extension"]) < 0:
        raise source.error(tr("its header claims an extension of {size:,} bytes", size=int(raw["extension"])))
    stored = tuple(int(n) for n in raw["sides"][::-1])
    if min(stored) < 1:
        raise source.error(tr("its header gives it the size {stored}", stored=" × ".join(str(n) for n in stored)))
    return np.dtype(MODES[mode]).newbyteorder(raw["sides"].dtype.byteorder), stored


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
