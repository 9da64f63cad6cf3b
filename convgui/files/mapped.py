"""Large inputs mapped, not read: from a copy without a name, which no other program can cut off or change.

To touch a page of a mapped file behind its new end is a bus error, which ends the process, and no check of the size
before each use is early enough. Where the file system can, the copy shares the original's blocks and costs nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from convgui.files.source import MEBIBYTE, Source
from convgui.files.user_folders import make_private, private_copies_folder

STEP = 64 * MEBIBYTE
ROOM = 2
"""The disk has to have room for so many such copies: it is the user's, and other programs need some too."""


def mapped(source: Source, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int, size: int) -> NDArray[Any] | None:
    """Return numbers of a file as an array that may be written to; pages that are then stay in memory.

    Parameters
    ----------
    offset, size : int
        Bytes before them, and of them.

    Returns
    -------
    ndarray or None
        None where they have to be read instead: there is no room for the copy, or the file ends before `size`.

    Raises
    ------
    LoadCancelledError
        If the user wants to stop.
    """
    if sys.platform == "win32":  # it lets nobody cut off a file that is mapped
        return np.memmap(source.path, dtype, "c", offset, shape) if source.path is not None else None
    folder = private_copies_folder()
    try:
        make_private(folder)
        if shutil.disk_usage(folder).free < ROOM * size:
            return None
        with tempfile.TemporaryFile(dir=folder) as copy:
            if not _copied(source, copy, offset, size):
                return None
            return np.memmap(copy, dtype, "c", 0, shape)
    except OSError:
        return None


def _copied(source: Source, copy: IO[bytes], offset: int, size: int) -> bool:
    """Copy bytes to an empty file; whether all of them were there."""
    done = 0
    while done < size:
        source.check_cancelled()
        count = _copy_some(source.stream.fileno(), copy.fileno(), offset + done, min(STEP, size - done))
        if not count:
            return False
        done += count
        if source.progress is not None:
            source.progress(done / size)
    return True


def _copy_some(file: int, copy: int, offset: int, count: int) -> int:
    """Copy some bytes to where the copy ends; returns how many, 0 at the end of the file."""
    if sys.platform == "linux":
        try:
            return os.copy_file_range(file, copy, count, offset)
        except OSError:  # not between these two disks; writing says what else may be wrong
            pass
    part = os.pread(file, min(count, 4 * MEBIBYTE), offset)
    left = memoryview(part)
    while left:
        left = left[os.write(copy, left) :]
    return len(part)
