"""DICOM by pydicom: a single image, a film, or a series of slices as a volume with its modality's values."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convgui.files.dicom_slices import MOST_FILES, Slice, files_in, in_order, slices_of
from convgui.files.errors import LoadError
from convgui.files.layout import settle
from convgui.files.oriented import Placed, as_sample, letters, place
from convgui.files.source import Source
from convgui.model.sample import Sample
from convgui.words import tr

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
COLOURS = ("R", "G", "B")


def load_dicom(source: Source) -> Sample:
    """Open a DICOM file: its frames, or the series in its folder that it belongs to.

    The user is asked whether the series or the one slice is wanted; without anybody to ask it is the series.
    """
    _check_installed(source)
    source.stream.seek(0)
    dataset = _read(source.stream)
    slices = slices_of(dataset, source.path)
    if not slices:
        kind = getattr(dataset.get("SOPClassUID"), "name", "") or tr("of an unknown kind")
        raise source.error(
            tr("it is a DICOM file without pixels ({kind})", kind=kind), tr("choose an image of the series")
        )
    if source.path is not None and len(slices) == 1 and slices[0].series and not source.alone:
        series = _find_series(source, source.path.parent, False).get(_identity(slices[0]), [])
        question = tr(
            "{name} is one of {count:,} slices of the series {title!r}. Open the whole series? No opens "
            "this slice alone.",
            name=source.name,
            count=len(series),
            title=slices[0].title,
        )
        if len(series) > 1 and (source.alone is False or source.ask is None or source.ask(question)):
            return _load(replace(source, name=slices[0].title or source.name), series, [])
    return _load(source, slices, [])


def load_folder(source: Source) -> Sample:
    """Open the longest DICOM series in a folder and the folders in it.

    Raises
    ------
    LoadError
        If there is none, or the series is not whole.
    """
    _check_installed(source)
    folder = source.path or Path()
    found = sorted(_find_series(source, folder, True).values(), key=len, reverse=True)
    if not found:
        raise source.error(tr("it is a folder without DICOM images"), tr("choose a file in it"))
    notes = []
    if len(found) > 1:
        title = found[0][0].title
        notes.append(
            tr(
                "The longest of its {n:,} series was opened ({title}); open a file of another for that one.",
                n=len(found),
                title=title,
            )
            if title
            else tr("The longest of its {n:,} series was opened; open a file of another for that one.", n=len(found))
        )
    return _load(source, found[0], notes)


def _check_installed(source: Source) -> None:
    try:
        import pydicom
    except ImportError:
        raise source.lacks(tr("pydicom, which reads DICOM, is not installed"), "volumes") from None
    # What breaks the standard's letter is read all the same; without this pydicom would print a warning for each.
    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _read(stream: BinaryIO) -> Any:
    """Read everything but the pixels."""
    from pydicom import dcmread

    with _quiet():
        return dcmread(stream, stop_before_pixels=True, force=True)


def _find_series(source: Source, folder: Path, deep: bool) -> dict[tuple[str, ...], list[Slice]]:
    """Gather the images of a folder by series and by the way they are turned."""
    found: dict[tuple[str, ...], list[Slice]] = {}
    for count, path in enumerate(files_in(folder, deep)):
        source.check_cancelled()
        if count >= MOST_FILES:
            raise source.error(
                tr("it is a folder of more than {most_files:,} files", most_files=MOST_FILES),
                tr("choose the folder of one series"),
            )
        for one in _slices_at(path):
            found.setdefault(_identity(one), []).append(one)
    return found


def _slices_at(path: Path) -> list[Slice]:
    """Return the images in a file; none where it is something else, whatever that is."""
    try:
        with path.open("rb") as stream:
            head = stream.read(132)
            if head[128:] != b"DICM" and path.suffix.lower() != ".dcm":
                return []
            stream.seek(0)
            return slices_of(_read(stream), path)
    # A damaged neighbour is no reason not to open the rest.
    except Exception:
        return []


def _identity(one: Slice) -> tuple[str, ...]:
    """A scout across the others belongs to a series of its own; a film's frames belong to their file."""
    axes = () if one.right is None or one.down is None else (*one.right, *one.down)
    film = str(one.path) if one.frame else ""
    return (one.series, film, *(f"{value + 0.0:.2f}" for value in axes))


def _load(source: Source, slices: list[Slice], notes: list[str]) -> Sample:
    ordered, more = in_order(source, slices)
    first, count = ordered[0], len(ordered)
    source.check_size((count, *first.sides) if count > 1 else first.sides, first.samples, 2)
    data, said = _values(source, ordered)
    data, nonfinite = settle(data, source)
    placed, units = _placed(data, ordered)
    names = COLOURS if len(data) == 3 else ()
    return as_sample(source, placed, channels=names, nonfinite=nonfinite, notes=[*notes, *more, *said], units=units)


def _placed(data: NDArray[Any], ordered: list[Slice]) -> tuple[Placed, tuple[str, ...]]:
    """Turn ``(C, slices, rows, columns)`` as its directions say; a single slice stays as it is stored."""
    first, last = ordered[0], ordered[-1]
    known = min(first.size) > 0
    size = first.size if known else (1.0, 1.0)
    plane = ("mm" if known else "px",) * 2
    if len(ordered) == 1:
        ends = () if first.down is None or first.right is None else (letters(first.down), letters(first.right))
        return Placed(data[:, 0], size, ends, ""), plane
    down, right, start, end = first.down, first.right, first.place, last.place
    if known and down is not None and right is not None and start is not None and end is not None:
        steps = np.stack([(end - start) / (len(ordered) - 1), down * size[0], right * size[1]], axis=1)
        return place(data, steps), ("mm",) * 3
    if first.seconds > 0 and first.path == last.path:
        return Placed(data, (first.seconds, *size), (), ""), ("s", *plane)
    between = first.apart if first.apart > 0 and known else 1.0
    return Placed(data, (between, *size), (), ""), ("mm" if between == first.apart else "px", *plane)


