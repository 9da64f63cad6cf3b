"""DICOM: from stored pixels to the values of a modality.

======================================  ================================================================================
attribute                               here
======================================  ================================================================================
TransferSyntaxUID                       read: byte order, deflation, compression by pydicom; a codec that is not there
                                        is named
BitsAllocated, BitsStored, HighBit,     read: of a word only the bits that are stored count, wherever they stand, with
PixelRepresentation                     their sign; frames of single bits follow each other without a gap
FloatPixelData, DoubleFloatPixelData    read
SamplesPerPixel, PlanarConfiguration,   read; YBR becomes RGB, a palette the colours it stands for
PhotometricInterpretation
MONOCHROME1                             values stay, and the sample says that it is shown inverted
NumberOfFrames                          read
RescaleSlope, RescaleIntercept,         read, of each frame where functional groups give them; DoseGridScaling likewise
Modality LUT Sequence                   read
Pixel Padding Value, Range Limit, also  what is padded is missing, and counted; the other values stay
of floats
VOI LUT, window, Real World Value Map,  do not change the values
overlays, presentation states
======================================  ================================================================================

The standard: NEMA PS3.3, C.7.6.3 (Image Pixel), C.7.6.16 (Multi-frame), C.11.1 (Modality LUT); PS3.5, section 8.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convgui.files.dicom_slices import Slice
from convgui.files.errors import LoadError
from convgui.files.layout import with_missing
from convgui.files.source import Source
from convgui.files.unwarned import unwarned
from convgui.words import tr, trn

PREAMBLE = 128
PIXELS, TYPES = b"\xe0\x7f", (b"OB", b"OW", b"OF", b"OD")
"""The group of the pixels in the order of nearly all files, and the types that they can have."""


def read_header(stream: BinaryIO) -> Any:
    """Read everything but the pixels."""
    from pydicom import dcmread

    stream.seek(0)
    with unwarned():
        return dcmread(stream, stop_before_pixels=True, force=True)


def with_preamble(stream: BinaryIO) -> BinaryIO:
    """Return a stream that pydicom understands, which takes letters at the very start for a tag."""
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    return io.BytesIO(bytes(PREAMBLE) + stream.read()) if start == b"DICM" else stream


def decoded(source: Source, ordered: list[Slice]) -> tuple[NDArray[Any], list[str]]:
    """Decode slice by slice into ``(C, slices, rows, columns)``, so that nothing is in memory twice."""
    index_of = {(one.path, one.frame): at for at, one in enumerate(ordered)}
    out: NDArray[Any] | None = None
    notes: dict[str, None] = {}
    lost = 0
    by_file = sorted(ordered, key=lambda one: (str(one.path), one.frame))
    for path, group in groupby(by_file, lambda one: one.path):
        with _opened(source, path) as stream:
            for one, frame, dataset in _frames(source, stream, list(group)):
                values, note = _modality(frame, dataset, one)
                notes[note] = None
                padded = _padded(frame, dataset)
                lost += int(np.count_nonzero(padded))
                values = with_missing(values, padded)
                if out is None:
                    out = np.empty((len(values), len(ordered), *one.sides), values.dtype)
                if values.shape != (len(out), *out.shape[2:]):
                    raise source.error(tr("the pixels of {name} do not fit its header", name=one.name))
                if not np.can_cast(values.dtype, out.dtype):
                    out = out.astype(np.result_type(values.dtype, out.dtype))
                out[:, index_of[one.path, one.frame]] = values
    if out is None:
        raise source.error(tr("it holds no pixels"), tr("choose an image of the series"))
    if lost:
        text = trn(
            "{n:,} cell holds the value that pads the picture and was not measured.",
            "{n:,} cells hold the value that pads the picture and were not measured.",
            lost,
        )
        notes[text] = None
    return out, list(notes)


@contextmanager
def _opened(source: Source, path: Path | None) -> Iterator[BinaryIO]:
    if path is None or path == source.path:
        source.stream.seek(0)
        yield source.stream
        return
    with path.open("rb") as stream:
        yield with_preamble(stream)


def _frames(source: Source, stream: BinaryIO, wanted: list[Slice]) -> Iterator[tuple[Slice, NDArray[Any], Any]]:
    """Decode the wanted frames of one file, one after the other."""
    from pydicom.pixels.utils import iter_pixels

    dataset = read_header(stream)
    syntax = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID")
    # The header is read as it is written, whatever it says; the pixels only where the whole file is.
    syntax = None if syntax and _is_misnamed(stream, syntax) else syntax
    indices = [one.frame for one in wanted]
    name = source.name if wanted[0].path in (None, source.path) else f"{source.name} ({wanted[0].name})"
    named = replace(source, name=name)
    if int(dataset.get("BitsAllocated") or 0) == 1 and not _is_compressed(dataset):
        for one, frame in zip(wanted, _bits(named, _dataset(stream), indices), strict=True):
            yield one, frame, dataset
        return
    stream.seek(0)
    # pydicom drops the upper bits, also where the lower ones are not used.
    options: dict[str, Any] = {} if _is_compressed(dataset) else {"correct_unused_bits": False}
    frames = iter_pixels(stream if syntax else _dataset(stream), indices=indices, **options)
    for one in wanted:
        source.check_cancelled()
        try:
            with unwarned():
                try:
                    frame = next(frames)
                except MemoryError:
                    raise
                except Exception:
                    # Reading on from the header is lighter, and stumbles over a few files that pydicom reads whole.
                    if one is not wanted[0]:
                        raise
                    frames = iter_pixels(_dataset(stream), indices=indices, **options)
                    frame = next(frames)
        except MemoryError:
            raise
        # Decoders of a dozen compressions raise what they like.
        except Exception as error:
            raise _undecoded(named, getattr(syntax, "name", "unknown"), error) from error
        yield one, frame, dataset


def _is_misnamed(stream: BinaryIO, syntax: Any) -> bool:
    """Tell whether what stands behind the header just read is written with types where it says without, or so."""
    head = stream.read(8)
    found = head[:2] == PIXELS and head[4:6] in TYPES and head[6:8] == b"\0\0"
    return bool(head[:2] == PIXELS and found == syntax.is_implicit_VR)


def _is_compressed(dataset: Any) -> bool:
    """Tell whether a codec stands between the words that are stored and the pixels; run lengths keep the words."""
    from pydicom.uid import RLELossless

    syntax = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID")
    return syntax is not None and syntax != RLELossless and getattr(syntax, "is_encapsulated", False)


def _bits(source: Source, dataset: Any, indices: list[int]) -> Iterator[NDArray[Any]]:
    """Take single bits apart: frames follow each other without a gap, so one may begin within a byte."""
    size = int(dataset.Rows) * int(dataset.Columns)
    stored = np.frombuffer(dataset.get("PixelData") or b"", np.uint8)
    for index in indices:
        first, start = index * size // 8, index * size % 8
        part = np.unpackbits(stored[first : first + (start + size + 7) // 8], bitorder="little")[start:][:size]
        if part.size < size:
            raise source.error(tr("its pixels are cut off"), tr("copy or download it again"))
        yield part.reshape(int(dataset.Rows), int(dataset.Columns))


def _dataset(stream: BinaryIO) -> Any:
    """Read a file with its pixels; of one without a file header, say how it turned out to be written."""
    from pydicom import dcmread
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    stream.seek(0)
    dataset = dcmread(stream, force=True)
    if getattr(dataset, "file_meta", {}).get("TransferSyntaxUID"):
        return dataset
    implicit, little = dataset.original_encoding
    explicit = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else explicit
    return dataset


def _undecoded(source: Source, syntax: str, error: Exception) -> LoadError:
    """Say why pixels could not be decoded."""
    text = str(error)
    if "less than expected" in text:
        counts = "".join(c if c.isdigit() else " " for c in text.partition("(")[2].partition(")")[0]).split()
        reason = tr("its pixels are cut off")
        if len(counts) == 2:
            held, promised = (int(n) for n in counts)
            reason = tr(
                "its pixels are cut off: {promised:,} bytes are promised and {held:,} are there",
                promised=promised,
                held=held,
            )
        return source.error(reason, tr("copy or download it again"))
    if "missing dependencies" in text or "Pillow does not support" in text or "NotImplemented" in type(error).__name__:
        if find_spec("gdcm") is not None:
            return source.error(tr("its pixels are compressed by {syntax}, which no codec here decodes", syntax=syntax))
        return source.lacks(
            tr("its pixels are compressed by {syntax}, whose codec is not installed", syntax=syntax), "dicom-codecs"
        )
    if "no pixel data" in text or "no 'Pixel Data'" in text:
        return source.error(tr("it has no pixels, or is cut off before them"), tr("copy or download it again"))
    last = text.splitlines()[-1].strip() if text else syntax
    if "pillow" in text.lower() and find_spec("gdcm") is None:
        # Pillow knows photos; that it cannot read what a scanner wrote does not say that the file is damaged.
        return source.lacks(
            tr("its pixels, compressed by {syntax}, cannot be decoded here ({text})", syntax=syntax, text=last),
            "dicom-codecs",
        )
    return source.error(tr("its pixels are cut off or damaged ({text})", text=last))


def _modality(frame: NDArray[Any], dataset: Any, one: Slice) -> tuple[NDArray[Any], str]:
    """Return one frame as ``(C, rows, columns)`` in its modality's values, such as Hounsfield units, and what was done.

    Whole numbers stay whole numbers where slope and intercept are.
    """
    from pydicom.pixels.processing import apply_color_lut, apply_modality_lut

    photometric = str(dataset.get("PhotometricInterpretation") or "")
    if photometric == "PALETTE COLOR":
        colours = apply_color_lut(frame, dataset)
        return np.moveaxis(colours, -1, 0), tr("Its palette was replaced by the colours it stands for.")
    if frame.ndim == 3:
        return np.moveaxis(frame, -1, 0), ""
    values = _used_bits(frame, dataset)[np.newaxis]
    if dataset.get("ModalityLUTSequence"):
        mapped: NDArray[Any] = apply_modality_lut(values, dataset)
        return mapped, ""
    if (one.slope, one.intercept) == (1.0, 0.0):
        return values, ""
    return _scaled(values, one), ""


FLOATS: dict[str, str] = {"float32": "Float", "float64": "DoubleFloat"}


def _padded(frame: NDArray[Any], dataset: Any) -> NDArray[np.bool_]:
    """Return which stored values stand for no measurement: one value, or all between two."""
    none = np.zeros(frame.shape[:2], np.bool_)
    if not str(dataset.get("PhotometricInterpretation") or "").startswith("MONOCHROME") or frame.ndim != 2:
        return none
    name, stored = FLOATS.get(frame.dtype.name, ""), _used_bits(frame, dataset)
    value = _padding(dataset.get(f"{name}PixelPaddingValue"), stored.dtype)
    if value is None:
        return none
    limit = _padding(dataset.get(f"{name}PixelPaddingRangeLimit"), stored.dtype)
    low, high = sorted((value, value if limit is None else limit))
    return np.asarray((stored >= low) & (stored <= high))


def _padding(value: Any, kind: np.dtype[Any]) -> Any:
    """Return a padding value as pixels are stored, whose sign many files write in another way than theirs."""
    if isinstance(value, bytes):
        # Without the types in the file pydicom does not know the sign.
        value = int.from_bytes(value[:2], "little") if len(value) >= 2 else None
    if kind.kind == "f":
        return kind.type(value) if isinstance(value, float | int) else None
    if not isinstance(value, int) or kind.kind not in "iu":
        return None
    info = np.iinfo(kind)
    fits = info.min <= value <= info.max
    return value if fits else int(np.array(value & (2**info.bits - 1), f"u{kind.itemsize}").astype(kind))


def _used_bits(frame: NDArray[Any], dataset: Any) -> NDArray[Any]:
    """Drop bits above and below those that are stored, which old files use for drawings, and keep the sign."""
    word = frame.dtype.itemsize * 8
    count = int(dataset.get("BitsStored") or word)
    if frame.dtype.kind not in "iu" or not 0 < count < word:
        return frame
    high = dataset.get("HighBit")
    # Decoders put the bits of what was compressed at the lower end.
    lower = _is_compressed(dataset) or high is None or not count <= int(high) + 1 <= word
    above = word - count if lower else word - int(high) - 1
    kept: NDArray[Any] = (frame << frame.dtype.type(above)) >> frame.dtype.type(word - count)
    return kept


def _scaled(values: NDArray[Any], one: Slice) -> NDArray[Any]:
    """Apply slope and intercept; whole ones give the narrowest type that holds the values, of one sign in a series."""
    if values.dtype.kind not in "iu" or one.slope != int(one.slope) or one.intercept != int(one.intercept):
        kind: np.dtype[Any] = np.result_type(values.dtype, np.float32)
        floats: NDArray[Any] = (values * np.float64(one.slope) + one.intercept).astype(kind)
        return floats
    scaled = values.astype(np.int64) * int(one.slope) + int(one.intercept)
    signed = values.dtype.kind == "i" or one.slope < 0 or one.intercept < 0
    for name in ("int16", "int32") if signed else (values.dtype.name, "uint16", "uint32"):
        info = np.iinfo(name)
        if info.min <= scaled.min() and scaled.max() <= info.max:
            return scaled.astype(name)
    return scaled
