"""Copies of work in progress: one file and one lock for each window, so that nothing is lost when the program dies.

A copy whose lock is free belongs to nobody any more: its program ended without closing it, and it is offered back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from convgui.files.documents import ENDING, StoredDocument, read_names, read_stored_document, write_document
from convgui.files.errors import LoadCancelledError, LoadError, WriteError
from convgui.files.links import Link, link_to, linkable
from convgui.files.locks import Lock
from convgui.files.regular import is_there, matching
from convgui.files.user_folders import make_private
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.words import tr

EMBED_UP_TO = 64 << 20
"""Inputs of more bytes that stand in a file of their own are referred to; the others are copied."""
LOCK = ".lock"
ATTEMPTS = 5


class RecoverySlot:
    """The file of one window's copy. It is the window's until it is discarded or the process ends."""

    def __init__(self, path: Path, lock: Lock) -> None:
        self.path = path
        self._lock = lock
        self._links: dict[Sample, Link | None] = {}

    @classmethod
    def create(cls, folder: Path) -> RecoverySlot:
        """Make a file name that nobody else has.

        Raises
        ------
        WriteError
            If the folder cannot be written.
        """
        path, lock = folder, None
        try:
            make_private(folder)
            # A program that starts just now may sweep the new lock away before it is held; then the next one is tried.
            for _ in range(ATTEMPTS):
                path = folder / f"{uuid.uuid4().hex}{ENDING}"
                lock = Lock.take(path.with_suffix(LOCK))
                if lock is not None:
                    return cls(path, lock)
        except OSError as error:
            raise WriteError.of(path, error) from error
        raise WriteError(path, tr("it is locked"))

    def save(
        self,
        document: Document,
        of: Path | None = None,
        of_content: str = "",
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        """Write the copy, whole or not at all; `of` is the file that the document came from.

        Raises
        ------
        WriteError
            If it cannot be written.
        LoadCancelledError
            Once `cancel` returns True, while a large input is looked at.
        """
        links = {}
        for sample in _samples(document):
            link = self._link(sample, cancel)
            if link is not None:
                links[sample] = link
        self._links = {sample: link for sample, link in self._links.items() if sample in _samples(document)}
        write_document(document, self.path, links=links, of=of, of_content=of_content, private=True)

    def clear(self) -> None:
        """Remove the copy and keep its name: there is nothing to lose just now."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove the copy and give its name up."""
        self.clear()
        self._lock.release()

    def _link(self, sample: Sample, cancel: Callable[[], bool] | None) -> Link | None:
        if sample.data.nbytes <= EMBED_UP_TO or not linkable(sample):
            return None
        if sample not in self._links:
            try:
                self._links[sample] = link_to(sample, cancel, quick=True)
            except LoadCancelledError:
                raise
            except LoadError:  # the file has changed, so the numbers are copied
                self._links[sample] = None
        return self._links[sample]


class LostCopy(RecoverySlot):
    """A copy whose program has ended without closing it. It is held from now on, so that nobody else offers it."""

    @property
    def when(self) -> datetime:
        """When it was written, in local time."""
        return datetime.fromtimestamp(self.path.stat().st_mtime)

    @property
    def what(self) -> str:
        """What it is a copy of, in words: its file, its lesson and its input."""
        try:
            names = read_names(self.path)
        except LoadError:  # opening it will say what is wrong
            return tr("a damaged copy")
        lesson = tr("the lesson “{title}”", title=names.lesson) if names.lesson else ""
        return tr(", ").join(part for part in (names.file, lesson, names.input) if part)

    def read(self) -> StoredDocument:
        """Open it.

        Raises
        ------
        LoadError
            If it is damaged, or a linked input has moved.
        """
        return read_stored_document(self.path)

    def leave(self) -> None:
        """Let it be, for the next start."""
        self._lock.release()


def lost_copies(folder: Path) -> list[LostCopy]:
    """Take hold of every copy that belongs to nobody, newest first; what a dead writer left half done is removed."""
    found = []
    for path in matching(folder, f"*{ENDING}"):
        if path.name.startswith("."):
            continue
        with suppress(OSError):
            lock = Lock.take(path.with_suffix(LOCK))
            if lock is not None and is_there(path):
                found.append(LostCopy(path, lock))
            elif lock is not None:
                lock.release()
    for remains in matching(folder, f"*{LOCK}"):
        if not is_there(remains.with_suffix(ENDING)):
            _sweep(remains)
    for torn in matching(folder, ".*"):
        owner = torn.name[1:].partition(".")[0]
        if owner in {one.path.stem for one in found} or not is_there(folder / f"{owner}{LOCK}"):
            with suppress(OSError):
                torn.unlink()
    return sorted(found, key=lambda one: one.when, reverse=True)


def _sweep(path: Path) -> None:
    """Remove a lock without a copy, if nobody holds it."""
    with suppress(OSError):
        lock = Lock.take(path)
        if lock is not None:
            lock.release()


def _samples(document: Document) -> set[Sample]:
    captions = document.lesson.captions if document.lesson is not None else ()
    return {document.sample, *(note.state.sample for note in captions if note.state is not None)}
