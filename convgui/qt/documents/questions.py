"""What is asked before a document's file is written, or a document is given up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QMessageBox, QWidget

from convgui.qt.widgets.plain_text import plain
from convgui.words import mark, tr, trn

BUTTONS = QMessageBox.StandardButton


def ask_to_save(window: QWidget, name: str, *, gone: bool = False) -> QMessageBox.StandardButton:
    """Ask whether a document is to be saved, of which the changes would be lost, or all where its file has gone."""
    if gone:
        question = tr("{name} is no longer there. Do you want to save this document again?", name=name)
    else:
        question = tr("Do you want to save the changes to {name}?", name=name or tr("this document"))
    buttons = BUTTONS.Save | BUTTONS.Discard | BUTTONS.Cancel
    return QMessageBox.question(window, "convgui", plain(question), buttons, BUTTONS.Save)


def ask_to_write_over(window: QWidget, name: str, *, there: bool) -> bool:
    """Ask about a file that somebody else has changed, or removed."""
    changed = mark("{name} has been changed by another window or program. Do you want to replace it?")
    removed = mark("{name} has been removed by another window or program. Do you want to write it again?")
    question = tr(changed if there else removed, name=name)
    text = f"{question}\n{tr('With Cancel nothing is written, and “Save as” keeps both.')}"
    buttons = BUTTONS.Save | BUTTONS.Cancel
    return QMessageBox.question(window, "convgui", plain(text), buttons, BUTTONS.Cancel) == BUTTONS.Save


def ask_to_delete(window: QWidget, names: Sequence[str]) -> bool:
    """Ask whether work that was kept may be deleted for good."""
    question = trn(
        "Do you want to delete this document for good?",
        "Do you want to delete these {n} documents for good?",
        len(names),
    )
    text = "\n".join((question, *names))
    buttons = BUTTONS.Yes | BUTTONS.No
    return QMessageBox.question(window, "convgui", plain(text), buttons, BUTTONS.No) == BUTTONS.Yes
