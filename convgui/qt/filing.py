"""Which file a window's document is in: new, open, save, and the question before anything unsaved would be lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from convgui.files.documents import ENDING, Kept, write_document
from convgui.files.errors import LoadError, MovedError, WriteError
from convgui.files.lessons import load_lesson
from convgui.files.links import Link, link_to, linkable
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.actions import SEPARATOR, Act, Acts
from convgui.qt.plain_text import plain
from convgui.qt.restoring import is_last
from convgui.qt.tasks import Answer, Latest
from convgui.session.notes import notes_of
from convgui.session.opening import modified
from convgui.words import tr

if TYPE_CHECKING:
    from convgui.qt.window import MainWindow

BLANK = "single-channel"
"""The lesson whose small grid and kernel a new document begins with."""


class Filing(QObject):
    """The file of a window's document. Emits ``changed()`` when the file or the modified mark may be another."""

    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.path: Path | None = None
        self.linked = False
        self.saved: Document | None = window.session.document
        self._then: Callable[[], object] | None = None
        self._writing: tuple[Document, Path, bool] | None = None
        self._latest = Latest(self)
        self._latest.answered.connect(self._on_written)

    @property
    def modified(self) -> bool:
        """Whether something would be lost."""
        return modified(self._window.session.document, self.saved)

    def unsaved(self) -> tuple[Document, Path | None] | None:
        """Return the document as it would be kept, with its file; None if nothing would be lost."""
        return (self.present(), self.path) if self.modified else None

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
        """Wait for what is being written."""
        self._latest.close()

    def clean(self, document: Document, path: Path | None = None, *, linked: bool = False) -> None:
        """Take note that a document is what its file holds, or that it is nobody's work yet."""
        self.saved, self.path, self.linked = document, path, linked
        self.changed.emit()

    def take(self, path: Path, kept: Kept) -> None:
        """Show a document that was opened, unless the user would rather keep the present one."""
        self.confirm(lambda: self._take_again(kept) if is_last(path) else self._take(path, kept))

    def _take_again(self, kept: Kept) -> None:
        """Show what was open at the end of the last time; it is in no file of the user's."""
        self._window.begin(kept.document)
        self.clean(kept.document, kept.of)

    def _take(self, path: Path, kept: Kept) -> None:
        self._window.begin(kept.document)
        self.clean(kept.document, path.resolve(), linked=kept.linked)
        self._remember(path.resolve())

    def restore(self, kept: Kept) -> None:
        """Show a document that was found after the program had died; it is not saved yet."""
        self._window.begin(kept.document)
        self.saved, self.path, self.linked = None, kept.of, kept.linked
        self.changed.emit()

    def find(self, path: Path, error: MovedError) -> None:
        """Ask where the linked input of a document is now, and open the document with it."""
        window = self._window
        if is_last(path):
            return  # as good as a first start
        question = tr("{error}\nDo you want to look for it?", error=error)
        if QMessageBox.question(window, "convgui", plain(question)) != QMessageBox.StandardButton.Yes:
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

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save in the document's file, or ask for one; `then` is called once it is saved."""
        if self.path is None:
            self.save_as(then)
        else:
            self._write(self.path, self.linked, then, ours=True)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a file and save."""
        path = self._ask_where(tr("Save"))
        if path is not None:
            self._write(path, self.linked, then, ours=True)

    def _save_copy(self, linked: bool) -> None:
        path = self._ask_where(tr("Save a copy"))
        if path is not None:
            self._write(path, linked, None, ours=False)

    def _ask_where(self, title: str) -> Path | None:
        lesson, sample = self._window.session.document.lesson, self._window.session.document.sample
        name = lesson.title if lesson is not None else Path(sample.name).stem
        folder = self.path.parent if self.path is not None else Path()
        suggested = self.path or folder / f"{_plain(name)}{ENDING}"
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, title, str(suggested), f"{tr('convgui documents')} (*{ENDING})"
        )
        if not chosen:
            return None
        return Path(chosen) if Path(chosen).suffix.lower() == ENDING else Path(f"{chosen}{ENDING}")

    def _write(self, path: Path, linked: bool, then: Callable[[], object] | None, *, ours: bool) -> None:
        document = self.present()
        self._then = then
        self._writing = (self._window.session.document, path, linked) if ours else None
        self._window.status.show_busy(True)

        def work(_: Callable[[], bool]) -> None:
            write_document(document, path, links=_links(document) if linked else {})

        self._latest.submit(work)

    def _on_written(self, answer: Answer) -> None:
        self._window.status.show_busy(False)
        then, self._then = self._then, None
        writing, self._writing = self._writing, None
        if isinstance(answer.error, (WriteError, LoadError)):
            self._window.banner.say(str(answer.error))
        elif answer.error is not None:
            raise answer.error
        else:
            if writing is not None:
                self.clean(writing[0], writing[1].resolve(), linked=writing[2])
                self._remember(writing[1].resolve())
            if then is not None:
                then()

    def _remember(self, path: Path) -> None:
        self._window.remembered.add_recent(str(path))
        self._window.commands.refresh_recent()

    def confirm(self, then: Callable[[], object]) -> None:
        """Do something that gives the present document up, once it is saved, or the user does not want it."""
        if not self.modified:
            then()
            return
        buttons = QMessageBox.StandardButton
        name = self.path.name if self.path is not None else tr("this document")
        answer = QMessageBox.question(
            self._window,
            "convgui",
            plain(tr("Do you want to save the changes to {name}?", name=name)),
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        if answer == buttons.Save:
            self.save(then)
        elif answer == buttons.Discard:
            then()


def _links(document: Document) -> dict[Sample, Link]:
    """Return links to the inputs that stand in files of their own."""
    samples = {document.sample, *(note.state.sample for note in notes_of(document) if note.state is not None)}
    return {sample: link_to(sample) for sample in samples if linkable(sample)}


def _plain(name: str) -> str:
    """Return a name without what file systems do not take."""
    return " ".join("".join(c if c.isalnum() or c in " -_." else " " for c in name).split())[:80] or "document"
