"""A teacher writes a lesson: notes, each with the state of the document it is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu

from convgui.files.author import is_foreign
from convgui.files.errors import LoadError, WriteError
from convgui.files.own_lessons import PREFIX, add_to_lessons, lesson_path
from convgui.files.regular import is_there
from convgui.qt.context import Context
from convgui.qt.lessons.caption_bar import CaptionBar
from convgui.qt.lessons.notes_panel import NotesPanel
from convgui.qt.widgets.actions import SEPARATOR, Act, Acts
from convgui.qt.widgets.file_dialogs import ask_to_replace
from convgui.session import notes as edit
from convgui.session.notes import TEMPLATES, Template, note_here, notes_of
from convgui.session.walking import caption_document
from convgui.words import tr

WRITING = "another's lesson"


def foreign_words() -> str:
    """Say why a lesson cannot be changed, and how it can."""
    return tr("Somebody else wrote this lesson: Notes, “Make it mine” makes a copy that you can change.")


class Notes(QObject):
    """What the Notes menu does, and the panel once it is opened. Every change is an undo step.

    Emits ``asked()`` when the words may ask for another prediction, ``turned(way)`` to go to the next or previous
    note, ``published(id)`` when there is another lesson, and what has been ``said(sentence)``.
    """

    asked = Signal()
    turned = Signal(int)
    published = Signal(str)
    said = Signal(str)

    def __init__(self, context: Context, caption: CaptionBar) -> None:
        super().__init__(context.window)
        self._context, self._session, self._caption = context, context.session, caption
        self.panel: NotesPanel | None = None
        self._published: set[Path] = set()
        self._quiet = False
        caption.told.connect(self._on_told)
        self.templates = QMenu(tr("&From a template"), context.window)
        for template in TEMPLATES:
            action = self.templates.addAction(tr(template.title))
            action.triggered.connect(lambda _=False, template=template: self._use_template(template))

    def acts(self) -> Acts:
        """Return the Notes menu."""
        return (
            Act("notes", tr("&Write notes…"), lambda _: self.open(), "F8"),
            Act("add-note", tr("&Add note here"), lambda _: self.add(), "Ctrl+M"),
            self.templates,
            SEPARATOR,
            Act("next-note", tr("&Next note"), lambda _: self.turned.emit(1), "Ctrl+PgDown"),
            Act("previous-note", tr("&Previous note"), lambda _: self.turned.emit(-1), "Ctrl+PgUp"),
            SEPARATOR,
            Act("make-mine", tr("&Make it mine"), lambda _: self.make_mine()),
            Act("add-lesson", tr("Add to my &lessons"), lambda _: self.publish()),
        )

    def open(self) -> NotesPanel:
        """Show the panel."""
        if self.panel is None:
            self.panel = panel = NotesPanel(self._context.window)
            # Who writes a note saves and undoes as in the window beside it.
            panel.take_commands(self._context.window)
            panel.add.clicked.connect(self.add)
            panel.take.clicked.connect(self._on_take)
            panel.delete.clicked.connect(self._on_delete)
            panel.up.clicked.connect(lambda: self._move(-1))
            panel.down.clicked.connect(lambda: self._move(1))
            panel.publish.clicked.connect(self.publish)
            panel.mine.clicked.connect(self.make_mine)
            panel.template.setMenu(self.templates)
            panel.list.currentRowChanged.connect(self._on_row)
            panel.text.textChanged.connect(self._on_text)
            panel.predict.clicked.connect(self._on_predict)
            panel.title.textEdited.connect(self._on_title)
            panel.title.editingFinished.connect(self._session.finish_gesture)
        self.refresh()
        self.panel.show()
        self.panel.activateWindow()
        return self.panel

    def go_on_for(self, other: Notes) -> None:
        """Show the panel as another window shows it, with the cursor where it was."""
        self._published = other._published
        theirs = other.panel
        if theirs is None or not theirs.isVisible():
            return
        ours, at, in_front = self.open(), theirs.text.textCursor(), theirs.isActiveWindow()
        ours.setGeometry(theirs.geometry())
        cursor = ours.text.textCursor()
        cursor.setPosition(at.anchor())
        cursor.setPosition(at.position(), QTextCursor.MoveMode.KeepAnchor)
        ours.text.setTextCursor(cursor)
        if theirs.text.hasFocus() or (in_front and theirs.focusWidget() is theirs.text):
            ours.text.setFocus(Qt.FocusReason.OtherFocusReason)
        if not in_front:
            self._context.window.activateWindow()

    def add(self) -> None:
        """Add a note about what the window shows, behind the chosen one."""
        document = self._session.document
        if not self._may_write():
            return
        index = self._index() + 1 if notes_of(document) else 0
        note = note_here(document, tr("What do you see here?"), self._step())
        self._session.replace(edit.add_note(document, note, index), tr("Add note"))
        panel = self.open()
        self._choose(index)
        panel.text.selectAll()
        panel.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _use_template(self, template: Template) -> None:
        """Add notes that are mostly written, behind the chosen one."""
        if not self._may_write():
            return
        document, player = self._session.document, self._context.presenter.player
        index = self._index() + 1 if notes_of(document) else 0
        changed = edit.from_template(document, template, index, player.target, max(player.steps, 1))
        self._session.replace(changed, tr(template.title))
        panel = self.open()
        self._choose(index)
        panel.text.selectAll()
        panel.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _may_write(self) -> bool:
        """Tell whether the lesson is the user's own; if it is another's, say what to do."""
        foreign = is_foreign(self._session.document.lesson)
        self._context.banner.say(foreign_words() if foreign else "", WRITING)
        return not foreign

    def make_mine(self) -> None:
        """Go on with a copy of another's lesson that is the user's own; it has no file yet."""
        document = self._session.document
        if is_foreign(document.lesson):
            self._context.banner.over(WRITING)
            self._session.replace(edit.make_mine(document), tr("Make it mine"), anew=True)
            self.refresh()

    def publish(self) -> None:
        """List the document among the user's lessons."""
        lesson = self._session.document.lesson
        path = lesson_path(lesson.title) if lesson is not None else None
        # What this window has put there itself it may put there again.
        if (
            path is not None
            and path not in self._published
            and is_there(path)
            and not ask_to_replace(self._context.window, path)
        ):
            return
        try:
            document = self._context.present()
            path = add_to_lessons(edit.kept_by_note(document, self._index()) if notes_of(document) else document)
            self._published.add(path)
        except (LoadError, WriteError) as error:
            self._context.banner.say(str(error))
            return
        self.published.emit(f"{PREFIX}{path.stem}")
        words = tr("“{stem}” is among your lessons now: at the end of the list (F9), under My lessons.", stem=path.stem)
        self.said.emit(words)
        if self.panel is not None:
            self.panel.where.setText(words)

    def refresh(self) -> None:
        """Show the document's notes; nothing is changed."""
        panel = self.panel
        if panel is None:
            return
        self._quiet = True
        document = self._session.document
        notes = notes_of(document)
        title = document.lesson.title if document.lesson is not None else ""
        if panel.title.text() != title:
            panel.title.setText(title)
        row = min(self._index(), len(notes) - 1)
        texts = [f"{i + 1}  {note.text.splitlines()[0] if note.text else '…'}" for i, note in enumerate(notes)]
        panel.list.clear()
        panel.list.addItems(texts)
        panel.list.setCurrentRow(row)
        self._show_note()
        self._quiet = False

    def _on_told(self) -> None:
        """Show the note that the window has come to, whatever led there."""
        if self.panel is not None and not self._quiet and self.panel.list.currentRow() != self._index():
            self.refresh()

    def _show_note(self) -> None:
        panel = self.panel
        assert panel is not None
        notes, index = notes_of(self._session.document), self._index()
        note = notes[index] if 0 <= index < len(notes) else None
        if note is not None and panel.text.toPlainText() != note.text:
            panel.text.setPlainText(note.text)
        if note is None:
            panel.text.clear()
        panel.predict.setChecked(note is not None and note.predict)
        foreign = is_foreign(self._session.document.lesson)
        for widget in (panel.predict, panel.take, panel.delete, panel.publish):
            widget.setEnabled(note is not None and not foreign)
        panel.text.setEnabled(note is not None)
        for field in (panel.text, panel.title):
            field.setReadOnly(foreign)
        for widget in (panel.add, panel.template):
            widget.setEnabled(not foreign)
        panel.mine.setVisible(foreign)
        panel.up.setEnabled(index > 0 and not foreign)
        panel.down.setEnabled(0 <= index < len(notes) - 1 and not foreign)
        if foreign:
            panel.where.setText(foreign_words())
        elif note is None:
            panel.where.setText(tr("Go to the step that you want to write about, and add a note."))
        elif note.step < 0:
            panel.where.setText(tr("About the last step."))
        else:
            panel.where.setText(tr("About step {step}.", step=note.step))

    def _index(self) -> int:
        return self._caption.index

    def _step(self) -> int:
        return self._context.presenter.player.target

    def _choose(self, index: int) -> None:
        """Go to a note in the window, and show it in the panel; what is shown belongs to no other."""
        self._caption.arrive(index)
        self.refresh()

    def _on_row(self, row: int) -> None:
        if not self._quiet and row >= 0:
            self._caption.go(row)
            self.refresh()

    def _on_text(self) -> None:
        self._change("text", tr("Edit note"))

    def _on_predict(self) -> None:
        self._change("predict", tr("Hide a number"))
        self.asked.emit()

    def _change(self, field: str, name: str) -> None:
        panel, session = self.panel, self._session
        notes, index = notes_of(session.document), self._index()
        if self._quiet or panel is None or not 0 <= index < len(notes):
            return
        value: str | bool = panel.text.toPlainText() if field == "text" else panel.predict.isChecked()
        if getattr(notes[index], field) == value:
            return
        note = replace(notes[index], predict=bool(value))
        if field == "text":
            note = replace(notes[index], text=str(value), words="own")
        changed = edit.change_note(session.document, index, note)
        session.replace(changed, name, key=f"note {field} {index}")

    def _on_take(self) -> None:
        document, index = self._session.document, self._index()
        note = notes_of(document)[index]
        taken = note_here(document, note.text, self._step(), predict=note.predict)
        self._session.replace(edit.change_note(document, index, taken), tr("Take this state"))
        self.asked.emit()

    def _on_delete(self) -> None:
        left = edit.remove_note(self._session.document, self._index())
        index = min(self._index(), len(notes_of(left)) - 1)
        # What is shown belonged to the note that goes: another would keep it for a change of its own.
        about = caption_document(left, index) if index >= 0 else left
        self._session.look(step=self._step())
        self._session.replace(about, tr("Delete note"), looked=True)
        if index >= 0:
            self._choose(index)

    def _move(self, by: int) -> None:
        index = self._index()
        document = edit.kept_by_note(self._context.present(), index)
        self._session.replace(edit.move_note(document, index, by), tr("Move note"))
        self._choose(index + by)

    def _on_title(self, title: str) -> None:
        document = self._session.document
        self._session.replace(edit.with_title(document, title), tr("Name the lesson"), key="title")
