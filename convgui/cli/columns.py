"""Text in the columns of a terminal, where a Chinese character takes two."""

from __future__ import annotations

import re
import unicodedata

_WIDE, _CLOSING = r"\u2e80-\uffef", "。，、；：！？）”…"
_PIECE = re.compile(rf"(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*|\s+")
"""What stays on one line: a word or a wide character, with what closes it."""


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most so many columns: broken at spaces, and between wide characters."""
    lines, line = list[str](), ""
    for piece in _PIECE.findall(" ".join(text.split())):
        if columns(line + piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = ""
        line += piece if line or piece.strip() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, width: int) -> str:
    """Return a text with spaces behind it up to so many columns."""
    return text + " " * (width - columns(text))
