"""Inputs that a document refers to and does not hold: files and folders, with what they have to be."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from convgui.core.control import CancelCheck
from convgui.files.axes import same_selection
from convgui.files.errors import LoadCancelledError, LoadError, MovedError
from convgui.files.fields import Fields
from convgui.files.load import is_dicom_file, load
from convgui.files.regular import is_folder, is_regular, open_regular
from convgui.files.source import Choose
from convgui.model.sample import AnyArray, Sample
from convgui.words import tr

CHUNK = 1 << 20
Of: TypeAlias = Literal["file", "numbers", "state"]
KINDS: tuple[Of, ...] = ("file", "numbers", "state")


@dataclass(frozen=True)
class Link:
    """A file or folder that a document refers to, with what it has to be.

    Attributes
    ----------
    path : Path
        Where it was.
    sha256 : str
        The checksum.
    size : int
        Bytes of what has the checksum.
    relative : str
        Where it was, seen from the document's folder.
    of : str
        What has the checksum: the ``"file"``; the ``"numbers"`` that are read from several files, such as those of a
        DICOM series; or, where nobody has the time to read them, the ``"state"`` of the files: names, sizes, dates.
    """

    path: Path
    sha256: str
    size: int
    relative: str = ""
    of: Of = "file"

    @classmethod
    def to_state(cls, sample: Sample) -> Link:
        """Return the link to a sample's files as they are now, unread; LoadError if they cannot be seen."""
        path = Path(sample.source)
        try:
            return cls(path, *_state(path, len(sample.spatial) == 2), of="state")
        except OSError as error:
            raise _unreadable(path, error) from error

    @classmethod
    def read(cls, fields: Fields) -> Link:
        """Read what `to_json` wrote."""
        of = fields.text("of", "file")
        if of not in KINDS:
            raise fields.error(tr("its '{where}of' is {of!r}", where=fields.where, of=of[:20]))
        known = next(kind for kind in KINDS if kind == of)
        return cls(
            Path(fields.text("path")), fields.text("sha256"), fields.integer("size"), fields.text("relative"), known
        )

    def to_json(self, folder: Path) -> dict[str, Any]:
        """Return the JSON for a document in `folder`."""
        relative = ""
        with suppress(ValueError):  # another drive
            relative = Path(os.path.relpath(self.path, folder.resolve())).as_posix()
        fields: dict[str, Any] = {"path": str(self.path), "relative": relative}
        return {**fields, "sha256": self.sha256, "size": self.size, **({"of": self.of} if self.of != "file" else {})}

    def opened(
        self,
        name: str,
        folder: Path,
        found: Mapping[Path, Path],
        flat: bool,
        cancel: CancelCheck | None = None,
        choose: Choose | None = None,
    ) -> Sample:
        """Open the input where it is now: where the user found it, beside the document, or where it was.

        Parameters
        ----------
        name : str
            The document's.
        flat : bool
            Whether it is one slice, where the file belongs to a series of them.

        choose : callable, optional
            Answers how its axes are to be read.

        Raises
        ------
        MovedError
            If it is nowhere, or only with other content.
        LoadError
            If it cannot be read; `LoadCancelledError` if the user stopped.
        """
        candidates = [found[self.path]] if self.path in found else []
        candidates += [folder / self.relative] if self.relative else []
        candidates += [self.path, folder / self.path.name]
        there = [path for path in candidates if _is_there(path)]
        for path in there:
            sample = self._at(path, flat, cancel, choose)
            if sample is not None:
                return sample
        if there:
            raise MovedError(
                name, self.path, tr("its input {there} has changed since the document was saved", there=there[0])
            )
        raise MovedError(name, self.path, tr("its input {path} is linked and is not there any more", path=self.path))

    def _at(self, path: Path, flat: bool, cancel: CancelCheck | None, choose: Choose | None) -> Sample | None:
        """Open what is at a path; None where it is something else."""
        try:
            if self.of == "file":
                same = is_regular(path) and path.stat().st_size == self.size
                known = same and checksum(path, cancel) == self.sha256
            else:
                known = self.of == "numbers" or _state(path, flat) == (self.sha256, self.size)
        except OSError:
            return None
        if not known:
            return None
        sample = _load(path, flat, cancel, choose)
        return sample if self.of != "numbers" or numbers_checksum(sample.data, cancel) == self.sha256 else None


