"""The panel beside the stage in which notes are written: its parts, and nothing that they do."""

from __future__ import annotations

from PySide6.QtCore import Qt
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

from convgui.qt.widgets.dialog import Dialog, with_icon
from convgui.qt.widgets.fonts import CHINESE, SANS
from convgui.qt.widgets.plain_text import PlainLabel
from convgui.words import tr

ICONS = ("add", "ok", "discard", "up", "down", "save", "copy")
"""Of the buttons, in their order."""


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
            (tr("&Make it mine"), tr("Somebody else wrote this lesson: a copy of yours can be changed")),
        )
        buttons = [QPushButton(name) for name, _ in names]
        for button, (_, tip) in zip(buttons, names, strict=True):
            button.setToolTip(tip)
            button.setAutoDefault(False)
        for button, drawn in zip(buttons, ICONS, strict=True):
            with_icon(button, drawn)
        self.add, self.take, self.delete, self.up, self.down, self.publish, self.mine = buttons
        self.template = with_icon(QPushButton(tr("&From a template")), "page")
        self.template.setAutoDefault(False)
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
        grid.addWidget(self.template, 1, 0)
        grid.addWidget(self.publish, 1, 1)
        grid.addWidget(self.mine, 2, 0, 1, 2)
        column.addLayout(grid)
