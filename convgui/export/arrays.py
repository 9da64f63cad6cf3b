"""The output of a document's layers as an array in a file."""

from __future__ import annotations

import gzip
import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.control import CancelCheck
from convgui.draw.number import times
from convgui.draw.png import chunk, png_file
from convgui.export.whole import ExportError, write_whole
from convgui.model.document import Document
from convgui.model.flow import cell_spacing, run
from convgui.words import tr

Numbers = NDArray[Any]
ARRAYS = (".npy", ".npz", ".tif", ".tiff", ".png", ".nii", ".nii.gz")
"""Endings of files that hold an output."""
_MOST = 65_535
_HEADER = 348


def array_ending(path: Path) -> str:
    """Return the path's ending, lower case.

    Raises
    ------
    ExportError
        If no array can be written in that format.
    """
    name = path.name.lower()
    ending = ".nii.gz" if name.endswith(".nii.gz") else path.suffix.lower()
    if ending not in ARRAYS:
        given = tr("{name} ends in {ending}", name=path.name, ending=ending)
        given = given if ending else tr("{name} has no ending", name=path.name)
        raise ExportError(
            tr(
                "{given}; an array's name ends in {arrays}.",
                given=given,
                arrays=", ".join(ARRAYS),
            )
        )
    return ending


def output(document: Document, cancel: CancelCheck | None = None) -> tuple[Numbers, tuple[float, ...]]:
    """Compute the chosen layer's output ``(C, *spatial)``, with the size of its cells on each axis.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it, or the result needs more memory than there is.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    place = document.view.layer + 1
    values = run(document.layers[:place], document.sample, cancel, document.missing)
    return values, cell_spacing(document, place)


def write_array(array: Numbers, path: Path, spacing: Sequence[float] = ()) -> str:
    """Write ``(C, *spatial)`` numbers in the format of the path's ending.

    ======================  =============================================================================
    .npy, .npz              the numbers as they are (in .npz under the name ``output``)
    .tif, .tiff             float32, one page a channel and slice
    .png                    16 bits, 1 or 3 channels of 1 or 2 axes, the values' range stretched over them
    .nii, .nii.gz           float32 volume in the axes x, y, z and channel, with the spacing
    ======================  =============================================================================

    Returns
    -------
    str
        One sentence that says what was done to the numbers, or "" if they are as they were.

    Raises
    ------
    ExportError
        If the format cannot hold the array, or the file cannot be written; the old file is then whole.
    """
    ending = array_ending(path)
    note = ""
    if ending == ".png":
        data, note = _png16(array, path)
    elif ending in (".tif", ".tiff"):
        data = _tiff(array)
    elif ending.startswith(".nii"):
        data = _nifti(array, path, tuple(spacing) or (1.0,) * (array.ndim - 1))
        data = gzip.compress(data, 6, mtime=0) if ending == ".nii.gz" else data
    else:
        buffer = io.BytesIO()
        if ending == ".npy":
            np.save(buffer, array, allow_pickle=False)
        else:
            np.savez_compressed(buffer, output=array)
        data = buffer.getvalue()
    write_whole(path, data)
    return note


def _png16(array: Numbers, path: Path) -> tuple[bytes, str]:
    """Stretch the range of the values over 0 to 65535; the sentence and a text chunk say how."""
    if array.shape[0] not in (1, 3) or array.ndim > 3:
        raise ExportError(
            tr(
                "{name} cannot hold {size} values: a PNG has 1 or 3 channels of height and width; choose .npy or .tif.",
                name=path.name,
                size=times(*array.shape),
            )
        )
    least, most = float(array.min()), float(array.max())
    span = most - least
    scaled = np.zeros(array.shape) if span == 0 else (array.astype(np.float64) - least) * (_MOST / span)
    pixels = np.moveaxis(np.rint(scaled).astype(">u2"), 0, -1)
    if pixels.ndim == 2:
        pixels = pixels[np.newaxis]
    rows, columns, channels = pixels.shape
    note = f"value = {least!r} + {span!r} * pixel / {_MOST}"
    lines = np.ascontiguousarray(pixels).view(np.uint8).reshape(rows, -1)
    text = chunk(b"tEXt", b"Description\0" + note.encode("latin-1"))
    return png_file(columns, rows, 16, channels, lines, text), note


def _tiff(array: Numbers) -> bytes:
    import tifffile

    buffer = io.BytesIO()
    axes = {2: "CX", 3: "CYX", 4: "CZYX"}[array.ndim]
    pages = np.ascontiguousarray(array[:, np.newaxis] if array.ndim == 2 else array, dtype=np.float32)
    axes = "CYX" if array.ndim == 2 else axes
    tifffile.imwrite(buffer, pages, photometric="minisblack", metadata={"axes": axes})
    return buffer.getvalue()


def _nifti(array: Numbers, path: Path, spacing: tuple[float, ...]) -> bytes:
    """Write NIfTI-1 (nifti.nimh.nih.gov): x runs fastest, as the width does here, and channels are the fifth axis."""
    if array.ndim != 4:
        raise ExportError(
            tr(
                "{name} cannot hold {size} values: NIfTI is for volumes, with depth, height and width; choose "
                ".npy or .tif.",
                name=path.name,
                size=times(*array.shape),
            )
        )
    channels, *spatial = array.shape
    if max(array.shape) > 32_767:
        raise ExportError(
            tr(
                "{name} cannot hold {size} values: an axis of NIfTI ends at 32767.",
                name=path.name,
                size=times(*array.shape),
            )
        )
    sides = [*reversed(spatial), 1, channels]
    steps = [*map(float, reversed(spacing)), 1.0, 1.0]
    header = bytearray(_HEADER)
    struct.pack_into("<i", header, 0, _HEADER)
    struct.pack_into("<8h", header, 40, 3 if channels == 1 else 5, *sides, 1, 1)
    # float32 (16), 32 bits; a volume in millimetres (2).
    struct.pack_into("<hh", header, 70, 16, 32)
    struct.pack_into("<8f", header, 76, 1.0, *steps, 1.0, 1.0)
    struct.pack_into("<fff", header, 108, _HEADER + 4.0, 1.0, 0.0)
    struct.pack_into("<B", header, 123, 2)
    # The s-form, in scanner coordinates (1): volumes are shown from right to left, front to back, foot to head, and
    # NIfTI counts towards right, front and head.
    struct.pack_into("<hh", header, 252, 0, 1)
    ways = (-1, -1, 1)
    for row, (way, step, side) in enumerate(zip(ways, steps[:3], sides[:3], strict=True)):
        numbers = [way * step if column == row else 0.0 for column in range(3)]
        struct.pack_into("<4f", header, 280 + 16 * row, *numbers, step * (side - 1) if way < 0 else 0.0)
    struct.pack_into("<4s", header, 344, b"n+1\0")
    return bytes(header) + b"\0\0\0\0" + np.ascontiguousarray(array, dtype="<f4").tobytes()
