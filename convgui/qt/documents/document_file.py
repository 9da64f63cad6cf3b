"""Which file a window's document is in: new, open, save, and the question before anything unsaved would be lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox

from convgui.files.archive import content_at
from convgui.files.author import is_foreign
from convgui.files.documents import ENDING, StoredDocument, write_document
from convgui.files.errors import ChangedError, LoadCancelledError, LoadError, MovedError, WriteError
from convgui.files.lessons import load_lesson
from convgui.files.links import Link, linkable
from convgui.files.regular import is_folder
from convgui.model.document import Document
from convgui.model.refusals import in_words
from convgui.model.sample import Sample
from convgui.qt.context import Context
from convgui.qt.documents import last_session
from convgui.qt.documents.home import Home
from convgui.qt.documents.opening import Opener
from convgui.qt.documents.presence import Presence
from convgui.qt.documents.questions import BUTTONS, ask_to_save, ask_to_write_over
from convgui.qt.documents.saving import Job, Saver, Written
from convgui.qt.faults import each_in_turn
from convgui.qt.widgets.file_dialogs import ask_where, file_name
from convgui.qt.widgets.plain_text import plain
from convgui.qt.widgets.typed_path import ask_to_open
from convgui.session.notes import notes_of
from convgui.session.opening import modified
from convgui.session.session import Entry
from convgui.session.walking import at_first_caption, with_lesson_start
from convgui.words import tr

BLANK = "single-channel"
"""The lesson whose small grid and kernel a new document begins with."""
COPIES = "copies of work in progress"
WAITING = "waiting for what is being saved"


class DocumentFile(QObject):
    """The file of a window's document.

    Emits ``changed()`` when the file or the modified mark may be another, ``saving(running)`` while something is being
    written, ``begun(document)`` when another document is shown, ``emptied()`` when that is a new one, and
    ``listed()`` when the recent files are others.

    Attributes
    ----------
    kept : callable
        Returns a document as it is written: what is changed at a note of one's own lesson is that note's.
    settle : callable
        Has the present document become that, before it is saved.
    """

    changed = Signal()
    saving = Signal(bool)
    begun = Signal(object)
    emptied = Signal()
    listed = Signal()

    def __init__(self, context: Context, opener: Opener) -> None:
        super().__init__(context.window)
        self._context, self._session, self._banner = context, context.session, context.banner
        self._opener = opener
        self._presence = Presence(context.window, self)
        self._presence.changed.connect(self.changed)
        self._homes: dict[int, Home] = {self._session.origin: Home(saved=self._session.document)}
        # What follows when all is saved, and the document whose changes are given up then.
        self._afterwards: tuple[Callable[[], object], Document | None] | None = None
        self.kept: Callable[[Document], Document] = lambda document: document
        self.settle: Callable[[], object] = lambda: None
        self._use(Saver(_write, self))
        opener.kept.connect(self.take)
        opener.moved.connect(self.find)

    def _use(self, saver: Saver) -> None:
        self._saver = saver
        saver.busy.connect(self.saving)
        saver.saved.connect(self._on_saved)
        saver.failed.connect(self._on_failed)

    @property
    def home(self) -> Home:
        """What the present document belongs to."""
        return self._homes.get(self._session.origin, Home())

    @property
    def path(self) -> Path | None:
        """The present document's file."""
        return self.home.path

    @property
    def saved(self) -> Document | None:
        """What that file holds, or what is nobody's work yet."""
        return self.home.saved

    @saved.setter
    def saved(self, document: Document | None) -> None:
        self._settle(replace(self.home, saved=document))

    @property
    def modified(self) -> bool:
        """Whether something would be lost: also where the file has gone, or could not be written last."""
        return self.gone or modified(self._session.document, self.saved)

    @property
    def gone(self) -> bool:
        """Whether the document's file is there no more."""
        return self._presence.gone(self.path)

    @property
    def writing(self) -> bool:
        """Whether something is being saved, or waits for that."""
        return bool(self._saver.waiting)

    def unsaved(self) -> tuple[Document, Path | None, str] | None:
        """Return the document as it would be kept, its file and what that held; None if nothing would be lost."""
        return (self.kept(self._context.present()), self.path, self.content) if self.modified else None

    def aside(self) -> tuple[Document, Path | None, str] | None:
        """Return the same of the work that help took the place of last, and that undo would bring back."""
        entry = self._aside()
        home = self._homes.get(entry.origin, Home()) if entry is not None else Home()
        return (entry.document, home.path, self._content(home.path)) if entry is not None else None

    def _aside(self) -> Entry | None:
        entries = (entry for entry in reversed(self._session.past) if entry.unasked)
        homes = self._homes
        return next((e for e in entries if modified(e.document, homes.get(e.origin, Home()).saved)), None)

    @property
    def content(self) -> str:
        """What tells what the present document's file held when it was read or written here; "" if nobody knows."""
        return self._content(self.path)

    def _content(self, path: Path | None) -> str:
        return self._saver.content(path) if path is not None else ""

    @property
    def linkable(self) -> bool:
        """Whether the input stands in a file that a document can link to."""
        return linkable(self._session.document.sample)

    def close(self) -> None:
        """Give up what waits to be written, and wait for what is being written."""
        self._saver.close()

    def stop(self) -> None:
        """Give up what is being saved, as far as that has not gone to the disk yet."""
        self._afterwards = None
        self._saver.stop()

    def inherit(self, other: DocumentFile, change: Callable[[Document], Document]) -> None:
        """Take over from the file of a window that this one goes on for, with what it is saving just now.

        Documents pass through `change`.
        """
        homes = other._homes.items()
        self._homes = {o: replace(h, saved=change(h.saved) if h.saved is not None else None) for o, h in homes}
        self._saver.close()
        saver = other._saver
        saver.pass_on(self, change)
        self._use(saver)
        other._use(Saver(_write, other))
        self.saving.emit(bool(saver.waiting))
        self.changed.emit()

    def clean(self, document: Document, path: Path | None = None, *, linked: bool = False, content: str = "") -> None:
        """Take note that a document is what its file holds, or that it is nobody's work yet.

        `content` is what the file held, where it was not read just now.
        """
        if path is not None:
            self._saver.know(path, content)
        self._settle(Home(path, linked, document))

    def _settle(self, home: Home) -> None:
        self._homes[self._session.origin] = home
        self.changed.emit()

    def begin(self, document: Document) -> None:
        """Begin with another document, from the step it opens at."""
        self._banner.clear(but=COPIES)
        document, presenter = with_lesson_start(document), self._context.presenter
        step = document.view.step
        # Whatever fails to show it, the file that is named is its own from here on.
        each_in_turn(
            lambda: presenter.expect(step),
            lambda: self._session.open(document),
            lambda: presenter.jump(step),
            lambda: self.begun.emit(document),
        )

    def bring_back(self) -> None:
        """Show what was kept at the end: at once, or, where a large file has to be read, in the background."""
        found = last_session.kept() if self._context.remembered.preferences().restore else None
        if isinstance(found, Path):
            self._opener.open(found)
        elif found is not None:
            self.take_again(found)

    def keep(self) -> None:
        """Keep what is shown for the next start, if the user wants that."""
        document = self.kept(self._context.present()) if self._context.remembered.preferences().restore else None
        self._presence.look()
        last_session.keep(document, self.path, self.content, modified=self.modified)

    def take(self, path: Path, kept: StoredDocument) -> None:
        """Show a document that was opened, unless the user would rather keep the present one."""
        self.confirm(lambda: self.take_again(kept) if last_session.is_last(path) else self._take(path, kept))

    def take_again(self, kept: StoredDocument) -> None:
        """Show what was open at the end, or the document's file where somebody has changed it since."""
        there = content_at(kept.of) if kept.of is not None else None
        if kept.of is not None and there is None:
            self.restore(kept)  # the file is gone: this is all there is
        elif kept.of is not None and kept.of_content not in ("", there):
            self._banner.say("")
            self._opener.open(kept.of)
        else:
            self.begin(kept.document)
            self.clean(kept.document, kept.of, linked=kept.linked, content=kept.of_content)

    def _take(self, path: Path, kept: StoredDocument) -> None:
        self.begin(at_first_caption(with_lesson_start(kept.document)))
        self.clean(kept.document, path.resolve(), linked=kept.linked, content=kept.content)
        self.remember(str(path.resolve()))

    def restore(self, kept: StoredDocument) -> None:
        """Show a document that was found after the program had died; it is not saved yet."""
        self.begin(kept.document)
        if kept.of is not None:
            self._saver.know(kept.of, kept.of_content)
        self._settle(Home(kept.of, kept.linked, None))

    def find(self, path: Path, error: MovedError) -> None:
        """Ask where the linked input of a document is now, and open the document with it."""
        if last_session.is_last(path):
            self._banner.say(tr("What was open at the end cannot be brought back: {reason}.", reason=error.reason))
            return
        question = tr("{error}\nDo you want to look for it?", error=error)
        if QMessageBox.question(self._context.window, "convgui", plain(question)) != BUTTONS.Yes:
            self._banner.say(str(error))
            return
        name = ask_to_open(self._context.window, tr("Where is {name}?", name=error.path.name), error.path.parent, "")
        if name:
            self._opener.open(path, {error.path: Path(name)})

    def new(self) -> None:
        """Begin with a small grid and kernel."""
        self.confirm(self._new)

    def _new(self) -> None:
        document = replace(load_lesson(BLANK), lesson=None)
        self.begin(document)
        self.clean(document)
        self.emptied.emit()

    def replace_input(self, document: Document, name: str, *, key: str | None = None) -> str:
        """Show a document that another input begins, as one undo step; it has no file, and notes are left behind.

        Returns
        -------
        str
            What to say about notes that were left in a file; "" if there were none.
        """
        home, untouched = self.home, self.path is None and not self.modified
        noted, document = bool(notes_of(self._session.document)), replace(document, lesson=None)
        each_in_turn(lambda: self._session.replace(document, name, key=key, anew=True))
        if untouched:
            self.clean(document)
        if not noted or home.path is None:
            return ""
        return tr("This is a new document; the notes are still in {name}.", name=home.path.name)

    def confirm_notes(self, then: Callable[[], object]) -> None:
        """Do something that leaves the notes behind, once they are saved, or the user does not want them."""
        lesson, saved = self._session.document.lesson, self.saved
        # A lesson with an id is in a file of its own: one that ships, or one of the user's list.
        if lesson is None or lesson.id or not lesson.captions or (saved is not None and lesson is saved.lesson):
            then()
        else:
            self.confirm(then, for_good=False)

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save in the document's file, or ask for one; `then` is called once it is saved."""
        origin = self._session.origin
        # A first save that is still being written has given the document its file already.
        first = next((job for job in reversed(self._saver.waiting) if job.origin == origin), None)
        if self.path is not None and not is_foreign(self._session.document.lesson):
            self._write(self.path, self.home.linked, then, ours=True, known=True)
        elif first is not None:
            self._write(first.path, first.linked, then, ours=True, known=True)
        else:
            self.save_as(then)

    def _save_again(self, then: Callable[[], object]) -> None:
        """Save as the user has just agreed to: a file that has gone is written without another question."""
        if self.path is None or not self.gone or is_foreign(self._session.document.lesson):
            self.save(then)
        elif is_folder(self.path.parent):
            self._write(self.path, self.home.linked, then, ours=True)
        else:
            self.save_as(then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a file and save."""
        path = self._ask_where(tr("Save"))
        if path is not None:
            self._write(path, self.home.linked, then, ours=True)

    def save_copy(self, linked: bool) -> None:
        """Ask for a file and save a copy there, with the input inside or linked; the document stays in its own."""
        path = self._ask_where(tr("Save a copy"))
        if path is not None:
            self._write(path, linked, None, ours=False)

    def _ask_where(self, title: str) -> Path | None:
        document, remembered = self._session.document, self._context.remembered
        lesson, sample = document.lesson, document.sample
        name = lesson.title if lesson is not None else Path(sample.name).stem
        proposed = self.path or remembered.folder("save") / f"{file_name(name)}{ENDING}"
        path = ask_where(self._context.window, title, proposed, (ENDING,), tr("convgui documents"))
        remembered.set_folder("save", path and path.parent)
        return path

    def _write(
        self, path: Path, linked: bool, then: Callable[[], object] | None, *, ours: bool, known: bool = False
    ) -> None:
        if ours:
            self.settle()
        document, origin, written = self._session.document, self._session.origin, self.kept(self._context.present())
        self._saver.submit(Job(written, document, path, linked, origin if ours else None, known, then))

    def _on_saved(self, job: Job, written: Written) -> None:
        path = written.path
        self._banner.over(_about(job))
        self._banner.over(WAITING)
        if job.origin is not None and (job.origin in self._homes or job.origin == self._session.origin):
            self._homes[job.origin] = Home(path, job.linked, job.document)
            self._presence.look()
            self._session.finish_gesture()
            self.remember(str(path))
            self.changed.emit()
        if written.taken_in:
            inside = tr("{names} has changed since it was opened: {document} holds its numbers itself now.",
                        names=", ".join(written.taken_in), document=path.name)  # fmt: skip
            self._banner.say(inside, _about(job))
        if job.then is not None:
            # There may have been edits while it was written.
            self._afterwards = None
            self.confirm(job.then)
        elif self._afterwards is not None and not self._saver.waiting:
            (then, discarded), self._afterwards = self._afterwards, None
            self.confirm(then, discarded)

    def _on_failed(self, job: Job, error: Exception) -> None:
        self._afterwards = None
        self._banner.over(WAITING)
        if not isinstance(error, LoadCancelledError):
            self._count_as_unsaved(job)
        if isinstance(error, ChangedError):
            self._ask_about(job, error)
        elif isinstance(error, LoadCancelledError):
            self._banner.say(tr("Saving was stopped; {name} is as it was.", name=job.path.name), _about(job))
        elif isinstance(error, (WriteError, LoadError, MemoryError)):
            self._banner.say(in_words(error, "save"), _about(job))
        else:
            raise error

    def _count_as_unsaved(self, job: Job) -> None:
        """Take note that a document is not in its file, whatever that held before."""
        home = self._homes.get(job.origin) if job.origin is not None else None
        if job.origin is not None and home is not None and home.path in (None, job.path):
            self._homes[job.origin] = replace(home, saved=None)
            self.changed.emit()

    def _ask_about(self, job: Job, error: ChangedError) -> None:
        if ask_to_write_over(self._context.window, job.path.name, there=error.there):
            self._saver.submit(replace(job, known=False))

    def remember(self, path: str) -> None:
        """Put a path in front of the recent files."""
        self._context.remembered.add_recent(path)
        self.listed.emit()

    def confirm(self, then: Callable[[], object], discarded: Document | None = None, *, for_good: bool = True) -> None:
        """Do something that gives the present document up, once it is saved, or the user does not want it.

        Whatever is being saved, another document or a copy, is saved first.

        Parameters
        ----------
        discarded : Document, optional
            What the user does not want any more.
        for_good : bool
            Whether undo does not bring anything back then: work that help took the place of is asked about, too.
        """
        self._presence.look()
        origin, document = self._session.origin, self._session.document
        given_up = document is discarded or not self.modified
        saving = any(job.origin == origin and not modified(document, job.document) for job in self._saver.waiting)
        if saving or (self._saver.waiting and given_up):
            self._afterwards = then, discarded
            self._banner.say(tr("The window waits for what is being saved; × below gives that up."), WAITING)
            return
        if given_up:
            aside = self._aside() if for_good else None
            if aside is None:
                then()
                return
            while self._session.document is not aside.document:
                self._session.undo()
            self.confirm(then)
            return
        answer = ask_to_save(self._context.window, self.path.name if self.path is not None else "", gone=self.gone)
        if answer == BUTTONS.Save:
            self._save_again(then)
        elif answer == BUTTONS.Discard:
            self.confirm(then, document, for_good=for_good)


def _write(document: Document, path: Path, links: Mapping[Sample, Link], expected: str | None) -> str:
    return write_document(document, path, links=links, expected=expected)


def _about(job: Job) -> str:
    """Return what tells sentences about a saving from others: those of one document, or of copies."""
    return f"saving {job.origin}" if job.origin is not None else "saving a copy"
