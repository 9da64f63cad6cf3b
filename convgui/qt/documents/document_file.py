"""Which file a window's document is in: new, open, save, and the question before anything unsaved would be lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from convgui.core.memory import in_words
from convgui.files.archive import content_at
from convgui.files.documents import ENDING, Kept, write_document
from convgui.files.errors import ChangedError, LoadCancelledError, LoadError, MovedError, WriteError
from convgui.files.lessons import load_lesson
from convgui.files.links import Link, linkable
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.documents.last_session import is_last
from convgui.qt.documents.saving import Job, Saver
from convgui.qt.widgets.actions import SEPARATOR, Act, Acts
from convgui.qt.widgets.file_dialogs import ask_where
from convgui.qt.widgets.plain_text import plain
from convgui.session.notes import notes_of
from convgui.session.opening import modified
from convgui.words import mark, tr

if TYPE_CHECKING:
    from convgui.qt.window.main_window import MainWindow

BLANK = "single-channel"
"""The lesson whose small grid and kernel a new document begins with."""
BUTTONS = QMessageBox.StandardButton
WAITING = "waiting for what is being saved"


@dataclass(frozen=True)
class Home:
    """What a document belongs to.

    Attributes
    ----------
    path : Path or None
        Its file; None while it has none.
    linked : bool
        Whether its input stays outside that.
    saved : Document or None
        What the file holds, or what is nobody's work yet; None where everything would be lost.
    """

    path: Path | None = None
    linked: bool = False
    saved: Document | None = None


class Filing(QObject):
    """The file of a window's document. Emits ``changed()`` when the file or the modified mark may be another.

    Says with ``saving(running)`` that something is being written.
    """

    changed = Signal()
    saving = Signal(bool)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._homes: dict[int, Home] = {window.session.origin: Home(saved=window.session.document)}
        # What follows when all is saved, and the document whose changes are given up then.
        self._afterwards: tuple[Callable[[], object], Document | None] | None = None
        self._use(Saver(_write, self))

    def _use(self, saver: Saver) -> None:
        self._saver = saver
        saver.busy.connect(self.saving)
        saver.saved.connect(self._on_saved)
        saver.failed.connect(self._on_failed)

    @property
    def home(self) -> Home:
        """What the present document belongs to."""
        return self._homes.get(self._window.session.origin, Home())

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
        """Whether something would be lost."""
        return modified(self._window.session.document, self.saved)

    @property
    def writing(self) -> bool:
        """Whether something is being saved, or waits for that."""
        return bool(self._saver.waiting)

    def unsaved(self) -> tuple[Document, Path | None, str] | None:
        """Return the document as it would be kept, its file and what that held; None if nothing would be lost."""
        return (self.present(), self.path, self.content) if self.modified else None

    @property
    def content(self) -> str:
        """What tells what the present document's file held when it was read or written here; "" if nobody knows."""
        return self._saver.content(self.path) if self.path is not None else ""

    def present(self) -> Document:
        """Return the document at the step that is shown."""
        document = self._window.session.document
        return document.looked_at(replace(document.view, step=self._window.presenter.player.target))

    def starting_acts(self) -> Acts:
        """Return what the File menu begins with."""
        return (
            Act("new", tr("&New"), lambda _: self.new(), "New"),
            Act("new-window", tr("New &window"), lambda _: self._window.another.emit(), "Ctrl+Shift+N"),
            SEPARATOR,
        )

    def saving_acts(self) -> Acts:
        """Return the part of the File menu that saves."""
        self._copies = QMenu(tr("Save a &copy"), self._window)
        embedded = self._copies.addAction(tr("With the input &inside…"))
        embedded.triggered.connect(lambda: self._save_copy(False))
        linked = self._copies.addAction(tr("With a &link to the input…"))
        linked.triggered.connect(lambda: self._save_copy(True))
        self._copies.aboutToShow.connect(lambda: linked.setEnabled(linkable(self._window.session.document.sample)))
        return (
            Act("save", tr("&Save"), lambda _: self.save(), "Save"),
            Act("save-as", tr("Save &as…"), lambda _: self.save_as(), "Ctrl+Shift+S"),
            self._copies,
        )

    def close(self) -> None:
        """Give up what waits to be written, and wait for what is being written."""
        self._saver.close()

    def stop(self) -> None:
        """Give up what is being saved, as far as that has not gone to the disk yet."""
        self._afterwards = None
        self._saver.stop()

    def inherit(self, other: Filing, change: Callable[[Document], Document]) -> None:
        """Take over from the filing of a window that this one goes on for, with what it is saving just now.

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
        self._homes[self._window.session.origin] = home
        self.changed.emit()

    def take(self, path: Path, kept: Kept) -> None:
        """Show a document that was opened, unless the user would rather keep the present one."""
        self.confirm(lambda: self.take_again(kept) if is_last(path) else self._take(path, kept))

    def take_again(self, kept: Kept) -> None:
        """Show what was open at the end, or the document's file where somebody has changed it since."""
        there = content_at(kept.of) if kept.of is not None else None
        if kept.of is not None and there is None:
            self.restore(kept)  # the file is gone: this is all there is
        elif kept.of is not None and kept.of_content not in ("", there):
            self._window.open_file(kept.of)
        else:
            self._window.begin(kept.document)
            self.clean(kept.document, kept.of, linked=kept.linked, content=kept.of_content)

    def _take(self, path: Path, kept: Kept) -> None:
        self._window.begin(kept.document)
        self.clean(kept.document, path.resolve(), linked=kept.linked, content=kept.content)
        self._remember(path.resolve())

    def restore(self, kept: Kept) -> None:
        """Show a document that was found after the program had died; it is not saved yet."""
        self._window.begin(kept.document)
        if kept.of is not None:
            self._saver.know(kept.of, kept.of_content)
        self._settle(Home(kept.of, kept.linked, None))

    def find(self, path: Path, error: MovedError) -> None:
        """Ask where the linked input of a document is now, and open the document with it."""
        window = self._window
        if is_last(path):
            window.banner.say(tr("What was open at the end cannot be brought back: {reason}.", reason=error.reason))
            return
        question = tr("{error}\nDo you want to look for it?", error=error)
        if QMessageBox.question(window, "convgui", plain(question)) != BUTTONS.Yes:
            window.banner.say(str(error))
            return
        name, _ = QFileDialog.getOpenFileName(window, tr("Where is {name}?", name=error.path.name))
        if name:
            window.opener.open(path, {error.path: Path(name)})

    def new(self) -> None:
        """Begin with a small grid and kernel."""
        self.confirm(self._new)

    def _new(self) -> None:
        document = replace(load_lesson(BLANK), lesson=None)
        self._window.begin(document)
        self.clean(document)
        self._window.welcome()

    def replace_input(self, document: Document, name: str, *, key: str | None = None) -> str:
        """Show a document that another input begins, as one undo step; it has no file, and notes are left behind.

        Returns
        -------
        str
            What to say about notes that were left in a file; "" if there were none.
        """
        home, untouched = self.home, self.path is None and not self.modified
        noted = bool(notes_of(self._window.session.document))
        self._window.session.replace(replace(document, lesson=None), name, key=key, anew=True)
        if untouched:
            self.clean(document)
        if not noted or home.path is None:
            return ""
        return tr("This is a new document; the notes are still in {name}.", name=home.path.name)

    def confirm_notes(self, then: Callable[[], object]) -> None:
        """Do something that leaves the notes behind, once they are saved, or the user does not want them."""
        lesson, saved = self._window.session.document.lesson, self.saved
        # A lesson with an id is in a file of its own: one that ships, or one of the user's list.
        if lesson is None or lesson.id or not lesson.captions or (saved is not None and lesson is saved.lesson):
            then()
        else:
            self.confirm(then)

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save in the document's file, or ask for one; `then` is called once it is saved."""
        origin = self._window.session.origin
        # A first save that is still being written has given the document its file already.
        first = next((job for job in reversed(self._saver.waiting) if job.origin == origin), None)
        if self.path is not None:
            self._write(self.path, self.home.linked, then, ours=True, known=True)
        elif first is not None:
            self._write(first.path, first.linked, then, ours=True, known=True)
        else:
            self.save_as(then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a file and save."""
        path = self._ask_where(tr("Save"))
        if path is not None:
            self._write(path, self.home.linked, then, ours=True)

    def _save_copy(self, linked: bool) -> None:
        path = self._ask_where(tr("Save a copy"))
        if path is not None:
            self._write(path, linked, None, ours=False)

    def _ask_where(self, title: str) -> Path | None:
        lesson, sample = self._window.session.document.lesson, self._window.session.document.sample
        name = lesson.title if lesson is not None else Path(sample.name).stem
        proposed = self.path or self._window.remembered.folder() / f"{_plain(name)}{ENDING}"
        return ask_where(self._window, title, proposed, (ENDING,), tr("convgui documents"))

    def _write(
        self, path: Path, linked: bool, then: Callable[[], object] | None, *, ours: bool, known: bool = False
    ) -> None:
        document, origin = self._window.session.document, self._window.session.origin
        self._saver.submit(Job(self.present(), document, path, linked, origin if ours else None, known, then))

    def _on_saved(self, job: Job, path: Path) -> None:
        self._window.banner.over(_about(job))
        self._window.banner.over(WAITING)
        if job.origin is not None and (job.origin in self._homes or job.origin == self._window.session.origin):
            self._homes[job.origin] = Home(path, job.linked, job.document)
            self._window.session.finish_gesture()
            self._remember(path)
            self.changed.emit()
        if job.then is not None:
            # There may have been edits while it was written.
            self.confirm(job.then)
        elif self._afterwards is not None and not self._saver.waiting:
            (then, discarded), self._afterwards = self._afterwards, None
            self.confirm(then, discarded)

    def _on_failed(self, job: Job, error: Exception) -> None:
        self._afterwards = None
        self._window.banner.over(WAITING)
        if isinstance(error, ChangedError):
            self._ask_about(job, error)
        elif isinstance(error, LoadCancelledError):
            self._window.banner.say(tr("Saving was stopped; {name} is as it was.", name=job.path.name), _about(job))
        elif isinstance(error, (WriteError, LoadError, MemoryError)):
            self._window.banner.say(in_words(error, "save"), _about(job))
        else:
            raise error

    def _ask_about(self, job: Job, error: ChangedError) -> None:
        """Ask about a file that somebody else has changed."""
        changed = mark("{name} has been changed by another window or program. Do you want to replace it?")
        removed = mark("{name} has been removed by another window or program. Do you want to write it again?")
        question = tr(changed if error.there else removed, name=job.path.name)
        text = f"{question}\n{tr('With Cancel nothing is written, and “Save as” keeps both.')}"
        answer = QMessageBox.question(
            self._window, "convgui", plain(text), BUTTONS.Save | BUTTONS.Cancel, BUTTONS.Cancel
        )
        if answer == BUTTONS.Save:
            self._saver.submit(replace(job, known=False))

    def _remember(self, path: Path) -> None:
        self._window.remembered.add_recent(str(path))
        self._window.commands.refresh_recent()

    def confirm(self, then: Callable[[], object], discarded: Document | None = None) -> None:
        """Do something that gives the present document up, once it is saved, or the user does not want it.

        Whatever is being saved, another document or a copy, is saved first.

        Parameters
        ----------
        discarded : Document, optional
            What the user does not want any more.
        """
        origin, document = self._window.session.origin, self._window.session.document
        given_up = document is discarded or not self.modified
        saving = any(job.origin == origin and not modified(document, job.document) for job in self._saver.waiting)
        if saving or (self._saver.waiting and given_up):
            self._afterwards = then, discarded
            self._window.banner.say(tr("The window waits for what is being saved; × below gives that up."), WAITING)
            return
        if given_up:
            then()
            return
        name = self.path.name if self.path is not None else tr("this document")
        answer = QMessageBox.question(
            self._window,
            "convgui",
            plain(tr("Do you want to save the changes to {name}?", name=name)),
            BUTTONS.Save | BUTTONS.Discard | BUTTONS.Cancel,
            BUTTONS.Save,
        )
        if answer == BUTTONS.Save:
            self.save(then)
        elif answer == BUTTONS.Discard:
            self.confirm(then, document)


def _write(document: Document, path: Path, links: Mapping[Sample, Link], expected: str | None) -> str:
    return write_document(document, path, links=links, expected=expected)


def _about(job: Job) -> str:
    """Return what tells sentences about a saving from others: those of one document, or of copies."""
    return f"saving {job.origin}" if job.origin is not None else "saving a copy"


def _plain(name: str) -> str:
    """Return a name without what file systems do not take."""
    return " ".join("".join(c if c.isalnum() or c in " -_." else " " for c in name).split())[:80] or "document"
