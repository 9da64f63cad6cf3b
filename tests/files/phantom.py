"""A small body whose every cell is known by its place, written by the libraries that own the formats."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

SPACING = (3.0, 2.0, 1.5)
"""Millimetres between cells on the axes feet to head, front to back, right to left."""
DIRECTIONS = (("I", "S"), ("A", "P"), ("R", "L"))
ORIENTATIONS = ("RAS", "LPS", "LAS", "SAR", "PIR", "ILA")
AXES = {"R": (2, -1), "L": (2, 1), "A": (1, -1), "P": (1, 1), "I": (0, -1), "S": (0, 1)}
"""For each letter the axis of the phantom that it lies on, and whether it is its last end."""


def phantom(dtype: str = "int16") -> NDArray[Any]:
    """Return ``(z, y, x)``: all cells differ, and the corner at the head, the back and the left is the brightest."""
    values = np.arange(5 * 6 * 7).reshape(5, 6, 7)
    values[-1, -1, -1] = 1000
    return values.astype(dtype)


def stored(values: NDArray[Any], code: str) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Return the phantom as a file of an orientation holds it, and its steps.

    Parameters
    ----------
    values : ndarray
        ``(z, y, x)``.
    code : str
        Where the three axes of the file run *to*, such as "RAS".

    Returns
    -------
    stored : ndarray
        Its axes are those of the code.
    steps : ndarray
        ``(3, 3)``; columns are the steps along them in millimetres to the left, the back and the head.
    """
    places = [AXES[letter] for letter in code]
    turned = values.transpose([axis for axis, _ in places])
    turned = turned[tuple(slice(None, None, end) for _, end in places)]
    steps = np.zeros((3, 3))
    for column, (axis, end) in enumerate(places):
        steps[2 - axis, column] = end * SPACING[axis]
    return turned, steps


def every_orientation() -> list[str]:
    """Return all 48 codes."""
    pairs = permutations(("RL", "AP", "IS"))
    return ["".join(letters) for group in pairs for letters in product(*group)]


def write_series(folder: Path, values: NDArray[Any], steps: NDArray[np.float64], **fields: Any) -> list[Path]:
    """Write ``(slices, rows, columns)`` as DICOM files whose names and numbers are shuffled.

    `steps` has columns for slices, rows and columns.
    """
    order = np.random.default_rng(7).permutation(len(values))
    paths = []
    for at, name in enumerate(order):
        path = folder / f"IM{name:03d}.dcm"
        write_dicom(path, values[at], steps[:, 1:], at * steps[:, 0], InstanceNumber=int(name), **fields)
        paths.append(path)
    return paths


def write_dicom(
    path: Path | BinaryIO, plane: NDArray[Any], steps: NDArray[np.float64], place: NDArray[np.float64], **fields: Any
) -> None:
    """Write one image; `steps` has a column for rows and one for columns."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = Dataset()
    data.file_meta = meta
    data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
    data.SeriesInstanceUID, data.SeriesDescription, data.Modality = "1.2.3.4", "Phantom", "CT"
    lengths = np.linalg.norm(steps, axis=0)
    down, right = (steps / lengths).T
    data.ImageOrientationPatient = [float(n) for n in (*right, *down)]
    data.ImagePositionPatient = [float(n) for n in place]
    data.PixelSpacing = [float(n) for n in lengths]
    data.Rows, data.Columns = plane.shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 8 * plane.dtype.itemsize
    data.HighBit, data.PixelRepresentation = data.BitsStored - 1, int(plane.dtype.kind == "i")
    data.PixelData = plane.astype(plane.dtype.newbyteorder("<")).tobytes()
    for name, value in fields.items():
        setattr(data, name, value)
    data.save_as(path, enforce_file_format=True)
