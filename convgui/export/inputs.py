"""What is read is never written over, whichever way its name is spelled or linked."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from convgui.export.atomic_write import ExportError
from convgui.files.companions import companion_files
from convgui.files.regular import is_there
from convgui.words import tr


def refuse_overwriting(targets: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Make sure that no file that is written is one of those that are read.

    Two names are one file if they lead to it by links, symbolic or hard, or differ in capitals only: the next file
    system, if not this one, takes those for the same. What is read with an input is one, too: the values beside a
    header, the other files of a set.

    Raises
    ------
    ExportError
        Naming the first that is.
    """
    targets, inputs = list(targets), list(inputs)
    if any(is_there(target) for target in targets):
        inputs += [beside for path in inputs for beside in companion_files(path)]
    read = {sign for path in inputs for sign in _signs(path)}
    for target in targets:
        if not read.isdisjoint(_signs(target)):
            raise ExportError(
                tr(
                    "{target} is one of the inputs and would be overwritten; choose another name or folder.",
                    target=target,
                )
            )


def _signs(path: Path) -> set[tuple[object, ...]]:
    """Return what a file is known by: where it lies on the disk, and its name in its folder."""
    signs = set[tuple[object, ...]]()
    # What does not exist has no place on the disk, and a folder that is yet to be made holds no input.
    with suppress(OSError):
        status = path.stat()
        signs.add((status.st_dev, status.st_ino))
    with suppress(OSError):
        real = Path(os.path.realpath(path))
        folder = real.parent.stat()
        signs.add((folder.st_dev, folder.st_ino, unicodedata.normalize("NFC", real.name).casefold()))
    return signs
