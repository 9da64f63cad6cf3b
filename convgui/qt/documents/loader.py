"""What a window begins with: lessons, files and other inputs, after the question about what would be lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox
from shiboken6 import isValid

from convgui.files.errors import LoadError
from convgui.files.own_lessons import open_lesson
from convgui.model.document import Document
from convgui.model.sample import Sample
from convgui.qt.context import Context
from convgui.qt.dialogs.axes_dialog import AxesDialog
from convgui.qt.documents.document_file import COPIES, DocumentFile
from convgui.qt.documents.opening import AxesQuestion, Opener, Question
from convgui.qt.faults import each_in_turn
from convgui.qt.widgets.banner import TRIED
from convgui.qt.widgets.plain_text import plain
from convgui.session import edits
from convgui.session.notes import is_own
from convgui.session.opening import open_lesson_file, with_first_view
from convgui.session.walking import caption_document, with_lesson_start
from convgui.words import tr

HELPED = "what help replaced"


class Loader(QObject):
    """Shows lessons, files and inputs. Emits ``begun(document)`` once one is shown."""

    begun = Signal(object)

    def __init__(self, context: Context, opener: Opener, file: DocumentFile) -> None:
        super().__init__(context.window)
        self._context, self._session, self._banner = context, context.session, context.banner
        self._opener, self._file = opener, file
        context.session.listen(self._on_changed)
        file.begun.connect(self.begun)
        opener.opened.connect(self.use_sample)
        opener.failed.connect(lambda sentence: self._banner.say(sentence, TRIED))
        opener.asked.connect(self._on_asked)

    def open_lesson(self, identity: str) -> None:
        """Open a lesson, as one undo step."""
        try:
            document = open_lesson(identity)
        except LoadError as error:
            self._banner.say(str(error))
        else:
            self._show_lesson(document)

    def explain(self, identity: str) -> None:
        """Open a lesson as help, which asks nothing: undo brings back what was there."""
        try:
            document = open_lesson(identity)
        except LoadError as error:
            self._banner.say(str(error))
            return
        modified = self._file.modified
        self._replace_by_lesson(document, unasked=modified)
        if modified:
            self._banner.say(tr("Undo (Ctrl+Z) brings back what you were working on."), HELPED)

    def _on_changed(self, old: Document, new: Document) -> None:
        if old.lesson is not new.lesson:
            self._banner.over(HELPED)

    def open_file(self, path: Path) -> None:
        """Open a file: as input or document in the background, or a lesson that somebody wrote."""
        self._banner.over(TRIED)
        self._banner.say("")
        if path.suffix != ".json":
            self._opener.open(path)
            return
        try:
            # It is a few kilobytes of text.
            document = open_lesson_file(path)
        except LoadError as error:
            self._banner.say(str(error))
        else:
            self._show_lesson(document)

    def open_weights(self, path: Path) -> None:
        """Open a file of trained weights, also one of arrays alone."""
        self._banner.over(TRIED)
        self._banner.say("")
        self._opener.open(path, weights=True)

    def _show_lesson(self, document: Document) -> None:
        """Show a lesson; who has tried something in another one is not asked, who has work of his own is."""
        lesson, filed = self._session.document.lesson, self._file.path is not None
        if not filed and lesson is not None and lesson.id and not is_own(lesson, filed=False):
            self._replace_by_lesson(document)
        else:
            self._file.confirm(lambda: self._replace_by_lesson(document), for_good=False)

    def _replace_by_lesson(self, document: Document, *, unasked: bool = False) -> None:
        self._banner.clear(but=COPIES)
        document = with_lesson_start(document, listed=True)
        if document.lesson is not None and document.lesson.captions:
            # Its first words may be about other layers than the lesson as a whole.
            document = caption_document(document, 0)
        # So that undo comes back to the step that is left now.
        self._session.look(step=self._context.presenter.player.target)
        name = tr("Open lesson")
        each_in_turn(lambda: self._session.replace(document, name, anew=True, looked=True, unasked=unasked))
        # What was there before can be had back by undo; the lesson itself is nobody's unsaved work.
        self._file.clean(document)
        self.begun.emit(document)

    def use_sample(self, sample: Sample) -> None:
        """Put another input under the layer, as one undo step; who has unsaved notes is asked first."""
        self._file.confirm_notes(lambda: self._use_sample(sample))

    def _use_sample(self, sample: Sample) -> None:
        document = with_first_view(edits.with_sample(self._session.document, sample))
        if sample.source and not sample.source.startswith("sample:"):
            self._file.remember(sample.source)
        self._context.presenter.expect(document.view.step)
        left = self._file.replace_input(document, tr("Open {name}", name=sample.name))
        self._banner.say(left)
        self.begun.emit(document)

    def _on_asked(self, question: Question | AxesQuestion) -> None:
        if isinstance(question, Question):
            answer = QMessageBox.question(self._context.window, "convgui", plain(question.text))
            question.answer(answer == QMessageBox.StandardButton.Yes)
            return
        dialog = AxesDialog(question.axes, self._context.window)
        question.answer(dialog.selection if dialog.exec() else None)
        # The window may be gone by now, and its dialogs with it.
        if isValid(dialog):
            dialog.deleteLater()