def _values(source: Source, ordered: list[Slice]) -> tuple[NDArray[Any], list[str]]:
    """Decode slice by slice into ``(C, slices, rows, columns)``, so that nothing is in memory twice."""
    places = {(one.path, one.frame): at for at, one in enumerate(ordered)}
    out: NDArray[Any] | None = None
    notes: dict[str, None] = {}
    by_file = sorted(ordered, key=lambda one: (str(one.path), one.frame))
    for path, group in groupby(by_file, lambda one: one.path):
        with _opened(source, path) as stream:
            for one, frame, dataset in _frames(source, stream, list(group)):
                values, note = _modality(frame, dataset, one)
                notes[note] = None
                if out is None:
                    out = np.empty((len(values), len(ordered), *one.sides), values.dtype)
                if values.shape != (len(out), *out.shape[2:]):
                    raise source.error(tr("the pixels of {name} do not fit its header", name=one.name))
                if not np.can_cast(values.dtype, out.dtype):
                    out = out.astype(np.result_type(values.dtype, out.dtype))
                out[:, places[one.path, one.frame]] = values
    if out is None:
        raise source.error(tr("it holds no pixels"), tr("choose an image of the series"))
    return out, list(notes)


@contextmanager
def _opened(source: Source, path: Path | None) -> Iterator[BinaryIO]:
    if path is None or path == source.path:
        source.stream.seek(0)
        yield source.stream
        return
    with path.open("rb") as stream:
        yield stream


def _frames(source: Source, stream: BinaryIO, wanted: list[Slice]) -> Iterator[tuple[Slice, NDArray[Any], Any]]:
    """Decode the wanted frames of one file, one after the other."""
    from pydicom.pixels.utils import iter_pixels

    dataset = _read(stream)
    syntax = getattr(dataset, "file_meta", {}).get("TransferSyntaxUID")
    indices = [one.frame for one in wanted]
    stream.seek(0)
    decoded = iter_pixels(stream if syntax else _whole(stream), indices=indices)
    name = source.name if wanted[0].path in (None, source.path) else f"{source.name} ({wanted[0].name})"
    for one in wanted:
        source.check_cancelled()
        try:
            with _quiet():
                try:
                    frame = next(decoded)
                except Exception:
                    # Reading on from the header is lighter, and stumbles over a few files that pydicom reads whole.
                    if one is not wanted[0]:
                        raise
                    decoded = iter_pixels(_whole(stream), indices=indices)
                    frame = next(decoded)
        # Decoders of a dozen compressions raise what they like.
        except Exception as error:
            raise _undecoded(replace(source, name=name), getattr(syntax, "name", "unknown"), error) from error
        yield one, frame, dataset


def _whole(stream: BinaryIO) -> Any:
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
    return source.error(
        tr("its pixels are cut off or damaged ({text})", text=text.splitlines()[-1].strip() if text else syntax)
    )


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
    values, note = _used_bits(frame, dataset)[np.newaxis], ""
    if photometric == "MONOCHROME1" and values.dtype.kind in "iu":
        note = tr("In the file 0 means white; values were turned round so that 0 is black.")
        full = 0 if values.dtype.kind == "i" else (1 << int(dataset.BitsStored)) - 1
        values = values.dtype.type(full) - values if full else ~values
    if dataset.get("ModalityLUTSequence"):
        mapped: NDArray[Any] = apply_modality_lut(values, dataset)
        return mapped, note
    if (one.slope, one.inter) == (1.0, 0.0):
        return values, note
    return _scaled(values, one), note


def _used_bits(frame: NDArray[Any], dataset: Any) -> NDArray[Any]:
    """Drop bits above those that are stored, which old files use for drawings, and keep the sign."""
    allocated = frame.dtype.itemsize * 8
    unused = allocated - int(dataset.get("BitsStored") or allocated)
    if frame.dtype.kind not in "iu" or not 0 < unused < allocated:
        return frame
    kept: NDArray[Any] = (frame << frame.dtype.type(unused)) >> frame.dtype.type(unused)
    return kept


def _scaled(values: NDArray[Any], one: Slice) -> NDArray[Any]:
    """Apply slope and intercept; whole ones give the narrowest type that holds the values, of one sign in a series."""
    if values.dtype.kind not in "iu" or one.slope != int(one.slope) or one.inter != int(one.inter):
        kind: np.dtype[Any] = np.result_type(values.dtype, np.float32)
        floats: NDArray[Any] = (values * np.float64(one.slope) + one.inter).astype(kind)
        return floats
    whole = values.astype(np.int64) * int(one.slope) + int(one.inter)
    signed = values.dtype.kind == "i" or one.slope < 0 or one.inter < 0
    for name in ("int16", "int32") if signed else (values.dtype.name, "uint16", "uint32"):
        info = np.iinfo(name)
        if info.min <= whole.min() and whole.max() <= info.max:
            return whole.astype(name)
    return whole