def _load(path: Path, flat: bool, cancel: CancelCheck | None, choose: Choose | None) -> Sample:
    """Open an input again, whose questions were answered when it was opened for the first time."""
    return load(path, ask=lambda _: True, cancel=cancel, choose=choose, alone=flat)


def _is_there(path: Path) -> bool:
    return is_regular(path) or is_folder(path)


def _unreadable(path: Path, error: OSError) -> LoadError:
    return LoadError(path.name, error.strerror or tr("it cannot be read"), tr("check the disk"))


def checksum(path: Path, cancel: CancelCheck | None = None) -> str:
    """Return the SHA-256 of a file's bytes; LoadCancelledError once `cancel` returns True."""
    digest = hashlib.sha256()
    with open_regular(path) as stream:
        while part := stream.read(CHUNK):
            _check(path.name, cancel)
            digest.update(part)
    return digest.hexdigest()


def numbers_checksum(data: AnyArray, cancel: CancelCheck | None = None) -> str:
    """Return the SHA-256 of an array's numbers in their order; LoadCancelledError once `cancel` returns True."""
    digest = hashlib.sha256()
    for slab in _slabs(data):
        _check("", cancel)
        digest.update(np.ascontiguousarray(slab).data)
    return digest.hexdigest()


def _slabs(data: AnyArray) -> Iterator[AnyArray]:
    for channel in data:
        step = max(1, CHUNK // max(channel[:1].nbytes, 1))
        for start in range(0, len(channel), step):
            yield channel[start : start + step]


def _state(path: Path, flat: bool) -> tuple[str, int]:
    """Return a checksum of the names, sizes and dates of the files that an input is read from, and their bytes."""
    digest, size = hashlib.sha256(), 0
    for file in _files(path, flat):
        about = file.stat()
        digest.update(f"{file.name}\0{about.st_size}\0{about.st_mtime_ns}\0".encode(errors="replace"))
        size += about.st_size
    return digest.hexdigest(), size


def _files(path: Path, flat: bool) -> list[Path]:
    """List the files that an input may be read from; a document that is saved beside them is none."""
    if not _several(path, flat):
        return [path]
    if is_folder(path):
        found = path.rglob("*")
    else:
        found = path.parent.glob(f"{escape(path.stem)}.*" if _has_values_beside(path) else f"*{escape(path.suffix)}")
    return sorted(file for file in found if is_regular(file) and file.name[0] != "." and file.suffix != ".convgui")


def _several(path: Path, flat: bool) -> bool:
    """Tell whether an input is read from several files."""
    return is_folder(path) or _has_values_beside(path) or (not flat and is_dicom_file(path))


def _has_values_beside(path: Path) -> bool:
    return path.suffix.lower() in (".nhdr", ".hdr")


def _check(name: str, cancel: CancelCheck | None) -> None:
    if cancel is not None and cancel():
        raise LoadCancelledError(name)


def linkable(sample: Sample) -> bool:
    """Tell whether a sample stands in a file or folder of its own, so that a document can refer to it."""
    return bool(sample.source) and Path(sample.source).is_absolute() and _is_there(Path(sample.source))


def _same(one: AnyArray, other: AnyArray, cancel: CancelCheck | None) -> bool:
    """Compare two arrays slab by slab: one comparison of a large picture would take its memory once more."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    for a, b in zip(_slabs(one), _slabs(other), strict=True):
        _check("", cancel)
        if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            return False
    return True


def link_to(sample: Sample, cancel: CancelCheck | None = None, *, quick: bool = False) -> Link:
    """Return the link to a sample's file, after making sure that opening it gives the same numbers.

    Parameters
    ----------
    quick : bool
        Whether the state of the files is enough, because the document will not outlive them for long.

    Raises
    ------
    LoadError
        If it does not, or the file cannot be read; `LoadCancelledError` once `cancel` returns True.
    """
    path, flat = Path(sample.source), len(sample.spatial) == 2
    before = Link.to_state(sample)
    read = _load(path, flat, cancel, same_selection(sample.axis_selection))
    if not _same(read.data, sample.data, cancel):
        raise LoadError(
            path.name, tr("the file has changed since it was opened"), tr("save the document with a copy of it")
        )
    if quick:
        return before
    try:
        if _several(path, flat):
            return Link(path, numbers_checksum(sample.data, cancel), sample.data.nbytes, of="numbers")
        return Link(path, checksum(path, cancel), path.stat().st_size)
    except OSError as error:
        raise _unreadable(path, error) from error
