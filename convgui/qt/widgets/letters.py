"""Letters that Alt brings to a dialog's fields, boxes and buttons: one each, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QFormLayout, QLabel, QPushButton, QRadioButton, QWidget

from convgui.qt.widgets.plain_text import read_menu

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ENDS = ("…", ":", "：", "...")


def give_letters(window: QWidget) -> None:
    """Mark a letter in each label of a field, box and button of a window, where it has none of its own yet."""
    _name_fields(window)
    parts = [part for part in _parts(window) if _letter_of(part.text()) or read_menu(part.text()).strip()]
    taken: set[str] = set()
    # Where two have one, a button keeps its own: Cancel and Close are the same everywhere.
    for part in sorted(parts, key=lambda part: not isinstance(part, QPushButton)):
        letter = _letter_of(part.text())
        if letter in taken:
            part.setText(_without_letter(part.text()))
        taken.add(letter)
    for part in parts:
        text = part.text()
        if not _letter_of(text) and "&" not in text:
            marked = with_letter(text, taken)
            if marked != text:
                part.setText(marked)
                taken.add(_letter_of(marked))


def with_letter(text: str, taken: set[str]) -> str:
    """Mark a letter of a text that is not taken: of a word's beginning if there is one, else one put behind it."""
    begins = [at for at in range(len(text)) if at == 0 or text[at - 1] == " "]
    for at in (*begins, *range(len(text))):
        if text[at].upper() in LETTERS and text[at].upper() not in taken:
            return f"{text[:at]}&{text[at:]}"
    free = next((letter for letter in LETTERS if letter not in taken), "")
    if not free or text.isascii():
        return text
    end = next((end for end in _ENDS if text.endswith(end)), "")
    return f"{text.removesuffix(end)}(&{free}){end}"


def _letter_of(text: str) -> str:
    """Return the letter that is marked in a text, or ""."""
    return QKeySequence.mnemonic(text).toString().rpartition("+")[2]


def _without_letter(text: str) -> str:
    return re.sub(r"\(&.\)|&(?=[^&])", "", text, count=1)


def _name_fields(window: QWidget) -> None:
    """Tell each label of a form which field it is about."""
    for form in window.findChildren(QFormLayout):
        for row in range(form.rowCount()):
            label = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
            field = form.itemAt(row, QFormLayout.ItemRole.FieldRole)
            words = label.widget() if label is not None else None
            named = field.widget() if field is not None else None
            if isinstance(words, QLabel) and words.buddy() is None and named is not None:
                reached = _reached(named)
                if reached is not None:
                    words.setBuddy(reached)


def _reached(field: QWidget) -> QWidget | None:
    """Return what of a field takes the keyboard: it, or the first part of a row of several."""
    parts = (field, *field.findChildren(QWidget))
    return next((part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus), None)


def _parts(window: QWidget) -> Iterator[QLabel | QAbstractButton]:
    for label in window.findChildren(QLabel):
        if label.buddy() is not None:
            yield label
    for kind in (QCheckBox, QRadioButton, QPushButton):
        for button in window.findChildren(kind):
            # A colour's own name is what stands on its button.
            if not button.text().startswith("#"):
                yield button
