"""DICOM: which files are images, and what a header says of each.

The standard: NEMA PS3.3, "Information Object Definitions", C.7.6.2 (Image Plane) and C.7.6.16 (Multi-frame).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.fields import finite_or_zero
from convgui.files.regular import is_regular
from convgui.words import tr

Vector = NDArray[np.float64]
MOST_FILES = 20_000
VOLUMES = (
    ("time", (("FrameContentSequence", "TemporalPositionIndex"), ("", "TemporalPositionIdentifier"))),
    ("b-value", (("MRDiffusionSequence", "DiffusionBValue"), ("", "DiffusionBValue"))),
    ("echo", (("MREchoSequence", "EffectiveEchoTime"), ("", "EchoTime"))),
    ("time", (("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"), ("", "TriggerTime"))),
    ("acquisition", (("", "AcquisitionNumber"),)),
)
"""What tells images at one position apart, with the name of the axis that it makes."""
EXPLICIT = re.compile(rb"A[EST]|CS|D[AST]|F[LD]|IS|L[OT]|O[BDFLVW]|PN|S[HLQSTV]|TM|U[CILNRSTV]")


@dataclass(frozen=True)
class Slice:
    """One image: a file, or a frame of one.

    Attributes
    ----------
    path : Path or None
        The file; None for bytes that are not in one.
    frame : int
        From 0.
    sides : tuple of int
        Rows and columns.
    samples : int
        1, or 3 for colours.
    frames : int
        How many frames the file has.
    number : int or None
        The position that the file claims in its series.
    volume : tuple of float
        By what images at one position follow each other: temporal position, b-value, echo time, trigger time,
        acquisition; see `VOLUMES`.
    series, title : str
        The series' identity and what it is called.
    position : ndarray or None
        Millimetres to the left, back and head of the first pixel's centre.
    down, right : ndarray or None
        Directions in which rows and columns follow each other.
    size : tuple of float
        Millimetres from a row to the next, and from a column to the next; 0 where nothing is known.
    slice_spacing : float
        What the file says of the distance to the next slice, or 0.
    seconds : float
        What it says of the time to the next frame, or 0.
    slope, intercept : float
        What stored values stand for.
    inverted : bool
        Whether 0 is shown white.
    """

    path: Path | None
    frame: int
    sides: tuple[int, int]
    samples: int
    frames: int
    number: int | None
    volume: tuple[float, ...]
    series: str
    title: str
    position: Vector | None
    down: Vector | None
    right: Vector | None
    size: tuple[float, float]
    slice_spacing: float
    seconds: float
    slope: float
    intercept: float
    inverted: bool

    @property
    def name(self) -> str:
        """What the user calls it."""
        return tr("frame {frame}", frame=self.frame + 1) if self.path is None else self.path.name


def slices_of(dataset: Any, path: Path | None) -> list[Slice]:
    """Return the images of one file, whose header alone is needed; none where it has no pixels."""
    if not dataset.get("Rows") or not dataset.get("Columns"):
        return []
    count = max(int(dataset.get("NumberOfFrames") or 1), 1)
    shared = _first(dataset, "SharedFunctionalGroupsSequence")
    each = list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
    offsets = list(dataset.get("GridFrameOffsetVector") or [])
    return [
        _slice(dataset, path, (frame, count), (each[frame] if frame < len(each) else None, shared, dataset), offsets)
        for frame in range(count)
    ]


def _slice(
    dataset: Any, path: Path | None, which: tuple[int, int], groups: tuple[Any, ...], offsets: list[Any]
) -> Slice:
    frame, count = which
    position = _vector(_find(groups, "PlanePositionSequence", "ImagePositionPatient"), 3)
    turned = _vector(_find(groups, "PlaneOrientationSequence", "ImageOrientationPatient"), 6)
    right, down = (turned[:3], turned[3:]) if turned is not None else (None, None)
    if position is not None and right is not None and down is not None and frame < len(offsets):
        position = position + np.cross(right, down) * float(offsets[frame])
    frames_lie_apart = bool(offsets) or groups[0] is not None
    size = _vector(_find(groups, "PixelMeasuresSequence", "PixelSpacing"), 2)
    if size is None:
        size = _vector(dataset.get("ImagerPixelSpacing"), 2)
    slice_spacing = _find(groups, "PixelMeasuresSequence", "SpacingBetweenSlices")
    slope = _find(groups, "PixelValueTransformationSequence", "RescaleSlope") or dataset.get("DoseGridScaling")
    intercept = _find(groups, "PixelValueTransformationSequence", "RescaleIntercept")
    return Slice(
        path,
        frame,
        (int(dataset.Rows), int(dataset.Columns)),
        int(dataset.get("SamplesPerPixel") or 1),
        count,
        None if dataset.get("InstanceNumber") is None else int(finite_or_zero(dataset.InstanceNumber)),
        tuple(
            finite_or_zero(next((found for pair in pairs if (found := _find(groups, *pair)) is not None), 0))
            for _, pairs in VOLUMES
        ),
        str(dataset.get("SeriesInstanceUID") or ""),
        str(dataset.get("SeriesDescription") or dataset.get("Modality") or ""),
        position if frames_lie_apart or frame == 0 else None,
        down,
        right,
        (0.0, 0.0) if size is None else (float(size[0]), float(size[1])),
        abs(finite_or_zero(slice_spacing)) or abs(finite_or_zero(dataset.get("SliceThickness"))),
        finite_or_zero(dataset.get("FrameTime")) / 1000,
        finite_or_zero(slope) or 1.0,
        finite_or_zero(intercept),
        dataset.get("PhotometricInterpretation") == "MONOCHROME1",
    )


def _first(holder: Any, name: str) -> Any:
    sequence = holder.get(name) if holder is not None else None
    return sequence[0] if sequence else None


def _find(groups: Iterable[Any], sequence: str, name: str) -> Any:
    """Look for a value in the frame's own group, in the shared one, and in the data set itself."""
    for group in groups:
        holder = _first(group, sequence) if sequence else None
        for holding in (holder, group):
            if holding is not None and holding.get(name) is not None:
                return holding.get(name)
    return None


