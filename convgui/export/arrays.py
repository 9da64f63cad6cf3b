"""The output of a document's layers as an array in a file."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.core.control import CancelCheck
from convgui.core.infinities import overflowing
from convgui.draw.levels import extremes
from convgui.draw.number import times
from convgui.draw.png import chunk, png_file
from convgui.export.atomic_write import ExportError, write_file
from convgui.export.sound import write_wav
from convgui.export.table import SEPARATORS, table
from convgui.files.wav_writer import Form
from convgui.model.document import Document
from convgui.model.flow import value_of
from convgui.model.geometry import Geometry, output_geometry
from convgui.words import tr, trn

Numbers = NDArray[Any]
ARRAYS = (".npy", ".npz", ".tif", ".tiff", ".png", ".nii", ".nii.gz", ".csv", ".txt", ".wav")
"""Endings of files that hold an output."""
_MOST = 65_535
_HEADER = 348
NOWHERE = Geometry()
_MICROMETRES = {"mm": 1000.0, "µm": 1.0, "nm": 1e-3, "Å": 1e-4}
_ALIGNED = 2
"""NIfTI's word for coordinates that are those of another file."""


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


@overflowing
def output(document: Document, cancel: CancelCheck | None = None) -> tuple[Numbers, Geometry]:
    """Compute the chosen layer's output ``(C, *spatial)``, and where its cells lie.

    Raises
    ------
    SpecError
        If a layer does not take what comes to it, or the result needs more memory than there is.
    Cancelled
        Soon after `cancel` begins to return True.
    """
    index = document.view.layer + 1
    values = value_of(document, index, cancel)
    return values, output_geometry(document, index)


