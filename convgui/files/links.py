"""Inputs that a document refers to and does not hold: files with a checksum."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from convgui.files.axes import again
from convgui.files.errors import LoadError, MovedError
from convgui.files.fields import Fields
from convgui.files.load import load
from convgui.model.sample import AnyArray, Sample
from convgui.words import tr

CHUNK = 1 << 20


@dataclass(frozen=True)
class Link:
    """A file that a document refers to, with what it has to be."""

    path: Path
    sha256: str
    size: int
    relative: str = ""

    @classmethod
    def of(cls, path: Path) -> Link:
        """Return the link to a file; LoadError if it cannot be read."""
        try:
            return cls(path, checksum(path), path.stat().st_size)
        except OSError as error:
            raise LoadError(path.name, error.strerror or tr("it cannot be read"), tr("check the disk")) from error

    @classmethod
    def read(cls, fields: Fields) -> Link:
        """Read what `written` wrote."""
        return cls(Path(fields.text("path")), fields.text("sha256"), fields.whole("size"), fields.text("relative"))

    def written(self, folder: Path) -> dict[str, Any]:
        """Return the JSON for a document in `folder`."""
        relative = ""
        with suppress(ValueError):  # another drive
            relative = Path(os.path.relpath(self.path, folder.resolve())).as_posix()
        return {"path": str(self.path), "relative": relative, "sha256": self.sha256, "size": self.size}

    def located(self, name: str, folder: Path, found: Mapping[Path, Path]) -> Path:
        """Return where the file is now: where the user found it, beside the document, or where it was.

        Raises
        ------
        MovedError
            If it is nowhere, or only with other content; `name` is the document's.
        """
        places = [found[self.path]] if self.path in found else []
        places += [folder / self.relative] if self.relative else []
        places += [self.path, folder / self.path.name]
        there = [place for place in places if _is_file(place)]
        for place in there:
            if place.stat().st_size == self.size and checksum(place) == self.sha256:
                return place
        if there:
            raise MovedError(
                name, self.path, tr("its input {there} has changed since the document was saved", there=there[0])
            )
        raise MovedError(name, self.path, tr("its input {path} is linked and is not there any more", path=self.path))


def _is_file(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while part := stream.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def linkable(sample: Sample) -> bool:
    """Tell whether a sample stands in a file of its own, so that a document can refer to it."""
    return bool(sample.source) and Path(sample.source).is_absolute() and _is_file(Path(sample.source))


def _same(one: AnyArray, other: AnyArray) -> bool:
    """Compare two arrays channel by channel: one comparison of a large picture would take its memory once more."""
    return one.shape == other.shape and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def link_to(sample: Sample) -> Link:
    """Return the link to a sample's file, after making sure that opening it gives the same numbers.

    Raises
    ------
    LoadError
        If it does not, or the file cannot be read.
    """
    path = Path(sample.source)
    read = load(path, choose=again(sample.reading))
    if read.data.dtype != sample.data.dtype or not _same(read.data, sample.data):
        raise LoadError(
            path.name, tr("the file has changed since it was opened"), tr("save the document with a copy of it")
        )
    return Link.of(path)
