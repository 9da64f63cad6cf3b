"""What lies at a path: a pipe, a device or a folder instead of a file is refused at once and never waited for.

Asking what is there raises nothing, however the disk refuses: a folder that is locked, a network drive that is gone, a
name too long, a loop of links.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from convgui.files.other_formats import special_file


def open_regular(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises
    ------
    OSError
        If it cannot be opened, or is no regular file; its ``strerror`` says what is wrong.
    """
    # Without O_NONBLOCK the opening of a pipe waits for somebody who writes, and nothing could stop that.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, special_file(os.fstat(handle).st_mode), str(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_regular(path: Path, most: int) -> bytes:
    """Return what is in a file of `most` bytes at the most.

    Raises
    ------
    OSError
        If it cannot be read, is no regular file or holds more; its ``strerror`` says what is wrong.
    """
    with open_regular(path) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return data


def is_regular(path: Path) -> bool:
    """Tell whether there is such a file, as far as the disk says."""
    with suppress(OSError, ValueError):
        return path.is_file()
    return False


def is_folder(path: Path) -> bool:
    """Tell whether there is such a folder, as far as the disk says."""
    with suppress(OSError, ValueError):
        return path.is_dir()
    return False


def is_there(path: Path) -> bool:
    """Tell whether anything is there, as far as the disk says; what a link leads to counts."""
    with suppress(OSError, ValueError):
        return path.exists()
    return False


def matching(folder: Path, pattern: str) -> list[Path]:
    """Return what in a folder has a name like a pattern of the shell, by path; nothing where it cannot be read."""
    with suppress(OSError, ValueError):
        return sorted(path for path in folder.iterdir() if fnmatchcase(path.name, pattern))
    return []
