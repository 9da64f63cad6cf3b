"""Saving in the background: one after the other, each with what follows it, and never over what somebody else wrote."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal

from convgui.files.archive import content_at
from convgui.files.errors import LoadCancelledError, LoadError
from convgui.files.links import Link, link_to, linkable
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.session.notes import notes_of

Write: TypeAlias = Callable[[Document, Path, Mapping[Sample, Link], str | None], str]


@dataclass(frozen=True)
class Job:
    """One saving.

    Attributes
    ----------
    written : Document
        What is written: the document at the step that is shown.
    document : Document
        The session's document that this was.
    path : Path
        Where it is written.
    linked : bool
        Whether its input stays outside.
    origin : int or None
        What the document belongs to; None for a copy, which is not the document's file.
    known : bool
        Whether the file has to be the one that was read or written here; otherwise the user has agreed to replace it.
    then : callable or None
        What follows once it is there.
    """

    written: Document
    document: Document
    path: Path
    linked: bool
    origin: int | None
    known: bool
    then: Callable[[], object] | None


@dataclass(frozen=True)
class Written:
    """What came of a saving: where it is, and what inputs are in it though they were to stay outside."""

    path: Path
    taken_in: tuple[str, ...] = ()


class Saver(QObject):
    """Writes documents. Emits ``saved(job, written)`` or ``failed(job, error)`` for each, and ``busy(running)``.

    Parameters
    ----------
    write : callable
        Writes ``(document, path, links, expected)`` and returns what tells the file's content from any other; see
        `convgui.files.documents.write_document`.
    """

    saved = Signal(object, object)
    failed = Signal(object, object)
    busy = Signal(bool)

    def __init__(self, write: Write, parent: QObject) -> None:
        super().__init__(parent)
        self._write = write
        # What each file held when it was read or written here. The thread that writes looks here too.
        self._contents: dict[Path, str] = {}
        self._jobs: dict[int, Job] = {}
        self._latest = LatestOnlyWorker(self, urgent=True)
        self._latest.answered.connect(self._on_answer)

    @property
    def waiting(self) -> tuple[Job, ...]:
        """What is being written and what waits for that."""
        return tuple(self._jobs.values())

    def content(self, path: Path) -> str:
        """Return what tells what a file held when it was read or written here; "" if nobody knows."""
        return self._contents.get(path, "")

    def know(self, path: Path, content: str) -> None:
        """Take note of what a file held when it was read; "" stands for what it holds now."""
        known = content or content_at(path)
        if known is not None:
            self._contents[path] = known

    def pass_on(self, parent: QObject, change: Callable[[Document], Document]) -> None:
        """Go on for another window: documents pass through `change`; what was to follow in the old one does not."""
        for signal in (self.saved, self.failed, self.busy):
            signal.disconnect()
        jobs = self._jobs.items()
        self._jobs = {number: replace(job, document=change(job.document), then=None) for number, job in jobs}
        self.setParent(parent)

    def submit(self, job: Job) -> None:
        """Write a document behind what is being written now."""
        contents, write = self._contents, self._write

        def work(stop: Callable[[], bool]) -> Written:
            links, taken_in = _links(job, stop) if job.linked else ({}, ())
            expected = contents.get(job.path) if job.known else None
            content = write(job.written, job.path, links, expected)
            path = job.path.resolve()
            # The next saving, which may have been waiting, expects what this one wrote.
            contents[path] = contents[job.path] = content
            return Written(path, taken_in)

        self._jobs[self._latest.submit(work, behind=True)] = job
        self.busy.emit(True)

    def stop(self) -> None:
        """Give up what waits, and what runs as far as it has not gone to the disk yet."""
        running = min(self._jobs, default=0)
        self._jobs = {number: job for number, job in self._jobs.items() if number == running}
        self._latest.abandon()

    def close(self) -> None:
        """Give up what waits and wait for what is being written."""
        self._latest.close()
        self._jobs.clear()

    def _on_answer(self, answer: Answer) -> None:
        job = self._jobs.pop(answer.generation, None)
        self.busy.emit(bool(self._jobs))
        if job is None:
            return
        if answer.error is None:
            self.saved.emit(job, answer.result)
        else:
            self.failed.emit(job, answer.error)


def _links(job: Job, cancel: Callable[[], bool]) -> tuple[dict[Sample, Link], tuple[str, ...]]:
    """Return links to the inputs that stand in files of their own, and the names of those that do not any more.

    Raises
    ------
    LoadError
        If a copy is wanted that is linked, and the file of an input is not what was opened; a document is kept.
    """
    document = job.written
    samples = {document.sample, *(note.state.sample for note in notes_of(document) if note.state is not None)}
    found = {sample: _link(sample, cancel, needed=job.origin is None) for sample in samples if linkable(sample)}
    links = {sample: link for sample, link in found.items() if link is not None}
    return links, tuple(sorted(sample.name for sample in found if sample not in links))


def _link(sample: Sample, cancel: Callable[[], bool], *, needed: bool) -> Link | None:
    try:
        return link_to(sample, cancel)
    except LoadCancelledError:
        raise
    except LoadError:
        if needed:
            raise
        return None
