"""The panel in which a teacher writes a lesson: notes, each with the state of the document it is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from convgui.files.errors import LoadError, WriteError
from convgui.files.own_lessons import add_to_lessons, lesson_path
from convgui.qt.context import Context
from convgui.qt.lessons.caption_bar import CaptionBar
from convgui.qt.widgets.actions import SEPARATOR, Act, Acts
from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.file_dialogs import ask_to_replace
from convgui.qt.widgets.fonts import CHINESE, SANS
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.session import notes as edit
from convgui.session.notes import note_here, notes_of
from convgui.words import tr


class NotesPanel(Dialog):
    """A window beside the stage; it stays open while the teacher works."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Notes"))
        self.resize(380, 520)
        self.title = QLineEdit()
        self.title.setAccessibleName(tr("Title of the lesson"))
        self.title.setPlaceholderText(tr("What the lesson is called"))
        self.list = QListWidget()
        self.list.setObjectName("stack")
        self.list.setAccessibleName(tr("Notes"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text = QPlainTextEdit()
        # Words, where other fields of this kind hold numbers.
        self.text.setStyleSheet(f'font-family: "{SANS}", "{CHINESE}";')
        self.text.setAccessibleName(tr("Text of the note"))
        self.text.setPlaceholderText(tr("One or two sentences about what the picture shows now."))
        self.text.setFixedHeight(96)
        self.predict = QCheckBox(tr("Hide the number of this step until it is predicted"))
        self.where = PlainLabel()
        self.where.setObjectName("small")
        self.where.setWordWrap(True)
        names = (
            (tr("&Add note here"), tr("A note about what the window shows now")),
            (tr("&Take this state"), tr("The chosen note is about what the window shows now")),
            (tr("&Delete"), ""),
            (tr("&Up"), ""),
            (tr("Do&wn"), ""),
            (tr("Add to my &lessons"), tr("List this document among the lessons")),
        )
        buttons = [QPushButton(name) for name, _ in names]
        for button, (_, tip) in zip(buttons, names, strict=True):
            button.setToolTip(tip)
            button.setAutoDefault(False)
        self.add, self.take, self.delete, self.up, self.down, self.publish = buttons
        self._arrange()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(9)
        for words, widget in ((tr("Lesson"), self.title), (tr("Notes"), self.list)):
            label = PlainLabel(words)
            label.setObjectName("section")
            column.addWidget(label)
            column.addWidget(widget)
        row = QHBoxLayout()
        for button in (self.up, self.down, self.delete):
            row.addWidget(button)
        column.addLayout(row)
        for part in (self.text, self.predict, self.where):
            column.addWidget(part)
        grid = QGridLayout()
        grid.addWidget(self.add, 0, 0)
        grid.addWidget(self.take, 0, 1)
        grid.addWidget(self.publish, 1, 0, 1, 2)
        column.addLayout(grid)


class Notes(QObject):
    """What the Notes menu does, and the panel once it is opened. Every change is an undo step.

    Emits ``asked()`` when the words may ask for another prediction, and ``published()`` when there is another lesson.
    """

    asked = Signal()
    published = Signal()

    def __init__(self, context: Context, caption: CaptionBar) -> None:
        super().__init__(context.window)
        self._context, self._session, self._caption = context, context.session, caption
        self.panel: NotesPanel | None = None
        self._published: set[Path] = set()
        self._quiet = False

    def acts(self) -> Acts:
        """Return the Notes menu."""
        return (
            Act("notes", tr("&Write notes…"), lambda _: self.open(), "F8"),
            Act("add-note", tr("&Add note here"), lambda _: self.add(), "Ctrl+M"),
            SEPARATOR,
            Act("add-lesson", tr("Add to my &lessons"), lambda _: self.publish()),
        )

    def open(self) -> NotesPanel:
        """Show the panel."""
        if self.panel is None:
            self.panel = panel = NotesPanel(self._context.window)
            # Who writes a note saves and undoes as in the window beside it.
            panel.addActions([a for a in self._context.window.actions() if a.objectName() != "close"])
            panel.add.clicked.connect(self.add)
            panel.take.clicked.connect(self._on_take)
            panel.delete.clicked.connect(self._on_delete)
            panel.up.clicked.connect(lambda: self._move(-1))
            panel.down.clicked.connect(lambda: self._move(1))
            panel.publish.clicked.connect(self.publish)
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
        index = self._index() + 1 if notes_of(document) else 0
        note = note_here(document, tr("What do you see here?"), self._step())
        self._session.replace(edit.add_note(document, note, index), tr("Add note"))
        panel = self.open()
        self._choose(index)
        panel.text.selectAll()
        panel.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def publish(self) -> None:
        """List the document among the user's lessons."""
        lesson = self._session.document.lesson
        path = lesson_path(lesson.title) if lesson is not None else None
        # What this window has put there itself it may put there again.
        if (
            path is not None
            and path not in self._published
            and path.exists()
            and not ask_to_replace(self._context.window, path)
        ):
            return
        try:
            path = add_to_lessons(self._context.present())
            self._published.add(path)
        except (LoadError, WriteError) as error:
            self._context.banner.say(str(error))
            return
        self.published.emit()
        if self.panel is not None:
            self.panel.where.setText(tr("“{stem}” is among your lessons now.", stem=path.stem))

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
        for widget in (panel.text, panel.predict, panel.take, panel.delete, panel.up, panel.down, panel.publish):
            widget.setEnabled(note is not None)
        panel.up.setEnabled(index > 0)
        panel.down.setEnabled(0 <= index < len(notes) - 1)
        if note is None:
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
        """Go to a note in the window, and show it in the panel."""
        self._caption.go(index)
        self.refresh()

    def _on_row(self, row: int) -> None:
        if not self._quiet and row >= 0:
            self._choose(row)

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
        note = replace(notes[index], text=str(value)) if field == "text" else replace(notes[index], predict=bool(value))
        changed = edit.change_note(session.document, index, note)
        session.replace(changed, name, key=f"note {field} {index}")

    def _on_take(self) -> None:
        document, index = self._session.document, self._index()
        note = notes_of(document)[index]
        taken = note_here(document, note.text, self._step(), predict=note.predict)
        self._session.replace(edit.change_note(document, index, taken), tr("Take this state"))
        self.asked.emit()

    def _on_delete(self) -> None:
        self._session.replace(edit.remove_note(self._session.document, self._index()), tr("Delete note"))

    def _move(self, by: int) -> None:
        index = self._index()
        self._session.replace(edit.move_note(self._session.document, index, by), tr("Move note"))
        self._choose(index + by)

    def _on_title(self, title: str) -> None:
        document = self._session.document
        self._session.replace(edit.with_title(document, title), tr("Name the lesson"), key="title")
