"""Who wrote a lesson: a random word that stands in the user's folder and in the lessons, and says nothing about him."""

from __future__ import annotations

import re
import uuid
from functools import cache
from pathlib import Path

from convgui.files.atomic_write import atomic_write
from convgui.files.errors import WriteError
from convgui.files.regular import read_regular
from convgui.files.user_folders import author_path
from convgui.model.document import Lesson

LONGEST = 100
"""Bytes of the file, which holds 32 digits and perhaps the end of a line."""


def author() -> str:
    """Return the word that stands for this user; it is made when it is first asked for."""
    return _author(author_path())


@cache
def _author(path: Path) -> str:
    try:
        kept = read_regular(path, LONGEST).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        kept = ""
    if re.fullmatch("[0-9a-f]{32}", kept):
        return kept
    identity = uuid.uuid4().hex
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path, private=True) as stream:
            stream.write(identity.encode())
    except (OSError, WriteError):  # a disk that refuses: it is the same word until the program ends
        pass
    return identity


def is_foreign(lesson: Lesson | None) -> bool:
    """Tell whether somebody else wrote a lesson."""
    return lesson is not None and lesson.author not in ("", author())
