"""Words from outside, such as a file's name or a note, are plain text wherever Qt would look for more in them.

Qt takes a label, a tooltip or a message box for HTML where its words look like it, and then opens what they refer to;
in menus and on buttons, "&" marks a letter; in a window's title, "[*]" stands for unsaved changes.
"""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

LONGEST_TITLE, LONGEST_WORDS = 80, 2000
"""Characters of a line in a menu, and of a tooltip or a message."""
JOINER = "\u2060"
"""Has no width and is no letter: behind it no tag and no entity begins."""
_MARKUP = re.compile(r"<(?=[\w/!?\s])|&(?=#|\w+;)")


class PlainLabel(QLabel):
    """A label that shows the very characters that it is given, as its tooltip does."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setToolTip(self, text: str) -> None:
        super().setToolTip(plain(text))


class WholeLabel(PlainLabel):
    """A label of several lines that is never lower than these, in whatever layout it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._keep_high()

    def hasHeightForWidth(self) -> bool:
        """Its least height follows from its width: forms do not ask on behalf of what stands within a row."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_high()

    def _keep_high(self) -> None:
        high = self.heightForWidth(self.width())
        if high != self.minimumHeight():
            self.setMinimumHeight(max(high, 0))


def plain(text: str) -> str:
    """Return words that look the same in a tooltip or a message box, and are never taken for HTML."""
    return _MARKUP.sub(lambda found: found[0] + JOINER, _cut(text, LONGEST_WORDS))


def menu_words(text: str) -> str:
    """Return words for a menu or a button: on one line, without marking a letter or naming a key."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _cut(line, LONGEST_TITLE).replace("&", "&&")


def read_menu(title: str) -> str:
    """Return what stands in a menu as it is read: without the mark of its letter and what stands after a tab."""
    return re.sub(r"\(&\w\)|&(.)", r"\1", title.partition("\t")[0])


def window_words(text: str) -> str:
    """Return words for a window's title."""
    return _cut(" ".join(text.split()), LONGEST_TITLE).replace("[*]", "[*][*]")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
