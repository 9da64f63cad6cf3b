"""All shortcuts in one window."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontMetrics
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from convgui.qt.widgets.dialog import Dialog
from convgui.qt.widgets.plain_text import PlainLabel, read_menu
from convgui.words import mark, tr

WORDS, KEYS, LEAST = 28, 22, 18
"""Characters of a line about a shortcut and of its keys at most; where the window is narrow, of the former at least."""
AIR = 200
"""Pixels between and around the columns of shortcuts."""

HANDS = (
    (mark("Space"), mark("Play or pause")),
    ("← →", mark("One step back or forward")),
    (mark("Home, End"), mark("First or last step")),
    (mark("Page Down, Page Up"), mark("Next, previous note; without notes, picture in the folder")),
    (mark("Esc"), mark("Let go of a pinned cell; end a lecture")),
    (mark("Page Down, Page Up, B"), mark("In a lecture: next, previous sentence; a black screen until any key")),
    ("R", mark("Reveal a number that a note hides")),
    (mark("Arrows, Tab, digits"), mark("Walk the kernel and type weights")),
    (mark("Alt+arrows, Enter, F2"), mark("Point at the next cell, pin it, type its value")),
    (mark("Hover"), mark("Light what belongs together; playing waits meanwhile")),
    (mark("Click"), mark("Pin a cell; on a picture, look inside a pixel")),
    (mark("Double click"), mark("Type a weight or an input value")),
    (mark("Drag a weight, or wheel"), mark("Change it up or down")),
    (mark("Drag a volume, Shift+arrows"), mark("Turn it")),
    (mark("Wheel on a slice"), mark("Leaf through the slices; Page Up, Page Down in a kernel")),
    (mark("Wheel on a picture or grid"), mark("Zoom; move by the overview, the right button or Shift+arrows")),
    ("?", mark("These shortcuts")),
)
"""What keys and hands do without a menu."""


def shortcuts(actions: Iterable[QAction]) -> list[tuple[str, str]]:
    """Return the keys of every action that has some, with its title."""
    return [
        (", ".join(key.toString(key.SequenceFormat.NativeText) for key in action.shortcuts()), read_menu(action.text()))
        for action in actions
        if action.shortcuts()
    ]


def show_shortcuts(parent: QWidget, actions: Iterable[QAction]) -> None:
    """Show all shortcuts until they are dismissed: what hands do on the left, the menus' on the right."""
    dialog = Dialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setObjectName("shortcuts")
    dialog.setWindowTitle(tr("Shortcuts"))
    inside = QWidget()
    inside.setObjectName("body")
    across = QHBoxLayout(inside)
    across.setContentsMargins(22, 18, 22, 18)
    across.setSpacing(36)
    dialog.ensurePolished()
    listed = shortcuts(actions)
    half = (len(listed) + 1) // 2
    stage_input = [(tr(keys), tr(words)) for keys, words in HANDS]
    one = QFontMetrics(dialog.font()).averageCharWidth()
    columns = [stage_input, listed[:half], listed[half:]]
    # Where three columns are wider than the window, the menus' keys stand in one.
    if sum(min(KEYS * one, _widest(column)) + LEAST * one for column in columns) + AIR > parent.width():
        columns = [stage_input, listed]
    taken = sum(min(KEYS * one, _widest(column)) for column in columns)
    wide = min(WORDS * one, max(LEAST * one, (parent.width() - taken - AIR) // len(columns)))
    for column in columns:
        across.addLayout(_table(column, KEYS * one, wide))
    rolled = QScrollArea()
    rolled.setWidget(inside)
    around = QVBoxLayout(dialog)
    around.setContentsMargins(0, 0, 0, 0)
    around.addWidget(rolled)
    bar = rolled.verticalScrollBar().sizeHint().width()
    dialog.resize(inside.sizeHint().width() + bar, min(inside.sizeHint().height() + 2, parent.height()))
    dialog.open()


def _widest(column: Iterable[tuple[str, str]]) -> int:
    return max(_line(keys, "section").sizeHint().width() for keys, _ in column)


def _line(text: str, style: str) -> QLabel:
    label = PlainLabel(text)
    label.setObjectName(style)
    label.ensurePolished()
    return label


def _table(rows: Iterable[tuple[str, str]], narrow: int, wide: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    for row, (keys, words) in enumerate(rows):
        for column, (label, most) in enumerate(((_line(keys, "section"), narrow), (_line(words, ""), wide))):
            if label.sizeHint().width() > most:
                # A label that wraps has no height of its own before it has a width.
                label.setWordWrap(True)
                label.setFixedSize(most, label.heightForWidth(most))
            grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
    grid.setRowStretch(grid.rowCount(), 1)
    return grid
