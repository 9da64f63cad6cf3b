"""DICOM by pydicom: a single image, a film, or a series of slices as a volume with its modality's values."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.axes import ask_selection, axis_note, take_axes
from convgui.files.dicom_order import Ordered, in_order
from convgui.files.dicom_slices import MOST_FILES, Slice, files_in, is_dicom, slices_of
from convgui.files.dicom_values import PREAMBLE, decoded, read_header, with_preamble
from convgui.files.errors import LoadCancelledError, LoadError
from convgui.files.layout import native_values
from convgui.files.oriented import Oriented, as_sample, letters, orient
from convgui.files.source import Source
from convgui.files.unwarned import unwarned
from convgui.model.axis_selection import AxisSelection
from convgui.model.sample import Sample
from convgui.words import mark, tr

COLOURS = ("R", "G", "B")
INVERTED = mark("In the file 0 means white: it is shown so, and its values are those of the file.")


@unwarned()
def load_dicom(source: Source) -> Sample:
    """Open a DICOM file, or the series in its folder that it belongs to.

    The user is asked whether the series or the one file is wanted; without anybody to ask it is the file, whatever
    lies beside it.
    """
    _check_installed(source)
    source = replace(source, stream=with_preamble(source.stream))
    dataset = read_header(source.stream)
    slices = slices_of(dataset, source.path)
    if not slices:
        kind = getattr(dataset.get("SOPClassUID"), "name", "") or tr("of an unknown kind")
        raise source.error(
            tr("it is a DICOM file without pixels ({kind})", kind=kind), tr("choose an image of the series")
        )
    opens_series = source.alone is False or (source.alone is None and source.ask is not None)
    if source.path is not None and opens_series and len(slices) == 1 and slices[0].series:
        series = _series_of(source, source.path, slices[0])
        question = tr(
            "{name} is one of {count:,} slices of the series {title!r}. Open the whole series? No opens "
            "this slice alone.",
            name=source.name,
            count=len(series),
            title=slices[0].title,
        )
        if len(series) > 1 and (source.alone is False or (source.ask is not None and source.ask(question))):
            return _load(replace(source, name=slices[0].title or source.name), series, [])
    return _load(source, slices, [])


@unwarned()
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
    log = logging.getLogger("pydicom")
    if not log.handlers:
        log.addHandler(logging.NullHandler())


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


def _series_of(source: Source, path: Path, named: Slice) -> list[Slice]:
    """Return the slices beside the named one that are of its series and size; it alone if there are too many files."""
    try:
        found = _find_series(source, path.parent, False)
    except LoadCancelledError:
        raise
    except LoadError:
        return [named]
    return [one for one in found.get(_identity(named), []) if (one.sides, one.samples) == (named.sides, named.samples)]


def _slices_at(path: Path) -> list[Slice]:
    """Return the images in a file; none where it is something else, whatever that is."""
    try:
        with path.open("rb") as stream:
            if not is_dicom(stream.read(PREAMBLE + 4)):
                return []
            return slices_of(read_header(with_preamble(stream)), path)
    except MemoryError:
        raise
    # A damaged neighbour is no reason not to open the rest.
    except Exception:
        return []


def _identity(one: Slice) -> tuple[str, ...]:
    """A scout across the others belongs to a series of its own; a film's frames belong to their file."""
    film = str(one.path) if one.frames > 1 else ""
    if film:
        return (one.series, film)
    axes = () if one.right is None or one.down is None else (*one.right, *one.down)
    return (one.series, *(f"{value + 0.0:.2f}" for value in axes))


def _load(source: Source, slices: list[Slice], notes: list[str]) -> Sample:
    ordered = in_order(source, slices, source.path)
    volumes, first, count = ordered.volumes, ordered.volumes[0][0], len(ordered.volumes[0])
    axes, selection = _axis_selection(source, ordered)
    index = dict(selection.index)
    wanted = volumes if ordered.axis not in index else (volumes[index[ordered.axis]],)
    source.check_size((count, *first.sides) if count > 1 else first.sides, first.samples * len(wanted), 2)
    data, told = decoded(source, [one for volume in wanted for one in volume])
    data, nonfinite = native_values(data, source)
    as_channel = len(volumes) > 1 and selection.channel == ordered.axis
    shown = [name for name, _ in axes if name not in (selection.channel, *index)]
    if shown == ["z", "y", "x"] and (not as_channel or len(data) == 1):
        array = data.reshape(-1, count, *first.sides) if as_channel else data
        oriented, units = _oriented(array, wanted[0])
    else:
        inner = AxisSelection(selection.channel, tuple(pair for pair in selection.index if pair[0] != ordered.axis))
        left = [axis for axis in axes if axis[0] != ordered.axis or len(wanted) > 1]
        array = take_axes(data.reshape(*(size for _, size in left)), left, inner)
        oriented, units = Oriented(array, (1.0,) * (array.ndim - 1), (), ""), ("px",) * (array.ndim - 1)
    several = len(volumes) > 1
    inverted = [tr(INVERTED)] if first.inverted else []
    return as_sample(
        source,
        oriented,
        channels=COLOURS if len(data) == 3 and not as_channel else (),
        nonfinite=nonfinite,
        notes=[*notes, *ordered.notes, *([axis_note(axes, selection)] if several else []), *told, *inverted],
        units=units,
        axis_selection=selection if several else None,
        inverted=first.inverted,
    )


def _axis_selection(source: Source, ordered: Ordered) -> tuple[list[tuple[str, int]], AxisSelection]:
    """Return the axes of a series and how they are read; of several volumes first the one that the named file is in."""
    volumes, first = ordered.volumes, ordered.volumes[0][0]
    colours = [("colour", first.samples)] if first.samples > 1 else []
    axes = [*colours, ("z", len(volumes[0])), ("y", first.sides[0]), ("x", first.sides[1])]
    default = AxisSelection("colour" if colours else "")
    if len(volumes) == 1:
        return axes, default
    at = next((at for at, volume in enumerate(volumes) if any(one.path == source.path for one in volume)), 0)
    axes.insert(len(colours), (ordered.axis, len(volumes)))
    return axes, ask_selection(source, axes, replace(default, index=((ordered.axis, at),)))


def _oriented(data: NDArray[Any], ordered: list[Slice]) -> tuple[Oriented, tuple[str, ...]]:
    """Turn ``(C, slices, rows, columns)`` as its directions say; a single slice stays as it is stored."""
    first, last = ordered[0], ordered[-1]
    known = min(first.size) > 0
    size = first.size if known else (1.0, 1.0)
    plane = ("mm" if known else "px",) * 2
    down, right, start, end = first.down, first.right, first.position, last.position
    if len(ordered) == 1:
        if down is None or right is None:
            return Oriented(data[:, 0], size, (), ""), plane
        affine = None if start is None or not known else np.column_stack([down * size[0], right * size[1], start])
        return Oriented(data[:, 0], size, (letters(down), letters(right)), "", affine), plane
    if known and down is not None and right is not None and start is not None and end is not None:
        steps = np.stack([(end - start) / (len(ordered) - 1), down * size[0], right * size[1]], axis=1)
        return orient(data, steps, start), ("mm",) * 3
    if first.seconds > 0 and first.path == last.path:
        return Oriented(data, (first.seconds, *size), (), ""), ("s", *plane)
    between = first.slice_spacing if first.slice_spacing > 0 and known else 1.0
    return Oriented(data, (between, *size), (), ""), ("mm" if between == first.slice_spacing else "px", *plane)
