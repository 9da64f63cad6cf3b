"""Documents as files, ``.convgui``: one zip with a JSON text and NumPy arrays, exact to the bit.

The archive holds ``document.json`` first, and ``arrays/0.npy``, ``arrays/1.npy`` ... as NumPy writes them, never
pickled. Nothing else belongs into it, nothing in it is a program, and nothing is ever unpacked to a path. An array, a
sample and a layer are written once however often they are used; whole numbers refer to the lists ``samples`` and
``layers``.

``document.json``, version 3 (unknown keys are errors; a change of the format is a version with a reader of its own)::

    {
      "convgui_document": 3,             the first version that can hold it: 1 knows chains, 2 branches, 3 names
      "program": "0.1.0",                the convgui that wrote it
      "samples": [{
        "name": "camera.png", "source": "/pictures/camera.png", "note": "", "nonfinite": 0,
        "channels": ["0"], "spacing": [1.0, 1.0], "units": ["px", "px"], "directions": [],     as in Sample
        "affine": [[…], […], […]],                              only where known, as in Sample
        "reading": {"channel": "", "index": [["time", 3]]},     only where the axes were chosen, as in AxisSelection
        "inverted": true,                                       only where it is, as in Sample
        "data": {"array": "arrays/0.npy"}                       embedded: (C, *spatial), in its own type
             or {"path": "/pictures/camera.png",                linked: where the file was,
                 "relative": "../camera.png",                   the same from the document's folder, or "",
                 "sha256": "…", "size": 12345,                  what it has to be,
                 "shape": [1, 512, 512], "dtype": "uint8",      and what it has to hold
                 "of": "numbers"}        only where not the file has the checksum, as in `convgui.files.links.Link`
      }],
      "layers": [
        {"kind": "convolution", "in_channels": 1, "out_channels": 1, "kernel_size": [3, 3], "stride": [1, 1],
         "padding": [[0, 0], [0, 0]] or a name, "dilation": [1, 1], "groups": 1, "padding_mode": "zeros",
         "transposed": false, "output_padding": [0, 0], "flip": false,
         "weight": "arrays/1.npy", "bias": "arrays/2.npy"},     float64
        {"kind": "max_pool" or "average_pool", "kernel_size": [2, 2], "stride": [2, 2], "padding": [0, 0]},
        {"kind": "relu", "called": "layer1.0.relu"},            from version 3 on, only where a layer has a name
        {"kind": "upsample", "scale_factor": [2, 2], "mode": "nearest"},
        {"kind": "pixel_shuffle", "upscale_factor": 2},
        {"kind": "channel_shuffle", "groups": 2}
                 and others: what a kind in `convgui.layers` writes by its `to_json`, with its arrays by name
      ],
      "state": {
        "sample": 0, "layers": [0, 1],
        "sources": [[0], [0, 1]],        from version 2 on, and only where layers branch: as in Document
        "view": {"scene": "slide", "step": 0, "layer": 0, "filter": 0, "channel": 0, "options": {},
                 "centre": [0.5, 0.5], "zoom": 1.0, "turn": [30.0, 20.0],
                 "levels": [-100.0, 100.0]}      only where the user set them
      },
      "lesson": null or {
        "id": "", "title": "…", "chapter": "…", "source": "",
        "notes": [{"text": "…", "step": 3, "options": {}, "predict": false, "state": null or as above,
                   "words": "given" or "stale"}]    from version 3 on, and only where they are: as in Caption
      },
      "of": "",                          in a copy kept while working: the file that the document came from
      "of_content": "…"                  only with it: what that file held, see `convgui.files.archive.content_id`
    }
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, BinaryIO, TypeVar

import numpy as np

from convgui.core.errors import one_line, told
from convgui.files.archive import REMEDY, Archive, Arrays, Held, content_at, is_archive, opened, write_archive
from convgui.files.atomic_write import atomic_write
from convgui.files.axes import same_selection
from convgui.files.document_json import ObjectTable, lesson_json, read_lesson, read_state, state_json
from convgui.files.errors import ChangedError, LoadError, UnreadableError, WriteError
from convgui.files.fields import Fields
from convgui.files.json_text import json_text
from convgui.files.links import Link
from convgui.files.regular import is_regular, open_regular
from convgui.files.source import Source
from convgui.model.axis_selection import AxisSelection
from convgui.model.document import Document, Lesson
from convgui.model.limits import check_document
from convgui.model.sample import Sample
from convgui.version import __version__
from convgui.words import tr

Read = TypeVar("Read")
VERSION = 3
ENDING = ".convgui"
NO_LINKS: Mapping[Sample, Link] = MappingProxyType({})
NOTHING_FOUND: Mapping[Path, Path] = MappingProxyType({})


def is_document(path: Path) -> bool:
    """Tell whether a file is a document, by its content or its ending."""
    return path.suffix.lower() == ENDING or (is_regular(path) and is_archive(path))


def write_document(
    document: Document,
    path: Path,
    *,
    links: Mapping[Sample, Link] = NO_LINKS,
    of: Path | None = None,
    of_content: str = "",
    private: bool = False,
    expected: str | None = None,
) -> str:
    """Write a document; the file appears whole or not at all.

    Parameters
    ----------
    links : mapping
        Inputs that are referred to and not copied into the file; see `convgui.files.links.link_to`.
    of : Path, optional
        For a copy kept while working: the file that the document came from.
    of_content : str
        For such a copy: what that file held when it was read or written here.
    private : bool
        Whether nobody but the user may read the file.
    expected : str, optional
        What has to be at `path` now, as this function returned it or `StoredDocument` has it.

    Returns
    -------
    str
        What tells the file's content from any other.

    Raises
    ------
    WriteError
        If the file cannot be written, or could not be opened again; the old one, if any, is then whole.
    ChangedError
        If something else is there than what was expected; it stays.
    """

    def check() -> None:
        there = content_at(path)
        if expected is not None and there != expected:
            raise ChangedError(path, there is not None)

    arrays, table = Arrays(), ObjectTable(links, path.parent)
    state = state_json(document, table)
    lesson = lesson_json(document.lesson, table)
    content = {
        "convgui_document": _version(document),
        "program": __version__,
        "samples": table.samples(arrays),
        "layers": table.layers(arrays),
        "state": state,
        "lesson": lesson,
        "of": str(of) if of is not None else "",
        **({"of_content": of_content} if of_content else {}),
    }
    try:
        _check_readable(path, content, arrays, table)
        with atomic_write(path, private=private, check=check) as stream:
            return write_archive(stream, content, arrays)
    except MemoryError as error:
        raise WriteError(path, tr("there is not enough memory for it"), errno.ENOMEM) from error


def _version(document: Document) -> int:
    """Return the first version of the format that can hold a document."""
    notes = document.lesson.captions if document.lesson is not None else ()
    if any(note.words != "own" for note in notes) or any(
        layer.name for state in _states(document) for layer in state.layers
    ):
        return 3
    return 2 if any(state.sources for state in _states(document)) else 1


def _check_readable(path: Path, content: Mapping[str, Any], arrays: Arrays, table: ObjectTable) -> None:
    """Refuse to write what could not be opened again, by reading it before it is written.

    Raises
    ------
    UnreadableError
        Saying what would be refused.
    """
    source = Source(path.name, BytesIO(), 0)
    elsewhere = iter([sample for sample in table.known_samples if sample in table.links])

    def linked(inner: Fields, _: AxisSelection | None) -> Sample:
        Link.read(inner)
        inner.any("shape"), inner.text("dtype")
        inner.check_all_used()
        return next(elsewhere)

    try:
        fields = Fields.of(path.name, json.loads(json_text(content, None)), REMEDY)
        branches = fields.integer("convgui_document") > 1
        fields.text("program")
        # How much memory there is now says nothing of where and when it will be opened.
        check = partial(check_document, here=False)
        _document_of(fields, ObjectTable.read(fields, Held(arrays, source), linked, branches, check))
    except LoadError as error:
        raise UnreadableError(path, error.reason) from error
    # NaN as a number of the text is refused by JSON, and the rest by what it is read into.
    except (ValueError, OverflowError) as error:
        raise UnreadableError(path, one_line(str(error))) from error


def _states(document: Document) -> list[Document]:
    """Return a document, and what notes of it are about where they keep that."""
    notes = document.lesson.captions if document.lesson is not None else ()
    return [document, *(note.state for note in notes if note.state is not None)]


@dataclass(frozen=True)
class StoredDocument:
    """What a file holds.

    Attributes
    ----------
    document : Document
        The document.
    of : Path or None
        For a copy kept while working: the file that the document came from.
    linked : bool
        Whether its input stands in a file of its own.
    content : str
        What tells what the file holds from any other content, see `convgui.files.archive.content_id`.
    of_content : str
        The same of the file that the document came from, when it was read or written last; "" if nobody knows.
    """

    document: Document
    of: Path | None = None
    linked: bool = False
    content: str = ""
    of_content: str = ""


def read_document(
    path: Path,
    *,
    found: Mapping[Path, Path] = NOTHING_FOUND,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Document:
    """Open a document.

    Parameters
    ----------
    found : mapping
        Where the user found linked inputs that had moved, by their old paths.
    ask, cancel : callable, optional
        As for `convgui.files.load.load`, for linked inputs.

    Raises
    ------
    MovedError
        If a linked input is not where it was, or has changed.
    LoadError
        If the file is no document, from a newer version, or damaged. Its text is one sentence.
    """
    return read_stored_document(path, found=found, ask=ask, cancel=cancel).document


def read_stored_document(
    path: Path,
    *,
    found: Mapping[Path, Path] = NOTHING_FOUND,
    ask: Callable[[str], bool] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> StoredDocument:
    """Open a document with what its file says about itself; otherwise as `read_document`."""
    return _guarded(path, ask, cancel, lambda source: _read(source, found))


def read_about(path: Path) -> Lesson | None:
    """Return the title of a document's lesson without reading any array; its notes are left out.

    Raises
    ------
    LoadError
        As `read_document`.
    """

    def about(source: Source) -> Lesson | None:
        with opened(source) as archive:
            fields, _ = _versioned(archive, source)
            if fields.any("lesson") is None:
                return None
            lesson = fields.inner("lesson")
            return Lesson(lesson.text("id"), lesson.text("title"), lesson.text("chapter"), (), lesson.text("source"))

    return _guarded(path, None, None, about)


@dataclass(frozen=True)
class Names:
    """What a document is known by: its file, its lesson and its input; "" where there is none."""

    file: str
    lesson: str
    input: str


def read_names(path: Path) -> Names:
    """Return what a document, or a copy that was kept of one, is known by, without reading any array.

    Raises
    ------
    LoadError
        As `read_document`.
    """

    def names(source: Source) -> Names:
        with opened(source) as archive:
            fields, _ = _versioned(archive, source)
            title = "" if fields.any("lesson") is None else fields.inner("lesson").text("title")
            inputs = [sample.text("name") for sample in fields.each("samples")]
            at = fields.inner("state").integer("sample")
            used = inputs[at] if 0 <= at < len(inputs) else ""
            return Names(PurePath(fields.text("of", "")).name, title, used)

    return _guarded(path, None, None, names)


def _guarded(
    path: Path, ask: Callable[[str], bool] | None, cancel: Callable[[], bool] | None, read: Callable[[Source], Read]
) -> Read:
    """Read; whatever goes wrong becomes one sentence."""
    try:
        with open_regular(path) as stream:
            return read(_source(path, stream, ask, cancel))
    except LoadError:
        raise
    except OSError as error:
        raise LoadError(
            path.name, error.strerror or tr("it cannot be read"), tr("check its name and folder")
        ) from error
    except MemoryError as error:
        raise LoadError(path.name, tr("there is not enough memory for it"), tr("close other programs")) from error
    # A file that was made to do harm may raise anything in zipfile and zlib; the user always gets a sentence.
    except Exception as error:
        raise LoadError(path.name, tr("its content is damaged ({error})", error=told(error)), REMEDY) from error


def _source(
    path: Path, stream: BinaryIO, ask: Callable[[str], bool] | None, cancel: Callable[[], bool] | None
) -> Source:
    size = os.fstat(stream.fileno()).st_size
    if size == 0:
        raise LoadError(path.name, tr("it is empty (0 bytes)"), REMEDY)
    return Source(path.name, stream, size, path.resolve(), ask, cancel)


def _read(source: Source, found: Mapping[Path, Path]) -> StoredDocument:
    with opened(source) as archive:
        fields, version = _versioned(archive, source)
        return READERS[version](fields, archive, source, found)


def _versioned(archive: Archive, source: Source) -> tuple[Fields, int]:
    """Return the text and the version of the format it is in."""
    fields = Fields.of(source.name, archive.text(), REMEDY)
    version = fields.integer("convgui_document")
    if version > VERSION:
        written = fields.text("program", tr("a newer one"))
        raise source.error(
            tr(
                "it was written by convgui {written} in format {version} and this one reads up to {newest}",
                written=written,
                version=version,
                newest=VERSION,
            ),
            tr("update convgui"),
        )
    if version not in READERS:
        raise source.error(tr("its format {version} does not exist", version=version), REMEDY)
    return fields, version


def _read_1(
    fields: Fields, archive: Archive, source: Source, found: Mapping[Path, Path], *, branches: bool = False
) -> StoredDocument:
    fields.text("program")

    elsewhere: list[Sample] = []

    def linked(inner: Fields, selection: AxisSelection | None) -> Sample:
        elsewhere.append(_linked(inner, selection, source, found))
        return elsewhere[-1]

    table = ObjectTable.read(fields, archive, linked, branches)
    document, of, of_content = _document_of(fields, table)
    return StoredDocument(document, Path(of) if of else None, bool(elsewhere), archive.content, of_content)


def _document_of(fields: Fields, table: ObjectTable) -> tuple[Document, str, str]:
    """Read what a document holds beside its samples and layers."""
    document = read_state(fields.inner("state"), table, read_lesson(fields, table))
    of, of_content = fields.text("of", ""), fields.text("of_content", "")
    fields.check_all_used()
    return document, of, of_content


READERS: Mapping[int, Callable[[Fields, Archive, Source, Mapping[Path, Path]], StoredDocument]] = MappingProxyType(
    {1: _read_1, 2: partial(_read_1, branches=True), 3: partial(_read_1, branches=True)}
)
"""A reader for each version of the format; old ones stay."""


def _linked(fields: Fields, selection: AxisSelection | None, source: Source, found: Mapping[Path, Path]) -> Sample:
    """Open a linked input where it is now."""
    link = Link.read(fields)
    shape, kind = tuple(fields.any("shape")), fields.text("dtype")
    fields.check_all_used()
    folder = source.path.parent if source.path is not None else Path()
    sample = link.opened(source.name, folder, found, len(shape) == 3, source.cancel, same_selection(selection))
    if sample.data.shape != shape or sample.data.dtype != np.dtype(kind):
        raise source.error(
            tr(
                "its input {name} now opens as {shape} {dtype}",
                name=link.path.name,
                shape=sample.data.shape,
                dtype=sample.data.dtype,
            ),
            REMEDY,
        )
    return sample
