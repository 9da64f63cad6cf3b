"""Leafing through the pictures of a folder under the same layers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from convgui.files.folder import FolderPosition, NextPicture, is_folder_picture, position_in_folder
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.context import Context
from convgui.qt.documents.document_file import DocumentFile
from convgui.qt.documents.opening import Opener
from convgui.qt.worker import Answer, LatestOnlyWorker
from convgui.scenes import fitting
from convgui.session import edits
from convgui.words import tr

LEAFING = "leafing through a folder"
"""What its sentences are about, for the banner: they hold until there is another picture."""


class FolderPictures(QObject):
    """Turns to the next or the previous picture, and says where it is.

    Emits ``placed(text)``, which is empty where the input is no picture of a folder.

    Attributes
    ----------
    quiet : bool
        Whether it says nothing: in a lecture, where a picture stays when there is no next one.
    """

    placed = Signal(str)

    def __init__(self, context: Context, opener: Opener, file: DocumentFile) -> None:
        super().__init__(opener)
        self._session, self._banner = context.session, context.banner
        self._opener, self._file = opener, file
        self.quiet = False
        self._arriving = False
        self._finder = LatestOnlyWorker(self)
        self._finder.answered.connect(self._on_found)
        opener.leafed.connect(self._on_leafed)
        self._session.listen(self._on_changed)

    def turn(self, way: int) -> None:
        """Go to the next picture (1) or the previous one (-1)."""
        source = self._session.document.sample.source
        if is_folder_picture(source):
            self._opener.leaf(Path(source), way)
        else:
            self._say(tr("Open a picture from a folder first; Page Up and Page Down then leaf through it."))

    def open(self, folder: Path) -> None:
        """Open the first picture of a folder."""
        self._opener.leaf(folder, 1)

    def _on_leafed(self, leaf: NextPicture) -> None:
        if leaf.sample is None:
            self._say(_nothing_left(leaf))
            return
        sample = leaf.sample
        self._file.confirm_notes(lambda: self._show(sample, skipped(leaf)))

    def _show(self, sample: Sample, said: str) -> None:
        document = edits.with_next_picture(self._session.document, sample)
        document = document.with_view(replace(document.view, scene=fitting(document).id))
        # Leafing on is one undo step: it leads back to the picture that the leafing began at.
        left = self._file.replace_input(document, tr("Open {name}", name=sample.name), key="leaf")
        self._say(" ".join(words for words in (left, said) if words))

    def _on_changed(self, old: Document, new: Document) -> None:
        if old.sample is not new.sample:
            self._banner.over(LEAFING)
            self._place(new.sample)

    def _place(self, sample: Sample) -> None:
        position = self._opener.position
        known = position is not None and sample.source == str(position.path)
        self.placed.emit(position.text if position is not None and known else "")
        if not known and is_folder_picture(sample.source):
            # Undo, or a copy that was kept, brings it back without opening it.
            path = Path(sample.source)
            self._finder.submit(lambda _: position_in_folder(path))

    def _on_found(self, answer: Answer) -> None:
        if answer.error is not None:
            raise answer.error
        position: FolderPosition | None = answer.result
        if position is not None and str(position.path) == self._session.document.sample.source:
            self.placed.emit(position.text)

    def close(self) -> None:
        """Wait for what is being looked up."""
        self._finder.close()

    def _say(self, sentence: str) -> None:
        if self.quiet:
            sentence = ""
        self._banner.over(LEAFING)
        if sentence:
            self._banner.say(sentence, LEAFING)


def skipped(leaf: NextPicture) -> str:
    """Say in one sentence which files were passed over; empty if none was."""
    if not leaf.skipped:
        return ""
    if len(leaf.skipped) == 1:
        return tr("Skipped: {skipped}", skipped=leaf.skipped[0])
    return tr("{n} files were skipped; the first: {skipped}", n=len(leaf.skipped), skipped=leaf.skipped[0])


def _nothing_left(leaf: NextPicture) -> str:
    position = leaf.position
    if position is None:
        said = tr("There is no picture in this folder that can be opened.")
    elif position.number == 1 and position.count == 1:
        said = tr("{name} is the only picture of its folder.", name=position.path.name)
    else:
        name, last = position.path.name, leaf.way > 0
        if leaf.skipped and last:
            said = tr("{name} is the last picture of its folder that can be opened.", name=name)
        elif leaf.skipped:
            said = tr("{name} is the first picture of its folder that can be opened.", name=name)
        elif last:
            said = tr("{name} is the last picture of its folder.", name=name)
        else:
            said = tr("{name} is the first picture of its folder.", name=name)
    return f"{said} {skipped(leaf)}".strip()
