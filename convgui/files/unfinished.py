"""Notes about files that are being written, so that what a killed program leaves half done is found and removed."""

from __future__ import annotations

import os
import secrets
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from convgui.files.locks import Lock
from convgui.files.regular import matching, read_regular
from convgui.files.user_folders import make_private, unfinished_folder

PART = ".convgui-part"
"""What the name of every half-written file or folder ends in."""
NOTE = ".lock"
LONGEST_NOTE = 1 << 16
"""Bytes of a note: a number and a path."""
LONGEST = 100
"""Bytes of a file's name that are in that of its half-written part."""


def part_beside(path: Path) -> Path:
    """Return a name beside a file that nothing has yet, hidden, and short enough for every disk."""
    return path.parent / f".{in_bytes(path.name, LONGEST)}.{secrets.token_hex(4)}{PART}"


def in_bytes(name: str, most: int) -> str:
    """Return a name, or as much of its beginning as takes so many bytes: so file systems count."""
    return os.fsencode(name)[:most].decode(errors="ignore") if len(os.fsencode(name)) > most else name


@contextmanager
def noted(part: Path) -> Iterator[None]:
    """Keep a note of a half-written file on the disk while the block runs; the system gives it up with the process."""
    note: Lock | None = None
    # Where there is no folder of the user's own to write to, the file itself can be written all the same.
    with suppress(OSError, RuntimeError):
        make_private(unfinished_folder())
        note = Lock.take(unfinished_folder() / f"{uuid.uuid4().hex}{NOTE}", os.fsencode(part))
    try:
        yield
    finally:
        if note is not None:
            note.release()


def sweep() -> None:
    """Remove what dead programs have left half written, wherever it is; what is being written now stays."""
    for path in matching(unfinished_folder(), f"*{NOTE}"):
        with suppress(OSError, ValueError):
            part = Path(os.fsdecode(read_regular(path, LONGEST_NOTE).partition(b"\n")[2]))
            note = Lock.take(path)
            if note is not None:
                _remove(part)
                note.release()


def _remove(part: Path) -> None:
    if not (part.is_absolute() and part.name.startswith(".") and part.name.endswith(PART)):
        return
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