def write_array(
    array: Numbers, path: Path, geometry: Geometry = NOWHERE, full: float | None = None, form: Form = "16"
) -> str:
    """Write ``(C, *spatial)`` numbers in the format of the path's ending.

    ======================  =============================================================================
    .npy, .npz              the numbers as they are (in .npz under the name ``output``)
    .tif, .tiff             float32, or float64 where float32 would round; one page a channel and slice
    .png                    16 bits, 1 or 3 channels of 1 or 2 axes, the values' range stretched over them; a pixel of
                            which a value is missing is transparent
    .nii, .nii.gz           likewise, a volume in the axes x, y, z and channel, at its place where that is known
    .wav                    sound, of one axis: `form` says of how many bits, `full` what is as loud as can be
    .csv, .txt              rows of numbers, apart by commas or tabs, with an empty line between two channels
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
    if ending == ".wav":
        return write_wav(array, path, geometry, full, form)
    if ending == ".png":
        data, note = _png16(array, path)
    elif ending in (".tif", ".tiff"):
        data = _tiff(array, geometry)
    elif ending in SEPARATORS:
        data = table(array, path)
    elif ending.startswith(".nii"):
        data = _nifti(array, path, geometry)
        data = gzip.compress(data, 6, mtime=0) if ending == ".nii.gz" else data
    else:
        buffer = io.BytesIO()
        if ending == ".npy":
            np.save(buffer, array, allow_pickle=False)
        else:
            np.savez_compressed(buffer, output=array)
        data = buffer.getvalue()
    write_file(path, data)
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
    there = np.isfinite(array)
    least, most = (float(end) for end in extremes(array)) if there.any() else (0.0, 0.0)
    span = most - least
    scaled = np.zeros(array.shape)
    np.multiply(np.subtract(array, least, dtype=np.float64), _MOST / (span or 1.0), out=scaled, where=there)
    lost = ~there.all(axis=0)
    missing = int(np.count_nonzero(lost))
    opacity = np.where(lost, 0.0, float(_MOST))[np.newaxis]
    pixels = np.moveaxis(np.rint(np.concatenate([scaled, opacity]) if missing else scaled).astype(">u2"), 0, -1)
    if pixels.ndim == 2:
        pixels = pixels[np.newaxis]
    rows, columns, channels = pixels.shape
    note = f"value = {least!r} + {span!r} * pixel / {_MOST}"
    lines = np.ascontiguousarray(pixels).view(np.uint8).reshape(rows, -1)
    text = chunk(b"tEXt", b"Description\0" + note.encode("latin-1"))
    return png_file(columns, rows, 16, channels, lines, text), note + _transparent(missing)


def _transparent(missing: int) -> str:
    """Say what became of pixels that have no value."""
    if not missing:
        return ""
    said = trn("{n:,} pixel is missing and transparent.", "{n:,} pixels are missing and transparent.", missing)
    return f"; {said}"


def _floats(array: Numbers) -> Numbers:
    """Return float32 where it holds every value, float64 otherwise."""
    with np.errstate(over="ignore"):
        single = array.astype("<f4")
    return single if np.array_equal(single, array, equal_nan=True) else array.astype("<f8")


def _tiff(array: Numbers, geometry: Geometry) -> bytes:
    import tifffile

    buffer = io.BytesIO()
    axes = {2: "CYX", 3: "CYX", 4: "CZYX"}[array.ndim]
    pages = np.ascontiguousarray(_floats(array[:, np.newaxis] if array.ndim == 2 else array))
    plane = [
        (size, _MICROMETRES[unit])
        for size, unit in zip(geometry.spacing[-2:], geometry.units[-2:], strict=True)
        if unit in _MICROMETRES
    ]
    # Cells in a centimetre across and down, where they have a size.
    down, across = (1e4 / (size * unit) for size, unit in plane) if len(plane) == 2 else (0.0, 0.0)
    resolution, unit = ((across, down), "CENTIMETER") if across else (None, None)
    described = {"axes": axes}
    tifffile.imwrite(
        buffer, pages, photometric="minisblack", metadata=described, resolution=resolution, resolutionunit=unit
    )
    return buffer.getvalue()


def _nifti(array: Numbers, path: Path, geometry: Geometry) -> bytes:
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
    values = _floats(array)
    sides = [*reversed(spatial), 1, channels]
    sizes, unit = _nifti_sizes(geometry)
    header = bytearray(_HEADER)
    struct.pack_into("<i", header, 0, _HEADER)
    struct.pack_into("<8h", header, 40, 3 if channels == 1 else 5, *sides, 1, 1)
    struct.pack_into("<hh", header, 70, {4: 16, 8: 64}[values.itemsize], 8 * values.itemsize)
    struct.pack_into("<8f", header, 76, 1.0, *reversed(sizes), 1.0, 1.0, 1.0, 1.0)
    struct.pack_into("<fff", header, 108, _HEADER + 4.0, 1.0, 0.0)
    struct.pack_into("<B", header, 123, unit)
    if geometry.affine:
        # NIfTI counts towards right, front and head, and its first column is x's.
        affine = np.diag([-1.0, -1.0, 1.0]) @ np.array(geometry.affine)[:, [2, 1, 0, 3]]
        struct.pack_into("<hh", header, 252, 0, _ALIGNED)
        struct.pack_into("<12f", header, 280, *affine.ravel())
    struct.pack_into("<4s", header, 344, b"n+1\0")
    return bytes(header) + b"\0\0\0\0" + np.ascontiguousarray(values).tobytes()


def _nifti_sizes(geometry: Geometry) -> tuple[tuple[float, ...], int]:
    """Return cell sizes in a unit that NIfTI has, and its number: 2 for mm, 3 for µm, 0 where cells have no size."""
    spacing, units = geometry.spacing or (1.0,) * 3, set(geometry.units)
    if not units or not units <= set(_MICROMETRES):
        return spacing, 0
    if units == {"mm"}:
        return spacing, 2
    return tuple(size * _MICROMETRES[unit] for size, unit in zip(spacing, geometry.units, strict=True)), 3