def _vector(value: Any, length: int) -> Vector | None:
    try:
        vector = np.array([float(n) for n in value], np.float64)
    except (TypeError, ValueError):
        return None
    return vector if vector.shape == (length,) and np.isfinite(vector).all() else None


def is_dicom(head: bytes) -> bool:
    """Tell from its first bytes whether a file is DICOM, also one without a preamble or without the letters."""
    if head[128:132] == b"DICM" or head[:4] == b"DICM":
        return True
    # Older software begins with the first element of group 2 or 8, in either byte order and with its type or without.
    group, rest = head[:2], head[2:12]
    for order in ("little", "big"):
        if int.from_bytes(group, order) in (2, 8) and int.from_bytes(rest[:2], order) < 0x100:
            if EXPLICIT.match(rest[2:4]):
                return True
            length = int.from_bytes(rest[2:6], order)
            if len(rest) == 10 and order == "little" and length < 256 and length % 2 == 0:
                return True
    return False


def natural_key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Return a key by which numbers inside names are compared as numbers: ``2.dcm`` comes before ``10.dcm``."""
    pieces = [piece for piece in re.split(r"([0-9]+)", name.casefold()) if piece]
    # Python refuses to make numbers of thousands of digits: without leading zeros, the longer one is larger.
    digits = [piece.lstrip("0") if "0" <= piece[0] <= "9" else None for piece in pieces]
    return [
        (1, 0, piece) if own is None else (0, len(own), own) for piece, own in zip(pieces, digits, strict=True)
    ], name


def files_in(folder: Path, deep: bool) -> Iterator[Path]:
    """Yield the regular files of a folder, and of the folders in it, in the order of their names."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(folders) if deep else []
        for name in sorted(names, key=natural_key):
            path = Path(here, name)
            # Waiting for what comes out of a pipe could take for ever.
            if not name.startswith(".") and name != "DICOMDIR" and is_regular(path):
                yield path
